// SPDX-License-Identifier: Apache-2.0
//! What waits of the configuration guard. Of what there may be thousands of, the count stands there, the first few, and the
//! command that shows the rest.
//!
//! * Here: requests to agree to, to carry out, to read back, to object to, to rule on and to roll back.
//! * [`pages`]: pages of the baseline to sign, and what is found about pages.
//! * [`exports`]: rows of exports to open, marks against exports, sweeps that are not at their end.
//! * [`violations`]: those that stand open against the company.

mod exports;
mod pages;
mod violations;

use super::Item;
use crate::{
	chain::views::At,
	config::change::story::{members, phase_words, rulers},
	context::Context,
	error::Result,
	names::org_name,
	output::counted,
};
use trimast_primitives::{
	access::Role,
	apis::{AccountView, OrgView, RequestView},
	BlockNumber, Moment, OrgId,
};

/// How many local networks are asked at once.
const AT_ONCE: usize = 16;
/// Names of a list that stand in a line.
const NAMED: usize = 3;

/// When now is, and how long the others have.
#[derive(Clone, Copy, Debug)]
struct Clock {
	block: BlockNumber,
	moment: Moment,
	/// Blocks in which the others may object.
	objection: BlockNumber,
	/// Blocks in which a change is observed.
	observation: BlockNumber,
	/// Blocks in which an accused may be silent.
	silence: BlockNumber,
}

/// All of it, as far as the account's roles and scope go.
pub(super) async fn items(
	context: &Context,
	at: At<'_>,
	account: &AccountView,
	orgs: &[OrgView],
) -> Result<Vec<Item>> {
	let has = |role| account.roles.contains(role);
	if !has(Role::Engineer) && !has(Role::Collector) && !has(Role::Auditor) {
		return Ok(Vec::new());
	}
	let parameters = at.parameters().await?;
	let observed = parameters.observation_term.max(parameters.objection_term);
	let clock = Clock {
		block: at.number,
		moment: at.moment().await?,
		objection: at.blocks(parameters.objection_term).await?,
		observation: at.blocks(observed).await?,
		silence: at.blocks(parameters.silence_term).await?,
	};
	let mut networks = at.baseline_networks().await?;
	networks.retain(|view| account.scope.covers(view.id));
	let mut items = Vec::new();
	if has(Role::Engineer) {
		let mut after = None;
		while let Some((views, last)) = at.requests(after).await? {
			after = Some(last);
			let own = views.iter().filter(|view| account.scope.covers(view.local_network));
			items.extend(own.flat_map(|view| of_request(view, account.org, orgs, clock)));
		}
		items.extend(pages::unsigned(context, at, &networks, account.org).await?);
	}
	if has(Role::Collector) {
		items.extend(exports::open_sweeps(at, &networks, account.org).await?);
	}
	if has(Role::Collector) || has(Role::Auditor) {
		let exports = at.exports(account.org).await?;
		if has(Role::Collector) {
			for export in &exports {
				let questions = at.questions(account.org, export.root).await?;
				items.extend(exports::rows_asked(export, &questions));
			}
		}
		items.extend(exports::marks(&exports));
	}
	items.extend(pages::findings(context, at, account).await?);
	items.extend(violations::items(at, &networks, account.org, clock).await?);
	Ok(items)
}

/// The first few of a list, in a line.
fn named(names: impl IntoIterator<Item = String>) -> String {
	let mut names: Vec<String> = names.into_iter().take(NAMED + 1).collect();
	if let Some(last) = names.get_mut(NAMED) {
		*last = "...".into();
	}
	names.join(", ")
}

/// What a request means for a company.
fn of_request(view: &RequestView, org: OrgId, orgs: &[OrgView], clock: Clock) -> Vec<Item> {
	let id = view.id;
	let what = format!(
		"{}: {} in local network {}, {}",
		org_name(orgs, view.by),
		counted(usize::try_from(view.items).unwrap_or(usize::MAX), "value"),
		view.local_network.0,
		phase_words(view)
	);
	let item = |deadline: Option<BlockNumber>, kind: &'static str, command: String| Item {
		deadline,
		passed: 0,
		kind,
		what: what.clone(),
		command: format!("trimast config {command}"),
	};
	let consents = &view.consents;
	let (is_own, expires) = (view.by == org, Some(consents.expires));
	let missing = consents.missing().intersection(members(orgs));
	let is_in_window = (view.window.0..=view.window.1).contains(&clock.moment);
	let is_left = view.parts.iter().any(|part| part.state == "open");
	let mut items = Vec::new();
	match view.phase.as_str() {
		"draft" | "asked" if consents.is_expired(clock.block) => {}
		"draft" if is_own => items.push(item(expires, "draft of a change", format!("submit {id}"))),
		"asked" if missing.contains(org) => {
			let kind = if view.emergency { "change in an emergency, to be ratified" } else { "change" };
			items.push(item(expires, kind, format!("approve {id}")));
		}
		"asked" | "executed"
			if is_own && !view.emergency && missing.is_empty() && is_in_window && is_left =>
		{
			items.push(item(expires, "change to carry out", format!("execute {id}")));
		}
		_ => {}
	}
	let is_done = matches!(view.phase.as_str(), "executed" | "disputed");
	let executed = view.executed.unwrap_or_default();
	if is_done && (is_own || view.witnesses.contains(org)) && !view.attested.contains(org) {
		// Of several pages others may follow as long as the window is open.
		let last = if view.parts.len() > 1 { executed.max(consents.expires) } else { executed };
		let over = last.saturating_add(clock.observation.saturating_mul(2));
		let deadline = Some(over).filter(|_| view.phase == "executed");
		items.push(item(deadline, "change to read back", format!("attest {id}")));
	}
	let until = executed.saturating_add(clock.objection);
	let has_spoken = consents.given.union(view.objections).contains(org);
	if is_done && !is_own && view.concerned.contains(org) && !has_spoken && clock.block <= until {
		items.push(item(Some(until), "change, open to objection", format!("object {id} --reason FILE")));
	}
	if view.phase == "disputed" {
		let has_ruled = view.upheld.union(view.overruled).contains(org);
		if rulers(view, orgs).contains(org) && !has_ruled {
			let command = format!("rule {id} --stands (or --falls) --reason FILE");
			// Silence upholds.
			items.push(item(view.ruling, "dispute to rule on", command));
		} else if is_own {
			items.push(item(view.ruling, "your change is disputed", format!("explain request {id}")));
		}
	}
	if view.phase == "overruled" && (is_own || view.concerned.union(view.objections).contains(org)) {
		items.push(item(None, "change to roll back", format!("roll-back {id}")));
	}
	items
}

