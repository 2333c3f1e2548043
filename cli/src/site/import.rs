// SPDX-License-Identifier: Apache-2.0
//! `trimast site import`: a file of stations into the chain.
//!
//! ```text
//!   1  survey      encoding, fingerprint                     one pass, no memory
//!   2  check       every line, every column; codes twice     one pass, 32 bytes a record
//!   3  send        batches of one local network, pipelined   one pass, one gathering of records
//!   4  count       the final state, record by record         asked from the chain
//! ```
//!
//! Nothing is sent while a line is wrong, unless `--skip-invalid` says so. A killed import goes on from its checkpoint.

use super::{
	batches::{Batch, Batches},
	ledger::{self, code_text, lines_text, Count, Ledger},
	reader::rows,
};
use crate::{
	chain::{errors::reason, views::At, Call, Chain, Spec},
	checkpoint::{self, Checkpoint, Place},
	context::Context,
	encoding::{survey, Survey},
	error::{Failure, Kind, Result},
	names,
	output::counted,
	submit::{window::Limits, Fate, News, Submitter},
};
use clap::Args;
use codec::{Decode, Encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
	cell::{Cell, RefCell},
	collections::{BTreeMap, BTreeSet},
	ops::AddAssign,
	path::PathBuf,
	rc::Rc,
	time::{Duration, Instant},
};
use trimast_primitives::{
	org::OrgKind,
	site::{ImportRefusal, ImportResult, Station, StationDefect},
	AccountId, LocalNetworkId, OrgId,
};

/// Import stations from a CSV file (columns: see `trimast site export`).
#[derive(Args, Debug)]
pub(crate) struct ImportCommand {
	/// The file, UTF-8 or GB18030.
	pub(crate) file: PathBuf,
	/// Check the file and send nothing. Asks a node for local networks and companies where it can.
	#[arg(long)]
	check: bool,
	/// Batches under way at once.
	#[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..=2048))]
	window: u16,
	/// Records a batch; the chain's own limit is kept.
	#[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
	batch: u16,
	/// Where progress is kept; FILE.checkpoint otherwise.
	#[arg(long, value_name = "FILE")]
	checkpoint: Option<PathBuf>,
	/// Keep no progress.
	#[arg(long, conflicts_with = "checkpoint")]
	no_checkpoint: bool,
	/// Forget earlier progress and begin anew. The chain finds what is there already.
	#[arg(long)]
	restart: bool,
	/// Send the right lines though others are wrong.
	#[arg(long)]
	skip_invalid: bool,
	/// Do not ask the final state for every record at the end.
	#[arg(long)]
	no_count: bool,
}

/// What an import has come to.
#[derive(Serialize, Deserialize, Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Counts {
	/// New stations.
	pub(crate) added: u64,
	/// Stations that stood there already.
	pub(crate) unchanged: u64,
	/// Stations whose owner's own fields were brought up to date.
	pub(crate) amended: u64,
	/// Refused by the chain.
	pub(crate) refused: u64,
}

impl AddAssign for Counts {
	fn add_assign(&mut self, other: Self) {
		self.added += other.added;
		self.unchanged += other.unchanged;
		self.amended += other.amended;
		self.refused += other.refused;
	}
}

impl Counts {
	/// Records with a result.
	pub(crate) fn total(&self) -> u64 {
		self.added + self.unchanged + self.amended + self.refused
	}
}

/// Most wrong lines that are written out for people.
const SHOWN: u64 = 100;

/// What checking a file has found.
struct Checked {
	ledger: Ledger,
	records: u64,
	invalid: u64,
	/// Lines that can be read and are wrong all the same: they are not sent.
	left_out: BTreeSet<u64>,
}

/// What the chain says about the world that the file speaks of.
struct World {
	buckets: BTreeMap<LocalNetworkId, u16>,
	orgs: BTreeMap<OrgId, OrgKind>,
}

