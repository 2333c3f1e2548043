// SPDX-License-Identifier: Apache-2.0
//! `trimast energy export`: a month of a place with all that it follows from, in a file that is recomputed without a network.
//!
//! It is written beside the file, as `FILE.part`, and gets its name when it is whole. An export that was interrupted is repeated as it
//! was: it goes on with that part, as of the block with which it began ([`Begun`]).

use super::{
	gather::Gatherer,
	record::{Begun, Entry, Head, PlanEntry, Writer, Written},
	show::{standing, Standing},
	total::totals,
	windows::{
		evidence::{self, Desk, Saved},
		frozen,
	},
	words::{days_of, kwh, networks, place, whole, ReportId},
};
use crate::{
	chain::{views::At, Chain},
	checkpoint,
	config::scores::{month, month_text},
	context::Context,
	error::{in_file, Failure, Result},
	files::{self, beside},
	names::scope_text,
	order::people::People,
	output::counted,
};
use clap::Args;
use serde_json::json;
use std::{
	collections::{BTreeSet, HashSet},
	fs::{self, File, OpenOptions},
	io::{BufReader, BufWriter, ErrorKind, Seek, SeekFrom},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	access::Scope,
	apis::{EnergyPlanPagesView, EnergyProofView, EnergySavingsView, EnergyTotalView},
	calendar::month_of_day,
	energy::Sums,
	BlockNumber, LocalNetworkId, OrgId, ProvinceId,
};

/// Write a month with all that it follows from.
#[derive(Args, Debug)]
#[command(
	after_help = "Example:\n  trimast energy export 1301 --month 2026-05 --archive ws://archive:9944 --output may.jsonl && trimast energy recompute may.jsonl"
)]
pub(crate) struct ExportCommand {
	/// Where: 1301, province:13 or national.
	#[arg(value_name = "PLACE", value_parser = place)]
	place: Scope,
	/// The month (2026-05), UTC+8.
	#[arg(long, value_name = "MONTH", value_parser = month)]
	month: u16,
	/// Archive node: it has the blocks, and what held in them.
	#[arg(long, value_name = "URL")]
	archive: String,
	/// As of this block; of the latest final one otherwise, or of that with which an interrupted export has begun. Reports are kept
	/// for some days only.
	#[arg(long, value_name = "BLOCK")]
	at: Option<BlockNumber>,
	/// A new file. Until it is whole it is FILE.part, and an export that was interrupted goes on with that.
	#[arg(long, short, value_name = "FILE")]
	output: PathBuf,
	/// Begin anew, whatever an interrupted export has left.
	#[arg(long)]
	restart: bool,
}

/// The file until it is whole. No other export writes it meanwhile.
struct Part {
	path: PathBuf,
	lock: PathBuf,
	_held: File,
}

impl Part {
	/// Of this file, which is not there yet.
	fn of(output: &Path) -> Result<Self> {
		files::check_new(output)?;
		let path = beside(output, "part");
		let lock = beside(&path, "lock");
		let held = files::hold(&lock, || {
			Failure::input("another export to this file is under way")
				.at(output.display())
				.remedy("wait for its end, or name another file (--output)")
		})?;
		Ok(Self { path, lock, _held: held })
	}

	/// What an interrupted export has left to go on from.
	fn begun(&self) -> Result<Option<Begun>> {
		match File::open(&self.path) {
			Ok(file) => Begun::read(BufReader::new(file), &self.path),
			Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
			Err(error) => Err(in_file(&self.path)(error)),
		}
	}

	/// Opens it behind its first bytes, and takes away what stands there.
	fn open(&self, length: u64) -> Result<BufWriter<File>> {
		let open = OpenOptions::new().write(true).create(true).truncate(false).open(&self.path);
		let mut file = open.map_err(in_file(&self.path))?;
		let moved = file.set_len(length).and_then(|()| file.seek(SeekFrom::Start(length)));
		moved.map_err(in_file(&self.path))?;
		Ok(BufWriter::new(file))
	}

	/// That what is there is the part of another export.
	fn is_of_another(&self) -> Failure {
		Failure::input(
			"it is the part of another export that was interrupted: of another month, place or chain",
		)
		.at(self.path.display())
		.remedy("repeat that one, name another file (--output), or say --restart to begin this one anew")
	}
}

impl Drop for Part {
	fn drop(&mut self) {
		// Nothing is gone on from nothing.
		if fs::metadata(&self.path).is_ok_and(|of| of.len() == 0) {
			let _ = checkpoint::remove(&self.path);
		}
		let _ = checkpoint::remove(&self.lock);
	}
}

