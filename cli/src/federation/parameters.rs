// SPDX-License-Identifier: Apache-2.0
//! `trimast federation parameters`: the delays, periods and limits that the council governs.

use super::motion;
use crate::{
	context::Context,
	error::{Failure, Result},
	files::read_text,
	output::facts,
};
use clap::Subcommand;
use serde_json::{json, Map, Value};
use std::path::PathBuf;
use trimast_primitives::params::{ParameterBounds, Parameters};

/// The governed parameters.
#[derive(Subcommand, Debug)]
pub(crate) enum ParameterCommand {
	/// Those in force.
	Show,
	/// Proposes others: those in force with changes.
	Propose {
		/// A JSON file with parameters by name.
		#[arg(long)]
		file: Option<PathBuf>,
		/// One parameter.
		#[arg(long, value_name = "NAME=VALUE")]
		set: Vec<String>,
		/// Ask for all ayes: they then take effect at once.
		#[arg(long)]
		all: bool,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: Option<ParameterCommand>) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let parameters = json!(at.parameters().await?);
	match command.unwrap_or(ParameterCommand::Show) {
		ParameterCommand::Show => {
			context.output.answer(&parameters, || {
				let map = parameters.as_object().cloned().unwrap_or_default();
				let pairs: Vec<(&str, String)> =
					map.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect();
				facts(&pairs)
			});
			Ok(())
		}
		ParameterCommand::Propose { file, set, all } => {
			let mut changes = Map::new();
			if let Some(path) = file {
				let text = read_text(&path)?;
				let read: Map<String, Value> = serde_json::from_str(&text)
					.map_err(|e| Failure::input(format!("not a JSON object: {e}")).at(path.display()))?;
				changes.extend(read);
			}
			for one in &set {
				let (name, value) =
					one.split_once('=').ok_or_else(|| Failure::usage("write NAME=VALUE").at(one))?;
				let value: u32 =
					value.parse().map_err(|_| Failure::usage("the value is a whole number").at(one))?;
				changes.insert(name.into(), json!(value));
			}
			let proposed = change(parameters, changes)?;
			check(&proposed, &at.parameter_bounds().await?)?;
			motion(context, "set_parameters", &json!({ "parameters": proposed }), all, true).await
		}
	}
}

fn change(parameters: Value, changes: Map<String, Value>) -> Result<Value> {
	let mut map = parameters.as_object().cloned().unwrap_or_default();
	if changes.is_empty() {
		return Err(Failure::usage("nothing to change").remedy("say --set NAME=VALUE or --file"));
	}
	for (name, value) in changes {
		let known: Vec<String> = map.keys().cloned().collect();
		let entry = map.get_mut(&name).ok_or_else(|| {
			Failure::usage(format!("no parameter `{name}`")).remedy(format!("one of: {}", known.join(", ")))
		})?;
		*entry = value;
	}
	let changed = Value::Object(map);
	if changed == parameters {
		return Err(Failure::usage("nothing to change: these values are in force"));
	}
	Ok(changed)
}

/// Refuses what the chain would refuse once it is decided, and says which parameters it is.
fn check(proposed: &Value, bounds: &ParameterBounds) -> Result<()> {
	let parameters: Parameters = serde_json::from_value(proposed.clone())
		.map_err(|e| Failure::input(format!("no parameters: {e}")))?;
	if bounds.admit(&parameters) {
		return Ok(());
	}
	let (floor, ceiling) = (json!(bounds.floor), json!(bounds.ceiling));
	let of = |map: &Value, name: &str| map.get(name).and_then(Value::as_u64).unwrap_or_default();
	let outside: Vec<String> = proposed
		.as_object()
		.into_iter()
		.flatten()
		.map(|(name, _)| (name, of(proposed, name), of(&floor, name), of(&ceiling, name)))
		.filter(|(_, value, least, most)| value < least || most < value)
		.map(|(name, value, least, most)| format!("{name} is {value} and must be {least} to {most}"))
		.collect();
	Err(if outside.is_empty() {
		Failure::usage("exit_notice must be shorter than long_delay, so that who objects can leave in time")
	} else {
		Failure::usage(outside.join("; ")).remedy("the floors and ceilings are fixed at genesis")
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn change_keeps_the_rest_and_refuses_unknown_names() {
		let set = |name: &str| [(name.to_string(), json!(5))].into_iter().collect::<Map<_, _>>();
		let changed = change(json!(Parameters::SECONDS), set("rules_delay")).unwrap();
		let read: Parameters = serde_json::from_value(changed).unwrap();
		assert_eq!(read, Parameters { rules_delay: 5, ..Parameters::SECONDS });
		let same = change(json!(Parameters { rules_delay: 5, ..Parameters::SECONDS }), set("rules_delay"));
		assert!(same.unwrap_err().to_string().contains("in force"));
		assert!(change(json!(Parameters::SECONDS), set("rule_delay"))
			.unwrap_err()
			.to_string()
			.contains("rules_delay"));
	}

	#[test]
	fn check_names_what_lies_outside_its_range() {
		let refused = |parameters: Parameters| {
			check(&json!(parameters), &ParameterBounds::LOCAL).unwrap_err().to_string()
		};
		assert_eq!(check(&json!(Parameters::SECONDS), &ParameterBounds::LOCAL), Ok(()));
		let endless = refused(Parameters { pause_term: 86_401, nonce_window: 1, ..Parameters::SECONDS });
		assert!(endless.contains("pause_term is 86401 and must be 1 to 86400"), "{endless}");
		assert!(endless.contains("nonce_window is 1 and must be 16 to 65536"), "{endless}");
		assert!(!endless.contains("rules_delay"), "{endless}");
		let no_way_out = refused(Parameters { exit_notice: 30, ..Parameters::SECONDS });
		assert!(no_way_out.contains("exit_notice must be shorter"), "{no_way_out}");
	}
}
