// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, GenesisConfig, GenesisLocalNetwork, Territory};
use frame_support::traits::BuildGenesisConfig;
use trimast_primitives::LocalNetworkId;

fn local_network(id: u16) -> GenesisLocalNetwork {
	GenesisLocalNetwork { id: LocalNetworkId(id), name: "x".into(), longitude: 1, latitude: 2, buckets: 3 }
}

fn build(local_networks: Vec<GenesisLocalNetwork>) {
	sp_io::TestExternalities::default().execute_with(|| {
		GenesisConfig::<Test> { local_networks, ..Default::default() }.build();
		Sites::do_try_state().unwrap();
	});
}

#[test]
fn genesis_sets_the_territory_in_order() {
	run(|| {
		assert_eq!(Territory::<Test>::get().into_inner(), [HERE, NEARBY, ELSEWHERE]);
		assert_eq!(network(HERE).name.into_inner(), "石家庄市".as_bytes());
		assert_eq!((network(HERE).centre.latitude, network(HERE).buckets), (38_130_700, 4));
	});
}

#[test]
fn genesis_may_be_empty() {
	build(vec![]);
}

#[test]
#[should_panic(expected = "1301 stands there twice")]
fn genesis_fails_when_a_local_network_stands_there_twice() {
	build(vec![local_network(1301), local_network(1301)]);
}

#[test]
#[should_panic(expected = "local network 13 (x) is wrong")]
fn genesis_fails_when_a_local_network_is_wrong() {
	build(vec![local_network(13)]);
}
