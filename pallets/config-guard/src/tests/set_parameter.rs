// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, types::MAX_PARAMETERS, Catalogues, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use trimast_primitives::cells::{
	catalogue::{ApprovalClass, Domain, ParamScope, Parameter},
	ParamId,
};

fn joint() -> Parameter {
	parameter(None, ParamScope::Cell, ApprovalClass::Joint)
}

#[test]
fn set_parameter_works() {
	run(|| {
		assert_ok!(ConfigGuard::set_parameter(
			RuntimeOrigin::root(),
			ParamId(20),
			joint(),
			text("ssbOffset")
		));
		assert_eq!(last_event(), Event::ParameterSet { id: ParamId(20), version: 2 });
		assert_eq!(Catalogues::<Test>::get().get(ParamId(20)), Some(&joint()));
		// And changed
		let changed = Parameter { step: Some(5), ..joint() };
		assert_ok!(ConfigGuard::set_parameter(
			RuntimeOrigin::root(),
			ParamId(20),
			changed.clone(),
			text("ssbOffset")
		));
		let catalogue = Catalogues::<Test>::get();
		assert_eq!((catalogue.version, catalogue.get(ParamId(20))), (3, Some(&changed)));
		let ids: Vec<u16> = ConfigGuard::parameters(Some(PCI), 2).into_iter().map(|(id, ..)| id.0).collect();
		assert_eq!(ids, [CARRIER_FREQUENCY.0, 20]);
	});
}

#[test]
fn set_parameter_fails_when_it_is_none_or_the_catalogue_is_full() {
	run(|| {
		let root = RuntimeOrigin::root;
		let empty = Parameter { domain: Domain::Choice(0), ..joint() };
		let bad = Error::<Test>::BadParameter;
		assert_noop!(ConfigGuard::set_parameter(root(), ParamId(20), empty, text("a")), bad);
		assert_noop!(
			ConfigGuard::set_parameter(root(), ParamId(20), joint(), text("")),
			Error::<Test>::BadParameter
		);
		for id in 1_000..1_000 + MAX_PARAMETERS as u16 - catalogue().len() as u16 {
			assert_ok!(ConfigGuard::set_parameter(root(), ParamId(id), joint(), text("a")));
		}
		assert_noop!(
			ConfigGuard::set_parameter(root(), ParamId(20), joint(), text("a")),
			Error::<Test>::TooManyParameters
		);
	});
}

#[test]
fn set_parameter_fails_when_a_rule_in_force_would_be_none() {
	run(|| {
		let set = |id, parameter| ConfigGuard::set_parameter(RuntimeOrigin::root(), id, parameter, text("a"));
		// Given a rule about the neighbours of a cell
		let bad = Error::<Test>::NamedByRule;
		assert_noop!(set(NEIGHBOUR, parameter(None, ParamScope::CellRelation, ApprovalClass::Notified)), bad);
		let of_cell =
			Parameter { domain: Domain::Cell, ..parameter(None, ParamScope::Cell, ApprovalClass::Notified) };
		assert_noop!(set(NEIGHBOUR, of_cell.clone()), Error::<Test>::NamedByRule);
		// When it is out of force, what it names may be something else
		assert_ok!(ConfigGuard::set_rule(RuntimeOrigin::root(), 1, None));
		assert_ok!(set(NEIGHBOUR, of_cell));
	});
}

#[test]
fn set_parameter_fails_without_the_right() {
	run(|| {
		for origin in [RuntimeOrigin::none(), engineer(CARRIER)] {
			let call = ConfigGuard::set_parameter(origin, ParamId(20), joint(), text("a"));
			assert_noop!(call, DispatchError::BadOrigin);
		}
	});
}
