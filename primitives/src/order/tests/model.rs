// SPDX-License-Identifier: Apache-2.0

//! The statement once more, moment by moment and row by row, without cuts: what the verdict must agree with. The rows are asked
//! twice: what two companies say, and where that decides nothing, what anybody says.

use super::*;

/// Something that lasts by one author's word, from when to when, and its first fact.
#[derive(Clone, Copy)]
struct Thing {
	first: Fact,
	from: Moment,
	to: Moment,
}

impl Thing {
	/// Where it stands among others.
	fn place(&self) -> (Moment, u8) {
		(self.from, self.first.number)
	}

	fn subject(&self) -> Option<Subject> {
		match self.first.evidence {
			Evidence::Alarm(alarm) => Some(alarm.subject),
			_ => None,
		}
	}

	fn plmn(&self) -> Option<Plmn> {
		match self.first.evidence {
			Evidence::Alarm(alarm) => alarm.plmn,
			_ => None,
		}
	}

	fn violator(&self) -> Option<OrgId> {
		match self.first.evidence {
			Evidence::Violation { by, .. } => Some(by),
			_ => None,
		}
	}

	/// Refusals before appointments, and whose.
	fn offence(&self) -> Option<(u8, OrgId)> {
		match self.first.evidence {
			Evidence::AccessRefused { by } => Some((0, by)),
			Evidence::AppointmentMissed { by } => Some((1, by)),
			_ => None,
		}
	}

	fn is_grid(&self) -> bool {
		matches!(self.first.evidence, Evidence::GridFailure { .. })
	}

	fn competes(&self) -> bool {
		self.violator().is_some() || self.subject().is_some_and(|subject| subject != Subject::Service)
	}
}

fn signers<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> OrgSet {
	facts.into_iter().fold(OrgSet::EMPTY, |all, fact| all.union(fact.signers()))
}

fn speakers(things: &[&Thing]) -> OrgSet {
	signers(things.iter().map(|thing| &thing.first))
}

/// What lasts by facts that say that it is on, or over.
fn lasting(facts: &[Fact], is_on: &dyn Fn(&Fact) -> Option<bool>) -> Vec<Thing> {
	let mut sorted: Vec<_> = facts.iter().collect();
	sorted.sort_by_key(|fact| (fact.claimed, fact.number));
	let mut found: Vec<Thing> = Vec::new();
	for fact in sorted {
		let open = found.last_mut().filter(|thing| thing.to == Moment::MAX);
		match (is_on(fact), open) {
			(Some(true), None) => found.push(Thing { first: *fact, from: fact.claimed, to: Moment::MAX }),
			(Some(false), Some(thing)) => {
				thing.to = match fact.evidence {
					Evidence::AccessGranted { from, .. } => from.max(fact.claimed),
					_ => fact.claimed,
				}
			}
			_ => {}
		}
	}
	found
}

/// What each company says lasts: what it says alone apart from what another one has signed, which two say is over.
fn things(facts: &[Fact]) -> Vec<Thing> {
	let mut all = Vec::new();
	let mut add = |is_on: &dyn Fn(&Fact) -> Option<bool>| all.extend(lasting(facts, is_on));
	let grave = |severity| matches!(severity, Severity::Critical | Severity::Major);
	let orgs = [OWNER, SHARER, TOWER];
	for (author, by_two) in orgs.into_iter().flat_map(|org| [(org, false), (org, true)]) {
		let is_by_two = |fact: &Fact| fact.signers().len() > 1;
		let turns = |fact: &Fact, is_on: bool| {
			let has_a_say = if is_on { is_by_two(fact) == by_two } else { is_by_two(fact) || !by_two };
			(fact.author == author && has_a_say).then_some(is_on)
		};
		add(&|fact| match fact.evidence {
			Evidence::GridFailure { phase } => turns(fact, phase != Phase::Cleared),
			_ => None,
		});
		for key in 0..3 {
			add(&|fact| match fact.evidence {
				Evidence::Alarm(alarm) if alarm.id == key => {
					turns(fact, alarm.phase != Phase::Cleared && grave(alarm.severity))
				}
				_ => None,
			});
			add(&|fact| match fact.evidence {
				Evidence::Violation { number, phase, .. } if number == key => {
					turns(fact, phase != Phase::Cleared)
				}
				_ => None,
			});
		}
		for org in orgs {
			// Two end what anybody says, each company what it says alone, and nobody what is said of itself.
			let ends = |fact: &Fact| {
				let is_anothers = fact.signers().without(org) != OrgSet::EMPTY;
				let is_over = if is_by_two(fact) { Some(false) } else { turns(fact, false) };
				is_over.filter(|_| is_anothers)
			};
			add(&|fact| match fact.evidence {
				Evidence::AccessRefused { by } if by == org => turns(fact, true),
				Evidence::AccessGranted { by, .. } if by == org => ends(fact),
				_ => None,
			});
			add(&|fact| match fact.evidence {
				Evidence::AppointmentMissed { by } if by == org => turns(fact, true),
				Evidence::Arrival { of } if of == org => ends(fact),
				_ => None,
			});
		}
	}
	all
}

