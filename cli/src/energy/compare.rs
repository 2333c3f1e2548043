// SPDX-License-Identifier: Apache-2.0
//! Two reports of the same stations and time, reading by reading and network by network.
//!
//! Who says that it has seen the same has a record of its own of all that it is asked for: what it has not is named.
//!
//! Networks are those of either. Where the owner's report has no column of one of which the other has measured something, each such
//! reading differs: what it has carried was left out, and with it whose the energy is.

use super::{
	batches::Directory,
	tally::times,
	words::{kwh, ReportId},
};
use crate::{config::words::plmn_words, output::table};
use serde_json::{json, Value};
use std::collections::BTreeSet;
use trimast_primitives::{
	energy::{Reading, Report, Span, StationColumns, MAX_NETWORKS},
	page::SiteId,
	site::Plmn,
};

/// [`MAX_NETWORKS`] as a length.
const NETWORKS: usize = MAX_NETWORKS as usize;

/// A reading with volumes of the networks of either.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Values {
	/// Wh.
	pub(super) energy: Option<i32>,
	/// Mbit, in the order of [`Comparison::networks`]. `None` where it was not measured, or there is no column.
	pub(super) volumes: Vec<Option<u32>>,
}

impl Values {
	/// Those of a reading of a report with these networks.
	fn of(reading: &Reading, own: &[Plmn], all: &[Plmn]) -> Self {
		let volume = |plmn: &Plmn| {
			let place = own.iter().position(|other| other == plmn)?;
			reading.volumes.get(place).copied().flatten()
		};
		Self { energy: reading.energy, volumes: all.iter().map(volume).collect() }
	}
}

/// A reading of which two companies have something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Difference {
	/// The station's slot.
	pub(super) slot: u8,
	/// The number of the interval in the report.
	pub(super) interval: u8,
	/// What the owner has reported.
	pub(super) reported: Values,
	/// What the other has seen.
	pub(super) seen: Values,
}

/// Readings of a station, one after another, that a company has no record of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lack {
	/// The station's slot.
	slot: u8,
	/// The first of them, by its number in the report.
	first: u8,
	/// How many.
	count: u8,
}

/// How what somebody has seen compares with what an owner has reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Comparison {
	span: Span,
	/// The networks of either, in ascending order.
	pub(super) networks: Vec<Plmn>,
	/// Those of them of which the owner's report has no column.
	pub(super) left_out: Vec<Plmn>,
	/// What differs.
	pub(super) differences: Vec<Difference>,
	/// Of what there is no record, though one is asked for.
	pub(super) missing: Vec<Lack>,
	/// What was seen, as the owner would have reported it. `None` where a report has no room for the networks or the values of both.
	pub(super) seen: Option<Report>,
}

/// The place among the readings of `own` of an interval of `span`. `None` where it has none such.
fn place(span: &Span, n: u8, own: &Span) -> Option<usize> {
	if span.day != own.day || span.interval != own.interval {
		return None;
	}
	let width = span.interval.quarters();
	let quarter = u16::from(n).saturating_mul(width.into()).saturating_add(span.first.into());
	let place = quarter.checked_sub(own.first.into())? / u16::from(width);
	(place < u16::from(own.count)).then_some(usize::from(place))
}

/// The part of a report that lies in a span, as a report of its own: what a company has of that time. `None` where it has not all of
/// it.
pub(super) fn cut(report: &Report, span: &Span, number: u16) -> Option<Report> {
	let first = place(span, 0, &report.span)?;
	place(span, span.count.checked_sub(1)?, &report.span)?;
	let end = first.checked_add(span.count.into())?;
	let cut = |of: StationColumns| {
		let before = of.readings.get(..first)?.iter().filter_map(|reading| reading.energy);
		let register = before.fold(of.register, |all, energy| all.saturating_add_signed(energy.into()));
		Some(StationColumns { slot: of.slot, register, readings: of.readings.get(first..end)?.to_vec() })
	};
	let stations: Option<Vec<_>> = report.columns().ok()?.to_stations().into_iter().map(cut).collect();
	Report::new(report.page, *span, number, report.networks.clone(), &stations?)
}

/// A station of a report: its slot, its register, and its readings.
type Station = (u8, u64, Vec<Values>);

