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
//! Nobody closes what stands against itself by writing it into the baseline: an import of the station is refused as long,
//! and a change closes only what others have seen. The word of the accused confirms, and changes nothing of that.
//!
//! A sighting is as old as its export: only what was read later speaks against it. As long as one company alone alleges it,
//! that is the first one, however often it is said again: word stands against word. What was read no later than the network
//! in which a confirmed one was restored shows nothing any more, so two exports in turn neither open it again nor count it
//! twice. One that was never confirmed settles nothing when it is over: what one company alleges and takes back, another may
//! have read before.

pub mod kinds;

use crate::{
	agenda::{self, Due},
	baseline::check_value,
	changes::{
		check::{changes_it, local_defect, Elsewhere, View},
		types::{Change, Item, Request},
	},
	charges, exports,
	notices::{Notice, NoticeList, Source},
	policy::{HoldingList, RuleList},
	scores,
	sweeps::Open,
	tallies,
	testimony::is_party,
	types::{
		Catalogue, Closing, Denied, OpenList, OpenViolation, Settled, Standing, Violation, MAX_OPEN_IN_PAGE,
		MAX_OPEN_OF_COMPANY, MAX_SETTLED,
	},
	Catalogues, Changes, Config, Error, Event, Freezes, Heads, Holdings, NextLook, NextViolation, Notices,
	OpenInPage, OpenViolations, Pallet, PastViolationCounts, PastViolations, Rules, SettledInPage, Tables,
	Violations, WeightInfo,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cell::OnceCell;
use frame_support::{
	defensive, ensure,
	traits::{ConstU32, Contains},
	weights::Weight,
	BoundedVec,
};
use kinds::{kind_of, overtakes, trace, waited, Facts, Kind, Sight};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		CellId, CellTable, ParamId, ParamKey,
	},
	page::SiteId,
	params::Governed,
	site::{SharingMode, SiteRegistry, StationEntry, StationState},
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// How many violations that are over are kept of those that one company saw first; the oldest of these give way.
pub const MAX_PAST_VIOLATIONS: u32 = 2_048;
/// Most violations of which silence makes something else in one page and block; the others follow in the next.
pub(crate) const CHANGED_AT_ONCE: u32 = 16;

/// Who has seen values of a page, and what stands there.
pub(crate) struct Sighting<'a, T> {
	pub(crate) org: OrgId,
	pub(crate) sweep: &'a Open,
	pub(crate) local_network: LocalNetworkId,
	pub(crate) page: u16,
	pub(crate) table: &'a CellTable,
	pub(crate) entries: &'a [StationEntry],
	/// When the station in each slot was imported last.
	pub(crate) imported: &'a [Moment],
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
	pub(crate) const fn place(&self) -> (u8, u8, ParamKey) {
		(self.slot, self.cell, self.key)
	}
}

/// What came of it that values of a page were seen.
pub(crate) struct Sighted {
	/// How many of them no change explains.
	pub(crate) violations: u32,
	/// How many records stand in the page, by the list that has the most of what it may have: as many thirds of changes,
	/// notices, violations that stand open, values that were seen as approved.
	pub(crate) records: u32,
}

