// SPDX-License-Identifier: Apache-2.0
//! `trimast inbox`: what waits for the signature or vote of an account, by deadline.

mod config;
mod energy;
mod orders;
mod plans;

use crate::{
	chain::{
		operations::{self, Operation},
		status::pause_text,
		views::At,
		wrap::quarter_block,
		Call, Spec,
	},
	context::Context,
	error::Result,
	names::{self, org_name, site_text, SiteName},
	output::{counted, table},
	site::{
		edit::changes,
		reconcile::{self, StepName},
	},
	vote::{council, text::motion_text},
};
use futures::{stream, StreamExt};
use serde_json::{json, Value};
use trimast_primitives::{
	access::Role,
	apis::{LocalNetworkView, OrgView, SubjectMotionView},
	org::OrgStatus,
	site::{StationEntry, StationState},
	text::escaped,
	AccountId, LocalNetworkId, OrgId,
};

/// Something that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Item {
	/// Last block for it, of several the first that lies ahead; none when nothing lies ahead.
	deadline: Option<u32>,
	/// Of how many the deadline has passed.
	passed: usize,
	kind: &'static str,
	what: String,
	/// The command that does it.
	command: String,
}

impl Item {
	fn to_json(&self) -> Value {
		json!({
			"deadline": self.deadline, "passed": self.passed, "kind": self.kind, "what": self.what,
			"command": self.command,
		})
	}

	/// What has passed, and until when there is time for the next.
	fn due_text(&self, now: u32) -> String {
		let next = self.deadline.map(|block| format!("{block} (in {})", block.saturating_sub(now)));
		match (self.passed, next) {
			(0, None) => "-".into(),
			(0, Some(next)) => next,
			(passed, None) => format!("PASSED, {passed} of them"),
			(passed, Some(next)) => format!("PASSED, {passed} of them; next {next}"),
		}
	}
}

/// What has passed first, then by deadline, then what has none.
fn sort(items: &mut [Item]) {
	let key = |item: &Item| (item.passed == 0, item.deadline.unwrap_or(u32::MAX), item.kind);
	items.sort_by(|a, b| (key(a), &a.command).cmp(&(key(b), &b.command)));
}

/// How many local networks are asked at once.
const AT_ONCE: usize = 16;

/// Longest call that is shown encoded, to be repeated as it stands.
const SHORT_CALL: usize = 128;

/// An invitation that is open: who has accepted it waits for the others.
fn invitation(org: &OrgView) -> Option<Item> {
	let until = org.accept_by.filter(|_| org.status == OrgStatus::Invited)?;
	Some(Item {
		deadline: Some(until),
		passed: 0,
		kind: "invitation",
		what: format!("{} is invited to the federation", escaped(&org.name)),
		command: "trimast federation accept --recovery ACCOUNT".into(),
	})
}

/// A company that has accepted its invitation, and that none of these calls confirms.
fn confirmation(org: &OrgView, calls: &[Value]) -> Option<Item> {
	let has_accepted = org.status == OrgStatus::Invited && org.accept_by.is_none();
	if !has_accepted || calls.iter().any(|call| confirms(call, org.id)) {
		return None;
	}
	Some(Item {
		deadline: None,
		passed: 0,
		kind: "accepted invitation",
		what: format!("{} has accepted and waits to be confirmed", escaped(&org.name)),
		command: format!("trimast federation confirm {}", org.id.0),
	})
}

/// Whether a call confirms a company, wherever in it that stands.
fn confirms(call: &Value, org: OrgId) -> bool {
	match call {
		Value::Object(map) => map.iter().any(|(name, inner)| {
			(name == "confirm" && inner.get("org") == Some(&json!(org.0))) || confirms(inner, org)
		}),
		Value::Array(items) => items.iter().any(|item| confirms(item, org)),
		_ => false,
	}
}

/// Blocks after which the scheduler has lost what it should have carried out: until then it may wait for room.
const LOST: u32 = 10;

/// Whether what was due in a block has been lost by `now`.
fn is_lost(due: u32, now: u32) -> bool {
	now > due.saturating_add(LOST)
}

/// What was decided, is due, and has not been carried out: any principal may have it done.
fn lost(what: String, call: &str, arguments: &Value) -> Item {
	let command = format!("trimast chain call Federation.{call} '{arguments}'");
	Item { deadline: None, passed: 0, kind: "decision that is due and was not carried out", what, command }
}

