// SPDX-License-Identifier: Apache-2.0
//! What follows from a station's alarms, by rule:
//!
//! * **Opened**: a fault, where a grave alarm stands at the end of the file and no fault is open at the station, or only ones
//!   that were resolved before it began. The handler is who answers for what the first such alarm is about.
//! * **Updated**: each begin, change of severity and end becomes a fact of the open fault that has the alarm, or of the first one.
//!   Facts that are there are not said again.
//! * **The mains**: their alarms become one failure of the grid, whatever their number. It begins with the first of them, and the
//!   grid is back when none of the company's lasts any more: neither of those in the file, nor what it has said otherwise.
//! * **Cleared**: when nothing that anybody has raised in a fault lasts any more, and by the file nothing of that outage does, its
//!   handler resolves it, and who has raised it closes what is resolved: also when the end was said before, by an import that got
//!   no further or while something else lasted. What was reopened since waits for another end. An acknowledgement of what the
//!   fault has takes up what the company is to handle.
//!
//! Nothing is begun in a fault that the company could not end there, too: it has its share of the facts of an order. What the chain
//! would refuse is refused here, by the same check and the same record ([`Recorded`]), before anything is sent: it opens no fault
//! and keeps none open.
//!
//! What is grave and overlaps is one outage ([`course`]). One that is over within one file and known to no fault opens none, unless
//! that is asked for, and is no evidence in the fault of a later one. An alarm that is not grave opens none and is no evidence.
//!
//! # What it guarantees
//!
//! * **Nothing twice**: what follows from a file once it was imported is nothing.
//! * **Whatever the steps**: a file that was imported while it grew has come to the same facts of its last outage as one that is
//!   imported as a whole.
//! * **Open while it lasts**: no fault ends here while the file or the fault has something that lasts.

mod course;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use super::{
	cause::About,
	notification::{Kind, News, Notification},
};
use crate::{config::words::plmn_words, order::show::networks};
use course::{ordered, Course, Line, Word};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	order::{
		share_of, Alarm, Companies, Contract, Evidence, Fact, FactRefusal, Phase, Severities, Severity,
		State, Subject, MAX_FACTS,
	},
	page::SiteId,
	site::{Plmn, Station, StationEntry, StationState},
	Moment, OrgId, OrgSet,
};

/// What facts of an order have to agree with: the station's record, as it stood when the order was opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Recorded {
	/// Owner, tower company, and the networks on air.
	pub(crate) companies: Companies,
	/// What is contracted, and whose the link is.
	pub(crate) contract: Option<Contract>,
	/// Whom it concerns.
	pub(crate) concerned: OrgSet,
}

impl Recorded {
	/// For an order of `own` that is opened now. `holder` says who holds a network.
	pub(crate) fn now(entry: &StationEntry, own: OrgId, holder: impl Fn(Plmn) -> Option<OrgId>) -> Self {
		let companies = Companies::at(entry, OrgSet::of(own), holder);
		let holders: OrgSet = companies.networks.iter().map(|network| network.carrier).collect();
		let (contract, concerned) =
			(Some(Contract::of(&entry.station)), entry.station.named().union(holders));
		Self { companies, contract, concerned }
	}

	/// What an alarm says that it is about.
	fn subject(&self, about: About) -> Option<Subject> {
		let owner = self.companies.owner;
		let backhaul = self.contract.map_or(owner, |contract| contract.backhaul);
		about.subject(owner, backhaul)
	}

	/// Why the chain would not take it as a fact that an alarm lasts, and what to do.
	fn refusal(&self, id: u64, about: About, kind: Kind) -> Option<(String, String)> {
		let Kind { kind, severity, plmn, .. } = kind;
		let alarm = Alarm { id, phase: Phase::Raised, kind, severity, subject: self.subject(about)?, plmn };
		let refusal =
			Evidence::Alarm(alarm).check(&self.companies, self.contract.as_ref(), self.concerned).err()?;
		Some(match (refusal, plmn) {
			(FactRefusal::OtherOwner, Some(plmn)) => (
				format!(
					"{} is no network that is on air there by the station's record: {}",
					plmn_words(plmn),
					networks(&self.companies)
				),
				"name one of those in additionalInformation, or none, or mend the record (`trimast site amend`)"
					.into(),
			),
			_ => (
				"it does not agree with the station's record".into(),
				"`trimast site show` has the record".into(),
			),
		})
	}
}

