// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, LocalNetworks, Territory};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::LocalNetworkId;

#[test]
fn remove_local_network_works() {
	run(|| {
		assert_ok!(Sites::remove_local_network(RuntimeOrigin::root(), NEARBY));
		assert_eq!(last_event(), Event::LocalNetworkRemoved { id: NEARBY });
		assert_eq!(Territory::<Test>::get().into_inner(), [HERE, ELSEWHERE]);
		assert!(!LocalNetworks::<Test>::contains_key(NEARBY));
	});
}

#[test]
fn remove_local_network_fails_when_it_holds_something() {
	run(|| {
		let id = register(exclusive("A"));
		let remove = |id| Sites::remove_local_network(RuntimeOrigin::root(), id);
		assert_noop!(remove(HERE), Error::<Test>::NotEmpty);
		assert_ok!(Sites::retire(planner(CARRIER), id));
		assert_noop!(remove(HERE), Error::<Test>::NotEmpty);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), NEARBY));
		assert_noop!(remove(NEARBY), Error::<Test>::NotEmpty);
		assert_noop!(remove(LocalNetworkId(1399)), Error::<Test>::UnknownLocalNetwork);
	});
}

#[test]
fn remove_local_network_fails_when_not_the_council() {
	run(|| {
		assert_noop!(Sites::remove_local_network(planner(CARRIER), NEARBY), DispatchError::BadOrigin);
	});
}
