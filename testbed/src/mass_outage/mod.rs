// SPDX-License-Identifier: Apache-2.0

//! A mass outage from its first alarm until routes are out: what companies' people and systems do then, and when what of it
//! was final.
//!
//! ```text
//!   carriers        trimast alarm import  -> faults, then their alarms as facts
//!   tower company   a fault of a site is final -> a generator run for the site, a part of that fault
//!   chain           opens a round, freezes it, closes it, again and again as orders come; few that come late wait for a call
//!   bidders         a round takes bids -> trimast plan solve --bid
//! ```
//!
//! Runs are signed here as soon as their faults are final, as a system would that follows the chain. `trimast order runs` decides
//! by facts: it would wait for the carriers' alarms to be facts, which they are seconds after the faults, and then ask for each
//! fault and for each station of its site. That would be on the clock, and the first round, which is frozen before, would have no
//! runs. So the command is asked when the clock has stopped, and has to find that each site has its run.
//!
//! It is over with the first round in which all of the orders are. Its plan is checked here by the code that solvers use, and
//! compared with the greedy one and with first come, first served.

mod course;
mod plans;

use crate::{
	calls,
	chain::{Chain, Told},
	generate::{Outage, Word, CARRIER_ONE, CARRIER_TWO, PARTIES, TOWER_COMPANY},
	keys,
	trimast::{Output, Trimast},
	views,
};
use anyhow::{bail, ensure, Context, Result};
use codec::Decode;
use futures::future::try_join_all;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::Path,
	time::{Duration, Instant},
};
use tokio::task::JoinSet;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	order::{Opening, OrderKind, Place, Severity, Work},
	page::SiteId,
	plan::{PlanDefect, Score},
	site::StationCode,
	Hash, LocalNetworkId, Moment, OrgId,
};

pub use course::{Bid, Course, Frozen, RoundCourse};
pub use plans::{Plans, Worth};

/// How long all of it may take until it is given up.
const GIVEN_UP: Duration = Duration::from_secs(240);
/// How long after a round the tower company calls for the next one: by then the chain would have opened it.
const QUIET: Duration = Duration::from_secs(8);
/// How long a command may take to end after its round.
const ENDS: Duration = Duration::from_secs(60);

/// The secret URI of a company's dispatcher.
pub fn dispatcher(org: OrgId) -> String {
	keys::uri(usize::from(org.0), Some("dispatcher"))
}

/// The secret URI of the account that bids for a company: one of its own, so that it waits for nobody at the desk.
pub fn bidder(org: OrgId) -> String {
	format!("{}//bidder", dispatcher(org))
}

/// Adds the accounts that bid.
///
/// # Errors
///
/// The chain refuses one.
pub async fn add_bidders(chain: &Chain) -> Result<()> {
	let add = PARTIES.map(|org| async move {
		let account = keys::key(&bidder(org))?;
		let call = calls::add_account(&account, Roles::of(Role::Dispatcher), Scope::National);
		chain.carry_out(&keys::principal(usize::from(org.0))?, &call).await
	});
	try_join_all(add).await?;
	Ok(())
}

/// Imports what the companies have to send, from the files in this folder.
///
/// # Errors
///
/// An import does not end well.
pub async fn import_fleet(trimast: &Trimast, folder: &Path) -> Result<()> {
	let import = PARTIES.map(|org| async move {
		let file = folder.join(format!("fleet-{}.csv", org.0));
		let file = file.to_str().context("the folder's name is not UTF-8")?;
		let arguments = ["--json", "--quiet", "--yes", "resource", "import", file];
		trimast.run(Some(&dispatcher(org)), &arguments).await?.ok()
	});
	try_join_all(import).await?;
	Ok(())
}

