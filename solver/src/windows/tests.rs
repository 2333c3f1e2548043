// SPDX-License-Identifier: Apache-2.0

//! Territories and their traffic for the tests, by hand and at random.

use super::{hours::windows, *};
use crate::random::Random;
use proptest::prelude::*;
use std::collections::BTreeSet;
use trimast_primitives::{
	energy::{Interval, Reading, SharingMethod, SharingRule, Span, StationColumns, Tariff, MAX_PLAN_DAYS},
	site::{SharingMode, Station, StationClass, StationState, Technology},
	territory::Position,
	LocalNetworkId,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);
const ONE: OrgId = OrgId(0);
const TWO: OrgId = OrgId(1);
/// A Monday.
const MONDAY: u16 = 20_787;
/// The second carrier's network, and the first's.
const NETWORKS: [Plmn; 2] = [plmn(1), plmn(11)];
const HOLDERS: [(Plmn, OrgId); 2] = [(NETWORKS[0], TWO), (NETWORKS[1], ONE)];

const fn plmn(mnc: u16) -> Plmn {
	Plmn { mcc: 460, mnc, three_digit_mnc: false }
}

fn site(slot: u32) -> SiteId {
	SiteId::new(PLACE, 0, slot)
}

fn cell(slot: u32, cell: u8) -> CellId {
	CellId { site: site(slot), cell }
}

/// Of which the record names so many cells, shared by the other carrier.
fn entry(facts: &StationFacts) -> StationEntry {
	let station = Station {
		code: b"HE-0001".to_vec().try_into().unwrap(),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: facts.owner,
		sharers: facts.sharers,
		tower: None,
		plmns: NETWORKS.to_vec().try_into().unwrap(),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: 2,
		cells: facts.cells.len() as u8,
		vendor: b"V1".to_vec().try_into().unwrap(),
		class: StationClass::Ordinary,
		tenants: 1,
		systems: 1,
		battery_ah: 500,
		autonomy_minutes: 180,
		rated_power_w: facts.rated_power_w,
		generator_minutes: 120,
		road_distance_hm: 123,
		road_minutes: 25,
		backhaul: facts.owner,
	};
	let signed = facts.sharers.with(facts.owner);
	StationEntry { station, state: StationState::OnAir, revision: 0, signed }
}

fn facts(slot: u32, owner: OrgId, covered_by: &[&[(CellId, Cover)]]) -> StationFacts {
	let cell = |covered_by: &&[(CellId, Cover)]| CellFacts {
		networks: NETWORKS.to_vec(),
		covered_by: covered_by.to_vec(),
		..CellFacts::default()
	};
	StationFacts {
		site: site(slot),
		owner,
		sharers: OrgSet::of(if owner == ONE { TWO } else { ONE }),
		rated_power_w: 3_700,
		cells: covered_by.iter().map(cell).collect(),
		slept: vec![],
	}
}

/// A station of three sectors with a capacity cell on each.
fn layered(slot: u32) -> StationFacts {
	let by = |n| [(cell(slot, n), Cover::Full)];
	facts(slot, ONE, &[&[], &[], &[], &by(0), &by(1), &by(2)])
}

/// The reports of stations of page 0 from a Monday on, hour by hour, with what `read` says of slot, day and hour.
fn month(
	stations: &[StationFacts],
	days: u16,
	read: impl Fn(u8, u16, u8) -> (Option<i32>, [u32; 2]),
) -> Vec<Recorded> {
	let last = stations.iter().map(|facts| facts.site.slot()).max().unwrap_or(0);
	let retired = StationEntry { state: StationState::Retired, ..entry(&facts(63, ONE, &[])) };
	let of_slot = |slot: u32| {
		let found = stations.iter().find(|facts| facts.site.slot() == slot);
		found.map_or_else(|| retired.clone(), entry)
	};
	let entries = Arc::new((0..=last).map(of_slot).collect::<Vec<_>>());
	let (sharing, tariff) = (SharingRule::default(), Tariff::flat(7_000));
	let rules = Arc::new(Rules { sharing, tariff, tolerance: 100 });
	let owners: BTreeSet<OrgId> = stations.iter().map(|facts| facts.owner).collect();
	let mut all = Vec::new();
	for day in MONDAY..MONDAY + days {
		for owner in &owners {
			let own: BTreeMap<u8, &StationFacts> = stations
				.iter()
				.filter(|facts| facts.owner == *owner)
				.map(|facts| (facts.site.slot() as u8, facts))
				.collect();
			let reading = |slot: u8, hour: u8| {
				let (energy, [one, other]) = read(slot, day, hour);
				Reading { energy, volumes: [Some(one), Some(other), None, None] }
			};
			let columns: Vec<_> = own
				.keys()
				.map(|slot| StationColumns {
					slot: *slot,
					register: 1_000,
					readings: (0..24).map(|hour| reading(*slot, hour)).collect(),
				})
				.collect();
			let span = Span::of_day(day, Interval::Hour);
			let networks = NETWORKS.to_vec().try_into().unwrap();
			let report = Report::new(0, span, 0, networks, &columns).unwrap();
			let (stations, rules) = (entries.clone(), rules.clone());
			all.push(Recorded { owner: *owner, report, stations, holders: HOLDERS.to_vec(), rules });
		}
	}
	all
}

