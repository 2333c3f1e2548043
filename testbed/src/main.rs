// SPDX-License-Identifier: Apache-2.0

//! `testbed`: national data, a network to look at, measurements, and rough treatment.

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{
	path::PathBuf,
	time::{SystemTime, UNIX_EPOCH},
};
use trimast_testbed::{
	bench::{
		self, parse_size, DispatchOptions, EnergyOptions, ImportOptions, RoundsOptions, SweepOptions,
		TransactionOptions,
	},
	demo::{self, DemoOptions},
	generate::{parse_day, Asleep, CellPlan, Country, EnergyPlan, OutagePlan, Plan},
	torture::{torture, TortureOptions},
};

/// National data, a network of three companies on this machine, and measurements.
#[derive(Parser)]
#[command(version)]
struct Arguments {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Start four validators and an archive node with a national inventory, and stay until Ctrl-C.
	Demo {
		/// End when everything has been shown.
		#[arg(long)]
		once: bool,
		/// Wipe what an earlier demonstration left.
		#[arg(long)]
		fresh: bool,
		/// Where everything is kept [default: the user's cache folder, trimast/demo].
		#[arg(long, value_name = "DIR")]
		dir: Option<PathBuf>,
		/// Stations in the country: 1k to 2m.
		#[arg(long, default_value = "20k", value_parser = parse_size)]
		stations: u32,
	},
	/// Write a country's files: stations to import, three parties' books, and the mistakes planted in them; on request its
	/// cells, as agreed and as each party sees them, the alarms of a mains failure with what there is to send, and what stations
	/// draw and carry.
	Generate {
		/// Where to write.
		#[arg(value_name = "DIR")]
		dir: PathBuf,
		/// Stations in the country: 1k to 2m.
		#[arg(long, default_value = "20k", value_parser = parse_size)]
		stations: u32,
		/// Everything follows from it.
		#[arg(long, default_value_t = 1)]
		seed: u64,
		/// Of a thousand stations, how many get a mistake in somebody's books.
		#[arg(long, default_value_t = 10)]
		planted_per_mille: u32,
		/// Write the parameters of all cells too: the baseline, exports, and what was changed in between.
		#[arg(long)]
		cells: bool,
		/// Of a thousand cells, how many are changed without authority, and as many legitimately.
		#[arg(long, value_name = "PER_MILLE", default_value_t = 1, requires = "cells")]
		planted_cells: u32,
		/// Write exports as bulk configuration files (3GPP TS 32.615) too.
		#[arg(long, requires = "cells")]
		xml: bool,
		/// Write the alarms of a mains failure in a county too, as TS 28.532 has them, with duplicates and malformed lines, and
		/// the companies' crews, generators and spares.
		#[arg(long)]
		alarms: bool,
		/// Stations that fail; all of the county where it has no more.
		#[arg(long, value_name = "STATIONS", default_value_t = 404, requires = "alarms")]
		failing: usize,
		/// When the first of them does, seconds since 1970 [default: now].
		#[arg(long, value_name = "SECONDS", requires = "alarms")]
		failing_from: Option<u64>,
		/// How long a minute of the failure takes, ms.
		#[arg(long, value_name = "MS", default_value_t = 60_000, requires = "alarms")]
		failing_minute: u64,
		/// Write what stations draw and carry too: readings of their meters and volumes by network, with planted faults, and the
		/// other carrier's copy.
		#[arg(long)]
		energy: bool,
		/// Stations with readings, one local network after the other; all where the country has no more.
		#[arg(long, value_name = "STATIONS", default_value_t = 500, requires = "energy")]
		metered: usize,
		/// The first day of the readings.
		#[arg(long, value_name = "DATE", default_value = "2026-01-01", value_parser = parse_day, requires = "energy")]
		energy_from: u16,
		/// How many days there are.
		#[arg(long, value_name = "DAYS", default_value_t = 30, requires = "energy")]
		energy_days: u16,
		/// Minutes of an interval: 15 or 60.
		#[arg(long, value_name = "MINUTES", default_value_t = 15, requires = "energy")]
		energy_interval: u32,
		/// Of a thousand days of a station, on how many something is planted.
		#[arg(long, value_name = "PER_MILLE", default_value_t = 5, requires = "energy")]
		planted_energy: u32,
		/// On how many of them the other carrier's copy differs.
		#[arg(long, value_name = "PER_MILLE", default_value_t = 1, requires = "energy")]
		differing_energy: u32,
		/// Write the readings as measurement files (3GPP TS 32.435) too.
		#[arg(long, requires = "energy")]
		energy_xml: bool,
		/// From this day on cells that another one covers in full sleep (coverage.csv, with --cells): their stations draw less.
		#[arg(long, value_name = "DATE", value_parser = parse_day, requires = "energy")]
		asleep_from: Option<u16>,
		/// The quarters of an hour of the day in which they fall asleep and wake up.
		#[arg(long, value_name = "QUARTER", num_args = 2, default_values_t = [4, 20], requires = "asleep_from")]
		asleep: Vec<u8>,
	},
	/// Measure, and print tables.
	#[command(subcommand)]
	Bench(Bench),
	/// Kill nodes and importers at random while a country is imported, round after round, and compare.
	Torture(TortureOptions),
}

