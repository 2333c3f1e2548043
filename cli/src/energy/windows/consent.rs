// SPDX-License-Identifier: Apache-2.0
//! `trimast energy consent`, `plan refuse` and `plan withdraw`: what companies say of whole plans.
//!
//! What is agreed to is computed here from what is shown: the plan, its cells, which cells compensate for them, and the hashes of the
//! reports that the baseline is read from. Which these are, and whether they stand, is shown, too ([`super::frozen`]).

use super::{
	frozen,
	propose::{plan_of, PLANNER},
	show,
	words::{is_open, missing, phase_text},
};
use crate::{
	chain::Chain,
	config::access,
	context::Context,
	error::{Failure, Result},
	names::cell_text,
	order::{open::WordsArgs, people::People, words::due},
	output::counted,
};
use clap::Args;
use codec::Encode;
use serde_json::json;
use trimast_primitives::{
	apis::EnergyPlanPagesView,
	energy::{examination_hash, plan_hash, window_subject, PlanPhase},
	Hash, Moment, OrgId,
};

/// Agree to a plan that cells of shared stations sleep.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy consent 7 --archive ws://archive:9944 --dry-run\n  trimast energy consent 7 --archive ws://archive:9944"
)]
pub(crate) struct ConsentCommand {
	/// The plan.
	plan: u32,
	/// Archive node: of its blocks it has which reports the baseline is read from, and what they say.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
	/// Show it and check what is agreed to, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// Refuse a plan that one's company is asked about; cells of one that is approved are woken instead.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy plan refuse 7 --text 'a fair in the park'")]
pub(crate) struct RefuseCommand {
	/// The plan.
	plan: u32,
	#[command(flatten)]
	reason: WordsArgs,
}

/// Take back a plan of one's own; one that is approved ends.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy plan withdraw 7")]
pub(crate) struct WithdrawCommand {
	/// The plan.
	plan: u32,
}

/// Something that does not fit to the plan.
fn refused(number: u32, what: impl std::fmt::Display, remedy: impl std::fmt::Display) -> Failure {
	Failure::chain(what).at(format!("plan {number}")).remedy(remedy)
}

/// What is agreed to, computed from what is shown. Refused where the node says something else.
pub(super) fn subject(genesis: Hash, view: &EnergyPlanPagesView) -> Result<Hash> {
	let plan = &view.plan;
	let wrong = |what: &str| {
		refused(plan.number, format!("{what} is not that of what the node shows"), "ask another node (--url)")
	};
	let own = plan_of(view).map(|own| plan_hash(genesis, plan.number, plan.by, &own));
	let own = own.filter(|own| *own == plan.hash).ok_or_else(|| wrong("its hash"))?;
	let mut pages = Vec::new();
	for page in &view.pages {
		let number = page.cells.page;
		let Some(hash) = page.hash else {
			let what = format!("page {number} is not examined");
			return Err(refused(plan.number, what, "who proposes it has it examined: wait for that"));
		};
		if examination_hash(number, &page.compensations, &page.frozen) != hash {
			return Err(wrong(&format!("the hash of page {number}")));
		}
		pages.push((number, hash));
	}
	let own = window_subject(own, &pages);
	match own == plan.subject {
		true => Ok(own),
		false => Err(wrong("what is agreed to")),
	}
}

/// Refuses a plan to which a company has nothing to say, or not yet.
fn check(view: &EnergyPlanPagesView, org: OrgId, now: Moment, people: &People) -> Result<()> {
	let plan = &view.plan;
	let shown = format!("`trimast energy plan show {}` shows how far it is", plan.number);
	if plan.phase != PlanPhase::Proposed {
		return Err(refused(plan.number, format!("it is {}", phase_text(plan.phase)), shown));
	}
	if !plan.required.contains(org) && plan.examined == plan.pages {
		let what = format!("your company is not asked: {} is", people.names(plan.required));
		return Err(refused(plan.number, what, shown));
	}
	if plan.given.contains(org) {
		let what = format!("your company has agreed; it waits for {}", people.names(missing(plan)));
		return Err(refused(plan.number, what, "nothing is left to say"));
	}
	let expired: Vec<String> = view
		.pages
		.iter()
		.filter(|page| page.hash.is_some() && page.expires.is_some_and(|until| until <= now))
		.map(|page| page.cells.page.to_string())
		.collect();
	if !expired.is_empty() {
		let what = format!("the examination of page {} holds no more", expired.join(", "));
		let remedy = format!(
			"{} has it examined once more (`trimast energy plan examine {}`)",
			people.name(plan.by),
			plan.number
		);
		return Err(refused(plan.number, what, remedy));
	}
	Ok(())
}

/// Refuses to refuse a plan about which a company is not asked, or that is not to be agreed on any more.
fn check_refusal(view: &EnergyPlanPagesView, org: OrgId) -> Result<()> {
	let plan = &view.plan;
	let number = plan.number;
	let shown = format!("`trimast energy plan show {number}` shows how far it is");
	if plan.phase == PlanPhase::Approved {
		let remedy = format!("who shares a station wakes its cells (`trimast energy wake {number}`)");
		return Err(refused(number, "it is approved", remedy));
	}
	if !is_open(plan.phase) {
		return Err(refused(number, format!("it is {}", phase_text(plan.phase)), shown));
	}
	if !plan.required.contains(org) {
		let pages = counted(plan.pages, "page");
		let what = format!("your company is not asked by what is examined: {} of {pages}", plan.examined);
		return Err(refused(number, what, shown));
	}
	Ok(())
}

/// Until when all examinations hold.
fn holds_until(view: &EnergyPlanPagesView) -> Option<Moment> {
	view.pages.iter().filter_map(|page| page.expires).min()
}

/// `energy consent`.
pub(crate) async fn consent(context: &Context, command: ConsentCommand) -> Result<()> {
	let output = context.output;
	let chain = context.chain().await?;
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, PLANNER).await?;
	let people = People::of(&at.orgs().await?);
	let view = at.saving_plan(command.plan).await?;
	let now = at.moment().await?;
	access::expect_local_network(&account, view.plan.local_network)?;
	check(&view, account.org, now, &people)?;
	let subject = subject(chain.genesis(), &view)?;
	output.say(&show::text(&view, &people, now));
	if let Some(all) = frozen::ask(context, &chain, archive.as_ref(), at, &view).await? {
		all.iter().for_each(|past| output.json_line(&past.to_json(command.plan)));
		output.say(&frozen::text(&all, &people));
	}
	let elsewhere = show::covered_elsewhere(&view);
	for (cell, by) in &elsewhere {
		output.json_line(&json!({
			"type": "covered_elsewhere", "plan": command.plan, "cell": cell_text(*cell), "by": cell_text(*by),
		}));
	}
	if let Some(until) = holds_until(&view) {
		output.say(&format!("it can be agreed to until {}", due(until, now)));
	}
	if command.dry_run {
		output.json_line(&json!({
			"type": "consent", "plan": command.plan, "subject": subject, "revision": view.plan.revision, "sent": false,
		}));
		return Ok(());
	}
	let question = format!("{} will sleep in that time. Agree to that?", counted(view.plan.cells, "cell"));
	if !output.confirm(&question) {
		return Err(Failure::declined("nothing done"));
	}
	let arguments = (command.plan, subject, view.plan.revision);
	make(context, &chain, command.plan, "consent_to_plan", arguments).await
}

