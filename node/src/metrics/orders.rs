// SPDX-License-Identifier: Apache-2.0

//! What Prometheus learns of work orders and rounds: the whole country at a glance, as `dispatch_summary` answers.

use crate::{opaque::Block, service::FullClient};
use sp_api::{ApiError, ApiExt, ProvideRuntimeApi};
use std::collections::BTreeMap;
use substrate_prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64};
use trimast_primitives::{
	apis::{DispatchApi, DispatchSummaryView, FederationApi, OrgView},
	Hash, OrgId,
};

/// The gauges of work orders and rounds.
pub(super) struct Orders {
	unsettled: GaugeVec<U64>,
	resources: GaugeVec<U64>,
	month: GaugeVec<U64>,
	penalty: GaugeVec<U64>,
	down: GaugeVec<U64>,
	large: GaugeVec<U64>,
	rounds: GaugeVec<U64>,
	agenda_lag: Gauge<U64>,
}

impl Orders {
	pub(super) fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauges = |name: &str, help: &str, labels: &[&str]| {
			register(GaugeVec::new(Opts::new(name, help), labels)?, registry)
		};
		Ok(Self {
			unsettled: gauges(
				"trimast_dispatch_unsettled",
				"Orders that a company has raised and that are not settled",
				&["org", "name"],
			)?,
			resources: gauges(
				"trimast_dispatch_resources",
				"Crews, generators and stores of spares that a company owns",
				&["org", "name"],
			)?,
			month: gauges(
				"trimast_dispatch_month_orders",
				"Orders settled this month at UTC+8 that a company has handled, late or beyond the deadline, or answers for",
				&["org", "name", "result"],
			)?,
			penalty: gauges(
				"trimast_dispatch_month_penalty_seconds",
				"Time behind restoration deadlines that a company answers for, of orders settled this month at UTC+8",
				&["org", "name"],
			)?,
			down: gauges("trimast_dispatch_stations_down", "Stations that are down", &["province"])?,
			large: gauges(
				"trimast_dispatch_large_outages",
				"Local networks with a large-area outage",
				&["province"],
			)?,
			rounds: gauges("trimast_dispatch_rounds", "Rounds that are open", &["stage"])?,
			agenda_lag: register(
				Gauge::new(
					"trimast_dispatch_agenda_lag_seconds",
					"Seconds since the oldest thing was due that the chain has not done yet",
				)?,
				registry,
			)?,
		})
	}

	/// Reads the state of a block.
	pub(super) fn update(&self, client: &FullClient, at: Hash) -> Result<(), ApiError> {
		let api = client.runtime_api();
		// A chain may be older than these questions.
		if api.has_api::<dyn DispatchApi<Block>>(at)? {
			self.show(&api.summary(at)?, &api.orgs(at)?);
		}
		Ok(())
	}

	/// Shows a summary, with the names of these organisations.
	pub(super) fn show(&self, summary: &DispatchSummaryView, orgs: &[OrgView]) {
		// What is gone since the last time must not stay.
		for gauges in [
			&self.unsettled,
			&self.resources,
			&self.month,
			&self.penalty,
			&self.down,
			&self.large,
			&self.rounds,
		] {
			gauges.reset();
		}
		let names: BTreeMap<OrgId, &str> = orgs.iter().map(|org| (org.id, org.name.as_str())).collect();
		for one in &summary.orgs {
			let number = one.org.0.to_string();
			let labels = [number.as_str(), names.get(&one.org).copied().unwrap_or_default()];
			self.unsettled.with_label_values(&labels).set(one.unsettled.into());
			self.resources.with_label_values(&labels).set(one.resources.into());
			let score = &one.score;
			for (result, count) in [
				("handled", score.handled),
				("late", score.late),
				("breached", score.breached),
				("charged", score.charged),
			] {
				self.month.with_label_values(&[labels[0], labels[1], result]).set(count.into());
			}
			self.penalty.with_label_values(&labels).set(score.penalty / 1_000);
		}
		for one in &summary.outages {
			let province = one.province.0.to_string();
			self.down.with_label_values(&[&province]).set(one.stations.into());
			self.large.with_label_values(&[&province]).set(one.large.into());
		}
		for (stage, count) in &summary.rounds {
			self.rounds.with_label_values(&[stage]).set((*count).into());
		}
		self.agenda_lag.set(summary.lag.into());
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::metrics::tests::tower;
	use trimast_primitives::{
		apis::{OrgOrdersView, ProvinceOutagesView},
		order::Score,
		ProvinceId,
	};

	/// A summary with something of everything.
	pub(in crate::metrics) fn summary() -> DispatchSummaryView {
		let score =
			Score { handled: 9, late: 3, breached: 2, charged: 4, penalty: 61_999, ..Score::default() };
		let org = OrgOrdersView { org: OrgId(2), unsettled: 5, resources: 7, score };
		let outages = ProvinceOutagesView { province: ProvinceId(13), stations: 12, large: 1 };
		let rounds = vec![("gathering".into(), 0), ("bidding".into(), 2)];
		DispatchSummaryView { orgs: vec![org], outages: vec![outages], rounds, lag: 6 }
	}

	#[test]
	fn summary_is_shown_and_what_is_gone_does_not_stay() {
		let orders = Orders::register(&Registry::new()).unwrap();
		let mut summary = summary();
		orders.show(&summary, &[tower()]);
		let of_org = ["2", "tower"];
		let month = |result| orders.month.with_label_values(&["2", "tower", result]).get();
		assert_eq!(["handled", "late", "breached", "charged"].map(month), [9, 3, 2, 4]);
		assert_eq!(orders.unsettled.with_label_values(&of_org).get(), 5);
		assert_eq!(orders.resources.with_label_values(&of_org).get(), 7);
		assert_eq!(orders.penalty.with_label_values(&of_org).get(), 61);
		let down = || orders.down.with_label_values(&["13"]).get();
		assert_eq!((down(), orders.large.with_label_values(&["13"]).get()), (12, 1));
		assert_eq!(orders.rounds.with_label_values(&["bidding"]).get(), 2);
		assert_eq!(orders.agenda_lag.get(), 6);

		summary.outages.clear();
		orders.show(&summary, &[tower()]);
		assert_eq!(down(), 0);
	}
}
