// SPDX-License-Identifier: Apache-2.0
//! What saving windows, changes and outages know of each other: an agreed window keeps changes out that are no emergency, and an
//! open change or outage keeps a window out.

use super::*;
use crate::{configs::chain::RuntimeBlockWeights, ConfigGuard, Energy, Sites};
use frame_support::weights::Weight;
use pallet_config_guard::{
	changes::types::{ItemRefusal, Terms},
	types::{BaselineRefusal, BaselineResult},
	Call as Guard, Event as Guarded,
};
use pallet_dispatch::Call as Orders;
use pallet_energy::{
	windows::types::{CellRefusal, PageRefusal},
	Call, Event,
};
use trimast_primitives::{
	calendar::begin_of_quarter,
	cells::{catalogue::cell_value, change::Item, CellId, CellTable, CellValues, ParamId, ParamKey},
	energy::{
		BaselineMethod, Interval, PageCells, PlanPhase, Reading, Report, SavingMethod, SavingPlan,
		SavingState, Span, StationColumns, Waker,
	},
	interlock::SavingWindows,
	order::{Opening, OrderKind, Place, Severity, Words, Work},
	page::SiteId,
	LocalNetworkId, Moment,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);
/// `cellBarred` of the catalogue. 1: not barred.
const BARRED: ParamKey = ParamKey { param: ParamId(7), place: 0 };
const DAY: Moment = 24 * 3_600_000;
/// The day on which cells sleep, and the quarter of an hour in which it begins: a week behind one that is reported.
const ASLEEP: u16 = 8;
const BEGIN: u32 = 96 * 8;

/// Ends the block and begins the next, `blocks` times: wherever the clock was moved to.
fn pass(blocks: u32) {
	for _ in 0..blocks {
		let slot = pallet_timestamp::Now::<Runtime>::get() / SLOT_MILLIS + 1;
		begin_block_in_slot(end_block(), slot);
	}
}

fn site() -> SiteId {
	Sites::stations(PLACE, 0, 1)[0].id
}

fn page() -> u16 {
	site().page().unwrap()
}

fn slot() -> u8 {
	u8::try_from(site().slot()).unwrap()
}

fn cell(cell: u8) -> CellId {
	CellId { site: site(), cell }
}

/// A station of the first carrier that the second one shares and has signed for. Its first cell covers the second in full, and the
/// third in part.
fn given() {
	given_with(vec![(BARRED, 1)]);
}

/// The same with these values of its first cell.
fn given_with(first: CellValues) {
	given_of(first, None);
}

/// The same with half hours in which its second cell may not sleep (`esNotAllowedTimePeriod` of the catalogue), if they are named.
fn given_of(first: CellValues, not_allowed: Option<i64>) {
	let registered = pallet_sites::Call::register { local_network: PLACE, station: station("A", 0, 1) };
	admitted("//carrier-one//planner", registered).unwrap();
	let pages = vec![(page(), Sites::page_digest(PLACE, page()).unwrap())].try_into().unwrap();
	let countersign = pallet_sites::Call::countersign { local_network: PLACE, pages };
	admitted("//carrier-two//planner", countersign).unwrap();
	let half_hours = not_allowed.map(|half_hours| (ParamKey::of(ParamId(56)), half_hours));
	let second = covered(2).into_iter().chain(half_hours).collect();
	import([first, second, covered(1)]);
	pass(2);
	// The day before it sleeps has come, and the same day of the week before is reported
	let eve = begin_of_quarter(BEGIN - 96) / SLOT_MILLIS;
	begin_block_in_slot(end_block(), eve);
	let reports = vec![reported()].try_into().unwrap();
	let report: Call<Runtime> = Call::report { local_network: PLACE, reports };
	make("//carrier-one//collector", report);
	assert_eq!(Energy::reports(ASLEEP - 7, PLACE, page(), OrgId(0)).len(), 1);
}