/// Why a company cannot open a fault at a station, and what to do.
pub(crate) fn barred(entry: &StationEntry, recorded: &Recorded, own: OrgId) -> Option<(String, String)> {
	if entry.state != StationState::OnAir {
		let what = "the station is out of service by its record: no fault is opened there";
		return Some((what.into(), "leave its alarms out, or have its owner mend the record".into()));
	}
	(!recorded.concerned.contains(own)).then(|| {
		let what = "by its record the station is no matter of your company: it opens no fault there";
		let remedy = "leave its alarms out; `trimast site show` names the companies whose matter it is";
		(what.into(), remedy.into())
	})
}

/// A fault that is open at a station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
	/// Its number.
	pub(crate) id: u32,
	/// Who has raised it.
	pub(crate) raiser: OrgId,
	/// Who handles it.
	pub(crate) handler: OrgId,
	/// When it was opened.
	pub(crate) opened: Moment,
	/// Its state.
	pub(crate) state: State,
	/// Since when it is in that.
	pub(crate) since: Moment,
	/// Whether it was resolved before, and is under way again.
	pub(crate) is_reopened: bool,
	/// How many facts of it may be the company's.
	pub(crate) share: u32,
	/// What its facts have to agree with.
	pub(crate) recorded: Recorded,
	/// Its facts.
	pub(crate) facts: Vec<Fact>,
}

/// A station, with what the chain knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
	/// The station.
	pub(crate) site: SiteId,
	/// Its record.
	pub(crate) station: Station,
	/// What facts of a fault that is opened now have to agree with.
	pub(crate) recorded: Recorded,
	/// Why the company cannot open one, and what to do.
	pub(crate) barred: Option<(String, String)>,
	/// Faults that are open there and concern the company, by number.
	pub(crate) faults: Vec<Fault>,
	/// What the company has said in faults there that have ended. It is looked up where what is over opens a fault, too.
	pub(crate) past: Vec<Fact>,
}

/// By what is decided, beside the station.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
	/// The company whose network it is.
	pub(crate) own: OrgId,
	/// Which alarms are grave.
	pub(crate) grave: Severities,
	/// The chain's clock.
	pub(crate) now: Moment,
	/// Whether what is over opens a fault, too.
	pub(crate) with_over: bool,
}

/// What becomes of a notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
	/// A fact is to be anchored.
	Fact { claimed: Moment, evidence: Evidence },
	/// The order is to be taken up.
	TakenUp,
	/// Nothing, for this reason.
	Nothing(Reason),
	/// It cannot be used: why, and what to do.
	Refused(String, String),
}

/// Why nothing becomes of a notification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Reason {
	/// A fact says so already.
	Known,
	/// It stands in the file twice.
	Twice,
	/// It is over within the file, and no fault knows it.
	Over,
	/// One failure of the grid is said of all alarms of the mains.
	OtherMains,
	/// It is of another outage than the one that was restored, and no other fault can be opened yet.
	Later,
	/// It is not grave.
	NotGrave,
	/// No fault knows the alarm that is over.
	NotRaised,
	/// It is not the company's to take up, or is taken up.
	NotToTakeUp,
	/// The company could not say its end in the order, too.
	NoRoom,
}

impl Reason {
	/// As results name it.
	pub(crate) const fn word(self) -> &'static str {
		match self {
			Self::Known => "known",
			Self::Twice => "twice",
			Self::Over => "over",
			Self::OtherMains => "other_mains",
			Self::Later => "later",
			Self::NotGrave => "not_grave",
			Self::NotRaised => "not_raised",
			Self::NotToTakeUp => "not_to_take_up",
			Self::NoRoom => "no_room",
		}
	}

	/// For people.
	pub(crate) const fn text(self) -> &'static str {
		match self {
			Self::Known => "the chain has it",
			Self::Twice => "it stands in the file twice",
			Self::Over => "it is over within the file, and no fault is open for it (--with-over opens one)",
			Self::OtherMains => {
				"the grid fails with the first alarm of the mains and is back when the last is over: another one lasts"
			}
			Self::Later => {
				"it began when the fault there was resolved: import it again once that has ended, which opens another one"
			}
			Self::NotGrave => "it is not grave: no fault follows from it",
			Self::NotRaised => "no open fault knows the alarm",
			Self::NotToTakeUp => "acknowledged: no fault there waits for this company to take it up",
			Self::NoRoom => {
				"the order has no room for it and its end: import it again when the order has ended"
			}
		}
	}
}

