// SPDX-License-Identifier: Apache-2.0
//! The stations that a file names, as the chain has them: whose a code is, in which page and slot.

use crate::{chain::Chain, error::Result};
use std::{
	collections::{BTreeSet, HashMap, VecDeque},
	sync::Arc,
};
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

	/// All of them, in no order.
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

/// Reads stations from the chain, and keeps the codes of those networks that were asked for last.
pub(crate) struct Directory<'a> {
	chain: &'a Chain,
	territory: BTreeSet<LocalNetworkId>,
	codes: HashMap<LocalNetworkId, Arc<Codes>>,
	/// In the order in which they were asked for.
	asked: VecDeque<LocalNetworkId>,
}

impl<'a> Directory<'a> {
	/// Of the latest final state whenever something is asked: long work outlives the states that nodes keep.
	pub(crate) async fn new(chain: &'a Chain) -> Result<Self> {
		let territory = chain.now().await?.territory().await?.into_iter().collect();
		Ok(Self { chain, territory, codes: HashMap::new(), asked: VecDeque::new() })
	}

	/// Whether the chain's territory has a local network.
	pub(crate) fn knows(&self, id: LocalNetworkId) -> bool {
		self.territory.contains(&id)
	}

	/// The stations of a local network.
	pub(crate) async fn stations(&mut self, id: LocalNetworkId) -> Result<Stations> {
		let at = self.chain.now().await?;
		let mut sites = Vec::new();
		let mut from = 0;
		while let Some((page, next)) = at.stations_from(id, from).await? {
			sites.extend(page);
			from = next;
		}
		let stations = Stations::new(sites);
		if !self.codes.contains_key(&id) {
			self.keep(id, stations.codes());
		}
		Ok(stations)
	}

	/// The codes of the local networks that were asked for last.
	pub(crate) fn kept(&self) -> HashMap<LocalNetworkId, Arc<Codes>> {
		self.codes.clone()
	}

	/// The codes of a local network's stations.
	pub(crate) async fn codes(&mut self, id: LocalNetworkId) -> Result<Arc<Codes>> {
		if let Some(codes) = self.codes.get(&id) {
			return Ok(codes.clone());
		}
		if self.knows(id) {
			self.stations(id).await?;
		} else {
			self.keep(id, Codes::default());
		}
		Ok(self.codes.get(&id).cloned().unwrap_or_default())
	}

	fn keep(&mut self, id: LocalNetworkId, codes: Codes) {
		self.codes.insert(id, Arc::new(codes));
		self.asked.push_back(id);
		while self.asked.len() > KEPT {
			if let Some(oldest) = self.asked.pop_front() {
				self.codes.remove(&oldest);
			}
		}
	}
}
