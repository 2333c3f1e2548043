// SPDX-License-Identifier: Apache-2.0

//! What would be refused, of a change and of those that were made.

use crate::{
	changes::{
		self,
		types::{Item, ItemRefusal, Terms, WouldBe, MAX_PAST},
		Judged,
	},
	mock::*,
	policy::Policy,
	types::KeyDefect,
	Catalogues, Changes, Error,
};
use frame_support::assert_ok;
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	apis::{PastPlace, PolicyPart, MAX_PAST_PAGES, MAX_POLICY_PARTS},
	cells::{
		catalogue::{cell_value, ApprovalClass, Domain, Parameter},
		rules::{Rule, RuleDefect},
		spectrum::Band,
		ParamId, ParamKey,
	},
	site::{Plmn, Station, StationState, Technology},
	Moment, OrgId, OrgSet,
};

#[test]
fn check_change_says_what_a_request_would() {
	run(|| {
		baseline();
		let items = || part(&[item(0, 0, POWER, 17), item(0, 1, POWER, 13), item(1, 0, POWER, 13)]);
		let window = terms().window;
		let expected = [(0, ItemRefusal::Value(KeyDefect::Step)), (2, ItemRefusal::NotOwner)];
		let state = crate::NextRequest::<Test>::get();
		assert_eq!(ConfigGuard::check_change(CARRIER, HERE, 0, items(), window, false), expected);
		assert_eq!(crate::NextRequest::<Test>::get(), state);
		assert_ok!(ConfigGuard::request(engineer(CARRIER), HERE, terms(), 0, items()));
		assert_eq!(refused(), expected);
	});
}

#[test]
fn check_change_says_what_there_is_no_room_for() {
	run(|| {
		put(0, vec![Station { cells: 24, ..station() }; 12]);
		confirm(0);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&vec![vec![full_cell(1); 24]; 12])));
		// Given as many open changes of the page as a company may have, but one
		let all: Vec<_> = (0..255u16).map(|n| item((n / 24) as u8, (n % 24) as u8, POWER, 13)).collect();
		ask(CARRIER, terms(), &all);
		let items = || part(&[item(11, 0, POWER, 90), item(11, 1, POWER, 13), item(11, 2, POWER, 13)]);
		let expected = [(0, ItemRefusal::Value(KeyDefect::Domain)), (2, ItemRefusal::TooManyChanges)];
		assert_eq!(ConfigGuard::check_change(CARRIER, HERE, 0, items(), terms().window, false), expected);
		assert_ok!(ConfigGuard::request(engineer(CARRIER), HERE, terms(), 0, items()));
		assert_eq!(refused(), expected);
	});
}

/// Long enough for every request to come to its end.
const OVER: u32 = 1_000;

fn of_today(id: ParamId) -> Parameter {
	Catalogues::<Test>::get().get(id).unwrap().clone()
}

fn set(id: ParamId, change: impl Fn(&mut Parameter)) -> PolicyPart {
	let mut parameter = of_today(id);
	change(&mut parameter);
	PolicyPart::Parameter { id, parameter }
}

fn rule(number: u16, rule: Rule) -> PolicyPart {
	PolicyPart::Rule { number, rule: Some(rule) }
}

fn freeze(scope: Scope, from: Moment, to: Moment) -> PolicyPart {
	PolicyPart::Freeze { number: 7, freeze: Some((scope, from, to)) }
}

fn plmn(mnc: u16) -> Plmn {
	Plmn { mcc: 460, mnc, three_digit_mnc: false }
}

fn hold(org: OrgId, mncs: &[u16], spectrum: &[(u32, u32)]) -> PolicyPart {
	let band = |(from_khz, to_khz): &(u32, u32)| Band { from_khz: *from_khz, to_khz: *to_khz };
	let plmns = mncs.iter().map(|mnc| plmn(*mnc)).collect();
	PolicyPart::Holding { org, plmns, spectrum: spectrum.iter().map(band).collect() }
}

