// SPDX-License-Identifier: Apache-2.0
//! What the node's `configGuard_*` methods answer.

use crate::{
	chain::{storage, views::At},
	error::{Failure, Result},
};
use codec::{Decode, Encode};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::Value;
use std::iter;
use subxt::rpcs::client::{rpc_params, RpcParams};
use trimast_primitives::{
	access::Scope,
	apis::{
		CoverageView, ExportView, ItemView, PageCoverageView, ParameterView, PolicyView, QuestionView,
		RefusalView, RequestView, ScoreView, SweepView, ViolationView, MAX_NUMBERS,
	},
	cells::{
		change::Item,
		digest::{cell_digests, page_digest, PagePlace},
		CellTable,
	},
	org::MAX_ORGS,
	site::StationEntry,
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Pages that one answer carries: a page's table has some ten kilobytes, in hexadecimal twice that.
const PAGES_AT_ONCE: u32 = 64;
/// Items of other lists that one answer carries.
const AT_ONCE: u32 = 500;
/// Page digests that stand together in the state (`DIGEST_CHUNK` of the pallet).
const DIGEST_CHUNK: u16 = 128;
/// Requests of a company that are kept of those that were carried out and are over (`MAX_PAST` of the pallet).
const MAX_PAST: u32 = 1_024;
/// Tables that one question asks the state for.
const TABLES_AT_ONCE: usize = 64;

/// A page of the baseline.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct PageView {
	/// Its number.
	pub(crate) page: u16,
	/// Counts its changes.
	pub(crate) revision: u32,
	/// Version of the catalogue under which it was last written.
	pub(crate) catalogue: u32,
	/// Block of the last change.
	pub(crate) changed: BlockNumber,
	/// Its digest, as the node says.
	pub(crate) digest: Hash,
	/// Who stands behind the values of the station in each slot.
	pub(crate) signed: Vec<OrgSet>,
	/// The values.
	#[serde(with = "trimast_primitives::json::hex")]
	pub(crate) table: Vec<u8>,
}

impl PageView {
	/// Its values.
	pub(crate) fn cells(&self) -> Result<CellTable> {
		read_table(&self.table)
	}

	/// Its digest, computed here from what has been read.
	pub(crate) fn own_digest(&self, genesis: Hash, local_network: LocalNetworkId, table: &CellTable) -> Hash {
		let place = PagePlace {
			genesis,
			local_network,
			page: self.page,
			revision: self.revision,
			catalogue: self.catalogue,
		};
		page_digest(&place, table.counts(), &cell_digests(table))
	}

	/// Who stands behind the values of the station in a slot.
	pub(crate) fn signed_by(&self, slot: u32) -> OrgSet {
		usize::try_from(slot).ok().and_then(|slot| self.signed.get(slot)).copied().unwrap_or_default()
	}
}

/// Reads a table. An empty one stands for no baseline.
pub(crate) fn read_table(bytes: &[u8]) -> Result<CellTable> {
	if bytes.is_empty() {
		return Ok(CellTable::default());
	}
	CellTable::from_bytes(bytes).map_err(|defect| {
		Failure::chain(format!("the node gives a page that is no table of cells ({defect:?})"))
			.remedy("ask another node (--url)")
	})
}

/// Something of a page that this program cannot read.
fn unreadable(what: &str, error: &codec::Error) -> Failure {
	Failure::chain(format!("a page's {what} cannot be read: {error}")).remedy(
		"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
	)
}

/// How the baseline of a local network stands.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct NetworkView {
	/// The local network.
	pub(crate) id: LocalNetworkId,
	/// Pages that it may have.
	pub(crate) pages: u32,
	/// The digest of all of them.
	pub(crate) digest: Option<Hash>,
	/// Cells with a baseline.
	pub(crate) cells: u32,
	/// Pages whose baseline is provisional, as of the last import or signature of each.
	pub(crate) provisional: u32,
	/// Violations that stand open in it.
	pub(crate) open_violations: u32,
}

/// A call for observations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sweep {
	/// Its number.
	pub(crate) number: u32,
	/// Which territory.
	pub(crate) scope: Scope,
	/// In which block it was opened.
	pub(crate) opened: BlockNumber,
	/// Last block that takes observations.
	pub(crate) closes: BlockNumber,
	/// The key of its tags, once it is salted.
	pub(crate) key: Option<Hash>,
}

