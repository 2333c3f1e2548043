// SPDX-License-Identifier: Apache-2.0
//! Where an import stands, on disk: which batches are final with all their records. A killed import goes on from here;
//! should the file be older than the truth, the chain finds those records unchanged. An import that has come to its end
//! leaves no checkpoint, whatever the chain has refused of it, so that the next one looks at the chain.

use crate::{
	error::{in_file, Failure, Result},
	files::{read_if_there, replace},
};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::{collections::BTreeSet, ops::AddAssign, path::Path};

/// Progress of one import.
#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Checkpoint<C> {
	/// What is imported, how it is cut into batches, where to and for whom. Another plan starts anew.
	pub(crate) plan: String,
	/// Every batch below this number is final, and nothing of it was refused.
	pub(crate) below: u64,
	/// Such batches from there on.
	pub(crate) beyond: BTreeSet<u64>,
	/// What they came to.
	pub(crate) counts: C,
	/// First and last block with one of them.
	pub(crate) blocks: Option<(u32, u32)>,
}

impl<C: Serialize + DeserializeOwned + Clone + Default + AddAssign> Checkpoint<C> {
	/// Nothing is final yet.
	pub(crate) fn new(plan: String) -> Self {
		Self { plan, ..Self::default() }
	}

	/// Reads where an import with this plan stands. No file, or another plan: nothing is final.
	pub(crate) fn load(path: &Path, plan: String) -> Result<Self> {
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
	pub(crate) fn begin(path: Option<&Path>, plan: String, restart: bool) -> Result<Self> {
		let anew = Self::new(plan.clone());
		let Some(path) = path else { return Ok(anew) };
		let found = Self::load(path, plan)?;
		Ok(if restart { anew } else { found })
	}

	/// Whether a batch is final.
	pub(crate) fn has(&self, batch: u64) -> bool {
		batch < self.below || self.beyond.contains(&batch)
	}

	/// Notes a final batch of which nothing is left to do.
	pub(crate) fn note(&mut self, batch: u64, block: u32, counts: C) {
		self.counts += counts;
		self.beyond.insert(batch);
		while self.beyond.remove(&self.below) {
			self.below += 1;
		}
		self.span(block);
	}

	/// Notes a block without a batch that is done for good.
	pub(crate) fn span(&mut self, block: u32) {
		let (first, last) = self.blocks.unwrap_or((block, block));
		self.blocks = Some((first.min(block), last.max(block)));
	}

	/// Writes it.
	pub(crate) fn save(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_vec(self).map_err(Failure::input)?;
		replace(path, &text)
	}
}

/// Removes a file that counts no more: the checkpoint of an import that has come to its end. One that is not there is none.
pub(crate) fn remove(path: &Path) -> Result<()> {
	match std::fs::remove_file(path) {
		Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(in_file(path)(error)),
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	type Checkpoint = super::Checkpoint<u64>;

	#[test]
	fn checkpoints_are_read_back_for_their_plan_alone() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.checkpoint");
		let mut checkpoint = Checkpoint::load(&path, "plan".into()).unwrap();
		let added = 3;
		checkpoint.note(0, 7, added);
		checkpoint.note(2, 5, added);
		checkpoint.save(&path).unwrap();
		let found = Checkpoint::load(&path, "plan".into()).unwrap();
		assert_eq!((found.below, found.blocks, found.counts), (1, Some((5, 7)), 6));
		assert!(found.has(0) && !found.has(1) && found.has(2));
		assert!(!Checkpoint::load(&path, "other".into()).unwrap().has(0));
		remove(&path).unwrap();
		remove(&path).unwrap();
		assert!(!Checkpoint::load(&path, "plan".into()).unwrap().has(0));
	}

	#[test]
	fn load_fails_when_the_file_is_something_else() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.checkpoint");
		std::fs::write(&path, "code,local_network").unwrap();
		for restart in [false, true] {
			let failure = Checkpoint::begin(Some(&path), "plan".into(), restart).unwrap_err();
			assert!(failure.to_string().contains("--checkpoint"), "{failure}");
		}
		assert_eq!(std::fs::read_to_string(&path).unwrap(), "code,local_network");
	}

	#[test]
	fn restart_forgets_what_was_final() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.checkpoint");
		let mut checkpoint = Checkpoint::begin(Some(&path), "plan".into(), true).unwrap();
		checkpoint.note(0, 7, 0);
		checkpoint.save(&path).unwrap();
		let begun = |restart| Checkpoint::begin(Some(&path), "plan".into(), restart).unwrap();
		assert!(begun(false).has(0) && !begun(true).has(0));
	}

	proptest! {
		#[test]
		fn has_exactly_what_was_noted(batches in proptest::collection::btree_set(0u64..50, 0..50)) {
			let mut checkpoint = Checkpoint::default();
			for batch in batches.iter().rev() {
				checkpoint.note(*batch, 1, 0);
			}
			for batch in 0..60 {
				prop_assert_eq!(checkpoint.has(batch), batches.contains(&batch));
			}
		}
	}
}
