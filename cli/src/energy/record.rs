// SPDX-License-Identifier: Apache-2.0
//! The file of `trimast energy export`: JSON, a document a line. All that a month's reports, totals, lines and savings follow from.
//!
//! | type | what |
//! |---|---|
//! | `head` | form, chain, final block, month, names of companies; the first line |
//! | `factor` | what a kWh emits in a province, 10⁻⁴ kg CO₂: all versions that there are for the month |
//! | `stations` | the records of a page's stations, by slot, under a number |
//! | `rules` | how energy is shared out, what it costs, the tolerance: the versions of a day, under a number |
//! | `report` | a report: its body (SCALE, hexadecimal) and digest, the numbers of stations and rules, who holds which network, its sums |
//! | `total` | what an owner's stations of a local network come to: the reports in front of it |
//! | `plan` | a plan of saving windows with the hashes of its pages, and what all have agreed to |
//! | `page` | a page of a plan: which cells stand in, the hashes of what its baseline is read from, and what of that was corrected since. What stands behind it is of it |
//! | `source` | a report that proofs of the page are made of: body, digest, who holds which network, number of rules |
//! | `proof` | a day of the page that is proven: its reports and those of weeks before, by digest, and what it has come to |
//! | `savings` | what an owner's stations of a local network have saved: the proofs in front of it |
//! | `line` | a line of a statement, with its digest and signatures |
//! | `end` | how many of each there are; the last line |

use super::{
	gather::Gathered,
	windows::evidence::{Evidence, ProvenDay},
	words::ReportId,
};
use crate::{
	error::{in_file, Failure, Result},
	names::{hex0x, unhex},
};
use codec::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{
	collections::{HashMap, HashSet},
	fs::File,
	io::{BufRead, BufReader, Read, Write},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	apis::{EnergyPlanPageView, EnergyProofView, EnergySavingsView},
	energy::{
		report_digest, Compensation, FactorVersion, Line, Report, Rules, SavingPlan, SharingRule, Sums,
		Tariff,
	},
	site::{Plmn, StationEntry},
	BlockNumber, Hash, LocalNetworkId, OrgId, OrgSet, ProvinceId,
};

/// What kind of file it is.
const FORMAT: &str = "trimast/energy-month";
/// Version of the form.
const VERSION: u32 = 1;
/// Most bytes of a line: the records of a page, or a report with what another has seen.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// What to do about a file that is none.
pub(super) const REMEDY: &str = "name a file that `trimast energy export` has written, or export it again";

/// What the file is of.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Head {
	format: String,
	version: u32,
	/// Hash of the chain's first block.
	pub(super) genesis: Hash,
	/// The final block as of which it is.
	pub(super) block: BlockNumber,
	/// The month: twelve times the year, and 0 for January.
	pub(super) month: u16,
	/// Names of companies.
	pub(super) names: Vec<(u8, String)>,
}

impl Head {
	/// Of a month.
	pub(super) fn new(genesis: Hash, block: BlockNumber, month: u16, names: Vec<(u8, String)>) -> Self {
		Self { format: FORMAT.into(), version: VERSION, genesis, block, month, names }
	}
}

/// What another company has seen.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct SeenEntry {
	/// Who.
	pub(super) by: OrgId,
	/// Its digest.
	pub(super) digest: Hash,
	/// The block that has brought it.
	pub(super) block: BlockNumber,
	/// SCALE, hexadecimal.
	pub(super) body: String,
}

/// A report.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct ReportEntry {
	/// Which.
	pub(super) id: ReportId,
	/// Its number among the corrections.
	pub(super) number: u16,
	/// Its digest.
	pub(super) digest: Hash,
	/// The block that has brought it.
	pub(super) block: BlockNumber,
	/// Number of its stations' records.
	pub(super) stations: u32,
	/// Number of its rules.
	pub(super) rules: u32,
	/// Who holds which network.
	pub(super) holders: Vec<(Plmn, OrgId)>,
	/// SCALE, hexadecimal.
	pub(super) body: String,
	/// What another company has seen, while it contests it.
	pub(super) seen: Option<SeenEntry>,
	/// How many readings count.
	pub(super) counted: u32,
	/// The sums of participants.
	pub(super) sums: Vec<(OrgId, Sums)>,
}

