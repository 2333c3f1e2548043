// SPDX-License-Identifier: Apache-2.0
//! From which exports companies have seen a violation, and from which the approved value: by these they are believed, as long
//! as the violation stands open.

use super::export::time;
use crate::{
	chain::{storage, views::At},
	error::Result,
	names::org_name,
};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::Value;
use trimast_primitives::{apis::OrgView, Hash, Moment, OrgId, OrgSet};

/// What became of the openings of a doubted export. None is known of one that has given way to newer ones.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Doubt {
	/// Rows that were wrong.
	wrong: u32,
	/// Rows that were not opened in time.
	missing: u32,
}

/// The export in which a company has seen something last.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sight {
	org: OrgId,
	export: Hash,
	/// When the network was read, as far as that is kept.
	observed: Option<Moment>,
	/// Why the company's word counts as nobody's.
	doubted: Option<Doubt>,
}

/// Those of a violation.
#[derive(Serialize, Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sights {
	/// Of the value that is not the approved one.
	witnesses: Vec<Sight>,
	/// Of the approved value.
	deniers: Vec<Sight>,
}

fn read<T: DeserializeOwned>(value: Option<&Value>) -> Option<T> {
	serde_json::from_value(value?.clone()).ok()
}

/// Company and export of each word about a violation.
fn words(value: &Value) -> Vec<(OrgId, Hash)> {
	let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
	all.iter().filter_map(|word| Some((read(word.get(0))?, read(word.get(1))?))).collect()
}

/// Company, export and time of each sight of the approved value.
fn denials(violation: &Value) -> Vec<(OrgId, Hash, Option<Moment>)> {
	let all = violation.get("denials").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
	let one =
		|one: &Value| Some((read(one.get("org"))?, read(one.get("export"))?, read(one.get("observed"))));
	all.iter().filter_map(one).collect()
}

/// Whether an export is doubted; `gave_way`: whether it is remembered as that.
fn doubt(export: Option<&Value>, gave_way: bool) -> Option<Doubt> {
	let Some(export) = export else { return gave_way.then(Doubt::default) };
	let count = |name: &str| export.get("marks").and_then(|marks| read(marks.get(name))).unwrap_or_default();
	let doubt = Doubt { wrong: count("wrong"), missing: count("missing") };
	(doubt != Doubt::default()).then_some(doubt)
}

impl Sights {
	/// Asks for those of a violation.
	pub(crate) async fn ask(at: At<'_>, violation: u32) -> Result<Self> {
		let spec = at.chain().spec(at.hash).await?;
		let of_violation = |item: &'static str| {
			let key = storage::twox_concat("ConfigGuard", item, &[&violation.to_le_bytes()]);
			let spec = &spec;
			async move { storage::value(at.chain(), spec, ("ConfigGuard", item), &key, at.hash).await }
		};
		let mut sights = Self::default();
		for (org, export) in of_violation("Words").await?.as_ref().map(words).unwrap_or_default() {
			sights.witnesses.push(sight(at, org, export, None).await?);
		}
		for (org, export, observed) in
			of_violation("Violations").await?.as_ref().map(denials).unwrap_or_default()
		{
			sights.deniers.push(sight(at, org, export, observed).await?);
		}
		Ok(sights)
	}

	/// Whether nobody's word counts of these companies.
	fn are_doubted(sights: &[Sight], orgs: OrgSet) -> bool {
		let is_doubted = |org| sights.iter().any(|sight| sight.org == org && sight.doubted.is_some());
		!orgs.is_empty() && orgs.iter().all(is_doubted)
	}

	/// Whether all of these witnesses have seen it from doubted exports.
	pub(crate) fn is_unseen(&self, witnesses: OrgSet) -> bool {
		Self::are_doubted(&self.witnesses, witnesses)
	}

	/// Whether all of these have seen the approved value from doubted exports.
	pub(crate) fn is_undenied(&self, deniers: OrgSet) -> bool {
		Self::are_doubted(&self.deniers, deniers)
	}

	/// Who has seen it when, a sentence a company.
	pub(crate) fn witnesses(&self, orgs: &[OrgView]) -> Vec<String> {
		self.witnesses.iter().map(|sight| sight.words("it last", orgs)).collect()
	}

	/// The same of these that have seen the approved value.
	pub(crate) fn deniers(&self, deniers: OrgSet, orgs: &[OrgView]) -> Vec<String> {
		let all = self.deniers.iter().filter(|sight| deniers.contains(sight.org));
		all.map(|sight| sight.words("the approved value", orgs)).collect()
	}
}

