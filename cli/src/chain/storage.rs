// SPDX-License-Identifier: Apache-2.0
//! Reading single storage items of pallets that have no runtime API of their own.

use super::{Chain, Spec};
use crate::error::{Failure, Result};
use codec::Decode;
use serde_json::Value;
use sp_io::hashing::{blake2_128, twox_128, twox_64};
use std::collections::HashMap;
use trimast_primitives::Hash;

/// Key of a storage value, or the front part of a map's keys.
pub(crate) fn plain(pallet: &str, item: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(item.as_bytes())].concat()
}

/// Key in a map that hashes with `Identity`.
pub(crate) fn identity(pallet: &str, item: &str, key: &[u8]) -> Vec<u8> {
	[&plain(pallet, item)[..], key].concat()
}

/// Key in a double map that hashes with `Twox64Concat` and `Blake2_128Concat`.
pub(crate) fn twox_blake2(pallet: &str, item: &str, first: &[u8], second: &[u8]) -> Vec<u8> {
	[&plain(pallet, item)[..], &twox_64(first), first, &blake2_128(second), second].concat()
}

/// Key in a map of several keys that each hash with `Twox64Concat`.
pub(crate) fn twox_concat(pallet: &str, item: &str, keys: &[&[u8]]) -> Vec<u8> {
	let hashed = keys.iter().map(|key| [&twox_64(key)[..], key].concat());
	plain(pallet, item).into_iter().chain(hashed.flatten()).collect()
}

/// Keys that one question asks for.
const KEYS_AT_ONCE: usize = 512;

/// The bytes under each of some keys, in their order.
pub(crate) async fn read_many(
	chain: &Chain,
	keys: &[Vec<u8>],
	at: Hash,
	at_once: usize,
) -> Result<Vec<Option<Vec<u8>>>> {
	let mut all = Vec::with_capacity(keys.len());
	for keys in keys.chunks(at_once.clamp(1, KEYS_AT_ONCE)) {
		let ask = || chain.rpc().state_query_storage_at(keys.iter().map(Vec::as_slice), Some(at));
		let sets = chain.ask(ask).await.map_err(|failure| failure.at("state_queryStorageAt"))?;
		let mut found: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
		for (key, value) in sets.into_iter().flat_map(|set| set.changes) {
			if let Some(value) = value {
				found.insert(key.0, value.0);
			}
		}
		all.extend(keys.iter().map(|key| found.remove(key)));
	}
	Ok(all)
}

/// The value under a key as JSON, with the types of the chain's metadata: fields that a later runtime adds do no harm.
pub(crate) async fn value(
	chain: &Chain,
	spec: &Spec,
	(pallet, item): (&str, &str),
	key: &[u8],
	at: Hash,
) -> Result<Option<Value>> {
	let Some(bytes) = read(chain, key, at).await? else { return Ok(None) };
	as_json(spec, (pallet, item), &bytes).map(Some)
}

/// The values under some keys of an item, in their order, likewise.
pub(crate) async fn values(
	chain: &Chain,
	spec: &Spec,
	item: (&str, &str),
	keys: &[Vec<u8>],
	at: Hash,
	at_once: usize,
) -> Result<Vec<Option<Value>>> {
	let found = read_many(chain, keys, at, at_once).await?;
	found.into_iter().map(|bytes| bytes.map(|bytes| as_json(spec, item, &bytes)).transpose()).collect()
}

/// Bytes of an item as JSON.
fn as_json(spec: &Spec, (pallet, item): (&str, &str), bytes: &[u8]) -> Result<Value> {
	let pallet_storage = spec.metadata.pallet_by_name(pallet).and_then(|found| found.storage());
	let entry = pallet_storage.and_then(|storage| storage.entry_by_name(item)).ok_or_else(|| {
		Failure::chain("the chain has no such storage item").at(format!("{pallet}.{item}")).remedy(
			"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
		)
	})?;
	spec.value(entry.value_ty(), bytes).map_err(|failure| failure.at(format!("{pallet}.{item}")))
}

/// The bytes under a key.
pub(crate) async fn read(chain: &Chain, key: &[u8], at: Hash) -> Result<Option<Vec<u8>>> {
	chain.ask(|| chain.rpc().state_get_storage(key, Some(at))).await
}

/// The value under a key.
pub(crate) async fn get<T: Decode>(chain: &Chain, key: &[u8], at: Hash) -> Result<Option<T>> {
	let Some(bytes) = read(chain, key, at).await? else { return Ok(None) };
	let value = T::decode(&mut &bytes[..]).map_err(|e| {
		Failure::chain(format!("a storage item cannot be read: {e}")).remedy(
			"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
		)
	})?;
	Ok(Some(value))
}