/// A plan by which cells have slept.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct PlanEntry {
	/// Its number.
	pub(super) number: u32,
	/// Who has proposed it: the owner of its stations.
	pub(super) by: OrgId,
	/// What it says.
	pub(super) plan: SavingPlan,
	/// Its pages, each with the hash of what was found of it.
	pub(super) pages: Vec<(u16, Hash)>,
	/// What all have agreed to.
	pub(super) subject: Hash,
}

/// A day of a page that is proven.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct ProofEntry {
	/// Of this plan.
	pub(super) plan: u32,
	/// Of this page.
	pub(super) page: u16,
	/// Number of its stations' records.
	pub(super) stations: u32,
	/// The reports of the day, by their digests.
	pub(super) today: Vec<Hash>,
	/// Those of the weeks before.
	pub(super) past: Vec<Hash>,
	/// What it has come to.
	pub(super) proof: EnergyProofView,
}

/// A line of the file.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Entry {
	/// What the file is of.
	Head(Head),
	/// What a kilowatt-hour emits.
	Factor {
		/// Where.
		province: ProvinceId,
		/// All versions that there are for the month, the country's among them.
		versions: Vec<FactorVersion>,
	},
	/// The records of a page's stations, by slot.
	Stations {
		/// By which reports name them.
		number: u32,
		/// The records.
		stations: Vec<StationEntry>,
	},
	/// By what reports are accounted.
	Rules {
		/// By which reports name them.
		number: u32,
		/// How energy is shared out.
		sharing: SharingRule,
		/// What it costs.
		tariff: Tariff,
		/// What a meter may show above the rated power, in thousandths.
		tolerance: u16,
	},
	/// A report.
	Report(ReportEntry),
	/// What reports come to.
	Total {
		/// Where.
		local_network: LocalNetworkId,
		/// Whose stations.
		owner: OrgId,
		/// The sums of participants.
		sums: Vec<(OrgId, Sums)>,
		/// How many readings count.
		counted: u64,
		/// How many reports are contested.
		contested: u32,
	},
	/// A plan of saving windows.
	Plan(PlanEntry),
	/// A page of a plan. Sources and proofs behind it are of it.
	Page {
		/// The plan.
		plan: u32,
		/// The page.
		page: u16,
		/// Which cell stands in for each.
		compensations: Vec<Compensation>,
		/// The reports that the baseline is read from, by their hash, from the weekday of the first day on.
		frozen: Vec<Hash>,
		/// Those of these reports, by their digests, that were corrected since: another one stands as of the block.
		#[serde(default, skip_serializing_if = "Vec::is_empty")]
		corrected: Vec<Hash>,
	},
	/// A report that proofs of the page are made of.
	Source {
		/// Its digest.
		digest: Hash,
		/// Who holds which network.
		holders: Vec<(Plmn, OrgId)>,
		/// Number of its rules.
		rules: u32,
		/// SCALE, hexadecimal.
		body: String,
	},
	/// A day of the page that is proven.
	Proof(ProofEntry),
	/// What proofs come to.
	Savings {
		/// Where.
		local_network: LocalNetworkId,
		/// Whose stations.
		owner: OrgId,
		/// How much.
		savings: EnergySavingsView,
	},
	/// A line of a statement.
	Line {
		/// Whose stations.
		owner: OrgId,
		/// Who owes.
		payer: OrgId,
		/// What it says.
		line: Line,
		/// What is signed.
		digest: Hash,
		/// Who has signed it.
		signed: OrgSet,
		/// Who disputes it.
		disputed: OrgSet,
	},
	/// How much there is.
	End {
		/// Reports.
		reports: u64,
		/// Totals.
		totals: u64,
		/// Lines.
		lines: u64,
		/// Days of pages that are proven.
		proofs: u64,
	},
}

