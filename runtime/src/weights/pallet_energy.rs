// SPDX-License-Identifier: Apache-2.0
//! Estimates, until scripts/weights has measured them.

use core::marker::PhantomData;
use frame_support::weights::Weight;

/// Weight functions for `pallet_energy`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_energy::WeightInfo for WeightInfo<T> {
	fn set_governed() -> Weight {
		Weight::from_parts(100_000_000, 20_000)
	}
	fn report(r: u32, n: u32) -> Weight {
		Weight::from_parts(1_000_000_000, 50_000)
			.saturating_add(Weight::from_parts(1_000_000_000, 100_000).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(500_000, 0).saturating_mul(n.into()))
	}
	fn attest(a: u32) -> Weight {
		Weight::from_parts(300_000_000, 100_000).saturating_mul(a.into())
	}
	fn contest(n: u32) -> Weight {
		Weight::from_parts(2_000_000_000, 200_000)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(n.into()))
	}
	fn settle() -> Weight {
		Weight::from_parts(1_000_000_000, 100_000)
	}
	fn sign_lines(l: u32) -> Weight {
		Weight::from_parts(600_000_000, 30_000).saturating_mul(l.into())
	}
	fn dispute_line() -> Weight {
		Weight::from_parts(600_000_000, 30_000)
	}
	fn forget(n: u32) -> Weight {
		Weight::from_parts(20_000_000, 5_000)
			.saturating_add(Weight::from_parts(50_000_000, 5_000).saturating_mul(n.into()))
	}
	fn forget_contested() -> Weight {
		Weight::from_parts(2_000_000_000, 100_000)
	}
	fn propose_plan(s: u32) -> Weight {
		Weight::from_parts(600_000_000, 30_000)
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(s.into()))
	}
	fn examine_page(c: u32, p: u32) -> Weight {
		Weight::from_parts(10_000_000_000, 1_000_000)
			.saturating_add(Weight::from_parts(250_000_000, 2_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(2_000_000_000, 800_000).saturating_mul(p.into()))
	}
	fn consent_to_plan() -> Weight {
		Weight::from_parts(400_000_000, 10_000)
	}
	fn approve_page(c: u32, p: u32) -> Weight {
		Weight::from_parts(3_000_000_000, 400_000)
			.saturating_add(Weight::from_parts(250_000_000, 2_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(900_000_000, 400_000).saturating_mul(p.into()))
	}
	fn withdraw_plan() -> Weight {
		Weight::from_parts(400_000_000, 10_000)
	}
	fn refuse_plan() -> Weight {
		Weight::from_parts(450_000_000, 15_000)
	}
	fn wake(s: u32) -> Weight {
		Weight::from_parts(600_000_000, 30_000)
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(s.into()))
	}
	fn prove_page(r: u32, n: u32) -> Weight {
		Weight::from_parts(2_100_000_000, 110_000)
			.saturating_add(Weight::from_parts(200_000_000, 0).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(n.into()))
	}
	fn note_stations() -> Weight {
		Weight::from_parts(350_000_000, 25_000)
	}
	fn look_for_due() -> Weight {
		Weight::from_parts(700_000_000, 200_000)
	}
	fn step_window(c: u32, p: u32) -> Weight {
		Weight::from_parts(3_000_000_000, 400_000)
			.saturating_add(Weight::from_parts(30_000_000, 1_000).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(900_000_000, 400_000).saturating_mul(p.into()))
	}
	fn forget_page() -> Weight {
		Weight::from_parts(6_500_000_000, 150_000)
	}
	fn step_outage(p: u32, n: u32) -> Weight {
		Weight::from_parts(1_000_000_000, 300_000)
			.saturating_add(Weight::from_parts(200_000_000, 20_000).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(250_000_000, 20_000).saturating_mul(n.into()))
	}
}
