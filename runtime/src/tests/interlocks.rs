// SPDX-License-Identifier: Apache-2.0
//! What the configuration guard and work orders know of each other: outages keep changes out, confirmed violations open orders,
//! and these end with the observation that shows the approved value.

use super::*;
use crate::{configs::chain::RuntimeBlockWeights, BlockNumber, ConfigGuard, Dispatch, Energy, Sites};
use frame_support::{dispatch::GetDispatchInfo, traits::Hooks};
use pallet_config_guard::{
	agenda::Due,
	changes::types::ItemRefusal,
	types::{CellsResult, Closing, Standing},
	Call as Guard, Event, Sweeps,
};
use pallet_dispatch::{Call as Orders, WeightInfo as _};
use pallet_federation::{PauseKind, PauseKinds};
use pallet_sites::WeightInfo as _;
use trimast_primitives::{
	cells::{
		change::Item,
		digest::{cell_digest, Tag},
		export::Export,
		CellId, CellTable, CellValues, ParamId, ParamKey,
	},
	interlock::{Interlocks, Remedies, StationListener},
	order::{Opening, Order, OrderKind, Place, Severity, State, Work},
	page::SiteId,
	LocalNetworkId, Moment,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);
/// `cellBarred` of the catalogue. 1: not barred.
const BARRED: ParamKey = ParamKey { param: ParamId(7), place: 0 };

fn site() -> SiteId {
	Sites::stations(PLACE, 0, 1)[0].id
}

fn page() -> u16 {
	site().page().unwrap()
}

fn now() -> Moment {
	pallet_timestamp::Now::<Runtime>::get()
}

fn cells(values: [i64; 3]) -> [CellValues; 3] {
	values.map(|value| vec![(BARRED, value)])
}

/// A station of the first carrier, shared by the second, with a baseline of three cells that are not barred.
fn given() {
	let registered = pallet_sites::Call::register { local_network: PLACE, station: station("A", 0, 1) };
	admitted("//carrier-one//planner", registered).unwrap();
	let mut stations = vec![Vec::new(); usize::try_from(site().slot()).unwrap()];
	stations.push(cells([1; 3]).to_vec());
	let table = CellTable::new(&stations).unwrap().to_bytes().unwrap();
	admitted("//carrier-one//engineer", Guard::import { local_network: PLACE, page: page(), table }).unwrap();
	pass(2);
}

/// Goes on to a block with room: the one in which the session changes has none.
fn have_room() {
	if System::block_weight().total().ref_time() > RuntimeBlockWeights::get().max_block.ref_time() / 2 {
		pass(1);
	}
}

/// Makes a call in a block with room.
fn make(seed: &str, call: impl Into<RuntimeCall>) {
	have_room();
	admitted(seed, call).unwrap();
}

/// A company attests what it has read of the three cells.
fn see(org: &str, values: [i64; 3]) {
	pass(1);
	let collector = format!("{org}//collector");
	let number = OrgId(if org == "//carrier-one" { 0 } else { 1 });
	let scope = trimast_primitives::access::Scope::National;
	let export = Export::new(&[format!("{org} {values:?} {}", now())], number, scope, now()).root();
	make(&collector, Guard::anchor_export { scope, root: export, leaves: 1, observed: now() });
	pass(1);
	let sweep = pallet_config_guard::NextSweep::<Runtime>::get();
	make(&collector, Guard::open_sweep { scope });
	pass(3);
	let key = Sweeps::<Runtime>::get(sweep).unwrap().key.unwrap();
	let revision = pallet_config_guard::Heads::<Runtime>::get(PLACE, page()).revision;
	let seen = cells(values);
	let tags: Vec<Tag> = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
	let pages = vec![(page(), revision, tags.try_into().unwrap())].try_into().unwrap();
	let attest: Guard<Runtime> = Guard::attest_cells { sweep, export, local_network: PLACE, pages };
	make(&collector, attest);
	let Some(Event::CellsAttested { results, .. }) = last_of_guard() else { panic!("no results") };
	let (_, CellsResult::Differ(differing)) = results[0].clone() else { panic!("{results:?}") };
	if !differing.is_empty() {
		let values = differing.iter().map(|n| (*n, seen[usize::from(*n)].clone().try_into().unwrap()));
		let values: Vec<_> = values.collect();
		let pages = vec![(page(), revision, values.try_into().unwrap())].try_into().unwrap();
		let attest: Guard<Runtime> = Guard::attest_values { sweep, export, local_network: PLACE, pages };
		make(&collector, attest);
	}
}

