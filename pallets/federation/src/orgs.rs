// SPDX-License-Identifier: Apache-2.0

//! Joining, leaving, who speaks for an organisation, and the governed parameters.

use crate::{
	types::{Exit, Name, Org, Stage},
	Bounds, Config, CouncilSeats, Error, Event, Members, NextOrg, Orgs, Pallet, ParametersInForce, Seated,
	Validators,
};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use frame_system::{ensure_signed_or_root, pallet_prelude::OriginFor};
use sp_runtime::traits::SaturatedConversion;
use trimast_primitives::{
	access::{AccessRefusal, Authority, Role, Roles, Scope},
	org::{OrgKind, MAX_ORGS},
	params::{Governed, Parameters},
	AccountId, BlockNumber, OrgId, OrgSet,
};

impl<T: Config> Pallet<T> {
	/// The number of the block that is being built.
	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	/// The block `seconds` from now.
	pub(crate) fn after(seconds: u32) -> BlockNumber {
		Self::now().saturating_add(Self::blocks(seconds))
	}

	/// The organisation with this number.
	pub(crate) fn org(id: OrgId) -> Result<Org, Error<T>> {
		Orgs::<T>::get(id).ok_or(Error::<T>::NotFound)
	}

	/// The member for which `who` speaks.
	pub(crate) fn ensure_principal(who: &AccountId) -> Result<(OrgId, Org), Error<T>> {
		let (account, org) = Self::member_account(who)?;
		ensure!(org.principal == *who, Error::<T>::NotPrincipal);
		Ok((account.org, org))
	}

	/// The company for which `who` speaks, if it has a council seat.
	pub(crate) fn ensure_seated(who: &AccountId) -> Result<OrgId, Error<T>> {
		let (id, org) = Self::ensure_principal(who)?;
		ensure!(org.kind.has_council_seat(), Error::<T>::NoCouncilSeat);
		Ok(id)
	}

	/// Passes Root, and whoever speaks for a company with a council seat.
	pub(crate) fn ensure_root_or_seated(origin: OriginFor<T>) -> DispatchResult {
		if let Some(who) = ensure_signed_or_root(origin)? {
			Self::ensure_seated(&who)?;
		}
		Ok(())
	}

	/// The seated companies for which `principals` speak.
	pub fn seated_by(principals: &[AccountId]) -> OrgSet {
		principals.iter().filter_map(|who| Self::ensure_seated(who).ok()).collect()
	}

	/// Hands the council's seats to the principals of the companies.
	pub(crate) fn reseat() -> DispatchResult {
		let principals: Vec<_> =
			Seated::<T>::get().iter().filter_map(|id| Orgs::<T>::get(id).map(|org| org.principal)).collect();
		T::Council::set_seats(principals)
	}

	pub(crate) fn do_invite(kind: OrgKind, name: Name, principal: AccountId) -> DispatchResult {
		Self::check_name(&name)?;
		let number = NextOrg::<T>::get();
		ensure!(number < MAX_ORGS, Error::<T>::TooMany);
		let id = OrgId(number);
		Self::ensure_free_or_idle(&principal, id)?;
		Self::evict(&principal, id);
		let until = Self::after(ParametersInForce::<T>::get().motion_term);
		Orgs::<T>::insert(id, Org::invited(kind, name, principal.clone(), until));
		NextOrg::<T>::put(number.saturating_add(1));
		Self::admit_account(id, &principal, Roles::of(Role::Admin), Scope::National, None)?;
		Self::deposit_event(Event::Invited { org: id, kind, principal, until });
		Ok(())
	}

	pub(crate) fn do_accept(who: AccountId, recovery: AccountId) -> DispatchResult {
		let (account, mut org) = Self::account_and_org(&who)?;
		ensure!(org.principal == who, Error::<T>::NotPrincipal);
		let Stage::Invited { until } = org.stage else { return Err(Error::<T>::NotInvited.into()) };
		ensure!(Self::now() <= until, Error::<T>::Expired);
		ensure!(recovery != who, Error::<T>::AlreadyExists);
		org.stage = Stage::Accepted;
		org.recovery = recovery.clone();
		Orgs::<T>::insert(account.org, org);
		Self::ensure_free(&recovery, account.org)?;
		Self::admit_account(account.org, &recovery, Roles::of(Role::Auditor), Scope::National, None)?;
		Self::deposit_event(Event::Accepted { org: account.org, recovery });
		Ok(())
	}

