// SPDX-License-Identifier: Apache-2.0
//! How an export stands on the chain: what it was anchored as, and what may still be asked of it.

use super::store::Manifest;
use crate::{
	config::export::time,
	error::{Failure, Result},
	names::{hex0x, scope_text},
	output::counted,
};
use serde_json::{json, Value};
use std::path::Path;
use trimast_primitives::{access::Scope, BlockNumber, Moment, OrgId};

/// What a company has bound itself to, by the chain's record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Anchored {
	/// How many rows.
	pub(super) leaves: u32,
	/// Of which territory.
	pub(super) scope: Scope,
	/// When the network was read.
	pub(super) observed: Moment,
	/// In which block the root came.
	pub(super) block: BlockNumber,
	/// Whether a row was wrong or missing.
	is_doubted: bool,
}

/// A field of a record.
fn field<T: serde::de::DeserializeOwned>(value: &Value, name: &str) -> Option<T> {
	serde_json::from_value(value.get(name)?.clone()).ok()
}

impl Anchored {
	/// As the chain has it.
	pub(super) fn read(value: &Value) -> Result<Self> {
		let read = || {
			let marks = value.get("marks")?;
			let count = |name: &str| field::<u32>(marks, name);
			Some(Self {
				leaves: field(value, "leaves")?,
				scope: field(value, "scope")?,
				observed: field(value, "observed")?,
				block: field(value, "anchored")?,
				is_doubted: (count("wrong")?, count("missing")?) != (0, 0),
			})
		};
		read().ok_or_else(|| {
			Failure::chain("the export cannot be read as the chain has it").remedy(
				"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
			)
		})
	}

	/// One that is anchored as it is kept.
	pub(super) fn new(manifest: &Manifest, block: BlockNumber) -> Self {
		let Manifest { leaves, scope, observed, .. } = *manifest;
		Self { leaves, scope, observed, block, is_doubted: false }
	}

	/// Refuses an export that is another than the one whose root stands on the chain: what was testified from it would
	/// count for that one. `scope` and `observed`: those that were asked for.
	pub(super) fn check(
		&self,
		manifest: &Manifest,
		scope: Option<Scope>,
		observed: Option<Moment>,
	) -> Result<()> {
		let mut others = Vec::new();
		let mut compare = |what: &str, theirs: String, own: String| {
			if theirs != own {
				others.push(format!("{what} {theirs} and not {own}"));
			}
		};
		compare("rows:", self.leaves.to_string(), manifest.leaves.to_string());
		compare("territory:", scope_text(self.scope), scope_text(scope.unwrap_or(manifest.scope)));
		let own = observed.unwrap_or(manifest.observed);
		if own != self.observed {
			let milliseconds = |moment: Moment| format!("{} ({moment} ms)", time::text(moment));
			compare("observed:", milliseconds(self.observed), milliseconds(own));
		}
		if others.is_empty() {
			return Ok(());
		}
		let what = format!("the chain has this root since block {} as another export", self.block);
		Err(Failure::input(format!("{what}: {}", others.join(", "))).at(hex0x(manifest.root)).remedy(
			"leave --observed and --scope out to go on with that one; for what was read at another time export again, and \
			 name another folder (--keep)",
		))
	}
}

/// What may still be asked of an export.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Standing {
	/// Rows that are asked for and not opened.
	pub(super) open: usize,
	/// Last block in which the first of them can be opened.
	pub(super) due: Option<BlockNumber>,
	/// Companies whose blocks have not drawn yet.
	pub(super) awaits: Vec<OrgId>,
	/// Last block that draws for them.
	pub(super) drawn_until: Option<BlockNumber>,
	/// Until when other companies may name rows.
	pub(super) named_until: Option<Moment>,
	/// Whether a row was wrong or missing already.
	pub(super) is_doubted: bool,
}

impl Standing {
	/// By the chain's records of the export, of what is asked, and of the draws that it waits for. `terms`: how long a row can
	/// be opened, and how long a testimony holds.
	pub(super) fn read(
		export: Option<&Value>,
		asked: Option<&Value>,
		waiting: Option<&Value>,
		terms: (BlockNumber, Moment),
	) -> Result<Self> {
		let (opening, attestation) = terms;
		let Some(export) = export.map(Anchored::read).transpose()? else { return Ok(Self::default()) };
		let open =
			asked.and_then(|asked| asked.get("open")?.as_array()).map(Vec::as_slice).unwrap_or_default();
		let block = |name: &str| waiting.and_then(|waiting| field::<BlockNumber>(waiting, name));
		// As the chain ends its draws.
		let drawn_until = block("first")
			.zip(block("spoke"))
			.map(|(first, spoke)| spoke.min(first.saturating_add(opening)).saturating_add(opening));
		Ok(Self {
			open: open.len(),
			due: open.iter().filter_map(|question| field(question, "due")).min(),
			awaits: waiting.and_then(|waiting| field(waiting, "awaits")).unwrap_or_default(),
			drawn_until,
			named_until: Some(export.observed.saturating_add(attestation)),
			is_doubted: export.is_doubted,
		})
	}

	/// For programs.
	pub(super) fn to_json(&self, folder: &Path) -> Value {
		json!({
			"open": self.open, "due": self.due, "awaits": self.awaits, "drawn_until": self.drawn_until,
			"named_until": self.named_until, "doubted": self.is_doubted, "answer": command(folder),
		})
	}

