// SPDX-License-Identifier: Apache-2.0

//! What is known of an order from its facts, for whoever plans a visit: since when the outage lasts, how long the batteries have
//! lasted, how many networks are down, and when the site may be entered.
//!
//! Only facts that count say anything ([`Fact::counts`]), and what lasts are the causes of the verdict. Whoever could gain by a
//! word of its own needs a second company for it:
//!
//! | what | who stands behind it |
//! |---|---|
//! | since when the outage lasts | two companies; what a single one says is no older than the evidence term before the opening, as in the verdict |
//! | how long the batteries have lasted | two companies |
//! | that fewer networks are down than are on air | who has raised the order, which has no less to lose, or two companies |
//! | when the site may be entered, or that it may not | who answers for the site, for itself, or two companies |

use super::{
	cause::{causes, Cause, Kind},
	company::Companies,
	fact::{seconds, Evidence, Fact, Severities},
};
use crate::{Moment, OrgId, OrgSet};
use alloc::vec::Vec;

/// From one moment to another, which is not part of it.
pub type Span = (Moment, Moment);

/// What is known of an order.
pub struct Known<'a> {
	companies: &'a Companies,
	opened: Moment,
	/// No older than this is what a single company says of the outage.
	oldest: Moment,
	/// What counts, by number.
	facts: Vec<&'a Fact>,
	/// Failures of the grid and grave alarms, by when they began.
	causes: Vec<Cause>,
}

impl<'a> Known<'a> {
	/// From these facts of an order that was opened then. `term` is the evidence term of its table, seconds.
	pub fn new(companies: &'a Companies, facts: &'a [Fact], term: u32, opened: Moment) -> Self {
		let facts: Vec<&Fact> = facts.iter().filter(|fact| fact.counts(term, opened, companies)).collect();
		let mut causes = causes(&facts, Severities::GRAVE);
		causes.retain(|cause| matches!(cause.kind, Kind::Grid | Kind::Alarm(_)));
		causes.sort_unstable_by_key(|cause| (cause.began, cause.number));
		Self { companies, opened, oldest: opened.saturating_sub(seconds(term)), facts, causes }
	}

	/// Since when the outage lasts: since the first of the failures and grave alarms that were in force when the order was opened,
	/// never later than that. Companies that see one kind of thing, each for itself, stand behind it together from when the second
	/// of them says.
	pub fn began(&self) -> Moment {
		let mut seen: Vec<(Kind, OrgSet)> = Vec::new();
		let mut first = self.opened;
		for cause in self.causes.iter().filter(|cause| cause.is_in_force(self.opened)) {
			let signers = match seen.iter_mut().find(|(kind, _)| *kind == cause.kind) {
				Some((_, signers)) => {
					*signers = signers.union(cause.signers);
					*signers
				}
				None => {
					seen.push((cause.kind, cause.signers));
					cause.signers
				}
			};
			let is_backed = signers.len() > 1;
			first = first.min(if is_backed { cause.began } else { cause.began.max(self.oldest) });
		}
		first
	}

	/// How long the batteries have lasted since the grid's failure, minutes: the least of what is said since the order was opened.
	pub fn autonomy(&self) -> Option<u16> {
		let measured = |fact: &&Fact| match fact.evidence {
			Evidence::BatteryAutonomy { measured, .. } => Some(measured),
			_ => None,
		};
		let said = self.facts.iter().filter(|fact| fact.is_backed() && self.opened <= fact.claimed);
		said.filter_map(measured).min()
	}

	/// How many networks are down at a moment, where all that is in force names one. `raiser` has raised the order.
	pub fn networks_down(&self, raiser: OrgId, at: Moment) -> Option<usize> {
		let in_force = || self.causes.iter().filter(move |cause| cause.is_in_force(at));
		let is_said = in_force().any(|cause| cause.is_backed() || cause.signers.contains(raiser));
		let mut down: Vec<_> = in_force().map(|cause| cause.plmn).collect::<Option<_>>()?;
		down.sort_unstable();
		down.dedup();
		is_said.then_some(down.len())
	}

	/// When the site may be entered within a span: ascending and apart; never where access is refused.
	///
	/// Of each company the windows that it has granted since it has refused last. Those that are over at `now` bind nobody. Where
	/// several companies have granted some, those of all.
	pub fn access(&self, within: Span, now: Moment) -> Vec<Span> {
		let said = |fact: &&Fact| {
			let (by, window) = match fact.evidence {
				Evidence::AccessGranted { by, from, to } => (by, Some((from, to))),
				Evidence::AccessRefused { by } => (by, None),
				_ => return None,
			};
			let is_its_own = by == self.companies.site() && fact.author == by;
			(is_its_own || fact.is_backed()).then_some((by, fact.claimed, fact.number, window))
		};
		let mut all: Vec<_> = self.facts.iter().filter_map(said).collect();
		all.sort_unstable_by_key(|(by, claimed, number, _)| (*by, *claimed, *number));
		let mut open = [within].to_vec();
		for of_one in all.chunk_by(|one, other| one.0 == other.0) {
			let granted: Vec<Span> = of_one.iter().rev().map_while(|(.., window)| *window).collect();
			if granted.is_empty() {
				return Vec::new();
			}
			let ahead: Vec<Span> = granted.into_iter().filter(|(_, to)| *to > now).collect();
			if !ahead.is_empty() {
				open = common(&open, &merged(ahead));
			}
		}
		open
	}
}

/// The same times, ascending and apart.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
	spans.sort_unstable();
	let mut merged: Vec<Span> = Vec::new();
	for (from, to) in spans {
		match merged.last_mut() {
			Some(last) if from <= last.1 => last.1 = last.1.max(to),
			_ => merged.push((from, to)),
		}
	}
	merged
}

/// What lies in both; each is ascending and apart, and so is this.
fn common(some: &[Span], others: &[Span]) -> Vec<Span> {
	let all = some.iter().flat_map(|(from, to)| {
		others.iter().map(move |(other_from, other_to)| (*from.max(other_from), *to.min(other_to)))
	});
	all.filter(|(from, to)| from < to).collect()
}
