// SPDX-License-Identifier: Apache-2.0

//! The statement once more, moment by moment and row by row, without cuts: what the verdict must agree with.

use super::*;

/// From when to when something of this author and key lasts, and its first fact.
fn lasting<'a>(facts: &'a [Fact], is_on: &dyn Fn(&Fact) -> Option<bool>) -> Vec<(&'a Fact, Moment, Moment)> {
	let mut sorted: Vec<_> = facts.iter().collect();
	sorted.sort_by_key(|fact| (fact.claimed, fact.number));
	let mut found: Vec<(&Fact, Moment, Moment)> = Vec::new();
	for fact in sorted {
		let open = found.last_mut().filter(|(_, _, end)| *end == Moment::MAX);
		match (is_on(fact), open) {
			(Some(true), None) => found.push((fact, fact.claimed, Moment::MAX)),
			(Some(false), Some((_, _, end))) => {
				*end = match fact.evidence {
					Evidence::AccessGranted { from, .. } => from.max(fact.claimed),
					_ => fact.claimed,
				}
			}
			_ => {}
		}
	}
	found
}

#[derive(Clone, Copy)]
struct Thing {
	first: Fact,
	from: Moment,
	to: Moment,
}

fn things(facts: &[Fact]) -> Vec<Thing> {
	let mut all = Vec::new();
	let mut add = |is_on: &dyn Fn(&Fact) -> Option<bool>| {
		all.extend(lasting(facts, is_on).into_iter().map(|(first, from, to)| Thing {
			first: *first,
			from,
			to,
		}));
	};
	let grave = |severity| matches!(severity, Severity::Critical | Severity::Major);
	for author in [OWNER, SHARER, TOWER] {
		add(&|fact| match fact.evidence {
			Evidence::GridFailure { phase } if fact.author == author => Some(phase != Phase::Cleared),
			_ => None,
		});
		for key in 0..3 {
			add(&|fact| match fact.evidence {
				Evidence::Alarm(alarm) if fact.author == author && alarm.id == key => {
					Some(alarm.phase != Phase::Cleared && grave(alarm.severity))
				}
				_ => None,
			});
			add(&|fact| match fact.evidence {
				Evidence::Violation { number, phase, .. } if fact.author == author && number == key => {
					Some(phase != Phase::Cleared)
				}
				_ => None,
			});
		}
		for org in [OWNER, SHARER, TOWER] {
			let other = |fact: &Fact| !fact.signers().without(org).is_empty();
			add(&|fact| match fact.evidence {
				Evidence::AccessRefused { by } if fact.author == author && by == org => Some(true),
				Evidence::AccessGranted { by, .. } if by == org && other(fact) => Some(false),
				_ => None,
			});
			add(&|fact| match fact.evidence {
				Evidence::AppointmentMissed { by } if fact.author == author && by == org => Some(true),
				Evidence::Arrival { of } if of == org && other(fact) => Some(false),
				_ => None,
			});
		}
	}
	all
}

