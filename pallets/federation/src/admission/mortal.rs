// SPDX-License-Identifier: Apache-2.0

//! Every transaction expires, and none is older than its account's admission.

use super::refuse;
use crate::{Accounts, Config, Pallet, WeightInfo};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::marker::PhantomData;
use frame_support::{pallet_prelude::TransactionSource, weights::Weight};
use frame_system::CheckMortality;
use scale_info::TypeInfo;
use sp_runtime::{
	generic::Era,
	traits::{AsSystemOriginSigner, DispatchInfoOf, Implication, TransactionExtension, ValidateResult},
	transaction_validity::TransactionValidityError,
};
use trimast_primitives::{admission::Refusal, AccountId};

type CallOf<T> = <T as frame_system::Config>::RuntimeCall;
type OriginOf<T> = <T as frame_system::Config>::RuntimeOrigin;

/// `CheckMortality` that knows no immortal transactions, and none that were signed on a block before the one
/// in which their account was (last) admitted: what an account signed before it was removed stays dead when
/// it comes back.
#[derive(Encode, Decode, DecodeWithMemTracking, Clone, Eq, PartialEq, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct CheckMortal<T>(pub Era, PhantomData<T>);

impl<T> CheckMortal<T> {
	/// For a transaction that lives for `era`.
	pub fn from(era: Era) -> Self {
		Self(era, PhantomData)
	}
}

impl<T> core::fmt::Debug for CheckMortal<T> {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		write!(f, "CheckMortal({:?})", self.0)
	}
}

impl<T: Config + Send + Sync> CheckMortal<T> {
	fn inner(&self) -> CheckMortality<T> {
		CheckMortality::from(self.0)
	}

	fn check(&self, who: &AccountId) -> Result<(), Refusal> {
		if self.0.is_immortal() {
			return Err(Refusal::Immortal);
		}
		let birth = self.0.birth(u64::from(Pallet::<T>::now()));
		let since = Accounts::<T>::get(who).map_or(0, |account| account.since);
		if birth < u64::from(since) {
			return Err(Refusal::SignedBeforeAdmission);
		}
		Ok(())
	}
}

impl<T: Config + Send + Sync> TransactionExtension<CallOf<T>> for CheckMortal<T>
where
	OriginOf<T>: AsSystemOriginSigner<AccountId> + Clone,
{
	const IDENTIFIER: &'static str = "CheckMortality";
	type Implicit = T::Hash;
	type Val = ();
	type Pre = ();

	fn implicit(&self) -> Result<Self::Implicit, TransactionValidityError> {
		TransactionExtension::<CallOf<T>>::implicit(&self.inner())
	}

	fn weight(&self, call: &CallOf<T>) -> Weight {
		self.inner().weight(call).saturating_add(T::WeightInfo::check_mortal())
	}

	fn validate(
		&self,
		origin: OriginOf<T>,
		call: &CallOf<T>,
		info: &DispatchInfoOf<CallOf<T>>,
		len: usize,
		self_implicit: Self::Implicit,
		inherited_implication: &impl Implication,
		source: TransactionSource,
	) -> ValidateResult<Self::Val, CallOf<T>> {
		if let Some(who) = origin.as_system_origin_signer() {
			self.check(who).map_err(refuse)?;
		}
		self.inner().validate(origin, call, info, len, self_implicit, inherited_implication, source)
	}

	fn prepare(
		self,
		_: Self::Val,
		_: &OriginOf<T>,
		_: &CallOf<T>,
		_: &DispatchInfoOf<CallOf<T>>,
		_: usize,
	) -> Result<Self::Pre, TransactionValidityError> {
		Ok(())
	}
}
