// SPDX-License-Identifier: Apache-2.0

use crate::{
	changes::types::{Change, ChangeState},
	charges,
	mock::*,
	testimony::MAX_DENIED_PAGES,
	types::{
		CellsResult, Standing,
		ValuesRefusal::{self, Disordered, NoDifference, NotParty},
		ValuesResult::{self, Refused, Taken},
	},
	violations::kinds::Kind,
	Changes, Differences, Error, Event, Heads, OpenInPage, OpenViolations, Tables, Violations,
};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	access::Scope,
	cells::{
		digest::{cell_digest, SweepKey},
		CellTable, CellValues, ParamId, ParamKey,
	},
	site::{SharingMode, Station},
	OrgId, OrgSet,
};

/// Sends the tags of the first page's cells, as seen.
fn attest(org: OrgId, sweep: u32, key: &SweepKey, seen: &[CellValues]) {
	let tags: Vec<_> = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	assert_ok!(attest_cells(org, sweep, 0, revision, tags));
}

/// What becomes of these values of the first page.
fn give(org: OrgId, sweep: u32, revision: u32, cells: Vec<(u16, CellValues)>) -> ValuesResult {
	assert_ok!(attest_values(org, sweep, 0, revision, cells));
	values_result()
}

fn baseline() {
	put(0, vec![station(), station()]);
	let cells = [vec![cell(1), cell(2)], vec![cell(3)]];
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&cells)));
}

#[test]
fn attest_values_works() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		// Given another PCI and no tracking area code in the second station's cell
		let mut seen = cell(300);
		seen.remove(0);
		attest(SHARER, sweep, &key, &[cell(1), cell(2), seen.clone()]);
		// When the sharer says what is set there
		let result = give(SHARER, sweep, 1, vec![(2, seen.clone())]);
		// Then each value that is another is alleged
		assert_eq!(result, Taken(2));
		let [tac, pci] = [0, 1].map(|id| Violations::<Test>::get(id).unwrap());
		assert_eq!(
			(tac.key, tac.approved, tac.observed),
			(ParamKey { param: TAC, place: 0 }, Some(100), None)
		);
		assert_eq!((pci.key, pci.approved, pci.observed), (ParamKey::of(PCI), Some(3), Some(300)));
		assert_eq!((pci.cell.site.index, pci.cell.cell), (1, 0));
		assert_eq!((pci.against, pci.accuser, pci.witnesses), (CARRIER, SHARER, OrgSet::of(SHARER)));
		assert_eq!((pci.since, pci.standing, pci.closed), (1_000, Standing::Alleged, None));
		assert_eq!((OpenViolations::<Test>::get(HERE), OpenInPage::<Test>::get(HERE, 0).len()), (2, 2));
		// And the page is explained
		let difference = Differences::<Test>::get((HERE, 0, SHARER)).unwrap();
		assert!(difference.is_explained());
		assert_eq!(difference.given.into_inner(), [(2, crate::testimony::given(&seen))]);
	});
}

#[test]
fn the_same_seen_again_opens_nothing() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		for value in [300, 301] {
			attest(SHARER, sweep, &key, &[cell(value), cell(2), cell(3)]);
			assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(value))]), Taken(1));
		}
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.observed, violation.standing), (Some(301), Standing::Alleged));
		assert_eq!((OpenViolations::<Test>::get(HERE), Violations::<Test>::get(1)), (1, None));
	});
}

#[test]
fn what_was_seen_before_a_revision_is_no_finding() {
	// The revision that its tags were of is as good as the present one
	for revision in [1, 2] {
		// What is imported meanwhile: what was seen, or another value
		for imported in [9, 8] {
			run(|| {
				baseline();
				let (sweep, key) = open_sweep(&[SHARER]);
				attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
				let cells = table(&[vec![cell(imported), cell(2)]]);
				assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
				assert_eq!(give(SHARER, sweep, revision, vec![(0, cell(9))]), Taken(0));
				assert_eq!(Violations::<Test>::get(0), None);
				assert!(Differences::<Test>::get((HERE, 0, SHARER)).unwrap().is_explained());
			});
		}
	}
}

