// SPDX-License-Identifier: Apache-2.0

//! What counts, whose it is, and what does not count.

use super::*;

fn contract(parts: &[(OrgId, u16)]) -> Rules {
	let sharing =
		SharingRule { method: SharingMethod::Contract, contract: parts.to_vec().try_into().unwrap() };
	Rules { sharing, ..rules() }
}

fn alone() -> Station {
	Station { sharers: OrgSet::EMPTY, ..station() }
}

/// Shared by three: the owner, the sharer and the other carrier.
fn of_three() -> Station {
	let plmns = PLMNS[..3].to_vec().try_into().unwrap();
	Station { sharers: OrgSet::of(SHARER).with(OTHER), plmns, ..station() }
}

/// Energy of each participant.
fn shares(reading: Reading, station: Station, rules: &Rules) -> Vec<(OrgId, u64)> {
	let sums = result(reading, station, rules).unwrap();
	sums.into_iter().map(|(org, sums)| (org, sums.energy)).collect()
}

fn fault(reading: Reading, station: Station) -> Option<ReadingFault> {
	result(reading, station, &rules()).err()
}

#[test]
fn nobody_pays_for_a_record_that_it_has_not_signed() {
	let unsigned = StationEntry { signed: OrgSet::of(OWNER), ..entry(station()) };
	assert!(!unsigned.station.sharers.is_empty());
	let report = report(&[reading(900, &[30, 60])]);
	let all = account(OWNER, &report, &[unsigned], &HOLDERS, &rules()).unwrap();
	let record = Record { slot: 0, first: 0, count: 1, fault: ReadingFault::Unconfirmed };
	assert_eq!((all.counted, all.records, all.sums.to_vec()), (0, vec![record], vec![]));
}

#[test]
fn sharing_by_volume_works() {
	// The sharer has carried 300, the owner 600: 333.33 and 666.67 Wh, at 0.7 CNY a kWh.
	let expected = [(OWNER, sums(667, 600, 4_669_000)), (SHARER, sums(333, 300, 2_331_000))];
	assert_eq!(result(reading(1_000, &[300, 600]), station(), &rules()), Ok(expected.to_vec()));
}

#[test]
fn sharing_by_volume_falls_back_to_the_contract_where_nothing_was_carried() {
	assert_eq!(shares(reading(1_000, &[0, 0]), station(), &rules()), [(OWNER, 750), (SHARER, 250)]);
	// Carried by one: it is all that was.
	assert_eq!(shares(reading(1_000, &[1, 0]), station(), &rules()), [(OWNER, 0), (SHARER, 1_000)]);
}

#[test]
fn sharing_alike_works() {
	let rules = rules_by(SharingMethod::Equal);
	assert_eq!(shares(reading(901, &[1, 500]), station(), &rules), [(OWNER, 450), (SHARER, 451)]);
	let three = shares(reading(902, &[0, 0]), of_three(), &rules);
	assert_eq!(three, [(OWNER, 300), (SHARER, 301), (OTHER, 301)]);
}

#[test]
fn sharing_by_contract_works() {
	let rules = contract(&[(SHARER, 1), (OWNER, 3)]);
	assert_eq!(shares(reading(1_000, &[999, 1]), station(), &rules), [(OWNER, 750), (SHARER, 250)]);
	// Who is not named has no part.
	let three = shares(reading(1_000, &[0, 0, 9]), of_three(), &rules);
	assert_eq!(three, [(OWNER, 750), (SHARER, 250), (OTHER, 0)]);
}

#[test]
fn sharing_is_alike_where_the_contract_names_nobody_of_the_station() {
	let rules = contract(&[(OTHER, 5), (TOWER, 5)]);
	assert_eq!(shares(reading(1_001, &[0, 0]), station(), &rules), [(OWNER, 500), (SHARER, 501)]);
}

#[test]
fn station_that_nobody_shares_is_its_owners() {
	for method in [SharingMethod::Volume, SharingMethod::Equal, SharingMethod::Contract] {
		assert_eq!(shares(reading(1_000, &[0, 5]), alone(), &rules_by(method)), [(OWNER, 1_000)]);
		assert_eq!(shares(reading(1_000, &[0, 0]), alone(), &rules_by(method)), [(OWNER, 1_000)]);
	}
}

