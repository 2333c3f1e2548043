// SPDX-License-Identifier: Apache-2.0

//! Why calls are refused.

use crate::Error;
use frame_support::pallet_macros::pallet_section;
use trimast_primitives::access::AccessRefusal;

/// The pallet's errors.
#[pallet_section]
mod errors {
	/// Why a call was refused, and what to do.
	#[pallet::error]
	pub enum Error<T> {
		/// No organisation has this account: have it added by your company's admin.
		UnknownAccount,
		/// The account's organisation may not do business now: it is suspended, has left or has not joined yet.
		OrgNotActive,
		/// The account lacks the role that the call names.
		MissingRole,
		/// The place lies outside the account's scope.
		OutsideScope,
		/// The territory has no such local network or province.
		UnknownTerritory,
		/// There is no such report, or it is forgotten.
		NoSuchReport,
		/// The digest is not that of what stands: look at it again. It may have been corrected.
		OtherDigest,
		/// No station of the report names this company as sharer or tower company; or it is the owner's own.
		NotConcerned,
		/// It has been signed, attested or disputed already.
		AlreadyGiven,
		/// The report is contested already: attest it, or wait until that is settled.
		AlreadyContested,
		/// The report is not contested.
		NotContested,
		/// What is seen must be of the same span and the same stations, and differ.
		OtherReport,
		/// The report cannot be read, or not as it was accounted.
		Unreadable,
		/// A party does not rule, nor who pays a share but for the owner, and the others do before the term is over. Who is no company has
		/// no say.
		NotRuler,
		/// The term for rulings is not over.
		TooEarly,
		/// The term for rulings is over: the owner's report stands.
		TooLate,
		/// A statement of the month is final: what it says does not change any more.
		MonthClosed,
		/// The month is not over.
		MonthNotOver,
		/// All companies look at the month, or at what was reported of it last, yet: sign it once the days of the review are over, and
		/// dispute it at once.
		ReviewNotOver,
		/// The days of the review are over, of the month and of what was reported of it last: nothing of it is contested any more.
		ReviewOver,
		/// Reports are contested there: have that settled first.
		StillContested,
		/// Neither owner nor payer of the line, or both are one.
		NotParty,
		/// There is no such line: the payer has no share of the owner's energy there in that month.
		NoSuchLine,
		/// A reason has printable characters.
		BadWords,
		/// The rule names a company twice.
		BadRule,
		/// A price is beyond all bounds.
		BadTariff,
		/// The factor or its year is beyond all bounds.
		BadFactor,
		/// A meter shows at most twice the rated power.
		BadTolerance,
		/// Reports are kept for 62 to 400 days, 1 to 96 a day, rulings have a year and reviews 60 days at most.
		BadSettings,
		/// What is governed is in force from a day to come on, and not before a version that is set already.
		Backwards,
		/// The plan has no page, or its pages are not in ascending order.
		PlanPages,
		/// A page of the plan has no station, one twice or not in ascending order, or a station without a cell or with one that no
		/// station has.
		PlanCells,
		/// The plan has no day, or more than a month of them.
		PlanDays,
		/// The window is empty or ends after its day: a night is two plans.
		PlanQuarters,
		/// The baseline is read from 1 to 4 weeks, and traffic counts in full at most.
		PlanBaseline,
		/// A page of the plan has too many cells: leave some to another plan.
		TooManyCells,
		/// The first window of the plan has begun: what is agreed on is agreed on before.
		WindowBegun,
		/// The first day of the plan is too far ahead.
		TooFarAhead,
		/// The company has as many plans in the local network as it may: wait until some are over, or withdraw one.
		TooManyPlans,
		/// There is no such plan, or it is forgotten.
		NoSuchPlan,
		/// The plan, or its local network, has no such page.
		NoSuchPage,
		/// Only who has proposed the plan has it examined or takes it back.
		NotProposer,
		/// The plan does not stand where this can be done: look at its phase.
		WrongPhase,
		/// Not all pages of the plan are examined: have that done first.
		NotExamined,
		/// The page was examined too long ago: have it examined again. Where nothing has changed, consents stay.
		ExaminationExpired,
		/// The company is not asked about this plan.
		NotAsked,
		/// Not everybody has consented to the plan.
		NotAgreed,
		/// Who owns or shares the stations of the page, or those that stand in, is another by now, and has not consented: have the page
		/// examined again.
		PartiesChanged,
		/// This is no day of the plan, or its window is over.
		NotToday,
		/// None of these cells is to sleep today, or they are woken already.
		NotAsleep,
		/// The company neither owns nor shares one of these stations.
		NotSharer,
		/// The plan has no such day, or was ended before.
		NoSuchDay,
		/// The window of the day is not over.
		WindowNotOver,
		/// What is brought of the day is not exactly what stands of the window: look at the reports again.
		ReportsMissing,
		/// What is brought of the weeks before is not exactly what was frozen: see which reports the examination names.
		OtherReports,
		/// Nothing of the window of that day was reported.
		NothingReported,
		/// The day is proven by these reports already.
		AlreadyProven,
		/// As many versions are kept as may be, and by the oldest one something is accounted yet, or what is said of a month that is kept: wait
		/// until nothing is.
		TooManyVersions,
		/// An examination holds for a minute to 30 days, plans begin at most a year ahead, and a company has 1 to 256 of them in a
		/// local network.
		BadWindowRules,
	}
}

impl<T> From<AccessRefusal> for Error<T> {
	fn from(refusal: AccessRefusal) -> Self {
		match refusal {
			AccessRefusal::UnknownAccount => Self::UnknownAccount,
			AccessRefusal::OrgNotActive => Self::OrgNotActive,
			AccessRefusal::MissingRole => Self::MissingRole,
			AccessRefusal::OutsideScope => Self::OutsideScope,
		}
	}
}