/// Busy from six in the morning to midnight, and 1,000 Wh in each hour.
fn usual(_slot: u8, _day: u16, hour: u8) -> (Option<i32>, [u32; 2]) {
	let volume = if hour < 6 { 100 } else { 6_000 };
	(Some(1_000), [volume; 2])
}

fn settings() -> Settings {
	Settings::from_day(ONE, MONDAY + 28)
}

fn of_usual(stations: &[StationFacts], settings: &Settings) -> Proposal {
	propose(stations, &month(stations, 28, usual), settings).unwrap()
}

fn hours(proposal: &Proposal) -> Vec<(Weekdays, u8, u8)> {
	proposal.windows.iter().map(|window| (window.weekdays, window.from, window.until)).collect()
}

/// Why one of two stations' cells is left out.
fn why(stations: &[StationFacts], of: CellId) -> Option<LeftOut> {
	of_usual(stations, &settings()).left_out.into_iter().find(|(cell, _)| *cell == of).map(|(_, why)| why)
}

#[test]
fn capacity_cells_sleep_at_night() {
	let proposal = of_usual(&[layered(0)], &settings());
	// A quarter of an hour after midnight and before six is a margin, and only whole hours are compared.
	assert_eq!(hours(&proposal), [(Weekdays::Workdays, 4, 20), (Weekdays::Weekend, 4, 20)]);
	for window in &proposal.windows {
		assert_eq!((window.cells, window.stations), (3, 1));
		assert_eq!(window.pages[0].stations[..], [(0, 0b11_1000)]);
	}
	let awake: Vec<_> = (0..3).map(|n| (cell(0, n), LeftOut::NotCovered)).collect();
	assert_eq!(proposal.left_out, awake);
	assert_eq!(proposal.reasons(), BTreeMap::from([(LeftOut::NotCovered, 3)]));
	let first: Vec<_> = proposal.plans.iter().map(|(_, plan)| (plan.first_day - MONDAY, plan.days)).collect();
	assert_eq!(first, [(28, 5), (33, 2), (35, 5), (40, 2), (42, 5), (47, 2), (49, 5), (54, 2)]);
	assert!(proposal.plans.iter().all(|(_, plan)| plan.check().is_ok() && plan.local_network == PLACE));
}

#[test]
fn what_was_not_measured_is_not_quiet() {
	let stations = [layered(0)];
	// Given an agreement by contract, so that readings count without volumes
	let sharing = SharingRule { method: SharingMethod::Contract, ..SharingRule::default() };
	let windows = |is_measured: bool| {
		let mut recorded = month(&stations, 28, usual);
		for one in &mut recorded {
			one.rules = Arc::new(Rules { sharing: sharing.clone(), ..(*one.rules).clone() });
			let mut all = one.report.columns().unwrap().to_stations();
			for reading in all.iter_mut().flat_map(|station| &mut station.readings[..6]) {
				reading.volumes[0] = reading.volumes[0].filter(|_| is_measured);
			}
			let networks = one.report.networks.clone();
			one.report = Report::new(0, one.report.span, 0, networks, &all).unwrap();
		}
		propose(&stations, &recorded, &settings()).unwrap().windows.len()
	};
	// When nobody has measured what one network carries at night, then nothing sleeps then
	assert_eq!((windows(true), windows(false)), (2, 0));
}

