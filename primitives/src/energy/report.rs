// SPDX-License-Identifier: Apache-2.0

//! Reports: the readings of a page's stations, column by column.
//!
//! ```text
//!   stations   bit n: the station in slot n of the page is in the report
//!   columns    meters   of each station the register of its meter when the span begins, 6 bytes, Wh
//!              widths   a byte: how wide a value of energy is; then one for each network
//!              energy   of each station, of each interval: what the register has gone up by, signed, Wh
//!              volumes  of each network: of each station, of each interval: what was carried, Mbit
//! ```
//!
//! Stations stand in ascending order of their slots and networks of their codes, and numbers are little-endian. A column is as
//! narrow as its values allow, 1 to 4 bytes each. Where an interval has no reading its energy is the least number of its width,
//! and its volumes are 0. A volume that was not measured is the greatest number of its width: it is not 0.
//!
//! So the same readings are the same bytes, whoever has written them: who has read the same signs the same digest
//! ([`report_digest`]), and nobody makes it another one by other bytes for what is the same.

use super::Span;
use crate::{site::Plmn, Hash, LocalNetworkId, OrgId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most networks of a report: three carriers, with one more for one of them.
pub const MAX_NETWORKS: u32 = 4;
/// Most bytes of the columns. A full page with every quarter of a day, energy in two bytes and two networks in three each, takes
/// 49,539. What is more goes into several spans.
pub const MAX_COLUMN_BYTES: u32 = 64 * 1024;
/// Bytes of a meter's register.
const REGISTER: usize = 6;

/// The readings of one company's stations of one page.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Report {
	/// The page of its local network.
	pub page: u16,
	/// When.
	pub span: Span,
	/// 0 for what is reported first; a correction has a greater number than what it supersedes.
	pub number: u16,
	/// Which stations: bit `n` stands for slot `n`.
	pub stations: u64,
	/// The networks that have columns, each once, in ascending order. One that has carried nothing may have a column, too.
	pub networks: BoundedVec<Plmn, ConstU32<MAX_NETWORKS>>,
	/// The values.
	pub columns: BoundedVec<u8, ConstU32<MAX_COLUMN_BYTES>>,
}

/// What is wrong with a report as a whole: nothing of it can be read.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportDefect {
	/// The span is empty, goes beyond its day, or begins within an interval.
	Span,
	/// It has no station.
	NoStation,
	/// It has no network, one twice, or not in ascending order.
	Networks,
	/// The columns are longer or shorter than what they should hold, a width is not 1 to 4, a column is wider than its values
	/// need, or something was carried in an interval without a reading.
	Columns,
	/// There are more participants than sums are kept of ([`super::MAX_PARTICIPANTS`]).
	Participants,
}

/// What one station reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StationColumns {
	/// Its slot in the page.
	pub slot: u8,
	/// What its meter showed when the span began, Wh.
	pub register: u64,
	/// Its readings, by interval.
	pub readings: Vec<Reading>,
}

/// One interval of one station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reading {
	/// What the register has gone up by, Wh, more than [`i32::MIN`]. `None` where nothing was read.
	pub energy: Option<i32>,
	/// What each network of the report has carried, Mbit, less than [`u32::MAX`]. `None` where that was not measured, in an interval
	/// without a reading, and beyond the report's networks.
	pub volumes: [Option<u32>; MAX_NETWORKS as usize],
}

impl Reading {
	fn take_lower(&mut self, other: &Self) {
		let (Some(own), Some(energy)) = (self.energy, other.energy.filter(|energy| *energy >= 0)) else {
			return;
		};
		// Volumes decide about shares: who could lower its own would pay nothing as long as the dispute lasts.
		self.energy = Some(own.min(energy));
	}
}

