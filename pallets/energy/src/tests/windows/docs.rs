// SPDX-License-Identifier: Apache-2.0

//! What docs/energy.md says of windows is so.

use super::*;
use crate::windows::{
	covering::MAX_ENTERED,
	noted::MAX_STATIONS,
	outages::MAX_WOKEN,
	types::{MAX_HOLDS, MAX_OWN_HOLDS, MAX_SLEPT},
};
use trimast_primitives::energy::{
	WindowRules, MAX_ELASTICITY, MAX_PAST_REPORTS, MAX_PLAN_DAYS, MAX_PLAN_PAGES, MAX_SLEEPING, MAX_WEEKS,
};

const DOCS: &str = include_str!("../../../../../docs/energy.md");

fn section(title: &str) -> &'static str {
	DOCS.split(&format!("\n## {title}\n")).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap()
}

/// What stands in code in the first column of a section's tables.
fn names(title: &str) -> Vec<&'static str> {
	let rows = section(title).lines().filter_map(|line| line.strip_prefix("| `"));
	rows.filter_map(|row| row.split('`').next()).collect()
}

/// The name of a variant, without its fields.
fn name(of: impl core::fmt::Debug) -> String {
	format!("{of:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}

#[test]
fn docs_have_every_refusal() {
	use CellRefusal::*;
	let (plan, by) = (0, cell(0, 0));
	let all = [
		NoSuchStation,
		NotOwner,
		NoSuchCell,
		Unconfirmed,
		NotAllowed,
		Outage,
		ChangeOpen,
		Overlaps { plan },
		Compensates { plan },
		CoversOutage { cell: by },
		TooManyNeighbours,
		NotCovered,
		CoverOutOfService { by },
		CoverNotForAll { by },
		CoverSleeps { by },
		CoverLocked { by },
		CoverOutage { by },
		CoverChanges { by },
	];
	for refusal in all {
		match refusal {
			// A refusal that is missing here is missing above.
			NoSuchStation
			| NotOwner
			| NoSuchCell
			| Unconfirmed
			| NotAllowed
			| Outage
			| ChangeOpen
			| Overlaps { .. }
			| Compensates { .. }
			| CoversOutage { .. }
			| TooManyNeighbours
			| NotCovered
			| CoverOutOfService { .. }
			| CoverNotForAll { .. }
			| CoverSleeps { .. }
			| CoverLocked { .. }
			| CoverOutage { .. }
			| CoverChanges { .. } => {}
		}
	}
	let day = 0;
	let pages = [
		PageRefusal::Cells(Default::default()),
		PageRefusal::Frozen { day },
		PageRefusal::TooManyReports { day },
		PageRefusal::TooFewDays { day },
		PageRefusal::NothingReported { day },
		PageRefusal::TooManyHolds { local_network: HERE, page: 0 },
	];
	for refusal in &pages {
		match refusal {
			PageRefusal::Cells(_)
			| PageRefusal::Frozen { .. }
			| PageRefusal::TooManyReports { .. }
			| PageRefusal::TooFewDays { .. }
			| PageRefusal::NothingReported { .. }
			| PageRefusal::TooManyHolds { .. } => {}
		}
	}
	let expected: Vec<String> = all.map(name).into_iter().chain(pages.map(name)).collect();
	assert_eq!(names("Examining a page"), expected);
}

#[test]
fn docs_have_every_phase_and_waker() {
	use PlanPhase::{Agreed, Approved, Lapsed, Over, Proposed, Refused, Withdrawn};
	for phase in [Proposed, Agreed, Approved, Over, Withdrawn, Lapsed, Refused] {
		match phase {
			Proposed | Agreed | Approved | Over | Withdrawn | Lapsed | Refused => {}
		}
		assert!(names("Saving windows").contains(&name(phase).as_str()), "{phase:?}");
	}
	for waker in [Waker::Org(OWNER), Waker::Outage, Waker::Change, Waker::Freeze, Waker::Inventory] {
		match waker {
			Waker::Org(_) | Waker::Outage | Waker::Change | Waker::Freeze | Waker::Inventory => {}
		}
		assert!(names("Waking").contains(&name(waker).as_str()), "{waker:?}");
	}
}

#[test]
fn docs_have_the_limits_of_versions() {
	for (what, most) in [
		("tolerance, thousandths of the rated power", MAX_TOLERANCE.into()),
		("versions of a tariff, a sharing rule, a factor and the tolerance", MAX_VERSIONS),
		("months that are kept", crate::forgetting::MONTHS.into()),
	] {
		assert!(DOCS.contains(&format!("| {what} | {most} |")), "{what}");
	}
	assert!(section("What is governed").contains(&format!("there are {MAX_VERSIONS} versions at most")));
}

#[test]
fn docs_have_the_limits_of_windows() {
	let rules = WindowRules::default();
	for (what, most) in [
		("pages of a plan", MAX_PLAN_PAGES),
		("cells of a page that a plan puts to sleep", MAX_SLEEPING),
		("days of a plan", MAX_PLAN_DAYS.into()),
		("weeks that a baseline is read from", MAX_WEEKS.into()),
		("by how much traffic counts, thousandths", MAX_ELASTICITY.into()),
		("reports that the baseline of a weekday is read from", MAX_PAST_REPORTS),
		("stations of a page held by plans", MAX_HOLDS),
		("of these by plans of one company", MAX_OWN_HOLDS),
		("windows in which stations of a page have slept that are kept", MAX_SLEPT),
		("pages around that are looked at", crate::windows::MAX_PAGES_LOOKED),
		("stations with an outage that a block looks at", MAX_STATIONS),
		("stations with an outage of which it is looked at what a page covers of them", MAX_ENTERED),
		("pages of plans that are woken for one of them at once", MAX_WOKEN),
		("how long an examination holds, seconds (governed)", rules.examination),
		("days ahead (governed)", rules.ahead.into()),
		("plans of a company in a local network (governed)", rules.plans.into()),
	] {
		assert!(DOCS.contains(&format!("| {what} | {most} |")), "{what}");
	}
}
