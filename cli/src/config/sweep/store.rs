// SPDX-License-Identifier: Apache-2.0
//! An export that is kept: the rows that its company has bound itself to, so that any of them can be opened later.
//!
//! ```text
//!   rows.bin     the bytes of every row, one after the other
//!   ends.bin     where each ends, 8 bytes
//!   leaves.bin   the hash of each, 32 bytes: the leaves of the Merkle tree
//!   tree.bin     the hashes above the leaves, row by row up to the top
//!   cells.bin    the cell of each, 5 bytes, and the digest of its values, 32 bytes
//!   export.json  where it comes from, its root, and which rows each local network has; written last
//!   lock         held by the sweep that works in the folder
//! ```
//!
//! A folder without `export.json` is one whose making was cut off, and is made anew.

use super::{smallest, state::State};
use crate::{
	checkpoint,
	config::export::resolve::SeenCell,
	error::{in_file, Failure, Result},
	files::{self, read_if_there, replace},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sp_io::hashing::blake2_256;
use std::{
	collections::BTreeMap,
	fs::File,
	io::{BufWriter, ErrorKind, Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	access::Scope,
	cells::{
		digest::cell_digest,
		export::{leaf, Bound, Fields, Opening, Row, MAX_FIELD, MAX_FIELDS, MAX_NAME, MAX_ROW_BYTES},
		CellId, CellValues,
	},
	page::SiteId,
	Hash, LocalNetworkId, Moment, OrgId,
};

/// Bytes of a cell and its digest.
const CELL: usize = 37;
/// Bytes of the end of a row.
const END: usize = 8;
/// Bytes of a leaf.
const LEAF: usize = 32;

/// Holds a folder, which is made where it is missing, for as long as the file is open: a second sweep of the same export
/// would write over the rows of the first.
pub(crate) fn hold(folder: &Path) -> Result<File> {
	std::fs::create_dir_all(folder).map_err(in_file(folder))?;
	files::hold(&folder.join("lock"), || {
		Failure::input("another sweep of this export is under way")
			.at(folder.display())
			.remedy("wait for its end, or end it and repeat the command: it goes on where that one was")
	})
}

/// That a file of a kept export cannot be read.
fn not_whole(path: &Path, error: std::io::Error) -> Failure {
	match error.kind() {
		ErrorKind::NotFound | ErrorKind::UnexpectedEof => Failure::input(error)
			.at(path.display())
			.remedy("the kept export is not whole: restore the folder from a copy"),
		_ => in_file(path)(error),
	}
}

/// Where the time of an observation is from.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Clock {
	/// Whoever sends it has said it.
	Said,
	/// It stands in the file.
	File,
	/// It is when the file was last written.
	#[default]
	FileDate,
}

impl Clock {
	/// For people.
	pub(crate) const fn text(self) -> &'static str {
		match self {
			Self::Said => "as --observed says",
			Self::File => "as the file says (dateTime)",
			Self::FileDate => {
				"the date of the file; where that was copied later than the network was read, end this and say --observed"
			}
		}
	}
}

/// What an export is.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Manifest {
	/// The chain whose catalogue and stations its names were looked up in.
	pub(crate) genesis: Hash,
	/// The company that has read the network.
	pub(crate) org: OrgId,
	/// Hash over the file that it was read from.
	pub(crate) fingerprint: Hash,
	/// When the network was read.
	pub(crate) observed: Moment,
	/// Where that is from.
	#[serde(default)]
	pub(crate) clock: Clock,
	/// The territory that it is anchored for.
	pub(crate) scope: Scope,
	/// Its Merkle root, bound to the company, the territory, the number of rows and the time.
	pub(crate) root: Hash,
	/// How many rows.
	pub(crate) leaves: u32,
	/// Lines or values of the file that were wrong.
	pub(crate) invalid: u64,
	/// What stands in the file and not on the chain, counted by kind.
	#[serde(default)]
	pub(crate) remarks: BTreeMap<String, u64>,
	/// For each local network the number of its first row, and how many it has.
	pub(crate) networks: BTreeMap<LocalNetworkId, (u32, u32)>,
}

