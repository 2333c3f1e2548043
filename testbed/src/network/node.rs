// SPDX-License-Identifier: Apache-2.0

//! One node: how it is started, and the process while it runs.

use super::{
	clock::Clock,
	identity::Identity,
	process::{end_leftover, reap, terminate, usage, Usage, Watchdog},
};
use crate::keys;
use anyhow::{bail, ensure, Context, Result};
use serde::{Deserialize, Serialize};
use std::{
	fs::{self, File},
	os::unix::{fs::symlink, process::CommandExt},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	thread,
	time::Duration,
};

/// What a node does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
	/// Authors and finalises for the organisation with this number.
	Validator(usize),
	/// Keeps every state.
	Archive,
}

/// The ports of a node, all on loopback.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ports {
	/// Between nodes.
	pub p2p: u16,
	/// JSON-RPC.
	pub rpc: u16,
	/// Prometheus metrics.
	pub metrics: u16,
}

/// A node of a network.
pub struct Node {
	/// What it is called, and the name of its folder.
	pub name: String,
	/// What it does.
	pub kind: Kind,
	/// Where it listens.
	pub ports: Ports,
	/// Who it is among its peers.
	pub identity: Identity,
	unsafe_rpc: bool,
	clock: Option<Clock>,
	binary: PathBuf,
	chain: PathBuf,
	base_path: PathBuf,
	/// What the nodes of a network have compiled of the runtime, which each would do by itself.
	runtimes: PathBuf,
	log: PathBuf,
	pid_file: PathBuf,
	running: Option<(Child, Watchdog)>,
}

/// Pages that may talk to a node from a browser: those of this machine, and the apps of polkadot.js. Any other that
/// happens to be open has no business with it, though it runs on the machine that reaches the port.
const ORIGINS: &str = "http://localhost:*,http://127.0.0.1:*,https://polkadot.js.org";

/// Threads for a node's asynchronous work, where five nodes share a machine.
fn worker_threads() -> usize {
	thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(5))
}

impl Node {
	/// A node that keeps its things below `folder`, not started yet. `chain` is a file with the genesis state;
	/// `unsafe_rpc` says whether it serves unsafe RPC methods too. It has the machine's clock where none is given.
	pub fn new(
		folder: &Path,
		binary: &Path,
		chain: &Path,
		kind: Kind,
		ports: Ports,
		unsafe_rpc: bool,
		clock: Option<Clock>,
	) -> Self {
		let name = match kind {
			Kind::Validator(org) => keys::ORGS.get(org).copied().unwrap_or("validator").to_owned(),
			Kind::Archive => "archive".to_owned(),
		};
		Self {
			identity: Identity::of(&name),
			base_path: folder.join("nodes").join(&name),
			runtimes: folder.join("runtimes"),
			log: folder.join("logs").join(format!("{name}.log")),
			pid_file: folder.join("nodes").join(format!("{name}.pid")),
			binary: binary.to_owned(),
			chain: chain.to_owned(),
			name,
			kind,
			ports,
			unsafe_rpc,
			clock,
			running: None,
		}
	}

