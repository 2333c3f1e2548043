// SPDX-License-Identifier: Apache-2.0
//! Where an import stands, on disk: which batches are final with all their records. A killed import goes on from here;
//! should the file be older than the truth, the chain finds those records unchanged. An import that has come to its end
//! leaves no checkpoint, whatever the chain has refused of it, so that the next one looks at the chain.
//!
//! A batch is known by what is in it: what stands on the chain decides how a file is cut, and may be another thing when a
//! killed import goes on.

use crate::{
	error::{in_file, Failure, Result},
	files::{self, beside, read_if_there, replace},
	names,
	results::{ResultFile, Settles},
};
use codec::Encode;
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use sp_io::hashing::blake2_128;
use std::{
	collections::BTreeMap,
	fs::File,
	ops::AddAssign,
	path::{Path, PathBuf},
};

/// By what a batch is known: where it goes and what is in it.
pub(crate) fn key(batch: impl Encode) -> String {
	names::hex0x(batch.using_encoded(blake2_128))
}

/// Where an import keeps its progress. No other one does there meanwhile.
#[derive(Debug)]
pub(crate) struct Place {
	path: PathBuf,
	lock: PathBuf,
	_held: File,
}

impl Place {
	/// Beside the file that is imported, unless another place was named, or none.
	pub(crate) fn of(file: &Path, named: Option<&Path>, is_none: bool) -> Result<Option<Self>> {
		if is_none {
			return Ok(None);
		}
		Self::hold(named.map_or_else(|| beside(file, "checkpoint"), Path::to_owned)).map(Some)
	}

	fn hold(path: PathBuf) -> Result<Self> {
		let lock = beside(&path, "lock");
		let held = files::hold(&lock, || {
			Failure::input("another command that keeps its progress here is under way")
				.at(path.display())
				.remedy("wait for its end, or end it and repeat the command: it goes on where that one was")
		})?;
		Ok(Self { path, lock, _held: held })
	}

	/// Removes the checkpoint of an import that has come to its end.
	pub(crate) fn end(self) -> Result<()> {
		remove(&self.path)
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		// One that stays is held by nobody.
		let _ = remove(&self.lock);
	}
}

/// Progress of one import.
#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Checkpoint<C> {
	/// What is imported, where to and for whom. Another plan starts anew.
	plan: String,
	/// What each batch has come to that is final, and of which nothing was refused, by its [`key`].
	done: BTreeMap<String, C>,
	/// First and last block with one of them.
	pub(crate) blocks: Option<(u32, u32)>,
	/// The file with what became of everything, where one was asked for.
	#[serde(default)]
	result: Option<String>,
}

impl<C: Serialize + DeserializeOwned + Copy + Default + AddAssign> Checkpoint<C> {
	/// Nothing is final yet.
	fn new(plan: String) -> Self {
		Self { plan, ..Self::default() }
	}

	/// Reads where an import with this plan stands. No file, or another plan: nothing is final.
	fn load(path: &Path, plan: String) -> Result<Self> {
		let Some(bytes) = read_if_there(path)? else { return Ok(Self::new(plan)) };
		let found: Self = serde_json::from_slice(&bytes).map_err(|e| {
			Failure::input(format!("not a checkpoint: {e}"))
				.at(path.display())
				.remedy("name another one with --checkpoint, or remove it")
		})?;
		Ok(if found.plan == plan { found } else { Self::new(plan) })
	}

	/// Where an import begins: where the file says, or, with `restart`, anew. A file that is no checkpoint is refused
	/// either way: it would be replaced and, in the end, removed.
	pub(crate) fn begin(place: Option<&Place>, plan: String, restart: bool) -> Result<Self> {
		let anew = Self::new(plan.clone());
		let Some(place) = place else { return Ok(anew) };
		let found = Self::load(&place.path, plan)?;
		Ok(if restart { anew } else { found })
	}

	/// Opens the file with what became of everything: that of the interrupted import which goes on here, or a new one. The
	/// checkpoint is kept with its name before anything is done, so that the next import knows it.
	pub(crate) fn result_file(
		&mut self,
		path: Option<&Path>,
		settles: Settles,
		place: Option<&Place>,
	) -> Result<Option<ResultFile>> {
		let Some(path) = path else {
			// What this run comes to will be in no file.
			self.result = None;
			return Ok(None);
		};
		let name = std::path::absolute(path).map_err(in_file(path))?.to_string_lossy().into_owned();
		if self.result.as_ref() == Some(&name) {
			return ResultFile::go_on(path, settles).map(Some);
		}
		let file = ResultFile::create(path, settles)?;
		self.result = Some(name);
		self.save(place)?;
		Ok(Some(file))
	}

	/// What a batch has come to, if it is final.
	pub(crate) fn done(&self, key: &str) -> Option<C> {
		self.done.get(key).copied()
	}

	/// What all of them have come to, whether the file still has them or not.
	pub(crate) fn total(&self) -> C {
		let mut total = C::default();
		self.done.values().for_each(|counts| total += *counts);
		total
	}

	/// Notes a final batch of which nothing is left to do.
	pub(crate) fn note(&mut self, key: &str, block: u32, counts: C) {
		self.done.insert(key.into(), counts);
		self.span(block);
	}

