// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state after every block.

use crate::{
	types::{Org, Stage},
	Accounts, AccountsOf, Bounds, Branches, Config, CouncilSeats, Deposits, EnactedCalls, Enactments,
	Members, NextEnactment, NextOrg, NextSubjectMotion, Nodes, Orgs, Pallet, ParametersInForce, Seated,
	StateUse, SubjectMotions, Validators,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{ensure, traits::Get};
use sp_runtime::{traits::SaturatedConversion, TryRuntimeError};
use trimast_primitives::OrgId;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of the pallet.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_orgs()?;
		Self::check_council()?;
		Self::check_accounts()?;
		Self::check_seats_and_nodes()?;
		Self::check_motions()?;
		Self::check_quota()?;
		ensure!(Bounds::<T>::get().admit(&ParametersInForce::<T>::get()), "a parameter is out of bounds");
		Ok(())
	}

	/// Numbers are given in order, sets of members are what the organisations say, and a member is never
	/// without its principal.
	fn check_orgs() -> Result<(), TryRuntimeError> {
		let (members, seated) = (Members::<T>::get(), Seated::<T>::get());
		ensure!(members.is_superset(seated), "a company without membership is seated");
		for (id, org) in Orgs::<T>::iter() {
			ensure!(id.0 < NextOrg::<T>::get(), "an organisation has a number that was not given");
			let member = org.stage == Stage::Member;
			ensure!(members.contains(id) == member, "the set of members is wrong");
			ensure!(
				seated.contains(id) == (member && org.kind.has_council_seat()),
				"the set of seats is wrong"
			);
			if member {
				Self::check_member(id, &org)?;
			}
		}
		Ok(())
	}

	fn check_member(id: OrgId, org: &Org) -> Result<(), TryRuntimeError> {
		let principal = Self::live(&org.principal).filter(|account| account.org == id);
		ensure!(
			principal.is_some_and(|account| account.is_national_admin()),
			"a principal is no National admin"
		);
		let recovery = Self::live(&org.recovery).filter(|account| account.org == id);
		ensure!(recovery.is_some(), "a recovery account is not the organisation's");

		let accounts = AccountsOf::<T>::iter_key_prefix(id).filter(|who| Self::live(who).is_some()).count();
		ensure!(accounts == org.accounts.saturated_into::<usize>(), "the number of accounts is wrong");
		let branches = Branches::<T>::iter_key_prefix(id).count();
		ensure!(branches == org.branches.saturated_into::<usize>(), "the number of branches is wrong");
		ensure!(org.branches <= T::MaxBranches::get(), "too many branches");
		Ok(())
	}

	/// The council's seats are the companies' principals, and nobody else's.
	fn check_council() -> Result<(), TryRuntimeError> {
		let principals: BTreeSet<_> =
			Seated::<T>::get().iter().filter_map(|id| Orgs::<T>::get(id).map(|org| org.principal)).collect();
		let seats: BTreeSet<_> = T::Council::seats().into_iter().collect();
		ensure!(principals == seats, "the council's seats are not the companies' principals");
		Ok(())
	}

	/// Every account keeps its nonce, and the index has exactly those that were not removed.
	fn check_accounts() -> Result<(), TryRuntimeError> {
		let now = Self::now();
		for (who, account) in Accounts::<T>::iter() {
			ensure!(Orgs::<T>::contains_key(account.org), "an account belongs to no organisation");
			ensure!(frame_system::Pallet::<T>::providers(&who) > 0, "an account may lose its nonce");
			ensure!(account.roles.is_valid(), "an account has no roles");
			ensure!(account.since <= now, "an account was admitted in the future");
			let indexed = AccountsOf::<T>::contains_key(account.org, &who);
			ensure!(indexed != account.removed, "the index of accounts is wrong");
		}
		let added = Orgs::<T>::iter_values().fold(0u32, |sum, org| sum.saturating_add(org.added));
		let entries = Accounts::<T>::iter_keys().count();
		ensure!(entries == added.saturated_into::<usize>(), "the number of accounts ever added is wrong");
		for (org, who, ()) in AccountsOf::<T>::iter() {
			let own = Accounts::<T>::get(who).is_some_and(|account| account.org == org);
			ensure!(own, "the index has an account of another organisation");
		}
		Ok(())
	}

	/// Members alone have validators, each once in all; nodes are counted.
	fn check_seats_and_nodes() -> Result<(), TryRuntimeError> {
		let mut seen = BTreeSet::new();
		for (id, validators) in Validators::<T>::iter() {
			ensure!(Members::<T>::get().contains(id) || validators.is_empty(), "a stranger has validators");
			for validator in validators {
				ensure!(seen.insert(validator), "a validator holds two seats");
			}
		}
		let nodes: Vec<_> = Nodes::<T>::iter_values().collect();
		for (id, org) in Orgs::<T>::iter().filter(|(_, org)| org.is_member()) {
			let count = nodes.iter().filter(|node| node.org == id).count();
			ensure!(count == org.nodes.saturated_into::<usize>(), "the number of nodes is wrong");
			ensure!(org.nodes <= T::MaxNodes::get(), "too many nodes");
		}
		Ok(())
	}

	/// Every enactment has its call, and no company a voice in its own cause.
	fn check_motions() -> Result<(), TryRuntimeError> {
		ensure!(Enactments::<T>::count() <= T::MaxEnactments::get(), "too many enactments");
		ensure!(SubjectMotions::<T>::count() <= T::MaxSubjectMotions::get(), "too many subject motions");
		for (id, enactment) in Enactments::<T>::iter() {
			ensure!(id < NextEnactment::<T>::get(), "an enactment has a number that was not given");
			ensure!(EnactedCalls::<T>::contains_key(id), "an enactment has no call");
			ensure!(enactment.decided < enactment.at, "an enactment has no delay");
		}
		ensure!(
			EnactedCalls::<T>::iter_keys().count() == Enactments::<T>::iter_keys().count(),
			"a call belongs to no enactment"
		);
		for (id, motion) in SubjectMotions::<T>::iter() {
			ensure!(id < NextSubjectMotion::<T>::get(), "a motion has a number that was not given");
			ensure!(!motion.ayes.contains(motion.subject), "a company voted in its own cause");
		}
		Ok(())
	}

	/// What is reserved for accounts is counted on their payers' quotas.
	fn check_quota() -> Result<(), TryRuntimeError> {
		for id in Orgs::<T>::iter_keys() {
			let reserved = Deposits::<T>::iter_values()
				.filter(|deposit| deposit.org == id)
				.fold(0u32, |sum, deposit| sum.saturating_add(deposit.bytes));
			ensure!(reserved <= StateUse::<T>::get(id), "more is reserved than the quota has been charged");
		}
		Ok(())
	}
}
