// SPDX-License-Identifier: Apache-2.0

//! What was computed for another sweep, page, slot, local network, revision, company or chain attests nothing, at no level.

use crate::{
	mock::*,
	types::{
		CellsResult, NetworkResult,
		ValuesRefusal::NoDifference,
		ValuesResult::{self, Refused},
	},
	Differences, Error, Event, Sweeps, Testimonies, Violations,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	cells::{
		digest::{cell_digest, local_network_digest, page_digest, PagePlace, SweepKey, Tag},
		CellValues,
	},
	Hash, LocalNetworkId, OrgId,
};

/// Opened in the same block as the other sweep: they have one salt.
const EARLIER: u32 = 0;
const SWEEP: u32 = 1;
/// What the tower company has anchored.
const OF_TOWER: Hash = Hash::repeat_byte(0xaa);
/// The genesis hash of another chain.
const ELSEWHERE: Hash = Hash::repeat_byte(0xbb);
/// The only cell of every page, as it is now and was in the first revision.
const PCI_NOW: i64 = 5;
/// The same cell in the third revision. The second had another one beside it.
const PCI_BEFORE: i64 = 1;
/// The revision of every page.
const NOW: u32 = 4;

/// What tags are computed from.
#[derive(Clone, Copy)]
struct Origin {
	/// The chain, the number and the salt that the key is made of.
	chain: Hash,
	sweep: u32,
	salt: Hash,
	/// What the digest of a page is over, beside its cells.
	place: PagePlace,
	counts: &'static [u8],
}

impl Origin {
	fn key(&self) -> SweepKey {
		SweepKey::new(self.chain, self.sweep, self.salt)
	}

	/// The digest of a page.
	fn page(&self) -> Hash {
		page_digest(&self.place, self.counts, &[cell_digest(&cell(PCI_NOW))])
	}

	/// The digests of the two pages of a local network, numbered from that of the place on.
	fn pages(&self) -> [Hash; 2] {
		[0, 1].map(|n| {
			let place = PagePlace { page: n + self.place.page, ..self.place };
			Self { place, ..*self }.page()
		})
	}

	fn network(&self) -> Hash {
		local_network_digest(self.place.genesis, self.place.local_network, &self.pages())
	}
}

/// Two local networks with two pages each, that have the same cells and the same history, and two sweeps. Gives what the
/// right tags of the first page are computed from, for the second sweep.
fn world() -> Origin {
	for page in [0, 1] {
		put(page, vec![station()]);
		Inventory::mutate(|all| all.insert((NEARBY, page), all[&(HERE, page)].clone()));
		for local_network in [HERE, NEARBY] {
			for pcis in [&[PCI_NOW][..], &[PCI_BEFORE, 2], &[PCI_BEFORE], &[PCI_NOW]] {
				let cells = table(&[pcis.iter().map(|pci| cell(*pci)).collect()]);
				assert_ok!(ConfigGuard::import(engineer(CARRIER), local_network, page, cells));
			}
		}
	}
	for (org, root) in [(SHARER, EXPORT), (TOWER, OF_TOWER)] {
		assert_ok!(ConfigGuard::anchor_export(collector(org), Scope::National, root, 4, 1_000));
	}
	for block in 1..4 {
		frame_system::BlockHash::<Test>::insert(block, Hash::from_low_u64_be(block.into()));
	}
	go_to(2);
	for _ in [EARLIER, SWEEP] {
		assert_ok!(ConfigGuard::open_sweep(collector(CARRIER), Scope::National));
	}
	go_to(4);
	let genesis = ConfigGuard::genesis_hash();
	let place = PagePlace { genesis, local_network: HERE, page: 0, revision: NOW, catalogue: 1 };
	let right = Origin { chain: genesis, sweep: SWEEP, salt: System::block_hash(3), place, counts: &[1] };
	assert_eq!(Sweeps::<Test>::get(SWEEP).unwrap().key, Some(right.key()));
	assert_eq!((digest(0), ConfigGuard::network_digest(HERE)), (right.page(), Some(right.network())));
	right
}

/// The same but for one thing each: three of the key, then those of the digest.
fn others(right: Origin) -> Vec<(&'static str, Origin)> {
	let at = |place| Origin { place, ..right };
	vec![
		("sweep", Origin { sweep: EARLIER, ..right }),
		// The block in which the sweep was opened
		("salt", Origin { salt: System::block_hash(2), ..right }),
		("chain of the key", Origin { chain: ELSEWHERE, ..right }),
		("chain of the digest", at(PagePlace { genesis: ELSEWHERE, ..right.place })),
		("local network", at(PagePlace { local_network: NEARBY, ..right.place })),
		("page", at(PagePlace { page: 1, ..right.place })),
		("revision", at(PagePlace { revision: 1, ..right.place })),
		("slot", Origin { counts: &[0, 1], ..right }),
	]
}

/// Checks each case on a chain of its own.
fn each<C>(cases: impl Fn(Origin) -> Vec<C>, check: impl Fn(Origin, C)) {
	let mut count = 1;
	let mut n = 0;
	while n < count {
		run(|| {
			let right = world();
			let mut cases = cases(right);
			count = cases.len();
			check(right, cases.swap_remove(n));
		});
		n += 1;
	}
}

