// SPDX-License-Identifier: Apache-2.0

//! Accounts and branches of an organisation, and who may change them.
//!
//! An account that was ever added holds one provider reference that is never given back: its nonce never
//! starts again. Removing an account takes its authority, and with it whoever may sign for it.

use crate::{
	types::{Account, Branch, Name, Org},
	Accounts, AccountsOf, Branches, Config, Delegations, Error, Event, Orgs, Pallet, ParametersInForce,
	Validators, WeightInfo,
};
use frame_support::{
	dispatch::{DispatchResult, DispatchResultWithPostInfo},
	ensure,
	traits::Get,
};
use sp_runtime::traits::Zero;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	org::OrgStatus,
	text::is_plain,
	AccountId, OrgId,
};

impl<T: Config> Pallet<T> {
	/// The account, unless it was removed or its operator replaced. Its organisation may be of any status.
	pub(crate) fn live(who: &AccountId) -> Option<Account> {
		Self::account_and_org(who).ok().map(|(account, _)| account)
	}

	/// The account and its organisation, of whatever status.
	pub(crate) fn account_and_org(who: &AccountId) -> Result<(Account, Org), Error<T>> {
		let account = Accounts::<T>::get(who).ok_or(Error::<T>::UnknownAccount)?;
		let org = Orgs::<T>::get(account.org).ok_or(Error::<T>::UnknownAccount)?;
		ensure!(!account.removed && account.term == org.term, Error::<T>::AccountRemoved);
		Ok((account, org))
	}

	/// The account and its organisation, which is a member.
	pub(crate) fn member_account(who: &AccountId) -> Result<(Account, Org), Error<T>> {
		let (account, org) = Self::account_and_org(who)?;
		ensure!(org.is_member(), Error::<T>::OrgNotMember);
		Ok((account, org))
	}

	/// The account and its organisation, if it may act as `role` in `scope` within its own house. Suspension
	/// does not matter here: a suspended company goes on managing itself.
	pub(crate) fn ensure_may(who: &AccountId, role: Role, scope: Scope) -> Result<(Account, Org), Error<T>> {
		let (account, org) = Self::member_account(who)?;
		ensure!(account.roles.contains(role), Error::<T>::NotAuthorized);
		ensure!(account.scope.contains(scope), Error::<T>::OutsideScope);
		Ok((account, org))
	}

	/// Fails when the account is or was one of another organisation that is a member, or still invited, or when it
	/// validates for a former operator of the witness. A removed account stays with its organisation: its colleagues
	/// there may have named it as their proxy, and nobody signs for those of another organisation.
	pub(crate) fn ensure_free(who: &AccountId, org: OrgId) -> Result<(), Error<T>> {
		let Some(entry) = Accounts::<T>::get(who).filter(|entry| entry.org != org) else { return Ok(()) };
		// Of an organisation that has left, and of a former operator, nobody acts any more.
		let has_colleagues = Orgs::<T>::get(entry.org)
			.is_some_and(|record| entry.term == record.term && record.status(Self::now()) != OrgStatus::Left);
		let validates = Validators::<T>::get(entry.org).contains(who);
		ensure!(!has_colleagues && !validates, Error::<T>::AccountTaken);
		Ok(())
	}

	/// As [`Self::ensure_free`], for an account that the council or all other companies name. Any key can be added,
	/// also one that somebody else is about to join with: an account that has never signed and stands in no place of
	/// its organisation is no reason to refuse it. Who has named such a one as proxy knew that it was not its own.
	pub(crate) fn ensure_free_or_idle(who: &AccountId, org: OrgId) -> Result<(), Error<T>> {
		let Some(entry) = Accounts::<T>::get(who) else { return Ok(()) };
		let placed = Orgs::<T>::get(entry.org)
			.is_none_or(|record| record.principal == *who || record.recovery == *who)
			|| Validators::<T>::get(entry.org).contains(who);
		if !placed && frame_system::Pallet::<T>::account_nonce(who).is_zero() {
			return Ok(());
		}
		Self::ensure_free(who, org)
	}

	/// Removes `who` from another organisation than `org` that has it.
	pub(crate) fn evict(who: &AccountId, org: OrgId) {
		if let Ok((account, record)) = Self::account_and_org(who) {
			if account.org != org {
				Self::strip(who, account, record);
			}
		}
	}

	/// Takes an account's authority.
	fn strip(who: &AccountId, account: Account, record: Org) {
		let org = account.org;
		Accounts::<T>::insert(who, Account { removed: true, ..account });
		AccountsOf::<T>::remove(org, who);
		Orgs::<T>::insert(org, Org { accounts: record.accounts.saturating_sub(1), ..record });
		T::Delegations::clear(who);
		Self::deposit_event(Event::AccountRemoved { org, account: who.clone() });
	}

	/// Makes `who` an account of `org`, from this block on. Whoever calls has checked that it may be. Nobody goes on
	/// signing for an account that comes back, also when it was its organisation that left.
	pub(crate) fn admit_account(
		org: OrgId,
		who: &AccountId,
		roles: Roles,
		scope: Scope,
		branch: Option<u16>,
	) -> DispatchResult {
		let mut record = Self::org(org)?;
		match Accounts::<T>::get(who) {
			Some(former) => {
				AccountsOf::<T>::remove(former.org, who);
				T::Delegations::clear(who);
			}
			None => {
				frame_system::Pallet::<T>::inc_providers(who);
				record.added = record.added.saturating_add(1);
			}
		}
		let (since, term) = (Self::now(), record.term);
		Accounts::<T>::insert(who, Account { org, roles, scope, branch, since, term, removed: false });
		AccountsOf::<T>::insert(org, who, ());
		record.accounts = record.accounts.saturating_add(1);
		Orgs::<T>::insert(org, record);
		Self::deposit_event(Event::AccountAdded { org, account: who.clone(), roles, scope, branch });
		Ok(())
	}

