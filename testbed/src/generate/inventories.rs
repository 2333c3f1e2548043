// SPDX-License-Identifier: Apache-2.0

//! The three parties' own books of a local network, with mistakes planted in them. A party keeps books of the stations
//! that name it: what a carrier builds for itself on its own mast stands in its own books alone.
//!
//! | kind | what is done to one party's books | what a reconciliation has to say |
//! |---|---|---|
//! | `duplicate` | the station stands twice, under two own codes, the second time perhaps without the common code (that is planted as `without-code` too) | this party has it twice |
//! | `missing` | the station is left out (sometimes of two parties' books) | this party lacks it |
//! | `contradictory` | one field has another value | the parties differ in this station |
//! | `without-code` | the common code is lost and the position is a little off | this record is that station |
//! | `unmatched` | a station that nobody else knows, without a common code | this record is no known station |
//!
//! Nothing ambiguous is planted: a record that loses its code stands where no other station of its technology is near, so
//! that any sensible rule of technology, distance and name finds it; at most one mistake is made with one station; and
//! what only another party's books can show is planted only where another party keeps the station.

use super::{
	geometry::{distance_m, nearby, Neighbourhood},
	stations::Named,
	PARTIES,
};
use rand::{seq::SliceRandom, Rng};
use trimast_primitives::{
	site::{Station, StationClass, StationCode, Technology},
	territory::Position,
	OrgId,
};

/// A record that loses its code moves at most this far, metres.
const MOVED_M: f64 = 60.0;
/// And no other station of its technology stands closer than this, metres.
const ALONE_M: f64 = 380.0;

/// A record of a party's books.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
	/// The party's own code.
	pub own_code: String,
	/// The party's name of the station.
	pub name: String,
	/// What it knows of the station; the code is empty where the party does not know the common one.
	pub station: Station,
}

/// What was planted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
	/// The party has the station twice.
	Duplicate,
	/// The party lacks the station.
	Missing,
	/// The party's record says something else.
	Contradictory,
	/// The party's record has lost the common code.
	WithoutCode,
	/// The party has a station without a common code that nobody else knows.
	Unmatched,
}

impl Kind {
	/// Every kind.
	pub const ALL: [Self; 5] =
		[Self::Duplicate, Self::Missing, Self::Contradictory, Self::WithoutCode, Self::Unmatched];

	/// How the list of planted mistakes calls it.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Duplicate => "duplicate",
			Self::Missing => "missing",
			Self::Contradictory => "contradictory",
			Self::WithoutCode => "without-code",
			Self::Unmatched => "unmatched",
		}
	}
}

/// One planted mistake, a line of `planted.csv`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Planted {
	/// GB/T 2260 code of the local network.
	pub local_network: u16,
	/// What was done.
	pub kind: Kind,
	/// In whose books.
	pub party: OrgId,
	/// The common code of the station; empty for one that nobody else knows.
	pub code: String,
	/// The party's own code of the record: the second one of a duplicate, empty for one that is missing.
	pub own_code: String,
	/// The column that differs, for a contradiction.
	pub field: &'static str,
}

/// What is done to one party's record of a station.
enum Mistake {
	None,
	Twice,
	TwiceWithoutCode(Position),
	LeftOut,
	Says(Box<Station>),
	CodeLost(Position),
}

/// The three parties' books of a local network.
#[derive(Default)]
pub struct Books {
	/// The records of each of [`PARTIES`].
	pub records: [Vec<Record>; 3],
	/// What was planted in them.
	pub planted: Vec<Planted>,
}

fn text(code: &StationCode) -> String {
	String::from_utf8_lossy(code).into_owned()
}

/// How each party writes its own codes.
fn own_code(party: usize, local_network: u16, number: usize) -> String {
	match party {
		0 => format!("A{local_network:04}{number:06}"),
		1 => format!("{local_network:04}-B-{number:05}"),
		_ => format!("SITE.{local_network:04}.{number:05}"),
	}
}

/// How each party words a station's name.
fn own_name(party: usize, name: &str) -> String {
	match party {
		0 => name.to_owned(),
		1 => format!("{name}站"),
		_ => format!("{name}基站"),
	}
}

/// Changes one field; says which. A station that is moved must not come near another of its technology.
fn contradict(rng: &mut impl Rng, map: &mut Map, station: &Station) -> (Station, &'static str) {
	let mut other = station.clone();
	let moved = Position { latitude: station.position.latitude + 4_000, ..station.position };
	let may_move = map.of(station.technology).count_within(moved, ALONE_M) == 0;
	let field = match rng.gen_range(0..8) {
		0 => {
			other.autonomy_minutes += 60;
			"autonomy_minutes"
		}
		1 => {
			other.battery_ah += 100;
			"battery_ah"
		}
		2 => {
			other.class = match station.class {
				StationClass::Ordinary => StationClass::Vip,
				_ => StationClass::Ordinary,
			};
			"class"
		}
		3 => {
			other.rated_power_w += 150;
			"rated_power_w"
		}
		4 if may_move => {
			map.of(station.technology).add(moved);
			other.position = moved;
			"latitude"
		}
		5 => {
			other.tenants += 1;
			"tenants"
		}
		6 => {
			other.generator_minutes += 30;
			"generator_minutes"
		}
		_ => {
			other.cells += 1;
			"cells"
		}
	};
	(other, field)
}

/// Where stations of each technology stand, and where codes were lost.
struct Map([Neighbourhood; 2]);

