// SPDX-License-Identifier: Apache-2.0

//! Who has attested what, and what nobody has attested or explained for too long.

use crate::{
	coverage::{NetworkCoverage, PageCoverage, Sees},
	mock::*,
	Event, Exports, Findings, PageSet,
};
use frame_support::{assert_ok, traits::Time};
use trimast_primitives::{
	cells::digest::{cell_digest, SweepKey, Tag},
	site::{Station, StationState},
	OrgId, OrgSet,
};

/// A page of Shijiazhuang with one cell.
fn import(page: u16, pci: i64) {
	put(page, vec![station()]);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&[vec![cell(pci)]])));
}

/// Sends the tag of a page: the right one, or another.
fn see(org: OrgId, sweep: u32, key: &SweepKey, page: u16, is_right: bool) {
	let seen = if is_right { digest(page) } else { trimast_primitives::Hash::zero() };
	let tags = vec![key.tag(&seen)].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_pages(collector(org), sweep, EXPORT, HERE, page, tags));
}

fn page(page: u16) -> PageCoverage {
	ConfigGuard::page_coverage(HERE, page, 1).remove(0)
}

fn network() -> NetworkCoverage {
	ConfigGuard::coverage(None, 1).remove(0)
}

fn found() -> (Vec<u16>, Vec<u16>) {
	let findings = Findings::<Test>::get(HERE);
	(findings.unattested.pages.iter().collect(), findings.unexplained.pages.iter().collect())
}

/// Both local networks are looked at again.
fn look() {
	go_to(System::block_number() + 2);
}

#[test]
fn page_shows_who_has_attested_it_and_where_witnesses_contradict_each_other() {
	run(|| {
		import(3, 1);
		import(8, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		see(SHARER, sweep, &key, 3, true);
		assert_eq!(page(3).words.len(), 1);
		let word = page(3).words.remove(0);
		assert_eq!((word.org, word.sweep, word.export, word.observed), (SHARER, sweep, EXPORT, 1_000));
		assert_eq!((word.sees, word.counts, word.at), (Sees::AsBaseline, true, System::block_number()));
		see(TOWER, sweep, &key, 3, false);
		let since = System::block_number();
		assert!(page(3).contradicting);
		let sees = Sees::Otherwise { revision: 1, since, explained: false };
		assert_eq!(page(3).words[1].sees, sees);
		assert_eq!((page(8).words, page(8).contradicting), (vec![], false));
		// About another revision they do not
		import(3, 2);
		assert_eq!((page(3).revision, page(3).words.len(), page(3).contradicting), (2, 1, false));
		see(SHARER, sweep, &key, 3, true);
		assert!(!page(3).contradicting);
		assert_eq!(
			ConfigGuard::page_coverage(HERE, 0, 100).iter().map(|one| one.page).collect::<Vec<_>>(),
			[3, 8]
		);
	});
}

#[test]
fn matching_word_is_refuted_by_a_confirmed_violation_that_is_older() {
	run(|| {
		four_cells();
		let (sweep, key) = open_sweep(&[TOWER]);
		see(TOWER, sweep, &key, 0, true);
		let is_refuted = || page(0).words.iter().map(|word| (word.org, word.refuted)).collect::<Vec<_>>();
		assert_eq!(is_refuted(), [(TOWER, false)]);
		// What was read later says nothing about what was read before
		let late = book([300, 2, 3, 4]);
		late.anchor(CARRIER);
		let (later, key) = open_sweep(&[]);
		late.attest(CARRIER, later, &key, &[300, 2, 3, 4].map(cell));
		assert_eq!(is_refuted(), [(CARRIER, false), (TOWER, false)]);
		crate::Violations::<Test>::mutate(0, |one| one.as_mut().unwrap().since = 999);
		assert_eq!(is_refuted(), [(CARRIER, false), (TOWER, true)]);
	});
}

#[test]
fn testimony_expires() {
	run(|| {
		import(3, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		see(SHARER, sweep, &key, 3, true);
		see(TOWER, sweep, &key, 3, true);
		let expected = |matching, matching_twice| NetworkCoverage {
			local_network: HERE,
			pages: 1,
			matching,
			matching_twice,
			differing: 0,
			contradicting: 0,
			unattested: 0,
			unexplained: 0,
		};
		assert_eq!(network(), expected(1, 1));
		let view = ConfigGuard::testimonies(HERE).remove(0);
		let expires = 1_000 + 1_000 * u64::from(ATTESTATION_TERM);
		assert_eq!((view.org, view.expires, view.counts, view.matching), (SHARER, expires, true, 1));
		Ahead::set(expires - Clock::now());
		assert_eq!(network(), expected(1, 1));
		Ahead::mutate(|ahead| *ahead += 1);
		assert_eq!(network(), expected(0, 0));
		assert!(ConfigGuard::testimonies(HERE).iter().all(|view| !view.counts));
		assert!(!page(3).words[0].counts);
		Ahead::set(0);
	});
}

#[test]
fn testimony_from_a_doubted_export_does_not_count() {
	run(|| {
		import(3, 1);
		let (sweep, key) = open_sweep(&[SHARER]);
		see(SHARER, sweep, &key, 3, true);
		let set = |missing| {
			Exports::<Test>::mutate(SHARER, EXPORT, |export| {
				export.as_mut().unwrap().marks.missing = missing
			});
			crate::MarksOf::<Test>::mutate(SHARER, |marks| marks.missing = missing);
		};
		set(1);
		assert_eq!(network().matching, 0);
		let view = ConfigGuard::testimonies(HERE).remove(0);
		assert_eq!((view.counts, view.marks.unwrap().missing), (false, 1));
		set(0);
		assert_eq!(network().matching, 1);
	});
}

#[test]
fn page_that_nobody_attests_is_found_until_somebody_does() {
	run(|| {
		import(3, 1);
		import(8, 1);
		// Given that one of them is attested, from an export of block 20
		go_to(20);
		let first = book([9, 2, 3, 4]);
		first.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let tags = vec![key.tag(&digest(3))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, first.root(), HERE, 3, tags));
		// Then the other one is found after the term, and this one after that of its export
		go_to(ATTESTATION_TERM);
		assert!(found().0.is_empty());
		look();
		look();
		assert_eq!(found().0, [8]);
		assert!(events().contains(&Event::FindingsChanged {
			local_network: HERE,
			unattested: 1,
			unexplained: 0
		}));
		assert!(page(8).unattested && !page(3).unattested);
		let since = Findings::<Test>::get(HERE).unattested.since;
		assert!(since > ATTESTATION_TERM && since <= ATTESTATION_TERM + 4);
		go_to(ATTESTATION_TERM + 19);
		assert_eq!(found().0, [8]);
		look();
		look();
		assert_eq!((found().0, network().unattested), (vec![3, 8], 2));
		// A new export, and one of them is attested
		let book = book([1, 2, 3, 4]);
		book.anchor(TOWER);
		let (sweep, key) = open_sweep(&[]);
		let tags = vec![key.tag(&digest(8))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(TOWER), sweep, book.root(), HERE, 8, tags));
		look();
		assert_eq!((found().0, Findings::<Test>::get(HERE).unattested.since), (vec![3], since));
		// The values of both change: there is a new term for those that were attested before
		import(8, 2);
		import(3, 2);
		look();
		assert_eq!(found().0, [3]);
	});
}

