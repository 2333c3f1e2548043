// SPDX-License-Identifier: Apache-2.0

//! What is agreed on of a saving window.

use super::*;
use crate::{cells::CellId, page::SiteId};
use std::collections::BTreeSet;

fn frozen(day: u16, first: u8, digest: u8) -> FrozenReport {
	FrozenReport { day, first, digest: Hash::repeat_byte(digest), block: 7 }
}

fn compensation(slot: u8, cell: u8, by: u8) -> Compensation {
	Compensation { slot, cell, by: CellId { site: SiteId::new(PLACE, 0, 0), cell: by } }
}

#[test]
fn what_is_frozen_is_known_by_its_reports() {
	let one = frozen(DAY - 7, 0, 1);
	let all = [
		vec![],
		vec![one],
		vec![frozen(DAY - 14, 0, 1)],
		vec![frozen(DAY - 7, 4, 1)],
		vec![frozen(DAY - 7, 0, 2)],
		vec![one, frozen(DAY - 7, 4, 1)],
		vec![frozen(DAY - 7, 4, 1), one],
	];
	let hashes: BTreeSet<_> = all.iter().map(|reports| frozen_hash(reports)).collect();
	assert_eq!(hashes.len(), all.len());
	// Where it is kept says nothing.
	assert_eq!(frozen_hash(&[one]), frozen_hash(&[FrozenReport { block: 8, ..one }]));
}

#[test]
fn subject_is_another_for_everything_in_it() {
	let (a, b) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
	let examined = [
		examination_hash(0, &[compensation(0, 1, 0)], &[a]),
		examination_hash(1, &[compensation(0, 1, 0)], &[a]),
		examination_hash(0, &[compensation(1, 1, 0)], &[a]),
		examination_hash(0, &[compensation(0, 2, 0)], &[a]),
		examination_hash(0, &[compensation(0, 1, 2)], &[a]),
		examination_hash(0, &[], &[a]),
		examination_hash(0, &[compensation(0, 1, 0)], &[b]),
		examination_hash(0, &[compensation(0, 1, 0)], &[a, b]),
	];
	assert_eq!(BTreeSet::from(examined).len(), examined.len());
	let subjects = [
		window_subject(a, &[(0, b)]),
		window_subject(b, &[(0, b)]),
		window_subject(a, &[(1, b)]),
		window_subject(a, &[(0, a)]),
		window_subject(a, &[(0, b), (1, b)]),
	];
	assert_eq!(BTreeSet::from(subjects).len(), subjects.len());
}

#[test]
fn rules_of_windows_leave_time() {
	let rules = WindowRules::default();
	assert!(rules.is_valid());
	for wrong in [
		WindowRules { examination: 59, ..rules },
		WindowRules { examination: 30 * 86_400 + 1, ..rules },
		WindowRules { ahead: 0, ..rules },
		WindowRules { ahead: 367, ..rules },
		WindowRules { plans: 0, ..rules },
		WindowRules { plans: 257, ..rules },
	] {
		assert!(!wrong.is_valid(), "{wrong:?}");
	}
}

#[test]
fn cells_are_bound_from_the_last_consent_to_the_last_window() {
	use PlanPhase::{Agreed, Approved, Lapsed, Over, Proposed, Refused, Withdrawn};
	let binding = [Proposed, Agreed, Approved, Over, Withdrawn, Lapsed, Refused].map(PlanPhase::is_binding);
	assert_eq!(binding, [false, true, true, false, false, false, false]);
}
