// SPDX-License-Identifier: Apache-2.0

//! What can be asked, as the runtime API `FederationApi` answers it.

use crate::{
	types::{Account, Org, PauseKind, PeerId, Stage, SubjectMatter},
	AccountsOf, Branches, Config, CouncilSeats, EnactedCalls, Enactments, Nodes, Orgs, Pallet,
	ParametersInForce, Paused, SessionKeys, StateUse, SubjectMotions, Validators,
};
use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};
use sp_core::crypto::Ss58Codec;
use sp_runtime::traits::SaturatedConversion;
use trimast_primitives::{
	apis::{
		AccountView, BranchView, EnactmentView, MotionView, NodeView, OrgView, PauseView, SubjectMotionView,
		MAX_PAGE,
	},
	org::MAX_ORGS,
	params::Governed,
	AccountId, OrgId,
};

/// How many items a page of `limit` has.
fn page(limit: u32) -> usize {
	limit.min(MAX_PAGE).saturated_into()
}

/// The numbers of a page: those after the one given, in their order.
fn numbered<N: Ord + Copy>(numbers: impl Iterator<Item = N>, after: Option<N>, limit: u32) -> Vec<N> {
	let mut numbers: Vec<N> = numbers.filter(|number| after.is_none_or(|after| after < *number)).collect();
	numbers.sort_unstable();
	numbers.truncate(page(limit));
	numbers
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn orgs<T: Config>() -> Vec<OrgView> {
	let org = |id| Orgs::<T>::get(id).map(|org| org_view::<T>(id, org));
	(0..MAX_ORGS).map(OrgId).filter_map(org).collect()
}

fn org_view<T: Config>(id: OrgId, org: Org) -> OrgView {
	let now = Pallet::<T>::now();
	let validators = Validators::<T>::get(id).into_iter().map(|who| {
		let has_keys = T::SessionKeys::has_keys(&who);
		(who, has_keys)
	});
	OrgView {
		id,
		name: text(&org.name),
		kind: org.kind,
		status: org.status(now),
		validators: validators.collect(),
		accept_by: match org.stage {
			Stage::Invited { until } => Some(until),
			Stage::Accepted | Stage::Member | Stage::Left => None,
		},
		suspended_until: org.suspended_until.filter(|until| now < *until),
		leaves_at: org.leaving(now).map(|exit| exit.from),
		accounts: org.accounts,
		state_used: StateUse::<T>::get(id),
		principal: org.principal,
		recovery: org.recovery,
		next_recovery: org.next_recovery,
	}
}

pub(crate) fn account<T: Config>(who: AccountId) -> Option<AccountView> {
	Pallet::<T>::live(&who).map(|account| account_view::<T>(who, account))
}

fn account_view<T: Config>(who: AccountId, account: Account) -> AccountView {
	AccountView {
		account: who,
		org: account.org,
		roles: account.roles,
		scope: account.scope,
		branch: account.branch.filter(|branch| Branches::<T>::contains_key(account.org, branch)),
		since: account.since,
	}
}

pub(crate) fn accounts<T: Config>(org: OrgId, after: Option<AccountId>, limit: u32) -> Vec<AccountView> {
	let keys = match after {
		Some(after) => {
			AccountsOf::<T>::iter_key_prefix_from(org, AccountsOf::<T>::hashed_key_for(org, &after))
		}
		None => AccountsOf::<T>::iter_key_prefix(org),
	};
	keys.filter_map(account::<T>).take(page(limit)).collect()
}

pub(crate) fn branches<T: Config>(org: OrgId, after: Option<u16>, limit: u32) -> Vec<BranchView> {
	let view = |id| {
		let branch = Branches::<T>::get(org, id)?;
		Some(BranchView { id, name: text(&branch.name), scope: branch.scope })
	};
	numbered(Branches::<T>::iter_key_prefix(org), after, limit).into_iter().filter_map(view).collect()
}

pub(crate) fn nodes<T: Config>(after: Option<String>, limit: u32) -> Vec<NodeView> {
	let after = after.and_then(|peer_id| PeerId::try_from(peer_id.into_bytes()).ok());
	let keys = match after {
		Some(after) => Nodes::<T>::iter_keys_from(Nodes::<T>::hashed_key_for(&after)),
		None => Nodes::<T>::iter_keys(),
	};
	keys.filter_map(|peer_id| {
		Pallet::<T>::live_node(&peer_id).map(|node| NodeView {
			peer_id: text(&peer_id),
			org: node.org,
			kind: node.kind.word().to_string(),
			province: node.province,
		})
	})
	.take(page(limit))
	.collect()
}

pub(crate) fn motions<T: Config>(after: Option<u32>, limit: u32) -> Vec<MotionView> {
	T::Council::motions(after, limit.min(MAX_PAGE))
}

pub(crate) fn enactments<T: Config>(after: Option<u32>, limit: u32) -> Vec<EnactmentView> {
	let view = |id| {
		let enactment = Enactments::<T>::get(id)?;
		Some(EnactmentView {
			id,
			matter: enactment.matter,
			call_hash: enactment.call_hash,
			call: EnactedCalls::<T>::get(id).unwrap_or_default().into_inner(),
			ayes: enactment.ayes,
			objections: enactment.objections,
			at: enactment.at,
		})
	};
	numbered(Enactments::<T>::iter_keys(), after, limit).into_iter().filter_map(view).collect()
}

pub(crate) fn subject_motions<T: Config>() -> Vec<SubjectMotionView> {
	let now = Pallet::<T>::now();
	let mut views: Vec<_> = SubjectMotions::<T>::iter()
		.filter(|(_, motion)| motion.effective.is_some() || now <= motion.closes)
		.map(|(id, motion)| SubjectMotionView {
			id,
			subject: motion.subject,
			matter: match motion.matter {
				SubjectMatter::Suspend => "suspend".to_string(),
				SubjectMatter::Readmit => "readmit".to_string(),
				SubjectMatter::Recover { principal } => format!("recover {}", principal.to_ss58check()),
			},
			ayes: motion.ayes,
			required: Pallet::<T>::required(motion.subject),
			closes: motion.closes,
			effective: motion.effective,
		})
		.collect();
	views.sort_by_key(|view| view.id);
	views
}

pub(crate) fn pause<T: Config>() -> PauseView {
	let now = Pallet::<T>::now();
	let kinds = Pallet::<T>::paused_kinds();
	let last = Paused::<T>::get().and_then(|pause| pause.until);
	let gap = Pallet::<T>::blocks(ParametersInForce::<T>::get().pause_gap);
	PauseView {
		kinds: PauseKind::ALL
			.into_iter()
			.filter(|kind| kinds.contains(*kind))
			.map(|kind| kind.word().to_string())
			.collect(),
		until: last.filter(|until| now < *until),
		again_from: last.map(|until| until.saturating_add(gap)).filter(|from| now < *from),
	}
}
