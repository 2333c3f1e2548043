// SPDX-License-Identifier: Apache-2.0

//! What of a report counts, and whose it is.

use super::{report::MAX_NETWORKS, share::split_in_turn, Report, ReportDefect, Rules, SharingMethod, Span};
use crate::{
	site::{Plmn, StationEntry, StationState},
	OrgId, OrgSet,
};
use alloc::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// The most that a network carries in one interval of one station, Mbit: 75 Gbit/s for an hour. More is no volume.
const MAX_VOLUME: u32 = 1 << 28;

/// Most participants whose sums are kept together.
pub const MAX_PARTICIPANTS: u32 = 8;

/// What a participant's readings add up to.
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
	Debug,
	Default,
)]
pub struct Sums {
	/// Its shares of the energy, Wh.
	#[codec(compact)]
	pub energy: u64,
	/// What its networks have carried, Mbit.
	#[codec(compact)]
	pub volume: u64,
	/// What its shares cost, 10⁻⁷ CNY.
	#[codec(compact)]
	pub amount: u64,
}

impl Sums {
	/// Both together.
	#[must_use]
	pub const fn plus(self, other: Self) -> Self {
		Self {
			energy: self.energy.saturating_add(other.energy),
			volume: self.volume.saturating_add(other.volume),
			amount: self.amount.saturating_add(other.amount),
		}
	}

	/// This without the other, which is a part of it.
	#[must_use]
	pub const fn minus(self, part: Self) -> Self {
		Self {
			energy: self.energy.saturating_sub(part.energy),
			volume: self.volume.saturating_sub(part.volume),
			amount: self.amount.saturating_sub(part.amount),
		}
	}
}

/// The sums of participants, in ascending order of their numbers.
pub type SumsOf = BoundedVec<(OrgId, Sums), ConstU32<MAX_PARTICIPANTS>>;

/// Why a reading does not count.
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
pub enum ReadingFault {
	/// Nothing was read.
	Gap,
	/// The meter has run backwards.
	Backwards,
	/// More than the rated power gives in that time, with the tolerance: the meter has jumped.
	OverRating,
	/// A network has carried something that is not on the station's list, or is no participant's.
	OtherNetwork,
	/// More than a station can carry.
	OverCapacity,
	/// The energy is shared out by volume, and what one of its participants' networks has carried was not measured.
	VolumeMissing,
	/// The energy is shared out by volume, and the report has no column for any network of one of its participants that the station
	/// lists: who has reported it has left out what that one has carried.
	NetworkMissing,
	/// The page has no such station, or it is out of service.
	NoSuchStation,
	/// The station is another company's.
	NotOwner,
	/// Who shares the station has not signed its record: nobody pays for what another one says of it.
	Unconfirmed,
}

/// Readings of a station, one after another, that do not count for the same reason.
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
	Debug,
)]
pub struct Record {
	/// The station's slot in its page.
	pub slot: u8,
	/// The first of them, by its number in the report.
	pub first: u8,
	/// How many.
	pub count: u8,
	/// Why.
	pub fault: ReadingFault,
}

/// How a meter stands against its last report. It changes nothing of what counts: an interval's energy is a difference of the
/// same meter within one report.
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
	Debug,
)]
pub enum MeterBreak {
	/// It shows less than it did: it was replaced, or set back.
	Behind,
	/// It shows more than the station can have drawn meanwhile.
	Ahead,
}

/// What a meter showed when a report ended.
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
	Debug,
)]
pub struct Meter {
	/// The register, as far as the readings that count tell it, Wh.
	#[codec(compact)]
	pub register: u64,
	/// When: the quarter of an hour, counted from the beginning of 1970 at UTC+8.
	#[codec(compact)]
	pub at: u32,
	/// Quarters of the report of which nothing is known.
	pub missing: u8,
}

impl Meter {
	/// What is odd about a report that begins with `register`, of a station that draws at most `limit` Wh in an hour. Of a time
	/// that is not after the last report nothing is known.
	pub fn is_broken_by(&self, span: &Span, register: u64, limit: u64) -> Option<MeterBreak> {
		let passed = span.start_of_all().checked_sub(self.at)?;
		let unknown = u64::from(passed).saturating_add(self.missing.into());
		let most = unknown.saturating_mul(limit).div_ceil(4);
		match register.checked_sub(self.register) {
			None => Some(MeterBreak::Behind),
			Some(more) if more > most => Some(MeterBreak::Ahead),
			Some(_) => None,
		}
	}
}

