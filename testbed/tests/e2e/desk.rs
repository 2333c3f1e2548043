// SPDX-License-Identifier: Apache-2.0

//! The companies' people at the command line: what they ask, carry out, are refused, and decide together.

use super::shared::Shared;
use futures::future::join_all;
use serde_json::Value;
use std::future::Future;
use trimast_testbed::{
	keys,
	trimast::{Output, Trimast},
};

/// The principals of the three companies.
pub(crate) const PRINCIPALS: [&str; 3] = ["//carrier-one", "//carrier-two", "//tower"];

/// The address of the account with this secret URI.
pub(crate) fn address(uri: &str) -> String {
	keys::key(uri).unwrap().public_key().to_account_id().to_string()
}

/// What a command has caused.
#[derive(Debug)]
pub(crate) struct Caused {
	/// The events of its transactions.
	events: Vec<Value>,
	/// The block of the last one.
	pub(crate) block: u64,
}

impl Caused {
	fn read(lines: &[Value]) -> Self {
		let events = lines.iter().filter_map(|line| line["events"].as_array());
		Self {
			events: events.flatten().cloned().collect(),
			block: lines.iter().filter_map(|line| line["block"].as_u64()).max().unwrap_or_default(),
		}
	}

	/// The fields of the event of this name, `Federation.Invited`.
	pub(crate) fn event(&self, name: &str) -> &Value {
		let is_named = |event: &&Value| {
			name.split_once('.')
				.is_some_and(|(pallet, event_name)| event["pallet"] == pallet && event["event"] == event_name)
		};
		let found = self.events.iter().find(is_named);
		&found.unwrap_or_else(|| panic!("no {name} among {:?}", self.events))["fields"]
	}
}

/// The command against a node, for programs. The futures have all that they need, so that several may be at work at once.
#[derive(Clone)]
pub(crate) struct Terminal(Trimast);

/// A command as it stands in failures.
fn line(who: &str, arguments: &[&str]) -> String {
	format!("{who}: trimast {}", arguments.join(" "))
}

/// What of an inbox has a command that begins like this.
fn item(inbox: &Value, command: &str) -> Option<Value> {
	let mut items = inbox["items"].as_array().unwrap().iter();
	items.find(|item| item["command"].as_str().unwrap().starts_with(command)).cloned()
}

impl Terminal {
	pub(crate) const fn new(trimast: Trimast) -> Self {
		Self(trimast)
	}

	/// Runs the command with the key of `who`.
	pub(crate) fn run(&self, who: Option<&str>, arguments: &[&str]) -> impl Future<Output = Output> + use<> {
		let (trimast, who) = (self.0.clone(), who.map(str::to_owned));
		let arguments = ["--json", "--quiet", "--yes"].iter().chain(arguments);
		let arguments: Vec<String> = arguments.map(|text| (*text).to_owned()).collect();
		async move {
			let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
			trimast.run(who.as_deref(), &arguments).await.unwrap()
		}
	}

	/// What it answers to a question.
	pub(crate) fn ask(&self, arguments: &[&str]) -> impl Future<Output = Value> + use<> {
		let run = self.run(None, arguments);
		async move { run.await.ok().unwrap().json().unwrap() }
	}

	/// Does something as `who`. It must end well; gives what the command has said.
	pub(crate) fn act(&self, who: &str, arguments: &[&str]) -> impl Future<Output = Vec<Value>> + use<> {
		let (run, line) = (self.run(Some(who), arguments), line(who, arguments));
		async move {
			let output = run.await;
			assert_eq!(output.code, Some(0), "{line}: {output:?}");
			output.json_lines().unwrap()
		}
	}

	/// The same, with what that has caused.
	pub(crate) fn carry_out(&self, who: &str, arguments: &[&str]) -> impl Future<Output = Caused> + use<> {
		let act = self.act(who, arguments);
		async move { Caused::read(&act.await) }
	}

	/// Tries something as `who` that must fail with this code, and as `is_so` has it; `expected` is that in words.
	fn must_fail<F: FnOnce(&Output) -> bool>(
		&self,
		who: &str,
		arguments: &[&str],
		code: i32,
		expected: String,
		is_so: F,
	) -> impl Future<Output = ()> + use<F> {
		let (run, line) = (self.run(Some(who), arguments), line(who, arguments));
		async move {
			let output = run.await;
			let is_so = output.code == Some(code) && is_so(&output);
			assert!(is_so, "{line}: {code}, {expected} expected: {output:?}");
		}
	}

