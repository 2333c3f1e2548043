// SPDX-License-Identifier: Apache-2.0
//! `trimast config`: the key parameters of cells: the baseline, observations of the network, and what they have found.

pub(crate) mod baseline;
pub(crate) mod catalogue;
pub(crate) mod export;
pub(crate) mod proof;
pub(crate) mod sweep;
pub(crate) mod views;
pub(crate) mod violations;

use crate::{context::Context, error::Result};
use clap::Subcommand;

/// The cells' key parameters.
#[derive(Subcommand, Debug)]
pub(crate) enum ConfigCommand {
	/// The values that cells should have.
	Baseline {
		#[command(subcommand)]
		command: baseline::BaselineCommand,
	},
	/// Attests what an export of the network says: reads it, keeps it, and sends what differs down to single values.
	Sweep(sweep::SweepCommand),
	/// Answers what others ask of kept exports: rows that were drawn or named.
	Openings(sweep::openings::OpeningsCommand),
	/// What observations have found.
	Violations(violations::ViolationsCommand),
	/// The whole story of a violation.
	#[command(visible_alias = "violation")]
	Explain {
		/// Its number.
		id: u32,
	},
	/// Writes a proof of a cell's baseline and of what companies have attested of it, for those who trust no node.
	Proof(proof::ProofCommand),
	/// Checks a proof and shows what it proves. Needs no network.
	Verify(proof::VerifyCommand),
	/// The parameters that the federation watches.
	Catalogue {
		#[command(subcommand)]
		command: CatalogueCommand,
	},
}

/// The catalogue.
#[derive(Subcommand, Debug)]
pub(crate) enum CatalogueCommand {
	/// Every parameter, a line each.
	List,
	/// One parameter: names, values, and who must agree to a change.
	Show {
		/// Its number, or any of its names.
		parameter: String,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ConfigCommand) -> Result<()> {
	match command {
		ConfigCommand::Proof(command) => proof::write(context, command).await,
		ConfigCommand::Verify(command) => proof::check(context, &command),
		ConfigCommand::Baseline { command } => baseline::run(context, command).await,
		ConfigCommand::Sweep(command) => sweep::run(context, command).await,
		ConfigCommand::Openings(command) => sweep::openings::run(context, command).await,
		ConfigCommand::Violations(command) => violations::list(context, command).await,
		ConfigCommand::Explain { id } => violations::explain(context, id).await,
		ConfigCommand::Catalogue { command: CatalogueCommand::List } => catalogue::list(context).await,
		ConfigCommand::Catalogue { command: CatalogueCommand::Show { parameter } } => {
			catalogue::show(context, &parameter).await
		}
	}
}
