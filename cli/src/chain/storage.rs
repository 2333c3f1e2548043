// SPDX-License-Identifier: Apache-2.0
//! Reading single storage items of pallets that have no runtime API of their own.

use super::Chain;
use crate::error::{Failure, Result};
use codec::Decode;
use sp_io::hashing::{blake2_128, twox_128, twox_64};
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
