// SPDX-License-Identifier: Apache-2.0
//! What a reconciliation has found. Where the parties' pages agree, one's own page stands for everybody's; where they
//! differ, the published ones are compared.
//!
//! Nobody publishes a page that agrees. Of the others' records in it the stations are known, their own codes and names
//! are not: these are then left open, and never one's own in their place.

use super::{bodies::Bodies, books::Books};
use crate::{
	chain::views::Round,
	error::{Failure, Result},
	names::{org_name, org_names},
	output::table,
	site::{
		csv,
		matching::{group, Group, Likeness, Owned},
	},
};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::OrgView,
	inventory::{inventory_page_digest, Digest, InventoryRecord},
	text::escaped,
	LocalNetworkId, OrgId, OrgSet,
};

/// A station that a party has more than once.
#[derive(Clone, PartialEq, Debug)]
struct Duplicate {
	party: OrgId,
	code: String,
	/// How many records of it the party has.
	records: usize,
	/// Own codes of those whose own codes are known.
	own_codes: Vec<String>,
}

/// Own codes by party; none where the party has not published the page.
type OwnCodes = BTreeMap<u8, Option<String>>;

/// A station that a party lacks, though the others' records name it.
#[derive(Clone, PartialEq, Debug)]
struct Missing {
	party: OrgId,
	code: String,
	/// Who has it, under which own code.
	present: OwnCodes,
}

/// A station of which the parties' books say different things.
#[derive(Clone, PartialEq, Debug)]
struct Contradiction {
	code: String,
	field: &'static str,
	/// Who says what.
	values: BTreeMap<u8, String>,
	/// Who stands alone against a majority; everybody when there is none.
	parties: Vec<OrgId>,
	own_codes: OwnCodes,
}

/// A record without a common code that was found to be a station.
#[derive(Clone, PartialEq, Debug)]
struct Matched {
	party: OrgId,
	own_code: String,
	code: String,
	likeness: Likeness,
}

/// A record without a common code that is no station known to anybody else.
#[derive(Clone, PartialEq, Debug)]
struct Unmatched {
	party: OrgId,
	own_code: String,
	name: String,
}

/// What a reconciliation has found.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Report {
	local_network: LocalNetworkId,
	round: u32,
	/// Buckets of the books' pages.
	buckets: u16,
	parties: OrgSet,
	compared: OrgSet,
	absent: OrgSet,
	/// Pages that a party has not published: nothing is said about these.
	unpublished: Vec<(OrgId, u16)>,
	stations: usize,
	duplicates: Vec<Duplicate>,
	missing: Vec<Missing>,
	contradictory: Vec<Contradiction>,
	matched: Vec<Matched>,
	unmatched: Vec<Unmatched>,
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

/// The party's own code of a record, where it is known. What lacks the common code is always known by its own: the
/// digest of its page covers it.
fn own_code(owned: &Owned) -> Option<String> {
	let known = owned.shown || owned.record.station.code.is_empty();
	known.then(|| text(&owned.record.own_code))
}

impl Report {
	/// Compares the parties' books.
	pub(crate) fn new(
		local_network: LocalNetworkId,
		view: &Round,
		me: OrgId,
		own: &Books,
		bodies: &Bodies,
		limit: f64,
	) -> Result<Self> {
		let mine = view.digests.iter().find(|(org, _)| *org == me).map(|(_, digests)| digests);
		if mine.is_some_and(|mine| *mine != own.digests()) {
			return Err(Failure::input("the books are not those that were committed to")
				.remedy("report with the file as it was when you committed"));
		}
		let (records, unpublished) = collect(view, me, own, bodies);
		let pages = view.digests.iter().map(|(_, digests)| digests.len()).max().unwrap_or(0);
		let mut report = Self {
			local_network,
			round: view.round,
			buckets: u16::try_from(pages / 2).unwrap_or(u16::MAX),
			parties: view.parties,
			compared: view.revealed,
			absent: view.parties.difference(view.revealed),
			unpublished,
			stations: 0,
			duplicates: Vec::new(),
			missing: Vec::new(),
			contradictory: Vec::new(),
			matched: Vec::new(),
			unmatched: Vec::new(),
		};
		for group in group(records, limit) {
			report.take(&group, limit);
		}
		Ok(report)
	}

