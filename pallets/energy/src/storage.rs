// SPDX-License-Identifier: Apache-2.0

//! What the pallet keeps.

use frame_support::pallet_macros::pallet_section;

/// The pallet's storage.
#[pallet_section]
mod storage {
	use crate::{
		types::{Entry, Signatures, Total, MAX_VERSIONS},
		windows::types::{
			Agreement, CoveringPages, Covers, Examination, Hold, Noting, Proofs, Saved, SleptWindow, Urgency,
			Waking, Window, MAX_HOLDS, MAX_SLEPT, MAX_WAKINGS,
		},
	};
	use trimast_primitives::{energy::Meter, page::SiteId};

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

	/// Reports of earlier days are not taken: of such a day some are forgotten, whose sums stand.
	#[pallet::storage]
	pub type FirstDay<T> = StorageValue<_, u16, ValueQuery>;

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

	/// What a kilowatt-hour emits, by province, or in the country, and by year, each version from a day on.
	#[pallet::storage]
	pub type EmissionFactors<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		Option<ProvinceId>,
		Twox64Concat,
		u16,
		BoundedVec<(u16, EmissionFactor), ConstU32<MAX_VERSIONS>>,
		ValueQuery,
	>;

	/// What a meter may show above the rated power, in thousandths of it, each version from a day on.
	#[pallet::storage]
	pub type Tolerances<T> = StorageValue<_, BoundedVec<(u16, u16), ConstU32<MAX_VERSIONS>>, ValueQuery>;

	/// Limits and terms in force.
	#[pallet::storage]
	pub type SettingsInForce<T> = StorageValue<_, Settings, ValueQuery>;

	/// Limits and terms of plans in force.
	#[pallet::storage]
	pub type WindowRulesInForce<T> = StorageValue<_, WindowRules, ValueQuery>;

	/// Number of the next plan of saving windows.
	#[pallet::storage]
	pub type NextPlan<T> = StorageValue<_, u32, ValueQuery>;

	/// No plan with a lower number is kept.
	#[pallet::storage]
	pub type FirstPlan<T> = StorageValue<_, u32, ValueQuery>;

	/// The plans by number, as far as they are asked about often.
	#[pallet::storage]
	pub type Windows<T> = StorageMap<_, Twox64Concat, u32, Window>;

	/// What each plan says.
	#[pallet::storage]
	pub type Plans<T> = StorageMap<_, Twox64Concat, u32, SavingPlan>;

	/// What companies consent to of each plan, and who has.
	#[pallet::storage]
	pub type Agreements<T> = StorageMap<_, Twox64Concat, u32, Agreement>;

	/// What was found of the pages of each plan.
	#[pallet::storage]
	pub type Examinations<T> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, u16, Examination>;

	/// The stations of each page that plans hold, for cells that sleep and for cells that stand in for them.
	#[pallet::storage]
	pub type Held<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		LocalNetworkId,
		Twox64Concat,
		u16,
		BoundedVec<Hold, ConstU32<MAX_HOLDS>>,
		ValueQuery,
	>;

	/// When stations of each page have slept, or stood in for others, by plans that are over: as long as the reports of these days are
	/// kept.
	#[pallet::storage]
	pub type Slept<T> = StorageDoubleMap<
		_,
		Twox64Concat,
		LocalNetworkId,
		Twox64Concat,
		u16,
		BoundedVec<SleptWindow, ConstU32<MAX_SLEPT>>,
		ValueQuery,
	>;

	/// The cells that were woken, by plan, page and day.
	#[pallet::storage]
	pub type Woken<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, u32>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, u16>),
		BoundedVec<Waking, ConstU32<MAX_WAKINGS>>,
		ValueQuery,
	>;

	/// What was proven of the pages of each plan.
	#[pallet::storage]
	pub type Proven<T> = StorageDoubleMap<_, Twox64Concat, u32, Twox64Concat, u16, Proofs, ValueQuery>;

	/// What an owner's stations of a local network have saved in a month, as far as it is proven.
	#[pallet::storage]
	pub type Savings<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, OrgId>),
		Saved,
		ValueQuery,
	>;

	/// How many plans of a company in a local network hold cells, or may yet.
	#[pallet::storage]
	pub type OpenPlans<T> =
		StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, LocalNetworkId, u16, ValueQuery>;

	/// The plans that are kept of a local network.
	#[pallet::storage]
	pub type PlansIn<T> = StorageDoubleMap<_, Twox64Concat, LocalNetworkId, Twox64Concat, u32, ()>;

	/// Which plans of each company the chain comes to next: looks apart from the rest, and each by the quarter of an hour in which it is
	/// due and by number, both big-endian, so that what is due first stands first.
	#[pallet::storage]
	pub type Due<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, OrgId>, NMapKey<Identity, Urgency>, NMapKey<Identity, [u8; 8]>),
		(),
	>;

	/// The companies that have something due, now or later, and whose turn it was last.
	#[pallet::storage]
	pub type Queued<T> = StorageValue<_, (OrgSet, OrgId), ValueQuery>;

	/// The stations for which cells may have to be woken, since an outage has begun there or they are not what they were, by the company
	/// whose word it is: by the quarter of an hour in which the chain looks at them and by number, both big-endian, so that what is due
	/// first stands first, and by what it is.
	#[pallet::storage]
	pub type Noted<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Identity, [u8; 11], Noting>;

	/// The cells of each page that cover some of a station with an outage, as that station's lists said when the chain looked at it last.
	#[pallet::storage]
	pub type Covering<T> = StorageNMap<
		_,
		(NMapKey<Twox64Concat, LocalNetworkId>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, SiteId>),
		Covers,
		ValueQuery,
	>;

	/// In which pages such cells are entered, by the station with the outage. It is noted as long as some are.
	#[pallet::storage]
	pub type CoveringIn<T> = StorageMap<_, Twox64Concat, SiteId, CoveringPages, ValueQuery>;

	/// The companies of which stations are noted, and whose turn it was last.
	#[pallet::storage]
	pub type NotedBy<T> = StorageValue<_, (OrgSet, OrgId), ValueQuery>;
}
