// SPDX-License-Identifier: Apache-2.0
//! Ruling together: motions, majorities, delays, objections, the pause.

use super::*;
use crate::{configs::council::CouncilInstance, Federation, Hash, Sites};
use frame_support::traits::Contains;
use pallet_federation::{PauseKind, PauseKinds};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use trimast_primitives::{
	params::{Governed, Parameters},
	LocalNetworkId,
};

const PRINCIPALS: [&str; 3] = ["//carrier-one", "//carrier-two", "//tower"];

/// Proposes `call` in the council, has the first `ayes` companies vote for it, and closes the motion.
fn decide(call: RuntimeCall, ayes: usize) -> DispatchResult {
	let length = call.encoded_size() as u32;
	let hash = BlakeTwo256::hash_of(&call);
	let threshold = ayes.max(2) as u32;
	let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
	admitted(
		PRINCIPALS[0],
		pallet_collective::Call::<Runtime, CouncilInstance>::propose {
			threshold,
			proposal: Box::new(call),
			length_bound: length,
		},
	)?;
	for principal in &PRINCIPALS[..ayes] {
		admitted(principal, vote(hash, index))?;
	}
	let close = pallet_collective::Call::<Runtime, CouncilInstance>::close {
		proposal_hash: hash,
		index,
		proposal_weight_bound: frame_support::weights::Weight::from_parts(100_000_000_000, u64::MAX / 4),
		length_bound: length,
	};
	admitted(PRINCIPALS[0], close)?;
	let executed = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::Council(pallet_collective::Event::Executed { result, .. }) => Some(result),
		_ => None,
	});
	executed.unwrap_or(Err(DispatchError::Other("not carried")))
}

fn vote(proposal: Hash, index: u32) -> RuntimeCall {
	pallet_collective::Call::<Runtime, CouncilInstance>::vote { proposal, index, approve: true }.into()
}

fn enact(call: impl Into<RuntimeCall>) -> RuntimeCall {
	pallet_federation::Call::enact { call: Box::new(call.into()) }.into()
}

/// Changes the number of buckets of an empty local network: a matter of rules.
fn territory(buckets: u16) -> RuntimeCall {
	pallet_sites::Call::set_local_network {
		id: LocalNetworkId(1301),
		name: b"renamed".to_vec().try_into().unwrap(),
		centre: Position::default(),
		buckets,
	}
	.into()
}

fn buckets() -> u16 {
	Sites::local_networks(Some(LocalNetworkId(1300)), 1)[0].buckets
}

fn parameters() -> Parameters {
	<Federation as Governed>::parameters()
}

#[test]
fn rules_change_by_two_thirds_after_their_delay() {
	local().execute_with(|| {
		assert_eq!(decide(enact(territory(77)), 2), Ok(()));
		pass(parameters().rules_delay - 1);
		assert_ne!(buckets(), 77);
		pass(2);
		assert_eq!(buckets(), 77);
	});
}

#[test]
fn objection_makes_a_rule_wait_for_the_long_delay() {
	local().execute_with(|| {
		decide(enact(territory(77)), 2).unwrap();
		let id = Federation::enactments()[0].id;
		assert_eq!(admitted("//tower", pallet_federation::Call::object { id }), Ok(()));
		pass(parameters().rules_delay + 2);
		assert_ne!(buckets(), 77, "two against the third must wait");
		assert_eq!(Federation::enactments()[0].objections, OrgSet::of(OrgId(2)));
		pass(parameters().long_delay);
		assert_eq!(buckets(), 77);
	});
}

#[test]
fn squatted_station_goes_to_whose_it_is_as_a_matter_of_rules() {
	local().execute_with(|| {
		// Given a code of the other carrier that one has registered first
		let (local_network, code) = (LocalNetworkId(1301), "ST-1");
		let register = |owner, sharer| pallet_sites::Call::register {
			local_network,
			station: station(code, owner, sharer),
		};
		admitted("//carrier-one//planner", register(0, 1)).unwrap();
		let refused = admitted("//carrier-two//planner", register(1, 0)).unwrap_err();
		assert_eq!(error_name(refused), "OwnedByAnother");
		// When two companies decide that it is the other's
		let id = Sites::stations(local_network, 0, 1)[0].id;
		let reassign = || pallet_sites::Call::reassign { id, station: station(code, 1, 0) };
		assert_eq!(admitted("//carrier-two//planner", reassign()), Err(DispatchError::BadOrigin));
		decide(enact(reassign()), 2).unwrap();
		assert_eq!(Sites::station(id).unwrap().entry.station.owner, OrgId(0));
		// Then it is so after the delay
		pass(parameters().rules_delay + 1);
		let entry = Sites::station(id).unwrap().entry;
		assert_eq!((entry.station.owner, entry.signed), (OrgId(1), OrgSet::EMPTY));
	});
}

#[test]
fn one_company_alone_changes_nothing() {
	local().execute_with(|| {
		assert!(decide(enact(territory(77)), 1).is_err());
		pass(parameters().long_delay + 2);
		assert_ne!(buckets(), 77);
	});
}