/// Notes all values of a page that were seen and are not the approved ones: each is explained by a change, or it is a new
/// violation, or one that stands open.
pub(crate) fn sight<T: Config>(sighting: &Sighting<'_, T>, seen: &[Seen]) -> Result<Sighted, Error<T>> {
	let Sighting { org, sweep, local_network, page, table, entries, imported, elsewhere } = *sighting;
	let at = sweep.export.observed;
	let changes = Changes::<T>::get(local_network, page);
	let judge = Judge::<T> {
		view: View { local_network, page, table, entries, changes: &changes },
		catalogue: Catalogues::<T>::get(),
		holdings: Holdings::<T>::get(),
		members: T::Authority::members(),
		rules: Rules::<T>::get(),
		is_frozen: Freezes::<T>::get().iter().any(|(_, freeze)| freeze.holds(local_network, at, at)),
		notices: Notices::<T>::get(local_network, page),
		imported,
		seen: seen.iter().map(|one| (one.place(), one.observed)).collect(),
		elsewhere,
		anchored: sweep.export.anchored,
	};
	let mut found = Vec::new();
	for one in seen {
		// What is out of service is not looked at, whatever the baseline still says.
		let entry = entries.get(usize::from(one.slot)).filter(|entry| entry.state == StationState::OnAir);
		let Some(entry) = entry else { continue };
		let known = judge.known(one, at);
		let against = judge.against(entry, one, at, &known);
		let (facts, request) = judge.facts(entry, one, at, &known, against);
		let Some(kind) = kind_of(&facts) else { continue };
		let export = Some(sweep.export.root);
		found.push(Finding { seen: *one, kind, request, against, since: at, export });
	}
	ensure!(!elsewhere.is_exhausted(), Error::<T>::TooManyViolations);
	let mut ledger = Ledger::<T>::open(local_network, page, elsewhere);
	let violations = found.len().saturated_into();
	let records = [changes.len().div_ceil(3), judge.notices.len(), ledger.open.len(), ledger.settled.len()];
	let records = records.into_iter().max().unwrap_or_default().saturated_into();
	for finding in ledger.choose(org, found)? {
		ledger.note(org, finding)?;
	}
	ledger.close(org)?;
	Ok(Sighted { violations, records })
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

/// What is known of a page when values of it are judged.
struct Judge<'a, T> {
	view: View<'a>,
	catalogue: Catalogue,
	holdings: HoldingList,
	members: OrgSet,
	rules: RuleList,
	/// Whether a freeze held when the network was read.
	is_frozen: bool,
	notices: NoticeList,
	imported: &'a [Moment],
	seen: BTreeMap<(u8, u8, ParamKey), Option<i64>>,
	elsewhere: &'a Elsewhere<T>,
	/// In which block the export was anchored. A notice that has come later says nothing of it: who sends it may know what
	/// will be seen.
	anchored: BlockNumber,
}

/// What companies have said of a value, found once.
struct Known<'a> {
	/// The changes of it that were asked for.
	changes: Vec<&'a Change>,
	/// Of each company the last notice of it from before it was seen, where that says what was seen and holds still.
	notices: BTreeMap<OrgId, &'a Notice>,
}

impl<T: Config> Judge<'_, T> {
	fn known(&self, seen: &Seen, at: Moment) -> Known<'_> {
		let place = seen.place();
		let changes: Vec<_> = self.view.changes.iter().filter(|change| change.place() == place).collect();
		let mut notices: BTreeMap<OrgId, &Notice> = BTreeMap::new();
		for (by, came, notice) in &self.notices {
			let is_before = *came < self.anchored && notice.at <= at;
			let is_of_it = (notice.slot, notice.cell, notice.key) == place;
			// Of those of one moment the one that has come last.
			if is_before && is_of_it && notices.get(by).is_none_or(|other| other.at <= notice.at) {
				notices.insert(*by, notice);
			}
		}
		notices.retain(|_, notice| {
			Some(notice.new) == seen.observed && !self.is_overtaken(notice, at, &changes)
		});
		Known { changes, notices }
	}

	/// Whether the value was changed, or its station imported, since a notice of it.
	fn is_overtaken(&self, notice: &Notice, at: Moment, changes: &[&Change]) -> bool {
		let imported = self.imported.get(usize::from(notice.slot)).copied().unwrap_or_default();
		let overtakes = |change: &&Change| {
			let request = || self.elsewhere.request(change.request);
			overtakes(change, request, notice.at, at)
		};
		imported > notice.at || changes.iter().any(overtakes)
	}

	/// Who answers for a value: the owner, whose equipment it is, but for what an operator that decides alone has asked for
	/// in a change that waited when it was seen, or has made known last.
	fn against(&self, entry: &StationEntry, seen: &Seen, at: Moment, known: &Known<'_>) -> OrgId {
		let Self { catalogue, holdings, members, .. } = self;
		let (owner, by) = (entry.station.owner, changes_it(catalogue, holdings, *members, entry, seen.key));
		let has_asked = || {
			let mut own = known.changes.iter().filter(|one| one.by == by && one.after == seen.observed);
			own.any(|one| waited(one, || self.elsewhere.request(one.request), at, self.anchored))
		};
		if by == owner || known.notices.contains_key(&by) || has_asked() {
			by
		} else {
			owner
		}
	}

	/// What the kind of a violation depends on, and the request that has to do with it.
	fn facts(
		&self,
		entry: &StationEntry,
		seen: &Seen,
		at: Moment,
		known: &Known<'_>,
		against: OrgId,
	) -> (Facts, Option<u32>) {
		let of_value = known.changes.iter().copied();
		let sight = Sight { observed: seen.observed, at, is_frozen: self.is_frozen, anchored: self.anchored };
		let traced = trace(of_value, |number| self.elsewhere.request(number), &sight);
		let notice = known.notices.get(&against);
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
	open: OpenList,
	settled: BoundedVec<Settled, ConstU32<MAX_SETTLED>>,
	opened: u32,
	is_alleged: bool,
	/// Whether the accused is asked once more: it was silent while nobody's word counted.
	asks_again: bool,
	elsewhere: &'a Elsewhere<T>,
}

