// SPDX-License-Identifier: Apache-2.0

//! The verdict: who answers for which part of an outage, from facts, clock and table.
//!
//! # How it is made
//!
//! 1. Facts that do not count are left out ([`Fact::counts`]), and those that are not of the time that the table asks for:
//!    evidence of causes is no younger than the clock's start, evidence of conduct lies between its start and its end. For what
//!    lasts the time claimed for its begin decides; it may end at any time.
//! 2. The outage, from the clock's start to its end, is cut wherever the clock starts or stops, a cause begins or ends, a planned
//!    outage begins or ends, or a supply falls short or makes up for it.
//! 3. For each piece the first row of the table that matches decides ([`super::rules`]): first by the conditions that two
//!    companies stand behind, and where none matches by those, by all that hold. Where none does then either, it is undecided.
//! 4. Neighbouring pieces that say the same are put together.
//!
//! # What it guarantees
//!
//! * **Same evidence, same verdict**: the order in which facts come does not matter, and what does not count changes nothing.
//! * **All of the outage, once**: pieces follow one another from the clock's start to its end. Those in which the clock ran are as
//!   long together as it ran, to the millisecond, and the totals are the pieces'.
//! * **Says whose word it is**: a piece is on one party's word when a condition of its row is, and no other one that says it of
//!   the same company could take its place: neither who answers nor a second company stands behind any of the facts that say
//!   so of this time. A piece for which nobody answers is so when a single company says it.
//! * **A contract binds who has signed it**: batteries and generator are compared with the station's record. What comes of that is
//!   on one party's word unless who answers had signed the record when the order was opened, and where nobody answers, unless two
//!   companies had: whatever else is said, and by whom.
//! * **What two stand behind goes before what one says**: what a single company says fills what that leaves undecided, and nothing
//!   else. No fact of a single company, of whatever kind, displaces, shortens, ends or leaves undecided what follows from facts
//!   that two stand behind, nor does any number of them. Two companies stand behind a fact that both have signed, and behind what
//!   each of them says for itself: of what began, from when the second one says, until one of them says that it is over. Whoever
//!   gains by a fact has it signed. So a generator of which two say that it is not there comes when two say that.
//! * **Bounded**: at most [`MAX_FACTS`] facts, three cuts each and one for each span of the clock: [`MAX_PIECES`] pieces.

use super::{
	cause::{causes, Cause, Kind},
	clock::{Clock, MAX_SPANS},
	company::Companies,
	fact::{is_on_one_word, seconds, Evidence, Fact, FactSet, Subject, MAX_FACTS},
	rules::{Answer, Condition, Conditions, ResponsibilityTable, Row, TableDefect},
};
use crate::{org::MAX_ORGS, site::Plmn, Moment, OrgId, OrgSet};
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
	sorted.retain(|fact| fact.counts(table.evidence_term, clock.start, companies));
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
	/// Who stands behind the failures of the grid since which a supply is counted, where it is about one.
	since: Option<OrgSet>,
	/// Who has signed the contract that a supply is compared with, where it is about one.
	contract: Option<OrgSet>,
	/// Who answers, as far as it says so itself.
	names: Option<OrgId>,
}

impl Support {
	/// That of these; `None` when there are none.
	fn by(facts: impl IntoIterator<Item = (FactSet, OrgSet)>) -> Option<Self> {
		let support = |(facts, signers)| Self { facts, signers, since: None, contract: None, names: None };
		facts.into_iter().map(support).reduce(|one, other| Self {
			facts: one.facts.union(other.facts),
			signers: one.signers.union(other.signers),
			..one
		})
	}

