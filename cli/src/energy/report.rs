// SPDX-License-Identifier: Apache-2.0
//! `trimast energy report`: what files have of the company's own meters, reported.
//!
//! # What is promised
//!
//! * **Nothing twice.** The chain knows a report by its digest: one that stands there is said to be repeated. So files may be
//!   reported as often as one likes.
//! * **Nothing changed silently.** Without `--correct` nothing that stands there is superseded, but for a correction that lacks stations of
//!   the report, which is told; with it only what has changed.
//! * **Nothing dropped.** A correction that lacks stations of what stands there is refused, and they are named.
//! * **Resumes.** Which batches of an interrupted run are final is noted beside the first file; the next one goes on from there.
//! * **Nothing lost.** What cannot be read is told by its line, each report has an outcome, and each reading that does not count
//!   its station, its time and why.

use super::{
	batches::{Batch, Batches, Reports, Seen, Survey},
	pack::Packed,
	said,
	tally::{id_of, settled, Counts, Tally},
	words::ReportId,
};
use crate::{
	chain::{views::At, Call, Chain, Spec},
	checkpoint::{self, Checkpoint, Place},
	config::access::{self, COLLECTOR},
	context::Context,
	error::{Failure, Result},
	names,
	submit::{self, window::Limits, Fate, News, Submitter},
};
use clap::Args;
use codec::Encode;
use futures::{stream, StreamExt};
use indicatif::ProgressBar;
use serde_json::json;
use std::{
	cell::{Cell, RefCell},
	path::PathBuf,
	rc::Rc,
	time::{Duration, Instant},
};
use trimast_primitives::{
	energy::{report_digest, Report, Span},
	LocalNetworkId, OrgId,
};

/// Reports that are asked for at once.
const AT_ONCE: usize = 16;
/// Reports of a call where the chain does not say how many it takes.
const MOST_REPORTS: u32 = 32;
/// How far the number of a correction may be above that of what stands.
const MOST_AHEAD: u16 = 100;

const EXAMPLES: &str = "\
Examples:
  trimast energy report readings.csv --check
  trimast energy report readings-2026-05-*.xml --result readings.result
  trimast energy report mended.csv --correct 1";

/// Report what the meters of one's own stations show.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportCommand {
	/// Readings as CSV, or measurement files of TS 32.435.
	#[arg(required = true)]
	files: Vec<PathBuf>,
	/// Report it as a correction with this number: greater than that of what stands, by 100 at most, and with all of its stations. Only
	/// what differs is sent.
	#[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
	correct: Option<u16>,
	/// Read the files, say what is wrong in them, and send nothing.
	#[arg(long)]
	check: bool,
	/// Write what became of each report and reading to this new file, as JSON lines. A run that goes on from an interrupted one
	/// continues its file.
	#[arg(long, value_name = "FILE")]
	result: Option<PathBuf>,
	/// Where progress is kept; beside the first file otherwise, as FILE.checkpoint.
	#[arg(long, value_name = "FILE", conflicts_with = "no_checkpoint")]
	checkpoint: Option<PathBuf>,
	/// Keep no progress.
	#[arg(long)]
	no_checkpoint: bool,
	/// Begin anew, whatever the checkpoint says.
	#[arg(long)]
	restart: bool,
}

/// A batch under way.
struct Job {
	/// By what it is known in the checkpoint.
	key: String,
	/// Its reports.
	reports: Vec<(ReportId, Span)>,
	/// What of it stood there already.
	repeated: u64,
	/// What of it is not sent for its number.
	refused: u64,
	/// How many readings are sent.
	readings: u64,
}

/// What reports of a run have in common.
struct Run<'a, 't> {
	context: &'a Context,
	chain: &'a Chain,
	at: At<'a>,
	owner: OrgId,
	spec: &'a Spec,
	checkpoint: &'a RefCell<Checkpoint<Counts>>,
	tally: &'a RefCell<Tally<'t>>,
	is_correction: bool,
}

