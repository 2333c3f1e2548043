// SPDX-License-Identifier: Apache-2.0

//! The cells of a country as the chain keeps them, without files.

use super::{
	borders::Borders,
	catalogue::{Domain, Scope},
	cells::{Columns, Row, ABSENT},
	network::{operator_of, Neighbour, Network, Radio},
	Country, LocalNetwork,
};
use anyhow::{Context, Result};
use trimast_primitives::{
	cells::{
		catalogue::{cell_value, plmns_value},
		CellId, CellValues, ParamId, ParamKey,
	},
	page::SiteId,
	site::{Station, StationCode},
	LocalNetworkId,
};

/// Makes the cells of a country, one local network at a time and in any order.
pub struct CellMaker<'a> {
	country: &'a Country,
	columns: Columns,
	borders: Borders,
}

impl<'a> CellMaker<'a> {
	/// Lays out what crosses the borders of local networks.
	///
	/// # Errors
	///
	/// The catalogue does not read.
	pub fn new(country: &'a Country) -> Result<Self> {
		Ok(Self { country, columns: Columns::new()?, borders: Borders::new(country) })
	}

	/// The country's `order`th local network, and the cells of each of its stations. `site` says which number a station has
	/// on the chain.
	///
	/// # Errors
	///
	/// A neighbour's station has no number.
	pub fn cells(
		&self,
		order: usize,
		site: impl Fn(LocalNetworkId, &StationCode) -> Option<SiteId>,
	) -> Result<(LocalNetwork, Vec<Vec<CellValues>>)> {
		let local_network = self.country.local_network(order).context("no such local network")?;
		let network = self.country.network(&self.borders, order, &local_network);
		let mut cells = vec![Vec::new(); local_network.stations.len()];
		let mut row = Row::new();
		for radio in &network.cells {
			self.columns.fill(&network, radio, &mut row);
			cells[radio.station as usize].push(self.values(&network, radio, &row, &site)?);
		}
		drop(network);
		Ok((local_network, cells))
	}

	fn values(
		&self,
		network: &Network,
		radio: &Radio,
		row: &Row,
		site: &impl Fn(LocalNetworkId, &StationCode) -> Option<SiteId>,
	) -> Result<CellValues> {
		let station = network.station(radio);
		let mut values = CellValues::new();
		for (n, value) in row.iter().enumerate().filter(|(_, value)| **value != ABSENT) {
			let (parameter, place) = (self.columns.parameter(n), self.columns.list[n].place);
			let place = match parameter.scope {
				Scope::Plmn => {
					place_of(station, place).context("a value of an operator that is not on air")?
				}
				_ => place as u8,
			};
			let value = match parameter.domain {
				Domain::Plmns => plmns(station, *value)?,
				Domain::Cell => cell_value(neighbour(network, *value as u32, site)?),
				_ => *value,
			};
			values.push((ParamKey { param: ParamId(parameter.number), place }, value));
		}
		values.sort_unstable();
		Ok(values)
	}
}

/// The place of an operator's PLMN in a station's list.
fn place_of(station: &Station, operator: usize) -> Option<u8> {
	station.plmns.iter().position(|plmn| operator_of(plmn) == operator).map(|place| place as u8)
}

/// A list of operators as the chain has it: by the places of their PLMNs in the station's list.
fn plmns(station: &Station, value: i64) -> Result<i64> {
	let operators = (0..4).map(|n| value >> (4 * n) & 15).take_while(|nibble| *nibble > 0);
	let places = operators.map(|nibble| place_of(station, nibble as usize - 1));
	let places: Vec<u8> = places.collect::<Option<_>>().context("a PLMN that is not on air")?;
	plmns_value(&places).context("a list of PLMNs")
}

