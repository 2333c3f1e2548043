// SPDX-License-Identifier: Apache-2.0
//! `trimast energy prove`: what a plan has saved, page by page and day by day, from the reports that stand and those that the baseline
//! was frozen with.
//!
//! ```text
//!   event PageExamined in the block of the examination -> which reports of weeks before -+
//!                                                                                         +-> bodies from an archive node -> prove_page
//!   reports of the day that stand ------------------------------------------------------+
//! ```
//!
//! What is proven is passed over, so that the command may be repeated as often as one likes: with each day that is over there is more.

use super::{
	super::{
		bodies::{self, Wanted},
		words::{day_text, kwh},
	},
	propose::plan_of,
	said::{self, Examined, Proven},
	words::{phase_text, signed_kwh, signed_percent},
};
use crate::{
	chain::{
		errors::reason,
		events::{self, Event},
		views::At,
		Call, Chain, Spec,
	},
	config::{access, scores::day},
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	output::{counted, table},
	submit::{self, window::Limits, Fate, News, Submitter},
};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use trimast_primitives::{
	access::Role,
	apis::{EnergyPlanPageView, EnergyPlanPagesView, EnergyReportView},
	calendar::quarter_of,
	energy::{prove, PlanPhase, Report, Rules, SavingPlan, Source, StationSaving, QUARTERS},
	site::{Plmn, StationEntry},
	BlockNumber, Hash, Moment, OrgId,
};

/// Who brings reports.
const PROVER: &[Role] = &[Role::Collector, Role::Planner, Role::Auditor];

