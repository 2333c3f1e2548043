// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet alone, companies whose accounts are numbers, and an inventory that tests write.
//!
//! Organisations 0 and 1 are carriers, 2 is the tower company, 3 a carrier that has nothing to do with the stations, 4 the
//! witness. An account's number says what it is: `org * 100`, plus one of the constants below.

// The types of a `Config` may not be less public than the runtime, which its macro makes public.
#![allow(unreachable_pub)]

use crate::{self as pallet_energy, types::Settings, Error};
use frame_support::{
	derive_impl, parameter_types,
	storage::with_storage_layer,
	traits::{ConstU32, Hooks, Time},
};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult};
use std::collections::BTreeMap;
use trimast_primitives::{
	access::{AccessRefusal, Authority, Role, Roles, Scope},
	calendar::begin_of,
	cells::CellId,
	energy::{EmissionFactor, Interval, Reading, Report, SharingRule, Span, StationColumns, Tariff},
	interlock::{Coverage, Neighbours, OpenChanges, Outages},
	org::{OrgKind, OrgStatus},
	page::SiteId,
	site::{
		Plmn, PlmnHolders, SharingMode, SiteRegistry, Station, StationClass, StationEntry, StationState,
		Technology, TowerSite,
	},
	territory::Position,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};

pub type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Energy: pallet_energy,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	/// Where every organisation stands.
	pub static Orgs: Vec<OrgStatus> = vec![OrgStatus::Active; 5];
	/// The chain's clock.
	pub static Now: Moment = NOON;
	/// The stations of each page.
	pub static Inventory: BTreeMap<(LocalNetworkId, u16), Vec<StationEntry>> = BTreeMap::new();
	/// As many companies as there may be.
	pub static AllOrgs: bool = false;
	/// The neighbours of each cell, and how far they cover it.
	pub static Relations: BTreeMap<CellId, Neighbours> = BTreeMap::new();
	/// The cells of which a change is open.
	pub static Changing: Vec<CellId> = Vec::new();
	/// The cells that are locked.
	pub static Locked: Vec<CellId> = Vec::new();
	/// In which half hours cells may not sleep, where it is not all the same.
	pub static NotAllowedHours: BTreeMap<CellId, u64> = BTreeMap::new();
	/// The stations with an outage.
	pub static Down: Vec<SiteId> = Vec::new();
	/// When settings are frozen in Shijiazhuang.
	pub static Frozen: Vec<(Moment, Moment)> = Vec::new();
	/// Who holds which network, where a benchmark says so.
	pub static HeldPlmns: Vec<(Plmn, OrgId)> = Vec::new();
}

impl pallet_energy::Config for Test {
	type Authority = Companies;
	type Sites = Stations;
	type Holders = Holders;
	type Coverage = Network;
	type Changes = Network;
	type Outages = Network;
	type Time = Clock;
	type RulesOrigin = EnsureRoot<u64>;
	type MaxReports = ConstU32<8>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Companies;
}

#[cfg(feature = "runtime-benchmarks")]
use trimast_primitives::interlock::Cover;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<u64> for Companies {
	fn account(org: OrgId) -> u64 {
		AllOrgs::set(true);
		u64::from(org.0) * 100 + EVERYTHING
	}

	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>) {
		Inventory::mutate(|all| all.insert((local_network, page), stations));
	}

	fn write_coverage(local_network: LocalNetworkId, page: u16, cells: Vec<(u8, u8, Vec<(CellId, Cover)>)>) {
		for (slot, number, covers) in cells {
			let cell = CellId { site: SiteId::new(local_network, page, slot.into()), cell: number };
			let list = covers.into_iter().map(|(by, cover)| (by, Some(cover))).collect();
			Relations::mutate(|all| all.insert(cell, list));
		}
	}

	fn write_holder(plmn: Plmn, org: OrgId) {
		HeldPlmns::mutate(|held| held.push((plmn, org)));
	}

	fn write_outage(site: SiteId) {
		Down::mutate(|down| down.push(site));
	}

	fn set_time(now: Moment) {
		Now::set(now);
	}
}

/// Owner of the stations.
pub const OWNER: OrgId = OrgId(0);
/// A sharer.
pub const SHARER: OrgId = OrgId(1);
/// The tower company.
pub const TOWER: OrgId = OrgId(2);
/// A carrier that the stations are none of the business of.
pub const OTHER: OrgId = OrgId(3);
/// The witness.
pub const WITNESS: OrgId = OrgId(4);

