// SPDX-License-Identifier: Apache-2.0
//! The course of a station's alarms by a file alone: in which order things came about, what each alarm is about, and from when to
//! when something lasted.
//!
//! An *outage* begins with a grave alarm and is over when no grave alarm lasts any more. The mains have one failure, whatever the
//! number of their alarms: they fail with the first one, and are back when the last one is over.

use super::{
	super::{
		cause::About,
		notification::{News, Notification},
	},
	Outcome, Reason, Recorded, Terms,
};
use crate::order::evidence::alarm_id;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	order::{Evidence, Fact, Phase, Severities},
	Moment, OrgId,
};

/// A notification, its place in the file, and whether it is the first there that says this.
pub(super) type Line<'n> = (usize, &'n Notification, bool);

/// Notifications of a station in the order in which they came about: by time, then as the file has them.
pub(super) fn ordered<'n>(all: &[&'n Notification]) -> Vec<Line<'n>> {
	let mut all: Vec<(usize, &'n Notification)> = all.iter().copied().enumerate().collect();
	all.sort_by_key(|(place, one)| (one.at, *place));
	let mut keys = BTreeSet::new();
	all.into_iter().map(|(place, one)| (place, one, keys.insert(one.key()))).collect()
}

/// What each alarm is about: as its first grave notification has it, else the first that says that it lasts, else the first. What
/// clears an alarm need not say again what it was.
fn abouts(all: &[Line<'_>], grave: Severities) -> BTreeMap<u64, About> {
	let mut found: BTreeMap<u64, (u8, About)> = BTreeMap::new();
	for (_, one, _) in all {
		let (rank, kind) = match one.news {
			News::New(kind) | News::Changed(kind) => (u8::from(!grave.contains(kind.severity)), kind),
			News::Cleared(kind) => (2, kind),
			News::Acknowledged => continue,
		};
		let id = alarm_id(&one.alarm);
		if found.get(&id).is_none_or(|(best, _)| rank < *best) {
			found.insert(id, (rank, kind.about.unwrap_or(About::Service)));
		}
	}
	found.into_iter().map(|(id, (_, about))| (id, about)).collect()
}

/// A time in which something grave lasted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outage {
	/// Its begin.
	pub(super) begin: Moment,
	/// Its end; none while it lasts.
	pub(super) end: Option<Moment>,
}

/// A notification in the course of things.
#[derive(Clone, Debug)]
pub(super) struct Word<'n> {
	/// Its place in the file.
	pub(super) place: usize,
	/// It.
	pub(super) one: &'n Notification,
	/// By what its alarm is known.
	pub(super) id: u64,
	/// What its alarm is about.
	pub(super) about: About,
	/// Whether its alarm says that the mains have failed.
	pub(super) is_mains: bool,
	/// Whether the file says nothing of its alarm before.
	pub(super) is_first: bool,
	/// Whether the file has the end of its alarm behind it.
	pub(super) is_over: bool,
	/// The outage that it is a part of.
	pub(super) outage: Option<usize>,
	/// Whether the mains fail by it, or are back.
	pub(super) turns: bool,
	/// What becomes of it, where that does not depend on what the chain has.
	pub(super) settled: Option<Outcome>,
}

impl Word<'_> {
	/// Whether a fact says exactly this.
	pub(super) fn is_said_by(&self, fact: &Fact) -> bool {
		let severity = match self.one.news {
			News::New(kind) | News::Changed(kind) => Some(kind.severity),
			News::Cleared(_) => None,
			News::Acknowledged => return false,
		};
		let lasts = |phase: Phase| phase != Phase::Cleared;
		let is_this = match fact.evidence {
			Evidence::Alarm(alarm) => {
				alarm.id == self.id && lasts(alarm.phase).then_some(alarm.severity) == severity
			}
			Evidence::GridFailure { phase } => self.is_mains && lasts(phase) == severity.is_some(),
			_ => false,
		};
		is_this && fact.claimed == self.one.at && self.settled.is_none()
	}

	/// Whether nothing is to be said of it, since other alarms of the mains last.
	pub(super) const fn is_beside(&self) -> bool {
		self.is_mains && !self.turns
	}
}

