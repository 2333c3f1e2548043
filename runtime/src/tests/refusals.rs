// SPDX-License-Identifier: Apache-2.0
//! Who may not act: wrong role, company and scope, bare and wrapped.

mod configuration;
mod energy;
mod orders;
mod table;
mod wrapped;

use super::*;
use crate::{configs::signing::ProxyType, Sites};
use frame_support::weights::Weight;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	site::{ImportRefusal, ImportResult},
	LocalNetworkId, ProvinceId,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);

fn register(code: &str, owner: u8) -> RuntimeCall {
	let station = station(code, owner, if owner == 0 { 1 } else { 0 });
	pallet_sites::Call::register { local_network: PLACE, station }.into()
}

fn registered() -> usize {
	Sites::stations(PLACE, 0, 1_000).len()
}

/// Signs and carries out a call: its failure, or that of what is wrapped in it, in a batch, a proxy or a multisig.
fn carried_out(seed: &str, call: impl Into<RuntimeCall>) -> DispatchResult {
	let before = System::events().len();
	admitted(seed, call)?;
	let inner = System::events().into_iter().skip(before).find_map(|record| match record.event {
		RuntimeEvent::Utility(
			pallet_utility::Event::BatchInterrupted { error, .. }
			| pallet_utility::Event::ItemFailed { error },
		) => Some(error),
		RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => result.err(),
		RuntimeEvent::Multisig(pallet_multisig::Event::MultisigExecuted { result, .. }) => result.err(),
		_ => None,
	});
	inner.map_or(Ok(()), Err)
}

#[test]
fn wrong_role_fails_bare_and_batched() {
	local().execute_with(|| {
		let roles = ["engineer", "dispatcher", "collector", "auditor", "operator"];
		for role in roles {
			let seed = format!("//carrier-one//{role}");
			let bare = admitted(&seed, register("A", 0)).unwrap_err();
			assert_eq!(error_name(bare), "MissingRole", "{role}");
			let batch = pallet_utility::Call::batch_all { calls: vec![register("A", 0)] };
			assert_eq!(admitted(&seed, batch), Err(bare), "{role}");
			let batch = pallet_utility::Call::batch { calls: vec![register("A", 0)] };
			assert_eq!(carried_out(&seed, batch), Err(bare), "{role}");
		}
		assert_eq!(registered(), 0);
	});
}

#[test]
fn wrong_company_fails() {
	local().execute_with(|| {
		assert!(admitted("//carrier-two//planner", register("A", 0)).is_err());
		assert!(admitted("//tower//planner", register("A", 0)).is_err());
		let stations = stations(0..2, 0, 1).try_into().unwrap();
		admitted("//carrier-two//planner", pallet_sites::Call::import { local_network: PLACE, stations })
			.unwrap();
		assert!(saw(|event| matches!(
			event,
			RuntimeEvent::Sites(pallet_sites::Event::Imported { results, .. })
				if results.iter().all(|r| *r == ImportResult::Refused(ImportRefusal::NotOwner)) && results.len() == 2
		)));
		assert_eq!(registered(), 0);
	});
}

#[test]
fn wrong_scope_fails() {
	local().execute_with(|| {
		let add = pallet_federation::Call::add_account {
			account: account("//provincial"),
			roles: Roles::of(Role::Planner),
			scope: Scope::Province(ProvinceId(14)),
			branch: None,
		};
		admitted("//carrier-one", add).unwrap();
		pass(1);
		assert_eq!(error_name(admitted("//provincial", register("A", 0)).unwrap_err()), "OutsideScope");
		assert_eq!(registered(), 0);
	});
}

#[test]
fn another_companys_admin_fails_to_manage_accounts() {
	local().execute_with(|| {
		let remove = pallet_federation::Call::remove_account { account: account("//carrier-one//planner") };
		assert!(admitted("//carrier-two", remove).is_err());
		assert_eq!(admitted("//carrier-one//planner", register("A", 0)), Ok(()));
	});
}

#[test]
fn proxy_acts_within_its_type_and_for_whom_it_stands() {
	local().execute_with(|| {
		let name = |delegate: &str, proxy_type| pallet_proxy::Call::add_proxy {
			delegate: Address::Id(account(delegate)),
			proxy_type,
			delay: 0,
		};
		let through = |real: &str, call: RuntimeCall| pallet_proxy::Call::proxy {
			real: Address::Id(account(real)),
			force_proxy_type: None,
			call: Box::new(call),
		};
		// Given an inventory proxy of a planner and a governance proxy of the same planner
		admitted("//carrier-one//planner", name("//carrier-one//engineer", ProxyType::Inventory)).unwrap();
		admitted("//carrier-one//planner", name("//carrier-one//auditor", ProxyType::Governance)).unwrap();
		// Then the first registers as the planner
		let by = |delegate: &str, call| carried_out(delegate, through("//carrier-one//planner", call));
		assert_eq!((by("//carrier-one//engineer", register("A", 0)), registered()), (Ok(()), 1));
		// And the second is stopped by its type, batched too
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		assert_eq!(by("//carrier-one//auditor", register("B", 0)), filtered);
		let batch = pallet_utility::Call::batch_all { calls: vec![register("B", 0)] }.into();
		assert_eq!(by("//carrier-one//auditor", batch), filtered);
		// And a proxy of a planner is no planner of another company
		let refused = by("//carrier-one//engineer", register("C", 1));
		assert_eq!(refused.map_err(error_name), Err("NotOwner"));
		// And who stands for nobody is refused
		assert!(
			admitted("//carrier-two//engineer", through("//carrier-one//planner", register("D", 0))).is_err()
		);
		assert_eq!(registered(), 1);
	});
}