impl Manifest {
	/// What its root is bound to beside its rows.
	const fn bound(&self) -> Bound {
		Bound { org: self.org, scope: self.scope, leaves: self.leaves, observed: self.observed }
	}
}

/// Makes a kept export.
pub(crate) struct Writer {
	folder: PathBuf,
	rows: BufWriter<File>,
	ends: BufWriter<File>,
	leaves: BufWriter<File>,
	cells: BufWriter<File>,
	tree: Vec<Hash>,
	end: u64,
	networks: BTreeMap<LocalNetworkId, (u32, u32)>,
	/// Cells of which a field was too long or one too many for a row.
	pub(crate) cut: u64,
}

/// What names of fields have in them that tell one piece of equipment, or its state, from another: what another witness of
/// the cell has alike, and who copies the baseline does not have. These fields are kept first.
const TELLING: [&str; 5] = ["serial", "software", "swversion", "hardware", "product"];

/// Where a field stands among those that are kept: the telling ones first, and last those of one neighbour or operator
/// (`NAME[...]`), of which a cell has many.
fn rank(name: &str) -> usize {
	let plain: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
	let telling = TELLING.iter().position(|part| plain.contains(part)).unwrap_or(TELLING.len());
	telling.saturating_add(if name.contains('[') { TELLING.len().saturating_add(1) } else { 0 })
}

/// Fields as a row takes them, and whether any was cut or left out. Where there are too many, [`rank`] says which are kept,
/// and the alphabet among those of one rank.
fn fields(all: &BTreeMap<String, String>) -> (Fields, bool) {
	let most = |bytes: u32| usize::try_from(bytes).unwrap_or(usize::MAX);
	let mut is_cut = false;
	let mut kept: Vec<(&str, &str)> = Vec::new();
	let mut all: Vec<(&String, &String)> = all.iter().collect();
	all.sort_by_key(|(name, _)| rank(name));
	for (name, text) in all {
		if name.len() > most(MAX_NAME) || kept.len() >= most(MAX_FIELDS) {
			is_cut = true;
			continue;
		}
		let mut end = text.len().min(most(MAX_FIELD));
		while !text.is_char_boundary(end) {
			end = end.saturating_sub(1);
		}
		is_cut |= end < text.len();
		kept.push((name, text.get(..end).unwrap_or_default()));
	}
	(Row::fields_of(kept).unwrap_or_default(), is_cut)
}

impl Writer {
	/// Begins one in a folder, which is made where it is missing. A folder is never written again once the company may be
	/// bound to what is kept there, whatever a node says of that.
	pub(crate) fn begin(folder: &Path) -> Result<Self> {
		std::fs::create_dir_all(folder).map_err(in_file(folder))?;
		if State::load(folder)?.is_bound {
			return Err(Failure::input(
				"the root of what it keeps was sent to be anchored, and export.json is missing",
			)
			.at(folder.display())
			.remedy("restore the folder from a copy, or name another one with --keep"));
		}
		// From here on there is no export until this one is made.
		checkpoint::remove(&folder.join("export.json"))?;
		let open = |name: &str| {
			let path = folder.join(name);
			File::create(&path).map(|file| BufWriter::with_capacity(1 << 20, file)).map_err(in_file(&path))
		};
		Ok(Self {
			folder: folder.into(),
			rows: open("rows.bin")?,
			ends: open("ends.bin")?,
			leaves: open("leaves.bin")?,
			cells: open("cells.bin")?,
			tree: Vec::new(),
			end: 0,
			networks: BTreeMap::new(),
			cut: 0,
		})
	}

