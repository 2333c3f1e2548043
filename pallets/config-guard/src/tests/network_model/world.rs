// SPDX-License-Identifier: Apache-2.0

//! The network as it is, and the exports that companies keep of it.

use super::requests::{ask, items_of};
use crate::{
	changes::types::Item,
	exports::OpeningResult,
	mock::*,
	notices::{Notice, Source},
	types::{CellsResult, NetworkResult, Sweep, ValuesRefusal, ValuesResult},
	Asked, Differences, Event, Exports, Heads, Parts, Sweeps, Tables,
};
use frame_support::{assert_ok, traits::Time};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	cells::{
		digest::{cell_digest, SweepKey, Tag},
		export::Row,
		CellId, CellTable, CellValues, ParamId, ParamKey,
	},
	org::OrgStatus,
	page::SiteId,
	site::{SharingMode, SiteRegistry, Station, StationEntry, StationState},
	BlockNumber, Hash, Moment, OrgId, OrgSet,
};

/// A cell: its page, the slot of its station, its number.
pub(super) type Place = (u16, u8, u8);

/// The pages.
pub(super) const PAGES: [u16; 2] = [0, 1];
/// The stations by page and slot, with three cells each. The last one is shared by nobody.
const STATIONS: [(u16, u8); 5] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)];
const CELLS: u8 = 3;

/// How what a company says is not what it has read: a cell is left out, and said to be; a value is another one; or what it
/// says is copied from the baseline, whatever its export has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lie {
	None,
	Unseen { cell: usize },
	Changed { cell: usize, param: ParamId, value: Option<i64> },
	Copied,
}

/// How far down a company says what it has seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
	Network,
	Pages,
	Cells,
	Values,
}

/// An export as its company keeps it.
pub(super) struct Export {
	pub(super) org: OrgId,
	pub(super) lie: Lie,
	pub(super) book: Book,
	observed: Moment,
	anchored: BlockNumber,
	seen: BTreeMap<Place, CellValues>,
	/// The last sweep that it was spoken of in.
	spoken: Option<u32>,
}

/// What a company says of a cell.
pub(super) struct Told {
	pub(super) place: Place,
	pub(super) approved: CellValues,
	pub(super) seen: CellValues,
}

pub(super) struct World {
	/// What the cells are set to.
	network: BTreeMap<Place, CellValues>,
	pub(super) exports: Vec<Export>,
	/// When the newest export was read that was spoken of, or the last emergency reported: what is read later is newer than
	/// all of it.
	pub(super) latest: Moment,
	/// The pages that a company has said last to be as the baseline says, and how that was.
	pub(super) words: BTreeMap<(OrgId, u16), CellTable>,
	/// Values that were approved once, that everybody has agreed to, or that were reported as an emergency or by SON: they may
	/// be explained.
	pub(super) excused: BTreeSet<(Place, ParamKey, Option<i64>)>,
	/// The requests that were asked for.
	pub(super) asked: BTreeSet<u32>,
}

/// A page's baseline.
pub(super) fn stored(page: u16) -> CellTable {
	CellTable::from_bytes(&Tables::<Test>::get(HERE, page)).unwrap_or_default()
}

pub(super) fn station_at(page: u16, slot: u8) -> Option<StationEntry> {
	Stations::stations(HERE, page).get(usize::from(slot)).cloned()
}

pub(super) fn is_active(org: OrgId) -> bool {
	Orgs::get()[usize::from(org.0)] == OrgStatus::Active
}

/// Who can ask for a change: the owner, but for what an operator decides.
pub(super) fn decider(entry: &StationEntry, key: ParamKey) -> OrgId {
	if key.param == TAC {
		OrgId(key.place)
	} else {
		entry.station.owner
	}
}

/// Whose word counts for a station in service.
pub(super) fn parties(page: u16, slot: u8) -> OrgSet {
	let signed = Heads::<Test>::get(HERE, page).signed(slot.into());
	let entry = station_at(page, slot).filter(|entry| entry.state == StationState::OnAir);
	entry.map_or(OrgSet::EMPTY, |entry| entry.station.witnesses(signed))
}

pub(super) fn value(values: &CellValues, key: ParamKey) -> Option<i64> {
	values.iter().find(|(other, _)| *other == key).map(|(_, value)| *value)
}

fn set_value(values: &mut CellValues, key: ParamKey, value: Option<i64>) {
	values.retain(|(other, _)| *other != key);
	values.extend(value.map(|value| (key, value)));
	values.sort_unstable();
}

