// SPDX-License-Identifier: Apache-2.0

//! Violations: opened by what a company has seen, believed by what others see, closed by what another than the offender
//! sees.
//!
//! ```text
//!                    a second company, the accused itself, or its silence
//!    ┌─────────┐ ─────────────────────────────────────────────────────────► ┌───────────┐
//!    │ alleged │                                                            │ confirmed │ ──► restored: another company
//!    └─────────┘ ──► contested: another has seen the approved value after   └───────────┘     than the offender has seen
//!         │  ▲            │     the first sighting                               ▲            the approved value after
//!         │  │            │ a second company sees it too ────────────────────────┘            the last sighting
//!         │  └────────────┤ every export doubted in which the approved value was seen
//!         │               ├──► not repeated: for a term nobody has said it again
//!         └───────────────┴──► taken back: whoever alleged it, alone, sees the approved value after the last sighting
//! ```
//!
//! What is confirmed gets an order by which the accused puts it right, raised by who saw it first. It is opened from the
//! agenda, in one of the next blocks, so that what is confirmed together neither makes a call dear nor fails it.
//!
//! Nobody closes what stands against itself by writing it into the baseline: an import of the station is refused as long,
//! and a change closes only what others have seen. The word of the accused confirms, and changes nothing of that.
//!
//! A sighting is as old as its export: only what was read later speaks against it. As long as one company alone alleges it,
//! that is the first one, however often it is said again: word stands against word. What was read no later than the network
//! in which a confirmed one was restored shows nothing any more, unless that export is doubted since, so two exports in turn
//! neither open it again nor count it twice. One that was never confirmed settles nothing when it is over: what one company alleges and takes back, another may
//! have read before.

mod denials;
mod judge;
pub mod kinds;
mod ledger;
mod remedies;
mod silence;

pub(crate) use denials::{deny, deny_cells, deny_page};
pub(crate) use judge::{Seen, Sighting};
pub(crate) use remedies::{ask_remedy, open_remedy, remedy_weight};
#[cfg(feature = "runtime-benchmarks")]
pub(crate) use silence::look_in;
pub(crate) use silence::{silent, CHANGED_AT_ONCE};

use crate::{
	changes::{
		network::Elsewhere,
		types::{Item, Request},
	},
	charges, exports, tallies,
	types::{Closing, OpenList, OpenViolation, Violation, MAX_OPEN_IN_PAGE},
	Changes, Config, Error, Event, OpenInPage, OpenViolations, Pallet, PastViolationCounts, PastViolations,
	Violations,
};
use frame_support::{defensive, ensure, weights::Weight, BoundedVec};
use judge::{Finding, Judge};
use kinds::Kind;
use ledger::Ledger;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{cells::CellTable, LocalNetworkId, OrgId};

/// How many violations that are over are kept of those that one company saw first; the oldest of these give way.
pub const MAX_PAST_VIOLATIONS: u32 = 2_048;

/// What came of it that values of a page were seen.
pub(crate) struct Sighted {
	/// How many of them no change explains.
	pub(crate) violations: u32,
	/// How many were counted as confirmed for it.
	pub(crate) scored: u32,
	/// How many records stand in the page, by the list that has the most of what it may have: as many thirds of changes,
	/// notices, violations that stand open, values that were seen as approved.
	pub(crate) records: u32,
}

/// Notes all values of a page that were seen and are not the approved ones: each is explained by a change, or it is a new
/// violation, or one that stands open.
pub(crate) fn sight<T: Config>(sighting: &Sighting<'_, T>, seen: &[Seen]) -> Result<Sighted, Error<T>> {
	let Sighting { org, local_network, page, elsewhere, .. } = *sighting;
	let changes = Changes::<T>::get(local_network, page);
	let judge = Judge::of(sighting, &changes, seen);
	let found = judge.findings(seen);
	ensure!(!elsewhere.is_exhausted(), Error::<T>::TooManyViolations);
	let mut ledger = Ledger::<T>::open(local_network, page, elsewhere);
	let violations = found.len().saturated_into();
	let records = [changes.len().div_ceil(3), judge.notices(), ledger.open.len(), ledger.settled.len()];
	let records = records.into_iter().max().unwrap_or_default().saturated_into();
	for finding in ledger.choose(org, found)? {
		ledger.note(org, finding)?;
	}
	let scored = ledger.scored;
	ledger.close(org)?;
	Ok(Sighted { violations, scored, records })
}