impl Report {
	/// Writes columns, as narrow as their values allow. Volumes of an interval without a reading are not written.
	///
	/// `None` when the columns are too long, when stations are not in ascending order of their slots, when one has not as many
	/// readings as the span has intervals, when a value has no place in the columns, or for what [`Self::columns`] refuses.
	pub fn new(
		page: u16,
		span: Span,
		number: u16,
		networks: BoundedVec<Plmn, ConstU32<MAX_NETWORKS>>,
		stations: &[StationColumns],
	) -> Option<Self> {
		let is_whole = |of: &StationColumns| of.readings.len() == usize::from(span.count);
		let is_ordered = stations.is_sorted_by(|a, b| a.slot < b.slot);
		let has_place = |reading: &Reading| {
			let mut beyond = reading.volumes.iter().skip(networks.len()).flatten();
			let is_beyond = beyond.any(|volume| *volume > 0);
			let is_marker = reading.energy == Some(i32::MIN) || reading.volumes.contains(&Some(u32::MAX));
			!is_beyond && !is_marker
		};
		let fits = |of: &StationColumns| is_whole(of) && of.readings.iter().all(has_place);
		if !stations.iter().all(fits) || !is_ordered {
			return None;
		}
		let mut mask = 0u64;
		let mut columns = Vec::new();
		for of in stations {
			mask |= 1u64.checked_shl(of.slot.into())?;
			columns.extend(of.register.to_le_bytes().get(..REGISTER)?);
			(of.register >> (8 * REGISTER) == 0).then_some(())?;
		}
		let readings = || stations.iter().flat_map(|of| &of.readings);
		let volumes = |n: usize| {
			readings().map(move |reading| match reading.energy {
				None => Some(0),
				Some(_) => reading.volumes.get(n).copied().flatten(),
			})
		};
		let energy = readings().filter_map(|reading| reading.energy).map(signed_width).max().unwrap_or(1);
		columns.push(energy);
		let width_of = |n| volumes(n).flatten().map(width).max().unwrap_or(1);
		let widths: Vec<u8> = (0..networks.len()).map(width_of).collect();
		columns.extend(&widths);
		for reading in readings() {
			let value = reading.energy.unwrap_or(least(energy.into()));
			columns.extend(value.to_le_bytes().get(..usize::from(energy))?);
		}
		for (n, width) in widths.iter().enumerate() {
			for volume in volumes(n) {
				let value = volume.unwrap_or(greatest((*width).into()));
				columns.extend(value.to_le_bytes().get(..usize::from(*width))?);
			}
		}
		let report = Self { page, span, number, stations: mask, networks, columns: columns.try_into().ok()? };
		report.columns().is_ok().then_some(report)
	}

	/// The lower of two reports of the same readings, in energy, reading by reading; what the other has not read, or cannot have read,
	/// is as it stands here, and so are networks and volumes. `None` when they are not of the same readings.
	pub fn lower(&self, seen: &Self) -> Option<Self> {
		let what = |of: &Self| (of.page, of.span, of.stations);
		if what(self) != what(seen) {
			return None;
		}
		let mut stations = self.columns().ok()?.to_stations();
		for (own, other) in stations.iter_mut().zip(seen.columns().ok()?.to_stations()) {
			for (own, other) in own.readings.iter_mut().zip(other.readings) {
				own.take_lower(&other);
			}
		}
		Self::new(self.page, self.span, self.number, self.networks.clone(), &stations)
	}

	/// How many stations it is about.
	pub const fn len(&self) -> u32 {
		self.stations.count_ones()
	}

	/// Whether it is about none.
	pub const fn is_empty(&self) -> bool {
		self.stations == 0
	}

	/// How many readings it has room for.
	pub fn size(&self) -> u32 {
		self.len().saturating_mul(self.span.count.into())
	}

	/// Reads the columns.
	///
	/// # Errors
	/// What is wrong with the report.
	pub fn columns(&self) -> Result<Columns<'_>, ReportDefect> {
		let ensure = |ok: bool, defect| if ok { Ok(()) } else { Err(defect) };
		ensure(self.span.is_valid(), ReportDefect::Span)?;
		ensure(!self.is_empty(), ReportDefect::NoStation)?;
		let is_ordered = self.networks.is_sorted_by(|a, b| a < b);
		ensure(is_ordered && !self.networks.is_empty(), ReportDefect::Networks)?;
		Columns::new(self).ok_or(ReportDefect::Columns)
	}
}

/// A report's columns, to be read station by station.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
	stations: u64,
	count: usize,
	registers: &'a [u8],
	energy: Column<'a>,
	volumes: Vec<Column<'a>>,
}

/// The values of a column, and how wide each is.
#[derive(Clone, Copy, Debug)]
struct Column<'a> {
	width: usize,
	bytes: &'a [u8],
}

impl<'a> Columns<'a> {
	fn new(report: &'a Report) -> Option<Self> {
		let stations = usize::try_from(report.len()).ok()?;
		let size = usize::try_from(report.size()).ok()?;
		let (registers, rest) = report.columns.split_at_checked(stations.checked_mul(REGISTER)?)?;
		let (widths, mut rest) = rest.split_at_checked(report.networks.len().checked_add(1)?)?;
		let mut columns = widths.iter().map(|width| {
			let width = usize::from(*width);
			let bytes;
			(bytes, rest) = rest.split_at_checked(size.checked_mul(width)?)?;
			(1..=4).contains(&width).then_some(Column { width, bytes })
		});
		let energy = columns.next()??;
		let volumes = columns.collect::<Option<_>>()?;
		let count = report.span.count.into();
		let this = Self { stations: report.stations, count, registers, energy, volumes };
		(rest.is_empty() && this.is_narrow() && this.is_empty_in_gaps(size)).then_some(this)
	}

	/// Whether no column could be narrower.
	fn is_narrow(&self) -> bool {
		self.energy.needs_signed_width() && self.volumes.iter().all(Column::needs_width)
	}

