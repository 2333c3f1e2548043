// SPDX-License-Identifier: Apache-2.0

//! What is wrong with meters, and where the second party's copy differs.

/// Something that is planted in the readings of a station and a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MeterFault {
	/// Intervals without a reading.
	Gap,
	/// The same reading twice.
	Repeated,
	/// A second reading of the same interval with another energy.
	RepeatedOtherwise,
	/// The meter was set back.
	Backwards,
	/// The meter has jumped: more than the rated power gives in that time.
	OverRating,
	/// A volume of a network that is not on the station's list.
	OtherNetwork,
	/// The register shows less than the energies say, from then on: the meter was replaced.
	RegisterBehind,
	/// The register shows more than they say, from then on.
	RegisterAhead,
	/// The register shows something else once.
	RegisterOnce,
	/// The second party's copy has another energy, or another volume.
	Differing,
}

impl MeterFault {
	/// What is planted in both parties' files.
	pub const OF_METERS: [Self; 9] = [
		Self::Gap,
		Self::Repeated,
		Self::Backwards,
		Self::OverRating,
		Self::OtherNetwork,
		Self::RepeatedOtherwise,
		Self::RegisterBehind,
		Self::RegisterAhead,
		Self::RegisterOnce,
	];

	/// How the list of planted faults calls it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Gap => "gap",
			Self::Repeated => "repeated",
			Self::RepeatedOtherwise => "repeated-otherwise",
			Self::Backwards => "backwards",
			Self::OverRating => "over-rating",
			Self::OtherNetwork => "other-network",
			Self::RegisterBehind => "register-behind",
			Self::RegisterAhead => "register-ahead",
			Self::RegisterOnce => "register-once",
			Self::Differing => "differing",
		}
	}

	/// Whether a register shows something else than the energies say, so that its reading is held back.
	pub const fn is_of_register(self) -> bool {
		matches!(self, Self::RegisterBehind | Self::RegisterAhead | Self::RegisterOnce)
	}
}

/// Where something is planted: what, the first interval of the day, and how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Planted {
	pub(super) fault: MeterFault,
	pub(super) first: usize,
	pub(super) count: usize,
	/// How much of it.
	pub(super) size: u64,
}

impl Planted {
	/// What is planted, by random bits, in a day of so many intervals.
	pub(super) fn new(fault: MeterFault, bits: u64, intervals: usize) -> Self {
		// The first register of a day is compared with the day before alone.
		let least = usize::from(fault.is_of_register());
		let first = least + (bits >> 8) as usize % (intervals - least);
		let count = match fault {
			MeterFault::Gap => (1 + (bits >> 24) as usize % 4).min(intervals - first),
			_ => 1,
		};
		Self { fault, first, count, size: bits >> 32 }
	}

	/// Whether an interval is one of them, and what is planted there.
	pub(super) fn at(&self, interval: usize) -> Option<MeterFault> {
		(self.first..self.first + self.count).contains(&interval).then_some(self.fault)
	}
}
