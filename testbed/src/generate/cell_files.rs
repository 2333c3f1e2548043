// SPDX-License-Identifier: Apache-2.0

//! Writes what the cells of a country have: the baseline, what each party sees of them, and what was done in between.

use super::{
	borders::Borders,
	bulk_cm::BulkCm,
	cells::{extra, is_witness, put_cell, Columns, Row, EXTRA, FULL, PARTIAL},
	network::Network,
	planted::{Action, Change, Changes, Kind, Planner},
	stream, Country, LocalNetwork, PARTIES,
};
use anyhow::{Context, Result};
use std::{
	fs::{self, File},
	io::{BufWriter, Write},
	path::Path,
};

/// What to do with the cells of a country.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CellPlan {
	/// Of a thousand cells, how many are changed without authority; as many again are changed legitimately.
	pub planted_per_mille: u32,
	/// Whether exports are written as bulk configuration files too.
	pub xml: bool,
}

impl Default for CellPlan {
	fn default() -> Self {
		Self { planted_per_mille: 1, xml: false }
	}
}

/// What the files of cells hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WrittenCells {
	/// Cells, by the carrier that owns them.
	pub cells: [u64; 2],
	/// Cells in each party's export.
	pub exported: [u64; 3],
	/// Unauthorised changes.
	pub planted: u64,
	/// Legitimate changes.
	pub legitimate: u64,
	/// Relations by which a cell covers another: in part, and in full.
	pub coverage: [u64; 2],
}

/// Columns of `planted-cells.csv`.
const PLANTED: &str = "local_network,station,cell,parameter,place,kind,before,after,party";
/// Columns of `coverage.csv`.
const COVERAGE: &str = "local_network,station,cell,by,covered";
/// Columns of `actions.csv`.
const ACTIONS: &str =
	"action,local_network,station,cell,parameter,place,before,after,party,consents,window,source,kind";
/// A party whose element manager uses a vendor's names.
const VENDORS_NAMES: usize = 1;

type Out = BufWriter<File>;

/// The files that are written, all at once.
struct Files<'a> {
	columns: &'a Columns,
	baseline: [Out; 2],
	exports: [Out; 3],
	bulk: Vec<BulkCm<'a, Out>>,
	planted: Out,
	actions: Out,
	coverage: Out,
	/// Columns of relations ([`Columns::coverage`]).
	relations: Vec<(usize, usize)>,
}

impl<'a> Files<'a> {
	fn create(directory: &Path, columns: &'a Columns, xml: bool) -> Result<Self> {
		fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
		let open = |name: String| -> Result<Out> {
			let path = directory.join(name);
			let file = File::create(&path).with_context(|| path.display().to_string())?;
			Ok(BufWriter::with_capacity(1 << 20, file))
		};
		let header = |vendor: bool, extra: &[&str]| {
			let titles = (0..columns.list.len()).map(|column| columns.title(column, vendor));
			let extra = extra.iter().map(|name| (*name).to_owned());
			let titles: Vec<String> = titles.chain(extra).collect();
			format!("local_network,station,cell,{}", titles.join(","))
		};
		let mut files = Self {
			columns,
			baseline: [open("cells-0.csv".into())?, open("cells-1.csv".into())?],
			exports: [
				open("export-0.csv".into())?,
				open("export-1.csv".into())?,
				open("export-2.csv".into())?,
			],
			bulk: Vec::new(),
			planted: open("planted-cells.csv".into())?,
			actions: open("actions.csv".into())?,
			coverage: open("coverage.csv".into())?,
			relations: columns.coverage(),
		};
		for file in &mut files.baseline {
			writeln!(file, "{}", header(false, &[]))?;
		}
		for (party, file) in files.exports.iter_mut().enumerate() {
			writeln!(file, "{}", header(party == VENDORS_NAMES, &EXTRA))?;
			if xml {
				let out = open(format!("export-{party}.xml"))?;
				files.bulk.push(BulkCm::new(columns, &format!("org-{party}"), party == VENDORS_NAMES, out)?);
			}
		}
		writeln!(files.planted, "{PLANTED}")?;
		writeln!(files.actions, "{ACTIONS}")?;
		writeln!(files.coverage, "{COVERAGE}")?;
		Ok(files)
	}

