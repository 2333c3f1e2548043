// SPDX-License-Identifier: Apache-2.0

//! Free ports on loopback, and whose they are.
//!
//! A port that is free when a network looks for one is free to others until its node listens. So each is marked as taken before it
//! is given, in a way that every network on this machine sees, for as long as the network is there ([`Marks`]). And those that the
//! system gives to outgoing connections are avoided: any command that runs meanwhile could get one.

use super::node::Ports;
use anyhow::{Context, Result};
use std::{
	fs, iter,
	net::{Ipv4Addr, TcpListener},
	ops::Range,
	os::{
		linux::net::SocketAddrExt,
		unix::net::{SocketAddr, UnixListener},
	},
	process,
};

/// Ports that are tried, as far as they are not for outgoing connections.
const RANGE: Range<u16> = 10_240..30_000;
/// How often the system is asked for any port, where none of them is free.
const MOST_TRIES: usize = 1_000;

/// Ports that other networks leave alone while this is kept. Each is a socket without a file: the system takes it from a program
/// that has been killed.
pub(super) struct Marks {
	_sockets: Vec<UnixListener>,
}

/// Marks a port. `None` where a network has it.
fn mark(port: u16) -> Option<UnixListener> {
	let name = SocketAddr::from_abstract_name(format!("trimast-testbed/port/{port}")).ok()?;
	UnixListener::bind_addr(&name).ok()
}

/// A listener on `port`, or on any free one for 0.
fn listen(port: u16) -> Option<TcpListener> {
	TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()
}

/// The mark of a port on which nobody listens and that no network has.
fn claim(port: u16) -> Option<(u16, UnixListener)> {
	let mark = mark(port)?;
	listen(port).map(|_| (port, mark))
}

/// Ports to try: of [`RANGE`] those below what outgoing connections get, and then any.
fn others() -> impl Iterator<Item = u16> {
	let outgoing = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
	let first = outgoing.split_ascii_whitespace().next().and_then(|first| first.parse().ok());
	let own = RANGE.start..RANGE.end.min(first.unwrap_or(RANGE.end));
	// Programs begin at different places, so that they seldom try the same.
	let (count, begin) = (own.len(), process::id() as usize * 31);
	let own = own.cycle().skip(begin % count.max(1)).take(count);
	let any = || listen(0).and_then(|listener| listener.local_addr().ok()).map(|address| address.port());
	own.chain(iter::repeat_with(any).take(MOST_TRIES).flatten())
}

/// Ports for `count` nodes: those that the nodes had earlier, or the usual ones, where they are free; else others. None is given
/// twice, and to no other network as long as the marks are kept.
pub(super) fn choose(count: usize, earlier: &[Ports], usual: bool) -> Result<(Vec<Ports>, Marks)> {
	let (mut marks, mut others) = (Vec::new(), others());
	let mut take = |wanted: Option<u16>| -> Result<u16> {
		let wanted = wanted.filter(|port| *port != 0).into_iter();
		let (port, mark) =
			wanted.chain(others.by_ref()).find_map(claim).context("no free port on 127.0.0.1")?;
		marks.push(mark);
		Ok(port)
	};
	let ports = (0..count)
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
		.collect::<Result<Vec<_>>>()?;
	Ok((ports, Marks { _sockets: marks }))
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::HashSet;

	fn all(ports: &[Ports]) -> HashSet<u16> {
		ports.iter().flat_map(|ports| [ports.p2p, ports.rpc, ports.metrics]).collect()
	}

	/// One test: another one at the same time would be another network.
	#[test]
	fn ports_are_of_one_network_and_taken_up_again_where_free() {
		let (first, marks) = choose(5, &[], false).unwrap();
		assert_eq!(all(&first).len(), 15);
		// Given that none of its nodes listens yet, another network wants the same.
		let (second, others) = choose(5, &first, false).unwrap();
		assert_eq!((all(&second).len(), all(&second).intersection(&all(&first)).count()), (15, 0));
		drop(others);

		// When it is gone, they are free, but for one on which somebody else listens.
		drop(marks);
		let blocked = listen(first[1].rpc).unwrap();
		let (second, _marks) = choose(5, &first, false).unwrap();
		assert_eq!(second[0], first[0]);
		assert_ne!(second[1].rpc, first[1].rpc);
		assert_eq!(second[1].p2p, first[1].p2p);
		drop(blocked);
	}
}
