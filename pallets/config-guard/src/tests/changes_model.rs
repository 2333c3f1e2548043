// SPDX-License-Identifier: Apache-2.0

//! Random requests, amendments, consents, executions, disputes and lapses: the state keeps its invariants, and no value of
//! the baseline changes but by those who must agree to it.

use crate::{
	changes::types::{Change, ChangeState, Item, Request, Terms},
	mock::*,
	Event, NextRequest, Requests,
};
use core::ops::Range;
use proptest::prelude::*;
use trimast_primitives::{
	cells::{CellTable, ParamId},
	Hash, OrgId, OrgSet,
};

/// One thing that somebody does. `request` counts back from the latest.
#[derive(Clone, Debug)]
enum Step {
	Ask { org: u8, items: Vec<Item>, whole: bool, emergency: bool, from: u64 },
	Draft { org: u8 },
	Add { org: u8, request: u32, items: Vec<Item> },
	Submit { org: u8, request: u32 },
	Withdraw { org: u8, request: u32 },
	Consent { org: u8, request: u32 },
	Execute { org: u8, request: u32 },
	Attest { org: u8, request: u32 },
	Object { org: u8, request: u32 },
	Rule { org: u8, request: u32, stands: bool },
	RollBack { org: u8, request: u32 },
	Leave { members: u32 },
	Wait { blocks: u32 },
}

/// What values of these parameters are to be, at the first stations of a page.
pub(super) fn any_items(
	slots: u8,
	params: &'static [ParamId],
	count: Range<usize>,
) -> impl Strategy<Value = Vec<Item>> {
	let value = prop_oneof![4 => (0i64..15).prop_map(Some), 1 => Just(None)];
	let one = (0..slots, 0u8..3, proptest::sample::select(params), value)
		.prop_map(|(slot, cell, param, value)| Item { value, ..gone(slot, cell, param) });
	proptest::collection::vec(one, count).prop_map(|mut items| {
		items.sort_unstable();
		items.dedup_by_key(|item| item.place());
		items
	})
}

fn any_step() -> impl Strategy<Value = Step> {
	let who = || (0u8..3, 0u32..4);
	let any_items = || any_items(2, &[POWER, HYSTERESIS, TILT, PCI], 0..4);
	prop_oneof![
		4 => (0u8..2, any_items(), any::<bool>(), any::<bool>(), 0u64..5_000).prop_map(
			|(org, items, whole, emergency, from)| Step::Ask { org, items, whole, emergency, from }
		),
		1 => (0u8..2).prop_map(|org| Step::Draft { org }),
		3 => (0u8..2, 0u32..4, any_items()).prop_map(|(org, request, items)| Step::Add { org, request, items }),
		2 => who().prop_map(|(org, request)| Step::Submit { org, request }),
		1 => who().prop_map(|(org, request)| Step::Withdraw { org, request }),
		6 => who().prop_map(|(org, request)| Step::Consent { org, request }),
		4 => who().prop_map(|(org, request)| Step::Execute { org, request }),
		2 => who().prop_map(|(org, request)| Step::Attest { org, request }),
		2 => who().prop_map(|(org, request)| Step::Object { org, request }),
		2 => (0u8..3, 0u32..4, any::<bool>()).prop_map(|(org, request, stands)| Step::Rule { org, request, stands }),
		2 => who().prop_map(|(org, request)| Step::RollBack { org, request }),
		1 => prop_oneof![Just(0b111u32), Just(0b011)].prop_map(|members| Step::Leave { members }),
		2 => prop_oneof![1u32..4, 20u32..140].prop_map(|blocks| Step::Wait { blocks }),
	]
}

fn stored() -> CellTable {
	CellTable::from_bytes(&crate::Tables::<Test>::get(HERE, 0)).unwrap()
}

/// Who must agree to an item in the place of a value, by hand: the stations belong to carrier 0 and carrier 1, and each
/// shares the other's. Nobody alone gives a cell its first values.
fn must_agree(item: &Item, before: Option<i64>, is_new: bool) -> OrgSet {
	let owner = if is_new { OrgSet(0b011) } else { OrgSet::of(OrgId(item.slot)) };
	let decides = item.value.or(before).expect("something stands there before or after");
	match item.key.param {
		PCI => owner,
		HYSTERESIS if (0..=10).contains(&decides) => owner,
		TILT => OrgSet(0b111),
		_ => OrgSet(0b011),
	}
	.intersection(Members::get())
}

