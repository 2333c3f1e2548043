//! What docs/solver.md shows byte by byte is so.

use super::*;
use codec::Encode;
use trimast_primitives::plan::{check, JobIndex, Route, Score};

const PAGE: &str = include_str!("../../../docs/solver.md");

/// The round of the page, which is the example of [`trimast_primitives::plan`].
fn example() -> Round {
	let job = Job {
		windows: vec![Window { from: 0, to: 500 }].try_into().unwrap(),
		skills: Skills(0b01),
		class: SlaClass::One,
		plmns: 2,
		autonomy: 45,
		..job(1, 30, 40)
	};
	let crew = Resource { to: 400, skills: Skills(0b11), speed: 1, ..crew(1) };
	Round {
		number: 1,
		origin: 0,
		end: 500,
		rules: Rules { version: 1, metric: Metric::Plane, weights: [8, 4, 2, 1] },
		jobs: vec![job].try_into().unwrap(),
		resources: vec![crew].try_into().unwrap(),
	}
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn bytes_of_the_page_are_those_of_the_chain() {
	let round = example();
	let plan = Plan {
		round: digest(&round),
		score: Score { lost: 240, resources: 1, travel: 100 },
		routes: vec![Route { resource: ResourceIndex(0), stops: 1 }].try_into().unwrap(),
		stops: vec![JobIndex(0)].try_into().unwrap(),
	};
	assert_eq!(check(&round, digest(&round), &plan), Ok(plan.score));
	// The page breaks long lines.
	let page: String = PAGE.split_whitespace().collect();
	for (what, bytes) in [("round", round.encode()), ("digest", plan.round.encode()), ("plan", plan.encode())]
	{
		assert!(page.contains(&hex(&bytes)), "{what}: {}", hex(&bytes));
	}
}
