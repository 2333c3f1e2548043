// SPDX-License-Identifier: Apache-2.0

//! Raw exports: what a company has read from its network, bound by one hash before it testifies from it.
//!
//! ```text
//!   row       SCALE of (cell, its values by key, fields that are not on the chain), rows in ascending order of their cells
//!   leaf      hash("trimast/row", bytes of the row)
//!   tree      binary Merkle tree over the leaves; the last node of a row of odd length goes up as it is
//!   root      hash("trimast/export", company, territory, number of leaves, when the network was read, top of the tree)
//! ```
//!
//! Everything is hashed with BLAKE2b, 256 bit. A network that is read again, and has not changed, is another export: the
//! time is part of the root. So are the company and the territory that it anchors the root with: whoever anchors another
//! company's root has no row under it. The export itself stays with its company; the chain has its root. An
//! *opening* is one row with the hashes that lead from it to the root. That a cell is *not* in an export is shown by
//! opening the two rows between which it would stand.
//!
//! ```
//! # use trimast_primitives::{access::Scope, cells::{export::{Export, Row}, CellId, ParamId, ParamKey}, page::SiteId};
//! # use trimast_primitives::{LocalNetworkId, OrgId};
//! let row = |cell| Row {
//!     cell: CellId { site: SiteId::new(LocalNetworkId(1301), 0, 7), cell },
//!     values: vec![(ParamKey::of(ParamId(11)), 300)],
//!     fields: Row::fields_of([("swVersion", "V5.1")]).unwrap(),
//! };
//! let rows: Vec<_> = (0..3).map(|cell| row(cell).to_bytes().unwrap()).collect();
//! let export = Export::new(&rows, OrgId(1), Scope::National, 1_735_689_600_000);
//! let opening = export.open(1, rows[1].clone()).unwrap();
//! assert_eq!(opening.verify(export.root(), &export.bound()), Some(row(1)));
//! ```

use super::{are_ordered, CellId, CellValues};
use crate::{access::Scope, Hash, Moment, OrgId, Text};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_io::hashing::blake2_256;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most fields of a row.
pub const MAX_FIELDS: u32 = 16;
/// Most bytes of a field's name.
pub const MAX_NAME: u32 = 40;
/// Most bytes of a field's text.
pub const MAX_FIELD: u32 = 64;
/// Most bytes of a row: a cell with as many values and fields as it may have.
pub const MAX_ROW_BYTES: u32 = 8 * 1024;
/// Most hashes from a leaf to the top: as many leaves as a `u32` can count.
pub const MAX_PATH: u32 = 32;

/// What an export has of a cell and the chain has not, for example its serial number: names and texts in ascending order
/// of the names, each name once.
pub type Fields = BoundedVec<(Text<ConstU32<MAX_NAME>>, Text<ConstU32<MAX_FIELD>>), ConstU32<MAX_FIELDS>>;

/// A row as it is hashed and sent: see [`Row::to_bytes`].
pub type RowBytes = BoundedVec<u8, ConstU32<MAX_ROW_BYTES>>;

/// One cell of an export.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Row {
	/// The cell.
	pub cell: CellId,
	/// Its values in ascending order of their keys.
	pub values: CellValues,
	/// What else was read of it.
	pub fields: Fields,
}

impl Row {
	/// Its one encoding. `None` when values or fields are out of order or too many.
	pub fn to_bytes(&self) -> Option<RowBytes> {
		self.is_ordered().then(|| self.encode().try_into().ok()).flatten()
	}

	/// Reads what [`Row::to_bytes`] has written; anything else is `None`.
	pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let row = Self::decode_all(&mut &bytes[..]).ok()?;
		(row.to_bytes()?.as_slice() == bytes).then_some(row)
	}

	/// Fields in their order. `None` when a name stands twice, or they are too long or too many.
	pub fn fields_of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Fields> {
		let text = |(name, text): (&str, &str)| {
			Some((name.as_bytes().to_vec().try_into().ok()?, text.as_bytes().to_vec().try_into().ok()?))
		};
		let mut fields: Vec<_> = fields.into_iter().map(text).collect::<Option<_>>()?;
		fields.sort_unstable();
		let fields = Fields::try_from(fields).ok()?;
		fields.is_sorted_by(|a, b| a.0 < b.0).then_some(fields)
	}

	fn is_ordered(&self) -> bool {
		are_ordered(&self.values) && self.fields.is_sorted_by(|a, b| a.0 < b.0)
	}
}

