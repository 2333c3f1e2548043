// SPDX-License-Identifier: Apache-2.0

//! The values of all cells of a page, column by column.

use super::{
	are_ordered,
	column::{pack, Column, Head},
	CellValues, ParamId, ParamKey, MAX_KEYS, MAX_PAGE_CELLS, MAX_TABLE_BYTES,
};
use crate::{page::PAGE_SLOTS, site::MAX_CELLS};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use codec::{Compact, Decode, Encode};
use core::ops::{Range, RangeInclusive};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most columns of a table: as many keys as its cells may have between them.
const MAX_COLUMNS: u32 = 4 * MAX_KEYS;
/// Most values of a table: its cells times its columns, whether each cell has a value in each column or not.
pub const MAX_TABLE_VALUES: u32 = 65_536;
/// The values that take as long to work on as what a cell or a column takes beside its values.
const LINE: u32 = 8;
/// Most bytes of the counts of slots and columns in an encoded table, and of a column's key and head.
const MAX_HEAD: usize = 8;
const MAX_COLUMN_HEAD: usize = 13;
/// The greatest [`CellTable::size_of`] a table.
pub const MAX_TABLE_SIZE: u32 = MAX_TABLE_VALUES + LINE * (MAX_PAGE_CELLS + MAX_COLUMNS + LINE);

/// A table as it is stored, sent and signed: see [`CellTable::to_bytes`].
pub type TableBytes = BoundedVec<u8, ConstU32<MAX_TABLE_BYTES>>;

/// Cells of the station in each slot of an encoded table, without reading its values. `None` when nothing is encoded.
pub fn counts_of(bytes: &[u8]) -> Option<Vec<u8>> {
	let counts = BoundedVec::<u8, ConstU32<PAGE_SLOTS>>::decode(&mut &bytes[..]).ok()?;
	(!counts.is_empty()).then(|| counts.into_inner())
}

/// The cells of a page's stations and their values.
///
/// ```
/// # use trimast_primitives::cells::{CellTable, ParamId, ParamKey};
/// let power = ParamKey::of(ParamId(17));
/// // The station in slot 1 has two cells, the one in slot 0 none.
/// let mut table = CellTable::new(&[vec![], vec![vec![(power, 40_000)], vec![(power, 20_000)]]]).unwrap();
/// let second = table.position(1, 1).unwrap();
/// assert_eq!(table.get(second, power), Some(20_000));
/// table.set(second, power, Some(40_000)).unwrap();
/// assert_eq!(CellTable::from_bytes(&table.to_bytes().unwrap()).unwrap(), table);
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CellTable {
	/// Cells of the station in each slot, up to the last slot with any.
	counts: Vec<u8>,
	columns: Columns,
}

/// Why something is no table.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableDefect {
	/// More stations than a page has slots.
	TooManyStations,
	/// More cells than a station may have.
	TooManyCells,
	/// A cell with more values than a cell may have, or with keys out of order or doubled.
	Keys,
	/// More different keys, more values, or wider ones, than fit into a table.
	TooLarge,
	/// Bytes that are not the one encoding of a table.
	Encoding,
	/// The table has no such cell.
	NoSuchCell,
}

impl CellTable {
	/// The table of these cells: for each slot of the page its station's cells.
	pub fn new(stations: &[Vec<CellValues>]) -> Result<Self, TableDefect> {
		let used =
			stations.iter().rposition(|cells| !cells.is_empty()).map_or(0, |last| last.saturating_add(1));
		if u32::try_from(used).is_ok_and(|used| used > PAGE_SLOTS) {
			return Err(TableDefect::TooManyStations);
		}
		let count = |cells: &Vec<CellValues>| {
			u8::try_from(cells.len())
				.ok()
				.filter(|count| *count <= MAX_CELLS)
				.ok_or(TableDefect::TooManyCells)
		};
		let counts: Vec<u8> = stations.iter().take(used).map(count).collect::<Result<_, _>>()?;
		if stations.iter().flatten().any(|cell| !are_ordered(cell)) {
			return Err(TableDefect::Keys);
		}
		let mut left: Vec<&[(ParamKey, i64)]> = stations.iter().flatten().map(Vec::as_slice).collect();
		let mut columns = Columns::with_room(left.len(), 0, 0);
		while let Some(key) = left.iter().filter_map(|cell| cell.first()).map(|(key, _)| *key).min() {
			let next = |cell: &mut &[(ParamKey, i64)]| match cell.split_first() {
				Some(((found, value), rest)) if *found == key => {
					*cell = rest;
					Some(*value)
				}
				_ => None,
			};
			let values: Vec<_> = left.iter_mut().map(next).collect();
			columns.push(key, &values)?;
		}
		Self { counts, columns }.checked()
	}

