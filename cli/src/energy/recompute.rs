// SPDX-License-Identifier: Apache-2.0
//! `trimast energy recompute`: a month computed anew from its readings, here, by the code that the chain uses; without any network.
//!
//! # What is checked, each to the last unit
//!
//! * **Reports**: the body has the digest; it comes to these sums by the records of its stations and the rules of its day.
//! * **Totals**: they are the sums of the reports.
//! * **Lines**: they are of the totals and of the savings, with the factor of the month by its versions, and the digest is that of what they
//!   say.
//! * **Savings**: they are the sums of proofs, and each proof follows from its reports ([`super::windows::month`]). What each station
//!   has of it the chain does not keep: it is told as it is computed here ([`super::windows::stations`]).
//!
//! Proofs that rest on a report that was corrected since, or are measured against one, are named ([`super::windows::stale`]). They are no
//! difference: that is how the chain has them. Of what they are measured against the file says what was corrected.
//!
//! That the records, rules and signatures are those of the chain the file itself cannot prove: export it from a node that one trusts,
//! or compare the digests of lines with those that one has signed.

use super::{
	record::{body, open, Entry, Head, Reader, ReportEntry},
	windows::{
		month::{Known, Savings},
		signed_kwh,
		stale::{self, Standing},
	},
	words::{cny_exact, extend, factor_by, kwh, ReportId},
};
use crate::{
	config::scores::month_text,
	context::Context,
	error::{Failure, Result},
	names::hex0x,
	order::people::People,
	output::{counted, facts},
};
use clap::Args;
use serde_json::json;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	fs,
	io::BufRead,
	path::PathBuf,
};
use trimast_primitives::{
	calendar::month_of_day,
	energy::{account, report_digest, statement_digest, EmissionFactor, Line, Report, Rules, Sums},
	site::StationEntry,
	Hash, LocalNetworkId, OrgId, ProvinceId,
};

/// Differences that are told.
const SHOWN: usize = 20;

/// Compute a month anew from a file, without a network.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy export province:13 --month 2026-05 --archive ws://archive:9944 --output may.jsonl && trimast energy recompute may.jsonl\n  trimast energy recompute may.jsonl --stations"
)]
pub(crate) struct RecomputeCommand {
	/// A file that `trimast energy export` has written.
	file: PathBuf,
	/// Also tell what each station has saved, day by day.
	#[arg(long)]
	stations: bool,
}

/// Sums by participant.
type AllSums = BTreeMap<OrgId, Sums>;

/// What reports of an owner's stations of a local network come to.
#[derive(Default)]
struct Total {
	sums: AllSums,
	counted: u64,
	contested: u32,
}

/// A month as it is computed anew.
struct Recomputed {
	head: Head,
	factors: HashMap<ProvinceId, EmissionFactor>,
	stations: HashMap<u32, Vec<StationEntry>>,
	rules: HashMap<u32, Rules>,
	seen: BTreeSet<ReportId>,
	totals: BTreeMap<(LocalNetworkId, OrgId), Total>,
	told: BTreeSet<(LocalNetworkId, OrgId)>,
	savings: Savings,
	people: People,
	/// How many of each there are.
	reports: u64,
	lines: u64,
	/// What differs.
	differences: Vec<String>,
	more: u64,
}

fn without_nothing(sums: &[(OrgId, Sums)]) -> AllSums {
	sums.iter().copied().filter(|(_, sums)| *sums != Sums::default()).collect()
}

impl Recomputed {
	fn new(head: Head, savings: Savings) -> Self {
		let people = People::named(&head.names.iter().cloned().collect());
		Self {
			head,
			factors: HashMap::new(),
			stations: HashMap::new(),
			rules: HashMap::new(),
			seen: BTreeSet::new(),
			totals: BTreeMap::new(),
			told: BTreeSet::new(),
			savings,
			people,
			reports: 0,
			lines: 0,
			differences: Vec::new(),
			more: 0,
		}
	}

	/// Reads a file to its end, and savings into `savings`. Tells `passed` how many bytes are behind it, line by line.
	fn read<R: BufRead>(
		head: Head,
		mut reader: Reader<R>,
		savings: Savings,
		mut passed: impl FnMut(u64),
	) -> Result<Self> {
		let mut all = Self::new(head, savings);
		while let Some(entry) = reader.entry()? {
			all.take(entry).map_err(|failure| reader.wrong(failure))?;
			passed(reader.bytes());
		}
		Ok(all)
	}