/// Whether it is one company's word alone, since when, and by which fact. The least goes first.
type Rank = (bool, Moment, u8);

/// That of things which are the same: since the second company says so, if there are two; else no longer than `oldest`.
fn rank(same: &[&Thing], oldest: Moment) -> Rank {
	let places = || same.iter().map(|thing| thing.place());
	let said_until = |last: (Moment, u8)| {
		let until: Vec<&Thing> = same.iter().copied().filter(|thing| thing.place() <= last).collect();
		speakers(&until)
	};
	match places().filter(|place| said_until(*place).len() > 1).min() {
		Some((from, number)) => (false, from, number),
		None => {
			let (from, number) = places().min().unwrap();
			(true, from.max(oldest), number)
		}
	}
}

/// Each with the rank of all that are the same; where some are said by two, those alone.
fn ranked<K: PartialEq>(things: &[&Thing], oldest: Moment, kind: impl Fn(&Thing) -> K) -> Vec<(Rank, Thing)> {
	let rank_of = |thing: &Thing| {
		let same: Vec<&Thing> = things.iter().copied().filter(|other| kind(other) == kind(thing)).collect();
		rank(&same, oldest)
	};
	let mut all: Vec<(Rank, Thing)> = things.iter().map(|thing| (rank_of(thing), **thing)).collect();
	all.sort_by_key(|(rank, _)| *rank);
	let is_alone = all.first().is_some_and(|((is_alone, ..), _)| *is_alone);
	all.retain(|(rank, _)| rank.0 == is_alone);
	all
}

/// Those that two companies have signed, if there are any; else all.
fn heard(facts: Vec<Fact>) -> Vec<Fact> {
	let signed: Vec<Fact> = facts.iter().copied().filter(|fact| fact.signers().len() > 1).collect();
	if signed.is_empty() {
		facts
	} else {
		signed
	}
}

/// Who says what is worse for a supply, if they count: two always, one unless two say what is better.
fn worse(worse: OrgSet, better: OrgSet) -> Option<OrgSet> {
	let counts = worse.len() > 1 || worse.len() == 1 && better.len() < 2;
	counts.then_some(worse)
}

/// What is said about a moment.
struct Said {
	at: Moment,
	/// Older than this is nothing that one company says.
	oldest: Moment,
	/// What is in force.
	now: Vec<Thing>,
	is_planned: bool,
	batteries: Vec<Fact>,
	generators: Vec<Fact>,
}

