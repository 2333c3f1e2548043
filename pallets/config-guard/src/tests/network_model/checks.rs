// SPDX-License-Identifier: Apache-2.0

//! What must be true of the state, whatever the companies do.

use super::world::{enter_status, is_active, parties, stored, value, Level, Lie, Place, Told, World, PAGES};
use crate::{
	changes::types::{ChangeState, Item, Phase},
	mock::*,
	types::{Closing, OpenViolation, Standing, Violation},
	violations::kinds::Kind,
	Changes, DayScores, Event, Exports, Imported, Manifests, NextRequest, NextViolation, OpenInPage, Parts,
	Requests, Testimonies, Violations,
};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{cells::ParamKey, org::OrgStatus, OrgId};

/// The violations that stand open in a page, by cell and key.
fn open_in(page: u16) -> BTreeMap<(Place, ParamKey), Violation> {
	let stands = |one: OpenViolation| {
		(((page, one.slot, one.cell), one.key), Violations::<Test>::get(one.id).unwrap())
	};
	OpenInPage::<Test>::get(HERE, page).into_iter().map(stands).collect()
}

impl World {
	/// Has something happen, and checks all that must be true after anything.
	pub(super) fn watch(&mut self, happens: impl FnOnce(&mut Self) -> bool) {
		System::reset_events();
		let before = PAGES.map(stored);
		happens(self);
		ConfigGuard::do_try_state().unwrap();
		let is_changed = events().iter().any(|event| match event {
			Event::BaselineImported { .. } => true,
			Event::PartExecuted { executed, .. } => *executed > 0,
			Event::PartRolledBack { restored, .. } => *restored > 0,
			_ => false,
		});
		assert!(is_changed || PAGES.map(stored) == before, "nobody changes a baseline by the way");
		events().into_iter().for_each(check_closing);
		check_open();
		self.check_words();
		self.check_records();
		self.learn();
	}

	/// What a company has seen of cells that it tells of, in the newest export of all: what was not approved is an open
	/// violation, and of what is approved none is left that another company answers for, but what its witnesses have to
	/// repeat.
	pub(super) fn check_findings(&self, org: OrgId, told: &[Told]) {
		for Told { place, approved, seen } in told {
			let (page, slot, cell) = *place;
			let open = open_in(page);
			let imported = Imported::<Test>::get(HERE, page).get(usize::from(slot)).map(|one| one.of(cell));
			if imported.is_some_and(|imported| self.latest < imported) {
				continue;
			}
			let keys: BTreeSet<_> = approved.iter().chain(seen).map(|(key, _)| *key).collect();
			for key in keys {
				let [approved, seen] = [approved, seen].map(|values| value(values, key));
				let found = open.get(&(*place, key));
				if approved == seen {
					let is_in_doubt = |one: &Violation| {
						(one.against == org || one.standing == Standing::Contested)
							&& one.deniers.contains(org)
					};
					assert!(found.is_none_or(is_in_doubt), "{org:?} has seen what is approved: {found:?}");
				} else if !self.excused.contains(&(*place, key, seen)) {
					// The accused's word changes nothing of what stands open.
					let is_told = |one: &Violation| {
						one.approved == approved
							&& (one.observed == seen || one.against == org)
							&& one.witnesses.contains(org)
							&& !one.deniers.contains(org)
					};
					assert!(
						found.is_some_and(is_told),
						"{place:?} {key:?} is {seen:?}, not {approved:?}: {found:?}"
					);
				}
			}
		}
	}

	/// Pages that a company has attested are as it has said, and who shows what it has said is not wrong.
	fn check_words(&self) {
		for (org, testimony) in Testimonies::<Test>::iter_prefix(HERE) {
			for page in testimony.matching.iter().filter(|page| PAGES.contains(page)) {
				assert_eq!(self.words.get(&(org, page)).cloned().unwrap_or_default(), stored(page));
			}
		}
		for export in self.exports.iter().filter(|export| export.lie != Lie::Copied) {
			let marks = Exports::<Test>::get(export.org, export.book.root()).unwrap().marks;
			assert_eq!(marks.wrong, 0, "{:?} has shown what it has said", export.org);
		}
	}