/// Collector everywhere.
pub const COLLECTOR: u64 = 1;
/// Planner everywhere.
pub const PLANNER: u64 = 2;
/// Auditor everywhere.
pub const AUDITOR: u64 = 3;
/// Dispatcher and engineer everywhere, which is nothing but for saving windows.
pub const IDLE: u64 = 4;
/// Collector, planner and auditor in Baoding.
pub const BAODING: u64 = 5;
/// All of them everywhere.
#[cfg(feature = "runtime-benchmarks")]
const EVERYTHING: u64 = 6;

/// 2027-01-15.
pub const TODAY: u16 = 20_833;
/// Its noon at UTC+8.
pub const NOON: Moment = 1_800_000_000_000 - 4 * HOUR;
pub const HOUR: Moment = 3_600_000;
pub const DAY: Moment = 24 * HOUR;
/// The day before.
pub const YESTERDAY: u16 = TODAY - 1;
/// January 2027.
pub const JANUARY: u16 = 2027 * 12;

/// Shijiazhuang.
pub const HERE: LocalNetworkId = LocalNetworkId(1301);
/// Baoding.
pub const NEARBY: LocalNetworkId = LocalNetworkId(1306);
/// Hebei.
pub const PROVINCE: ProvinceId = ProvinceId(13);

/// The networks of the sharer and of the owner.
pub const PLMNS: [Plmn; 2] =
	[Plmn { mcc: 460, mnc: 1, three_digit_mnc: false }, Plmn { mcc: 460, mnc: 11, three_digit_mnc: false }];

/// Reports are kept for 62 days, eight a day; rulings have an hour, and reviews ten days.
pub const SETTINGS: Settings = Settings { version: 1, days: 62, reports: 8, ruling: 3_600, review: 10 };
/// 0.8 CNY a kWh, 0.4 before 8 in the morning.
pub const TARIFF: Tariff = {
	let mut prices = [8_000; 24];
	let mut hour = 0;
	while hour < 8 {
		prices[hour] = 4_000;
		hour += 1;
	}
	Tariff { prices }
};
/// 0.7252 kg a kWh in Hebei.
pub const FACTOR: EmissionFactor = EmissionFactor(7_252);

/// A clock that tests set.
pub struct Clock;

impl Time for Clock {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

pub struct Companies;

impl Authority<u64> for Companies {
	fn authorise(who: &u64, role: Role, scope: Scope) -> Result<OrgId, AccessRefusal> {
		let org = OrgId(u8::try_from(who / 100).map_err(|_| AccessRefusal::UnknownAccount)?);
		let known = Orgs::get().get(usize::from(org.0)).copied();
		let status =
			known.or(AllOrgs::get().then_some(OrgStatus::Active)).ok_or(AccessRefusal::UnknownAccount)?;
		let all = Roles::of(Role::Collector).with(Role::Planner).with(Role::Auditor);
		let (roles, own_scope) = match who % 100 {
			COLLECTOR => (Roles::of(Role::Collector), Scope::National),
			PLANNER => (Roles::of(Role::Planner), Scope::National),
			AUDITOR => (Roles::of(Role::Auditor), Scope::National),
			IDLE => (Roles::of(Role::Dispatcher).with(Role::Engineer), Scope::National),
			BAODING => (all, Scope::LocalNetwork(NEARBY)),
			#[cfg(feature = "runtime-benchmarks")]
			EVERYTHING => (all, Scope::National),
			_ => return Err(AccessRefusal::UnknownAccount),
		};
		if !status.does_business() {
			return Err(AccessRefusal::OrgNotActive);
		}
		if !roles.contains(role) {
			return Err(AccessRefusal::MissingRole);
		}
		own_scope.contains(scope).then_some(org).ok_or(AccessRefusal::OutsideScope)
	}

	fn members() -> OrgSet {
		if AllOrgs::get() {
			return OrgSet(u32::MAX);
		}
		let stays = |(_, status): &(OrgId, OrgStatus)| *status != OrgStatus::Left;
		(0..).map(OrgId).zip(Orgs::get()).filter(stays).map(|(org, _)| org).collect()
	}

