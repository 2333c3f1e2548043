// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::MAX_LOCAL_NETWORKS, Error, Event, Territory};
use frame_support::{assert_noop, assert_ok, traits::ConstU32};
use sp_runtime::DispatchError;
use trimast_primitives::{page::MAX_BUCKETS, territory::Position, LocalNetworkId, Text};

const NEW: LocalNetworkId = LocalNetworkId(1302);
const CENTRE: Position = Position { latitude: 39_721_900, longitude: 118_336_200 };

fn name(name: &str) -> Text<ConstU32<64>> {
	name.as_bytes().to_vec().try_into().unwrap()
}

#[test]
fn set_local_network_works() {
	run(|| {
		// When one is added between others
		assert_ok!(Sites::set_local_network(RuntimeOrigin::root(), NEW, name("唐山市"), CENTRE, 8));
		assert_eq!(last_event(), Event::LocalNetworkSet { id: NEW, buckets: 8 });
		assert_eq!(Territory::<Test>::get().into_inner(), [HERE, NEW, NEARBY, ELSEWHERE]);
		// Then it may be changed
		assert_ok!(Sites::set_local_network(RuntimeOrigin::root(), NEW, name("唐山"), CENTRE, 16));
		assert_eq!((network(NEW).name, network(NEW).buckets), (name("唐山"), 16));
		assert_eq!(Territory::<Test>::get().len(), 4);
	});
}

#[test]
fn set_local_network_keeps_buckets_and_totals_of_one_that_holds_stations() {
	run(|| {
		register(station("A"));
		let totals = network(HERE).totals;
		let set =
			|buckets| Sites::set_local_network(RuntimeOrigin::root(), HERE, name("石门"), CENTRE, buckets);
		assert_noop!(set(5), Error::<Test>::BucketsFixed);
		assert_ok!(set(4));
		assert_eq!((network(HERE).name, network(HERE).totals), (name("石门"), totals));
	});
}

#[test]
fn set_local_network_fails_when_something_is_out_of_range() {
	run(|| {
		let refused = |id, text: &[u8], centre, buckets| {
			let name = text.to_vec().try_into().unwrap();
			assert_noop!(
				Sites::set_local_network(RuntimeOrigin::root(), LocalNetworkId(id), name, centre, buckets),
				Error::<Test>::BadLocalNetwork
			);
		};
		refused(999, b"x", CENTRE, 8);
		refused(10_000, b"x", CENTRE, 8);
		// No province has this code
		refused(9_901, b"x", CENTRE, 8);
		refused(1302, b"", CENTRE, 8);
		refused(1302, &[0xff], CENTRE, 8);
		refused(1302, b"x\x1b[2J", CENTRE, 8);
		refused(1302, b"x", Position { latitude: 90_000_001, longitude: 0 }, 8);
		refused(1302, b"x", CENTRE, 0);
		refused(1302, b"x", CENTRE, MAX_BUCKETS + 1);
	});
}

#[test]
fn set_local_network_fails_when_there_are_too_many() {
	run(|| {
		let set =
			|id| Sites::set_local_network(RuntimeOrigin::root(), LocalNetworkId(id), name("x"), CENTRE, 1);
		let mut free = (0..).filter(|id| {
			let id = LocalNetworkId(*id);
			id.is_code() && ![HERE, NEARBY, ELSEWHERE].contains(&id)
		});
		let first = free.next().unwrap();
		assert_ok!(set(first));
		for id in free.by_ref().take(MAX_LOCAL_NETWORKS as usize - 4) {
			assert_ok!(set(id));
		}
		assert_noop!(set(free.next().unwrap()), Error::<Test>::TooManyLocalNetworks);
		assert_ok!(set(first));
	});
}

#[test]
fn set_local_network_fails_when_not_the_council() {
	run(|| {
		assert_noop!(
			Sites::set_local_network(planner(CARRIER), NEW, name("x"), CENTRE, 8),
			DispatchError::BadOrigin
		);
	});
}