/// Does it. Most of what companies try is refused, for their own reasons.
fn carry_out(step: Step) {
	let number = |back: u32| NextRequest::<Test>::get().saturating_sub(1 + back);
	let by = |org: u8| engineer(OrgId(org));
	let _ = match step {
		Step::Ask { org, items, whole, emergency: is_emergency, from } => {
			let terms = if is_emergency && System::block_number() > 1 { emergency() } else { terms() };
			let window = (terms.window.0 + if terms.emergency { 0 } else { from }, terms.window.1);
			let terms = Terms { whole, window, ..terms };
			is_taken(|| ConfigGuard::request(by(org), HERE, terms, 0, part(&items)))
		}
		Step::Draft { org } => is_taken(|| ConfigGuard::draft(by(org), HERE, terms())),
		Step::Add { org, request, items } => {
			is_taken(|| ConfigGuard::add(by(org), number(request), 0, part(&items)))
		}
		Step::Submit { org, request } => is_taken(|| ConfigGuard::submit(by(org), number(request))),
		Step::Withdraw { org, request } => is_taken(|| ConfigGuard::withdraw(by(org), number(request))),
		Step::Consent { org, request } => match Requests::<Test>::get(number(request)) {
			Some(_) => is_taken(|| consent(OrgId(org), number(request))),
			None => true,
		},
		Step::Execute { org, request } => is_taken(|| ConfigGuard::execute(by(org), number(request), 0)),
		Step::Attest { org, request } => is_taken(|| ConfigGuard::attest_change(by(org), number(request))),
		Step::Object { org, request } => {
			is_taken(|| ConfigGuard::object(by(org), number(request), Hash::zero()))
		}
		Step::Rule { org, request, stands } => {
			is_taken(|| ConfigGuard::rule(by(org), number(request), stands, Hash::zero()))
		}
		Step::RollBack { org, request } => is_taken(|| ConfigGuard::roll_back(by(org), number(request), 0)),
		Step::Leave { members } => {
			Members::set(OrgSet(members));
			true
		}
		Step::Wait { blocks } => {
			go_to(System::block_number() + blocks);
			true
		}
	};
}

/// Values change only where a part was carried out or rolled back, and a part is carried out only with everybody's consent.
fn check(before: &CellTable) {
	let mut is_changed = false;
	for event in events() {
		match event {
			Event::PartExecuted { request, executed, .. } if executed > 0 => {
				is_changed = true;
				let given = request_of(request).consents.given;
				let changes = crate::Changes::<Test>::get(HERE, 0);
				let items = crate::Parts::<Test>::get(request, 0);
				for item in &items {
					let is_own =
						|change: &&Change| (change.place(), change.request) == (item.place(), request);
					let change = changes.iter().find(is_own).expect("it is not over");
					if change.state != ChangeState::Refused {
						let parties = must_agree(
							item,
							change.before,
							before.position(item.slot.into(), item.cell).is_none(),
						);
						assert!(given.is_superset(parties), "{item:?} with {given:?}");
					}
				}
			}
			Event::PartRolledBack { request, restored, .. } => {
				is_changed |= restored > 0;
				let Request { consents, concerned, overruled, .. } = request_of(request);
				// Whom an overruled change concerned has had the former value.
				let agreed =
					if overruled.is_empty() { consents.given } else { consents.given.union(concerned) };
				for change in crate::Changes::<Test>::get(HERE, 0).iter().filter(|one| one.request == request)
				{
					let Change { slot, cell, key, before: value, .. } = *change;
					let stood = before.position(slot.into(), cell).and_then(|n| before.get(n, key));
					let stands = approved(slot.into(), cell, key.param);
					if stood == stands || stands != value {
						continue;
					}
					let is_new = before.position(slot.into(), cell).is_none();
					let parties = must_agree(&Item { slot, cell, key, value }, stood, is_new);
					assert!(agreed.is_superset(parties), "{change:?} with {agreed:?}");
				}
			}
			_ => {}
		}
	}
	assert_eq!(stored() != *before, is_changed);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]
	#[test]
	fn any_sequence_of_changes_keeps_the_invariants(steps in proptest::collection::vec(any_step(), 0..32)) {
		run(|| {
			baseline();
			for step in steps {
				let before = stored();
				System::reset_events();
				carry_out(step);
				check(&before);
				ConfigGuard::do_try_state().unwrap();
			}
			Members::set(OrgSet(0b111));
		});
	}
}
