// SPDX-License-Identifier: Apache-2.0
//! `trimast alarm import`: reads notifications, decides by rule, and makes what follows from them so: faults opened, facts
//! anchored, steps taken.
//!
//! # What is promised
//!
//! * **Nothing twice.** What is decided on is the chain's final state, once what the account has under way is final, too. An
//!   alarm is known again by its alarmId. So a file may be imported as often as one likes, also while it grows.
//! * **Resumes.** What of an interrupted import is final is noted beside the file; the next one goes on from there.
//! * **Nothing lost.** What cannot be read or is refused is told by its line, and takes nothing with it.

use super::{
	cause::{Causes, Mapped},
	look::{self, Places, StationKey},
	notification::{read, Notification, Read},
	report::{settled, End, Line, Report},
	rules::{decide, Outcome, Plan, Terms},
	send,
	stream::{Document, Documents},
};
use crate::{
	checkpoint::{Checkpoint, Place},
	config::access,
	context::Context,
	error::{Failure, Result},
	files::read_text,
	names,
	order::{
		desk::{DISPATCHER, WITNESS},
		words::span,
	},
	output::counted,
	submit,
};
use clap::Args;
use codec::Encode;
use std::{collections::BTreeMap, path::PathBuf};
use trimast_primitives::{access::Role, Moment};

const EXAMPLES: &str = "\
Examples:
  trimast alarm import alarms.jsonl --check
  trimast alarm import alarms.jsonl --result alarms.result --runs
  trimast alarm import alarms.jsonl --map '市电停电=grid' --map 'RRU link down=equipment'";

/// Import notifications of alarms.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportCommand {
	/// Notifications of TS 28.532 as JSON lines, or as a list.
	file: PathBuf,
	/// Read the file, say what would follow, and send nothing.
	#[arg(long)]
	check: bool,
	/// What alarms of this probable cause are about: grid, power, environment, backhaul, equipment or service. May stand
	/// several times.
	#[arg(long, value_name = "CAUSE=ABOUT")]
	map: Vec<Mapped>,
	/// Order a generator run, too, for each site where a fault of the company says that power has failed (`trimast order runs`).
	#[arg(long, conflicts_with = "check")]
	runs: bool,
	/// Open faults also for alarms that the file itself says are over.
	#[arg(long)]
	with_over: bool,
	/// Write what became of each notification to this new file, as JSON lines. An import that goes on from an interrupted one
	/// continues its file.
	#[arg(long, value_name = "FILE")]
	result: Option<PathBuf>,
	/// Where progress is kept; beside the file otherwise, as FILE.checkpoint.
	#[arg(long, value_name = "FILE", conflicts_with = "no_checkpoint")]
	checkpoint: Option<PathBuf>,
	/// Keep no progress.
	#[arg(long)]
	no_checkpoint: bool,
	/// Begin anew, whatever the checkpoint says.
	#[arg(long)]
	restart: bool,
}

/// A document of the file, and what has been read of it.
pub(crate) struct Entry<'t> {
	pub(crate) document: Document<'t>,
	/// The notification, or what becomes of the document without one.
	pub(crate) read: Result<Notification, End>,
}

impl<'t> Entry<'t> {
	fn of(document: Document<'t>, causes: &Causes) -> Self {
		let read = match &document.value {
			Err(what) => {
				Err(End::Malformed(what.clone(), "export it again: docs/trimast.md has the form".into()))
			}
			Ok(value) => match read(value, causes) {
				Ok(Read::Alarm(one)) => Ok(one),
				Ok(Read::Other(what)) => Err(End::Other(what)),
				Err((what, remedy)) => Err(End::Malformed(what, remedy.into())),
			},
		};
		Self { document, read }
	}

	/// As the result has it.
	pub(crate) fn line(&self, end: End) -> Line<'_> {
		let one = self.read.as_ref().ok();
		Line {
			line: self.document.line,
			station: one.map(|one| format!("{}/{}", one.station.0 .0, one.station.1)),
			alarm: one.map(|one| one.alarm.as_str()),
			text: self.document.text,
			end,
		}
	}
}