/// How much of each was written.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Written {
	/// Reports.
	pub(super) reports: u64,
	/// Totals.
	pub(super) totals: u64,
	/// Lines.
	pub(super) lines: u64,
	/// Days of pages that are proven.
	pub(super) proofs: u64,
}

impl Written {
	/// With a line more.
	fn note(&mut self, entry: &Entry) {
		let count = match entry {
			Entry::Report(_) => &mut self.reports,
			Entry::Total { .. } => &mut self.totals,
			Entry::Line { .. } => &mut self.lines,
			Entry::Proof(_) => &mut self.proofs,
			_ => return,
		};
		*count = count.saturating_add(1);
	}
}

/// How a source is read: who holds which network, and the number of its rules.
type ReadBy = (Vec<(Plmn, OrgId)>, u32);

/// By what stations' records are known again.
fn key_of(stations: &[StationEntry]) -> [u8; 16] {
	stations.using_encoded(sp_io::hashing::blake2_128)
}

/// What an interrupted export has left of its file, as far as the next one goes on from it: reports one by one, savings of an owner's
/// stations of a local network all or none. Lines of statements are written anew.
pub(super) struct Begun {
	/// Its head.
	pub(super) head: Head,
	/// What a kilowatt-hour emits, as it stands there.
	pub(super) factors: Vec<(ProvinceId, Vec<FactorVersion>)>,
	/// The reports that are there.
	pub(super) reports: HashSet<ReportId>,
	/// Of whose stations and where the total is, in the order of the file.
	pub(super) totals: Vec<(LocalNetworkId, OrgId)>,
	/// Of whose stations and where the savings are.
	pub(super) savings: HashSet<(LocalNetworkId, OrgId)>,
	/// How many bytes it is.
	pub(super) length: u64,
	written: Written,
	stations: HashMap<[u8; 16], u32>,
	rules: Vec<Rules>,
}

impl Begun {
	fn new(head: Head) -> Self {
		Self {
			head,
			factors: Vec::new(),
			reports: HashSet::new(),
			totals: Vec::new(),
			savings: HashSet::new(),
			length: 0,
			written: Written::default(),
			stations: HashMap::new(),
			rules: Vec::new(),
		}
	}

	/// Reads it. `None` where there is nothing to go on from.
	///
	/// # Errors
	/// It is something else.
	pub(super) fn read<R: BufRead>(mut input: R, path: &Path) -> Result<Option<Self>> {
		let (mut begun, mut length): (Option<Self>, u64) = (None, 0);
		// What stands behind the begin of savings, of which the end is not there yet.
		let (mut is_open, mut open) = (false, Vec::new());
		let mut text = Vec::new();
		loop {
			text.clear();
			let mut line = (&mut input).take(MOST_BYTES);
			let read = line.read_until(b'\n', &mut text).map_err(in_file(path))?;
			if text.last() != Some(&b'\n') {
				return Ok(begun);
			}
			length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
			let other = || {
				Failure::input("it is not the part of a month that an export has written")
					.at(path.display())
					.remedy("move it away, or name another file (--output)")
			};
			let entry: Entry = serde_json::from_slice(&text).map_err(|_| other())?;
			let Some(begun) = &mut begun else {
				let Entry::Head(head) = entry else { return Err(other()) };
				if head.format != FORMAT || head.version != VERSION {
					return Err(other());
				}
				begun = Some(Self { length, ..Self::new(head) });
				continue;
			};
			match entry {
				Entry::Line { .. } | Entry::End { .. } => break,
				Entry::Plan(_) | Entry::Page { .. } | Entry::Source { .. } => is_open = true,
				savings @ Entry::Savings { .. } => {
					open.drain(..).for_each(|entry| begun.take(entry));
					is_open = false;
					begun.take(savings);
				}
				entry if is_open => open.push(entry),
				entry => begun.take(entry),
			}
			if !is_open {
				begun.length = length;
			}
		}
		Ok(begun)
	}

