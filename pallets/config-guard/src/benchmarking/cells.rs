// SPDX-License-Identifier: Apache-2.0

//! Cells with as many values as they may have, and a catalogue that allows them.

use super::chain::HERE;
use alloc::{vec, vec::Vec};
use trimast_primitives::{
	cells::{
		catalogue::{cell_value, plmns_value, ApprovalClass, Domain, NameSource, ParamName, ParamScope},
		catalogue::{ParamText, Parameter},
		table::TableBytes,
		CellId, CellTable, CellValues, ParamId, ParamKey, MAX_KEYS, MAX_NEIGHBOURS,
	},
	page::SiteId,
	site::MAX_CELLS,
};

/// Cells of a station in a table with as many values as there may be.
pub(super) const CELLS: u32 = 4;
/// What `CellTable::size_of` counts for a cell of a table with all keys.
const CELL_SIZE: u32 = MAX_KEYS + 8;
/// Parameters with a value for each neighbour; the first are the neighbours themselves.
const RELATIONS: core::ops::Range<u16> = 100..116;
/// Parameters of a rule that no cell has.
pub(super) const SHARES: [ParamId; 3] = [ParamId(1), ParamId(2), ParamId(3)];
/// The last key of a cell that has as many as it may.
pub(super) const LAST: ParamKey = ParamKey { param: ParamId(RELATIONS.end - 1), place: MAX_NEIGHBOURS - 1 };

/// The `n`-th key of a cell that has as many as it may.
pub(super) fn key(n: u32) -> ParamKey {
	let places = u32::from(MAX_NEIGHBOURS);
	ParamKey { param: ParamId(RELATIONS.start + (n / places) as u16), place: (n % places) as u8 }
}

/// Kinds of domains, in turn.
const fn kind(param: ParamId) -> u16 {
	param.0.saturating_sub(RELATIONS.start) % 5
}

fn domain(param: ParamId) -> Domain {
	match kind(param) {
		0 => Domain::Cell,
		1 => Domain::OneOf((0..64).map(|n| 37 * n).collect::<Vec<_>>().try_into().expect("64 fit")),
		2 => Domain::Plmns,
		3 => Domain::Bits(31),
		_ => Domain::Range { least: 0, most: 1_000_000, every: 1 },
	}
}

/// A value that the catalogue allows: another one for each cell.
pub(super) fn value(key: ParamKey, cell: u32) -> i64 {
	let n = i64::from(cell) + i64::from(key.place);
	match kind(key.param) {
		0 => {
			let site = SiteId { local_network: HERE, index: cell * 31 + u32::from(key.place) };
			cell_value(CellId { site, cell: (cell % u32::from(MAX_CELLS)) as u8 })
		}
		1 => 37 * (n % 64),
		2 => {
			let places: Vec<u8> = (0..4).map(|place| ((n + place) % 12) as u8).collect();
			plmns_value(&places).expect("four places")
		}
		3 => (n * 2_654_435_761) & 0x7fff_ffff,
		_ => (n * 7_919) % 1_000_001,
	}
}

/// A cell with as many values as it may have.
pub(super) fn cell(n: u32) -> CellValues {
	(0..MAX_KEYS).map(|k| (key(k), value(key(k), n))).collect()
}

/// A table of these cells: the first slots have four each.
pub(super) fn table(cells: u32) -> Vec<Vec<CellValues>> {
	let mut all = (0..cells).map(cell);
	(0..cells.div_ceil(CELLS)).map(|_| all.by_ref().take(CELLS as usize).collect()).collect()
}

pub(super) fn bytes(stations: &[Vec<CellValues>]) -> TableBytes {
	CellTable::new(stations).expect("is a table").to_bytes().expect("fits")
}

/// How many cells with all keys make a table of this size.
pub(super) const fn cells_of(size: u32) -> u32 {
	(size / CELL_SIZE).saturating_sub(8)
}

pub(super) fn parameter(param: u16) -> Parameter {
	let scope = match ParamId(param) {
		id if SHARES.contains(&id) => ParamScope::Plmn,
		_ if RELATIONS.contains(&param) => ParamScope::CellRelation,
		_ => ParamScope::Cell,
	};
	Parameter {
		technology: None,
		scope,
		domain: domain(ParamId(param)),
		class: ApprovalClass::Tower,
		identity: false,
		step: None,
		envelope: None,
	}
}

/// Names, units and words as long and as many as they may be.
pub(super) fn text() -> ParamText {
	let name = ParamName {
		source: NameSource::Vendor(vec![b'V'; 16].try_into().expect("16 fit")),
		since: 18,
		name: vec![b'n'; 40].try_into().expect("40 fit"),
	};
	ParamText {
		names: vec![name; 8].try_into().expect("8 fit"),
		unit: vec![b'u'; 16].try_into().expect("16 fit"),
		words: Default::default(),
	}
}
