// SPDX-License-Identifier: Apache-2.0
//! Events of saving windows in words, for people who watch.

use super::{
	super::words::{day_text, kwh},
	said::{self, PageRefusal},
	words::{days_text, phase_text, signed_kwh, waker_text},
};
use crate::{
	chain::{events::Event, json::short},
	output::counted,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use trimast_primitives::energy::{PlanPhase, Waker};

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
	serde_json::from_value(value.clone()).ok()
}

/// Why a page is refused: the first reason, and how many more there are.
fn refusal_text(refusal: &PageRefusal) -> String {
	let lines = refusal.lines(|slot| format!("slot {slot}"));
	let first = lines.first().map_or_else(String::new, |(place, what, _)| format!("{place}: {what}"));
	match lines.len().saturating_sub(1) {
		0 => first,
		more => format!("{first}, and {more} more"),
	}
}

/// An event of saving windows as a sentence; none of one that is told as any other is.
pub(in crate::energy) fn text(event: &Event) -> Option<String> {
	let field = |name: &str| event.fields.get(name);
	let number = |name: &str| field(name).and_then(Value::as_u64);
	let day = |name: &str| number(name).and_then(|day| u16::try_from(day).ok());
	let plan = number("plan").map(|plan| format!("plan {plan}"));
	let by = || number("by").map(|org| format!("company {org}"));
	let page = || number("page").map(|page| format!("page {page}"));
	Some(match event.name.as_str() {
		"PlanProposed" => format!(
			"{}: {} wants cells in {} to sleep, {}",
			plan?,
			by()?,
			number("local_network")?,
			days_text(day("first_day")?, day("last_day")?)
		),
		"PageExamined" => {
			let before = |days: u64| {
				format!(", each of its days measured against {} before at least", counted(days, "day"))
			};
			format!("{}: {} is examined{}", plan?, page()?, number("days").map_or_else(String::new, before))
		}
		"PageRefused" => {
			let refusal: PageRefusal = read(field("refusal")?)?;
			format!("{}: {} is REFUSED: {}", plan?, page()?, refusal_text(&refusal))
		}
		"PlanConsented" => format!("{}: {} agrees", plan?, by()?),
		"PlanAgreed" => format!("{}: everybody agrees; its pages are to be approved", plan?),
		"PlanRefused" => {
			let reason = field("reason").map(short).unwrap_or_default();
			format!("{}: {} REFUSES it: {reason}", plan?, by()?)
		}
		"PageApproved" => format!("{}: {} is approved", plan?, page()?),
		"PlanApproved" => format!("{}: APPROVED: its cells sleep in its window", plan?),
		"PlanEnded" => {
			let phase: PlanPhase = read(field("phase")?)?;
			format!("{} is {}; its last day is {}", plan?, phase_text(phase), day_text(day("last_day")?))
		}
		"CellsWoken" => {
			let by: Waker = read(field("by")?)?;
			let cells = field("cells")?.as_array()?.len();
			let by = waker_text(by, |org| format!("company {}", org.0));
			format!(
				"{}: {} of {} WOKEN on {} by {by}",
				plan?,
				counted(cells, "cell"),
				page()?,
				day_text(day("day")?)
			)
		}
		"PageProven" => {
			let said = said::proven(std::slice::from_ref(event))?;
			format!(
				"{}: {}, {}: {} kWh saved of {} kWh",
				plan?,
				page()?,
				day_text(said.day),
				signed_kwh(said.saved()),
				kwh(said.expected)
			)
		}
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			super::said::tests::event,
			said::tests::{page_examined, page_refused},
		},
		*,
	};
	use serde_json::json;

	#[test]
	fn events_of_plans_are_told_in_words() {
		let told = |event: &Event| text(event).unwrap();
		let proposed = json!({
			"plan": 7, "by": 0, "local_network": 1301, "hash": "0x", "first_day": 20_785, "last_day": 20_789,
		});
		assert_eq!(
			told(&event("PlanProposed", proposed)),
			"plan 7: company 0 wants cells in 1301 to sleep, 2026-11-28 to 2026-12-02"
		);
		assert_eq!(
			told(&page_examined()),
			"plan 7: page 2 is examined, each of its days measured against 1 day before at least"
		);
		let refusal = json!({ "Cells": [[1, 3, "NotCovered"], [2, 4, "Outage"]] });
		assert_eq!(
			told(&page_refused(refusal)),
			"plan 7: page 2 is REFUSED: slot 1/3: no neighbour covers it in full, and 1 more"
		);
		assert_eq!(
			told(&event("PlanConsented", json!({ "plan": 7, "by": 1, "subject": "0x" }))),
			"plan 7: company 1 agrees"
		);
		let refused = json!({ "plan": 7, "by": 1, "reason": { "text": "a fair", "body": null } });
		let refused = told(&event("PlanRefused", refused));
		assert!(
			refused.starts_with("plan 7: company 1 REFUSES it: ") && refused.contains("a fair"),
			"{refused}"
		);
		let ended = json!({ "plan": 7, "phase": "Withdrawn", "last_day": 20_785 });
		assert_eq!(told(&event("PlanEnded", ended)), "plan 7 is withdrawn; its last day is 2026-11-28");
		for (by, name) in [(json!({ "Org": 1 }), "company 1"), (json!("Outage"), "an outage")] {
			let woken = json!({
				"plan": 7, "page": 2, "day": 20_785, "by": by, "cells": [{}, {}], "reason": null,
			});
			assert_eq!(
				told(&event("CellsWoken", woken)),
				format!("plan 7: 2 cells of page 2 WOKEN on 2026-11-28 by {name}")
			);
		}
		let proven = json!({
			"plan": 7, "page": 2, "day": 20_785, "owner": 0, "expected": 1_000, "metered": 1_200, "compared": 16,
			"left_out": 4, "shares": [[0, -200]],
		});
		assert_eq!(
			told(&event("PageProven", proven)),
			"plan 7: page 2, 2026-11-28: -0.200 kWh saved of 1.000 kWh"
		);
		assert_eq!(text(&event("WindowRulesSet", json!({ "version": 2 }))), None);
	}
}