/// What is to be done at a station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
	/// A fault to open: for whom, and how grave.
	pub(crate) open: Option<(OrgId, Severity)>,
	/// The fault that facts go to, where one is open.
	pub(crate) order: Option<u32>,
	/// What becomes of each notification, by its place.
	pub(crate) outcomes: Vec<(usize, Outcome)>,
	/// States that the fault goes through, one after the other: the one that is open, or the one to open.
	pub(crate) steps: Vec<State>,
}

impl Plan {
	/// Whether nothing is done, and something waits until the fault has ended.
	fn only_waits(&self) -> bool {
		let (mut waits, mut does) = (false, !self.steps.is_empty());
		for (_, outcome) in &self.outcomes {
			waits |= *outcome == Outcome::Nothing(Reason::Later);
			does |= matches!(outcome, Outcome::Fact { .. } | Outcome::TakenUp);
		}
		waits && !does
	}
}

/// By what something that lasts is known again: an author's alarm, or its failure of the grid.
type Lasting = (OrgId, Option<u64>);

/// What lasts, with the severity of an alarm.
fn lasting(facts: &[Fact]) -> BTreeMap<Lasting, Severity> {
	let mut facts: Vec<&Fact> = facts.iter().filter(|fact| !fact.is_void()).collect();
	facts.sort_by_key(|fact| (fact.claimed, fact.number));
	let mut lasting = BTreeMap::new();
	for fact in facts {
		note(&mut lasting, fact.author, &fact.evidence);
	}
	lasting
}

fn note(lasting: &mut BTreeMap<Lasting, Severity>, author: OrgId, evidence: &Evidence) {
	match *evidence {
		Evidence::Alarm(Alarm { id, phase: Phase::Cleared, .. }) => {
			lasting.remove(&(author, Some(id)));
		}
		Evidence::Alarm(Alarm { id, severity, .. }) => {
			lasting.insert((author, Some(id)), severity);
		}
		Evidence::GridFailure { phase: Phase::Cleared } => {
			lasting.remove(&(author, None));
		}
		Evidence::GridFailure { .. } => {
			lasting.insert((author, None), Severity::Critical);
		}
		_ => {}
	}
}

/// Since when a company has said of something in a fault that it lasts.
fn said_since(facts: &[Fact], own: OrgId) -> Option<Moment> {
	let is_lasting = |fact: &&Fact| {
		fact.author == own && matches!(fact.evidence, Evidence::Alarm(_) | Evidence::GridFailure { .. })
	};
	facts.iter().filter(is_lasting).map(|fact| fact.claimed).min()
}

/// A station's notifications beside one of its faults, or beside none.
struct Case<'c> {
	terms: &'c Terms,
	place: &'c Place,
	fault: Option<&'c Fault>,
	recorded: &'c Recorded,
	course: Course<'c>,
	/// For each notification, the fact by which the company has said it there.
	said: Vec<Option<&'c Fact>>,
	/// All other facts, by time.
	others: Vec<&'c Fact>,
	/// For each outage of the file, why it is none of this fault.
	left_out: Vec<Option<Reason>>,
}

