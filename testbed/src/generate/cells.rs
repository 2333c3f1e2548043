// SPDX-License-Identifier: Apache-2.0

//! The values of a cell: most alike in most cells, as in networks that are run by templates, with some that differ.
//!
//! A value depends on the seed, the station's code and the cell alone, so cells can be made in any order.

use super::{
	catalogue::{parameters, put_half_hours, put_number, Domain, Parameter, Scope},
	network::{carriers, operator, operator_of, Neighbour, Network, Radio, MAX_NEIGHBOURS, OPERATORS},
};
use anyhow::{Context, Result};
use trimast_primitives::{
	site::{SharingMode, Station, Technology},
	OrgId,
};

/// A cell has no value of it.
pub(super) const ABSENT: i64 = i64::MIN;
/// How far a cell covers another (`isESCoveredBy`): some of it, and all of it.
pub(super) const PARTIAL: i64 = 1;
/// See [`PARTIAL`].
pub(super) const FULL: i64 = 2;
/// Most frequencies of a cell.
const MAX_FREQUENCIES: usize = 4;
/// The PLMN of each operator, as it stands in a column's name.
pub(super) const PLMNS: [&str; 2] = ["46011", "46001"];

/// One column of the files: a parameter and, where a cell has several values of it, which.
pub(super) struct Column {
	/// The parameter, by its place in [`Columns::parameters`].
	pub(super) parameter: usize,
	/// Which operator, neighbour or frequency.
	pub(super) place: usize,
	fill: Fill,
}

/// The columns of the files, by number and place.
pub(super) struct Columns {
	/// The catalogue.
	pub(super) parameters: Vec<Parameter>,
	/// The columns.
	pub(super) list: Vec<Column>,
}

/// The values of a cell, one for each column.
pub(super) type Row = Vec<i64>;

/// Says which value a cell has.
type Fill = fn(&Cell, At) -> Option<i64>;

/// Which value is asked for.
#[derive(Clone, Copy)]
struct At {
	/// Which operator, neighbour or frequency.
	place: usize,
	/// Different for every column.
	salt: u64,
}

/// A cell, ready to be asked for its values.
struct Cell<'a> {
	network: &'a Network<'a>,
	station: &'a Station,
	radio: &'a Radio,
	frequencies: [Option<i64>; MAX_FREQUENCIES],
	/// Random bits of the cell and of its station.
	bits: u64,
	station_bits: u64,
}

/// Mixes bits well (the finaliser of SplitMix64).
pub(super) fn mix(bits: u64) -> u64 {
	let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
	bits ^ bits >> 31
}

/// Random bits of a station.
fn station_bits(network: &Network, station: &Station) -> u64 {
	station.code.iter().fold(mix(network.seed), |bits, byte| mix(bits ^ u64::from(*byte)))
}

impl<'a> Cell<'a> {
	fn new(network: &'a Network<'a>, radio: &'a Radio) -> Self {
		let station = network.station(radio);
		let station_bits = station_bits(network, station);
		let bits = mix(station_bits ^ (u64::from(radio.number) + 1));
		let mut frequencies = [None; MAX_FREQUENCIES];
		let own = std::iter::once(radio.carrier.reference);
		let others = std::iter::once(station.owner)
			.chain(station.sharers.iter())
			.flat_map(|org| carriers(station.technology, operator(org)))
			.map(|carrier| carrier.reference)
			.filter(|reference| *reference != radio.carrier.reference);
		for (place, reference) in frequencies.iter_mut().zip(own.chain(others)) {
			*place = Some(reference);
		}
		Self { network, station, radio, frequencies, bits, station_bits }
	}

	/// `usual`, and in some of a thousand cells one of the others.
	fn mostly(&self, at: At, usual: i64, per_mille: u64, others: &[i64]) -> Option<i64> {
		let draw = mix(self.bits ^ at.salt);
		let other = (draw >> 32) as usize % others.len().max(1);
		let is_usual = draw % 1_000 >= per_mille;
		Some(if is_usual { usual } else { others.get(other).copied().unwrap_or(usual) })
	}

	/// Whether the cell carries the PLMN of an operator: where each has a carrier of its own, only that of its carrier.
	fn carries(&self, operator: usize) -> bool {
		match self.station.mode {
			SharingMode::Moran => usize::from(self.radio.operator) == operator,
			_ => self.station.plmns.iter().any(|plmn| operator_of(plmn) == operator),
		}
	}

