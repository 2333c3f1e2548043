// SPDX-License-Identifier: Apache-2.0

//! A mains failure in a county, as the carriers' element managers report it (3GPP TS 28.532), a notification a line.
//!
//! The stations of a site lose the mains together, the sites one after another within [`SPREAD`] minutes. Each station runs
//! on its batteries, as long as is contracted or somewhat longer; one in [`WEAK`] has batteries that do not last so long.
//! The mains are back after [`LENGTH`] minutes, again site by site.
//!
//! | notification | when | alarm | perceived severity |
//! |---|---|---|---|
//! | `notifyNewAlarm` | the mains fail: the station is on battery | `commercialPowerFailure` | `MAJOR` |
//! | `notifyNewAlarm` | half of what the batteries hold is used | `lowBatteryThreshold` | `MAJOR` |
//! | `notifyChangedAlarm` | all of it is used: service is down | `lowBatteryThreshold` | `CRITICAL` |
//! | `notifyClearedAlarm` | the mains are back | both | `CLEARED` |
//!
//! Planted among them is what the real thing has too. Everything that is planted is a line more: the sound ones are all there.
//!
//! | kind | what the line is | what an import has to say |
//! |---|---|---|
//! | `repeated` | an earlier line again | nothing new |
//! | `sent-again` | the same notification under another number | nothing new |
//! | `cut-off` | a notification whose end is missing | malformed |
//! | `no-json` | words of a person | malformed |
//! | `no-alarm-id` | a notification without its alarm | malformed |
//! | `no-severity` | one whose severity there is not | malformed |
//! | `no-time` | one whose time is none | malformed |
//! | `no-station` | one that names no station | malformed |

use super::{rows::organisations, stream, Country, PARTIES};
use crate::time::rfc3339;
use anyhow::{ensure, Context, Result};
use rand::{seq::SliceRandom, Rng};
use serde_json::{json, Value};
use std::{
	collections::BTreeMap,
	fs::{self, File},
	io::{BufWriter, Write},
	path::Path,
};
use trimast_primitives::{site::Station, LocalNetworkId, Moment, OrgId, OrgSet};

/// Minutes within which the mains fail, and within which they come back.
pub(super) const SPREAD: u64 = 5;
/// Minutes until the mains come back.
pub(super) const LENGTH: u64 = 180;
/// One station in so many has batteries that do not last as long as is contracted.
pub(super) const WEAK: u32 = 7;
/// A planted line stands at most so many notifications after the one that it is made of.
const GAP: usize = 20;
/// The random stream of an outage, behind those of local networks.
const STREAM: u64 = 30_000;

/// What fails, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutagePlan {
	/// In this local network, or wherever a county has so many stations.
	pub place: Option<LocalNetworkId>,
	/// Stations that lose the mains; all of the county where it has no more.
	pub stations: usize,
	/// When the first of them does.
	pub begin: Moment,
	/// How long a minute takes, ms. Less than it does, where contracts are in seconds.
	pub minute: u64,
	/// After how many of a thousand notifications a line is planted.
	pub planted_per_mille: u32,
}

impl OutagePlan {
	/// DOMAIN's: 404 stations on battery.
	pub const fn at(begin: Moment) -> Self {
		Self { place: None, stations: 404, begin, minute: 60_000, planted_per_mille: 50 }
	}
}

/// A station that loses the mains.
#[derive(Clone, PartialEq, Debug)]
pub struct Failing {
	/// Which.
	pub station: Station,
	/// When it does.
	pub failed: Moment,
	/// When half of what its batteries hold is used, if it is.
	pub low: Option<Moment>,
	/// When all of it is, and service is down.
	pub down: Option<Moment>,
	/// When the mains are back.
	pub back: Moment,
}

/// What a notification says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Word {
	/// The mains have failed.
	MainsFailed,
	/// The batteries run low.
	BatteryLow,
	/// They are used up.
	BatteryEmpty,
	/// They are charged again.
	BatteryBack,
	/// The mains are back.
	MainsBack,
}

