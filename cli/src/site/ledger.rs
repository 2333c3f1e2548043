// SPDX-License-Identifier: Apache-2.0
//! What a file says, 32 bytes a record: enough to find a code that stands twice, and to ask the chain afterwards whether
//! every record stands there as it should.

use crate::{chain::views::At, error::Result, names};
use codec::Encode;
use serde_json::{json, Value};
use sp_io::hashing::{blake2_128, twox_64};
use std::collections::HashMap;
use trimast_primitives::{
	site::{Station, StationEntry, StationState},
	text::escaped,
	LocalNetworkId, OrgId,
};

/// A record by its hashes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Mark {
	local_network: LocalNetworkId,
	code: u64,
	record: [u8; 16],
	line: u32,
}

impl Mark {
	/// Whether the record stands there as in the file, in service.
	fn is_met_by(&self, entry: &StationEntry) -> bool {
		entry.state != StationState::Retired && entry.station.using_encoded(blake2_128) == self.record
	}
}

/// Every record of a file.
#[derive(Default, Debug)]
pub(crate) struct Ledger {
	marks: Vec<Mark>,
}

fn code_hash(code: &[u8]) -> u64 {
	u64::from_le_bytes(twox_64(code))
}

impl Ledger {
	/// Enters a record.
	pub(crate) fn enter(&mut self, local_network: LocalNetworkId, station: &Station, line: u64) {
		self.marks.push(Mark {
			local_network,
			code: code_hash(&station.code),
			record: station.using_encoded(blake2_128),
			line: u32::try_from(line).unwrap_or(u32::MAX),
		});
	}

	/// Sorts, and returns the lines whose code an earlier line has with other contents, with that line.
	pub(crate) fn close(&mut self) -> Vec<(u32, u32)> {
		self.marks.sort_unstable_by_key(|mark| (mark.local_network, mark.code, mark.line));
		let pairs = self.marks.windows(2).filter_map(|pair| match pair {
			[a, b] if (a.local_network, a.code) == (b.local_network, b.code) && a.record != b.record => {
				Some((b.line, a.line))
			}
			_ => None,
		});
		pairs.collect()
	}

	/// The local networks in it.
	pub(crate) fn local_networks(&self) -> Vec<LocalNetworkId> {
		let mut all: Vec<_> = self.marks.iter().map(|mark| mark.local_network).collect();
		all.dedup();
		all
	}

	fn of(&self, local_network: LocalNetworkId) -> &[Mark] {
		let start = self.marks.partition_point(|mark| mark.local_network < local_network);
		let end = self.marks.partition_point(|mark| mark.local_network <= local_network);
		self.marks.get(start..end).unwrap_or_default()
	}
}

/// How the file and the final state compare.
#[derive(Default, Debug)]
pub(crate) struct Count {
	/// Different codes that the file names.
	pub(crate) asked: u64,
	/// Stand on the chain exactly as in the file, in service.
	pub(crate) equal: u64,
	/// Stand there otherwise, or are retired: lines.
	pub(crate) different: Vec<u32>,
	/// Do not stand there: lines.
	pub(crate) missing: Vec<u32>,
	/// Block whose state was asked.
	pub(crate) block: u32,
	/// Stations of the company in the file's local networks, in service or retired, whether in the file or not.
	pub(crate) of_owner: u64,
}

impl Count {
	/// Records that do not stand on the chain as in the file.
	pub(crate) fn wanting(&self) -> usize {
		self.different.len().saturating_add(self.missing.len())
	}

	/// As a program reads it.
	pub(crate) fn to_json(&self) -> Value {
		json!({
			"asked": self.asked,
			"equal": self.equal,
			"different": self.different.len(),
			"missing": self.missing.len(),
			"at_block": self.block,
			"stations_of_owner": self.of_owner,
		})
	}
}

/// Asks the final state for every record of the file. `each` hears of every local network that is done.
pub(crate) async fn count(
	ledger: &Ledger,
	at: At<'_>,
	owner: OrgId,
	mut each: impl FnMut(u64),
) -> Result<Count> {
	let mut count = Count { block: at.number, ..Count::default() };
	for local_network in ledger.local_networks() {
		// By code; of a code that stands twice with equal contents the first line.
		let mut open: HashMap<u64, &Mark> = HashMap::new();
		for mark in ledger.of(local_network) {
			open.entry(mark.code).or_insert(mark);
		}
		let asked = u64::try_from(open.len()).unwrap_or(0);
		count.asked += asked;
		let mut from = 0;
		while let Some((page, next)) = at.stations_from(local_network, from).await? {
			for site in page {
				let station = &site.entry.station;
				count.of_owner += u64::from(station.owner == owner);
				if let Some(mark) = open.remove(&code_hash(&station.code)) {
					if mark.is_met_by(&site.entry) {
						count.equal += 1;
					} else {
						count.different.push(mark.line);
					}
				}
			}
			from = next;
		}
		count.missing.extend(open.values().map(|mark| mark.line));
		each(asked);
	}
	count.different.sort_unstable();
	count.missing.sort_unstable();
	Ok(count)
}

/// Lines as people read them, long lists cut.
pub(crate) fn lines_text(lines: &[u32]) -> String {
	let mut shown: Vec<String> = lines.iter().take(20).map(u32::to_string).collect();
	if lines.len() > 20 {
		shown.push(format!("... {} in all", lines.len()));
	}
	shown.join(", ")
}

/// Code of a station as text. No character of a right one has to be escaped.
pub(crate) fn code_text(station: &Station) -> String {
	match std::str::from_utf8(&station.code) {
		Ok(code) => escaped(code),
		Err(_) => names::hex0x(&station.code[..]),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_that_stand_twice_with_other_contents_are_found() {
		let (place, station) = super::super::csv::read_station(&super::super::csv::tests::sample()).unwrap();
		let mut other = station.clone();
		other.cells += 1;
		let mut ledger = Ledger::default();
		ledger.enter(place, &station, 2);
		ledger.enter(LocalNetworkId(1302), &other, 3);
		ledger.enter(place, &station, 4);
		assert!(ledger.close().is_empty(), "the same twice is no contradiction, another place neither");
		ledger.enter(place, &other, 5);
		assert_eq!(ledger.close(), [(5, 4)]);
		assert_eq!(ledger.local_networks(), [place, LocalNetworkId(1302)]);
		assert_eq!(ledger.of(place).len(), 3);
	}

	#[test]
	fn record_is_met_by_what_is_equal_and_in_service() {
		let (place, station) = super::super::csv::read_station(&super::super::csv::tests::sample()).unwrap();
		let mut ledger = Ledger::default();
		ledger.enter(place, &station, 2);
		let signed = trimast_primitives::OrgSet::of(station.owner);
		let entry = StationEntry { station, state: StationState::OnAir, revision: 0, signed };
		let mark = ledger.marks[0];
		assert!(mark.is_met_by(&entry));
		assert!(!mark.is_met_by(&StationEntry { state: StationState::Retired, ..entry.clone() }));
		let mut other = entry;
		other.station.cells += 1;
		assert!(!mark.is_met_by(&other));
	}
}
