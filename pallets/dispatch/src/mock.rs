// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet alone, companies whose accounts are numbers, and an inventory that tests write.
//!
//! Organisations 0 and 1 are carriers, 2 is the tower company, 3 a carrier that has nothing to do with the station, 4 the
//! witness. An account's number says what it is: `org * 100`, plus one of the constants below.

// The types of a `Config` may not be less public than the runtime, which its macro makes public.
#![allow(unreachable_pub)]

use crate::{
	self as pallet_dispatch,
	resources::types::{Details, Kind, Shift},
	rounds::types::RoundRules,
	AgendaFrom, Error, NextOrder, NextResource, NextRound, Orders,
};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	storage::with_storage_layer,
	traits::{ConstU32, Time},
};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult};
use std::collections::BTreeMap;
use trimast_primitives::{
	access::{AccessRefusal, Authority, Role, Roles, Scope},
	cells::CellId,
	interlock::{KnownViolation, StationListener, Violations},
	order::{
		Alarm, AlarmType, Evidence, Limits, Opening, Order, OrderKind, Phase, Place, Severity, SlaTable,
		State, Subject, Terms, Words, Work,
	},
	org::{OrgKind, OrgStatus},
	page::SiteId,
	plan::{Metric, Skills},
	site::{
		Plmn, PlmnHolders, SharingMode, SiteRegistry, Station, StationClass, StationEntry, StationState,
		Technology, TowerSite,
	},
	territory::Position,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

pub type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Dispatch: pallet_dispatch,
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
	pub static Now: Moment = START;
	/// The stations of each page.
	pub static Inventory: BTreeMap<(LocalNetworkId, u16), Vec<StationEntry>> = BTreeMap::new();
	/// The violations that are known.
	pub static Known: BTreeMap<u32, KnownViolation> = BTreeMap::new();
	/// How many vehicles there are everywhere.
	pub static Fleet: Option<u32> = None;
	/// The outages that were told of: where, and by whom.
	pub static Begun: Vec<(SiteId, OrgId)> = Vec::new();
	/// When companies could answer again that could not.
	pub static SilentUntil: BTreeMap<OrgId, Moment> = BTreeMap::new();
	/// As many companies as there may be.
	pub static AllOrgs: bool = false;
}

impl pallet_dispatch::Config for Test {
	type Authority = Companies;
	type Silenced = Silenced;
	type Sites = Stations;
	type Holders = Holders;
	type Violations = Guard;
	type Vehicles = Garage;
	type OnOutage = Listener;
	type Time = Clock;
	type RulesOrigin = EnsureRoot<u64>;
	type MaxOpen = ConstU32<64>;
	type MaxPast = ConstU32<4>;
	type MaxResources = ConstU32<8>;
	type MaxBody = ConstU32<1_024>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Companies;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<u64> for Companies {
	fn account(org: OrgId) -> u64 {
		AllOrgs::set(true);
		u64::from(org.0) * 100 + EVERYTHING
	}

	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>) {
		Inventory::mutate(|all| all.insert((local_network, page), stations));
	}

	fn write_violation(number: u32, known: KnownViolation) {
		Known::mutate(|all| all.insert(number, known));
	}

	fn set_time(now: Moment) {
		Now::set(now);
	}
}

/// Owner of the station.
pub const OWNER: OrgId = OrgId(0);
/// A sharer, and owner of its link.
pub const SHARER: OrgId = OrgId(1);
/// The tower company.
pub const TOWER: OrgId = OrgId(2);
/// A carrier that the station is none of the business of.
pub const OTHER: OrgId = OrgId(3);
/// The witness.
pub const WITNESS: OrgId = OrgId(4);

/// Dispatcher everywhere.
const DISPATCHER: u64 = 1;
/// Planner everywhere.
const PLANNER: u64 = 2;
/// Dispatcher, collector and auditor in Baoding.
pub const BAODING: u64 = 3;
/// Collector everywhere.
const COLLECTOR: u64 = 4;
/// Auditor everywhere.
const AUDITOR: u64 = 5;
/// All three everywhere.
#[cfg(feature = "runtime-benchmarks")]
const EVERYTHING: u64 = 6;

/// 2027-01-15, 08:00 UTC.
pub const START: Moment = 1_800_000_000_000;
pub const SECOND: Moment = 1_000;
pub const MINUTE: Moment = 60 * SECOND;

/// Shijiazhuang.
pub const HERE: LocalNetworkId = LocalNetworkId(1301);
/// Baoding.
pub const NEARBY: LocalNetworkId = LocalNetworkId(1306);
/// The first station of Shijiazhuang.
pub const SITE: SiteId = SiteId::new(HERE, 0, 0);

pub const PLMNS: [Plmn; 2] =
	[Plmn { mcc: 460, mnc: 11, three_digit_mnc: false }, Plmn { mcc: 460, mnc: 1, three_digit_mnc: false }];