#[test]
fn two_networks_of_one_company_count_together() {
	let both = Station { plmns: PLMNS[..3].to_vec().try_into().unwrap(), ..station() };
	let holders = [(PLMNS[0], SHARER), (PLMNS[1], OWNER), (PLMNS[2], SHARER)];
	let report = report_with(3, quarters(0, 1), &[&[reading(1_000, &[100, 500, 400])]]);
	let accounted = super::account(OWNER, &report, &[entry(both)], &holders, &rules()).unwrap();
	assert_eq!(
		accounted.sums.into_inner(),
		[(OWNER, sums(500, 500, 3_500_000)), (SHARER, sums(500, 500, 3_500_000))]
	);
}

#[test]
fn reading_of_nothing_counts() {
	assert_eq!(
		result(reading(0, &[0, 0]), station(), &rules()),
		Ok(vec![(OWNER, sums(0, 0, 0)), (SHARER, sums(0, 0, 0))])
	);
}

#[test]
fn reading_fails_when_there_is_none() {
	assert_eq!(fault(GAP, station()), Some(ReadingFault::Gap));
}

#[test]
fn reading_fails_when_the_meter_runs_backwards() {
	for energy in [-1, -1_000, -i32::MAX] {
		assert_eq!(fault(reading(energy, &[1, 1]), station()), Some(ReadingFault::Backwards));
	}
}

#[test]
fn reading_fails_when_it_is_above_the_rating() {
	// 3,700 W and a tenth are 4,070 Wh an hour and 1,017.5 a quarter, rounded up.
	assert_eq!(fault(reading(MOST, &[0, 0]), station()), None);
	assert_eq!(fault(reading(MOST + 1, &[0, 0]), station()), Some(ReadingFault::OverRating));
	assert_eq!(fault(reading(i32::MAX, &[0, 0]), station()), Some(ReadingFault::OverRating));
	let hour = |energy| {
		let span = Span { interval: Interval::Hour, ..quarters(0, 1) };
		account_of(&report_with(2, span, &[&[reading(energy, &[0, 0])]]), station(), &rules()).counted
	};
	assert_eq!((hour(4_070), hour(4_071)), (1, 0));
}

#[test]
fn rating_works_at_its_ends() {
	let of = |rated, tolerance, energy| {
		let station = Station { rated_power_w: rated, ..station() };
		result(reading(energy, &[0, 0]), station, &Rules { tolerance, ..rules() }).is_ok()
	};
	assert!(of(0, u16::MAX, 0) && !of(0, u16::MAX, 1));
	assert!(of(4_000, 0, 1_000) && !of(4_000, 0, 1_001));
	// 1 W with a thousandth is rounded up to a watt-hour.
	assert!(of(1, 1, 1) && !of(1, 1, 2));
	// 65,535 x 66.535 / 4 = 1,090,092.8
	assert!(of(u16::MAX, u16::MAX, 1_090_093) && !of(u16::MAX, u16::MAX, 1_090_094));
}

#[test]
fn reading_fails_when_another_network_has_carried_something() {
	let other = |volumes: &[u32]| fault(reading(1, volumes), station());
	// Nothing was carried by it: nothing is odd.
	assert_eq!(other(&[1, 1, 0, 0]), None);
	// Not on the station's list; nobody's.
	assert_eq!(other(&[1, 1, 1, 0]), Some(ReadingFault::OtherNetwork));
	assert_eq!(other(&[1, 1, 0, 1]), Some(ReadingFault::OtherNetwork));
	// On the list, of somebody who does not share it.
	let listed = Station { plmns: PLMNS.to_vec().try_into().unwrap(), ..station() };
	assert_eq!(fault(reading(1, &[0, 0, 1, 0]), listed.clone()), Some(ReadingFault::OtherNetwork));
	// On the list, of nobody.
	assert_eq!(fault(reading(1, &[0, 0, 0, 1]), listed), Some(ReadingFault::OtherNetwork));
	// A sharer's, but not on the list.
	let unlisted = Station { plmns: vec![PLMNS[1]].try_into().unwrap(), ..station() };
	assert_eq!(fault(reading(1, &[1, 0]), unlisted), Some(ReadingFault::OtherNetwork));
}