	/// For a value of an operator: it, where the cell carries its PLMN.
	fn of_operator(&self, at: At, value: impl FnOnce(&Self) -> i64) -> Option<i64> {
		self.carries(at.place).then(|| value(self))
	}

	/// Whose identity the cell has in an operator's network: with one identity for all, the owner's.
	fn identity_of(&self, at: At) -> usize {
		match self.station.mode {
			SharingMode::MocnOneCellId => operator(self.station.owner),
			_ => at.place,
		}
	}

	/// Number of the station in the country, from 1.
	fn station_number(&self) -> i64 {
		(self.network.stations_before + self.radio.station as usize + 1) as i64
	}

	/// Number of the cell within the station: each operator counts from another one.
	fn local_number(&self, at: At) -> i64 {
		i64::from(self.radio.number) + 64 * self.identity_of(at) as i64
	}

	fn county(&self) -> i64 {
		i64::from(self.station.county)
	}

	fn is_nr(&self) -> bool {
		self.station.technology == Technology::Nr
	}

	/// One value for 5G, another for 4G.
	fn by_technology<T>(&self, nr: T, lte: T) -> T {
		if self.is_nr() {
			nr
		} else {
			lte
		}
	}

	/// The number of a neighbour, where there is one.
	fn neighbour(&self, at: At) -> Option<u32> {
		self.radio.neighbours().get(at.place).copied()
	}

	/// For a value of a relation: it, where there is a neighbour.
	fn of_neighbour(&self, at: At, usual: i64, per_mille: u64, others: &[i64]) -> Option<i64> {
		self.neighbour(at)?;
		self.mostly(at, usual, per_mille, others)
	}

	/// For a value of a frequency: it, where there is one.
	fn of_frequency(&self, at: At, usual: i64, per_mille: u64, others: &[i64]) -> Option<i64> {
		self.frequencies[at.place]?;
		self.mostly(at, usual, per_mille, others)
	}

	/// The PLMNs that the cell carries, in the station's order.
	fn plmns(&self) -> i64 {
		let carried = self.station.plmns.iter().map(operator_of).filter(|operator| self.carries(*operator));
		carried.enumerate().fold(0, |list, (n, operator)| list | (operator as i64 + 1) << (4 * n))
	}

	/// A cell of a capacity layer is covered by the one below it on the same sector, one in eight of them in part only. Where each
	/// operator has a carrier of its own, none carries what another one does, and none covers another.
	fn covered_by(&self, at: At) -> Option<i64> {
		let covers = |other: &Radio| {
			self.station.mode != SharingMode::Moran
				&& other.station == self.radio.station
				&& other.sector == self.radio.sector
				&& other.layer < self.radio.layer
		};
		match self.network.neighbour(self.neighbour(at)?) {
			Neighbour::Here(other) if covers(other) => self.mostly(at, FULL, 125, &[PARTIAL]),
			_ => Some(0),
		}
	}
}

