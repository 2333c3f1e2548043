// SPDX-License-Identifier: Apache-2.0

mod correct;
mod dispute;
mod forget;
mod governed;
mod province;
mod report;
mod statement;
mod totals;
mod windows;

use crate::{mock::*, types::*, Event, Reports, Totals};
use trimast_primitives::{
	energy::{report_digest, Reading, Report, StationColumns, Sums, SumsOf},
	Hash, LocalNetworkId, OrgId,
};

/// Reports as the owner, in Shijiazhuang.
fn send(report: &Report) {
	let reports = vec![report.clone()].try_into().unwrap();
	frame_support::assert_ok!(Energy::report(collector(OWNER), HERE, reports));
}

/// A report of an hour of the first station in which the sharer's network alone has a column.
fn sharers_alone(energy: i32) -> Report {
	let reading = Reading { energy: Some(energy), volumes: [Some(100), None, None, None] };
	let station = StationColumns { slot: 0, register: 1_000_000, readings: vec![reading] };
	let networks = PLMNS[..1].to_vec().try_into().unwrap();
	Report::new(0, hours(0, 1), 0, networks, &[station]).unwrap()
}

/// What the last report has come to: outcome, how many readings count, the records of the others.
fn last() -> (Outcome, u32, Records) {
	let events = System::read_events_for_pallet::<Event<Test>>();
	let told = events.into_iter().rev().find_map(|event| match event {
		Event::Reported { outcome, counted, records, .. } => Some((outcome, counted, records)),
		_ => None,
	});
	told.expect("a report was told of")
}

/// The digest of a report of the owner's in Shijiazhuang.
fn digest(report: &Report) -> Hash {
	report_digest(Hash::repeat_byte(7), HERE, OWNER, report)
}

/// Which report it is.
fn id(report: &Report) -> ReportId {
	ReportId {
		day: report.span.day,
		local_network: HERE,
		page: report.page,
		owner: OWNER,
		first: report.span.first,
	}
}

/// The total of the owner's stations in Shijiazhuang in January.
fn total() -> Total {
	Totals::<Test>::get((JANUARY, HERE, OWNER))
}

/// What the owner's stations in Shijiazhuang have come to yesterday.
fn entries() -> Vec<Entry> {
	Reports::<Test>::get((YESTERDAY, HERE, 0, OWNER)).into_inner()
}

fn sums(of: &SumsOf, org: OrgId) -> Sums {
	of.iter().find(|(known, _)| *known == org).map_or(Sums::default(), |(_, sums)| *sums)
}

fn nowhere() -> LocalNetworkId {
	LocalNetworkId(4401)
}
