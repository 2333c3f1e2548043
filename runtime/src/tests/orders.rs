// SPDX-License-Identifier: Apache-2.0
//! Work orders on the chain of the `local` preset: their terms are those of its genesis, verdicts come by themselves, and
//! what governs them changes by motions alone.

use super::*;
use crate::{matters::Matters, Dispatch, Sites};
use pallet_dispatch::Call;
use pallet_federation::Matters as _;
use trimast_primitives::{
	access::Scope,
	apis::StatementView,
	calendar::month_of,
	matter::Matter,
	order::{
		Alarm, AlarmType, Evidence, Limits, Opening, OrderKind, OutageRules, Phase, Place,
		ResponsibilityTable, Score, Severity, Share, SlaTable, Stage, State, Subject, Terms, Words, Work,
	},
	params::ParameterBounds,
	plan::SlaClass,
	site::TowerSite,
	LocalNetworkId,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);

fn fault() -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: OrgId(1),
		place: Place::Station(Sites::stations(PLACE, 0, 1)[0].id),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

#[test]
fn fault_goes_from_its_opening_to_scores() {
	local().execute_with(|| {
		let (one, two) = ("//carrier-one//dispatcher", "//carrier-two//dispatcher");
		let register = pallet_sites::Call::register { local_network: PLACE, station: station("A", 0, 1) };
		admitted("//carrier-one//planner", register).unwrap();
		admitted(one, Call::open { opening: fault() }).unwrap();
		let rules = Dispatch::order_rules();
		let order = Dispatch::order(0).unwrap().order;
		assert_eq!((order.limits, order.table, order.evidence), (rules.limits, 1, rules.table.evidence_term));
		assert_eq!(order.terms, Some(Terms { response: 120, restoration: 1_440, jeopardy: 750 }));
		assert_eq!(Dispatch::outages(None, 10)[0].stations, 1);
		for (by, to) in [(two, State::InProgress), (two, State::Resolved), (one, State::Closed)] {
			pass(2);
			admitted(by, Call::step { order: 0, to }).unwrap();
		}
		assert_eq!(Dispatch::outages(None, 10), []);
		// Evidence, then the verdict, then its term for appeals
		pass(rules.table.evidence_term + 2);
		let verdict = Dispatch::verdict(0).unwrap();
		assert!(!verdict.is_final);
		assert_eq!(Dispatch::record(0).unwrap().verdict(), Ok(verdict.verdict));
		pass(rules.limits.appeal + 2);
		assert_eq!(Dispatch::order(0).unwrap().order.stage, Stage::Settled);
		let month = month_of(pallet_timestamp::Now::<Runtime>::get());
		assert_eq!(
			Dispatch::statement(month, OrgId(1)).scores.iter().map(|(_, s)| s.handled).sum::<u32>(),
			1
		);
		// The hook goes by the clock of the block before
		assert!(Dispatch::order_lag() <= 1);
	});
}

/// A record that only its owner has signed says that the station is most important and has batteries for days. The tower company,
/// on whose site it puts the station, tells truthfully how long they lasted.
#[test]
fn record_binds_who_has_signed_it() {
	let (one, two, tower) = ("//carrier-one//planner", "//carrier-two//planner", "//tower//planner");
	// Who countersigns it before the fault is opened; the class, the restoration time of the preset, and the ms of penalty
	let cases: [(&[&str], _, _, _); 3] = [
		(&[], SlaClass::Four, 1_440, (0, 0)),
		(&[tower], SlaClass::Four, 1_440, (0, 0)),
		(&[tower, two], SlaClass::One, 120, (10_000, 0)),
	];
	for (signers, class, restoration, penalty) in cases {
		local().execute_with(|| {
			let site = TowerSite { org: OrgId(2), code: b"T-1".to_vec().try_into().unwrap() };
			let mut station = Station { tower: Some(site), ..station("EVIL-1", 0, 1) };
			(station.class, station.autonomy_minutes) = (StationClass::VipCascadeNode, 6_000);
			admitted(one, pallet_sites::Call::register { local_network: PLACE, station }).unwrap();
			for planner in signers {
				let page = Sites::stations(PLACE, 0, 1)[0].id.page().unwrap();
				let pages = vec![(page, Sites::page_digest(PLACE, page).unwrap())].try_into().unwrap();
				admitted(planner, pallet_sites::Call::countersign { local_network: PLACE, pages }).unwrap();
			}
			let (carrier, tower) = ("//carrier-one//dispatcher", "//tower//dispatcher");
			admitted(carrier, Call::open { opening: Opening { handler: OrgId(2), ..fault() } }).unwrap();
			let order = Dispatch::order(0).unwrap().order;
			assert_eq!((order.class, order.terms.unwrap().restoration), (class, restoration));
			let claimed = pallet_timestamp::Now::<Runtime>::get();
			for evidence in [
				Evidence::GridFailure { phase: Phase::Raised },
				Evidence::BatteryAutonomy { contracted: 6_000, measured: 120 },
			] {
				admitted(tower, Call::anchor_fact { order: 0, claimed, evidence, body: None }).unwrap();
			}
			admitted(tower, Call::step { order: 0, to: State::InProgress }).unwrap();
			pass(130);
			admitted(tower, Call::step { order: 0, to: State::Resolved }).unwrap();
			admitted(carrier, Call::step { order: 0, to: State::Closed }).unwrap();
			pass(Dispatch::order_rules().table.evidence_term + 2);
			let given = Dispatch::verdict(0).unwrap();
			let [charge] = given.charges[..] else { panic!("{given:?}") };
			let on_one_word = if signers.is_empty() { 130_000 } else { 0 };
			assert_eq!((charge.share, charge.time), (Share::Company(OrgId(2)), 130_000));
			assert_eq!(charge.on_one_word, on_one_word, "{given:?}");
			assert_eq!((charge.penalty, charge.penalty_on_one_word), penalty, "{given:?}");
			// Whoever has the record comes to the same
			assert_eq!(Dispatch::record(0).unwrap().verdict(), Ok(given.verdict));
		});
	}
}

