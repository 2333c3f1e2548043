// SPDX-License-Identifier: Apache-2.0

//! How a record stands in a line of the files. Nothing here needs quoting: codes have an alphabet of their own and names
//! are made of words without commas or quotes.

use std::fmt::Write;
use trimast_primitives::{
	site::{Plmn, SharingMode, Station, StationClass, Technology},
	OrgSet,
};

/// The columns of a file of stations.
pub(super) const COLUMNS: &str =
	"code,local_network,technology,mode,owner,sharers,tower,tower_site,plmns,latitude,longitude,\
	county,cells,vendor,class,tenants,systems,battery_ah,autonomy_minutes,rated_power_w,generator_minutes,\
	road_distance_km,road_minutes,backhaul";

/// Writing to a string cannot fail; this only drops the `Result`.
macro_rules! put {
	($out:expr, $($arg:tt)*) => {{ let _ = write!($out, $($arg)*); }};
}

fn text(bytes: &[u8]) -> &str {
	std::str::from_utf8(bytes).unwrap_or_default()
}

/// The numbers of companies, joined.
pub(super) fn organisations(set: OrgSet) -> String {
	set.iter().map(|org| org.0.to_string()).collect::<Vec<_>>().join("+")
}

fn network(plmn: &Plmn) -> String {
	let width = if plmn.three_digit_mnc { 3 } else { 2 };
	format!("{:03}-{:0width$}", plmn.mcc, plmn.mnc)
}

/// Millionths of a degree as degrees with six decimals.
pub(super) fn degrees(micro: i32) -> String {
	let sign = if micro < 0 { "-" } else { "" };
	let micro = micro.unsigned_abs();
	format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

/// Appends the station's columns to a line.
pub(super) fn put_station(out: &mut String, local_network: u16, s: &Station) {
	let technology = match s.technology {
		Technology::Lte => "LTE",
		Technology::Nr => "NR",
	};
	let mode = match s.mode {
		SharingMode::Exclusive => "EXCLUSIVE",
		SharingMode::Moran => "MORAN",
		SharingMode::MocnOneCellId => "MOCN-ONE",
		SharingMode::MocnSeveralCellIds => "MOCN-SEVERAL",
	};
	let class = match s.class {
		StationClass::Ordinary => "ORDINARY",
		StationClass::Vip => "VIP",
		StationClass::CascadeNode => "CASCADE",
		StationClass::VipCascadeNode => "VIP+CASCADE",
	};
	put!(out, "{},{local_network:04},{technology},{mode},{},", text(&s.code), s.owner.0);
	put!(out, "{},", organisations(s.sharers));
	match &s.tower {
		Some(site) => put!(out, "{},{},", site.org.0, text(&site.code)),
		None => out.push_str(",,"),
	}
	put!(out, "{},", s.plmns.iter().map(network).collect::<Vec<_>>().join("+"));
	put!(out, "{},{},", degrees(s.position.latitude), degrees(s.position.longitude));
	put!(out, "{:02},{},{},{class},", s.county, s.cells, text(&s.vendor));
	put!(out, "{},{},{},{},", s.tenants, s.systems, s.battery_ah, s.autonomy_minutes);
	put!(out, "{},{},", s.rated_power_w, s.generator_minutes);
	put!(out, "{}.{},{},{}", s.road_distance_hm / 10, s.road_distance_hm % 10, s.road_minutes, s.backhaul.0);
}

/// A line of a file of stations, with its end.
pub(super) fn station_line(local_network: u16, station: &Station) -> String {
	let mut line = String::with_capacity(200);
	put_station(&mut line, local_network, station);
	line.push('\n');
	line
}

/// A line of an inventory, with its end.
pub(super) fn inventory_line(local_network: u16, own_code: &str, name: &str, station: &Station) -> String {
	let mut line = String::with_capacity(260);
	put!(line, "{own_code},{name},");
	put_station(&mut line, local_network, station);
	line.push('\n');
	line
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{
		site::{StationCode, TowerSite, TowerSiteCode, Vendor},
		territory::Position,
		OrgId,
	};

	#[test]
	fn line_has_every_column_in_its_form() {
		let mut station = Station {
			code: StationCode::truncate_from(b"1301-N00001".to_vec()),
			technology: Technology::Nr,
			mode: SharingMode::MocnSeveralCellIds,
			owner: OrgId(0),
			sharers: OrgSet::of(OrgId(1)),
			tower: Some(TowerSite {
				org: OrgId(2),
				code: TowerSiteCode::truncate_from(b"T130100001".to_vec()),
			}),
			plmns: vec![
				Plmn { mcc: 460, mnc: 11, three_digit_mnc: false },
				Plmn { mcc: 460, mnc: 1, three_digit_mnc: false },
			]
			.try_into()
			.unwrap(),
			position: Position { latitude: 38_070_600, longitude: 114_040_003 },
			county: 2,
			cells: 3,
			vendor: Vendor::truncate_from("戊通信".as_bytes().to_vec()),
			class: StationClass::VipCascadeNode,
			tenants: 2,
			systems: 4,
			battery_ah: 500,
			autonomy_minutes: 180,
			rated_power_w: 3_700,
			generator_minutes: 120,
			road_distance_hm: 123,
			road_minutes: 29,
			backhaul: OrgId(0),
		};
		assert_eq!(
			station_line(1301, &station),
			"1301-N00001,1301,NR,MOCN-SEVERAL,0,1,2,T130100001,460-11+460-01,38.070600,114.040003,02,3,戊通信,\
			 VIP+CASCADE,2,4,500,180,3700,120,12.3,29,0\n"
		);
		assert_eq!(station_line(1301, &station).split(',').count(), COLUMNS.split(',').count());

		station.mode = SharingMode::Exclusive;
		station.sharers = OrgSet::EMPTY;
		station.tower = None;
		station.position.latitude = -5;
		assert!(inventory_line(1301, "A1", "东关", &station)
			.starts_with("A1,东关,1301-N00001,1301,NR,EXCLUSIVE,0,,,,460-11+460-01,-0.000005,"));
	}
}
