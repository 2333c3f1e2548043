// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use trimast_primitives::{
	inventory::{inventory_commitment, InventoryRecord},
	org::OrgStatus,
	site::Station,
	Hash, OrgId, OrgSet,
};

const SALT: Hash = Hash::repeat_byte(5);
const PARTIES: [OrgId; 3] = [CARRIER, SHARER, TOWER];
const BUCKETS: u16 = 4;

type Book = Vec<InventoryRecord>;

fn page_of(book: &Book, page: u16) -> Vec<InventoryRecord> {
	book.iter().filter(|record| record.page(BUCKETS) == page).cloned().collect()
}

fn digests_of(book: &Book) -> Vec<trimast_primitives::inventory::Digest> {
	let pages: Vec<(u16, Vec<InventoryRecord>)> =
		(0..2 * BUCKETS).map(|page| (page, page_of(book, page))).collect();
	let pages: Vec<(u16, &[InventoryRecord])> = pages.iter().map(|(page, book)| (*page, &book[..])).collect();
	digests(BUCKETS, &pages)
}

/// Opens a round of the first three organisations, who all commit to their books and reveal them.
fn revealed(books: &[Book; 3]) -> u32 {
	set_status(OTHER_CARRIER, OrgStatus::Left);
	assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
	let round = Sites::reconciliation(HERE).unwrap().round;
	for (org, book) in PARTIES.into_iter().zip(books) {
		let commitment = inventory_commitment(HERE, round, org, &SALT, &digests_of(book));
		assert_ok!(Sites::commit(planner(org), HERE, round, commitment));
	}
	for (org, book) in PARTIES.into_iter().zip(books) {
		let digests = digests_of(book).try_into().unwrap();
		assert_ok!(Sites::reveal(planner(org), HERE, round, SALT, digests));
	}
	round
}

fn publish(org: OrgId, round: u32, page: u16, records: &[InventoryRecord]) -> DispatchResult {
	Sites::publish(planner(org), HERE, round, page, records.to_vec().try_into().unwrap())
}

fn with(code: &str, change: fn(&mut Station)) -> InventoryRecord {
	let mut record = record(code);
	change(&mut record.station);
	record
}

/// Three codes of one bucket, and of another.
fn codes() -> (Vec<String>, Vec<String>) {
	(codes_in_bucket(1, BUCKETS, 3), codes_in_bucket(2, BUCKETS, 3))
}

#[test]
fn publish_shows_the_differences_down_to_the_record() {
	run(|| {
		// Given three books: one station in all alike, one that the carrier alone has, one in which the tower company
		// contradicts the others; and another page that all have alike
		let (codes, same) = codes();
		let common = [record(&codes[0]), record(&same[0]), record(&codes[1])];
		let other = with(&codes[1], |station| station.autonomy_minutes = 60);
		let books = [
			vec![common[0].clone(), common[1].clone(), common[2].clone(), record(&codes[2])],
			common.to_vec(),
			vec![common[0].clone(), common[1].clone(), other.clone()],
		];
		let round = revealed(&books);
		// When all publish the page that differs
		for (org, book) in PARTIES.into_iter().zip(&books) {
			assert_ok!(publish(org, round, 1, &page_of(book, 1)));
		}
		let records = 2;
		assert_eq!(
			last_event(),
			Event::Published { local_network: HERE, round, org: TOWER, page: 1, records }
		);
		// Then exactly the two records are shown
		let mut shown = Sites::differences(HERE, 1);
		shown.sort_by_key(|it| it.digests.len());
		assert_eq!(shown.len(), 2);
		assert_eq!(shown[0].key, record(&codes[2]).key());
		assert_eq!(shown[0].digests, [(CARRIER, record(&codes[2]).digest())]);
		assert_eq!(shown[1].key, other.key());
		let agreed = common[2].digest();
		assert_eq!(shown[1].digests, [(CARRIER, agreed), (SHARER, agreed), (TOWER, other.digest())]);
		assert!(shown.iter().all(|it| it.unpublished.is_empty() && it.page == 1));
		assert_eq!(Sites::differences(HERE, 2), []);
	});
}

