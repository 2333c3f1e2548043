// SPDX-License-Identifier: Apache-2.0
//! A party's own books of one local network, in pages, and the salt of its commitment.

use crate::{
	encoding::survey,
	error::{in_file, Failure, Result},
	keys::secret,
	names,
	site::reader::rows,
};
use rand::{rngs::OsRng, RngCore};
use serde::{Deserialize, Serialize};
use std::{
	collections::{BTreeMap, HashSet},
	path::Path,
};
use trimast_primitives::{
	inventory::{inventory_commitment, inventory_page_digest, Digest, InventoryRecord, MAX_INVENTORY_PAGE},
	Hash, LocalNetworkId, OrgId,
};

/// Own books.
#[derive(Debug)]
pub(crate) struct Books {
	local_network: LocalNetworkId,
	pages: Vec<Vec<InventoryRecord>>,
	digests: Vec<Digest>,
}

impl Books {
	/// Reads the lines of one local network. The first wrong one is an error: books that are committed to must be right.
	pub(crate) fn read(path: &Path, local_network: LocalNetworkId, buckets: u16) -> Result<Self> {
		let survey = survey(path)?;
		let mut own_codes = HashSet::new();
		let mut records = Vec::new();
		for row in rows::<InventoryRecord>(path, survey.encoding)? {
			let row = row?;
			let at = |failure: Failure| failure.at(format!("line {}", row.line)).at(path.display());
			let (place, record) = row.record.map_err(|wrong| {
				let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
				at(Failure::input(all.join("; ")))
			})?;
			if place != local_network {
				continue;
			}
			if !own_codes.insert(record.own_code.clone()) {
				let code = String::from_utf8_lossy(&record.own_code).into_owned();
				return Err(at(Failure::input(format!("column 1 (own_code): `{code}` stands twice"))
					.remedy("own codes are unique within a party's books")));
			}
			records.push(record);
		}
		if records.is_empty() {
			return Err(
				Failure::input(format!("no record of local network {}", local_network.0)).at(path.display())
			);
		}
		Self::new(local_network, buckets, records).map_err(|failure| failure.at(path.display()))
	}

	/// Puts records into pages.
	pub(crate) fn new(
		local_network: LocalNetworkId,
		buckets: u16,
		records: Vec<InventoryRecord>,
	) -> Result<Self> {
		let count = usize::from(buckets) * 2;
		let mut by_page: BTreeMap<usize, Vec<InventoryRecord>> = BTreeMap::new();
		for record in records {
			by_page.entry(record.page(buckets).into()).or_default().push(record);
		}
		let pages: Vec<_> = (0..count).map(|page| by_page.remove(&page).unwrap_or_default()).collect();
		let limit = usize::try_from(MAX_INVENTORY_PAGE).unwrap_or(usize::MAX);
		if let Some((page, full)) = pages.iter().enumerate().find(|(_, page)| page.len() > limit) {
			return Err(Failure::input(format!(
				"page {page} has {} records, {limit} is the most",
				full.len()
			))
			.remedy("ask the council for more buckets for this local network"));
		}
		let digests = pages.iter().map(|page| inventory_page_digest(page.iter())).collect();
		Ok(Self { local_network, pages, digests })
	}

	/// How many records there are.
	pub(crate) fn len(&self) -> usize {
		self.pages.iter().map(Vec::len).sum()
	}

	/// Digest of every page.
	pub(crate) fn digests(&self) -> &[Digest] {
		&self.digests
	}

	/// The records of a page.
	pub(crate) fn page(&self, page: u16) -> &[InventoryRecord] {
		self.pages.get(usize::from(page)).map_or(&[], Vec::as_slice)
	}

	/// What is committed to.
	pub(crate) fn commitment(&self, round: u32, org: OrgId, salt: &Hash) -> Hash {
		inventory_commitment(self.local_network, round, org, salt, &self.digests)
	}
}

/// The salt of a commitment, kept until it is opened.
#[derive(Serialize, Deserialize, Debug)]
pub(crate) struct Salt {
	genesis: String,
	local_network: u16,
	round: u32,
	org: u8,
	salt: String,
}

impl Salt {
	/// The salt for this round: the one that is kept, or a new one, written before anything is committed to.
	pub(crate) fn keep(
		path: &Path,
		genesis: Hash,
		place: LocalNetworkId,
		round: u32,
		org: OrgId,
	) -> Result<Hash> {
		if let Ok(salt) = Self::find(path, genesis, place, round, org) {
			return Ok(salt);
		}
		let mut salt = [0u8; 32];
		OsRng.fill_bytes(&mut salt);
		let file = Self {
			genesis: names::hex0x(genesis),
			local_network: place.0,
			round,
			org: org.0,
			salt: names::hex0x(salt),
		};
		let text = serde_json::to_vec_pretty(&file).map_err(Failure::input)?;
		// One of an earlier round has served; what cannot be read is not ours to remove.
		if path.exists() {
			Self::read(path)?;
			std::fs::remove_file(path).map_err(in_file(path))?;
		}
		secret::create(path, &text)?;
		Ok(salt.into())
	}

	/// The salt that is kept for this round.
	pub(crate) fn find(
		path: &Path,
		genesis: Hash,
		place: LocalNetworkId,
		round: u32,
		org: OrgId,
	) -> Result<Hash> {
		let file = Self::read(path)?;
		if (file.genesis, file.local_network, file.round, file.org)
			!= (names::hex0x(genesis), place.0, round, org.0)
		{
			return Err(Failure::input("the salt is that of another round").at(path.display()).remedy(
				"say --salt-file where that of this round is; without it the commitment cannot be opened",
			));
		}
		let salt: Option<[u8; 32]> = names::unhex(&file.salt).ok().and_then(|salt| salt.try_into().ok());
		salt.map(Hash::from).ok_or_else(|| Failure::input("the salt is not 32 bytes").at(path.display()))
	}

	fn read(path: &Path) -> Result<Self> {
		let text = crate::files::read_text(path)?;
		serde_json::from_str(&text)
			.map_err(|e| Failure::input(format!("not a salt file: {e}")).at(path.display()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::site::matching::tests::owned;

	#[test]
	fn books_are_in_pages_by_code() {
		let records: Vec<_> =
			(0..50).map(|n| owned(0, &format!("A{n}"), "n", &format!("C{n}"), 0.0).record).collect();
		let uncoded = owned(0, "A99", "n", "", 0.0).record;
		let books = Books::new(LocalNetworkId(1301), 8, [records, vec![uncoded.clone()]].concat()).unwrap();
		assert_eq!((books.len(), books.digests().len()), (51, 16));
		assert_eq!(books.page(uncoded.page(8)), [uncoded]);
		for page in 0..16u16 {
			assert!(books.page(page).iter().all(|record| record.page(8) == page));
		}
	}

	#[test]
	fn salt_is_kept_for_its_round() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("salt");
		let keep = |round| Salt::keep(&path, Hash::zero(), LocalNetworkId(1301), round, OrgId(0)).unwrap();
		let first = keep(0);
		assert_eq!(keep(0), first, "a repeated commitment has the same salt");
		assert_ne!(keep(1), first);
		assert!(Salt::find(&path, Hash::zero(), LocalNetworkId(1301), 0, OrgId(0)).is_err());
		std::fs::write(&path, "something else").unwrap();
		assert!(Salt::keep(&path, Hash::zero(), LocalNetworkId(1301), 2, OrgId(0)).is_err());
	}
}
