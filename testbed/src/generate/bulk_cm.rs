// SPDX-License-Identifier: Apache-2.0

//! Exports as element managers write them: bulk configuration files of 3GPP TS 32.615, with the names of the standards or
//! with a vendor's.
//!
//! ```text
//!   bulkCmConfigDataFile
//!     configData
//!       xn:SubNetwork id=1301                       the local network
//!         xn:ManagedElement id=1301-N00001          the station
//!           GNBDUFunction | ENBFunction             values of the station
//!             NRCellDU | EUtranGenericCell id=2     values of the cell
//!               NROperatorCellDU id=46011           of an operator
//!               NRCellRelation | EUtranRelation     of a neighbour, by its place
//!               NRFreqRelation | EUtranFreqRelation of a frequency, by its place
//! ```
//!
//! With the names of the standards, an object's values stand in its `attributes`. A vendor's stand in an
//! `xn:VsDataContainer` in the object, whose `attributes` are then empty. The footer has no time: whoever makes an export
//! says when it was made, and these are the same bytes every time.

use super::{
	catalogue::Scope,
	cells::{extra, Columns, Row, ABSENT, EXTRA},
	network::{Network, Radio},
};
use std::io::{self, Write};
use trimast_primitives::site::Technology;

/// How the objects of a technology are called.
struct Classes {
	prefix: &'static str,
	function: &'static str,
	cell: &'static str,
	operator: &'static str,
	relation: &'static str,
	frequency: &'static str,
}

const NR: Classes = Classes {
	prefix: "nn",
	function: "GNBDUFunction",
	cell: "NRCellDU",
	operator: "NROperatorCellDU",
	relation: "NRCellRelation",
	frequency: "NRFreqRelation",
};
/// The LTE model has no object for an operator's values of a cell: it is called as in NR.
const LTE: Classes = Classes {
	prefix: "en",
	function: "ENBFunction",
	cell: "EUtranGenericCell",
	operator: "NROperatorCellDU",
	relation: "EUtranRelation",
	frequency: "EUtranFreqRelation",
};

/// Writes one file, cell by cell in the order of a network.
pub(super) struct BulkCm<'a, W> {
	columns: &'a Columns,
	/// The columns that belong to one object each: its scope, its place, and them.
	objects: Vec<(Scope, usize, Vec<usize>)>,
	vendor: bool,
	local_network: Option<u16>,
	buffer: Vec<u8>,
	out: W,
}

impl<'a, W: Write> BulkCm<'a, W> {
	/// Begins a file that `sender` has exported, with a vendor's names or with those of the standards.
	pub(super) fn new(columns: &'a Columns, sender: &str, vendor: bool, mut out: W) -> io::Result<Self> {
		let mut objects: Vec<(Scope, usize, Vec<usize>)> = Vec::new();
		for scope in [Scope::Station, Scope::Cell, Scope::Plmn, Scope::Relation, Scope::Frequency] {
			let of_scope = |column: &usize| columns.parameter(*column).scope == scope;
			let places =
				(0..columns.list.len()).filter(of_scope).map(|column| columns.list[column].place).max();
			for place in 0..=places.unwrap_or(0) {
				let at = |column: &usize| of_scope(column) && columns.list[*column].place == place;
				objects.push((scope, place, (0..columns.list.len()).filter(at).collect()));
			}
		}
		let names = if vendor { " vendorName=\"V1\"" } else { "" };
		writeln!(
			out,
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
			 <bulkCmConfigDataFile xmlns=\"http://www.3gpp.org/ftp/specs/archive/32_series/32.615#configData\" \
			 xmlns:xn=\"http://www.3gpp.org/ftp/specs/archive/28_series/28.623#genericNrm\" \
			 xmlns:nn=\"http://www.3gpp.org/ftp/specs/archive/28_series/28.541#nrNrm\" \
			 xmlns:en=\"http://www.3gpp.org/ftp/specs/archive/28_series/28.659#eutranNrm\" xmlns:v1=\"V1Attributes.xsd\">\n\
			 <fileHeader fileFormatVersion=\"32.615 V17.0\" senderName=\"{sender}\"{names}/>\n<configData>"
		)?;
		Ok(Self { columns, objects, vendor, local_network: None, buffer: Vec::new(), out })
	}

