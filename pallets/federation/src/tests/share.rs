// SPDX-License-Identifier: Apache-2.0

//! The fair share of every block.

use super::*;
use crate::{BlockUse, RecentUse};
use frame_support::{dispatch::DispatchClass, weights::Weight};
use sp_runtime::{transaction_validity::InvalidTransaction, BuildStorage};
use trimast_primitives::{
	org::{OrgKind, MAX_ORGS},
	params::{ParameterBounds, Parameters},
	OrgId,
};

type Weights = <Test as frame_system::Config>::BlockWeights;
type Length = <Test as frame_system::Config>::BlockLength;

fn limit() -> Weight {
	<Weights as frame_support::traits::Get<frame_system::limits::BlockWeights>>::get()
		.get(DispatchClass::Normal)
		.max_total
		.unwrap()
}

fn room() -> u32 {
	*<Length as frame_support::traits::Get<frame_system::limits::BlockLength>>::get()
		.max
		.get(DispatchClass::Normal)
}

/// `thousandths` of the block's weight.
fn part(thousandths: u64) -> Weight {
	Weight::from_parts(limit().ref_time() / 1_000 * thousandths, 0)
}

/// Books hundredths of a block's weight for `org` until there is no room left; answers how many.
fn flood(org: OrgId) -> u32 {
	(0..200).take_while(|_| Federation::book(org, part(10), 1).is_ok()).count() as u32
}

#[test]
fn company_alone_may_use_nearly_the_whole_block() {
	run(|| {
		// The reserve is five hundredths for each of three others.
		assert_eq!(flood(ONE), 85);
	});
}

#[test]
fn flood_leaves_every_other_member_its_reserve() {
	run(|| {
		flood(ONE);
		for org in [TWO, TOWER, WITNESS] {
			assert_eq!(flood(org), 5, "organisation {}", org.0);
		}
		assert_eq!(Federation::book(ONE, part(1), 0), Err(InvalidTransaction::ExhaustsResources));
	});
}

#[test]
fn unused_room_beyond_the_reserves_goes_to_whoever_asks() {
	run(|| {
		assert_eq!(flood(TWO), 85);
		// The next block is empty again.
		run_to(2);
		for _ in 0..20 {
			assert_ok!(Federation::book(ONE, part(10), 0));
		}
		assert_eq!(flood(TWO), 70, "what one used of its reserve and beyond is not kept for it");
		assert_eq!(flood(ONE), 0);
	});
}

#[test]
fn length_is_shared_like_weight() {
	run(|| {
		let hundredth = room() / 100;
		let book = |org| Federation::book(org, Weight::zero(), hundredth).is_ok();
		assert_eq!((0..200).take_while(|_| book(ONE)).count(), 85);
		assert_eq!((0..200).take_while(|_| book(TOWER)).count(), 5);
	});
}

#[test]
fn fits_a_block_asks_for_length_and_weight_each_by_itself() {
	run(|| {
		let hundredth = room() / 100;
		let fits = |weight, length| Federation::fits_a_block(ONE, weight, length);
		// Five hundredths are kept for each of the three others
		assert!(fits(Weight::zero(), 85 * hundredth) && !fits(Weight::zero(), 86 * hundredth));
		assert!(fits(part(849), 0) && !fits(part(851), 0));
		// Of an empty block, whatever this one has been used for
		assert_eq!(flood(ONE), 85);
		assert!(fits(part(849), 85 * hundredth));
	});
}

#[test]
fn unspent_weight_goes_back() {
	run(|| {
		assert_ok!(Federation::book(ONE, part(800), 10));
		assert!(Federation::book(ONE, part(100), 0).is_err());
		Federation::refund(ONE, part(700));
		assert_eq!(BlockUse::<Test>::get()[0].weight, part(100));
		assert_ok!(Federation::book(ONE, part(700), 0));
	});
}

#[test]
fn who_has_joined_is_kept_room_and_who_has_not_is_not() {
	run(|| {
		// Outside the federation there is room like for a guest: everything but the members' reserves.
		assert_eq!(flood(OrgId(7)), 80);
		assert_eq!(flood(ONE), 5);
	});
}

#[test]
fn chain_of_as_many_members_as_there_can_be_admits_every_one() {
	let name = |n: u8| format!("company-{n}");
	let orgs = (0..MAX_ORGS).map(|n| org(OrgKind::Carrier, &name(n))).collect();
	let parameters = Parameters { block_reserve: ParameterBounds::LOCAL.ceiling.block_reserve, ..PARAMETERS };
	let federation =
		crate::GenesisConfig { orgs, parameters, bounds: ParameterBounds::LOCAL, ..Default::default() };
	let genesis = RuntimeGenesisConfig { federation, ..Default::default() };
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| {
		Seats::set((0..MAX_ORGS).map(|n| account(&name(n))).collect());
		System::set_block_number(1);
		// Given the greatest reserve there can be: one company still has half of the block, and a bit.
		let alone = flood(OrgId(0));
		assert!((50..=54).contains(&alone), "{alone} hundredths");
		// And each of the others finds its part of the rest.
		for org in (1..MAX_ORGS).map(OrgId) {
			assert_ok!(Federation::book(org, part(15), room() / 1_000 * 15));
		}
		Federation::do_try_state().unwrap();
	});
}

#[test]
fn recent_use_fades() {
	run(|| {
		assert_ok!(Federation::book(ONE, part(500), 0));
		run_to(2);
		let first = Federation::recent_use(ONE);
		assert!((499_000..=500_000).contains(&first), "half a block is {first}");
		assert_eq!(Federation::recent_use(TWO), 0);
		run_to(3);
		assert_eq!(Federation::recent_use(ONE), first - first / 16);
		run_to(500);
		assert_eq!(Federation::recent_use(ONE), 0);
		assert!(RecentUse::<Test>::get().is_empty() && BlockUse::<Test>::get().is_empty());
	});
}

#[test]
fn every_organisation_has_a_place() {
	run(|| {
		for org in (0..MAX_ORGS).map(OrgId) {
			assert_ok!(Federation::book(org, part(1), 1));
		}
		run_to(2);
		assert_eq!(RecentUse::<Test>::get().len(), usize::from(MAX_ORGS));
	});
}