impl Said {
	fn of(facts: &[Fact], clock: &Clock, at: Moment) -> Self {
		let (start, end) = (clock.start, clock.end());
		let facts: Vec<_> =
			facts.iter().copied().filter(|fact| fact.counts(600, start, &companies())).collect();
		let is_timely = |thing: &Thing| match thing.offence() {
			Some(_) => (start..=end).contains(&thing.from),
			None => thing.from <= start,
		};
		let is_planned = |fact: &Fact| match fact.evidence {
			Evidence::PlannedOutage { from, to } => {
				let others = companies().parties.without(fact.author);
				fact.claimed <= start && (from..to).contains(&at) && fact.countersigned.is_superset(others)
			}
			_ => false,
		};
		let inside = |is_it: fn(&Evidence) -> bool| -> Vec<Fact> {
			let those = facts.iter().filter(|fact| (start..=end).contains(&fact.claimed));
			those.filter(|fact| is_it(&fact.evidence)).copied().collect()
		};
		Self {
			at,
			oldest: start.saturating_sub(600_000),
			now: things(&facts)
				.into_iter()
				.filter(|thing| is_timely(thing) && (thing.from..thing.to).contains(&at))
				.collect(),
			is_planned: facts.iter().any(is_planned),
			batteries: inside(|said| matches!(said, Evidence::BatteryAutonomy { .. })),
			generators: inside(|said| matches!(said, Evidence::GeneratorArrival { .. })),
		}
	}

	fn things(&self, is_it: impl Fn(&Thing) -> bool) -> Vec<&Thing> {
		self.now.iter().filter(|thing| is_it(thing)).collect()
	}

	/// The failures of the grid in force.
	fn grids(&self) -> Vec<&Thing> {
		let all = self.things(Thing::is_grid);
		let signed: Vec<&Thing> = all.iter().copied().filter(|thing| thing.first.is_backed()).collect();
		if signed.is_empty() {
			all
		} else {
			signed
		}
	}

	/// Who says since when, so that this is so, if they count.
	fn since(&self, is_so: impl Fn(Moment) -> bool) -> Option<OrgSet> {
		let (so, other): (Vec<_>, Vec<_>) = self.grids().into_iter().partition(|grid| is_so(grid.from));
		worse(speakers(&so), speakers(&other))
	}

	/// Who stands behind batteries within contract, or below: behind what is measured and since when.
	fn batteries(&self) -> (Option<[OrgSet; 2]>, Option<[OrgSet; 2]>) {
		let of = |fact: &Fact| match fact.evidence {
			Evidence::BatteryAutonomy { contracted, measured } => (contracted, measured),
			_ => unreachable!(),
		};
		let all = heard(self.batteries.clone());
		let is_short = |fact: &Fact| of(fact).1 < of(fact).0;
		let (short, fine): (Vec<Fact>, Vec<Fact>) = all.iter().copied().partition(is_short);
		let grids = speakers(&self.grids());
		let Some(who) = worse(signers(&short), signers(&fine)) else {
			return (Some([signers(&fine), grids]), None);
		};
		let lasting = short.iter().map(|fact| u64::from(of(fact).0) * MINUTE).max().unwrap();
		match self.since(|failed| self.at < failed + lasting) {
			Some(since) => (None, Some([who, since])),
			None => (Some([signers(&all), grids]), None),
		}
	}

	/// The same of the generator.
	fn generator(&self) -> (Option<[OrgSet; 2]>, Option<[OrgSet; 2]>) {
		let of = |fact: &Fact| match fact.evidence {
			Evidence::GeneratorArrival { contracted, arrived } => (contracted, arrived),
			_ => unreachable!(),
		};
		let all = heard(self.generators.clone());
		let there = signers(all.iter().filter(|fact| of(fact).1.is_some_and(|arrived| arrived <= self.at)));
		let missed = signers(all.iter().filter(|fact| of(fact).1.is_none()));
		// Two have to say that it came if two say that it did not, or who says that it did not says it itself.
		let has_come = |fact: &Fact| {
			there.contains(fact.author) || there.len() > 1 || (there.len() == 1 && missed.len() == 1)
		};
		let is_absent = |fact: &Fact| match of(fact).1 {
			Some(arrived) => self.at < arrived,
			None => self.at < fact.claimed || !has_come(fact),
		};
		let absent = signers(all.iter().filter(|fact| is_absent(fact)));
		let grids = speakers(&self.grids());
		let due = all.iter().map(|fact| u64::from(of(fact).0) * MINUTE).min();
		match due.and_then(|due| self.since(|failed| failed + due <= self.at)) {
			None => (Some([signers(&all), grids]), None),
			Some(since) => match worse(absent, there) {
				Some(who) => (None, Some([who, since])),
				None => (Some([there, grids]), None),
			},
		}
	}

