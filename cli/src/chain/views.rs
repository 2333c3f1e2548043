// SPDX-License-Identifier: Apache-2.0
//! The runtime APIs of federation and sites, answers in the types of the chain itself.

use super::{storage, Call, Chain};
use crate::{
	error::{Failure, Result},
	names::{self, CellName, SiteName},
	output::counted,
};
use trimast_primitives::{
	access::Scope,
	apis::{
		AccountView, AmendmentView, BranchView, EnactmentView, LocalNetworkView, NodeView, OrgView,
		PauseView, ReconciliationView, SiteView, SubjectMotionView, MAX_PAGE,
	},
	cells::CellId,
	inventory::Digest,
	matter::MotionDefect,
	page::SiteId,
	params::{ParameterBounds, Parameters},
	site::StationCode,
	AccountId, BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// A round of reconciliation, with everything that its parties have revealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Round {
	/// Its number in the local network.
	pub(crate) round: u32,
	/// Who takes part.
	pub(crate) parties: OrgSet,
	/// Who has committed.
	pub(crate) committed: OrgSet,
	/// Who has revealed its page digests.
	pub(crate) revealed: OrgSet,
	/// Last block for the step that is under way.
	pub(crate) deadline: BlockNumber,
	/// Page digests by party, for those who have revealed.
	pub(crate) digests: Vec<(OrgId, Vec<Digest>)>,
}

/// The state of one block.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
	chain: &'a Chain,
	/// The block.
	pub(crate) hash: Hash,
	/// Its number.
	pub(crate) number: u32,
}

impl Chain {
	/// The latest final state.
	pub(crate) async fn now(&self) -> Result<At<'_>> {
		let (number, hash) = self.finalized().await?;
		Ok(At { chain: self, hash, number })
	}

	/// The state of a block.
	pub(crate) fn at(&self, number: u32, hash: Hash) -> At<'_> {
		At { chain: self, hash, number }
	}
}

/// Refuses a number that no cell of a station has by its record.
fn check_cell(site: &SiteView, cell: u8) -> Result<()> {
	let cells = site.entry.station.cells;
	if cell < cells {
		return Ok(());
	}
	let has = format!("by its record the station has {}", counted(cells, "cell"));
	Err(Failure::input(has)
		.at(names::cell_text(CellId { site: site.id, cell }))
		.remedy(format!("cells count from 0 to {}", cells.saturating_sub(1))))
}

