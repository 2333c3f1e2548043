// SPDX-License-Identifier: Apache-2.0
//! `trimast config baseline import`: the cells of a company's own stations into the chain.
//!
//! ```text
//!   1  survey      encoding, fingerprint                  one pass, no memory
//!   2  check       every line, every value                one pass, a local network in memory
//!   3  send        a page of stations a call, pipelined   one pass, a local network in memory
//!   4  count       the final state, station by station    asked from the chain, 32 bytes a station
//! ```
//!
//! Nothing is sent while a line is wrong, unless `--skip-invalid` says so. A killed import goes on from its checkpoint; what
//! stands on the chain already is answered with `unchanged`.

use super::{
	batch::{count, results, Batch, Counted, Counts, Part},
	ledger::{self, Count, Mark},
};
use crate::{
	chain::{errors::reason, Call, Chain, Spec},
	checkpoint::{self, Checkpoint, Place},
	config::{
		access,
		catalogue::Catalogue,
		export::{
			self,
			resolve::{resolve, SeenCell, SeenNetwork},
			stations::Directory,
			Networks, Report, Wrong,
		},
	},
	context::Context,
	encoding::{survey, Survey, Transcoder},
	error::{Failure, Result},
	names::{self, org_names},
	submit::{window::Limits, Fate, News, Submitter},
};
use clap::Args;
use codec::Encode;
use futures::stream;
use serde_json::json;
use std::{
	cell::Cell,
	collections::{BTreeSet, VecDeque},
	fs::File,
	path::PathBuf,
	rc::Rc,
	time::{Duration, Instant},
};
use trimast_primitives::{
	access::Scope,
	apis::{AccountView, OrgView},
	cells::{
		table::{TableBytes, MAX_TABLE_VALUES},
		CellTable, CellValues, ParamKey, MAX_TABLE_BYTES,
	},
	site::Station,
	AccountId, LocalNetworkId, OrgId, OrgSet,
};

/// Import the cells of the company's own stations.
#[derive(Args, Debug)]
pub(crate) struct ImportCommand {
	/// The file: CSV or bulk configuration XML.
	file: PathBuf,
	/// Check the file and send nothing.
	#[arg(long)]
	dry_run: bool,
	/// Pages under way at once.
	#[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..=2048))]
	window: u16,
	/// Where progress is kept; FILE.checkpoint otherwise.
	#[arg(long, value_name = "FILE")]
	checkpoint: Option<PathBuf>,
	/// Keep no progress.
	#[arg(long, conflicts_with = "checkpoint")]
	no_checkpoint: bool,
	/// Forget earlier progress and begin anew. The chain finds what is there already.
	#[arg(long)]
	restart: bool,
	/// Send the right cells though others are wrong.
	#[arg(long)]
	skip_invalid: bool,
	/// Leave this column of the file out. May stand several times.
	#[arg(long, value_name = "COLUMN")]
	leave_out: Vec<String>,
	/// Do not ask the final state for every cell at the end.
	#[arg(long)]
	no_count: bool,
}

/// What to do where a page cannot hold what it is given.
const TOO_MUCH: &str = "leave out parameters that nobody watches, in all of its stations (--leave-out)";

/// What of a page is imported, as it is sent.
type Page = (Batch, TableBytes);

/// The table of a page, for each slot its station's cells, or why they are too much for one.
fn table(stations: &[Vec<CellValues>]) -> Result<TableBytes, String> {
	let table = CellTable::new(stations).ok().and_then(|table| table.to_bytes());
	if let Some(bytes) = table {
		return Ok(bytes);
	}
	let cells = stations.iter().map(Vec::len).sum::<usize>();
	let keys: BTreeSet<ParamKey> = stations.iter().flatten().flatten().map(|(key, _)| *key).collect();
	Err(format!(
		"{cells} cells with {} different parameters and places are {} values, counted with those that cells lack; a page \
		 holds {MAX_TABLE_VALUES}, in {} KiB",
		keys.len(),
		cells.saturating_mul(keys.len()),
		MAX_TABLE_BYTES >> 10
	))
}