fn send_network(root: Hash, tag: Tag) -> Result<NetworkResult, DispatchError> {
	let tags = vec![(HERE, tag)].try_into().unwrap();
	ConfigGuard::attest_networks(collector(SHARER), SWEEP, root, tags)?;
	let Event::NetworksAttested { results, .. } = last_event() else { panic!("no result") };
	Ok(results[0].1)
}

/// Sends the tag of the first page. Gives the pages that differ.
fn send_page(root: Hash, tag: Tag) -> Result<Vec<u16>, DispatchError> {
	let tags = vec![tag].try_into().unwrap();
	plain(ConfigGuard::attest_pages(collector(SHARER), SWEEP, root, HERE, 0, tags))?;
	let Event::PagesAttested { differing, .. } = last_event() else { panic!("no result") };
	Ok(differing.into_inner())
}

fn send_cells(root: Hash, revision: u32, tags: &[Tag]) -> Result<CellsResult, DispatchError> {
	let pages = vec![(0, revision, tags.to_vec().try_into().unwrap())].try_into().unwrap();
	plain(ConfigGuard::attest_cells(collector(SHARER), SWEEP, root, HERE, pages))?;
	Ok(cells_result())
}

/// Of which sweep, export, local network, page and revision values of the first cell are sent.
type Spoken = (u32, Hash, LocalNetworkId, u16, u32);

fn send_values(org: OrgId, spoken: Spoken, seen: CellValues) -> Result<ValuesResult, DispatchError> {
	let (sweep, root, local_network, page, revision) = spoken;
	let cells = vec![(0, seen.try_into().unwrap())].try_into().unwrap();
	let pages = vec![(page, revision, cells)].try_into().unwrap();
	plain(ConfigGuard::attest_values(collector(org), sweep, root, local_network, pages))?;
	Ok(values_result())
}

fn is_anything_attested() -> bool {
	Testimonies::<Test>::iter_values().any(|testimony| !testimony.matching.is_empty())
}

/// The pages of which it is on record that they differ, each with the cells that are to be explained.
fn differences() -> Vec<(LocalNetworkId, u16, OrgId, Option<Vec<u16>>)> {
	let of = |((local_network, page, org), difference): (_, crate::types::Difference)| {
		(local_network, page, org, difference.cells.map(|cells| cells.into_inner()))
	};
	Differences::<Test>::iter().map(of).collect()
}

#[test]
fn attest_networks_leaves_nothing_of_tags_that_were_computed_elsewhere() {
	let cases = |right: Origin| {
		let mut all: Vec<_> = others(right)
			.into_iter()
			.map(|(what, other)| (what, other.key().tag(&other.network())))
			.collect();
		let of = |genesis, local_network, pages: &[Hash]| {
			right.key().tag(&local_network_digest(genesis, local_network, pages))
		};
		let genesis = right.place.genesis;
		let [first, second] = right.pages();
		all.extend([
			("local network, with these pages", of(genesis, NEARBY, &[first, second])),
			("chain, with these pages", of(ELSEWHERE, HERE, &[first, second])),
			("places of its pages", of(genesis, HERE, &[second, first])),
			("level", right.key().tag(&first)),
		]);
		all
	};
	each(cases, |right, (what, tag)| {
		assert_eq!(send_network(EXPORT, tag), Ok(NetworkResult::Differs), "{what}");
		assert!(Testimonies::<Test>::iter().next().is_none() && differences().is_empty(), "{what}");
		assert_eq!(send_network(EXPORT, right.key().tag(&right.network())), Ok(NetworkResult::Matches));
	});
}

#[test]
fn attest_pages_notes_tags_that_were_computed_elsewhere_as_differences() {
	let cases = |right: Origin| {
		let mut all: Vec<_> =
			others(right).into_iter().map(|(what, other)| (what, other.key().tag(&other.page()))).collect();
		all.extend([
			("level above", right.key().tag(&right.network())),
			("level below", right.key().tag(&cell_digest(&cell(PCI_NOW)))),
		]);
		all
	};
	each(cases, |right, (what, tag)| {
		assert_eq!(send_page(EXPORT, tag), Ok(vec![0]), "{what}");
		assert_eq!(differences(), [(HERE, 0, SHARER, None)], "{what}");
		assert!(!is_anything_attested(), "{what}");
		assert_eq!(send_page(EXPORT, right.key().tag(&right.page())), Ok(vec![]));
	});
}

