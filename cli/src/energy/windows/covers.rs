// SPDX-License-Identifier: Apache-2.0
//! What stations draw more that stand in for those of a plan. A proof measures the stations of which cells sleep, and so that is in no
//! saving: it is shown beside it.
//!
//! It is computed here, by the formula of the baseline and from readings that count, as if such a station were one of the plan's: its own
//! day against the days whose reports are frozen with the page. Its own reports of these days are those that stand: nothing of them was
//! frozen.

use super::{
	super::{
		bodies::{self, Wanted},
		gather::holders_of,
		words::{day_text, kwh},
	},
	evidence::{meets, Desk, Evidence, Facts, Saved},
	propose::plan_of,
	said::{in_slot, Examined},
	words::signed_kwh,
};
use crate::{
	chain::{views::At, Chain},
	error::Result,
	names::site_text,
	output::table,
};
use serde_json::{json, Value};
use std::collections::{btree_map::Entry, BTreeMap, BTreeSet, HashMap};
use trimast_primitives::{
	apis::{EnergyPlanPageView, EnergyPlanPagesView, EnergyReportView},
	energy::{PageCells, Report, Rules, SavingPlan},
	page::SiteId,
	Hash, LocalNetworkId, OrgId,
};

/// What a station that stands in has drawn on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
	/// The page whose cells it stands in for.
	page: u16,
	/// The day.
	day: u16,
	/// The station.
	site: SiteId,
	/// What it comes to, or why nothing can be said.
	measured: std::result::Result<Saved, &'static str>,
}

impl Row {
	/// What it has drawn more than expected, Wh, with its sign.
	fn more(saved: &Saved) -> i64 {
		saved.saved.saturating_neg()
	}

	/// For programs.
	pub(super) fn to_json(&self, plan: u32) -> Value {
		let measured = self.measured.as_ref();
		let of = measured.ok();
		json!({
			"type": "stands_in", "plan": plan, "page": self.page, "day": day_text(self.day),
			"station": site_text(self.site), "expected": of.map(|of| of.expected), "metered": of.map(|of| of.metered),
			"more": of.map(Self::more), "more_kwh": of.map(|of| signed_kwh(Self::more(of))),
			"compared": of.map(|of| of.compared), "left_out": of.map(|of| of.left_out),
			"missing": measured.err(), "in_saving": false,
		})
	}

	fn line(&self) -> Vec<String> {
		let mut line = vec![self.page.to_string(), day_text(self.day), site_text(self.site)];
		match &self.measured {
			Ok(of) => line.extend(columns(of).into_iter().chain([String::new()])),
			Err(why) => line.extend(["-", "-", "-", "-", "-", *why].map(String::from)),
		}
		line
	}
}

/// The columns of a table that say how much.
fn columns(of: &Saved) -> [String; 5] {
	[
		kwh(of.expected),
		kwh(of.metered),
		signed_kwh(Row::more(of)),
		of.compared.to_string(),
		of.left_out.to_string(),
	]
}

/// All of them together, as far as something can be said.
fn whole(rows: &[Row]) -> Saved {
	rows.iter().filter_map(|row| row.measured.as_ref().ok()).fold(Saved::default(), Saved::plus)
}

/// The sum for programs.
pub(super) fn sum_json(rows: &[Row]) -> Value {
	let sum = whole(rows);
	let missing = rows.iter().filter(|row| row.measured.is_err()).count();
	json!({
		"rows": rows.len(), "missing": missing, "expected": sum.expected, "metered": sum.metered,
		"more": Row::more(&sum), "more_kwh": signed_kwh(Row::more(&sum)), "in_saving": false,
	})
}

/// All of them as a table. Nothing where there is none.
pub(super) fn text(rows: &[Row]) -> Option<String> {
	if rows.is_empty() {
		return None;
	}
	let mut lines: Vec<Vec<String>> = rows.iter().map(Row::line).collect();
	if rows.len() > 1 {
		let name = ["all", "", ""].map(String::from);
		lines.push(name.into_iter().chain(columns(&whole(rows))).chain([String::new()]).collect());
	}
	let header = [
		"page",
		"day",
		"stands in",
		"expected kWh",
		"metered kWh",
		"more kWh",
		"quarters compared",
		"left out",
		"what is missing",
	];
	Some(format!("not in the saving: what stations have drawn that stood in\n{}", table(&header, lines)))
}

/// The stations of which cells sleep by a plan: what these draw is measured by its proofs.
pub(super) fn sleepers(view: &EnergyPlanPagesView) -> BTreeSet<SiteId> {
	let place = view.plan.local_network;
	let of_page = |page: &EnergyPlanPageView| {
		let number = page.cells.page;
		let stations = page.cells.stations.iter();
		stations.map(|(slot, _)| in_slot(place, number, *slot)).collect::<Vec<_>>()
	};
	view.pages.iter().flat_map(of_page).collect()
}

