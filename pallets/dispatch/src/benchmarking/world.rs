// SPDX-License-Identifier: Apache-2.0

//! The chain on which every benchmark runs: a full page of stations, orders with all that they may have, full agendas.

use super::*;
use crate::{
	agenda::MAX_SHIFT,
	types::{Appeal, CountyOutages, EvidenceOf, NetworkOutages, Ring, Said, StationOutages},
};
use trimast_primitives::{
	cells::CellId,
	interlock::Ending,
	order::{
		Alarm, AlarmType, Change, Changes, Companies, Contract, Evidence as Told, Fact, Facts, Limits,
		Machine, Order, OutageLevel, OutageRules, Phase, Severity, SlaTable, Subject, Words, Work,
	},
	page::SiteId,
	site::{Plmn, SharingMode, Station, StationClass, StationState, Technology, TowerSite, MAX_PLMNS},
	territory::Position,
};

pub(super) const HERE: LocalNetworkId = LocalNetworkId(8_299);
pub(super) const OWNER: OrgId = OrgId(0);
pub(super) const TOWER: OrgId = OrgId(2);
/// The last station of the page.
pub(super) const SITE: SiteId = SiteId::new(HERE, 0, PAGE_SLOTS - 1);
/// The time of every benchmark, milliseconds.
pub(super) const TIME: Moment = 1_800_000_000_000;
pub(super) const VIOLATION: u32 = 7;
const COUNTY: u8 = 2;

/// An account of `org` on a chain with a full page of stations, a service level and a violation.
pub(super) fn account<T: Config>(org: OrgId) -> RawOrigin<T::AccountId> {
	frame_system::Pallet::<T>::set_block_number(1_000u32.into());
	let account = T::BenchmarkHelper::account(org);
	T::BenchmarkHelper::set_time(TIME);
	page::<T>(0);
	let cell = CellId { site: SITE, cell: 1 };
	let known = KnownViolation { cell, against: TOWER, ended: Some(Ending::Restored), since: TIME };
	T::BenchmarkHelper::write_violation(VIOLATION, known);
	let scope = trimast_primitives::access::Scope::National;
	ServiceLevels::<T>::insert(scope, OrderKind::Fault, SlaTable::default());
	LimitsInForce::<T>::put(Limits::default());
	OutageRulesInForce::<T>::put(OutageRules::default());
	RoundRulesInForce::<T>::put(RoundRules::default());
	RawOrigin::Signed(account)
}

/// A full page of stations.
pub(super) fn page<T: Config>(page: u16) {
	T::BenchmarkHelper::write_stations(HERE, page, (0..PAGE_SLOTS).map(entry).collect());
}

/// A station that everybody has signed.
fn entry(n: u32) -> StationEntry {
	StationEntry { station: station(n), state: StationState::OnAir, revision: 1, signed: OrgSet(u32::MAX) }
}

/// With as many networks as may be, everybody's.
fn station(n: u32) -> Station {
	let code = alloc::format!("ST-{n:08}").into_bytes();
	let plmn = |n: u16| Plmn { mcc: 460, mnc: 100 + n, three_digit_mnc: true };
	Station {
		code: code.try_into().expect("fits"),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OWNER,
		sharers: OrgSet(u32::MAX).without(OWNER).without(TOWER),
		tower: Some(TowerSite { org: TOWER, code: b"T-77".to_vec().try_into().expect("fits") }),
		plmns: BoundedVec::truncate_from((0..MAX_PLMNS as u16).map(plmn).collect()),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: COUNTY,
		cells: 24,
		vendor: b"V1".to_vec().try_into().expect("fits"),
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
	}
}

pub(super) fn fault() -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: TOWER,
		place: Place::Station(SITE),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

/// The parties in turn, the handler first.
pub(super) fn party(n: u32) -> OrgId {
	[TOWER, OWNER][n as usize % 2]
}

/// A fault in this state, with everybody concerned.
pub(super) fn order(raiser: OrgId, handler: OrgId, state: State) -> Order {
	let entry = entry(PAGE_SLOTS - 1);
	let table = ResponsibilityTable::default();
	let parties = OrgSet::of(raiser).with(handler);
	Order {
		kind: OrderKind::Fault,
		raiser,
		handler,
		place: Place::Station(SITE),
		county: Some(COUNTY),
		class: SlaClass::Four,
		severity: Severity::Critical,
		work: Work::default(),
		companies: Companies::at(&entry, parties, |_| Some(OWNER)),
		concerned: OrgSet(u32::MAX),
		contract: Some(Contract::of(&entry.station)),
		terms: Some(SlaTable::default().terms(SlaClass::Four)),
		silence: 3_600,
		silence_term: 3_600,
		limits: Limits::default(),
		table: table.version,
		evidence: table.evidence_term,
		state,
		is_taken_up: true,
		is_visited: false,
		stage: Stage::Open,
		alerts: Default::default(),
		demand: None,
		next: None,
		parent: None,
		children: Default::default(),
		relations: Default::default(),
		violation: None,
	}
}

