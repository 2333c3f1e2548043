// SPDX-License-Identifier: Apache-2.0

use super::*;

const SILENCE: u32 = 1_800;

fn clock(list: &[Change], now: Moment) -> Clock {
	Clock::new(&changes(list.iter().copied()), SILENCE, now * MINUTE)
}

fn spans(clock: &Clock) -> Vec<(Moment, Moment, bool)> {
	clock.spans.iter().map(|span| (span.from / MINUTE, span.to / MINUTE, span.runs)).collect()
}

fn held(minute: Moment, signed: Option<Moment>) -> Change {
	Change { signed: signed.map(|signed| signed * MINUTE), ..change(State::Held, minute) }
}

#[test]
fn clock_runs_from_the_first_state_in_every_state_of_work() {
	let list = [
		change(State::Acknowledged, 10),
		change(State::InProgress, 20),
		change(State::Pending, 30),
		change(State::InProgress, 40),
		change(State::AssessingCancellation, 50),
		change(State::PendingCancellation, 60),
	];
	let clock = clock(&list, 70);
	assert_eq!(spans(&clock), [(10, 70, true)]);
	assert_eq!((clock.run(), clock.motion), (60 * MINUTE, Motion::Runs));
	assert_eq!(clock.answered, Some(20 * MINUTE));
}

#[test]
fn work_takes_as_long_as_it_is_in_progress() {
	let list = [
		change(State::Acknowledged, 10),
		change(State::InProgress, 20),
		change(State::Pending, 30),
		change(State::InProgress, 45),
	];
	let at = |count: usize, now: Moment| worked(&changes(list.iter().copied().take(count)), now * MINUTE);
	assert_eq!((at(1, 50), at(2, 25), at(3, 50)), (0, 5 * MINUTE, 10 * MINUTE));
	assert_eq!((at(4, 50), at(4, 40)), (15 * MINUTE, 10 * MINUTE));
}

#[test]
fn clock_stands_in_held_from_the_other_partys_signature_on() {
	let list = |signed| [change(State::Acknowledged, 0), held(10, signed), change(State::InProgress, 30)];
	assert_eq!(spans(&clock(&list(None), 40)), [(0, 40, true)]);
	assert_eq!(spans(&clock(&list(Some(20)), 40)), [(0, 20, true), (20, 30, false), (30, 40, true)]);
	// A signature that came first works from the begin, one that came after the end does not work.
	assert_eq!(spans(&clock(&list(Some(5)), 40)), [(0, 10, true), (10, 30, false), (30, 40, true)]);
	assert_eq!(spans(&clock(&list(Some(31)), 40)), [(0, 40, true)]);
	assert_eq!(clock(&list(Some(20)), 25).motion, Motion::Stands);
	assert_eq!(clock(&list(Some(20)), 19).motion, Motion::Runs);
	assert_eq!(clock(&list(Some(20)), 40).run(), 30 * MINUTE);
}

#[test]
fn clock_ends_with_resolved_when_the_raiser_confirms() {
	let list = [change(State::Acknowledged, 0), change(State::Resolved, 10), change(State::Closed, 25)];
	let closed = clock(&list, 100);
	assert_eq!((spans(&closed), closed.motion), (vec![(0, 10, true)], Motion::Ended));
	let waits = clock(&list, 20);
	assert_eq!((spans(&waits), waits.motion), (vec![(0, 10, true)], Motion::Waits));
}

#[test]
fn clock_ends_with_resolved_when_the_raiser_is_silent_past_the_limit() {
	let list = [change(State::Acknowledged, 0), change(State::Resolved, 10)];
	assert_eq!(clock(&list, 40).motion, Motion::Waits);
	let silent = Clock::new(&changes(list), SILENCE, 40 * MINUTE + 1);
	assert_eq!((silent.motion, silent.run()), (Motion::Ended, 10 * MINUTE));
}

