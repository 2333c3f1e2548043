// SPDX-License-Identifier: Apache-2.0

//! Accounting once more, reading by reading and in exact fractions: what it must agree with.

use super::*;
use std::collections::BTreeMap;

pub(super) type Case = (Report, Vec<StationEntry>, Vec<(Plmn, OrgId)>, Rules);
/// Energy, volume and amount.
type Part = (i128, i128, i128);

/// Shares in exact fractions: unit by unit to whoever is the furthest below its own.
pub(super) fn model_split(whole: i128, weights: &[i128]) -> Vec<i128> {
	let alike = vec![1; weights.len()];
	let weights = if weights.iter().all(|weight| *weight == 0) { &alike } else { weights };
	let sum: i128 = weights.iter().sum();
	let mut shares: Vec<i128> = weights.iter().map(|weight| (whole * weight).div_euclid(sum)).collect();
	while shares.iter().sum::<i128>() < whole {
		let missing = |n: usize| whole * weights[n] - shares[n] * sum;
		let most = (0..shares.len()).map(missing).max().unwrap();
		let first = (0..shares.len()).find(|n| missing(*n) == most).unwrap();
		shares[first] += 1;
	}
	shares
}

/// The same where of equal fractions the one goes first whose turn it is: the next one in the next interval, and on the next day.
pub(super) fn model_split_in_turn(whole: i128, weights: &[i128], span: &Span, n: usize) -> Vec<i128> {
	let quarters = if span.interval == Interval::Hour { 4 } else { 1 };
	let first = (usize::from(span.day) + usize::from(span.first) / quarters + n) % weights.len();
	let mut turned = weights.to_vec();
	turned.rotate_left(first);
	let mut shares = model_split(whole, &turned);
	shares.rotate_right(first);
	shares
}

/// By what a reading is shared out, of which the participants have carried so much.
pub(super) fn model_weights(rules: &Rules, carried: &BTreeMap<OrgId, i128>) -> Vec<i128> {
	let named = &rules.sharing.contract;
	let part_of =
		|org: &OrgId| named.iter().filter(|(of, _)| of == org).map(|(_, part)| i128::from(*part)).sum();
	let volumes: Vec<i128> = carried.values().copied().collect();
	match rules.sharing.method {
		SharingMethod::Volume if volumes.iter().any(|volume| *volume > 0) => volumes,
		SharingMethod::Volume | SharingMethod::Contract => carried.keys().map(part_of).collect(),
		SharingMethod::Equal => vec![7; carried.len()],
	}
}

/// The participant that holds a network of the station's list.
fn model_holder(case: &Case, station: &Station, plmn: &Plmn) -> Option<OrgId> {
	let holders: BTreeMap<Plmn, OrgId> = case.2.iter().copied().collect();
	let is_participant = |org: &OrgId| *org == OWNER || station.sharers.contains(*org);
	holders.get(plmn).copied().filter(is_participant).filter(|_| station.plmns.contains(plmn))
}

/// The participant whose network on the station's list stands at a place of the report.
pub(super) fn model_carrier(case: &Case, station: &Station, place: usize) -> Option<OrgId> {
	model_holder(case, station, &case.0.networks[place])
}

/// The participants of whose networks on the station's list the report has none.
pub(super) fn model_left_out(case: &Case, station: &Station) -> Vec<OrgId> {
	let all = station.plmns.iter().filter_map(|plmn| model_holder(case, station, plmn));
	let there: Vec<_> = (0..case.0.networks.len()).filter_map(|n| model_carrier(case, station, n)).collect();
	all.filter(|org| !there.contains(org)).collect()
}

