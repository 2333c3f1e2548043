// SPDX-License-Identifier: Apache-2.0
//! `trimast`: what people and their systems use to talk to the chain. Nouns, then verbs; tables for people, `--json` for
//! programs; exit codes as in [`error::Kind`].
//!
//! # How it is laid out
//!
//! * [`chain`]: the connection, calls and types by name from the metadata, events, errors in words.
//! * [`submit`]: transactions from one account until they are final, each exactly once.
//! * [`keys`], [`offline`]: who signs, and signing without a network.
//! * A folder or file a noun: [`federation`], [`account`], [`vote`], [`site`], [`config`], [`order`], [`plan`], [`resource`], [`alarm`],
//!   [`energy`], `chain` ([`chain::status`]), [`inbox`], [`watch`].
//!
//! The binary is [`main`]. [`Bidder`] is what the solver's daemon has of it.

mod account;
mod alarm;
mod args;
mod chain;
mod checkpoint;
mod config;
mod context;
mod encoding;
pub mod energy;
mod error;
mod federation;
mod files;
mod inbox;
mod keys;
mod lines;
mod mistakes;
mod names;
mod offline;
mod order;
mod output;
mod plan;
mod resource;
mod results;
mod site;
mod submit;
mod vote;
mod watch;

pub use error::{Failure, Kind};
pub use plan::bidder::{Bidder, Options};

use args::{Arguments, Command};
use clap::CommandFactory;
use context::Context;
use error::Result;
use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
	let arguments = match Arguments::read(std::env::args_os()) {
		Ok(arguments) => arguments,
		Err(error) => {
			// Help and version are no errors; everything else is wrong use.
			let _ = error.print();
			if !error.use_stderr() {
				return ExitCode::SUCCESS;
			}
			let failure = Failure::usage(args::reason(&error));
			let failure = match args::tip(&error) {
				Some(tip) => failure.remedy(tip),
				None => failure,
			};
			if std::env::args_os().any(|argument| argument == "--json") {
				output::line(&failure.to_json().to_string());
			}
			return ExitCode::from(failure.exit_code());
		}
	};
	let json = arguments.global.json;
	let result = tokio::runtime::Builder::new_multi_thread()
		.enable_all()
		.build()
		.map_err(|e| Failure::connection(format!("no asynchronous runtime: {e}")))
		.and_then(|runtime| runtime.block_on(run(arguments)))
		.and_then(|()| output::check());
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => {
			if json {
				output::line(&failure.to_json().to_string());
			}
			output::aside(&format!("error: {failure}"));
			ExitCode::from(failure.exit_code())
		}
	}
}

async fn run(arguments: Arguments) -> Result<()> {
	let context = Context::new(arguments.global)?;
	match arguments.command {
		Command::Federation { command } => federation::run(&context, command).await,
		Command::Account { command } => account::run(&context, command).await,
		Command::Vote { command } => vote::run(&context, command).await,
		Command::Site { command } => site::run(&context, command).await,
		Command::Config { command } => config::run(&context, command).await,
		Command::Order { command } => order::run(&context, command).await,
		Command::Plan { command } => plan::run(&context, command).await,
		Command::Resource { command } => resource::run(&context, command).await,
		Command::Alarm { command } => alarm::run(&context, command).await,
		Command::Energy { command } => energy::run(&context, command).await,
		Command::Chain { command } => chain::status::run(&context, command).await,
		Command::Inbox => inbox::run(&context).await,
		Command::Watch(command) => watch::run(&context, command).await,
		Command::Key { command } => keys::commands::run(&command, &context.keys, context.output),
		Command::Sign(command) => offline::sign(&context, &command),
		Command::Send(command) => offline::send(&context, &command).await,
		Command::Completions { shell } => {
			let mut script = Vec::new();
			clap_complete::generate(shell, &mut Arguments::command(), "trimast", &mut script);
			output::line(String::from_utf8_lossy(&script).trim_end());
			Ok(())
		}
	}
}
