// SPDX-License-Identifier: Apache-2.0

//! Rows that are drawn by the blocks of other companies' authors, and what follows when they are not opened.

use crate::{
	changes::network::{Elsewhere, MAX_SETTLED_EXPORTS, SETTLED_OF_ONE},
	exports::{
		attested::pick, Marks, OpeningResult, Question, Said, Wrong, DRAWN, MAX_ASKED, MAX_DRAWING,
		MAX_DRAWN_EXPORTS, MAX_NAMED,
	},
	mock::*,
	testimony::given,
	types::Standing,
	Asked, DayScores, Drawing, Error, Event, Exports, MarksOf, Violations,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use std::collections::BTreeSet;
use trimast_primitives::{
	access::Scope,
	cells::{digest::SweepKey, CellId},
	page::SiteId,
	site::Station,
	Hash, OrgId, OrgSet,
};

/// The sharer testifies from an export of the four cells.
fn testify() -> (Book, u32, SweepKey) {
	four_cells();
	let book = book([1, 2, 3, 4]);
	book.anchor(SHARER);
	let (sweep, key) = open_sweep(&[SHARER]);
	book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
	(book, sweep, key)
}

/// Goes on a block, which `author` makes.
fn block_of(author: OrgId) {
	Author::set(Some(author));
	go_to(System::block_number() + 1);
	Author::set(None);
}

/// Which companies have drawn, in their order.
fn drawn() -> Vec<OrgId> {
	let by = |event| match event {
		Event::OpeningsDrawn { by, org: SHARER, .. } => Some(by),
		_ => None,
	};
	events().into_iter().filter_map(by).collect()
}

#[test]
fn each_other_company_draws_once_by_its_first_later_block() {
	run(|| {
		let (book, ..) = testify();
		let awaits = || Drawing::<Test>::get(SHARER).first().map(|one| one.awaits);
		assert_eq!(awaits(), Some(OrgSet::of(CARRIER).with(TOWER)));
		// Given a block of the export's own company, and two of another
		for author in [SHARER, TOWER, TOWER] {
			block_of(author);
		}
		// A block is known in the one after it
		go_to(System::block_number() + 1);
		assert_eq!((drawn(), awaits()), (vec![TOWER], Some(OrgSet::of(CARRIER))));
		block_of(CARRIER);
		go_to(System::block_number() + 1);
		assert_eq!((drawn(), awaits()), (vec![TOWER, CARRIER], None));
		// Then rows of the export are asked for, each once
		let questions = Asked::<Test>::get(SHARER, book.root()).open;
		assert!((1..=4).contains(&questions.len()));
		let all = [cell_id(0, 0), cell_id(0, 1), cell_id(1, 0), cell_id(1, 1)];
		assert!(questions.iter().all(|one| all.contains(&one.cell)));
	});
}

#[test]
fn nobody_draws_of_the_only_member() {
	run(|| {
		four_cells();
		let books = [book([1, 2, 3, 4]), book([1, 2, 3, 5])];
		books.iter().for_each(|book| book.anchor(SHARER));
		let (sweep, key) = open_sweep(&[]);
		books[0].attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		// Given that the others have left meanwhile
		go_to(System::block_number() + 1);
		Members::set(OrgSet::of(SHARER));
		// When it speaks from the same export, and from another one
		books[0].attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		books[1].attest(SHARER, sweep, &key, &[1, 2, 3, 5].map(cell));
		// Then nothing waits but what was said before
		let [waiting] = &Drawing::<Test>::get(SHARER)[..] else { panic!("one waits") };
		assert_eq!((waiting.root, waiting.awaits), (books[0].root(), OrgSet::of(CARRIER).with(TOWER)));
	});
}

#[test]
fn cells_are_those_of_the_hash_of_the_block() {
	run(|| {
		let (book, ..) = testify();
		let root = book.root();
		block_of(TOWER);
		// A block is known in the one after it
		let block = Hash::repeat_byte(0xb1);
		frame_system::BlockHash::<Test>::insert(System::block_number(), block);
		assert_eq!(drawn(), []);
		go_to(System::block_number() + 1);
		let mut cells = Vec::new();
		for n in 0..DRAWN {
			let digest = (*b"trimast/draw", block, root, SHARER, n).using_encoded(sp_io::hashing::blake2_256);
			// The first numbers fall on the only page
			let number = u64::from_be_bytes(digest[16..24].try_into().unwrap());
			cells.push([cell_id(0, 0), cell_id(0, 1), cell_id(1, 0), cell_id(1, 1)][(number % 4) as usize]);
		}
		cells.sort();
		cells.dedup();
		let due = System::block_number() + OPENING_TERM;
		let cells = cells.try_into().unwrap();
		assert!(events().contains(&Event::OpeningsDrawn { org: SHARER, root, by: TOWER, cells, due }));
	});
}

/// Cells that may be drawn of an export of the sharer.
fn drawable(root: Hash) -> BTreeSet<CellId> {
	(0..200u32)
		.filter_map(|n| pick::<Test>(SHARER, root, n.using_encoded(sp_io::hashing::blake2_256)))
		.map(|(cell, _)| cell)
		.collect()
}

#[test]
fn cells_are_drawn_that_were_attested_and_no_others() {
	run(|| {
		four_cells();
		// Given a page of which the sharer has said nothing, and a station that it has nothing to do with
		for page in [3, 8] {
			put(page, vec![station(), Station { sharers: OrgSet::EMPTY, ..station() }]);
			let cells = table(&[vec![cell(5)], vec![cell(6)]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, cells));
		}
		let (sweep, key) = open_sweep(&[SHARER]);
		for (page, seen) in [(0, digest(0)), (8, Hash::zero())] {
			let tags = vec![key.tag(&seen)].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, page, tags));
		}
		let first = [cell_id(0, 0), cell_id(0, 1), cell_id(1, 0), cell_id(1, 1)];
		let eighth = CellId { site: SiteId::new(HERE, 8, 0), cell: 0 };
		assert_eq!(drawable(EXPORT), first.into_iter().chain([eighth]).collect());
		// Of a whole local network all pages with a baseline
		let other = book([1, 2, 3, 5]);
		other.anchor(TOWER);
		let (sweep, key) = open_sweep(&[]);
		let tags = vec![(HERE, key.tag(&ConfigGuard::network_digest(HERE).unwrap()))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_networks(collector(TOWER), sweep, other.root(), tags));
		let number = |n: u32| n.using_encoded(sp_io::hashing::blake2_256);
		let drawn: BTreeSet<_> = (0..300)
			.filter_map(|n| pick::<Test>(TOWER, other.root(), number(n)))
			.map(|(cell, _)| cell)
			.collect();
		assert_eq!(drawn.len(), 8);
	});
}

