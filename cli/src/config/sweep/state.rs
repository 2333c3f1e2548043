// SPDX-License-Identifier: Apache-2.0
//! How far the observation from a kept export is, on disk beside it. A killed sweep goes on from here; what was attested
//! already may be attested again without harm.

use crate::{
	error::{Failure, Result},
	files::{read_if_there, replace},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::AddAssign, path::Path};
use trimast_primitives::LocalNetworkId;

/// What has come of pages, cells and values.
#[derive(Serialize, Deserialize, Clone, Copy, Default, PartialEq, Eq, Debug)]
#[serde(default)]
pub(crate) struct Tally {
	/// Pages attested as the baseline says.
	pub(crate) pages: u64,
	/// Pages that differ.
	pub(crate) pages_differing: u64,
	/// Pages that could not be attested as a whole, since the export lacks cells of them.
	pub(crate) pages_incomplete: u64,
	/// Cells attested, whether they differ or not.
	pub(crate) cells: u64,
	/// Cells that differ.
	pub(crate) cells_differing: u64,
	/// Cells that the export lacks.
	pub(crate) cells_missing: u64,
	/// Cells of stations that the company is no party to, or that are retired, in pages that were attested.
	pub(crate) cells_of_others: u64,
	/// Those of them that the export has otherwise, which nobody would hear from the company.
	pub(crate) cells_unheard: u64,
	/// Cells in the export that have no baseline.
	pub(crate) cells_unbased: u64,
	/// Values that differ.
	pub(crate) values: u64,
	/// Violations opened.
	pub(crate) opened: u64,
	/// Violations seen again.
	pub(crate) seen: u64,
	/// Pages that changed meanwhile and were sent anew.
	pub(crate) stale: u64,
	/// Pages of which the chain refused something.
	pub(crate) refused: u64,
}

impl AddAssign for Tally {
	fn add_assign(&mut self, other: Self) {
		self.pages += other.pages;
		self.pages_differing += other.pages_differing;
		self.pages_incomplete += other.pages_incomplete;
		self.cells += other.cells;
		self.cells_differing += other.cells_differing;
		self.cells_missing += other.cells_missing;
		self.cells_of_others += other.cells_of_others;
		self.cells_unbased += other.cells_unbased;
		self.cells_unheard += other.cells_unheard;
		self.values += other.values;
		self.opened += other.opened;
		self.seen += other.seen;
		self.stale += other.stale;
		self.refused += other.refused;
	}
}

/// How far an observation is.
#[derive(Serialize, Deserialize, Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
	/// Whether the anchoring of the export was sent. Its company may be bound to it from then on.
	#[serde(default)]
	pub(crate) is_bound: bool,
	/// The sweep that it is part of.
	pub(crate) sweep: Option<u32>,
	/// Whether it has come to its end.
	pub(crate) finished: bool,
	/// Local networks that are done, and what has come of them.
	pub(crate) done: BTreeMap<LocalNetworkId, Tally>,
	/// Local networks of which something was refused or failed, and what has come of the rest. They are not done: another run
	/// observes them anew.
	#[serde(default)]
	pub(crate) left: BTreeMap<LocalNetworkId, Tally>,
	/// Calls sent.
	pub(crate) calls: u64,
	/// Their bytes.
	pub(crate) bytes: u64,
}

const NAME: &str = "state.json";

impl State {
	/// Where the observation from the export in a folder stands.
	pub(crate) fn load(folder: &Path) -> Result<Self> {
		let path = folder.join(NAME);
		let Some(text) = read_if_there(&path)? else { return Ok(Self::default()) };
		serde_json::from_slice(&text).map_err(|e| {
			Failure::input(format!("it was cut off or changed: {e}")).at(path.display()).remedy(
				"remove it, and name the sweep with --sweep to go on in it: what was attested is attested again without \
				 harm",
			)
		})
	}

	/// Writes it.
	pub(crate) fn save(&self, folder: &Path) -> Result<()> {
		let text = serde_json::to_vec(self).map_err(Failure::input)?;
		replace(&folder.join(NAME), &text)
	}

	/// Goes on in a sweep. In another one everything is observed anew.
	pub(crate) fn join(&mut self, sweep: u32) {
		if self.sweep != Some(sweep) || self.finished {
			*self = Self { sweep: Some(sweep), is_bound: self.is_bound, ..Self::default() };
		}
	}

	/// What has come of everything, whether something of it is left over or not.
	pub(crate) fn total(&self) -> Tally {
		let mut total = Tally::default();
		for tally in self.done.values().chain(self.left.values()) {
			total += *tally;
		}
		total
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn state_is_read_back_and_belongs_to_one_sweep() {
		let folder = tempfile::tempdir().unwrap();
		let mut state = State::load(folder.path()).unwrap();
		state.join(3);
		let tally = |pages| Tally { pages, ..Tally::default() };
		state.done.insert(LocalNetworkId(1301), tally(4));
		state.done.insert(LocalNetworkId(1302), tally(5));
		state.left.insert(LocalNetworkId(1303), Tally { refused: 1, ..tally(2) });
		state.save(folder.path()).unwrap();
		let mut again = State::load(folder.path()).unwrap();
		assert_eq!((&again, again.total()), (&state, Tally { refused: 1, ..tally(11) }));
		again.join(3);
		assert_eq!(again.done.len(), 2);
		again.join(4);
		assert_eq!((again.sweep, again.done.len()), (Some(4), 0));
		std::fs::write(folder.path().join(NAME), "x").unwrap();
		assert!(State::load(folder.path()).unwrap_err().to_string().contains("state.json"));
	}

	#[test]
	fn state_that_was_cut_off_anywhere_is_refused_with_what_to_do() {
		let folder = tempfile::tempdir().unwrap();
		let mut state = State { sweep: Some(3), ..State::default() };
		state.done.insert(LocalNetworkId(1301), Tally::default());
		state.save(folder.path()).unwrap();
		let path = folder.path().join(NAME);
		let whole = std::fs::read(&path).unwrap();
		for length in 0..whole.len() {
			std::fs::write(&path, &whole[..length]).unwrap();
			let failure = State::load(folder.path()).unwrap_err().to_string();
			assert!(
				failure.contains("cut off") && failure.contains("remedy: remove it"),
				"{length}: {failure}"
			);
		}
		std::fs::remove_file(&path).unwrap();
		assert_eq!(State::load(folder.path()), Ok(State::default()));
	}

	#[test]
	fn sweep_that_has_ended_is_observed_anew() {
		let mut state = State { sweep: Some(3), finished: true, ..State::default() };
		state.done.insert(LocalNetworkId(1301), Tally::default());
		state.join(3);
		assert_eq!((state.finished, state.done.len()), (false, 0));
	}
}
