// SPDX-License-Identifier: Apache-2.0
//! Violations that stand open against the company.

use super::{named, Clock, Item, AT_ONCE, NAMED};
use crate::{
	chain::views::At,
	config::{baseline::show::cell_by_code, views::NetworkView},
	error::Result,
	names::SiteName,
	site::ledger::code_text,
};
use futures::{stream, StreamExt};
use std::collections::HashMap;
use trimast_primitives::{apis::ViolationView, page::SiteId, text::escaped, OrgId};

/// Codes of stations whose cells are named.
type Codes = HashMap<SiteId, String>;

/// Those in these local networks: what is alleged, and what is confirmed.
pub(super) async fn items(
	at: At<'_>,
	networks: &[NetworkView],
	org: OrgId,
	clock: Clock,
) -> Result<Vec<Item>> {
	let open: Vec<_> = networks.iter().filter(|view| view.open_violations > 0).map(|view| view.id).collect();
	let mut answers = stream::iter(open).map(|id| at.open_violations(id)).buffered(AT_ONCE);
	let mut all = Vec::new();
	while let Some(views) = answers.next().await {
		all.extend(views?.into_iter().filter(|view| view.against == org));
	}
	all.sort_by_key(|view| view.id);
	let mut codes = Codes::new();
	for standing in ["alleged", "confirmed"] {
		let of = all.iter().filter(|view| view.standing == standing).map(|view| view.cell.site);
		for site in of.take(NAMED) {
			if let Some(found) = at.find(&SiteName::Id(site)).await? {
				codes.insert(site, code_text(&found.entry.station));
			}
		}
	}
	Ok([alleged(&all, org, clock, &codes), confirmed(&all, org, &codes)].into_iter().flatten().collect())
}

/// How many there are of a standing, and the first few.
fn counted(violations: &[&ViolationView], codes: &Codes) -> String {
	let names = violations
		.iter()
		.map(|view| format!("{} ({} at {})", view.id, escaped(&view.kind), cell_by_code(codes, view.cell)));
	format!("{}: {}", violations.len(), named(names))
}

fn command(standing: &str, org: OrgId) -> String {
	format!("trimast config violations --open --standing {standing} --against {}", org.0)
}

/// What silence confirms.
fn alleged(violations: &[ViolationView], org: OrgId, clock: Clock, codes: &Codes) -> Option<Item> {
	let alleged: Vec<_> = violations.iter().filter(|view| view.standing == "alleged").collect();
	let first = alleged.iter().map(|view| view.asked).min()?;
	Some(Item {
		// From then on silence confirms.
		deadline: Some(first.saturating_add(clock.silence)),
		passed: 0,
		kind: "violations alleged against your company",
		what: format!("{}; silence confirms them: look at the network, and sweep", counted(&alleged, codes)),
		command: command("alleged", org),
	})
}

/// What ends when the approved value is seen again, or another is approved.
fn confirmed(violations: &[ViolationView], org: OrgId, codes: &Codes) -> Option<Item> {
	let confirmed: Vec<_> = violations.iter().filter(|view| view.standing == "confirmed").collect();
	(!confirmed.is_empty()).then(|| Item {
		deadline: None,
		passed: 0,
		kind: "confirmed violations of your company",
		what: format!("{}; set the values back, or ask for those that are set", counted(&confirmed, codes)),
		command: command("confirmed", org),
	})
}

#[cfg(test)]
mod tests {
	use super::{super::tests::CLOCK, *};
	use trimast_primitives::{
		cells::{CellId, ParamId, ParamKey},
		page::SiteId,
		LocalNetworkId, OrgSet,
	};

	fn violation(id: u32, standing: &str) -> ViolationView {
		ViolationView {
			id,
			kind: "hidden".into(),
			cell: CellId { site: SiteId { local_network: LocalNetworkId(1301), index: id }, cell: 1 },
			key: ParamKey::of(ParamId(11)),
			approved: Some(1),
			observed: Some(2),
			against: OrgId(0),
			accuser: OrgId(1),
			witnesses: OrgSet(0b10),
			deniers: OrgSet::EMPTY,
			since: 0,
			opened: 10 + id,
			seen: 10 + id,
			asked: 10 + id,
			request: None,
			standing: standing.into(),
			closed: None,
			closing: None,
		}
	}

	#[test]
	fn alleged_violations_are_counted_and_the_first_named() {
		let all: Vec<_> =
			(0..5).map(|id| violation(id, "alleged")).chain([violation(9, "contested")]).collect();
		let codes = [(all[0].cell.site, "A".to_string())].into();
		let item = alleged(&all, OrgId(0), CLOCK, &codes).unwrap();
		let first = "5: 0 (hidden at 1301/A/1), 1 (hidden at 1301:1/1), 2 (hidden at 1301:2/1), ...; silence";
		assert!(item.what.starts_with(first), "{}", item.what);
		assert_eq!(item.deadline, Some(70), "the oldest is confirmed first");
		assert!(alleged(&all[5..], OrgId(0), CLOCK, &codes).is_none());
		let again = ViolationView { asked: 40, ..violation(1, "alleged") };
		let item = alleged(&[again], OrgId(0), CLOCK, &codes).unwrap();
		assert_eq!(item.deadline, Some(100), "it is asked anew");
	}

	#[test]
	fn confirmed_violations_wait_for_who_answers_for_them() {
		let all = [violation(3, "alleged"), violation(4, "confirmed"), violation(5, "contested")];
		let item = confirmed(&all, OrgId(2), &Codes::new()).unwrap();
		assert!(item.what.starts_with("1: 4 (hidden at 1301:4/1); "), "{}", item.what);
		assert_eq!(item.deadline, None);
		assert_eq!(item.command, "trimast config violations --open --standing confirmed --against 2");
		assert!(confirmed(&all[2..], OrgId(2), &Codes::new()).is_none(), "what is contested counts nowhere");
	}
}