impl World {
	async fn ask(at: At<'_>) -> Result<Self> {
		let buckets = at.local_networks().await?.into_iter().map(|view| (view.id, view.buckets)).collect();
		let orgs = at.orgs().await?.into_iter().map(|org| (org.id, org.kind)).collect();
		Ok(Self { buckets, orgs })
	}

	/// What speaks against a company in a part that only some kinds of companies have. Whether it is a member still is
	/// left to the chain: who has left may stay where it stands.
	fn objection(&self, org: OrgId, part: &str, right: impl Fn(OrgKind) -> bool) -> Option<String> {
		match self.orgs.get(&org) {
			None => Some(format!("there is no organisation {}", org.0)),
			Some(kind) if !right(*kind) => Some(format!("organisation {} is no {part}", org.0)),
			Some(_) => None,
		}
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ImportCommand) -> Result<()> {
	let survey = survey(&command.file)?;
	if command.check {
		return check_only(context, &command, &survey).await;
	}
	let signer = context.bulk_signer()?;
	let place = Place::of(&command.file, command.checkpoint.as_deref(), command.no_checkpoint)?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let world = World::ask(at).await?;
	let org = context.acting_org(at).await?;
	let checked = check(context, &command, &survey, Some(&world), Some(org))?;
	if checked.invalid > 0 && !command.skip_invalid {
		return Err(Failure::input(format!(
			"{} of {} lines are wrong, nothing was sent",
			checked.invalid, checked.records
		))
		.at(command.file.display())
		.remedy("correct them, or say --skip-invalid to send the others"));
	}
	let mut import = Import::new(context, &command, &chain, &survey, (org, place), &checked).await?;
	// Where progress cannot be kept, nothing is sent.
	import.save()?;
	let outcome = import.send_all(&survey, &world.buckets, &signer, &checked).await;
	let saved = import.save();
	outcome?;
	saved?;
	let count = if command.no_count { None } else { Some(import.count(&checked).await?) };
	import.finish(&checked, count.as_ref())
}

async fn check_only(context: &Context, command: &ImportCommand, survey: &Survey) -> Result<()> {
	let (world, owner) = match context.chain().await {
		Ok(chain) => {
			let at = chain.now().await?;
			let owner = if context.has_signer() {
				Some(context.acting_org(at).await?)
			} else {
				context
					.output
					.remark("no key is given: whether the signer's company is the owner is not checked");
				None
			};
			(Some(World::ask(at).await?), owner)
		}
		Err(failure) if failure.kind() == Kind::Connection => {
			context.output.remark("no node answers: local networks and companies are not checked");
			(None, None)
		}
		Err(failure) => return Err(failure),
	};
	let checked = check(context, command, survey, world.as_ref(), owner)?;
	context.output.answer(
		&json!({
			"type": "checked", "file": command.file, "encoding": survey.encoding.name(),
			"records": checked.records, "invalid": checked.invalid,
		}),
		|| {
			format!(
				"{}: {} in {}, {} wrong",
				command.file.display(),
				counted(checked.records, "record"),
				survey.encoding.name(),
				checked.invalid
			)
		},
	);
	if checked.invalid > 0 {
		return Err(Failure::input(format!("wrong lines: {}", checked.invalid))
			.at(command.file.display())
			.remedy("correct them, or say --skip-invalid when the others are sent"));
	}
	Ok(())
}

/// Reads every line and says what is wrong.
fn check(
	context: &Context,
	command: &ImportCommand,
	survey: &Survey,
	world: Option<&World>,
	owner: Option<OrgId>,
) -> Result<Checked> {
	let output = context.output;
	let mut checked =
		Checked { ledger: Ledger::default(), records: 0, invalid: 0, left_out: BTreeSet::new() };
	let wrong = |line: u64, column: &str, position: usize, what: &str, remedy: &str, count: u64| {
		output.json_line(&json!({
			"type": "invalid", "line": line, "column": column, "position": position, "what": what, "remedy": remedy,
		}));
		if count < SHOWN {
			output.say(&format!("line {line}, column {position} ({column}): {what} - {remedy}"));
		} else if count == SHOWN {
			output.say("... and more; --json lists them all");
		}
	};
	for row in rows::<Station>(&command.file, survey.encoding)? {
		let row = row?;
		checked.records += 1;
		let (local_network, station) = match row.record {
			Ok(record) => record,
			Err(found) => {
				for one in found {
					wrong(row.line, one.column, one.position, &one.what, &one.remedy, checked.invalid);
				}
				checked.invalid += 1;
				continue;
			}
		};
		let found = world.and_then(|world| foreign(world, owner, local_network, &station));
		if let Some((column, position, what, remedy)) = found {
			wrong(row.line, column, position, &what, remedy, checked.invalid);
			checked.invalid += 1;
			checked.left_out.insert(row.line);
			continue;
		}
		checked.ledger.enter(local_network, &station, row.line);
	}
	for (line, earlier) in checked.ledger.close() {
		let what = format!("line {earlier} has this code with other contents");
		wrong(line.into(), "code", 1, &what, "keep one of the two lines", checked.invalid);
		checked.invalid += 1;
		checked.left_out.insert(line.into());
	}
	Ok(checked)
}

/// What the chain does not know: column, its position, what, remedy.
fn foreign(
	world: &World,
	owner: Option<OrgId>,
	local_network: LocalNetworkId,
	station: &Station,
) -> Option<(&'static str, usize, String, &'static str)> {
	let position =
		|column: &str| super::csv::COLUMNS.iter().position(|name| *name == column).unwrap_or(0) + 1;
	if !world.buckets.contains_key(&local_network) {
		let what = format!("the chain has no local network {}", local_network.0);
		return Some((
			"local_network",
			position("local_network"),
			what,
			"`trimast site networks` lists them",
		));
	}
	if owner.is_some_and(|owner| owner != station.owner) {
		let what = format!("organisation {} is not the signer's", station.owner.0);
		return Some(("owner", position("owner"), what, "a company imports what it owns"));
	}
	let is_carrier = |kind| kind == OrgKind::Carrier;
	let is_tower_company = |kind| kind == OrgKind::TowerCompany;
	let in_sharers = || station.sharers.iter().find_map(|org| world.objection(org, "carrier", is_carrier));
	let in_tower = || world.objection(station.tower.as_ref()?.org, "tower company", is_tower_company);
	let in_backhaul =
		|| world.objection(station.backhaul, "carrier or tower company", OrgKind::has_council_seat);
	let (column, what) = world
		.objection(station.owner, "carrier", is_carrier)
		.map(|what| ("owner", what))
		.or_else(|| in_sharers().map(|what| ("sharers", what)))
		.or_else(|| in_tower().map(|what| ("tower", what)))
		.or_else(|| in_backhaul().map(|what| ("backhaul", what)))?;
	Some((
		column,
		position(column),
		what,
		"`trimast federation orgs` lists the organisations and what they are",
	))
}

/// An import under way.
struct Import<'a> {
	context: &'a Context,
	command: &'a ImportCommand,
	chain: &'a Chain,
	org: OrgId,
	spec: std::sync::Arc<Spec>,
	size: usize,
	place: Option<Place>,
	checkpoint: Checkpoint<Counts>,
	/// What batches of this run have come to.
	own: Counts,
	/// What batches of the file have come to that an earlier run has seen final.
	earlier: Rc<Cell<Counts>>,
	sent: u64,
	batches: u64,
	/// Lines of records whose batch touched too many pages: they are sent again in small batches.
	wide: BTreeSet<u64>,
	start: Instant,
}