	/// How much there is to work on in an encoded table: its values, and some for each cell and each column. Read off its
	/// head. 0 where nothing is encoded.
	///
	/// ```
	/// # use trimast_primitives::cells::{CellTable, ParamId, ParamKey};
	/// let cell = vec![(ParamKey::of(ParamId(1)), 1), (ParamKey::of(ParamId(2)), 2)];
	/// let table = CellTable::new(&[vec![cell.clone(), cell]]).unwrap().to_bytes().unwrap();
	/// assert_eq!(CellTable::size_of(&table), (2 + 8) * (2 + 8));
	/// assert_eq!(CellTable::size_of(&[]), 0);
	/// ```
	pub fn size_of(bytes: &[u8]) -> u32 {
		Bytes::read(bytes).map_or(0, |bytes| size(bytes.cells, bytes.columns))
	}

	/// How many columns an encoded table has. Read off its head.
	pub fn columns_of(bytes: &[u8]) -> u32 {
		Bytes::read(bytes).map_or(0, |bytes| bytes.columns)
	}

	/// As [`CellTable::size_of`] its encoding.
	pub fn size(&self) -> u32 {
		size(self.len(), self.columns.count())
	}

	/// As [`CellTable::size`], with so many cells and columns more.
	pub fn size_with(&self, more: u32) -> u32 {
		let cells = self.len().saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
		size(cells, self.columns.count().saturating_add(more))
	}

	/// How many cells it has.
	pub fn len(&self) -> usize {
		self.columns.cells
	}

	/// Whether it has no cell. The last slot of a table has one.
	pub fn is_empty(&self) -> bool {
		self.counts.is_empty()
	}

	/// Cells of the station in a slot.
	pub fn cells_of(&self, slot: u32) -> u8 {
		usize::try_from(slot).ok().and_then(|slot| self.counts.get(slot)).copied().unwrap_or(0)
	}

	/// How many cells the station in each slot has, up to the last that has any.
	pub fn counts(&self) -> &[u8] {
		&self.counts
	}