#[test]
fn revisions_of_a_page_that_nobody_attests_begin_no_new_term() {
	run(|| {
		// Given a page that its owner changes more often than once a term, and one whose values were attested before
		import(3, 1);
		import(8, 1);
		let (sweep, key) = open_sweep(&[SHARER]);
		see(SHARER, sweep, &key, 8, true);
		go_to(40);
		import(8, 2);
		for block in [45, 90] {
			go_to(block);
			import(3, i64::from(block));
			import(8, i64::from(block));
		}
		// Then the one is found a term after its first cells, the other one a term after the change of what was attested
		go_to(ATTESTATION_TERM);
		assert!(found().0.is_empty());
		go_to(ATTESTATION_TERM + 5);
		assert_eq!(found().0, [3]);
		import(8, 7);
		go_to(ATTESTATION_TERM + 39);
		assert_eq!(found().0, [3]);
		go_to(ATTESTATION_TERM + 45);
		assert_eq!(found().0, [3, 8]);
	});
}

#[test]
fn page_that_differs_and_is_not_explained_is_found_until_it_is() {
	run(|| {
		import(0, 1);
		import(8, 1);
		let (sweep, key) = open_sweep(&[SHARER]);
		see(SHARER, sweep, &key, 0, false);
		see(SHARER, sweep, &key, 8, false);
		go_to(System::block_number() + EXPLANATION_TERM);
		look();
		assert_eq!(found().1, [0, 8]);
		assert!(events().contains(&Event::FindingsChanged {
			local_network: HERE,
			unattested: 0,
			unexplained: 2
		}));
		// One is explained, and one is as the baseline says after all
		let book = book([300, 2, 3, 4]);
		book.anchor(SHARER);
		let (later, key) = open_sweep(&[]);
		book.attest(SHARER, later, &key, &[cell(300)]);
		look();
		assert_eq!(found().1, [8]);
		let tags = vec![key.tag(&digest(8))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), later, book.root(), HERE, 8, tags));
		look();
		assert_eq!((found(), Findings::<Test>::contains_key(HERE)), (Default::default(), false));
		let _ = sweep;
	});
}