	/// Tries something as `who` that must fail with this code, for this reason.
	pub(crate) fn fails(
		&self,
		who: &str,
		arguments: &[&str],
		code: i32,
		reason: &str,
	) -> impl Future<Output = ()> + use<> {
		let (expected, reason) = (format!("'{reason}'"), reason.to_owned());
		self.must_fail(who, arguments, code, expected, move |output| output.stderr.contains(&reason))
	}

	/// The same, and with what to do.
	pub(crate) fn fails_with_remedy(
		&self,
		who: &str,
		arguments: &[&str],
		code: i32,
		reason: &str,
	) -> impl Future<Output = ()> + use<> {
		let (expected, reason) = (format!("'{reason}' with a remedy"), reason.to_owned());
		self.must_fail(who, arguments, code, expected, move |output| {
			let said: Value =
				output.stdout.lines().last().and_then(|line| line.parse().ok()).unwrap_or_default();
			let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
			let is_so = format!("{} {}", text("where"), text("what")).contains(&reason);
			said["type"] == "error" && is_so && !text("remedy").is_empty()
		})
	}

	/// What it says for people, in lines that are long enough.
	pub(crate) fn told(&self, who: &str, arguments: &[&str]) -> impl Future<Output = String> + use<> {
		let (mut command, line) =
			(self.0.command(Some(who), &["--quiet", "--yes"]).unwrap(), line(who, arguments));
		command.args(arguments).env("COLUMNS", "2000");
		async move {
			let output = command.output().await.unwrap();
			let [said, wrong] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
			assert_eq!(output.status.code(), Some(0), "{line}: {wrong}");
			said
		}
	}

	/// What waits for `who` with a command that begins like this.
	pub(crate) fn waiting(&self, who: &str, command: &str) -> impl Future<Output = Option<Value>> + use<> {
		let (inbox, command) = (self.act(who, &["inbox"]), command.to_owned());
		async move { item(&inbox.await.pop().unwrap(), &command) }
	}

	/// The same of what has a deadline: in words, and how many blocks there are yet.
	pub(crate) fn due(&self, who: &str, command: &str) -> impl Future<Output = (String, u64)> + use<> {
		let (inbox, command) = (self.act(who, &["inbox"]), command.to_owned());
		async move {
			let inbox = inbox.await.pop().unwrap();
			let item = item(&inbox, &command).unwrap_or_else(|| panic!("no '{command}': {inbox}"));
			let deadline = item["deadline"].as_u64().unwrap_or_else(|| panic!("no deadline: {item}"));
			let left = deadline.checked_sub(inbox["block"].as_u64().unwrap());
			(item["what"].as_str().unwrap().to_owned(), left.unwrap_or_else(|| panic!("it is over: {inbox}")))
		}
	}

	/// Whether something does.
	pub(crate) fn waits(&self, who: &str, command: &str) -> impl Future<Output = bool> + use<> {
		let waiting = self.waiting(who, command);
		async move { waiting.await.is_some() }
	}
}

impl Shared {
	/// The command against the first validator.
	pub(crate) fn terminal(&self) -> Terminal {
		Terminal::new(self.trimast())
	}

	/// Runs the command with the key of `who`.
	pub(crate) async fn command(&self, who: Option<&str>, arguments: &[&str]) -> Output {
		self.terminal().run(who, arguments).await
	}

	/// What the command answers to a question.
	pub(crate) async fn ask(&self, arguments: &[&str]) -> Value {
		self.terminal().ask(arguments).await
	}

	/// Carries something out as `who`, until it is final.
	pub(crate) async fn carry_out(&self, who: &str, arguments: &[&str]) -> Caused {
		self.terminal().carry_out(who, arguments).await
	}

	/// Tries something as `who` that the chain must refuse, by this reason.
	pub(crate) async fn refused(&self, who: &str, arguments: &[&str], reason: &str) {
		self.terminal().fails(who, arguments, 1, reason).await;
	}

	/// The first voter proposes a motion, all vote for it; gives its number, `m12`.
	pub(crate) async fn vote(&self, voters: &[&str], proposal: &[&str]) -> String {
		let (proposer, others) = voters.split_first().expect("somebody votes");
		let proposed = self.carry_out(proposer, proposal).await;
		let index = &proposed.event("Council.Proposed")["proposal_index"];
		let id = format!("m{index}");
		let aye = ["vote", "aye", id.as_str()];
		join_all(others.iter().map(|voter| self.carry_out(voter, &aye))).await;
		id
	}

	/// The voters decide a motion; gives what came of it.
	pub(crate) async fn decide(&self, voters: &[&str], proposal: &[&str]) -> Caused {
		let id = self.vote(voters, proposal).await;
		self.carry_out(voters[0], &["vote", "close", &id]).await
	}
}
