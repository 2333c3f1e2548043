// SPDX-License-Identifier: Apache-2.0
//! `trimast energy savings`: what was saved in a month, by local network, owner and participant, and together.

use super::{
	super::words::{extend, kwh, provinces, PlaceArgs},
	evidence::Saved,
	stale,
	words::{signed_kg, signed_kg_exact, signed_kwh, signed_percent},
};
use crate::{
	config::scores::{month, month_text},
	context::Context,
	error::Result,
	names,
	order::people::People,
	output::table,
};
use clap::Args;
use futures::{stream, StreamExt, TryStreamExt};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	access::Scope,
	apis::{EnergyPlaceSavingsView, EnergyProvinceSavingsView},
	energy::EmissionFactor,
	OrgId,
};

/// How much is asked for at once.
const AT_ONCE: usize = 16;

/// What was saved in a month, as far as it is proven.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy savings --month 2026-06 province:13\n  trimast energy savings --month 2026-06 --province 13 --owner carrier-one"
)]
pub(crate) struct SavingsCommand {
	/// The month (2026-06), UTC+8.
	#[arg(long, value_name = "MONTH", value_parser = month)]
	month: u16,
	#[command(flatten)]
	place: PlaceArgs,
}

/// What was saved, and what of that was not emitted, 10⁻⁷ kg CO₂.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Sum {
	saved: Saved,
	avoided: i64,
	/// The same by participant.
	shares: BTreeMap<OrgId, i64>,
}

impl Sum {
	/// What was saved where a kilowatt-hour emits so much.
	pub(super) fn of(saved: Saved, factor: EmissionFactor) -> Self {
		let shares = saved.shares.iter().map(|(org, share)| (*org, factor.avoided(*share))).collect();
		Self { avoided: factor.avoided(saved.saved), saved, shares }
	}

	/// With another.
	pub(super) fn plus(mut self, other: &Self) -> Self {
		self.saved = self.saved.plus(&other.saved);
		self.avoided = self.avoided.saturating_add(other.avoided);
		for (org, more) in &other.shares {
			let all = self.shares.entry(*org).or_default();
			*all = all.saturating_add(*more);
		}
		self
	}

	/// Participants, what each has saved, and what of that was not emitted: where factors differ, that may be something where savings
	/// and losses cancel out.
	pub(super) fn by_participant(&self) -> Vec<(OrgId, i64, i64)> {
		let orgs: BTreeSet<OrgId> = self.saved.shares.keys().chain(self.shares.keys()).copied().collect();
		let of = |all: &BTreeMap<OrgId, i64>, org: OrgId| all.get(&org).copied().unwrap_or(0);
		orgs.into_iter().map(|org| (org, of(&self.saved.shares, org), of(&self.shares, org))).collect()
	}

	/// For programs.
	pub(super) fn to_json(&self) -> Value {
		let Saved { expected, metered, saved, compared, left_out, .. } = &self.saved;
		let share = |(org, saved, avoided): (OrgId, i64, i64)| {
			json!({
				"org": org, "saved": saved, "saved_kwh": signed_kwh(saved), "avoided_kg_co2": signed_kg_exact(avoided),
			})
		};
		json!({
			"expected": expected, "metered": metered, "saved": saved, "compared": compared, "left_out": left_out,
			"expected_kwh": kwh(*expected), "metered_kwh": kwh(*metered), "saved_kwh": signed_kwh(*saved),
			"avoided_kg_co2": signed_kg_exact(self.avoided),
			"shares": self.by_participant().into_iter().map(share).collect::<Vec<_>>(),
		})
	}

	/// The columns of a table that say how much; [`HEADER`] is above them.
	pub(super) fn columns(&self) -> [String; 7] {
		let Saved { expected, metered, saved, compared, left_out, .. } = &self.saved;
		[
			kwh(*expected),
			kwh(*metered),
			signed_kwh(*saved),
			signed_percent(*saved, *expected),
			signed_kg(self.avoided),
			compared.to_string(),
			left_out.to_string(),
		]
	}