impl<'c> Case<'c> {
	fn new(place: &'c Place, fault: Option<&'c Fault>, all: &[Line<'c>], terms: &'c Terms) -> Self {
		let facts = fault.map(|fault| fault.facts.as_slice()).unwrap_or_default();
		let recorded = fault.map_or(&place.recorded, |fault| &fault.recorded);
		let alarms = subjects(facts, terms.own).into_keys().collect();
		let course = Course::of(all, terms, recorded, &alarms);
		let (said, mut others) = course.compare(facts, terms.own);
		others.retain(|fact| !fact.is_void());
		let words = || course.words.iter().zip(&said);
		let said_here = words().filter(|(word, said)| said.is_some() && !word.is_beside());
		let here: BTreeSet<usize> = said_here.filter_map(|(word, _)| word.outage).collect();
		let said_before = words().filter(|(word, _)| place.past.iter().any(|fact| word.is_said_by(fact)));
		let before: BTreeSet<usize> = said_before.filter_map(|(word, _)| word.outage).collect();
		let first = fault.map(|fault| first(fault, &course, &here, terms.own));
		let restored = fault.filter(|fault| fault.state == State::Resolved).map(|fault| fault.since);
		let left_out = (0..).zip(&course.outages).map(|(n, outage)| {
			let is_over = outage.end.is_some();
			let is_earlier = first.map_or(is_over, |first| n < first);
			// What begins when service is restored is another fault's.
			let is_later = restored.is_some_and(|since| outage.begin > since);
			if here.contains(&n) {
				None
			} else if is_over && before.contains(&n) {
				Some(Reason::Known)
			} else if !terms.with_over && (is_earlier || is_later && is_over) {
				Some(Reason::Over)
			} else {
				is_later.then_some(Reason::Later)
			}
		});
		let left_out = left_out.collect();
		Self { terms, place, fault, recorded, course, said, others, left_out }
	}

	/// Why a notification is none of this fault, by its outage.
	fn left_out(&self, word: &Word<'_>) -> Option<Reason> {
		word.outage.and_then(|outage| self.left_out.get(outage).copied().flatten())
	}

	/// Whether the company has said of one of these alarms that it lasts.
	fn knows(&self) -> bool {
		let Some(fault) = self.fault else { return false };
		let lasting = lasting(&fault.facts);
		let mut words = self.course.words.iter();
		words.any(|word| lasting.contains_key(&(self.terms.own, word.lasting())))
	}

	/// Whether an outage of the file can be a part of it.
	fn may_have(&self) -> bool {
		self.fault.is_none_or(|fault| fault.state != State::Resolved) || self.left_out.contains(&None)
	}

	/// What the first alarm is about that is of this fault and lasts.
	fn about(&self) -> Option<About> {
		let begins = |word: &&Word<'_>| matches!(word.one.news, News::New(_) | News::Changed(_));
		let lasts = |word: &&Word<'_>| {
			word.outage.is_some() && self.left_out(word).is_none() && !word.is_over && word.settled.is_none()
		};
		self.course.words.iter().filter(begins).find(lasts).map(|word| word.about)
	}

	/// Whether by the file something of this fault lasts.
	fn lasts(&self) -> bool {
		let mut outages = self.course.outages.iter().zip(&self.left_out);
		outages.any(|(outage, left_out)| outage.end.is_none() && left_out.is_none())
	}
}

/// The first outage of the file that can be a part of a fault. `here` are those of which it has facts.
fn first(fault: &Fault, course: &Course<'_>, here: &BTreeSet<usize>, own: OrgId) -> usize {
	let outages = &course.outages;
	let beyond = |at: Moment| outages.iter().position(|outage| outage.end.is_none_or(|end| end > at));
	let found = match said_since(&fault.facts, own) {
		// What was over by then an earlier fault had, or none.
		Some(since) => beyond(since).into_iter().chain(here.first().copied()).min(),
		// It was opened for what lasted then, by somebody or by an import that got no further.
		None if fault.raiser == own => {
			Some(outages.iter().rposition(|outage| outage.begin <= fault.opened).unwrap_or(0))
		}
		None => beyond(fault.opened),
	};
	found.unwrap_or(outages.len())
}

/// The fault that these go to: the first that knows one of them, else the first that has said something of them, else the first that
/// they can still be part of. A company opens no second one.
fn chosen<'a, 'c>(cases: &'a [Case<'c>], own: OrgId) -> Option<&'a Case<'c>> {
	let mut found = cases.iter().find(|case| case.knows());
	found = found.or_else(|| cases.iter().find(|case| case.said.iter().any(Option::is_some)));
	found = found.or_else(|| cases.iter().find(|case| case.may_have()));
	found.or_else(|| cases.iter().find(|case| case.fault.is_some_and(|fault| fault.raiser == own)))
}

