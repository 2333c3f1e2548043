// SPDX-License-Identifier: Apache-2.0

//! What can be asked of the configuration guard.

use crate::{
	access::Scope,
	cells::{
		catalogue::{ParamText, Parameter},
		rules::Rule,
		spectrum::Band,
		CellId, ParamId, ParamKey,
	},
	site::Plmn,
	BlockNumber, Consents, Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most pages of the baseline in one answer: each has a table of some kilobytes.
pub const MAX_BASELINE_PAGES: u32 = 64;
/// Most parts of a policy that a dry run takes.
pub const MAX_POLICY_PARTS: usize = 256;
/// Most pages of past changes that one answer looks at: each is checked as a change of it would be.
pub const MAX_PAST_PAGES: u32 = 64;

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
	/// Cells with a baseline.
	pub cells: u32,
	/// Pages whose baseline is provisional, as of the last import or signature of each.
	pub provisional: u32,
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
	/// The value that was seen last by another company than the accused; the accused's own while it alone has seen it.
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
	/// Since which block an answer is waited for: of the accused while it is alleged, of who has seen it while it is
	/// contested.
	pub asked: BlockNumber,
	/// The change that it is about, if any.
	pub request: Option<u32>,
	/// How far it is believed: `alleged`, `confirmed`, `contested`.
	pub standing: String,
	/// When it ended.
	pub closed: Option<BlockNumber>,
	/// Why: `restored`, `taken-back`, `not-repeated`, `approved`, `removed`.
	pub closing: Option<String>,
}

/// A request for a change.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct RequestView {
	/// Its number.
	pub id: u32,
	/// Who asks.
	pub by: OrgId,
	/// Where.
	pub local_network: LocalNetworkId,
	/// From when to when it is carried out.
	pub window: (Moment, Moment),
	/// Whether a page is changed as a whole or not at all.
	pub whole: bool,
	/// Whether the network has been changed already, and consents come afterwards.
	pub emergency: bool,
	/// What is watched, and when the change is to be undone.
	pub guard: String,
	/// Hash of the document that gives the reason.
	pub reason: Hash,
	/// Its pages, ascending.
	pub parts: Vec<RequestPartView>,
	/// How many values it changes.
	pub items: u32,
	/// Whom it concerns: they may object.
	pub concerned: OrgSet,
	/// Whose word counts for the stations that it changes.
	pub witnesses: OrgSet,
	/// Who must agree, and who has.
	pub consents: Consents,
	/// Where it stands, in a word: `draft`, `asked`, `executed`, `disputed`, `overruled`, `closed`, `rolled-back`, `lapsed`,
	/// `withdrawn`, `unratified`.
	pub phase: String,
	/// Block in which a page of it was last carried out.
	pub executed: Option<BlockNumber>,
	/// Who has read it back from the network.
	pub attested: OrgSet,
	/// Who objects.
	pub objections: OrgSet,
	/// Who has ruled that it stands.
	pub upheld: OrgSet,
	/// Who has ruled that it does not.
	pub overruled: OrgSet,
	/// Whether it has been disputed.
	pub disputed: bool,
	/// Last block in which the dispute may be ruled on; silence upholds.
	pub ruling: Option<BlockNumber>,
	/// When it came to its end.
	pub ended: Option<Moment>,
}

/// A page of a request.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct RequestPartView {
	/// The page.
	pub page: u16,
	/// How many values of it change.
	pub items: u16,
	/// Who must agree to them.
	pub required: OrgSet,
	/// What has become of it, in a word: `open`, `executed`, `rolled-back`; or `unchecked`: it is to be put in again before the
	/// draft can be submitted.
	pub state: String,
}

/// A value of a request.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ItemView {
	/// The cell.
	pub cell: CellId,
	/// The parameter.
	pub key: ParamKey,
	/// The value before.
	pub before: Option<i64>,
	/// The new value; none where what stands there is taken away.
	pub value: Option<i64>,
	/// What has become of it, in a word: `open`, `refused`, `executed`, `rolled-back`; none when it is not kept any more.
	pub state: Option<String>,
	/// What would refuse it if it were no emergency, in words; none where nothing would, and once the emergency is ratified
	/// or over.
	pub broken: Option<String>,
}

/// A value that a dry run refuses.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct RefusalView {
	/// Its place among those that were asked about.
	pub item: u8,
	/// Why, in words.
	pub why: String,
	/// Where it is not refused, since it is an emergency, and would be if it were none: who must agree to it.
	pub ratify: Option<OrgSet>,
}

/// What is known about the pages of a local network.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct CoverageView {
	/// The local network.
	pub local_network: LocalNetworkId,
	/// How many pages have a baseline.
	pub pages: u32,
	/// How many of them a testimony that counts has seen as the baseline says.
	pub matching: u32,
	/// How many of them two such testimonies have.
	pub matching_twice: u32,
	/// How many of them such a testimony has seen otherwise.
	pub differing: u32,
	/// Of how many one such testimony is for and one against the baseline as it is now. Where more than 256 are disputed,
	/// of the first 256.
	pub contradicting: u32,
	/// How many nobody has attested in time.
	pub unattested: u32,
	/// How many differ and were not explained in time.
	pub unexplained: u32,
}