	/// Sorts one station into what there is to say about it.
	fn take(&mut self, group: &Group, limit: f64) {
		self.stations += 1;
		let code = text(&group.code);
		let parties: OrgSet = group.parties().into_iter().collect();
		let first = |org: OrgId| group.of(org).next().map(|(owned, _)| owned);
		let own_codes: OwnCodes =
			parties.iter().filter_map(|org| Some((org.0, own_code(first(org)?)))).collect();
		for (owned, likeness) in &group.records {
			if let (Some(likeness), false) = (likeness, group.code.is_empty()) {
				self.matched.push(Matched {
					party: owned.org,
					own_code: text(&owned.record.own_code),
					code: code.clone(),
					likeness: *likeness,
				});
			}
		}
		if let (true, [(owned, _)]) = (group.code.is_empty(), &group.records[..]) {
			let (own_code, name) = (text(&owned.record.own_code), text(&owned.record.name));
			self.unmatched.push(Unmatched { party: owned.org, own_code, name });
			return;
		}
		for org in parties.iter() {
			let records = group.of(org).count();
			if records > 1 {
				let mut own: Vec<String> = group.of(org).filter_map(|(owned, _)| own_code(owned)).collect();
				own.sort();
				self.duplicates.push(Duplicate { party: org, code: code.clone(), records, own_codes: own });
			}
		}
		// A company keeps books of what concerns it: it lacks a station only when somebody's record of it names the
		// company.
		let concerned = group
			.records
			.iter()
			.fold(OrgSet::EMPTY, |set, (owned, _)| set.union(owned.record.station.named()));
		for org in self.compared.intersection(concerned).difference(parties).iter() {
			// What a party has not shown it is not said to lack.
			let hidden = |page: u16| self.unpublished.contains(&(org, page));
			if group.records.iter().any(|(owned, _)| hidden(owned.record.page(self.buckets))) {
				continue;
			}
			self.missing.push(Missing { party: org, code: code.clone(), present: own_codes.clone() });
		}
		self.contradictory.extend(contradictions(self.local_network, group, &code, limit));
	}

	/// Whether nothing differs.
	pub(crate) fn is_clean(&self) -> bool {
		self.absent.is_empty()
			&& self.unpublished.is_empty()
			&& self.duplicates.is_empty()
			&& self.missing.is_empty()
			&& self.contradictory.is_empty()
			&& self.matched.is_empty()
			&& self.unmatched.is_empty()
	}
}

/// Every party's records: of pages that agree one's own, of pages that differ the published ones. With them the pages
/// that a party has not published.
fn collect(view: &Round, me: OrgId, own: &Books, bodies: &Bodies) -> (Vec<Owned>, Vec<(OrgId, u16)>) {
	let empty = inventory_page_digest(core::iter::empty());
	let (mut records, mut unpublished) = (Vec::new(), Vec::new());
	for (org, digests) in &view.digests {
		for (page, digest) in (0u16..).zip(digests) {
			if *digest == empty {
				continue;
			}
			let found = if *org == me {
				Some((own.page(page), true))
			} else {
				find(view, own, bodies, *org, page, digest)
			};
			match found {
				Some((page, shown)) => records.extend(page.iter().map(|record| Owned {
					org: *org,
					record: record.clone(),
					shown,
				})),
				None => unpublished.push((*org, page)),
			}
		}
	}
	(records, unpublished)
}