impl<'a, T: Config> Ledger<'a, T> {
	fn open(local_network: LocalNetworkId, page: u16, elsewhere: &'a Elsewhere<T>) -> Self {
		let open = OpenInPage::<T>::get(local_network, page);
		let settled = SettledInPage::<T>::get(local_network, page);
		Self {
			local_network,
			page,
			open,
			settled,
			opened: 0,
			is_alleged: false,
			asks_again: false,
			elsewhere,
		}
	}

	/// Whether a violation of the value stands open.
	fn is_open(&self, place: (u8, u8, ParamKey)) -> bool {
		self.open.iter().any(|one| (one.slot, one.cell, one.key) == place)
	}

	/// How many new violations `org` may open.
	fn room(&self, org: OrgId) -> u32 {
		let own: u32 = self.open.iter().filter(|one| one.accuser == org).count().saturated_into();
		let open: u32 = self.open.len().saturated_into();
		MAX_OPEN_OF_COMPANY.saturating_sub(own).min(MAX_OPEN_IN_PAGE.saturating_sub(open))
	}

	/// Whether the value was seen as restored in a network that was read no earlier.
	fn is_settled(&self, place: (u8, u8, ParamKey), read: Moment) -> bool {
		let mut settled = self.settled.iter();
		settled.any(|one| (one.slot, one.cell, one.key) == place && read <= one.observed)
	}

	/// Those of what `org` has found that are noted: what stands open, and of what is new as much as there is room for, one
	/// value of each cell at least. What is left out is found once there is room again. What was seen as restored since is
	/// none of them.
	fn choose(&self, org: OrgId, found: Vec<Finding>) -> Result<Vec<Finding>, Error<T>> {
		let mut cells: BTreeSet<(u8, u8)> = self.open.iter().map(|one| (one.slot, one.cell)).collect();
		let room: usize = self.room(org).saturated_into();
		let (mut noted, mut first, mut further) = (Vec::new(), Vec::new(), Vec::new());
		for (n, finding) in found.into_iter().enumerate() {
			let place @ (slot, cell, _) = finding.seen.place();
			if self.is_settled(place, finding.since) {
				continue;
			}
			if self.is_open(place) {
				noted.push((n, finding));
			} else if cells.insert((slot, cell)) {
				first.push((n, finding));
			} else {
				further.push((n, finding));
			}
		}
		ensure!(first.len() <= room, Error::<T>::TooManyViolations);
		further.truncate(room.saturating_sub(first.len()));
		noted.append(&mut first);
		noted.append(&mut further);
		noted.sort_unstable_by_key(|(n, _)| *n);
		Ok(noted.into_iter().map(|(_, finding)| finding).collect())
	}

