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

/// The crates of [`SINGLE`] that a lock file does not have in exactly one version, with the versions that it has.
fn not_single(lock: &str) -> BTreeMap<&'static str, Vec<&str>> {
	let mut versions: BTreeMap<&'static str, Vec<&str>> = SINGLE.map(|name| (name, Vec::new())).into();
	for package in lock.split("[[package]]").skip(1) {
		let field = |name: &str| {
			package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'))
		};
		if let (Some(found), Some(version)) =
			(field("name").and_then(|name| versions.get_mut(name)), field("version"))
		{
			found.push(version);
		}
	}
	versions.retain(|_, found| found.len() != 1);
	versions
}

fn lock_file() -> String {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
	std::fs::read_to_string(path).expect("Cargo.lock is committed")
}

#[test]
fn the_lock_file_has_one_version_of_each() {
	let lock = lock_file();
	let found = not_single(&lock);
	assert!(found.is_empty(), "{found:?}: pin the one version set in Cargo.toml");
}

#[test]
fn a_second_version_is_found_and_so_is_a_missing_one() {
	let lock = lock_file();
	let two = format!("{lock}\n[[package]]\nname = \"sp-runtime\"\nversion = \"1.2.3\"\n");
	let found = not_single(&two);
	assert!(found.len() == 1 && found["sp-runtime"].len() == 2 && found["sp-runtime"].contains(&"1.2.3"));

	let none = lock.replace("name = \"scale-info\"\n", "name = \"scale\"\n");
	assert_eq!(not_single(&none), [("scale-info", vec![])].into());
}