#[test]
fn removed_accounts_proxy_fails() {
	local().execute_with(|| {
		let add = pallet_proxy::Call::add_proxy {
			delegate: Address::Id(account("//carrier-one//engineer")),
			proxy_type: ProxyType::Any,
			delay: 0,
		};
		admitted("//carrier-one//planner", add).unwrap();
		let remove = pallet_federation::Call::remove_account { account: account("//carrier-one//planner") };
		admitted("//carrier-one", remove).unwrap();
		let proxied = pallet_proxy::Call::proxy {
			real: Address::Id(account("//carrier-one//planner")),
			force_proxy_type: None,
			call: Box::new(register("A", 0)),
		};
		let refused = carried_out("//carrier-one//engineer", proxied);
		assert_eq!(refused.map_err(error_name), Err("NotProxy"));
		assert_eq!(registered(), 0);
	});
}

#[test]
fn multisig_that_is_no_account_fails() {
	local().execute_with(|| {
		// Given two planners who together are an account that nobody registered
		let mut others = [account("//carrier-one//planner"), account("//carrier-two//planner")];
		others.sort();
		let both = |this: &str| others.iter().filter(|a| **a != account(this)).cloned().collect::<Vec<_>>();
		let call = register("A", 0);
		let sign = |this: &str, timepoint| pallet_multisig::Call::as_multi {
			threshold: 2,
			other_signatories: both(this),
			maybe_timepoint: timepoint,
			call: Box::new(call.clone()),
			max_weight: Weight::from_parts(10_000_000_000, u64::MAX / 4),
		};
		admitted("//carrier-one//planner", sign("//carrier-one//planner", None)).unwrap();
		let timepoint = pallet_multisig::Multisigs::<Runtime>::iter_values().next().map(|open| open.when);
		assert!(timepoint.is_some());
		let refused = carried_out("//carrier-two//planner", sign("//carrier-two//planner", timepoint));
		assert_eq!(refused.map_err(error_name), Err("UnknownAccount"));
		assert_eq!(registered(), 0);
	});
}

#[test]
fn unlisted_calls_fail_bare_batched_and_proxied() {
	local().execute_with(|| {
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		let schedule = pallet_scheduler::Call::schedule {
			when: 100,
			maybe_periodic: None,
			priority: 0,
			call: Box::new(register("A", 0)),
		};
		for call in [
			RuntimeCall::from(schedule),
			frame_system::Call::remark { remark: vec![] }.into(),
			frame_system::Call::set_storage { items: vec![] }.into(),
			frame_system::Call::authorize_upgrade { code_hash: Default::default() }.into(),
			pallet_utility::Call::as_derivative { index: 0, call: Box::new(register("A", 0)) }.into(),
			pallet_utility::Call::dispatch_as {
				as_origin: Box::new(frame_system::RawOrigin::Root.into()),
				call: Box::new(register("A", 0)),
			}
			.into(),
			pallet_proxy::Call::create_pure { proxy_type: ProxyType::Any, delay: 0, index: 0 }.into(),
			pallet_session::Call::purge_keys {}.into(),
		] {
			assert_eq!(admitted("//carrier-one", call.clone()), filtered, "{call:?}");
			let batch = pallet_utility::Call::batch_all { calls: vec![call.clone()] };
			assert_eq!(admitted("//carrier-one", batch), filtered, "{call:?}");
		}
		assert_eq!(registered(), 0);
	});
}

#[test]
fn root_calls_fail_for_everybody() {
	local().execute_with(|| {
		for seed in ["//carrier-one", "//tower", "//witness", "//carrier-one//planner"] {
			for call in [
				RuntimeCall::from(pallet_federation::Call::confirm { org: OrgId(0) }),
				pallet_federation::Call::enact { call: Box::new(register("A", 0)) }.into(),
				pallet_federation::Call::lift_pause {}.into(),
				pallet_sites::Call::remove_local_network { id: PLACE }.into(),
			] {
				assert_eq!(admitted(seed, call), Err(DispatchError::BadOrigin), "{seed}");
			}
		}
	});
}

#[test]
fn suspended_companys_business_fails_while_its_vote_and_exit_stay() {
	local().execute_with(|| {
		use pallet_federation::{Call, SubjectMatter};
		// Given a suspension that all others decide
		let propose = Call::propose_subject { org: OrgId(1), matter: SubjectMatter::Suspend };
		assert!(admitted("//carrier-two", propose.clone()).is_err(), "no voice in its own suspension");
		admitted("//carrier-one", propose).unwrap();
		let id = crate::Federation::subject_motions()[0].id;
		assert!(admitted("//carrier-two", Call::vote_subject { id }).is_err());
		admitted("//tower", Call::vote_subject { id }).unwrap();
		assert_eq!(admitted("//carrier-two//planner", register("A", 1)), Ok(()), "notice comes first");
		// When the notice has run
		pass(trimast_primitives::params::Parameters::SECONDS.suspension_notice + 1);
		// Then business is refused at once, bare and batched
		let bare = admitted("//carrier-two//planner", register("B", 1)).unwrap_err();
		assert_eq!(error_name(bare), "OrgNotActive");
		let batch = pallet_utility::Call::batch_all { calls: vec![register("B", 1)] };
		assert_eq!(admitted("//carrier-two//planner", batch), Err(bare));
		// And its council vote, its validators and its exit stay
		assert_eq!(crate::Session::validators().len(), 4);
		let members = pallet_collective::Members::<Runtime, crate::configs::council::CouncilInstance>::get();
		assert!(members.contains(&account("//carrier-two")));
		assert_eq!(admitted("//carrier-two", Call::declare_exit {}), Ok(()));
	});
}
