// SPDX-License-Identifier: Apache-2.0

//! Random steps of everybody and random waits: the state keeps its invariants, and a verdict follows from its record.

use crate::{mock::*, NextOrder, Orders};
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use trimast_primitives::{
	order::{
		verdict_digest, Evidence, FactSet, Opening, OrderKind, Phase, Relation, Ruling, Severity, Stage,
		State, Subject,
	},
	Moment, OrgId,
};

/// One thing that somebody tries.
#[derive(Clone, Debug)]
enum Try {
	Open { org: u8, handler: u8, kind: usize, severity: bool, parent: Option<u32> },
	Step { org: u8, order: u32, to: State },
	SignHold { org: u8, order: u32, change: u8 },
	Say { org: u8, order: u32, ago: Moment, what: usize, body: bool },
	Countersign { org: u8, order: u32, fact: u8 },
	Ask { org: u8, order: u32, fact: u8 },
	Deliver { org: u8, order: u32, fact: u8 },
	Acknowledge { org: u8, order: u32, fact: u8 },
	Deny { org: u8, order: u32, fact: u8 },
	Note { org: u8, order: u32, other: u32 },
	Appeal { org: u8, order: u32 },
	Rule { org: u8, order: u32, dismissed: Option<u8>, admitted: Option<u8> },
	Wait { time: Moment },
	Suspend { org: u8, is_over: bool },
}

fn any_org() -> impl Strategy<Value = u8> {
	prop_oneof![3 => Just(0u8), 3 => Just(2u8), 1 => Just(1u8), 1 => Just(3u8)]
}

fn any_try() -> impl Strategy<Value = Try> {
	let (org, order) = (any_org, || 0u32..4);
	let state = prop_oneof![
		4 => Just(State::InProgress),
		2 => Just(State::Resolved),
		2 => Just(State::Closed),
		1 => Just(State::Pending),
		2 => Just(State::Held),
		1 => Just(State::Cancelled),
		1 => Just(State::Completed),
		1 => Just(State::AssessingCancellation),
		1 => Just(State::PendingCancellation),
		1 => Just(State::Rejected),
	];
	let kind = prop_oneof![3 => Just(0usize), 1 => 1usize..3];
	let wait = prop_oneof![0..2 * MINUTE, 0..40 * MINUTE, 0..200 * MINUTE];
	prop_oneof![
		2 => (org(), org(), kind, any::<bool>(), proptest::option::weighted(0.2, order())).prop_map(
			|(org, handler, kind, severity, parent)| Try::Open { org, handler, kind, severity, parent }
		),
		8 => (org(), order(), state).prop_map(|(org, order, to)| Try::Step { org, order, to }),
		2 => (org(), order(), 0u8..8).prop_map(|(org, order, change)| Try::SignHold { org, order, change }),
		5 => (org(), order(), 0..15 * MINUTE, 0usize..8, any::<bool>())
			.prop_map(|(org, order, ago, what, body)| Try::Say { org, order, ago, what, body }),
		3 => (org(), order(), 0u8..6).prop_map(|(org, order, fact)| Try::Countersign { org, order, fact }),
		2 => (org(), order(), 0u8..6).prop_map(|(org, order, fact)| Try::Ask { org, order, fact }),
		2 => (org(), order(), 0u8..6).prop_map(|(org, order, fact)| Try::Deliver { org, order, fact }),
		1 => (org(), order(), 0u8..6).prop_map(|(org, order, fact)| Try::Acknowledge { org, order, fact }),
		2 => (0u8..3, order(), 0u8..6).prop_map(|(org, order, fact)| Try::Deny { org, order, fact }),
		1 => (org(), order(), order()).prop_map(|(org, order, other)| Try::Note { org, order, other }),
		2 => (org(), order()).prop_map(|(org, order)| Try::Appeal { org, order }),
		3 => (1u8..4, order(), proptest::option::of(0u8..4), proptest::option::of(0u8..4))
			.prop_map(|(org, order, dismissed, admitted)| Try::Rule { org, order, dismissed, admitted }),
		6 => wait.prop_map(|time| Try::Wait { time }),
		1 => (org(), any::<bool>()).prop_map(|(org, is_over)| Try::Suspend { org, is_over }),
	]
}

