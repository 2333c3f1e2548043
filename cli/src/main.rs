// SPDX-License-Identifier: Apache-2.0
//! `trimast`: all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
	trimast_cli::main()
}
