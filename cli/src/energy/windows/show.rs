// SPDX-License-Identifier: Apache-2.0
//! `trimast energy plan list`, `plan show` and `states`: what is planned, and what sleeps now.

use super::{
	super::words::{day_text, fourth, kwh, networks, place},
	covers, frozen,
	said::in_slot,
	words::{
		days_text, hours_text, is_open, method_text, missing, phase, phase_text, signed_kwh, state_text,
		waker_text,
	},
};
use crate::{
	chain::views::At,
	context::Context,
	error::{Failure, Result},
	names::{cell_text, hex0x, site_text, OrgName, SiteName},
	order::{people::People, words::due},
	output::{facts, table},
};
use clap::Args;
use serde_json::json;
use trimast_primitives::{
	access::Scope,
	apis::{EnergyCellView, EnergyPlanPageView, EnergyPlanPagesView, EnergyPlanView, SiteView},
	cells::CellId,
	energy::PlanPhase,
	Moment,
};

/// Plans of saving windows.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy plan list 1301 --open\n  trimast energy plan list --by carrier-one"
)]
pub(crate) struct ListCommand {
	/// Where: 1301, province:13 or national.
	#[arg(value_name = "PLACE", value_parser = place, default_value = "national")]
	place: Scope,
	/// Only those in this phase: proposed, agreed, approved, over, withdrawn, lapsed, refused.
	#[arg(long, value_name = "PHASE", value_parser = phase, conflicts_with = "open")]
	phase: Option<PlanPhase>,
	/// Only those that are neither over nor withdrawn nor lapsed nor refused.
	#[arg(long)]
	open: bool,
	/// Only those that this company has proposed.
	#[arg(long, value_name = "ORG")]
	by: Option<OrgName>,
}

/// Which plan is shown.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy plan show 7\n  trimast energy plan show 7 --archive ws://archive:9944"
)]
pub(crate) struct PlanArgs {
	/// The plan.
	plan: u32,
	/// Archive node: of its blocks it has which reports the baseline is read from, and what they say; and behind proofs, what stations
	/// have drawn that stood in.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
}

/// The cells of a station that save energy now, or compensate for one that does.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy states 1301/HE-0001")]
pub(crate) struct StatesCommand {
	/// The station.
	station: SiteName,
}

/// Plans as a table.
fn plans_text<'v>(all: impl IntoIterator<Item = &'v EnergyPlanView>, people: &People) -> String {
	let rows = all.into_iter().map(|view| {
		vec![
			view.number.to_string(),
			people.name(view.by),
			view.local_network.0.to_string(),
			days_text(view.first_day, view.last_day),
			hours_text(view.from, view.until),
			method_text(view.method).into(),
			view.cells.to_string(),
			format!("{} of {}", view.examined, view.pages),
			match is_open(view.phase) {
				true => people.names(missing(view)),
				false => "-".into(),
			},
			format!("{} of {}", view.approved, view.pages),
			phase_text(view.phase).into(),
		]
	});
	let header = [
		"plan",
		"by",
		"where",
		"days",
		"window",
		"method",
		"cells",
		"pages examined",
		"waits for",
		"pages approved",
		"is",
	];
	table(&header, rows)
}

/// `energy plan list`.
pub(crate) async fn list(context: &Context, command: ListCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let by = command.by.as_ref().map(|name| people.find(name)).transpose()?;
	// Refuses a place that is none.
	let places = networks(at, command.place).await?;
	let of = match (command.place, &places[..]) {
		(Scope::LocalNetwork(_), [id]) => Some(*id),
		_ => None,
	};
	let mut all = at.saving_plans(of).await?;
	let is_asked = |view: &EnergyPlanView| {
		command.place.covers(view.local_network)
			&& command.phase.is_none_or(|phase| view.phase == phase)
			&& (!command.open || is_open(view.phase))
			&& by.is_none_or(|by| view.by == by)
	};
	all.retain(is_asked);
	context.output.answer(&json!({ "block": at.number, "plans": all }), || plans_text(&all, &people));
	Ok(())
}

