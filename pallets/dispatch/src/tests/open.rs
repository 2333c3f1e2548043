// SPDX-License-Identifier: Apache-2.0

//! Orders are opened.

use crate::{mock::*, Error, Event, OpenAt, OpenOf};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::{
	order::{Contract, Opening, OrderKind, Place, Severity, Stage, State, Work},
	page::SiteId,
	plan::SlaClass,
	site::{StationClass, StationState},
	LocalNetworkId, OrgSet,
};

#[test]
fn open_works() {
	run(|| {
		let number = open(OWNER, fault());
		let order = order(number);
		assert_eq!((order.raiser, order.handler, order.state), (OWNER, TOWER, State::Acknowledged));
		assert_eq!((order.companies.owner, order.companies.tower), (OWNER, Some(TOWER)));
		assert_eq!(order.companies.parties, OrgSet::of(OWNER).with(TOWER));
		assert_eq!(order.concerned, OrgSet(0b111));
		assert_eq!(order.contract, Some(Contract { autonomy: 120, generator: 180, backhaul: SHARER }));
		assert_eq!((order.class, order.terms, order.county), (SlaClass::Four, Some(TERMS), Some(2)));
		assert!(OpenOf::<Test>::contains_key(OWNER, number) && OpenOf::<Test>::contains_key(TOWER, number));
		assert!(OpenAt::<Test>::contains_key(SITE, number));
		assert_eq!(order.stage, Stage::Open);
		let opened = |event| matches!(event, Event::OrderOpened { order: 0, raiser: OWNER, .. });
		assert!(events().into_iter().any(opened));
	});
}