/// What the station has drawn a week before.
fn reported() -> Report {
	let span = Span { day: ASLEEP - 7, first: 0, interval: Interval::Hour, count: 24 };
	let readings = vec![Reading { energy: Some(100), volumes: [Some(1), Some(2), None, None] }; 24];
	let mut networks = Sites::stations(PLACE, 0, 1).remove(0).entry.station.plmns.to_vec();
	networks.sort();
	let networks = networks.try_into().unwrap();
	Report::new(page(), span, 0, networks, &[StationColumns { slot: slot(), register: 0, readings }]).unwrap()
}

/// The values of a cell that the first one covers so far.
fn covered(cover: i64) -> CellValues {
	let [covers, neighbour] = [57, 65].map(|param| ParamKey::of(ParamId(param)));
	vec![(BARRED, 1), (covers, cover), (neighbour, cell_value(cell(0)))]
}

/// Has the owner import the cells of the station.
fn import(cells: [CellValues; 3]) {
	let mut stations = vec![Vec::new(); usize::from(slot())];
	let sorted = |mut values: CellValues| {
		values.sort_unstable();
		values
	};
	stations.push(cells.into_iter().map(sorted).collect());
	let table = CellTable::new(&stations).unwrap().to_bytes().unwrap();
	admitted("//carrier-one//engineer", Guard::import { local_network: PLACE, page: page(), table }).unwrap();
}

/// The whole of the next day, in which these cells sleep, measured against the week before: no other has been.
fn propose(cells: u32) -> u32 {
	let number = pallet_energy::NextPlan::<Runtime>::get();
	let stations = vec![(slot(), cells)].try_into().unwrap();
	let plan = SavingPlan {
		local_network: PLACE,
		pages: vec![PageCells { page: page(), stations }].try_into().unwrap(),
		first_day: ASLEEP,
		days: 1,
		from: 0,
		until: 96,
		method: SavingMethod::DeepSleep,
		baseline: BaselineMethod { weeks: 4, elasticity: 200 },
	};
	make("//carrier-one//planner", Call::propose_plan { plan: Box::new(plan) });
	number
}

/// Makes a call in a block of its own, with room: the one in which the session changes has none.
fn make(seed: &str, call: impl Into<RuntimeCall>) {
	go_on();
	admitted(seed, call).unwrap();
}

/// Goes on to the next block with room.
fn go_on() {
	pass(1);
	if System::block_weight().total().ref_time() > RuntimeBlockWeights::get().max_block.ref_time() / 2 {
		pass(1);
	}
}

/// Has the page examined. Says why its cells are refused.
fn examine(number: u32) -> Vec<(u8, CellRefusal)> {
	make("//carrier-one//engineer", Call::examine_page { plan: number, page: page() });
	refused()
}

/// Why the cells of the page were refused in this block.
fn refused() -> Vec<(u8, CellRefusal)> {
	let told = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::Energy(Event::PageRefused { refusal: PageRefusal::Cells(cells), .. }) => Some(cells),
		_ => None,
	});
	told.map(|cells| cells.into_iter().map(|(_, cell, why)| (cell, why)).collect()).unwrap_or_default()
}

fn consent(number: u32) {
	let plan = Energy::saving_plan(number).unwrap().plan;
	let (subject, revision) = (plan.subject, plan.revision);
	make("//carrier-two//engineer", Call::consent_to_plan { plan: number, subject, revision });
}

fn approve(number: u32) -> Vec<(u8, CellRefusal)> {
	make("//carrier-two//planner", Call::approve_page { plan: number, page: page() });
	refused()
}

fn phase(number: u32) -> PlanPhase {
	Energy::saving_plan(number).unwrap().plan.phase
}

/// What keeps a change of a cell out in this time, if anything.
fn kept_out(cell: u8, window: (Moment, Moment), emergency: bool) -> Option<ItemRefusal> {
	let part = vec![Item { slot: slot(), cell, key: BARRED, value: Some(0) }].try_into().unwrap();
	let refused = ConfigGuard::check_change(OrgId(0), PLACE, page(), part, window, emergency);
	refused.into_iter().next().map(|(_, refusal)| refusal)
}