#[test]
fn network_whose_holder_is_not_told_is_nobodys() {
	let report = report(&[reading(1, &[1, 1])]);
	let accounted = super::account(OWNER, &report, &[entry(station())], &HOLDERS[..1], &rules()).unwrap();
	assert_eq!(
		accounted.records,
		[Record { slot: 0, first: 0, count: 1, fault: ReadingFault::OtherNetwork }]
	);
}

#[test]
fn reading_fails_when_more_was_carried_than_can_be() {
	let most = 1 << 28;
	assert_eq!(fault(reading(1, &[most, most]), station()), None);
	assert_eq!(fault(reading(1, &[most, most + 1]), station()), Some(ReadingFault::OverCapacity));
	assert_eq!(fault(reading(1, &[u32::MAX - 1, 0]), station()), Some(ReadingFault::OverCapacity));
}

#[test]
fn first_fault_is_told() {
	const MANY: u32 = 1 << 29;
	assert_eq!(fault(reading(-1, &[MANY, 0, 1]), station()), Some(ReadingFault::Backwards));
	assert_eq!(fault(reading(MOST + 1, &[MANY, 0, 1]), station()), Some(ReadingFault::OverRating));
	// Of networks the first in the report.
	assert_eq!(fault(reading(1, &[MANY, 0, 1]), station()), Some(ReadingFault::OverCapacity));
	assert_eq!(fault(reading(1, &[0, 0, 1, MANY]), station()), Some(ReadingFault::OtherNetwork));
	assert_eq!(fault(unmeasured(&[None, Some(MANY)]), station()), Some(ReadingFault::VolumeMissing));
	assert_eq!(fault(unmeasured(&[Some(MANY), None]), station()), Some(ReadingFault::OverCapacity));
}

/// A reading of 1,000 Wh with these volumes.
fn unmeasured(volumes: &[Option<u32>]) -> Reading {
	let mut reading = reading(1_000, &[]);
	reading.volumes[..volumes.len()].copy_from_slice(volumes);
	reading
}

#[test]
fn reading_fails_when_a_volume_that_decides_was_not_measured() {
	// Else the other one would have carried all of it.
	for volumes in [[None, Some(600)], [Some(300), None], [None, None]] {
		assert_eq!(fault(unmeasured(&volumes), station()), Some(ReadingFault::VolumeMissing), "{volumes:?}");
	}
	// What networks have carried that are not the station's, or no participant's, is not asked.
	let expected = Ok(vec![(OWNER, sums(667, 600, 4_669_000)), (SHARER, sums(333, 300, 2_331_000))]);
	let both = [Some(300), Some(600)];
	assert_eq!(result(unmeasured(&both), station(), &rules()), expected);
	let listed = Station { plmns: PLMNS.to_vec().try_into().unwrap(), ..station() };
	assert_eq!(result(unmeasured(&both), listed, &rules()), expected);
}

/// A reading of 1,000 Wh of which these networks have carried so much, at a station by these rules.
fn of_networks(volumes: &[(Plmn, u32)], station: Station, rules: &Rules) -> Accounted {
	let networks: Vec<Plmn> = volumes.iter().map(|(plmn, _)| *plmn).collect();
	let amounts: Vec<u32> = volumes.iter().map(|(_, volume)| *volume).collect();
	let columns = StationColumns { slot: 0, register: 0, readings: vec![reading(1_000, &amounts)] };
	let report = Report::new(0, quarters(0, 1), 0, networks.try_into().unwrap(), &[columns]).unwrap();
	account_of(&report, station, rules)
}

