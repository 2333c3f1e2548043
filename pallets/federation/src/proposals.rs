// SPDX-License-Identifier: Apache-2.0

//! Which motions can take effect at all. One that cannot is refused when it is proposed, and not after everybody has
//! voted on it.

use crate::{enactments::MAX_DEPTH, pause::LEAST_AYES, Bounds, Call, Config, Error, Matters, Pallet, Seated};
use codec::DecodeLimit;
use frame_support::{dispatch::DispatchResult, ensure, traits::IsSubType};
use sp_runtime::DispatchError;
use trimast_primitives::{
	matter::{Matter, MotionDefect},
	params::ParameterBounds,
};

type RuntimeCallOf<T> = <T as Config>::RuntimeCall;

impl<T: Config> Pallet<T> {
	/// Why a motion that consists of `proposal` and asks for so many ayes can never take effect; none when it can. The
	/// runtime's call filter asks it of whatever is proposed.
	pub fn defect_of(proposal: &RuntimeCallOf<T>, ayes: u32) -> Option<MotionDefect> {
		let seats = Seated::<T>::get().len();
		match Self::ayes_needed(proposal, seats) {
			Ok(needed) if needed <= ayes && ayes <= seats => None,
			Ok(needed) => Some(MotionDefect::Ayes { needed, seats }),
			Err(refusal) => Some(MotionDefect::Refused(refusal)),
		}
	}

	/// The same of an encoded call.
	pub(crate) fn defect_of_encoded(mut proposal: &[u8], ayes: u32) -> Option<MotionDefect> {
		match RuntimeCallOf::<T>::decode_all_with_depth_limit(MAX_DEPTH, &mut proposal) {
			Ok(proposal) => Self::defect_of(&proposal, ayes),
			Err(_) => Some(MotionDefect::UnknownCall),
		}
	}

	/// Fewest ayes of so many seats with which the motion is carried out. A motion has the council's origin, which two
	/// kinds of calls ask for: `enact`, and those of the emergency pause.
	fn ayes_needed(proposal: &RuntimeCallOf<T>, seats: u32) -> Result<u32, DispatchError> {
		match proposal.is_sub_type() {
			Some(Call::enact { call }) => Ok(Self::check_enactable(call)?.needed(seats)),
			Some(Call::pause { kinds }) => {
				ensure!(kinds.is_valid(), Error::<T>::InvalidKinds);
				Ok(LEAST_AYES)
			}
			Some(Call::lift_pause {}) => Ok(LEAST_AYES),
			_ => Err(Error::<T>::NotEnactable.into()),
		}
	}

	/// The matter of a call that a motion may decide and that is not refused whatever the state is by then.
	pub(crate) fn check_enactable(call: &RuntimeCallOf<T>) -> Result<Matter, DispatchError> {
		let matter = T::Matters::matter(call).ok_or(Error::<T>::NotEnactable)?;
		T::Matters::check(call, &Bounds::<T>::get())?;
		Ok(matter)
	}

	/// Refuses a call of this pallet that would be refused whatever the state is when it is carried out.
	pub fn check_call(call: &Call<T>, bounds: &ParameterBounds) -> DispatchResult {
		match call {
			Call::set_parameters { parameters } => {
				ensure!(bounds.admit(parameters), Error::<T>::OutOfBounds);
			}
			Call::invite { name, .. } => Self::check_name(name)?,
			_ => {}
		}
		Ok(())
	}
}
