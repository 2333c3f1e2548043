// SPDX-License-Identifier: Apache-2.0

//! The network that scenes share, and what is in it; and the turns that scenes take, with it or with networks of their own.

use super::cells::Cells;
use serde_json::Value;
use std::{
	collections::{BTreeMap, BTreeSet},
	env,
	ops::{Deref, DerefMut},
	path::{Path, PathBuf},
	sync::LazyLock,
	time::Duration,
};
use subxt::utils::H256;
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};
use trimast_primitives::{
	apis::SiteView,
	site::{Station, StationState},
	LocalNetworkId, OrgSet,
};
use trimast_testbed::{
	chain::{BlockId, Chain},
	generate::{Country, Plan, Written},
	keys,
	network::{Network, Options},
	trimast::Trimast,
	views,
};

/// The country in the shared network: `TRIMAST_STATIONS` and `TRIMAST_SEED`, where they are given. What the scenes find
/// holds for any. 34,000 stations have somewhat more than 100,000 cells.
pub(crate) static PLAN: LazyLock<Plan> = LazyLock::new(|| {
	let given = |name: &str, usual: u32| {
		env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
	};
	let (stations, seed) = (given("TRIMAST_STATIONS", 10_000), given("TRIMAST_SEED", 1).into());
	Plan { stations, seed, planted_per_mille: 80 }
});

/// Five nodes, and a country's inventory imported through the command.
pub(crate) struct Shared {
	/// The nodes.
	pub(crate) network: Network,
	/// What the files hold.
	pub(crate) written: Written,
	/// What the importer said at the end, for each owner.
	pub(crate) summaries: Vec<Value>,
	/// The last finalised block before the import.
	pub(crate) before: BlockId,
	/// The last finalised block after it.
	pub(crate) after: BlockId,
	/// What each node said about that block, asked at once: validators keep few states.
	pub(crate) said: Vec<Said>,
	/// Its cells, once a scene has asked for them.
	pub(crate) cells: Option<Cells>,
	/// Whether a scene has begun to prepare them. That is done once.
	pub(crate) is_asked_for_cells: bool,
}

/// What a node says about a block.
pub(crate) struct Said {
	/// Where the node listens.
	pub(crate) url: String,
	/// Root of the state.
	pub(crate) root: H256,
	/// Every station.
	pub(crate) stations: BTreeMap<LocalNetworkId, Vec<SiteView>>,
	/// Stations in service and confirmed ones, by the local networks' totals.
	pub(crate) totals: (u64, u64),
}

impl Said {
	/// Asks a node.
	pub(crate) async fn by(chain: &Chain, at: BlockId) -> Self {
		chain.wait_finalized(at.number, Duration::from_secs(60)).await.unwrap();
		assert_eq!(chain.block_hash(at.number).await.unwrap(), Some(at.hash), "{}", chain.url());
		let mut stations = BTreeMap::new();
		for network in views::local_networks(chain, Some(at.hash)).await.unwrap() {
			stations.insert(network.id, views::stations(chain, network.id, Some(at.hash)).await.unwrap());
		}
		Self {
			url: chain.url().to_owned(),
			root: chain.header(at.hash).await.unwrap().state_root,
			stations,
			totals: views::totals(chain, Some(at.hash)).await.unwrap(),
		}
	}

	/// Compares with a country: every station there, once, as it was generated, and no other.
	pub(crate) fn assert_is(&self, plan: Plan) {
		let mut total = 0;
		let country = Country::new(plan).unwrap();
		for local_network in country.local_networks() {
			let views = &self.stations[&local_network.id];
			let expected: BTreeMap<Vec<u8>, Station> = local_network
				.stations
				.into_iter()
				.map(|named| (named.station.code.to_vec(), named.station))
				.collect();
			assert_eq!(views.len(), expected.len(), "{:?} at {}", local_network.id, self.url);
			let mut codes = BTreeSet::new();
			for SiteView { id, entry } in views {
				assert!(codes.insert(entry.station.code.to_vec()), "{id:?} stands twice at {}", self.url);
				let station = expected.get(entry.station.code.as_slice());
				assert_eq!(Some(&entry.station), station, "{id:?} at {}", self.url);
				assert_eq!((entry.state, entry.revision), (StationState::OnAir, 0), "{id:?}");
				assert_eq!(
					entry.signed,
					OrgSet::of(entry.station.owner),
					"imported is signed by its owner alone"
				);
			}
			total += views.len() as u64;
		}
		assert_eq!(total, self.totals.0);
	}
}