#[test]
fn reading_fails_when_no_network_of_a_participant_has_a_column() {
	let [a, b, c, d] = PLMNS;
	let missing = [Record { slot: 0, first: 0, count: 1, fault: ReadingFault::NetworkMissing }];
	let of = |volumes: &[(Plmn, u32)], station| of_networks(volumes, station, &rules());
	// The owner's own, the sharer's, both
	for volumes in [&[(a, 300)][..], &[(b, 600)], &[(c, 0)]] {
		let all = of(volumes, station());
		assert_eq!((&all.records[..], all.counted), (&missing[..], 0), "{volumes:?}");
		// The meter is known yet
		assert_eq!(all.meters.len(), 1);
	}
	// A column of zeros says that nothing was carried
	let all = of(&[(a, 300), (b, 0)], station());
	assert_eq!(all.sums.to_vec(), [(OWNER, sums(0, 0, 0)), (SHARER, sums(1_000, 300, 7_000_000))]);
	// One of three
	assert_eq!(of(&[(a, 1), (b, 1)], of_three()).records, missing);
	assert_eq!(of(&[(a, 1), (b, 1), (c, 1)], of_three()).counted, 1);
	// Whose network is on no list, or is nobody's, carries nothing there
	let unlisted = Station { plmns: vec![a, d].try_into().unwrap(), ..station() };
	assert_eq!(of(&[(a, 1)], unlisted).counted, 1);
	// Of several networks of a participant one is enough
	let listed = Station { plmns: vec![a, b, c].try_into().unwrap(), ..station() };
	let holders = [(a, SHARER), (b, OWNER), (c, OWNER)];
	let report = report_with(2, quarters(0, 1), &[&[reading(1_000, &[1, 1])]]);
	let all = super::account(OWNER, &report, &[entry(listed)], &holders, &rules()).unwrap();
	assert_eq!(all.counted, 1);
}

#[test]
fn network_without_a_column_is_nothing_where_volumes_do_not_decide() {
	let own = [(PLMNS[1], 600)];
	for method in [SharingMethod::Equal, SharingMethod::Contract] {
		assert_eq!(of_networks(&own, station(), &rules_by(method)).counted, 1);
	}
	let others = [(PLMNS[2], 0)];
	assert_eq!(of_networks(&others, alone(), &rules()).counted, 1);
}

#[test]
fn volume_that_was_not_measured_is_nothing_where_volumes_do_not_decide() {
	let volumes = [None, Some(600)];
	for (method, shares) in [(SharingMethod::Equal, [500, 500]), (SharingMethod::Contract, [750, 250])] {
		let all = result(unmeasured(&volumes), station(), &rules_by(method)).unwrap();
		assert_eq!([all[0].1.energy, all[1].1.energy], shares);
		assert_eq!([all[0].1.volume, all[1].1.volume], [600, 0]);
	}
	assert_eq!(
		result(unmeasured(&[None, None]), alone(), &rules()),
		Ok(vec![(OWNER, sums(1_000, 0, 7_000_000))])
	);
}

#[test]
fn reading_that_does_not_count_adds_nothing() {
	let mixed = report(&[reading(900, &[3, 4]), reading(MOST + 1, &[5, 6]), GAP, reading(800, &[1, 2])]);
	let good = [reading(900, &[3, 4]), reading(800, &[1, 2])];
	let (mixed, good) =
		(account_of(&mixed, station(), &rules()), account_of(&report(&good), station(), &rules()));
	assert_eq!((mixed.sums, mixed.counted), (good.sums, 2));
	assert_eq!(mixed.records.len(), 2);
}

#[test]
fn readings_with_one_fault_after_another_are_one_record() {
	let readings = [GAP, GAP, reading(-1, &[0, 0]), GAP, reading(1, &[0, 0]), GAP, GAP, GAP];
	let first = [reading(1, &[0, 0]), GAP, GAP, GAP, GAP, GAP, GAP, GAP];
	let report = report_with(2, quarters(0, 8), &[&first, &readings]);
	let record = |slot, first, count, fault| Record { slot, first, count, fault };
	assert_eq!(
		account_of(&report, station(), &rules()).records,
		[
			record(0, 1, 7, ReadingFault::Gap),
			record(1, 0, 2, ReadingFault::Gap),
			record(1, 2, 1, ReadingFault::Backwards),
			record(1, 3, 1, ReadingFault::Gap),
			record(1, 5, 3, ReadingFault::Gap),
		]
	);
}

