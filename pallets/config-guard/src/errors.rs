// SPDX-License-Identifier: Apache-2.0

//! Why calls are refused: the pallet's errors, and the refusals of the shared types in their words.

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
		/// The account lacks the role that the call needs: engineer, or collector for observations.
		MissingRole,
		/// The local network lies outside the account's scope.
		OutsideScope,
		/// The territory has no such local network, or the local network no such page.
		UnknownPage,
		/// The digest is not that of the local network's baseline as it is now: look at it again.
		OtherDigest,
		/// More pages than one signature may be for: sign them in several calls.
		TooManyPages,
		/// The bytes are not the encoding of a table of cells (`CellTable::to_bytes`).
		BadTable,
		/// With these cells the page's table would be larger than a page may be.
		TooLarge,
		/// The domain is empty or out of order, an envelope stands where the class has none, or a name or word is missing.
		BadParameter,
		/// The catalogue is full.
		TooManyParameters,
		/// The root of this export stands there already.
		AlreadyAnchored,
		/// The company has not anchored the root of this export.
		NotAnchored,
		/// The root of this export came after the sweep was opened: observe for a later sweep.
		AnchoredTooLate,
		/// An export has a row at least.
		EmptyExport,
		/// The network cannot have been read later than now.
		ObservedInFuture,
		/// The network was read so long ago that the testimony would have expired already.
		ObservedTooEarly,
		/// Something is asked of so many of the company's exports that no other can be taken: open what is asked for.
		TooManyExports,
		/// The network was read too long ago: anchor a new export.
		ExportExpired,
		/// Something that this export has opened was wrong or is missing: anchor a new one.
		ExportDoubted,
		/// Only other companies name cells of an export.
		OwnExport,
		/// The company has not testified of this local network from this export; or that has expired, and it has said nothing of
		/// violations in the cell that counts still.
		NotTestified,
		/// The inventory has no such cell, or the export's company is no party to its station.
		UnknownCell,
		/// The cell is asked for already.
		AlreadyAsked,
		/// The company has named as many cells of this export as it may, or as much is asked of it as may be.
		TooManyDemands,
		/// As many sweeps, or as many of the company, as may wait for their salt: try again in two blocks. Or as many of the
		/// company as may take observations: join one of them.
		TooManySweeps,
		/// No sweep has this number.
		NoSuchSweep,
		/// The sweep has no salt yet: it has one two blocks after it was opened.
		NotSalted,
		/// The sweep takes no more observations.
		SweepClosed,
		/// The sweep is not about this local network.
		OutsideSweep,
		/// The values of more cells than one call may have.
		TooManyCells,
		/// More violations than may stand open in one page, or than one call may be about: send fewer pages or cells at once.
		TooManyViolations,
		/// The chain has too much to do for the company by itself in the blocks in which this would be due: try again later.
		AgendaFull,
		/// The rule names a parameter that is not in the catalogue: put it there first.
		UnknownParameter,
		/// The rule names a parameter of another kind than it needs in this place.
		BadRule,
		/// A rule in force names the parameter, which would be of another kind: change or drop the rule first.
		NamedByRule,
		/// The freeze ends before it begins.
		BadFreeze,
		/// The company is no member: nothing is given to it.
		OrgNotMember,
		/// What the company is to hold is no PLMN or no spectrum.
		BadHolding,
		/// A PLMN stands twice in what the company is to hold, or a piece of spectrum overlaps another.
		HeldTwice,
		/// As many rules, freezes or holders as there may be.
		TooMuchPolicy,
		/// The freeze is over.
		Backwards,
		/// No request has this number, or it is forgotten since.
		NoSuchRequest,
		/// Only who has asked for the change does this.
		NotProposer,
		/// Where the request, or this page of it, stands now this is not done.
		WrongPhase,
		/// The time for it has passed.
		Expired,
		/// The text has characters that cannot be read.
		BadText,
		/// The window is over, ends before it begins, is too long or too far ahead; or the emergency began in the future, or
		/// too long ago to be ratified.
		BadWindow,
		/// As many requests of the company as may be open, or open and kept after their end: have some of them closed, or wait
		/// until testimony of before the end of the first holds no more.
		TooManyRequests,
		/// The part is empty, out of order, or names a value twice.
		BadPart,
		/// More pages than a request may have, or than one in an emergency.
		TooManyParts,
		/// That is what the request has already.
		NothingToChange,
		/// The request has no part.
		NothingAsked,
		/// The request was amended: look at it again and agree to the new revision.
		OtherSubject,
		/// The company is not asked.
		NotRequired,
		/// The company has said so already.
		AlreadyGiven,
		/// The window of the request is not open.
		NotInWindow,
		/// Not everybody has agreed who must by today's members and stations. When a station has got a new party, put the part
		/// into the request again: then it is asked.
		ConsentsMissing,
		/// The change does not concern the company.
		NotConcerned,
		/// The time for objections has passed.
		TooLate,
		/// Every company is party to the dispute: it stands when the term for a ruling has passed.
		NobodyToRule,
		/// The company is party to the dispute.
		NotRuler,
		/// Another company holds this PLMN or a part of this spectrum: change what that one holds first.
		HeldByAnother,
		/// No value is taken out of an emergency that was reported, nor made another: have it ratified, or take it back. What was
		/// changed since is another emergency, once this one is over.
		EmergencyStands,
		/// Pages of the draft are unchecked: they break a rule with a cell of another page, or another page was changed since.
		/// Put them in again as they are.
		Unchecked,
		/// No province or local network has this code.
		UnknownTerritory,
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
