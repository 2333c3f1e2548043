// SPDX-License-Identifier: Apache-2.0
//! Who signs for an account in its place: what it costs, and when it ends.

use super::*;
use crate::{configs::signing::ProxyType, Federation, Proxy};
use frame_support::{traits::Get, weights::Weight};
use pallet_federation::Call as FederationCall;
use pallet_proxy::Call as ProxyCall;
use trimast_primitives::access::{Role, Roles, Scope};

const PLANNER: &str = "//carrier-one//planner";
const DELEGATE: &str = "//tower//engineer";

fn add_proxy(delegate: &str, delay: u32) -> RuntimeCall {
	let (delegate, proxy_type) = (Address::Id(account(delegate)), ProxyType::Any);
	ProxyCall::add_proxy { delegate, proxy_type, delay }.into()
}

fn announce(real: &str) -> RuntimeCall {
	ProxyCall::announce { real: Address::Id(account(real)), call_hash: Default::default() }.into()
}

fn state_used(org: usize) -> u32 {
	Federation::orgs()[org].state_used
}

/// Bytes that the pallet keeps for an account's proxies and announcements, keys and all.
fn stored(who: &str) -> usize {
	let who = account(who);
	let proxies = pallet_proxy::Proxies::<Runtime>::hashed_key_for(&who);
	let announcements = pallet_proxy::Announcements::<Runtime>::hashed_key_for(&who);
	[proxies, announcements]
		.into_iter()
		.filter_map(|key| sp_io::storage::get(&key).map(|value| key.len() + value.len()))
		.sum()
}

#[test]
fn deposits_are_the_bytes_that_are_stored() {
	local().execute_with(|| {
		admitted(PLANNER, add_proxy(DELEGATE, 0)).unwrap();
		admitted(PLANNER, add_proxy("//tower//auditor", 5)).unwrap();
		assert_eq!(state_used(0) as usize, stored(PLANNER));
		for _ in 0..3 {
			admitted(DELEGATE, announce(PLANNER)).unwrap();
		}
		assert_eq!(state_used(2) as usize, stored(DELEGATE));
		admitted(PLANNER, ProxyCall::remove_proxies {}).unwrap();
		assert_eq!((state_used(0), stored(PLANNER)), (0, 0));
	});
}

#[test]
fn proxy_fails_when_the_companys_quota_is_used_up() {
	local().execute_with(|| {
		let quota = Federation::parameters_in_force().state_quota;
		pallet_federation::StateUse::<Runtime>::insert(OrgId(0), quota - 100);
		let refused = admitted(PLANNER, add_proxy(DELEGATE, 0));
		assert_eq!(refused.map_err(error_name), Err("QuotaExceeded"));
		assert_eq!(stored(PLANNER), 0);
	});
}

#[test]
fn derived_account_stores_nothing() {
	local().execute_with(|| {
		// Given a member that acts as one of the many accounts that it can derive from itself
		let others = vec![account(DELEGATE)];
		let derived = {
			let mut both = [account(PLANNER), account(DELEGATE)];
			both.sort();
			pallet_multisig::Pallet::<Runtime>::multi_account_id(&both, 1)
		};
		let as_derived = |call: RuntimeCall| pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories: others.clone(),
			call: Box::new(call),
		};
		let with_others = pallet_multisig::Call::as_multi {
			threshold: 2,
			other_signatories: vec![account(PLANNER)],
			maybe_timepoint: None,
			call: Box::new(add_proxy(DELEGATE, 0)),
			max_weight: Weight::from_parts(10_000_000_000, u64::MAX / 4),
		};
		// Then it can name no proxy, open no operation and store no preimage as that account
		for call in [
			add_proxy(PLANNER, 0),
			with_others.into(),
			pallet_preimage::Call::note_preimage { bytes: vec![0; 100] }.into(),
		] {
			let refused = admitted(PLANNER, as_derived(call));
			assert_eq!(refused.map_err(error_name), Err("UnknownAccount"));
		}
		assert!(!pallet_proxy::Proxies::<Runtime>::contains_key(&derived));
		assert_eq!(pallet_multisig::Multisigs::<Runtime>::iter().count(), 0);
		// Nor announce anything for whoever names it
		let name =
			ProxyCall::add_proxy { delegate: Address::Id(derived), proxy_type: ProxyType::Any, delay: 1 };
		admitted(PLANNER, name).unwrap();
		let refused = admitted(PLANNER, as_derived(announce(PLANNER)));
		assert_eq!(refused.map_err(error_name), Err("UnknownAccount"));
	});
}

#[test]
fn proxies_and_announcements_do_not_come_back_with_a_removed_account() {
	local().execute_with(|| {
		// Given an account with a proxy, an announcement of that proxy, and one of its own for somebody else
		admitted(PLANNER, add_proxy(DELEGATE, 0)).unwrap();
		admitted(PLANNER, add_proxy(DELEGATE, 1)).unwrap();
		admitted("//tower//planner", add_proxy(DELEGATE, 1)).unwrap();
		admitted("//tower//planner", add_proxy(PLANNER, 1)).unwrap();
		admitted(DELEGATE, announce(PLANNER)).unwrap();
		admitted(DELEGATE, announce("//tower//planner")).unwrap();
		admitted(PLANNER, announce("//tower//planner")).unwrap();
		let of_tower = state_used(2);
		// When its company removes it
		let remove = FederationCall::remove_account { account: account(PLANNER) };
		admitted("//carrier-one", remove).unwrap();
		// Then all of that has ended, and the quotas have it back; what the proxy announced for others stays
		assert_eq!((stored(PLANNER), state_used(0)), (0, 0));
		let factor: u32 = <Runtime as pallet_proxy::Config>::AnnouncementDepositFactor::get();
		assert_eq!((Proxy::announcements(account(DELEGATE)).0.len(), state_used(2)), (1, of_tower - factor));
		// And no other company takes the account in, whose colleagues may have named it; its own does, without the proxy
		let add = FederationCall::add_account {
			account: account(PLANNER),
			roles: Roles::of(Role::Planner),
			scope: Scope::National,
			branch: None,
		};
		let other = admitted("//carrier-two", add.clone()).map_err(error_name);
		assert_eq!(other, Err("AccountTaken"));
		admitted("//carrier-one", add).unwrap();
		let through = ProxyCall::proxy {
			real: Address::Id(account(PLANNER)),
			force_proxy_type: None,
			call: Box::new(ProxyCall::remove_proxies {}.into()),
		};
		assert_eq!(admitted(DELEGATE, through).map_err(error_name), Err("NotProxy"));
	});
}

#[test]
fn proxies_do_not_come_back_with_an_account_whose_company_left() {
	local().execute_with(|| {
		admitted("//tower//planner", add_proxy(PLANNER, 0)).unwrap();
		admitted("//tower", FederationCall::declare_exit {}).unwrap();
		pass(Federation::parameters_in_force().exit_notice);
		admitted("//tower", FederationCall::complete_exit {}).unwrap();
		let add = FederationCall::add_account {
			account: account("//tower//planner"),
			roles: Roles::of(Role::Planner),
			scope: Scope::National,
			branch: None,
		};
		admitted("//carrier-two", add).unwrap();
		assert_eq!(stored("//tower//planner"), 0);
	});
}