	/// Where its JSON-RPC listens.
	pub fn url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.ports.rpc)
	}

	/// Where other nodes find it.
	pub fn address(&self) -> String {
		format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", self.ports.p2p, self.identity.peer_id)
	}

	/// The file with its log.
	pub fn log(&self) -> &Path {
		&self.log
	}

	/// Where its database and keys are.
	pub fn base_path(&self) -> &Path {
		&self.base_path
	}

	/// The id of its process, while it runs.
	pub fn pid(&self) -> Option<u32> {
		self.running.as_ref().map(|(child, _)| child.id())
	}

	/// Starts it. A process of an earlier run that still has this base path is ended first.
	///
	/// # Errors
	///
	/// It runs already, its keys cannot be written, or there is no such binary.
	pub fn start(&mut self, bootnodes: &[String]) -> Result<()> {
		ensure!(self.running.is_none(), "{} runs already", self.name);
		end_leftover(&self.pid_file, &self.base_path);
		for folder in [Some(&*self.base_path), Some(&*self.runtimes), self.log.parent()].into_iter().flatten()
		{
			fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
		}
		let own = self.base_path.join("runtimes");
		if !own.exists() {
			symlink(&self.runtimes, &own).with_context(|| own.display().to_string())?;
		}
		self.provide_keys()?;
		let log = File::options().create(true).append(true).open(&self.log)?;
		let child = self
			.command(bootnodes)
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			// Ctrl-C on the terminal is for the testbed, which then stops its nodes in order.
			.process_group(0)
			.spawn()
			.with_context(|| self.binary.display().to_string())?;
		fs::write(&self.pid_file, child.id().to_string())?;
		let watchdog = Watchdog::over(child.id())?;
		self.running = Some((child, watchdog));
		Ok(())
	}

	/// The command that runs it.
	fn command(&self, bootnodes: &[String]) -> Command {
		let mut command = Command::new(&self.binary);
		command
			.arg("--chain")
			.arg(&self.chain)
			.arg("--base-path")
			.arg(&self.base_path)
			.args(["--name", &self.name])
			.args(["--node-key", &self.identity.secret])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", self.ports.p2p)])
			.args(["--rpc-port", &self.ports.rpc.to_string()])
			.args(["--prometheus-port", &self.ports.metrics.to_string()])
			.args(["--rpc-cors", ORIGINS])
			.args(["--rpc-methods", if self.unsafe_rpc { "unsafe" } else { "safe" }])
			.args(["--rpc-rate-limit-whitelisted-ips", "127.0.0.1/32"])
			.args(["--rpc-max-connections", "500"])
			.args(["--no-telemetry", "--allow-private-ip"])
			// Several nodes share the cores: with a thread a core each they would mostly wake one another.
			.env("TOKIO_WORKER_THREADS", worker_threads().to_string());
		match self.kind {
			Kind::Validator(_) => command.arg("--validator"),
			Kind::Archive => command.arg("--archive"),
		};
		for address in bootnodes.iter().filter(|address| **address != self.address()) {
			command.args(["--bootnodes", address]);
		}
		if let Some(clock) = &self.clock {
			clock.give_to(&mut command);
		}
		command
	}

	/// Puts a validator's session keys into its keystore, with the node's own command.
	fn provide_keys(&self) -> Result<()> {
		let Kind::Validator(org) = self.kind else { return Ok(()) };
		let done = self.base_path.join("keys-provided");
		if done.exists() {
			return Ok(());
		}
		let uri = keys::uri(org, Some("validator"));
		for (kind, scheme) in [("aura", "sr25519"), ("gran", "ed25519")] {
			let output = Command::new(&self.binary)
				.args(["key", "insert", "--chain"])
				.arg(&self.chain)
				.arg("--base-path")
				.arg(&self.base_path)
				.args(["--key-type", kind, "--scheme", scheme, "--suri", &uri])
				.output()
				.with_context(|| self.binary.display().to_string())?;
			if !output.status.success() {
				bail!("{} key insert: {}", self.name, String::from_utf8_lossy(&output.stderr).trim());
			}
		}
		fs::write(done, "")?;
		Ok(())
	}

	/// Fails when the process has ended by itself, with the end of its log.
	///
	/// # Errors
	///
	/// The process has ended.
	pub fn check_alive(&mut self) -> Result<()> {
		let Some((child, _)) = &mut self.running else { return Ok(()) };
		if let Some(status) = child.try_wait()? {
			bail!(
				"{} ended with {status}; the end of {}:\n{}",
				self.name,
				self.log.display(),
				tail(&self.log, 15)
			);
		}
		Ok(())
	}

	/// How the process has ended by itself, told once: from then on the node counts as one that does not run.
	///
	/// # Errors
	///
	/// The system does not say how the process stands.
	pub fn take_ended(&mut self) -> Result<Option<ExitStatus>> {
		let Some((child, _)) = &mut self.running else { return Ok(None) };
		let Some(status) = child.try_wait()? else { return Ok(None) };
		self.running = None;
		let _ = fs::remove_file(&self.pid_file);
		Ok(Some(status))
	}

	/// Kills it as a power cut would (`kill -9`).
	///
	/// # Errors
	///
	/// It does not run.
	pub fn kill(&mut self) -> Result<()> {
		let (mut child, watchdog) =
			self.running.take().with_context(|| format!("{} does not run", self.name))?;
		drop(watchdog);
		child.kill()?;
		child.wait()?;
		let _ = fs::remove_file(&self.pid_file);
		Ok(())
	}

	/// What its process has used so far; nothing when it does not run.
	pub fn usage(&self) -> Usage {
		self.pid().and_then(|pid| usage(pid).ok()).unwrap_or_default()
	}
}

/// Ends all that run: asks them together, then waits for each.
pub(super) fn stop(nodes: &mut [Node]) {
	let mut running: Vec<_> = nodes
		.iter_mut()
		.filter_map(|node| {
			node.running.take().map(|(child, watchdog)| (child, watchdog, node.pid_file.clone()))
		})
		.collect();
	terminate(&running.iter().map(|(child, ..)| child.id()).collect::<Vec<_>>());
	for (child, _, pid_file) in &mut running {
		reap(child, Duration::from_secs(15));
		let _ = fs::remove_file(pid_file);
	}
}

/// The last lines of a file.
pub fn tail(file: &Path, lines: usize) -> String {
	let text = fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
	let all: Vec<&str> = text.lines().collect();
	all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The arguments of a node, in order.
	fn arguments(unsafe_rpc: bool) -> Vec<String> {
		let here = Path::new(".");
		let ports = Ports { p2p: 1, rpc: 2, metrics: 3 };
		let node = Node::new(here, here, here, Kind::Validator(0), ports, unsafe_rpc, None);
		let command = node.command(&[]);
		command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect()
	}

	#[test]
	fn pages_of_strangers_are_kept_out_and_unsafe_methods_are_served_when_asked_for() {
		for (unsafe_rpc, methods) in [(false, "safe"), (true, "unsafe")] {
			let arguments = arguments(unsafe_rpc);
			let value = |option: &str| {
				let at = arguments.iter().position(|argument| argument == option).unwrap();
				arguments[at + 1].clone()
			};
			assert_eq!(value("--rpc-methods"), methods);
			let origins = value("--rpc-cors");
			assert!(origins.split(',').all(|origin| origin != "all" && origin != "*"), "{origins}");
			assert!(origins.contains("https://polkadot.js.org"), "{origins}");
		}
	}
}
