// SPDX-License-Identifier: Apache-2.0

//! What the council decides: matter, majority, delay, objection, execution.

use crate::{
	tasks::Task,
	types::{CallBytes, Enactment, Lapse},
	Call, Config, CouncilSeats, EnactedCalls, Enactments, Error, Event, Matters, NextEnactment, Pallet,
	ParametersInForce, Seated, WeightInfo,
};
use alloc::boxed::Box;
use codec::{DecodeLimit, Encode};
use frame_support::{
	dispatch::{DispatchResult, DispatchResultWithPostInfo, GetDispatchInfo, PostDispatchInfo},
	ensure,
	traits::Get,
	weights::Weight,
};
use frame_system::RawOrigin;
use sp_runtime::{
	traits::{Dispatchable, Hash as _, SaturatedConversion},
	DispatchErrorWithPostInfo,
};
use trimast_primitives::{matter::Matter, params::Governed, AccountId, BlockNumber};

/// How deeply calls may be nested within each other.
pub(crate) const MAX_DEPTH: u32 = 64;

type RuntimeCallOf<T> = <T as Config>::RuntimeCall;

impl<T: Config> Pallet<T> {
	/// `voted` is the number of ayes of the motion that is being dispatched.
	pub(crate) fn do_enact(call: Box<RuntimeCallOf<T>>, voted: u32) -> DispatchResultWithPostInfo {
		let bytes = CallBytes::try_from(call.encode()).map_err(|_| Error::<T>::CallTooLarge)?;
		let call_hash = T::Hashing::hash(&bytes);
		// The votes are those for the motion that consists of this call and nothing else. Such a motion may be open
		// while another one wraps the same call: the runtime's filter refuses that, and the numbers have to agree.
		let proposal: RuntimeCallOf<T> = Call::<T>::enact { call: call.clone() }.into();
		let principals = T::Council::ayes(T::Hashing::hash_of(&proposal));
		let matter = Self::check_enactable(&call)?;
		ensure!(principals.len() == voted.saturated_into::<usize>(), Error::<T>::NotEnoughVotes);
		let ayes = Self::seated_by(&principals);
		let delay = matter
			.delay(ayes.len(), Seated::<T>::get().len(), false, &ParametersInForce::<T>::get())
			.ok_or(Error::<T>::NotEnoughVotes)?;

		let id = NextEnactment::<T>::get();
		NextEnactment::<T>::put(id.saturating_add(1));
		let own = T::WeightInfo::enact(bytes.len().saturated_into());
		if delay == 0 {
			let spent = Self::dispatch_as_root(*call, own)?;
			Self::deposit_event(Event::CarriedOut { id, call_hash, result: Ok(()) });
			return Ok(spent);
		}

		ensure!(Enactments::<T>::count() < T::MaxEnactments::get(), Error::<T>::TooMany);
		let decided = Self::now();
		let weight_bound = call.get_dispatch_info().call_weight;
		let at = Self::schedule_enactment(id, Self::after(delay), weight_bound)?;
		let enactment = Enactment { matter, call_hash, ayes, objections: Default::default(), decided, at };
		Enactments::<T>::insert(id, enactment);
		EnactedCalls::<T>::insert(id, bytes);
		Self::deposit_event(Event::Enacted { id, matter, call_hash, ayes, at });
		Ok(Some(own).into())
	}

	fn schedule_enactment(
		id: u32,
		at: BlockNumber,
		weight_bound: Weight,
	) -> Result<BlockNumber, sp_runtime::DispatchError> {
		Self::schedule(Task::Enactment(id), at, Call::carry_out { id, weight_bound })
	}

	/// Dispatches `call` as Root. The weight answered is `own` and what the call has used.
	fn dispatch_as_root(call: RuntimeCallOf<T>, own: Weight) -> DispatchResultWithPostInfo {
		let announced = call.get_dispatch_info();
		let with_own = |info: PostDispatchInfo| PostDispatchInfo {
			actual_weight: Some(own.saturating_add(info.calc_actual_weight(&announced))),
			..info
		};
		match call.dispatch(RawOrigin::Root.into()) {
			Ok(info) => Ok(with_own(info)),
			Err(DispatchErrorWithPostInfo { post_info, error }) => {
				Err(DispatchErrorWithPostInfo { post_info: with_own(post_info), error })
			}
		}
	}

