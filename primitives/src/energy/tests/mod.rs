// SPDX-License-Identifier: Apache-2.0

//! Stations and reports for the tests, by hand and at random.

mod account;
mod docs;
mod lower;
mod meter;
mod model;
mod report;
mod rules;
mod saving;
mod share;
mod span;
mod statement;
mod window;

use super::*;
use crate::{
	site::{tests::station, Plmn, Station, StationEntry, StationState},
	Hash, LocalNetworkId, OrgId, OrgSet,
};
use proptest::prelude::*;

/// Owner of the stations.
const OWNER: OrgId = OrgId(0);
const SHARER: OrgId = OrgId(1);
/// On whose sites they stand.
const TOWER: OrgId = OrgId(2);
/// Another carrier.
const OTHER: OrgId = OrgId(3);

const GENESIS: Hash = Hash::repeat_byte(1);
const PLACE: LocalNetworkId = LocalNetworkId(1301);
/// 2026-11-28.
const DAY: u16 = 20_785;
/// What a station of 3,700 W draws at most in a quarter of an hour, with a tolerance of a tenth, Wh.
const MOST: i32 = 1_018;

/// In the order of a report: the sharer's, the owner's, two others.
const PLMNS: [Plmn; 4] = [plmn(1), plmn(11), plmn(15), plmn(20)];
/// Whose they are, but for the last.
const HOLDERS: [(Plmn, OrgId); 3] = [(PLMNS[0], SHARER), (PLMNS[1], OWNER), (PLMNS[2], OTHER)];

const fn plmn(mnc: u16) -> Plmn {
	Plmn { mcc: 460, mnc, three_digit_mnc: false }
}

fn entry(station: Station) -> StationEntry {
	let signed = station.sharers.with(OWNER);
	StationEntry { station, state: StationState::OnAir, revision: 0, signed }
}

/// By volume, by a contract of 3 to 1, at 0.7 CNY a kWh, with a tolerance of a tenth.
fn rules() -> Rules {
	let contract = vec![(OWNER, 3), (SHARER, 1)].try_into().unwrap();
	Rules {
		sharing: SharingRule { method: SharingMethod::Volume, contract },
		tariff: Tariff::flat(7_000),
		tolerance: 100,
	}
}

fn rules_by(method: SharingMethod) -> Rules {
	let rules = rules();
	Rules { sharing: SharingRule { method, ..rules.sharing }, ..rules }
}

/// Energy, and the volumes of the first networks. Those of the others were not measured.
fn reading(energy: i32, volumes: &[u32]) -> Reading {
	let mut all = [None; MAX_NETWORKS as usize];
	all.iter_mut().zip(volumes).for_each(|(all, volume)| *all = Some(*volume));
	Reading { energy: Some(energy), volumes: all }
}

const GAP: Reading = Reading { energy: None, volumes: [None; MAX_NETWORKS as usize] };

fn quarters(first: u8, count: u8) -> Span {
	Span { day: DAY, first, interval: Interval::Quarter, count }
}

/// A report of stations in slots 0, 1, 2 ..., each of which begins at 1,000 Wh, with as many networks.
fn report_with(networks: usize, span: Span, stations: &[&[Reading]]) -> Report {
	let columns: Vec<_> = (0..)
		.zip(stations)
		.map(|(slot, readings)| StationColumns { slot, register: 1_000, readings: readings.to_vec() })
		.collect();
	let networks = PLMNS[..networks].to_vec().try_into().unwrap();
	Report::new(0, span, 0, networks, &columns).unwrap()
}

/// A report of one station from midnight on, with the sharer's and the owner's networks.
fn report(readings: &[Reading]) -> Report {
	report_with(2, quarters(0, readings.len() as u8), &[readings])
}

/// What the report comes to where all of its stations are this one.
fn account_of(report: &Report, station: Station, rules: &Rules) -> Accounted {
	let entries = vec![entry(station); 64];
	super::account(OWNER, report, &entries, &HOLDERS, rules).unwrap()
}

/// What one reading comes to.
fn result(reading: Reading, station: Station, rules: &Rules) -> Result<Vec<(OrgId, Sums)>, ReadingFault> {
	let accounted = account_of(&report_with(4, quarters(0, 1), &[&[reading]]), station, rules);
	match accounted.records[..] {
		[] => Ok(accounted.sums.into_inner()),
		[record] => Err(record.fault),
		_ => panic!("one reading, several results"),
	}
}

const fn sums(energy: u64, volume: u64, amount: u64) -> Sums {
	Sums { energy, volume, amount }
}

fn any_span(most: u8) -> impl Strategy<Value = Span> {
	(any::<u16>(), any::<bool>(), 0..96u8, 1..=most).prop_map(|(day, by_hour, first, count)| {
		let interval = if by_hour { Interval::Hour } else { Interval::Quarter };
		let length = interval.quarters();
		let first = first / length * length;
		Span { day, first, interval, count: count.min((96 - first) / length) }
	})
}

/// Mostly what a station draws in a quarter of an hour or a full one.
fn any_energy() -> impl Strategy<Value = Option<i32>> {
	prop_oneof![
		6 => (0..5_000).prop_map(Some),
		2 => (MOST - 3..=MOST + 3).prop_map(Some),
		2 => (4 * MOST - 10..=4 * MOST + 10).prop_map(Some),
		2 => Just(None),
		1 => (-200..0).prop_map(Some),
		1 => (i32::MIN + 1..=i32::MAX).prop_map(Some),
	]
}