#[test]
fn clock_has_run_all_along_when_the_raiser_reopens() {
	let list = [change(State::Acknowledged, 0), change(State::Resolved, 10), change(State::InProgress, 25)];
	let clock = clock(&list, 50);
	assert_eq!((spans(&clock), clock.motion), (vec![(0, 50, true)], Motion::Runs));
	// The raiser had longer to answer this time than it has the next.
	let list = [list[0], list[1], change(State::InProgress, 90), change(State::Resolved, 95)];
	let clock = self::clock(&list, 126);
	assert_eq!((spans(&clock), clock.motion), (vec![(0, 95, true)], Motion::Ended));
}

#[test]
fn clock_stands_while_the_raiser_is_late_to_reopen() {
	let resolved = |late: Moment| Change { signed: Some(late * MINUTE), ..change(State::Resolved, 10) };
	let list =
		|late, last| [change(State::Acknowledged, 0), resolved(late), change(last, 25), change(last, 26)];
	let reopened = |late| spans(&clock(&list(late, State::InProgress), 50));
	assert_eq!(reopened(15), [(0, 15, true), (15, 25, false), (25, 50, true)]);
	assert_eq!(reopened(5), [(0, 10, true), (10, 25, false), (25, 50, true)]);
	assert_eq!(reopened(30), [(0, 50, true)]);
	assert_eq!(spans(&clock(&list(15, State::Closed), 50)), [(0, 10, true)]);
}

#[test]
fn clock_ends_with_every_final_state() {
	let finals =
		[State::Rejected, State::Closed, State::Cancelled, State::Completed, State::Failed, State::Partial];
	for state in finals {
		let list = [change(State::Acknowledged, 0), change(state, 10), change(State::InProgress, 20)];
		let clock = clock(&list, 50);
		assert_eq!((spans(&clock), clock.motion), (vec![(0, 10, true)], Motion::Ended), "{state:?}");
		assert_eq!(clock.answered, Some(10 * MINUTE));
	}
}

#[test]
fn clock_without_a_change_or_before_the_first_is_empty() {
	assert_eq!((clock(&[], 5).end(), clock(&[], 5).motion), (5 * MINUTE, Motion::Ended));
	let before = clock(&[change(State::Acknowledged, 10)], 5);
	assert_eq!((before.start, before.run(), before.motion), (10 * MINUTE, 0, Motion::Ended));
}

#[test]
fn change_that_claims_to_be_earlier_is_taken_at_the_time_of_the_one_before() {
	let list = [change(State::Acknowledged, 10), change(State::InProgress, 30), change(State::Closed, 20)];
	assert_eq!(spans(&clock(&list, 50)), [(10, 30, true)]);
	let list = [list[0], list[1], held(20, Some(20)), change(State::Closed, 50)];
	assert_eq!(spans(&clock(&list, 60)), [(10, 30, true), (30, 50, false)]);
}

const TERMS: Terms = Terms { response: 600, restoration: 3_600, jeopardy: 750 };

#[test]
fn deadlines_follow_the_clock() {
	let at = |clock: &Clock| {
		let deadlines = clock.deadlines(&TERMS);
		let minute = |at: Option<Moment>| at.map(|at| at / MINUTE);
		(minute(deadlines.response), minute(deadlines.jeopardy), minute(deadlines.breach))
	};
	let opened = [change(State::Acknowledged, 100)];
	assert_eq!(at(&clock(&opened, 100)), (Some(110), Some(145), Some(160)));
	let answered = [change(State::Acknowledged, 100), change(State::InProgress, 105)];
	assert_eq!(at(&clock(&answered, 120)), (None, Some(145), Some(160)));
	// Held with a signature nothing falls due, and what has is not taken back.
	let list = [answered[0], answered[1], held(120, Some(130))];
	assert_eq!(at(&clock(&list, 129)), (None, Some(145), Some(160)));
	assert_eq!(at(&clock(&list, 500)), (None, None, None));
	let late = [answered[0], answered[1], held(150, Some(151))];
	assert_eq!(at(&clock(&late, 500)), (None, Some(145), None));
	// Later by as long as it stood.
	let list = [answered[0], answered[1], held(120, Some(130)), change(State::InProgress, 140)];
	assert_eq!(at(&clock(&list, 141)), (None, Some(155), Some(170)));
	// Resolved, nothing falls due; reopened, everything as before.
	let list = [answered[0], answered[1], change(State::Resolved, 120)];
	assert_eq!(at(&clock(&list, 130)), (None, None, None));
	let list = [answered[0], answered[1], change(State::Resolved, 120), change(State::InProgress, 149)];
	assert_eq!(at(&clock(&list, 149)), (None, Some(145), Some(160)));
}

