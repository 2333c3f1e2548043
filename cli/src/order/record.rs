// SPDX-License-Identifier: Apache-2.0
//! `trimast order export`: all that an order's verdict follows from, in a file that is replayed without a network.

use super::{people::People, words::span};
use crate::{
	context::Context,
	error::{Failure, Result},
	files,
	output::line,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
	collections::{BTreeMap, BTreeSet},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	order::{Contract, Record},
	BlockNumber, Hash, Moment, OrgSet,
};

/// What kind of file it is.
const FORMAT: &str = "trimast/order-evidence";
/// Version of the form.
const VERSION: u32 = 1;

/// The verdict as the chain gives it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Given {
	/// Digest of the whole.
	pub(crate) digest: Hash,
	/// When it was given.
	pub(crate) at: Moment,
	/// Whether nothing can change it any more.
	pub(crate) is_final: bool,
	/// Whether there was an appeal on which nobody has ruled in time.
	pub(crate) is_disputed: bool,
}

/// The evidence of an order.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Evidence {
	format: String,
	version: u32,
	/// The final block of which it is.
	pub(crate) block: BlockNumber,
	/// The chain's clock at that block: up to then an order is judged that has not ended. Files of before it was kept are read, too.
	#[serde(default)]
	pub(crate) moment: Option<Moment>,
	/// Names of the companies, by number.
	pub(crate) names: BTreeMap<u8, String>,
	/// What was contracted for the station.
	pub(crate) contract: Option<Contract>,
	/// The verdict, once there is one.
	pub(crate) verdict: Option<Given>,
	/// All that it follows from.
	pub(crate) record: Record,
}

impl Evidence {
	/// Up to when an order is judged that has not ended: up to its last change where the file does not say when it was read.
	pub(crate) fn now(&self) -> Moment {
		self.moment.unwrap_or(0)
	}

	/// From a file.
	pub(crate) fn read(path: &Path) -> Result<Self> {
		let place = |failure: Failure| failure.at(path.display());
		let read = Self::of(&files::read(path)?).map_err(place)?;
		Ok(read)
	}

	fn of(bytes: &[u8]) -> Result<Self> {
		let remedy = "name a file that `trimast order export ID --output FILE` has written";
		let found: Self = serde_json::from_slice(bytes)
			.map_err(|e| Failure::input(format!("not the evidence of an order: {e}")).remedy(remedy))?;
		if found.format != FORMAT {
			return Err(Failure::input("not the evidence of an order").remedy(remedy));
		}
		if found.version != VERSION {
			let what = format!("its form has version {}, and this `trimast` reads {VERSION}", found.version);
			return Err(Failure::input(what).remedy("install the version that goes with the file"));
		}
		// Nothing that cannot be on the chain: what is computed by it would mean nothing.
		let mut numbers = BTreeSet::new();
		for fact in &found.record.facts {
			if !numbers.insert(fact.number) {
				return Err(Failure::input(format!("fact {} stands there twice", fact.number)).remedy(remedy));
			}
		}
		Ok(found)
	}

	/// From the chain.
	pub(crate) async fn ask(context: &Context, id: u32) -> Result<Self> {
		let chain = context.chain().await?;
		let at = chain.now().await?;
		let order = at.order(id).await?.order;
		let record = at.order_record(id).await?;
		let verdict = at.verdict(id).await?.map(|given| Given {
			digest: given.digest,
			at: given.at,
			is_final: given.is_final,
			is_disputed: given.is_disputed,
		});
		let people = People::of(&at.orgs().await?);
		let spoken_of = record.facts.iter().map(|fact| fact.signers()).fold(order.concerned, OrgSet::union);
		Ok(Self {
			format: FORMAT.into(),
			version: VERSION,
			block: at.number,
			moment: Some(at.moment().await?),
			names: people.names_of(spoken_of),
			contract: order.contract,
			verdict,
			record,
		})
	}
}

/// Write the evidence of an order to a file.
#[derive(Args, Debug)]
#[command(
	after_help = "Example:\n  trimast order export 7 --output order-7.json && trimast order replay --from order-7.json"
)]
pub(crate) struct ExportCommand {
	/// The order.
	id: u32,
	/// A new file; standard output where none is named.
	#[arg(long, short, value_name = "FILE")]
	output: Option<PathBuf>,
}

/// `order export`.
pub(crate) async fn export(context: &Context, command: ExportCommand) -> Result<()> {
	let evidence = Evidence::ask(context, command.id).await?;
	let text = serde_json::to_string_pretty(&evidence).map_err(Failure::input)?;
	let Some(path) = &command.output else {
		line(&text);
		return Ok(());
	};
	files::create(path, format!("{text}\n").as_bytes())?;
	let value = json!({
		"type": "exported", "order": command.id, "file": path, "block": evidence.block,
		"facts": evidence.record.facts.len(), "digest": evidence.verdict.as_ref().map(|given| given.digest),
	});
	context.output.answer(&value, || {
		format!(
			"{}: order {} as of block {}, {} facts, {} on the clock{}",
			path.display(),
			command.id,
			evidence.block,
			evidence.record.facts.len(),
			span(evidence.record.clock_at(evidence.now()).run()),
			if evidence.verdict.is_some() { "" } else { "; there is no verdict yet" }
		)
	});
	Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
	use super::{super::replay::tests::record, *};
	use trimast_primitives::order::verdict_digest;

	/// The evidence of [`record`], with its verdict.
	pub(crate) fn evidence() -> Evidence {
		let record = record();
		let digest = verdict_digest(record.genesis, record.order, &record.verdict().unwrap());
		Evidence {
			format: FORMAT.into(),
			version: VERSION,
			block: 12,
			moment: Some(13_000_000),
			names: [(0, "one".into()), (1, "two".into()), (2, "tower".into())].into(),
			contract: None,
			verdict: Some(Given { digest, at: 12_000_000, is_final: false, is_disputed: false }),
			record,
		}
	}

	#[test]
	fn evidence_reads_what_it_writes() {
		let evidence = evidence();
		let bytes = serde_json::to_vec_pretty(&evidence).unwrap();
		assert_eq!(Evidence::of(&bytes), Ok(evidence));
	}

	#[test]
	fn evidence_of_before_its_moment_was_kept_is_read() {
		let mut value = serde_json::to_value(evidence()).unwrap();
		assert_eq!(value["moment"], json!(13_000_000));
		value.as_object_mut().unwrap().remove("moment");
		let read = Evidence::of(value.to_string().as_bytes()).unwrap();
		assert_eq!(read, Evidence { moment: None, ..evidence() });
		assert_eq!(read.now(), 0);
	}

	#[test]
	fn evidence_fails_when_it_is_something_else() {
		let mut value = serde_json::to_value(evidence()).unwrap();
		let read =
			|value: &serde_json::Value| Evidence::of(value.to_string().as_bytes()).unwrap_err().to_string();
		assert!(read(&json!({})).contains("trimast order export"));
		value["version"] = json!(2);
		assert!(read(&value).contains("version 2, and this `trimast` reads 1"));
		value["version"] = json!(1);
		value["record"]["facts"][1]["number"] = json!(0);
		assert!(read(&value).contains("fact 0 stands there twice"));
		value["format"] = json!("other");
		assert!(read(&value).contains("not the evidence of an order"));
	}
}
