// SPDX-License-Identifier: Apache-2.0
//! Readings of stations, packed into reports: one for each page, day and owner.
//!
//! # What it guarantees
//!
//! * **Nothing is lost**: every record of a file is in a report, is a repeat, or is told ([`Wrong`]).
//! * **Nothing is made up**: an interval of which the file has nothing is an absent reading, and what was not measured is not 0.
//! * **The order of a file does not matter**, as long as no more than [`MOST_READINGS`] are under way. Beyond that the local networks
//!   and days that have not come up for longest are packed; who comes back to one of them is told.
//!
//! # How it is packed
//!
//! * A report spans the intervals that the file has of its local network on that day: all of them, where the file has the whole day.
//! * Its networks are those of which its stations have volumes; where there are none, the first one of a station's record. What a station
//!   has not measured of one of them has no value there. So it is with one that is not on its record's list and has carried nothing: which
//!   of these a file says makes no difference.
//! * A station's register is that of the beginning: what the meter showed when the first interval ended, less the energy of it. Where the
//!   first reading is absent it is what the day before ended with, or else that of the first reading there is. Where a file has no
//!   registers, they are counted from 0.
//! * The chain takes no report of a time that is not over. A reading that is not is told, and the report ends before it.
//! * The chain takes one report of a page and an owner for any time. So where some of a page's stations have quarters and others
//!   hours, the quarters are added up to hours, as far as all four are there, and told otherwise, and volumes as far as all four were
//!   measured; a line that has another length than those around it is told and decides nothing ([`lengths`]). What is too long for one
//!   report is cut into spans.
//! * A reading whose register does not go on as the energies of its station say is absent, and told ([`registers`]).
//! * A report has at most [`MAX_NETWORKS`] networks: those that most of its stations have. A reading with a volume of another one is
//!   absent, and told: without that volume its energy would be shared out wrongly.

mod lengths;
mod registers;

use super::{
	read::{Item, RawRecord, Records, Wrong, MOST_VOLUME},
	words::time_text,
};
use crate::{
	error::{Failure, Result},
	output::{counted, quoted},
};
use std::{
	borrow::Cow,
	cmp::Reverse,
	collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
	io::Read,
	path::{Path, PathBuf},
	sync::Arc,
};
use trimast_primitives::{
	apis::SiteView,
	energy::{Interval, Reading, Report, Span, StationColumns, MAX_NETWORKS, QUARTERS},
	page::SiteId,
	site::Plmn,
	LocalNetworkId, OrgId,
};

/// Most readings that are under way.
pub const MOST_READINGS: usize = 8_000_000;
/// Most stations that are named because they are not there.
const MOST_UNKNOWN: usize = 10_000;
/// [`MAX_NETWORKS`] as a length.
const NETWORKS: usize = MAX_NETWORKS as usize;

/// A report, and whose it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packed {
	/// Where its stations stand.
	pub local_network: LocalNetworkId,
	/// Who owns them.
	pub owner: OrgId,
	/// The report.
	pub report: Report,
}

/// What has become of the records of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
	/// Readings in reports.
	pub readings: u64,
	/// Of these, absent ones that files say are absent.
	pub absent: u64,
	/// Records that repeat another one, and are dropped.
	pub repeated: u64,
	/// Records that differ from another one of the same interval, and are told.
	pub differing: u64,
	/// Records of stations that are not there.
	pub unknown: u64,
	/// Records that come too late, or that their station's day or their page does not take.
	pub refused: u64,
	/// Readings that are held back, since their register does not go on as the energies say.
	pub held_back: u64,
	/// Hours that are made of quarters, as others of their page have hours.
	pub added_up: u64,
}

/// A station, as its record has it.
#[derive(Clone, Debug)]
struct Place {
	id: SiteId,
	owner: OrgId,
	/// Its networks.
	networks: Arc<[Plmn]>,
	/// Its rated power, W.
	rated: u16,
}

/// A reading of an interval.
#[derive(Clone, Copy, Debug)]
struct Slot {
	/// The place of its file in [`Packer::files`].
	file: usize,
	line: u64,
	energy: Option<i32>,
	register: Option<u64>,
	volumes: [u32; NETWORKS],
	/// Which of its station's networks have a volume.
	given: u8,
}