#[test]
fn table_is_what_the_formula_gives() {
	let replay = of_usual(&[layered(0)], &settings()).windows.remove(0).replay;
	// Of twenty workdays the first five have no week before them. Three cells of six, and a half of their part.
	let expected = Replay {
		station_days: 15,
		compared: 15 * 16,
		left_out: 5 * 16,
		expected: 15 * 4 * 1_000,
		metered: 15 * 4 * 1_000,
		estimated: 15 * 4 * 250,
		saved: 15 * 4 * 250,
		shares: BTreeMap::from([(ONE, 15 * 4 * 125), (TWO, 15 * 4 * 125)]),
	};
	assert_eq!(replay, expected);
	// By the most that cells transmit: a fifth of it is that of capacity cells.
	let mut uneven = layered(0);
	(0..6).for_each(|n| uneven.cells[n].power_mw = if n < 3 { 80_000 } else { 20_000 });
	let replay = of_usual(&[uneven], &settings()).windows.remove(0).replay;
	assert_eq!(replay.estimated, 15 * 4 * 100);
	// More than the rated power no station is taken to draw.
	let weak = StationFacts { rated_power_w: 920, ..layered(0) };
	let replay = of_usual(&[weak], &settings()).windows.remove(0).replay;
	assert_eq!((replay.metered, replay.estimated), (15 * 4 * 1_000, 15 * 4 * 230));
}

#[test]
fn what_has_slept_is_measured_against_days_on_which_nothing_has() {
	// Given that the station has slept in the third week, by half of what it draws, at the hours that it may sleep
	let slept = Slept { first_day: MONDAY + 14, last_day: MONDAY + 20, from: 0, until: 24 };
	let read = |slot, day: u16, hour: u8| {
		let (energy, volumes) = usual(slot, day, hour);
		let sleeps = (slept.first_day..=slept.last_day).contains(&day) && hour < 6;
		(if sleeps { Some(500) } else { energy }, volumes)
	};
	let settings = Settings { baseline: BaselineMethod { weeks: 1, elasticity: 0 }, ..settings() };
	let replay = |slept: Vec<Slept>, settings: &Settings| {
		let stations = [StationFacts { slept, ..layered(0) }];
		propose(&stations, &month(&stations, 28, read), settings).unwrap().windows.remove(0).replay
	};
	// Then the week behind it is measured against the second one, and nothing is said of it itself
	let known = replay(vec![slept], &settings);
	let hours = 2 * 5 * 4;
	assert_eq!((known.station_days, known.expected, known.metered), (10, hours * 1_000, hours * 1_000));
	assert_eq!((known.saved, known.left_out), (known.estimated as i64, 5 * 16));
	// Otherwise it would be measured against what has slept
	let unknown = replay(vec![], &settings);
	assert_eq!((unknown.station_days, unknown.expected), (15, (5 + 5) * 4 * 1_000 + 5 * 4 * 500));
	// At other hours it has said nothing of these
	let others = replay(vec![Slept { from: 80, until: 96, ..slept }], &settings);
	assert_eq!(others, unknown);
	// Where reports are kept for two weeks at most the chain would refuse the last one
	let short = replay(vec![slept], &Settings { kept: 14, ..settings });
	assert_eq!((short.station_days, short.left_out), (5, 5 * 16));
}

#[test]
fn negative_savings_are_shown() {
	// More each week, with the same traffic, and nothing that sleeps saves anything.
	let stations = [layered(0)];
	let read = |slot, day: u16, hour| {
		let (_, volumes) = usual(slot, day, hour);
		(Some(1_000 + i32::from((day - MONDAY) / 7)), volumes)
	};
	let settings = Settings { saves: 0, baseline: BaselineMethod { weeks: 1, elasticity: 0 }, ..settings() };
	let proposal = propose(&stations, &month(&stations, 28, read), &settings).unwrap();
	let replay = proposal.windows[0].replay.clone();
	assert_eq!((replay.saved, replay.estimated), (-15 * 4, 0));
	assert_eq!(replay.expected + 15 * 4, replay.metered);
	assert_eq!(replay.shares.values().sum::<i64>(), -15 * 4);
	// Two workdays and weekends together.
	assert_eq!(proposal.replay().saved, -(15 + 6) * 4);
}

#[test]
fn guard_margins_shrink_windows() {
	let with = |guard: Guard| hours(&of_usual(&[layered(0)], &Settings { guard, ..settings() }));
	let usual = Guard::USUAL;
	// Covering cells carry 500 Mbit in their busiest quarter; at night 10, and 10 more of the cell that sleeps.
	assert_eq!(with(Guard { share: 960, ..usual }).len(), 2);
	assert!(with(Guard { share: 961, ..usual }).is_empty());
	assert_eq!(with(Guard { quarters: 0, ..usual })[0], (Weekdays::Workdays, 0, 24));
	assert_eq!(with(Guard { quarters: 5, ..usual })[0], (Weekdays::Workdays, 8, 16));
	assert!(with(Guard { quarters: 12, ..usual }).is_empty());
	// There are twenty workdays, and eight days of weekends.
	assert_eq!(with(Guard { days: 20, ..usual }), [(Weekdays::Workdays, 4, 20)]);
	assert!(with(Guard { days: 21, ..usual }).is_empty());
}

