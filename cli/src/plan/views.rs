// SPDX-License-Identifier: Apache-2.0
//! What the chain answers about rounds, and about crews, generators and spares.

use crate::{
	chain::views::At,
	error::{Failure, Result},
};
use codec::{Decode, Encode};
use trimast_primitives::{
	apis::{BidderView, ResourceView, ResourcesView, RoundView, TerritoryView, UnservedView, MAX_PAGE},
	plan::{Plan, Round},
	LocalNetworkId, OrgId,
};

impl At<'_> {
	async fn planning<A: Encode, T: Decode>(&self, method: &str, arguments: A) -> Result<T> {
		self.chain().call(&format!("DispatchApi_{method}"), arguments, self.hash).await
	}

	/// A crew, a generator or spares.
	pub(crate) async fn resource(&self, id: u32) -> Result<ResourceView> {
		let found: Option<ResourceView> = self.planning("resource", id).await?;
		found.ok_or_else(|| {
			Failure::input("there is no such crew, generator or store of spares")
				.at(format!("resource {id}"))
				.remedy("`trimast resource list` shows those that there are")
		})
	}

	/// All crews, generators and spares that a company owns or has on a lease, or all that there are, by number.
	pub(crate) async fn resources(&self, of: Option<OrgId>) -> Result<Vec<ResourceView>> {
		let (mut all, mut after) = (Vec::new(), None::<u32>);
		loop {
			let page: ResourcesView = self.planning("resources", (of, after, MAX_PAGE)).await?;
			all.extend(page.resources);
			after = page.next;
			if after.is_none() {
				return Ok(all);
			}
		}
	}

	/// All that is offered to a company and not taken.
	pub(crate) async fn offers_to(&self, org: OrgId) -> Result<Vec<ResourceView>> {
		let mut all: Vec<ResourceView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.id);
			let page: Vec<ResourceView> = self.planning("offers_to", (org, after, MAX_PAGE)).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// Who is to come to an order.
	pub(crate) async fn sent_to(&self, order: u32) -> Result<Option<ResourceView>> {
		self.planning("sent_to", order).await
	}

	/// The rounds of every local network where there were any.
	pub(crate) async fn planned_networks(&self) -> Result<Vec<TerritoryView>> {
		let mut all: Vec<TerritoryView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.local_network);
			let page: Vec<TerritoryView> = self.planning("territories", (after, MAX_PAGE)).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// The rounds of a local network, where there were any.
	pub(crate) async fn planned_network(&self, id: LocalNetworkId) -> Result<Option<TerritoryView>> {
		let before = id.0.checked_sub(1).map(LocalNetworkId);
		let page: Vec<TerritoryView> = self.planning("territories", (before, 1u32)).await?;
		Ok(page.into_iter().find(|view| view.local_network == id))
	}

	/// One round.
	pub(crate) async fn round(&self, id: u32) -> Result<RoundView> {
		let found: Option<RoundView> = self.planning("round", id).await?;
		found.ok_or_else(|| {
			Failure::input("there is no such round, or a later one of its local network is over")
				.at(format!("round {id}"))
				.remedy("`trimast plan list` shows those that are kept")
		})
	}

	/// What a round is about.
	pub(crate) async fn snapshot(&self, id: u32) -> Result<Round> {
		let found: Option<Round> = self.planning("snapshot", id).await?;
		found.ok_or_else(|| {
			Failure::chain("its jobs and resources are gathered still")
				.at(format!("round {id}"))
				.remedy("repeat the command in some seconds: `trimast plan list` shows how far it is")
		})
	}

	/// The best bid of a round, or the plan that has won.
	pub(crate) async fn plan(&self, id: u32) -> Result<Option<Plan>> {
		self.planning("plan", id).await
	}

	/// The jobs that the plan of a round leaves, and why.
	pub(crate) async fn unserved(&self, id: u32) -> Result<Vec<UnservedView>> {
		let mut all: Vec<UnservedView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.order);
			let page: Vec<UnservedView> = self.planning("unserved", (id, after, MAX_PAGE)).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// How a company stands that would bid for a round.
	pub(crate) async fn bidder(&self, id: u32, org: OrgId) -> Result<BidderView> {
		let found: Option<BidderView> = self.planning("bidder", (id, org)).await?;
		found.ok_or_else(|| {
			Failure::chain("the round is forgotten")
				.at(format!("round {id}"))
				.remedy("`trimast plan list` shows those that are kept")
		})
	}
}
