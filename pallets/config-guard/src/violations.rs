// SPDX-License-Identifier: Apache-2.0

//! Violations: opened by what a company has seen, believed by what others see, closed by what another than the offender
//! sees.
//!
//! ```text
//!                    a second company, the accused itself, or its silence
//!    ┌─────────┐ ─────────────────────────────────────────────────────────► ┌───────────┐
//!    │ alleged │                                                            │ confirmed │ ──► restored: another company
//!    └─────────┘ ──► contested: another company has seen the approved value └───────────┘     than the offender has seen
//!         │               │ a second company sees it too ──────────────────────► ▲            the approved value
//!         └───────────────┴──► taken back: whoever alleged it, alone, sees the approved value
//! ```

use crate::{
	agenda::{self, Due},
	exports, scores,
	sweeps::Open,
	testimony::is_party,
	types::{Closing, OpenViolation, Standing, Violation},
	Config, Error, Event, NextViolation, OpenInPage, OpenViolations, Pallet, Violations,
};
use frame_support::defensive;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{CellId, CellTable, ParamKey},
	page::SiteId,
	params::Governed,
	site::SiteRegistry,
	BlockNumber, LocalNetworkId, OrgId, OrgSet,
};

/// Who has seen a cell, where, and who answers for it.
pub(crate) struct Sighting<'a> {
	pub(crate) org: OrgId,
	pub(crate) sweep: &'a Open,
	pub(crate) local_network: LocalNetworkId,
	pub(crate) page: u16,
	pub(crate) slot: u32,
	pub(crate) cell: u8,
	pub(crate) against: OrgId,
}

/// Notes that a value was seen which is not the approved one: a new violation, or one that stands open.
pub(crate) fn sight<T: Config>(
	sighting: &Sighting<'_>,
	key: ParamKey,
	approved: Option<i64>,
	observed: Option<i64>,
) -> Result<(), Error<T>> {
	let Sighting { org, sweep, local_network, page, slot, cell, against } = *sighting;
	let (slot_byte, now): (u8, BlockNumber) = (slot.saturated_into(), Pallet::<T>::now());
	let mut open = OpenInPage::<T>::get(local_network, page);
	if let Some(found) = open.iter().find(|one| (one.slot, one.cell, one.key) == (slot_byte, cell, key)) {
		exports::word::<T>(found.id, org, sweep.export.root);
		see_again::<T>(found.id, org, observed, now);
		return Ok(());
	}
	let id = NextViolation::<T>::get();
	let silent = now.saturating_add(silence::<T>()).saturating_add(1);
	agenda::enter::<T>(silent, Due::Silence { local_network, page })?;
	open.try_push(OpenViolation { slot: slot_byte, cell, key, id })
		.map_err(|_| Error::<T>::TooManyViolations)?;
	// What the accused reports of itself needs no second witness.
	let standing = if org == against { Standing::Confirmed } else { Standing::Alleged };
	let cell = CellId { site: SiteId::new(local_network, page, slot), cell };
	let violation = Violation {
		cell,
		key,
		approved,
		observed,
		against,
		accuser: org,
		witnesses: OrgSet::of(org),
		deniers: OrgSet::EMPTY,
		since: sweep.export.observed,
		opened: now,
		seen: now,
		standing,
		closed: None,
	};
	OpenInPage::<T>::insert(local_network, page, open);
	OpenViolations::<T>::mutate(local_network, |count| *count = count.saturating_add(1));
	if standing == Standing::Confirmed {
		scores::count::<T>(&violation);
	}
	exports::word::<T>(id, org, sweep.export.root);
	NextViolation::<T>::put(id.saturating_add(1));
	Violations::<T>::insert(id, violation);
	Pallet::<T>::deposit_event(Event::ViolationOpened {
		id,
		cell,
		key,
		approved,
		observed,
		against,
		accuser: org,
	});
	Ok(())
}

fn see_again<T: Config>(id: u32, org: OrgId, observed: Option<i64>, now: BlockNumber) {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return;
	};
	violation.witnesses = violation.witnesses.with(org);
	violation.deniers = violation.deniers.without(org);
	violation.observed = observed;
	violation.seen = now;
	let doubted = exports::doubted::<T>(id, violation.witnesses);
	let is_second = violation.witnesses.difference(doubted).len() > 1 || org == violation.against;
	let was = violation.standing;
	if is_second {
		violation.standing = Standing::Confirmed;
	}
	let standing = violation.standing;
	if standing != was {
		scores::count::<T>(&violation);
	}
	let silent = violation.opened.saturating_add(silence::<T>());
	if standing == Standing::Alleged && now > silent {
		// The accused was silent while nobody's word counted: it is asked once more. Where the agenda is full that is done
		// when it is seen again.
		let CellId { site, .. } = violation.cell;
		if let Some(page) = site.page() {
			let due = Due::Silence { local_network: site.local_network, page };
			let _ = agenda::enter::<T>(now.saturating_add(silence::<T>()).saturating_add(1), due);
		}
	}
	Violations::<T>::insert(id, violation);
	Pallet::<T>::deposit_event(Event::ViolationSeen { id, org, observed });
	if standing != was {
		Pallet::<T>::deposit_event(Event::ViolationStands { id, standing });
	}
}