/// What a motion about a company means for an account of the company `own`.
fn about_company(
	motion: &SubjectMotionView,
	own: &OrgView,
	account: &AccountId,
	orgs: &[OrgView],
) -> Option<Item> {
	let is_principal = own.principal == *account;
	let about = org_name(orgs, motion.subject);
	let what = format!("{} {about}", escaped(&motion.matter));
	let is_voter = is_principal && motion.required.contains(own.id);
	if is_voter && motion.effective.is_none() && !motion.ayes.contains(own.id) {
		let command = format!("trimast vote aye s{}", motion.id);
		return Some(Item {
			deadline: Some(motion.closes),
			passed: 0,
			kind: "motion about a company",
			what,
			command,
		});
	}
	let may_veto = is_principal || own.recovery == *account;
	if may_veto && motion.subject == own.id && motion.matter.starts_with("recover") {
		let command = format!("trimast federation veto s{}", motion.id);
		let deadline = motion.effective.or(Some(motion.closes));
		return Some(Item {
			deadline,
			passed: 0,
			kind: "recovery of your own key, open to veto",
			what,
			command,
		});
	}
	let block = motion.effective.filter(|_| motion.matter == "suspend")?;
	let what = format!("{about} is suspended from block {block} on, unless it is readmitted before");
	let command = format!("trimast federation readmit {}", motion.subject.0);
	if motion.subject == own.id {
		let (kind, command) = ("coming suspension of your company", format!("the others: {command}"));
		return Some(Item { deadline: Some(block), passed: 0, kind, what, command });
	}
	is_voter.then_some(Item { deadline: Some(block), passed: 0, kind: "coming suspension", what, command })
}

/// An operation of a multisig that waits for `signer`.
fn of_multisig(operation: &Operation, signer: &AccountId, spec: &Spec) -> Item {
	let call = match &operation.call {
		Some(call) => spec.call_text(&call.0),
		None => format!("a call with the hash {}", names::hex0x(operation.call_hash)),
	};
	let what = format!(
		"{} ({} of {} have approved): {call}",
		names::ss58(&operation.account),
		operation.approvals.len(),
		operation.threshold
	);
	let verb = match &operation.call {
		Some(call) if call.0.len() <= SHORT_CALL => format!("chain call {}", names::hex0x(&call.0)),
		_ => "(and what the others have said)".into(),
	};
	let command = format!("trimast --multisig {} {verb}", operation.name_for(signer));
	Item { deadline: None, passed: 0, kind: "multisig operation", what, command }
}

/// Whether a station waits for the signature of `org`.
fn waits_for(entry: &StationEntry, org: OrgId) -> bool {
	entry.state == StationState::OnAir && entry.station.named().contains(org) && !entry.signed.contains(org)
}

/// How many stations of a local network wait for the signature of `org`.
async fn unsigned(at: At<'_>, id: LocalNetworkId, org: OrgId) -> Result<usize> {
	let (mut from, mut count) = (0, 0);
	while let Some((stations, next)) = at.stations_from(id, from).await? {
		count += stations.iter().filter(|site| waits_for(&site.entry, org)).count();
		from = next;
	}
	Ok(count)
}

/// The stations that wait for the signature of `org`, if any do. Only where something is unconfirmed are they looked at.
async fn unconfirmed(
	context: &Context,
	at: At<'_>,
	networks: &[LocalNetworkView],
	org: OrgId,
) -> Result<Option<Item>> {
	let open: Vec<_> =
		networks.iter().filter(|view| view.confirmed < view.stations).map(|view| view.id).collect();
	let total = u64::try_from(open.len()).unwrap_or(u64::MAX);
	let bar = context.output.progress(total, "local networks looked at");
	let mut counts = stream::iter(open).map(|id| unsigned(at, id, org)).buffered(AT_ONCE);
	let (mut stations, mut places) = (0usize, 0usize);
	while let Some(count) = counts.next().await {
		let count = count?;
		stations += count;
		places += usize::from(count > 0);
		bar.inc(1);
	}
	bar.finish_and_clear();
	Ok((stations > 0).then(|| Item {
		deadline: None,
		passed: 0,
		kind: "unconfirmed stations",
		what: format!("{stations} in {} for your company's signature", counted(places, "local network")),
		command: "trimast site countersign --all --inventory FILE.csv".into(),
	}))
}

