// SPDX-License-Identifier: Apache-2.0

//! The country at a glance, beside what the views say of it one by one. That tallies are right `try_state` sees.

use crate::{mock::*, tallies::MAX_TALLIED, violations::kinds::Kind, AgendaFrom};
use frame_support::{assert_ok, traits::Time};
use trimast_primitives::{
	apis::{OrgSummaryView, ProvinceSummaryView, SummaryView},
	Hash, OrgId, OrgSet, ProvinceId,
};

fn summary() -> SummaryView {
	ConfigGuard::summary()
}

fn of(org: OrgId) -> OrgSummaryView {
	summary().orgs.into_iter().find(|view| view.org == org).expect("it is a member")
}

fn province() -> ProvinceSummaryView {
	let [province] = &summary().provinces[..] else { panic!("one province") };
	province.clone()
}

fn phases() -> Vec<u32> {
	summary().requests.into_iter().map(|(_, count)| count).collect()
}

/// `org` says that it has seen the first cell with this PCI.
fn see(org: OrgId, pci: i64) {
	let seen = [pci, 2, 3, 4].map(cell);
	let book = book([pci, 2, 3, 4]);
	if !crate::Exports::<Test>::contains_key(org, book.root()) {
		book.anchor(org);
	}
	let (sweep, key) = open_sweep(&[]);
	book.attest(org, sweep, &key, &seen);
}

fn words(all: &[(&str, &str, u32)]) -> Vec<(String, String, u32)> {
	all.iter().map(|(kind, standing, count)| (kind.to_string(), standing.to_string(), *count)).collect()
}

#[test]
fn nothing_stands_of_anybody_at_first() {
	run(|| {
		let nothing = |org| OrgSummaryView {
			org,
			observed: None,
			violations: vec![],
			confirmed_today: vec![],
			consents_awaited: 0,
			rows_asked: 0,
			rows_due: None,
			opened: 0,
			wrong: 0,
			missing: 0,
			differing: 0,
		};
		assert_eq!(summary().orgs, Members::get().iter().map(nothing).collect::<Vec<_>>());
		let phases = ["draft", "asked", "executed", "disputed", "overruled"].map(|phase| (phase.into(), 0));
		assert_eq!((summary().requests, summary().agenda_lag), (phases.to_vec(), 0));
		assert_eq!((province().province, province().cells, province().pages), (ProvinceId(13), 0, 0));
	});
}

#[test]
fn page_is_provisional_until_everybody_has_signed_it() {
	run(|| {
		let provisional = || (province().cells, province().pages, province().provisional);
		put(0, vec![station(), station()]);
		let import = |cells: &[Vec<_>]| {
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(cells)));
		};
		import(&[vec![cell(1), cell(2)], vec![cell(3)]]);
		assert_eq!(provisional(), (3, 1, 1));
		// Another number of cells
		import(&[vec![cell(1)]]);
		assert_eq!(provisional(), (2, 1, 1));
		let view = ConfigGuard::baselines(None, 1).remove(0);
		assert_eq!((view.id, view.cells, view.provisional), (HERE, 2, 1));
		// Another digest is no signature
		let other = vec![(0, CARRIER, Hash::repeat_byte(7))].try_into().unwrap();
		assert_ok!(ConfigGuard::sign(engineer(SHARER), HERE, other));
		sign(TOWER, 0);
		assert_eq!(provisional(), (2, 1, 1));
		sign(SHARER, 0);
		assert_eq!(provisional(), (2, 1, 0));
		// Who shares a station later has signed nothing: that is seen with the next signature
		Inventory::mutate(|all| {
			let entry = &mut all.get_mut(&(HERE, 0)).unwrap()[0];
			entry.station.sharers = entry.station.sharers.with(OrgId(9));
		});
		assert_eq!(provisional(), (2, 1, 0));
		sign(SHARER, 0);
		assert_eq!(provisional(), (2, 1, 1));
	});
}

#[test]
fn violations_are_tallied_by_kind_and_standing_through_their_life() {
	run(|| {
		four_cells();
		let tally = || of(CARRIER).violations;
		see(SHARER, 300);
		assert_eq!(tally(), words(&[("hidden", "alleged", 1)]));
		see(CARRIER, 1);
		assert_eq!(tally(), words(&[("hidden", "contested", 1)]));
		// Another value is seen, which belongs to no domain, and by a second company
		see(TOWER, 5_000);
		assert_eq!(tally(), words(&[("rule-broken", "confirmed", 1)]));
		assert_eq!(of(CARRIER).confirmed_today, [("rule-broken".into(), 1)]);
		see(SHARER, 1);
		assert_eq!(tally(), []);
		assert_eq!(of(CARRIER).confirmed_today, [("rule-broken".into(), 1)]);
		// Silence, and another company that sees the approved value
		see(SHARER, 301);
		go_to(System::block_number() + SILENCE_TERM + 1);
		assert_eq!(tally(), words(&[("hidden", "confirmed", 1)]));
		see(TOWER, 1);
		assert_eq!(tally(), []);
		assert!([SHARER, TOWER].into_iter().all(|org| of(org).violations.is_empty()));
	});
}

