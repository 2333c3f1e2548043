// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
	use crate::{
		types::{AttestRefusal, Breaks, Outcome, Records, Settlement},
		windows::types::{Compensations, FrozenReports, PageRefusal, SavedShares},
	};
	use trimast_primitives::energy::{PlanPhase, Waker};

	/// What has happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A report came in. Of its readings those count that no record names.
		Reported {
			/// Which.
			report: ReportId,
			/// Its number among the corrections.
			number: u16,
			/// Its digest.
			digest: Hash,
			/// What became of it.
			outcome: Outcome,
			/// How many of its readings count.
			counted: u32,
			/// Those that do not, and why.
			records: Records,
			/// Meters that do not go on from their last report.
			breaks: Breaks,
		},
		/// Another company has seen the same.
		Attested {
			/// Which report.
			report: ReportId,
			/// Who.
			by: OrgId,
		},
		/// A report was not attested as asked.
		NotAttested {
			/// Which report.
			report: ReportId,
			/// Who.
			by: OrgId,
			/// Why.
			refusal: AttestRefusal,
		},
		/// Another company has seen something else: the lower reading stands while it lasts.
		Contested {
			/// Which report.
			report: ReportId,
			/// Who.
			by: OrgId,
			/// The digest of what it has seen.
			digest: Hash,
			/// Until when the others may rule.
			until: Moment,
		},
		/// A dispute is over.
		Settled {
			/// Which report.
			report: ReportId,
			/// How.
			settlement: Settlement,
			/// By whom: by the owner where it ends because the report is forgotten.
			by: OrgId,
			/// Why, where somebody has ruled.
			reason: Option<Words>,
		},
		/// A line of a statement was signed.
		LineSigned {
			/// The month: twelve times the year, and 0 for January.
			month: u16,
			/// Whose stations.
			owner: OrgId,
			/// Who owes.
			payer: OrgId,
			/// Where.
			local_network: LocalNetworkId,
			/// Who has signed.
			by: OrgId,
			/// What.
			digest: Hash,
			/// Whether both have: it is final.
			is_final: bool,
		},
		/// A line of a statement is disputed.
		LineDisputed {
			/// The month: twelve times the year, and 0 for January.
			month: u16,
			/// Whose stations.
			owner: OrgId,
			/// Who owes.
			payer: OrgId,
			/// Where.
			local_network: LocalNetworkId,
			/// Who disputes it.
			by: OrgId,
			/// What.
			digest: Hash,
			/// Why.
			reason: Words,
		},
		/// How energy is shared out in a territory from a day on. Without a rule that of the wider territory holds.
		SharingRuleSet {
			/// Where.
			scope: Scope,
			/// From when on.
			from: u16,
			/// How.
			rule: Option<SharingRule>,
		},
		/// What energy costs in a province from a day on.
		TariffSet {
			/// Where.
			province: ProvinceId,
			/// From when on.
			from: u16,
			/// How much.
			tariff: Tariff,
		},
		/// What a kilowatt-hour emits in a year, as months have it whose last day is this one or a later one.
		EmissionFactorSet {
			/// Where; the country where no province is named.
			province: Option<ProvinceId>,
			/// The year.
			year: u16,
			/// From when on.
			from: u16,
			/// How much.
			factor: EmissionFactor,
		},
		/// What a meter may show above the rated power from a day on.
		ToleranceSet {
			/// From when on.
			from: u16,
			/// How much, in thousandths of it.
			tolerance: u16,
		},
		/// Limits and terms were set.
		SettingsSet {
			/// Their version.
			version: u32,
		},
		/// Limits and terms of plans were set.
		WindowRulesSet {
			/// Their version.
			version: u32,
		},
		/// Cells of a company are to sleep, if the others agree.
		PlanProposed {
			/// The plan.
			plan: u32,
			/// Who has proposed it.
			by: OrgId,
			/// Where the cells are.
			local_network: LocalNetworkId,
			/// The plan's hash.
			hash: Hash,
			/// Its first day.
			first_day: u16,
			/// Its last day.
			last_day: u16,
		},
		/// A page of a plan may be agreed on.
		PageExamined {
			/// The plan.
			plan: u32,
			/// The page.
			page: u16,
			/// What is agreed on of it.
			hash: Hash,
			/// Who has to consent for it.
			asked: OrgSet,
			/// Which cell stands in for each.
			compensations: Compensations,
			/// Which reports the baseline is read from.
			frozen: FrozenReports,
			/// The fewest days that a weekday of the plan is measured against: less than its weeks where some were not reported.
			days: u8,
		},
		/// A page of a plan is not taken as it is.
		PageRefused {
			/// The plan.
			plan: u32,
			/// The page.
			page: u16,
			/// Why.
			refusal: PageRefusal,
		},
		/// A company has consented to a plan.
		PlanConsented {
			/// The plan.
			plan: u32,
			/// Who.
			by: OrgId,
			/// To what.
			subject: Hash,
		},
		/// Everybody has consented to a plan. From now on its cells are kept from changes.
		PlanAgreed {
			/// The plan.
			plan: u32,
			/// To what.
			subject: Hash,
		},
		/// A company that is asked does not want a plan.
		PlanRefused {
			/// The plan.
			plan: u32,
			/// Who.
			by: OrgId,
			/// Why.
			reason: Words,
		},
		/// A page of a plan was looked at again, and nothing is in its way.
		PageApproved {
			/// The plan.
			plan: u32,
			/// The page.
			page: u16,
		},
		/// All pages of a plan are: its cells sleep in its windows.
		PlanApproved {
			/// The plan.
			plan: u32,
		},
		/// A plan has come to its end.
		PlanEnded {
			/// The plan.
			plan: u32,
			/// Which end.
			phase: PlanPhase,
			/// Its last day, where it had one.
			last_day: u16,
		},
		/// Cells are awake for the rest of a day.
		CellsWoken {
			/// The plan.
			plan: u32,
			/// The page.
			page: u16,
			/// The day.
			day: u16,
			/// By whom.
			by: Waker,
			/// Which cells, and which one needs not stand in for each any more.
			cells: Compensations,
			/// Why, as a company says.
			reason: Option<Words>,
		},
		/// It is proven what the stations of a page have saved in the window of a day. What was proven of it before is void.
		PageProven {
			/// The plan.
			plan: u32,
			/// The page.
			page: u16,
			/// The day.
			day: u16,
			/// Whose stations.
			owner: OrgId,
			/// What they would have drawn in what is compared, Wh.
			expected: u64,
			/// What they have drawn in it, Wh.
			metered: u64,
			/// How many quarters of an hour are compared, of all stations together.
			compared: u64,
			/// How many are not.
			left_out: u64,
			/// Whose saving it is, Wh: below 0 where more was drawn.
			shares: SavedShares,
		},
	}
}