/// What was seen as a report of these networks. Where they are too many for one, those of which nothing was measured have no column.
fn as_report(report: &Report, networks: &[Plmn], stations: &[Station]) -> Option<Report> {
	let readings = || stations.iter().flat_map(|(_, _, readings)| readings);
	let is_measured = |n: usize| readings().any(|of| of.volumes.get(n).copied().flatten().is_some());
	let is_kept = |n: &usize| networks.len() <= NETWORKS || is_measured(*n);
	let kept: Vec<usize> = (0..networks.len()).filter(is_kept).collect();
	let reading = |of: &Values| {
		let mut volumes = [None; NETWORKS];
		for (volume, n) in volumes.iter_mut().zip(&kept) {
			*volume = of.volumes.get(*n).copied().flatten();
		}
		Reading { energy: of.energy, volumes }
	};
	let column = |(slot, register, readings): &Station| StationColumns {
		slot: *slot,
		register: *register,
		readings: readings.iter().map(reading).collect(),
	};
	let columns: Vec<StationColumns> = stations.iter().map(column).collect();
	let networks: Vec<Plmn> = kept.iter().filter_map(|n| networks.get(*n).copied()).collect();
	Report::new(report.page, report.span, report.number, networks.try_into().ok()?, &columns)
}

/// Compares what somebody has seen, in one report or several, with what an owner has reported: of each interval that one of `own` has,
/// its values count as seen, else those of the report. `asked` says of a slot whether a record of its readings is asked for, and of what
/// networks. `None` where one of them cannot be read, or none of `own` is of that time.
pub(super) fn compare<'n>(
	report: &Report,
	own: &[Report],
	asked: impl Fn(u8) -> Option<&'n [Plmn]>,
) -> Option<Comparison> {
	let is_of_that_time = |own: &&Report| {
		place(&report.span, 0, &own.span).or_else(|| place(&own.span, 0, &report.span)).is_some()
	};
	let read = |own: &Report| Some((own.span, own.networks.to_vec(), own.columns().ok()?.to_stations()));
	let own: Vec<_> = own.iter().filter(is_of_that_time).map(read).collect::<Option<_>>()?;
	if own.is_empty() {
		return None;
	}
	let networks: BTreeSet<Plmn> =
		own.iter().flat_map(|(_, networks, _)| networks).chain(&report.networks).copied().collect();
	let networks: Vec<Plmn> = networks.into_iter().collect();
	let seen_of = |slot: u8, interval: u8| {
		own.iter().find_map(|(span, own, stations)| {
			let place = place(&report.span, interval, span)?;
			let station = stations.iter().find(|station| station.slot == slot)?;
			// Who has read nothing has seen nothing else.
			let reading = station.readings.get(place).filter(|reading| reading.energy.is_some())?;
			Some(Values::of(reading, own, &networks))
		})
	};
	let (mut differences, mut missing, mut stations) = (Vec::new(), Vec::new(), Vec::<Station>::new());
	for StationColumns { slot, register, readings } in report.columns().ok()?.to_stations() {
		let mut all = Vec::with_capacity(readings.len());
		let asked = asked(slot);
		for (interval, reading) in (0u8..).zip(&readings) {
			let reported = Values::of(reading, &report.networks, &networks);
			let own = seen_of(slot, interval);
			if asked.is_some_and(|asked| lacks(&networks, asked, &reported, own.as_ref())) {
				note(&mut missing, slot, interval);
			}
			let mut seen = own.unwrap_or_else(|| reported.clone());
			// What was not measured is nothing else.
			for (seen, reported) in seen.volumes.iter_mut().zip(&reported.volumes) {
				*seen = seen.or(*reported);
			}
			if seen != reported {
				differences.push(Difference { slot, interval, reported, seen: seen.clone() });
			}
			all.push(seen);
		}
		stations.push((slot, register, all));
	}
	let has_value =
		|n: usize| differences.iter().any(|of| of.seen.volumes.get(n).copied().flatten().is_some());
	let left_out = (0..).zip(&networks).filter(|(n, plmn)| !report.networks.contains(plmn) && has_value(*n));
	let left_out = left_out.map(|(_, plmn)| *plmn).collect();
	let seen = match differences.is_empty() {
		true => Some(report.clone()),
		false => as_report(report, &networks, &stations),
	};
	Some(Comparison { span: report.span, networks, left_out, differences, missing, seen })
}

/// Whether a company has not all of what was reported: the energy, or what one of the networks has carried of which it is asked.
fn lacks(networks: &[Plmn], asked: &[Plmn], reported: &Values, own: Option<&Values>) -> bool {
	let Some(own) = own else { return reported.energy.is_some() };
	let mut volumes = networks.iter().zip(reported.volumes.iter().zip(&own.volumes));
	volumes.any(|(plmn, (reported, own))| reported.is_some() && own.is_none() && asked.contains(plmn))
}