/// The hash of a row's bytes, as it stands in the tree.
pub fn leaf(row: &[u8]) -> Hash {
	let mut bytes = b"trimast/row".to_vec();
	bytes.extend_from_slice(row);
	blake2_256(&bytes).into()
}

/// What the root of an export is bound to beside its rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bound {
	/// The company whose export it is.
	pub org: OrgId,
	/// The territory that it is anchored for.
	pub scope: Scope,
	/// How many rows it has.
	pub leaves: u32,
	/// When the network was read.
	pub observed: Moment,
}

impl Bound {
	/// The root of the export over this top of the tree.
	pub fn root(&self, top: Hash) -> Hash {
		let Self { org, scope, leaves, observed } = *self;
		(b"trimast/export", org, scope, leaves, observed, top).using_encoded(blake2_256).into()
	}
}

/// The tree over the rows of an export, as its company keeps it.
pub struct Export {
	org: OrgId,
	scope: Scope,
	observed: Moment,
	/// From the leaves to the top, which stands alone.
	levels: Vec<Vec<Hash>>,
}

impl Export {
	/// Over the bytes of all rows, in ascending order of their cells, as this company has read them then, of this territory.
	pub fn new<R: AsRef<[u8]>>(rows: &[R], org: OrgId, scope: Scope, observed: Moment) -> Self {
		Self::of_leaves(rows.iter().map(|row| leaf(row.as_ref())).collect(), org, scope, observed)
	}

	/// The same over the leaves of all rows, in their order.
	pub fn of_leaves(leaves: Vec<Hash>, org: OrgId, scope: Scope, observed: Moment) -> Self {
		let mut levels = Vec::new();
		let mut level = leaves;
		while level.len() > 1 {
			let above = level.chunks(2).map(|pair| match pair {
				[left, right] => node(left, right),
				alone => alone.first().copied().unwrap_or_default(),
			});
			let above = above.collect();
			levels.push(core::mem::replace(&mut level, above));
		}
		levels.push(level);
		Self { org, scope, observed, levels }
	}

	/// What its root is bound to beside its rows.
	pub fn bound(&self) -> Bound {
		let leaves = self.levels.first().and_then(|leaves| u32::try_from(leaves.len()).ok());
		let Self { org, scope, observed, .. } = *self;
		Bound { org, scope, leaves: leaves.unwrap_or(u32::MAX), observed }
	}

	/// Its root. An export without a row has none that anybody would take.
	pub fn root(&self) -> Hash {
		self.bound().root(self.top())
	}

	/// What stands on top of its tree, whosever it is.
	pub fn top(&self) -> Hash {
		self.levels.last().and_then(|level| level.first()).copied().unwrap_or_default()
	}

	/// The opening of one row, whose bytes are given. `None` when it is not that row.
	pub fn open(&self, leaf_number: u32, row: RowBytes) -> Option<Opening> {
		let mut place = usize::try_from(leaf_number).ok()?;
		if self.levels.first()?.get(place)? != &leaf(&row) {
			return None;
		}
		let mut path = Vec::new();
		for level in &self.levels {
			path.extend(level.get(place ^ 1).copied());
			place /= 2;
		}
		Some(Opening { leaf: leaf_number, row, path: path.try_into().ok()? })
	}
}

fn node(left: &Hash, right: &Hash) -> Hash {
	let mut both = [0u8; 64];
	let (first, second) = both.split_at_mut(32);
	first.copy_from_slice(left.as_bytes());
	second.copy_from_slice(right.as_bytes());
	blake2_256(&both).into()
}

/// One row of an export, and what shows that it is part of it.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Opening {
	/// Its place among the leaves, from 0.
	pub leaf: u32,
	/// Its bytes.
	pub row: RowBytes,
	/// The hashes beside the way up to the top, from the leaf's neighbour on.
	pub path: BoundedVec<Hash, ConstU32<MAX_PATH>>,
}

