// SPDX-License-Identifier: Apache-2.0
//! Who may not act on work orders: every call by the wrong role, company and scope, by a company that is suspended or has
//! left, and while they are paused, in every way of making a call. And orders of what is not there.

use super::{
	table::{suspend, May, Row, Table},
	wrapped::as_council,
	*,
};
use crate::{configs::business::SilenceInOrders, Dispatch};
use pallet_dispatch::{
	resources::types::{Details, Kind, Shift},
	rounds::types::RoundRules,
	Call, Silence as _,
};
use pallet_federation::{Call as Federation, PauseKind, PauseKinds};
use sp_io::hashing::blake2_256;
use sp_runtime::traits::Dispatchable;
use trimast_primitives::{
	order::{
		Alarm, AlarmType, Evidence, Opening, OrderKind, Phase, Place, Relation, ResponsibilityTable, Ruling,
		Severity, Stage, State, Subject, Words, Work,
	},
	params::Parameters,
	plan::{Plan, Score, Skills},
	site::PlmnHolders,
	Hash, Moment,
};

/// A fault that the first carrier has raised and the second handles, with a fact whose body the second asks for.
const OPEN: u32 = 0;
/// One that is judged.
const JUDGED: u32 = 1;
/// One on whose verdict others rule.
const APPEALED: u32 = 2;

/// A crew of the second carrier that is under way to the open fault.
const SENT: u32 = 0;
/// One of the first that nobody has sent.
const IDLE: u32 = 1;
/// Spares of the first that are offered to the second.
const OFFERED: u32 = 2;
/// Spares of the first that the second has on a lease.
const LENT: u32 = 3;

/// The round that takes bids.
const ROUND: u32 = 0;

const TABLE: Table = Table { given, rows, kind: PauseKind::Dispatch };

const DISPATCHER: May = May::Roles(&[Role::Dispatcher]);
const WITNESS: May = May::Roles(&[Role::Dispatcher, Role::Collector]);
const CRITIC: May = May::Roles(&[Role::Dispatcher, Role::Auditor]);

fn dispatcher(org: &str) -> String {
	format!("{org}//dispatcher")
}

fn fault() -> Opening {
	fault_at(0)
}

/// At one of the stations.
fn fault_at(n: usize) -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: OrgId(1),
		place: Place::Station(Sites::stations(PLACE, 0, 3)[n].id),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

fn words() -> Words {
	Words { text: b"seen".to_vec().try_into().unwrap(), body: None }
}

fn alarm() -> Evidence {
	Evidence::Alarm(Alarm {
		id: 1,
		phase: Phase::Raised,
		kind: AlarmType::Equipment,
		severity: Severity::Critical,
		subject: Subject::Power,
		plmn: None,
	})
}

fn anchor(body: Option<Hash>) -> Call<Runtime> {
	Call::anchor_fact { order: OPEN, claimed: 0, evidence: alarm(), body }
}

fn crew() -> Details {
	let base = station("A", 0, 1).position;
	Details {
		area: Scope::LocalNetwork(PLACE),
		kind: Kind::Crew,
		base,
		at: base,
		shift: Shift { from: 0, to: 86_400 },
		speed: 60_000,
		capacity: 10,
		skills: Skills(0),
	}
}

fn spares() -> Details {
	Details { kind: Kind::Spares { part: 1, count: 9 }, ..crew() }
}

fn plan() -> Box<Plan> {
	let (routes, stops) = Default::default();
	Box::new(Plan { round: Hash::zero(), score: Score::default(), routes, stops })
}

/// Begin and end of what is lent.
const TERM: (Moment, Moment) = (0, 86_400_000);

/// Crews, spares and a route, and a round.
fn given_resources() {
	let (one, two) = (dispatcher("//carrier-one"), dispatcher("//carrier-two"));
	let (from, until) = TERM;
	for (owner, details) in [(&two, crew()), (&one, crew()), (&one, spares()), (&one, spares())] {
		admitted(owner, Call::add_resource { details }).unwrap();
	}
	for resource in [OFFERED, LENT] {
		admitted(&one, Call::offer_resource { resource, to: OrgId(1), from, until }).unwrap();
	}
	admitted(&two, Call::take_offer { resource: LENT, from, until }).unwrap();
	pass(1);
	let orders = vec![OPEN].try_into().unwrap();
	let send = Call::override_route { resource: SENT, local_network: PLACE, orders, reason: words() };
	admitted(&two, send).unwrap();
	admitted(&one, Call::open_round { local_network: PLACE }).unwrap();
}