/// The records of another party's page, and whether they are its own body or that of a party with the same stations.
fn find<'a>(
	view: &Round,
	own: &'a Books,
	bodies: &'a Bodies,
	org: OrgId,
	page: u16,
	digest: &Digest,
) -> Option<(&'a [InventoryRecord], bool)> {
	if let Some(found) = bodies.page(org, page) {
		return Some(found);
	}
	if own.digests().get(usize::from(page)) == Some(digest) {
		return Some((own.page(page), false));
	}
	let same = view.digests.iter().filter(|(_, digests)| digests.get(usize::from(page)) == Some(digest));
	same.filter_map(|(other, _)| bodies.page(*other, page)).next().map(|(records, _)| (records, false))
}

/// What the parties' records of one station say differently.
fn contradictions(
	local_network: LocalNetworkId,
	group: &Group,
	code: &str,
	limit: f64,
) -> Vec<Contradiction> {
	// One record a party: the one with the common code where it has both.
	let mut by_party: BTreeMap<OrgId, &Owned> = BTreeMap::new();
	for (owned, _) in &group.records {
		by_party.entry(owned.org).or_insert(owned);
	}
	let rows: Vec<(OrgId, &Owned, [String; 24])> = by_party
		.into_iter()
		.map(|(org, owned)| (org, owned, csv::station_fields(local_network, &owned.record.station)))
		.collect();
	let close = |owned: &Owned| {
		owned.record.station.code.is_empty()
			&& rows.iter().all(|(_, other, _)| {
				crate::site::matching::distance_m(
					owned.record.station.position,
					other.record.station.position,
				) <= limit
			})
	};
	let mut found = Vec::new();
	for (n, field) in csv::COLUMNS.iter().enumerate() {
		// A record that was recognised without the code differs in it, and stands a little elsewhere.
		let excused = |owned: &Owned| match *field {
			"code" => owned.record.station.code.is_empty(),
			"latitude" | "longitude" => close(owned),
			_ => false,
		};
		let values: BTreeMap<u8, String> = rows
			.iter()
			.filter(|(_, owned, _)| !excused(owned))
			.filter_map(|(org, _, fields)| Some((org.0, fields.get(n)?.clone())))
			.collect();
		let mut tally: BTreeMap<&String, usize> = BTreeMap::new();
		values.values().for_each(|value| *tally.entry(value).or_default() += 1);
		if tally.len() < 2 {
			continue;
		}
		let majority =
			tally.iter().find(|(_, count)| **count * 2 > values.len()).map(|(value, _)| (*value).clone());
		let alone =
			values.iter().filter(|(_, value)| majority.as_ref() != Some(value)).map(|(org, _)| OrgId(*org));
		found.push(Contradiction {
			code: code.into(),
			field,
			parties: alone.collect(),
			own_codes: rows.iter().map(|(org, owned, _)| (org.0, own_code(owned))).collect(),
			values,
		});
	}
	found
}

impl Report {
	/// As a program reads it.
	pub(crate) fn to_json(&self) -> Value {
		let orgs = |set: OrgSet| set.iter().map(|org| org.0).collect::<Vec<_>>();
		let metres = |likeness: &Likeness| (likeness.distance_m * 10.0).round() / 10.0;
		let alike = |likeness: &Likeness| (likeness.similarity * 1000.0).round() / 1000.0;
		json!({
			"type": "reconciliation",
			"local_network": self.local_network,
			"round": self.round,
			"parties": orgs(self.parties),
			"compared": orgs(self.compared),
			"absent": orgs(self.absent),
			"unpublished": self.unpublished.iter().map(|(org, page)| json!({ "party": org, "page": page })).collect::<Vec<_>>(),
			"stations": self.stations,
			"duplicates": self.duplicates.iter().map(|one| json!({
				"party": one.party, "code": one.code, "records": one.records, "own_codes": one.own_codes,
			})).collect::<Vec<_>>(),
			"missing": self.missing.iter().map(|one| json!({
				"party": one.party, "code": one.code, "present": one.present,
			})).collect::<Vec<_>>(),
			"contradictory": self.contradictory.iter().map(|one| json!({
				"code": one.code, "field": one.field, "parties": one.parties, "values": one.values,
				"own_codes": one.own_codes,
			})).collect::<Vec<_>>(),
			"matched_without_code": self.matched.iter().map(|one| json!({
				"party": one.party, "own_code": one.own_code, "code": one.code,
				"distance_m": metres(&one.likeness), "similarity": alike(&one.likeness),
			})).collect::<Vec<_>>(),
			"unmatched": self.unmatched.iter().map(|one| json!({
				"party": one.party, "own_code": one.own_code, "name": one.name,
			})).collect::<Vec<_>>(),
			"agreed": self.is_clean(),
		})
	}

