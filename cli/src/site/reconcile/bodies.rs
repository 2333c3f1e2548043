// SPDX-License-Identifier: Apache-2.0
//! Published records, read back from the blocks that carried them. The chain keeps digests only.
//!
//! The chain's `Published` events say which transaction carried a page; where a node has dropped the state with the
//! events, the calls themselves are looked for. Either way a body counts only when its digest is the one that the party
//! has revealed, so neither the node nor a call that failed can put anything in.

use super::to_publish;
use crate::{
	chain::{
		events::{self, Phase},
		views::{At, Round},
		Chain, Spec,
	},
	error::{Kind, Result},
};
use codec::Decode;
use std::collections::BTreeMap;
use trimast_primitives::{
	inventory::{inventory_page_digest, Digest, InventoryRecord},
	Hash, LocalNetworkId, OrgId, OrgSet,
};

/// Furthest back that is looked: a week of one-second blocks.
const FURTHEST: u32 = 604_800;

/// Published pages.
#[derive(Debug)]
pub(crate) struct Bodies {
	local_network: LocalNetworkId,
	round: Option<u32>,
	pages: BTreeMap<(OrgId, u16), Body>,
	/// Blocks up to here have been read.
	read: u32,
}

/// The records of a page.
#[derive(Debug)]
struct Body {
	records: Vec<InventoryRecord>,
	/// Whether it is certain that this very party has published them.
	shown: bool,
}

/// What in a call is ours.
struct Pattern {
	publish: Vec<u8>,
	reveal: Vec<u8>,
}

impl Pattern {
	fn is_in(&self, bytes: &[u8]) -> bool {
		bytes.windows(self.publish.len().max(1)).any(|window| window == self.publish || window == self.reveal)
	}

	/// How the calls of this round begin, wherever in a transaction they stand.
	fn new(spec: &Spec, local_network: LocalNetworkId, round: u32) -> Result<Self> {
		let front = |call: &str| Ok(spec.call_unread("Sites", call, (local_network, round))?.0);
		Ok(Self { publish: front("publish")?, reveal: front("reveal")? })
	}
}

/// The records of every call in `bytes` that begins with `front`.
fn published(bytes: &[u8], front: &[u8]) -> Vec<(u16, Vec<InventoryRecord>)> {
	let places = bytes.windows(front.len().max(1)).enumerate().filter(|(_, window)| *window == front);
	places
		.filter_map(|(at, _)| {
			let rest = &mut bytes.get(at.saturating_add(front.len())..)?;
			<(u16, Vec<InventoryRecord>)>::decode(rest).ok()
		})
		.collect()
}

/// The page digests of every reveal in `bytes` that begins with `front`.
fn digests(bytes: &[u8], front: &[u8]) -> Vec<Vec<Digest>> {
	let places = bytes.windows(front.len().max(1)).enumerate().filter(|(_, window)| *window == front);
	places
		.filter_map(|(at, _)| {
			let rest = &mut bytes.get(at.saturating_add(front.len())..)?;
			<(Hash, Vec<Digest>)>::decode(rest).ok().map(|(_, digests)| digests)
		})
		.collect()
}

impl Bodies {
	/// None yet.
	pub(crate) fn new(local_network: LocalNetworkId) -> Self {
		Self { local_network, round: None, pages: BTreeMap::new(), read: 0 }
	}

	/// Whether the page of a party can be read.
	pub(crate) fn has(&self, org: OrgId, page: u16) -> bool {
		self.pages.contains_key(&(org, page))
	}

	/// A page of a party, and whether own codes and names in it are certain to be this party's: see [`Self::guess`].
	pub(crate) fn page(&self, org: OrgId, page: u16) -> Option<(&[InventoryRecord], bool)> {
		self.pages.get(&(org, page)).map(|body| (&body.records[..], body.shown))
	}

	/// Reads what is published in this round up to a final block.
	pub(crate) async fn read_to(&mut self, chain: &Chain, at: At<'_>, view: &Round) -> Result<()> {
		if self.round != Some(view.round) {
			(self.round, self.read) = (Some(view.round), 0);
			self.pages.clear();
		}
		let spec = chain.spec(at.hash).await?;
		let pattern = Pattern::new(&spec, self.local_network, view.round)?;
		let lowest = self.read.max(at.number.saturating_sub(FURTHEST));
		// Nothing is published before two have revealed: all but one of the reveals stand behind every publication.
		let enough = view.revealed.len().saturating_sub(1);
		let mut revealed = OrgSet::EMPTY;
		let (mut hash, mut number) = (at.hash, at.number);
		while number > lowest && revealed.len() < enough && !self.is_complete(view) {
			let block = chain.block(hash).await?;
			let parent = block.header.parent_hash;
			if block.extrinsics.iter().any(|bytes| pattern.is_in(bytes)) {
				let found = self.take_block(chain, hash, parent, &block.extrinsics, view, &pattern).await?;
				revealed = revealed.union(found);
			}
			hash = parent;
			number = number.saturating_sub(1);
		}
		self.read = at.number;
		Ok(())
	}

	fn is_complete(&self, view: &Round) -> bool {
		view.digests
			.iter()
			.all(|(org, _)| to_publish(view, *org).into_iter().all(|page| self.has(*org, page)))
	}