/// The row and who answers, at a moment in which the clock runs.
fn model(facts: &[Fact], clock: &Clock, at: Moment) -> (Option<u8>, Share) {
	let (start, end) = (clock.start, clock.end());
	let facts: Vec<_> = facts.iter().copied().filter(|fact| fact.counts(600, start, &companies())).collect();
	let is_conduct = |fact: &Fact| {
		matches!(fact.evidence, Evidence::AccessRefused { .. } | Evidence::AppointmentMissed { .. })
	};
	let now: Vec<Thing> = things(&facts)
		.into_iter()
		.filter(|thing| {
			if is_conduct(&thing.first) {
				(start..=end).contains(&thing.from)
			} else {
				thing.from <= start
			}
		})
		.filter(|thing| (thing.from..thing.to).contains(&at))
		.collect();
	let inside: Vec<_> = facts.iter().filter(|fact| (start..=end).contains(&fact.claimed)).collect();

	// 1
	let is_planned = |fact: &Fact| match fact.evidence {
		Evidence::PlannedOutage { from, to } => {
			let others = companies().parties.without(fact.author);
			fact.claimed <= start && (from..to).contains(&at) && fact.countersigned.is_superset(others)
		}
		_ => false,
	};
	if facts.iter().any(is_planned) {
		return (Some(1), Share::Nobody);
	}

	// 2 and 3
	let is_grid = |thing: &&Thing| matches!(thing.first.evidence, Evidence::GridFailure { .. });
	let mut grids: Vec<_> = now.iter().filter(is_grid).collect();
	if grids.iter().any(|thing| thing.first.signers().len() > 1) {
		grids.retain(|thing| thing.first.signers().len() > 1);
	}
	// Of several the worse: the last for the batteries, the first for the generator.
	let failed_at =
		grids.iter().map(|thing| thing.from).max().zip(grids.iter().map(|thing| thing.from).min());
	if let Some((failed_last, failed)) = failed_at {
		let heavy = |all: Vec<(u16, u64, bool)>| {
			let backed: Vec<_> = all.iter().copied().filter(|(_, _, backed)| *backed).collect();
			if backed.is_empty() {
				all
			} else {
				backed
			}
		};
		let backed = |fact: &Fact| fact.signers().len() > 1;
		let batteries = heavy(
			inside
				.iter()
				.filter_map(|fact| match fact.evidence {
					Evidence::BatteryAutonomy { contracted, measured } => {
						Some((contracted, measured.into(), backed(fact)))
					}
					_ => None,
				})
				.collect(),
		);
		let short = batteries.iter().any(|(contracted, measured, _)| {
			*measured < u64::from(*contracted) && at < failed_last + u64::from(*contracted) * MINUTE
		});
		let all: Vec<(u16, Option<Moment>, Moment, bool)> = inside
			.iter()
			.filter_map(|fact| match fact.evidence {
				Evidence::GeneratorArrival { contracted, arrived } => {
					Some((contracted, arrived, fact.claimed, backed(fact)))
				}
				_ => None,
			})
			.collect();
		let is_contradicted = |(_, arrived, _, is_backed): &(u16, Option<Moment>, Moment, bool)| {
			let by = |(_, other, claimed, backed): &(u16, Option<Moment>, Moment, bool)| match arrived {
				// By two who say that it came, or that it was not there then.
				Some(arrived) => *backed && (other.is_some() || arrived < claimed),
				None => *backed && other.is_some(),
			};
			!is_backed && all.iter().any(by)
		};
		let generators: Vec<_> = all.iter().filter(|said| !is_contradicted(said)).collect();
		let came = generators.iter().any(|(_, arrived, ..)| arrived.is_some());
		let generators: Vec<_> = generators
			.into_iter()
			.map(|(contracted, arrived, claimed, _)| {
				(*contracted, arrived.unwrap_or(if came { *claimed } else { u64::MAX }), ())
			})
			.collect();
		let late = generators.iter().any(|(contracted, _, _)| failed + u64::from(*contracted) * MINUTE <= at)
			&& generators.iter().any(|(_, arrived, _)| at < *arrived);
		if !batteries.is_empty() && !generators.is_empty() && !short && !late {
			return (Some(2), Share::Nobody);
		}
		if short || late {
			return (Some(3), on(TOWER));
		}
	}

	// 4 to 8
	let subject = |thing: &Thing| match thing.first.evidence {
		Evidence::Alarm(alarm) => Some(alarm.subject),
		_ => None,
	};
	let violator = |thing: &Thing| match thing.first.evidence {
		Evidence::Violation { by, .. } => Some(by),
		_ => None,
	};
	let competes = |thing: &&Thing| {
		violator(thing).is_some() || subject(thing).is_some_and(|subject| subject != Subject::Service)
	};
	let same =
		|one: &Thing, other: &Thing| (subject(one), violator(one)) == (subject(other), violator(other));
	// Whether two companies have said that by then.
	let is_backed = |thing: &Thing| {
		let until = now.iter().filter(|other| same(thing, other) && other.from <= thing.from);
		until.fold(OrgSet::EMPTY, |all, other| all.union(other.first.signers())).len() > 1
	};
	let competing: Vec<_> = now.iter().filter(competes).collect();
	let any_backed = competing.iter().any(|thing| is_backed(thing));
	let oldest = start.saturating_sub(600_000);
	let from = |thing: &Thing| if any_backed { thing.from } else { thing.from.max(oldest) };
	let lead = competing.iter().filter(|thing| !any_backed || is_backed(thing));
	let began = lead.clone().map(|thing| from(thing)).min();
	let leaders: Vec<_> = lead.filter(|thing| Some(from(thing)) == began).collect();
	let mut first: Vec<_> =
		competing.iter().filter(|thing| leaders.iter().any(|leader| same(leader, thing))).collect();
	first.sort_by_key(|thing| (thing.from.max(oldest), thing.first.number));
	if first.iter().any(|thing| matches!(subject(thing), Some(Subject::Power | Subject::Environment))) {
		return (Some(4), on(TOWER));
	}
	let link = first.iter().find_map(|thing| match subject(thing) {
		Some(Subject::Backhaul { owner }) => Some(owner),
		_ => None,
	});
	if let Some(owner) = link {
		return (Some(5), on(owner));
	}
	let is_equipment = |thing: &&Thing| matches!(subject(thing), Some(Subject::Equipment { .. }));
	if now.iter().filter(is_equipment).any(|thing| !any_backed || is_backed(thing)) {
		return (Some(6), on(OWNER));
	}
	let plmns: Vec<_> = now
		.iter()
		.filter_map(|thing| match thing.first.evidence {
			Evidence::Alarm(alarm) => Some(alarm.plmn),
			_ => None,
		})
		.collect();
	for (plmn, carrier) in PLMNS.into_iter().zip([OWNER, SHARER]) {
		if !plmns.is_empty() && plmns.iter().all(|other| *other == Some(plmn)) {
			return (Some(7), on(carrier));
		}
	}
	if let Some(by) = first.iter().find_map(|thing| violator(thing)) {
		return (Some(8), on(by));
	}

	// 9: what two companies say before the rest, refusals before appointments
	let conduct: Vec<_> = now
		.iter()
		.filter_map(|thing| match thing.first.evidence {
			Evidence::AccessRefused { by } => Some((0, by, thing)),
			Evidence::AppointmentMissed { by } => Some((1, by, thing)),
			_ => None,
		})
		.collect();
	// Of each sort those that two companies say by when they did.
	let said_by = |sort: u8, org: OrgId, until: Moment| {
		let same =
			conduct.iter().filter(|(other, by, thing)| *other == sort && *by == org && thing.from <= until);
		same.fold(OrgSet::EMPTY, |all, (.., thing)| all.union(thing.first.signers())).len() > 1
	};
	let mut leaders = Vec::new();
	for sort in [0, 1] {
		let of: Vec<_> = conduct.iter().filter(|(other, ..)| *other == sort).collect();
		let any_backed = of.iter().any(|(_, by, thing)| said_by(sort, *by, thing.from));
		let lead = of.iter().filter(|(_, by, thing)| !any_backed || said_by(sort, *by, thing.from));
		let began = lead.clone().map(|(.., thing)| thing.from).min();
		let leading: Vec<_> =
			lead.filter(|(.., thing)| Some(thing.from) == began).map(|(_, by, _)| *by).collect();
		let first = of.iter().filter(|(_, by, _)| leading.contains(by));
		let first = first.min_by_key(|(.., thing)| (thing.from, thing.first.number));
		leaders.extend(first.map(|(_, by, _)| (!said_by(sort, *by, at), sort, *by)));
	}
	leaders.sort();
	leaders.first().map_or((None, Share::Undecided), |(.., by)| (Some(9), on(*by)))
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