/// One of all cells.
fn place_of(n: usize) -> Place {
	let (page, slot) = STATIONS[n / usize::from(CELLS) % STATIONS.len()];
	(page, slot, (n % usize::from(CELLS)) as u8)
}

/// The key of one of a cell's values.
fn key_of(n: usize, param: ParamId) -> ParamKey {
	let place = if param == TAC { (n / 16 % 2) as u8 } else { 0 };
	ParamKey { param, place }
}

fn id_of((page, slot, cell): Place) -> CellId {
	CellId { site: SiteId::new(HERE, page, slot.into()), cell }
}

/// The place of a cell in its page's table.
fn position((page, slot, cell): Place) -> u16 {
	stored(page).position(slot.into(), cell).expect("it has a baseline") as u16
}

pub(super) fn retire(station: usize) -> bool {
	let (page, slot) = STATIONS[station % STATIONS.len()];
	Inventory::mutate(|all| {
		let entry = &mut all.get_mut(&(HERE, page)).unwrap()[usize::from(slot)];
		core::mem::replace(&mut entry.state, StationState::Retired) == StationState::OnAir
	})
}

/// Who has left stays away.
pub(super) fn enter_status(org: OrgId, status: OrgStatus) -> bool {
	Orgs::mutate(|orgs| {
		let own = &mut orgs[usize::from(org.0)];
		let is_new = *own != OrgStatus::Left && *own != status;
		if is_new {
			*own = status;
		}
		is_new
	})
}

pub(super) fn leave(org: OrgId) -> bool {
	Members::set(Members::get().without(org));
	enter_status(org, OrgStatus::Left)
}

/// What the last event says of the call.
fn last<R>(of: impl Fn(Event<Test>) -> Option<R>) -> R {
	of(last_event()).expect("the call says what became of it")
}