	pub(crate) fn do_confirm(id: OrgId) -> DispatchResult {
		let mut org = Self::org(id)?;
		ensure!(org.stage == Stage::Accepted, Error::<T>::NotAccepted);
		org.stage = Stage::Member;
		Self::count_in(id, org.kind);
		Orgs::<T>::insert(id, org);
		Self::reseat()?;
		Self::deposit_event(Event::Confirmed { org: id });
		Ok(())
	}

	/// Counts `id` among the members and, if it is a company, among the seated.
	pub(crate) fn count_in(id: OrgId, kind: OrgKind) {
		Members::<T>::mutate(|members| *members = members.with(id));
		if kind.has_council_seat() {
			Seated::<T>::mutate(|seated| *seated = seated.with(id));
		}
	}

	pub(crate) fn do_set_principal(who: AccountId, account: AccountId) -> DispatchResult {
		let (id, mut org) = Self::ensure_principal(&who)?;
		let (entry, _) = Self::member_account(&account)?;
		ensure!(entry.org == id && entry.is_national_admin(), Error::<T>::NotNationalAdmin);
		ensure!(org.recovery != account, Error::<T>::IsRecovery);
		org.principal = account.clone();
		Orgs::<T>::insert(id, org);
		Self::reseat()?;
		Self::deposit_event(Event::PrincipalSet { org: id, principal: account });
		Ok(())
	}

	pub(crate) fn do_set_recovery(who: AccountId, account: AccountId) -> DispatchResult {
		let (entry, mut org) = Self::member_account(&who)?;
		ensure!(org.recovery == who, Error::<T>::NotRecovery);
		ensure!(org.principal != account, Error::<T>::IsPrincipal);
		let (other, _) = Self::member_account(&account)?;
		ensure!(other.org == entry.org, Error::<T>::UnknownAccount);
		org.recovery = account.clone();
		org.next_recovery = None;
		Orgs::<T>::insert(entry.org, org);
		Self::deposit_event(Event::RecoverySet { org: entry.org, recovery: account });
		Ok(())
	}

	/// The first call starts the delay, the one after it is over ends it.
	pub(crate) fn do_replace_recovery(who: AccountId, account: AccountId) -> DispatchResult {
		let (id, mut org) = Self::ensure_principal(&who)?;
		ensure!(org.principal != account, Error::<T>::IsPrincipal);
		ensure!(org.recovery != account, Error::<T>::AlreadyExists);
		let (other, _) = Self::member_account(&account)?;
		ensure!(other.org == id, Error::<T>::UnknownAccount);
		match org.next_recovery.take().filter(|(named, _)| *named == account) {
			Some((_, at)) => {
				ensure!(Self::now() >= at, Error::<T>::TooEarly);
				org.recovery = account.clone();
				Self::deposit_event(Event::RecoverySet { org: id, recovery: account });
			}
			None => {
				let at = Self::after(ParametersInForce::<T>::get().recovery_delay);
				org.next_recovery = Some((account.clone(), at));
				Self::deposit_event(Event::RecoveryWanted { org: id, recovery: account, at });
			}
		}
		Orgs::<T>::insert(id, org);
		Ok(())
	}

	pub(crate) fn do_keep_recovery(who: AccountId) -> DispatchResult {
		let (entry, mut org) = Self::member_account(&who)?;
		ensure!(org.recovery == who, Error::<T>::NotRecovery);
		ensure!(org.next_recovery.take().is_some(), Error::<T>::NotFound);
		Orgs::<T>::insert(entry.org, org);
		Self::deposit_event(Event::RecoveryKept { org: entry.org });
		Ok(())
	}

	pub(crate) fn do_declare_exit(who: AccountId) -> DispatchResult {
		let (id, mut org) = Self::ensure_principal(&who)?;
		ensure!(org.leaving(Self::now()).is_none(), Error::<T>::AlreadyLeaving);
		let notice = ParametersInForce::<T>::get().exit_notice;
		let at = Self::after(notice);
		let until = at.saturating_add(Self::blocks(notice));
		org.exit = Some(Exit { from: at, until });
		Orgs::<T>::insert(id, org);
		Self::deposit_event(Event::ExitDeclared { org: id, at, until });
		Ok(())
	}