/// Refuses reports that do not come to their total: some are forgotten.
fn check(
	(local_network, owner): (LocalNetworkId, OrgId),
	reports: &[Standing],
	total: &EnergyTotalView,
	people: &People,
) -> Result<()> {
	let there = reports.iter().fold(Sums::default(), |all, (_, view)| all.plus(whole(&view.sums)));
	let all = whole(&total.sums);
	if there == all {
		return Ok(());
	}
	let what = format!(
		"the reports of {} in {} come to {} kWh of {} kWh: some are forgotten",
		people.name(owner),
		local_network.0,
		kwh(there.energy),
		kwh(all.energy)
	);
	Err(Failure::chain(what).remedy(
		"say --at with a block at which they were kept (`trimast energy rules` says for how many days)",
	))
}

/// Refuses proofs that do not come to what was saved: some plans are forgotten.
fn check_savings(
	(local_network, owner): (LocalNetworkId, OrgId),
	proofs: &Saved,
	all: &EnergySavingsView,
	people: &People,
) -> Result<()> {
	if *proofs == Saved::from(all) {
		return Ok(());
	}
	let what = format!(
		"the proofs of {} in {} are of {} kWh of {} kWh: some plans are forgotten",
		people.name(owner),
		local_network.0,
		kwh(proofs.expected),
		kwh(all.expected)
	);
	Err(Failure::chain(what).remedy(
		"say --at with a block at which they were kept (`trimast energy rules` says for how many days)",
	))
}

/// An export under way.
struct Export<'a, W> {
	archive: &'a Chain,
	at: At<'a>,
	month: u16,
	people: People,
	writer: Writer<W>,
}

