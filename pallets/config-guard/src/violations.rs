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

pub mod kinds;

use crate::{
	agenda::{self, Due},
	baseline::check_value,
	changes::{
		check::{answers_for, local_defect, Elsewhere, View},
		types::{Item, Request},
	},
	charges, exports,
	notices::{NoticeList, Source},
	policy::{HoldingList, RuleList},
	scores,
	sweeps::Open,
	tallies,
	testimony::is_party,
	types::{Catalogue, Closing, OpenViolation, Standing, Violation, MAX_OPEN_IN_PAGE},
	Catalogues, Changes, Config, Error, Event, Holdings, NextPastViolation, NextViolation, Notices,
	OpenInPage, OpenViolations, Pallet, PastViolations, Rules, Tables, Violations, WeightInfo,
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::cell::OnceCell;
use frame_support::{defensive, ensure, traits::ConstU32, weights::Weight, BoundedVec};
use kinds::{kind_of, trace, Facts, Kind};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		CellId, CellTable, ParamId, ParamKey,
	},
	page::SiteId,
	params::Governed,
	site::{SharingMode, SiteRegistry, StationEntry, StationState},
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// How many violations that are over are kept; the oldest give way.
pub const MAX_PAST_VIOLATIONS: u32 = 65_536;
/// Most violations that the silence of the accused confirms in one page and block; the others follow in the next.
pub(crate) const CONFIRMED_AT_ONCE: u32 = 32;

/// Who has seen values of a page, and what stands there.
pub(crate) struct Sighting<'a, T> {
	pub(crate) org: OrgId,
	pub(crate) sweep: &'a Open,
	pub(crate) local_network: LocalNetworkId,
	pub(crate) page: u16,
	pub(crate) table: &'a CellTable,
	pub(crate) entries: &'a [StationEntry],
	/// What is looked at to judge it.
	pub(crate) elsewhere: &'a Elsewhere<T>,
}

/// A value that is not the approved one.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
	pub(crate) slot: u8,
	pub(crate) cell: u8,
	pub(crate) key: ParamKey,
	pub(crate) approved: Option<i64>,
	pub(crate) observed: Option<i64>,
}

impl Seen {
	const fn place(&self) -> (u8, u8, ParamKey) {
		(self.slot, self.cell, self.key)
	}
}

/// Notes all values of a page that were seen and are not the approved ones: each is explained by a change, or it is a new
/// violation, or one that stands open. Says how many are none of the first.
pub(crate) fn sight<T: Config>(sighting: &Sighting<'_, T>, seen: &[Seen]) -> Result<u32, Error<T>> {
	let Sighting { org, sweep, local_network, page, table, entries, elsewhere } = *sighting;
	let at = sweep.export.observed;
	let changes = Changes::<T>::get(local_network, page);
	let judge = Judge::<T> {
		view: View { local_network, page, table, entries, changes: &changes },
		catalogue: Catalogues::<T>::get(),
		holdings: Holdings::<T>::get(),
		rules: Rules::<T>::get(),
		notices: Notices::<T>::get(local_network, page),
		seen: seen.iter().map(|one| (one.place(), one.observed)).collect(),
		elsewhere,
	};
	let mut ledger = Ledger::<T>::open(local_network, page, elsewhere);
	let mut count = 0u32;
	for one in seen {
		// What is out of service is not looked at, whatever the baseline still says.
		let entry = entries.get(usize::from(one.slot)).filter(|entry| entry.state == StationState::OnAir);
		let Some(entry) = entry else { continue };
		let (facts, request) = judge.facts(entry, one, at);
		let Some(kind) = kind_of(&facts) else { continue };
		let against = answers_for(&judge.catalogue, &judge.holdings, entry, one.key);
		let export = Some(sweep.export.root);
		ledger.note(org, Finding { seen: *one, kind, request, against, since: at, export })?;
		count = count.saturating_add(1);
	}
	// What was not looked at any more may have said otherwise.
	ensure!(!elsewhere.is_exhausted(), Error::<T>::TooManyViolations);
	ledger.close()?;
	Ok(count)
}

