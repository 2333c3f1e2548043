// SPDX-License-Identifier: Apache-2.0

//! What the council governs: the responsibility table, service levels, limits, and from when on an outage is what.
//!
//! # What it guarantees
//!
//! * **Never backwards**: what is set is in force from the block on in which it is set. An order keeps what was in force when it
//!   was opened.
//! * **Versions count up**: each change has the next version, which the chain gives.
//! * **Time for an answer**: no term is set below its floor, which is fixed at genesis.
//! * **Tables stay**: each version of the responsibility table is kept, so every verdict can be computed anew.

use crate::{
	Config, Error, Event, FloorsOf, LevelsVersion, LimitsInForce, OutageRulesInForce, Pallet, ServiceLevels,
	TableInForce, Tables,
};
use frame_support::ensure;
use trimast_primitives::{
	access::Scope,
	order::{Floors, Limits, OrderKind, OutageRules, ResponsibilityTable, SlaTable},
	LocalNetworkId,
};

/// Refuses a table that cannot be used.
pub(crate) fn check_table<T: Config>(table: &ResponsibilityTable) -> Result<(), Error<T>> {
	ensure!(FloorsOf::<T>::get().lets_evidence(table.evidence_term), Error::<T>::BadTable);
	table.check().map_err(|_| Error::<T>::BadTable)
}

/// Refuses a service level that cannot be, or one of nowhere.
pub(crate) fn check_service_level<T: Config>(scope: Scope, table: &Option<SlaTable>) -> Result<(), Error<T>> {
	ensure!(scope.exists(), Error::<T>::UnknownTerritory);
	let floors = FloorsOf::<T>::get();
	let is_valid = |table: &SlaTable| table.is_valid() && floors.lets_silence(table.silence);
	ensure!(table.as_ref().is_none_or(is_valid), Error::<T>::BadServiceLevel);
	Ok(())
}

/// Refuses limits that leave too little time.
pub(crate) fn check_limits<T: Config>(limits: &Limits) -> Result<(), Error<T>> {
	ensure!(FloorsOf::<T>::get().lets_limits(limits), Error::<T>::BadLimits);
	Ok(())
}

/// Refuses rules in which a level has no place.
pub(crate) fn check_outage_rules<T: Config>(rules: &OutageRules) -> Result<(), Error<T>> {
	ensure!(rules.is_valid(), Error::<T>::BadOutageRules);
	Ok(())
}

/// Sets the responsibility table.
pub(crate) fn set_table<T: Config>(table: ResponsibilityTable) -> Result<(), Error<T>> {
	check_table::<T>(&table)?;
	let version = TableInForce::<T>::get().saturating_add(1);
	Tables::<T>::insert(version, ResponsibilityTable { version, ..table });
	TableInForce::<T>::put(version);
	Pallet::<T>::deposit_event(Event::TableSet { version });
	Ok(())
}

/// Sets the service level of a territory and a kind of order, or takes it away: then that of the wider territory holds.
pub(crate) fn set_service_level<T: Config>(
	scope: Scope,
	kind: OrderKind,
	table: Option<SlaTable>,
) -> Result<(), Error<T>> {
	check_service_level::<T>(scope, &table)?;
	let version = LevelsVersion::<T>::get().saturating_add(1);
	LevelsVersion::<T>::put(version);
	let table = table.map(|table| SlaTable { version, ..table });
	ServiceLevels::<T>::set(scope, kind, table);
	Pallet::<T>::deposit_event(Event::ServiceLevelSet { scope, kind, table });
	Ok(())
}

/// Sets the limits.
pub(crate) fn set_limits<T: Config>(limits: Limits) -> Result<(), Error<T>> {
	check_limits::<T>(&limits)?;
	let version = LimitsInForce::<T>::get().version.saturating_add(1);
	LimitsInForce::<T>::put(Limits { version, ..limits });
	Pallet::<T>::deposit_event(Event::LimitsSet { version });
	Ok(())
}

/// Sets from when on an outage is what. Areas are looked at anew when the number of their stations changes.
pub(crate) fn set_outage_rules<T: Config>(rules: OutageRules) -> Result<(), Error<T>> {
	check_outage_rules::<T>(&rules)?;
	let version = OutageRulesInForce::<T>::get().version.saturating_add(1);
	OutageRulesInForce::<T>::put(OutageRules { version, ..rules });
	Pallet::<T>::deposit_event(Event::OutageRulesSet { version });
	Ok(())
}

/// The responsibility table in force.
pub(crate) fn table_in_force<T: Config>() -> ResponsibilityTable {
	table::<T>(TableInForce::<T>::get())
}

/// A version of the responsibility table.
pub(crate) fn table<T: Config>(version: u32) -> ResponsibilityTable {
	Tables::<T>::get(version).unwrap_or_default()
}

/// The service level of a kind of order in a local network: its own, its province's, or the country's.
pub(crate) fn service_level<T: Config>(local_network: LocalNetworkId, kind: OrderKind) -> Option<SlaTable> {
	let scopes =
		[Scope::LocalNetwork(local_network), Scope::Province(local_network.province()), Scope::National];
	scopes.into_iter().find_map(|scope| ServiceLevels::<T>::get(scope, kind))
}

/// The limits in force.
pub(crate) fn limits<T: Config>() -> Limits {
	LimitsInForce::<T>::get()
}

/// The rules of outages in force.
pub(crate) fn outage_rules<T: Config>() -> OutageRules {
	OutageRulesInForce::<T>::get()
}

/// The governed data of a new chain, and below what it is never set.
pub(crate) fn build<T: Config>(
	table: &ResponsibilityTable,
	levels: &[(Scope, OrderKind, SlaTable)],
	limits: &Limits,
	rules: &OutageRules,
	floors: &Floors,
) {
	FloorsOf::<T>::put(floors);
	let can_be = check_table::<T>(table).is_ok() && check_limits::<T>(limits).is_ok() && rules.is_valid();
	assert!(can_be, "dispatch: cannot be governed so");
	Tables::<T>::insert(1, ResponsibilityTable { version: 1, ..table.clone() });
	TableInForce::<T>::put(1);
	for (scope, kind, level) in levels {
		let can_be = check_service_level::<T>(*scope, &Some(*level)).is_ok();
		assert!(can_be, "service level of {scope:?}: not valid");
		ServiceLevels::<T>::insert(scope, kind, SlaTable { version: 1, ..*level });
	}
	LevelsVersion::<T>::put(1);
	LimitsInForce::<T>::put(Limits { version: 1, ..*limits });
	OutageRulesInForce::<T>::put(OutageRules { version: 1, ..*rules });
}
