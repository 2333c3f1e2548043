// SPDX-License-Identifier: Apache-2.0

use crate::{
	mock::*,
	types::{BaselineRefusal, BaselineResult, SignResult},
	Error, Event, Heads,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	cells::CellValues,
	site::{SharingMode, Station},
	Hash, OrgId, OrgSet,
};

/// Signs these stations of the carrier for `org` and gives the results.
fn sign(org: OrgId, pages: Vec<(u16, OrgId, Hash)>) -> Vec<(u16, SignResult)> {
	assert_ok!(ConfigGuard::sign(engineer(org), HERE, pages.try_into().unwrap()));
	match last_event() {
		Event::BaselineSigned { results, .. } => results.into_inner(),
		other => panic!("{other:?}"),
	}
}

fn import_of(org: OrgId, page: u16, stations: &[Vec<CellValues>]) {
	assert_ok!(ConfigGuard::import(engineer(org), HERE, page, table(stations)));
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
		put(130, vec![station(), alone.clone()]);
		import(130, 1);
		// When the sharer signs, twice
		let (before, shared) = (digest(130), to_sign(SHARER, 130));
		assert_eq!(sign(SHARER, shared.clone()), [(130, SignResult::Signed(1))]);
		assert_eq!(sign(SHARER, shared), [(130, SignResult::Signed(0))]);
		// Then it stands behind what it shares, and the digest is what it was
		let owner = OrgSet::of(CARRIER);
		assert_eq!(Heads::<Test>::get(HERE, 130).signed.into_inner(), [owner.with(SHARER), owner]);
		assert_eq!(digest(130), before);
		// The tower company stands behind all that is on its sites
		assert_eq!(sign(TOWER, to_sign(TOWER, 130)), [(130, SignResult::Signed(2))]);
		// And who is not named signs nothing
		put(131, vec![Station { tower: None, ..station() }, Station { tower: None, ..alone.clone() }]);
		import(131, 1);
		assert_eq!(sign(TOWER, to_sign(SHARER, 131)), [(131, SignResult::NotFound)]);
	});
}

#[test]
fn owner_signs_what_another_has_imported() {
	run(|| {
		put(0, vec![station()]);
		import_of(CARRIER, 0, &[vec![cell(1)]]);
		// Who has imported stands behind it already
		assert_eq!(sign(CARRIER, to_sign(CARRIER, 0)), [(0, SignResult::Signed(0))]);
		// And the next owner once it has signed
		put(0, vec![station_of(SHARER)]);
		assert_eq!(sign(SHARER, to_sign(SHARER, 0)), [(0, SignResult::Signed(1))]);
		assert_eq!(Heads::<Test>::get(HERE, 0).signed(0), OrgSet::of(CARRIER).with(SHARER));
		// It does not by the former owner's name
		let (page, _, digest) = to_sign(SHARER, 0)[0];
		assert_eq!(sign(SHARER, vec![(page, CARRIER, digest)]), [(0, SignResult::NotFound)]);
	});
}

#[test]
fn sign_fails_for_single_pages_with_the_reason() {
	run(|| {
		for page in [0, 1] {
			put(page, vec![station(), station()]);
			import(page, 1);
		}
		let [old, other] = [0, 1].map(|page| to_sign(SHARER, page)[0].2);
		import(0, 2);
		let results = sign(SHARER, vec![(0, CARRIER, old), (1, CARRIER, other), (2, CARRIER, old)]);
		assert_eq!(
			results,
			[(0, SignResult::OtherDigest), (1, SignResult::Signed(2)), (2, SignResult::NotFound)]
		);
		// A digest is of one page: the same values in another place are another
		assert_ne!(old, other);
		// Of another owner's stations, and of those that name another company, it says nothing
		let others = vec![(1, SHARER, other), (0, TOWER, old)];
		assert_eq!(sign(SHARER, others), [(1, SignResult::NotFound), (0, SignResult::NotFound)]);
	});
}