	pub(crate) fn do_withdraw_exit(who: AccountId) -> DispatchResult {
		let (id, mut org) = Self::ensure_principal(&who)?;
		ensure!(org.leaving(Self::now()).is_some(), Error::<T>::NotLeaving);
		org.exit = None;
		Orgs::<T>::insert(id, org);
		Self::deposit_event(Event::ExitWithdrawn { org: id });
		Ok(())
	}

	/// Accounts and nodes keep their entries: that their organisation has left is what makes them void.
	pub(crate) fn do_complete_exit(who: AccountId) -> DispatchResult {
		let (id, mut org) = Self::ensure_principal(&who)?;
		let exit = org.leaving(Self::now()).ok_or(Error::<T>::NotLeaving)?;
		ensure!(Self::now() >= exit.from, Error::<T>::TooEarly);
		org.stage = Stage::Left;
		org.exit = None;
		org.suspended_until = None;
		Orgs::<T>::insert(id, org);
		Members::<T>::mutate(|members| *members = members.without(id));
		Seated::<T>::mutate(|seated| *seated = seated.without(id));
		Validators::<T>::remove(id);
		Self::drop_subject_motions_about(id);
		Self::reseat()?;
		Self::settle_subject_motions();
		Self::deposit_event(Event::Left { org: id });
		Ok(())
	}

	pub(crate) fn do_set_parameters(parameters: Parameters) -> DispatchResult {
		ensure!(Bounds::<T>::get().admit(&parameters), Error::<T>::OutOfBounds);
		ParametersInForce::<T>::put(parameters);
		Self::deposit_event(Event::ParametersSet { parameters });
		Ok(())
	}

	pub(crate) fn do_replace_witness(id: OrgId, principal: AccountId) -> DispatchResult {
		let org = Self::org(id)?;
		ensure!(org.kind == OrgKind::Witness, Error::<T>::NotWitness);
		ensure!(org.is_member(), Error::<T>::OrgNotMember);
		Self::ensure_free_or_idle(&principal, id)?;
		Self::evict(&principal, id);
		let term = org.term.saturating_add(1);
		Orgs::<T>::insert(
			id,
			Org {
				term,
				principal: principal.clone(),
				recovery: principal.clone(),
				next_recovery: None,
				suspended_until: None,
				exit: None,
				accounts: 0,
				..org
			},
		);
		// What was to become of the former operator is not to become of this one.
		Self::drop_subject_motions_about(id);
		// Everything the former operator signed is dead, even for an account that stays.
		Self::admit_account(id, &principal, Roles::of(Role::Admin), Scope::National, None)?;
		Self::deposit_event(Event::WitnessReplaced { org: id, principal, term });
		Ok(())
	}
}

impl<T: Config> Authority<AccountId> for Pallet<T> {
	fn authorise(who: &AccountId, role: Role, scope: Scope) -> Result<OrgId, AccessRefusal> {
		let account = Self::live(who).ok_or(AccessRefusal::UnknownAccount)?;
		let org = Orgs::<T>::get(account.org).ok_or(AccessRefusal::UnknownAccount)?;
		ensure!(org.status(Self::now()).does_business(), AccessRefusal::OrgNotActive);
		ensure!(account.roles.contains(role), AccessRefusal::MissingRole);
		ensure!(account.scope.contains(scope), AccessRefusal::OutsideScope);
		Ok(account.org)
	}

	fn members() -> OrgSet {
		Members::<T>::get()
	}

	fn kind(id: OrgId) -> Option<OrgKind> {
		Orgs::<T>::get(id).filter(Org::is_member).map(|org| org.kind)
	}
}

impl<T: Config> Governed for Pallet<T> {
	fn parameters() -> Parameters {
		ParametersInForce::<T>::get()
	}

	fn blocks(seconds: u32) -> BlockNumber {
		let millis = u64::from(seconds).saturating_mul(1_000);
		let blocks = millis.div_ceil(T::SlotMillis::get().max(1));
		BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX).max(1)
	}
}