#[test]
fn export_of_one_row_is_caught() {
	run(|| {
		four_cells();
		// Given one true row, and tags that are copied
		let book = Book::new(&[row(0, 0, 1)]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		let tags = vec![(HERE, key.tag(&ConfigGuard::network_digest(HERE).unwrap()))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_networks(collector(SHARER), sweep, book.root(), tags));
		block_of(TOWER);
		go_to(System::block_number() + 1);
		let asked: Vec<_> = Asked::<Test>::get(SHARER, book.root()).open.iter().map(|one| one.cell).collect();
		let absent = *asked.iter().find(|cell| **cell != cell_id(0, 0)).expect("another cell is drawn");
		book.open(SHARER, &[0]);
		let (org, root, wrong) = (SHARER, book.root(), Wrong::Absent);
		let expected = Event::OpeningWrong { org, root, leaf: None, cell: Some(absent), wrong };
		assert!(events().contains(&expected));
		assert!(!Exports::<Test>::get(SHARER, book.root()).unwrap().marks.is_clean());
	});
}

#[test]
fn what_was_said_is_not_taken_back_once_the_row_is_drawn() {
	run(|| {
		four_cells();
		// Given a witness that copies the baseline and has another value in each row
		let book = book([301, 302, 303, 304]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		block_of(TOWER);
		go_to(System::block_number() + 1);
		// When it says what it has, once it is drawn from
		book.attest(SHARER, sweep, &key, &[301, 302, 303, 304].map(cell));
		let asked: Vec<_> = Asked::<Test>::get(SHARER, book.root()).open.iter().map(|one| one.cell).collect();
		let wrong = OpeningResult::Wrong(Wrong::NotMatching);
		assert_eq!(book.open(SHARER, &book.around(asked[0])), [wrong]);
	});
}

#[test]
fn word_from_another_export_saves_nobody_from_draws() {
	run(|| {
		let (lie, ..) = testify();
		let other = book([1, 2, 3, 9]);
		other.anchor(SHARER);
		let (sweep, _) = open_sweep(&[]);
		let tags = Default::default();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, other.root(), HERE, 0, tags));
		assert_eq!((drawable(lie.root()).len(), drawable(other.root()).len()), (4, 0));
	});
}