	/// A line of the table for all, and one for each participant. `name`: where, and whose stations.
	fn lines(&self, name: &[String; 2], people: &People) -> Vec<Vec<String>> {
		let line = |of: String, columns: [String; 7]| {
			let mut line = Vec::from(name.clone());
			line.push(of);
			line.extend(columns);
			line
		};
		let share = |(org, saved, avoided): (OrgId, i64, i64)| {
			let empty = String::new;
			let columns =
				[empty(), empty(), signed_kwh(saved), empty(), signed_kg(avoided), empty(), empty()];
			line(people.name(org), columns)
		};
		let all = line("all".into(), self.columns());
		std::iter::once(all).chain(self.by_participant().into_iter().map(share)).collect()
	}
}

/// What stands above [`Sum::columns`].
pub(super) const HEADER: [&str; 7] =
	["expected kWh", "metered kWh", "saved kWh", "of expected", "kg CO2", "quarters compared", "left out"];

/// What stands in the answers about provinces of a place.
fn rows(all: Vec<EnergyProvinceSavingsView>, place: Scope) -> Vec<EnergyPlaceSavingsView> {
	let rows = all.into_iter().flat_map(|view| view.savings);
	rows.filter(|row| place.covers(row.local_network)).collect()
}

/// What one of them says.
fn sum_of(row: &EnergyPlaceSavingsView) -> Sum {
	Sum::of(Saved::from(&row.savings), row.savings.factor)
}

/// All of them together, or those of one owner.
fn sum(rows: &[EnergyPlaceSavingsView], owner: Option<OrgId>) -> Sum {
	let of_owner = rows.iter().filter(|row| owner.is_none_or(|owner| owner == row.owner));
	of_owner.fold(Sum::default(), |all, row| all.plus(&sum_of(row)))
}

/// Whose stations there are.
fn owners(rows: &[EnergyPlaceSavingsView]) -> BTreeSet<OrgId> {
	rows.iter().map(|row| row.owner).collect()
}

/// For each local network and owner, for each owner of several, and for all.
fn rows_text(rows: &[EnergyPlaceSavingsView], people: &People) -> String {
	let of_row = |row: &EnergyPlaceSavingsView| {
		sum_of(row).lines(&[row.local_network.0.to_string(), people.name(row.owner)], people)
	};
	let mut lines: Vec<Vec<String>> = rows.iter().flat_map(of_row).collect();
	let owners = owners(rows);
	for owner in &owners {
		if rows.iter().filter(|row| row.owner == *owner).count() > 1 {
			lines.extend(sum(rows, Some(*owner)).lines(&["all".into(), people.name(*owner)], people));
		}
	}
	if owners.len() > 1 {
		lines.extend(sum(rows, None).lines(&["all".into(), "all".into()], people));
	}
	let header = [&["where", "stations of", "share of"][..], &HEADER].concat();
	table(&header, lines)
}

/// The same for programs.
fn rows_json(rows: &[EnergyPlaceSavingsView]) -> Value {
	let of_row = |row: &EnergyPlaceSavingsView| {
		let mut value = sum_of(row).to_json();
		value["local_network"] = json!(row.local_network);
		value["owner"] = json!(row.owner);
		value["savings"] = json!(row.savings);
		value
	};
	let of_owner = |owner: OrgId| {
		let mut value = sum(rows, Some(owner)).to_json();
		value["owner"] = json!(owner);
		value
	};
	let whole = sum(rows, None);
	json!({
		"savings": rows.iter().map(of_row).collect::<Vec<_>>(),
		"owners": owners(rows).into_iter().map(of_owner).collect::<Vec<_>>(), "whole": whole.to_json(),
		"saved_kwh": signed_kwh(whole.saved.saved), "avoided_kg_co2": signed_kg_exact(whole.avoided),
	})
}