/// Decides what follows from the notifications of a station.
pub(crate) fn decide(place: &Place, notifications: &[&Notification], terms: &Terms) -> Plan {
	let all = ordered(notifications);
	let cases: Vec<Case<'_>> =
		place.faults.iter().map(|fault| Case::new(place, Some(fault), &all, terms)).collect();
	let is_open = place.faults.iter().any(|fault| fault.raiser == terms.own);
	let plan = chosen(&cases, terms.own).map(|case| Deciding::of(case).plan());
	if let Some(plan) = plan.filter(|plan| is_open || !plan.only_waits()) {
		return plan;
	}
	let alone = Case::new(place, None, &all, terms);
	let deciding = Deciding::of(&alone);
	deciding.plan()
}

/// What is known while the notifications of a station are gone through.
struct Deciding<'c> {
	case: &'c Case<'c>,
	/// How many of the other facts are behind.
	heard: usize,
	/// What lasts now.
	lasting: BTreeMap<Lasting, Severity>,
	/// What lasts by all that is said so far, whenever it was.
	due: BTreeMap<Lasting, Severity>,
	/// Alarms of the mains of this fault that last now.
	mains: BTreeSet<u64>,
	/// Whether the company has said that the grid has failed, and not by an alarm of the file.
	is_failed_otherwise: bool,
	/// Alarms by whether they are the fault's.
	is_here: BTreeMap<u64, bool>,
	subjects: BTreeMap<u64, (Subject, Option<Plmn>)>,
	open: Option<(OrgId, Severity)>,
	/// Since when something lasts in the fault to open.
	begun: Option<Moment>,
	is_cleared: bool,
	/// How many facts more may be the company's.
	room: usize,
}

/// How many facts more of a fault may be the company's.
fn room(fault: &Fault, own: OrgId) -> usize {
	let said = fault.facts.iter().filter(|fact| fact.author == own).count();
	usize::try_from(fault.share).unwrap_or(usize::MAX).saturating_sub(said)
}

impl Word<'_> {
	/// By what it is known that its alarm lasts: an author's failure of the grid has no number.
	fn lasting(&self) -> Option<u64> {
		(!self.is_mains).then_some(self.id)
	}
}

impl<'c> Deciding<'c> {
	fn of(case: &'c Case<'c>) -> Self {
		let own = case.terms.own;
		let facts = case.fault.map(|fault| fault.facts.as_slice()).unwrap_or_default();
		Self {
			case,
			heard: 0,
			lasting: BTreeMap::new(),
			due: lasting(facts),
			mains: BTreeSet::new(),
			is_failed_otherwise: false,
			is_here: BTreeMap::new(),
			subjects: subjects(facts, own),
			open: None,
			begun: None,
			is_cleared: false,
			room: case.fault.map(|fault| room(fault, own)).unwrap_or_default(),
		}
	}

	fn plan(mut self) -> Plan {
		let (case, own) = (self.case, self.case.terms.own);
		let mut outcomes = Vec::with_capacity(case.course.words.len());
		// Acknowledgements: which, whether of an alarm that the fault has, and when.
		let mut noticed: Vec<(usize, Option<bool>, Moment)> = Vec::new();
		for (word, said) in case.course.words.iter().zip(&case.said) {
			let outcome = word.settled.clone().unwrap_or_else(|| self.one(word, *said));
			if matches!(outcome, Outcome::Refused(..)) {
				self.is_here.insert(word.id, false);
			}
			if outcome == Outcome::Nothing(Reason::NotToTakeUp) {
				noticed.push((outcomes.len(), self.is_here.get(&word.id).copied(), word.one.at));
			}
			outcomes.push((word.place, outcome));
		}
		self.hear(Moment::MAX);
		let mut steps = Vec::new();
		let stands = match (case.fault, self.open) {
			(Some(fault), _) => Some((fault.state, fault.raiser, fault.handler)),
			(None, Some((handler, _))) => Some((State::Acknowledged, own, handler)),
			(None, None) => None,
		};
		if let Some((mut state, raiser, handler)) = stands {
			let waits = handler == own && state == State::Acknowledged;
			if let Some(at) = self.taking_up(&noticed).filter(|_| waits) {
				if let Some((_, outcome)) = outcomes.get_mut(at) {
					*outcome = Outcome::TakenUp;
				}
				state = State::InProgress;
				steps.push(state);
			}
			let is_over = self.is_cleared && self.lasting.is_empty() && !case.lasts();
			if is_over && handler == own && state == State::InProgress {
				state = State::Resolved;
				steps.push(state);
			}
			if is_over && raiser == own && state == State::Resolved {
				steps.push(State::Closed);
			}
		}
		Plan { open: self.open, order: case.fault.map(|fault| fault.id), outcomes, steps }
	}