	/// Slot and number of every cell, in the order of the table.
	pub fn cells(&self) -> impl Iterator<Item = (u32, u8)> + '_ {
		(0u32..).zip(&self.counts).flat_map(|(slot, count)| (0..*count).map(move |cell| (slot, cell)))
	}

	/// Where a cell stands in the table.
	pub fn position(&self, slot: u32, cell: u8) -> Option<usize> {
		position(&self.counts, slot, cell)
	}

	/// The keys of which any cell has a value.
	pub fn keys(&self) -> impl Iterator<Item = ParamKey> + '_ {
		self.columns.lines.iter().map(|line| line.key)
	}

	/// The columns in ascending order of their keys. A column gives a value for the places of the table's cells, and
	/// nothing of use beyond them.
	pub fn columns(&self) -> impl Iterator<Item = (ParamKey, Column<'_>)> {
		self.columns.lines.iter().map(|line| (line.key, self.columns.column(line)))
	}

	/// One value of the `n`-th cell.
	pub fn get(&self, n: usize, key: ParamKey) -> Option<i64> {
		self.columns.find(key).ok().filter(|_| n < self.len())?.1.get(n)
	}

	/// All values of the `n`-th cell.
	pub fn values(&self, n: usize) -> CellValues {
		let mut values = CellValues::new();
		if n < self.len() {
			values.reserve(self.columns.lines.len());
			values.extend(self.columns().filter_map(|(key, column)| Some((key, column.get(n)?))));
		}
		values
	}

	/// Where the cells of the station in a slot stand in the table.
	pub fn positions(&self, slot: u32) -> Range<usize> {
		let before = usize::try_from(slot).unwrap_or(usize::MAX).min(self.counts.len());
		let first = count(self.counts.get(..before).unwrap_or_default());
		first..first.saturating_add(self.cells_of(slot).into())
	}

	/// The cells of the station in a slot that have other values in another table, or stand in one of the two alone.
	pub fn differing(&self, other: &Self, slot: u32) -> Vec<u8> {
		let (mine, theirs) = (self.positions(slot), other.positions(slot));
		let get = |column: &Option<Column<'_>>, n| column.as_ref()?.get(n);
		let (few, all) = (mine.len().min(theirs.len()), mine.len().max(theirs.len()));
		let mut differ: Vec<bool> = (0..all).map(|n| n >= few).collect();
		for (_, own, others) in both(self, other) {
			for (differs, (n, m)) in differ.iter_mut().zip(mine.clone().zip(theirs.clone())) {
				*differs |= get(&own, n) != get(&others, m);
			}
		}
		(0u8..).zip(differ).filter_map(|(cell, differs)| differs.then_some(cell)).collect()
	}

	/// A table with the stations of `other` in the slots that `takes` says, and its own in the rest.
	pub fn with_stations(self, other: Self, takes: impl Fn(u32) -> bool) -> Result<Self, TableDefect> {
		let slots = self.counts.len().max(other.counts.len());
		let slots: Vec<(u32, bool)> = (0u32..).take(slots).map(|slot| (slot, takes(slot))).collect();
		let is_whole =
			|(slot, taken): &(u32, bool)| *taken || (self.cells_of(*slot), other.cells_of(*slot)) == (0, 0);
		if slots.iter().all(is_whole) {
			return Ok(other);
		}
		let mut counts = Vec::with_capacity(slots.len());
		let mut cells = Vec::new();
		for (slot, taken) in slots {
			let table = if taken { &other } else { &self };
			counts.push(table.cells_of(slot));
			cells.extend(table.positions(slot).map(|n| (taken, n)));
		}
		while counts.last() == Some(&0) {
			counts.pop();
		}
		let room = self.columns.lines.len().max(other.columns.lines.len());
		let codes = self.columns.codes.len().saturating_add(other.columns.codes.len());
		let mut columns = Columns::with_room(cells.len(), room, codes);
		let mut values = Vec::with_capacity(cells.len());
		for (key, own, others) in both(&self, &other) {
			let get = |(taken, n): &(bool, usize)| if *taken { &others } else { &own }.as_ref()?.get(*n);
			values.clear();
			values.extend(cells.iter().map(get));
			columns.push(key, &values)?;
		}
		Self { counts, columns }.checked()
	}

	/// Puts one value of the `n`-th cell, or takes it away. A table in which it has no room stays as it was.
	pub fn set(&mut self, n: usize, key: ParamKey, value: Option<i64>) -> Result<(), TableDefect> {
		self.set_all(&BTreeMap::from([((key, n), value)]))
	}

	/// Puts values, each by its key and the place of its cell, or takes them away. A table in which they have no room stays
	/// as it was.
	pub fn set_all(&mut self, values: &BTreeMap<(ParamKey, usize), Option<i64>>) -> Result<(), TableDefect> {
		let cells = self.len();
		if values.keys().any(|(_, n)| *n >= cells) {
			return Err(TableDefect::NoSuchCell);
		}
		let room = self.columns.lines.len().saturating_add(1);
		let mut columns = Columns::with_room(cells, room, self.columns.codes.len());
		let (mut lines, mut values) = (self.columns.lines.iter().peekable(), values.iter().peekable());
		let mut of_column = Vec::with_capacity(cells);
		loop {
			let next = [lines.peek().map(|line| line.key), values.peek().map(|((key, _), _)| *key)];
			let Some(key) = next.into_iter().flatten().min() else { break };
			let is_of_key = |((other, _), _): &(&(ParamKey, usize), &Option<i64>)| *other == key;
			let old = lines.next_if(|line| line.key == key).map(|line| self.columns.column(line));
			let is_changed = values.peek().is_some_and(is_of_key);
			if let Some(column) = old.filter(|_| !is_changed) {
				columns.copy(key, column);
				continue;
			}
			of_column.clear();
			of_column.extend((0..cells).map(|n| old?.get(n)));
			while let Some(((_, n), value)) = values.next_if(is_of_key) {
				if let Some(place) = of_column.get_mut(*n) {
					*place = *value;
				}
			}
			columns.push(key, &of_column)?;
		}
		*self = Self { counts: self.counts.clone(), columns }.checked()?;
		Ok(())
	}

	/// Whether the `n`-th cell has no value.
	pub fn is_blank(&self, n: usize) -> bool {
		n >= self.len() || self.columns().all(|(_, column)| column.get(n).is_none())
	}

	/// Gives the stations in these slots so many cells, 1 or more, where they have any: new ones without values, or fewer. A
	/// table in which they have no room stays as it was.
	pub fn resize(&mut self, cells: &BTreeMap<u32, u8>) -> Result<(), TableDefect> {
		let wanted = |(slot, count): (u32, &u8)| match cells.get(&slot) {
			Some(wanted) if *count > 0 => (*wanted).max(1),
			_ => *count,
		};
		let counts: Vec<u8> = (0u32..).zip(&self.counts).map(wanted).collect();
		if counts == self.counts {
			return Ok(());
		}
		if counts.iter().any(|count| *count > MAX_CELLS) {
			return Err(TableDefect::TooManyCells);
		}
		let places = |(slot, count): (u32, &u8)| {
			let old = self.positions(slot).map(Some);
			old.chain(core::iter::repeat(None)).take(usize::from(*count)).collect::<Vec<_>>()
		};
		let places: Vec<Option<usize>> = (0u32..).zip(&counts).flat_map(places).collect();
		let mut columns =
			Columns::with_room(places.len(), self.columns.lines.len(), self.columns.codes.len());
		for (key, column) in self.columns() {
			let values: Vec<_> = places.iter().map(|n| column.get((*n)?)).collect();
			columns.push(key, &values)?;
		}
		*self = Self { counts, columns }.checked()?;
		Ok(())
	}

	/// For each slot its station's cells: what [`CellTable::new`] takes.
	pub fn stations(&self) -> Vec<Vec<CellValues>> {
		let mut next = 0usize;
		let mut cell = || {
			let values = self.values(next);
			next = next.saturating_add(1);
			values
		};
		self.counts.iter().map(|count| (0..*count).map(|_| cell()).collect()).collect()
	}

	/// Its one encoding: the number of cells of each slot, then each column under its key. `None` when it is too long.
	pub fn to_bytes(&self) -> Option<TableBytes> {
		let heads = self.columns.lines.len().saturating_mul(MAX_COLUMN_HEAD);
		let most = self.counts.len().saturating_add(heads).saturating_add(self.columns.codes.len());
		let mut bytes = Vec::with_capacity(most.saturating_add(MAX_HEAD));
		self.counts.encode_to(&mut bytes);
		Compact(self.columns.count()).encode_to(&mut bytes);
		for (key, column) in self.columns() {
			(key.param.0, key.place).encode_to(&mut bytes);
			column.write(&mut bytes);
		}
		bytes.try_into().ok()
	}

	/// Reads what [`CellTable::to_bytes`] has written; anything else is refused.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, TableDefect> {
		let head = Bytes::read(bytes).map_err(|_| TableDefect::Encoding)?;
		// Before anything is made of it.
		if count_values(head.cells, head.columns) > MAX_TABLE_VALUES {
			return Err(TableDefect::TooLarge);
		}
		Self::read(head, Column::read).map_err(|_| TableDefect::Encoding)?.checked()
	}

	/// Reads a table's encoding that was looked at before, when [`CellTable::from_bytes`] has read it or
	/// [`CellTable::to_bytes`] has written it: how its columns are packed is not looked at again. That takes a small part
	/// of the time. Bytes that are no table are refused, or are a table that no other bytes are read as.
	pub fn from_trusted(bytes: &[u8]) -> Result<Self, TableDefect> {
		Bytes::read(bytes)
			.and_then(|head| Self::read(head, Column::read_trusted))
			.map_err(|_| TableDefect::Encoding)
	}

	fn read<'a>(
		mut bytes: Bytes<'a>,
		read: fn(&mut &'a [u8], usize) -> Result<Column<'a>, codec::Error>,
	) -> Result<Self, codec::Error> {
		if bytes.counts.iter().any(|count| *count > MAX_CELLS) || bytes.counts.last() == Some(&0) {
			return Err("counts of cells".into());
		}
		let count = usize::try_from(bytes.columns).unwrap_or(0);
		let mut columns = Columns::with_room(bytes.cells, count, bytes.rest.len());
		while let Some(key) = bytes.next_key()? {
			if columns.lines.last().is_some_and(|last| last.key >= key) {
				return Err("columns out of order".into());
			}
			let column = read(&mut bytes.rest, bytes.cells)?;
			if bytes.cells == 0 || column.is_empty() {
				return Err("a column without a value".into());
			}
			columns.copy(key, column);
		}
		if bytes.rest.is_empty() {
			Ok(Self { counts: bytes.counts.into(), columns })
		} else {
			Err("bytes behind a table".into())
		}
	}

	/// What [`CellTable::position`] gives for a cell, out of the encoding of a table.
	pub fn peek_position(bytes: &[u8], slot: u32, cell: u8) -> Option<usize> {
		position(Bytes::read(bytes).ok()?.counts, slot, cell)
	}

	/// One value out of the encoding of a table, nothing else of it read: what [`CellTable::get`] gives for the cell. Bytes
	/// that are no table give no value, or any.
	pub fn peek(bytes: &[u8], slot: u32, cell: u8, key: ParamKey) -> Option<i64> {
		let mut value = None;
		Self::peek_each(bytes, slot, cell, key..=key, |_, found| value = Some(found));
		value
	}

	/// As [`CellTable::peek`], a parameter's values in its first `places` places, with their places in ascending order.
	pub fn peek_places(bytes: &[u8], slot: u32, cell: u8, param: ParamId, places: u8) -> Vec<(u8, i64)> {
		let mut values = Vec::new();
		if let Some(last) = places.checked_sub(1) {
			let keys = ParamKey::of(param)..=ParamKey { param, place: last };
			Self::peek_each(bytes, slot, cell, keys, |key, value| values.push((key.place, value)));
		}
		values
	}

	fn peek_each(
		bytes: &[u8],
		slot: u32,
		cell: u8,
		keys: RangeInclusive<ParamKey>,
		mut found: impl FnMut(ParamKey, i64),
	) -> Option<()> {
		let mut bytes = Bytes::read(bytes).ok()?;
		let n = position(bytes.counts, slot, cell)?;
		while let Some(key) = bytes.next_key().ok()? {
			if key > *keys.end() {
				break;
			}
			let column = Column::read_trusted(&mut bytes.rest, bytes.cells).ok()?;
			if let Some(value) = column.get(n).filter(|_| keys.contains(&key)) {
				found(key, value);
			}
		}
		Some(())
	}

	/// Itself, within the bounds of a table.
	fn checked(self) -> Result<Self, TableDefect> {
		self.check(0..self.len())?;
		Ok(self)
	}

	/// Whether it is within the bounds of a table, and these cells are within theirs.
	fn check(&self, cells: Range<usize>) -> Result<(), TableDefect> {
		self.columns.check()?;
		// Only with so many columns can a cell have more values than it may.
		if self.columns.count() > MAX_KEYS {
			let mut counts = vec![0u32; cells.len()];
			for (_, column) in self.columns() {
				for (n, count) in cells.clone().zip(&mut counts) {
					if column.is_full() || column.get(n).is_some() {
						*count = count.saturating_add(1);
					}
				}
			}
			if counts.iter().any(|count| *count > MAX_KEYS) {
				return Err(TableDefect::Keys);
			}
		}
		Ok(())
	}
}