impl<'a> Import<'a> {
	async fn new(
		context: &'a Context,
		command: &'a ImportCommand,
		chain: &'a Chain,
		survey: &Survey,
		(org, place): (OrgId, Option<Place>),
		checked: &Checked,
	) -> Result<Self> {
		let spec = context.spec(chain).await?;
		// The first call is read back with the metadata; those after it are of the same shape.
		spec.call("Sites", "import", (LocalNetworkId::default(), Vec::<Station>::new()))?;
		let limit = spec
			.constant::<u32>("Sites", "MaxBatch")
			.and_then(|limit| usize::try_from(limit).ok())
			.unwrap_or(256);
		let size = usize::from(command.batch).min(limit);
		let acting: AccountId = context.acting_account()?;
		let plan = (
			survey.fingerprint,
			chain.genesis(),
			&acting,
			u64::try_from(size).unwrap_or(0),
			command.skip_invalid,
			&checked.left_out,
		)
			.using_encoded(sp_io::hashing::blake2_256);
		let plan = names::hex0x(plan);
		let checkpoint: Checkpoint<Counts> = Checkpoint::begin(place.as_ref(), plan, command.restart)?;
		let earlier = checkpoint.total().total();
		if earlier > 0 {
			context
				.output
				.remark(&format!("{earlier} records are final from an earlier run, going on from there"));
		}
		let start = Instant::now();
		Ok(Self {
			context,
			command,
			chain,
			org,
			spec,
			size,
			place,
			checkpoint,
			own: Counts::default(),
			earlier: Rc::default(),
			sent: 0,
			batches: 0,
			wide: BTreeSet::new(),
			start,
		})
	}

