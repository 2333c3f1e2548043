// SPDX-License-Identifier: Apache-2.0
//! `trimast energy plan examine` and `approve`: page by page, as far as each is not done. What was interrupted goes on where it was.

use super::{
	propose::PLANNER,
	said::{self, in_slot, PageOutcome, PageRefusal},
	show,
	words::{missing, phase_text},
};
use crate::{
	chain::{errors::reason, Chain},
	config::access,
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	names::site_text,
	order::people::People,
	output::{counted, table},
	submit::{self, window::Limits, Fate, News, Submitter},
};
use clap::Args;
use serde_json::json;
use trimast_primitives::{
	apis::{EnergyPlanPageView, EnergyPlanPagesView},
	energy::PlanPhase,
	LocalNetworkId, Moment, OrgId,
};

/// Have the pages of one's own plans examined, as far as they are not.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  trimast energy plan examine 7\n  trimast energy plan examine 7 --again")]
pub(crate) struct ExamineCommand {
	/// The plans.
	#[arg(value_name = "PLAN", required = true)]
	plans: Vec<u32>,
	/// Also pages whose examination holds: consents that were given are asked for again.
	#[arg(long)]
	again: bool,
	/// Show which pages are due, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// Approve the pages of plans that everybody has agreed to, as far as they are not.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy plan approve 7")]
pub(crate) struct ApproveCommand {
	/// The plans.
	#[arg(value_name = "PLAN", required = true)]
	plans: Vec<u32>,
	/// Show which pages are due, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// What is done to pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
	/// They are examined where they are not.
	Examine,
	/// They are examined, whether they are or not.
	ExamineAgain,
	/// They are approved.
	Approve,
}

impl Step {
	const fn call(self) -> &'static str {
		match self {
			Self::Examine | Self::ExamineAgain => "examine_page",
			Self::Approve => "approve_page",
		}
	}

	const fn done(self) -> &'static str {
		match self {
			Self::Examine | Self::ExamineAgain => "examined",
			Self::Approve => "approved",
		}
	}

	/// Whether a page is due.
	fn is_due(self, page: &EnergyPlanPageView, now: Moment) -> bool {
		match self {
			Self::Examine => page.hash.is_none() || page.expires.is_none_or(|until| until <= now),
			Self::ExamineAgain => true,
			Self::Approve => !page.is_approved,
		}
	}

	/// Refuses a plan to whose pages this is not done, or by another company.
	fn check(self, view: &EnergyPlanPagesView, org: OrgId, people: &People) -> Result<()> {
		let plan = &view.plan;
		let refused = |what: String, remedy: String| {
			Err(Failure::chain(what).at(format!("plan {}", plan.number)).remedy(remedy))
		};
		let shown = || format!("`trimast energy plan show {}` shows how far it is", plan.number);
		match (self, plan.phase) {
			(Self::Examine | Self::ExamineAgain, PlanPhase::Proposed) if plan.by == org => Ok(()),
			(Self::Examine | Self::ExamineAgain, PlanPhase::Proposed) => {
				refused(format!("{} proposes it, and has it examined", people.name(plan.by)), shown())
			}
			(Self::ExamineAgain, PlanPhase::Agreed) if plan.by == org => Ok(()),
			(Self::Approve, PlanPhase::Agreed) if plan.by == org || plan.required.contains(org) => Ok(()),
			(Self::Approve, PlanPhase::Agreed) => {
				refused("your company neither proposes it nor shares a station of it".into(), shown())
			}
			(Self::Approve, PlanPhase::Proposed) => refused(
				format!(
					"it is not agreed on: {} of {} pages are examined, and it waits for {}",
					plan.examined,
					plan.pages,
					people.names(missing(plan))
				),
				shown(),
			),
			(_, phase) => refused(format!("it is {}", phase_text(phase)), shown()),
		}
	}
}

/// What pages have come to.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Sums {
	done: u64,
	refused: u64,
	failed: u64,
}

/// A page under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Job {
	plan: u32,
	local_network: LocalNetworkId,
	page: u16,
}

impl Job {
	fn name(&self) -> String {
		format!("plan {}, page {}", self.plan, self.page)
	}

	/// A refusal as people read it.
	fn refusal_text(&self, refusal: &PageRefusal) -> String {
		let site = |slot| site_text(in_slot(self.local_network, self.page, slot));
		let rows =
			refusal.lines(site).into_iter().map(|(place, what, remedy)| vec![place, what, remedy.into()]);
		format!("{} is refused\n{}", self.name(), table(&["where", "why", "what to do"], rows))
	}
}

