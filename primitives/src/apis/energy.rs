// SPDX-License-Identifier: Apache-2.0

//! What can be asked of energy.

use crate::{
	energy::{EmissionFactor, Line, SharingRule, Span, Sums, Tariff},
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A report as it stands. What it says is in the block that has brought it.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyReportView {
	/// When.
	pub span: Span,
	/// Its number among the corrections.
	pub number: u16,
	/// Which stations of the page.
	pub stations: u64,
	/// Its digest.
	pub digest: Hash,
	/// The block that has brought it: there is what it says.
	pub block: BlockNumber,
	/// How many of its readings count.
	pub counted: u32,
	/// The sums of participants.
	pub sums: Vec<(OrgId, Sums)>,
	/// Who has a say in it beside the owner.
	pub concerned: OrgSet,
	/// Who has seen the same.
	pub attested: OrgSet,
	/// Who has seen something else.
	pub dispute: Option<EnergyDisputeView>,
	/// Whether it was ruled on, and is corrected no more.
	pub is_ruled: bool,
}

/// A dispute about a report.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyDisputeView {
	/// Who contests it.
	pub by: OrgId,
	/// The digest of what it has seen.
	pub seen: Hash,
	/// The block that has brought that.
	pub block: BlockNumber,
	/// Until when the others may rule.
	pub until: Moment,
}

/// What an owner's stations of a local network come to in a month.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyTotalView {
	/// The sums of participants.
	pub sums: Vec<(OrgId, Sums)>,
	/// How many readings count.
	pub counted: u64,
	/// How many reports are contested now.
	pub contested: u32,
	/// Whether a statement with it is final.
	pub is_closed: bool,
}

/// A line of a statement.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyLineView {
	/// What it says.
	pub line: Line,
	/// What is signed of it.
	pub digest: Hash,
	/// Who has signed it.
	pub signed: OrgSet,
	/// Who disputes it.
	pub disputed: OrgSet,
}

/// What reports of a day are accounted by.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyRulesView {
	/// How energy is shared out.
	pub sharing: SharingRule,
	/// What it costs.
	pub tariff: Tariff,
	/// What a meter may show above the rated power, in thousandths of it.
	pub tolerance: u16,
	/// How many days reports are kept.
	pub days: u16,
	/// How many reports of a page a day may have.
	pub reports: u8,
	/// How long the others may rule on what is contested, seconds.
	pub ruling: u32,
}

sp_api::decl_runtime_apis! {
	/// What can be asked of energy.
	pub trait EnergyApi {
		/// The reports of an owner's stations of a page on a day, in the order of their time: a quarter of an hour each at most.
		fn reports(day: u16, local_network: LocalNetworkId, page: u16, owner: OrgId) -> Vec<EnergyReportView>;

		/// What an owner's stations of a local network come to in a month.
		fn total(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergyTotalView;

		/// The lines of a statement: of a month, of what `payer` owes `owner` in a province.
		fn statement(month: u16, owner: OrgId, payer: OrgId, province: ProvinceId) -> Vec<EnergyLineView>;

		/// What reports of a day are accounted by in a local network.
		fn energy_rules(local_network: LocalNetworkId, day: u16) -> EnergyRulesView;

		/// What a kilowatt-hour emits in a province and a year.
		fn emission_factor(province: ProvinceId, year: u16) -> EmissionFactor;
	}
}