	fn save(&self) -> Result<()> {
		self.checkpoint.save(self.place.as_ref())
	}

	/// What everything has come to, in this run and earlier ones.
	fn counts(&self) -> Counts {
		let mut counts = self.earlier.get();
		counts += self.own;
		counts
	}

	/// Sends everything that is not final yet; what travelled in too wide a batch once more in small ones.
	async fn send_all(
		&mut self,
		survey: &Survey,
		buckets: &BTreeMap<LocalNetworkId, u16>,
		signer: &crate::keys::Signer,
		checked: &Checked,
	) -> Result<()> {
		self.send(survey, buckets, signer, checked, None).await?;
		while !self.wide.is_empty() && self.size > 1 {
			self.size = (self.size / 8).max(1);
			let again = std::mem::take(&mut self.wide);
			self.send(survey, buckets, signer, checked, Some(&again)).await?;
		}
		Ok(())
	}

	/// Sends every batch that is not final yet, or of the lines in `only`, and waits for all of them.
	async fn send(
		&mut self,
		survey: &Survey,
		buckets: &BTreeMap<LocalNetworkId, u16>,
		signer: &crate::keys::Signer,
		checked: &Checked,
		only: Option<&BTreeSet<u64>>,
	) -> Result<()> {
		let (context, spec) = (self.context, self.spec.clone());
		let output = context.output;
		let bar = output.progress(checked.records.saturating_sub(checked.invalid), "stations");
		bar.set_position(self.counts().total());
		let records = rows::<Station>(&self.command.file, survey.encoding)?.filter_map(|row| match row {
			Ok(row) if checked.left_out.contains(&row.line) => None,
			Ok(row) if only.is_some_and(|only| !only.contains(&row.line)) => None,
			Ok(row) => row.record.ok().map(|(local_network, station)| Ok((row.line, local_network, station))),
			Err(failure) => Some(Err(failure)),
		});
		let (sent, batches) = (RefCell::new(0u64), RefCell::new(0u64));
		let (already, earlier) = (self.checkpoint.clone(), self.earlier.clone());
		let jobs = Batches::new(records, buckets, self.size)
			.map(|batch| batch.map(|batch| (key(&batch), batch)))
			.filter(|batch| {
				let Ok((key, _)) = batch else { return true };
				let Some(counts) = already.done(key).filter(|_| only.is_none()) else { return true };
				let mut all = earlier.get();
				all += counts;
				earlier.set(all);
				bar.inc(counts.total());
				false
			})
			.map(|batch| {
				let (key, mut batch) = batch?;
				*sent.borrow_mut() += u64::try_from(batch.stations.len()).unwrap_or(0);
				*batches.borrow_mut() += 1;
				let call = spec.call_unread("Sites", "import", (batch.local_network, &batch.stations))?;
				let call: Call = context.wrap_bulk(call, &spec)?;
				// Of the records only the codes are needed from here on.
				batch.stations.iter_mut().for_each(|station| station.plmns = Default::default());
				Ok(((key, batch), call))
			});
		let limits = Limits { calls: self.command.window.into(), ..Limits::default() };
		let mut submitter = Submitter::new(self.chain, signer, limits).await?;
		let (mut told, mut dirty) = (Instant::now(), false);
		let mut result = submitter
			.run(jobs, |news| {
				match news {
					News::Done((key, batch), fate) => {
						self.note((&key, &batch), &fate, &bar, only.is_none());
						bar.inc(u64::try_from(batch.lines.len()).unwrap_or(0));
						dirty = true;
					}
					News::Block(number) => {
						bar.set_message(format!("final block {number}"));
						if dirty {
							self.save()?;
							dirty = false;
						}
						if told.elapsed() >= Duration::from_secs(1) {
							told = Instant::now();
							output.json_line(&json!({
								"type": "progress", "sent": self.earlier.get().total() + *sent.borrow(),
								"final": self.counts().total(), "records": checked.records, "block": number,
							}));
						}
					}
					News::Remark(text) => bar.suspend(|| output.remark(text)),
				}
				Ok(())
			})
			.await;
		if let Err(failure) = &mut result {
			if crate::submit::is_passing(failure) {
				let again = "repeat the command: it goes on from its checkpoint";
				*failure = failure.clone().remedy(again);
			}
		}
		self.sent += if only.is_none() { *sent.borrow() } else { 0 };
		self.batches += *batches.borrow();
		bar.finish_and_clear();
		result
	}