#[test]
fn block_of_the_word_itself_draws_nothing() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		block_of(TOWER);
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		go_to(System::block_number() + 2);
		assert_eq!(drawn(), []);
	});
}

#[test]
fn who_speaks_again_is_drawn_from_again() {
	run(|| {
		let (book, sweep, key) = testify();
		for _ in 0..2 {
			block_of(TOWER);
			go_to(System::block_number() + 1);
			book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		}
		assert_eq!(drawn(), [TOWER, TOWER]);
	});
}

#[test]
fn who_speaks_in_every_block_is_drawn_from_all_the_same() {
	run(|| {
		let (book, sweep, _) = testify();
		let first = System::block_number();
		let speak_until = |block| {
			while System::block_number() < block {
				block_of(TOWER);
				let tags = Default::default();
				assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, book.root(), HERE, 0, tags));
			}
		};
		speak_until(first + OPENING_TERM + 1);
		assert_eq!(drawn(), []);
		// The first block of an author after the term
		speak_until(first + OPENING_TERM + 2);
		assert_eq!(drawn(), [TOWER]);
		speak_until(first + OPENING_TERM + 6);
		assert_eq!(drawn(), [TOWER]);
	});
}

#[test]
fn who_speaks_once_draws_are_overdue_is_drawn_from_again() {
	run(|| {
		let (book, sweep, key) = testify();
		let first = System::block_number();
		let until = |block| {
			while System::block_number() < block {
				block_of(TOWER);
			}
		};
		// Given one that has drawn, and one that authors nothing
		until(first + OPENING_TERM - 1);
		assert_eq!(drawn(), [TOWER]);
		let open: Vec<u32> = (0..4).collect();
		book.open(SHARER, &open);
		until(first + OPENING_TERM + 1);
		// When the company speaks again, after the term
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		until(first + 2 * OPENING_TERM + 4);
		assert_eq!(drawn(), [TOWER, TOWER]);
		until(first + 4 * OPENING_TERM);
		assert_eq!(drawn(), [TOWER, TOWER]);
	});
}

