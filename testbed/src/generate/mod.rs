// SPDX-License-Identifier: Apache-2.0

//! A national network from a seed.
//!
//! # What it guarantees
//!
//! * **Deterministic**: the same plan gives the same bytes in every file. Each local network has a random stream of its own,
//!   so the stations of one do not depend on another's, beyond their number.
//! * **Streamed**: memory holds one local network at a time, whatever the size of the country.
//! * **Independent**: nothing here is shared with what reads, imports or matches the files; what a test compares was written
//!   twice. Only the types are common.
//!
//! # Files
//!
//! | file | what it is |
//! |---|---|
//! | `stations-0.csv`, `stations-1.csv` | the stations that each carrier owns, to import; by local network and code, as `site export` writes them |
//! | `inventory-0.csv`, `inventory-1.csv` | the carriers' own books, UTF-8 |
//! | `inventory-2.csv` | the tower company's own books, GB18030 |
//! | `planted.csv` | the mistakes in the books: `local_network,kind,party,code,own_code,field` |
//! | `cells-0.csv`, `cells-1.csv` | the parameters of the cells that each carrier owns, as they were agreed: the baseline to import |
//! | `export-0.csv`, `export-1.csv`, `export-2.csv` | the parameters of the cells that each party owns, shares or has on its towers, as the network has them; the second with a vendor's names |
//! | `export-0.xml`, `export-1.xml`, `export-2.xml` | the same as bulk configuration files (3GPP TS 32.615), if asked for |
//! | `actions.csv` | what has to be submitted to the chain between the baseline and a sweep of the exports: `action,local_network,station,cell,parameter,place,before,after,party,consents,window,source,kind` |
//! | `planted-cells.csv` | what such a sweep has to find: `local_network,station,cell,parameter,place,kind,before,after,party`, where `before` is the approved value, `after` the one in the network, and `party` who answers for it |
//! | `coverage.csv` | which cells cover another one of their station, in full or in part (`isESCoveredBy`): `local_network,station,cell,by,covered`; no other cell may sleep |
//! | `alarms-0.jsonl`, `alarms-1.jsonl` | a mains failure in a county as each carrier's element manager reports it, a notification of TS 28.532 a line; with duplicates and malformed lines |
//! | `outage.csv` | what has failed when: `local_network,county,station,owner,tower,autonomy_minutes,failed,low,down,back` |
//! | `planted-alarms.csv` | the duplicates and malformed lines: `party,line,kind,station` ([`Blemish`]) |
//! | `fleet-0.csv`, `fleet-1.csv`, `fleet-2.csv` | each party's crews, generators and spares for that failure, as `trimast resource import` reads them |
//! | `energy-0.csv`, `energy-1.csv` | what the stations that each carrier owns draw and carry, interval by interval; `energy-copy-*.csv` is what the other carrier has of it, `energy-*.xml` the same as measurement files (3GPP TS 32.435), if asked for |
//! | `planted-energy.csv` | what is wrong with the meters, and where the copies differ: `file,local_network,station,start,intervals,kind` ([`MeterFault`]) |
//!
//! # Cells
//!
//! A file of cells has the columns `local_network,station,cell` and one for each value of `data/catalogue.csv`: the
//! parameter's name, and in brackets the PLMN (`nRTAC[46011]`), the neighbour or the frequency (`cellIndividualOffset[0]`)
//! where a cell has several. It is sorted by local network, station code and cell.
//!
//! | value | as it is written |
//! |---|---|
//! | a number | `-124` |
//! | a word of a choice | `notBarred` |
//! | yes or no | `true`, `false` |
//! | PLMNs | `46011 46001` |
//! | half hours of the day | `00:00-06:00 23:00-24:00` |
//! | a cell | `1301/1301-N00001/2`: local network, station code, number |
//! | no value | nothing |
//!
//! Exports have two columns more that the catalogue does not know, `serialNumber` and `swVersion`. What actions and kinds
//! of changes there are: [`Unauthorised`], [`Legitimate`] and the tables in `planted.rs`.
//!
//! Which stations are neighbours across the border of a local network depends on both sides. Everything else about a cell
//! depends on its own local network alone.

mod borders;
mod bulk_cm;
mod catalogue;
mod cell_files;
mod cells;
mod energy;
mod fleet;
mod geometry;
mod inventories;
mod nearest;
mod network;
mod outage;
mod owners;
mod planted;
mod rows;
mod stations;
mod values;

use crate::territory::{regions, Region};
use anyhow::{ensure, Context, Result};
use owners::Owners;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::{
	fs::{self, File},
	io::{BufWriter, Write},
	path::Path,
};
use trimast_primitives::{LocalNetworkId, OrgId};

