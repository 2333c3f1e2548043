// SPDX-License-Identifier: Apache-2.0

//! The network as a check looks at it: the page that is changed, and what lies beside it, each read once and no more of it
//! than a check may.

use super::types::{Change, PartHeads, Request};
use crate::{
	exports,
	policy::{self, HoldingList, Policy},
	Config, Manifests, Parts, Requests, Tables,
};
use alloc::{collections::BTreeMap, vec::Vec};
use core::cell::{Cell, OnceCell, RefCell};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{rules::Cells, spectrum::Band, table::TableBytes, CellId, CellTable, ParamId, ParamKey},
	org::MAX_ORGS,
	page::SiteId,
	site::{Plmn, SiteRegistry, Station, StationEntry, StationState},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// Most other pages that the rules may read in one check.
pub(crate) const MAX_PAGES_LOOKED: u32 = 64;
/// Most steps that the rules may take in one check.
pub(crate) const MAX_STEPS: u32 = 350_000;
/// Steps of a look at something that is at hand. In another page's table each column up to the one that is wanted is one
/// more.
pub(super) const LOOK: u32 = 16;
/// Steps of a search for the holder of a PLMN.
const HOLDER: u32 = 4 * LOOK;
/// Steps of a look at a company's spectrum.
const SPECTRUM: u32 = 32 * LOOK;
/// Most exports of one company of which it is looked up whether rows are asked for: who speaks from many holds up its own word
/// alone.
pub(crate) const SETTLED_OF_ONE: u32 = 8;
/// Most of all companies.
pub(crate) const MAX_SETTLED_EXPORTS: u32 = MAX_ORGS as u32 * SETTLED_OF_ONE;

/// A page as a check looks at it.
pub(crate) struct View<'a> {
	pub(crate) local_network: LocalNetworkId,
	pub(crate) page: u16,
	pub(crate) table: &'a CellTable,
	pub(crate) entries: &'a [StationEntry],
	pub(crate) changes: &'a [Change],
}

/// What was looked at beside the page and the items: what it costs depends on the network and its history.
#[derive(Clone, Copy, Default)]
pub(crate) struct Looked {
	/// Other pages that were read.
	pub(crate) pages: u32,
	/// Steps of the rules.
	pub(crate) steps: u32,
	/// Requests and exports that were read.
	pub(crate) records: u32,
	/// Exports of which it was looked up whether rows are asked for.
	pub(crate) settled: u32,
}

/// What lies beside a page: other pages, the requests of its changes, the exports that it was seen in, the policy. Each is
/// read once, and no more of it than may be.
pub(crate) struct Elsewhere<T> {
	policy: OnceCell<Policy>,
	pages: RefCell<BTreeMap<(LocalNetworkId, u16), OtherPage>>,
	values: RefCell<BTreeMap<(CellId, ParamKey), Option<i64>>>,
	requests: Records<u32, Option<Request>>,
	/// Whether exports are clean.
	exports: Records<(OrgId, Hash), bool>,
	/// Whether exports of a company have shown what others than an accused ask for.
	settled: RefCell<BTreeMap<OrgId, Records<(Hash, OrgId), bool>>>,
	/// The request that is checked, and where it is: its other pages are looked at as they will be.
	request: Option<(u32, LocalNetworkId)>,
	/// Its pages.
	heads: OnceCell<PartHeads>,
	/// Pages that were read, and the request's parts of them.
	reads: Cell<u32>,
	steps: Cell<u32>,
	is_exhausted: Cell<bool>,
	_config: core::marker::PhantomData<T>,
}

/// What values of a page will be.
type Asked = BTreeMap<(u8, u8, ParamKey), Option<i64>>;

struct OtherPage {
	table: TableBytes,
	/// Steps of a look into it.
	steps: u32,
	entries: Vec<StationEntry>,
	/// What the request that is checked will make of it.
	asked: Asked,
}

/// Records of one kind: each is read once, and so many may be.
struct Records<K, V> {
	known: RefCell<BTreeMap<K, V>>,
	most: u32,
}

impl<K: Ord, V: Clone> Records<K, V> {
	fn of(most: u32) -> Self {
		Self { known: RefCell::default(), most }
	}

	fn count(&self) -> u32 {
		self.known.borrow().len().saturated_into()
	}

	/// A record, read when it is not known yet. `None` once as many as may be are read.
	fn get(&self, key: K, read: impl FnOnce(&K) -> V) -> Option<V> {
		if let Some(value) = self.known.borrow().get(&key) {
			return Some(value.clone());
		}
		if self.count() >= self.most {
			return None;
		}
		let value = read(&key);
		self.known.borrow_mut().insert(key, value.clone());
		Some(value)
	}
}

impl<T: Config> Elsewhere<T> {
	/// Nothing is read yet. So many requests and so many exports may be.
	pub(crate) fn of(most_requests: u32, most_exports: u32) -> Self {
		Self {
			policy: OnceCell::new(),
			pages: RefCell::default(),
			values: RefCell::default(),
			requests: Records::of(most_requests),
			exports: Records::of(most_exports),
			settled: RefCell::default(),
			request: None,
			heads: OnceCell::new(),
			reads: Cell::new(0),
			steps: Cell::new(0),
			is_exhausted: Cell::new(false),
			_config: core::marker::PhantomData,
		}
	}

