// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet alone, and companies whose accounts are numbers.
//!
//! Organisations 0, 1 and 4 are carriers, 2 is the tower company, 3 the witness. An account's number says what it is:
//! `org * 100`, plus one of the constants below.

// The types of a `Config` may not be less public than the runtime, which its macro makes public.
#![allow(unreachable_pub)]

use crate::{self as pallet_sites, types::LocalNetwork, GenesisLocalNetwork};
use frame_support::{derive_impl, parameter_types, traits::ConstU32};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchError};
use std::collections::BTreeMap;
use trimast_primitives::{
	access::{AccessRefusal, Authority, Role, Roles, Scope},
	interlock::{Baselines, StationListener},
	inventory::{Digest, InventoryRecord},
	org::{OrgKind, OrgStatus},
	page::{bucket_of, SiteId},
	params::{Governed, Parameters},
	site::{ImportResult, Plmn, SharingMode, Station, StationClass, StationEntry, Technology, TowerSite},
	territory::Position,
	BlockNumber, Hash, LocalNetworkId, OrgId, OrgSet, ProvinceId,
};

type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Sites: pallet_sites,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	/// Every organisation, what it is and where it stands.
	pub static Orgs: Vec<(OrgKind, OrgStatus)> = all_active();
	/// The stations that were told of: their page and slots, and whose they were.
	pub static Told: Vec<(LocalNetworkId, u16, u64, OrgId)> = Vec::new();
	/// How many cells of stations have a baseline, by their indices.
	pub static InBaseline: BTreeMap<u32, u8> = BTreeMap::new();
}

impl pallet_sites::Config for Test {
	type Authority = Companies;
	type Governed = Terms;
	type Baselines = Guard;
	type OnChange = Listener;
	type RulesOrigin = EnsureRoot<u64>;
	type MaxBatch = ConstU32<256>;
	type MaxCountersign = ConstU32<64>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Companies;
}

pub const CARRIER: OrgId = OrgId(0);
pub const SHARER: OrgId = OrgId(1);
pub const TOWER: OrgId = OrgId(2);
pub const WITNESS: OrgId = OrgId(3);
pub const OTHER_CARRIER: OrgId = OrgId(4);

/// Planner and auditor everywhere.
const NATIONAL: u64 = 1;
/// Engineer everywhere.
const ENGINEER: u64 = 2;
/// Planner in Hebei.
const HEBEI: u64 = 3;
/// Planner in Baoding.
const BAODING: u64 = 4;
/// Auditor everywhere.
const AUDITOR: u64 = 5;

/// Shijiazhuang: 4 buckets.
pub const HERE: LocalNetworkId = LocalNetworkId(1301);
/// Baoding, in the same province: 2 buckets.
pub const NEARBY: LocalNetworkId = LocalNetworkId(1306);
/// Taiyuan, in another province: one bucket.
pub const ELSEWHERE: LocalNetworkId = LocalNetworkId(1401);

/// Blocks that an amendment waits for consents.
pub const CONSENT_TERM: BlockNumber = 100;
/// Blocks that each step of a round lasts.
pub const ROUND_TERM: BlockNumber = 10;

fn all_active() -> Vec<(OrgKind, OrgStatus)> {
	use OrgKind::{Carrier, TowerCompany, Witness};
	[Carrier, Carrier, TowerCompany, Witness, Carrier].map(|kind| (kind, OrgStatus::Active)).to_vec()
}

/// Moves an organisation to another status.
pub fn set_status(org: OrgId, status: OrgStatus) {
	Orgs::mutate(|orgs| orgs[usize::from(org.0)].1 = status);
}

pub struct Companies;