impl Opening {
	/// Whether these bytes stand in this place of the export with this root, which is bound to that. They need not be those
	/// of a row.
	pub fn is_in(&self, export: Hash, bound: &Bound) -> bool {
		let leaves = bound.leaves;
		if self.leaf >= leaves {
			return false;
		}
		let (mut place, mut width, mut hash) = (self.leaf, leaves, leaf(&self.row));
		let mut path = self.path.iter();
		while width > 1 {
			// The last node of a row of odd length has no neighbour.
			if place % 2 == 1 || place.saturating_add(1) < width {
				let Some(beside) = path.next() else { return false };
				hash = if place % 2 == 1 { node(beside, &hash) } else { node(&hash, beside) };
			}
			place /= 2;
			width = width.div_ceil(2);
		}
		path.next().is_none() && bound.root(hash) == export
	}

	/// The row, if it is part of the export with this root, which is bound to that.
	pub fn verify(&self, export: Hash, bound: &Bound) -> Option<Row> {
		self.is_in(export, bound).then(|| Row::from_bytes(&self.row)).flatten()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		cells::{table::tests::any_cell, ParamId, ParamKey, MAX_KEYS},
		page::SiteId,
		LocalNetworkId, ProvinceId,
	};
	use proptest::prelude::*;
	use sp_runtime::traits::BlakeTwo256;

	const READ: Moment = 1_735_689_600_000;

	/// The export of these rows that one company has read of the country.
	fn export<R: AsRef<[u8]>>(rows: &[R]) -> Export {
		Export::new(rows, OrgId(1), Scope::National, READ)
	}

