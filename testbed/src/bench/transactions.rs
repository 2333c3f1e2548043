// SPDX-License-Identifier: Apache-2.0

//! How many individually signed calls the chain takes: each amends one station, each is signed by another account.

use super::{
	import::import_country,
	ledger::{stretch, Mark},
	load::{on_all_cores, run, sequence, Outcome, Pace},
	parse_size,
	table::{markdown, mebibytes, tenths, thousands},
};
use crate::{
	calls,
	chain::{Chain, Signing},
	generate::{Country, Plan, CARRIER_ONE},
	keys,
	network::{Network, Options},
	views,
};
use anyhow::{ensure, Context, Result};
use clap::Args;
use futures::{stream, StreamExt, TryStreamExt};
use std::{ops::Range, path::PathBuf, time::Duration};
use subxt_signer::{sr25519::Keypair, DeriveJunction};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::SiteView,
	page::SiteId,
	site::Station,
};

/// Accounts added by one transaction.
const ACCOUNTS_A_BATCH: usize = 20;
/// How long transactions under way may take to become final after the last was handed in.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than the chain takes, so that the transactions signed beforehand do not run out.
pub(super) const GUESS_A_SECOND: f64 = 2_500.0;

/// How to measure individually signed calls.
#[derive(Args, Clone, Debug)]
pub struct TransactionOptions {
	/// Accounts, each with a station of its own, at least a thousand.
	#[arg(long, default_value = "10k", value_parser = parse_size)]
	pub accounts: u32,
	/// Seconds of load, at full rate and again at four fifths of it.
	#[arg(long, default_value_t = 60)]
	pub seconds: u32,
	/// Transactions under way at full rate.
	#[arg(long, default_value_t = 4_000)]
	pub in_flight: usize,
	/// Take this as the full rate, transactions a second, instead of measuring it.
	#[arg(long)]
	pub rate: Option<f64>,
	/// Where the network is kept [default: a temporary folder].
	#[arg(long = "dir", value_name = "DIR")]
	pub folder: Option<PathBuf>,
}

/// An account and the station that is its own.
pub(super) struct Worker {
	pub(super) key: Keypair,
	pub(super) site: SiteId,
	pub(super) station: Station,
}

