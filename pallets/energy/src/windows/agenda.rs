// SPDX-License-Identifier: Apache-2.0

//! What the chain does by itself: it looks at each page of an approved plan at the begin of each of its days, ends plans whose time
//! is over, and removes what is left of them.
//!
//! One page a block, of the company whose turn it is: who has much due delays nobody but itself. Of a company looks at its approved
//! plans come before everything else, since cells that must not sleep are woken by them; and then what was due first comes first. Where
//! stations with an outage are due as well ([`super::noted`]), blocks are theirs in turn.
//!
//! | a plan that is | is due | then |
//! |---|---|---|
//! | proposed, agreed | when its first window begins | it lapses |
//! | approved | when the window of each day begins | its pages are looked at; behind the last window it is over |
//! | withdrawn, refused, lapsed | at once | its pages give up what they hold, and it is forgotten |
//! | over | when its last window is | its pages give up what they hold, and it is entered when they have slept |
//! | over, and holds nothing | when the reports of its last day are forgotten | what was found and proven of its pages goes, and then itself |

use super::{
	holds, now, plan, slept,
	types::{Examination, Urgency, Window},
	wake,
};
use crate::{
	charges, Config, Due, Examinations, Plans, Proven, Queued, SettingsInForce, WeightInfo, Windows, Woken,
};
use frame_support::{defensive, weights::Weight};
use trimast_primitives::{
	energy::{PageCells, PlanPhase, SavingPlan, MAX_PLAN_DAYS, QUARTERS},
	OrgId, OrgSet,
};

/// Quarters of an hour in a day.
pub(super) const QUARTERS_OF_DAY: u32 = QUARTERS as u32;

/// Where a plan stands: whose it is, how urgent, and at which place of that queue.
pub(crate) type Position = (OrgId, Urgency, [u8; 8]);

/// The place of a plan in its queue: what is due first, first.
fn key(at: u32, number: u32) -> [u8; 8] {
	(u64::from(at) << 32 | u64::from(number)).to_be_bytes()
}

/// When what stands at a place is due, and which plan it is.
fn of_key(key: [u8; 8]) -> (u32, u32) {
	let [a, b, c, d, e, f, g, h] = key;
	(u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

/// Where a plan stands as it is.
pub(crate) fn position(number: u32, window: &Window) -> Position {
	(window.by, Urgency::of(window.phase), key(window.due, number))
}

/// What stands first of a company of what is as urgent.
fn first<T: Config>(org: OrgId, urgency: Urgency) -> Option<Position> {
	let key = Due::<T>::iter_key_prefix((org, urgency)).next()?;
	Some((org, urgency, key))
}

/// Enters a plan in a phase where it is due next.
pub(super) fn move_to<T: Config>(number: u32, window: &mut Window, phase: PlanPhase, at: u32) {
	Due::<T>::remove(position(number, window));
	(window.phase, window.due) = (phase, at);
	Due::<T>::insert(position(number, window), ());
	Queued::<T>::mutate(|(orgs, _)| *orgs = orgs.with(window.by));
}

/// Who has something due by now, of companies in their turns, when that was due and what it is; and those of them that have anything,
/// now or later, as far as that was asked.
pub(super) fn in_turn<What>(
	(all, last): (OrgSet, OrgId),
	now: u32,
	first: impl Fn(OrgId) -> Option<(u32, What)>,
) -> (OrgSet, Option<(OrgId, u32, What)>) {
	let mut orgs = all;
	let in_turn = all.iter().filter(|org| *org > last).chain(all.iter().filter(|org| *org <= last));
	for org in in_turn {
		match first(org) {
			None => orgs = orgs.without(org),
			Some((at, what)) if at <= now => return (orgs, Some((org, at, what))),
			Some(_) => {}
		}
	}
	(orgs, None)
}

/// Does one thing that is due. Says what that has weighed, and whether there was one.
pub(crate) fn work<T: Config>() -> (Weight, bool) {
	let (all, last) = Queued::<T>::get();
	let searched = T::WeightInfo::look_for_due();
	if all.is_empty() {
		return (searched, false);
	}
	let now = now::<T>();
	// The most urgent of what is due, or else whatever there is.
	let first = |org: OrgId| {
		let at = |position: Position| (of_key(position.2).0, position);
		let mut firsts =
			Urgency::ALL.into_iter().filter_map(|urgency| first::<T>(org, urgency)).map(at).peekable();
		let one = firsts.peek().copied();
		firsts.find(|(at, _)| *at <= now).or(one)
	};
	let (orgs, served) = in_turn((all, last), now, first);
	let turn = served.map_or(last, |(org, ..)| org);
	if (orgs, turn) != (all, last) {
		Queued::<T>::put((orgs, turn));
	}
	match served {
		Some((.., position)) => (searched.saturating_add(step::<T>(position)), true),
		None => (searched, false),
	}
}

/// Does what is due of a plan, or as much of it as may be done in a block.
fn step<T: Config>(position: Position) -> Weight {
	let (.., key) = position;
	let (_, number) = of_key(key);
	let known = Windows::<T>::get(number).zip(Plans::<T>::get(number));
	let Some((window, saving)) = known else {
		defensive!("what stands in a queue is kept");
		Due::<T>::remove(position);
		return Weight::zero();
	};
	match window.phase {
		PlanPhase::Proposed | PlanPhase::Agreed => {
			plan::end::<T>(number, window, PlanPhase::Lapsed);
			T::WeightInfo::step_window(0, 0)
		}
		PlanPhase::Approved => look::<T>(number, window, &saving),
		_ if window.holds => release::<T>(number, window, &saving),
		_ => forget::<T>(number, window, &saving),
	}
}

/// The page at which a plan goes on.
fn next<'a>(window: &mut Window, saving: &'a SavingPlan) -> Option<&'a PageCells> {
	let cells = saving.pages.get(usize::from(window.cursor));
	window.cursor = window.cursor.saturating_add(1);
	cells
}