	/// Adds a cell. Those of a station follow one another.
	pub(super) fn cell(&mut self, network: &Network, radio: &Radio, row: &Row) -> io::Result<()> {
		let station = network.station(radio);
		let classes = if station.technology == Technology::Nr { NR } else { LTE };
		let prefix = classes.prefix;
		if self.local_network != Some(network.id.0) {
			self.end_local_network()?;
			self.local_network = Some(network.id.0);
			writeln!(self.out, "<xn:SubNetwork id=\"{:04}\">", network.id.0)?;
		}
		let out = &mut self.buffer;
		out.clear();
		if radio.number == 0 {
			let code = String::from_utf8_lossy(&station.code);
			let function = classes.function;
			writeln!(out, "<xn:ManagedElement id=\"{code}\">\n<{prefix}:{function} id=\"1\">")?;
		}
		// What belongs to the station stands with its first cell.
		let mut is_cell_open = false;
		for (scope, place, columns) in &self.objects {
			let present: Vec<usize> =
				columns.iter().copied().filter(|column| row[*column] != ABSENT).collect();
			let (class, id) = match scope {
				Scope::Station => (classes.function, String::new()),
				Scope::Cell => (classes.cell, radio.number.to_string()),
				Scope::Plmn => (classes.operator, super::cells::PLMNS[*place].to_owned()),
				Scope::Relation => (classes.relation, place.to_string()),
				Scope::Frequency => (classes.frequency, place.to_string()),
			};
			if *scope == Scope::Station && radio.number > 0 || *scope != Scope::Cell && present.is_empty() {
				continue;
			}
			if *scope != Scope::Station {
				write!(out, "<{prefix}:{class} id=\"{id}\">")?;
			}
			if self.vendor {
				write!(
					out,
					"<{prefix}:attributes/><xn:VsDataContainer id=\"1\"><xn:attributes>\
					 <xn:vsDataType>vsData{class}</xn:vsDataType>\
					 <xn:vsDataFormatVersion>V1.1</xn:vsDataFormatVersion><v1:vsData{class}>"
				)?;
			} else {
				write!(out, "<{prefix}:attributes>")?;
			}
			for column in present {
				let parameter = self.columns.parameter(column);
				let (prefix, name) = if self.vendor {
					("v1", parameter.vendor.as_str())
				} else {
					(prefix, parameter.attribute())
				};
				write!(out, "<{prefix}:{name}>")?;
				self.columns.put(out, network, column, row[column]);
				write!(out, "</{prefix}:{name}>")?;
			}
			if *scope == Scope::Cell {
				let prefix = if self.vendor { "v1" } else { prefix };
				for (name, value) in EXTRA.iter().zip(extra(network, radio)) {
					write!(out, "<{prefix}:{name}>{value}</{prefix}:{name}>")?;
				}
			}
			if self.vendor {
				write!(out, "</v1:vsData{class}></xn:attributes></xn:VsDataContainer>")?;
			} else {
				write!(out, "</{prefix}:attributes>")?;
			}
			match scope {
				Scope::Station => {}
				// The others stand in it.
				Scope::Cell => is_cell_open = true,
				_ => write!(out, "</{prefix}:{class}>")?,
			}
			out.push(b'\n');
		}
		if is_cell_open {
			writeln!(out, "</{prefix}:{}>", classes.cell)?;
		}
		if radio.number + 1 == station.cells {
			writeln!(out, "</{prefix}:{}>\n</xn:ManagedElement>", classes.function)?;
		}
		self.out.write_all(out)
	}

	fn end_local_network(&mut self) -> io::Result<()> {
		if self.local_network.take().is_some() {
			writeln!(self.out, "</xn:SubNetwork>")?;
		}
		Ok(())
	}

	/// Ends the file.
	pub(super) fn end(mut self) -> io::Result<()> {
		self.end_local_network()?;
		writeln!(self.out, "</configData>\n<fileFooter/>\n</bulkCmConfigDataFile>")?;
		self.out.flush()
	}
}