/// What one reading comes to.
pub(super) fn model_reading(
	case: &Case,
	slot: u8,
	n: usize,
	reading: &Reading,
) -> Result<BTreeMap<OrgId, Part>, ReadingFault> {
	let (report, entries, _, rules) = case;
	let entry = match entries.get(usize::from(slot)) {
		Some(entry) if entry.state == StationState::OnAir => entry,
		_ => return Err(ReadingFault::NoSuchStation),
	};
	let station = &entry.station;
	if station.owner != OWNER {
		return Err(ReadingFault::NotOwner);
	}
	if station.sharers.difference(entry.signed) != OrgSet::EMPTY {
		return Err(ReadingFault::Unconfirmed);
	}
	let energy = i128::from(reading.energy.ok_or(ReadingFault::Gap)?);
	if energy < 0 {
		return Err(ReadingFault::Backwards);
	}
	// Watts, thousandths and quarters of an hour: the limit is a fraction of 4,000, rounded up.
	let quarters = if report.span.interval == Interval::Hour { 4 } else { 1 };
	let limit = i128::from(station.rated_power_w) * (1_000 + i128::from(rules.tolerance)) * quarters;
	if energy * 4_000 >= limit + 4_000 {
		return Err(ReadingFault::OverRating);
	}
	let mut carried: BTreeMap<OrgId, i128> = BTreeMap::new();
	for org in (0..32).map(OrgId).filter(|org| *org == OWNER || station.sharers.contains(*org)) {
		carried.insert(org, 0);
	}
	let is_by_volume = rules.sharing.method == SharingMethod::Volume && !station.sharers.is_empty();
	if is_by_volume && !model_left_out(case, station).is_empty() {
		return Err(ReadingFault::NetworkMissing);
	}
	for place in 0..report.networks.len() {
		let carrier = model_carrier(case, station, place);
		let volume = match reading.volumes[place] {
			Some(volume) => i128::from(volume),
			None if is_by_volume && carrier.is_some() => return Err(ReadingFault::VolumeMissing),
			None => 0,
		};
		if volume > 268_435_456 {
			return Err(ReadingFault::OverCapacity);
		}
		match carrier {
			Some(org) => *carried.get_mut(&org).unwrap() += volume,
			None if volume > 0 => return Err(ReadingFault::OtherNetwork),
			None => {}
		}
	}
	let weights = model_weights(rules, &carried);
	let minutes = i128::from(report.span.first) * 15 + n as i128 * 15 * quarters;
	let price = i128::from(rules.tariff.prices[(minutes / 60) as usize]);
	let shares = model_split_in_turn(energy, &weights, &report.span, n);
	Ok(carried.into_iter().zip(shares).map(|((org, volume), e)| (org, (e, volume, e * price))).collect())
}

/// Every reading with its result: slot, number, and what it comes to.
fn model(case: &Case) -> Vec<(u8, u8, Result<BTreeMap<OrgId, Part>, ReadingFault>)> {
	let stations = case.0.columns().unwrap().to_stations();
	let readings =
		stations.iter().flat_map(|of| of.readings.iter().enumerate().map(|(n, r)| (of.slot, n, r)));
	readings.map(|(slot, n, reading)| (slot, n as u8, model_reading(case, slot, n, reading))).collect()
}

fn account_case(case: &Case) -> Accounted {
	let (report, entries, holders, rules) = case;
	super::account(OWNER, report, entries, holders, rules).unwrap()
}

/// Without those who have nothing.
fn parts(sums: &SumsOf) -> BTreeMap<OrgId, Part> {
	let part = |sums: &Sums| (sums.energy.into(), sums.volume.into(), sums.amount.into());
	sums.iter().map(|(org, sums)| (*org, part(sums))).filter(|(_, part)| *part != (0, 0, 0)).collect()
}