	fn differs(&mut self, what: String) {
		match self.differences.len() < SHOWN {
			true => self.differences.push(what),
			false => self.more = self.more.saturating_add(1),
		}
	}

	fn take(&mut self, entry: Entry) -> Result<()> {
		match entry {
			Entry::Head(_) => return Err(Failure::input("a second head")),
			Entry::Factor { province, versions } => {
				let version = factor_by(&versions, province, self.head.month);
				self.factors.insert(province, version.map_or(EmissionFactor(0), |version| version.factor));
			}
			Entry::Stations { number, stations } => {
				self.stations.insert(number, stations);
			}
			Entry::Rules { number, sharing, tariff, tolerance } => {
				self.rules.insert(number, Rules { sharing, tariff, tolerance });
			}
			Entry::Report(report) => self.report(&report)?,
			Entry::Total { local_network, owner, sums, counted, contested } => {
				self.told.insert((local_network, owner));
				let own = self.totals.entry((local_network, owner)).or_default();
				let own = (own.sums.clone(), own.counted, own.contested);
				let name = format!("total of {} in {}", self.people.name(owner), local_network.0);
				self.compare(&name, &own.0, &without_nothing(&sums));
				if own.1 != counted {
					self.differs(format!(
						"{name}: {counted} readings count by the file, {} as computed here",
						own.1
					));
				}
				if own.2 != contested {
					self.differs(format!(
						"{name}: {contested} reports are contested by the file, {} are there",
						own.2
					));
				}
			}
			Entry::Line { owner, payer, line, digest, signed, .. } => {
				self.lines = self.lines.saturating_add(1);
				if signed.len() == 2 {
					self.savings.close((line.local_network, owner));
				}
				self.line(owner, payer, &line, digest);
			}
			Entry::End { .. } => {
				let untold: Vec<_> =
					self.totals.keys().filter(|key| !self.told.contains(key)).copied().collect();
				for (place, owner) in untold {
					let name = self.people.name(owner);
					self.differs(format!(
						"total of {name} in {}: it is missing, though there are reports",
						place.0
					));
				}
				let untold = self.savings.untold(&self.people);
				untold.into_iter().for_each(|what| self.differs(what));
			}
			Entry::Plan(_)
			| Entry::Page { .. }
			| Entry::Source { .. }
			| Entry::Proof(_)
			| Entry::Savings { .. } => {
				let told = self.saving(entry)?;
				told.into_iter().for_each(|what| self.differs(what));
			}
		}
		Ok(())
	}

	/// Takes what belongs to savings. Gives back what differs.
	fn saving(&mut self, entry: Entry) -> Result<Vec<String>> {
		let Self { head, factors, stations, rules, people, savings, .. } = self;
		let known = Known { genesis: head.genesis, month: head.month, stations, rules, people };
		match entry {
			Entry::Plan(plan) => savings.plan(&known, plan),
			Entry::Page { plan, page, compensations, frozen, corrected } => {
				savings.page(plan, page, &compensations, (frozen, corrected))
			}
			Entry::Source { digest, holders, rules, body } => {
				savings.source(&known, digest, (holders, rules), &body)
			}
			Entry::Proof(proof) => savings.proof(&known, &proof),
			Entry::Savings { local_network, owner, savings: view } => {
				let factor = factors.get(&local_network.province()).copied();
				Ok(savings.savings(&known, (local_network, owner), &view, factor))
			}
			_ => Ok(Vec::new()),
		}
	}

	/// Compares sums that the file has with those that are computed here.
	fn compare(&mut self, what: &str, own: &AllSums, file: &AllSums) {
		let orgs: BTreeSet<OrgId> = own.keys().chain(file.keys()).copied().collect();
		for org in orgs {
			let of = |all: &AllSums| all.get(&org).copied().unwrap_or_default();
			let (own, file) = (of(own), of(file));
			let name = self.people.name(org);
			let quantities = [
				("energy", "kWh", kwh(file.energy), kwh(own.energy)),
				("volume", "Mbit", file.volume.to_string(), own.volume.to_string()),
				("amount", "CNY", cny_exact(file.amount), cny_exact(own.amount)),
			];
			for (quantity, unit, file, own) in quantities.into_iter().filter(|(_, _, file, own)| file != own)
			{
				self.differs(format!(
					"{what}: {quantity} of {name}: {file} {unit} by the file, {own} {unit} as computed here"
				));
			}
		}
	}

