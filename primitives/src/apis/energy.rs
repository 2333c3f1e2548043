// SPDX-License-Identifier: Apache-2.0

//! What can be asked of energy.

use crate::{
	energy::{
		BaselineMethod, Compensation, EmissionFactor, FactorVersion, Line, PageCells, PlanPhase,
		SavingMethod, SavingState, SharingRule, Span, Sums, Tariff, Waker, WindowRules,
	},
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

/// What an owner's stations of one of a province's local networks come to in a month.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyPlaceTotalView {
	/// Where they stand.
	pub local_network: LocalNetworkId,
	/// Whose they are.
	pub owner: OrgId,
	/// What they come to.
	pub total: EnergyTotalView,
}

/// What stations of a province come to in a month: its local networks one by one, and together.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyProvinceTotalsView {
	/// By local network and owner, in ascending order: where nothing was reported there is none.
	pub totals: Vec<EnergyPlaceTotalView>,
	/// All of it together. It is closed where each of them is.
	pub whole: EnergyTotalView,
	/// What a kilowatt-hour of the month emits there.
	pub factor: EmissionFactor,
	/// What all of the energy has emitted, 10⁻⁷ kg CO₂.
	pub emitted: u64,
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
	/// The first day on which it may be signed: the days of the review are over by then, since the end of the month and since its last
	/// report or correction. Nothing of it is contested from then on.
	pub signable_from: u16,
}

/// What reports of a day are accounted by: the versions of the day, each with the day from which on it holds. Where that is `None` no version
/// of the day is kept any more, or none was ever set.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyRulesView {
	/// How energy is shared out.
	pub sharing: SharingRule,
	/// From which day on.
	pub sharing_from: Option<u16>,
	/// What it costs.
	pub tariff: Tariff,
	/// From which day on.
	pub tariff_from: Option<u16>,
	/// What a meter may show above the rated power, in thousandths of it.
	pub tolerance: u16,
	/// From which day on.
	pub tolerance_from: Option<u16>,
	/// How many days reports are kept.
	pub days: u16,
	/// How many reports of a page a day may have.
	pub reports: u8,
	/// How long the others may rule on what is contested, seconds.
	pub ruling: u32,
	/// How many days after the end of a month, and after its last report or correction, its lines may be signed at the earliest. For
	/// [`REVIEWS`](crate::energy::REVIEWS) times as many after its end it is reported; where there are none, as long as reports are kept.
	pub review: u8,
}

/// A version of what energy costs in a province.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyTariffView {
	/// From which day on it holds, until that of the next one.
	pub from: u16,
	/// What it costs.
	pub tariff: Tariff,
}

/// A plan of saving windows.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyPlanView {
	/// Its number.
	pub number: u32,
	/// Who has proposed it.
	pub by: OrgId,
	/// Where it stands.
	pub phase: PlanPhase,
	/// Its hash.
	pub hash: Hash,
	/// Where its cells are.
	pub local_network: LocalNetworkId,
	/// The first day.
	pub first_day: u16,
	/// The last day: an earlier one than planned where it was ended.
	pub last_day: u16,
	/// The quarter of each day in which the window begins.
	pub from: u8,
	/// The quarter before which it ends.
	pub until: u8,
	/// How its cells save.
	pub method: SavingMethod,
	/// What is measured against.
	pub baseline: BaselineMethod,
	/// How many pages it has.
	pub pages: u32,
	/// How many cells.
	pub cells: u32,
	/// How many of its pages are examined.
	pub examined: u32,
	/// How many are approved.
	pub approved: u32,
	/// Who has to consent.
	pub required: OrgSet,
	/// Who has.
	pub given: OrgSet,
	/// To what: zero until all pages are examined.
	pub subject: Hash,
	/// Which revision of it.
	pub revision: u32,
}

/// Plans by number.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyPlansView {
	/// The plans.
	pub plans: Vec<EnergyPlanView>,
	/// The number behind which to go on; none where no more are left.
	pub next: Option<u32>,
}

/// A plan with its pages.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyPlanPagesView {
	/// The plan.
	pub plan: EnergyPlanView,
	/// Its pages.
	pub pages: Vec<EnergyPlanPageView>,
}

/// A page of a plan.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyPlanPageView {
	/// Which cells sleep.
	pub cells: PageCells,
	/// What was found of it, by its hash; none where it is to be examined.
	pub hash: Option<Hash>,
	/// The block in which it was examined: its event names the reports that are frozen.
	pub examined: Option<BlockNumber>,
	/// Until when it may be approved.
	pub expires: Option<Moment>,
	/// Whether it is.
	pub is_approved: bool,
	/// Which cell stands in for each.
	pub compensations: Vec<Compensation>,
	/// The reports that the baseline is read from, by their hash, from the weekday of the first day on.
	pub frozen: Vec<Hash>,
	/// Who was woken.
	pub woken: Vec<EnergyWakingView>,
	/// What is proven.
	pub proven: Vec<EnergyProofView>,
}

/// Cells that were woken.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnergyWakingView {
	/// The day.
	pub day: u16,
	/// The slot of their station.
	pub slot: u8,
	/// Which cells: bit `n` stands for cell `n`.
	pub cells: u32,
	/// By whom.
	pub by: Waker,
}

/// What the stations of a page have saved on a day.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyProofView {
	/// The day.
	pub day: u16,
	/// What they would have drawn in what is compared, Wh.
	pub expected: u64,
	/// What they have drawn in it, Wh.
	pub metered: u64,
	/// The difference, Wh: below 0 where more was drawn.
	pub saved: i64,
	/// How many quarters of an hour are compared, of all stations together.
	pub compared: u64,
	/// How many are not.
	pub left_out: u64,
	/// What of it is whose, Wh.
	pub shares: Vec<(OrgId, i64)>,
}