/// How a parameter gets its values; none for one that this knows nothing of.
fn fill(name: &str) -> Option<Fill> {
	let fill: Fill = match name {
		"NRCellDU.administrativeState" | "EUtranGenericCell.administrativeState" => {
			|c, at| c.mostly(at, 2, 4, &[0])
		}
		"NROperatorCellDU.administrativeState" => {
			|c, at| c.mostly(at, 2, 4, &[0]).filter(|_| c.carries(at.place))
		}
		"plmnInfoList" => |c, _| Some(c.plmns()),
		"nRTAC" => |c, at| {
			c.of_operator(at, |c| {
				i64::from(c.network.id.0) << 8 | c.county() | (c.identity_of(at) as i64) << 22
			})
		},
		"tac" => |c, at| {
			c.of_operator(at, |c| {
				c.network.order as i64 * 100 + c.county() % 100 + 30_000 * c.identity_of(at) as i64
			})
		},
		"ranac" => |c, at| c.of_operator(at, |c| c.county() % 100 + 100 * at.place as i64),
		"cellReservedForOperatorUse" => |c, at| c.mostly(at, 1, 3, &[0]).filter(|_| c.carries(at.place)),
		"cellBarred" => |c, at| c.mostly(at, 1, 3, &[0]),
		"intraFreqReselection" => |c, at| c.mostly(at, 0, 5, &[1]),
		"nCI" => |c, at| c.of_operator(at, |c| c.station_number() << 12 | c.local_number(at)),
		"eCI" => |c, at| c.of_operator(at, |c| c.station_number() << 7 | c.local_number(at)),
		"gNBIdLength" => |_, _| Some(24),
		"nRPCI" | "physicalLayerCellId" => |c, _| Some(i64::from(c.radio.identity)),
		"arfcnDL" | "arfcnUL" | "earfcnDL" => |c, _| Some(c.radio.carrier.number),
		"bSChannelBwDL" | "bSChannelBwUL" => |_, _| Some(100),
		"ssbFrequency" => |c, _| Some(c.radio.carrier.reference),
		"ssbPeriodicity" => |c, at| c.mostly(at, 20, 8, &[10, 40]),
		"ssbSubCarrierSpacing" => |_, _| Some(30),
		"ssbOffset" => |c, at| c.mostly(at, 0, 10, &[5, 10]),
		"ssbDuration" => |c, at| c.mostly(at, 5, 10, &[4]),
		"configuredMaxTxPower" => |c, at| {
			c.by_technology(
				c.mostly(at, 200_000, 90, &[240_000, 320_000]),
				c.mostly(at, 80_000, 90, &[40_000, 120_000]),
			)
		},
		"ssPBCHBlockPower" => |c, at| c.mostly(at, 18, 70, &[15, 17]),
		"referenceSignalPower" => |c, at| c.mostly(at, 15, 70, &[12, 18]),
		"digitalTilt" => |c, at| c.mostly(at, 60, 150, &[30, 40, 90]),
		"digitalAzimuth" => |c, at| c.mostly(at, 0, 40, &[-100, 100]),
		"coverageShape" => |c, at| c.mostly(at, 1, 60, &[2, 6, 12]),
		"mechanicalTilt" => |c, at| c.mostly(at, 30, 300, &[0, 20, 40, 60]),
		"mechanicalAzimuth" => |c, _| Some(i64::from(c.radio.azimuth())),
		"antennaHeight" => |c, _| Some(200 + (c.station_bits % 25) as i64 * 10),
		"rRMPolicyMaxRatio" => |c, at| c.mostly(at, 100, 30, &[80, 90]).filter(|_| c.carries(at.place)),
		"rRMPolicyMinRatio" => |c, at| c.mostly(at, 40, 30, &[30, 50]).filter(|_| c.carries(at.place)),
		"rRMPolicyDedicatedRatio" => |c, at| c.mostly(at, 10, 30, &[0, 20]).filter(|_| c.carries(at.place)),
		"a3-Offset" => |c, at| c.mostly(at, 6, 60, &[4, 8]),
		"hysteresis" => |c, at| c.mostly(at, 2, 40, &[4]),
		"timeToTrigger" => |c, at| c.mostly(at, 320, 60, &[160, 480]),
		// -110 and -105 dBm: NR counts from -156, LTE from -140.
		"a5-Threshold1" => {
			|c, at| c.by_technology(c.mostly(at, 46, 40, &[43, 50]), c.mostly(at, 30, 40, &[27, 34]))
		}
		"a5-Threshold2" => |c, at| c.by_technology(c.mostly(at, 51, 40, &[53]), c.mostly(at, 35, 40, &[37])),
		"cellIndividualOffset" => |c, at| c.of_neighbour(at, 0, 60, &[-3, -2, 2, 3]),
		"cellReselectionPriority" => |c, at| {
			let usual = if at.place == 0 { 6 } else { 5 };
			c.of_frequency(at, usual, 20, &[4, 7])
		},
		"qRxLevMin" => |c, at| c.mostly(at, -124, 50, &[-128, -120]),
		"qQualMin" => |c, at| c.mostly(at, -20, 30, &[-22]),
		"q-QualMin-r9" => |c, at| c.mostly(at, -18, 30, &[-20]),
		"threshXHighP" => |c, at| c.of_frequency(at, 20, 30, &[16, 24]),
		"threshXLowP" => |c, at| c.of_frequency(at, 12, 30, &[8, 16]),
		"threshXHighQ" => |c, at| c.of_frequency(at, 8, 20, &[6, 10]),
		"threshXLowQ" => |c, at| c.of_frequency(at, 4, 20, &[6]),
		"tReselectionNr" => |c, at| c.of_frequency(at, 1, 20, &[2]),
		"qHyst" => |c, at| c.mostly(at, 4, 50, &[2, 6]),
		"pMax" => |c, at| c.mostly(at, 23, 20, &[26]),
		"prach-RootSequenceIndex" => |c, _| Some(i64::from(c.radio.identity) * 8 % 838),
		"zeroCorrelationZoneConfig" => |c, at| c.mostly(at, 12, 40, &[8, 10]),
		"preambleReceivedTargetPower" => |c, at| c.mostly(at, -100, 40, &[-104, -96]),
		"dl-UL-TransmissionPeriodicity" => |_, _| Some(2_500),
		"desSwitch" => |c, at| c.mostly(at, i64::from(c.radio.layer > 0), 20, &[0]),
		"loadThreshold" => |c, at| c.mostly(at, 20, 30, &[15, 30]),
		"timeDuration" => |c, at| c.mostly(at, 60, 30, &[120, 300]),
		// Not from six in the morning to midnight; in some cells from seven to eleven at night.
		"esNotAllowedTimePeriod" => |c, at| {
			let hours = |from: u32, to: u32| ((1i64 << (to * 2)) - 1) & !((1i64 << (from * 2)) - 1);
			c.mostly(at, hours(6, 24), 50, &[hours(7, 23), hours(0, 1) | hours(7, 24)])
		},
		"isESCoveredBy" => |c, at| c.covered_by(at),
		"isHOAllowed" => |c, at| c.of_neighbour(at, 1, 2, &[0]),
		"xnBlockList" => |c, at| c.of_neighbour(at, 0, 1, &[1]),
		"xnAllowList" => |c, at| c.of_neighbour(at, 1, 10, &[0]),
		"maximumDeviationHoTrigger" => |c, at| c.mostly(at, 6, 30, &[4, 8]),
		"adjacentNRCellRef" => |c, at| c.neighbour(at).map(i64::from),
		"nRFreqRelationRef" => |c, at| c.frequencies[at.place],
		_ => return None,
	};
	Some(fill)
}