impl Slot {
	fn is_same(&self, other: &Self) -> bool {
		let content = |slot: &Self| (slot.energy, slot.register, slot.volumes, slot.given);
		content(self) == content(other)
	}
}

/// A station's readings of a day.
#[derive(Clone, Debug)]
struct StationDay {
	code: String,
	place: Place,
	interval: Interval,
	networks: Vec<Plmn>,
	/// By interval of the day.
	slots: Vec<Option<Slot>>,
}

/// A local network's readings of a day, by the stations' numbers and how long the intervals are.
#[derive(Debug, Default)]
struct Day {
	/// When it came up last.
	touched: u64,
	/// A station whose lines are of two lengths stands there twice.
	stations: BTreeMap<(u32, Interval), StationDay>,
}

impl Day {
	fn len(&self) -> usize {
		self.stations.values().map(|station| station.slots.len()).sum()
	}
}

/// The quarter in which the first reading of stations begins, and the one behind the last.
fn bounds<'a>(stations: impl Iterator<Item = &'a StationDay>) -> Option<(usize, usize)> {
	let ends = stations.filter_map(|station| {
		let quarters = usize::from(station.interval.quarters());
		let first = station.slots.iter().position(Option::is_some)?;
		let last = station.slots.iter().rposition(Option::is_some)?;
		Some((first.saturating_mul(quarters), last.saturating_add(1).saturating_mul(quarters)))
	});
	ends.reduce(|(first, end), (other, other_end)| (first.min(other), end.max(other_end)))
}

/// Packs readings.
pub struct Packer {
	places: HashMap<String, Vec<Place>>,
	days: BTreeMap<(u16, LocalNetworkId), Day>,
	/// What was packed.
	done: BTreeSet<(u16, LocalNetworkId)>,
	/// What a station's meter showed last, and when: the quarter counted from the beginning of 1970 at UTC+8.
	meters: HashMap<SiteId, (u32, u64)>,
	/// Readings that there is room for in `days`.
	held: usize,
	most: usize,
	clock: u64,
	/// The first quarter that is not over, counted from the beginning of 1970 at UTC+8.
	over: u32,
	/// The files of the records.
	files: Vec<PathBuf>,
	unknown: BTreeMap<String, (usize, u64, u64)>,
	told: VecDeque<Wrong>,
	ready: VecDeque<Packed>,
	counts: Counts,
}

impl Packer {
	/// For these stations: those of a local network, or of several.
	pub fn new(sites: impl IntoIterator<Item = SiteView>) -> Self {
		Self::holding(MOST_READINGS, sites)
	}

	/// With at most so many readings under way; one local network's day in any case.
	pub fn holding(most: usize, sites: impl IntoIterator<Item = SiteView>) -> Self {
		let mut places: HashMap<String, Vec<Place>> = HashMap::new();
		for SiteView { id, entry } in sites {
			let code = String::from_utf8_lossy(&entry.station.code).into_owned();
			let (owner, rated) = (entry.station.owner, entry.station.rated_power_w);
			let networks = Arc::from(&entry.station.plmns[..]);
			places.entry(code).or_default().push(Place { id, owner, networks, rated });
		}
		Self {
			places,
			days: BTreeMap::new(),
			done: BTreeSet::new(),
			meters: HashMap::new(),
			held: 0,
			most,
			clock: 0,
			over: u32::MAX,
			files: Vec::new(),
			unknown: BTreeMap::new(),
			told: VecDeque::new(),
			ready: VecDeque::new(),
			counts: Counts::default(),
		}
	}

	/// With readings of a time alone that is over: `over` is the first quarter of an hour that is not, counted from the beginning of
	/// 1970 at UTC+8.
	#[must_use]
	pub fn until(self, over: u32) -> Self {
		Self { over, ..self }
	}

	/// What has become of the records so far.
	pub fn counts(&self) -> Counts {
		self.counts
	}

	/// The next report that is whole.
	pub fn ready(&mut self) -> Option<Packed> {
		self.ready.pop_front()
	}

	/// The next thing that is wrong.
	pub fn told(&mut self) -> Option<Wrong> {
		self.told.pop_front()
	}

