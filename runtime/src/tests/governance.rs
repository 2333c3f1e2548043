// SPDX-License-Identifier: Apache-2.0
//! Ruling together: motions, majorities, delays, objections, the pause.

use super::*;
use crate::{configs::council::CouncilInstance, Federation, Hash, Sites};
use frame_support::traits::Contains;
use pallet_federation::{types::MAX_PROPOSAL_BYTES, PauseKind, PauseKinds};
use sp_runtime::traits::{BlakeTwo256, Dispatchable, Hash as _};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	org::OrgKind,
	params::{Governed, Parameters},
	LocalNetworkId,
};

const PRINCIPALS: [&str; 3] = ["//carrier-one", "//carrier-two", "//tower"];

/// Proposes `call` in the council, has the first `ayes` companies vote for it, and closes the motion.
pub(super) fn decide(call: RuntimeCall, ayes: usize) -> DispatchResult {
	let length = call.encoded_size() as u32;
	let (hash, index) = open(call, ayes)?;
	admitted(PRINCIPALS[0], close(hash, index, length))?;
	executed()
}

/// What became of the motion that was carried out last.
fn executed() -> DispatchResult {
	let executed = System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::Council(pallet_collective::Event::Executed { result, .. }) => Some(result),
		_ => None,
	});
	executed.unwrap_or(Err(DispatchError::Other("not carried")))
}

/// Proposes `call` in the council for that many ayes, two at least, and has the first companies vote for it.
fn open(call: RuntimeCall, ayes: usize) -> Result<(Hash, u32), DispatchError> {
	let hash = BlakeTwo256::hash_of(&call);
	let index = pallet_collective::ProposalCount::<Runtime, CouncilInstance>::get();
	admitted(PRINCIPALS[0], propose(call, ayes.max(2) as u32))?;
	for principal in &PRINCIPALS[..ayes] {
		admitted(principal, vote(hash, index))?;
	}
	Ok((hash, index))
}

fn propose(call: RuntimeCall, threshold: u32) -> RuntimeCall {
	let length_bound = call.encoded_size() as u32;
	let proposal = Box::new(call);
	pallet_collective::Call::<Runtime, CouncilInstance>::propose { threshold, proposal, length_bound }.into()
}

fn close(proposal_hash: Hash, index: u32, length_bound: u32) -> RuntimeCall {
	let proposal_weight_bound = frame_support::weights::Weight::from_parts(100_000_000_000, u64::MAX / 4);
	pallet_collective::Call::<Runtime, CouncilInstance>::close {
		proposal_hash,
		index,
		proposal_weight_bound,
		length_bound,
	}
	.into()
}

fn vote(proposal: Hash, index: u32) -> RuntimeCall {
	pallet_collective::Call::<Runtime, CouncilInstance>::vote { proposal, index, approve: true }.into()
}

pub(super) fn enact(call: impl Into<RuntimeCall>) -> RuntimeCall {
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

pub(super) fn parameters() -> Parameters {
	<Federation as Governed>::parameters()
}

/// What becomes of a call that the filter stops.
fn filtered() -> DispatchResult {
	Err(frame_system::Error::<Runtime>::CallFiltered.into())
}

/// What becomes of a call that a motion with so many ayes of three consists of, however it came onto the list.
fn as_council(call: RuntimeCall, ayes: u32) -> DispatchResult {
	let origin = pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(ayes, 3);
	call.dispatch(origin.into()).map(|_| ()).map_err(|failed| failed.error)
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
		let id = Federation::enactments(None, 1)[0].id;
		assert_eq!(admitted("//tower", pallet_federation::Call::object { id }), Ok(()));
		pass(parameters().rules_delay + 2);
		assert_ne!(buckets(), 77, "two against the third must wait");
		assert_eq!(Federation::enactments(None, 1)[0].objections, OrgSet::of(OrgId(2)));
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
		// What the council's origin cannot do is not even voted on
		assert_eq!(decide(territory(77), 3), filtered());
		assert_eq!(decide(frame_system::Call::set_code { code: vec![] }.into(), 3), filtered());
		// A passed motion has the origin of the council, which rules nothing by itself
		assert_eq!(as_council(territory(77), 3), Err(DispatchError::BadOrigin));
		assert!(as_council(frame_system::Call::set_code { code: vec![] }.into(), 3).is_err());
	});
}