/// Notes that there is no record of a reading.
fn note(missing: &mut Vec<Lack>, slot: u8, interval: u8) {
	match missing.last_mut() {
		Some(last) if last.slot == slot && last.first.saturating_add(last.count) == interval => {
			last.count = last.count.saturating_add(1);
		}
		_ => missing.push(Lack { slot, first: interval, count: 1 }),
	}
}

fn energy(values: &Values) -> String {
	match values.energy {
		None => "-".into(),
		Some(energy) if energy < 0 => format!("-{}", kwh(energy.unsigned_abs().into())),
		Some(energy) => kwh(energy.unsigned_abs().into()),
	}
}

impl Comparison {
	/// Networks of which the owner's report has no column, in words.
	pub(super) fn left_out_words(&self) -> Option<String> {
		let names: Vec<String> = self.left_out.iter().map(|plmn| plmn_words(*plmn)).collect();
		(!names.is_empty()).then(|| format!("it has no column of {}", names.join(", ")))
	}

	/// The same for programs.
	pub(super) fn left_out_json(&self) -> Value {
		self.left_out.iter().map(|plmn| json!(plmn_words(*plmn))).collect()
	}

	/// What differs, for people: the first few.
	pub(super) fn text(&self, id: ReportId, directory: &Directory, most: usize) -> String {
		let amount = |volume: &Option<u32>| volume.map_or_else(|| "-".into(), |volume| volume.to_string());
		let volumes = |values: &Values| {
			let each = self.networks.iter().zip(&values.volumes);
			let words: Vec<String> =
				each.map(|(plmn, volume)| format!("{} {}", plmn_words(*plmn), amount(volume))).collect();
			words.join(", ")
		};
		let rows = self.differences.iter().take(most).map(|one| {
			vec![
				directory.name(SiteId::new(id.local_network, id.page, one.slot.into())),
				times(&self.span, one.interval, 1).0,
				energy(&one.reported),
				energy(&one.seen),
				volumes(&one.reported),
				volumes(&one.seen),
			]
		});
		let header = ["station", "from", "kWh reported", "kWh seen", "Mbit reported", "Mbit seen"];
		let more = self.differences.len().saturating_sub(most);
		let rest =
			if more > 0 { format!("\n... and {more} more; --json has them all") } else { String::new() };
		format!("{}{rest}", table(&header, rows))
	}

	/// How many readings there is no record of.
	pub(super) fn lacking(&self) -> u64 {
		self.missing.iter().fold(0, |all, one| all.saturating_add(one.count.into()))
	}

	/// Of what there is no record, for people: the first few.
	pub(super) fn missing_text(&self, id: ReportId, directory: &Directory, most: usize) -> String {
		let rows = self.missing.iter().take(most).map(|one| {
			let (from, to) = times(&self.span, one.first, one.count);
			let name = directory.name(SiteId::new(id.local_network, id.page, one.slot.into()));
			vec![name, from, to, one.count.to_string()]
		});
		let more = self.missing.len().saturating_sub(most);
		let rest =
			if more > 0 { format!("\n... and {more} more; --json has them all") } else { String::new() };
		format!("{}{rest}", table(&["station", "from", "to", "not in the record"], rows))
	}

	/// The same for programs: all.
	pub(super) fn missing_json(&self, id: ReportId, directory: &Directory) -> Value {
		let one = |one: &Lack| {
			let (from, to) = times(&self.span, one.first, one.count);
			let name = directory.name(SiteId::new(id.local_network, id.page, one.slot.into()));
			json!({ "station": name, "from": from, "to": to, "readings": one.count })
		};
		self.missing.iter().map(one).collect()
	}

