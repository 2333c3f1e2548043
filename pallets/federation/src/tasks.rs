// SPDX-License-Identifier: Apache-2.0

//! Scheduled tasks, each under a name of its own.

use crate::{Call, Config, Error, Pallet};
use codec::Encode;
use frame_support::traits::{
	schedule::{
		v3::{Named, TaskName},
		DispatchTime, HARD_DEADLINE,
	},
	Bounded, BoundedInline,
};
use frame_system::RawOrigin;
use sp_runtime::DispatchError;
use trimast_primitives::BlockNumber;

/// How many blocks may be tried when those asked for have no room left.
const ROOM_SOUGHT: BlockNumber = 16;

/// What a task belongs to.
pub(crate) enum Task {
	/// The enactment of this number.
	Enactment(u32),
	/// The subject motion of this number.
	Subject(u32),
}

impl Task {
	fn name(&self) -> TaskName {
		let name = match self {
			Self::Enactment(id) => (b"federation/enactment", id).encode(),
			Self::Subject(id) => (b"federation/subject", id).encode(),
		};
		sp_io::hashing::blake2_256(&name)
	}
}

impl<T: Config> Pallet<T> {
	/// Schedules `call` as Root for block `at`, or one of the next that has room, in place of what the task
	/// was. Answers the block.
	pub(crate) fn schedule(task: Task, at: BlockNumber, call: Call<T>) -> Result<BlockNumber, DispatchError> {
		let name = task.name();
		let call: <T as Config>::RuntimeCall = call.into();
		let bytes = BoundedInline::try_from(call.encode()).map_err(|_| Error::<T>::NotScheduled)?;
		// There is none the first time.
		let _ = T::Scheduler::cancel_named(name);
		(at..at.saturating_add(ROOM_SOUGHT))
			.find(|at| {
				let origin = RawOrigin::Root.into();
				let when = DispatchTime::At((*at).into());
				let call = Bounded::Inline(bytes.clone());
				T::Scheduler::schedule_named(name, when, None, HARD_DEADLINE, origin, call).is_ok()
			})
			.ok_or_else(|| Error::<T>::NotScheduled.into())
	}

	/// Drops a task, if it is still there.
	pub(crate) fn unschedule(task: Task) {
		let _ = T::Scheduler::cancel_named(task.name());
	}
}
