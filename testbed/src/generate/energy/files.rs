// SPDX-License-Identifier: Apache-2.0

//! Writes readings: as comma-separated values, for both parties, and as measurement files.

use super::{meas_collec::MeasCollec, Energy, EnergyPlan, NetworkDay, Reading, StationDay, NETWORKS};
use crate::{generate::Country, time::local};
use anyhow::{Context, Result};
use std::{
	fs::{self, File},
	io::{self, BufWriter, Write},
	path::Path,
};

/// What the files of readings hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct WrittenEnergy {
	/// Stations.
	pub stations: usize,
	/// Lines, by the carrier that owns the stations.
	pub lines: [u64; 2],
	/// What is planted.
	pub planted: u64,
}

type Out = BufWriter<File>;

/// The first line of a file.
fn header() -> String {
	let volumes =
		NETWORKS.iter().flat_map(|network| ["dl", "ul"].map(|way| format!(",{network}_{way}_mbit")));
	format!("station,start,interval_min,register_wh,energy_wh{}", volumes.collect::<String>())
}

/// A station's lines.
fn put(out: &mut Out, code: &str, interval: u32, readings: &[Reading]) -> io::Result<()> {
	for Reading { start, register, energy, volumes } in readings {
		write!(out, "{code},{},{interval},{register},{energy}", local(*start))?;
		for volume in volumes {
			match volume {
				Some([down, up]) => write!(out, ",{down},{up}")?,
				None => write!(out, ",,")?,
			}
		}
		out.write_all(b"\n")?;
	}
	Ok(())
}

struct Files {
	interval: u32,
	own: [Out; 2],
	copies: [Out; 2],
	measured: Vec<MeasCollec<Out>>,
	planted: Out,
}

impl Files {
	fn create(directory: &Path, plan: &EnergyPlan, energy: &Energy) -> Result<Self> {
		fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
		let open = |name: &str| -> Result<Out> {
			let path = directory.join(name);
			let file = File::create(&path).with_context(|| path.display().to_string())?;
			Ok(BufWriter::with_capacity(1 << 20, file))
		};
		let mut files = Self {
			interval: plan.interval,
			own: [open("energy-0.csv")?, open("energy-1.csv")?],
			copies: [open("energy-copy-0.csv")?, open("energy-copy-1.csv")?],
			measured: Vec::new(),
			planted: open("planted-energy.csv")?,
		};
		for file in files.own.iter_mut().chain(&mut files.copies) {
			writeln!(file, "{}", header())?;
		}
		writeln!(files.planted, "file,local_network,station,start,intervals,kind")?;
		if plan.xml {
			for owner in 0..2u8 {
				let out = open(&format!("energy-{owner}.xml"))?;
				files.measured.push(MeasCollec::new(out, owner, plan.interval, energy.span())?);
			}
		}
		Ok(files)
	}

	fn add(&mut self, day: &NetworkDay, written: &mut WrittenEnergy) -> Result<()> {
		for StationDay { station, readings, copy, planted } in &day.stations {
			let owner = usize::from(station.owner.0).min(1);
			let code = String::from_utf8_lossy(&station.code);
			put(&mut self.own[owner], &code, self.interval, readings)?;
			put(&mut self.copies[owner], &code, self.interval, copy)?;
			written.lines[owner] += readings.len() as u64;
			for one in planted {
				let copy = if one.fault == super::MeterFault::Differing { "copy-" } else { "" };
				writeln!(
					self.planted,
					"energy-{copy}{owner}.csv,{:04},{code},{},{},{}",
					day.local_network.0,
					local(one.start),
					one.intervals,
					one.fault.name()
				)?;
				written.planted += 1;
			}
		}
		for (owner, file) in (0u8..).zip(&mut self.measured) {
			let own = day.stations.iter().filter(|one| one.station.owner.0.min(1) == owner);
			file.add(day.local_network, own)?;
		}
		Ok(())
	}

	fn end(self) -> Result<()> {
		let Self { own, copies, measured, planted, .. } = self;
		for mut file in own.into_iter().chain(copies).chain([planted]) {
			file.flush()?;
		}
		for file in measured {
			file.end()?;
		}
		Ok(())
	}
}

impl Country {
	/// Writes readings into `directory`, which is made where it is missing.
	///
	/// # Errors
	///
	/// As for [`Self::energy`], or a file cannot be written.
	pub fn write_energy(&self, directory: &Path, plan: &EnergyPlan) -> Result<WrittenEnergy> {
		let energy = self.energy(plan)?;
		let mut files = Files::create(directory, plan, &energy)?;
		let mut written = WrittenEnergy { stations: energy.len(), ..WrittenEnergy::default() };
		for day in energy {
			files.add(&day, &mut written)?;
		}
		files.end()?;
		Ok(written)
	}
}