/// A company's word about a page.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct WordView {
	/// The company.
	pub org: OrgId,
	/// In which sweep.
	pub sweep: u32,
	/// From which export.
	pub export: Hash,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Block of the company's last word about the local network.
	pub at: BlockNumber,
	/// Whether it has seen the page as the baseline says now.
	pub matches: bool,
	/// Whether it counts: neither expired, nor from an export with wrong or missing openings, nor of who is no member.
	pub counts: bool,
	/// Whether it says that all is as it should be, and a confirmed violation stands open that was read before.
	pub refuted: bool,
}

/// What is known about a page.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PageCoverageView {
	/// The page.
	pub page: u16,
	/// Revision of its baseline.
	pub revision: u32,
	/// Block of the baseline's last change.
	pub changed: BlockNumber,
	/// What companies have said of it.
	pub words: Vec<WordView>,
	/// Whether of two words that count one is for and one against the baseline as it is now.
	pub contradicting: bool,
	/// Whether nobody has attested it in time.
	pub unattested: bool,
	/// Whether it differs and was not explained in time.
	pub unexplained: bool,
	/// The companies that have seen it otherwise and not explained it.
	pub unexplained_by: Vec<OrgId>,
}

/// A raw export that a company has bound itself to.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ExportView {
	/// Its root.
	pub root: Hash,
	/// How many rows it has.
	pub leaves: u32,
	/// Of which territory.
	pub scope: Scope,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// In which block the root came.
	pub anchored: BlockNumber,
	/// Rows that were opened and nothing was wrong with.
	pub opened: u32,
	/// Openings that were wrong.
	pub wrong: u32,
	/// Rows that were asked for and not opened in time.
	pub missing: u32,
	/// Rows with fields that another company has opened with other texts.
	pub differing: u32,
}

/// A row of an export that is asked for and not opened yet.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct QuestionView {
	/// Its cell.
	pub cell: CellId,
	/// Who asks.
	pub by: OrgId,
	/// Last block in which it can be opened.
	pub due: BlockNumber,
}

/// Confirmed violations.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ScoreView {
	/// Who answers for them.
	pub against: OrgId,
	/// Where.
	pub province: ProvinceId,
	/// Of which kind, in a word.
	pub kind: String,
	/// How many.
	pub count: u32,
}

/// The configuration guard of the whole country at a glance.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
pub struct SummaryView {
	/// Baseline and coverage by province.
	pub provinces: Vec<ProvinceSummaryView>,
	/// The members, and who is none any more and something still stands of.
	pub orgs: Vec<OrgSummaryView>,
	/// How many requests are in each phase that is not the end: the phase in a word, as in [`RequestView`].
	pub requests: Vec<(String, u32)>,
	/// How many blocks it is, this one among them, since the oldest thing was due that the chain is to do by itself and
	/// has not done.
	pub agenda_lag: BlockNumber,
}

/// Baseline and coverage of a province's local networks together, as in [`BaselineView`] and [`CoverageView`].
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct ProvinceSummaryView {
	/// The province.
	pub province: ProvinceId,
	/// Cells with a baseline.
	pub cells: u32,
	/// Pages with one.
	pub pages: u32,
	/// Pages whose baseline is provisional.
	pub provisional: u32,
	/// Pages that a testimony that counts has seen as the baseline says.
	pub matching: u32,
	/// Pages that two such testimonies have.
	pub matching_twice: u32,
	/// Pages that such a testimony has seen otherwise.
	pub differing: u32,
	/// Pages of which one such testimony is for and one against the baseline as it is now.
	pub contradicting: u32,
	/// Pages that nobody has attested in time.
	pub unattested: u32,
	/// Pages that differ and were not explained in time.
	pub unexplained: u32,
}

/// What of the configuration guard waits for a company, and stands against it.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct OrgSummaryView {
	/// The company.
	pub org: OrgId,
	/// When the network was last read of which it has testified, as it says.
	pub observed: Option<Moment>,
	/// Violations that stand open against it: kind and standing in a word, as in [`ViolationView`], and how many.
	pub violations: Vec<(String, String, u32)>,
	/// Violations against it that were confirmed today, at UTC+8: kind in a word, and how many.
	pub confirmed_today: Vec<(String, u32)>,
	/// Requests that wait for its consent.
	pub consents_awaited: u32,
	/// Rows of its exports that are asked for and not opened yet.
	pub rows_asked: u32,
	/// Last block in which the first of them can be opened.
	pub rows_due: Option<BlockNumber>,
	/// Rows that it has opened and nothing was wrong with.
	pub opened: u32,
	/// Openings of it that were wrong.
	pub wrong: u32,
	/// Rows that were asked of it and not opened in time.
	pub missing: u32,
	/// Rows of it with fields that another company has opened with other texts.
	pub differing: u32,
}