/// Prove what a plan has saved, as far as it is not proven.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy prove 7 --archive ws://archive:9944 --dry-run\n  trimast energy prove 7 --archive ws://archive:9944 --day 2026-06-02"
)]
pub(crate) struct ProveCommand {
	/// The plan.
	plan: u32,
	/// Archive node: it has the blocks that have brought the reports.
	#[arg(long, value_name = "URL")]
	archive: String,
	/// Only this day (2026-06-02), UTC+8.
	#[arg(long, value_name = "DATE", value_parser = day)]
	day: Option<u16>,
	/// Only this page.
	#[arg(long, value_name = "PAGE")]
	page: Option<u16>,
	/// Compute it here and show it, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// The days of a plan that are over and of which a page is not proven.
fn due_days(plan: &SavingPlan, page: &EnergyPlanPageView, now: Moment) -> Vec<u16> {
	let quarter = quarter_of(now);
	let is_over = |day: u16| {
		let end = u32::from(day).saturating_mul(QUARTERS.into()).saturating_add(plan.until.into());
		end <= quarter
	};
	let days = plan.first_day..=plan.last_day().unwrap_or(plan.first_day);
	days.filter(|day| is_over(*day) && !page.proven.iter().any(|proof| proof.day == *day)).collect()
}

/// Which stations of a page a plan is about: bit `n` stands for slot `n`.
fn mask(page: &EnergyPlanPageView) -> u64 {
	page.cells
		.stations
		.iter()
		.fold(0u64, |mask, (slot, _)| mask | 1u64.checked_shl((*slot).into()).unwrap_or(0))
}

/// Whether a report meets the window, and has a station of the plan.
fn is_meant(view: &EnergyReportView, plan: &SavingPlan, mask: u64) -> bool {
	let meets = u16::from(view.span.first) < u16::from(plan.until) && u16::from(plan.from) < view.span.end();
	meets && view.stations & mask != 0
}

/// What a page and a day are proven by.
struct Proof {
	page: u16,
	day: u16,
	today: Vec<Report>,
	past: Vec<Report>,
}

/// Why a page and a day are not proven yet.
type Skipped = (u16, u16, String, &'static str);

/// A row of the table.
struct Row {
	page: u16,
	day: u16,
	expected: u64,
	metered: u64,
	saved: i64,
	compared: u64,
	left_out: u64,
	shares: BTreeMap<OrgId, i64>,
}

impl Row {
	fn of(said: Proven) -> Self {
		let saved = said.saved();
		let Proven { page, day, expected, metered, compared, left_out, shares } = said;
		Self { page, day, expected, metered, saved, compared, left_out, shares: shares.into_iter().collect() }
	}

	const fn nothing(page: u16, day: u16) -> Self {
		let shares = BTreeMap::new();
		Self { page, day, expected: 0, metered: 0, saved: 0, compared: 0, left_out: 0, shares }
	}

	/// With what another one has.
	fn plus(mut self, other: &Self) -> Self {
		self.expected = self.expected.saturating_add(other.expected);
		self.metered = self.metered.saturating_add(other.metered);
		self.saved = self.saved.saturating_add(other.saved);
		self.compared = self.compared.saturating_add(other.compared);
		self.left_out = self.left_out.saturating_add(other.left_out);
		for (org, share) in &other.shares {
			let all = self.shares.entry(*org).or_default();
			*all = all.saturating_add(*share);
		}
		self
	}

	/// Of a page's stations.
	fn sum(page: u16, day: u16, stations: &[StationSaving]) -> Self {
		stations.iter().fold(Self::nothing(page, day), |sum, one| {
			sum.plus(&Self {
				expected: one.expected,
				metered: one.metered,
				saved: one.saved,
				compared: one.compared.into(),
				left_out: one.left_out.into(),
				shares: one.shares.iter().copied().collect(),
				..Self::nothing(page, day)
			})
		})
	}

	fn to_json(&self, plan: u32, kind: &str, block: Option<BlockNumber>) -> serde_json::Value {
		json!({
			"type": kind, "plan": plan, "page": self.page, "day": day_text(self.day), "expected": self.expected,
			"metered": self.metered, "saved": self.saved, "saved_kwh": signed_kwh(self.saved), "compared": self.compared,
			"left_out": self.left_out, "shares": self.shares.iter().collect::<Vec<_>>(), "block": block,
		})
	}
}

fn rows_text(rows: &[Row]) -> String {
	let line = |name: [String; 2], row: &Row| {
		let mut line = Vec::from(name);
		line.extend([
			kwh(row.expected),
			kwh(row.metered),
			signed_kwh(row.saved),
			signed_percent(row.saved, row.expected),
			row.compared.to_string(),
			row.left_out.to_string(),
		]);
		line
	};
	let mut all: Vec<Vec<String>> =
		rows.iter().map(|row| line([row.page.to_string(), day_text(row.day)], row)).collect();
	if rows.len() > 1 {
		let whole = rows.iter().fold(Row::nothing(0, 0), Row::plus);
		all.push(line(["all".into(), String::new()], &whole));
	}
	let header = [
		"page",
		"day",
		"expected kWh",
		"metered kWh",
		"saved kWh",
		"of expected",
		"quarters compared",
		"left out",
	];
	table(&header, all)
}

/// Somebody at work on a plan.
struct Desk<'a> {
	at: At<'a>,
	archive: &'a Chain,
	view: &'a EnergyPlanPagesView,
	plan: &'a SavingPlan,
	/// Events of blocks that were looked at.
	events: HashMap<BlockNumber, Vec<Event>>,
	/// Bodies of reports of the page that is at work.
	bodies: HashMap<Hash, Report>,
}

impl Desk<'_> {
	/// How a page was examined.
	async fn examination(&mut self, page: &EnergyPlanPageView) -> Result<Examined> {
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

	/// What a page and a day are proven by, or why they are not yet.
	async fn proof(
		&mut self,
		page: &EnergyPlanPageView,
		examined: &Examined,
		day: u16,
	) -> Result<Result<Proof, Skipped>> {
		let number = page.cells.page;
		let (place, owner) = (self.view.plan.local_network, self.view.plan.by);
		let mut standing = self.at.energy_reports(day, place, number, owner).await?;
		standing.retain(|view| is_meant(view, self.plan, mask(page)));
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
		let past_days = self.plan.past_days(day);
		let frozen = examined.frozen.iter().filter(|one| past_days.contains(&one.day));
		let past: Vec<(BlockNumber, Hash)> = frozen.map(|one| (one.block, one.digest)).collect();
		let today: Vec<(BlockNumber, Hash)> = standing.iter().map(|view| (view.block, view.digest)).collect();
		self.fetch(&today).await?;
		self.fetch(&past).await?;
		let body = |(_, digest): &(BlockNumber, Hash)| self.bodies.get(digest).cloned();
		let (today, past) = (today.iter().filter_map(body).collect(), past.iter().filter_map(body).collect());
		Ok(Ok(Proof { page: number, day, today, past }))
	}

	/// What a proof comes to, computed here by what holds now.
	async fn compute(&self, proof: &Proof) -> Result<Row> {
		let (place, owner) = (self.view.plan.local_network, self.view.plan.by);
		let stations = self.at.page_stations(place, proof.page).await?;
		let holdings = self.at.policy().await?.holdings;
		let holder =
			|plmn: &Plmn| holdings.iter().find(|(_, plmns, _)| plmns.contains(plmn)).map(|(org, ..)| *org);
		let days: BTreeSet<u16> =
			proof.today.iter().chain(&proof.past).map(|report| report.span.day).collect();
		let mut rules: BTreeMap<u16, Rules> = BTreeMap::new();
		for day in days {
			let of = self.at.energy_rules(place, day).await?;
			rules.insert(day, Rules { sharing: of.sharing, tariff: of.tariff, tolerance: of.tolerance });
		}
		let holders = |report: &Report| report.networks.iter().map(&holder).collect::<Vec<Option<OrgId>>>();
		let of = |reports: &[Report]| reports.iter().map(holders).collect::<Vec<_>>();
		let (of_today, of_past) = (of(&proof.today), of(&proof.past));
		let today = sources(&proof.today, &of_today, &stations, &rules);
		let past = sources(&proof.past, &of_past, &stations, &rules);
		let savings = prove(owner, self.plan, proof.page, proof.day, &today, &past).map_err(|defect| {
			Failure::chain(format!("these reports prove nothing ({defect:?})"))
				.at(format!("page {}, {}", proof.page, day_text(proof.day)))
				.remedy("ask another archive node (--archive)")
		})?;
		Ok(Row::sum(proof.page, proof.day, &savings))
	}
}

/// Reports with what they are read by.
fn sources<'a>(
	reports: &'a [Report],
	holders: &'a [Vec<Option<OrgId>>],
	stations: &'a [StationEntry],
	rules: &'a BTreeMap<u16, Rules>,
) -> Vec<Source<'a>> {
	let each = reports.iter().zip(holders);
	each.filter_map(|(report, holders)| {
		let rules = rules.get(&report.span.day)?;
		Some(Source { report, stations, holders, rules })
	})
	.collect()
}

