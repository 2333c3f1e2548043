// SPDX-License-Identifier: Apache-2.0

//! The examples of docs/dispatch.md, played through the pallet.

use crate::mock::*;
use frame_support::assert_ok;
use trimast_primitives::{
	order::{Evidence, Opening, OrderKind, Phase, Share, State, Subject},
	Moment, OrgId,
};

const DOCS: &str = include_str!("../../../../docs/dispatch.md");

/// A time of day in the examples: service goes down at 09:00, when the order is opened.
fn at(hour: Moment, minute: Moment) -> Moment {
	START + (hour * 60 + minute) * MINUTE - 9 * 60 * MINUTE
}

fn clock(at: Moment) -> String {
	let minutes = (at + 9 * 60 * MINUTE - START) / MINUTE;
	format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The pieces of a verdict as the tables of the examples have them: from, to, row, who.
fn told(number: u32) -> Vec<[String; 4]> {
	let name = |org: OrgId| ["owner", "sharer", "tower company"][usize::from(org.0)];
	let piece = |piece: trimast_primitives::order::Piece| {
		let who = match piece.share {
			Share::Company(org) => name(org),
			Share::Nobody => "nobody",
			Share::Undecided => "undecided",
			Share::Stopped => "",
		};
		let words = if piece.on_one_word { ", on one party's word" } else { "" };
		let row = piece.row.map(|row| row.to_string()).unwrap_or_default();
		[clock(piece.from), clock(piece.to), row, format!("{who}{words}")]
	};
	Dispatch::verdict(number).unwrap().verdict.pieces.into_iter().map(piece).collect()
}

/// The table of an example.
fn table(title: &str) -> Vec<[String; 4]> {
	let section = DOCS.split(&format!("### Example: {title}")).nth(1).unwrap().split("\n#").next().unwrap();
	let lines = section.lines().filter(|line| line.starts_with("| 0") || line.starts_with("| 1"));
	let cells = |line: &str| {
		let cells: Vec<_> = line.split('|').skip(1).take(4).map(|cell| cell.trim().to_string()).collect();
		cells.try_into().unwrap()
	};
	lines.map(cells).collect()
}

#[test]
fn one_outage_two_jobs() {
	let section =
		DOCS.split("### Example: one outage, two jobs").nth(1).unwrap().split("\n#").next().unwrap();
	let told = |name: &str| -> Vec<String> {
		let line = section.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap();
		line.split('|').skip(2).take(2).map(|cell| cell.trim().to_string()).collect()
	};
	let deadlines = |is_under_way| {
		let mut found = vec![];
		run(|| {
			put(vec![trimast_primitives::site::Station { autonomy_minutes: 60, ..station() }]);
			let power = own(TOWER, generator(8_500));
			let number = open(OWNER, fault());
			let kind = OrderKind::GeneratorRun;
			let run = open(OWNER, Opening { kind, parent: Some(number), ..fault() });
			assert_ok!(say(TOWER, number, at(8, 30), Evidence::GridFailure { phase: Phase::Raised }));
			assert_ok!(countersign(OWNER, number, 0));
			if is_under_way {
				planned(TOWER);
				assert_ok!(Dispatch::acknowledge_route(dispatcher(TOWER), power));
				assert_eq!(Dispatch::sent_to(run).map(|view| view.id), Some(power));
				go_on(60 * SECOND);
			}
			// It began before the round, of which 30 minutes of batteries are left.
			let round = Dispatch::snapshot(frozen(TOWER)).unwrap();
			found = round.jobs.iter().map(|job| clock(round.origin + job.deadline())).collect();
		});
		found
	};
	let [with, without] = [true, false].map(deadlines);
	assert_eq!(told("fault"), [with[0].clone(), without[0].clone()]);
	assert_eq!(told("generator run"), [with[1].clone(), without[1].clone()]);
}

#[test]
fn batteries_and_generator() {
	run(|| {
		let number = open(OWNER, fault());
		assert_ok!(say(TOWER, number, at(8, 0), Evidence::GridFailure { phase: Phase::Raised }));
		assert_ok!(countersign(OWNER, number, 0));
		let battery = Evidence::BatteryAutonomy { contracted: 120, measured: 60 };
		assert_ok!(say(TOWER, number, at(9, 0), battery));
		assert_ok!(countersign(OWNER, number, 1));
		go_to(at(9, 5));
		steps(number, &[(TOWER, State::InProgress)]);
		go_to(at(11, 30));
		let arrived = Some(at(11, 30));
		let generator = Evidence::GeneratorArrival { contracted: 180, arrived };
		assert_ok!(say(TOWER, number, at(11, 30), generator));
		go_to(at(11, 40));
		steps(number, &[(TOWER, State::Held)]);
		go_to(at(11, 45));
		assert_ok!(Dispatch::sign_hold(dispatcher(OWNER), number, 2));
		go_to(at(11, 50));
		steps(number, &[(TOWER, State::InProgress)]);
		go_to(at(12, 0));
		steps(number, &[(TOWER, State::Resolved)]);
		go_to(at(12, 10));
		steps(number, &[(OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM + SECOND);
		assert_eq!(told(number), table("batteries and generator"));
		let charges = Dispatch::verdict(number).unwrap().charges;
		let minutes: Vec<_> = charges.iter().map(|charge| (charge.share, charge.time / MINUTE)).collect();
		assert_eq!(minutes, [(Share::Company(TOWER), 90), (Share::Nobody, 85), (Share::Stopped, 5)]);
	});
}

#[test]
fn causes_that_overlap() {
	run(|| {
		let number = open(OWNER, fault());
		let link = Subject::Backhaul { owner: SHARER };
		let said = |at, evidence| {
			go_to(at);
			assert_ok!(say(OWNER, number, at, evidence));
		};
		// The alarms of before are anchored when the order is opened, in time.
		assert_ok!(say(OWNER, number, at(8, 50), alarm(1, Phase::Raised, Subject::Power)));
		assert_ok!(say(OWNER, number, at(8, 55), alarm(2, Phase::Raised, link)));
		steps(number, &[(TOWER, State::InProgress)]);
		said(at(10, 30), alarm(1, Phase::Cleared, Subject::Power));
		said(at(11, 30), alarm(2, Phase::Cleared, link));
		said(at(11, 40), Evidence::AccessRefused { by: TOWER });
		assert_ok!(countersign(TOWER, number, 4));
		said(at(11, 50), Evidence::AccessGranted { by: TOWER, from: at(11, 50), to: at(14, 0) });
		assert_ok!(countersign(TOWER, number, 5));
		go_to(at(12, 0));
		steps(number, &[(TOWER, State::Resolved), (OWNER, State::Closed)]);
		go_on(EVIDENCE_TERM + SECOND);
		assert_eq!(told(number), table("causes that overlap"));
	});
}
