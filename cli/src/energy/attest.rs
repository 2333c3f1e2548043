// SPDX-License-Identifier: Apache-2.0
//! `trimast energy attest`: the company's own record of stations that others own, compared with what stands of their reports.
//!
//! ```text
//!   file -> reports as the owner would have made them -> the same digest            -> attested
//!                                                     -> another one  --archive URL -> the same readings     -> attested
//!                                                                                   -> other readings: told  -> --contest
//! ```
//!
//! An owner's report may have more stations, or begin otherwise, than what the company has: with the body from an archive node
//! they are compared reading by reading, wherever the company has one, and network by network of either: that the owner has left one out is
//! a difference like any other.
//!
//! Who attests says that it has seen the same: it has a record of its own of every reading of the stations that it shares. What it has not
//! is named, and a report that differs in nothing else is neither attested nor contested.

use super::{
	batches::{Directory, Reports, Seen, Survey},
	bodies::{self, Wanted},
	compare::{compare, cut, Comparison},
	pack::Packed,
	said,
	tally::Tally,
	words::ReportId,
};
use crate::{
	chain::{errors::reason, views::At, Call, Chain, Spec},
	config::access::{self, COLLECTOR},
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	order::people::People,
	output::{counted, facts},
	submit::{self, window::Limits, Fate, Inclusion, News, Submitter},
};
use clap::Args;
use futures::{stream, TryStreamExt};
use serde_json::json;
use std::{
	cell::{Cell, RefCell},
	collections::{btree_map::Entry, BTreeMap},
	path::PathBuf,
	rc::Rc,
};
use trimast_primitives::{
	apis::EnergyReportView,
	energy::{report_digest, Report},
	page::SiteId,
	BlockNumber, Hash, OrgId,
};

/// Reports that are asked for at once.
const AT_ONCE: usize = 16;
/// Most reports of a call: the chain's own limit.
const MOST_ATTESTED: usize = 256;
/// Readings of a report that people are shown.
const SHOWN: usize = 5;

const EXAMPLES: &str = "\
Examples:
  trimast energy attest own-record.csv
  trimast energy attest own-record.csv --archive ws://archive:9944
  trimast energy attest own-record.csv --archive ws://archive:9944 --contest";

/// Compare what others have reported with one's own record, and attest what is the same.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AttestCommand {
	/// One's own record of their stations: readings as CSV, or measurement files of TS 32.435.
	#[arg(required = true)]
	files: Vec<PathBuf>,
	/// Archive node, to compare reading by reading what is not the same as a whole.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
	/// Contest what differs.
	#[arg(long, requires = "archive")]
	contest: bool,
	/// Compare, and send nothing.
	#[arg(long)]
	check: bool,
}

/// How a report compares.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Verdict {
	/// It is the same: to be attested.
	Same,
	/// It is the same as far as the company's record goes, which has not all of it.
	Incomplete,
	/// The company has attested it.
	Given,
	/// No station of it names the company.
	NotConcerned,
	/// It differs; or, by its digest alone, it has more than the company's record.
	Differs,
}

/// A report that stands, and what the company has of that time.
struct Pair {
	id: ReportId,
	view: EnergyReportView,
	/// Of different times.
	own: Vec<Report>,
}

impl Pair {
	/// How it compares by its digest alone.
	fn by_digest(&self, genesis: Hash, org: OrgId) -> Verdict {
		let part = self.own.iter().find_map(|own| cut(own, &self.view.span, self.view.number));
		let digest = part.map(|part| report_digest(genesis, self.id.local_network, self.id.owner, &part));
		match () {
			() if self.view.attested.contains(org) => Verdict::Given,
			() if !self.view.concerned.contains(org) => Verdict::NotConcerned,
			() if digest == Some(self.view.digest) => Verdict::Same,
			() => Verdict::Differs,
		}
	}

	fn wanted(&self) -> Wanted {
		(self.id.local_network, self.id.owner, self.view.digest)
	}
}

/// What is to be sent, and what it is about.
enum Job {
	Attest(Vec<ReportId>),
	Contest(ReportId),
}

/// A report that differs.
struct Differing {
	pair: Pair,
	/// The owner's report and how it compares, where that is known.
	compared: Option<(Report, Comparison)>,
}

