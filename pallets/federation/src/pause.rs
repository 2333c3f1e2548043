// SPDX-License-Identifier: Apache-2.0

//! The emergency pause: kinds of calls, for a term, never a company.

use crate::{
	types::{Pause, PauseKind, PauseKinds},
	Config, Error, Event, Pallet, ParametersInForce, Paused,
};
use frame_support::{dispatch::DispatchResult, ensure};
use trimast_primitives::params::Governed;

/// Fewest companies that can pause.
pub(crate) const LEAST_AYES: u32 = 2;

impl<T: Config> Pallet<T> {
	/// The kinds of calls that are paused now.
	pub fn paused_kinds() -> PauseKinds {
		Paused::<T>::get()
			.filter(|pause| pause.until.is_none_or(|until| Self::now() < until))
			.map_or(PauseKinds::EMPTY, |pause| pause.kinds)
	}

	/// Whether calls of this kind are paused now. The runtime's call filter asks it.
	pub fn is_paused(kind: PauseKind) -> bool {
		Self::paused_kinds().contains(kind)
	}

	/// Pauses everything that can be paused until two companies lift it: what is left to do when a migration
	/// has failed.
	pub fn pause_without_end() {
		Paused::<T>::put(Pause { kinds: PauseKinds::ALL, until: None });
		Self::deposit_event(Event::Paused { kinds: PauseKinds::ALL, until: None });
	}

	pub(crate) fn do_pause(kinds: PauseKinds, ayes: u32, members: u32) -> DispatchResult {
		ensure!(ayes >= LEAST_AYES, Error::<T>::NotEnoughVotes);
		ensure!(kinds.is_valid(), Error::<T>::InvalidKinds);
		let parameters = ParametersInForce::<T>::get();
		if let Some(last) = Paused::<T>::get() {
			let gap = Self::blocks(parameters.pause_gap);
			let over = last.until.is_some_and(|until| Self::now() >= until.saturating_add(gap));
			ensure!(over || ayes >= members, Error::<T>::PauseTooSoon);
		}
		let until = Some(Self::after(parameters.pause_term));
		Paused::<T>::put(Pause { kinds, until });
		Self::deposit_event(Event::Paused { kinds, until });
		Ok(())
	}

	pub(crate) fn do_lift_pause(ayes: u32) -> DispatchResult {
		ensure!(ayes >= LEAST_AYES, Error::<T>::NotEnoughVotes);
		let kinds = Self::paused_kinds();
		ensure!(kinds != PauseKinds::EMPTY, Error::<T>::NotPaused);
		// The gap to the next pause counts from here, and what could not be said in time is known by it.
		Paused::<T>::put(Pause { kinds, until: Some(Self::now()) });
		Self::deposit_event(Event::PauseLifted);
		Ok(())
	}
}
