// SPDX-License-Identifier: Apache-2.0

//! A network of real nodes on this machine.
//!
//! # What it guarantees
//!
//! * **Nothing left behind**: when a [`Network`] is dropped its nodes are ended and waited for; when this program is killed
//!   outright a watchdog ends them; and what still runs on a base path is ended before a new node takes it.
//! * **Only its own**: processes are ended by the id that they were started with.
//! * **One at a time**: a folder belongs to the program that runs a network in it, and another is refused before it has
//!   touched anything. The system ends the claim with the program, however that went. So it is with ports: none is given to two
//!   networks, whether their nodes listen yet or not.
//! * **Resumable**: a folder that holds a network is taken up where it was left, unless it is to be fresh.
//! * **Any time**: the nodes' clock may be another one than the machine's ([`Clock`]).
//!
//! ```text
//! FOLDER/network.json     ports, name of the chain
//! FOLDER/network.lock     locked by the program that runs the network, with its process id
//! FOLDER/chain.json       the genesis state itself: a node that was built anew since goes on with the same chain
//! FOLDER/clock            how far the nodes' clock is ahead of the machine's, if it is another one
//! FOLDER/runtimes/        what its nodes have compiled of runtimes, kept over fresh starts
//! FOLDER/nodes/NAME/      base path: database, keystore, node key
//! FOLDER/logs/NAME.log    what the node wrote, appended over restarts
//! ```

mod claim;
mod clock;
mod identity;
mod node;
mod ports;
mod process;

use crate::{binaries, chain::Chain, keys};
use anyhow::{ensure, Context, Result};
use ports::Marks;
use serde::{Deserialize, Serialize};
use std::{
	collections::BTreeMap,
	fs,
	net::TcpStream,
	path::{Path, PathBuf},
	process::{Command, ExitStatus},
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};
use trimast_primitives::Moment;

pub use claim::Claim;
pub use clock::Clock;
pub use node::{tail, Kind, Node, Ports};
pub use process::{folder_size, usage, Usage};

/// How long a network may take until it finalises blocks.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// What to start.
#[derive(Clone, Debug)]
pub struct Options {
	/// Where everything is kept.
	pub folder: PathBuf,
	/// Whether to wipe the folder first.
	pub fresh: bool,
	/// How many validators run: of the first organisations, in the order of their numbers.
	pub validators: usize,
	/// Whether an archive node runs beside the validators.
	pub archive: bool,
	/// Whether to take the usual ports (9944 and so on) where they are free.
	pub usual_ports: bool,
	/// The chain: a genesis preset of the node, or a chain spec file; read when the folder is fresh.
	pub chain: String,
	/// Whether the nodes serve unsafe RPC methods: new session keys are made by one.
	pub unsafe_rpc: bool,
	/// When the nodes' clock begins, where it is not the machine's ([`Network::clock`]).
	pub clock: Option<Moment>,
}

impl Options {
	/// Four validators and an archive node of the `local` preset, on whatever ports are free, which serve every RPC
	/// method: for tests and measurements.
	pub fn local(folder: &Path) -> Self {
		Self {
			folder: folder.to_owned(),
			fresh: false,
			validators: keys::ORGS.len(),
			archive: true,
			usual_ports: false,
			chain: "local".to_owned(),
			unsafe_rpc: true,
			clock: None,
		}
	}
}

/// What `network.json` remembers.
#[derive(Serialize, Deserialize)]
struct Remembered {
	chain: String,
	ports: Vec<Ports>,
}

/// Nodes that run together.
pub struct Network {
	folder: PathBuf,
	/// The preset that it began with.
	chain: String,
	nodes: Vec<Node>,
	clock: Option<Clock>,
	/// Given up when the nodes have ended, as is the folder.
	_marks: Marks,
	_claim: Claim,
}

impl Network {
	/// Starts a network and waits until every node finalises blocks.
	///
	/// # Errors
	///
	/// Another program runs a network in the folder, there is no node binary, a node ends by itself, or nothing is final in
	/// time.
	pub async fn start(options: &Options) -> Result<Self> {
		let mut network = Self::lay_out(options)?;
		for n in 0..network.nodes.len() {
			network.start_node(n)?;
			if n == 0 {
				// What the first one has compiled of the runtime, the others find ready.
				network.wait_listening(n, READY_WITHIN).await?;
			}
		}
		network.wait_ready(READY_WITHIN).await?;
		Ok(network)
	}

