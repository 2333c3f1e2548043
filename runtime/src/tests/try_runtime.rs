// SPDX-License-Identifier: Apache-2.0
//! The dry run of an upgrade, on a chain in use. Only with the feature `try-runtime` (`scripts/try-runtime`), under which
//! every test of the runtime also checks the state of all pallets at the end of each block.

use super::*;
use crate::AllPalletsWithSystem;
use frame_support::traits::{TryState, TryStateSelect, UpgradeCheckSelect};
use sp_runtime::TryRuntimeError;
use trimast_primitives::{
	apis::SiteView,
	order::{Opening, OrderKind, Place, Severity, Work},
	LocalNetworkId,
};

const LOCAL_NETWORK: LocalNetworkId = LocalNetworkId(1301);

/// Checks what every pallet says must hold of its state.
pub(super) fn check_state() -> Result<(), TryRuntimeError> {
	AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All)
}

/// Stations of both carriers, one of them with a change that waits for a consent and an open fault, and a round of
/// reconciliation.
fn use_the_chain() {
	for (org, planner) in [(0, "//carrier-one//planner"), (1, "//carrier-two//planner")] {
		let codes = u32::from(org) * 1_000..u32::from(org) * 1_000 + 100;
		let stations = stations(codes, org, 1 - org).try_into().unwrap();
		let import = pallet_sites::Call::import { local_network: LOCAL_NETWORK, stations };
		assert_eq!(admitted(planner, import), Ok(()));
	}
	let SiteView { id, entry } = crate::Sites::stations(LOCAL_NETWORK, 0, 1).remove(0);
	let (owner, named) = if entry.station.owner == OrgId(0) {
		("//carrier-one//planner", "//carrier-two//planner")
	} else {
		("//carrier-two//planner", "//carrier-one//planner")
	};
	let page = id.page().expect("a station that stands in a page");
	let digest = crate::Sites::page_digest(LOCAL_NETWORK, page).expect("the page has stations");
	let pages = vec![(page, digest)].try_into().unwrap();
	let countersign = pallet_sites::Call::countersign { local_network: LOCAL_NETWORK, pages };
	assert_eq!(admitted(named, countersign), Ok(()));
	let mut station = entry.station;
	station.battery_ah += 1;
	assert_eq!(admitted(owner, pallet_sites::Call::amend { id, station }), Ok(()));
	let open = pallet_sites::Call::open_reconciliation { local_network: LOCAL_NETWORK };
	assert_eq!(admitted(owner, open), Ok(()));
	pass(1);
	let opening = Opening {
		kind: OrderKind::Fault,
		handler: OrgId(1),
		place: Place::Station(id),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	};
	let open = pallet_dispatch::Call::open { opening };
	assert_eq!(admitted("//carrier-one//dispatcher", open), Ok(()));
	pass(1);
}

#[test]
fn upgrade_of_a_chain_in_use_works() {
	local().execute_with(|| {
		use_the_chain();
		Executive::try_runtime_upgrade(UpgradeCheckSelect::All).unwrap();
	});
}

#[test]
fn upgrade_fails_when_a_pallets_state_is_broken() {
	local().execute_with(|| {
		// Given totals of stations of which a page is gone
		use_the_chain();
		let (local_network, page, _) = pallet_sites::Pages::<Runtime>::iter().next().unwrap();
		pallet_sites::Pages::<Runtime>::remove(local_network, page);

		assert!(check_state().is_err());
		assert!(Executive::try_runtime_upgrade(UpgradeCheckSelect::All).is_err());
	});
}

#[test]
fn upgrade_fails_when_a_value_cannot_be_read() {
	local().execute_with(|| {
		use_the_chain();
		let key = pallet_sites::LocalNetworks::<Runtime>::hashed_key_for(LOCAL_NETWORK);
		sp_io::storage::set(&key, &[0xff; 3]);
		assert!(Executive::try_runtime_upgrade(UpgradeCheckSelect::All).is_err());
	});
}
