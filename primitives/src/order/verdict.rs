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
//! 3. For each piece the first row of the table that matches decides ([`super::rules`]). Where none does, it is undecided.
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
//! * **Two signatures go before one**: what a single company says about causes and supplies decides nothing against what two
//!   stand behind, nor does it by saying that something was long ago.
//! * **Bounded**: at most [`MAX_FACTS`] facts, three cuts each and one for each span of the clock: [`MAX_PIECES`] pieces.

use super::{
	cause::{causes, Cause, Kind},
	clock::{Clock, MAX_SPANS},
	company::Companies,
	fact::{is_on_one_word, seconds, Evidence, Fact, FactSet, Subject, MAX_FACTS},
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
	/// Who stands behind the moment from which a supply is counted, where it depends on that.
	since: Option<OrgSet>,
	/// Who has signed the contract that a supply is compared with, where it is about one.
	contract: Option<OrgSet>,
	/// Who answers, as far as it says so itself.
	names: Option<OrgId>,
}

impl Support {
	/// That of these; `None` when there are none.
	fn by(facts: impl IntoIterator<Item = (FactSet, OrgSet)>, names: Option<OrgId>) -> Option<Self> {
		let support = |(facts, signers)| Self { facts, signers, since: None, contract: None, names };
		facts.into_iter().map(support).reduce(|one, other| Self {
			facts: one.facts.union(other.facts),
			signers: one.signers.union(other.signers),
			..one
		})
	}

	/// That of facts about a supply, which is compared with a contract that these have signed.
	fn of_supply<'f>(facts: impl Iterator<Item = &'f Fact>, contract: OrgSet) -> Option<Self> {
		let said = Self::by(facts.map(|fact| (FactSet::of(fact.number), fact.signers())), None)?;
		Some(Self { contract: Some(contract), ..said })
	}

	/// The same where it depends on these failures of the grid.
	fn since<'c>(self, grids: impl Iterator<Item = &'c Cause>) -> Self {
		let since = grids.map(|grid| grid.signers).reduce(OrgSet::union);
		Self { since, ..self }
	}

	fn is_on_one_word(&self, against: Option<OrgId>) -> bool {
		is_on_one_word(self.signers, against)
			|| self.since.is_some_and(|signers| is_on_one_word(signers, against))
			|| self.contract.is_some_and(|signed| !binds(signed, against))
	}

	fn of(causes: &[&Cause], names: Option<OrgId>) -> Option<Self> {
		Self::by(causes.iter().map(|cause| (cause.facts(), cause.signers)), names)
	}
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

/// What began first of several causes.
struct Leading {
	/// Of which kinds it is.
	kinds: Vec<Kind>,
	/// Whether two companies stand behind it.
	is_backed: bool,
}

/// Causes of one kind, of several.
struct Lead {
	kind: Kind,
	began: Moment,
	signers: OrgSet,
	/// From when on two companies stand behind it.
	backed: Option<Moment>,
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
	/// No cause that a single company speaks of comes first by having begun before this.
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

