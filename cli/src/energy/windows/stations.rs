// SPDX-License-Identifier: Apache-2.0
//! What each station has saved on each day, of an exported month as it is computed anew: the chain keeps the sum of a page alone.

use super::{
	super::{record::PlanEntry, words::day_text},
	evidence::Saved,
	said::in_slot,
	savings::{Sum, HEADER},
	words::signed_kwh,
};
use crate::{names::site_text, order::people::People, output::table};
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, HashMap},
	slice,
};
use trimast_primitives::{
	energy::{EmissionFactor, StationSaving},
	page::SiteId,
	site::StationEntry,
	text::escaped,
	OrgId, ProvinceId,
};

/// What a kilowatt-hour emits in each province.
type Factors = HashMap<ProvinceId, EmissionFactor>;

/// What a station has saved.
struct Station {
	/// As people name it.
	name: String,
	/// By day and plan: it may have several windows on a day.
	days: BTreeMap<(u16, u32), Saved>,
}

impl Station {
	/// All days together.
	fn sum(&self, factor: EmissionFactor) -> Sum {
		self.days.values().fold(Sum::default(), |all, saved| all.plus(&Sum::of(saved.clone(), factor)))
	}
}

/// What each station has saved while it was an owner's.
#[derive(Default)]
pub(in crate::energy) struct Stations(BTreeMap<(SiteId, OrgId), Station>);

impl Stations {
	/// Takes what a page's stations have saved on a day. `records`: those of the page's stations, by slot.
	pub(super) fn add(
		&mut self,
		plan: &PlanEntry,
		(page, day): (u16, u16),
		savings: &[StationSaving],
		records: &[StationEntry],
	) {
		for one in savings {
			let site = in_slot(plan.plan.local_network, page, one.slot);
			let named = || {
				let name = match records.get(usize::from(one.slot)) {
					Some(entry) => {
						let code = String::from_utf8_lossy(&entry.station.code);
						format!("{}/{}", site.local_network.0, escaped(&code))
					}
					None => site_text(site),
				};
				Station { name, days: BTreeMap::new() }
			};
			let station = self.0.entry((site, plan.by)).or_insert_with(named);
			station.days.insert((day, plan.number), Saved::of(slice::from_ref(one)));
		}
	}

	/// A document for each station, for programs.
	pub(in crate::energy) fn documents<'a>(
		&'a self,
		factors: &'a Factors,
	) -> impl Iterator<Item = Value> + 'a {
		self.0.iter().map(move |((site, owner), station)| {
			let factor = factor_of(factors, *site);
			let day = |((day, plan), saved): (&(u16, u32), &Saved)| {
				let mut value = Sum::of(saved.clone(), factor).to_json();
				value["day"] = json!(day_text(*day));
				value["plan"] = json!(plan);
				value
			};
			let mut value = station.sum(factor).to_json();
			value["type"] = json!("station");
			value["station"] = json!(station.name);
			value["owner"] = json!(owner);
			value["days"] = json!(station.days.iter().map(day).collect::<Vec<_>>());
			value
		})
	}

	/// A table with a line for each station, day and plan, and sums.
	pub(in crate::energy) fn text(&self, factors: &Factors, people: &People) -> String {
		let line = |name: [String; 4], sum: &Sum| {
			let shares = sum.by_participant().into_iter();
			let shares: Vec<String> =
				shares.map(|(org, saved, _)| format!("{} {}", people.name(org), signed_kwh(saved))).collect();
			let mut line = Vec::from(name);
			line.extend(sum.columns());
			line.push(shares.join(", "));
			line
		};
		let (mut lines, mut all) = (Vec::new(), Sum::default());
		for ((site, owner), station) in &self.0 {
			let factor = factor_of(factors, *site);
			let name = |day: String, plan: String| [station.name.clone(), people.name(*owner), day, plan];
			for ((day, plan), saved) in &station.days {
				let sum = Sum::of(saved.clone(), factor);
				lines.push(line(name(day_text(*day), plan.to_string()), &sum));
			}
			let sum = station.sum(factor);
			if station.days.len() > 1 {
				lines.push(line(name("all".into(), String::new()), &sum));
			}
			all = all.plus(&sum);
		}
		if self.0.len() > 1 {
			lines.push(line(["all".into(), String::new(), String::new(), String::new()], &all));
		}
		let header = [&["station", "owner", "day", "plan"][..], &HEADER, &["whose, kWh"]].concat();
		table(&header, lines)
	}
}

/// What a kilowatt-hour emits where a station stands. That a file has no factor is told as a difference of its savings.
fn factor_of(factors: &Factors, site: SiteId) -> EmissionFactor {
	factors.get(&site.local_network.province()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::{
		super::{super::gather::tests::gathered, propose::tests::plan},
		*,
	};
	use crate::order::people::tests::people;
	use trimast_primitives::Hash;

	/// Of which 100 Wh are company 1's.
	fn saving(slot: u8, saved: i64) -> StationSaving {
		StationSaving {
			slot,
			expected: 1_000,
			metered: u64::try_from(1_000 - saved).unwrap(),
			compared: 16,
			left_out: 4,
			saved,
			shares: vec![(OrgId(0), saved - 100), (OrgId(1), 100)],
		}
	}

	/// A station on two days, by a plan each, and one of which there is no record.
	fn stations() -> Stations {
		let (records, mut all) = (gathered().stations, Stations::default());
		let entry =
			|number| PlanEntry { number, by: OrgId(0), plan: plan(), pages: vec![], subject: Hash::zero() };
		all.add(&entry(8), (0, 20_786), &[saving(0, -200)], &records);
		all.add(&entry(7), (0, 20_785), &[saving(0, 300), saving(5, 50)], &records);
		all
	}

	fn factors() -> Factors {
		[(plan().local_network.province(), EmissionFactor(5_366))].into()
	}

	#[test]
	fn stations_have_their_days_and_what_these_come_to() {
		let documents: Vec<Value> = stations().documents(&factors()).collect();
		let [one, other] = &documents[..] else { panic!("{documents:?}") };
		let code = String::from_utf8(gathered().stations[0].station.code.to_vec()).unwrap();
		let place = plan().local_network.0;
		assert_eq!(
			(&one["station"], &other["station"]),
			(&json!(format!("{place}/{code}")), &json!(format!("{place}:5")))
		);
		assert_eq!((&one["type"], &one["owner"], &one["saved"]), (&json!("station"), &json!(0), &json!(100)));
		assert_eq!((&one["saved_kwh"], &one["avoided_kg_co2"]), (&json!("0.100"), &json!("0.0536600")));
		assert_eq!((&one["compared"], &one["left_out"]), (&json!(32), &json!(8)));
		let days = one["days"].as_array().unwrap().iter();
		let days: Vec<_> = days.map(|day| [&day["day"], &day["plan"], &day["saved"]]).collect();
		let [first, second] = [("2026-11-28", 7, 300), ("2026-11-29", 8, -200)]
			.map(|(day, plan, saved)| [json!(day), json!(plan), json!(saved)]);
		assert_eq!(days, [first.each_ref(), second.each_ref()]);
		assert_eq!(one["shares"][1]["saved"], 200);
		assert_eq!(other["days"].as_array().unwrap().len(), 1);
	}

	#[test]
	fn table_has_each_day_and_sums() {
		let text = stations().text(&factors(), &people());
		for part in ["2026-11-28", "2026-11-29", "0.300", "-0.200", "0.100", "0.050", "0.150", "0.054", "two"]
		{
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert_eq!(text.matches("all").count(), 2, "{text}");
	}
}
