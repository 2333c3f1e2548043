// SPDX-License-Identifier: Apache-2.0
//! What of a block's state a proof has: keys, and values as the pallets store them.
//!
//! The layout is that of version 1 of the storage of each pallet. The version is proven with the values: a state of
//! another layout is refused, never misread.

use crate::{
	chain::storage::{identity, plain, twox_concat},
	error::{Failure, Result},
};
use codec::{Decode, DecodeAll, Encode};
use sp_runtime::{traits::BlakeTwo256, traits::ConstU32, BoundedVec};
use sp_state_machine::{Backend, TrieBackend, TrieBackendBuilder};
use sp_trie::{CompactProof, MemoryDB};
use trimast_primitives::{
	access::Scope,
	cells::{catalogue::Parameter, CellId, ParamId},
	org::OrgKind,
	page::PAGE_SLOTS,
	params::Parameters,
	AccountId, BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet, Text,
};

/// Page digests that stand under one key.
const DIGEST_CHUNK: u16 = 128;

/// The pallets whose storage a proof reads, and the version that is understood.
const LAYOUTS: [(&str, u16); 3] = [("ConfigGuard", 1), ("Sites", 1), ("Federation", 1)];

/// The catalogue.
#[derive(Encode, Decode, Debug)]
pub(crate) struct Catalogue {
	/// Counts its changes.
	pub(crate) version: u32,
	/// Its parameters by number.
	pub(crate) parameters: Vec<(ParamId, Parameter)>,
}

/// What is known of a page's baseline beside its values.
#[derive(Encode, Decode, Debug)]
pub(crate) struct PageHead {
	/// Counts the changes of its values.
	pub(crate) revision: u32,
	/// Version of the catalogue under which it was last written.
	pub(crate) catalogue: u32,
	/// Block of the last change.
	pub(crate) changed: BlockNumber,
	/// Who stands behind the values of the station in each slot.
	pub(crate) signed: BoundedVec<OrgSet, ConstU32<PAGE_SLOTS>>,
	/// How many cells the station in each slot has.
	pub(crate) cells: BoundedVec<u8, ConstU32<PAGE_SLOTS>>,
	/// Revision since which cells have their places.
	pub(crate) laid_out: u32,
	/// Block since which nobody had attested its values.
	pub(crate) unattested: BlockNumber,
}

/// What a company has attested of a local network.
#[derive(Encode, Decode, Debug)]
pub(crate) struct Testimony {
	/// In which sweep.
	pub(crate) sweep: u32,
	/// From which export.
	pub(crate) export: Hash,
	/// When the network was read, as the company says.
	pub(crate) observed: Moment,
	/// Block of the last word.
	pub(crate) at: BlockNumber,
	/// Pages that are as the baseline says now.
	pub(crate) matching: PageSet,
	/// Pages that differed when the company has last spoken of them.
	pub(crate) differing: PageSet,
	/// Those of them whose differing cells it has not given all.
	pub(crate) unexplained: PageSet,
}

/// Pages of a local network, a bit for each: page 0 is the lowest bit of the first byte.
#[derive(Encode, Decode, Debug)]
pub(crate) struct PageSet(pub(crate) Vec<u8>);

impl PageSet {
	/// Whether a page is in it.
	pub(crate) fn contains(&self, page: u16) -> bool {
		self.0.get(usize::from(page / 8)).is_some_and(|byte| byte >> (page % 8) & 1 == 1)
	}
}

/// An export that a company has testified from, as far as its marks. More may stand behind them.
#[derive(Encode, Decode, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Export {
	/// Its root.
	pub(crate) root: Hash,
	/// How many rows it has.
	pub(crate) leaves: u32,
	/// Of which territory.
	pub(crate) scope: Scope,
	/// When the network was read, as the company says.
	pub(crate) observed: Moment,
	/// In which block the root came.
	pub(crate) anchored: BlockNumber,
	/// What became of the rows that others have asked for.
	pub(crate) marks: Marks,
}

/// What became of the rows of an export that others have asked for.
#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Marks {
	/// Opened, and nothing was wrong with them.
	pub(crate) opened: u32,
	/// Wrong.
	pub(crate) wrong: u32,
	/// Not opened in time.
	pub(crate) missing: u32,
	/// With other fields than another company has opened.
	pub(crate) differing: u32,
}

