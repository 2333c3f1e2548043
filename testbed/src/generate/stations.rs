// SPDX-License-Identifier: Apache-2.0

//! The stations of one local network: sites first, then what stands on each.

use super::{geometry::Ground, owners::Owners, CARRIER_ONE, CARRIER_TWO, TOWER_COMPANY};
use crate::territory::Region;
use rand::{seq::SliceRandom, Rng};
use trimast_primitives::{
	site::{
		Plmn, SharingMode, Station, StationClass, StationCode, Technology, TowerSite, TowerSiteCode, Vendor,
	},
	territory::Position,
	OrgId, OrgSet,
};

/// A station and what people call it.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
	/// The record.
	pub station: Station,
	/// The place and the equipment in words; no two stations of a local network have the same.
	pub name: String,
}

/// Vendors and their weights. One name is Chinese: whatever reads the files has to cope.
const VENDORS: [(&str, u32); 5] =
	[("VENDOR-A", 48), ("VENDOR-B", 30), ("VENDOR-C", 12), ("VENDOR-D", 7), ("戊通信", 3)];
/// Stations on one site and their weights.
const PER_SITE: [(usize, u32); 4] = [(1, 40), (2, 38), (3, 16), (4, 6)];
/// Battery capacities, Ah, and their weights.
const BATTERIES: [(u16, u32); 7] =
	[(200, 8), (300, 20), (400, 14), (500, 28), (600, 14), (1000, 12), (1200, 4)];
/// Words that places are called by.
const PLACES: [&str; 24] = [
	"东关",
	"西关",
	"南门",
	"北门",
	"新城",
	"老街",
	"河口",
	"桥头",
	"石桥",
	"柳林",
	"青山",
	"白云",
	"龙泉",
	"凤凰",
	"和平",
	"建设",
	"解放",
	"胜利",
	"工业园",
	"火车站",
	"大学城",
	"开发区",
	"卫生院",
	"粮库",
];

/// What is the same for every station on a site.
struct Site {
	number: usize,
	county: u8,
	position: Position,
	place: &'static str,
	owner: OrgId,
	on_tower: bool,
	tenants: u8,
	systems: u8,
	class: StationClass,
	battery_ah: u16,
	autonomy_minutes: u16,
	generator_minutes: u16,
	road_distance_hm: u16,
	road_minutes: u16,
}

/// One of `choices` by weight.
fn weighted<T: Copy>(rng: &mut impl Rng, choices: &[(T, u32)], otherwise: T) -> T {
	choices.choose_weighted(rng, |(_, weight)| *weight).map_or(otherwise, |(value, _)| *value)
}

impl Site {
	fn new(rng: &mut impl Rng, region: &Region, owners: &Owners, number: usize) -> Self {
		// A quarter of the counties are city districts and hold nearly half of the sites.
		let districts = (region.counties / 4).max(1);
		let urban = rng.gen_bool(0.45);
		let county =
			if urban { rng.gen_range(1..=districts) } else { rng.gen_range(1..=region.counties.max(1)) };
		let (position, from_seat) = Ground::new(region).site(rng, county);
		let class = match rng.gen_range(0..1_000) {
			0..=29 => StationClass::Vip,
			30..=69 => StationClass::CascadeNode,
			70..=74 => StationClass::VipCascadeNode,
			_ => StationClass::Ordinary,
		};
		let on_tower = rng.gen_bool(0.92);
		let road_km = from_seat * rng.gen_range(1.2..1.7) + 0.5;
		let battery_ah = weighted(rng, &BATTERIES, 500);
		let autonomy_minutes = match class {
			StationClass::Ordinary => *[60, 120, 180, 240].choose(rng).unwrap_or(&180),
			_ => *[240, 360, 480].choose(rng).unwrap_or(&360),
		};
		Self {
			number,
			county,
			position,
			place: PLACES.choose(rng).unwrap_or(&"东关"),
			owner: owners.of(region, rng),
			on_tower,
			tenants: if on_tower { weighted(rng, &[(1, 35), (2, 45), (3, 20)], 1) } else { 1 },
			systems: 0,
			class,
			battery_ah,
			autonomy_minutes,
			generator_minutes: if urban { 60 } else { *[90, 120, 180, 240].choose(rng).unwrap_or(&120) },
			road_distance_hm: (road_km * 10.0) as u16,
			// Half a kilometre a minute, and five to set off.
			road_minutes: (road_km * 2.0) as u16 + 5,
		}
	}
}