/// The pages of a local network. What is not the company's, stations of which a cell is missing, and pages with too much go to
/// the report.
fn pages(network: &SeenNetwork, org: OrgId, report: &mut Report) -> Vec<Page> {
	let mut pages = Vec::new();
	for (page, cells) in network.pages() {
		let (mut parts, mut stations) = (Vec::new(), Vec::new());
		for cells in cells.chunk_by(|a, b| a.id.site == b.id.site) {
			let Some((slot, values, part)) = part(network, cells, org, report) else { continue };
			stations.resize(slot, Vec::new());
			stations.push(values);
			parts.push(part);
		}
		if parts.is_empty() {
			continue;
		}
		let local_network = network.id;
		let mut batch = Batch { key: String::new(), local_network, page, parts };
		match table(&stations) {
			Ok(table) => {
				batch.key = checkpoint::key((local_network, page, &table));
				pages.push((batch, table));
			}
			Err(what) => report.wrong(&Wrong {
				line: batch.first_line(),
				cell: String::new(),
				column: String::new(),
				what: format!("local network {}, page {page}: {what}", local_network.0),
				remedy: TOO_MUCH.into(),
			}),
		}
	}
	pages
}

/// Slot and values of one station's cells, if they are to be imported.
fn part(
	network: &SeenNetwork,
	cells: &[SeenCell],
	org: OrgId,
	report: &mut Report,
) -> Option<(usize, Vec<CellValues>, Part)> {
	let first = cells.first()?;
	let station: &Station = network.stations.get(first.id.site)?;
	let code = crate::site::ledger::code_text(station);
	let lines: Vec<u64> = cells.iter().map(|cell| cell.line).collect();
	let mut wrong = |line: u64, column: &str, what: String, remedy: &str| {
		let cell = format!("{}/{code}", network.id.0);
		report.wrong(&Wrong { line, cell, column: column.into(), what, remedy: remedy.into() });
	};
	if station.owner != org {
		let what = format!("organisation {} owns the station, and not the signer's", station.owner.0);
		wrong(first.line, "station", what, "a company imports the cells of what it owns");
		return None;
	}
	if network.stations.is_retired(first.id.site) {
		let remedy = "have it restored (`trimast site restore`), or leave its cells out";
		wrong(first.line, "station", "the station is retired".into(), remedy);
		return None;
	}
	let gap = (0u8..).zip(cells).find(|(n, cell)| *n != cell.id.cell);
	if let Some((missing, cell)) = gap {
		let what = format!("cell {missing} of the station is missing, or wrong itself");
		wrong(cell.line, "cell", what, "give the cells of a station from 0 on");
		return None;
	}
	let slot = first.id.site.slot();
	let others = station.signatories().without(org);
	let values: Vec<CellValues> = cells.iter().map(|cell| cell.values.clone()).collect();
	let hash = ledger::hash(&values);
	Some((usize::try_from(slot).ok()?, values, Part { slot, code, lines, hash, others }))
}

/// Who imports.
#[derive(Clone)]
struct May {
	/// The company.
	org: OrgId,
	/// The account, where it sends.
	sender: Option<AccountView>,
}

