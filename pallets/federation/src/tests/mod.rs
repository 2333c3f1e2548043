// SPDX-License-Identifier: Apache-2.0

//! Tests of the calls, of admission and of the quota. Every test ends in `try_state`, inside `mock::run`.

mod accounts;
mod admission;
mod branches;
mod enact;
mod exit;
mod genesis;
mod joining;
mod motions;
mod nodes;
mod origins;
mod parameters;
mod pause;
mod principal;
mod proposals;
mod quota;
mod share;
mod subject;
mod validators;
mod views;

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	AccountId, LocalNetworkId, ProvinceId,
};

/// Hebei and its capital's local network.
const HEBEI: Scope = Scope::Province(ProvinceId(13));
const SHIJIAZHUANG: Scope = Scope::LocalNetwork(LocalNetworkId(1301));

/// The error as calls answer it.
type E = Error<Test>;

/// The roles of one role.
fn roles(role: Role) -> Roles {
	Roles::of(role)
}

/// Adds an account to the organisation of `admin`.
fn add(admin: &str, name: &str, role: Role, scope: Scope) -> AccountId {
	assert_ok!(Federation::add_account(by(admin), account(name), roles(role), scope, None));
	account(name)
}
