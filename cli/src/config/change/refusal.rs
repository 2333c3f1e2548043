// SPDX-License-Identifier: Apache-2.0
//! Why an item of a request is refused, in words: as the events of calls carry it. What a dry run refuses the node puts into
//! words itself.

use crate::{
	chain::json::short,
	names::{org_name, org_names},
};
use serde_json::Value;
use trimast_primitives::{apis::OrgView, cells::CellId, OrgId, OrgSet};

/// The items that an event refuses, by their places in the part, each with the reason.
pub(super) fn refusals(
	fields: &Value,
	orgs: &[OrgView],
	cell: &impl Fn(CellId) -> String,
) -> Vec<(usize, String)> {
	let refused = fields.get("refused").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
	let one = |pair: &Value| {
		let place = pair.get(0)?.as_u64().and_then(|place| usize::try_from(place).ok())?;
		Some((place, words(pair.get(1)?, orgs, cell)))
	};
	refused.iter().filter_map(one).collect()
}

/// One reason.
fn words(why: &Value, orgs: &[OrgView], cell: &impl Fn(CellId) -> String) -> String {
	if let Some(name) = why.as_str() {
		return match name {
			"NotFound" => "no such station or cell, or no baseline of the station",
			"Retired" => "the station is retired",
			"NotOwner" => "another company owns the station",
			"NotOperator" => "another company holds the PLMN",
			"Unchanged" => "it stands so already",
			"TooManyChanges" => "as many changes of the page are open as may be",
			"EnergyWindow" => "an energy-saving window of the cell lies in that time",
			"Outage" => "an outage is open in the cell",
			"TooManyNeighbours" => "too many neighbours at once: ask for fewer cells",
			"Imported" => "the station was imported since: ask for a change back",
			_ => return short(why),
		}
		.into();
	}
	let number = |name: &str, field: &str| why.get(name)?.get(field)?.as_u64();
	if let Some(defect) = why.get("Value").and_then(Value::as_str) {
		return match defect {
			"UnknownParameter" => "the catalogue has no such parameter",
			"NoSuchPlace" => "the parameter has no such place in this cell",
			"Technology" => "cells of this technology do not have the parameter",
			"Domain" => "the value does not belong to the parameter's domain",
			"Step" => {
				"the value is further from the present one than one change may go, or is taken away without the rest of its cell or relation"
			}
			_ => return short(why),
		}
		.into();
	}
	if let Some(request) = number("ChangeOpen", "request") {
		return format!("request {request} is open on the value");
	}
	if let Some(cell) = number("StationDiffers", "cell") {
		return format!(
			"a value is the station's, and cell {cell} would have another one: ask for all of its cells"
		);
	}
	if let Some(cell) = number("CellBefore", "cell") {
		return format!("cell {cell} has no baseline either: give it one before or with this one");
	}
	if let Some(freeze) = number("Frozen", "freeze") {
		return format!("freeze {freeze} holds at that time");
	}
	let unasked = why.get("NotAgreed").and_then(|why| why.get("orgs")?.as_array());
	if let Some(unasked) = unasked {
		let org = |org: &Value| Some(OrgId(u8::try_from(org.as_u64()?).ok()?));
		let unasked: OrgSet = unasked.iter().filter_map(org).collect();
		return format!("{} must agree today: ask for a change back", org_names(orgs, unasked));
	}
	let broken = number("RuleBroken", "rule").zip(why.get("RuleBroken").and_then(|rule| rule.get("defect")));
	match broken {
		Some((rule, defect)) => format!("rule {rule}: {}", rule_words(defect, orgs, cell)),
		None => short(why),
	}
}

/// How a rule would be broken.
fn rule_words(defect: &Value, orgs: &[OrgView], cell: &impl Fn(CellId) -> String) -> String {
	let named = |name: &str, field: &str| {
		let id: CellId = serde_json::from_value(defect.get(name)?.get(field)?.clone()).ok()?;
		Some(cell(id))
	};
	let number = |name: &str, field: &str| defect.get(name)?.get(field)?.as_u64();
	match defect.as_str() {
		Some("OutsideSpectrum") => return "outside of the participants' spectrum".into(),
		Some("SumOfMin") => return "the min of all PLMNs are more than 100".into(),
		_ => {}
	}
	if let Some(with) = named("Collision", "with") {
		return format!("collision with cell {with}");
	}
	if let Some((with, at)) = named("Confusion", "with").zip(named("Confusion", "at")) {
		return format!("confusion with cell {with} at cell {at}");
	}
	if let Some(with) = named("Unlike", "with") {
		return format!("another value than cell {with}");
	}
	if let Some(org) = number("PlmnMissing", "org").and_then(|org| u8::try_from(org).ok()) {
		return format!("no PLMN of {} on the list", org_name(orgs, OrgId(org)));
	}
	match number("Ratios", "place") {
		Some(place) => format!("not dedicated <= min <= max for the PLMN in place {place}"),
		None => short(defect),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::names::cell_text;
	use serde_json::json;

	#[test]
	fn refusals_of_events_are_told_in_words() {
		let cell = json!({ "site": { "local_network": 1301, "index": 7 }, "cell": 2 });
		let fields = json!({ "request": 1, "page": 0, "passed": 0, "refused": [
			[0, "Unchanged"], [1, { "Value": "Domain" }], [2, { "ChangeOpen": { "request": 9 } }],
			[3, { "Frozen": { "freeze": 4 } }], [4, { "RuleBroken": { "rule": 1, "defect": { "Collision": { "with": cell } } } }],
			[5, { "RuleBroken": { "rule": 1, "defect": { "Confusion": { "at": cell, "with": cell } } } }],
			[6, { "RuleBroken": { "rule": 2, "defect": { "PlmnMissing": { "org": 3 } } } }],
			[7, { "RuleBroken": { "rule": 3, "defect": "OutsideSpectrum" } }], [8, "NewReason"], [9, { "Newer": { "a": 1 } }],
			[10, { "StationDiffers": { "cell": 2 } }], [11, { "CellBefore": { "cell": 2 } }],
			[12, "Imported"], [13, { "NotAgreed": { "orgs": [1, 3] } }],
		] });
		let found = refusals(&fields, &[], &cell_text);
		let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
		assert_eq!(
			texts,
			[
				"it stands so already",
				"the value does not belong to the parameter's domain",
				"request 9 is open on the value",
				"freeze 4 holds at that time",
				"rule 1: collision with cell 1301:7/2",
				"rule 1: confusion with cell 1301:7/2 at cell 1301:7/2",
				"rule 2: no PLMN of 3 on the list",
				"rule 3: outside of the participants' spectrum",
				"NewReason",
				"{ Newer: { a: 1 } }",
				"a value is the station's, and cell 2 would have another one: ask for all of its cells",
				"cell 2 has no baseline either: give it one before or with this one",
				"the station was imported since: ask for a change back",
				"1, 3 must agree today: ask for a change back",
			]
		);
		assert!(found.iter().enumerate().all(|(n, (place, _))| n == *place));
		assert!(refusals(&json!({}), &[], &cell_text).is_empty());
	}
}
