// SPDX-License-Identifier: Apache-2.0
//! Asking a node for a proof. Nothing that it says is believed: the proof is checked before it is handed out.

use super::{
	file::{Justified, Proof},
	finality::Justification,
	state::{items, Item, Testimony},
};
use crate::{
	chain::{storage, Chain},
	error::{Failure, Result},
	names::{self, cell_text, CellName},
};
use codec::DecodeAll;
use sp_consensus_grandpa::SetId;
use sp_runtime::traits::BlakeTwo256;
use sp_trie::{CompactProof, StorageProof};
use subxt::rpcs::client::rpc_params;
use trimast_primitives::{
	cells::{CellId, CellTable, ParamId},
	BlockNumber, Hash, Header, OrgId,
};

/// How far behind the latest final block a block may be for the node's latest votes to be asked for at once.
const NEAR: BlockNumber = 8;
/// Most blocks that are looked through for votes. A node keeps some every 32 blocks.
const LOOK: BlockNumber = 512;

/// A proof in the making.
pub(crate) struct Maker<'a> {
	chain: &'a Chain,
	/// Who is asked for old states.
	archive: &'a Chain,
	cell: CellId,
	page: u16,
	block: Header,
	finalized: BlockNumber,
}

impl<'a> Maker<'a> {
	/// Finds the cell and the block.
	pub(crate) async fn new(
		chain: &'a Chain,
		archive: Option<&'a Chain>,
		name: &CellName,
		at: Option<BlockNumber>,
	) -> Result<Self> {
		let archive = archive.unwrap_or(chain);
		let (finalized, _) = chain.finalized().await?;
		let number = at.unwrap_or(finalized);
		if number > finalized {
			return Err(Failure::usage(format!("block {number} is not final; the latest is {finalized}"))
				.at("--at")
				.remedy("name an earlier block, or leave --at out"));
		}
		let hash = chain.hash_of(number).await?;
		let block = chain.header(hash).await?;
		let (_, cell) = chain.at(number, hash).cell(name).await?;
		let no_page = || Failure::input("a number that no station has").at(cell_text(cell));
		let page = cell.site.page().ok_or_else(no_page)?;
		Ok(Self { chain, archive, cell, page, block, finalized })
	}

	/// The cell that it is about.
	pub(crate) fn cell(&self) -> CellId {
		self.cell
	}

	/// Collects everything.
	pub(crate) async fn make(&self) -> Result<Proof> {
		let state = self.state().await?;
		let (later, justification) = self.finality().await?;
		let justified = later.last().unwrap_or(&self.block).number;
		let genesis = self.chain.header(self.chain.genesis()).await?;
		let first_voters = read_proof(self.archive, &genesis, &[Item::voters()])
			.await
			.map_err(|failure| self.history(failure))?;
		// What a block changes is in force after it.
		let changes =
			self.changes(justified.saturating_sub(1)).await.map_err(|failure| self.history(failure))?;
		Ok(Proof {
			cell: self.cell,
			genesis,
			first_voters,
			changes,
			block: self.block.clone(),
			later,
			justification,
			state,
		})
	}

	/// The values with their proof.
	async fn state(&self) -> Result<CompactProof> {
		let at = self.block.hash();
		let place = self.cell.site.local_network;
		let table = storage::get::<Vec<u8>>(self.chain, &Item::table(place, self.page).key, at).await?;
		let table = table.and_then(|bytes| CellTable::from_bytes(&bytes).ok());
		let values = table.and_then(|table| {
			table.position(self.cell.site.slot(), self.cell.cell).map(|position| table.values(position))
		});
		let values = values.ok_or_else(|| {
			Failure::input("no baseline stands for the cell")
				.at(cell_text(self.cell))
				.remedy("its owner imports it (`trimast config baseline import`)")
		})?;
		let mut parameters: Vec<ParamId> = values.into_iter().map(|(key, _)| key.param).collect();
		parameters.dedup();
		let orgs: u8 = storage::get(self.chain, &Item::next_org().key, at).await?.unwrap_or_default();
		let mut exports = Vec::new();
		for org in (0..orgs).map(OrgId) {
			let key = Item::testimony(place, org).key;
			let testimony: Option<Testimony> = storage::get(self.chain, &key, at).await?;
			exports.extend(testimony.map(|word| (org, word.export)));
		}
		let items = items(self.cell, self.page, &parameters, orgs, &exports);
		read_proof(self.chain, &self.block, &items).await
	}

	/// The headers from the block to one with votes, and the votes.
	async fn finality(&self) -> Result<(Vec<Header>, Justification)> {
		if self.finalized.saturating_sub(self.block.number) > NEAR {
			if let Some(kept) = self.kept().await? {
				return Ok(kept);
			}
		}
		self.latest().await
	}