/// The course of things at a station.
#[derive(Clone, Debug)]
pub(super) struct Course<'n> {
	/// Every notification, in the order in which they came about.
	pub(super) words: Vec<Word<'n>>,
	/// The outages, one after the other.
	pub(super) outages: Vec<Outage>,
}

impl<'n> Course<'n> {
	/// That of these, in an order with this record. It has facts of `alarms`: they are what these say, whatever the file calls them.
	pub(super) fn of(all: &[Line<'n>], terms: &Terms, recorded: &Recorded, alarms: &BTreeSet<u64>) -> Self {
		let abouts = abouts(all, terms.grave);
		let (mut words, mut outages): (Vec<Word<'n>>, Vec<Outage>) =
			(Vec::with_capacity(all.len()), Vec::new());
		// What lasts, and whether it is an alarm of the mains.
		let mut lasting: BTreeMap<u64, bool> = BTreeMap::new();
		let mut spoken = BTreeSet::new();
		for (place, one, is_new) in all.iter().copied() {
			let id = alarm_id(&one.alarm);
			let about = abouts.get(&id).copied().unwrap_or(About::Service);
			let is_mains = about == About::Grid && !alarms.contains(&id);
			let refusal = match one.news {
				_ if one.at > terms.now => Some(ahead()),
				// What lasts is about the network that its begin has named, whatever is said later.
				News::New(kind) | News::Changed(kind)
					if terms.grave.contains(kind.severity) && !is_mains && !lasting.contains_key(&id) =>
				{
					recorded.refusal(id, about, kind)
				}
				_ => None,
			};
			let settled = match is_new {
				true => refusal.map(|(what, remedy)| Outcome::Refused(what, remedy)),
				false => Some(Outcome::Nothing(Reason::Twice)),
			};
			let (mut is_first, mut turns, mut outage) = (false, false, None);
			match one.news {
				_ if settled.is_some() => {}
				News::New(kind) | News::Changed(kind) => {
					is_first = spoken.insert(id);
					if terms.grave.contains(kind.severity) || lasting.contains_key(&id) {
						if lasting.is_empty() {
							outages.push(Outage { begin: one.at, end: None });
						}
						turns = is_mains && !lasting.values().any(|is_mains| *is_mains);
						outage = outages.len().checked_sub(1);
						lasting.insert(id, is_mains);
					}
				}
				News::Cleared(_) => {
					is_first = spoken.insert(id);
					if lasting.remove(&id).is_some() {
						turns = is_mains && !lasting.values().any(|is_mains| *is_mains);
						outage = outages.len().checked_sub(1);
						if let (true, Some(outage)) = (lasting.is_empty(), outages.last_mut()) {
							outage.end = Some(one.at);
						}
					}
				}
				News::Acknowledged => {}
			}
			let is_over = false;
			words.push(Word { place, one, id, about, is_mains, is_first, is_over, outage, turns, settled });
		}
		let mut ended = BTreeSet::new();
		for word in words.iter_mut().rev().filter(|word| word.settled.is_none()) {
			match word.one.news {
				News::Cleared(_) => {
					ended.insert(word.id);
				}
				News::New(_) | News::Changed(_) => word.is_over = ended.contains(&word.id),
				News::Acknowledged => {}
			}
		}
		Self { words, outages }
	}

	/// The fact by which a company says what each notification says, and the facts that say something else, by time.
	pub(super) fn compare<'f>(
		&self,
		facts: &'f [Fact],
		own: OrgId,
	) -> (Vec<Option<&'f Fact>>, Vec<&'f Fact>) {
		let mut others: Vec<&'f Fact> = facts.iter().collect();
		others.sort_by_key(|fact| (fact.claimed, fact.number));
		let mut said: Vec<Option<&'f Fact>> = vec![None; self.words.len()];
		// A failure of the mains is said by what begins and ends it. Where another alarm was the first to be known, by that one.
		for is_beside in [false, true] {
			let those = self.words.iter().zip(&mut said).filter(|(word, _)| word.is_beside() == is_beside);
			for (word, said) in those {
				let found = others.iter().position(|fact| fact.author == own && word.is_said_by(fact));
				*said = found.map(|found| others.remove(found));
			}
		}
		(said, others)
	}
}

/// That a notification is of a time that has not come, and what to do.
fn ahead() -> (String, String) {
	let what = "eventTime lies in the future by the chain's clock";
	(what.into(), "compare the clocks, and import it later".into())
}