	/// A body of a report, if it has the digest.
	fn body_of(&mut self, id: ReportId, text: &str, digest: Hash) -> Result<Option<Report>> {
		let report = body(text).map_err(|failure| failure.at(id))?;
		let own = report_digest(self.head.genesis, id.local_network, id.owner, &report);
		if own != digest {
			let (own, file) = (hex0x(own), hex0x(digest));
			self.differs(format!("report {id}: digest {file} by the file, {own} as computed here"));
			return Ok(None);
		}
		Ok(Some(report))
	}

	fn report(&mut self, entry: &ReportEntry) -> Result<()> {
		let id = entry.id;
		self.reports = self.reports.saturating_add(1);
		if !self.seen.insert(id) {
			return Err(Failure::input("the report stands there twice").at(id));
		}
		if month_of_day(id.day) != self.head.month {
			return Err(
				Failure::input(format!("the report is not of {}", month_text(self.head.month))).at(id)
			);
		}
		let (key, is_contested) = ((id.local_network, id.owner), entry.seen.is_some());
		let Some(reported) = self.body_of(id, &entry.body, entry.digest)? else { return Ok(()) };
		let place = (reported.span.day, reported.span.first, reported.page, reported.number);
		if place != (id.day, id.first, id.page, entry.number) {
			self.differs(format!("report {id}: the body is that of another report"));
			return Ok(());
		}
		let Report { span, stations, .. } = reported;
		self.savings.stands(
			key,
			id.page,
			Standing { span, stations, digest: entry.digest, block: entry.block },
		);
		let lower = match &entry.seen {
			None => None,
			Some(seen) => {
				let seen = self.body_of(id, &seen.body, seen.digest)?;
				let Some(lower) = seen.and_then(|seen| reported.lower(&seen)) else {
					self.differs(format!("report {id}: what another has seen is not of the same readings"));
					return Ok(());
				};
				Some(lower)
			}
		};
		let missing =
			|what: &str| Failure::input(format!("{what} of this number do not stand in front of it")).at(id);
		let stations = self.stations.get(&entry.stations).ok_or_else(|| missing("stations"))?;
		let rules = self.rules.get(&entry.rules).ok_or_else(|| missing("rules"))?;
		let comes_to = |report: &Report| account(id.owner, report, stations, &entry.holders, rules);
		let own = comes_to(&reported).and_then(|own| {
			let lower = lower.as_ref().map(comes_to).transpose()?;
			// Where the lower reading comes to more, what was reported stands.
			Ok(lower.filter(|lower| lower.energy() <= own.energy()).unwrap_or(own))
		});
		let Ok(own) = own else {
			self.differs(format!("report {id}: it cannot be read"));
			return Ok(());
		};
		let total = self.totals.entry(key).or_default();
		for (org, sums) in own.sums.iter().filter(|(_, sums)| *sums != Sums::default()) {
			let all = total.sums.entry(*org).or_default();
			*all = all.plus(*sums);
		}
		total.counted = total.counted.saturating_add(own.counted.into());
		total.contested = total.contested.saturating_add(is_contested.into());
		self.compare(&format!("report {id}"), &without_nothing(&own.sums), &without_nothing(&entry.sums));
		if own.counted != entry.counted {
			let (file, own) = (entry.counted, own.counted);
			self.differs(format!("report {id}: {file} readings count by the file, {own} as computed here"));
		}
		Ok(())
	}

	/// Compares what was saved by a line with what the proofs come to.
	fn compare_saved(&mut self, name: &str, owner: OrgId, payer: OrgId, line: &Line) {
		let own = self.savings.of((line.local_network, owner));
		let share = own.shares.get(&payer).copied().unwrap_or(0);
		for (whose, file, own) in [("share", line.saved, share), ("all", line.saved_by_all, own.saved)] {
			if file != own {
				let (file, own) = (signed_kwh(file), signed_kwh(own));
				self.differs(format!(
					"{name}: {whose}: saved: {file} kWh by the file, {own} kWh as computed here"
				));
			}
		}
	}

