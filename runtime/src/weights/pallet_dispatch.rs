// SPDX-License-Identifier: Apache-2.0
//! What each call of `pallet_dispatch` weighs: estimates, until `scripts/weights pallet_dispatch` has measured them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What each call weighs.
pub struct WeightInfo<T>(PhantomData<T>);

/// So many microseconds.
fn micros(count: u64) -> Weight {
	Weight::from_parts(count.saturating_mul(1_000_000), 0)
}

impl<T: frame_system::Config> WeightInfo<T> {
	/// A call by a company: its account and company are read, an order, its changes and the clock; in this time, with so
	/// many further reads and writes.
	fn call(time: u64, reads: u64, writes: u64) -> Weight {
		micros(time).saturating_add(T::DbWeight::get().reads_writes(reads.saturating_add(6), writes))
	}

	/// The same where the order is entered into an agenda whose lists are full.
	fn call_that_enters(time: u64, reads: u64, writes: u64) -> Weight {
		Self::call(time.saturating_add(200), reads.saturating_add(20), writes.saturating_add(3))
	}
}

impl<T: frame_system::Config> pallet_dispatch::WeightInfo for WeightInfo<T> {
	fn set_governed() -> Weight {
		micros(100).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn open() -> Weight {
		Self::call_that_enters(800, 20, 14)
	}
	fn step() -> Weight {
		Self::call_that_enters(400, 10, 12)
	}
	fn sign_hold() -> Weight {
		Self::call(150, 2, 2)
	}
	fn update() -> Weight {
		Self::call(100, 1, 1)
	}
	fn note() -> Weight {
		Self::call(200, 2, 1)
	}
	fn relate() -> Weight {
		Self::call(100, 2, 1)
	}
	fn anchor_fact() -> Weight {
		Self::call(300, 4, 1)
	}
	fn countersign_fact() -> Weight {
		Self::call(300, 3, 1)
	}
	fn ask_body() -> Weight {
		Self::call_that_enters(400, 3, 2)
	}
	fn deliver_body(b: u32) -> Weight {
		Self::call_that_enters(400, 3, 2)
			.saturating_add(Weight::from_parts(10_000, 0).saturating_mul(b.into()))
	}
	fn acknowledge_body() -> Weight {
		Self::call_that_enters(400, 3, 2)
	}
	fn appeal() -> Weight {
		Self::call_that_enters(300, 4, 3)
	}
	fn rule() -> Weight {
		Self::judge().saturating_add(Self::call_that_enters(400, 50, 3))
	}
	fn sign_statement() -> Weight {
		Self::call(1_500, 180, 2)
	}
	fn dispute_statement() -> Weight {
		Self::call(1_500, 180, 2)
	}
	fn look_for_due(b: u32) -> Weight {
		micros(20)
			.saturating_add(micros(20).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(b.into()))
	}
	fn pass_over() -> Weight {
		micros(50).saturating_add(T::DbWeight::get().reads(2))
	}
	fn miss_bodies() -> Weight {
		Self::call_that_enters(300, 3, 2)
	}
	fn tell() -> Weight {
		Self::call_that_enters(200, 4, 2)
	}
	fn look(c: u32) -> Weight {
		Self::call_that_enters(500, 18, 20)
			.saturating_add(micros(25).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1).saturating_mul(c.into()))
	}
	fn judge() -> Weight {
		Self::call_that_enters(10_000, 6, 5)
	}
	fn forget_scores(n: u32) -> Weight {
		micros(20)
			.saturating_add(micros(10).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(n.into()))
	}
}