/// Of tests: an hour for what is pending, minutes for the rest.
pub const LIMITS: Limits = Limits { version: 1, pending: 3_600, body: 300, appeal: 600, ruling: 900 };
/// How long the raiser has to answer, and facts to be anchored in time.
pub const SILENCE: Moment = 1_800 * SECOND;
pub const EVIDENCE_TERM: Moment = 600 * SECOND;
/// Answers within 15 minutes, restoration within two hours, an alert after 90 minutes.
pub const TERMS: Terms = Terms { response: 900, restoration: 7_200, jeopardy: 750 };

/// Rounds are opened by call only, and take bids for half a minute.
pub const ROUND_RULES: RoundRules = RoundRules {
	version: 1,
	metric: Metric::Earth { detour: 1_000 },
	weights: [8, 4, 2, 1],
	jobs: 16,
	resources: 8,
	bids: 2,
	marks: 2,
	barred: 1,
	bidding: 30,
	horizon: 86_400,
	period: 0,
	pause: 60,
	level: None,
	fresh: 0,
	answer: 600,
	grace: 900,
	service: 600,
	patience: 43_200,
	steps: 1_000,
};

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
		let all = Roles::of(Role::Dispatcher).with(Role::Collector).with(Role::Auditor);
		let (roles, own_scope) = match who % 100 {
			DISPATCHER => (Roles::of(Role::Dispatcher), Scope::National),
			PLANNER => (Roles::of(Role::Planner), Scope::National),
			BAODING => (all, Scope::LocalNetwork(NEARBY)),
			COLLECTOR => (Roles::of(Role::Collector), Scope::National),
			AUDITOR => (Roles::of(Role::Auditor), Scope::National),
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

/// Whoever is suspended, and who was or will be until a moment.
pub struct Silenced;

impl crate::Silence for Silenced {
	fn until(org: OrgId) -> Option<Moment> {
		let is_suspended = Orgs::get().get(usize::from(org.0)) == Some(&OrgStatus::Suspended);
		let known = SilentUntil::get().get(&org).copied();
		if is_suspended {
			known.max(Some(Now::get()))
		} else {
			known
		}
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

/// The owner holds the first network, the sharer the second.
pub struct Holders;

impl PlmnHolders for Holders {
	fn holders() -> Vec<(Plmn, OrgId)> {
		PLMNS.into_iter().zip([OWNER, SHARER]).collect()
	}
}

pub struct Guard;

impl Violations for Guard {
	fn violation(number: u32) -> Option<KnownViolation> {
		Known::get().get(&number).copied()
	}
}

pub struct Garage;

impl crate::Vehicles for Garage {
	fn vehicles(_local_network: LocalNetworkId) -> Option<u32> {
		Fleet::get()
	}
}

/// Notes what it is told.
pub struct Listener;

impl StationListener for Listener {
	fn outage_began(station: SiteId, raiser: OrgId) {
		Begun::mutate(|all| all.push((station, raiser)));
	}

	fn stations_changed(_local_network: LocalNetworkId, _page: u16, _slots: u64, _by: OrgId) {}

	fn told_weight() -> frame_support::weights::Weight {
		Default::default()
	}
}

pub fn dispatcher(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + DISPATCHER)
}

pub fn collector(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + COLLECTOR)
}

pub fn auditor(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + AUDITOR)
}

/// Runs `call` with every origin that must not do as a dispatcher of `org` in Shijiazhuang, and checks how it is refused.
/// `others` are the roles that must not either.
pub fn assert_refusals(org: OrgId, others: &[u64], call: impl Fn(RuntimeOrigin) -> DispatchResult) {
	let first = u64::from(org.0) * 100;
	let refused = |origin: RuntimeOrigin| -> DispatchError {
		with_storage_layer(|| call(origin)).expect_err("the call must be refused")
	};
	assert_eq!(refused(RuntimeOrigin::none()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::root()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::signed(9_999)), Error::<Test>::UnknownAccount.into());
	for role in others.iter().chain([&PLANNER]) {
		assert_eq!(refused(RuntimeOrigin::signed(first + role)), Error::<Test>::MissingRole.into());
	}
	assert_eq!(refused(RuntimeOrigin::signed(first + BAODING)), Error::<Test>::OutsideScope.into());
	for status in [OrgStatus::Suspended, OrgStatus::Left] {
		Orgs::mutate(|orgs| orgs[usize::from(org.0)] = status);
		assert_eq!(refused(dispatcher(org)), Error::<Test>::OrgNotActive.into());
	}
	Orgs::mutate(|orgs| orgs[usize::from(org.0)] = OrgStatus::Active);
}

/// Roles by their accounts, for [`assert_refusals`].
pub const NO_COLLECTOR: u64 = COLLECTOR;
pub const NO_AUDITOR: u64 = AUDITOR;

