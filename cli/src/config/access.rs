// SPDX-License-Identifier: Apache-2.0
//! Whether an account may do what a command is about to work for. The chain says so too, but late: after a file of a
//! million cells was read, or once for each page.

use crate::{
	chain::views::At,
	context::Context,
	error::{Failure, Result},
	names::{self, role_text, roles_text, scope_text},
};
use trimast_primitives::{
	access::{Role, Scope},
	apis::AccountView,
	LocalNetworkId,
};

/// Who carries out changes and keeps baselines.
pub(crate) const ENGINEER: &[Role] = &[Role::Engineer];
/// Who observes.
pub(crate) const COLLECTOR: &[Role] = &[Role::Collector];
/// Who reports what a network has made known.
pub(crate) const REPORTER: &[Role] = &[Role::Collector, Role::Engineer];
/// Who looks into the exports of others.
pub(crate) const INSPECTOR: &[Role] = &[Role::Engineer, Role::Collector, Role::Auditor];

/// The account that acts. Refused where it has none of these roles.
pub(crate) async fn acting(context: &Context, at: At<'_>, roles: &[Role]) -> Result<AccountView> {
	let view = at.known_account(&context.acting_account()?).await?;
	expect_role(&view, roles)?;
	Ok(view)
}

/// Refuses an account that has none of these roles.
pub(crate) fn expect_role(view: &AccountView, roles: &[Role]) -> Result<()> {
	if roles.iter().any(|role| view.roles.contains(*role)) {
		return Ok(());
	}
	let wanted: Vec<&str> = roles.iter().copied().map(role_text).collect();
	Err(Failure::chain(format!(
		"the account lacks the role for this: it has only {}",
		roles_text(view.roles)
	))
	.at(names::ss58(&view.account))
	.remedy(format!(
			"use an account of your company with the role {}, or have its admin give it that (`trimast account set`)",
			wanted.join(" or ")
		)))
}

/// Refuses a place outside of an account's scope.
pub(crate) fn expect_place(view: &AccountView, place: Scope) -> Result<()> {
	if view.scope.contains(place) {
		return Ok(());
	}
	Err(Failure::chain(outside(view, place)).at(names::ss58(&view.account)).remedy(OUTSIDE))
}

/// Refuses a local network outside of an account's scope.
pub(crate) fn expect_local_network(view: &AccountView, id: LocalNetworkId) -> Result<()> {
	expect_place(view, Scope::LocalNetwork(id))
}

/// What to do where a place lies outside of an account's scope.
pub(crate) const OUTSIDE: &str =
	"use an account of your company that is there for this place, or have its admin widen the scope (`trimast account set`)";

/// That a place lies outside of an account's scope.
pub(crate) fn outside(view: &AccountView, place: Scope) -> String {
	format!("{} lies outside of the account's scope, {}", scope_text(place), scope_text(view.scope))
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{access::Roles, OrgId, ProvinceId};

	fn view(roles: Roles, scope: Scope) -> AccountView {
		AccountView { account: [7; 32].into(), org: OrgId(1), roles, scope, branch: None, since: 0 }
	}

	#[test]
	fn account_without_the_role_is_told_which_one_and_what_it_has() {
		let auditor = view(Roles::of(Role::Auditor), Scope::National);
		let failure = expect_role(&auditor, ENGINEER).unwrap_err();
		let text = failure.to_string();
		assert!(text.starts_with(&names::ss58(&auditor.account)) && failure.exit_code() == 1, "{text}");
		assert!(text.contains("it has only auditor") && text.contains("with the role engineer"), "{text}");
		let several = expect_role(&auditor, REPORTER).unwrap_err().to_string();
		assert!(several.contains("collector or engineer"), "{several}");
		assert_eq!(expect_role(&auditor, INSPECTOR), Ok(()));
	}

	#[test]
	fn place_outside_of_the_scope_is_told_with_both() {
		let engineer = view(Roles::of(Role::Engineer), Scope::Province(ProvinceId(13)));
		assert_eq!(expect_local_network(&engineer, LocalNetworkId(1301)), Ok(()));
		for place in [Scope::LocalNetwork(LocalNetworkId(1401)), Scope::National] {
			let text = expect_place(&engineer, place).unwrap_err().to_string();
			assert!(text.contains(&scope_text(place)) && text.contains("scope, province:13"), "{text}");
			assert!(text.contains("remedy: use an account"), "{text}");
		}
	}
}
