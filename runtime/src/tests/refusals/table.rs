// SPDX-License-Identifier: Apache-2.0
//! Refusals that hold for every call of a pallet: by the wrong role, company and scope, by a company that is suspended or has
//! left, and while the pallet's calls are paused, in every way of making a call.

use super::{
	wrapped::{appoint_to, as_council, fails_in_every_way, is_not_admitted_in_any_way, next_block},
	*,
};
use crate::filter::pause_kind;
use frame_support::traits::{GetCallMetadata, GetCallName};
use pallet_federation::{Call as Federation, PauseKind, PauseKinds, SubjectMatter};
use trimast_primitives::{admission::Refusal, params::Parameters};

/// Who may make a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum May {
	/// Accounts with one of these roles.
	Roles(&'static [Role]),
	/// Nobody: what the council has decided arrives as Root.
	Council,
}

/// A call, who may make it, and for which company it is refused with which error.
pub(super) type Row = (RuntimeCall, May, Option<(&'static str, &'static str)>);

/// The calls of a pallet.
pub(super) struct Table {
	/// Makes what the calls are about, on a chain of the `local` preset.
	pub(super) given: fn(),
	/// Every call of the pallet.
	pub(super) rows: fn() -> Vec<Row>,
	/// The kind of calls that they are.
	pub(super) kind: PauseKind,
}

pub(super) fn all_roles() -> Roles {
	Role::ALL.into_iter().collect()
}

fn other_roles(than: &[Role]) -> Roles {
	Role::ALL.into_iter().filter(|role| !than.contains(role)).collect()
}

/// The others suspend the second carrier. First its notice has to run.
pub(super) fn suspend() {
	let propose = Federation::propose_subject { org: OrgId(1), matter: SubjectMatter::Suspend };
	admitted("//carrier-one", propose).unwrap();
	let id = crate::Federation::subject_motions()[0].id;
	admitted("//tower", Federation::vote_subject { id }).unwrap();
}

impl Table {
	/// Whether the table has each call of the pallet `C` once.
	pub(super) fn has_every_call_of<C: GetCallName>(&self) {
		local().execute_with(|| {
			(self.given)();
			let rows = (self.rows)();
			let mut names: Vec<_> =
				rows.iter().map(|(call, ..)| call.get_call_metadata().function_name).collect();
			names.sort_unstable();
			let mut all = C::get_call_names().to_vec();
			all.sort_unstable();
			assert_eq!(names, all);
		});
	}

	/// Tries every call that somebody may make on a chain of its own. `before` prepares the account that is tried, for one
	/// of these roles, and says with which error it must fail, if it has to.
	fn every_call_fails(
		&self,
		before: impl Fn(&RuntimeCall, &'static [Role], Option<(&str, &'static str)>) -> Option<&'static str>,
	) {
		let count = local().execute_with(|| {
			(self.given)();
			(self.rows)().len()
		});
		for n in 0..count {
			local().execute_with(|| {
				(self.given)();
				let (call, may, other) = (self.rows)().swap_remove(n);
				let May::Roles(roles) = may else { return };
				if let Some(error) = before(&call, roles, other) {
					fails_in_every_way(|| call.clone(), error);
				}
			});
		}
	}

	pub(super) fn fails_with_all_other_roles(&self) {
		self.every_call_fails(|_, roles, _| {
			appoint_to("//carrier-one", other_roles(roles), Scope::National);
			Some("MissingRole")
		});
	}

	pub(super) fn fails_in_another_scope(&self) {
		self.every_call_fails(|_, _, _| {
			appoint_to("//carrier-one", all_roles(), Scope::Province(ProvinceId(14)));
			Some("OutsideScope")
		});
	}

	pub(super) fn fails_for_another_company(&self) {
		self.every_call_fails(|_, _, other| {
			let (company, error) = other?;
			appoint_to(company, all_roles(), Scope::National);
			Some(error)
		});
	}

	pub(super) fn fails_for_a_suspended_company(&self) {
		self.every_call_fails(|_, _, _| {
			appoint_to("//carrier-two", all_roles(), Scope::National);
			suspend();
			pass(Parameters::SECONDS.suspension_notice + 1);
			Some("OrgNotActive")
		});
	}

	pub(super) fn fails_for_another_company_that_is_leaving(&self) {
		self.every_call_fails(|_, _, other| {
			let (company, error) = other.filter(|(company, _)| *company != "//witness")?;
			appoint_to(company, all_roles(), Scope::National);
			admitted(company, Federation::declare_exit {}).unwrap();
			pass(1);
			Some(error)
		});
	}

	pub(super) fn fails_for_a_company_that_has_left(&self) {
		local().execute_with(|| {
			(self.given)();
			appoint_to("//carrier-two", all_roles(), Scope::National);
			admitted("//carrier-two", Federation::declare_exit {}).unwrap();
			pass(Parameters::SECONDS.exit_notice);
			next_block();
			admitted("//carrier-two", Federation::complete_exit {}).unwrap();
			for (call, ..) in (self.rows)().into_iter().filter(|(_, may, _)| *may != May::Council) {
				is_not_admitted_in_any_way(|| call.clone(), Refusal::OrgNotMember, "OrgNotActive");
			}
		});
	}

	pub(super) fn fails_while_its_kind_is_paused(&self) {
		self.every_call_fails(|call, _, _| {
			appoint_to("//carrier-one", all_roles(), Scope::National);
			let kinds = PauseKinds::of(self.kind);
			as_council(Federation::pause { kinds }.into()).unwrap();
			pause_kind(call).map(|_| "CallFiltered")
		});
	}

	/// That the council decides so many calls, and no account makes one.
	pub(super) fn what_the_council_decides_fails_for_every_account(&self, count: usize) {
		local().execute_with(|| {
			(self.given)();
			appoint_to("//carrier-one", all_roles(), Scope::National);
			let council: Vec<_> =
				(self.rows)().into_iter().filter(|(_, may, _)| *may == May::Council).collect();
			assert_eq!(council.len(), count);
			for (call, ..) in council {
				fails_in_every_way(|| call.clone(), "BadOrigin");
				for seed in ["//carrier-one", "//tower", "//witness"] {
					assert_eq!(admitted(seed, call.clone()), Err(DispatchError::BadOrigin), "{seed}");
				}
			}
		});
	}
}
