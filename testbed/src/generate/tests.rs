// SPDX-License-Identifier: Apache-2.0

use super::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use trimast_primitives::site::{SharingMode, StationClass, Technology};

fn plan(stations: u32) -> Plan {
	Plan { planted_per_mille: 30, ..Plan::of(stations) }
}

fn files(plan: Plan) -> BTreeMap<String, Vec<u8>> {
	let directory = tempfile::tempdir().unwrap();
	Country::new(plan).unwrap().write(directory.path()).unwrap();
	fs::read_dir(directory.path())
		.unwrap()
		.map(|entry| entry.unwrap().path())
		.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
		.collect()
}

#[test]
fn same_seed_gives_the_same_bytes_and_another_seed_others() {
	let (once, twice) = (files(plan(2_000)), files(plan(2_000)));
	assert_eq!(once.len(), 6);
	assert!(once == twice);
	let other = files(Plan { seed: 2, ..plan(2_000) });
	assert!(once.iter().all(|(name, bytes)| other[name] != *bytes));
}

#[test]
fn plan_fails_when_the_country_is_too_small_or_too_large() {
	assert!(Country::new(plan(999)).is_err());
	assert!(Country::new(plan(2_000_001)).is_err());
}

#[test]
fn shares_are_whole_and_in_proportion() {
	let regions = regions().unwrap();
	for total in [1_000, 20_000, 2_000_000] {
		let counts = shares(&regions, total);
		assert_eq!(counts.iter().sum::<usize>(), total as usize);
		assert!(counts.iter().all(|count| *count > 0));
	}
	let counts = shares(&regions, 2_000_000);
	let villages: u32 = regions.iter().map(|region| region.villages).sum();
	for (region, count) in regions.iter().zip(counts) {
		let exact = f64::from(region.villages) / f64::from(villages) * 2e6;
		// One station each is given beforehand: the rest is in proportion.
		assert!((count as f64 - exact).abs() < 6.0, "{region:?} {count}");
	}
}

#[test]
fn dense_country_has_local_networks_like_the_greatest() {
	let whole: BTreeSet<_> = regions().unwrap().iter().map(Region::id).collect();
	for (stations, few) in [(1_000, 1), (20_000, 4), (333_333, 57)] {
		let country = Country::dense(plan(stations)).unwrap();
		let of_each: BTreeMap<_, _> =
			country.local_networks().map(|one| (one.id, one.stations.len())).collect();
		assert_eq!((of_each.len(), of_each.values().sum::<usize>()), (few, stations as usize));
		assert!(of_each.keys().all(|id| whole.contains(id)));
		assert!(country.codes().eq(of_each.keys().copied()));
	}
	let all = Country::dense(plan(MAX_STATIONS)).unwrap();
	assert_eq!(all.counts, Country::new(plan(MAX_STATIONS)).unwrap().counts);
}

#[test]
fn local_network_by_itself_has_all_stations_and_both_builders() {
	let place = LocalNetworkId(4403);
	let country = Country::only(plan(1_000), place).unwrap();
	assert!(country.codes().eq([place]));
	let here = country.local_network(0).unwrap();
	assert_eq!((here.id, here.stations.len()), (place, 1_000));
	let owners: BTreeSet<_> = here.stations.iter().map(|named| named.station.owner).collect();
	assert_eq!(owners, BTreeSet::from([CARRIER_ONE, CARRIER_TWO]));
	assert!(Country::only(plan(1_000), LocalNetworkId(4499)).is_err());
}

#[test]
fn stations_are_sound_and_their_codes_unique() {
	let country = Country::new(plan(20_000)).unwrap();
	let mut codes = HashSet::new();
	let mut owners: BTreeMap<u8, HashSet<OrgId>> = BTreeMap::new();
	let mut per_site: HashMap<Vec<u8>, u32> = HashMap::new();
	let (mut nr, mut vip, mut total) = (0, 0, 0);
	for local_network in country.local_networks() {
		let region = country.regions.iter().find(|region| region.id() == local_network.id).unwrap();
		let mut names = HashSet::new();
		for Named { station, name } in local_network.stations {
			assert_eq!(station.check(), Ok(()), "{station:?}");
			assert!((1..=region.counties).contains(&station.county));
			assert_eq!(station.mode == SharingMode::Exclusive, station.plmns.len() == 1);
			assert!(name.len() <= 64 && names.insert(name.clone()), "{name}");
			// Within a rectangle around the country, islands included.
			assert!((3_000_000..=53_700_000).contains(&station.position.latitude), "{station:?}");
			assert!((73_400_000..=135_200_000).contains(&station.position.longitude), "{station:?}");
			owners.entry(region.province_code).or_default().insert(station.owner);
			nr += u32::from(station.technology == Technology::Nr);
			vip += u32::from(station.class != StationClass::Ordinary);
			total += 1;
			if let Some(site) = &station.tower {
				*per_site.entry(site.code.to_vec()).or_default() += 1;
			}
			assert!(codes.insert(station.code.to_vec()));
		}
	}
	assert_eq!(total, 20_000);
	assert!((8_000..12_000).contains(&nr), "{nr} of 20000 are 5G");
	assert!((800..2_500).contains(&vip), "{vip} of 20000 matter more");
	assert!(owners.len() == 31 && owners.values().all(|owners| owners.len() == 2), "{owners:?}");
	assert!(per_site.values().filter(|stations| **stations > 1).count() > 1_000);
}

