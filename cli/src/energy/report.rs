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
//!   its station, its time and why. Of a report that stands there already, too ([`super::again`]): whoever repeats a command, or goes
//!   on with an interrupted one, has the results and the exit code of the first run.

use super::{
	again::Recall,
	batches::{Batch, Batches, Reports, Seen, Survey},
	pack::Packed,
	said::{self, Outcome},
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
	results::ResultFile,
	submit::{self, window::Limits, Fate, News, Submitter},
};
use clap::Args;
use codec::Encode;
use futures::{stream, StreamExt};
use indicatif::ProgressBar;
use serde_json::json;
use std::{
	cell::{Cell, RefCell},
	collections::VecDeque,
	path::PathBuf,
	rc::Rc,
	time::{Duration, Instant},
};
use tokio::sync::Mutex;
use trimast_primitives::{
	apis::EnergyReportView,
	energy::{report_digest, Report},
	BlockNumber, LocalNetworkId, OrgId,
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
  trimast energy report readings.csv --archive ws://archive:9944
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
	/// Archive node: what reports came to that stand there already is read from their blocks. Without it that is so as far as the node
	/// keeps them, and else it is computed, as of now.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
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
	/// Where its stations stand.
	local_network: LocalNetworkId,
	/// Its reports.
	reports: Vec<Report>,
	/// What those of it come to that are told already, since they stand there or are not sent for their number.
	told: Counts,
	/// How many readings are sent.
	readings: u64,
}

/// A final batch with reports that stood there already, of which nothing is told yet.
struct Pending {
	key: String,
	local_network: LocalNetworkId,
	reports: Vec<Report>,
	/// The block of the batch.
	block: BlockNumber,
	/// What the others come to.
	told: Counts,
	/// Whether nothing of it was refused, by the chain or for its number.
	is_done: bool,
}

/// What reports of a run have in common.
struct Run<'a, 't> {
	context: &'a Context,
	chain: &'a Chain,
	owner: OrgId,
	spec: &'a Spec,
	checkpoint: &'a RefCell<Checkpoint<Counts>>,
	tally: &'a RefCell<Tally<'t>>,
	bar: &'a ProgressBar,
	is_correction: bool,
	/// Whether what an interrupted run has seen final is told once more: the result is in another file.
	tells_known: bool,
	recall: Mutex<Recall<'a>>,
	pending: RefCell<VecDeque<Pending>>,
	/// Whether something was noted since the checkpoint was saved.
	is_dirty: Cell<bool>,
}