	/// For the check of a part of this request.
	pub(super) fn with(self, request: Option<u32>, local_network: LocalNetworkId) -> Self {
		Self { request: request.map(|number| (number, local_network)), ..self }
	}

	/// Whether something was not looked at, since as much as may be was.
	pub(crate) fn is_exhausted(&self) -> bool {
		self.is_exhausted.get()
	}

	/// Goes on with something else: what was not looked at is nothing of that.
	pub(crate) fn go_on(&self) {
		self.is_exhausted.set(false);
	}

	/// The policy in force.
	pub(crate) fn policy(&self) -> &Policy {
		self.policy.get_or_init(Policy::in_force::<T>)
	}

	/// How much was looked at.
	pub(crate) fn looked(&self) -> Looked {
		Looked {
			pages: self.reads.get(),
			steps: self.steps.get().min(MAX_STEPS),
			records: self.requests.count().saturating_add(self.exports.count()),
			settled: self.settled.borrow().values().fold(0, |sum, one| sum.saturating_add(one.count())),
		}
	}

	/// A request by its number. `None` also once as many as may be are read.
	pub(crate) fn request(&self, number: u32) -> Option<Request> {
		let request = self.requests.get(number, |number| Requests::<T>::get(number));
		if request.is_none() {
			self.is_exhausted.set(true);
		}
		request.flatten()
	}

	/// Those of the companies whose word about a violation counts as nobody's. Where that is not known, since as many exports
	/// as may be are read, `unknown` says so.
	pub(crate) fn doubted(&self, violation: u32, orgs: OrgSet, unknown: bool) -> OrgSet {
		exports::doubted_by::<T>(violation, orgs, |org, root| self.is_clean(org, root).unwrap_or(!unknown))
	}

	/// Those whose word about a violation counts as nobody's, or may yet: the rows of their exports are asked for. Where that is
	/// not known, since as many exports as may be are read, they may.
	pub(crate) fn unproven(&self, violation: u32, orgs: OrgSet, accused: OrgId) -> OrgSet {
		let is_proven = |org, root| {
			self.is_clean(org, root) == Some(true) && self.is_settled(org, root, accused) == Some(true)
		};
		exports::doubted_by::<T>(violation, orgs, is_proven)
	}

	/// Whether an export has shown what others than the accused ask for. `None` once as many of its company as may be are read.
	fn is_settled(&self, org: OrgId, root: Hash, accused: OrgId) -> Option<bool> {
		let mut settled = self.settled.borrow_mut();
		let of_one = settled.entry(org).or_insert_with(|| Records::of(SETTLED_OF_ONE));
		of_one.get((root, accused), |(root, accused)| exports::is_settled::<T>(org, *root, *accused))
	}

	/// Whether an export is clean. `None` once as many as may be are read.
	pub(crate) fn is_clean(&self, org: OrgId, root: Hash) -> Option<bool> {
		self.exports.get((org, root), |(org, root)| exports::is_clean::<T>(*org, *root))
	}

	/// Takes so many steps. `None` when there are no more.
	pub(super) fn take(&self, steps: u32) -> Option<()> {
		let taken = self.steps.get().saturating_add(steps);
		self.steps.set(taken);
		if taken > MAX_STEPS {
			self.is_exhausted.set(true);
		}
		(!self.is_exhausted.get()).then_some(())
	}

	/// Looks at a page. `None` once as many as may be are read.
	fn look<R>(
		&self,
		(local_network, page): (LocalNetworkId, u16),
		at: impl FnOnce(&OtherPage) -> Option<R>,
	) -> Option<R> {
		let mut read = self.pages.borrow_mut();
		if let Some(known) = read.get(&(local_network, page)) {
			return at(known);
		}
		self.read()?;
		let asked = self.asked(local_network, page)?;
		let table = Tables::<T>::get(local_network, page);
		let steps = CellTable::columns_of(&table);
		let entries = T::Sites::stations(local_network, page);
		at(read.entry((local_network, page)).or_insert(OtherPage { table, steps, entries, asked }))
	}

	/// Reads one more. `None` when no more may be read.
	fn read(&self) -> Option<()> {
		if self.reads.get() >= MAX_PAGES_LOOKED {
			self.is_exhausted.set(true);
			return None;
		}
		self.reads.set(self.reads.get().saturating_add(1));
		Some(())
	}

	/// What the request that is checked will make of another page. `None` when that cannot be read any more.
	fn asked(&self, local_network: LocalNetworkId, page: u16) -> Option<Asked> {
		let Some((number, _)) = self.request.filter(|(_, of)| *of == local_network) else {
			return Some(BTreeMap::new());
		};
		if self.heads.get().is_none() {
			self.read()?;
		}
		let heads = self.heads.get_or_init(|| Manifests::<T>::get(number));
		let head = heads.binary_search_by_key(&page, |head| head.page).ok().and_then(|n| heads.get(n));
		if !head.is_some_and(|head| head.state.is_waiting()) {
			return Some(BTreeMap::new());
		}
		self.read()?;
		Some(Parts::<T>::get(number, page).iter().map(|item| (item.place(), item.value)).collect())
	}
}