#[test]
fn north_is_mostly_one_carrier_and_south_the_other() {
	let country = Country::new(plan(20_000)).unwrap();
	let share = |province: u8| {
		let stations: Vec<_> = country
			.local_networks()
			.filter(|local_network| local_network.id.province().0 == province)
			.flat_map(|local_network| local_network.stations)
			.collect();
		let first = stations.iter().filter(|named| named.station.owner == CARRIER_ONE).count();
		first as f64 / stations.len() as f64
	};
	assert!(share(23) > 0.6 && share(37) > 0.6, "Heilongjiang {}, Shandong {}", share(23), share(37));
	assert!(share(44) < 0.4 && share(35) < 0.4, "Guangdong {}, Fujian {}", share(44), share(35));
}

/// Finds the differences between the books anew, from the books alone, and compares with the list.
#[test]
fn planted_is_exactly_what_differs_between_the_books() {
	let country = Country::new(plan(20_000)).unwrap();
	let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
	let mut twice_without_code = 0;
	let mut of_two_parties = 0;
	for local_network in country.local_networks() {
		let books = country.books(&local_network);
		let truth: HashMap<_, _> = local_network
			.stations
			.iter()
			.map(|named| (named.station.code.to_vec(), &named.station))
			.collect();
		of_two_parties += truth.values().filter(|station| station.named().len() == 2).count();
		let without_code: HashSet<(OrgId, &str)> = books
			.planted
			.iter()
			.filter(|planted| planted.kind == Kind::WithoutCode)
			.map(|planted| (planted.party, planted.code.as_str()))
			.collect();
		let mut found = BTreeSet::new();
		for (party, records) in PARTIES.into_iter().zip(&books.records) {
			let own: HashSet<_> = records.iter().map(|record| &record.own_code).collect();
			assert_eq!(own.len(), records.len(), "own codes are unique");
			let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
			for record in records {
				assert!(record.own_code.len() <= 24 && record.name.len() <= 64);
				if record.station.code.is_empty() {
					continue;
				}
				assert!(
					record.station.named().contains(party),
					"what does not concern a party is not in its books"
				);
				*seen.entry(record.station.code.to_vec()).or_default() += 1;
				if truth[record.station.code.as_slice()] != &record.station {
					found.insert((Kind::Contradictory, party, record.station.code.to_vec()));
				}
			}
			for (code, station) in &truth {
				let text = std::str::from_utf8(code).unwrap();
				match seen.get(code) {
					None if station.named().contains(party) && !without_code.contains(&(party, text)) => {
						found.insert((Kind::Missing, party, code.clone()));
					}
					Some(n) if *n > 1 => {
						found.insert((Kind::Duplicate, party, code.clone()));
					}
					_ => {}
				}
			}
			let uncoded = records.iter().filter(|record| record.station.code.is_empty()).count();
			let planted_uncoded = books
				.planted
				.iter()
				.filter(|planted| matches!(planted.kind, Kind::WithoutCode | Kind::Unmatched))
				.filter(|planted| planted.party == party)
				.count();
			assert_eq!(uncoded, planted_uncoded);
		}
		let lost: HashSet<&str> = books
			.planted
			.iter()
			.filter(|planted| planted.kind == Kind::WithoutCode)
			.map(|planted| planted.own_code.as_str())
			.collect();
		let planted: BTreeSet<_> = books
			.planted
			.iter()
			.filter(|planted| match planted.kind {
				Kind::WithoutCode | Kind::Unmatched => false,
				// Whose second record has no code is found by likeness, not here.
				Kind::Duplicate => !lost.contains(planted.own_code.as_str()),
				Kind::Missing | Kind::Contradictory => true,
			})
			.map(|planted| (planted.kind, planted.party, planted.code.as_bytes().to_vec()))
			.collect();
		assert_eq!(found, planted, "{:?}", local_network.id);
		twice_without_code += lost.iter().filter(|own_code| own_code.ends_with("-2")).count();
		for planted in &books.planted {
			*kinds.entry(planted.kind).or_default() += 1;
		}
	}
	assert!(twice_without_code > 10, "{twice_without_code}");
	assert!(of_two_parties > 1_000, "{of_two_parties}");
	assert!(Kind::ALL.iter().all(|kind| kinds.get(kind).is_some_and(|n| *n >= 10)), "{kinds:?}");
}

#[test]
fn record_without_its_code_has_one_station_in_reach() {
	let country = Country::new(plan(20_000)).unwrap();
	let mut checked = 0;
	for local_network in country.local_networks() {
		let books = country.books(&local_network);
		for planted in &books.planted {
			let records = &books.records[usize::from(planted.party.0)];
			let record = records.iter().find(|record| record.own_code == planted.own_code);
			let near = |metres: f64| -> Vec<String> {
				let lost = &record.unwrap().station;
				local_network
					.stations
					.iter()
					.map(|named| &named.station)
					.filter(|station| station.technology == lost.technology)
					.filter(|station| geometry::distance_m(station.position, lost.position) <= metres)
					.map(|station| String::from_utf8_lossy(&station.code).into_owned())
					.collect()
			};
			match planted.kind {
				Kind::WithoutCode => assert_eq!(near(150.0), std::slice::from_ref(&planted.code)),
				Kind::Unmatched => assert!(near(300.0).is_empty()),
				_ => continue,
			}
			checked += 1;
		}
	}
	assert!(checked > 50, "{checked}");
}

#[test]
fn tower_companys_books_are_gb18030() {
	let files = files(plan(1_000));
	assert!(std::str::from_utf8(&files["inventory-2.csv"]).is_err());
	let (text, _, bad) = encoding_rs::GB18030.decode(&files["inventory-2.csv"]);
	assert!(!bad && text.contains("基站"));
	assert!(std::str::from_utf8(&files["inventory-0.csv"]).is_ok());
}
