// SPDX-License-Identifier: Apache-2.0
//! What classes of objects stand for in the network resource models of NR (TS 28.541) and of LTE (TS 28.658): of which
//! objects the values are those of a station, a cell or a relation, and of which they are not.

use trimast_primitives::site::Technology;

/// Attribute of a cell that names its carriers.
pub(crate) const CARRIER_REFERENCE: &str = "nRSectorCarrierRef";
/// Attributes that a carrier has besides its cell, with another value where it is one of several.
pub(crate) const CELL_ALONE: [&str; 4] = ["arfcnDL", "arfcnUL", "bSChannelBwDL", "bSChannelBwUL"];

/// What an object of a class is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
	/// A part of the base station. What is a station's in it is that of its cells of this technology.
	Function(Technology),
	/// A cell.
	Cell(Technology),
	/// A carrier: its values are those of the cells that refer to it.
	Carrier,
	/// An operator's part of a cell.
	Operator,
	/// A relation of a cell of this technology to a neighbour of the same.
	Neighbour(Technology),
	/// A relation of a cell of this technology to a frequency of the same.
	Frequency(Technology),
	/// What a cell knows of another technology, or of anything that has no place on the chain.
	OtherRelation,
	/// What is known here of another base station's cells, or a frequency that any cell may use: no cell's values.
	Foreign,
	/// A vendor's values of the object that it stands in.
	Container,
	/// Anything else.
	Other,
}

impl Class {
	/// That of a name.
	pub(crate) fn of(name: &str) -> Self {
		use Technology::{Lte, Nr};
		match name {
			"GNBDUFunction" | "GNBCUCPFunction" | "GNBCUUPFunction" => Self::Function(Nr),
			"ENBFunction" => Self::Function(Lte),
			"NRCellDU" | "NRCellCU" => Self::Cell(Nr),
			"EUtranGenericCell" | "EUtranCellFDD" | "EUtranCellTDD" => Self::Cell(Lte),
			"NRSectorCarrier" => Self::Carrier,
			"NRCellRelation" => Self::Neighbour(Nr),
			"EUtranRelation" | "EUtranCellRelation" => Self::Neighbour(Lte),
			"NRFreqRelation" => Self::Frequency(Nr),
			"EUtranFreqRelation" => Self::Frequency(Lte),
			"VsDataContainer" => Self::Container,
			_ if name.starts_with("External") || name.ends_with("Frequency") => Self::Foreign,
			_ if name.ends_with("Relation") => Self::OtherRelation,
			_ if name.contains("Operator") => Self::Operator,
			_ => Self::Other,
		}
	}
}

/// The class of which a name has its attributes: cells of either duplex have those of the LTE cell.
pub(crate) fn with_attributes(name: &str) -> &str {
	match name {
		"EUtranCellFDD" | "EUtranCellTDD" => "EUtranGenericCell",
		_ => name,
	}
}