impl Word {
	/// The notification's type.
	pub const fn notification(self) -> &'static str {
		match self {
			Self::MainsFailed | Self::BatteryLow => "notifyNewAlarm",
			Self::BatteryEmpty => "notifyChangedAlarm",
			Self::BatteryBack | Self::MainsBack => "notifyClearedAlarm",
		}
	}

	/// The alarm's severity from then on.
	pub const fn severity(self) -> &'static str {
		match self {
			Self::MainsFailed | Self::BatteryLow => "MAJOR",
			Self::BatteryEmpty => "CRITICAL",
			Self::BatteryBack | Self::MainsBack => "CLEARED",
		}
	}

	/// The end of the alarm's number, its cause, and words for people.
	const fn alarm(self) -> (&'static str, &'static str, &'static str) {
		const MAINS: (&str, &str) = ("mains", "commercialPowerFailure");
		const BATTERY: (&str, &str) = ("battery", "lowBatteryThreshold");
		match self {
			Self::MainsFailed => (MAINS.0, MAINS.1, "mains failed, on battery"),
			Self::BatteryLow => (BATTERY.0, BATTERY.1, "batteries half used"),
			Self::BatteryEmpty => (BATTERY.0, BATTERY.1, "batteries used up, service down"),
			Self::BatteryBack => (BATTERY.0, BATTERY.1, "batteries charged"),
			Self::MainsBack => (MAINS.0, MAINS.1, "mains back"),
		}
	}
}

/// A notification of an element manager.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Notification {
	/// When.
	pub at: Moment,
	/// Code of the station.
	pub code: String,
	/// What.
	pub word: Word,
	/// The line, without its end.
	pub line: String,
}

/// A kind of planted line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Blemish {
	/// The line again.
	Repeated,
	/// The notification again, under another number.
	SentAgain,
	/// Its end is missing.
	CutOff,
	/// It is no JSON.
	NoJson,
	/// It has no alarm.
	NoAlarmId,
	/// There is no such severity.
	NoSeverity,
	/// Its time is none.
	NoTime,
	/// It names no station.
	NoStation,
}

impl Blemish {
	/// Every kind.
	pub const ALL: [Self; 8] = [
		Self::Repeated,
		Self::CutOff,
		Self::SentAgain,
		Self::NoJson,
		Self::NoAlarmId,
		Self::NoSeverity,
		Self::NoTime,
		Self::NoStation,
	];

	/// How the list of planted lines calls it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Repeated => "repeated",
			Self::SentAgain => "sent-again",
			Self::CutOff => "cut-off",
			Self::NoJson => "no-json",
			Self::NoAlarmId => "no-alarm-id",
			Self::NoSeverity => "no-severity",
			Self::NoTime => "no-time",
			Self::NoStation => "no-station",
		}
	}

	/// Whether the line says nothing new, and nothing wrong.
	pub const fn is_duplicate(self) -> bool {
		matches!(self, Self::Repeated | Self::SentAgain)
	}

	/// The line that is planted behind this one.
	fn of(self, line: &str, number: u64) -> String {
		let with = |field: &str, value: Option<Value>| {
			// Written here, so it reads.
			let mut one: Value = serde_json::from_str(line).unwrap_or_default();
			if let Some(fields) = one.as_object_mut() {
				match value {
					Some(value) => fields.insert(field.to_owned(), value),
					None => fields.remove(field),
				};
			}
			one.to_string()
		};
		match self {
			Self::Repeated => line.to_owned(),
			Self::SentAgain => with("notificationId", Some(json!(number))),
			Self::CutOff => line.chars().take(line.chars().count() * 2 / 3).collect(),
			Self::NoJson => "-- connection to the element manager lost, retrying --".to_owned(),
			Self::NoAlarmId => with("alarmId", None),
			Self::NoSeverity => with("perceivedSeverity", Some(json!("SEVERE"))),
			Self::NoTime => with("eventTime", Some(json!("yesterday"))),
			Self::NoStation => with("objectInstance", Some(json!("SubNetwork=1,ManagedElement="))),
		}
	}
}

/// One planted line of a carrier's file, a line of `planted-alarms.csv`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlantedLine {
	/// Whose file.
	pub party: OrgId,
	/// Which line of it, counted from 1.
	pub line: usize,
	/// What it is.
	pub kind: Blemish,
	/// Code of the station that it would be about.
	pub code: String,
}

/// A mains failure.
pub struct Outage {
	/// Where.
	pub local_network: LocalNetworkId,
	/// The county, by the last two digits of its code.
	pub county: u8,
	/// The stations, by code.
	pub stations: Vec<Failing>,
	seed: u64,
	planted_per_mille: u32,
}