	/// Prepares folder and ports.
	fn lay_out(options: &Options) -> Result<Self> {
		let folder = &options.folder;
		let claim = Claim::take(folder)?;
		let binary = binaries::node()?;
		let file = folder.join("network.json");
		let mut remembered: Option<Remembered> =
			fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
		let validators = (0..options.validators).map(Kind::Validator);
		let kinds: Vec<Kind> = validators.chain(options.archive.then_some(Kind::Archive)).collect();
		if options.fresh {
			wipe(folder)?;
			remembered = None;
		} else if let Some(remembered) = &remembered {
			ensure!(
				remembered.chain == options.chain,
				"{} holds a network of chain '{}', not '{}': take another folder or start afresh (--fresh)",
				folder.display(),
				remembered.chain,
				options.chain
			);
		}
		let folder = fs::canonicalize(folder)?;
		// Leftovers of a killed run hold their old ports: they go first.
		end_leftovers(&folder);
		let chain = folder.join("chain.json");
		if !chain.exists() {
			fs::write(&chain, genesis(&binary, &options.chain)?)
				.with_context(|| chain.display().to_string())?;
		}
		let clock = options.clock.map(|at| Clock::begin(&folder, at)).transpose()?;
		let earlier = remembered.map(|remembered| remembered.ports).unwrap_or_default();
		let (ports, marks) = ports::choose(kinds.len(), &earlier, options.usual_ports)?;
		let remember = Remembered { chain: options.chain.clone(), ports: ports.clone() };
		fs::write(folder.join("network.json"), serde_json::to_vec_pretty(&remember)?)?;
		let nodes = kinds
			.into_iter()
			.zip(ports)
			.map(|(kind, ports)| {
				Node::new(&folder, &binary, &chain, kind, ports, options.unsafe_rpc, clock.clone())
			})
			.collect();
		Ok(Self { folder, chain: options.chain.clone(), nodes, clock, _marks: marks, _claim: claim })
	}

	/// Whether it began with another genesis state than the present binary gives its chain.
	///
	/// # Errors
	///
	/// There is no node binary, or it does not write its chain.
	pub fn is_of_another_build(&self) -> Result<bool> {
		let file = self.folder.join("chain.json");
		let own = fs::read(&file).with_context(|| file.display().to_string())?;
		Ok(own != genesis(&binaries::node()?, &self.chain)?)
	}

	fn bootnodes(&self) -> Vec<String> {
		self.nodes.iter().filter(|node| node.kind != Kind::Archive).map(Node::address).collect()
	}

	/// Waits until every node that runs has a peer, where there is another, and has finalised a block later than genesis.
	///
	/// # Errors
	///
	/// A node has ended by itself, or it takes longer than `limit`.
	pub async fn wait_ready(&mut self, limit: Duration) -> Result<()> {
		let deadline = Instant::now() + limit;
		let alone = self.nodes.len() == 1;
		for n in 0..self.nodes.len() {
			if self.nodes[n].pid().is_none() {
				continue;
			}
			while !is_ready(&self.nodes[n].url(), alone).await {
				self.wait_on(n, deadline, "finalises nothing").await?;
			}
		}
		Ok(())
	}

	/// Waits until a node that was started listens: its runtime is compiled by then.
	async fn wait_listening(&mut self, n: usize, limit: Duration) -> Result<()> {
		let deadline = Instant::now() + limit;
		while TcpStream::connect(("127.0.0.1", self.nodes[n].ports.rpc)).is_err() {
			self.wait_on(n, deadline, "does not listen").await?;
		}
		Ok(())
	}

	/// Gives a node a moment. Fails when one has ended by itself, or the time is over.
	async fn wait_on(&mut self, n: usize, deadline: Instant, fault: &str) -> Result<()> {
		for node in &mut self.nodes {
			node.check_alive()?;
		}
		let node = &self.nodes[n];
		ensure!(
			Instant::now() < deadline,
			"{} {fault} in time; the end of {}:\n{}",
			node.name,
			node.log().display(),
			tail(node.log(), 15)
		);
		tokio::time::sleep(Duration::from_millis(250)).await;
		Ok(())
	}