fn judged(parts: Vec<PolicyPart>, from: PastPlace, limit: u32) -> Judged {
	let mut policy = Policy::in_force::<Test>();
	for part in parts {
		assert_ok!(policy.set::<Test>(part));
	}
	changes::of_policy::<Test>(&policy, from, limit)
}

/// What would not have been changed.
fn dry_run(parts: impl IntoIterator<Item = PolicyPart>) -> Vec<(u32, Item, WouldBe)> {
	let judged = judged(parts.into_iter().collect(), (0, 0), MAX_PAST_PAGES);
	assert_eq!((judged.next, judged.unjudged), (None, 0));
	judged.refused.into_iter().map(|one| (one.request, one.item, one.why)).collect()
}

/// Asks for what both carriers agree to, and carries it out.
fn made(items: &[Item]) -> u32 {
	let number = ask(CARRIER, terms(), items);
	assert_ok!(consent(SHARER, number));
	assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
	number
}

fn of_value(defect: KeyDefect) -> WouldBe {
	WouldBe::Refused(ItemRefusal::Value(defect))
}

fn broken(rule: u16, defect: RuleDefect) -> WouldBe {
	WouldBe::Refused(ItemRefusal::RuleBroken { rule, defect })
}

fn in_spectrum() -> Rule {
	Rule::InSpectrum { carrier: CARRIER_FREQUENCY, bandwidth: None, technology: Technology::Nr }
}

#[test]
fn dry_run_of_parameters_looks_at_what_was_made() {
	run(|| {
		baseline();
		// Given a power of 13 in the place of 10 that the carriers have agreed to, and another request beside it
		let number = executed();
		ask(CARRIER, Terms { window: (2_000, 3_000), ..terms() }, &[item(0, 0, HYSTERESIS, 9)]);
		assert_eq!(judged(vec![], (0, 0), 9).requests, 0, "it is not over");
		go_to(OVER);
		let all = judged(vec![], (0, 0), 9);
		assert_eq!((all.requests, all.items, all.refused.as_slice()), (1, 1, &[][..]));
		// Then another step, domain or class would have refused it
		let refused = |why| [(number, item(0, 0, POWER, 13), why)];
		assert_eq!(dry_run([set(POWER, |one| one.step = Some(3))]), []);
		assert_eq!(dry_run([set(POWER, |one| one.step = Some(2))]), refused(of_value(KeyDefect::Step)));
		let lower = Domain::Range { least: 0, most: 12, every: 1 };
		let lower = set(POWER, |one| one.domain = lower.clone());
		assert_eq!(dry_run([lower]), refused(of_value(KeyDefect::Domain)));
		let tower = set(POWER, |one| one.class = ApprovalClass::Tower);
		assert_eq!(dry_run([tower.clone()]), refused(WouldBe::Unapproved(OrgSet::of(TOWER))));
		// But nobody asks who is no member
		Members::set(OrgSet(0b011));
		assert_eq!(dry_run([tower]), []);
		Members::set(OrgSet(0b111));
		// What is set last counts
		assert_eq!(dry_run([set(POWER, |one| one.step = Some(2)), set(POWER, |_| ())]), []);
	});
}

#[test]
fn dry_run_of_a_class_asks_who_may_ask() {
	run(|| {
		baseline();
		// Given the sharer's own tracking area code in the owner's cell
		let code = Item { slot: 0, cell: 0, key: ParamKey { param: TAC, place: 1 }, value: Some(150) };
		let number = ask(SHARER, terms(), &[code]);
		go_to(OVER);
		assert_eq!(dry_run([]), []);
		let refused = |why| [(number, code, WouldBe::Refused(why))];
		let joint = set(TAC, |one| one.class = ApprovalClass::Joint);
		assert_eq!(dry_run([joint]), refused(ItemRefusal::NotOwner));
		// And the same where the PLMN is nobody's, or another's
		let given_up = || hold(SHARER, &[], &[]);
		assert_eq!(dry_run([given_up()]), refused(ItemRefusal::NotOwner));
		let taken = hold(CARRIER, &[11, 1], &[]);
		assert_eq!(dry_run([given_up(), taken]), refused(ItemRefusal::NotOperator));
	});
}

