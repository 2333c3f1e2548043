// SPDX-License-Identifier: Apache-2.0

//! What the council governs: how energy is shared out, what it costs and emits, and the limits of readings.
//!
//! # What it guarantees
//!
//! * **Never backwards**: sharing rules and tariffs are in force from a day to come on. What was reported before, and what is
//!   reported late of it, is accounted by the version of its own day.
//! * **Versions stay** as long as a report of their days is taken. There are [`MAX_VERSIONS`] of each at most.

use crate::{
	forgetting,
	types::{Settings, MAX_VERSIONS},
	Config, EmissionFactors, Error, Event, Pallet, SettingsInForce, SharingRules, Tariffs,
};
use frame_support::{ensure, BoundedVec};
use sp_runtime::traits::ConstU32;
use trimast_primitives::{
	access::Scope,
	calendar::day_of,
	energy::{EmissionFactor, Rules, SharingRule, Tariff, MAX_EMISSION_FACTOR},
	LocalNetworkId, ProvinceId,
};

/// The years that factors are for.
const YEARS: core::ops::RangeInclusive<u16> = 2000..=2200;

/// Versions of something, each from a day on.
type Versions<V> = BoundedVec<(u16, V), ConstU32<MAX_VERSIONS>>;

/// Refuses a rule that cannot be.
pub(crate) fn check_sharing<T: Config>(scope: Scope, rule: &Option<SharingRule>) -> Result<(), Error<T>> {
	ensure!(scope.exists(), Error::<T>::UnknownTerritory);
	ensure!(rule.as_ref().is_none_or(SharingRule::is_valid), Error::<T>::BadRule);
	Ok(())
}

/// Refuses a tariff that cannot be.
pub(crate) fn check_tariff<T: Config>(province: ProvinceId, tariff: &Tariff) -> Result<(), Error<T>> {
	ensure!(province.exists(), Error::<T>::UnknownTerritory);
	ensure!(tariff.is_valid(), Error::<T>::BadTariff);
	Ok(())
}

/// Refuses a factor that cannot be.
pub(crate) fn check_factor<T: Config>(
	province: Option<ProvinceId>,
	year: u16,
	factor: EmissionFactor,
) -> Result<(), Error<T>> {
	ensure!(province.is_none_or(ProvinceId::exists), Error::<T>::UnknownTerritory);
	ensure!(YEARS.contains(&year) && factor.0 <= MAX_EMISSION_FACTOR, Error::<T>::BadFactor);
	Ok(())
}

/// Refuses settings that leave too little time.
pub(crate) fn check_settings<T: Config>(settings: &Settings) -> Result<(), Error<T>> {
	ensure!(settings.is_valid(), Error::<T>::BadSettings);
	Ok(())
}

/// Sets how energy is shared out in a territory, or that the rule of the wider one holds.
pub(crate) fn set_sharing<T: Config>(
	scope: Scope,
	from: u16,
	rule: Option<SharingRule>,
) -> Result<(), Error<T>> {
	check_sharing::<T>(scope, &rule)?;
	SharingRules::<T>::try_mutate(scope, |versions| add::<T, _>(versions, from, rule.clone()))?;
	Pallet::<T>::deposit_event(Event::SharingRuleSet { scope, from, rule });
	Ok(())
}

/// Sets what energy costs in a province.
pub(crate) fn set_tariff<T: Config>(province: ProvinceId, from: u16, tariff: Tariff) -> Result<(), Error<T>> {
	check_tariff::<T>(province, &tariff)?;
	Tariffs::<T>::try_mutate(province, |versions| add::<T, _>(versions, from, tariff))?;
	Pallet::<T>::deposit_event(Event::TariffSet { province, from, tariff });
	Ok(())
}

/// Sets what a kilowatt-hour emits in a year. Factors are published long after their year: lines that are not signed by both
/// sides show the new one.
pub(crate) fn set_factor<T: Config>(
	province: Option<ProvinceId>,
	year: u16,
	factor: EmissionFactor,
) -> Result<(), Error<T>> {
	check_factor::<T>(province, year, factor)?;
	EmissionFactors::<T>::insert(province, year, factor);
	Pallet::<T>::deposit_event(Event::EmissionFactorSet { province, year, factor });
	Ok(())
}