/// Has every company sign the stations of these local networks that name it: a station's class counts once all have.
///
/// # Errors
///
/// A command does not end well.
pub async fn countersign(trimast: &Trimast, places: impl Iterator<Item = LocalNetworkId>) -> Result<()> {
	let codes: Vec<String> = places.map(|id| format!("{:04}", id.0)).collect();
	let arguments = ["--quiet", "--yes", "site", "countersign"];
	let arguments: Vec<&str> = arguments.into_iter().chain(codes.iter().map(String::as_str)).collect();
	let sign = PARTIES.map(|org| {
		let (planner, arguments) = (keys::uri(usize::from(org.0), Some("planner")), &arguments);
		async move { trimast.run(Some(&planner), arguments).await?.ok() }
	});
	try_join_all(sign).await?;
	Ok(())
}

/// Somebody who solves each round and bids.
#[derive(Clone, Copy, Debug)]
pub struct Bidder {
	/// For whom.
	pub org: OrgId,
	/// For how many seconds it solves; for as long as there is time where nothing is said.
	pub budget: Option<u32>,
	/// Where its random numbers begin.
	pub seed: u64,
}

/// What fails, where that is reported, and who bids.
#[derive(Clone, Copy)]
pub struct MassOutage<'a> {
	/// A connection to the node of each company.
	pub chains: &'a [Chain],
	/// The command.
	pub trimast: &'a Trimast,
	/// Where the alarms are written as files.
	pub folder: &'a Path,
	/// The failure. Only that the mains have failed is reported.
	pub outage: &'a Outage,
	/// Who bids.
	pub bidders: &'a [Bidder],
}

/// The station of each of the tower company's sites for which a generator is ordered: the one with the most PLMNs.
fn for_generators(outage: &Outage) -> BTreeSet<StationCode> {
	let mut sites: BTreeMap<Vec<u8>, (usize, StationCode)> = BTreeMap::new();
	for failing in &outage.stations {
		let station = &failing.station;
		let Some(site) = station.tower.as_ref().filter(|site| site.org == TOWER_COMPANY) else { continue };
		let one = (station.plmns.len(), station.code.clone());
		let best = sites.entry(site.code.to_vec()).or_insert_with(|| one.clone());
		if one.0 > best.0 {
			*best = one;
		}
	}
	sites.into_values().map(|(_, code)| code).collect()
}

