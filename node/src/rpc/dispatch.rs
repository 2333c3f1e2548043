// SPDX-License-Identifier: Apache-2.0

//! `dispatch_*`: work orders with their facts and verdicts, outages, statements; crews, generators and spares; rounds.

use super::{at_or_best, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::ProvideRuntimeApi;
use std::sync::Arc;
use trimast_primitives::{
	apis::{
		BidderView, DispatchApi, DispatchSummaryView, FactsView, OrderFilter, OrderRulesView, OrderView,
		OrdersView, OutageView, ResourceView, ResourcesView, RoundView, StatementView, TerritoryView,
		UnservedView, VerdictView,
	},
	order::{Order, Record, ResponsibilityTable},
	page::SiteId,
	plan::{Plan, Round},
	Hash, LocalNetworkId, OrgId,
};

/// What can be asked. The last parameter of each is the block whose state answers; left out, the best block.
#[rpc(server)]
pub(crate) trait DispatchRpc {
	/// The whole country at a glance.
	#[method(name = "dispatch_summary", blocking)]
	fn summary(&self, at: Option<Hash>) -> RpcResult<DispatchSummaryView>;

	/// One order.
	#[method(name = "dispatch_order", blocking)]
	fn order(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<OrderView>>;

	/// Orders that a filter lets through after the number given, at most `limit`. Left out, it lets all through. The answer says
	/// after which number to ask on.
	#[method(name = "dispatch_orders", blocking)]
	fn orders(
		&self,
		filter: Option<OrderFilter>,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<OrdersView>;

	/// Orders under way that a company has raised or handles, in the order in which they are stored, after the one given, at
	/// most `limit`.
	#[method(name = "dispatch_openOrders", blocking)]
	fn open_orders(
		&self,
		party: OrgId,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<(u32, Order)>>;

	/// Orders under way at a station, by local network and index, in the order in which they are stored, after the one given,
	/// at most `limit`.
	#[method(name = "dispatch_ordersAt", blocking)]
	fn orders_at(
		&self,
		local_network: LocalNetworkId,
		index: u32,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<(u32, Order)>>;

	/// The facts of an order.
	#[method(name = "dispatch_facts", blocking)]
	fn facts(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<FactsView>>;

	/// All that an order's verdict follows from.
	#[method(name = "dispatch_record", blocking)]
	fn record(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<Record>>;

	/// The verdict of an order.
	#[method(name = "dispatch_verdict", blocking)]
	fn verdict(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<VerdictView>>;

	/// The outages of local networks after the one given, at most `limit`.
	#[method(name = "dispatch_outages", blocking)]
	fn outages(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<OutageView>>;

	/// A company's scores of a month (twelve times the year, and 0 for January).
	#[method(name = "dispatch_statement", blocking)]
	fn statement(&self, month: u16, subject: OrgId, at: Option<Hash>) -> RpcResult<StatementView>;

	/// Responsibility table, service levels, limits and rules of outages in force.
	#[method(name = "dispatch_orderRules", blocking)]
	fn order_rules(&self, at: Option<Hash>) -> RpcResult<OrderRulesView>;

	/// A version of the responsibility table.
	#[method(name = "dispatch_responsibilityTable", blocking)]
	fn responsibility_table(&self, version: u32, at: Option<Hash>) -> RpcResult<Option<ResponsibilityTable>>;

	/// How many seconds the chain is behind with what is due.
	#[method(name = "dispatch_orderLag", blocking)]
	fn order_lag(&self, at: Option<Hash>) -> RpcResult<u32>;

	/// A crew, a generator or spares.
	#[method(name = "dispatch_resource", blocking)]
	fn resource(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<ResourceView>>;

	/// Crews, generators and spares that a company owns or has on a lease, or all, after the number given, at most `limit`. The answer
	/// says after which number to ask on.
	#[method(name = "dispatch_resources", blocking)]
	fn resources(
		&self,
		of: Option<OrgId>,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<ResourcesView>;

	/// What is offered to a company and not taken, after the number given, at most `limit`; also where the term is over.
	#[method(name = "dispatch_offersTo", blocking)]
	fn offers_to(
		&self,
		org: OrgId,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ResourceView>>;

	/// Who is to come to an order.
	#[method(name = "dispatch_sentTo", blocking)]
	fn sent_to(&self, order: u32, at: Option<Hash>) -> RpcResult<Option<ResourceView>>;

	/// The rounds of local networks after the one given, at most `limit`.
	#[method(name = "dispatch_territories", blocking)]
	fn territories(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<TerritoryView>>;

	/// One round. Who has bid how often is known until its routes are out.
	#[method(name = "dispatch_round", blocking)]
	fn round(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<RoundView>>;

	/// What a round is about, once it is frozen: some megabytes where it is large.
	#[method(name = "dispatch_snapshot", blocking)]
	fn snapshot(&self, round: u32, at: Option<Hash>) -> RpcResult<Option<Round>>;

	/// The best bid of a round, or the plan that has won.
	#[method(name = "dispatch_plan", blocking)]
	fn plan(&self, round: u32, at: Option<Hash>) -> RpcResult<Option<Plan>>;

	/// The jobs that the plan of a round leaves, after the number given, at most `limit`.
	#[method(name = "dispatch_unserved", blocking)]
	fn unserved(
		&self,
		round: u32,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<UnservedView>>;

	/// How a company stands that would bid for a round. Its bids are counted until the routes of the round are out.
	#[method(name = "dispatch_bidder", blocking)]
	fn bidder(&self, round: u32, org: OrgId, at: Option<Hash>) -> RpcResult<Option<BidderView>>;
}

/// Answers them.
pub(crate) struct Dispatch {
	client: Arc<FullClient>,
}

impl Dispatch {
	/// Answers from this client's state.
	pub(crate) fn new(client: Arc<FullClient>) -> Self {
		Self { client }
	}
}

impl DispatchRpcServer for Dispatch {
	fn summary(&self, at: Option<Hash>) -> RpcResult<DispatchSummaryView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.summary(at).map_err(cannot_answer)
	}

	fn order(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<OrderView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.order(at, id).map_err(cannot_answer)
	}

	fn orders(
		&self,
		filter: Option<OrderFilter>,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<OrdersView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.orders(at, filter.unwrap_or_default(), after, page_limit(limit)).map_err(cannot_answer)
	}

	fn open_orders(
		&self,
		party: OrgId,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<(u32, Order)>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.open_orders(at, party, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn orders_at(
		&self,
		local_network: LocalNetworkId,
		index: u32,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<(u32, Order)>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		let station = SiteId { local_network, index };
		api.orders_at(at, station, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn facts(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<FactsView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.facts(at, id).map_err(cannot_answer)
	}

	fn record(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<Record>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.record(at, id).map_err(cannot_answer)
	}

	fn verdict(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<VerdictView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.verdict(at, id).map_err(cannot_answer)
	}

	fn outages(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<OutageView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.outages(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn statement(&self, month: u16, subject: OrgId, at: Option<Hash>) -> RpcResult<StatementView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.statement(at, month, subject).map_err(cannot_answer)
	}

	fn order_rules(&self, at: Option<Hash>) -> RpcResult<OrderRulesView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.order_rules(at).map_err(cannot_answer)
	}

	fn responsibility_table(&self, version: u32, at: Option<Hash>) -> RpcResult<Option<ResponsibilityTable>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.responsibility_table(at, version).map_err(cannot_answer)
	}

	fn order_lag(&self, at: Option<Hash>) -> RpcResult<u32> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.order_lag(at).map_err(cannot_answer)
	}

	fn resource(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<ResourceView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.resource(at, id).map_err(cannot_answer)
	}

	fn resources(
		&self,
		of: Option<OrgId>,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<ResourcesView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.resources(at, of, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn offers_to(
		&self,
		org: OrgId,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ResourceView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.offers_to(at, org, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn sent_to(&self, order: u32, at: Option<Hash>) -> RpcResult<Option<ResourceView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.sent_to(at, order).map_err(cannot_answer)
	}

	fn territories(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<TerritoryView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.territories(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn round(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<RoundView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.round(at, id).map_err(cannot_answer)
	}

	fn snapshot(&self, round: u32, at: Option<Hash>) -> RpcResult<Option<Round>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.snapshot(at, round).map_err(cannot_answer)
	}

	fn plan(&self, round: u32, at: Option<Hash>) -> RpcResult<Option<Plan>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.plan(at, round).map_err(cannot_answer)
	}

	fn unserved(
		&self,
		round: u32,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<UnservedView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.unserved(at, round, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn bidder(&self, round: u32, org: OrgId, at: Option<Hash>) -> RpcResult<Option<BidderView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.bidder(at, round, org).map_err(cannot_answer)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::{from_value, json};
	use trimast_primitives::order::{OrderKind, State};

	#[test]
	fn filter_is_read_with_any_of_its_fields() {
		let read = |filter| from_value::<OrderFilter>(filter).unwrap();
		let all = OrderFilter::default();
		assert_eq!(read(json!({})), all);
		assert_eq!(read(json!({ "party": 2 })), OrderFilter { party: Some(OrgId(2)), ..all });
		let given = json!({ "kind": "Fault", "state": "InProgress", "local_network": 1301, "party": null });
		let (kind, state) = (Some(OrderKind::Fault), Some(State::InProgress));
		let local_network = Some(LocalNetworkId(1301));
		assert_eq!(read(given), OrderFilter { kind, state, local_network, ..all });
		let station = SiteId { local_network: LocalNetworkId(1301), index: 7 };
		assert_eq!(read(json!({ "station": station })), OrderFilter { station: Some(station), ..all });
	}

	#[test]
	fn filter_fails_with_a_field_that_there_is_not() {
		assert!(from_value::<OrderFilter>(json!({ "stat": "InProgress" })).is_err());
	}
}
