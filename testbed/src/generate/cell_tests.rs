// SPDX-License-Identifier: Apache-2.0

//! What the files of cells promise, checked from the files alone.

use super::{catalogue::parameters, cells::Columns, *};
use std::collections::{BTreeMap, BTreeSet, HashMap};

type Files = BTreeMap<String, Vec<u8>>;
/// Local network, station and cell, as they stand in a line.
type CellName = (String, String, String);
/// A cell, the parameter and its place.
type Key = (CellName, String, String);

fn files(stations: u32, seed: u64, plan: CellPlan) -> Files {
	let directory = tempfile::tempdir().unwrap();
	let country = Country::new(Plan { seed, ..Plan::of(stations) }).unwrap();
	country.write_cells(directory.path(), &plan).unwrap();
	fs::read_dir(directory.path())
		.unwrap()
		.map(|entry| entry.unwrap().path())
		.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
		.collect()
}

fn read(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
	let mut reader = csv::Reader::from_reader(bytes);
	let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
	let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
	(header, rows)
}

fn cell_name(row: &[String]) -> CellName {
	(row[0].clone(), row[1].clone(), row[2].clone())
}

/// `nRTAC[46011]` is the parameter and its place.
fn title(text: &str) -> (String, String) {
	match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
		Some((name, place)) => (name.to_owned(), place.to_owned()),
		None => (text.to_owned(), String::new()),
	}
}

/// The names of the standards for columns with a vendor's names.
fn standard_names() -> HashMap<String, String> {
	parameters().unwrap().into_iter().map(|parameter| (parameter.vendor, parameter.name)).collect()
}

/// Every value of a file of cells.
fn values(bytes: &[u8]) -> BTreeMap<Key, String> {
	let (header, rows) = read(bytes);
	let names = standard_names();
	let titles: Vec<(String, String)> = header
		.iter()
		.map(|text| title(text))
		.map(|(name, place)| (names.get(&name).cloned().unwrap_or(name), place))
		.collect();
	let mut values = BTreeMap::new();
	for row in rows {
		for ((name, place), value) in titles.iter().zip(&row).skip(3).filter(|(_, value)| !value.is_empty()) {
			values.insert((cell_name(&row), name.clone(), place.clone()), value.clone());
		}
	}
	values
}

/// Lines of `planted-cells.csv` or `actions.csv`, by column.
fn records(bytes: &[u8]) -> Vec<HashMap<String, String>> {
	let (header, rows) = read(bytes);
	rows.into_iter().map(|row| header.iter().cloned().zip(row).collect()).collect()
}

fn key(record: &HashMap<String, String>) -> Key {
	let field = |name: &str| record[name].clone();
	((field("local_network"), field("station"), field("cell")), field("parameter"), field("place"))
}

#[test]
fn same_seed_gives_the_same_bytes_and_another_seed_others() {
	let plan = CellPlan { planted_per_mille: 20, xml: true };
	let (once, twice, other) = (files(1_000, 1, plan), files(1_000, 1, plan), files(1_000, 2, plan));
	assert_eq!(once.len(), 11);
	assert!(once == twice);
	assert!(once.iter().all(|(name, bytes)| other[name] != *bytes));
}

#[test]
fn files_are_sorted_and_whole() {
	let files = files(2_000, 1, CellPlan::default());
	let country = Country::new(Plan::of(2_000)).unwrap();
	let mut expected = BTreeMap::new();
	for local_network in country.local_networks() {
		for Named { station, .. } in &local_network.stations {
			let code = String::from_utf8(station.code.to_vec()).unwrap();
			expected.insert((format!("{:04}", local_network.id.0), code), station.clone());
		}
	}
	for (name, bytes) in
		files.iter().filter(|(name, _)| name.starts_with("cells-") || name.starts_with("export-"))
	{
		let (header, rows) = read(bytes);
		assert_eq!(header.iter().collect::<BTreeSet<_>>().len(), header.len());
		let org = OrgId(name.bytes().find(u8::is_ascii_digit).unwrap() - b'0');
		let is_export = name.starts_with("export-");
		assert_eq!(header.ends_with(&["serialNumber".to_owned(), "swVersion".to_owned()]), is_export);
		let cells: Vec<(String, String, u8)> =
			rows.iter().map(|row| (row[0].clone(), row[1].clone(), row[2].parse().unwrap())).collect();
		assert!(cells.windows(2).all(|pair| pair[0] < pair[1]), "{name}");
		let of_party: Vec<(String, String, u8)> = expected
			.iter()
			.filter(|(_, station)| {
				let shares = station.sharers.contains(org);
				let carries = station.tower.as_ref().is_some_and(|tower| tower.org == org);
				station.owner == org || is_export && (shares || carries)
			})
			.flat_map(|((network, code), station)| {
				(0..station.cells).map(|cell| (network.clone(), code.clone(), cell))
			})
			.collect();
		assert_eq!(cells, of_party, "{name}");
	}
}