/// What a page's proofs come to.
fn proofs(page: &EnergyPlanPageView) -> (u64, u64, i64) {
	page.proven.iter().fold((0u64, 0u64, 0i64), |(expected, metered, saved), proof| {
		(
			expected.saturating_add(proof.expected),
			metered.saturating_add(proof.metered),
			saved.saturating_add(proof.saved),
		)
	})
}

/// Pages as a table.
fn pages_text(view: &EnergyPlanPagesView, now: Moment) -> String {
	let rows = view.pages.iter().map(|page| {
		let cells: u32 = page.cells.stations.iter().map(|(_, bits)| bits.count_ones()).sum();
		let examined = match (&page.hash, page.expires) {
			(None, _) => "no".into(),
			(Some(_), None) => "yes".into(),
			(Some(_), Some(until)) => format!("holds until {}", due(until, now)),
		};
		let (expected, _, saved) = proofs(page);
		vec![
			page.cells.page.to_string(),
			page.cells.stations.len().to_string(),
			cells.to_string(),
			examined,
			page.examined.map_or_else(|| "-".into(), |block| block.to_string()),
			if page.is_approved { "yes" } else { "no" }.into(),
			page.woken.len().to_string(),
			page.proven.len().to_string(),
			kwh(expected),
			signed_kwh(saved),
		]
	});
	let header = [
		"page",
		"stations",
		"cells",
		"examined",
		"in block",
		"approved",
		"woken",
		"days proven",
		"expected kWh",
		"saved kWh",
	];
	table(&header, rows)
}

/// The cells of a plan for which one of a station stands in of which nothing sleeps by the plan: each with that one.
pub(super) fn covered_elsewhere(view: &EnergyPlanPagesView) -> Vec<(CellId, CellId)> {
	let (place, sleepers) = (view.plan.local_network, covers::sleepers(view));
	let all = view.pages.iter().flat_map(|page| {
		page.compensations
			.iter()
			.map(|of| (CellId { site: in_slot(place, page.cells.page, of.slot), cell: of.cell }, of.by))
	});
	all.filter(|(_, by)| !sleepers.contains(&by.site)).collect()
}

/// The same in words: nothing where there is none.
pub(super) fn elsewhere_text(all: &[(CellId, CellId)]) -> Option<String> {
	if all.is_empty() {
		return None;
	}
	let names: Vec<String> =
		all.iter().map(|(cell, by)| format!("  {} by {}", cell_text(*cell), cell_text(*by))).collect();
	Some(format!(
		"cells that another station stands in for: what that one draws more is in no saving, and its sharers pay for it\n{}",
		names.join("\n")
	))
}

/// Cells that are put to sleep, and which cell compensates for each.
fn cells_text(view: &EnergyPlanPagesView) -> String {
	let place = view.plan.local_network;
	let rows = view.pages.iter().flat_map(|page| {
		page.cells.stations.iter().flat_map(move |(slot, bits)| {
			(0u8..32).filter(move |cell| bits >> cell & 1 == 1).map(move |cell| {
				let by = page.compensations.iter().find(|of| (of.slot, of.cell) == (*slot, cell));
				vec![
					format!("{}/{cell}", site_text(in_slot(place, page.cells.page, *slot))),
					by.map_or_else(|| "-".into(), |of| cell_text(of.by)),
				]
			})
		})
	});
	table(&["cell", "compensated by"], rows)
}

/// Who has woken what.
fn woken_text(view: &EnergyPlanPagesView, people: &People) -> String {
	let place = view.plan.local_network;
	let rows = view.pages.iter().flat_map(|page| {
		page.woken.iter().map(move |waking| {
			let cells: Vec<String> =
				(0u8..32).filter(|cell| waking.cells >> cell & 1 == 1).map(|cell| cell.to_string()).collect();
			vec![
				day_text(waking.day),
				site_text(in_slot(place, page.cells.page, waking.slot)),
				cells.join(", "),
				waker_text(waking.by, |org| people.name(org)),
			]
		})
	});
	table(&["day", "station", "cells", "woken by"], rows)
}

