// SPDX-License-Identifier: Apache-2.0

//! Tallies: what is counted as it happens, so that a look at the whole country need not walk it.
//!
//! * Of each company: the violations that stand open against it, by kind and standing.
//! * Of each local network: the cells that have a baseline, and the pages whose baseline is provisional.
//!
//! A page is provisional as long as it has a station with a baseline that its owner, a sharer or its tower company has not
//! signed. Whose a
//! station is, the inventory says at each import and signature of the page: a sharer that comes later counts from the next
//! one on.

use crate::{types::Standing, violations::kinds::Kind, BaselineTallies, Config, OpenTallies, PageSet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use trimast_primitives::{LocalNetworkId, OrgId};

/// Kinds and standings together.
pub const MAX_TALLIED: u32 = Kind::ALL.len() as u32 * 3;

/// How many violations stand open against a company, by kind and standing: those that there are, in no order.
pub type OpenTally = BoundedVec<(Kind, Standing, u32), ConstU32<MAX_TALLIED>>;

/// How much baseline a local network has.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct BaselineTally {
	/// Cells with a baseline.
	pub cells: u32,
	/// Pages whose baseline is provisional.
	pub provisional: PageSet,
}

/// A violation against `org` stands open as this since, and as that before; as none, it does not stand open.
pub(crate) fn stands<T: Config>(org: OrgId, before: Option<(Kind, Standing)>, now: Option<(Kind, Standing)>) {
	if before == now {
		return;
	}
	OpenTallies::<T>::mutate_exists(org, |stored| {
		let mut tally = stored.take().unwrap_or_default();
		let mut change = |(kind, standing): (Kind, Standing), by: fn(u32) -> u32| {
			let found = tally.iter_mut().find(|(of, as_what, _)| (*of, *as_what) == (kind, standing));
			match found {
				Some((.., count)) => *count = by(*count),
				// There are no more of them than kinds and standings.
				None => {
					let _ = tally.try_push((kind, standing, by(0)));
				}
			}
		};
		if let Some(before) = before {
			change(before, |count| count.saturating_sub(1));
		}
		if let Some(now) = now {
			change(now, |count| count.saturating_add(1));
		}
		tally.retain(|(.., count)| *count > 0);
		*stored = (!tally.is_empty()).then_some(tally);
	});
}

/// A page's baseline has so many cells since, and so many before.
pub(crate) fn has_cells<T: Config>(local_network: LocalNetworkId, before: u32, now: u32) {
	if before != now {
		BaselineTallies::<T>::mutate(local_network, |tally| {
			tally.cells = tally.cells.saturating_sub(before).saturating_add(now);
		});
	}
}

/// A page's baseline is provisional since, or it is not.
pub(crate) fn is_provisional<T: Config>(local_network: LocalNetworkId, page: u16, is_so: bool) {
	let mut tally = BaselineTallies::<T>::get(local_network);
	if tally.provisional.contains(page) == is_so {
		return;
	}
	if is_so {
		tally.provisional.insert(page);
	} else {
		tally.provisional.remove(page);
	}
	BaselineTallies::<T>::insert(local_network, tally);
}