/// The part of a report from one interval to another.
pub(super) fn piece(report: &Report, from: u8, to: u8) -> Report {
	let length = report.span.interval.quarters();
	let span = Span { first: report.span.first + from * length, count: to - from, ..report.span };
	let cut = |of: StationColumns| StationColumns {
		readings: of.readings[usize::from(from)..usize::from(to)].to_vec(),
		..of
	};
	let stations: Vec<_> = report.columns().unwrap().to_stations().into_iter().map(cut).collect();
	Report::new(report.page, span, report.number, report.networks.clone(), &stations).unwrap()
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(512))]

	#[test]
	fn account_is_what_the_model_says(case in any_case()) {
		let accounted = account_case(&case);
		let expected = model(&case);
		let mut sums: BTreeMap<OrgId, Part> = BTreeMap::new();
		for part in expected.iter().filter_map(|(_, _, result)| result.as_ref().ok()) {
			for (org, (energy, volume, amount)) in part {
				let of = sums.entry(*org).or_default();
				*of = (of.0 + energy, of.1 + volume, of.2 + amount);
			}
		}
		sums.retain(|_, part| *part != (0, 0, 0));
		prop_assert_eq!(parts(&accounted.sums), sums);
		prop_assert!(accounted.sums.is_sorted_by(|a, b| a.0 < b.0));
		let faults: Vec<_> = expected
			.iter()
			.filter_map(|(slot, n, result)| result.as_ref().err().map(|fault| (*slot, *n, *fault)))
			.collect();
		let told: Vec<_> = accounted
			.records
			.iter()
			.flat_map(|r| (0..r.count).map(move |n| (r.slot, r.first + n, r.fault)))
			.collect();
		prop_assert_eq!(told, faults);
	}

	#[test]
	fn every_reading_has_one_result(case in any_case()) {
		let accounted = account_case(&case);
		let size = case.0.size();
		let faulty: u32 = accounted.records.iter().map(|record| u32::from(record.count)).sum();
		prop_assert_eq!(accounted.counted + faulty, size);
		let mut told: Vec<_> = accounted
			.records
			.iter()
			.flat_map(|r| (0..r.count).map(move |n| (r.slot, r.first + n)))
			.collect();
		let all = told.len();
		told.sort();
		told.dedup();
		prop_assert_eq!(told.len(), all);
		// What stands together is told together.
		for pair in accounted.records.windows(2) {
			let [a, b] = pair else { unreachable!() };
			prop_assert!((a.slot, a.first) < (b.slot, b.first));
			prop_assert!((a.slot, a.fault, a.first + a.count) != (b.slot, b.fault, b.first));
		}
	}

	#[test]
	fn what_counts_adds_up_to_the_readings(case in any_case()) {
		let accounted = account_case(&case);
		let counts = |slot, n| {
			let is_in = |r: &&Record| r.slot == slot && (r.first..r.first + r.count).contains(&n);
			!accounted.records.iter().any(|record| is_in(&record))
		};
		let mut energy = 0;
		let mut volume = 0;
		for of in case.0.columns().unwrap().to_stations() {
			for (_, reading) in (0..).zip(of.readings).filter(|(n, _)| counts(of.slot, *n)) {
				energy += u64::try_from(reading.energy.unwrap()).unwrap();
				volume += reading.volumes.iter().flatten().map(|volume| u64::from(*volume)).sum::<u64>();
			}
		}
		prop_assert_eq!(accounted.sums.iter().map(|(_, sums)| sums.energy).sum::<u64>(), energy);
		prop_assert_eq!(accounted.sums.iter().map(|(_, sums)| sums.volume).sum::<u64>(), volume);
	}

	#[test]
	fn two_spans_are_what_they_are_together(case in any_case(), at: prop::sample::Index) {
		let (report, entries, holders, rules) = case;
		prop_assume!(report.span.count > 1);
		let at = 1 + at.index(usize::from(report.span.count) - 1) as u8;
		let account = |report: &Report| super::account(OWNER, report, &entries, &holders, &rules).unwrap();
		let whole = account(&report);
		let (first, second) = (account(&piece(&report, 0, at)), account(&piece(&report, at, report.span.count)));
		let mut sums = first.sums.clone();
		for (org, more) in &second.sums {
			prop_assert_eq!(add(&mut sums, *org, *more), Some(()));
		}
		prop_assert_eq!(&sums, &whole.sums);
		prop_assert_eq!(first.counted + second.counted, whole.counted);
		prop_assert_eq!(first.concerned.union(second.concerned), whole.concerned);
		let each = |records: &[Record], from: u8| -> Vec<_> {
			records.iter().flat_map(|r| (0..r.count).map(move |n| (r.slot, from + r.first + n, r.fault))).collect()
		};
		let mut told = [each(&first.records, 0), each(&second.records, at)].concat();
		told.sort();
		prop_assert_eq!(told, each(&whole.records, 0));
		let missing = |accounted: &Accounted| -> Vec<_> {
			accounted.meters.iter().map(|(slot, _, _, meter)| (*slot, meter.missing)).collect()
		};
		let (a, b, all) = (missing(&first), missing(&second), missing(&whole));
		let both: Vec<_> = a.iter().zip(&b).map(|((slot, a), (_, b))| (*slot, a + b)).collect();
		prop_assert_eq!(both, all);
	}

	#[test]
	fn stations_alone_are_what_they_are_together(case in any_case()) {
		let (report, entries, holders, rules) = case;
		let account = |report: &Report| super::account(OWNER, report, &entries, &holders, &rules).unwrap();
		let mut sums = SumsOf::default();
		for station in report.columns().unwrap().to_stations() {
			let alone =
				Report::new(report.page, report.span, report.number, report.networks.clone(), &[station]).unwrap();
			for (org, more) in account(&alone).sums {
				prop_assert_eq!(add(&mut sums, org, more), Some(()));
			}
		}
		prop_assert_eq!(sums, account(&report).sums);
	}
}