	fn is_empty_in_gaps(&self, size: usize) -> bool {
		let mut gaps = (0..size).filter(|n| self.energy.signed(*n).is_none());
		gaps.all(|n| self.volumes.iter().all(|column| column.unsigned(n) == 0))
	}

	fn has(&self, slot: u8) -> bool {
		1u64.checked_shl(slot.into()).is_some_and(|bit| self.stations & bit != 0)
	}

	/// The stations in ascending order of their slots: slot, register when the span begins, and their place in the report.
	pub fn stations(&self) -> impl Iterator<Item = (u8, u64, usize)> + '_ {
		let slots = (0u8..64).filter(|slot| self.has(*slot));
		slots.zip(self.registers.chunks_exact(REGISTER)).enumerate().map(|(place, (slot, register))| {
			(slot, register.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte)), place)
		})
	}

	/// The readings of the station at a place of the report, by interval; none where the report has no such place.
	pub fn readings(&self, place: usize) -> impl Iterator<Item = Reading> + '_ {
		let is_there = place < self.registers.len() / REGISTER;
		let count = if is_there { self.count } else { 0 };
		let first = place.saturating_mul(count);
		(first..first.saturating_add(count)).map(|n| {
			let energy = self.energy.signed(n);
			let mut volumes = [None; MAX_NETWORKS as usize];
			if energy.is_some() {
				for (volume, column) in volumes.iter_mut().zip(&self.volumes) {
					*volume = column.volume(n);
				}
			}
			Reading { energy, volumes }
		})
	}

	/// All of it, as [`Report::new`] takes it.
	pub fn to_stations(&self) -> Vec<StationColumns> {
		let station = |(slot, register, place)| StationColumns {
			slot,
			register,
			readings: self.readings(place).collect(),
		};
		self.stations().map(station).collect()
	}
}

impl Column<'_> {
	fn unsigned(&self, n: usize) -> u32 {
		let from = n.saturating_mul(self.width);
		let value = self.bytes.get(from..from.saturating_add(self.width)).unwrap_or_default();
		value.iter().rev().fold(0u32, |value, byte| value << 8 | u32::from(*byte))
	}

	fn signed(&self, n: usize) -> Option<i32> {
		let value = self.unsigned(n);
		// The sign moves to where it belongs in 32 bits, and back.
		let value = match self.width {
			1 => (value << 24).cast_signed() >> 24,
			2 => (value << 16).cast_signed() >> 16,
			3 => (value << 8).cast_signed() >> 8,
			_ => value.cast_signed(),
		};
		(value != least(self.width)).then_some(value)
	}

	/// `None` where it was not measured.
	fn volume(&self, n: usize) -> Option<u32> {
		let value = self.unsigned(n);
		(value != greatest(self.width)).then_some(value)
	}

	fn len(&self) -> usize {
		self.bytes.len().checked_div(self.width).unwrap_or(0)
	}

	fn needs_width(&self) -> bool {
		let needs = |value| usize::from(width(value)) == self.width;
		self.width == 1 || (0..self.len()).filter_map(|n| self.volume(n)).any(needs)
	}

	fn needs_signed_width(&self) -> bool {
		let needs = |value| usize::from(signed_width(value)) == self.width;
		self.width == 1 || (0..self.len()).filter_map(|n| self.signed(n)).any(needs)
	}
}

/// The least number of so many bytes, which stands for none.
const fn least(width: usize) -> i32 {
	match width {
		1 => i32::MIN >> 24,
		2 => i32::MIN >> 16,
		3 => i32::MIN >> 8,
		_ => i32::MIN,
	}
}

/// The greatest number of so many bytes, which stands for what was not measured.
const fn greatest(width: usize) -> u32 {
	match width {
		1 => u32::MAX >> 24,
		2 => u32::MAX >> 16,
		3 => u32::MAX >> 8,
		_ => u32::MAX,
	}
}

/// How many bytes a value needs, where it must not be the greatest number of its width.
const fn width(value: u32) -> u8 {
	match value {
		0..=0xfe => 1,
		0xff..=0xfffe => 2,
		0xffff..=0xff_fffe => 3,
		_ => 4,
	}
}

/// How many it needs with its sign, where it must not be the least number of its width.
const fn signed_width(value: i32) -> u8 {
	match value.unsigned_abs() {
		0..=0x7f => 1,
		0x80..=0x7fff => 2,
		0x8000..=0x7f_ffff => 3,
		_ => 4,
	}
}

/// The hash by which a report is known: over all of it, bound to this chain, its place and its company.
pub fn report_digest(genesis: Hash, local_network: LocalNetworkId, owner: OrgId, report: &Report) -> Hash {
	(b"trimast/readings", genesis, local_network, owner, report)
		.using_encoded(sp_io::hashing::blake2_256)
		.into()
}