/// The PLMN of a carrier (DOMAIN's fixtures).
fn plmn(carrier: OrgId) -> Plmn {
	Plmn { mcc: 460, mnc: if carrier == CARRIER_ONE { 11 } else { 1 }, three_digit_mnc: false }
}

/// One station on `site`.
fn station(
	rng: &mut impl Rng,
	region: &Region,
	site: &Site,
	technology: Technology,
	number: usize,
) -> Station {
	use SharingMode::*;
	let modes: &[(SharingMode, u32)] = match technology {
		Technology::Nr => &[(MocnSeveralCellIds, 50), (MocnOneCellId, 35), (Moran, 15)],
		Technology::Lte => &[(Exclusive, 25), (Moran, 20), (MocnSeveralCellIds, 30), (MocnOneCellId, 25)],
	};
	let mode = weighted(rng, modes, MocnSeveralCellIds);
	// What is not shared was built before the agreement, by either.
	let owner = if mode == Exclusive && rng.gen_bool(0.5) { other(site.owner) } else { site.owner };
	let sharers = if mode == Exclusive { OrgSet::EMPTY } else { OrgSet::of(other(owner)) };
	let mut plmns = vec![plmn(owner)];
	plmns.extend(sharers.iter().map(plmn));
	let letter = if technology == Technology::Nr { 'N' } else { 'L' };
	let backhaul = if mode != Exclusive && rng.gen_bool(0.08) { other(owner) } else { owner };
	Station {
		code: StationCode::truncate_from(format!("{:04}-{letter}{number:05}", region.code).into_bytes()),
		technology,
		mode,
		owner,
		sharers,
		tower: site.on_tower.then(|| TowerSite {
			org: TOWER_COMPANY,
			code: TowerSiteCode::truncate_from(format!("T{:04}{:05}", region.code, site.number).into_bytes()),
		}),
		plmns: plmns.try_into().unwrap_or_default(),
		position: site.position,
		county: site.county,
		cells: weighted(rng, &[(3, 82), (1, 4), (2, 6), (6, 8)], 3),
		vendor: Vendor::truncate_from(weighted(rng, &VENDORS, "VENDOR-A").as_bytes().to_vec()),
		class: site.class,
		tenants: site.tenants,
		systems: site.systems,
		battery_ah: site.battery_ah,
		autonomy_minutes: site.autonomy_minutes,
		rated_power_w: match technology {
			Technology::Nr => rng.gen_range(35..=38) * 100,
			Technology::Lte => rng.gen_range(12..=14) * 100,
		},
		generator_minutes: site.generator_minutes,
		road_distance_hm: site.road_distance_hm,
		road_minutes: site.road_minutes,
		backhaul,
	}
}

/// The carrier that is not this one.
pub(super) fn other(carrier: OrgId) -> OrgId {
	if carrier == CARRIER_ONE {
		CARRIER_TWO
	} else {
		CARRIER_ONE
	}
}

/// `count` stations of a local network, in the order of their codes.
pub(super) fn stations(rng: &mut impl Rng, region: &Region, owners: &Owners, count: usize) -> Vec<Named> {
	let mut stations = Vec::with_capacity(count);
	let mut site_number = 0;
	while stations.len() < count {
		site_number += 1;
		let here = weighted(rng, &PER_SITE, 1).min(count - stations.len());
		let mut site = Site::new(rng, region, owners, site_number);
		site.systems = here as u8 * site.tenants.min(2) + rng.gen_range(0..2);
		let first_is_nr = rng.gen_bool(0.55);
		for n in 0..here {
			let technology = if (n % 2 == 0) == first_is_nr { Technology::Nr } else { Technology::Lte };
			let number = stations.len() + 1;
			let station = station(rng, region, &site, technology, number);
			let generation = if technology == Technology::Nr { "5G" } else { "4G" };
			let name =
				format!("{}{:02}{}{:05}号{generation}", region.short_name(), site.county, site.place, number);
			stations.push(Named { station, name });
		}
	}
	stations.sort_by(|a, b| a.station.code.cmp(&b.station.code));
	stations
}
