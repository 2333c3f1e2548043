// SPDX-License-Identifier: Apache-2.0
//! `trimast energy wake`: sleeping cells of shared stations are awake at once, for the rest of the day.

use super::{
	show,
	words::{days_text, hours_text, phase_text, SleeperName},
};
use crate::{
	chain::views::At,
	config::access,
	context::Context,
	error::{Failure, Result},
	names::{cell_text, site_text},
	order::open::WordsArgs,
};
use clap::Args;
use std::collections::BTreeMap;
use trimast_primitives::{
	access::Role, apis::EnergyPlanPagesView, calendar::day_of, cells::CellId, energy::PlanPhase, Moment,
};

/// Who wakes cells.
const WAKER: &[Role] = &[Role::Engineer, Role::Dispatcher, Role::Planner];

/// Wake cells of a plan, at once and for the rest of the day.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy wake 7 1301/HE-0001 --text 'a concert'\n  trimast energy wake 7 1301/HE-0001/3 1301:197/4 --text 'complaints'\n  trimast energy wake 7 --all --text 'a storm'"
)]
pub(crate) struct WakeCommand {
	/// The plan.
	plan: u32,
	/// Cells (1301/HE-0001/3), or stations with all of their cells that sleep.
	#[arg(required_unless_present = "all", conflicts_with = "all")]
	cells: Vec<SleeperName>,
	/// All cells of the plan.
	#[arg(long)]
	all: bool,
	#[command(flatten)]
	reason: WordsArgs,
	/// Show which cells would be woken, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// Cells by page: slots, and bits of cells.
type Pages = BTreeMap<u16, BTreeMap<u8, u32>>;

/// Which cells a plan puts to sleep.
fn asleep(view: &EnergyPlanPagesView) -> Pages {
	view.pages.iter().map(|page| (page.cells.page, page.cells.stations.iter().copied().collect())).collect()
}

/// Adds what of a station is named, of that which sleeps.
fn add(all: &mut Pages, sleeping: &Pages, cell: CellId, bits: Option<u32>) -> Result<()> {
	let of_plan = cell.site.page().zip(u8::try_from(cell.site.slot()).ok()).and_then(|(page, slot)| {
		let of_station = *sleeping.get(&page)?.get(&slot)?;
		Some((page, slot, of_station))
	});
	let named = of_plan
		.map(|(page, slot, of_station)| (page, slot, bits.map_or(of_station, |bits| bits & of_station)));
	let Some((page, slot, bits)) = named.filter(|(.., bits)| *bits != 0) else {
		let name = if bits.is_some() { cell_text(cell) } else { site_text(cell.site) };
		return Err(Failure::input("it does not sleep by this plan")
			.at(name)
			.remedy("`trimast energy plan show PLAN` has its cells, `trimast energy states STATION` by which plan a cell sleeps"));
	};
	*all.entry(page).or_default().entry(slot).or_default() |= bits;
	Ok(())
}

/// The cells that are named.
async fn named(at: At<'_>, view: &EnergyPlanPagesView, command: &WakeCommand) -> Result<Pages> {
	let sleeping = asleep(view);
	if command.all {
		return Ok(sleeping);
	}
	let mut all = Pages::new();
	for name in &command.cells {
		match name {
			SleeperName::Cell(name) => {
				let cell = at.cell(name).await?.1;
				let bit = 1u32.checked_shl(cell.cell.into()).unwrap_or(0);
				add(&mut all, &sleeping, cell, Some(bit))?;
			}
			SleeperName::Station(name) => {
				let site = at.site(name).await?.id;
				add(&mut all, &sleeping, CellId { site, cell: 0 }, None)?;
			}
		}
	}
	Ok(all)
}

/// Refuses a plan by which nothing sleeps today.
fn check(view: &EnergyPlanPagesView, now: Moment) -> Result<()> {
	let plan = &view.plan;
	let today = day_of(now);
	let what = match plan.phase {
		PlanPhase::Approved if (plan.first_day..=plan.last_day).contains(&today) => return Ok(()),
		PlanPhase::Approved => format!(
			"nothing of it sleeps today: its days are {}, {}",
			days_text(plan.first_day, plan.last_day),
			hours_text(plan.from, plan.until)
		),
		phase => format!("nothing of it sleeps: it is {}", phase_text(phase)),
	};
	Err(Failure::chain(what)
		.at(format!("plan {}", plan.number))
		.remedy("`trimast energy states STATION` shows what sleeps now, and by which plan"))
}

/// `energy wake`.
pub(crate) async fn wake(context: &Context, command: WakeCommand) -> Result<()> {
	let reason = command.reason.read()?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, WAKER).await?;
	let view = at.saving_plan(command.plan).await?;
	access::expect_local_network(&account, view.plan.local_network)?;
	check(&view, at.moment().await?)?;
	let pages = named(at, &view, &command).await?;
	let spec = context.spec(&chain).await?;
	let mut calls = Vec::new();
	for (page, stations) in &pages {
		let cells: u32 = stations.values().map(|bits| bits.count_ones()).sum();
		let label = format!("plan {}, page {page}: {}", command.plan, crate::output::counted(cells, "cell"));
		let stations: Vec<(u8, u32)> = stations.iter().map(|(slot, bits)| (*slot, *bits)).collect();
		calls.push((label, spec.call("Energy", "wake", (command.plan, *page, stations, &reason))?));
	}
	if command.dry_run {
		for (label, _) in &calls {
			context.output.json_line(&serde_json::json!({ "type": "wake", "what": label, "sent": false }));
			context.output.say(label);
		}
		return Ok(());
	}
	context.perform_all(&chain, calls).await?;
	show::tell(context, chain.now().await?, &[command.plan]).await
}