/// A station of carrier 0 that carrier 1 shares, on a site of the tower company.
pub fn station() -> Station {
	Station {
		code: b"HE-1".to_vec().try_into().unwrap(),
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
		autonomy_minutes: 120,
		rated_power_w: 3_700,
		generator_minutes: 180,
		road_distance_hm: 123,
		road_minutes: 25,
		backhaul: SHARER,
	}
}

/// Puts these stations into the first page of Shijiazhuang, signed by everybody that their records name.
pub fn put(stations: Vec<Station>) {
	put_in(HERE, stations);
}

/// The same of another local network.
pub fn put_in(local_network: LocalNetworkId, stations: Vec<Station>) {
	let entry = |station: Station| {
		let signed = station.named();
		StationEntry { station, state: StationState::OnAir, revision: 0, signed }
	};
	Inventory::mutate(|all| all.insert((local_network, 0), stations.into_iter().map(entry).collect()));
}

/// These alone have signed the record of a station of that page.
pub fn signed_by(slot: usize, signed: OrgSet) {
	Inventory::mutate(|all| all.get_mut(&(HERE, 0)).unwrap()[slot].signed = signed);
}

/// A violation of the tower company at the first station, seen when the chain began.
pub fn seen() -> KnownViolation {
	let cell = CellId { site: SITE, cell: 1 };
	KnownViolation { cell, against: TOWER, ended: None, since: START }
}

/// A fault at the first station, for the tower company.
pub fn fault() -> Opening {
	Opening {
		kind: OrderKind::Fault,
		handler: TOWER,
		place: Place::Station(SITE),
		severity: Severity::Critical,
		work: Work::default(),
		parent: None,
		violation: None,
	}
}

/// An inspection at the first station, by the tower company.
pub fn job() -> Opening {
	Opening { kind: OrderKind::Inspection, ..fault() }
}

/// Opens an order of `org`, and gives its number.
pub fn open(org: OrgId, opening: Opening) -> u32 {
	let number = NextOrder::<Test>::get();
	assert_ok!(Dispatch::open(dispatcher(org), opening));
	number
}

pub fn order(number: u32) -> Order {
	Orders::<Test>::get(number).expect("there is such an order")
}

/// Takes an order through these states.
pub fn steps(number: u32, states: &[(OrgId, State)]) {
	for (org, state) in states {
		assert_ok!(Dispatch::step(dispatcher(*org), number, *state));
	}
}

/// A fault of the owner that the tower company has repaired and the owner has closed, just now.
pub fn closed() -> u32 {
	let number = open(OWNER, fault());
	steps(number, &[(TOWER, State::InProgress), (TOWER, State::Resolved), (OWNER, State::Closed)]);
	number
}

/// A fault of the owner that lasted so many minutes, and its verdict is given.
pub fn judged(minutes: Moment, facts: &[(OrgId, Evidence)]) -> u32 {
	let number = open(OWNER, fault());
	steps(number, &[(TOWER, State::InProgress)]);
	for (org, evidence) in facts {
		assert_ok!(say(*org, number, Now::get(), *evidence));
	}
	go_on(minutes * MINUTE);
	steps(number, &[(TOWER, State::Resolved), (OWNER, State::Closed)]);
	go_on(EVIDENCE_TERM + 2 * SECOND);
	number
}

/// Anchors a fact without body.
pub fn say(org: OrgId, number: u32, claimed: Moment, evidence: Evidence) -> DispatchResult {
	Dispatch::anchor_fact(dispatcher(org), number, claimed, evidence, None)
}

/// Signs a fact as it stands.
pub fn countersign(org: OrgId, number: u32, fact: u8) -> DispatchResult {
	let digest = Dispatch::facts(number).unwrap().digests[usize::from(fact)];
	Dispatch::countersign_fact(dispatcher(org), number, fact, digest)
}

pub fn alarm(id: u64, phase: Phase, subject: Subject) -> Evidence {
	let severity = if phase == Phase::Cleared { Severity::Cleared } else { Severity::Critical };
	Evidence::Alarm(Alarm { id, phase, kind: AlarmType::Equipment, severity, subject, plmn: None })
}

pub fn power() -> Evidence {
	alarm(1, Phase::Raised, Subject::Power)
}

pub fn words(text: &str) -> Words {
	Words { text: text.as_bytes().to_vec().try_into().unwrap(), body: None }
}

/// A company could not answer until a moment, or cannot.
pub fn silence(org: OrgId, until: Moment) {
	SilentUntil::mutate(|all| all.insert(org, until));
}

/// The first bytes that have this hash.
pub fn hash_of(bytes: &[u8]) -> Hash {
	sp_io::hashing::blake2_256(bytes).into()
}