	/// For people: what may come, what silence does, and what answers.
	pub(super) fn text(&self, folder: &Path) -> String {
		if self.is_doubted {
			return "the export is doubted: a row of it was wrong, or was not opened in time. Nothing that was testified from \
			        it counts: export again, and attest that"
				.into();
		}
		let mut parts = Vec::new();
		if let Some(due) = self.due {
			parts.push(format!(
				"{} of the export can be opened, the first until block {due}",
				counted(self.open, "row")
			));
		}
		if let Some(until) = self.drawn_until {
			let companies = match self.awaits.len() {
				1 => "1 other company".into(),
				count => format!("{count} other companies"),
			};
			parts.push(format!("{companies} may draw rows of it until block {until}"));
		}
		if let Some(until) = self.named_until {
			parts.push(format!(
				"others may name rows of it until {}, and those that a violation rests on as long as that stands",
				time::text(until)
			));
		}
		parts.push(format!(
			"what is asked and not opened in time makes it doubted: `{}` opens rows, and with --watch as they are asked",
			command(folder)
		));
		parts.join("; ")
	}
}

/// What answers for an export.
pub(super) fn command(folder: &Path) -> String {
	format!("trimast config openings {}", folder.display())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::sweep::store::tests::{seen, store};
	use trimast_primitives::{LocalNetworkId, ProvinceId};

	fn record(leaves: u32, observed: Moment, missing: u32) -> Value {
		json!({
			"root": "0x00", "leaves": leaves, "scope": { "LocalNetwork": 1301 }, "observed": observed, "anchored": 7,
			"marks": { "opened": 2, "wrong": 0, "missing": missing, "differing": 0 },
		})
	}

	#[test]
	fn export_is_that_of_the_chain_or_refused_with_what_differs() {
		let folder = tempfile::tempdir().unwrap();
		let kept = store(folder.path(), &[&[seen(1301, 1, 0, 5)]]);
		let manifest = &kept.manifest;
		let own = Anchored::read(&record(1, manifest.observed, 0)).unwrap();
		assert_eq!((own.block, own.scope), (7, Scope::LocalNetwork(LocalNetworkId(1301))));
		assert_eq!(own, Anchored::new(manifest, 7));
		assert_eq!(own.check(manifest, None, None), Ok(()));
		assert_eq!(own.check(manifest, Some(own.scope), Some(manifest.observed)), Ok(()));
		let refused = |record: &Value, scope, observed| {
			let failure = Anchored::read(record).unwrap().check(manifest, scope, observed);
			failure.unwrap_err().to_string()
		};
		let scope = refused(&record(1, manifest.observed, 0), Some(Scope::Province(ProvinceId(13))), None);
		assert!(scope.contains("territory: local:1301 and not province:13"), "{scope}");
		assert!(
			scope.contains("since block 7") && scope.contains("leave --observed and --scope out"),
			"{scope}"
		);
		for other in [
			refused(&record(1, manifest.observed + 1, 0), None, None),
			refused(&record(1, manifest.observed, 0), None, Some(manifest.observed + 1)),
		] {
			assert!(other.contains("observed: 1970-01-01 08:00:00+08:00 ("), "{other}");
			assert!(!other.contains("territory") && !other.contains("rows:"), "{other}");
		}
		assert!(refused(&record(2, manifest.observed, 0), None, None).contains("rows: 2 and not 1"));
		assert!(Anchored::read(&json!({ "leaves": 1 })).unwrap_err().to_string().contains("cannot be read"));
	}

	#[test]
	fn what_may_be_asked_is_told_with_what_answers() {
		let folder = Path::new("a.csv.sweep");
		let asked =
			json!({ "open": [{ "cell": {}, "by": 2, "due": 90 }, { "cell": {}, "by": 3, "due": 80 }] });
		let waiting = json!({ "root": "0x00", "first": 20, "spoke": 95, "awaits": [2, 3] });
		let read = |export: Option<&Value>, asked, waiting| {
			Standing::read(export, asked, waiting, (60, 3_600_000)).unwrap()
		};
		let all = read(Some(&record(1, 0, 0)), Some(&asked), Some(&waiting));
		// Whoever speaks on and on is drawn from a term after the first word, and for a term
		assert_eq!((all.due, all.drawn_until, all.named_until), (Some(80), Some(140), Some(3_600_000)));
		let text = all.text(folder);
		for part in [
			"2 rows of the export can be opened, the first until block 80",
			"2 other companies may draw rows of it until block 140",
			"others may name rows of it until 1970-01-01 09:00:00+08:00, and those that a violation rests on",
			"doubted: `trimast config openings a.csv.sweep` opens",
		] {
			assert!(text.contains(part), "{part}: {text}");
		}
		let value = all.to_json(folder);
		assert_eq!((&value["open"], &value["awaits"]), (&json!(2), &json!([2, 3])));
		assert_eq!(value["answer"], "trimast config openings a.csv.sweep");
		// When everything is drawn and opened, rows may be named
		let quiet = read(Some(&record(1, 0, 0)), None, None);
		assert_eq!((quiet.open, quiet.drawn_until), (0, None));
		assert!(quiet.text(folder).starts_with("others may name rows"), "{}", quiet.text(folder));
		let late = read(Some(&record(1, 0, 1)), None, None);
		assert!(late.is_doubted && late.text(folder).contains("is doubted"));
	}
}
