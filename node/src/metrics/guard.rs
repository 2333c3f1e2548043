// SPDX-License-Identifier: Apache-2.0

//! What Prometheus learns of the configuration guard: the whole country at a glance, as `configGuard_summary` answers.

use crate::{opaque::Block, service::FullClient};
use sp_api::{ApiError, ApiExt, ProvideRuntimeApi};
use std::collections::BTreeMap;
use substrate_prometheus_endpoint::{
	register, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64,
};
use trimast_primitives::{
	apis::{ConfigGuardApi, FederationApi, OrgView, SummaryView},
	Hash, OrgId,
};

/// The gauges of the configuration guard, and the block that they show.
pub(super) struct Guard {
	pub(super) block: Gauge<U64>,
	cells: GaugeVec<U64>,
	pages: GaugeVec<U64>,
	provisional: GaugeVec<U64>,
	found: GaugeVec<U64>,
	observed: GaugeVec<U64>,
	violations: GaugeVec<U64>,
	confirmed: GaugeVec<U64>,
	requests: GaugeVec<U64>,
	consents: GaugeVec<U64>,
	asked: GaugeVec<U64>,
	due: GaugeVec<U64>,
	rows: CounterVec<U64>,
	agenda_lag: Gauge<U64>,
}

impl Guard {
	pub(super) fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
		let gauges = |name: &str, help: &str, labels: &[&str]| {
			register(GaugeVec::new(Opts::new(name, help), labels)?, registry)
		};
		Ok(Self {
			block: gauge(
				"trimast_config_block",
				"Finalised block whose state the other trimast_config_* metrics show",
			)?,
			cells: gauges("trimast_config_cells", "Cells with a baseline", &["province"])?,
			pages: gauges(
				"trimast_config_pages",
				"Pages with a baseline, by how many companies' words that count have seen them as it says",
				&["province", "attested"],
			)?,
			provisional: gauges(
				"trimast_config_pages_provisional",
				"Pages with a baseline that an owner or a sharer has not signed",
				&["province"],
			)?,
			found: gauges(
				"trimast_config_pages_found",
				"Pages that were seen otherwise than the baseline, contradicted, not attested or not explained in time",
				&["province", "finding"],
			)?,
			observed: gauges(
				"trimast_config_observed_timestamp_seconds",
				"When the network was last read of which a company has testified, as it says",
				&["org", "name"],
			)?,
			violations: gauges(
				"trimast_config_violations",
				"Violations that stand open, by the company that answers for them",
				&["org", "name", "kind", "standing"],
			)?,
			confirmed: gauges(
				"trimast_config_confirmed_today",
				"Violations that were confirmed today at UTC+8, by the company that answers for them",
				&["org", "name", "kind"],
			)?,
			requests: gauges("trimast_config_requests", "Requests that are not over", &["phase"])?,
			consents: gauges(
				"trimast_config_consents_awaited",
				"Requests that wait for a company's consent",
				&["org", "name"],
			)?,
			asked: gauges(
				"trimast_config_rows_asked",
				"Rows of a company's exports that it has still to open",
				&["org", "name"],
			)?,
			due: gauges(
				"trimast_config_rows_due_block",
				"Last block in which the first of a company's rows that are asked for can be opened",
				&["org", "name"],
			)?,
			rows: register(
				CounterVec::new(
					Opts::new("trimast_config_rows_total", "What became of a company's rows"),
					&["org", "name", "result"],
				)?,
				registry,
			)?,
			agenda_lag: gauge(
				"trimast_config_agenda_lag_blocks",
				"Blocks since the oldest thing was due that the chain has not done yet",
			)?,
		})
	}

	/// Reads the state of a block.
	pub(super) fn update(&self, client: &FullClient, at: Hash) -> Result<(), ApiError> {
		let api = client.runtime_api();
		// A chain may be older than these questions.
		if api.has_api::<dyn ConfigGuardApi<Block>>(at)? {
			self.show(&api.summary(at)?, &api.orgs(at)?);
		}
		Ok(())
	}

	/// Shows a summary, with the names of these organisations.
	pub(super) fn show(&self, summary: &SummaryView, orgs: &[OrgView]) {
		// What is gone since the last time must not stay.
		for gauges in [
			&self.cells,
			&self.pages,
			&self.provisional,
			&self.found,
			&self.observed,
			&self.violations,
			&self.confirmed,
			&self.requests,
			&self.consents,
			&self.asked,
			&self.due,
		] {
			gauges.reset();
		}
		for one in &summary.provinces {
			let province = one.province.0.to_string();
			self.cells.with_label_values(&[&province]).set(one.cells.into());
			self.provisional.with_label_values(&[&province]).set(one.provisional.into());
			for (attested, pages) in [
				("nobody", one.pages.saturating_sub(one.matching)),
				("one", one.matching.saturating_sub(one.matching_twice)),
				("several", one.matching_twice),
			] {
				self.pages.with_label_values(&[province.as_str(), attested]).set(pages.into());
			}
			for (finding, pages) in [
				("differing", one.differing),
				("contradicting", one.contradicting),
				("unattested", one.unattested),
				("unexplained", one.unexplained),
			] {
				self.found.with_label_values(&[province.as_str(), finding]).set(pages.into());
			}
		}
		let names: BTreeMap<OrgId, &str> = orgs.iter().map(|org| (org.id, org.name.as_str())).collect();
		for one in &summary.orgs {
			let number = one.org.0.to_string();
			let labels = [number.as_str(), names.get(&one.org).copied().unwrap_or_default()];
			if let Some(observed) = one.observed {
				self.observed.with_label_values(&labels).set(observed / 1_000);
			}
			for (kind, standing, count) in &one.violations {
				let labels = [labels[0], labels[1], kind.as_str(), standing.as_str()];
				self.violations.with_label_values(&labels).set((*count).into());
			}
			for (kind, count) in &one.confirmed_today {
				self.confirmed.with_label_values(&[labels[0], labels[1], kind]).set((*count).into());
			}
			self.consents.with_label_values(&labels).set(one.consents_awaited.into());
			self.asked.with_label_values(&labels).set(one.rows_asked.into());
			if let Some(due) = one.rows_due {
				self.due.with_label_values(&labels).set(due.into());
			}
			for (result, rows) in [
				("opened", one.opened),
				("wrong", one.wrong),
				("missing", one.missing),
				("differing", one.differing),
			] {
				let counter = self.rows.with_label_values(&[labels[0], labels[1], result]);
				// It only grows on the chain, too.
				counter.inc_by(u64::from(rows).saturating_sub(counter.get()));
			}
		}
		for (phase, count) in &summary.requests {
			self.requests.with_label_values(&[phase]).set((*count).into());
		}
		self.agenda_lag.set(summary.agenda_lag.into());
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::metrics::tests::tower;
	use trimast_primitives::{
		apis::{OrgSummaryView, ProvinceSummaryView},
		ProvinceId,
	};

	/// A summary with something of everything.
	pub(in crate::metrics) fn summary() -> SummaryView {
		let province = ProvinceSummaryView {
			province: ProvinceId(13),
			cells: 600,
			pages: 10,
			provisional: 2,
			matching: 7,
			matching_twice: 3,
			differing: 1,
			contradicting: 1,
			unattested: 2,
			unexplained: 0,
		};
		let org = OrgSummaryView {
			org: OrgId(2),
			observed: Some(1_795_795_200_999),
			violations: vec![
				("hidden".into(), "alleged".into(), 4),
				("hidden".into(), "confirmed".into(), 5),
			],
			confirmed_today: vec![("hidden".into(), 5)],
			consents_awaited: 6,
			rows_asked: 7,
			rows_due: Some(800),
			opened: 9,
			wrong: 0,
			missing: 1,
			differing: 2,
		};
		let requests = vec![("draft".into(), 1), ("asked".into(), 0)];
		SummaryView { provinces: vec![province], orgs: vec![org], requests, agenda_lag: 3 }
	}

	#[test]
	fn summary_is_shown_and_what_is_gone_does_not_stay() {
		let guard = Guard::register(&Registry::new()).unwrap();
		let mut summary = summary();
		guard.show(&summary, &[tower()]);
		let pages = ["nobody", "one", "several"].map(|by| guard.pages.with_label_values(&["13", by]).get());
		assert_eq!(pages, [3, 4, 3]);
		let of_org = ["2", "tower"];
		assert_eq!(guard.observed.with_label_values(&of_org).get(), 1_795_795_200);
		let violations =
			|standing| guard.violations.with_label_values(&["2", "tower", "hidden", standing]).get();
		assert_eq!((violations("alleged"), violations("confirmed")), (4, 5));
		let missing = || guard.rows.with_label_values(&["2", "tower", "missing"]).get();
		assert_eq!((guard.due.with_label_values(&of_org).get(), missing()), (800, 1));

		let org = &mut summary.orgs[0];
		(org.violations, org.rows_due, org.missing) = (vec![], None, 4);
		guard.show(&summary, &[tower()]);
		assert_eq!((violations("alleged"), violations("confirmed")), (0, 0));
		assert_eq!((guard.due.with_label_values(&of_org).get(), missing()), (0, 4));
		// Nobody has said anything since, and nothing is counted twice
		guard.show(&summary, &[tower()]);
		assert_eq!(missing(), 4);
	}
}
