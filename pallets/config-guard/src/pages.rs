// SPDX-License-Identifier: Apache-2.0

//! One page of the baseline: read once, changed, written once with everything that follows from it.

use crate::{
	lists, tallies, types::PageHead, CellDigests, ChunkDigests, Config, Heads, PageDigests, Pallet, Tables,
};
use alloc::vec::Vec;
use frame_support::{defensive, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{
		digest::{cell_digests, chunk_digest, digest_of_chunks, page_digest, PagePlace, CHUNK_PAGES},
		CellTable,
	},
	site::StationEntry,
	Hash, LocalNetworkId,
};

/// A page that is being looked at or changed.
pub(crate) struct Page<T: Config> {
	local_network: LocalNetworkId,
	page: u16,
	pub(crate) table: CellTable,
	pub(crate) head: PageHead,
	/// How many cells it had when it was read.
	cells: usize,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Page<T> {
	/// Reads it. A page without a baseline is empty.
	pub(crate) fn open(local_network: LocalNetworkId, page: u16) -> Self {
		let bytes = Tables::<T>::get(local_network, page);
		let table = if bytes.is_empty() {
			CellTable::default()
		} else {
			CellTable::from_trusted(&bytes).unwrap_or_else(|_| {
				defensive!("a table in the state is one that was written");
				CellTable::default()
			})
		};
		let head = Heads::<T>::get(local_network, page);
		let cells = table.len();
		Self { local_network, page, table, head, cells, _config: core::marker::PhantomData }
	}

	/// Which one it is.
	pub(crate) fn number(&self) -> (LocalNetworkId, u16) {
		(self.local_network, self.page)
	}

	fn place(&self) -> PagePlace {
		PagePlace {
			genesis: Pallet::<T>::genesis_hash(),
			local_network: self.local_network,
			page: self.page,
			revision: self.head.revision,
			catalogue: self.head.catalogue,
		}
	}

	/// Writes changed values of these stations under a new revision. Of a page without cells nothing is left but its head, so that no revision
	/// comes twice. `None` when they do not fit into a page.
	pub(crate) fn save(mut self, entries: &[StationEntry], catalogue: u32) -> Option<Saved> {
		let bytes = self.table.to_bytes()?;
		self.head.revision = self.head.revision.saturating_add(1);
		self.head.catalogue = catalogue;
		self.head.changed = Pallet::<T>::now();
		if self.head.cells.as_slice() != self.table.counts() {
			self.head.laid_out = self.head.revision;
		}
		self.head.cells = BoundedVec::truncate_from(self.table.counts().to_vec());
		let has_values = !self.table.is_empty();
		match (self.cells > 0, has_values) {
			(false, true) => crate::coverage::written::<T>(self.local_network, self.page),
			(true, false) => crate::coverage::emptied::<T>(self.local_network, self.page),
			_ => {}
		}
		crate::coverage::set_parties::<T>(self.local_network, self.page, &self.head, entries);
		let [before, cells] = [self.cells, self.table.len()].map(SaturatedConversion::saturated_into);
		tallies::has_cells::<T>(self.local_network, before, cells);
		let (testimonies, was_attested) =
			crate::testimony::forget::<T>(self.local_network, self.page, has_values);
		if self.cells == 0 || was_attested {
			self.head.unattested = self.head.changed;
		}
		let size = self.table.size();
		if !has_values {
			set_digest::<T>(self.local_network, self.page, Hash::zero());
			CellDigests::<T>::remove(self.local_network, self.page);
			Tables::<T>::remove(self.local_network, self.page);
			Heads::<T>::insert(self.local_network, self.page, self.head);
			// Each of them may have taken a difference along.
			return Some(Saved { size, testimonies: testimonies.saturating_mul(2) });
		}
		let cells = cell_digests(&self.table);
		let digest = page_digest(&self.place(), &self.head.cells, &cells);
		set_digest::<T>(self.local_network, self.page, digest);
		// A table has no more cells than a page may have.
		CellDigests::<T>::insert(
			self.local_network,
			self.page,
			crate::types::CellDigests::truncate_from(cells),
		);
		Tables::<T>::insert(self.local_network, self.page, bytes);
		Heads::<T>::insert(self.local_network, self.page, self.head);
		Some(Saved { size, testimonies })
	}
}

/// What was written.
pub(crate) struct Saved {
	/// Size of the table.
	pub(crate) size: u32,
	/// Testimonies of the local network, and what was removed with them.
	pub(crate) testimonies: u32,
}

/// The digest of a page's baseline; zero when it has none.
pub(crate) fn digest_of<T: Config>(local_network: LocalNetworkId, page: u16) -> Hash {
	let (chunk, place) = place_of(page);
	PageDigests::<T>::get(local_network, chunk).get(place).copied().unwrap_or_default()
}

fn set_digest<T: Config>(local_network: LocalNetworkId, page: u16, digest: Hash) {
	let (chunk, place) = place_of(page);
	let of_chunk = PageDigests::<T>::mutate(local_network, chunk, |digests| {
		lists::put(digests, place, digest);
		chunk_digest(digests)
	});
	ChunkDigests::<T>::mutate(local_network, |digests| lists::put(digests, chunk.into(), of_chunk));
}

fn place_of(page: u16) -> (u16, usize) {
	(page / CHUNK_PAGES, usize::from(page % CHUNK_PAGES))
}

/// Digests of the pages from `first` to before `end`: read a chunk at a time, and no other chunk than theirs.
pub(crate) fn digests<T: Config>(local_network: LocalNetworkId, first: u16, end: u16) -> Vec<Hash> {
	let (chunk, skipped) = place_of(first);
	let wanted = usize::from(end.saturating_sub(first));
	let mut digests = Vec::with_capacity(wanted.saturating_add(skipped));
	for n in chunk..end.div_ceil(CHUNK_PAGES) {
		digests.extend(PageDigests::<T>::get(local_network, n));
		let full: usize = u32::from(n.saturating_sub(chunk))
			.saturating_add(1)
			.saturating_mul(CHUNK_PAGES.into())
			.saturated_into();
		digests.resize(full, Hash::zero());
	}
	digests.into_iter().skip(skipped).take(wanted).collect()
}

/// The digest of a whole local network.
pub(crate) fn network_digest<T: Config>(local_network: LocalNetworkId) -> Hash {
	let chunks = ChunkDigests::<T>::get(local_network);
	digest_of_chunks(Pallet::<T>::genesis_hash(), local_network, &chunks)
}
