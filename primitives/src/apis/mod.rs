// SPDX-License-Identifier: Apache-2.0

//! What can be asked of the runtime: the views, and the runtime APIs that answer with them. The node's JSON-RPC methods
//! `federation_*`, `sites_*`, `configGuard_*`, `dispatch_*` and `energy_*` are these, one to one. A list that grows with the country or with time
//! has a limit ([`MAX_PAGE`]) and a place to go on from; the others are as long as their types allow.

pub mod config_guard;
pub mod dispatch;
pub mod energy;

pub use config_guard::*;
pub use dispatch::*;
pub use energy::*;

use crate::{
	access::{Roles, Scope},
	inventory::Digest,
	matter::{Matter, MotionDefect},
	org::{OrgKind, OrgStatus},
	page::SiteId,
	params::{ParameterBounds, Parameters},
	site::{StationCode, StationEntry},
	territory::Position,
	AccountId, BlockNumber, Consents, Hash, LocalNetworkId, OrgId, OrgSet, ProvinceId,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most items that one answer carries; a larger limit is taken as this.
pub const MAX_PAGE: u32 = 1_000;
/// Numbers that one answer of a list by number looks at, however few items are asked for. What is forgotten leaves gaps, so
/// an answer with fewer items than were asked for ends behind so many numbers and not at the end of the list.
pub const MAX_NUMBERS: u32 = 16 * MAX_PAGE;

/// An organisation as it stands.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OrgView {
	/// Its number.
	pub id: OrgId,
	/// Its name.
	pub name: String,
	/// What it is.
	pub kind: OrgKind,
	/// Where it stands.
	pub status: OrgStatus,
	/// The account that holds its council seat (for the witness: its principal account).
	pub principal: AccountId,
	/// The account that may veto a recovery of the principal's key.
	pub recovery: AccountId,
	/// The account that the principal wants in the place of the recovery account, and the block from which on it may
	/// put it there.
	pub next_recovery: Option<(AccountId, BlockNumber)>,
	/// The validators that it has named, with whether each has session keys on the chain.
	pub validators: Vec<(AccountId, bool)>,
	/// Until which block it may accept its invitation; none once it has.
	pub accept_by: Option<BlockNumber>,
	/// Until which block it is suspended, if it is or is about to be.
	pub suspended_until: Option<BlockNumber>,
	/// Earliest block in which its exit can be completed, if it is leaving.
	pub leaves_at: Option<BlockNumber>,
	/// Accounts it has.
	pub accounts: u32,
	/// Bytes of state that its deposits hold.
	pub state_used: u32,
}

/// An account of a member.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct AccountView {
	/// The account.
	pub account: AccountId,
	/// Whose it is.
	pub org: OrgId,
	/// What it does.
	pub roles: Roles,
	/// Where.
	pub scope: Scope,
	/// The branch it belongs to, if any.
	pub branch: Option<u16>,
	/// Block of its (last) admission.
	pub since: BlockNumber,
}

/// A branch of a company.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct BranchView {
	/// Its number within the company.
	pub id: u16,
	/// Its name.
	pub name: String,
	/// The part of the territory it is bound to.
	pub scope: Scope,
}

/// A registered node.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct NodeView {
	/// libp2p peer id, base58.
	pub peer_id: String,
	/// Whose it is.
	pub org: OrgId,
	/// What it does: `validator`, `archive`, `full`.
	pub kind: String,
	/// The province it stands in, if it serves one.
	pub province: Option<ProvinceId>,
}

/// A motion that is open in the council.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct MotionView {
	/// Its number.
	pub index: u32,
	/// Hash of its call, by which the council knows it.
	pub hash: Hash,
	/// Ayes that it asks for.
	pub threshold: u32,
	/// Who has voted for it.
	pub ayes: OrgSet,
	/// Who has voted against it.
	pub nays: OrgSet,
	/// Block from which on it may be closed whoever has not voted.
	pub closes: BlockNumber,
	/// SCALE-encoded call.
	#[serde(with = "crate::json::hex")]
	pub call: Vec<u8>,
}

/// How the emergency pause stands.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PauseView {
	/// The kinds of calls that are paused now: `sites`, `config-guard`, `dispatch`, `energy`, `accounts`.
	pub kinds: Vec<String>,
	/// The first block in which they are not paused any more; none when nothing is paused, or until it is lifted.
	pub until: Option<BlockNumber>,
	/// Before this block it takes all companies to pause again; none when two may now, or the pause has no end.
	pub again_from: Option<BlockNumber>,
}

/// A decided motion that waits for its delay.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnactmentView {
	/// Its number.
	pub id: u32,
	/// What kind of thing it decides.
	pub matter: Matter,
	/// Hash of the call.
	pub call_hash: Hash,
	/// SCALE-encoded call.
	#[serde(with = "crate::json::hex")]
	pub call: Vec<u8>,
	/// Who voted for it.
	pub ayes: OrgSet,
	/// Who objects.
	pub objections: OrgSet,
	/// Block in which it is carried out.
	pub at: BlockNumber,
}

/// A motion of the others about one company.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct SubjectMotionView {
	/// Its number.
	pub id: u32,
	/// The company it is about.
	pub subject: OrgId,
	/// In words: `suspend`, `readmit`, `recover 5F...` (the account in SS58).
	pub matter: String,
	/// Who has voted for it.
	pub ayes: OrgSet,
	/// Who has to.
	pub required: OrgSet,
	/// Until which block votes are taken.
	pub closes: BlockNumber,
	/// Block in which it takes effect, once decided.
	pub effective: Option<BlockNumber>,
}

