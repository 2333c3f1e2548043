// SPDX-License-Identifier: Apache-2.0
//! What each call of `pallet_dispatch` weighs: estimates, until `scripts/weights pallet_dispatch` has measured them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use pallet_dispatch::rounds::types::MAX_VISITS;

/// What each call weighs.
pub struct WeightInfo<T>(PhantomData<T>);

/// So many microseconds.
fn micros(count: u64) -> Weight {
	Weight::from_parts(count.saturating_mul(1_000_000), 0)
}

/// So many nanoseconds for each of `count`.
fn nanos(each: u64, count: u32) -> Weight {
	Weight::from_parts(each.saturating_mul(1_000), 0).saturating_mul(count.into())
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

	/// What is large of a round with so many jobs and as many resources as may be is read, gone through and written.
	fn round(jobs: u32) -> Weight {
		nanos(2_000, jobs).saturating_add(micros(1_500))
	}

	/// Each visit of a route with as many as may be: its order is looked at, and where it stands on a route is written.
	fn visits() -> Weight {
		micros(15).saturating_add(T::DbWeight::get().reads_writes(2, 1)).saturating_mul(MAX_VISITS.into())
	}
}

impl<T: frame_system::Config> pallet_dispatch::WeightInfo for WeightInfo<T> {
	fn set_governed() -> Weight {
		micros(100).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn open() -> Weight {
		// The local network is entered, too.
		Self::call_that_enters(800, 20, 14).saturating_add(Self::call_that_enters(0, 2, 3))
	}
	fn step() -> Weight {
		// An order that ends may leave a route.
		Self::call_that_enters(400, 10, 12).saturating_add(Self::look_at_route())
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
	fn look() -> Weight {
		Self::call_that_enters(1_500, 80, 50)
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
	fn end() -> Weight {
		Self::look().saturating_add(Self::look_at_route())
	}
	fn set_round_rules() -> Weight {
		micros(100).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
	fn add_resource() -> Weight {
		Self::call(100, 0, 5)
	}
	fn change_resource() -> Weight {
		Self::call(150, 3, 5)
	}
	fn remove_resource() -> Weight {
		Self::call(100, 1, 4)
	}
	fn lend() -> Weight {
		Self::call(100, 1, 1)
	}
	fn use_spares() -> Weight {
		Self::call(100, 0, 1)
	}
	fn open_round() -> Weight {
		Self::call(200, 4, 5)
	}
	fn bid(j: u32, s: u32) -> Weight {
		Self::round(j).saturating_add(nanos(2_000, s)).saturating_add(T::DbWeight::get().reads_writes(10, 3))
	}
	fn admit() -> Weight {
		Self::call(100, 3, 0)
	}
	fn acknowledge_route() -> Weight {
		Self::call_that_enters(200, 0, 1)
	}
	fn refuse_route() -> Weight {
		Self::visits().saturating_add(Self::call_that_enters(200, 3, 3))
	}
	fn finish_visit() -> Weight {
		Self::call_that_enters(250, 1, 3)
	}
	fn override_route(v: u32) -> Weight {
		// Each order is on another full route, which is written anew.
		let order = micros(150).saturating_add(T::DbWeight::get().reads_writes(6, 3));
		Self::visits()
			.saturating_add(Self::call_that_enters(400, 3, 3))
			.saturating_add(order.saturating_mul(v.into()))
	}
	fn look_at_territory() -> Weight {
		Self::call(250, 4, 6)
	}
	fn look_at_route() -> Weight {
		// There is no room for it, and another round is asked for.
		Self::visits()
			.saturating_add(Self::call_that_enters(200, 2, 3))
			.saturating_add(Self::call_that_enters(0, 3, 3))
	}
	fn look_for_rounds(n: u32) -> Weight {
		let round = micros(5).saturating_add(T::DbWeight::get().reads(2));
		micros(100)
			.saturating_add(T::DbWeight::get().reads_writes(1, 1))
			.saturating_add(round.saturating_mul(n.into()))
	}
	fn gather_resources(n: u32, v: u32) -> Weight {
		let resource = micros(60).saturating_add(T::DbWeight::get().reads_writes(9, 3));
		let visit = micros(5).saturating_add(T::DbWeight::get().reads_writes(1, 1));
		micros(2_000)
			.saturating_add(T::DbWeight::get().reads_writes(4, 2))
			.saturating_add(resource.saturating_mul(n.into()))
			.saturating_add(visit.saturating_mul(v.into()))
	}
	fn gather_orders(j: u32, n: u32) -> Weight {
		let order = micros(150).saturating_add(T::DbWeight::get().reads(7));
		Self::round(j)
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
			.saturating_add(order.saturating_mul(n.into()))
	}
	fn freeze(j: u32) -> Weight {
		// Read, sorted, looked at, hashed and written.
		Self::round(j)
			.saturating_add(nanos(1_500, j))
			.saturating_add(micros(1_500))
			.saturating_add(Self::call_that_enters(0, 3, 6))
	}
	fn greedy(j: u32, n: u32) -> Weight {
		Self::round(j)
			.saturating_add(micros(1_500).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn decide() -> Weight {
		micros(1_000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn commit(j: u32, n: u32) -> Weight {
		let route = Self::visits().saturating_add(Self::call_that_enters(100, 6, 3));
		Self::round(j)
			.saturating_add(nanos(1_000, j))
			.saturating_add(T::DbWeight::get().reads_writes(6, 7))
			.saturating_add(route.saturating_mul(n.into()))
	}
}