#[test]
fn dry_run_of_rules_sees_the_neighbours_of_today() {
	run(|| {
		put(0, vec![station()]);
		confirm(0);
		let neighbour = (ParamKey::of(NEIGHBOUR), cell_value(cell_id(0, 1)));
		let first = full_cell(1).into_iter().chain([neighbour]).collect();
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![first, full_cell(2)]])));
		let number = made(&[item(0, 0, POWER, 13)]);
		go_to(OVER);
		let alike = Rule::Alike { neighbour: NEIGHBOUR, value: POWER, carrier: CARRIER_FREQUENCY };
		let refused =
			[(number, item(0, 0, POWER, 13), broken(9, RuleDefect::Unlike { with: cell_id(0, 1) }))];
		assert_eq!(dry_run([rule(9, alike)]), refused);
		// When it is in force, it is part of what is judged by until it is dropped
		assert_ok!(ConfigGuard::set_rule(RuntimeOrigin::root(), 9, Some(alike)));
		assert_eq!(dry_run([]), refused);
		let dropped = || PolicyPart::Rule { number: 9, rule: None };
		assert_eq!(dry_run([dropped()]), []);
		assert_ok!(ConfigGuard::set_rule(RuntimeOrigin::root(), 9, None));
		// And when the neighbour has followed since, nothing is wrong with either
		made(&[item(0, 1, POWER, 13)]);
		go_to(2 * OVER);
		assert_eq!(dry_run([rule(9, alike)]), []);
	});
}

#[test]
fn dry_run_of_a_freeze_finds_windows_of_the_past() {
	run(|| {
		baseline();
		// Given a window from 1 s to 21 s, and an emergency
		let number = executed();
		let urgent = ask(CARRIER, emergency(), &[item(0, 1, POWER, 12)]);
		assert_ok!(consent(SHARER, urgent));
		go_to(OVER);
		let frozen = [(number, item(0, 0, POWER, 13), WouldBe::Refused(ItemRefusal::Frozen { freeze: 7 }))];
		for (from, to) in [(0, 1_000), (15_000, 16_000), (21_000, 30_000)] {
			assert_eq!(dry_run([freeze(Scope::National, from, to)]), frozen, "{from}");
		}
		for (from, to) in [(0, 999), (21_001, 30_000)] {
			assert_eq!(dry_run([freeze(Scope::National, from, to)]), [], "{from}");
		}
		assert_eq!(dry_run([freeze(Scope::LocalNetwork(NEARBY), 0, 30_000)]), []);
		let lifted = PolicyPart::Freeze { number: 7, freeze: None };
		assert_eq!(dry_run([freeze(Scope::National, 0, 30_000), lifted]), []);
		assert_eq!(judged(vec![], (0, 0), 9).requests, 2);
	});
}

#[test]
fn dry_run_of_a_freeze_says_who_would_have_had_to_ratify_an_emergency() {
	run(|| {
		baseline();
		// Given an emergency of before 1 s, reported then, that needed nobody
		let urgent = ask(CARRIER, emergency(), &[item(0, 1, HYSTERESIS, 9)]);
		go_to(OVER);
		let missing = [(urgent, item(0, 1, HYSTERESIS, 9), WouldBe::Unapproved(OrgSet::of(SHARER)))];
		assert_eq!(dry_run([freeze(Scope::National, 500, 700)]), missing);
		assert_eq!(dry_run([freeze(Scope::National, 1_001, 30_000)]), []);
	});
}