/// What has come of it.
#[derive(Default)]
struct Sums {
	rows: Vec<Row>,
	skipped: Vec<Skipped>,
	failed: u64,
}

/// Sends the proofs of a page.
async fn send(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	spec: &Spec,
	(number, proofs): (u32, Vec<Proof>),
	bar: &ProgressBar,
	sums: &mut Sums,
) -> Result<()> {
	let output = context.output;
	let jobs = proofs.into_iter().map(|proof| {
		let Proof { page, day, today, past } = proof;
		let call: Call = spec.call_unread("Energy", "prove_page", (number, page, day, today, past))?;
		Ok::<_, Failure>(((page, day), context.wrap_bulk(call, spec)?))
	});
	let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
	let result = submitter
		.run(jobs, |news| {
			match news {
				News::Remark(text) => bar.suspend(|| output.remark(text)),
				News::Block(_) => {}
				News::Done((page, day), fate) => {
					bar.suspend(|| note(context, number, (page, day), &fate, sums));
				}
			}
			Ok(())
		})
		.await;
	result.map_err(|failure| match submit::is_passing(&failure) {
		true => failure.remedy("repeat the command: what is proven is passed over"),
		false => failure,
	})
}

/// Takes what became of a proof.
fn note(context: &Context, number: u32, (page, day): (u16, u16), fate: &Fate, sums: &mut Sums) {
	let (failure, inclusion) = match fate {
		Fate::Refused(failure) => (Some(failure), None),
		Fate::Final(inclusion) => (inclusion.failure.as_ref(), Some(inclusion)),
	};
	if let Some(failure) = failure {
		sums.failed = sums.failed.saturating_add(1);
		context.output.json_line(&json!({
			"type": "refused", "plan": number, "page": page, "day": day_text(day), "reason": reason(failure),
		}));
		context.output.say(&format!("page {page}, {}: {failure}", day_text(day)));
		return;
	}
	let row = inclusion.and_then(|inclusion| said::proven(&inclusion.events)).map(Row::of);
	if let Some(row) = row {
		context.output.json_line(&row.to_json(number, "proven", inclusion.map(|inclusion| inclusion.block)));
		sums.rows.push(row);
	}
}

/// Refuses a plan by which nothing has slept.
fn check(view: &EnergyPlanPagesView) -> Result<()> {
	match view.plan.phase {
		PlanPhase::Approved | PlanPhase::Over | PlanPhase::Withdrawn => Ok(()),
		phase => Err(Failure::chain(format!("it is {}: nothing has slept by it", phase_text(phase)))
			.at(format!("plan {}", view.plan.number))
			.remedy("`trimast energy plan list` shows those that are approved or over")),
	}
}

