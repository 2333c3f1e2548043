// SPDX-License-Identifier: Apache-2.0
//! Who may not act on energy: every call by the wrong role, company and scope, by a company that is suspended or has left, and
//! while energy is paused, in every way of making a call.

use super::{
	table::{May, Row, Table},
	*,
};
use crate::Energy;
use pallet_energy::{types::ReportId, Call};
use pallet_federation::PauseKind;
use trimast_primitives::{
	energy::{
		BaselineMethod, Interval, PageCells, Reading, Report, SavingMethod, SavingPlan, Span, StationColumns,
	},
	order::Words,
	Hash,
};

const TABLE: Table = Table { given, rows, kind: PauseKind::Energy };

const COLLECTOR: May = May::Roles(&[Role::Collector]);
const CRITIC: May = May::Roles(&[Role::Planner, Role::Auditor]);
const SAVER: May = May::Roles(&[Role::Planner, Role::Engineer]);
const WAKER: May = May::Roles(&[Role::Engineer, Role::Dispatcher, Role::Planner]);
const PROVER: May = May::Roles(&[Role::Collector, Role::Planner, Role::Auditor]);

/// The chain begins at 8 o'clock of the first day at UTC+8: some hours of it are over.
fn report(energy: i32) -> Report {
	let span = Span { day: 0, first: 0, interval: Interval::Hour, count: 1 };
	let readings = vec![Reading { energy: Some(energy), volumes: [Some(1), Some(2), None, None] }];
	let station = Sites::stations(PLACE, 0, 1).remove(0);
	let slot = u8::try_from(station.id.slot()).unwrap();
	let mut networks = station.entry.station.plmns.to_vec();
	networks.sort();
	let networks = networks.try_into().unwrap();
	let page = station.id.page().unwrap();
	Report::new(page, span, 0, networks, &[StationColumns { slot, register: 0, readings }]).unwrap()
}

/// A cell of the station sleeps in the first hours of tomorrow.
fn saving() -> SavingPlan {
	let id = Sites::stations(PLACE, 0, 1)[0].id;
	let stations = vec![(u8::try_from(id.slot()).unwrap(), 0b10)].try_into().unwrap();
	SavingPlan {
		local_network: PLACE,
		pages: vec![PageCells { page: id.page().unwrap(), stations }].try_into().unwrap(),
		first_day: 1,
		days: 1,
		from: 0,
		until: 20,
		method: SavingMethod::Carrier,
		baseline: BaselineMethod { weeks: 1, elasticity: 0 },
	}
}

/// The first carrier has reported what the second contests, and proposed a plan.
fn given() {
	admitted("//carrier-one//planner", register("A", 0)).unwrap();
	// Who shares the station stands behind its record
	let page = Sites::stations(PLACE, 0, 1)[0].id.page().unwrap();
	let pages = vec![(page, Sites::page_digest(PLACE, page).unwrap())].try_into().unwrap();
	let countersign = pallet_sites::Call::countersign { local_network: PLACE, pages };
	admitted("//carrier-two//planner", countersign).unwrap();
	let reports = vec![report(100)].try_into().unwrap();
	admitted("//carrier-one//collector", Call::report { local_network: PLACE, reports }).unwrap();
	admitted("//carrier-two//collector", contest()).unwrap();
	assert!(standing().dispute.is_some());
	admitted("//carrier-one//planner", Call::propose_plan { plan: Box::new(saving()) }).unwrap();
}

fn contest() -> Call<Runtime> {
	let (reported, seen) = (Box::new(report(100)), Box::new(report(50)));
	Call::contest { local_network: PLACE, owner: OrgId(0), reported, seen }
}

fn id() -> ReportId {
	ReportId { day: 0, local_network: PLACE, page: report(0).page, owner: OrgId(0), first: 0 }
}

fn standing() -> trimast_primitives::apis::EnergyReportView {
	Energy::reports(0, PLACE, id().page, OrgId(0)).remove(0)
}

fn words() -> Words {
	Words { text: b"seen".to_vec().try_into().unwrap(), body: None }
}

