// SPDX-License-Identifier: Apache-2.0
//! `trimast energy plan propose`: plans from a file, from the solver, or from what the command line names; proposed, and examined page
//! by page.
//!
//! # What is promised
//!
//! * **Nothing twice.** A plan of the company's own that is open and says the same is not proposed again: its pages that are not
//!   examined are. So an interrupted command is repeated as it was.
//! * **Nothing sent before it is shown**, with `--dry-run`. `--output` writes the plans to a file that is proposed later.

use super::{
	super::words::day_text,
	auto::{self, AutoArgs},
	examine::{self, Step},
	said,
	words::{is_open, method, plan_text, Hours, SleeperName},
};
use crate::{
	chain::{errors::reason, views::At, Chain},
	config::{access, scores::day},
	context::Context,
	error::{in_file, Failure, Result},
	files::{self, NewFile},
	keys::Signer,
	order::people::People,
	output::counted,
	submit::{self, window::Limits, Fate, News, Submitter},
};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::File,
	io::{BufRead, BufReader, Write},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	access::Role,
	apis::{AccountView, EnergyPlanPagesView, EnergyPlanView},
	calendar::{day_of, quarter_of},
	cells::CellId,
	energy::{BaselineMethod, PageCells, SavingDefect, SavingMethod, SavingPlan, MAX_PLAN_PAGES, QUARTERS},
	Hash, LocalNetworkId, Moment,
};
use trimast_solver::windows;

/// Who plans for a company, and agrees for it.
pub(super) const PLANNER: &[Role] = &[Role::Planner, Role::Engineer];
/// What kind of file it is.
const FORMAT: &str = "trimast/saving-plans";
/// Version of the form.
const VERSION: u32 = 1;

const EXAMPLES: &str = "\
Examples:
  trimast energy plan propose --auto may.jsonl --first-day 2026-06-01 --dry-run
  trimast energy plan propose --auto may.jsonl --first-day 2026-06-01 --output june.plans
  trimast energy plan propose june.plans
  trimast energy plan propose --cell 1301/HE-0001/3 --cell 1301/HE-0002 --first-day 2026-06-01 --days 5 --window 01:00-05:00";

/// When cells sleep, how, and what the saving is measured against.
#[derive(Args, Clone, Debug)]
pub(super) struct WhenArgs {
	/// The first day (2026-06-01), UTC+8.
	#[arg(long, value_name = "DATE", value_parser = day)]
	first_day: Option<u16>,
	/// How many days; 28 with --auto where nothing is said, 1 otherwise.
	#[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
	pub(super) days: Option<u16>,
	/// From when to when on each day, with --cell.
	#[arg(long, value_name = "FROM-UNTIL")]
	window: Option<Hours>,
	/// How cells save: carrier, channel, symbol, deep-sleep.
	#[arg(long, default_value = "carrier", value_parser = method)]
	pub(super) method: SavingMethod,
	/// From how many weeks before the first day the baseline is read.
	#[arg(long, value_name = "WEEKS", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=4))]
	weeks: u8,
	/// By how much traffic counts in it, thousandths: 200 where a tenth more of it takes a fiftieth more of energy.
	#[arg(long, value_name = "PER-MILLE", default_value_t = 200, value_parser = clap::value_parser!(u16).range(0..=1_000))]
	elasticity: u16,
}

impl WhenArgs {
	/// The first day, which has to be named.
	pub(super) fn first_day(&self) -> Result<u16> {
		self.first_day.ok_or_else(|| {
			Failure::usage("no first day is named")
				.at("--first-day")
				.remedy("say --first-day DATE: a day that lies ahead")
		})
	}

	/// What savings are measured against.
	pub(super) const fn baseline(&self) -> BaselineMethod {
		BaselineMethod { weeks: self.weeks, elasticity: self.elasticity }
	}
}

/// Propose windows in which cells sleep, and have their pages examined.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ProposeCommand {
	/// Plans, as --output writes them.
	#[arg(value_name = "FILE", conflicts_with_all = ["auto", "cell"])]
	file: Option<PathBuf>,
	/// A cell that is to sleep (1301/HE-0001/3), or a station with all of its cells. May stand several times.
	#[arg(long, value_name = "CELL", conflicts_with = "auto", requires = "window")]
	cell: Vec<SleeperName>,
	#[command(flatten)]
	auto: AutoArgs,
	#[command(flatten)]
	when: WhenArgs,
	/// Write the plans to this new file, and propose nothing.
	#[arg(long, short, value_name = "FILE")]
	output: Option<PathBuf>,
	/// Show what would be proposed, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// The first line of a file of plans.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
