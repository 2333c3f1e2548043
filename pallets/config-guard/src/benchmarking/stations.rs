// SPDX-License-Identifier: Apache-2.0

//! Stations whose fields are as long as they may be.

use super::{
	chain::{OWNER, SHARER, TOWER},
	BenchmarkHelper,
};
use crate::Config;
use alloc::{vec, vec::Vec};
use trimast_primitives::{
	page::PAGE_SLOTS,
	site::{
		Plmn, SharingMode, Station, StationClass, StationEntry, StationState, Technology, TowerSite,
		MAX_CELLS,
	},
	territory::Position,
	LocalNetworkId, OrgSet,
};

/// A station that names three companies, its fields as long as they may be.
fn entry(n: u32) -> StationEntry {
	let station = Station {
		code: alloc::format!("BENCHMARK-STATION-{n:06}").into_bytes().try_into().expect("24 fit"),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OWNER,
		sharers: OrgSet::of(SHARER),
		tower: Some(TowerSite { org: TOWER, code: vec![b'T'; 24].try_into().expect("24 fit") }),
		plmns: (1..=12).map(plmn).collect::<Vec<_>>().try_into().expect("12 fit"),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: 2,
		cells: MAX_CELLS,
		vendor: vec![b'V'; 16].try_into().expect("16 fit"),
		class: StationClass::Ordinary,
		tenants: 2,
		systems: 3,
		battery_ah: 500,
		autonomy_minutes: 180,
		rated_power_w: 3_700,
		generator_minutes: 120,
		road_distance_hm: 123,
		road_minutes: 25,
		backhaul: OWNER,
	};
	StationEntry { signed: station.named(), station, state: StationState::OnAir, revision: 0 }
}

pub(super) fn plmn(mnc: u16) -> Plmn {
	Plmn { mcc: 460, mnc, three_digit_mnc: false }
}

pub(super) fn stations<T: Config>(local_network: LocalNetworkId, page: u16) {
	T::BenchmarkHelper::write_stations(local_network, page, (0..PAGE_SLOTS).map(entry).collect());
}
