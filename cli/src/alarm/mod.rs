// SPDX-License-Identifier: Apache-2.0
//! `trimast alarm`: alarms of a network, as its management makes them known (3GPP TS 28.532), and the faults that follow.
//!
//! ```text
//!   file -> stream (documents) -> notification + cause (what it is about) -> by station, with what the chain has (look)
//!        -> rules (open, facts, steps) -> send -> report
//! ```

mod cause;
mod import;
mod look;
mod notification;
mod report;
mod rules;
mod send;
mod stream;

use crate::{context::Context, error::Result};
use clap::Subcommand;

/// Alarms.
#[derive(Subcommand, Debug)]
pub(crate) enum AlarmCommand {
	/// Imports notifications of alarms: opens, updates and clears faults by rule. May be repeated: nothing is done twice.
	Import(import::ImportCommand),
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: AlarmCommand) -> Result<()> {
	match command {
		AlarmCommand::Import(command) => import::run(context, command).await,
	}
}
