// SPDX-License-Identifier: Apache-2.0
//! The Polkadot SDK is one version set: two copies of one of its crates would give two types of one name.

use std::collections::BTreeMap;

/// Crates whose types cross every border between parts of this project.
const SINGLE: [&str; 8] = [
	"sp-runtime",
	"sp-core",
	"sp-io",
	"sp-api",
	"frame-support",
	"frame-system",
	"parity-scale-codec",
	"scale-info",
];

#[test]
fn the_lock_file_has_one_version_of_each() {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
	let lock = std::fs::read_to_string(path).expect("Cargo.lock is committed");
	let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
	for package in lock.split("[[package]]").skip(1) {
		let field = |name: &str| {
			package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'))
		};
		if let (Some(name), Some(version)) = (field("name"), field("version")) {
			versions.entry(name).or_default().push(version);
		}
	}
	for name in SINGLE {
		let found = versions.get(name).map(Vec::as_slice).unwrap_or_default();
		assert_eq!(found.len(), 1, "{name} is there as {found:?}: pin the one version set in Cargo.toml");
	}
}
