// SPDX-License-Identifier: Apache-2.0

//! The demonstration: four validators and an archive node, a national inventory imported by the two carriers, and what
//! three companies do with it that trust nobody's platform.
//!
//! ```text
//!   start five nodes - generate files - trimast site import, each carrier its own - the scenes - what was signed by whom
//!     - where to connect and how to sign - stay until Ctrl-C
//! ```
//!
//! A later start goes on with the same network, and leaves out what has been shown to its end.
//!
//! While it stays, a node that ends by itself is named and started again, and the others go on. The nodes
//! serve safe RPC methods only, since nothing that is shown needs others, and only to this machine and polkadot.js apps.

mod guard;
mod orders;
mod scenes;
mod supervisor;

use crate::{
	chain::{BlockId, Chain},
	generate::{Country, Plan, PARTIES},
	keys,
	network::{Claim, Kind, Network, Options},
	trimast::Trimast,
	views,
};
use anyhow::{ensure, Context, Result};
use serde::{Deserialize, Serialize};
use std::{
	env, fs,
	io::{IsTerminal, Write},
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use subxt::utils::H256;
use supervisor::Supervisor;
use trimast_primitives::OrgId;

/// What to show.
#[derive(Clone, Debug)]
pub struct DemoOptions {
	/// Whether to end when everything has been shown, instead of staying until Ctrl-C.
	pub once: bool,
	/// Whether to wipe what an earlier demonstration left.
	pub fresh: bool,
	/// Where everything is kept.
	pub folder: PathBuf,
	/// Stations in the country.
	pub stations: u32,
}

/// Where a demonstration is kept unless another folder is named: `TRIMAST_DEMO`, or the user's cache folder.
pub fn default_folder() -> PathBuf {
	if let Some(folder) = env::var_os("TRIMAST_DEMO") {
		return folder.into();
	}
	let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
	let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
	cache.unwrap_or_else(env::temp_dir).join("trimast").join("demo")
}

/// What a demonstration has done so far, in `data/demo.json`.
#[derive(Serialize, Deserialize, PartialEq, Eq, Debug)]
struct Done {
	stations: u32,
	seed: u64,
	imported: bool,
	/// Whether all scenes have been shown.
	#[serde(default)]
	shown: bool,
}

impl Done {
	/// What has been done of a plan; nothing when the files are those of another one.
	fn load(data: &Path, plan: Plan) -> Option<Self> {
		let done: Self = serde_json::from_slice(&fs::read(data.join("demo.json")).ok()?).ok()?;
		((done.stations, done.seed) == (plan.stations, plan.seed)).then_some(done)
	}

	fn save(&self, data: &Path) -> Result<()> {
		let file = data.join("demo.json");
		fs::write(&file, serde_json::to_vec_pretty(self)?).with_context(|| file.display().to_string())
	}
}

/// Runs until it is done or until Ctrl-C or SIGTERM; either way all nodes are stopped.
///
/// # Errors
///
/// No country has so many stations, another one runs in the folder, a binary is missing, a node does not start, or the command fails.
pub async fn demo(options: DemoOptions) -> Result<()> {
	// Before a network is started for a country that cannot be made.
	Country::new(Plan::of(options.stations))?;
	// Before anything is said of nodes that would not be its own.
	drop(Claim::take(&options.folder)?);
	let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
	let result = tokio::select! {
		result = show(&options) => result,
		result = tokio::signal::ctrl_c() => result.map_err(Into::into),
		_ = terminated.recv() => Ok(()),
	};
	// The network was dropped with its future: everything has stopped by now.
	println!(
		"\nAll nodes have stopped. {} keeps the chain; a second start goes on from it.",
		options.folder.display()
	);
	result
}

async fn show(options: &DemoOptions) -> Result<()> {
	let start = Instant::now();
	heading("Starting four validators and one archive node");
	let mut network = Network::start(&Options {
		fresh: options.fresh,
		usual_ports: true,
		unsafe_rpc: false,
		..Options::local(&options.folder)
	})
	.await?;
	for node in network.nodes() {
		let what = match node.kind {
			Kind::Validator(_) => "validator",
			Kind::Archive => "archive",
		};
		println!("  {:<12} {what:<10} pid {:<8} {}", node.name, node.pid().unwrap_or(0), node.url());
	}
	println!("  logs and databases in {}", network.folder().display());
	let chain = Chain::connect(&network.nodes().first().context("no node")?.url()).await?;
	state_of_chain(&chain).await?;
	if network.is_of_another_build()? {
		println!("  it began with another build, and keeps the rules of that one: what is new since is not on it, and");
		println!(
			"  commands may not understand its answers. `scripts/demo --fresh` begins anew, with the scenes."
		);
	}

	let trimast = Trimast::new(network.folder(), chain.url())?;
	println!("  to give the commands below yourself, in another terminal first:");
	println!("    {}", shell_line(&trimast)?);
	trimast.show(None, &["federation", "orgs"]).await?;

	let from = chain.finalized().await?;
	let plan = Plan::of(options.stations);
	let data = network.folder().join("data");
	let mut done = provide_data(&data, plan).await?;
	if done.imported {
		heading("The inventory is on the chain already");
	} else {
		for owner in 0..2 {
			heading(&format!("{} imports its stations", keys::ORGS[owner]));
			let file = data.join(format!("stations-{owner}.csv"));
			let file = file.to_str().context("the folder's name is not UTF-8")?;
			trimast.show(Some(&keys::uri(owner, Some("planner"))), &["site", "import", file]).await?;
			if owner == 0 {
				println!("  first import final {:.1} s after the start", start.elapsed().as_secs_f64());
			}
		}
		done.imported = true;
		done.save(&data)?;
	}
	println!("  on the chain: {}", views::counts(&chain, None).await?);

	if done.shown {
		println!(
			"  the network of an earlier start goes on; the scenes were shown then: --fresh shows them again"
		);
	} else {
		scenes::show(&trimast, &chain, &data, plan).await?;
		scenes::who_signed(&chain, from).await?;
		done.shown = true;
		done.save(&data)?;
	}
	everywhere_the_same(&network).await?;
	trimast.show(None, &["chain", "status"]).await?;
	where_to_connect(&network, &trimast)?;
	how_to_sign(&trimast)?;
	println!("\nEverything shown after {:.1} s.", start.elapsed().as_secs_f64());
	if !options.once {
		stay(&mut network, chain).await?;
	}
	Ok(())
}

fn heading(text: &str) {
	println!("\n== {text}");
}

/// Generates the files unless they are there; says what has been done with them.
async fn provide_data(data: &Path, plan: Plan) -> Result<Done> {
	if let Some(done) = Done::load(data, plan) {
		return Ok(done);
	}
	heading(&format!("Generating a country of {} stations (seed {})", plan.stations, plan.seed));
	let folder = data.to_owned();
	let written = tokio::task::spawn_blocking(move || Country::new(plan)?.write(&folder)).await??;
	println!("  {} and {} stations to import, by owner", written.stations[0], written.stations[1]);
	println!("  three companies' own books with {} planted mistakes", written.planted);
	let done = Done { stations: plan.stations, seed: plan.seed, imported: false, shown: false };
	done.save(data)?;
	Ok(done)
}

/// Best and finalised block.
async fn state_of_chain(chain: &Chain) -> Result<()> {
	let (best, finalized) = (chain.best().await?, chain.finalized().await?);
	println!(
		"  best block {}, finalised {} ({} behind), {}",
		best.number,
		finalized.number,
		best.number.saturating_sub(finalized.number),
		finalized.hash
	);
	Ok(())
}

/// Asks every node for one block and for the inventory in it.
async fn everywhere_the_same(network: &Network) -> Result<()> {
	heading("Every node gives the same answer");
	let mut block: Option<(u64, H256)> = None;
	for node in network.nodes() {
		let chain = Chain::connect(&node.url()).await?;
		let (number, hash) = match block {
			Some(block) => block,
			None => {
				let head = chain.finalized().await?;
				*block.insert((head.number, head.hash))
			}
		};
		chain.wait_finalized(number, Duration::from_secs(30)).await?;
		println!("  {:<12} block {number}: {}", node.name, views::counts(&chain, Some(hash)).await?);
	}
	Ok(())
}

/// What makes a shell find the command, and the command this network.
fn shell_line(trimast: &Trimast) -> Result<String> {
	let folder = trimast.binary_folder()?;
	Ok(format!("export PATH=\"{}:$PATH\" TRIMAST_URL={}", folder.display(), trimast.url))
}

fn where_to_connect(network: &Network, trimast: &Trimast) -> Result<()> {
	heading("Where to connect");
	for node in network.nodes() {
		println!("  {:<12} {}", node.name, node.url());
	}
	if let Some(node) = network.nodes().first() {
		println!("  in a browser: https://polkadot.js.org/apps/?rpc={}", node.url());
	}
	println!("  on another terminal:");
	println!("    {}", shell_line(trimast)?);
	println!("    trimast site networks");
	if let Some(archive) = network.archive() {
		println!(
			"  what is older than the states that validators keep, 256 blocks, is asked of the archive node:"
		);
		println!("    trimast watch --archive {} --from 1", archive.url());
		println!("    trimast config proof CELL --archive {}", archive.url());
	}
	let orgs = (0..keys::ORGS.len()).map(|org| format!("{} is {}", OrgId(org as u8).0, keys::ORGS[org]));
	println!("  organisations: {}", orgs.collect::<Vec<_>>().join(", "));
	Ok(())
}

/// The parts of a company's work of which it has keys in files; nothing is its principal.
const PARTS: [Option<&str>; 6] =
	[None, Some("planner"), Some("engineer"), Some("collector"), Some("dispatcher"), Some("auditor")];

/// The accounts of the preset, by secret and by key file.
fn how_to_sign(trimast: &Trimast) -> Result<()> {
	heading("How to sign");
	println!("  With development keys, which everybody can derive: //carrier-one is the principal of its company, and");
	println!("  //carrier-one//planner and so on are its other accounts. Stations are a planner's, baselines and changes of");
	println!("  cells an engineer's, sweeps a collector's, work orders a dispatcher's; an auditor reads.");
	println!("    trimast --suri //carrier-one//planner inbox");
	println!("  The same keys in files, for what --suri would show to other processes:");
	for org in PARTIES.map(|party| usize::from(party.0)) {
		for part in PARTS {
			let file = trimast.key_file(&keys::uri(org, part))?;
			println!("    {:<10} --key-file {}", part.unwrap_or("principal"), file.display());
		}
	}
	Ok(())
}

/// How long nothing may become final until the demonstration ends.
const STALLED: Duration = Duration::from_secs(300);

/// Seconds between two lines on the state of the chain, where they are not written over one another.
const PAUSE: u64 = 30;

/// Stays, with a line on the state of the chain, until somebody stops it or nothing becomes final any more. Nodes that end
/// meanwhile are started again.
async fn stay(network: &mut Network, chain: Chain) -> Result<()> {
	println!("\nThe network is up. Ctrl-C stops it.");
	let terminal = std::io::stdout().is_terminal();
	let mut supervisor = Supervisor::default();
	let mut chain = Some(chain);
	let mut newest = (0, Instant::now());
	for second in 1u64.. {
		tokio::time::sleep(Duration::from_secs(1)).await;
		for said in supervisor.look_after(network, Instant::now())? {
			println!("\n{said}");
		}
		let line = match heads(network, &mut chain).await {
			Some((best, finalized)) => {
				if finalized.number > newest.0 {
					newest = (finalized.number, Instant::now());
				}
				format!("block {}, finalised {}", best.number, finalized.number)
			}
			None => "no node answers".to_owned(),
		};
		ensure!(
			newest.1.elapsed() < STALLED,
			"nothing has become final for {} s; the nodes' logs are in {}",
			STALLED.as_secs(),
			network.folder().join("logs").display()
		);
		if terminal {
			print!("\r{line}   ");
			std::io::stdout().flush()?;
		} else if second % PAUSE == 0 {
			println!("{line}");
		}
	}
	Ok(())
}

/// Best and finalised block, of the node that was asked last or of another one that answers.
async fn heads(network: &Network, chain: &mut Option<Chain>) -> Option<(BlockId, BlockId)> {
	if let Some(known) = chain {
		if let Some(heads) = heads_of(known).await {
			return Some(heads);
		}
	}
	*chain = None;
	for node in network.nodes().iter().filter(|node| node.pid().is_some()) {
		let Ok(other) = Chain::connect(&node.url()).await else { continue };
		if let Some(heads) = heads_of(&other).await {
			*chain = Some(other);
			return Some(heads);
		}
	}
	None
}

/// Best and finalised block as a node says them in time.
async fn heads_of(chain: &Chain) -> Option<(BlockId, BlockId)> {
	let ask = async { anyhow::Ok((chain.best().await?, chain.finalized().await?)) };
	tokio::time::timeout(Duration::from_secs(3), ask).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generate::{MAX_STATIONS, MIN_STATIONS};

	/// The code with which `scripts/demo` ends, and what it says, where it may build and install nothing.
	fn script(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
		let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/demo");
		let mut command = std::process::Command::new("bash");
		command.arg(script).args(arguments).env("TRIMAST_DEMO", folder).env("TRIMAST_CACHE", "/dev/null");
		let output = command.output().unwrap();
		(output.status.code(), String::from_utf8(output.stderr).unwrap())
	}

	#[test]
	fn script_refuses_what_it_does_not_know_before_it_builds() {
		for wrong in
			[&["--nonsense"][..], &["--once", "--frsh"], &["fresh"], &["--stations"], &["--stations", "many"]]
		{
			let (code, text) = script(Path::new("/dev/null"), wrong);
			let known =
				wrong[0] == "--stations" || text.contains("--once, --fresh, --stations NUMBER and --help");
			assert!(code == Some(2) && known && text.lines().count() == 1, "{wrong:?}: {code:?} {text}");
		}
	}

	#[test]
	fn script_refuses_a_number_of_stations_that_no_country_has_before_it_builds() {
		let folder = tempfile::tempdir().unwrap();
		// One runs here: what is not refused for its number is refused for that.
		let _claim = Claim::take(folder.path()).unwrap();
		for number in ["0", "999", "0k", "2000001", "2001k", "3m", "99999999999999999999", "08"] {
			let (code, text) = script(folder.path(), &["--stations", number]);
			assert_eq!((code, text.lines().count()), (Some(2), 1), "{number}: {text}");
			assert!(text.contains("1k to 2m"), "{number}: {text}");
		}
		for number in ["1000", "1k", "01k", "5K", "2m", "2000000"] {
			assert_eq!(script(folder.path(), &["--stations", number]).0, Some(1), "{number}");
		}
	}

	#[tokio::test]
	async fn demonstration_refuses_a_number_of_stations_that_no_country_has_before_it_starts() {
		let parent = tempfile::tempdir().unwrap();
		let folder = parent.path().join("demo");
		for stations in [0, MIN_STATIONS - 1, MAX_STATIONS + 1] {
			let options = DemoOptions { once: true, fresh: false, folder: folder.clone(), stations };
			let text = demo(options).await.unwrap_err().to_string();
			assert!(text.contains("a country has 1000 to 2000000"), "{text}");
			assert!(!folder.exists(), "nothing was begun");
		}
	}

	#[test]
	fn script_leaves_a_demonstration_that_runs_alone() {
		let folder = tempfile::tempdir().unwrap();
		let _claim = Claim::take(folder.path()).unwrap();
		let (code, text) = script(folder.path(), &["--fresh"]);
		let id = std::process::id();
		assert_eq!(code, Some(1), "{text}");
		assert!(text.contains(&format!("process {id}")) && text.contains(&format!("kill {id}")), "{text}");
		assert!(text.contains("TRIMAST_DEMO="), "{text}");
	}

	#[test]
	fn what_was_done_is_remembered_for_its_plan_alone() {
		let folder = tempfile::tempdir().unwrap();
		let plan = Plan::of(1_000);
		assert_eq!(Done::load(folder.path(), plan), None);
		let done = Done { stations: plan.stations, seed: plan.seed, imported: true, shown: true };
		done.save(folder.path()).unwrap();
		assert_eq!(Done::load(folder.path(), plan), Some(done));
		assert_eq!(Done::load(folder.path(), Plan::of(2_000)), None);
		// Before there was a word about the scenes
		fs::write(folder.path().join("demo.json"), r#"{"stations":1000,"seed":1,"imported":true}"#).unwrap();
		assert!(Done::load(folder.path(), plan).is_some_and(|done| done.imported && !done.shown));
	}
}