#[test]
fn nobody_keeps_others_from_signing() {
	run(|| {
		// Given a company with a station in the page, which it imports anew in every block
		put(0, vec![station(), Station { sharers: OrgSet::of(SHARER), ..station_of(TOWER) }]);
		import_of(CARRIER, 0, &[vec![cell(1)]]);
		for (pci, org) in [(2, SHARER), (3, TOWER)] {
			let shown = to_sign(org, 0);
			import_of(TOWER, 0, &[vec![], vec![cell(pci)]]);
			// Then others sign the stations of other owners by what they have looked at before
			let results = sign(org, shown);
			assert_eq!(results[0], (0, SignResult::Signed(1)));
			// And not its own
			assert_ne!(results.get(1), Some(&(0, SignResult::Signed(1))));
		}
	});
}

#[test]
fn signature_says_whose_cells_they_are() {
	let written = |stations: &[Vec<CellValues>]| {
		put(0, vec![station(), station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(stations)));
	};
	let [a, b, c] = [1, 2, 3].map(cell);
	let (two_and_one, one_and_two) =
		(vec![vec![a.clone(), b.clone()], vec![c.clone()]], vec![vec![a.clone()], vec![b, c]]);
	let (first, second) = (vec![vec![a.clone()], vec![]], vec![vec![], vec![a]]);
	for (right, other) in [(two_and_one, one_and_two), (first, second)] {
		// Given a sharer that was shown the same cells of other stations, in the same place of the same revision
		let mut shown = None;
		run(|| {
			written(&other);
			shown = Some((to_sign(SHARER, 0), ConfigGuard::network_digest(HERE).unwrap()));
		});
		let (page, network) = shown.unwrap();
		run(|| {
			written(&right);
			assert_eq!(sign(SHARER, page), [(0, SignResult::OtherDigest)]);
			assert_noop!(sign_network(SHARER, network, 0, 0), Error::<Test>::OtherDigest);
			let signed = sign(SHARER, to_sign(SHARER, 0));
			assert!(matches!(signed[..], [(0, SignResult::Signed(1 | 2))]));
		});
	}
}

/// Signs pages of Shijiazhuang by this digest.
fn sign_network(org: OrgId, digest: Hash, first: u16, last: u16) -> DispatchResult {
	plain(ConfigGuard::sign_network(engineer(org), HERE, digest, first, last))
}

#[test]
fn sign_network_works() {
	run(|| {
		// Given three pages with a baseline
		for page in [0, 7, 63] {
			put(page, vec![station(), station()]);
			import(page, 1);
		}
		// When the sharer signs by the digest of the local network, page by page of a range
		let digest = ConfigGuard::network_digest(HERE).unwrap();
		assert_ok!(sign_network(SHARER, digest, 0, 62));
		// Then the pages of the range that have a baseline are signed, and the digest is what it was
		let Event::BaselineSigned { results, .. } = last_event() else { panic!("no results") };
		assert_eq!(results.into_inner(), [(0, SignResult::Signed(2)), (7, SignResult::Signed(2))]);
		let both = OrgSet::of(CARRIER).with(SHARER);
		assert_eq!(Heads::<Test>::get(HERE, 7).signed.into_inner(), [both, both]);
		assert_eq!(Heads::<Test>::get(HERE, 63).signed(0), OrgSet::of(CARRIER));
		assert_eq!(ConfigGuard::network_digest(HERE), Some(digest));
		assert_ok!(sign_network(SHARER, digest, 63, 63));
		assert_eq!(Heads::<Test>::get(HERE, 63).signed(0), both);
		// And who is not named signs nothing
		put(63, vec![Station { tower: None, ..station() }, Station { tower: None, ..station() }]);
		assert_ok!(sign_network(TOWER, digest, 63, 63));
		let Event::BaselineSigned { results, .. } = last_event() else { panic!("no results") };
		assert_eq!(results.into_inner(), [(63, SignResult::Signed(0))]);
	});
}

