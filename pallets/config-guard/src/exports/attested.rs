// SPDX-License-Identifier: Apache-2.0

//! What companies have attested from each export: cells of it are drawn and may be named.

use super::{Said, MAX_NETWORKS};
use crate::{
	testimony::{first_bytes, is_party},
	types::{Difference, PageHead, Testimony},
	AttestedNetworks, AttestedPages, CellDigests, Config, Differences, Exports, Heads, OpenInPage, PageSet,
	Pallet, SettledInPage, Testimonies, Violations, Words, Written,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::CellId,
	page::SiteId,
	site::{SiteRegistry, StationEntry, StationState},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// Local networks that a company has testified of from an export, each with the number of pages.
pub type NetworkList = BoundedVec<(LocalNetworkId, u32), ConstU32<MAX_NETWORKS>>;

/// What a company has said of a local network from an export, whatever it has said from others since.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Attested {
	/// Pages that it has spoken of.
	pub pages: PageSet,
	/// Those of them that it has seen as the baseline says, in testimonies that are given up.
	pub earlier: PageSet,
	/// In which block the first of these testimonies was given up: of a page that was revised since it says nothing.
	pub until: BlockNumber,
}

/// A company has spoken of these pages.
pub(crate) fn note<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId, pages: &PageSet) {
	let place = (org, root, local_network);
	let mut attested = AttestedPages::<T>::get(place);
	let all = attested.pages.union(pages);
	if all == attested.pages {
		return;
	}
	let count = all.len();
	attested.pages = all;
	AttestedPages::<T>::insert(place, attested);
	AttestedNetworks::<T>::mutate(org, root, |networks| {
		match networks.iter_mut().find(|(other, _)| *other == local_network) {
			Some(known) => known.1 = count,
			None => {
				// A country has no more of them.
				let _ = networks.try_push((local_network, count));
			}
		}
	});
}

/// A testimony from this export is given up: the company has spoken in another sweep, or from another export.
pub(crate) fn give_up<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId, matching: &PageSet) {
	if matching.is_empty() || !Exports::<T>::contains_key(org, root) {
		return;
	}
	AttestedPages::<T>::mutate((org, root, local_network), |attested| {
		if attested.earlier.is_empty() {
			attested.until = Pallet::<T>::now();
		}
		attested.earlier = attested.earlier.union(matching);
	});
}

/// Forgets an export. Says how many local networks it was about.
pub(crate) fn forget<T: Config>(org: OrgId, root: Hash) -> u32 {
	let networks = AttestedNetworks::<T>::take(org, root);
	for (local_network, _) in &networks {
		AttestedPages::<T>::remove((org, root, *local_network));
	}
	networks.len().saturated_into()
}

/// To how much that it has said of a cell before a company is held at once.
const MAX_HELD: usize = 2;

/// What a company has said of a page from an export, and what stands there.
pub(super) struct Word {
	org: OrgId,
	root: Hash,
	local_network: LocalNetworkId,
	page: u16,
	attested: Attested,
	latest: Option<Testimony>,
	head: PageHead,
	entries: Vec<StationEntry>,
}

impl Word {
	pub(super) fn read<T: Config>(org: OrgId, root: Hash, local_network: LocalNetworkId, page: u16) -> Self {
		let attested = AttestedPages::<T>::get((org, root, local_network));
		let latest = Testimonies::<T>::get(local_network, org);
		let head = Heads::<T>::get(local_network, page);
		let entries = T::Sites::stations(local_network, page);
		Self { org, root, local_network, page, attested, latest, head, entries }
	}

	/// Whether the company has testified of the local network from the export.
	pub(super) fn is_of_export(&self) -> bool {
		!self.attested.pages.is_empty()
	}

	fn entry(&self, slot: u32) -> Option<&StationEntry> {
		self.entries.get(usize::try_from(slot).ok()?)
	}

	/// Whether a station is in service and one of which the company's word counts.
	fn is_party(&self, slot: u32) -> bool {
		let signed = self.head.signed(slot.saturated_into());
		let is_party = |entry: &StationEntry| is_party(&entry.station, signed, self.org);
		self.entry(slot).is_some_and(|entry| entry.state != StationState::Retired && is_party(entry))
	}

	/// Whether a cell stands in the inventory, at such a station.
	pub(super) fn is_party_to(&self, slot: u32, cell: u8) -> bool {
		self.entry(slot).is_some_and(|entry| cell < entry.station.cells) && self.is_party(slot)
	}

	/// What the company has said of a cell from the export when it accused or confirmed of violations there that stand open,
	/// contested such, and closed those that are settled by it; and how many violations were looked at. Its word on the page as
	/// a whole may be another since. Of several things two are enough: no row is as both say.
	pub(super) fn held<T: Config>(&self, slot: u32, cell: u8) -> (Vec<Said>, u32) {
		let Self { org, root, local_network, page, .. } = *self;
		let is_there = |other: (u8, u8)| (u32::from(other.0), other.1) == (slot, cell);
		let open = OpenInPage::<T>::get(local_network, page).into_iter();
		let open: Vec<_> = open.filter(|one| is_there((one.slot, one.cell))).collect();
		let denials = open.iter().filter_map(|one| Violations::<T>::get(one.id)).flat_map(|one| one.denials);
		let words = open.iter().flat_map(|one| Words::<T>::get(one.id));
		let given = words.filter(|word| (word.0, word.1) == (org, root)).map(|word| Said::Gave(word.2));
		let settled = SettledInPage::<T>::get(local_network, page).into_iter();
		let settled = settled.filter(|one| is_there((one.slot, one.cell))).map(|one| one.denied);
		let own = denials.chain(settled).filter(|one| (one.org, one.export) == (org, root));
		let said = own.map(|one| one.said).chain(given);
		let by_row: BTreeMap<_, _> = said.filter_map(|said| Some((said.row()?, said))).collect();
		(by_row.into_values().take(MAX_HELD).collect(), open.len().saturated_into())
	}