	/// Adds the cells of a local network, in ascending order. Local networks ascend too.
	pub(crate) fn add(&mut self, id: LocalNetworkId, cells: &[SeenCell]) -> Result<()> {
		let first = u32::try_from(self.tree.len()).unwrap_or(u32::MAX);
		let count = u32::try_from(cells.len()).unwrap_or(u32::MAX);
		if first.checked_add(count).is_none() {
			return Err(Failure::input("more cells than an export can have")
				.at(format!("local network {}", id.0))
				.remedy("attest the network by several exports, each of some local networks"));
		}
		self.networks.insert(id, (first, count));
		let made: Vec<Option<_>> = cells
			.par_iter()
			.map(|cell| {
				let (fields, is_cut) = fields(&cell.fields);
				let row = Row { cell: cell.id, values: cell.values.clone(), fields };
				let bytes = row.to_bytes()?;
				Some((leaf(&bytes), cell_digest(&cell.values), bytes, is_cut))
			})
			.collect();
		let folder = self.folder.clone();
		for (cell, made) in cells.iter().zip(made) {
			let (leaf, digest, bytes, is_cut) = made.ok_or_else(|| {
				Failure::input("a cell with more than a row may have")
					.at(format!("line {}", cell.line))
					.remedy("leave out of the file what the catalogue does not know")
			})?;
			self.cut += u64::from(is_cut);
			self.end += u64::try_from(bytes.len()).unwrap_or(0);
			self.tree.push(leaf);
			let written = self
				.rows
				.write_all(&bytes)
				.and_then(|()| self.ends.write_all(&self.end.to_le_bytes()))
				.and_then(|()| self.leaves.write_all(leaf.as_bytes()))
				.and_then(|()| self.cells.write_all(&cell.id.site.index.to_le_bytes()))
				.and_then(|()| self.cells.write_all(&[cell.id.cell]))
				.and_then(|()| self.cells.write_all(digest.as_bytes()));
			written.map_err(in_file(&folder))?;
		}
		Ok(())
	}

	/// Ends it: everything is on the disk before it counts as made.
	/// `scope`: which territory it is anchored for; the smallest with all of its local networks where none is said.
	/// `invalid`, `remarks`: what the file had beside its cells.
	pub(crate) fn finish(
		self,
		origin: Origin,
		scope: Option<Scope>,
		(observed, clock): (Moment, Clock),
		(invalid, remarks): (u64, BTreeMap<String, u64>),
	) -> Result<Store> {
		for file in [self.rows, self.ends, self.leaves, self.cells] {
			let file = file.into_inner().map_err(|e| in_file(&self.folder)(e.into_error()))?;
			file.sync_all().map_err(in_file(&self.folder))?;
		}
		let leaves = u32::try_from(self.tree.len()).unwrap_or(u32::MAX);
		let path = self.folder.join("tree.bin");
		let top = write_tree(&path, self.tree).map_err(in_file(&path))?;
		let Origin { genesis, org, fingerprint } = origin;
		let networks = self.networks;
		let own: Vec<LocalNetworkId> = networks.keys().copied().collect();
		let scope = scope.unwrap_or_else(|| smallest(&own));
		let root = Bound { org, scope, leaves, observed }.root(top);
		let manifest = Manifest {
			genesis,
			org,
			fingerprint,
			observed,
			clock,
			scope,
			root,
			leaves,
			invalid,
			remarks,
			networks,
		};
		let text = serde_json::to_vec_pretty(&manifest).map_err(Failure::input)?;
		replace(&self.folder.join("export.json"), &text)?;
		Ok(Store { folder: self.folder, manifest })
	}
}

/// Writes the rows of the tree above the leaves, and says what stands on its top.
fn write_tree(path: &Path, leaves: Vec<Hash>) -> std::io::Result<Hash> {
	let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
	let mut level = leaves;
	while level.len() > 1 {
		let above = level.par_chunks(2).map(|pair| match pair {
			[left, right] => Hash::from(blake2_256(&[left.as_bytes(), right.as_bytes()].concat())),
			// The last node of a row of odd length goes up as it is.
			alone => alone.first().copied().unwrap_or_default(),
		});
		level = above.collect();
		for hash in &level {
			file.write_all(hash.as_bytes())?;
		}
	}
	file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
	Ok(level.first().copied().unwrap_or_default())
}