fn last_of_guard() -> Option<Event<Runtime>> {
	let of_guard = |event| match event {
		RuntimeEvent::ConfigGuard(event) => Some(event),
		_ => None,
	};
	System::events().into_iter().rev().find_map(|record| of_guard(record.event))
}

/// The orders that a company has raised or handles and that are under way.
fn open_orders(org: u8) -> Vec<(u32, Order)> {
	Dispatch::open_orders(OrgId(org), None, 100)
}

/// A fault of the station, for the second carrier.
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

/// What keeps a change of the first cell out, if anything.
fn refusal() -> Option<ItemRefusal> {
	let slot = u8::try_from(site().slot()).unwrap();
	let part = vec![Item { slot, cell: 0, key: BARRED, value: Some(0) }].try_into().unwrap();
	let window = (0, 10 * 24 * 3_600_000);
	ConfigGuard::check_change(OrgId(0), PLACE, page(), part, window, false).pop().map(|(_, refusal)| refusal)
}

#[test]
fn open_fault_keeps_changes_out_until_it_is_closed() {
	local().execute_with(|| {
		given();
		assert_eq!(refusal(), None);
		// When a fault is open at the station
		let (one, two) = ("//carrier-one//dispatcher", "//carrier-two//dispatcher");
		admitted(one, Orders::open { opening: fault() }).unwrap();
		// Then every cell of it is out, and of no other station
		type Locks = <Runtime as pallet_config_guard::Config>::Interlocks;
		assert_eq!(refusal(), Some(ItemRefusal::Outage));
		let elsewhere = SiteId::new(PLACE, page() + 1, 0);
		let out = |site| (0..3).map(|cell| Locks::outage(CellId { site, cell })).collect::<Vec<_>>();
		assert_eq!((out(site()), out(elsewhere)), (vec![true; 3], vec![false; 3]));
		assert!(!Locks::energy_window(CellId { site: site(), cell: 0 }, 0, Moment::MAX));
		for (by, to) in [(two, State::InProgress), (two, State::Resolved), (one, State::Closed)] {
			assert_eq!(refusal(), Some(ItemRefusal::Outage));
			admitted(by, Orders::step { order: 0, to }).unwrap();
		}
		assert_eq!(refusal(), None);
	});
}

#[test]
fn confirmed_violation_opens_one_order_that_ends_when_another_company_sees_it_restored() {
	local().execute_with(|| {
		given();
		// Given what the second carrier has seen, and nobody else
		see("//carrier-two", [0, 1, 1]);
		assert_eq!(ConfigGuard::violation(0).unwrap().standing, Standing::Alleged);
		pass(3);
		assert_eq!(open_orders(0), []);
		// When the first says so, too
		see("//carrier-one", [0, 1, 1]);
		assert_eq!(ConfigGuard::violation(0).unwrap().standing, Standing::Confirmed);
		pass(1);
		// Then it has an order for it, raised by who saw it first
		let all = open_orders(0);
		let [(number, order)] = &all[..] else { panic!("{all:?}") };
		assert_eq!((order.kind, order.raiser, order.handler), (OrderKind::Remedial, OrgId(1), OrgId(0)));
		assert_eq!((order.place, order.violation), (Place::Station(site()), Some(0)));
		// And that one alone, however often it is seen and asked for
		see("//carrier-two", [0, 1, 1]);
		pass(3);
		let cell = CellId { site: site(), cell: 0 };
		assert_eq!(<Dispatch as Remedies>::open(0, cell, OrgId(1), OrgId(0)), Ok(*number));
		assert_eq!(open_orders(0).len(), 1);
		// And who answers for it does not end it by its own word, as whatever
		let end = |to| {
			pass(2);
			have_room();
			admitted("//carrier-one//dispatcher", Orders::step { order: *number, to }).map_err(error_name)
		};
		assert_eq!(end(State::Rejected), Err("NotRestored"));
		assert_eq!(end(State::InProgress), Ok(()));
		see("//carrier-one", [1; 3]);
		for to in [State::Completed, State::Partial, State::Failed] {
			assert_eq!(end(to), Err("NotRestored"));
		}
		assert_eq!(open_orders(0).len(), 1);
		see("//carrier-two", [1; 3]);
		assert_eq!(ConfigGuard::violation(0).unwrap().closed.map(|(_, why)| why), Some(Closing::Restored));
		assert_eq!(end(State::Completed), Ok(()));
	});
}

#[test]
fn what_a_company_says_of_itself_is_raised_by_another() {
	local().execute_with(|| {
		given();
		see("//carrier-one", [1, 0, 0]);
		pass(1);
		let parties: Vec<_> = open_orders(0)
			.into_iter()
			.map(|(_, order)| (order.raiser, order.handler, order.violation))
			.collect();
		let other = |id| (OrgId(1), OrgId(0), Some(id));
		assert!(parties.len() == 2 && [0, 1].iter().all(|id| parties.contains(&other(*id))), "{parties:?}");
	});
}