#[test]
fn import_hides_nothing_that_was_seen_of_cells_which_it_leaves_alone() {
	// In what the import changes: the cell that was seen otherwise, another, both
	for (first, second, findings) in [(8, 2, 0), (1, 7, 1), (8, 7, 0)] {
		run(|| {
			baseline();
			let (sweep, key) = open_sweep(&[SHARER]);
			let cells = table(&[vec![cell(first), cell(second)]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
			attest(SHARER, sweep, &key, &[cell(9), cell(second), cell(3)]);
			assert_eq!(give(SHARER, sweep, 2, vec![(0, cell(9))]), Taken(findings));
			assert_eq!(OpenViolations::<Test>::get(HERE), findings);
		});
	}
	// What one import has changed stays so when another changes another cell
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		for pcis in [[8, 2], [8, 7]] {
			let cells = table(&[pcis.map(cell).to_vec()]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		}
		attest(SHARER, sweep, &key, &[cell(9), cell(7), cell(3)]);
		assert_eq!(give(SHARER, sweep, 3, vec![(0, cell(9))]), Taken(0));
	});
}

#[test]
fn cells_that_have_other_places_since_are_looked_at_again() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		// Given a station with a cell less since
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1)]])));
		for revision in [0, 1, 2, 3] {
			assert_eq!(give(SHARER, sweep, revision, vec![(0, cell(9))]), ValuesResult::Stale);
		}
		assert_eq!(Violations::<Test>::iter().count(), 0);
		// And with as many as before: they may be others
		let cells = table(&[vec![cell(1), cell(2)]]);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(9))]), ValuesResult::Stale);
		// And where the tags were of the present places, values of earlier ones are not taken for theirs
		attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		for revision in [0, 1, 2, 4] {
			assert_eq!(give(SHARER, sweep, revision, vec![(0, cell(9))]), ValuesResult::Stale);
		}
		assert_eq!(Violations::<Test>::iter().count(), 0);
		// Its own values the baseline has had all the time
		assert_eq!(give(SHARER, sweep, 3, vec![(0, cell(9))]), Taken(1));
	});
}

/// The same cell with another hysteresis.
fn with_hysteresis(cell: CellValues, value: i64) -> CellValues {
	let of = |(key, old)| (key, if key == ParamKey::of(HYSTERESIS) { value } else { old });
	cell.into_iter().map(of).collect()
}

/// Three stations with a cell each: one that its sharer has signed, one that it has not, and one that nobody shares and that
/// stands on nobody's tower.
fn signed_and_not() {
	let alone = Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, tower: None, ..station() };
	put(0, vec![station(), station(), alone]);
	confirm(0);
	let cells = [1, 2, 3].map(|pci| vec![full_cell(pci)]);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&cells)));
	crate::Heads::<Test>::mutate(HERE, 0, |head| head.set_signed(0, OrgSet::of(CARRIER).with(SHARER)));
}

#[test]
fn change_in_silence_is_found_though_its_page_is_revised_in_every_block() {
	run(|| {
		signed_and_not();
		let (sweep, key) = open_sweep(&[SHARER]);
		let looked_at = Heads::<Test>::get(HERE, 0).revision;
		// Given an owner that has changed a cell in silence, and imports its other stations in every block
		let seen = [full_cell(300), full_cell(2), full_cell(3)];
		let import = |value| {
			go_to(System::block_number() + 1);
			let [a, b] = [2, 3].map(|pci| vec![with_hysteresis(full_cell(pci), value)]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![], a, b])));
		};
		// When the sharer sends what it has looked at: the tag of the page
		import(3);
		let tag = vec![key.tag(&trimast_primitives::Hash::repeat_byte(9))].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_pages(collector(SHARER), sweep, EXPORT, HERE, 0, tag));
		let page = || ConfigGuard::page_coverage(HERE, 0, 1).remove(0);
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)).unwrap().cells, None);
		assert_eq!(page().unexplained_by, [SHARER]);
		// The tags of its cells, of which those that nobody shares are none of its own
		import(4);
		let tags = seen.each_ref().map(|cell| key.tag(&cell_digest(cell)));
		assert_ok!(attest_cells(SHARER, sweep, 0, looked_at, tags.to_vec()));
		assert_eq!(cells_result(), CellsResult::Differ(vec![0, 1].try_into().unwrap()));
		// And their values, of which one is as approved by then
		import(5);
		let values = vec![(0, seen[0].clone()), (1, seen[1].clone())];
		assert_eq!(give(SHARER, sweep, looked_at, values), Taken(1));
		// Then the violation stands open, and nothing is left to be explained
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.kind, violation.cell.site.index), (Kind::Hidden, 0));
		assert_eq!((violation.key, violation.observed), (ParamKey::of(PCI), Some(300)));
		assert_eq!((Violations::<Test>::iter().count(), page().unexplained_by.len()), (1, 0));
	});
}