/// A plan in words.
pub(super) fn text(view: &EnergyPlanPagesView, people: &People, now: Moment) -> String {
	let plan = &view.plan;
	let (expected, metered, saved) =
		view.pages.iter().map(proofs).fold((0u64, 0u64, 0i64), |(a, b, c), (x, y, z)| {
			(a.saturating_add(x), b.saturating_add(y), c.saturating_add(z))
		});
	let mut pairs = vec![
		("plan", plan.number.to_string()),
		("proposed by", people.name(plan.by)),
		("is", phase_text(plan.phase).into()),
		("local network", plan.local_network.0.to_string()),
		("days", days_text(plan.first_day, plan.last_day)),
		("window, UTC+8", hours_text(plan.from, plan.until)),
		("method", method_text(plan.method).into()),
		(
			"baseline",
			format!(
				"same weekday and time of {} weeks before, traffic counted by {}",
				plan.baseline.weeks,
				fourth(u32::from(plan.baseline.elasticity).saturating_mul(10))
			),
		),
		("agreed by", people.names(plan.given)),
		("waits for", people.names(missing(plan))),
		("hash", hex0x(plan.hash)),
		("what is agreed to", hex0x(plan.subject)),
	];
	if expected > 0 || metered > 0 {
		pairs.push((
			"proven",
			format!(
				"{} kWh expected, {} kWh metered, {} kWh saved",
				kwh(expected),
				kwh(metered),
				signed_kwh(saved)
			),
		));
	}
	let mut parts = vec![facts(&pairs), pages_text(view, now), cells_text(view)];
	parts.extend(elsewhere_text(&covered_elsewhere(view)));
	if view.pages.iter().any(|page| !page.woken.is_empty()) {
		parts.push(woken_text(view, people));
	}
	parts.join("\n")
}

/// `energy plan show`.
pub(crate) async fn show(context: &Context, command: PlanArgs) -> Result<()> {
	let chain = context.chain().await?;
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let view = at.saving_plan(command.plan).await?;
	let now = at.moment().await?;
	let frozen = frozen::ask(context, &chain, archive.as_ref(), at, &view).await?;
	let stood_in = match &archive {
		Some(archive) => covers::of_proven(archive, at, &view).await.map_err(|of| of.naming("--archive"))?,
		None => Vec::new(),
	};
	let mut value = json!({ "block": at.number, "plan": view });
	if archive.is_some() {
		value["stands_in"] = stood_in.iter().map(|row| row.to_json(command.plan)).collect();
	}
	if let Some(all) = &frozen {
		value["frozen"] = all.iter().map(|past| past.to_json(command.plan)).collect();
	}
	context.output.answer(&value, || {
		let mut parts = vec![text(&view, &people, now)];
		parts.extend(frozen.as_ref().map(|all| frozen::text(all, &people)));
		parts.extend(covers::text(&stood_in));
		parts.join("\n")
	});
	Ok(())
}

/// Tells how plans stand.
pub(super) async fn tell(context: &Context, at: At<'_>, numbers: &[u32]) -> Result<()> {
	let people = People::of(&at.orgs().await?);
	let mut all = Vec::new();
	for number in numbers {
		all.push(at.saving_plan(*number).await?.plan);
	}
	context
		.output
		.answer(&json!({ "type": "plans", "block": at.number, "plans": all }), || plans_text(&all, &people));
	Ok(())
}

/// The states of a station's cells as a table.
fn states_text(site: &SiteView, all: &[EnergyCellView]) -> String {
	let rows = (0..site.entry.station.cells).map(|cell| {
		let view = all.iter().find(|view| view.cell == cell);
		vec![
			format!("{}/{cell}", site_text(site.id)),
			view.map_or("notEnergySaving", |view| state_text(view.state)).into(),
			view.map_or_else(|| "-".into(), |view| view.plan.to_string()),
		]
	});
	table(&["cell", "state (TS 28.310)", "plan"], rows)
}