struct Head {
	format: String,
	version: u32,
	/// Hash of the chain's first block.
	genesis: Hash,
}

/// Writes plans, a line each.
fn write(path: &Path, genesis: Hash, plans: &[SavingPlan]) -> Result<()> {
	let mut file = NewFile::begin(path)?;
	let head = Head { format: FORMAT.into(), version: VERSION, genesis };
	let lines = std::iter::once(serde_json::to_string(&head)).chain(plans.iter().map(serde_json::to_string));
	for text in lines {
		writeln!(file, "{}", text.map_err(Failure::input)?).map_err(in_file(path))?;
	}
	file.finish()
}

/// Reads plans.
fn read(path: &Path, genesis: Hash) -> Result<Vec<SavingPlan>> {
	let none = || {
		Failure::input("not a file of saving plans")
			.at(path.display())
			.remedy("name one that `trimast energy plan propose --auto ... --output FILE` has written")
	};
	let file = BufReader::new(File::open(path).map_err(in_file(path))?);
	let mut lines = file.lines();
	let first = lines.next().ok_or_else(none)?.map_err(|_| none())?;
	let head: Head = serde_json::from_str(&first).map_err(|_| none())?;
	if head.format != FORMAT {
		return Err(none());
	}
	if head.version != VERSION {
		let what = format!("its form has version {}, and this `trimast` reads {VERSION}", head.version);
		return Err(Failure::input(what)
			.at(path.display())
			.remedy("install the version that goes with the file"));
	}
	if head.genesis != genesis {
		return Err(Failure::input("the plans are of another chain")
			.at(path.display())
			.remedy("stations have other numbers there: make them for this chain (--auto)"));
	}
	let mut plans = Vec::new();
	for (n, text) in (2u64..).zip(lines) {
		let place = |failure: Failure| failure.at(format!("line {n}")).at(path.display());
		let text = text.map_err(in_file(path))?;
		plans.push(serde_json::from_str(&text).map_err(|error| unreadable(&error)).map_err(place)?);
	}
	Ok(plans)
}

/// That a line is no plan, with the column where that shows.
fn unreadable(error: &serde_json::Error) -> Failure {
	let text = error.to_string();
	// Of the file, not of the text that was read: each line is one of its own.
	let place = format!(" at line {} column {}", error.line(), error.column());
	Failure::input(text.strip_suffix(place.as_str()).unwrap_or(&text))
		.at(format!("column {}", error.column()))
		.remedy("take the line out, or make the file anew (`trimast energy plan propose --auto ... --output FILE`)")
}

/// What is wrong with a plan, and what to do.
fn defect_words(defect: SavingDefect) -> (&'static str, &'static str) {
	match defect {
		SavingDefect::NoPage => ("it has no cell", "name cells (--cell)"),
		SavingDefect::Pages | SavingDefect::Stations | SavingDefect::Cells => (
			"its pages, stations or cells are none, or not in order",
			"make the file anew (--auto), or name cells (--cell)",
		),
		SavingDefect::Days => {
			("it has no day, or more than 31", "say --days 1 to 31, and make several plans")
		}
		SavingDefect::Quarters => {
			("its window is empty, or ends after its day", "say --window such as 01:00-05:00")
		}
		SavingDefect::Weeks => ("its baseline has no week, or more than 4", "say --weeks 1 to 4"),
		SavingDefect::Elasticity => {
			("traffic counts by more than 1,000 thousandths", "say --elasticity 0 to 1000")
		}
	}
}

/// Refuses a plan that can be none, or that lies outside of the account's scope.
fn check(plan: &SavingPlan, account: &AccountView) -> Result<()> {
	plan.check().map_err(|defect| {
		let (what, remedy) = defect_words(defect);
		Failure::input(what).at(plan_text(plan)).remedy(remedy)
	})?;
	access::expect_local_network(account, plan.local_network)
}