pub use cell_files::{CellPlan, WrittenCells};
pub use energy::{
	parse_day, Area, Asleep, DayKind, Energy, EnergyPlan, MeterFault, NetworkDay, PlantedReading, Reading,
	StationDay, WrittenEnergy, NETWORKS,
};
pub use fleet::{Fleet, Own, WrittenFleet};
pub use inventories::{Books, Kind, Planted, Record};
pub use network::SPECTRUM;
pub use outage::{Blemish, Failing, Notification, Outage, OutagePlan, PlantedLine, Word, WrittenOutage};
pub use planted::{Legitimate, Unauthorised};
pub use stations::Named;
pub use values::CellMaker;

/// The first carrier in every genesis preset.
pub const CARRIER_ONE: OrgId = OrgId(0);
/// The second carrier in every genesis preset.
pub const CARRIER_TWO: OrgId = OrgId(1);
/// The tower company in every genesis preset.
pub const TOWER_COMPANY: OrgId = OrgId(2);
/// Who keeps an inventory.
pub const PARTIES: [OrgId; 3] = [CARRIER_ONE, CARRIER_TWO, TOWER_COMPANY];

/// Fewest stations of a country.
pub const MIN_STATIONS: u32 = 1_000;
/// Most stations of a country.
pub const MAX_STATIONS: u32 = 2_000_000;

/// What to generate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
	/// Stations in the country.
	pub stations: u32,
	/// Everything follows from it.
	pub seed: u64,
	/// Of a thousand stations, how many get a mistake planted in somebody's books.
	pub planted_per_mille: u32,
}

impl Plan {
	/// A country of `stations` with the usual seed and one station in a hundred with a mistake.
	pub const fn of(stations: u32) -> Self {
		Self { stations, seed: 1, planted_per_mille: 10 }
	}
}

/// The stations of one local network.
pub struct LocalNetwork {
	/// Where.
	pub id: LocalNetworkId,
	/// The stations, in the order of their codes.
	pub stations: Vec<Named>,
}

/// A country, ready to be walked through.
pub struct Country {
	plan: Plan,
	regions: Vec<Region>,
	counts: Vec<usize>,
	owners: Owners,
}

/// What the files hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
	/// Stations, by the carrier that owns them.
	pub stations: [u64; 2],
	/// Records in the three parties' books.
	pub records: [u64; 3],
	/// Planted mistakes.
	pub planted: u64,
}

impl Country {
	/// Lays out a country.
	///
	/// # Errors
	///
	/// The number of stations is not within [`MIN_STATIONS`] and [`MAX_STATIONS`].
	pub fn new(plan: Plan) -> Result<Self> {
		ensure!(
			(MIN_STATIONS..=MAX_STATIONS).contains(&plan.stations),
			"{} stations: a country has {MIN_STATIONS} to {MAX_STATIONS}",
			plan.stations
		);
		let regions = regions()?;
		let counts = shares(&regions, plan.stations);
		let owners = Owners::new(&regions, &mut stream(plan.seed, 0));
		Ok(Self { plan, regions, counts, owners })
	}

	/// A part of the country: of its local networks only so many, spread over the territory, that there are as many
	/// stations in each on average as in the greatest country.
	///
	/// # Errors
	///
	/// As for [`Country::new`].
	pub fn dense(plan: Plan) -> Result<Self> {
		let whole = Self::new(plan)?;
		let all = whole.regions.len();
		let few = (all * plan.stations as usize).div_ceil(MAX_STATIONS as usize);
		let regions: Vec<_> = (0..few).filter_map(|n| whole.regions.get(n * all / few)).cloned().collect();
		let counts = shares(&regions, plan.stations);
		Ok(Self { regions, counts, ..whole })
	}

	/// A local network by itself, with all of the country's stations in it.
	///
	/// # Errors
	///
	/// As for [`Country::new`], or there is no such local network.
	pub fn only(plan: Plan, place: LocalNetworkId) -> Result<Self> {
		let whole = Self::new(plan)?;
		let regions: Vec<_> = whole.regions.iter().filter(|region| region.id() == place).cloned().collect();
		ensure!(!regions.is_empty(), "there is no local network {}", place.0);
		let counts = shares(&regions, plan.stations);
		Ok(Self { regions, counts, ..whole })
	}

