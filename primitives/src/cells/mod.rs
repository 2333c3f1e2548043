// SPDX-License-Identifier: Apache-2.0

//! Key parameters of cells, in pages.
//!
//! # Terminology
//!
//! * **Cell**: one cell of a station; its number counts from 0 within the station.
//! * **Key parameter**: what the federation has put into its [catalogue]: a stable number, versioned names, the values
//!   that are allowed, and who must agree to a change.
//! * **Key** ([`ParamKey`]): one parameter in one cell: its number and, where a cell has a value of it for each operator,
//!   each neighbour or each frequency, the place in their list.
//! * **Neighbour**: a cell that another one has a relation to. Which one it is, is the value of a parameter too
//!   ([`catalogue::Domain::Cell`]), so relations are imported, signed, observed and changed as any value is.
//! * **Value**: an `i64`, whatever the parameter is; the catalogue's domain says what it stands for.
//! * **Table** ([`CellTable`]): all values of the cells of one page of stations, column by column ([`column`]).
//! * **Rule** ([`rules`]): what must hold between several values, of a cell, of neighbours, of a carrier and the spectrum
//!   that is held ([`spectrum`]).
//! * **Digest** ([`digest`]): 32 bytes over a cell, a page, a local network. **Tag**: 8 bytes of a keyed hash over a
//!   digest, which a sweep sends in its place.
//! * **Change** ([`change`]): values that a company wants to be others, and the hash that the others agree to.
//! * **Export** ([`export`]): what a company has read from its network, row by row, bound by one hash.
//!
//! # What it guarantees
//!
//! * **One reading**: a table has one encoding. Equal contents are equal bytes, whichever way they came about.
//! * **Nothing hides**: a digest covers every value of every cell, absent ones by their absence, and the order.
//! * **Bounded**: a page has at most [`MAX_PAGE_CELLS`] cells, a cell at most [`MAX_KEYS`] values, a table at most
//!   [`MAX_TABLE_BYTES`] bytes.

pub mod catalogue;
pub mod change;
pub mod column;
pub mod digest;
pub mod export;
pub mod rules;
pub mod spectrum;
pub mod table;

pub use table::{CellTable, TableDefect};

use crate::{
	page::{SiteId, PAGE_SLOTS},
	site::MAX_CELLS,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most cells of a page.
pub const MAX_PAGE_CELLS: u32 = PAGE_SLOTS * MAX_CELLS as u32;
/// Most neighbours of one cell.
pub const MAX_NEIGHBOURS: u8 = 16;
/// Most frequencies of which one cell has values.
pub const MAX_FREQUENCIES: u8 = 8;
/// Most values of one cell: some sixty parameters, ten of them for each PLMN, half a dozen for each neighbour.
pub const MAX_KEYS: u32 = 256;
/// Most bytes of a page's table.
pub const MAX_TABLE_BYTES: u32 = 256 * 1024;

/// A cell: its station and its number within it.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub struct CellId {
	/// The station.
	pub site: SiteId,
	/// 0 to `cells - 1` of the station.
	pub cell: u8,
}

/// Stable number of a parameter in the catalogue. Never given again.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub struct ParamId(pub u16);

/// A parameter of a cell: its number and whose value it is.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub struct ParamKey {
	/// The parameter.
	pub param: ParamId,
	/// Where a cell has a value for each operator, the place of its PLMN in the station's list; where it has one for each
	/// neighbour or each frequency, the place in the cell's list of them; else 0.
	pub place: u8,
}

impl ParamKey {
	/// A parameter with one value for the cell.
	pub const fn of(param: ParamId) -> Self {
		Self { param, place: 0 }
	}
}

/// The values of one cell in ascending order of their keys, each key once.
pub type CellValues = Vec<(ParamKey, i64)>;

/// Whether values stand in ascending order of their keys, each key once, and are no more than a cell may have.
pub fn are_ordered(values: &[(ParamKey, i64)]) -> bool {
	let mut keys = values.iter().map(|(key, _)| key);
	u32::try_from(values.len()).is_ok_and(|count| count <= MAX_KEYS)
		&& keys
			.next()
			.is_none_or(|first| keys.try_fold(first, |last, key| (last < key).then_some(key)).is_some())
}
