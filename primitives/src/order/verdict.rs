//! The verdict: who answers for which part of an outage, from facts, clock and table.
//!
//! # How it is made
//!
//! 1. Facts that do not count are left out ([`Fact::counts`]), and those that are not of the time that the table asks for:
//!    evidence of causes is no younger than the clock's start, evidence of conduct lies between its start and its end. For what
//!    lasts the time claimed for its begin decides; it may end at any time.
//! 2. The outage, from the clock's start to its end, is cut wherever the clock starts or stops, a cause begins or ends, a planned
//!    outage begins or ends, or a supply falls short or makes up for it.
//! 3. For each piece the first row of the table that matches decides ([`super::rules`]). Where none does, it is undecided.
//! 4. Neighbouring pieces that say the same are put together.
//!
//! # What it guarantees
//!
//! * **Same evidence, same verdict**: the order in which facts come does not matter, and what does not count changes nothing.
//! * **All of the outage, once**: pieces follow one another from the clock's start to its end. Those in which the clock ran are as
//!   long together as it ran, to the millisecond, and the totals are the pieces'.
//! * **Says whose word it is**: a piece is on one party's word when a condition of its row is, and no other one could take its
//!   place: neither who answers nor a second company stands behind any of its facts. A piece for which nobody answers is so when
//!   a single company says it.
//! * **Bounded**: at most [`MAX_FACTS`] facts, three cuts each and one for each span of the clock: [`MAX_PIECES`] pieces.

use super::{
	cause::{causes, Cause, Kind},
	clock::{Clock, MAX_SPANS},
	company::Companies,
	fact::{is_on_one_word, Evidence, Fact, FactSet, Subject, MAX_FACTS},
	rules::{Answer, Condition, Conditions, ResponsibilityTable, Row, TableDefect},
};
use crate::{org::MAX_ORGS, Moment, OrgId, OrgSet};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most pieces of a verdict.
pub const MAX_PIECES: u32 = 3 * MAX_FACTS as u32 + MAX_SPANS + 1;
/// Most totals of a verdict: one for each company, and three that are nobody's.
pub const MAX_TOTALS: u32 = MAX_ORGS as u32 + 3;

const MINUTE: Moment = 60_000;

/// To whom a piece falls.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub enum Share {
	/// This company answers.
	Company(OrgId),
	/// Nobody answers: a row says so.
	Nobody,
	/// No row matches.
	Undecided,
	/// The clock stood: nothing is counted.
	Stopped,
}

/// A piece of an outage.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Piece {
	/// Its begin.
	pub from: Moment,
	/// Its end, which is not part of it.
	pub to: Moment,
	/// To whom it falls.
	pub share: Share,
	/// The row that decided, counted from 1.
	pub row: Option<u8>,
	/// The facts by which it matched.
	pub facts: FactSet,
	/// Whether that rests on one party's word.
	pub on_one_word: bool,
}

impl Piece {
	/// How long it is, ms.
	pub const fn length(&self) -> u64 {
		self.to.saturating_sub(self.from)
	}

	/// Whether it says the same of another time.
	fn says_as(&self, other: &Self) -> bool {
		Self { from: other.from, to: other.to, ..*self } == *other
	}
}

/// What falls to a company, or to nobody, in all.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Total {
	/// To whom.
	pub share: Share,
	/// How long, ms.
	pub time: u64,
	/// How much of it rests on one party's word, ms.
	pub on_one_word: u64,
	/// Of a company: how much lies behind the restoration deadline and does not rest on one party's word, ms.
	pub penalty: u64,
	/// The same of what does rest on one party's word, ms. It is no penalty: nobody else stands behind it.
	pub penalty_on_one_word: u64,
}

impl Total {
	const fn none(share: Share) -> Self {
		Self { share, time: 0, on_one_word: 0, penalty: 0, penalty_on_one_word: 0 }
	}
}

/// Who answers for an outage.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Verdict {
	/// Version of the table.
	pub table: u32,
	/// The pieces, one after another.
	pub pieces: BoundedVec<Piece, ConstU32<MAX_PIECES>>,
	/// Their sums, companies first.
	pub totals: BoundedVec<Total, ConstU32<MAX_TOTALS>>,
}