	fn take(&mut self, entry: Entry) {
		self.written.note(&entry);
		match entry {
			Entry::Factor { province, versions } => self.factors.push((province, versions)),
			Entry::Stations { number, stations } => {
				self.stations.insert(key_of(&stations), number);
			}
			Entry::Rules { sharing, tariff, tolerance, .. } => {
				self.rules.push(Rules { sharing, tariff, tolerance });
			}
			Entry::Report(report) => {
				self.reports.insert(report.id);
			}
			Entry::Total { local_network, owner, .. } => self.totals.push((local_network, owner)),
			Entry::Savings { local_network, owner, .. } => {
				self.savings.insert((local_network, owner));
			}
			_ => {}
		}
	}

	/// Whether it is the begin of a file with this head and these factors, and totals of these owners' stations of local networks one
	/// after the other.
	pub(super) fn is_of(
		&self,
		head: &Head,
		factors: &[(ProvinceId, Vec<FactorVersion>)],
		totals: &[(LocalNetworkId, OrgId)],
	) -> bool {
		// Reports stand in front of their total.
		let so_far = totals.get(..=self.totals.len()).unwrap_or(totals);
		let is_there = |id: &ReportId| so_far.contains(&(id.local_network, id.owner));
		self.head == *head
			&& factors.starts_with(&self.factors)
			&& totals.starts_with(&self.totals)
			&& self.reports.iter().all(is_there)
	}
}

/// Writes a file.
pub(super) struct Writer<W> {
	out: W,
	path: PathBuf,
	written: Written,
	stations: HashMap<[u8; 16], u32>,
	rules: Vec<Rules>,
	/// What stands behind the page that is at work.
	sources: HashMap<Hash, ReadBy>,
}

impl<W: Write> Writer<W> {
	/// Begins with the head.
	pub(super) fn begin(out: W, path: &Path, head: Head) -> Result<Self> {
		let mut writer = Self {
			out,
			path: path.to_owned(),
			written: Written::default(),
			stations: HashMap::new(),
			rules: Vec::new(),
			sources: HashMap::new(),
		};
		writer.put(&Entry::Head(head))?;
		Ok(writer)
	}

	/// Goes on with a file of which so much is there.
	pub(super) fn go_on(out: W, path: &Path, begun: Begun) -> Self {
		let Begun { written, stations, rules, .. } = begun;
		Self { out, path: path.to_owned(), written, stations, rules, sources: HashMap::new() }
	}

	/// Writes a line.
	pub(super) fn put(&mut self, entry: &Entry) -> Result<()> {
		self.written.note(entry);
		let text = serde_json::to_string(entry).map_err(Failure::input)?;
		writeln!(self.out, "{text}").map_err(in_file(&self.path))
	}

	/// The number of stations' records, which are written where they are not there yet.
	fn number_of_stations(&mut self, stations: &[StationEntry]) -> Result<u32> {
		let key = key_of(stations);
		if let Some(number) = self.stations.get(&key) {
			return Ok(*number);
		}
		let next = u32::try_from(self.stations.len()).unwrap_or(u32::MAX);
		self.stations.insert(key, next);
		self.put(&Entry::Stations { number: next, stations: stations.to_vec() })?;
		Ok(next)
	}

	/// The number of rules, which are written where they are not there yet.
	fn number_of_rules(&mut self, rules: &Rules) -> Result<u32> {
		let known = self.rules.iter().position(|of| of == rules);
		let number = u32::try_from(known.unwrap_or(self.rules.len())).unwrap_or(u32::MAX);
		if known.is_none() {
			self.rules.push(rules.clone());
			let Rules { sharing, tariff, tolerance } = rules.clone();
			self.put(&Entry::Rules { number, sharing, tariff, tolerance })?;
		}
		Ok(number)
	}

	/// Writes a report, and in front of it what of its stations and rules is not there yet.
	pub(super) fn report(&mut self, one: &Gathered) -> Result<()> {
		let stations = self.number_of_stations(&one.stations)?;
		let rules = self.number_of_rules(&one.rules)?;
		let view = &one.view;
		let seen = one.seen.as_ref().zip(view.dispute.as_ref()).map(|(seen, dispute)| SeenEntry {
			by: dispute.by,
			digest: dispute.seen,
			block: dispute.block,
			body: hex0x(seen.encode()),
		});
		self.put(&Entry::Report(ReportEntry {
			id: one.id,
			number: view.number,
			digest: view.digest,
			block: view.block,
			stations,
			rules,
			holders: one.holders.clone(),
			body: hex0x(one.body.encode()),
			seen,
			counted: view.counted,
			sums: view.sums.clone(),
		}))
	}