#[test]
fn statement_of_a_month_that_is_over_is_signed_by_both_sides() {
	const DAY: u64 = 86_400_000 / SLOT_MILLIS;
	let (one, two) = ("//carrier-one//dispatcher", "//carrier-two//dispatcher");
	local().execute_with(|| {
		// Given a fault of which the equipment's owner says itself that it was its own
		let register = pallet_sites::Call::register { local_network: PLACE, station: station("A", 0, 1) };
		admitted("//carrier-one//planner", register).unwrap();
		admitted(one, Call::open { opening: fault() }).unwrap();
		let claimed = pallet_timestamp::Now::<Runtime>::get();
		let subject = Subject::Equipment { owner: OrgId(0) };
		let (phase, kind, severity) = (Phase::Raised, AlarmType::Equipment, Severity::Critical);
		let evidence = Evidence::Alarm(Alarm { id: 1, phase, kind, severity, subject, plmn: None });
		admitted(one, Call::anchor_fact { order: 0, claimed, evidence, body: None }).unwrap();
		for (by, to) in [(two, State::InProgress), (two, State::Resolved), (one, State::Closed)] {
			pass(10);
			admitted(by, Call::step { order: 0, to }).unwrap();
		}
		let rules = Dispatch::order_rules();
		pass(rules.table.evidence_term + rules.limits.appeal + 6);
		assert_eq!(Dispatch::order(0).unwrap().order.stage, Stage::Settled);
		let month = month_of(pallet_timestamp::Now::<Runtime>::get());
		let [own, other] = [0, 1].map(|org| Dispatch::statement(month, OrgId(org)));
		let scores = |view: &StatementView| {
			let of = |(_, score): &(_, Score)| (score.handled, score.charged, score.time);
			view.scores.iter().map(of).collect::<Vec<_>>()
		};
		assert_eq!((scores(&own), scores(&other)), (vec![(0, 1, 20_000)], vec![(1, 0, 0)]));
		let said = |by: &str, call: Call<Runtime>| admitted(by, call).map_err(error_name);
		let sign =
			|by: &str, month, digest| said(by, Call::sign_statement { month, subject: OrgId(0), digest });
		let dispute = |by: &str, digest| {
			let reason = Words { text: b"our books say less".to_vec().try_into().unwrap(), body: None };
			said(by, Call::dispute_statement { month, subject: OrgId(0), digest, reason })
		};
		assert_eq!(sign(one, month, own.digest), Err("OtherMonth"));
		assert_eq!(dispute(one, own.digest), Err("OtherMonth"));

		// When the month is over
		let next = end_block();
		begin_block_in_slot(next, u64::from(next) + 35 * DAY);
		assert_eq!(Dispatch::statement(month, OrgId(0)), own);

		// Then dispatchers and auditors of both sides sign it, once, as it is, and nobody else does
		let (auditor, digest) = ("//carrier-two//auditor", own.digest);
		assert_eq!(sign("//carrier-one//collector", month, digest), Err("MissingRole"));
		assert_eq!(sign("//carrier-two//planner", month, digest), Err("MissingRole"));
		assert_eq!(sign("//witness//auditor", month, digest), Err("NotMember"));
		assert_eq!(sign(one, month + 1, digest), Err("OtherMonth"));
		assert_eq!(sign(one, month, other.digest), Err("OtherDigest"));
		assert_eq!(dispute(one, other.digest), Err("OtherDigest"));
		assert_eq!(dispute(auditor, digest), Ok(()));
		assert_eq!(sign(one, month, digest), Ok(()));
		let standing = || {
			let view = Dispatch::statement(month, OrgId(0));
			(view.signed, view.disputed, view.digest)
		};
		assert_eq!(standing(), (OrgSet::of(OrgId(0)), OrgSet::of(OrgId(1)), digest));
		assert_eq!(sign(two, month, digest), Ok(()));
		assert_eq!(standing(), (OrgSet::of(OrgId(0)).with(OrgId(1)), OrgSet::EMPTY, digest));
		assert_eq!(sign(auditor, month, digest), Err("AlreadyGiven"));
		assert_eq!(dispute(one, digest), Err("AlreadyGiven"));
		let signed =
			pallet_dispatch::Event::StatementSigned { month, subject: OrgId(0), org: OrgId(1), digest };
		assert!(saw(|event| *event == RuntimeEvent::Dispatch(signed.clone())));
		// And the other company's is another one
		assert_eq!(Dispatch::statement(month, OrgId(1)), other);
	});
}

