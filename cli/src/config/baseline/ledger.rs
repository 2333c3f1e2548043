// SPDX-License-Identifier: Apache-2.0
//! What a file of cells says, 32 bytes a station: enough to ask the chain afterwards whether every cell stands there as it
//! should.

use crate::{chain::Chain, error::Result, site::ledger::lines_text};
use codec::Encode;
use serde_json::{json, Value};
use sp_io::hashing::blake2_128;
use trimast_primitives::{
	cells::{CellTable, CellValues},
	LocalNetworkId,
};

/// Pages that are asked for at once.
const PAGES: usize = 64;

/// The cells of a station by their hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mark {
	/// Its local network.
	pub(crate) local_network: LocalNetworkId,
	/// Its page.
	pub(crate) page: u16,
	/// Its place in the page.
	pub(crate) slot: u32,
	/// How many cells it has.
	pub(crate) cells: u8,
	/// The line of the first.
	pub(crate) line: u32,
	/// Hash of their values.
	pub(crate) hash: [u8; 16],
}

/// The hash of a station's cells.
pub(crate) fn hash(cells: &[CellValues]) -> [u8; 16] {
	cells.using_encoded(blake2_128)
}

/// How the file and the final state compare, in cells.
#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct Count {
	/// How many the file has.
	pub(crate) asked: u64,
	/// Stand on the chain as in the file.
	pub(crate) equal: u64,
	/// Stand there otherwise.
	pub(crate) different: u64,
	/// Do not stand there.
	pub(crate) missing: u64,
	/// The first line of each station with one of them.
	pub(crate) lines: Vec<u32>,
	/// Last block whose state was asked.
	pub(crate) block: u32,
}

impl Count {
	/// Cells that do not stand on the chain as in the file.
	pub(crate) fn wanting(&self) -> u64 {
		self.different + self.missing
	}

	/// Counts a station whose page has this table.
	fn take(&mut self, mark: &Mark, table: &CellTable) {
		let cells: Vec<CellValues> = table.positions(mark.slot).map(|n| table.values(n)).collect();
		let count = u64::from(mark.cells);
		self.asked += count;
		if hash(&cells) == mark.hash {
			self.equal += count;
			return;
		}
		self.lines.push(mark.line);
		match cells.is_empty() {
			true => self.missing += count,
			false => self.different += count,
		}
	}

	/// As a program reads it.
	pub(crate) fn to_json(&self) -> Value {
		json!({
			"asked": self.asked, "equal": self.equal, "different": self.different, "missing": self.missing,
			"at_block": self.block,
		})
	}

	/// For people.
	pub(crate) fn text(&self) -> String {
		let Self { asked, equal, different, missing, block, lines } = self;
		let mut text = format!(
			"compared with final block {block}: of {asked} cells {equal} equal, {different} different, {missing} missing"
		);
		if !lines.is_empty() {
			text.push_str(&format!("\n  stations from lines {} on", lines_text(lines)));
		}
		text
	}
}

/// Asks the final state for every station of a file, in its order. `each` hears of every page that is done.
pub(crate) async fn count(marks: &[Mark], chain: &Chain, mut each: impl FnMut(u64)) -> Result<Count> {
	let mut count = Count::default();
	for network in marks.chunk_by(|a, b| a.local_network == b.local_network) {
		let Some(id) = network.first().map(|mark| mark.local_network) else { continue };
		let pages: Vec<&[Mark]> = network.chunk_by(|a, b| a.page == b.page).collect();
		for pages in pages.chunks(PAGES) {
			// Of the latest state: a long count outlives the states that nodes keep.
			let at = chain.now().await?;
			count.block = at.number;
			let numbers: Vec<u16> = pages.iter().filter_map(|page| Some(page.first()?.page)).collect();
			let before = count.asked;
			for (page, table) in pages.iter().zip(at.tables(id, &numbers).await?) {
				page.iter().for_each(|mark| count.take(mark, &table));
			}
			each(count.asked - before);
		}
	}
	Ok(count)
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::cells::{ParamId, ParamKey};

	#[test]
	fn station_is_met_by_the_same_cells_with_the_same_values_alone() {
		let cell = |value| vec![(ParamKey::of(ParamId(11)), value)];
		let mark = Mark {
			local_network: LocalNetworkId(1301),
			page: 0,
			slot: 1,
			cells: 2,
			line: 7,
			hash: hash(&[cell(3), cell(4)]),
		};
		let counted = |stations: &[Vec<CellValues>]| {
			let mut count = Count::default();
			count.take(&mark, &CellTable::new(stations).unwrap());
			(count.equal, count.different, count.missing, count.lines)
		};
		let right = vec![cell(3), cell(4)];
		assert_eq!(counted(&[vec![cell(9)], right.clone()]), (2, 0, 0, vec![]));
		for other in
			[vec![cell(3)], vec![cell(3), cell(5)], vec![cell(3), vec![]], vec![cell(3), cell(4), cell(4)]]
		{
			assert_eq!(counted(&[vec![], other]), (0, 2, 0, vec![7]));
		}
		assert_eq!(counted(&[right]), (0, 0, 2, vec![7]), "in another slot");
		assert_eq!(counted(&[]), (0, 0, 2, vec![7]));
	}
}