#[test]
fn every_value_belongs_to_its_domain_and_none_is_missing() {
	let country = Country::new(Plan::of(5_000)).unwrap();
	let (borders, columns) = (borders::Borders::new(&country), Columns::new().unwrap());
	let mut row = Vec::new();
	let (mut usual, mut total): (BTreeMap<(usize, i64), u64>, u64) = (BTreeMap::new(), 0);
	for (order, local_network) in country.local_networks().enumerate() {
		let network = country.network(&borders, order, &local_network);
		for radio in &network.cells {
			let station = network.station(radio);
			columns.fill(&network, radio, &mut row);
			for (column, value) in row.iter().enumerate() {
				*usual.entry((columns.list[column].parameter, *value)).or_default() += 1;
				let parameter = columns.parameter(column);
				let place = columns.list[column].place;
				assert!(
					*value == cells::ABSENT
						|| parameter.is_of(station.technology) && parameter.domain.admits(*value),
					"{} {value} {station:?}",
					columns.title(column, false)
				);
				// Each of what is there has all values.
				let is_there = match parameter.scope {
					catalogue::Scope::Station | catalogue::Scope::Cell => true,
					catalogue::Scope::Relation => place < radio.neighbours().len(),
					catalogue::Scope::Plmn => {
						let plmn = network::OPERATORS[place];
						let is_own = usize::from(radio.operator) == place;
						let is_moran = station.mode == trimast_primitives::site::SharingMode::Moran;
						if is_moran {
							is_own
						} else {
							station.owner == plmn || station.sharers.contains(plmn)
						}
					}
					catalogue::Scope::Frequency => continue,
				};
				let is_there = is_there && parameter.is_of(station.technology);
				assert_eq!(*value != cells::ABSENT, is_there, "{} {station:?}", columns.title(column, false));
			}
			assert!(row.iter().filter(|value| **value != cells::ABSENT).count() <= 256);
			total += 1;
		}
	}
	assert!(total > 14_000);
	// Of most parameters, one value stands in most places.
	let mut by_parameter: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
	for ((parameter, value), count) in usual {
		if value != cells::ABSENT {
			let (most, all) = by_parameter.entry(parameter).or_default();
			(*most, *all) = ((*most).max(count), *all + count);
		}
	}
	assert_eq!(by_parameter.len(), columns.parameters.len());
	let alike = by_parameter.values().filter(|(most, all)| most * 10 > all * 8).count();
	assert!(alike * 10 > by_parameter.len() * 6, "{alike} of {}", by_parameter.len());
}

