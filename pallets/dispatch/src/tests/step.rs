// SPDX-License-Identifier: Apache-2.0

//! Orders move by their tables and by who the lines name.

use crate::{mock::*, ChangesOf, Error, Event, OpenAt, OpenOf, RemedyOf};
use frame_support::{assert_noop, assert_ok, storage::with_storage_layer};
use sp_runtime::DispatchError;
use trimast_primitives::{
	interlock::{Ending, KnownViolation},
	order::{
		state::{Side, Transition},
		Change, Changes, Opening, OrderKind, Stage, State, Work, MAX_CHANGES,
	},
	org::OrgStatus,
	Moment,
};

const STATES: [State; 13] = [
	State::Acknowledged,
	State::Rejected,
	State::Pending,
	State::Held,
	State::InProgress,
	State::Resolved,
	State::Closed,
	State::Cancelled,
	State::Completed,
	State::Failed,
	State::Partial,
	State::AssessingCancellation,
	State::PendingCancellation,
];

/// Steps to every state that companies can bring an order to.
fn way_to(state: State, kind: OrderKind) -> Option<Vec<(trimast_primitives::OrgId, State)>> {
	let mut ways = vec![(State::Acknowledged, Vec::new())];
	let mut n = 0;
	while n < ways.len() {
		let (from, way) = ways[n].clone();
		for line in kind.machine().from(from) {
			let org = if line.by.contains(&Side::Handler) {
				TOWER
			} else if line.by.contains(&Side::Raiser) {
				OWNER
			} else {
				continue;
			};
			if ways.iter().all(|(known, _)| *known != line.to) {
				ways.push((line.to, [way.clone(), vec![(org, line.to)]].concat()));
			}
		}
		n += 1;
	}
	ways.into_iter().find(|(known, _)| *known == state).map(|(_, way)| way)
}

#[test]
fn step_follows_the_tables_for_every_state_and_company() {
	for opening in [fault(), job()] {
		run(|| {
			for from in STATES {
				let Some(way) = way_to(from, opening.kind) else { continue };
				for to in STATES {
					for org in [OWNER, TOWER, SHARER] {
						let tried = with_storage_layer(|| {
							let number = open(OWNER, opening);
							steps(number, &way);
							let result = Dispatch::step(dispatcher(org), number, to);
							Err::<(), _>(result.err())
						});
						let line = opening.kind.machine().from(from).find(|line| line.to == to);
						let side = if org == OWNER { Side::Raiser } else { Side::Handler };
						let expected: Option<Error<Test>> = match line {
							_ if org == SHARER => Some(Error::NotParty),
							_ if from.is_final() => Some(Error::TooLate),
							None => Some(Error::NoTransition),
							Some(line) if !line.by.contains(&side) => Some(Error::OtherSide),
							Some(_) => None,
						};
						let told = tried.unwrap_err();
						assert_eq!(told, expected.map(Into::into), "{from:?} to {to:?} by {org:?}");
					}
				}
			}
		});
	}
}

#[test]
fn step_fails_for_who_must_not() {
	run(|| {
		let number = open(OWNER, fault());
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| {
			Dispatch::step(origin, number, State::InProgress)
		});
		assert_noop!(Dispatch::step(dispatcher(TOWER), 9, State::InProgress), Error::<Test>::NoSuchOrder);
	});
}

#[test]
fn step_says_what_has_happened() {
	run(|| {
		let number = open(OWNER, fault());
		go_on(MINUTE);
		steps(number, &[(TOWER, State::InProgress)]);
		let (from, to) = (State::Acknowledged, State::InProgress);
		assert_eq!(last_event(), Event::OrderMoved { order: number, from, to, by: Some(TOWER) });
		let change = |state, at| Change { state, at, signed: None };
		assert_eq!(
			ChangesOf::<Test>::get(number).into_inner(),
			[change(from, START), change(to, START + MINUTE)]
		);
	});
}

