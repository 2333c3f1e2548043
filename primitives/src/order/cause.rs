// SPDX-License-Identifier: Apache-2.0

//! What lasts, from the facts that say that it began and that it is over.
//!
//! By author: who says that something began says that it is over, so that nobody ends what another has seen. An alarm is
//! known by its author's number for it, a violation by its own. Two companies that see one failure have two causes of one
//! kind, and stand behind what follows from it together. Refusals and missed appointments are ended by whoever else than the
//! company itself says that it has granted access, or come.
//!
//! Facts are taken by the time claimed, of one moment by their numbers. An alarm is in force while its severity is one of
//! those that make a cause; what is cleared may begin again.

use super::{
	company::Companies,
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

	/// Whether it may be the first cause.
	pub(super) const fn competes(&self) -> bool {
		match self.kind {
			Kind::Alarm(subject) => !matches!(subject, Subject::Service),
			Kind::Violation(_) => true,
			Kind::Grid | Kind::Refused(_) | Kind::Missed(_) => false,
		}
	}

	/// Who answers for it, as far as it says so itself.
	pub(super) fn names(&self, companies: &Companies) -> Option<OrgId> {
		match self.kind {
			Kind::Alarm(Subject::Backhaul { owner } | Subject::Equipment { owner }) => Some(owner),
			Kind::Alarm(Subject::Service) => self.plmn.and_then(|plmn| companies.carrier(plmn)),
			Kind::Violation(by) | Kind::Refused(by) | Kind::Missed(by) => Some(by),
			Kind::Grid | Kind::Alarm(Subject::Power | Subject::Environment) => None,
		}
	}

	pub(super) const fn facts(&self) -> FactSet {
		FactSet::of(self.number)
	}
}

/// The causes that these facts show; all of them count. Alarms of the severities of `grave` are causes.
pub(super) fn causes(facts: &[&Fact], grave: Severities) -> Vec<Cause> {
	let mut facts = facts.to_vec();
	facts.sort_unstable_by_key(|fact| (fact.claimed, fact.number));
	let mut lasting: BTreeMap<(OrgId, Key), Cause> = BTreeMap::new();
	let mut over = Vec::new();
	for fact in facts {
		let author = fact.author;
		let mut turn = |key, kind, plmn, is_on: bool| {
			let cause = Cause {
				kind,
				number: fact.number,
				began: fact.claimed,
				ended: Moment::MAX,
				signers: fact.signers(),
				plmn,
				conditions: Condition::of(&fact.evidence),
			};
			if is_on {
				lasting.entry((author, key)).or_insert(cause);
			} else if let Some(cause) = lasting.remove(&(author, key)) {
				over.push(Cause { ended: fact.claimed, ..cause });
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
				end(&mut lasting, &mut over, Key::Refused(by), fact.claimed.max(from));
			}
			Evidence::Arrival { of } if fact.is_backed_beside(of) => {
				end(&mut lasting, &mut over, Key::Missed(of), fact.claimed);
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

/// Ends a thing, whoever has said that it began.
fn end(lasting: &mut BTreeMap<(OrgId, Key), Cause>, over: &mut Vec<Cause>, key: Key, at: Moment) {
	lasting.retain(|(_, other), cause| {
		let ends = *other == key;
		if ends {
			over.push(Cause { ended: at, ..*cause });
		}
		!ends
	});
}