	pub(crate) fn do_carry_out(id: u32, weight_bound: Weight) -> DispatchResultWithPostInfo {
		let enactment = Enactments::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(Self::now() >= enactment.at, Error::<T>::TooEarly);
		let bytes = EnactedCalls::<T>::get(id).unwrap_or_default();
		let own = T::WeightInfo::carry_out(bytes.len().saturated_into());

		let call = match Self::still_decided(&enactment, &bytes) {
			Ok(call) => call,
			Err(reason) => {
				Self::drop_enactment(id);
				Self::deposit_event(Event::Lapsed { id, reason });
				return Ok(Some(own).into());
			}
		};
		let weight = call.get_dispatch_info().call_weight;
		if weight.any_gt(weight_bound) {
			Self::schedule_enactment(id, Self::now().saturating_add(1), weight)?;
			return Ok(Some(own).into());
		}
		Self::drop_enactment(id);
		let (spent, result) = match Self::dispatch_as_root(call, own) {
			Ok(info) => (info, Ok(())),
			Err(DispatchErrorWithPostInfo { post_info, error }) => (post_info, Err(error)),
		};
		Self::deposit_event(Event::CarriedOut { id, call_hash: enactment.call_hash, result });
		Ok(spent)
	}

	/// Removes an enactment, and its task if it is not that which is being carried out.
	fn drop_enactment(id: u32) {
		Enactments::<T>::remove(id);
		EnactedCalls::<T>::remove(id);
		Self::unschedule(Task::Enactment(id));
	}

	/// The call of an enactment, if those who decided it and are members today still suffice.
	fn still_decided(enactment: &Enactment, bytes: &[u8]) -> Result<RuntimeCallOf<T>, Lapse> {
		let call = RuntimeCallOf::<T>::decode_all_with_depth_limit(MAX_DEPTH, &mut &bytes[..])
			.map_err(|_| Lapse::CallUnknown)?;
		ensure!(T::Matters::matter(&call) == Some(enactment.matter), Lapse::MatterChanged);
		let seated = Seated::<T>::get();
		let ayes = enactment.ayes.intersection(seated);
		enactment
			.matter
			.delay(ayes.len(), seated.len(), false, &ParametersInForce::<T>::get())
			.ok_or(Lapse::VotesGone)?;
		Ok(call)
	}

	/// The block in which an enactment is due as its objections stand.
	fn due(enactment: &Enactment) -> BlockNumber {
		let parameters = ParametersInForce::<T>::get();
		let objected = !enactment.objections.intersection(Seated::<T>::get()).is_empty();
		let seconds = match enactment.matter {
			Matter::Rules if objected => parameters.long_delay.max(parameters.rules_delay),
			Matter::Rules => parameters.rules_delay,
			_ => return enactment.at,
		};
		let due = enactment.decided.saturating_add(Self::blocks(seconds));
		due.max(Self::now().saturating_add(1))
	}

	/// Schedules an enactment anew where its objections have moved it, and stores it.
	fn move_enactment(id: u32, mut enactment: Enactment) -> Result<BlockNumber, sp_runtime::DispatchError> {
		let due = Self::due(&enactment);
		if due != enactment.at {
			let bytes = EnactedCalls::<T>::get(id).unwrap_or_default();
			let weight = RuntimeCallOf::<T>::decode_all_with_depth_limit(MAX_DEPTH, &mut &bytes[..])
				.map(|call| call.get_dispatch_info().call_weight)
				.unwrap_or_default();
			enactment.at = Self::schedule_enactment(id, due, weight)?;
		}
		Enactments::<T>::insert(id, enactment);
		Ok(enactment.at)
	}

	pub(crate) fn do_object(who: AccountId, id: u32) -> DispatchResult {
		let org = Self::ensure_seated(&who)?;
		let mut enactment = Enactments::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(!enactment.objections.contains(org), Error::<T>::AlreadyVoted);
		enactment.objections = enactment.objections.with(org);
		let at = Self::move_enactment(id, enactment)?;
		Self::deposit_event(Event::Objected { id, org, at });
		Ok(())
	}

	pub(crate) fn do_withdraw_objection(who: AccountId, id: u32) -> DispatchResult {
		let org = Self::ensure_seated(&who)?;
		let mut enactment = Enactments::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(enactment.objections.contains(org), Error::<T>::NotFound);
		enactment.objections = enactment.objections.without(org);
		let at = Self::move_enactment(id, enactment)?;
		Self::deposit_event(Event::ObjectionWithdrawn { id, org, at });
		Ok(())
	}
}