/// Makes a call about a plan, and tells how that stands in the block of it: what is taken back or refused is forgotten in the next
/// ones.
async fn make<A: Encode>(
	context: &Context,
	chain: &Chain,
	number: u32,
	name: &str,
	arguments: A,
) -> Result<()> {
	let call = context.spec(chain).await?.call("Energy", name, arguments)?;
	let made = context.perform(chain, call).await;
	match made.map_err(|failure| failure.at(format!("plan {number}")))? {
		None => Ok(()),
		Some(made) => show::tell(context, chain.at(made.block, made.block_hash), &[number]).await,
	}
}

/// `energy plan refuse`.
pub(crate) async fn refuse(context: &Context, command: RefuseCommand) -> Result<()> {
	let reason = command.reason.read()?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, PLANNER).await?;
	let people = People::of(&at.orgs().await?);
	let view = at.saving_plan(command.plan).await?;
	access::expect_local_network(&account, view.plan.local_network)?;
	check_refusal(&view, account.org)?;
	context.output.say(&show::text(&view, &people, at.moment().await?));
	if !context.output.confirm("It is over then for everybody, and cannot be taken up again. Refuse it?") {
		return Err(Failure::declined("nothing done"));
	}
	make(context, &chain, command.plan, "refuse_plan", (command.plan, &reason)).await
}

/// `energy plan withdraw`.
pub(crate) async fn withdraw(context: &Context, command: WithdrawCommand) -> Result<()> {
	let chain: Chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, PLANNER).await?;
	let people = People::of(&at.orgs().await?);
	let view = at.saving_plan(command.plan).await?;
	let (number, shown) = (command.plan, format!("`trimast energy plan show {}` shows it", command.plan));
	if view.plan.by != account.org {
		return Err(refused(
			number,
			format!("{} proposes it, and takes it back", people.name(view.plan.by)),
			shown,
		));
	}
	if !is_open(view.plan.phase) {
		return Err(refused(number, format!("it is {}", phase_text(view.plan.phase)), shown));
	}
	let question = match view.plan.phase {
		PlanPhase::Approved => "Its cells are awake from then on, and it cannot be taken up again. End it?",
		_ => "It cannot be taken up again. Withdraw it?",
	};
	if !context.output.confirm(question) {
		return Err(Failure::declined("nothing done"));
	}
	make(context, &chain, number, "withdraw_plan", number).await
}