#[test]
fn tally_has_room_for_every_kind_and_standing() {
	assert_eq!(MAX_TALLIED as usize, Kind::ALL.len() * 3);
}

#[test]
fn requests_are_counted_by_phase_and_by_whose_consent_they_await() {
	run(|| {
		baseline();
		assert_eq!(phases(), [0; 5]);
		assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, terms()));
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
		assert_eq!(phases(), [1, 1, 0, 0, 0]);
		let awaited = || [CARRIER, SHARER, TOWER].map(|org| of(org).consents_awaited);
		assert_eq!(awaited(), [0, 1, 0]);
		assert_ok!(consent(SHARER, number));
		assert_eq!((phases(), awaited()), (vec![1, 1, 0, 0, 0], [0; 3]));
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		assert_eq!(phases(), [1, 0, 1, 0, 0]);
		assert_ok!(ConfigGuard::object(engineer(SHARER), number, Hash::zero()));
		assert_eq!(phases(), [1, 0, 0, 1, 0]);
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), number, 0));
		assert_eq!(phases(), [1, 0, 0, 0, 0]);
	});
}

#[test]
fn coverage_is_summed_and_contradictions_are_of_one_revision() {
	run(|| {
		for page in [3, 8] {
			put(page, vec![station()]);
			assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&[vec![cell(1)]])));
		}
		let (sweep, key) = open_sweep(&[SHARER, TOWER]);
		let see = |org, page, digest| {
			let tags = vec![key.tag(&digest)].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_pages(collector(org), sweep, EXPORT, HERE, page, tags));
		};
		let covered = || {
			let sums = province();
			let by_page = ConfigGuard::page_coverage(HERE, 0, 100);
			let contradicting = by_page.iter().filter(|page| page.contradicting).count();
			assert_eq!((sums.contradicting as usize, sums.pages as usize), (contradicting, by_page.len()));
			[sums.pages, sums.matching, sums.matching_twice, sums.differing, sums.contradicting]
		};
		assert_eq!(covered(), [2, 0, 0, 0, 0]);
		see(SHARER, 3, digest(3));
		see(SHARER, 8, digest(8));
		see(TOWER, 8, digest(8));
		see(TOWER, 3, Hash::zero());
		assert_eq!(covered(), [2, 2, 1, 1, 1]);
		// About another revision they do not contradict each other
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 3, table(&[vec![cell(2)]])));
		see(SHARER, 3, digest(3));
		assert_eq!(covered(), [2, 2, 1, 1, 0]);
		// As long as they count
		assert_eq!([CARRIER, SHARER, TOWER].map(|org| of(org).observed), [None, Some(1_000), Some(1_000)]);
		Ahead::set(1_001 + 1_000 * u64::from(ATTESTATION_TERM) - Clock::now());
		assert_eq!(covered(), [2, 0, 0, 0, 0]);
		assert_eq!(of(SHARER).observed, Some(1_000));
		Ahead::set(0);
	});
}

#[test]
fn rows_are_counted_as_long_as_they_are_asked_for() {
	run(|| {
		four_cells();
		let book = book([1, 2, 3, 4]);
		book.anchor(SHARER);
		let (sweep, key) = open_sweep(&[]);
		book.attest(SHARER, sweep, &key, &[1, 2, 3, 4].map(cell));
		assert_eq!((of(SHARER).rows_asked, of(SHARER).rows_due), (0, None));
		assert_ok!(demand(TOWER, SHARER, book.root(), &[cell_id(0, 0)]));
		let due = System::block_number() + OPENING_TERM;
		go_to(System::block_number() + 1);
		assert_ok!(demand(CARRIER, SHARER, book.root(), &[cell_id(0, 1)]));
		assert_eq!((of(SHARER).rows_asked, of(SHARER).rows_due), (2, Some(due)));
		book.open(SHARER, &[0]);
		assert_eq!((of(SHARER).rows_asked, of(SHARER).rows_due, of(SHARER).opened), (1, Some(due + 1), 1));
		go_to(due + 2);
		assert_eq!((of(SHARER).rows_asked, of(SHARER).rows_due, of(SHARER).missing), (0, None, 1));
		assert_eq!((of(SHARER).wrong, of(SHARER).differing), (0, 0));
	});
}

#[test]
fn who_is_no_member_any_more_is_shown_as_long_as_something_stands_of_it() {
	run(|| {
		four_cells();
		see(SHARER, 300);
		let orgs = || summary().orgs.into_iter().map(|view| view.org).collect::<OrgSet>();
		let members = Members::get();
		Members::set(members.without(CARRIER).without(TOWER));
		assert_eq!(orgs(), members.without(TOWER));
		Members::set(members);
	});
}

#[test]
fn agenda_is_late_by_the_blocks_since_what_is_left() {
	run(|| {
		go_to(5);
		assert_eq!(summary().agenda_lag, 0);
		let from = |block| {
			let queues = vec![(CARRIER, block), (SHARER, 6)].try_into().unwrap();
			AgendaFrom::<Test>::put::<crate::agenda::Queues>(queues);
		};
		from(4);
		assert_eq!(summary().agenda_lag, 2);
		from(6);
	});
}
