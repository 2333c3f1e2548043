// SPDX-License-Identifier: Apache-2.0

//! What `substrate-wasm-builder` needs of the crate `wasm-opt`, without Binaryen.
//!
//! The builder hands the linked runtime to `wasm-opt` for three things, none of which is an optimisation: debug sections
//! are cut off, sign extension instructions are rewritten, and nothing beyond the first version of WebAssembly is let
//! through. Compiling Binaryen for that takes a core a quarter of an hour. The runtime is compiled for `wasm32v1-none`,
//! which has no instruction beyond the first version, so that there is nothing to rewrite: this crate cuts the sections
//! off and **refuses** what it would have to rewrite (docs/decisions/0022).
//!
//! It has the names and the version of the crate whose place it takes (`[patch.crates-io]` of the root manifest), and of
//! its interface only what the builder calls. When the builder calls more, it does not compile.

use std::{fmt, fs, path::Path};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

/// How a module is treated: as the builder asks, by the one level that there is.
#[derive(Debug)]
pub struct OptimizationOptions(());

/// What the builder asks for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
	/// Cut off the sections of DWARF.
	StripDwarf,
	/// Do without sign extension instructions. Nothing is rewritten: a module that has them is refused.
	SignextLowering,
}

impl OptimizationOptions {
	/// The level that changes no code.
	pub fn new_opt_level_0() -> Self {
		Self(())
	}

	/// Let nothing through beyond the first version of WebAssembly: this is always so.
	pub fn mvp_features_only(&mut self) -> &mut Self {
		self
	}

	/// Keep the names of functions: this is always so.
	pub fn debug_info(&mut self, _: bool) -> &mut Self {
		self
	}

	/// Both passes are always made.
	pub fn add_pass(&mut self, _: Pass) -> &mut Self {
		self
	}

	/// Reads a module, checks it, and writes it without its debug sections. Input and output may be one file.
	pub fn run(&self, input: impl AsRef<Path>, output: impl AsRef<Path>) -> Result<(), Error> {
		let module = fs::read(&input).map_err(|e| Error::new(&input, e))?;
		let stripped = strip(&module).map_err(|e| Error::new(&input, e))?;
		fs::write(&output, stripped).map_err(|e| Error::new(&output, e))
	}
}

/// Why a module was not taken, with its file.
#[derive(Debug)]
pub struct Error(String);

impl Error {
	fn new(file: impl AsRef<Path>, reason: impl fmt::Display) -> Self {
		Self(format!("{}: {reason}", file.as_ref().display()))
	}
}

impl fmt::Display for Error {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::error::Error for Error {}

/// The bytes of a module without its debug sections: header and sections as they stood, in their order.
fn strip(module: &[u8]) -> wasmparser::Result<Vec<u8>> {
	Validator::new_with_features(WasmFeatures::WASM1).validate_all(module)?;
	let mut stripped = Vec::with_capacity(module.len());
	// A section's own range begins after its number and its length, so what is kept is copied from the end of the
	// section before it.
	let mut end = 0;
	for payload in Parser::new(0).parse_all(module) {
		let payload = payload?;
		let (next, keep) = match &payload {
			Payload::Version { range, .. } => (range.end, true),
			Payload::CustomSection(section) => (section.range().end, !is_debug(section.name())),
			_ => match payload.as_section() {
				Some((_, range)) => (range.end, true),
				None => continue,
			},
		};
		if keep {
			stripped.extend(module.get(end..next).unwrap_or_default());
		}
		end = next;
	}
	Ok(stripped)
}

/// The sections that compilers write for debuggers.
fn is_debug(section: &str) -> bool {
	section.starts_with(".debug") || section.starts_with("reloc..debug")
}

#[cfg(test)]
mod tests {
	use super::*;

	const HEADER: &[u8] = b"\0asm\x01\0\0\0";
	/// One function from i32 to i32 that returns what it is given.
	const CODE: &[u8] = b"\x01\x06\x01\x60\x01\x7f\x01\x7f\x03\x02\x01\x00\x0a\x06\x01\x04\x00\x20\x00\x0b";

	fn custom(name: &str, body: &[u8]) -> Vec<u8> {
		let length = 1 + name.len() + body.len();
		let mut section = vec![0, length.try_into().unwrap(), name.len().try_into().unwrap()];
		section.extend(name.as_bytes());
		section.extend(body);
		section
	}

	#[test]
	fn strips_debug_sections_and_keeps_all_else_to_the_byte() {
		let kept = [HEADER, CODE, &custom("runtime_version", b"\x01\x02"), &custom("name", b"")].concat();
		let debug = custom(".debug_info", b"\x00\x0a\xff");
		let module = [
			HEADER,
			&debug,
			CODE,
			&debug,
			&custom("runtime_version", b"\x01\x02"),
			&custom("name", b""),
			&debug,
		];
		assert_eq!(strip(&module.concat()).unwrap(), kept);
		assert_eq!(strip(&kept).unwrap(), kept);
	}

	#[test]
	fn run_writes_over_its_own_input() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("runtime.wasm");
		fs::write(&file, [HEADER, &custom(".debug_line", b"x"), CODE].concat()).unwrap();
		OptimizationOptions::new_opt_level_0().mvp_features_only().run(&file, &file).unwrap();
		assert_eq!(fs::read(&file).unwrap(), [HEADER, CODE].concat());
	}

	#[test]
	fn run_fails_when_an_instruction_is_younger() {
		// Given the function with `i32.extend8_s` before its end
		let code = b"\x01\x06\x01\x60\x01\x7f\x01\x7f\x03\x02\x01\x00\x0a\x07\x01\x05\x00\x20\x00\xc0\x0b";
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("runtime.wasm");
		fs::write(&file, [HEADER, code].concat()).unwrap();
		// When it is handed over
		let refused = OptimizationOptions::new_opt_level_0().run(&file, &file).unwrap_err().to_string();
		// Then it is named, and the file stays as it was
		assert!(refused.contains("runtime.wasm") && refused.contains("sign extension"), "{refused}");
		assert_eq!(fs::read(&file).unwrap(), [HEADER, code.as_slice()].concat());
	}

	#[test]
	fn run_fails_when_it_is_no_module() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("runtime.wasm");
		assert!(OptimizationOptions::new_opt_level_0().run(&file, &file).is_err());
		fs::write(&file, b"not a module").unwrap();
		assert!(OptimizationOptions::new_opt_level_0().run(&file, &file).is_err());
		fs::write(&file, &[HEADER, CODE].concat()[..20]).unwrap();
		assert!(OptimizationOptions::new_opt_level_0().run(&file, &file).is_err());
	}
}