	/// The first acknowledgement that is of something that the fault has; of an alarm that is no evidence, the first behind its begin.
	fn taking_up(&self, noticed: &[(usize, Option<bool>, Moment)]) -> Option<usize> {
		let said = self.case.fault.and_then(|fault| said_since(&fault.facts, self.case.terms.own));
		let begun = said.or(self.begun);
		let counts = |at: Moment| begun.is_none_or(|begun| begun <= at);
		let found = noticed.iter().find(|(_, is_here, at)| is_here.unwrap_or_else(|| counts(*at)));
		found.map(|(place, ..)| *place)
	}

	fn one(&mut self, word: &Word<'_>, said: Option<&Fact>) -> Outcome {
		self.hear(word.one.at);
		match word.one.news {
			News::New(kind) | News::Changed(kind) => self.lasts(word, said, kind),
			News::Cleared(kind) => self.ends(word, said, kind),
			// Whether the order is taken up by it shows in the end.
			News::Acknowledged => Outcome::Nothing(Reason::NotToTakeUp),
		}
	}

	/// Takes note of what others have said until then, and the company otherwise.
	fn hear(&mut self, until: Moment) {
		let case = self.case;
		while let Some(fact) = case.others.get(self.heard).filter(|fact| fact.claimed <= until) {
			self.heard = self.heard.saturating_add(1);
			if let (true, Evidence::GridFailure { phase }) = (fact.author == case.terms.own, fact.evidence) {
				self.is_failed_otherwise = phase != Phase::Cleared;
			}
			note(&mut self.lasting, fact.author, &fact.evidence);
		}
	}

	/// Takes note of a fact that says what the file says.
	fn recall(&mut self, fact: &Fact) -> Outcome {
		if !fact.is_void() {
			note(&mut self.lasting, fact.author, &fact.evidence);
		}
		Outcome::Nothing(Reason::Known)
	}

	fn lasts(&mut self, word: &Word<'_>, said: Option<&Fact>, kind: Kind) -> Outcome {
		let key = (self.case.terms.own, word.lasting());
		let known = self.lasting.get(&key).copied();
		let has_stood = self.mains.contains(&word.id);
		if said.is_none() {
			let is_new = known.is_none() || word.is_mains && !has_stood;
			if is_new && !self.case.terms.grave.contains(kind.severity) {
				return Outcome::Nothing(Reason::NotGrave);
			}
			if let (None, Some(reason)) = (known, self.case.left_out(word)) {
				self.is_here.insert(word.id, false);
				return Outcome::Nothing(reason);
			}
		}
		let is_beside = !has_stood && (self.is_failed_otherwise || !self.mains.is_empty());
		self.is_here.insert(word.id, true);
		if word.is_mains && word.outage.is_some() {
			self.mains.insert(word.id);
		}
		// Also where it has another severity since, or is over.
		if let Some(fact) = said {
			return self.recall(fact);
		}
		match known {
			// A grid that has failed has one severity.
			Some(_) if word.is_mains && is_beside => return Outcome::Nothing(Reason::OtherMains),
			Some(severity) if word.is_mains || severity == kind.severity => {
				return Outcome::Nothing(Reason::Known)
			}
			_ => {}
		}
		let is_open = self.case.fault.is_some() || self.open.is_some();
		if is_open && !self.has_room(&key) {
			return Outcome::Nothing(Reason::NoRoom);
		}
		if !is_open {
			if let Some((what, remedy)) = self.case.place.barred.clone() {
				return Outcome::Refused(what, remedy);
			}
			let handler = self.case.about().unwrap_or(word.about).handler(&self.case.place.station);
			let parties = OrgSet::of(self.case.terms.own).with(handler);
			// All others that it concerns have the other half.
			let share = share_of(self.case.terms.own, parties, parties, MAX_FACTS.into());
			self.room = usize::try_from(share).unwrap_or(usize::MAX);
			self.open = Some((handler, kind.severity));
			self.begun = Some(word.one.at);
		} else if let Some((_, severity)) = &mut self.open {
			// The gravest counts: severities are in that order.
			if (kind.severity as u8) < (*severity as u8) {
				*severity = kind.severity;
			}
		}
		let phase = if known.is_some() { Phase::Changed } else { Phase::Raised };
		self.say(word, kind, phase)
	}