#[test]
fn dry_run_of_holdings_looks_for_the_spectrum() {
	run(|| {
		baseline();
		let number = made(&[item(0, 0, CARRIER_FREQUENCY, 639_000)]);
		go_to(OVER);
		assert_eq!(dry_run([]), []);
		let refused =
			[(number, item(0, 0, CARRIER_FREQUENCY, 639_000), broken(2, RuleDefect::OutsideSpectrum))];
		assert_eq!(dry_run([hold(SHARER, &[1], &[])]), refused);
	});
}

#[test]
fn dry_run_of_a_policy_is_that_of_all_its_parts() {
	run(|| {
		baseline();
		let power = executed();
		let hysteresis = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 9)]);
		let carrier = made(&[item(0, 1, CARRIER_FREQUENCY, 639_000), item(0, 1, POWER, 11)]);
		let later = ask(CARRIER, Terms { window: (30_000, 40_000), ..terms() }, &[item(0, 1, HYSTERESIS, 8)]);
		go_to(31);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), later, 0));
		go_to(OVER);
		let policy = vec![
			set(POWER, |one| one.step = Some(2)),
			set(HYSTERESIS, |one| (one.class, one.envelope) = (ApprovalClass::Tower, None)),
			PolicyPart::Rule { number: 2, rule: None },
			rule(9, in_spectrum()),
			freeze(Scope::National, 35_000, 36_000),
			hold(SHARER, &[1], &[]),
		];
		let both = OrgSet::of(SHARER).with(TOWER);
		let expected = [
			(later, item(0, 1, HYSTERESIS, 8), WouldBe::Refused(ItemRefusal::Frozen { freeze: 7 })),
			(carrier, item(0, 1, CARRIER_FREQUENCY, 639_000), broken(9, RuleDefect::OutsideSpectrum)),
			(hysteresis, item(0, 0, HYSTERESIS, 9), WouldBe::Unapproved(both)),
			(power, item(0, 0, POWER, 13), of_value(KeyDefect::Step)),
		];
		assert_eq!(dry_run(policy.clone()), expected);
		// And in words
		let view = ConfigGuard::dry_run_views(policy.clone(), (0, 0), 100).unwrap();
		assert_eq!((view.requests, view.items, view.unjudged, view.next), (4, 5, 0, None));
		let said: Vec<_> =
			view.refused.iter().map(|one| (one.request, one.before, one.value, one.missing)).collect();
		let nobody = OrgSet::EMPTY;
		let expected = [
			(later, Some(5), Some(8), nobody),
			(carrier, Some(630_000), Some(639_000), nobody),
			(hysteresis, Some(5), Some(9), both),
			(power, Some(10), Some(13), nobody),
		];
		assert_eq!(said, expected);
		assert_eq!((view.refused[0].cell, view.refused[0].by), (cell_id(0, 1), CARRIER));
		for (n, words) in [(0, "freeze 7"), (1, "rule 9"), (2, "not everybody has agreed"), (3, "further")] {
			assert!(view.refused[n].why.contains(words), "{:?}", view.refused[n]);
		}
		// Nothing of it was set
		assert_eq!(dry_run([]), []);
	});
}

#[test]
fn dry_run_looks_at_what_was_carried_out_alone() {
	run(|| {
		baseline();
		// Given two values of which one is refused when they are carried out, and a change that is rolled back
		let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13), item(0, 1, POWER, 13)]);
		assert_ok!(consent(SHARER, number));
		Outages::set(vec![cell_id(0, 1)]);
		assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
		let undone = ask(CARRIER, terms(), &[item(0, 0, HYSTERESIS, 4)]);
		assert_ok!(ConfigGuard::roll_back(engineer(CARRIER), undone, 0));
		go_to(OVER);
		// Then the open outage is no reason, nor is what stands there today
		let all = judged(vec![], (0, 0), 9);
		assert_eq!((all.requests, all.items, all.unjudged, all.refused.len()), (2, 2, 0, 0));
		let narrow = [set(POWER, |one| one.step = Some(2)), set(HYSTERESIS, |one| one.step = Some(0))];
		let step = of_value(KeyDefect::Step);
		let expected = [(number, item(0, 0, POWER, 13), step), (undone, item(0, 0, HYSTERESIS, 4), step)];
		assert_eq!(dry_run(narrow.clone()), expected);
		// Whose former value is forgotten is asked for no step
		Changes::<Test>::remove(HERE, 0);
		assert_eq!(dry_run(narrow), []);
	});
}

