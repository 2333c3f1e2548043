// SPDX-License-Identifier: Apache-2.0

//! Random imports, signatures, observations, draws, demands and openings: the state keeps its invariants, what is found is
//! what differs, and who testifies as its export has it is never marked as wrong.

use crate::{
	exports::OpeningResult, mock::*, types::CellsResult, Asked, ExportRoots, MarksOf, OpenViolations,
	Violations,
};
use frame_support::assert_ok;
use proptest::prelude::*;
use std::collections::BTreeMap;
use trimast_primitives::{
	cells::{digest::cell_digest, export::Row, CellTable, CellValues},
	Hash, OrgId,
};

/// One thing that somebody does to the first page's three stations.
#[derive(Clone, Debug)]
enum Step {
	Import { org: u8, slot: usize, pcis: Vec<i64> },
	Sign { org: u8 },
	Observe { org: u8, changed: Vec<(usize, i64)> },
	Author { org: u8 },
	Demand { by: u8, org: u8, slot: u32, cell: u8 },
	Open { org: u8 },
	Wait { blocks: u32 },
}

/// The exports as their companies keep them.
type Books = BTreeMap<(OrgId, Hash), Book>;

fn any_step() -> impl Strategy<Value = Step> {
	prop_oneof![
		(0u8..2, 0usize..3, proptest::collection::vec(0i64..1_100, 1..4))
			.prop_map(|(org, slot, pcis)| Step::Import { org, slot, pcis }),
		(0u8..3).prop_map(|org| Step::Sign { org }),
		(0u8..3, proptest::collection::vec((0usize..9, 0i64..1_008), 0..3))
			.prop_map(|(org, changed)| Step::Observe { org, changed }),
		(0u8..3).prop_map(|org| Step::Author { org }),
		(0u8..3, 0u8..3, 0u32..3, 0u8..3).prop_map(|(by, org, slot, cell)| Step::Demand {
			by,
			org,
			slot,
			cell
		}),
		(0u8..3).prop_map(|org| Step::Open { org }),
		(1u32..14).prop_map(|blocks| Step::Wait { blocks }),
	]
}

fn stored() -> CellTable {
	CellTable::from_bytes(&crate::Tables::<Test>::get(HERE, 0)).unwrap_or_default()
}

/// Observes the page as it stands but for what is changed, and checks that exactly that is found.
fn observe(books: &mut Books, org: OrgId, changed: &[(usize, i64)]) {
	let table = stored();
	let baseline: Vec<CellValues> = table.stations().concat();
	if baseline.is_empty() {
		return;
	}
	let mut seen = baseline.clone();
	for (n, pci) in changed {
		let n = n % seen.len();
		seen[n] = cell(*pci);
	}
	let expected: Vec<u16> =
		(0u16..).zip(seen.iter().zip(&baseline)).filter(|(_, (a, b))| a != b).map(|(n, _)| n).collect();
	// What makes each export another one
	let number = System::block_number().to_string();
	let row = |((slot, cell), values): ((u32, u8), &CellValues)| {
		let fields = Row::fields_of([("read", number.as_str())]).unwrap();
		Row { cell: cell_id(slot, cell), values: values.clone(), fields }
	};
	let book = Book::new(&table.cells().zip(&seen).map(row).collect::<Vec<_>>()).of(org);
	book.anchor(org);
	let (sweep, key) = open_sweep(&[]);
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	let tags: Vec<_> = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
	let pages = vec![(0, revision, tags.try_into().unwrap())].try_into().unwrap();
	assert_ok!(ConfigGuard::attest_cells(collector(org), sweep, book.root(), HERE, pages));
	let CellsResult::Differ(found) = cells_result() else { panic!("no result") };
	assert_eq!(found.into_inner(), expected);
	if !expected.is_empty() {
		book.attest(org, sweep, &key, &seen);
		assert!(crate::Differences::<Test>::get((HERE, 0, org)).unwrap().is_explained());
	}
	books.insert((org, book.root()), book);
}

/// Opens what is asked of the company's exports: the rows, or where there is none those beside it.
fn open(books: &Books, org: OrgId) {
	for root in ExportRoots::<Test>::get(org) {
		let book = &books[&(org, root)];
		for question in Asked::<Test>::get(org, root).open {
			if !Asked::<Test>::get(org, root).open.contains(&question) {
				continue;
			}
			let results = book.open(org, &book.around(question.cell));
			assert!(results.iter().all(|result| *result == OpeningResult::Opened), "{results:?}");
		}
		assert!(Asked::<Test>::get(org, root).open.is_empty());
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]
	#[test]
	fn any_sequence_keeps_the_invariants(steps in proptest::collection::vec(any_step(), 0..24)) {
		run(|| {
			put(0, vec![station(), station_of(SHARER), station()]);
			let mut books = Books::new();
			for step in steps {
				match step {
					Step::Import { org, slot, pcis } => {
						let mut stations = vec![Vec::new(); slot];
						stations.push(pcis.into_iter().map(cell).collect());
						assert_ok!(ConfigGuard::import(engineer(OrgId(org)), HERE, 0, table(&stations)));
					}
					Step::Sign { org } => {
						sign(OrgId(org), 0);
					}
					Step::Observe { org, changed } => observe(&mut books, OrgId(org), &changed),
					Step::Author { org } => {
						Author::set(Some(OrgId(org)));
						go_to(System::block_number() + 1);
						Author::set(None);
					}
					Step::Demand { by, org, slot, cell } => {
						// Refused where it is one's own, was not testified, or is asked for already
						if let Some(root) = ExportRoots::<Test>::get(OrgId(org)).last() {
							let _ = demand(OrgId(by), OrgId(org), *root, &[cell_id(slot, cell)]);
						}
					}
					Step::Open { org } => open(&books, OrgId(org)),
					Step::Wait { blocks } => go_to(System::block_number() + blocks),
				}
				ConfigGuard::do_try_state().unwrap();
			}
			assert!((0..3).all(|org| MarksOf::<Test>::get(OrgId(org)).wrong == 0));
			let open = Violations::<Test>::iter_values().filter(|violation| violation.closed.is_none()).count();
			assert_eq!(OpenViolations::<Test>::get(HERE) as usize, open);
		});
	}
}
