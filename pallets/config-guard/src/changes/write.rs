// SPDX-License-Identifier: Apache-2.0

//! What a change writes into the table of a page: values, and with them cells.

use alloc::collections::{BTreeMap, BTreeSet};
use trimast_primitives::cells::{table::TableDefect, CellTable, ParamKey};

/// Which value of a page: slot, cell and key.
pub(super) type Place = (u8, u8, ParamKey);

/// Puts these values into a table, or takes them away. A cell that has no baseline yet gets one with its first value. A
/// cell of those named that is left without a value has none any more, when it is the last of its station and not the only
/// one.
pub(super) fn write(
	table: &mut CellTable,
	values: &BTreeMap<Place, Option<i64>>,
	emptied: &BTreeSet<(u8, u8)>,
) -> Result<(), TableDefect> {
	let mut counts: BTreeMap<u32, u8> = BTreeMap::new();
	for ((slot, cell, _), _) in values.iter().filter(|(_, value)| value.is_some()) {
		let count = counts.entry((*slot).into()).or_insert_with(|| table.cells_of((*slot).into()));
		*count = cell.saturating_add(1).max(*count);
	}
	table.resize(&counts)?;
	let mut placed = BTreeMap::new();
	for ((slot, cell, key), value) in values {
		match (table.position((*slot).into(), *cell), value) {
			(Some(position), value) => drop(placed.insert((*key, position), *value)),
			(None, None) => {}
			(None, Some(_)) => return Err(TableDefect::NoSuchCell),
		}
	}
	table.set_all(&placed)?;
	counts.clear();
	// The last cell first.
	for (slot, cell) in emptied.iter().rev() {
		let slot = u32::from(*slot);
		let count = counts.get(&slot).copied().unwrap_or_else(|| table.cells_of(slot));
		let is_last = cell.checked_add(1) == Some(count) && count > 1;
		if is_last && table.position(slot, *cell).is_some_and(|position| table.is_blank(position)) {
			counts.insert(slot, *cell);
		}
	}
	table.resize(&counts)
}
