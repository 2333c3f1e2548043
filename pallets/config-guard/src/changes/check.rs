// SPDX-License-Identifier: Apache-2.0

//! The automatic check of a part: at the request, again when it is carried out, and in a dry run.
//!
//! First each item alone. Then, on the network as it would be with all items that have passed: whether what is a station's is
//! alike in all of its cells, whether what has a greatest step is taken away and the rest stays, and the cross-cell rules.
//! What a rule refuses is left out, and the rest is looked at again, since it may have leant on it.

use crate::{
	baseline::check_value,
	changes::{
		network::{Elsewhere, Looked, Network, View, LOOK},
		types::{Change, ChangeState, Item, ItemRefusal, PartHead, PartState, Phase, Request},
		write::Place,
	},
	policy::{self, HoldingList, Policy, RuleList},
	types::{Catalogue, KeyDefect, PageHead},
	Config, Heads, Imported, Manifests, Pallet, Requests,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use trimast_primitives::{
	access::Authority,
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		rules::{Rule, RuleDefect},
		CellId, ParamId, ParamKey,
	},
	interlock::Interlocks,
	page::SiteId,
	site::{Station, StationEntry, StationState},
	Moment, OrgId, OrgSet,
};

/// How often what the rules have left is looked at again.
const ROUNDS: u32 = 3;

/// Who asks for a change, and when it is to be made.
#[derive(Clone, Copy)]
pub(crate) struct Ask {
	pub(crate) by: OrgId,
	/// The request, when there is one already: its own changes are in nobody's way.
	pub(crate) request: Option<u32>,
	pub(crate) window: (Moment, Moment),
	pub(crate) emergency: bool,
	/// Whether other pages may be added before it is asked for.
	pub(crate) is_draft: bool,
	/// Whether it is an emergency that was reported: what would have kept it out by then has its say in who must agree, and
	/// what would now has none.
	pub(crate) is_reported: bool,
}

/// What a check has found.
#[derive(Default)]
pub(crate) struct Checked {
	/// The items that have passed, with the values that stand there now.
	pub(crate) passed: Vec<(Item, Option<i64>)>,
	/// Those that have not, by their places in the part.
	pub(crate) refused: Vec<(u8, ItemRefusal)>,
	/// What would be refused of what has passed, by the places of items: in an emergency, where the network is changed already,
	/// if it were none; in a draft by rules, which another page may break.
	pub(crate) broken: Vec<(u8, ItemRefusal)>,
	/// Members that must agree to what has passed.
	pub(crate) required: OrgSet,
	/// Members that it concerns.
	pub(crate) concerned: OrgSet,
	/// Members whose word counts for its stations.
	pub(crate) witnesses: OrgSet,
	/// What was looked at.
	pub(crate) looked: Looked,
}

/// Checks the items of a part by the policy in force.
pub(crate) fn check<T: Config>(view: &View<'_>, ask: &Ask, items: &[Item]) -> Checked {
	let members = T::Authority::members();
	let policy = Policy::in_force::<T>();
	let (verdicts, broken, looked) = judge::<T>(view, ask, &policy, members, true, items);
	let mut checked = Checked { broken, looked, ..Checked::default() };
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
	for orgs in [&mut checked.required, &mut checked.concerned, &mut checked.witnesses] {
		*orgs = orgs.intersection(members);
	}
	checked
}

/// Judges the items of a part by any policy, each in its place, and says which rules what passes would break and, of an
/// emergency, what else would refuse it if it were none. `asks_interlocks`: whether energy-saving windows and outages are
/// asked about.
pub(crate) fn judge<T: Config>(
	view: &View<'_>,
	ask: &Ask,
	policy: &Policy,
	members: OrgSet,
	asks_interlocks: bool,
	items: &[Item],
) -> (Vec<Verdict>, Vec<(u8, ItemRefusal)>, Looked) {
	let frozen = policy.frozen(view.local_network, ask.window);
	let head = Heads::<T>::get(view.local_network, view.page);
	let elsewhere = Elsewhere::of(u32::MAX, 0).with(ask.request, view.local_network);
	let judge = Judge::<T> { view, ask, policy, members, head: &head, frozen, asks_interlocks, elsewhere };
	let mut verdicts: Vec<_> = items.iter().map(|item| judge.one(item)).collect();
	let mut broken = judge.rules(items, &mut verdicts);
	if ask.emergency {
		broken = ratify(&mut verdicts, broken);
	}
	(verdicts, broken, judge.elsewhere.looked())
}

