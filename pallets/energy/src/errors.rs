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
		/// What is seen must be of the same span and the same stations, by the same networks, and differ.
		OtherReport,
		/// The report cannot be read, or not as it was accounted.
		Unreadable,
		/// A party does not rule, and the others do before the term is over. Who is no company has no say.
		NotRuler,
		/// The term for rulings is not over.
		TooEarly,
		/// The term for rulings is over: the owner's report stands.
		TooLate,
		/// A statement of the month is final: what it says does not change any more.
		MonthClosed,
		/// The month is not over.
		MonthNotOver,
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
		/// Reports are kept for 62 to 400 days, 1 to 96 a day, a meter shows at most twice the rated power, and rulings have a year at most.
		BadSettings,
		/// What is governed is in force from a day to come on, and not before a version that is set already.
		Backwards,
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