/// The pages of plans that are due.
async fn due(
	context: &Context,
	chain: &Chain,
	step: Step,
	numbers: &[u32],
	org: Option<OrgId>,
) -> Result<(Vec<Job>, u64)> {
	let at = chain.now().await?;
	let now = at.moment().await?;
	let people = People::of(&at.orgs().await?);
	let (mut jobs, mut rest) = (Vec::new(), 0u64);
	for number in numbers {
		let view = at.saving_plan(*number).await?;
		if let Some(org) = org {
			step.check(&view, org, &people)?;
		}
		for page in &view.pages {
			match step.is_due(page, now) {
				true => jobs.push(Job {
					plan: *number,
					local_network: view.plan.local_network,
					page: page.cells.page,
				}),
				false => rest = rest.saturating_add(1),
			}
		}
	}
	if rest > 0 {
		context.output.remark(&format!("{} {} already", counted(rest, "page"), step.done()));
	}
	Ok((jobs, rest))
}

/// Takes what became of a page.
fn note(context: &Context, step: Step, job: Job, fate: &Fate, sums: &mut Sums) {
	let output = context.output;
	let add = |of: &mut u64| *of = of.saturating_add(1);
	let (failure, inclusion) = match fate {
		Fate::Refused(failure) => (Some(failure), None),
		Fate::Final(inclusion) => (inclusion.failure.as_ref(), Some(inclusion)),
	};
	let said = inclusion.and_then(|inclusion| said::page_outcome(&inclusion.events, job.plan, job.page));
	let block = inclusion.map(|inclusion| inclusion.block);
	let (outcome, refusal) = match (failure, &said) {
		(Some(_), _) => ("failed", None),
		(None, Some(PageOutcome::Refused(refusal))) => ("refused", Some(refusal)),
		(None, _) => (step.done(), None),
	};
	output.json_line(&json!({
		"type": "page", "plan": job.plan, "page": job.page, "outcome": outcome, "refusal": refusal, "block": block,
		"reason": failure.map(reason),
	}));
	match (failure, refusal) {
		(Some(failure), _) => {
			add(&mut sums.failed);
			output.say(&format!("{}: {failure}", job.name()));
		}
		(None, Some(refusal)) => {
			add(&mut sums.refused);
			output.say(&job.refusal_text(refusal));
		}
		(None, None) => add(&mut sums.done),
	}
}

/// Does it to the pages of plans that are due.
pub(super) async fn pages(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	step: Step,
	numbers: &[u32],
) -> Result<()> {
	if numbers.is_empty() {
		return Ok(());
	}
	let output = context.output;
	let (jobs, _) = due(context, chain, step, numbers, None).await?;
	let spec = context.spec(chain).await?;
	let bar = output.progress(jobs.len().try_into().unwrap_or(u64::MAX), "pages");
	let calls = jobs.into_iter().map(|job| {
		let call = spec.call("Energy", step.call(), (job.plan, job.page))?;
		Ok::<_, Failure>((job, context.wrap_bulk(call, &spec)?))
	});
	let mut sums = Sums::default();
	let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
	let result = submitter
		.run(calls, |news| {
			match news {
				News::Remark(text) => bar.suspend(|| output.remark(text)),
				News::Block(number) => bar.set_message(format!("final block {number}")),
				News::Done(job, fate) => {
					bar.inc(1);
					bar.suspend(|| note(context, step, job, &fate, &mut sums));
				}
			}
			Ok(())
		})
		.await;
	bar.finish_and_clear();
	result.map_err(|failure| match submit::is_passing(&failure) {
		true => failure.remedy("repeat the command: pages that are done are passed over"),
		false => failure,
	})?;
	show::tell(context, chain.now().await?, numbers).await?;
	end(step, sums)
}

/// What is not done makes it a result in part.
fn end(step: Step, sums: Sums) -> Result<()> {
	let open = sums.refused.saturating_add(sums.failed);
	if open == 0 {
		return Ok(());
	}
	let what = format!(
		"{} {}, {} refused, {} failed",
		counted(sums.done, "page"),
		step.done(),
		sums.refused,
		sums.failed
	);
	let remedy = match step {
		Step::Approve => "what stands above says what has changed since it was agreed on; repeat the command when it is past",
		_ => "what stands above says which cells and why: propose them without those, and withdraw this plan; or repeat the command when it is past",
	};
	Err(match sums.done {
		0 => Failure::chain(what).remedy(remedy),
		_ => Failure::partial(what).remedy(remedy),
	})
}

/// Runs it.
async fn run(context: &Context, step: Step, numbers: &[u32], is_dry: bool) -> Result<()> {
	let signer = if is_dry { None } else { Some(context.bulk_signer()?) };
	let chain = context.chain().await?;
	if let Some(signer) = &signer {
		submit::settle(&chain, signer.account(), context.output).await?;
	}
	let account = access::acting(context, chain.now().await?, PLANNER).await?;
	let (jobs, rest) = due(context, &chain, step, numbers, Some(account.org)).await?;
	if let Some(signer) = signer {
		return pages(context, &chain, &signer, step, numbers).await;
	}
	let value = json!({
		"type": "due", "rest": rest,
		"pages": jobs.iter().map(|job| json!({ "plan": job.plan, "page": job.page })).collect::<Vec<_>>(),
	});
	context.output.answer(&value, || {
		let names: Vec<String> = jobs.iter().map(Job::name).collect();
		match names.is_empty() {
			true => "nothing is due".into(),
			false => names.join("\n"),
		}
	});
	Ok(())
}