/// What an owner's stations of a local network have saved in a month, as far as it is proven.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergySavingsView {
	/// What they would have drawn in what is compared, Wh.
	pub expected: u64,
	/// What they have drawn in it, Wh.
	pub metered: u64,
	/// The difference, Wh: below 0 where more was drawn.
	pub saved: i64,
	/// How many quarters of an hour are compared, of all stations and days together.
	pub compared: u64,
	/// How many are not.
	pub left_out: u64,
	/// What of it is whose, Wh.
	pub shares: Vec<(OrgId, i64)>,
	/// What a kilowatt-hour of the month emits.
	pub factor: EmissionFactor,
	/// What was not emitted, 10⁻⁷ kg CO₂: below 0 where more was.
	pub avoided: i64,
}

/// What an owner's stations of one of a province's local networks have saved in a month.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyPlaceSavingsView {
	/// Where they stand.
	pub local_network: LocalNetworkId,
	/// Whose they are.
	pub owner: OrgId,
	/// What they have saved.
	pub savings: EnergySavingsView,
}

/// What stations of a province have saved in a month, as far as it is proven: its local networks one by one, and together.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct EnergyProvinceSavingsView {
	/// By local network and owner, in ascending order: where nothing is proven there is none.
	pub savings: Vec<EnergyPlaceSavingsView>,
	/// All of it together.
	pub whole: EnergySavingsView,
}

/// A cell that sleeps now, or stands in for one that does.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnergyCellView {
	/// The slot of its station.
	pub slot: u8,
	/// The cell.
	pub cell: u8,
	/// Its state (TS 28.310).
	pub state: SavingState,
	/// By which plan.
	pub plan: u32,
}

/// Windows in which stations of a page have slept, or stood in for others.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnergySleptView {
	/// The first day.
	pub first_day: u16,
	/// The last day.
	pub last_day: u16,
	/// The quarter of each day in which they begin.
	pub from: u8,
	/// The quarter before which they end.
	pub until: u8,
	/// Which stations: bit `n` stands for slot `n`.
	pub stations: u64,
}

sp_api::decl_runtime_apis! {
	/// What can be asked of energy.
	pub trait EnergyApi {
		/// The reports of an owner's stations of a page on a day, in the order of their time: a quarter of an hour each at most.
		fn reports(day: u16, local_network: LocalNetworkId, page: u16, owner: OrgId) -> Vec<EnergyReportView>;

		/// What an owner's stations of a local network come to in a month.
		fn total(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergyTotalView;

		/// What stations of a province come to in a month: an owner's, or everybody's. It has an item for each local network and
		/// owner at most.
		fn province_totals(month: u16, province: ProvinceId, owner: Option<OrgId>) -> EnergyProvinceTotalsView;

		/// The lines of a statement: of a month, of what `payer` owes `owner` in a province. There are
		/// [`MAX_LINES`](crate::energy::MAX_LINES) at most; for each its total, its savings, and what is said of it are read.
		fn statement(month: u16, owner: OrgId, payer: OrgId, province: ProvinceId) -> Vec<EnergyLineView>;

		/// What reports of a day are accounted by in a local network.
		fn energy_rules(local_network: LocalNetworkId, day: u16) -> EnergyRulesView;

		/// The versions of a province's tariff that hold on some day of a month, in the order of their days. Where the first one begins later than
		/// the month no version of the days before is kept any more, or none was ever set.
		fn tariffs(province: ProvinceId, month: u16) -> Vec<EnergyTariffView>;

		/// What a kilowatt-hour of a month emits in a province: the version that holds on the month's last day.
		fn emission_factor(province: ProvinceId, month: u16) -> Option<FactorVersion>;

		/// All versions that are looked at for that, of each place and year in the order of their days
		/// ([`factor_places`](crate::energy::factor_places)).
		fn emission_factors(province: ProvinceId, month: u16) -> Vec<FactorVersion>;

		/// Plans of saving windows that are kept, by number, after the one given. It looks at [`MAX_NUMBERS`](super::MAX_NUMBERS) of
		/// them.
		fn saving_plans(after: Option<u32>, limit: u32) -> EnergyPlansView;

		/// Those of one local network.
		fn saving_plans_in(local_network: LocalNetworkId, after: Option<u32>, limit: u32) -> EnergyPlansView;

		/// A plan with its pages: what was found, who was woken, what is proven.
		fn saving_plan(number: u32) -> Option<EnergyPlanPagesView>;

		/// What an owner's stations of a local network have saved in a month, as far as it is proven.
		fn savings(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergySavingsView;

		/// What stations of a province have saved in a month, as far as it is proven: an owner's, or everybody's. It has an item for
		/// each local network and owner at most.
		fn province_savings(month: u16, province: ProvinceId, owner: Option<OrgId>) -> EnergyProvinceSavingsView;

		/// The cells of a page that sleep now or stand in for some that do (TS 28.310). The others are `notEnergySaving`.
		fn cell_states(local_network: LocalNetworkId, page: u16) -> Vec<EnergyCellView>;

		/// When stations of a page have slept or stood in for others by approved plans, or will: a baseline is read from no day on which one
		/// of its stations has, at the same hours. As long as reports of these days are kept; where there were many, the oldest are told
		/// together.
		fn slept_in(local_network: LocalNetworkId, page: u16) -> Vec<EnergySleptView>;

		/// Limits and terms of plans in force.
		fn window_rules() -> WindowRules;
	}
}
