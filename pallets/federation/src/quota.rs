// SPDX-License-Identifier: Apache-2.0

//! The state quota: where another pallet's deposit bounds its storage, the deposit is bytes of state, drawn
//! on a company's quota.
//!
//! * [`BytesOfState`] for deposits that are reserved and given back (multisig, proxy).
//! * [`CouncilTicket`] for what only the council's members may store (preimages).
//! * [`NoFunds`] where a pallet asks for a token and a deposit of nothing will do (session keys).

use crate::{types::Deposit, Config, Deposits, Error, Pallet, ParametersInForce, StateUse};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
	dispatch::DispatchResult,
	ensure,
	traits::{
		fungible,
		tokens::{
			fungible::Dust, imbalance::TryMerge, BalanceStatus, DepositConsequence, Fortitude, Preservation,
			Provenance, WithdrawConsequence,
		},
		Consideration, Currency, ExistenceRequirement, Footprint, Imbalance, ReservableCurrency, SameOrOther,
		SignedImbalance, TryDrop, WithdrawReasons,
	},
	CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use sp_runtime::{traits::SaturatedConversion, DispatchError, TokenError};
use trimast_primitives::{AccountId, OrgId};

/// Bytes of state.
type Bytes = u32;

impl<T: Config> Pallet<T> {
	/// Draws `bytes` on the quota of `org`.
	fn draw(org: OrgId, bytes: Bytes) -> DispatchResult {
		let used = StateUse::<T>::get(org).checked_add(bytes).ok_or(Error::<T>::QuotaExceeded)?;
		ensure!(used <= ParametersInForce::<T>::get().state_quota, Error::<T>::QuotaExceeded);
		StateUse::<T>::insert(org, used);
		Ok(())
	}

	/// Gives `bytes` back to the quota of `org`.
	fn give_back(org: OrgId, bytes: Bytes) {
		StateUse::<T>::mutate_exists(org, |used| {
			*used = Some(used.unwrap_or_default().saturating_sub(bytes)).filter(|used| *used > 0);
		});
	}

	/// The deposit of `who` after `bytes` more, on the quota of its organisation. An account that has moved
	/// on while its former organisation still pays for it has to end that first.
	fn deposit_with(who: &AccountId, bytes: Bytes) -> Result<Deposit, Error<T>> {
		let (account, _) = Self::member_account(who)?;
		let held = Deposits::<T>::get(who).unwrap_or(Deposit { org: account.org, bytes: 0 });
		ensure!(held.org == account.org, Error::<T>::PayerPinned);
		let bytes = held.bytes.checked_add(bytes).ok_or(Error::<T>::QuotaExceeded)?;
		Ok(Deposit { bytes, ..held })
	}
}

/// An imbalance of a currency without tokens: always nothing.
#[derive(Default, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nothing;

impl TryDrop for Nothing {
	fn try_drop(self) -> Result<(), Self> {
		Ok(())
	}
}

impl TryMerge for Nothing {
	fn try_merge(self, _: Self) -> Result<Self, (Self, Self)> {
		Ok(self)
	}
}

impl Imbalance<Bytes> for Nothing {
	type Opposite = Self;

	fn zero() -> Self {
		Self
	}

	fn drop_zero(self) -> Result<(), Self> {
		Ok(())
	}

	fn split(self, _: Bytes) -> (Self, Self) {
		(Self, Self)
	}

	fn extract(&mut self, _: Bytes) -> Self {
		Self
	}

	fn merge(self, _: Self) -> Self {
		self
	}

	fn subsume(&mut self, _: Self) {}

	fn offset(self, _: Self) -> SameOrOther<Self, Self> {
		SameOrOther::None
	}

	fn peek(&self) -> Bytes {
		0
	}
}

/// A currency in which bytes of a company's state quota can be reserved and given back, and nothing else:
/// there is nothing to hold, to transfer or to take.
pub struct BytesOfState<T>(PhantomData<T>);

