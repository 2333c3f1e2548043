// SPDX-License-Identifier: Apache-2.0
//! What each call of `pallet_config_guard` weighs: estimates, until `scripts/weights pallet_config_guard` has measured them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What each call weighs.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_config_guard::WeightInfo for WeightInfo<T> {
	fn set_parameter() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 4))
	}
	fn import(n: u32, o: u32) -> Weight {
		Weight::from_parts(500_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(11, 8))
			.saturating_add(Weight::from_parts(40_000, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(60_000, 0).saturating_mul(o.into()))
	}
	fn close_violations(q: u32, v: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(q.into()))
			.saturating_add(T::DbWeight::get().reads_writes(5, 2).saturating_mul(q.into()))
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 4).saturating_mul(v.into()))
	}
	fn forget_testimonies(t: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(1, 0))
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(t.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1).saturating_mul(t.into()))
	}
	fn sign(p: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(3, 1))
			.saturating_add(Weight::from_parts(120_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 1).saturating_mul(p.into()))
	}
	fn sign_network(p: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(5, 1))
			.saturating_add(Weight::from_parts(120_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 1).saturating_mul(p.into()))
	}
	fn anchor_export() -> Weight {
		Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(56, 9))
	}
	fn open_sweep() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(37, 6))
	}
	fn attest_networks(n: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(5, 1))
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(8, 3).saturating_mul(n.into()))
	}
	fn attest_pages(p: u32, d: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(11, 6))
			.saturating_add(Weight::from_parts(2_000_000, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(15_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1).saturating_mul(d.into()))
	}
	fn attest_cells(p: u32, c: u32) -> Weight {
		Weight::from_parts(80_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(11, 6))
			.saturating_add(Weight::from_parts(200_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(5, 1).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(1_200_000, 0).saturating_mul(c.into()))
	}
	fn attest_values(p: u32, c: u32, v: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(8, 2))
			.saturating_add(Weight::from_parts(400_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(12, 4).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 4).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 4).saturating_mul(v.into()))
	}
	fn demand_openings(c: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(20, 3))
			.saturating_add(Weight::from_parts(120_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 0).saturating_mul(c.into()))
	}
	fn open_cells(o: u32, d: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(6, 4))
			.saturating_add(Weight::from_parts(400_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads_writes(38, 4).saturating_mul(o.into()))
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 2).saturating_mul(d.into()))
	}
	fn set_policy() -> Weight {
		Weight::from_parts(80_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn look_around(p: u32, l: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(1, 0))
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(l.into()))
	}
	fn read_records(r: u32) -> Weight {
		Weight::from_parts(2_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(0, 0))
			.saturating_add(Weight::from_parts(3_000_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 0).saturating_mul(r.into()))
	}
	fn draft() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(20, 5))
	}
	fn add(i: u32) -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(10, 5))
			.saturating_add(Weight::from_parts(15_000_000, 0).saturating_mul(i.into()))
	}
	fn submit() -> Weight {
		Weight::from_parts(200_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(20, 3))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(24, 23))
	}
	fn consent() -> Weight {
		Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(5, 3))
	}
	fn object() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(20, 3))
	}
	fn execute(i: u32, n: u32) -> Weight {
		Weight::from_parts(500_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(28, 9))
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(i.into()))
			.saturating_add(Weight::from_parts(60_000, 0).saturating_mul(n.into()))
	}
	fn attest_change() -> Weight {
		Weight::from_parts(50_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 2))
	}
	fn roll_back(i: u32, n: u32) -> Weight {
		Weight::from_parts(500_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(28, 26))
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(i.into()))
			.saturating_add(Weight::from_parts(60_000, 0).saturating_mul(n.into()))
	}
	fn rule() -> Weight {
		Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(24, 3))
	}
	fn notify(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(6, 1))
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(n.into()))
	}
	fn look_for_due(b: u32) -> Weight {
		Weight::from_parts(150_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(2, 2))
			.saturating_add(Weight::from_parts(2_000_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(b.into()))
	}
	fn silence(l: u32, v: u32) -> Weight {
		Weight::from_parts(30_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(24, 6))
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 0).saturating_mul(l.into()))
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 6).saturating_mul(v.into()))
	}
	fn remove_sweep() -> Weight {
		Weight::from_parts(5_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn end_request() -> Weight {
		Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(24, 23))
	}
	fn unratified() -> Weight {
		Weight::from_parts(800_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(60, 60))
	}
	fn forget_request() -> Weight {
		Weight::from_parts(120_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(18, 18))
	}
	fn overdue() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn salt(s: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(1, 1))
			.saturating_add(Weight::from_parts(15_000_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1).saturating_mul(s.into()))
	}
	fn draw(w: u32, e: u32) -> Weight {
		Weight::from_parts(40_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(40, 2))
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads_writes(0, 1).saturating_mul(w.into()))
			.saturating_add(Weight::from_parts(400_000_000, 0).saturating_mul(e.into()))
			.saturating_add(T::DbWeight::get().reads_writes(72, 2).saturating_mul(e.into()))
	}
	fn forget_scores(n: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(2, 1))
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(n.into()))
	}
	fn scan(t: u32, r: u32) -> Weight {
		Weight::from_parts(150_000_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(11, 4))
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(t.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 0).saturating_mul(t.into()))
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 0).saturating_mul(r.into()))
	}
}
