// SPDX-License-Identifier: Apache-2.0
//! What the chain answers about orders.

use crate::{
	chain::{storage, views::At},
	error::{Failure, Result},
};
use codec::{Decode, Encode};
use trimast_primitives::{
	apis::{
		FactsView, OrderFilter, OrderRulesView, OrderView, OrdersView, OutageView, StatementView,
		VerdictView, MAX_PAGE,
	},
	order::{Order, Record, ResponsibilityTable},
	page::SiteId,
	OrgId,
};

/// Keys that one question asks for.
const KEYS_AT_ONCE: u32 = 500;

impl At<'_> {
	async fn dispatch<A: Encode, T: Decode>(&self, method: &str, arguments: A) -> Result<T> {
		self.chain().call(&format!("DispatchApi_{method}"), arguments, self.hash).await
	}

	/// One order.
	pub(crate) async fn order(&self, id: u32) -> Result<OrderView> {
		let found: Option<OrderView> = self.dispatch("order", id).await?;
		found.ok_or_else(|| unknown(id))
	}

	/// Orders of a filter by number, after the one given, and after which number to go on.
	pub(crate) async fn orders(&self, filter: OrderFilter, after: Option<u32>) -> Result<OrdersView> {
		self.dispatch("orders", (filter, after, MAX_PAGE)).await
	}

	/// Every order under way that a company has raised or handles, by number.
	pub(crate) async fn open_orders(&self, party: OrgId) -> Result<Vec<(u32, Order)>> {
		self.all_stored("open_orders", party).await
	}

	/// Every order under way at a station, by number.
	pub(crate) async fn orders_at(&self, station: SiteId) -> Result<Vec<(u32, Order)>> {
		self.all_stored("orders_at", station).await
	}

	async fn all_stored(&self, method: &str, of: impl Encode + Copy) -> Result<Vec<(u32, Order)>> {
		let mut all: Vec<(u32, Order)> = Vec::new();
		loop {
			let after = all.last().map(|(id, _)| *id);
			let page: Vec<(u32, Order)> = self.dispatch(method, (of, after, MAX_PAGE)).await?;
			if page.is_empty() {
				all.sort_unstable_by_key(|(id, _)| *id);
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// The facts of an order.
	pub(crate) async fn order_facts(&self, id: u32) -> Result<FactsView> {
		let found: Option<FactsView> = self.dispatch("facts", id).await?;
		found.ok_or_else(|| unknown(id))
	}

	/// All that an order's verdict follows from.
	pub(crate) async fn order_record(&self, id: u32) -> Result<Record> {
		let found: Option<Record> = self.dispatch("record", id).await?;
		found.ok_or_else(|| unknown(id))
	}

	/// The verdict of an order, if one is given.
	pub(crate) async fn verdict(&self, id: u32) -> Result<Option<VerdictView>> {
		self.dispatch("verdict", id).await
	}

	/// The outages of every local network where there are any.
	pub(crate) async fn outages(&self) -> Result<Vec<OutageView>> {
		let mut all: Vec<OutageView> = Vec::new();
		loop {
			let after = all.last().map(|view| view.local_network);
			let page: Vec<OutageView> = self.dispatch("outages", (after, MAX_PAGE)).await?;
			if page.is_empty() {
				return Ok(all);
			}
			all.extend(page);
		}
	}

	/// A company's scores of a month.
	pub(crate) async fn statement(&self, month: u16, subject: OrgId) -> Result<StatementView> {
		self.dispatch("statement", (month, subject)).await
	}

	/// What governs orders that are opened now.
	pub(crate) async fn order_rules(&self) -> Result<OrderRulesView> {
		self.dispatch("order_rules", ()).await
	}

	/// A version of the responsibility table.
	pub(crate) async fn responsibility_table(&self, version: u32) -> Result<ResponsibilityTable> {
		let found: Option<ResponsibilityTable> = self.dispatch("responsibility_table", version).await?;
		found.ok_or_else(|| {
			Failure::input("there is no such version of the responsibility table")
				.at(format!("--version {version}"))
				.remedy("`trimast order table` shows the one in force")
		})
	}

	/// Numbers of the orders against whose verdict there is an appeal, or was one.
	pub(crate) async fn appealed(&self) -> Result<Vec<u32>> {
		let (chain, prefix) = (self.chain(), storage::plain("Dispatch", "Appeals"));
		let (mut all, mut last): (Vec<u32>, Option<Vec<u8>>) = (Vec::new(), None);
		loop {
			let ask =
				|| chain.rpc().state_get_keys_paged(&prefix, KEYS_AT_ONCE, last.as_deref(), Some(self.hash));
			let keys = chain.ask(ask).await?;
			if keys.is_empty() {
				all.sort_unstable();
				return Ok(all);
			}
			all.extend(keys.iter().filter_map(|key| number_of(key)));
			last = keys.last().cloned();
		}
	}
}

/// The number at the end of a key: 32 bytes of pallet and item, 8 of hash, and the number.
fn number_of(key: &[u8]) -> Option<u32> {
	let bytes: [u8; 4] = key.get(40..)?.try_into().ok()?;
	Some(u32::from_le_bytes(bytes))
}

fn unknown(id: u32) -> Failure {
	Failure::input("there is no such order, or it is forgotten since")
		.at(format!("order {id}"))
		.remedy("`trimast order list` shows those that are kept; an archive node has those that were (--url)")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_of_appeals_end_in_the_orders_number() {
		let key = storage::twox_concat("Dispatch", "Appeals", &[&7u32.to_le_bytes()]);
		assert_eq!((number_of(&key), number_of(&key[..40])), (Some(7), None));
	}
}