	/// Adds a record of a file.
	///
	/// # Errors
	///
	/// What is whole cannot be written as a report.
	pub fn push(&mut self, file: &Path, record: RawRecord) -> Result<()> {
		let file = self.file(file);
		let Some(place) = self.place(file, &record) else { return Ok(()) };
		let quarter = |n: u8| u32::from(record.day).saturating_mul(QUARTERS.into()).saturating_add(n.into());
		if quarter(record.first.saturating_add(record.interval.quarters())) > self.over {
			let what = "the interval is not over by the chain's clock".into();
			let remedy = "report it when it is, in a file of what is left out now, or compare the clocks";
			self.refuse(file, &record, ("start", what, remedy));
			return Ok(());
		}
		let key = (record.day, place.id.local_network);
		if self.done.contains(&key) {
			let what = "the file comes back to a day that was packed already".into();
			self.refuse(file, &record, ("start", what, "sort it by start: too much lies in between"));
			return Ok(());
		}
		self.clock = self.clock.saturating_add(1);
		let day = self.days.entry(key).or_default();
		day.touched = self.clock;
		let before = day.stations.len();
		let size = usize::from(QUARTERS / record.interval.quarters());
		let of = (place.id.index, record.interval);
		let station = day.stations.entry(of).or_insert_with(|| StationDay {
			code: record.station.clone(),
			place,
			interval: record.interval,
			networks: Vec::new(),
			slots: vec![None; size],
		});
		let added = station.add(file, &record);
		if day.stations.len() > before {
			self.held = self.held.saturating_add(size);
		}
		match added {
			Ok(Added::New) => {
				self.counts.readings = self.counts.readings.saturating_add(1);
				self.counts.absent = self.counts.absent.saturating_add(record.energy.is_none().into());
			}
			Ok(Added::Repeated) => self.counts.repeated = self.counts.repeated.saturating_add(1),
			Ok(Added::Differing(of, line)) => {
				self.counts.differing = self.counts.differing.saturating_add(1);
				let elsewhere = match self.files.get(of).filter(|_| of != file) {
					Some(other) => format!("{}: ", other.display()),
					None => String::new(),
				};
				let what =
					format!("{elsewhere}line {line} has other values of the same interval, and stands");
				self.tell(file, &record, ("", what, "leave out the wrong one of the two"));
			}
			Err(defect) => self.refuse(file, &record, defect),
		}
		self.make_room(key)
	}

	/// Packs what is left, and tells which stations are not there.
	///
	/// # Errors
	///
	/// As for [`Self::push`].
	pub fn finish(&mut self) -> Result<()> {
		while let Some((key, day)) = self.days.pop_first() {
			self.pack(key, &day)?;
		}
		self.held = 0;
		for (station, (file, line, times)) in std::mem::take(&mut self.unknown) {
			self.told.push_back(Wrong {
				file: self.files.get(file).cloned().unwrap_or_default(),
				line,
				column: "station".into(),
				what: format!(
					"no station {} is there: {} left out",
					quoted(&station),
					counted(times, "record")
				),
				remedy: "have its owner import it (`trimast site import`), or correct the code".into(),
				station,
			});
		}
		Ok(())
	}

	/// The place of a file among all of them.
	fn file(&mut self, file: &Path) -> usize {
		let place = self.files.iter().rposition(|other| other == file);
		place.unwrap_or_else(|| {
			self.files.push(file.to_owned());
			self.files.len().saturating_sub(1)
		})
	}

	/// Tells what is wrong with a line of a file.
	fn tell_line(&mut self, (file, line): (usize, u64), station: &str, (column, what, remedy): Defect<'_>) {
		self.told.push_back(Wrong {
			file: self.files.get(file).cloned().unwrap_or_default(),
			line,
			station: station.into(),
			column: column.into(),
			what,
			remedy: remedy.into(),
		});
	}

	fn tell(&mut self, file: usize, record: &RawRecord, defect: Defect<'_>) {
		self.tell_line((file, record.line), &record.station, defect);
	}

	fn refuse(&mut self, file: usize, record: &RawRecord, defect: Defect<'_>) {
		self.counts.refused = self.counts.refused.saturating_add(1);
		self.tell(file, record, defect);
	}