impl<'a> At<'a> {
	/// The chain that it is a state of.
	pub(crate) fn chain(&self) -> &'a Chain {
		self.chain
	}

	/// Every organisation.
	pub(crate) async fn orgs(&self) -> Result<Vec<OrgView>> {
		self.chain.call("FederationApi_orgs", (), self.hash).await
	}

	/// One account.
	pub(crate) async fn account(&self, account: &AccountId) -> Result<Option<AccountView>> {
		self.chain.call("FederationApi_account", account, self.hash).await
	}

	/// An account that some company must have.
	pub(crate) async fn known_account(&self, account: &AccountId) -> Result<AccountView> {
		self.account(account).await?.ok_or_else(|| {
			Failure::chain("no organisation has registered the account")
				.at(names::ss58(account))
				.remedy("ask your company's admin to add it (`trimast account add`)")
		})
	}

	/// The company of an account that must have one.
	pub(crate) async fn org_of(&self, account: &AccountId) -> Result<OrgId> {
		Ok(self.known_account(account).await?.org)
	}

	/// A page of a company's accounts.
	pub(crate) async fn accounts(&self, org: OrgId, after: Option<&AccountId>) -> Result<Vec<AccountView>> {
		self.chain.call("FederationApi_accounts", (org, after, MAX_PAGE), self.hash).await
	}

	/// All accounts of a company.
	pub(crate) async fn all_accounts(&self, org: OrgId) -> Result<Vec<AccountView>> {
		let mut all: Vec<AccountView> = Vec::new();
		loop {
			let page = self.accounts(org, all.last().map(|view| &view.account)).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// A company's branches.
	pub(crate) async fn branches(&self, org: OrgId) -> Result<Vec<BranchView>> {
		let mut all: Vec<BranchView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.id);
			let page: Vec<BranchView> =
				self.chain.call("FederationApi_branches", (org, after, MAX_PAGE), self.hash).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// All registered nodes.
	pub(crate) async fn nodes(&self) -> Result<Vec<NodeView>> {
		let mut all: Vec<NodeView> = Vec::new();
		loop {
			let after = all.last().map(|node| node.peer_id.clone());
			let page: Vec<NodeView> =
				self.chain.call("FederationApi_nodes", (after, MAX_PAGE), self.hash).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// Decided motions that wait.
	pub(crate) async fn enactments(&self) -> Result<Vec<EnactmentView>> {
		let mut all: Vec<EnactmentView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.id);
			let page: Vec<EnactmentView> =
				self.chain.call("FederationApi_enactments", (after, MAX_PAGE), self.hash).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// Why a motion that consists of this call and asks for so many ayes can never take effect.
	pub(crate) async fn motion_defect(&self, call: &Call, ayes: u32) -> Result<Option<MotionDefect>> {
		self.chain.call("FederationApi_motion_defect", (&call.0, ayes), self.hash).await
	}

	/// Motions about one company.
	pub(crate) async fn subject_motions(&self) -> Result<Vec<SubjectMotionView>> {
		self.chain.call("FederationApi_subject_motions", (), self.hash).await
	}

	/// How the emergency pause stands.
	pub(crate) async fn pause(&self) -> Result<PauseView> {
		self.chain.call("FederationApi_pause", (), self.hash).await
	}

	/// The parameters in force.
	pub(crate) async fn parameters(&self) -> Result<Parameters> {
		self.chain.call("FederationApi_parameters", (), self.hash).await
	}

	/// The range of each parameter.
	pub(crate) async fn parameter_bounds(&self) -> Result<ParameterBounds> {
		self.chain.call("FederationApi_parameter_bounds", (), self.hash).await
	}

	/// The chain's clock.
	pub(crate) async fn moment(&self) -> Result<Moment> {
		let key = storage::plain("Timestamp", "Now");
		Ok(storage::get(self.chain, &key, self.hash).await?.unwrap_or_default())
	}

	/// How many blocks a time has, as the chain counts.
	pub(crate) async fn blocks(&self, seconds: u32) -> Result<BlockNumber> {
		let slot: u64 = self.chain.call("AuraApi_slot_duration", (), self.hash).await?;
		let blocks = u64::from(seconds).saturating_mul(1_000).div_ceil(slot.max(1));
		Ok(BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX).max(1))
	}

	/// Every local network.
	pub(crate) async fn local_networks(&self) -> Result<Vec<LocalNetworkView>> {
		let mut all: Vec<LocalNetworkView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.id);
			let page: Vec<LocalNetworkView> =
				self.chain.call("SitesApi_local_networks", (after, MAX_PAGE), self.hash).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// Every local network, by its code alone.
	pub(crate) async fn territory(&self) -> Result<Vec<LocalNetworkId>> {
		Ok(self.local_networks().await?.into_iter().map(|view| view.id).collect())
	}

	/// Refuses a place that the territory does not have.
	pub(crate) async fn check_scope(&self, scope: Scope) -> Result<()> {
		if scope == Scope::National {
			return Ok(());
		}
		names::check_scope(scope, &self.territory().await?)
	}

	/// One local network.
	pub(crate) async fn local_network(&self, id: LocalNetworkId) -> Result<LocalNetworkView> {
		let before = id.0.checked_sub(1).map(LocalNetworkId);
		let page: Vec<LocalNetworkView> =
			self.chain.call("SitesApi_local_networks", (before, 1u32), self.hash).await?;
		page.into_iter().find(|view| view.id == id).ok_or_else(|| {
			Failure::input(format!("the chain has no local network {}", id.0))
				.remedy("`trimast site networks` lists them")
		})
	}

	/// Stations of a local network by number, from `from`, at most `limit`.
	pub(crate) async fn stations(
		&self,
		local_network: LocalNetworkId,
		from: u32,
		limit: u32,
	) -> Result<Vec<SiteView>> {
		self.chain.call("SitesApi_stations", (local_network, from, limit), self.hash).await
	}

	/// The next chunk of stations from `from`, and where to go on; none when there are no more.
	pub(crate) async fn stations_from(
		&self,
		local_network: LocalNetworkId,
		from: u32,
	) -> Result<Option<(Vec<SiteView>, u32)>> {
		let page = self.stations(local_network, from, MAX_PAGE).await?;
		Ok(page.last().map(|last| last.id.index.saturating_add(1)).map(|next| (page, next)))
	}

	/// A station by name, if there is one.
	pub(crate) async fn find(&self, site: &SiteName) -> Result<Option<SiteView>> {
		match site {
			SiteName::Id(id) => self.chain.call("SitesApi_station", id, self.hash).await,
			SiteName::Code(local_network, code) => {
				let code: StationCode = code
					.clone()
					.into_bytes()
					.try_into()
					.map_err(|_| Failure::input("a station code has at most 24 characters").at(code))?;
				self.chain.call("SitesApi_find", (local_network, code), self.hash).await
			}
		}
	}

	/// A station by name.
	pub(crate) async fn site(&self, site: &SiteName) -> Result<SiteView> {
		self.find(site).await?.ok_or_else(|| {
			let (text, place) = match site {
				SiteName::Id(id) => (names::site_text(*id), id.local_network),
				SiteName::Code(local_network, code) => {
					(format!("{}/{code}", local_network.0), *local_network)
				}
			};
			Failure::input("no such station").at(text).remedy(format!(
				"`trimast site list {}` shows the stations there; it may lie in another local network",
				place.0
			))
		})
	}

	/// A cell by name, with its station. Refused where the station's record has no cell of this number.
	pub(crate) async fn cell(&self, name: &CellName) -> Result<(SiteView, CellId)> {
		let site = self.site(&name.site).await?;
		let cell = CellId { site: site.id, cell: name.cell };
		check_cell(&site, name.cell)?;
		Ok((site, cell))
	}

	/// The digest of a page, as countersigned.
	pub(crate) async fn page_digest(&self, local_network: LocalNetworkId, page: u16) -> Result<Option<Hash>> {
		self.chain.call("SitesApi_page_digest", (local_network, page), self.hash).await
	}

	/// All amendments that wait.
	pub(crate) async fn amendments(&self) -> Result<Vec<AmendmentView>> {
		let mut all: Vec<AmendmentView> = Vec::new();
		loop {
			let after: Option<SiteId> = all.last().map(|view| view.id);
			let page: Vec<AmendmentView> =
				self.chain.call("SitesApi_amendments", (after, MAX_PAGE), self.hash).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// How far a reconciliation is.
	pub(crate) async fn reconciliation(&self, local_network: LocalNetworkId) -> Result<Option<Round>> {
		let view: Option<ReconciliationView> =
			self.chain.call("SitesApi_reconciliation", local_network, self.hash).await?;
		let Some(ReconciliationView { round, parties, committed, revealed, deadline, pages }) = view else {
			return Ok(None);
		};
		let mut digests = Vec::new();
		for org in revealed.iter() {
			let mut own: Vec<Digest> = Vec::new();
			while own.len() < usize::from(pages) {
				let from = u16::try_from(own.len()).unwrap_or(pages);
				let asked = (local_network, org, from, MAX_PAGE);
				let more: Vec<Digest> =
					self.chain.call("SitesApi_revealed_digests", asked, self.hash).await?;
				if more.is_empty() {
					break;
				}
				own.extend(more);
			}
			digests.push((org, own));
		}
		Ok(Some(Round { round, parties, committed, revealed, deadline, digests }))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::export::resolve::tests::site;
	use trimast_primitives::site::Technology;

	#[test]
	fn cell_beyond_the_stations_record_is_refused_with_what_it_has() {
		let site = site(7, "A", Technology::Nr);
		assert_eq!((check_cell(&site, 0), check_cell(&site, 1)), (Ok(()), Ok(())));
		let failure = check_cell(&site, 2).unwrap_err().to_string();
		assert!(failure.starts_with("1301:7/2: by its record the station has 2 cells"), "{failure}");
		assert!(failure.contains("cells count from 0 to 1"), "{failure}");
	}
}