impl<W: std::io::Write> Export<'_, W> {
	/// The reports of an owner's stations of a local network, and their total.
	async fn total(
		&mut self,
		context: &Context,
		(local_network, owner): (LocalNetworkId, OrgId),
		total: &EnergyTotalView,
		days: &[u16],
		are_there: &HashSet<ReportId>,
	) -> Result<()> {
		let mut reports = standing(self.at, local_network, days, Some(owner)).await?;
		check((local_network, owner), &reports, total, &self.people)?;
		reports.retain(|(id, _)| !are_there.contains(id));
		let name = format!("reports of {} in {}", self.people.name(owner), local_network.0);
		let bar = context.output.progress(reports.len().try_into().unwrap_or(u64::MAX), &name);
		let writer = &mut self.writer;
		let mut gatherer = Gatherer::new(self.archive);
		gatherer
			.each(reports, |one| {
				bar.inc(1);
				writer.report(&one)
			})
			.await?;
		bar.finish_and_clear();
		self.writer.put(&Entry::Total {
			local_network,
			owner,
			sums: total.sums.clone(),
			counted: total.counted,
			contested: total.contested,
		})
	}

	/// What an owner's stations of a local network have saved, and all of its proofs.
	async fn savings(
		&mut self,
		context: &Context,
		(local_network, owner): (LocalNetworkId, OrgId),
	) -> Result<()> {
		let savings = self.at.savings(self.month, local_network, owner).await?;
		if savings.compared == 0 && savings.left_out == 0 {
			return Ok(());
		}
		let mut proofs = Saved::default();
		for view in evidence::plans_of(self.at, local_network, owner, self.month).await? {
			proofs = proofs.plus(&self.proofs(context, &view).await?);
		}
		check_savings((local_network, owner), &proofs, &savings, &self.people)?;
		self.writer.put(&Entry::Savings { local_network, owner, savings })
	}

	/// The proofs of a plan in the month. Gives back what they come to.
	async fn proofs(&mut self, context: &Context, view: &EnergyPlanPagesView) -> Result<Saved> {
		let (number, month, genesis) = (view.plan.number, self.month, self.archive.genesis());
		let is_of_month = |proof: &&EnergyProofView| month_of_day(proof.day) == month;
		let count = view.pages.iter().flat_map(|page| &page.proven).filter(is_of_month).count();
		let mut all = Saved::default();
		if count == 0 {
			return Ok(all);
		}
		let plan = evidence::as_proposed(genesis, view)?;
		let pages = view.pages.iter().filter_map(|page| Some((page.cells.page, page.hash?))).collect();
		let (by, subject) = (view.plan.by, view.plan.subject);
		let entry = PlanEntry { number, by, plan: plan.clone(), pages, subject };
		self.writer.put(&Entry::Plan(entry.clone()))?;
		let name = format!("proofs of plan {number}");
		let bar = context.output.progress(count.try_into().unwrap_or(u64::MAX), &name);
		let mut desk = Desk::new(self.archive, view, &plan);
		for page in &view.pages {
			let mut of_page = page.proven.iter().filter(is_of_month).peekable();
			if of_page.peek().is_none() {
				continue;
			}
			let examined = desk.examination(page).await?;
			let of = (view.plan.local_network, view.plan.by);
			let corrected = frozen::corrected(self.at, of, page.cells.page, &examined).await?;
			self.writer.page(number, page, corrected.into_iter().map(|one| one.digest).collect())?;
			for proof in of_page {
				let one = desk.proven(self.at, page, &examined, proof).await?;
				self.writer.proof(genesis, &entry, &one)?;
				all = all.plus(&Saved::from(proof));
				bar.inc(1);
			}
		}
		bar.finish_and_clear();
		Ok(all)
	}

	/// The lines of statements about these totals.
	async fn lines(&mut self, totals: &[(LocalNetworkId, OrgId, EnergyTotalView)]) -> Result<()> {
		let mut statements: BTreeSet<(OrgId, OrgId, ProvinceId)> = BTreeSet::new();
		for (id, owner, view) in totals {
			let payers = view.sums.iter().map(|(org, _)| *org).filter(|org| org != owner);
			statements.extend(payers.map(|payer| (*owner, payer, id.province())));
		}
		for (owner, payer, province) in statements {
			for view in self.at.energy_statement(self.month, owner, payer, province).await? {
				let place = view.line.local_network;
				if !totals.iter().any(|(id, of, _)| (*id, *of) == (place, owner)) {
					continue;
				}
				let (line, digest, signed, disputed) = (view.line, view.digest, view.signed, view.disputed);
				self.writer.put(&Entry::Line { owner, payer, line, digest, signed, disputed })?;
			}
		}
		Ok(())
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ExportCommand) -> Result<()> {
	let part = Part::of(&command.output)?;
	// Another file is refused either way: it would be written over.
	let begun = part.begun()?.filter(|_| !command.restart);
	let chain = context.chain().await?;
	let asked = context.archive(&chain, Some(&command.archive)).await?;
	// One is named.
	let Some(archive) = asked else { return Err(Failure::usage("no archive node is named").at("--archive")) };
	if begun.as_ref().is_some_and(|begun| begun.head.genesis != archive.genesis()) {
		return Err(part.is_of_another());
	}
	// Who names another block means another file.
	let begun = begun.filter(|begun| command.at.is_none_or(|at| at == begun.head.block));
	let at = match (command.at, &begun) {
		(None, None) => archive.now().await?,
		(None, Some(begun)) => archive.at(begun.head.block, archive.hash_of(begun.head.block).await?),
		(Some(number), _) => {
			let (last, _) = archive.finalized().await?;
			if number > last {
				return Err(Failure::input(format!("the latest final block is {last}"))
					.at(format!("--at {number}"))
					.remedy("name an earlier block"));
			}
			archive.at(number, archive.hash_of(number).await?)
		}
	};
	let resumed = begun.as_ref().map_or(0, |begun| begun.reports.len());
	if let Some(begun) = &begun {
		let (path, block) = (part.path.display(), begun.head.block);
		let there = counted(u64::try_from(resumed).unwrap_or(u64::MAX), "report");
		context.output.remark(&format!("{path} has {there} as of block {block}: going on from there"));
	}
	let archived = |failure: Failure| failure.naming("--archive");
	let written = write(context, &command, at, &archive, &part, begun).await.map_err(archived)?;
	let (file, Written { reports, totals, lines, proofs }) = written;
	let file = file.into_inner().map_err(|error| in_file(&part.path)(error.into_error()))?;
	files::name(&file, &part.path, &command.output)?;
	let value = json!({
		"type": "exported", "file": command.output, "month": month_text(command.month), "block": at.number,
		"reports": reports, "totals": totals, "lines": lines, "proofs": proofs, "resumed": resumed,
	});
	context.output.answer(&value, || {
		format!(
			"{}: {} in {} as of block {}: {}, {}, {}, {}",
			command.output.display(),
			month_text(command.month),
			scope_text(command.place),
			at.number,
			counted(reports, "report"),
			counted(totals, "total"),
			counted(lines, "line"),
			counted(proofs, "proof")
		)
	});
	Ok(())
}