#[test]
fn draws_keep_nobody_from_naming() {
	run(|| {
		for page in 0..2 {
			put(page, vec![station(); 64]);
			let cells: Vec<_> = (0..64).map(|_| vec![cell(1), cell(2), cell(3)]).collect();
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&cells)));
		}
		let (sweep, key) = open_sweep(&[SHARER]);
		let speak = || {
			let tags = [0, 1].map(|page| key.tag(&digest(page))).to_vec().try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, tags));
		};
		speak();
		let id =
			|n: u32| CellId { site: SiteId::new(HERE, (n / 192) as u16, n / 3 % 64), cell: (n % 3) as u8 };
		// Given as many rows that are drawn as may be, beside what the others may name
		let due = System::block_number() + OPENING_TERM;
		let said = |n: u32| Said::Matches(given(&cell(i64::from(n % 3) + 1)));
		let question = |n| Question { cell: id(n), by: TOWER, due, said: said(n) };
		let open: Vec<_> = (0..MAX_ASKED - 2 * MAX_NAMED).map(question).collect();
		Asked::<Test>::mutate(SHARER, EXPORT, |asked| asked.open = open.try_into().unwrap());
		for author in [CARRIER, TOWER, CARRIER, TOWER] {
			block_of(author);
			go_to(System::block_number() + 1);
			speak();
		}
		for (first, org) in [(300, CARRIER), (320, TOWER)] {
			let cells: Vec<_> = (first..first + MAX_NAMED).map(id).collect();
			assert_ok!(demand(org, SHARER, EXPORT, &cells));
		}
		assert_eq!(Asked::<Test>::get(SHARER, EXPORT).open.len(), MAX_ASKED as usize);
		Asked::<Test>::remove(SHARER, EXPORT);
	});
}

#[test]
fn exports_without_room_are_tried_and_keep_no_other_from_being_drawn_of() {
	run(|| {
		four_cells();
		// Given as many exports without room as a block tries, and one more behind them
		let root = |n: u32| Hash::from_low_u64_be(u64::from(n) + 1);
		for n in 0..=MAX_DRAWN_EXPORTS {
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root(n), 5, 1_000));
		}
		let (sweep, key) = open_sweep(&[]);
		for n in 0..=MAX_DRAWN_EXPORTS {
			let tags = vec![key.tag(&digest(0))].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, root(n), HERE, 0, tags));
		}
		let due = System::block_number() + OPENING_TERM;
		let question = |n| Question { cell: cell_id(n, 0), by: TOWER, due, said: Said::Nothing };
		let open: Vec<_> = (0..MAX_ASKED - 2 * MAX_NAMED).map(question).collect();
		for n in 0..MAX_DRAWN_EXPORTS {
			Asked::<Test>::mutate(SHARER, root(n), |asked| asked.open = open.clone().try_into().unwrap());
		}
		// Then a block that begins with them comes to no other, and one that begins with that one does
		for (byte, expected) in [(0, vec![]), (MAX_DRAWN_EXPORTS as u8, vec![TOWER])] {
			block_of(TOWER);
			frame_system::BlockHash::<Test>::insert(System::block_number(), Hash::repeat_byte(byte));
			go_to(System::block_number() + 1);
			assert_eq!(drawn(), expected);
		}
		(0..MAX_DRAWN_EXPORTS).for_each(|n| Asked::<Test>::remove(SHARER, root(n)));
	});
}

#[test]
fn who_makes_no_block_within_the_term_draws_nothing() {
	run(|| {
		testify();
		go_to(System::block_number() + OPENING_TERM);
		assert!(!Drawing::<Test>::get(SHARER).is_empty());
		block_of(TOWER);
		go_to(System::block_number() + 1);
		assert!(Drawing::<Test>::get(SHARER).is_empty());
	});
}

#[test]
fn what_is_not_opened_in_time_is_missing_and_nothing_more_is_taken() {
	run(|| {
		let (book, sweep, key) = testify();
		block_of(TOWER);
		go_to(System::block_number() + 1);
		let count = Asked::<Test>::get(SHARER, book.root()).open.len() as u32;
		go_to(System::block_number() + OPENING_TERM);
		assert!(Exports::<Test>::get(SHARER, book.root()).unwrap().marks.is_clean());
		go_to(System::block_number() + 1);
		assert!(events().contains(&Event::OpeningsMissing { org: SHARER, root: book.root(), count }));
		let marks = Marks { missing: count, ..Default::default() };
		assert_eq!(Exports::<Test>::get(SHARER, book.root()).unwrap().marks, marks);
		assert_eq!(MarksOf::<Test>::get(SHARER), marks);
		assert!(Asked::<Test>::get(SHARER, book.root()).open.is_empty());
		let tags = vec![key.tag(&digest(0))].try_into().unwrap();
		let call = plain(ConfigGuard::attest_pages(collector(SHARER), sweep, book.root(), HERE, 0, tags));
		assert_noop!(call, Error::<Test>::ExportDoubted);
	});
}