/// Has the guard open the order of violation 0 in the block after the next, from the agenda of `org`. Says why it does not.
fn asked(org: u8) -> Option<DispatchError> {
	let (org, block) = (OrgId(org), System::block_number() + 2);
	pallet_config_guard::Agenda::<Runtime>::try_append(org, block, Due::Remedy { violation: 0 }).unwrap();
	pass(2);
	assert!(pallet_config_guard::Agenda::<Runtime>::get(org, block).is_empty(), "it was due");
	System::events().into_iter().find_map(|record| match record.event {
		RuntimeEvent::ConfigGuard(Event::NoRemedy { id: 0, error }) => Some(error),
		_ => None,
	})
}

#[test]
fn order_that_cannot_be_opened_fails_nothing_and_leaves_nothing() {
	local().execute_with(|| {
		given();
		// Given a violation that is confirmed, and a raiser that has as many orders as it may
		see("//carrier-one", [0, 1, 1]);
		assert_eq!(ConfigGuard::violation(0).unwrap().standing, Standing::Confirmed);
		let most = <<Runtime as pallet_dispatch::Config>::MaxOpen as frame_support::traits::Get<u32>>::get();
		pallet_dispatch::Unsettled::<Runtime>::insert(OrgId(1), most);
		// When its order is due
		let next = System::block_number() + 1;
		let weight = <ConfigGuard as Hooks<BlockNumber>>::on_initialize(next);
		// Then it is not opened, the reason is said, and it is charged for
		assert!(saw(|event| matches!(
			event,
			RuntimeEvent::ConfigGuard(Event::NoRemedy { id: 0, error }) if error_name(*error) == "TooManyOrders"
		)));
		assert!(weight.all_gte(<Dispatch as Remedies>::open_weight()));
		assert_eq!((open_orders(0).len(), pallet_dispatch::NextOrder::<Runtime>::get()), (0, 0));
		// And a dispatcher opens one once there is room
		pallet_dispatch::Unsettled::<Runtime>::remove(OrgId(1));
		let opening = Opening {
			kind: OrderKind::Remedial,
			handler: OrgId(0),
			place: Place::Station(site()),
			severity: Severity::Major,
			work: Work::default(),
			parent: None,
			violation: Some(0),
		};
		admitted("//carrier-two//dispatcher", Orders::open { opening }).unwrap();
		// After which the guard has nothing to add
		assert_eq!((asked(0), open_orders(0).len()), (None, 1));
	});
}

#[test]
fn what_is_over_meanwhile_gets_no_order() {
	local().execute_with(|| {
		given();
		see("//carrier-two", [0, 1, 1]);
		see("//carrier-two", [1; 3]);
		assert_eq!(ConfigGuard::violation(0).unwrap().closed.map(|(_, why)| why), Some(Closing::TakenBack));
		assert_eq!((asked(1), open_orders(0).len()), (None, 0));
	});
}

#[test]
fn violations_open_orders_while_calls_of_orders_are_paused() {
	local().execute_with(|| {
		given();
		let pause: pallet_federation::Call<Runtime> =
			pallet_federation::Call::pause { kinds: PauseKinds::of(PauseKind::Dispatch) };
		governance::decide(pause.into(), 2).unwrap();
		see("//carrier-one", [0, 1, 1]);
		pass(1);
		assert_eq!(open_orders(0).len(), 1);
	});
}

#[test]
fn calls_that_tell_of_stations_are_charged_for_it() {
	let told = <Energy as StationListener>::told_weight();
	assert!(told.ref_time() > 0);
	local().execute_with(|| {
		given();
		// The owner's own change asks the baseline about the station, too
		let amend = <Runtime as pallet_sites::Config>::WeightInfo::amend();
		let asked = <Runtime as pallet_sites::Config>::WeightInfo::ask_baseline(1);
		let open = <Runtime as pallet_dispatch::Config>::WeightInfo::open();
		let calls: [(RuntimeCall, _); 4] = [
			(
				pallet_sites::Call::amend { id: site(), station: station("A", 0, 1) }.into(),
				amend.saturating_add(asked),
			),
			(pallet_sites::Call::transfer { id: site(), to: OrgId(1) }.into(), amend),
			(pallet_sites::Call::retire { id: site() }.into(), amend),
			(Orders::open { opening: fault() }.into(), open),
		];
		for (call, own) in calls {
			assert_eq!(call.get_dispatch_info().call_weight, own.saturating_add(told), "{call:?}");
		}
	});
}
