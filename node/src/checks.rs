// SPDX-License-Identifier: Apache-2.0

//! Mistakes of a first start, found before they do harm and named together with what to do.

use crate::opaque::Block;
use sc_executor::RuntimeVersionOf;
use sc_network::multiaddr::{Multiaddr, Protocol};
use sc_service::Configuration;
use sp_core::{
	crypto::{key_types, KeyTypeId, Ss58Codec},
	ed25519, sr25519,
	storage::Storage,
};
use sp_keystore::Keystore;
use sp_runtime::traits::{BlakeTwo256, Block as BlockT, Hash as HashT};
use std::{
	fmt::{self, Write},
	io::ErrorKind,
	net::{IpAddr, SocketAddr, TcpListener},
};
use trimast_primitives::Hash;

/// The session keys that a keystore holds and can sign with.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SessionKeys {
	/// Keys to author with.
	pub(crate) aura: Vec<sr25519::Public>,
	/// Keys to vote with.
	pub(crate) grandpa: Vec<ed25519::Public>,
}

/// Why a validator cannot do its work with the keystore it has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum KeyMistake {
	/// It could author and not vote, or vote and not author.
	Half {
		/// What is missing.
		missing: KeyTypeId,
	},
	/// A key cannot be used.
	Unusable {
		/// What it is there for.
		key_type: KeyTypeId,
		/// The public key under which it stands.
		public: String,
	},
}

impl fmt::Display for KeyMistake {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Half { missing } => write!(
				f,
				"the keystore has one of a validator's two session keys and lacks the other: no key of type \
				 '{}' ({}). Insert it: {}",
				name(*missing),
				purpose(*missing),
				insert_command(*missing)
			),
			Self::Unusable { key_type, public } => write!(
				f,
				"the keystore's key {public} of type '{}' cannot be used: it was inserted with another \
				 scheme than {}, or the keystore's password is another. Remove its file and insert it \
				 again: {}",
				name(*key_type),
				scheme(*key_type),
				insert_command(*key_type)
			),
		}
	}
}

impl std::error::Error for KeyMistake {}

impl SessionKeys {
	/// The keys in a keystore.
	///
	/// # Errors
	///
	/// There is one of the two kinds and none of the other, or a key does not open.
	pub(crate) fn of(keystore: &dyn Keystore) -> Result<Self, KeyMistake> {
		let keys = Self {
			aura: keystore.sr25519_public_keys(key_types::AURA),
			grandpa: keystore.ed25519_public_keys(key_types::GRANDPA),
		};
		for public in &keys.aura {
			if !matches!(keystore.sr25519_sign(key_types::AURA, public, b"trimast"), Ok(Some(_))) {
				return Err(KeyMistake::Unusable {
					key_type: key_types::AURA,
					public: public.to_ss58check(),
				});
			}
		}
		for public in &keys.grandpa {
			if !matches!(keystore.ed25519_sign(key_types::GRANDPA, public, b"trimast"), Ok(Some(_))) {
				return Err(KeyMistake::Unusable {
					key_type: key_types::GRANDPA,
					public: public.to_ss58check(),
				});
			}
		}
		match (keys.aura.is_empty(), keys.grandpa.is_empty()) {
			(true, false) => Err(KeyMistake::Half { missing: key_types::AURA }),
			(false, true) => Err(KeyMistake::Half { missing: key_types::GRANDPA }),
			_ => Ok(keys),
		}
	}

	/// What an operator should know about these keys: there are none, or the chain has not seated them.
	///
	/// Neither is an error: keys are made on a running node, and seated by a later session.
	pub(crate) fn advice(&self, aura: &[sr25519::Public], grandpa: &[ed25519::Public]) -> Option<String> {
		if self.aura.is_empty() {
			return Some(format!(
				"this validator has no session keys: it will neither author nor vote. Insert them ({} and \
				 {}), or make them on the running node (JSON-RPC author_rotateKeysWithOwner) and register \
				 them on the chain",
				insert_command(key_types::AURA),
				insert_command(key_types::GRANDPA)
			));
		}
		let unseated = |seated: bool, key_type| (!seated).then(|| purpose(key_type));
		let missing: Vec<&str> = [
			unseated(self.aura.iter().any(|key| aura.contains(key)), key_types::AURA),
			unseated(self.grandpa.iter().any(|key| grandpa.contains(key)), key_types::GRANDPA),
		]
		.into_iter()
		.flatten()
		.collect();
		(!missing.is_empty()).then(|| {
			format!(
				"no key in this validator's keystore is in force on the chain for: {}. If it was inserted: \
				 wrong seed or wrong chain? If it was registered on the chain: it acts in the session after \
				 next",
				missing.join(", ")
			)
		})
	}
}

