// SPDX-License-Identifier: Apache-2.0

//! What kind of violation a value is that was seen and is not the approved one. The first row that holds decides.
//!
//! | what was seen | is |
//! |---|---|
//! | what a change explains: the old or the new value in its window, also of a roll-back, or the old one read before | no finding |
//! | a value outside of its domain, or with which its cell breaks a rule that looks at the cell alone | `RuleBroken` |
//! | one parameter that a station with one cell identity shares, with different values for its PLMNs | `PlmnsDiffer` |
//! | what the network's own optimisation (SON) has set inside the agreed envelope, with a notice | no finding |
//! | the same outside of the envelope | `SonBeyondBound` |
//! | the value before a change that was carried out, after its window | `SilentRollback` |
//! | the value of an approved change before its window or after it, and not carried out | `OutsideWindow` |
//! | another value than that of an approved change in its window, or of one that is carried out and not closed | `NotAsApproved` |
//! | a value with a notice, or one that was asked for and not approved | `NoRequest` |
//! | anything else | `Hidden` |
//!
//! A value has a notice when the last one of who answers says it, and nothing has overtaken that since: no change that was
//! carried out and whose window is over, no roll-back, no import.
//! A request explains what is read from exports that were anchored after it was asked for, and no other than an emergency
//! what is read while a freeze holds, or what it could not carry out any more, since its company, the class or who must agree
//! is another by now.
//! `Unratified` is opened by the chain itself, for a change in an emergency that not everybody has agreed to in time or that
//! is taken back.

use crate::changes::types::{Change, ChangeState, Phase, Request};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use trimast_primitives::{BlockNumber, Moment, OrgId, OrgSet};

/// What kind of violation a value is.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
)]
pub enum Kind {
	/// It was made known, and nobody has approved it.
	NoRequest,
	/// A change of it is approved, to another value.
	NotAsApproved,
	/// It is the value of an approved change, outside of its window.
	OutsideWindow,
	/// It does not belong to its domain, or breaks a rule inside its cell.
	RuleBroken,
	/// An approved change was undone in silence.
	SilentRollback,
	/// The network's own optimisation has gone beyond the agreed envelope.
	SonBeyondBound,
	/// It was not made known, and nobody has asked for it.
	Hidden,
	/// What the PLMNs of a cell share is set differently for them.
	PlmnsDiffer,
	/// It was changed in an emergency, and not everybody has agreed in time, or it was taken back.
	Unratified,
}

impl Kind {
	/// Every kind, in the order of their numbers.
	pub const ALL: [Self; 9] = [
		Self::NoRequest,
		Self::NotAsApproved,
		Self::OutsideWindow,
		Self::RuleBroken,
		Self::SilentRollback,
		Self::SonBeyondBound,
		Self::Hidden,
		Self::PlmnsDiffer,
		Self::Unratified,
	];

	/// The word for it in queries.
	pub const fn word(self) -> &'static str {
		match self {
			Self::NoRequest => "no-request",
			Self::NotAsApproved => "not-as-approved",
			Self::OutsideWindow => "outside-window",
			Self::RuleBroken => "rule-broken",
			Self::SilentRollback => "silent-rollback",
			Self::SonBeyondBound => "son-beyond-bound",
			Self::Hidden => "hidden",
			Self::PlmnsDiffer => "plmns-differ",
			Self::Unratified => "unratified",
		}
	}
}

/// What the changes of a value say of what was seen of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trace {
	/// It is what it may be.
	Explained,
	/// It is the value before a change that was carried out.
	RolledBack,
	/// It is the value of an approved change, at another time.
	OutsideWindow,
	/// It is another value than that of an approved change.
	NotAsApproved,
	/// It was asked for.
	NotApproved,
}