impl MassOutage<'_> {
	/// From the first alarm until the routes of the first round are out in which all orders are.
	///
	/// # Errors
	///
	/// A command does not end well, it is not over within some minutes, or a site has no run: the error tells how far it has come.
	pub async fn run(&self) -> Result<(Course, Plans)> {
		let chain = self.chains.first().context("no node")?;
		let desk = self.chains.get(usize::from(TOWER_COMPANY.0)).unwrap_or(chain);
		let views = views::stations(chain, self.outage.local_network, None).await?;
		let sites: BTreeMap<StationCode, SiteId> =
			views.into_iter().map(|view| (view.entry.station.code, view.id)).collect();
		let find = |code: &StationCode| sites.get(code).copied().context("a station is not on the chain");
		let failing: BTreeSet<SiteId> =
			self.outage.stations.iter().map(|one| find(&one.station.code)).collect::<Result<_>>()?;
		let powered: BTreeSet<SiteId> =
			for_generators(self.outage).iter().map(find).collect::<Result<_>>()?;
		let key = keys::key(&dispatcher(TOWER_COMPANY))?;
		let nonce = desk.nonce(&key).await?;
		// Whatever the runtime's metadata take to read is not on the clock.
		desk.signing().await?;
		let files = self.write_alarms()?;
		let last = chain.finalized().await?.number;
		let expected = (failing.len(), powered.len());
		let mut watch = Watch {
			case: self,
			failing,
			powered,
			course: Course { expected, ..Course::default() },
			tasks: JoinSet::new(),
			start: Instant::now(),
			last,
			called: None,
		};
		for (owner, file) in files {
			watch.import(owner, file);
		}
		let mut desk = Desk { chain: desk, key, nonce };
		let found = self.follow(chain, &mut watch, &mut desk).await;
		found.with_context(|| format!("so far:\n{}", watch.course)).map(|plans| (watch.course, plans))
	}

	async fn follow(&self, chain: &Chain, watch: &mut Watch<'_>, desk: &mut Desk<'_>) -> Result<Plans> {
		let plans = loop {
			let faults = watch.look(chain).await?;
			desk.order_runs(&faults).await?;
			if let Some(round) = watch.course.last() {
				let plans = Plans::ask(chain, round.id).await?;
				watch.course.checked = Some(watch.start.elapsed());
				break plans;
			}
			if watch.has_stopped() {
				desk.call_round(self.outage.local_network).await?;
			}
			ensure!(watch.start.elapsed() < GIVEN_UP, "there is no plan after {GIVEN_UP:?}");
			tokio::time::sleep(Duration::from_millis(100)).await;
		};
		let rest = async {
			while let Some(done) = watch.tasks.join_next().await {
				watch.done(done??)?;
			}
			self.expect_no_run_missing().await?;
			Ok::<_, anyhow::Error>(plans)
		};
		tokio::time::timeout(ENDS, rest).await.context("a command does not end")?
	}

	/// The command finds outages of the tower company, and no site of them without a run.
	async fn expect_no_run_missing(&self) -> Result<()> {
		let place = self.outage.local_network.0.to_string();
		let arguments = ["--json", "--quiet", "order", "runs", &place, "--any", "--dry-run"];
		let output = self.trimast.run(Some(&dispatcher(TOWER_COMPANY)), &arguments).await?.ok()?;
		let said = output.json()?;
		let count = |list: &str| said[list].as_array().map(Vec::len);
		let is_so = count("to_open") == Some(0) && count("left").is_some_and(|left| left > 0);
		ensure!(is_so, "`trimast order runs` finds sites without a run: {said}");
		Ok(())
	}

	/// Writes what each carrier's element manager says first of each station.
	fn write_alarms(&self) -> Result<Vec<(OrgId, String)>> {
		let mut files = Vec::new();
		for owner in [CARRIER_ONE, CARRIER_TWO] {
			let said = self.outage.notifications(owner).into_iter();
			let lines: Vec<String> =
				said.filter(|one| one.word == Word::MainsFailed).map(|one| one.line + "\n").collect();
			if lines.is_empty() {
				continue;
			}
			let path = self.folder.join(format!("mass-alarms-{}.jsonl", owner.0));
			fs::write(&path, lines.concat()).with_context(|| path.display().to_string())?;
			let file = path.to_str().context("the folder's name is not UTF-8")?;
			files.push((owner, file.to_owned()));
		}
		Ok(files)
	}
}

/// A command that has ended.
enum Done {
	Imported(OrgId, Duration, Output),
	Solved(u32, OrgId, Output),
}

/// What is watched.
struct Watch<'a> {
	case: &'a MassOutage<'a>,
	failing: BTreeSet<SiteId>,
	/// The stations for which generators are ordered.
	powered: BTreeSet<SiteId>,
	course: Course,
	/// Commands that run. They end with this.
	tasks: JoinSet<Result<Done>>,
	start: Instant,
	/// The last block that was looked at.
	last: u64,
	/// The round after which another one was called for.
	called: Option<u32>,
}

