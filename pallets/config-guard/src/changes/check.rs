// SPDX-License-Identifier: Apache-2.0

//! The automatic check of a part: at the request, again when it is carried out, and in a dry run.
//!
//! First each item alone, then the cross-cell rules on the network as it would be with all items that have passed. What a
//! rule refuses is left out, and the rest is looked at again, since it may have leant on it.

use crate::{
	baseline::{check_value, signatories},
	changes::types::{Change, ChangeState, Item, ItemRefusal, Phase},
	policy::{self, HoldingList, RuleList},
	types::{Catalogue, KeyDefect},
	Catalogues, Config, Holdings, Requests, Rules, Tables,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cell::{Cell, RefCell};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		rules::{Cells, RuleDefect},
		spectrum::Band,
		table::TableBytes,
		CellId, CellTable, ParamId, ParamKey,
	},
	interlock::Interlocks,
	page::SiteId,
	site::{Plmn, SiteRegistry, Station, StationEntry, StationState},
	LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Most other pages that the rules may read in one check.
pub(crate) const MAX_PAGES_LOOKED: u32 = 128;
/// How often what the rules have left is looked at again.
const ROUNDS: u32 = 3;

/// A page as a check looks at it.
pub(crate) struct View<'a> {
	pub(crate) local_network: LocalNetworkId,
	pub(crate) page: u16,
	pub(crate) table: &'a CellTable,
	pub(crate) entries: &'a [StationEntry],
	pub(crate) changes: &'a [Change],
}

/// Who asks for a change, and when it is to be made.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
	pub(crate) by: OrgId,
	/// The request, when there is one already: its own changes are in nobody's way.
	pub(crate) request: Option<u32>,
	pub(crate) window: (Moment, Moment),
	pub(crate) emergency: bool,
}

/// What a check has found.
#[derive(Default)]
pub(crate) struct Checked {
	/// The items that have passed, with the values that stand there now.
	pub(crate) passed: Vec<(Item, Option<i64>)>,
	/// Those that have not, by their places in the part.
	pub(crate) refused: Vec<(u8, ItemRefusal)>,
	/// Members that must agree to what has passed.
	pub(crate) required: OrgSet,
	/// Members that it concerns.
	pub(crate) concerned: OrgSet,
	/// Members whose word counts for its stations.
	pub(crate) witnesses: OrgSet,
}

/// Checks the items of a part.
pub(crate) fn check<T: Config>(view: &View<'_>, ask: &Ask, items: &[Item]) -> Checked {
	let Ask { window: (from, to), emergency, .. } = *ask;
	let judge = Judge::<T> {
		view,
		ask,
		catalogue: Catalogues::<T>::get(),
		holdings: Holdings::<T>::get(),
		frozen: (!emergency).then(|| policy::frozen::<T>(view.local_network, from, to)).flatten(),
		_config: core::marker::PhantomData,
	};
	let mut verdicts: Vec<_> = items.iter().map(|item| judge.one(item)).collect();
	judge.rules(items, &mut verdicts);
	let mut checked = Checked::default();
	for (n, (item, verdict)) in (0u8..=u8::MAX).zip(items.iter().zip(verdicts)) {
		match verdict {
			Ok(passed) => {
				checked.passed.push((*item, passed.before));
				checked.required = checked.required.union(passed.required);
				checked.concerned = checked.concerned.union(passed.concerned);
				checked.witnesses = checked.witnesses.union(passed.witnesses);
			}
			Err(refusal) => checked.refused.push((n, refusal)),
		}
	}
	let members = T::Authority::members();
	for orgs in [&mut checked.required, &mut checked.concerned, &mut checked.witnesses] {
		*orgs = orgs.intersection(members);
	}
	checked
}

/// Who must agree to a value of a station's cell. While not everybody stands behind the station's record, nobody decides
/// alone.
pub(crate) fn class_of(entry: &StationEntry, parameter: &Parameter, value: i64) -> ApprovalClass {
	match parameter.class {
		_ if entry.is_confirmed() => parameter.class_of(entry.station.mode, value),
		ApprovalClass::Tower => ApprovalClass::Tower,
		_ => ApprovalClass::Joint,
	}
}