/// So many changes a second apart, in progress and pending in turn.
pub(super) fn changes(count: u32) -> Changes {
	let state = |n: u32| match n {
		0 => Machine::START,
		n if n % 2 == 1 => State::InProgress,
		_ => State::Pending,
	};
	let change =
		|n: u32| Change { state: state(n), at: TIME - 100_000 + Moment::from(n) * 1_000, signed: None };
	Changes::truncate_from((0..count).map(change).collect())
}

pub(super) fn put<T: Config>(number: u32, order: Order, changes: Changes) {
	Unsettled::<T>::insert(order.raiser, 1);
	Orders::<T>::insert(number, order);
	ChangesOf::<T>::insert(number, changes);
	NextOrder::<T>::put(1_000);
}

/// An order under way by which its station is down, as many as make a large area being down.
pub(super) fn outage<T: Config>(count: u32) -> u32 {
	let mut list = changes(count - 1);
	let at = TIME - 1_000;
	let _ = list.try_push(Change { state: State::InProgress, at, signed: None });
	put::<T>(1, order(OWNER, TOWER, State::InProgress), list);
	for org in [OWNER, TOWER] {
		OpenOf::<T>::insert(org, 1, ());
	}
	OpenAt::<T>::insert(SITE, 1, ());
	let raisers = OrgSet::of(OWNER).with(TOWER);
	Stations::<T>::insert(SITE, StationOutages { raisers, minded: raisers, down: 1, county: COUNTY });
	let stations = OutageRules::default().large_area;
	Counties::<T>::insert(HERE, COUNTY, CountyOutages { stations, is_large: true });
	let level = OutageLevel::Red;
	let network = NetworkOutages { stations, is_large: true, large_counties: 1, level };
	Networks::<T>::insert(HERE, network);
	1
}

/// One station fewer is down than make a large area.
pub(super) fn next_to_large<T: Config>() {
	let stations = OutageRules::default().large_area - 1;
	Counties::<T>::insert(HERE, COUNTY, CountyOutages { stations, is_large: false });
	let level = OutageLevel::Blue;
	let network = NetworkOutages { stations, is_large: false, large_counties: 0, level };
	Networks::<T>::insert(HERE, network);
}

/// Makes the lists of a company's agenda full but the last that may take what is due so many seconds from now. The company has no
/// queue yet, and all others have.
pub(super) fn full_agenda<T: Config>(org: OrgId, after: u32) {
	let full: BoundedVec<u32, frame_support::traits::ConstU32<MAX_DUE>> =
		BoundedVec::truncate_from((0..MAX_DUE).collect());
	let now = agenda::second_of(Pallet::<T>::moment());
	for shift in 0..MAX_SHIFT - 1 {
		Agenda::<T>::insert(org, now + after + shift, full.clone());
	}
	let queues = (0..=MAX_ORGS).map(OrgId).filter(|other| *other != org).map(|other| (other, now)).collect();
	AgendaFrom::<T>::put(BoundedVec::<_, _>::truncate_from(queues));
}

/// Whether an order was entered there.
pub(super) fn is_entered<T: Config>(org: OrgId, number: u32, after: u32) -> bool {
	let second = agenda::second_of(Pallet::<T>::moment()) + after + MAX_SHIFT - 1;
	Agenda::<T>::get(org, second).contains(&number)
}

/// When an order with [`changes`] has its alert, seconds from now.
pub(super) const JEOPARDY: u32 = 64_700;

pub(super) fn words() -> Words {
	let text = vec![b'w'; trimast_primitives::order::MAX_NOTE as usize];
	Words { text: BoundedVec::truncate_from(text), body: Some(Hash::repeat_byte(1)) }
}

pub(super) fn body(bytes: &[u8]) -> Hash {
	sp_io::hashing::blake2_256(bytes).into()
}