#[cfg(test)]
mod tests {
	use super::{
		super::propose::tests::{cell, view},
		*,
	};
	use trimast_primitives::{apis::EnergyPlanView, calendar::begin_of};

	#[test]
	fn cells_are_woken_that_sleep() {
		let sleeping = asleep(&view());
		assert_eq!(sleeping, Pages::from([(2, [(0, 0b1_1000)].into()), (5, [(1, 0b100)].into())]));
		let mut all = Pages::new();
		add(&mut all, &sleeping, cell(2, 0, 4), Some(0b1_0000)).unwrap();
		assert_eq!(all, Pages::from([(2, [(0, 0b1_0000)].into())]));
		// The whole station: what of it sleeps.
		add(&mut all, &sleeping, cell(2, 0, 0), None).unwrap();
		add(&mut all, &sleeping, cell(5, 1, 0), None).unwrap();
		assert_eq!(all, sleeping);
		let awake = add(&mut all, &sleeping, cell(2, 0, 1), Some(0b10)).unwrap_err().to_string();
		assert!(
			awake.starts_with("1301:128/1: it does not sleep") && awake.contains("energy states"),
			"{awake}"
		);
		let other = add(&mut all, &sleeping, cell(2, 3, 0), None).unwrap_err().to_string();
		assert!(other.starts_with("1301:131: it does not sleep"), "{other}");
	}

	#[test]
	fn wake_fails_when_nothing_sleeps_today() {
		let now = begin_of(20_785);
		let text = |phase, now| {
			let view = view();
			let view = EnergyPlanPagesView { plan: EnergyPlanView { phase, ..view.plan }, pages: view.pages };
			check(&view, now).map_err(|failure| failure.to_string())
		};
		assert_eq!(text(PlanPhase::Approved, now), Ok(()));
		let early = text(PlanPhase::Approved, now - 1).unwrap_err();
		assert!(early.contains("2026-11-28 to 2026-12-02, 01:00-05:00"), "{early}");
		assert!(text(PlanPhase::Agreed, now).unwrap_err().contains("it is agreed"));
	}
}