#[cfg(test)]
pub(super) mod tests {
	use super::{super::tests::org, *};
	use crate::config::change::story::tests::told;
	use trimast_primitives::OrgSet;

	pub(super) const CLOCK: Clock =
		Clock { block: 50, moment: 1_000, objection: 20, observation: 20, silence: 60 };

	/// What a request of company 0, to which 1 must agree, means for each of four companies.
	fn kinds(change: impl Fn(&mut RequestView)) -> [Vec<&'static str>; 4] {
		let (view, orgs) = (told(change).view, [0, 1, 2, 3].map(org));
		[0, 1, 2, 3]
			.map(|id| of_request(&view, OrgId(id), &orgs, CLOCK).into_iter().map(|item| item.kind).collect())
	}

	fn executed(view: &mut RequestView) {
		view.phase = "executed".into();
		view.executed = Some(40);
		view.parts[0].state = "executed".into();
		view.consents.given = OrgSet(0b11);
		view.concerned = OrgSet(0b1011);
	}

	#[test]
	fn request_waits_for_who_must_agree_and_then_for_who_asks() {
		assert_eq!(kinds(|_| ()), [vec![], vec!["change"], vec![], vec![]]);
		let late = kinds(|view| view.consents.expires = 49);
		assert_eq!(late, [vec![], vec![], vec![], vec![]] as [Vec<&str>; 4]);
		let emergency = kinds(|view| view.emergency = true);
		assert_eq!(emergency[1], ["change in an emergency, to be ratified"]);
		// Once all have agreed, in the window
		let approved = kinds(|view| view.consents.given = OrgSet(0b11));
		assert_eq!(approved, [vec!["change to carry out"], vec![], vec![], vec![]]);
		let early = kinds(|view| {
			view.consents.given = OrgSet(0b11);
			view.window.0 = 2_000;
		});
		assert!(early[0].is_empty(), "{early:?}");
		assert_eq!(kinds(|view| view.phase = "draft".into())[0], ["draft of a change"]);
	}

	#[test]
	fn change_that_is_carried_out_waits_for_its_witnesses_and_is_open_to_objection() {
		let found = kinds(executed);
		assert_eq!(found[0], ["change to read back"]);
		assert_eq!(found[1], ["change to read back"], "it has agreed");
		assert_eq!(found[2], ["change to read back"], "it is not concerned");
		assert_eq!(found[3], ["change, open to objection"], "its word does not count");
		let attested = kinds(|view| {
			executed(view);
			view.attested = OrgSet(0b111);
			view.executed = Some(20);
		});
		assert_eq!(attested, [vec![], vec![], vec![], vec![]] as [Vec<&str>; 4]);
	}

	#[test]
	fn dispute_waits_for_who_is_not_party_to_it() {
		let disputed = |view: &mut RequestView| {
			executed(view);
			view.phase = "disputed".into();
			view.attested = OrgSet(0b111);
			view.objections = OrgSet(0b1000);
		};
		let found = kinds(disputed);
		assert_eq!(found, [vec!["your change is disputed"], vec![], vec!["dispute to rule on"], vec![]]);
		let (mut view, orgs) = (told(disputed).view, [0, 1, 2, 3].map(org));
		view.ruling = Some(90);
		let deadline = |id: u8| of_request(&view, OrgId(id), &orgs, CLOCK)[0].deadline;
		assert_eq!([deadline(0), deadline(2)], [Some(90); 2], "then silence upholds it");
		let ruled = kinds(|view| {
			disputed(view);
			view.overruled = OrgSet(0b100);
			view.phase = "overruled".into();
		});
		let all = "change to roll back";
		assert_eq!(ruled, [vec![all], vec![all], vec![], vec![all]]);
	}

	#[test]
	fn of_a_long_list_the_first_few_are_named() {
		let names = |count: u32| named((0..count).map(|n| n.to_string()));
		assert_eq!([names(0), names(1), names(3)], ["", "0", "0, 1, 2"]);
		assert_eq!([names(4), names(5_000)], ["0, 1, 2, ..."; 2]);
	}
}
