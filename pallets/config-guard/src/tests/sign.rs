// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::SignResult, Event, Heads};
use frame_support::assert_ok;
use trimast_primitives::{
	site::{SharingMode, Station},
	Hash, OrgId, OrgSet,
};

/// Signs for `org` and gives the results.
fn sign(org: OrgId, pages: Vec<(u16, Hash)>) -> Vec<(u16, SignResult)> {
	assert_ok!(ConfigGuard::sign(engineer(org), HERE, pages.try_into().unwrap()));
	match last_event() {
		Event::BaselineSigned { results, .. } => results.into_inner(),
		other => panic!("{other:?}"),
	}
}

fn import(page: u16, pci: i64) {
	assert_ok!(ConfigGuard::import(
		engineer(CARRIER),
		HERE,
		page,
		table(&[vec![cell(pci)], vec![cell(pci)]])
	));
}

#[test]
fn sign_works() {
	run(|| {
		// Given a page with a shared station and one of the owner's alone
		let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
		put(130, vec![station(), alone]);
		import(130, 1);
		// When the sharer signs, twice
		let before = digest(130);
		assert_eq!(sign(SHARER, vec![(130, before)]), [(130, SignResult::Signed(1))]);
		assert_eq!(sign(SHARER, vec![(130, before)]), [(130, SignResult::Signed(0))]);
		// Then it stands behind what it shares, and the digest is what it was
		let owner = OrgSet::of(CARRIER);
		assert_eq!(Heads::<Test>::get(HERE, 130).signed.into_inner(), [owner.with(SHARER), owner]);
		assert_eq!(digest(130), before);
		// And who is not named signs nothing
		assert_eq!(sign(TOWER, vec![(130, before)]), [(130, SignResult::Signed(0))]);
	});
}

#[test]
fn sign_fails_for_single_pages_with_the_reason() {
	run(|| {
		for page in [0, 1] {
			put(page, vec![station(), station()]);
			import(page, 1);
		}
		let old = digest(0);
		import(0, 2);
		let results = sign(SHARER, vec![(0, old), (1, digest(1)), (2, old)]);
		assert_eq!(
			results,
			[(0, SignResult::OtherDigest), (1, SignResult::Signed(2)), (2, SignResult::NotFound)]
		);
		// A digest is of one page of one revision: the same values in another place are another
		assert_ne!(old, digest(1));
		import(0, 1);
		assert_ne!(old, digest(0));
	});
}

#[test]
fn digest_of_a_local_network_follows_every_page() {
	run(|| {
		let empty = ConfigGuard::network_digest(HERE).unwrap();
		put(130, vec![station(), station()]);
		import(130, 1);
		let one = ConfigGuard::network_digest(HERE).unwrap();
		assert_ne!(one, empty);
		assert_eq!(ConfigGuard::network_digest(NEARBY).map(|other| other == empty), Some(false));
		assert_eq!(ConfigGuard::network_digest(trimast_primitives::LocalNetworkId(9_999)), None);
	});
}

#[test]
fn sign_fails_without_the_right() {
	run(|| {
		put(0, vec![station(), station()]);
		import(0, 1);
		let digest = digest(0);
		assert_refusals(SHARER, |origin| {
			ConfigGuard::sign(origin, HERE, vec![(0, digest)].try_into().unwrap())
		});
	});
}
