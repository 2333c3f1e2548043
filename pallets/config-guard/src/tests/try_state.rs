// SPDX-License-Identifier: Apache-2.0

//! What `try_state` finds of a state that no call makes.

use crate::{
	coverage::NetworkFindings,
	exports::{Said, Waiting},
	mock::*,
	policy::Freeze,
	types::{Denied, OpenViolation, Standing, Violation},
	violations::kinds::Kind,
	Catalogues, Drawing, Findings, Freezes, Heads, Holdings, OpenInPage, PageSet, Parties, Rules, Violations,
};
use frame_support::BoundedVec;
use sp_runtime::DispatchError;
use trimast_primitives::{
	access::Scope,
	cells::{catalogue::ParamScope, rules::Rule, ParamKey},
	site::Plmn,
	OrgSet,
};

/// Checks that a state that was changed like this is told by these words.
fn is_found(words: &'static str, change: impl FnOnce()) {
	ext().execute_with(|| {
		System::set_block_number(1);
		baseline();
		assert_eq!(ConfigGuard::do_try_state(), Ok(()));
		change();
		assert_eq!(ConfigGuard::do_try_state(), Err(DispatchError::Other(words)));
	});
}

#[test]
fn page_that_says_of_itself_what_it_has_not() {
	is_found("page: other counts of cells", || Heads::<Test>::mutate(HERE, 0, |head| head.cells[1] = 2));
	is_found("parties: a page of nobody", || Parties::<Test>::mutate(HERE, |all| all[0] = OrgSet::EMPTY));
	is_found("findings: of a page that never had a baseline", || {
		let mut findings = NetworkFindings::default();
		findings.unattested.pages = PageSet::from_iter([9]);
		findings.unattested.since = 1;
		Findings::<Test>::insert(HERE, findings);
	});
}

#[test]
fn draws_of_nothing() {
	is_found("draws: of no export", || {
		let one = Waiting { root: EXPORT, first: 1, spoke: 1, awaits: OrgSet::of(TOWER) };
		Drawing::<Test>::insert(SHARER, BoundedVec::truncate_from(vec![one]));
	});
}

#[test]
fn policy_that_nobody_could_set() {
	is_found("rules: one that the catalogue does not allow", || {
		let rule = Rule::SharersListed { list: PCI };
		Rules::<Test>::mutate(|rules| rules.try_push((9, rule)).unwrap());
	});
	is_found("rules: one that the catalogue does not allow", || {
		let is_neighbour = |id| id == NEIGHBOUR;
		Catalogues::<Test>::mutate(|catalogue| {
			let of = catalogue.parameters.iter_mut().find(|(id, _)| is_neighbour(*id)).unwrap();
			of.1.scope = ParamScope::Cell;
		});
	});
	is_found("freezes: over before it begins", || {
		let freeze = Freeze { scope: Scope::National, from: 2, to: 1 };
		Freezes::<Test>::mutate(|freezes| freezes.try_push((1, freeze)).unwrap());
	});
	is_found("holdings: of two companies", || {
		Holdings::<Test>::mutate(|holdings| holdings[1].1.spectrum[0].from_khz -= 1);
	});
	is_found("holdings: of two companies", || {
		let plmn = Plmn { mcc: 460, mnc: 11, three_digit_mnc: false };
		Holdings::<Test>::mutate(|holdings| holdings[1].1.plmns.try_push(plmn).unwrap());
	});
	is_found("holdings: nothing that one can hold", || {
		Holdings::<Test>::mutate(|holdings| {
			let plmn = holdings[0].1.plmns[0];
			holdings[0].1.plmns.try_push(plmn).unwrap();
		});
	});
}

#[test]
fn word_against_a_violation_that_was_read_before_it() {
	let alleged = |change: fn(&mut Violation)| {
		let cell = cell_id(0, 0);
		let key = ParamKey::of(PCI);
		let mut violation = Violation {
			cell,
			key,
			kind: Kind::Hidden,
			request: None,
			approved: Some(1),
			observed: Some(2),
			against: CARRIER,
			accuser: SHARER,
			witnesses: OrgSet::of(SHARER),
			deniers: OrgSet::of(TOWER),
			denials: BoundedVec::truncate_from(vec![Denied {
				org: TOWER,
				export: EXPORT,
				observed: 6,
				said: Said::Nothing,
			}]),
			since: 5,
			last: 9,
			shown: Some(9),
			opened: 1,
			seen: 1,
			asked: 1,
			standing: Standing::Contested,
			closed: None,
		};
		change(&mut violation);
		let one = OpenViolation { slot: 0, cell: 0, key, against: CARRIER, accuser: SHARER, id: 0 };
		OpenInPage::<Test>::insert(HERE, 0, BoundedVec::truncate_from(vec![one]));
		Violations::<Test>::insert(0, violation);
	};
	is_found("violation: denied before it was seen", || alleged(|one| one.denials[0].observed = 5));
	is_found("violation: contested by nobody", || {
		alleged(|one| (one.deniers, one.denials) = (OrgSet::EMPTY, BoundedVec::new()));
	});
}
