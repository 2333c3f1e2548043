// SPDX-License-Identifier: Apache-2.0

//! What each call weighs.
//!
//! These are estimates, on the high side, until they are measured: fixed times for decoding and encoding a page of 64
//! stations (60 us), for checking a record (10 us) and for what else a call does, and the database's own weights for what
//! it reads and writes. The proof size is not bounded here: this chain proves nothing to another one.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Picoseconds in a microsecond.
const MICROSECOND: u64 = 1_000_000;
/// Reads of the federation's storage that an origin check needs: account, organisation, members.
const ORIGIN_READS: u64 = 3;
/// Reads of the members and their kinds that a record with new names needs.
const ROSTER_READS: u64 = 5;

/// What each call weighs.
pub trait WeightInfo {
	/// `import` of `r` new records of one bucket. A batch is charged for this and for `import_pages`.
	fn import_records(r: u32) -> Weight;
	/// `import` of one new record into each of `p` pages that are full but for one.
	fn import_pages(p: u32) -> Weight;
	/// `amend`, `transfer`, `retire` and `restore`: the costliest of opening an amendment and carrying it out.
	fn amend() -> Weight;
	/// `amend` that the owner decides alone.
	fn amend_alone() -> Weight;
	/// `consent` that carries an amendment out.
	fn consent() -> Weight;
	/// `withdraw`.
	fn withdraw() -> Weight;
	/// `countersign` of `p` full pages.
	fn countersign(p: u32) -> Weight;
	/// `set_local_network` that adds one.
	fn set_local_network() -> Weight;
	/// `remove_local_network`.
	fn remove_local_network() -> Weight;
	/// `open_reconciliation`.
	fn open_reconciliation() -> Weight;
	/// `commit`.
	fn commit() -> Weight;
	/// `reveal` of the digests of `b` buckets, two for each, all of which differ from the reference's.
	fn reveal(b: u32) -> Weight;
	/// `publish` of `r` records.
	fn publish(r: u32) -> Weight;
	/// `reassign` of a station with an open amendment.
	fn reassign() -> Weight;
	/// `countersign_stations` of `s` stations, each in a full page of its own.
	fn countersign_stations(s: u32) -> Weight;
}

/// Weights with the database of the runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn of(microseconds: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(microseconds.saturating_mul(MICROSECOND), 0)
			.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn import_records(r: u32) -> Weight {
		Self::of(40, ORIGIN_READS + ROSTER_READS + 2, 2)
			.saturating_add(Self::of(10, 0, 0).saturating_mul(r.into()))
	}

	fn import_pages(p: u32) -> Weight {
		Self::of(60, 1, 1).saturating_mul(p.into())
	}

	fn amend() -> Weight {
		Self::of(150, ORIGIN_READS + ROSTER_READS + 5, 4)
	}

	fn amend_alone() -> Weight {
		Self::of(120, ORIGIN_READS + ROSTER_READS + 3, 1)
	}

	fn consent() -> Weight {
		Self::of(150, ORIGIN_READS + ROSTER_READS + 4, 4)
	}

	fn withdraw() -> Weight {
		Self::of(40, ORIGIN_READS + 2, 2)
	}

	fn countersign(p: u32) -> Weight {
		Self::of(40, ORIGIN_READS + 2, 1).saturating_add(Self::of(120, 1, 1).saturating_mul(p.into()))
	}

	fn set_local_network() -> Weight {
		Self::of(40, 2, 2)
	}

	fn remove_local_network() -> Weight {
		Self::of(40, 3, 2)
	}

	fn open_reconciliation() -> Weight {
		Self::of(60, 2 * ORIGIN_READS + 40, 2)
	}

	fn commit() -> Weight {
		Self::of(40, ORIGIN_READS + 2, 1)
	}

	fn reveal(b: u32) -> Weight {
		Self::of(150, ORIGIN_READS + 4, 3).saturating_add(Self::of(2, 0, 0).saturating_mul(b.into()))
	}

	fn publish(r: u32) -> Weight {
		Self::of(150, ORIGIN_READS + 5, 2).saturating_add(Self::of(12, 0, 0).saturating_mul(r.into()))
	}

	fn reassign() -> Weight {
		Self::of(150, ROSTER_READS + 4, 4)
	}

	fn countersign_stations(s: u32) -> Weight {
		Self::of(40, ORIGIN_READS + 2, 1).saturating_add(Self::of(125, 1, 1).saturating_mul(s.into()))
	}
}

/// For mocks only: every unit counts as one, so that a test can see what a call is charged for.
#[cfg(test)]
impl WeightInfo for () {
	fn import_records(r: u32) -> Weight {
		Weight::from_parts(u64::from(r) * 1_000, 0)
	}
	fn import_pages(p: u32) -> Weight {
		Weight::from_parts(p.into(), 0)
	}
	fn amend() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn amend_alone() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn consent() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn withdraw() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn countersign(p: u32) -> Weight {
		Weight::from_parts(p.into(), 0)
	}
	fn set_local_network() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn remove_local_network() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn open_reconciliation() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn commit() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn reveal(b: u32) -> Weight {
		Weight::from_parts(b.into(), 0)
	}
	fn publish(r: u32) -> Weight {
		Weight::from_parts(r.into(), 0)
	}
	fn reassign() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn countersign_stations(s: u32) -> Weight {
		Weight::from_parts(s.into(), 0)
	}
}