	/// Where everything is kept.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// The nodes' clock, where it is not the machine's.
	pub const fn clock(&self) -> Option<&Clock> {
		self.clock.as_ref()
	}

	/// Every node, validators first in the order of their organisations.
	pub fn nodes(&self) -> &[Node] {
		&self.nodes
	}

	/// The validators' addresses for JSON-RPC.
	pub fn validator_urls(&self) -> Vec<String> {
		self.nodes.iter().filter(|node| node.kind != Kind::Archive).map(Node::url).collect()
	}

	/// The archive node, if there is one.
	pub fn archive(&self) -> Option<&Node> {
		self.nodes.iter().find(|node| node.kind == Kind::Archive)
	}

	/// The place of the archive node among the nodes, if there is one.
	pub fn archive_index(&self) -> Option<usize> {
		self.nodes.iter().position(|node| node.kind == Kind::Archive)
	}

	/// Kills a node as a power cut would.
	///
	/// # Errors
	///
	/// There is no such node, or it does not run.
	pub fn kill(&mut self, index: usize) -> Result<()> {
		self.node_mut(index)?.kill()
	}

	/// Starts a killed node again and waits until it finalises.
	///
	/// # Errors
	///
	/// There is no such node, or it does not come back.
	pub async fn restart(&mut self, index: usize) -> Result<()> {
		self.start_node(index)?;
		self.wait_ready(READY_WITHIN).await
	}

	/// Starts a node that does not run, and waits for nothing.
	///
	/// # Errors
	///
	/// There is no such node, or it runs, or it cannot be started.
	pub fn start_node(&mut self, index: usize) -> Result<()> {
		let bootnodes = self.bootnodes();
		self.node_mut(index)?.start(&bootnodes)
	}

	/// The nodes that have ended by themselves, and how, each told once: from then on it counts as one that does not run.
	///
	/// # Errors
	///
	/// The system does not say how a process stands.
	pub fn take_ended(&mut self) -> Result<Vec<(usize, ExitStatus)>> {
		let mut ended = Vec::new();
		for (index, node) in self.nodes.iter_mut().enumerate() {
			ended.extend(node.take_ended()?.map(|status| (index, status)));
		}
		Ok(ended)
	}

	fn node_mut(&mut self, index: usize) -> Result<&mut Node> {
		self.nodes.get_mut(index).with_context(|| format!("there is no node {index}"))
	}

	/// What all nodes have used so far: CPU seconds together, the greatest peak of memory.
	pub fn usage(&self) -> Usage {
		self.nodes.iter().map(Node::usage).fold(Usage::default(), std::ops::Add::add)
	}

	/// Bytes of the first validator's database.
	pub fn disk(&self) -> u64 {
		self.nodes.first().map_or(0, |node| folder_size(node.base_path()))
	}

	/// Fails when a node has ended by itself.
	///
	/// # Errors
	///
	/// A node has ended.
	pub fn check_alive(&mut self) -> Result<()> {
		self.nodes.iter_mut().try_for_each(Node::check_alive)
	}
}

impl Drop for Network {
	fn drop(&mut self) {
		node::stop(&mut self.nodes);
	}
}

/// Removes what a network left in its folder, and nothing else: a folder named by mistake keeps what is in it.
fn wipe(folder: &Path) -> Result<()> {
	let Ok(folder) = fs::canonicalize(folder) else { return Ok(()) };
	end_leftovers(&folder);
	let own = ["nodes", "logs", "data", "keys", "network.json", "chain.json", "clock", "clock.c", "clock.so"];
	for name in own {
		let path = folder.join(name);
		let removed = match path.metadata() {
			Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&path),
			Ok(_) => fs::remove_file(&path),
			Err(_) => Ok(()),
		};
		removed.with_context(|| path.display().to_string())?;
	}
	Ok(())
}

/// Ends the nodes of an earlier run that was killed.
fn end_leftovers(folder: &Path) {
	let entries = fs::read_dir(folder.join("nodes")).into_iter().flatten().flatten();
	for pid_file in entries.map(|entry| entry.path()) {
		if pid_file.extension().is_some_and(|extension| extension == "pid") {
			process::end_leftover(&pid_file, &pid_file.with_extension(""));
		}
	}
}

