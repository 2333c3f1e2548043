// SPDX-License-Identifier: Apache-2.0
//! Cells, parameters and values in words: what the catalogue and the inventory say of them.

use super::{
	baseline::show::{cell_by_code, neighbour_codes},
	catalogue::Catalogue,
};
use crate::{chain::views::At, error::Result, names::SiteName, site::ledger::code_text};
use futures::{stream, StreamExt};
use std::collections::{BTreeSet, HashMap};
use trimast_primitives::{
	apis::OrgView,
	cells::{CellId, ParamKey},
	page::SiteId,
	site::{Plmn, Station, StationEntry},
};

/// What is written where a value is to be taken away.
pub(crate) const NONE: &str = "none";

/// How many stations are asked for at once.
const AT_ONCE: usize = 16;

/// What words are found in.
#[derive(Default)]
pub(crate) struct Words {
	/// The chain's parameters.
	pub(crate) catalogue: Catalogue,
	/// Every company.
	pub(crate) orgs: Vec<OrgView>,
	/// The stations of the cells that are spoken of.
	pub(crate) stations: HashMap<SiteId, StationEntry>,
	/// Codes of the stations of cells that are values.
	codes: HashMap<SiteId, String>,
}

impl Words {
	/// Those of nothing yet.
	pub(crate) async fn ask(at: At<'_>) -> Result<Self> {
		Ok(Self { catalogue: Catalogue::ask(at).await?, orgs: at.orgs().await?, ..Self::default() })
	}

	/// Learns the stations of cells, and of the cells among their values.
	pub(crate) async fn learn(
		&mut self,
		at: At<'_>,
		values: impl IntoIterator<Item = (CellId, ParamKey, Option<i64>)>,
	) -> Result<()> {
		let (mut sites, mut said) = (BTreeSet::new(), BTreeSet::new());
		for (cell, key, value) in values {
			sites.insert(cell.site);
			said.extend(value.map(|value| (key.param, value)));
		}
		let missing = sites.into_iter().filter(|site| !self.stations.contains_key(site));
		let asked = missing.map(|site| async move { (site, at.find(&SiteName::Id(site)).await) });
		let found: Vec<_> = stream::iter(asked.collect::<Vec<_>>()).buffered(AT_ONCE).collect().await;
		for (site, view) in found {
			if let Some(view) = view? {
				self.stations.insert(site, view.entry);
			}
		}
		let codes = neighbour_codes(at, &self.catalogue, said.into_iter()).await?;
		self.codes.extend(codes);
		Ok(())
	}

	/// The station of a cell.
	pub(crate) fn station(&self, cell: CellId) -> Option<&Station> {
		self.stations.get(&cell.site).map(|entry| &entry.station)
	}

	fn plmns(&self, cell: CellId) -> &[Plmn] {
		self.station(cell).map_or(&[], |station| &station.plmns)
	}

	/// A cell, by its station's code where that is known.
	pub(crate) fn cell(&self, cell: CellId) -> String {
		match self.station(cell) {
			Some(station) => format!("{}/{}/{}", cell.site.local_network.0, code_text(station), cell.cell),
			None => cell_by_code(&self.codes, cell),
		}
	}

	/// A parameter of a cell.
	pub(crate) fn key(&self, cell: CellId, key: ParamKey) -> String {
		self.catalogue.key_text(key, self.plmns(cell))
	}

	/// What a value of it is to be; `none` where it is to be taken away.
	pub(crate) fn asked(&self, cell: CellId, key: ParamKey, value: Option<i64>) -> String {
		value.map_or_else(|| NONE.into(), |value| self.value(cell, key, Some(value)))
	}

	/// A value of it, with its unit.
	pub(crate) fn value(&self, cell: CellId, key: ParamKey, value: Option<i64>) -> String {
		let other = |other| cell_by_code(&self.codes, other);
		self.catalogue.value_words(key.param, value, self.plmns(cell), other)
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::config::{catalogue::tests::catalogue, export::resolve::tests::site};
	use trimast_primitives::{cells::ParamId, site::Technology};

	/// Of the stations A and B, numbers 0 and 64.
	pub(crate) fn words() -> Words {
		let sites = [site(0, "A", Technology::Nr), site(64, "B", Technology::Lte)];
		let stations = sites.into_iter().map(|site| (site.id, site.entry)).collect();
		Words { catalogue: catalogue(), stations, ..Words::default() }
	}

	#[test]
	fn what_is_not_known_is_named_by_its_numbers() {
		let words = words();
		let cell = |index| CellId { site: site(index, "X", Technology::Nr).id, cell: 1 };
		let key = ParamKey { param: ParamId(2), place: 1 };
		assert_eq!([words.cell(cell(0)), words.cell(cell(5))], ["1301/A/1", "1301:5/1"]);
		assert_eq!(words.key(cell(0), key), "NROperatorCellDU.administrativeState[46001]");
		assert_eq!(words.key(cell(5), key), "NROperatorCellDU.administrativeState[PLMN 1]");
		assert_eq!(
			[words.value(cell(0), key, Some(2)), words.value(cell(0), key, None)],
			["UNLOCKED", "no value"]
		);
		assert_eq!(
			[words.asked(cell(0), key, Some(2)), words.asked(cell(0), key, None)],
			["UNLOCKED", "none"]
		);
	}
}