/// The sharer anchors more exports than may wait for draws, and speaks from one.
fn speak_from_many() -> impl Fn(u32) -> DispatchResult {
	let root = |n: u32| Hash::from_low_u64_be(n.into());
	for n in 0..=MAX_DRAWING {
		assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, root(n), 5, 7));
	}
	let (sweep, _) = open_sweep(&[]);
	move |n| {
		let tags = Default::default();
		plain(ConfigGuard::attest_pages(collector(SHARER), sweep, root(n), HERE, 0, tags))
	}
}

#[test]
fn testimony_fails_from_more_exports_than_may_wait_for_draws() {
	run(|| {
		let speak = speak_from_many();
		block_of(TOWER);
		for n in 0..MAX_DRAWING {
			assert_ok!(speak(n));
		}
		assert_noop!(speak(MAX_DRAWING), Error::<Test>::TooManyExports);
		assert_ok!(speak(0));
	});
}

#[test]
fn companies_that_author_nothing_keep_nobody_from_speaking() {
	run(|| {
		let speak = speak_from_many();
		for n in 0..MAX_DRAWING {
			assert_ok!(speak(n));
		}
		let waits = || Drawing::<Test>::get(SHARER);
		let oldest = waits()[0].root;
		assert_ok!(speak(MAX_DRAWING));
		assert_eq!(waits().len(), MAX_DRAWING as usize);
		assert!(waits().iter().all(|one| one.root != oldest));
	});
}

#[test]
fn each_block_begins_with_another_company() {
	run(|| {
		four_cells();
		// Given more exports of two companies than a block draws of
		let speakers = [CARRIER, SHARER];
		let root = |org: OrgId, n: u32| Hash::from_low_u64_be(u64::from(org.0) * 1_000 + u64::from(n));
		for org in speakers {
			for n in 0..MAX_DRAWN_EXPORTS {
				assert_ok!(ConfigGuard::anchor_export(
					collector(org),
					Scope::National,
					root(org, n),
					5,
					1_000
				));
			}
		}
		let (sweep, key) = open_sweep(&[]);
		let speak = |n| {
			let tag = key.tag(&digest(0));
			for org in speakers {
				let tags = vec![tag].try_into().unwrap();
				let export = root(org, n);
				assert_ok!(ConfigGuard::attest_pages(collector(org), sweep, export, HERE, 0, tags));
			}
		};
		// Then whoever is first in one block is not in the next
		let mut first = BTreeSet::new();
		for _ in 0..2 {
			(0..MAX_DRAWN_EXPORTS).for_each(speak);
			block_of(TOWER);
			System::reset_events();
			go_to(System::block_number() + 1);
			let of = |event| match event {
				Event::OpeningsDrawn { org, by: TOWER, .. } => Some(org),
				_ => None,
			};
			let orgs: BTreeSet<OrgId> = events().into_iter().filter_map(of).collect();
			assert_eq!(orgs.len(), 1);
			first.extend(orgs);
			// One block further than two: the number of the others is even
			go_to(System::block_number() + 1);
		}
		assert_eq!(first.len(), 2);
	});
}

#[test]
fn odds_in_the_documentation_are_right() {
	let rows = include_str!("../exports/mod.rs").lines().filter_map(|line| line.strip_prefix("//! | "));
	let mut count = 0;
	for row in rows.skip(1) {
		let cells: Vec<f64> =
			row.split('|').filter_map(|cell| cell.trim().trim_end_matches(" %").parse().ok()).collect();
		let (share, odds) = cells.split_first().unwrap();
		for (k, odds) in [4, 8, 12, 24, 48, 96].into_iter().zip(odds) {
			let exact = 100.0 * (1.0 - (1.0 - share / 100.0).powi(k));
			assert!((exact - odds).abs() <= 0.05 + 1e-9, "{k} of {share} %: {exact}, not {odds}");
			count += 1;
		}
	}
	assert_eq!(count, 36);
}

