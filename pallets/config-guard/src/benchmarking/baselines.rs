// SPDX-License-Identifier: Apache-2.0

//! Pages with a baseline, and local networks with as many of them as they may have.

use super::{
	cells::{bytes, table, CELLS},
	chain::{numbered, HERE, OWNER, PAGE},
};
use crate::{
	types::{PageHead, StationImports},
	CellDigests, ChunkDigests, Config, Heads, Imported, PageDigests, PageSet, Tables, Written, MAX_PAGES,
};
use alloc::vec;
use frame_support::BoundedVec;
use trimast_primitives::{
	cells::{
		digest::CHUNK_PAGES,
		table::{counts_of, TableBytes},
		MAX_PAGE_CELLS,
	},
	page::PAGE_SLOTS,
	site::MAX_CELLS,
	Hash, LocalNetworkId, OrgSet,
};

/// Writes a page of this baseline, which its owner has signed.
pub(super) fn baseline<T: Config>(local_network: LocalNetworkId, page: u16, bytes: TableBytes) {
	let signed = vec![OrgSet::of(OWNER); PAGE_SLOTS as usize];
	let counts = counts_of(&bytes).unwrap_or_else(|| vec![MAX_CELLS as u8; PAGE_SLOTS as usize]);
	let head = PageHead {
		revision: 0,
		catalogue: 1,
		changed: 1,
		signed: signed.try_into().expect("as many as there are slots"),
		cells: counts.try_into().expect("as many as there are slots"),
		laid_out: 0,
		unattested: 1,
	};
	Heads::<T>::insert(local_network, page, head);
	Tables::<T>::insert(local_network, page, bytes);
	let cells = vec![Hash::repeat_byte(1); MAX_PAGE_CELLS as usize];
	CellDigests::<T>::insert(local_network, page, BoundedVec::truncate_from(cells));
	digests::<T>(local_network);
	Written::<T>::insert(local_network, all_pages());
}

/// Imports have changed each cell of a page by itself, before anything was read.
pub(super) fn imported<T: Config>(page: u16) {
	let cells = BoundedVec::truncate_from(vec![1; MAX_CELLS as usize]);
	let stations = vec![StationImports { all: 1, cells }; PAGE_SLOTS as usize];
	Imported::<T>::insert(HERE, page, BoundedVec::truncate_from(stations));
}

/// Digests of a local network with as many pages as it may have; one chunk of the pages' own.
pub(super) fn digests<T: Config>(local_network: LocalNetworkId) {
	let pages = (0..CHUNK_PAGES).map(|n| numbered(u64::from(n) + 1)).collect();
	PageDigests::<T>::insert(local_network, PAGE / CHUNK_PAGES, BoundedVec::truncate_from(pages));
	let chunks = vec![Hash::repeat_byte(3); (MAX_PAGES / u32::from(CHUNK_PAGES)) as usize];
	ChunkDigests::<T>::insert(local_network, BoundedVec::truncate_from(chunks));
}

pub(super) fn all_pages() -> PageSet {
	PageSet::first(MAX_PAGES as u16)
}

/// The full page, with the greatest table there may be.
pub(super) fn full_page<T: Config>() -> TableBytes {
	let bytes = bytes(&table(PAGE_SLOTS * CELLS));
	baseline::<T>(HERE, PAGE, bytes.clone());
	bytes
}