/// The stations that stand in for cells of a page, of which nothing sleeps by the plan.
fn standing_in(view: &EnergyPlanPagesView, page: &EnergyPlanPageView) -> BTreeSet<SiteId> {
	let sleepers = sleepers(view);
	page.compensations.iter().map(|of| of.by.site).filter(|site| !sleepers.contains(site)).collect()
}

/// The plan as if it were of one station alone.
fn alone(plan: &SavingPlan, site: SiteId) -> Option<SavingPlan> {
	let cells = PageCells {
		page: site.page()?,
		stations: vec![(u8::try_from(site.slot()).ok()?, 1)].try_into().ok()?,
	};
	Some(SavingPlan {
		local_network: site.local_network,
		pages: vec![cells].try_into().ok()?,
		..plan.clone()
	})
}

/// The page of an owner's stations on a day.
type Place = (LocalNetworkId, u16, OrgId);

/// Somebody who measures stations that stand in.
pub(super) struct Covers<'a> {
	archive: &'a Chain,
	view: &'a EnergyPlanPagesView,
	plan: &'a SavingPlan,
	/// Which stations of which days there are: who stands in for several pages has drawn it once.
	seen: BTreeSet<(u16, SiteId)>,
	standing: BTreeMap<(Place, u16), Vec<EnergyReportView>>,
	bodies: HashMap<Hash, Report>,
	facts: BTreeMap<(LocalNetworkId, u16), Facts>,
}

impl<'a> Covers<'a> {
	/// For a plan, which `view` shows.
	pub(super) fn new(archive: &'a Chain, view: &'a EnergyPlanPagesView, plan: &'a SavingPlan) -> Self {
		Self {
			archive,
			view,
			plan,
			seen: BTreeSet::new(),
			standing: BTreeMap::new(),
			bodies: HashMap::new(),
			facts: BTreeMap::new(),
		}
	}

	/// What stations have drawn on a day that stand in for cells of a page.
	pub(super) async fn of_day(
		&mut self,
		at: At<'_>,
		page: &EnergyPlanPageView,
		examined: &Examined,
		day: u16,
	) -> Result<Vec<Row>> {
		let frozen = examined.frozen.iter().map(|one| one.day);
		let past: BTreeSet<u16> = frozen.filter(|past| self.plan.is_past_day(day, *past)).collect();
		let mut rows = Vec::new();
		for site in standing_in(self.view, page) {
			if self.seen.insert((day, site)) {
				let measured = self.measure(at, site, day, &past).await?;
				rows.push(Row { page: page.cells.page, day, site, measured });
			}
		}
		Ok(rows)
	}

	async fn measure(
		&mut self,
		at: At<'_>,
		site: SiteId,
		day: u16,
		past_days: &BTreeSet<u16>,
	) -> Result<std::result::Result<Saved, &'static str>> {
		let none = Ok(Err("there is no such station any more"));
		let Some((plan, number)) = alone(self.plan, site).zip(site.page()) else { return none };
		let days = past_days.iter().copied().chain([day]);
		let facts = self.facts(at, (site.local_network, number), days).await?;
		let slot = usize::try_from(site.slot()).unwrap_or(usize::MAX);
		let Some(owner) = facts.stations.get(slot).map(|entry| entry.station.owner) else { return none };
		let place = (site.local_network, number, owner);
		let today = self.reports(at, place, day, &plan).await?;
		if today.is_empty() {
			return Ok(Err("nothing is reported of it, or it is contested"));
		}
		let mut past = Vec::new();
		for day in past_days {
			past.extend(self.reports(at, place, *day, &plan).await?);
		}
		if past.is_empty() {
			return Ok(Err("nothing is reported of it on the days that are frozen"));
		}
		let Some(facts) = self.facts.get(&(site.local_network, number)) else { return none };
		let saved = facts.savings(owner, &plan, &Evidence { page: number, day, today, past });
		Ok(match saved {
			Ok(saved) if saved.compared > 0 => Ok(saved),
			Ok(_) => Err("no reading of it can be compared"),
			Err(_) => Err("its reports cannot be read"),
		})
	}

	/// By what reports of a page's stations on these days are read.
	async fn facts(
		&mut self,
		at: At<'_>,
		(place, page): (LocalNetworkId, u16),
		days: impl Iterator<Item = u16>,
	) -> Result<&Facts> {
		let facts = match self.facts.entry((place, page)) {
			Entry::Occupied(known) => known.into_mut(),
			Entry::Vacant(free) => {
				let stations = at.page_stations(place, page).await?;
				let holders = holders_of(at.policy().await?);
				free.insert(Facts { stations, holders, rules: BTreeMap::new() })
			}
		};
		for day in days {
			if let Entry::Vacant(free) = facts.rules.entry(day) {
				let of = at.energy_rules(place, day).await?;
				free.insert(Rules { sharing: of.sharing, tariff: of.tariff, tolerance: of.tolerance });
			}
		}
		Ok(&*facts)
	}

	/// The reports of a day that stand of a plan's station, without those that are contested.
	async fn reports(
		&mut self,
		at: At<'_>,
		(place, page, owner): Place,
		day: u16,
		plan: &SavingPlan,
	) -> Result<Vec<Report>> {
		let standing = match self.standing.entry(((place, page, owner), day)) {
			Entry::Occupied(known) => known.into_mut(),
			Entry::Vacant(free) => free.insert(at.energy_reports(day, place, page, owner).await?),
		};
		let mask = plan.cells_of(page).map_or(0, PageCells::mask);
		let is_meant = |view: &&EnergyReportView| {
			meets(&view.span, view.stations, (plan.from, plan.until), mask) && view.dispute.is_none()
		};
		let mut all = Vec::new();
		for view in standing.iter().filter(is_meant) {
			if !self.bodies.contains_key(&view.digest) {
				let wanted: [Wanted; 1] = [(place, owner, view.digest)];
				let found = bodies::ask(self.archive, view.block, &wanted).await?;
				if found.is_empty() {
					return Err(bodies::missing(view.block));
				}
				self.bodies.extend(found);
			}
			all.extend(self.bodies.get(&view.digest).cloned());
		}
		Ok(all)
	}
}

