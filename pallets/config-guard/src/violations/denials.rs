// SPDX-License-Identifier: Apache-2.0

//! What the sight of the approved value makes of violations that stand open.

use super::{
	close_where, end,
	silence::{look_in, word_holds},
};
use crate::{
	exports::{self, attested, Said},
	tallies,
	testimony::{first_bytes, is_party},
	types::{CellDigests, Closing, Denied, OpenList, OpenViolation, Settled, Standing},
	Config, Event, Heads, Pallet, SettledInPage, Violations,
};
use alloc::vec::Vec;
use core::{cell::OnceCell, marker::PhantomData};
use frame_support::defensive;
use trimast_primitives::{
	site::{SiteRegistry, StationState},
	LocalNetworkId, OrgSet,
};

/// A company has seen a page as the baseline says, by its tag: in which these violations stand open. It is heard about the
/// stations that it is a party to, and no others: of those it has copied the baseline, also of what it is accused of.
pub(crate) fn deny_page<T: Config>(denial: Denied, local_network: LocalNetworkId, page: u16, open: OpenList) {
	let baseline = Baseline::<T>::of(local_network, page);
	deny::<T>(denial, local_network, page, open, |_, n, is_party| is_party.then(|| baseline.matches(n)));
}

/// A company has seen all cells of a page as the baseline says but for these, by their places in the table: in which these
/// violations stand open. It is heard about the stations that it is a party to and what it is accused of, and no others.
pub(crate) fn deny_cells<T: Config>(
	denial: Denied,
	local_network: LocalNetworkId,
	page: u16,
	open: OpenList,
	differing: &[u16],
) {
	let baseline = Baseline::<T>::of(local_network, page);
	deny::<T>(denial, local_network, page, open, |_, n, _| {
		differing.binary_search(&n).is_err().then(|| baseline.matches(n))
	});
}

/// The digests of a page's cells, read when one is asked for.
struct Baseline<T> {
	local_network: LocalNetworkId,
	page: u16,
	digests: OnceCell<CellDigests>,
	_config: PhantomData<T>,
}

impl<T: Config> Baseline<T> {
	const fn of(local_network: LocalNetworkId, page: u16) -> Self {
		Self { local_network, page, digests: OnceCell::new(), _config: PhantomData }
	}

	/// That the cell in this place of the table is as the baseline says.
	fn matches(&self, n: u16) -> Said {
		let digests =
			self.digests.get_or_init(|| crate::CellDigests::<T>::get(self.local_network, self.page));
		let digest = digests.get(usize::from(n));
		digest.map_or(Said::Nothing, |digest| Said::Matches(first_bytes(digest)))
	}
}

/// A company has seen those of a page's open violations as approved of whose cells this says what it has said, when it hears
/// where the cell stands in the table and whether the company is party to the station. As for [`deny_cells`]. Of a cell that
/// the baseline does not have nobody says anything: it is in no tag.
pub(crate) fn deny<T: Config>(
	denial: Denied,
	local_network: LocalNetworkId,
	page: u16,
	open: OpenList,
	said: impl Fn(&OpenViolation, u16, bool) -> Option<Said>,
) {
	if open.is_empty() {
		return;
	}
	let (entries, head) = (T::Sites::stations(local_network, page), Heads::<T>::get(local_network, page));
	let (mut restored, mut is_stranger, mut is_contested) = (Vec::new(), false, false);
	close_where::<T>(local_network, page, open, |one| {
		let Some(n) = head.position(one.slot.into(), one.cell) else { return false };
		let slot = usize::from(one.slot);
		let signed = head.signed(slot);
		let is_party = entries.get(slot).is_some_and(|entry| is_party(&entry.station, signed, denial.org));
		let is_accused = one.against == denial.org;
		let said = (is_party || is_accused).then(|| said(one, n, is_party)).flatten();
		let Some(said) = said else { return false };
		// Of what is out of service there is no row: nobody is held to it.
		let is_retired = entries.get(slot).is_none_or(|entry| entry.state == StationState::Retired);
		let said = if is_retired { Said::Nothing } else { said };
		is_stranger |= !is_party;
		let denied = Denied { said, ..denial };
		match deny_one::<T>(denied, one.id) {
			Some(Outcome::Closed(closing)) => {
				// What nobody has confirmed settles nothing for others, who may have read the network before.
				if closing == Closing::Restored {
					let OpenViolation { slot, cell, key, .. } = *one;
					restored.push(Settled { slot, cell, key, denied });
				}
				true
			}
			Some(Outcome::Stands(standing)) => {
				is_contested |= standing == Standing::Contested;
				false
			}
			None => false,
		}
	});
	settle::<T>(local_network, page, &restored);
	if is_stranger {
		// It has spoken of the page, and may be asked about it.
		let pages = [page].into_iter().collect();
		attested::note::<T>(denial.org, denial.export, local_network, &pages);
	}
	if is_contested {
		// It is looked at again: its denier may be doubted, or nobody say it again. Where the agenda is full that is done once
		// it is seen or denied again.
		let at = Pallet::<T>::now().saturating_add(word_holds::<T>());
		let _ = look_in::<T>(denial.org, local_network, page, at);
	}
}

