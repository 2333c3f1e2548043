// SPDX-License-Identifier: Apache-2.0

//! The radio network of a local network: which sector and carrier each cell has, who its neighbours are, and its physical
//! cell identity.
//!
//! Cells of one station are neighbours of each other; others are chosen by distance, those that face each other, 4 to 8 a
//! cell wherever the local network has so many. A relation stands on both sides. No two cells have one physical cell
//! identity that are neighbours or have a neighbour in common.

use super::{
	borders::{first_identity, identities, Crossing, Foreign},
	nearest::{Nearest, Point},
	stations::Named,
	CARRIER_ONE, CARRIER_TWO,
};
use std::f32::consts::{PI, TAU};
use trimast_primitives::{
	site::{Plmn, SharingMode, Station, Technology},
	LocalNetworkId, OrgId,
};

/// Most neighbours of a cell.
pub(super) const MAX_NEIGHBOURS: usize = 8;
/// Fewest neighbours of a cell, wherever there are so many.
pub(super) const MIN_NEIGHBOURS: usize = 4;
/// By facing alone a cell gets so many; the rest is left for cells that lack some.
const FACING_NEIGHBOURS: usize = 6;
/// Stations around one that are looked at first, and when that is not enough.
const AROUND: [usize; 2] = [6, 24];
/// Set in the number of a neighbour that stands in another local network.
const FOREIGN: u32 = 1 << 31;
/// No physical cell identity yet.
const UNPLANNED: u16 = u16::MAX;
/// Kilometres in a millionth of a degree of latitude.
const KM_PER_MICRODEGREE: f64 = 111.2e-6;

/// A carrier frequency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Carrier {
	/// NR-ARFCN or EARFCN of the downlink.
	pub(super) number: i64,
	/// NR-ARFCN of the synchronisation signal, or the EARFCN again.
	pub(super) reference: i64,
}

/// The carriers of each operator: NR at 3450 and 3550 MHz, 100 MHz each, with the reference signal on its own raster.
const NR_CARRIERS: [[Carrier; 1]; 2] =
	[[Carrier { number: 630_000, reference: 627_264 }], [Carrier { number: 636_666, reference: 633_984 }]];
/// LTE in bands 3 and 1, 20 MHz each: 1870 and 2120 MHz, 1850 and 2140 MHz.
const LTE_CARRIERS: [[Carrier; 2]; 2] = [
	[Carrier { number: 1_850, reference: 1_850 }, Carrier { number: 100, reference: 100 }],
	[Carrier { number: 1_650, reference: 1_650 }, Carrier { number: 300, reference: 300 }],
];

/// The spectrum that each carrier holds, kHz: that of the fixtures for 5G, and 20 MHz in bands 3 and 1 for 4G.
pub const SPECTRUM: [(OrgId, u32, u32); 6] = [
	(CARRIER_ONE, 3_400_000, 3_500_000),
	(CARRIER_ONE, 1_860_000, 1_880_000),
	(CARRIER_ONE, 2_110_000, 2_130_000),
	(CARRIER_TWO, 3_500_000, 3_600_000),
	(CARRIER_TWO, 1_840_000, 1_860_000),
	(CARRIER_TWO, 2_130_000, 2_150_000),
];

/// The carriers of an operator.
pub(super) fn carriers(technology: Technology, operator: usize) -> &'static [Carrier] {
	match technology {
		Technology::Nr => &NR_CARRIERS[operator],
		Technology::Lte => &LTE_CARRIERS[operator],
	}
}

/// The two operators, by what columns and frequencies are sorted by.
pub(super) const OPERATORS: [OrgId; 2] = [CARRIER_ONE, CARRIER_TWO];

/// Which operator a company is.
pub(super) fn operator(org: OrgId) -> usize {
	usize::from(org == CARRIER_TWO)
}

/// Which operator a PLMN is of.
pub(super) fn operator_of(plmn: &Plmn) -> usize {
	usize::from(plmn.mnc == 1)
}

