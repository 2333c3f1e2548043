// SPDX-License-Identifier: Apache-2.0

//! Rules, freezes and holdings: what the council sets.

use crate::{
	mock::*,
	policy::{Freeze, Holding, MAX_FREEZES, MAX_RULES},
	Call, Error, Event, Freezes, Holdings, Rules,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	cells::{rules::Rule, spectrum::Band, ParamId},
	site::Plmn,
	OrgId, OrgSet,
};

const ROOT: fn() -> RuntimeOrigin = RuntimeOrigin::root;

fn alike() -> Rule {
	Rule::Alike { neighbour: NEIGHBOUR, value: POWER, carrier: CARRIER_FREQUENCY }
}

fn freeze(from: u64, to: u64) -> Freeze {
	Freeze { scope: Scope::LocalNetwork(HERE), from, to }
}

fn holding(mnc: u16, from_khz: u32, to_khz: u32) -> Holding {
	Holding {
		plmns: vec![Plmn { mcc: 460, mnc, three_digit_mnc: false }].try_into().unwrap(),
		spectrum: vec![Band { from_khz, to_khz }].try_into().unwrap(),
	}
}

#[test]
fn set_rule_works() {
	run(|| {
		let before = Rules::<Test>::get().len();
		assert_ok!(ConfigGuard::set_rule(ROOT(), 9, Some(alike())));
		assert_eq!(last_event(), Event::RuleSet { number: 9, rule: Some(alike()) });
		assert_eq!(Rules::<Test>::get().last(), Some(&(9, alike())));
		assert_ok!(ConfigGuard::set_rule(ROOT(), 9, None));
		assert_eq!(Rules::<Test>::get().len(), before);
	});
}

#[test]
fn set_rule_fails_when_it_is_none_or_there_are_too_many() {
	run(|| {
		let unknown = Rule::SharersListed { list: ParamId(999) };
		assert_noop!(ConfigGuard::set_rule(ROOT(), 9, Some(unknown)), Error::<Test>::UnknownParameter);
		let of_another_kind = Rule::Alike { neighbour: PCI, value: POWER, carrier: CARRIER_FREQUENCY };
		assert_noop!(ConfigGuard::set_rule(ROOT(), 9, Some(of_another_kind)), Error::<Test>::BadRule);
		let room = MAX_RULES as u16 - Rules::<Test>::get().len() as u16;
		for number in 100..100 + room {
			assert_ok!(ConfigGuard::set_rule(ROOT(), number, Some(alike())));
		}
		assert_noop!(ConfigGuard::set_rule(ROOT(), 9, Some(alike())), Error::<Test>::TooMuchPolicy);
	});
}

#[test]
fn set_freeze_works_and_those_that_are_over_make_room() {
	run(|| {
		for number in 0..MAX_FREEZES as u16 {
			assert_ok!(ConfigGuard::set_freeze(ROOT(), number, Some(freeze(1_000, 2_000))));
		}
		assert_noop!(
			ConfigGuard::set_freeze(ROOT(), 999, Some(freeze(1_000, 2_000))),
			Error::<Test>::TooMuchPolicy
		);
		go_to(3);
		assert_ok!(ConfigGuard::set_freeze(ROOT(), 999, Some(freeze(3_000, 3_000))));
		assert_eq!(Freezes::<Test>::get().into_inner(), [(999, freeze(3_000, 3_000))]);
		assert_ok!(ConfigGuard::set_freeze(ROOT(), 999, None));
		assert_eq!(last_event(), Event::FreezeSet { number: 999, freeze: None });
		assert!(Freezes::<Test>::get().is_empty());
	});
}

#[test]
fn set_freeze_fails_backwards() {
	run(|| {
		let set = |freeze| ConfigGuard::set_freeze(ROOT(), 1, Some(freeze));
		assert_noop!(set(freeze(500, 999)), Error::<Test>::Backwards);
		assert_noop!(set(freeze(2_000, 1_999)), Error::<Test>::BadFreeze);
	});
}

#[test]
fn freeze_that_has_begun_before_it_was_decided_begins_then() {
	run(|| {
		go_to(5);
		assert_ok!(ConfigGuard::set_freeze(ROOT(), 1, Some(freeze(1_000, 9_000))));
		assert_eq!(Freezes::<Test>::get().into_inner(), [(1, freeze(5_000, 9_000))]);
	});
}

