// SPDX-License-Identifier: Apache-2.0

//! `enact`, `carry_out`, `object`, `withdraw_objection`.

use super::*;
use crate::{types::Lapse, Enactments, Event, ParametersInForce, SubjectMatter};
use frame_support::weights::Weight;
use sp_runtime::traits::{BadOrigin, Dispatchable};
use trimast_primitives::{matter::Matter, org::OrgKind, params::Parameters, OrgSet};

const PATIENT: Parameters = Parameters { nonce_window: 99, ..PARAMETERS };

fn set_parameters() -> crate::Call<Test> {
	crate::Call::set_parameters { parameters: PATIENT }
}

fn carried_out(id: u32) -> bool {
	events().iter().any(|event| matches!(event, Event::CarriedOut { id: n, result: Ok(()), .. } if *n == id))
}

fn at(id: u32) -> u32 {
	Enactments::<Test>::get(id).unwrap().at
}

#[test]
fn rules_are_in_force_after_their_delay() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		let enactment = Enactments::<Test>::get(0).unwrap();
		assert_eq!((enactment.matter, enactment.ayes), (Matter::Rules, OrgSet(0b11)));
		assert_eq!(enactment.at, 1 + PARAMETERS.rules_delay);
		run_to(PARAMETERS.rules_delay);
		assert!(!carried_out(0));
		run_to(1 + PARAMETERS.rules_delay);
		assert!(carried_out(0) && Enactments::<Test>::count() == 0);
	});
}

#[test]
fn constitution_changes_at_once_when_all_agree() {
	run(|| {
		assert_ok!(enact(set_parameters(), ALL));
		assert_eq!(ParametersInForce::<Test>::get(), PATIENT);
		assert!(carried_out(0));
	});
}

#[test]
fn constitution_waits_for_the_long_delay_when_two_thirds_agree() {
	run(|| {
		assert_ok!(enact(set_parameters(), TWO_OF_THREE));
		run_to(PARAMETERS.long_delay);
		assert_eq!(ParametersInForce::<Test>::get(), PARAMETERS);
		run_to(1 + PARAMETERS.long_delay);
		assert_eq!(ParametersInForce::<Test>::get(), PATIENT);
	});
}

#[test]
fn enact_fails_when_votes_do_not_suffice() {
	run(|| {
		assert_noop!(enact(rule(), &["carrier-one"]), E::NotEnoughVotes);
		assert_noop!(enact(set_parameters(), &["carrier-one"]), E::NotEnoughVotes);
		// Votes of those who hold no seat do not count, nor does one company's vote twice.
		assert_noop!(enact(rule(), &["carrier-one", "witness"]), E::NotEnoughVotes);
		assert_noop!(enact(rule(), &["carrier-one", "carrier-two//planner"]), E::NotEnoughVotes);
		assert_noop!(enact(rule(), &["carrier-one", "carrier-one"]), E::NotEnoughVotes);
	});
}

#[test]
fn enact_fails_when_not_a_motion_of_its_own() {
	run(|| {
		let call = Box::new(rule());
		for origin in [by("carrier-one"), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Federation::enact(origin, call.clone()), BadOrigin);
		}
		// A motion for another call, or one that wraps this one, is no vote for it.
		Motion::set(Some((Default::default(), ALL.iter().map(|name| account(name)).collect())));
		let wrapped = Federation::enact(RuntimeOrigin::signed(council()), call);
		assert_noop!(wrapped.map_err(|error| error.error), E::NotEnoughVotes);
	});
}

#[test]
fn enact_fails_when_the_call_has_no_matter() {
	run(|| {
		let remove = crate::Call::remove_account { account: account("tower") };
		assert_noop!(enact(remove, ALL), E::NotEnactable);
		assert_noop!(enact(crate::Call::enact { call: Box::new(rule()) }, ALL), E::NotEnactable);
		let carry_out = crate::Call::carry_out { id: 0, weight_bound: Weight::MAX };
		assert_noop!(enact(carry_out, ALL), E::NotEnactable);
	});
}

#[test]
fn enact_fails_when_too_large_or_too_many() {
	run(|| {
		let remark = vec![0; crate::types::MAX_CALL_BYTES as usize];
		let large = frame_system::Call::remark { remark };
		assert_noop!(enact(large, ALL), E::CallTooLarge);
		for n in 0..4u8 {
			let call = frame_system::Call::remark { remark: vec![n] };
			assert_ok!(enact(call, TWO_OF_THREE));
		}
		assert_noop!(enact(rule(), TWO_OF_THREE), E::TooMany);
	});
}