/// What the files of an outage hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenOutage {
	/// Where.
	pub local_network: LocalNetworkId,
	/// The county.
	pub county: u8,
	/// Stations on battery.
	pub stations: usize,
	/// Lines, by the carrier that owns the stations.
	pub lines: [usize; 2],
	/// How many of them are planted.
	pub planted: usize,
}

fn code(station: &Station) -> String {
	String::from_utf8_lossy(&station.code).into_owned()
}

impl Country {
	/// A mains failure.
	///
	/// # Errors
	///
	/// The country has no such local network.
	pub fn outage(&self, plan: &OutagePlan) -> Result<Outage> {
		let rng = &mut stream(self.plan.seed, STREAM);
		let (local_network, county, mut stations) = self.county(plan, rng).context("nowhere to fail")?;
		stations.truncate(plan.stations);
		// So much of a minute, in thousandths.
		let span = |thousandths: u64| thousandths * plan.minute / 1_000;
		let mut sites: BTreeMap<(i32, i32), [u64; 2]> = BTreeMap::new();
		let failing = stations.into_iter().map(|station| {
			let place = (station.position.latitude, station.position.longitude);
			let mut moment = || rng.gen_range(0..SPREAD * 1_000);
			let [fails, returns] = *sites.entry(place).or_insert_with(|| [moment(), moment()]);
			let failed = plan.begin + span(fails);
			let back = plan.begin + span(LENGTH * 1_000 + returns);
			let weak = rng.gen_ratio(1, WEAK);
			let per_cent = if weak { rng.gen_range(40..90) } else { rng.gen_range(100..115) };
			// A part of what they last, if the mains are not back before.
			let used = |part: u64| {
				let lasts = u64::from(station.autonomy_minutes) * per_cent * 10;
				Some(failed + span(lasts / part)).filter(|used| *used < back)
			};
			let (low, down) = (used(2), used(1));
			Failing { station, failed, low, down, back }
		});
		let stations = failing.collect();
		let (seed, planted_per_mille) = (self.plan.seed, plan.planted_per_mille);
		Ok(Outage { local_network, county, stations, seed, planted_per_mille })
	}

	/// The first county that has so many stations, in the order of chance; that with the most where none has.
	fn county(&self, plan: &OutagePlan, rng: &mut impl Rng) -> Option<(LocalNetworkId, u8, Vec<Station>)> {
		let mut order: Vec<usize> = (0..self.regions.len()).collect();
		order.shuffle(rng);
		let mut found: Option<(LocalNetworkId, u8, Vec<Station>)> = None;
		let is_meant = |number: &usize| {
			plan.place
				.is_none_or(|place| self.regions.get(*number).is_some_and(|region| region.id() == place))
		};
		for local_network in
			order.into_iter().filter(is_meant).filter_map(|number| self.local_network(number))
		{
			let mut counties: BTreeMap<u8, Vec<Station>> = BTreeMap::new();
			for named in local_network.stations {
				counties.entry(named.station.county).or_default().push(named.station);
			}
			let Some((county, stations)) = counties.into_iter().max_by_key(|(_, all)| all.len()) else {
				continue;
			};
			if found.as_ref().is_none_or(|(_, _, most)| stations.len() > most.len()) {
				found = Some((local_network.id, county, stations));
			}
			if found.as_ref().is_some_and(|(_, _, most)| most.len() >= plan.stations) {
				break;
			}
		}
		found
	}