/// Opens violations for changes in an emergency that were not ratified. Who has made them has said so, and needs no second
/// witness. Says for how many: none more when as many stand open in the page as may.
pub(crate) fn unratified<T: Config>(number: u32, request: &Request, page: u16, items: &[Item]) -> usize {
	let table = crate::pages::Page::<T>::open(request.local_network, page).table;
	let elsewhere = Elsewhere::of(MAX_OPEN_IN_PAGE);
	let mut ledger = Ledger::<T>::open(request.local_network, page, &elsewhere);
	let mut done = 0usize;
	for Item { slot, cell, key, value } in items {
		let position = table.position((*slot).into(), *cell);
		let approved = position.and_then(|n| table.get(n, *key));
		if approved == *value || position.is_none() {
			done = done.saturating_add(1);
			continue;
		}
		let seen = Seen { slot: *slot, cell: *cell, key: *key, approved, observed: *value };
		let (kind, since) = (Kind::Unratified, request.terms.window.0);
		let finding = Finding { seen, kind, request: Some(number), against: request.by, since, export: None };
		if ledger.note(request.by, finding).is_err() {
			break;
		}
		done = done.saturating_add(1);
	}
	// All are confirmed: nothing is due.
	let _ = ledger.close();
	done
}

/// What is known of a page when values of it are judged.
struct Judge<'a, T> {
	view: View<'a>,
	catalogue: Catalogue,
	holdings: HoldingList,
	rules: RuleList,
	notices: NoticeList,
	seen: BTreeMap<(u8, u8, ParamKey), Option<i64>>,
	elsewhere: &'a Elsewhere<T>,
}

impl<T: Config> Judge<'_, T> {
	/// What the kind of a violation depends on, and the request that has to do with it.
	fn facts(&self, entry: &StationEntry, seen: &Seen, at: Moment) -> (Facts, Option<u32>) {
		let place = seen.place();
		let of_value = self.view.changes.iter().filter(|change| change.place() == place);
		let traced = trace(of_value, |number| self.elsewhere.request(number), seen.observed, at);
		let mut notices = self.notices.iter().rev().map(|(_, notice)| notice);
		let notice = notices.find(|notice| {
			(notice.slot, notice.cell, notice.key) == place
				&& Some(notice.new) == seen.observed
				&& notice.at <= at
		});
		let parameter = self.catalogue.get(seen.key.param);
		let notified =
			parameter.filter(|parameter| parameter.class == ApprovalClass::Notified && entry.is_confirmed());
		// Where no envelope is agreed, it is all that the domain has.
		let is_inside = |value: i64| {
			notified.is_some_and(|parameter| {
				parameter.envelope.is_none_or(|(least, most)| (least..=most).contains(&value))
			})
		};
		let facts = Facts {
			breaks_rule: seen.observed.is_some_and(|value| self.breaks_rule(entry, seen, value)),
			plmns_differ: parameter.is_some_and(|parameter| self.plmns_differ(entry, parameter, seen)),
			son: notice.filter(|notice| notice.source == Source::Son).map(|notice| is_inside(notice.new)),
			trace: traced.map(|(_, trace)| trace),
			is_noticed: notice.is_some(),
		};
		(facts, traced.map(|(request, _)| request))
	}

	fn breaks_rule(&self, entry: &StationEntry, seen: &Seen, value: i64) -> bool {
		let Seen { slot, cell, key, .. } = *seen;
		let outside = check_value(&self.catalogue, &entry.station, key, None, value).is_err();
		let last = ParamKey { param: ParamId(u16::MAX), place: u8::MAX };
		let of_cell = self.seen.range((slot, cell, ParamKey::of(ParamId(0)))..=(slot, cell, last));
		let values: Vec<_> = of_cell.map(|((.., key), value)| (*key, *value)).collect();
		outside
			|| local_defect(
				&self.view,
				&self.rules,
				&self.holdings,
				self.elsewhere,
				(slot, cell),
				key,
				&values,
			)
			.is_some()
	}

	/// Whether a value that the PLMNs share is not the same for all of them.
	fn plmns_differ(&self, entry: &StationEntry, parameter: &Parameter, seen: &Seen) -> bool {
		let Seen { slot, cell, key: ParamKey { param, .. }, .. } = *seen;
		let is_shared = parameter.identity
			&& parameter.scope == ParamScope::Plmn
			&& entry.station.mode == SharingMode::MocnOneCellId;
		if !is_shared {
			return false;
		}
		let position = self.view.table.position(slot.into(), cell);
		let value = |place| {
			let key = ParamKey { param, place };
			let approved = || position.and_then(|n| self.view.table.get(n, key));
			self.seen.get(&(slot, cell, key)).copied().unwrap_or_else(approved)
		};
		(0..parameter.places(&entry.station)).any(|place| value(place) != seen.observed)
	}
}