/// The network as it would be.
pub(super) struct Network<'a, T> {
	pub(super) view: &'a View<'a>,
	/// Values that are others, or none any more.
	pub(super) changed: BTreeMap<(u8, u8, ParamKey), Option<i64>>,
	pub(super) holdings: &'a HoldingList,
	pub(super) elsewhere: &'a Elsewhere<T>,
}

/// A station in service.
fn in_service(entries: &[StationEntry], site: SiteId) -> Option<&StationEntry> {
	let slot: usize = site.slot().saturated_into();
	entries.get(slot).filter(|entry| entry.state == StationState::OnAir)
}

impl<T: Config> Network<'_, T> {
	/// The page of a site, when it is another than the one that is changed.
	fn other_page(&self, site: SiteId) -> Option<(LocalNetworkId, u16)> {
		let page = (site.local_network, site.page()?);
		(page != (self.view.local_network, self.view.page)).then_some(page)
	}

	fn here(&self, CellId { site, cell }: CellId, key: ParamKey) -> Option<i64> {
		in_service(self.view.entries, site)?;
		let table = self.view.table;
		let changed = self.changed.get(&(site.slot().saturated_into(), cell, key)).copied();
		changed.unwrap_or_else(|| table.get(table.position(site.slot(), cell)?, key))
	}

	/// A value of another page: each is looked for once.
	fn elsewhere(&self, page: (LocalNetworkId, u16), cell: CellId, key: ParamKey) -> Option<i64> {
		let known = self.elsewhere.values.borrow().get(&(cell, key)).copied();
		known.unwrap_or_else(|| {
			let value = self.elsewhere.look(page, |page| {
				in_service(&page.entries, cell.site)?;
				self.elsewhere.take(page.steps)?;
				let asked = page.asked.get(&(cell.site.slot().saturated_into(), cell.cell, key)).copied();
				asked.unwrap_or_else(|| CellTable::peek(&page.table, cell.site.slot(), cell.cell, key))
			});
			self.elsewhere.values.borrow_mut().insert((cell, key), value);
			value
		})
	}
}

impl<T: Config> Cells for Network<'_, T> {
	fn station(&self, site: SiteId) -> Option<Station> {
		self.elsewhere.take(LOOK)?;
		match self.other_page(site) {
			Some(page) => {
				let station = |page: &OtherPage| Some(in_service(&page.entries, site)?.station.clone());
				self.elsewhere.look(page, station)
			}
			None => Some(in_service(self.view.entries, site)?.station.clone()),
		}
	}

	fn value(&self, cell: CellId, key: ParamKey) -> Option<i64> {
		self.elsewhere.take(LOOK)?;
		match self.other_page(cell.site) {
			Some(page) => self.elsewhere(page, cell, key),
			None => self.here(cell, key),
		}
	}

	fn places(&self, cell: CellId, param: ParamId, places: u8) -> Vec<(u8, i64)> {
		let Some(page) = self.other_page(cell.site) else {
			let value = |place| Some((place, self.value(cell, ParamKey { param, place })?));
			return (0..places).filter_map(value).collect();
		};
		let at_once = self.elsewhere.look(page, |page| {
			in_service(&page.entries, cell.site)?;
			self.elsewhere.take(page.steps.saturating_add(LOOK))?;
			let mut found = CellTable::peek_places(&page.table, cell.site.slot(), cell.cell, param, places);
			let slot: u8 = cell.site.slot().saturated_into();
			let of_param = |place| (slot, cell.cell, ParamKey { param, place });
			for ((.., key), value) in page.asked.range(of_param(0)..of_param(places)) {
				found.retain(|(place, _)| *place != key.place);
				found.extend(value.map(|value| (key.place, value)));
			}
			found.sort_unstable();
			Some(found)
		});
		at_once.unwrap_or_default()
	}

	fn holder_of(&self, plmn: &Plmn) -> Option<OrgId> {
		self.elsewhere.take(HOLDER)?;
		policy::holder_of(self.holdings, plmn)
	}

	fn spectrum(&self, org: OrgId) -> Vec<Band> {
		match self.elsewhere.take(SPECTRUM) {
			Some(()) => policy::spectrum(self.holdings, org),
			None => Vec::new(),
		}
	}
}

/// Looks up these values as the rules do that are checked in a page. Says how many there are.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn look_at<T: Config>(
	(local_network, page): (LocalNetworkId, u16),
	values: &[(CellId, ParamKey)],
) -> usize {
	let view = View { local_network, page, table: &CellTable::default(), entries: &[], changes: &[] };
	let (holdings, elsewhere) = (HoldingList::default(), Elsewhere::<T>::of(0, 0));
	let network =
		Network { view: &view, changed: BTreeMap::new(), holdings: &holdings, elsewhere: &elsewhere };
	values.iter().filter(|(cell, key)| network.value(*cell, *key).is_some()).count()
}