impl World {
	/// Two pages: of the first two stations the baseline is signed by both carriers, of the third there is none yet, and those
	/// of the second page are signed by their owners alone.
	pub(super) fn new() -> Self {
		Members::set(OrgSet(0b111));
		Orgs::set(vec![OrgStatus::Active; 3]);
		Author::set(None);
		baseline();
		put(0, vec![station(), station_of(SHARER), station()]);
		let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
		put(1, vec![station_of(SHARER), alone]);
		PAGES.into_iter().for_each(confirm);
		let cells = |pci| vec![full_cell(pci), full_cell(pci + 1)];
		assert_ok!(ConfigGuard::import(engineer(SHARER), HERE, 1, table(&[cells(11)])));
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 1, table(&[vec![], cells(14)])));
		let all = (0..STATIONS.len() * usize::from(CELLS)).map(|n| (place_of(n), full_cell(n as i64)));
		let mut world = Self {
			network: all.collect(),
			exports: Vec::new(),
			latest: 0,
			words: BTreeMap::new(),
			excused: BTreeSet::new(),
			asked: BTreeSet::new(),
		};
		world.comply(None);
		world
	}

	pub(super) fn set(&mut self, cell: usize, param: ParamId, value: Option<i64>) -> bool {
		set_value(self.network.get_mut(&place_of(cell)).unwrap(), key_of(cell, param), value);
		true
	}

	pub(super) fn comply(&mut self, cell: Option<usize>) -> bool {
		for page in PAGES {
			let table = stored(page);
			for (n, (slot, number)) in table.cells().enumerate() {
				let place = (page, slot as u8, number);
				if cell.is_none_or(|cell| place_of(cell) == place) {
					self.network.insert(place, table.values(n));
				}
			}
		}
		true
	}

	/// The owner of a station imports what is set there.
	pub(super) fn import(&mut self, station: usize, cells: usize) -> bool {
		let (page, slot) = STATIONS[station % STATIONS.len()];
		let owner = station_at(page, slot).unwrap().station.owner;
		let mut stations = vec![Vec::new(); slot.into()];
		stations.push((0..cells as u8).map(|cell| self.network[&(page, slot, cell)].clone()).collect());
		is_taken(|| ConfigGuard::import(engineer(owner), HERE, page, table(&stations)))
	}

	fn apply(&mut self, page: u16, items: &[Item]) {
		for Item { slot, cell, key, value } in items {
			set_value(self.network.get_mut(&(page, *slot, *cell)).unwrap(), *key, *value);
		}
	}

	/// A page of a request is carried out in the network.
	pub(super) fn make(&mut self, number: u32, page: u16) {
		self.apply(page, &Parts::<Test>::get(number, page));
	}

	/// The network is changed, and that is reported.
	pub(super) fn emergency(&mut self, page: u16, items: Vec<Item>) -> bool {
		let Some(entry) = items.first().and_then(|item| station_at(page, item.slot)) else { return false };
		let items = items_of(decider(&entry, items[0].key), page, items);
		self.apply(page, &items);
		go_to(System::block_number() + 1);
		self.latest = Clock::now();
		ask(None, page, emergency(), items)
	}

	/// A company reads the network and binds itself to an export.
	pub(super) fn read(&mut self, org: OrgId, lie: Lie) -> bool {
		let mut seen = self.network.clone();
		seen.retain(|(page, slot, _), _| parties(*page, *slot).contains(org));
		match lie {
			Lie::Unseen { cell } => {
				seen.remove(&place_of(cell));
			}
			Lie::Changed { cell, param, value } => {
				if let Some(values) = seen.get_mut(&place_of(cell)) {
					set_value(values, key_of(cell, param), value);
				}
			}
			Lie::None | Lie::Copied => {}
		}
		if !is_active(org) || seen.is_empty() {
			return false;
		}
		// What makes each export another one
		let number = self.exports.len().to_string();
		let fields = Row::fields_of([("read", number.as_str())]).unwrap();
		let row = |(place, values): (&Place, &CellValues)| Row {
			cell: id_of(*place),
			values: values.clone(),
			fields: fields.clone(),
		};
		let book = Book::new(&seen.iter().map(row).collect::<Vec<_>>()).of(org);
		book.anchor(org);
		let (anchored, observed) = (System::block_number(), Clock::now());
		self.exports.push(Export { org, lie, book, observed, anchored, seen, spoken: None });
		true
	}

	/// The company's last export that it can still speak from.
	fn usable(&self, org: OrgId) -> Option<usize> {
		let term = Moment::from(ATTESTATION_TERM) * 1_000;
		self.exports.iter().rposition(|export| {
			let kept = Exports::<Test>::get(org, export.book.root());
			export.org == org
				&& kept.is_some_and(|kept| kept.marks.is_clean())
				&& Clock::now() + 4_000 < export.observed + term
		})
	}

	/// A company says what its export has, in a sweep that was opened since.
	pub(super) fn speak(&mut self, org: OrgId, level: Level) -> bool {
		if !is_active(org) || (self.usable(org).is_none() && !self.read(org, Lie::None)) {
			return false;
		}
		let n = self.usable(org).expect("it was read now");
		let Export { anchored, observed, .. } = self.exports[n];
		let salted = |(number, sweep): (u32, Sweep)| {
			let is_open = anchored < sweep.opened && System::block_number() <= sweep.closes;
			Some((number, sweep.key.filter(|_| is_open)?))
		};
		let open = Sweeps::<Test>::iter().filter_map(salted).max_by_key(|(number, _)| *number);
		let (sweep, key) = open.unwrap_or_else(|| open_sweep(&[]));
		self.exports[n].spoken = Some(sweep);
		let is_newest = self.latest < observed;
		self.latest = self.latest.max(observed);
		match level {
			Level::Network => self.say_network(n, sweep, &key),
			Level::Pages => self.say_pages(n, sweep, &key, &PAGES),
			Level::Cells => self.say_cells(n, sweep, &key, &PAGES),
			Level::Values => {
				self.say_cells(n, sweep, &key, &PAGES);
				for page in PAGES {
					assert!(self.give_page(n, page), "values of page {page}");
					if is_newest {
						self.check_findings(org, &self.told(n, page));
					}
				}
			}
		}
		true
	}

	/// What the company says of all cells of a page's baseline, where it has seen them. What it is not asked about it copies.
	fn claims(&self, n: usize, page: u16) -> Vec<Option<CellValues>> {
		let Export { org, lie, seen, .. } = &self.exports[n];
		let table = stored(page);
		let claim = |(place, (slot, cell)): (usize, (u32, u8))| {
			let is_copied = *lie == Lie::Copied || !parties(page, slot as u8).contains(*org);
			if is_copied {
				Some(table.values(place))
			} else {
				seen.get(&(page, slot as u8, cell)).cloned()
			}
		};
		table.cells().enumerate().map(claim).collect()
	}

	/// The same, of the cells that it is asked about and has seen.
	fn told(&self, n: usize, page: u16) -> Vec<Told> {
		let (org, table) = (self.exports[n].org, stored(page));
		let told = |((at, (slot, cell)), seen): ((usize, (u32, u8)), Option<CellValues>)| {
			let is_asked = parties(page, slot as u8).contains(org);
			let place = (page, slot as u8, cell);
			Some(Told { place, approved: table.values(at), seen: seen.filter(|_| is_asked)? })
		};
		table.cells().enumerate().zip(self.claims(n, page)).filter_map(told).collect()
	}

	/// Whether all that the company says of a page is as the baseline says. It is remembered.
	fn is_alike(&mut self, n: usize, page: u16) -> bool {
		let table = stored(page);
		let is_alike = self.claims(n, page).into_iter().eq(table.stations().concat().into_iter().map(Some));
		let place = (self.exports[n].org, page);
		if is_alike {
			self.words.insert(place, table);
		} else {
			self.words.remove(&place);
		}
		is_alike
	}

	fn say_network(&mut self, n: usize, sweep: u32, key: &SweepKey) {
		let before = self.words.clone();
		let is_alike = PAGES.map(|page| self.is_alike(n, page)) == [true; 2];
		let seen = if is_alike { ConfigGuard::network_digest(HERE).unwrap() } else { Hash::zero() };
		let Export { org, book, .. } = &self.exports[n];
		let tags = vec![(HERE, key.tag(&seen))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_networks(collector(*org), sweep, book.root(), tags));
		let result = last(|event| match event {
			Event::NetworksAttested { results, .. } => Some(results[0].1),
			_ => None,
		});
		assert_eq!(result == NetworkResult::Differs, !is_alike);
		if result != NetworkResult::Matches {
			self.words = before;
		}
	}

	/// Says it of pages in a row, and anew of those of which too much stands open for one call.
	fn say_pages(&mut self, n: usize, sweep: u32, key: &SweepKey, pages: &[u16]) {
		let mut tags = Vec::new();
		let mut expected = Vec::new();
		for page in pages.iter().copied() {
			if self.is_alike(n, page) {
				tags.push(key.tag(&ConfigGuard::page_digest(HERE, page).unwrap_or_default()));
			} else {
				tags.push(key.tag(&Hash::repeat_byte(0xff)));
				expected.push(page);
			}
		}
		let Export { org, book, .. } = &self.exports[n];
		let (org, root, tags) = (*org, book.root(), tags.try_into().unwrap());
		assert_ok!(ConfigGuard::attest_pages(collector(org), sweep, root, HERE, pages[0], tags));
		let (differing, unheard) = last(|event| match event {
			Event::PagesAttested { differing, unheard, .. } => Some((differing, unheard)),
			_ => None,
		});
		assert_eq!(differing, expected);
		assert!(pages.len() > 1 || unheard.is_empty(), "a page by itself is heard");
		for page in unheard {
			self.say_pages(n, sweep, key, &[page]);
		}
	}

	/// The same of the cells of pages.
	fn say_cells(&mut self, n: usize, sweep: u32, key: &SweepKey, pages: &[u16]) {
		let mut sent = Vec::new();
		let mut expected = Vec::new();
		for page in pages.iter().copied() {
			self.is_alike(n, page);
			let tag = |claim: Option<CellValues>| {
				claim.map_or(Tag::NOT_SEEN, |values| key.tag(&cell_digest(&values)))
			};
			let tags: Vec<_> = self.claims(n, page).into_iter().map(tag).collect();
			let others = self.told(n, page).into_iter().filter(|one| one.seen != one.approved);
			let others: Vec<_> = others.map(|one| position(one.place)).collect();
			expected.push(match tags.is_empty() {
				true => CellsResult::Unknown,
				false => CellsResult::Differ(others.try_into().unwrap()),
			});
			sent.push((page, Heads::<Test>::get(HERE, page).revision, tags.try_into().unwrap()));
		}
		let Export { org, book, .. } = &self.exports[n];
		let (org, root, sent) = (*org, book.root(), sent.try_into().unwrap());
		assert_ok!(ConfigGuard::attest_cells(collector(org), sweep, root, HERE, sent));
		let results = last(|event| match event {
			Event::CellsAttested { results, .. } => Some(results),
			_ => None,
		});
		for ((page, result), expected) in results.into_iter().zip(expected) {
			if result == CellsResult::Unheard && pages.len() > 1 {
				self.say_cells(n, sweep, key, &[page]);
			} else {
				assert_eq!(result, expected, "page {page}");
			}
		}
	}

	/// A company gives the values of a page that it owes, as far as its export has them.
	pub(super) fn give(&self, pick: usize) -> bool {
		let is_owed = |(n, page): &(usize, u16)| {
			let Export { org, book, spoken, .. } = &self.exports[*n];
			Differences::<Test>::get((HERE, page, org)).is_some_and(|one| {
				let is_of_export = (Some(one.sweep), one.export) == (*spoken, book.root());
				is_of_export && is_active(*org) && one.cells.is_some_and(|cells| !cells.is_empty())
			})
		};
		let all = (0..self.exports.len()).flat_map(|n| PAGES.map(|page| (n, page)));
		let owed: Vec<_> = all.filter(is_owed).collect();
		pick.checked_rem(owed.len()).is_some_and(|n| self.give_page(owed[n].0, owed[n].1))
	}

	/// Gives the values of a page's cells that differ. Says whether all were taken.
	fn give_page(&self, n: usize, page: u16) -> bool {
		let Some(open) = Differences::<Test>::get((HERE, page, self.exports[n].org)) else { return true };
		let open = open.cells.unwrap_or_default();
		let cells = self.told(n, page).into_iter().map(|one| (position(one.place), one.seen));
		let cells: Vec<_> = cells.filter(|(n, _)| open.contains(n)).collect();
		// What is too much at once is given by itself.
		cells.is_empty()
			|| self.give_cells(n, page, &cells)
			|| cells.chunks(1).filter(|one| !self.give_cells(n, page, one)).count() == 0
	}

	fn give_cells(&self, n: usize, page: u16, cells: &[(u16, CellValues)]) -> bool {
		let Export { org, book, spoken, .. } = &self.exports[n];
		let cells: Vec<_> = cells.iter().map(|(n, seen)| (*n, seen.clone().try_into().unwrap())).collect();
		let revision = Heads::<Test>::get(HERE, page).revision;
		let pages = vec![(page, revision, cells.try_into().unwrap())].try_into().unwrap();
		let sweep = spoken.expect("it has spoken");
		is_taken(|| ConfigGuard::attest_values(collector(*org), sweep, book.root(), HERE, pages))
			&& match values_result() {
				ValuesResult::Taken(_) => true,
				// Cells have other places since, or this one does not differ any more.
				ValuesResult::Stale | ValuesResult::Refused(ValuesRefusal::NoDifference) => false,
				ValuesResult::Refused(ValuesRefusal::TooManyViolations) => false,
				other => panic!("{other:?}"),
			}
	}

	/// Another company names a cell of one of the last exports that were spoken of.
	pub(super) fn demand(&self, by: OrgId, pick: usize, cell: usize) -> bool {
		let spoken = self.exports.iter().rev().filter(|one| one.org != by && one.spoken.is_some());
		let spoken: Vec<_> = spoken.take(4).collect();
		pick.checked_rem(spoken.len()).is_some_and(|n| {
			let Export { org, book, .. } = spoken[n];
			is_taken(|| demand(by, *org, book.root(), &[id_of(place_of(cell))]))
		})
	}

	/// A company opens all that is asked of an export.
	pub(super) fn open(&self, pick: usize) -> bool {
		let is_asked = |one: &&Export| {
			is_active(one.org) && !Asked::<Test>::get(one.org, one.book.root()).open.is_empty()
		};
		let asked: Vec<_> = self.exports.iter().filter(is_asked).collect();
		let Some(Export { org, book, lie, .. }) = pick.checked_rem(asked.len()).map(|n| asked[n]) else {
			return false;
		};
		let open = || Asked::<Test>::get(*org, book.root()).open;
		for question in open() {
			if open().contains(&question) {
				let results = book.open(*org, &book.around(question.cell));
				// Who says what its export has can show that.
				let is_shown = results.iter().all(|result| *result == OpeningResult::Opened);
				assert!(is_shown || *lie == Lie::Copied, "{results:?}");
			}
		}
		assert!(open().is_empty());
		true
	}

	/// Who decides a value, or another, makes known what it is set to.
	pub(super) fn notify(&mut self, org: Option<OrgId>, cell: usize, param: ParamId, source: Source) -> bool {
		let (place @ (page, slot, cell), key) = (place_of(cell), key_of(cell, param));
		let Some(new) = value(&self.network[&place], key) else { return false };
		let org = org.unwrap_or_else(|| decider(&station_at(page, slot).unwrap(), key));
		let notice = Notice { slot, cell, key, old: None, new, source, at: Clock::now() };
		if source == Source::Son {
			self.excused.insert((place, key, Some(new)));
		}
		is_taken(|| ConfigGuard::notify(collector(org), HERE, page, vec![notice].try_into().unwrap()))
	}
}
