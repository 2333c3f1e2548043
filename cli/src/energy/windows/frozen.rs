// SPDX-License-Identifier: Apache-2.0
//! The reports that the baseline of a plan is frozen with: which they are, what they say of the window, who has attested them, and whether
//! they stand.
//!
//! What is frozen counts for every proof of the plan, also where it was corrected since. So it is shown to who is asked for a consent, and
//! named where something else stands by now. The event of an examination names the reports, and an archive node has it; without one
//! [`super::stale`] knows by their hash whether they stand.

use super::{
	super::words::{clock, day_text, kwh},
	evidence::Desk,
	propose::plan_of,
	said::{Examined, Frozen},
};
use crate::{
	chain::{rpc::is_pruned, views::At, Chain},
	context::Context,
	error::{Failure, Result},
	order::people::People,
	output::table,
};
use serde_json::{json, Value};
use std::collections::{btree_map::Entry, BTreeMap};
use trimast_primitives::{
	apis::{EnergyPlanPagesView, EnergyReportView},
	energy::Report,
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// How a frozen report stands now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Now {
	/// It is the one that stands.
	Stands {
		/// Whether somebody has seen something else.
		is_contested: bool,
	},
	/// Another one stands, with this number among the corrections.
	Corrected(u16),
	/// There is none of that time any more.
	Forgotten,
}

impl Now {
	/// How a report stands among those of its day, and who has attested it.
	fn of(frozen: &Frozen, standing: &[EnergyReportView]) -> (Self, OrgSet) {
		match standing.iter().find(|view| view.span.first == frozen.first) {
			None => (Self::Forgotten, OrgSet::EMPTY),
			Some(view) if view.digest == frozen.digest => {
				(Self::Stands { is_contested: view.dispute.is_some() }, view.attested)
			}
			Some(view) => (Self::Corrected(view.number), OrgSet::EMPTY),
		}
	}

	/// For programs.
	const fn word(self) -> &'static str {
		match self {
			Self::Stands { is_contested: false } => "stands",
			Self::Stands { is_contested: true } => "contested",
			Self::Corrected(_) => "corrected",
			Self::Forgotten => "forgotten",
		}
	}

	/// The number of what stands in its place.
	const fn instead(self) -> Option<u16> {
		match self {
			Self::Corrected(number) => Some(number),
			_ => None,
		}
	}

	/// In words.
	fn text(self) -> String {
		match self.instead() {
			Some(number) => format!("CORRECTED since: number {number} stands"),
			None => self.word().into(),
		}
	}
}

/// A frozen report with what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Past {
	page: u16,
	frozen: Frozen,
	/// Its number among the corrections.
	number: u16,
	/// What the plan's stations have drawn in the window's hours by it, Wh, whether it counts or not.
	energy: Option<u64>,
	/// Who has attested it: as of now, or of the examination where another one stands now.
	attested: OrgSet,
	now: Now,
}

impl Past {
	/// For programs.
	pub(super) fn to_json(&self, plan: u32) -> Value {
		json!({
			"type": "frozen", "plan": plan, "page": self.page, "day": day_text(self.frozen.day),
			"from": clock(self.frozen.first.into()), "number": self.number, "digest": self.frozen.digest,
			"block": self.frozen.block, "energy": self.energy, "kwh": self.energy.map(kwh), "attested": self.attested,
			"is": self.now.word(), "standing_number": self.now.instead(),
		})
	}

	fn row(&self, people: &People) -> Vec<String> {
		vec![
			self.page.to_string(),
			day_text(self.frozen.day),
			clock(self.frozen.first.into()),
			self.number.to_string(),
			self.energy.map_or_else(|| "-".into(), kwh),
			people.names(self.attested),
			self.now.text(),
		]
	}
}

/// All of them as a table.
pub(super) fn text(all: &[Past], people: &People) -> String {
	if all.is_empty() {
		return "no report is frozen with it: nothing of it can be proven".into();
	}
	let header = ["page", "day", "from", "number", "kWh in the window", "attested by", "is"];
	let rows = table(&header, all.iter().map(|past| past.row(people)));
	format!("reports that the baseline is read from, as they are frozen:\n{rows}")
}