/// So many facts of a company: alarms of as many things, raised and cleared in turn, all before the outage.
pub(super) fn facts(count: u8, author: OrgId) -> Facts {
	let fact = |n: u8| {
		let subject =
			[Subject::Power, Subject::Environment, Subject::Backhaul { owner: OWNER }][usize::from(n % 3)];
		let alarm = Alarm {
			id: n.into(),
			phase: Phase::Raised,
			kind: AlarmType::Equipment,
			severity: Severity::Critical,
			subject,
			plmn: Some(Plmn { mcc: 460, mnc: 100, three_digit_mnc: true }),
		};
		Fact {
			number: n,
			author,
			claimed: TIME - 200_000 + Moment::from(n),
			anchored: TIME - 200_000 + Moment::from(n),
			countersigned: OrgSet::EMPTY,
			denied: false,
			body: Some(Body { hash: Hash::repeat_byte(n), demand: Demand::None }),
			evidence: Told::Alarm(alarm),
		}
	};
	Facts::truncate_from((0..count).map(fact).collect())
}

/// As many facts as there may be: windows of two companies, which all have signed, in turn and so that each of one lies in one of
/// the other's and the next.
pub(super) fn windows() -> Facts {
	let fact = |n: u8| {
		let (by, from) = (party(n.into()), TIME + Moment::from(n) * 2_000);
		Fact {
			number: n,
			author: by,
			claimed: TIME - 1_000,
			anchored: TIME - 1_000,
			countersigned: OrgSet(u32::MAX).without(by),
			denied: false,
			body: Some(Body { hash: Hash::repeat_byte(n), demand: Demand::None }),
			evidence: Told::AccessGranted { by, from, to: from + 3_000 },
		}
	};
	Facts::truncate_from((0..MAX_FACTS).map(fact).collect())
}

/// The same, of which the bodies of the first so many are asked for.
pub(super) fn evidence(facts: Facts, asked: u8) -> EvidenceOf {
	evidence_until(facts, asked, TIME + 1_000_000_000)
}

/// The same with the last moment for them.
pub(super) fn evidence_until(mut facts: Facts, asked: u8, until: Moment) -> EvidenceOf {
	for fact in facts.iter_mut().take(asked.into()) {
		if let Some(body) = &mut fact.body {
			body.demand = Demand::Open;
		}
	}
	let by = OrgSet::of(OWNER);
	let demands = (0..asked).map(|fact| Demanded { fact, by, asked: by, until }).collect();
	EvidenceOf { facts, demands: BoundedVec::truncate_from(demands) }
}

/// Evidence that takes long to judge, as much as the shares of everybody are: of the parties violations by as many companies, all
/// of which are first, and supplies; of each other company a failure of the grid, since which the supplies are cut at two moments
/// of their own. And a clock that stands and runs in turn.
fn pieces() -> (Facts, Changes) {
	let start = TIME - 100_000;
	let violation = |n: u8| {
		let author = if n < MAX_FACTS / 4 { OWNER } else { TOWER };
		let said = Told::Violation { number: n.into(), by: OrgId(n), phase: Phase::Raised };
		(author, start - 800_000, said)
	};
	let supplies = [
		(TOWER, start, Told::BatteryAutonomy { contracted: 1, measured: 0 }),
		(TOWER, start, Told::GeneratorArrival { contracted: 2, arrived: Some(TIME) }),
	];
	let others = (0..MAX_ORGS).map(OrgId).filter(|org| ![OWNER, TOWER].contains(org));
	let grid = |(n, org): (Moment, OrgId)| {
		(org, start - 59_050 + n * 1_000, Told::GridFailure { phase: Phase::Raised })
	};
	let said = (0..MAX_FACTS / 2 - 2).map(violation).chain(supplies).chain((0..).zip(others).map(grid));
	let fact = |(number, (author, claimed, evidence)): (u8, (OrgId, Moment, Told))| Fact {
		number,
		author,
		claimed,
		anchored: start,
		countersigned: OrgSet::EMPTY,
		denied: false,
		body: Some(Body { hash: Hash::repeat_byte(number), demand: Demand::None }),
		evidence,
	};
	let all = Facts::truncate_from((0..).zip(said).map(fact).collect());
	let held = |n: u32| {
		let at = start + Moment::from(n) * 700;
		match n % 2 {
			0 => Change { state: State::Held, at, signed: Some(at + 300) },
			_ => Change { state: State::InProgress, at, signed: None },
		}
	};
	let begin = Change { state: Machine::START, at: start, signed: None };
	let end = [State::Resolved, State::Closed].map(|state| Change { state, at: TIME - 1_000, signed: None });
	let list = core::iter::once(begin).chain((1..MAX_CHANGES - 2).map(held)).chain(end).collect();
	(all, Changes::truncate_from(list))
}