#[test]
fn agreed_window_keeps_changes_out() {
	local().execute_with(|| {
		given();
		let now = pallet_timestamp::Now::<Runtime>::get();
		let (tonight, begin) = (begin_of_quarter(BEGIN) - 1, begin_of_quarter(BEGIN));
		// Given a plan that is proposed and examined
		let number = propose(0b10);
		assert_eq!(examine(number), []);
		assert_eq!(kept_out(1, (now, 10 * DAY), false), None);
		// When everybody has consented
		consent(number);
		assert_eq!(phase(number), PlanPhase::Agreed);
		// Then the cell that sleeps and the one that stands in are kept from changes in that time, and no other
		let window = Some(ItemRefusal::EnergyWindow);
		let of = |from, to| [0, 1, 2].map(|cell| kept_out(cell, (from, to), false));
		assert_eq!(of(now, begin), [window, window, None]);
		assert_eq!(of(begin + DAY - 1, begin + 2 * DAY), [window, window, None]);
		assert_eq!(of(now, tonight), [None; 3]);
		assert_eq!(of(begin + DAY, begin + 2 * DAY), [None; 3]);
		// And still when it is approved, until it is withdrawn
		assert_eq!(approve(number), []);
		assert_eq!(phase(number), PlanPhase::Approved);
		assert_eq!(kept_out(1, (now, begin), false), window);
		make("//carrier-one//planner", Call::withdraw_plan { plan: number });
		assert_eq!(kept_out(1, (now, begin), false), None);
	});
}

/// What became of the station in the last import.
fn imported() -> Option<BaselineResult> {
	let told = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::ConfigGuard(Guarded::BaselineImported { results, .. }) => Some(results),
		_ => None,
	});
	told.and_then(|results| results.first().map(|(_, result)| *result))
}

/// Goes on to the day on which cells sleep, until the chain has looked at their page, and to a block with room.
fn pass_into_the_day() {
	begin_block_in_slot(end_block(), begin_of_quarter(BEGIN) / SLOT_MILLIS);
	pass(1);
	go_on();
}

#[test]
fn window_that_runs_keeps_imports_out() {
	local().execute_with(|| {
		given();
		let number = propose(0b10);
		examine(number);
		consent(number);
		approve(number);
		pass_into_the_day();
		let sleeps = || Energy::cell_states(PLACE, page()).len();
		assert_eq!(sleeps(), 2);
		// Given a baseline that nobody but its owner has signed, which imports that its cover is locked, or that nothing covers it
		let state = ParamKey::of(ParamId(1));
		let locked = [vec![(state, 0), (BARRED, 1)], covered(2), covered(1)];
		let uncovered = [vec![(BARRED, 1)], covered(0), covered(1)];
		for (cells, cell) in [(locked, 0), (uncovered, 1)] {
			import(cells);
			let refused = BaselineRefusal::EnergyWindow { cell };
			assert_eq!(imported(), Some(BaselineResult::Refused(refused)), "{cell}");
		}
		// Then they stand as they were, and only what no window holds changes
		import([vec![(BARRED, 1)], covered(2), covered(0)]);
		assert_eq!((imported(), sleeps()), (Some(BaselineResult::Written), 2));
		// And to look for windows of the page is charged for
		let (cells, weight) = <Energy as SavingWindows>::in_cells(PLACE, page(), &[(slot(), 1)], 0, 0);
		assert_eq!(cells, []);
		let most = <Energy as SavingWindows>::in_cells_weight();
		assert!(weight.any_gt(Weight::zero()) && most.all_gte(weight), "{weight:?}");
	});
}

#[test]
fn import_before_a_window_wakes_the_cell_that_it_leaves_uncovered() {
	local().execute_with(|| {
		given();
		let number = propose(0b10);
		examine(number);
		consent(number);
		approve(number);
		go_on();
		import([vec![(BARRED, 1)], covered(1), covered(1)]);
		assert_eq!(imported(), Some(BaselineResult::Written));
		pass_into_the_day();
		assert!(Energy::cell_states(PLACE, page()).is_empty());
	});
}