fn given() {
	let (one, two) = (dispatcher("//carrier-one"), dispatcher("//carrier-two"));
	let step = |by: &str, order, to| admitted(by, Call::step { order, to }).unwrap();
	for code in ["A", "B", "C"] {
		admitted("//carrier-one//planner", register(code, 0)).unwrap();
	}
	// Verdicts come soon
	let table = ResponsibilityTable { evidence_term: 1, ..Default::default() };
	RuntimeCall::from(Call::set_table { table }).dispatch(crate::RuntimeOrigin::root()).unwrap();
	// And no round but the one that is called for: the last one alone is kept
	let rules = RoundRules { period: 0, ..Default::default() };
	RuntimeCall::from(Call::set_round_rules { rules }).dispatch(crate::RuntimeOrigin::root()).unwrap();
	for order in [OPEN, JUDGED, APPEALED] {
		admitted(&one, Call::open { opening: fault_at(order as usize) }).unwrap();
		step(&two, order, State::InProgress);
		pass(1);
	}
	admitted(&one, anchor(Some(blake2_256(b"body").into()))).unwrap();
	admitted(&two, Call::ask_body { order: OPEN, fact: 0 }).unwrap();
	for order in [JUDGED, APPEALED] {
		step(&two, order, State::Resolved);
		step(&one, order, State::Closed);
		pass(1);
	}
	pass(3);
	admitted(&two, Call::appeal { order: APPEALED, reason: words() }).unwrap();
	let stage = |order| Dispatch::order(order).unwrap().order.stage;
	assert!(
		matches!(stage(JUDGED), Stage::Judged { .. }) && matches!(stage(APPEALED), Stage::Appealed { .. })
	);
	given_resources();
}

fn rows() -> Vec<Row> {
	let (two, tower, witness) = ("//carrier-two", "//tower", "//witness");
	let digest = Dispatch::facts(OPEN).unwrap().digests[0];
	let bytes = b"body".to_vec().try_into().unwrap();
	let work = Work { percent: 10, ..Work::default() };
	let (not_party, not_concerned) = (Some((tower, "NotParty")), Some((tower, "NotConcerned")));
	let (month, subject) = (24_000, OrgId(0));
	let (not_owner, not_member) = (Some((tower, "NotOwner")), Some((witness, "NotMember")));
	let (local_network, (from, until)) = (PLACE, TERM);
	let orders = vec![JUDGED].try_into().unwrap();
	let all: Vec<(Call<Runtime>, _, _)> = vec![
		(Call::set_table { table: Default::default() }, May::Council, None),
		(
			Call::set_service_level { scope: Scope::National, kind: OrderKind::Remedial, table: None },
			May::Council,
			None,
		),
		(Call::set_limits { limits: Default::default() }, May::Council, None),
		(Call::set_outage_rules { rules: Default::default() }, May::Council, None),
		(Call::set_round_rules { rules: Default::default() }, May::Council, None),
		(Call::open { opening: fault() }, DISPATCHER, not_concerned),
		(Call::step { order: OPEN, to: State::Held }, DISPATCHER, not_party),
		(Call::sign_hold { order: OPEN, change: 1 }, DISPATCHER, Some((two, "OtherSide"))),
		(Call::update { order: OPEN, work }, DISPATCHER, not_party),
		(Call::note { order: OPEN, words: words() }, DISPATCHER, not_concerned),
		(Call::relate { order: OPEN, relation: Relation::DependsOn, other: JUDGED }, DISPATCHER, not_party),
		(anchor(None), WITNESS, not_concerned),
		(Call::countersign_fact { order: OPEN, fact: 0, digest }, DISPATCHER, not_concerned),
		(Call::ask_body { order: OPEN, fact: 0 }, CRITIC, not_concerned),
		(Call::deliver_body { order: OPEN, fact: 0, bytes }, WITNESS, Some((two, "NotAuthor"))),
		(Call::acknowledge_body { order: OPEN, fact: 0 }, CRITIC, Some((tower, "NotAsked"))),
		(Call::deny_fact { order: OPEN, fact: 0 }, CRITIC, not_concerned),
		(Call::appeal { order: JUDGED, reason: words() }, CRITIC, not_party),
		(
			Call::rule { order: APPEALED, ruling: Ruling::default(), reason: words() },
			CRITIC,
			Some((two, "NotRuler")),
		),
		(Call::sign_statement { month, subject, digest: Hash::zero() }, CRITIC, not_member),
		(
			Call::dispute_statement { month, subject, digest: Hash::zero(), reason: words() },
			CRITIC,
			not_member,
		),
		(Call::add_resource { details: crew() }, DISPATCHER, not_member),
		(Call::change_resource { resource: IDLE, details: crew() }, DISPATCHER, not_owner),
		(Call::remove_resource { resource: IDLE }, DISPATCHER, not_owner),
		(Call::offer_resource { resource: IDLE, to: OrgId(1), from, until }, DISPATCHER, not_owner),
		(Call::withdraw_offer { resource: OFFERED }, DISPATCHER, not_owner),
		(Call::take_offer { resource: OFFERED, from, until }, DISPATCHER, Some((tower, "NoOffer"))),
		(Call::meter_lease { resource: LENT, reading: 1 }, DISPATCHER, not_owner),
		(Call::release_resource { resource: LENT }, DISPATCHER, not_owner),
		(
			Call::use_spares { resource: LENT, order: OPEN, used: 1 },
			DISPATCHER,
			Some(("//carrier-one", "NotOwner")),
		),
		(Call::open_round { local_network }, DISPATCHER, not_member),
		(Call::bid { round: ROUND, plan: plan() }, DISPATCHER, not_member),
		(Call::acknowledge_route { resource: SENT }, DISPATCHER, not_owner),
		(Call::refuse_route { resource: SENT, reason: words() }, DISPATCHER, not_owner),
		(Call::finish_visit { resource: SENT, order: OPEN }, DISPATCHER, not_owner),
		(
			Call::override_route { resource: IDLE, local_network, orders, reason: words() },
			DISPATCHER,
			not_owner,
		),
	];
	all.into_iter().map(|(call, may, other)| (call.into(), may, other)).collect()
}

