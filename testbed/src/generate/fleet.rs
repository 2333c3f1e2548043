// SPDX-License-Identifier: Apache-2.0

//! What companies have to send when a county loses the mains: crews, mobile generators and spares, as `trimast resource import`
//! reads them.
//!
//! | what | how many | where it belongs | where it may be sent |
//! |---|---|---|---|
//! | crews | one for [`STATIONS_A_CREW`] stations that fail | the county and those around it | the local network |
//! | generators | one for [`STATIONS_A_GENERATOR`] of them | one in [`GENERATORS_A_LOCAL`] there, the others at the [`NEAR`] nearest other local networks | there, in the province, or everywhere |
//! | spares | a store a company | the city | the local network |
//!
//! Most of it is the tower company's. There are fewer generators than sites without mains: who gets which is what a plan decides.

use super::{
	geometry::{distance_m, Ground},
	rows::degrees,
	stream, Country, Outage, CARRIER_ONE, CARRIER_TWO, PARTIES, TOWER_COMPANY,
};
use crate::territory::{regions, Region};
use anyhow::{Context, Result};
use rand::{seq::SliceRandom, Rng};
use std::{fs, path::Path};
use trimast_primitives::{
	access::Scope,
	plan::Skills,
	resource::{Details, Kind, Shift},
	territory::Position,
	LocalNetworkId, OrgId,
};

/// Stations that fail for each crew.
pub(super) const STATIONS_A_CREW: usize = 12;
/// Stations that fail for each generator.
pub(super) const STATIONS_A_GENERATOR: usize = 8;
/// One generator in so many belongs where the mains have failed.
pub(super) const GENERATORS_A_LOCAL: usize = 5;
/// The other ones come from so many local networks around.
pub(super) const NEAR: usize = 8;
/// The random stream of a fleet, behind those of outages.
const STREAM: u64 = 40_000;
/// What everybody can do who is sent to a station without mains.
const POWER: u32 = 0b1;
/// Hours.
const HOUR: u32 = 3_600;
/// All day.
const ALWAYS: Shift = Shift { from: 0, to: 24 * HOUR };
/// When crews work. Whenever it is, some do.
const SHIFTS: [(Shift, u32); 4] = [
	(ALWAYS, 40),
	(Shift { from: 8 * HOUR, to: 18 * HOUR }, 30),
	(Shift { from: 16 * HOUR, to: 26 * HOUR }, 20),
	(Shift { from: 20 * HOUR, to: 30 * HOUR }, 10),
];
/// What generators give, W, and how many have each (DOMAIN's sizes).
const POWERS: [(u32, u32); 4] = [(5_000, 20), (8_500, 35), (12_000, 30), (20_000, 15)];
/// Whose crews and generators are.
const OWNERS: [(OrgId, u32); 3] = [(TOWER_COMPANY, 70), (CARRIER_ONE, 15), (CARRIER_TWO, 15)];

/// The first line of a file.
const COLUMNS: &str =
	"number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,\
	skills,power_kw,part,count";

/// A crew, a generator, or a store of spares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Own {
	/// Whose it is.
	pub org: OrgId,
	/// The local network where it belongs.
	pub home: LocalNetworkId,
	/// What its company says of it.
	pub details: Details,
}

/// What companies have to send to a mains failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fleet {
	/// Crews, generators, and spares.
	pub own: Vec<Own>,
}

/// What the files of a fleet hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrittenFleet {
	/// Crews.
	pub crews: usize,
	/// Generators.
	pub generators: usize,
	/// How many of them come from elsewhere.
	pub from_elsewhere: usize,
}

/// One of `choices` by weight.
fn weighted<T: Copy>(rng: &mut impl Rng, choices: &[(T, u32)]) -> Result<T> {
	Ok(choices.choose_weighted(rng, |(_, weight)| *weight)?.0)
}