impl Columns {
	/// The columns that the catalogue asks for.
	///
	/// # Errors
	///
	/// The catalogue does not read, or has a parameter that nothing here knows values of.
	pub(super) fn new() -> Result<Self> {
		let parameters = parameters()?;
		let mut list = Vec::new();
		for (n, parameter) in parameters.iter().enumerate() {
			let fill = fill(&parameter.name)
				.with_context(|| format!("{}: no values for it are generated", parameter.name))?;
			let places = match parameter.scope {
				Scope::Station | Scope::Cell => 1,
				Scope::Plmn => OPERATORS.len(),
				Scope::Relation => MAX_NEIGHBOURS,
				Scope::Frequency => MAX_FREQUENCIES,
			};
			list.extend((0..places).map(|place| Column { parameter: n, place, fill }));
		}
		Ok(Self { parameters, list })
	}

	/// The places of relations: the columns of `isESCoveredBy` and of the neighbour that it is about.
	pub(super) fn coverage(&self) -> Vec<(usize, usize)> {
		let of = |name: &str, place: usize| {
			let mut columns = 0..self.list.len();
			columns.find(|n| self.parameter(*n).name == name && self.list[*n].place == place)
		};
		let relation = |place| of("isESCoveredBy", place).zip(of("adjacentNRCellRef", place));
		(0..MAX_NEIGHBOURS).filter_map(relation).collect()
	}

	/// The parameter of a column.
	pub(super) fn parameter(&self, column: usize) -> &Parameter {
		&self.parameters[self.list[column].parameter]
	}

	/// What tells the column from others of its parameter: a PLMN, a number, or nothing.
	pub(super) fn place(&self, column: usize) -> String {
		let place = self.list[column].place;
		match self.parameter(column).scope {
			Scope::Station | Scope::Cell => String::new(),
			Scope::Plmn => PLMNS[place].to_owned(),
			Scope::Relation | Scope::Frequency => place.to_string(),
		}
	}

