// SPDX-License-Identifier: Apache-2.0

//! Whatever happens in whatever order: the state holds, and no cell sleeps that may not.

use super::*;
use crate::windows::types::Agreement;
use proptest::prelude::*;
use trimast_primitives::{
	energy::SavingState,
	interlock::{SavingWindows, StationListener},
};

/// What may happen.
#[derive(Clone, Debug)]
enum Step {
	/// Some cells of two stations, some days ahead, from an hour on for some hours.
	Propose {
		cells: [u32; 2],
		ahead: u16,
		from: u8,
		hours: u8,
	},
	Examine(u32),
	Consent(u32),
	Approve(u32),
	Withdraw(u32),
	Refuse(u32),
	Wake {
		plan: u32,
		slot: u8,
	},
	/// Time passes, and blocks come.
	Pass {
		quarters: u64,
	},
	/// An outage begins or ends, a change is opened or closed.
	Outage(u32),
	Change(u32),
}

fn any_step() -> impl Strategy<Value = Step> {
	let plan = || 0..6u32;
	prop_oneof![
		3 => ([1..8u32, 1..8u32], 0..4u16, 0..20u8, 1..5u8)
			.prop_map(|(cells, ahead, from, hours)| Step::Propose { cells, ahead, from, hours }),
		5 => plan().prop_map(Step::Examine),
		5 => plan().prop_map(Step::Consent),
		5 => plan().prop_map(Step::Approve),
		1 => plan().prop_map(Step::Withdraw),
		1 => plan().prop_map(Step::Refuse),
		1 => (plan(), 0..2u8).prop_map(|(plan, slot)| Step::Wake { plan, slot }),
		4 => (1..60u64).prop_map(|quarters| Step::Pass { quarters }),
		1 => (0..3u32).prop_map(Step::Outage),
		1 => (0..3u32).prop_map(Step::Change),
	]
}

fn toggle<V: PartialEq>(all: &mut Vec<V>, value: V) {
	match all.iter().position(|of| *of == value) {
		Some(place) => drop(all.remove(place)),
		None => all.push(value),
	}
}

impl Step {
	/// Does it, as far as it is let.
	fn take(&self) {
		let _ = frame_support::storage::with_storage_layer(|| match self {
			Self::Propose { cells: [a, b], ahead, from, hours } => {
				let first_day = trimast_primitives::calendar::day_of(Now::get()) + ahead;
				let (from, until) = (from * 4, (from + hours) * 4);
				let stations = page(0, &[(0, *a), (1, *b)]);
				let plan = SavingPlan { first_day, days: 2, from, until, ..with_pages(&[stations]) };
				Energy::propose_plan(planner(OWNER), Box::new(plan))
			}
			Self::Examine(number) => plain(Energy::examine_page(planner(OWNER), *number, 0)),
			Self::Consent(number) => {
				let Some(Agreement { consents, .. }) = Agreements::<Test>::get(number) else { return Ok(()) };
				Energy::consent_to_plan(planner(SHARER), *number, consents.subject, consents.revision)
			}
			Self::Approve(number) => plain(Energy::approve_page(planner(SHARER), *number, 0)),
			Self::Withdraw(number) => Energy::withdraw_plan(planner(OWNER), *number),
			Self::Refuse(number) => Energy::refuse_plan(planner(SHARER), *number, words()),
			Self::Wake { plan, slot } => {
				let stations = vec![(*slot, 0b111)].try_into().unwrap();
				Energy::wake(planner(SHARER), *plan, 0, stations, words())
			}
			Self::Pass { quarters } => {
				blocks(3, Now::get() + quarters * QUARTER);
				Ok(())
			}
			Self::Outage(slot) => {
				let site = cell(*slot, 0).site;
				Down::mutate(|all| toggle(all, site));
				if Down::get().contains(&site) {
					Energy::outage_began(site, OWNER);
				}
				Ok(())
			}
			Self::Change(slot) => {
				Changing::mutate(|all| toggle(all, cell(*slot, 0)));
				Energy::stations_changed(HERE, 0, 1u64 << *slot, OWNER);
				Ok(())
			}
		});
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	#[test]
	fn whatever_happens_no_cell_sleeps_that_may_not(steps in proptest::collection::vec(any_step(), 1..60)) {
		new_test_ext().execute_with(|| {
			// Given cells that cover each other: the second and the third by the first, and that by the next station's
			for slot in 0..3 {
				relate(cell(slot, 1), cell(slot, 0), Some(Cover::Full));
				relate(cell(slot, 2), cell(slot, 1), Some(Cover::Full));
				relate(cell(slot, 2), cell(slot, 0), Some(Cover::Full));
				relate(cell(slot, 0), cell((slot + 1) % 3, 0), Some(Cover::Full));
			}
			// And reports of all days
			(TODAY - 20..TODAY + 60).for_each(|day| reported_before(0, day, 0, 96));
			for step in &steps {
				step.take();
				Energy::do_try_state().unwrap();
				let states = Energy::cell_states(HERE, 0);
				let of = |state: SavingState| states.iter().filter(move |of| of.state == state).map(|of| (of.slot, of.cell));
				let sleeping: Vec<_> = of(SavingState::EnergySaving).collect();
				// Who sleeps does not stand in, sleeps by one plan, and is kept from changes; and somebody who is awake covers it.
				for (slot, number) in &sleeping {
					let id = cell(u32::from(*slot), *number);
					prop_assert_eq!(sleeping.iter().filter(|other| *other == &(*slot, *number)).count(), 1);
					prop_assert!(!of(SavingState::CompensatingForEnergySaving).any(|other| other == (*slot, *number)));
					prop_assert!(<Energy as SavingWindows>::in_cell(id, Now::get(), Now::get()));
					let covers = Relations::get().remove(&id).unwrap_or_default();
					let is_awake = |by: CellId| {
						let slot = u8::try_from(by.site.slot()).unwrap();
						!sleeping.contains(&(slot, by.cell))
					};
					prop_assert!(covers.iter().any(|(by, _)| is_awake(*by)));
				}
			}
			Ok(())
		})?;
	}
}