/// The columns of a table in ascending order of their keys, each with a value in it. Their codes stand one after the other
/// in one piece of memory: in WASM a piece for each column would cost more than its values.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Columns {
	/// Cells of the table.
	cells: usize,
	lines: Vec<Line>,
	codes: Vec<u8>,
}

/// A column of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
	key: ParamKey,
	head: Head,
	/// Where its codes stand.
	codes: Range<usize>,
}

impl Columns {
	/// None yet, and room for so many with so many bytes of codes.
	fn with_room(cells: usize, columns: usize, codes: usize) -> Self {
		Self { cells, lines: Vec::with_capacity(columns), codes: Vec::with_capacity(codes) }
	}

	/// How many there are.
	fn count(&self) -> u32 {
		u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
	}

	fn column(&self, line: &Line) -> Column<'_> {
		Column { head: line.head, bits: self.codes.get(line.codes.clone()).unwrap_or_default() }
	}

	/// A column and its place, or the place where it would stand.
	fn find(&self, key: ParamKey) -> Result<(usize, Column<'_>), usize> {
		let place = self.lines.binary_search_by_key(&key, |line| line.key)?;
		self.lines.get(place).map(|line| (place, self.column(line))).ok_or(place)
	}

	/// Adds a column behind the others.
	fn copy(&mut self, key: ParamKey, column: Column<'_>) {
		let first = self.codes.len();
		self.codes.extend_from_slice(column.bits);
		self.lines.push(Line { key, head: column.head, codes: first..self.codes.len() });
	}

	/// Packs a column behind the others, when it has a value.
	fn push(&mut self, key: ParamKey, values: &[Option<i64>]) -> Result<(), TableDefect> {
		if values.iter().any(Option::is_some) {
			let first = self.codes.len();
			let head = pack(values, &mut self.codes).ok_or(TableDefect::TooLarge)?;
			self.lines.push(Line { key, head, codes: first..self.codes.len() });
		}
		self.check()
	}

	/// Whether there are no more than a table may have, and no more values in them.
	fn check(&self) -> Result<(), TableDefect> {
		if self.count() <= MAX_COLUMNS && count_values(self.cells, self.count()) <= MAX_TABLE_VALUES {
			Ok(())
		} else {
			Err(TableDefect::TooLarge)
		}
	}
}