#[derive(Subcommand)]
enum Bench {
	/// How fast a country's inventory goes in.
	Import(ImportOptions),
	/// How fast baselines of cells go in, and how fast companies attest what they see of them.
	Sweep(SweepOptions),
	/// How many individually signed calls the chain takes.
	Transactions(TransactionOptions),
	/// What a bid and a deadline cost, and how fast faults are opened: those of a county that loses the mains, and as many as the
	/// chain takes.
	Dispatch(DispatchOptions),
	/// How long it takes from the first alarm of a mass outage to a final plan, and what that is worth; with pictures.
	Rounds(RoundsOptions),
	/// How many meter readings are accounted a second, what a report costs in a small country and in a great one, and what it leaves
	/// in the state.
	Energy(EnergyOptions),
}

/// Seconds since 1970.
fn clock() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[tokio::main]
async fn main() -> Result<()> {
	match Arguments::parse().command {
		Command::Demo { once, fresh, dir, stations } => {
			let folder = dir.unwrap_or_else(demo::default_folder);
			demo::demo(DemoOptions { once, fresh, folder, stations }).await
		}
		Command::Generate {
			dir,
			stations,
			seed,
			planted_per_mille,
			cells,
			planted_cells,
			xml,
			alarms,
			failing,
			failing_from,
			failing_minute,
			energy,
			metered,
			energy_from,
			energy_days,
			energy_interval,
			planted_energy,
			differing_energy,
			energy_xml,
			asleep_from,
			asleep,
		} => {
			let country = Country::new(Plan { stations, seed, planted_per_mille })?;
			let written = country.write(&dir)?;
			println!(
				"{}: {} and {} stations by owner, {} mistakes planted in the books",
				dir.display(),
				written.stations[0],
				written.stations[1],
				written.planted
			);
			if cells {
				let plan = CellPlan { planted_per_mille: planted_cells, xml };
				let written = country.write_cells(&dir, &plan)?;
				println!(
					"{}: {} and {} cells by owner, {} of them covered in full and {} in part, {} unauthorised and {} legitimate changes",
					dir.display(),
					written.cells[0],
					written.cells[1],
					written.coverage[1],
					written.coverage[0],
					written.planted,
					written.legitimate
				);
			}
			if alarms {
				let begin = failing_from.unwrap_or_else(clock) * 1_000;
				let plan = OutagePlan { stations: failing, minute: failing_minute, ..OutagePlan::at(begin) };
				let written = country.write_outage(&dir, &plan)?;
				let fleet = country.write_fleet(&dir, &country.outage(&plan)?)?;
				println!(
					"{}: {} stations of county {:04}{:02} on battery, {} and {} lines by owner, {} of them planted",
					dir.display(),
					written.stations,
					written.local_network.0,
					written.county,
					written.lines[0],
					written.lines[1],
					written.planted
				);
				println!(
					"{}: {} crews and {} generators, {} of these from elsewhere",
					dir.display(),
					fleet.crews,
					fleet.generators,
					fleet.from_elsewhere
				);
			}
			if energy {
				let plan = EnergyPlan {
					place: None,
					stations: metered,
					from: energy_from,
					days: energy_days,
					interval: energy_interval,
					planted_per_mille: planted_energy,
					differing_per_mille: differing_energy,
					xml: energy_xml,
					asleep: asleep_from
						.zip(asleep.first().zip(asleep.get(1)))
						.map(|(from, (first, until))| Asleep { from, first: *first, until: *until }),
				};
				let written = country.write_energy(&dir, &plan)?;
				println!(
					"{}: {} stations with meters, {} and {} readings by owner, {} faults and differences planted",
					dir.display(),
					written.stations,
					written.lines[0],
					written.lines[1],
					written.planted
				);
			}
			Ok(())
		}
		Command::Bench(Bench::Import(options)) => bench::import(&options).await,
		Command::Bench(Bench::Sweep(options)) => bench::sweep(&options).await,
		Command::Bench(Bench::Transactions(options)) => bench::transactions(&options).await,
		Command::Bench(Bench::Dispatch(options)) => bench::dispatch(&options).await,
		Command::Bench(Bench::Rounds(options)) => bench::rounds(&options).await,
		Command::Bench(Bench::Energy(options)) => bench::energy(&options).await,
		Command::Torture(options) => torture(&options).await,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn command_line_is_consistent() {
		Arguments::command().debug_assert();
	}
}