	/// Writes the files of a mains failure into `directory`, which is made where it is missing.
	///
	/// # Errors
	///
	/// As for [`Self::outage`], or a file cannot be written.
	pub fn write_outage(&self, directory: &Path, plan: &OutagePlan) -> Result<WrittenOutage> {
		let outage = self.outage(plan)?;
		ensure!(!outage.stations.is_empty(), "no station loses the mains");
		fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
		let open = |name: &str| -> Result<BufWriter<File>> {
			let path = directory.join(name);
			Ok(BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?))
		};
		let (mut failing, mut list) = (open("outage.csv")?, open("planted-alarms.csv")?);
		writeln!(failing, "local_network,county,station,owner,tower,autonomy_minutes,failed,low,down,back")?;
		for Failing { station, failed, low, down, back } in &outage.stations {
			let place = format!("{:04},{:02}", outage.local_network.0, outage.county);
			let tower = station.tower.as_ref().map_or(OrgSet::EMPTY, |site| OrgSet::of(site.org));
			let [low, down] = [low, down].map(|at| at.map_or_else(String::new, rfc3339));
			writeln!(
				failing,
				"{place},{},{},{},{},{},{low},{down},{}",
				code(station),
				station.owner.0,
				organisations(tower),
				station.autonomy_minutes,
				rfc3339(*failed),
				rfc3339(*back)
			)?;
		}
		writeln!(list, "party,line,kind,station")?;
		let (mut lines, mut planted) = ([0, 0], 0);
		for (owner, count) in PARTIES.into_iter().zip(&mut lines) {
			let (text, blemishes) = outage.file(owner);
			let mut file = open(&format!("alarms-{}.jsonl", owner.0))?;
			for line in &text {
				writeln!(file, "{line}")?;
			}
			file.flush()?;
			for PlantedLine { party, line, kind, code } in &blemishes {
				writeln!(list, "{},{line},{},{code}", party.0, kind.name())?;
			}
			*count = text.len();
			planted += blemishes.len();
		}
		for mut file in [failing, list] {
			file.flush()?;
		}
		let Outage { local_network, county, stations, .. } = outage;
		Ok(WrittenOutage { local_network, county, stations: stations.len(), lines, planted })
	}
}

impl Outage {
	/// What the element manager of a carrier reports of its stations, in the order of time.
	pub fn notifications(&self, owner: OrgId) -> Vec<Notification> {
		let own = self.stations.iter().filter(|failing| failing.station.owner == owner);
		let words = own.flat_map(|failing| {
			let Failing { station, failed, low, down, back } = failing;
			let all = [
				(Word::MainsFailed, Some(*failed)),
				(Word::BatteryLow, *low),
				(Word::BatteryEmpty, *down),
				(Word::BatteryBack, low.map(|_| *back)),
				(Word::MainsBack, Some(*back)),
			];
			let said = all.into_iter().filter_map(|(word, at)| Some((at?, word)));
			said.map(|(at, word)| (at, code(station), word))
		});
		let mut words: Vec<_> = words.collect();
		words.sort();
		let numbered = (1u64..).zip(words);
		numbered
			.map(|(number, (at, code, word))| {
				let line = self.line(owner, number, at, &code, word);
				Notification { at, code, word, line }
			})
			.collect()
	}

	/// A notification in JSON, with the names of TS 28.532 (notifyNewAlarm and the others of the fault supervision service).
	fn line(&self, owner: OrgId, number: u64, at: Moment, code: &str, word: Word) -> String {
		let (alarm, cause, text) = word.alarm();
		let notification = json!({
			"objectInstance": format!("SubNetwork={:04},ManagedElement={code}", self.local_network.0),
			"notificationId": number,
			"notificationType": word.notification(),
			"eventTime": rfc3339(at),
			"systemDN": format!("SubNetwork={:04},ManagementNode={}", self.local_network.0, owner.0),
			"alarmId": format!("{code}-{alarm}"),
			"alarmType": "EQUIPMENT_ALARM",
			"probableCause": cause,
			"perceivedSeverity": word.severity(),
			"rootCauseIndicator": word == Word::MainsFailed,
			"additionalText": text,
		});
		notification.to_string()
	}

	/// The lines of a carrier's file, with what is planted among them.
	pub fn file(&self, owner: OrgId) -> (Vec<String>, Vec<PlantedLine>) {
		let rng = &mut stream(self.seed, STREAM + 1 + u64::from(owner.0));
		let notifications = self.notifications(owner);
		let count = notifications.len();
		let mut kinds = Blemish::ALL.into_iter().cycle();
		// Where each stands, whether it is planted, and what it is.
		let mut lines: Vec<(usize, Option<Blemish>, String, String)> = Vec::new();
		for (place, Notification { code, line, .. }) in notifications.into_iter().enumerate() {
			if rng.gen_range(0..1_000) < self.planted_per_mille {
				if let Some(kind) = kinds.next() {
					let planted = kind.of(&line, (count + lines.len()) as u64 + 1);
					lines.push((place + rng.gen_range(0..GAP), Some(kind), code.clone(), planted));
				}
			}
			lines.push((place, None, code, line));
		}
		lines.sort_by_key(|(place, kind, ..)| (*place, *kind));
		let planted = lines.iter().zip(1..).filter_map(|((_, kind, code, _), line)| {
			Some(PlantedLine { party: owner, line, kind: (*kind)?, code: code.clone() })
		});
		let planted = planted.collect();
		(lines.into_iter().map(|(.., line)| line).collect(), planted)
	}
}