#[test]
fn silence_confirms_once_the_rows_are_opened_that_others_than_the_accused_ask_for() {
	let standing = || Violations::<Test>::get(0).map(|one| (one.standing, DayScores::<Test>::iter().count()));
	let (alleged, confirmed) = (Some((Standing::Alleged, 0)), Some((Standing::Confirmed, 1)));
	// The accused asks, whose question may stay open; another does, who has an answer, or none
	for (asks, is_opened, then) in
		[(CARRIER, false, confirmed), (TOWER, true, confirmed), (TOWER, false, alleged)]
	{
		run(|| {
			four_cells();
			let book = book([300, 2, 3, 4]);
			book.anchor(SHARER);
			let (sweep, key) = open_sweep(&[SHARER]);
			book.attest(SHARER, sweep, &key, &[300, 2, 3, 4].map(cell));
			assert_eq!(standing(), alleged);
			// Given a row that is asked for late
			go_to(System::block_number() + SILENCE_TERM - 1);
			assert_ok!(demand(asks, SHARER, book.root(), &[cell_id(0, 0)]));
			go_to(System::block_number() + 3);
			assert_eq!(standing(), if asks == CARRIER { confirmed } else { alleged });
			if is_opened {
				assert_eq!(book.open(SHARER, &[0]), [OpeningResult::Opened]);
			}
			go_to(System::block_number() + OPENING_TERM + 2);
			assert_eq!(standing(), then);
		});
	}
}

#[test]
fn silence_confirms_no_late_word_that_nobody_could_check() {
	run(|| {
		four_cells();
		let standing = || Violations::<Test>::get(0).map(|one| one.standing);
		let say = |pcis: [i64; 4]| {
			let book = book(pcis);
			book.anchor(SHARER);
			let (sweep, key) = open_sweep(&[]);
			book.attest(SHARER, sweep, &key, &pcis.map(cell));
			book.root()
		};
		say([300, 2, 3, 4]);
		let due = System::block_number() + SILENCE_TERM + 1;
		// The company speaks from another export shortly before silence is over
		go_to(due - 5);
		let later = say([300, 2, 3, 5]);
		go_to(due + 1);
		assert_eq!(standing(), Some(Standing::Alleged), "others may draw of it yet");
		block_of(TOWER);
		go_to(System::block_number() + OPENING_TERM + 3);
		assert!(!Exports::<Test>::get(SHARER, later).unwrap().marks.is_clean(), "nothing was opened");
		assert_eq!(standing(), Some(Standing::Alleged));
	});
}

#[test]
fn who_speaks_from_many_exports_holds_up_no_word_of_others() {
	run(|| {
		let say = |violation: u32, org: OrgId, root: u8| {
			crate::exports::word::<Test>(violation, org, Hash::repeat_byte(root), [0; 8]);
		};
		// Given more violations than exports are looked at, each alleged by one company from another export
		let many = MAX_SETTLED_EXPORTS;
		(0..many).for_each(|n| say(n, TOWER, n as u8));
		// and one more of which another company speaks too
		say(many, TOWER, 0);
		say(many, SHARER, 1);
		let elsewhere = Elsewhere::<Test>::of(0, many + 2);
		let of_one = OrgSet::of(TOWER);
		let is_unproven = |n: &u32| !elsewhere.unproven(*n, of_one, CARRIER).is_empty();
		// Then its own word counts from so many of them
		assert_eq!((0..many).filter(is_unproven).count() as u32, many - SETTLED_OF_ONE);
		// and the other's does all the same
		assert_eq!(elsewhere.unproven(many, of_one.with(SHARER), CARRIER), OrgSet::default());
		assert_eq!(elsewhere.looked().settled, SETTLED_OF_ONE + 1);
	});
}