fn rows() -> Vec<Row> {
	let (tower, witness) = ("//tower", "//witness");
	let (local_network, report_id, seen) = (PLACE, id(), standing().dispute.unwrap().seen);
	let (month, owner, payer, digest) = (1970 * 12, OrgId(0), OrgId(1), Hash::zero());
	let reports = vec![report(100)].try_into().unwrap();
	let attested = vec![(0, id().page, owner, 0, standing().digest)].try_into().unwrap();
	let lines = vec![(PLACE, digest)].try_into().unwrap();
	let not_party = Some((tower, "NotParty"));
	let (plan, page) = (0, id().page);
	let all: Vec<(Call<Runtime>, _, _)> = vec![
		(Call::set_sharing { scope: Scope::National, from: 1, rule: None }, May::Council, None),
		(
			Call::set_tariff {
				province: ProvinceId(13),
				from: 1,
				tariff: trimast_primitives::energy::Tariff::flat(1),
			},
			May::Council,
			None,
		),
		(
			Call::set_emission_factor { province: None, year: 2026, from: 1, factor: Default::default() },
			May::Council,
			None,
		),
		(Call::set_tolerance { from: 1, tolerance: 0 }, May::Council, None),
		(Call::set_settings { settings: Default::default() }, May::Council, None),
		// What another company says of stations that are not its own is told, reading by reading or report by report.
		(Call::report { local_network, reports }, COLLECTOR, None),
		(Call::attest { local_network, reports: attested }, COLLECTOR, None),
		(contest(), COLLECTOR, Some((witness, "NotConcerned"))),
		(Call::withdraw_contest { report: report_id }, CRITIC, not_party),
		(Call::concede_contest { report: report_id, seen }, CRITIC, not_party),
		(
			Call::rule { report: report_id, seen, for_owner: true, reason: words() },
			CRITIC,
			Some(("//carrier-two", "NotRuler")),
		),
		// Anybody ends what is over.
		(Call::end_contest { report: report_id }, CRITIC, None),
		(Call::sign_lines { month, owner, payer, lines }, CRITIC, not_party),
		(
			Call::dispute_line { month, owner, payer, local_network, digest, reason: words() },
			CRITIC,
			not_party,
		),
		(Call::set_window_rules { rules: Default::default() }, May::Council, None),
		// Another company's plan is of its own stations: whose they are is asked when its pages are examined.
		(Call::propose_plan { plan: Box::new(saving()) }, SAVER, None),
		(Call::examine_page { plan, page }, SAVER, Some(("//carrier-two", "NotProposer"))),
		(Call::consent_to_plan { plan, subject: digest, revision: 0 }, SAVER, Some((tower, "NotExamined"))),
		(Call::approve_page { plan, page }, SAVER, Some((tower, "NotAsked"))),
		(Call::withdraw_plan { plan }, SAVER, Some(("//carrier-two", "NotProposer"))),
		(Call::refuse_plan { plan, reason: words() }, SAVER, Some((tower, "NotAsked"))),
		(
			Call::wake { plan, page, stations: saving().pages[0].stations.clone(), reason: words() },
			WAKER,
			Some((tower, "NotSharer")),
		),
		// Whoever brings the reports, the chain computes.
		(
			Call::prove_page { plan, page, day: 1, today: Default::default(), past: Default::default() },
			PROVER,
			None,
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
	TABLE.what_the_council_decides_fails_for_every_account(6);
}

#[test]
fn what_another_company_says_of_stations_changes_nothing() {
	local().execute_with(|| {
		given();
		let before = standing();
		let reports = vec![report(1)].try_into().unwrap();
		admitted("//carrier-two//collector", Call::report { local_network: PLACE, reports }).unwrap();
		let attested = vec![(0, id().page, OrgId(0), 0, before.digest)].try_into().unwrap();
		admitted("//witness//collector", Call::attest { local_network: PLACE, reports: attested }).unwrap();
		assert_eq!(standing(), before);
		let total = Energy::total(1970 * 12, PLACE, OrgId(1));
		assert_eq!((total.counted, total.sums), (0, vec![]));
	});
}

#[test]
fn proxy_for_energy_acts_on_energy_alone() {
	local().execute_with(|| {
		given();
		let real = "//carrier-two//planner";
		let delegate = Address::Id(account("//carrier-two//engineer"));
		let add = pallet_proxy::Call::add_proxy { delegate, proxy_type: ProxyType::Energy, delay: 0 };
		admitted(real, add).unwrap();
		let through = |call: RuntimeCall| {
			let real = Address::Id(account(real));
			let proxied = pallet_proxy::Call::proxy { real, force_proxy_type: None, call: Box::new(call) };
			carried_out("//carrier-two//engineer", proxied).map_err(error_name)
		};
		assert_eq!(through(register("B", 1)), Err("CallFiltered"));
		assert_eq!(through(Call::withdraw_contest { report: id() }.into()), Ok(()));
		assert!(standing().dispute.is_none());
	});
}
