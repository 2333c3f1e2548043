// SPDX-License-Identifier: Apache-2.0

//! The node of the Trimast chain.
//!
//! # What it is
//!
//! One binary for every role: validator, full node, archive node. It executes the runtime as WASM only and
//! knows the runtime's interfaces, never its code ([`fake_runtime_api`]; docs/decisions/0005).
//!
//! # Where things are
//!
//! ```text
//! cli.rs, command.rs   what may be said on the command line, and what is done then
//! chain_spec.rs        presets and files to chain specs
//! checks.rs            mistakes of a first start, found before they do harm and named
//! import.rs            what every block passes on its way into the client
//! pool/                the transaction pool and its limits
//! settings.rs          every consensus and block building setting, with its reason
//! service.rs           ties client, pool, network, consensus and JSON-RPC together
//! rpc/                 JSON-RPC: what the SDK has, and federation_*, sites_*
//! metrics/             what Prometheus learns of the chain's own business
//! ```

// The SDK's error types are large, and they are what its functions return.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod checks;
mod cli;
mod command;
mod fake_runtime_api;
mod import;
mod metrics;
mod opaque;
mod pool;
mod rpc;
mod service;
mod settings;

use sc_cli::Error;
use std::process::ExitCode;

/// The system's allocator takes nearly half as much memory more for the same work (docs/performance.md).
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", words(error));
			ExitCode::FAILURE
		}
	}
}

/// An error in words for the operator: where the SDK only hands on, without the name of the part that did.
fn words(error: Error) -> String {
	match error {
		Error::Input(words) | Error::Service(sc_service::Error::Other(words)) => words,
		Error::Service(sc_service::Error::Application(error)) => error.to_string(),
		other => other.to_string(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn errors_are_told_without_their_wrapping() {
		assert_eq!(words("which chain?".into()), "which chain?");
		assert_eq!(words(sc_service::Error::Other("another chain".into()).into()), "another chain");
		assert_eq!(words(sc_service::Error::Application("no key".into()).into()), "no key");
	}
}
