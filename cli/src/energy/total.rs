// SPDX-License-Identifier: Apache-2.0
//! `trimast energy total`: what stations come to in a month, by local network, owner and participant, and together.

use super::words::{cny, kg, kg_exact, kwh, mean_price, percent, provinces, sums_json, PlaceArgs};
use crate::{
	chain::views::At,
	config::scores::{month, month_text},
	context::Context,
	error::{Failure, Result},
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
	apis::{EnergyPlaceTotalView, EnergyProvinceTotalsView, EnergyTotalView},
	energy::{EmissionFactor, Sums},
	LocalNetworkId, OrgId,
};

/// How much is asked for at once.
const AT_ONCE: usize = 16;

/// What stations come to in a month.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy total --month 2026-05 province:13\n  trimast energy total --month 2026-05 --province 13 --owner carrier-one"
)]
pub(crate) struct TotalCommand {
	/// The month (2026-05), UTC+8.
	#[arg(long, value_name = "MONTH", value_parser = month)]
	month: u16,
	#[command(flatten)]
	place: PlaceArgs,
}

/// A total, and of what.
type Total = (LocalNetworkId, OrgId, EnergyTotalView);

/// The totals of a month in a place.
pub(super) async fn totals(at: At<'_>, month: u16, place: Scope) -> Result<Vec<Total>> {
	let keys =
		at.energy_totals(month).await?.into_iter().filter(|(id, _)| place.covers(*id)).collect::<Vec<_>>();
	let ask =
		|(id, owner)| async move { Ok::<_, Failure>((id, owner, at.energy_total(month, id, owner).await?)) };
	stream::iter(keys).map(ask).buffered(AT_ONCE).try_collect().await
}

/// What stations come to together.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Sum {
	/// Of each participant, and what its share has emitted.
	shares: BTreeMap<OrgId, (Sums, u64)>,
	/// Readings that count.
	counted: u64,
	/// Reports that are contested.
	contested: u32,
	/// Whether all of it is final.
	is_closed: bool,
}

impl Sum {
	/// Of one total. `factor`: what a kilowatt-hour emits there.
	fn of(total: &EnergyTotalView, factor: EmissionFactor) -> Self {
		let share = |(org, sums): &(OrgId, Sums)| (*org, (*sums, factor.emitted(sums.energy)));
		let EnergyTotalView { sums, counted, contested, is_closed } = total;
		Self {
			shares: sums.iter().map(share).collect(),
			counted: *counted,
			contested: *contested,
			is_closed: *is_closed,
		}
	}

	/// With another.
	fn plus(mut self, other: &Self) -> Self {
		for (org, (sums, emitted)) in &other.shares {
			let (all, of_all) = self.shares.entry(*org).or_default();
			*all = all.plus(*sums);
			*of_all = of_all.saturating_add(*emitted);
		}
		self.counted = self.counted.saturating_add(other.counted);
		self.contested = self.contested.saturating_add(other.contested);
		self.is_closed = self.is_closed && other.is_closed;
		self
	}

	/// All participants together, and what that has emitted.
	fn whole(&self) -> (Sums, u64) {
		self.shares.values().fold((Sums::default(), 0u64), |(all, of_all), (sums, emitted)| {
			(all.plus(*sums), of_all.saturating_add(*emitted))
		})
	}

	/// For programs.
	fn to_json(&self) -> Value {
		let share = |(org, (sums, emitted)): (&OrgId, &(Sums, u64))| {
			let mut value = sums_json(sums);
			value["org"] = json!(org);
			value["kg_co2"] = json!(kg_exact(*emitted));
			value
		};
		json!({
			"sums": self.shares.iter().map(share).collect::<Vec<_>>(), "counted": self.counted,
			"contested": self.contested, "is_closed": self.is_closed, "kg_co2": kg_exact(self.whole().1),
		})
	}

	/// A line of the table for each participant. `name`: where, and whose stations.
	fn lines(&self, name: [String; 2], people: &People) -> Vec<Vec<String>> {
		let energy = self.whole().0.energy;
		let line = |(org, (sums, emitted)): (&OrgId, &(Sums, u64))| {
			let mut line = Vec::from(name.clone());
			line.extend([
				people.name(*org),
				kwh(sums.energy),
				percent(sums.energy, energy),
				sums.volume.to_string(),
				cny(sums.amount),
				mean_price(sums),
				kg(*emitted),
				self.counted.to_string(),
				self.contested.to_string(),
				if self.is_closed { "final" } else { "open" }.into(),
			]);
			line
		};
		self.shares.iter().map(line).collect()
	}
}

