// SPDX-License-Identifier: Apache-2.0
//! A block's events, read with the metadata of that very block.

use super::{errors, json, storage, Chain, Spec};
use crate::error::{Failure, Result};
use codec::{Compact, Decode};
use serde_json::Value;
use std::sync::Arc;
use trimast_primitives::Hash;

/// In which part of a block something happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Decode)]
pub(crate) enum Phase {
	/// While the transaction with this number was carried out.
	ApplyExtrinsic(u32),
	/// At the end of the block.
	Finalization,
	/// At its beginning.
	Initialization,
}

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
	/// Its place in the block's list of events.
	pub(crate) index: u32,
	/// When.
	pub(crate) phase: Phase,
	/// The pallet's name.
	pub(crate) pallet: String,
	/// The event's name.
	pub(crate) name: String,
	/// Its fields as JSON.
	pub(crate) fields: Value,
	/// Its fields as SCALE bytes.
	pub(crate) bytes: Vec<u8>,
}

impl Event {
	/// Whether it is this one.
	pub(crate) fn is(&self, pallet: &str, name: &str) -> bool {
		self.pallet == pallet && self.name == name
	}

	/// As one line.
	pub(crate) fn text(&self) -> String {
		match &self.fields {
			Value::Null => format!("{}.{}", self.pallet, self.name),
			fields => format!("{}.{} {}", self.pallet, self.name, json::short(fields)),
		}
	}

	/// The same with the error in words by which a call has failed that it tells of: that of a motion, for example.
	pub(crate) fn text_in_words(&self, spec: &Spec) -> String {
		self.text_with(|error| errors::dispatch(spec, error))
	}

	fn text_with(&self, words: impl Fn(&Value) -> Failure) -> String {
		let mut told = self.clone();
		if let Some(error) = told.fields.get_mut("result").and_then(|result| result.get_mut("Err")) {
			let words = words(error).to_string();
			*error = Value::String(words.lines().map(str::trim).collect::<Vec<_>>().join(" - "));
		}
		told.text()
	}
}

/// The events of a block, with the description of its runtime.
pub(crate) async fn fetch(chain: &Chain, at: Hash) -> Result<(Arc<Spec>, Vec<Event>)> {
	let parent = chain.header(at).await?.parent_hash;
	fetch_after(chain, at, parent).await
}

/// The same where the parent is known.
pub(crate) async fn fetch_after(chain: &Chain, at: Hash, parent: Hash) -> Result<(Arc<Spec>, Vec<Event>)> {
	// The events of a block were made by the runtime at its parent, whose code the block's own state may have replaced.
	let spec = chain.spec(if parent == Hash::zero() { at } else { parent }).await?;
	let bytes = storage::read(chain, &storage::plain("System", "Events"), at).await?.unwrap_or_default();
	let events = decode(&spec, &bytes)?;
	Ok((spec, events))
}

/// Reads the list of events of a block.
pub(crate) fn decode(spec: &Spec, bytes: &[u8]) -> Result<Vec<Event>> {
	let input = &mut &bytes[..];
	let unreadable = |e: &dyn std::fmt::Display| {
		Failure::chain(format!("an event cannot be read: {e}"))
			.remedy("this block's runtime and its metadata differ")
	};
	let count =
		if bytes.is_empty() { 0 } else { Compact::<u32>::decode(input).map_err(|e| unreadable(&e))?.0 };
	let mut events = Vec::with_capacity(usize::try_from(count).unwrap_or(0).min(65_536));
	for index in 0..count {
		let (phase, pallet, variant) = <(Phase, u8, u8)>::decode(input).map_err(|e| unreadable(&e))?;
		let metadata = spec
			.metadata
			.pallet_by_event_index(pallet)
			.ok_or_else(|| unreadable(&format!("no pallet {pallet}")))?;
		let variant = metadata
			.event_variant_by_index(variant)
			.ok_or_else(|| unreadable(&format!("no event {variant} in {}", metadata.name())))?;
		let start = *input;
		let mut values = Vec::with_capacity(variant.fields.len());
		for field in &variant.fields {
			values.push((field.name.clone(), json::decode(input, field.ty.id, spec.metadata.types())?));
		}
		let length = start.len().saturating_sub(input.len());
		<Vec<Hash>>::decode(input).map_err(|e| unreadable(&e))?;
		events.push(Event {
			index,
			phase,
			pallet: metadata.name().into(),
			name: variant.name.clone(),
			fields: fields_json(values),
			bytes: start.get(..length).unwrap_or_default().to_vec(),
		});
	}
	Ok(events)
}

fn fields_json(values: Vec<(Option<String>, Value)>) -> Value {
	match &values[..] {
		[] => Value::Null,
		[(None, value)] => value.clone(),
		_ => {
			let numbered = values.into_iter().enumerate();
			Value::Object(
				numbered.map(|(n, (name, value))| (name.unwrap_or_else(|| n.to_string()), value)).collect(),
			)
		}
	}
}

/// What became of a transaction: the events it caused, and its failure if it failed. A call wrapped in a proxy, a
/// multisig, a batch or a motion fails by an event of the wrapper, though the transaction itself succeeds.
pub(crate) fn outcome(spec: &Spec, events: &[Event], extrinsic: u32) -> (Vec<Event>, Option<Failure>) {
	let own: Vec<Event> =
		events.iter().filter(|event| event.phase == Phase::ApplyExtrinsic(extrinsic)).cloned().collect();
	let failure = own.iter().find_map(|event| {
		let error = match (event.pallet.as_str(), event.name.as_str()) {
			("System", "ExtrinsicFailed") => event.fields.get("dispatch_error"),
			("Proxy", "ProxyExecuted")
			| ("Multisig", "MultisigExecuted")
			| ("Council", "Executed" | "MemberExecuted") => {
				event.fields.get("result").and_then(|result| result.get("Err"))
			}
			("Utility", "BatchInterrupted" | "ItemFailed") => event.fields.get("error"),
			_ => None,
		};
		error.map(|error| errors::dispatch(spec, error))
	});
	(own, failure)
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn error_of_a_motion_is_told_in_words_on_one_line() {
		let event = |result: Value| Event {
			index: 0,
			phase: Phase::Initialization,
			pallet: "Federation".into(),
			name: "CarriedOut".into(),
			fields: json!({ "id": 3, "result": result }),
			bytes: Vec::new(),
		};
		let words = |error: &Value| {
			assert_eq!(error["Module"]["index"], json!(14));
			Failure::chain("it begins too early").at("Energy.Backwards").remedy("let it begin later")
		};
		let failed = event(json!({ "Err": { "Module": { "error": "0x1d000000", "index": 14 } } }));
		let text = failed.text_with(words);
		let told = "Energy.Backwards: it begins too early - remedy: let it begin later";
		assert!(text.contains(told) && !text.contains("0x1d000000") && !text.contains('\n'), "{text}");
		// What has not failed is told as it is
		let done = event(json!({ "Ok": null }));
		assert_eq!(done.text_with(words), done.text());
	}
}