	/// By the node's latest votes.
	async fn latest(&self) -> Result<(Vec<Header>, Justification)> {
		const METHOD: &str = "grandpa_proveFinality";
		let answer: Option<String> = self.chain.request(METHOD, rpc_params![self.block.number]).await?;
		let answer = answer.ok_or_else(|| {
			Failure::chain("the node has no votes for this block")
				.at(METHOD)
				.remedy("ask another node (--url), or for a later block (--at)")
		})?;
		let bytes = names::unhex(&answer).map_err(|what| unreadable(METHOD, what))?;
		let (_, votes, headers) = <(Hash, Vec<u8>, Vec<Header>)>::decode_all(&mut &bytes[..])
			.map_err(|error| unreadable(METHOD, error))?;
		Ok((headers, justification(METHOD, &votes)?))
	}

	/// By the first votes from the block on that the node has kept; none when it has not kept any yet.
	async fn kept(&self) -> Result<Option<(Vec<Header>, Justification)>> {
		let mut later = Vec::new();
		let last = self.finalized.min(self.block.number.saturating_add(LOOK));
		for number in self.block.number..=last {
			let block = self.chain.block(self.chain.hash_of(number).await?).await?;
			if number > self.block.number {
				later.push(block.header);
			}
			if let Some(votes) = block.justification {
				return Ok(Some((later, justification("chain_getBlock", &votes)?)));
			}
		}
		if last == self.finalized {
			return Ok(None);
		}
		let what = format!("the node has kept no votes for blocks {} to {last}", self.block.number);
		Err(Failure::chain(what).remedy("ask an archive node (--url)"))
	}

	/// The blocks up to `last` that changed the set of voters, with the votes for them.
	async fn changes(&self, last: BlockNumber) -> Result<Vec<Justified>> {
		let mut changes = Vec::new();
		let (mut from, mut id) = (0, self.set_id(0).await?);
		let last_id = self.set_id(last).await?;
		while id < last_id {
			// The number of the set never falls: halve until one block is left that raises it.
			let (mut before, mut after) = (from, last);
			while after.saturating_sub(before) > 1 {
				let middle = before + (after - before) / 2;
				if self.set_id(middle).await? > id {
					after = middle;
				} else {
					before = middle;
				}
			}
			changes.push(self.change(after).await?);
			let next = self.set_id(after).await?;
			if next <= id {
				return Err(unreadable("state_getStorage", "the number of the set of voters falls"));
			}
			(from, id) = (after, next);
		}
		Ok(changes)
	}

	async fn change(&self, number: BlockNumber) -> Result<Justified> {
		let block = self.archive.block(self.archive.hash_of(number).await?).await?;
		let votes = block.justification.ok_or_else(|| {
			Failure::chain(format!(
				"the node has kept no votes for block {number}, which changed the set of voters"
			))
			.remedy("ask an archive node (--archive)")
		})?;
		Ok(Justified { header: block.header, justification: justification("chain_getBlock", &votes)? })
	}

	/// Says where the history of the voters was asked for.
	fn history(&self, failure: Failure) -> Failure {
		let place = format!("how the voters have changed, by {} (--archive)", self.archive.url());
		failure.naming("--archive").at(place)
	}

	/// The number of the set that votes after a block.
	async fn set_id(&self, number: BlockNumber) -> Result<SetId> {
		let hash = self.archive.hash_of(number).await?;
		Ok(storage::get(self.archive, &Item::set_id().key, hash).await?.unwrap_or_default())
	}
}

fn justification(method: &str, votes: &[u8]) -> Result<Justification> {
	Justification::decode_all(&mut &votes[..]).map_err(|error| unreadable(method, error))
}

fn unreadable(method: &str, what: impl std::fmt::Display) -> Failure {
	Failure::chain(format!("the node's answer cannot be read: {what}"))
		.at(method)
		.remedy("ask another node (--url)")
}

/// The proof of some places in the state of a block.
async fn read_proof(chain: &Chain, block: &Header, items: &[Item]) -> Result<CompactProof> {
	let hash = block.hash();
	let ask = || chain.rpc().state_get_read_proof(items.iter().map(|item| &item.key[..]), Some(hash));
	let answer = chain.ask(ask).await.map_err(|failure| failure.at("state_getReadProof"))?;
	let nodes = answer.proof.into_iter().map(|node| node.0);
	StorageProof::new(nodes)
		.into_compact_proof::<BlakeTwo256>(block.state_root)
		.map_err(|error| unreadable("state_getReadProof", error))
}
