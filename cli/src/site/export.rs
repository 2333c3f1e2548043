// SPDX-License-Identifier: Apache-2.0
//! `trimast site export`: the inventory as CSV, the inverse of import: UTF-8, LF, rows by local network and code, all from
//! the state of one final block. So a file in this form that was imported is exported again byte for byte. Retired
//! stations are left out, since an import would not take them.

use super::csv;
use crate::{
	chain::views::At,
	context::Context,
	error::{Failure, Result},
	files::NewFile,
	names::{self, OrgName},
	output::{self, counted},
};
use clap::Args;
use serde_json::json;
use std::{
	fmt,
	io::{BufWriter, Write},
	path::PathBuf,
};
use trimast_primitives::{apis::LocalNetworkView, site::StationState, LocalNetworkId, OrgId};

/// Write stations as CSV.
#[derive(Args, Debug)]
pub(crate) struct ExportCommand {
	/// Only this local network.
	#[arg(long, value_parser = names::local_network)]
	local_network: Option<LocalNetworkId>,
	/// Only stations of this owner.
	#[arg(long, value_name = "ORG")]
	owner: Option<OrgName>,
	/// Where to, a new file; standard output otherwise.
	#[arg(long, short)]
	output: Option<PathBuf>,
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ExportCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let owner = match &command.owner {
		Some(name) => Some(name.find(&at.orgs().await?)?.id),
		None => None,
	};
	let networks = match command.local_network {
		Some(id) => vec![at.local_network(id).await?],
		None => at.local_networks().await?,
	};
	let to_file = command.output.as_deref();
	let place = to_file.map_or_else(|| "standard output".into(), |path| path.display().to_string());
	let unwritten =
		|error: &dyn fmt::Display| Failure::input(format!("cannot be written: {error}")).at(&place);
	let written = match to_file {
		Some(path) => {
			let mut file = BufWriter::new(NewFile::begin(path)?);
			let written = write(context, at, &networks, owner, &mut file, &unwritten).await?;
			file.into_inner().map_err(|e| unwritten(e.error()))?.finish()?;
			written
		}
		None => {
			let mut out = BufWriter::new(output::stdout());
			write(context, at, &networks, owner, &mut out, &unwritten).await?
		}
	};
	if output::is_closed() {
		// Whoever read has gone away.
		return Ok(());
	}
	let summary = format!("{} as of final block {}", counted(written, "station"), at.number);
	match to_file {
		Some(path) => {
			let value = json!({ "type": "exported", "file": path, "stations": written, "block": at.number });
			context.output.answer(&value, || summary);
		}
		None => context.output.remark(&summary),
	}
	Ok(())
}

/// Writes the stations of these local networks. Says how many.
async fn write(
	context: &Context,
	at: At<'_>,
	networks: &[LocalNetworkView],
	owner: Option<OrgId>,
	sink: &mut impl Write,
	unwritten: &impl Fn(&dyn fmt::Display) -> Failure,
) -> Result<u64> {
	let mut out = csv::writer(sink);
	out.write_record(csv::COLUMNS).map_err(|e| unwritten(&e))?;
	let total = networks.iter().map(|view| u64::from(view.stations)).sum();
	let bar = context.output.progress(total, "stations");
	let mut written = 0u64;
	for network in networks {
		let (mut from, mut stations) = (0, Vec::new());
		while let Some((page, next)) = at.stations_from(network.id, from).await? {
			for site in page {
				bar.inc(1);
				let entry = site.entry;
				let is_wanted = owner.is_none_or(|owner| owner == entry.station.owner);
				if entry.state != StationState::Retired && is_wanted {
					stations.push(entry.station);
				}
			}
			from = next;
		}
		if output::is_closed() {
			break;
		}
		stations.sort_by(|a, b| a.code.cmp(&b.code));
		for station in &stations {
			out.write_record(csv::station_fields(network.id, station)).map_err(|e| unwritten(&e))?;
			written += 1;
		}
	}
	out.flush().map_err(|e| unwritten(&e))?;
	bar.finish_and_clear();
	Ok(written)
}