impl Watch<'_> {
	fn import(&mut self, owner: OrgId, file: String) {
		let (mut trimast, start) = (self.case.trimast.clone(), self.start);
		trimast.url = self.url(owner);
		self.tasks.spawn(async move {
			let arguments = ["--json", "--quiet", "--yes", "alarm", "import", "--no-checkpoint", &file];
			let output = trimast.run(Some(&dispatcher(owner)), &arguments).await?;
			Ok(Done::Imported(owner, start.elapsed(), output))
		});
	}

	fn solve(&mut self, round: u32, bidder: Bidder) {
		let mut trimast = self.case.trimast.clone();
		trimast.url = self.url(bidder.org);
		self.tasks.spawn(async move {
			let [id, seed] = [round.to_string(), bidder.seed.to_string()];
			let budget = bidder.budget.map(|seconds| seconds.to_string());
			let mut arguments = vec!["--json", "--quiet", "--yes", "plan", "solve", &id, "--bid"];
			arguments.extend(["--threads", "1", "--seed", &seed]);
			arguments.extend(budget.iter().flat_map(|budget| ["--budget", budget]));
			let output = trimast.run(Some(&self::bidder(bidder.org)), &arguments).await?;
			Ok(Done::Solved(round, bidder.org, output))
		});
	}

	/// The node of a company.
	fn url(&self, org: OrgId) -> String {
		let chains = self.case.chains;
		let own = chains.get(usize::from(org.0)).or(chains.first());
		own.map_or_else(|| self.case.trimast.url.clone(), |chain| chain.url().to_owned())
	}

	fn done(&mut self, done: Done) -> Result<()> {
		match done {
			Done::Imported(owner, at, output) => {
				output.ok().with_context(|| format!("alarms of company {}", owner.0))?;
				self.course.imported = self.course.imported.max(Some(at));
			}
			Done::Solved(id, org, output) => {
				if let Some(round) = self.round(id) {
					round.solved.push((org, output));
				}
			}
		}
		Ok(())
	}

	/// Looks at what has ended and at what has become final. Gives the new faults for which generators are ordered.
	async fn look(&mut self, chain: &Chain) -> Result<Vec<(SiteId, u32)>> {
		while let Some(done) = self.tasks.try_join_next() {
			self.done(done??)?;
		}
		let head = chain.finalized().await?.number;
		let mut faults = Vec::new();
		if head > self.last {
			let told = chain.events("Dispatch", self.last, head).await?;
			let at = self.start.elapsed();
			for one in &told {
				faults.extend(self.note(one, at).with_context(|| one.name.clone())?);
			}
			self.last = head;
		}
		Ok(faults)
	}

	/// Whether all orders are there, the last round was without some, and the chain opens no other: few have come since. Said once
	/// of a round.
	fn has_stopped(&mut self) -> bool {
		let (faults, runs) = self.course.expected;
		let is_all = self.course.faults.len() == faults && self.course.runs.len() == runs;
		let Some(RoundCourse { id, over: Some(over), .. }) = self.course.rounds.last() else { return false };
		let is_it = is_all && self.start.elapsed() > *over + QUIET && self.called != Some(*id);
		if is_it {
			self.called = Some(*id);
		}
		is_it
	}

	fn round(&mut self, id: u32) -> Option<&mut RoundCourse> {
		self.course.rounds.iter_mut().find(|round| round.id == id)
	}

	fn note(&mut self, told: &Told, at: Duration) -> Result<Option<(SiteId, u32)>> {
		let fields = &mut &told.fields[..];
		match told.name.as_str() {
			"OrderOpened" => {
				let (number, _, _, kind, place) = <(u32, OrgId, OrgId, OrderKind, Place)>::decode(fields)?;
				return Ok(self.order(number, kind, place, at));
			}
			"RoundOpened" => {
				let (id, place) = <(u32, LocalNetworkId)>::decode(fields)?;
				if place == self.case.outage.local_network {
					self.course.rounds.push(RoundCourse { id, opened: at, ..RoundCourse::default() });
				}
			}
			"RoundFrozen" => {
				let (id, _, jobs, resources, _) = <(u32, Hash, u16, u16, Moment)>::decode(fields)?;
				let Some(round) = self.round(id) else { return Ok(None) };
				round.frozen = Some(Frozen { at, jobs, resources });
				if jobs > 0 && self.course.last().is_none() {
					let bidders = self.case.bidders;
					bidders.iter().for_each(|bidder| self.solve(id, *bidder));
				}
			}
			"BidTaken" => {
				let (id, org, score, is_best) = <(u32, OrgId, Score, bool)>::decode(fields)?;
				let bid = Bid { at, org, score, is_best };
				self.round(id).into_iter().for_each(|round| round.bids.push(bid));
			}
			"BidRefused" => {
				let (id, org, defect) = <(u32, OrgId, PlanDefect)>::decode(fields)?;
				self.round(id).into_iter().for_each(|round| round.refused.push((org, defect)));
			}
			"RoundDecided" => {
				let (id, winner, score) = <(u32, Option<OrgId>, Score)>::decode(fields)?;
				self.round(id).into_iter().for_each(|round| round.decided = Some((at, winner, score)));
			}
			"RoundOver" => {
				let id = u32::decode(fields)?;
				self.round(id).into_iter().for_each(|round| round.over = Some(at));
			}
			_ => {}
		}
		Ok(None)
	}

	/// An order was opened. Gives it where it is a fault for which a generator is ordered.
	fn order(&mut self, number: u32, kind: OrderKind, place: Place, at: Duration) -> Option<(SiteId, u32)> {
		let site = place.station().filter(|site| self.failing.contains(site))?;
		match kind {
			OrderKind::Fault => {
				self.course.faults.insert(site, number);
				let first = self.course.opened.map_or(at, |(first, _)| first);
				self.course.opened = Some((first, at));
				self.powered.contains(&site).then_some((site, number))
			}
			OrderKind::GeneratorRun => {
				self.course.runs.insert(site, number);
				self.course.ordered = Some(at);
				None
			}
			_ => None,
		}
	}
}