#[test]
fn publish_by_one_speaks_for_who_has_the_same_page() {
	run(|| {
		// Given a record that the carrier alone has
		let (codes, _) = codes();
		let both = vec![record(&codes[0])];
		let books = [vec![record(&codes[0]), record(&codes[1])], both.clone(), both];
		let round = revealed(&books);
		// When only the carrier has published, then what the others have is open
		assert_ok!(publish(CARRIER, round, 1, &books[0]));
		assert!(Sites::differences(HERE, 1).iter().all(|it| it.unpublished == OrgSet(0b110)));
		// When one of the others has, the third is known by its digest of the page
		assert_ok!(publish(TOWER, round, 1, &books[2]));
		let shown = Sites::differences(HERE, 1);
		assert_eq!(shown.len(), 1);
		assert_eq!((shown[0].key, shown[0].unpublished), (record(&codes[1]).key(), OrgSet::EMPTY));
	});
}

#[test]
fn publish_of_records_without_a_common_code_works() {
	run(|| {
		// Given a record without a common code that two parties have word for word
		let uncoded = InventoryRecord {
			station: Station { code: Default::default(), ..station("X") },
			..record("OWN")
		};
		let page = uncoded.page(BUCKETS);
		assert!(page >= BUCKETS);
		let books = [vec![uncoded.clone()], vec![uncoded.clone()], vec![uncoded.clone()]];
		let round = revealed(&books);
		// Then it may be published though the pages agree, so that all can match it with their own
		assert_ok!(publish(CARRIER, round, page, &books[0]));
		assert_eq!(Sites::differences(HERE, page), []);
	});
}

#[test]
fn publish_shows_a_code_that_one_party_has_twice() {
	run(|| {
		let (codes, _) = codes();
		let twice = with(&codes[0], |station| station.county = 9);
		let books = [vec![record(&codes[0]), twice], vec![record(&codes[0])], vec![record(&codes[0])]];
		let round = revealed(&books);
		assert_ok!(publish(CARRIER, round, 1, &books[0]));
		assert_ok!(publish(SHARER, round, 1, &books[1]));
		let shown = Sites::differences(HERE, 1);
		assert_eq!((shown.len(), shown[0].digests.len()), (1, 4));
	});
}

#[test]
fn publish_fails_when_there_is_nothing_to_publish() {
	run(|| {
		let (codes, same) = codes();
		let books =
			[vec![record(&codes[0]), record(&same[0])], vec![record(&same[0])], vec![record(&same[0])]];
		let round = revealed(&books);
		// All agree on page 2; the sharer has nothing in page 1; nobody has anything in page 5
		assert_noop!(publish(CARRIER, round, 2, &page_of(&books[0], 2)), Error::<Test>::NothingToPublish);
		assert_noop!(publish(SHARER, round, 1, &[]), Error::<Test>::NothingToPublish);
		assert_noop!(publish(CARRIER, round, 5, &[]), Error::<Test>::NothingToPublish);
		// What is known to be empty needs no publication
		assert_ok!(publish(CARRIER, round, 1, &page_of(&books[0], 1)));
		assert!(Sites::differences(HERE, 1)[0].unpublished.is_empty());
	});
}

#[test]
fn publish_fails_when_the_records_are_others() {
	run(|| {
		let (codes, same) = codes();
		let books = [vec![record(&codes[0])], vec![], vec![]];
		let round = revealed(&books);
		let refused = |page, records: &[InventoryRecord], error: Error<Test>| {
			assert_noop!(publish(CARRIER, round, page, records), error);
		};
		refused(1, &[record(&codes[1])], Error::WrongRecords);
		refused(1, &[], Error::WrongRecords);
		refused(1, &[record(&codes[0]), record(&codes[0])], Error::WrongRecords);
		refused(1, &[record(&same[0])], Error::WrongPage);
		refused(8, &books[0], Error::WrongPage);
		refused(u16::MAX, &books[0], Error::WrongPage);
		assert_ok!(publish(CARRIER, round, 1, &books[0]));
		refused(1, &books[0], Error::AlreadyDone);
	});
}