	fn line(&mut self, owner: OrgId, payer: OrgId, line: &Line, digest: Hash) {
		let place = line.local_network;
		let (of, to) = (self.people.name(payer), self.people.name(owner));
		let name = format!("line of {of} to {to} in {}", place.0);
		let sums = self.totals.get(&(place, owner)).map(|total| total.sums.clone()).unwrap_or_default();
		let share = sums.get(&payer).copied().unwrap_or_default();
		let whole = sums.values().fold(Sums::default(), |all, sums| all.plus(*sums));
		let one = |sums| AllSums::from([(payer, sums)]);
		self.compare(&format!("{name}: share"), &one(share), &one(line.share));
		self.compare(&format!("{name}: all"), &one(whole), &one(line.whole));
		self.compare_saved(&name, owner, payer, line);
		let factor = self.factors.get(&place.province()).copied();
		if factor != Some(line.factor) {
			let own = factor.map_or_else(|| "none".into(), |factor| factor.0.to_string());
			self.differs(format!("{name}: the factor is {} by the line, {own} by the file", line.factor.0));
		}
		let own = statement_digest(self.head.genesis, self.head.month, owner, payer, line);
		if own != digest {
			let (own, file) = (hex0x(own), hex0x(digest));
			self.differs(format!("{name}: digest {file} by the file, {own} as computed here"));
		}
	}

	fn text(&self) -> String {
		let whole = self.totals.values().flat_map(|total| total.sums.values());
		let whole = whole.fold(Sums::default(), |all, sums| all.plus(*sums));
		let head = facts(&[
			("month", month_text(self.head.month)),
			("chain", hex0x(self.head.genesis)),
			("as of block", self.head.block.to_string()),
			("reports", self.reports.to_string()),
			("totals", self.told.len().to_string()),
			("lines", self.lines.to_string()),
			("proofs", self.savings.proofs().to_string()),
			("energy", format!("{} kWh", kwh(whole.energy))),
			("amount", format!("{} CNY", cny_exact(whole.amount))),
			("saved", format!("{} kWh", signed_kwh(self.savings.whole().saved))),
		]);
		let end = match (self.differences.is_empty(), self.more) {
			(true, _) => "all of them come to the same, to the last unit".into(),
			(false, 0) => self.differences.join("\n"),
			(false, more) => format!("{}\n... and {more} more", self.differences.join("\n")),
		};
		format!("{head}\n{end}")
	}
}