impl<T: Config> Currency<AccountId> for BytesOfState<T> {
	type Balance = Bytes;
	type PositiveImbalance = Nothing;
	type NegativeImbalance = Nothing;

	fn total_balance(who: &AccountId) -> Bytes {
		Self::reserved_balance(who)
	}

	fn can_slash(_: &AccountId, value: Bytes) -> bool {
		value == 0
	}

	fn total_issuance() -> Bytes {
		0
	}

	fn minimum_balance() -> Bytes {
		0
	}

	fn burn(_: Bytes) -> Nothing {
		Nothing
	}

	fn issue(_: Bytes) -> Nothing {
		Nothing
	}

	fn free_balance(_: &AccountId) -> Bytes {
		0
	}

	fn ensure_can_withdraw(_: &AccountId, amount: Bytes, _: WithdrawReasons, _: Bytes) -> DispatchResult {
		refuse_unless_zero::<T>(amount)
	}

	fn transfer(_: &AccountId, _: &AccountId, value: Bytes, _: ExistenceRequirement) -> DispatchResult {
		refuse_unless_zero::<T>(value)
	}

	fn slash(_: &AccountId, value: Bytes) -> (Nothing, Bytes) {
		(Nothing, value)
	}

	fn deposit_into_existing(_: &AccountId, value: Bytes) -> Result<Nothing, DispatchError> {
		refuse_unless_zero::<T>(value).map(|()| Nothing)
	}

	fn deposit_creating(_: &AccountId, _: Bytes) -> Nothing {
		Nothing
	}

	fn withdraw(
		_: &AccountId,
		value: Bytes,
		_: WithdrawReasons,
		_: ExistenceRequirement,
	) -> Result<Nothing, DispatchError> {
		refuse_unless_zero::<T>(value).map(|()| Nothing)
	}

	fn make_free_balance_be(_: &AccountId, _: Bytes) -> SignedImbalance<Bytes, Nothing> {
		SignedImbalance::zero()
	}
}

impl<T: Config> ReservableCurrency<AccountId> for BytesOfState<T> {
	fn can_reserve(who: &AccountId, value: Bytes) -> bool {
		let quota = ParametersInForce::<T>::get().state_quota;
		let fits = |org| StateUse::<T>::get(org).checked_add(value).is_some_and(|used| used <= quota);
		Pallet::<T>::deposit_with(who, value).is_ok_and(|deposit| fits(deposit.org))
	}

	fn slash_reserved(_: &AccountId, value: Bytes) -> (Nothing, Bytes) {
		(Nothing, value)
	}

	fn reserved_balance(who: &AccountId) -> Bytes {
		Deposits::<T>::get(who).map_or(0, |deposit| deposit.bytes)
	}

	/// Fails, for a deposit of nothing too, when the account belongs to no member (`UnknownAccount`,
	/// `AccountRemoved`, `OrgNotMember`), when its former company still pays for it (`PayerPinned`) and when the
	/// quota is used up (`QuotaExceeded`).
	fn reserve(who: &AccountId, value: Bytes) -> DispatchResult {
		let deposit = Pallet::<T>::deposit_with(who, value)?;
		if value == 0 {
			return Ok(());
		}
		Pallet::<T>::draw(deposit.org, value)?;
		Deposits::<T>::insert(who, deposit);
		Ok(())
	}

	fn unreserve(who: &AccountId, value: Bytes) -> Bytes {
		let Some(held) = Deposits::<T>::get(who) else { return value };
		let freed = value.min(held.bytes);
		let bytes = held.bytes.saturating_sub(freed);
		Pallet::<T>::give_back(held.org, freed);
		if bytes == 0 {
			Deposits::<T>::remove(who);
		} else {
			Deposits::<T>::insert(who, Deposit { bytes, ..held });
		}
		value.saturating_sub(freed)
	}

	fn repatriate_reserved(
		_: &AccountId,
		_: &AccountId,
		value: Bytes,
		_: BalanceStatus,
	) -> Result<Bytes, DispatchError> {
		refuse_unless_zero::<T>(value).map(|()| 0)
	}
}