/// Refuses a plan that the chain does not take now, because of its days. `ahead`: how many days ahead the first one may be.
fn check_days(plan: &SavingPlan, now: Moment, ahead: u16) -> Result<()> {
	let refused = |what: String, remedy: String| Err(Failure::input(what).at(plan_text(plan)).remedy(remedy));
	let begin = u32::from(plan.first_day).saturating_mul(QUARTERS.into()).saturating_add(plan.from.into());
	if quarter_of(now) >= begin {
		let remedy = "plan days that lie ahead (--first-day)";
		return refused("its first window has begun, or is past".into(), remedy.into());
	}
	let latest = day_of(now).saturating_add(ahead);
	if plan.first_day > latest {
		let what = format!("it begins more than {} ahead", counted(ahead, "day"));
		let remedy = format!("say --first-day {} or earlier, or propose it later", day_text(latest));
		return refused(what, remedy);
	}
	Ok(())
}

/// The plans of cells that are named: as many as their pages take.
async fn named(at: At<'_>, cells: &[SleeperName], when: &WhenArgs) -> Result<Vec<SavingPlan>> {
	let mut all: BTreeSet<CellId> = BTreeSet::new();
	for name in cells {
		match name {
			SleeperName::Cell(name) => {
				all.insert(at.cell(name).await?.1);
			}
			SleeperName::Station(name) => {
				let view = at.site(name).await?;
				all.extend((0..view.entry.station.cells).map(|cell| CellId { site: view.id, cell }));
			}
		}
	}
	plans_of(all, when)
}

fn plans_of(cells: BTreeSet<CellId>, when: &WhenArgs) -> Result<Vec<SavingPlan>> {
	let mut by_place: BTreeMap<LocalNetworkId, Vec<CellId>> = BTreeMap::new();
	for cell in cells {
		by_place.entry(cell.site.local_network).or_default().push(cell);
	}
	let Some(Hours { from, until }) = when.window else {
		return Err(Failure::usage("no window is named")
			.at("--window")
			.remedy("say --window such as 01:00-05:00"));
	};
	let first_day = when.first_day()?;
	let days = u8::try_from(when.days.unwrap_or(1)).unwrap_or(u8::MAX);
	let plan = |local_network, pages: &[PageCells]| {
		Some(SavingPlan {
			local_network,
			pages: pages.to_vec().try_into().ok()?,
			first_day,
			days,
			from,
			until,
			method: when.method,
			baseline: when.baseline(),
		})
	};
	let most = usize::try_from(MAX_PLAN_PAGES).unwrap_or(1);
	let of = |(id, cells): (LocalNetworkId, Vec<CellId>)| {
		let pages = windows::pages(cells.into_iter());
		pages.chunks(most).filter_map(|pages| plan(id, pages)).collect::<Vec<_>>()
	};
	Ok(by_place.into_iter().flat_map(of).collect())
}

/// The plan that a view is of.
pub(super) fn plan_of(view: &EnergyPlanPagesView) -> Option<SavingPlan> {
	let of = &view.plan;
	Some(SavingPlan {
		local_network: of.local_network,
		pages: view.pages.iter().map(|page| page.cells.clone()).collect::<Vec<_>>().try_into().ok()?,
		first_day: of.first_day,
		days: u8::try_from(of.last_day.checked_sub(of.first_day)?.checked_add(1)?).ok()?,
		from: of.from,
		until: of.until,
		method: of.method,
		baseline: of.baseline,
	})
}

/// Whether a plan that stands could be this one, by all but its cells.
fn is_like(view: &EnergyPlanView, plan: &SavingPlan) -> bool {
	is_open(view.phase)
		&& view.local_network == plan.local_network
		&& (view.first_day, Some(view.last_day)) == (plan.first_day, plan.last_day())
		&& (view.from, view.until) == (plan.from, plan.until)
		&& (view.method, view.baseline) == (plan.method, plan.baseline)
}

/// Of each plan the number of one of the company's own that is open and says the same.
async fn standing(at: At<'_>, account: &AccountView, plans: &[SavingPlan]) -> Result<Vec<Option<u32>>> {
	let places: BTreeSet<LocalNetworkId> = plans.iter().map(|plan| plan.local_network).collect();
	let mut own = Vec::new();
	for id in places {
		own.extend(at.saving_plans(Some(id)).await?.into_iter().filter(|view| view.by == account.org));
	}
	let mut taken: BTreeSet<u32> = BTreeSet::new();
	let mut all = Vec::new();
	for plan in plans {
		let mut found = None;
		for view in own.iter().filter(|view| is_like(view, plan)) {
			if !taken.contains(&view.number)
				&& plan_of(&at.saving_plan(view.number).await?).as_ref() == Some(plan)
			{
				taken.insert(view.number);
				found = Some(view.number);
				break;
			}
		}
		all.push(found);
	}
	Ok(all)
}

