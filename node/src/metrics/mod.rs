// SPDX-License-Identifier: Apache-2.0

//! What Prometheus learns of the chain's own business, beside the SDK's metrics of the node.
//!
//! All of it is read from the state of the newest finalised block, so every node of every company shows the
//! same.

mod guard;
mod orders;

use crate::{opaque::Block, service::FullClient};
use guard::Guard;
use orders::Orders;
use sc_service::TaskManager;
use sp_api::{ApiError, ApiExt, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use substrate_prometheus_endpoint::{
	register, Counter, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64,
};
use trimast_primitives::{
	apis::{FederationApi, LocalNetworkView, OrgView, SitesApi, MAX_PAGE},
	BlockNumber, Hash,
};

/// How often the state is looked at. A look costs some milliseconds, and Prometheus asks about as often.
const INTERVAL: Duration = Duration::from_secs(15);
/// At how many looks there is one at the configuration guard. It goes through all local networks and their testimonies, and
/// through the requests that are kept: of a whole country that is some ten thousand reads.
const GUARD_EVERY: u64 = 4;

/// The gauges.
struct Metrics {
	block: Gauge<U64>,
	failures: Counter<U64>,
	orgs: GaugeVec<U64>,
	accounts: GaugeVec<U64>,
	state_bytes: GaugeVec<U64>,
	validators: GaugeVec<U64>,
	motions: Gauge<U64>,
	enactments: Gauge<U64>,
	subject_motions: Gauge<U64>,
	paused: Gauge<U64>,
	stations: GaugeVec<U64>,
	amendments: Gauge<U64>,
	orders: Orders,
	guard: Guard,
}

impl Metrics {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
		let gauges = |name: &str, help: &str, labels: &[&str]| {
			register(GaugeVec::new(Opts::new(name, help), labels)?, registry)
		};
		Ok(Self {
			block: gauge("trimast_block", "Finalised block whose state the trimast_* metrics show")?,
			failures: register(
				Counter::new("trimast_metrics_failures_total", "Times that the state could not be read")?,
				registry,
			)?,
			orgs: gauges("trimast_orgs", "Organisations by kind and status", &["kind", "status"])?,
			accounts: gauges("trimast_accounts", "Accounts of an organisation", &["org", "name"])?,
			state_bytes: gauges("trimast_state_bytes", "Bytes of state drawn on a quota", &["org", "name"])?,
			validators: gauges(
				"trimast_validators",
				"Validators that an organisation has named, with and without session keys",
				&["org", "name", "keys"],
			)?,
			motions: gauge("trimast_motions", "Motions that are open in the council")?,
			enactments: gauge("trimast_enactments", "Decided council motions that wait for their delay")?,
			subject_motions: gauge("trimast_subject_motions", "Motions about one company, open or decided")?,
			paused: gauge("trimast_paused", "Kinds of calls that are paused")?,
			stations: gauges(
				"trimast_stations",
				"Stations by province and state: confirmed, unconfirmed, retired",
				&["province", "state"],
			)?,
			amendments: gauge(
				"trimast_amendments",
				"Changes of stations that wait for consents, 1,000 at most",
			)?,
			orders: Orders::register(registry)?,
			guard: Guard::register(registry)?,
		})
	}

	/// Reads the state of a block.
	fn update(&self, client: &FullClient, at: Hash) -> Result<(), ApiError> {
		let api = client.runtime_api();
		// A chain may be older than these questions.
		if api.has_api::<dyn FederationApi<Block>>(at)? {
			self.show_orgs(&api.orgs(at)?);
			self.motions.set(count(api.motions(at, None, MAX_PAGE)?.len()));
			self.paused.set(count(api.pause(at)?.kinds.len()));
			self.enactments.set(count(api.enactments(at, None, MAX_PAGE)?.len()));
			self.subject_motions.set(count(api.subject_motions(at)?.len()));
		}
		if api.has_api::<dyn SitesApi<Block>>(at)? {
			let mut networks: Vec<LocalNetworkView> = Vec::new();
			loop {
				let page = api.local_networks(at, networks.last().map(|network| network.id), MAX_PAGE)?;
				if page.is_empty() {
					break;
				}
				networks.extend(page);
			}
			self.show_stations(&networks);
			self.amendments.set(count(api.amendments(at, None, MAX_PAGE)?.len()));
		}
		self.orders.update(client, at)
	}

	/// Notes which block is shown, or that it could not be read.
	fn note(&self, number: BlockNumber, block: &Gauge<U64>, result: Result<(), ApiError>) {
		match result {
			Ok(()) => block.set(number.into()),
			Err(error) => {
				log::debug!(target: "trimast", "metrics of block {number}: {error}");
				self.failures.inc();
			}
		}
	}

	fn show_orgs(&self, orgs: &[OrgView]) {
		// What is gone since the last time must not stay.
		for gauges in [&self.orgs, &self.accounts, &self.state_bytes, &self.validators] {
			gauges.reset();
		}
		for org in orgs {
			let number = org.id.0.to_string();
			let labels = [number.as_str(), org.name.as_str()];
			self.orgs.with_label_values(&[&format!("{:?}", org.kind), &format!("{:?}", org.status)]).inc();
			self.accounts.with_label_values(&labels).set(org.accounts.into());
			self.state_bytes.with_label_values(&labels).set(org.state_used.into());
			for (keys, have) in [("yes", true), ("no", false)] {
				let number = org.validators.iter().filter(|(_, has)| *has == have).count();
				self.validators.with_label_values(&[labels[0], labels[1], keys]).set(count(number));
			}
		}
	}

	fn show_stations(&self, networks: &[LocalNetworkView]) {
		let mut provinces: BTreeMap<u8, [u64; 3]> = BTreeMap::new();
		for network in networks {
			let [confirmed, unconfirmed, retired] = provinces.entry(network.id.province().0).or_default();
			*confirmed += u64::from(network.confirmed);
			*unconfirmed += u64::from(network.stations.saturating_sub(network.confirmed));
			*retired += u64::from(network.retired);
		}
		for (province, numbers) in provinces {
			for (state, number) in ["confirmed", "unconfirmed", "retired"].into_iter().zip(numbers) {
				self.stations.with_label_values(&[&province.to_string(), state]).set(number);
			}
		}
	}
}