	/// Takes the results of a batch. `is_first`: it is cut as the next run would cut it.
	fn note(
		&mut self,
		(key, batch): (&str, &Batch),
		fate: &Fate,
		bar: &indicatif::ProgressBar,
		is_first: bool,
	) {
		let output = self.context.output;
		let refused = |line: u64, code: &str, reason: &str| {
			output.json_line(&json!({ "type": "refused", "line": line, "code": code, "reason": reason }));
			bar.suspend(|| output.say(&format!("line {line} ({code}) refused: {reason}")));
		};
		let inclusion = match fate {
			Fate::Final(inclusion) => inclusion,
			Fate::Refused(failure) => {
				self.refuse_all(batch, failure, bar);
				return;
			}
		};
		if let Some(failure) = &inclusion.failure {
			self.refuse_all(batch, failure, bar);
			return;
		}
		let event = inclusion.events.iter().find(|event| event.is("Sites", "Imported"));
		let results = event.and_then(|event| {
			let (_, _, results) =
				<(LocalNetworkId, OrgId, Vec<ImportResult>)>::decode(&mut &event.bytes[..]).ok()?;
			Some(results)
		});
		let mut counts = Counts::default();
		for (result, (line, station)) in
			results.unwrap_or_default().into_iter().zip(batch.lines.iter().zip(&batch.stations))
		{
			match result {
				ImportResult::Added => counts.added += 1,
				ImportResult::Unchanged => counts.unchanged += 1,
				ImportResult::Amended => counts.amended += 1,
				ImportResult::Refused(ImportRefusal::BatchTooWide) if self.size > 1 => {
					self.wide.insert(*line);
				}
				ImportResult::Refused(why) => {
					counts.refused += 1;
					refused(*line, &code_text(station), refusal_text(why));
				}
			}
		}
		self.own += counts;
		if is_first && is_done(counts, batch.lines.len()) {
			self.checkpoint.note(key, inclusion.block, counts);
		} else {
			self.checkpoint.span(inclusion.block);
		}
	}

	fn refuse_all(&mut self, batch: &Batch, failure: &Failure, bar: &indicatif::ProgressBar) {
		let output = self.context.output;
		self.own.refused += u64::try_from(batch.lines.len()).unwrap_or(0);
		output.json_line(&json!({
			"type": "batch_refused", "local_network": batch.local_network, "lines": batch.lines, "reason": reason(failure),
		}));
		let (first, count) = (batch.lines.first().copied().unwrap_or(0), batch.lines.len());
		bar.suspend(|| {
			output.say(&format!(
				"{count} records of local network {} refused (line {first} and others): {failure}",
				batch.local_network.0
			));
		});
	}