	/// That of facts about a supply, which is counted since these failures of the grid and compared with a contract that these
	/// have signed.
	fn of_supply<'f>(
		facts: impl IntoIterator<Item = &'f Fact>,
		grids: &[&Cause],
		contract: OrgSet,
	) -> Option<Self> {
		let said = Self::by(facts.into_iter().map(|fact| (FactSet::of(fact.number), fact.signers())))?;
		let since = union_of(grids.iter().map(|grid| grid.signers));
		(!grids.is_empty()).then_some(Self { since: Some(since), contract: Some(contract), ..said })
	}

	fn of(thing: &Thing) -> Self {
		let Thing { facts, signers, .. } = *thing;
		Self { facts, signers, since: None, contract: None, names: thing.kind.names() }
	}

	/// Whether two companies stand behind all that it takes.
	fn is_backed(&self) -> bool {
		self.signers.len() > 1 && self.since.is_none_or(|signers| signers.len() > 1)
	}

	fn is_on_one_word(&self, against: Option<OrgId>) -> bool {
		is_on_one_word(self.signers, against)
			|| self.since.is_some_and(|signers| is_on_one_word(signers, against))
			|| self.contract.is_some_and(|signed| !binds(signed, against))
	}
}

fn union_of(signers: impl Iterator<Item = OrgSet>) -> OrgSet {
	signers.fold(OrgSet::EMPTY, OrgSet::union)
}

/// What is said of one matter. While two companies stand behind some of it, what a single one says does not count.
fn weighed<T>(mut said: Vec<T>, signers: impl Fn(&T) -> OrgSet) -> Vec<T> {
	let is_backed = |one: &T| signers(one).len() > 1;
	if said.iter().any(is_backed) {
		said.retain(is_backed);
	}
	said
}

/// Of those who disagree about a supply, whether those count who say what is worse for it: not if that is a single company and two
/// say what is better.
const fn outweighs(worse: OrgSet, better: OrgSet) -> bool {
	worse.len() > 1 || (worse.len() == 1 && better.len() < 2)
}

/// Whether a contract that these have signed is more than one party's word. It is held against a company by that one's own
/// signature alone, not by those of others, and excuses by two.
const fn binds(signed: OrgSet, against: Option<OrgId>) -> bool {
	match against {
		Some(org) => signed.contains(org),
		None => signed.len() > 1,
	}
}

/// A planned and approved outage.
struct Plan {
	number: u8,
	from: Moment,
	to: Moment,
	signers: OrgSet,
}

/// What a fact says of the generator.
struct Generator<'a> {
	fact: &'a Fact,
	arrived: Option<Moment>,
	/// Until when it is not there by this fact.
	absent_until: Moment,
}

impl Generator<'_> {
	fn is_there(&self, at: Moment) -> bool {
		self.arrived.is_some_and(|arrived| arrived <= at)
	}
}

/// Something in force, by all who say so.
struct Thing {
	kind: Kind,
	plmn: Option<Plmn>,
	facts: FactSet,
	signers: OrgSet,
	/// Since when, and by which fact: the one by which two companies stand behind it; the first one while there is a single
	/// company.
	since: (Moment, u8),
}

impl Thing {
	/// What a single company says is no older than `oldest`.
	fn of(cause: &Cause, oldest: Moment) -> Self {
		let began = if cause.is_backed() { cause.began } else { cause.began.max(oldest) };
		Self {
			kind: cause.kind,
			plmn: cause.plmn,
			facts: cause.facts(),
			signers: cause.signers,
			since: (began, cause.number),
		}
	}

	/// The same by one more, which says so of no earlier moment.
	fn join(&mut self, cause: &Cause) {
		let was_backed = self.signers.len() > 1;
		self.facts = self.facts.union(cause.facts());
		self.signers = self.signers.union(cause.signers);
		if !was_backed && self.signers.len() > 1 {
			self.since = (cause.began, cause.number);
		}
	}
}

/// What began first of these.
fn earliest<'t>(things: impl IntoIterator<Item = &'t Thing>) -> Option<Support> {
	things.into_iter().min_by_key(|thing| thing.since).map(Support::of)
}