#[test]
fn change_in_silence_is_found_though_its_cell_is_changed_in_every_block() {
	run(|| {
		crate::mock::baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		let looked_at = Heads::<Test>::get(HERE, 0).revision;
		// Given an owner that sets another value of the cell by itself, in every block
		let seen = [full_cell(300), full_cell(2), full_cell(3)];
		let change = |value| {
			go_to(System::block_number() + 1);
			let number = ask(CARRIER, emergency(), &[item(0, 0, HYSTERESIS, value)]);
			assert_eq!(phase(number), crate::changes::types::Phase::Executed);
		};
		for value in [3, 4] {
			change(value);
			let tags = seen.each_ref().map(|cell| key.tag(&cell_digest(cell)));
			assert_ok!(attest_cells(SHARER, sweep, 0, looked_at, tags.to_vec()));
			assert_eq!(cells_result(), CellsResult::Differ(vec![0].try_into().unwrap()));
		}
		change(3);
		assert_eq!(give(SHARER, sweep, looked_at, vec![(0, seen[0].clone())]), Taken(1));
		let violation = Violations::<Test>::get(0).unwrap();
		assert_eq!((violation.kind, violation.key), (Kind::Hidden, ParamKey::of(PCI)));
	});
}

#[test]
fn change_that_is_carried_out_meanwhile_explains_what_was_seen_before_and_in_its_window() {
	let power = |value| {
		let of = |(key, old)| (key, if key == ParamKey::of(POWER) { value } else { old });
		full_cell(1).into_iter().map(of).collect::<CellValues>()
	};
	// What was seen, and when the change is carried out: before the tags of the cells, before their values, or not at all.
	for (seen, carried_out) in [(10, 0), (13, 1), (13, 2)] {
		run(|| {
			crate::mock::baseline();
			let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
			assert_ok!(consent(SHARER, number));
			go_to(3);
			let observed = 3_000;
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 3, observed));
			let (sweep, key) = open_sweep(&[]);
			let looked_at = Heads::<Test>::get(HERE, 0).revision;
			let cells = [power(seen), full_cell(2), full_cell(3)];
			let carry_out = |step| {
				if step == carried_out {
					assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
				}
			};
			carry_out(0);
			let tags = cells.each_ref().map(|cell| key.tag(&cell_digest(cell)));
			assert_ok!(attest_cells(SHARER, sweep, 0, looked_at, tags.to_vec()));
			assert_eq!(cells_result(), CellsResult::Differ(vec![0].try_into().unwrap()));
			carry_out(1);
			assert_eq!(give(SHARER, sweep, looked_at, vec![(0, cells[0].clone())]), Taken(0));
			assert_eq!(Violations::<Test>::iter().count(), 0);
			assert!(Differences::<Test>::get((HERE, 0, SHARER)).unwrap().is_explained());
		});
	}
}