fn refuse_unless_zero<T: Config>(value: Bytes) -> DispatchResult {
	ensure!(value == 0, Error::<T>::NoToken);
	Ok(())
}

/// Leave to store something, for principals of companies in the council. It remembers whose quota pays.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	CloneNoBound,
	PartialEqNoBound,
	EqNoBound,
	DebugNoBound,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct CouncilTicket<T> {
	org: OrgId,
	bytes: Bytes,
	_config: PhantomData<T>,
}

impl<T: Config> CouncilTicket<T> {
	fn draw(org: OrgId, footprint: Footprint) -> Result<Self, DispatchError> {
		let bytes = footprint.size.saturated_into();
		Pallet::<T>::draw(org, bytes)?;
		Ok(Self { org, bytes, _config: PhantomData })
	}
}

impl<T: Config + Send + Sync> Consideration<AccountId, Footprint> for CouncilTicket<T> {
	fn new(who: &AccountId, footprint: Footprint) -> Result<Self, DispatchError> {
		Self::draw(Pallet::<T>::ensure_seated(who)?, footprint)
	}

	fn update(self, _: &AccountId, footprint: Footprint) -> Result<Self, DispatchError> {
		Pallet::<T>::give_back(self.org, self.bytes);
		Self::draw(self.org, footprint)
	}

	fn drop(self, _: &AccountId) -> Result<(), DispatchError> {
		Pallet::<T>::give_back(self.org, self.bytes);
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(who: &AccountId, _: Footprint) {
		crate::benchmarking::seat::<T>(who);
	}
}

/// A token that nobody has and nobody can get. Holding, giving and taking nothing succeeds, all else is
/// refused.
pub struct NoFunds<Reason>(PhantomData<Reason>);

impl<Reason, A> fungible::Inspect<A> for NoFunds<Reason> {
	type Balance = u32;

	fn total_issuance() -> u32 {
		0
	}

	fn minimum_balance() -> u32 {
		0
	}

	fn total_balance(_: &A) -> u32 {
		0
	}

	fn balance(_: &A) -> u32 {
		0
	}

	fn reducible_balance(_: &A, _: Preservation, _: Fortitude) -> u32 {
		0
	}

	fn can_deposit(_: &A, amount: u32, _: Provenance) -> DepositConsequence {
		if amount == 0 {
			DepositConsequence::Success
		} else {
			DepositConsequence::Blocked
		}
	}

	fn can_withdraw(_: &A, amount: u32) -> WithdrawConsequence<u32> {
		if amount == 0 {
			WithdrawConsequence::Success
		} else {
			WithdrawConsequence::BalanceLow
		}
	}
}

impl<Reason, A> fungible::Unbalanced<A> for NoFunds<Reason> {
	fn handle_dust(_: Dust<A, Self>) {}

	fn write_balance(_: &A, amount: u32) -> Result<Option<u32>, DispatchError> {
		ensure!(amount == 0, TokenError::Unsupported);
		Ok(None)
	}

	fn set_total_issuance(_: u32) {}
}

impl<Reason, A: Eq> fungible::Mutate<A> for NoFunds<Reason> {}

impl<Reason: Encode + TypeInfo + 'static, A> fungible::InspectHold<A> for NoFunds<Reason> {
	type Reason = Reason;

	fn total_balance_on_hold(_: &A) -> u32 {
		0
	}

	fn balance_on_hold(_: &Reason, _: &A) -> u32 {
		0
	}

	fn hold_available(_: &Reason, _: &A) -> bool {
		false
	}
}

impl<Reason: Encode + TypeInfo + 'static, A> fungible::UnbalancedHold<A> for NoFunds<Reason> {
	fn set_balance_on_hold(_: &Reason, _: &A, amount: u32) -> DispatchResult {
		ensure!(amount == 0, TokenError::Unsupported);
		Ok(())
	}
}

impl<Reason: Encode + TypeInfo + 'static, A> fungible::MutateHold<A> for NoFunds<Reason> {}