impl Run<'_, '_> {
	/// Makes the call of a batch. `None` where nothing of it is left to do.
	async fn prepare(&self, batch: Batch) -> Result<Option<(Job, Call)>> {
		self.tell_pending().await?;
		let local_network = batch.local_network;
		let key = checkpoint::key((local_network, &batch.reports));
		let known = self.checkpoint.borrow().done(&key);
		if let Some(counts) = known {
			self.bar.inc(readings_of(&batch.reports));
			if self.tells_known {
				self.tell_again(local_network, &batch.reports).await?;
			} else {
				self.tally.borrow_mut().known(counts);
			}
			return Ok(None);
		}
		let (mut reports, mut told) = (batch.reports, Counts::default());
		if self.is_correction {
			let at = self.chain.now().await?;
			let ask = |report: Report| async move {
				Ok::<_, Failure>((self.known(at, local_network, &report).await?, report))
			};
			let mut asked = stream::iter(std::mem::take(&mut reports)).map(ask).buffered(AT_ONCE);
			while let Some(answer) = asked.next().await {
				match answer? {
					(Known::Other, report) => reports.push(report),
					(Known::Same(view), report) => {
						self.bar.inc(report.size().into());
						let of_one = self.tell_one(at, local_network, &report, Some(view)).await?;
						told += of_one;
					}
					(Known::TooFar(failure), report) => {
						self.bar.inc(report.size().into());
						let id = id_of(local_network, self.owner, &report);
						self.bar.suspend(|| self.tally.borrow_mut().refused(&[id], &failure))?;
						told.refused = told.refused.saturating_add(1);
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
		Ok(Some((Job { key, local_network, reports, told, readings }, call)))
	}

	/// What stands of a report's span.
	async fn of_its_span(
		&self,
		at: At<'_>,
		local_network: LocalNetworkId,
		report: &Report,
	) -> Result<Option<EnergyReportView>> {
		let all = at.energy_reports(report.span.day, local_network, report.page, self.owner).await?;
		Ok(all.into_iter().find(|view| view.span == report.span))
	}

	/// Whether what stands of a report's span says the same, under its own number.
	fn is_same(&self, local_network: LocalNetworkId, report: &Report, view: &EnergyReportView) -> bool {
		let again = Report { number: view.number, ..report.clone() };
		report_digest(self.chain.genesis(), local_network, self.owner, &again) == view.digest
	}

	/// How a correction is to what stands of its span.
	async fn known(&self, at: At<'_>, local_network: LocalNetworkId, report: &Report) -> Result<Known> {
		let standing = self.of_its_span(at, local_network, report).await?;
		let number = standing.as_ref().map_or(0, |view| view.number);
		Ok(match standing.filter(|view| self.is_same(local_network, report, view)) {
			Some(view) => Known::Same(view),
			None => too_far(report.number, number).map_or(Known::Other, Known::TooFar),
		})
	}

	/// Tells what reports have come to that stand there already. Gives back what that is.
	async fn tell_again(&self, local_network: LocalNetworkId, reports: &[Report]) -> Result<Counts> {
		let (at, mut all) = (self.chain.now().await?, Counts::default());
		for report in reports {
			let standing = self.of_its_span(at, local_network, report).await?;
			let view = standing.filter(|view| self.is_same(local_network, report, view));
			let of_one = self.tell_one(at, local_network, report, view).await?;
			all += of_one;
		}
		Ok(all)
	}

	/// Tells it of one, by how it stands there. What does not any more was corrected meanwhile, or is forgotten.
	async fn tell_one(
		&self,
		at: At<'_>,
		local_network: LocalNetworkId,
		report: &Report,
		view: Option<EnergyReportView>,
	) -> Result<Counts> {
		let id = id_of(local_network, self.owner, report);
		let recalled = match &view {
			Some(view) => self.recall.lock().await.of(at, id, view, report).await?,
			None => None,
		};
		self.bar.suspend(|| {
			let mut tally = self.tally.borrow_mut();
			match recalled {
				Some(recalled) => tally.again(&report.span, &recalled),
				None => tally.repeated(id),
			}
		})
	}

	/// Tells what is pending, and notes the batches as final. Not before: a run that goes on from here tells nothing of them.
	async fn tell_pending(&self) -> Result<()> {
		loop {
			let next = self.pending.borrow_mut().pop_front();
			let Some(Pending { key, local_network, reports, block, mut told, is_done }) = next else {
				return Ok(());
			};
			let of_these = self.tell_again(local_network, &reports).await?;
			told += of_these;
			self.is_dirty.set(true);
			note_final(&mut self.checkpoint.borrow_mut(), &key, block, is_done, told);
		}
	}
}

/// How a correction is to what stands of its span.
enum Known {
	/// It says the same, under whatever number.
	Same(EnergyReportView),
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

/// Notes a batch that is final; with what it has come to, if nothing of it is left to do.
fn note_final(
	checkpoint: &mut Checkpoint<Counts>,
	key: &str,
	block: BlockNumber,
	is_done: bool,
	counts: Counts,
) {
	match is_done {
		true => checkpoint.note(key, block, counts),
		false => checkpoint.span(block),
	}
}

/// Takes what became of a batch. Gives it back where reports of it stood there already: they are told of by what stands.
fn note(
	job: Job,
	fate: Fate,
	owner: OrgId,
	tally: &mut Tally<'_>,
	checkpoint: &mut Checkpoint<Counts>,
) -> Result<Option<Pending>> {
	let Job { key, local_network, reports, mut told, .. } = job;
	let ids: Vec<ReportId> = reports.iter().map(|report| id_of(local_network, owner, report)).collect();
	let inclusion = match fate {
		Fate::Refused(failure) => return tally.refused(&ids, &failure).map(|()| None),
		Fate::Final(inclusion) => inclusion,
	};
	let block = inclusion.block;
	if let Some(failure) = &inclusion.failure {
		checkpoint.span(block);
		return tally.refused(&ids, failure).map(|()| None);
	}
	let said = said::reported(&inclusion.events);
	let mut stood = Vec::new();
	for (report, one) in reports.into_iter().zip(&said) {
		match one.outcome {
			Outcome::Repeated => stood.push(report),
			_ => told += tally.said(&report.span, one, block)?,
		}
	}
	let untold = ids.get(said.len()..).unwrap_or_default();
	if !untold.is_empty() {
		let failure = Failure::chain("the chain does not say what became of it")
			.remedy("`trimast energy show` has what stands; repeat the command");
		tally.refused(untold, &failure)?;
	}
	let is_done = told.refused == 0 && untold.is_empty();
	if stood.is_empty() {
		note_final(checkpoint, &key, block, is_done, told);
		return Ok(None);
	}
	Ok(Some(Pending { key, local_network, reports: stood, block, told, is_done }))
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
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
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
	let tells_known = result.as_ref().is_some_and(ResultFile::is_new);
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
	let bar = output.progress(survey.readings, "readings");
	let run = Run {
		context,
		chain: &chain,
		owner: account.org,
		spec: &spec,
		checkpoint: &checkpoint,
		tally: &tally,
		bar: &bar,
		is_correction: command.correct.is_some(),
		tells_known,
		recall: Mutex::new(Recall::new(&chain, archive.as_ref())),
		pending: RefCell::default(),
		is_dirty: Cell::new(false),
	};
	let batches = Batches::new(reports, usize::try_from(most).unwrap_or(1));
	let shared = &run;
	let jobs = stream::iter(batches).filter_map(|batch| async move {
		match batch {
			Ok(batch) => shared.prepare(batch).await.transpose(),
			Err(failure) => Some(Err(failure)),
		}
	});
	let mut told = Instant::now();
	let mut submitter = Submitter::new(&chain, &signer, Limits::default()).await?;
	let result = submitter
		.run_stream(jobs, |news| {
			match news {
				News::Remark(text) => bar.suspend(|| output.remark(text)),
				News::Done(job, fate) => {
					bar.inc(job.readings);
					run.is_dirty.set(true);
					let stood = bar.suspend(|| {
						note(job, fate, run.owner, &mut tally.borrow_mut(), &mut checkpoint.borrow_mut())
					})?;
					run.pending.borrow_mut().extend(stood);
				}
				News::Block(number) => {
					bar.set_message(format!("final block {number}"));
					if run.is_dirty.replace(false) {
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
	let result = match result {
		Ok(()) => run.tell_pending().await,
		failed => failed,
	};
	bar.finish_and_clear();
	tally.borrow_mut().sync()?;
	checkpoint.borrow().save(place.as_ref())?;
	drop(run);
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
			batches::{tests::report, Directory},
			said::tests::{reported_event, ID},
		},
		*,
	};
	use crate::{output::Output, submit::Inclusion};
	use serde_json::Value;
	use trimast_primitives::Hash;

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

	/// What two reports come to, beside one that stands there; what of the batch is pending; and what it is done with.
	fn noted(fate: Fate) -> (Counts, Option<Pending>, Option<Counts>) {
		noted_beside(Counts { repeated: 1, ..Counts::default() }, fate)
	}

	/// The same beside others of the batch that are told already.
	fn noted_beside(told: Counts, fate: Fate) -> (Counts, Option<Pending>, Option<Counts>) {
		let job = Job {
			key: "key".into(),
			local_network: ID.local_network,
			reports: vec![report(0, 0, 24, &[0]), report(0, 0, 24, &[0, 1])],
			told,
			readings: 72,
		};
		let directory = Directory::default();
		let output = Output { json: false, quiet: true, yes: true };
		let mut tally = Tally::new(output, None, &directory);
		let mut checkpoint = Checkpoint::begin(None, "plan".into(), false).unwrap();
		let pending = note(job, fate, ID.owner, &mut tally, &mut checkpoint).unwrap();
		(tally.all(), pending, checkpoint.done("key"))
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
		let [accepted, superseded] = ["Accepted", "Superseded"].map(|name| json!(name));
		let (counts, pending, done) = noted(inclusion(&[accepted.clone(), accepted.clone()]));
		assert!((counts.accepted, counts.faults) == (2, 4) && pending.is_none());
		let done = done.unwrap();
		assert_eq!((done.accepted, done.repeated, done.faults, done.breaks), (2, 1, 4, 2));
		let (counts, pending, done) = noted(inclusion(&[accepted.clone(), superseded]));
		assert_eq!((counts.accepted, counts.refused), (1, 1));
		assert!(pending.is_none() && done.is_none());
		// The chain says nothing of the second one.
		let (counts, pending, done) = noted(inclusion(&[accepted]));
		assert_eq!((counts.accepted, counts.refused), (1, 1));
		assert!(pending.is_none() && done.is_none());
		let (counts, pending, done) = noted(Fate::Refused(Failure::chain("no")));
		assert!(counts.refused == 2 && pending.is_none() && done.is_none());
	}

	#[test]
	fn batch_is_not_done_with_when_a_correction_of_it_was_not_sent_for_its_number() {
		let [accepted, repeated] = ["Accepted", "Repeated"].map(|name| json!(name));
		let too_far = Counts { refused: 1, ..Counts::default() };
		let (counts, pending, done) = noted_beside(too_far, inclusion(&[accepted.clone(), accepted.clone()]));
		assert!(counts.accepted == 2 && pending.is_none() && done.is_none());
		let pending = noted_beside(too_far, inclusion(&[accepted, repeated])).1.unwrap();
		assert!(!pending.is_done);
	}

	#[test]
	fn batch_is_not_done_with_before_what_stood_there_is_told() {
		let [accepted, repeated, superseded] = ["Accepted", "Repeated", "Superseded"].map(|name| json!(name));
		let (counts, pending, done) = noted(inclusion(&[accepted, repeated.clone()]));
		assert_eq!((counts.accepted, counts.repeated, counts.faults), (1, 0, 2));
		assert!(done.is_none());
		let pending = pending.unwrap();
		assert_eq!((&pending.reports[..], pending.block), (&[report(0, 0, 24, &[0, 1])][..], 9));
		assert_eq!((pending.told.accepted, pending.told.repeated, pending.is_done), (1, 1, true));
		// What was refused is sent once more.
		let pending = noted(inclusion(&[superseded, repeated])).1.unwrap();
		assert!(!pending.is_done);
	}
}