#[test]
fn export_says_nothing_against_what_was_imported_since() {
	run(|| {
		baseline();
		open_sweep(&[SHARER]);
		// Given a station that its owner has put right since the network was read, beside one that it has not
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1), cell(5)]])));
		let (sweep, key) = open_sweep(&[]);
		// When what was read is sent for the present revision
		attest(SHARER, sweep, &key, &[cell(1), cell(2), cell(300)]);
		assert_eq!(give(SHARER, sweep, 2, vec![(1, cell(2)), (2, cell(300))]), Taken(1));
		// Then only the other station's value is found, and the page is explained
		assert_eq!(Violations::<Test>::iter().count(), 1);
		assert_eq!(Violations::<Test>::get(0).unwrap().cell.site.index, 1);
		assert!(Differences::<Test>::get((HERE, 0, SHARER)).unwrap().is_explained());
	});
}

#[test]
fn export_that_was_read_before_an_import_says_nothing_against_it() {
	// When the network was read: before the import, and after it, the clock running
	for (observed, found) in [(3_000, 0), (4_999, 0), (5_000, 1), (6_000, 1)] {
		run(|| {
			baseline();
			// Given an import in the fifth second, and an export that is anchored after it
			go_to(5);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![cell(1), cell(5)]])));
			go_to(6);
			assert_ok!(ConfigGuard::anchor_export(collector(SHARER), Scope::National, EXPORT, 5, observed));
			let (sweep, key) = open_sweep(&[]);
			attest(SHARER, sweep, &key, &[cell(1), cell(2), cell(3)]);
			assert_eq!(give(SHARER, sweep, 2, vec![(1, cell(2))]), Taken(found));
			assert_eq!(Violations::<Test>::iter().count(), found as usize);
		});
	}
}

#[test]
fn cells_that_do_not_differ_are_refused() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		let none = Refused(NoDifference);
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(9))]), none);
		attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		let before = Differences::<Test>::get((HERE, 0, SHARER));
		assert_eq!(give(SHARER, sweep, 1, vec![(1, cell(9))]), none);
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(1))]), none);
		// What was taken of a page before a refusal is given back
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(9)), (0, cell(9))]), none);
		let mut unordered = cell(9);
		unordered.reverse();
		assert_eq!(give(SHARER, sweep, 1, vec![(0, unordered)]), Refused(Disordered));
		assert_eq!(Violations::<Test>::iter().count(), 0);
		assert_eq!(Differences::<Test>::get((HERE, 0, SHARER)), before);
		// What was said in another sweep counts there
		let (later, _) = open_sweep(&[SHARER]);
		assert_eq!(give(SHARER, later, 1, vec![(0, cell(9))]), none);
	});
}

#[test]
fn what_is_refused_of_one_page_leaves_the_others_alone() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		let values = |n, pci: i64| vec![(n, cell(pci).try_into().unwrap())].try_into().unwrap();
		let pages = vec![(8, 1, values(0, 9)), (0, 1, values(1, 9)), (0, 1, values(0, 9))];
		assert_ok!(ConfigGuard::attest_values(
			collector(SHARER),
			sweep,
			EXPORT,
			HERE,
			pages.try_into().unwrap()
		));
		let Event::ValuesAttested { results, .. } = last_event() else { panic!("no result") };
		let expected = [(8, Refused(NoDifference)), (0, Refused(NoDifference)), (0, Taken(1))];
		assert_eq!(results.into_inner(), expected);
	});
}

/// Has companies say that all cells of a page differ, three at each of so many stations.
fn cells_that_differ(page: u16, stations: usize, sweep: u32, orgs: &[OrgId]) {
	let revision = crate::Heads::<Test>::get(HERE, page).revision;
	let tags = vec![trimast_primitives::cells::digest::Tag([1; 8]); stations * 3];
	for org in orgs {
		assert_ok!(attest_cells(*org, sweep, page, revision, tags.clone()));
	}
}

/// Gives a page a baseline with three cells at each of so many stations.
fn three_cells_each(page: u16, stations: usize, of: fn(i64) -> CellValues) {
	put(page, vec![station(); stations]);
	let cells: Vec<_> = (0..stations).map(|_| vec![of(1), of(2), of(3)]).collect();
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&cells)));
}

/// The same cell with other values.
fn other(cell: CellValues) -> CellValues {
	cell.into_iter().map(|(key, value)| (key, value + 7)).collect()
}

