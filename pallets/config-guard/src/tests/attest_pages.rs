// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::ValuesResult, Differences, Error, Event, Partial, Testimonies};
use frame_support::{assert_noop, assert_ok, traits::Time};
use trimast_primitives::{
	access::Scope,
	cells::digest::{cell_digest, SweepKey, Tag},
	site::{SharingMode, Station},
	Hash, LocalNetworkId, OrgSet,
};

const WRONG: Tag = Tag([0; 8]);

#[test]
fn attest_pages_works() {
	run(|| {
		for page in [4, 5] {
			put(page, vec![station()]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&[vec![cell(1)]])));
		}
		let (sweep, key) = open_sweep(&[SHARER]);
		let attest = |first, tags: Vec<Tag>| {
			assert_ok!(ConfigGuard::attest_pages(
				collector(SHARER),
				sweep,
				EXPORT,
				HERE,
				first,
				tags.try_into().unwrap()
			));
			match last_event() {
				Event::PagesAttested { differing, .. } => differing.into_inner(),
				other => panic!("{other:?}"),
			}
		};
		// A page without a baseline has the digest of nothing
		let tags = vec![key.tag(&Hash::zero()), key.tag(&digest(4)), WRONG];
		assert_eq!(attest(3, tags), [5]);
		let testimony = Testimonies::<Test>::get(HERE, SHARER).unwrap();
		assert!(testimony.matching.iter().eq([4]));
		let since = System::block_number();
		let difference = Differences::<Test>::get((HERE, 5, SHARER)).unwrap();
		assert_eq!((difference.sweep, difference.revision, difference.since), (sweep, 1, since));
		// It stands until it matches, since when it was seen first
		go_to(since + 1);
		assert_eq!(attest(5, vec![WRONG]), [5]);
		assert_eq!(Differences::<Test>::get((HERE, 5, SHARER)).unwrap().since, since);
		assert!(attest(5, vec![key.tag(&digest(5))]).is_empty());
		assert_eq!(Differences::<Test>::get((HERE, 5, SHARER)), None);
		assert!(
			Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.contains(4),
			"the earlier word stands"
		);
	});
}

#[test]
fn pages_far_from_the_first_are_those_that_are_asked_about() {
	run(|| {
		for page in [1, 127, 128, 199] {
			put(page, vec![station()]);
			let cells = table(&[vec![cell(page.into())]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, cells));
		}
		let (sweep, key) = open_sweep(&[SHARER]);
		for (first, count) in [(0, 200), (1, 127), (127, 2), (128, 1), (128, 72), (150, 50), (199, 1)] {
			let digest = |page| ConfigGuard::page_digest(HERE, page).unwrap_or_default();
			let tags: Vec<_> = (first..).take(count).map(|page| key.tag(&digest(page))).collect();
			let tags = tags.try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, first, tags));
			let Event::PagesAttested { differing, .. } = last_event() else { panic!("no result") };
			assert!(differing.is_empty(), "{first}");
		}
	});
}

