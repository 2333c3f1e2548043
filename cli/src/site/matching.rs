// SPDX-License-Identifier: Apache-2.0
//! Which records of several parties' books are the same station.
//!
//! # The rule
//!
//! 1. Records with the same common code are one station. Nothing else about them is asked.
//! 2. A record without a common code is a known station when
//!    * the technology is the same,
//!    * the distance is at most the limit (150 m unless told otherwise; equirectangular, WGS 84 mean radius), and
//!    * the names are alike ([`similarity`] of at least [`ALIKE`]), or no other station of that technology is within
//!      the limit.
//! 3. Where several are, the pair with the greatest score is taken first, then the next of what is left:
//!    `score = similarity of names - distance / (2 * limit)`. Equal scores are settled by the codes, so that every
//!    party finds the same.
//! 4. Only what is left is compared among itself, by the same rule: records without a code of different parties.
//!
//! A record without a code that is a station which its party has under the common code as well is a duplicate.
//!
//! Whether a record counts as [shown](Owned::shown) decides nothing here. Of a page that agrees nobody's names are
//! published, so each party compares with its own there.
//!
//! Similarity of names is the Sørensen-Dice coefficient of their character pairs, after letters are made lower case,
//! white space and punctuation are dropped, and the words for 'station' at the end are taken off, since some parties
//! write them and others do not.

use codec::Encode;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{inventory::InventoryRecord, site::StationCode, territory::Position, OrgId};

/// Names from here on count as alike.
pub(crate) const ALIKE: f64 = 0.5;

/// The limit of the distance unless told otherwise, metres.
pub(crate) const DISTANCE_M: f64 = 150.0;

/// Mean radius of WGS 84, metres.
const EARTH_M: f64 = 6_371_008.8;

/// A record of a party's books.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Owned {
	/// Whose books.
	pub(crate) org: OrgId,
	/// The record.
	pub(crate) record: InventoryRecord,
	/// Whether its own code and its name are this party's. Otherwise only the station is: the party has not published
	/// the page, and its digest says that it has the stations of this one.
	pub(crate) shown: bool,
}

/// How a record without a common code was found to be a station.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Likeness {
	/// Metres between the two positions.
	pub(crate) distance_m: f64,
	/// Similarity of the names, 0 to 1.
	pub(crate) similarity: f64,
}

/// One station, as all parties' books have it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Group {
	/// The common code; empty when nobody knows it.
	pub(crate) code: StationCode,
	/// The records; several of one party when its books have it twice. Those without a code come with what they were
	/// recognised by.
	pub(crate) records: Vec<(Owned, Option<Likeness>)>,
}

impl Group {
	/// The parties that have it.
	pub(crate) fn parties(&self) -> BTreeSet<OrgId> {
		self.records.iter().map(|(owned, _)| owned.org).collect()
	}

	/// Records of one party.
	pub(crate) fn of(&self, org: OrgId) -> impl Iterator<Item = &(Owned, Option<Likeness>)> {
		self.records.iter().filter(move |(owned, _)| owned.org == org)
	}
}

/// Metres between two positions. Exact to a thousandth within a few kilometres, which is all that is asked.
pub(crate) fn distance_m(a: Position, b: Position) -> f64 {
	let radians = |millionths: i32| f64::from(millionths) / 1e6 * std::f64::consts::PI / 180.0;
	let mean = (radians(a.latitude) + radians(b.latitude)) / 2.0;
	let mut turn = radians(a.longitude) - radians(b.longitude);
	if turn.abs() > std::f64::consts::PI {
		turn -= turn.signum() * 2.0 * std::f64::consts::PI;
	}
	let north = radians(a.latitude) - radians(b.latitude);
	(turn * mean.cos()).hypot(north) * EARTH_M
}

/// Words for 'station' that end a name, longest first.
const STATION_WORDS: [&str; 7] = ["base station", "basestation", "station", "基站", "机房", "站", "enb"];

fn plain(name: &[u8]) -> Vec<char> {
	let lower = String::from_utf8_lossy(name).to_lowercase();
	let mut text: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
	for word in STATION_WORDS {
		let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
		if let Some(rest) = text.strip_suffix(&word).filter(|rest| !rest.is_empty()) {
			text = rest.into();
			break;
		}
	}
	text.chars().collect()
}

