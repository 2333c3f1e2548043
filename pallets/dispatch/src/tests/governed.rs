// SPDX-License-Identifier: Apache-2.0

//! What the council sets, and what it cannot.

use crate::{mock::*, rounds::types::RoundRules, Call, Error, Event, Tables};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use sp_runtime::{traits::BadOrigin, DispatchError};
use trimast_primitives::{
	access::Scope,
	order::{
		Conditions, Floors, Limits, OrderKind, OutageRules, ResponsibilityTable, Severities, SlaTable, Terms,
	},
	ProvinceId,
};

const ROOT: fn() -> RuntimeOrigin = RuntimeOrigin::root;

fn calls() -> [Call<Test>; 5] {
	let (scope, kind) = (Scope::National, OrderKind::Fault);
	[
		Call::set_table { table: ResponsibilityTable::default() },
		Call::set_service_level { scope, kind, table: Some(service_level()) },
		Call::set_limits { limits: LIMITS },
		Call::set_outage_rules { rules: OutageRules::default() },
		Call::set_round_rules { rules: ROUND_RULES },
	]
}

/// The same with what cannot be.
fn bad_calls() -> Vec<(Call<Test>, Error<Test>)> {
	let (scope, kind) = (Scope::National, OrderKind::Fault);
	let level = |terms| SlaTable { classes: [terms, TERMS, TERMS, TERMS], ..service_level() };
	let mut empty = ResponsibilityTable::default();
	empty.rows[0].all = Conditions::EMPTY;
	vec![
		(Call::set_table { table: empty }, Error::BadTable),
		(
			Call::set_table { table: ResponsibilityTable { rows: Default::default(), ..Default::default() } },
			Error::BadTable,
		),
		(
			Call::set_table {
				table: ResponsibilityTable { grave: Severities(0), ..ResponsibilityTable::default() },
			},
			Error::BadTable,
		),
		(
			Call::set_service_level { scope: Scope::Province(ProvinceId(99)), kind, table: None },
			Error::UnknownTerritory,
		),
		(
			Call::set_service_level {
				scope,
				kind,
				table: Some(level(Terms { restoration: TERMS.restoration + 1, ..TERMS })),
			},
			Error::BadServiceLevel,
		),
		(
			Call::set_service_level { scope, kind, table: Some(level(Terms { jeopardy: 1_001, ..TERMS })) },
			Error::BadServiceLevel,
		),
		(
			Call::set_table {
				table: ResponsibilityTable { evidence_term: 31_536_001, ..Default::default() },
			},
			Error::BadTable,
		),
		(
			Call::set_service_level {
				scope,
				kind,
				table: Some(SlaTable { silence: 31_536_001, ..service_level() }),
			},
			Error::BadServiceLevel,
		),
		(Call::set_limits { limits: Limits { appeal: 0, ..LIMITS } }, Error::BadLimits),
		(Call::set_limits { limits: Limits { body: u32::MAX, ..LIMITS } }, Error::BadLimits),
		(
			Call::set_outage_rules { rules: OutageRules { large_area: 0, ..OutageRules::default() } },
			Error::BadOutageRules,
		),
		(
			Call::set_outage_rules { rules: OutageRules { yellow: 6, ..OutageRules::default() } },
			Error::BadOutageRules,
		),
	]
}

fn dispatch(call: Call<Test>, origin: RuntimeOrigin) -> sp_runtime::DispatchResult {
	use frame_support::traits::UnfilteredDispatchable;
	call.dispatch_bypass_filter(origin).map(|_| ()).map_err(|refusal| refusal.error)
}

#[test]
fn only_the_council_governs() {
	run(|| {
		for call in calls() {
			for origin in [dispatcher(OWNER), auditor(TOWER), RuntimeOrigin::none()] {
				assert_noop!(dispatch(call.clone(), origin), BadOrigin);
			}
			assert_ok!(Dispatch::check_call(&call));
			assert_ok!(dispatch(call, ROOT()));
		}
	});
}

#[test]
fn what_cannot_be_is_refused_before_anybody_votes() {
	run(|| {
		for (call, error) in bad_calls() {
			let error = DispatchError::from(error);
			assert_eq!(Dispatch::check_call(&call), Err(error), "{call:?}");
			assert_noop!(dispatch(call, ROOT()), error);
		}
	});
}

#[test]
fn no_vote_leaves_less_time_than_the_floors() {
	run(|| {
		let RoundRules { bidding, answer, .. } = ROUND_RULES;
		let silence = service_level().silence;
		let floors = Floors { limits: LIMITS, evidence: 600, silence, bidding, answer };
		crate::FloorsOf::<Test>::put(floors);
		let (scope, kind) = (Scope::National, OrderKind::Fault);
		let set = |table| Dispatch::set_service_level(ROOT(), scope, kind, Some(table));
		assert_ok!(set(service_level()));
		let short = SlaTable { silence: service_level().silence - 1, ..service_level() };
		assert_noop!(set(short), Error::<Test>::BadServiceLevel);
		assert_ok!(Dispatch::set_limits(ROOT(), LIMITS));
		let short = Limits { ruling: LIMITS.ruling - 1, ..LIMITS };
		assert_noop!(Dispatch::set_limits(ROOT(), short), Error::<Test>::BadLimits);
		assert_ok!(Dispatch::set_table(ROOT(), ResponsibilityTable::default()));
		let short = ResponsibilityTable { evidence_term: 599, ..Default::default() };
		assert_noop!(Dispatch::set_table(ROOT(), short), Error::<Test>::BadTable);
		assert_ok!(Dispatch::set_round_rules(ROOT(), ROUND_RULES));
		for short in [
			RoundRules { bidding: bidding - 1, ..ROUND_RULES },
			RoundRules { answer: answer - 1, ..ROUND_RULES },
		] {
			assert_noop!(Dispatch::set_round_rules(ROOT(), short), Error::<Test>::BadRoundRules);
		}
	});
}