/// Runs it.
pub(crate) async fn run(context: &Context) -> Result<()> {
	let signer = context.account_to_read()?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let spec = chain.spec(at.hash).await?;
	let account = context.behalf.acting(&signer);
	let orgs = at.orgs().await?;
	let mut items = Vec::new();
	items.extend(orgs.iter().filter(|org| org.principal == account).filter_map(invitation));
	let view = at.account(&account).await?;
	let own = view.as_ref().and_then(|view| orgs.iter().find(|org| org.id == view.org));
	if council::seats(at).await?.contains(&account) {
		let now = at.parameters().await?;
		let motions = council::motions(at).await?;
		let enactments = at.enactments().await?;
		let decided = enactments.iter().map(|one| spec.describe(&Call(one.call.clone())));
		let proposed = motions.iter().map(|motion| spec.describe(&motion.call));
		let calls: Vec<Value> = proposed.chain(decided).filter_map(Result::ok).collect();
		items.extend(orgs.iter().filter_map(|org| confirmation(org, &calls)));
		let (time, proof) = quarter_block(&spec);
		for one in enactments.iter().filter(|one| is_lost(one.at, at.number)) {
			let bound = json!({ "id": one.id, "weight_bound": { "ref_time": time, "proof_size": proof } });
			items.push(lost(motion_text(&spec, &one.call, &now), "carry_out", &bound));
		}
		for one in at.subject_motions().await? {
			if one.effective.is_some_and(|block| is_lost(block, at.number)) {
				let what = format!("{} {}", escaped(&one.matter), org_name(&orgs, one.subject));
				items.push(lost(what, "carry_out_subject", &json!({ "id": one.id })));
			}
		}
		for motion in motions {
			let text = motion_text(&spec, &motion.call.0, &now);
			let voted = motion.ayes.contains(&account) || motion.nays.contains(&account);
			if at.number > motion.end {
				let command = format!("trimast vote close m{}", motion.index);
				items.push(Item {
					deadline: None,
					passed: 0,
					kind: "motion whose term is over",
					what: text,
					command,
				});
			} else if !voted {
				let command = format!("trimast vote aye m{0} (or nay m{0})", motion.index);
				items.push(Item {
					deadline: Some(motion.end),
					passed: 0,
					kind: "motion",
					what: text,
					command,
				});
			} else if motion.ayes.len() >= usize::try_from(motion.threshold).unwrap_or(usize::MAX) {
				let command = format!("trimast vote close m{}", motion.index);
				items.push(Item {
					deadline: None,
					passed: 0,
					kind: "motion with its votes",
					what: text,
					command,
				});
			}
		}
		let mine = own.map_or(OrgId(u8::MAX), |org| org.id);
		for one in
			enactments.into_iter().filter(|one| !one.ayes.contains(mine) && !one.objections.contains(mine))
		{
			let (what, command) =
				(motion_text(&spec, &one.call, &now), format!("trimast vote object e{}", one.id));
			items.push(Item {
				deadline: Some(one.at),
				passed: 0,
				kind: "enactment, open to objection",
				what,
				command,
			});
		}
	}
	let is_principal = own.is_some_and(|org| org.principal == account);
	if let Some(own) = own {
		let motions = at.subject_motions().await?;
		items.extend(motions.iter().filter_map(|motion| about_company(motion, own, &account, &orgs)));
	}
	if let Some(view) = at.account(&signer).await? {
		let open = operations::opened_by(at, &spec, view.org).await?;
		let waiting = open.iter().filter(|operation| operation.waits_for(&signer));
		items.extend(waiting.map(|operation| of_multisig(operation, &signer, &spec)));
	}
	if let Some((org, (next, from))) = own.and_then(|org| Some((org, org.next_recovery.as_ref()?))) {
		let next = names::ss58(next);
		let what = format!("{next} is to become the recovery account of {}", escaped(&org.name));
		if org.recovery == account {
			let (kind, command) =
				("your own replacement, open to refusal", "trimast federation keep-recovery");
			items.push(Item { deadline: Some(*from), passed: 0, kind, what, command: command.into() });
		} else if is_principal && *from <= at.number {
			let command = format!("trimast federation replace-recovery {next}");
			items.push(Item {
				deadline: None,
				passed: 0,
				kind: "recovery account, delay over",
				what,
				command,
			});
		}
	}
	if let Some(org) = own.filter(|org| is_principal && org.leaves_at.is_some_and(|block| block <= at.number))
	{
		let what = format!("the notice of {} is over", escaped(&org.name));
		items.push(Item {
			deadline: None,
			passed: 0,
			kind: "exit",
			what,
			command: "trimast federation exit complete".into(),
		});
	}
	if let Some(view) = view.as_ref().filter(|view| view.roles.contains(Role::Planner)) {
		for amendment in at.amendments().await? {
			let place = amendment.id.local_network;
			let is_asked = amendment.consents.missing().contains(view.org) && view.scope.covers(place);
			if !is_asked || amendment.consents.is_expired(at.number) {
				continue;
			}
			let now = at.find(&SiteName::Id(amendment.id)).await?;
			items.push(Item {
				deadline: Some(amendment.consents.expires),
				passed: 0,
				kind: "amendment",
				what: format!(
					"{} {}: {}",
					org_name(&orgs, amendment.proposer),
					site_text(amendment.id),
					changes(&amendment, now.as_ref()).join(", ")
				),
				command: format!("trimast site consent {}", site_text(amendment.id)),
			});
		}
		let networks: Vec<_> =
			at.local_networks().await?.into_iter().filter(|network| view.scope.covers(network.id)).collect();
		// The witness stands in no record: nothing waits for it.
		if own.is_some_and(|org| org.kind.has_council_seat()) {
			items.extend(unconfirmed(context, at, &networks, view.org).await?);
		}
		let mut rounds = stream::iter(networks.iter().map(|network| network.id))
			.map(|id| async move { (id, at.reconciliation(id).await) })
			.buffered(AT_ONCE);
		while let Some((id, round)) = rounds.next().await {
			let Some(round) = round? else { continue };
			let Some((step, deadline)) = reconcile::due(&round, view.org, at.number) else { continue };
			let step = match step {
				StepName::Publish if !reconcile::is_unpublished(at, id, &round, view.org).await? => continue,
				StepName::Publish => "publish the records of pages that differ",
				StepName::Reveal => "reveal the page digests",
				StepName::Open | StepName::Commit | StepName::Report => "commit to your books",
			};
			items.push(Item {
				deadline,
				passed: 0,
				kind: "reconciliation",
				what: format!("local network {}, round {}: {step}", id.0, round.round),
				command: format!("trimast site reconcile {} --all --inventory FILE.csv", id.0),
			});
		}
	}
	if let Some(view) = &view {
		items.extend(config::items(context, at, view, &orgs).await?);
		items.extend(orders::items(at, view, &orgs).await?);
		items.extend(plans::items(at, view, &orgs).await?);
		items.extend(energy::items(at, view, &orgs).await?);
	}
	sort(&mut items);
	let pause = at.pause().await?;
	let suspended = own.filter(|org| org.status == OrgStatus::Suspended).and_then(|org| org.suspended_until);
	let value = json!({
		"block": at.number, "account": names::ss58(&account), "paused": pause, "suspended_until": suspended,
		"items": items.iter().map(Item::to_json).collect::<Vec<_>>(),
	});
	context.output.answer(&value, || {
		let rows = items.iter().map(|item| {
			vec![item.due_text(at.number), item.kind.into(), item.what.clone(), item.command.clone()]
		});
		let mut lines = vec![format!("final block {}", at.number)];
		lines.extend(pause_text(&pause).map(|text| format!("paused: {text}")));
		lines.extend(suspended.map(|until| {
			format!("your company is suspended until block {until}: its business calls are refused")
		}));
		lines.push(match items.is_empty() {
			true => "nothing waits".into(),
			false => table(&["until block", "kind", "what", "command"], rows),
		});
		lines.join("\n")
	});
	Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::site::csv::{read_station, tests::sample};
	use trimast_primitives::{org::OrgKind, OrgSet};

	fn account(n: u8) -> AccountId {
		AccountId::from([n; 32])
	}

	/// A company whose principal is the account of ten times its number, its recovery account the next one.
	pub(crate) fn org(id: u8) -> OrgView {
		OrgView {
			id: OrgId(id),
			name: format!("company-{id}\n"),
			kind: OrgKind::Carrier,
			status: OrgStatus::Active,
			principal: account(id * 10),
			recovery: account(id * 10 + 1),
			next_recovery: None,
			validators: vec![],
			accept_by: None,
			suspended_until: None,
			leaves_at: None,
			accounts: 3,
			state_used: 0,
		}
	}

	#[test]
	fn decisions_that_the_scheduler_has_lost_are_shown_with_the_call() {
		assert!(!is_lost(20, 20) && !is_lost(20, 20 + LOST) && is_lost(20, 21 + LOST));
		let item = lost("suspend Tower".into(), "carry_out_subject", &json!({ "id": 3 }));
		assert_eq!(item.command, "trimast chain call Federation.carry_out_subject '{\"id\":3}'");
	}

	#[test]
	fn invitation_waits_for_the_invited_and_then_for_the_council() {
		let invited = OrgView { status: OrgStatus::Invited, accept_by: Some(90), ..org(4) };
		let item = invitation(&invited).unwrap();
		assert_eq!((item.deadline, item.kind), (Some(90), "invitation"));
		assert!(confirmation(&invited, &[]).is_none(), "it has not accepted");
		// Once it has accepted
		let accepted = OrgView { accept_by: None, ..invited };
		assert!(invitation(&accepted).is_none());
		assert_eq!(confirmation(&accepted, &[]).unwrap().command, "trimast federation confirm 4");
		// And once somebody has proposed to confirm it
		let motion = |org: u8| json!({ "Federation": { "enact": { "call": { "Federation": { "confirm": { "org": org } } } } } });
		assert!(confirmation(&accepted, &[motion(4)]).is_none());
		assert!(confirmation(&accepted, &[motion(3)]).is_some());
		assert!(confirmation(&org(4), &[]).is_none() && invitation(&org(4)).is_none(), "a member");
	}

	/// A motion of companies 1 and 3 about company 2, for which 1 has voted.
	fn motion(matter: &str, effective: Option<u32>) -> SubjectMotionView {
		SubjectMotionView {
			id: 7,
			subject: OrgId(2),
			matter: matter.into(),
			ayes: OrgSet::of(OrgId(1)),
			required: OrgSet(0b1010),
			closes: 50,
			effective,
		}
	}

	#[test]
	fn coming_suspension_is_told_to_the_company_and_to_who_can_avert_it() {
		let orgs = [1, 2, 3].map(org);
		let told = |motion: &SubjectMotionView, own: u8, who: u8| {
			about_company(motion, &orgs[usize::from(own) - 1], &account(who), &orgs).map(|item| item.kind)
		};
		let coming = motion("suspend", Some(90));
		// Everybody of the company it is about
		let own = about_company(&coming, &orgs[1], &account(99), &orgs).unwrap();
		assert_eq!((own.kind, own.deadline), ("coming suspension of your company", Some(90)));
		assert!(own.what.starts_with("company-2\\u{a} is suspended from block 90"), "{}", own.what);
		// And the principals of the others, who may readmit it, whether they have voted for it or not
		assert_eq!(told(&coming, 1, 10), Some("coming suspension"));
		assert_eq!(told(&coming, 3, 30), Some("coming suspension"));
		assert_eq!(told(&coming, 1, 99), None, "a planner of another company has no voice in it");
	}

	#[test]
	fn motions_about_a_company_wait_for_who_has_not_voted() {
		let orgs = [1, 2, 3].map(org);
		let told = |motion: &SubjectMotionView, own: u8, who: u8| {
			about_company(motion, &orgs[usize::from(own) - 1], &account(who), &orgs).map(|item| item.kind)
		};
		let open = motion("suspend", None);
		assert_eq!(told(&open, 1, 10), None, "it has voted");
		assert_eq!(told(&open, 3, 30), Some("motion about a company"));
		assert_eq!(told(&open, 2, 20), None, "no voice in a motion about itself");
		let recover = motion("recover 5F", Some(90));
		for who in [20, 21] {
			assert_eq!(told(&recover, 2, who), Some("recovery of your own key, open to veto"));
		}
		assert_eq!(told(&recover, 3, 30), None, "it is decided");
	}

	#[test]
	fn station_waits_for_who_is_named_and_has_not_signed() {
		let (_, station) = read_station(&sample()).unwrap();
		let (owner, named) = (station.owner, station.named());
		let sharer = station.sharers.iter().next().unwrap();
		let mut entry =
			StationEntry { station, state: StationState::OnAir, revision: 0, signed: OrgSet::of(owner) };
		let witness = OrgId(9);
		assert!(!named.contains(witness));
		assert!(waits_for(&entry, sharer));
		assert!(!waits_for(&entry, owner) && !waits_for(&entry, witness), "others are waited for");
		entry.state = StationState::Retired;
		assert!(!waits_for(&entry, sharer));
	}

	#[test]
	fn items_stand_by_deadline() {
		let item = |deadline| Item {
			deadline,
			passed: 0,
			kind: "motion",
			what: String::new(),
			command: String::new(),
		};
		let overdue = |deadline| Item { passed: 2, ..item(deadline) };
		let mut items = [item(None), item(Some(9)), overdue(Some(40)), item(Some(3)), overdue(None)];
		sort(&mut items);
		let order = items.each_ref().map(|item| (item.passed, item.deadline));
		assert_eq!(order, [(2, Some(40)), (2, None), (0, Some(3)), (0, Some(9)), (0, None)]);
		assert_eq!(
			items.map(|item| item.due_text(1)),
			["PASSED, 2 of them; next 40 (in 39)", "PASSED, 2 of them", "3 (in 2)", "9 (in 8)", "-"]
		);
	}
}
