// SPDX-License-Identifier: Apache-2.0

//! Intervals of a day.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Quarters of an hour in a day.
pub const QUARTERS: u8 = 96;

/// How long each interval is (granularity period of TS 28.552).
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub enum Interval {
	/// 15 minutes.
	Quarter,
	/// 60 minutes.
	Hour,
}

impl Interval {
	/// How many quarters of an hour it has.
	pub const fn quarters(self) -> u8 {
		match self {
			Self::Quarter => 1,
			Self::Hour => 4,
		}
	}
}

/// Intervals of one day at UTC+8, one after another.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub struct Span {
	/// The day, counted from 1970-01-01 ([`crate::calendar::day_of`]).
	pub day: u16,
	/// The quarter of an hour in which the first interval begins, 0 to 95.
	pub first: u8,
	/// How long each interval is.
	pub interval: Interval,
	/// How many there are, at least one.
	pub count: u8,
}

impl Span {
	/// A whole day.
	pub const fn of_day(day: u16, interval: Interval) -> Self {
		let count = match interval {
			Interval::Quarter => QUARTERS,
			Interval::Hour => QUARTERS / 4,
		};
		Self { day, first: 0, interval, count }
	}

	/// Whether it begins with an interval of its length, has one, and ends within its day.
	pub fn is_valid(&self) -> bool {
		self.count > 0 && self.first.is_multiple_of(self.interval.quarters()) && self.end() <= QUARTERS.into()
	}

	/// The quarter behind the last one.
	pub fn end(&self) -> u16 {
		let quarters = u16::from(self.count).saturating_mul(self.interval.quarters().into());
		u16::from(self.first).saturating_add(quarters)
	}

	/// The quarter behind the last one, counted from the beginning of 1970 at UTC+8.
	pub fn end_of_all(&self) -> u32 {
		u32::from(self.day).saturating_mul(QUARTERS.into()).saturating_add(self.end().into())
	}

	/// Its first quarter, counted likewise.
	pub fn start_of_all(&self) -> u32 {
		u32::from(self.day).saturating_mul(QUARTERS.into()).saturating_add(self.first.into())
	}

	/// Whether the two have a quarter in common.
	pub fn overlaps(&self, other: &Self) -> bool {
		self.day == other.day && u16::from(self.first) < other.end() && u16::from(other.first) < self.end()
	}

	/// The quarter of the day in which an interval begins.
	pub fn quarter(&self, interval: u8) -> u8 {
		interval.saturating_mul(self.interval.quarters()).saturating_add(self.first)
	}

	/// Counts the intervals of a day, and begins one later with each day: whose turn it is.
	pub fn turn(&self, interval: u8) -> usize {
		let before = self.first.checked_div(self.interval.quarters()).unwrap_or(0);
		usize::from(self.day).saturating_add(before.into()).saturating_add(interval.into())
	}

	/// The hour of the day in which an interval begins.
	pub fn hour(&self, interval: u8) -> u8 {
		self.quarter(interval) / 4
	}
}
