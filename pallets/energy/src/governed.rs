// SPDX-License-Identifier: Apache-2.0

//! What the council governs: how energy is shared out, what it costs and emits, and the limits of readings.
//!
//! # What it guarantees
//!
//! * **Never backwards**: sharing rules, tariffs, factors and the tolerance are in force from a day to come on. What was reported before,
//!   and what is reported, contested or proven late of it, is accounted by the version of its own day; what a month emits, by the version
//!   of its last day. So nothing that is set changes what is said of a month that is over.
//! * **Versions stay** as long as a report of their days is taken; those of the tolerance also as long as something is proven by a baseline
//!   with one of their days, and those of factors as long as a month is kept that has them. There are [`MAX_VERSIONS`] of each at most.

use crate::{
	forgetting,
	types::{Settings, MAX_TOLERANCE, MAX_VERSIONS, USUAL_TOLERANCE},
	Config, EmissionFactors, Error, Event, Pallet, SettingsInForce, SharingRules, Tariffs, Tolerances,
	WindowRulesInForce,
};
use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};
use sp_runtime::traits::ConstU32;
use trimast_primitives::{
	access::Scope,
	calendar::{day_of, first_day_of, last_day_of},
	energy::{
		factor_of_month, factor_places, EmissionFactor, FactorVersion, Rules, SharingRule, Tariff,
		MAX_EMISSION_FACTOR, MAX_PLAN_DAYS,
	},
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

/// Refuses a tolerance that is none.
pub(crate) fn check_tolerance<T: Config>(tolerance: u16) -> Result<(), Error<T>> {
	ensure!(tolerance <= MAX_TOLERANCE, Error::<T>::BadTolerance);
	Ok(())
}

/// Refuses settings that leave too little time.
pub(crate) fn check_settings<T: Config>(settings: &Settings) -> Result<(), Error<T>> {
	ensure!(settings.is_valid(), Error::<T>::BadSettings);
	Ok(())
}

/// Refuses what would begin today or before.
pub(crate) fn check_from<T: Config>(from: u16) -> Result<(), Error<T>> {
	ensure!(from > day_of(Pallet::<T>::moment()), Error::<T>::Backwards);
	Ok(())
}

/// Sets how energy is shared out in a territory, or that the rule of the wider one holds.
pub(crate) fn set_sharing<T: Config>(
	scope: Scope,
	from: u16,
	rule: Option<SharingRule>,
) -> Result<(), Error<T>> {
	check_sharing::<T>(scope, &rule)?;
	let needed = first_reported::<T>();
	SharingRules::<T>::try_mutate(scope, |versions| add::<T, _>(versions, from, rule.clone(), needed))?;
	Pallet::<T>::deposit_event(Event::SharingRuleSet { scope, from, rule });
	Ok(())
}

/// Sets what energy costs in a province.
pub(crate) fn set_tariff<T: Config>(province: ProvinceId, from: u16, tariff: Tariff) -> Result<(), Error<T>> {
	check_tariff::<T>(province, &tariff)?;
	let needed = first_reported::<T>();
	Tariffs::<T>::try_mutate(province, |versions| add::<T, _>(versions, from, tariff, needed))?;
	Pallet::<T>::deposit_event(Event::TariffSet { province, from, tariff });
	Ok(())
}

/// Sets what a kilowatt-hour emits in a year. Factors are published long after their year: months have the last one there is.
pub(crate) fn set_factor<T: Config>(
	province: Option<ProvinceId>,
	year: u16,
	from: u16,
	factor: EmissionFactor,
) -> Result<(), Error<T>> {
	check_factor::<T>(province, year, factor)?;
	let needed = last_day_of(forgetting::first_month::<T>());
	EmissionFactors::<T>::try_mutate(province, year, |versions| add::<T, _>(versions, from, factor, needed))?;
	Pallet::<T>::deposit_event(Event::EmissionFactorSet { province, year, from, factor });
	Ok(())
}

/// Sets what a meter may show above the rated power.
pub(crate) fn set_tolerance<T: Config>(from: u16, tolerance: u16) -> Result<(), Error<T>> {
	check_tolerance::<T>(tolerance)?;
	let kept = day_of(Pallet::<T>::moment()).saturating_sub(SettingsInForce::<T>::get().days);
	let needed = kept.saturating_sub(baseline_days::<T>());
	Tolerances::<T>::try_mutate(|versions| add::<T, _>(versions, from, tolerance, needed))?;
	Pallet::<T>::deposit_event(Event::ToleranceSet { from, tolerance });
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

/// Baselines of a plan are read of days that lie less than this before its last one. Its pages are examined as many days before its first
/// one as plans are made ahead, or later; and where stations have slept a day may be the oldest of which reports were kept then. It is
/// proven as long as reports of its last day are kept.
fn baseline_days<T: Config>() -> u16 {
	let (ahead, kept) = (WindowRulesInForce::<T>::get().ahead, SettingsInForce::<T>::get().days);
	u16::from(MAX_PLAN_DAYS).saturating_add(ahead).saturating_add(kept)
}

/// The first day of which reports are taken.
fn first_reported<T: Config>() -> u16 {
	forgetting::first_day::<T>(SettingsInForce::<T>::get().days)
}

/// Adds a version from a day to come on. Where there are too many the oldest gives way, once its days are all before the first that is
/// `needed`: else that day would be accounted by none.
fn add<T: Config, V>(versions: &mut Versions<V>, from: u16, value: V, needed: u16) -> Result<(), Error<T>> {
	check_from::<T>(from)?;
	ensure!(versions.last().is_none_or(|(last, _)| *last < from), Error::<T>::Backwards);
	if versions.is_full() {
		let is_past = versions.get(1).is_some_and(|(next, _)| *next <= needed);
		ensure!(is_past, Error::<T>::TooManyVersions);
		versions.remove(0);
	}
	// There is room now.
	versions.try_push((from, value)).map_err(|_| Error::<T>::Backwards)
}

/// The version of a day, and from which day on it holds.
fn of_day<V>(versions: Versions<V>, day: u16) -> Option<(u16, V)> {
	versions.into_iter().rev().find(|(from, _)| *from <= day)
}

/// The versions that hold on a day in a local network, each with the day from which on it does. None where no version of the day is kept.
pub(crate) struct OfDay {
	pub(crate) sharing: Option<(u16, SharingRule)>,
	pub(crate) tariff: Option<(u16, Tariff)>,
	pub(crate) tolerance: Option<(u16, u16)>,
}

impl From<OfDay> for Rules {
	fn from(of: OfDay) -> Self {
		Self {
			sharing: of.sharing.map(|(_, rule)| rule).unwrap_or_default(),
			tariff: of.tariff.map_or(Tariff::flat(0), |(_, tariff)| tariff),
			tolerance: of.tolerance.map_or(USUAL_TOLERANCE, |(_, tolerance)| tolerance),
		}
	}
}

/// What holds on a day in a local network.
pub(crate) fn in_force<T: Config>(local_network: LocalNetworkId, day: u16) -> OfDay {
	let province = local_network.province();
	let scopes = [Scope::LocalNetwork(local_network), Scope::Province(province), Scope::National];
	let sharing = scopes.into_iter().find_map(|scope| {
		let (from, rule) = of_day(SharingRules::<T>::get(scope), day)?;
		rule.map(|rule| (from, rule))
	});
	OfDay {
		sharing,
		tariff: of_day(Tariffs::<T>::get(province), day),
		tolerance: of_day(Tolerances::<T>::get(), day),
	}
}

/// What a report of a day is accounted by.
pub(crate) fn rules<T: Config>(local_network: LocalNetworkId, day: u16) -> Rules {
	in_force::<T>(local_network, day).into()
}

/// The versions of a province's tariff that hold on some day of a month, as far as they are kept.
pub(crate) fn tariffs<T: Config>(province: ProvinceId, month: u16) -> Vec<(u16, Tariff)> {
	let (first_day, last_day) = (first_day_of(month), last_day_of(month));
	let mut versions = Tariffs::<T>::get(province).into_inner();
	versions.retain(|(from, _)| *from <= last_day);
	// What the month begins with stands in front.
	let begin = versions.iter().rposition(|(from, _)| *from <= first_day).unwrap_or(0);
	versions.split_off(begin)
}

/// What a kilowatt-hour of a month emits in a province, and by which version.
pub(crate) fn factor_version<T: Config>(province: ProvinceId, month: u16) -> Option<FactorVersion> {
	factor_of_month(province, month, EmissionFactors::<T>::get)
}

/// What a kilowatt-hour of a month emits in a province: nothing where no factor is known.
pub(crate) fn factor<T: Config>(province: ProvinceId, month: u16) -> EmissionFactor {
	factor_version::<T>(province, month).map_or(EmissionFactor(0), |version| version.factor)
}

/// All versions that are looked at for that.
pub(crate) fn factor_versions<T: Config>(province: ProvinceId, month: u16) -> Vec<FactorVersion> {
	let of_place = |(province, year): (Option<ProvinceId>, u16)| {
		let versions = EmissionFactors::<T>::get(province, year).into_iter();
		versions.map(move |(from, factor)| FactorVersion { province, year, from, factor })
	};
	factor_places(province, month).flat_map(of_place).collect()
}

/// What governs a new chain: from its first day on.
pub(crate) fn build<T: Config>(
	sharing: &[(Scope, SharingRule)],
	tariffs: &[(ProvinceId, Tariff)],
	factors: &[(Option<ProvinceId>, u16, EmissionFactor)],
	tolerance: u16,
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
		let versions: Versions<EmissionFactor> = BoundedVec::truncate_from([(0, *factor)].into());
		EmissionFactors::<T>::insert(province, year, versions);
	}
	assert!(check_tolerance::<T>(tolerance).is_ok(), "tolerance: not valid");
	let versions: Versions<u16> = BoundedVec::truncate_from([(0, tolerance)].into());
	Tolerances::<T>::put(versions);
	assert!(settings.is_valid(), "energy: cannot be governed so");
	SettingsInForce::<T>::put(Settings { version: 1, ..*settings });
}