#[test]
fn constitution_changes_at_once_by_all_and_late_by_two_thirds() {
	let longer = || Parameters { consent_term: 601, ..Parameters::SECONDS };
	let set = || pallet_federation::Call::set_parameters { parameters: longer() };
	local().execute_with(|| {
		decide(enact(set()), 3).unwrap();
		assert_eq!(parameters().consent_term, 601);
	});
	local().execute_with(|| {
		decide(enact(set()), 2).unwrap();
		pass(Parameters::SECONDS.long_delay - 1);
		assert_eq!(parameters().consent_term, 600);
		pass(2);
		assert_eq!(parameters().consent_term, 601);
	});
}

#[test]
fn upgrade_is_authorised_by_all_at_once() {
	local().execute_with(|| {
		let authorize = frame_system::Call::authorize_upgrade { code_hash: Hash::repeat_byte(9) };
		decide(enact(authorize), 3).unwrap();
		assert!(System::authorized_upgrade().is_some());
	});
}

#[test]
fn motion_that_is_no_matter_fails() {
	local().execute_with(|| {
		for call in [
			RuntimeCall::from(frame_system::Call::set_code { code: vec![] }),
			frame_system::Call::set_storage { items: vec![] }.into(),
			frame_system::Call::kill_prefix { prefix: vec![], subkeys: 1 }.into(),
			pallet_sites::Call::import {
				local_network: LocalNetworkId(1301),
				stations: stations(0..1, 0, 1).try_into().unwrap(),
			}
			.into(),
			pallet_utility::Call::dispatch_as {
				as_origin: Box::new(frame_system::RawOrigin::Root.into()),
				call: Box::new(territory(77)),
			}
			.into(),
			pallet_utility::Call::batch_all {
				calls: vec![territory(77), frame_system::Call::set_code { code: vec![] }.into()],
			}
			.into(),
		] {
			assert!(decide(enact(call.clone()), 3).is_err(), "{call:?}");
		}
	});
}

#[test]
fn motion_cannot_reach_past_enact() {
	local().execute_with(|| {
		// A passed motion has the origin of the council, which rules nothing by itself
		assert_eq!(decide(territory(77), 3), Err(DispatchError::BadOrigin));
		assert!(decide(frame_system::Call::set_code { code: vec![] }.into(), 3).is_err());
	});
}

#[test]
fn pause_stops_a_kind_of_calls_and_never_governance() {
	local().execute_with(|| {
		let kinds = PauseKinds::of(PauseKind::Sites);
		decide(pallet_federation::Call::pause { kinds }.into(), 2).unwrap();
		let import = pallet_sites::Call::import {
			local_network: LocalNetworkId(1301),
			stations: stations(0..1, 0, 1).try_into().unwrap(),
		};
		let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
		assert_eq!(admitted("//carrier-one//planner", import.clone()), Err(filtered));
		// Governance goes on
		decide(enact(territory(77)), 3).unwrap();
		assert_eq!(admitted("//tower", pallet_federation::Call::declare_exit {}), Ok(()));
		// And the pause ends by itself
		pass(parameters().pause_term + 1);
		assert_eq!(admitted("//carrier-one//planner", import), Ok(()));
	});
}

#[test]
fn failed_migration_pauses_business_and_leaves_governance_open() {
	use frame_support::migrations::FailedMigrationHandler;
	local().execute_with(|| {
		crate::configs::chain::PauseOnFailure::failed(None);
		pass(parameters().pause_term + parameters().pause_gap);
		let import = pallet_sites::Call::import {
			local_network: LocalNetworkId(1301),
			stations: stations(0..1, 0, 1).try_into().unwrap(),
		};
		assert!(admitted("//carrier-one//planner", import.clone()).is_err());
		decide(pallet_federation::Call::lift_pause {}.into(), 2).unwrap();
		assert_eq!(admitted("//carrier-one//planner", import), Ok(()));
	});
}

#[test]
fn seats_follow_the_federation() {
	local().execute_with(|| {
		admitted(
			"//tower",
			pallet_federation::Call::add_account {
				account: account("//tower//second"),
				roles: trimast_primitives::access::Roles::of(trimast_primitives::access::Role::Admin),
				scope: trimast_primitives::access::Scope::National,
				branch: None,
			},
		)
		.unwrap();
		admitted("//tower", pallet_federation::Call::set_principal { account: account("//tower//second") })
			.unwrap();
		let members = pallet_collective::Members::<Runtime, CouncilInstance>::get();
		assert!(members.contains(&account("//tower//second")) && !members.contains(&account("//tower")));
	});
}

#[test]
fn nobody_but_federation_seats_members() {
	local().execute_with(|| {
		for call in [
			RuntimeCall::from(pallet_membership::Call::<Runtime, CouncilInstance>::change_key {
				new: Address::Id(account("//x")),
			}),
			pallet_membership::Call::<Runtime, CouncilInstance>::reset_members { members: vec![] }.into(),
			pallet_collective::Call::<Runtime, CouncilInstance>::set_members {
				new_members: vec![],
				prime: None,
				old_count: 3,
			}
			.into(),
		] {
			assert!(!crate::filter::BaseCallFilter::contains(&call));
			assert!(admitted("//carrier-one", call).is_err());
		}
	});
}