/// The tower company's desk.
struct Desk<'a> {
	chain: &'a Chain,
	key: subxt_signer::sr25519::Keypair,
	nonce: u64,
}

impl Desk<'_> {
	/// Calls for a round. Where one has been opened meanwhile, nothing comes of it.
	async fn call_round(&mut self, place: LocalNetworkId) -> Result<()> {
		let signing = self.chain.signing().await?;
		let transaction = signing.sign(&calls::dispatch("open_round", place), &self.key, self.nonce)?;
		self.chain.submit(&transaction).await?;
		self.nonce += 1;
		Ok(())
	}

	/// Orders a generator run for each of these faults. That it was opened is seen in final blocks.
	async fn order_runs(&mut self, faults: &[(SiteId, u32)]) -> Result<()> {
		if faults.is_empty() {
			return Ok(());
		}
		let signing = self.chain.signing().await?;
		for (site, fault) in faults {
			let opening = Opening {
				kind: OrderKind::GeneratorRun,
				handler: TOWER_COMPANY,
				place: Place::Station(*site),
				severity: Severity::Major,
				work: Work::default(),
				parent: Some(*fault),
				violation: None,
			};
			let transaction = signing.sign(&calls::open_order(opening), &self.key, self.nonce)?;
			if let Err(error) = self.chain.submit(&transaction).await {
				bail!("generator run for the fault {fault}: {error:#}");
			}
			self.nonce += 1;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::{Country, OutagePlan, Plan};

	fn outage() -> Outage {
		let country = Country::dense(Plan::of(10_000)).unwrap();
		country.outage(&OutagePlan { minute: 0, ..OutagePlan::at(0) }).unwrap()
	}

	#[test]
	fn one_generator_is_ordered_for_each_site_of_the_tower_company() {
		let outage = outage();
		let chosen = for_generators(&outage);
		let of_site = |code: &StationCode| {
			let found = outage.stations.iter().find(|one| one.station.code == *code).unwrap();
			(found.station.tower.clone().unwrap().code, found.station.plmns.len())
		};
		let towers = outage.stations.iter().filter_map(|one| one.station.tower.clone());
		let all: BTreeSet<_> = towers.map(|tower| tower.code).collect();
		assert_eq!(chosen.len(), all.len());
		assert!(chosen.len() > 100 && chosen.len() < 404, "{}", chosen.len());
		for code in &chosen {
			let (site, plmns) = of_site(code);
			let others = outage
				.stations
				.iter()
				.filter(|one| one.station.tower.as_ref().is_some_and(|tower| tower.code == site));
			assert!(others.clone().all(|one| one.station.plmns.len() <= plmns), "{code:?}");
		}
	}
}