	fn kind(org: OrgId) -> Option<OrgKind> {
		let kind = match org {
			TOWER => OrgKind::TowerCompany,
			WITNESS if !AllOrgs::get() => OrgKind::Witness,
			_ => OrgKind::Carrier,
		};
		Self::members().contains(org).then_some(kind)
	}
}

pub struct Stations;

impl SiteRegistry for Stations {
	fn stations(local_network: LocalNetworkId, page: u16) -> Vec<StationEntry> {
		Inventory::mutate(|all| all.get(&(local_network, page)).cloned().unwrap_or_default())
	}

	fn pages(local_network: LocalNetworkId) -> Option<u16> {
		(AllOrgs::get() || [HERE, NEARBY].contains(&local_network)).then_some(200)
	}

	fn next(after: Option<LocalNetworkId>) -> Option<LocalNetworkId> {
		[HERE, NEARBY].into_iter().find(|id| after.is_none_or(|after| *id > after))
	}
}

/// What tests say of cells.
pub struct Network;

impl Coverage for Network {
	fn neighbours(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<Neighbours> {
		let all = Relations::get();
		let cell = |slot: u8, cell| CellId { site: SiteId::new(local_network, page, slot.into()), cell };
		cells
			.iter()
			.map(|(slot, number)| all.get(&cell(*slot, *number)).cloned().unwrap_or_default())
			.collect()
	}

	fn locked(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
		let cell = |slot: u8, cell| CellId { site: SiteId::new(local_network, page, slot.into()), cell };
		cells.iter().filter(|(slot, number)| Locked::get().contains(&cell(*slot, *number))).copied().collect()
	}

	fn not_allowed(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<u64> {
		let (all, site) = (NotAllowedHours::get(), |slot: u8| SiteId::new(local_network, page, slot.into()));
		let of = |(slot, cell): &(u8, u8)| all.get(&CellId { site: site(*slot), cell: *cell });
		cells.iter().map(|cell| of(cell).copied().unwrap_or(0)).collect()
	}

	fn is_frozen(local_network: LocalNetworkId, from: Moment, to: Moment) -> bool {
		local_network == HERE && Frozen::get().iter().any(|(first, last)| *first <= to && from <= *last)
	}
}

impl OpenChanges for Network {
	fn has_open_change(cell: CellId) -> bool {
		Changing::get().contains(&cell)
	}

	fn open_changes(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
		let site = |slot: u8| SiteId::new(local_network, page, slot.into());
		let is_open =
			|(slot, cell): &&(u8, u8)| Self::has_open_change(CellId { site: site(*slot), cell: *cell });
		cells.iter().filter(is_open).copied().collect()
	}
}

impl Outages for Network {
	fn at_station(station: SiteId) -> bool {
		Down::get().contains(&station)
	}
}

/// The sharer holds the first network, the owner the second, if nothing else is said.
pub struct Holders;

impl PlmnHolders for Holders {
	fn holders() -> Vec<(Plmn, OrgId)> {
		let held = HeldPlmns::get();
		if held.is_empty() {
			PLMNS.into_iter().zip([SHARER, OWNER]).collect()
		} else {
			held
		}
	}
}

pub fn account(org: OrgId, what: u64) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + what)
}

pub fn collector(org: OrgId) -> RuntimeOrigin {
	account(org, COLLECTOR)
}

pub fn planner(org: OrgId) -> RuntimeOrigin {
	account(org, PLANNER)
}

/// Runs `call` with every origin that must not do for `org` in Shijiazhuang, and checks how it is refused. `roles` are those that
/// may.
pub fn assert_refusals(org: OrgId, roles: &[u64], call: impl Fn(RuntimeOrigin) -> DispatchResult) {
	let refused = |origin: RuntimeOrigin| -> DispatchError {
		with_storage_layer(|| call(origin)).expect_err("the call must be refused")
	};
	assert_eq!(refused(RuntimeOrigin::none()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::root()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::signed(9_999)), Error::<Test>::UnknownAccount.into());
	for role in [COLLECTOR, PLANNER, AUDITOR, IDLE].iter().filter(|role| !roles.contains(role)) {
		assert_eq!(refused(account(org, *role)), Error::<Test>::MissingRole.into(), "{role}");
	}
	assert_eq!(refused(account(org, BAODING)), Error::<Test>::OutsideScope.into());
	for status in [OrgStatus::Suspended, OrgStatus::Left] {
		Orgs::mutate(|orgs| orgs[usize::from(org.0)] = status);
		assert_eq!(refused(account(org, roles[0])), Error::<Test>::OrgNotActive.into());
	}
	Orgs::mutate(|orgs| orgs[usize::from(org.0)] = OrgStatus::Active);
}

/// A station of the owner that both carriers share, on a site of the tower company: 3.7 kW.
pub fn station(n: u32) -> StationEntry {
	let station = Station {
		code: format!("HE-{n:04}").into_bytes().try_into().unwrap(),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OWNER,
		sharers: OrgSet::of(SHARER),
		tower: Some(TowerSite { org: TOWER, code: b"T-77".to_vec().try_into().unwrap() }),
		plmns: PLMNS.to_vec().try_into().unwrap(),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: 2,
		cells: 3,
		vendor: b"V1".to_vec().try_into().unwrap(),
		class: StationClass::Ordinary,
		tenants: 2,
		systems: 3,
		battery_ah: 500,
		autonomy_minutes: 180,
		rated_power_w: 3_700,
		generator_minutes: 120,
		road_distance_hm: 123,
		road_minutes: 25,
		backhaul: OWNER,
	};
	StationEntry { station, state: StationState::OnAir, revision: 0, signed: OrgSet(0b111) }
}

/// Hours of yesterday, from one on.
pub fn hours(first: u8, count: u8) -> Span {
	Span { day: YESTERDAY, first: first * 4, interval: Interval::Hour, count }
}

/// A reading of 1,000 Wh and more, of which the owner's network has carried 2 parts of 3.
pub fn reading(n: i32) -> Reading {
	Reading { energy: Some(1_000 + n), volumes: [Some(100), Some(200), None, None] }
}

/// A reading of so many Wh while nothing was carried.
pub fn drawn(energy: i32) -> Reading {
	Reading { energy: Some(energy), volumes: [Some(0), Some(0), None, None] }
}

/// A report of the first stations of page 0, with readings of 1,000 Wh and one more each.
pub fn report(span: Span, number: u16, stations: u8) -> Report {
	let of = |slot| StationColumns {
		slot,
		register: 1_000_000,
		readings: (0..span.count).map(|n| reading(n.into())).collect(),
	};
	let stations: Vec<_> = (0..stations).map(of).collect();
	Report::new(0, span, number, PLMNS.to_vec().try_into().unwrap(), &stations).unwrap()
}

/// The same with other readings of one station.
pub fn with_readings(report: &Report, slot: u8, readings: Vec<Reading>) -> Report {
	let mut stations = report.columns().unwrap().to_stations();
	stations.iter_mut().filter(|of| of.slot == slot).for_each(|of| of.readings = readings.clone());
	Report::new(report.page, report.span, report.number, report.networks.clone(), &stations).unwrap()
}

/// Three stations of page 0 of Shijiazhuang and one of Baoding, at noon.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	crate::GenesisConfig::<Test> {
		sharing: vec![(Scope::National, SharingRule::default())],
		tariffs: vec![(PROVINCE, TARIFF)],
		factors: vec![(None, 2022, EmissionFactor(5_366)), (Some(PROVINCE), 2022, FACTOR)],
		tolerance: 100,
		settings: SETTINGS,
		_config: Default::default(),
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| {
		System::set_block_number(1);
		frame_system::BlockHash::<Test>::insert(0, Hash::repeat_byte(7));
		Orgs::set(vec![OrgStatus::Active; 5]);
		Now::set(NOON);
		AllOrgs::set(false);
		Relations::set(BTreeMap::new());
		Changing::set(Vec::new());
		Locked::set(Vec::new());
		NotAllowedHours::set(BTreeMap::new());
		Down::set(Vec::new());
		Frozen::set(Vec::new());
		HeldPlmns::set(Vec::new());
		Inventory::set([((HERE, 0), (0..3).map(station).collect()), ((NEARBY, 0), vec![station(9)])].into());
		assert_eq!((begin_of(TODAY), NOON - begin_of(TODAY)), (NOON - 12 * HOUR, 12 * HOUR));
	});
	ext
}

/// Runs a test, and checks the state in the end.
pub fn test(run: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		run();
		Energy::do_try_state().unwrap();
	});
}

/// The next blocks, at this moment.
pub fn blocks(count: u32, now: Moment) {
	Now::set(now);
	for _ in 0..count {
		System::set_block_number(System::block_number() + 1);
		System::reset_events();
		Energy::on_initialize(System::block_number());
	}
}