impl Differing {
	/// How it compares, reading by reading where that is known.
	fn verdict(&self) -> Verdict {
		match &self.compared {
			Some((_, of)) if of.differences.is_empty() && of.missing.is_empty() => Verdict::Same,
			Some((_, of)) if of.differences.is_empty() => Verdict::Incomplete,
			_ => Verdict::Differs,
		}
	}

	/// Why it cannot be contested, if so.
	fn objection(&self, org: OrgId, people: &People) -> Option<String> {
		let view = &self.pair.view;
		match (&view.dispute, view.is_ruled) {
			(Some(dispute), _) if dispute.by == org => Some("your company contests it".into()),
			(Some(dispute), _) => Some(format!("{} contests it", people.name(dispute.by))),
			(None, true) => Some("it was ruled on".into()),
			(None, false) => {
				let has_room = self.compared.as_ref().is_none_or(|(_, compared)| compared.seen.is_some());
				(!has_room).then(|| "a report has no room for the networks of both".into())
			}
		}
	}
}

/// What has come of it.
#[derive(Default)]
struct Sums {
	same: u64,
	attested: u64,
	given: u64,
	not_concerned: u64,
	missing: u64,
	own: u64,
	incomplete: u64,
	differing: u64,
	contested: u64,
	refused: u64,
}

/// Pairs of a packed report with what stands of its time.
async fn pairs(at: At<'_>, packed: Packed) -> Result<Vec<Pair>> {
	let Packed { local_network, owner, report } = packed;
	let (day, page) = (report.span.day, report.page);
	let views = at.energy_reports(day, local_network, page, owner).await?;
	let of_that_time = views.into_iter().filter(|view| view.span.overlaps(&report.span));
	let pair = |view: EnergyReportView| {
		let id = ReportId { day, local_network, page, owner, first: view.span.first };
		Pair { id, view, own: vec![report.clone()] }
	};
	Ok(of_that_time.map(pair).collect())
}

