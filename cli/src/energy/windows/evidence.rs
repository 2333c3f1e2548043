// SPDX-License-Identifier: Apache-2.0
//! What proofs of savings are made of, from an archive node: the reports of a day, those that its baseline was frozen with, and the
//! records of stations, holders of networks and rules by which they are read.
//!
//! # A day that is proven
//!
//! The chain keeps what a proof has come to and by which reports of the day it was made, by their hash, and not in which block. Mostly
//! these reports stand, and it comes to the same by what holds now. Where a report of the day was corrected since, whatever it comes to,
//! or a record or a rule has changed, the block is found by halves: a day is proven so in it and in all blocks behind.

use super::{
	super::{
		bodies::{self, Wanted},
		gather::holders_of,
		words::day_text,
	},
	propose::plan_of,
	said::{self, Examined},
	stale,
};
use crate::{
	chain::{
		events::{self, Event},
		views::At,
		Chain,
	},
	error::{Failure, Result},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use trimast_primitives::{
	apis::{EnergyPlanPageView, EnergyPlanPagesView, EnergyProofView, EnergyReportView, EnergySavingsView},
	calendar::month_of_day,
	energy::{
		frozen_hash, plan_hash, prove, report_digest, FrozenReport, ProofDefect, Report, Rules, SavingPlan,
		Source, Span, StationSaving, HOURS, MAX_PLAN_DAYS,
	},
	site::{Plmn, StationEntry},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// Quarters of an hour in an hour.
const QUARTERS_OF_HOUR: u8 = 4;

/// What stations have saved together.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Saved {
	/// What would have been drawn, Wh.
	pub(in crate::energy) expected: u64,
	/// What was drawn, Wh.
	pub(in crate::energy) metered: u64,
	/// The difference, with its sign.
	pub(in crate::energy) saved: i64,
	/// Quarters of stations that are compared.
	pub(in crate::energy) compared: u64,
	/// Those that are not.
	pub(in crate::energy) left_out: u64,
	/// Whose the saving is; who has nothing of it is left out.
	pub(in crate::energy) shares: BTreeMap<OrgId, i64>,
}

/// Whose a saving is: who has nothing of it is left out.
pub(super) fn shares(all: &[(OrgId, i64)]) -> BTreeMap<OrgId, i64> {
	all.iter().copied().filter(|(_, share)| *share != 0).collect()
}

impl Saved {
	/// With what others have saved.
	pub(in crate::energy) fn plus(mut self, other: &Self) -> Self {
		self.expected = self.expected.saturating_add(other.expected);
		self.metered = self.metered.saturating_add(other.metered);
		self.saved = self.saved.saturating_add(other.saved);
		self.compared = self.compared.saturating_add(other.compared);
		self.left_out = self.left_out.saturating_add(other.left_out);
		for (org, share) in &other.shares {
			let all = self.shares.entry(*org).or_default();
			*all = all.saturating_add(*share);
		}
		self.shares.retain(|_, share| *share != 0);
		self
	}

	/// Of a page's stations.
	pub(in crate::energy) fn of(stations: &[StationSaving]) -> Self {
		stations.iter().fold(Self::default(), |sum, one| {
			sum.plus(&Self {
				expected: one.expected,
				metered: one.metered,
				saved: one.saved,
				compared: one.compared.into(),
				left_out: one.left_out.into(),
				shares: shares(&one.shares),
			})
		})
	}
}

impl From<&EnergyProofView> for Saved {
	fn from(view: &EnergyProofView) -> Self {
		Self {
			expected: view.expected,
			metered: view.metered,
			saved: view.saved,
			compared: view.compared,
			left_out: view.left_out,
			shares: shares(&view.shares),
		}
	}
}

impl From<&EnergySavingsView> for Saved {
	fn from(view: &EnergySavingsView) -> Self {
		Self {
			expected: view.expected,
			metered: view.metered,
			saved: view.saved,
			compared: view.compared,
			left_out: view.left_out,
			shares: shares(&view.shares),
		}
	}
}

/// What a page and a day are proven by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Evidence {
	/// The page.
	pub(in crate::energy) page: u16,
	/// The day.
	pub(in crate::energy) day: u16,
	/// The reports of the day.
	pub(in crate::energy) today: Vec<Report>,
	/// Those of the weeks before.
	pub(in crate::energy) past: Vec<Report>,
}

