// SPDX-License-Identifier: Apache-2.0
//! What the chain says of saving windows in its events, and what to do about it.

use super::super::words::day_text;
use crate::{chain::events::Event, names::cell_text};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use trimast_primitives::{cells::CellId, page::SiteId, BlockNumber, Hash, LocalNetworkId, OrgId};

/// Why a cell may not sleep.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) enum CellRefusal {
	/// There is no such station, or it is out of service.
	NoSuchStation,
	/// It is another company's.
	NotOwner,
	/// It has no such cell.
	NoSuchCell,
	/// Who shares it has not signed its record.
	Unconfirmed,
	/// The cell may not sleep at that time.
	NotAllowed,
	/// An outage is open at it.
	Outage,
	/// A change of the cell is open.
	ChangeOpen,
	/// The cell, or another one of its station, sleeps in another window.
	Overlaps {
		/// Of this plan.
		plan: u32,
	},
	/// It compensates for a cell that sleeps.
	Compensates {
		/// In this plan.
		plan: u32,
	},
	/// It covers a cell with an outage.
	CoversOutage {
		/// Which.
		cell: CellId,
	},
	/// It has more neighbours than can be looked at.
	TooManyNeighbours,
	/// No cell covers it in full.
	NotCovered,
	/// The cell that covers it is out of service.
	CoverOutOfService {
		/// Which.
		by: CellId,
	},
	/// The cell that covers it does not carry all of its networks.
	CoverNotForAll {
		/// Which.
		by: CellId,
	},
	/// The cell that covers it sleeps.
	CoverSleeps {
		/// Which.
		by: CellId,
	},
	/// The cell that covers it is locked.
	CoverLocked {
		/// Which.
		by: CellId,
	},
	/// An outage is open at the cell that covers it.
	CoverOutage {
		/// Which.
		by: CellId,
	},
	/// A change of the cell that covers it is open.
	CoverChanges {
		/// Which.
		by: CellId,
	},
}

impl CellRefusal {
	/// What it means, and what to do.
	pub(super) fn words(&self) -> (String, &'static str) {
		let by = |what: &str, cell: &CellId, remedy| {
			(format!("{}, which covers it, {what}", cell_text(*cell)), remedy)
		};
		match self {
			Self::NoSuchStation => {
				("there is no such station in service".into(), "`trimast site list` has the stations: leave it out")
			}
			Self::NotOwner => ("the station is another company's".into(), "its owner proposes it"),
			Self::NoSuchCell => {
				("the station has no such cell".into(), "`trimast site show STATION` has how many: leave it out")
			}
			Self::Unconfirmed => (
				"who shares the station has not signed its record".into(),
				"have it countersigned (`trimast site countersign`)",
			),
			Self::NotAllowed => (
				"its baseline does not allow it to sleep at that time".into(),
				"`trimast config baseline show CELL` has its `esNotAllowedTimePeriod`: plan other hours, leave it out, or have that changed",
			),
			Self::Outage => {
				("an outage is open at the station".into(), "`trimast order outages` shows it: wait for its end")
			}
			Self::ChangeOpen => (
				"a change of the cell is open".into(),
				"`trimast config requests --open` shows it: wait for its end, or leave the cell out",
			),
			Self::Overlaps { plan } => (
				format!("it, or another cell of its station, sleeps in a window of plan {plan} that overlaps"),
				"leave it out, or withdraw that plan (`trimast energy plan withdraw`)",
			),
			Self::Compensates { plan } => {
				(format!("it covers a cell that sleeps in plan {plan}"), "leave it out: who covers is awake")
			}
			Self::CoversOutage { cell } => (
				format!("it covers {}, which has an outage", cell_text(*cell)),
				"`trimast order outages` shows it: wait for its end, or leave the cell out",
			),
			Self::TooManyNeighbours => {
				("it has more neighbours than the chain looks at".into(), "leave it out")
			}
			Self::NotCovered => (
				"no neighbour covers it in full".into(),
				"`trimast config baseline show CELL` has `isESCoveredBy` of each neighbour: leave it out, or have it changed",
			),
			Self::CoverOutOfService { by: cell } => by("is out of service", cell, "leave it out"),
			Self::CoverNotForAll { by: cell } => {
				by("does not carry all of its networks", cell, "leave it out: nobody loses coverage")
			}
			Self::CoverSleeps { by: cell } => {
				by("sleeps in a window that overlaps", cell, "leave one of the two out")
			}
			Self::CoverLocked { by: cell } => by(
				"is locked, or about to be",
				cell,
				"`trimast config baseline show CELL` has its `administrativeState`: leave it out, or have that cell unlocked",
			),
			Self::CoverOutage { by: cell } => by(
				"has an outage",
				cell,
				"`trimast order outages` shows it: wait for its end, or leave the cell out",
			),
			Self::CoverChanges { by: cell } => by(
				"has a change open",
				cell,
				"`trimast config requests --open` shows it: wait for its end, or leave the cell out",
			),
		}
	}
}