/// What was found of a value.
struct Finding {
	seen: Seen,
	kind: Kind,
	request: Option<u32>,
	against: OrgId,
	since: Moment,
	/// The export that it was seen in, where it was seen in one.
	export: Option<Hash>,
}

/// The violations that stand open in a page: read once, written once.
struct Ledger<'a, T: Config> {
	local_network: LocalNetworkId,
	page: u16,
	open: BoundedVec<OpenViolation, ConstU32<MAX_OPEN_IN_PAGE>>,
	opened: u32,
	is_alleged: bool,
	/// Whether the accused is asked once more: it was silent while nobody's word counted.
	asks_again: bool,
	elsewhere: &'a Elsewhere<T>,
}

impl<'a, T: Config> Ledger<'a, T> {
	fn open(local_network: LocalNetworkId, page: u16, elsewhere: &'a Elsewhere<T>) -> Self {
		let open = OpenInPage::<T>::get(local_network, page);
		Self { local_network, page, open, opened: 0, is_alleged: false, asks_again: false, elsewhere }
	}

	/// Notes what `org` has found: a new violation, or one that stands open.
	fn note(&mut self, org: OrgId, finding: Finding) -> Result<(), Error<T>> {
		let Finding { seen, kind, request, against, since, export } = finding;
		let Seen { slot, cell, key, approved, observed } = seen;
		let place = seen.place();
		if let Some(found) = self.open.iter().find(|one| (one.slot, one.cell, one.key) == place) {
			heard::<T>(found.id, org, export);
			self.asks_again |= see_again(self.elsewhere, found.id, org, observed, (kind, request));
			return Ok(());
		}
		let (id, now) = (NextViolation::<T>::get(), Pallet::<T>::now());
		self.open
			.try_push(OpenViolation { slot, cell, key, id })
			.map_err(|_| Error::<T>::TooManyViolations)?;
		// What the accused reports of itself needs no second witness.
		let standing = if org == against { Standing::Confirmed } else { Standing::Alleged };
		let cell = CellId { site: SiteId::new(self.local_network, self.page, slot.into()), cell };
		let violation = Violation {
			cell,
			key,
			kind,
			request,
			approved,
			observed,
			against,
			accuser: org,
			witnesses: OrgSet::of(org),
			deniers: OrgSet::EMPTY,
			since,
			opened: now,
			seen: now,
			standing,
			closed: None,
		};
		heard::<T>(id, org, export);
		tallies::stands::<T>(against, None, Some((kind, standing)));
		NextViolation::<T>::put(id.saturating_add(1));
		if standing == Standing::Confirmed {
			scores::count::<T>(&violation);
		}
		Violations::<T>::insert(id, violation);
		self.opened = self.opened.saturating_add(1);
		self.is_alleged |= standing == Standing::Alleged;
		Pallet::<T>::deposit_event(Event::ViolationOpened {
			id,
			cell,
			key,
			kind,
			request,
			approved,
			observed,
			against,
			accuser: org,
		});
		Ok(())
	}