/// What of an emergency would be refused if it were none needs those who must agree to class J, whatever its class: else who
/// may do something alone would pass what binds everybody by calling it one. Says what that is.
fn ratify(verdicts: &mut [Verdict], broken: Vec<(u8, ItemRefusal)>) -> Vec<(u8, ItemRefusal)> {
	let mut broken: BTreeMap<u8, ItemRefusal> = broken.into_iter().collect();
	for (n, verdict) in (0u8..=u8::MAX).zip(verdicts) {
		let Ok(passed) = verdict else { continue };
		broken.extend(passed.kept_out.map(|refusal| (n, refusal)));
		if broken.contains_key(&n) {
			passed.required = passed.required.union(passed.joint);
			passed.concerned = passed.concerned.union(passed.joint);
		}
	}
	broken.into_iter().collect()
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

/// The company whose PLMN a value belongs to. One that has left operates nothing.
pub(crate) fn operator_of(
	holdings: &HoldingList,
	members: OrgSet,
	station: &Station,
	parameter: &Parameter,
	key: ParamKey,
) -> Option<OrgId> {
	let plmn = station.plmns.get(usize::from(key.place)).filter(|_| parameter.scope == ParamScope::Plmn)?;
	policy::holder_of(holdings, plmn).filter(|holder| members.contains(*holder))
}

/// Who changes a value of a station's cell: its operator, where that one decides alone, else the owner.
pub(crate) fn changes_it(
	catalogue: &Catalogue,
	holdings: &HoldingList,
	members: OrgSet,
	entry: &StationEntry,
	key: ParamKey,
) -> OrgId {
	let operator = catalogue.get(key.param).and_then(|parameter| {
		let is_operators = class_of(entry, parameter, 0) == ApprovalClass::Operator;
		operator_of(holdings, members, &entry.station, parameter, key).filter(|_| is_operators)
	});
	operator.unwrap_or(entry.station.owner)
}

/// Who decides about a value of a station's cell, by what its station is now.
pub(crate) struct Decides {
	class: ApprovalClass,
	/// The company whose PLMN it belongs to.
	operator: Option<OrgId>,
	/// Who may ask for it.
	pub(crate) asks: OrgId,
	/// Who must agree to it, members or not.
	pub(crate) required: OrgSet,
}

impl Decides {
	/// About this value, in a cell that has a baseline or gets one, at a station whose baseline these have signed.
	pub(crate) fn of(
		(holdings, members): (&HoldingList, OrgSet),
		(entry, signed): (&StationEntry, OrgSet),
		(parameter, key): (&Parameter, ParamKey),
		value: i64,
		has_baseline: bool,
	) -> Self {
		let station = &entry.station;
		let class = match class_of(entry, parameter, value) {
			ApprovalClass::Operator | ApprovalClass::Notified if !has_baseline => ApprovalClass::Joint,
			class => class,
		};
		let operator = operator_of(holdings, members, station, parameter, key);
		let asks = operator.filter(|_| class == ApprovalClass::Operator).unwrap_or(station.owner);
		// What a company has signed is not changed without it, whatever has become of the station's record since. The tower
		// company signs for the values that are a matter of its mast.
		let (parties, standing) = (class.parties(station, operator), station.standing(signed));
		let required = match class {
			ApprovalClass::Tower => parties.union(standing),
			ApprovalClass::Joint => parties.union(standing.difference(station.towers())),
			ApprovalClass::Notified | ApprovalClass::Operator => parties,
		};
		Self { class, operator, asks, required }
	}
}

/// Whom a value of this class concerns, beside those who must agree to it.
fn concerned(class: ApprovalClass, station: &Station, operator: Option<OrgId>) -> OrgSet {
	match class {
		ApprovalClass::Operator | ApprovalClass::Joint | ApprovalClass::Tower => {
			class.parties(station, operator)
		}
		ApprovalClass::Notified => ApprovalClass::Joint.parties(station, None),
	}
}

/// An item that is not refused.
pub(crate) struct Passed {
	/// The value that stands there now.
	pub(crate) before: Option<i64>,
	/// Who must agree to it, members or not.
	pub(crate) required: OrgSet,
	concerned: OrgSet,
	witnesses: OrgSet,
	/// Who would have to agree if it were of class J.
	joint: OrgSet,
	/// The freeze or the interlock that it passes as an emergency.
	kept_out: Option<ItemRefusal>,
}

/// Who has a say in what a value becomes, members or not.
struct Say<'a> {
	station: &'a Station,
	parameter: &'a Parameter,
	/// What stands there.
	before: Option<i64>,
	required: OrgSet,
	concerned: OrgSet,
	witnesses: OrgSet,
	joint: OrgSet,
}