/// Nothing, to which something is added.
impl Default for Sum {
	fn default() -> Self {
		Self { shares: BTreeMap::new(), counted: 0, contested: 0, is_closed: true }
	}
}

/// What an owner's stations of a local network come to.
type Row = (LocalNetworkId, OrgId, Sum);

/// What stands in the answers about provinces of a place.
fn rows(all: Vec<EnergyProvinceTotalsView>, place: Scope) -> Vec<Row> {
	let of_province = |view: EnergyProvinceTotalsView| {
		let factor = view.factor;
		let row = move |of: EnergyPlaceTotalView| (of.local_network, of.owner, Sum::of(&of.total, factor));
		view.totals.into_iter().map(row)
	};
	all.into_iter().flat_map(of_province).filter(|(id, ..)| place.covers(*id)).collect()
}

/// All of them together, or those of one owner.
fn sum(rows: &[Row], owner: Option<OrgId>) -> Sum {
	let of_owner = rows.iter().filter(|(_, of, _)| owner.is_none_or(|owner| owner == *of));
	of_owner.fold(Sum::default(), |all, (.., sum)| all.plus(sum))
}

/// Whose stations there are.
fn owners(rows: &[Row]) -> BTreeSet<OrgId> {
	rows.iter().map(|(_, owner, _)| *owner).collect()
}

/// A row for each local network and owner, for each owner of several, and for all.
fn rows_text(rows: &[Row], people: &People) -> String {
	let of_row = |(id, owner, sum): &Row| sum.lines([id.0.to_string(), people.name(*owner)], people);
	let mut lines: Vec<Vec<String>> = rows.iter().flat_map(of_row).collect();
	let owners = owners(rows);
	for owner in &owners {
		if rows.iter().filter(|(_, of, _)| of == owner).count() > 1 {
			lines.extend(sum(rows, Some(*owner)).lines(["all".into(), people.name(*owner)], people));
		}
	}
	if owners.len() > 1 {
		lines.extend(sum(rows, None).lines(["all".into(), "all".into()], people));
	}
	let header = [
		"where",
		"stations of",
		"share of",
		"kWh",
		"share",
		"Mbit",
		"CNY",
		"CNY a kWh",
		"kg CO2",
		"readings",
		"contested",
		"is",
	];
	table(&header, lines)
}

