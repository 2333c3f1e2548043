// SPDX-License-Identifier: Apache-2.0
//! What each call of `pallet_config_guard` weighs: estimates, until `scripts/weights pallet_config_guard` has measured them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What each call weighs.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_config_guard::WeightInfo for WeightInfo<T> {
	fn set_parameter() -> Weight {
		Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 6))
	}
	fn import(b: u32) -> Weight {
		Weight::from_parts(400_000_000, 0)
			.saturating_add(Weight::from_parts(10_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads_writes(6, 5))
	}
	fn sign(p: u32) -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(Weight::from_parts(120_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn anchor_export() -> Weight {
		Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
	fn open_sweep() -> Weight {
		Weight::from_parts(40_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	fn salt(s: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	fn due(d: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(300_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	fn attest_networks(n: u32) -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(5, 1))
	}
	fn attest_pages(p: u32) -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	fn attest_cells(c: u32) -> Weight {
		Weight::from_parts(80_000_000, 0)
			.saturating_add(Weight::from_parts(2_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 2))
	}
	fn attest_values(c: u32) -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads_writes(5, 5))
	}
}