#[test]
fn rules_hold_in_the_clean_network() {
	let files = files(4_000, 1, CellPlan { planted_per_mille: 0, xml: false });
	let mut all = values(&files["cells-0.csv"]);
	all.extend(values(&files["cells-1.csv"]));
	let number = |cell: &CellName, name: &str, place: &str| -> Option<i64> {
		all.get(&(cell.clone(), name.to_owned(), place.to_owned())).map(|text| text.parse().unwrap())
	};
	let cells: BTreeSet<CellName> = all.keys().map(|(cell, ..)| cell.clone()).collect();
	let neighbours = |cell: &CellName| -> Vec<CellName> {
		(0..16)
			.filter_map(|n| all.get(&(cell.clone(), "adjacentNRCellRef".to_owned(), n.to_string())))
			.map(|text| {
				let parts: Vec<String> = text.split('/').map(str::to_owned).collect();
				cell_name(&parts)
			})
			.collect()
	};
	let sign = |cell: &CellName| {
		let carrier = number(cell, "arfcnDL", "")
			.map(|n| (true, n))
			.or(number(cell, "earfcnDL", "").map(|n| (false, n)));
		let identity = number(cell, "nRPCI", "").or(number(cell, "physicalLayerCellId", ""));
		(carrier.unwrap(), identity.unwrap())
	};
	let (mut across, mut related, mut few) = (0, 0, 0);
	let mut identities = BTreeSet::new();
	for cell in &cells {
		let near = neighbours(cell);
		assert_eq!(near.iter().collect::<BTreeSet<_>>().len(), near.len());
		assert!(near.len() <= 8 && !near.contains(cell));
		few += u32::from(near.len() < 4);
		related += near.len();
		let mut signs = BTreeSet::from([sign(cell)]);
		for other in &near {
			assert!(signs.insert(sign(other)), "{cell:?} {other:?}");
			assert!(neighbours(other).contains(cell), "{other:?} does not know {cell:?}");
			across += u32::from(other.0 != cell.0);
			assert_eq!(
				number(cell, "dl-UL-TransmissionPeriodicity", ""),
				number(other, "dl-UL-TransmissionPeriodicity", "")
			);
		}
		let mut least = 0;
		for plmn in ["46011", "46001"] {
			let ratio = |name| number(cell, name, plmn);
			if let Some(min) = ratio("rRMPolicyMinRatio") {
				least += min;
				assert!(ratio("rRMPolicyDedicatedRatio").unwrap() <= min);
				assert!(min <= ratio("rRMPolicyMaxRatio").unwrap());
			}
			for name in ["nCI", "eCI"] {
				if let Some(identity) = number(cell, name, plmn) {
					assert!(identities.insert((name, plmn, identity)), "{cell:?}");
				}
			}
		}
		assert!(least <= 100);
	}
	// In a local network with a station or two, a cell has no four others.
	assert!(few < cells.len() as u32 / 50, "{few} of {}", cells.len());
	assert!(related > cells.len() * 4 && across >= 4, "{related} {across}");
}

#[test]
fn coverage_lists_every_cell_that_another_covers_and_no_other() {
	let files = files(8_000, 1, CellPlan { planted_per_mille: 0, xml: false });
	let mut all = values(&files["cells-0.csv"]);
	all.extend(values(&files["cells-1.csv"]));
	let text = |cell: &CellName, name: &str, place: &str| {
		all.get(&(cell.clone(), name.to_owned(), place.to_owned())).map(String::as_str)
	};
	let named = |text: &str| cell_name(&text.split('/').map(str::to_owned).collect::<Vec<_>>());
	let is_covering = |(_, name, _): &&Key| name == "isESCoveredBy";
	let relations: BTreeSet<(CellName, CellName, String)> = all
		.keys()
		.filter(is_covering)
		.filter(|(cell, name, place)| text(cell, name, place) != Some("NO"))
		.map(|(cell, name, place)| {
			let by = text(cell, "adjacentNRCellRef", place).unwrap();
			(cell.clone(), named(by), text(cell, name, place).unwrap().to_owned())
		})
		.collect();
	let listed: BTreeSet<(CellName, CellName, String)> = records(&files["coverage.csv"])
		.iter()
		.map(|line| {
			let cell = (line["local_network"].clone(), line["station"].clone(), line["cell"].clone());
			(cell, named(&line["by"]), line["covered"].clone())
		})
		.collect();
	assert_eq!(listed, relations);
	let covered: BTreeSet<&CellName> = relations.iter().map(|(cell, ..)| cell).collect();
	assert_eq!(covered.len(), relations.len(), "a cell has one other that covers it");
	for (cell, by, _) in &relations {
		assert!((&cell.0, &cell.1) == (&by.0, &by.1) && !covered.contains(by), "{cell:?} {by:?}");
		assert_eq!(text(cell, "plmnInfoList", ""), text(by, "plmnInfoList", ""));
	}
	let part = relations.iter().filter(|(.., kind)| kind == "PARTIAL").count();
	let full = relations.iter().filter(|(.., kind)| kind == "FULL").count();
	assert_eq!(part + full, relations.len());
	// A capacity cell on each of three sectors of 8 % of the stations, but for those with a carrier for each operator.
	assert!((1_000..2_200).contains(&full) && (full / 12..full / 4).contains(&part), "{full} {part}");
}