/// `energy states`.
pub(crate) async fn states(context: &Context, command: StatesCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let site = at.site(&command.station).await?;
	let page =
		site.id.page().ok_or_else(|| Failure::input("no page has the station").at(site_text(site.id)))?;
	let mut all = at.cell_states(site.id.local_network, page).await?;
	all.retain(|view| u32::from(view.slot) == site.id.slot());
	let value = json!({ "block": at.number, "station": site_text(site.id), "cells": all });
	context.output.answer(&value, || states_text(&site, &all));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{
		super::propose::tests::{cell, view},
		*,
	};
	use crate::{config::export::resolve::tests::site, order::people::tests::people};
	use trimast_primitives::{
		apis::{EnergyProofView, EnergyWakingView},
		energy::{Compensation, SavingState, Waker},
		site::Technology,
		OrgId,
	};

	#[test]
	fn plans_are_shown_with_whom_they_wait_for() {
		let view = view();
		let line = plans_text([&view.plan], &people());
		for part in ["7", "one", "1301", "2026-11-28", "01:00-05:00", "carrier", "0 of 2", "two", "proposed"]
		{
			assert!(line.contains(part), "{part} in:\n{line}");
		}
		let over = EnergyPlanView { phase: PlanPhase::Lapsed, ..view.plan };
		assert!(!plans_text([&over], &people()).contains("two"), "nobody is waited for");
	}

	#[test]
	fn plan_is_shown_with_cells_wakings_and_proofs() {
		let mut view = view();
		let page = &mut view.pages[0];
		page.hash = Some(trimast_primitives::Hash::repeat_byte(3));
		page.expires = Some(60_000);
		page.compensations = vec![Compensation { slot: 0, cell: 3, by: cell(2, 0, 1) }];
		page.woken = vec![EnergyWakingView { day: 20_786, slot: 0, cells: 0b1000, by: Waker::Org(OrgId(1)) }];
		page.proven = vec![EnergyProofView {
			day: 20_785,
			expected: 4_000,
			metered: 4_500,
			saved: -500,
			compared: 16,
			left_out: 0,
			shares: vec![(OrgId(0), -500)],
		}];
		let text = text(&view, &people(), 0);
		for part in [
			"same weekday and time of 4 weeks before, traffic counted by 0.2000",
			"holds until 1970-01-01 08:01:00+08:00 (in 1 min)",
			"4.000 kWh expected, 4.500 kWh metered, -0.500 kWh saved",
			"1301:128/3",
			"1301:128/1",
			"1301:321/2",
			"2026-11-29",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}

	#[test]
	fn cells_are_named_that_another_station_stands_in_for() {
		// Given one that its own station stands in for, one of another that sleeps by the plan itself, and one of another still
		let mut view = view();
		let of = |page: u16, slot: u8, by| (page, Compensation { slot, cell: 3, by });
		let own = of(2, 0, cell(2, 0, 1));
		let sleeper = of(2, 0, cell(5, 1, 1));
		let other = of(5, 1, cell(9, 0, 1));
		let elsewhere = |view: &mut EnergyPlanPagesView, all: &[(u16, Compensation)]| {
			for page in &mut view.pages {
				let here = all.iter().filter(|(number, _)| *number == page.cells.page);
				page.compensations = here.map(|(_, of)| *of).collect();
			}
			covered_elsewhere(view)
		};
		assert_eq!(elsewhere(&mut view, &[own, sleeper]), []);
		assert!(!text(&view, &people(), 0).contains("another station"));
		assert_eq!(elsewhere(&mut view, &[own, other]), [(cell(5, 1, 3), cell(9, 0, 1))]);
		let text = text(&view, &people(), 0);
		assert!(text.contains("in no saving") && text.contains("  1301:321/3 by 1301:576/1"), "{text}");
	}

	#[test]
	fn cells_that_are_not_listed_save_nothing() {
		let site = site(128, "A", Technology::Nr);
		let sleeps = EnergyCellView { slot: 0, cell: 1, state: SavingState::EnergySaving, plan: 7 };
		let text = states_text(&site, &[sleeps]);
		for part in ["1301:128/0", "notEnergySaving", "1301:128/1", "energySaving", "7"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}
}