	/// The station of a record, if it is there.
	fn place(&mut self, file: usize, record: &RawRecord) -> Option<Place> {
		let is_there = |place: &&Place| {
			record.local_network.is_none_or(|local_network| place.id.local_network == local_network)
		};
		let places = self.places.get(&record.station).map(Vec::as_slice).unwrap_or_default();
		let mut found = places.iter().filter(is_there);
		match (found.next(), found.next()) {
			(Some(place), None) => Some(place.clone()),
			(Some(one), Some(other)) => {
				let [one, other] = [one, other].map(|place| place.id.local_network.0);
				let what = format!("the local networks {one} and {other} have such a station");
				let remedy = format!("write the local network in front: {one}/{}", record.station);
				self.refuse(file, record, ("station", what, &remedy));
				None
			}
			(None, _) => {
				self.counts.unknown = self.counts.unknown.saturating_add(1);
				let name = match record.local_network {
					Some(local_network) => format!("{}/{}", local_network.0, record.station),
					None => record.station.clone(),
				};
				let is_full = self.unknown.len() >= MOST_UNKNOWN && !self.unknown.contains_key(&name);
				let name = if is_full { "...".into() } else { name };
				let (_, _, times) = self.unknown.entry(name).or_insert((file, record.line, 0));
				*times = times.saturating_add(1);
				None
			}
		}
	}

	/// Packs what has not come up for longest, if there is too much; never what has come up just now.
	fn make_room(&mut self, now: (u16, LocalNetworkId)) -> Result<()> {
		if self.held <= self.most {
			return Ok(());
		}
		while self.held > self.most / 2 {
			let others = self.days.iter().filter(|(key, _)| **key != now);
			let Some(key) = others.min_by_key(|(_, day)| day.touched).map(|(key, _)| *key) else { break };
			let Some(day) = self.days.remove(&key) else { break };
			self.held = self.held.saturating_sub(day.len());
			self.pack(key, &day)?;
		}
		Ok(())
	}

	/// Makes the reports of a local network's day.
	fn pack(&mut self, key: (u16, LocalNetworkId), day: &Day) -> Result<()> {
		self.done.insert(key);
		let mut pages: BTreeMap<(u16, OrgId), Vec<Cow<'_, StationDay>>> = BTreeMap::new();
		for station in day.stations.values() {
			let Some(page) = station.place.id.page() else { continue };
			pages.entry((page, station.place.owner)).or_default().push(Cow::Borrowed(station));
		}
		for stations in pages.values_mut() {
			self.refuse_other_lengths(stations);
		}
		let all = pages.values().flatten().map(|station| &**station);
		let Some((from, to)) = bounds(all) else { return Ok(()) };
		let over = self.over.saturating_sub(u32::from(key.0).saturating_mul(QUARTERS.into()));
		let over = usize::try_from(over).unwrap_or(usize::MAX);
		for ((page, owner), mut stations) in pages {
			self.hold_back(key.0, &mut stations);
			let interval = stations.iter().map(|station| station.interval).max().unwrap_or(Interval::Hour);
			for station in stations.iter_mut().filter(|station| station.interval < interval) {
				let hours = station.hours();
				let made = hours.slots.iter().flatten().filter(|slot| slot.energy.is_some()).count();
				self.counts.added_up =
					self.counts.added_up.saturating_add(u64::try_from(made).unwrap_or(u64::MAX));
				self.tell_parts_of_hours(key.0, station, &hours);
				*station = Cow::Owned(hours);
			}
			let networks = networks_of(&stations);
			self.leave_out(&mut stations, &networks);
			let quarters = usize::from(interval.quarters());
			// An hour of which the file has a part may not be over.
			let (from, to) = (from / quarters, to.div_ceil(quarters).min(over / quarters));
			let group = Group { local_network: key.1, page, owner, day: key.0, interval, networks, stations };
			if from < to {
				self.cut(&group, from, to)?;
			}
		}
		Ok(())
	}

	/// Keeps of a page and day the readings that are as long as those around them, and tells the others.
	fn refuse_other_lengths(&mut self, stations: &mut Vec<Cow<'_, StationDay>>) {
		let refused = lengths::refused(stations);
		for (place, what) in &refused {
			let Some(station) = stations.get(*place) else { continue };
			for slot in station.slots.iter().flatten() {
				let is_absent = u64::from(slot.energy.is_none());
				self.counts.readings = self.counts.readings.saturating_sub(1);
				self.counts.absent = self.counts.absent.saturating_sub(is_absent);
				self.counts.refused = self.counts.refused.saturating_add(1);
				let defect = ("interval_min", (*what).to_string(), lengths::REMEDY);
				self.tell_line((slot.file, slot.line), &station.code, defect);
			}
		}
		let mut places = 0usize..;
		stations.retain(|_| places.next().is_none_or(|place| !refused.contains_key(&place)));
	}