/// What of a cell goes as a whole: all of its values, or those of one of its neighbours or frequencies, by its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
	Cell,
	Relation(u8),
	Frequency(u8),
}

/// What becomes of an item.
pub(crate) type Verdict = Result<Passed, ItemRefusal>;

struct Judge<'a, T> {
	view: &'a View<'a>,
	ask: &'a Ask,
	policy: &'a Policy,
	members: OrgSet,
	/// Who has signed the baselines.
	head: &'a PageHead,
	frozen: Option<u16>,
	asks_interlocks: bool,
	elsewhere: Elsewhere<T>,
}

impl<T: Config> Judge<'_, T> {
	/// Who has a say in an item, where who asks may ask for it. What an operator decides is for these operators.
	fn say(&self, item: &Item, operators: OrgSet) -> Result<Say<'_>, ItemRefusal> {
		let Self { view, ask, policy: Policy { catalogue, holdings, .. }, .. } = self;
		let entry = view.entries.get(usize::from(item.slot)).ok_or(ItemRefusal::NotFound)?;
		let StationEntry { station, state, .. } = entry;
		let position = view.table.position(item.slot.into(), item.cell);
		// A station's first baseline is imported.
		let has_baseline = view.table.cells_of(item.slot.into()) > 0;
		if position.is_none() && !(has_baseline && item.cell < station.cells) {
			return Err(ItemRefusal::NotFound);
		}
		if *state == StationState::Retired {
			return Err(ItemRefusal::Retired);
		}
		let unknown = ItemRefusal::Value(KeyDefect::UnknownParameter);
		let parameter = catalogue.get(item.key.param).ok_or(unknown)?;
		let before = position.and_then(|position| view.table.get(position, item.key));
		// Who must agree to a value's being taken away decides that value.
		let value = item.value.or(before).ok_or(ItemRefusal::Unchanged)?;
		let signed = self.head.signed(item.slot.into());
		let Decides { class, operator, asks, required } = Decides::of(
			(holdings, self.members),
			(entry, signed),
			(parameter, item.key),
			value,
			position.is_some(),
		);
		match (class, operator) {
			(ApprovalClass::Operator, Some(operator)) if !operators.contains(operator) => {
				return Err(ItemRefusal::NotOperator)
			}
			(ApprovalClass::Operator, Some(_)) => {}
			_ if asks != ask.by => return Err(ItemRefusal::NotOwner),
			_ => {}
		}
		let of_carriers = station.standing(signed).difference(station.towers());
		let concerned = concerned(class, station, operator).union(required);
		let concerned = match class {
			ApprovalClass::Notified => concerned.union(of_carriers),
			ApprovalClass::Tower | ApprovalClass::Joint | ApprovalClass::Operator => concerned,
		};
		let joint = ApprovalClass::Joint.parties(station, operator).union(of_carriers);
		let witnesses = station.witnesses(signed);
		Ok(Say { station, parameter, before, required, concerned, witnesses, joint })
	}

	/// One item by itself.
	fn one(&self, item: &Item) -> Verdict {
		let Self { view, ask, policy: Policy { catalogue, .. }, .. } = self;
		let Say { station, parameter, before, required, concerned, witnesses, joint } =
			self.say(item, OrgSet::of(ask.by))?;
		// What the catalogue would not admit any more may be taken away.
		if let Some(value) = item.value {
			let check =
				|before| check_value(catalogue, station, item.key, before, value).map_err(ItemRefusal::Value);
			check(before)?;
			if parameter.step.is_some() {
				check(self.observed_from(item))?;
			}
		}
		if before == item.value {
			return Err(ItemRefusal::Unchanged);
		}
		let of_value = view.changes.iter().filter(|change| change.place() == item.place());
		if let Some(change) = of_value.into_iter().find(|change| self.is_in_the_way(change)) {
			return Err(ItemRefusal::ChangeOpen { request: change.request });
		}
		let kept_out = self.kept_out(item);
		if let Some(refusal) = kept_out.filter(|_| !ask.emergency) {
			return Err(refusal);
		}
		Ok(Passed { before, required, concerned, witnesses, joint, kept_out })
	}

	/// The freeze or the interlock that keeps an item out, but in an emergency.
	fn kept_out(&self, item: &Item) -> Option<ItemRefusal> {
		let (cell, (from, to)) = (self.cell(item), self.ask.window);
		match self.frozen {
			_ if self.ask.is_reported => None,
			Some(freeze) => Some(ItemRefusal::Frozen { freeze }),
			None if !self.asks_interlocks => None,
			None if T::Interlocks::energy_window(cell, from, to) => Some(ItemRefusal::EnergyWindow),
			None => T::Interlocks::outage(cell).then_some(ItemRefusal::Outage),
		}
	}

	fn cell(&self, item: &Item) -> CellId {
		let site = SiteId::new(self.view.local_network, self.view.page, item.slot.into());
		CellId { site, cell: item.cell }
	}

	/// Whether another change of the value keeps this one out. In an emergency one that is carried out does not, nor one of the
	/// same company's that waits. One company changes a value, and who asks is that one by now: what waits of another's cannot
	/// be carried out any more.
	fn is_in_the_way(&self, change: &Change) -> bool {
		if Some(change.request) == self.ask.request {
			return false;
		}
		match change.state {
			ChangeState::Open => {
				change.by == self.ask.by && self.is_open(change.request) && !self.is_passed(change.request)
			}
			ChangeState::Executed { .. } => !self.ask.emergency && self.is_open(change.request),
			ChangeState::Refused | ChangeState::RolledBack { .. } => false,
		}
	}

	/// The value before the first change of it that is still observed. Several in a row are one step.
	fn observed_from(&self, item: &Item) -> Option<i64> {
		let at = |change: &&Change| match change.state {
			ChangeState::Executed { at, .. } if change.place() == item.place() => Some(at),
			_ => None,
		};
		let executed = self.view.changes.iter().filter(|change| at(change).is_some());
		executed.filter(|change| self.is_open(change.request)).min_by_key(at)?.before
	}

	fn is_open(&self, request: u32) -> bool {
		self.elsewhere.request(request).is_some_and(|request| !request.phase.is_final())
	}

	/// Whether an emergency passes a request that waits: its company's own, which it could as well withdraw. But no other
	/// emergency, which stands to its end.
	fn is_passed(&self, request: u32) -> bool {
		let Ask { by, emergency, .. } = *self.ask;
		let waits =
			|request: &Request| request.by == by && !request.terms.emergency && request.executed.is_none();
		emergency && self.elsewhere.request(request).is_some_and(|request| waits(&request))
	}

	/// Whether that a rule is broken does not keep an item out: in an emergency the network is changed already, and in a draft
	/// another page may yet be added. Of two neighbours of one cell it is not known in which page both of them lie.
	fn is_let_pass(&self, defect: &RuleDefect) -> bool {
		let may_come = |cell: &CellId| {
			let SiteId { local_network, .. } = cell.site;
			local_network == self.view.local_network && cell.site.page() != Some(self.view.page)
		};
		let is_elsewhere = match defect {
			RuleDefect::Collision { with } | RuleDefect::Unlike { with } => may_come(with),
			RuleDefect::Confusion { .. } => self.elsewhere.looked().pages > 0,
			_ => false,
		};
		self.ask.emergency || (self.ask.is_draft && is_elsewhere)
	}

	/// What is asked for of whole stations, on the network as it would be. What is refused of it may be what other items lean
	/// on, so it is looked at until nothing more is.
	fn stations(&self, items: &[Item], verdicts: &mut [Verdict]) {
		while self.gaps(items, verdicts) || self.differing(items, verdicts) || self.left(items, verdicts) {}
	}

	/// The cells of a station are counted up: a new one is refused without those before it. Says whether one is.
	fn gaps(&self, items: &[Item], verdicts: &mut [Verdict]) -> bool {
		let passed = items.iter().zip(verdicts.iter()).filter(|(_, verdict)| verdict.is_ok());
		let cells: BTreeSet<(u8, u8)> = passed.map(|(item, _)| (item.slot, item.cell)).collect();
		let mut is_any = false;
		for (item, verdict) in items.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_ok()) {
			let mut before = self.view.table.cells_of(item.slot.into())..item.cell;
			if let Some(cell) = before.find(|cell| !cells.contains(&(item.slot, *cell))) {
				*verdict = Err(ItemRefusal::CellBefore { cell });
				is_any = true;
			}
		}
		is_any
	}

	/// What is a station's is the same in all of its cells, or in none: else what is asked for of it is refused, and new cells
	/// that do not have it. Says whether anything is.
	fn differing(&self, items: &[Item], verdicts: &mut [Verdict]) -> bool {
		let table = self.view.table;
		let is_stations = |key: &ParamKey| {
			self.policy
				.catalogue
				.get(key.param)
				.is_some_and(|parameter| parameter.scope == ParamScope::Station)
		};
		let mut asked: BTreeMap<(u8, ParamKey), BTreeMap<u8, Option<i64>>> = BTreeMap::new();
		let mut counts: BTreeMap<u8, u8> = BTreeMap::new();
		for (item, _) in items.iter().zip(verdicts.iter()).filter(|(_, verdict)| verdict.is_ok()) {
			let count = counts.entry(item.slot).or_insert_with(|| table.cells_of(item.slot.into()));
			*count = item.cell.saturating_add(1).max(*count);
			if is_stations(&item.key) {
				asked.entry((item.slot, item.key)).or_default().insert(item.cell, item.value);
			}
		}
		let has_new = |(slot, count): &(&u8, &u8)| **count > table.cells_of((**slot).into());
		let grown: Vec<u8> = counts.iter().filter(has_new).map(|(slot, _)| *slot).collect();
		if !grown.is_empty() {
			for key in table.keys().filter(is_stations) {
				for slot in &grown {
					asked.entry((*slot, key)).or_default();
				}
			}
		}
		let mut refused: BTreeMap<u8, BTreeMap<ParamKey, ItemRefusal>> = BTreeMap::new();
		for ((slot, key), values) in asked {
			let count = counts.get(&slot).copied().unwrap_or(0);
			let stands = |cell| table.get(table.position(slot.into(), cell)?, key);
			let would_be = |cell: u8| values.get(&cell).copied().unwrap_or_else(|| stands(cell));
			let first = values.values().next().copied().unwrap_or_else(|| stands(0));
			let refusal = match self.elsewhere.take(LOOK.saturating_mul(count.into())) {
				None => Some(ItemRefusal::TooManyNeighbours),
				Some(()) => {
					let other = (0..count).find(|cell| would_be(*cell) != first);
					other.map(|cell| ItemRefusal::StationDiffers { cell })
				}
			};
			if let Some(refusal) = refusal {
				refused.entry(slot).or_default().insert(key, refusal);
			}
		}
		let mut is_any = false;
		for (item, verdict) in items.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_ok()) {
			let Some(of_station) = refused.get(&item.slot) else { continue };
			let is_new = item.cell >= table.cells_of(item.slot.into());
			let own = of_station.get(&item.key);
			if let Some(refusal) = own.or_else(|| of_station.values().next().filter(|_| is_new)) {
				*verdict = Err(*refusal);
				is_any = true;
			}
		}
		is_any
	}

	/// What is taken away may be set anew to anything. So a value that has a greatest step goes with all others of its [`Unit`]
	/// alone: else that is a step beyond it. Says whether one is refused.
	fn left(&self, items: &[Item], verdicts: &mut [Verdict]) -> bool {
		if items.iter().all(|item| item.value.is_some()) {
			return false;
		}
		let of_cell = |item: &Item| (item.slot, item.cell);
		// How many values go. None does where one of the cell is set.
		let mut gone: BTreeMap<(u8, u8, Unit), Option<usize>> = BTreeMap::new();
		for (item, _) in items.iter().zip(verdicts.iter()).filter(|(_, verdict)| verdict.is_ok()) {
			for unit in BTreeSet::from([Unit::Cell, self.unit(item.key)]) {
				let (slot, cell) = of_cell(item);
				let count = gone.entry((slot, cell, unit)).or_insert(Some(0));
				*count = count.filter(|_| item.value.is_none()).map(|count| count.saturating_add(1));
			}
		}
		let mut known: BTreeMap<(u8, u8, Unit), Option<ItemRefusal>> = BTreeMap::new();
		let mut is_any = false;
		for (item, verdict) in items.iter().zip(verdicts) {
			let Ok(Passed { before: Some(before), .. }) = verdict else { continue };
			if item.value.is_some() || !self.has_step(item, *before) {
				continue;
			}
			let ((slot, cell), unit) = (of_cell(item), self.unit(item.key));
			let count = gone.get(&(slot, cell, unit)).copied().flatten();
			let refusal =
				known.entry((slot, cell, unit)).or_insert_with(|| self.stays((slot, cell), unit, count));
			if let Some(refusal) = *refusal {
				*verdict = Err(refusal);
				is_any = true;
			}
		}
		is_any
	}

	/// Whether a value that stands in an item's place has a greatest step. What the catalogue does not admit any more has none.
	fn has_step(&self, item: &Item, before: i64) -> bool {
		let catalogue = &self.policy.catalogue;
		let Some(entry) = self.view.entries.get(usize::from(item.slot)) else { return false };
		catalogue.get(item.key.param).is_some_and(|parameter| parameter.step.is_some())
			&& check_value(catalogue, &entry.station, item.key, None, before).is_ok()
	}

	/// What a value of a cell goes with.
	fn unit(&self, key: ParamKey) -> Unit {
		match self.policy.catalogue.get(key.param).map(|parameter| parameter.scope) {
			Some(ParamScope::CellRelation) => Unit::Relation(key.place),
			Some(ParamScope::FrequencyRelation) => Unit::Frequency(key.place),
			_ => Unit::Cell,
		}
	}

	/// What refuses that values of a cell go, where so many do and that is not all of them.
	fn stays(&self, (slot, cell): (u8, u8), unit: Unit, gone: Option<usize>) -> Option<ItemRefusal> {
		let step = ItemRefusal::Value(KeyDefect::Step);
		let table = self.view.table;
		let (Some(gone), Some(n)) = (gone, table.position(slot.into(), cell)) else { return Some(step) };
		let mut steps = LOOK;
		let columns = table.columns().inspect(|_| steps = steps.saturating_add(1));
		let of_unit = columns.filter(|(key, _)| unit == Unit::Cell || self.unit(*key) == unit);
		let stand = of_unit.filter(|(_, column)| column.get(n).is_some());
		let count = stand.take(gone.saturating_add(1)).count();
		match self.elsewhere.take(steps) {
			None => Some(ItemRefusal::TooManyNeighbours),
			Some(()) => (count > gone).then_some(step),
		}
	}

	/// The cross-cell rules, on the network as it would be. Says which of them what passes would break.
	fn rules(&self, items: &[Item], verdicts: &mut [Verdict]) -> Vec<(u8, ItemRefusal)> {
		let Policy { rules, holdings, .. } = self.policy;
		let mut noted = Vec::new();
		for round in 1..=ROUNDS {
			// What a rule has left of a station's values may not be all of them any more.
			self.stations(items, verdicts);
			let passed = || items.iter().zip(verdicts.iter()).filter(|(_, verdict)| verdict.is_ok());
			let network = Network {
				view: self.view,
				changed: passed().map(|(item, _)| (item.place(), item.value)).collect(),
				holdings,
				elsewhere: &self.elsewhere,
			};
			let mut params: BTreeMap<(u8, u8), Vec<ParamId>> = BTreeMap::new();
			for (item, _) in passed() {
				params.entry((item.slot, item.cell)).or_default().push(item.key.param);
			}
			let mut broken: BTreeMap<(u8, u8), Vec<(&Rule, ItemRefusal)>> = BTreeMap::new();
			let mut passing: BTreeMap<(u8, u8), Vec<(&Rule, ItemRefusal)>> = BTreeMap::new();
			let mut last = None;
			for (number, rule) in rules {
				for ((slot, cell), params) in &params {
					if !params.iter().any(|param| rule.is_touched_by(*param)) {
						continue;
					}
					let site = SiteId::new(self.view.local_network, self.view.page, (*slot).into());
					let (refusal, passes) = match rule.check(&network, CellId { site, cell: *cell }) {
						_ if self.elsewhere.is_exhausted() => {
							(ItemRefusal::TooManyNeighbours, self.ask.emergency)
						}
						Ok(()) => continue,
						Err(defect) => {
							(ItemRefusal::RuleBroken { rule: *number, defect }, self.is_let_pass(&defect))
						}
					};
					if passes {
						passing.entry((*slot, *cell)).or_default().push((rule, refusal));
						continue;
					}
					broken.entry((*slot, *cell)).or_default().push((rule, refusal));
					last = Some(refusal);
				}
			}
			noted = (0u8..=u8::MAX)
				.zip(items.iter().zip(verdicts.iter()))
				.filter(|(_, (_, verdict))| verdict.is_ok())
				.filter_map(|(n, (item, _))| {
					let of_cell = passing.get(&(item.slot, item.cell))?;
					let own = of_cell.iter().find(|(rule, _)| rule.is_touched_by(item.key.param));
					own.map(|(_, refusal)| (n, *refusal))
				})
				.collect();
			let Some(last) = last else { return noted };
			for (item, verdict) in
				items.iter().zip(verdicts.iter_mut()).filter(|(_, verdict)| verdict.is_ok())
			{
				let of_cell = broken.get(&(item.slot, item.cell)).map(Vec::as_slice).unwrap_or_default();
				let own = of_cell.iter().find(|(rule, _)| rule.is_touched_by(item.key.param));
				let is_touched = || rules.iter().any(|(_, rule)| rule.is_touched_by(item.key.param));
				if let Some((_, refusal)) = own {
					*verdict = Err(*refusal);
				} else if round == ROUNDS && is_touched() {
					// What leans on so much else is refused with it.
					*verdict = Err(last);
				}
			}
		}
		self.stations(items, verdicts);
		noted.retain(|(n, _)| verdicts.get(usize::from(*n)).is_some_and(Result::is_ok));
		noted
	}
}