/// A cell as radio planners see it.
#[derive(Clone, Debug)]
pub(super) struct Radio {
	/// Its station, by its place in the local network.
	pub(super) station: u32,
	/// Its number within the station.
	pub(super) number: u8,
	/// Which sector of the station it serves.
	pub(super) sector: u8,
	/// How many sectors the station has.
	pub(super) sectors: u8,
	/// Which of the carriers on the sector it is.
	pub(super) layer: u8,
	/// Whose carrier it is.
	pub(super) operator: u8,
	/// Its carrier.
	pub(super) carrier: Carrier,
	/// Its physical cell identity.
	pub(super) identity: u16,
	neighbours: [u32; MAX_NEIGHBOURS],
	degree: u8,
}

impl Radio {
	/// Its neighbours, by their numbers in the network: [`Network::neighbour`] says what such a number is.
	pub(super) fn neighbours(&self) -> &[u32] {
		&self.neighbours[..usize::from(self.degree)]
	}

	fn has_room(&self, most: usize) -> bool {
		usize::from(self.degree) < most
	}

	fn add(&mut self, neighbour: u32) {
		self.neighbours[usize::from(self.degree)] = neighbour;
		self.degree += 1;
	}
}

/// What the number of a neighbour stands for.
pub(super) enum Neighbour<'a> {
	/// A cell of this local network.
	Here(&'a Radio),
	/// The first cell of a station of another one.
	Across(&'a Foreign),
}

/// The cells of a local network.
pub(super) struct Network<'a> {
	/// Where.
	pub(super) id: LocalNetworkId,
	/// Which one of the country's it is, from 0.
	pub(super) order: usize,
	/// How many stations the local networks before it have.
	pub(super) stations_before: usize,
	/// Of the country.
	pub(super) seed: u64,
	/// Its stations, by their codes.
	pub(super) stations: &'a [Named],
	/// Its cells, by station and number.
	pub(super) cells: Vec<Radio>,
	first_cell: Vec<u32>,
	crossings: &'a [Crossing],
}

/// Direction of a station's first sector, tenths of a degree from north.
fn first_azimuth(station: usize) -> u32 {
	(station as u32).wrapping_mul(2_654_435_761) % 4 * 300
}

impl Radio {
	/// Where the cell points to, tenths of a degree from north.
	pub(super) fn azimuth(&self) -> u32 {
		if self.sectors == 1 {
			return 0;
		}
		(first_azimuth(self.station as usize) + u32::from(self.sector) * 3_600 / u32::from(self.sectors))
			% 3_600
	}
}

/// The cells of one station.
fn cells_of(number: usize, station: &Station) -> impl Iterator<Item = Radio> + '_ {
	let parties: Vec<usize> =
		std::iter::once(station.owner).chain(station.sharers.iter()).map(operator).collect();
	let layers = match (station.mode, station.cells) {
		// A carrier for each operator.
		(SharingMode::Moran, 2..) => parties.len() as u8,
		(_, cells) if cells >= 6 => 2,
		_ => 1,
	};
	let sectors = station.cells.div_ceil(layers);
	(0..station.cells).map(move |cell| {
		// Where each operator has a carrier of its own, it has one on every sector that there are cells for.
		let (sector, layer) = match station.mode {
			SharingMode::Moran => (cell / layers, cell % layers),
			_ => (cell % sectors, cell / sectors),
		};
		let own = carriers(station.technology, parties[0]);
		let (operator, carrier) = match (station.mode, usize::from(layer)) {
			(SharingMode::Moran, layer) => {
				let operator = parties[layer % parties.len()];
				(operator, carriers(station.technology, operator)[0])
			}
			(_, layer) if layer < own.len() => (parties[0], own[layer]),
			// The second layer of 5G is the other carrier's spectrum.
			(_, layer) => {
				let operator = parties[layer % parties.len()];
				(operator, carriers(station.technology, operator)[0])
			}
		};
		Radio {
			station: number as u32,
			number: cell,
			sector,
			sectors,
			layer,
			operator: operator as u8,
			carrier,
			identity: UNPLANNED,
			neighbours: [0; MAX_NEIGHBOURS],
			degree: 0,
		}
	})
}