#[test]
fn station_fails_when_it_is_anothers_retired_or_not_there() {
	let report = report_with(2, quarters(0, 2), &[&[reading(1, &[1, 1]); 2][..]; 4]);
	let others = Station { owner: SHARER, sharers: OrgSet::of(OWNER), ..station() };
	let retired = StationEntry { state: StationState::Retired, ..entry(station()) };
	let entries = [entry(others), entry(station()), retired];
	let accounted = super::account(OWNER, &report, &entries, &HOLDERS, &rules()).unwrap();
	let record = |slot, fault| Record { slot, first: 0, count: 2, fault };
	assert_eq!(
		accounted.records,
		[
			record(0, ReadingFault::NotOwner),
			record(2, ReadingFault::NoSuchStation),
			record(3, ReadingFault::NoSuchStation)
		]
	);
	assert_eq!(accounted.counted, 2);
	assert_eq!(accounted.meters.iter().map(|(slot, ..)| *slot).collect::<Vec<_>>(), [1]);
}

#[test]
fn price_is_that_of_the_hour() {
	let tariff = Tariff { prices: core::array::from_fn(|hour| hour as u32 * 100) };
	let rules = Rules { tariff, ..rules() };
	let amount = |span: Span, energy: &[i32]| {
		let readings: Vec<_> = energy.iter().map(|energy| reading(*energy, &[0, 0])).collect();
		let sums = account_of(&report_with(2, span, &[&readings]), alone(), &rules).sums;
		sums[0].1.amount
	};
	// 01:30, 01:45, 02:00
	assert_eq!(amount(quarters(6, 3), &[1, 10, 100]), 100 + 1_000 + 20_000);
	assert_eq!(amount(quarters(95, 1), &[10]), 23_000);
	// 22:00, 23:00
	let hours = Span { interval: Interval::Hour, ..quarters(88, 2) };
	assert_eq!(amount(hours, &[1, 10]), 2_200 + 23_000);
}

#[test]
fn amount_of_a_share_is_its_energy_at_the_price() {
	let rules = Rules { tariff: Tariff::flat(MAX_PRICE), ..rules() };
	let accounted = account_of(&report(&[reading(MOST, &[1, 2]); 96]), station(), &rules);
	for (_, sums) in &accounted.sums {
		assert_eq!(sums.amount, sums.energy * u64::from(MAX_PRICE));
	}
	assert_eq!(accounted.sums.iter().map(|(_, sums)| sums.energy).sum::<u64>(), 96 * MOST as u64);
}

#[test]
fn concerned_are_who_shares_and_whose_sites_they_are() {
	let report = report_with(2, quarters(0, 1), &[&[GAP], &[GAP]]);
	let concerned = |entries: &[StationEntry]| {
		super::account(OWNER, &report, entries, &HOLDERS, &rules()).unwrap().concerned
	};
	let free = Station { tower: None, ..alone() };
	assert_eq!(concerned(&[entry(station()), entry(free.clone())]), OrgSet::of(SHARER).with(TOWER));
	assert_eq!(
		concerned(&[entry(free.clone()), entry(of_three())]),
		OrgSet::of(SHARER).with(TOWER).with(OTHER)
	);
	assert_eq!(concerned(&[entry(free.clone()), entry(free)]), OrgSet::EMPTY);
	// A station that is not the owner's makes nobody concerned.
	let others = Station { owner: OTHER, ..station() };
	assert_eq!(concerned(&[entry(others)]), OrgSet::EMPTY);
}

#[test]
fn account_fails_when_there_are_more_participants_than_sums() {
	let sharers = |count: u8| (1..=count).map(OrgId).collect::<OrgSet>();
	let shared = |count| Station { sharers: sharers(count), ..station() };
	let report = report_with(2, quarters(0, 1), &[&[reading(1, &[0, 0])]]);
	let account = |station| super::account(OWNER, &report, &[entry(station)], &HOLDERS, &rules());
	assert_eq!(account(shared(7)).unwrap().sums.len(), MAX_PARTICIPANTS as usize);
	assert_eq!(account(shared(8)), Err(ReportDefect::Participants));
	// All 32 that can be
	assert_eq!(
		account(Station { sharers: OrgSet(u32::MAX - 1), ..station() }),
		Err(ReportDefect::Participants)
	);
}

#[test]
fn account_fails_when_the_report_cannot_be_read() {
	let report = Report { stations: 0, ..report(&[GAP]) };
	assert_eq!(super::account(OWNER, &report, &[], &[], &rules()), Err(ReportDefect::NoStation));
}
