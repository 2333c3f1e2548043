// SPDX-License-Identifier: Apache-2.0

//! Cells to measure with: every parameter of the catalogue that a cell of the station's technology has one value of, or one
//! for each operator. Most are alike everywhere, as in a network.

use trimast_primitives::{
	apis::SiteView,
	cells::{catalogue::plmns_value, CellValues, ParamId, ParamKey},
	site::Technology,
};

/// The parameter that [`changed`] changes: the digital tilt, which cells of both technologies have.
const TILT: ParamKey = ParamKey::of(ParamId(24));

/// Numbers and values that are alike in all cells of both technologies.
const ALIKE: [(u16, i64); 24] = [
	(7, 1),
	(8, 0),
	(22, 200_000),
	(27, 30),
	(29, 350),
	(33, 6),
	(34, 4),
	(35, 320),
	(36, 45),
	(37, 55),
	(40, -120),
	(41, -30),
	(47, 4),
	(48, 23),
	(50, 12),
	(51, -100),
	(53, 1),
	(54, 20),
	(55, 60),
	(56, 0x3ff),
	(61, 6),
	(24, 60),
	(25, 0),
	(49, 0),
];
/// Numbers and values that are alike in all NR cells.
const ALIKE_NR: [(u16, i64); 13] = [
	(1, 2),
	(10, 24),
	(13, 630_000),
	(14, 630_000),
	(15, 100),
	(16, 100),
	(17, 630_048),
	(18, 20),
	(19, 30),
	(20, 0),
	(23, 18),
	(26, 1),
	(52, 2_500),
];

/// The cells of the `n`-th station of a local network.
pub(super) fn cells_of(n: usize, view: &SiteView) -> Vec<CellValues> {
	(0..view.entry.station.cells).map(|cell| values(n as i64, cell, view)).collect()
}

fn values(n: i64, cell: u8, view: &SiteView) -> CellValues {
	let (station, cell) = (&view.entry.station, i64::from(cell));
	let places: Vec<u8> = (0..station.plmns.len() as u8).collect();
	let mut values: Vec<(u16, u8, i64)> = ALIKE.iter().map(|(number, value)| (*number, 0, *value)).collect();
	values.push((3, 0, plmns_value(&places).unwrap_or(1)));
	values.push((28, 0, cell * 1_200 % 3_600));
	let every_plmn = |number: u16, value: i64| places.iter().map(move |place| (number, *place, value));
	values.extend(every_plmn(6, 1));
	match station.technology {
		Technology::Nr => {
			values.extend(ALIKE_NR.iter().map(|(number, value)| (*number, 0, *value)));
			values.extend(
				[(2, 2), (5, 1), (30, 80), (31, 40), (32, 10)]
					.map(|(a, b)| every_plmn(a, b))
					.into_iter()
					.flatten(),
			);
			values.extend(every_plmn(4, i64::from(view.id.local_network.0)));
			values.extend(places.iter().map(|place| (9, *place, i64::from(*place) << 35 | n << 8 | cell)));
			values.push((11, 0, (n * 37 + cell * 336) % 1_008));
		}
		Technology::Lte => {
			values.extend([(62, 0, 1_300), (63, 0, 15), (12, 0, (n * 37 + cell * 168) % 504)]);
			values.extend(every_plmn(64, i64::from(view.id.local_network.0)));
		}
	}
	values.sort_unstable();
	values
		.into_iter()
		.map(|(number, place, value)| (ParamKey { param: ParamId(number), place }, value))
		.collect()
}

/// The values of a cell after somebody has changed one of them.
pub(super) fn changed(mut values: CellValues) -> CellValues {
	for (_, value) in values.iter_mut().filter(|(key, _)| *key == TILT) {
		*value += 5;
	}
	values
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::{Country, Plan};
	use trimast_primitives::{
		cells::are_ordered,
		page::SiteId,
		site::{StationEntry, StationState},
		OrgSet,
	};

	#[test]
	fn cells_are_as_many_as_the_station_has_and_in_order() {
		let country = Country::new(Plan::of(1_000)).unwrap();
		let local_network = country.local_networks().next().unwrap();
		for (n, named) in local_network.stations.into_iter().enumerate() {
			let id = SiteId { local_network: local_network.id, index: n as u32 };
			let count = usize::from(named.station.cells);
			let entry = StationEntry {
				station: named.station,
				state: StationState::OnAir,
				revision: 0,
				signed: OrgSet::EMPTY,
			};
			let cells = cells_of(n, &SiteView { id, entry });
			assert_eq!(cells.len(), count);
			for values in cells {
				assert!(are_ordered(&values) && (30..60).contains(&values.len()), "{values:?}");
				let other = changed(values.clone());
				assert_eq!(values.iter().zip(&other).filter(|(a, b)| a != b).count(), 1);
			}
		}
	}
}