/// Which of these changes who has asked for them does not take back, as a request for that would be checked today: the value is
/// another's, the station was imported since, or a member must agree that has not agreed to the change.
pub(crate) fn of_parties<T: Config>(
	view: &View<'_>,
	policy: &Policy,
	agreed: OrgSet,
	changes: &[Change],
) -> BTreeMap<Place, ItemRefusal> {
	let now = Pallet::<T>::moment();
	let members = T::Authority::members();
	let head = Heads::<T>::get(view.local_network, view.page);
	let imported = Imported::<T>::get(view.local_network, view.page);
	let refusal = |change: &Change| {
		let Change { slot, cell, key, by, before: value, .. } = *change;
		let ask = Ask {
			by,
			request: None,
			window: (now, now),
			emergency: false,
			is_draft: false,
			is_reported: false,
		};
		let elsewhere = Elsewhere::of(0, 0);
		let judge = Judge::<T> {
			view,
			ask: &ask,
			policy,
			members,
			head: &head,
			frozen: None,
			asks_interlocks: false,
			elsewhere,
		};
		// With an operator that has agreed the owner has set its value: of a new cell, or while the record was not confirmed.
		let required = match judge.say(&Item { slot, cell, key, value }, agreed) {
			Ok(say) => say.required.intersection(members),
			Err(refusal) => return Some(refusal),
		};
		let executed = match change.state {
			ChangeState::Executed { at, .. } => at,
			_ => 0,
		};
		if imported.get(usize::from(slot)).is_some_and(|station| station.last() > executed) {
			return Some(ItemRefusal::Imported);
		}
		let orgs = required.difference(agreed);
		(!orgs.is_empty()).then_some(ItemRefusal::NotAgreed { orgs })
	};
	changes.iter().filter_map(|change| Some((change.place(), refusal(change)?))).collect()
}

