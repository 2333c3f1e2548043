// SPDX-License-Identifier: Apache-2.0

//! The raw export that a company testifies from, and the openings of it that are drawn while it does.

use super::{
	baseline::{table_from, Baseline},
	observation::Observation,
};
use crate::{bench::load::on_all_cores, calls, chain::Chain};
use anyhow::{Context, Result};
use codec::Decode;
use std::{sync::Arc, time::Duration};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::Scope,
	cells::{
		export::{leaf, Bound, Export, Opening, Row, RowBytes},
		CellId,
	},
	page::SiteId,
	Hash, Moment, OrgId,
};

/// Openings in one call.
const OPENINGS_A_CALL: usize = 16;

/// The tree of the first carrier's export of the country. Another's differs in the root alone.
fn tree(leaves: Vec<Hash>, observed: Moment) -> Export {
	Export::of_leaves(leaves, OrgId(0), Scope::National, observed)
}

/// What was read from the network: every cell of the country, in ascending order.
pub(super) struct RawExport {
	baseline: Arc<Baseline>,
	observation: Arc<Observation>,
	tree: Export,
	/// The first leaf of each local network.
	starts: Vec<u32>,
}

impl RawExport {
	/// Hashes all rows, on all cores: what was read of the network then.
	pub(super) fn read(
		baseline: Arc<Baseline>,
		observation: Arc<Observation>,
		observed: Moment,
	) -> Result<Self> {
		let mut start = 0;
		let starts = baseline.networks.iter().map(|network| {
			let first = start;
			start += network.cells() as u32;
			first
		});
		let mut export =
			Self { starts: starts.collect(), tree: tree(Vec::new(), observed), baseline, observation };
		let leaves = on_all_cores(export.starts.len(), |n| {
			let mut leaves = Vec::new();
			for p in 0..export.baseline.networks[n].pages.len() {
				leaves.extend(export.rows(n, p, |_| true)?.iter().map(|row| leaf(row)));
			}
			Ok(leaves)
		})?;
		export.tree = tree(leaves.concat(), observed);
		Ok(export)
	}

	/// The root of this company's.
	pub(super) fn root(&self, org: OrgId) -> Hash {
		self.bound(org).root(self.tree.top())
	}

	/// What that is bound to: how many rows it has, and when they were read.
	pub(super) fn bound(&self, org: OrgId) -> Bound {
		Bound { org, ..self.tree.bound() }
	}

	/// The rows of those cells of a page, by their places, that are wanted.
	fn rows(&self, n: usize, p: usize, wanted: impl Fn(usize) -> bool) -> Result<Vec<RowBytes>> {
		let network = &self.baseline.networks[n];
		let table = table_from(self.observation.table(&self.baseline, n, p))?;
		let cells = table.cells().enumerate().filter(|(place, _)| wanted(*place));
		let row = |(place, (slot, cell)): (usize, (u32, u8))| {
			let site = SiteId::new(network.id, network.pages[p].number, slot);
			let serial = format!("{:08X}", site.index);
			let fields = Row::fields_of([("serialNumber", serial.as_str()), ("swVersion", "V5.1")]);
			let fields = fields.context("fields of a row")?;
			let row = Row { cell: CellId { site, cell }, values: table.values(place), fields };
			row.to_bytes().context("a row is too long")
		};
		cells.map(row).collect()
	}

	/// The place of a cell's row.
	fn leaf_of(&self, cell: CellId) -> Result<u32> {
		let networks = &self.baseline.networks;
		let n = networks.iter().position(|network| network.id == cell.site.local_network);
		let n = n.context("no such local network")?;
		let p = cell.site.page().and_then(|page| networks[n].find(page)).context("no such page")?;
		let table = table_from(self.observation.table(&self.baseline, n, p))?;
		let place = table.position(cell.site.slot(), cell.cell).context("no such cell")?;
		let before: u32 = networks[n].pages[..p].iter().map(|page| page.cells).sum();
		Ok(self.starts[n] + before + u32::try_from(place)?)
	}