#[test]
fn who_has_left_leaves_no_findings_behind() {
	run(|| {
		import(0, 1);
		import(8, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		see(TOWER, sweep, &key, 0, false);
		see(TOWER, sweep, &key, 8, true);
		go_to(System::block_number() + EXPLANATION_TERM);
		look();
		assert_eq!((found(), network().matching, network().differing), ((vec![], vec![0]), 1, 1));
		assert_eq!(ConfigGuard::unexplained(HERE, 0, 10).len(), 1);
		// When the company leaves
		Members::mutate(|members| *members = members.without(TOWER));
		look();
		assert_eq!((found(), network().matching, network().differing), ((vec![], vec![]), 0, 0));
		assert!(ConfigGuard::unexplained(HERE, 0, 10).is_empty());
		assert!(page(0).unexplained_by.is_empty() && page(0).words.iter().all(|word| !word.counts));
		assert!(ConfigGuard::testimonies(HERE).iter().all(|view| !view.counts));
		// Then nobody has attested the pages
		go_to(ATTESTATION_TERM + 2);
		look();
		assert_eq!(found().0, [0, 8]);
	});
}

#[test]
fn who_is_party_to_a_page_no_more_leaves_no_finding_of_it_behind() {
	run(|| {
		import(0, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		see(TOWER, sweep, &key, 0, false);
		go_to(System::block_number() + EXPLANATION_TERM);
		look();
		assert_eq!((found().1, page(0).unexplained_by), (vec![0], vec![TOWER]));
		// When the stations stand on its towers no more, which is looked up in turn: it could not say what they are set to
		Inventory::mutate(|all| all.values_mut().flatten().for_each(|entry| entry.station.tower = None));
		look();
		look();
		assert_eq!((found().1, page(0).unexplained_by), (vec![], vec![]));
		assert!(ConfigGuard::unexplained(HERE, 0, 10).is_empty());
	});
}

#[test]
fn finding_says_whose_word_is_not_explained() {
	run(|| {
		import(0, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		see(SHARER, sweep, &key, 0, true);
		see(TOWER, sweep, &key, 0, false);
		go_to(System::block_number() + EXPLANATION_TERM);
		look();
		assert_eq!((page(0).unexplained, page(0).unexplained_by), (true, vec![TOWER]));
	});
}

#[test]
fn parties_are_looked_up_again_in_turn() {
	run(|| {
		for page in 0..40 {
			import(page, 1);
		}
		let own = |org| crate::coverage::pages_of::<Test>(org, HERE);
		assert_eq!((own(SHARER), own(TOWER)), (PageSet::first(40), PageSet::first(40)));
		// Given that stations lose their sharers
		for page in 0..40 {
			put(page, vec![Station { sharers: OrgSet::EMPTY, ..station() }]);
		}
		(0..3).for_each(|_| look());
		assert_eq!((own(SHARER), own(TOWER)), (PageSet::default(), PageSet::first(40)));
	});
}

#[test]
fn who_has_signed_is_no_party_any_more_once_the_cells_are_gone() {
	run(|| {
		// Given a station that a company has signed, and that it does not share any more
		let alone = || Station { sharers: OrgSet::EMPTY, ..station() };
		put(0, vec![station(), alone()]);
		let cells = table(&[vec![cell(1)], vec![cell(2)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		sign(SHARER, 0);
		put(0, vec![alone(), alone()]);
		let own = || crate::coverage::pages_of::<Test>(SHARER, HERE);
		look();
		assert_eq!(own(), PageSet::first(1));
		// When the station is retired and its cells are taken out
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::Retired);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[])));
		// Then it is no party at once
		assert_eq!(own(), PageSet::default());
	});
}

#[test]
fn page_that_was_not_seen_as_a_whole_is_not_attested() {
	run(|| {
		four_cells();
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		let tags = [1, 2, 3].map(|pci| key.tag(&cell_digest(&cell(pci)))).into_iter().chain([Tag::NOT_SEEN]);
		assert_ok!(attest_cells(SHARER, sweep, 0, 1, tags.collect()));
		see(TOWER, sweep, &key, 0, true);
		assert_eq!((page(0).words[0].sees, page(0).contradicting), (Sees::InPart, false));
		assert_eq!((network().matching, network().contradicting), (1, 0));
		crate::Testimonies::<Test>::remove(HERE, TOWER);
		go_to(ATTESTATION_TERM - 2);
		assert_eq!(found(), (vec![], vec![]));
		// It is found as one that nobody has attested while the word still counts
		Findings::<Test>::remove(HERE);
		crate::Exports::<Test>::mutate(SHARER, EXPORT, |export| export.as_mut().unwrap().observed = 90_000);
		crate::Testimonies::<Test>::mutate(HERE, SHARER, |one| one.as_mut().unwrap().observed = 90_000);
		go_to(ATTESTATION_TERM + 6);
		assert_eq!(found(), (vec![0], vec![]));
	});
}

#[test]
fn many_pages_are_found_in_turn() {
	run(|| {
		for page in 0..150 {
			import(page, 1);
		}
		go_to(ATTESTATION_TERM + 20);
		assert_eq!(Findings::<Test>::get(HERE).unattested.pages, PageSet::first(150));
	});
}