/// The company whose PLMN a value belongs to.
pub(crate) fn operator_of(
	holdings: &HoldingList,
	station: &Station,
	parameter: &Parameter,
	key: ParamKey,
) -> Option<OrgId> {
	let plmn = station.plmns.get(usize::from(key.place)).filter(|_| parameter.scope == ParamScope::Plmn)?;
	policy::holder_of(holdings, plmn)
}

/// Who answers for a value of a station's cell: its operator, where that one decides alone, else the owner.
pub(crate) fn answers_for(
	catalogue: &Catalogue,
	holdings: &HoldingList,
	entry: &StationEntry,
	key: ParamKey,
) -> OrgId {
	let operator = catalogue.get(key.param).and_then(|parameter| {
		let is_operators = class_of(entry, parameter, 0) == ApprovalClass::Operator;
		operator_of(holdings, &entry.station, parameter, key).filter(|_| is_operators)
	});
	operator.unwrap_or(entry.station.owner)
}

/// Whom a value of this class concerns, beside those who must agree to it.
fn concerned(class: ApprovalClass, station: &Station, operator: Option<OrgId>) -> OrgSet {
	match class {
		ApprovalClass::Operator | ApprovalClass::Joint | ApprovalClass::Tower => {
			class.parties(station, operator)
		}
		ApprovalClass::Notified => signatories(station),
	}
}

/// Whose word counts for a station's cells: that of who owns or shares it, and of its tower company.
pub(crate) fn witnesses(station: &Station) -> OrgSet {
	ApprovalClass::Tower.parties(station, None)
}

struct Passed {
	before: Option<i64>,
	required: OrgSet,
	concerned: OrgSet,
	witnesses: OrgSet,
}

type Verdict = Result<Passed, ItemRefusal>;