/// What keeps the former values of these places out, which stand in the page's table as it is looked at. Pages of the request
/// that still have its values may follow.
pub(crate) fn of_former<T: Config>(
	view: &View<'_>,
	policy: &Policy,
	number: u32,
	emergency: bool,
	places: &BTreeMap<Place, Option<i64>>,
) -> (BTreeMap<Place, ItemRefusal>, Looked) {
	let now = Pallet::<T>::moment();
	let elsewhere = Elsewhere::<T>::of(0, 0);
	let Policy { rules, holdings, .. } = policy;
	let network = Network { view, changed: BTreeMap::new(), holdings, elsewhere: &elsewhere };
	let frozen = policy.frozen(view.local_network, (now, now)).filter(|_| !emergency);
	let heads = Manifests::<T>::get(number);
	let may_follow = |cell: &CellId| {
		let is_standing = |head: &PartHead| {
			Some(head.page) == cell.site.page() && head.page != view.page && head.state == PartState::Executed
		};
		cell.site.local_network == view.local_network && heads.iter().any(is_standing)
	};
	let mut known: BTreeMap<(u8, u8, u16), Option<ItemRefusal>> = BTreeMap::new();
	let mut by_rules = |(slot, cell, key): Place, id: CellId| {
		let touched = rules.iter().filter(|(_, rule)| rule.is_touched_by(key.param));
		touched.into_iter().find_map(|(number, rule)| {
			*known.entry((slot, cell, *number)).or_insert_with(|| match rule.check(&network, id) {
				_ if elsewhere.is_exhausted() => Some(ItemRefusal::TooManyNeighbours),
				Ok(()) => None,
				Err(
					RuleDefect::Collision { with }
					| RuleDefect::Unlike { with }
					| RuleDefect::Confusion { with, .. },
				) if may_follow(&with) => None,
				Err(defect) => Some(ItemRefusal::RuleBroken { rule: *number, defect }),
			})
		})
	};
	let mut refused = BTreeMap::new();
	for place in places.keys() {
		let (slot, cell, _) = *place;
		let id = CellId { site: SiteId::new(view.local_network, view.page, slot.into()), cell };
		let refusal = match frozen {
			Some(freeze) => Some(ItemRefusal::Frozen { freeze }),
			None if !emergency && T::Interlocks::energy_window(id, now, now) => {
				Some(ItemRefusal::EnergyWindow)
			}
			None if !emergency && T::Interlocks::outage(id) => Some(ItemRefusal::Outage),
			None => by_rules(*place, id),
		};
		refused.extend(refusal.map(|refusal| (*place, refusal)));
	}
	(refused, elsewhere.looked())
}

/// Whether a request is under way: asked for, carried out, or disputed.
pub(crate) fn is_under_way<T: Config>(request: u32) -> bool {
	Requests::<T>::get(request)
		.is_some_and(|request| !request.phase.is_final() && request.phase != Phase::Draft)
}

/// How a cell would break a rule that looks at it alone, with these values, or none, in the place of what stands there.
pub(crate) fn local_defect<T: Config>(
	view: &View<'_>,
	rules: &RuleList,
	holdings: &HoldingList,
	elsewhere: &Elsewhere<T>,
	cell: (u8, u8),
	key: ParamKey,
	values: &[(ParamKey, Option<i64>)],
) -> Option<RuleDefect> {
	let (slot, number) = cell;
	let changed = values.iter().map(|(key, value)| ((slot, number, *key), *value)).collect();
	let network = Network { view, changed, holdings, elsewhere };
	let site = SiteId::new(view.local_network, view.page, slot.into());
	let touched = rules.iter().filter(|(_, rule)| rule.is_local() && rule.is_touched_by(key.param));
	touched.into_iter().find_map(|(_, rule)| rule.check(&network, CellId { site, cell: number }).err())
}