/// Why a page of a plan is refused.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) enum PageRefusal {
	/// Cells: slot, cell, and why.
	Cells(Vec<(u8, u8, CellRefusal)>),
	/// A freeze holds.
	Frozen {
		/// On this day.
		day: u16,
	},
	/// The baseline would be read from too many reports.
	TooManyReports {
		/// Of this day.
		day: u16,
	},
	/// Its stations have slept, or stood in, on too many of the days that it would be measured against.
	TooFewDays {
		/// That are those of this day.
		day: u16,
	},
	/// Of no day that it would be measured against the window is reported.
	NothingReported {
		/// That are those of this day.
		day: u16,
	},
	/// Too many windows rest on the cells of a page, or too many of the company's own.
	TooManyHolds {
		/// There.
		local_network: LocalNetworkId,
		/// Of this page.
		page: u16,
	},
}

impl PageRefusal {
	/// Where, why, and what to do, line by line. `site` names the station in a slot.
	pub(super) fn lines(&self, site: impl Fn(u8) -> String) -> Vec<(String, String, &'static str)> {
		let page = |what: String, remedy| vec![(String::from("the page"), what, remedy)];
		match self {
			Self::Cells(cells) => {
				let line = |(slot, cell, why): &(u8, u8, CellRefusal)| {
					let (what, remedy) = why.words();
					(format!("{}/{cell}", site(*slot)), what, remedy)
				};
				cells.iter().map(line).collect()
			}
			Self::Frozen { day } => page(
				format!("a freeze holds on {}", day_text(*day)),
				"`trimast config policy` has the freezes: plan other days",
			),
			Self::TooManyReports { day } => page(
				format!("its owner has reported {} in too many parts", day_text(*day)),
				"measure against fewer weeks (--weeks), or report whole days",
			),
			Self::TooFewDays { day } => page(
				format!(
					"{} is measured against days before on which none of its stations has slept, or stood in for another, at these hours: \
					 of those that are kept too few are left",
					day_text(*day)
				),
				"measure against fewer weeks (--weeks), plan other hours, plan stations that have not slept apart from the others, or leave \
				 as many weeks without a window",
			),
			Self::NothingReported { day } => page(
				format!(
					"of no day that {} would be measured against its owner's readings in the window stand, or all of them are contested",
					day_text(*day)
				),
				"report one of these days (`trimast energy report`) and have it examined again (`trimast energy plan examine`), measure \
				 against more weeks (--weeks), or plan other days: nothing could be proven of it",
			),
			Self::TooManyHolds { local_network, page: other } => page(
				format!("too many windows rest on cells of page {other} of {}", local_network.0),
				"a company's own may take half of the room there: put fewer cells into a plan, or wait until some of its own, or of \
				 others, are over",
			),
		}
	}
}

/// A report that the baseline of a page is read from.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Frozen {
	/// Its day.
	pub(super) day: u16,
	/// The quarter of an hour in which its first interval begins.
	pub(super) first: u8,
	/// Its digest.
	pub(super) digest: Hash,
	/// The block that has brought it.
	pub(super) block: BlockNumber,
}

/// A page as it was examined.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Examined {
	/// Of this plan.
	plan: u32,
	/// The page.
	page: u16,
	/// What it comes to.
	hash: Hash,
	/// Which reports the baseline is read from.
	pub(super) frozen: Vec<Frozen>,
}

/// A page as it was proven.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Proven {
	/// The page.
	pub(super) page: u16,
	/// The day.
	pub(super) day: u16,
	/// What would have been drawn, Wh.
	pub(super) expected: u64,
	/// What was drawn, Wh.
	pub(super) metered: u64,
	/// Quarters of stations that are compared.
	pub(super) compared: u64,
	/// Those that are not.
	pub(super) left_out: u64,
	/// Whose the saving is.
	pub(super) shares: Vec<(OrgId, i64)>,
}

