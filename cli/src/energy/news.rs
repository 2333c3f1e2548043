// SPDX-License-Identifier: Apache-2.0
//! Events of energy in words, for people who watch.

use super::{
	said::{AttestRefusal, Reported},
	windows,
	words::{day_text, ReportId},
};
use crate::{
	chain::events::Event,
	config::{export::time, scores::month_text},
	output::counted,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An event of energy as a sentence; none of one that is told as any other is.
pub(crate) fn text(event: &Event) -> Option<String> {
	if event.pallet != "Energy" {
		return None;
	}
	let field = |name: &str| event.fields.get(name);
	let number = |name: &str| field(name).and_then(Value::as_u64);
	let by = |name: &str| number(name).map(|org| format!("company {org}"));
	let report = || read::<ReportId>(field("report")?).map(|id| format!("report {id}"));
	let line = || {
		let month = month_text(u16::try_from(number("month")?).ok()?);
		let (payer, owner) = (by("payer")?, by("owner")?);
		Some(format!("energy of {month}, {payer} to {owner} in {}", number("local_network")?))
	};
	Some(match event.name.as_str() {
		"Reported" => {
			let said: Reported = read(&event.fields)?;
			let left = said.records.iter().fold(0u32, |all, of| all.saturating_add(of.count.into()));
			let (what, counts) = (said.outcome.words().0, counted(said.counted, "reading"));
			match said.outcome.stands() {
				true => {
					format!("{}: {what}, number {}: {counts}, {left} do not count", report()?, said.number)
				}
				false => format!("{} is not taken: {what}", report()?),
			}
		}
		"Attested" => format!("{}: {} has seen the same", report()?, by("by")?),
		"NotAttested" => {
			let why: AttestRefusal = read(field("refusal")?)?;
			format!("{}: {} has not attested it: {}", report()?, by("by")?, why.words().0)
		}
		"Contested" => {
			let until = time::text(number("until")?);
			format!("{}: {} CONTESTS it; the others may rule until {until}", report()?, by("by")?)
		}
		"Settled" => {
			let how = match field("settlement")?.as_str()? {
				"Withdrawn" => "takes back that it has contested it",
				"Conceded" => "takes what the other has seen",
				"Corrected" => "has corrected what was contested",
				"RuledForOwner" => "rules for the owner",
				"RuledForOther" => "rules for the other",
				"Lapsed" => "ends the dispute: nobody has ruled in time, and the owner's report stands",
				_ => return None,
			};
			format!("{}: {} {how}", report()?, by("by")?)
		}
		"LineSigned" => {
			let is_final = field("is_final")?.as_bool()?;
			let end = if is_final { "; it is final" } else { "" };
			format!("{}: signed by {}{end}", line()?, by("by")?)
		}
		"LineDisputed" => format!("{}: DISPUTED by {}", line()?, by("by")?),
		"TariffSet" => {
			let day = day_text(u16::try_from(number("from")?).ok()?);
			format!("energy has another price in province {} from {day} on", number("province")?)
		}
		"EmissionFactorSet" => {
			let day = day_text(u16::try_from(number("from")?).ok()?);
			let place = number("province").map_or("the country".into(), |of| format!("province {of}"));
			format!("energy of {} in {place} emits otherwise from {day} on", number("year")?)
		}
		"ToleranceSet" => {
			let day = day_text(u16::try_from(number("from")?).ok()?);
			let tolerance = number("tolerance")?;
			format!("meters may show {tolerance} thousandths above the rated power from {day} on")
		}
		_ => return windows::news::text(event),
	})
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
	serde_json::from_value(value.clone()).ok()
}

#[cfg(test)]
mod tests {
	use super::{
		super::said::tests::{event, reported_event},
		*,
	};
	use serde_json::json;

	#[test]
	fn events_of_energy_are_told_in_words() {
		let told = |event: &Event| text(event).unwrap();
		assert_eq!(
			told(&reported_event(json!("Accepted"))),
			"report 1301/0/0/2026-11-28: accepted, number 0: 46 readings, 2 do not count"
		);
		assert!(told(&reported_event(json!("Ruled"))).contains("is not taken: it was ruled on"));
		let report = json!({ "day": 20_785, "local_network": 1301, "page": 0, "owner": 0, "first": 48 });
		let contested =
			event("Contested", json!({ "report": report, "by": 1, "digest": "0x", "until": 60_000 }));
		assert_eq!(
			told(&contested),
			"report 1301/0/0/2026-11-28/12:00: company 1 CONTESTS it; the others may rule until 1970-01-01 08:01:00+08:00"
		);
		let signed = json!({
			"month": 24_316, "owner": 0, "payer": 1, "local_network": 1301, "by": 0, "digest": "0x", "is_final": true,
		});
		assert_eq!(
			told(&event("LineSigned", signed)),
			"energy of 2026-05, company 1 to company 0 in 1301: signed by company 0; it is final"
		);
		let factor = |province| json!({ "province": province, "year": 2026, "from": 20_785, "factor": 1 });
		for (province, place) in [(json!(13), "province 13"), (json!(null), "the country")] {
			assert_eq!(
				told(&event("EmissionFactorSet", factor(province))),
				format!("energy of 2026 in {place} emits otherwise from 2026-11-28 on")
			);
		}
		assert_eq!(
			told(&event("ToleranceSet", json!({ "from": 20_785, "tolerance": 50 }))),
			"meters may show 50 thousandths above the rated power from 2026-11-28 on"
		);
		assert_eq!(text(&event("SettingsSet", json!({ "version": 2 }))), None);
		let other = Event { pallet: "Sites".into(), ..contested };
		assert_eq!(text(&other), None);
	}

	/// The names of the pallet's settlements.
	#[test]
	fn every_settlement_has_words() {
		let source = include_str!("../../../pallets/energy/src/types.rs");
		let body = source
			.split_once("pub enum Settlement {")
			.and_then(|(_, rest)| rest.split_once("\n}"))
			.unwrap()
			.0;
		let names: Vec<&str> = body.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
		let report = json!({ "day": 20_785, "local_network": 1301, "page": 0, "owner": 0, "first": 0 });
		let is_told = |name: &&&str| {
			text(&event("Settled", json!({ "report": report, "settlement": name, "by": 2, "reason": null })))
				.is_some()
		};
		assert_eq!(names.iter().filter(is_told).count(), 6, "{names:?}");
	}
}
