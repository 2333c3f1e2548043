// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::MAX_OWN_IN_BUCKET, Error, Pages};
use frame_support::assert_noop;
use sp_runtime::StateVersion;
use trimast_primitives::{
	org::OrgStatus,
	page::{bucket_of, SiteId, PAGE_SLOTS},
	site::{ImportRefusal, ImportResult, Station, StationDefect, StationState},
	OrgId, OrgSet,
};

fn refused(refusal: ImportRefusal) -> ImportResult {
	ImportResult::Refused(refusal)
}

#[test]
fn import_works() {
	run(|| {
		// Given a batch of three
		let batch = vec![station("A"), station("B"), exclusive("C")];
		// When it is imported
		let results = import(HERE, batch);
		// Then all stand in their buckets, signed by the owner alone; only what names nobody else is confirmed
		assert_eq!(results, [ImportResult::Added; 3]);
		let totals = network(HERE).totals;
		assert_eq!((totals.stations, totals.confirmed, totals.retired), (3, 1, 0));
		for code in ["A", "B", "C"] {
			let found = Sites::find(HERE, code.as_bytes().to_vec().try_into().unwrap()).unwrap();
			assert_eq!(found.id.page().unwrap() % 4, bucket_of(code.as_bytes(), 4));
			assert_eq!(found.entry.signed, OrgSet::of(CARRIER));
			assert_eq!((found.entry.revision, found.entry.state), (0, StationState::OnAir));
		}
	});
}

#[test]
fn import_twice_changes_nothing_and_says_so() {
	run(|| {
		// Given a batch that went in, one record of it refused
		let batch = || vec![station("A"), Station { cells: 0, ..station("B") }, station("C")];
		let defect = refused(ImportRefusal::Defect(StationDefect::Cells));
		assert_eq!(import(HERE, batch()), [ImportResult::Added, defect, ImportResult::Added]);
		System::reset_events();
		let before = sp_io::storage::root(StateVersion::V1);
		// When it is sent again
		let results = {
			frame_support::assert_ok!(Sites::import(planner(CARRIER), HERE, batch().try_into().unwrap()));
			last_event()
		};
		// Then it says so, and not a byte of the state is another
		let crate::Event::Imported { results, .. } = results else { panic!() };
		assert_eq!(results.into_inner(), [ImportResult::Unchanged, defect, ImportResult::Unchanged]);
		System::reset_events();
		assert_eq!(sp_io::storage::root(StateVersion::V1), before);
	});
}

#[test]
fn import_brings_up_to_date_what_the_owner_decides_alone() {
	run(|| {
		// Given a confirmed station
		let id = register_confirmed(station("A"));
		// When its owner imports another vendor and another position
		let mut moved = station("A");
		moved.position.latitude += 100;
		moved.vendor = b"V2".to_vec().try_into().unwrap();
		assert_eq!(import(HERE, vec![moved.clone()]), [ImportResult::Amended]);
		// Then it has changed and stays confirmed: nobody's signature was shed
		assert_eq!((entry(id).station, entry(id).revision), (moved, 1));
		assert!(entry(id).is_confirmed());
	});
}

#[test]
fn import_corrects_what_nobody_else_has_signed() {
	run(|| {
		let id = register(station("A"));
		let corrected = Station { autonomy_minutes: 60, ..station("A") };
		assert_eq!(import(HERE, vec![corrected.clone()]), [ImportResult::Amended]);
		assert_eq!(entry(id).station, corrected);
		assert!(!entry(id).is_confirmed());
	});
}

#[test]
fn import_refuses_to_drop_a_member_that_nobody_asked() {
	run(|| {
		// Given an unconfirmed station that names a sharer and the tower company
		let id = register(station("A"));
		// When its owner imports it as its own alone, then: refused, the sharer would lose its say
		assert_eq!(import(HERE, vec![exclusive("A")]), [refused(ImportRefusal::NeedsConsent)]);
		// A company that has left has no say any more
		set_status(SHARER, OrgStatus::Left);
		set_status(TOWER, OrgStatus::Left);
		assert_eq!(import(HERE, vec![exclusive("A")]), [ImportResult::Amended]);
		assert!(entry(id).is_confirmed());
	});
}

#[test]
fn import_refuses_to_name_anybody_in_a_confirmed_station_of_ones_own() {
	run(|| {
		register(exclusive("A"));
		assert_eq!(import(HERE, vec![station("A")]), [refused(ImportRefusal::NeedsConsent)]);
	});
}