/// How many blocks an accused may be silent.
fn silence<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().silence_term)
}

/// What was alleged in a page for long enough, with the accused silent, counts as confirmed.
pub(crate) fn silent<T: Config>(local_network: LocalNetworkId, page: u16) {
	let (now, term) = (Pallet::<T>::now(), silence::<T>());
	for OpenViolation { id, .. } in OpenInPage::<T>::get(local_network, page) {
		Violations::<T>::mutate(id, |violation| match violation {
			Some(violation)
				if violation.standing == Standing::Alleged && now > violation.opened.saturating_add(term) =>
			{
				if violation.witnesses == exports::doubted::<T>(id, violation.witnesses) {
					return;
				}
				violation.standing = Standing::Confirmed;
				scores::count::<T>(violation);
				Pallet::<T>::deposit_event(Event::ViolationStands { id, standing: Standing::Confirmed });
			}
			_ => {}
		});
	}
}

/// `org` has seen all of a page as the baseline says. It is heard about the stations that it is a party to, and no others.
pub(crate) fn deny_page<T: Config>(org: OrgId, local_network: LocalNetworkId, page: u16) {
	deny::<T>(org, local_network, page, |_| true);
}

/// `org` has seen all cells of a page as the baseline says but for these, by their places in the table.
pub(crate) fn deny_cells<T: Config>(org: OrgId, local_network: LocalNetworkId, page: u16, differing: &[u16]) {
	if OpenInPage::<T>::get(local_network, page).is_empty() {
		return;
	}
	let table = crate::pages::Page::<T>::open(local_network, page).table;
	deny::<T>(org, local_network, page, |one| {
		let position = table.position(one.slot.into(), one.cell).and_then(|n| u16::try_from(n).ok());
		position.is_some_and(|n| differing.binary_search(&n).is_err())
	});
}

fn deny<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	is_denied: impl Fn(&OpenViolation) -> bool,
) {
	if OpenInPage::<T>::get(local_network, page).is_empty() {
		return;
	}
	let entries = T::Sites::stations(local_network, page);
	close_where::<T>(local_network, page, |one| {
		let is_heard = entries.get(usize::from(one.slot)).is_some_and(|entry| is_party(&entry.station, org));
		is_heard && is_denied(one) && deny_one::<T>(org, one.id)
	});
}

/// The baseline of a page is another since: by `org`.
pub(crate) fn rebase<T: Config>(org: OrgId, local_network: LocalNetworkId, page: u16, table: &CellTable) {
	close_where::<T>(local_network, page, |one| {
		let position = table.position(one.slot.into(), one.cell);
		let approved = position.and_then(|n| table.get(n, one.key));
		rebase_one::<T>(org, one.id, approved, position.is_some())
	});
}

/// Takes those violations off a page's list that are closed by looking at them.
fn close_where<T: Config>(local_network: LocalNetworkId, page: u16, closes: impl Fn(&OpenViolation) -> bool) {
	let mut open = OpenInPage::<T>::get(local_network, page);
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
	let now = Pallet::<T>::now();
	let is_over = !has_cell || violation.observed == approved;
	if is_over {
		violation.closed = Some((now, Closing::Approved));
		exports::forget_words::<T>(id);
		Pallet::<T>::deposit_event(Event::ViolationClosed { id, org, closing: Closing::Approved });
	} else {
		violation.approved = approved;
	}
	Violations::<T>::insert(id, violation);
	is_over
}

/// `org` has seen the approved value. Says whether that closes the violation.
fn deny_one<T: Config>(org: OrgId, id: u32) -> bool {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return false;
	};
	let now = Pallet::<T>::now();
	let is_alone = violation.witnesses == OrgSet::of(org);
	let believed = violation.standing;
	violation.deniers = violation.deniers.with(org);
	let closing = match believed {
		Standing::Confirmed if org != violation.against => Some(Closing::Restored),
		Standing::Alleged | Standing::Contested if is_alone => Some(Closing::TakenBack),
		Standing::Alleged | Standing::Contested | Standing::Confirmed => None,
	};
	match closing {
		Some(closing) => {
			violation.closed = Some((now, closing));
			exports::forget_words::<T>(id);
			Pallet::<T>::deposit_event(Event::ViolationClosed { id, org, closing });
		}
		None if believed == Standing::Alleged => {
			violation.standing = Standing::Contested;
			Pallet::<T>::deposit_event(Event::ViolationStands { id, standing: Standing::Contested });
		}
		None => {}
	}
	Violations::<T>::insert(id, violation);
	closing.is_some()
}