#[test]
#[should_panic(expected = "cannot be governed so")]
fn genesis_below_its_own_floors_is_none() {
	let floors = Floors { evidence: 601, ..Floors::default() };
	ext().execute_with(|| {
		let (table, limits) = (Default::default(), Default::default());
		crate::governed::build::<Test>(&table, &[], &limits, &Default::default(), &floors);
	});
}

#[test]
#[should_panic(expected = "no round can be held")]
fn rounds_of_genesis_below_its_own_floors_are_none() {
	ext().execute_with(|| {
		crate::FloorsOf::<Test>::put(Floors { answer: 601, ..Floors::default() });
		crate::rounds::build::<Test>(&ROUND_RULES);
	});
}

#[test]
fn versions_count_up_and_tables_stay() {
	run(|| {
		for version in 2..5 {
			let table = ResponsibilityTable { evidence_term: version, version: 99, ..Default::default() };
			assert_ok!(Dispatch::set_table(ROOT(), table));
			assert_eq!(last_event(), Event::TableSet { version });
			assert_ok!(Dispatch::set_limits(ROOT(), Limits { version: 99, ..LIMITS }));
			assert_eq!(last_event(), Event::LimitsSet { version });
			let rules = OutageRules { version: 99, ..OutageRules::default() };
			assert_ok!(Dispatch::set_outage_rules(ROOT(), rules));
			assert_eq!(last_event(), Event::OutageRulesSet { version });
		}
		let terms: Vec<_> = (1..5).map(|n| Tables::<Test>::get(n).unwrap().evidence_term).collect();
		assert_eq!(terms, [600, 2, 3, 4]);
		let set = |table| {
			let (scope, kind) = (Scope::National, OrderKind::Fault);
			assert_ok!(Dispatch::set_service_level(ROOT(), scope, kind, table));
		};
		set(None);
		set(Some(service_level()));
		let rules = Dispatch::order_rules();
		assert_eq!(rules.service_levels.len(), 1);
		assert_eq!((rules.service_levels[0].2.version, rules.table.version), (3, 4));
	});
}

/// A table that leaves all undecided that was not planned.
fn only_planned() -> ResponsibilityTable {
	let mut table = ResponsibilityTable::default();
	table.rows.truncate(1);
	table
}

#[test]
fn a_chain_that_gets_the_pallet_by_an_upgrade_begins_as_a_new_one() {
	run(|| {
		// Nothing of the pallet's is there.
		let prefix = sp_io::hashing::twox_128(b"Dispatch");
		let _ = frame_support::storage::unhashed::clear_prefix(&prefix, None, None);
		assert!(!crate::TableInForce::<Test>::exists());
		Dispatch::on_runtime_upgrade();
		assert_eq!(Dispatch::responsibility_table(1), Some(ResponsibilityTable::default()));
		let (scope, kind) = (Scope::National, OrderKind::Fault);
		assert_ok!(Dispatch::set_service_level(ROOT(), scope, kind, Some(service_level())));
		let number = open(OWNER, fault());
		let short = only_planned();
		assert_ok!(Dispatch::set_table(ROOT(), short.clone()));
		assert_eq!((order(number).table, last_event()), (1, Event::TableSet { version: 2 }));
		assert_eq!(Dispatch::responsibility_table(1), Some(ResponsibilityTable::default()));
		// Another upgrade changes nothing.
		Dispatch::on_runtime_upgrade();
		assert_eq!(Dispatch::order_rules().table, ResponsibilityTable { version: 2, ..short });
	});
}

#[test]
fn an_order_is_judged_by_the_table_of_its_opening() {
	run(|| {
		let number = open(OWNER, fault());
		assert_ok!(say(OWNER, number, START, power()));
		assert_ok!(Dispatch::set_table(ROOT(), only_planned()));
		let later = open(SHARER, fault());
		assert_ok!(say(OWNER, later, START, power()));
		go_on(30 * MINUTE);
		for (raiser, number) in [(OWNER, number), (SHARER, later)] {
			use trimast_primitives::order::State;
			steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (raiser, State::Closed)]);
		}
		go_on(EVIDENCE_TERM + 2 * SECOND);
		use trimast_primitives::order::Share;
		let shares =
			|number| Dispatch::verdict(number).unwrap().charges.iter().map(|c| c.share).collect::<Vec<_>>();
		assert_eq!(shares(number), [Share::Company(TOWER)]);
		assert_eq!(shares(later), [Share::Undecided]);
	});
}