	/// Writes a page of a plan, as it was examined. `corrected`: what of it was corrected since.
	pub(super) fn page(&mut self, plan: u32, page: &EnergyPlanPageView, corrected: Vec<Hash>) -> Result<()> {
		self.sources.clear();
		let (compensations, frozen) = (page.compensations.clone(), page.frozen.clone());
		self.put(&Entry::Page { plan, page: page.cells.page, compensations, frozen, corrected })
	}

	/// Writes a day of that page, and in front of it what of its reports, stations and rules is not there yet.
	pub(super) fn proof(&mut self, genesis: Hash, plan: &PlanEntry, one: &ProvenDay) -> Result<()> {
		let Evidence { page, today, past, .. } = &one.evidence;
		let stations = self.number_of_stations(&one.facts.stations)?;
		let mut digests = Vec::new();
		for report in today.iter().chain(past) {
			let digest = report_digest(genesis, plan.plan.local_network, plan.by, report);
			let Some(rules) = one.facts.rules.get(&report.span.day) else {
				return Err(Failure::chain("the rules of a day are missing").remedy("export it again"));
			};
			let read_by = (one.facts.holders.clone(), self.number_of_rules(rules)?);
			if self.sources.get(&digest) != Some(&read_by) {
				let (holders, rules) = read_by.clone();
				self.put(&Entry::Source { digest, holders, rules, body: hex0x(report.encode()) })?;
				self.sources.insert(digest, read_by);
			}
			digests.push(digest);
		}
		let past = digests.split_off(today.len());
		let (plan, page, proof) = (plan.number, *page, one.proof.clone());
		self.put(&Entry::Proof(ProofEntry { plan, page, stations, today: digests, past, proof }))
	}

	/// Ends it. Gives back where it was written, and how much.
	pub(super) fn end(mut self) -> Result<(W, Written)> {
		let Written { reports, totals, lines, proofs } = self.written;
		self.put(&Entry::End { reports, totals, lines, proofs })?;
		self.out.flush().map_err(in_file(&self.path))?;
		Ok((self.out, self.written))
	}
}

/// The body of a report from its text.
pub(super) fn body(text: &str) -> Result<Report> {
	let bytes = unhex(text).map_err(Failure::input)?;
	let input = &mut &bytes[..];
	let report = Report::decode(input).map_err(|e| Failure::input(format!("a body cannot be read: {e}")))?;
	match input.is_empty() {
		true => Ok(report),
		false => Err(Failure::input(format!("{} bytes are left over behind a body", input.len()))),
	}
}

/// The lines of a file behind its head, with their numbers. Who reads them to the end has read the whole file: one that was cut
/// off, or has something behind its end, or not as much of everything as its end says, is refused.
pub(super) struct Reader<R> {
	input: R,
	path: PathBuf,
	line: u64,
	/// How many bytes have been read.
	bytes: u64,
	/// How much of each has been read.
	read: Written,
	/// Whether the end has been.
	is_whole: bool,
}

/// Opens a file.
pub(super) fn open(path: &Path) -> Result<(Head, Reader<BufReader<File>>)> {
	Reader::begin(BufReader::new(File::open(path).map_err(in_file(path))?), path)
}

impl<R: BufRead> Reader<R> {
	/// Reads the head.
	pub(super) fn begin(input: R, path: &Path) -> Result<(Head, Self)> {
		let read = Written::default();
		let mut reader = Self { input, path: path.to_owned(), line: 0, bytes: 0, read, is_whole: false };
		let none = || Failure::input("not a month of energy").at(path.display()).remedy(REMEDY);
		let Some(Entry::Head(head)) = reader.entry().map_err(|_| none())? else { return Err(none()) };
		if head.format != FORMAT {
			return Err(none());
		}
		if head.version != VERSION {
			let what = format!("its form has version {}, and this `trimast` reads {VERSION}", head.version);
			let failure = Failure::input(what).at(path.display());
			return Err(failure.remedy("install the version that goes with the file"));
		}
		Ok((head, reader))
	}

