// SPDX-License-Identifier: Apache-2.0
//! What governs work orders at genesis, version 1 of each: the responsibility table, the service level of faults, limits,
//! levels of outages, and rounds. docs/dispatch.md has the figures of the agreed one.

use crate::DispatchConfig;
use alloc::vec;
use pallet_dispatch::rounds::types::RoundRules;
use trimast_primitives::{
	access::Scope,
	order::{Floors, Limits, OrderKind, ResponsibilityTable, SlaTable, Terms},
};

/// The shortest terms that a vote may set: nobody's time for an answer is voted away.
fn floors() -> Floors {
	const HOUR: u32 = 3_600;
	let limits = Limits { version: 0, pending: HOUR, body: HOUR, appeal: 24 * HOUR, ruling: 24 * HOUR };
	Floors { limits, evidence: 60, silence: HOUR / 4, bidding: 15, answer: HOUR / 12 }
}

/// As the companies have agreed.
pub(super) fn agreed() -> DispatchConfig {
	DispatchConfig {
		floors: floors(),
		service_levels: vec![(Scope::National, OrderKind::Fault, SlaTable::default())],
		..Default::default()
	}
}

/// For networks on one machine: the same within seconds and minutes. Roads are as long as elsewhere, so work, days and their ends
/// are, too.
pub(super) fn in_seconds() -> DispatchConfig {
	let SlaTable { version, silence, classes } = SlaTable::default();
	let minutes_as_seconds = |Terms { response, restoration, jeopardy }: Terms| Terms {
		response: response.div_ceil(60),
		restoration: restoration.div_ceil(60),
		jeopardy,
	};
	let level = SlaTable { version, silence: silence.div_ceil(60), classes: classes.map(minutes_as_seconds) };
	DispatchConfig {
		table: ResponsibilityTable { evidence_term: 30, ..Default::default() },
		service_levels: vec![(Scope::National, OrderKind::Fault, level)],
		limits: Limits { pending: 600, body: 60, appeal: 60, ruling: 60, ..Default::default() },
		rounds: RoundRules { period: 600, pause: 5, answer: 60, ..Default::default() },
		..Default::default()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_agreed_is_version_one_of_the_shared_types() {
		let DispatchConfig { table, service_levels, limits, outages, floors, rounds, .. } = agreed();
		assert!(floors.lets_limits(&limits) && floors.lets_limits(&floors.limits));
		assert!(floors.lets_round(rounds.bidding, rounds.answer));
		assert_eq!((table, limits, outages, rounds), Default::default());
		assert_eq!(service_levels, [(Scope::National, OrderKind::Fault, SlaTable::default())]);
	}

	#[test]
	fn what_takes_seconds_differs_in_times_alone() {
		let (agreed, seconds) = (agreed(), in_seconds());
		assert_eq!(
			ResponsibilityTable { evidence_term: seconds.table.evidence_term, ..agreed.table },
			seconds.table
		);
		assert!(seconds.floors.lets_limits(&seconds.limits));
		let RoundRules { bidding, period, pause, answer, .. } = seconds.rounds;
		assert_eq!(RoundRules { period, pause, answer, ..agreed.rounds }, seconds.rounds);
		assert!(seconds.rounds.is_valid() && seconds.floors.lets_round(bidding, answer));
		let [(.., level)] = seconds.service_levels[..] else { panic!("one level") };
		assert!(level.is_valid());
		assert_eq!(level.classes.map(|terms| terms.response), [15, 30, 60, 120]);
	}
}
