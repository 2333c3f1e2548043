// SPDX-License-Identifier: Apache-2.0
//! What waits of the configuration guard: requests to agree to, to carry out, to read back, to object to, to rule on and to
//! roll back; rows of exports to open; violations that are alleged against the company.

use super::Item;
use crate::{
	chain::views::At,
	config::{
		change::story::{members, phase_words, rulers},
		export::time,
	},
	error::Result,
	names::{cell_text, hex0x, org_name},
	output::counted,
};
use futures::{stream, StreamExt};
use trimast_primitives::{
	access::Role,
	apis::{AccountView, ExportView, OrgView, QuestionView, RequestView, ViolationView},
	text::escaped,
	BlockNumber, Moment, OrgId,
};

/// How many local networks are asked at once.
const AT_ONCE: usize = 16;
/// Violations that are named.
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
pub(super) async fn items(at: At<'_>, account: &AccountView, orgs: &[OrgView]) -> Result<Vec<Item>> {
	let is_engineer = account.roles.contains(Role::Engineer);
	let is_collector = account.roles.contains(Role::Collector);
	if !is_engineer && !is_collector {
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
	let mut items = Vec::new();
	if is_engineer {
		let mut after = None;
		while let Some((views, last)) = at.requests(after).await? {
			after = Some(last);
			let own = views.iter().filter(|view| account.scope.covers(view.local_network));
			items.extend(own.flat_map(|view| of_request(view, account.org, orgs, clock)));
		}
	}
	if is_collector {
		for export in at.exports(account.org).await? {
			let questions = at.questions(account.org, export.root).await?;
			items.extend(of_export(&export, &questions));
		}
	}
	items.extend(alleged(&violations(at, account).await?, account.org, clock));
	Ok(items)
}

/// The violations that stand open in the account's scope against its company.
async fn violations(at: At<'_>, account: &AccountView) -> Result<Vec<ViolationView>> {
	let networks = at.baseline_networks().await?;
	let open: Vec<_> = networks
		.into_iter()
		.filter(|view| view.open_violations > 0 && account.scope.covers(view.id))
		.map(|view| view.id)
		.collect();
	let mut answers = stream::iter(open).map(|id| at.open_violations(id)).buffered(AT_ONCE);
	let mut all = Vec::new();
	while let Some(views) = answers.next().await {
		all.extend(views?.into_iter().filter(|view| view.against == account.org));
	}
	Ok(all)
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
			items.push(item(None, "dispute to rule on", command));
		} else if is_own {
			items.push(item(None, "your change is disputed", format!("explain request {id}")));
		}
	}
	if view.phase == "overruled" && (is_own || view.concerned.union(view.objections).contains(org)) {
		items.push(item(None, "change to roll back", format!("roll-back {id}")));
	}
	items
}

/// Rows of an export that others ask for.
fn of_export(export: &ExportView, questions: &[QuestionView]) -> Option<Item> {
	let deadline = questions.iter().map(|question| question.due).min()?;
	Some(Item {
		deadline: Some(deadline),
		kind: "rows of an export to open",
		what: format!(
			"{} of the export read {} (root {})",
			counted(questions.len(), "row"),
			time::text(export.observed),
			hex0x(export.root)
		),
		command: "trimast config openings FOLDER".into(),
	})
}

/// What is alleged against a company: by count, and the first few.
fn alleged(violations: &[ViolationView], org: OrgId, clock: Clock) -> Option<Item> {
	let mut alleged: Vec<_> = violations.iter().filter(|view| view.standing == "alleged").collect();
	alleged.sort_by_key(|view| view.id);
	let first = alleged.iter().map(|view| view.opened).min()?;
	let mut named: Vec<String> = alleged
		.iter()
		.take(NAMED)
		.map(|view| format!("{} ({} at {})", view.id, escaped(&view.kind), cell_text(view.cell)))
		.collect();
	if alleged.len() > NAMED {
		named.push("...".into());
	}
	Some(Item {
		// From then on silence confirms.
		deadline: Some(first.saturating_add(clock.silence)),
		kind: "violations alleged against your company",
		what: format!("{}: {}", alleged.len(), named.join(", ")),
		command: format!("trimast config violations --open --standing alleged --against {}", org.0),
	})
}

#[cfg(test)]
mod tests {
	use super::{super::tests::org, *};
	use crate::config::change::story::tests::told;
	use trimast_primitives::{
		cells::{CellId, ParamId, ParamKey},
		page::SiteId,
		Hash, LocalNetworkId, OrgSet,
	};

	const CLOCK: Clock = Clock { block: 50, moment: 1_000, objection: 20, observation: 20, silence: 60 };

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
		let ruled = kinds(|view| {
			disputed(view);
			view.overruled = OrgSet(0b100);
			view.phase = "overruled".into();
		});
		let all = "change to roll back";
		assert_eq!(ruled, [vec![all], vec![all], vec![], vec![all]]);
	}

	#[test]
	fn rows_of_an_export_wait_until_the_first_is_due() {
		let export = ExportView {
			root: Hash::repeat_byte(7),
			leaves: 9,
			scope: trimast_primitives::access::Scope::National,
			observed: 0,
			anchored: 3,
			opened: 0,
			wrong: 0,
			missing: 0,
			differing: 0,
		};
		let cell = CellId { site: SiteId { local_network: LocalNetworkId(1301), index: 7 }, cell: 1 };
		let question = |due| QuestionView { cell, by: OrgId(2), due };
		let item = of_export(&export, &[question(90), question(80)]).unwrap();
		assert_eq!(item.deadline, Some(80));
		assert!(item.what.starts_with("2 rows of the export read 1970-01-01"), "{}", item.what);
		assert!(of_export(&export, &[]).is_none());
	}

	#[test]
	fn alleged_violations_are_counted_and_the_first_named() {
		let violation = |id, standing: &str| ViolationView {
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
			request: None,
			standing: standing.into(),
			closed: None,
			closing: None,
		};
		let all: Vec<_> =
			(0..5).map(|id| violation(4 - id, "alleged")).chain([violation(9, "confirmed")]).collect();
		let item = alleged(&all, OrgId(0), CLOCK).unwrap();
		assert_eq!(
			item.what,
			"5: 0 (hidden at 1301:0/1), 1 (hidden at 1301:1/1), 2 (hidden at 1301:2/1), ..."
		);
		assert_eq!(item.deadline, Some(70), "the oldest is confirmed first");
		assert!(alleged(&all[5..], OrgId(0), CLOCK).is_none());
	}
}
