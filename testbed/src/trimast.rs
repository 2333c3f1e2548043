// SPDX-License-Identifier: Apache-2.0

//! Runs the `trimast` command as a company's people would.

use crate::binaries;
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
	process::Stdio,
};
use tempfile::NamedTempFile;
use tokio::process::Command;

/// The command, a node to talk to, and a folder for key files.
#[derive(Clone)]
pub struct Trimast {
	binary: PathBuf,
	keys: PathBuf,
	/// The node's address for JSON-RPC.
	pub url: String,
}

/// What a run of the command left.
#[derive(Debug)]
pub struct Output {
	/// Exit code; none when a signal ended it.
	pub code: Option<i32>,
	/// What it wrote for programs.
	pub stdout: String,
	/// What it wrote for people.
	pub stderr: String,
}

impl Output {
	/// The one JSON document on its output.
	///
	/// # Errors
	///
	/// There is none.
	pub fn json(&self) -> Result<Value> {
		serde_json::from_str(&self.stdout).with_context(|| format!("not one JSON document: {self:?}"))
	}

	/// Its output as JSON lines.
	///
	/// # Errors
	///
	/// A line is not JSON.
	pub fn json_lines(&self) -> Result<Vec<Value>> {
		self.stdout
			.lines()
			.map(|line| serde_json::from_str(line).with_context(|| format!("not JSON: {line}")))
			.collect()
	}

	/// Itself when it ended with code 0.
	///
	/// # Errors
	///
	/// It did not.
	pub fn ok(self) -> Result<Self> {
		match self.code {
			Some(0) => Ok(self),
			_ => bail!("trimast ended with {:?}\n{}\n{}", self.code, self.stdout, self.stderr),
		}
	}
}

impl Trimast {
	/// The command against the node at `url`, with key files in `folder`.
	///
	/// # Errors
	///
	/// There is no such binary, or the folder cannot be made.
	pub fn new(folder: &Path, url: &str) -> Result<Self> {
		let keys = folder.join("keys");
		fs::create_dir_all(&keys).with_context(|| keys.display().to_string())?;
		Ok(Self { binary: binaries::trimast()?, keys, url: url.to_owned() })
	}

	/// The folder of the command, for the `PATH` of a shell.
	///
	/// # Errors
	///
	/// There is no current folder that a relative path could begin at.
	pub fn binary_folder(&self) -> Result<PathBuf> {
		let binary = std::path::absolute(&self.binary)?;
		Ok(binary.parent().map(Path::to_owned).unwrap_or_default())
	}

	/// Where the file with the key of this secret URI lies.
	fn key_path(&self, uri: &str) -> PathBuf {
		self.keys.join(uri.trim_start_matches('/').replace("//", "-"))
	}

	/// Writes the file with the key of this secret URI, which only its owner may read; gives its path.
	///
	/// # Errors
	///
	/// It cannot be written.
	pub fn key_file(&self, uri: &str) -> Result<PathBuf> {
		let path = self.key_path(uri);
		// Another command may be reading it: it is there whole, or not at all.
		let mut file = NamedTempFile::new_in(&self.keys)?;
		writeln!(file, "{uri}")?;
		file.persist(&path)?;
		Ok(path)
	}

	/// The command with arguments, signing with the key of `uri` if one is given. It ends when it is dropped.
	///
	/// # Errors
	///
	/// The key file cannot be written.
	pub fn command(&self, uri: Option<&str>, arguments: &[&str]) -> Result<Command> {
		let mut command = Command::new(&self.binary);
		command.args(["--url", &self.url]).kill_on_drop(true).stdin(Stdio::null());
		if let Some(uri) = uri {
			command.arg("--key-file").arg(self.key_file(uri)?);
		}
		command.args(arguments);
		Ok(command)
	}

	/// Runs it and takes what it writes.
	///
	/// # Errors
	///
	/// It cannot be started.
	pub async fn run(&self, uri: Option<&str>, arguments: &[&str]) -> Result<Output> {
		let output = self.command(uri, arguments)?.output().await.context("trimast")?;
		let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
		Ok(Output { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) })
	}

	/// Prints the command as one would type it and runs it in front of everybody.
	///
	/// # Errors
	///
	/// It does not end with code 0.
	pub async fn show(&self, uri: Option<&str>, arguments: &[&str]) -> Result<()> {
		self.show_expecting(0, uri, arguments).await
	}

	/// The same with a command that the chain refuses.
	///
	/// # Errors
	///
	/// The chain does not refuse it.
	pub async fn show_refused(&self, uri: Option<&str>, arguments: &[&str]) -> Result<()> {
		self.show_expecting(1, uri, arguments).await?;
		println!("  (refused, as it has to be)");
		Ok(())
	}

	async fn show_expecting(&self, code: i32, uri: Option<&str>, arguments: &[&str]) -> Result<()> {
		let key = uri.map(|uri| format!(" --key-file {}", self.key_path(uri).display()));
		println!("\n$ trimast{} {}", key.unwrap_or_default(), arguments.join(" "));
		let status = self.command(uri, arguments)?.status().await.context("trimast")?;
		if status.code() != Some(code) {
			bail!("trimast {} ended with {status}, not {code}", arguments.join(" "));
		}
		Ok(())
	}
}
