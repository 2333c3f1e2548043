// SPDX-License-Identifier: Apache-2.0
//! `trimast site`: the inventory of stations.

pub(crate) mod batches;
pub(crate) mod countersign;
pub(crate) mod csv;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod ledger;
pub(crate) mod list;
pub(crate) mod matching;
pub(crate) mod reader;
pub(crate) mod reconcile;

use crate::{
	context::Context,
	error::Result,
	names::{self, OrgName, SiteName},
};
use clap::Subcommand;
use std::path::PathBuf;
use trimast_primitives::LocalNetworkId;

/// The inventory of stations.
#[derive(Subcommand, Debug)]
pub(crate) enum SiteCommand {
	/// Local networks and how many stations they have.
	Networks,
	/// Stations of a local network.
	List {
		/// The local network.
		#[arg(value_parser = names::local_network)]
		local_network: LocalNetworkId,
		/// Station number to begin with.
		#[arg(long, default_value_t = 0)]
		from: u32,
		/// Most stations to show.
		#[arg(long, default_value_t = 50)]
		limit: u32,
		/// Only those that not everybody they name has signed.
		#[arg(long)]
		unconfirmed: bool,
	},
	/// One station.
	Show {
		/// The station.
		site: SiteName,
	},
	/// Imports stations from a CSV file: streams, checks every line, resumes, and counts at the end.
	Import(import::ImportCommand),
	/// Writes stations as CSV, the inverse of import.
	Export(export::ExportCommand),
	/// Registers the stations of a CSV file one by one; a refusal is an error of its own.
	Register {
		/// The file.
		file: PathBuf,
	},
	/// Proposes the lines of a CSV file as amendments. What decides nothing goes in at once.
	Amend {
		/// The file.
		file: PathBuf,
	},
	/// Proposes another owner.
	Transfer {
		/// The station.
		site: SiteName,
		/// The new owner.
		#[arg(long, value_name = "ORG")]
		to: OrgName,
	},
	/// Proposes to take a station out of service.
	Retire {
		/// The station.
		site: SiteName,
	},
	/// Proposes to put a retired station into service again.
	Restore {
		/// The station.
		site: SiteName,
	},
	/// Amendments that wait for consents.
	Amendments {
		/// Only those that wait for the signer's company.
		#[arg(long)]
		mine: bool,
	},
	/// Consents to the amendment of a station, as it stands now. Shows it and asks.
	Consent {
		/// The station.
		site: SiteName,
	},
	/// Withdraws the amendment of a station.
	Withdraw {
		/// The station.
		site: SiteName,
	},
	/// Countersigns stations that name the signer's company, by page.
	Countersign(countersign::CountersignCommand),
	/// Compares the parties' own inventories of a local network.
	Reconcile(reconcile::ReconcileCommand),
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: SiteCommand) -> Result<()> {
	match command {
		SiteCommand::Networks => list::networks(context).await,
		SiteCommand::List { local_network, from, limit, unconfirmed } => {
			list::stations(context, local_network, from, limit, unconfirmed).await
		}
		SiteCommand::Show { site } => list::show(context, &site).await,
		SiteCommand::Import(command) => import::run(context, command).await,
		SiteCommand::Export(command) => export::run(context, command).await,
		SiteCommand::Register { file } => edit::register(context, &file).await,
		SiteCommand::Amend { file } => edit::amend(context, &file).await,
		SiteCommand::Transfer { site, to } => edit::transfer(context, &site, &to).await,
		SiteCommand::Retire { site } => edit::simple(context, &site, "retire").await,
		SiteCommand::Restore { site } => edit::simple(context, &site, "restore").await,
		SiteCommand::Amendments { mine } => edit::amendments(context, mine).await,
		SiteCommand::Consent { site } => edit::consent(context, &site).await,
		SiteCommand::Withdraw { site } => edit::simple(context, &site, "withdraw").await,
		SiteCommand::Countersign(command) => countersign::run(context, command).await,
		SiteCommand::Reconcile(command) => reconcile::run(context, command).await,
	}
}