impl Proven {
	/// Expected minus metered.
	pub(super) fn saved(&self) -> i64 {
		let of = |wh: u64| i64::try_from(wh).unwrap_or(i64::MAX);
		of(self.expected).saturating_sub(of(self.metered))
	}
}

/// What became of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum PageOutcome {
	/// It was examined.
	Examined,
	/// It was approved.
	Approved,
	/// It was refused.
	Refused(PageRefusal),
}

fn read<T: DeserializeOwned>(event: &Event, name: &str) -> Option<T> {
	event.is("Energy", name).then(|| serde_json::from_value(event.fields.clone()).ok())?
}

/// The number of a plan that was proposed.
pub(super) fn proposed(events: &[Event]) -> Option<u32> {
	#[derive(Deserialize)]
	struct Said {
		plan: u32,
	}
	events.iter().find_map(|event| read::<Said>(event, "PlanProposed")).map(|said| said.plan)
}

/// What became of a page of a plan.
pub(super) fn page_outcome(events: &[Event], plan: u32, page: u16) -> Option<PageOutcome> {
	#[derive(Deserialize)]
	struct Of {
		plan: u32,
		page: u16,
	}
	#[derive(Deserialize)]
	struct Refused {
		refusal: PageRefusal,
	}
	let is_of = |event: &&Event| {
		let of: Option<Of> = serde_json::from_value(event.fields.clone()).ok();
		event.pallet == "Energy" && of.is_some_and(|of| (of.plan, of.page) == (plan, page))
	};
	events.iter().filter(is_of).find_map(|event| match event.name.as_str() {
		"PageExamined" => Some(PageOutcome::Examined),
		"PageApproved" => Some(PageOutcome::Approved),
		"PageRefused" => read::<Refused>(event, "PageRefused").map(|said| PageOutcome::Refused(said.refusal)),
		_ => None,
	})
}

/// How a page of a plan was examined that comes to this hash.
pub(super) fn examination(events: &[Event], plan: u32, page: u16, hash: Hash) -> Option<Examined> {
	let mut all = events.iter().filter_map(|event| read::<Examined>(event, "PageExamined"));
	all.find(|said| (said.plan, said.page, said.hash) == (plan, page, hash))
}

/// What was proven.
pub(super) fn proven(events: &[Event]) -> Option<Proven> {
	events.iter().find_map(|event| read(event, "PageProven"))
}

/// The station in a slot of a page.
pub(super) fn in_slot(local_network: LocalNetworkId, page: u16, slot: u8) -> SiteId {
	SiteId::new(local_network, page, slot.into())
}

#[cfg(test)]
pub(super) mod tests {
	use super::{super::super::said::tests::event, *};
	use serde_json::{json, Value};
	use std::collections::BTreeSet;

	pub(crate) fn page_refused(refusal: Value) -> Event {
		event("PageRefused", json!({ "plan": 7, "page": 2, "refusal": refusal }))
	}

	pub(crate) fn page_examined() -> Event {
		let by = json!({ "site": { "local_network": 1301, "index": 128 }, "cell": 0 });
		event(
			"PageExamined",
			json!({
				"plan": 7, "page": 2, "hash": format!("0x{}", "03".repeat(32)), "asked": [1],
				"compensations": [{ "slot": 0, "cell": 3, "by": by }],
				"frozen": [{ "day": 20_778, "first": 0, "digest": format!("0x{}", "05".repeat(32)), "block": 11 }],
				"days": 1,
			}),
		)
	}

