// SPDX-License-Identifier: Apache-2.0

//! Notices: what an owner's network reports of its own changes (TS 28.532, notifyMOIAttributeValueChanges). A notice makes
//! a change known. It approves nothing, and is no finding by itself: that a value is another is found by who sees it.
//!
//! A notice is taken from who changes the value and from the owner, whose equipment it is, and counts for what is seen in exports that are anchored after it has
//! come. So nobody makes known in arrears what it knows to be found.

use crate::{changes::check::changes_it, Catalogues, Config, Error, Event, Holdings, Notices, Pallet};
use alloc::collections::BTreeMap;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{ensure, traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::ParamKey, site::SiteRegistry, BlockNumber, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Most notices in one call.
pub const MAX_SENT: u32 = 64;
/// Most notices of one page that are kept. The oldest give way, of the company that has the most: so none drives out
/// another's.
pub const MAX_NOTICES: u32 = 256;

/// Who has changed a value: sourceIndicator of TS 28.532.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Source {
	/// RESOURCE_OPERATION: the network element itself.
	Resource,
	/// MANAGEMENT_OPERATION: people or systems through the management.
	Management,
	/// SON_OPERATION: the network's own optimisation.
	Son,
	/// UNKNOWN.
	Unknown,
}

/// A change of a value, as the network reports it.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Notice {
	/// Slot of the station in the page.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// The parameter.
	pub key: ParamKey,
	/// The value before, where the network says it.
	pub old: Option<i64>,
	/// The new value.
	pub new: i64,
	/// Who has changed it.
	pub source: Source,
	/// When.
	pub at: Moment,
}

/// The notices of a page, who has sent them and in which block they came, the oldest first.
pub type NoticeList = BoundedVec<(OrgId, BlockNumber, Notice), ConstU32<MAX_NOTICES>>;

/// Keeps the notices of values for which `org` answers, of changes that have happened.
pub(crate) fn notify<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	notices: BoundedVec<Notice, ConstU32<MAX_SENT>>,
) -> Result<(), Error<T>> {
	let (catalogue, holdings, now) = (Catalogues::<T>::get(), Holdings::<T>::get(), Pallet::<T>::moment());
	let entries = T::Sites::stations(local_network, page);
	ensure!(!entries.is_empty(), Error::<T>::UnknownPage);
	let sent: u32 = notices.len().saturated_into();
	let mut taken = 0u32;
	Notices::<T>::mutate(local_network, page, |kept| {
		for notice in notices {
			let entry = entries.get(usize::from(notice.slot));
			let is_own = entry.is_some_and(|entry| {
				notice.cell < entry.station.cells
					&& (entry.station.owner == org
						|| changes_it(&catalogue, &holdings, OrgSet::of(org), entry, notice.key) == org)
			});
			let is_known = kept.iter().any(|(by, _, known)| (*by, *known) == (org, notice));
			if !is_own || notice.at > now || is_known {
				continue;
			}
			give_way(kept);
			// One has made room.
			let _ = kept.try_push((org, Pallet::<T>::now(), notice));
			taken = taken.saturating_add(1);
		}
	});
	let refused = sent.saturating_sub(taken);
	Pallet::<T>::deposit_event(Event::Notified { local_network, page, org, taken, refused });
	Ok(())
}

/// Takes one out of a list that is full.
fn give_way(kept: &mut NoticeList) {
	if !kept.is_full() {
		return;
	}
	let mut counts: BTreeMap<OrgId, u32> = BTreeMap::new();
	for (org, ..) in kept.iter() {
		counts.entry(*org).and_modify(|count| *count = count.saturating_add(1)).or_insert(1);
	}
	let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(org, _)| org);
	if let Some(oldest) = kept.iter().position(|(org, ..)| Some(*org) == most) {
		kept.remove(oldest);
	}
}