#[test]
fn motions_that_can_never_take_effect_are_refused() {
	run(|| {
		let check = |call| ConfigGuard::check_call(&call);
		let of_another_kind = Rule::Alike { neighbour: PCI, value: POWER, carrier: CARRIER_FREQUENCY };
		let rule = |rule| Call::<Test>::set_rule { number: 9, rule };
		assert_noop!(check(rule(Some(of_another_kind))), Error::<Test>::BadRule);
		// A parameter may come into the catalogue before
		let unknown = Rule::SharersListed { list: ParamId(999) };
		for good in [Some(alike()), Some(unknown), None] {
			assert_ok!(check(rule(good)));
		}
		let freeze = |freeze| Call::<Test>::set_freeze { number: 9, freeze: Some(freeze) };
		assert_noop!(check(freeze(self::freeze(500, 999))), Error::<Test>::Backwards);
		assert_noop!(check(freeze(self::freeze(2_000, 1_999))), Error::<Test>::BadFreeze);
		assert_ok!(check(freeze(self::freeze(500, 2_000))));
		let hold = |holding| Call::<Test>::set_holdings { org: CARRIER, holding };
		assert_noop!(check(hold(holding(1_000, 3_400_000, 3_500_000))), Error::<Test>::BadHolding);
		// Another company may have given it up by then
		assert_ok!(check(hold(holding(1, 3_400_000, 3_500_000))));
	});
}

#[test]
fn set_holdings_works() {
	run(|| {
		assert_ok!(ConfigGuard::set_holdings(ROOT(), CARRIER, holding(12, 3_400_000, 3_500_000)));
		assert_eq!(last_event(), Event::HoldingsSet { org: CARRIER });
		// What it has given up is free
		assert_ok!(ConfigGuard::set_holdings(ROOT(), SHARER, holding(11, 3_500_000, 3_600_000)));
		assert_ok!(ConfigGuard::set_holdings(ROOT(), CARRIER, Holding::default()));
		assert_eq!(Holdings::<Test>::get().len(), 1);
	});
}

#[test]
fn what_a_company_that_has_left_holds_is_in_nobodys_way() {
	run(|| {
		let set = |org, holding| ConfigGuard::set_holdings(ROOT(), org, holding);
		let held = |org| Holdings::<Test>::get().into_iter().find(|(other, _)| *other == org);
		let (both, first) = (holding(1, 3_400_000, 3_600_000), holding(1, 3_400_000, 3_500_000));
		Members::set(OrgSet(0b101));
		// It is given nothing
		assert_noop!(set(SHARER, holding(1, 3_500_000, 3_600_000)), Error::<Test>::OrgNotMember);
		// What another is given belongs to that one alone
		assert_ok!(set(CARRIER, first.clone()));
		let (_, left) = held(SHARER).unwrap();
		assert_eq!((left.plmns.len(), left.spectrum.len()), (0, 1));
		assert_ok!(set(CARRIER, both.clone()));
		assert_eq!(Holdings::<Test>::get().into_inner(), [(CARRIER, both)]);
		// Also when it is a member again
		Members::set(OrgSet(0b111));
		assert_noop!(set(SHARER, first), Error::<Test>::HeldByAnother);
	});
	run(|| {
		// And it is taken away
		Members::set(OrgSet(0b101));
		assert_ok!(ConfigGuard::set_holdings(ROOT(), SHARER, Holding::default()));
		assert!(Holdings::<Test>::get().iter().all(|(org, _)| *org == CARRIER));
		Members::set(OrgSet(0b111));
	});
}

#[test]
fn set_holdings_fails_when_it_is_anothers_or_nothing() {
	run(|| {
		let set = |org, holding| ConfigGuard::set_holdings(ROOT(), org, holding);
		let anothers = Error::<Test>::HeldByAnother;
		assert_noop!(set(CARRIER, holding(1, 3_400_000, 3_500_000)), anothers);
		assert_noop!(set(CARRIER, holding(11, 3_400_000, 3_500_001)), Error::<Test>::HeldByAnother);
		assert_noop!(set(CARRIER, holding(1_000, 3_400_000, 3_500_000)), Error::<Test>::BadHolding);
		assert_noop!(set(CARRIER, holding(11, 3_400_000, 3_400_000)), Error::<Test>::BadHolding);
		let mut twice = holding(11, 3_400_000, 3_500_000);
		twice.plmns.try_push(twice.plmns[0]).unwrap();
		assert_noop!(set(CARRIER, twice), Error::<Test>::HeldTwice);
		let mut overlapping = holding(11, 3_400_000, 3_500_000);
		overlapping.spectrum.try_push(Band { from_khz: 3_499_999, to_khz: 3_500_000 }).unwrap();
		assert_noop!(set(CARRIER, overlapping), Error::<Test>::HeldTwice);
		assert_noop!(set(OrgId(7), holding(12, 1, 2)), Error::<Test>::OrgNotMember);
	});
}

#[test]
fn policy_is_set_by_nobody_else() {
	run(|| {
		for origin in [RuntimeOrigin::none(), engineer(CARRIER)] {
			assert_noop!(ConfigGuard::set_rule(origin.clone(), 9, Some(alike())), DispatchError::BadOrigin);
			assert_noop!(
				ConfigGuard::set_freeze(origin.clone(), 1, Some(freeze(1_000, 2_000))),
				DispatchError::BadOrigin
			);
			assert_noop!(
				ConfigGuard::set_holdings(origin, CARRIER, Holding::default()),
				DispatchError::BadOrigin
			);
		}
	});
}