impl Verdict {
	/// What falls to a company, or to nobody; nothing where no piece does.
	pub fn total(&self, share: Share) -> Total {
		let found = self.totals.iter().find(|total| total.share == share);
		found.copied().unwrap_or(Total::none(share))
	}

	/// The companies that answer for something.
	pub fn charged(&self) -> OrgSet {
		let company = |total: &Total| match total.share {
			Share::Company(org) => Some(org),
			_ => None,
		};
		self.totals.iter().filter_map(company).collect()
	}
}

/// Why there is no verdict.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum NoVerdict {
	/// The table cannot be used.
	Table(TableDefect),
	/// A number that no fact can have.
	FactNumber(u8),
	/// Two facts with this number.
	FactTwice(u8),
}

/// Who answers for the outage of an order. `deadline` is the last moment for restoration, where there is one and it has passed.
///
/// # Errors
/// Where the table is not one, or the facts are not numbered.
pub fn judge(
	companies: &Companies,
	facts: &[Fact],
	clock: &Clock,
	table: &ResponsibilityTable,
	deadline: Option<Moment>,
) -> Result<Verdict, NoVerdict> {
	table.check().map_err(NoVerdict::Table)?;
	let mut sorted: Vec<&Fact> = facts.iter().collect();
	sorted.sort_unstable_by_key(|fact| fact.number);
	if let Some(last) = sorted.last().filter(|fact| fact.number >= MAX_FACTS) {
		return Err(NoVerdict::FactNumber(last.number));
	}
	if let Some([fact, _]) = sorted.array_windows().find(|[a, b]| a.number == b.number) {
		return Err(NoVerdict::FactTwice(fact.number));
	}
	sorted.retain(|fact| fact.counts(table.evidence_term, companies));
	let case = Case::new(companies, &sorted, clock, table);
	let mut pieces: Vec<Piece> = Vec::new();
	let cuts = case.cuts(clock);
	for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
		let piece = if clock.runs_at(*from) { case.piece(*from, *to, table) } else { stopped(*from, *to) };
		match pieces.last_mut() {
			Some(last) if last.says_as(&piece) => last.to = piece.to,
			_ => pieces.push(piece),
		}
	}
	Ok(Verdict {
		table: table.version,
		totals: BoundedVec::truncate_from(totals(&pieces, deadline)),
		pieces: BoundedVec::truncate_from(pieces),
	})
}

fn stopped(from: Moment, to: Moment) -> Piece {
	Piece { from, to, share: Share::Stopped, row: None, facts: FactSet::default(), on_one_word: false }
}

fn totals(pieces: &[Piece], deadline: Option<Moment>) -> Vec<Total> {
	let mut sums: BTreeMap<Share, Total> = BTreeMap::new();
	for piece in pieces {
		let total = sums.entry(piece.share).or_insert(Total::none(piece.share));
		let penalty = match (piece.share, deadline) {
			(Share::Company(_), Some(deadline)) => piece.to.saturating_sub(piece.from.max(deadline)),
			_ => 0,
		};
		total.time = total.time.saturating_add(piece.length());
		if piece.on_one_word {
			total.on_one_word = total.on_one_word.saturating_add(piece.length());
			total.penalty_on_one_word = total.penalty_on_one_word.saturating_add(penalty);
		} else {
			total.penalty = total.penalty.saturating_add(penalty);
		}
	}
	sums.into_values().collect()
}

/// What makes a condition hold.
#[derive(Clone, Copy)]
struct Support {
	facts: FactSet,
	signers: OrgSet,
	/// Who answers, as far as it says so itself.
	names: Option<OrgId>,
}

impl Support {
	/// That of these; `None` when there are none.
	fn by(facts: impl IntoIterator<Item = (FactSet, OrgSet)>, names: Option<OrgId>) -> Option<Self> {
		let support = |(facts, signers)| Self { facts, signers, names };
		facts.into_iter().map(support).reduce(|one, other| Self {
			facts: one.facts.union(other.facts),
			signers: one.signers.union(other.signers),
			names,
		})
	}

	fn of(causes: &[&Cause], names: Option<OrgId>) -> Option<Self> {
		Self::by(causes.iter().map(|cause| (cause.facts(), cause.signers)), names)
	}
}

