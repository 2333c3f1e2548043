//! What can be asked of the configuration guard.

use crate::{
	access::Scope,
	cells::{
		catalogue::{ParamText, Parameter},
		CellId, ParamId, ParamKey,
	},
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most pages of the baseline in one answer: each has a table of some kilobytes.
pub const MAX_BASELINE_PAGES: u32 = 64;

/// A parameter of the catalogue.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ParameterView {
	/// Its number.
	pub id: ParamId,
	/// What the chain computes with.
	pub parameter: Parameter,
	/// What people read.
	pub text: ParamText,
}

/// How the baseline of a local network stands.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct BaselineView {
	/// The local network.
	pub id: LocalNetworkId,
	/// None of its pages has this number or a greater one.
	pub pages: u16,
	/// Its digest.
	pub digest: Hash,
	/// Violations that stand open in it.
	pub open_violations: u32,
}

/// A page of the baseline.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct BaselinePageView {
	/// Its number.
	pub page: u16,
	/// Counts the changes of its values.
	pub revision: u32,
	/// Version of the catalogue under which it was last written.
	pub catalogue: u32,
	/// Block of the last change.
	pub changed: BlockNumber,
	/// Its digest, as signed.
	pub digest: Hash,
	/// Who stands behind the values of the station in each slot.
	pub signed: Vec<OrgSet>,
	/// Its values: a [`crate::cells::CellTable`].
	#[serde(with = "crate::json::hex")]
	pub table: Vec<u8>,
}

/// What a page's tags need, without its values.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct BaselineHeadView {
	/// The page's number.
	pub page: u16,
	/// Counts the changes of its values.
	pub revision: u32,
	/// Version of the catalogue under which it was last written.
	pub catalogue: u32,
	/// Cells of the station in each slot.
	#[serde(with = "crate::json::hex")]
	pub cells: Vec<u8>,
}

/// A call for observations.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct SweepView {
	/// Its number.
	pub id: u32,
	/// Who has opened it.
	pub opener: OrgId,
	/// Which territory.
	pub scope: Scope,
	/// In which block.
	pub opened: BlockNumber,
	/// Last block that takes observations.
	pub closes: BlockNumber,
	/// The key of its tags, once it has its salt.
	pub key: Option<Hash>,
}

/// What a company has attested of a local network, the latest.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct TestimonyView {
	/// The company.
	pub org: OrgId,
	/// In which sweep.
	pub sweep: u32,
	/// From which export.
	pub export: Hash,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Block of the last word.
	pub at: BlockNumber,
	/// Pages that are as the baseline says now, ascending: a page that has changed since is none of them.
	pub matching: Vec<u16>,
	/// Pages that differed when the company has last spoken of them, ascending.
	pub differing: Vec<u16>,
}

/// A page that a company has seen otherwise than the baseline and has not explained yet.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PageDifferenceView {
	/// The page.
	pub page: u16,
	/// Who has seen it.
	pub org: OrgId,
	/// In which sweep.
	pub sweep: u32,
	/// Revision of the page then.
	pub revision: u32,
	/// Since which block.
	pub since: BlockNumber,
	/// Cells that are not explained, by their places in the page's table; none as long as they are not named.
	pub cells: Option<Vec<u16>>,
}

/// A value that is not the approved one.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ViolationView {
	/// Its number.
	pub id: u32,
	/// What kind it is, in a word: `hidden`, `no-request`.
	pub kind: String,
	/// The cell.
	pub cell: CellId,
	/// The parameter.
	pub key: ParamKey,
	/// The approved value, if there is one.
	pub approved: Option<i64>,
	/// The value that was seen last.
	pub observed: Option<i64>,
	/// Who answers for it.
	pub against: OrgId,
	/// Who saw it first.
	pub accuser: OrgId,
	/// Everybody who has seen it.
	pub witnesses: OrgSet,
	/// Who has seen the approved value since.
	pub deniers: OrgSet,
	/// When the network was read in which it was seen first.
	pub since: Moment,
	/// Block in which it was opened.
	pub opened: BlockNumber,
	/// Block in which it was seen last.
	pub seen: BlockNumber,
	/// The change that it is about, if any.
	pub request: Option<u32>,
	/// How far it is believed: `alleged`, `confirmed`, `contested`.
	pub standing: String,
	/// When it ended.
	pub closed: Option<BlockNumber>,
	/// Why: `restored`, `taken-back`, `approved`.
	pub closing: Option<String>,
}

sp_api::decl_runtime_apis! {
	/// What can be asked of the configuration guard.
	pub trait ConfigGuardApi {
		/// Parameters of the catalogue, by number, after the one given.
		fn catalogue(after: Option<ParamId>, limit: u32) -> Vec<ParameterView>;
		/// Local networks, by code, after the one given.
		fn baselines(after: Option<LocalNetworkId>, limit: u32) -> Vec<BaselineView>;
		/// Pages of a local network that have a baseline, by number, from the one given; at most
		/// [`MAX_BASELINE_PAGES`].
		fn baseline(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<BaselinePageView>;
		/// The same without their values.
		fn heads(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<BaselineHeadView>;
		/// Sweeps that are kept, by number, after the one given.
		fn sweeps(after: Option<u32>, limit: u32) -> Vec<SweepView>;
		/// What each company has attested of a local network, the latest.
		fn testimonies(local_network: LocalNetworkId) -> Vec<TestimonyView>;
		/// Pages of a local network that differ and are not explained, by number, from the one given.
		fn unexplained(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<PageDifferenceView>;
		/// Violations that are kept, by number, after the one given.
		fn violations(after: Option<u32>, limit: u32) -> Vec<ViolationView>;
		/// Violations that stand open in a local network, by page, from the page given: whole pages until there are
		/// `limit`.
		fn open_violations(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<ViolationView>;
		/// One violation.
		fn violation(id: u32) -> Option<ViolationView>;
	}
}