	/// Asks the final state for every record of the file.
	async fn count(&self, checked: &Checked) -> Result<Count> {
		let bar = self.context.output.progress(checked.records, "stations counted");
		let at = self.chain.now().await?;
		let count = ledger::count(&checked.ledger, at, self.org, |done| bar.inc(done)).await?;
		bar.finish_and_clear();
		Ok(count)
	}

	fn finish(mut self, checked: &Checked, count: Option<&Count>) -> Result<()> {
		let (counts, output) = (self.counts(), self.context.output);
		let seconds = self.start.elapsed().as_secs_f64();
		let blocks = self.checkpoint.blocks.map(|(first, last)| vec![first, last]);
		let value = json!({
			"type": "summary", "file": self.command.file, "records": checked.records, "invalid": checked.invalid,
			"sent": self.sent, "resumed": self.earlier.get().total(), "batches": self.batches,
			"added": counts.added, "unchanged": counts.unchanged, "amended": counts.amended, "refused": counts.refused,
			"blocks": blocks, "seconds": (seconds * 1000.0).round() / 1000.0,
			"on_chain": count.map(Count::to_json),
		});
		output.answer(&value, || summary_text(checked, &self, counts, seconds, count));
		// It has come to its end: the next one looks at the chain and not at what has been true.
		self.place.take().map_or(Ok(()), Place::end)?;
		match shortfall(counts, (checked.records, checked.invalid), count) {
			None => Ok(()),
			Some(failure) => Err(failure
				.at(self.command.file.display())
				.remedy("mend that and repeat the command: what stands there already stays as it is")),
		}
	}
}

/// By what a batch is known in the checkpoint.
fn key(batch: &Batch) -> String {
	checkpoint::key((batch.local_network, &batch.stations))
}

/// Whether nothing is left to do of a batch of so many records: each has a result, and none was refused.
fn is_done(counts: Counts, records: usize) -> bool {
	counts.refused == 0 && u64::try_from(records) == Ok(counts.total())
}

/// What an import lacks for success. What the chain refused may stand there all the same, as in the file: that lacks
/// nothing.
fn shortfall(counts: Counts, (records, invalid): (u64, u64), count: Option<&Count>) -> Option<Failure> {
	let taken = counts.total().saturating_sub(counts.refused);
	// Where nobody has looked, what has no result is not known to stand there.
	let unknown = records.saturating_sub(invalid).saturating_sub(taken);
	let wanting = count.map_or(unknown, |count| u64::try_from(count.wanting()).unwrap_or(u64::MAX));
	if invalid == 0 && wanting == 0 {
		return None;
	}
	let left =
		format!("{} refused, {invalid} wrong, {wanting} not on the chain as in the file", counts.refused);
	let nothing = count.map_or(taken == 0, |count| count.equal == 0);
	Some(if nothing { Failure::chain(left) } else { Failure::partial(left) })
}

fn summary_text(
	checked: &Checked,
	import: &Import<'_>,
	counts: Counts,
	seconds: f64,
	count: Option<&Count>,
) -> String {
	let Counts { added, unchanged, amended, refused } = counts;
	let mut lines = vec![
		format!(
			"{}, {} sent in {} {} within {seconds:.1} s",
			counted(checked.records, "record"),
			import.sent,
			import.batches,
			if import.batches == 1 { "batch" } else { "batches" }
		),
		format!(
			"added {added}, unchanged {unchanged}, amended {amended}, refused {refused}, wrong lines {}",
			checked.invalid
		),
	];
	if let Some((first, last)) = import.checkpoint.blocks {
		lines.push(format!("in final blocks {first} to {last}"));
	}
	if let Some(count) = count {
		lines.push(format!(
			"compared with final block {}: of {} codes {} equal, {} different, {} missing",
			count.block,
			count.asked,
			count.equal,
			count.different.len(),
			count.missing.len()
		));
		if !count.different.is_empty() {
			lines.push(format!("  different: lines {}", lines_text(&count.different)));
		}
		if !count.missing.is_empty() {
			lines.push(format!("  missing: lines {}", lines_text(&count.missing)));
		}
		if refused > 0 && count.wanting() == 0 {
			lines.push("what was refused stands there as in the file".into());
		}
	}
	lines.join("\n")
}