/// A planned and approved outage.
struct Plan {
	number: u8,
	from: Moment,
	to: Moment,
	signers: OrgSet,
}

/// What the facts say of a supply of the site, of those that go before the others.
#[derive(Default)]
struct Supply {
	/// All of them.
	facts: FactSet,
	signers: OrgSet,
	/// Those that say that it falls short at some time.
	short: FactSet,
	short_signers: OrgSet,
}

/// The evidence of an outage, sorted by what it is good for.
struct Case<'a> {
	companies: &'a Companies,
	causes: Vec<Cause>,
	plans: Vec<Plan>,
	battery: Supply,
	/// How long after the grid's failure the batteries should have lasted, ms; none where they have.
	lasting: Option<u64>,
	generator: Supply,
	/// How long after the grid's failure the generator had to be there, ms.
	due: Option<u64>,
	/// From when on nobody says any more that it is not there.
	arrived: Moment,
}

impl<'a> Case<'a> {
	fn new(companies: &'a Companies, facts: &[&Fact], clock: &Clock, table: &ResponsibilityTable) -> Self {
		let (start, end) = (clock.start, clock.end());
		let is_timely = |conditions: Conditions, claimed: Moment| {
			(table.before.intersection(conditions).is_empty() || claimed <= start)
				&& (table.within.intersection(conditions).is_empty() || (start <= claimed && claimed <= end))
		};
		let mut causes = causes(facts, table);
		causes.retain(|cause| is_timely(cause.conditions, cause.began));
		let timely = facts.iter().filter(|fact| is_timely(Condition::of(&fact.evidence), fact.claimed));
		let timely: Vec<&Fact> = timely.copied().collect();
		let plans =
			timely.iter().filter(|fact| fact.is_agreed(companies)).filter_map(|fact| match fact.evidence {
				Evidence::PlannedOutage { from, to } => {
					Some(Plan { number: fact.number, from, to, signers: fact.signers() })
				}
				_ => None,
			});
		let plans = plans.collect();

		let autonomy = |fact: &Fact| match fact.evidence {
			Evidence::BatteryAutonomy { contracted, measured } => Some((contracted, measured)),
			_ => None,
		};
		let batteries = weightiest(&timely, autonomy);
		let too_short = batteries.iter().filter(|(_, (contracted, measured))| measured < contracted);
		let lasting = too_short.clone().map(|(_, (contracted, _))| minutes(*contracted)).max();
		let battery = Supply::of(&batteries, too_short);

		let arrival = |fact: &Fact| match fact.evidence {
			Evidence::GeneratorArrival { contracted, arrived } => Some((contracted, arrived, fact.claimed)),
			_ => None,
		};
		let generators = weightiest(&timely, arrival);
		let due = generators.iter().map(|(_, (contracted, ..))| minutes(*contracted)).min();
		let came = generators.iter().any(|(_, (_, arrived, _))| arrived.is_some());
		let arrived = |(_, (_, arrived, claimed)): &(&Fact, (u16, Option<Moment>, Moment))| {
			arrived.unwrap_or(if came { *claimed } else { Moment::MAX })
		};
		let latest = generators.iter().map(arrived).max().unwrap_or(Moment::MAX);
		let generator = Supply::of(&generators, generators.iter().filter(|fact| arrived(fact) == latest));

		Self { companies, causes, plans, battery, lasting, generator, due, arrived: latest }
	}

	/// Where something may change, the begin and the end of the outage included.
	fn cuts(&self, clock: &Clock) -> BTreeSet<Moment> {
		let (start, end) = (clock.start, clock.end());
		let of_clock = clock.spans.iter().flat_map(|span| [span.from, span.to]);
		let of_causes = self.causes.iter().flat_map(|cause| [cause.began, cause.ended]);
		let of_plans = self.plans.iter().flat_map(|plan| [plan.from, plan.to]);
		let grids = self.causes.iter().filter(|cause| cause.kind == Kind::Grid);
		let of_supplies = grids.flat_map(|grid| {
			[self.lasting, self.due].map(|after| after.map(|after| grid.began.saturating_add(after)))
		});
		let of_supplies = of_supplies.flatten().chain([self.arrived]);
		let all = of_clock.chain(of_causes).chain(of_plans).chain(of_supplies);
		all.filter(|cut| start <= *cut && *cut <= end).collect()
	}

