// SPDX-License-Identifier: Apache-2.0

//! The whole country at a glance: what is worth watching, for the metrics of a node.
//!
//! It reads [`tallies`](crate::tallies) and what else is kept together: of each local network its pages, findings and
//! testimonies, of each company its exports that are asked about, and the requests that are kept. It reads no table, no
//! head and no violation; a page by itself only where two companies' words on it differ.

use crate::{
	agenda,
	changes::types::Phase,
	coverage, scores,
	views::{word_of_phase, word_of_standing},
	Asked, BaselineTallies, Config, DayScores, MarksOf, OpenTallies, Pallet, Requests,
};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use frame_support::traits::Time;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	apis::{OrgSummaryView, ProvinceSummaryView, SummaryView},
	org::MAX_ORGS,
	Moment, OrgId, ProvinceId,
};

/// The phases that are not the end, in their order.
const PHASES: [Phase; 5] = [Phase::Draft, Phase::Asked, Phase::Executed, Phase::Disputed, Phase::Overruled];

impl<T: Config> Pallet<T> {
	/// [`trimast_primitives::apis::ConfigGuardApi::summary`]
	pub fn summary() -> SummaryView {
		let (provinces, observed) = provinces::<T>();
		let (requests, awaited) = requests::<T>();
		let confirmed = confirmed_today::<T>();
		let members = T::Authority::members();
		let all = (0..MAX_ORGS).map(OrgId).map(|org| {
			let view = org_view::<T>(org);
			let confirmed_today = confirmed.iter().filter(|((against, _), _)| *against == org);
			OrgSummaryView {
				observed: observed.get(&org).copied(),
				confirmed_today: confirmed_today
					.map(|((_, kind), count)| (String::from(*kind), *count))
					.collect(),
				consents_awaited: awaited.get(&org).copied().unwrap_or(0),
				..view
			}
		});
		let is_shown = |view: &OrgSummaryView| members.contains(view.org) || *view != nothing(view.org);
		SummaryView {
			provinces,
			orgs: all.filter(is_shown).collect(),
			requests,
			agenda_lag: agenda::lag::<T>(Self::now()),
		}
	}
}

const fn nothing(org: OrgId) -> OrgSummaryView {
	OrgSummaryView {
		org,
		observed: None,
		violations: Vec::new(),
		confirmed_today: Vec::new(),
		consents_awaited: 0,
		rows_asked: 0,
		rows_due: None,
		opened: 0,
		wrong: 0,
		missing: 0,
		differing: 0,
	}
}

/// Baseline and coverage by province, and when each company has last read what it has testified of.
fn provinces<T: Config>() -> (Vec<ProvinceSummaryView>, BTreeMap<OrgId, Moment>) {
	let mut provinces: BTreeMap<ProvinceId, ProvinceSummaryView> = BTreeMap::new();
	let mut observed: BTreeMap<OrgId, Moment> = BTreeMap::new();
	let note = |org: OrgId, at: Moment| {
		let last = observed.entry(org).or_default();
		*last = at.max(*last);
	};
	coverage::every::<T>(note, |one| {
		let province = one.local_network.province();
		let tally = BaselineTallies::<T>::get(one.local_network);
		let sums = provinces.entry(province).or_insert_with(|| ProvinceSummaryView {
			province,
			cells: 0,
			pages: 0,
			provisional: 0,
			matching: 0,
			matching_twice: 0,
			differing: 0,
			contradicting: 0,
			unattested: 0,
			unexplained: 0,
		});
		for (sum, more) in [
			(&mut sums.cells, tally.cells),
			(&mut sums.pages, one.pages),
			(&mut sums.provisional, tally.provisional.len()),
			(&mut sums.matching, one.matching),
			(&mut sums.matching_twice, one.matching_twice),
			(&mut sums.differing, one.differing),
			(&mut sums.contradicting, one.contradicting),
			(&mut sums.unattested, one.unattested),
			(&mut sums.unexplained, one.unexplained),
		] {
			*sum = sum.saturating_add(more);
		}
	});
	(provinces.into_values().collect(), observed)
}

/// Requests that are not over by phase, and how many of them wait for each company's consent.
fn requests<T: Config>() -> (Vec<(String, u32)>, BTreeMap<OrgId, u32>) {
	let mut phases = PHASES.map(|phase| (phase, 0u32));
	let mut awaited: BTreeMap<OrgId, u32> = BTreeMap::new();
	for request in Requests::<T>::iter_values() {
		if let Some((_, count)) = phases.iter_mut().find(|(phase, _)| *phase == request.phase) {
			*count = count.saturating_add(1);
		}
		if request.phase == Phase::Asked {
			for org in request.consents.missing().iter() {
				let count = awaited.entry(org).or_default();
				*count = count.saturating_add(1);
			}
		}
	}
	let in_words = |(phase, count): (Phase, u32)| (String::from(word_of_phase(phase)), count);
	(phases.into_iter().map(in_words).collect(), awaited)
}

/// Violations that were confirmed today, at UTC+8, by company and kind.
fn confirmed_today<T: Config>() -> BTreeMap<(OrgId, &'static str), u32> {
	let mut counts = BTreeMap::new();
	for (key, more) in DayScores::<T>::iter_prefix(scores::day_of(T::Time::now())) {
		let count: &mut u32 = counts.entry((key.against, key.kind.word())).or_default();
		*count = count.saturating_add(more);
	}
	counts
}

/// What stands of a company by its own number.
fn org_view<T: Config>(org: OrgId) -> OrgSummaryView {
	let mut tally = OpenTallies::<T>::get(org).into_inner();
	tally.sort_unstable();
	let violations = tally.into_iter().map(|(kind, standing, count)| {
		(String::from(kind.word()), String::from(word_of_standing(standing)), count)
	});
	let (mut rows_asked, mut rows_due) = (0u32, None);
	for questions in Asked::<T>::iter_prefix_values(org) {
		rows_asked = rows_asked.saturating_add(questions.open.len().saturated_into());
		rows_due = rows_due.into_iter().chain(questions.open.iter().map(|one| one.due)).min();
	}
	let marks = MarksOf::<T>::get(org);
	OrgSummaryView {
		violations: violations.collect(),
		rows_asked,
		rows_due,
		opened: marks.opened,
		wrong: marks.wrong,
		missing: marks.missing,
		differing: marks.differing,
		..nothing(org)
	}
}