/// The genesis state of a chain by this binary. Every node of a network must share one, whatever binary it has later. For that of
/// a preset the binary compiles its runtime, which takes many seconds: one program has that done once.
pub(crate) fn genesis(binary: &Path, chain: &str) -> Result<Vec<u8>> {
	static PRESETS: Mutex<BTreeMap<(PathBuf, String), Vec<u8>>> = Mutex::new(BTreeMap::new());
	let mut presets = PRESETS.lock().unwrap_or_else(PoisonError::into_inner);
	let key = (binary.to_owned(), chain.to_owned());
	if let Some(state) = presets.get(&key) {
		return Ok(state.clone());
	}
	let output = Command::new(binary)
		.args(["chain-spec", "--raw", "--chain", chain])
		.output()
		.with_context(|| binary.display().to_string())?;
	ensure!(
		output.status.success(),
		"trimast-node chain-spec --raw --chain {chain}: {}",
		String::from_utf8_lossy(&output.stderr).trim()
	);
	// A chain spec file may be another one the next time.
	if !Path::new(chain).is_file() {
		presets.insert(key, output.stdout.clone());
	}
	Ok(output.stdout)
}

/// Whether a node answers, has a peer unless it is alone, and has finalised a block.
async fn is_ready(url: &str, alone: bool) -> bool {
	#[derive(Deserialize)]
	struct Health {
		peers: u32,
	}
	let ask = async {
		let chain = Chain::connect(url).await?;
		let health: Health = chain.ask("system_health", crate::chain::rpc_params![]).await?;
		anyhow::Ok((alone || health.peers > 0) && chain.finalized().await?.number > 0)
	};
	matches!(tokio::time::timeout(Duration::from_secs(3), ask).await, Ok(Ok(true)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn network_that_runs_is_left_alone_by_another_start() {
		let folder = tempfile::tempdir().unwrap();
		let node = fs::canonicalize(folder.path()).unwrap().join("nodes/carrier-one");
		fs::create_dir_all(&node).unwrap();
		// What the first one has started, as a leftover would look.
		let mut running = Command::new("sh")
			.args(["-c", "read _", "sh"])
			.arg(&node)
			.stdin(std::process::Stdio::piped())
			.spawn()
			.unwrap();
		let pid_file = node.with_extension("pid");
		fs::write(&pid_file, running.id().to_string()).unwrap();
		let _claim = Claim::take(folder.path()).unwrap();
		for fresh in [false, true] {
			let second = Network::lay_out(&Options { fresh, ..Options::local(folder.path()) });
			let text = second.err().unwrap().to_string();
			assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
			assert!(running.try_wait().unwrap().is_none() && pid_file.exists() && node.exists());
		}
		running.kill().unwrap();
		running.wait().unwrap();
	}

	#[test]
	fn preset_is_asked_for_once_and_a_file_each_time() {
		let folder = tempfile::tempdir().unwrap();
		let (binary, spec) = (folder.path().join("node"), folder.path().join("spec.json"));
		// Given a binary that says how often it was asked. Another process writes it: nothing that is started here meanwhile has it
		// open, and keeps it from running.
		let write = r#"printf '#!/bin/sh\necho >>"$0.asked"; wc -l <"$0.asked"' >"$0" && chmod +x "$0""#;
		assert!(Command::new("sh").args(["-c", write]).arg(&binary).status().unwrap().success());
		fs::write(&spec, "{}").unwrap();
		let asked = |chain: &str| {
			let said = String::from_utf8(genesis(&binary, chain).unwrap()).unwrap();
			said.trim().parse::<u32>().unwrap()
		};
		assert_eq!(["local", "local", "dev", "local"].map(asked), [1, 1, 2, 1]);
		let spec = spec.to_str().unwrap();
		assert_eq!([spec, spec].map(asked), [3, 4]);
	}

	#[test]
	fn wipe_takes_only_what_a_network_left() {
		let folder = tempfile::tempdir().unwrap();
		for path in ["nodes/x/db", "logs", "data", "precious"] {
			fs::create_dir_all(folder.path().join(path)).unwrap();
		}
		for file in ["network.json", "chain.json", "clock"] {
			fs::write(folder.path().join(file), "{}").unwrap();
		}
		wipe(folder.path()).unwrap();
		let left: Vec<_> =
			fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
		assert_eq!(left, ["precious"]);
		wipe(&folder.path().join("nowhere")).unwrap();
	}
}