		let autonomy = |fact: &Fact| match fact.evidence {
			Evidence::BatteryAutonomy { contracted, measured } => Some((contracted, measured)),
			_ => None,
		};
		let mut batteries: Vec<_> = timely.iter().filter_map(|fact| Some((*fact, autonomy(fact)?))).collect();
		if batteries.iter().any(|(fact, _)| fact.is_backed()) {
			batteries.retain(|(fact, _)| fact.is_backed());
		}
		let too_short = batteries.iter().filter(|(_, (contracted, measured))| measured < contracted);
		let lasting = too_short.map(|(_, (contracted, _))| minutes(*contracted)).max();
		let batteries = batteries.into_iter();
		let batteries =
			batteries.map(|(fact, (contracted, measured))| (fact, measured < contracted)).collect();
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
		let leading = self.leading(&self.competing(from));
		let supports = Condition::ALL.into_iter().filter_map(|condition| {
			let support = self.support(condition, from, &leading)?;
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

	/// What makes a condition hold at a moment; `None` where it does not hold. `leading` is of what competes at that moment.
	fn support(&self, condition: Condition, at: Moment, leading: &Leading) -> Option<Support> {
		let contract = self.companies.signed;
		match condition {
			Condition::Planned => {
				let plans = self.plans.iter().filter(|plan| plan.from <= at && at < plan.to);
				Support::by(plans.map(|plan| (FactSet::of(plan.number), plan.signers)), None)
			}
			Condition::GridFailure => Support::of(&self.grids(at), None),
			Condition::BatteryInContract => {
				let all = Support::of_supply(self.batteries.iter().map(|(fact, _)| *fact), contract);
				all.filter(|_| self.short_since(at).is_some_and(|grids| grids.is_empty()))
			}
			Condition::BatteryShort => {
				let grids = self.short_since(at).filter(|grids| !grids.is_empty())?;
				let short = self.batteries.iter().filter(|(_, is_short)| *is_short);
				Some(Support::of_supply(short.map(|(fact, _)| *fact), contract)?.since(grids.into_iter()))
			}
			Condition::GeneratorInContract => {
				let is_due = !self.due_since(at)?.is_empty();
				let is_late = is_due && self.generators.iter().any(|generator| at < generator.absent_until);
				// Once it is due only who says that it came says that.
				let says = self.generators.iter().filter(|generator| !is_due || generator.arrived.is_some());
				let all = says.map(|generator| generator.fact);
				(!is_late).then(|| Support::of_supply(all, contract))?
			}
			Condition::GeneratorLate => {
				let grids = self.due_since(at).filter(|grids| !grids.is_empty())?;
				let absent = self.generators.iter().filter(|generator| at < generator.absent_until);
				let absent = absent.map(|generator| generator.fact);
				Some(Support::of_supply(absent, contract)?.since(grids.into_iter()))
			}
			Condition::PowerFirst => self.first(at, leading, |kind| kind == Kind::Alarm(Subject::Power)),
			Condition::EnvironmentFirst => {
				self.first(at, leading, |kind| kind == Kind::Alarm(Subject::Environment))
			}
			Condition::BackhaulFirst => {
				self.first(at, leading, |kind| matches!(kind, Kind::Alarm(Subject::Backhaul { .. })))
			}
			Condition::Equipment => self.equipment(at, leading),
			Condition::OnePlmn => self.one_plmn(at),
			Condition::ViolationFirst => self.first(at, leading, |kind| matches!(kind, Kind::Violation(_))),
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

	/// The failures of the grid in force. Those that two companies stand behind go before those of a single one.
	fn grids(&self, at: Moment) -> Vec<&Cause> {
		let mut grids = self.in_force(at, |kind| kind == Kind::Grid);
		if grids.iter().any(|grid| grid.is_backed()) {
			grids.retain(|grid| grid.is_backed());
		}
		grids
	}

	/// The failures of the grid since which the batteries should still last and do not. `None` where the grid has not failed, or
	/// nobody speaks of them.
	fn short_since(&self, at: Moment) -> Option<Vec<&Cause>> {
		let mut grids = self.grids(at);
		let is_known = !grids.is_empty() && !self.batteries.is_empty();
		let should_last =
			|began: Moment| self.lasting.is_some_and(|lasting| at < began.saturating_add(lasting));
		grids.retain(|grid| should_last(grid.began));
		is_known.then_some(grids)
	}

	/// The failures of the grid since which the generator should be there. `None` as above.
	fn due_since(&self, at: Moment) -> Option<Vec<&Cause>> {
		let (due, mut grids) = (self.due?, self.grids(at));
		let is_known = !grids.is_empty();
		grids.retain(|grid| grid.began.saturating_add(due) <= at);
		is_known.then_some(grids)
	}

	/// What leads of these causes. While two companies stand behind some, those of a single one do not compete.
	fn leading(&self, causes: &[&Cause]) -> Leading {
		let mut leads: Vec<Lead> = Vec::new();
		for Cause { kind, began, signers, .. } in causes.iter().copied().copied() {
			let backed = |signers: OrgSet| (signers.len() > 1).then_some(began);
			match leads.iter_mut().find(|lead| lead.kind == kind) {
				Some(lead) => {
					lead.signers = lead.signers.union(signers);
					lead.backed = lead.backed.or(backed(lead.signers));
				}
				None => leads.push(Lead { kind, began, signers, backed: backed(signers) }),
			}
		}
		let is_backed = leads.iter().any(|lead| lead.backed.is_some());
		let began = |lead: &Lead| if is_backed { lead.backed } else { Some(lead.began.max(self.oldest)) };
		let first = leads.iter().filter_map(began).min();
		leads.retain(|lead| began(lead).is_some_and(|began| Some(began) == first));
		Leading { kinds: leads.iter().map(|lead| lead.kind).collect(), is_backed }
	}

	fn competing(&self, at: Moment) -> Vec<&Cause> {
		self.causes.iter().filter(|cause| cause.competes() && cause.is_in_force(at)).collect()
	}

	/// What is first, if it is of this kind.
	fn first(&self, at: Moment, leading: &Leading, of: impl Fn(Kind) -> bool) -> Option<Support> {
		self.earliest(self.in_force(at, |kind| leading.kinds.contains(&kind) && of(kind)))
	}

	/// An equipment alarm, also where it is not first: but not on the word of a single company where two stand behind another
	/// cause.
	fn equipment(&self, at: Moment, leading: &Leading) -> Option<Support> {
		let mine = self.in_force(at, |kind| matches!(kind, Kind::Alarm(Subject::Equipment { .. })));
		(!leading.is_backed || self.leading(&mine).is_backed).then(|| self.earliest(mine))?
	}

	/// The one that began first, of one moment the one that was anchored first, and all that name the same company. Those that
	/// two companies stand behind go before those of a single one.
	fn earliest(&self, mut causes: Vec<&Cause>) -> Option<Support> {
		let leading = self.leading(&causes);
		causes.retain(|cause| leading.kinds.contains(&cause.kind));
		let leader = causes.iter().min_by_key(|cause| (cause.began.max(self.oldest), cause.number))?;
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

/// What counts about the generator, and how long after the grid's failure it had to be there, ms.
///
/// That it is not there yet contradicts an arrival before that moment, and none after it. What a single company says does not
/// count where it contradicts what two stand behind. Of two that arrive, those that two companies stand behind count.
fn generators<'a>(facts: &[&'a Fact]) -> (Vec<Generator<'a>>, Option<u64>) {
	let said = |fact: &Fact| match fact.evidence {
		Evidence::GeneratorArrival { contracted, arrived } => Some((minutes(contracted), arrived)),
		_ => None,
	};
	let mut said: Vec<_> = facts.iter().filter_map(|fact| Some((*fact, said(fact)?))).collect();
	let absent = said.iter().filter(|(fact, (_, arrived))| fact.is_backed() && arrived.is_none());
	let absent = absent.map(|(fact, _)| fact.claimed).max();
	said.retain(|(fact, (_, arrived))| {
		fact.is_backed() || arrived.is_none_or(|arrived| absent.is_none_or(|absent| absent <= arrived))
	});
	if said.iter().any(|(fact, (_, arrived))| fact.is_backed() && arrived.is_some()) {
		said.retain(|(fact, _)| fact.is_backed());
	}
	let due = said.iter().map(|(_, (due, _))| *due).min();
	let came = said.iter().any(|(_, (_, arrived))| arrived.is_some());
	let generator = |(fact, (_, arrived)): (&'a Fact, (u64, Option<Moment>))| {
		let absent_until = arrived.unwrap_or(if came { fact.claimed } else { Moment::MAX });
		Generator { fact, arrived, absent_until }
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