#[test]
fn motion_that_can_never_take_effect_is_not_put_on_the_list() {
	let set = |parameters| pallet_federation::Call::set_parameters { parameters };
	let pause = |bits| pallet_federation::Call::pause { kinds: PauseKinds(bits) };
	let witness = || pallet_federation::Call::invite {
		kind: OrgKind::Witness,
		name: b"new".to_vec().try_into().unwrap(),
		principal: account("//new"),
	};
	local().execute_with(|| {
		let endless = Parameters { pause_term: u32::MAX, ..Parameters::SECONDS };
		let calls = vec![RuntimeCall::from(set(Parameters::SECONDS)), set(endless).into()];
		let in_a_batch = RuntimeCall::from(pallet_utility::Call::batch_all { calls });
		for (proposal, ayes) in [
			(enact(set(endless)), 3),
			(enact(in_a_batch), 3),
			(enact(witness()), 2),
			(enact(pause(1)), 3),
			(enact(territory(0)), 3),
			(enact(territory(77)), 4),
			(pause(0).into(), 3),
		] {
			let refused = admitted(PRINCIPALS[0], propose(proposal.clone(), ayes));
			assert_eq!(refused, filtered(), "{proposal:?}");
			// Nor in a batch
			let batch = pallet_utility::Call::batch_all { calls: vec![propose(proposal, ayes)] };
			assert_eq!(admitted(PRINCIPALS[0], batch), filtered());
		}
		assert!(Federation::motions(None, 10).is_empty());
		// And what can take effect is
		for (proposal, ayes) in [(enact(witness()), 3), (enact(territory(77)), 2), (pause(1).into(), 2)] {
			assert_eq!(admitted(PRINCIPALS[0], propose(proposal, ayes)), Ok(()));
		}
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
		// Whatever the migrations pallet is told to do then
		<Runtime as pallet_migrations::Config>::FailedMigrationHandler::failed(None);
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

/// What wraps a call so that the council's origin is handed on to it.
fn batches(call: impl Fn() -> RuntimeCall) -> Vec<RuntimeCall> {
	use pallet_utility::Call::{batch, batch_all, force_batch};
	let inner = || RuntimeCall::from(batch { calls: vec![call()] });
	vec![
		inner(),
		batch_all { calls: vec![call()] }.into(),
		force_batch { calls: vec![call()] }.into(),
		batch { calls: vec![inner()] }.into(),
		batch_all { calls: vec![inner()] }.into(),
		force_batch { calls: vec![batch_all { calls: vec![call()] }.into()] }.into(),
	]
}

#[test]
fn votes_of_an_open_motion_are_spent_by_no_other() {
	let longer = || Parameters { consent_term: 601, ..Parameters::SECONDS };
	let set = || enact(pallet_federation::Call::set_parameters { parameters: longer() });
	local().execute_with(|| {
		// Given a motion that is open with the votes of all
		let (hash, index) = open(set(), 3).unwrap();
		// When one company proposes what is carried out at once with its vote alone, or two decide a motion of theirs
		assert!(admitted(PRINCIPALS[0], propose(set(), 1)).is_err(), "it is proposed already");
		for call in batches(set) {
			let nested = matches!(&call, RuntimeCall::Utility(pallet_utility::Call::batch { calls }
				| pallet_utility::Call::force_batch { calls }) if !matches!(calls[0], RuntimeCall::Federation(_)));
			for ayes in [1, 2] {
				assert_eq!(admitted(PRINCIPALS[0], propose(call.clone(), ayes)), filtered(), "{call:?}");
				// A batch tells of its failed calls by events
				let carried_out = as_council(call.clone(), ayes);
				assert_eq!(carried_out, if nested { Ok(()) } else { filtered() }, "{call:?}");
			}
			assert_eq!(parameters().consent_term, 600, "{call:?}");
		}
		assert!(Federation::enactments(None, 10).is_empty());
		// Then the votes do not count for it, whatever the filter lets pass
		for ayes in [1, 2] {
			let origin = pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(ayes, 3);
			let RuntimeCall::Federation(call) = set() else { unreachable!() };
			let stolen =
				frame_support::traits::UnfilteredDispatchable::dispatch_bypass_filter(call, origin.into());
			assert_eq!(stolen.map_err(|failed| error_name(failed.error)).err(), Some("NotEnoughVotes"));
		}
		// And the motion is decided by those who voted for it
		admitted(PRINCIPALS[2], close(hash, index, set().encoded_size() as u32)).unwrap();
		assert_eq!((executed(), parameters().consent_term), (Ok(()), 601));
	});
}

#[test]
fn company_cannot_fill_the_council() {
	local().execute_with(|| {
		let motion = |n: u16| enact(territory(n));
		let try_propose = |who: &str, n| admitted(who, propose(motion(n), 2)).map_err(error_name);
		for n in 0..8 {
			assert_eq!(try_propose("//carrier-one", 10 + n), Ok(()));
		}
		assert_eq!(try_propose("//carrier-one", 50), Err("TooManyMotions"));
		// What is carried out at once needs no place
		assert_eq!(try_propose("//carrier-two", 51), Ok(()));
		// A motion that is closed makes room
		let (hash, index) = {
			let view = &Federation::motions(None, 1)[0];
			(view.hash, view.index)
		};
		for principal in &PRINCIPALS[1..] {
			let nay = pallet_collective::Call::<Runtime, CouncilInstance>::vote {
				proposal: hash,
				index,
				approve: false,
			};
			admitted(principal, nay).unwrap();
		}
		admitted("//tower", close(hash, index, MAX_PROPOSAL_BYTES)).unwrap();
		assert_eq!(try_propose("//carrier-one", 52), Ok(()));
		assert_eq!(try_propose("//carrier-one", 53), Err("TooManyMotions"));
		assert_eq!(pallet_collective::CostOf::<Runtime, CouncilInstance>::iter().count(), 0);
	});
}

#[test]
fn motion_that_is_too_long_fails() {
	local().execute_with(|| {
		// Given the longest call that may be enacted
		let one = || RuntimeCall::from(frame_system::Call::authorize_upgrade { code_hash: Hash::zero() });
		let room = MAX_PROPOSAL_BYTES as usize - 8;
		let longest = |more| -> RuntimeCall {
			let calls = (0..room / one().encoded_size() + more).map(|_| one()).collect();
			enact(pallet_utility::Call::batch_all { calls })
		};
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		for threshold in [1, 2] {
			assert_eq!(admitted("//carrier-one", propose(longest(1), threshold)), filtered);
		}
		assert_eq!(admitted("//carrier-one", propose(longest(0), 2)), Ok(()));
		// And a bound that it exceeds
		let proposal = Box::new(longest(1));
		let lie = pallet_collective::Call::<Runtime, CouncilInstance>::propose {
			threshold: 2,
			proposal,
			length_bound: MAX_PROPOSAL_BYTES,
		};
		assert_eq!(admitted("//carrier-one", lie).map_err(error_name), Err("WrongProposalLength"));
	});
}

#[test]
fn open_motions_are_listed_by_number() {
	local().execute_with(|| {
		let call = enact(territory(77));
		let (hash, index) = open(call.clone(), 1).unwrap();
		open(enact(territory(78)), 0).unwrap();
		let views = Federation::motions(None, 10);
		assert_eq!(views.iter().map(|view| view.index).collect::<Vec<_>>(), [index, index + 1]);
		let view = &views[0];
		assert_eq!((view.hash, view.threshold, &view.call), (hash, 2, &call.encode()));
		assert_eq!((view.ayes, view.nays), (OrgSet::of(OrgId(0)), OrgSet::EMPTY));
		assert_eq!(view.closes, System::block_number() + parameters().motion_term);
		assert_eq!(Federation::motions(Some(index), 10), views[1..]);
		assert_eq!(Federation::motions(None, 1), views[..1]);
	});
}

#[test]
fn decision_whose_task_is_lost_is_carried_out_by_a_company() {
	local().execute_with(|| {
		decide(enact(territory(77)), 2).unwrap();
		let view = Federation::enactments(None, 1).remove(0);
		pallet_scheduler::Agenda::<Runtime>::remove(view.at);
		pass(parameters().rules_delay + 1);
		assert_ne!(buckets(), 77);
		let weight_bound = frame_support::weights::Weight::from_parts(10_000_000_000, u64::MAX / 4);
		let carry_out = pallet_federation::Call::carry_out { id: view.id, weight_bound };
		assert!(admitted("//tower//planner", carry_out.clone()).is_err());
		assert_eq!((admitted("//tower", carry_out), buckets()), (Ok(()), 77));
	});
}

#[test]
fn pause_of_accounts_does_not_stop_the_removal_of_one() {
	local().execute_with(|| {
		let kinds = PauseKinds::of(PauseKind::Accounts);
		decide(pallet_federation::Call::pause { kinds }.into(), 2).unwrap();
		let (roles, scope) = (Roles::of(Role::Planner), Scope::National);
		let account = account("//carrier-one//planner");
		let set =
			pallet_federation::Call::set_account { account: account.clone(), roles, scope, branch: None };
		let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
		assert_eq!(admitted("//carrier-one", set), Err(filtered));
		let remove = pallet_federation::Call::remove_account { account };
		assert_eq!(admitted("//carrier-one", remove), Ok(()));
		assert_eq!(Federation::pause_in_force().kinds, ["accounts"]);
	});
}

#[test]
fn two_thirds_invite_a_company_and_no_witness() {
	let invite = |kind| pallet_federation::Call::invite {
		kind,
		name: b"new".to_vec().try_into().unwrap(),
		principal: account("//new"),
	};
	local().execute_with(|| {
		assert_eq!(decide(enact(invite(OrgKind::Witness)), 2), filtered());
		assert_eq!(decide(enact(invite(OrgKind::Carrier)), 2), Ok(()));
		assert_eq!(decide(enact(invite(OrgKind::Witness)), 3), Ok(()));
	});
}

#[test]
fn company_leaves_before_what_two_thirds_decided_is_in_force() {
	local().execute_with(|| {
		// Given a change of the constitution that two decide against the third
		let parameters = Parameters { consent_term: 601, ..Parameters::SECONDS };
		decide(enact(pallet_federation::Call::set_parameters { parameters }), 2).unwrap();
		// When the third declares its exit at once
		admitted("//tower", pallet_federation::Call::declare_exit {}).unwrap();
		pass(Parameters::SECONDS.exit_notice);
		// Then it is out in time
		assert_eq!(self::parameters().consent_term, 600);
		assert_eq!(admitted("//tower", pallet_federation::Call::complete_exit {}), Ok(()));
	});
}