#[test]
fn page_that_was_revised_since_the_export_differs_until_its_cells_or_its_tag_say_otherwise() {
	run(|| {
		one_cell(5, 1);
		one_cell(6, 1);
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		let looked_at = [5, 6].map(digest);
		// Given a page that is another while the observation is on its way, and one that is not
		one_cell(5, 2);
		let attest = |org, tags: Vec<Tag>| {
			let tags = tags.try_into().unwrap();
			let call = ConfigGuard::attest_pages(collector(org), sweep, EXPORT, HERE, 5, tags);
			call.unwrap().actual_weight.unwrap().ref_time()
		};
		assert_eq!(attest(SHARER, vec![key.tag(&looked_at[0]), WRONG]), 2_000);
		let Event::PagesAttested { differing, .. } = last_event() else { panic!("no result") };
		assert_eq!(differing.into_inner(), [5, 6]);
		let testimony = || Testimonies::<Test>::get(HERE, SHARER).unwrap();
		assert!(testimony().differing.iter().eq([5, 6]) && testimony().matching.is_empty());
		// Then both are to be explained, and one contradicts nobody who has seen it as it is now
		attest(TOWER, vec![key.tag(&digest(5)), key.tag(&digest(6))]);
		let covered = || ConfigGuard::page_coverage(HERE, 5, 2);
		assert!(covered().iter().all(|page| page.unexplained_by == [SHARER]));
		assert_eq!(covered().iter().map(|page| page.contradicting).collect::<Vec<_>>(), [false, true]);
		assert_eq!(ConfigGuard::coverage(None, 1).remove(0).contradicting, 1);
		// The tags of its cells are judged by the present ones, and are a word against these
		let tag = key.tag(&cell_digest(&cell(1)));
		assert_ok!(attest_cells(SHARER, sweep, 5, 1, vec![tag]));
		let difference = Differences::<Test>::get((HERE, 5, SHARER)).unwrap();
		assert_eq!((difference.revision, difference.cells.unwrap().into_inner()), (2, vec![0]));
		assert!(covered()[0].contradicting);
		// The tag of the page as it is now takes it back
		attest(SHARER, vec![key.tag(&digest(5))]);
		assert_eq!(Differences::<Test>::get((HERE, 5, SHARER)), None);
		assert!(testimony().matching.iter().eq([5]) && testimony().unexplained.iter().eq([6]));
	});
}

#[test]
fn difference_stands_beyond_its_sweep() {
	run(|| {
		one_cell(5, 1);
		one_cell(6, 1);
		let (sweep, _) = open_sweep(&[SHARER]);
		let see = |sweep, page, tag| {
			let tags = vec![tag].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, page, tags));
		};
		see(sweep, 5, WRONG);
		let since = System::block_number();
		let (later, key) = open_sweep(&[]);
		see(later, 6, key.tag(&digest(6)));
		let testimony = Testimonies::<Test>::get(HERE, SHARER).unwrap();
		assert!(testimony.matching.iter().eq([6]) && testimony.differing.iter().eq([5]));
		see(later, 5, WRONG);
		assert_eq!(Differences::<Test>::get((HERE, 5, SHARER)).unwrap().since, since);
		see(later, 5, key.tag(&digest(5)));
		assert_eq!(Differences::<Test>::get((HERE, 5, SHARER)), None);
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().differing.is_empty());
	});
}

/// The sharer sends a wrong tag of the first page.
fn differs(sweep: u32, root: Hash) {
	let tags = vec![WRONG].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, root, HERE, 0, tags));
}

/// Two stations in the first page, with PCI 1 and 2, and 3. The sharer has seen 9 and 8 in the first, has given the one, and
/// has not seen the second.
fn one_of_two_cells_given() -> (u32, SweepKey) {
	put(0, vec![station(), station()]);
	let cells = table(&[vec![cell(1), cell(2)], vec![cell(3)]]);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
	let (sweep, key) = open_sweep(&[SHARER]);
	differs(sweep, EXPORT);
	let tag = |pci| key.tag(&cell_digest(&cell(pci)));
	assert_ok!(attest_cells(SHARER, sweep, 0, 1, vec![tag(9), tag(8), Tag::NOT_SEEN]));
	assert_ok!(attest_values(SHARER, sweep, 0, 1, vec![(0, cell(9))]));
	(sweep, key)
}

#[test]
fn tag_that_is_sent_again_leaves_what_was_said_of_the_cells() {
	run(|| {
		let (sweep, _) = one_of_two_cells_given();
		let said = || {
			let unexplained = Testimonies::<Test>::get(HERE, SHARER).unwrap().unexplained;
			(Differences::<Test>::get((HERE, 0, SHARER)), unexplained, Partial::<Test>::get(HERE, SHARER))
		};
		let assert_left = || {
			let before = said();
			go_to(System::block_number() + 1);
			differs(sweep, EXPORT);
			assert_eq!(said(), before);
			// Also in another sweep: the export is the same
			let (later, _) = open_sweep(&[]);
			differs(later, EXPORT);
			assert_eq!(said(), before);
		};
		assert_left();
		// What is left to explain can be explained
		assert_ok!(attest_values(SHARER, sweep, 0, 1, vec![(1, cell(8))]));
		assert_eq!(values_result(), ValuesResult::Taken(1));
		assert!(Differences::<Test>::get((HERE, 0, SHARER)).unwrap().is_explained());
		assert_left();
	});
}

