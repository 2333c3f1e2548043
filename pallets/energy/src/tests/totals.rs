// SPDX-License-Identifier: Apache-2.0

//! Whatever is said of reports in whatever order: the total is the sum of the pages, worked out anew from the bodies of what stands.

use super::*;
use crate::governed;
use frame_support::{dispatch::DispatchResult, storage::with_storage_layer};
use proptest::prelude::*;
use std::collections::BTreeMap;
use trimast_primitives::{
	energy::{account, add, Accounted, Reading},
	order::Words,
	site::PlmnHolders,
};

/// How many pages there are, of three stations each.
const PAGES: u16 = 3;

/// What somebody says of the report of a page and of two hours.
#[derive(Clone, Copy, Debug)]
enum Step {
	/// The owner: that the first station has drawn so many Wh in each of them, under a number.
	Report(u16, i32),
	/// The sharer: that it has drawn so many.
	Contest(i32),
	/// The sharer, that it was mistaken.
	Withdraw,
	/// The owner, that the sharer is right.
	Concede,
	/// The tower company, whether the owner is.
	Rule(bool),
}

fn any_step() -> impl Strategy<Value = (u16, u8, Step)> {
	// Up to 4,070 Wh count.
	let energy = || -5..5_000i32;
	let step = prop_oneof![
		4 => (0..4u16, energy()).prop_map(|(number, energy)| Step::Report(number, energy)),
		3 => energy().prop_map(Step::Contest),
		1 => Just(Step::Withdraw),
		1 => Just(Step::Concede),
		1 => any::<bool>().prop_map(Step::Rule),
	];
	(0..PAGES, 0..2u8, step)
}

/// The bodies of all that was said, by digest.
#[derive(Default)]
struct Bodies(BTreeMap<Hash, Report>);

impl Bodies {
	/// Keeps a report with another energy of its first station.
	fn keep(&mut self, report: &Report, energy: i32) -> Report {
		let readings = vec![Reading { energy: Some(energy), volumes: [Some(1), Some(2), None, None] }; 2];
		let report = with_readings(report, 0, readings);
		self.0.insert(digest(&report), report.clone());
		report
	}

	/// Says it. What is refused changes nothing.
	fn take(&mut self, page: u16, place: u8, step: Step) {
		let empty = Report { page, ..report(hours(place * 2, 2), 0, 3) };
		let stands = Reports::<Test>::get((YESTERDAY, HERE, page, OWNER));
		let entry = stands.iter().find(|entry| entry.span == empty.span);
		let seen = entry.and_then(|entry| entry.dispute.as_ref()).map_or(Hash::zero(), |of| of.digest);
		let id = id(&empty);
		let _ = with_storage_layer(|| -> DispatchResult {
			match step {
				Step::Report(number, energy) => {
					let report = self.keep(&Report { number, ..empty }, energy);
					Energy::report(collector(OWNER), HERE, vec![report].try_into().unwrap())
				}
				Step::Contest(energy) => {
					let Some(entry) = entry else { return Ok(()) };
					let reported = self.0[&entry.digest].clone();
					let seen = self.keep(&reported, energy);
					Energy::contest(collector(SHARER), HERE, OWNER, Box::new(reported), Box::new(seen))
				}
				Step::Withdraw => Energy::withdraw_contest(planner(SHARER), id),
				Step::Concede => Energy::concede_contest(planner(OWNER), id, seen),
				Step::Rule(for_owner) => {
					let text = b"The tower's meter agrees".to_vec().try_into().unwrap();
					Energy::rule(planner(TOWER), id, seen, for_owner, Words { text, body: None })
				}
			}
		});
	}

	/// What all that stands comes to: sums, readings that count, contested reports.
	fn sum(&self) -> (SumsOf, u64, u32) {
		let (mut sums, mut counted, mut contested) = (SumsOf::default(), 0, 0);
		let inventory = Inventory::get();
		for ((day, _, page, _), entries) in Reports::<Test>::iter() {
			let rules = governed::rules::<Test>(HERE, day);
			let stations = &inventory[&(HERE, page)];
			for entry in entries {
				let comes_to =
					|body: &Report| account(OWNER, body, stations, &Holders::holders(), &rules).unwrap();
				let energy = |of: &Accounted| of.sums.iter().map(|(_, sums)| sums.energy).sum::<u64>();
				let body = &self.0[&entry.digest];
				let mut own = comes_to(body);
				if let Some(dispute) = &entry.dispute {
					let lower = comes_to(&body.lower(&self.0[&dispute.digest]).unwrap());
					// Where a reading counts that did not, more would be owed: what was reported stands.
					if energy(&lower) <= energy(&own) {
						own = lower;
					}
					contested += 1;
				}
				for (org, own) in own.sums.iter().filter(|(_, own)| *own != Sums::default()) {
					add(&mut sums, *org, *own).unwrap();
				}
				counted += u64::from(own.counted);
			}
		}
		(sums, counted, contested)
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn total_is_the_sum_of_the_pages(steps in proptest::collection::vec(any_step(), 1..40)) {
		new_test_ext().execute_with(|| {
			for page in 1..PAGES {
				Inventory::mutate(|all| all.insert((HERE, page), (0..3).map(station).collect()));
			}
			let mut bodies = Bodies::default();
			for (page, place, step) in steps {
				bodies.take(page, place, step);
				let Total { sums, counted, contested, .. } = total();
				prop_assert_eq!((sums, counted, contested), bodies.sum());
			}
			Energy::do_try_state().unwrap();
			Ok(())
		})?;
	}
}