	/// Whether one fact more leaves room for the end of all that the company has said to last, also of what begins by it.
	fn has_room(&self, key: &Lasting) -> bool {
		let own = self.due.keys().filter(|(author, _)| *author == self.case.terms.own).count();
		let ends = if self.due.contains_key(key) { own } else { own.saturating_add(1) };
		self.room > ends
	}

	fn ends(&mut self, word: &Word<'_>, said: Option<&Fact>, kind: Kind) -> Outcome {
		let has_stood = self.mains.remove(&word.id);
		if let Some(fact) = said {
			let is_another = |fault: &Fault| !fault.is_reopened || fault.since < word.one.at;
			self.is_cleared |= self.case.fault.is_some_and(is_another);
			return self.recall(fact);
		}
		let is_known = self.lasting.contains_key(&(self.case.terms.own, word.lasting()));
		// What the file has not begun, an earlier file has.
		if !is_known || word.is_mains && !has_stood && !word.is_first {
			return Outcome::Nothing(self.case.left_out(word).unwrap_or(Reason::NotRaised));
		}
		if word.is_mains {
			self.is_failed_otherwise &= !word.is_first;
			if self.is_failed_otherwise || !self.mains.is_empty() {
				return Outcome::Nothing(Reason::OtherMains);
			}
		}
		self.is_cleared = true;
		self.say(word, kind, Phase::Cleared)
	}

	fn say(&mut self, word: &Word<'_>, kind: Kind, phase: Phase) -> Outcome {
		let about = word.lasting().and_then(|id| Some((id, self.subject(id, word.about, kind.plmn)?)));
		let evidence = match about {
			None => Evidence::GridFailure { phase },
			Some((id, (subject, plmn))) => {
				let (kind, severity) = (kind.kind, kind.severity);
				Evidence::Alarm(Alarm { id, phase, kind, severity, subject, plmn })
			}
		};
		let own = self.case.terms.own;
		note(&mut self.lasting, own, &evidence);
		note(&mut self.due, own, &evidence);
		self.room = self.room.saturating_sub(1);
		Outcome::Fact { claimed: word.one.at, evidence }
	}

	/// What an alarm is about, and which network is down: as its first fact has it, whatever is said later.
	fn subject(&mut self, id: u64, about: About, plmn: Option<Plmn>) -> Option<(Subject, Option<Plmn>)> {
		if let Some(first) = self.subjects.get(&id) {
			return Some(*first);
		}
		let found = (self.case.recorded.subject(about)?, plmn);
		self.subjects.insert(id, found);
		Some(found)
	}
}

/// What each of a company's alarms is about, by its first fact.
fn subjects(facts: &[Fact], own: OrgId) -> BTreeMap<u64, (Subject, Option<Plmn>)> {
	let mut subjects = BTreeMap::new();
	for fact in facts.iter().filter(|fact| fact.author == own) {
		if let Evidence::Alarm(alarm) = fact.evidence {
			subjects.entry(alarm.id).or_insert((alarm.subject, alarm.plmn));
		}
	}
	subjects
}
