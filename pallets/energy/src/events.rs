// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells.

use frame_support::pallet_macros::pallet_section;

/// The pallet's events.
#[pallet_section]
mod events {
	use crate::types::{AttestRefusal, Breaks, Outcome, Records, Settlement};

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
			/// By whom.
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
		/// What a kilowatt-hour emits in a year.
		EmissionFactorSet {
			/// Where; the country where no province is named.
			province: Option<ProvinceId>,
			/// The year.
			year: u16,
			/// How much.
			factor: EmissionFactor,
		},
		/// Limits and terms were set.
		SettingsSet {
			/// Their version.
			version: u32,
		},
	}
}