/// Each key that either table has, in ascending order, with its columns.
fn both<'a>(
	one: &'a CellTable,
	other: &'a CellTable,
) -> impl Iterator<Item = (ParamKey, Option<Column<'a>>, Option<Column<'a>>)> {
	let (one, other) = (&one.columns, &other.columns);
	let (mut left, mut right) = (one.lines.iter().peekable(), other.lines.iter().peekable());
	core::iter::from_fn(move || {
		let key = match (left.peek(), right.peek()) {
			(Some(a), Some(b)) => a.key.min(b.key),
			(Some(line), None) | (None, Some(line)) => line.key,
			(None, None) => return None,
		};
		let own = left.next_if(|line| line.key == key).map(|line| one.column(line));
		let others = right.next_if(|line| line.key == key).map(|line| other.column(line));
		Some((key, own, others))
	})
}

/// A table's encoding on the way from its head to its last column.
struct Bytes<'a> {
	/// Cells of the station in each slot.
	counts: &'a [u8],
	/// All cells.
	cells: usize,
	/// Columns that are left.
	columns: u32,
	/// What has not been read.
	rest: &'a [u8],
}

impl<'a> Bytes<'a> {
	/// Reads the head. There are no more slots and columns than a table may have.
	fn read(mut input: &'a [u8]) -> Result<Self, codec::Error> {
		let Compact(slots) = Compact::<u32>::decode(&mut input)?;
		if slots > PAGE_SLOTS {
			return Err("too many slots".into());
		}
		let (counts, mut rest) =
			usize::try_from(slots).ok().and_then(|slots| input.split_at_checked(slots)).ok_or("too short")?;
		let Compact(columns) = Compact::<u32>::decode(&mut rest)?;
		if columns > MAX_COLUMNS {
			return Err("too many columns".into());
		}
		Ok(Self { counts, cells: count(counts), columns, rest })
	}