	/// The name of a column, with names of the standards or of a vendor.
	pub(super) fn title(&self, column: usize, vendor: bool) -> String {
		let parameter = self.parameter(column);
		let name = if vendor { &parameter.vendor } else { &parameter.name };
		match self.place(column) {
			place if place.is_empty() => name.clone(),
			place => format!("{name}[{place}]"),
		}
	}

	/// The values of a cell.
	pub(super) fn fill(&self, network: &Network, radio: &Radio, row: &mut Row) {
		let cell = Cell::new(network, radio);
		row.clear();
		row.extend(self.list.iter().enumerate().map(|(n, column)| {
			if !self.parameters[column.parameter].is_of(cell.station.technology) {
				return ABSENT;
			}
			let at = At { place: column.place, salt: (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) };
			(column.fill)(&cell, at).unwrap_or(ABSENT)
		}));
	}

	/// Appends one value as the files have it; nothing for none.
	pub(super) fn put(&self, out: &mut Vec<u8>, network: &Network, column: usize, value: i64) {
		if value == ABSENT {
			return;
		}
		match &self.parameter(column).domain {
			Domain::Range(..) | Domain::OneOf(_) | Domain::Bits(_) => put_number(out, value),
			Domain::Choice(words) => match usize::try_from(value).ok().and_then(|n| words.get(n)) {
				Some(word) => out.extend_from_slice(word.as_bytes()),
				None => put_number(out, value),
			},
			Domain::Bool => out.extend_from_slice(if value == 0 { b"false" } else { b"true" }),
			Domain::HalfHours => put_half_hours(out, value),
			Domain::Plmns => {
				let listed = (0..4).map(|n| value >> (4 * n) & 15).take_while(|nibble| *nibble > 0);
				for (n, nibble) in listed.enumerate() {
					if n > 0 {
						out.push(b' ');
					}
					out.extend_from_slice(PLMNS[nibble as usize - 1].as_bytes());
				}
			}
			Domain::Cell => put_neighbour(out, network, value as u32),
		}
	}

	/// One value as the files have it.
	pub(super) fn text(&self, network: &Network, column: usize, value: i64) -> String {
		let mut out = Vec::new();
		self.put(&mut out, network, column, value);
		String::from_utf8_lossy(&out).into_owned()
	}
}

/// Appends four digits.
fn put_local_network(out: &mut Vec<u8>, local_network: u16) {
	out.extend([1_000, 100, 10, 1].map(|unit| b'0' + (local_network / unit % 10) as u8));
}

/// Appends a neighbour: `1301/HE-0001/2`.
fn put_neighbour(out: &mut Vec<u8>, network: &Network, number: u32) {
	let (local_network, code, cell) = match network.neighbour(number) {
		Neighbour::Here(radio) => (network.id.0, &network.station(radio).code, radio.number),
		Neighbour::Across(other) => (other.local_network, &other.code, 0),
	};
	put_local_network(out, local_network);
	out.push(b'/');
	out.extend_from_slice(code);
	out.push(b'/');
	put_number(out, cell.into());
}

/// Appends the cell that a line is about: `1301,HE-0001,2`.
pub(super) fn put_cell(out: &mut Vec<u8>, network: &Network, radio: &Radio) {
	put_local_network(out, network.id.0);
	out.push(b',');
	out.extend_from_slice(&network.station(radio).code);
	out.push(b',');
	put_number(out, radio.number.into());
}

/// What an element manager exports beside the parameters of the catalogue: names, and the values of a cell. All cells on
/// one radio unit have one serial number.
pub(super) const EXTRA: [&str; 2] = ["serialNumber", "swVersion"];

/// The values of [`EXTRA`] for a cell.
pub(super) fn extra(network: &Network, radio: &Radio) -> [String; 2] {
	let station = network.station(radio);
	let bits = station_bits(network, station);
	let serial = mix(bits ^ 0xff00 ^ u64::from(radio.sector)) % 1_000_000_000_000;
	let patch = [4, 4, 4, 5, 5, 6][(bits % 6) as usize];
	[format!("SN{serial:012}"), format!("R18.{patch}.{}", station.vendor.first().map_or(0, |byte| byte % 3))]
}

/// Who sees a cell: its station's owner, sharers and tower company.
pub(super) fn is_witness(station: &Station, org: OrgId) -> bool {
	station.owner == org
		|| station.sharers.contains(org)
		|| station.tower.as_ref().is_some_and(|tower| tower.org == org)
}