/// By what reports are read.
#[derive(Clone, Debug)]
pub(in crate::energy) struct Facts {
	/// The stations of the page, by slot.
	pub(in crate::energy) stations: Vec<StationEntry>,
	/// Who holds which network.
	pub(in crate::energy) holders: Vec<(Plmn, OrgId)>,
	/// The rules of each day.
	pub(in crate::energy) rules: BTreeMap<u16, Rules>,
}

impl Facts {
	/// What holds as of a block.
	pub(in crate::energy) async fn ask(
		at: At<'_>,
		place: LocalNetworkId,
		evidence: &Evidence,
	) -> Result<Self> {
		let stations = at.page_stations(place, evidence.page).await?;
		let holders = holders_of(at.policy().await?);
		let reports = evidence.today.iter().chain(&evidence.past);
		let days: BTreeSet<u16> = reports.map(|report| report.span.day).collect();
		let mut rules: BTreeMap<u16, Rules> = BTreeMap::new();
		for day in days {
			let of = at.energy_rules(place, day).await?;
			rules.insert(day, Rules { sharing: of.sharing, tariff: of.tariff, tolerance: of.tolerance });
		}
		Ok(Self { stations, holders, rules })
	}

	/// What it comes to by them.
	pub(in crate::energy) fn savings(
		&self,
		owner: OrgId,
		plan: &SavingPlan,
		evidence: &Evidence,
	) -> Result<Saved, ProofDefect> {
		let (today, past) = (self.sources(&evidence.today), self.sources(&evidence.past));
		let savings = prove(owner, plan, evidence.page, evidence.day, &today, &past)?;
		Ok(Saved::of(&savings))
	}

	fn sources<'a>(&'a self, reports: &'a [Report]) -> Vec<Source<'a>> {
		let source = |report: &'a Report| {
			let rules = self.rules.get(&report.span.day)?;
			Some(Source { report, stations: &self.stations, holders: &self.holders, rules })
		};
		reports.iter().filter_map(source).collect()
	}
}

/// A day of a page that is proven, with all that it follows from.
#[derive(Clone, Debug)]
pub(in crate::energy) struct ProvenDay {
	/// The reports.
	pub(in crate::energy) evidence: Evidence,
	/// By what they are read.
	pub(in crate::energy) facts: Facts,
	/// What the chain has.
	pub(in crate::energy) proof: EnergyProofView,
}

impl ProvenDay {
	/// Whether it comes to what the chain has.
	pub(super) fn is_equal(&self, owner: OrgId, plan: &SavingPlan) -> bool {
		let own = self.facts.savings(owner, plan, &self.evidence);
		own.is_ok_and(|own| own == Saved::from(&self.proof))
	}

	/// Whether the proof was made by these reports of the day: `made` is their hash, as the chain keeps it.
	pub(super) fn is_made_by(&self, genesis: Hash, owner: OrgId, plan: &SavingPlan, made: Hash) -> bool {
		let known = |report: &Report| FrozenReport {
			day: report.span.day,
			first: report.span.first,
			digest: report_digest(genesis, plan.local_network, owner, report),
			// No hash is over it.
			block: 0,
		};
		let mut reports: Vec<FrozenReport> = self.evidence.today.iter().map(known).collect();
		reports.sort_unstable_by_key(|report| (report.day, report.first));
		frozen_hash(&reports) == made
	}

	/// What was saved in each hour of the day, Wh, with its sign: by the same computation, of a window that is cut at full hours. No
	/// interval is longer than an hour or lies in two of them, and so the hours add up to what was saved.
	///
	/// # Errors
	/// The reports prove nothing, or not what the chain has.
	pub(in crate::energy) fn saved_by_hour(&self, owner: OrgId, plan: &SavingPlan) -> Result<[i64; HOURS]> {
		let mut hours = [0; HOURS];
		for (hour, saved) in (0u8..).zip(&mut hours) {
			let begin = hour.saturating_mul(QUARTERS_OF_HOUR);
			let from = plan.from.max(begin);
			let until = plan.until.min(begin.saturating_add(QUARTERS_OF_HOUR));
			if from >= until {
				continue;
			}
			let plan = SavingPlan { from, until, ..plan.clone() };
			let sum = self.facts.savings(owner, &plan, &self.evidence);
			let sum =
				sum.map_err(|defect| self.wrong(&format!("these reports prove nothing ({defect:?})")))?;
			*saved = sum.saved;
		}
		if hours.iter().sum::<i64>() != self.proof.saved {
			return Err(self.wrong("these reports do not come to what is proven"));
		}
		Ok(hours)
	}