/// Runs it.
pub(crate) fn run(context: &Context, command: &RecomputeCommand) -> Result<()> {
	let (head, reader) = open(&command.file)?;
	let savings = if command.stations { Savings::by_station() } else { Savings::default() };
	// Of a file that cannot be asked the bar has no end, and is of no interest either.
	let length = fs::metadata(&command.file).map_or(0, |of| of.len());
	let bar = context.output.progress(length, "bytes");
	let all = Recomputed::read(head, reader, savings, |bytes| bar.set_position(bytes));
	bar.finish_and_clear();
	let all = all?;
	if let Some(stations) = all.savings.stations() {
		if context.output.json {
			stations.documents(&all.factors).for_each(|document| context.output.json_line(&document));
		} else {
			context.output.say(&stations.text(&all.factors, &all.people));
		}
	}
	let differences = u64::try_from(all.differences.len()).unwrap_or(u64::MAX).saturating_add(all.more);
	let mut value = json!({
		"type": "recomputed", "file": command.file, "month": month_text(all.head.month), "genesis": all.head.genesis,
		"block": all.head.block, "reports": all.reports, "totals": all.told.len(), "lines": all.lines,
		"proofs": all.savings.proofs(), "saved": all.savings.whole().saved, "same": differences == 0,
		"differing": differences, "differences": all.differences,
	});
	let stale = all.savings.stale();
	extend(&mut value, stale::to_json(&stale));
	context.output.answer(&value, || stale::below(all.text(), &stale));
	match all.differences.first() {
		None => Ok(()),
		Some(first) => Err(Failure::chain(format!("{}; the first: {first}", counted(differences, "difference")))
			.at(command.file.display())
			.remedy("compare the file's chain and block with what one knows, and export it again from a node that one trusts")),
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			gather::tests::{contested_in_vain, gathered},
			record::tests::{file, file_of},
			windows::{month::tests as month, stale::Cause},
		},
		*,
	};
	use serde_json::Value;
	use std::path::Path;

	fn recomputed(text: &str) -> Result<Recomputed> {
		let (head, reader) = Reader::begin(text.as_bytes(), Path::new("month"))?;
		Recomputed::read(head, reader, Savings::by_station(), |_| {})
	}

	/// A file with a change in the first line of a type.
	fn altered(text: &str, kind: &str, change: impl Fn(&mut Value)) -> String {
		let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
		change(lines.iter_mut().find(|line| line["type"] == kind).unwrap());
		lines.iter().map(|line| format!("{line}\n")).collect()
	}

	fn changed(kind: &str, change: impl Fn(&mut Value)) -> String {
		altered(&file(false), kind, change)
	}

	#[test]
	fn month_comes_to_the_same_to_the_last_unit() {
		for file in [file(false), file(true), file_of(&contested_in_vain())] {
			let all = recomputed(&file).unwrap();
			assert_eq!(all.differences, [""; 0]);
			assert_eq!((all.reports, all.told.len(), all.lines), (1, 1, 1));
			assert!(all.text().contains("to the last unit"), "{}", all.text());
		}
	}

	#[test]
	fn progress_goes_on_line_by_line_to_the_end_of_the_file() {
		let (text, mut told) = (file(false), Vec::new());
		let (head, reader) = Reader::begin(text.as_bytes(), Path::new("month")).unwrap();
		Recomputed::read(head, reader, Savings::default(), |bytes| told.push(bytes)).unwrap();
		// Once for each line behind the head
		assert_eq!(told.len(), text.lines().count() - 1);
		assert!(told.is_sorted() && told.last() == Some(&(text.len() as u64)), "{told:?}");
	}

	#[test]
	fn any_unit_that_differs_is_told_with_where_it_stands() {
		let add = |value: &mut Value| *value = json!(value.as_u64().unwrap() + 1);
		for (text, part) in [
			(
				changed("report", |v| add(&mut v["sums"][0][1]["energy"])),
				"report 1301/0/0/2026-11-28: energy of one",
			),
			(changed("report", |v| add(&mut v["counted"])), "readings count by the file"),
			(changed("report", |v| v["digest"] = json!(Hash::zero())), "report 1301/0/0/2026-11-28: digest"),
			(
				changed("total", |v| add(&mut v["sums"][1][1]["amount"])),
				"total of one in 1301: amount of two",
			),
			(changed("total", |v| add(&mut v["counted"])), "total of one in 1301"),
			(
				changed("line", |v| add(&mut v["line"]["share"]["volume"])),
				"line of two to one in 1301: share: volume",
			),
			(changed("line", |v| v["digest"] = json!(Hash::zero())), "line of two to one in 1301: digest"),
			(
				changed("factor", |v| add(&mut v["versions"][0]["factor"])),
				"the factor is 5366 by the line, 5367",
			),
			(
				changed("factor", |v| v["versions"][1]["from"] = json!(20_787)),
				"5366 by the line, 1 by the file",
			),
			(changed("factor", |v| v["versions"] = json!([])), "5366 by the line, 0 by the file"),
			(changed("rules", |v| add(&mut v["tariff"]["prices"][3])), "amount of"),
			(changed("stations", |v| v["stations"][0]["station"]["rated_power_w"] = json!(900)), "energy of"),
		] {
			let all = recomputed(&text).unwrap();
			assert!(all.differences[0].contains(part), "{part}: {:?}", all.differences);
			assert!(!all.text().contains("to the last unit"));
		}
	}

	#[test]
	fn line_that_is_final_has_the_factor_of_its_month_as_any_other() {
		let both: trimast_primitives::OrgSet = [OrgId(0), OrgId(1)].into_iter().collect();
		let is_final = altered(&file(false), "line", |line| line["signed"] = json!(both));
		assert_eq!(recomputed(&is_final).unwrap().differences, [""; 0]);
		let other = altered(&is_final, "factor", |line| line["versions"][0]["factor"] = json!(1));
		let differences = recomputed(&other).unwrap().differences;
		assert_eq!(
			differences,
			["line of two to one in 1301: the factor is 5366 by the line, 1 by the file"]
		);
	}

	#[test]
	fn savings_come_to_the_same_to_the_last_unit() {
		let all = recomputed(&month::file()).unwrap();
		assert_eq!(all.differences, [""; 0]);
		assert_eq!((all.savings.proofs(), all.savings.whole().saved), (1, month::savings().saved));
		assert_eq!(all.lines, 1);
		assert!(all.text().contains("0.400 kWh"), "{}", all.text());
	}

	#[test]
	fn stations_have_together_what_is_proven() {
		let all = recomputed(&month::file()).unwrap();
		let documents: Vec<Value> = all.savings.stations().unwrap().documents(&all.factors).collect();
		let [one] = &documents[..] else { panic!("{documents:?}") };
		let savings = month::savings();
		assert_eq!(
			(one["saved"].as_i64(), one["expected"].as_u64()),
			(Some(savings.saved), Some(savings.expected))
		);
		assert_eq!(one["avoided_kg_co2"], "0.2146400");
		let shares = one["shares"].as_array().unwrap().iter().map(|share| share["saved"].as_i64().unwrap());
		assert_eq!(
			shares.collect::<Vec<_>>(),
			savings.shares.iter().map(|(_, share)| *share).collect::<Vec<_>>()
		);
		let day = &one["days"][0];
		assert_eq!(
			(&day["day"], &day["plan"], &day["saved"]),
			(&json!("2026-11-28"), &json!(7), &one["saved"])
		);
		// Of a month without proofs there is none, and who does not ask keeps none
		let other = recomputed(&file(false)).unwrap();
		assert_eq!(other.savings.stations().unwrap().documents(&other.factors).count(), 0);
		assert!(Savings::default().stations().is_none());
	}

	#[test]
	fn proofs_that_rest_on_a_corrected_report_are_named_and_no_difference() {
		use trimast_primitives::OrgSet;
		let both: OrgSet = [OrgId(0), OrgId(1)].into_iter().collect();
		let (first, corrected) = (gathered(), month::corrected());
		for (report, signed, are_stale, is_final) in [
			(&first, OrgSet::EMPTY, 0, false),
			(&corrected, OrgSet::EMPTY, 1, false),
			(&corrected, both, 1, true),
		] {
			let all = recomputed(&month::file_with(Some(report), signed)).unwrap();
			assert_eq!(all.differences, [""; 0]);
			let stale = all.savings.stale();
			let found = stale.iter().filter(|one| one.is_final == is_final);
			let found: Vec<_> = found.map(|one| (one.plan, one.page, one.day)).collect();
			assert_eq!(found, vec![(7, 0, first.id.day); are_stale]);
			assert_eq!(stale.len(), are_stale);
			let text = stale::below(all.text(), &stale);
			assert_eq!(
				text.contains("plan 7, page 0, 2026-11-28: rests on a report"),
				are_stale > 0,
				"{text}"
			);
		}
	}

	#[test]
	fn proofs_that_are_measured_against_a_corrected_report_are_named_and_no_difference() {
		use trimast_primitives::OrgSet;
		for (is_corrected, expected) in [(false, vec![]), (true, vec![(Cause::Baseline, 7)])] {
			let all = recomputed(&month::file_of(Some(&gathered()), OrgSet::EMPTY, is_corrected)).unwrap();
			assert_eq!(all.differences, [""; 0]);
			let stale = all.savings.stale();
			assert_eq!(stale.iter().map(|one| (one.cause, one.plan)).collect::<Vec<_>>(), expected);
			let value = stale::to_json(&stale);
			let counts =
				["stale_proofs", "corrected_baselines"].map(|of| value[of].as_array().unwrap().len());
			assert_eq!(counts, [0, expected.len()]);
		}
	}

	#[test]
	fn savings_that_differ_are_told_with_where_they_stand() {
		let file = month::file();
		let with = |kind: &str, pointer: &str, change: fn(&Value) -> Value| {
			altered(&file, kind, |line| {
				let value = line.pointer_mut(pointer).unwrap();
				*value = change(value);
			})
		};
		let more = |value: &Value| json!(value.as_i64().unwrap() + 1);
		let proof = "proof of plan 7, page 0, 2026-11-28: ";
		for (text, parts) in [
			(with("proof", "/proof/saved", more), [proof, "saved: 0.401 kWh by the file"]),
			(with("proof", "/proof/shares/1/1", more), [proof, "share of two"]),
			(with("proof", "/past", |_| json!([])), [proof, "not those that were agreed on"]),
			(with("plan", "/plan/until", more), ["plan 7: agreed: ", "by the file"]),
			(with("page", "/frozen/0", |_| json!(Hash::zero())), ["plan 7, page 0: found: ", "by the file"]),
			(with("savings", "/savings/metered", more), ["savings of one in 1301: ", "metered"]),
			(with("savings", "/savings/avoided", more), ["savings of one in 1301: ", "kg CO2"]),
			(with("factor", "/versions/0/factor", more), ["savings of one in 1301: ", "5367 by the file"]),
			(with("line", "/line/saved", more), ["line of two to one in 1301: share: ", "saved: "]),
			(with("line", "/line/saved_by_all", more), ["line of two to one in 1301: all: ", "0.401 kWh by"]),
			(with("stations", "/stations/0/station/rated_power_w", |_| json!(900)), [proof, "expected"]),
		] {
			let all = recomputed(&text).unwrap();
			let first = &all.differences[0];
			assert!(parts.iter().all(|part| first.contains(part)), "{parts:?}: {:?}", all.differences);
			assert!(!all.text().contains("to the last unit"));
		}
	}

	#[test]
	fn file_fails_when_what_a_proof_needs_is_missing() {
		let file = month::file();
		let without = |kind: &str| {
			let is_kept = |line: &&str| !line.contains(&format!("\"type\":\"{kind}\""));
			let lines: String = file.lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
			recomputed(&lines).map(|all| all.differences).map_err(|failure| failure.to_string())
		};
		for kind in ["plan", "page", "source", "stations", "rules"] {
			let failure = without(kind).unwrap_err();
			assert!(failure.contains("in front of it"), "{kind}: {failure}");
		}
		assert!(without("proof").unwrap_err().contains("1 proofs should stand there"));
		let untold = without("savings").unwrap();
		assert_eq!(untold, ["savings of one in 1301: they are missing, though there are proofs"]);
	}

	#[test]
	fn file_fails_when_something_of_it_is_missing() {
		let text = file(false);
		let without = |kind: &str| {
			let kind = format!("\"type\":\"{kind}\"");
			let lines = text.lines().filter(|line| !line.contains(&kind));
			recomputed(&lines.map(|line| format!("{line}\n")).collect::<String>())
				.map(|_| ())
				.unwrap_err()
				.to_string()
		};
		assert!(without("end").contains("cut off"));
		assert!(without("total").contains("1 reports, 1 totals, 1 lines and 0 proofs should stand there"));
		assert!(without("stations").contains("stations of this number"));
		let report = text.lines().find(|line| line.contains("\"type\":\"report\"")).unwrap();
		let twice = text.replace(report, &format!("{report}\n{report}"));
		assert!(recomputed(&twice).map(|_| ()).unwrap_err().to_string().contains("twice"));
		let other = changed("head", |v| v["month"] = json!(2026 * 12));
		assert!(recomputed(&other).map(|_| ()).unwrap_err().to_string().contains("not of 2026-01"));
	}

	#[test]
	fn recompute_needs_no_network_and_fails_when_something_differs() {
		use crate::args::{Arguments, Command};
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("month.jsonl");
		let run = |text: &str| {
			std::fs::write(&path, text).unwrap();
			let line = ["trimast", "--json", "energy", "recompute", path.to_str().unwrap()];
			let arguments = Arguments::read(line).unwrap();
			let Command::Energy { command } = arguments.command else { panic!("{line:?}") };
			let context = Context::new(arguments.global).unwrap();
			let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
			runtime.block_on(crate::energy::run(&context, command))
		};
		assert_eq!(run(&file(true)), Ok(()));
		let wrong = changed("total", |value| value["counted"] = json!(1));
		let failure = run(&wrong).unwrap_err();
		assert_eq!(failure.exit_code(), 1);
		assert!(failure.to_string().contains("1 difference; the first: total of one in 1301"), "{failure}");
	}
}
