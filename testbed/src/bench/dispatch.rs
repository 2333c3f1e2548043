// SPDX-License-Identifier: Apache-2.0

//! How fast faults are opened: those of a county that loses the mains, and as many as the chain takes. Before that, what a bid
//! costs ([`bids`]) and what a deadline does ([`agenda`]).
//!
//! What counts is what finalised blocks tell (`OrderOpened`), not what was sent.

use super::{
	agenda::agenda,
	bids::bids,
	import::import_country,
	ledger::{stretch, Mark},
	load::{sequence, Pace},
	parse_size,
	table::{markdown, tenths, thousands},
	transactions::{add_accounts, describe, phase, turn, workers, Worker, GUESS_A_SECOND, HEADER},
};
use crate::{
	calls,
	chain::{Chain, Signing},
	generate::{Country, Outage, OutagePlan, Plan, Word, CARRIER_ONE, CARRIER_TWO},
	keys, mass_outage,
	network::{Network, Options},
	trimast::Trimast,
	views,
};
use anyhow::{ensure, Context, Result};
use clap::{Args, ValueEnum};
use std::{
	collections::BTreeMap,
	fs,
	path::PathBuf,
	time::{Instant, SystemTime, UNIX_EPOCH},
};
use trimast_primitives::{
	access::Role,
	order::{Opening, OrderKind, Place, Severity, Work},
	page::SiteId,
	site::{Station, StationCode},
	LocalNetworkId, Moment, OrgId,
};

/// How to measure the opening of faults.
#[derive(Args, Clone, Debug)]
pub struct DispatchOptions {
	/// Accounts, each with a station of its own: so many that there are two local networks, 6k.
	#[arg(long, default_value = "10k", value_parser = parse_size)]
	pub accounts: u32,
	/// Stations of a county that lose the mains.
	#[arg(long, value_name = "STATIONS", default_value_t = 404)]
	pub failing: usize,
	/// Seconds of load.
	#[arg(long, default_value_t = 60)]
	pub seconds: u32,
	/// Transactions under way.
	#[arg(long, default_value_t = 4_000)]
	pub in_flight: usize,
	/// One of the measurements alone.
	#[arg(long, value_name = "PART", value_enum)]
	pub only: Option<Part>,
	/// Where the network is kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// What is measured, each on networks of its own.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
	/// What a bid costs.
	Bids,
	/// What a deadline costs, however many are open.
	Agenda,
	/// How fast faults are opened.
	Faults,
}

/// Measures and prints the tables.
///
/// # Errors
///
/// The network does not start, the stations or accounts do not go in, or not every alarm opens an order.
pub async fn dispatch(options: &DispatchOptions) -> Result<()> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path());
	let is_asked = |part| options.only.is_none_or(|only| only == part);
	if is_asked(Part::Bids) {
		println!("{}\n", bids(&folder.join("bids")).await?);
	}
	if is_asked(Part::Agenda) {
		println!("{}\n", agenda(&folder.join("agenda")).await?);
	}
	if is_asked(Part::Faults) {
		faults(options, folder.join("faults")).await?;
	}
	Ok(())
}

/// Opens faults of counties, and then as many as the chain takes.
async fn faults(options: &DispatchOptions, folder: PathBuf) -> Result<()> {
	eprintln!("starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(&folder) }).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	eprintln!("importing {} stations", options.accounts);
	// So that a county has many.
	let country = Country::dense(Plan::of(options.accounts))?;
	import_country(&chains, &country, 256, 64).await?;
	eprintln!("all companies sign them: deadlines are those of every class");
	let first = chains.first().context("no validator")?;
	mass_outage::countersign(&Trimast::new(network.folder(), first.url())?, country.codes()).await?;

	// Each in a local network of its own, where there are several: no station has two faults.
	let places: Vec<LocalNetworkId> =
		country.local_networks().map(|local_network| local_network.id).collect();
	let [first, .., last] = places[..] else {
		anyhow::bail!("{} stations stand in one local network: two are needed", options.accounts)
	};
	let mut rows = Vec::new();
	for (place, how) in [(first, How::Memory), (last, How::Command)] {
		// All of them just now, by a clock that final blocks have passed.
		let plan = OutagePlan {
			place: Some(place),
			stations: options.failing,
			minute: 0,
			..OutagePlan::at(now()? - 5_000)
		};
		let outage = country.outage(&plan)?;
		eprintln!("{} alarms, {}", outage.stations.len(), how.name());
		rows.push(county(&network, &chains, &outage, how).await?);
		println!("{}\n", markdown(&COUNTY, &rows));
	}

	eprintln!("adding {} accounts", options.accounts);
	let workers = workers(&chains[0], &country).await?;
	ensure!(workers.len() == options.accounts as usize, "{} stations are on the chain", workers.len());
	add_accounts(&chains, &workers, Role::Dispatcher).await?;
	println!("{}", load(&network, &chains, &workers, options).await?);
	Ok(())
}

fn now() -> Result<Moment> {
	Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as Moment)
}

/// A fault of a station, for who answers for its site.
pub(super) fn fault(site: SiteId, station: &Station) -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: station.tower.as_ref().map_or(station.owner, |tower| tower.org),
		place: Place::Station(site),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

/// How the faults of a county are opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
	/// From memory, without evidence.
	Memory,
	/// By `trimast alarm import`, from files, with the alarms as evidence.
	Command,
}

impl How {
	const fn name(self) -> &'static str {
		match self {
			Self::Memory => "orders alone, from memory",
			Self::Command => "trimast alarm import",
		}
	}
}

const COUNTY: [&str; 8] = [
	"a county's alarms",
	"stations",
	"orders opened",
	"facts",
	"seconds until final",
	"blocks",
	"fullest block, transactions",
	"CPU seconds, four nodes",
];