struct Judge<'a, T> {
	view: &'a View<'a>,
	ask: &'a Ask,
	catalogue: Catalogue,
	holdings: HoldingList,
	frozen: Option<u16>,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Judge<'_, T> {
	/// One item by itself.
	fn one(&self, item: &Item) -> Verdict {
		let Self { view, ask, .. } = self;
		let entry = view.entries.get(usize::from(item.slot)).ok_or(ItemRefusal::NotFound)?;
		let position = view.table.position(item.slot.into(), item.cell).ok_or(ItemRefusal::NotFound)?;
		let StationEntry { station, state, .. } = entry;
		if *state == StationState::Retired {
			return Err(ItemRefusal::Retired);
		}
		let unknown = ItemRefusal::Value(KeyDefect::UnknownParameter);
		let parameter = self.catalogue.get(item.key.param).ok_or(unknown)?;
		let class = class_of(entry, parameter, item.value);
		let operator = operator_of(&self.holdings, station, parameter, item.key);
		match (class, operator) {
			(ApprovalClass::Operator, Some(operator)) if operator != ask.by => {
				return Err(ItemRefusal::NotOperator)
			}
			(ApprovalClass::Operator, Some(_)) => {}
			_ if station.owner != ask.by => return Err(ItemRefusal::NotOwner),
			_ => {}
		}
		let before = view.table.get(position, item.key);
		check_value(&self.catalogue, station, item.key, before, item.value).map_err(ItemRefusal::Value)?;
		if before == Some(item.value) {
			return Err(ItemRefusal::Unchanged);
		}
		let of_value = view.changes.iter().filter(|change| change.place() == item.place());
		if let Some(change) = of_value.into_iter().find(|change| self.is_in_the_way(change)) {
			return Err(ItemRefusal::ChangeOpen { request: change.request });
		}
		if let Some(freeze) = self.frozen {
			return Err(ItemRefusal::Frozen { freeze });
		}
		let cell = self.cell(item);
		if !ask.emergency && T::Interlocks::energy_window(cell, ask.window.0, ask.window.1) {
			return Err(ItemRefusal::EnergyWindow);
		}
		if !ask.emergency && T::Interlocks::outage(cell) {
			return Err(ItemRefusal::Outage);
		}
		Ok(Passed {
			before,
			required: class.parties(station, operator),
			concerned: concerned(class, station, operator),
			witnesses: witnesses(station),
		})
	}

	fn cell(&self, item: &Item) -> CellId {
		let site = SiteId::new(self.view.local_network, self.view.page, item.slot.into());
		CellId { site, cell: item.cell }
	}

	/// Whether another change of the value keeps this one out. In an emergency one that is carried out does not.
	fn is_in_the_way(&self, change: &Change) -> bool {
		if Some(change.request) == self.ask.request {
			return false;
		}
		match change.state {
			ChangeState::Open => is_open::<T>(change.request),
			ChangeState::Executed { .. } => !self.ask.emergency && is_open::<T>(change.request),
			ChangeState::Refused | ChangeState::RolledBack { .. } => false,
		}
	}

	/// The cross-cell rules, on the network as it would be.
	fn rules(&self, items: &[Item], verdicts: &mut [Verdict]) {
		let rules: RuleList = Rules::<T>::get();
		let elsewhere = Elsewhere::<T>::default();
		for round in 1..=ROUNDS {
			let passed = || items.iter().zip(verdicts.iter()).filter(|(_, verdict)| verdict.is_ok());
			let network = Network {
				view: self.view,
				changed: passed().map(|(item, _)| (item.place(), item.value)).collect(),
				holdings: &self.holdings,
				elsewhere: &elsewhere,
			};
			let cells: BTreeSet<(u8, u8)> = passed().map(|(item, _)| (item.slot, item.cell)).collect();
			let mut broken: Vec<((u8, u8), u16, ItemRefusal)> = Vec::new();
			for (number, rule) in &rules {
				for (slot, cell) in &cells {
					let mut of_cell = passed().filter(|(item, _)| (item.slot, item.cell) == (*slot, *cell));
					if !of_cell.any(|(item, _)| rule.is_touched_by(item.key.param)) {
						continue;
					}
					let site = SiteId::new(self.view.local_network, self.view.page, (*slot).into());
					let refusal = match rule.check(&network, CellId { site, cell: *cell }) {
						_ if elsewhere.is_exhausted.get() => ItemRefusal::TooManyNeighbours,
						Ok(()) => continue,
						Err(defect) => ItemRefusal::RuleBroken { rule: *number, defect },
					};
					broken.push(((*slot, *cell), *number, refusal));
				}
			}
			let Some((_, _, last)) = broken.last().copied() else { return };
			let touches = |number: u16, item: &Item| {
				rules.iter().any(|(other, rule)| *other == number && rule.is_touched_by(item.key.param))
			};
			for (item, verdict) in
				items.iter().zip(verdicts.iter_mut()).filter(|(_, verdict)| verdict.is_ok())
			{
				let at = (item.slot, item.cell);
				let own = broken.iter().find(|(cell, number, _)| *cell == at && touches(*number, item));
				let is_touched = || rules.iter().any(|(_, rule)| rule.is_touched_by(item.key.param));
				if let Some((_, _, refusal)) = own {
					*verdict = Err(*refusal);
				} else if round == ROUNDS && is_touched() {
					// What leans on so much else is refused with it.
					*verdict = Err(last);
				}
			}
		}
	}
}

/// Whether a request is neither over nor forgotten.
pub(crate) fn is_open<T: Config>(request: u32) -> bool {
	Requests::<T>::get(request).is_some_and(|request| !request.phase.is_final())
}

/// Whether a request is under way: asked for, carried out, or disputed.
pub(crate) fn is_under_way<T: Config>(request: u32) -> bool {
	Requests::<T>::get(request)
		.is_some_and(|request| !request.phase.is_final() && request.phase != Phase::Draft)
}

/// Pages other than the one that is changed, each read once.
struct Elsewhere<T> {
	pages: RefCell<BTreeMap<(LocalNetworkId, u16), (TableBytes, Vec<StationEntry>)>>,
	is_exhausted: Cell<bool>,
	_config: core::marker::PhantomData<T>,
}

impl<T> Default for Elsewhere<T> {
	fn default() -> Self {
		Self { pages: RefCell::default(), is_exhausted: Cell::new(false), _config: core::marker::PhantomData }
	}
}

