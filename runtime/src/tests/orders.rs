// SPDX-License-Identifier: Apache-2.0
//! Work orders on the chain of the `local` preset: their terms are those of its genesis, verdicts come by themselves, and
//! what governs them changes by motions alone.

use super::*;
use crate::{matters::Matters, Dispatch, Sites};
use pallet_dispatch::Call;
use pallet_federation::Matters as _;
use trimast_primitives::{
	access::Scope,
	matter::Matter,
	order::{
		Limits, Opening, OrderKind, OutageRules, Place, ResponsibilityTable, Severity, SlaTable, Stage,
		State, Terms, Work,
	},
	params::ParameterBounds,
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
		let month = trimast_primitives::calendar::month_of(pallet_timestamp::Now::<Runtime>::get());
		assert_eq!(
			Dispatch::statement(month, OrgId(1)).scores.iter().map(|(_, s)| s.handled).sum::<u32>(),
			1
		);
		// The hook goes by the clock of the block before
		assert!(Dispatch::order_lag() <= 1);
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
		// A table without rows leaves everything undecided, which is allowed
		assert_eq!(defect(Call::set_table { table }), Ok(()));
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