/// The alarms of a county at once: each carrier's dispatcher opens faults at its stations.
async fn county(network: &Network, chains: &[Chain], outage: &Outage, how: How) -> Result<Vec<String>> {
	let chain = chains.first().context("no validator")?;
	let views = views::stations(chain, outage.local_network, None).await?;
	let sites: BTreeMap<StationCode, SiteId> =
		views.into_iter().map(|view| (view.entry.station.code, view.id)).collect();
	let before = Mark::now(network, chain).await?;
	let start = Instant::now();
	let [one, two] = [CARRIER_ONE, CARRIER_TWO].map(|owner| {
		let sites = &sites;
		async move {
			match how {
				How::Memory => open(chains, outage, owner, sites).await,
				How::Command => import(network, chain, outage, owner).await,
			}
		}
	});
	futures::try_join!(one, two)?;
	let seconds = start.elapsed().as_secs_f64();
	let after = Mark::now(network, chain).await?;
	let told = chain.events("Dispatch", before.block, after.block).await?;
	let count = |name: &str| told.iter().filter(|event| event.name == name).count();
	let opened = count("OrderOpened");
	ensure!(opened == outage.stations.len(), "{opened} orders of {} alarms", outage.stations.len());
	let blocks = stretch(chain, before.block, after.block).await?;
	Ok(vec![
		how.name().to_owned(),
		outage.stations.len().to_string(),
		opened.to_string(),
		count("FactAnchored").to_string(),
		tenths(seconds),
		blocks.blocks.to_string(),
		blocks.most.to_string(),
		tenths(after.nodes.cpu_seconds - before.nodes.cpu_seconds),
	])
}

async fn open(
	chains: &[Chain],
	outage: &Outage,
	owner: OrgId,
	sites: &BTreeMap<StationCode, SiteId>,
) -> Result<()> {
	let company = usize::from(owner.0);
	let key = keys::key(&keys::uri(company, Some("dispatcher")))?;
	let own = outage.stations.iter().filter(|failing| failing.station.owner == owner);
	let faults = own.map(|failing| {
		let station = &failing.station;
		let site = sites.get(&station.code).context("a station is not on the chain")?;
		Ok(calls::open_order(fault(*site, station)))
	});
	let calls = faults.collect::<Result<Vec<_>>>()?;
	let window = calls.len();
	sequence(&chains[company % chains.len()], &key, calls.into_iter(), window, |_| {}).await?;
	Ok(())
}

/// Imports what a carrier's element manager says first of each station.
async fn import(network: &Network, chain: &Chain, outage: &Outage, owner: OrgId) -> Result<()> {
	let notifications = outage.notifications(owner).into_iter();
	let lines: Vec<String> =
		notifications.filter(|one| one.word == Word::MainsFailed).map(|one| one.line + "\n").collect();
	if lines.is_empty() {
		return Ok(());
	}
	let file = network.folder().join(format!("alarms-{}.jsonl", owner.0));
	fs::write(&file, lines.concat()).with_context(|| file.display().to_string())?;
	let file = file.to_str().context("the folder's name is not UTF-8")?;
	let trimast = Trimast::new(network.folder(), chain.url())?;
	let dispatcher = keys::uri(usize::from(owner.0), Some("dispatcher"));
	trimast.run(Some(&dispatcher), &["--quiet", "--yes", "alarm", "import", file]).await?.ok()?;
	Ok(())
}

/// As many faults as the chain takes, each by another account at another station.
async fn load(
	network: &Network,
	chains: &[Chain],
	workers: &[Worker],
	options: &DispatchOptions,
) -> Result<String> {
	let chain = chains.first().context("no validator")?;
	let sign = |signing: &Signing, n: u64| {
		let (worker, round) = turn(workers, n);
		let call = calls::open_order(fault(worker.site, &worker.station));
		signing.sign(&call, &worker.key, round)
	};
	let count = (f64::from(options.seconds) * GUESS_A_SECOND) as u64;
	let pace = Pace::Saturate(options.in_flight);
	let (row, mut outcome) = phase(network, chains, &sign, 0..count, pace, options.seconds).await?;
	let told = chain.events("Dispatch", row.span.0, row.span.1).await?;
	let count = |name: &str| told.iter().filter(|event| event.name == name).count() as f64;
	let mut described = describe("faults, as fast as it goes", &row, &mut outcome);
	described.extend([count("OrderOpened"), count("DeadlinePassed")].map(thousands));
	let header = [&HEADER[..], &["orders opened", "deadlines that passed meanwhile"]].concat();
	Ok(markdown(&header, &[described]))
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::OrgSet;

	#[test]
	fn usual_country_has_counties_with_as_many_stations_as_fail() {
		let country = Country::dense(Plan::of(10_000)).unwrap();
		let places: Vec<_> = country.local_networks().map(|local_network| local_network.id).collect();
		assert_eq!(places.len(), 2);
		for place in places {
			let plan = OutagePlan { place: Some(place), ..OutagePlan::at(0) };
			assert_eq!(country.outage(&plan).unwrap().stations.len(), 404, "{place:?}");
		}
	}

	#[test]
	fn faults_are_for_who_answers_for_the_site() {
		let country = Country::dense(Plan::of(1_000)).unwrap();
		let site = SiteId { local_network: LocalNetworkId(1101), index: 7 };
		let mut handlers = OrgSet::EMPTY;
		for named in country.local_networks().flat_map(|local_network| local_network.stations) {
			let opening = fault(site, &named.station);
			// Both parties of a fault are named by the record
			assert!(named.station.named().contains(opening.handler));
			handlers = handlers.with(opening.handler);
		}
		assert!(handlers.len() > 1, "{handlers:?}");
	}
}