impl<'a> Network<'a> {
	/// Plans the cells of a local network.
	pub(super) fn new(
		(id, order, stations_before, seed): (LocalNetworkId, usize, usize, u64),
		stations: &'a [Named],
		crossings: &'a [Crossing],
	) -> Self {
		let mut first_cell = Vec::with_capacity(stations.len() + 1);
		let mut cells = Vec::with_capacity(stations.len() * 3);
		for (number, named) in stations.iter().enumerate() {
			first_cell.push(cells.len() as u32);
			cells.extend(cells_of(number, &named.station));
		}
		first_cell.push(cells.len() as u32);
		let mut network = Self { id, order, stations_before, seed, stations, cells, first_cell, crossings };
		for (n, crossing) in crossings.iter().enumerate() {
			let cell = network.first_cell[crossing.station as usize] as usize;
			network.cells[cell].add(FOREIGN | n as u32);
			network.cells[cell].identity = crossing.identity;
		}
		for technology in [Technology::Lte, Technology::Nr] {
			network.relate(technology);
		}
		network.plan_identities();
		network
	}

	/// The station of a cell.
	pub(super) fn station(&self, cell: &Radio) -> &'a Station {
		&self.stations[cell.station as usize].station
	}

	/// What the number of a neighbour stands for.
	pub(super) fn neighbour(&self, number: u32) -> Neighbour<'_> {
		if number & FOREIGN == 0 {
			Neighbour::Here(&self.cells[number as usize])
		} else {
			Neighbour::Across(&self.crossings[(number & !FOREIGN) as usize].other)
		}
	}

	fn cells_at(&self, station: u32) -> std::ops::Range<u32> {
		self.first_cell[station as usize]..self.first_cell[station as usize + 1]
	}

	fn link(&mut self, a: u32, b: u32) -> bool {
		let [one, other] = [a, b].map(|cell| &self.cells[cell as usize]);
		let may = a != b
			&& one.has_room(MAX_NEIGHBOURS)
			&& other.has_room(MAX_NEIGHBOURS)
			&& !one.neighbours().contains(&b);
		if may {
			self.cells[a as usize].add(b);
			self.cells[b as usize].add(a);
		}
		may
	}

	/// The cell of a station that points best into a direction (radians from north) and has room.
	fn facing(&self, station: u32, direction: f32) -> Option<u32> {
		let away = |cell: u32| {
			let azimuth = self.cells[cell as usize].azimuth() as f32 * (TAU / 3_600.0);
			let turn = (azimuth - direction).rem_euclid(TAU);
			turn.min(TAU - turn)
		};
		self.cells_at(station)
			.filter(|cell| self.cells[*cell as usize].has_room(FACING_NEIGHBOURS))
			.min_by(|a, b| away(*a).total_cmp(&away(*b)).then(a.cmp(b)))
	}

	/// Makes cells of one technology neighbours.
	fn relate(&mut self, technology: Technology) {
		let is_of = |n: &usize| self.stations[*n].station.technology == technology;
		let numbers: Vec<usize> = (0..self.stations.len()).filter(is_of).collect();
		let points = self.points(&numbers);
		let tree = Nearest::new(points.clone());
		for station in &numbers {
			let cells = self.cells_at(*station as u32);
			for a in cells.clone() {
				for b in a + 1..cells.end {
					self.link(a, b);
				}
			}
		}

		let mut found = Vec::new();
		let mut pairs = Vec::with_capacity(numbers.len() * AROUND[0]);
		// Places in `points`, which stand in the order of the stations.
		let place = |id: u32| numbers.binary_search(&(id as usize)).ok();
		for at in &points {
			tree.find(at, AROUND[0], &mut found);
			for (distance, id) in &found {
				let Some(other) = place(*id).map(|place| points[place]) else { continue };
				let (a, b) = if at.id < other.id { (*at, other) } else { (other, *at) };
				pairs.push((*distance, a, b));
			}
		}
		pairs.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then((x.1.id, x.2.id).cmp(&(y.1.id, y.2.id))));
		pairs.dedup_by_key(|(_, a, b)| (a.id, b.id));
		for (_, a, b) in pairs {
			let direction = (b.east - a.east).atan2(b.north - a.north);
			if let (Some(one), Some(other)) =
				(self.facing(a.id, direction), self.facing(b.id, direction + PI))
			{
				self.link(one, other);
			}
		}

		for at in &points {
			for cell in self.cells_at(at.id) {
				if self.cells[cell as usize].has_room(MIN_NEIGHBOURS) {
					self.fill_up(cell, at, &tree, numbers.len(), &mut found);
				}
			}
		}
	}

	/// Finds more neighbours for a cell that has too few, farther and farther away.
	fn fill_up(
		&mut self,
		cell: u32,
		at: &Point,
		tree: &Nearest,
		stations: usize,
		found: &mut Vec<(f32, u32)>,
	) {
		let mut around = AROUND[1];
		loop {
			tree.find(at, around, found);
			for (_, station) in found.iter() {
				for other in self.cells_at(*station) {
					self.link(cell, other);
					if !self.cells[cell as usize].has_room(MIN_NEIGHBOURS) {
						return;
					}
				}
			}
			if around >= stations {
				return;
			}
			around *= 4;
		}
	}

	/// Where stations stand, km from the first.
	fn points(&self, numbers: &[usize]) -> Vec<Point> {
		let Some(first) = self.stations.first() else { return Vec::new() };
		let origin = first.station.position;
		let narrowing = (f64::from(origin.latitude) / 1e6).to_radians().cos();
		let point = |number: &usize| {
			let position = self.stations[*number].station.position;
			let north = f64::from(position.latitude - origin.latitude) * KM_PER_MICRODEGREE;
			let east = f64::from(position.longitude - origin.longitude) * KM_PER_MICRODEGREE * narrowing;
			Point { east: east as f32, north: north as f32, id: *number as u32 }
		};
		numbers.iter().map(point).collect()
	}

	/// Gives every cell that has none a physical cell identity that no neighbour has, and no neighbour of a neighbour:
	/// whatever its carrier, so that a carrier may be added later. Its remainder by 3 is the sector, so that the primary
	/// synchronisation signals of a station differ.
	fn plan_identities(&mut self) {
		for n in 0..self.cells.len() {
			let cell = &self.cells[n];
			if cell.identity != UNPLANNED {
				continue;
			}
			let technology = self.stations[cell.station as usize].station.technology;
			let groups = first_identity(technology) / 3;
			let class = u16::from(cell.sector % 3);
			// At most 8 neighbours with 7 more each: 64 groups are taken, of 126 or more.
			let mut taken = [0u64; 4];
			let mut take = |identity: u16| {
				if identity % 3 == class && identity / 3 < groups {
					taken[usize::from(identity / 3) / 64] |= 1 << (identity / 3 % 64);
				}
			};
			for number in cell.neighbours().iter().filter(|number| **number & FOREIGN == 0) {
				let neighbour = &self.cells[*number as usize];
				take(neighbour.identity);
				for next in neighbour.neighbours().iter().filter(|next| **next & FOREIGN == 0) {
					take(self.cells[*next as usize].identity);
				}
			}
			let start = (cell.station.wrapping_mul(2_654_435_761) >> 8) % u32::from(groups);
			let free = (0..groups)
				.map(|n| (start as u16 + n) % groups)
				.find(|group| taken[usize::from(group / 64)] >> (group % 64) & 1 == 0);
			self.cells[n].identity = free.unwrap_or_default() * 3 + class;
		}
		debug_assert!(self.cells.iter().all(|cell| {
			cell.identity < identities(self.stations[cell.station as usize].station.technology)
		}));
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// TS 38.104 for frequencies from 3 GHz on; TS 36.104 for bands 1 and 3.
	fn khz(technology: Technology, number: i64) -> i64 {
		match (technology, number) {
			(Technology::Nr, number) => 3_000_000 + 15 * (number - 600_000),
			(Technology::Lte, 1_200..) => 1_805_000 + 100 * (number - 1_200),
			(Technology::Lte, number) => 2_110_000 + 100 * number,
		}
	}

	#[test]
	fn carriers_lie_in_their_operators_spectrum() {
		for technology in [Technology::Nr, Technology::Lte] {
			// The raster of 30 kHz has no point in the middle of 3500 to 3600 MHz: the guard band has room for half a step.
			let (half, slack) = if technology == Technology::Nr { (50_000, 15) } else { (10_000, 0) };
			for (n, org) in OPERATORS.into_iter().enumerate() {
				for carrier in carriers(technology, n) {
					let is_within = |centre: i64, half: i64| {
						SPECTRUM.iter().any(|(holder, from, to)| {
							*holder == org
								&& i64::from(*from) <= centre - half
								&& centre + half <= i64::from(*to)
						})
					};
					assert!(is_within(khz(technology, carrier.number), half - slack), "{carrier:?}");
					assert!(is_within(khz(technology, carrier.reference), 3_600), "{carrier:?}");
				}
			}
		}
	}
}
