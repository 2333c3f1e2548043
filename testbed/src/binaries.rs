// SPDX-License-Identifier: Apache-2.0

//! Where the binaries are that the testbed drives.

use anyhow::{bail, Result};
use std::{
	env,
	path::{Path, PathBuf},
};

/// The node: `TRIMAST_NODE`, or `trimast-node` beside this program.
///
/// # Errors
///
/// It is at neither place.
pub fn node() -> Result<PathBuf> {
	find("TRIMAST_NODE", "trimast-node")
}

/// The command: `TRIMAST`, or `trimast` beside this program.
///
/// # Errors
///
/// It is at neither place.
pub fn trimast() -> Result<PathBuf> {
	find("TRIMAST", "trimast")
}

/// The solver's daemon: `TRIMAST_SOLVER`, or `trimast-solver` beside this program.
///
/// # Errors
///
/// It is at neither place.
pub fn solver() -> Result<PathBuf> {
	find("TRIMAST_SOLVER", "trimast-solver")
}

fn find(variable: &str, name: &str) -> Result<PathBuf> {
	if let Some(path) = env::var_os(variable).map(PathBuf::from) {
		if path.is_file() {
			return Ok(path);
		}
		bail!("{variable} names {}, which is no file", path.display());
	}
	let program = env::current_exe()?;
	match beside(&program, name) {
		Some(path) => Ok(path),
		None => bail!(
			"no {name} beside {}: build it (`cargo build --release --workspace`) or set {variable}",
			program.display()
		),
	}
}

/// `name` in the folder of `program`, or in the one above: tests live in `deps/`.
fn beside(program: &Path, name: &str) -> Option<PathBuf> {
	program.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn binary_is_found_beside_programs_and_tests() {
		let folder = tempfile::tempdir().unwrap();
		let wanted = folder.path().join("trimast");
		std::fs::write(&wanted, "").unwrap();
		assert_eq!(beside(&folder.path().join("testbed"), "trimast"), Some(wanted.clone()));
		assert_eq!(beside(&folder.path().join("deps/e2e-0123"), "trimast"), Some(wanted));
		assert_eq!(beside(&folder.path().join("a/b/c/e2e"), "trimast"), None);
	}
}
