// SPDX-License-Identifier: Apache-2.0

//! What silence makes of a violation: of the accused, and of those who have said it.

use super::{ask_remedy, close_where, end};
use crate::{
	agenda::{self, Due},
	changes::network::Elsewhere,
	charges, scores, tallies,
	types::{Closing, OpenViolation, Standing, Violation, MAX_OPEN_IN_PAGE},
	Config, Error, Event, NextLook, OpenInPage, Pallet, Violations, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{defensive, traits::Contains, weights::Weight};
use trimast_primitives::{params::Governed, BlockNumber, LocalNetworkId, OrgId};

/// Most violations of which silence makes something else in one page and block; the others follow in the next.
pub(crate) const CHANGED_AT_ONCE: u32 = 16;

/// How often in an opening term.
const LOOKS_IN_A_TERM: BlockNumber = 8;

/// How many blocks an accused may be silent.
pub(super) fn silence<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().silence_term)
}

/// How many blocks nobody may say again what is contested, or what was seen in doubted exports alone: as long as a testimony
/// holds, and no shorter than the accused may be silent.
pub(super) fn word_holds<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().attestation_term).max(silence::<T>())
}

/// How many blocks until it is looked again whether the rows of an export are opened, on whose word something is confirmed.
fn until_opened<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().opening_term).checked_div(LOOKS_IN_A_TERM).unwrap_or(0)
}

/// Has the violations of a page looked at in a block by the agenda of `org`, if it does not before.
pub(crate) fn look_in<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	at: BlockNumber,
) -> Result<(), Error<T>> {
	let place = (local_network, page, org);
	let is_soon = |next: BlockNumber| next > Pallet::<T>::now() && next <= at;
	if NextLook::<T>::get(place).is_some_and(is_soon) {
		return Ok(());
	}
	let next = agenda::enter::<T>(org, at, Due::Silence { local_network, page })?;
	NextLook::<T>::insert(place, next);
	Ok(())
}

/// What silence makes of a violation.
enum Verdict {
	/// Nothing, and it is not waited for.
	None,
	/// Nothing before this block.
	Waits(BlockNumber),
	/// It is alleged, and the accused is asked from now on.
	Alleged,
	Confirmed,
	Over,
}

/// What silence makes of a violation now.
fn verdict<T: Config>(elsewhere: &Elsewhere<T>, id: u32, violation: &Violation) -> Verdict {
	let now = Pallet::<T>::now();
	let waits = |due: BlockNumber| Verdict::Waits(due.max(now).saturating_add(1));
	let said = violation.seen.max(violation.asked).saturating_add(word_holds::<T>());
	match violation.standing {
		Standing::Confirmed => Verdict::None,
		Standing::Contested if !is_denied(elsewhere, violation) => Verdict::Alleged,
		Standing::Contested if now > said => Verdict::Over,
		// Whether its deniers are doubted meanwhile is seen once a term.
		Standing::Contested => waits(said.min(now.saturating_add(silence::<T>()))),
		Standing::Alleged => {
			let due = violation.asked.saturating_add(silence::<T>());
			if now <= due {
				return waits(due);
			}
			if violation.witnesses == elsewhere.doubted(id, violation.witnesses, true) {
				if violation.witnesses != elsewhere.doubted(id, violation.witnesses, false) {
					// As many exports as may be were looked at.
					return waits(now.saturating_add(silence::<T>()));
				}
				return if now > said { Verdict::Over } else { waits(said) };
			}
			// A word counts once its export has shown what was asked of it.
			if violation.witnesses == elsewhere.unproven(id, violation.witnesses, violation.against) {
				return waits(now.saturating_add(until_opened::<T>()));
			}
			// Who cannot answer is asked once more.
			if T::Silenced::contains(&violation.against) {
				Verdict::Alleged
			} else {
				Verdict::Confirmed
			}
		}
	}
}

/// What was alleged in a page for long enough, with the accused silent, is confirmed; what is contested by doubted exports
/// alone is alleged again; and what nobody says again is over: so much at once. What is left waits in the agenda of `org`. Says
/// what it weighed.
pub(crate) fn silent<T: Config>(org: OrgId, local_network: LocalNetworkId, page: u16) -> Weight {
	let now = Pallet::<T>::now();
	let elsewhere = Elsewhere::<T>::of(0, MAX_OPEN_IN_PAGE);
	let (mut looked, mut changed, mut scored) = (0u32, 0u32, 0u32);
	let mut next: Option<BlockNumber> = None;
	let mut over = Vec::new();
	let open = OpenInPage::<T>::get(local_network, page);
	for OpenViolation { id, .. } in &open {
		let mut wait = |block: BlockNumber| next = Some(next.map_or(block, |next| next.min(block)));
		if changed >= CHANGED_AT_ONCE {
			wait(now.saturating_add(1));
			break;
		}
		looked = looked.saturating_add(1);
		let Some(mut violation) = Violations::<T>::get(id) else {
			defensive!("an open violation is one that was opened");
			continue;
		};
		let standing = match verdict(&elsewhere, *id, &violation) {
			Verdict::None => continue,
			Verdict::Waits(block) => {
				wait(block);
				continue;
			}
			Verdict::Alleged => {
				violation.asked = now;
				wait(now.saturating_add(silence::<T>()).saturating_add(1));
				Standing::Alleged
			}
			Verdict::Confirmed => Standing::Confirmed,
			Verdict::Over => {
				over.push(*id);
				let accuser = violation.accuser;
				end::<T>(*id, &mut violation, accuser, Closing::NotRepeated);
				violation.standing
			}
		};
		changed = changed.saturating_add(1);
		let before = core::mem::replace(&mut violation.standing, standing);
		if before != standing {
			let [before, since] = [before, standing].map(|one| (violation.kind, one));
			tallies::stands::<T>(violation.against, Some(before), Some(since));
			if standing == Standing::Confirmed {
				scores::count::<T>(&violation);
				ask_remedy::<T>(org, *id);
				scored = scored.saturating_add(1);
			}
			Pallet::<T>::deposit_event(Event::ViolationStands { id: *id, standing });
		}
		Violations::<T>::insert(id, violation);
	}
	close_where::<T>(local_network, page, open, |one| over.contains(&one.id));
	let is_looked_at = next.is_some_and(|next| look_in::<T>(org, local_network, page, next).is_ok());
	if !is_looked_at {
		// Where the agenda is full they are looked at again once one of them is seen, or denied.
		NextLook::<T>::remove((local_network, page, org));
	}
	T::WeightInfo::silence(looked, changed)
		.saturating_add(charges::scores::<T>(scored))
		.saturating_add(charges::looked::<T>(&elsewhere.looked()))
}

/// Whether a company has seen the approved value in an export that is not doubted.
pub(super) fn is_denied<T: Config>(elsewhere: &Elsewhere<T>, violation: &Violation) -> bool {
	let mut denials = violation.denials.iter();
	// Where that is not known it is left as it is.
	denials.any(|denied| elsewhere.is_clean(denied.org, denied.export).unwrap_or(true))
}