	/// What differs, for programs.
	pub(super) fn to_json(&self, id: ReportId, directory: &Directory) -> Value {
		let values = |values: &Values| {
			let networks = self.networks.iter().zip(&values.volumes);
			let volumes: Vec<Value> =
				networks.map(|(plmn, volume)| json!({ "plmn": plmn_words(*plmn), "mbit": volume })).collect();
			json!({ "energy": values.energy, "volumes": volumes })
		};
		let one = |one: &Difference| {
			let (from, to) = times(&self.span, one.interval, 1);
			json!({
				"station": directory.name(SiteId::new(id.local_network, id.page, one.slot.into())), "from": from, "to": to,
				"reported": values(&one.reported), "seen": values(&one.seen),
			})
		};
		self.differences.iter().map(one).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			batches::tests::{report, NETWORKS},
			said::tests::ID,
		},
		*,
	};

	fn compare_one(report: &Report, own: &Report) -> Option<Comparison> {
		compare(report, std::slice::from_ref(own), |_| None)
	}

	/// The same with another energy of one reading.
	fn with(report: &Report, slot: u8, interval: usize, energy: Option<i32>) -> Report {
		let mut stations = report.columns().unwrap().to_stations();
		let station = stations.iter_mut().find(|of| of.slot == slot).unwrap();
		station.readings[interval].energy = energy;
		Report::new(report.page, report.span, report.number, report.networks.clone(), &stations).unwrap()
	}

	#[test]
	fn part_of_a_day_is_what_would_have_been_reported_of_it() {
		let day = report(0, 0, 24, &[0, 3]);
		let noon = report(0, 12, 2, &[0, 3]);
		let part = cut(&day, &noon.span, 0).unwrap();
		let readings = |of: &Report| {
			of.columns().unwrap().to_stations().into_iter().map(|of| of.readings).collect::<Vec<_>>()
		};
		assert_eq!((readings(&part), part.span, part.stations), (readings(&noon), noon.span, noon.stations));
		// The meter has gone on by what came before: 12 hours of 1,000 Wh and 0 to 11 more.
		assert_eq!(part.columns().unwrap().to_stations()[0].register, 1_000_000 + 12_066);
		assert_eq!(cut(&day, &day.span, 0), Some(day.clone()));
		assert_eq!(cut(&day, &day.span, 3).unwrap().number, 3);
		// It has not all of that.
		assert_eq!(cut(&noon, &day.span, 0), None);
		let mut tomorrow = noon.span;
		tomorrow.day += 1;
		assert_eq!(cut(&day, &tomorrow, 0), None);
	}

	#[test]
	fn what_is_seen_is_told_reading_by_reading_and_is_a_report_of_the_same() {
		let reported = report(0, 0, 24, &[0, 3, 5]);
		// Another company has the stations 3 and 5, of the afternoon, and one reading differs.
		let own = with(&report(0, 12, 12, &[3, 5]), 5, 2, Some(7));
		let compared = compare_one(&reported, &own).unwrap();
		let differences = &compared.differences;
		assert_eq!(differences.len(), 1);
		assert_eq!((differences[0].slot, differences[0].interval), (5, 14));
		assert_eq!((differences[0].reported.energy, differences[0].seen.energy), (Some(1_014), Some(7)));
		let seen = with(&reported, 5, 14, Some(7));
		assert_eq!(compared.seen.as_ref(), Some(&seen));
		// It can be contested: the lower value of each reading is of both.
		assert_eq!(reported.lower(&seen), Some(seen.clone()));
		assert_eq!(compare_one(&reported, &seen).as_ref(), Some(&compared));
		let directory = Directory::default();
		let text = compared.text(ID, &directory, 5);
		for part in ["1301:5", "2026-11-28 14:00", "1.014", "0.007"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert_eq!(compared.to_json(ID, &directory)[0]["seen"]["energy"], 7);
	}

	#[test]
	fn who_has_read_nothing_has_seen_nothing_else() {
		let reported = report(0, 0, 24, &[0]);
		let compared = compare_one(&reported, &with(&reported, 0, 3, None)).unwrap();
		assert_eq!((compared.seen.as_ref(), &compared.differences[..]), (Some(&reported), &[][..]));
		let mut later = reported.clone();
		later.span.day += 1;
		assert_eq!(compare_one(&reported, &later), None);
	}

	/// A report of one station and hour with these networks and volumes.
	fn of_networks(volumes: &[(Plmn, Option<u32>)]) -> Report {
		let mut reading = Reading { energy: Some(1_000), ..Reading::default() };
		reading.volumes.iter_mut().zip(volumes).for_each(|(all, (_, volume))| *all = *volume);
		let station = StationColumns { slot: 0, register: 0, readings: vec![reading] };
		let networks: Vec<Plmn> = volumes.iter().map(|(plmn, _)| *plmn).collect();
		Report::new(0, report(0, 0, 1, &[0]).span, 0, networks.try_into().unwrap(), &[station]).unwrap()
	}

	const fn network(mnc: u16) -> Plmn {
		Plmn { mcc: 460, mnc, three_digit_mnc: false }
	}

	#[test]
	fn volumes_are_compared_by_network() {
		let [one, two] = NETWORKS;
		let reported = of_networks(&[(one, Some(200)), (two, Some(100))]);
		let seen = of_networks(&[(one, Some(100)), (two, Some(200))]);
		let compared = compare_one(&reported, &seen).unwrap();
		assert_eq!(compared.differences[0].seen.volumes, [Some(100), Some(200)]);
		assert_eq!((compared.left_out.len(), compared.seen), (0, Some(seen)));
		// What was not measured is nothing else, and the other way round it is
		let (none, half) = (of_networks(&[(two, None)]), of_networks(&[(one, Some(200)), (two, None)]));
		assert!(compare_one(&reported, &none).unwrap().differences.is_empty());
		assert_eq!(compare_one(&half, &reported).unwrap().seen, Some(reported));
	}

	#[test]
	fn network_that_the_owner_has_left_out_is_named_and_makes_every_reading_another() {
		// Given an owner that says nothing of its own network
		let [sharers, owners] = NETWORKS;
		let reported = of_networks(&[(sharers, Some(300))]);
		for carried in [600, 0] {
			let own = of_networks(&[(sharers, Some(300)), (owners, Some(carried))]);
			let compared = compare_one(&reported, &own).unwrap();
			assert_eq!((&compared.left_out[..], compared.differences.len()), (&[owners][..], 1));
			assert_eq!(compared.differences[0].reported.volumes, [Some(300), None]);
			assert_eq!(compared.left_out_json(), json!(["460-11"]));
			assert_eq!(compared.left_out_words().unwrap(), "it has no column of 460-11");
			// What is contested with has it
			assert_eq!(compared.seen.as_ref(), Some(&own));
			assert!(reported.lower(&own).is_some());
		}
		// One that is none of the station's has no value in the company's record
		let own = of_networks(&[(sharers, Some(300)), (owners, None)]);
		let compared = compare_one(&reported, &own).unwrap();
		assert_eq!((compared.left_out.len(), compared.differences.len()), (0, 0));
		// And one of which the company has no column is the report's
		let compared = compare_one(&own, &reported).unwrap();
		assert_eq!((compared.left_out.len(), compared.differences.len()), (0, 0));
	}

	#[test]
	fn what_a_company_has_no_record_of_is_named() {
		let [one, two] = NETWORKS;
		let reported = with(&report(0, 0, 24, &[0, 3, 5]), 3, 7, None);
		let asked = |slot: u8| (slot == 3).then_some(&NETWORKS[..]);
		let missing = |own: &[Report]| compare(&reported, own, asked).unwrap().missing;
		let lack = |first, count| Lack { slot: 3, first, count };
		// The first half of the day, in which nothing was read at seven; what is asked of no other station
		assert_eq!(missing(&[report(0, 12, 12, &[3])]), [lack(0, 7), lack(8, 4)]);
		assert_eq!(missing(&[report(0, 0, 12, &[3]), report(0, 12, 12, &[3])]), []);
		// A reading that is not there, and another station
		assert_eq!(missing(&[with(&report(0, 0, 24, &[3]), 3, 9, None)]), [lack(9, 1)]);
		assert_eq!(missing(&[report(0, 0, 24, &[0])]), [lack(0, 7), lack(8, 16)]);
		// What a network has carried
		let volumes = [(one, Some(200)), (two, Some(100))];
		let (both, half) = (of_networks(&volumes), of_networks(&volumes[..1]));
		let of = |report: &Report, own: &Report, asked: Option<&'static [Plmn]>| {
			compare(report, std::slice::from_ref(own), |_| asked).unwrap().missing.len()
		};
		assert_eq!(of(&both, &half, Some(&NETWORKS[..])), 1);
		assert_eq!(of(&both, &half, Some(&NETWORKS[..1])), 0);
		assert_eq!(of(&both, &half, Some(&NETWORKS[..0])), 0);
		assert_eq!(of(&half, &both, Some(&NETWORKS[..])), 0);
		let compared = compare(&reported, &[report(0, 12, 12, &[3])], asked).unwrap();
		let directory = Directory::default();
		assert_eq!((compared.lacking(), compared.differences.len()), (11, 0));
		assert_eq!(compared.missing_json(ID, &directory)[1]["from"], "2026-11-28 08:00");
		assert!(compared.missing_text(ID, &directory, 1).contains("... and 1 more"));
	}

	#[test]
	fn what_a_report_has_no_room_for_is_compared_and_not_contested() {
		let of = |from: u16, volume| {
			let all: Vec<_> = (from..from + 3).map(|mnc| (network(mnc), volume)).collect();
			of_networks(&all)
		};
		let compared = compare_one(&of(0, Some(1)), &of(10, Some(1))).unwrap();
		assert_eq!((compared.differences.len(), compared.seen), (1, None));
		// Columns in which nothing was measured make room
		let compared = compare_one(&of(0, None), &of(10, Some(1))).unwrap();
		assert_eq!(compared.seen, Some(of(10, Some(1))));
	}
}