	/// The next line. `None` behind the last.
	///
	/// # Errors
	/// The line cannot be read, or what has been read so far is not the whole file and nothing else.
	pub(super) fn entry(&mut self) -> Result<Option<Entry>> {
		self.line = self.line.saturating_add(1);
		let mut text = Vec::new();
		let mut input = (&mut self.input).take(MOST_BYTES);
		let length = input.read_until(b'\n', &mut text).map_err(in_file(&self.path))?;
		self.bytes = self.bytes.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
		match (length, self.is_whole) {
			(0, true) => return Ok(None),
			(0, false) => return Err(self.wrong(Failure::input("the file was cut off: it has no end"))),
			(_, true) => return Err(self.wrong(Failure::input("something stands behind the end"))),
			(_, false) => {}
		}
		let entry: Entry = serde_json::from_slice(&text).map_err(|e| self.wrong(Failure::input(e)))?;
		self.note(&entry).map_err(|failure| self.wrong(failure))?;
		Ok(Some(entry))
	}

	/// How many bytes have been read so far.
	pub(super) const fn bytes(&self) -> u64 {
		self.bytes
	}

	/// Counts a line, and compares the counts where the file says what they are.
	fn note(&mut self, entry: &Entry) -> Result<()> {
		self.read.note(entry);
		let Entry::End { reports, totals, lines, proofs } = *entry else { return Ok(()) };
		self.is_whole = true;
		let there = self.read;
		match there == (Written { reports, totals, lines, proofs }) {
			true => Ok(()),
			false => Err(Failure::input(format!(
				"{reports} reports, {totals} totals, {lines} lines and {proofs} proofs should stand there, and {}, {}, {} and {} \
				 do",
				there.reports, there.totals, there.lines, there.proofs
			))),
		}
	}

