// SPDX-License-Identifier: Apache-2.0
//! Refusals and failures in words: what the pool says, what a dispatch error means, with its documentation from the
//! metadata and what to do.

use super::{remedies, Spec};
use crate::error::Failure;
use serde_json::{json, Value};
use subxt::rpcs::UserError;
use trimast_primitives::{admission::Refusal, text::escaped};

/// What a refusal by the pool means for the one who submits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
	/// It is there already.
	Known,
	/// Its nonce has been used: by it, or by another.
	Stale,
	/// Its signature does not hold now: it has expired, or the runtime has changed. Sign it anew.
	Resign,
	/// No room, or not now. Try again.
	Later,
	/// It will never go in.
	Never(Failure),
	/// Nothing of this signer will go in.
	SignerRefused(Failure),
}

/// Sorts a refusal of `author_submitExtrinsic`. The numbers and texts are those of `sc-rpc-api`.
pub(crate) fn verdict(error: &UserError) -> Verdict {
	let data = data(error);
	let failure = || unsorted(error, &data);
	match error.code {
		1_002 => Verdict::Never(failure().remedy(
			"the node's runtime cannot read it: write it down again for this runtime, and check that the file is whole",
		)),
		1_010 => invalid(&data).unwrap_or_else(|| Verdict::Never(failure())),
		// Unknown validity, banned for a while, priority too low, no room, no future ones now.
		1_011 | 1_012 | 1_014 | 1_016 | 1_021 => Verdict::Later,
		1_013 => Verdict::Known,
		1_018 => Verdict::Never(failure().remedy("send it through a node that has peers or authors blocks")),
		_ => Verdict::Never(failure()),
	}
}

/// A refusal as it is, for whoever cannot sign anew.
pub(crate) fn refusal(error: &UserError) -> Failure {
	let data = data(error);
	admission(&data).map_or_else(|| unsorted(error, &data), words)
}

fn data(error: &UserError) -> String {
	let data = error.data.as_ref().and_then(|data| serde_json::from_str::<String>(data.get()).ok());
	data.unwrap_or_default()
}

fn unsorted(error: &UserError, data: &str) -> Failure {
	// Where the runtime has failed, the lines after the first are its stack.
	let first = |text: &str| escaped(text.lines().next().unwrap_or_default());
	match data {
		"" => Failure::chain(first(&error.message)),
		_ if error.code == 1_002 => Failure::chain(first(&error.message)),
		data => Failure::chain(format!("{}: {}", first(&error.message), first(data))),
	}
}

/// Which refusal of admission it is.
fn admission(data: &str) -> Option<Refusal> {
	data.strip_prefix("Custom error: ")?.trim().parse().ok().and_then(Refusal::from_code)
}

fn invalid(data: &str) -> Option<Verdict> {
	if data.starts_with("Custom error: ") {
		let refusal = admission(data)?;
		let failure = words(refusal);
		return Some(match refusal {
			Refusal::UnknownAccount | Refusal::AccountRemoved | Refusal::OrgNotMember => {
				Verdict::SignerRefused(failure)
			}
			Refusal::SignedBeforeAdmission => Verdict::Resign,
			Refusal::NonceTooFarAhead => Verdict::Later,
			Refusal::Immortal | Refusal::TooLarge => Verdict::Never(failure),
		});
	}
	Some(match data {
		"Transaction is outdated" => Verdict::Stale,
		"Transaction has an ancient birth block" | "Transaction has a bad signature" => Verdict::Resign,
		"Transaction will be valid in the future" => Verdict::Later,
		// The pool asks about a transaction alone, so no block has room for it.
		"Transaction would exhaust the block limits" => Verdict::Never(words(Refusal::TooLarge)),
		"Inability to pay some fees (e.g. account balance too low)" => {
			Verdict::SignerRefused(words(Refusal::UnknownAccount))
		}
		"Transaction call is not expected" => Verdict::Never(
			Failure::chain("the chain does not offer this call, or it is paused")
				.remedy("`trimast chain status` says what is paused"),
		),
		_ => return None,
	})
}

/// A refusal by admission: what it means before the colon, what to do after it.
fn words(refusal: Refusal) -> Failure {
	match refusal.describe().split_once(": ") {
		Some((what, remedy)) => Failure::chain(what).remedy(remedy),
		None => Failure::chain(refusal.describe()),
	}
}