#[test]
fn busiest_recorded_night_decides() {
	let stations = [layered(0)];
	let read = |slot, day: u16, hour: u8| match (day - MONDAY, hour) {
		// One night of twenty.
		(9, 2) => (Some(1_000), [6_000, 6_000]),
		_ => usual(slot, day, hour),
	};
	let proposal = propose(&stations, &month(&stations, 28, read), &settings()).unwrap();
	// The quarters before two and behind three are margins, so that the hours of both are not quiet as a whole.
	assert_eq!(hours(&proposal), [(Weekdays::Workdays, 16, 20), (Weekdays::Weekend, 4, 20)]);
}

#[test]
fn windows_keep_to_what_cells_are_allowed() {
	let mut station = layered(0);
	// Not before two, in one of the three cells not at all.
	station.cells[3].not_allowed = 0b1111;
	station.cells[4].not_allowed = 0b1111;
	station.cells[5].not_allowed = u64::MAX;
	let proposal = of_usual(&[station], &settings());
	assert_eq!(hours(&proposal), [(Weekdays::Workdays, 8, 20), (Weekdays::Weekend, 8, 20)]);
	assert_eq!(proposal.windows[0].pages[0].stations[..], [(0, 0b1_1000)]);
	assert!(proposal.left_out.contains(&(cell(0, 5), LeftOut::Busy)));
}

#[test]
fn cells_are_left_out_for_a_reason() {
	let full = |slot, n| (cell(slot, n), Cover::Full);
	let part = |slot, n| (cell(slot, n), Cover::Partial);
	// Two cells of station 0; one of station 1, which is read as well.
	let of = |first: &[(CellId, Cover)], second: &[(CellId, Cover)]| {
		[facts(0, ONE, &[first, second]), facts(1, TWO, &[&[]])]
	};
	assert_eq!(why(&of(&[full(1, 0)], &[]), cell(0, 0)), None);
	assert_eq!(why(&of(&[], &[]), cell(0, 0)), Some(LeftOut::NotCovered));
	assert_eq!(why(&of(&[part(1, 0), part(0, 1)], &[]), cell(0, 0)), Some(LeftOut::InPart));
	assert_eq!(why(&of(&[full(7, 0)], &[]), cell(0, 0)), Some(LeftOut::CoveringNotRead));
	// A cell that covers itself is none that covers it.
	assert_eq!(why(&of(&[full(0, 0)], &[]), cell(0, 0)), Some(LeftOut::InPart));
	let mut other = of(&[full(1, 0)], &[]);
	other[1].cells[0].networks.pop();
	assert_eq!(why(&other, cell(0, 0)), Some(LeftOut::OtherNetworks));
	// The one covers the other, which is covered by a third: the lower number sleeps.
	let chain = of(&[full(0, 1)], &[full(1, 0)]);
	assert_eq!((why(&chain, cell(0, 0)), why(&chain, cell(0, 1))), (None, Some(LeftOut::Covers)));
	let chain = of(&[full(1, 0)], &[full(0, 0)]);
	assert_eq!((why(&chain, cell(0, 0)), why(&chain, cell(0, 1))), (None, Some(LeftOut::CoveringSleeps)));
	// Not read: a station whose readings do not count.
	let stations = of(&[full(1, 0)], &[]);
	let gone = |slot: u8, day, hour| if slot == 0 { (None, [0; 2]) } else { usual(slot, day, hour) };
	let proposal = propose(&stations, &month(&stations, 28, gone), &settings()).unwrap();
	assert!(proposal.left_out.contains(&(cell(0, 0), LeftOut::NotRead)));
}

#[test]
fn covering_cell_has_room_for_all_that_may_fall_to_it() {
	// Four cells under one. At night each of them carries 14 Mbit in a quarter, rounded up, and the one 50; of 3,000 in its busiest.
	let over = [(cell(1, 0), Cover::Full)];
	let stations = [facts(0, ONE, &[&over, &over, &over, &over]), facts(1, ONE, &[&[]])];
	let with = |share| {
		let guard = Guard { share, ..Guard::USUAL };
		of_usual(&stations, &Settings { guard, ..settings() }).windows.len()
	};
	// 106 of 300, and of 90: 64 would be of one of them alone.
	assert_eq!((with(900), with(970)), (2, 0));
}