#[test]
fn import_names_every_refusal_and_takes_the_rest() {
	run(|| {
		// Given stations in every state that refuses an import
		let mine = register_confirmed(station("MINE"));
		let retired = register(exclusive("RETIRED"));
		frame_support::assert_ok!(Sites::retire(planner(CARRIER), retired));
		let amended = register(exclusive("AMENDED"));
		frame_support::assert_ok!(Sites::transfer(planner(CARRIER), amended, SHARER));
		let theirs = Station { owner: SHARER, sharers: OrgSet::of(CARRIER), ..station("THEIRS") };
		register(theirs.clone());
		let with = |code: &str, change: fn(&mut Station)| {
			let mut station = station(code);
			change(&mut station);
			station
		};
		// When a batch has one of each
		let results = import(
			HERE,
			vec![
				with("bad code", |_| ()),
				theirs,
				with("MINE", |s| s.class = trimast_primitives::site::StationClass::Vip),
				exclusive("RETIRED"),
				Station { county: 9, ..exclusive("AMENDED") },
				with("X1", |s| s.sharers = OrgSet::of(TOWER)),
				with("X2", |s| s.tower.as_mut().unwrap().org = SHARER),
				with("X3", |s| s.backhaul = WITNESS),
				with("X4", |s| s.backhaul = OrgId(200)),
				with("TWICE", |s| s.county = 1),
				with("TWICE", |s| s.county = 2),
				with("SAME", |_| ()),
				with("SAME", |_| ()),
			],
		);
		// Then each has its own result
		use ImportRefusal::*;
		assert_eq!(
			results,
			[
				refused(Defect(StationDefect::Code)),
				refused(NotOwner),
				refused(NeedsConsent),
				refused(Retired),
				refused(AmendmentOpen),
				refused(UnknownOrg),
				refused(UnknownOrg),
				refused(UnknownOrg),
				refused(UnknownOrg),
				refused(DuplicateInBatch),
				refused(DuplicateInBatch),
				ImportResult::Added,
				ImportResult::Unchanged,
			]
		);
		assert_eq!(entry(mine).revision, 0);
		// And so has what cannot stand in the same batch
		let results = import(
			HERE,
			vec![station("THEIRS"), Station { county: 9, ..exclusive("RETIRED") }, exclusive("AMENDED")],
		);
		assert_eq!(results, [refused(OwnedByAnother), refused(Retired), ImportResult::Unchanged]);
	});
}

#[test]
fn import_keeps_a_left_company_named_and_names_it_nowhere_new() {
	run(|| {
		register(station("OLD"));
		set_status(SHARER, OrgStatus::Left);
		let results = import(HERE, vec![Station { county: 9, ..station("OLD") }, station("NEW")]);
		assert_eq!(results, [ImportResult::Amended, refused(ImportRefusal::UnknownOrg)]);
	});
}

#[test]
fn import_fills_the_pages_of_a_bucket_and_refuses_beyond() {
	run(|| {
		// Given a local network of one bucket
		let slots = PAGE_SLOTS as usize;
		let codes = codes_in_bucket(0, 1, 16 * slots + 1);
		import_by_halves(ELSEWHERE, &codes[..16 * slots]);
		// Then its pages are full one after the other, and one station more is refused
		assert_eq!((network(ELSEWHERE).depth, network(ELSEWHERE).totals.pages), (16, 16));
		let results = import(ELSEWHERE, vec![exclusive(codes.last().unwrap()), exclusive(&codes[400])]);
		assert_eq!(results, [refused(ImportRefusal::BucketFull), ImportResult::Unchanged]);
	});
}

#[test]
fn import_leaves_half_of_a_bucket_to_the_others() {
	run(|| {
		// Given an owner that registers code after code of one bucket, in one call and in several
		let half = MAX_OWN_IN_BUCKET as usize;
		let codes = codes_in_bucket(0, 1, 2 * half + 1);
		for batch in codes[..half].chunks(200) {
			import(ELSEWHERE, batch.iter().map(|code| exclusive(code)).collect());
		}
		// When it goes on, then it is refused by name, alone too; what it has it may still bring up to date
		let more = import(
			ELSEWHERE,
			vec![
				exclusive(&codes[half]),
				exclusive(&codes[0]),
				Station { county: 9, ..exclusive(&codes[1]) },
			],
		);
		assert_eq!(
			more,
			[refused(ImportRefusal::TooManyInBucket), ImportResult::Unchanged, ImportResult::Amended]
		);
		assert_noop!(
			Sites::register(planner(CARRIER), ELSEWHERE, exclusive(&codes[half])),
			Error::<Test>::TooManyInBucket
		);
		// And the other half is there for another company, up to the last slot
		for batch in codes[half..2 * half].chunks(256) {
			let stations = batch.iter().map(|code| exclusive_of(SHARER, code)).collect();
			let results = import_by(SHARER, ELSEWHERE, stations);
			assert!(results.iter().all(|result| *result == ImportResult::Added), "{results:?}");
		}
		// And elsewhere it is not counted
		assert_eq!(import(NEARBY, vec![exclusive(&codes[half])]), [ImportResult::Added]);
	});
}

