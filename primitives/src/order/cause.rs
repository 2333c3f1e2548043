// SPDX-License-Identifier: Apache-2.0

//! What lasts, from the facts that say that it began and that it is over.
//!
//! By author: who says that something began says that it is over, so that nobody ends what another has seen. An alarm is
//! known by its author's number for it, a violation by its own. Two companies that see one failure have two causes of one
//! kind, and stand behind what follows from it together. A refusal is over when access is granted, a missed appointment when
//! the company comes, with the word of somebody else than that company: of who has said that it began, or of two.
//!
//! What two companies have signed is over when two have signed that it is. What its author says of it alone, that it goes on
//! or is over, is about a cause of its own beside it.
//!
//! Facts are taken by the time claimed, of one moment by their numbers. An alarm is in force while its severity is one of
//! those that make a cause; what is cleared may begin again.

use super::{
	fact::{Alarm, Evidence, Fact, FactSet, Phase, Severities, Subject},
	rules::{Condition, Conditions},
};
use crate::{site::Plmn, Moment, OrgId, OrgSet};
use alloc::{collections::BTreeMap, vec::Vec};

/// What kind of thing lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
	Grid,
	Alarm(Subject),
	Violation(OrgId),
	Refused(OrgId),
	Missed(OrgId),
}

impl Kind {
	/// Whether it may be the first cause.
	pub(super) const fn competes(self) -> bool {
		match self {
			Self::Alarm(subject) => !matches!(subject, Subject::Service),
			Self::Violation(_) => true,
			Self::Grid | Self::Refused(_) | Self::Missed(_) => false,
		}
	}

	/// Who answers for it, as far as it says so itself.
	pub(super) const fn names(self) -> Option<OrgId> {
		match self {
			Self::Alarm(Subject::Backhaul { owner: org } | Subject::Equipment { owner: org })
			| Self::Violation(org)
			| Self::Refused(org)
			| Self::Missed(org) => Some(org),
			Self::Grid | Self::Alarm(Subject::Power | Subject::Environment | Subject::Service) => None,
		}
	}
}

/// Something that lasts, or lasted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause {
	pub(super) kind: Kind,
	/// Number of the fact that says that it began.
	pub(super) number: u8,
	pub(super) began: Moment,
	/// [`Moment::MAX`] while it lasts.
	pub(super) ended: Moment,
	/// Who stands behind it.
	pub(super) signers: OrgSet,
	pub(super) plmn: Option<Plmn>,
	/// What its first fact is evidence for.
	pub(super) conditions: Conditions,
}

/// What of one author's is the same thing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
	Grid,
	Alarm(u64),
	Violation(u64),
	Refused(OrgId),
	Missed(OrgId),
}

impl Cause {
	pub(super) const fn is_in_force(&self, at: Moment) -> bool {
		self.began <= at && at < self.ended
	}

	/// Whether two companies stand behind it.
	pub(super) const fn is_backed(&self) -> bool {
		self.signers.len() > 1
	}

	pub(super) const fn facts(&self) -> FactSet {
		FactSet::of(self.number)
	}
}

/// What lasts: whose word it is, of what, and whether two companies have signed that it began.
type Lasting = BTreeMap<(OrgId, Key, bool), Cause>;

/// The causes that these facts show; all of them count. Alarms of the severities of `grave` are causes.
pub(super) fn causes(facts: &[&Fact], grave: Severities) -> Vec<Cause> {
	let mut facts = facts.to_vec();
	facts.sort_unstable_by_key(|fact| (fact.claimed, fact.number));
	let mut lasting = Lasting::new();
	let mut over = Vec::new();
	for fact in facts {
		let mut turn = |key, kind, plmn, is_on: bool| {
			if is_on {
				let cause = Cause {
					kind,
					number: fact.number,
					began: fact.claimed,
					ended: Moment::MAX,
					signers: fact.signers(),
					plmn,
					conditions: Condition::of(&fact.evidence),
				};
				lasting.entry((fact.author, key, fact.is_backed())).or_insert(cause);
			} else {
				end(&mut lasting, &mut over, fact, key, fact.claimed, false);
			}
		};
		match fact.evidence {
			Evidence::GridFailure { phase } => turn(Key::Grid, Kind::Grid, None, phase != Phase::Cleared),
			Evidence::Alarm(Alarm { id, phase, severity, subject, plmn, .. }) => {
				let is_on = phase != Phase::Cleared && grave.contains(severity);
				turn(Key::Alarm(id), Kind::Alarm(subject), plmn, is_on);
			}
			Evidence::Violation { number, by, phase } => {
				turn(Key::Violation(number), Kind::Violation(by), None, phase != Phase::Cleared);
			}
			Evidence::AccessRefused { by } => turn(Key::Refused(by), Kind::Refused(by), None, true),
			Evidence::AppointmentMissed { by } => turn(Key::Missed(by), Kind::Missed(by), None, true),
			// Until the window opens nobody gets in.
			Evidence::AccessGranted { by, from, .. } if fact.is_backed_beside(by) => {
				let at = fact.claimed.max(from);
				end(&mut lasting, &mut over, fact, Key::Refused(by), at, fact.is_backed());
			}
			Evidence::Arrival { of } if fact.is_backed_beside(of) => {
				end(&mut lasting, &mut over, fact, Key::Missed(of), fact.claimed, fact.is_backed());
			}
			_ => {}
		}
	}
	over.extend(lasting.into_values());
	over
}

impl Fact {
	/// Whether somebody else than `org` stands behind it.
	fn is_backed_beside(&self, org: OrgId) -> bool {
		!self.signers().without(org).is_empty()
	}
}

/// Ends of a thing what this fact has a say in: what its author has said, or anybody; what two have signed by two alone.
fn end(lasting: &mut Lasting, over: &mut Vec<Cause>, fact: &Fact, key: Key, at: Moment, of_anybody: bool) {
	lasting.retain(|(author, other, is_backed), cause| {
		let is_its_say = of_anybody || *author == fact.author;
		let ends = *other == key && is_its_say && (fact.is_backed() || !*is_backed);
		if ends {
			over.push(Cause { ended: at, ..*cause });
		}
		!ends
	});
}