/// What a report comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accounted {
	/// The sums of participants.
	pub sums: SumsOf,
	/// How many readings count.
	pub counted: u32,
	/// The others.
	pub records: Vec<Record>,
	/// Who has a say in it beside the owner: who shares its stations, and on whose sites they stand.
	pub concerned: OrgSet,
	/// What each meter showed at first, what its station may draw in an hour, and what it showed in the end, by slot.
	pub meters: Vec<(u8, u64, u64, Meter)>,
}

impl Accounted {
	/// The energy of all participants, Wh.
	pub fn energy(&self) -> u64 {
		self.sums.iter().fold(0, |all, (_, sums)| all.saturating_add(sums.energy))
	}
}

/// Accounts a report of `owner` for the stations of its page, by slot; `holders` says who holds which network.
///
/// # Errors
/// What is wrong with the report as a whole, or that its stations have more participants together than sums are kept of.
pub fn account(
	owner: OrgId,
	report: &Report,
	stations: &[StationEntry],
	holders: &[(Plmn, OrgId)],
	rules: &Rules,
) -> Result<Accounted, ReportDefect> {
	let columns = report.columns()?;
	let prices: Vec<u64> =
		(0..report.span.count).map(|n| rules.tariff.price(report.span.hour(n)).into()).collect();
	let mut all = Ledger::default();
	for (slot, register, place) in columns.stations() {
		let station = match Account::new(owner, stations.get(usize::from(slot)), report, holders, rules) {
			Ok(station) => station,
			Err(fault) => {
				all.records.push(Record { slot, first: 0, count: report.span.count, fault });
				continue;
			}
		};
		all.station(slot, register, station, columns.readings(place), report, &prices)
			.ok_or(ReportDefect::Participants)?;
	}
	Ok(Accounted {
		sums: all.sums,
		counted: all.counted,
		records: all.records,
		concerned: all.concerned.without(owner),
		meters: all.meters,
	})
}

/// What has come together so far.
#[derive(Default)]
struct Ledger {
	sums: SumsOf,
	counted: u32,
	records: Vec<Record>,
	concerned: OrgSet,
	meters: Vec<(u8, u64, u64, Meter)>,
}

/// A station, as a report accounts it. What counts, and by what it is shared out, is decided here alone.
pub(super) struct Account {
	/// In ascending order.
	pub(super) participants: Vec<OrgId>,
	/// Whose each network of the report is, if the station lists it: its place among the participants.
	carrier_of: [Option<usize>; MAX_NETWORKS as usize],
	/// Whether a participant has networks on the station's list, and the report none of them.
	lacks_network: bool,
	/// The weights where volumes do not decide.
	weights: Vec<u32>,
	/// Whether volumes decide about its shares: there are several.
	by_volume: bool,
	/// The most that it draws in an hour, Wh.
	limit: u64,
	/// The same in an interval.
	most: u64,
	concerned: OrgSet,
}

impl Account {
	/// A station as it stands in its page, if a report of `owner` can account it.
	pub(super) fn new(
		owner: OrgId,
		entry: Option<&StationEntry>,
		report: &Report,
		holders: &[(Plmn, OrgId)],
		rules: &Rules,
	) -> Result<Self, ReadingFault> {
		let entry = entry.filter(|entry| entry.state == StationState::OnAir);
		let entry = entry.ok_or(ReadingFault::NoSuchStation)?;
		let station = &entry.station;
		if station.owner != owner {
			return Err(ReadingFault::NotOwner);
		}
		if !entry.signed.is_superset(station.sharers) {
			return Err(ReadingFault::Unconfirmed);
		}
		let participants: Vec<OrgId> = station.sharers.with(owner).iter().collect();
		let carrier = |plmn: &Plmn| {
			let (_, holder) = holders.iter().find(|(held, _)| held == plmn)?;
			participants.iter().position(|org| org == holder)
		};
		let mut carrier_of = [None; MAX_NETWORKS as usize];
		for (plmn, place) in report.networks.iter().zip(&mut carrier_of) {
			*place = carrier(plmn).filter(|_| station.plmns.contains(plmn));
		}
		let has_column = |place: usize| carrier_of.contains(&Some(place));
		let lacks_network = !station.plmns.iter().filter_map(carrier).all(has_column);
		let limit = u64::from(station.rated_power_w)
			.saturating_mul(u64::from(rules.tolerance).saturating_add(1_000))
			.div_ceil(1_000);
		let quarters = u64::from(report.span.interval.quarters());
		Ok(Self {
			weights: rules.sharing.weights(&participants),
			by_volume: rules.sharing.method == SharingMethod::Volume && participants.len() > 1,
			participants,
			carrier_of,
			lacks_network,
			limit,
			most: limit.saturating_mul(quarters).div_ceil(4),
			concerned: station.signatories(),
		})
	}

