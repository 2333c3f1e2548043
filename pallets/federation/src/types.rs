// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores.

use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::ConstU32;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::BoundedVec;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	matter::Matter,
	org::{OrgKind, OrgStatus},
	AccountId, BlockNumber, Hash, OrgId, OrgSet, ProvinceId, Text,
};

/// Most bytes of an enacted call, SCALE-encoded. Code travels by its hash, so no call needs to be larger.
pub const MAX_CALL_BYTES: u32 = 64 * 1024;
/// Most bytes of a motion: `enact` of the largest call. Its number of a pallet and a call take two.
pub const MAX_PROPOSAL_BYTES: u32 = MAX_CALL_BYTES + 2;
/// Most motions of one company that the council has open.
pub const MAX_OPEN_MOTIONS: u32 = 8;

/// Name of an organisation or a branch: 1 to 64 bytes of UTF-8 without control characters.
pub type Name = Text<ConstU32<64>>;
/// libp2p peer id in base58, as node software prints it: 46 to 64 characters.
pub type PeerId = BoundedVec<u8, ConstU32<64>>;
/// SCALE encoding of an enacted call.
pub type CallBytes = BoundedVec<u8, ConstU32<MAX_CALL_BYTES>>;

/// Where an organisation stands, as stored. Suspension and declared exit lie on top of [`Stage::Member`].
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Stage {
	/// Invited; the invitation lapses after the block.
	Invited {
		/// Last block of the invitation.
		until: BlockNumber,
	},
	/// Has accepted and waits for the council's confirmation, for as long as that takes.
	Accepted,
	/// A member.
	Member,
	/// Was a member.
	Left,
}

/// A declared exit. It lapses when it is not completed in time, lest a company keep the door open for good.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Exit {
	/// The first block in which it may be completed.
	pub from: BlockNumber,
	/// The last one.
	pub until: BlockNumber,
}

/// An organisation.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Org {
	/// What it is.
	pub kind: OrgKind,
	/// Its name.
	pub name: Name,
	/// The account that speaks for it: always a National admin of its own, never removed while in this place.
	pub principal: AccountId,
	/// The account that may veto a recovery. Until the invitation is accepted it is the principal.
	pub recovery: AccountId,
	/// The account that the principal wants in its place, and from which block on it may take it.
	pub next_recovery: Option<(AccountId, BlockNumber)>,
	/// Where it stands.
	pub stage: Stage,
	/// Counts the operators that a witness has had. Accounts of an earlier operator count as removed.
	pub term: u16,
	/// The first block in which its suspension no longer holds.
	pub suspended_until: Option<BlockNumber>,
	/// Its exit, as it was last declared.
	pub exit: Option<Exit>,
	/// Accounts it has.
	pub accounts: u32,
	/// Accounts that it was the first to add. Their entries stay for good.
	pub added: u32,
	/// Branches it has.
	pub branches: u32,
	/// Nodes it has registered.
	pub nodes: u32,
}

impl Org {
	/// An organisation that has just been invited.
	pub fn invited(kind: OrgKind, name: Name, principal: AccountId, until: BlockNumber) -> Self {
		Self {
			kind,
			name,
			recovery: principal.clone(),
			next_recovery: None,
			principal,
			stage: Stage::Invited { until },
			term: 0,
			suspended_until: None,
			exit: None,
			accounts: 0,
			added: 0,
			branches: 0,
			nodes: 0,
		}
	}

	/// Whether it counts as a member: whether it votes, validates and may leave.
	pub fn is_member(&self) -> bool {
		self.stage == Stage::Member
	}

	/// Its declared exit, unless that has lapsed.
	pub fn leaving(&self, now: BlockNumber) -> Option<Exit> {
		self.exit.filter(|exit| now <= exit.until)
	}

	/// How it stands in block `now`. An invitation that lapsed reads as [`OrgStatus::Left`].
	pub fn status(&self, now: BlockNumber) -> OrgStatus {
		match self.stage {
			Stage::Accepted => OrgStatus::Invited,
			Stage::Invited { until } if now <= until => OrgStatus::Invited,
			Stage::Invited { .. } | Stage::Left => OrgStatus::Left,
			Stage::Member if self.suspended_until.is_some_and(|until| now < until) => OrgStatus::Suspended,
			Stage::Member if self.leaving(now).is_some() => OrgStatus::Leaving,
			Stage::Member => OrgStatus::Active,
		}
	}
}