#[test]
fn every_call_stands_in_the_table() {
	TABLE.has_every_call_of::<Call<Runtime>>();
}

#[test]
fn every_call_fails_with_all_other_roles() {
	TABLE.fails_with_all_other_roles();
}

#[test]
fn every_call_fails_in_another_scope() {
	TABLE.fails_in_another_scope();
}

#[test]
fn every_call_fails_for_another_company() {
	TABLE.fails_for_another_company();
}

#[test]
fn every_call_fails_for_a_suspended_company() {
	TABLE.fails_for_a_suspended_company();
}

#[test]
fn company_that_is_leaving_is_refused_as_any_other() {
	TABLE.fails_for_another_company_that_is_leaving();
}

#[test]
fn every_call_fails_for_a_company_that_has_left() {
	TABLE.fails_for_a_company_that_has_left();
}

#[test]
fn every_call_fails_while_its_kind_is_paused() {
	TABLE.fails_while_its_kind_is_paused();
}

#[test]
fn what_the_council_decides_fails_for_every_account() {
	TABLE.what_the_council_decides_fails_for_every_account(5);
}

#[test]
fn what_would_be_too_late_afterwards_goes_on_while_orders_are_paused() {
	local().execute_with(|| {
		given();
		as_council(Federation::pause { kinds: PauseKinds::of(PauseKind::Dispatch) }.into()).unwrap();
		let (one, two) = (dispatcher("//carrier-one"), dispatcher("//carrier-two"));
		assert_eq!(admitted(&two, Call::step { order: OPEN, to: State::Held }), Ok(()));
		let change = Dispatch::order(OPEN).unwrap().changes.len() as u8 - 1;
		assert_eq!(admitted(&one, Call::sign_hold { order: OPEN, change }), Ok(()));
		let claimed = pallet_timestamp::Now::<Runtime>::get();
		let fact = Call::anchor_fact { order: OPEN, claimed, evidence: alarm(), body: None };
		assert_eq!(admitted(&one, fact), Ok(()));
		// And who is under way says so
		let refused = |call: Call<Runtime>| admitted(&two, call).map_err(error_name);
		assert_eq!(refused(Call::acknowledge_route { resource: SENT }), Err("AlreadyGiven"));
		assert_eq!(refused(Call::refuse_route { resource: IDLE, reason: words() }), Err("NoRoute"));
		assert_eq!(refused(Call::finish_visit { resource: SENT, order: OPEN }), Ok(()));
		assert_eq!(refused(Call::bid { round: ROUND, plan: plan() }), Err("CallFiltered"));
	});
}