	prop_compose! {
		fn any_row()(
			index in 0u32..900, cell in 0u8..4, values in any_cell(),
			fields in proptest::collection::btree_map("[a-z]{1,8}", "[A-Z0-9]{0,12}", 0..4),
		) -> Row {
			let fields = Row::fields_of(fields.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap();
			Row { cell: CellId { site: SiteId { local_network: LocalNetworkId(1301), index }, cell }, values, fields }
		}
	}

	fn bytes_of(rows: &[Row]) -> Vec<RowBytes> {
		rows.iter().map(|row| row.to_bytes().unwrap()).collect()
	}

	#[test]
	fn row_of_the_largest_cell_fits() {
		let field = |n: u8| {
			let name = [&[b'a'.saturating_add(n)][..], &[b'x'; MAX_NAME as usize - 1]].concat();
			(name.try_into().unwrap(), vec![b'y'; MAX_FIELD as usize].try_into().unwrap())
		};
		let row = Row {
			cell: CellId { site: SiteId::new(LocalNetworkId(1301), 16_383, 63), cell: 23 },
			values: (0..MAX_KEYS as u16).map(|n| (ParamKey::of(ParamId(n)), i64::MIN)).collect(),
			fields: (0..MAX_FIELDS as u8).map(field).collect::<Vec<_>>().try_into().unwrap(),
		};
		assert_eq!(Row::from_bytes(&row.to_bytes().unwrap()), Some(row));
	}

	#[test]
	fn row_fails_when_it_is_out_of_order() {
		let row = |values: &[u16], fields: &[&str]| Row {
			cell: CellId { site: SiteId::new(LocalNetworkId(1301), 0, 0), cell: 0 },
			values: values.iter().map(|n| (ParamKey::of(ParamId(*n)), 0)).collect(),
			fields: fields
				.iter()
				.map(|name| (name.as_bytes().to_vec().try_into().unwrap(), Default::default()))
				.collect::<Vec<_>>()
				.try_into()
				.unwrap(),
		};
		assert!(row(&[1, 2], &["a", "b"]).to_bytes().is_some());
		for bad in [row(&[2, 1], &[]), row(&[1, 1], &[]), row(&[], &["b", "a"]), row(&[], &["a", "a"])] {
			assert_eq!((bad.to_bytes(), Row::from_bytes(&bad.encode())), (None, None));
		}
		assert_eq!(Row::fields_of([("a", "1"), ("a", "2")]), None);
	}

	#[test]
	fn nothing_is_in_an_empty_export() {
		let export = export::<RowBytes>(&[]);
		assert_eq!((export.bound().leaves, export.open(0, RowBytes::default())), (0, None));
		let opening = Opening { leaf: 0, row: RowBytes::default(), path: Default::default() };
		assert!(!opening.is_in(export.root(), &export.bound()));
	}

	#[test]
	fn tree_is_that_of_the_library() {
		for count in (1..20u32).chain([31, 32, 33]) {
			let rows: Vec<Vec<u8>> = (0..count).map(|n| n.encode()).collect();
			let leaves: Vec<Hash> = rows.iter().map(|row| leaf(row)).collect();
			let top = binary_merkle_tree::merkle_root_raw::<BlakeTwo256, _>(leaves.clone());
			let export = export(&rows);
			assert_eq!(export.root(), Bound { leaves: count, ..export.bound() }.root(top));
			for (n, row) in (0..).zip(rows) {
				let proof = binary_merkle_tree::merkle_proof_raw::<BlakeTwo256, _>(leaves.clone(), n);
				let opening = export.open(n, row.try_into().unwrap()).unwrap();
				assert_eq!(opening.path.to_vec(), proof.proof);
				assert!(opening.is_in(export.root(), &export.bound()));
			}
		}
	}

	proptest! {
		#[test]
		fn opening_gives_back_the_row(rows in proptest::collection::vec(any_row(), 1..40), at in any::<prop::sample::Index>()) {
			let bytes = bytes_of(&rows);
			let export = export(&bytes);
			let n = at.index(rows.len());
			let opening = export.open(n as u32, bytes[n].clone()).unwrap();
			prop_assert_eq!(opening.verify(export.root(), &export.bound()), Some(rows[n].clone()));
		}

		#[test]
		fn anything_else_is_no_opening(
			rows in proptest::collection::vec(any_row(), 2..40), at in any::<prop::sample::Index>(),
			bit in 0u8..8, byte in any::<prop::sample::Index>(), other: u32,
		) {
			let bytes = bytes_of(&rows);
			let export = export(&bytes);
			let n = at.index(rows.len());
			let opening = export.open(n as u32, bytes[n].clone()).unwrap();
			let is_in = |opening: &Opening| opening.is_in(export.root(), &export.bound());
			// Another row, another place, another way, another number of leaves, another time, another company or territory
			let mut changed = opening.clone();
			let mut row = changed.row.into_inner();
			let place = byte.index(row.len());
			row[place] ^= 1 << bit;
			changed.row = row.try_into().unwrap();
			prop_assert!(!is_in(&changed));
			for leaf in [other, opening.leaf ^ 1, opening.leaf.wrapping_add(1)] {
				let moved = Opening { leaf, ..opening.clone() };
				prop_assert!(leaf == opening.leaf || !is_in(&moved) || bytes.get(leaf as usize) == Some(&opening.row));
			}
			let mut changed = opening.clone();
			let place = byte.index(changed.path.len());
			changed.path[place].0[0] ^= 1 << bit;
			prop_assert!(!is_in(&changed));
			let mut changed = opening.clone();
			changed.path.pop();
			prop_assert!(!is_in(&changed));
			let mut changed = opening.clone();
			changed.path.try_push(Hash::zero()).unwrap();
			prop_assert!(!is_in(&changed));
			let bound = export.bound();
			let longer = Bound { leaves: other, ..bound };
			prop_assert!(longer == bound || !opening.is_in(export.root(), &longer));
			let later = Bound { observed: READ.wrapping_add(other.into()), ..bound };
			prop_assert!(later == bound || !opening.is_in(export.root(), &later));
			for theirs in [
				Bound { org: OrgId(2), ..bound },
				Bound { scope: Scope::Province(ProvinceId(13)), ..bound },
				Bound { scope: Scope::LocalNetwork(LocalNetworkId(1301)), ..bound },
			] {
				prop_assert!(!opening.is_in(export.root(), &theirs));
				prop_assert_ne!(theirs.root(export.top()), export.root());
			}
			prop_assert_ne!(Bound { observed: READ + 1, ..bound }.root(export.top()), export.root());
		}

		#[test]
		fn any_bytes_are_refused_or_the_one_encoding(bytes: Vec<u8>) {
			if let Some(row) = Row::from_bytes(&bytes) {
				prop_assert_eq!(row.to_bytes().unwrap().into_inner(), bytes);
			}
		}
	}
}