/// Whether all of its pages are done.
fn is_through(window: &Window, saving: &SavingPlan) -> bool {
	usize::from(window.cursor) >= saving.pages.len()
}

/// Looks at a page at the begin of a day.
fn look<T: Config>(number: u32, mut window: Window, saving: &SavingPlan) -> Weight {
	if window.due >= window.end() {
		plan::end::<T>(number, window, PlanPhase::Over);
		return T::WeightInfo::step_window(0, 0);
	}
	let day = u16::try_from(window.due / QUARTERS_OF_DAY).unwrap_or(u16::MAX);
	let mut weight = T::WeightInfo::step_window(0, 0);
	// Behind the window of the day there is nothing to wake any more.
	let is_over = now::<T>() >= window.ends(day);
	if !is_over {
		if let Some(cells) = next(&mut window, saving) {
			weight = wake::look_today::<T>(number, &window, saving, cells.page, day);
		}
	}
	if is_over || is_through(&window, saving) {
		window.cursor = 0;
		let next = if day < window.last_day { window.begins(day.saturating_add(1)) } else { window.end() };
		move_to::<T>(number, &mut window, PlanPhase::Approved, next);
	}
	Windows::<T>::insert(number, window);
	weight
}

/// Until when what was found and proven of a plan that is over is kept: as long as the reports of its last day.
fn kept_until<T: Config>(window: &Window) -> u32 {
	let day = u32::from(window.last_day).saturating_add(SettingsInForce::<T>::get().days.into());
	day.saturating_mul(QUARTERS_OF_DAY)
}

/// Gives up what a page holds.
fn release<T: Config>(number: u32, mut window: Window, saving: &SavingPlan) -> Weight {
	let is_kept = window.phase == PlanPhase::Over;
	let mut pages = 0;
	if let Some(cells) = next(&mut window, saving) {
		let examination = Examinations::<T>::get(number, cells.page);
		if let Some(Examination { compensations, .. }) = examination {
			pages = holds::release::<T>(number, window.local_network, cells.page, &compensations);
			if is_kept {
				slept::enter::<T>(&window, cells, &compensations);
			}
		}
		if !is_kept {
			Examinations::<T>::remove(number, cells.page);
			// Cells are woken from the begin of a day on, and an approved plan is withdrawn until its first window begins.
			Woken::<T>::remove((number, cells.page, window.first_day));
		}
	}
	if !is_through(&window, saving) {
		Windows::<T>::insert(number, window);
	} else {
		plan::released::<T>(&mut window);
		if is_kept {
			window.cursor = 0;
			let until = kept_until::<T>(&window);
			move_to::<T>(number, &mut window, PlanPhase::Over, until);
			Windows::<T>::insert(number, window);
		} else {
			plan::forget::<T>(number, &window);
		}
	}
	charges::released::<T>(pages)
}

/// Removes what was found and proven of a page, and when its stations have slept.
fn forget<T: Config>(number: u32, mut window: Window, saving: &SavingPlan) -> Weight {
	let until = kept_until::<T>(&window);
	if window.cursor == 0 && now::<T>() < until {
		// Reports have come to be kept for longer since it was over.
		move_to::<T>(number, &mut window, PlanPhase::Over, until);
		Windows::<T>::insert(number, window);
		return T::WeightInfo::step_window(0, 0);
	}
	if let Some(cells) = next(&mut window, saving) {
		if let Some(Examination { compensations, .. }) = Examinations::<T>::take(number, cells.page) {
			slept::forget::<T>(window.local_network, cells.page, &compensations);
		}
		Proven::<T>::remove(number, cells.page);
		// There are no more than days.
		let _ = Woken::<T>::clear_prefix((number, cells.page), MAX_PLAN_DAYS.into(), None);
	}
	if is_through(&window, saving) {
		plan::forget::<T>(number, &window);
	} else {
		Windows::<T>::insert(number, window);
	}
	T::WeightInfo::forget_page()
}
