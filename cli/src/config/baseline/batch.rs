// SPDX-License-Identifier: Apache-2.0
//! A page of stations on its way into the baseline, and what the chain answers of it.

use super::ledger::Mark;
use crate::config::catalogue::Catalogue;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::AddAssign;
use trimast_primitives::{
	cells::{ParamId, ParamKey},
	LocalNetworkId, OrgSet,
};

/// What an import has come to, in cells.
#[derive(Serialize, Deserialize, Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Counts {
	/// Stand there now.
	pub(crate) written: u64,
	/// Stood there already.
	pub(crate) unchanged: u64,
	/// Refused by the chain.
	pub(crate) refused: u64,
}

impl AddAssign for Counts {
	fn add_assign(&mut self, other: Self) {
		self.written += other.written;
		self.unchanged += other.unchanged;
		self.refused += other.refused;
	}
}

impl Counts {
	pub(super) fn total(&self) -> u64 {
		self.written + self.unchanged + self.refused
	}
}

/// A station's cells in a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
	pub(super) slot: u32,
	pub(super) code: String,
	/// The line of each cell.
	pub(super) lines: Vec<u64>,
	/// Hash of their values.
	pub(super) hash: [u8; 16],
	/// Who has to sign what is imported, beside the owner.
	pub(super) others: OrgSet,
}

/// A page of stations.
#[derive(Clone, Debug)]
pub(super) struct Batch {
	/// By what it is known in the checkpoint.
	pub(super) key: String,
	pub(super) local_network: LocalNetworkId,
	pub(super) page: u16,
	pub(super) parts: Vec<Part>,
}

impl Batch {
	pub(super) fn first_line(&self) -> u64 {
		self.parts.iter().flat_map(|part| part.lines.iter().copied()).min().unwrap_or(0)
	}

	/// Where it stands.
	pub(super) fn place(&self) -> String {
		let first = self.first_line();
		format!("local network {}, page {} (line {first} and others)", self.local_network.0, self.page)
	}

	pub(super) fn cells(&self) -> u64 {
		self.parts.iter().map(|part| u64::try_from(part.lines.len()).unwrap_or(0)).sum()
	}

	pub(super) fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
		self.parts.iter().map(|part| Mark {
			local_network: self.local_network,
			page: self.page,
			slot: part.slot,
			cells: u8::try_from(part.lines.len()).unwrap_or(u8::MAX),
			line: part.lines.first().and_then(|line| u32::try_from(*line).ok()).unwrap_or(u32::MAX),
			hash: part.hash,
		})
	}
}

/// The results of an import by slot, from the event's fields.
pub(super) fn results(fields: &Value) -> Vec<(u32, Value)> {
	let items = fields.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
	let pair = |item: &Value| {
		let slot = item.get(0)?.as_u64().and_then(|slot| u32::try_from(slot).ok())?;
		Some((slot, item.get(1)?.clone()))
	};
	items.iter().filter_map(pair).collect()
}

/// What a page has come to.
pub(super) struct Counted<'a> {
	pub(super) counts: Counts,
	/// Who has to sign what was written, beside the owner.
	pub(super) others: OrgSet,
	/// Which stations were refused, with the reason.
	pub(super) refused: Vec<(&'a Part, String)>,
}

pub(super) fn count<'a>(batch: &'a Batch, results: &[(u32, Value)], catalogue: &Catalogue) -> Counted<'a> {
	let (mut counts, mut others, mut refused) = (Counts::default(), OrgSet::EMPTY, Vec::new());
	for part in &batch.parts {
		let cells = u64::try_from(part.lines.len()).unwrap_or(0);
		let Some((_, result)) = results.iter().find(|(slot, _)| *slot == part.slot) else { continue };
		match (result.as_str(), result.get("Refused")) {
			(Some("Written"), _) => {
				counts.written += cells;
				others = others.union(part.others);
			}
			(Some("Unchanged"), _) => counts.unchanged += cells,
			(_, why) => {
				counts.refused += cells;
				refused.push((part, refusal_text(why.unwrap_or(result), catalogue)));
			}
		}
	}
	Counted { counts, others, refused }
}