#[test]
fn deadline_itself_is_in_time() {
	let at = |ms| Clock::new(&changes([change(State::Acknowledged, 0)]), SILENCE, ms);
	assert!(!at(600_000).is_answered_late(&TERMS) && at(600_001).is_answered_late(&TERMS));
	assert!(!at(2_699_999).is_in_jeopardy(&TERMS) && at(2_700_000).is_in_jeopardy(&TERMS));
	assert!(!at(3_600_000).is_breached(&TERMS) && at(3_600_001).is_breached(&TERMS));
	let answered = clock(&[change(State::Acknowledged, 0), change(State::InProgress, 10)], 100);
	assert!(!answered.is_answered_late(&TERMS));
}

#[test]
fn terms_promise_an_answer_before_restoration() {
	assert!(TERMS.is_valid());
	assert!(!Terms { response: 3_601, ..TERMS }.is_valid());
	assert!(!Terms { restoration: 0, response: 0, ..TERMS }.is_valid());
	assert!(!Terms { jeopardy: 1_001, ..TERMS }.is_valid());
}

proptest! {
	#[test]
	fn spans_follow_one_another_and_alternate(clock in any_clock()) {
		let mut at = clock.start;
		for span in &clock.spans {
			prop_assert!(span.from == at && span.from < span.to);
			at = span.to;
		}
		prop_assert_eq!(at, clock.end());
		let turns = clock.spans.windows(2).all(|pair| pair[0].runs != pair[1].runs);
		prop_assert!(turns);
		let stood: u64 = clock.spans.iter().filter(|span| !span.runs).map(Span::length).sum();
		prop_assert_eq!(clock.run() + stood, clock.end() - clock.start);
	}

	#[test]
	fn time_that_has_run_is_never_taken_back(
		list in any_changes(), silence in 0..900u32, one in any_moment(), other in any_moment(),
		further in (any_state(), proptest::option::of(any_moment())),
	) {
		let (now, later) = (one.min(other), one.max(other));
		let before = Clock::new(&list, silence, now);
		prop_assert!(before.run() <= Clock::new(&list, silence, later).run());
		// A change that comes after now.
		let known = list.iter().copied().filter(|change| change.at <= now);
		let before = Clock::new(&changes(known.clone()), silence, now);
		let change = Change { state: further.0, at: later, signed: further.1 };
		let after = Clock::new(&changes(known.chain([change])), silence, later);
		prop_assert!(before.run() <= after.run());
	}

	#[test]
	fn deadline_is_the_first_moment_with_so_much_run(list in any_changes(), silence in 0..900u32, now in any_moment(), run in 0..2_400_000u64) {
		let clock = Clock::new(&list, silence, now);
		match clock.reaches(run) {
			None => prop_assert!(clock.run() < run && clock.motion != Motion::Runs),
			Some(at) if at <= clock.end() => {
				let until = |at: Moment| clock.spans.iter().filter(|s| s.runs).map(|s| at.clamp(s.from, s.to) - s.from).sum::<u64>();
				prop_assert_eq!(until(at), run);
				prop_assert!(run == 0 || until(at - 1) < run);
			},
			Some(at) => prop_assert!(clock.motion == Motion::Runs && at - clock.end() == run - clock.run()),
		}
	}
}