#[test]
fn import_counts_the_stations_of_its_owner_alone() {
	run(|| {
		// Given a bucket of which another company has more than half by a transfer
		let half = MAX_OWN_IN_BUCKET as usize;
		let codes = codes_in_bucket(0, 1, 2 * half);
		import_by_halves(ELSEWHERE, &codes[..2 * half - 2]);
		let id = Sites::find(ELSEWHERE, codes[0].as_bytes().to_vec().try_into().unwrap()).unwrap().id;
		for id in [id, SiteId { index: id.index + 1, ..id }] {
			frame_support::assert_ok!(Sites::transfer(planner(CARRIER), id, SHARER));
			frame_support::assert_ok!(consent(SHARER, id));
		}
		// Then it registers no more, and who has fewer does
		let last = &codes[2 * half - 1];
		assert_eq!(
			import_by(SHARER, ELSEWHERE, vec![exclusive_of(SHARER, last)]),
			[refused(ImportRefusal::TooManyInBucket)]
		);
		assert_eq!(import(ELSEWHERE, vec![exclusive(last)]), [ImportResult::Added]);
	});
}

#[test]
fn import_refuses_what_touches_too_many_pages_and_takes_it_alone() {
	run(|| {
		// Given a local network of two buckets with ten full pages each
		let of = |bucket| codes_in_bucket(bucket, 2, 10 * PAGE_SLOTS as usize + 1);
		let (first, second) = (of(0), of(1));
		for codes in [&first, &second] {
			import_by_halves(NEARBY, &codes[..640]);
		}
		// When two records that have to go past all of them come together, then 18 pages are too few for 22
		let results = import(NEARBY, vec![exclusive(&first[640]), exclusive(&second[640])]);
		assert_eq!(results, [ImportResult::Added, refused(ImportRefusal::BatchTooWide)]);
		assert_eq!(import(NEARBY, vec![exclusive(&second[640])]), [ImportResult::Added]);
	});
}

#[test]
fn import_is_charged_for_the_pages_it_touches() {
	run(|| {
		let codes = codes_in_bucket(2, 4, 100);
		let batch: Vec<_> = codes.iter().map(|code| station(code)).collect();
		let post = Sites::import(planner(CARRIER), HERE, batch.try_into().unwrap()).unwrap();
		assert_eq!(post.actual_weight.unwrap().ref_time(), 100 * 1_000 + 2);
	});
}

#[test]
fn import_is_charged_for_the_baselines_it_asks_about() {
	run(|| {
		import(HERE, vec![station("A"), station("B"), station("C")]);
		// Fewer cells concern the baseline, more of them or another county do not
		let changed = |code, cells, county| Station { cells, county, ..station(code) };
		let batch = vec![changed("A", 2, 2), changed("B", 4, 2), changed("C", 3, 3)];
		let post = Sites::import(planner(CARRIER), HERE, batch.try_into().unwrap()).unwrap();
		assert_eq!(post.actual_weight.unwrap().ref_time() / 1_000_000, 1);
		let post = Sites::amend(planner(CARRIER), entry_of("B"), changed("B", 3, 2)).unwrap();
		assert_eq!(post.actual_weight.unwrap().ref_time(), 1_000_001);
		let post = Sites::amend(planner(CARRIER), entry_of("B"), changed("B", 3, 4)).unwrap();
		assert_eq!(post.actual_weight.unwrap().ref_time(), 1);
	});
}

/// The number of the station with this code.
fn entry_of(code: &str) -> SiteId {
	Sites::find(HERE, code.as_bytes().to_vec().try_into().unwrap()).unwrap().id
}

#[test]
fn import_takes_an_empty_batch() {
	run(|| assert_eq!(import(HERE, vec![]), []));
}

#[test]
fn import_fails_when_not_authorised() {
	run(|| {
		assert_refusals(CARRIER, |origin| {
			Sites::import(origin, HERE, vec![station("A")].try_into().unwrap())
				.map_err(|refused| refused.error)
		});
		assert_eq!(Pages::<Test>::iter().count(), 0);
	});
}

#[test]
fn import_works_for_a_planner_of_the_province() {
	run(|| {
		frame_support::assert_ok!(Sites::import(
			planner_of_hebei(CARRIER),
			HERE,
			vec![station("A")].try_into().unwrap()
		));
		assert_noop!(
			Sites::import(planner_of_hebei(CARRIER), ELSEWHERE, vec![station("A")].try_into().unwrap()),
			Error::<Test>::OutsideScope
		);
	});
}

#[test]
fn import_of_another_company_takes_none_of_its_records() {
	run(|| {
		frame_support::assert_ok!(Sites::import(
			planner(SHARER),
			HERE,
			vec![station("A")].try_into().unwrap()
		));
		let crate::Event::Imported { results, org, .. } = last_event() else { panic!() };
		assert_eq!((org, results.into_inner()), (SHARER, vec![refused(ImportRefusal::NotOwner)]));
	});
}

#[test]
fn import_fails_when_the_local_network_is_unknown() {
	run(|| {
		assert_noop!(
			Sites::import(
				planner(CARRIER),
				trimast_primitives::LocalNetworkId(1399),
				vec![].try_into().unwrap()
			),
			Error::<Test>::UnknownLocalNetwork
		);
	});
}