	fn close(self) -> Result<(), Error<T>> {
		let Self { local_network, page, open, opened, is_alleged, asks_again, elsewhere: _ } = self;
		if is_alleged || asks_again {
			let silent = Pallet::<T>::now().saturating_add(silence::<T>()).saturating_add(1);
			let entered = agenda::enter::<T>(silent, Due::Silence { local_network, page });
			// Where the agenda is full the accused is asked once more when a violation is seen again.
			entered.map_or_else(|full| if is_alleged { Err(full) } else { Ok(()) }, |_| Ok(()))?;
		}
		if opened > 0 {
			OpenInPage::<T>::insert(local_network, page, open);
			OpenViolations::<T>::mutate(local_network, |count| *count = count.saturating_add(opened));
		}
		Ok(())
	}
}

/// Notes from which export a company's word about a violation is.
fn heard<T: Config>(id: u32, org: OrgId, export: Option<Hash>) {
	if let Some(root) = export {
		exports::word::<T>(id, org, root);
	}
}

/// Notes that a violation is over. The one whose place it takes among those that are over is forgotten.
fn end<T: Config>(id: u32, violation: &mut Violation, org: OrgId, closing: Closing) {
	violation.closed = Some((Pallet::<T>::now(), closing));
	tallies::stands::<T>(violation.against, Some((violation.kind, violation.standing)), None);
	exports::forget_words::<T>(id);
	let count = NextPastViolation::<T>::get();
	NextPastViolation::<T>::put(count.wrapping_add(1));
	let place = count.checked_rem(MAX_PAST_VIOLATIONS).unwrap_or(0);
	if let Some(earlier) = PastViolations::<T>::get(place) {
		Violations::<T>::remove(earlier);
	}
	PastViolations::<T>::insert(place, id);
	Pallet::<T>::deposit_event(Event::ViolationClosed { id, org, closing });
}

/// A company has seen a violation that stands open. Says whether the accused is to be asked once more.
fn see_again<T: Config>(
	elsewhere: &Elsewhere<T>,
	id: u32,
	org: OrgId,
	observed: Option<i64>,
	(kind, request): (Kind, Option<u32>),
) -> bool {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return false;
	};
	let before = (violation.kind, violation.standing);
	violation.witnesses = violation.witnesses.with(org);
	violation.deniers = violation.deniers.without(org);
	// What was seen first says of which kind it is, as long as the same is seen.
	if violation.observed != observed || kind == Kind::Unratified {
		(violation.observed, violation.kind, violation.request) = (observed, kind, request);
	}
	let now = Pallet::<T>::now();
	violation.seen = now;
	let doubted = elsewhere.doubted(id, violation.witnesses);
	let is_second = violation.witnesses.difference(doubted).len() > 1 || org == violation.against;
	let (_, was) = before;
	if is_second {
		violation.standing = Standing::Confirmed;
	}
	let standing = violation.standing;
	tallies::stands::<T>(violation.against, Some(before), Some((violation.kind, standing)));
	if standing != was {
		scores::count::<T>(&violation);
	}
	let asks_again = standing == Standing::Alleged && now > violation.opened.saturating_add(silence::<T>());
	Violations::<T>::insert(id, violation);
	Pallet::<T>::deposit_event(Event::ViolationSeen { id, org, observed });
	if standing != was {
		Pallet::<T>::deposit_event(Event::ViolationStands { id, standing });
	}
	asks_again
}

/// How many blocks an accused may be silent.
fn silence<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().silence_term)
}

/// What was alleged in a page for long enough, with the accused silent, counts as confirmed, so much at once. Says what it
/// weighed.
pub(crate) fn silent<T: Config>(local_network: LocalNetworkId, page: u16) -> Weight {
	let (now, term) = (Pallet::<T>::now(), silence::<T>());
	let elsewhere = Elsewhere::<T>::of(MAX_OPEN_IN_PAGE);
	let (mut looked, mut confirmed) = (0u32, 0u32);
	for OpenViolation { id, .. } in OpenInPage::<T>::get(local_network, page) {
		let next = now.saturating_add(1);
		if confirmed >= CONFIRMED_AT_ONCE
			&& agenda::enter::<T>(next, Due::Silence { local_network, page }).is_ok()
		{
			break;
		}
		looked = looked.saturating_add(1);
		Violations::<T>::mutate(id, |violation| match violation {
			Some(violation)
				if violation.standing == Standing::Alleged && now > violation.opened.saturating_add(term) =>
			{
				if violation.witnesses == elsewhere.doubted(id, violation.witnesses) {
					return;
				}
				confirmed = confirmed.saturating_add(1);
				let [before, since] =
					[Standing::Alleged, Standing::Confirmed].map(|one| (violation.kind, one));
				tallies::stands::<T>(violation.against, Some(before), Some(since));
				violation.standing = Standing::Confirmed;
				scores::count::<T>(violation);
				Pallet::<T>::deposit_event(Event::ViolationStands { id, standing: Standing::Confirmed });
			}
			_ => {}
		});
	}
	T::WeightInfo::silence(looked, confirmed).saturating_add(charges::looked::<T>(&elsewhere.looked()))
}