/// Tells it all. What is skipped or refused makes it a result in part.
fn end(context: &Context, number: u32, sums: &Sums, is_dry: bool) -> Result<()> {
	let output = context.output;
	for (page, day, what, remedy) in &sums.skipped {
		output.json_line(&json!({
			"type": "skipped", "plan": number, "page": page, "day": day_text(*day), "reason": what, "remedy": remedy,
		}));
		output.say(&format!("page {page}, {}: {what}\n  remedy: {remedy}", day_text(*day)));
	}
	let saved = sums.rows.iter().fold(0i64, |sum, row| sum.saturating_add(row.saved));
	let value = json!({
		"type": "summary", "plan": number, "proven": sums.rows.len(), "skipped": sums.skipped.len(), "failed": sums.failed,
		"saved": saved, "saved_kwh": signed_kwh(saved), "sent": !is_dry,
	});
	output.answer(&value, || match sums.rows.is_empty() {
		true => "nothing is proven".into(),
		false => rows_text(&sums.rows),
	});
	if sums.skipped.is_empty() && sums.failed == 0 {
		return Ok(());
	}
	let what =
		format!("{} not reported or contested, {} refused", counted(sums.skipped.len(), "day"), sums.failed);
	Err(Failure::partial(what)
		.remedy("mend what stands above and repeat the command: what is proven is passed over"))
}