	/// What the company has testified of a cell from the export, about the baseline as it is now. Nothing where it is no
	/// party: there it has only repeated the baseline.
	pub(super) fn said<T: Config>(&self, slot: u32, cell: u8) -> Said {
		let (local_network, page) = (self.local_network, self.page);
		if !self.attested.pages.contains(page) || !self.is_party(slot) {
			return Said::Nothing;
		}
		let Some(n) = self.head.position(slot.saturated_into(), cell) else { return Said::Nothing };
		let of_baseline = |said: fn([u8; 8]) -> Said| {
			let digests = CellDigests::<T>::get(local_network, page);
			digests.get(usize::from(n)).map_or(Said::Nothing, |digest| said(first_bytes(digest)))
		};
		let latest = self.latest.as_ref();
		if latest.is_some_and(|latest| latest.export == self.root && latest.matching.contains(page)) {
			return of_baseline(Said::Matches);
		}
		let is_there = latest.is_some_and(|latest| latest.differing.contains(page));
		let difference = is_there.then(|| Differences::<T>::get((local_network, page, self.org))).flatten();
		let difference = difference.filter(|one| one.export == self.root);
		// Values that were given are those whatever the baseline says since.
		let is_laid_out = |one: &&Difference| self.head.is_laid_out_as(one.revision);
		let given = difference.as_ref().filter(is_laid_out).map(|one| &one.given);
		if let Some((_, values)) = given.and_then(|given| given.iter().find(|(other, _)| *other == n)) {
			return Said::Gave(*values);
		}
		let Some(difference) = difference.filter(|one| one.revision == self.head.revision) else {
			let Attested { earlier, until, .. } = &self.attested;
			return match earlier.contains(page) && self.head.changed < *until {
				true => of_baseline(Said::Matches),
				false => Said::Nothing,
			};
		};
		let Some(open) = difference.cells.filter(|_| !difference.unseen.contains(&n)) else {
			return Said::Nothing;
		};
		match open.contains(&n) {
			true => of_baseline(Said::Differs),
			false => of_baseline(Said::Matches),
		}
	}
}

/// The cell that this number falls on, among those that the company has attested from an export and is party to: a page of
/// a local network, then a cell of the page; and what it has said of it. `None` when the company is party to none of that
/// page.
pub(crate) fn pick<T: Config>(org: OrgId, root: Hash, number: [u8; 32]) -> Option<(CellId, Said)> {
	let word = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_be_bytes);
	let mut words = number.chunks_exact(8).map(word);
	let mut below = |bound: u32| words.next()?.checked_rem(bound.into()).map(|n| n.saturated_into::<u32>());
	let networks = AttestedNetworks::<T>::get(org, root);
	let all = networks.iter().fold(0u32, |sum, (_, pages)| sum.saturating_add(*pages));
	let mut n = below(all)?;
	let (local_network, _) = networks.into_iter().find(|(_, pages)| {
		let is_here = n < *pages;
		n = n.saturating_sub(*pages);
		is_here
	})?;
	let attested = AttestedPages::<T>::get((org, root, local_network));
	let latest = Testimonies::<T>::get(local_network, org);
	let pages = pages::<T>(root, local_network, &attested, latest.as_ref());
	let page = nth(pages.iter(), below(pages.len())?)?;
	let head = Heads::<T>::get(local_network, page);
	let entries = T::Sites::stations(local_network, page);
	let word = Word { org, root, local_network, page, attested, latest, head, entries };
	let own = (0u32..).zip(&word.head.cells).filter(|(slot, _)| word.is_party(*slot));
	let cells = own.flat_map(|(slot, count)| (0..*count).map(move |cell| (slot, cell)));
	let (slot, cell) = nth(cells.clone(), below(cells.count().saturated_into())?)?;
	Some((CellId { site: SiteId::new(local_network, page, slot), cell }, word.said::<T>(slot, cell)))
}

fn nth<I>(mut all: impl Iterator<Item = I>, n: u32) -> Option<I> {
	all.nth(n.saturated_into())
}

/// The pages of a local network that the company has attested from an export.
fn pages<T: Config>(
	root: Hash,
	local_network: LocalNetworkId,
	attested: &Attested,
	latest: Option<&Testimony>,
) -> PageSet {
	let of = |testimony: &Testimony| match testimony.export == root {
		true => testimony.matching.union(&testimony.differing),
		false => testimony.differing.clone(),
	};
	let stands = attested.earlier.union(&latest.map(of).unwrap_or_default());
	attested.pages.intersection(&stands).intersection(&Written::<T>::get(local_network))
}