/// What a report says that stations have drawn in the intervals that lie in a window (its first quarter, and the one behind its last) as a
/// whole, Wh: as it was reported, whether it counts or not. `mask`: bit `n` stands for slot `n`.
fn in_window(report: &Report, (from, until): (u8, u8), mask: u64) -> Option<u64> {
	let (span, quarters) = (report.span, report.span.interval.quarters());
	let is_in = |n: u8| {
		let quarter = span.quarter(n);
		from <= quarter && quarter.saturating_add(quarters) <= until
	};
	let is_meant = |slot: u8| mask.checked_shr(slot.into()).is_some_and(|bits| bits & 1 == 1);
	let stations = report.columns().ok()?.to_stations();
	let of_stations = stations.iter().filter(|station| is_meant(station.slot));
	let readings = of_stations.flat_map(|station| (0u8..).zip(&station.readings));
	let energies = readings.filter(|(n, _)| is_in(*n)).filter_map(|(_, reading)| reading.energy);
	Some(energies.fold(0u64, |sum, energy| sum.saturating_add(u64::try_from(energy).unwrap_or(0))))
}

/// How what is frozen of a page stands as of a block, in its order, and who has attested each.
async fn standing(
	at: At<'_>,
	(place, owner): (LocalNetworkId, OrgId),
	page: u16,
	examined: &Examined,
) -> Result<Vec<(Now, OrgSet)>> {
	let mut days: BTreeMap<u16, Vec<EnergyReportView>> = BTreeMap::new();
	for one in &examined.frozen {
		if let Entry::Vacant(free) = days.entry(one.day) {
			free.insert(at.energy_reports(one.day, place, page, owner).await?);
		}
	}
	let of = |one: &Frozen| Now::of(one, days.get(&one.day).map_or(&[][..], Vec::as_slice));
	Ok(examined.frozen.iter().map(of).collect())
}

/// A frozen report in whose place another one stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Corrected {
	/// Its page.
	page: u16,
	/// Its day.
	day: u16,
	/// Its digest.
	pub(in crate::energy) digest: Hash,
	/// The number of what stands instead.
	number: u16,
}

impl Corrected {
	/// What that means.
	const REASON: &'static str =
		"the baseline is read from a report that was corrected since; what is frozen counts";

	/// In words.
	pub(super) fn text(&self) -> String {
		let (page, day, number) = (self.page, day_text(self.day), self.number);
		format!("page {page}, report of {day}, of which number {number} stands now: {}", Self::REASON)
	}

	/// For programs.
	pub(super) fn to_json(&self, plan: u32) -> Value {
		json!({
			"type": "corrected_baseline", "plan": plan, "page": self.page, "past_day": day_text(self.day),
			"digest": self.digest, "standing_number": self.number, "reason": Self::REASON,
		})
	}
}

/// What is frozen of a page and was corrected since, as of a block.
pub(in crate::energy) async fn corrected(
	at: At<'_>,
	of: (LocalNetworkId, OrgId),
	page: u16,
	examined: &Examined,
) -> Result<Vec<Corrected>> {
	let now = standing(at, of, page, examined).await?;
	let corrected = |(one, (now, _)): (&Frozen, (Now, OrgSet))| {
		now.instead().map(|number| Corrected { page, day: one.day, digest: one.digest, number })
	};
	Ok(examined.frozen.iter().zip(now).filter_map(corrected).collect())
}

/// All that is frozen with a plan, page by page, as far as these are examined. `node`: an archive node, or one that still has the blocks.
async fn list(node: &Chain, at: At<'_>, view: &EnergyPlanPagesView) -> Result<Vec<Past>> {
	let plan = plan_of(view).ok_or_else(|| {
		Failure::chain("the node shows a plan that is none")
			.at(format!("plan {}", view.plan.number))
			.remedy("ask another node (--url)")
	})?;
	let of = (plan.local_network, view.plan.by);
	let mut desk = Desk::new(node, view, &plan);
	let mut all = Vec::new();
	for page in &view.pages {
		let Some(block) = page.hash.and(page.examined) else { continue };
		let (number, mask) = (page.cells.page, page.cells.mask());
		let examined = desk.examination(page).await?;
		let bodies = desk.frozen(&examined).await?;
		let now = standing(at, of, number, &examined).await?;
		let then = match now.iter().all(|(now, _)| matches!(now, Now::Stands { .. })) {
			true => now.clone(),
			false => standing(node.at(block, node.hash_of(block).await?), of, number, &examined).await?,
		};
		for ((one, body), ((now, attested), (_, before))) in
			examined.frozen.iter().zip(bodies).zip(now.into_iter().zip(then))
		{
			all.push(Past {
				page: number,
				frozen: one.clone(),
				number: body.number,
				energy: in_window(&body, (plan.from, plan.until), mask),
				attested: if matches!(now, Now::Stands { .. }) { attested } else { before },
				now,
			});
		}
	}
	Ok(all)
}