/// The places of each station's notifications among the entries.
fn by_station(entries: &[Entry<'_>]) -> BTreeMap<StationKey, Vec<usize>> {
	let mut stations: BTreeMap<StationKey, Vec<usize>> = BTreeMap::new();
	for (at, entry) in entries.iter().enumerate() {
		if let Ok(one) = &entry.read {
			stations.entry(one.station.clone()).or_default().push(at);
		}
	}
	stations
}

/// A station's notifications, and what follows from them.
pub(crate) struct Job {
	pub(crate) station: StationKey,
	pub(crate) site: trimast_primitives::page::SiteId,
	/// What is to be done. Outcomes are by the entries' places.
	pub(crate) plan: Plan,
}

/// What follows for each station; what is known or refused by now is noted.
fn jobs(entries: &[Entry<'_>], places: &Places, terms: &Terms, report: &mut Report) -> Result<Vec<Job>> {
	let mut jobs = Vec::new();
	for (station, own) in by_station(entries) {
		let place = match places.get(&station) {
			Some(Ok(place)) => place,
			Some(Err(failure)) => {
				let refused = send::refused(failure);
				for entry in own.iter().filter_map(|at| entries.get(*at)) {
					report.note(&entry.line(refused.clone()))?;
				}
				continue;
			}
			None => continue,
		};
		let notifications: Vec<&Notification> =
			own.iter().filter_map(|at| entries.get(*at)?.read.as_ref().ok()).collect();
		let mut plan = decide(place, &notifications, terms);
		// By entry from here on.
		plan.outcomes =
			plan.outcomes.into_iter().filter_map(|(at, outcome)| Some((*own.get(at)?, outcome))).collect();
		jobs.push(Job { station, site: place.site, plan });
	}
	Ok(jobs)
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ImportCommand) -> Result<()> {
	let text = read_text(&command.file)?;
	let causes = Causes::with(&command.map);
	let entries: Vec<Entry<'_>> = Documents::of(&text).map(|document| Entry::of(document, &causes)).collect();
	if entries.is_empty() {
		return Err(Failure::input("there is no notification in it")
			.at(command.file.display())
			.remedy("docs/trimast.md has the form"));
	}
	let chain = context.chain().await?;
	let place = match command.check {
		true => None,
		false => Place::of(&command.file, command.checkpoint.as_deref(), command.no_checkpoint)?,
	};
	let signer = match command.check {
		true => None,
		false => Some(context.bulk_signer()?),
	};
	if let Some(signer) = &signer {
		submit::settle(&chain, signer.account(), context.output).await?;
	}
	let at = chain.now().await?;
	let roles = if command.runs { DISPATCHER } else { WITNESS };
	let account = access::acting(context, at, roles).await?;
	let rules = at.order_rules().await?;
	let now = at.moment().await?;
	let plan = names::hex0x(
		(b"trimast/alarm", chain.genesis(), &account.account).using_encoded(sp_io::hashing::blake2_256),
	);
	let mut checkpoint: Checkpoint<u64> = Checkpoint::begin(place.as_ref(), plan, command.restart)?;
	let result = checkpoint.result_file(command.result.as_deref(), settled, place.as_ref())?;
	let mut report = Report::new(context.output, result);
	let bar = context.output.progress(0, "stations looked at");
	let notifications = entries.iter().filter_map(|entry| entry.read.as_ref().ok());
	let mut places = look::places(at, &account, notifications, &bar).await?;
	if command.with_over {
		look::add_past(at, account.org, &mut places).await?;
	}
	bar.finish_and_clear();
	for entry in &entries {
		if let Err(end) = &entry.read {
			report.note(&entry.line(end.clone()))?;
		}
	}
	let terms = Terms { own: account.org, grave: rules.table.grave, now, with_over: command.with_over };
	let mut jobs = jobs(&entries, &places, &terms, &mut report)?;
	warn_of_late(context, &jobs, now, rules.table.evidence_term);
	if !account.roles.contains(Role::Dispatcher) {
		forbid(&mut jobs, context);
	}
	let Some(signer) = signer else { return check(&entries, &jobs, report) };
	let mut sending = send::Sending {
		context,
		chain: &chain,
		signer: &signer,
		entries: &entries,
		place: place.as_ref(),
		checkpoint: &mut checkpoint,
		report: &mut report,
		runs: command.runs.then_some(account.org),
	};
	sending.run(jobs).await?;
	if let Some(place) = place {
		place.end()?;
	}
	report.end()
}

/// Says how much is too late to count without the others' signatures.
fn warn_of_late(context: &Context, jobs: &[Job], now: Moment, term: u32) {
	let term = Moment::from(term).saturating_mul(1_000);
	let outcomes = jobs.iter().flat_map(|job| &job.plan.outcomes);
	let late = outcomes.filter(|(_, outcome)| match outcome {
		Outcome::Fact { claimed, .. } => now.saturating_sub(*claimed) > term,
		_ => false,
	});
	let count = late.count();
	if count > 0 {
		context.output.remark(&format!(
			"{} older than {}: they count once the others whose matter they are have countersigned them",
			counted(count, "fact"),
			span(term)
		));
	}
}

const NO_DISPATCHER: &str = "no fault is open, and only a dispatcher opens one";
const DISPATCHER_REMEDY: &str =
	"import it with an account that has the role dispatcher (`trimast account show`)";

/// What a collector may not do.
fn forbid(jobs: &mut [Job], context: &Context) {
	let mut left = 0usize;
	for job in jobs {
		left = left.saturating_add(job.plan.steps.len());
		job.plan.steps.clear();
		let opens = job.plan.open.take().is_some();
		for (_, outcome) in &mut job.plan.outcomes {
			let is_fact = matches!(outcome, Outcome::Fact { .. });
			if (opens && is_fact) || *outcome == Outcome::TakenUp {
				*outcome = Outcome::Refused(NO_DISPATCHER.into(), DISPATCHER_REMEDY.into());
			}
		}
	}
	if left > 0 {
		context.output.remark(&format!("{} left to a dispatcher", counted(left, "step")));
	}
}

/// `--check`: what would follow.
fn check(entries: &[Entry<'_>], jobs: &[Job], mut report: Report) -> Result<()> {
	for job in jobs {
		report.opened = report.opened.saturating_add(u64::from(job.plan.open.is_some()));
		report.stepped =
			report.stepped.saturating_add(u64::try_from(job.plan.steps.len()).unwrap_or(u64::MAX));
		for (at, outcome) in &job.plan.outcomes {
			let end = match outcome {
				Outcome::Fact { .. } | Outcome::TakenUp => End::WouldBe(job.plan.order),
				Outcome::Nothing(reason) => End::Nothing(*reason),
				Outcome::Refused(what, remedy) => End::Refused(what.clone(), remedy.clone()),
			};
			if let Some(entry) = entries.get(*at) {
				report.note(&entry.line(end))?;
			}
		}
	}
	report.end()
}

#[cfg(test)]
mod tests {
	use super::{
		super::{notification::tests::sample, rules},
		*,
	};
	use crate::{config::export::resolve::tests::site, output::Output};
	use trimast_primitives::{order::Severities, site::Technology, OrgId};

	fn places() -> Places {
		let view = site(7, "A", Technology::Nr);
		let key = (view.id.local_network, "A".to_string());
		let recorded = rules::Recorded::now(&view.entry, OrgId(0), |_| Some(OrgId(0)));
		let place = rules::Place {
			site: view.id,
			station: view.entry.station,
			recorded,
			barred: None,
			faults: Vec::new(),
			past: Vec::new(),
		};
		let missing = Failure::input("the chain has no station 1301/B").remedy("its owner imports it");
		[(key.clone(), Ok(place)), ((key.0, "B".into()), Err(missing))].into()
	}

	#[test]
	fn check_refuses_what_the_chain_would_refuse_and_opens_nothing_for_it() {
		let mut alarm = sample("notifyNewAlarm", "A", "CRITICAL", "powerProblem", 2);
		alarm["additionalInformation"] = serde_json::json!({ "plmn": "99999" });
		let text = alarm.to_string();
		let entries: Vec<Entry<'_>> =
			Documents::of(&text).map(|one| Entry::of(one, &Causes::with(&[]))).collect();
		let output = Output { json: false, quiet: true, yes: true };
		let mut report = Report::new(output, None);
		let terms = Terms { own: OrgId(0), grave: Severities::GRAVE, now: 600_000, with_over: false };
		let jobs = jobs(&entries, &places(), &terms, &mut report).unwrap();
		assert_eq!((jobs.len(), jobs[0].plan.open), (1, None));
		let failure = check(&entries, &jobs, report).unwrap_err();
		assert_eq!(failure.exit_code(), 5);
		assert!(failure.to_string().contains("1 notification malformed or refused"), "{failure}");
	}

	#[test]
	fn file_becomes_jobs_by_station_and_what_is_wrong_is_kept_by_line() {
		let unknown = sample("notifyNewAlarm", "X", "MAJOR", "powerProblem", 3)
			.to_string()
			.replace("ManagedElement=A", "ManagedElement=B");
		let text = format!(
			"{}\n{{\"half\": \"\n{}\n{unknown}\n{{\"notificationType\":\"notifyComments\"}}\n",
			sample("notifyNewAlarm", "A", "CRITICAL", "powerProblem", 2),
			sample("notifyNewAlarm", "A", "CRITICAL", "powerProblem", 2),
		);
		let causes = Causes::with(&[]);
		let entries: Vec<Entry<'_>> = Documents::of(&text).map(|one| Entry::of(one, &causes)).collect();
		assert_eq!(entries.iter().map(|entry| entry.document.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let output = Output { json: false, quiet: true, yes: true };
		let file = crate::results::ResultFile::create(&path, settled).unwrap();
		let mut report = Report::new(output, Some(file));
		for entry in &entries {
			if let Err(end) = &entry.read {
				report.note(&entry.line(end.clone())).unwrap();
			}
		}
		let terms = Terms { own: OrgId(0), grave: Severities::GRAVE, now: 600_000, with_over: false };
		let jobs = jobs(&entries, &places(), &terms, &mut report).unwrap();
		assert_eq!(jobs.len(), 1);
		assert!(jobs[0].plan.open.is_some());
		assert_eq!(jobs[0].plan.outcomes.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [0, 2]);
		assert_eq!(check(&entries, &jobs, report).unwrap_err().exit_code(), 5);
		// Every notification stands in the result, once.
		let text = std::fs::read_to_string(&path).unwrap();
		let mut lines: Vec<(u64, String)> = text
			.lines()
			.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
			.map(|value| (value["line"].as_u64().unwrap(), value["result"].as_str().unwrap().to_string()))
			.collect();
		lines.sort();
		let results: Vec<&str> = lines.iter().map(|(_, result)| result.as_str()).collect();
		assert_eq!(results, ["would_be_fact", "malformed", "twice", "refused", "other"]);
	}
}
