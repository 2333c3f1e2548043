// SPDX-License-Identifier: Apache-2.0
//! Events of orders, rounds and routes in words, for people who watch.

use super::words;
use crate::{
	chain::{events::Event, json::short},
	config::export::time,
};
use serde_json::Value;

/// An event of the dispatch as a sentence; none of one that is told as any other is.
pub(crate) fn text(event: &Event) -> Option<String> {
	if event.pallet != "Dispatch" {
		return None;
	}
	let field = |name: &str| event.fields.get(name);
	let number = |name: &str| field(name).and_then(Value::as_u64);
	let name = |name: &str| field(name).and_then(Value::as_str);
	let state = |field: &str| Some(words::state(name(field)?).ok()?.name());
	let by = |field: &str| number(field).map_or_else(|| "the chain".into(), |org| format!("company {org}"));
	if let Some(text) = planning(event) {
		return Some(text);
	}
	let order = number("order");
	let said = match event.name.as_str() {
		"OrderOpened" => format!(
			"opened by {} for {}: {} at {}, class {}",
			by("raiser"),
			by("handler"),
			name("kind")?.to_lowercase(),
			short(field("place")?),
			name("class")?.to_lowercase()
		),
		"OrderMoved" => format!("{} -> {}, by {}", state("from")?, state("to")?, by("by")),
		"HoldSigned" => format!("{} has signed that it is held: its clock stands", by("org")),
		"DeadlinePassed" => match name("deadline")? {
			"Response" => "nobody has answered in time".into(),
			"Jeopardy" => "the time for restoration is running out".into(),
			"Restoration" => "not restored in time: the deadline has PASSED".into(),
			other => format!("deadline {other} has passed"),
		},
		"FactAnchored" => format!("{} anchors fact {}", by("org"), number("fact")?),
		"FactCountersigned" => format!("{} stands behind fact {}", by("org"), number("fact")?),
		"FactDenied" => format!("{} denies fact {}", by("org"), number("fact")?),
		"BodyAsked" => {
			let until = time::text(number("until")?);
			format!("{} asks for the body of fact {}, due {until}", by("by"), number("fact")?)
		}
		"FactVoid" => format!("fact {} is void: its body was not delivered", number("fact")?),
		"VerdictGiven" => format!("verdict given (`trimast order explain {}`)", order?),
		"Appealed" => format!("{} appeals", by("org")),
		"RulingSaid" => format!("{} has said how it would rule", by("org")),
		"VerdictFinal" => "its verdict is final".into(),
		"LargeAreaOutage" => {
			let county = number("county").map_or_else(String::new, |county| format!("{county:02}"));
			let place =
				format!("{}{county}: {} stations down", number("local_network")?, number("stations")?);
			let is_large = field("is_large")?.as_bool()?;
			let word = if is_large { "large-area outage" } else { "large-area outage is over" };
			return Some(format!("{word} in {place}"));
		}
		"OutageLevelChanged" => {
			let level = name("level")?.to_lowercase();
			return Some(format!("outages in {} are {level}", number("local_network")?));
		}
		_ => return None,
	};
	Some(format!("order {}: {said}", order?))
}