/// What a page's digest is bound to, and the digest itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Head {
	/// Counts the page's changes.
	pub(crate) revision: u32,
	/// Version of the catalogue under which it was last written.
	pub(crate) catalogue: u32,
	/// The digest; zero where the page has no baseline.
	pub(crate) digest: Hash,
}

impl At<'_> {
	async fn config<T: DeserializeOwned>(&self, method: &str, mut params: RpcParams) -> Result<T> {
		params.push(self.hash).map_err(Failure::input)?;
		self.chain().request(&format!("configGuard_{method}"), params).await
	}

	/// The whole catalogue.
	pub(crate) async fn catalogue(&self) -> Result<Vec<ParameterView>> {
		let mut all: Vec<ParameterView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.id);
			let more: Vec<ParameterView> = self.config("catalogue", rpc_params![after, AT_ONCE]).await?;
			if more.is_empty() {
				return Ok(all);
			}
			all.extend(more);
		}
	}

	/// The next pages with a baseline from `from` on, and where to go on; none when there are no more.
	pub(crate) async fn baseline_from(
		&self,
		local_network: LocalNetworkId,
		from: u16,
	) -> Result<Option<(Vec<PageView>, u16)>> {
		let pages: Vec<PageView> =
			self.config("baseline", rpc_params![local_network, from, PAGES_AT_ONCE]).await?;
		Ok(pages.last().map(|last| last.page.saturating_add(1)).map(|next| (pages, next)))
	}

	/// One page of the baseline.
	pub(crate) async fn baseline_page(
		&self,
		local_network: LocalNetworkId,
		page: u16,
	) -> Result<Option<PageView>> {
		let pages: Vec<PageView> = self.config("baseline", rpc_params![local_network, page, 1u32]).await?;
		Ok(pages.into_iter().find(|view| view.page == page))
	}

	/// How the baseline stands in each local network.
	pub(crate) async fn baseline_networks(&self) -> Result<Vec<NetworkView>> {
		let mut all: Vec<NetworkView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.id);
			let more: Vec<NetworkView> = self.config("baselines", rpc_params![after, AT_ONCE]).await?;
			if more.is_empty() {
				return Ok(all);
			}
			all.extend(more);
		}
	}

	/// What is kept under the numbers after the one given, and after which number to go on; none when there are no more
	/// numbers. `next` is the storage item with the number that is given next.
	async fn numbered<T: DeserializeOwned>(
		&self,
		method: &str,
		next: &str,
		after: Option<u32>,
		number: impl Fn(&T) -> u32,
	) -> Result<Option<(Vec<T>, u32)>> {
		let key = storage::plain("ConfigGuard", next);
		let end: u32 = storage::get(self.chain(), &key, self.hash).await?.unwrap_or_default();
		let first = after.map_or(0, |after| after.saturating_add(1));
		if first >= end {
			return Ok(None);
		}
		let found: Vec<T> = self.config(method, rpc_params![after, AT_ONCE]).await?;
		let last = found.last().map(number);
		Ok(Some((found, looked_at(first, last))))
	}

	/// Violations by number, after the one given, and after which number to go on.
	pub(crate) async fn violations(&self, after: Option<u32>) -> Result<Option<(Vec<ViolationView>, u32)>> {
		self.numbered("violations", "NextViolation", after, |view: &ViolationView| view.id).await
	}

	/// Violations that stand open in a local network.
	pub(crate) async fn open_violations(&self, local_network: LocalNetworkId) -> Result<Vec<ViolationView>> {
		let mut all: Vec<ViolationView> = Vec::new();
		let mut from = Some(0u16);
		while let Some(page) = from {
			let more: Vec<ViolationView> =
				self.config("openViolations", rpc_params![local_network, page, AT_ONCE]).await?;
			from = more
				.iter()
				.filter_map(|view| view.cell.site.page())
				.max()
				.and_then(|page| page.checked_add(1));
			all.extend(more);
		}
		Ok(all)
	}

	/// Requests by number, after the one given, and after which number to go on.
	pub(crate) async fn requests(&self, after: Option<u32>) -> Result<Option<(Vec<RequestView>, u32)>> {
		self.numbered("requests", "NextRequest", after, |view: &RequestView| view.id).await
	}

	/// One request, if it is kept.
	pub(crate) async fn find_request(&self, id: u32) -> Result<Option<RequestView>> {
		self.config("request", rpc_params![id]).await
	}

	/// One request.
	pub(crate) async fn change_request(&self, id: u32) -> Result<RequestView> {
		self.find_request(id).await?.ok_or_else(|| {
			Failure::input("there is no such request, or it is forgotten since")
				.at(format!("request {id}"))
				.remedy("`trimast config requests` lists them")
		})
	}

	/// Block in which a request was asked for; none for a draft, and for one that is forgotten.
	pub(crate) async fn request_asked(&self, id: u32) -> Result<Option<BlockNumber>> {
		let spec = self.chain().spec(self.hash).await?;
		let key = storage::twox_concat("ConfigGuard", "Requests", &[&id.to_le_bytes()]);
		let found = storage::value(self.chain(), &spec, ("ConfigGuard", "Requests"), &key, self.hash).await?;
		Ok(found.as_ref().and_then(|value| block(value.get("asked")?)))
	}

	/// Last block in which a value of these pages was put into a request, as far as its values are kept.
	pub(crate) async fn request_changed(
		&self,
		id: u32,
		local_network: LocalNetworkId,
		pages: &[u16],
	) -> Result<Option<BlockNumber>> {
		let spec = self.chain().spec(self.hash).await?;
		let mut last = None;
		for page in pages {
			let (network, page) = (local_network.0.to_le_bytes(), page.to_le_bytes());
			let key = storage::twox_concat("ConfigGuard", "Changes", &[&network, &page]);
			let found =
				storage::value(self.chain(), &spec, ("ConfigGuard", "Changes"), &key, self.hash).await?;
			last = last.max(found.and_then(|changes| last_put_in(id, &changes)));
		}
		Ok(last)
	}

	/// The values of one page of a request.
	pub(crate) async fn request_items(&self, id: u32, page: u16) -> Result<Vec<ItemView>> {
		self.config("requestItems", rpc_params![id, page]).await
	}

	/// What would be refused of a part if `by` asked for it now.
	pub(crate) async fn check_change(
		&self,
		by: OrgId,
		(local_network, page): (LocalNetworkId, u16),
		part: &[Item],
		window: (Moment, Moment),
		emergency: bool,
	) -> Result<Vec<RefusalView>> {
		let items: Vec<_> = part.iter().map(|item| (item.slot, item.cell, item.key, item.value)).collect();
		self.config("checkChange", rpc_params![by, local_network, page, items, window, emergency]).await
	}

	/// What is known about the local networks.
	pub(crate) async fn coverage(&self) -> Result<Vec<CoverageView>> {
		let mut all: Vec<CoverageView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.local_network);
			let more: Vec<CoverageView> = self.config("coverage", rpc_params![after, AT_ONCE]).await?;
			if more.is_empty() {
				return Ok(all);
			}
			all.extend(more);
		}
	}

	/// What is known about the pages of a local network.
	pub(crate) async fn page_coverage(&self, local_network: LocalNetworkId) -> Result<Vec<PageCoverageView>> {
		let mut all: Vec<PageCoverageView> = Vec::new();
		let mut from = Some(0u16);
		while let Some(page) = from {
			let more: Vec<PageCoverageView> =
				self.config("pageCoverage", rpc_params![local_network, page, AT_ONCE]).await?;
			from = more.last().and_then(|view| view.page.checked_add(1));
			all.extend(more);
		}
		Ok(all)
	}

	/// The exports of a company that are kept, the latest first.
	pub(crate) async fn exports(&self, org: OrgId) -> Result<Vec<ExportView>> {
		self.config("exports", rpc_params![org, 0u32, AT_ONCE]).await
	}

	/// What is asked of an export and not opened yet.
	pub(crate) async fn questions(&self, org: OrgId, root: Hash) -> Result<Vec<QuestionView>> {
		self.config("questions", rpc_params![org, root]).await
	}

	/// Confirmed violations of a day or of a month, by its number (`dayScores`, `monthScores`).
	pub(crate) async fn scores(&self, method: &str, number: u16) -> Result<Vec<ScoreView>> {
		let mut all: Vec<ScoreView> = Vec::new();
		loop {
			let skip = u32::try_from(all.len()).unwrap_or(u32::MAX);
			let more: Vec<ScoreView> = self.config(method, rpc_params![number, skip, AT_ONCE]).await?;
			if more.is_empty() {
				return Ok(all);
			}
			all.extend(more);
		}
	}

	/// Rules, freezes and holdings in force.
	pub(crate) async fn policy(&self) -> Result<PolicyView> {
		self.config("policy", RpcParams::new()).await
	}

	/// How many requests the recorded history has: those that were carried out and are over, of each company the latest
	/// [`MAX_PAST`].
	pub(crate) async fn past_requests(&self) -> Result<u32> {
		let mut all = 0u32;
		for org in 0..MAX_ORGS {
			let key = storage::twox_concat("ConfigGuard", "NextPast", &[&(OrgId(org), true).encode()]);
			let count: Option<u32> = storage::get(self.chain(), &key, self.hash).await?;
			all = all.saturating_add(count.unwrap_or_default().min(MAX_PAST));
		}
		Ok(all)
	}

	/// One violation.
	pub(crate) async fn violation(&self, id: u32) -> Result<Option<ViolationView>> {
		self.config("violation", rpc_params![id]).await
	}

	/// A sweep by its number.
	pub(crate) async fn sweep(&self, number: u32) -> Result<Option<Sweep>> {
		let spec = self.chain().spec(self.hash).await?;
		let key = storage::twox_concat("ConfigGuard", "Sweeps", &[&number.to_le_bytes()]);
		let found = storage::value(self.chain(), &spec, ("ConfigGuard", "Sweeps"), &key, self.hash).await?;
		found.map(|value| read_sweep(number, &value)).transpose()
	}

	/// What the first `pages` pages of a local network are bound to.
	pub(crate) async fn heads(&self, local_network: LocalNetworkId, pages: u16) -> Result<Vec<Head>> {
		let keys: Vec<_> = (0..pages).map(|page| page_key("Heads", local_network, page)).collect();
		let heads = storage::read_many(self.chain(), &keys, self.hash, usize::MAX).await?;
		let chunks: Vec<_> =
			(0..pages.div_ceil(DIGEST_CHUNK)).map(|n| page_key("PageDigests", local_network, n)).collect();
		let mut digests: Vec<Hash> = Vec::with_capacity(usize::from(pages));
		for chunk in storage::read_many(self.chain(), &chunks, self.hash, usize::MAX).await? {
			let filled = digests.len() + usize::from(DIGEST_CHUNK);
			if let Some(bytes) = chunk {
				digests.extend(<Vec<Hash>>::decode(&mut &bytes[..]).map_err(|e| unreadable("digests", &e))?);
			}
			digests.resize(filled, Hash::zero());
		}
		heads
			.into_iter()
			.zip(digests)
			.map(|(head, digest)| {
				// The revision and the version of the catalogue stand first.
				let (revision, catalogue) = match head {
					Some(bytes) => {
						<(u32, u32)>::decode(&mut &bytes[..]).map_err(|e| unreadable("head", &e))?
					}
					None => (0, 0),
				};
				Ok(Head { revision, catalogue, digest })
			})
			.collect()
	}

	/// Who stands behind the values of the station in each slot of some pages.
	pub(crate) async fn signatures(
		&self,
		local_network: LocalNetworkId,
		pages: &[u16],
	) -> Result<Vec<Vec<OrgSet>>> {
		let keys: Vec<_> = pages.iter().map(|page| page_key("Heads", local_network, *page)).collect();
		let heads = storage::read_many(self.chain(), &keys, self.hash, usize::MAX).await?;
		let signed = |head: Option<Vec<u8>>| {
			// Behind the revision, the version of the catalogue and the block of the last change.
			let read = |bytes: Vec<u8>| <((u32, u32, u32), Vec<OrgSet>)>::decode(&mut &bytes[..]);
			head.map_or(Ok(Vec::new()), |bytes| read(bytes).map(|(_, signed)| signed))
		};
		let read = heads.into_iter().map(signed).collect::<Result<_, codec::Error>>();
		read.map_err(|e| unreadable("head", &e))
	}

	/// The stations of some pages, slot by slot.
	pub(crate) async fn entries(
		&self,
		local_network: LocalNetworkId,
		pages: &[u16],
	) -> Result<Vec<Vec<StationEntry>>> {
		let key = |page: &u16| storage::identity("Sites", "Pages", &(local_network, *page).encode());
		let keys: Vec<_> = pages.iter().map(key).collect();
		let found = storage::read_many(self.chain(), &keys, self.hash, TABLES_AT_ONCE).await?;
		let read = |bytes: Option<Vec<u8>>| match bytes {
			Some(bytes) => Vec::<StationEntry>::decode(&mut &bytes[..]),
			None => Ok(Vec::new()),
		};
		let read = found.into_iter().map(read).collect::<Result<_, codec::Error>>();
		read.map_err(|e| unreadable("stations", &e))
	}

	/// The slots of some pages whose station has a baseline that `org` has not signed.
	pub(crate) async fn unsigned(
		&self,
		local_network: LocalNetworkId,
		pages: &[u16],
		org: OrgId,
	) -> Result<Vec<Vec<u32>>> {
		let keys: Vec<_> = pages.iter().map(|page| page_key("Heads", local_network, *page)).collect();
		let heads = storage::read_many(self.chain(), &keys, self.hash, usize::MAX).await?;
		let read = heads.into_iter().map(|head| head.map_or(Ok(Vec::new()), |head| unsigned(&head, org)));
		read.collect::<Result<_, _>>().map_err(|e| unreadable("head", &e))
	}

	/// The sweeps that a company has opened and that are kept, the oldest first.
	pub(crate) async fn sweeps_of(&self, org: OrgId) -> Result<Vec<SweepView>> {
		let key = storage::twox_concat("ConfigGuard", "SweepsOf", &[&org.encode()]);
		let own: Vec<u32> = storage::get(self.chain(), &key, self.hash).await?.unwrap_or_default();
		let Some(first) = own.first() else { return Ok(Vec::new()) };
		let mut all: Vec<SweepView> = Vec::new();
		let mut after = first.checked_sub(1);
		while let Some((more, last)) =
			self.numbered("sweeps", "NextSweep", after, |view: &SweepView| view.id).await?
		{
			after = Some(last);
			all.extend(more.into_iter().filter(|view| view.opener == org));
		}
		Ok(all)
	}

	/// In which sweep a company has last testified of each of some local networks.
	pub(crate) async fn testified_in(
		&self,
		networks: &[LocalNetworkId],
		org: OrgId,
	) -> Result<Vec<Option<u32>>> {
		let key = |id: &LocalNetworkId| {
			storage::twox_concat("ConfigGuard", "Testimonies", &[&id.0.to_le_bytes(), &org.encode()])
		};
		let keys: Vec<_> = networks.iter().map(key).collect();
		let found = storage::read_many(self.chain(), &keys, self.hash, usize::MAX).await?;
		// The sweep stands first.
		let read = |bytes: Option<Vec<u8>>| bytes.map(|bytes| u32::decode(&mut &bytes[..])).transpose();
		found.into_iter().map(read).collect::<Result<_, _>>().map_err(|e| unreadable("testimony", &e))
	}

	/// The tables of some pages.
	pub(crate) async fn tables(
		&self,
		local_network: LocalNetworkId,
		pages: &[u16],
	) -> Result<Vec<CellTable>> {
		let keys: Vec<_> = pages.iter().map(|page| page_key("Tables", local_network, *page)).collect();
		let found = storage::read_many(self.chain(), &keys, self.hash, TABLES_AT_ONCE).await?;
		let bytes = found.into_iter().map(|bytes| match bytes {
			// A list of bytes has its length in front.
			Some(bytes) => <Vec<u8>>::decode(&mut &bytes[..]).map_err(|e| unreadable("table", &e)),
			None => Ok(Vec::new()),
		});
		bytes.map(|bytes| read_table(&bytes?)).collect()
	}
}