/// Why the chain refused a station's cells, and what to do.
fn refusal_text(why: &Value, catalogue: &Catalogue) -> String {
	if let Some(value) = why.get("Value").or_else(|| why.get("CellsDiffer")) {
		let number = |name: &str| value.get("key")?.get(name)?.as_u64();
		let (param, place) = (number("param").unwrap_or(0), number("place").unwrap_or(0));
		let key = ParamKey {
			param: ParamId(u16::try_from(param).unwrap_or(u16::MAX)),
			place: u8::try_from(place).unwrap_or(u8::MAX),
		};
		let cell = value.get("cell").and_then(Value::as_u64).unwrap_or(0);
		let what = match value.get("defect") {
			None => "it is the station's, and the first cell has another value".into(),
			defect => defect_text(defect),
		};
		return format!("cell {cell}, {}: {what}", catalogue.key_text(key, &[]));
	}
	if let Some(id) = why.get("ViolationOpen").and_then(|open| open.get("id")).and_then(Value::as_u64) {
		return format!(
			"violation {id} stands open there: `trimast config explain {id}` tells it; set the network right, or ask for the change"
		);
	}
	if let Some(cell) = why.get("EnergyWindow").and_then(|window| window.get("cell")).and_then(Value::as_u64)
	{
		return format!(
			"cell {cell} sleeps by an energy-saving window now, or stands in for one that does: import the station again when the window of \
			 today is over (`trimast energy states` has it), or ask for an emergency (`trimast config request --emergency`)"
		);
	}
	match why.as_str().unwrap_or_default() {
		"NotFound" => "no station stands there any more: look at it with `trimast site show`".into(),
		"NotOwner" => "another company owns the station: let the owner import it".into(),
		"Retired" => "the station is retired: propose its return with `trimast site restore`".into(),
		"TooManyCells" => "by its record the station has fewer cells: amend it (`trimast site amend`)".into(),
		"Countersigned" => "another company has signed its baseline: it changes by a request alone".into(),
		_ => crate::chain::json::short(why),
	}
}

/// What is wrong with a value.
fn defect_text(defect: Option<&Value>) -> String {
	match defect.and_then(Value::as_str).unwrap_or_default() {
		"UnknownParameter" => "the catalogue has no such parameter any more".into(),
		"NoSuchPlace" => "the station has no such PLMN, or the cell no such neighbour or frequency".into(),
		"Technology" => "cells of this technology do not have it".into(),
		"Domain" => "the value does not belong to its domain".into(),
		"Step" => "the value is further from the present one than one change may go".into(),
		_ => defect.map_or_else(|| "refused".into(), crate::chain::json::short),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::{catalogue::tests::catalogue, export::resolve::tests::PLACE};
	use serde_json::json;
	use trimast_primitives::OrgId;

	#[test]
	fn results_are_counted_in_cells_and_refusals_have_words() {
		let part = |slot: u32, lines: &[u64]| {
			let others = OrgSet::of(OrgId(slot.try_into().unwrap()));
			Part { slot, code: "A".into(), lines: lines.to_vec(), hash: [0; 16], others }
		};
		let parts = vec![part(0, &[2]), part(3, &[3, 4]), part(5, &[5, 6, 7]), part(6, &[8])];
		let batch = Batch { key: String::new(), local_network: PLACE, page: 0, parts };
		let fields = json!({ "results": [
			[0, "Written"], [3, "Unchanged"],
			[5, { "Refused": { "Value": { "cell": 1, "key": { "param": 11, "place": 0 }, "defect": "Domain" } } }],
			[6, { "Refused": "Countersigned" }],
		] });
		let Counted { counts, others, refused } = count(&batch, &results(&fields), &catalogue());
		assert_eq!(counts, Counts { written: 1, unchanged: 2, refused: 4 });
		assert_eq!(others, OrgSet::of(OrgId(0)), "of what was written alone");
		assert!(refused[0].1.starts_with("cell 1, nRPCI: the value does not belong"), "{}", refused[0].1);
		assert!(refused[1].1.contains("request"));
		let open = refusal_text(&json!({ "ViolationOpen": { "id": 43 } }), &catalogue());
		assert!(open.contains("trimast config explain 43"), "{open}");
		let asleep = refusal_text(&json!({ "EnergyWindow": { "cell": 4 } }), &catalogue());
		assert!(asleep.starts_with("cell 4 sleeps by an energy-saving window now"), "{asleep}");
		// A station without a result is none of them, so its page is sent again
		assert_eq!(count(&batch, &[], &catalogue()).counts.total(), 0);
	}
}