	/// Names file and line in a failure.
	pub(super) fn wrong(&self, failure: Failure) -> Failure {
		failure.at(format!("line {}", self.line)).at(self.path.display()).remedy(REMEDY)
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::{
		super::gather::tests::{contested, gathered, GENESIS},
		*,
	};
	use trimast_primitives::energy::{statement_digest, EmissionFactor};

	pub(crate) const MONTH: u16 = 2026 * 12 + 10;

	/// The versions of the country's factor of the year, which is this one until the month is over.
	pub(crate) fn factors(factor: EmissionFactor) -> Vec<FactorVersion> {
		let version = |from, factor| FactorVersion { province: None, year: 2026, from, factor };
		// 2026-12-01
		vec![version(0, factor), version(20_788, EmissionFactor(1))]
	}

	/// A month with a report, its total and a line, as `energy export` writes it.
	pub(crate) fn file(is_contested: bool) -> String {
		file_of(&if is_contested { contested() } else { gathered() })
	}

	/// The same with this report.
	pub(crate) fn file_of(one: &Gathered) -> String {
		gone_on(one, "")
	}

	/// The same, of which so much is written.
	fn gone_on(one: &Gathered, text: &str) -> String {
		let path = Path::new("month");
		let begun = Begun::read(text.as_bytes(), path).unwrap();
		let head = Head::new(GENESIS, 20, MONTH, vec![(0, "one".into()), (1, "two".into())]);
		let (province, factor) = (one.id.local_network.province(), EmissionFactor(5_366));
		let (local_network, owner, sums) = (one.id.local_network, one.id.owner, one.view.sums.clone());
		let versions = factors(factor);
		let (mut has_factor, mut has_report, mut has_total) = (false, false, false);
		let mut writer = match begun {
			None => Writer::begin(Vec::new(), path, head).unwrap(),
			Some(begun) => {
				assert!(begun.is_of(&head, &[(province, versions.clone())], &[(local_network, owner)]));
				has_factor = !begun.factors.is_empty();
				has_report = begun.reports.contains(&one.id);
				has_total = !begun.totals.is_empty();
				let length = usize::try_from(begun.length).unwrap();
				Writer::go_on(text.as_bytes()[..length].to_vec(), path, begun)
			}
		};
		if !has_factor {
			writer.put(&Entry::Factor { province, versions }).unwrap();
		}
		if !has_report {
			writer.report(one).unwrap();
		}
		let (counted, contested) = (one.view.counted.into(), one.seen.is_some().into());
		if !has_total {
			let sums = sums.clone();
			writer.put(&Entry::Total { local_network, owner, sums, counted, contested }).unwrap();
		}
		let whole = sums.iter().fold(Sums::default(), |all, (_, sums)| all.plus(*sums));
		let line = Line { local_network, share: sums[1].1, whole, factor, saved: 0, saved_by_all: 0 };
		let digest = statement_digest(GENESIS, MONTH, owner, OrgId(1), &line);
		let (signed, disputed, payer) = (OrgSet::EMPTY, OrgSet::EMPTY, OrgId(1));
		writer.put(&Entry::Line { owner, payer, line, digest, signed, disputed }).unwrap();
		let (out, written) = writer.end().unwrap();
		assert_eq!(written, Written { reports: 1, totals: 1, lines: 1, proofs: 0 });
		String::from_utf8(out).unwrap()
	}

	#[test]
	fn file_reads_what_it_writes() {
		let text = file(true);
		let (head, mut reader) = Reader::begin(text.as_bytes(), Path::new("month")).unwrap();
		assert_eq!((head.genesis, head.month, head.names.len()), (GENESIS, MONTH, 2));
		let mut types = Vec::new();
		while let Some(entry) = reader.entry().unwrap() {
			if let Entry::Report(report) = &entry {
				assert_eq!(body(&report.body).unwrap(), contested().body);
				assert_eq!(body(&report.seen.as_ref().unwrap().body).ok(), contested().seen);
			}
			let value = serde_json::to_value(&entry).unwrap();
			types.push(value["type"].as_str().unwrap().to_string());
		}
		assert_eq!(types, ["factor", "stations", "rules", "report", "total", "line", "end"]);
	}

	#[test]
	fn export_goes_on_from_wherever_it_was_interrupted() {
		for one in [gathered(), contested()] {
			let whole = file_of(&one);
			// Bodies are long: not at every one of their bytes.
			for length in (0..=whole.len()).step_by(37).chain([whole.len()]) {
				assert_eq!(gone_on(&one, &whole[..length]), whole, "from byte {length}");
			}
		}
	}

	#[test]
	fn savings_are_gone_on_from_all_or_none() {
		use super::super::windows::month::tests::file_with;
		let whole = file_with(Some(&gathered()), OrgSet::EMPTY);
		let begun = |text: &str| Begun::read(text.as_bytes(), Path::new("month")).unwrap().unwrap();
		let behind = |kind: &str| {
			let at = whole.find(&format!("{{\"type\":\"{kind}\"")).unwrap();
			at + whole[at..].find('\n').unwrap() + 1
		};
		let of_total = begun(&whole[..behind("total")]);
		for kind in ["plan", "page", "source", "proof"] {
			let one = begun(&whole[..behind(kind)]);
			assert_eq!(usize::try_from(one.length).unwrap(), behind("total"), "{kind}");
			assert_eq!((one.written, one.stations.len()), (of_total.written, of_total.stations.len()));
			assert_eq!(one.rules.len(), of_total.rules.len());
		}
		for text in [&whole[..behind("savings")], &whole] {
			let one = begun(text);
			assert_eq!(usize::try_from(one.length).unwrap(), behind("savings"));
			assert_eq!((one.written.proofs, one.savings.len()), (1, 1));
			assert_eq!(one.stations.len(), whole.matches("\"type\":\"stations\"").count());
		}
	}

	#[test]
	fn part_fails_when_it_is_of_something_else() {
		let text = file(false);
		let begun = Begun::read(text.as_bytes(), Path::new("month")).unwrap().unwrap();
		let (head, factors, totals) = (begun.head.clone(), begun.factors.clone(), begun.totals.clone());
		let (place, owner) = totals[0];
		let (province, mut versions) = factors[0].clone();
		versions.pop();
		assert!(begun.is_of(&head, &factors, &[(place, owner), (place, OrgId(1))]));
		assert!(!begun.is_of(&Head { month: 1, ..head.clone() }, &factors, &totals));
		assert!(!begun.is_of(&Head { block: 21, ..head.clone() }, &factors, &totals));
		assert!(!begun.is_of(&head, &[(province, versions)], &totals));
		assert!(!begun.is_of(&head, &factors, &[(LocalNetworkId(1), owner)]));
		for text in [
			"station,start\n",
			"{}\n",
			"{\"type\":\"end\",\"reports\":0,\"totals\":0,\"lines\":0,\"proofs\":0}\n",
		] {
			let failure =
				Begun::read(text.as_bytes(), Path::new("x.part")).map(|_| ()).unwrap_err().to_string();
			assert!(failure.contains("x.part") && failure.contains("--output"), "{failure}");
		}
		assert!(Begun::read(&b"{\"type\":\"he"[..], Path::new("x")).unwrap().is_none());
	}

	#[test]
	fn reading_to_the_end_fails_when_it_is_not_the_whole_file() {
		let text = file(false);
		let read = |text: &str| {
			let (_, mut reader) = Reader::begin(text.as_bytes(), Path::new("month")).unwrap();
			loop {
				match reader.entry() {
					Ok(Some(_)) => {}
					Ok(None) => return Ok(()),
					Err(failure) => return Err(failure.to_string()),
				}
			}
		};
		let without = |kind: &str| {
			let kind = format!("\"type\":\"{kind}\"");
			let lines = text.lines().filter(|line| !line.contains(&kind));
			read(&lines.map(|line| format!("{line}\n")).collect::<String>()).unwrap_err()
		};
		assert_eq!(read(&text), Ok(()));
		assert!(without("end").contains("line 8: the file was cut off"), "{}", without("end"));
		for kind in ["report", "total", "line"] {
			let failure = without(kind);
			assert!(
				failure.contains("1 reports, 1 totals, 1 lines and 0 proofs should stand there"),
				"{failure}"
			);
		}
		let end = text.lines().last().unwrap();
		let failure = read(&format!("{text}{end}\n")).unwrap_err();
		assert!(failure.contains("something stands behind the end"), "{failure}");
	}

	#[test]
	fn stations_and_rules_stand_once() {
		let head = Head::new(GENESIS, 20, MONTH, vec![]);
		let mut writer = Writer::begin(Vec::new(), Path::new("month"), head).unwrap();
		let (one, mut other) = (gathered(), gathered());
		other.rules.tolerance += 1;
		for report in [&one, &other, &one] {
			writer.report(report).unwrap();
		}
		let text = String::from_utf8(writer.end().unwrap().0).unwrap();
		let count = |kind: &str| text.matches(&format!("\"type\":\"{kind}\"")).count();
		assert_eq!((count("stations"), count("rules"), count("report")), (1, 2, 3));
	}

	#[test]
	fn file_fails_when_it_is_something_else() {
		let begin = |text: &str| {
			Reader::begin(text.as_bytes(), Path::new("month")).map(|_| ()).unwrap_err().to_string()
		};
		for text in [
			"",
			"{}",
			"station,start\n",
			"{\"type\":\"end\",\"reports\":0,\"totals\":0,\"lines\":0,\"proofs\":0}",
		] {
			assert!(begin(text).contains("not a month of energy"), "{text}");
		}
		let text = file(false);
		assert!(begin(&text.replace("\"version\":1", "\"version\":2")).contains("version 2"));
		let broken = text.replace("\"type\":\"total\"", "\"type\":\"sum\"");
		let (_, mut reader) = Reader::begin(broken.as_bytes(), Path::new("month")).unwrap();
		let failure = (0..9).find_map(|_| reader.entry().err()).unwrap().to_string();
		assert!(failure.starts_with("month: line 6: ") && failure.contains("energy export"), "{failure}");
		assert!(body("0x00").is_err() && body("xyz").is_err());
	}
}
