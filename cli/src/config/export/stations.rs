// SPDX-License-Identifier: Apache-2.0
//! The stations that a file names, as the chain has them: whose a code is, in which page and slot.

use crate::{
	chain::Chain,
	error::{Failure, Result},
};
use std::{
	cell::RefCell,
	collections::{BTreeSet, HashMap, VecDeque},
	sync::Arc,
};
use tokio::sync::OnceCell;
use trimast_primitives::{
	apis::SiteView,
	page::SiteId,
	site::{Station, StationEntry, StationState},
	LocalNetworkId,
};

/// Local networks whose codes are kept: a network's neighbours lie across few borders.
const KEPT: usize = 48;

/// The stations of a local network by code.
#[derive(Debug, Default)]
pub(crate) struct Stations {
	by_code: HashMap<Vec<u8>, SiteId>,
	entries: HashMap<SiteId, StationEntry>,
}

impl Stations {
	/// Of these.
	pub(crate) fn new(sites: impl IntoIterator<Item = SiteView>) -> Self {
		let mut stations = Self::default();
		for site in sites {
			stations.by_code.insert(site.entry.station.code.to_vec(), site.id);
			stations.entries.insert(site.id, site.entry);
		}
		stations
	}

	/// A station by code.
	pub(crate) fn find(&self, code: &[u8]) -> Option<(SiteId, &StationEntry)> {
		let id = self.by_code.get(code)?;
		Some((*id, self.entries.get(id)?))
	}

	/// A station by number.
	pub(crate) fn get(&self, id: SiteId) -> Option<&Station> {
		self.entries.get(&id).map(|entry| &entry.station)
	}

	/// Whether a station is out of service.
	pub(crate) fn is_retired(&self, id: SiteId) -> bool {
		self.entries.get(&id).is_some_and(|entry| entry.state == StationState::Retired)
	}

	/// All of them.
	#[cfg(test)]
	pub(crate) fn iter(&self) -> impl Iterator<Item = (SiteId, &StationEntry)> {
		self.entries.iter().map(|(id, entry)| (*id, entry))
	}

	/// Their codes.
	pub(crate) fn codes(&self) -> Codes {
		let code = |(code, id): (&Vec<u8>, &SiteId)| {
			let cells = self.entries.get(id).map_or(0, |entry| entry.station.cells);
			(code.clone(), (id.index, cells))
		};
		Codes { by_code: self.by_code.iter().map(code).collect() }
	}
}

/// What is known of the stations of a local network that is only looked into for neighbours.
#[derive(Debug, Default)]
pub(crate) struct Codes {
	by_code: HashMap<Vec<u8>, (u32, u8)>,
}

impl Codes {
	/// Number and cells of the station with a code.
	pub(crate) fn find(&self, code: &[u8]) -> Option<(u32, u8)> {
		self.by_code.get(code).copied()
	}

	/// The codes by number.
	pub(crate) fn by_number(&self) -> HashMap<u32, String> {
		let code =
			|(code, (index, _)): (&Vec<u8>, &(u32, u8))| (*index, String::from_utf8_lossy(code).into_owned());
		self.by_code.iter().map(code).collect()
	}
}

/// The codes of a local network, once they are read. Who asks meanwhile waits for who reads them.
type Slot = Arc<OnceCell<Arc<Codes>>>;

/// Codes that were asked for.
#[derive(Debug, Default)]
struct Kept {
	codes: HashMap<LocalNetworkId, Slot>,
	/// In the order in which they were asked for.
	asked: VecDeque<LocalNetworkId>,
}

impl Kept {
	fn slot(&mut self, id: LocalNetworkId) -> Slot {
		if let Some(slot) = self.codes.get(&id) {
			return slot.clone();
		}
		let slot = Slot::default();
		self.codes.insert(id, slot.clone());
		self.asked.push_back(id);
		while self.asked.len() > KEPT {
			if let Some(oldest) = self.asked.pop_front() {
				self.codes.remove(&oldest);
			}
		}
		slot
	}
}

/// Reads stations from the chain, and keeps the codes of those networks that were asked for last. Several may be read at
/// once.
pub(crate) struct Directory<'a> {
	chain: &'a Chain,
	territory: BTreeSet<LocalNetworkId>,
	kept: RefCell<Kept>,
}

impl<'a> Directory<'a> {
	/// Of the latest final state whenever something is asked: long work outlives the states that nodes keep.
	pub(crate) async fn new(chain: &'a Chain) -> Result<Self> {
		let territory = chain.now().await?.territory().await?.into_iter().collect();
		Ok(Self { chain, territory, kept: RefCell::default() })
	}

	/// Whether the chain's territory has a local network.
	pub(crate) fn knows(&self, id: LocalNetworkId) -> bool {
		self.territory.contains(&id)
	}

	/// The stations of a local network.
	pub(crate) async fn stations(&self, id: LocalNetworkId) -> Result<Stations> {
		let slot = self.kept.borrow_mut().slot(id);
		let mut stations = None;
		let read = async {
			let read = self.read(id).await?;
			let codes = Arc::new(read.codes());
			stations = Some(read);
			Ok::<_, Failure>(codes)
		};
		slot.get_or_try_init(|| read).await?;
		match stations {
			Some(stations) => Ok(stations),
			None => self.read(id).await,
		}
	}

	async fn read(&self, id: LocalNetworkId) -> Result<Stations> {
		let at = self.chain.now().await?;
		let mut sites = Vec::new();
		let mut from = 0;
		while let Some((page, next)) = at.stations_from(id, from).await? {
			if next <= from {
				return Err(Failure::chain("the node gives stations again that it has given before")
					.at(format!("local network {}", id.0))
					.remedy("ask another node (--url)"));
			}
			sites.extend(page);
			from = next;
		}
		Ok(Stations::new(sites))
	}

	/// The codes of the local networks that were asked for last.
	pub(crate) fn kept(&self) -> HashMap<LocalNetworkId, Arc<Codes>> {
		let kept = self.kept.borrow();
		kept.codes.iter().filter_map(|(id, slot)| Some((*id, slot.get()?.clone()))).collect()
	}

	/// The codes of a local network's stations.
	pub(crate) async fn codes(&self, id: LocalNetworkId) -> Result<Arc<Codes>> {
		let slot = self.kept.borrow_mut().slot(id);
		let read = async {
			Ok(Arc::new(match self.knows(id) {
				true => self.read(id).await?.codes(),
				false => Codes::default(),
			}))
		};
		slot.get_or_try_init(|| read).await.cloned()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_are_kept_of_those_that_were_asked_for_last() {
		let mut kept = Kept::default();
		let first = kept.slot(LocalNetworkId(1));
		first.set(Arc::default()).unwrap();
		assert!(kept.slot(LocalNetworkId(1)).initialized(), "it is read once");
		let most = u16::try_from(KEPT).unwrap();
		(2..=most).for_each(|id| drop(kept.slot(LocalNetworkId(id))));
		assert!(kept.slot(LocalNetworkId(1)).initialized());
		kept.slot(LocalNetworkId(most + 1));
		assert!(!kept.slot(LocalNetworkId(1)).initialized());
		assert_eq!((kept.codes.len(), kept.asked.len()), (KEPT, KEPT));
	}
}