impl Run<'_, '_> {
	/// Makes the call of a batch. `None` where nothing of it is left to do.
	async fn prepare(&self, batch: Batch, bar: &ProgressBar) -> Result<Option<(Job, Call)>> {
		let local_network = batch.local_network;
		let key = checkpoint::key((local_network, &batch.reports));
		let known = self.checkpoint.borrow().done(&key);
		if let Some(counts) = known {
			self.tally.borrow_mut().known(counts);
			bar.inc(readings_of(&batch.reports));
			return Ok(None);
		}
		let (mut reports, mut repeated, mut refused) = (batch.reports, 0u64, 0u64);
		if self.is_correction {
			let ask = |report: Report| async move {
				Ok::<_, Failure>((self.known(local_network, &report).await?, report))
			};
			let mut asked = stream::iter(std::mem::take(&mut reports)).map(ask).buffered(AT_ONCE);
			while let Some(answer) = asked.next().await {
				match answer? {
					(Known::Other, report) => reports.push(report),
					(Known::Same, report) => {
						repeated = repeated.saturating_add(1);
						bar.inc(report.size().into());
						self.tally.borrow_mut().repeated(id_of(local_network, self.owner, &report))?;
					}
					(Known::TooFar(failure), report) => {
						refused = refused.saturating_add(1);
						bar.inc(report.size().into());
						let id = id_of(local_network, self.owner, &report);
						self.tally.borrow_mut().refused(&[id], &failure)?;
					}
				}
			}
		}
		if reports.is_empty() {
			return Ok(None);
		}
		let call = self.spec.call_unread("Energy", "report", (local_network, &reports))?;
		let call = self.context.wrap_bulk(call, self.spec)?;
		let readings = readings_of(&reports);
		let ids = reports.iter().map(|report| (id_of(local_network, self.owner, report), report.span));
		Ok(Some((Job { key, reports: ids.collect(), repeated, refused, readings }, call)))
	}

	/// How a correction is to what stands of its span.
	async fn known(&self, local_network: LocalNetworkId, report: &Report) -> Result<Known> {
		let all = self.at.energy_reports(report.span.day, local_network, report.page, self.owner).await?;
		let standing = all.into_iter().find(|view| view.span == report.span);
		let is_same = standing.as_ref().is_some_and(|view| {
			let again = Report { number: view.number, ..report.clone() };
			report_digest(self.chain.genesis(), local_network, self.owner, &again) == view.digest
		});
		let number = standing.map_or(0, |view| view.number);
		Ok(match (is_same, too_far(report.number, number)) {
			(true, _) => Known::Same,
			(false, Some(failure)) => Known::TooFar(failure),
			(false, None) => Known::Other,
		})
	}
}

/// How a correction is to what stands of its span.
enum Known {
	/// It says the same, under whatever number.
	Same,
	/// It says something else, or nothing stands.
	Other,
	/// Its number is too great.
	TooFar(Failure),
}

/// Why a correction is not sent under a number, where what stands has this one: numbers end, and what has the last one is never
/// corrected.
fn too_far(number: u16, standing: u16) -> Option<Failure> {
	if number <= standing.saturating_add(MOST_AHEAD) {
		return None;
	}
	let what = format!(
		"{number} is far above {standing}, which stands: numbers end with {}, and what has that is corrected no more",
		u16::MAX
	);
	Some(Failure::input(what).remedy(format!("say --correct {}", standing.saturating_add(1))))
}

/// Takes what became of a batch.
fn note(job: &Job, fate: Fate, tally: &mut Tally<'_>, checkpoint: &mut Checkpoint<Counts>) -> Result<()> {
	let ids: Vec<ReportId> = job.reports.iter().map(|(id, _)| *id).collect();
	let inclusion = match fate {
		Fate::Refused(failure) => return tally.refused(&ids, &failure),
		Fate::Final(inclusion) => inclusion,
	};
	if let Some(failure) = &inclusion.failure {
		checkpoint.span(inclusion.block);
		return tally.refused(&ids, failure);
	}
	let mut sums = Counts { repeated: job.repeated, ..Counts::default() };
	let said = said::reported(&inclusion.events);
	for ((_, span), one) in job.reports.iter().zip(&said) {
		sums += tally.said(span, one, inclusion.block)?;
	}
	let untold = ids.get(said.len()..).unwrap_or_default();
	if !untold.is_empty() {
		let failure = Failure::chain("the chain does not say what became of it")
			.remedy("`trimast energy show` has what stands; repeat the command");
		tally.refused(untold, &failure)?;
	}
	match sums.refused == 0 && job.refused == 0 && untold.is_empty() {
		true => checkpoint.note(&job.key, inclusion.block, sums),
		false => checkpoint.span(inclusion.block),
	}
	Ok(())
}

