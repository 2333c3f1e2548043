// SPDX-License-Identifier: Apache-2.0
//! `trimast federation parameters`: the delays, periods and limits that the council governs.

use super::motion;
use crate::{
	context::Context,
	error::{in_file, Failure, Result},
	output::facts,
};
use clap::Subcommand;
use serde_json::{json, Map, Value};
use std::path::PathBuf;

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
	let parameters = json!(chain.now().await?.parameters().await?);
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
				let text = std::fs::read_to_string(&path).map_err(in_file(&path))?;
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
	Ok(Value::Object(map))
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::params::Parameters;

	#[test]
	fn change_keeps_the_rest_and_refuses_unknown_names() {
		let set = |name: &str| [(name.to_string(), json!(5))].into_iter().collect::<Map<_, _>>();
		let changed = change(json!(Parameters::SECONDS), set("rules_delay")).unwrap();
		let read: Parameters = serde_json::from_value(changed).unwrap();
		assert_eq!(read, Parameters { rules_delay: 5, ..Parameters::SECONDS });
		assert!(change(json!(Parameters::SECONDS), set("rule_delay"))
			.unwrap_err()
			.to_string()
			.contains("rules_delay"));
	}
}