/// How a key of a type is put into the keystore.
fn insert_command(key_type: KeyTypeId) -> String {
	format!(
		"{} key insert --chain CHAIN --base-path PATH --key-type {} --scheme {}",
		crate::cli::executable(),
		name(key_type),
		scheme(key_type)
	)
}

fn name(key_type: KeyTypeId) -> String {
	String::from_utf8_lossy(&key_type.0).into_owned()
}

fn scheme(key_type: KeyTypeId) -> &'static str {
	if key_type == key_types::AURA {
		"sr25519"
	} else {
		"ed25519"
	}
}

fn purpose(key_type: KeyTypeId) -> &'static str {
	if key_type == key_types::AURA {
		"authoring blocks"
	} else {
		"voting for finality"
	}
}

/// The hash of the genesis block with this state.
///
/// # Errors
///
/// The state has no runtime, or one that cannot be executed.
pub(crate) fn genesis_hash<E: RuntimeVersionOf>(
	storage: &Storage,
	executor: &E,
) -> sp_blockchain::Result<Hash> {
	let version = sc_chain_spec::resolve_state_version_from_wasm::<_, BlakeTwo256>(storage, executor)?;
	let mut top: Vec<(Vec<u8>, Vec<u8>)> =
		storage.top.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
	for child in storage.children_default.values() {
		let data = child.data.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
		let root = BlakeTwo256::trie_root(data, version);
		top.push((child.child_info.prefixed_storage_key().into_inner(), root.as_bytes().to_vec()));
	}
	let block =
		sc_chain_spec::construct_genesis_block::<Block>(BlakeTwo256::trie_root(top, version), version);
	Ok(block.header().hash())
}

/// Fails when a base path holds another chain than the spec says.
///
/// # Errors
///
/// `found`, the database's genesis, is not `expected`. A new database has none.
pub(crate) fn same_genesis(found: Hash, expected: Hash, config: &Configuration) -> Result<(), String> {
	if found == Hash::default() || found == expected {
		return Ok(());
	}
	Err(format!(
		"the base path {} holds another chain than the chain spec '{}' ({}) says: its genesis is {found:?}, \
		 the spec's is {expected:?}. Start with the spec that the base path was made with; take another \
		 base path; or, to lose what is there, run '{} purge-chain'. A preset or a spec without code takes \
		 the runtime of this binary into its genesis, so a rebuilt binary makes another chain of it: keep \
		 the raw spec of a chain that is to last ('{} chain-spec --raw')",
		config.base_path.path().display(),
		config.chain_spec.name(),
		config.chain_spec.id(),
		crate::cli::executable(),
		crate::cli::executable(),
	))
}

/// Fails when another process listens where this node is about to.
///
/// The libraries below take another port, go on without one, or fail without saying which.
///
/// # Errors
///
/// Names every port that is taken, and the option that changes it.
pub(crate) fn ports_are_free(config: &Configuration) -> Result<(), String> {
	let rpc = config.rpc.addr.iter().flatten().map(|endpoint| (endpoint.listen_addr, "--rpc-port"));
	let metrics = config.prometheus_config.iter().map(|metrics| (metrics.port, "--prometheus-port"));
	let peers = config.network.listen_addresses.iter().filter_map(tcp).map(|address| (address, "--port"));
	let mut taken = String::new();
	for (address, option) in rpc.chain(metrics).chain(peers) {
		if is_taken(address) {
			let _ = write!(taken, "; {address} (change it with {option})");
		}
	}
	if taken.is_empty() {
		Ok(())
	} else {
		Err(format!(
			"another process, maybe another node, listens already on {}",
			taken.trim_start_matches("; ")
		))
	}
}

