// SPDX-License-Identifier: Apache-2.0
//! `trimast config`: the key parameters of cells.

pub(crate) mod proof;

use crate::{context::Context, error::Result};
use clap::Subcommand;

/// The cells' key parameters.
#[derive(Subcommand, Debug)]
pub(crate) enum ConfigCommand {
	/// Writes a proof of a cell's baseline and of what companies have attested of it, for those who trust no node.
	Proof(proof::ProofCommand),
	/// Checks a proof and shows what it proves. Needs no network.
	Verify(proof::VerifyCommand),
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ConfigCommand) -> Result<()> {
	match command {
		ConfigCommand::Proof(command) => proof::write(context, command).await,
		ConfigCommand::Verify(command) => proof::check(context, &command),
	}
}