/// The last number that an answer has looked at, which began with `first` and whose last item has the number `last`.
fn looked_at(first: u32, last: Option<u32>) -> u32 {
	// A node goes on for longer, and need not.
	let whole = first.saturating_add(MAX_NUMBERS.saturating_sub(1));
	last.unwrap_or(whole)
}

/// The slots of a page with cells whose baseline `org` has not signed.
fn unsigned(mut head: &[u8], org: OrgId) -> Result<Vec<u32>, codec::Error> {
	// Behind the revision, the version of the catalogue and the block of the last change. A list ends where the rest is empty.
	let (_, signed, cells) = <((u32, u32, u32), Vec<OrgSet>, Vec<u8>)>::decode(&mut head)?;
	let signed = signed.into_iter().chain(iter::repeat(OrgSet::EMPTY));
	let slots = (0u32..).zip(cells).zip(signed);
	let is_open = |((_, cells), signed): &((u32, u8), OrgSet)| *cells > 0 && !signed.contains(org);
	Ok(slots.filter(is_open).map(|((slot, _), _)| slot).collect())
}

/// Key of a page in a map by local network and page.
fn page_key(item: &str, local_network: LocalNetworkId, page: u16) -> Vec<u8> {
	let place = [local_network.0.to_le_bytes(), page.to_le_bytes()].concat();
	storage::identity("ConfigGuard", item, &place)
}