	/// Tells which quarters of a station's day are in none of its hours, since others of the hour are absent.
	fn tell_parts_of_hours(&mut self, day: u16, station: &StationDay, hours: &StationDay) {
		let quarters = Interval::Hour.quarters();
		let parts = station.slots.chunks(quarters.into()).zip(&hours.slots);
		for (n, (slots, hour)) in (0u16..).zip(parts) {
			let is_whole = hour.as_ref().is_some_and(|hour| hour.energy.is_some());
			let mut read = slots.iter().flatten().filter(|slot| slot.energy.is_some());
			let (false, Some(first)) = (is_whole, read.next()) else { continue };
			let count = u64::try_from(read.count()).unwrap_or(u64::MAX).saturating_add(1);
			self.counts.refused = self.counts.refused.saturating_add(count);
			let at = time_text(day, n.saturating_mul(quarters.into()));
			let what = format!(
				"{at}: {} of this hour left out: its page has hours, and this one is not whole",
				counted(count, "quarter")
			);
			self.tell_line((first.file, first.line), &station.code, ("interval_min", what, lengths::REMEDY));
		}
	}

	/// Holds back readings of a day whose register does not go on as the energies say, and tells them.
	fn hold_back(&mut self, day: u16, stations: &mut [Cow<'_, StationDay>]) {
		for station in stations {
			for misfit in registers::misfits(station) {
				let station = station.to_mut();
				let quarters = u16::from(station.interval.quarters());
				let Some(slot) = station.slots.get_mut(misfit.at).and_then(Option::as_mut) else { continue };
				// Nor is anything after it reckoned from what it shows.
				(slot.energy, slot.register) = (None, None);
				let at = u16::try_from(misfit.at).unwrap_or(u16::MAX);
				self.counts.held_back = self.counts.held_back.saturating_add(1);
				let what = format!("{}: {}", time_text(day, at.saturating_mul(quarters)), misfit.what());
				let line = (slot.file, slot.line);
				self.tell_line(line, &station.code, ("register_wh", what, registers::REMEDY));
			}
		}
	}

	/// Leaves out readings with volumes of networks that the report does not have, and tells them.
	fn leave_out(&mut self, stations: &mut [Cow<'_, StationDay>], networks: &[Plmn]) {
		for station in stations {
			let others = station.networks.iter().enumerate().filter(|(_, plmn)| !networks.contains(plmn));
			let others: Vec<usize> = others.map(|(place, _)| place).collect();
			if others.is_empty() {
				continue;
			}
			let has_other = |slot: &&mut Slot| {
				others.iter().any(|place| slot.volumes.get(*place).is_some_and(|volume| *volume > 0))
			};
			let station = station.to_mut();
			for slot in station.slots.iter_mut().flatten().filter(has_other) {
				slot.energy = None;
				self.counts.refused = self.counts.refused.saturating_add(1);
				self.told.push_back(Wrong {
					file: self.files.get(slot.file).cloned().unwrap_or_default(),
					line: slot.line,
					station: station.code.clone(),
					column: String::new(),
					what: format!(
						"the page has volumes of more than {NETWORKS} networks, and this one has another"
					),
					remedy: "leave out the volumes of networks that are not the station's".into(),
				});
			}
		}
	}

	/// Makes the reports of a group's intervals: one, or of each half what is too long for one.
	fn cut(&mut self, group: &Group<'_>, from: usize, to: usize) -> Result<()> {
		let mut meters = Vec::new();
		if let Some(report) = group.report(from, to, &self.meters, &mut meters) {
			self.meters.extend(meters);
			let (local_network, owner) = (group.local_network, group.owner);
			self.ready.push_back(Packed { local_network, owner, report });
			return Ok(());
		}
		let middle = from.midpoint(to);
		if middle == from {
			return Err(Failure::input(format!(
				"the readings of page {} of {} do not fit into a report",
				group.page, group.local_network.0
			))
			.remedy("look at the registers and volumes of its stations"));
		}
		self.cut(group, from, middle)?;
		self.cut(group, middle, to)
	}
}

/// Reads a file to its end, and hands on what is whole and what is wrong. The packer may go on with another file, or is to be
/// [finished](Packer::finish).
///
/// # Errors
///
/// The file cannot be read on, or who takes the reports fails.
pub fn pack<R: Read>(
	records: &mut Records<R>,
	packer: &mut Packer,
	mut take: impl FnMut(Packed) -> Result<()>,
	mut tell: impl FnMut(Wrong),
) -> Result<()> {
	let file = records.path().to_owned();
	while let Some(item) = records.item()? {
		match item {
			Item::Record(record) => packer.push(&file, record)?,
			Item::Wrong(wrong) => tell(wrong),
		}
		std::iter::from_fn(|| packer.told()).for_each(&mut tell);
		while let Some(packed) = packer.ready() {
			take(packed)?;
		}
	}
	Ok(())
}

/// Which column is wrong, what, and what to do.
type Defect<'a> = (&'static str, String, &'a str);

/// What has become of a reading.
enum Added {
	New,
	Repeated,
	/// This file and line have other values.
	Differing(usize, u64),
}

impl StationDay {
	/// Adds a reading.
	fn add(&mut self, file: usize, record: &RawRecord) -> Result<Added, Defect<'static>> {
		let networks = self.networks.len();
		let (line, energy, register) = (record.line, record.energy, record.register);
		let mut slot = Slot { file, line, energy, register, volumes: [0; NETWORKS], given: 0 };
		let is_told = |(plmn, volume): &&(Plmn, u32)| *volume > 0 || self.place.networks.contains(plmn);
		for (plmn, volume) in record.volumes.iter().filter(is_told) {
			let place = self.networks.iter().position(|other| other == plmn).unwrap_or_else(|| {
				self.networks.push(*plmn);
				self.networks.len().saturating_sub(1)
			});
			let Some(of) = slot.volumes.get_mut(place) else {
				self.networks.truncate(networks);
				let what = format!("the station has volumes of more than {NETWORKS} networks");
				return Err(("", what, "leave out the volumes of networks that are not the station's"));
			};
			*of = of.saturating_add(*volume).min(MOST_VOLUME);
			slot.given |= 1 << place;
		}
		let n = usize::from(record.first / self.interval.quarters());
		match self.slots.get_mut(n) {
			Some(Some(before)) if before.is_same(&slot) => Ok(Added::Repeated),
			Some(Some(before)) => {
				self.networks.truncate(networks);
				Ok(Added::Differing(before.file, before.line))
			}
			Some(place) => {
				*place = Some(slot);
				Ok(Added::New)
			}
			// A reader gives none behind the end of its day.
			None => Ok(Added::Repeated),
		}
	}

	/// The hours of its quarters. One of which a quarter is absent is absent, and so is a volume.
	fn hours(&self) -> Self {
		let quarters = usize::from(Interval::Hour.quarters());
		let is_listed = |(_, plmn): &(usize, &Plmn)| self.place.networks.contains(plmn);
		let listed =
			self.networks.iter().enumerate().filter(is_listed).fold(0u8, |bits, (n, _)| bits | 1 << n);
		let hour = |slots: &[Option<Slot>]| {
			let known: Option<Vec<&Slot>> = slots.iter().map(Option::as_ref).collect();
			let (Some(first), Some(last)) = (slots.iter().flatten().next(), slots.iter().flatten().last())
			else {
				return None;
			};
			let sum = known.as_ref().and_then(|slots| {
				slots
					.iter()
					.try_fold(0i32, |sum, slot| sum.checked_add(slot.energy?))
					.filter(|sum| *sum > i32::MIN)
			});
			let mut hour = Slot { register: None, energy: sum, ..*first };
			// What the meter shows behind the hour, if it was read then.
			hour.register = known.and(last.register);
			for slot in slots.iter().flatten().skip(1) {
				// What a network has carried that is none of the station's it has carried, in whichever quarter.
				hour.given = hour.given & slot.given | (hour.given | slot.given) & !listed;
				for (all, volume) in hour.volumes.iter_mut().zip(slot.volumes) {
					*all = all.saturating_add(volume).min(MOST_VOLUME);
				}
			}
			Some(hour)
		};
		let slots = self.slots.chunks(quarters).map(hour).collect();
		Self { interval: Interval::Hour, slots, ..self.clone() }
	}

	fn reading(&self, n: usize, networks: &[Plmn]) -> Reading {
		let mut reading = Reading::default();
		let Some(slot) = self.slots.get(n).and_then(Option::as_ref) else { return reading };
		reading.energy = slot.energy;
		if slot.energy.is_some() {
			for (n, (plmn, volume)) in self.networks.iter().zip(slot.volumes).enumerate() {
				let place = networks.iter().position(|other| other == plmn);
				if let Some(of) = place.and_then(|place| reading.volumes.get_mut(place)) {
					*of = (slot.given >> n & 1 == 1).then_some(volume);
				}
			}
		}
		reading
	}

	/// What the meter showed in front of an interval, going by its first reading there.
	fn register(&self, from: usize, to: usize, before: Option<u64>) -> u64 {
		let slots = self.slots.get(from..to).unwrap_or_default();
		let read = slots.iter().enumerate().find_map(|(n, slot)| {
			let Slot { energy: Some(energy), register: Some(register), .. } = slot.as_ref()? else {
				return None;
			};
			Some((n, register.saturating_add_signed(i64::from(*energy).saturating_neg())))
		});
		match (read, before) {
			(Some((0, register)), _) | (Some((_, register)), None) => register,
			(_, Some(before)) => before,
			(None, None) => 0,
		}
	}

	/// What the meter showed behind an interval, if it was read then.
	fn register_behind(&self, from: usize, to: usize, start: u64) -> Option<u64> {
		let slots = self.slots.get(from..to).unwrap_or_default();
		let has_registers = slots.iter().flatten().any(|slot| slot.register.is_some());
		if has_registers {
			return slots.last()?.as_ref()?.register;
		}
		let energies = slots.iter().flatten().filter_map(|slot| slot.energy);
		Some(energies.fold(start, |register, energy| register.saturating_add_signed(energy.into())))
	}
}

/// The networks of a report: those that most of its stations have, as many as it takes.
fn networks_of(stations: &[Cow<'_, StationDay>]) -> Vec<Plmn> {
	let mut times: BTreeMap<Plmn, usize> = BTreeMap::new();
	for plmn in stations.iter().flat_map(|station| &station.networks) {
		let times = times.entry(*plmn).or_default();
		*times = times.saturating_add(1);
	}
	let mut networks: Vec<Plmn> = times.keys().copied().collect();
	networks.sort_by_key(|plmn| Reverse(times.get(plmn)));
	networks.truncate(NETWORKS);
	networks.sort_unstable();
	if networks.is_empty() {
		networks.extend(stations.iter().find_map(|station| station.place.networks.first()));
	}
	networks
}

/// What belongs into one report.
struct Group<'a> {
	local_network: LocalNetworkId,
	page: u16,
	owner: OrgId,
	day: u16,
	interval: Interval,
	networks: Vec<Plmn>,
	stations: Vec<Cow<'a, StationDay>>,
}

impl Group<'_> {
	/// The report of these intervals, and into `meters` what each meter showed behind them. `None` where it is too long.
	fn report(
		&self,
		from: usize,
		to: usize,
		before: &HashMap<SiteId, (u32, u64)>,
		meters: &mut Vec<(SiteId, (u32, u64))>,
	) -> Option<Report> {
		let count = u8::try_from(to.checked_sub(from)?).ok()?;
		let first = u8::try_from(from).ok()?.checked_mul(self.interval.quarters())?;
		let span = Span { day: self.day, first, interval: self.interval, count };
		let mut columns = Vec::with_capacity(self.stations.len());
		for station in &self.stations {
			let id = station.place.id;
			let known = before.get(&id).filter(|(at, _)| *at == span.start_of_all());
			let register = station.register(from, to, known.map(|(_, register)| *register));
			if let Some(behind) = station.register_behind(from, to, register) {
				meters.push((id, (span.end_of_all(), behind)));
			}
			columns.push(StationColumns {
				slot: u8::try_from(id.slot()).ok()?,
				register,
				readings: (from..to).map(|n| station.reading(n, &self.networks)).collect(),
			});
		}
		Report::new(self.page, span, 0, self.networks.clone().try_into().ok()?, &columns)
	}
}

#[cfg(test)]
mod tests;