#[test]
fn what_governs_orders_is_a_matter_of_rules_and_nothing_else_is() {
	let sorted = |call: Call<Runtime>| Matters::matter(&call.into());
	for call in [
		Call::set_table { table: Default::default() },
		Call::set_service_level { scope: Scope::National, kind: OrderKind::Fault, table: None },
		Call::set_limits { limits: Default::default() },
		Call::set_outage_rules { rules: Default::default() },
		Call::set_round_rules { rules: Default::default() },
	] {
		assert_eq!(sorted(call), Some(Matter::Rules));
	}
	assert_eq!(sorted(Call::step { order: 0, to: State::Closed }), None);
}

#[test]
fn motion_with_rules_that_cannot_be_is_refused_before_the_vote() {
	let defect = |call: Call<Runtime>| {
		let refused = Matters::check(&call.into(), &ParameterBounds::LOCAL);
		refused.map_err(error_name)
	};
	let table = ResponsibilityTable { rows: Default::default(), ..Default::default() };
	let limits = Limits { body: 0, ..Default::default() };
	let rules = OutageRules { large_area: 0, ..Default::default() };
	let mut level = SlaTable::default();
	level.classes[0].restoration = 0;
	let scope = Scope::National;
	let level = Call::set_service_level { scope, kind: OrderKind::Fault, table: Some(level) };
	local().execute_with(|| {
		assert_eq!(defect(Call::set_limits { limits }), Err("BadLimits"));
		assert_eq!(defect(Call::set_outage_rules { rules }), Err("BadOutageRules"));
		assert_eq!(defect(level), Err("BadServiceLevel"));
		assert_eq!(defect(Call::set_limits { limits: Limits::default() }), Ok(()));
		// A table without rows leaves everything undecided
		assert_eq!(defect(Call::set_table { table }), Err("BadTable"));
		assert_eq!(defect(Call::set_table { table: ResponsibilityTable::default() }), Ok(()));
	});
}

#[test]
fn limits_change_by_a_motion_after_its_delay() {
	local().execute_with(|| {
		let limits = Limits { appeal: 7, ..Dispatch::order_rules().limits };
		governance::decide(governance::enact(Call::set_limits { limits }), 2).unwrap();
		assert_ne!(Dispatch::order_rules().limits.appeal, 7);
		pass(governance::parameters().rules_delay + 2);
		let Limits { version, appeal, .. } = Dispatch::order_rules().limits;
		assert_eq!((version, appeal), (2, 7));
	});
}

#[test]
fn every_preset_has_version_one_of_what_governs_orders() {
	for preset in ["dev", "local", "consortium"] {
		chain(preset).execute_with(|| {
			let rules = Dispatch::order_rules();
			let levels: Vec<_> = rules.service_levels.iter().map(|(.., level)| level.version).collect();
			let versions = (rules.table.version, rules.limits.version, rules.outages.version, levels);
			assert_eq!(versions, (1, 1, 1, vec![1]), "{preset}");
			assert_eq!(Dispatch::responsibility_table(1), Some(rules.table));
		});
	}
	chain("consortium").execute_with(|| {
		let rules = Dispatch::order_rules();
		assert_eq!((rules.table, rules.limits, rules.outages), Default::default());
		let level = (Scope::National, OrderKind::Fault, SlaTable::default());
		assert_eq!(rules.service_levels, [level]);
	});
}