/// Compares what differs as a whole, reading by reading, with the bodies from an archive node.
async fn look_closer(
	archive: &Chain,
	differing: impl Iterator<Item = Pair>,
	directory: &Directory,
	org: OrgId,
) -> Result<Vec<Differing>> {
	let mut by_block: BTreeMap<BlockNumber, Vec<Pair>> = BTreeMap::new();
	for pair in differing {
		by_block.entry(pair.view.block).or_default().push(pair);
	}
	let mut all = Vec::new();
	for (block, pairs) in by_block {
		let wanted: Vec<Wanted> = pairs.iter().map(Pair::wanted).collect();
		let bodies = bodies::ask(archive, block, &wanted).await?;
		for pair in pairs {
			let body = bodies.get(&pair.view.digest).ok_or_else(|| bodies::missing(block).at(pair.id))?;
			let site = |slot: u8| SiteId::new(pair.id.local_network, pair.id.page, slot.into());
			let compared = compare(body, &pair.own, |slot| directory.asked(site(slot), org));
			all.push(Differing { pair, compared: compared.map(|compared| (body.clone(), compared)) });
		}
	}
	Ok(all)
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: AttestCommand) -> Result<()> {
	let output = context.output;
	let survey = Survey::of(&command.files)?;
	let signer = if command.check { None } else { Some(context.bulk_signer()?) };
	let chain = context.chain().await?;
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
	if let Some(signer) = &signer {
		submit::settle(&chain, signer.account(), output).await?;
	}
	let at = chain.now().await?;
	let account = access::acting(context, at, COLLECTOR).await?;
	let org = account.org;
	let people = People::of(&at.orgs().await?);
	let (directory, packer) = survey.stations(at, &account, output).await?;
	let tally = RefCell::new(Tally::new(output, None, &directory));
	let seen = Rc::new(Cell::new(Seen::default()));
	let mut sums = Sums::default();
	let (mut same, mut differing) = (Vec::<(ReportId, Hash)>::new(), BTreeMap::<ReportId, Pair>::new());
	{
		let tell = |wrong| tally.borrow_mut().wrong(&wrong);
		let reports = Reports::of(&command.files, packer, seen, tell)?;
		let own = Cell::new(0u64);
		let others = stream::iter(reports).try_filter(|packed| {
			let is_own = packed.owner == org;
			own.set(own.get().saturating_add(is_own.into()));
			futures::future::ready(!is_own)
		});
		let bar = output.progress(survey.readings, "readings compared");
		let ask = |packed: Packed| async move {
			let size = packed.report.size();
			Ok::<_, Failure>((size, pairs(at, packed).await?))
		};
		let mut asked = std::pin::pin!(others.map_ok(ask).try_buffered(AT_ONCE));
		while let Some((size, pairs)) = asked.try_next().await? {
			bar.inc(size.into());
			sums.missing = sums.missing.saturating_add(pairs.is_empty().into());
			for pair in pairs {
				match pair.by_digest(chain.genesis(), org) {
					Verdict::Same => same.push((pair.id, pair.view.digest)),
					Verdict::Given => sums.given = sums.given.saturating_add(1),
					Verdict::NotConcerned => sums.not_concerned = sums.not_concerned.saturating_add(1),
					// The company's own of that time may be several.
					Verdict::Differs | Verdict::Incomplete => match differing.entry(pair.id) {
						Entry::Occupied(mut known) => known.get_mut().own.extend(pair.own),
						Entry::Vacant(place) => {
							place.insert(pair);
						}
					},
				}
			}
		}
		bar.finish_and_clear();
		sums.own = own.get();
	}
	let differing = differing.into_values();
	let mut looked: Vec<Differing> = match &archive {
		Some(archive) => look_closer(archive, differing, &directory, org).await?,
		None => differing.map(|pair| Differing { pair, compared: None }).collect(),
	};
	looked.sort_by_key(|one| one.pair.id);
	let mut differing = Vec::new();
	for one in looked {
		match one.verdict() {
			// As a whole it is another one, and all of its readings that are a matter of the company are the same.
			Verdict::Same => same.push((one.pair.id, one.pair.view.digest)),
			Verdict::Incomplete => {
				sums.incomplete = sums.incomplete.saturating_add(1);
				tell_incomplete(context, &one, &directory);
			}
			_ => differing.push(one),
		}
	}
	sums.same = count(same.len());
	sums.differing = count(differing.len());
	for one in &differing {
		tell(context, one, &directory, one.objection(org, &people));
	}
	if let Some(signer) = &signer {
		let contested = if command.contest { &differing[..] } else { &[] };
		let spec = context.spec(&chain).await?;
		let contested = contested.iter().filter(|one| one.objection(org, &people).is_none());
		let jobs = jobs(&spec, same, contested)?;
		send(context, &chain, signer, &spec, jobs, &mut sums).await?;
	}
	end(context, &sums, tally.into_inner().malformed(), command.check)
}

fn count(length: usize) -> u64 {
	u64::try_from(length).unwrap_or(u64::MAX)
}

/// Tells of a report of which the company has not all that it is asked for, and which differs in nothing else.
fn tell_incomplete(context: &Context, one: &Differing, directory: &Directory) {
	let (id, Some((_, compared))) = (one.pair.id, &one.compared) else { return };
	let value = json!({
		"type": "incomplete", "report": id.to_string(), "id": id, "digest": one.pair.view.digest,
		"missing": compared.missing_json(id, directory),
	});
	context.output.json_line(&value);
	context.output.say(&format!(
		"{id}: your record lacks {} of it; it is neither attested nor contested\n{}",
		counted(compared.lacking(), "reading"),
		compared.missing_text(id, directory, SHOWN)
	));
}