/// `org` has seen all of a page as the baseline says. It is heard about the stations that it is a party to, and no others.
/// Says at how many open violations that looks; `None`, and nothing is done, when they are more than `most`.
pub(crate) fn deny_page<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	most: u32,
) -> Option<u32> {
	deny::<T>(org, local_network, page, most, |_| true)
}

/// `org` has seen all cells of a page as the baseline says but for these, by their places in the table. As for
/// [`deny_page`].
pub(crate) fn deny_cells<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	most: u32,
	differing: &[u16],
) -> Option<u32> {
	let table = OnceCell::new();
	deny::<T>(org, local_network, page, most, |one| {
		let table = table.get_or_init(|| Tables::<T>::get(local_network, page));
		let position = CellTable::peek_position(table, one.slot.into(), one.cell);
		let position = position.and_then(|n| u16::try_from(n).ok());
		position.is_some_and(|n| differing.binary_search(&n).is_err())
	})
}

fn deny<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	most: u32,
	is_denied: impl Fn(&OpenViolation) -> bool,
) -> Option<u32> {
	let open = OpenInPage::<T>::get(local_network, page);
	let looked: u32 = open.len().saturated_into();
	if looked == 0 {
		return Some(0);
	}
	if looked > most {
		return None;
	}
	let entries = T::Sites::stations(local_network, page);
	close_where::<T>(local_network, page, open, |one| {
		let is_heard = entries.get(usize::from(one.slot)).is_some_and(|entry| is_party(&entry.station, org));
		is_heard && is_denied(one) && deny_one::<T>(org, one.id)
	});
	Some(looked)
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

/// Takes those violations off a page's list that are closed by looking at them.
fn close_where<T: Config>(
	local_network: LocalNetworkId,
	page: u16,
	mut open: BoundedVec<OpenViolation, ConstU32<MAX_OPEN_IN_PAGE>>,
	closes: impl Fn(&OpenViolation) -> bool,
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
		true => (violation.observed == approved).then_some(Closing::Approved),
	};
	match closing {
		Some(closing) => end::<T>(id, &mut violation, org, closing),
		None => violation.approved = approved,
	}
	Violations::<T>::insert(id, violation);
	closing.is_some()
}

/// `org` has seen the approved value. Says whether that closes the violation.
fn deny_one<T: Config>(org: OrgId, id: u32) -> bool {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return false;
	};
	let is_alone = violation.witnesses == OrgSet::of(org);
	let believed = violation.standing;
	violation.deniers = violation.deniers.with(org);
	let closing = match believed {
		Standing::Confirmed if org != violation.against => Some(Closing::Restored),
		Standing::Alleged | Standing::Contested if is_alone => Some(Closing::TakenBack),
		Standing::Alleged | Standing::Contested | Standing::Confirmed => None,
	};
	match closing {
		Some(closing) => end::<T>(id, &mut violation, org, closing),
		None if believed == Standing::Alleged => {
			violation.standing = Standing::Contested;
			let [before, since] = [believed, violation.standing].map(|one| (violation.kind, one));
			tallies::stands::<T>(violation.against, Some(before), Some(since));
			Pallet::<T>::deposit_event(Event::ViolationStands { id, standing: Standing::Contested });
		}
		None => {}
	}
	Violations::<T>::insert(id, violation);
	closing.is_some()
}
