// SPDX-License-Identifier: Apache-2.0

//! The calls that the testbed sends itself. Their arguments are the shared types in their one encoding.

use crate::chain::Static;
use codec::{Compact, Encode, Output};
use subxt::tx::{dynamic, DynamicPayload};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Roles, Scope},
	page::SiteId,
	site::Station,
	LocalNetworkId,
};

/// Calls that are encoded already, as one argument.
#[derive(Clone, Debug)]
pub struct EncodedCalls(Vec<Vec<u8>>);

impl Encode for EncodedCalls {
	fn size_hint(&self) -> usize {
		5 + self.0.iter().map(Vec::len).sum::<usize>()
	}

	fn encode_to<T: Output + ?Sized>(&self, out: &mut T) {
		Compact(self.0.len() as u32).encode_to(out);
		for call in &self.0 {
			out.write(call);
		}
	}
}

/// `sites.import`: a batch of at most 256 stations of one local network.
pub fn import(
	local_network: LocalNetworkId,
	stations: Vec<Station>,
) -> DynamicPayload<(Static<LocalNetworkId>, Static<Vec<Station>>)> {
	dynamic("Sites", "import", (Static(local_network), Static(stations)))
}

/// `sites.register`: one station.
pub fn register(
	local_network: LocalNetworkId,
	station: Station,
) -> DynamicPayload<(Static<LocalNetworkId>, Static<Station>)> {
	dynamic("Sites", "register", (Static(local_network), Static(station)))
}

/// `sites.amend`: the record as it shall be.
pub fn amend(id: SiteId, station: Station) -> DynamicPayload<(Static<SiteId>, Static<Station>)> {
	dynamic("Sites", "amend", (Static(id), Static(station)))
}

/// The arguments of [`add_account`].
pub type NewAccount = (Static<[u8; 32]>, Static<Roles>, Static<Scope>, Static<Option<u16>>);

/// `federation.add_account`: an account without a branch.
pub fn add_account(account: &Keypair, roles: Roles, scope: Scope) -> DynamicPayload<NewAccount> {
	let account = account.public_key().0;
	dynamic("Federation", "add_account", (Static(account), Static(roles), Static(scope), Static(None)))
}

/// `federation.remove_account`.
pub fn remove_account(account: &Keypair) -> DynamicPayload<(Static<[u8; 32]>,)> {
	dynamic("Federation", "remove_account", (Static(account.public_key().0),))
}

/// `utility.batch_all` of calls that are encoded already: all or none.
pub fn batch_all(calls: Vec<Vec<u8>>) -> DynamicPayload<(Static<EncodedCalls>,)> {
	dynamic("Utility", "batch_all", (Static(EncodedCalls(calls)),))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn encoded_calls_are_a_list_of_calls() {
		assert_eq!(EncodedCalls(vec![vec![1, 2], vec![3]]).encode(), [8, 1, 2, 3]);
		assert_eq!(EncodedCalls(vec![vec![1, 2], vec![3]]).encode().len() + 4, 5 + 3);
	}
}