impl Authority<u64> for Companies {
	fn authorise(who: &u64, role: Role, scope: Scope) -> Result<OrgId, AccessRefusal> {
		let org = OrgId(u8::try_from(who / 100).map_err(|_| AccessRefusal::UnknownAccount)?);
		let (_, status) = *Orgs::get().get(usize::from(org.0)).ok_or(AccessRefusal::UnknownAccount)?;
		let planner = Roles::of(Role::Planner);
		let (roles, own_scope) = match who % 100 {
			NATIONAL => (planner.with(Role::Auditor), Scope::National),
			ENGINEER => (Roles::of(Role::Engineer), Scope::National),
			HEBEI => (planner, Scope::Province(ProvinceId(13))),
			BAODING => (planner, Scope::LocalNetwork(NEARBY)),
			AUDITOR => (Roles::of(Role::Auditor), Scope::National),
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
		(0u8..)
			.zip(Orgs::get())
			.filter(|(_, (_, status))| status.is_member())
			.map(|(org, _)| OrgId(org))
			.collect()
	}

	fn kind(org: OrgId) -> Option<OrgKind> {
		Orgs::get().get(usize::from(org.0)).filter(|(_, status)| status.is_member()).map(|(kind, _)| *kind)
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<u64> for Companies {
	fn planner(org: OrgId) -> u64 {
		u64::from(org.0) * 100 + NATIONAL
	}

	fn write_baseline(local_network: LocalNetworkId, page: u16, cells: u8) {
		let of_page = (0..trimast_primitives::page::PAGE_SLOTS)
			.map(|slot| (SiteId::new(local_network, page, slot).index, cells));
		InBaseline::mutate(|all| all.extend(of_page));
	}
}

/// A baseline that tests write.
pub struct Guard;

impl Baselines for Guard {
	fn cells(station: SiteId) -> u8 {
		InBaseline::get().get(&station.index).copied().unwrap_or(0)
	}
}

/// Notes what it is told.
pub struct Listener;

impl StationListener for Listener {
	fn outage_began(_station: SiteId, _raiser: OrgId) {}

	fn stations_changed(local_network: LocalNetworkId, page: u16, slots: u64, by: OrgId) {
		Told::mutate(|all| all.push((local_network, page, slots, by)));
	}

	fn told_weight() -> frame_support::weights::Weight {
		Default::default()
	}
}

pub struct Terms;

impl Governed for Terms {
	fn parameters() -> Parameters {
		Parameters { consent_term: CONSENT_TERM, reconciliation_term: ROUND_TERM, ..Parameters::SECONDS }
	}

	fn blocks(seconds: u32) -> BlockNumber {
		seconds
	}
}

pub fn planner(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + NATIONAL)
}

pub fn auditor(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + AUDITOR)
}

pub fn planner_of_hebei(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + HEBEI)
}

/// Runs `call` with every origin that must not do as a planner of `org` in Shijiazhuang, and checks how it is refused.
pub fn assert_refusals<R: core::fmt::Debug>(
	org: OrgId,
	call: impl Fn(RuntimeOrigin) -> Result<R, DispatchError>,
) {
	use crate::Error;
	let first = u64::from(org.0) * 100;
	let refused =
		|origin: RuntimeOrigin| -> DispatchError { call(origin).expect_err("the call must be refused") };
	assert_eq!(refused(RuntimeOrigin::none()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::root()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::signed(9_999)), Error::<Test>::UnknownAccount.into());
	assert_eq!(refused(RuntimeOrigin::signed(first + ENGINEER)), Error::<Test>::MissingRole.into());
	assert_eq!(refused(RuntimeOrigin::signed(first + BAODING)), Error::<Test>::OutsideScope.into());
	set_status(org, OrgStatus::Suspended);
	assert_eq!(refused(planner(org)), Error::<Test>::OrgNotActive.into());
	set_status(org, OrgStatus::Left);
	assert_eq!(refused(planner(org)), Error::<Test>::OrgNotActive.into());
	set_status(org, OrgStatus::Active);
}

/// A station of carrier 0 that carrier 1 shares, on a site of the tower company.
pub fn station(code: &str) -> Station {
	Station {
		code: code.as_bytes().to_vec().try_into().unwrap(),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: CARRIER,
		sharers: OrgSet::of(SHARER),
		tower: Some(TowerSite { org: TOWER, code: b"T-77".to_vec().try_into().unwrap() }),
		plmns: [11, 1].map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false }).to_vec().try_into().unwrap(),
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
		backhaul: CARRIER,
	}
}

/// A station that names nobody but carrier 0.
pub fn exclusive(code: &str) -> Station {
	Station { mode: SharingMode::Exclusive, sharers: OrgSet::EMPTY, tower: None, ..station(code) }
}

/// A station that names nobody but `owner`.
pub fn exclusive_of(owner: OrgId, code: &str) -> Station {
	Station { owner, backhaul: owner, ..exclusive(code) }
}

/// A record of a party's own books with a common code.
pub fn record(code: &str) -> InventoryRecord {
	InventoryRecord {
		own_code: code.as_bytes().to_vec().try_into().unwrap(),
		name: b"name".to_vec().try_into().unwrap(),
		station: station(code),
	}
}

/// Imports exclusive stations under `codes`, the first half of them of carrier 0, the rest of carrier 1, since one owner
/// alone may not fill a bucket. All of them go in.
pub fn import_by_halves(local_network: LocalNetworkId, codes: &[String]) {
	let (mine, theirs) = codes.split_at(codes.len() / 2);
	for (owner, codes) in [(CARRIER, mine), (SHARER, theirs)] {
		for batch in codes.chunks(256) {
			let stations = batch.iter().map(|code| exclusive_of(owner, code)).collect();
			let results = import_by(owner, local_network, stations);
			assert!(results.iter().all(|result| *result == ImportResult::Added), "{results:?}");
		}
	}
}

