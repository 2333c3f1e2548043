// SPDX-License-Identifier: Apache-2.0

//! The territory, as `data/regions.csv` has it: where the generated stations stand.

use anyhow::{Context, Result};
use serde::Deserialize;
use trimast_primitives::LocalNetworkId;

/// The file, as it stood when this was compiled.
const REGIONS: &str = include_str!("../../data/regions.csv");

/// A local network.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Region {
	/// GB/T 2260 code of four digits.
	pub code: u16,
	/// The first two digits of the code.
	pub province_code: u8,
	/// Name of the province.
	pub province: String,
	/// Name of the prefecture-level division.
	pub local_network: String,
	/// Centroid, degrees east, WGS 84.
	pub longitude: f64,
	/// Centroid, degrees north, WGS 84.
	pub latitude: f64,
	/// Area, km2.
	pub area_km2: f64,
	/// Number of counties and districts.
	pub counties: u8,
	/// Number of towns and subdistricts.
	pub towns: u32,
	/// Number of villages and neighbourhoods: the weight for how many stations stand here.
	pub villages: u32,
}

impl Region {
	/// The local network's number on the chain.
	pub const fn id(&self) -> LocalNetworkId {
		LocalNetworkId(self.code)
	}

	/// Radius of the circle that has the region's area, km.
	pub fn radius_km(&self) -> f64 {
		(self.area_km2 / std::f64::consts::PI).sqrt()
	}

	/// What the region is called in the name of a station: the province's name where the division's own is only a word
	/// for "the city itself".
	pub fn short_name(&self) -> &str {
		match self.local_network.as_str() {
			"市辖区" | "县" => &self.province,
			name if name.contains("直辖") => &self.province,
			name => name,
		}
	}
}

/// Every local network, by code.
///
/// # Errors
///
/// The file has a row that does not read as a [`Region`].
pub fn regions() -> Result<Vec<Region>> {
	let mut regions = csv::Reader::from_reader(REGIONS.as_bytes())
		.deserialize()
		.collect::<Result<Vec<Region>, _>>()
		.context("data/regions.csv")?;
	regions.sort_by_key(|region| region.code);
	Ok(regions)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn territory_is_whole() {
		let regions = regions().unwrap();
		let mut provinces: Vec<u8> = regions.iter().map(|region| region.province_code).collect();
		provinces.dedup();
		assert_eq!((regions.len(), provinces.len()), (342, 31));
		assert!(regions.windows(2).all(|pair| pair[0].code < pair[1].code));
		for region in &regions {
			assert_eq!(region.id().province().0, region.province_code);
			assert!(region.villages > 0 && region.counties > 0 && region.radius_km() > 1.0, "{region:?}");
		}
	}
}
