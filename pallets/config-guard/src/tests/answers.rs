// SPDX-License-Identifier: Apache-2.0

//! Who answers for a value: the owner of the station, or the operator whose it is.

use super::kinds::{anchor, notice, notify, observe, tell};
use crate::{
	changes::types::{Item, Terms},
	exports::Said,
	mock::*,
	notices::{Notice, Source},
	testimony::given,
	types::{
		Standing,
		ValuesResult::{self, Taken},
	},
	violations::kinds::Kind,
	Asked, AttestedNetworks, Differences, Testimonies, Violations,
};
use frame_support::{assert_ok, traits::Time};
use std::collections::BTreeSet;
use trimast_primitives::{
	cells::{
		digest::{cell_digest, SweepKey, Tag},
		CellValues, ParamKey,
	},
	org::OrgStatus,
	site::Station,
	Moment, OrgId, OrgSet,
};

/// The tracking area code of the sharer's PLMN in the carrier's first cell.
pub(super) const TAC_OF_SHARER: ParamKey = ParamKey { param: TAC, place: 1 };

/// Against whom the first violation is, and how it stands.
fn first() -> (OrgId, Standing) {
	let violation = Violations::<Test>::get(0).unwrap();
	(violation.against, violation.standing)
}

#[test]
fn owner_answers_for_what_an_operator_has_not_made_known() {
	run(|| {
		baseline();
		// The sharer finds its own tracking area changed: that is no confession, since the equipment is the owner's
		observe(SHARER, 1_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!(first(), (CARRIER, Standing::Alleged));
		observe(TOWER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!(first(), (CARRIER, Standing::Confirmed));
	});
	run(|| {
		baseline();
		// What the owner reports of its equipment decides the kind
		let known = Notice { key: TAC_OF_SHARER, ..notice(item(0, 0, TAC, 7), Source::Management) };
		assert_ok!(notify(CARRIER, &[known]));
		go_to(2);
		let seen = observe(SHARER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!((seen, first().0), (vec![(Kind::NoRequest, None)], CARRIER));
	});
}

#[test]
fn operator_answers_for_what_it_has_made_known_or_asked_for() {
	run(|| {
		baseline();
		let known = Notice { key: TAC_OF_SHARER, ..notice(item(0, 0, TAC, 7), Source::Management) };
		assert_ok!(notify(SHARER, &[known]));
		go_to(2);
		let seen = observe(TOWER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!((seen, first()), (vec![(Kind::NoRequest, None)], (SHARER, Standing::Alleged)));
	});
	run(|| {
		baseline();
		let later = Terms { window: (50_000, 400_000), ..terms() };
		let number = ask(SHARER, later, &[Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, 7) }]);
		let seen = observe(TOWER, 2_000, &[(0, TAC_OF_SHARER, Some(7))]);
		assert_eq!((seen, first().0), (vec![(Kind::OutsideWindow, Some(number))], SHARER));
		// Not for another value than its own
		let seen = observe(TOWER, 2_001, &[(0, TAC_OF_SHARER, Some(8))]);
		assert_eq!(seen, []);
		observe(TOWER, 2_002, &[]);
		observe(TOWER, 2_003, &[(0, TAC_OF_SHARER, Some(8))]);
		assert_eq!(Violations::<Test>::get(1).unwrap().against, CARRIER);
	});
}

/// The sharer asks for this tracking area code of its own, in a window that begins later.
fn ask_tac(value: i64) -> u32 {
	let now = Clock::now();
	let later = Terms { window: (now + 50_000, now + 400_000), ..terms() };
	ask(SHARER, later, &[Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, value) }])
}

/// The sharer changes its tracking area code, which the owner has read back, and nobody objects.
fn change_tac(value: i64) {
	let number = ask(SHARER, terms(), &[Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, value) }]);
	for org in [SHARER, CARRIER] {
		assert_ok!(ConfigGuard::attest_change(engineer(org), number));
	}
	go_to(System::block_number() + 62);
	assert_eq!(phase(number), crate::changes::types::Phase::Closed);
}

/// The sharer makes known what its tracking area code was set to, and when.
fn notify_tac(value: i64, at: Moment) {
	let known = Notice { key: TAC_OF_SHARER, at, ..notice(item(0, 0, TAC, value), Source::Management) };
	assert_ok!(notify(SHARER, &[known]));
}

/// The tower company reads the sharer's tracking area code now. The kind, and who answers.
fn see_tac(value: i64) -> (Kind, OrgId) {
	go_to(System::block_number() + 1);
	let seen = observe(TOWER, Clock::now(), &[(0, TAC_OF_SHARER, Some(value))]);
	(seen[0].0, first().0)
}