/// What is in force at a moment, matter by matter, as far as it counts.
struct Now<'c> {
	at: Moment,
	/// Failures of the grid.
	grids: Vec<&'c Cause>,
	/// What may be the first cause.
	competing: Vec<Thing>,
	/// Alarms, by what they are about and the network that they name.
	alarms: Vec<Thing>,
	refused: Vec<Thing>,
	missed: Vec<Thing>,
}

impl<'c> Now<'c> {
	/// What is first, if it is of this kind.
	fn first(&self, of: impl Fn(Kind) -> bool) -> Option<Support> {
		let first = self.competing.iter().map(|thing| thing.since.0).min()?;
		earliest(self.competing.iter().filter(|thing| thing.since.0 == first && of(thing.kind)))
	}

	/// The failures of the grid since which something is so that is worse for a supply, where they count.
	fn grids_since(&self, is_so: impl Fn(Moment) -> bool) -> Option<Vec<&'c Cause>> {
		let (so, other): (Vec<_>, Vec<_>) = self.grids.iter().copied().partition(|grid| is_so(grid.began));
		let signers = |grids: &[&Cause]| union_of(grids.iter().map(|grid| grid.signers));
		outweighs(signers(&so), signers(&other)).then_some(so)
	}
}

/// The evidence of an outage, sorted by what it is good for.
struct Case<'a> {
	companies: &'a Companies,
	causes: Vec<Cause>,
	plans: Vec<Plan>,
	/// What counts about the batteries, and whether it says that they did not last.
	batteries: Vec<(&'a Fact, bool)>,
	/// How long after the grid's failure the batteries should have lasted, ms; none where they have.
	lasting: Option<u64>,
	generators: Vec<Generator<'a>>,
	/// How long after the grid's failure the generator had to be there, ms.
	due: Option<u64>,
	/// No cause that a single company speaks of counts as older than this.
	oldest: Moment,
}

