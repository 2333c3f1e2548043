// SPDX-License-Identifier: Apache-2.0

//! Each company's part of the council's list of open motions.
//!
//! The collective closes a motion without telling anybody, so what stands here of a company is only a list of what it
//! has proposed. When it proposes again, those that are closed are struck off.

use crate::{types::MAX_OPEN_MOTIONS, Config, CouncilSeats, Error, OpenMotions, Pallet, Seated};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{
	ensure,
	traits::{Consideration, Get, MaybeConsideration},
	CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use scale_info::TypeInfo;
use sp_runtime::{traits::SaturatedConversion, DispatchError};
use trimast_primitives::AccountId;

/// Leave to open one more motion in the council: what the collective asks for as the price of a motion. Nothing is
/// held for it, so there is nothing to release.
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
pub struct MotionTicket<T>(PhantomData<T>);

impl<T: Config> Pallet<T> {
	/// How many motions a company may have open: [`MAX_OPEN_MOTIONS`], or its part of the council's list when there
	/// are many companies.
	pub fn motions_each() -> u32 {
		let part = T::MaxMotions::get().checked_div(Seated::<T>::get().len()).unwrap_or(MAX_OPEN_MOTIONS);
		part.clamp(1, MAX_OPEN_MOTIONS)
	}

	/// Counts the motion that is being proposed by `who`.
	fn open_motion(who: &AccountId) -> Result<(), DispatchError> {
		let org = Self::ensure_seated(who)?;
		let motion = T::Council::proposed().ok_or(Error::<T>::NotFound)?;
		OpenMotions::<T>::try_mutate(org, |motions| {
			motions.retain(|(hash, index)| T::Council::is_open(*hash, *index));
			ensure!(motions.len().saturated_into::<u32>() < Self::motions_each(), Error::<T>::TooManyMotions);
			motions.try_push(motion).map_err(|_| Error::<T>::TooManyMotions.into())
		})
	}
}

impl<T: Config + Send + Sync> Consideration<AccountId, u32> for MotionTicket<T> {
	/// Fails when `who` is not the principal of a company with a council seat, and when the company has as many motions
	/// open as it may (`TooManyMotions`).
	fn new(who: &AccountId, _: u32) -> Result<Self, DispatchError> {
		Pallet::<T>::open_motion(who)?;
		Ok(Self(PhantomData))
	}

	fn update(self, _: &AccountId, _: u32) -> Result<Self, DispatchError> {
		Ok(self)
	}

	fn drop(self, _: &AccountId) -> Result<(), DispatchError> {
		Ok(())
	}

	/// Who benchmarks open motions for may have all there are: what it has open counts as closed.
	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(who: &AccountId, _: u32) {
		crate::benchmarking::found_for_motions::<T>(who);
	}
}

impl<T: Config + Send + Sync> MaybeConsideration<AccountId, u32> for MotionTicket<T> {
	fn is_none(&self) -> bool {
		true
	}
}