#[test]
fn operator_answers_for_what_it_asks_for_while_that_waits() {
	// What it had before it changed it again
	run(|| {
		baseline();
		change_tac(7);
		change_tac(9);
		assert_eq!(see_tac(7), (Kind::SilentRollback, CARRIER));
	});
	// What it has taken back
	run(|| {
		baseline();
		let number = ask_tac(7);
		assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
		assert_eq!(see_tac(7), (Kind::OutsideWindow, CARRIER));
	});
	// What it has never asked for
	run(|| {
		baseline();
		assert_ok!(ConfigGuard::draft(engineer(SHARER), HERE, terms()));
		let tac = Item { key: TAC_OF_SHARER, ..item(0, 0, TAC, 7) };
		assert_ok!(ConfigGuard::add(engineer(SHARER), 0, 0, part(&[tac])));
		assert_eq!(see_tac(7), (Kind::NoRequest, CARRIER));
	});
	// What it asks for, or takes back, once the export is bound
	for is_asked_before in [false, true] {
		run(|| {
			baseline();
			let before = is_asked_before.then(|| ask_tac(7));
			go_to(2);
			let root = anchor(TOWER, 2_000);
			go_to(3);
			if let Some(number) = before {
				assert_ok!(ConfigGuard::withdraw(engineer(SHARER), number));
			} else {
				ask_tac(7);
			}
			tell(TOWER, root, &[(0, TAC_OF_SHARER, Some(7))]);
			assert_eq!(first().0, if is_asked_before { SHARER } else { CARRIER });
		});
	}
}

#[test]
fn operator_answers_for_what_it_has_made_known_last() {
	run(|| {
		baseline();
		go_to(3);
		notify_tac(7, 1_000);
		notify_tac(9, 2_000);
		assert_eq!(see_tac(7), (Kind::Hidden, CARRIER));
	});
	// By when it was set, in whatever order they come
	run(|| {
		baseline();
		go_to(3);
		notify_tac(7, 2_000);
		notify_tac(9, 1_000);
		assert_eq!(see_tac(7), (Kind::NoRequest, SHARER));
	});
	// Not what a change has taken the place of
	run(|| {
		baseline();
		notify_tac(7, 1_000);
		go_to(2);
		change_tac(9);
		assert_eq!(see_tac(7), (Kind::Hidden, CARRIER));
	});
	// But what it was set to after it
	run(|| {
		baseline();
		go_to(2);
		change_tac(9);
		notify_tac(7, Clock::now());
		assert_eq!(see_tac(7), (Kind::NoRequest, SHARER));
	});
	// Nor what an import has
	run(|| {
		put(0, vec![crate::mock::station()]);
		confirm(0);
		let import = |pci| {
			let cells = table(&[vec![full_cell(pci)]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		};
		import(1);
		notify_tac(7, 1_000);
		go_to(2);
		import(2);
		assert_eq!(see_tac(7), (Kind::Hidden, CARRIER));
	});
}

/// A fourth company shares the carrier's station, which the sharer is no party to. It says that it has seen the tracking area
/// code which the sharer has asked for there. The sharer has an export, read later, with this PCI: a sweep in which it answers.
fn accused(own: i64) -> (Book, u32, SweepKey) {
	accused_beside(&[own], &[])
}

/// The same, where the sharer and the fourth company share more stations of the page, each with a cell with this PCI. Of these
/// the fourth one says that it has seen 9.
fn accused_beside(own: &[i64], beside: &[i64]) -> (Book, u32, SweepKey) {
	const FOURTH: OrgId = OrgId(3);
	Orgs::set(vec![OrgStatus::Active; 4]);
	Members::set(OrgSet(0b1111));
	let both = Station { sharers: OrgSet::of(FOURTH).with(SHARER), ..station() };
	let stations = core::iter::once(Station { sharers: OrgSet::of(FOURTH), ..station() });
	put(0, stations.chain(beside.iter().map(|_| both.clone())).collect());
	confirm(0);
	let pcis: Vec<i64> = core::iter::once(1).chain(beside.iter().copied()).collect();
	let cells: Vec<_> = pcis.iter().map(|pci| vec![cell(*pci)]).collect();
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&cells)));
	ask_tac(500);
	let of = |pcis: &[i64]| (0u32..).zip(pcis).map(|(slot, pci)| row(slot, 0, *pci)).collect::<Vec<_>>();
	go_to(3);
	let lie = Book::new(&of(&pcis)).of(FOURTH);
	lie.anchor(FOURTH);
	go_to(5);
	let book = Book::new(&of(own)).of(SHARER);
	book.anchor(SHARER);
	let (sweep, key) = open_sweep(&[]);
	let mut seen = cell(1);
	seen.iter_mut().find(|(key, _)| *key == TAC_OF_SHARER).unwrap().1 = 500;
	let seen: Vec<_> = core::iter::once(seen).chain(beside.iter().map(|_| cell(9))).collect();
	lie.attest(FOURTH, sweep, &key, &seen);
	assert_eq!(first(), (SHARER, Standing::Alleged));
	(book, sweep, key)
}