/// Also at the ends of what has room in one byte and in two, and what was not measured.
fn any_volume() -> impl Strategy<Value = Option<u32>> {
	let volume = prop_oneof![
		4 => Just(0),
		8 => 0..100_000u32,
		1 => 253..258u32,
		1 => 65_533..65_538u32,
		1 => (1 << 28) - 2..(1 << 28) + 2u32,
		1 => 0..u32::MAX,
	];
	proptest::option::weighted(0.95, volume)
}

/// A reading of so many networks. Where there is none, no volume was measured.
fn any_reading(networks: usize) -> impl Strategy<Value = Reading> {
	(any_energy(), proptest::collection::vec(any_volume(), networks)).prop_map(|(energy, volumes)| {
		let mut reading = GAP;
		if energy.is_some() {
			reading.energy = energy;
			reading.volumes[..volumes.len()].copy_from_slice(&volumes);
		}
		reading
	})
}

/// All networks or some of them, in ascending order.
fn any_networks() -> impl Strategy<Value = Vec<Plmn>> {
	let some = proptest::sample::subsequence(PLMNS.to_vec(), 1..=4);
	prop_oneof![1 => Just(PLMNS.to_vec()), 1 => some]
}

/// A report, and what it was made of.
fn any_report() -> impl Strategy<Value = (Report, Vec<StationColumns>)> {
	let slots = proptest::sample::subsequence((0..64u8).collect::<Vec<_>>(), 1..=4);
	(any_networks(), any_span(20), slots)
		.prop_flat_map(|(networks, span, slots)| {
			let readings = proptest::collection::vec(any_reading(networks.len()), usize::from(span.count));
			let register = prop_oneof![Just(0), 0..1_000_000u64, Just((1 << 48) - 1)];
			let columns = proptest::collection::vec((register, readings), slots.len());
			(Just(networks), Just(span), Just(slots), any::<(u16, u16)>(), columns)
		})
		.prop_map(|(networks, span, slots, (page, number), columns)| {
			let station = |(slot, (register, readings))| StationColumns { slot, register, readings };
			let stations: Vec<_> = slots.into_iter().zip(columns).map(station).collect();
			let report = Report::new(page, span, number, networks.try_into().unwrap(), &stations);
			(report.unwrap(), stations)
		})
}

fn any_rules() -> impl Strategy<Value = Rules> {
	let method = prop_oneof![
		3 => Just(SharingMethod::Volume),
		1 => Just(SharingMethod::Equal),
		1 => Just(SharingMethod::Contract),
	];
	let part = prop_oneof![2 => 0..5u16, 1 => any::<u16>()];
	let contract = proptest::collection::btree_map((0..6u8).prop_map(OrgId), part, 0..4usize)
		.prop_map(|parts| parts.into_iter().collect::<Vec<_>>().try_into().unwrap());
	let tariff = proptest::array::uniform24(0..=MAX_PRICE).prop_map(|prices| Tariff { prices });
	let tolerance = prop_oneof![Just(100), 0..2_000u16, Just(u16::MAX)];
	(method, contract, tariff, tolerance).prop_map(|(method, contract, tariff, tolerance)| Rules {
		sharing: SharingRule { method, contract },
		tariff,
		tolerance,
	})
}

prop_compose! {
	/// Mostly the owner's, on air, with the networks of the report; of whatever rating.
	fn any_entry()(
		owner in prop_oneof![9 => Just(OWNER), 1 => Just(OTHER)],
		is_retired in proptest::bool::weighted(0.1),
		is_unsigned in proptest::bool::weighted(0.1),
		sharers in 0..0b10_0000u32,
		plmns in proptest::sample::subsequence(PLMNS.to_vec(), 0..=4),
		rated in prop_oneof![4 => Just(3_700), 1 => any::<u16>()],
	) -> StationEntry {
		let sharers = OrgSet(sharers).without(owner);
		let plmns = plmns.try_into().unwrap();
		let state = if is_retired { StationState::Retired } else { StationState::OnAir };
		let mut entry = entry(Station { owner, sharers, plmns, rated_power_w: rated, ..station() });
		if is_unsigned {
			entry.signed = OrgSet::of(OWNER);
		}
		StationEntry { state, ..entry }
	}
}

fn any_holders() -> impl Strategy<Value = Vec<(Plmn, OrgId)>> {
	let holders = proptest::collection::vec((0..5u8).prop_map(OrgId), 4);
	(proptest::sample::subsequence(PLMNS.to_vec(), 0..=4), holders)
		.prop_map(|(networks, holders)| networks.into_iter().zip(holders).collect::<Vec<_>>())
}

prop_compose! {
	/// Everything that a report is accounted by. A page may end before the report's last slot.
	fn any_case()(
		(report, _) in any_report(),
		entries in proptest::collection::vec(any_entry(), 32..64),
		holders in prop_oneof![2 => Just(HOLDERS.to_vec()), 1 => any_holders()],
		rules in any_rules(),
	) -> (Report, Vec<StationEntry>, Vec<(Plmn, OrgId)>, Rules) {
		(report, entries, holders, rules)
	}
}