/// Why the chain refused a record, and what to do.
pub(crate) fn refusal_text(refusal: ImportRefusal) -> &'static str {
	match refusal {
		ImportRefusal::Defect(StationDefect::Code) => "its code is not 1 to 24 of A-Z 0-9 - _ .",
		ImportRefusal::Defect(StationDefect::Sharers) => "its sharers do not go with its mode or its owner",
		ImportRefusal::Defect(StationDefect::TowerSite) => "its tower site's code is not 1 to 24 of A-Z 0-9 - _ .",
		ImportRefusal::Defect(StationDefect::Plmns) => "its PLMNs are missing, doubled or out of range",
		ImportRefusal::Defect(StationDefect::Position) => "its position is not on Earth",
		ImportRefusal::Defect(StationDefect::County) => "its county is not 01 to 99",
		ImportRefusal::Defect(StationDefect::Cells) => "its number of cells is not 1 to 24",
		ImportRefusal::Defect(StationDefect::Vendor) => "its vendor is not UTF-8, or has control characters in it",
		ImportRefusal::NotOwner => "the signer's company is not the owner that the record names: let the owner import it",
		ImportRefusal::OwnedByAnother =>
			"another company owns the station under this code: agree on a transfer, or the council reassigns it",
		ImportRefusal::NeedsConsent =>
			"fields that decide consents and verdicts differ from what stands: propose it with `trimast site amend`",
		ImportRefusal::Retired => "the station is retired: propose its return with `trimast site restore`",
		ImportRefusal::AmendmentOpen => "an amendment of it waits for consents (`trimast site amendments`)",
		ImportRefusal::UnknownOrg => "a company it names is not a member, or not of the kind its part needs",
		ImportRefusal::BucketFull => "the bucket that its code falls into is full: only another code helps",
		ImportRefusal::DuplicateInBatch => "its code stands twice in the batch with different contents",
		ImportRefusal::BatchTooWide => "its batch touched too many pages: repeat the import with a smaller --batch",
		ImportRefusal::FewerCells =>
			"more cells of it have a baseline: take that away first, by an import or, once it is signed, by a request",
		ImportRefusal::PlmnsFixed =>
			"a baseline of it stands, which follows the order of its PLMNs: add PLMNs behind the others, no more",
		ImportRefusal::TooManyInBucket =>
			"the company has as many stations in the bucket of this code as one owner may register: only another code helps",
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::site::csv::{read_station, tests::sample};
	use trimast_primitives::OrgSet;

	#[test]
	fn check_names_the_column_of_a_company_that_does_not_exist_or_is_of_another_kind() {
		let kinds = [OrgKind::Carrier, OrgKind::Carrier, OrgKind::TowerCompany, OrgKind::Witness];
		let world = World {
			buckets: [(LocalNetworkId(1301), 8)].into(),
			orgs: (0..).map(OrgId).zip(kinds).collect(),
		};
		let wrong = |owner: Option<u8>, change: &dyn Fn(&mut Station)| {
			let (_, mut station) = read_station(&sample()).unwrap();
			change(&mut station);
			foreign(&world, owner.map(OrgId), LocalNetworkId(1301), &station).map(|found| (found.0, found.2))
		};
		let own = read_station(&sample()).unwrap().1.owner.0;
		assert_eq!(wrong(Some(own), &|_| {}), None);
		assert_eq!(wrong(Some(own + 1), &|_| {}).unwrap().0, "owner");
		assert_eq!(wrong(None, &|station| station.owner = OrgId(2)).unwrap().0, "owner");
		let sharers = wrong(None, &|station| station.sharers = OrgSet::of(OrgId(3))).unwrap();
		assert_eq!(sharers, ("sharers", "organisation 3 is no carrier".into()));
		let tower = wrong(None, &|station| station.tower.as_mut().unwrap().org = OrgId(0)).unwrap();
		assert_eq!(tower, ("tower", "organisation 0 is no tower company".into()));
		assert_eq!(wrong(None, &|station| station.backhaul = OrgId(3)).unwrap().0, "backhaul");
		let unknown = wrong(None, &|station| station.backhaul = OrgId(9)).unwrap();
		assert_eq!(unknown, ("backhaul", "there is no organisation 9".into()));
	}

	fn count(equal: u64, different: &[u32]) -> Count {
		Count { asked: equal, equal, different: different.to_vec(), ..Count::default() }
	}

	#[test]
	fn batch_is_sent_again_until_every_record_is_in() {
		let counts = Counts { added: 3, unchanged: 1, amended: 1, refused: 0 };
		assert!(is_done(counts, 5));
		assert!(!is_done(Counts { refused: 1, ..counts }, 6), "what was refused is tried again");
		assert!(!is_done(counts, 6), "a record without a result");
	}

	#[test]
	fn refused_records_that_stand_on_the_chain_as_in_the_file_are_no_failure() {
		let counts = Counts { refused: 5, ..Counts::default() };
		assert_eq!(shortfall(counts, (5, 0), Some(&count(5, &[]))), None);
		// Without the count nobody knows, and a wrong line is one all the same
		assert_eq!(shortfall(counts, (5, 0), None).unwrap().kind(), Kind::Chain);
		assert_eq!(shortfall(counts, (6, 1), Some(&count(5, &[]))).unwrap().kind(), Kind::Partial);
	}

	#[test]
	fn import_fails_when_a_record_does_not_stand_on_the_chain_as_in_the_file() {
		let counts = Counts { added: 4, refused: 1, ..Counts::default() };
		assert_eq!(shortfall(counts, (5, 0), Some(&count(4, &[7]))).unwrap().kind(), Kind::Partial);
		assert_eq!(shortfall(counts, (5, 0), Some(&count(0, &[7]))).unwrap().kind(), Kind::Chain);
		assert_eq!(shortfall(counts, (5, 0), None).unwrap().kind(), Kind::Partial);
		assert_eq!(shortfall(Counts::default(), (0, 0), None), None);
		// Nobody has looked, and one record has no result
		let four = Counts { added: 4, ..Counts::default() };
		assert_eq!(shortfall(four, (5, 0), None).unwrap().kind(), Kind::Partial);
		assert_eq!(shortfall(four, (5, 1), None).unwrap().kind(), Kind::Partial);
		assert_eq!(shortfall(four, (4, 0), None), None);
	}

	#[test]
	fn batch_that_was_final_is_known_by_its_records_wherever_the_file_is_cut() {
		let (local_network, station) = read_station(&sample()).unwrap();
		let named = |code: &str| {
			let code = code.as_bytes().to_vec().try_into().unwrap();
			Station { code, ..station.clone() }
		};
		let cut = |codes: &[&str], buckets: u16| -> Vec<String> {
			let records = (2u64..).zip(codes).map(|(line, code)| Ok((line, local_network, named(code))));
			let buckets = [(local_network, buckets)].into();
			Batches::new(records, &buckets, 2).map(|batch| key(&batch.unwrap())).collect()
		};
		let before = cut(&["A", "B", "C", "D"], 1);
		assert_eq!(cut(&["A", "B", "C", "D"], 1), before);
		// One record more in front, and one in the middle
		let behind = cut(&["X", "Y", "A", "B", "C", "D"], 1);
		assert_eq!(behind[1..], before);
		assert!(cut(&["A", "B", "X", "C", "D"], 1)[1..].iter().all(|key| !before.contains(key)));
		// In other buckets they travel otherwise
		assert_ne!(cut(&["A", "B", "C", "D"], 64), before);
	}
}
