// SPDX-License-Identifier: Apache-2.0

//! What the demonstration does about a node that ends by itself: it says so, lets one see how the others go on, and
//! starts the node again, as the operator of a company would. One that ends again and again is left down.

use crate::network::{Kind, Network};
use anyhow::Result;
use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

/// How long a node stays down.
const DOWN: Duration = Duration::from_secs(15);

/// How often a node is started again.
const STARTS: u32 = 3;

/// The nodes that have ended.
#[derive(Default)]
pub(super) struct Supervisor {
	/// When each that is down is to be started.
	due: BTreeMap<usize, Instant>,
	/// How often each has ended.
	ended: BTreeMap<usize, u32>,
}

impl Supervisor {
	/// Notes that a node has ended; says whether it will be started again.
	fn note(&mut self, node: usize, now: Instant) -> bool {
		let ended = self.ended.entry(node).or_default();
		*ended += 1;
		let again = *ended <= STARTS;
		if again {
			self.due.insert(node, now + DOWN);
		}
		again
	}

	/// The nodes that are to be started now.
	fn take_due(&mut self, now: Instant) -> Vec<usize> {
		let due: Vec<usize> = self.due.iter().filter(|(_, at)| **at <= now).map(|(node, _)| *node).collect();
		self.due.retain(|_, at| *at > now);
		due
	}

	/// Looks after the nodes; gives what there is to say.
	///
	/// # Errors
	///
	/// The system does not say how a process stands.
	pub(super) fn look_after(&mut self, network: &mut Network, now: Instant) -> Result<Vec<String>> {
		let mut said = Vec::new();
		for (index, status) in network.take_ended()? {
			let again = self.note(index, now);
			let node = &network.nodes()[index];
			let next = if again {
				format!("it is started again in {} s", DOWN.as_secs())
			} else {
				"it is left down: look into its log, and start the demonstration again".to_owned()
			};
			said.push(format!(
				"{} has ended ({status}): {next}. Its log: {}",
				node.name,
				node.log().display()
			));
			said.push(what_runs(network));
		}
		for index in self.take_due(now) {
			let name = network.nodes()[index].name.clone();
			said.push(match network.start_node(index) {
				Ok(()) => format!("{name} is started again"),
				Err(error) => format!("{name} cannot be started again: {error:#}"),
			});
		}
		Ok(said)
	}
}

/// How many validators run, and what that means for finality.
fn what_runs(network: &Network) -> String {
	let validators = || network.nodes().iter().filter(|node| matches!(node.kind, Kind::Validator(_)));
	finality(validators().filter(|node| node.pid().is_some()).count(), validators().count())
}

/// With `n` votes finality needs all but `(n - 1) / 3`.
fn finality(running: usize, all: usize) -> String {
	let needed = all - all.saturating_sub(1) / 3;
	if running >= needed {
		format!("{running} of {all} validators run: blocks go on becoming final")
	} else {
		format!("{running} of {all} validators run: nothing becomes final until {needed} do")
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn node_is_started_again_after_a_while_and_not_for_ever() {
		let mut supervisor = Supervisor::default();
		let mut now = Instant::now();
		for _ in 0..STARTS {
			assert!(supervisor.note(2, now));
			assert_eq!(supervisor.take_due(now), [0usize; 0], "one sees the others go on first");
			now += DOWN;
			assert_eq!(supervisor.take_due(now), [2]);
			assert_eq!(supervisor.take_due(now), [0usize; 0], "it is started once");
		}
		assert!(!supervisor.note(2, now), "one that ends again and again is left down");
		assert_eq!(supervisor.take_due(now + DOWN), [0usize; 0]);
		// Which is nothing against the others
		assert!(supervisor.note(0, now));
		assert_eq!(supervisor.take_due(now + DOWN), [0]);
	}

	#[test]
	fn finality_bears_the_loss_of_one_of_four() {
		assert!(finality(4, 4).contains("go on becoming final"));
		assert!(finality(3, 4).contains("go on becoming final"));
		assert!(finality(2, 4).contains("until 3 do"));
		assert!(finality(7, 10).contains("go on") && finality(6, 10).contains("until 7 do"));
	}
}