/// Sets limits and terms.
pub(crate) fn set_settings<T: Config>(settings: Settings) -> Result<(), Error<T>> {
	check_settings::<T>(&settings)?;
	let version = SettingsInForce::<T>::get().version.saturating_add(1);
	SettingsInForce::<T>::put(Settings { version, ..settings });
	Pallet::<T>::deposit_event(Event::SettingsSet { version });
	Ok(())
}

/// Adds a version from a day to come on. Where there are too many the oldest gives way, once no day of which reports are taken is its
/// own: else that day would be accounted by none.
fn add<T: Config, V>(versions: &mut Versions<V>, from: u16, value: V) -> Result<(), Error<T>> {
	ensure!(from > day_of(Pallet::<T>::moment()), Error::<T>::Backwards);
	ensure!(versions.last().is_none_or(|(last, _)| *last < from), Error::<T>::Backwards);
	if versions.is_full() {
		let first_day = forgetting::first_day::<T>(SettingsInForce::<T>::get().days);
		let is_past = versions.get(1).is_some_and(|(next, _)| *next <= first_day);
		ensure!(is_past, Error::<T>::TooManyVersions);
		versions.remove(0);
	}
	// There is room now.
	versions.try_push((from, value)).map_err(|_| Error::<T>::Backwards)
}

/// The version of a day.
fn of_day<V>(versions: Versions<V>, day: u16) -> Option<V> {
	versions.into_iter().rev().find(|(from, _)| *from <= day).map(|(_, value)| value)
}

/// What a report of a day is accounted by.
pub(crate) fn rules<T: Config>(local_network: LocalNetworkId, day: u16) -> Rules {
	let province = local_network.province();
	let scopes = [Scope::LocalNetwork(local_network), Scope::Province(province), Scope::National];
	let sharing = scopes.into_iter().find_map(|scope| of_day(SharingRules::<T>::get(scope), day).flatten());
	let tariff = of_day(Tariffs::<T>::get(province), day);
	Rules {
		sharing: sharing.unwrap_or_default(),
		tariff: tariff.unwrap_or(Tariff::flat(0)),
		tolerance: SettingsInForce::<T>::get().tolerance,
	}
}

/// What a kilowatt-hour emits in a province: its own factor of the year, or the country's; else those of the last year before
/// that has one.
pub(crate) fn factor<T: Config>(province: ProvinceId, year: u16) -> EmissionFactor {
	// Ten years back there is something, or there is nothing at all.
	let years = (0..10).map(|back| year.saturating_sub(back));
	let of = |year| {
		EmissionFactors::<T>::get(Some(province), year)
			.or_else(|| EmissionFactors::<T>::get(None::<ProvinceId>, year))
	};
	years.into_iter().find_map(of).unwrap_or(EmissionFactor(0))
}

/// What governs a new chain: from its first day on.
pub(crate) fn build<T: Config>(
	sharing: &[(Scope, SharingRule)],
	tariffs: &[(ProvinceId, Tariff)],
	factors: &[(Option<ProvinceId>, u16, EmissionFactor)],
	settings: &Settings,
) {
	for (scope, rule) in sharing {
		let rule = Some(rule.clone());
		assert!(check_sharing::<T>(*scope, &rule).is_ok(), "sharing rule of {scope:?}: not valid");
		SharingRules::<T>::insert(scope, BoundedVec::truncate_from([(0, rule)].into()));
	}
	for (province, tariff) in tariffs {
		assert!(check_tariff::<T>(*province, tariff).is_ok(), "tariff of {province:?}: not valid");
		Tariffs::<T>::insert(province, BoundedVec::truncate_from([(0, *tariff)].into()));
	}
	for (province, year, factor) in factors {
		assert!(check_factor::<T>(*province, *year, *factor).is_ok(), "factor of {province:?}: not valid");
		EmissionFactors::<T>::insert(province, year, factor);
	}
	assert!(settings.is_valid(), "energy: cannot be governed so");
	SettingsInForce::<T>::put(Settings { version: 1, ..*settings });
}
