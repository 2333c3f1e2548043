// SPDX-License-Identifier: Apache-2.0
//! `trimast inbox`: what waits for the signature or vote of an account, by deadline.

use crate::{
	context::Context,
	error::Result,
	names::{self, org_name, site_text, SiteName},
	output::table,
	site::{
		edit::changes,
		reconcile::{self, StepName},
	},
	vote::council,
};
use futures::{stream, StreamExt};
use serde_json::{json, Value};
use trimast_primitives::{access::Role, org::OrgStatus, OrgId};

/// Something that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Item {
	/// Last block for it; none when it has no deadline.
	deadline: Option<u32>,
	kind: &'static str,
	what: String,
	/// The command that does it.
	command: String,
}

impl Item {
	fn to_json(&self) -> Value {
		json!({ "deadline": self.deadline, "kind": self.kind, "what": self.what, "command": self.command })
	}
}

/// By deadline, then what has none.
fn sort(items: &mut [Item]) {
	items.sort_by(|a, b| {
		(a.deadline.unwrap_or(u32::MAX), a.kind, &a.command).cmp(&(
			b.deadline.unwrap_or(u32::MAX),
			b.kind,
			&b.command,
		))
	});
}

/// How many local networks are asked at once.
const AT_ONCE: usize = 16;

/// Runs it.
pub(crate) async fn run(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let spec = chain.spec(at.hash).await?;
	let account = context.acting_account()?;
	let orgs = at.orgs().await?;
	let mut items = Vec::new();
	for org in orgs.iter().filter(|org| org.principal == account && org.status == OrgStatus::Invited) {
		items.push(Item {
			deadline: None,
			kind: "invitation",
			what: format!("{} is invited to the federation", org.name),
			command: "trimast federation accept --recovery ACCOUNT".into(),
		});
	}
	let view = at.account(&account).await?;
	let own = view.as_ref().and_then(|view| orgs.iter().find(|org| org.id == view.org));
	if council::seats(at).await?.contains(&account) {
		for motion in council::motions(at).await? {
			let text = spec.call_text(&motion.call.0);
			let voted = motion.ayes.contains(&account) || motion.nays.contains(&account);
			if at.number > motion.end {
				let command = format!("trimast vote close m{}", motion.index);
				items.push(Item { deadline: None, kind: "motion whose term is over", what: text, command });
			} else if !voted {
				let command = format!("trimast vote aye m{0} (or nay m{0})", motion.index);
				items.push(Item { deadline: Some(motion.end), kind: "motion", what: text, command });
			} else if motion.ayes.len() >= usize::try_from(motion.threshold).unwrap_or(usize::MAX) {
				let command = format!("trimast vote close m{}", motion.index);
				items.push(Item { deadline: None, kind: "motion with its votes", what: text, command });
			}
		}
		let mine = own.map_or(OrgId(u8::MAX), |org| org.id);
		for one in at
			.enactments()
			.await?
			.into_iter()
			.filter(|one| !one.ayes.contains(mine) && !one.objections.contains(mine))
		{
			let (what, command) = (spec.call_text(&one.call), format!("trimast vote object e{}", one.id));
			items.push(Item { deadline: Some(one.at), kind: "enactment, open to objection", what, command });
		}
	}
	let is_principal = own.is_some_and(|org| org.principal == account);
	let may_veto = own.is_some_and(|org| org.principal == account || org.recovery == account);
	for motion in at.subject_motions().await? {
		let what = format!("{} {}", motion.matter, org_name(&orgs, motion.subject));
		let mine = own.map_or(OrgId(u8::MAX), |org| org.id);
		if is_principal
			&& motion.effective.is_none()
			&& motion.required.contains(mine)
			&& !motion.ayes.contains(mine)
		{
			let command = format!("trimast vote aye s{}", motion.id);
			items.push(Item { deadline: Some(motion.closes), kind: "motion about a company", what, command });
		} else if may_veto && motion.subject == mine && motion.matter.starts_with("recover") {
			let command = format!("trimast federation veto s{}", motion.id);
			let deadline = motion.effective.or(Some(motion.closes));
			items.push(Item { deadline, kind: "recovery of your own key, open to veto", what, command });
		}
	}
	if let Some((org, (next, from))) = own.and_then(|org| Some((org, org.next_recovery.as_ref()?))) {
		let next = names::ss58(next);
		let what = format!("{next} is to become the recovery account of {}", org.name);
		if org.recovery == account {
			let (kind, command) =
				("your own replacement, open to refusal", "trimast federation keep-recovery");
			items.push(Item { deadline: Some(*from), kind, what, command: command.into() });
		} else if is_principal && *from <= at.number {
			let command = format!("trimast federation replace-recovery {next}");
			items.push(Item { deadline: None, kind: "recovery account, delay over", what, command });
		}
	}
	if let Some(org) = own.filter(|org| is_principal && org.leaves_at.is_some_and(|block| block <= at.number))
	{
		let what = format!("the notice of {} is over", org.name);
		items.push(Item {
			deadline: None,
			kind: "exit",
			what,
			command: "trimast federation exit complete".into(),
		});
	}
	if let Some(view) = view.filter(|view| view.roles.contains(Role::Planner)) {
		for amendment in at.amendments().await? {
			let place = amendment.id.local_network;
			if !amendment.consents.missing().contains(view.org) || !view.scope.covers(place) {
				continue;
			}
			let now = at.find(&SiteName::Id(amendment.id)).await?;
			items.push(Item {
				deadline: Some(amendment.consents.expires),
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
		let (open, places) = networks
			.iter()
			.filter(|network| network.confirmed < network.stations)
			.fold((0u64, 0usize), |(open, places), network| {
				(open + u64::from(network.stations - network.confirmed), places + 1)
			});
		if open > 0 {
			items.push(Item {
				deadline: None,
				kind: "unconfirmed stations",
				what: format!("{open} in {places} local networks wait for some company's signature"),
				command: "trimast site countersign --all (shows those that name you)".into(),
			});
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
				kind: "reconciliation",
				what: format!("local network {}, round {}: {step}", id.0, round.round),
				command: format!("trimast site reconcile {} --all --inventory FILE.csv", id.0),
			});
		}
	}
	sort(&mut items);
	let value = json!({
		"block": at.number, "account": names::ss58(&account), "items": items.iter().map(Item::to_json).collect::<Vec<_>>(),
	});
	context.output.answer(&value, || {
		let rows = items.iter().map(|item| {
			let deadline = item.deadline.map_or_else(
				|| "-".into(),
				|block| format!("{block} (in {})", block.saturating_sub(at.number)),
			);
			vec![deadline, item.kind.into(), item.what.clone(), item.command.clone()]
		});
		format!("final block {}\n{}", at.number, table(&["until block", "kind", "what", "command"], rows))
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn items_stand_by_deadline() {
		let item = |deadline| Item { deadline, kind: "motion", what: String::new(), command: String::new() };
		let mut items = [item(None), item(Some(9)), item(Some(3))];
		sort(&mut items);
		assert_eq!(items.map(|item| item.deadline), [Some(3), Some(9), None]);
	}
}