/// The middle of a local network.
fn centre(region: &Region) -> Position {
	let micro = |degrees: f64| (degrees * 1e6).round() as i32;
	Position { latitude: micro(region.latitude), longitude: micro(region.longitude) }
}

impl Country {
	/// What companies have to send to a mains failure.
	///
	/// # Errors
	///
	/// The territory has no such local network.
	pub fn fleet(&self, outage: &Outage) -> Result<Fleet> {
		let rng = &mut stream(self.plan.seed, STREAM + u64::from(outage.local_network.0));
		let mut others = regions()?;
		let here = others.iter().position(|region| region.id() == outage.local_network);
		let here = others.remove(here.context("no such local network")?);
		others.sort_by_key(|other| (distance_m(centre(&here), centre(other)) as u64, other.code));
		others.truncate(NEAR);
		let local = Scope::LocalNetwork(here.id());
		let mut own = Vec::new();
		for _ in 0..outage.stations.len().div_ceil(STATIONS_A_CREW) {
			let county =
				if rng.gen_bool(0.6) { outage.county } else { rng.gen_range(1..=here.counties.max(1)) };
			let details = Details {
				shift: weighted(rng, &SHIFTS)?,
				speed: rng.gen_range(30..=45) * 1_000,
				capacity: rng.gen_range(6..=10),
				skills: Skills(POWER | rng.gen_range(0..16) << 1),
				..standing(local, Kind::Crew, Ground::new(&here).site(rng, county).0)
			};
			own.push(Own { org: weighted(rng, &OWNERS)?, home: here.id(), details });
		}
		for n in 0..outage.stations.len().div_ceil(STATIONS_A_GENERATOR) {
			let is_local = n.is_multiple_of(GENERATORS_A_LOCAL);
			let home = if is_local { &here } else { others.choose(rng).context("nothing is near")? };
			let area = if is_local {
				local
			} else if home.province_code == here.province_code {
				Scope::Province(here.id().province())
			} else {
				Scope::National
			};
			let kind = Kind::Generator { power: weighted(rng, &POWERS)? };
			let details = Details {
				speed: rng.gen_range(40..=60) * 1_000,
				..standing(area, kind, Ground::new(home).site(rng, 1).0)
			};
			own.push(Own { org: weighted(rng, &OWNERS)?, home: home.id(), details });
		}
		for org in PARTIES {
			let kind = Kind::Spares { part: u16::from(org.0) + 1, count: rng.gen_range(20..=60) };
			let details = Details {
				speed: 0,
				capacity: 0,
				skills: Skills(0),
				..standing(local, kind, Ground::new(&here).site(rng, 1).0)
			};
			own.push(Own { org, home: here.id(), details });
		}
		Ok(Fleet { own })
	}

	/// Writes the files of a fleet into `directory`, which is made where it is missing.
	///
	/// # Errors
	///
	/// As for [`Self::fleet`], or a file cannot be written.
	pub fn write_fleet(&self, directory: &Path, outage: &Outage) -> Result<WrittenFleet> {
		let fleet = self.fleet(outage)?;
		fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
		for org in PARTIES {
			let path = directory.join(format!("fleet-{}.csv", org.0));
			fs::write(&path, fleet.file(org)).with_context(|| path.display().to_string())?;
		}
		let count = |is: &dyn Fn(&Own) -> bool| fleet.own.iter().filter(|own| is(own)).count();
		Ok(WrittenFleet {
			crews: count(&|own| own.details.kind == Kind::Crew),
			generators: count(&|own| matches!(own.details.kind, Kind::Generator { .. })),
			from_elsewhere: count(&|own| own.home != outage.local_network),
		})
	}
}

/// Something that stands at its base, always on duty, with one place for a job.
fn standing(area: Scope, kind: Kind, base: Position) -> Details {
	Details { area, kind, base, at: base, shift: ALWAYS, speed: 1, capacity: 1, skills: Skills(POWER) }
}