/// An account of an organisation. The entry stays when the account is removed, so that its refusal can say
/// so.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Account {
	/// Whose it is.
	pub org: OrgId,
	/// What it does.
	pub roles: Roles,
	/// Where.
	pub scope: Scope,
	/// The branch it belongs to, if any.
	pub branch: Option<u16>,
	/// Block of its (last) admission. Nothing signed on an earlier block counts.
	pub since: BlockNumber,
	/// The organisation's [`Org::term`] in which it was admitted.
	pub term: u16,
	/// Whether its organisation has removed it.
	pub removed: bool,
}

impl Account {
	/// Whether it may act as `role` everywhere in `scope`.
	pub fn may(&self, role: Role, scope: Scope) -> bool {
		self.roles.contains(role) && self.scope.contains(scope)
	}

	/// Whether it is an admin of the whole territory.
	pub fn is_national_admin(&self) -> bool {
		self.may(Role::Admin, Scope::National)
	}
}

/// A branch of a company.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Branch {
	/// Its name.
	pub name: Name,
	/// The part of the territory it is bound to.
	pub scope: Scope,
}

/// What a registered node does.
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
)]
pub enum NodeKind {
	/// Authors and finalises blocks.
	Validator,
	/// Keeps every block and every state.
	Archive,
	/// Follows the chain.
	Full,
}

impl NodeKind {
	/// The word for it in queries.
	pub const fn word(self) -> &'static str {
		match self {
			Self::Validator => "validator",
			Self::Archive => "archive",
			Self::Full => "full",
		}
	}
}

/// A registered node.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Node {
	/// Whose it is.
	pub org: OrgId,
	/// What it does.
	pub kind: NodeKind,
	/// The province it serves, if it serves one.
	pub province: Option<ProvinceId>,
}

/// A motion that the council has decided and that waits for its delay.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Enactment {
	/// What kind of thing it decides.
	pub matter: Matter,
	/// Hash of the call.
	pub call_hash: Hash,
	/// Companies that voted for it.
	pub ayes: OrgSet,
	/// Companies that object.
	pub objections: OrgSet,
	/// Block of the decision.
	pub decided: BlockNumber,
	/// Block in which it is carried out.
	pub at: BlockNumber,
}

/// Why a decided motion was not carried out.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum Lapse {
	/// Those who voted for it and are still members no longer suffice.
	VotesGone,
	/// The runtime now sorts the call into another matter, or into none.
	MatterChanged,
	/// The runtime no longer knows the call.
	CallUnknown,
	/// The company it is about is no longer a member.
	SubjectGone,
	/// The account it names as the new principal belongs to another company by now, or is the recovery account.
	AccountTaken,
}

/// What the other companies may decide about one of them.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub enum SubjectMatter {
	/// Its business calls are refused for a term, after a notice. Decided again, the term starts anew.
	Suspend,
	/// Its suspension ends at once, and one that is decided but not in force yet is dropped.
	Readmit,
	/// Its principal's key is lost: `principal` takes its place, after a delay in which the company may veto.
	Recover {
		/// The new principal.
		principal: AccountId,
	},
}

impl SubjectMatter {
	/// Whether both decide the same kind of thing, whatever account they name.
	pub fn is_kind_of(&self, other: &Self) -> bool {
		core::mem::discriminant(self) == core::mem::discriminant(other)
	}
}

/// A motion of the others about one company.
#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct SubjectMotion {
	/// The company it is about. It has no vote.
	pub subject: OrgId,
	/// What is to be decided.
	pub matter: SubjectMatter,
	/// Who proposed it.
	pub proposer: OrgId,
	/// Who has voted for it.
	pub ayes: OrgSet,
	/// Last block in which votes are taken.
	pub closes: BlockNumber,
	/// Block in which it takes effect, once decided.
	pub effective: Option<BlockNumber>,
}

/// Kinds of calls that an emergency pause can stop. Governance, objection, export, exit and upgrade are no
/// such kind.
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
)]
pub enum PauseKind {
	/// The inventory.
	Sites,
	/// Configuration changes and sweeps.
	ConfigGuard,
	/// Work orders and evidence.
	Dispatch,
	/// Readings and windows.
	Energy,
	/// Companies' changes of their own accounts, branches and nodes. Removing an account is none: a company must be
	/// able to cut off a stolen key.
	Accounts,
}