/// A fault that has ended and waits for its verdict, due in second 9.
pub(super) fn to_judge<T: Config>(number: u32) {
	let (facts, changes) = pieces();
	let mut order = order(OWNER, TOWER, State::Closed);
	order.stage = Stage::Evidence { until: TIME - 1, answers: TIME - 1 };
	order.next = Some(9);
	put::<T>(number, order, changes);
	Evidence::<T>::insert(number, evidence(facts, 0));
	let row = ResponsibilityTable::default().rows[8];
	// Rows that match nothing, before the usual ones.
	let mut rows = vec![row; trimast_primitives::order::MAX_ROWS as usize - 9];
	rows.extend(ResponsibilityTable::default().rows);
	let table = ResponsibilityTable { rows: BoundedVec::truncate_from(rows), ..Default::default() };
	Tables::<T>::insert(1, table);
}

/// A fault with a verdict, by which everybody answers for something but the last company.
pub(super) fn judged<T: Config>(number: u32) {
	to_judge::<T>(number);
	everybody_answers::<T>(number);
	Orders::<T>::mutate(number, |order| {
		if let Some(order) = order {
			order.stage = Stage::Judged { until: TIME + 100_000 };
			order.next = None;
		}
	});
}

/// Gives a fault a verdict by which everybody answers for something, on one word, but the last company.
pub(super) fn everybody_answers<T: Config>(number: u32) {
	let share = |n: u8| trimast_primitives::order::Total {
		share: trimast_primitives::order::Share::Company(OrgId(n)),
		time: 1,
		on_one_word: 1,
		penalty: 1,
		penalty_on_one_word: 1,
	};
	let given = types::Judgement {
		at: TIME,
		digest: Hash::repeat_byte(1),
		charges: BoundedVec::truncate_from((0..MAX_ORGS - 1).map(share).collect()),
		ruling: None,
		is_disputed: false,
	};
	Verdicts::<T>::insert(number, given);
}

/// The same with an appeal, where all but the last of those who may rule have said this.
pub(super) fn appealed<T: Config>(number: u32, ruling: Ruling) {
	judged::<T>(number);
	Verdicts::<T>::mutate(number, |given| {
		if let Some(given) = given {
			given.charges.truncate(3);
		}
	});
	// Half of the others have, which is not more than half.
	let rulers = (3..MAX_ORGS - 1).map(OrgId);
	let half = usize::from(MAX_ORGS - 3) / 2;
	let affected = OrgSet::EMPTY;
	let said = rulers.take(half).map(|by| Said { by, ruling, affected }).collect();
	let said = BoundedVec::truncate_from(said);
	let heard = OrgSet(u32::MAX);
	let appeal = Appeal { by: OWNER, at: TIME, reason: words(), heard, said, is_decided: false };
	Appeals::<T>::insert(number, appeal);
	Orders::<T>::mutate(number, |order| {
		if let Some(order) = order {
			order.stage = Stage::Appealed { until: TIME + 100_000 };
		}
	});
}

/// A company has as many settled orders as are kept, and the oldest has all that it may have.
pub(super) fn full_past<T: Config>(org: OrgId) {
	let oldest = 500;
	appealed::<T>(oldest, Ruling::default());
	let note = Note { author: TOWER, at: TIME, words: words() };
	Notes::<T>::insert(oldest, BoundedVec::truncate_from(vec![note; MAX_NOTES as usize]));
	Orders::<T>::mutate(oldest, |order| {
		if let Some(order) = order {
			order.violation = Some(VIOLATION);
		}
	});
	RemedyOf::<T>::insert(VIOLATION, oldest);
	let ring = (org, true);
	Past::<T>::insert(ring, 0, oldest);
	PastOf::<T>::insert(ring, Ring { first: 0, next: T::MaxPast::get() });
}

/// The keys under which a company may have scores.
pub(super) fn score_keys() -> impl Iterator<Item = ScoreKey> {
	let provinces = (0..=99).map(ProvinceId).filter(|province| province.exists());
	provinces.flat_map(|province| {
		[SlaClass::One, SlaClass::Two, SlaClass::Three, SlaClass::Four]
			.map(|class| ScoreKey { province, class })
	})
}

/// The month before, in which the tower company has scores everywhere, and their digest.
pub(super) fn statement<T: Config>() -> (u16, Hash) {
	let month = month_of(TIME) - 1;
	let score = Score { charged: 1, time: 9, ..Score::default() };
	let all: Vec<_> = score_keys().map(|key| (key, score)).collect();
	for (key, score) in &all {
		Scores::<T>::insert((month, TOWER, *key), *score);
	}
	ScoresFrom::<T>::put(month);
	(month, statement_digest(Pallet::<T>::genesis_hash(), month, TOWER, &all))
}