/// How alike two names are, 0 to 1.
pub(crate) fn similarity(a: &[u8], b: &[u8]) -> f64 {
	let (a, b) = (plain(a), plain(b));
	if a.is_empty() || b.is_empty() {
		return 0.0;
	}
	if a == b {
		return 1.0;
	}
	let pairs = |name: &[char]| {
		let mut count: BTreeMap<(char, char), usize> = BTreeMap::new();
		for pair in name.windows(2) {
			if let [first, second] = pair {
				*count.entry((*first, *second)).or_default() += 1;
			}
		}
		count
	};
	let (left, right) = (pairs(&a), pairs(&b));
	let total = left.values().sum::<usize>() + right.values().sum::<usize>();
	let common: usize = left.iter().map(|(pair, n)| n.min(right.get(pair).unwrap_or(&0))).sum();
	if total == 0 {
		0.0
	} else {
		f64::from(u32::try_from(2 * common).unwrap_or(0))
			/ f64::from(u32::try_from(total).unwrap_or(u32::MAX))
	}
}

/// The closest likeness of a record to any record of a group, if the first two parts of the rule hold.
fn likeness(record: &InventoryRecord, group: &Group, limit: f64) -> Option<Likeness> {
	let near = group.records.iter().filter_map(|(other, _)| {
		let other = &other.record;
		let distance_m = distance_m(record.station.position, other.station.position);
		(record.station.technology == other.station.technology && distance_m <= limit)
			.then(|| Likeness { distance_m, similarity: similarity(&record.name, &other.name) })
	});
	near.max_by(|a, b| score(a, limit).total_cmp(&score(b, limit)))
}

fn score(likeness: &Likeness, limit: f64) -> f64 {
	likeness.similarity - likeness.distance_m / (2.0 * limit.max(1.0))
}

/// Pairs of records and groups that the rule allows, best first, each record and each (group, party) once.
fn assign(
	loose: &[Owned],
	groups: &[Group],
	near: &Near,
	limit: f64,
	may: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize, Likeness)> {
	let mut pairs: Vec<(usize, usize, Likeness)> = Vec::new();
	for (n, owned) in loose.iter().enumerate() {
		let candidates = near.around(owned.record.station.position);
		let mut found: Vec<(usize, usize, Likeness)> = candidates
			.filter(|group| may(n, *group))
			.filter_map(|group| Some((n, group, likeness(&owned.record, groups.get(group)?, limit)?)))
			.collect();
		if found.len() > 1 {
			found.retain(|(_, _, likeness)| likeness.similarity >= ALIKE);
		}
		pairs.extend(found);
	}
	let key = |n: usize, group: usize| {
		let owned = loose.get(n).map(|owned| (owned.org, owned.record.own_code.clone()));
		(owned, groups.get(group).map(|group| group.code.clone()))
	};
	pairs.sort_by(|a, b| {
		score(&b.2, limit).total_cmp(&score(&a.2, limit)).then_with(|| key(a.0, a.1).cmp(&key(b.0, b.1)))
	});
	let (mut taken, mut filled) = (BTreeSet::new(), BTreeSet::new());
	pairs.retain(|(n, group, _)| {
		let org = loose.get(*n).map(|owned| owned.org);
		if taken.contains(n) || filled.contains(&(*group, org)) {
			return false;
		}
		taken.insert(*n);
		filled.insert((*group, org))
	});
	pairs
}

/// Groups by a grid of about the limit's width, so that a station is compared with its neighbours alone.
struct Near {
	/// Millionths of a degree of latitude.
	height: i64,
	cells: BTreeMap<(i64, i64), Vec<usize>>,
}

impl Near {
	fn new(groups: &[Group], limit: f64) -> Self {
		// A degree of latitude is 111,195 m; never less than 100 m, or the grid is all edges.
		let height = ((limit.max(100.0) / 111_195.0 * 1e6).ceil() as i64).max(1);
		let mut near = Self { height, cells: BTreeMap::new() };
		for (n, group) in groups.iter().enumerate() {
			let cells: BTreeSet<(i64, i64)> =
				group.records.iter().map(|(owned, _)| near.cell(owned.record.station.position)).collect();
			for cell in cells {
				near.cells.entry(cell).or_default().push(n);
			}
		}
		near
	}

	/// Longitude in cells four times as wide as high: a degree of longitude has a quarter of its length at 75 degrees.
	fn cell(&self, position: Position) -> (i64, i64) {
		(
			i64::from(position.latitude).div_euclid(self.height),
			i64::from(position.longitude).div_euclid(self.height * 4),
		)
	}

	fn around(&self, position: Position) -> impl Iterator<Item = usize> {
		let (row, column) = self.cell(position);
		let mut found = BTreeSet::new();
		for row in row - 1..=row + 1 {
			for column in column - 1..=column + 1 {
				found.extend(self.cells.get(&(row, column)).into_iter().flatten().copied());
			}
		}
		found.into_iter()
	}
}