#[test]
fn failed_call_is_reported() {
	run(|| {
		// Given a call that may still become possible: who is confirmed has to accept first
		let early = crate::Call::confirm { org: TOWER };
		assert_noop!(enact(early.clone(), ALL), E::NotAccepted);
		assert_ok!(enact(early, TWO_OF_THREE));
		run_to(1 + PARAMETERS.long_delay);
		assert!(matches!(last_event(), Event::CarriedOut { id: 0, result: Err(_), .. }));
		assert_eq!(Enactments::<Test>::count(), 0);
	});
}

#[test]
fn objection_moves_rules_to_the_long_delay() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		run_to(4);
		assert_ok!(Federation::object(by("tower"), 0));
		assert_eq!(at(0), 1 + PARAMETERS.long_delay);
		run_to(PARAMETERS.long_delay);
		assert!(!carried_out(0));
		run_to(1 + PARAMETERS.long_delay);
		assert!(carried_out(0));
	});
}

#[test]
fn withdrawn_objection_restores_the_delay() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		assert_ok!(Federation::object(by("tower"), 0));
		assert_ok!(Federation::object(by("carrier-two"), 0));
		assert_ok!(Federation::withdraw_objection(by("tower"), 0));
		assert_eq!(at(0), 1 + PARAMETERS.long_delay, "another company still objects");
		run_to(20);
		assert_ok!(Federation::withdraw_objection(by("carrier-two"), 0));
		assert_eq!(at(0), 21, "the first delay is over long since");
		run_to(21);
		assert!(carried_out(0));
	});
}

#[test]
fn objection_to_the_constitution_stands_on_record() {
	run(|| {
		assert_ok!(enact(set_parameters(), TWO_OF_THREE));
		assert_ok!(Federation::object(by("tower"), 0));
		let enactment = Enactments::<Test>::get(0).unwrap();
		assert_eq!((enactment.objections, enactment.at), (OrgSet::of(TOWER), 1 + PARAMETERS.long_delay));
		run_to(1 + PARAMETERS.long_delay);
		assert!(carried_out(0));
	});
}

#[test]
fn object_fails_when_not_a_companys_principal_or_twice() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		assert_noop!(Federation::object(by("witness"), 0), E::NoCouncilSeat);
		assert_noop!(Federation::object(by("tower//planner"), 0), E::NotPrincipal);
		assert_noop!(Federation::object(by("tower"), 7), E::NotFound);
		assert_noop!(Federation::withdraw_objection(by("tower"), 0), E::NotFound);
		assert_ok!(Federation::object(by("tower"), 0));
		assert_noop!(Federation::object(by("tower"), 0), E::AlreadyVoted);
	});
}

#[test]
fn suspended_company_may_still_object() {
	run(|| {
		assert_ok!(Federation::propose_subject(by("carrier-one"), TOWER, SubjectMatter::Suspend));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		run_to(1 + PARAMETERS.suspension_notice);
		assert_ok!(enact(rule(), TWO_OF_THREE));
		assert_ok!(Federation::object(by("tower"), 0));
	});
}

#[test]
fn decision_lapses_when_too_few_of_its_voters_are_left() {
	run(|| {
		// Given a decision of two out of three.
		assert_ok!(Federation::declare_exit(by("carrier-two")));
		run_to(PARAMETERS.exit_notice);
		assert_ok!(enact(rule(), TWO_OF_THREE));
		// When one of the two leaves before the delay is over.
		run_to(1 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("carrier-two")));
		run_to(PARAMETERS.exit_notice + PARAMETERS.rules_delay);
		// Then one of two is not enough.
		assert_eq!(last_event(), Event::Lapsed { id: 0, reason: Lapse::VotesGone });
	});
}

#[test]
fn decision_lapses_when_more_members_would_have_to_vote() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		let name: crate::types::Name = b"three".to_vec().try_into().unwrap();
		let root = RuntimeOrigin::root;
		assert_ok!(Federation::invite(root(), OrgKind::Carrier, name, account("three")));
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_ok!(Federation::confirm(root(), trimast_primitives::OrgId(4)));
		run_to(1 + PARAMETERS.rules_delay);
		assert_eq!(last_event(), Event::Lapsed { id: 0, reason: Lapse::VotesGone });
	});
}