#[test]
fn accused_is_heard_where_it_is_no_party() {
	run(|| {
		let (book, sweep, key) = accused(1);
		book.attest(SHARER, sweep, &key, &[cell(1)]);
		assert_eq!(first(), (SHARER, Standing::Contested));
		// It leaves no record of the page, and may be asked for the row as for any that it has spoken of
		assert_eq!(Testimonies::<Test>::get(HERE, SHARER), None);
		assert_eq!(AttestedNetworks::<Test>::get(SHARER, book.root()).into_inner(), [(HERE, 1)]);
		// And its silence from then on is none
		go_to(System::block_number() + SILENCE_TERM + 5);
		assert_eq!(first(), (SHARER, Standing::Contested));
	});
}

#[test]
fn accused_answers_nothing_by_the_tag_of_a_page_where_it_is_no_party() {
	let send = |book: &Book, sweep, key: &SweepKey| {
		let tags = vec![key.tag(&digest(0))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, book.root(), HERE, 0, tags));
	};
	run(|| {
		let (book, sweep, key) = accused(1);
		send(&book, sweep, &key);
		assert_eq!(first(), (SHARER, Standing::Alleged));
		assert_eq!(AttestedNetworks::<Test>::get(SHARER, book.root()).into_inner(), []);
	});
	run(|| {
		// Given a page in which it is party to another station, too, with a violation against the owner
		let (book, sweep, key) = accused_beside(&[1, 2], &[2]);
		let owners = || Violations::<Test>::get(1).map(|one| (one.against, one.standing));
		assert_eq!(owners(), Some((CARRIER, Standing::Alleged)));
		// Then the page's tag is heard about that alone
		send(&book, sweep, &key);
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.contains(0));
		assert_eq!((first(), owners().unwrap().1), ((SHARER, Standing::Alleged), Standing::Contested));
		// And those of its cells answer, also where one of its own differs
		book.attest(SHARER, sweep, &key, &[cell(1), cell(8)]);
		assert_eq!(first(), (SHARER, Standing::Contested));
		// It is held to what it has said of the cell in which it was accused, and of the other
		assert_ok!(demand(CARRIER, SHARER, book.root(), &[cell_id(0, 0), cell_id(1, 0)]));
		let said: Vec<_> = Asked::<Test>::get(SHARER, book.root()).open.iter().map(|one| one.said).collect();
		let [first, own, seen] = [1, 2, 8].map(|pci| given(&cell(pci)));
		assert_eq!(said[0], Said::Matches(first));
		assert_eq!(
			said[1..].iter().copied().collect::<BTreeSet<_>>(),
			[Said::Matches(own), Said::Gave(seen)].into()
		);
	});
}

#[test]
fn accused_answers_nothing_by_a_cell_that_it_has_not_seen() {
	run(|| {
		// Given a page with a station of its own, of which it attests the cells, and not those of the other
		let (book, sweep, key) = accused(1);
		let mut entries = Inventory::get().remove(&(HERE, 0)).unwrap();
		let stations = vec![entries.remove(0).station, station()];
		put(0, stations);
		confirm(0);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![], vec![cell(2)]])));
		let tags = vec![Tag::NOT_SEEN, key.tag(&cell_digest(&cell(2)))].try_into().unwrap();
		let pages = vec![(0, 2, tags)].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_cells(collector(SHARER), sweep, book.root(), HERE, pages));
		// Then the page is as the baseline says for it, and it has answered nothing
		assert!(Testimonies::<Test>::get(HERE, SHARER).unwrap().matching.contains(0));
		assert_eq!(first(), (SHARER, Standing::Alleged));
	});
}

#[test]
fn accused_is_heard_by_values_where_others_of_the_cell_differ() {
	let give = |book: &Book, sweep, values: CellValues| -> ValuesResult {
		let cells = vec![(0, values.try_into().unwrap())].try_into().unwrap();
		let pages = vec![(0, 1, cells)].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_values(collector(SHARER), sweep, book.root(), HERE, pages));
		values_result()
	};
	run(|| {
		// Given a cell with another PCI than the owner's baseline has
		let (book, sweep, _) = accused(9);
		// Then what it says of its own value is heard, and nothing else
		assert_eq!(give(&book, sweep, cell(9)), Taken(0));
		assert_eq!(first(), (SHARER, Standing::Contested));
		assert_eq!(Violations::<Test>::get(1), None);
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), None);
	});
}