/// Proposes plans. Gives back their numbers, and how many were refused.
async fn send(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	plans: &[&SavingPlan],
) -> Result<(Vec<u32>, usize)> {
	let output = context.output;
	let spec = context.spec(chain).await?;
	let bar = output.progress(plans.len().try_into().unwrap_or(u64::MAX), "plans");
	let jobs = plans.iter().map(|plan| {
		let call = spec.call("Energy", "propose_plan", plan)?;
		Ok::<_, Failure>((plan_text(plan), context.wrap_bulk(call, &spec)?))
	});
	let (mut numbers, mut refused) = (Vec::new(), 0usize);
	let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
	let result = submitter
		.run(jobs, |news| {
			match news {
				News::Remark(text) => bar.suspend(|| output.remark(text)),
				News::Block(_) => {}
				News::Done(text, fate) => {
					bar.inc(1);
					let (failure, block) = match &fate {
						Fate::Refused(failure) => (Some(failure), None),
						Fate::Final(inclusion) => (inclusion.failure.as_ref(), Some(inclusion.block)),
					};
					let number = match &fate {
						Fate::Final(inclusion) if failure.is_none() => said::proposed(&inclusion.events),
						_ => None,
					};
					output.json_line(&json!({
						"type": "proposed", "what": text, "ok": failure.is_none(), "plan": number, "block": block,
						"reason": failure.map(reason),
					}));
					bar.suspend(|| match (failure, number) {
						(Some(failure), _) => output.say(&format!("{text}: {failure}")),
						(None, Some(number)) => output.say(&format!("plan {number}: {text}")),
						(None, None) => output.say(&format!("{text}: proposed")),
					});
					numbers.extend(number);
					refused = refused.saturating_add(failure.is_some().into());
				}
			}
			Ok(())
		})
		.await;
	bar.finish_and_clear();
	result.map_err(|failure| match submit::is_passing(&failure) {
		true => failure.remedy("repeat the command: what is proposed is not proposed again"),
		false => failure,
	})?;
	Ok((numbers, refused))
}

