// SPDX-License-Identifier: Apache-2.0

//! The signer is an account of a member, and its company has room left.

use super::refuse;
use crate::{types::Stage, Accounts, Call, Config, Orgs, Pallet, ParametersInForce, WeightInfo};
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
	dispatch::{DispatchInfo, PostDispatchInfo},
	pallet_prelude::{TransactionPriority, TransactionSource},
	traits::{Get, IsSubType},
	weights::Weight,
};
use frame_system::{calculate_consumed_extrinsic_weight, CheckNonce};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{
		AsSystemOriginSigner, DispatchInfoOf, Dispatchable, Implication, PostDispatchInfoOf,
		SaturatedConversion, TransactionExtension, ValidateResult,
	},
	transaction_validity::{TransactionLongevity, TransactionValidityError, ValidTransaction},
	DispatchResult,
};
use trimast_primitives::{admission::Refusal, org::OrgStatus, AccountId, OrgId};

type CallOf<T> = <T as frame_system::Config>::RuntimeCall;
type OriginOf<T> = <T as frame_system::Config>::RuntimeOrigin;

/// Distance of nonces from which on it no longer matters how far ahead a transaction is.
const FARTHEST: u64 = 65_536;

/// `CheckNonce` for accounts of members.
///
/// It refuses who is no account of a member, what no block has room for, a nonce further ahead than `nonce_window`,
/// and, when a block is built, what would take the room that is kept for other members. It ranks by the distance of the nonce
/// first, then by how little the company has used of late. Origins that are not signed pass untouched.
#[derive(Encode, Decode, DecodeWithMemTracking, Clone, Eq, PartialEq, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct CheckMember<T: Config>(#[codec(compact)] pub T::Nonce);

impl<T: Config> CheckMember<T> {
	/// For a transaction with this nonce.
	pub fn from(nonce: T::Nonce) -> Self {
		Self(nonce)
	}

	/// Weight and length that a transaction takes of a block.
	fn needs(info: &DispatchInfo, len: usize) -> (Weight, u32)
	where
		CallOf<T>: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	{
		let weights = T::BlockWeights::get();
		(calculate_consumed_extrinsic_weight::<CallOf<T>>(&weights, info, len), len.saturated_into())
	}

	/// Ranks below the unsigned transactions that keep the chain going, which stand at the greatest priority.
	fn priority(distance: u64, org: OrgId) -> TransactionPriority {
		let near = FARTHEST.saturating_sub(distance).saturating_mul(1 << 32);
		near.saturating_add(u64::from(u32::MAX.saturating_sub(Pallet::<T>::recent_use(org))))
	}
}

impl<T: Config> core::fmt::Debug for CheckMember<T> {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		write!(f, "CheckMember({:?})", self.0)
	}
}

/// What `validate` hands to `prepare`.
#[derive(Debug)]
pub enum Val {
	/// A signed transaction: by whom, and whose share pays.
	Signed(AccountId, OrgId),
	/// Any other.
	Other,
}

/// What `prepare` hands on until the call is dispatched.
#[derive(Debug)]
pub enum Pre {
	/// The organisation whose share paid.
	Paid(OrgId),
	/// Nobody's did; the weight of the extension is given back.
	Other(Weight),
}

impl<T: Config> Pallet<T> {
	/// The organisation whose share pays for `who`. One that is invited may accept, nothing more.
	fn admit(who: &AccountId, accepts: bool) -> Result<OrgId, Refusal> {
		let account = Accounts::<T>::get(who).ok_or(Refusal::UnknownAccount)?;
		let org = Orgs::<T>::get(account.org).ok_or(Refusal::UnknownAccount)?;
		if account.removed || account.term != org.term {
			return Err(Refusal::AccountRemoved);
		}
		match org.status(Self::now()) {
			OrgStatus::Active | OrgStatus::Suspended | OrgStatus::Leaving => Ok(account.org),
			OrgStatus::Invited if accepts && org.stage != Stage::Accepted => Ok(account.org),
			OrgStatus::Invited | OrgStatus::Left => Err(Refusal::OrgNotMember),
		}
	}
}

impl<T: Config + Send + Sync> TransactionExtension<CallOf<T>> for CheckMember<T>
where
	CallOf<T>: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo> + IsSubType<Call<T>>,
	OriginOf<T>: AsSystemOriginSigner<AccountId> + Clone,
{
	const IDENTIFIER: &'static str = "CheckNonce";
	type Implicit = ();
	type Val = Val;
	type Pre = Pre;

	fn weight(&self, call: &CallOf<T>) -> Weight {
		let nonce = CheckNonce::<T>::from(self.0);
		TransactionExtension::<CallOf<T>>::weight(&nonce, call).saturating_add(T::WeightInfo::check_member())
	}

	fn validate(
		&self,
		origin: OriginOf<T>,
		call: &CallOf<T>,
		info: &DispatchInfoOf<CallOf<T>>,
		len: usize,
		_: Self::Implicit,
		_: &impl Implication,
		source: TransactionSource,
	) -> ValidateResult<Self::Val, CallOf<T>> {
		let Some(who) = origin.as_system_origin_signer() else {
			return Ok((Default::default(), Val::Other, origin));
		};
		let accepts = matches!(call.is_sub_type(), Some(Call::accept { .. }));
		let org = Pallet::<T>::admit(who, accepts).map_err(refuse)?;
		// In a block `prepare` alone decides: what fits into no block finds no room in this one either.
		if source != TransactionSource::InBlock {
			let (weight, length) = Self::needs(info, len);
			if !Pallet::<T>::fits_a_block(org, weight, length) {
				return Err(refuse(Refusal::TooLarge));
			}
		}
		let next = frame_system::Account::<T>::get(who).nonce.saturated_into::<u64>();
		let distance = self.0.saturated_into::<u64>().saturating_sub(next);
		if distance > u64::from(ParametersInForce::<T>::get().nonce_window) {
			return Err(refuse(Refusal::NonceTooFarAhead));
		}
		let nonce = CheckNonce::<T>::validate_nonce_for_account(who, self.0)?;
		let validity = ValidTransaction {
			priority: Self::priority(distance, org),
			requires: nonce.requires,
			provides: nonce.provides,
			longevity: TransactionLongevity::MAX,
			propagate: true,
		};
		Ok((validity, Val::Signed(who.clone(), org), origin))
	}

	/// Books the share before the nonce counts, so that what finds no room in this block may come in the
	/// next.
	fn prepare(
		self,
		val: Self::Val,
		_: &OriginOf<T>,
		call: &CallOf<T>,
		info: &DispatchInfoOf<CallOf<T>>,
		len: usize,
	) -> Result<Self::Pre, TransactionValidityError> {
		let Val::Signed(who, org) = val else { return Ok(Pre::Other(self.weight(call))) };
		let (weight, length) = Self::needs(info, len);
		Pallet::<T>::book(org, weight, length)?;
		CheckNonce::<T>::prepare_nonce_for_account(&who, self.0)?;
		Ok(Pre::Paid(org))
	}

	/// What was announced and not used goes back to the company's share.
	fn post_dispatch_details(
		pre: Self::Pre,
		info: &DispatchInfoOf<CallOf<T>>,
		post_info: &PostDispatchInfoOf<CallOf<T>>,
		_: usize,
		_: &DispatchResult,
	) -> Result<Weight, TransactionValidityError> {
		match pre {
			Pre::Paid(org) => {
				Pallet::<T>::refund(org, post_info.calc_unspent(info));
				Ok(Weight::zero())
			}
			Pre::Other(unspent) => Ok(unspent),
		}
	}
}