/// An organisation, as far as where it stands. More stands behind that.
#[derive(Encode, Decode, Debug)]
pub(crate) struct Org {
	/// What it is.
	pub(crate) kind: OrgKind,
	/// Its name.
	pub(crate) name: Text<ConstU32<64>>,
	/// The account that speaks for it.
	pub(crate) principal: AccountId,
	/// The account that may veto a recovery.
	pub(crate) recovery: AccountId,
	/// The account that is to be that, and from which block on.
	pub(crate) next_recovery: Option<(AccountId, BlockNumber)>,
	/// Where it stands.
	pub(crate) stage: Stage,
	/// Counts the operators that a witness has had.
	pub(crate) term: u16,
	/// The first block in which its suspension no longer holds.
	pub(crate) suspended_until: Option<BlockNumber>,
}

impl Org {
	/// Its name.
	pub(crate) fn name(&self) -> String {
		String::from_utf8_lossy(&self.name).into_owned()
	}

	/// Whether it is a member.
	pub(crate) fn is_member(&self) -> bool {
		self.stage == Stage::Member
	}

	/// Whether it is suspended in this block.
	pub(crate) fn is_suspended(&self, block: BlockNumber) -> bool {
		self.is_member() && self.suspended_until.is_some_and(|until| block < until)
	}
}

/// Where an organisation stands.
#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
	/// Invited, until this block.
	Invited(BlockNumber),
	/// Has accepted.
	Accepted,
	/// A member.
	Member,
	/// Was a member.
	Left,
}

/// A place in the state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Item {
	/// Pallet and item, for messages.
	name: String,
	/// The key.
	pub(crate) key: Vec<u8>,
}

impl Item {
	fn new(pallet: &str, item: &str, key: Vec<u8>) -> Self {
		Self { name: format!("{pallet}.{item}"), key }
	}

	fn value(pallet: &str, item: &str) -> Self {
		Self::new(pallet, item, plain(pallet, item))
	}

	fn in_page(pallet: &str, item: &str, local_network: LocalNetworkId, page: u16) -> Self {
		Self::new(pallet, item, identity(pallet, item, &(local_network, page).encode()))
	}

	/// Version of a pallet's storage.
	fn layout(pallet: &str) -> Self {
		Self::value(pallet, ":__STORAGE_VERSION__:")
	}

	/// The voters.
	pub(crate) fn voters() -> Self {
		Self::value("Grandpa", "Authorities")
	}

	/// Number of the voters' set.
	pub(crate) fn set_id() -> Self {
		Self::value("Grandpa", "CurrentSetId")
	}

	/// The chain's clock.
	pub(crate) fn now() -> Self {
		Self::value("Timestamp", "Now")
	}

	/// The catalogue.
	pub(crate) fn catalogue() -> Self {
		Self::value("ConfigGuard", "Catalogues")
	}

	/// Names, unit and words of a parameter.
	pub(crate) fn text(id: ParamId) -> Self {
		let key = twox_concat("ConfigGuard", "ParamTexts", &[&id.encode()]);
		Self::new("ConfigGuard", "ParamTexts", key)
	}

	/// The values of a page.
	pub(crate) fn table(local_network: LocalNetworkId, page: u16) -> Self {
		Self::in_page("ConfigGuard", "Tables", local_network, page)
	}

	/// Revision and signatures of a page.
	pub(crate) fn head(local_network: LocalNetworkId, page: u16) -> Self {
		Self::in_page("ConfigGuard", "Heads", local_network, page)
	}

	/// The digests of the pages around a page, and its place among them.
	pub(crate) fn digests(local_network: LocalNetworkId, page: u16) -> (Self, usize) {
		let chunk = Self::in_page("ConfigGuard", "PageDigests", local_network, page / DIGEST_CHUNK);
		(chunk, usize::from(page % DIGEST_CHUNK))
	}

	/// The stations of a page.
	pub(crate) fn stations(local_network: LocalNetworkId, page: u16) -> Self {
		Self::in_page("Sites", "Pages", local_network, page)
	}

	/// What a company has attested of a local network.
	pub(crate) fn testimony(local_network: LocalNetworkId, org: OrgId) -> Self {
		let key = twox_concat("ConfigGuard", "Testimonies", &[&local_network.encode(), &org.encode()]);
		Self::new("ConfigGuard", "Testimonies", key)
	}

	/// An export of a company.
	pub(crate) fn export(org: OrgId, root: Hash) -> Self {
		let of_org = twox_concat("ConfigGuard", "Exports", &[&org.encode()]);
		Self::new("ConfigGuard", "Exports", [&of_org[..], root.as_bytes()].concat())
	}

	/// The governed parameters.
	pub(crate) fn parameters() -> Self {
		Self::value("Federation", "ParametersInForce")
	}

	/// The number that the next organisation gets.
	pub(crate) fn next_org() -> Self {
		Self::value("Federation", "NextOrg")
	}

	/// An organisation.
	pub(crate) fn org(org: OrgId) -> Self {
		Self::new("Federation", "Orgs", twox_concat("Federation", "Orgs", &[&org.encode()]))
	}
}

