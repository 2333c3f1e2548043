// SPDX-License-Identifier: Apache-2.0
//! `trimast config baseline`: the values that cells should have: imported by their owner, signed by who shares the stations
//! and by the tower company.

mod batch;
pub(crate) mod export;
pub(crate) mod import;
mod ledger;
pub(crate) mod show;
pub(crate) mod sign;

use crate::{context::Context, error::Result, names::CellName};
use clap::Subcommand;

/// The baseline.
#[derive(Subcommand, Debug)]
pub(crate) enum BaselineCommand {
	/// How the baseline stands in each local network that has cells.
	Networks {
		/// Those without cells, too.
		#[arg(long)]
		all: bool,
	},
	/// Imports the cells of the company's own stations: streams, checks every line, resumes, and compares the chain with the
	/// file at the end.
	Import(import::ImportCommand),
	/// Signs the baseline of the stations that the signer's company owns or shares or has on its towers, page
	/// by page.
	Sign(sign::SignCommand),
	/// Writes the baseline as CSV, the inverse of import.
	Export(export::ExportCommand),
	/// The baseline of one cell, and who has signed it.
	Show {
		/// The cell: 1301/HE-0001/2 or 1301:197/2.
		cell: CellName,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: BaselineCommand) -> Result<()> {
	match command {
		BaselineCommand::Networks { all } => show::networks(context, all).await,
		BaselineCommand::Import(command) => import::run(context, command).await,
		BaselineCommand::Sign(command) => sign::run(context, command).await,
		BaselineCommand::Export(command) => export::run(context, command).await,
		BaselineCommand::Show { cell } => show::cell(context, &cell).await,
	}
}