	/// Notes a block without a batch that is done for good.
	pub(crate) fn span(&mut self, block: u32) {
		let (first, last) = self.blocks.unwrap_or((block, block));
		self.blocks = Some((first.min(block), last.max(block)));
	}

	/// Writes it.
	pub(crate) fn save(&self, place: Option<&Place>) -> Result<()> {
		let Some(place) = place else { return Ok(()) };
		let text = serde_json::to_vec(self).map_err(Failure::input)?;
		replace(&place.path, &text)
	}
}

/// Removes a file that counts no more. One that is not there is none.
pub(crate) fn remove(path: &Path) -> Result<()> {
	match std::fs::remove_file(path) {
		Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(in_file(path)(error)),
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	type Checkpoint = super::Checkpoint<u64>;

	fn place(path: &Path) -> Place {
		Place::of(Path::new("unused"), Some(path), false).unwrap().unwrap()
	}

	#[test]
	fn checkpoints_are_read_back_for_their_plan_alone() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.checkpoint");
		let place = place(&path);
		let begin = |plan: &str| Checkpoint::begin(Some(&place), plan.into(), false).unwrap();
		let mut checkpoint = begin("plan");
		checkpoint.note(&key(0), 7, 3);
		checkpoint.note(&key(2), 5, 4);
		checkpoint.save(Some(&place)).unwrap();
		let found = begin("plan");
		assert_eq!((found.total(), found.blocks), (7, Some((5, 7))));
		assert_eq!([0, 1, 2].map(|n| found.done(&key(n))), [Some(3), None, Some(4)]);
		assert_eq!(begin("other").done(&key(0)), None);
		place.end().unwrap();
		assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "neither it nor its lock");
	}

	#[test]
	fn place_is_held_by_one_import_at_a_time() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("cells.csv");
		let hold = || Place::of(&file, None, false);
		let held = hold().unwrap();
		let second = hold().unwrap_err().to_string();
		assert!(
			second.contains("cells.csv.checkpoint: another command") && second.contains("goes on where"),
			"{second}"
		);
		assert!(Place::of(&file, None, true).unwrap().is_none(), "who keeps no progress is in nobody's way");
		drop(held);
		assert!(hold().is_ok());
		// A lock that a killed import has left is held by nobody
		std::fs::write(beside(&beside(&file, "checkpoint"), "lock"), "").unwrap();
		assert!(hold().is_ok());
	}

	#[test]
	fn begin_fails_when_the_file_is_something_else() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.checkpoint");
		std::fs::write(&path, "code,local_network").unwrap();
		let place = place(&path);
		for restart in [false, true] {
			let failure = Checkpoint::begin(Some(&place), "plan".into(), restart).unwrap_err();
			assert!(failure.to_string().contains("--checkpoint"), "{failure}");
		}
		assert_eq!(std::fs::read_to_string(&path).unwrap(), "code,local_network");
	}

	#[test]
	fn result_is_continued_by_the_import_that_goes_on_and_by_no_other() {
		let folder = tempfile::tempdir().unwrap();
		let place = place(&folder.path().join("a.checkpoint"));
		let result = folder.path().join("result");
		let open = |plan: &str, restart: bool, path: &Path| {
			let mut checkpoint = Checkpoint::begin(Some(&place), plan.into(), restart).unwrap();
			checkpoint.result_file(Some(path), |_| None, Some(&place)).map(|file| file.is_some())
		};
		assert_eq!(open("plan", false, &result), Ok(true));
		assert_eq!(
			open("plan", false, &result),
			Ok(true),
			"the first one was killed before anything was final"
		);
		// Another import, or one that begins anew, writes over nothing.
		for (plan, restart) in [("other", false), ("plan", true)] {
			let failure = open(plan, restart, &result).unwrap_err().to_string();
			assert!(failure.contains("is not overwritten"), "{failure}");
		}
		let mut without = Checkpoint::begin(None, "plan".into(), false).unwrap();
		assert!(without.result_file(Some(&result), |_| None, None).is_err());
		// One that goes on without a result leaves it behind: what it has done is not in there.
		let mut begun = Checkpoint::begin(Some(&place), "plan".into(), false).unwrap();
		assert!(begun.result_file(None, |_| None, Some(&place)).unwrap().is_none());
		begun.save(Some(&place)).unwrap();
		assert!(open("plan", false, &result).is_err());
		assert_eq!(open("plan", false, &folder.path().join("another")), Ok(true));
	}

	#[test]
	fn checkpoint_of_before_there_were_results_is_read() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.checkpoint");
		std::fs::write(&path, r#"{"plan":"plan","done":{"0x00":7},"blocks":[5,7]}"#).unwrap();
		let found = Checkpoint::begin(Some(&place(&path)), "plan".into(), false).unwrap();
		assert_eq!(found.done("0x00"), Some(7));
	}

	#[test]
	fn restart_forgets_what_was_final() {
		let folder = tempfile::tempdir().unwrap();
		let place = place(&folder.path().join("a.checkpoint"));
		let begun = |restart| Checkpoint::begin(Some(&place), "plan".into(), restart).unwrap();
		let mut checkpoint = begun(true);
		checkpoint.note(&key(0), 7, 1);
		checkpoint.save(Some(&place)).unwrap();
		assert_eq!((begun(false).done(&key(0)), begun(true).done(&key(0))), (Some(1), None));
	}
}
