// SPDX-License-Identifier: Apache-2.0

//! Who may do what, where: roles and scopes of accounts.

use crate::{LocalNetworkId, OrgId, ProvinceId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What an account does for its organisation.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
)]
pub enum Role {
	/// Manages the organisation's branches and accounts within its scope.
	Admin,
	/// Proposes and countersigns what is in the inventory.
	Planner,
	/// Proposes, countersigns and carries out configuration changes.
	Engineer,
	/// Opens, moves and closes work orders.
	Dispatcher,
	/// A machine that submits observations and readings.
	Collector,
	/// Reads and disputes; changes nothing.
	Auditor,
	/// Runs nodes: validator seats, session keys, the node registry.
	Operator,
}

impl Role {
	/// Every role, in the order of their bits.
	pub const ALL: [Self; 7] = [
		Self::Admin,
		Self::Planner,
		Self::Engineer,
		Self::Dispatcher,
		Self::Collector,
		Self::Auditor,
		Self::Operator,
	];
}

/// A set of roles: bit `n` stands for the `n`-th role of [`Role::ALL`].
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct Roles(pub u16);

impl Roles {
	/// The set of one role.
	pub const fn of(role: Role) -> Self {
		Self(1 << role as u8)
	}

	/// The set with `role` in it.
	#[must_use]
	pub const fn with(self, role: Role) -> Self {
		Self(self.0 | Self::of(role).0)
	}

	/// Whether `role` is in the set.
	pub const fn contains(self, role: Role) -> bool {
		self.0 & Self::of(role).0 != 0
	}

	/// Whether the set names at least one role and none that does not exist.
	pub const fn is_valid(self) -> bool {
		self.0 != 0 && self.0 < 1 << Role::ALL.len()
	}

	/// The roles in the set.
	pub fn iter(self) -> impl Iterator<Item = Role> {
		Role::ALL.into_iter().filter(move |role| self.contains(*role))
	}
}

impl FromIterator<Role> for Roles {
	fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
		roles.into_iter().fold(Self::default(), Self::with)
	}
}

/// The part of the territory that an account may act in.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub enum Scope {
	/// Everywhere.
	National,
	/// Every local network of one province.
	Province(ProvinceId),
	/// One local network.
	LocalNetwork(LocalNetworkId),
}

impl Scope {
	/// Whether every place of `other` lies in this scope.
	pub fn contains(self, other: Self) -> bool {
		match (self, other) {
			(Self::National, _) => true,
			(Self::Province(mine), Self::Province(theirs)) => mine == theirs,
			(Self::Province(mine), Self::LocalNetwork(theirs)) => mine == theirs.province(),
			(Self::LocalNetwork(mine), Self::LocalNetwork(theirs)) => mine == theirs,
			_ => false,
		}
	}

	/// Whether it lies in a province that exists. Whether the territory has a local network by now is not asked: a scope
	/// gives no more than its place.
	pub const fn exists(self) -> bool {
		match self {
			Self::National => true,
			Self::Province(province) => province.exists(),
			Self::LocalNetwork(local_network) => local_network.is_code(),
		}
	}

	/// Whether `local_network` lies in this scope.
	pub fn covers(self, local_network: LocalNetworkId) -> bool {
		self.contains(Self::LocalNetwork(local_network))
	}
}

/// Why an account may not do what it asked for.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessRefusal {
	/// No organisation has this account.
	UnknownAccount,
	/// The organisation may not do business now: it is suspended, has left, or has not joined yet.
	OrgNotActive,
	/// The account lacks the role.
	MissingRole,
	/// The place lies outside the account's scope.
	OutsideScope,
}

/// What a business pallet asks of the federation. Every call names the role and the place it needs.
pub trait Authority<AccountId> {
	/// The organisation for which `who` may act as `role` in `scope`, or why not.
	fn authorise(who: &AccountId, role: Role, scope: Scope) -> Result<OrgId, AccessRefusal>;
	/// The same for who may act in one of several roles. That the account has a role and not the place says more than that it
	/// lacks another role.
	fn authorise_as_any(who: &AccountId, roles: &[Role], scope: Scope) -> Result<OrgId, AccessRefusal> {
		let mut answer = Err(AccessRefusal::MissingRole);
		for role in roles {
			match Self::authorise(who, *role, scope) {
				Err(AccessRefusal::MissingRole) => {}
				Err(AccessRefusal::OutsideScope) => answer = Err(AccessRefusal::OutsideScope),
				found => return found,
			}
		}
		answer
	}
	/// The organisations that count as members now.
	fn members() -> crate::OrgSet;
	/// What kind of organisation `org` is, if it is a member.
	fn kind(org: OrgId) -> Option<crate::org::OrgKind>;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn scopes_nest() {
		let hebei = Scope::Province(ProvinceId(13));
		assert!(Scope::National.contains(hebei));
		assert!(hebei.covers(LocalNetworkId(1301)));
		assert!(!hebei.covers(LocalNetworkId(1401)));
		assert!(!hebei.contains(Scope::National));
		assert!(!Scope::LocalNetwork(LocalNetworkId(1301)).contains(hebei));
	}

	/// A planner everywhere and an auditor in Hebei, in one account.
	struct One;

	impl Authority<u8> for One {
		fn authorise(who: &u8, role: Role, scope: Scope) -> Result<OrgId, AccessRefusal> {
			let own = match role {
				_ if *who != 0 => return Err(AccessRefusal::UnknownAccount),
				Role::Planner => Scope::National,
				Role::Auditor => Scope::Province(ProvinceId(13)),
				_ => return Err(AccessRefusal::MissingRole),
			};
			own.contains(scope).then_some(OrgId(1)).ok_or(AccessRefusal::OutsideScope)
		}

		fn members() -> crate::OrgSet {
			crate::OrgSet::of(OrgId(1))
		}

		fn kind(_org: OrgId) -> Option<crate::org::OrgKind> {
			None
		}
	}

	#[test]
	fn any_of_several_roles_will_do() {
		use Role::{Admin, Auditor, Planner};
		let ask = |who, roles: &[Role], scope| One::authorise_as_any(&who, roles, scope);
		assert_eq!(ask(0, &[Auditor, Planner], Scope::National), Ok(OrgId(1)));
		assert_eq!(ask(0, &[Admin, Auditor], Scope::Province(ProvinceId(13))), Ok(OrgId(1)));
		assert_eq!(ask(0, &[Auditor, Admin], Scope::National), Err(AccessRefusal::OutsideScope));
		assert_eq!(ask(0, &[Admin], Scope::National), Err(AccessRefusal::MissingRole));
		assert_eq!(ask(0, &[], Scope::National), Err(AccessRefusal::MissingRole));
		assert_eq!(ask(1, &[Admin, Planner], Scope::National), Err(AccessRefusal::UnknownAccount));
	}

	#[test]
	fn roles_keep_their_bits() {
		for (bit, role) in Role::ALL.into_iter().enumerate() {
			assert_eq!(Roles::of(role).0, 1 << bit);
		}
		assert!(!Roles(0).is_valid() && !Roles(1 << 7).is_valid() && Roles(0x7f).is_valid());
	}
}