	/// The opening of one row.
	fn open(&self, leaf: u32) -> Result<Opening> {
		let n = self.starts.partition_point(|start| *start <= leaf).checked_sub(1).context("no row")?;
		let mut place = leaf - self.starts[n];
		let mut pages = self.baseline.networks[n].pages.iter();
		let page = pages.position(|page| {
			let is_here = place < page.cells;
			place -= if is_here { 0 } else { page.cells };
			is_here
		});
		let row = self.rows(n, page.context("no row")?, |other| other == place as usize)?.into_iter().next();
		self.tree.open(leaf, row.context("no row")?).context("a row that is not in the export")
	}
}

/// Opens whatever is drawn of a company's export from a block on, until it is dropped.
pub(super) struct Opener(tokio::task::JoinHandle<()>);

impl Opener {
	/// Begins.
	pub(super) fn start(chain: Chain, org: OrgId, key: Keypair, export: Arc<RawExport>, from: u64) -> Self {
		Self(tokio::spawn(async move {
			let mut next = from;
			loop {
				match follow(&chain, org, &key, &export, next).await {
					Ok(to) => next = to,
					Err(error) => {
						eprintln!("openings of {}'s export: {error:#}", crate::keys::ORGS[usize::from(org.0)])
					}
				}
				tokio::time::sleep(Duration::from_millis(250)).await;
			}
		}))
	}
}

impl Drop for Opener {
	fn drop(&mut self) {
		self.0.abort();
	}
}

/// Opens what the final blocks from `next` on have drawn. Says which block is the next.
async fn follow(chain: &Chain, org: OrgId, key: &Keypair, export: &RawExport, next: u64) -> Result<u64> {
	let (head, own) = (chain.finalized().await?.number, export.root(org));
	let mut drawn = Vec::new();
	for number in next..=head {
		let hash = chain.block_hash(number).await?.with_context(|| format!("block {number}"))?;
		for event in chain.api().await?.at_block(hash).await?.events().fetch().await?.iter() {
			let event = event?;
			if (event.pallet_name(), event.event_name()) == ("ConfigGuard", "OpeningsDrawn") {
				let (company, root, _, cells) =
					<(OrgId, Hash, OrgId, Vec<CellId>)>::decode(&mut event.field_bytes())?;
				if (company, root) == (org, own) {
					drawn.extend(cells);
				}
			}
		}
	}
	if !drawn.is_empty() {
		let signing = chain.signing().await?;
		for cells in drawn.chunks(OPENINGS_A_CALL) {
			let open = |cell: &CellId| export.open(export.leaf_of(*cell)?);
			let openings = cells.iter().map(open).collect::<Result<Vec<_>>>()?;
			let call = calls::open_cells(Scope::National, own, &openings);
			let nonce = chain.nonce(key).await?;
			chain.submit(&signing.sign(&call, key, nonce)?).await?;
		}
	}
	Ok(head.max(next.saturating_sub(1)) + 1)
}

#[cfg(test)]
mod tests {
	use super::{super::baseline::tests::baseline, *};

	#[test]
	fn every_row_opens() {
		let baseline = Arc::new(baseline(4));
		let observation = Arc::new(Observation::with_changes(&baseline, 0.2, 5).unwrap());
		let export = RawExport::read(baseline.clone(), observation, 1).unwrap();
		let (root, bound) = (export.root(OrgId(1)), export.bound(OrgId(1)));
		assert_eq!(u64::from(bound.leaves), baseline.cells());
		let rows: Vec<_> = (0..bound.leaves)
			.map(|leaf| export.open(leaf).unwrap().verify(root, &bound).unwrap().cell)
			.collect();
		assert!(rows.is_sorted_by(|a, b| a < b));
		assert!((0..).zip(&rows).all(|(leaf, cell)| export.leaf_of(*cell).unwrap() == leaf));
		assert!(export.open(bound.leaves).is_err());
		let other = RawExport::read(baseline, Arc::default(), 2).unwrap();
		assert!([other.root(OrgId(1)), export.root(OrgId(0))].iter().all(|theirs| *theirs != root));
	}
}