impl<'a> Case<'a> {
	fn new(companies: &'a Companies, facts: &[&'a Fact], clock: &Clock, table: &ResponsibilityTable) -> Self {
		let (start, end) = (clock.start, clock.end());
		let is_timely = |conditions: Conditions, claimed: Moment| {
			(table.before.intersection(conditions).is_empty() || claimed <= start)
				&& (table.within.intersection(conditions).is_empty() || (start <= claimed && claimed <= end))
		};
		let mut causes = causes(facts, table.grave);
		causes.retain(|cause| is_timely(cause.conditions, cause.began));
		causes.sort_unstable_by_key(|cause| (cause.began, cause.number));
		let timely = facts.iter().filter(|fact| is_timely(Condition::of(&fact.evidence), fact.claimed));
		let timely: Vec<&'a Fact> = timely.copied().collect();
		let plans =
			timely.iter().filter(|fact| fact.is_agreed(companies)).filter_map(|fact| match fact.evidence {
				Evidence::PlannedOutage { from, to } => {
					Some(Plan { number: fact.number, from, to, signers: fact.signers() })
				}
				_ => None,
			});
		let plans = plans.collect();

		let autonomy = |fact: &&'a Fact| match fact.evidence {
			Evidence::BatteryAutonomy { contracted, measured } => {
				Some((*fact, contracted, measured < contracted))
			}
			_ => None,
		};
		let said: Vec<(&'a Fact, u16, bool)> = timely.iter().filter_map(autonomy).collect();
		let mut said = weighed(said, |(fact, ..)| fact.signers());
		let signers = |is_short: bool| {
			let alike = said.iter().filter(|(.., short)| *short == is_short);
			union_of(alike.map(|(fact, ..)| fact.signers()))
		};
		if !outweighs(signers(true), signers(false)) {
			said.retain(|(.., is_short)| !is_short);
		}
		let too_short = said.iter().filter(|(.., is_short)| *is_short);
		let lasting = too_short.map(|(_, contracted, _)| minutes(*contracted)).max();
		let batteries = said.into_iter().map(|(fact, _, is_short)| (fact, is_short)).collect();
		let (generators, due) = generators(&timely);
		let oldest = start.saturating_sub(seconds(table.evidence_term));
		Self { companies, causes, plans, batteries, lasting, generators, due, oldest }
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
		let of_generators = self.generators.iter().map(|generator| generator.absent_until);
		let of_supplies = of_supplies.flatten().chain(of_generators);
		let all = of_clock.chain(of_causes).chain(of_plans).chain(of_supplies);
		all.filter(|cut| start <= *cut && *cut <= end).collect()
	}

	fn piece(&self, from: Moment, to: Moment, table: &ResponsibilityTable) -> Piece {
		let now = self.now(from);
		let support = |condition: Condition| Some((condition, self.support(condition, &now)?));
		let held = Held { supports: Condition::ALL.into_iter().filter_map(support).collect() };
		// Only what that leaves open is decided by what single companies say.
		let decided = [held.backed(), held].into_iter().find_map(|held| {
			let (number, row) = held.row(table)?;
			Some((held, number, row))
		});
		let Some((held, number, row)) = decided else {
			return Piece { share: Share::Undecided, ..stopped(from, to) };
		};
		let who = self.who(row.answer, &held, row);
		Piece {
			from,
			to,
			share: who.map_or(Share::Nobody, Share::Company),
			row: Some(number),
			facts: held.facts(row, who),
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

	/// What makes a condition hold now; `None` where it does not hold.
	fn support(&self, condition: Condition, now: &Now<'_>) -> Option<Support> {
		let (at, contract) = (now.at, self.companies.signed);
		match condition {
			Condition::Planned => {
				let plans = self.plans.iter().filter(|plan| plan.from <= at && at < plan.to);
				Support::by(plans.map(|plan| (FactSet::of(plan.number), plan.signers)))
			}
			Condition::GridFailure => Support::by(now.grids.iter().map(|grid| (grid.facts(), grid.signers))),
			Condition::BatteryInContract => {
				let all = self.batteries.iter().map(|(fact, _)| *fact);
				let is_short = self.short_since(now).is_some();
				(!is_short).then(|| Support::of_supply(all, &now.grids, contract))?
			}
			Condition::BatteryShort => {
				let short = self.batteries.iter().filter(|(_, is_short)| *is_short);
				Support::of_supply(short.map(|(fact, _)| *fact), &self.short_since(now)?, contract)
			}
			Condition::GeneratorInContract => {
				let is_due = self.due_since(now).is_some();
				let is_late = is_due && self.absent(at).is_some();
				// Once it is due only who says that it came says that.
				let says = self.of_generator(|said| !is_due || said.is_there(at));
				(!is_late).then(|| Support::of_supply(says, &now.grids, contract))?
			}
			Condition::GeneratorLate => {
				let grids = self.due_since(now)?;
				Support::of_supply(self.absent(at)?, &grids, contract)
			}
			Condition::PowerFirst => now.first(|kind| kind == Kind::Alarm(Subject::Power)),
			Condition::EnvironmentFirst => now.first(|kind| kind == Kind::Alarm(Subject::Environment)),
			Condition::BackhaulFirst => {
				now.first(|kind| matches!(kind, Kind::Alarm(Subject::Backhaul { .. })))
			}
			Condition::Equipment => {
				let is_equipment =
					|thing: &&Thing| matches!(thing.kind, Kind::Alarm(Subject::Equipment { .. }));
				earliest(now.competing.iter().filter(is_equipment))
			}
			Condition::OnePlmn => self.one_plmn(&now.alarms),
			Condition::ViolationFirst => now.first(|kind| matches!(kind, Kind::Violation(_))),
			Condition::AccessRefused => earliest(&now.refused),
			Condition::AppointmentMissed => earliest(&now.missed),
		}
	}

	fn now(&self, at: Moment) -> Now<'_> {
		let any = |_: &Thing, _: &Cause| true;
		let by_network = |thing: &Thing, alarm: &Cause| thing.plmn == alarm.plmn;
		Now {
			at,
			grids: weighed(self.in_force(at, |kind| kind == Kind::Grid), |grid| grid.signers),
			competing: self.things(self.in_force(at, Kind::competes), any),
			alarms: self.things(self.in_force(at, |kind| matches!(kind, Kind::Alarm(_))), by_network),
			refused: self.things(self.in_force(at, |kind| matches!(kind, Kind::Refused(_))), any),
			missed: self.things(self.in_force(at, |kind| matches!(kind, Kind::Missed(_))), any),
		}
	}

	fn in_force(&self, at: Moment, of: impl Fn(Kind) -> bool) -> Vec<&Cause> {
		self.causes.iter().filter(|cause| cause.is_in_force(at) && of(cause.kind)).collect()
	}

	/// What these are about that counts: one thing for all of a kind that are the same.
	fn things(&self, causes: Vec<&Cause>, is_same: impl Fn(&Thing, &Cause) -> bool) -> Vec<Thing> {
		let mut things: Vec<Thing> = Vec::new();
		for cause in causes {
			match things.iter_mut().find(|thing| thing.kind == cause.kind && is_same(thing, cause)) {
				Some(thing) => thing.join(cause),
				None => things.push(Thing::of(cause, self.oldest)),
			}
		}
		weighed(things, |thing| thing.signers)
	}

	/// The failures of the grid since which the batteries should still last and do not.
	fn short_since<'c>(&self, now: &Now<'c>) -> Option<Vec<&'c Cause>> {
		let lasting = self.lasting?;
		now.grids_since(|began| now.at < began.saturating_add(lasting))
	}

	/// The failures of the grid since which the generator should be there.
	fn due_since<'c>(&self, now: &Now<'c>) -> Option<Vec<&'c Cause>> {
		let due = self.due?;
		now.grids_since(|began| began.saturating_add(due) <= now.at)
	}

	/// Who says that the generator is not there, where they count.
	fn absent(&self, at: Moment) -> Option<Vec<&'a Fact>> {
		let absent = self.of_generator(|said| at < said.absent_until);
		let there = self.of_generator(|said| said.is_there(at));
		let signers = |facts: &[&Fact]| union_of(facts.iter().map(|fact| fact.signers()));
		outweighs(signers(&absent), signers(&there)).then_some(absent)
	}

	/// Who says this of the generator.
	fn of_generator(&self, says: impl Fn(&Generator<'a>) -> bool) -> Vec<&'a Fact> {
		self.generators.iter().filter(|said| says(said)).map(|said| said.fact).collect()
	}

	/// The network that all alarms name, of several at the station.
	fn one_plmn(&self, alarms: &[Thing]) -> Option<Support> {
		let first = earliest(alarms)?;
		let plmn = alarms.first()?.plmn?;
		let is_one = alarms.iter().all(|alarm| alarm.plmn == Some(plmn));
		let carrier = self.companies.carrier(plmn)?;
		let is_one_of_several = is_one && self.companies.networks.len() > 1;
		let facts = alarms.iter().fold(FactSet::default(), |facts, alarm| facts.union(alarm.facts));
		is_one_of_several.then_some(Support { facts, names: Some(carrier), ..first })
	}
}

/// What counts about the generator, and how long after the grid's failure it had to be there, ms.
///
/// While two companies have signed something of it, what a single one says does not count. That it is not there lasts until as
/// many companies say that it came as say that it is not there, two at most; or until who says so says itself that it came.
fn generators<'a>(facts: &[&'a Fact]) -> (Vec<Generator<'a>>, Option<u64>) {
	let said = |fact: &Fact| match fact.evidence {
		Evidence::GeneratorArrival { contracted, arrived } => Some((minutes(contracted), arrived)),
		_ => None,
	};
	let said: Vec<(&'a Fact, (u64, Option<Moment>))> =
		facts.iter().filter_map(|fact| Some((*fact, said(fact)?))).collect();
	let said = weighed(said, |(fact, _)| fact.signers());
	let due = said.iter().map(|(_, (due, _))| *due).min();
	let absent = said.iter().filter(|(_, (_, arrived))| arrived.is_none());
	let need = union_of(absent.map(|(fact, _)| fact.signers())).len().min(2);
	let arrival =
		|(fact, (_, arrived)): &(&'a Fact, (u64, Option<Moment>))| Some(((*arrived)?, fact.signers()));
	let mut arrivals: Vec<(Moment, OrgSet)> = said.iter().filter_map(arrival).collect();
	arrivals.sort_unstable_by_key(|(arrived, _)| *arrived);
	let came = |fact: &Fact| {
		let mut by = OrgSet::EMPTY;
		let last = arrivals.iter().find(|(_, signers)| {
			by = by.union(*signers);
			by.len() >= need || by.contains(fact.author)
		});
		last.map(|(arrived, _)| *arrived)
	};
	let generator = |(fact, (_, arrived)): (&'a Fact, (u64, Option<Moment>))| {
		let ends = || came(fact).map_or(Moment::MAX, |came| came.max(fact.claimed));
		Generator { fact, arrived, absent_until: arrived.unwrap_or_else(ends) }
	};
	(said.into_iter().map(generator).collect(), due)
}

fn minutes(minutes: u16) -> u64 {
	u64::from(minutes).saturating_mul(MINUTE)
}

/// What holds at a moment, and why.
struct Held {
	supports: Vec<(Condition, Support)>,
}

impl Held {
	/// What of it two companies stand behind.
	fn backed(&self) -> Self {
		let backed = self.supports.iter().filter(|(_, support)| support.is_backed());
		Self { supports: backed.copied().collect() }
	}

	/// The first row that matches, and its number.
	fn row<'t>(&self, table: &'t ResponsibilityTable) -> Option<(u8, &'t Row)> {
		let conditions = self.conditions();
		(1..).zip(&table.rows).find(|(_, row)| row.matches(conditions))
	}

	fn conditions(&self) -> Conditions {
		self.supports.iter().fold(Conditions::EMPTY, |set, (condition, _)| set.with(*condition))
	}

	/// Why those of a set hold that do.
	fn of(&self, conditions: Conditions) -> impl Iterator<Item = &Support> {
		let is_in = move |(condition, _): &&(Condition, Support)| conditions.contains(*condition);
		self.supports.iter().filter(is_in).map(|(_, support)| support)
	}

	/// Why those of `any` hold that do. Where they say who answers, those that say it of this company.
	fn any_of(&self, row: &Row, who: Option<OrgId>) -> impl Iterator<Item = &Support> {
		let known_by = row.answer.known_by();
		let is_said_here = !known_by.is_empty() && row.all.intersection(known_by).is_empty();
		self.of(row.any).filter(move |support| !is_said_here || support.names == who)
	}

	fn facts(&self, row: &Row, who: Option<OrgId>) -> FactSet {
		let all = self.of(row.all).chain(self.any_of(row, who));
		all.fold(FactSet::default(), |facts, support| facts.union(support.facts))
	}

	/// Whom the first of these conditions names. One that two companies stand behind goes before one of a single one.
	fn named(&self, conditions: Conditions) -> Option<OrgId> {
		let backed = self.of(conditions).filter(|support| support.signers.len() > 1);
		backed.chain(self.of(conditions)).find_map(|support| support.names)
	}

	/// Whether a condition that the row needs is on one party's word, and no other one could take its place.
	fn is_on_one_word(&self, row: &Row, who: Option<OrgId>) -> bool {
		let one_of_all = self.of(row.all).any(|support| support.is_on_one_word(who));
		let each_of_any =
			!row.any.is_empty() && self.any_of(row, who).all(|support| support.is_on_one_word(who));
		one_of_all || each_of_any
	}
}