#[test]
fn only_stations_of_who_proposes_are_planned() {
	let stations = [layered(0), StationFacts { owner: TWO, sharers: OrgSet::of(ONE), ..layered(1) }];
	let slots = |owner| {
		let windows = of_usual(&stations, &Settings { owner, ..settings() }).windows;
		let pages = windows.into_iter().flat_map(|window| window.pages);
		pages.flat_map(|page| page.stations).map(|(slot, _)| slot).collect::<BTreeSet<_>>()
	};
	assert_eq!(slots(ONE), [0].into());
	assert_eq!(slots(TWO), [1].into());
	assert_eq!(slots(OrgId(9)), [].into());
}

#[test]
fn every_day_together_makes_few_plans() {
	let together = Settings { is_apart: false, days: 62, ..settings() };
	let proposal = of_usual(&[layered(0)], &together);
	assert_eq!(hours(&proposal), [(Weekdays::All, 4, 20)]);
	let days: Vec<_> = proposal.plans.iter().map(|(_, plan)| (plan.first_day - MONDAY, plan.days)).collect();
	assert_eq!(days, [(28, MAX_PLAN_DAYS), (28 + 31, MAX_PLAN_DAYS)]);
}

#[test]
fn plans_have_sixteen_pages_at_most() {
	let cells = (0..40u16).map(|page| CellId { site: SiteId::new(PLACE, page, 5), cell: 2 });
	let pages = plans::pages(cells);
	let window = Window {
		weekdays: Weekdays::Weekend,
		from: 0,
		until: 4,
		cells: 40,
		stations: 40,
		pages,
		replay: Replay::default(),
	};
	let plans = plans::of(&window, PLACE, &Settings { days: 7, ..settings() });
	assert_eq!(plans.iter().map(|plan| plan.pages.len()).collect::<Vec<_>>(), [16, 16, 8]);
	assert!(plans.iter().all(|plan| plan.check().is_ok() && plan.days == 2));
	let numbers = plans.iter().flat_map(|plan| &plan.pages).map(|page| page.page);
	assert!(numbers.eq(0..40));
}

#[test]
fn propose_fails_when_it_is_given_nonsense() {
	let stations = [layered(0)];
	let with = |settings: Settings| propose(&stations, &[], &settings).unwrap_err();
	let guard = Guard::USUAL;
	for wrong in [
		Settings { guard: Guard { share: 1_001, ..guard }, ..settings() },
		Settings { guard: Guard { quarters: 96, ..guard }, ..settings() },
		Settings { guard: Guard { days: 0, ..guard }, ..settings() },
		Settings { saves: 1_001, ..settings() },
		Settings { least: 0, ..settings() },
		Settings { least: 97, ..settings() },
		Settings { windows: 0, ..settings() },
	] {
		assert_eq!(with(wrong), Unproposed::Settings);
	}
	assert_eq!(with(Settings { days: 0, ..settings() }), Unproposed::Days);
	assert_eq!(with(Settings { first_day: u16::MAX, days: 2, ..settings() }), Unproposed::Days);
	let baseline = BaselineMethod { weeks: 5, elasticity: 0 };
	assert_eq!(with(Settings { baseline, ..settings() }), Unproposed::Baseline(SavingDefect::Weeks));
	assert_eq!(propose(&[], &[], &settings()), Err(Unproposed::Places));
	let elsewhere = SiteId { local_network: LocalNetworkId(1302), index: 1 };
	let apart = [layered(0), StationFacts { site: elsewhere, ..layered(1) }];
	assert_eq!(propose(&apart, &[], &settings()), Err(Unproposed::Places));
	assert_eq!(propose(&[layered(0), layered(0)], &[], &settings()), Err(Unproposed::Stations));
	let many = facts(0, ONE, &[&[][..]; 25]);
	assert_eq!(propose(&[many], &[], &settings()), Err(Unproposed::Stations));
	// Without readings nothing sleeps.
	let none = propose(&stations, &[], &settings()).unwrap();
	assert!(none.windows.is_empty() && none.plans.is_empty());
	assert_eq!(none.reasons()[&LeftOut::NotRead], 3);
}