#[cfg(test)]
mod tests {
	use super::{super::Plan, *};
	use std::collections::{BTreeSet, HashSet};

	const BEGIN: Moment = 1_778_112_000_000;

	fn outage(stations: u32, plan: &OutagePlan) -> Outage {
		Country::new(Plan::of(stations)).unwrap().outage(plan).unwrap()
	}

	#[test]
	fn county_has_as_many_stations_as_are_asked_for_or_all_that_it_has() {
		let large = outage(400_000, &OutagePlan { stations: 100, ..OutagePlan::at(BEGIN) });
		assert_eq!(large.stations.len(), 100);
		let small = outage(2_000, &OutagePlan::at(BEGIN));
		assert!((1..404).contains(&small.stations.len()));
		for outage in [large, small] {
			let codes: BTreeSet<_> = outage.stations.iter().map(|one| code(&one.station)).collect();
			assert_eq!(codes.len(), outage.stations.len());
			assert!(outage.stations.iter().all(|one| one.station.county == outage.county));
			let place = format!("{:04}", outage.local_network.0);
			assert!(codes.iter().all(|code| code.starts_with(&place)));
		}
		let there = OutagePlan { place: Some(LocalNetworkId(1301)), ..OutagePlan::at(BEGIN) };
		assert_eq!(outage(2_000, &there).local_network, LocalNetworkId(1301));
		let nowhere = OutagePlan { place: Some(LocalNetworkId(9999)), ..there };
		assert!(Country::new(Plan::of(2_000)).unwrap().outage(&nowhere).is_err());
	}

	#[test]
	fn sites_fail_within_minutes_and_batteries_last_by_station() {
		let outage = outage(400_000, &OutagePlan { stations: 150, ..OutagePlan::at(BEGIN) });
		let minute = 60_000;
		let (mut short, mut up) = (0, 0);
		let mut sites: BTreeMap<(i32, i32), BTreeSet<[Moment; 2]>> = BTreeMap::new();
		for Failing { station, failed, low, down, back } in &outage.stations {
			assert!((BEGIN..BEGIN + SPREAD * minute).contains(failed));
			assert!((BEGIN + LENGTH * minute..=BEGIN + (LENGTH + SPREAD) * minute).contains(back));
			let promised = failed + u64::from(station.autonomy_minutes) * minute;
			assert!(low.is_none_or(|low| *failed < low && low < *back));
			assert!(down.is_none_or(|down| low.is_some_and(|low| low < down) && down < *back));
			short += u32::from(down.is_some_and(|down| down < promised));
			up += u32::from(down.is_none());
			let place = (station.position.latitude, station.position.longitude);
			sites.entry(place).or_default().insert([*failed, *back]);
		}
		assert!(sites.len() > 20 && sites.values().all(|times| times.len() == 1));
		assert!(short > 5 && up > 20, "{short} do not last, {up} outlast it");
		// The same outage in a hundredth of the time
		let fast = OutagePlan { stations: 150, minute: 600, ..OutagePlan::at(BEGIN) };
		let fast = self::outage(400_000, &fast);
		assert!(fast.stations.iter().zip(&outage.stations).all(|(fast, slow)| {
			fast.failed - BEGIN == (slow.failed - BEGIN) / 100 && fast.down.is_some() == slow.down.is_some()
		}));
	}