#[test]
fn sign_network_fails_when_anything_is_another_and_for_too_many_pages() {
	run(|| {
		for page in [0, 1] {
			put(page, vec![station(), station()]);
			import(page, 1);
		}
		let old = ConfigGuard::network_digest(HERE).unwrap();
		// A page outside of the range is another
		import(1, 2);
		assert_noop!(sign_network(SHARER, old, 0, 0), Error::<Test>::OtherDigest);
		// Another local network's digest
		let digest = ConfigGuard::network_digest(NEARBY).unwrap();
		assert_noop!(sign_network(SHARER, digest, 0, 0), Error::<Test>::OtherDigest);
		let digest = ConfigGuard::network_digest(HERE).unwrap();
		assert_noop!(sign_network(SHARER, digest, 0, 64), Error::<Test>::TooManyPages);
		assert_noop!(sign_network(SHARER, digest, 1, 0), Error::<Test>::UnknownPage);
		assert_ok!(sign_network(SHARER, digest, 0, 63));
	});
}

#[test]
fn sign_network_takes_forty_bytes_and_is_charged_for_the_pages_that_it_met() {
	run(|| {
		put(0, vec![station()]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		let digest = ConfigGuard::network_digest(HERE).unwrap();
		let call = crate::Call::<Test>::sign_network { local_network: HERE, digest, first: 0, last: 63 };
		// One each for the pallet and the call, two for the local network, 32, and two for each end of the range
		assert_eq!(RuntimeCall::from(call.clone()).encoded_size(), 1 + 1 + 2 + 32 + 2 + 2);
		assert_eq!(call.get_dispatch_info().call_weight.ref_time(), 64);
		let info = ConfigGuard::sign_network(engineer(SHARER), HERE, digest, 0, 63).unwrap();
		assert_eq!(info.actual_weight.expect("it says so").ref_time(), 1);
	});
}

#[test]
fn new_sharer_makes_a_station_provisional() {
	run(|| {
		// Given a baseline of the owner alone, and another that its one sharer has signed
		let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
		put(0, vec![alone, station()]);
		import(0, 1);
		for org in [SHARER, TOWER] {
			sign(org, to_sign(org, 0));
		}
		let provisional = || ConfigGuard::baselines(None, 1)[0].provisional;
		assert_eq!(provisional(), 0);
		// When the inventory has a sharer of the first, then its signature is missing, as every reader of the page sees
		put(0, vec![station(), station()]);
		let signed = |slot: usize| ConfigGuard::baseline(HERE, 0, 1)[0].signed[slot];
		assert!(
			!signed(0).is_superset(station().signatories()) && signed(1).is_superset(station().signatories())
		);
		// And the page counts as provisional from the next signature on, until the new sharer has signed
		sign(CARRIER, to_sign(CARRIER, 0));
		assert_eq!(provisional(), 1);
		assert_eq!(sign(SHARER, to_sign(SHARER, 0)), [(0, SignResult::Signed(1))]);
		assert_eq!(provisional(), 0);
		// As it does of a page that the tower company has not signed
		put(1, vec![station(), station()]);
		import(1, 1);
		sign(SHARER, to_sign(SHARER, 1));
		assert_eq!(provisional(), 1);
		sign(TOWER, to_sign(TOWER, 1));
		assert_eq!(provisional(), 0);
		// One that shares it no more signs nothing; what it has signed stays signed, so no import changes it
		put(
			0,
			vec![Station { sharers: OrgSet::EMPTY, mode: SharingMode::Exclusive, ..station() }, station()],
		);
		assert_eq!(sign(SHARER, to_sign(SHARER, 0)), [(0, SignResult::Signed(0))]);
		assert!(signed(0).contains(SHARER));
		import(0, 2);
		let Event::BaselineImported { results, .. } = last_event() else { panic!("no results") };
		let refused = BaselineResult::Refused(BaselineRefusal::Countersigned);
		assert_eq!(results.into_inner(), [(0, refused), (1, refused)]);
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
		let pages = to_sign(SHARER, 0);
		assert_refusals(SHARER, |origin| ConfigGuard::sign(origin, HERE, pages.clone().try_into().unwrap()));
		let digest = ConfigGuard::network_digest(HERE).unwrap();
		assert_refusals(SHARER, |origin| ConfigGuard::sign_network(origin, HERE, digest, 0, 0));
	});
}