	/// Checks that `admin` may give an account `roles` in `scope`.
	fn ensure_may_grant(
		admin: &AccountId,
		roles: Roles,
		scope: Scope,
		branch: Option<u16>,
	) -> Result<OrgId, Error<T>> {
		ensure!(roles.is_valid(), Error::<T>::InvalidRoles);
		Self::check_scope(scope)?;
		let (account, _) = Self::ensure_may(admin, Role::Admin, scope)?;
		ensure!(
			!roles.contains(Role::Admin) || account.is_national_admin(),
			Error::<T>::NationalAdminRequired
		);
		let known = branch.is_none_or(|id| Branches::<T>::contains_key(account.org, id));
		ensure!(known, Error::<T>::NotFound);
		Ok(account.org)
	}

	/// The account `who` of the organisation of `admin`, if `admin` may change or remove it.
	fn ensure_may_change(admin: &AccountId, who: &AccountId) -> Result<(Account, Org), Error<T>> {
		let (manager, org) = Self::member_account(admin)?;
		let account = Self::live(who).ok_or(Error::<T>::UnknownAccount)?;
		ensure!(account.org == manager.org, Error::<T>::NotAuthorized);
		ensure!(manager.roles.contains(Role::Admin), Error::<T>::NotAuthorized);
		ensure!(manager.scope.contains(account.scope), Error::<T>::OutsideScope);
		ensure!(
			!account.roles.contains(Role::Admin) || manager.is_national_admin(),
			Error::<T>::NationalAdminRequired
		);
		Ok((account, org))
	}

	pub(crate) fn do_add_account(
		admin: AccountId,
		who: AccountId,
		roles: Roles,
		scope: Scope,
		branch: Option<u16>,
	) -> DispatchResultWithPostInfo {
		let org = Self::ensure_may_grant(&admin, roles, scope, branch)?;
		if Self::live(&who).is_some_and(|account| account.org == org) {
			return Err(Error::<T>::AlreadyExists.into());
		}
		Self::ensure_free(&who, org)?;
		let room = Self::org(org)?.added < ParametersInForce::<T>::get().max_accounts;
		let is_new = !Accounts::<T>::contains_key(&who);
		ensure!(room || !is_new, Error::<T>::TooMany);
		Self::admit_account(org, &who, roles, scope, branch)?;
		Ok(is_new.then(T::WeightInfo::add_new_account).into())
	}

	pub(crate) fn do_set_account(
		admin: AccountId,
		who: AccountId,
		roles: Roles,
		scope: Scope,
		branch: Option<u16>,
	) -> DispatchResult {
		let id = Self::ensure_may_grant(&admin, roles, scope, branch)?;
		let (account, org) = Self::ensure_may_change(&admin, &who)?;
		let changed = Account { roles, scope, branch, ..account };
		ensure!(org.principal != who || changed.is_national_admin(), Error::<T>::IsPrincipal);
		Accounts::<T>::insert(&who, changed);
		Self::deposit_event(Event::AccountSet { org: id, account: who, roles, scope, branch });
		Ok(())
	}

	pub(crate) fn do_remove_account(admin: AccountId, who: AccountId) -> DispatchResult {
		let (account, org) = Self::ensure_may_change(&admin, &who)?;
		ensure!(org.principal != who, Error::<T>::IsPrincipal);
		ensure!(org.recovery != who, Error::<T>::IsRecovery);
		ensure!(!Validators::<T>::get(account.org).contains(&who), Error::<T>::IsValidator);
		Self::strip(&who, account, org);
		Ok(())
	}

	pub(crate) fn do_add_branch(admin: AccountId, branch: u16, name: Name, scope: Scope) -> DispatchResult {
		Self::check_name(&name)?;
		Self::check_scope(scope)?;
		let (account, mut org) = Self::ensure_may(&admin, Role::Admin, scope)?;
		ensure!(!Branches::<T>::contains_key(account.org, branch), Error::<T>::AlreadyExists);
		ensure!(org.branches < T::MaxBranches::get(), Error::<T>::TooMany);
		org.branches = org.branches.saturating_add(1);
		Orgs::<T>::insert(account.org, org);
		Branches::<T>::insert(account.org, branch, Branch { name, scope });
		Self::deposit_event(Event::BranchAdded { org: account.org, branch, scope });
		Ok(())
	}

	pub(crate) fn do_remove_branch(admin: AccountId, branch: u16) -> DispatchResult {
		let (manager, _) = Self::member_account(&admin)?;
		let entry = Branches::<T>::get(manager.org, branch).ok_or(Error::<T>::NotFound)?;
		let (account, mut org) = Self::ensure_may(&admin, Role::Admin, entry.scope)?;
		org.branches = org.branches.saturating_sub(1);
		Orgs::<T>::insert(account.org, org);
		Branches::<T>::remove(account.org, branch);
		Self::deposit_event(Event::BranchRemoved { org: account.org, branch });
		Ok(())
	}

	/// A name is 1 to 64 bytes of UTF-8 without control characters.
	pub(crate) fn check_name(name: &Name) -> Result<(), Error<T>> {
		ensure!(!name.is_empty() && is_plain(name), Error::<T>::InvalidName);
		Ok(())
	}

	/// A scope lies in a province that exists.
	pub(crate) fn check_scope(scope: Scope) -> Result<(), Error<T>> {
		ensure!(scope.exists(), Error::<T>::InvalidScope);
		Ok(())
	}
}
