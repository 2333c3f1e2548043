// SPDX-License-Identifier: Apache-2.0

//! Consents: 'these parties must countersign exactly this'. One type for configuration changes, plans,
//! schedules, settlements and documents alike.
//!
//! # What it guarantees
//!
//! * **Exact subject**: a consent is given to a hash and a revision; to anything else it is refused.
//! * **No consent survives a change**: an amendment makes a new revision and clears what was given.
//! * **Rules of the day**: `required` is handed in again at execution; who has to sign is decided then.

use crate::{BlockNumber, Hash, OrgId, OrgSet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Who must countersign a subject, and who has.
///
/// ```
/// # use trimast_primitives::{Consents, OrgId, OrgSet, Hash};
/// let (subject, both) = (Hash::repeat_byte(1), OrgSet::of(OrgId(1)).with(OrgId(2)));
/// let mut consents = Consents::new(subject, both, 100);
/// consents.give(OrgId(1), subject, 0, 10).unwrap();
/// assert_eq!(consents.missing(), OrgSet::of(OrgId(2)));
/// consents.amend(Hash::repeat_byte(2), both, 100);
/// assert!(consents.give(OrgId(2), subject, 0, 10).is_err(), "the old text is not what is on the table");
/// ```
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Consents {
	/// Who must countersign, as known when the subject was last written.
	pub required: OrgSet,
	/// Who has.
	pub given: OrgSet,
	/// Hash of the exact subject.
	pub subject: Hash,
	/// Counts the amendments.
	pub revision: u32,
	/// Last block in which a consent is accepted and the subject may be executed.
	pub expires: BlockNumber,
}

/// Why a consent is refused.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConsentRefusal {
	/// The last block for it has passed.
	Expired,
	/// The subject was amended: look at it again and sign the new revision.
	OtherSubject,
	/// This organisation is not asked.
	NotRequired,
	/// It has already been given.
	AlreadyGiven,
}

impl Consents {
	/// Nobody has signed yet.
	pub const fn new(subject: Hash, required: OrgSet, expires: BlockNumber) -> Self {
		Self { required, given: OrgSet::EMPTY, subject, revision: 0, expires }
	}

	/// Takes the consent of `org` to `revision` of `subject`.
	pub fn give(
		&mut self,
		org: OrgId,
		subject: Hash,
		revision: u32,
		now: BlockNumber,
	) -> Result<(), ConsentRefusal> {
		if self.is_expired(now) {
			return Err(ConsentRefusal::Expired);
		}
		if subject != self.subject || revision != self.revision {
			return Err(ConsentRefusal::OtherSubject);
		}
		if !self.required.contains(org) {
			return Err(ConsentRefusal::NotRequired);
		}
		if self.given.contains(org) {
			return Err(ConsentRefusal::AlreadyGiven);
		}
		self.given = self.given.with(org);
		Ok(())
	}

	/// A new revision with nobody's consent.
	pub fn amend(&mut self, subject: Hash, required: OrgSet, expires: BlockNumber) {
		let revision = self.revision.saturating_add(1);
		*self = Self { revision, ..Self::new(subject, required, expires) };
	}

	/// Whether everybody in `required`, computed now, has signed in time.
	pub const fn satisfies(&self, required: OrgSet, now: BlockNumber) -> bool {
		!self.is_expired(now) && self.given.is_superset(required)
	}

	/// Who has not signed yet.
	pub const fn missing(&self) -> OrgSet {
		self.required.difference(self.given)
	}

	/// Whether the last block for it has passed.
	pub const fn is_expired(&self, now: BlockNumber) -> bool {
		now > self.expires
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const SUBJECT: Hash = Hash::repeat_byte(7);

	#[test]
	fn give_fails_when_not_asked_late_or_twice() {
		let mut consents = Consents::new(SUBJECT, OrgSet::of(OrgId(1)), 10);
		assert_eq!(consents.give(OrgId(2), SUBJECT, 0, 1), Err(ConsentRefusal::NotRequired));
		assert_eq!(consents.give(OrgId(1), SUBJECT, 1, 1), Err(ConsentRefusal::OtherSubject));
		assert_eq!(consents.give(OrgId(1), SUBJECT, 0, 11), Err(ConsentRefusal::Expired));
		assert_eq!(consents.give(OrgId(1), SUBJECT, 0, 10), Ok(()));
		assert_eq!(consents.give(OrgId(1), SUBJECT, 0, 10), Err(ConsentRefusal::AlreadyGiven));
	}

	#[test]
	fn satisfies_asks_the_rules_of_the_day() {
		let mut consents = Consents::new(SUBJECT, OrgSet::of(OrgId(1)), 10);
		consents.give(OrgId(1), SUBJECT, 0, 1).unwrap();
		assert!(consents.satisfies(OrgSet::of(OrgId(1)), 10));
		assert!(!consents.satisfies(OrgSet::of(OrgId(1)).with(OrgId(2)), 10));
		assert!(!consents.satisfies(OrgSet::of(OrgId(1)), 11));
	}

	proptest! {
		#[test]
		fn given_stays_within_required_and_dies_with_its_revision(
			required in any::<u32>(), steps in proptest::collection::vec((0u8..34, any::<bool>()), 0..40),
		) {
			let mut consents = Consents::new(SUBJECT, OrgSet(required), 100);
			let mut revision = 0;
			for (org, amend) in steps {
				if amend {
					consents.amend(SUBJECT, OrgSet(required), 100);
					revision += 1;
					prop_assert!(consents.given.is_empty());
				} else {
					let accepted = consents.give(OrgId(org), SUBJECT, revision, 1).is_ok();
					prop_assert!(!accepted || OrgSet(required).contains(OrgId(org)));
					prop_assert!(revision == 0 || consents.give(OrgId(org), SUBJECT, revision - 1, 1).is_err());
				}
				prop_assert_eq!(consents.revision, revision);
				prop_assert!(consents.required.is_superset(consents.given));
			}
		}
	}
}