/// Keeps of values of a page when the network was read in which they were restored, and who has said so, as long as an
/// export may be spoken of that was read before.
fn settle<T: Config>(local_network: LocalNetworkId, page: u16, new: &[Settled]) {
	if new.is_empty() {
		return;
	}
	let earliest = exports::earliest::<T>();
	SettledInPage::<T>::mutate(local_network, page, |settled| {
		let place = |one: &Settled| (one.slot, one.cell, one.key);
		settled.retain(|one| {
			one.denied.observed >= earliest && new.iter().all(|other| place(other) != place(one))
		});
		for one in new {
			if settled.is_full() {
				let earliest = settled.iter().enumerate().min_by_key(|(_, one)| one.denied.observed);
				if let Some((place, _)) = earliest {
					settled.remove(place);
				}
			}
			// There is room for one.
			let _ = settled.try_push(*one);
		}
	});
}

/// What becomes of a violation of which the approved value was seen.
enum Outcome {
	Closed(Closing),
	Stands(Standing),
}

/// A company has seen the approved value. Says what that makes of the violation: nothing where it was seen too early.
fn deny_one<T: Config>(denial: Denied, id: u32) -> Option<Outcome> {
	let Denied { org, observed, .. } = denial;
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return None;
	};
	let is_alone = violation.witnesses == OrgSet::of(org);
	let believed = violation.standing;
	// Another's word against it is no older for its being said again.
	let seen = match believed {
		Standing::Alleged | Standing::Contested if !is_alone => violation.since,
		Standing::Alleged | Standing::Contested | Standing::Confirmed => violation.last,
	};
	if observed <= seen {
		return None;
	}
	violation.deniers = violation.deniers.with(org);
	violation.denials.retain(|denied| denied.org != org);
	// There are no more of them than companies.
	let _ = violation.denials.try_push(denial);
	let closing = match believed {
		Standing::Confirmed if org != violation.against => Some(Closing::Restored),
		Standing::Alleged | Standing::Contested if is_alone => Some(Closing::TakenBack),
		Standing::Alleged | Standing::Contested | Standing::Confirmed => None,
	};
	match closing {
		Some(closing) => end::<T>(id, &mut violation, org, closing),
		None if believed == Standing::Alleged => {
			violation.standing = Standing::Contested;
			violation.asked = Pallet::<T>::now();
			let [before, since] = [believed, violation.standing].map(|one| (violation.kind, one));
			tallies::stands::<T>(violation.against, Some(before), Some(since));
			Pallet::<T>::deposit_event(Event::ViolationStands { id, standing: Standing::Contested });
		}
		None => {}
	}
	let standing = violation.standing;
	Violations::<T>::insert(id, violation);
	Some(closing.map_or(Outcome::Stands(standing), Outcome::Closed))
}
