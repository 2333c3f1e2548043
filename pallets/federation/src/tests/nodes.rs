// SPDX-License-Identifier: Apache-2.0

//! `register_node`, `retire_node`.

use super::*;
use crate::{types::PeerId, Event, NodeKind};

fn peer(n: u8) -> PeerId {
	format!("12D3KooWGnRrLXHT7aSRqgCEbZ7sVyZ6nJXR8iMVBgA7vJ7Rq{n:03}")
		.replace('0', "z")
		.into_bytes()
		.try_into()
		.unwrap()
}

fn register(who: &str, n: u8, province: Option<u8>) -> sp_runtime::DispatchResult {
	Federation::register_node(by(who), peer(n), NodeKind::Archive, province.map(ProvinceId))
}

#[test]
fn register_and_retire_works() {
	run(|| {
		add("carrier-one", "hebei", Role::Operator, HEBEI);
		assert_ok!(register("hebei", 1, Some(13)));
		let node = &Federation::nodes(None, 10)[0];
		assert_eq!((node.org, node.kind.as_str(), node.province), (ONE, "archive", Some(ProvinceId(13))));
		assert_ok!(Federation::retire_node(by("carrier-one//operator"), peer(1)));
		assert_eq!(last_event(), Event::NodeRetired { org: ONE, peer_id: peer(1) });
		assert!(Federation::nodes(None, 10).is_empty());
	});
}

#[test]
fn nodes_fail_when_not_by_an_operator_of_the_company_and_place() {
	run(|| {
		add("carrier-one", "hebei", Role::Operator, HEBEI);
		assert_noop!(register("hebei", 1, Some(14)), E::OutsideScope);
		assert_noop!(register("hebei", 1, None), E::OutsideScope);
		assert_noop!(register("carrier-one//planner", 1, Some(13)), E::NotAuthorized);
		assert_noop!(register("stranger", 1, Some(13)), E::UnknownAccount);
		assert_ok!(register("carrier-one//operator", 1, None));
		assert_noop!(Federation::retire_node(by("hebei"), peer(1)), E::OutsideScope);
		assert_noop!(Federation::retire_node(by("carrier-two//operator"), peer(1)), E::NotAuthorized);
		assert_noop!(Federation::retire_node(by("carrier-one//operator"), peer(2)), E::NotFound);
	});
}

#[test]
fn register_node_fails_when_ill_formed_known_or_too_many() {
	run(|| {
		let short: PeerId = b"12D3KooW".to_vec().try_into().unwrap();
		let ill = Federation::register_node(by("carrier-one//operator"), short, NodeKind::Full, None);
		assert_noop!(ill, E::InvalidPeerId);
		assert_noop!(register("carrier-one//operator", 1, Some(16)), E::InvalidScope);
		for n in 1..=3 {
			assert_ok!(register("carrier-one//operator", n, None));
		}
		assert_noop!(register("carrier-two//operator", 1, None), E::AlreadyExists);
		assert_noop!(register("carrier-one//operator", 4, None), E::TooMany);
	});
}

#[test]
fn nodes_of_a_company_that_has_left_are_void() {
	run(|| {
		assert_ok!(register("tower//operator", 1, None));
		assert_ok!(Federation::declare_exit(by("tower")));
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("tower")));
		assert!(Federation::nodes(None, 10).is_empty());
		assert_ok!(register("carrier-one//operator", 1, None));
	});
}
