// SPDX-License-Identifier: Apache-2.0

//! What each call weighs.
//!
//! A runtime measures them with its own database and settings.

use frame_support::weights::Weight;

/// What each call weighs.
pub trait WeightInfo {
	/// `import` of `r` new records of one bucket. A batch is charged for this and for `import_pages`.
	fn import_records(r: u32) -> Weight;
	/// `import` of one new record into each of `p` pages that are full but for one.
	fn import_pages(p: u32) -> Weight;
	/// `amend`, `transfer`, `retire` and `restore`: the costliest of opening an amendment and carrying it out. Here and in all calls that
	/// change a station, without what whoever listens weighs (`StationListener::told_weight`).
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
	/// What other calls are charged for beside: the baseline is asked about `s` stations, each in a full page of its own.
	fn ask_baseline(s: u32) -> Weight;
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
	fn ask_baseline(s: u32) -> Weight {
		Weight::from_parts(u64::from(s) * 1_000_000, 0)
	}
}