/// A dispatch error, as events carry it in JSON, in words.
pub(crate) fn dispatch(spec: &Spec, error: &Value) -> Failure {
	if let Some(module) = error.get("Module") {
		if let Some(failure) = module_error(spec, module) {
			return failure;
		}
	}
	match error.as_str() {
		Some("BadOrigin") => Failure::chain("the signer may not make this call").remedy(
			"sign with the account that the call asks for; what Root decides goes through the council (`trimast vote propose`)",
		),
		Some("CannotLookup") => Failure::chain("an account in it is unknown to the chain"),
		Some("Exhausted") => Failure::chain("a resource of the chain is exhausted").remedy("try again later"),
		_ => Failure::chain(super::json::short(error)),
	}
}

fn module_error(spec: &Spec, module: &Value) -> Option<Failure> {
	let index = u8::try_from(module.get("index")?.as_u64()?).ok()?;
	let byte = |item: &Value| item.as_u64().and_then(|byte| u8::try_from(byte).ok());
	let bytes = match module.get("error")? {
		// As events have it, and as our own types have it.
		Value::String(digits) => crate::names::unhex(digits).ok()?,
		items => items.as_array()?.iter().filter_map(byte).collect(),
	};
	let pallet = spec.metadata.pallet_by_error_index(index)?;
	let variant = pallet.error_variant_by_index(*bytes.first()?)?;
	let docs = variant.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
	let what = if docs.is_empty() { variant.name.clone() } else { docs };
	let failure = Failure::chain(what).at(format!("{}.{}", pallet.name(), variant.name));
	Some(match remedies::remedy(pallet.name(), &variant.name) {
		Some(remedy) => failure.remedy(remedy),
		None => failure,
	})
}

/// A failure as JSON without the outer form, for lines that report several.
pub(crate) fn reason(failure: &Failure) -> Value {
	let mut value = failure.to_json();
	if let Value::Object(map) = &mut value {
		map.remove("type");
		map.remove("code");
		map.retain(|_, value| !value.is_null());
	}
	json!(value)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn error(code: i32, data: &str) -> UserError {
		let data = serde_json::value::to_raw_value(data).ok();
		UserError { code, message: "Invalid Transaction".into(), data }
	}

	#[test]
	fn every_refusal_of_admission_has_words() {
		for refusal in Refusal::ALL {
			match verdict(&error(1_010, &format!("Custom error: {}", refusal.code()))) {
				Verdict::SignerRefused(failure) | Verdict::Never(failure) => {
					let text = failure.to_string();
					assert!(text.contains("remedy:") || !refusal.describe().contains(": "), "{text}");
				}
				Verdict::Resign | Verdict::Later => {}
				other => panic!("{other:?}"),
			}
		}
	}

	#[test]
	fn refusals_are_told_in_words_or_as_the_node_says_them() {
		let early = error(1_010, &format!("Custom error: {}", Refusal::SignedBeforeAdmission.code()));
		assert!(refusal(&early).to_string().ends_with("remedy: sign it anew"), "{}", refusal(&early));
		let bad = refusal(&error(1_010, "Transaction has a bad signature"));
		assert_eq!(bad.to_string(), "Invalid Transaction: Transaction has a bad signature");
	}

	#[test]
	fn what_the_runtime_cannot_read_is_told_without_its_stack() {
		let trap = "Verification Error: Runtime error: Execution failed\nWASM backtrace:\n  0: 0x1 - rust_begin_unwind";
		let error = UserError { message: trap.into(), ..error(1_002, "RuntimeApi(\nWASM backtrace)") };
		let Verdict::Never(failure) = verdict(&error) else { panic!("it is read at no other time either") };
		let told = failure.to_string();
		assert!(
			told.starts_with("Verification Error: Runtime error: Execution failed\n  remedy: "),
			"{told}"
		);
		assert!(!told.contains("backtrace") && !refusal(&error).to_string().contains("backtrace"), "{told}");
	}

	#[test]
	fn verdicts_tell_the_passing_from_the_final() {
		assert_eq!(verdict(&error(1_010, "Transaction is outdated")), Verdict::Stale);
		assert_eq!(verdict(&error(1_010, "Transaction has a bad signature")), Verdict::Resign);
		assert_eq!(verdict(&error(1_013, "0x00")), Verdict::Known);
		assert_eq!(verdict(&error(1_016, "")), Verdict::Later);
		assert!(matches!(verdict(&error(1_010, "Invalid signing address")), Verdict::Never(_)));
		assert!(matches!(verdict(&error(1_010, "Custom error: 99")), Verdict::Never(_)));
	}
}
