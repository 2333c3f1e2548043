// SPDX-License-Identifier: Apache-2.0

//! Sweeps: who calls for observations of which territory, and the key that their tags are made with.
//!
//! A sweep is salted with the hash of a block after the one in which it was opened. So nobody knows its tags before, and
//! what a tag is over was held after that.

use crate::{
	agenda::{self, Due},
	exports::{self, Export},
	types::{Sweep, MAX_OWN_UNSALTED},
	Config, Error, Event, Exports, NextSweep, Pallet, Sweeps, SweepsOf, Unsalted,
};
use frame_support::{defensive, ensure};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Scope, cells::digest::SweepKey, params::Governed, BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// How many of a company's oldest sweeps are looked at for one that is over.
const MAX_LOOKED: usize = 16;

/// Calls for observations.
pub(crate) fn open<T: Config>(opener: OrgId, scope: Scope) -> Result<(), Error<T>> {
	ensure!(scope.exists(), Error::<T>::UnknownTerritory);
	let now = Pallet::<T>::now();
	let sweep = NextSweep::<T>::get();
	let mut waiting = Unsalted::<T>::get();
	let unsalted: u32 = waiting.iter().filter(|(.., by)| *by == opener).count().saturated_into();
	ensure!(unsalted < MAX_OWN_UNSALTED, Error::<T>::TooManySweeps);
	waiting.try_push((sweep, now, opener)).map_err(|_| Error::<T>::TooManySweeps)?;
	let mut own = SweepsOf::<T>::get(opener);
	if own.is_full() {
		// The oldest stand first, and the term of most is the same.
		let is_over = |number: &u32| Sweeps::<T>::get(number).is_none_or(|sweep| sweep.closes < now);
		let over = own.iter().take(MAX_LOOKED).position(is_over).ok_or(Error::<T>::TooManySweeps)?;
		Sweeps::<T>::remove(own.remove(over));
	}
	own.try_push(sweep).map_err(|_| Error::<T>::TooManySweeps)?;
	let terms = T::Governed::parameters();
	let closes = now.saturating_add(T::Governed::blocks(terms.sweep_term));
	let kept = closes.saturating_add(T::Governed::blocks(terms.attestation_term));
	agenda::enter::<T>(opener, kept.saturating_add(1), Due::Sweep(sweep))?;
	NextSweep::<T>::put(sweep.saturating_add(1));
	Unsalted::<T>::put(waiting);
	SweepsOf::<T>::insert(opener, own);
	Sweeps::<T>::insert(sweep, Sweep { opener, scope, opened: now, closes, key: None });
	Pallet::<T>::deposit_event(Event::SweepOpened { sweep, opener, scope, closes });
	Ok(())
}

/// Removes a sweep whose testimony has expired. What was attested in it stands as it is.
pub(crate) fn remove<T: Config>(number: u32) {
	if let Some(sweep) = Sweeps::<T>::take(number) {
		SweepsOf::<T>::mutate(sweep.opener, |own| own.retain(|other| *other != number));
	}
}

/// Salts the sweeps that were opened before the last block. Says how many wait.
pub(crate) fn salt<T: Config>(now: BlockNumber) -> u32 {
	let waiting = Unsalted::<T>::get();
	if waiting.is_empty() {
		return 0;
	}
	let is_due = |opened: BlockNumber| opened.saturating_add(1) < now;
	for (sweep, opened, _) in waiting.iter().filter(|(_, opened, _)| is_due(*opened)) {
		let after: BlockNumberFor<T> = opened.saturating_add(1).saturated_into();
		let salt = frame_system::Pallet::<T>::block_hash(after);
		let key = SweepKey::new(Pallet::<T>::genesis_hash(), *sweep, salt);
		Sweeps::<T>::mutate(sweep, |sweep| match sweep {
			Some(sweep) => sweep.key = Some(key),
			None => {
				defensive!("an unsalted sweep is one that was opened");
			}
		});
		Pallet::<T>::deposit_event(Event::SweepSalted { sweep: *sweep, salt });
	}
	Unsalted::<T>::mutate(|waiting| waiting.retain(|(_, opened, _)| !is_due(*opened)));
	waiting.len().saturated_into()
}

/// A sweep that takes observations now, from an export that was anchored in time.
pub(crate) struct Open {
	pub(crate) number: u32,
	pub(crate) scope: Scope,
	pub(crate) key: SweepKey,
	pub(crate) export: Export,
}

impl Open {
	/// The sweep with this number, of which `org` speaks from the export with this root.
	pub(crate) fn speak<T: Config>(org: OrgId, number: u32, root: Hash) -> Result<Self, Error<T>> {
		let Sweep { scope, opened, closes, key, .. } =
			Sweeps::<T>::get(number).ok_or(Error::<T>::NoSuchSweep)?;
		ensure!(Pallet::<T>::now() <= closes, Error::<T>::SweepClosed);
		let key = key.ok_or(Error::<T>::NotSalted)?;
		let export = Exports::<T>::get(org, root).ok_or(Error::<T>::NotAnchored)?;
		ensure!(export.anchored < opened, Error::<T>::AnchoredTooLate);
		ensure!(!exports::is_expired::<T>(export.observed), Error::<T>::ExportExpired);
		ensure!(export.marks.is_clean(), Error::<T>::ExportDoubted);
		exports::spoke::<T>(org, root)?;
		Ok(Self { number, scope, key, export })
	}

	/// Refuses a local network that the sweep is not about, or the export.
	pub(crate) fn covers<T: Config>(&self, local_network: LocalNetworkId) -> Result<(), Error<T>> {
		let is_inside = self.scope.covers(local_network) && self.export.scope.covers(local_network);
		ensure!(is_inside, Error::<T>::OutsideSweep);
		Ok(())
	}
}