	#[test]
	fn notifications_tell_of_every_station_once_and_in_the_order_of_time() {
		let outage = outage(400_000, &OutagePlan { stations: 120, ..OutagePlan::at(BEGIN) });
		let mut seen = HashSet::new();
		for owner in [OrgId(0), OrgId(1)] {
			let all = outage.notifications(owner);
			assert!(all.is_sorted_by_key(|one| one.at));
			for (number, one) in (1u64..).zip(&all) {
				let value: Value = serde_json::from_str(&one.line).unwrap();
				let failing =
					outage.stations.iter().find(|failing| code(&failing.station) == one.code).unwrap();
				assert_eq!(failing.station.owner, owner);
				let (alarm, at) = match one.word {
					Word::MainsFailed => ("mains", failing.failed),
					Word::BatteryLow => ("battery", failing.low.unwrap()),
					Word::BatteryEmpty => ("battery", failing.down.unwrap()),
					Word::BatteryBack => ("battery", failing.back),
					Word::MainsBack => ("mains", failing.back),
				};
				assert_eq!(one.at, at);
				let object = format!("SubNetwork={:04},ManagedElement={}", outage.local_network.0, one.code);
				for (field, expected) in [
					("notificationType", json!(one.word.notification())),
					("perceivedSeverity", json!(one.word.severity())),
					("eventTime", json!(rfc3339(at))),
					("objectInstance", json!(object)),
					("notificationId", json!(number)),
					("alarmId", json!(format!("{}-{alarm}", one.code))),
				] {
					assert_eq!(value[field], expected, "{field}");
				}
				assert!(seen.insert((one.code.clone(), one.word)));
			}
		}
		let [low, down] = [|one: &Failing| one.low.is_some(), |one: &Failing| one.down.is_some()]
			.map(|is| outage.stations.iter().filter(|one| is(one)).count());
		assert_eq!(seen.len(), 2 * outage.stations.len() + 2 * low + down);
	}

	/// Finds what is planted anew, from the lines alone, and compares with the list.
	#[test]
	fn planted_is_exactly_what_is_more_than_the_notifications() {
		let outage = outage(400_000, &OutagePlan { stations: 200, ..OutagePlan::at(BEGIN) });
		let mut kinds = BTreeSet::new();
		for owner in [OrgId(0), OrgId(1)] {
			let sound: Vec<String> = outage.notifications(owner).into_iter().map(|one| one.line).collect();
			let (lines, planted) = outage.file(owner);
			assert_eq!(lines.len(), sound.len() + planted.len());
			let is_planted: HashSet<usize> = planted.iter().map(|one| one.line).collect();
			let others = (1..).zip(&lines).filter(|(line, _)| !is_planted.contains(line));
			assert!(others.map(|(_, text)| text).eq(&sound), "the sound ones are all there, in their order");
			for PlantedLine { line, kind, code, party } in &planted {
				assert_eq!(*party, owner);
				kinds.insert(*kind);
				let text = &lines[line - 1];
				let read: Option<Value> = serde_json::from_str(text).ok();
				let has = |field: &str| read.as_ref().is_some_and(|value| value.get(field).is_some());
				match kind {
					Blemish::Repeated => {
						assert!(lines[..line - 1].contains(text), "what is repeated stands before");
					}
					Blemish::SentAgain => {
						let before = |other: &String| {
							let other: Option<Value> = serde_json::from_str(other).ok();
							let same = ["alarmId", "eventTime", "notificationType"];
							other.zip(read.as_ref()).is_some_and(|(other, read)| {
								same.iter().all(|field| other[*field] == read[*field])
									&& other["notificationId"] != read["notificationId"]
							})
						};
						assert!(lines[..line - 1].iter().any(before));
					}
					Blemish::CutOff | Blemish::NoJson => assert!(read.is_none()),
					Blemish::NoAlarmId => assert!(!has("alarmId") && has("eventTime")),
					Blemish::NoSeverity => assert_eq!(read.unwrap()["perceivedSeverity"], "SEVERE"),
					Blemish::NoTime => assert_eq!(read.unwrap()["eventTime"], "yesterday"),
					Blemish::NoStation => assert!(!text.contains(&format!("ManagedElement={code}"))),
				}
			}
			assert!(planted.is_empty() || planted.iter().any(|one| one.kind.is_duplicate()));
		}
		assert!(kinds.len() == Blemish::ALL.len(), "{kinds:?}");
	}

	#[test]
	fn same_seed_gives_the_same_files() {
		let files = |seed| {
			let directory = tempfile::tempdir().unwrap();
			let country = Country::new(Plan { seed, ..Plan::of(3_000) }).unwrap();
			let written = country.write_outage(directory.path(), &OutagePlan::at(BEGIN)).unwrap();
			let names = ["alarms-0.jsonl", "alarms-1.jsonl", "outage.csv", "planted-alarms.csv"];
			let text = names.map(|name| fs::read_to_string(directory.path().join(name)).unwrap());
			assert_eq!([&text[0], &text[1]].map(|text| text.lines().count()), written.lines);
			assert_eq!(text[2].lines().count(), written.stations + 1);
			assert_eq!(text[3].lines().count(), written.planted + 1);
			text
		};
		assert!(files(1) == files(1) && files(1) != files(2));
	}
}