#[test]
fn unreadable_reports_are_counted() {
	let stations = [layered(0)];
	let mut recorded = month(&stations, 28, usual);
	recorded[3].report.stations = 0;
	assert_eq!(propose(&stations, &recorded, &settings()).unwrap().unreadable, 1);
}

#[test]
fn every_reason_has_words_of_its_own() {
	let words: BTreeSet<&str> = LeftOut::ALL.iter().map(|why| why.text()).collect();
	assert_eq!(words.len(), LeftOut::ALL.len());
}

/// A territory at random, its traffic with quiet nights, and settings.
fn case(seed: u64) -> (Vec<StationFacts>, Vec<Recorded>, Settings) {
	let mut random = Random::new(seed);
	let counts: Vec<u8> = (0..=random.below(4)).map(|_| 1 + random.below(4) as u8).collect();
	let ids: Vec<CellId> =
		(0..).zip(&counts).flat_map(|(slot, count)| (0..*count).map(move |n| cell(slot, n))).collect();
	let mut stations = Vec::new();
	for (slot, count) in (0..).zip(&counts) {
		let owner = if random.once_in(3) { TWO } else { ONE };
		let mut station = facts(slot, owner, &vec![&[][..]; (*count).into()]);
		station.rated_power_w = 1_300 + 400 * random.below(7) as u16;
		for cell in &mut station.cells {
			cell.power_mw = 20_000 * random.below(4) as u32;
			for other in &ids {
				if random.once_in(4) {
					let cover = if random.once_in(3) { Cover::Partial } else { Cover::Full };
					cell.covered_by.push((*other, cover));
				}
			}
			if random.once_in(6) {
				cell.networks.remove(random.below(2));
			}
			if random.once_in(4) {
				cell.not_allowed = random.next() & random.next() & random.next();
			}
		}
		stations.push(station);
	}
	let days = 7 + random.below(8) as u16;
	let bits = random.next();
	let recorded = month(&stations, days, |slot, day, hour| {
		let mut own = Random::new(bits ^ u64::from(slot) << 32 ^ u64::from(day) << 8 ^ u64::from(hour));
		let most = if hour < 7 { 40 } else { 4_000 };
		let energy = if own.once_in(40) { None } else { Some(400 + own.below(600) as i32) };
		let volumes = [own.below(most) as u32, own.below(most) as u32];
		(energy, if energy.is_some() { volumes } else { [0; 2] })
	});
	let guard = Guard {
		share: random.below(900) as u16,
		quarters: random.below(4) as u8,
		days: 1 + random.below(2) as u8,
	};
	let settings = Settings {
		guard,
		is_apart: random.once_in(2),
		least: 1 + random.below(6) as u8,
		windows: 1 + random.below(3) as u8,
		saves: random.below(1_001) as u16,
		owner: if random.once_in(2) { TWO } else { ONE },
		days: 10,
		..settings()
	};
	(stations, recorded, settings)
}

/// Cells of a window.
fn cells(pages: &[PageCells]) -> BTreeSet<CellId> {
	let bits = pages.iter().flat_map(|page| {
		page.stations.iter().map(|(slot, bits)| (SiteId::new(PLACE, page.page, (*slot).into()), *bits))
	});
	bits.flat_map(|(site, bits)| {
		(0..24).filter(move |n| bits >> n & 1 == 1).map(move |cell| CellId { site, cell })
	})
	.collect()
}