/// Measures and prints the tables.
///
/// # Errors
///
/// The network does not start, or the accounts or stations do not go in.
pub async fn transactions(options: &TransactionOptions) -> Result<()> {
	let temporary = tempfile::tempdir()?;
	let folder = options.folder.as_deref().unwrap_or(temporary.path()).join("transactions");
	eprintln!("starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(&folder) }).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	eprintln!("importing {} stations and adding as many accounts", options.accounts);
	let country = Country::new(Plan::of(options.accounts))?;
	import_country(&chains, &country, 256, 64).await?;
	let workers = workers(&chains[0], &country).await?;
	ensure!(workers.len() == options.accounts as usize, "{} stations are on the chain", workers.len());
	add_accounts(&chains, &workers, Role::Planner).await?;

	let sign = |signing: &Signing, n: u64| {
		let (worker, round) = turn(&workers, n);
		let mut station = worker.station.clone();
		// A field that the owner amends alone, another value each time.
		station.position.longitude += 1 + (round % 100) as i32;
		signing.sign(&calls::amend(worker.site, station), &worker.key, round)
	};
	let seconds = f64::from(options.seconds);
	let mut rows = Vec::new();
	let mut used = 0;
	let full = match options.rate {
		Some(rate) => rate,
		None => {
			let count = (seconds * GUESS_A_SECOND) as u64;
			let pace = Pace::Saturate(options.in_flight);
			let numbers = used..used + count;
			let (row, mut outcome) = phase(&network, &chains, &sign, numbers, pace, options.seconds).await?;
			used += outcome.sent;
			rows.push(describe("as fast as it goes", &row, &mut outcome));
			outcome.sustained()
		}
	};
	let rate = full * 0.8;
	let numbers = used..used + (seconds * rate) as u64;
	let pace = Pace::Steady(rate);
	let (row, mut outcome) = phase(&network, &chains, &sign, numbers, pace, options.seconds).await?;
	rows.push(describe(&format!("80 %: {rate:.0} a second offered"), &row, &mut outcome));
	println!("{}", markdown(&HEADER, &rows));
	Ok(())
}

pub(super) const HEADER: [&str; 15] = [
	"load",
	"final",
	"sustained a second",
	"p50 until final, s",
	"p99 until final, s",
	"refused by the pool",
	"never final",
	"blocks",
	"fullest block",
	"bytes a transaction",
	"disk a transaction",
	"peak memory of a node, MiB",
	"CPU seconds, four nodes",
	"transactions a CPU second",
	"CPU seconds, load",
];

/// What the chain and the nodes did during a phase.
pub(super) struct Row {
	/// The last finalised block before it, and after it.
	pub(super) span: (u64, u64),
	blocks: u64,
	most: u64,
	disk: u64,
	peak_memory: u64,
	cpu: f64,
	load_cpu: f64,
}

/// Whose turn the `n`-th transaction of an endless sequence is, and for which time: consecutive ones always have different
/// signers.
pub(super) fn turn(workers: &[Worker], n: u64) -> (&Worker, u64) {
	let accounts = workers.len() as u64;
	(&workers[(n % accounts) as usize], n / accounts)
}

/// One stretch of load: the transactions of a sequence with these numbers, which `sign` makes.
pub(super) async fn phase(
	network: &Network,
	chains: &[Chain],
	sign: &(impl Fn(&Signing, u64) -> Result<Vec<u8>> + Sync),
	numbers: Range<u64>,
	pace: Pace,
	seconds: u32,
) -> Result<(Row, Outcome)> {
	let chain = chains.first().context("no validator")?;
	let count = numbers.end - numbers.start;
	eprintln!("signing {count} transactions");
	let signing = chain.signing().await?;
	let signed = on_all_cores(count as usize, |n| sign(&signing, numbers.start + n as u64))?;
	eprintln!("sending for {seconds} s: {pace:?}");
	let before = Mark::now(network, chain).await?;
	let duration = Duration::from_secs(u64::from(seconds));
	let outcome = run(chains, signed, pace, duration, PATIENCE).await?;
	let after = Mark::now(network, chain).await?;
	let blocks = stretch(chain, before.block, after.block).await?;
	let row = Row {
		span: (before.block, after.block),
		blocks: blocks.blocks,
		most: blocks.most,
		disk: after.disk.saturating_sub(before.disk),
		peak_memory: after.nodes.peak_memory,
		cpu: after.nodes.cpu_seconds - before.nodes.cpu_seconds,
		load_cpu: after.load.cpu_seconds - before.load.cpu_seconds,
	};
	Ok((row, outcome))
}

pub(super) fn describe(load: &str, row: &Row, outcome: &mut Outcome) -> Vec<String> {
	let total = outcome.finalized() as f64;
	vec![
		load.to_owned(),
		thousands(total),
		thousands(outcome.sustained()),
		format!("{:.2}", outcome.latencies.percentile(50.0)),
		format!("{:.2}", outcome.latencies.percentile(99.0)),
		outcome.refused.to_string(),
		outcome.lost().to_string(),
		row.blocks.to_string(),
		row.most.to_string(),
		thousands(outcome.bytes as f64 / outcome.sent.max(1) as f64),
		thousands(row.disk as f64 / total.max(1.0)),
		mebibytes(row.peak_memory),
		tenths(row.cpu),
		thousands(total / row.cpu),
		tenths(row.load_cpu),
	]
}

/// Every station on the chain, with an account for each.
pub(super) async fn workers(chain: &Chain, country: &Country) -> Result<Vec<Worker>> {
	let ids: Vec<_> = country.local_networks().map(|local_network| local_network.id).collect();
	let views: Vec<Vec<SiteView>> =
		stream::iter(ids).map(|id| views::stations(chain, id, None)).buffered(8).try_collect().await?;
	let bench = [0, 1].map(|org| keys::key(&format!("{}//bench", keys::uri(org, None))));
	let [one, two] = bench;
	let (one, two) = (one?, two?);
	Ok(views
		.into_iter()
		.flatten()
		.enumerate()
		.map(|(n, view)| {
			let company = if view.entry.station.owner == CARRIER_ONE { &one } else { &two };
			let key = company.derive([DeriveJunction::hard(n as u64)]);
			Worker { key, site: view.id, station: view.entry.station }
		})
		.collect())
}

/// Each company's admin adds its accounts, in batches. Everybody knows them then.
pub(super) async fn add_accounts(chains: &[Chain], workers: &[Worker], role: Role) -> Result<()> {
	let [one, two] = [0, 1].map(|org| async move {
		let chain = &chains[org % chains.len()];
		let signing = chain.signing().await?;
		let mut calls = Vec::new();
		for worker in workers.iter().filter(|worker| (worker.station.owner == CARRIER_ONE) == (org == 0)) {
			let call = calls::add_account(&worker.key, Roles::of(role), Scope::National);
			calls.push(signing.call_data(&call)?);
		}
		let batches = calls.chunks(ACCOUNTS_A_BATCH).map(|calls| calls::batch_all(calls.to_vec()));
		sequence(chain, &keys::principal(org)?, batches, 16, |_| {}).await
	});
	futures::try_join!(one, two)?;
	let head = chains.first().context("nowhere to send it")?.best().await?.number;
	for chain in chains {
		chain.wait_finalized(head, Duration::from_secs(60)).await?;
	}
	Ok(())
}