impl PauseKind {
	/// Every kind, in the order of their bits.
	pub const ALL: [Self; 5] = [Self::Sites, Self::ConfigGuard, Self::Dispatch, Self::Energy, Self::Accounts];

	/// The word for it in queries.
	pub const fn word(self) -> &'static str {
		match self {
			Self::Sites => "sites",
			Self::ConfigGuard => "config-guard",
			Self::Dispatch => "dispatch",
			Self::Energy => "energy",
			Self::Accounts => "accounts",
		}
	}
}

/// A set of pausable kinds: bit `n` stands for the `n`-th of [`PauseKind::ALL`].
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
pub struct PauseKinds(pub u8);

impl PauseKinds {
	/// No kind.
	pub const EMPTY: Self = Self(0);
	/// Every kind.
	pub const ALL: Self = Self(0b1_1111);

	/// The set of one kind.
	pub const fn of(kind: PauseKind) -> Self {
		Self(match kind {
			PauseKind::Sites => 1,
			PauseKind::ConfigGuard => 2,
			PauseKind::Dispatch => 4,
			PauseKind::Energy => 8,
			PauseKind::Accounts => 16,
		})
	}

	/// Whether `kind` is in the set.
	pub const fn contains(self, kind: PauseKind) -> bool {
		self.0 & Self::of(kind).0 != 0
	}

	/// Whether the set names at least one kind and none that does not exist.
	pub const fn is_valid(self) -> bool {
		self.0 != 0 && self.0 & !Self::ALL.0 == 0
	}
}

impl FromIterator<PauseKind> for PauseKinds {
	fn from_iter<I: IntoIterator<Item = PauseKind>>(kinds: I) -> Self {
		Self(kinds.into_iter().fold(0, |set, kind| set | Self::of(kind).0))
	}
}

/// The last emergency pause, in force or over.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Pause {
	/// What is paused.
	pub kinds: PauseKinds,
	/// The first block in which it no longer holds; none when it holds until it is lifted.
	pub until: Option<BlockNumber>,
}

/// Bytes of state reserved for one account, and the company that pays for them.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq, Debug,
)]
pub struct Deposit {
	/// The company on whose quota they count, whoever the account belongs to by now.
	pub org: OrgId,
	/// How many bytes.
	pub bytes: u32,
}

/// An organisation of the genesis.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub struct GenesisOrg {
	/// What it is.
	pub kind: OrgKind,
	/// Its name.
	pub name: String,
	/// Its principal; a National admin without being listed in `accounts`.
	pub principal: AccountId,
	/// Its recovery account; a National auditor unless `accounts` lists it otherwise.
	pub recovery: AccountId,
	/// Accounts whose session keys hold its validator seats.
	pub validators: Vec<AccountId>,
	/// Its accounts.
	pub accounts: Vec<(AccountId, Roles, Scope)>,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pause_kinds_keep_their_bits() {
		for (bit, kind) in PauseKind::ALL.into_iter().enumerate() {
			assert_eq!(PauseKinds::of(kind).0, 1 << bit);
		}
		assert_eq!(PauseKind::ALL.into_iter().collect::<PauseKinds>(), PauseKinds::ALL);
		assert!(!PauseKinds(0).is_valid() && !PauseKinds(1 << 5).is_valid() && PauseKinds::ALL.is_valid());
	}

	#[test]
	fn status_follows_the_blocks() {
		let account = AccountId::new([1; 32]);
		let mut org = Org::invited(OrgKind::Carrier, Default::default(), account, 10);
		assert_eq!((org.status(10), org.status(11)), (OrgStatus::Invited, OrgStatus::Left));
		org.stage = Stage::Accepted;
		assert_eq!(org.status(u32::MAX), OrgStatus::Invited);
		org.stage = Stage::Member;
		assert_eq!(org.status(11), OrgStatus::Active);
		org.exit = Some(Exit { from: 5, until: 30 });
		org.suspended_until = Some(20);
		assert_eq!((org.status(19), org.status(20)), (OrgStatus::Suspended, OrgStatus::Leaving));
		assert_eq!((org.status(30), org.status(31)), (OrgStatus::Leaving, OrgStatus::Active));
		org.stage = Stage::Left;
		assert_eq!(org.status(0), OrgStatus::Left);
	}
}
