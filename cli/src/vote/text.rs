// SPDX-License-Identifier: Apache-2.0
//! What is voted on, as one line. Of the governed parameters, which travel as a whole, only those that would change are
//! shown, with the values in force.

use crate::{
	chain::{json, Call, Spec},
	names,
};
use serde_json::{json, Map, Value};
use trimast_primitives::params::Parameters;

/// A motion's call as one line, beside the parameters in force.
pub(crate) fn motion_text(spec: &Spec, call: &[u8], now: &Parameters) -> String {
	match spec.describe(&Call(call.to_vec())) {
		Ok(mut value) => {
			leave_what_changes(&mut value, &json!(now));
			json::call_text(&value)
		}
		Err(_) => names::hex0x(call),
	}
}

/// Replaces the parameters in every `set_parameters`, wherever in the call it stands, by what is different from `now`.
fn leave_what_changes(value: &mut Value, now: &Value) {
	match value {
		Value::Array(items) => items.iter_mut().for_each(|item| leave_what_changes(item, now)),
		Value::Object(map) => {
			for (name, inner) in map {
				if let Some(parameters) = inner.get_mut("parameters").filter(|_| name == "set_parameters") {
					*parameters = changes(parameters, now);
				} else {
					leave_what_changes(inner, now);
				}
			}
		}
		_ => {}
	}
}

/// Each parameter that differs: `now -> proposed`.
fn changes(proposed: &Value, now: &Value) -> Value {
	let Value::Object(proposed) = proposed else { return proposed.clone() };
	let changed: Map<String, Value> = proposed
		.iter()
		.filter(|(name, value)| now.get(name.as_str()) != Some(*value))
		.map(|(name, value)| {
			let before = now.get(name.as_str()).map_or_else(|| "none".into(), Value::to_string);
			(name.clone(), json!(format!("{before} -> {value}")))
		})
		.collect();
	if changed.is_empty() {
		json!("as in force")
	} else {
		Value::Object(changed)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn shown(proposed: Parameters) -> String {
		let set = json!({ "Federation": { "set_parameters": { "parameters": proposed } } });
		let batch = json!({ "Utility": { "batch_all": { "calls": [set] } } });
		let mut motion = json!({ "Federation": { "enact": { "call": batch } } });
		leave_what_changes(&mut motion, &json!(Parameters::SECONDS));
		json::call_text(&motion)
	}

	#[test]
	fn only_parameters_that_change_are_shown_with_those_in_force() {
		let text = shown(Parameters { consent_term: 700, rules_delay: 7, ..Parameters::SECONDS });
		assert!(text.contains("consent_term: 600 -> 700") && text.contains("rules_delay: 6 -> 7"), "{text}");
		assert!(!text.contains("long_delay") && !text.contains("seats"), "{text}");
		let same = shown(Parameters::SECONDS);
		assert!(same.contains("parameters: as in force"), "{same}");
	}

	#[test]
	fn other_calls_are_shown_whole() {
		let call = json!({ "Sites": { "remove_local_network": { "id": 1301 } } });
		let mut same = call.clone();
		leave_what_changes(&mut same, &json!(Parameters::SECONDS));
		assert_eq!(same, call);
	}
}