	/// The local networks one by one, by code.
	pub fn local_networks(&self) -> impl Iterator<Item = LocalNetwork> + '_ {
		(0..).map_while(|order| self.local_network(order))
	}

	/// Their codes.
	pub fn codes(&self) -> impl Iterator<Item = LocalNetworkId> + '_ {
		self.regions.iter().map(|region| region.id())
	}

	/// The local network in this place of the order of their codes.
	pub fn local_network(&self, order: usize) -> Option<LocalNetwork> {
		let (region, count) = self.regions.get(order).zip(self.counts.get(order))?;
		let rng = &mut stream(self.plan.seed, u64::from(region.code));
		Some(LocalNetwork {
			id: region.id(),
			stations: stations::stations(rng, region, &self.owners, *count),
		})
	}

	/// The three parties' books of a local network.
	pub fn books(&self, local_network: &LocalNetwork) -> Books {
		let code = local_network.id.0;
		let rng = &mut stream(self.plan.seed, 10_000 + u64::from(code));
		inventories::books(rng, code, &local_network.stations, self.plan.planted_per_mille)
	}

	/// Writes all files into `directory`, which is made where it is missing.
	///
	/// # Errors
	///
	/// A file cannot be written.
	pub fn write(&self, directory: &Path) -> Result<Written> {
		fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
		let mut stations = [0, 1].map(|owner| format!("stations-{owner}.csv"));
		let mut inventories = [0, 1, 2].map(|party| format!("inventory-{party}.csv"));
		let open = |name: &mut String| -> Result<BufWriter<File>> {
			let path = directory.join(name.as_str());
			let file = File::create(&path).with_context(|| path.display().to_string())?;
			Ok(BufWriter::with_capacity(1 << 20, file))
		};
		let mut station_files = stations.iter_mut().map(open).collect::<Result<Vec<_>>>()?;
		let mut book_files = inventories.iter_mut().map(open).collect::<Result<Vec<_>>>()?;
		let mut planted_file = open(&mut "planted.csv".to_owned())?;
		for file in &mut station_files {
			writeln!(file, "{}", rows::COLUMNS)?;
		}
		for file in &mut book_files {
			writeln!(file, "own_code,name,{}", rows::COLUMNS)?;
		}
		writeln!(planted_file, "local_network,kind,party,code,own_code,field")?;

		let mut written = Written::default();
		for local_network in self.local_networks() {
			let code = local_network.id.0;
			for Named { station, .. } in &local_network.stations {
				let owner = usize::from(station.owner.0).min(1);
				station_files[owner].write_all(rows::station_line(code, station).as_bytes())?;
				written.stations[owner] += 1;
			}
			let books = self.books(&local_network);
			for (party, records) in books.records.iter().enumerate() {
				for Record { own_code, name, station } in records {
					let line = rows::inventory_line(code, own_code, name, station);
					if PARTIES[party] == TOWER_COMPANY {
						let (line, _, _) = encoding_rs::GB18030.encode(&line);
						book_files[party].write_all(&line)?;
					} else {
						book_files[party].write_all(line.as_bytes())?;
					}
				}
				written.records[party] += records.len() as u64;
			}
			for p in &books.planted {
				let kind = p.kind.name();
				writeln!(
					planted_file,
					"{code:04},{kind},{},{},{},{}",
					p.party.0, p.code, p.own_code, p.field
				)?;
			}
			written.planted += books.planted.len() as u64;
		}
		for mut file in station_files.into_iter().chain(book_files).chain([planted_file]) {
			file.flush()?;
		}
		Ok(written)
	}
}

/// A random stream of the country's.
fn stream(seed: u64, number: u64) -> ChaCha8Rng {
	let mut rng = ChaCha8Rng::seed_from_u64(seed);
	rng.set_stream(number);
	rng
}

/// How many of `total` stations each region gets: at least one, the rest in proportion to the villages, whole numbers by
/// the largest remainders.
fn shares(regions: &[Region], total: u32) -> Vec<usize> {
	let rest = u64::from(total) - regions.len() as u64;
	let villages: u64 = regions.iter().map(|region| u64::from(region.villages)).sum();
	let exact = |region: &Region| u64::from(region.villages) * rest;
	let mut counts: Vec<usize> =
		regions.iter().map(|region| 1 + (exact(region) / villages) as usize).collect();
	let mut by_remainder: Vec<usize> = (0..regions.len()).collect();
	by_remainder.sort_by_key(|n| (std::cmp::Reverse(exact(&regions[*n]) % villages), *n));
	let missing = total as usize - counts.iter().sum::<usize>();
	for n in by_remainder.into_iter().take(missing) {
		counts[n] += 1;
	}
	counts
}

#[cfg(test)]
mod cell_tests;
#[cfg(test)]
mod tests;
