// SPDX-License-Identifier: Apache-2.0
//! The 342 local networks at genesis, from `data/regions.csv` (its origin: data/README.md).

use alloc::{string::String, vec::Vec};
use pallet_sites::GenesisLocalNetwork;
use trimast_primitives::{page::MAX_BUCKETS, LocalNetworkId};

const REGIONS: &str = include_str!("../../../data/regions.csv");

/// Stations that the whole country is laid out for.
const NATIONAL_STATIONS: u64 = 2_000_000;

/// Stations that a page should hold on average, of `PAGE_SLOTS`: few buckets spill over into a second page.
const STATIONS_A_PAGE: u64 = 44;

/// Every local network, with buckets in proportion to its villages, which stand for how many stations it will have.
pub(super) fn local_networks() -> Vec<GenesisLocalNetwork> {
	let villages: u64 = rows().map(|row| row.villages).sum();
	rows()
		.map(|row| {
			let stations = NATIONAL_STATIONS.saturating_mul(row.villages).div_ceil(villages.max(1));
			let buckets = stations.div_ceil(STATIONS_A_PAGE).clamp(1, u64::from(MAX_BUCKETS));
			GenesisLocalNetwork {
				id: LocalNetworkId(row.code),
				name: String::from(row.name),
				longitude: row.longitude,
				latitude: row.latitude,
				buckets: u16::try_from(buckets).unwrap_or(MAX_BUCKETS),
			}
		})
		.collect()
}

struct Row {
	code: u16,
	name: &'static str,
	longitude: i32,
	latitude: i32,
	villages: u64,
}

/// Columns: code, province_code, province, local_network, longitude, latitude, area_km2, counties, towns, villages.
fn rows() -> impl Iterator<Item = Row> {
	REGIONS.lines().skip(1).filter_map(|line| {
		let mut fields = line.split(',');
		Some(Row {
			code: fields.next()?.parse().ok()?,
			name: fields.nth(2)?,
			longitude: microdegrees(fields.next()?)?,
			latitude: microdegrees(fields.next()?)?,
			villages: fields.nth(3)?.parse().ok()?,
		})
	})
}

/// Decimal degrees as millionths, without floating point.
fn microdegrees(text: &str) -> Option<i32> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let scale = 10i32.checked_pow(u32::try_from(6usize.checked_sub(fraction.len())?).ok()?)?;
	let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<i32>().ok()? };
	whole.parse::<i32>().ok()?.checked_mul(1_000_000)?.checked_add(fraction.checked_mul(scale)?)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_row_becomes_a_local_network() {
		let networks = local_networks();
		assert_eq!(networks.len(), 342);
		assert_eq!(networks.len() + 1, REGIONS.lines().count());
		let first = &networks[0];
		assert_eq!((first.id.0, first.longitude, first.latitude), (1101, 116_409_700, 40_183_300));
		assert!(networks.iter().all(|n| n.buckets >= 1 && (73_000_000..136_000_000).contains(&n.longitude)));
	}

	#[test]
	fn microdegrees_reads_any_number_of_digits() {
		assert_eq!(microdegrees("113.539"), Some(113_539_000));
		assert_eq!(microdegrees("7"), Some(7_000_000));
		assert_eq!(microdegrees("1.1234567"), None);
		assert_eq!(microdegrees("x"), None);
	}
}