impl Fleet {
	/// A company's file.
	pub fn file(&self, org: OrgId) -> String {
		let lines = self.own.iter().filter(|own| own.org == org).map(|own| line(&own.details));
		std::iter::once(COLUMNS.to_owned()).chain(lines).map(|line| line + "\n").collect()
	}
}

/// Thousandths as a number with as many decimals as it has.
fn thousandths(number: u32) -> String {
	let text = format!("{}.{:03}", number / 1_000, number % 1_000);
	text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A line of a file, without its end.
fn line(details: &Details) -> String {
	let area = match details.area {
		Scope::National => "national".to_owned(),
		Scope::Province(province) => format!("province:{:02}", province.0),
		Scope::LocalNetwork(place) => format!("local:{:04}", place.0),
	};
	let clock = |seconds: u32| {
		let seconds = seconds % (24 * HOUR);
		format!("{:02}:{:02}", seconds / HOUR, seconds / 60 % 60)
	};
	let shift = match details.shift {
		ALWAYS => String::new(),
		Shift { from, to } => format!("{}-{}", clock(from), clock(to)),
	};
	let skills: Vec<_> =
		(0..32u32).filter(|bit| details.skills.0 >> bit & 1 == 1).map(|bit| bit.to_string()).collect();
	let (speed, capacity) = (thousandths(details.speed), details.capacity.to_string());
	let nothing = String::new;
	let (kind, speed, capacity, power, part, count) = match details.kind {
		Kind::Crew => ("crew", speed, capacity, nothing(), nothing(), nothing()),
		Kind::Generator { power } => ("generator", speed, capacity, thousandths(power), nothing(), nothing()),
		Kind::Spares { part, count } => {
			("spares", nothing(), nothing(), nothing(), part.to_string(), count.to_string())
		}
	};
	let base = [details.base.latitude, details.base.longitude].map(degrees).join(",");
	format!(",{kind},{area},{base},,,{shift},{speed},{capacity},{},{power},{part},{count}", skills.join("+"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::{OutagePlan, Plan};
	use std::collections::{BTreeMap, BTreeSet};
	use trimast_primitives::ProvinceId;

	/// The outage of DOMAIN, and what there is to send.
	fn given(seed: u64) -> (Country, Outage, Fleet) {
		let country = Country::dense(Plan { seed, ..Plan::of(10_000) }).unwrap();
		let outage = country.outage(&OutagePlan::at(0)).unwrap();
		let fleet = country.fleet(&outage).unwrap();
		(country, outage, fleet)
	}

	#[test]
	fn most_generators_come_from_elsewhere_and_all_may_be_sent_there() {
		let (_, outage, fleet) = given(1);
		let here = outage.local_network;
		let (mut generators, mut crews, mut homes) = (Vec::new(), 0, BTreeSet::new());
		for own in &fleet.own {
			assert!(own.details.is_valid(), "{own:?}");
			match own.details.kind {
				Kind::Crew => crews += 1,
				Kind::Generator { power } => generators.push((power, own)),
				Kind::Spares { .. } => continue,
			}
			assert!(own.details.area.covers(here), "{own:?}");
		}
		assert_eq!((outage.stations.len(), crews, generators.len()), (404, 34, 51));
		let from_elsewhere: Vec<_> = generators.iter().filter(|(_, own)| own.home != here).collect();
		assert_eq!(from_elsewhere.len(), 40);
		for (_, own) in &from_elsewhere {
			homes.insert(own.home);
			let away = outage.stations.iter().map(|one| distance_m(one.station.position, own.details.base));
			assert!(away.fold(f64::MAX, f64::min) > 10_000.0, "{own:?}");
		}
		assert!(homes.len() > NEAR / 2, "{homes:?}");
		let powers: BTreeSet<u32> = generators.iter().map(|(power, _)| *power).collect();
		assert_eq!(powers.into_iter().collect::<Vec<_>>(), [5_000, 8_500, 12_000, 20_000]);
	}

	#[test]
	fn somebody_is_on_duty_whenever_it_is() {
		let (_, _, fleet) = given(1);
		let crews = || fleet.own.iter().filter(|own| own.details.kind == Kind::Crew);
		/// Midnight UTC of a day in 2024: shifts of the evening before may still last.
		const DAY: u64 = 20_000 * 86_400_000;
		for hour in 0..24u64 {
			let now = DAY + hour * 3_600_000;
			let on_duty = crews().filter(|own| own.details.shift.at(now).0 <= now).count();
			assert!(on_duty >= crews().count() / 6, "{on_duty} at {hour}:00 UTC");
		}
	}

	#[test]
	fn same_seed_gives_the_same_files_and_another_seed_others() {
		let files = |seed| {
			let (country, outage, fleet) = given(seed);
			let directory = tempfile::tempdir().unwrap();
			let written = country.write_fleet(directory.path(), &outage).unwrap();
			assert_eq!((written.crews, written.generators, written.from_elsewhere), (34, 51, 40));
			PARTIES.map(|org| {
				let text = fs::read_to_string(directory.path().join(format!("fleet-{}.csv", org.0))).unwrap();
				assert_eq!(text, fleet.file(org));
				text
			})
		};
		let (once, other) = (files(1), files(2));
		assert_eq!(once, files(1));
		assert!(once.iter().zip(&other).all(|(a, b)| a != b));
	}

	/// Reads the files anew, by the names of their columns, and compares with what was to be written.
	#[test]
	fn files_say_what_there_is() {
		let (_, _, fleet) = given(1);
		for org in PARTIES {
			let text = fleet.file(org);
			let mut reader = csv::Reader::from_reader(text.as_bytes());
			let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
			let own: Vec<_> = fleet.own.iter().filter(|own| own.org == org).collect();
			assert!(own.len() > 5 && rows.len() == own.len(), "{} of {}", rows.len(), own.len());
			for (row, Own { details, .. }) in rows.iter().zip(own) {
				assert_eq!(row.len(), 14, "{row:?}");
				let of = |name: &str| row[name].as_str();
				let number = |name: &str| (of(name).parse::<f64>().unwrap_or(0.0) * 1e3).round() as u32;
				assert!(of("number").is_empty() && of("latitude").is_empty() && of("longitude").is_empty());
				let micro = |name: &str| (of(name).parse::<f64>().unwrap() * 1e6).round() as i32;
				let base = Position { latitude: micro("base_latitude"), longitude: micro("base_longitude") };
				assert_eq!((base, number("speed_kmh")), (details.base, details.speed));
				assert_eq!(number("capacity"), details.capacity * 1_000);
				let kind = match of("kind") {
					"crew" => Kind::Crew,
					"generator" => Kind::Generator { power: number("power_kw") },
					"spares" => Kind::Spares {
						part: of("part").parse().unwrap(),
						count: of("count").parse().unwrap(),
					},
					other => panic!("{other}"),
				};
				assert_eq!(kind, details.kind);
				let skills = of("skills").split('+').filter(|bit| !bit.is_empty());
				let skills = skills.map(|bit| 1u32 << bit.parse::<u32>().unwrap()).sum();
				assert_eq!(Skills(skills), details.skills);
				let shifts = [("", ALWAYS), ("08:00-18:00", SHIFTS[1].0), ("16:00-02:00", SHIFTS[2].0)];
				let shift = shifts.iter().find(|(text, _)| *text == of("shift"));
				assert_eq!(shift.map_or(SHIFTS[3].0, |(_, shift)| *shift), details.shift, "{row:?}");
				let area = match of("area").split_once(':') {
					None => Scope::National,
					Some(("province", code)) => Scope::Province(ProvinceId(code.parse().unwrap())),
					Some((_, code)) => Scope::LocalNetwork(LocalNetworkId(code.parse().unwrap())),
				};
				assert_eq!(area, details.area);
			}
		}
	}
}