	/// What a reading's energy is, and into `volumes` what each participant has carried.
	pub(super) fn check(&self, reading: &super::Reading, volumes: &mut [u32]) -> Result<u32, ReadingFault> {
		let energy = reading.energy.ok_or(ReadingFault::Gap)?;
		let energy = u32::try_from(energy).map_err(|_| ReadingFault::Backwards)?;
		if u64::from(energy) > self.most {
			return Err(ReadingFault::OverRating);
		}
		if self.by_volume && self.lacks_network {
			return Err(ReadingFault::NetworkMissing);
		}
		volumes.fill(0);
		for (volume, carrier) in reading.volumes.iter().zip(&self.carrier_of) {
			match *volume {
				None if self.by_volume && carrier.is_some() => return Err(ReadingFault::VolumeMissing),
				None | Some(0) => {}
				Some(volume) if volume > MAX_VOLUME => return Err(ReadingFault::OverCapacity),
				Some(volume) => {
					let of = carrier.and_then(|place| volumes.get_mut(place));
					let of = of.ok_or(ReadingFault::OtherNetwork)?;
					*of = of.saturating_add(volume);
				}
			}
		}
		Ok(energy)
	}

	/// Whether what each participant has carried was measured.
	pub(super) fn knows_volumes(&self, reading: &super::Reading) -> bool {
		let mut each = reading.volumes.iter().zip(&self.carrier_of);
		!self.lacks_network && each.all(|(volume, carrier)| volume.is_some() || carrier.is_none())
	}

	/// The most that a reading which counts has.
	pub(super) fn most_of_reading(&self) -> u32 {
		self.most.try_into().unwrap_or(u32::MAX)
	}

	/// By what a reading is shared out among the participants, who have carried so much.
	pub(super) fn weights_of<'a>(&'a self, volumes: &'a [u32]) -> &'a [u32] {
		let by_volume = self.by_volume && volumes.iter().any(|volume| *volume > 0);
		if by_volume {
			volumes
		} else {
			&self.weights
		}
	}
}

impl Ledger {
	/// Adds a station. `None` when there are more participants than can be.
	fn station(
		&mut self,
		slot: u8,
		register: u64,
		station: Account,
		readings: impl Iterator<Item = super::Reading>,
		report: &Report,
		prices: &[u64],
	) -> Option<()> {
		let size = station.participants.len();
		let (mut volumes, mut shares) = (vec![0; size], vec![0; size]);
		let mut sums = vec![Sums::default(); size];
		let (mut drawn, mut missing) = (0u64, 0u8);
		for (n, (reading, price)) in (0u8..).zip(readings.zip(prices)) {
			match station.check(&reading, &mut volumes) {
				Ok(energy) => {
					let weights = station.weights_of(&volumes);
					split_in_turn(energy, weights, report.span.turn(n), &mut shares);
					for (sums, (share, volume)) in sums.iter_mut().zip(shares.iter().zip(&volumes)) {
						let energy = u64::from(*share);
						let amount = energy.saturating_mul(*price);
						*sums = sums.plus(Sums { energy, volume: (*volume).into(), amount });
					}
					drawn = drawn.saturating_add(energy.into());
					self.counted = self.counted.saturating_add(1);
				}
				Err(fault) => {
					missing = missing.saturating_add(report.span.interval.quarters());
					self.record(slot, n, fault);
				}
			}
		}
		for (org, sums) in station.participants.iter().zip(sums) {
			add(&mut self.sums, *org, sums)?;
		}
		self.concerned = self.concerned.union(station.concerned);
		let end = Meter { register: register.saturating_add(drawn), at: report.span.end_of_all(), missing };
		self.meters.push((slot, register, station.limit, end));
		Some(())
	}

	fn record(&mut self, slot: u8, n: u8, fault: ReadingFault) {
		match self.records.last_mut() {
			Some(last)
				if last.slot == slot && last.fault == fault && last.first.saturating_add(last.count) == n =>
			{
				last.count = last.count.saturating_add(1);
			}
			_ => self.records.push(Record { slot, first: n, count: 1, fault }),
		}
	}
}

/// Adds to a participant's sums. `None` when there are too many.
pub fn add(all: &mut SumsOf, org: OrgId, more: Sums) -> Option<()> {
	match all.binary_search_by_key(&org, |(of, _)| *of) {
		Ok(place) => all.get_mut(place).map(|(_, sums)| *sums = sums.plus(more)),
		Err(place) => all.try_insert(place, (org, more)).ok(),
	}
}