#[test]
fn one_company_leaves_the_others_room() {
	run(|| {
		three_cells_each(0, 30, cell);
		let (sweep, _) = open_sweep(&[SHARER, TOWER]);
		cells_that_differ(0, 30, sweep, &[SHARER, TOWER]);
		let values = |from: u16, to: u16| (from..to).map(|n| (n, cell(300))).collect::<Vec<_>>();
		let count = || OpenInPage::<Test>::get(HERE, 0).len();
		// Given a company that has alleged as much as it may but one
		assert_eq!(give(TOWER, sweep, 1, values(0, 60)), Taken(60));
		assert_eq!(give(TOWER, sweep, 1, values(60, 84)), Taken(24));
		// When it gives more cells than there is room for
		let too_many = Refused(ValuesRefusal::TooManyViolations);
		assert_eq!((give(TOWER, sweep, 1, values(84, 86)), count()), (too_many, 84));
		// Then a cell by itself fits, with one of its values
		assert_eq!((give(TOWER, sweep, 1, vec![(84, other(cell(1)))]), count()), (Taken(3), 85));
		// And another company has room
		assert_eq!((give(SHARER, sweep, 1, vec![(88, other(cell(2)))]), count()), (Taken(3), 88));
		// What stands open is noted by everybody
		assert_eq!((give(TOWER, sweep, 1, vec![(88, other(cell(2)))]), count()), (Taken(3), 88));
		assert_eq!(Violations::<Test>::get(87).unwrap().standing, Standing::Confirmed);
	});
}

#[test]
fn page_with_more_changed_cells_than_a_share_is_found_as_unexplained_until_another_has_alleged_the_rest() {
	run(|| {
		three_cells_each(0, 30, cell);
		let (sweep, _) = open_sweep(&[SHARER, TOWER]);
		cells_that_differ(0, 30, sweep, &[SHARER]);
		let values = |from: u16, to: u16| (from..to).map(|n| (n, cell(300))).collect::<Vec<_>>();
		// Given a company that has alleged as much as it may
		assert_eq!(give(SHARER, sweep, 1, values(0, 60)), Taken(60));
		assert_eq!(give(SHARER, sweep, 1, values(60, 85)), Taken(25));
		// Then each further cell is refused, also by itself, and the page stays unexplained
		for n in 85..90 {
			let too_many = Refused(ValuesRefusal::TooManyViolations);
			assert_eq!(give(SHARER, sweep, 1, values(n, n + 1)), too_many, "{n}");
		}
		let left = |org| Differences::<Test>::get((HERE, 0, org)).map(|one| one.cells.unwrap().into_inner());
		assert_eq!(left(SHARER), Some((85..90).collect()));
		let found = || {
			go_to(System::block_number() + 2);
			!crate::Findings::<Test>::get(HERE).unexplained.pages.is_empty()
		};
		assert!(!found());
		go_to(System::block_number() + EXPLANATION_TERM);
		assert!(found());
		// Another company has room of its own: what it alleges is noted by both, and nothing is left to explain
		let (later, _) = open_sweep(&[]);
		cells_that_differ(0, 30, later, &[SHARER, TOWER]);
		for (from, to) in [(85, 90), (0, 60), (60, 85)] {
			for org in [TOWER, SHARER] {
				assert_eq!(give(org, later, 1, values(from, to)), Taken((to - from).into()));
			}
		}
		assert_eq!((left(SHARER), left(TOWER), found()), (Some(vec![]), Some(vec![]), false));
	});
}

/// What so many values of cells in pages weigh beside what stands there, when so many are counted as confirmed: each may be
/// another company's, and two pages and a cell of each but one are in the measurement.
fn weight_of(pages: u64, cells: u64, further: u64, scored: u64) -> u64 {
	let accused = cells + further;
	(pages.max(2) - 2) + (cells - (pages - 1)) + further + scored + accused
}