#[cfg(test)]
pub(super) mod tests {
	use super::{
		super::propose::tests::{cell, view},
		*,
	};
	use crate::order::people::tests::people;
	use trimast_primitives::{energy::Compensation, OrgSet};

	/// A plan with all pages examined until a minute past the beginning.
	pub(crate) fn examined() -> EnergyPlanPagesView {
		let mut view = view();
		for page in &mut view.pages {
			let (slot, bits) = page.cells.stations[0];
			let asleep = u8::try_from(bits.trailing_zeros()).unwrap();
			page.compensations =
				vec![Compensation { slot, cell: asleep, by: cell(page.cells.page, slot.into(), 0) }];
			page.frozen = vec![Hash::repeat_byte(4); 5];
			page.hash = Some(examination_hash(page.cells.page, &page.compensations, &page.frozen));
			page.expires = Some(60_000);
			page.examined = Some(11);
		}
		let pages: Vec<_> = view.pages.iter().map(|page| (page.cells.page, page.hash.unwrap())).collect();
		view.plan.subject = window_subject(view.plan.hash, &pages);
		view.plan.examined = 2;
		view
	}

	#[test]
	fn what_is_agreed_to_is_computed_from_what_is_shown() {
		let view = examined();
		assert_eq!(subject(Hash::zero(), &view), Ok(view.plan.subject));
		assert!(subject(Hash::repeat_byte(1), &view).unwrap_err().to_string().contains("its hash is not"));
		let mut other = view.clone();
		other.plan.until = 24;
		assert!(subject(Hash::zero(), &other).unwrap_err().to_string().contains("its hash is not"));
		let mut other = view.clone();
		other.pages[1].compensations[0].by = cell(5, 1, 1);
		assert!(subject(Hash::zero(), &other).unwrap_err().to_string().contains("the hash of page 5"));
		let mut other = view.clone();
		other.pages[0].frozen[2] = Hash::zero();
		assert!(subject(Hash::zero(), &other).unwrap_err().to_string().contains("the hash of page 2"));
		let mut other = view.clone();
		other.plan.subject = Hash::zero();
		assert!(subject(Hash::zero(), &other).unwrap_err().to_string().contains("what is agreed to"));
		let mut other = view;
		other.pages[1].hash = None;
		assert!(subject(Hash::zero(), &other).unwrap_err().to_string().contains("page 5 is not examined"));
	}

	#[test]
	fn consent_fails_when_nobody_asks_for_it() {
		let check = |view: &EnergyPlanPagesView, org, now| {
			check(view, OrgId(org), now, &people()).map_err(|failure| failure.to_string())
		};
		let view = examined();
		assert_eq!(check(&view, 1, 59_999), Ok(()));
		let late = check(&view, 1, 60_000).unwrap_err();
		assert!(late.contains("page 2, 5 holds no more") && late.contains("plan examine 7"), "{late}");
		assert!(check(&view, 2, 0).unwrap_err().contains("not asked: two is"));
		let mut given = view.clone();
		given.plan.given = OrgSet::of(OrgId(1));
		assert!(check(&given, 1, 0).unwrap_err().contains("has agreed"));
		let mut over = view.clone();
		over.plan.phase = PlanPhase::Lapsed;
		assert!(check(&over, 1, 0).unwrap_err().contains("it is lapsed"));
		assert_eq!(holds_until(&view), Some(60_000));
	}

	#[test]
	fn refusal_fails_when_nobody_asks_or_it_is_too_late() {
		let check = |phase, org| {
			let mut view = examined();
			(view.plan.phase, view.plan.examined) = (phase, 1);
			check_refusal(&view, OrgId(org)).map_err(|failure| failure.to_string())
		};
		// Also before all pages are examined, and after all have agreed
		for phase in [PlanPhase::Proposed, PlanPhase::Agreed] {
			assert_eq!(check(phase, 1), Ok(()));
			let not_asked = check(phase, 2).unwrap_err();
			assert!(not_asked.contains("is not asked by what is examined: 1 of 2 pages"), "{not_asked}");
		}
		assert!(check(PlanPhase::Approved, 1).unwrap_err().contains("energy wake 7"));
		assert!(check(PlanPhase::Refused, 1).unwrap_err().contains("it is refused"));
	}
}
