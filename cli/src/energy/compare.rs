// SPDX-License-Identifier: Apache-2.0
//! Two reports of the same stations and time, reading by reading.

use super::{
	batches::Directory,
	tally::times,
	words::{kwh, ReportId},
};
use crate::{config::words::plmn_words, output::table};
use serde_json::{json, Value};
use trimast_primitives::{
	energy::{Reading, Report, Span, StationColumns},
	page::SiteId,
};

/// A reading of which two companies have something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Difference {
	/// The station's slot.
	pub(super) slot: u8,
	/// The number of the interval in the report.
	pub(super) interval: u8,
	/// What the owner has reported.
	pub(super) reported: Reading,
	/// What the other has seen.
	pub(super) seen: Reading,
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

/// What somebody has seen of a report, as the owner would have reported it: of each interval that `own` has, its values; else what the
/// report has. With what differs. `None` where one of the two cannot be read, or `own` is of another time.
pub(super) fn overlay(report: &Report, own: &Report) -> Option<(Report, Vec<Difference>)> {
	let mut stations = report.columns().ok()?.to_stations();
	let seen = own.columns().ok()?.to_stations();
	place(&report.span, 0, &own.span).or_else(|| place(&own.span, 0, &report.span))?;
	let mut differences = Vec::new();
	for station in &mut stations {
		let Some(seen) = seen.iter().find(|seen| seen.slot == station.slot) else { continue };
		for (interval, reading) in (0u8..).zip(&mut station.readings) {
			let seen = place(&report.span, interval, &own.span).and_then(|place| seen.readings.get(place));
			// Who has read nothing has seen nothing else.
			let Some(seen) = seen.filter(|seen| seen.energy.is_some()) else { continue };
			let mut here = Reading { energy: seen.energy, volumes: reading.volumes };
			for (plmn, volume) in report.networks.iter().zip(&mut here.volumes) {
				let of = own.networks.iter().position(|other| other == plmn);
				// What was not measured is nothing else.
				*volume = of.and_then(|of| *seen.volumes.get(of)?).or(*volume);
			}
			if here != *reading {
				let (slot, reported) = (station.slot, *reading);
				differences.push(Difference { slot, interval, reported, seen: here });
				*reading = here;
			}
		}
	}
	let seen = match differences.is_empty() {
		true => report.clone(),
		false => Report::new(report.page, report.span, report.number, report.networks.clone(), &stations)?,
	};
	Some((seen, differences))
}

/// What differs between what an owner has reported and what another has seen.
pub(super) fn differences(reported: &Report, seen: &Report) -> Vec<Difference> {
	overlay(reported, seen).map(|(_, differences)| differences).unwrap_or_default()
}

fn energy(reading: &Reading) -> String {
	match reading.energy {
		None => "-".into(),
		Some(energy) if energy < 0 => format!("-{}", kwh(energy.unsigned_abs().into())),
		Some(energy) => kwh(energy.unsigned_abs().into()),
	}
}

/// For people: the first few.
pub(super) fn text(
	report: &Report,
	id: ReportId,
	all: &[Difference],
	directory: &Directory,
	most: usize,
) -> String {
	let volumes = |reading: &Reading| {
		let each = report.networks.iter().zip(&reading.volumes);
		let amount = |volume: &Option<u32>| volume.map_or_else(|| "-".into(), |volume| volume.to_string());
		let words: Vec<String> =
			each.map(|(plmn, volume)| format!("{} {}", plmn_words(*plmn), amount(volume))).collect();
		words.join(", ")
	};
	let rows = all.iter().take(most).map(|one| {
		vec![
			directory.name(SiteId::new(id.local_network, id.page, one.slot.into())),
			times(&report.span, one.interval, 1).0,
			energy(&one.reported),
			energy(&one.seen),
			volumes(&one.reported),
			volumes(&one.seen),
		]
	});
	let header = ["station", "from", "kWh reported", "kWh seen", "Mbit reported", "Mbit seen"];
	let more = all.len().saturating_sub(most);
	let rest = if more > 0 { format!("\n... and {more} more; --json has them all") } else { String::new() };
	format!("{}{rest}", table(&header, rows))
}

/// For programs.
pub(super) fn to_json(report: &Report, id: ReportId, all: &[Difference], directory: &Directory) -> Value {
	let reading = |reading: &Reading| {
		let networks = report.networks.iter().zip(&reading.volumes);
		let volumes: Vec<Value> =
			networks.map(|(plmn, volume)| json!({ "plmn": plmn_words(*plmn), "mbit": volume })).collect();
		json!({ "energy": reading.energy, "volumes": volumes })
	};
	let one = |one: &Difference| {
		let (from, to) = times(&report.span, one.interval, 1);
		json!({
			"station": directory.name(SiteId::new(id.local_network, id.page, one.slot.into())), "from": from, "to": to,
			"reported": reading(&one.reported), "seen": reading(&one.seen),
		})
	};
	all.iter().map(one).collect()
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
		let (seen, differences) = overlay(&reported, &own).unwrap();
		assert_eq!(differences.len(), 1);
		assert_eq!((differences[0].slot, differences[0].interval), (5, 14));
		assert_eq!((differences[0].reported.energy, differences[0].seen.energy), (Some(1_014), Some(7)));
		assert_eq!(seen, with(&reported, 5, 14, Some(7)));
		// It can be contested: the lower value of each reading is of both.
		assert_eq!(reported.lower(&seen), Some(seen.clone()));
		assert_eq!(super::differences(&reported, &seen), differences);
		let directory = Directory::default();
		let text = text(&reported, ID, &differences, &directory, 5);
		for part in ["1301:5", "2026-11-28 14:00", "1.014", "0.007"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert_eq!(to_json(&reported, ID, &differences, &directory)[0]["seen"]["energy"], 7);
	}

	#[test]
	fn who_has_read_nothing_has_seen_nothing_else() {
		let reported = report(0, 0, 24, &[0]);
		let (seen, differences) = overlay(&reported, &with(&reported, 0, 3, None)).unwrap();
		assert_eq!((seen, differences), (reported.clone(), vec![]));
		let mut later = reported.clone();
		later.span.day += 1;
		assert_eq!(overlay(&reported, &later), None);
	}

	#[test]
	fn volumes_are_compared_by_network() {
		let reported = report(0, 0, 1, &[0]);
		let reading = Reading { energy: Some(1_000), volumes: [Some(100), Some(200), None, None] };
		let station = StationColumns { slot: 0, register: 0, readings: vec![reading] };
		let networks = NETWORKS.to_vec().try_into().unwrap();
		let other = Report::new(0, reported.span, 0, networks, &[station]).unwrap();
		let differences = super::differences(&reported, &other);
		assert_eq!(differences[0].seen.volumes, [Some(100), Some(200), None, None]);
	}
}