#[test]
fn what_was_judged_is_charged_for_also_where_it_is_refused() {
	run(|| {
		three_cells_each(0, 30, cell);
		let (sweep, _) = open_sweep(&[TOWER]);
		cells_that_differ(0, 30, sweep, &[TOWER]);
		// Given a company that has alleged as much as it may
		let values = |from: u16, to: u16| (from..to).map(|n| (n, cell(300))).collect::<Vec<_>>();
		assert_eq!(give(TOWER, sweep, 1, values(0, 60)), Taken(60));
		assert_eq!(give(TOWER, sweep, 1, values(60, 85)), Taken(25));
		// When it gives two cells more, twice, each with three values that are others
		let seen = |n: u16| (n, other(cell(1)).try_into().unwrap());
		let page = || (0, 1, vec![seen(85), seen(86)].try_into().unwrap());
		let pages = vec![page(), page()].try_into().unwrap();
		let info = ConfigGuard::attest_values(collector(TOWER), sweep, EXPORT, HERE, pages).unwrap();
		let Event::ValuesAttested { results, .. } = last_event() else { panic!("no result") };
		assert_eq!(results.into_inner(), [(0, Refused(ValuesRefusal::TooManyViolations)); 2]);
		// Then two pages, four cells and two more values of each are charged for, and the pages as full
		let full = charges::judged_at_most::<Test>().ref_time();
		assert_eq!(info.actual_weight.unwrap().ref_time(), weight_of(2, 4, 4 * 2, 3 * 4) + 2 * full);
	});
}

#[test]
fn a_page_is_charged_for_by_what_stands_in_it() {
	run(|| {
		three_cells_each(0, 30, cell);
		let (sweep, _) = open_sweep(&[TOWER]);
		cells_that_differ(0, 30, sweep, &[TOWER]);
		let elsewhere = Change {
			slot: 0,
			cell: 9,
			key: ParamKey::of(POWER),
			by: CARRIER,
			request: 1,
			asked: 1,
			before: None,
			after: Some(1),
			state: ChangeState::Refused,
		};
		// A cell that is given by itself, with three values that are others: what that weighs
		let weight = |n: u16| {
			let pages = vec![(0, 1, vec![(n, other(cell(1)).try_into().unwrap())].try_into().unwrap())];
			let info =
				ConfigGuard::attest_values(collector(TOWER), sweep, EXPORT, HERE, pages.try_into().unwrap());
			info.unwrap().actual_weight.unwrap().ref_time()
		};
		let size = CellTable::size_of(&Tables::<Test>::get(HERE, 0));
		let of_page = |records| charges::judged::<Test>(size, records).ref_time();
		// Nothing stands there but the table
		assert_eq!(weight(0), weight_of(1, 1, 2, 0) + of_page(0));
		// Three violations stand open
		assert_eq!(weight(1), weight_of(1, 1, 2, 0) + of_page(3));
		// Changes count by three
		Changes::<Test>::mutate(HERE, 0, |changes| {
			(0..25).for_each(|_| changes.try_push(elsewhere).unwrap());
		});
		assert_eq!(weight(2), weight_of(1, 1, 2, 0) + of_page(9));
		assert!(of_page(0) > 0 && of_page(9) > of_page(6));
	});
}

#[test]
fn values_are_refused_where_the_agenda_is_full() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		super::agenda::fill();
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(9))]), Refused(ValuesRefusal::AgendaFull));
		assert_eq!(OpenViolations::<Test>::get(HERE), 0);
	});
}