/// `energy plan examine`.
pub(crate) async fn examine(context: &Context, command: ExamineCommand) -> Result<()> {
	let step = if command.again { Step::ExamineAgain } else { Step::Examine };
	run(context, step, &command.plans, command.dry_run).await
}

/// `energy plan approve`.
pub(crate) async fn approve(context: &Context, command: ApproveCommand) -> Result<()> {
	run(context, Step::Approve, &command.plans, command.dry_run).await
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			propose::tests::view,
			said::tests::{page_examined, page_refused},
		},
		*,
	};
	use crate::{chain::events::Event, order::people::tests::people, submit::Inclusion};
	use trimast_primitives::{apis::EnergyPlanView, Hash};

	fn stands(phase: PlanPhase) -> EnergyPlanPagesView {
		let view = view();
		EnergyPlanPagesView { plan: EnergyPlanView { phase, ..view.plan }, pages: view.pages }
	}

	#[test]
	fn pages_are_due_until_they_are_done() {
		let mut page = view().pages.remove(0);
		let due = |page: &EnergyPlanPageView| {
			[Step::Examine, Step::ExamineAgain, Step::Approve].map(|step| step.is_due(page, 100))
		};
		assert_eq!(due(&page), [true, true, true]);
		(page.hash, page.expires, page.is_approved) = (Some(Hash::zero()), Some(101), true);
		assert_eq!(due(&page), [false, true, false]);
		// An examination that holds no more.
		page.expires = Some(100);
		assert_eq!(due(&page), [true, true, false]);
	}

	#[test]
	fn pages_are_examined_by_who_proposes_and_approved_by_all() {
		let check = |step: Step, phase, org: u8| {
			step.check(&stands(phase), OrgId(org), &people()).map_err(|failure| failure.to_string())
		};
		assert_eq!(check(Step::Examine, PlanPhase::Proposed, 0), Ok(()));
		let other = check(Step::Examine, PlanPhase::Proposed, 1).unwrap_err();
		assert!(other.starts_with("plan 7: one proposes it") && other.contains("plan show 7"), "{other}");
		assert_eq!(
			(check(Step::Approve, PlanPhase::Agreed, 0), check(Step::Approve, PlanPhase::Agreed, 1)),
			(Ok(()), Ok(()))
		);
		assert!(check(Step::Approve, PlanPhase::Agreed, 2).unwrap_err().contains("neither proposes"));
		let early = check(Step::Approve, PlanPhase::Proposed, 0).unwrap_err();
		assert!(early.contains("0 of 2 pages") && early.contains("waits for two"), "{early}");
		assert!(check(Step::Examine, PlanPhase::Over, 0).unwrap_err().contains("it is over"));
		assert!(
			check(Step::Examine, PlanPhase::Agreed, 0).is_err()
				&& check(Step::ExamineAgain, PlanPhase::Agreed, 0).is_ok()
		);
	}

	#[test]
	fn refused_page_is_told_with_its_cells() {
		let fate = |event: Event| {
			Fate::Final(Box::new(Inclusion {
				block: 9,
				block_hash: Hash::zero(),
				index: 1,
				hash: Hash::zero(),
				events: vec![event],
				failure: None,
			}))
		};
		let global = crate::args::Arguments::read(["trimast", "--quiet", "inbox"]).unwrap().global;
		let context = Context::new(global).unwrap();
		let job = Job { plan: 7, local_network: LocalNetworkId(1301), page: 2 };
		let mut sums = Sums::default();
		note(&context, Step::Examine, job, &fate(page_examined()), &mut sums);
		assert_eq!(sums, Sums { done: 1, ..Sums::default() });
		assert_eq!(end(Step::Examine, sums), Ok(()));
		let refusal = json!({ "Cells": [[1, 3, "NotCovered"]] });
		note(&context, Step::Examine, job, &fate(page_refused(refusal)), &mut sums);
		note(&context, Step::Examine, job, &Fate::Refused(Failure::chain("no")), &mut sums);
		assert_eq!(sums, Sums { done: 1, refused: 1, failed: 1 });
		assert_eq!(end(Step::Examine, sums).unwrap_err().exit_code(), 5);
		assert_eq!(end(Step::Approve, Sums { refused: 1, ..Sums::default() }).unwrap_err().exit_code(), 1);
		let refusal: PageRefusal =
			serde_json::from_value(json!({ "Cells": [[1, 3, "NotCovered"]] })).unwrap();
		let text = job.refusal_text(&refusal);
		// Page 2 begins with number 128.
		assert!(text.contains("plan 7, page 2 is refused") && text.contains("1301:129/3"), "{text}");
	}
}