impl Shared {
	async fn start() -> Self {
		let network =
			Network::start(&Options { fresh: true, ..Options::local(&folder("shared")) }).await.unwrap();
		let data = network.folder().join("data");
		let written = Country::new(*PLAN).unwrap().write(&data).unwrap();
		let chain = Chain::connect(&network.nodes()[0].url()).await.unwrap();
		let trimast = Trimast::new(network.folder(), chain.url()).unwrap();
		let before = chain.finalized().await.unwrap();
		let mut summaries = Vec::new();
		for owner in 0..2 {
			let output = import(&trimast, &data, owner, &[]).await;
			summaries.push(output);
		}
		let after = chain.finalized().await.unwrap();
		let mut said = Vec::new();
		for node in network.nodes() {
			said.push(Said::by(&Chain::connect(&node.url()).await.unwrap(), after).await);
		}
		Self { network, written, summaries, before, after, said, cells: None, is_asked_for_cells: false }
	}

	/// A connection to a node.
	pub(crate) async fn chain(&self, node: usize) -> Chain {
		Chain::connect(&self.network.nodes()[node].url()).await.unwrap()
	}

	/// The command against the first validator.
	pub(crate) fn trimast(&self) -> Trimast {
		Trimast::new(self.network.folder(), &self.network.nodes()[0].url()).unwrap()
	}

	/// The local network with the most stations.
	pub(crate) fn largest(&self) -> LocalNetworkId {
		let all = self.said[0].stations.iter();
		*all.max_by_key(|(_, sites)| sites.len()).expect("there are local networks").0
	}

	/// The folder with the generated files.
	pub(crate) fn data(&self) -> PathBuf {
		self.network.folder().join("data")
	}
}

/// Imports an owner's file and gives the summary.
pub(crate) async fn import(trimast: &Trimast, data: &Path, owner: usize, more: &[&str]) -> Value {
	let file = data.join(format!("stations-{owner}.csv"));
	let mut arguments = vec!["--json", "--quiet", "site", "import", file.to_str().unwrap()];
	arguments.extend(more);
	let planner = keys::uri(owner, Some("planner"));
	let output = trimast.run(Some(&planner), &arguments).await.unwrap().ok().unwrap();
	output.json_lines().unwrap().pop().expect("the importer says how it ended")
}

/// A folder for a network of these tests.
pub(crate) fn folder(name: &str) -> PathBuf {
	Path::new(env!("CARGO_TARGET_TMPDIR")).join("e2e").join(name)
}

/// Whose turn it is with the shared network.
static SHARED: Mutex<Option<Shared>> = Mutex::const_new(None);
/// Whose turn it is with networks of its own.
static APART: Mutex<()> = Mutex::const_new(());
/// Whoever holds this has the cores, but for what a scene apart takes of them once its network runs. It is taken after a turn: nobody
/// waits for a turn with it.
static CORES: Mutex<()> = Mutex::const_new(());

/// A turn with the shared network.
pub(crate) struct SharedTurn {
	shared: MappedMutexGuard<'static, Shared>,
	_cores: MutexGuard<'static, ()>,
}

impl Deref for SharedTurn {
	type Target = Shared;

	fn deref(&self) -> &Shared {
		&self.shared
	}
}

impl DerefMut for SharedTurn {
	fn deref_mut(&mut self) -> &mut Shared {
		&mut self.shared
	}
}

/// A turn with the shared network, which is started by the first who asks.
pub(crate) async fn shared() -> SharedTurn {
	let mut turn = SHARED.lock().await;
	let cores = CORES.lock().await;
	if turn.is_none() {
		*turn = Some(Shared::start().await);
	}
	let shared = MutexGuard::map(turn, |shared| shared.as_mut().expect("started above"));
	SharedTurn { shared, _cores: cores }
}

/// A turn apart: with networks of one's own.
pub(crate) struct Turn {
	/// Where nothing may happen in the shared network meanwhile.
	cores: Option<MutexGuard<'static, ()>>,
	_turn: MutexGuard<'static, ()>,
}

impl Turn {
	/// Starts a network, once no scene of the shared one is under way. Nodes that start take every core for many seconds, and
	/// scenes have to be done with something within seconds.
	pub(crate) async fn start(&self, options: &Options) -> Network {
		let _cores = if self.cores.is_none() { Some(CORES.lock().await) } else { None };
		Network::start(options).await.unwrap()
	}
}

/// A turn apart, beside whatever happens in the shared network.
pub(crate) async fn turn() -> Turn {
	Turn { _turn: APART.lock().await, cores: None }
}

/// A turn apart while nothing happens in the shared network: for what is asserted to be done in time.
pub(crate) async fn alone() -> Turn {
	Turn { _turn: APART.lock().await, cores: Some(CORES.lock().await) }
}