#[test]
fn company_is_heard_about_as_many_pages_as_fit_into_a_call() {
	run(|| {
		let pages = 1..=MAX_DENIED_PAGES as u16 + 1;
		for page in pages.clone() {
			three_cells_each(page, 1, cell);
			super::agenda::alleged(page, 1);
		}
		let (sweep, _) = open_sweep(&[TOWER]);
		for page in pages.clone() {
			cells_that_differ(page, 1, sweep, &[TOWER]);
		}
		let seen = |page| {
			let cell = (0, cell(300).try_into().unwrap());
			(page, Heads::<Test>::get(HERE, page).revision, vec![cell].try_into().unwrap())
		};
		let give = |pages: &[u16]| {
			let pages: Vec<_> = pages.iter().map(|page| seen(*page)).collect();
			assert_ok!(ConfigGuard::attest_values(
				collector(TOWER),
				sweep,
				EXPORT,
				HERE,
				pages.try_into().unwrap()
			));
			let Event::ValuesAttested { results, .. } = last_event() else { panic!("no result") };
			results.into_iter().map(|(_, result)| result).collect::<Vec<_>>()
		};
		let standing = |page: u16| Violations::<Test>::get(u32::from(page) * 1_000).unwrap().standing;
		// In each page one value is another, and one that was alleged is as approved
		let results = give(&pages.clone().collect::<Vec<_>>());
		let (refused, taken) = results.split_last().unwrap();
		assert!(taken.iter().all(|result| *result == Taken(1)), "{results:?}");
		assert_eq!(*refused, Refused(ValuesRefusal::TooManyViolations));
		let last = *pages.end();
		assert_eq!((standing(1), standing(last)), (Standing::Contested, Standing::Alleged));
		assert_eq!((give(&[last]), standing(last)), (vec![Taken(1)], Standing::Contested));
	});
}

#[test]
fn cell_by_itself_is_never_too_much() {
	run(|| {
		// Given a cell of which others have alleged nearly as much as may stand open in its page
		three_cells_each(1, 1, full_cell);
		super::agenda::alleged(1, 255);
		let (sweep, _) = open_sweep(&[TOWER]);
		cells_that_differ(1, 1, sweep, &[TOWER]);
		// When a company has seen two other values there, and none of that
		let mut seen = full_cell(300);
		seen.last_mut().unwrap().1 += 1;
		assert_ok!(attest_values(TOWER, sweep, 1, 1, vec![(0, seen)]));
		assert_eq!(values_result(), Taken(2));
		// Then it is heard about as many as fit into a call
		let is_contested = |id: &u32| Violations::<Test>::get(id).unwrap().standing == Standing::Contested;
		assert_eq!((1_000..1_255).filter(is_contested).count(), 254);
	});
}

#[test]
fn of_several_cells_a_call_takes_some_values_each_and_of_one_all() {
	run(|| {
		three_cells_each(0, 1, full_cell);
		let (sweep, _) = open_sweep(&[SHARER]);
		cells_that_differ(0, 1, sweep, &[SHARER]);
		// Two cells may have six values that are others, beside one of each
		let seen = |n: u16, others: usize| {
			let values = full_cell(i64::from(n) + 1).into_iter().enumerate();
			let values = values.map(|(at, (key, value))| (key, value + 7 * i64::from(at < others)));
			(n, values.collect::<CellValues>())
		};
		let too_many = Refused(ValuesRefusal::TooManyViolations);
		assert_eq!(give(SHARER, sweep, 1, vec![seen(0, 5), seen(1, 4)]), too_many);
		assert_eq!(give(SHARER, sweep, 1, vec![seen(0, 7)]), Taken(7));
		assert_eq!(give(SHARER, sweep, 1, vec![seen(1, 4), seen(2, 4)]), Taken(8));
	});
}

#[test]
fn value_that_is_another_is_never_taken_for_the_approved_one() {
	run(|| {
		// Given a value of which a violation stands open
		three_cells_each(1, 1, full_cell);
		super::agenda::alleged(1, 1);
		let (sweep, _) = open_sweep(&[TOWER]);
		cells_that_differ(1, 1, sweep, &[TOWER]);
		// When a company has not seen it, and before it as many others as a cell may have
		let seen = (0..=u8::MAX).map(|place| (ParamKey { param: ParamId(0), place }, 1)).collect();
		assert_ok!(attest_values(TOWER, sweep, 1, 1, vec![(0, seen)]));
		// Then that does not contest it
		assert_eq!(Violations::<Test>::get(1_000).unwrap().standing, Standing::Alleged);
	});
}

