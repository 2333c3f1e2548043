// SPDX-License-Identifier: Apache-2.0

//! Why calls are refused: the pallet's errors, and the refusals of the shared types in their words.

use crate::{rounds::RoundRefusal, Error};
use frame_support::pallet_macros::pallet_section;
use trimast_primitives::{
	access::AccessRefusal,
	consents::ConsentRefusal,
	site::{ImportRefusal, StationDefect},
};

/// The pallet's errors.
#[pallet_section]
mod errors {
	/// Why a call was refused, and what to do.
	#[pallet::error]
	pub enum Error<T> {
		/// No organisation has this account, or it was removed: have it added by your company's admin.
		UnknownAccount,
		/// The account's organisation may not do business now: it is suspended, has left or has not joined yet.
		OrgNotActive,
		/// The account lacks the role that the call needs: planner, or auditor where that suffices.
		MissingRole,
		/// The local network lies outside the account's scope.
		OutsideScope,
		/// The territory has no such local network.
		UnknownLocalNetwork,
		/// No station has this number.
		NotFound,
		/// The station code is empty or has a character other than `A-Z 0-9 - _ .`.
		BadCode,
		/// The owner stands among the sharers, or there are sharers exactly when the mode is exclusive.
		BadSharers,
		/// The tower company's site code is empty or has a character other than `A-Z 0-9 - _ .`.
		BadTowerSite,
		/// There is no PLMN, one twice, or a code out of range.
		BadPlmns,
		/// The position is not on Earth.
		BadPosition,
		/// The county is not 1 to 99.
		BadCounty,
		/// The number of cells is zero or too great.
		BadCells,
		/// The vendor is not UTF-8, or has a control character.
		BadVendor,
		/// Only the station's owner may do this; when it has left the federation, whom the record names may propose.
		NotOwner,
		/// Another company owns the station with this code.
		OwnedByAnother,
		/// Fields that decide differ from what stands, or a member would lose its part: propose an amendment.
		NeedsConsent,
		/// The station is retired: propose to restore it first.
		Retired,
		/// The station is in service.
		NotRetired,
		/// An amendment of this station waits for consents: withdraw it first, or wait.
		AmendmentOpen,
		/// Exactly this has been proposed already and waits for consents.
		AlreadyProposed,
		/// No amendment of this station is open.
		NoAmendment,
		/// The company has too many amendments open in this local network: have some consented to or withdraw them.
		TooManyAmendments,
		/// Only the company that proposed the amendment may withdraw it before it has expired.
		NotProposer,
		/// A company that the record names is not a member, or not of the kind that its part needs.
		UnknownOrg,
		/// The bucket is full: only another code falls into another one.
		BucketFull,
		/// The company has as many stations in this bucket as one owner may register: only another code falls into another
		/// one.
		TooManyInBucket,
		/// More cells of the station have a baseline: take it away first, by an import or, once signed, by a request.
		FewerCells,
		/// A baseline of the station stands, whose values follow the order of the PLMNs: add PLMNs behind the others, no more.
		PlmnsFixed,
		/// The code stands in the batch twice with different contents.
		DuplicateInBatch,
		/// The batch touches too many pages: make it smaller.
		BatchTooWide,
		/// A station's code never changes.
		CodeFixed,
		/// The station is that way already.
		NothingToChange,
		/// A shared station goes only to one of its sharers.
		NotSharer,
		/// Another company than its owner stands behind the station: it changes with the consents of those named alone.
		Countersigned,
		/// The last block for this consent has passed: have the change proposed again.
		Expired,
		/// The proposal was amended, or is another: look at it again and sign what it is now.
		OtherSubject,
		/// The company's consent is not asked for.
		NotRequired,
		/// The company has consented already.
		AlreadyGiven,
		/// The code is not four digits or lies in no province of GB/T 2260, the name is empty, not UTF-8 or has a
		/// control character, the centre is not on Earth, or the buckets are out of range.
		BadLocalNetwork,
		/// The local network holds stations: the number of its buckets is fixed.
		BucketsFixed,
		/// The local network holds stations or has been reconciled.
		NotEmpty,
		/// The territory has as many local networks as it may have.
		TooManyLocalNetworks,
		/// A round is under way in this local network.
		RoundOpen,
		/// No round was ever opened in this local network.
		NoRound,
		/// The round under way has another number.
		OtherRound,
		/// The company is not asked to take part in this round.
		NotParty,
		/// The round is at another step.
		OtherStep,
		/// The last block for this step has passed.
		DeadlinePassed,
		/// The company has done this already in this round.
		AlreadyDone,
		/// The company did not take the step before this one, and the others have gone on.
		StepMissed,
		/// Fewer than two companies could take part, or have: there is nothing to compare.
		TooFewParties,
		/// The reveal is not what the company has committed to.
		WrongCommitment,
		/// There must be as many digests as pages: two for each bucket.
		WrongLength,
		/// A record belongs to another page, or there is no such page.
		WrongPage,
		/// The records are not those of the digest that the company has revealed.
		WrongRecords,
		/// The parties agree on this page, or the company has revealed that it holds nothing in it.
		NothingToPublish,
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

impl<T> From<StationDefect> for Error<T> {
	fn from(defect: StationDefect) -> Self {
		match defect {
			StationDefect::Code => Self::BadCode,
			StationDefect::Sharers => Self::BadSharers,
			StationDefect::TowerSite => Self::BadTowerSite,
			StationDefect::Plmns => Self::BadPlmns,
			StationDefect::Position => Self::BadPosition,
			StationDefect::County => Self::BadCounty,
			StationDefect::Cells => Self::BadCells,
			StationDefect::Vendor => Self::BadVendor,
		}
	}
}

impl<T> From<ImportRefusal> for Error<T> {
	fn from(refusal: ImportRefusal) -> Self {
		match refusal {
			ImportRefusal::Defect(defect) => defect.into(),
			ImportRefusal::NotOwner => Self::NotOwner,
			ImportRefusal::OwnedByAnother => Self::OwnedByAnother,
			ImportRefusal::NeedsConsent => Self::NeedsConsent,
			ImportRefusal::Retired => Self::Retired,
			ImportRefusal::AmendmentOpen => Self::AmendmentOpen,
			ImportRefusal::UnknownOrg => Self::UnknownOrg,
			ImportRefusal::BucketFull => Self::BucketFull,
			ImportRefusal::DuplicateInBatch => Self::DuplicateInBatch,
			ImportRefusal::BatchTooWide => Self::BatchTooWide,
			ImportRefusal::TooManyInBucket => Self::TooManyInBucket,
			ImportRefusal::FewerCells => Self::FewerCells,
			ImportRefusal::PlmnsFixed => Self::PlmnsFixed,
		}
	}
}

impl<T> From<ConsentRefusal> for Error<T> {
	fn from(refusal: ConsentRefusal) -> Self {
		match refusal {
			ConsentRefusal::Expired => Self::Expired,
			ConsentRefusal::OtherSubject => Self::OtherSubject,
			ConsentRefusal::NotRequired => Self::NotRequired,
			ConsentRefusal::AlreadyGiven => Self::AlreadyGiven,
		}
	}
}

impl<T> From<RoundRefusal> for Error<T> {
	fn from(refusal: RoundRefusal) -> Self {
		match refusal {
			RoundRefusal::NotParty => Self::NotParty,
			RoundRefusal::OtherStep => Self::OtherStep,
			RoundRefusal::DeadlinePassed => Self::DeadlinePassed,
			RoundRefusal::AlreadyDone => Self::AlreadyDone,
			RoundRefusal::StepMissed => Self::StepMissed,
			RoundRefusal::TooFewParties => Self::TooFewParties,
		}
	}
}