/// What a company has raised and handles itself, and leaves behind.
#[test]
fn what_a_raiser_leaves_behind_is_called_off_by_whom_it_concerns() {
	run(|| {
		let own = open(OWNER, Opening { handler: OWNER, ..fault() });
		let of_tower = open(OWNER, job());
		steps(own, &[(OWNER, State::InProgress)]);
		let step = |org, number, to| Dispatch::step(dispatcher(org), number, to);
		// Neither while it is a member, whatever it may do meanwhile.
		for status in [OrgStatus::Active, OrgStatus::Suspended, OrgStatus::Leaving] {
			Orgs::mutate(|orgs| orgs[0] = status);
			assert_noop!(step(SHARER, own, State::Cancelled), Error::<Test>::NotParty);
			assert_noop!(step(SHARER, of_tower, State::Cancelled), Error::<Test>::NotParty);
		}
		Orgs::mutate(|orgs| orgs[0] = OrgStatus::Left);
		// Who has nothing to do with it does not, nor does anybody anything else; and its handler has a word of its own.
		assert_noop!(step(OTHER, own, State::Cancelled), Error::<Test>::NotParty);
		assert_noop!(step(SHARER, own, State::Resolved), Error::<Test>::NotParty);
		assert_noop!(step(TOWER, of_tower, State::Cancelled), Error::<Test>::OtherSide);
		assert_ok!(step(SHARER, own, State::Cancelled));
		let (from, to) = (State::InProgress, State::Cancelled);
		assert_eq!(last_event_of_orders(), Event::OrderMoved { order: own, from, to, by: Some(SHARER) });
		assert!(!crate::Stations::<Test>::contains_key(SITE));
		assert_ok!(step(SHARER, of_tower, State::Cancelled));
		assert_eq!(order(of_tower).state, State::Cancelled);
		Orgs::mutate(|orgs| orgs[0] = OrgStatus::Active);
	});
}

fn last_event_of_orders() -> Event<Test> {
	events().into_iter().rev().find(|event| matches!(event, Event::OrderMoved { .. })).expect("it has moved")
}

#[test]
fn both_sides_are_one_company_within_one() {
	run(|| {
		let number = open(OWNER, Opening { handler: OWNER, ..fault() });
		let way = [State::InProgress, State::Held, State::InProgress, State::Resolved, State::Closed];
		steps(number, &way.map(|state| (OWNER, state)));
		assert_eq!(order(number).state, State::Closed);
	});
}

#[test]
fn what_has_ended_is_open_nowhere() {
	run(|| {
		let number = closed();
		let until = START + EVIDENCE_TERM;
		assert_eq!(order(number).stage, Stage::Evidence { until, answers: until });
		assert!(!OpenOf::<Test>::contains_key(OWNER, number) && !OpenAt::<Test>::contains_key(SITE, number));
	});
}

#[test]
fn hold_is_signed_by_the_other_party() {
	run(|| {
		let number = open(OWNER, fault());
		let sign = |org, change| Dispatch::sign_hold(dispatcher(org), number, change);
		steps(number, &[(TOWER, State::InProgress)]);
		assert_noop!(sign(OWNER, 1), Error::<Test>::NotHeld);
		steps(number, &[(TOWER, State::Held)]);
		assert_noop!(sign(TOWER, 2), Error::<Test>::OtherSide);
		assert_noop!(sign(SHARER, 2), Error::<Test>::NotParty);
		assert_noop!(sign(OWNER, 1), Error::<Test>::NotHeld);
		assert_refusals(OWNER, &[NO_COLLECTOR, NO_AUDITOR], |origin| Dispatch::sign_hold(origin, number, 2));
		go_on(MINUTE);
		assert_ok!(sign(OWNER, 2));
		assert_eq!(last_event(), Event::HoldSigned { order: number, org: OWNER });
		assert_eq!(ChangesOf::<Test>::get(number)[2].signed, Some(START + MINUTE));
		assert_noop!(sign(OWNER, 2), Error::<Test>::AlreadyGiven);
		// Another hold needs another signature.
		steps(number, &[(OWNER, State::InProgress), (TOWER, State::Held)]);
		assert_noop!(sign(OWNER, 2), Error::<Test>::NotHeld);
		assert_ok!(sign(OWNER, 4));
	});
}

