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
	fn import(b: u32) -> Weight {
		Weight::from_parts(2_000_000_000, 0)
			.saturating_add(Weight::from_parts(20_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads_writes(8, 8))
	}
	fn sign(p: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(Weight::from_parts(300_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn anchor_export() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	fn open_sweep() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 4))
	}
	fn salt(s: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn due(d: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(1_500_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads_writes(8, 8))
	}
	fn demand_openings(c: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(Weight::from_parts(300_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	fn open_cells(o: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(Weight::from_parts(400_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	fn draw(e: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(e.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn scan() -> Weight {
		Weight::from_parts(300_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 1))
	}
	fn forget_scores(n: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
	fn attest_networks(n: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 1))
	}
	fn attest_pages(p: u32, d: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn attest_cells(p: u32, c: u32, d: u32) -> Weight {
		Weight::from_parts(80_000_000, 0)
			.saturating_add(Weight::from_parts(120_000_000, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(2_000_000, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 2))
	}
	fn attest_values(p: u32, c: u32) -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(Weight::from_parts(1_500_000_000, 0).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(150_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(5, 5))
	}
	fn set_policy() -> Weight {
		Weight::from_parts(80_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn request(i: u32) -> Weight {
		Weight::from_parts(6_000_000_000, 0)
			.saturating_add(Weight::from_parts(600_000_000, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().reads_writes(20, 12))
	}
	fn draft() -> Weight {
		Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 4))
	}
	fn add(i: u32) -> Weight {
		Weight::from_parts(6_000_000_000, 0)
			.saturating_add(Weight::from_parts(600_000_000, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().reads_writes(20, 6))
	}
	fn submit() -> Weight {
		Weight::from_parts(6_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(20, 12))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(1_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(8, 8))
	}
	fn consent() -> Weight {
		Weight::from_parts(6_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(20, 12))
	}
	fn object() -> Weight {
		Weight::from_parts(80_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 4))
	}
	fn execute() -> Weight {
		Weight::from_parts(40_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(60, 12))
	}
	fn attest_change() -> Weight {
		Weight::from_parts(80_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn roll_back() -> Weight {
		Weight::from_parts(10_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(10, 10))
	}
	fn rule() -> Weight {
		Weight::from_parts(10_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(10, 10))
	}
	fn notify(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0)
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 1))
	}
}