#[test]
fn planted_are_exactly_the_differences_that_nothing_explains() {
	for seed in [1, 2] {
		let files = files(1_200, seed, CellPlan { planted_per_mille: 80, xml: false });
		let mut approved = values(&files["cells-0.csv"]);
		approved.extend(values(&files["cells-1.csv"]));
		let agreed = approved.clone();
		let mut explained = BTreeMap::new();
		let mut actions_in = BTreeSet::new();
		for action in records(&files["actions.csv"]) {
			let key = key(&action);
			assert!(actions_in.insert(key.0.clone()), "two actions in {key:?}");
			assert_eq!(agreed[&key], action["before"], "{action:?}");
			assert_ne!(action["before"], action["after"]);
			match (action["action"].as_str(), action["window"].as_str()) {
				("execute", "past") | ("ratify" | "change", "now") => {
					approved.insert(key, action["after"].clone());
				}
				("approve", "now") | ("notice", "")
					if ["in-window", "son-inside-bound"].contains(&action["kind"].as_str()) =>
				{
					explained.insert(key, action["after"].clone());
				}
				("approve", "later") | ("emergency", "now") | ("notice", "") => {}
				other => panic!("{other:?}"),
			}
		}
		let planted: BTreeMap<Key, (String, String)> = records(&files["planted-cells.csv"])
			.iter()
			.map(|planted| (key(planted), (planted["before"].clone(), planted["after"].clone())))
			.collect();
		let cells: BTreeSet<&CellName> = planted.keys().map(|(cell, ..)| cell).collect();
		assert_eq!(cells.len(), planted.len(), "two changes in a cell");
		let mut seen = 0;
		for party in 0..3 {
			let export = values(&files[&format!("export-{party}.csv")]);
			let mut found = BTreeMap::new();
			for (key, value) in &export {
				let extra = ["serialNumber", "swVersion"].contains(&key.1.as_str());
				if extra || approved[key] == *value || explained.get(key) == Some(value) {
					continue;
				}
				found.insert(key.clone(), (approved[key].clone(), value.clone()));
			}
			let witnessed: BTreeSet<&CellName> = export.keys().map(|(cell, ..)| cell).collect();
			let expected: BTreeMap<_, _> = planted
				.iter()
				.filter(|(key, _)| witnessed.contains(&key.0))
				.map(|(key, values)| (key.clone(), values.clone()))
				.collect();
			assert_eq!(found, expected);
			// Nothing is missing in an export.
			let missing =
				approved.keys().filter(|key| witnessed.contains(&key.0) && !export.contains_key(*key));
			assert_eq!(missing.count(), 0);
			seen += found.len();
		}
		assert!(seen > planted.len() && planted.len() > 200);
	}
}

#[test]
fn every_kind_is_there_at_one_in_a_thousand() {
	for seed in 1..=3 {
		let country = Country::new(Plan { seed, ..Plan::of(40_000) }).unwrap();
		let (borders, columns) = (borders::Borders::new(&country), Columns::new().unwrap());
		let planner = planted::Planner::new(&columns);
		let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
		let mut cells = 0;
		for (order, local_network) in country.local_networks().enumerate() {
			let network = country.network(&borders, order, &local_network);
			cells += network.cells.len();
			for change in country.changes(&planner, &network, 1).values() {
				*kinds.entry(change.kind.name()).or_default() += 1;
			}
		}
		let names = Unauthorised::ALL
			.iter()
			.map(|kind| kind.name())
			.chain(Legitimate::ALL.iter().map(|kind| kind.name()));
		for name in names {
			assert!(kinds.get(name).is_some_and(|count| *count >= 3), "{name}: {kinds:?}");
		}
		let planted: u32 = Unauthorised::ALL.iter().map(|kind| kinds[kind.name()]).sum();
		assert!(planted.abs_diff(cells as u32 / 1_000) < 40, "{planted} of {cells}");
	}
}

#[test]
fn actions_are_such_as_the_chain_accepts() {
	let files = files(3_000, 1, CellPlan { planted_per_mille: 40, xml: false });
	let parameters: HashMap<String, catalogue::Parameter> =
		parameters().unwrap().into_iter().map(|parameter| (parameter.name.clone(), parameter)).collect();
	for action in records(&files["actions.csv"]) {
		let parameter = &parameters[&action["parameter"]];
		let numbers = (action["before"].parse::<i64>(), action["after"].parse::<i64>());
		if let (Ok(before), Ok(after)) = numbers {
			let is_step = parameter.step.is_none_or(|step| before.abs_diff(after) <= step as u64);
			assert!(parameter.domain.admits(after), "{action:?}");
			assert!(is_step || action["action"] == "notice", "{action:?}");
			assert_eq!(action["kind"] == "son-beyond-bound", !parameter.is_agreed(after), "{action:?}");
		}
		let is_emergency = ["emergency", "ratify"].contains(&action["action"].as_str());
		assert!(!is_emergency || !action["consents"].is_empty(), "{action:?}");
		assert!(!action["consents"].split('+').any(|org| org == action["party"]), "{action:?}");
		assert_eq!(action["source"].is_empty(), action["action"] != "notice");
	}
}