#[test]
fn within_one_company_nobody_signs() {
	run(|| {
		let number = open(OWNER, Opening { handler: OWNER, ..fault() });
		steps(number, &[(OWNER, State::InProgress), (OWNER, State::Held)]);
		assert_noop!(Dispatch::sign_hold(dispatcher(OWNER), number, 2), Error::<Test>::NoOtherParty);
	});
}

#[test]
fn waiting_does_not_keep_a_ticket_from_being_reopened_and_closed() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress)]);
		let step = |org, to| Dispatch::step(dispatcher(org), number, to);
		while step(TOWER, State::Pending).is_ok() {
			steps(number, &[(TOWER, State::InProgress)]);
		}
		assert_noop!(step(TOWER, State::Held), Error::<Test>::TooManyChanges);
		let waited = ChangesOf::<Test>::get(number).len() as u32;
		assert!(waited <= MAX_CHANGES / 2);
		// However often it is not repaired, the clock runs on.
		(0..MAX_CHANGES).for_each(|_| {
			go_on(SECOND);
			steps(number, &[(TOWER, State::Resolved), (OWNER, State::InProgress)]);
		});
		go_on(SECOND);
		let run = Moment::from(MAX_CHANGES + 1) * SECOND;
		assert_eq!(Dispatch::order(number).unwrap().clock.run(), run);
		// The chain itself can end it still.
		steps(number, &[(TOWER, State::Resolved)]);
		go_on(SILENCE + 2 * SECOND);
		assert_eq!(order(number).state, State::Closed);
		assert_eq!(Dispatch::record(number).unwrap().clock().run(), run);
	});
}

#[test]
fn ticket_of_many_changes_is_not_reopened_late() {
	run(|| {
		let number = open(OWNER, fault());
		steps(number, &[(TOWER, State::InProgress)]);
		let turns = [(TOWER, State::Resolved), (OWNER, State::InProgress)];
		(0..MAX_CHANGES).for_each(|_| steps(number, &turns));
		steps(number, &turns[..1]);
		go_on(Moment::from(TERMS.response) * SECOND + 1);
		let reopen = Dispatch::step(dispatcher(OWNER), number, State::InProgress);
		assert_noop!(reopen, Error::<Test>::TooManyChanges);
	});
}

#[test]
fn any_order_of_many_changes_can_be_ended_without_the_raiser() {
	for opening in [fault(), job()] {
		let machine = opening.kind.machine();
		for state in STATES.into_iter().filter(|state| machine.from(*state).next().is_some()) {
			let steps = machine.steps_to_end(state);
			assert!((1..=3).contains(&steps), "{state:?} {steps}");
			let change = Change { state, at: 0, signed: None };
			let full = Changes::truncate_from(vec![change; MAX_CHANGES as usize - steps as usize]);
			assert!(!machine.has_room(&full, state), "{state:?}");
		}
	}
}

#[test]
fn remedial_is_completed_only_when_an_observation_shows_it() {
	run(|| {
		let known = |ended| {
			Known::mutate(|all| all.insert(5, KnownViolation { ended, ..seen() }));
		};
		known(None);
		let remedial = Opening { kind: OrderKind::Remedial, violation: Some(5), ..fault() };
		let number = open(OWNER, remedial);
		steps(number, &[(TOWER, State::InProgress)]);
		let complete = || Dispatch::step(dispatcher(TOWER), number, State::Completed);
		for ended in [None, Some(Ending::TakenBack), Some(Ending::Superseded)] {
			known(ended);
			assert_noop!(complete(), Error::<Test>::NotRestored);
		}
		known(Some(Ending::Restored));
		assert_ok!(complete());
	});
}