/// `energy prove`.
pub(crate) async fn run(context: &Context, command: ProveCommand) -> Result<()> {
	let output = context.output;
	let signer = if command.dry_run { None } else { Some(context.bulk_signer()?) };
	let chain = context.chain().await?;
	let Some(archive) = context.archive(&chain, Some(&command.archive)).await? else {
		return Err(Failure::usage("no archive node is named").at("--archive"));
	};
	if let Some(signer) = &signer {
		submit::settle(&chain, signer.account(), output).await?;
	}
	let at = chain.now().await?;
	let view = at.saving_plan(command.plan).await?;
	if signer.is_some() {
		let account = access::acting(context, at, PROVER).await?;
		access::expect_local_network(&account, view.plan.local_network)?;
	}
	check(&view)?;
	let plan = plan_of(&view).ok_or_else(|| {
		Failure::chain("the node shows a plan that is none")
			.at(format!("plan {}", command.plan))
			.remedy("ask another node (--url)")
	})?;
	let now = at.moment().await?;
	let spec = context.spec(&chain).await?;
	if signer.is_some() {
		// The first call is read back with the metadata; those after it are of the same shape.
		let empty = (command.plan, 0u16, 0u16, Vec::<Report>::new(), Vec::<Report>::new());
		spec.call("Energy", "prove_page", empty)?;
	}
	let is_named = |page: &&EnergyPlanPageView| command.page.is_none_or(|named| page.cells.page == named);
	let mut work: Vec<(&EnergyPlanPageView, Vec<u16>)> = Vec::new();
	for page in view.pages.iter().filter(is_named) {
		let mut days = due_days(&plan, page, now);
		days.retain(|day| command.day.is_none_or(|named| *day == named));
		if !days.is_empty() {
			work.push((page, days));
		}
	}
	let total = work.iter().fold(0usize, |sum, (_, days)| sum.saturating_add(days.len()));
	let bar = output.progress(total.try_into().unwrap_or(u64::MAX), "days of pages");
	let (events, bodies) = (HashMap::new(), HashMap::new());
	let mut desk = Desk { at, archive: &archive, view: &view, plan: &plan, events, bodies };
	let mut sums = Sums::default();
	for (page, days) in work {
		desk.bodies.clear();
		let examined = desk.examination(page).await?;
		let mut proofs = Vec::new();
		for day in days {
			match desk.proof(page, &examined, day).await? {
				Ok(proof) => proofs.push(proof),
				Err(skipped) => sums.skipped.push(skipped),
			}
			bar.inc(1);
		}
		match &signer {
			Some(signer) => {
				send(context, &chain, signer, &spec, (command.plan, proofs), &bar, &mut sums).await?;
			}
			None => {
				for proof in &proofs {
					let row = desk.compute(proof).await?;
					output.json_line(&row.to_json(command.plan, "computed", None));
					sums.rows.push(row);
				}
			}
		}
	}
	bar.finish_and_clear();
	end(context, command.plan, &sums, command.dry_run)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			super::{attest::tests::view as report_view, batches::tests::report, said::tests::event},
			propose::tests::{plan, view},
		},
		*,
	};
	use crate::submit::Inclusion;
	use trimast_primitives::{apis::EnergyProofView, calendar::begin_of};

	const QUARTER: Moment = 900_000;

	#[test]
	fn days_are_due_when_their_window_is_over_and_until_they_are_proven() {
		let mut page = view().pages.remove(0);
		let first = plan().first_day;
		let due = |page: &EnergyPlanPageView, now| due_days(&plan(), page, now);
		let end = begin_of(first) + 20 * QUARTER;
		assert_eq!((due(&page, end - 1), due(&page, end)), (vec![], vec![first]));
		let later = begin_of(first + 60);
		assert_eq!(due(&page, later), (first..first + 5).collect::<Vec<_>>());
		page.proven = vec![EnergyProofView {
			day: first + 1,
			expected: 1,
			metered: 1,
			saved: 0,
			compared: 1,
			left_out: 0,
			shares: vec![],
		}];
		assert_eq!(due(&page, begin_of(first + 3)), [first, first + 2]);
	}

	#[test]
	fn reports_are_brought_that_meet_the_window_and_have_a_station_of_it() {
		let page = view().pages.remove(0);
		assert_eq!(mask(&page), 0b1);
		let is_meant = |first, count, slots: &[u8]| {
			let view = report_view(&report(2, first, count, slots));
			super::is_meant(&view, &plan(), mask(&page))
		};
		// The window is from one to five.
		assert!(is_meant(0, 24, &[0, 1]) && is_meant(4, 1, &[0]) && is_meant(0, 2, &[0]));
		assert!(!is_meant(5, 19, &[0]) && !is_meant(0, 1, &[0]) && !is_meant(0, 24, &[1]));
	}

	#[test]
	fn rows_add_up_with_their_sign() {
		let row = |day, expected, metered| Row {
			page: 2,
			day,
			expected,
			metered,
			saved: i64::try_from(expected).unwrap() - i64::try_from(metered).unwrap(),
			compared: 16,
			left_out: 4,
			shares: BTreeMap::new(),
		};
		let text = rows_text(&[row(20_785, 4_000, 3_000), row(20_786, 4_000, 5_500)]);
		for part in ["2026-11-28", "1.000", "25.00 %", "-1.500", "all", "-0.500", "32"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let station = |saved| StationSaving {
			slot: 0,
			expected: 10,
			metered: 4,
			compared: 3,
			left_out: 1,
			saved,
			shares: vec![(OrgId(1), saved)],
		};
		let sum = Row::sum(2, 20_785, &[station(6), station(-2)]);
		assert_eq!((sum.expected, sum.saved, sum.compared, sum.left_out), (20, 4, 6, 2));
		assert_eq!(sum.shares, [(OrgId(1), 4)].into());
	}

	#[test]
	fn skipped_days_make_it_a_result_in_part() {
		let global = crate::args::Arguments::read(["trimast", "--quiet", "inbox"]).unwrap().global;
		let context = Context::new(global).unwrap();
		let mut sums = Sums::default();
		let said = event(
			"PageProven",
			json!({
				"plan": 7, "page": 2, "day": 20_785, "owner": 0, "expected": 1_000, "metered": 1_200, "compared": 16,
				"left_out": 4, "shares": [],
			}),
		);
		let inclusion = Inclusion {
			block: 9,
			block_hash: Hash::zero(),
			index: 1,
			hash: Hash::zero(),
			events: vec![said],
			failure: None,
		};
		note(&context, 7, (2, 20_785), &Fate::Final(Box::new(inclusion)), &mut sums);
		assert_eq!((sums.rows.len(), sums.rows[0].saved), (1, -200));
		assert_eq!(end(&context, 7, &sums, false), Ok(()));
		note(&context, 7, (2, 20_786), &Fate::Refused(Failure::chain("no")), &mut sums);
		assert_eq!(end(&context, 7, &sums, false).unwrap_err().exit_code(), 5);
		let skipped =
			Sums { skipped: vec![(2, 20_786, "nothing is reported".into(), "report it")], ..Sums::default() };
		assert_eq!(end(&context, 7, &skipped, true).unwrap_err().exit_code(), 5);
	}

	#[test]
	fn prove_fails_when_nothing_has_slept() {
		let failure = check(&view()).unwrap_err().to_string();
		assert!(failure.contains("it is proposed: nothing has slept"), "{failure}");
	}
}