impl Map {
	fn new(stations: &[Named]) -> Self {
		let mut map = Self(Default::default());
		for Named { station, .. } in stations {
			map.of(station.technology).add(station.position);
		}
		map
	}

	fn of(&mut self, technology: Technology) -> &mut Neighbourhood {
		let Self([lte, nr]) = self;
		match technology {
			Technology::Lte => lte,
			Technology::Nr => nr,
		}
	}
}

/// The parties' books of a local network whose stations are `stations`. About `per_mille` of a thousand stations get a
/// mistake.
pub(super) fn books(rng: &mut impl Rng, local_network: u16, stations: &[Named], per_mille: u32) -> Books {
	let mut map = Map::new(stations);
	let mut books = Books::default();
	for (n, named) in stations.iter().enumerate() {
		let (number, station) = (n + 1, &named.station);
		let code = text(&station.code);
		let named_parties: Vec<usize> =
			(0..PARTIES.len()).filter(|party| station.named().contains(PARTIES[*party])).collect();
		let mut mistakes = [Mistake::None, Mistake::None, Mistake::None];
		if rng.gen_range(0..1_000) < per_mille {
			let kind = *[
				Kind::Duplicate,
				Kind::Duplicate,
				Kind::Missing,
				Kind::Missing,
				Kind::Contradictory,
				Kind::Contradictory,
				Kind::WithoutCode,
				Kind::WithoutCode,
				Kind::Unmatched,
			]
			.choose(rng)
			.unwrap_or(&Kind::Missing);
			let party = *named_parties.choose(rng).unwrap_or(&0);
			let mut note = |kind, party: usize, code: &str, own_code: String, field| {
				let code = code.to_owned();
				books.planted.push(Planted {
					local_network,
					kind,
					party: PARTIES[party],
					code,
					own_code,
					field,
				});
			};
			let alone = map.of(station.technology).count_within(station.position, ALONE_M) == 1;
			match kind {
				Kind::Missing | Kind::Contradictory | Kind::WithoutCode if named_parties.len() < 2 => {}
				Kind::Duplicate => {
					let second = format!("{}-2", own_code(party, local_network, number));
					note(kind, party, &code, second.clone(), "");
					mistakes[party] = if alone && rng.gen_bool(0.3) {
						note(Kind::WithoutCode, party, &code, second, "");
						Mistake::TwiceWithoutCode(nearby(rng, station.position, MOVED_M))
					} else {
						Mistake::Twice
					};
				}
				Kind::Contradictory => {
					let (other, field) = contradict(rng, &mut map, station);
					note(kind, party, &code, own_code(party, local_network, number), field);
					mistakes[party] = Mistake::Says(Box::new(other));
				}
				Kind::WithoutCode if alone => {
					let position = nearby(rng, station.position, MOVED_M);
					note(kind, party, &code, own_code(party, local_network, number), "");
					mistakes[party] = Mistake::CodeLost(position);
				}
				Kind::Unmatched => {
					let own_code = own_code(party, local_network, stations.len() + number);
					if let Some(record) = stranger(rng, &mut map, named, party, own_code.clone()) {
						note(kind, party, "", own_code, "");
						books.records[party].push(record);
					}
				}
				Kind::Missing | Kind::WithoutCode => {
					note(Kind::Missing, party, &code, String::new(), "");
					mistakes[party] = Mistake::LeftOut;
					let second = named_parties.iter().find(|other| **other != party);
					if let (Some(second), true) = (second, named_parties.len() == 3 && rng.gen_bool(0.1)) {
						note(Kind::Missing, *second, &code, String::new(), "");
						mistakes[*second] = Mistake::LeftOut;
					}
				}
			}
		}
		for (party, mistake) in mistakes.into_iter().enumerate() {
			if !named_parties.contains(&party) {
				continue;
			}
			let mut record = Record {
				own_code: own_code(party, local_network, number),
				name: own_name(party, &named.name),
				station: station.clone(),
			};
			match mistake {
				Mistake::None => {}
				Mistake::LeftOut => continue,
				Mistake::Twice => books.records[party].push(second(&record)),
				Mistake::TwiceWithoutCode(position) => {
					let mut second = second(&record);
					second.station.code = StationCode::default();
					second.station.position = position;
					books.records[party].push(second);
				}
				Mistake::Says(other) => record.station = *other,
				Mistake::CodeLost(position) => {
					record.station.code = StationCode::default();
					record.station.position = position;
				}
			}
			books.records[party].push(record);
		}
	}
	for records in &mut books.records {
		records.shuffle(rng);
	}
	books
}

/// The same record under a second own code.
fn second(record: &Record) -> Record {
	Record { own_code: format!("{}-2", record.own_code), ..record.clone() }
}

/// A record of a station that does not exist: like `model`, some kilometres away, where nothing of its technology is near.
fn stranger(
	rng: &mut impl Rng,
	map: &mut Map,
	model: &Named,
	party: usize,
	own_code: String,
) -> Option<Record> {
	let technology = model.station.technology;
	let position = (0..20).map(|_| nearby(rng, model.station.position, 9_000.0)).find(|at| {
		distance_m(*at, model.station.position) > ALONE_M
			&& map.of(technology).count_within(*at, ALONE_M) == 0
	})?;
	map.of(technology).add(position);
	let station = Station { code: StationCode::default(), position, tower: None, ..model.station.clone() };
	let name = own_name(party, &format!("待核{}", rng.gen_range(100_000..1_000_000)));
	Some(Record { own_code, name, station })
}
