// SPDX-License-Identifier: Apache-2.0

//! What can be asked, as the runtime API `FederationApi` answers it.

use crate::{
	types::{Account, Org, PeerId, SubjectMatter},
	AccountsOf, Branches, Config, EnactedCalls, Enactments, Nodes, Orgs, Pallet, ParametersInForce,
	SessionKeys, StateUse, SubjectMotions, Validators,
};
use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};
use sp_core::hexdisplay::HexDisplay;
use sp_runtime::traits::SaturatedConversion;
use trimast_primitives::{
	apis::{AccountView, BranchView, EnactmentView, NodeView, OrgView, SubjectMotionView, MAX_PAGE},
	org::MAX_ORGS,
	params::Parameters,
	AccountId, OrgId,
};

/// How many items a page of `limit` has.
fn page(limit: u32) -> usize {
	limit.min(MAX_PAGE).saturated_into()
}

/// The account's bytes: without the standard library it has no other words.
fn hex(account: &AccountId) -> String {
	let bytes: &[u8; 32] = account.as_ref();
	format!("0x{}", HexDisplay::from(bytes))
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

impl<T: Config> Pallet<T> {
	/// Every organisation, by number.
	pub fn orgs() -> Vec<OrgView> {
		(0..MAX_ORGS)
			.map(OrgId)
			.filter_map(|id| Orgs::<T>::get(id).map(|org| Self::org_view(id, org)))
			.collect()
	}

	fn org_view(id: OrgId, org: Org) -> OrgView {
		let now = Self::now();
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
			suspended_until: org.suspended_until.filter(|until| now < *until),
			leaves_at: org.leaves_at,
			accounts: org.accounts,
			state_used: StateUse::<T>::get(id),
			principal: org.principal,
			recovery: org.recovery,
		}
	}

	/// One account; none when it was removed or is unknown.
	pub fn account(who: AccountId) -> Option<AccountView> {
		Self::live(&who).map(|account| Self::account_view(who, account))
	}

	fn account_view(who: AccountId, account: Account) -> AccountView {
		AccountView {
			account: who,
			org: account.org,
			roles: account.roles,
			scope: account.scope,
			branch: account.branch.filter(|branch| Branches::<T>::contains_key(account.org, branch)),
			since: account.since,
		}
	}

	/// Accounts of one organisation, in the order in which they are stored, after the one given.
	pub fn accounts(org: OrgId, after: Option<AccountId>, limit: u32) -> Vec<AccountView> {
		let keys = match after {
			Some(after) => {
				AccountsOf::<T>::iter_key_prefix_from(org, AccountsOf::<T>::hashed_key_for(org, &after))
			}
			None => AccountsOf::<T>::iter_key_prefix(org),
		};
		keys.filter_map(Self::account).take(page(limit)).collect()
	}

	/// Branches of one organisation, by number.
	pub fn branches(org: OrgId) -> Vec<BranchView> {
		let mut branches: Vec<_> = Branches::<T>::iter_prefix(org)
			.map(|(id, branch)| BranchView { id, name: text(&branch.name), scope: branch.scope })
			.collect();
		branches.sort_by_key(|branch| branch.id);
		branches
	}

	/// Registered nodes of members, in the order in which they are stored, after the one given.
	pub fn nodes(after: Option<String>, limit: u32) -> Vec<NodeView> {
		let after = after.and_then(|peer_id| PeerId::try_from(peer_id.into_bytes()).ok());
		let keys = match after {
			Some(after) => Nodes::<T>::iter_keys_from(Nodes::<T>::hashed_key_for(&after)),
			None => Nodes::<T>::iter_keys(),
		};
		keys.filter_map(|peer_id| {
			Self::live_node(&peer_id).map(|node| NodeView {
				peer_id: text(&peer_id),
				org: node.org,
				kind: node.kind.word().to_string(),
				province: node.province,
			})
		})
		.take(page(limit))
		.collect()
	}

	/// Decided motions that wait for their delay, by number.
	pub fn enactments() -> Vec<EnactmentView> {
		let mut views: Vec<_> = Enactments::<T>::iter()
			.map(|(id, enactment)| EnactmentView {
				id,
				matter: enactment.matter,
				call_hash: enactment.call_hash,
				call: EnactedCalls::<T>::get(id).unwrap_or_default().into_inner(),
				ayes: enactment.ayes,
				objections: enactment.objections,
				at: enactment.at,
			})
			.collect();
		views.sort_by_key(|view| view.id);
		views
	}

	/// Open and decided motions about one organisation, by number. Those whose time is over undecided are
	/// left out.
	pub fn subject_motions() -> Vec<SubjectMotionView> {
		let now = Self::now();
		let mut views: Vec<_> = SubjectMotions::<T>::iter()
			.filter(|(_, motion)| motion.effective.is_some() || now <= motion.closes)
			.map(|(id, motion)| SubjectMotionView {
				id,
				subject: motion.subject,
				matter: match motion.matter {
					SubjectMatter::Suspend => "suspend".to_string(),
					SubjectMatter::Readmit => "readmit".to_string(),
					SubjectMatter::Recover { principal } => format!("recover {}", hex(&principal)),
				},
				ayes: motion.ayes,
				required: Self::required(motion.subject),
				closes: motion.closes,
				effective: motion.effective,
			})
			.collect();
		views.sort_by_key(|view| view.id);
		views
	}

	/// The parameters in force.
	pub fn parameters_in_force() -> Parameters {
		ParametersInForce::<T>::get()
	}
}