#[test]
fn decision_lapses_when_the_runtime_sorts_it_otherwise() {
	run(|| {
		assert_ok!(enact(rule(), TWO_OF_THREE));
		Unsorted::set(true);
		run_to(1 + PARAMETERS.rules_delay);
		assert_eq!(last_event(), Event::Lapsed { id: 0, reason: Lapse::MatterChanged });
	});
}

#[test]
fn carry_out_fails_when_early_or_by_a_stranger() {
	run(|| {
		assert_ok!(enact(set_parameters(), TWO_OF_THREE));
		let attempt =
			|origin| Federation::carry_out(origin, 0, Weight::MAX).map(|_| ()).map_err(|error| error.error);
		assert_noop!(attempt(RuntimeOrigin::root()), E::TooEarly);
		assert_noop!(attempt(by("carrier-one")), E::TooEarly);
		assert_noop!(attempt(by("carrier-one//planner")), E::NotPrincipal);
		assert_noop!(attempt(RuntimeOrigin::none()), BadOrigin);
		let missing = Federation::carry_out(RuntimeOrigin::root(), 9, Weight::MAX);
		assert_noop!(missing.map_err(|error| error.error), E::NotFound);
	});
}

#[test]
fn call_that_became_heavier_is_scheduled_anew() {
	run(|| {
		assert_ok!(enact(set_parameters(), TWO_OF_THREE));
		Agenda::set(vec![]);
		run_to(1 + PARAMETERS.long_delay);
		assert_ok!(Federation::carry_out(RuntimeOrigin::root(), 0, Weight::zero()));
		assert_eq!(ParametersInForce::<Test>::get(), PARAMETERS);
		run_to(2 + PARAMETERS.long_delay);
		assert_eq!(ParametersInForce::<Test>::get(), PATIENT);
	});
}

#[test]
fn full_block_puts_a_task_into_the_next() {
	run(|| {
		let due = 1 + PARAMETERS.rules_delay;
		FullBlocks::set(vec![due, due + 1]);
		assert_ok!(enact(rule(), TWO_OF_THREE));
		assert_eq!(at(0), due + 2);
		FullBlocks::set((0..100).collect());
		assert_noop!(enact(set_parameters(), TWO_OF_THREE), E::NotScheduled);
	});
}

#[test]
fn ayes_of_an_open_motion_carry_no_other() {
	run(|| {
		// Given a motion that is open with the votes of all.
		let call = RuntimeCall::from(crate::Call::enact { call: Box::new(set_parameters().into()) });
		let ayes = ALL.iter().map(|name| account(name)).collect();
		Open::set(vec![(hash_of(&call), 0, ayes)]);
		// When another motion, of one company or two, comes to the same call.
		for voted in [&["carrier-one"][..], TWO_OF_THREE] {
			Motion::set(Some((Default::default(), voted.iter().map(|name| account(name)).collect())));
			let stolen = call.clone().dispatch(RuntimeOrigin::signed(council()));
			// Then it does not have those votes.
			assert_noop!(stolen.map_err(|error| error.error), E::NotEnoughVotes);
		}
	});
}

#[test]
fn decision_whose_task_is_lost_is_carried_out_by_a_company() {
	run(|| {
		assert_ok!(enact(set_parameters(), TWO_OF_THREE));
		Agenda::set(vec![]);
		let carry_out = |who: &str| {
			Federation::carry_out(by(who), 0, Weight::MAX).map(|_| ()).map_err(|error| error.error)
		};
		System::set_block_number(PARAMETERS.long_delay);
		assert_noop!(carry_out("tower"), E::TooEarly);
		System::set_block_number(1 + PARAMETERS.long_delay);
		assert_noop!(carry_out("tower//planner"), E::NotPrincipal);
		assert_noop!(carry_out("witness"), E::NoCouncilSeat);
		assert_noop!(carry_out("stranger"), E::UnknownAccount);
		assert_ok!(carry_out("tower"));
		assert_eq!(ParametersInForce::<Test>::get(), PATIENT);
		assert_noop!(carry_out("tower"), E::NotFound);
	});
}

#[test]
fn decision_carried_out_by_a_company_leaves_no_task() {
	run(|| {
		assert_ok!(enact(set_parameters(), TWO_OF_THREE));
		System::set_block_number(1 + PARAMETERS.long_delay);
		assert_ok!(Federation::carry_out(by("tower"), 0, Weight::MAX));
		assert!(Agenda::get().is_empty());
	});
}