/// Puts the records of all parties together, one group a station. `limit` is in metres.
pub(crate) fn group(records: Vec<Owned>, limit: f64) -> Vec<Group> {
	let (mut coded, loose): (Vec<_>, Vec<_>) =
		records.into_iter().partition(|owned| !owned.record.station.code.is_empty());
	// A party's books may have a code twice: which record stands first must not depend on the order of the file.
	coded.sort_by_cached_key(|owned| {
		(owned.org, owned.record.station.encode(), owned.record.own_code.clone())
	});
	let mut by_code: BTreeMap<StationCode, Group> = BTreeMap::new();
	for owned in coded {
		let code = owned.record.station.code.clone();
		let group = by_code.entry(code.clone()).or_insert_with(|| Group { code, records: Vec::new() });
		group.records.push((owned, None));
	}
	let mut groups: Vec<Group> = by_code.into_values().collect();
	// First what has a code in other books and is not in the party's own; then what it has there as well.
	let lacks = |org: OrgId, group: &Group| !group.parties().contains(&org);
	let left = settle(loose, &mut groups, limit, |owned, group| lacks(owned.org, group));
	let left = settle(left, &mut groups, limit, |_, _| true);
	// What is left, among itself.
	let mut fresh: Vec<Group> = Vec::new();
	let mut left = left;
	left.sort_by(|a, b| (a.org, &a.record.own_code).cmp(&(b.org, &b.record.own_code)));
	for owned in left {
		let found = fresh.iter().enumerate().filter(|(_, group)| lacks(owned.org, group));
		let best = found
			.filter_map(|(n, group)| Some((n, likeness(&owned.record, group, limit)?)))
			.filter(|(_, likeness)| likeness.similarity >= ALIKE)
			.max_by(|a, b| score(&a.1, limit).total_cmp(&score(&b.1, limit)));
		match best.and_then(|(n, likeness)| Some((fresh.get_mut(n)?, likeness))) {
			Some((group, likeness)) => group.records.push((owned, Some(likeness))),
			None => fresh.push(Group { code: StationCode::default(), records: vec![(owned, None)] }),
		}
	}
	groups.extend(fresh);
	groups
}