/// Shows plans that are not proposed.
fn tell(context: &Context, plans: &[SavingPlan]) {
	for plan in plans {
		context.output.json_line(&json!({ "type": "plan", "what": plan_text(plan), "plan": plan }));
		context.output.say(&plan_text(plan));
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ProposeCommand) -> Result<()> {
	let output = context.output;
	if command.file.is_none() && command.auto.auto.is_empty() && command.cell.is_empty() {
		return Err(Failure::usage("nothing is named that could be proposed")
			.remedy("name a file of plans, exported months (--auto), or cells (--cell)"));
	}
	if let Some(path) = &command.output {
		files::check_folder(path)?;
	}
	let is_sent = !command.dry_run && command.output.is_none();
	let signer = if is_sent { Some(context.bulk_signer()?) } else { None };
	let chain = context.chain().await?;
	if let Some(signer) = &signer {
		submit::settle(&chain, signer.account(), output).await?;
	}
	let at = chain.now().await?;
	let account = access::acting(context, at, PLANNER).await?;
	let people = People::of(&at.orgs().await?);
	let plans = match &command.file {
		Some(path) => read(path, chain.genesis())?,
		None if command.cell.is_empty() => {
			auto::solve(context, at, &account, &command.auto, &command.when, &people).await?
		}
		None => named(at, &command.cell, &command.when).await?,
	};
	plans.iter().try_for_each(|plan| check(plan, &account))?;
	if plans.is_empty() {
		output.remark("there is nothing to propose");
		return Ok(());
	}
	if let Some(path) = &command.output {
		write(path, chain.genesis(), &plans)?;
		let value = json!({ "type": "written", "file": path, "plans": plans.len() });
		output.answer(&value, || format!("{}: {}", path.display(), counted(plans.len(), "plan")));
		return Ok(());
	}
	let Some(signer) = signer else {
		let (now, ahead) = (at.moment().await?, at.window_rules().await?.ahead);
		plans.iter().try_for_each(|plan| check_days(plan, now, ahead))?;
		tell(context, &plans);
		return Ok(());
	};
	let numbers = standing(at, &account, &plans).await?;
	let known: Vec<u32> = numbers.iter().copied().flatten().collect();
	if !known.is_empty() {
		let names: Vec<String> = known.iter().map(ToString::to_string).collect();
		output.remark(&format!("proposed already: plan {}; going on with their pages", names.join(", ")));
	}
	let new: Vec<&SavingPlan> =
		plans.iter().zip(&numbers).filter(|(_, number)| number.is_none()).map(|(plan, _)| plan).collect();
	let (mut numbers, refused) = send(context, &chain, &signer, &new).await?;
	numbers.extend(known);
	numbers.sort_unstable();
	let examined = examine::pages(context, &chain, &signer, Step::Examine, &numbers).await;
	match (refused, examined) {
		(_, Err(failure)) => Err(failure),
		(0, Ok(())) => Ok(()),
		(refused, Ok(())) if numbers.is_empty() => {
			Err(Failure::chain(format!("none of {} was taken", counted(refused, "plan"))).remedy(AGAIN))
		}
		(refused, Ok(())) => {
			Err(Failure::partial(format!("{} not taken", counted(refused, "plan"))).remedy(AGAIN))
		}
	}
}

/// What to do about plans that were not taken.
const AGAIN: &str = "mend what stands above and repeat the command: what is proposed is not proposed again";

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use trimast_primitives::{
		access::{Roles, Scope},
		apis::EnergyPlanPageView,
		calendar::begin_of,
		energy::PlanPhase,
		page::SiteId,
		OrgId, OrgSet,
	};

	const PLACE: LocalNetworkId = LocalNetworkId(1301);

	pub(crate) fn cell(page: u16, slot: u32, cell: u8) -> CellId {
		CellId { site: SiteId::new(PLACE, page, slot), cell }
	}

	pub(crate) fn when(days: Option<u16>) -> WhenArgs {
		WhenArgs {
			first_day: Some(20_785),
			days,
			window: Some(Hours { from: 4, until: 20 }),
			method: SavingMethod::Carrier,
			weeks: 4,
			elasticity: 200,
		}
	}

	pub(crate) fn plan() -> SavingPlan {
		let cells = [cell(2, 0, 3), cell(2, 0, 4), cell(5, 1, 2)].into();
		plans_of(cells, &when(Some(5))).unwrap().remove(0)
	}

	/// A plan as the chain shows it, that company 1 has to agree to; no page is examined.
	pub(crate) fn view() -> EnergyPlanPagesView {
		let plan = plan();
		let page = |cells: &PageCells| EnergyPlanPageView {
			cells: cells.clone(),
			hash: None,
			examined: None,
			expires: None,
			is_approved: false,
			compensations: vec![],
			frozen: vec![],
			woken: vec![],
			proven: vec![],
		};
		let pages: Vec<_> = plan.pages.iter().map(page).collect();
		let of = EnergyPlanView {
			number: 7,
			by: OrgId(0),
			phase: PlanPhase::Proposed,
			hash: trimast_primitives::energy::plan_hash(Hash::zero(), 7, OrgId(0), &plan),
			local_network: PLACE,
			first_day: plan.first_day,
			last_day: plan.last_day().unwrap(),
			from: plan.from,
			until: plan.until,
			method: plan.method,
			baseline: plan.baseline,
			pages: 2,
			cells: 3,
			examined: 0,
			approved: 0,
			required: OrgSet::of(OrgId(1)),
			given: OrgSet::EMPTY,
			subject: Hash::zero(),
			revision: 0,
		};
		EnergyPlanPagesView { plan: of, pages }
	}

	#[test]
	fn named_cells_become_plans_of_sixteen_pages() {
		let plan = plan();
		assert_eq!(plan.check(), Ok(()));
		assert_eq!(plan.pages[0].stations[..], [(0, 0b1_1000)]);
		assert_eq!((plan.pages[1].page, plan.days, plan.from, plan.until), (5, 5, 4, 20));
		let many = (0..17).map(|page| cell(page, 0, 0)).collect();
		let plans = plans_of(many, &when(None)).unwrap();
		assert_eq!(
			plans.iter().map(|plan| (plan.pages.len(), plan.days)).collect::<Vec<_>>(),
			[(16, 1), (1, 1)]
		);
		let elsewhere = CellId { site: SiteId { local_network: LocalNetworkId(1302), index: 1 }, cell: 0 };
		assert_eq!(plans_of([cell(0, 0, 0), elsewhere].into(), &when(None)).unwrap().len(), 2);
		let without = WhenArgs { first_day: None, ..when(None) };
		assert!(plans_of([elsewhere].into(), &without).unwrap_err().to_string().starts_with("--first-day"));
		let without = WhenArgs { window: None, ..when(None) };
		assert!(plans_of([elsewhere].into(), &without).unwrap_err().to_string().starts_with("--window"));
	}

	#[test]
	fn plans_are_told_by_what_is_wrong_with_them() {
		let roles = Roles::of(Role::Planner);
		let account = |scope| AccountView {
			account: [7; 32].into(),
			org: OrgId(0),
			roles,
			scope,
			branch: None,
			since: 0,
		};
		assert_eq!(check(&plan(), &account(Scope::National)), Ok(()));
		let long = SavingPlan { days: 32, ..plan() };
		let failure = check(&long, &account(Scope::National)).unwrap_err().to_string();
		assert!(failure.contains("more than 31") && failure.contains("--days"), "{failure}");
		let outside = check(&plan(), &account(Scope::LocalNetwork(LocalNetworkId(1302)))).unwrap_err();
		assert!(outside.to_string().contains("outside of the account's scope"), "{outside}");
	}

	#[test]
	fn days_fail_when_the_chain_takes_no_plan_of_them() {
		const QUARTER: Moment = 900_000;
		let plan = plan();
		let begin = begin_of(plan.first_day) + Moment::from(plan.from) * QUARTER;
		let check = |now, ahead| check_days(&plan, now, ahead).map_err(|failure| failure.to_string());
		// Until its first window begins
		assert_eq!(check(begin - 1, 1), Ok(()));
		let late = check(begin, 1).unwrap_err();
		assert!(late.contains("has begun, or is past") && late.contains("--first-day"), "{late}");
		assert!(check(begin_of(plan.first_day + 60), 1).is_err());
		// And not earlier than so many days before
		let early = begin_of(plan.first_day - 62);
		assert_eq!(check(early, 62), Ok(()));
		let failure = check(early - 1, 62).unwrap_err();
		assert!(failure.contains("more than 62 days ahead") && failure.contains("2026-11-27"), "{failure}");
	}

	#[test]
	fn plans_of_a_file_are_those_that_were_written() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("june.plans");
		let plans = [plan(), SavingPlan { from: 8, ..plan() }];
		write(&path, Hash::zero(), &plans).unwrap();
		assert_eq!(read(&path, Hash::zero()).unwrap(), plans);
		assert!(write(&path, Hash::zero(), &plans).unwrap_err().to_string().contains("not overwritten"));
		assert!(read(&path, Hash::repeat_byte(1)).unwrap_err().to_string().contains("another chain"));
		let text = std::fs::read_to_string(&path).unwrap();
		let again = |text: String| {
			std::fs::write(&path, text).unwrap();
			read(&path, Hash::zero()).unwrap_err().to_string()
		};
		assert!(again(text.replace("\"version\":1", "\"version\":2")).contains("version 2"));
		let wrong = text.replace("\"from\":8", "\"from\":\"x\"");
		let line = wrong.lines().nth(2).unwrap();
		// Behind the text that is no number
		let column = line.find("\"x\"").unwrap() + "\"x\"".len();
		let said = again(wrong.clone());
		assert!(
			said.starts_with(&format!("{}: line 3: column {column}: invalid type", path.display())),
			"{said}"
		);
		assert!(!said.contains("line 1") && said.contains("--output FILE"), "{said}");
		for wrong in ["", "{}", "station,start\n"] {
			assert!(again(wrong.into()).contains("not a file of saving plans"), "{wrong}");
		}
	}

	#[test]
	fn standing_plan_is_known_by_what_it_says() {
		let view = view();
		assert_eq!(plan_of(&view), Some(plan()));
		assert!(is_like(&view.plan, &plan()));
		assert!(!is_like(&view.plan, &SavingPlan { until: 24, ..plan() }));
		assert!(!is_like(&view.plan, &SavingPlan { days: 4, ..plan() }));
		let over = EnergyPlanView { phase: PlanPhase::Withdrawn, ..view.plan };
		assert!(!is_like(&over, &plan()));
	}
}