/// Where an export comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Origin {
	/// The chain.
	pub(crate) genesis: Hash,
	/// The company.
	pub(crate) org: OrgId,
	/// Hash over the file.
	pub(crate) fingerprint: Hash,
}

/// A kept export.
#[derive(Debug)]
pub(crate) struct Store {
	folder: PathBuf,
	/// What it is.
	pub(crate) manifest: Manifest,
}

/// One cell of a kept export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct KeptCell {
	/// The number of its row.
	pub(crate) row: u32,
	/// The cell.
	pub(crate) id: CellId,
	/// The digest of its values.
	pub(crate) digest: Hash,
}

impl Store {
	/// The one in a folder; none where there is none.
	pub(crate) fn open(folder: &Path) -> Result<Option<Self>> {
		let path = folder.join("export.json");
		let Some(text) = read_if_there(&path)? else { return Ok(None) };
		let manifest = serde_json::from_slice(&text).map_err(|e| {
			Failure::input(format!("not a kept export: {e}"))
				.at(path.display())
				.remedy("restore the folder from a copy; where it is another one, name a folder with --keep")
		})?;
		Ok(Some(Self { folder: folder.into(), manifest }))
	}

	/// Whether it comes from there.
	pub(crate) fn is_of(&self, origin: Origin) -> bool {
		let Manifest { genesis, org, fingerprint, .. } = self.manifest;
		origin == Origin { genesis, org, fingerprint }
	}

	/// Where it is.
	pub(crate) fn folder(&self) -> &Path {
		&self.folder
	}

	/// So many bytes of a file from a place on.
	fn read(&self, name: &str, from: u64, length: usize) -> Result<Vec<u8>> {
		let path = self.folder.join(name);
		let read = |mut file: File| {
			// What the manifest claims is no reason to make room for it.
			let there = file.metadata()?.len().saturating_sub(from);
			if u64::try_from(length).map_or(true, |length| there < length) {
				return Err(ErrorKind::UnexpectedEof.into());
			}
			let mut bytes = vec![0u8; length];
			file.seek(SeekFrom::Start(from))?;
			file.read_exact(&mut bytes)?;
			Ok(bytes)
		};
		File::open(&path).and_then(read).map_err(|error| not_whole(&path, error))
	}

