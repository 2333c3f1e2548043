// SPDX-License-Identifier: Apache-2.0

//! Relations of cells across the borders of local networks.
//!
//! A local network is made without looking into the next one. So what crosses a border is laid out beforehand, for the
//! whole country, from a few stations of every square of a fifth of a degree: which two stations are neighbours, and the
//! physical cell identities of both. Those come from a range that no other cell uses, and each is used once in a local
//! network, so neither side can collide with or confuse the other.

use super::{geometry::distance_m, Country, LocalNetwork};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	site::{StationCode, Technology},
	territory::Position,
};

/// Squares have this side, millionths of a degree.
const SQUARE: i32 = 200_000;
/// Stations of a technology and a local network that a square is known by.
const PER_SQUARE: usize = 6;
/// Neighbours stand at most this far from one another, metres: as far as a cell on a hill reaches. A square is as wide up to
/// 26 degrees of latitude, and what is missed farther north is missed on both sides.
const NEAR_M: f64 = 20_000.0;
/// Most relations between two local networks, of one technology.
const MOST: usize = 4;

/// The first physical cell identity that cells at borders use: a multiple of 3.
pub(super) const fn first_identity(technology: Technology) -> u16 {
	match technology {
		Technology::Nr => 756,
		Technology::Lte => 378,
	}
}

/// How many physical cell identities there are.
pub(super) const fn identities(technology: Technology) -> u16 {
	match technology {
		Technology::Nr => 1_008,
		Technology::Lte => 504,
	}
}

/// A cell of another local network: the first one of its station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Foreign {
	/// Where.
	pub(super) local_network: u16,
	/// Its station.
	pub(super) code: StationCode,
}

/// A relation across a border, as one of the two sides has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Crossing {
	/// The station on this side, by its place in the local network. Its first cell has the relation.
	pub(super) station: u32,
	/// The physical cell identity of that cell.
	pub(super) identity: u16,
	/// The cell on the other side.
	pub(super) other: Foreign,
}

/// Every relation across a border, by local network.
#[derive(Default)]
pub(super) struct Borders(BTreeMap<u16, Vec<Crossing>>);

/// A station that a square is known by.
struct Known {
	local_network: u16,
	station: u32,
	position: Position,
	code: StationCode,
}

impl Known {
	fn id(&self) -> (u16, u32) {
		(self.local_network, self.station)
	}
}

impl Borders {
	/// Lays out the borders of a country.
	pub(super) fn new(country: &Country) -> Self {
		let mut borders = Self::default();
		let mut squares: [BTreeMap<(i32, i32), Vec<Known>>; 2] = Default::default();
		for local_network in country.local_networks() {
			learn(&mut squares, &local_network);
		}
		for (technology, squares) in [Technology::Lte, Technology::Nr].into_iter().zip(&squares) {
			borders.add(technology, squares);
		}
		borders
	}

	/// The relations of a local network to others.
	pub(super) fn of(&self, local_network: u16) -> &[Crossing] {
		self.0.get(&local_network).map_or(&[], Vec::as_slice)
	}

	fn add(&mut self, technology: Technology, squares: &BTreeMap<(i32, i32), Vec<Known>>) {
		let mut pairs = Vec::new();
		for ((row, column), here) in squares {
			for (row, column) in [
				(*row, *column),
				(*row, column + 1),
				(row + 1, column - 1),
				(row + 1, *column),
				(row + 1, column + 1),
			] {
				let Some(there) = squares.get(&(row, column)) else { continue };
				for a in here {
					for b in there.iter().filter(|b| b.local_network != a.local_network) {
						let metres = distance_m(a.position, b.position);
						if metres <= NEAR_M {
							let (a, b) = if a.id() < b.id() { (a, b) } else { (b, a) };
							pairs.push((metres as u32, a.id(), b.id(), a, b));
						}
					}
				}
			}
		}
		pairs.sort_by_key(|(metres, a, b, ..)| (*metres, *a, *b));
		let mut taken = BTreeSet::new();
		let mut relations: BTreeMap<(u16, u16), usize> = BTreeMap::new();
		let mut used: BTreeMap<u16, BTreeSet<u16>> = BTreeMap::new();
		// Two for each relation, both multiples of 3 as the first sector has them.
		let places = (identities(technology) - first_identity(technology)) / 6;
		for (_, _, _, a, b) in pairs {
			let between = relations.entry((a.local_network, b.local_network)).or_default();
			if *between == MOST || taken.contains(&a.id()) || taken.contains(&b.id()) {
				continue;
			}
			let is_free =
				|network: u16, place: u16| !used.get(&network).is_some_and(|used| used.contains(&place));
			let place = (0..places)
				.find(|place| is_free(a.local_network, *place) && is_free(b.local_network, *place));
			let Some(place) = place else { continue };
			*between += 1;
			for (n, (this, that)) in [(a, b), (b, a)].into_iter().enumerate() {
				taken.insert(this.id());
				used.entry(this.local_network).or_default().insert(place);
				self.0.entry(this.local_network).or_default().push(Crossing {
					station: this.station,
					identity: first_identity(technology) + 6 * place + 3 * n as u16,
					other: Foreign { local_network: that.local_network, code: that.code.clone() },
				});
			}
		}
	}
}

/// Notes a few stations of each square.
fn learn(squares: &mut [BTreeMap<(i32, i32), Vec<Known>>; 2], local_network: &LocalNetwork) {
	let id = local_network.id.0;
	for (n, named) in local_network.stations.iter().enumerate() {
		let station = &named.station;
		let position = station.position;
		let square = (position.latitude.div_euclid(SQUARE), position.longitude.div_euclid(SQUARE));
		let known = squares[usize::from(station.technology == Technology::Nr)].entry(square).or_default();
		let own = known.iter().rev().take_while(|known| known.local_network == id).count();
		if own < PER_SQUARE {
			known.push(Known { local_network: id, station: n as u32, position, code: station.code.clone() });
		}
	}
}

#[cfg(test)]
mod tests {
	use super::{super::Plan, *};
	use std::collections::HashMap;

	#[test]
	fn relations_stand_on_both_sides_and_identities_once_in_a_local_network() {
		let country = Country::new(Plan::of(40_000)).unwrap();
		let borders = Borders::new(&country);
		let mut sides: HashMap<(StationCode, StationCode), u16> = HashMap::new();
		for local_network in country.local_networks() {
			let mut seen = BTreeSet::new();
			for crossing in borders.of(local_network.id.0) {
				let station = &local_network.stations[crossing.station as usize].station;
				assert!(seen.insert((station.technology, crossing.identity)));
				assert!((first_identity(station.technology)..identities(station.technology))
					.contains(&crossing.identity));
				assert_ne!(crossing.other.local_network, local_network.id.0);
				sides.insert((station.code.clone(), crossing.other.code.clone()), crossing.identity);
			}
		}
		assert!(sides.len() >= 40, "{}", sides.len());
		for ((here, there), identity) in &sides {
			let other = sides.get(&(there.clone(), here.clone()));
			assert!(other.is_some_and(|other| other != identity), "{here:?} {there:?}");
		}
	}
}