	fn piece(&self, from: Moment, to: Moment, table: &ResponsibilityTable) -> Piece {
		let supports = Condition::ALL.into_iter().filter_map(|condition| {
			let support = self.support(condition, from)?;
			Some((condition, support))
		});
		let held = Held { supports: supports.collect() };
		let conditions = held.conditions();
		let row = (1..).zip(&table.rows).find(|(_, row)| row.matches(conditions));
		let Some((number, row)) = row else {
			return Piece { share: Share::Undecided, ..stopped(from, to) };
		};
		let who = self.who(row.answer, &held, row);
		Piece {
			from,
			to,
			share: who.map_or(Share::Nobody, Share::Company),
			row: Some(number),
			facts: held.facts(row.all.union(row.any)),
			on_one_word: held.is_on_one_word(row, who),
		}
	}

	fn who(&self, answer: Answer, held: &Held, row: &Row) -> Option<OrgId> {
		match answer {
			Answer::Nobody => None,
			Answer::Site => Some(self.companies.site()),
			Answer::StationOwner => Some(self.companies.owner),
			Answer::LinkOwner | Answer::PlmnCarrier | Answer::Violator | Answer::Offender => {
				held.named(answer.known_by().intersection(row.all.union(row.any)))
			}
		}
	}

	/// What makes a condition hold at a moment; `None` where it does not hold.
	fn support(&self, condition: Condition, at: Moment) -> Option<Support> {
		match condition {
			Condition::Planned => {
				let plans = self.plans.iter().filter(|plan| plan.from <= at && at < plan.to);
				Support::by(plans.map(|plan| (FactSet::of(plan.number), plan.signers)), None)
			}
			Condition::GridFailure => Support::of(&self.in_force(at, |kind| kind == Kind::Grid), None),
			Condition::BatteryInContract => (!self.is_short(at)?).then(|| self.battery.all()),
			Condition::BatteryShort => self.is_short(at)?.then(|| self.battery.short()),
			Condition::GeneratorInContract => (!self.is_late(at)?).then(|| self.generator.all()),
			Condition::GeneratorLate => self.is_late(at)?.then(|| self.generator.short()),
			Condition::PowerFirst => self.first(at, |kind| kind == Kind::Alarm(Subject::Power)),
			Condition::EnvironmentFirst => self.first(at, |kind| kind == Kind::Alarm(Subject::Environment)),
			Condition::BackhaulFirst => {
				self.first(at, |kind| matches!(kind, Kind::Alarm(Subject::Backhaul { .. })))
			}
			Condition::Equipment => self
				.earliest(self.in_force(at, |kind| matches!(kind, Kind::Alarm(Subject::Equipment { .. })))),
			Condition::OnePlmn => self.one_plmn(at),
			Condition::ViolationFirst => self.first(at, |kind| matches!(kind, Kind::Violation(_))),
			Condition::AccessRefused => {
				self.earliest(self.in_force(at, |kind| matches!(kind, Kind::Refused(_))))
			}
			Condition::AppointmentMissed => {
				self.earliest(self.in_force(at, |kind| matches!(kind, Kind::Missed(_))))
			}
		}
	}

	fn in_force(&self, at: Moment, of: impl Fn(Kind) -> bool) -> Vec<&Cause> {
		self.causes.iter().filter(|cause| cause.is_in_force(at) && of(cause.kind)).collect()
	}

	/// When the grid failed, of what is in force.
	fn grid_failed(&self, at: Moment) -> Option<Moment> {
		self.in_force(at, |kind| kind == Kind::Grid).iter().map(|cause| cause.began).min()
	}

	/// Whether the batteries should still have lasted. `None` where the grid has not failed, or nobody speaks of them.
	fn is_short(&self, at: Moment) -> Option<bool> {
		let failed = self.grid_failed(at)?;
		let known = !self.battery.facts.is_empty();
		known.then(|| self.lasting.is_some_and(|lasting| at < failed.saturating_add(lasting)))
	}

	/// Whether the generator should have been there and was not. `None` as above.
	fn is_late(&self, at: Moment) -> Option<bool> {
		let due = self.grid_failed(at)?.saturating_add(self.due?);
		Some(due <= at && at < self.arrived)
	}