/// What stations have drawn that stood in for those of a plan, on the days that are proven.
pub(super) async fn of_proven(archive: &Chain, at: At<'_>, view: &EnergyPlanPagesView) -> Result<Vec<Row>> {
	let Some(plan) = plan_of(view) else { return Ok(Vec::new()) };
	let mut desk = Desk::new(archive, view, &plan);
	let mut covers = Covers::new(archive, view, &plan);
	let mut rows = Vec::new();
	for page in view.pages.iter().filter(|page| !page.proven.is_empty()) {
		let examined = desk.examination(page).await?;
		for proof in &page.proven {
			rows.extend(covers.of_day(at, page, &examined, proof.day).await?);
		}
	}
	Ok(rows)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			super::gather::tests::gathered,
			propose::tests::{cell, plan, view},
		},
		*,
	};
	use trimast_primitives::energy::{BaselineMethod, Compensation};

	#[test]
	fn stations_stand_in_of_which_nothing_sleeps() {
		let mut view = view();
		let of = |by| Compensation { slot: 0, cell: 3, by };
		// Its own, one that sleeps by another page of the plan, and two cells of one of which nothing sleeps
		let all = [cell(2, 0, 1), cell(5, 1, 1), cell(9, 0, 1), cell(9, 0, 2)];
		view.pages[0].compensations = all.map(of).to_vec();
		let sites: Vec<SiteId> = standing_in(&view, &view.pages[0]).into_iter().collect();
		assert_eq!(sites, [cell(9, 0, 0).site]);
		let plan = alone(&plan(), sites[0]).unwrap();
		assert_eq!(plan.check(), Ok(()));
		assert_eq!((plan.pages.len(), plan.cells_of(9).map(PageCells::mask)), (1, Some(1)));
	}

	#[test]
	fn what_is_drawn_more_is_told_beside_the_saving_with_its_sign() {
		// Given a station that has drawn 800 Wh more in each hour than a week before
		let one = gathered();
		let day = one.id.day;
		let of_week_before = || {
			let mut stations = one.body.columns().unwrap().to_stations();
			for reading in stations.iter_mut().flat_map(|station| &mut station.readings) {
				reading.energy = reading.energy.map(|energy| energy - 800);
			}
			let span = trimast_primitives::energy::Span { day: day - 7, ..one.body.span };
			Report::new(0, span, 0, one.body.networks.clone(), &stations).unwrap()
		};
		let site = cell(0, 0, 0).site;
		let baseline = BaselineMethod { weeks: 1, elasticity: 0 };
		let plan = alone(&SavingPlan { first_day: day, days: 1, baseline, ..plan() }, site).unwrap();
		let rules = [(day, one.rules.clone()), (day - 7, one.rules.clone())].into();
		let facts = Facts { stations: one.stations.clone(), holders: one.holders.clone(), rules };
		let evidence = Evidence { page: 0, day, today: vec![one.body.clone()], past: vec![of_week_before()] };
		let saved = facts.savings(one.id.owner, &plan, &evidence).unwrap();
		// When that is shown, four hours of it, beside one of which nothing is known
		let row = Row { page: 2, day, site, measured: Ok(saved) };
		let missing =
			Row { site: cell(0, 1, 0).site, measured: Err("nothing is reported of it"), ..row.clone() };
		let value = row.to_json(7);
		assert_eq!((&value["more"], &value["more_kwh"]), (&json!(3_200), &json!("3.200")));
		assert_eq!((&value["in_saving"], &value["station"]), (&json!(false), &json!("1301:0")));
		let value = missing.to_json(7);
		assert_eq!((&value["more"], &value["missing"]), (&Value::Null, &json!("nothing is reported of it")));
		let rows = [row.clone(), missing, row];
		let sum = sum_json(&rows);
		assert_eq!((&sum["more"], &sum["rows"], &sum["missing"]), (&json!(6_400), &json!(3), &json!(1)));
		let text = text(&rows).unwrap();
		for part in ["not in the saving", "3.200", "6.400", "nothing is reported", "1301:1", "all"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert_eq!(super::text(&[]), None);
	}
}