	/// The first row by what so many companies say, and who answers.
	fn row(&self, need: u32) -> Option<(u8, Share)> {
		let is_said = |parts: Option<[OrgSet; 2]>| {
			parts.is_some_and(|parts| parts.iter().all(|companies| companies.len() >= need))
		};
		if self.is_planned {
			return Some((1, Share::Nobody));
		}
		let failed = speakers(&self.grids());
		if failed.len() >= need {
			let (batteries, generator) = (self.batteries(), self.generator());
			if is_said(batteries.0) && is_said(generator.0) {
				return Some((2, Share::Nobody));
			}
			if is_said(batteries.1) || is_said(generator.1) {
				return Some((3, on(TOWER)));
			}
		}

		// What one company says alone is nothing where two are needed.
		let counting = |all: Vec<(Rank, Thing)>| -> Vec<(Rank, Thing)> {
			all.into_iter().filter(|((is_alone, ..), _)| need == 1 || !is_alone).collect()
		};
		let of_kind = |thing: &Thing| (thing.subject(), thing.violator());
		let competing = counting(ranked(&self.things(Thing::competes), self.oldest, of_kind));
		let began = competing.first().map(|(rank, _)| rank.1);
		let first = || competing.iter().filter(|(rank, _)| Some(rank.1) == began).map(|(_, thing)| thing);
		if first().any(|thing| matches!(thing.subject(), Some(Subject::Power | Subject::Environment))) {
			return Some((4, on(TOWER)));
		}
		let link = first().find_map(|thing| match thing.subject() {
			Some(Subject::Backhaul { owner }) => Some(owner),
			_ => None,
		});
		if let Some(owner) = link {
			return Some((5, on(owner)));
		}
		if competing.iter().any(|(_, thing)| matches!(thing.subject(), Some(Subject::Equipment { .. }))) {
			return Some((6, on(OWNER)));
		}
		let alarms = self.things(|thing| thing.subject().is_some());
		let alarms = counting(ranked(&alarms, self.oldest, |alarm| (alarm.subject(), alarm.plmn())));
		for (plmn, carrier) in PLMNS.into_iter().zip([OWNER, SHARER]) {
			if !alarms.is_empty() && alarms.iter().all(|(_, alarm)| alarm.plmn() == Some(plmn)) {
				return Some((7, on(carrier)));
			}
		}
		if let Some(by) = first().find_map(Thing::violator) {
			return Some((8, on(by)));
		}
		let offences = [0, 1].map(|sort| {
			let of_sort = self.things(|thing| thing.offence().is_some_and(|(other, _)| other == sort));
			counting(ranked(&of_sort, self.oldest, Thing::offence)).first().copied()
		});
		let first = offences.into_iter().flatten().min_by_key(|((is_alone, ..), _)| *is_alone);
		first.and_then(|(_, thing)| thing.offence()).map(|(_, by)| (9, on(by)))
	}
}

/// The row and who answers, at a moment in which the clock runs.
fn model(facts: &[Fact], clock: &Clock, at: Moment) -> (Option<u8>, Share) {
	let said = Said::of(facts, clock, at);
	let decided = said.row(2).or_else(|| said.row(1));
	decided.map_or((None, Share::Undecided), |(row, share)| (Some(row), share))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn verdict_is_what_the_table_says_at_every_moment(
		facts in any_facts(), clock in any_clock(), moments in proptest::collection::vec(any_moment(), 10),
	) {
		let verdict = judged(&facts, &clock);
		let ends = verdict.pieces.iter().flat_map(|piece| [piece.from, piece.to - 1]);
		for at in ends.chain(moments) {
			let Some(piece) = verdict.pieces.iter().find(|piece| piece.from <= at && at < piece.to) else { continue };
			let expected = if clock.runs_at(at) { model(&facts, &clock, at) } else { (None, Share::Stopped) };
			prop_assert_eq!((piece.row, piece.share), expected, "at {}", at);
		}
	}
}
