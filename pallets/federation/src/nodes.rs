// SPDX-License-Identifier: Apache-2.0

//! The registry of nodes: who may be connected with. Each organisation enters its own.

use crate::{
	types::{Node, NodeKind, Org, PeerId},
	Config, Error, Event, Nodes, Orgs, Pallet,
};
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use trimast_primitives::{
	access::{Role, Scope},
	AccountId, ProvinceId,
};

/// Fewest characters of a peer id: a SHA-256 multihash in base58. An Ed25519 key has 52.
const LEAST_PEER_ID: usize = 46;

/// Whether `text` may be a peer id as node software prints it. Whether a key stands behind it shows when it
/// connects.
fn is_peer_id(text: &[u8]) -> bool {
	let base58 = |c: &u8| c.is_ascii_alphanumeric() && !matches!(c, b'0' | b'O' | b'I' | b'l');
	text.len() >= LEAST_PEER_ID && text.iter().all(base58)
}

impl<T: Config> Pallet<T> {
	/// The node with this peer id, if its organisation is still a member.
	pub(crate) fn live_node(peer_id: &PeerId) -> Option<Node> {
		let node = Nodes::<T>::get(peer_id)?;
		Orgs::<T>::get(node.org).is_some_and(|org| org.is_member()).then_some(node)
	}

	pub(crate) fn do_register_node(
		who: AccountId,
		peer_id: PeerId,
		kind: NodeKind,
		province: Option<ProvinceId>,
	) -> DispatchResult {
		ensure!(is_peer_id(&peer_id), Error::<T>::InvalidPeerId);
		let place = province.map_or(Scope::National, Scope::Province);
		Self::check_scope(place)?;
		let (account, org) = Self::ensure_may(&who, Role::Operator, place)?;
		ensure!(Self::live_node(&peer_id).is_none(), Error::<T>::AlreadyExists);
		ensure!(org.nodes < T::MaxNodes::get(), Error::<T>::TooMany);
		let nodes = org.nodes.saturating_add(1);
		Orgs::<T>::insert(account.org, Org { nodes, ..org });
		Nodes::<T>::insert(&peer_id, Node { org: account.org, kind, province });
		Self::deposit_event(Event::NodeRegistered { org: account.org, peer_id, kind, province });
		Ok(())
	}

	pub(crate) fn do_retire_node(who: AccountId, peer_id: PeerId) -> DispatchResult {
		let node = Self::live_node(&peer_id).ok_or(Error::<T>::NotFound)?;
		let place = node.province.map_or(Scope::National, Scope::Province);
		let (account, org) = Self::ensure_may(&who, Role::Operator, place)?;
		ensure!(account.org == node.org, Error::<T>::NotAuthorized);
		let nodes = org.nodes.saturating_sub(1);
		Orgs::<T>::insert(account.org, Org { nodes, ..org });
		Nodes::<T>::remove(&peer_id);
		Self::deposit_event(Event::NodeRetired { org: account.org, peer_id });
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::is_peer_id;

	#[test]
	fn peer_ids_are_base58() {
		assert!(is_peer_id(b"12D3KooWGnRrLXHT7aSRqgCEbZ7sVyZ6nJXR8iMVBgA7vJ7RqjYz"));
		assert!(is_peer_id(b"QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"));
		assert!(!is_peer_id(b"12D3KooW"));
		assert!(!is_peer_id(b"0OIl3KooWGnRrLXHT7aSRqgCEbZ7sVyZ6nJXR8iMVBgA7vJ7RqjYz"));
	}
}
