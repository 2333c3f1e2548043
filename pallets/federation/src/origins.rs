// SPDX-License-Identifier: Apache-2.0

//! Origins that the runtime and other pallets may demand: [`AnyMember`], [`TwoThirds`] and [`All`] of the
//! council's companies.
//!
//! They let a motion act at once. What has to wait for a delay and for objections goes through `enact` and
//! arrives as Root.

use crate::{Config, Pallet};
use core::marker::PhantomData;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;
use trimast_primitives::OrgId;

/// Signed by the principal of a company with a council seat; answers the company.
pub struct AnyMember<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<T::RuntimeOrigin> for AnyMember<T> {
	type Success = OrgId;

	fn try_origin(origin: T::RuntimeOrigin) -> Result<OrgId, T::RuntimeOrigin> {
		match origin.clone().into() {
			Ok(RawOrigin::Signed(who)) => Pallet::<T>::ensure_seated(&who).map_err(|_| origin),
			_ => Err(origin),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
		let who = trimast_primitives::AccountId::new([1; 32]);
		crate::benchmarking::seat::<T>(&who);
		Ok(RawOrigin::Signed(who).into())
	}
}

/// A motion for which two thirds of the companies voted; answers the ayes and the members.
pub struct TwoThirds<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<T::RuntimeOrigin> for TwoThirds<T> {
	type Success = (u32, u32);

	fn try_origin(origin: T::RuntimeOrigin) -> Result<(u32, u32), T::RuntimeOrigin> {
		let (ayes, members) = T::CouncilOrigin::try_origin(origin.clone())?;
		if ayes > 0 && ayes.saturating_mul(3) >= members.saturating_mul(2) {
			Ok((ayes, members))
		} else {
			Err(origin)
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
		T::CouncilOrigin::try_successful_origin()
	}
}

/// A motion for which every company voted; answers how many they are.
pub struct All<T>(PhantomData<T>);

impl<T: Config> EnsureOrigin<T::RuntimeOrigin> for All<T> {
	type Success = u32;

	fn try_origin(origin: T::RuntimeOrigin) -> Result<u32, T::RuntimeOrigin> {
		let (ayes, members) = T::CouncilOrigin::try_origin(origin.clone())?;
		if ayes > 0 && ayes >= members {
			Ok(members)
		} else {
			Err(origin)
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<T::RuntimeOrigin, ()> {
		T::CouncilOrigin::try_successful_origin()
	}
}