/// All that a proof of a cell reads, when the cell has values of these parameters, organisations are numbered below `orgs`,
/// and some have testified from these exports.
pub(crate) fn items(
	cell: CellId,
	page: u16,
	parameters: &[ParamId],
	orgs: u8,
	exports: &[(OrgId, Hash)],
) -> Vec<Item> {
	let place = cell.site.local_network;
	let mut items: Vec<Item> = LAYOUTS.iter().map(|(pallet, _)| Item::layout(pallet)).collect();
	items.extend([
		Item::now(),
		Item::catalogue(),
		Item::table(place, page),
		Item::head(place, page),
		Item::digests(place, page).0,
		Item::stations(place, page),
		Item::next_org(),
		Item::parameters(),
	]);
	items.extend(parameters.iter().map(|id| Item::text(*id)));
	items.extend((0..orgs).map(OrgId).flat_map(|org| [Item::org(org), Item::testimony(place, org)]));
	items.extend(exports.iter().map(|(org, root)| Item::export(*org, *root)));
	items
}

/// A part of a state, proven by its root.
pub(crate) struct State(TrieBackend<MemoryDB<BlakeTwo256>, BlakeTwo256>);

impl State {
	/// Refuses a proof that does not lead to this root.
	pub(crate) fn open(root: Hash, proof: &CompactProof) -> Result<Self> {
		let (nodes, _) = proof.to_memory_db::<BlakeTwo256>(&root).map_err(|error| {
			Failure::input(format!(
				"the storage proof does not lead to the state root of the header: {error}"
			))
		})?;
		Ok(Self(TrieBackendBuilder::new(nodes, root).build()))
	}

	/// Refuses a layout that this command does not know.
	pub(crate) fn check_layouts(&self) -> Result<()> {
		for (pallet, known) in LAYOUTS {
			let item = Item::layout(pallet);
			let version: u16 = self.get(&item)?;
			if version != known {
				let what = format!("storage version {version}; this `trimast` reads version {known}");
				return Err(Failure::input(what).at(pallet).remedy("use the `trimast` of that runtime"));
			}
		}
		Ok(())
	}

	/// The bytes in a place, none where the state has none.
	pub(crate) fn bytes(&self, item: &Item) -> Result<Option<Vec<u8>>> {
		let missing = |error| Failure::input(format!("the proof does not reach it: {error}")).at(&item.name);
		self.0.storage(&item.key).map_err(missing)
	}

	/// The value in a place, none where the state has none.
	pub(crate) fn find<T: Decode>(&self, item: &Item) -> Result<Option<T>> {
		let Some(bytes) = self.bytes(item)? else { return Ok(None) };
		let value = T::decode_all(&mut &bytes[..]).map_err(|error| {
			Failure::input(format!("cannot be read: {error}"))
				.at(&item.name)
				.remedy("use the `trimast` of the runtime that the chain had then")
		})?;
		Ok(Some(value))
	}

	/// The value in a place that has one.
	pub(crate) fn get<T: Decode>(&self, item: &Item) -> Result<T> {
		self.find(item)?.ok_or_else(|| Failure::input("the state has none").at(&item.name))
	}

	/// The export that a company has testified from; none where the state does not keep it any more.
	pub(crate) fn export(&self, org: OrgId, root: Hash) -> Result<Option<Export>> {
		let item = Item::export(org, root);
		let Some(bytes) = self.bytes(&item)? else { return Ok(None) };
		let found = Export::decode(&mut &bytes[..])
			.map_err(|error| Failure::input(format!("cannot be read: {error}")).at(&item.name))?;
		Ok(Some(found))
	}

	/// The governed parameters: those of production where none were ever set.
	pub(crate) fn parameters(&self) -> Result<Parameters> {
		Ok(self.find(&Item::parameters())?.unwrap_or(Parameters::PRODUCTION))
	}

	/// An organisation; none where the state has none of this number.
	pub(crate) fn org(&self, org: OrgId) -> Result<Option<Org>> {
		let item = Item::org(org);
		let Some(bytes) = self.bytes(&item)? else { return Ok(None) };
		let found = Org::decode(&mut &bytes[..])
			.map_err(|error| Failure::input(format!("cannot be read: {error}")).at(&item.name))?;
		Ok(Some(found))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn page_set_is_a_bit_for_each_page() {
		let set = PageSet(vec![0b0000_0100, 0b1000_0000]);
		let pages: Vec<u16> = (0..40).filter(|page| set.contains(*page)).collect();
		assert_eq!(pages, [2, 15]);
		assert!(!set.contains(u16::MAX));
	}
}