#[test]
fn plan_that_is_refused_keeps_nothing_out() {
	local().execute_with(|| {
		given();
		let now = pallet_timestamp::Now::<Runtime>::get();
		let number = propose(0b10);
		assert_eq!(examine(number), []);
		// Given that it has consented
		consent(number);
		assert_eq!(kept_out(1, (now, 10 * DAY), false), Some(ItemRefusal::EnergyWindow));
		let reason = Words { text: b"a fair".to_vec().try_into().unwrap(), body: None };
		make("//carrier-two//planner", Call::refuse_plan { plan: number, reason });
		assert_eq!((phase(number), kept_out(1, (now, 10 * DAY), false)), (PlanPhase::Refused, None));
		pass(1);
		assert_eq!(Energy::saving_plan(number), None);
	});
}

#[test]
fn change_that_is_asked_for_is_refused_in_a_window() {
	local().execute_with(|| {
		given();
		let number = propose(0b10);
		examine(number);
		consent(number);
		// When a change is asked for that meets the window, it leaves no request
		ask(1, 2 * DAY);
		assert_eq!(ConfigGuard::requests(0, 10).0, []);
		assert!(!<ConfigGuard as trimast_primitives::interlock::OpenChanges>::has_open_change(cell(1)));
		// And one for the third cell does
		ask(2, 2 * DAY);
		assert_eq!(ConfigGuard::requests(0, 10).0.len(), 1);
	});
}

/// Asks for a change of a cell, to which the second carrier has to agree, from now on for so long.
fn ask(cell: u8, length: Moment) {
	let now = pallet_timestamp::Now::<Runtime>::get();
	let terms = Terms {
		window: (now, now + length),
		whole: false,
		emergency: false,
		guard: Default::default(),
		reason: Default::default(),
	};
	let part = vec![Item { slot: slot(), cell, key: BARRED, value: Some(0) }].try_into().unwrap();
	let request: Guard<Runtime> = Guard::request { local_network: PLACE, terms, page: page(), part };
	make("//carrier-one//engineer", request);
}

#[test]
fn open_change_keeps_a_window_out() {
	local().execute_with(|| {
		given();
		// Given a change of the cell that is asked for
		ask(1, 3_600_000);
		let number = propose(0b10);
		assert_eq!(examine(number), [(1, CellRefusal::ChangeOpen)]);
		make("//carrier-one//engineer", Guard::withdraw { request: 0 });
		assert_eq!(examine(number), []);
		// And one of the cell that stands in, which was asked for before everybody had consented
		ask(0, 3_600_000);
		consent(number);
		assert_eq!(approve(number), [(1, CellRefusal::CoverChanges { by: cell(0) })]);
		assert_eq!(phase(number), PlanPhase::Agreed);
		make("//carrier-one//engineer", Guard::withdraw { request: 1 });
		assert_eq!(approve(number), []);
		assert_eq!(phase(number), PlanPhase::Approved);
	});
}

#[test]
fn cell_that_is_covered_in_part_or_whose_cover_sleeps_does_not_sleep() {
	local().execute_with(|| {
		given();
		let number = propose(0b111);
		let sleeps = CellRefusal::CoverSleeps { by: cell(0) };
		let not_covered = CellRefusal::NotCovered;
		assert_eq!(examine(number), [(0, not_covered), (1, sleeps), (2, not_covered)]);
	});
}

/// A grave fault at the station, for the second carrier.
fn fault() -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: OrgId(1),
		place: Place::Station(site()),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