fn evidence(what: usize) -> Evidence {
	let link = Subject::Backhaul { owner: SHARER };
	[
		power(),
		alarm(1, Phase::Cleared, Subject::Power),
		alarm(2, Phase::Raised, link),
		Evidence::GridFailure { phase: Phase::Raised },
		Evidence::BatteryAutonomy { contracted: 120, measured: 60 },
		Evidence::GeneratorArrival { contracted: 180, arrived: None },
		Evidence::AccessRefused { by: TOWER },
		Evidence::AccessGranted { by: TOWER, from: START, to: START + MINUTE },
	][what]
}

fn attempt(step: Try) -> DispatchResult {
	let origin = |org| dispatcher(OrgId(org));
	match step {
		Try::Open { org, handler, kind, severity, parent } => {
			let kind = [OrderKind::Fault, OrderKind::Inspection, OrderKind::GeneratorRun][kind];
			let severity = if severity { Severity::Critical } else { Severity::Minor };
			Dispatch::open(
				origin(org),
				Opening { kind, handler: OrgId(handler), severity, parent, ..fault() },
			)
		}
		Try::Step { org, order, to } => Dispatch::step(origin(org), order, to),
		Try::SignHold { org, order, change } => Dispatch::sign_hold(origin(org), order, change),
		Try::Say { org, order, ago, what, body } => {
			let body = body.then(|| hash_of(b"body"));
			Dispatch::anchor_fact(origin(org), order, Now::get() - ago, evidence(what), body)
		}
		Try::Countersign { org, order, fact } => {
			let digests = Dispatch::facts(order).map(|facts| facts.digests).unwrap_or_default();
			let digest = digests.get(usize::from(fact)).copied().unwrap_or_default();
			Dispatch::countersign_fact(origin(org), order, fact, digest)
		}
		Try::Ask { org, order, fact } => Dispatch::ask_body(origin(org), order, fact),
		Try::Deliver { org, order, fact } => {
			Dispatch::deliver_body(origin(org), order, fact, b"body".to_vec().try_into().unwrap())
		}
		Try::Acknowledge { org, order, fact } => Dispatch::acknowledge_body(origin(org), order, fact),
		Try::Deny { org, order, fact } => Dispatch::deny_fact(origin(org), order, fact),
		Try::Note { org, order, other } => {
			Dispatch::note(origin(org), order, words("seen"))?;
			Dispatch::relate(origin(org), order, Relation::DependsOn, other)
		}
		Try::Appeal { org, order } => Dispatch::appeal(origin(org), order, words("no")),
		Try::Rule { org, order, dismissed, admitted } => {
			let [dismissed, admitted] =
				[dismissed, admitted].map(|fact| fact.into_iter().collect::<FactSet>());
			let ruling = Ruling { admitted, dismissed };
			Dispatch::rule(origin(org), order, ruling, words("seen"))
		}
		Try::Wait { time } => {
			go_on(time);
			Ok(())
		}
		Try::Suspend { org, is_over } => {
			use trimast_primitives::org::OrgStatus;
			let status = if is_over { OrgStatus::Active } else { OrgStatus::Suspended };
			Orgs::mutate(|orgs| orgs[usize::from(org)] = status);
			Ok(())
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]
	#[test]
	fn any_sequence_keeps_the_invariants(steps in proptest::collection::vec(any_try(), 0..60)) {
		run(|| {
			open(OWNER, fault());
			for step in steps {
				let _ = with_storage_layer(|| attempt(step.clone()));
				Dispatch::do_try_state().unwrap_or_else(|error| panic!("{error:?} after {step:?}"));
			}
			Orgs::set(vec![trimast_primitives::org::OrgStatus::Active; 5]);
			// Whatever has ended comes to rest by itself, and nothing is looked at for ever.
			go_on(2_000 * MINUTE);
			for number in 0..NextOrder::<Test>::get() {
				let Some(order) = Orders::<Test>::get(number) else { continue };
				assert!(order.stage == Stage::Open || order.stage == Stage::Settled, "{:?}", order.stage);
				assert!(order.next.is_none(), "{order:?}");
				assert!(order.state != State::Resolved);
				if let Some(view) = Dispatch::verdict(number) {
					let record = Dispatch::record(number).unwrap();
					assert_eq!(verdict_digest(record.genesis, number, &record.verdict().unwrap()), view.digest);
					let sum: u64 = view.charges.iter().map(|charge| charge.time).sum();
					let clock = record.clock();
					assert_eq!(sum, clock.end() - clock.start);
				}
			}
		});
	}
}
