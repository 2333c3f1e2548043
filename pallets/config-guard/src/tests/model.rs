// SPDX-License-Identifier: Apache-2.0

//! Random imports, signatures and observations: the state keeps its invariants, and what is found is what differs.

use crate::{mock::*, types::CellsResult, OpenViolations, Violations};
use frame_support::assert_ok;
use proptest::prelude::*;
use trimast_primitives::{
	cells::{digest::cell_digest, CellValues},
	OrgId,
};

/// One thing that somebody does to the first page's three stations.
#[derive(Clone, Debug)]
enum Step {
	Import { org: u8, slot: usize, pcis: Vec<i64> },
	Sign { org: u8 },
	Observe { org: u8, changed: Vec<(usize, i64)> },
}

fn any_step() -> impl Strategy<Value = Step> {
	prop_oneof![
		(0u8..2, 0usize..3, proptest::collection::vec(0i64..1_100, 1..4))
			.prop_map(|(org, slot, pcis)| Step::Import { org, slot, pcis }),
		(0u8..3).prop_map(|org| Step::Sign { org }),
		(0u8..3, proptest::collection::vec((0usize..9, 0i64..1_008), 0..3))
			.prop_map(|(org, changed)| Step::Observe { org, changed }),
	]
}

fn stored() -> Vec<CellValues> {
	let bytes = crate::Tables::<Test>::get(HERE, 0);
	if bytes.is_empty() {
		return Vec::new();
	}
	trimast_primitives::cells::CellTable::from_bytes(&bytes).unwrap().stations().concat()
}

/// Observes the page as it stands but for what is changed, and checks that exactly that is found.
fn observe(org: OrgId, changed: &[(usize, i64)]) {
	let baseline = stored();
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
	let (sweep, key) = open_sweep(&[OrgId(0), OrgId(1), OrgId(2)]);
	let revision = crate::Heads::<Test>::get(HERE, 0).revision;
	let tags: Vec<_> = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
	assert_ok!(attest_cells(org, sweep, 0, revision, tags));
	let CellsResult::Differ(found) = cells_result() else { panic!("no result") };
	assert_eq!(found.into_inner(), expected);
	if expected.is_empty() {
		return;
	}
	let cells: Vec<_> = expected.iter().map(|n| (*n, seen[usize::from(*n)].clone())).collect();
	assert_ok!(attest_values(org, sweep, 0, revision, cells));
	assert!(crate::Differences::<Test>::get((HERE, 0, org)).unwrap().is_explained());
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]
	#[test]
	fn any_sequence_keeps_the_invariants(steps in proptest::collection::vec(any_step(), 0..24)) {
		run(|| {
			put(0, vec![station(), station_of(SHARER), station()]);
			for step in steps {
				match step {
					Step::Import { org, slot, pcis } => {
						let mut stations = vec![Vec::new(); slot];
						stations.push(pcis.into_iter().map(cell).collect());
						assert_ok!(ConfigGuard::import(engineer(OrgId(org)), HERE, 0, table(&stations)));
					}
					Step::Sign { org } => {
						if let Some(digest) = ConfigGuard::page_digest(HERE, 0) {
							let pages = vec![(0, digest)].try_into().unwrap();
							assert_ok!(ConfigGuard::sign(engineer(OrgId(org)), HERE, pages));
						}
					}
					Step::Observe { org, changed } => observe(OrgId(org), &changed),
				}
				ConfigGuard::do_try_state().unwrap();
			}
			let open = Violations::<Test>::iter_values().filter(|violation| violation.closed.is_none()).count();
			assert_eq!(OpenViolations::<Test>::get(HERE) as usize, open);
		});
	}
}
