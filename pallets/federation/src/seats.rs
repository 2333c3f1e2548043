// SPDX-License-Identifier: Apache-2.0

//! Validator seats, filled by each organisation itself, and sessions.
//!
//! The set changes only when an organisation names other validators, changes their keys or leaves. Suspension
//! and faults do not touch it: four validators less one are three that all have to vote.

use crate::{
	pallet::MAX_VALIDATORS, Config, Error, Event, Members, Orgs, Pallet, ParametersInForce, Planned,
	SessionKeys, SessionStart, Validators, LOG_TARGET,
};
use alloc::vec::Vec;
use core::marker::PhantomData;
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{ConstU32, EstimateNextSessionRotation, Get},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_session::{SessionManager, ShouldEndSession};
use sp_core::hexdisplay::HexDisplay;
use sp_runtime::{
	traits::{Convert, SaturatedConversion},
	BoundedVec, Permill,
};
use sp_staking::SessionIndex;
use trimast_primitives::{
	access::{Role, Scope},
	org::OrgKind,
	params::Parameters,
	AccountId, BlockNumber,
};

impl<T: Config> Pallet<T> {
	/// How many seats an organisation of this kind has.
	pub(crate) fn seats_of(kind: OrgKind, parameters: &Parameters) -> usize {
		let seats = match kind {
			OrgKind::Carrier | OrgKind::TowerCompany => parameters.seats_per_company,
			OrgKind::Witness => parameters.seats_of_witness,
		};
		seats.min(T::MaxValidatorsPerOrg::get()).saturated_into()
	}

	pub(crate) fn do_set_validators(
		who: AccountId,
		validators: BoundedVec<AccountId, T::MaxValidatorsPerOrg>,
	) -> DispatchResult {
		let (account, org) = Self::ensure_may(&who, Role::Operator, Scope::National)?;
		ensure!(!validators.is_empty(), Error::<T>::NoValidators);
		let seats = Self::seats_of(org.kind, &ParametersInForce::<T>::get());
		ensure!(validators.len() <= seats, Error::<T>::TooManyValidators);
		// Finality bears the loss of one company only while all others fill their seats.
		let before = Validators::<T>::decode_len(account.org).unwrap_or_default();
		ensure!(validators.len() >= before.min(seats), Error::<T>::TooFewValidators);
		for (n, validator) in validators.iter().enumerate() {
			ensure!(!validators.iter().take(n).any(|other| other == validator), Error::<T>::AlreadyExists);
			let own = Self::live(validator).is_some_and(|entry| entry.org == account.org);
			ensure!(own, Error::<T>::UnknownAccount);
			ensure!(T::SessionKeys::has_keys(validator), Error::<T>::NoSessionKeys);
		}
		Self::deposit_event(Event::ValidatorsSet { org: account.org, validators: validators.to_vec() });
		Validators::<T>::insert(account.org, validators);
		Ok(())
	}

	/// The validators that hold seats and have session keys, by organisation and in the order of its seats.
	pub(crate) fn seated_validators() -> Vec<AccountId> {
		let parameters = ParametersInForce::<T>::get();
		let mut seated = Vec::new();
		for id in Members::<T>::get().iter() {
			let Some(org) = Orgs::<T>::get(id) else { continue };
			let named = Validators::<T>::get(id).into_iter().take(Self::seats_of(org.kind, &parameters));
			for validator in named {
				if T::SessionKeys::has_keys(&validator) {
					seated.push(validator);
				} else {
					let name: &[u8; 32] = validator.as_ref();
					let name = HexDisplay::from(name);
					log::warn!(target: LOG_TARGET, "validator 0x{name} of organisation {} has no keys", id.0);
				}
			}
		}
		seated
	}

	/// The first block of the next session.
	fn session_end() -> BlockNumber {
		SessionStart::<T>::get().saturating_add(ParametersInForce::<T>::get().session_blocks)
	}
}

impl<T: Config> SessionManager<AccountId> for Pallet<T> {
	/// Answers a set only when it has changed: each answer hands the finality gadget a new set of
	/// authorities. An empty set is never answered, so that the last one goes on.
	fn new_session(_: SessionIndex) -> Option<Vec<AccountId>> {
		let seated: BoundedVec<AccountId, ConstU32<MAX_VALIDATORS>> =
			BoundedVec::truncate_from(Self::seated_validators());
		if seated.is_empty() || seated == Planned::<T>::get() {
			return None;
		}
		Planned::<T>::put(&seated);
		Some(seated.into_inner())
	}

	/// The first validators are those whose keys stand in the session pallet's genesis, which is built before
	/// the federation's.
	fn new_session_genesis(_: SessionIndex) -> Option<Vec<AccountId>> {
		None
	}

	fn start_session(_: SessionIndex) {
		SessionStart::<T>::put(Self::now());
	}

	fn end_session(_: SessionIndex) {}
}

impl<T: Config> ShouldEndSession<BlockNumberFor<T>> for Pallet<T> {
	fn should_end_session(now: BlockNumberFor<T>) -> bool {
		now.saturated_into::<BlockNumber>() >= Self::session_end()
	}
}

impl<T: Config> EstimateNextSessionRotation<BlockNumberFor<T>> for Pallet<T> {
	fn average_session_length() -> BlockNumberFor<T> {
		ParametersInForce::<T>::get().session_blocks.into()
	}

	fn estimate_current_session_progress(now: BlockNumberFor<T>) -> (Option<Permill>, Weight) {
		let passed = now.saturated_into::<BlockNumber>().saturating_sub(SessionStart::<T>::get());
		let length = ParametersInForce::<T>::get().session_blocks.max(1);
		let progress = Permill::from_rational(passed.saturating_add(1).min(length), length);
		(Some(progress), T::DbWeight::get().reads(2))
	}

	fn estimate_next_session_rotation(_: BlockNumberFor<T>) -> (Option<BlockNumberFor<T>>, Weight) {
		(Some(Self::session_end().into()), T::DbWeight::get().reads(2))
	}
}

/// Takes accounts of members, as they are, for the validators that the session pallet knows: nobody else puts
/// session keys on the chain.
pub struct AccountOfMember<T>(PhantomData<T>);

impl<T: Config> Convert<AccountId, Option<AccountId>> for AccountOfMember<T> {
	fn convert(account: AccountId) -> Option<AccountId> {
		Pallet::<T>::member_account(&account).is_ok().then_some(account)
	}
}