	/// Notes what `org` has found: a new violation, or one that stands open.
	fn note(&mut self, org: OrgId, finding: Finding) -> Result<(), Error<T>> {
		let Finding { seen, kind, request, against, since, export } = finding;
		let Seen { slot, cell, key, approved, observed } = seen;
		let place = seen.place();
		if let Some(found) = self.open.iter().find(|one| (one.slot, one.cell, one.key) == place) {
			heard::<T>(found.id, org, export);
			self.asks_again |= see_again(self.elsewhere, found.id, org, (observed, since), (kind, request));
			return Ok(());
		}
		let (id, now) = (NextViolation::<T>::get(), Pallet::<T>::now());
		self.open
			.try_push(OpenViolation { slot, cell, key, against, accuser: org, id })
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
			shown: (org != against).then_some(since),
			against,
			accuser: org,
			witnesses: OrgSet::of(org),
			deniers: OrgSet::EMPTY,
			denials: BoundedVec::new(),
			since,
			last: since,
			opened: now,
			seen: now,
			asked: now,
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

	/// Writes it. The accused is asked until a block in the agenda of `org`.
	fn close(self, org: OrgId) -> Result<(), Error<T>> {
		let Self { local_network, page, open, opened, is_alleged, asks_again, .. } = self;
		if is_alleged || asks_again {
			let silent = Pallet::<T>::now().saturating_add(silence::<T>()).saturating_add(1);
			let entered = look_in::<T>(org, local_network, page, silent);
			// Where the agenda is full the accused is asked once more when a violation is seen again.
			entered.or_else(|full| if is_alleged { Err(full) } else { Ok(()) })?;
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

/// A company has seen a violation that stands open. Says whether the accused is to be asked once more.
fn see_again<T: Config>(
	elsewhere: &Elsewhere<T>,
	id: u32,
	org: OrgId,
	(observed, read): (Option<i64>, Moment),
	(kind, request): (Kind, Option<u32>),
) -> bool {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return false;
	};
	let before = (violation.kind, violation.standing);
	let (_, was) = before;
	violation.witnesses = violation.witnesses.with(org);
	// It has seen it after it had seen the approved value.
	violation.denials.retain(|denied| denied.org != org || read <= denied.observed);
	if violation.denials.iter().all(|denied| denied.org != org) {
		violation.deniers = violation.deniers.without(org);
	}
	// The word of the accused confirms it, and changes nothing of what was seen. What was read before shows nothing newer.
	if org != violation.against && violation.shown.is_none_or(|shown| read >= shown) {
		violation.shown = Some(read);
		// What was seen first says of which kind it is, as long as the same is seen. As what it is counted it stays.
		if violation.observed != observed && violation.standing != Standing::Confirmed {
			(violation.kind, violation.request) = (kind, request);
		}
		violation.observed = observed;
	}
	violation.last = violation.last.max(read);
	let now = Pallet::<T>::now();
	violation.seen = now;
	// Where that is not known a word counts as nobody's: it stands as it did.
	let doubted = elsewhere.doubted(id, violation.witnesses, true);
	let is_second = violation.witnesses.difference(doubted).len() > 1 || org == violation.against;
	if is_second {
		violation.standing = Standing::Confirmed;
	} else if was == Standing::Contested && !is_denied(elsewhere, &violation) {
		violation.standing = Standing::Alleged;
	}
	let standing = violation.standing;
	tallies::stands::<T>(violation.against, Some(before), Some((violation.kind, standing)));
	if standing != was && standing == Standing::Confirmed {
		scores::count::<T>(&violation);
	}
	let is_late = now > violation.asked.saturating_add(silence::<T>());
	let asks_again = standing == Standing::Alleged && (is_late || standing != was);
	if asks_again {
		violation.asked = now;
	}
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

/// How many blocks nobody may say again what is contested, or what was seen in doubted exports alone: as long as a testimony
/// holds, and no shorter than the accused may be silent.
fn word_holds<T: Config>() -> BlockNumber {
	T::Governed::blocks(T::Governed::parameters().attestation_term).max(silence::<T>())
}

/// Has the violations of a page looked at in a block by the agenda of `org`, if it does not before.
fn look_in<T: Config>(
	org: OrgId,
	local_network: LocalNetworkId,
	page: u16,
	at: BlockNumber,
) -> Result<(), Error<T>> {
	let place = (local_network, page, org);
	let is_soon = |next: BlockNumber| next > Pallet::<T>::now() && next <= at;
	if NextLook::<T>::get(place).is_some_and(is_soon) {
		return Ok(());
	}
	let next = agenda::enter::<T>(org, at, Due::Silence { local_network, page })?;
	NextLook::<T>::insert(place, next);
	Ok(())
}

/// Whether a company has seen the approved value in an export that is not doubted.
fn is_denied<T: Config>(elsewhere: &Elsewhere<T>, violation: &Violation) -> bool {
	let mut denials = violation.denials.iter();
	// Where that is not known it is left as it is.
	denials.any(|denied| elsewhere.is_clean(denied.org, denied.export).unwrap_or(true))
}

/// What silence makes of a violation.
enum Verdict {
	/// Nothing, and it is not waited for.
	None,
	/// Nothing before this block.
	Waits(BlockNumber),
	/// It is alleged, and the accused is asked from now on.
	Alleged,
	Confirmed,
	Over,
}

/// What silence makes of a violation now.
fn verdict<T: Config>(elsewhere: &Elsewhere<T>, id: u32, violation: &Violation) -> Verdict {
	let now = Pallet::<T>::now();
	let waits = |due: BlockNumber| Verdict::Waits(due.max(now).saturating_add(1));
	let said = violation.seen.max(violation.asked).saturating_add(word_holds::<T>());
	match violation.standing {
		Standing::Confirmed => Verdict::None,
		Standing::Contested if !is_denied(elsewhere, violation) => Verdict::Alleged,
		Standing::Contested if now > said => Verdict::Over,
		// Whether its deniers are doubted meanwhile is seen once a term.
		Standing::Contested => waits(said.min(now.saturating_add(silence::<T>()))),
		Standing::Alleged => {
			let due = violation.asked.saturating_add(silence::<T>());
			if now <= due {
				return waits(due);
			}
			if violation.witnesses == elsewhere.doubted(id, violation.witnesses, true) {
				if violation.witnesses != elsewhere.doubted(id, violation.witnesses, false) {
					// As many exports as may be were looked at.
					return waits(now.saturating_add(silence::<T>()));
				}
				return if now > said { Verdict::Over } else { waits(said) };
			}
			// Who cannot answer is asked once more.
			if T::Silenced::contains(&violation.against) {
				Verdict::Alleged
			} else {
				Verdict::Confirmed
			}
		}
	}
}

/// What was alleged in a page for long enough, with the accused silent, is confirmed; what is contested by doubted exports
/// alone is alleged again; and what nobody says again is over: so much at once. What is left waits in the agenda of `org`. Says
/// what it weighed.
pub(crate) fn silent<T: Config>(org: OrgId, local_network: LocalNetworkId, page: u16) -> Weight {
	let now = Pallet::<T>::now();
	let elsewhere = Elsewhere::<T>::of(0, MAX_OPEN_IN_PAGE);
	let (mut looked, mut changed) = (0u32, 0u32);
	let mut next: Option<BlockNumber> = None;
	let mut over = Vec::new();
	let open = OpenInPage::<T>::get(local_network, page);
	for OpenViolation { id, .. } in &open {
		let mut wait = |block: BlockNumber| next = Some(next.map_or(block, |next| next.min(block)));
		if changed >= CHANGED_AT_ONCE {
			wait(now.saturating_add(1));
			break;
		}
		looked = looked.saturating_add(1);
		let Some(mut violation) = Violations::<T>::get(id) else {
			defensive!("an open violation is one that was opened");
			continue;
		};
		let standing = match verdict(&elsewhere, *id, &violation) {
			Verdict::None => continue,
			Verdict::Waits(block) => {
				wait(block);
				continue;
			}
			Verdict::Alleged => {
				violation.asked = now;
				wait(now.saturating_add(silence::<T>()).saturating_add(1));
				Standing::Alleged
			}
			Verdict::Confirmed => Standing::Confirmed,
			Verdict::Over => {
				over.push(*id);
				let accuser = violation.accuser;
				end::<T>(*id, &mut violation, accuser, Closing::NotRepeated);
				violation.standing
			}
		};
		changed = changed.saturating_add(1);
		let before = core::mem::replace(&mut violation.standing, standing);
		if before != standing {
			let [before, since] = [before, standing].map(|one| (violation.kind, one));
			tallies::stands::<T>(violation.against, Some(before), Some(since));
			if standing == Standing::Confirmed {
				scores::count::<T>(&violation);
			}
			Pallet::<T>::deposit_event(Event::ViolationStands { id: *id, standing });
		}
		Violations::<T>::insert(id, violation);
	}
	close_where::<T>(local_network, page, open, |one| over.contains(&one.id));
	let is_looked_at = next.is_some_and(|next| look_in::<T>(org, local_network, page, next).is_ok());
	if !is_looked_at {
		// Where the agenda is full they are looked at again once one of them is seen, or denied.
		NextLook::<T>::remove((local_network, page, org));
	}
	T::WeightInfo::silence(looked, changed).saturating_add(charges::looked::<T>(&elsewhere.looked()))
}

/// A company has seen all of a page as the baseline says, in which these violations stand open. It is heard about the
/// stations that it is a party to, and no others.
pub(crate) fn deny_page<T: Config>(denial: Denied, local_network: LocalNetworkId, page: u16, open: OpenList) {
	deny::<T>(denial, local_network, page, open, |_| true);
}

/// A company has seen all cells of a page as the baseline says but for these, by their places in the table. As for
/// [`deny_page`].
pub(crate) fn deny_cells<T: Config>(
	denial: Denied,
	local_network: LocalNetworkId,
	page: u16,
	open: OpenList,
	differing: &[u16],
) {
	let table = OnceCell::new();
	deny::<T>(denial, local_network, page, open, |one| {
		let table = table.get_or_init(|| Tables::<T>::get(local_network, page));
		let position = CellTable::peek_position(table, one.slot.into(), one.cell);
		let position = position.and_then(|n| u16::try_from(n).ok());
		position.is_some_and(|n| differing.binary_search(&n).is_err())
	});
}

/// A company has seen these of a page's open violations as approved. As for [`deny_page`].
pub(crate) fn deny<T: Config>(
	denial: Denied,
	local_network: LocalNetworkId,
	page: u16,
	open: OpenList,
	is_denied: impl Fn(&OpenViolation) -> bool,
) {
	if open.is_empty() {
		return;
	}
	let (entries, head) = (T::Sites::stations(local_network, page), Heads::<T>::get(local_network, page));
	let mut restored = Vec::new();
	close_where::<T>(local_network, page, open, |one| {
		let slot = usize::from(one.slot);
		let signed = head.signed(slot);
		let is_heard = entries.get(slot).is_some_and(|entry| is_party(&entry.station, signed, denial.org));
		let closing = (is_denied(one) && is_heard).then(|| deny_one::<T>(denial, one.id)).flatten();
		// What nobody has confirmed settles nothing for others, who may have read the network before.
		if closing == Some(Closing::Restored) {
			let OpenViolation { slot, cell, key, .. } = *one;
			restored.push(Settled { slot, cell, key, observed: denial.observed });
		}
		closing.is_some()
	});
	settle::<T>(local_network, page, &restored);
	// What is contested now is looked at again: its denier may be doubted, or nobody say it again. Where the agenda is full
	// that is done once it is seen or denied again.
	let _ =
		look_in::<T>(denial.org, local_network, page, Pallet::<T>::now().saturating_add(word_holds::<T>()));
}

/// Keeps of values of a page when the network was read in which they were restored, as long as an export may be spoken of
/// that was read before.
fn settle<T: Config>(local_network: LocalNetworkId, page: u16, new: &[Settled]) {
	if new.is_empty() {
		return;
	}
	SettledInPage::<T>::mutate(local_network, page, |settled| {
		let place = |one: &Settled| (one.slot, one.cell, one.key);
		settled.retain(|one| {
			!exports::is_expired::<T>(one.observed) && new.iter().all(|other| place(other) != place(one))
		});
		for one in new {
			if settled.is_full() {
				let earliest = settled.iter().enumerate().min_by_key(|(_, one)| one.observed);
				if let Some((place, _)) = earliest {
					settled.remove(place);
				}
			}
			// There is room for one.
			let _ = settled.try_push(*one);
		}
	});
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

/// A company has seen the approved value. Says how that closes the violation, if it does.
fn deny_one<T: Config>(denial: Denied, id: u32) -> Option<Closing> {
	let Denied { org, observed, .. } = denial;
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return None;
	};
	let is_alone = violation.witnesses == OrgSet::of(org);
	let believed = violation.standing;
	// Another's word against it is no older for its being said again.
	let seen = match believed {
		Standing::Alleged | Standing::Contested if !is_alone => violation.since,
		Standing::Alleged | Standing::Contested | Standing::Confirmed => violation.last,
	};
	if observed <= seen {
		return None;
	}
	violation.deniers = violation.deniers.with(org);
	violation.denials.retain(|denied| denied.org != org);
	// There are no more of them than companies.
	let _ = violation.denials.try_push(denial);
	let closing = match believed {
		Standing::Confirmed if org != violation.against => Some(Closing::Restored),
		Standing::Alleged | Standing::Contested if is_alone => Some(Closing::TakenBack),
		Standing::Alleged | Standing::Contested | Standing::Confirmed => None,
	};
	match closing {
		Some(closing) => end::<T>(id, &mut violation, org, closing),
		None if believed == Standing::Alleged => {
			violation.standing = Standing::Contested;
			violation.asked = Pallet::<T>::now();
			let [before, since] = [believed, violation.standing].map(|one| (violation.kind, one));
			tallies::stands::<T>(violation.against, Some(before), Some(since));
			Pallet::<T>::deposit_event(Event::ViolationStands { id, standing: Standing::Contested });
		}
		None => {}
	}
	Violations::<T>::insert(id, violation);
	closing
}