	/// Nothing that was found, asked for or counted is lost.
	fn check_records(&mut self) {
		let all =
			(0..NextViolation::<Test>::get()).map(|id| Violations::<Test>::get(id).expect("it was found"));
		let confirmed = all.filter(|one| one.standing == Standing::Confirmed).count();
		let counted: u32 = DayScores::<Test>::iter().map(|(.., count)| count).sum();
		assert_eq!(counted as usize, confirmed);
		let known: BTreeSet<_> = Requests::<Test>::iter_keys().collect();
		assert!(known.is_superset(&self.asked), "a request that was asked for");
		self.asked.extend(known.into_iter().filter(|number| request_of(*number).asked.is_some()));
	}

	/// What may be explained since.
	fn learn(&mut self) {
		for number in 0..NextRequest::<Test>::get() {
			let Some(request) = Requests::<Test>::get(number) else { continue };
			let is_agreed = request.consents.missing().is_empty() || request.terms.emergency;
			if request.phase == Phase::Draft || !is_agreed {
				continue;
			}
			for head in Manifests::<Test>::get(number) {
				for Item { slot, cell, key, value } in Parts::<Test>::get(number, head.page) {
					self.excused.insert(((head.page, slot, cell), key, value));
				}
			}
		}
		for page in PAGES {
			for change in Changes::<Test>::get(HERE, page) {
				if matches!(change.state, ChangeState::Executed { .. } | ChangeState::RolledBack { .. }) {
					let place = (page, change.slot, change.cell);
					let values = [change.before, change.after];
					self.excused.extend(values.map(|value| (place, change.key, value)));
				}
			}
		}
	}

	/// The network is as the baseline says, and everybody who is left says so. Then nothing is left of what was found, where
	/// another company than the one that answers for it is heard.
	pub(super) fn come_to_rest(&mut self) {
		Author::set(None);
		let all: Vec<_> = (0..3).map(OrgId).collect();
		for org in &all {
			enter_status(*org, OrgStatus::Active);
		}
		let wait = |world: &mut Self, blocks| {
			world.watch(|_| {
				go_to(System::block_number() + blocks);
				true
			});
		};
		// What was reported in an emergency is ratified or found by then.
		if Requests::<Test>::iter_values().any(|request| request.terms.emergency) {
			wait(self, EMERGENCY_TERM + 5);
		}
		self.comply(None);
		for org in all.iter().filter(|org| is_active(**org)) {
			self.watch(|world| world.read(*org, Lie::None) && world.speak(*org, Level::Values));
		}
		if PAGES.into_iter().any(|page| !open_in(page).is_empty()) {
			wait(self, ATTESTATION_TERM + 2 * SILENCE_TERM);
		}
		for ((place, key), one) in PAGES.into_iter().flat_map(open_in) {
			let (page, slot, cell) = place;
			// Of a cell that the baseline does not have nobody is heard.
			let has_baseline = stored(page).position(slot.into(), cell).is_some();
			let heard = parties(page, slot).without(one.against);
			assert!(!has_baseline || !heard.iter().any(is_active), "{place:?} {key:?}: {one:?}");
		}
	}
}

/// Who closes a violation is who can.
fn check_closing(event: Event<Test>) {
	let Event::ViolationClosed { id, org, closing } = event else { return };
	let one = Violations::<Test>::get(id).unwrap();
	match closing {
		Closing::Restored => assert!(org != one.against && one.standing == Standing::Confirmed, "{one:?}"),
		Closing::TakenBack => assert_eq!(one.witnesses.iter().collect::<Vec<_>>(), [org]),
		Closing::NotRepeated => assert_ne!(one.standing, Standing::Confirmed),
		Closing::Approved | Closing::Removed => {}
	}
}

/// What stands open is of the baseline as it is.
fn check_open() {
	for page in PAGES {
		let table = stored(page);
		for (((_, slot, cell), key), one) in open_in(page) {
			let position = table.position(slot.into(), cell);
			// In a cell that has no baseline yet there is what was reported of it
			assert!(position.is_some() || one.kind == Kind::Unratified, "{one:?}");
			assert_eq!(position.and_then(|position| table.get(position, key)), one.approved);
		}
	}
}
