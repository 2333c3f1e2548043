// SPDX-License-Identifier: Apache-2.0
//! Parameters that a file gives to no cell, though the baseline has values of them.
//!
//! Who attests a cell says what all of its values are, since its digest covers them. A file without a parameter comes from
//! a template that lacks it, or writes a name that the catalogue does not have; that a parameter is gone from a whole
//! network is rare. Nobody has seen that, so it is not told of every cell by itself: before anything is anchored such a
//! file is refused, and who sends it says which of the two it is.
//!
//! * `--without`: the file lacks it. Nothing is said about the cells whose baseline has a value of it that the file does
//!   not give. To say the rest of such a cell is not possible: there is one digest for all of its values.
//! * `--unset`: no cell has a value of it any more, and that is told.

use crate::{
	config::{
		catalogue::Catalogue,
		export::{Columns, UNKNOWN},
	},
	error::{Failure, Result},
	output::quoted,
};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::cells::{CellValues, ParamId, ParamKey};

/// What is said of parameters that a file does not give.
#[derive(Debug, Default)]
pub(super) struct Said {
	/// The file lacks them.
	pub(super) without: BTreeSet<ParamId>,
	/// No cell has a value of them.
	unset: BTreeSet<ParamId>,
}

/// The parameters with these names.
fn named(catalogue: &Catalogue, names: &[String], option: &str) -> Result<BTreeSet<ParamId>> {
	let mut all = BTreeSet::new();
	for name in names.iter().map(|name| name.trim()) {
		let found = catalogue.named(name);
		if found.is_empty() {
			let near = catalogue.near(name);
			let remedy = match near.is_empty() {
				true => "`trimast config catalogue list` lists the names".into(),
				false => format!("write {}", near.join(" or ")),
			};
			let what = format!("the catalogue has no {}", quoted(name));
			return Err(Failure::input(what).at(option).remedy(remedy));
		}
		all.extend(found);
	}
	Ok(all)
}

impl Said {
	/// By the names that the options give.
	pub(super) fn read(catalogue: &Catalogue, without: &[String], unset: &[String]) -> Result<Self> {
		Ok(Self {
			without: named(catalogue, without, "--without")?,
			unset: named(catalogue, unset, "--unset")?,
		})
	}

	/// The first parameter that the file lacks by this word and of which the baseline of a cell has a value that was not
	/// seen.
	pub(super) fn lacks(&self, seen: &CellValues, baseline: &CellValues) -> Option<ParamId> {
		let is_seen = |key: &ParamKey| seen.binary_search_by_key(key, |(key, _)| *key).is_ok();
		let lacks = |(key, _): &&(ParamKey, i64)| self.without.contains(&key.param) && !is_seen(key);
		baseline.iter().find(lacks).map(|(key, _)| key.param)
	}
}

/// Which parameters a file gives, and which the baseline of its cells has beside them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Params {
	/// Those of which a value stands in the file, whatever it is.
	given: BTreeSet<ParamId>,
	/// Of how many cells the baseline has a value of others.
	based: BTreeMap<ParamId, u64>,
}

impl Params {
	/// The file gives these.
	pub(super) fn give(&mut self, params: impl IntoIterator<Item = ParamId>) {
		self.given.extend(params);
	}

	/// The parameters of a cell's baseline that no cell was seen to have so far, each once.
	pub(super) fn lacking(&self, baseline: &CellValues) -> Vec<ParamId> {
		let params = baseline.iter().map(|(key, _)| key.param);
		let mut lacking: Vec<ParamId> = params.filter(|param| !self.given.contains(param)).collect();
		lacking.dedup();
		lacking
	}

	/// The baseline of a cell of the file has these.
	pub(super) fn count(&mut self, params: Vec<ParamId>) {
		for param in params {
			*self.based.entry(param).or_default() += 1;
		}
	}

	/// Adds those of another part of the file.
	pub(super) fn add(&mut self, other: Self) {
		self.given.extend(other.given);
		for (param, count) in other.based {
			*self.based.entry(param).or_default() += count;
		}
	}