#[test]
fn attest_cells_notes_tags_that_were_computed_elsewhere_as_differences_or_not_at_all() {
	// The tag of a cell is of its values: elsewhere it is another one where they are others.
	let cases = |right: Origin| {
		let of = |origin: Origin, pci| origin.key().tag(&cell_digest(&cell(pci)));
		let by_key = others(right).into_iter().take(3);
		let mut all: Vec<_> =
			by_key.map(|(what, other)| (what, NOW, of(other, PCI_NOW), CellsResult::Differ(one()))).collect();
		all.extend([
			("page or local network", NOW, of(right, 9), CellsResult::Differ(one())),
			("level above", NOW, right.key().tag(&right.page()), CellsResult::Differ(one())),
			("revision, since which it has its place", 3, of(right, PCI_BEFORE), CellsResult::Differ(one())),
			("revision, before which it had another", 1, of(right, PCI_NOW), CellsResult::Stale),
			("revision, that is to come", NOW + 1, of(right, PCI_NOW), CellsResult::Stale),
		]);
		all
	};
	each(cases, |right, (what, revision, tag, result)| {
		let left = (result != CellsResult::Stale).then(|| (HERE, 0, SHARER, Some(vec![0])));
		assert_eq!(send_cells(EXPORT, revision, &[tag]), Ok(result), "{what}");
		assert_eq!(differences(), Vec::from_iter(left), "{what}");
		assert!(!is_anything_attested(), "{what}");
		let tag = right.key().tag(&cell_digest(&cell(PCI_NOW)));
		assert_eq!(send_cells(EXPORT, NOW, &[tag]), Ok(CellsResult::Differ(Default::default())));
		assert!(is_anything_attested());
	});
}

/// The first cell of a page.
fn one() -> frame_support::BoundedVec<u16, frame_support::traits::ConstU32<1_536>> {
	vec![0].try_into().unwrap()
}

#[test]
fn attest_values_explains_nothing_of_another_sweep_page_or_revision() {
	let none = || Ok(Refused(NoDifference));
	let cases = |_| {
		vec![
			("sweep", SHARER, (EARLIER, EXPORT, HERE, 0, NOW), none()),
			("local network", SHARER, (SWEEP, EXPORT, NEARBY, 0, NOW), none()),
			("page", SHARER, (SWEEP, EXPORT, HERE, 1, NOW), none()),
			("revision before", SHARER, (SWEEP, EXPORT, HERE, 0, 2), Ok(ValuesResult::Stale)),
			("revision to come", SHARER, (SWEEP, EXPORT, HERE, 0, NOW + 1), Ok(ValuesResult::Stale)),
			("company", TOWER, (SWEEP, OF_TOWER, HERE, 0, NOW), none()),
		]
	};
	each(cases, |right, (what, org, spoken, result)| {
		// Given a cell that the sharer has seen otherwise
		let tag = right.key().tag(&cell_digest(&cell(9)));
		assert_eq!(send_cells(EXPORT, NOW, &[tag]), Ok(CellsResult::Differ(one())));
		assert_eq!(send_values(org, spoken, cell(9)), result, "{what}");
		assert_eq!(differences(), [(HERE, 0, SHARER, Some(vec![0]))], "{what}");
		assert_eq!((Violations::<Test>::iter().count(), is_anything_attested()), (0, false), "{what}");
		let there = (SWEEP, EXPORT, HERE, 0, NOW);
		assert_eq!(send_values(SHARER, there, cell(9)), Ok(ValuesResult::Taken(1)));
	});
}

#[test]
fn approved_values_explain_no_tags_of_another_sweep_or_chain() {
	each(
		|right| others(right).into_iter().take(3).collect(),
		|_, (what, other)| {
			// Given tags of a cell as it is, made with another key
			let tag = other.key().tag(&cell_digest(&cell(PCI_NOW)));
			assert_eq!(send_cells(EXPORT, NOW, &[tag]), Ok(CellsResult::Differ(one())));
			// Then its values, which are the approved ones, do not take them back
			let there = (SWEEP, EXPORT, HERE, 0, NOW);
			assert_eq!(send_values(SHARER, there, cell(PCI_NOW)), Ok(Refused(NoDifference)), "{what}");
			assert_eq!(differences(), [(HERE, 0, SHARER, Some(vec![0]))], "{what}");
			assert!(!is_anything_attested(), "{what}");
		},
	);
}

#[test]
fn nobody_speaks_from_the_export_of_another_company() {
	run(|| {
		let right = world();
		let key = right.key();
		// Given the right tags of another company, in a block that everybody reads
		let pages = vec![key.tag(&right.page())].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(TOWER), SWEEP, OF_TOWER, HERE, 0, pages));
		// Then they are nobody else's word, and cannot be repeated from its export
		assert!(Testimonies::<Test>::iter().map(|(_, org, _)| org).eq([TOWER]));
		assert_noop!(send_network(OF_TOWER, key.tag(&right.network())), Error::<Test>::NotAnchored);
		assert_noop!(send_page(OF_TOWER, key.tag(&right.page())), Error::<Test>::NotAnchored);
		let tag = key.tag(&cell_digest(&cell(PCI_NOW)));
		assert_noop!(send_cells(OF_TOWER, NOW, &[tag]), Error::<Test>::NotAnchored);
		let there = (SWEEP, OF_TOWER, HERE, 0, NOW);
		assert_noop!(send_values(SHARER, there, cell(9)), Error::<Test>::NotAnchored);
		assert_eq!(Testimonies::<Test>::get(HERE, SHARER), None);
	});
}