	/// The key of the next column, which stands behind it.
	fn next_key(&mut self) -> Result<Option<ParamKey>, codec::Error> {
		let Some(left) = self.columns.checked_sub(1) else { return Ok(None) };
		self.columns = left;
		let (param, place) = <(u16, u8)>::decode(&mut self.rest)?;
		Ok(Some(ParamKey { param: ParamId(param), place }))
	}
}

/// The values of so many cells and columns.
fn count_values(cells: usize, columns: u32) -> u32 {
	u32::try_from(cells).unwrap_or(u32::MAX).saturating_mul(columns)
}

/// What there is to work on in so many cells and columns.
fn size(cells: usize, columns: u32) -> u32 {
	let cells = u32::try_from(cells).unwrap_or(u32::MAX);
	cells.saturating_add(LINE).saturating_mul(columns.saturating_add(LINE)).min(MAX_TABLE_SIZE)
}

/// All cells of these stations.
fn count(counts: &[u8]) -> usize {
	counts.iter().map(|count| usize::from(*count)).sum()
}

/// Where a cell stands among the cells of these stations.
fn position(counts: &[u8], slot: u32, cell: u8) -> Option<usize> {
	let slot = usize::try_from(slot).ok()?;
	if cell >= *counts.get(slot)? {
		return None;
	}
	count(counts.get(..slot)?).checked_add(cell.into())
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use proptest::prelude::*;

	prop_compose! {
		/// Cells as a network has them: most values alike, some missing, some wide.
		pub(crate) fn any_cell()(
			values in proptest::collection::btree_map(
				(0u16..12, 0u8..2), prop_oneof![Just(20i64), 0i64..1_008, -900i64..900, 0i64..1 << 36], 0..16,
			),
		) -> CellValues {
			values.into_iter().map(|((param, place), value)| (ParamKey { param: ParamId(param), place }, value)).collect()
		}
	}

	pub(crate) fn any_stations() -> impl Strategy<Value = Vec<Vec<CellValues>>> {
		proptest::collection::vec(proptest::collection::vec(any_cell(), 0..4), 0..12)
	}

	fn trimmed(mut stations: Vec<Vec<CellValues>>) -> Vec<Vec<CellValues>> {
		while stations.last().is_some_and(Vec::is_empty) {
			stations.pop();
		}
		stations
	}

	const KEY: ParamKey = ParamKey::of(ParamId(3));

	#[test]
	fn table_fails_when_it_has_more_than_a_page() {
		let cell = || vec![(KEY, 1)];
		let stations = |stations, cells| vec![vec![cell(); cells]; stations];
		assert!(CellTable::new(&stations(64, 24)).is_ok());
		assert_eq!(CellTable::new(&stations(65, 1)), Err(TableDefect::TooManyStations));
		assert_eq!(CellTable::new(&stations(1, 25)), Err(TableDefect::TooManyCells));
		let doubled = vec![(KEY, 1), (KEY, 2)];
		assert_eq!(CellTable::new(&[vec![doubled]]), Err(TableDefect::Keys));
		let many = (0..257u16).map(|n| (ParamKey::of(ParamId(n)), 0)).collect();
		assert_eq!(CellTable::new(&[vec![many]]), Err(TableDefect::Keys));
	}

	#[test]
	fn table_fails_when_it_has_more_values_than_it_may() {
		let cell = |keys: u16| (0..keys).map(|n| (ParamKey::of(ParamId(n)), 1)).collect::<CellValues>();
		let stations = |keys| vec![vec![cell(keys); 4]; 64];
		let full = CellTable::new(&stations(256)).unwrap();
		assert_eq!(CellTable::new(&vec![vec![cell(256); 5]; 64]), Err(TableDefect::TooLarge));
		// A cell with few values counts as one with a value in every column
		let mut sparse = stations(256);
		sparse[0].push(cell(1));
		assert_eq!(CellTable::new(&sparse), Err(TableDefect::TooLarge));
		let few = CellTable::new(&[vec![cell(1); 5]]).unwrap();
		assert_eq!(full.clone().with_stations(few, |slot| slot == 0), Err(TableDefect::TooLarge));
		let mut table = CellTable::new(&vec![vec![cell(42); 24]; 64]).unwrap();
		assert_eq!(table.set(0, ParamKey::of(ParamId(99)), Some(1)), Err(TableDefect::TooLarge));
	}

	/// Columns of one value each take no room, so few bytes may say that they are very many values.
	#[test]
	fn bytes_of_more_values_than_a_table_may_have_are_refused_by_their_head() {
		let mut bytes = vec![24u8; 64].encode();
		Compact(43u32).encode_to(&mut bytes);
		assert_eq!(CellTable::from_bytes(&bytes), Err(TableDefect::TooLarge));
		assert!(CellTable::size_of(&bytes) <= MAX_TABLE_SIZE);
	}

	#[test]
	fn no_table_is_greater_than_the_greatest_size() {
		for cells in 1..=MAX_PAGE_CELLS {
			let columns = (MAX_TABLE_VALUES / cells).min(MAX_COLUMNS);
			let cells = usize::try_from(cells).unwrap();
			assert!(size(cells, columns) < MAX_TABLE_SIZE, "{cells} cells");
		}
	}

	#[test]
	fn resize_fails_when_a_station_or_a_table_has_no_room() {
		let cell = |keys: u16| (0..keys).map(|n| (ParamKey::of(ParamId(n)), 1)).collect::<CellValues>();
		let mut table = CellTable::new(&vec![vec![cell(256); 4]; 64]).unwrap();
		let before = table.clone();
		assert_eq!(table.resize(&[(0, 5)].into()), Err(TableDefect::TooLarge));
		assert_eq!(table.resize(&[(0, 25)].into()), Err(TableDefect::TooManyCells));
		assert_eq!(table, before);
		// What is no station of it gets no cells
		assert_eq!((table.resize(&[(70, 5)].into()), table == before), (Ok(()), true));
	}

	#[test]
	fn set_fails_where_there_is_no_cell() {
		let mut table = CellTable::new(&[vec![vec![(KEY, 1)]]]).unwrap();
		assert_eq!(table.set(1, KEY, Some(2)), Err(TableDefect::NoSuchCell));
		assert_eq!((table.position(0, 1), table.position(1, 0)), (None, None));
	}

	#[test]
	fn set_that_fails_leaves_the_table_as_it_was() {
		let many = (0..256u16).map(|n| (ParamKey::of(ParamId(n)), 0)).collect();
		let mut table = CellTable::new(&[vec![many]]).unwrap();
		let before = table.clone();
		assert_eq!(table.set(0, ParamKey::of(ParamId(256)), Some(1)), Err(TableDefect::Keys));
		assert_eq!(table, before);
		assert_eq!(table.set(0, ParamKey::of(ParamId(255)), Some(1)), Ok(()));
		let mut table = CellTable::new(&[vec![vec![(KEY, i64::MAX)], vec![]]]).unwrap();
		let before = table.clone();
		assert_eq!(table.set(1, KEY, Some(i64::MIN)), Err(TableDefect::TooLarge));
		assert_eq!(table, before);
	}

	#[test]
	fn page_of_a_network_takes_few_bytes_a_cell() {
		// 64 stations with 3 cells each: 30 parameters alike everywhere, five different ones of ten bits, one of 36
		let cell = |station: i64, cell: i64| -> CellValues {
			let alike = (0..30u16).map(|n| (ParamKey::of(ParamId(n)), 7));
			let own = (30..35u16)
				.map(|n| (ParamKey::of(ParamId(n)), (station * 37 + cell * 331 + i64::from(n)) % 1_008));
			let wide = [(ParamKey::of(ParamId(35)), station << 20 | cell)];
			alike.chain(own).chain(wide).collect()
		};
		let stations: Vec<_> = (0..64).map(|station| (0..3).map(|n| cell(station, n)).collect()).collect();
		let bytes = CellTable::new(&stations).unwrap().to_bytes().unwrap().len();
		assert!(bytes < 192 * 12, "{bytes} bytes for 192 cells of 36 values");
	}

	#[test]
	fn table_has_the_encoding_that_it_always_had() {
		let keys =
			[ParamKey::of(ParamId(3)), ParamKey { param: ParamId(3), place: 1 }, ParamKey::of(ParamId(9))];
		let cell = |values: [Option<i64>; 3]| -> CellValues {
			keys.into_iter().zip(values).filter_map(|(key, value)| Some((key, value?))).collect()
		};
		let first = cell([Some(20), Some(5), Some(-1)]);
		let others = vec![cell([Some(20), None, Some(0)]), cell([Some(20), Some(6), Some(254)])];
		let alike = [3, 0, 0, 20 << 1 << 2, 0];
		let sparse = [3, 0, 1, 5 << 1 << 2, 2 << 1 | 1, 0b10_00_01];
		let dense = [9, 0, 0, 1 << 2, 8 << 1, 0, 1, 255];
		let encoded = [&[3 << 2, 1, 0, 2, 3 << 2][..], &alike, &sparse, &dense].concat();
		assert_eq!(CellTable::new(&[vec![first], vec![], others]).unwrap().to_bytes().unwrap(), encoded);
	}

	proptest! {
		#[test]
		fn table_gives_back_what_it_was_made_of(stations in any_stations()) {
			let table = CellTable::new(&stations).unwrap();
			prop_assert_eq!(table.stations(), trimmed(stations));
			let bytes = table.to_bytes().unwrap();
			prop_assert_eq!(CellTable::size_of(&bytes), table.size());
			prop_assert_eq!(CellTable::from_trusted(&bytes), Ok(table.clone()));
			prop_assert_eq!(CellTable::from_bytes(&bytes), Ok(table));
		}

		#[test]
		fn peek_gives_what_the_table_does(
			stations in any_stations(), slot in 0u32..14, cell in 0u8..5, key in (0u16..13, 0u8..3), places in 0u8..4,
		) {
			let table = CellTable::new(&stations).unwrap();
			let bytes = table.to_bytes().unwrap();
			let key = ParamKey { param: ParamId(key.0), place: key.1 };
			let get = |key| table.get(table.position(slot, cell)?, key);
			prop_assert_eq!(CellTable::peek_position(&bytes, slot, cell), table.position(slot, cell));
			prop_assert_eq!(CellTable::peek(&bytes, slot, cell, key), get(key));
			let listed: Vec<_> =
				(0..places).filter_map(|place| Some((place, get(ParamKey { place, ..key })?))).collect();
			prop_assert_eq!(CellTable::peek_places(&bytes, slot, cell, key.param, places), listed);
		}

		#[test]
		fn peek_reads_any_bytes(bytes: Vec<u8>, slot in 0u32..70, cell in 0u8..26, param: u16) {
			let _ = CellTable::peek(&bytes, slot, cell, ParamKey::of(ParamId(param)));
		}

		#[test]
		fn stations_of_another_table_take_the_place_of_its_own(
			ours in any_stations(), theirs in any_stations(), takes: [bool; 12],
		) {
			let taken = |slot: u32| takes[slot as usize];
			let (own, other) = (CellTable::new(&ours).unwrap(), CellTable::new(&theirs).unwrap());
			let cells = |stations: &[Vec<CellValues>], slot| stations.get(slot).cloned().unwrap_or_default();
			for slot in 0..12 {
				let (ours, theirs) = (cells(&ours, slot), cells(&theirs, slot));
				let differs = |n: &u8| ours.get(usize::from(*n)) != theirs.get(usize::from(*n));
				let expected: Vec<u8> = (0..24).filter(differs).collect();
				prop_assert_eq!(own.differing(&other, slot as u32), expected);
			}
			let expected: Vec<_> = takes
				.iter()
				.enumerate()
				.map(|(slot, taken)| cells(if *taken { &theirs } else { &ours }, slot))
				.collect();
			prop_assert_eq!(own.with_stations(other, taken), CellTable::new(&expected));
		}

		#[test]
		fn set_is_the_same_as_making_it_anew(
			stations in any_stations(),
			changes in prop::collection::vec(
				(any::<prop::sample::Index>(), (0u16..12, 0u8..2), prop::option::of(0i64..1 << 20)), 1..8,
			),
		) {
			let mut table = CellTable::new(&stations).unwrap();
			prop_assume!(!table.is_empty());
			let (mut one_by_one, mut stations) = (table.clone(), stations);
			let mut all = BTreeMap::new();
			for (at, (param, place), value) in changes {
				let (n, key) = (at.index(table.len()), ParamKey { param: ParamId(param), place });
				all.insert((key, n), value);
				one_by_one.set(n, key, value).unwrap();
				let (slot, cell) = table.cells().nth(n).unwrap();
				let values = &mut stations[slot as usize][cell as usize];
				values.retain(|(other, _)| *other != key);
				values.extend(value.map(|value| (key, value)));
				values.sort_unstable();
			}
			table.set_all(&all).unwrap();
			prop_assert_eq!(&table, &one_by_one);
			prop_assert_eq!(CellTable::new(&stations), Ok(table));
		}

		#[test]
		fn resize_is_the_same_as_making_it_anew(
			stations in any_stations(), wanted in prop::collection::btree_map(0u32..14, 0u8..6, 0..6),
		) {
			let mut table = CellTable::new(&stations).unwrap();
			table.resize(&wanted).unwrap();
			let mut stations = stations;
			for (slot, cells) in stations.iter_mut().enumerate().filter(|(_, cells)| !cells.is_empty()) {
				if let Some(count) = wanted.get(&(slot as u32)) {
					cells.resize(usize::from(*count).max(1), vec![]);
				}
			}
			prop_assert_eq!(CellTable::new(&stations), Ok(table.clone()));
			let cells = stations.concat();
			prop_assert!((0..cells.len()).all(|n| table.is_blank(n) == cells[n].is_empty()));
		}

		#[test]
		fn any_bytes_are_refused_or_the_one_encoding(bytes: Vec<u8>) {
			let _ = CellTable::from_trusted(&bytes);
			if let Ok(table) = CellTable::from_bytes(&bytes) {
				prop_assert_eq!(table.to_bytes().unwrap().into_inner(), bytes);
			}
		}

		#[test]
		fn changed_bytes_are_another_table_or_none(stations in any_stations(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
			let table = CellTable::new(&stations).unwrap();
			let mut bytes = table.to_bytes().unwrap().into_inner();
			let place = at.index(bytes.len());
			bytes[place] ^= 1 << bit;
			prop_assert_ne!(CellTable::from_bytes(&bytes), Ok(table));
		}
	}
}