async fn write(
	context: &Context,
	command: &ExportCommand,
	at: At<'_>,
	archive: &Chain,
	part: &Part,
	begun: Option<Begun>,
) -> Result<(BufWriter<File>, Written)> {
	let month = command.month;
	networks(at, command.place).await?;
	let orgs = at.orgs().await?;
	let people = People::of(&orgs);
	let totals = totals(at, month, command.place).await?;
	if totals.is_empty() {
		let place = format!("{} in {}", scope_text(command.place), month_text(month));
		return Err(Failure::input("nothing is reported there")
			.at(place)
			.remedy("`trimast energy total` shows where something is"));
	}
	let names = orgs.iter().map(|org| (org.id.0, people.name(org.id))).collect();
	let head = Head::new(archive.genesis(), at.number, month, names);
	let provinces: BTreeSet<ProvinceId> = totals.iter().map(|(id, ..)| id.province()).collect();
	let mut factors = Vec::new();
	for province in provinces {
		factors.push((province, at.emission_factors(province, month).await?));
	}
	let keys: Vec<(LocalNetworkId, OrgId)> = totals.iter().map(|(id, owner, _)| (*id, *owner)).collect();
	if begun.as_ref().is_some_and(|begun| !begun.is_of(&head, &factors, &keys)) {
		return Err(part.is_of_another());
	}
	let (mut reports, mut with_savings, mut whole) = (HashSet::new(), HashSet::new(), 0);
	let mut written_factors = 0;
	let writer = match begun {
		None => Writer::begin(part.open(0)?, &part.path, head)?,
		Some(mut begun) => {
			(whole, written_factors) = (begun.totals.len(), begun.factors.len());
			reports = std::mem::take(&mut begun.reports);
			with_savings = std::mem::take(&mut begun.savings);
			Writer::go_on(part.open(begun.length)?, &part.path, begun)
		}
	};
	let mut export = Export { archive, at, month, people, writer };
	for (province, versions) in factors.into_iter().skip(written_factors) {
		export.writer.put(&Entry::Factor { province, versions })?;
	}
	let days = days_of(month);
	for (n, (id, owner, total)) in totals.iter().enumerate() {
		if n >= whole {
			export.total(context, (*id, *owner), total, &days, &reports).await?;
		}
		if !with_savings.contains(&(*id, *owner)) {
			export.savings(context, (*id, *owner)).await?;
		}
	}
	export.lines(&totals).await?;
	export.writer.end()
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			record::tests::{file, MONTH},
			show::tests::standing_report,
			windows::month::tests::savings,
		},
		*,
	};
	use crate::order::people::tests::people;

	#[test]
	fn part_is_of_one_export_and_nothing_is_left_of_an_empty_one() {
		let folder = tempfile::tempdir().unwrap();
		let output = folder.path().join("may.jsonl");
		let part = Part::of(&output).unwrap();
		let second = Part::of(&output).map(|_| ()).unwrap_err().to_string();
		assert!(second.contains("may.jsonl: another export"), "{second}");
		assert!(part.begun().unwrap().is_none());
		part.open(0).unwrap();
		drop(part);
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "neither it nor its lock");
		// What is written is gone on with, and what stands behind it is taken away.
		let text = file(false);
		let head = text.lines().next().unwrap().len() as u64 + 1;
		fs::write(folder.path().join("may.jsonl.part"), &text[..text.len() / 2]).unwrap();
		let part = Part::of(&output).unwrap();
		assert_eq!(part.begun().unwrap().unwrap().head.month, MONTH);
		let opened = part.open(head).unwrap().into_inner().unwrap();
		files::name(&opened, &part.path, &output).unwrap();
		drop(part);
		assert_eq!(fs::read_to_string(&output).unwrap(), &text[..text.find('\n').unwrap() + 1]);
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
		// A file that is there is not written over.
		let failure = Part::of(&output).map(|_| ()).unwrap_err().to_string();
		assert!(failure.contains("is not overwritten"), "{failure}");
		fs::write(folder.path().join("other.part"), "station,start\n").unwrap();
		let other = Part::of(&folder.path().join("other")).unwrap();
		assert!(other.begun().map(|_| ()).unwrap_err().to_string().contains("not the part of a month"));
	}

	#[test]
	fn export_fails_when_reports_are_forgotten() {
		let (id, view) = standing_report();
		let total = EnergyTotalView { sums: view.sums.clone(), counted: 48, contested: 0, is_closed: false };
		let key = (id.local_network, id.owner);
		assert_eq!(check(key, &[(id, view)], &total, &people()), Ok(()));
		let failure = check(key, &[], &total, &people()).unwrap_err().to_string();
		assert!(failure.contains("come to 0.000 kWh of 3.000 kWh") && failure.contains("--at"), "{failure}");
	}

	#[test]
	fn export_fails_when_plans_are_forgotten() {
		let (key, all) = ((LocalNetworkId(1301), OrgId(0)), savings());
		assert_eq!(check_savings(key, &Saved::from(&all), &all, &people()), Ok(()));
		let failure = check_savings(key, &Saved::default(), &all, &people()).unwrap_err().to_string();
		assert!(failure.contains("are of 0.000 kWh of") && failure.contains("--at"), "{failure}");
	}
}