/// Tells of a report that differs, and why it cannot be contested, if so.
fn tell(context: &Context, one: &Differing, directory: &Directory, objection: Option<String>) {
	let id = one.pair.id;
	let compared = one.compared.as_ref().map(|(_, compared)| compared);
	// What is of intervals of another length is nothing else, and cannot be laid over it.
	let interval = one.pair.view.span.interval;
	let is_apart = one.pair.own.iter().all(|own| own.span.interval != interval);
	let note = objection.or_else(|| is_apart.then(|| "its intervals have another length".into()));
	let value = json!({
		"type": "differs", "report": id.to_string(), "id": id, "digest": one.pair.view.digest,
		"readings": compared.map(|compared| compared.to_json(id, directory)),
		"networks_missing": compared.map(Comparison::left_out_json),
		"missing": compared.map(|compared| compared.missing_json(id, directory)), "note": note,
	});
	context.output.json_line(&value);
	let left_out = compared.and_then(Comparison::left_out_words);
	let lacking = compared.map(Comparison::lacking).filter(|lacking| *lacking > 0);
	let lacking = lacking.map(|all| format!("your record lacks {} of it", counted(all, "reading")));
	let notes: String =
		[left_out, lacking, note].into_iter().flatten().map(|text| format!("; {text}")).collect();
	context.output.say(&match compared {
		None => format!("{id} differs{notes}"),
		Some(compared) => {
			let table = compared.text(id, directory, SHOWN);
			format!("{id} differs in {}{notes}\n{table}", counted(compared.differences.len(), "reading"))
		}
	});
}

/// The calls, and what each is about.
fn jobs<'d>(
	spec: &Spec,
	mut same: Vec<(ReportId, Hash)>,
	contested: impl Iterator<Item = &'d Differing>,
) -> Result<Vec<(Job, Call)>> {
	same.sort_unstable();
	let mut jobs = Vec::new();
	for of_place in same.chunk_by(|(one, _), (other, _)| one.local_network == other.local_network) {
		for part in of_place.chunks(MOST_ATTESTED) {
			let Some((first, _)) = part.first() else { continue };
			let reports: Vec<(u16, u16, OrgId, u8, Hash)> =
				part.iter().map(|(id, digest)| (id.day, id.page, id.owner, id.first, *digest)).collect();
			let call = spec.call("Energy", "attest", (first.local_network, reports))?;
			jobs.push((Job::Attest(part.iter().map(|(id, _)| *id).collect()), call));
		}
	}
	for one in contested {
		let (Some((reported, compared)), id) = (&one.compared, one.pair.id) else { continue };
		let Some(seen) = &compared.seen else { continue };
		let call = spec.call("Energy", "contest", (id.local_network, id.owner, reported, seen))?;
		jobs.push((Job::Contest(id), call));
	}
	Ok(jobs)
}

/// Makes the calls.
async fn send(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	spec: &Spec,
	jobs: Vec<(Job, Call)>,
	sums: &mut Sums,
) -> Result<()> {
	let output = context.output;
	let bar = output.progress(count(jobs.len()), "calls");
	let jobs = jobs.into_iter().map(|(job, call)| Ok((job, context.wrap_bulk(call, spec)?)));
	let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
	let result = submitter
		.run(jobs, |news| {
			match news {
				News::Remark(text) => bar.suspend(|| output.remark(text)),
				News::Done(job, fate) => {
					bar.inc(1);
					bar.suspend(|| note(context, &job, fate, sums));
				}
				News::Block(_) => {}
			}
			Ok(())
		})
		.await;
	bar.finish_and_clear();
	result.map_err(|failure| submit::look_first(failure, signer))
}

/// Takes what became of a call.
fn note(context: &Context, job: &Job, fate: Fate, sums: &mut Sums) {
	let result: Result<Box<Inclusion>> = match fate {
		Fate::Refused(failure) => Err(failure),
		Fate::Final(inclusion) => match &inclusion.failure {
			Some(failure) => Err(failure.clone()),
			None => Ok(inclusion),
		},
	};
	let output = context.output;
	let refuse = |ids: &[ReportId], failure: &Failure, sums: &mut Sums| {
		sums.refused = sums.refused.saturating_add(count(ids.len()));
		let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
		output.json_line(&json!({ "type": "refused", "reports": names, "reason": reason(failure) }));
		output.say(&format!("{}: {failure}", names.first().map_or("", String::as_str)));
	};
	match (job, result) {
		(Job::Attest(ids), Err(failure)) => refuse(ids, &failure, sums),
		(Job::Contest(id), Err(failure)) => refuse(&[*id], &failure, sums),
		(Job::Contest(id), Ok(inclusion)) => {
			sums.contested = sums.contested.saturating_add(1);
			output.json_line(
				&json!({ "type": "contested", "report": id.to_string(), "block": inclusion.block }),
			);
		}
		(Job::Attest(_), Ok(inclusion)) => {
			for said in said::attested(&inclusion.events) {
				let Some(why) = said.refusal else {
					sums.attested = sums.attested.saturating_add(1);
					let value = json!({ "type": "attested", "report": said.report.to_string(), "block": inclusion.block });
					output.json_line(&value);
					continue;
				};
				let (what, remedy) = why.words();
				refuse(&[said.report], &Failure::chain(what).remedy(remedy), sums);
			}
		}
	}
}