/// A sight with what is kept of its export.
async fn sight(at: At<'_>, org: OrgId, export: Hash, observed: Option<Moment>) -> Result<Sight> {
	let spec = at.chain().spec(at.hash).await?;
	let key =
		|item: &str| [storage::twox_concat("ConfigGuard", item, &[&[org.0]]), export.0.to_vec()].concat();
	let kept =
		storage::value(at.chain(), &spec, ("ConfigGuard", "Exports"), &key("Exports"), at.hash).await?;
	let gave_way = storage::read(at.chain(), &key("Doubted"), at.hash).await?.is_some();
	let observed = observed.or_else(|| read(kept.as_ref()?.get("observed")));
	Ok(Sight { org, export, observed, doubted: doubt(kept.as_ref(), gave_way) })
}

impl Sight {
	fn words(&self, what: &str, orgs: &[OrgView]) -> String {
		let read = match self.observed {
			Some(observed) => format!("was read on {}", time::text(observed)),
			None => "is not kept any more".into(),
		};
		let doubted = match self.doubted {
			None => String::new(),
			Some(doubt) if doubt == Doubt::default() => {
				" That export is doubted: the word counts as nobody's.".into()
			}
			Some(Doubt { wrong, missing }) => format!(
				" That export is doubted (openings wrong: {wrong}, missing: {missing}): the word counts as nobody's."
			),
		};
		format!("{} saw {what} in an export that {read}.{doubted}", org_name(orgs, self.org))
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use serde_json::json;

	/// One witness and one denier; each with what was wrong and missing of its export.
	pub(crate) fn sights(witness: (u8, u32, u32), denier: (u8, u32, u32)) -> Sights {
		let sight = |(org, wrong, missing), export| {
			let doubted = doubt(Some(&json!({ "marks": { "wrong": wrong, "missing": missing } })), false);
			Sight { org: OrgId(org), export: Hash::repeat_byte(export), observed: Some(60_000), doubted }
		};
		Sights { witnesses: vec![sight(witness, 1)], deniers: vec![sight(denier, 2)] }
	}

	#[test]
	fn words_and_denials_are_read_as_the_chain_has_them() {
		let root = Hash::repeat_byte(7);
		let value = json!([[1, root, "0x0102030405060708"], [3, root, [1, 2]]]);
		assert_eq!(words(&value), [(OrgId(1), root), (OrgId(3), root)]);
		let denial = json!({ "org": 2, "export": root, "observed": 5_000, "said": "Nothing" });
		assert_eq!(denials(&json!({ "denials": [denial] })), [(OrgId(2), root, Some(5_000))]);
		assert!(words(&Value::Null).is_empty() && denials(&json!({})).is_empty());
	}

	#[test]
	fn export_is_doubted_by_its_marks_and_by_what_is_remembered_of_it() {
		let marks = |wrong, missing| json!({ "marks": { "opened": 4, "wrong": wrong, "missing": missing } });
		assert_eq!(doubt(Some(&marks(0, 0)), false), None);
		assert_eq!(doubt(Some(&marks(0, 2)), false), Some(Doubt { wrong: 0, missing: 2 }));
		assert_eq!((doubt(None, false), doubt(None, true)), (None, Some(Doubt::default())));
	}

	#[test]
	fn sights_say_when_and_whether_they_count() {
		let known = sights((1, 0, 0), (2, 1, 2));
		assert_eq!(
			known.witnesses(&[]),
			["1 saw it last in an export that was read on 1970-01-01 08:01:00+08:00."]
		);
		let denied = known.deniers(OrgSet::of(OrgId(2)), &[]).join("");
		assert!(
			denied.starts_with("2 saw the approved value in an export that was read on 1970"),
			"{denied}"
		);
		assert!(denied.contains("doubted (openings wrong: 1, missing: 2)"), "{denied}");
		let (one, two) = (OrgSet::of(OrgId(1)), OrgSet::of(OrgId(2)));
		assert_eq!((known.is_unseen(one), known.is_undenied(two)), (false, true));
		assert!(!known.is_undenied(two.with(OrgId(3))), "of another nothing is known");
		assert!(!known.is_undenied(OrgSet::EMPTY));
	}
}