	fn wrong(&self, what: &str) -> Failure {
		Failure::chain(what)
			.at(format!("page {}, {}", self.evidence.page, day_text(self.evidence.day)))
			.remedy("ask another archive node (--archive)")
	}
}

/// Why a page and a day are not proven yet: the page, the day, what is in the way, and what to do.
pub(super) type Skipped = (u16, u16, String, &'static str);

/// Whether a report of these stations meets a window, from its first quarter to the one behind its last, and has a station of the plan.
/// `mask`: bit `n` stands for slot `n`.
pub(super) fn meets(span: &Span, stations: u64, (from, until): (u8, u8), mask: u64) -> bool {
	let meets = u16::from(span.first) < u16::from(until) && u16::from(from) < span.end();
	meets && stations & mask != 0
}

/// Whether a report is one that proofs of a plan are made of.
fn is_meant(view: &EnergyReportView, plan: &SavingPlan, mask: u64) -> bool {
	meets(&view.span, view.stations, (plan.from, plan.until), mask)
}

/// The plans of an owner in a local network that are kept and have a day of a month.
pub(in crate::energy) async fn plans_of(
	at: At<'_>,
	place: LocalNetworkId,
	owner: OrgId,
	month: u16,
) -> Result<Vec<EnergyPlanPagesView>> {
	let mut all = Vec::new();
	for listed in at.saving_plans(Some(place)).await? {
		let months = month_of_day(listed.first_day)..=month_of_day(listed.last_day);
		if listed.by == owner && months.contains(&month) {
			all.push(at.saving_plan(listed.number).await?);
		}
	}
	Ok(all)
}

/// The plan of a view as it was proposed, or that the view is wrong.
pub(in crate::energy) fn as_proposed(genesis: Hash, view: &EnergyPlanPagesView) -> Result<SavingPlan> {
	proposed(genesis, view).ok_or_else(|| {
		Failure::chain("the node shows a plan that is none")
			.at(format!("plan {}", view.plan.number))
			.remedy("ask another archive node (--archive)")
	})
}

/// The plan of a view as it was proposed: one that was ended has fewer days by now.
fn proposed(genesis: Hash, view: &EnergyPlanPagesView) -> Option<SavingPlan> {
	let plan = plan_of(view)?;
	let longer = (plan.days..=MAX_PLAN_DAYS).map(|days| SavingPlan { days, ..plan.clone() });
	let mut fitting =
		longer.filter(|plan| plan_hash(genesis, view.plan.number, view.plan.by, plan) == view.plan.hash);
	fitting.next()
}

/// Somebody who reads what the proofs of a plan are made of.
pub(in crate::energy) struct Desk<'a> {
	archive: &'a Chain,
	view: &'a EnergyPlanPagesView,
	plan: &'a SavingPlan,
	/// Events of blocks that were looked at.
	events: HashMap<BlockNumber, Vec<Event>>,
	/// Bodies of reports of the page that is at work.
	bodies: HashMap<Hash, Report>,
	/// By which reports its days are proven: their hash.
	made: HashMap<u16, Hash>,
}

impl<'a> Desk<'a> {
	/// For a plan, which `view` shows.
	pub(in crate::energy) fn new(
		archive: &'a Chain,
		view: &'a EnergyPlanPagesView,
		plan: &'a SavingPlan,
	) -> Self {
		Self { archive, view, plan, events: HashMap::new(), bodies: HashMap::new(), made: HashMap::new() }
	}

	/// Turns to a page: how it was examined.
	pub(in crate::energy) async fn examination(&mut self, page: &EnergyPlanPageView) -> Result<Examined> {
		self.bodies.clear();
		self.made.clear();
		let (number, of) = (self.view.plan.number, page.cells.page);
		let refused = |what: &str, remedy: &str| {
			Failure::chain(what).at(format!("plan {number}, page {of}")).remedy(remedy)
		};
		let Some((hash, block)) = page.hash.zip(page.examined) else {
			return Err(refused(
				"it is not examined",
				"a plan sleeps once it is examined, agreed on and approved",
			));
		};
		if !self.events.contains_key(&block) {
			let at = self.archive.hash_of(block).await?;
			let (_, found) =
				events::fetch(self.archive, at).await.map_err(|failure| failure.naming("--archive"))?;
			self.events.insert(block, found);
		}
		let found = self.events.get(&block).map_or(&[][..], Vec::as_slice);
		said::examination(found, number, of, hash).ok_or_else(|| {
			refused(
				"the block does not have the examination that the chain says it has",
				"ask another archive node (--archive)",
			)
		})
	}

