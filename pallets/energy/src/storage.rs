// SPDX-License-Identifier: Apache-2.0

//! What the pallet keeps.

use frame_support::pallet_macros::pallet_section;

/// The pallet's storage.
#[pallet_section]
mod storage {
	use crate::types::{Entry, Signatures, Total, MAX_REPORTS, MAX_VERSIONS};
	use trimast_primitives::{energy::Meter, page::PAGE_SLOTS};

	/// The reports of a day, by local network, page and owner, in the order of their time.
	#[pallet::storage]
	pub type Reports<T> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, u16>,
			NMapKey<Twox64Concat, LocalNetworkId>,
			NMapKey<Twox64Concat, u16>,
			NMapKey<Twox64Concat, OrgId>,
		),
		BoundedVec<Entry, ConstU32<MAX_REPORTS>>,
		ValueQuery,
	>;

	/// What the meters of an owner's stations of a page showed last, by slot.
	#[pallet::storage]
	pub type Meters<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, OrgId>),
		BoundedVec<(u8, Meter), ConstU32<PAGE_SLOTS>>,
		ValueQuery,
	>;

	/// What an owner's stations of a local network come to in a month.
	#[pallet::storage]
	pub type Totals<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, OrgId>),
		Total,
		ValueQuery,
	>;

	/// What owner and payer say of a line: of a month, by owner, payer and local network.
	#[pallet::storage]
	pub type Lines<T> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, u16>,
			NMapKey<Twox64Concat, OrgId>,
			NMapKey<Twox64Concat, OrgId>,
			NMapKey<Twox64Concat, LocalNetworkId>,
		),
		Signatures,
	>;

	/// The first day of which reports may be left: 0 while there are none.
	#[pallet::storage]
	pub type DaysFrom<T> = StorageValue<_, u16, ValueQuery>;

	/// The first month of which totals and lines may be left: 0 while there are none.
	#[pallet::storage]
	pub type MonthsFrom<T> = StorageValue<_, u16, ValueQuery>;

	/// How energy is shared out in a territory, each version from a day on.
	#[pallet::storage]
	pub type SharingRules<T> = StorageMap<
		_,
		Twox64Concat,
		Scope,
		BoundedVec<(u16, Option<SharingRule>), ConstU32<MAX_VERSIONS>>,
		ValueQuery,
	>;

	/// What energy costs in a province, each version from a day on.
	#[pallet::storage]
	pub type Tariffs<T> = StorageMap<
		_,
		Twox64Concat,
		ProvinceId,
		BoundedVec<(u16, Tariff), ConstU32<MAX_VERSIONS>>,
		ValueQuery,
	>;

	/// What a kilowatt-hour emits, by province, or in the country, and by year.
	#[pallet::storage]
	pub type EmissionFactors<T> =
		StorageDoubleMap<_, Twox64Concat, Option<ProvinceId>, Twox64Concat, u16, EmissionFactor>;

	/// Limits and terms in force.
	#[pallet::storage]
	pub type SettingsInForce<T> = StorageValue<_, Settings, ValueQuery>;
}