fn is_taken(address: SocketAddr) -> bool {
	address.port() != 0 && TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}

/// The socket that a multiaddress of TCP names, if it does.
fn tcp(address: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = address.iter();
	let ip: IpAddr = match parts.next()? {
		Protocol::Ip4(ip) => ip.into(),
		Protocol::Ip6(ip) => ip.into(),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some((ip, port).into()),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_keystore::LocalKeystore;
	use sp_core::Pair;

	/// What is found in a keystore where the secret `//validator` stands under these public keys.
	fn found(keys: &[(KeyTypeId, &[u8])]) -> Result<SessionKeys, KeyMistake> {
		let folder = tempfile::tempdir().unwrap();
		let keystore = LocalKeystore::open(folder.path(), None).unwrap();
		for (key_type, public) in keys {
			keystore.insert(*key_type, "//validator", public).unwrap();
		}
		SessionKeys::of(&keystore)
	}

	fn pairs() -> (sr25519::Public, ed25519::Public) {
		(
			sr25519::Pair::from_string("//validator", None).unwrap().public(),
			ed25519::Pair::from_string("//validator", None).unwrap().public(),
		)
	}

	#[test]
	fn both_session_keys_work() {
		let (aura, grandpa) = pairs();
		let keys = found(&[(key_types::AURA, &aura.0), (key_types::GRANDPA, &grandpa.0)]).unwrap();
		assert_eq!(keys, SessionKeys { aura: vec![aura], grandpa: vec![grandpa] });
		assert_eq!(keys.advice(&[aura], &[grandpa]), None);
	}

	#[test]
	fn session_keys_fail_when_one_is_missing() {
		let (aura, grandpa) = pairs();
		let mistake = found(&[(key_types::AURA, &aura.0)]).unwrap_err();
		assert_eq!(mistake, KeyMistake::Half { missing: key_types::GRANDPA });
		let words = mistake.to_string();
		assert!(
			words.contains("key insert") && words.contains("--key-type gran --scheme ed25519"),
			"{words}"
		);
		let mistake = found(&[(key_types::GRANDPA, &grandpa.0)]).unwrap_err();
		assert_eq!(mistake, KeyMistake::Half { missing: key_types::AURA });
	}

	#[test]
	fn session_keys_fail_when_inserted_with_the_wrong_scheme() {
		let (aura, grandpa) = pairs();
		let mistake = found(&[(key_types::AURA, &grandpa.0), (key_types::GRANDPA, &aura.0)]).unwrap_err();
		assert!(matches!(mistake, KeyMistake::Unusable { key_type: key_types::AURA, .. }), "{mistake:?}");
		assert!(mistake.to_string().contains("another scheme than sr25519"));
	}

	#[test]
	fn advice_names_what_is_missing() {
		let (aura, grandpa) = pairs();
		let none = found(&[]).unwrap();
		let words = none.advice(&[aura], &[grandpa]).unwrap();
		assert!(words.contains("--key-type aura") && words.contains("--key-type gran"), "{words}");
		let keys = SessionKeys { aura: vec![aura], grandpa: vec![grandpa] };
		let words = keys.advice(&[aura], &[]).unwrap();
		assert!(words.contains("voting") && !words.contains("authoring"), "{words}");
	}

	#[test]
	fn taken_port_is_found() {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = listener.local_addr().unwrap();
		assert!(is_taken(address));
		drop(listener);
		assert!(!is_taken(address));
		assert!(!is_taken("127.0.0.1:0".parse().unwrap()), "any port will do");
	}

	#[test]
	fn tcp_addresses_are_read() {
		let read = |text: &str| tcp(&text.parse().unwrap());
		assert_eq!(read("/ip4/127.0.0.1/tcp/30333"), Some("127.0.0.1:30333".parse().unwrap()));
		assert_eq!(read("/ip6/::/tcp/1/ws"), Some("[::]:1".parse().unwrap()));
		assert_eq!(read("/ip4/127.0.0.1/udp/1"), None);
		assert_eq!(read("/dns/example.org/tcp/1"), None);
	}
}