	/// Gets bodies that are not there yet.
	async fn fetch(&mut self, wanted: &[(BlockNumber, Hash)]) -> Result<()> {
		let (place, owner) = (self.view.plan.local_network, self.view.plan.by);
		let mut by_block: BTreeMap<BlockNumber, Vec<Wanted>> = BTreeMap::new();
		for (block, digest) in wanted.iter().filter(|(_, digest)| !self.bodies.contains_key(digest)) {
			by_block.entry(*block).or_default().push((place, owner, *digest));
		}
		for (block, wanted) in by_block {
			let found = bodies::ask(self.archive, block, &wanted).await?;
			if wanted.iter().any(|(.., digest)| !found.contains_key(digest)) {
				return Err(bodies::missing(block));
			}
			self.bodies.extend(found);
		}
		Ok(())
	}

	/// What the reports say that are frozen with the page at work, in their order.
	pub(super) async fn frozen(&mut self, examined: &Examined) -> Result<Vec<Report>> {
		let wanted: Vec<(BlockNumber, Hash)> =
			examined.frozen.iter().map(|one| (one.block, one.digest)).collect();
		self.fetch(&wanted).await?;
		Ok(wanted.iter().filter_map(|(_, digest)| self.bodies.get(digest).cloned()).collect())
	}

	/// What a page and a day are proven by as of a block, or why they cannot be.
	pub(super) async fn evidence(
		&mut self,
		at: At<'_>,
		page: &EnergyPlanPageView,
		examined: &Examined,
		day: u16,
	) -> Result<Result<Evidence, Skipped>> {
		let number = page.cells.page;
		let (place, owner) = (self.view.plan.local_network, self.view.plan.by);
		let mut standing = at.energy_reports(day, place, number, owner).await?;
		standing.retain(|view| is_meant(view, self.plan, page.cells.mask()));
		let skip = |what: &str, remedy| Ok(Err((number, day, what.to_string(), remedy)));
		if standing.is_empty() {
			return skip("nothing is reported", "its owner reports it (`trimast energy report`)");
		}
		if standing.iter().any(|view| view.dispute.is_some()) {
			return skip(
				"a report is contested",
				"`trimast energy show PLACE --day DATE --contested` shows it: have that settled first",
			);
		}
		// Which days these are follows from what is frozen: where something had slept they are earlier ones.
		let frozen = examined.frozen.iter().filter(|one| self.plan.is_past_day(day, one.day));
		let past: Vec<(BlockNumber, Hash)> = frozen.map(|one| (one.block, one.digest)).collect();
		let today: Vec<(BlockNumber, Hash)> = standing.iter().map(|view| (view.block, view.digest)).collect();
		self.fetch(&today).await?;
		self.fetch(&past).await?;
		let body = |(_, digest): &(BlockNumber, Hash)| self.bodies.get(digest).cloned();
		let (today, past) = (today.iter().filter_map(body).collect(), past.iter().filter_map(body).collect());
		Ok(Ok(Evidence { page: number, day, today, past }))
	}

	/// A day that is proven, with what holds as of a block. `None` where its reports do not stand there.
	async fn proven_by(
		&mut self,
		at: At<'_>,
		page: &EnergyPlanPageView,
		examined: &Examined,
		proof: &EnergyProofView,
	) -> Result<Option<ProvenDay>> {
		let Ok(evidence) = self.evidence(at, page, examined, proof.day).await? else { return Ok(None) };
		let facts = Facts::ask(at, self.view.plan.local_network, &evidence).await?;
		Ok(Some(ProvenDay { evidence, facts, proof: proof.clone() }))
	}

	/// By which reports a day of the page at work is proven as of a block: their hash.
	async fn made(&mut self, at: At<'_>, page: u16, day: u16) -> Result<Hash> {
		if !self.made.contains_key(&day) {
			let all = stale::made(at, self.view.plan.number, page).await?;
			self.made.extend(all);
		}
		self.made.get(&day).copied().ok_or_else(|| {
			Failure::chain("the node does not say by which reports it was proven")
				.at(format!("plan {}, page {page}, {}", self.view.plan.number, day_text(day)))
				.remedy("ask another archive node (--archive)")
		})
	}