/// What the kind of a violation depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Facts {
	/// The value does not belong to its domain, or breaks a rule inside its cell.
	pub(crate) breaks_rule: bool,
	/// It is shared by the cell's PLMNs and not the same for them.
	pub(crate) plmns_differ: bool,
	/// SON has set it, with a notice: whether inside the agreed envelope.
	pub(crate) son: Option<bool>,
	/// What the changes of the value say.
	pub(crate) trace: Option<Trace>,
	/// Whether there is a notice of it.
	pub(crate) is_noticed: bool,
}

/// The kind, by the table above; none where it is no finding.
pub(crate) fn kind_of(facts: &Facts) -> Option<Kind> {
	let Facts { breaks_rule, plmns_differ, son, trace, is_noticed } = *facts;
	if trace == Some(Trace::Explained) {
		return None;
	}
	if breaks_rule {
		return Some(Kind::RuleBroken);
	}
	if plmns_differ {
		return Some(Kind::PlmnsDiffer);
	}
	match son {
		Some(true) => return None,
		Some(false) => return Some(Kind::SonBeyondBound),
		None => {}
	}
	Some(match trace {
		Some(Trace::RolledBack) => Kind::SilentRollback,
		Some(Trace::OutsideWindow) => Kind::OutsideWindow,
		Some(Trace::NotAsApproved) => Kind::NotAsApproved,
		Some(Trace::NotApproved) => Kind::NoRequest,
		_ if is_noticed => Kind::NoRequest,
		_ => Kind::Hidden,
	})
}

/// What was seen of a value, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
	/// What it was set to.
	pub(crate) observed: Option<i64>,
	/// When the network was read.
	pub(crate) at: Moment,
	/// Whether a freeze held then.
	pub(crate) is_frozen: bool,
	/// Block in which the export was anchored.
	pub(crate) anchored: BlockNumber,
	/// Who could set what was seen by now, and whose consent that needs.
	pub(crate) decides: Option<(OrgId, OrgSet)>,
}

/// What the changes of a value say of what was seen of it, and which request says so. An explanation by any of
/// them is one; else the latest that says something counts.
pub(crate) fn trace<'a>(
	changes: impl DoubleEndedIterator<Item = &'a Change>,
	mut request: impl FnMut(u32) -> Option<Request>,
	sight: &Sight,
) -> Option<(u32, Trace)> {
	let mut latest = None;
	for change in changes.rev() {
		match one(change, request(change.request).as_ref(), sight) {
			Some(Trace::Explained) => return Some((change.request, Trace::Explained)),
			Some(trace) => latest = latest.or(Some((change.request, trace))),
			None => {}
		}
	}
	latest
}

fn one(change: &Change, request: Option<&Request>, sight: &Sight) -> Option<Trace> {
	let Sight { observed, at, .. } = *sight;
	let is_after = observed == change.after;
	let is_open = request.is_some_and(|request| !request.phase.is_final());
	match change.state {
		ChangeState::Open => waiting(change, request?, is_after, sight),
		ChangeState::Refused => is_after.then_some(Trace::NotApproved),
		ChangeState::Executed { at: executed, window_end } if observed == change.before => {
			let until = former_until(executed, window_end, request);
			Some(if at <= until { Trace::Explained } else { Trace::RolledBack })
		}
		// A later change has taken its place, and says what that means.
		ChangeState::Executed { .. } if is_after => None,
		ChangeState::Executed { .. } => is_open.then_some(Trace::NotAsApproved),
		ChangeState::RolledBack { window_end, .. } if is_after => {
			Some(if at <= window_end { Trace::Explained } else { Trace::OutsideWindow })
		}
		ChangeState::RolledBack { .. } => None,
	}
}

/// Last moment in which the value before a change that was carried out may be seen.
pub(crate) fn former_until(executed: Moment, window_end: Moment, request: Option<&Request>) -> Moment {
	// What is closed was made: its window is over.
	// One that is forgotten was closed before anything was read that still counts.
	let closed = request.map_or(executed, |request| request.ended.unwrap_or(window_end));
	window_end.min(closed)
}

/// Whether a change was asked for before an export was bound: who knows that it is cannot ask any more for what it shows.
fn is_in_time(change: &Change, request: &Request, anchored: BlockNumber) -> bool {
	request.asked.is_some_and(|asked| anchored > asked.max(change.asked))
}