/// The same from an archive node where one is named. Where none is, and the node has dropped what it takes, that is told.
pub(super) async fn ask(
	context: &Context,
	chain: &Chain,
	archive: Option<&Chain>,
	at: At<'_>,
	view: &EnergyPlanPagesView,
) -> Result<Option<Vec<Past>>> {
	match (list(archive.unwrap_or(chain), at, view).await, archive) {
		(Err(failure), None) if is_pruned(&failure) => {
			context.output.remark(
				"which reports the baseline is read from is not shown: the node has dropped the block of the examination \
				 (name an archive node with --archive)",
			);
			Ok(None)
		}
		(Err(failure), Some(_)) => Err(failure.naming("--archive")),
		(all, _) => all.map(Some),
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::super::{attest::tests::view as report_view, batches::tests::report},
		*,
	};
	use crate::order::people::tests::people;
	use trimast_primitives::apis::EnergyDisputeView;

	/// What stands of a day, and the same as it is frozen.
	fn frozen() -> (EnergyReportView, Frozen) {
		let view = report_view(&report(2, 0, 24, &[0]));
		let frozen =
			Frozen { day: view.span.day, first: view.span.first, digest: view.digest, block: view.block };
		(view, frozen)
	}

	#[test]
	fn frozen_report_stands_until_it_is_corrected_or_forgotten() {
		let (mut view, frozen) = frozen();
		view.attested = OrgSet::of(OrgId(1));
		let now = |standing: &[EnergyReportView]| Now::of(&frozen, standing);
		assert_eq!(now(&[view.clone()]), (Now::Stands { is_contested: false }, OrgSet::of(OrgId(1))));
		assert_eq!(now(&[]), (Now::Forgotten, OrgSet::EMPTY));
		let dispute = EnergyDisputeView { by: OrgId(1), seen: Hash::zero(), block: 12, until: 9 };
		let contested = EnergyReportView { dispute: Some(dispute), ..view.clone() };
		assert_eq!(now(&[contested]).0.word(), "contested");
		// Who has attested the correction has not attested what is frozen
		let corrected = EnergyReportView { digest: Hash::repeat_byte(9), number: 2, ..view };
		assert_eq!(now(&[corrected]), (Now::Corrected(2), OrgSet::EMPTY));
		assert_eq!((Now::Corrected(2).instead(), Now::Forgotten.instead()), (Some(2), None));
	}

	#[test]
	fn energy_is_that_of_the_plans_stations_in_whole_intervals_of_the_window() {
		// In its n-th hour each station has drawn 1,000 Wh and n
		let report = report(2, 0, 24, &[0, 1]);
		assert_eq!(in_window(&report, (4, 12), 0b1), Some(1_001 + 1_002));
		assert_eq!(in_window(&report, (4, 12), 0b11), Some(2 * (1_001 + 1_002)));
		// From 01:15 to 02:45 lies no hour
		assert_eq!(in_window(&report, (5, 11), 0b1), Some(0));
	}

	#[test]
	fn frozen_reports_are_shown_with_what_stands_instead() {
		let (view, frozen) = frozen();
		let attested = OrgSet::of(OrgId(1));
		let stands = Now::Stands { is_contested: false };
		let past = Past { page: 2, frozen, number: 1, energy: Some(3_700), attested, now: stands };
		let other = Past { now: Now::Corrected(2), energy: None, ..past.clone() };
		let shown = text(&[past.clone(), other.clone()], &people());
		for part in ["3.700", "two", "stands", "CORRECTED since: number 2 stands", &day_text(view.span.day)] {
			assert!(shown.contains(part), "{part} in:\n{shown}");
		}
		let value = past.to_json(7);
		assert_eq!(
			(&value["kwh"], &value["is"], &value["number"]),
			(&json!("3.700"), &json!("stands"), &json!(1))
		);
		let value = other.to_json(7);
		assert_eq!((&value["is"], &value["standing_number"]), (&json!("corrected"), &json!(2)));
		assert!(text(&[], &people()).contains("nothing of it can be proven"));
		let corrected = Corrected { page: 2, day: view.span.day, digest: Hash::zero(), number: 2 };
		assert!(corrected.text().contains("number 2 stands now"), "{}", corrected.text());
		assert_eq!(corrected.to_json(7)["type"], "corrected_baseline");
	}
}