/// Runs it.
pub(in crate::energy) async fn run(context: &Context, command: SavingsCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let (month, place, owner) = (command.month, command.place.place(), command.place.owner(&people)?);
	let ask = |province| async move { at.province_savings(month, province, owner).await };
	let provinces = provinces(at, place).await?;
	let all: Vec<EnergyProvinceSavingsView> =
		stream::iter(provinces).map(ask).buffered(AT_ONCE).try_collect().await?;
	let rows = rows(all, place);
	let mut value = rows_json(&rows);
	value["block"] = json!(at.number);
	value["month"] = json!(month_text(month));
	let places: Vec<_> = rows.iter().map(|row| (row.local_network, row.owner)).collect();
	let stale = stale::stale(at, month, &places).await?;
	extend(&mut value, stale::to_json(&stale));
	context.output.answer(&value, || {
		let whole = sum(&rows, None);
		let text = format!(
			"{} in {}, as far as it is proven: {} kWh, {} kg CO2\n{}",
			names::scope_text(place),
			month_text(month),
			signed_kwh(whole.saved.saved),
			signed_kg_exact(whole.avoided),
			rows_text(&rows, &people)
		);
		stale::below(text, &stale)
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::order::people::tests::people;
	use trimast_primitives::{apis::EnergySavingsView, LocalNetworkId, ProvinceId};

	/// What an owner's stations have saved, of which companies 0 and 1 have so much.
	fn saving(local_network: u16, owner: u8, shares: [i64; 2], factor: u32) -> EnergyPlaceSavingsView {
		let saved = shares.iter().sum::<i64>();
		let savings = EnergySavingsView {
			expected: 100_000,
			metered: u64::try_from(100_000 - saved).unwrap(),
			saved,
			compared: 400,
			left_out: 16,
			shares: (0u8..).map(OrgId).zip(shares).collect(),
			factor: EmissionFactor(factor),
			avoided: saved * i64::from(factor),
		};
		EnergyPlaceSavingsView { local_network: LocalNetworkId(local_network), owner: OrgId(owner), savings }
	}

	/// Two local networks of a province, and one of another where a kilowatt-hour emits less.
	fn answers() -> Vec<EnergyProvinceSavingsView> {
		let answer = |savings: Vec<EnergyPlaceSavingsView>| EnergyProvinceSavingsView {
			whole: savings[0].savings.clone(),
			savings,
		};
		let hebei = vec![
			saving(1301, 0, [-2_000, -1_000], 5_366),
			saving(1301, 1, [500, 500], 5_366),
			saving(1306, 0, [8_000, 4_000], 5_366),
		];
		vec![answer(hebei), answer(vec![saving(1401, 0, [-6_000, 1_000], 1_000)])]
	}

	#[test]
	fn savings_are_shown_with_their_sign_and_by_participant() {
		let rows = rows(answers(), Scope::LocalNetwork(LocalNetworkId(1301)));
		let text = rows_text(&rows[..1], &people());
		for part in ["103.000", "-3.000", "-3.00 %", "-1.610", "-2.000", "-1.073", "-1.000", "400", "16"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let value = rows_json(&rows[..1]);
		let own = &value["savings"][0];
		assert_eq!((&own["saved_kwh"], &own["avoided_kg_co2"]), (&json!("-3.000"), &json!("-1.6098000")));
		assert_eq!((&own["local_network"], &own["savings"]["left_out"]), (&json!(1301), &json!(16)));
		assert_eq!(own["shares"][1]["avoided_kg_co2"], "-0.5366000");
		assert_eq!(value["whole"]["saved"], own["saved"]);
	}

	#[test]
	fn savings_of_a_province_add_up_by_owner_and_together() {
		let rows = rows(answers(), Scope::Province(ProvinceId(13)));
		assert_eq!(rows.len(), 3);
		let value = rows_json(&rows);
		let saved = |of: &Value| (of["saved"].as_i64(), of["shares"][0]["saved"].as_i64());
		let owners = &value["owners"];
		assert_eq!(
			[saved(&owners[0]), saved(&owners[1])],
			[(Some(9_000), Some(6_000)), (Some(1_000), Some(500))]
		);
		assert_eq!(saved(&value["whole"]), (Some(10_000), Some(6_500)));
		let whole = &value["whole"];
		assert_eq!((&whole["expected"], &whole["compared"]), (&json!(300_000), &json!(1_200)));
		assert_eq!((&value["saved_kwh"], &value["avoided_kg_co2"]), (&json!("10.000"), &json!("5.3660000")));
		let text = rows_text(&rows, &people());
		for part in ["9.000", "10.000", "3.33 %", "5.366", "6.500", "3.488", "1200"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}

	#[test]
	fn each_province_avoids_by_its_own_factor() {
		let rows = rows(answers(), Scope::National);
		let value = rows_json(&rows);
		// 10 kWh at 0.5366 kg, and -5 kWh at 0.1 kg
		assert_eq!((&value["saved_kwh"], &value["avoided_kg_co2"]), (&json!("5.000"), &json!("4.8660000")));
		// Of the first: 6.5 kWh and -6 kWh
		let first = &value["whole"]["shares"][0];
		assert_eq!((&first["saved"], &first["avoided_kg_co2"]), (&json!(500), &json!("2.8879000")));
	}
}