#[test]
fn tag_of_a_revised_page_or_from_another_export_begins_anew() {
	for is_revised in [true, false] {
		run(|| {
			let (sweep, _) = one_of_two_cells_given();
			if is_revised {
				let cells = table(&[vec![], vec![cell(5)]]);
				assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
				differs(sweep, EXPORT);
			} else {
				let root = Hash::repeat_byte(0xef);
				let anchor =
					ConfigGuard::anchor_export(collector(SHARER), Scope::National, root, 3, Clock::now());
				assert_ok!(anchor);
				differs(open_sweep(&[]).0, root);
			}
			let difference = Differences::<Test>::get((HERE, 0, SHARER)).unwrap();
			assert_eq!((difference.cells, difference.given.len(), difference.unseen.len()), (None, 0, 0));
			assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().unexplained.iter().eq([0]));
			assert!(Partial::<Test>::get(HERE, SHARER).is_empty());
		});
	}
}

#[test]
fn page_without_a_station_of_the_company_has_a_result_and_no_record() {
	run(|| {
		let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
		put(3, vec![alone.clone()]);
		put(4, vec![alone, station()]);
		for (page, cells) in [(3, table(&[vec![cell(1)]])), (4, table(&[vec![cell(1)], vec![cell(2)]]))] {
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, cells));
		}
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		for (tag, differing) in [(WRONG, vec![3]), (key.tag(&digest(3)), vec![])] {
			let tags = vec![tag, key.tag(&digest(4))].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 3, tags));
			let Event::PagesAttested { differing: found, .. } = last_event() else { panic!("no result") };
			assert_eq!(found.into_inner(), differing);
			let testimony = Testimonies::<Test>::get(HERE, SHARER).unwrap();
			assert!(testimony.matching.iter().eq([4]) && testimony.differing.is_empty());
		}
		assert_eq!(Differences::<Test>::get((HERE, 3, SHARER)), None);
		let tags = vec![(HERE, key.tag(&ConfigGuard::network_digest(HERE).unwrap()))];
		let attest = |org| {
			ConfigGuard::attest_networks(collector(org), sweep, EXPORT, tags.clone().try_into().unwrap())
		};
		assert_ok!(attest(SHARER));
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.iter().eq([4]));
		// Then the page is attested once, by its tower company
		assert_ok!(attest(TOWER));
		let covered = ConfigGuard::coverage(None, 1).remove(0);
		assert_eq!((covered.matching, covered.matching_twice), (2, 1));
	});
}

/// The weight that a call is charged for in the end, in units of the mock.
fn charged(sweep: u32, first: u16, tags: Vec<Tag>) -> u64 {
	let tags = tags.try_into().unwrap();
	let call = ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, first, tags);
	call.unwrap().actual_weight.expect("it says so").ref_time()
}

#[test]
fn pages_that_match_cost_their_tags_alone() {
	run(|| {
		one_cell(0, 1);
		one_cell(7, 1);
		let (sweep, key) = open_sweep(&[SHARER]);
		let mut tags = vec![key.tag(&Hash::zero()); 100];
		tags[0] = key.tag(&digest(0));
		tags[7] = key.tag(&digest(7));
		assert_eq!(charged(sweep, 0, tags.clone()), 100);
		// One that differs costs more, and so does its taking back
		let mut wrong = tags.clone();
		wrong[7] = WRONG;
		assert_eq!((charged(sweep, 0, wrong), charged(sweep, 0, tags.clone())), (1_099, 1_099));
		assert_eq!(charged(sweep, 0, tags.clone()), 100);
		// Where a violation stands open each page is looked up
		let revision = crate::Heads::<Test>::get(HERE, 0).revision;
		let seen = key.tag(&cell_digest(&cell(300)));
		assert_ok!(attest_cells(SHARER, sweep, 0, revision, vec![seen]));
		assert_ok!(attest_values(SHARER, sweep, 0, revision, vec![(0, cell(300))]));
		assert_eq!(charged(sweep, 1, tags[1..51].to_vec()), 100);
	});
}

