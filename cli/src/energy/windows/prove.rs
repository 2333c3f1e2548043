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
//! Beside it stands what stations have drawn that stood in: that is in no saving ([`super::covers`]).
//! With `--again` it is brought once more, and the chain takes what was corrected since. Of a month of which a line is final nothing is
//! proven any more.

use super::{
	super::words::{day_text, kwh},
	covers::{self, Covers},
	evidence::{self, Desk, Evidence, Facts, Saved, Skipped},
	frozen::{self, Corrected},
	propose::plan_of,
	said::{self, Proven},
	words::{phase_text, signed_kwh, signed_percent},
};
use crate::{
	chain::{errors::reason, views::At, Call, Chain, Spec},
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
use std::collections::BTreeSet;
use trimast_primitives::{
	access::Role,
	apis::{EnergyPlanPageView, EnergyPlanPagesView},
	calendar::{month_of_day, quarter_of},
	energy::{PlanPhase, Report, SavingPlan, QUARTERS},
	BlockNumber, Moment, OrgId,
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
	/// Also what is proven: where a report of the day was corrected since, it is proven anew.
	#[arg(long)]
	again: bool,
	/// Compute it here and show it, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// The days of a plan that are over and of which a page is not proven, or all that are over.
fn due_days(plan: &SavingPlan, page: &EnergyPlanPageView, now: Moment, is_again: bool) -> Vec<u16> {
	let quarter = quarter_of(now);
	let is_over = |day: u16| {
		let end = u32::from(day).saturating_mul(QUARTERS.into()).saturating_add(plan.until.into());
		end <= quarter
	};
	let days = plan.first_day..=plan.last_day().unwrap_or(plan.first_day);
	let is_due = |day: u16| is_again || !page.proven.iter().any(|proof| proof.day == day);
	days.filter(|day| is_over(*day) && is_due(*day)).collect()
}

/// Those of a plan's months of which a line is final.
async fn closed_months(at: At<'_>, plan: &SavingPlan, owner: OrgId) -> Result<BTreeSet<u16>> {
	let days = plan.first_day..=plan.last_day().unwrap_or(plan.first_day);
	let months: BTreeSet<u16> = days.map(month_of_day).collect();
	let mut closed = BTreeSet::new();
	for month in months {
		if at.energy_total(month, plan.local_network, owner).await?.is_closed {
			closed.insert(month);
		}
	}
	Ok(closed)
}

/// Takes the days of closed months out: those that are proven stand, and of the others it is told that they are not proven any more.
fn leave_out_closed(page: &EnergyPlanPageView, days: &mut Vec<u16>, closed: &BTreeSet<u16>, sums: &mut Sums) {
	days.retain(|day| {
		if !closed.contains(&month_of_day(*day)) {
			return true;
		}
		if page.proven.iter().any(|proof| proof.day == *day) {
			sums.standing = sums.standing.saturating_add(1);
		} else {
			let what = "a line of the month is final, and what it says was saved does not change any more";
			let remedy = "`trimast energy total --month MONTH` shows which are final: prove the days of a month before it is signed";
			sums.skipped.push((page.cells.page, *day, what.into(), remedy));
		}
		false
	});
}

/// A row of the table.
struct Row {
	page: u16,
	day: u16,
	sum: Saved,
}

impl Row {
	fn of(said: Proven) -> Self {
		let saved = said.saved();
		let Proven { page, day, expected, metered, compared, left_out, shares } = said;
		let shares = evidence::shares(&shares);
		Self { page, day, sum: Saved { expected, metered, saved, compared, left_out, shares } }
	}

	fn to_json(&self, plan: u32, kind: &str, block: Option<BlockNumber>) -> serde_json::Value {
		let Saved { expected, metered, saved, compared, left_out, shares } = &self.sum;
		json!({
			"type": kind, "plan": plan, "page": self.page, "day": day_text(self.day), "expected": expected,
			"metered": metered, "saved": saved, "saved_kwh": signed_kwh(*saved), "compared": compared,
			"left_out": left_out, "shares": shares.iter().collect::<Vec<_>>(), "block": block,
		})
	}
}

/// All rows together.
fn whole(rows: &[Row]) -> Saved {
	rows.iter().fold(Saved::default(), |sum, row| sum.plus(&row.sum))
}

fn rows_text(rows: &[Row]) -> String {
	let line = |name: [String; 2], sum: &Saved| {
		let mut line = Vec::from(name);
		line.extend([
			kwh(sum.expected),
			kwh(sum.metered),
			signed_kwh(sum.saved),
			signed_percent(sum.saved, sum.expected),
			sum.compared.to_string(),
			sum.left_out.to_string(),
		]);
		line
	};
	let mut all: Vec<Vec<String>> =
		rows.iter().map(|row| line([row.page.to_string(), day_text(row.day)], &row.sum)).collect();
	if rows.len() > 1 {
		all.push(line(["all".into(), String::new()], &whole(rows)));
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

/// What has come of it.
#[derive(Default)]
struct Sums {
	rows: Vec<Row>,
	skipped: Vec<Skipped>,
	/// Days that are proven by the same reports.
	standing: u64,
	failed: u64,
	/// What is frozen and was corrected since.
	corrected: Vec<Corrected>,
	/// What stations have drawn that stood in.
	covers: Vec<covers::Row>,
}

/// Sends the proofs of a page.
async fn send(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	spec: &Spec,
	(number, proofs): (u32, Vec<Evidence>),
	bar: &ProgressBar,
	sums: &mut Sums,
) -> Result<()> {
	let output = context.output;
	let jobs = proofs.into_iter().map(|proof| {
		let Evidence { page, day, today, past } = proof;
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

/// What a proof comes to, computed here by what holds now.
async fn compute(at: At<'_>, view: &EnergyPlanPagesView, plan: &SavingPlan, proof: &Evidence) -> Result<Row> {
	let facts = Facts::ask(at, view.plan.local_network, proof).await?;
	let sum = facts.savings(view.plan.by, plan, proof).map_err(|defect| {
		Failure::chain(format!("these reports prove nothing ({defect:?})"))
			.at(format!("page {}, {}", proof.page, day_text(proof.day)))
			.remedy("ask another archive node (--archive)")
	})?;
	Ok(Row { page: proof.page, day: proof.day, sum })
}

/// Takes what became of a proof.
fn note(context: &Context, number: u32, (page, day): (u16, u16), fate: &Fate, sums: &mut Sums) {
	let (failure, inclusion) = match fate {
		Fate::Refused(failure) => (Some(failure), None),
		Fate::Final(inclusion) => (inclusion.failure.as_ref(), Some(inclusion)),
	};
	if failure.is_some_and(|failure| failure.stands_at("Energy.AlreadyProven")) {
		sums.standing = sums.standing.saturating_add(1);
		return;
	}
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
	for one in &sums.corrected {
		output.json_line(&one.to_json(number));
		output.say(&one.text());
	}
	for row in &sums.covers {
		output.json_line(&row.to_json(number));
	}
	let saved = whole(&sums.rows).saved;
	let value = json!({
		"type": "summary", "plan": number, "proven": sums.rows.len(), "standing": sums.standing,
		"skipped": sums.skipped.len(), "failed": sums.failed, "saved": saved, "saved_kwh": signed_kwh(saved),
		"sent": !is_dry, "stands_in": covers::sum_json(&sums.covers),
	});
	output.answer(&value, || {
		let proven: String = match sums.rows.is_empty() {
			true => "nothing is proven".into(),
			false => rows_text(&sums.rows),
		};
		[Some(proven), covers::text(&sums.covers)].into_iter().flatten().collect::<Vec<_>>().join("\n")
	});
	if sums.skipped.is_empty() && sums.failed == 0 {
		return Ok(());
	}
	let what =
		format!("{} that cannot be proven, {} refused", counted(sums.skipped.len(), "day"), sums.failed);
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
		let mut days = due_days(&plan, page, now, command.again);
		days.retain(|day| command.day.is_none_or(|named| *day == named));
		if !days.is_empty() {
			work.push((page, days));
		}
	}
	let mut sums = Sums::default();
	// What is computed here is shown of any month.
	if signer.is_some() {
		let closed = closed_months(at, &plan, view.plan.by).await?;
		work.iter_mut().for_each(|(page, days)| leave_out_closed(page, days, &closed, &mut sums));
		work.retain(|(_, days)| !days.is_empty());
	}
	let total = work.iter().fold(0usize, |sum, (_, days)| sum.saturating_add(days.len()));
	let bar = output.progress(total.try_into().unwrap_or(u64::MAX), "days of pages");
	let mut desk = Desk::new(&archive, &view, &plan);
	let mut covers = Covers::new(&archive, &view, &plan);
	for (page, days) in work {
		let examined = desk.examination(page).await?;
		let of = (view.plan.local_network, view.plan.by);
		sums.corrected.extend(frozen::corrected(at, of, page.cells.page, &examined).await?);
		let mut proofs = Vec::new();
		for day in days {
			match desk.evidence(at, page, &examined, day).await? {
				Ok(proof) => proofs.push(proof),
				Err(skipped) => sums.skipped.push(skipped),
			}
			bar.inc(1);
		}
		let measured: Vec<u16> = proofs.iter().map(|proof| proof.day).collect();
		match &signer {
			Some(signer) => {
				send(context, &chain, signer, &spec, (command.plan, proofs), &bar, &mut sums).await?;
			}
			None => {
				for proof in &proofs {
					let row = compute(at, &view, &plan, proof).await?;
					output.json_line(&row.to_json(command.plan, "computed", None));
					sums.rows.push(row);
				}
			}
		}
		for day in measured {
			let rows = covers.of_day(at, page, &examined, day).await;
			sums.covers.extend(rows.map_err(|failure| failure.naming("--archive"))?);
		}
	}
	bar.finish_and_clear();
	end(context, command.plan, &sums, command.dry_run)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			super::said::tests::event,
			propose::tests::{plan, view},
		},
		*,
	};
	use crate::submit::Inclusion;
	use trimast_primitives::{apis::EnergyProofView, calendar::begin_of, Hash};

	const QUARTER: Moment = 900_000;

	#[test]
	fn days_are_due_when_their_window_is_over_and_until_they_are_proven() {
		let mut page = view().pages.remove(0);
		let first = plan().first_day;
		let due = |page: &EnergyPlanPageView, now| due_days(&plan(), page, now, false);
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
		let again = due_days(&plan(), &page, begin_of(first + 3), true);
		assert_eq!(again, [first, first + 1, first + 2]);
	}

	#[test]
	fn days_of_a_month_that_is_final_are_told_unless_they_are_proven() {
		// Given two days of November and two of December, the first of which are proven
		let mut page = view().pages.remove(0);
		let proof = |day| EnergyProofView {
			day,
			expected: 1,
			metered: 1,
			saved: 0,
			compared: 1,
			left_out: 0,
			shares: vec![],
		};
		let days = [20_786, 20_787, 20_788, 20_789];
		page.proven = vec![proof(days[0]), proof(days[2])];
		let left = |closed: &[u16]| {
			let (mut left, mut sums) = (days.to_vec(), Sums::default());
			leave_out_closed(&page, &mut left, &closed.iter().copied().collect(), &mut sums);
			let told: Vec<u16> = sums.skipped.iter().map(|(_, day, ..)| *day).collect();
			(left, told, sums.standing)
		};
		let [november, december] = [2026 * 12 + 10, 2026 * 12 + 11];
		assert_eq!(left(&[]), (days.to_vec(), vec![], 0));
		assert_eq!(left(&[november]), (days[2..].to_vec(), vec![days[1]], 1));
		assert_eq!(left(&[november, december]), (vec![], vec![days[1], days[3]], 2));
	}

	#[test]
	fn rows_add_up_with_their_sign() {
		let row = |day, expected, metered| {
			let saved = i64::try_from(expected).unwrap() - i64::try_from(metered).unwrap();
			let sum = Saved { expected, metered, saved, compared: 16, left_out: 4, ..Saved::default() };
			Row { page: 2, day, sum }
		};
		let text = rows_text(&[row(20_785, 4_000, 3_000), row(20_786, 4_000, 5_500)]);
		for part in ["2026-11-28", "1.000", "25.00 %", "-1.500", "all", "-0.500", "32"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
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
		assert_eq!((sums.rows.len(), sums.rows[0].sum.saved), (1, -200));
		assert_eq!(end(&context, 7, &sums, false), Ok(()));
		let known = Failure::chain("no").at("Energy.AlreadyProven");
		note(&context, 7, (2, 20_785), &Fate::Refused(known), &mut sums);
		assert_eq!((end(&context, 7, &sums, false), sums.standing), (Ok(()), 1));
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