#[test]
fn dry_run_says_nothing_of_stations_that_are_not_what_they_were() {
	run(|| {
		baseline();
		executed();
		go_to(OVER);
		let tower = || vec![set(POWER, |one| one.class = ApprovalClass::Tower)];
		let said = || {
			let judged = judged(tower(), (0, 0), 9);
			(judged.requests, judged.items, judged.unjudged, judged.refused.len())
		};
		assert_eq!(said(), (1, 1, 0, 1));
		Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[0].state = StationState::Retired);
		assert_eq!(said(), (1, 1, 1, 0));
		put(0, vec![station_of(SHARER); 2]);
		confirm(0);
		assert_eq!(said(), (1, 1, 1, 0));
	});
}

#[test]
fn dry_run_goes_on_page_by_page_from_the_latest_on() {
	run(|| {
		baseline();
		put(1, vec![station()]);
		confirm(1);
		assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 1, table(&[vec![full_cell(4)]])));
		let first = executed();
		// Given a request over two pages
		let both = crate::NextRequest::<Test>::get();
		assert_ok!(ConfigGuard::draft(engineer(CARRIER), HERE, terms()));
		for (page, cell) in [(0, 1), (1, 0)] {
			let items = part(&[item(0, cell, POWER, 14)]);
			assert_ok!(ConfigGuard::add(engineer(CARRIER), both, page, items));
		}
		assert_ok!(ConfigGuard::submit(engineer(CARRIER), both));
		assert_ok!(consent(SHARER, both));
		for page in [0, 1] {
			assert_ok!(ConfigGuard::execute(engineer(CARRIER), both, page));
		}
		go_to(OVER);
		let answer = |from, limit| {
			let judged = judged(vec![set(POWER, |one| one.step = Some(2))], from, limit);
			let found: Vec<_> = judged.refused.iter().map(|one| (one.request, one.page)).collect();
			(judged.requests, judged.items, found, judged.next)
		};
		let all = vec![(both, 0), (both, 1), (first, 0)];
		assert_eq!(answer((0, 0), MAX_PAST_PAGES), (2, 3, all, None));
		assert_eq!(answer((0, 0), 1), (1, 1, vec![(both, 0)], Some((0, 1))));
		assert_eq!(answer((0, 1), 1), (0, 1, vec![(both, 1)], Some((1, 0))));
		assert_eq!(answer((1, 0), 1), (1, 1, vec![(first, 0)], None));
		for beyond in [(2, 0), (MAX_PAST, 0), (u32::MAX, u16::MAX)] {
			assert_eq!(answer(beyond, 0), (0, 0, vec![], None));
		}
	});
}