/// Tells the sums. What differs and is not contested, was refused or could not be read makes it a result in part.
fn end(context: &Context, sums: &Sums, malformed: u64, is_check: bool) -> Result<()> {
	let value = json!({
		"type": "summary", "same": sums.same, "attested": sums.attested, "given": sums.given,
		"not_concerned": sums.not_concerned, "not_reported": sums.missing, "own": sums.own,
		"incomplete": sums.incomplete, "differing": sums.differing, "contested": sums.contested,
		"refused": sums.refused, "malformed": malformed,
	});
	context.output.answer(&value, || text(sums, malformed));
	let open = sums.differing.saturating_sub(sums.contested);
	if open == 0 && sums.incomplete == 0 && sums.refused == 0 && malformed == 0 {
		return Ok(());
	}
	let what = format!(
		"{open} differ and are not contested, of {} your record has not all readings, {} refused, {malformed} malformed",
		sums.incomplete, sums.refused
	);
	let remedy = match is_check {
		true => "look into what differs or is missing (--archive), then repeat the command without --check",
		false => {
			"look into what differs (--archive); --contest contests it; add what your record lacks, and repeat the command; what is \
			 attested stays so"
		}
	};
	Err(Failure::partial(what).remedy(remedy))
}

fn text(sums: &Sums, malformed: u64) -> String {
	let pairs = [
		("reports that are the same", sums.same),
		("attested now", sums.attested),
		("attested before", sums.given),
		("that your record has not all of", sums.incomplete),
		("that differ", sums.differing),
		("contested now", sums.contested),
		("refused", sums.refused),
		("not reported yet", sums.missing),
		("of stations that do not name the company", sums.not_concerned),
		("of the company's own stations, left out", sums.own),
		("malformed or left out lines", malformed),
	];
	let pairs: Vec<(&str, String)> = pairs
		.into_iter()
		.filter(|(name, count)| *count > 0 || name.starts_with("reports"))
		.map(|(name, count)| (name, count.to_string()))
		.collect();
	facts(&pairs)
}

#[cfg(test)]
pub(super) mod tests {
	use super::{
		super::{
			batches::tests::{report, NETWORKS},
			said::tests::ID,
		},
		*,
	};
	use crate::order::people::tests::people;
	use trimast_primitives::{apis::EnergyDisputeView, energy::Span, OrgSet};

	const OWN: OrgId = OrgId(1);

	pub(crate) fn view(report: &Report) -> EnergyReportView {
		EnergyReportView {
			span: report.span,
			number: report.number,
			stations: report.stations,
			digest: report_digest(Hash::zero(), ID.local_network, ID.owner, report),
			block: 7,
			counted: report.size(),
			sums: Vec::new(),
			concerned: OrgSet::of(OWN),
			attested: OrgSet::EMPTY,
			dispute: None,
			is_ruled: false,
		}
	}

	fn pair(reported: &Report, own: Report) -> Pair {
		Pair { id: ID, view: view(reported), own: vec![own] }
	}