	/// Writes a local network.
	fn add(&mut self, network: &Network, changes: &Changes, written: &mut WrittenCells) -> Result<()> {
		let (mut row, mut line, mut seen) = (Row::new(), Vec::new(), Vec::new());
		for (n, radio) in network.cells.iter().enumerate() {
			let station = network.station(radio);
			self.columns.fill(network, radio, &mut row);
			self.line(&mut line, network, n, &row);
			let owner = usize::from(station.owner.0).min(1);
			self.baseline[owner].write_all(&line)?;
			self.baseline[owner].write_all(b"\n")?;
			written.cells[owner] += 1;
			self.cover(network, n, &row, written)?;
			if let Some(change) = changes.get(&n) {
				row[change.column] = change.observed;
				self.line(&mut line, network, n, &row);
				match change.kind {
					Kind::Unauthorised(_) => written.planted += 1,
					Kind::Legitimate(_) => written.legitimate += 1,
				}
			}
			seen.clear();
			for value in extra(network, radio) {
				seen.push(b',');
				seen.extend_from_slice(value.as_bytes());
			}
			seen.push(b'\n');
			for (party, org) in PARTIES.into_iter().enumerate() {
				if is_witness(station, org) {
					self.exports[party].write_all(&line)?;
					self.exports[party].write_all(&seen)?;
					written.exported[party] += 1;
					if let Some(bulk) = self.bulk.get_mut(party) {
						bulk.cell(network, radio, &row)?;
					}
				}
			}
		}
		for (cell, change) in changes {
			self.note(network, *cell, change)?;
		}
		Ok(())
	}

	/// A line without its end.
	fn line(&self, line: &mut Vec<u8>, network: &Network, cell: usize, row: &Row) {
		line.clear();
		put_cell(line, network, &network.cells[cell]);
		for (column, value) in row.iter().enumerate() {
			line.push(b',');
			self.columns.put(line, network, column, *value);
		}
	}

	/// Which cells cover a cell.
	fn cover(&mut self, network: &Network, cell: usize, row: &Row, written: &mut WrittenCells) -> Result<()> {
		for (relation, neighbour) in &self.relations {
			let (kind, word) = match row[*relation] {
				PARTIAL => (0, "PARTIAL"),
				FULL => (1, "FULL"),
				_ => continue,
			};
			let mut place = Vec::new();
			put_cell(&mut place, network, &network.cells[cell]);
			let by = self.columns.text(network, *neighbour, row[*neighbour]);
			writeln!(self.coverage, "{},{by},{word}", String::from_utf8_lossy(&place))?;
			written.coverage[kind] += 1;
		}
		Ok(())
	}

	/// What was done in a cell.
	fn note(&mut self, network: &Network, cell: usize, change: &Change) -> Result<()> {
		let mut place = Vec::new();
		put_cell(&mut place, network, &network.cells[cell]);
		let place = String::from_utf8_lossy(&place).into_owned();
		let name = &self.columns.parameter(change.column).name;
		let key = format!("{place},{name},{}", self.columns.place(change.column));
		let text = |value| self.columns.text(network, change.column, value);
		let (kind, party) = (change.kind.name(), change.party.0);
		if let Some(Action { name, after, window, source }) = change.action {
			let (before, after) = (text(change.baseline), text(after));
			let asked = if matches!(name, "notice" | "change") {
				String::new()
			} else {
				super::rows::organisations(change.consents)
			};
			writeln!(self.actions, "{name},{key},{before},{after},{party},{asked},{window},{source},{kind}")?;
		}
		if let Kind::Unauthorised(_) = change.kind {
			let (before, after) = (text(change.approved), text(change.observed));
			let answers = change.answers(network.station(&network.cells[cell]).owner).0;
			writeln!(self.planted, "{key},{kind},{before},{after},{answers}")?;
		}
		Ok(())
	}

	fn end(self) -> Result<()> {
		let Self { baseline, exports, bulk, planted, actions, coverage, .. } = self;
		for mut file in baseline.into_iter().chain(exports).chain([planted, actions, coverage]) {
			file.flush()?;
		}
		for bulk in bulk {
			bulk.end()?;
		}
		Ok(())
	}
}

impl Country {
	/// Writes the files of cells into `directory`, which is made where it is missing.
	///
	/// # Errors
	///
	/// A file cannot be written.
	pub fn write_cells(&self, directory: &Path, plan: &CellPlan) -> Result<WrittenCells> {
		let columns = Columns::new()?;
		let planner = Planner::new(&columns);
		let borders = Borders::new(self);
		let mut files = Files::create(directory, &columns, plan.xml)?;
		let mut written = WrittenCells::default();
		for (order, local_network) in self.local_networks().enumerate() {
			let network = self.network(&borders, order, &local_network);
			let changes = self.changes(&planner, &network, plan.planted_per_mille);
			files.add(&network, &changes, &mut written)?;
		}
		files.end()?;
		Ok(written)
	}

	/// The cells of a local network, which is the country's `order`th.
	pub(super) fn network<'a>(
		&self,
		borders: &'a Borders,
		order: usize,
		local_network: &'a LocalNetwork,
	) -> Network<'a> {
		let before = self.counts.iter().take(order).sum();
		let place = (local_network.id, order, before, self.plan.seed);
		Network::new(place, &local_network.stations, borders.of(local_network.id.0))
	}

	/// What is done to the cells of a local network.
	pub(super) fn changes(&self, planner: &Planner, network: &Network, per_mille: u32) -> Changes {
		let rng = &mut stream(self.plan.seed, 20_000 + u64::from(network.id.0));
		// A station has 3.1 cells on the average.
		let before = network.stations_before * per_mille as usize * 31 / 10_000;
		planner.plan(rng, network, per_mille, before)
	}
}