/// Goes on to a moment, with blocks on the way for everything that is due.
pub fn go_to(at: Moment) {
	let block = || System::run_to_block::<AllPalletsWithSystem>(System::block_number() + 1);
	loop {
		let due = crate::Agenda::<Test>::iter_keys().map(|(_, second)| Moment::from(second) * SECOND).min();
		let next = due.filter(|due| *due <= at).map(|due| due.max(Now::get()));
		Now::set(next.unwrap_or(at));
		let second = crate::agenda::second_of(Now::get());
		skip(second);
		loop {
			block();
			if AgendaFrom::<Test>::get().iter().all(|(_, from)| *from > second) {
				break;
			}
		}
		if next.is_none() {
			break;
		}
	}
}

/// Passes over the seconds before this one in which nothing is due, without a block for every few of them.
fn skip(second: u32) {
	AgendaFrom::<Test>::mutate(|queues| {
		for (org, from) in queues.iter_mut() {
			let due = crate::Agenda::<Test>::iter_key_prefix(*org).min();
			*from = (*from).max(due.map_or(second, |due| due.min(second)));
		}
	});
}

/// The same from now on.
pub fn go_on(time: Moment) {
	go_to(Now::get() + time);
}

/// The events of this pallet.
pub fn events() -> Vec<crate::Event<Test>> {
	let own = |event| match event {
		RuntimeEvent::Dispatch(event) => Some(event),
		RuntimeEvent::System(_) => None,
	};
	System::events().into_iter().filter_map(|record| own(record.event)).collect()
}

/// The last event of this pallet.
pub fn last_event() -> crate::Event<Test> {
	events().pop().expect("an event")
}

/// Runs a test on a fresh chain in block 1, and checks the state in the end.
pub fn run(test: impl FnOnce()) {
	ext().execute_with(|| {
		System::set_block_number(1);
		put(vec![station()]);
		test();
		Dispatch::do_try_state().unwrap();
	});
}

/// A crew of Shijiazhuang at its base, always on duty, at 60 km/h.
pub fn crew() -> Details {
	let base = Position { latitude: 38_070_600, longitude: 114_440_300 };
	Details {
		area: Scope::LocalNetwork(HERE),
		kind: Kind::Crew,
		base,
		at: base,
		shift: Shift { from: 0, to: 86_400 },
		speed: 60_000,
		capacity: 10,
		skills: Skills(0b11),
	}
}

/// A generator there.
pub fn generator(power: u32) -> Details {
	Details { kind: Kind::Generator { power }, ..crew() }
}

/// Enters a resource of `org` into the books, and gives its number.
pub fn own(org: OrgId, details: Details) -> u32 {
	let number = NextResource::<Test>::get();
	assert_ok!(Dispatch::add_resource(dispatcher(org), details));
	number
}

/// Stations so many thousandths of a degree north of the first one's place.
pub fn put_north(places: &[i32]) {
	let north = |place: &i32| {
		let mut station = station();
		station.position.latitude += place * 1_000;
		station
	};
	put(places.iter().map(north).collect());
}

/// A fault at the station with this number.
pub fn fault_at(slot: u32) -> Opening {
	Opening { place: Place::Station(SiteId::new(HERE, 0, slot)), ..fault() }
}

/// An inspection at a station of Baoding.
pub fn elsewhere() -> Opening {
	put_in(NEARBY, vec![station()]);
	let place = Place::Station(SiteId::new(NEARBY, 0, 0));
	Opening { kind: OrderKind::Inspection, place, ..fault() }
}

/// Opens a round and has it frozen, and gives its number.
pub fn frozen(org: OrgId) -> u32 {
	frozen_in(org, HERE)
}

/// The same in another local network.
pub fn frozen_in(org: OrgId, local_network: LocalNetworkId) -> u32 {
	let number = NextRound::<Test>::get();
	assert_ok!(Dispatch::open_round(dispatcher(org), local_network));
	go_on(SECOND);
	number
}

/// The same, and what comes of it when nobody else bids.
pub fn planned(org: OrgId) -> u32 {
	let number = frozen(org);
	go_on(31 * SECOND);
	number
}

/// The service level of tests: all classes alike.
pub fn service_level() -> SlaTable {
	SlaTable { version: 1, silence: (SILENCE / SECOND) as u32, classes: [TERMS; 4] }
}

/// A fresh chain.
pub fn ext() -> sp_io::TestExternalities {
	Now::set(START);
	SilentUntil::take();
	Begun::take();
	let genesis = RuntimeGenesisConfig {
		dispatch: crate::GenesisConfig {
			service_levels: vec![(Scope::National, OrderKind::Fault, service_level())],
			limits: LIMITS,
			rounds: ROUND_RULES,
			..Default::default()
		},
		..Default::default()
	};
	sp_io::TestExternalities::new(genesis.build_storage().unwrap())
}