fn block(value: &Value) -> Option<BlockNumber> {
	value.as_u64().and_then(|block| BlockNumber::try_from(block).ok())
}

/// Last block in which one of a page's changes was put into a request.
fn last_put_in(id: u32, changes: &Value) -> Option<BlockNumber> {
	let own = changes.as_array()?.iter().filter(|change| change.get("request") == Some(&Value::from(id)));
	own.filter_map(|change| block(change.get("asked")?)).max()
}

fn read_sweep(number: u32, value: &Value) -> Result<Sweep> {
	let read = || {
		let block = |name: &str| block(value.get(name)?);
		let key = match value.get("key")? {
			Value::Null => None,
			key => Some(serde_json::from_value(key.clone()).ok()?),
		};
		let scope = serde_json::from_value(value.get("scope")?.clone()).ok()?;
		Some(Sweep { number, scope, opened: block("opened")?, closes: block("closes")?, key })
	};
	read().ok_or_else(|| {
		Failure::chain("the sweep cannot be read").at(format!("sweep {number}")).remedy(
			"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn lists_go_on_behind_what_is_forgotten() {
		assert_eq!(looked_at(0, None), MAX_NUMBERS - 1);
		assert_eq!(looked_at(8_000, None), MAX_NUMBERS + 7_999);
		assert_eq!(looked_at(8_000, Some(9_001)), 9_001);
		assert_eq!(looked_at(u32::MAX, None), u32::MAX);
	}

	#[test]
	fn slots_wait_for_a_signature_where_there_are_cells() {
		let signed = vec![OrgSet(0b1), OrgSet(0b11), OrgSet::EMPTY];
		let head = ((7u32, 1u32, 9u32), signed, vec![3u8, 3, 0, 3]).encode();
		let open = |org| unsigned(&head, OrgId(org)).unwrap();
		assert_eq!([open(0), open(1), open(2)], [vec![3], vec![0, 3], vec![0, 1, 3]]);
		assert!(unsigned(&head[..9], OrgId(0)).is_err());
	}

	#[test]
	fn changes_say_when_they_were_put_into_their_request() {
		let change = |request, asked| json!({ "slot": 0, "request": request, "asked": asked });
		let changes = json!([change(7, 100), change(8, 300), change(7, 120), change(7, 110)]);
		assert_eq!(last_put_in(7, &changes), Some(120));
		assert_eq!((last_put_in(9, &changes), last_put_in(7, &Value::Null)), (None, None));
	}

	#[test]
	fn sweeps_are_read_by_the_names_of_their_fields() {
		let key = format!("{:?}", Hash::repeat_byte(7));
		let value = json!({
			"opener": 1, "scope": { "LocalNetwork": 1301 }, "opened": 7, "closes": 90, "key": key, "later": [1],
		});
		let sweep = read_sweep(3, &value).unwrap();
		assert_eq!(sweep.scope, Scope::LocalNetwork(LocalNetworkId(1301)));
		assert_eq!((sweep.number, sweep.opened, sweep.key), (3, 7, Some(Hash::repeat_byte(7))));
		let unsalted = json!({ "scope": "National", "opened": 7, "closes": 90, "key": null });
		assert_eq!(read_sweep(3, &unsalted).unwrap().key, None);
		assert!(read_sweep(3, &json!({ "scope": "National" })).is_err());
	}
}