#[test]
fn silence_lasts_as_long_as_a_suspension_or_a_pause_of_orders() {
	let now = pallet_timestamp::Now::<Runtime>::get;
	let until = || [0, 1].map(|org| SilenceInOrders::until(OrgId(org)));
	let Parameters { suspension_notice, suspension_term, pause_term, .. } = Parameters::SECONDS;
	let last = |from: u64, seconds: u32| from + u64::from(seconds - 1) * 1_000;
	local().execute_with(|| {
		suspend();
		assert_eq!(until(), [None; 2]);
		pass(suspension_notice);
		let from = now();
		// Its end is known before, and stays known
		for _ in 0..2 {
			let [one, two] = until();
			assert_eq!(
				(one, two.map(|two| two.abs_diff(last(from, suspension_term)) <= 2_000)),
				(None, Some(true))
			);
			pass(suspension_term);
		}
	});
	local().execute_with(|| {
		let from = now();
		as_council(Federation::pause { kinds: PauseKinds::of(PauseKind::Dispatch) }.into()).unwrap();
		assert_eq!(until(), [Some(last(from, pause_term)); 2]);
		pass(pause_term / 2);
		as_council(Federation::lift_pause {}.into()).unwrap();
		assert_eq!(until(), [Some(now() - 1_000); 2]);
		pass(5);
		assert_eq!(until(), [Some(now() - 6_000); 2]);
	});
	local().execute_with(|| {
		as_council(Federation::pause { kinds: PauseKinds::of(PauseKind::Sites) }.into()).unwrap();
		assert_eq!(until(), [None; 2]);
		crate::Federation::pause_without_end();
		pass(5);
		assert_eq!(until(), [Some(now()); 2]);
	});
}

#[test]
fn orders_of_what_is_not_there_fail() {
	local().execute_with(|| {
		admitted("//carrier-one//planner", register("A", 0)).unwrap();
		let refused = |opening| {
			pass(1);
			let refused = admitted(&dispatcher("//carrier-one"), Call::open { opening });
			error_name(refused.unwrap_err())
		};
		let place = Place::LocalNetwork(PLACE);
		let job = Opening { kind: OrderKind::Inspection, place, ..fault() };
		// Of a company that there is not, or that has no stations
		assert_eq!(refused(Opening { handler: OrgId(9), ..fault() }), "NotMember");
		assert_eq!(refused(Opening { handler: OrgId(3), ..fault() }), "NotMember");
		// In a territory or at a station that there is not
		let nowhere = LocalNetworkId(1399);
		assert_eq!(refused(Opening { place: Place::LocalNetwork(nowhere), ..job }), "UnknownTerritory");
		assert_eq!(refused(Opening { place: Place::County(PLACE, 0), ..job }), "UnknownTerritory");
		let Place::Station(site) = fault().place else { panic!("a fault is at a station") };
		let absent = trimast_primitives::page::SiteId { index: site.index + 1, ..site };
		assert_eq!(refused(Opening { place: Place::Station(absent), ..fault() }), "NoSuchStation");
		// For a violation that there is not, or of a fault
		let remedial = Opening { kind: OrderKind::Remedial, ..fault() };
		assert_eq!(refused(remedial), "ViolationNeeded");
		assert_eq!(refused(Opening { violation: Some(0), ..remedial }), "OtherViolation");
		assert_eq!(refused(Opening { violation: Some(0), ..fault() }), "ViolationNeeded");
		// As part of an order that there is not
		assert_eq!(refused(Opening { parent: Some(7), ..fault() }), "NoSuchOrder");
		assert_eq!(admitted(&dispatcher("//carrier-one"), Call::open { opening: fault() }), Ok(()));
	});
}

#[test]
fn proxy_for_orders_acts_on_orders_alone() {
	local().execute_with(|| {
		admitted("//carrier-one//planner", register("A", 0)).unwrap();
		let (real, orders, inventory) =
			(dispatcher("//carrier-one"), "//carrier-one//engineer", "//carrier-one//auditor");
		for (delegate, proxy_type) in [(orders, ProxyType::Orders), (inventory, ProxyType::Inventory)] {
			let delegate = Address::Id(account(delegate));
			admitted(&real, pallet_proxy::Call::add_proxy { delegate, proxy_type, delay: 0 }).unwrap();
			pass(1);
		}
		let through = |delegate: &str, call: RuntimeCall| {
			pass(1);
			let real = Address::Id(account(&real));
			let proxied = pallet_proxy::Call::proxy { real, force_proxy_type: None, call: Box::new(call) };
			carried_out(delegate, proxied).map_err(error_name)
		};
		let open = || RuntimeCall::from(Call::open { opening: fault() });
		assert_eq!(through(orders, open()), Ok(()));
		assert_eq!(through(orders, register("B", 0)), Err("CallFiltered"));
		assert_eq!(through(inventory, open()), Err("CallFiltered"));
		assert_eq!(Dispatch::open_orders(OrgId(0), None, 10).len(), 1);
	});
}

#[test]
fn holders_of_networks_are_those_of_the_policy() {
	local().execute_with(|| {
		type Holders = <Runtime as pallet_dispatch::Config>::Holders;
		let held = station("A", 0, 1).plmns.into_iter().map(Holders::holder);
		assert_eq!(held.collect::<Vec<_>>(), [Some(OrgId(0)), Some(OrgId(1))]);
	});
}