/// Distinct codes that all fall into `bucket` of `buckets`.
pub fn codes_in_bucket(bucket: u16, buckets: u16, count: usize) -> Vec<String> {
	(0..)
		.map(|n| format!("S{n}"))
		.filter(|code| bucket_of(code.as_bytes(), buckets) == bucket)
		.take(count)
		.collect()
}

/// Imports `stations` for carrier 0 and gives the results.
pub fn import(local_network: LocalNetworkId, stations: Vec<Station>) -> Vec<ImportResult> {
	import_by(CARRIER, local_network, stations)
}

/// Imports `stations` for `org` and gives the results.
pub fn import_by(org: OrgId, local_network: LocalNetworkId, stations: Vec<Station>) -> Vec<ImportResult> {
	frame_support::assert_ok!(Sites::import(planner(org), local_network, stations.try_into().unwrap()));
	match last_event() {
		crate::Event::Imported { results, .. } => results.into_inner(),
		other => panic!("not an import: {other:?}"),
	}
}

/// Registers `station` for its owner in Shijiazhuang and gives its number.
pub fn register(station: Station) -> SiteId {
	frame_support::assert_ok!(Sites::register(planner(station.owner), HERE, station));
	match last_event() {
		crate::Event::Registered { id, .. } => id,
		other => panic!("not a registration: {other:?}"),
	}
}

/// Registers `station` and has everybody that it names countersign it.
pub fn register_confirmed(station: Station) -> SiteId {
	let id = register(station);
	for org in entry(id).station.named().without(entry(id).station.owner).iter() {
		countersign_page_of(id, org);
	}
	assert!(entry(id).is_confirmed());
	id
}

/// Has `org` countersign the page of `id` as it stands.
pub fn countersign_page_of(id: SiteId, org: OrgId) {
	let page = id.page().unwrap();
	let digest = Sites::page_digest(id.local_network, page).unwrap();
	frame_support::assert_ok!(Sites::countersign(
		planner(org),
		id.local_network,
		vec![(page, digest)].try_into().unwrap()
	));
}

/// Has `org` consent to the amendment of `id` as it stands.
pub fn consent(org: OrgId, id: SiteId) -> sp_runtime::DispatchResult {
	let (subject, revision) = subject(id);
	Sites::consent(planner(org), id, subject, revision)
}

/// What is to be consented to.
pub fn subject(id: SiteId) -> (Hash, u32) {
	let consents = crate::Amendments::<Test>::get(id).unwrap().consents;
	(consents.subject, consents.revision)
}

pub fn entry(id: SiteId) -> StationEntry {
	Sites::station(id).unwrap().entry
}

pub fn network(id: LocalNetworkId) -> LocalNetwork {
	crate::LocalNetworks::<Test>::get(id).unwrap()
}

pub fn last_event() -> crate::Event<Test> {
	match System::events().pop().unwrap().event {
		RuntimeEvent::Sites(event) => event,
		other => panic!("not of this pallet: {other:?}"),
	}
}

/// Digests of pages, most of them empty.
pub fn digests(buckets: u16, pages: &[(u16, &[InventoryRecord])]) -> Vec<Digest> {
	use trimast_primitives::inventory::inventory_page_digest;
	(0..2 * buckets)
		.map(|page| {
			let records = pages.iter().find(|(number, _)| *number == page).map_or(&[][..], |(_, it)| it);
			inventory_page_digest(records.iter())
		})
		.collect()
}

pub fn new_test_ext() -> sp_io::TestExternalities {
	Orgs::set(all_active());
	InBaseline::set(BTreeMap::new());
	let local_network = |id, name: &str, buckets| GenesisLocalNetwork {
		id,
		name: name.into(),
		longitude: 114_440_300,
		latitude: 38_130_700,
		buckets,
	};
	let genesis = RuntimeGenesisConfig {
		sites: pallet_sites::GenesisConfig {
			local_networks: vec![
				local_network(ELSEWHERE, "太原市", 1),
				local_network(HERE, "石家庄市", 4),
				local_network(NEARBY, "保定市", 2),
			],
			..Default::default()
		},
		..Default::default()
	};
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test on a new chain and checks what must hold of the state afterwards.
pub fn run<R>(test: impl FnOnce() -> R) -> R {
	new_test_ext().execute_with(|| {
		let result = test();
		Sites::do_try_state().unwrap();
		result
	})
}