/// What is read of the state for so many pages of one chunk with this tag.
fn read(externalities: &mut sp_io::TestExternalities, sweep: u32, tag: Tag, count: usize) -> usize {
	externalities.commit_all().unwrap();
	let ((), proof) = externalities.execute_and_prove(|| {
		let tags = vec![tag; count].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, tags));
	});
	proof.into_iter_nodes().count()
}

#[test]
fn pages_that_match_are_read_by_their_chunks_alone() {
	let mut externalities = ext();
	let (sweep, key) = externalities.execute_with(|| {
		System::set_block_number(1);
		open_sweep(&[SHARER])
	});
	let tag = key.tag(&Hash::zero());
	read(&mut externalities, sweep, tag, 128);
	let few = read(&mut externalities, sweep, tag, 1);
	assert_eq!(read(&mut externalities, sweep, tag, 128), few);
}

#[test]
fn pages_of_others_that_differ_are_not_looked_up() {
	let mut externalities = ext();
	let sweep = externalities.execute_with(|| {
		System::set_block_number(1);
		for page in 0..40 {
			let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, ..station() };
			put(page, vec![alone]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&[vec![cell(1)]])));
		}
		open_sweep(&[SHARER]).0
	});
	read(&mut externalities, sweep, WRONG, 40);
	let few = read(&mut externalities, sweep, WRONG, 1);
	assert_eq!(read(&mut externalities, sweep, WRONG, 40), few);
}

#[test]
fn company_is_heard_about_as_many_pages_with_violations_as_fit_into_a_call() {
	run(|| {
		let (sweep, key) = open_sweep(&[SHARER]);
		for page in 0..38 {
			one_cell(page, 1);
			super::agenda::alleged(page, 1);
		}
		// One of the pages differs, and needs no hearing
		let call = |first, count| {
			let of_page = |page| ConfigGuard::page_digest(HERE, page).unwrap_or_default();
			let mut tags: Vec<_> = (first..).take(count).map(|page| key.tag(&of_page(page))).collect();
			if first == 0 {
				tags[37] = WRONG;
			}
			let tags = tags.try_into().unwrap();
			let info =
				ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, first, tags).unwrap();
			let Event::PagesAttested { unheard, differing, .. } = last_event() else { panic!("no result") };
			(info.actual_weight.unwrap().ref_time(), unheard.into_inner(), differing.into_inner())
		};
		// 39 tags that match and one that does not, 33 looks for open violations, 32 pages with as many violations
		let unheard: Vec<u16> = [32, 33, 34, 35, 36, 38, 39].into();
		assert_eq!(call(0, 40), (39 + 1_000 + 33 + 2 * 32, unheard, vec![37]));
		assert_eq!(crate::OpenViolations::<Test>::get(HERE), 6, "who had alleged them takes them back");
		// Nothing was taken of the others
		let matching = Testimonies::<Test>::get(HERE, SHARER).unwrap().matching;
		assert!(matching.iter().eq(0..32));
		// Sent anew they are heard
		assert!(call(32, 5).1.is_empty());
		assert_eq!(crate::OpenViolations::<Test>::get(HERE), 1);
	});
}

#[test]
fn attest_pages_fails_where_there_is_no_page() {
	run(|| {
		let (sweep, _) = open_sweep(&[SHARER]);
		let call = |place, first, count: usize| {
			let tags = vec![WRONG; count].try_into().unwrap();
			plain(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, place, first, tags))
		};
		assert_ok!(call(HERE, 198, 2));
		assert_noop!(call(HERE, 198, 3), Error::<Test>::UnknownPage);
		assert_noop!(call(HERE, u16::MAX, 2), Error::<Test>::UnknownPage);
		assert_noop!(call(LocalNetworkId(9_999), 0, 1), Error::<Test>::UnknownPage);
	});
}

#[test]
fn attest_pages_fails_without_the_right() {
	run(|| {
		let (sweep, _) = open_sweep(&[SHARER]);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			let tags = vec![WRONG].try_into().unwrap();
			ConfigGuard::attest_pages(origin, sweep, EXPORT, HERE, 0, tags)
		});
	});
}