	/// The cells of a local network, in ascending order.
	pub(crate) fn cells(&self, id: LocalNetworkId) -> Result<Vec<KeptCell>> {
		let (first, count) = self.manifest.networks.get(&id).copied().unwrap_or_default();
		let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).saturating_mul(CELL);
		let bytes = self.read("cells.bin", u64::try_from(size(first)).unwrap_or(u64::MAX), size(count))?;
		let cells = (first..).zip(bytes.chunks_exact(CELL)).map(|(row, bytes)| {
			let (place, digest) = bytes.split_at(CELL - 32);
			let (index, cell) = place.split_at(4);
			let index = u32::from_le_bytes(index.try_into().unwrap_or_default());
			let site = SiteId { local_network: id, index };
			let id = CellId { site, cell: cell.first().copied().unwrap_or_default() };
			KeptCell { row, id, digest: Hash::from_slice(digest) }
		});
		Ok(cells.collect())
	}

	/// The bytes of a row.
	fn row_bytes(&self, row: u32) -> Result<Vec<u8>> {
		let at = |row: u32| u64::from(row).saturating_mul(END as u64);
		let end = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap_or_default());
		let (from, to) = match row.checked_sub(1) {
			None => (0, end(&self.read("ends.bin", 0, END)?)),
			Some(before) => {
				let both = self.read("ends.bin", at(before), 2 * END)?;
				let (from, to) = both.split_at(END);
				(end(from), end(to))
			}
		};
		let length = to.checked_sub(from).filter(|length| *length <= u64::from(MAX_ROW_BYTES));
		let length = length.and_then(|length| usize::try_from(length).ok()).ok_or_else(|| self.broken())?;
		self.read("rows.bin", from, length)
	}

	/// A row.
	pub(crate) fn row(&self, row: u32) -> Result<Row> {
		Row::from_bytes(&self.row_bytes(row)?).ok_or_else(|| self.broken())
	}

	/// The row of a cell, or, where the export does not have it, the one before which it would stand.
	pub(crate) fn find(&self, cell: CellId) -> Result<Result<u32, u32>> {
		let id = cell.site.local_network;
		let networks = &self.manifest.networks;
		let Some((first, _)) = networks.get(&id) else {
			let after = networks.range(id..).next().map(|(_, (first, _))| *first);
			return Ok(Err(after.unwrap_or(self.manifest.leaves)));
		};
		let number = |n: usize| first.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
		let cells = self.cells(id)?;
		Ok(cells.binary_search_by_key(&cell, |kept| kept.id).map(number).map_err(number))
	}

	/// The opening of a row. It leads to the root, or the folder is not what was written.
	pub(crate) fn opening(&self, row: u32) -> Result<Opening> {
		let leaves = self.manifest.leaves;
		let hash = |name: &str, place: u64| {
			let bytes = self.read(name, place.saturating_mul(LEAF as u64), LEAF)?;
			Ok::<_, Failure>(Hash::from_slice(&bytes))
		};
		let (mut place, mut width, mut before) = (u64::from(row), u64::from(leaves), 0u64);
		let mut path = Vec::new();
		let mut is_leaf = true;
		while width > 1 {
			let beside = place ^ 1;
			if beside < width {
				path.push(if is_leaf {
					hash("leaves.bin", beside)?
				} else {
					hash("tree.bin", before + beside)?
				});
			}
			if !is_leaf {
				before += width;
			}
			is_leaf = false;
			place /= 2;
			width = width.div_ceil(2);
		}
		let bytes = self.row_bytes(row)?.try_into().map_err(|_| self.broken())?;
		let opening = Opening { leaf: row, row: bytes, path: path.try_into().map_err(|_| self.broken())? };
		if opening.is_in(self.manifest.root, &self.manifest.bound()) {
			return Ok(opening);
		}
		Err(self.broken())
	}

	/// The values of a cell, by the number of its row.
	pub(crate) fn values(&self, row: u32) -> Result<CellValues> {
		Ok(self.row(row)?.values)
	}

	fn broken(&self) -> Failure {
		Failure::input("the kept export is not what was written")
			.at(self.folder.display())
			.remedy("restore the folder from a copy")
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::{
		cells::{export::Export, ParamId, ParamKey},
		ProvinceId,
	};

	pub(crate) fn seen(local_network: u16, index: u32, cell: u8, pci: i64) -> SeenCell {
		let site = SiteId { local_network: LocalNetworkId(local_network), index };
		SeenCell {
			id: CellId { site, cell },
			line: 2,
			values: vec![(ParamKey::of(ParamId(11)), pci)],
			fields: [("swVersion".to_string(), "7".to_string())].into(),
		}
	}

	/// An export of these cells, by local network.
	pub(crate) fn store(folder: &Path, networks: &[&[SeenCell]]) -> Store {
		let mut writer = Writer::begin(folder).unwrap();
		for cells in networks {
			writer.add(cells[0].id.site.local_network, cells).unwrap();
		}
		writer.finish(ORIGIN, None, (5, Clock::Said), (0, BTreeMap::new())).unwrap()
	}

	const ORIGIN: Origin =
		Origin { genesis: Hash::repeat_byte(1), org: OrgId(1), fingerprint: Hash::repeat_byte(2) };

	#[test]
	fn export_that_is_kept_gives_back_cells_rows_and_root() {
		let folder = tempfile::tempdir().unwrap();
		let (a, b) = ([seen(1301, 0, 0, 5), seen(1301, 64, 1, 6)], [seen(1302, 3, 0, 7)]);
		let made = store(folder.path(), &[&a, &b]);
		let store = Store::open(folder.path()).unwrap().unwrap();
		assert_eq!(store.manifest, made.manifest);
		for cells in [&a[..], &b[..]] {
			let kept = store.cells(cells[0].id.site.local_network).unwrap();
			assert_eq!(kept.len(), cells.len());
			for (kept, cell) in kept.iter().zip(cells) {
				assert_eq!((kept.id, kept.digest), (cell.id, cell_digest(&cell.values)));
				assert_eq!(store.values(kept.row).unwrap(), cell.values);
			}
		}
		assert!(store.cells(LocalNetworkId(1303)).unwrap().is_empty());
		// The root is that of the rows' bytes
		let rows: Vec<Vec<u8>> = (0..3).map(|row| store.row_bytes(row).unwrap()).collect();
		let export = Export::new(&rows, OrgId(1), Scope::Province(ProvinceId(13)), 5);
		assert_eq!((export.root(), export.bound()), (store.manifest.root, store.manifest.bound()));
		assert_eq!(store.row(2).unwrap().fields[0].1.as_slice(), b"7");
		assert!(store.is_of(ORIGIN) && !store.is_of(Origin { org: OrgId(2), ..ORIGIN }));
	}

	#[test]
	fn folder_without_an_end_is_none_and_a_cut_one_is_an_error() {
		let folder = tempfile::tempdir().unwrap();
		assert!(Store::open(folder.path()).unwrap().is_none());
		Writer::begin(folder.path()).unwrap().add(LocalNetworkId(1301), &[seen(1301, 0, 0, 5)]).unwrap();
		assert!(Store::open(folder.path()).unwrap().is_none());
		store(folder.path(), &[&[seen(1301, 0, 0, 5)]]);
		Writer::begin(folder.path()).unwrap();
		assert!(Store::open(folder.path()).unwrap().is_none(), "one that is made anew");
		let store = store(folder.path(), &[&[seen(1301, 0, 0, 5)]]);
		std::fs::write(folder.path().join("rows.bin"), b"x").unwrap();
		assert!(store.row(0).unwrap_err().to_string().contains("not whole"));
		std::fs::write(folder.path().join("export.json"), b"{}").unwrap();
		assert!(Store::open(folder.path()).is_err());
	}

	#[test]
	fn folder_is_never_written_again_once_its_root_was_sent() {
		let folder = tempfile::tempdir().unwrap();
		let kept = store(folder.path(), &[&[seen(1301, 0, 0, 5)]]);
		let mut state = State { is_bound: true, ..State::default() };
		state.save(folder.path()).unwrap();
		let refused = || Writer::begin(folder.path()).err().unwrap().to_string();
		assert!(refused().contains("was sent to be anchored"));
		assert_eq!(Store::open(folder.path()).unwrap().unwrap().row(0), kept.row(0));
		// Nor while its manifest is missing: the rows may be restored with it
		std::fs::remove_file(folder.path().join("export.json")).unwrap();
		assert!(refused().contains("restore the folder"));
		assert!(std::fs::metadata(folder.path().join("rows.bin")).unwrap().len() > 0);
		// It stays so whatever sweep is joined
		state.join(7);
		assert!(state.is_bound);
	}

	#[test]
	fn folder_is_held_by_one_sweep_at_a_time() {
		let folder = tempfile::tempdir().unwrap();
		let kept = folder.path().join("export.csv.sweep");
		let held = hold(&kept).unwrap();
		let second = hold(&kept).unwrap_err().to_string();
		assert!(
			second.contains("export.csv.sweep: another sweep") && second.contains("goes on where"),
			"{second}"
		);
		// What is kept is read all the same
		assert!(Store::open(&kept).unwrap().is_none());
		drop(held);
		assert!(hold(&kept).is_ok());
	}

	#[test]
	fn kept_export_without_a_file_or_with_a_cut_one_says_what_to_do() {
		let folder = tempfile::tempdir().unwrap();
		let store = store(folder.path(), &[&[seen(1301, 0, 0, 5)]]);
		let path = folder.path().join("export.json");
		let whole = std::fs::read(&path).unwrap();
		std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
		let failure = Store::open(folder.path()).unwrap_err().to_string();
		assert!(failure.contains("export.json") && failure.contains("restore the folder"), "{failure}");
		std::fs::write(&path, whole).unwrap();
		let mut claims = Store::open(folder.path()).unwrap().unwrap();
		claims.manifest.networks.insert(LocalNetworkId(1301), (0, u32::MAX));
		let failure = claims.cells(LocalNetworkId(1301)).unwrap_err().to_string();
		assert!(failure.contains("cells.bin") && failure.contains("not whole"), "{failure}");
		std::fs::remove_file(folder.path().join("cells.bin")).unwrap();
		let failure = store.cells(LocalNetworkId(1301)).unwrap_err().to_string();
		assert!(failure.contains("cells.bin") && failure.contains("not whole"), "{failure}");
	}

	#[test]
	fn cells_that_are_not_there_have_a_place_between_others() {
		let folder = tempfile::tempdir().unwrap();
		let (a, b) = ([seen(1301, 0, 0, 5), seen(1301, 64, 1, 6)], [seen(1303, 3, 0, 7)]);
		let store = store(folder.path(), &[&a, &b]);
		let find = |local_network, index, cell| store.find(seen(local_network, index, cell, 0).id).unwrap();
		assert_eq!([find(1301, 0, 0), find(1301, 64, 1), find(1303, 3, 0)], [Ok(0), Ok(1), Ok(2)]);
		assert_eq!([find(1301, 0, 1), find(1301, 65, 0), find(1302, 0, 0)], [Err(1), Err(2), Err(2)]);
		assert_eq!([find(1101, 0, 0), find(1303, 4, 0), find(1401, 0, 0)], [Err(0), Err(3), Err(3)]);
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(24))]
		#[test]
		fn every_row_can_be_opened(count in 1u32..40) {
			let folder = tempfile::tempdir().unwrap();
			let cells: Vec<SeenCell> = (0..count).map(|n| seen(1301, n, 0, n.into())).collect();
			let store = store(folder.path(), &[&cells]);
			for row in 0..count {
				let opening = store.opening(row).unwrap();
				let found = opening.verify(store.manifest.root, &store.manifest.bound()).unwrap();
				prop_assert_eq!(&found.values, &cells[row as usize].values);
			}
			prop_assert!(store.opening(count).is_err());
		}
	}

	#[test]
	fn fields_are_cut_to_what_a_row_takes() {
		let long = "é".repeat(40);
		let all: BTreeMap<String, String> = (0..20)
			.map(|n| (format!("f{n:02}"), long.clone()))
			.chain([("n".repeat(41), "x".into())])
			.collect();
		let (kept, is_cut) = fields(&all);
		assert!(is_cut);
		assert_eq!((kept.len(), kept[0].1.len()), (16, 64));
		// The first by the alphabet are not those that say the most
		let telling = ["serialNumber", "vsData_SW-Version", "userLabel", "productName[3]"];
		let all = all.into_iter().chain(telling.map(|name| (name.to_string(), "7".into()))).collect();
		let names: Vec<String> =
			fields(&all).0.iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect();
		assert_eq!(
			(&names[..2], names[14..].join(" ")),
			(&["f00", "f01"].map(String::from)[..], "serialNumber vsData_SW-Version".into())
		);
		let few: BTreeMap<String, String> = [("a".to_string(), "b".to_string())].into();
		assert!(!fields(&few).1);
	}
}