/// Puts loose records into groups by the rule and returns those that found none.
fn settle(
	loose: Vec<Owned>,
	groups: &mut [Group],
	limit: f64,
	may: impl Fn(&Owned, &Group) -> bool,
) -> Vec<Owned> {
	let near = Near::new(groups, limit);
	let allowed = |n: usize, group: usize| match (loose.get(n), groups.get(group)) {
		(Some(owned), Some(group)) => may(owned, group),
		_ => false,
	};
	let mut pairs: BTreeMap<usize, (usize, Likeness)> = BTreeMap::new();
	for (n, group, likeness) in assign(&loose, groups, &near, limit, allowed) {
		pairs.insert(n, (group, likeness));
	}
	let mut left = Vec::new();
	for (n, owned) in loose.into_iter().enumerate() {
		match pairs.get(&n).and_then(|(group, likeness)| Some((groups.get_mut(*group)?, *likeness))) {
			Some((group, likeness)) => group.records.push((owned, Some(likeness))),
			None => left.push(owned),
		}
	}
	left
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::site::Technology;

	pub(crate) fn owned(org: u8, own: &str, name: &str, code: &str, metres_north: f64) -> Owned {
		let (_, mut station) = super::super::csv::read_station(&super::super::csv::tests::sample()).unwrap();
		station.code = code.as_bytes().to_vec().try_into().unwrap();
		station.position.latitude += (metres_north / 111_195.0 * 1e6) as i32;
		let record = InventoryRecord {
			own_code: own.as_bytes().to_vec().try_into().unwrap(),
			name: name.as_bytes().to_vec().try_into().unwrap(),
			station,
		};
		Owned { org: OrgId(org), record, shown: true }
	}

	fn parties(group: &Group) -> Vec<u8> {
		group.parties().into_iter().map(|org| org.0).collect()
	}

	#[test]
	fn distance_is_that_of_the_map() {
		let at = |latitude, longitude| Position { latitude, longitude };
		let close = |a: f64, b: f64| (a - b).abs() < b * 0.005;
		assert!(close(distance_m(at(38_000_000, 114_000_000), at(39_000_000, 114_000_000)), 111_195.0));
		assert!(close(distance_m(at(60_000_000, 114_000_000), at(60_000_000, 114_010_000)), 555.97));
		assert!(distance_m(at(0, 179_999_999), at(0, -179_999_999)) < 1.0);
	}

	#[test]
	fn names_are_compared_without_the_words_that_parties_add() {
		assert!((similarity("石家庄一号基站".as_bytes(), "石家庄一号".as_bytes()) - 1.0).abs() < 1e-9);
		assert!((similarity(b"Hill Road Station", b"hill-road") - 1.0).abs() < 1e-9);
		assert!(similarity("石家庄一号".as_bytes(), "保定九站".as_bytes()) < ALIKE);
		assert!(similarity(b"", b"x") < ALIKE);
	}

	#[test]
	fn same_code_is_one_station_and_what_lost_its_code_joins() {
		let groups = group(
			vec![
				owned(0, "a1", "一号", "X", 0.0),
				owned(1, "b1", "一号站", "X", 0.0),
				owned(2, "c1", "一号基站", "", 60.0),
				owned(0, "a2", "九号", "Y", 5_000.0),
			],
			DISTANCE_M,
		);
		assert_eq!(groups.len(), 2);
		assert_eq!((groups[0].code.as_slice(), parties(&groups[0])), (&b"X"[..], vec![0, 1, 2]));
		assert_eq!(parties(&groups[1]), [0]);
	}

	#[test]
	fn technology_and_distance_must_hold() {
		let mut other = owned(1, "b1", "一号", "", 10.0);
		other.record.station.technology = Technology::Lte;
		let far = owned(2, "c1", "一号", "", 160.0);
		let groups = group(vec![owned(0, "a1", "一号", "X", 0.0), other, far], DISTANCE_M);
		assert_eq!(groups.len(), 3);
		let far = owned(2, "c1", "一号", "", 160.0);
		assert_eq!(group(vec![owned(0, "a1", "一号", "X", 0.0), far], 200.0).len(), 1);
	}

	#[test]
	fn among_several_near_ones_the_name_decides() {
		let groups = group(
			vec![
				owned(0, "a1", "东风路一号", "X", 0.0),
				owned(0, "a2", "和平街", "Y", 30.0),
				owned(1, "b1", "和平街基站", "", 5.0),
				owned(2, "c1", "无名", "", 10.0),
			],
			DISTANCE_M,
		);
		let of = |code: &[u8]| groups.iter().find(|group| group.code.as_slice() == code).map(parties);
		assert_eq!(of(b"X"), Some(vec![0]));
		assert_eq!(of(b"Y"), Some(vec![0, 1]));
		assert_eq!(of(b""), Some(vec![2]), "a strange name between two stations is not guessed at");
	}

	#[test]
	fn record_of_a_party_that_has_the_station_is_a_duplicate_of_it() {
		let groups = group(
			vec![
				owned(0, "a1", "一号", "X", 0.0),
				owned(1, "b1", "一号", "X", 0.0),
				owned(0, "a9", "一号", "", 20.0),
			],
			DISTANCE_M,
		);
		assert_eq!(groups.len(), 1);
		assert_eq!(groups[0].of(OrgId(0)).count(), 2);
	}

	#[test]
	fn records_without_codes_find_each_other() {
		let groups = group(
			vec![
				owned(0, "a1", "新站一", "", 0.0),
				owned(1, "b1", "新站一", "", 40.0),
				owned(1, "b2", "新站一", "", 900.0),
			],
			DISTANCE_M,
		);
		assert_eq!(groups.len(), 2);
		assert_eq!(parties(&groups[0]), [0, 1]);
	}

	proptest! {
		#[test]
		fn grouping_loses_nothing_and_does_not_depend_on_order(
			records in proptest::collection::vec((0u8..3, 0u8..6, 0u16..400, "[一二三四]{1,3}"), 0..25), seed: u64,
		) {
			let build = |order: &[usize]| {
				let made = |n: &usize| {
					let (org, code, north, name) = &records[*n];
					let code = if *code < 3 { String::new() } else { format!("S{code}") };
					owned(*org, &format!("o{n}"), name, &code, f64::from(*north))
				};
				group(order.iter().map(made).collect(), DISTANCE_M)
			};
			let shape = |groups: &[Group]| {
				let mut shape: Vec<Vec<Vec<u8>>> = groups.iter().map(|group| {
					let mut codes: Vec<Vec<u8>> = group.records.iter().map(|(owned, _)| owned.record.own_code.to_vec()).collect();
					codes.sort();
					codes
				}).collect();
				shape.sort();
				shape
			};
			let order: Vec<usize> = (0..records.len()).collect();
			let mut mixed = order.clone();
			mixed.sort_by_key(|n| sp_io::hashing::twox_64(&codec::Encode::encode(&(*n as u64, seed))));
			let groups = build(&order);
			prop_assert_eq!(groups.iter().map(|group| group.records.len()).sum::<usize>(), records.len());
			prop_assert_eq!(shape(&groups), shape(&build(&mixed)));
		}
	}
}
