// SPDX-License-Identifier: Apache-2.0

//! What the chain spends on a bid: rounds of more and more jobs on a network of its own, for each a bid that is carried out on
//! trial in the node's runtime ([`execution`]). The bid is the greedy plan, in which as many jobs are as somebody can come to.
//!
//! Each round is that of a local network of its own, whose crews come when all of its orders are open: no route is sent before, and
//! nobody is silent who could be sent one.

use super::{
	import::import_country,
	load::sequence,
	sweep::execution,
	table::{markdown, tenths, thousands},
};
use crate::{
	calls::{self, dispatch, EncodedCall},
	chain::Chain,
	generate::{Country, Plan, CARRIER_ONE, TOWER_COMPANY},
	keys,
	mass_outage::dispatcher,
	network::{Network, Options},
	views,
};
use anyhow::{anyhow, ensure, Context, Result};
use codec::{Decode, Encode};
use std::{
	path::Path,
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::Scope,
	apis::{RoundView, SiteView},
	order::{Opening, OrderKind, Place, Severity, Work},
	plan::{check, greedy, Plan as Bid, Round, Skills, MAX_JOBS},
	resource::{Details, Kind, Shift},
	Hash, LocalNetworkId, Moment,
};

/// Jobs of the rounds.
const SIZES: [u32; 3] = [100, 1_000, MAX_JOBS];
/// Crews in each.
const CREWS: usize = 200;
/// Stations: so many that there are as many local networks as rounds.
const STATIONS: u32 = 15_000;
/// How long a round of so many jobs and all crews is waited for.
const WAIT: Duration = Duration::from_secs(240);
/// How often the check is made here.
const CHECKS: usize = 20;

const HEADER: [&str; 7] = [
	"jobs of the round",
	"of these in the bid",
	"crews",
	"bytes of the bid",
	"ms a bid, in the runtime",
	"us a job",
	"ms of the check alone, native",
];

/// Measures on a network in this folder, and gives the table.
pub(super) async fn bids(folder: &Path) -> Result<String> {
	eprintln!("bids: starting four validators in {}", folder.display());
	let network = Network::start(&Options { archive: false, fresh: true, ..Options::local(folder) }).await?;
	let mut chains = Vec::new();
	for url in network.validator_urls() {
		chains.push(Chain::connect(&url).await?);
	}
	let chain = chains.first().context("no validator")?;
	let country = Country::dense(Plan::of(STATIONS))?;
	import_country(&chains, &country, 256, 64).await?;
	let places: Vec<LocalNetworkId> = country.codes().collect();
	ensure!(places.len() >= SIZES.len(), "{STATIONS} stations stand in {} local networks", places.len());
	let raiser = keys::key(&dispatcher(CARRIER_ONE))?;
	let genesis = Hash::from(chain.block_hash(0).await?.context("no first block")?.0);
	let mut rows = Vec::new();
	for (place, size) in places.into_iter().zip(SIZES) {
		let stations = views::stations(chain, place, None).await?;
		let own: Vec<&SiteView> =
			stations.iter().filter(|view| view.entry.station.named().contains(CARRIER_ONE)).collect();
		ensure!(!own.is_empty(), "no station is a matter of the first carrier");
		let orders = (0..size as usize).map(|n| inspection(own[n % own.len()]));
		sequence(chain, &raiser, orders, 1_024, |_| {}).await?;
		let from = chain.finalized().await?.number;
		add_crews(chain, place, &stations).await?;
		let view = frozen(chain, place, size, from).await?;
		rows.push(measure(chain, &raiser, genesis, &view).await?);
		eprintln!("{}", rows.last().map(|row| row.join(" | ")).unwrap_or_default());
	}
	Ok(markdown(&HEADER, &rows))
}

/// Crews that together can serve all jobs of the greatest round. They come in one block, so that no round has but a part of them.
async fn add_crews(chain: &Chain, place: LocalNetworkId, stations: &[SiteView]) -> Result<()> {
	let signing = chain.signing().await?;
	let add = (0..CREWS).filter_map(|n| {
		let base = stations.get(n * stations.len() / CREWS)?.entry.station.position;
		let details = Details {
			area: Scope::LocalNetwork(place),
			kind: Kind::Crew,
			base,
			at: base,
			shift: Shift { from: 0, to: 86_400 },
			speed: 120_000,
			capacity: 64,
			skills: Skills(0),
		};
		Some(signing.call_data(&dispatch("add_resource", details)))
	});
	let all = calls::batch_all(add.collect::<Result<_, _>>()?);
	sequence(chain, &keys::key(&dispatcher(TOWER_COMPANY))?, [all].into_iter(), 1, |_| {}).await?;
	Ok(())
}

/// A minute's work at a station.
fn inspection(view: &SiteView) -> EncodedCall {
	calls::open_order(Opening {
		kind: OrderKind::Inspection,
		handler: TOWER_COMPANY,
		place: Place::Station(view.id),
		severity: Severity::Minor,
		work: Work { planned: 60, ..Work::default() },
		parent: None,
		violation: None,
	})
}

/// Waits until a round of so many jobs and of all crews takes bids, of those that are frozen after a block. Others come before it,
/// since rounds are opened while orders are.
async fn frozen(chain: &Chain, place: LocalNetworkId, jobs: u32, mut from: u64) -> Result<RoundView> {
	let (start, mut seen) = (Instant::now(), Vec::new());
	while start.elapsed() < WAIT {
		let head = chain.finalized().await?.number;
		for told in chain.events("Dispatch", from, head).await? {
			if told.name != "RoundFrozen" {
				continue;
			}
			let (id, _, count, resources, _) =
				<(u32, Hash, u16, u16, Moment)>::decode(&mut &told.fields[..])?;
			let view: Option<RoundView> = chain.runtime("DispatchApi_round", id, None).await?;
			// One of another local network whose orders nobody comes to goes on beside.
			let Some(view) = view.filter(|view| view.local_network == place) else { continue };
			seen.push((id, count, resources));
			if u32::from(count) == jobs && usize::from(resources) == CREWS {
				return Ok(view);
			}
		}
		from = head;
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	Err(anyhow!(
		"no round of {jobs} jobs and {CREWS} crews is frozen after {WAIT:?}, only (round, jobs, resources) {seen:?}"
	))
}

async fn measure(chain: &Chain, key: &Keypair, genesis: Hash, view: &RoundView) -> Result<Vec<String>> {
	let round: Option<Round> = chain.runtime("DispatchApi_snapshot", view.id, None).await?;
	let round = round.context("the round is forgotten")?;
	let digest = round.digest(genesis);
	let not_valid = |defect| anyhow!("round {}: {defect:?}", view.id);
	let bid: Bid = greedy(&round, digest, u32::MAX).map_err(not_valid)?;
	let call = dispatch("bid", (view.id, &bid));
	let seconds = execution::of_calls(chain, key, &[call])
		.await
		.with_context(|| format!("a bid for round {} of {} jobs", view.id, round.jobs.len()))?;
	let mut native = Duration::MAX;
	for _ in 0..CHECKS {
		let start = Instant::now();
		check(&round, digest, &bid).map_err(not_valid)?;
		native = native.min(start.elapsed());
	}
	let hundredths = |number: f64| format!("{number:.2}");
	Ok(vec![
		thousands(round.jobs.len() as f64),
		thousands(bid.stops.len() as f64),
		bid.routes.len().to_string(),
		thousands(bid.encoded_size() as f64),
		hundredths(seconds * 1e3),
		tenths(seconds * 1e6 / round.jobs.len() as f64),
		hundredths(native.as_secs_f64() * 1e3),
	])
}