#[test]
fn owner_answers_for_its_equipment_and_an_operator_for_what_it_has_said() {
	let files = files(4_000, 7, CellPlan { planted_per_mille: 80, xml: false });
	let own = [0, 1].map(|owner| {
		let (_, rows) = read(&files[&format!("cells-{owner}.csv")]);
		rows.iter().map(|row| cell_name(row)).collect::<BTreeSet<_>>()
	});
	let mut is_operators = false;
	for planted in records(&files["planted-cells.csv"]) {
		let said = ["no-request", "outside-window", "son-beyond-bound", "unratified"];
		let is_owners = own[planted["party"].parse::<usize>().unwrap()].contains(&key(&planted).0);
		assert!(is_owners || said.contains(&planted["kind"].as_str()), "{planted:?}");
		is_operators |= !is_owners;
	}
	assert!(is_operators);
}

#[test]
fn bulk_files_say_what_the_others_do() {
	let files = files(1_000, 1, CellPlan { planted_per_mille: 20, xml: true });
	let parameters = parameters().unwrap();
	for party in 0..3 {
		let is_vendor = party == 1;
		let text = String::from_utf8(files[&format!("export-{party}.xml")].clone()).unwrap();
		let mut found: BTreeMap<Key, String> = BTreeMap::new();
		// Elements stand in lines that begin with their object: enough for a file that is written here.
		let (mut network, mut station, mut cell) = (String::new(), String::new(), None);
		let mut own: Vec<(String, String)> = Vec::new();
		let mut depth = 0i32;
		let id = |line: &str| line.split("id=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
		for line in text.lines().skip(1) {
			depth += line.matches('<').count() as i32
				- 2 * line.matches("</").count() as i32
				- line.matches("/>").count() as i32;
			let mut place = String::new();
			if line.starts_with("<xn:SubNetwork") {
				network = id(line);
			} else if line.starts_with("<xn:ManagedElement") {
				(station, cell) = (id(line), None);
				own.clear();
			} else if line.contains(":NRCellDU id") || line.contains(":EUtranGenericCell id") {
				cell = Some(id(line));
			} else if line.contains("Relation id") || line.contains(":NROperatorCellDU id") {
				place = id(line);
			}
			for piece in line.split('<').filter(|piece| !piece.starts_with('/')) {
				let Some((name, value)) = piece.split_once('>') else { continue };
				let Some((_, name)) = name.split_once(':') else { continue };
				if value.trim().is_empty() || name.starts_with("vsData") {
					continue;
				}
				let is_lte = station.contains("-L");
				let parameter = parameters.iter().find(|parameter| {
					let class = match (place.is_empty(), is_lte) {
						(false, _) => "NROperatorCellDU",
						(true, false) => "NRCellDU",
						(true, true) => "EUtranGenericCell",
					};
					if is_vendor {
						parameter.vendor == name
					} else {
						parameter.name == name || parameter.name == format!("{class}.{name}")
					}
				});
				let name = parameter.map_or(name, |parameter| &parameter.name).to_owned();
				match &cell {
					None => own.push((name, value.to_owned())),
					Some(cell) => {
						let cell = (network.clone(), station.clone(), cell.clone());
						for (name, value) in &own {
							found.insert((cell.clone(), name.clone(), String::new()), value.clone());
						}
						found.insert((cell, name, place.clone()), value.to_owned());
					}
				}
			}
		}
		assert_eq!(depth, 0, "export-{party}.xml");
		assert!(found == values(&files[&format!("export-{party}.csv")]), "export-{party}");
	}
}

/// Prints how long a country takes: `cargo test --release -- --ignored --nocapture how_long`.
#[test]
#[ignore = "takes minutes and 15 GB"]
fn how_long_a_country_of_six_million_cells_takes() {
	let directory = tempfile::tempdir().unwrap();
	let country = Country::new(Plan::of(2_000_000)).unwrap();
	let start = std::time::Instant::now();
	let _ = borders::Borders::new(&country);
	println!("borders: {:?}", start.elapsed());
	let start = std::time::Instant::now();
	let written = country.write_cells(directory.path(), &CellPlan::default()).unwrap();
	println!("{written:?} {:?}", start.elapsed());
}