impl May {
	/// The pages of a local network. One that lies outside of the account's scope goes to the report.
	fn pages(&self, network: &SeenNetwork, report: &mut Report) -> Vec<Page> {
		let place = Scope::LocalNetwork(network.id);
		if let Some(view) = self.sender.as_ref().filter(|view| !view.scope.contains(place)) {
			// None of its cells may be right: then each has told why.
			if let Some(line) = network.cells.iter().map(|cell| cell.line).min() {
				let (what, remedy) = (access::outside(view, place), access::OUTSIDE.into());
				report.wrong(&Wrong {
					line,
					cell: String::new(),
					column: "local_network".into(),
					what,
					remedy,
				});
			}
			return Vec::new();
		}
		pages(network, self.org, report)
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ImportCommand) -> Result<()> {
	let survey = survey(&command.file)?;
	// Where many transactions cannot be signed, nothing is read either.
	let signer = if command.dry_run { None } else { Some(context.bulk_signer()?) };
	let is_none = command.no_checkpoint || command.dry_run;
	let place = Place::of(&command.file, command.checkpoint.as_deref(), is_none)?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	// Who checks a file need not be who sends it.
	let sender =
		if command.dry_run { None } else { Some(access::acting(context, at, access::ENGINEER).await?) };
	let org = match &sender {
		Some(view) => view.org,
		None => context.acting_org(at).await?,
	};
	let catalogue = Catalogue::ask(at).await?;
	let may = May { org, sender };
	let (report, marks) = check(context, &command, &survey, &chain, &catalogue, &may).await?;
	let cells = marks.iter().map(|mark| u64::from(mark.cells)).sum();
	if command.dry_run {
		let value =
			json!({ "type": "checked", "file": command.file, "cells": cells, "invalid": report.count });
		context.output.answer(&value, || {
			format!(
				"{}: {cells} cells, {} lines or values wrong; nothing was sent",
				command.file.display(),
				report.count
			)
		});
	}
	report.settle(&command.file, command.skip_invalid)?;
	let Some(signer) = signer else { return Ok(()) };
	let mut import =
		Import::new(context, &command, &chain, &survey, (may, place), (cells, report.count)).await?;
	// Where progress cannot be kept, nothing is sent.
	import.save()?;
	let outcome = import.send(&survey, &catalogue, &signer).await;
	let saved = import.save();
	outcome?;
	saved?;
	let count = if command.no_count { None } else { Some(import.count(&marks).await?) };
	import.finish(count.as_ref())
}

/// Reads every line and says what is wrong, and what is right.
async fn check(
	context: &Context,
	command: &ImportCommand,
	survey: &Survey,
	chain: &Chain,
	catalogue: &Catalogue,
	may: &May,
) -> Result<(Report, Vec<Mark>)> {
	let mut networks = export::open_in_part(&command.file, survey, catalogue, &command.leave_out)?;
	networks.expect_known()?;
	let directory = Directory::new(chain).await?;
	let mut report = Report::new(context.output);
	let bar = context.output.progress(0, "cells checked");
	let mut marks = Vec::new();
	while let Some(network) = networks.network()? {
		networks.tell(&mut report);
		let seen = resolve(network, &networks.columns, catalogue, &directory, &mut report).await?;
		for (batch, _) in may.pages(&seen, &mut report) {
			bar.inc(batch.cells());
			marks.extend(batch.marks());
		}
	}
	networks.tell(&mut report);
	bar.finish_and_clear();
	export::remark_unknown(context.output, &networks.columns, false);
	networks.check_contents()?;
	networks.expect_known()?;
	networks.expect_left_out()?;
	Ok((report, marks))
}

/// An import under way.
struct Import<'a> {
	context: &'a Context,
	command: &'a ImportCommand,
	chain: &'a Chain,
	may: May,
	spec: std::sync::Arc<Spec>,
	place: Option<Place>,
	checkpoint: Checkpoint<Counts>,
	/// What pages of this run have come to.
	own: Counts,
	/// What pages of the file have come to that an earlier run has seen final.
	earlier: Rc<Cell<Counts>>,
	/// Who has to sign what this run has written, beside the owner.
	others: OrgSet,
	orgs: Vec<OrgView>,
	cells: u64,
	invalid: u64,
	sent: u64,
	calls: u64,
	bytes: u64,
	start: Instant,
}

/// Where the making of calls stands.
struct Making<'a> {
	networks: Networks<'a, Transcoder<File>>,
	directory: Directory<'a>,
	report: Report,
	ready: VecDeque<Page>,
}