	/// Takes what one block has published, and says who has revealed in it.
	async fn take_block(
		&mut self,
		chain: &Chain,
		hash: Hash,
		parent: Hash,
		extrinsics: &[Vec<u8>],
		view: &Round,
		pattern: &Pattern,
	) -> Result<OrgSet> {
		let events = match events::fetch_after(chain, hash, parent).await {
			Ok((_, events)) => Some(events),
			// The node has dropped that state: the calls speak for themselves.
			Err(failure) if failure.kind() == Kind::Chain => None,
			Err(failure) => return Err(failure),
		};
		let Some(events) = events else {
			let mut revealed = OrgSet::EMPTY;
			for bytes in extrinsics {
				for (page, records) in published(bytes, &pattern.publish) {
					self.guess(page, records, &view.digests);
				}
				let shown = digests(bytes, &pattern.reveal);
				let of =
					view.digests.iter().filter(|(_, digests)| shown.contains(digests)).map(|(org, _)| *org);
				revealed = revealed.union(of.collect());
			}
			return Ok(revealed);
		};
		let ours = |place: LocalNetworkId, round: u32| place == self.local_network && round == view.round;
		let mut revealed = OrgSet::EMPTY;
		let mut carried: Vec<(u32, OrgId, u16)> = Vec::new();
		for event in &events {
			if event.is("Sites", "Revealed") {
				if let Ok((place, round, org)) = <(LocalNetworkId, u32, OrgId)>::decode(&mut &event.bytes[..])
				{
					revealed = if ours(place, round) { revealed.with(org) } else { revealed };
				}
			}
			if let (true, Phase::ApplyExtrinsic(index)) = (event.is("Sites", "Published"), event.phase) {
				if let Ok((place, round, org, page)) =
					<(LocalNetworkId, u32, OrgId, u16)>::decode(&mut &event.bytes[..])
				{
					if ours(place, round) {
						carried.push((index, org, page));
					}
				}
			}
		}
		for (index, org, page) in carried {
			let bytes = usize::try_from(index).ok().and_then(|index| extrinsics.get(index));
			let bodies = bytes.map(|bytes| published(bytes, &pattern.publish)).unwrap_or_default();
			for (_, records) in bodies.into_iter().filter(|(number, _)| *number == page) {
				self.take(org, page, records, &view.digests);
			}
		}
		Ok(revealed)
	}

	/// Takes a page of a party, if it is what the party has revealed.
	pub(super) fn take(
		&mut self,
		org: OrgId,
		page: u16,
		records: Vec<InventoryRecord>,
		digests: &[(OrgId, Vec<Digest>)],
	) {
		let digest = inventory_page_digest(records.iter());
		let revealed =
			digests.iter().find(|(party, _)| *party == org).and_then(|(_, all)| all.get(usize::from(page)));
		if revealed == Some(&digest) {
			self.pages.insert((org, page), Body { records, shown: true });
		}
	}

	/// Takes a page whose party is not known for everybody who has revealed just this. They have the same stations; when
	/// they are several, own codes and names may be another party's.
	fn guess(&mut self, page: u16, records: Vec<InventoryRecord>, digests: &[(OrgId, Vec<Digest>)]) {
		let digest = inventory_page_digest(records.iter());
		let holds = |all: &[Digest]| all.get(usize::from(page)) == Some(&digest);
		let holders: Vec<OrgId> = digests.iter().filter(|(_, all)| holds(all)).map(|(org, _)| *org).collect();
		let shown = holders.len() == 1;
		for org in holders {
			self.pages.entry((org, page)).or_insert_with(|| Body { records: records.clone(), shown });
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::site::matching::tests::owned;
	use codec::Encode;
	use proptest::prelude::*;

	fn page(codes: &[&str]) -> Vec<InventoryRecord> {
		codes.iter().map(|code| owned(0, code, "n", code, 0.0).record).collect()
	}

	#[test]
	fn bodies_count_only_with_the_revealed_digest() {
		let (good, other) = (page(&["X"]), page(&["Y"]));
		let digests = vec![(OrgId(0), vec![inventory_page_digest(good.iter())]), (OrgId(1), vec![[0; 16]])];
		let mut bodies = Bodies::new(LocalNetworkId(1301));
		bodies.take(OrgId(0), 0, other, &digests);
		assert!(!bodies.has(OrgId(0), 0));
		bodies.take(OrgId(1), 0, good.clone(), &digests);
		bodies.take(OrgId(0), 0, good, &digests);
		assert!(bodies.has(OrgId(0), 0) && !bodies.has(OrgId(1), 0));
	}

	#[test]
	fn body_of_an_unknown_party_is_shown_only_where_one_alone_can_have_it() {
		let (one, other) = (page(&["X"]), page(&["Y"]));
		let digest = |records: &[InventoryRecord]| inventory_page_digest(records.iter());
		let revealed = [&one, &one, &other].map(|records| vec![digest(records)]);
		let digests: Vec<_> = (0u8..).map(OrgId).zip(revealed).collect();
		let mut bodies = Bodies::new(LocalNetworkId(1301));
		bodies.guess(0, one, &digests);
		bodies.guess(0, other, &digests);
		let shown = |org| bodies.page(OrgId(org), 0).map(|(_, shown)| shown);
		assert_eq!([0, 1, 2].map(shown), [Some(false), Some(false), Some(true)]);
	}

	proptest! {
		#[test]
		fn calls_are_found_wherever_they_stand(before: Vec<u8>, after: Vec<u8>, number: u16) {
			let front = [11u8, 14, 21, 5, 0, 0, 0, 0];
			let body = page(&["X", "Y"]);
			let bytes = [&before[..], &front, &(number, &body).encode(), &after].concat();
			prop_assert!(published(&bytes, &front).contains(&(number, body)));
		}
	}
}