impl<T: Config> Elsewhere<T> {
	/// Looks at a page. `None` once as many as may be are read.
	fn look<R>(
		&self,
		local_network: LocalNetworkId,
		page: u16,
		at: impl FnOnce(Values<'_>, &[StationEntry]) -> Option<R>,
	) -> Option<R> {
		let mut read = self.pages.borrow_mut();
		let count: u32 = read.len().saturated_into();
		if count >= MAX_PAGES_LOOKED && !read.contains_key(&(local_network, page)) {
			self.is_exhausted.set(true);
			return None;
		}
		let (bytes, entries) = read.entry((local_network, page)).or_insert_with(|| {
			(Tables::<T>::get(local_network, page), T::Sites::stations(local_network, page))
		});
		at(Values::Bytes(bytes), entries)
	}
}

/// Where values are read from: the page that is changed is at hand, of another one only single values are needed.
#[derive(Clone, Copy)]
enum Values<'a> {
	Table(&'a CellTable),
	Bytes(&'a [u8]),
}

impl Values<'_> {
	fn get(self, slot: u32, cell: u8, key: ParamKey) -> Option<i64> {
		match self {
			Self::Table(table) => table.get(table.position(slot, cell)?, key),
			Self::Bytes(bytes) => CellTable::peek(bytes, slot, cell, key),
		}
	}
}

/// The network as it would be.
struct Network<'a, T> {
	view: &'a View<'a>,
	changed: BTreeMap<(u8, u8, ParamKey), i64>,
	holdings: &'a HoldingList,
	elsewhere: &'a Elsewhere<T>,
}

impl<T: Config> Network<'_, T> {
	fn at<R>(&self, site: SiteId, look: impl FnOnce(Values<'_>, &StationEntry) -> Option<R>) -> Option<R> {
		let page = site.page()?;
		let slot: usize = site.slot().saturated_into();
		let in_service = |values: Values<'_>, entries: &[StationEntry]| {
			look(values, entries.get(slot).filter(|entry| entry.state == StationState::OnAir)?)
		};
		if (site.local_network, page) == (self.view.local_network, self.view.page) {
			in_service(Values::Table(self.view.table), self.view.entries)
		} else {
			self.elsewhere.look(site.local_network, page, in_service)
		}
	}

	fn is_here(&self, site: SiteId) -> bool {
		(site.local_network, site.page()) == (self.view.local_network, Some(self.view.page))
	}
}

impl<T: Config> Cells for Network<'_, T> {
	fn station(&self, site: SiteId) -> Option<Station> {
		self.at(site, |_, entry| Some(entry.station.clone()))
	}

	fn value(&self, cell: CellId, key: ParamKey) -> Option<i64> {
		let CellId { site, cell } = cell;
		let slot: u8 = site.slot().saturated_into();
		let changed = || self.changed.get(&(slot, cell, key)).filter(|_| self.is_here(site)).copied();
		self.at(site, |values, _| changed().or_else(|| values.get(site.slot(), cell, key)))
	}

	fn places(&self, cell: CellId, param: ParamId, places: u8) -> Vec<(u8, i64)> {
		let one_by_one = || {
			let value = |place| Some((place, self.value(cell, ParamKey { param, place })?));
			(0..places).filter_map(value).collect()
		};
		if self.is_here(cell.site) {
			return one_by_one();
		}
		let at_once = self.at(cell.site, |values, _| match values {
			Values::Bytes(bytes) => {
				Some(CellTable::peek_places(bytes, cell.site.slot(), cell.cell, param, places))
			}
			Values::Table(_) => None,
		});
		at_once.unwrap_or_default()
	}

	fn holder_of(&self, plmn: &Plmn) -> Option<OrgId> {
		policy::holder_of(self.holdings, plmn)
	}

	fn spectrum(&self, org: OrgId) -> Vec<Band> {
		policy::spectrum(self.holdings, org)
	}
}

/// How a cell would break a rule that looks at it alone, with these values in the place of what stands there.
pub(crate) fn local_defect<T: Config>(
	view: &View<'_>,
	rules: &RuleList,
	holdings: &HoldingList,
	cell: (u8, u8),
	key: ParamKey,
	values: &[(ParamKey, i64)],
) -> Option<RuleDefect> {
	let (slot, number) = cell;
	let network = Network::<T> {
		view,
		changed: values.iter().map(|(key, value)| ((slot, number, *key), *value)).collect(),
		holdings,
		elsewhere: &Elsewhere::default(),
	};
	let site = SiteId::new(view.local_network, view.page, slot.into());
	let touched = rules.iter().filter(|(_, rule)| rule.is_local() && rule.is_touched_by(key.param));
	touched.into_iter().find_map(|(_, rule)| rule.check(&network, CellId { site, cell: number }).err())
}