impl<'a> Import<'a> {
	async fn new(
		context: &'a Context,
		command: &'a ImportCommand,
		chain: &'a Chain,
		survey: &Survey,
		(may, place): (May, Option<Place>),
		(cells, invalid): (u64, u64),
	) -> Result<Self> {
		let spec = context.spec(chain).await?;
		let orgs = chain.now().await?.orgs().await?;
		// The first call is read back with the metadata; those after it are of the same shape.
		spec.call("ConfigGuard", "import", (LocalNetworkId::default(), 0u16, Vec::<u8>::new()))?;
		let acting: AccountId = context.acting_account()?;
		let reading = (command.skip_invalid, &command.leave_out);
		let plan = ("baseline", survey.fingerprint, chain.genesis(), &acting, reading)
			.using_encoded(sp_io::hashing::blake2_256);
		let checkpoint: Checkpoint<Counts> =
			Checkpoint::begin(place.as_ref(), names::hex0x(plan), command.restart)?;
		let earlier = checkpoint.total().total();
		if earlier > 0 {
			let text = format!("{earlier} cells are final from an earlier run, going on from there");
			context.output.remark(&text);
		}
		Ok(Self {
			context,
			command,
			chain,
			may,
			spec,
			place,
			checkpoint,
			own: Counts::default(),
			earlier: Rc::default(),
			others: OrgSet::EMPTY,
			orgs,
			cells,
			invalid,
			sent: 0,
			calls: 0,
			bytes: 0,
			start: Instant::now(),
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

	/// Sends every page that is not final yet, and waits for all of them.
	async fn send(
		&mut self,
		survey: &Survey,
		catalogue: &Catalogue,
		signer: &crate::keys::Signer,
	) -> Result<()> {
		let (context, spec, chain, may) = (self.context, self.spec.clone(), self.chain, self.may.clone());
		let output = context.output;
		let bar = output.progress(self.cells, "cells");
		bar.set_position(self.counts().total());
		let already = self.checkpoint.clone();
		let making = Making {
			networks: export::open_in_part(&self.command.file, survey, catalogue, &self.command.leave_out)?,
			directory: Directory::new(chain).await?,
			// What is wrong was named before.
			report: Report::silent(),
			ready: VecDeque::new(),
		};
		let (spec, may, earlier) = (&spec, &may, self.earlier.clone());
		let is_done = |batch: &Batch| {
			let Some(counts) = already.done(&batch.key) else { return false };
			let mut all = earlier.get();
			all += counts;
			earlier.set(all);
			bar.inc(batch.cells());
			true
		};
		let is_done = &is_done;
		let jobs = stream::try_unfold(making, move |mut making| async move {
			let Some((batch, table)) = next_page(&mut making, catalogue, may, is_done).await? else {
				return Ok(None);
			};
			let (bytes, call) = page_call(context, spec, &batch, table)?;
			Ok::<_, Failure>(Some((((batch, bytes), call), making)))
		});
		let limits = Limits { calls: self.command.window.into(), ..Limits::default() };
		let mut submitter = Submitter::new(chain, signer, limits).await?;
		let (mut told, mut dirty) = (Instant::now(), false);
		let mut result = submitter
			.run_stream(jobs, |news| {
				match news {
					News::Done((batch, bytes), fate) => {
						self.calls += 1;
						self.sent += batch.cells();
						self.bytes += bytes;
						self.note(&batch, &fate, catalogue, &bar);
						bar.inc(batch.cells());
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
								"type": "progress", "final": self.counts().total(), "cells": self.cells, "block": number,
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
				*failure = failure.clone().remedy("repeat the command: it goes on from its checkpoint");
			}
		}
		bar.finish_and_clear();
		result
	}

	/// Takes the results of a page.
	fn note(&mut self, batch: &Batch, fate: &Fate, catalogue: &Catalogue, bar: &indicatif::ProgressBar) {
		let inclusion = match fate {
			Fate::Final(inclusion) => inclusion,
			Fate::Refused(failure) => return self.refuse_all(batch, failure, bar),
		};
		if let Some(failure) = &inclusion.failure {
			return self.refuse_all(batch, failure, bar);
		}
		let event = inclusion.events.iter().find(|event| event.is("ConfigGuard", "BaselineImported"));
		let results = event.map(|event| results(&event.fields)).unwrap_or_default();
		let Counted { counts, others, refused } = count(batch, &results, catalogue);
		self.others = self.others.union(others);
		let output = self.context.output;
		for (part, why) in refused {
			let line = part.lines.first().copied().unwrap_or(0);
			output.json_line(&json!({
				"type": "refused", "local_network": batch.local_network, "station": part.code, "lines": part.lines,
				"reason": why,
			}));
			bar.suspend(|| {
				output.say(&format!("line {line} ({}/{}) refused: {why}", batch.local_network.0, part.code))
			});
		}
		self.own += counts;
		if counts.refused == 0 && counts.total() == batch.cells() {
			self.checkpoint.note(&batch.key, inclusion.block, counts);
		} else {
			self.checkpoint.span(inclusion.block);
		}
	}

	fn refuse_all(&mut self, batch: &Batch, failure: &Failure, bar: &indicatif::ProgressBar) {
		let output = self.context.output;
		self.own.refused += batch.cells();
		let lines: Vec<u64> = batch.parts.iter().flat_map(|part| part.lines.iter().copied()).collect();
		output.json_line(&json!({
			"type": "batch_refused", "local_network": batch.local_network, "page": batch.page, "lines": lines,
			"reason": reason(failure),
		}));
		let (place, cells) = (batch.place(), batch.cells());
		bar.suspend(|| output.say(&format!("{place}: {cells} cells refused: {failure}")));
	}

	/// Asks the final state for every cell of the file.
	async fn count(&self, marks: &[Mark]) -> Result<Count> {
		let bar = self.context.output.progress(self.cells, "cells counted");
		let count = ledger::count(marks, self.chain, |done| bar.inc(done)).await?;
		bar.finish_and_clear();
		Ok(count)
	}

	fn finish(mut self, count: Option<&Count>) -> Result<()> {
		let (counts, output) = (self.counts(), self.context.output);
		let Counts { written, unchanged, refused } = counts;
		let seconds = self.start.elapsed().as_secs_f64();
		let blocks = self.checkpoint.blocks.map(|(first, last)| vec![first, last]);
		let value = json!({
			"type": "summary", "file": self.command.file, "cells": self.cells, "invalid": self.invalid, "sent": self.sent,
			"resumed": self.earlier.get().total(), "calls": self.calls, "bytes": self.bytes, "written": written, "unchanged": unchanged,
			"refused": refused, "blocks": blocks, "seconds": (seconds * 1000.0).round() / 1000.0,
			"on_chain": count.map(Count::to_json),
		});
		output.answer(&value, || {
			let mut lines = vec![
				format!(
					"{} cells, {} sent in {} calls of {} bytes within {seconds:.1} s",
					self.cells, self.sent, self.calls, self.bytes
				),
				format!(
					"written {written}, unchanged {unchanged}, refused {refused}, wrong {}",
					self.invalid
				),
			];
			if let Some((first, last)) = self.checkpoint.blocks {
				lines.push(format!("in final blocks {first} to {last}"));
			}
			if let Some(count) = count {
				lines.push(count.text());
				if refused > 0 && count.wanting() == 0 {
					lines.push("what was refused stands there as in the file".into());
				}
			}
			if written > 0 {
				lines.extend(awaits(self.others, self.earlier.get().total() > 0, &self.orgs));
			}
			lines.join("\n")
		});
		// It has come to its end: the next one looks at the chain and not at what has been true.
		self.place.take().map_or(Ok(()), Place::end)?;
		match shortfall(counts, (self.cells, self.invalid), count) {
			None => Ok(()),
			Some(failure) => Err(failure
				.at(self.command.file.display())
				.remedy("mend that and repeat the command: what stands there already stays as it is")),
		}
	}
}

/// What an import of so many right cells lacks for success. What the chain refused may stand there all the same, as in the
/// file: that lacks nothing.
fn shortfall(counts: Counts, (cells, invalid): (u64, u64), count: Option<&Count>) -> Option<Failure> {
	let taken = counts.total().saturating_sub(counts.refused);
	// Where nobody has looked, what has no result is not known to stand there.
	let wanting = count.map_or(cells.saturating_sub(taken), Count::wanting);
	if invalid == 0 && wanting == 0 {
		return None;
	}
	let left = format!(
		"{} cells refused, {invalid} lines or values wrong, {wanting} of {cells} cells not on the chain as in the file",
		counts.refused
	);
	let nothing = count.map_or(taken, |count| count.equal) == 0;
	Some(if nothing { Failure::chain(left) } else { Failure::partial(left) })
}

/// The next page that is not final yet.
async fn next_page(
	making: &mut Making<'_>,
	catalogue: &Catalogue,
	may: &May,
	is_done: &impl Fn(&Batch) -> bool,
) -> Result<Option<Page>> {
	loop {
		while let Some(page) = making.ready.pop_front() {
			if !is_done(&page.0) {
				return Ok(Some(page));
			}
		}
		let Some(network) = making.networks.network()? else { return Ok(None) };
		let (columns, report) = (&making.networks.columns, &mut making.report);
		let seen = resolve(network, columns, catalogue, &making.directory, report).await?;
		making.ready = may.pages(&seen, report).into();
	}
}

/// The call that imports a page, and its length.
fn page_call(context: &Context, spec: &Spec, batch: &Batch, table: TableBytes) -> Result<(u64, Call)> {
	let call =
		spec.call_unread("ConfigGuard", "import", (batch.local_network, batch.page, table.into_inner()))?;
	let call = context.wrap_bulk(call, spec)?;
	Ok((u64::try_from(call.0.len()).unwrap_or(0), call))
}

/// What becomes of the baseline that was written: whose signature it waits for. What an earlier run has written is not known
/// any more.
fn awaits(others: OrgSet, is_resumed: bool, orgs: &[OrgView]) -> Option<String> {
	let whose = match (others.is_empty(), is_resumed) {
		(true, false) => return None,
		(_, true) => "sharers and tower company".into(),
		(false, false) => org_names(orgs, others),
	};
	Some(format!(
		"what was written is provisional until all whose it is have signed it: {whose} (`trimast config baseline sign`)"
	))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::export::{
		resolve::tests::{resolved, site, stations, PLACE},
		stations::Stations,
	};
	use trimast_primitives::{
		apis::SiteView,
		cells::{CellId, ParamId},
		site::Technology,
	};

	fn seen(text: &str) -> SeenNetwork {
		SeenNetwork { id: PLACE, stations: stations(), cells: resolved(text).0 }
	}

	fn report() -> Report {
		Report::silent()
	}

	const FILE: &str =
		"local_network,station,cell,plmnInfoList\n1301,B,1,46001\n1301,A,0,46011\n1301,B,0,46011\n";

	fn owner() -> OrgId {
		stations().find(b"A").unwrap().1.station.owner
	}

	#[test]
	fn cells_travel_by_page_and_slot() {
		let mut report = report();
		let pages = pages(&seen(FILE), owner(), &mut report);
		assert_eq!(report.count, 0);
		let shape: Vec<(u16, u32, &[u64])> =
			pages.iter().map(|(page, _)| (page.page, page.parts[0].slot, &page.parts[0].lines[..])).collect();
		assert_eq!(shape, [(0, 0, &[3u64][..]), (1, 0, &[4, 2])]);
		let (batch, table) = &pages[1];
		assert_eq!(batch.place(), "local network 1301, page 1 (line 2 and others)");
		let table = CellTable::from_bytes(table).unwrap();
		assert_eq!(table.len(), 2);
		// What is looked for on the chain is what was sent
		let mark = batch.marks().next().unwrap();
		assert_eq!((mark.page, mark.slot, mark.cells, mark.line), (1, 0, 2, 4));
		assert_eq!(mark.hash, ledger::hash(&table.stations()[0]));
	}

	#[test]
	fn local_networks_outside_of_the_senders_scope_are_wrong() {
		use trimast_primitives::{access::Roles, ProvinceId};
		let may = |scope| {
			let sender = AccountView {
				account: [7; 32].into(),
				org: owner(),
				roles: Roles::default(),
				scope,
				branch: None,
				since: 0,
			};
			May { org: owner(), sender: Some(sender) }
		};
		let mut report = report();
		assert_eq!(may(Scope::Province(ProvinceId(13))).pages(&seen(FILE), &mut report).len(), 2);
		assert_eq!(May { org: owner(), sender: None }.pages(&seen(FILE), &mut report).len(), 2);
		assert_eq!(report.count, 0);
		assert!(may(Scope::Province(ProvinceId(14))).pages(&seen(FILE), &mut report).is_empty());
		assert_eq!(report.count, 1, "once for all of them");
	}

	#[test]
	fn stations_of_others_retired_ones_and_those_with_a_gap_are_wrong() {
		let mut strange = report();
		assert!(pages(&seen(FILE), OrgId(31), &mut strange).is_empty());
		assert_eq!(strange.count, 2, "one a station");
		let mut gap = report();
		let text = "local_network,station,cell,plmnInfoList\n1301,A,1,46011\n";
		assert!(pages(&seen(text), owner(), &mut gap).is_empty());
		assert_eq!(gap.count, 1);
		let mut retired = report();
		let text = "local_network,station,cell,plmnInfoList\n1301,R,0,46011\n";
		assert!(pages(&seen(text), owner(), &mut retired).is_empty());
		assert_eq!(retired.count, 1);
	}

	/// The stations of [`stations`], and one more in page 0.
	fn with_station(text: &str, index: u32, code: &str) -> SeenNetwork {
		let one = site(index, code, Technology::Nr);
		let all =
			stations().iter().map(|(id, entry)| SiteView { id, entry: entry.clone() }).collect::<Vec<_>>();
		let mut network = seen(text);
		network.stations = Stations::new(all.into_iter().chain([one.clone()]));
		network.cells.push(SeenCell {
			id: CellId { site: one.id, cell: 0 },
			line: 9,
			values: network.cells[0].values.clone(),
			fields: Default::default(),
		});
		network.cells.sort_unstable_by_key(|cell| cell.id);
		network
	}

	#[test]
	fn page_that_was_final_is_sent_again_when_a_station_has_come_into_it_and_no_other_is() {
		let keys = |network: &SeenNetwork| {
			let pages = pages(network, owner(), &mut report());
			pages.into_iter().map(|(batch, _)| (batch.page, batch.key)).collect::<Vec<_>>()
		};
		// A run by an earlier state of the chain, which did not have X, has come to its end in both pages
		let before = keys(&seen(FILE));
		let mut checkpoint = Checkpoint::<Counts>::begin(None, "plan".into(), false).unwrap();
		let counts = |written| Counts { written, ..Counts::default() };
		for (n, (_, key)) in (1..).zip(&before) {
			checkpoint.note(key, 7, counts(n));
		}
		// X stands in page 0
		let after = keys(&with_station(FILE, 5, "X"));
		let done = |keys: &[(u16, String)]| {
			keys.iter().map(|(page, key)| (*page, checkpoint.done(key))).collect::<Vec<_>>()
		};
		assert_eq!(done(&before), [(0, Some(counts(1))), (1, Some(counts(2)))]);
		assert_eq!(done(&after), [(0, None), (1, Some(counts(2)))]);
		// A page that is not sent any more moves no other
		let mut network = seen(FILE);
		network.cells.retain(|cell| cell.id.site.page() == Some(1));
		assert_eq!(done(&keys(&network)), [(1, Some(counts(2)))]);
	}

	#[test]
	fn import_fails_when_a_cell_has_no_result_or_does_not_stand_there_as_in_the_file() {
		let counts = Counts { written: 3, unchanged: 1, refused: 0 };
		let of = |equal, missing| Count { asked: equal + missing, equal, missing, ..Count::default() };
		assert_eq!(shortfall(counts, (4, 0), Some(&of(4, 0))), None);
		assert_eq!(shortfall(counts, (4, 0), None), None);
		let failure = shortfall(counts, (6, 0), Some(&of(4, 2))).unwrap();
		assert_eq!(failure.exit_code(), 5);
		assert!(failure.to_string().contains("2 of 6 cells not on the chain as in the file"), "{failure}");
		assert_eq!(shortfall(counts, (6, 0), None).unwrap().exit_code(), 5);
		assert_eq!(shortfall(counts, (4, 1), Some(&of(4, 0))).unwrap().exit_code(), 5);
		assert_eq!(shortfall(Counts::default(), (6, 0), Some(&of(0, 6))).unwrap().exit_code(), 1);
		// What was refused and stands there all the same lacks nothing
		let refused = Counts { refused: 4, ..Counts::default() };
		assert_eq!(shortfall(refused, (4, 0), Some(&of(4, 0))), None);
		assert_eq!(shortfall(refused, (4, 0), None).unwrap().exit_code(), 1);
	}

	#[test]
	fn page_with_too_much_is_named_before_anything_is_sent_and_the_others_are_left() {
		let sites = (0..64).map(|slot| site(slot, &format!("S{slot}"), Technology::Nr));
		let mut network = seen(FILE);
		let values = |n: u16| (0..n).map(|n| (ParamKey::of(ParamId(n)), 1)).collect::<CellValues>();
		network.cells.retain(|cell| cell.id.site.page() == Some(1));
		let all: Vec<SiteView> = sites.collect();
		for one in &all {
			for cell in 0..5 {
				let id = CellId { site: one.id, cell };
				let line = 10 + u64::from(one.id.index);
				network.cells.push(SeenCell { id, line, values: values(209), fields: Default::default() });
			}
		}
		network.cells.sort_unstable_by_key(|cell| cell.id);
		let others =
			stations().iter().map(|(id, entry)| SiteView { id, entry: entry.clone() }).collect::<Vec<_>>();
		network.stations = Stations::new(others.into_iter().filter(|one| one.id.index > 63).chain(all));
		let mut report = report();
		let pages = pages(&network, owner(), &mut report);
		assert_eq!((report.count, pages.len(), pages[0].0.page), (1, 1, 1), "page 1 is sent");
		assert!(report.settle(std::path::Path::new("a"), false).is_err());
		let stations: Vec<_> = (0..64).map(|_| vec![values(209); 5]).collect();
		let what = table(&stations).unwrap_err();
		let expected = "320 cells with 209 different parameters and places are 66880 values";
		assert!(what.starts_with(expected) && what.ends_with("a page holds 65536, in 256 KiB"), "{what}");
		assert!(table(&stations[..60]).is_ok());
	}

	#[test]
	fn what_was_written_waits_for_all_whose_it_is_and_for_nobody_where_it_is_the_owners() {
		let mut report = report();
		let waits = |pages: &[Page]| pages[0].0.parts[0].others;
		let station = stations().find(b"A").unwrap().1.station.clone();
		let others = station.sharers.with(station.tower.unwrap().org);
		assert_eq!(waits(&pages(&seen(FILE), owner(), &mut report)), others);
		assert_eq!(awaits(OrgSet::EMPTY, false, &[]), None);
		let text = awaits(OrgSet::of(OrgId(1)).with(OrgId(2)), false, &[]).unwrap();
		assert!(text.contains("all whose it is have signed it: 1, 2 ("), "{text}");
		assert!(awaits(OrgSet::EMPTY, true, &[]).unwrap().contains("sharers and tower company"));
	}
}