#[test]
fn however_many_exports_values_were_seen_in_they_are_seen_again() {
	run(|| {
		// Given many values of a cell that were seen before, each in another export
		three_cells_each(1, 1, full_cell);
		super::agenda::alleged(1, 200);
		for id in 1_000..1_200 {
			let word = (SHARER, trimast_primitives::Hash::from_low_u64_be(id), [0; 8]);
			crate::Words::<Test>::insert(id as u32, frame_support::BoundedVec::truncate_from(vec![word]));
		}
		let (sweep, _) = open_sweep(&[TOWER]);
		cells_that_differ(1, 1, sweep, &[TOWER]);
		let mut seen: CellValues =
			(0..200).map(|place| (ParamKey { param: crate::mock::TAC, place }, 2)).collect();
		seen.extend(full_cell(1).into_iter().filter(|(key, _)| key.param != crate::mock::TAC));
		assert_ok!(attest_values(TOWER, sweep, 1, 1, vec![(0, seen)]));
		assert_eq!(values_result(), Taken(200));
		// Then those whose export was looked at are confirmed, and the others stand as they did
		let is = |id: u32, standing| Violations::<Test>::get(id).unwrap().standing == standing;
		let count = |standing| (1_000..1_200).filter(|id| is(*id, standing)).count();
		assert_eq!((count(Standing::Confirmed), count(Standing::Alleged)), (63, 137));
	});
}

#[test]
fn page_that_is_too_much_takes_no_room_from_the_others() {
	run(|| {
		three_cells_each(0, 17, full_cell);
		three_cells_each(1, 1, full_cell);
		let (sweep, _) = open_sweep(&[SHARER]);
		for (page, stations) in [(0, 17), (1, 1)] {
			cells_that_differ(page, stations, sweep, &[SHARER]);
		}
		let seen = |n: u16| (n, other(full_cell(i64::from(n % 3) + 1)).try_into().unwrap());
		let page = |page, cells: u16| (page, 1, (0..cells).map(seen).collect::<Vec<_>>().try_into().unwrap());
		let pages = vec![page(0, 50), page(1, 1)].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_values(collector(SHARER), sweep, EXPORT, HERE, pages));
		let Event::ValuesAttested { results, .. } = last_event() else { panic!("no result") };
		let too_many = Refused(ValuesRefusal::TooManyViolations);
		assert_eq!(results.into_inner(), [(0, too_many), (1, Taken(7))]);
	});
}

#[test]
fn attest_values_fails_for_more_cells_than_a_call_may_have() {
	run(|| {
		baseline();
		let (sweep, _) = open_sweep(&[SHARER]);
		let half = |page| {
			let cells: Vec<_> = (0..33).map(|n| (n, cell(9).try_into().unwrap())).collect();
			(page, 1, cells.try_into().unwrap())
		};
		let pages = vec![half(0), half(1)].try_into().unwrap();
		let call = ConfigGuard::attest_values(collector(SHARER), sweep, EXPORT, HERE, pages);
		assert_noop!(call, Error::<Test>::TooManyCells);
	});
}

#[test]
fn values_of_who_is_no_party_are_refused() {
	run(|| {
		let alone =
			Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, tower: None, ..station() };
		let import = |first| {
			put(0, vec![first, station()]);
			let cells = table(&[vec![cell(1)], vec![cell(2)]]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, cells));
		};
		// Of a station that is another's alone no cell differs for the company
		import(alone.clone());
		let (sweep, key) = open_sweep(&[SHARER]);
		attest(SHARER, sweep, &key, &[cell(9), cell(2)]);
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(9))]), Refused(NoDifference));
		// Nor is it heard about one that it shares no more
		import(station());
		attest(SHARER, sweep, &key, &[cell(9), cell(2)]);
		put(0, vec![alone, station()]);
		assert_eq!(give(SHARER, sweep, 1, vec![(0, cell(9))]), Refused(NotParty));
	});
}

#[test]
fn attest_values_fails_without_the_right() {
	run(|| {
		baseline();
		let (sweep, key) = open_sweep(&[SHARER]);
		attest(SHARER, sweep, &key, &[cell(9), cell(2), cell(3)]);
		assert_refusals_of(SHARER, collector(SHARER), |origin| {
			let cells = vec![(0, cell(9).try_into().unwrap())].try_into().unwrap();
			ConfigGuard::attest_values(origin, sweep, EXPORT, HERE, vec![(0, 1, cells)].try_into().unwrap())
		});
	});
}