	/// Refuses a file that gives a parameter to no cell, where the baseline has values of it and nobody has said why.
	pub(super) fn check(&self, catalogue: &Catalogue, columns: &Columns, said: &Said) -> Result<()> {
		let is_open = |param: &ParamId| !self.given.contains(param) && !said.unset.contains(param);
		let absent: Vec<(ParamId, u64)> = self
			.based
			.iter()
			.map(|(param, count)| (*param, *count))
			.filter(|(param, _)| is_open(param))
			.collect();
		if absent.is_empty() {
			return Ok(());
		}
		let mut texts: Vec<String> = absent
			.iter()
			.take(UNKNOWN)
			.map(|(param, count)| format!("{} (of {count})", catalogue.name(*param)))
			.collect();
		if absent.len() > texts.len() {
			texts.push(format!("... {} in all", absent.len()));
		}
		let is_absent = |name: &String| {
			let base = name.split('[').next().unwrap_or_default();
			catalogue.named(base).iter().any(|param| absent.iter().any(|(other, _)| other == param))
		};
		let mut remedies: Vec<String> = Vec::new();
		for name in columns.unknown() {
			let near: Vec<String> = catalogue.near(name).into_iter().filter(is_absent).collect();
			if !near.is_empty() && remedies.len() < UNKNOWN {
				remedies.push(format!("write {} in the place of {}", near.join(" or "), quoted(name)));
			}
		}
		if remedies.is_empty() {
			remedies.push("export these columns or attributes, too".into());
		}
		let names: Vec<String> = absent.iter().map(|(param, _)| catalogue.name(*param)).collect();
		let names = names.join(",");
		remedies.push(format!("`--without {names}` says nothing about these cells"));
		remedies.push(format!(
			"`--unset {names}`, where the network really has none, tells that of each of them"
		));
		let what = format!(
			"it gives no cell a value of what the baseline of its cells has: {}; nothing was anchored",
			texts.join(", ")
		);
		Err(Failure::input(what).remedy(remedies.join("; ")))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::{
		catalogue::tests::catalogue,
		export::{tests::read_as, Reading},
	};

	fn columns(header: &str) -> Columns {
		let text = format!("local_network,station,cell,{header}\n");
		read_as(text.as_bytes(), (false, Reading::AsIs)).unwrap().2
	}

	fn said(without: &[&str], unset: &[&str]) -> Result<Said> {
		let owned = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<Vec<String>>();
		Said::read(&catalogue(), &owned(without), &owned(unset))
	}

	/// A file of two parts that gives nRPCI, where the baseline of three of its cells has arfcnDL.
	fn params() -> Params {
		let baseline = vec![(ParamKey::of(ParamId(11)), 5), (ParamKey::of(ParamId(13)), 7)];
		let mut params = Params::default();
		for cells in [1, 2] {
			let mut part = Params::default();
			part.give([ParamId(11)]);
			for _ in 0..cells {
				let lacking = part.lacking(&baseline);
				part.count(lacking);
			}
			params.add(part);
		}
		params
	}

	#[test]
	fn parameter_that_no_cell_has_is_refused_unless_somebody_says_why() {
		let (params, none) = (params(), said(&[], &[]).unwrap());
		let failure = params.check(&catalogue(), &columns("nRPCI"), &none).unwrap_err().to_string();
		for text in ["arfcnDL (of 3);", "nothing was anchored", "--without arfcnDL", "--unset arfcnDL"] {
			assert!(failure.contains(text), "{text}: {failure}");
		}
		assert!(!failure.contains("nRPCI"), "{failure}");
		// A column next to it is named
		let failure = params.check(&catalogue(), &columns("nRPCI,arfcnDl"), &none).unwrap_err().to_string();
		assert!(failure.contains("write arfcnDL in the place of `arfcnDl`"), "{failure}");
		assert_eq!(params.check(&catalogue(), &columns("nRPCI"), &said(&[], &["ARFCNDL"]).unwrap()), Ok(()));
		// One that some cell has is told of every cell
		let mut given = params;
		given.give([ParamId(13)]);
		assert_eq!(given.check(&catalogue(), &columns("nRPCI"), &none), Ok(()));
		let failure = said(&["arfcnDl"], &[]).unwrap_err().to_string();
		assert!(failure.contains("--without") && failure.contains("write arfcnDL"), "{failure}");
	}

	#[test]
	fn cells_are_left_out_only_where_the_baseline_has_what_the_file_lacks() {
		let key = |param, place| ParamKey { param: ParamId(param), place };
		let said = said(&["arfcnDL", "cellReselectionPriority"], &[]).unwrap();
		let seen = vec![(key(11, 0), 5), (key(39, 1), 2)];
		assert_eq!(said.lacks(&seen, &vec![(key(11, 0), 6), (key(33, 0), 1), (key(39, 1), 3)]), None);
		assert_eq!(said.lacks(&seen, &vec![(key(13, 0), 7)]), Some(ParamId(13)));
		assert_eq!(said.lacks(&seen, &vec![(key(39, 2), 3)]), Some(ParamId(39)));
	}
}