/// The cell that the number of a neighbour stands for.
fn neighbour(
	network: &Network,
	number: u32,
	site: &impl Fn(LocalNetworkId, &StationCode) -> Option<SiteId>,
) -> Result<CellId> {
	let (local_network, code, cell) = match network.neighbour(number) {
		Neighbour::Here(radio) => (network.id, &network.station(radio).code, radio.number),
		Neighbour::Across(other) => (LocalNetworkId(other.local_network), &other.code, 0),
	};
	let site = site(local_network, code);
	let name = || format!("{} is not on the chain", String::from_utf8_lossy(code));
	Ok(CellId { site: site.with_context(name)?, cell })
}

#[cfg(test)]
mod tests {
	use super::{super::Plan, *};
	use std::collections::HashMap;
	use trimast_primitives::{
		cells::{are_ordered, catalogue::value_cell, CellTable},
		page::PAGE_SLOTS,
	};

	#[test]
	fn cells_are_as_many_as_stations_have_and_neighbours_name_stations() {
		let country = Country::new(Plan::of(3_000)).unwrap();
		let mut sites = HashMap::new();
		for local_network in country.local_networks() {
			for (n, named) in local_network.stations.iter().enumerate() {
				let site = SiteId { local_network: local_network.id, index: 1 + 2 * n as u32 };
				sites.insert((local_network.id, named.station.code.clone()), site);
			}
		}
		let maker = CellMaker::new(&country).unwrap();
		let (mut neighbours, mut across) = (0, 0);
		for order in [0, 7, 100] {
			let site = |id, code: &StationCode| sites.get(&(id, code.clone())).copied();
			let (local_network, cells) = maker.cells(order, site).unwrap();
			for (named, cells) in local_network.stations.iter().zip(&cells) {
				assert_eq!(cells.len(), usize::from(named.station.cells));
				for values in cells {
					assert!(are_ordered(values) && values.len() > 30, "{} values", values.len());
					for (_, value) in values.iter().filter(|(key, _)| key.param == ParamId(65)) {
						let cell = value_cell(*value).unwrap();
						assert_eq!(cell.site.index % 2, 1);
						neighbours += 1;
						across += usize::from(cell.site.local_network != local_network.id);
					}
				}
			}
		}
		assert!(neighbours > 50 && across < neighbours, "{neighbours}, {across} of them across a border");
		assert!(maker.cells(0, |_, _| None).is_err() && maker.cells(342, |_, _| None).is_err());
	}

	#[test]
	fn relations_are_nearly_half_of_a_full_page() {
		let country = Country::dense(Plan::of(6_000)).unwrap();
		let mut sites = HashMap::new();
		for local_network in country.local_networks() {
			for (n, named) in local_network.stations.iter().enumerate() {
				let site = SiteId { local_network: local_network.id, index: n as u32 };
				sites.insert((local_network.id, named.station.code.clone()), site);
			}
		}
		let maker = CellMaker::new(&country).unwrap();
		let (_, cells) = maker.cells(0, |id, code| sites.get(&(id, code.clone())).copied()).unwrap();
		let is_relation = |key: &ParamKey| {
			let parameter = maker.columns.parameters.iter().find(|one| ParamId(one.number) == key.param);
			matches!(parameter.unwrap().scope, Scope::Relation | Scope::Frequency)
		};
		let size = |stations: &[Vec<CellValues>]| CellTable::new(stations).unwrap().to_bytes().unwrap().len();
		let (mut all, mut without, mut count) = (0, 0, 0);
		for page in cells.chunks_exact(PAGE_SLOTS as usize) {
			let mut rest = page.to_vec();
			rest.iter_mut().flatten().for_each(|cell| cell.retain(|(key, _)| !is_relation(key)));
			(all, without) = (all + size(page), without + size(&rest));
			count += page.iter().map(Vec::len).sum::<usize>();
		}
		println!("{} bytes a cell, {} without relations and frequencies", all / count, without / count);
		assert!(count > 5_000 && without * 10 < all * 6, "{count} cells, {all} bytes, {without} without");
	}
}