	#[test]
	fn events_of_pages_are_read_by_name() {
		let other = event("PageApproved", json!({ "plan": 7, "page": 3 }));
		let events = [other, page_examined()];
		assert_eq!(page_outcome(&events, 7, 2), Some(PageOutcome::Examined));
		assert_eq!(page_outcome(&events, 7, 3), Some(PageOutcome::Approved));
		assert_eq!((page_outcome(&events, 8, 2), page_outcome(&events, 7, 4)), (None, None));
		let frozen = Frozen { day: 20_778, first: 0, digest: Hash::repeat_byte(5), block: 11 };
		let examined = examination(&events, 7, 2, Hash::repeat_byte(3)).unwrap();
		assert_eq!(examined.frozen, [frozen]);
		assert_eq!(examination(&events, 7, 2, Hash::repeat_byte(4)), None);
		let refused =
			[page_refused(json!({ "Cells": [[0, 3, "NotCovered"], [1, 4, { "Overlaps": { "plan": 5 } }]] }))];
		let Some(PageOutcome::Refused(refusal)) = page_outcome(&refused, 7, 2) else { panic!("not refused") };
		let lines = refusal.lines(|slot| format!("1301:{slot}"));
		assert_eq!((lines[0].0.as_str(), lines[1].0.as_str()), ("1301:0/3", "1301:1/4"));
		assert!(lines[0].1.contains("covers it in full") && lines[1].1.contains("plan 5"), "{lines:?}");
		let proposed_event = event("PlanProposed", json!({ "plan": 9, "by": 0 }));
		assert_eq!((proposed(&[proposed_event]), proposed(&events)), (Some(9), None));
	}

	#[test]
	fn proofs_are_read_with_their_sign() {
		let said = event(
			"PageProven",
			json!({
				"plan": 7, "page": 2, "day": 20_785, "owner": 0, "expected": 1_000, "metered": 1_200, "compared": 16,
				"left_out": 4, "shares": [[0, -120], [1, -80]],
			}),
		);
		let proven = proven(&[said]).unwrap();
		assert_eq!((proven.saved(), proven.shares[1]), (-200, (OrgId(1), -80)));
	}

	/// The names of an enum, as a source has them: those of the lines with one tab.
	fn names(source: &'static str, of: &str) -> BTreeSet<&'static str> {
		let head = format!("enum {of} {{");
		let body = source.split_once(&head).and_then(|(_, rest)| rest.split_once("\n}"));
		let lines = body.map_or("", |(body, _)| body).lines().filter_map(|line| line.strip_prefix('\t'));
		lines
			.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
			.map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(line))
			.collect()
	}

	#[test]
	fn every_refusal_of_the_pallet_is_known() {
		let pallet = include_str!("../../../../pallets/energy/src/windows/types.rs");
		let own = include_str!("said.rs");
		for of in ["CellRefusal", "PageRefusal"] {
			assert!(!names(pallet, of).is_empty(), "{of}");
			assert_eq!(names(own, of), names(pallet, of), "{of}");
		}
	}

	#[test]
	fn every_refusal_says_what_to_do() {
		let cell = CellId { site: SiteId { local_network: LocalNetworkId(1301), index: 9 }, cell: 1 };
		for refusal in [
			CellRefusal::NoSuchStation,
			CellRefusal::NotOwner,
			CellRefusal::NoSuchCell,
			CellRefusal::Unconfirmed,
			CellRefusal::NotAllowed,
			CellRefusal::Outage,
			CellRefusal::ChangeOpen,
			CellRefusal::Overlaps { plan: 1 },
			CellRefusal::Compensates { plan: 1 },
			CellRefusal::CoversOutage { cell },
			CellRefusal::TooManyNeighbours,
			CellRefusal::NotCovered,
			CellRefusal::CoverOutOfService { by: cell },
			CellRefusal::CoverNotForAll { by: cell },
			CellRefusal::CoverSleeps { by: cell },
			CellRefusal::CoverLocked { by: cell },
			CellRefusal::CoverOutage { by: cell },
			CellRefusal::CoverChanges { by: cell },
		] {
			let (what, remedy) = refusal.words();
			assert!(!what.is_empty() && !remedy.is_empty(), "{refusal:?}");
			let value = serde_json::to_value(&refusal).unwrap();
			assert_eq!(serde_json::from_value::<CellRefusal>(value).unwrap(), refusal);
		}
		for refusal in [
			PageRefusal::Frozen { day: 20_785 },
			PageRefusal::TooManyReports { day: 20_785 },
			PageRefusal::TooFewDays { day: 20_785 },
			PageRefusal::NothingReported { day: 20_785 },
			PageRefusal::TooManyHolds { local_network: LocalNetworkId(1301), page: 3 },
		] {
			let lines = refusal.lines(|_| String::new());
			assert!(lines.len() == 1 && !lines[0].2.is_empty(), "{lines:?}");
		}
	}
}