	/// What is first, if it is of this kind.
	fn first(&self, at: Moment, of: impl Fn(Kind) -> bool) -> Option<Support> {
		let competing = self.causes.iter().filter(|cause| cause.competes() && cause.is_in_force(at));
		let began = competing.map(|cause| cause.began).min()?;
		let mine = self.in_force(at, of);
		mine.iter().any(|cause| cause.began == began).then(|| self.earliest(mine))?
	}

	/// The one that began first, of one moment the one that was anchored first, and all that name the same company.
	fn earliest(&self, mut causes: Vec<&Cause>) -> Option<Support> {
		let leader = causes.iter().min_by_key(|cause| (cause.began, cause.number))?;
		let names = leader.names(self.companies);
		causes.retain(|cause| cause.names(self.companies) == names);
		Support::of(&causes, names)
	}

	fn one_plmn(&self, at: Moment) -> Option<Support> {
		let alarms = self.in_force(at, |kind| matches!(kind, Kind::Alarm(_)));
		let plmn = alarms.first()?.plmn?;
		let is_one = alarms.iter().all(|alarm| alarm.plmn == Some(plmn));
		let carrier = self.companies.carrier(plmn)?;
		let is_one_of_several = is_one && self.companies.networks.len() > 1;
		is_one_of_several.then(|| Support::of(&alarms, Some(carrier)))?
	}
}

impl Supply {
	fn of<'s, 'f: 's, T: 's>(all: &[(&Fact, T)], short: impl Iterator<Item = &'s (&'f Fact, T)>) -> Self {
		let mut supply = Self::default();
		for (fact, _) in all {
			supply.facts = supply.facts.union(FactSet::of(fact.number));
			supply.signers = supply.signers.union(fact.signers());
		}
		for (fact, _) in short {
			supply.short = supply.short.union(FactSet::of(fact.number));
			supply.short_signers = supply.short_signers.union(fact.signers());
		}
		supply
	}

	fn all(&self) -> Support {
		Support { facts: self.facts, signers: self.signers, names: None }
	}

	fn short(&self) -> Support {
		Support { facts: self.short, signers: self.short_signers, names: None }
	}
}

/// The facts of a sort: those that two companies stand behind, or all when there is none.
fn weightiest<'f, T>(facts: &[&'f Fact], of: impl Fn(&Fact) -> Option<T>) -> Vec<(&'f Fact, T)> {
	let mut found: Vec<_> = facts.iter().filter_map(|fact| Some((*fact, of(fact)?))).collect();
	let is_backed = |fact: &Fact| fact.signers().len() > 1;
	if found.iter().any(|(fact, _)| is_backed(fact)) {
		found.retain(|(fact, _)| is_backed(fact));
	}
	found
}

fn minutes(minutes: u16) -> u64 {
	u64::from(minutes).saturating_mul(MINUTE)
}

/// What holds at a moment, and why.
struct Held {
	supports: Vec<(Condition, Support)>,
}

impl Held {
	fn conditions(&self) -> Conditions {
		self.supports.iter().fold(Conditions::EMPTY, |set, (condition, _)| set.with(*condition))
	}

	/// Why those of a set hold that do.
	fn of(&self, conditions: Conditions) -> impl Iterator<Item = &Support> {
		let is_in = move |(condition, _): &&(Condition, Support)| conditions.contains(*condition);
		self.supports.iter().filter(is_in).map(|(_, support)| support)
	}

	fn facts(&self, conditions: Conditions) -> FactSet {
		self.of(conditions).fold(FactSet::default(), |facts, support| facts.union(support.facts))
	}

	/// Whom the first of these conditions names.
	fn named(&self, conditions: Conditions) -> Option<OrgId> {
		self.of(conditions).find_map(|support| support.names)
	}

	/// Whether a condition that the row needs is on one party's word, and no other one could take its place.
	fn is_on_one_word(&self, row: &Row, against: Option<OrgId>) -> bool {
		let is_weak = |support: &Support| is_on_one_word(support.signers, against);
		let one_of_all = self.of(row.all).any(is_weak);
		let each_of_any = !row.any.is_empty() && self.of(row.any).all(is_weak);
		one_of_all || each_of_any
	}
}
