// SPDX-License-Identifier: Apache-2.0

//! What can be called. A call checks its origin and hands over.

use frame_support::pallet_macros::pallet_section;

/// The pallet's calls.
#[pallet_section]
mod calls {
	use crate::{
		access::{COLLECTOR, CRITIC},
		types::{MAX_ATTESTED, MAX_SIGNED},
	};
	use alloc::boxed::Box;
	use trimast_primitives::energy::Report;

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Set how energy is shared out in a territory from a day on, or that the rule of the wider territory holds there.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// The narrowest territory with a rule decides. What is reported of earlier days is shared out by the rule of its day.
		///
		/// # Errors
		/// `BadOrigin`; `UnknownTerritory`, `BadRule`, `Backwards`.
		///
		/// # Events
		/// `SharingRuleSet`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_sharing(
			origin: OriginFor<T>,
			scope: Scope,
			from: u16,
			rule: Option<SharingRule>,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_sharing::<T>(scope, from, rule)?)
		}

		/// Set what energy costs in a province from a day on.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Prices are 10⁻⁴ CNY a kWh, by the hour at UTC+8.
		///
		/// # Errors
		/// `BadOrigin`; `UnknownTerritory`, `BadTariff`, `Backwards`.
		///
		/// # Events
		/// `TariffSet`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_tariff(
			origin: OriginFor<T>,
			province: ProvinceId,
			from: u16,
			tariff: Tariff,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_tariff::<T>(province, from, tariff)?)
		}

		/// Set what a kilowatt-hour emits in a year, in a province or in the country.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Factors are 10⁻⁴ kg CO₂ a kWh. They are published after their year: lines of statements show the new one, and what was
		/// signed of another is signed no more, unless both sides had.
		///
		/// # Errors
		/// `BadOrigin`; `UnknownTerritory`, `BadFactor`.
		///
		/// # Events
		/// `EmissionFactorSet`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_emission_factor(
			origin: OriginFor<T>,
			province: Option<ProvinceId>,
			year: u16,
			factor: EmissionFactor,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_factor::<T>(province, year, factor)?)
		}

		/// Set the tolerance of meters, how long reports are kept, and how long rulings may take.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Reports that are accounted, and disputes that are open, keep theirs.
		///
		/// # Errors
		/// `BadOrigin`; `BadSettings`.
		///
		/// # Events
		/// `SettingsSet`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_settings(origin: OriginFor<T>, settings: Settings) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_settings::<T>(settings)?)
		}

		/// Report what the meters of one's own stations show.
		///
		/// # Origin
		/// A collector of the owner, with the local network in its scope.
		///
		/// # Details
		/// Each report has an outcome of its own, and each of its readings a result: the event has both. A correction is a whole
		/// report of the same span with a greater number. What a report says stays in this block; the chain keeps its digest and
		/// its sums.
		///
		/// # Errors
		/// Those of the origin; `UnknownTerritory`.
		///
		/// # Events
		/// `Reported`, one a report; `Settled`, where a correction ends a dispute.
		#[pallet::call_index(10)]
		#[pallet::weight(charges::report::<T>(reports))]
		pub fn report(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			reports: BoundedVec<Report, T::MaxReports>,
		) -> DispatchResult {
			let owner = Self::authorise(origin, COLLECTOR, local_network)?;
			ensure!(T::Sites::pages(local_network).is_some(), Error::<T>::UnknownTerritory);
			let mut desk = reports::Desk::<T>::new(owner, local_network);
			for report in &reports {
				desk.take(report);
			}
			Ok(())
		}

		/// Say that one has seen what others have reported.
		///
		/// # Origin
		/// A collector of a company that shares stations of the reports or on whose sites they stand, with the local network in
		/// its scope.
		///
		/// # Details
		/// Of each report: the day, the page, the owner, the quarter of an hour in which it begins, and its digest. What cannot be
		/// attested is told, and the others are.
		///
		/// # Errors
		/// Those of the origin.
		///
		/// # Events
		/// `Attested` or `NotAttested`, one a report.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::attest(reports.len().saturated_into()))]
		pub fn attest(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			reports: BoundedVec<(u16, u16, OrgId, u8, Hash), ConstU32<MAX_ATTESTED>>,
		) -> DispatchResult {
			let org = Self::authorise(origin, COLLECTOR, local_network)?;
			let reports = reports.into_iter().map(|(day, page, owner, first, digest)| {
				(ReportId { day, local_network, page, owner, first }, digest)
			});
			disputes::attest::<T>(org, reports);
			Ok(())
		}

		/// Say that one has seen something else than what was reported.
		///
		/// # Origin
		/// A collector of a company that shares stations of the report or on whose sites they stand, with the local network in its
		/// scope.
		///
		/// # Details
		/// Both reports are given, that of the owner as it stands in its block. While the dispute lasts the lower value of each
		/// reading stands. A company contests a report once, and nobody one that was ruled on.
		///
		/// # Errors
		/// Those of the origin; `NoSuchReport`, `MonthClosed`, `NotConcerned`, `AlreadyContested`, `AlreadyGiven`, `OtherDigest`,
		/// `OtherReport`, `Unreadable`.
		///
		/// # Events
		/// `Contested`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::contest(reported.size().max(seen.size())))]
		pub fn contest(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			owner: OrgId,
			reported: Box<Report>,
			seen: Box<Report>,
		) -> DispatchResult {
			let org = Self::authorise(origin, COLLECTOR, local_network)?;
			let (day, first, page) = (reported.span.day, reported.span.first, reported.page);
			let report = ReportId { day, local_network, page, owner, first };
			Ok(disputes::contest::<T>(org, report, &reported, &seen)?)
		}

		/// Take back what one has contested.
		///
		/// # Origin
		/// A planner or an auditor of who has contested the report, with the local network in its scope.
		///
		/// # Details
		/// The owner's report stands.
		///
		/// # Errors
		/// Those of the origin; `NoSuchReport`, `MonthClosed`, `NotContested`, `NotParty`.
		///
		/// # Events
		/// `Settled`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn withdraw_contest(origin: OriginFor<T>, report: ReportId) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, report.local_network)?;
			Ok(disputes::withdraw::<T>(org, report)?)
		}

		/// Take what another has seen for one's own report.
		///
		/// # Origin
		/// A planner or an auditor of the owner, with the local network in its scope.
		///
		/// # Details
		/// What has this digest stands, as if the owner had reported it.
		///
		/// # Errors
		/// Those of the origin; `NoSuchReport`, `MonthClosed`, `NotContested`, `NotParty`, `OtherDigest`.
		///
		/// # Events
		/// `Settled`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn concede_contest(origin: OriginFor<T>, report: ReportId, seen: Hash) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, report.local_network)?;
			Ok(disputes::concede::<T>(org, report, seen)?)
		}

		/// Rule on a report that others contest.
		///
		/// # Origin
		/// A planner or an auditor of a carrier or tower company that is neither owner nor contester, with the local network in
		/// its scope.
		///
		/// # Details
		/// One ruling within the term ends the dispute; it is about what has this digest. What was ruled on is corrected no more.
		///
		/// # Errors
		/// Those of the origin; `BadWords`, `NoSuchReport`, `MonthClosed`, `NotContested`, `NotRuler`, `OtherDigest`, `TooLate`.
		///
		/// # Events
		/// `Settled`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn rule(
			origin: OriginFor<T>,
			report: ReportId,
			seen: Hash,
			for_owner: bool,
			reason: Words,
		) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, report.local_network)?;
			Ok(disputes::rule::<T>(org, report, seen, for_owner, reason)?)
		}

		/// End a dispute on which nobody has ruled in time.
		///
		/// # Origin
		/// A planner or an auditor of any company, with the local network in its scope.
		///
		/// # Details
		/// The owner's report stands.
		///
		/// # Errors
		/// Those of the origin; `NoSuchReport`, `MonthClosed`, `NotContested`, `TooEarly`.
		///
		/// # Events
		/// `Settled`.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn end_contest(origin: OriginFor<T>, report: ReportId) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, report.local_network)?;
			Ok(disputes::lapse::<T>(org, report)?)
		}

		/// Sign lines of a statement of a month that is over.
		///
		/// # Origin
		/// A planner or an auditor of the owner or the payer, with each local network in its scope.
		///
		/// # Details
		/// What both have signed is final, and what it rests on is corrected no more.
		///
		/// # Errors
		/// Those of the origin; `NotParty`, `MonthNotOver`, `NoSuchLine`, `OtherDigest`, `AlreadyGiven`, `StillContested`. None is
		/// signed where one cannot be.
		///
		/// # Events
		/// `LineSigned`, one a line.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::sign_lines(lines.len().saturated_into()))]
		pub fn sign_lines(
			origin: OriginFor<T>,
			month: u16,
			owner: OrgId,
			payer: OrgId,
			lines: BoundedVec<(LocalNetworkId, Hash), ConstU32<MAX_SIGNED>>,
		) -> DispatchResult {
			ensure_signed(origin.clone())?;
			for (local_network, digest) in lines {
				let org = Self::authorise(origin.clone(), CRITIC, local_network)?;
				statements::sign::<T>(org, month, owner, payer, local_network, digest)?;
			}
			Ok(())
		}

		/// Dispute a line of a statement of a month that is over.
		///
		/// # Origin
		/// A planner or an auditor of the owner or the payer, with the local network in its scope.
		///
		/// # Details
		/// Who has signed does not dispute any more; who disputes may sign.
		///
		/// # Errors
		/// Those of the origin; `NotParty`, `MonthNotOver`, `NoSuchLine`, `OtherDigest`, `AlreadyGiven`, `BadWords`.
		///
		/// # Events
		/// `LineDisputed`.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::dispute_line())]
		pub fn dispute_line(
			origin: OriginFor<T>,
			month: u16,
			owner: OrgId,
			payer: OrgId,
			local_network: LocalNetworkId,
			digest: Hash,
			reason: Words,
		) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, local_network)?;
			Ok(statements::dispute::<T>(org, month, owner, payer, local_network, digest, reason)?)
		}
	}
}
