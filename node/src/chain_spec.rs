// SPDX-License-Identifier: Apache-2.0

//! Chain specs: which chain a node belongs to.
//!
//! # Forms
//!
//! * A **preset** (`dev`, `local`, `consortium`): genesis comes out of the runtime that is built into this
//!   binary.
//! * A **readable spec**: the genesis configuration for people to read, without the runtime's code. Loading
//!   it takes this binary's runtime, so two binaries may make two chains of it. `chain-specs/` holds the
//!   presets in this form.
//! * A **complete spec**: with code, plain or raw. Every binary makes the same chain of it. What lasts starts
//!   from a raw one.

use sc_service::{ChainType, GenericChainSpec, Properties};
use serde::{de::IgnoredAny, Deserialize};
use serde_json::{json, Value};
use std::{borrow::Cow, fs::File, io::BufReader, path::Path};

/// A chain spec of this chain. Genesis is built in WASM by the host functions that every Substrate node has.
pub(crate) type ChainSpec = GenericChainSpec;

/// What peers name the chain's protocols by.
const PROTOCOL_ID: &str = "trimast";

/// Prefix of addresses in their SS58 form: the one of Substrate chains without an entry in the registry.
const SS58_PREFIX: u16 = 42;

/// A preset: its name on the command line and in the runtime, the spec's id, its name for people, its type.
struct Preset {
	name: &'static str,
	id: &'static str,
	title: &'static str,
	chain_type: ChainType,
}

/// The presets of the runtime.
const PRESETS: [Preset; 3] = [
	Preset {
		name: "dev",
		id: "trimast_dev",
		title: "Trimast development, one node",
		chain_type: ChainType::Development,
	},
	Preset {
		name: "local",
		id: "trimast_local",
		title: "Trimast on one machine, four validators",
		chain_type: ChainType::Local,
	},
	Preset {
		name: "consortium",
		id: "trimast_consortium",
		title: "Trimast consortium, keys to be filled in",
		chain_type: ChainType::Live,
	},
];

/// The runtime in this binary.
///
/// # Errors
///
/// The binary was built without one.
pub(crate) fn built_in_code() -> Result<&'static [u8], String> {
	trimast_runtime::WASM_BINARY.ok_or_else(|| {
		"this binary was built without the runtime (SKIP_WASM_BUILD was set): build it again without, or \
		 give a chain spec with code (--chain FILE)"
			.to_owned()
	})
}

/// The chain spec of `--chain ID`: a preset or a file.
///
/// # Errors
///
/// No chain is named, there is no such preset or file, or the file is not a chain spec.
pub(crate) fn load(id: &str) -> Result<ChainSpec, String> {
	if id.is_empty() {
		return Err(format!(
			"which chain? Say --chain {}, or --chain FILE with a chain spec",
			names().join(" | ")
		));
	}
	if let Some(preset) = PRESETS.iter().find(|preset| preset.name == id) {
		return Ok(of_preset(preset, built_in_code()?));
	}
	let path = Path::new(id);
	if !path.exists() {
		return Err(format!(
			"there is no chain '{id}': neither a preset ({}) nor a file",
			names().join(", ")
		));
	}
	if lacks_code(path)? {
		let text = std::fs::read(path).map_err(|error| format!("{id}: {error}"))?;
		return with_code(&text, built_in_code()?).map_err(|error| format!("{id}: {error}"));
	}
	ChainSpec::from_json_file(path.to_owned()).map_err(|error| format!("{id}: {error}"))
}

/// The readable form: what `as_json` gives, without the code.
///
/// # Errors
///
/// The spec is raw, or has another code than this binary: without it, it would mean another chain.
pub(crate) fn readable(spec: &dyn sc_service::ChainSpec) -> Result<String, String> {
	strip_code(&spec.as_json(false)?, built_in_code()?)
}

fn names() -> [&'static str; 3] {
	PRESETS.each_ref().map(|preset| preset.name)
}

fn of_preset(preset: &Preset, code: &[u8]) -> ChainSpec {
	let mut properties = Properties::new();
	properties.insert("ss58Format".to_owned(), SS58_PREFIX.into());
	ChainSpec::builder(code, None)
		.with_name(preset.title)
		.with_id(preset.id)
		.with_chain_type(preset.chain_type.clone())
		.with_protocol_id(PROTOCOL_ID)
		.with_properties(properties)
		.with_genesis_config_preset_name(preset.name)
		.build()
}

/// Whether a file has a genesis configuration without code. Reads it once and keeps nothing of it: the state
/// of a whole network may be in it.
fn lacks_code(path: &Path) -> Result<bool, String> {
	#[derive(Deserialize)]
	struct Spec {
		genesis: Genesis,
	}
	#[derive(Deserialize)]
	#[serde(rename_all = "camelCase")]
	struct Genesis {
		runtime_genesis: Option<RuntimeGenesis>,
	}
	#[derive(Deserialize)]
	struct RuntimeGenesis {
		code: Option<IgnoredAny>,
	}
	let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
	let spec: Spec = serde_json::from_reader(BufReader::new(file))
		.map_err(|error| format!("{} is not a chain spec: {error}", path.display()))?;
	Ok(spec.genesis.runtime_genesis.is_some_and(|genesis| genesis.code.is_none()))
}

