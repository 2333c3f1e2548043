// SPDX-License-Identifier: Apache-2.0

//! Free ports on loopback.

use super::node::Ports;
use anyhow::{Context, Result};
use std::{
	collections::HashSet,
	net::{Ipv4Addr, TcpListener},
};

/// A listener on `port`, or on any free one for 0.
fn listen(port: u16) -> Option<TcpListener> {
	TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
}

/// Ports for `count` nodes: those that the nodes had earlier, or the usual ones, where they are free; else any. They are
/// held until all are chosen, so none is given twice.
pub(super) fn choose(count: usize, earlier: &[Ports], usual: bool) -> Result<Vec<Ports>> {
	let mut held = Vec::new();
	let mut given = HashSet::new();
	let mut take = |wanted: Option<u16>| -> Result<u16> {
		let listener = wanted
			.filter(|port| *port != 0 && !given.contains(port))
			.and_then(listen)
			.or_else(|| listen(0))
			.context("no free port on 127.0.0.1")?;
		let port = listener.local_addr()?.port();
		held.push(listener);
		given.insert(port);
		Ok(port)
	};
	(0..count)
		.map(|n| {
			let step = n as u16;
			let usual =
				usual.then_some(Ports { p2p: 30_333 + step, rpc: 9_944 + step, metrics: 9_615 + step });
			let wanted = earlier.get(n).copied().or(usual);
			Ok(Ports {
				p2p: take(wanted.map(|ports| ports.p2p))?,
				rpc: take(wanted.map(|ports| ports.rpc))?,
				metrics: take(wanted.map(|ports| ports.metrics))?,
			})
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ports_are_distinct_and_taken_up_again_where_free() {
		let first = choose(5, &[], false).unwrap();
		let all: HashSet<u16> =
			first.iter().flat_map(|ports| [ports.p2p, ports.rpc, ports.metrics]).collect();
		assert_eq!(all.len(), 15);

		let blocked = listen(first[1].rpc).unwrap();
		let second = choose(5, &first, false).unwrap();
		assert_eq!(second[0], first[0]);
		assert_ne!(second[1].rpc, first[1].rpc);
		assert_eq!(second[1].p2p, first[1].p2p);
		drop(blocked);
	}
}