/// Whether a change was asked for before an export was bound, and waited when the network was read. A draft does not.
pub(crate) fn waited(
	change: &Change,
	request: impl FnOnce() -> Option<Request>,
	read: Moment,
	anchored: BlockNumber,
) -> bool {
	change.state == ChangeState::Open
		&& request().is_some_and(|request| {
			is_in_time(change, &request, anchored) && request.ended.is_none_or(|ended| read <= ended)
		})
}

/// Whether a change has put something else in the place of what was set at a moment, so that a network that is read does
/// not show it any more. As long as the former value may be seen it may.
pub(crate) fn overtakes(
	change: &Change,
	request: impl FnOnce() -> Option<Request>,
	set: Moment,
	read: Moment,
) -> bool {
	match change.state {
		ChangeState::Open | ChangeState::Refused => false,
		ChangeState::Executed { at, window_end } => {
			at > set && read > former_until(at, window_end, request().as_ref())
		}
		ChangeState::RolledBack { at, window_end } => at > set && read > window_end,
	}
}

/// What a change says that is not carried out.
fn waiting(change: &Change, request: &Request, is_after: bool, sight: &Sight) -> Option<Trace> {
	let Sight { at, is_frozen, anchored, decides, .. } = *sight;
	let is_emergency = request.terms.emergency;
	let (from, to) = request.terms.window;
	let until = [request.ended, request.objected].into_iter().flatten().fold(to, Moment::min);
	let is_in_window = (from..=until).contains(&at) && (is_emergency || !is_frozen);
	let given = request.consents.given;
	// What could not be carried out any more is approved by nobody.
	let is_as_needed = |(by, needed): (OrgId, OrgSet)| change.by == by && given.is_superset(needed);
	let may_be_made = !is_after || decides.is_some_and(is_as_needed);
	let is_agreed = given.is_superset(request.consents.required) && may_be_made;
	let is_allowed = match request.phase {
		Phase::Draft | Phase::Unratified => false,
		_ => is_in_time(change, request, anchored) && (is_emergency || is_agreed),
	};
	match (is_allowed, is_after, is_in_window) {
		(true, true, true) => Some(Trace::Explained),
		(true, true, false) => Some(Trace::OutsideWindow),
		(true, false, true) if !request.phase.is_final() => Some(Trace::NotAsApproved),
		(false, true, _) => Some(Trace::NotApproved),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// One row of the table after the other, each with everything true that stands below it.
	#[test]
	fn every_row_decides_over_those_below() {
		let all = Facts {
			breaks_rule: true,
			plmns_differ: true,
			son: Some(false),
			trace: Some(Trace::Explained),
			is_noticed: true,
		};
		let traced = |trace| Facts { trace, breaks_rule: false, plmns_differ: false, son: None, ..all };
		let rolled_back = Some(Trace::RolledBack);
		for (facts, kind) in [
			(all, None),
			(Facts { trace: rolled_back, ..all }, Some(Kind::RuleBroken)),
			(Facts { trace: rolled_back, breaks_rule: false, ..all }, Some(Kind::PlmnsDiffer)),
			(Facts { son: Some(false), ..traced(rolled_back) }, Some(Kind::SonBeyondBound)),
			(Facts { son: Some(true), ..traced(rolled_back) }, None),
			(traced(rolled_back), Some(Kind::SilentRollback)),
			(traced(Some(Trace::OutsideWindow)), Some(Kind::OutsideWindow)),
			(traced(Some(Trace::NotAsApproved)), Some(Kind::NotAsApproved)),
			(Facts { is_noticed: false, ..traced(Some(Trace::NotApproved)) }, Some(Kind::NoRequest)),
			(traced(None), Some(Kind::NoRequest)),
			(Facts::default(), Some(Kind::Hidden)),
		] {
			assert_eq!(kind_of(&facts), kind, "{facts:?}");
		}
	}
}