	#[test]
	fn reports_compare_by_what_the_owner_would_have_reported() {
		let day = report(0, 0, 24, &[0, 1]);
		let verdict = |pair: &Pair| pair.by_digest(Hash::zero(), OWN);
		assert_eq!(verdict(&pair(&day, day.clone())), Verdict::Same);
		// A correction is compared under its number.
		let corrected = Report { number: 2, ..day.clone() };
		assert_eq!(verdict(&pair(&corrected, day.clone())), Verdict::Same);
		// The owner has reported half of it, and goes on from there.
		let half = cut(&day, &report(0, 12, 12, &[0]).span, 0).unwrap();
		assert_eq!(verdict(&pair(&half, day.clone())), Verdict::Same);
		// The company has one station of two.
		assert_eq!(verdict(&pair(&day, report(0, 0, 24, &[0]))), Verdict::Differs);
		let mut given = pair(&day, day.clone());
		given.view.attested = OrgSet::of(OWN);
		assert_eq!(verdict(&given), Verdict::Given);
		given.view.attested = OrgSet::EMPTY;
		given.view.concerned = OrgSet::EMPTY;
		assert_eq!(verdict(&given), Verdict::NotConcerned);
	}

	#[test]
	fn what_the_record_has_not_all_of_is_neither_the_same_nor_another() {
		let networks = &NETWORKS[..];
		let day = report(0, 0, 24, &[0, 1]);
		let verdict = |own: Vec<Report>, asked: fn(u8) -> bool| {
			let compared = compare(&day, &own, |slot| asked(slot).then_some(networks));
			let pair = Pair { id: ID, view: view(&day), own };
			Differing { pair, compared: compared.map(|compared| (day.clone(), compared)) }.verdict()
		};
		// The company shares the first station alone
		let first = |slot: u8| slot == 0;
		assert_eq!(verdict(vec![report(0, 0, 24, &[0])], first), Verdict::Same);
		assert_eq!(verdict(vec![report(0, 0, 12, &[0]), report(0, 12, 12, &[0])], first), Verdict::Same);
		// It has one hour of it
		assert_eq!(verdict(vec![report(0, 7, 1, &[0])], first), Verdict::Incomplete);
		assert_eq!(verdict(vec![report(0, 0, 24, &[0])], |_| true), Verdict::Incomplete);
		// Another time
		let tomorrow = Report { span: Span { day: day.span.day + 1, ..day.span }, ..day.clone() };
		assert_eq!(verdict(vec![tomorrow], first), Verdict::Differs);
		// What differs is contested, whatever else is missing
		let mut stations = report(0, 7, 1, &[0]).columns().unwrap().to_stations();
		stations[0].readings[0].energy = Some(7);
		let span = report(0, 7, 1, &[0]).span;
		let other = Report::new(0, span, 0, day.networks.clone(), &stations).unwrap();
		assert_eq!(verdict(vec![other], first), Verdict::Differs);
	}

	#[test]
	fn what_is_contested_or_ruled_on_is_not_contested_again() {
		let day = report(0, 0, 24, &[0]);
		let differing = |by: Option<u8>, is_ruled| {
			let mut pair = pair(&day, day.clone());
			pair.view.is_ruled = is_ruled;
			pair.view.dispute =
				by.map(|by| EnergyDisputeView { by: OrgId(by), seen: Hash::zero(), block: 8, until: 9 });
			Differing { pair, compared: None }.objection(OWN, &people())
		};
		assert_eq!(differing(None, false), None);
		assert_eq!(differing(Some(1), false).unwrap(), "your company contests it");
		assert_eq!(differing(Some(2), false).unwrap(), "tower contests it");
		assert_eq!(differing(None, true).unwrap(), "it was ruled on");
	}

	#[test]
	fn what_differs_makes_it_a_result_in_part_until_it_is_contested() {
		let sums = |differing, contested| Sums { same: 3, differing, contested, ..Sums::default() };
		assert!(text(&sums(2, 1), 0).contains("that differ") && !text(&sums(0, 0), 0).contains("refused"));
		let global = crate::args::Arguments::read(["trimast", "--quiet", "inbox"]).unwrap().global;
		let context = Context::new(global).unwrap();
		assert_eq!(end(&context, &sums(2, 2), 0, false), Ok(()));
		assert_eq!(end(&context, &sums(2, 1), 0, false).unwrap_err().exit_code(), 5);
		let incomplete = Sums { incomplete: 1, ..sums(0, 0) };
		assert_eq!(end(&context, &incomplete, 0, false).unwrap_err().exit_code(), 5);
		assert_eq!(end(&context, &sums(0, 0), 1, true).unwrap_err().exit_code(), 5);
	}
}