/// A rule, a freeze or a holding, as it stands in force.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PolicyView {
	/// The cross-cell rules, by number.
	pub rules: Vec<(u16, Rule)>,
	/// The freezes that are set, by number: where, from when to when.
	pub freezes: Vec<(u16, Scope, Moment, Moment)>,
	/// Which PLMNs and which spectrum each company holds.
	pub holdings: Vec<(OrgId, Vec<Plmn>, Vec<Band>)>,
}

/// What one motion sets of the policy.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub enum PolicyPart {
	/// A parameter of the catalogue, new or in the place of what it was.
	Parameter {
		/// Its number.
		id: ParamId,
		/// What the chain computes with.
		parameter: Parameter,
	},
	/// A cross-cell rule, or none of this number any more.
	Rule {
		/// Its number.
		number: u16,
		/// The rule.
		rule: Option<Rule>,
	},
	/// A freeze, or none of this number any more.
	Freeze {
		/// Its number.
		number: u16,
		/// Where, from when to when. In a dry run it may lie in the past.
		freeze: Option<(Scope, Moment, Moment)>,
	},
	/// All that a company holds.
	Holding {
		/// The company.
		org: OrgId,
		/// Its PLMNs.
		plmns: Vec<Plmn>,
		/// Its spectrum.
		spectrum: Vec<Band>,
	},
}

/// What a policy would have done to changes that were made.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
pub struct PolicyRunView {
	/// How many requests were looked at. One that several answers are about is counted in the first.
	pub requests: u32,
	/// How many values.
	pub items: u32,
	/// Of how many of them nothing can be said: the station is retired or another's since, or has no such cell any more.
	pub unjudged: u32,
	/// The values that would not have been changed, company by company, the latest requests first.
	pub refused: Vec<PastRefusalView>,
	/// Where to go on; none at the end of the recorded history.
	pub next: Option<PastPlace>,
}

/// A place in the recorded history, and a page of the request there. The companies follow one another; of each the latest
/// request that has come to its end is the first.
pub type PastPlace = (u32, u16);

/// A value that was changed and that another policy would have kept from being changed.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PastRefusalView {
	/// The request.
	pub request: u32,
	/// Who had asked.
	pub by: OrgId,
	/// The cell.
	pub cell: CellId,
	/// The parameter.
	pub key: ParamKey,
	/// The value before, as far as it is kept.
	pub before: Option<i64>,
	/// The value that was set.
	pub value: Option<i64>,
	/// Companies that would have had to agree, and have not. None where it would have been refused altogether.
	pub missing: OrgSet,
	/// Why, in words.
	pub why: String,
}

/// Why a dry run takes a policy for none.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct PolicyDefectView {
	/// The place of the first part that cannot be set as those before it are.
	pub part: u32,
	/// Why, in words.
	pub why: String,
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
		/// Sweeps that are kept, by number, after the one given. As the other lists by number it looks at
		/// [`MAX_NUMBERS`](super::MAX_NUMBERS) of them.
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
		/// Requests that are kept, by number, after the one given.
		fn requests(after: Option<u32>, limit: u32) -> Vec<RequestView>;
		/// One request.
		fn request(id: u32) -> Option<RequestView>;
		/// The values of one page of a request.
		fn request_items(id: u32, page: u16) -> Vec<ItemView>;
		/// What would be refused of a request for these values (slot, cell, key, and the value or that there is to be none), in
		/// the order in which they are given: a dry run. Of an emergency also what would be if it were none, with those who
		/// have to ratify it.
		fn check_change(
			by: OrgId,
			local_network: LocalNetworkId,
			page: u16,
			items: Vec<(u8, u8, ParamKey, Option<i64>)>,
			window: (Moment, Moment),
			emergency: bool,
		) -> Vec<RefusalView>;
		/// What is known about local networks, by code, after the one given.
		fn coverage(after: Option<LocalNetworkId>, limit: u32) -> Vec<CoverageView>;
		/// What is known about the pages of a local network, from the one given.
		fn page_coverage(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<PageCoverageView>;
		/// The exports of a company that are kept, the latest first, after so many.
		fn exports(org: OrgId, skip: u32, limit: u32) -> Vec<ExportView>;
		/// What is asked of an export and not opened yet.
		fn questions(org: OrgId, root: Hash) -> Vec<QuestionView>;
		/// Confirmed violations of a day, counted from 1970-01-01 at UTC+8, after so many.
		fn day_scores(day: u16, skip: u32, limit: u32) -> Vec<ScoreView>;
		/// Confirmed violations of a month at UTC+8, twelve times the year and 0 for January, after so many.
		fn month_scores(month: u16, skip: u32, limit: u32) -> Vec<ScoreView>;
		/// The policy in force.
		fn policy() -> PolicyView;
		/// The whole country at a glance. It looks at every local network and every request that is kept.
		fn summary() -> SummaryView;
		/// What the policy in force with these parts set in their order, [`MAX_POLICY_PARTS`] at most, would have refused of the
		/// recorded history, company by company, the latest first: so many of its pages, [`MAX_PAST_PAGES`] at most, from a place on. A dry run.
		fn dry_run_policy(
			parts: Vec<PolicyPart>,
			from: PastPlace,
			limit: u32,
		) -> Result<PolicyRunView, PolicyDefectView>;
	}
}