/// Whatever the tables let the handler of any other job end it by.
#[test]
fn remedial_is_not_ended_by_its_handler_while_its_violation_stands_open() {
	let machine = OrderKind::Remedial.machine();
	let ends = |line: &&Transition| line.by.contains(&Side::Handler) && line.to.is_final();
	let lines = machine.table().iter().filter(ends).filter(|line| line.to != State::Cancelled);
	let mut tried = 0;
	for line in lines {
		for ended in [None, Some(Ending::Restored), Some(Ending::TakenBack), Some(Ending::Superseded)] {
			run(|| {
				let known = |ended| {
					Known::mutate(|all| all.insert(5, KnownViolation { ended, ..seen() }));
				};
				known(None);
				let remedial = Opening { kind: OrderKind::Remedial, violation: Some(5), ..fault() };
				let number = open(OWNER, remedial);
				steps(number, &way_to(line.from, OrderKind::Remedial).unwrap());
				known(ended);
				let step = Dispatch::step(dispatcher(TOWER), number, line.to);
				let may = match line.to {
					State::Completed => ended == Some(Ending::Restored),
					_ => ended.is_some(),
				};
				let refused = DispatchError::from(Error::<Test>::NotRestored);
				let expected = if may { Ok(()) } else { Err(refused) };
				assert_eq!(step, expected, "{:?} to {:?}, {ended:?}", line.from, line.to);
				assert_eq!(RemedyOf::<Test>::contains_key(5), !may || line.to == State::Completed);
			});
		}
		tried += 1;
	}
	// Rejected; completed, failed and partial; partial twice more, of what waits.
	assert_eq!(tried, 6);
}

#[test]
fn remedial_is_called_off_by_its_raiser_while_its_violation_stands_open() {
	run(|| {
		Known::mutate(|all| all.insert(5, seen()));
		let remedial = Opening { kind: OrderKind::Remedial, violation: Some(5), ..fault() };
		let first = open(OWNER, remedial);
		assert_noop!(Dispatch::step(dispatcher(TOWER), first, State::Cancelled), Error::<Test>::OtherSide);
		steps(first, &[(OWNER, State::Cancelled)]);
		let second = open(SHARER, remedial);
		steps(second, &[(TOWER, State::InProgress), (SHARER, State::AssessingCancellation)]);
		steps(second, &[(TOWER, State::PendingCancellation), (TOWER, State::Cancelled)]);
		assert_eq!(RemedyOf::<Test>::get(5), None);
	});
}

#[test]
fn remedial_is_completed_once_its_violation_is_forgotten() {
	run(|| {
		Known::mutate(|all| all.insert(5, seen()));
		let number = open(OWNER, Opening { kind: OrderKind::Remedial, violation: Some(5), ..fault() });
		steps(number, &[(TOWER, State::InProgress)]);
		Known::mutate(|all| all.clear());
		steps(number, &[(TOWER, State::Completed)]);
		assert_eq!(RemedyOf::<Test>::get(5), Some(number));
	});
}

#[test]
fn update_works_for_the_handler_alone() {
	run(|| {
		let number = open(OWNER, job());
		let work = Work { percent: 40, planned: 3_600, slot: Some((1, 2)), ..Work::default() };
		let update = |org, work| Dispatch::update(dispatcher(org), number, work);
		assert_noop!(update(OWNER, work), Error::<Test>::OtherSide);
		assert_noop!(update(SHARER, work), Error::<Test>::NotParty);
		assert_noop!(update(TOWER, Work { percent: 101, ..work }), Error::<Test>::BadWork);
		// What is asked for is not the handler's to say.
		for other in [
			Work { kind: 1, ..work },
			Work { priority: 1, ..work },
			Work { skills: trimast_primitives::plan::Skills(1), ..work },
		] {
			assert_noop!(update(TOWER, other), Error::<Test>::BadWork);
		}
		assert_refusals(TOWER, &[NO_COLLECTOR, NO_AUDITOR], |origin| Dispatch::update(origin, number, work));
		assert_ok!(update(TOWER, work));
		assert_eq!((order(number).work, last_event()), (work, Event::WorkUpdated { order: number, work }));
		steps(number, &[(TOWER, State::Rejected)]);
		assert_noop!(update(TOWER, work), Error::<Test>::TooLate);
	});
}