/// A local network and how its inventory stands.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct LocalNetworkView {
	/// GB/T 2260 code.
	pub id: LocalNetworkId,
	/// Its name.
	pub name: String,
	/// Centroid.
	pub centre: Position,
	/// Buckets its pages are made of.
	pub buckets: u16,
	/// Pages in use: page numbers below `buckets * overflow` that hold stations.
	pub pages: u32,
	/// Stations in service.
	pub stations: u32,
	/// Of these, confirmed by everybody they name.
	pub confirmed: u32,
	/// Retired stations.
	pub retired: u32,
}

/// A station with its number.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct SiteView {
	/// Its number.
	pub id: SiteId,
	/// How it stands.
	pub entry: StationEntry,
}

/// An amendment that waits for consents.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct AmendmentView {
	/// The station.
	pub id: SiteId,
	/// The record as it would become.
	pub proposed: StationEntry,
	/// Whose consents it needs and has.
	pub consents: Consents,
	/// Who proposed it.
	pub proposer: OrgId,
}

/// How far a reconciliation of a local network is.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ReconciliationView {
	/// Number of the round in this local network.
	pub round: u32,
	/// Who takes part.
	pub parties: OrgSet,
	/// Who has committed.
	pub committed: OrgSet,
	/// Who has revealed its page digests.
	pub revealed: OrgSet,
	/// Last block for the step that is under way.
	pub deadline: BlockNumber,
	/// How many page digests each of them has revealed.
	pub pages: u16,
}

/// One record of a page in which the parties differ.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct DifferenceView {
	/// The page.
	pub page: u16,
	/// [`crate::inventory::InventoryRecord::key`].
	pub key: u64,
	/// The digest in each party's books, for those who have the record; a party with the same code twice stands
	/// here twice.
	pub digests: Vec<(OrgId, Digest)>,
	/// Parties whose records of this page are not known: they have not published them, and their digest of the page
	/// is not that of a party who has. Whether they have the record is open.
	pub unpublished: OrgSet,
}

sp_api::decl_runtime_apis! {
	/// What can be asked of the federation.
	pub trait FederationApi {
		/// Every organisation, by number.
		fn orgs() -> Vec<OrgView>;
		/// One account.
		fn account(account: AccountId) -> Option<AccountView>;
		/// Accounts of one company, in the order in which they are stored, after the one given.
		fn accounts(org: OrgId, after: Option<AccountId>, limit: u32) -> Vec<AccountView>;
		/// Branches of one company, by number, after the one given.
		fn branches(org: OrgId, after: Option<u16>, limit: u32) -> Vec<BranchView>;
		/// Registered nodes of members, in the order in which they are stored, after the one given.
		fn nodes(after: Option<String>, limit: u32) -> Vec<NodeView>;
		/// Motions that are open in the council, by number, after the one given.
		fn motions(after: Option<u32>, limit: u32) -> Vec<MotionView>;
		/// Why a motion that consists of this encoded call and asks for so many ayes can never take effect.
		fn motion_defect(call: Vec<u8>, ayes: u32) -> Option<MotionDefect>;
		/// Decided motions that wait for their delay, by number, after the one given.
		fn enactments(after: Option<u32>, limit: u32) -> Vec<EnactmentView>;
		/// Open and decided motions of the others about one company.
		fn subject_motions() -> Vec<SubjectMotionView>;
		/// How the emergency pause stands.
		fn pause() -> PauseView;
		/// The parameters in force.
		fn parameters() -> Parameters;
		/// The range of each parameter.
		fn parameter_bounds() -> ParameterBounds;
	}

	/// What can be asked of the inventory.
	pub trait SitesApi {
		/// Local networks, by code, after the one given.
		fn local_networks(after: Option<LocalNetworkId>, limit: u32) -> Vec<LocalNetworkView>;
		/// Stations of a local network, by index, from the one given.
		fn stations(local_network: LocalNetworkId, from: u32, limit: u32) -> Vec<SiteView>;
		/// One station by number.
		fn station(id: SiteId) -> Option<SiteView>;
		/// One station by its code.
		fn find(local_network: LocalNetworkId, code: StationCode) -> Option<SiteView>;
		/// The digest of a page, as countersigned.
		fn page_digest(local_network: LocalNetworkId, page: u16) -> Option<Hash>;
		/// The digest of one station, as countersigned on its own.
		fn station_digest(id: SiteId) -> Option<Hash>;
		/// Amendments that wait for consents, by station number, after the one given.
		fn amendments(after: Option<SiteId>, limit: u32) -> Vec<AmendmentView>;
		/// How far the reconciliation of a local network is.
		fn reconciliation(local_network: LocalNetworkId) -> Option<ReconciliationView>;
		/// Page digests that a party has revealed in the last round, by page number, from the one given.
		fn revealed_digests(local_network: LocalNetworkId, org: OrgId, from: u16, limit: u32) -> Vec<Digest>;
		/// Published records of one page, side by side.
		fn differences(local_network: LocalNetworkId, page: u16) -> Vec<DifferenceView>;
	}
}