#[test]
fn publish_fails_when_the_books_hide_a_record_in_a_wrong_page() {
	run(|| {
		// Given a carrier that has put a record into a page where it does not belong
		set_status(OTHER_CARRIER, OrgStatus::Left);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		let hidden = [record(&codes().0[0])];
		let forged = digests(BUCKETS, &[(3, &hidden)]);
		let honest = digests(BUCKETS, &[]);
		let books = [forged, honest.clone(), honest];
		for (org, book) in PARTIES.into_iter().zip(&books) {
			let commitment = inventory_commitment(HERE, 0, org, &SALT, book);
			assert_ok!(Sites::commit(planner(org), HERE, 0, commitment));
		}
		for (org, book) in PARTIES.into_iter().zip(&books) {
			assert_ok!(Sites::reveal(planner(org), HERE, 0, SALT, book.clone().try_into().unwrap()));
		}
		// Then it cannot publish it
		assert_noop!(publish(CARRIER, 0, 3, &hidden), Error::<Test>::WrongPage);
	});
}

#[test]
fn publish_fails_when_not_all_have_revealed() {
	run(|| {
		let (codes, _) = codes();
		let book = vec![record(&codes[0])];
		set_status(OTHER_CARRIER, OrgStatus::Left);
		assert_noop!(publish(CARRIER, 0, 1, &book), Error::<Test>::NoRound);
		assert_ok!(Sites::open_reconciliation(planner(CARRIER), HERE));
		assert_noop!(publish(CARRIER, 0, 1, &book), Error::<Test>::OtherStep);
		let books = [digests_of(&book), digests_of(&vec![]), digests_of(&vec![])];
		for (org, digests) in PARTIES.into_iter().zip(&books) {
			let commitment = inventory_commitment(HERE, 0, org, &SALT, digests);
			assert_ok!(Sites::commit(planner(org), HERE, 0, commitment));
		}
		let reveal = |org: OrgId, digests: &[_]| {
			Sites::reveal(planner(org), HERE, 0, SALT, digests.to_vec().try_into().unwrap())
		};
		assert_ok!(reveal(CARRIER, &books[0]));
		// One alone has nobody to be compared with, two go on without the third
		System::set_block_number(2 + ROUND_TERM);
		assert_noop!(publish(CARRIER, 0, 1, &book), Error::<Test>::TooFewParties);
		System::set_block_number(1 + ROUND_TERM);
		assert_ok!(reveal(SHARER, &books[1]));
		assert_noop!(publish(CARRIER, 0, 1, &book), Error::<Test>::OtherStep);
		System::set_block_number(2 + ROUND_TERM);
		assert_ok!(publish(CARRIER, 0, 1, &book));
		assert_noop!(publish(TOWER, 0, 1, &book), Error::<Test>::StepMissed);
		assert_noop!(publish(WITNESS, 0, 1, &book), Error::<Test>::NotParty);
		assert_noop!(publish(CARRIER, 1, 1, &book), Error::<Test>::OtherRound);
		assert_eq!(Sites::differences(HERE, 1).len(), 1);
	});
}

#[test]
fn publish_in_a_later_round_overwrites_the_earlier_one() {
	run(|| {
		// Given a round in which the carrier has published
		let (codes, _) = codes();
		let books = [vec![record(&codes[0])], vec![], vec![]];
		let round = revealed(&books);
		assert_ok!(publish(CARRIER, round, 1, &books[0]));
		// When the next round is revealed, then nothing of the last one is shown
		System::set_block_number(2 + ROUND_TERM);
		let books = [vec![record(&codes[1])], vec![], vec![]];
		let round = revealed(&books);
		assert_eq!((round, Sites::differences(HERE, 1)), (1, vec![]));
		assert_ok!(publish(CARRIER, round, 1, &books[0]));
		assert_eq!(Sites::differences(HERE, 1)[0].key, record(&codes[1]).key());
		// And the state holds what one round leaves, not two
		assert_eq!(crate::Published::<Test>::iter().count(), 1);
		assert_eq!(crate::Revealed::<Test>::iter().count(), PARTIES.len());
		assert_eq!(crate::DifferingPages::<Test>::iter().count(), 1);
		assert_eq!(crate::Rounds::<Test>::iter().count(), 1);
	});
}

#[test]
fn publish_fails_when_not_authorised() {
	run(|| {
		let (codes, _) = codes();
		let books = [vec![record(&codes[0])], vec![], vec![]];
		let round = revealed(&books);
		assert_refusals(CARRIER, |origin| {
			Sites::publish(origin, HERE, round, 1, books[0].clone().try_into().unwrap())
		});
	});
}