/// Opens violations for changes in an emergency that were not ratified. Who has made them has said so, and needs no second
/// witness. Says for how many, and what it has looked at weighed: none more when as many stand open in the page as may, or
/// as many that this company saw first.
pub(crate) fn unratified<T: Config>(
	number: u32,
	request: &Request,
	page: u16,
	items: &[Item],
) -> (usize, Weight) {
	let table = crate::pages::Page::<T>::open(request.local_network, page).table;
	let elsewhere = Elsewhere::of(0, MAX_OPEN_IN_PAGE);
	let mut ledger = Ledger::<T>::open(request.local_network, page, &elsewhere);
	let mut room = ledger.room(request.by);
	let mut done = 0usize;
	for Item { slot, cell, key, value } in items {
		let position = table.position((*slot).into(), *cell);
		let approved = position.and_then(|n| table.get(n, *key));
		// Of a new cell nothing is approved. A station without a baseline has left it.
		if approved == *value || table.cells_of((*slot).into()) == 0 {
			done = done.saturating_add(1);
			continue;
		}
		let seen = Seen { slot: *slot, cell: *cell, key: *key, approved, observed: *value };
		let (kind, since) = (Kind::Unratified, request.terms.window.0);
		let finding = Finding { seen, kind, request: Some(number), against: request.by, since, export: None };
		let is_new = !ledger.is_open(seen.place());
		if (is_new && room == 0) || ledger.note(request.by, finding).is_err() {
			break;
		}
		room = room.saturating_sub(u32::from(is_new));
		done = done.saturating_add(1);
	}
	// All are confirmed: nothing is due.
	let _ = ledger.close(request.by);
	(done, charges::looked::<T>(&elsewhere.looked()))
}

/// Notes that a violation is over. The one whose place it takes among those that are over is forgotten: one that the same
/// company saw first.
fn end<T: Config>(id: u32, violation: &mut Violation, org: OrgId, closing: Closing) {
	violation.closed = Some((Pallet::<T>::now(), closing));
	violation.denials = BoundedVec::new();
	tallies::stands::<T>(violation.against, Some((violation.kind, violation.standing)), None);
	exports::forget_words::<T>(id);
	let count = PastViolationCounts::<T>::mutate(|counts| {
		let count = counts.get(&violation.accuser).copied().unwrap_or(0);
		// There are no more of them than companies.
		let _ = counts.try_insert(violation.accuser, count.wrapping_add(1));
		count
	});
	let place = past_place(violation.accuser, count);
	if let Some(earlier) = PastViolations::<T>::get(place) {
		Violations::<T>::remove(earlier);
	}
	PastViolations::<T>::insert(place, id);
	Pallet::<T>::deposit_event(Event::ViolationClosed { id, org, closing });
}

/// Where a violation stands among those that are over, when so many that this company saw first have ended before: the
/// companies' rings stand one behind the other.
pub(crate) fn past_place(accuser: OrgId, count: u32) -> u32 {
	let first = u32::from(accuser.0).saturating_mul(MAX_PAST_VIOLATIONS);
	first.saturating_add(count.checked_rem(MAX_PAST_VIOLATIONS).unwrap_or(0))
}

/// The baseline of a page is another since: by `org`. Says at how many open violations that looks.
pub(crate) fn rebase<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	table: &CellTable,
) -> u32 {
	let open = OpenInPage::<T>::get(local_network, page);
	let looked = open.len().saturated_into();
	close_where::<T>(local_network, page, open, |one| {
		let position = table.position(one.slot.into(), one.cell);
		let approved = position.and_then(|n| table.get(n, one.key));
		rebase_one::<T>(org, one.id, approved, position.is_some())
	});
	looked
}

/// Stations leave the baseline: of the violations that stand open in their page these are over.
pub(crate) fn remove<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	open: OpenList,
	over: &[u32],
) {
	close_where::<T>(local_network, page, open, |one| {
		over.contains(&one.id) && rebase_one::<T>(org, one.id, None, false)
	});
}

/// Takes those violations off a page's list that are closed by looking at them.
fn close_where<T: Config>(
	local_network: LocalNetworkId,
	page: u16,
	mut open: OpenList,
	mut closes: impl FnMut(&OpenViolation) -> bool,
) {
	let before = open.len();
	open.retain(|one| !closes(one));
	let closed: u32 = before.saturating_sub(open.len()).saturated_into();
	if closed > 0 {
		OpenInPage::<T>::insert(local_network, page, open);
		OpenViolations::<T>::mutate(local_network, |open| *open = open.saturating_sub(closed));
	}
}

/// Another value is approved. Says whether that closes the violation.
fn rebase_one<T: Config>(org: OrgId, id: u32, approved: Option<i64>, has_cell: bool) -> bool {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return false;
	};
	if has_cell && violation.approved == approved {
		return false;
	}
	let closing = match has_cell {
		false => Some(Closing::Removed),
		// What others have seen: the accused, who may approve alone, has no say in it.
		true => (violation.observed == approved).then_some(Closing::Approved),
	};
	match closing {
		Some(closing) => end::<T>(id, &mut violation, org, closing),
		None => violation.approved = approved,
	}
	Violations::<T>::insert(id, violation);
	closing.is_some()
}
