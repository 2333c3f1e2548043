// SPDX-License-Identifier: Apache-2.0

//! Measurement files as 3GPP TS 32.435 has them (TS 28.532 writes the same), with the measurements of TS 28.552.
//!
//! ```text
//!   measCollecFile
//!     fileHeader, measCollec beginTime
//!     measData                                    a local network and day
//!       managedElement localDn=SubNetwork=1301
//!       measInfo                                  an interval
//!         granPeriod duration=PT900S endTime
//!         measType p=1 ...  | measTypes           PEE.Energy, VS.PEE.MeterRegister, DRB.PdcpSduVolumeDL.46011 ...
//!         measValue measObjLdn=ManagedElement=1301-N00001
//!           r p=1 ...       | measResults         kWh; Mbit; NIL where there is none
//!     fileFooter, measCollec endTime
//! ```
//!
//! The register of a meter is no measurement of the standards, so its name begins with `VS` (TS 32.404).

use super::{Reading, StationDay, NETWORKS};
use crate::time::local;
use std::{
	collections::BTreeMap,
	io::{self, Write},
};
use trimast_primitives::{LocalNetworkId, Moment};

/// A party whose element manager writes lists of values.
const WRITES_LISTS: u8 = 1;

/// Watt-hours as kilowatt-hours, to the last digit.
fn kwh(wh: i128) -> String {
	let sign = if wh < 0 { "-" } else { "" };
	let wh = wh.unsigned_abs();
	format!("{sign}{}.{:03}", wh / 1_000, wh % 1_000)
}

/// What is measured, in the order of [`values`].
fn names() -> Vec<String> {
	let volumes = NETWORKS
		.iter()
		.flat_map(|network| ["DL", "UL"].map(|way| format!("DRB.PdcpSduVolume{way}.{network}")));
	["PEE.Energy", "VS.PEE.MeterRegister"].map(str::to_owned).into_iter().chain(volumes).collect()
}

/// The values of a reading.
fn values(reading: &Reading) -> Vec<Option<String>> {
	let volumes = reading.volumes.iter().flat_map(|volume| match volume {
		Some(ways) => ways.map(|way| Some(way.to_string())),
		None => [None, None],
	});
	[kwh(reading.energy.into()), kwh(reading.register.into())].map(Some).into_iter().chain(volumes).collect()
}

/// Writes one file, a local network and day at a time.
pub(super) struct MeasCollec<W> {
	out: W,
	lists: bool,
	interval: u32,
	end: Moment,
}

impl<W: Write> MeasCollec<W> {
	/// Begins a file of a party's element manager.
	pub(super) fn new(
		mut out: W,
		party: u8,
		interval: u32,
		(begin, end): (Moment, Moment),
	) -> io::Result<Self> {
		writeln!(
			out,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
			 <measCollecFile xmlns=\"http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec\">\n\
			 <fileHeader fileFormatVersion=\"32.435 V17.0\" vendorName=\"V1\" dnPrefix=\"DC=org-{party}.example\">\n\
			 <fileSender localDn=\"ManagementNode={party}\" elementType=\"EM\"/>\n\
			 <measCollec beginTime=\"{}\"/>\n</fileHeader>",
			local(begin)
		)?;
		Ok(Self { out, lists: party == WRITES_LISTS, interval, end })
	}

	/// Adds the readings of a local network's stations on a day.
	pub(super) fn add<'a>(
		&mut self,
		local_network: LocalNetworkId,
		stations: impl Iterator<Item = &'a StationDay>,
	) -> io::Result<()> {
		let mut intervals: BTreeMap<Moment, Vec<(&StationDay, &Reading)>> = BTreeMap::new();
		for station in stations {
			for reading in &station.readings {
				intervals.entry(reading.start).or_default().push((station, reading));
			}
		}
		if intervals.is_empty() {
			return Ok(());
		}
		let out = &mut self.out;
		let (seconds, names) = (self.interval * 60, names());
		let place = local_network.0;
		writeln!(out, "<measData>\n<managedElement localDn=\"SubNetwork={place:04}\"/>")?;
		for (start, readings) in intervals {
			let end = local(start + Moment::from(seconds) * 1_000);
			writeln!(out, "<measInfo measInfoId=\"energy\">")?;
			writeln!(out, "<granPeriod duration=\"PT{seconds}S\" endTime=\"{end}\"/>")?;
			writeln!(out, "<repPeriod duration=\"PT{seconds}S\"/>")?;
			if self.lists {
				writeln!(out, "<measTypes>{}</measTypes>", names.join(" "))?;
			} else {
				for (p, name) in (1..).zip(&names) {
					writeln!(out, "<measType p=\"{p}\">{name}</measType>")?;
				}
			}
			for (station, reading) in readings {
				let code = String::from_utf8_lossy(&station.station.code);
				write!(out, "<measValue measObjLdn=\"ManagedElement={code}\">")?;
				let values = values(reading);
				if self.lists {
					let values: Vec<_> =
						values.iter().map(|value| value.as_deref().unwrap_or("NIL")).collect();
					write!(out, "<measResults>{}</measResults>", values.join(" "))?;
				} else {
					for (p, value) in (1..).zip(&values) {
						if let Some(value) = value {
							write!(out, "<r p=\"{p}\">{value}</r>")?;
						}
					}
				}
				writeln!(out, "</measValue>")?;
			}
			writeln!(out, "</measInfo>")?;
		}
		writeln!(out, "</measData>")
	}

	/// Ends the file.
	pub(super) fn end(mut self) -> io::Result<()> {
		let end = local(self.end);
		writeln!(
			self.out,
			"<fileFooter>\n<measCollec endTime=\"{end}\"/>\n</fileFooter>\n</measCollecFile>"
		)?;
		self.out.flush()
	}
}