#[test]
fn outage_that_begins_in_a_window_wakes_the_cell() {
	local().execute_with(|| {
		given();
		let number = propose(0b10);
		examine(number);
		consent(number);
		approve(number);
		// Given that the day has come, and the chain has looked at the page
		pass_into_the_day();
		let sleeps = || Energy::cell_states(PLACE, page()).len();
		assert_eq!(sleeps(), 2);
		// When a fault is raised at its station
		admitted("//carrier-one//dispatcher", Orders::open { opening: fault() }).unwrap();
		assert_eq!((sleeps(), pallet_energy::Noted::<Runtime>::iter_keys().count()), (2, 1));
		// Then the chain wakes it in the next block
		pass(1);
		let woken = |event: &RuntimeEvent| {
			let outage = Waker::Outage;
			matches!(event, RuntimeEvent::Energy(Event::CellsWoken { plan, by, .. }) if (*plan, *by) == (number, outage))
		};
		assert!(saw(woken));
		assert_eq!((sleeps(), pallet_energy::Noted::<Runtime>::iter_keys().count()), (0, 0));
	});
}

#[test]
fn open_outage_keeps_a_window_out() {
	local().execute_with(|| {
		given();
		make("//carrier-one//dispatcher", Orders::open { opening: fault() });
		let number = propose(0b10);
		assert_eq!(examine(number), [(1, CellRefusal::Outage)]);
	});
}

#[test]
fn cell_sleeps_and_is_woken_by_who_shares_it_while_energy_is_paused() {
	local().execute_with(|| {
		given();
		let number = propose(0b10);
		examine(number);
		consent(number);
		approve(number);
		// When the day has come
		pass_into_the_day();
		let states = || {
			let states = Energy::cell_states(PLACE, page()).into_iter();
			states.map(|of| (of.cell, of.state)).collect::<Vec<_>>()
		};
		let stands_in = (0, SavingState::CompensatingForEnergySaving);
		assert_eq!(states(), [stands_in, (1, SavingState::EnergySaving)]);
		// And an emergency passes where nothing else does
		let now = pallet_timestamp::Now::<Runtime>::get();
		assert_eq!(kept_out(1, (now, now + 1), false), Some(ItemRefusal::EnergyWindow));
		assert_eq!(kept_out(1, (now, now + 1), true), None);
		// Then the sharer's dispatcher wakes it, whatever is paused
		pallet_federation::Paused::<Runtime>::put(pallet_federation::types::Pause {
			kinds: pallet_federation::PauseKinds::of(pallet_federation::PauseKind::Energy),
			until: None,
		});
		let withdraw = Call::withdraw_plan { plan: number };
		let paused = admitted("//carrier-one//planner", withdraw).map_err(error_name);
		assert_eq!(paused, Err("CallFiltered"));
		let reason = Words { text: b"calls drop".to_vec().try_into().unwrap(), body: None };
		let stations = vec![(slot(), 0b10)].try_into().unwrap();
		let wake: Call<Runtime> = Call::wake { plan: number, page: page(), stations, reason };
		admitted("//carrier-two//dispatcher", wake).unwrap();
		assert_eq!(states(), []);
	});
}

#[test]
fn cell_sleeps_only_when_its_baseline_allows_it() {
	let all_but_the_last = (1 << 47) - 1;
	for (not_allowed, expected) in [
		(all_but_the_last, vec![(1, CellRefusal::NotAllowed)]),
		(1 << 47, vec![(1, CellRefusal::NotAllowed)]),
		(0, vec![]),
	] {
		local().execute_with(|| {
			given_of(vec![(BARRED, 1)], Some(not_allowed));
			assert_eq!(examine(propose(0b10)), expected, "{not_allowed}");
		});
	}
}

#[test]
fn cell_that_is_locked_stands_in_for_none() {
	// `administrativeState` of `NRCellDU` in the catalogue. 0: locked.
	let state = ParamKey::of(ParamId(1));
	local().execute_with(|| {
		given_with(vec![(state, 0), (BARRED, 1)]);
		assert_eq!(examine(propose(0b10)), [(1, CellRefusal::CoverLocked { by: cell(0) })]);
	});
	local().execute_with(|| {
		given_with(vec![(state, 2), (BARRED, 1)]);
		assert_eq!(examine(propose(0b10)), []);
	});
}