/// What a cell has carried in each quarter of a day, in parts of 48 of a Mbit; none where nothing was read. By a way of its own.
fn carried(stations: &[StationFacts], recorded: &[Recorded], of: CellId, day: u16) -> Vec<Option<u64>> {
	let mut all = vec![None; DAY];
	let facts = stations.iter().find(|facts| facts.site == of.site).unwrap();
	for one in recorded.iter().filter(|one| one.owner == facts.owner && one.report.span.day == day) {
		for station in one.report.columns().unwrap().to_stations() {
			if u32::from(station.slot) != of.site.slot() {
				continue;
			}
			for (hour, reading) in station.readings.iter().enumerate().filter(|(_, one)| one.energy.is_some())
			{
				let mut sum = 0;
				for (n, plmn) in NETWORKS.iter().enumerate() {
					let carriers: Vec<usize> = (0..facts.cells.len())
						.filter(|cell| facts.cells[*cell].networks.contains(plmn))
						.collect();
					let over = if carriers.is_empty() { (0..facts.cells.len()).collect() } else { carriers };
					if over.contains(&usize::from(of.cell)) {
						sum += u64::from(reading.volumes[n].unwrap()) * 12 / over.len() as u64;
					}
				}
				(0..4).for_each(|quarter| all[hour * 4 + quarter] = Some(sum));
			}
		}
	}
	all
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn who_covers_is_awake_and_has_room(seed: u64) {
		let (stations, recorded, settings) = case(seed);
		let proposal = propose(&stations, &recorded, &settings).unwrap();
		let facts = |id: CellId| stations.iter().find(|facts| facts.site == id.site).unwrap();
		let days: BTreeSet<u16> = recorded.iter().map(|one| one.report.span.day).collect();
		let asleep: BTreeSet<CellId> =
			proposal.windows.iter().flat_map(|window| cells(&window.pages)).collect();
		let traffic: BTreeMap<(CellId, u16), Vec<Option<u64>>> = stations
			.iter()
			.flat_map(|facts| (0..facts.cells.len() as u8).map(move |cell| CellId { site: facts.site, cell }))
			.flat_map(|cell| days.iter().map(move |day| (cell, *day)))
			.map(|(cell, day)| ((cell, day), carried(&stations, &recorded, cell, day)))
			.collect();
		let mut busiest: BTreeMap<CellId, u64> = BTreeMap::new();
		for ((cell, _), of) in &traffic {
			for volume in of.iter().flatten() {
				let most = busiest.entry(*cell).or_default();
				*most = (*volume).max(*most);
			}
		}
		for window in &proposal.windows {
			let sleep = cells(&window.pages);
			prop_assert!(window.from % 4 == 0 && window.until % 4 == 0 && window.until - window.from >= settings.least);
			for id in &sleep {
				let station = facts(*id);
				let own = &station.cells[usize::from(id.cell)];
				prop_assert_eq!(station.owner, settings.owner);
				let full: Vec<CellId> =
					own.covered_by.iter().filter(|(_, cover)| *cover == Cover::Full).map(|(id, _)| *id).collect();
				prop_assert!(full.iter().all(|other| other == id || !asleep.contains(other)), "{id:?} {full:?}");
				let allowed = (window.from..window.until).all(|quarter| own.not_allowed >> (quarter / 2) & 1 == 0);
				prop_assert!(allowed);
				let takes = |other: &&CellId| {
					let of = &facts(**other).cells[usize::from(other.cell)];
					*other != id && own.networks.iter().all(|plmn| of.networks.contains(plmn))
				};
				let takers: Vec<&CellId> = full.iter().filter(takes).collect();
				prop_assert!(!takers.is_empty());
				let margin = i32::from(settings.guard.quarters);
				for quarter in i32::from(window.from) - margin..i32::from(window.until) + margin {
					let quarter = quarter.rem_euclid(96) as usize;
					let of_days = days.iter().filter(|day| window.weekdays.has(**day));
					let read = of_days.clone().filter(|day| traffic[&(*id, **day)][quarter].is_some()).count();
					prop_assert!(read >= usize::from(settings.guard.days));
					for (taker, day) in takers.iter().flat_map(|taker| of_days.clone().map(move |day| (**taker, *day))) {
						let Some(most) = busiest.get(&taker) else { continue };
						let falls = |other: &&CellId| {
							let sleeps = &facts(**other).cells[usize::from(other.cell)];
							let of = &facts(taker).cells[usize::from(taker.cell)];
							sleeps.covered_by.contains(&(taker, Cover::Full))
								&& sleeps.networks.iter().all(|plmn| of.networks.contains(plmn))
						};
						let own = traffic[&(taker, day)][quarter].unwrap_or(0);
						let more: u64 = sleep.iter().filter(falls).filter_map(|of| traffic[&(*of, day)][quarter]).sum();
						let free = u64::from(1_000 - settings.guard.share);
						prop_assert!((own + more) * 1_000 <= most * free, "{taker:?} {own} {more} {most}");
					}
				}
			}
		}
	}

	#[test]
	fn plans_are_such_as_the_chain_takes_and_do_not_overlap(seed: u64) {
		let (stations, recorded, settings) = case(seed);
		let proposal = propose(&stations, &recorded, &settings).unwrap();
		let mut taken: BTreeSet<(CellId, u16, u8)> = BTreeSet::new();
		let mut measured: BTreeMap<(SiteId, u16, u8), usize> = BTreeMap::new();
		for (number, (place, plan)) in proposal.plans.iter().enumerate() {
			prop_assert_eq!(plan.check(), Ok(()));
			let window = &proposal.windows[*place];
			for day in plan.first_day..=plan.last_day().unwrap() {
				prop_assert!(window.weekdays.has(day));
				prop_assert!((settings.first_day..settings.first_day + settings.days).contains(&day));
				for id in cells(&plan.pages) {
					for quarter in plan.from..plan.until {
						prop_assert!(taken.insert((id, day, quarter)), "{id:?} sleeps twice");
						let by = *measured.entry((id.site, day, quarter)).or_insert(number);
						prop_assert_eq!(by, number, "{:?} is measured twice", id.site);
					}
				}
			}
		}
		// Each window on each of its days.
		let quarters: usize = proposal
			.windows
			.iter()
			.map(|window| {
				let days = settings.first_day..settings.first_day + settings.days;
				let days = days.filter(|day| window.weekdays.has(*day)).count();
				window.cells as usize * usize::from(window.until - window.from) * days
			})
			.sum();
		prop_assert_eq!(taken.len(), quarters);
		// Each cell of who proposes is in a window or is told why not.
		let told: BTreeSet<CellId> = proposal.left_out.iter().map(|(id, _)| *id).collect();
		let asleep: BTreeSet<CellId> =
			proposal.windows.iter().flat_map(|window| cells(&window.pages)).collect();
		let own = stations.iter().filter(|facts| facts.owner == settings.owner);
		let all = own
			.flat_map(|facts| (0..facts.cells.len() as u8).map(move |cell| CellId { site: facts.site, cell }));
		prop_assert!(told.is_disjoint(&asleep));
		prop_assert_eq!(told.union(&asleep).copied().collect::<BTreeSet<_>>(), all.collect::<BTreeSet<_>>());
	}

	#[test]
	fn table_adds_up(seed: u64) {
		let (stations, recorded, settings) = case(seed);
		let proposal = propose(&stations, &recorded, &settings).unwrap();
		let idle = propose(&stations, &recorded, &Settings { saves: 0, ..settings }).unwrap();
		for window in &proposal.windows {
			let replay = &window.replay;
			let metered = replay.metered as i64 - replay.estimated as i64;
			prop_assert_eq!(replay.saved, replay.expected as i64 - metered);
			prop_assert_eq!(replay.shares.values().sum::<i64>(), replay.saved);
			prop_assert!(replay.estimated <= replay.metered);
		}
		for window in &idle.windows {
			prop_assert_eq!(window.replay.estimated, 0);
		}
	}

	#[test]
	fn order_decides_nothing(seed: u64) {
		let (mut stations, mut recorded, settings) = case(seed);
		let proposal = propose(&stations, &recorded, &settings).unwrap();
		stations.reverse();
		recorded.reverse();
		stations.iter_mut().flat_map(|facts| &mut facts.cells).for_each(|cell| cell.covered_by.reverse());
		prop_assert_eq!(propose(&stations, &recorded, &settings), Ok(proposal));
	}

	#[test]
	fn window_that_gains_most_comes_first(seed: u64, grain in prop_oneof![Just(1u8), Just(4)]) {
		let mut random = Random::new(seed);
		let quiet: Vec<u128> = (0..1 + random.below(6))
			.map(|_| {
				let (from, until) = (random.below(97), random.below(97));
				(from..until).fold(0u128, |quarters, n| quarters | 1 << n)
			})
			.collect();
		let gains: Vec<u64> = quiet.iter().map(|_| 1 + random.below(50) as u64).collect();
		let settings = Settings { least: 1 + random.below(10) as u8, windows: 3, ..settings() };
		let worth = |from: usize, until: usize| {
			let window = (from..until).fold(0u128, |quarters, n| quarters | 1 << n);
			let together = quiet.iter().zip(&gains).filter(|(quarters, _)| **quarters & window == window);
			together.map(|(_, gain)| gain).sum::<u64>() * (until - from) as u64
		};
		let step = usize::from(grain);
		let least = usize::from(settings.least);
		let mut best = 0;
		for from in (0..96).step_by(step) {
			for until in (from + step..=96).step_by(step).filter(|until| until - from >= least) {
				best = best.max(worth(from, until));
			}
		}
		let sites: Vec<SiteId> = (0..).map(site).take(quiet.len()).collect();
		let taken = windows(quiet.clone(), &sites, &gains, &settings, grain);
		prop_assert_eq!(taken.first().map_or(0, |one| worth(one.from.into(), one.until.into())), best);
		prop_assert!(taken.len() <= 3);
	}
}