	/// As people read it. What the parties wrote into their books nobody has checked, so it is escaped.
	pub(crate) fn text(&self, orgs: &[OrgView]) -> String {
		let name = |org: OrgId| org_name(orgs, org);
		let said = |values: &BTreeMap<u8, String>| {
			let all: Vec<String> = values
				.iter()
				.map(|(org, value)| format!("{}: {}", name(OrgId(*org)), escaped(value)))
				.collect();
			all.join("\n")
		};
		let mut parts = vec![format!(
			"local network {}, round {}: {} stations in the books of {}",
			self.local_network.0,
			self.round,
			self.stations,
			org_names(orgs, self.compared)
		)];
		if !self.absent.is_empty() {
			parts.push(format!("took no part: {}", org_names(orgs, self.absent)));
		}
		if !self.unpublished.is_empty() {
			parts.push(format!(
				"{} pages were not published; nothing is said about what is in them",
				self.unpublished.len()
			));
		}
		let mut section = |title: &str, header: &[&str], rows: Vec<Vec<String>>| {
			parts.push(format!("\n{title}: {}", rows.len()));
			if !rows.is_empty() {
				parts.push(table(header, rows));
			}
		};
		let rows = self.duplicates.iter().map(|one| {
			let open = one.records.saturating_sub(one.own_codes.len());
			let open = (open > 0).then(|| format!("{open} of a page not published"));
			let own_codes: Vec<String> = one.own_codes.iter().map(|code| escaped(code)).chain(open).collect();
			vec![name(one.party), escaped(&one.code), one.records.to_string(), own_codes.join(", ")]
		});
		section("duplicates", &["in the books of", "code", "records", "own codes"], rows.collect());
		let rows = self.missing.iter().map(|one| {
			let open = || "of a page not published".to_string();
			let present = one.present.iter().map(|(org, code)| (*org, code.clone().unwrap_or_else(open)));
			vec![name(one.party), escaped(&one.code), said(&present.collect())]
		});
		section("missing", &["in the books of", "code", "own codes of the others"], rows.collect());
		let rows = self.contradictory.iter().map(|one| {
			let alone: Vec<String> = one.parties.iter().map(|org| name(*org)).collect();
			vec![escaped(&one.code), one.field.into(), said(&one.values), alone.join(", ")]
		});
		section("contradictory", &["code", "column", "values", "against the majority"], rows.collect());
		let rows = self.matched.iter().map(|one| {
			let likeness = format!(
				"{:.0} m, names {:.0} % alike",
				one.likeness.distance_m,
				one.likeness.similarity * 100.0
			);
			vec![name(one.party), escaped(&one.own_code), escaped(&one.code), likeness]
		});
		section(
			"recognised without the common code",
			&["in the books of", "own code", "code", "by"],
			rows.collect(),
		);
		let rows = self
			.unmatched
			.iter()
			.map(|one| vec![name(one.party), escaped(&one.own_code), escaped(&one.name)]);
		section("known to nobody else", &["in the books of", "own code", "name"], rows.collect());
		parts.join("\n")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::site::matching::{tests::owned, DISTANCE_M};

	const PLACE: LocalNetworkId = LocalNetworkId(1301);
	const BUCKETS: u16 = 8;

	/// The report of party 0 when everybody has published what there is to publish.
	fn report(books: [Vec<Owned>; 3]) -> Report {
		report_of(0, &books)
	}

	/// The report of a party when everybody has published what there is to publish.
	fn report_of(me: u8, books: &[Vec<Owned>; 3]) -> Report {
		let own = |n: usize| {
			let records = books[n].iter().map(|owned| owned.record.clone()).collect();
			Books::new(PLACE, BUCKETS, records).unwrap()
		};
		let all = [own(0), own(1), own(2)];
		let digests = (0u8..).zip(&all).map(|(org, books)| (OrgId(org), books.digests().to_vec())).collect();
		let view = Round {
			round: 0,
			parties: OrgSet(0b111),
			committed: OrgSet(0b111),
			revealed: OrgSet(0b111),
			deadline: 9,
			digests,
		};
		let mut bodies = Bodies::new(PLACE);
		for (org, books) in (0u8..).zip(&all) {
			for page in super::super::to_publish(&view, OrgId(org)) {
				bodies.take(OrgId(org), page, books.page(page).to_vec(), &view.digests);
			}
		}
		Report::new(PLACE, &view, OrgId(me), &all[usize::from(me)], &bodies, DISTANCE_M).unwrap()
	}

	/// The same record under another own code.
	fn again(owned: &Owned, own_code: &str) -> Owned {
		let mut again = owned.clone();
		again.record.own_code = own_code.as_bytes().to_vec().try_into().unwrap();
		again
	}

	/// Each duplicate: party, number of records, own codes.
	fn duplicates(report: &Report) -> Vec<(u8, usize, Vec<&str>)> {
		let codes = |one: &Duplicate| one.own_codes.len();
		assert!(report.duplicates.iter().all(|one| codes(one) <= one.records));
		let all = report.duplicates.iter();
		all.map(|one| (one.party.0, one.records, one.own_codes.iter().map(String::as_str).collect()))
			.collect()
	}

	/// The same ten stations, kilometres apart, in a party's books.
	fn base(org: u8) -> Vec<Owned> {
		(0..10)
			.map(|n| {
				owned(
					org,
					&format!("{org}-{n}"),
					&format!("站点{n}号"),
					&format!("C{n}"),
					f64::from(n) * 3_000.0,
				)
			})
			.collect()
	}

	#[test]
	fn equal_books_leave_nothing_to_say() {
		let report = report([base(0), base(1), base(2)]);
		assert!(report.is_clean(), "{report:?}");
		assert_eq!(report.stations, 10);
	}

	#[test]
	fn every_kind_of_difference_is_found_and_nothing_else() {
		// Given one mistake of each kind
		let (mut a, mut b, mut c) = (base(0), base(1), base(2));
		let twice = again(&a[1], "0-1-2");
		a.push(twice);
		b.remove(2);
		c[3].record.station.battery_ah += 100;
		a[4].record.station.code = Default::default();
		a[4].record.station.position.latitude += 300;
		b.push(owned(1, "1-99", "无人知", "", 100_000.0));
		// When they are compared
		let report = report([a, b, c]);
		// Then
		assert_eq!(report.duplicates.len(), 1, "{report:?}");
		assert_eq!((report.duplicates[0].party, report.duplicates[0].code.as_str()), (OrgId(0), "C1"));
		assert_eq!(report.duplicates[0].own_codes, ["0-1", "0-1-2"]);
		assert_eq!(report.missing.len(), 1, "{report:?}");
		assert_eq!((report.missing[0].party, report.missing[0].code.as_str()), (OrgId(1), "C2"));
		assert_eq!(report.contradictory.len(), 1, "{report:?}");
		let contradiction = &report.contradictory[0];
		assert_eq!((contradiction.field, &contradiction.parties[..]), ("battery_ah", &[OrgId(2)][..]));
		assert_eq!(report.matched.len(), 1, "{report:?}");
		assert_eq!((report.matched[0].own_code.as_str(), report.matched[0].code.as_str()), ("0-4", "C4"));
		assert_eq!(report.unmatched.len(), 1, "{report:?}");
		assert_eq!(report.unmatched[0].own_code, "1-99");
	}

	#[test]
	fn text_of_another_party_forges_no_line() {
		let mut b = base(1);
		b.push(owned(1, "1-99", "x\n\u{1b}[2Jagreed", "", 100_000.0));
		let report = report([base(0), b, base(2)]);
		assert_eq!(report.unmatched.len(), 1, "{report:?}");
		let text = report.text(&[]);
		assert!(text.contains("x\\u{a}\\u{1b}[2Jagreed") && !text.contains('\u{1b}'), "{text}");
	}

	#[test]
	fn what_is_lacked_by_two_is_missing_twice() {
		let (mut a, mut b) = (base(0), base(1));
		a.remove(0);
		b.remove(0);
		let report = report([a, b, base(2)]);
		assert_eq!(report.missing.iter().map(|one| one.party.0).collect::<Vec<_>>(), [0, 1]);
		assert!(report.unmatched.is_empty(), "a station with a common code is a station");
	}

	#[test]
	fn station_is_missing_only_where_a_record_names_the_party() {
		use trimast_primitives::site::SharingMode;
		// Given a station that one carrier builds for itself, on its own mast, in its own books alone
		let alone = |owned: &mut Owned| {
			let station = &mut owned.record.station;
			(station.mode, station.sharers, station.tower) = (SharingMode::Exclusive, OrgSet::EMPTY, None);
			station.plmns.truncate(1);
		};
		let (mut a, mut b, mut c) = (base(0), base(1), base(2));
		alone(&mut a[0]);
		b.remove(0);
		c.remove(0);
		// Then nobody lacks it
		let clean = report([a.clone(), b.clone(), c.clone()]);
		assert!(clean.is_clean(), "{clean:?}");
		// And given another party's record that names the sharer, it lacks the station
		c.insert(0, base(2)[0].clone());
		let report = report([a, b, c]);
		assert_eq!(report.missing.iter().map(|one| one.party.0).collect::<Vec<_>>(), [1]);
	}

	#[test]
	fn own_codes_of_a_page_that_agrees_are_not_the_askers() {
		// Given a station that stands twice in everybody's books alike
		let books = [0, 1, 2].map(|org| {
			let mut books = base(org);
			let second = again(&books[1], &format!("{org}-1-2"));
			books.push(second);
			books
		});
		for me in [0u8, 1, 2] {
			// When a party asks
			let report = report_of(me, &books);
			// Then it hears that each has it twice, and of own codes its own alone
			let own = [format!("{me}-1"), format!("{me}-1-2")];
			let expected = [0, 1, 2].map(|org| {
				(org, 2, if org == me { own.each_ref().map(|code| &code[..]).to_vec() } else { vec![] })
			});
			assert_eq!(duplicates(&report), expected);
		}
	}

	#[test]
	fn second_record_without_code_is_a_duplicate_of_one_in_a_page_that_agrees() {
		// Given a party whose second record of a station lacks the code, while the coded page agrees
		let mut books = [0, 1, 2].map(base);
		let mut second = again(&books[1][1], "1-1-2");
		second.record.station.code = Default::default();
		books[1].push(second);
		// Then the others hear of the second record's own code, and that the first one's is not published
		for (me, own_codes) in [(0, vec!["1-1-2"]), (1, vec!["1-1", "1-1-2"]), (2, vec!["1-1-2"])] {
			let report = report_of(me, &books);
			assert_eq!(duplicates(&report), [(1, 2, own_codes)]);
			assert_eq!(report.to_json()["duplicates"][0]["records"], 2);
			assert_eq!(report.text(&[]).contains("1 of a page not published"), me != 1);
		}
	}
}