	/// A day that is proven as of a block, with all that it follows from.
	pub(in crate::energy) async fn proven(
		&mut self,
		at: At<'_>,
		page: &EnergyPlanPageView,
		examined: &Examined,
		proof: &EnergyProofView,
	) -> Result<ProvenDay> {
		let (genesis, owner, plan) = (self.archive.genesis(), self.view.plan.by, self.plan);
		let made = self.made(at, page.cells.page, proof.day).await?;
		// What was corrected since may come to the same: the proof was made by what stood before all the same.
		let is_made = |one: &ProvenDay| one.is_made_by(genesis, owner, plan, made);
		let is_it = |one: &ProvenDay| is_made(one) && one.is_equal(owner, plan);
		if let Some(now) = self.proven_by(at, page, examined, proof).await?.filter(is_it) {
			return Ok(now);
		}
		let block = self.block_of(at, page, (proof.day, made)).await?;
		let mut found = None;
		// What it was proven by may have changed later in that block.
		for number in [block, block.saturating_sub(1)] {
			let then = self.archive.at(number, self.archive.hash_of(number).await?);
			if let Some(one) = self.proven_by(then, page, examined, proof).await?.filter(is_made) {
				if is_it(&one) {
					return Ok(one);
				}
				found = found.or(Some(one));
			}
		}
		found.ok_or_else(|| {
			Failure::chain("the block that has proven it does not have its reports")
				.at(format!("plan {}, page {}, block {block}", self.view.plan.number, page.cells.page))
				.remedy("ask another archive node (--archive)")
		})
	}

	/// The block since which a day stands proven by these reports.
	async fn block_of(
		&self,
		at: At<'_>,
		page: &EnergyPlanPageView,
		proof: (u16, Hash),
	) -> Result<BlockNumber> {
		let (mut before, mut since) = (page.examined.unwrap_or(0), at.number);
		while before.saturating_add(1) < since {
			let middle = before.saturating_add(since.saturating_sub(before) / 2);
			let then = self.archive.at(middle, self.archive.hash_of(middle).await?);
			let proofs = stale::made(then, self.view.plan.number, page.cells.page).await?;
			match proofs.contains(&proof) {
				true => since = middle,
				false => before = middle,
			}
		}
		Ok(since)
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			super::{attest::tests::view as report_view, batches::tests::report},
			propose::tests::{plan, view},
		},
		*,
	};

	#[test]
	fn reports_are_brought_that_meet_the_window_and_have_a_station_of_it() {
		let page = view().pages.remove(0);
		assert_eq!(page.cells.mask(), 0b1);
		let is_meant = |first, count, slots: &[u8]| {
			let view = report_view(&report(2, first, count, slots));
			super::is_meant(&view, &plan(), page.cells.mask())
		};
		// The window is from one to five.
		assert!(is_meant(0, 24, &[0, 1]) && is_meant(4, 1, &[0]) && is_meant(0, 2, &[0]));
		assert!(!is_meant(5, 19, &[0]) && !is_meant(0, 1, &[0]) && !is_meant(0, 24, &[1]));
	}

	#[test]
	fn savings_add_up_with_their_sign() {
		let station = |saved| StationSaving {
			slot: 0,
			expected: 10,
			metered: 4,
			compared: 3,
			left_out: 1,
			saved,
			shares: vec![(OrgId(0), 0), (OrgId(1), saved)],
		};
		let sum = Saved::of(&[station(6), station(-2)]);
		assert_eq!((sum.expected, sum.saved, sum.compared, sum.left_out), (20, 4, 6, 2));
		assert_eq!(sum.shares, [(OrgId(1), 4)].into());
		// Who has nothing of it is none of them.
		assert!(Saved::of(&[station(2), station(-2)]).shares.is_empty());
	}

	#[test]
	fn plan_that_was_ended_is_known_as_it_was_proposed() {
		let (genesis, own) = (Hash::repeat_byte(5), plan());
		let mut view = view();
		view.plan.hash = plan_hash(genesis, view.plan.number, view.plan.by, &own);
		assert_eq!(proposed(genesis, &view).as_ref(), Some(&own));
		view.plan.last_day -= 3;
		assert_eq!(proposed(genesis, &view), Some(own));
		view.plan.until += 1;
		assert_eq!(proposed(genesis, &view), None);
	}
}