/// An event of rounds, routes and what is lent.
fn planning(event: &Event) -> Option<String> {
	let field = |name: &str| event.fields.get(name);
	let number = |name: &str| field(name).and_then(Value::as_u64);
	let reason = || field("reason").map(short).unwrap_or_default();
	let org = || number("org").map(|org| format!("company {org}"));
	let of = |name: &str| Some(format!("{name} {}", number(name)?));
	let resource = || of("resource");
	let said = match event.name.as_str() {
		"RoundOpened" => {
			let trigger = short(field("trigger")?).to_lowercase();
			format!("{}: opened in {} ({trigger})", of("round")?, number("local_network")?)
		}
		"RoundFrozen" => format!(
			"{}: {} jobs, {} resources, bids until {}",
			of("round")?,
			number("jobs")?,
			number("resources")?,
			time::text(number("until")?)
		),
		"BidTaken" => {
			let is_best = field("is_best")?.as_bool()?;
			let word =
				if is_best { "bids the best plan so far" } else { "bids, no better than what there is" };
			format!("{}: {} {word}", of("round")?, org()?)
		}
		"BidRefused" => {
			let barred = field("is_barred")?.as_bool()?;
			let more = if barred { ", and is barred" } else { "" };
			format!(
				"{}: {} has bid an invalid plan ({}){more}",
				of("round")?,
				org()?,
				short(field("defect")?)
			)
		}
		"RoundDecided" => {
			let winner = number("winner");
			let winner = winner.map_or_else(|| "the greedy plan".into(), |org| format!("company {org}"));
			let round = number("round")?;
			format!("round {round}: {winner} wins (`trimast plan explain {round}`)")
		}
		"RoundOver" => format!("{}: the routes are out", of("round")?),
		"RouteSent" => format!(
			"{}: {} visits for {}, of {}, to acknowledge",
			of("round")?,
			number("visits")?,
			resource()?,
			org()?
		),
		"RouteAcknowledged" => format!("{}: {} takes its route on", resource()?, org()?),
		"RouteRefused" => format!("{}: {} refuses the route: {}", resource()?, org()?, reason()),
		"RouteUnanswered" => format!("{}: {} has not answered: its route is taken back", resource()?, org()?),
		"RouteDropped" => format!("{}: {} visits wait again", resource()?, number("visits")?),
		"RouteFinished" => format!("{}: nothing is left of its route", resource()?),
		"RouteOverridden" => {
			let orders = field("orders").map(short).unwrap_or_default();
			format!("{}: {} sends it by hand to {orders}: {}", resource()?, org()?, reason())
		}
		"VisitFinished" => format!("{}: the visit to {} is done", resource()?, of("order")?),
		"VisitLate" => format!("{}: the visit to {} is LATE", resource()?, of("order")?),
		"ResourceOffered" => {
			format!("{}: offered to company {} by {}", resource()?, number("to")?, org()?)
		}
		"LeaseBegun" => format!("{}: lent to {}", resource()?, org()?),
		"LeaseEnded" => format!("{}: given back", resource()?),
		_ => return None,
	};
	Some(said)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::events::Phase;
	use serde_json::json;

	fn told(name: &str, fields: Value) -> Option<String> {
		let phase = Phase::Initialization;
		let (pallet, name) = ("Dispatch".into(), name.into());
		text(&Event { index: 0, phase, pallet, name, fields, bytes: Vec::new() })
	}

	#[test]
	fn deadlines_and_steps_are_told_in_words() {
		for (name, fields, text) in [
			(
				"OrderMoved",
				json!({ "order": 7, "from": "InProgress", "to": "Resolved", "by": 2 }),
				"order 7: inProgress -> resolved, by company 2",
			),
			(
				"OrderMoved",
				json!({ "order": 7, "from": "Resolved", "to": "Closed", "by": null }),
				"order 7: resolved -> closed, by the chain",
			),
			(
				"DeadlinePassed",
				json!({ "order": 7, "deadline": "Restoration" }),
				"order 7: not restored in time: the deadline has PASSED",
			),
			(
				"LargeAreaOutage",
				json!({ "local_network": 1301, "county": 2, "stations": 12, "is_large": true }),
				"large-area outage in 130102: 12 stations down",
			),
			(
				"OutageLevelChanged",
				json!({ "local_network": 1301, "level": "Red" }),
				"outages in 1301 are red",
			),
		] {
			assert_eq!(told(name, fields).as_deref(), Some(text));
		}
	}

	#[test]
	fn rounds_and_routes_are_told_in_words() {
		for (name, fields, text) in [
			(
				"RoundDecided",
				json!({ "round": 12, "winner": null, "score": {} }),
				"round 12: the greedy plan wins (`trimast plan explain 12`)",
			),
			(
				"BidTaken",
				json!({ "round": 12, "org": 1, "score": {}, "is_best": true }),
				"round 12: company 1 bids the best plan so far",
			),
			(
				"RouteSent",
				json!({ "round": 12, "resource": 3, "org": 2, "visits": 4 }),
				"round 12: 4 visits for resource 3, of company 2, to acknowledge",
			),
			(
				"VisitLate",
				json!({ "resource": 3, "org": 2, "order": 17 }),
				"resource 3: the visit to order 17 is LATE",
			),
		] {
			assert_eq!(told(name, fields).as_deref(), Some(text));
		}
	}

	#[test]
	fn what_is_not_understood_is_told_as_any_other_event() {
		assert_eq!(told("OrderNoted", json!({ "order": 7 })), None);
		assert_eq!(told("OrderMoved", json!({ "order": 7, "from": "Lost" })), None);
	}
}
