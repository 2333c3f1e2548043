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
			(Some(false), Some((_, _, end))) => *end = fact.claimed,
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
				Evidence::AccessGranted { by } if by == org && other(fact) => Some(false),
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
	let facts: Vec<_> = facts.iter().copied().filter(|fact| fact.counts(600, &companies())).collect();
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
	if let Some(failed) = now.iter().filter(is_grid).map(|thing| thing.from).min() {
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
			*measured < u64::from(*contracted) && at < failed + u64::from(*contracted) * MINUTE
		});
		let came = {
			let all: Vec<_> = inside
				.iter()
				.filter_map(|fact| match fact.evidence {
					Evidence::GeneratorArrival { arrived, .. } => Some((arrived, backed(fact))),
					_ => None,
				})
				.collect();
			let any_backed = all.iter().any(|(_, backed)| *backed);
			all.iter().any(|(arrived, backed)| arrived.is_some() && (*backed || !any_backed))
		};
		let generators = heavy(
			inside
				.iter()
				.filter_map(|fact| match fact.evidence {
					Evidence::GeneratorArrival { contracted, arrived } => {
						let gone = if came { fact.claimed } else { u64::MAX };
						Some((contracted, arrived.unwrap_or(gone), backed(fact)))
					}
					_ => None,
				})
				.collect(),
		);
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
	let began = now.iter().filter(competes).map(|thing| thing.from).min();
	let mut first: Vec<_> = now.iter().filter(competes).filter(|thing| Some(thing.from) == began).collect();
	first.sort_by_key(|thing| thing.first.number);
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
	if now.iter().any(|thing| matches!(subject(thing), Some(Subject::Equipment { .. }))) {
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

	// 9: refusals before appointments
	let mut conduct: Vec<_> = now
		.iter()
		.filter_map(|thing| match thing.first.evidence {
			Evidence::AccessRefused { by } => Some((0, thing.from, thing.first.number, by)),
			Evidence::AppointmentMissed { by } => Some((1, thing.from, thing.first.number, by)),
			_ => None,
		})
		.collect();
	conduct.sort();
	conduct.first().map_or((None, Share::Undecided), |(.., by)| (Some(9), on(*by)))
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
