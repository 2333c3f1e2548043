// SPDX-License-Identifier: Apache-2.0

//! What can be called. A call checks its origin and hands over.

use frame_support::pallet_macros::pallet_section;

/// The pallet's calls.
#[pallet_section]
mod calls {
	use crate::{
		access::{COLLECTOR, CRITIC, PROVER, SAVER, WAKER},
		types::{MAX_ATTESTED, MAX_SIGNED},
	};
	use alloc::boxed::Box;
	use trimast_primitives::energy::{Report, MAX_PAST_REPORTS};

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
		/// `BadOrigin`; `UnknownTerritory`, `BadRule`, `Backwards`, `TooManyVersions`.
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
		/// `BadOrigin`; `UnknownTerritory`, `BadTariff`, `Backwards`, `TooManyVersions`.
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

		/// Set what a kilowatt-hour emits in a year, in a province or in the country, from a day on.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Factors are 10⁻⁴ kg CO₂ a kWh. A month has the one that holds on its last day: what is said of months before stays. Factors are
		/// published after their year: a year without one has that of the last year before that has one.
		///
		/// # Errors
		/// `BadOrigin`; `UnknownTerritory`, `BadFactor`, `Backwards`, `TooManyVersions`.
		///
		/// # Events
		/// `EmissionFactorSet`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_emission_factor(
			origin: OriginFor<T>,
			province: Option<ProvinceId>,
			year: u16,
			from: u16,
			factor: EmissionFactor,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_factor::<T>(province, year, from, factor)?)
		}

		/// Set how long reports are kept, how many of a page a day may have, how long rulings may take, and how many days after a month its
		/// lines may be signed.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Disputes that are open keep their term; the days after a month are those that are in force when a line is signed, or a report
		/// contested. What a reading counts as follows from none of it.
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

		/// Set what a meter may show above the rated power from a day on.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// In thousandths of the rated power. What is reported, contested or proven of earlier days counts by the tolerance of its day.
		///
		/// # Errors
		/// `BadOrigin`; `BadTolerance`, `Backwards`, `TooManyVersions`.
		///
		/// # Events
		/// `ToleranceSet`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_tolerance(origin: OriginFor<T>, from: u16, tolerance: u16) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_tolerance::<T>(from, tolerance)?)
		}

		/// Report what the meters of one's own stations show.
		///
		/// # Origin
		/// A collector of the owner, with the local network in its scope.
		///
		/// # Details
		/// Each report has an outcome of its own, and each of its readings a result: the event has both. A correction is a whole
		/// report of the same span with a greater number and at least the stations of what it supersedes. A month is reported and corrected for three times the days of its review
		/// after its end. What a report says stays in this block; the chain keeps its digest and its sums.
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
		/// attested is told, and the others are. Who contests a report does not attest it before that is withdrawn.
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
		/// Both reports are given, that of the owner as it stands in its block. What was seen may be of other networks. While the dispute
		/// lasts the lower energy of each reading stands, by the networks and volumes of the owner's report. A company contests a report once, and nobody one that was ruled on, nor one of a month whose review is over:
		/// from the day on which its lines may be signed, until a later report or correction begins the review anew.
		///
		/// # Errors
		/// Those of the origin; `NoSuchReport`, `MonthClosed`, `NotConcerned`, `ReviewOver`, `AlreadyContested`, `AlreadyGiven`,
		/// `OtherDigest`, `OtherReport`, `Unreadable`.
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
		/// What has this digest stands, as if the owner had reported it now: the review of its month begins anew.
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
		/// One ruling within the term ends the dispute; it is about what has this digest. What was ruled on is corrected no more. Who
		/// pays a share of the energy rules for the owner alone.
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

		/// Sign lines of a statement of a month that is over, and the days in which all companies look at it are too.
		///
		/// # Origin
		/// A planner or an auditor of the owner or the payer, with each local network in its scope.
		///
		/// # Details
		/// What both have signed is final, and what it rests on is corrected, contested and proven no more.
		///
		/// # Errors
		/// Those of the origin; `NotParty`, `MonthNotOver`, `NoSuchLine`, `OtherDigest`, `AlreadyGiven`, `ReviewNotOver`,
		/// `StillContested`. None is signed where one cannot be.
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
		/// At once, also while nobody signs yet. Who has signed does not dispute any more; who disputes may sign.
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

		/// Set how long an examination is worth something, how far ahead plans may be, and how many a company may have in a local
		/// network.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Plans that are proposed stay.
		///
		/// # Errors
		/// `BadOrigin`; `BadWindowRules`.
		///
		/// # Events
		/// `WindowRulesSet`.
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_window_rules(origin: OriginFor<T>, rules: WindowRules) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(windows::set_rules::<T>(rules)?)
		}

		/// Propose to put cells of one's own stations to sleep.
		///
		/// # Origin
		/// A planner or an engineer of the owner, with the local network in its scope.
		///
		/// # Details
		/// The plan says which cells sleep on which days from when to when, how, and what the saving is measured against. Its pages
		/// are examined next, one by one, and all of that has to be agreed on before its first window; else it lapses then.
		///
		/// # Errors
		/// Those of the origin; `PlanPages`, `PlanCells`, `PlanDays`, `PlanQuarters`, `PlanBaseline`, `UnknownTerritory`,
		/// `NoSuchPage`, `TooManyCells`, `TooFarAhead`, `WindowBegun`, `TooManyPlans`.
		///
		/// # Events
		/// `PlanProposed`.
		#[pallet::call_index(31)]
		#[pallet::weight(charges::propose::<T>(plan))]
		pub fn propose_plan(origin: OriginFor<T>, plan: Box<SavingPlan>) -> DispatchResult {
			let by = Self::authorise(origin, SAVER, plan.local_network)?;
			Ok(windows::propose::<T>(by, *plan)?)
		}

		/// Have a page of one's own plan examined.
		///
		/// # Origin
		/// A planner or an engineer of the company that has proposed the plan, with the local network in its scope.
		///
		/// # Details
		/// For each of its cells one is looked for that stands in: a neighbour with `isESCoveredBy` FULL that serves the same
		/// companies, neither sleeps at that time nor is locked or has an outage, and does not change. Where one is found for each, and the
		/// cell itself may sleep then, these cells are held, and the reports are frozen that the baseline is read from: of days on which
		/// nothing has slept. Else the event names each cell and why.
		/// What was found before is void either way. A page may be examined again; where nothing has changed, consents stay.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `NotProposer`, `WrongPhase`, `WindowBegun`, `NoSuchPage`.
		///
		/// # Events
		/// `PageExamined` or `PageRefused`; `PlanAgreed`, where nobody else has to consent.
		#[pallet::call_index(32)]
		#[pallet::weight(charges::examine_at_most::<T>())]
		pub fn examine_page(origin: OriginFor<T>, plan: u32, page: u16) -> DispatchResultWithPostInfo {
			let (org, window) = Self::authorise_on(origin, SAVER, plan).map_err(charges::refused::<T>)?;
			Ok(Some(windows::examine::<T>(org, plan, window, page).map_err(charges::refusal)?).into())
		}

		/// Consent to a plan as it was examined.
		///
		/// # Origin
		/// A planner or an engineer of a company that is asked: who shares a station of the plan, or one of which a cell stands in;
		/// with the local network in its scope.
		///
		/// # Details
		/// `subject` is over the plan, which cell stands in for which, and the reports that are frozen; `revision` counts how often
		/// that has changed. With the last consent the cells are kept from changes.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `WrongPhase`, `WindowBegun`, `NotExamined`, `OtherDigest`, `NotAsked`, `AlreadyGiven`.
		///
		/// # Events
		/// `PlanConsented`; `PlanAgreed`, with the last one.
		#[pallet::call_index(33)]
		#[pallet::weight(T::WeightInfo::consent_to_plan())]
		pub fn consent_to_plan(
			origin: OriginFor<T>,
			plan: u32,
			subject: Hash,
			revision: u32,
		) -> DispatchResult {
			let (org, window) = Self::authorise_on(origin, SAVER, plan)?;
			Ok(windows::consent::<T>(org, plan, window, subject, revision)?)
		}

		/// Have a page of a plan looked at once more, after all consents.
		///
		/// # Origin
		/// A planner or an engineer of the company that has proposed the plan or of one that is asked, with the local network in its
		/// scope.
		///
		/// # Details
		/// Stations, relations, locks, outages, changes and freezes are looked at as they are now. What is in the way is told, and
		/// the page may be approved when it is not any more. With its last page the plan is approved.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `NotAsked`, `NotAgreed`, `WrongPhase`, `WindowBegun`, `NoSuchPage`, `AlreadyGiven`,
		/// `ExaminationExpired`, `PartiesChanged`.
		///
		/// # Events
		/// `PageApproved` or `PageRefused`; `PlanApproved`, with the last page.
		#[pallet::call_index(34)]
		#[pallet::weight(charges::approve_at_most::<T>())]
		pub fn approve_page(origin: OriginFor<T>, plan: u32, page: u16) -> DispatchResultWithPostInfo {
			let (org, window) = Self::authorise_on(origin, SAVER, plan).map_err(charges::refused::<T>)?;
			Ok(Some(windows::approve::<T>(org, plan, window, page).map_err(charges::refusal)?).into())
		}

		/// Take one's own plan back, or end it.
		///
		/// # Origin
		/// A planner or an engineer of the company that has proposed the plan, with the local network in its scope.
		///
		/// # Details
		/// Before its first window nothing is left of it. Later a day whose window has begun is its last one, and what was saved
		/// until then may be proven.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `NotProposer`, `WrongPhase`.
		///
		/// # Events
		/// `PlanEnded`.
		#[pallet::call_index(35)]
		#[pallet::weight(T::WeightInfo::withdraw_plan())]
		pub fn withdraw_plan(origin: OriginFor<T>, plan: u32) -> DispatchResult {
			let (org, window) = Self::authorise_on(origin, SAVER, plan)?;
			Ok(windows::withdraw::<T>(org, plan, window)?)
		}

		/// Wake cells for the rest of the day.
		///
		/// # Origin
		/// An engineer, a dispatcher or a planner of a company that owns or shares each of the stations, with the local network in its
		/// scope.
		///
		/// # Details
		/// At once, also before the window of the day begins, and while energy is paused. Each station stands with its slot in the page
		/// and its cells: bit `n` for cell `n`. Those that are to sleep today and are not awake yet are woken; which ones, and which
		/// cell needs not stand in for each any more, is told.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `BadWords`, `NotSharer`, `WrongPhase`, `NotToday`, `NoSuchPage`, `NotAsleep`.
		///
		/// # Events
		/// `CellsWoken`.
		#[pallet::call_index(36)]
		#[pallet::weight(T::WeightInfo::wake(stations.len().saturated_into()))]
		pub fn wake(
			origin: OriginFor<T>,
			plan: u32,
			page: u16,
			stations: BoundedVec<(u8, u32), ConstU32<PAGE_SLOTS>>,
			reason: Words,
		) -> DispatchResult {
			let (org, window) = Self::authorise_on(origin, WAKER, plan)?;
			Ok(windows::wake::<T>(org, plan, window, page, &stations, reason)?)
		}

		/// Prove what the stations of a plan's page have saved in the window of a day.
		///
		/// # Origin
		/// A collector, a planner or an auditor of any company, with the local network in its scope.
		///
		/// # Details
		/// `today` are the reports of that day that have a part in the window and a station of the plan: exactly those that stand.
		/// `past` are those that were frozen for its weekday when the page was examined: exactly those. A day is proven again when
		/// other reports stand; what was proven before is void then. What stands when a line of its month is final stays.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `WrongPhase`, `NoSuchDay`, `WindowNotOver`, `MonthClosed`, `NoSuchPage`,
		/// `NothingReported`, `StillContested`, `AlreadyProven`, `ReportsMissing`, `OtherReports`, `Unreadable`.
		///
		/// # Events
		/// `PageProven`.
		#[pallet::call_index(37)]
		#[pallet::weight(charges::prove::<T>(today, past))]
		pub fn prove_page(
			origin: OriginFor<T>,
			plan: u32,
			page: u16,
			day: u16,
			today: BoundedVec<Report, ConstU32<MAX_REPORTS>>,
			past: BoundedVec<Report, ConstU32<MAX_PAST_REPORTS>>,
		) -> DispatchResult {
			let (_, window) = Self::authorise_on(origin, PROVER, plan)?;
			Ok(windows::prove::<T>(plan, window, page, day, &today, &past)?)
		}

		/// Refuse a plan that one is asked about.
		///
		/// # Origin
		/// A planner or an engineer of a company that is asked: who shares a station of the plan, or one of which a cell stands in;
		/// with the local network in its scope.
		///
		/// # Details
		/// Asked is who has to consent by the pages that are examined, also before all are, and whether it has consented or not. The
		/// plan is over: it holds nothing any more, and nothing is left of it. One that is approved is not refused: its cells are
		/// woken.
		///
		/// # Errors
		/// Those of the origin; `NoSuchPlan`, `BadWords`, `NotAsked`, `WrongPhase`.
		///
		/// # Events
		/// `PlanRefused`, `PlanEnded`.
		#[pallet::call_index(38)]
		#[pallet::weight(T::WeightInfo::refuse_plan())]
		pub fn refuse_plan(origin: OriginFor<T>, plan: u32, reason: Words) -> DispatchResult {
			let (org, window) = Self::authorise_on(origin, SAVER, plan)?;
			Ok(windows::refuse::<T>(org, plan, window, reason)?)
		}
	}
}