/// The same for programs.
fn rows_json(rows: &[Row]) -> Value {
	let of_row = |(id, owner, sum): &Row| {
		let mut value = sum.to_json();
		value["local_network"] = json!(id);
		value["owner"] = json!(owner);
		value
	};
	let of_owner = |owner: OrgId| {
		let mut value = sum(rows, Some(owner)).to_json();
		value["owner"] = json!(owner);
		value
	};
	let all = sum(rows, None);
	let (whole, emitted) = all.whole();
	json!({
		"totals": rows.iter().map(of_row).collect::<Vec<_>>(),
		"owners": owners(rows).into_iter().map(of_owner).collect::<Vec<_>>(), "sums": all.to_json()["sums"],
		"whole": sums_json(&whole), "kg_co2": kg_exact(emitted),
	})
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: TotalCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let (month, place, owner) = (command.month, command.place.place(), command.place.owner(&people)?);
	let ask = |province| async move { at.province_totals(month, province, owner).await };
	let provinces = provinces(at, place).await?;
	let all: Vec<EnergyProvinceTotalsView> =
		stream::iter(provinces).map(ask).buffered(AT_ONCE).try_collect().await?;
	let rows = rows(all, place);
	let mut value = rows_json(&rows);
	value["block"] = json!(at.number);
	value["month"] = json!(month_text(month));
	context.output.answer(&value, || {
		let (whole, emitted) = sum(&rows, None).whole();
		format!(
			"{} in {}: {} kWh, {} CNY, {} kg CO2\n{}",
			names::scope_text(place),
			month_text(month),
			kwh(whole.energy),
			cny(whole.amount),
			kg(emitted),
			rows_text(&rows, &people)
		)
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		args::{Arguments, Command},
		energy::EnergyCommand,
		order::people::tests::people,
	};
	use trimast_primitives::ProvinceId;

	/// So much of the owner's energy falls to companies 0 and 1.
	fn total(local_network: u16, owner: u8, energy: [u64; 2], is_closed: bool) -> EnergyPlaceTotalView {
		let sums = (0u8..)
			.zip(energy)
			.map(|(org, energy)| (OrgId(org), Sums { energy, volume: 7, amount: energy * 7_000 }));
		let total = EnergyTotalView { sums: sums.collect(), counted: 48, contested: 1, is_closed };
		EnergyPlaceTotalView { local_network: LocalNetworkId(local_network), owner: OrgId(owner), total }
	}

	/// Two local networks of a province, and one of another where a kilowatt-hour emits less.
	fn answers() -> Vec<EnergyProvinceTotalsView> {
		let answer = |totals, factor| EnergyProvinceTotalsView {
			totals,
			whole: EnergyTotalView { sums: vec![], counted: 0, contested: 0, is_closed: false },
			factor: EmissionFactor(factor),
			emitted: 0,
		};
		let hebei = vec![
			total(1301, 0, [1_500, 500], true),
			total(1301, 1, [10, 90], true),
			total(1306, 0, [600, 400], false),
		];
		vec![answer(hebei, 10_000), answer(vec![total(1401, 0, [1_000, 0], true)], 5_000)]
	}

	#[test]
	fn rows_have_a_line_for_each_participant() {
		let place = Scope::LocalNetwork(LocalNetworkId(1306));
		let rows = rows(answers(), place);
		assert_eq!(rows.iter().map(|(id, owner, _)| (id.0, owner.0)).collect::<Vec<_>>(), [(1306, 0)]);
		let text = rows_text(&rows, &people());
		for part in ["0.600", "0.400", "60.00 %", "0.42", "0.7000", "48", "open"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert!(!text.contains("all"), "there is nothing to sum up:\n{text}");
	}

	#[test]
	fn rows_of_a_province_add_up_by_owner_and_together() {
		let rows = rows(answers(), Scope::Province(ProvinceId(13)));
		assert_eq!(rows.len(), 3);
		let value = rows_json(&rows);
		let energy = |value: &Value| [&value[0]["energy"], &value[1]["energy"]].map(|of| of.as_u64());
		assert_eq!(energy(&value["totals"][2]["sums"]), [Some(600), Some(400)]);
		assert_eq!(energy(&value["owners"][0]["sums"]), [Some(2_100), Some(900)]);
		assert_eq!(energy(&value["owners"][1]["sums"]), [Some(10), Some(90)]);
		assert_eq!(energy(&value["sums"]), [Some(2_110), Some(990)]);
		assert_eq!((&value["whole"]["energy"], &value["kg_co2"]), (&json!(3_100), &json!("3.1000000")));
		assert_eq!(value["sums"][1]["kg_co2"], "0.9900000");
		let owner = &value["owners"][0];
		assert_eq!(
			(&owner["counted"], &owner["contested"], &owner["is_closed"]),
			(&json!(96), &json!(2), &json!(false))
		);
		let text = rows_text(&rows, &people());
		for part in ["2.100", "2.110", "0.990", "68.06 %", "all"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}

	#[test]
	fn each_province_emits_by_its_own_factor() {
		let value = rows_json(&rows(answers(), Scope::National));
		assert_eq!(value["totals"].as_array().unwrap().len(), 4);
		assert_eq!((&value["whole"]["kwh"], &value["kg_co2"]), (&json!("4.100"), &json!("3.6000000")));
	}

	#[test]
	fn place_is_a_province_in_two_ways_and_not_in_both() {
		let read = |more: &str| {
			let line = format!("trimast energy total --month 2026-05 {more}");
			let arguments = Arguments::read(line.split_whitespace()).ok()?;
			match arguments.command {
				Command::Energy { command: EnergyCommand::Total(command) } => Some(command.place.place()),
				_ => None,
			}
		};
		let province = Scope::Province(ProvinceId(13));
		for (more, place) in [
			("", Scope::National),
			("province:13", province),
			("--province 13", province),
			("1301 --owner carrier-one", Scope::LocalNetwork(LocalNetworkId(1301))),
		] {
			assert_eq!(read(more), Some(place), "{more}");
		}
		for wrong in ["1301 --province 13", "national --province 13", "--province 99"] {
			assert_eq!(read(wrong), None, "{wrong}");
		}
	}
}