fn readings_of(reports: &[Report]) -> u64 {
	reports.iter().fold(0, |all, report| all.saturating_add(report.size().into()))
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ReportCommand) -> Result<()> {
	let output = context.output;
	let survey = Survey::of(&command.files)?;
	let place = match (command.check, command.files.first()) {
		(false, Some(first)) => Place::of(first, command.checkpoint.as_deref(), command.no_checkpoint)?,
		_ => None,
	};
	let signer = if command.check { None } else { Some(context.bulk_signer()?) };
	let chain = context.chain().await?;
	if let Some(signer) = &signer {
		submit::settle(&chain, signer.account(), output).await?;
	}
	let at = chain.now().await?;
	let account = access::acting(context, at, COLLECTOR).await?;
	let (directory, packer) = survey.stations(at, &account, output).await?;
	let number = command.correct.unwrap_or_default();
	let plan = (b"trimast/energy", chain.genesis(), &account.account, &survey.fingerprints, number);
	let plan = names::hex0x(plan.using_encoded(sp_io::hashing::blake2_256));
	let mut begun: Checkpoint<Counts> = Checkpoint::begin(place.as_ref(), plan, command.restart)?;
	let result = begun.result_file(command.result.as_deref(), settled, place.as_ref())?;
	let tally = RefCell::new(Tally::new(output, result, &directory));
	let seen = Rc::new(Cell::new(Seen::default()));
	let tell = |wrong| tally.borrow_mut().wrong(&wrong);
	let own = |packed: Result<Packed>| match packed {
		Ok(Packed { local_network, owner, report }) if owner == account.org => {
			Some(Ok((local_network, Report { number, ..report })))
		}
		Ok(_) => {
			tally.borrow_mut().other();
			None
		}
		Err(failure) => Some(Err(failure)),
	};
	let reports = Reports::of(&command.files, packer, seen.clone(), tell)?.filter_map(own);
	let Some(signer) = signer else {
		let mut count = 0u64;
		for report in reports {
			report?;
			count = count.saturating_add(1);
		}
		tally.borrow_mut().known(Counts { accepted: count, ..Counts::default() });
		return tally.into_inner().end(seen.get(), false, None);
	};
	let spec = context.spec(&chain).await?;
	// The first call is read back with the metadata; those after it are of the same shape.
	spec.call("Energy", "report", (LocalNetworkId::default(), Vec::<Report>::new()))?;
	let most = spec.constant::<u32>("Energy", "MaxReports").unwrap_or(MOST_REPORTS);
	let earlier = begun.total().standing();
	if earlier > 0 {
		output.remark(&format!("{earlier} reports are final from an earlier run, going on from there"));
	}
	// Where progress cannot be kept, nothing is sent.
	begun.save(place.as_ref())?;
	let checkpoint = RefCell::new(begun);
	let run = Run {
		context,
		chain: &chain,
		at,
		owner: account.org,
		spec: &spec,
		checkpoint: &checkpoint,
		tally: &tally,
		is_correction: command.correct.is_some(),
	};
	let bar = output.progress(survey.readings, "readings");
	let batches = Batches::new(reports, usize::try_from(most).unwrap_or(1));
	let (run, progress) = (&run, &bar);
	let jobs = stream::iter(batches).filter_map(|batch| async move {
		match batch {
			Ok(batch) => run.prepare(batch, progress).await.transpose(),
			Err(failure) => Some(Err(failure)),
		}
	});
	let (mut told, mut is_dirty) = (Instant::now(), false);
	let mut submitter = Submitter::new(&chain, &signer, Limits::default()).await?;
	let result = submitter
		.run_stream(jobs, |news| {
			match news {
				News::Remark(text) => bar.suspend(|| output.remark(text)),
				News::Done(job, fate) => {
					bar.inc(job.readings);
					is_dirty = true;
					bar.suspend(|| note(&job, fate, &mut tally.borrow_mut(), &mut checkpoint.borrow_mut()))?;
				}
				News::Block(number) => {
					bar.set_message(format!("final block {number}"));
					if is_dirty {
						is_dirty = false;
						tally.borrow_mut().sync()?;
						checkpoint.borrow().save(place.as_ref())?;
					}
					if told.elapsed() >= Duration::from_secs(1) {
						told = Instant::now();
						let all = tally.borrow().all();
						output.json_line(&json!({
							"type": "progress", "reports": all.standing(), "refused": all.refused,
							"readings": seen.get().counts.readings, "of": survey.readings, "block": number,
						}));
					}
				}
			}
			Ok(())
		})
		.await;
	bar.finish_and_clear();
	tally.borrow_mut().sync()?;
	checkpoint.borrow().save(place.as_ref())?;
	result.map_err(|failure| match submit::is_passing(&failure) {
		true => failure.remedy("repeat the command: it goes on from its checkpoint"),
		false => failure,
	})?;
	let blocks = checkpoint.borrow().blocks;
	if let Some(place) = place {
		place.end()?;
	}
	tally.into_inner().end(seen.get(), true, blocks)
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			batches::Directory,
			said::tests::{reported_event, ID},
		},
		*,
	};
	use crate::{output::Output, submit::Inclusion};
	use serde_json::Value;
	use trimast_primitives::{energy::Interval, Hash};

	fn inclusion(outcomes: &[Value]) -> Fate {
		Fate::Final(Box::new(Inclusion {
			block: 9,
			block_hash: Hash::zero(),
			index: 1,
			hash: Hash::zero(),
			events: outcomes.iter().cloned().map(reported_event).collect(),
			failure: None,
		}))
	}

	/// What two reports come to, and whether the batch is done with.
	fn noted(fate: Fate) -> (Counts, bool) {
		let span = Span::of_day(ID.day, Interval::Hour);
		let reports = vec![(ID, span), (ID, span)];
		let job = Job { key: "key".into(), reports, repeated: 1, refused: 0, readings: 48 };
		let directory = Directory::default();
		let output = Output { json: false, quiet: true, yes: true };
		let mut tally = Tally::new(output, None, &directory);
		let mut checkpoint = Checkpoint::begin(None, "plan".into(), false).unwrap();
		note(&job, fate, &mut tally, &mut checkpoint).unwrap();
		(tally.all(), checkpoint.done("key").is_some())
	}

	#[test]
	fn numbers_of_corrections_do_not_run_to_their_end() {
		let refused = |number, standing| too_far(number, standing).map(|failure| failure.to_string());
		for (number, standing) in [(1, 0), (100, 0), (7, 6), (107, 7), (3, 7), (u16::MAX, u16::MAX - 100)] {
			assert_eq!(refused(number, standing), None, "{number} {standing}");
		}
		let failure = refused(u16::MAX, 6).unwrap();
		assert!(failure.contains("65535") && failure.contains("--correct 7"), "{failure}");
		assert!(refused(101, 0).is_some() && refused(108, 7).is_some());
	}

	#[test]
	fn batch_is_done_with_when_all_of_it_stands() {
		let [accepted, repeated, superseded] = ["Accepted", "Repeated", "Superseded"].map(|name| json!(name));
		let (counts, is_done) = noted(inclusion(&[accepted.clone(), repeated]));
		assert_eq!((counts.accepted, counts.repeated, counts.faults, is_done), (1, 1, 4, true));
		let (counts, is_done) = noted(inclusion(&[accepted.clone(), superseded]));
		assert_eq!((counts.accepted, counts.refused, is_done), (1, 1, false));
		// The chain says nothing of the second one.
		let (counts, is_done) = noted(inclusion(&[accepted]));
		assert_eq!((counts.accepted, counts.refused, is_done), (1, 1, false));
		let (counts, is_done) = noted(Fate::Refused(Failure::chain("no")));
		assert_eq!((counts.refused, is_done), (2, false));
	}
}