/// A readable spec with `code` put in.
fn with_code(text: &[u8], code: &[u8]) -> Result<ChainSpec, String> {
	let mut spec: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
	let genesis = runtime_genesis(&mut spec).ok_or("its genesis has no 'runtimeGenesis'")?;
	genesis.insert("code".to_owned(), json!(sp_core::bytes::to_hex(code, false)));
	let bytes = serde_json::to_vec(&spec).map_err(|error| error.to_string())?;
	ChainSpec::from_json_bytes(Cow::Owned(bytes))
}

/// A complete plain spec with its code, which has to be `code`, taken out.
fn strip_code(text: &str, code: &[u8]) -> Result<String, String> {
	let mut spec: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
	let genesis = runtime_genesis(&mut spec).ok_or("a raw chain spec has no readable form: add --raw")?;
	let found = genesis.remove("code");
	if found.as_ref().and_then(Value::as_str) != Some(sp_core::bytes::to_hex(code, false).as_str()) {
		return Err("this chain spec has another runtime than this binary, and the readable form leaves it \
			out: add --raw"
			.into());
	}
	serde_json::to_string_pretty(&spec).map(|text| text + "\n").map_err(|error| error.to_string())
}

fn runtime_genesis(spec: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
	spec.get_mut("genesis")?.get_mut("runtimeGenesis")?.as_object_mut()
}

#[cfg(test)]
mod tests {
	use super::*;

	const CODE: &[u8] = &[0, 0x61, 0x73, 0x6d];

	fn text(genesis: Value) -> String {
		json!({
			"name": "n", "id": "i", "chainType": "Local", "bootNodes": [], "telemetryEndpoints": null,
			"protocolId": "trimast", "properties": null, "codeSubstitutes": {}, "genesis": genesis,
		})
		.to_string()
	}

	#[test]
	fn code_goes_in_and_comes_out() {
		let readable = text(json!({ "runtimeGenesis": { "patch": { "federation": { "orgs": [] } } } }));
		let complete = with_code(readable.as_bytes(), CODE).unwrap().as_json(false).unwrap();
		assert!(complete.contains("\"code\": \"0x0061736d\""), "{complete}");
		let again: Value = serde_json::from_str(&strip_code(&complete, CODE).unwrap()).unwrap();
		assert_eq!(again, serde_json::from_str::<Value>(&readable).unwrap());
	}

	#[test]
	fn readable_form_fails_when_the_code_is_another() {
		let complete = text(json!({ "runtimeGenesis": { "code": "0x00", "patch": {} } }));
		assert!(strip_code(&complete, CODE).unwrap_err().contains("another runtime"));
	}

	#[test]
	fn readable_form_fails_when_the_spec_is_raw() {
		let raw = text(json!({ "raw": { "top": {}, "childrenDefault": {} } }));
		assert!(strip_code(&raw, CODE).unwrap_err().contains("--raw"));
		assert!(with_code(raw.as_bytes(), CODE).is_err());
	}

	#[test]
	fn code_is_missed_only_where_it_is_missing() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("spec.json");
		let lacks = |genesis| {
			std::fs::write(&path, text(genesis)).unwrap();
			lacks_code(&path).unwrap()
		};
		assert!(lacks(json!({ "runtimeGenesis": { "patch": {} } })));
		assert!(!lacks(json!({ "runtimeGenesis": { "code": "0x00", "patch": {} } })));
		assert!(!lacks(json!({ "raw": { "top": {}, "childrenDefault": {} } })));
		std::fs::write(&path, "{}").unwrap();
		assert!(lacks_code(&path).unwrap_err().contains("not a chain spec"));
	}

	#[test]
	fn load_fails_when_no_such_chain_is_known() {
		assert!(load("").err().unwrap().contains("dev | local | consortium"));
		assert!(load("nowhere.json").err().unwrap().contains("neither a preset"));
	}

	#[test]
	fn presets_are_of_this_chain() {
		for preset in &PRESETS {
			let spec = of_preset(preset, CODE);
			assert_eq!((spec.id(), spec.protocol_id()), (preset.id, Some("trimast")));
			assert!(spec.boot_nodes().is_empty() && spec.telemetry_endpoints().is_none());
			assert_eq!(spec.properties().get("ss58Format"), Some(&json!(42)));
			assert!(!spec.properties().contains_key("tokenSymbol"), "there is no token");
		}
	}

	/// Runs only in a build that has the runtime, as every build of `scripts/test` does.
	#[test]
	fn presets_have_a_genesis() {
		let Ok(_) = built_in_code() else { return };
		for name in names() {
			let spec = load(name).unwrap();
			let readable = readable(&spec).unwrap();
			assert!(!readable.contains("\"code\""));
			let again = with_code(readable.as_bytes(), built_in_code().unwrap()).unwrap();
			assert_eq!(again.as_json(true).unwrap(), spec.as_json(true).unwrap(), "{name}");
		}
	}
}