#[test]
fn dry_run_fails_when_a_part_cannot_be_set() {
	run(|| {
		baseline();
		let assert_refused = |part: PolicyPart, error: Error<Test>| {
			let refusal = Policy::in_force::<Test>().set::<Test>(part).unwrap_err();
			assert_eq!(DispatchError::from(refusal), DispatchError::from(error));
		};
		let empty = set(POWER, |one| one.domain = Domain::Choice(0));
		assert_refused(empty.clone(), Error::BadParameter);
		let unknown = Rule::SharersListed { list: ParamId(999) };
		assert_refused(rule(9, unknown), Error::UnknownParameter);
		let of_another_kind = Rule::SharersListed { list: PCI };
		assert_refused(rule(9, of_another_kind), Error::BadRule);
		// A rule in force is about neighbours
		let number = set(NEIGHBOUR, |one| one.domain = Domain::Range { least: 0, most: 9, every: 1 });
		assert_refused(number, Error::NamedByRule);
		assert_refused(freeze(Scope::National, 2, 1), Error::BadFreeze);
		assert_refused(hold(OrgId(7), &[20], &[]), Error::OrgNotMember);
		assert_refused(hold(CARRIER, &[1_000], &[]), Error::BadHolding);
		assert_refused(hold(CARRIER, &[20, 20], &[]), Error::HeldTwice);
		assert_refused(hold(CARRIER, &[1], &[]), Error::HeldByAnother);
		assert_refused(hold(CARRIER, &[20; 17], &[]), Error::TooMuchPolicy);
		// The first of them is named
		let part = |parts| ConfigGuard::dry_run_views(parts, (0, 0), 9).unwrap_err().part;
		let fine = || set(POWER, |_| ());
		assert_eq!(part(vec![fine(), hold(CARRIER, &[1], &[]), empty]), 1);
		assert_eq!(part(vec![fine(); MAX_POLICY_PARTS + 1]), MAX_POLICY_PARTS as u32);
		assert!(ConfigGuard::dry_run_views(vec![fine(); MAX_POLICY_PARTS], (0, 0), 9).is_ok());
		// What another gives up before is free
		assert!(ConfigGuard::dry_run_views(
			vec![hold(SHARER, &[], &[]), hold(CARRIER, &[1], &[])],
			(0, 0),
			9
		)
		.is_ok());
		// A parameter that is new may be named from there on
		let new = || PolicyPart::Parameter { id: ParamId(999), parameter: of_today(CARRIER_FREQUENCY) };
		let of_new = || {
			let spectrum =
				Rule::InSpectrum { carrier: ParamId(999), bandwidth: None, technology: Technology::Nr };
			rule(9, spectrum)
		};
		assert!(ConfigGuard::dry_run_views(vec![new(), of_new()], (0, 0), 9).is_ok());
		assert_eq!(part(vec![of_new(), new()]), 0);
	});
}

#[test]
fn dry_run_knows_what_was_taken_away() {
	run(|| {
		baseline();
		let gone = Item { value: None, ..item(0, 0, CARRIER_FREQUENCY, 0) };
		let number = made(&[gone]);
		go_to(OVER);
		// A greatest step is in its way, but for what the domain would not admit any more; and so is who must agree
		let step = set(CARRIER_FREQUENCY, |one| one.step = Some(0));
		assert_eq!(dry_run([step]), [(number, gone, of_value(KeyDefect::Step))]);
		let narrow = |one: &mut Parameter| {
			(one.step, one.domain) = (Some(0), Domain::Range { least: 0, most: 1, every: 1 });
		};
		assert_eq!(dry_run([set(CARRIER_FREQUENCY, narrow)]), []);
		let tower = set(CARRIER_FREQUENCY, |one| one.class = ApprovalClass::Tower);
		assert_eq!(dry_run([tower]), [(number, gone, WouldBe::Unapproved(OrgSet::of(TOWER)))]);
	});
}

#[test]
fn dry_run_looks_at_the_companies_one_after_the_other() {
	run(|| {
		baseline();
		let first = executed();
		let other = ask(SHARER, terms(), &[item(1, 0, HYSTERESIS, 9)]);
		go_to(OVER);
		let parts = || vec![set(HYSTERESIS, |one| one.step = Some(1)), set(POWER, |one| one.step = Some(1))];
		let found = |from| {
			let judged = judged(parts(), from, 1);
			(judged.refused.iter().map(|one| one.request).collect::<Vec<_>>(), judged.next)
		};
		assert_eq!(found((0, 0)), (vec![first], Some((MAX_PAST, 0))));
		assert_eq!(found((MAX_PAST, 0)), (vec![other], None));
	});
}
