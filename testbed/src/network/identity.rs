// SPDX-License-Identifier: Apache-2.0

//! Node keys of networks on one machine: derived from the node's name, so that every node knows every other beforehand.

use crate::chain::hash_of;
use sp_core::{ed25519, Pair};

/// Who a node is among its peers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
	/// Secret ed25519 key, hex.
	pub secret: String,
	/// libp2p peer id, base58.
	pub peer_id: String,
}

impl Identity {
	/// The identity of the node with this name.
	pub fn of(name: &str) -> Self {
		let seed = hash_of(format!("trimast testbed node {name}").as_bytes()).0;
		let public = ed25519::Pair::from_seed(&seed).public();
		// A multihash that holds the key itself: identity hash, 36 bytes, protobuf (1: key type ed25519, 2: 32 bytes).
		let mut bytes = vec![0x00, 0x24, 0x08, 0x01, 0x12, 0x20];
		bytes.extend_from_slice(public.as_ref());
		Self { secret: hex::encode(seed), peer_id: base58(&bytes) }
	}
}

/// Base 58 as in Bitcoin addresses.
fn base58(bytes: &[u8]) -> String {
	const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
	// Digits of the number, least first.
	let mut digits: Vec<u8> = Vec::new();
	for byte in bytes {
		let mut carry = u32::from(*byte);
		for digit in &mut digits {
			carry += u32::from(*digit) << 8;
			*digit = (carry % 58) as u8;
			carry /= 58;
		}
		while carry > 0 {
			digits.push((carry % 58) as u8);
			carry /= 58;
		}
	}
	let zeros = std::iter::repeat_n(0, zeros);
	zeros.chain(digits.into_iter().rev()).map(|digit| char::from(ALPHABET[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn base58_is_the_usual_one() {
		assert_eq!(base58(b"Hello World!"), "2NEpo7TZRRrLZSi2U");
		assert_eq!(base58(&[0, 0, 0x28, 0x7f, 0xb4, 0xcd]), "11233QC4");
	}

	#[test]
	fn peer_ids_are_ed25519_and_differ() {
		let (one, two) = (Identity::of("carrier-one"), Identity::of("carrier-two"));
		assert!(one.peer_id.starts_with("12D3KooW") && one.peer_id.len() == 52, "{}", one.peer_id);
		assert_ne!(one, two);
		assert_eq!(one, Identity::of("carrier-one"));
	}
}