fn count(number: usize) -> u64 {
	number.try_into().unwrap_or(u64::MAX)
}

/// Registers the metrics and keeps them up to date.
///
/// # Errors
///
/// One of the names is registered already.
pub(crate) fn start(
	registry: &Registry,
	client: Arc<FullClient>,
	tasks: &TaskManager,
) -> Result<(), PrometheusError> {
	let metrics = Metrics::register(registry)?;
	let work = async move {
		let (mut shown, mut shown_of_guard) = (None, None);
		for look in 0u64.. {
			let info = client.info();
			let (at, number) = (info.finalized_hash, info.finalized_number);
			if shown != Some(at) {
				metrics.note(number, &metrics.block, metrics.update(&client, at));
				shown = Some(at);
			}
			if look.is_multiple_of(GUARD_EVERY) && shown_of_guard != Some(at) {
				metrics.note(number, &metrics.guard.block, metrics.guard.update(&client, at));
				shown_of_guard = Some(at);
			}
			tokio::time::sleep(INTERVAL).await;
		}
	};
	// Executing the runtime blocks, so it has a thread of its own.
	tasks.spawn_handle().spawn_blocking("trimast-metrics", Some("metrics"), work);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::BTreeSet;
	use trimast_primitives::{
		org::{OrgKind, OrgStatus},
		territory::Position,
		AccountId, LocalNetworkId, OrgId,
	};

	fn network(id: u16, stations: u32, confirmed: u32, retired: u32) -> LocalNetworkView {
		LocalNetworkView {
			id: LocalNetworkId(id),
			name: String::new(),
			centre: Position::default(),
			buckets: 1,
			pages: 1,
			stations,
			confirmed,
			retired,
		}
	}

	#[test]
	fn stations_are_summed_by_province() {
		let metrics = Metrics::register(&Registry::new()).unwrap();
		metrics.show_stations(&[network(1301, 10, 4, 1), network(1302, 5, 5, 0), network(1401, 7, 0, 2)]);
		let shown = |province, state| metrics.stations.with_label_values(&[province, state]).get();
		assert_eq!([shown("13", "confirmed"), shown("13", "unconfirmed"), shown("13", "retired")], [9, 6, 1]);
		assert_eq!([shown("14", "confirmed"), shown("14", "unconfirmed"), shown("14", "retired")], [0, 7, 2]);
	}

	/// A company with two validators.
	pub(super) fn tower() -> OrgView {
		let account = AccountId::new([1; 32]);
		OrgView {
			id: OrgId(2),
			name: "tower".into(),
			kind: OrgKind::TowerCompany,
			status: OrgStatus::Active,
			principal: account.clone(),
			recovery: account.clone(),
			validators: vec![(account.clone(), true), (account, false)],
			accept_by: None,
			suspended_until: None,
			leaves_at: None,
			next_recovery: None,
			accounts: 9,
			state_used: 100,
		}
	}

	/// The names that a text has.
	fn names_in(text: &str) -> BTreeSet<String> {
		let is_of_name = |c: char| c.is_ascii_lowercase() || c == '_';
		let names = text.match_indices("trimast_").map(|(start, _)| {
			let rest = &text[start..];
			rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())].to_owned()
		});
		names.filter(|name| name != "trimast_").collect()
	}

	#[test]
	fn every_metric_is_documented_and_on_the_dashboard_and_nothing_else_is() {
		// Given metrics with at least one sample each
		let registry = Registry::new();
		let metrics = Metrics::register(&registry).unwrap();
		metrics.show_orgs(&[tower()]);
		metrics.show_stations(&[network(1301, 10, 4, 1)]);
		metrics.orders.show(&orders::tests::summary(), &[tower()]);
		metrics.guard.show(&guard::tests::summary(), &[tower()]);
		let shown: BTreeSet<String> =
			registry.gather().iter().map(|family| family.get_name().to_owned()).collect();
		// Then they are those of the manual
		let manual = include_str!("../../../docs/operations.md");
		let (_, manual) = manual.split_once("\n## Metrics\n").expect("a part about them");
		let rows = manual.lines().filter(|line| line.starts_with("| `trimast_"));
		let rows = rows.filter_map(|line| line.split('`').nth(1)).map(str::to_owned);
		assert_eq!(rows.collect::<BTreeSet<_>>(), shown);
		// And the dashboard shows all of them
		let dashboard = include_str!("../../../docs/dashboard.json");
		serde_json::from_str::<serde_json::Value>(dashboard).unwrap();
		assert_eq!(names_in(dashboard), shown);
	}

	#[test]
	fn what_is_gone_does_not_stay() {
		let metrics = Metrics::register(&Registry::new()).unwrap();
		let mut org = tower();
		metrics.show_orgs(std::slice::from_ref(&org));
		assert_eq!(metrics.orgs.with_label_values(&["TowerCompany", "Active"]).get(), 1);
		assert_eq!(metrics.validators.with_label_values(&["2", "tower", "no"]).get(), 1);
		org.status = OrgStatus::Leaving;
		metrics.show_orgs(&[org]);
		assert_eq!(metrics.orgs.with_label_values(&["TowerCompany", "Active"]).get(), 0);
		assert_eq!(metrics.orgs.with_label_values(&["TowerCompany", "Leaving"]).get(), 1);
	}
}
