// SPDX-License-Identifier: Apache-2.0

//! The companies' people at the command line: what they ask, carry out, are refused, and decide together.

use super::shared::Shared;
use futures::future::join_all;
use serde_json::Value;
use trimast_testbed::{keys, trimast::Output};

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
	fn read(output: &Output) -> Self {
		let lines = output.json_lines().unwrap();
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

impl Shared {
	/// Runs the command with the key of `who`.
	pub(crate) async fn command(&self, who: Option<&str>, arguments: &[&str]) -> Output {
		let arguments = [&["--json", "--quiet", "--yes"], arguments].concat();
		self.trimast().run(who, &arguments).await.unwrap()
	}

	/// What the command answers to a question.
	pub(crate) async fn ask(&self, arguments: &[&str]) -> Value {
		self.command(None, arguments).await.ok().unwrap().json().unwrap()
	}

	/// Carries something out as `who`, until it is final.
	pub(crate) async fn carry_out(&self, who: &str, arguments: &[&str]) -> Caused {
		let output = self.command(Some(who), arguments).await;
		assert_eq!(output.code, Some(0), "{who}: trimast {}: {output:?}", arguments.join(" "));
		Caused::read(&output)
	}

	/// Tries something as `who` that the chain must refuse, by this reason.
	pub(crate) async fn refused(&self, who: &str, arguments: &[&str], reason: &str) {
		let output = self.command(Some(who), arguments).await;
		let is_refused = output.code == Some(1) && output.stderr.contains(reason);
		assert!(is_refused, "{who}: trimast {}: '{reason}' is expected: {output:?}", arguments.join(" "));
	}

	/// Tries something as `who` that must fail with this code, for this reason, and with what to do.
	pub(crate) async fn refused_with_remedy(&self, who: &str, arguments: &[&str], code: i32, reason: &str) {
		let output = self.command(Some(who), arguments).await;
		let said: Value = output.stdout.lines().last().and_then(|line| line.parse().ok()).unwrap_or_default();
		let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
		let is_refused = output.code == Some(code) && said["type"] == "error";
		let is_so =
			format!("{} {}", text("where"), text("what")).contains(reason) && !text("remedy").is_empty();
		let command = arguments.join(" ");
		assert!(
			is_refused && is_so,
			"{who}: trimast {command}: {code}, '{reason}' with a remedy expected: {output:?}"
		);
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
