// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet alone, companies whose accounts are numbers, and an inventory that tests write.
//!
//! Organisations 0 and 1 are carriers, 2 is the tower company. An account's number says what it is: `org * 100`, plus one
//! of the constants below.

// The types of a `Config` may not be less public than the runtime, which its macro makes public.
#![allow(unreachable_pub)]

use crate::{
	self as pallet_config_guard,
	changes::types::{Item, ItemRefusal, Part, Phase, Request, Terms},
	policy::Holding,
	GenesisHolding, GenesisParameter, GenesisRule,
};
use frame_support::{
	assert_ok, derive_impl,
	dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo},
	parameter_types,
	storage::with_storage_layer,
	traits::{ConstU32, Contains, Time},
	weights::Weight,
};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	access::{AccessRefusal, Authority, Role, Roles, Scope},
	cells::{
		catalogue::{ApprovalClass, Domain, NameSource, ParamName, ParamScope, ParamText, Parameter},
		digest::{cell_digest, stations_digest, SweepKey, Tag},
		export::{self, Bound, Opening, Row, RowBytes},
		rules::Rule,
		spectrum::Band,
		CellId, CellTable, CellValues, ParamId, ParamKey,
	},
	interlock::{Interlocks, Remedies, StationListener},
	org::{OrgKind, OrgStatus, MAX_ORGS},
	page::SiteId,
	params::{Governed, Parameters},
	site::{
		Plmn, SharingMode, SiteRegistry, Station, StationClass, StationEntry, StationState, Technology,
		TowerSite,
	},
	territory::Position,
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		ConfigGuard: pallet_config_guard,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

parameter_types! {
	pub const NeighbourParam: ParamId = NEIGHBOUR;
	pub const CoverParam: ParamId = COVER;
	pub const StateParams: [ParamId; 2] = STATES;
	pub const NotAllowedParam: ParamId = NOT_ALLOWED;
	/// Where every organisation stands.
	pub static Orgs: Vec<OrgStatus> = vec![OrgStatus::Active; 3];
	/// Energy-saving windows: a cell, from when to when.
	pub static EnergyWindows: Vec<(CellId, Moment, Moment)> = Vec::new();
	/// What it weighs to ask for energy-saving windows of a page.
	pub static AskedWeight: Weight = Weight::zero();
	/// Cells with an open outage.
	pub static Outages: Vec<CellId> = Vec::new();
	/// The orders that were opened: the violation, where it is, who has seen it and who puts it right.
	pub static Remedied: Vec<(u32, CellId, OrgId, OrgId)> = Vec::new();
	/// The stations that were told of: their page and slots, and whose doing it is.
	pub static Told: Vec<(LocalNetworkId, u16, u64, OrgId)> = Vec::new();
	/// What telling it weighs.
	pub static ToldWeight: Weight = Weight::zero();
	/// Whether no orders are opened.
	pub static NoOrders: bool = false;
	/// The members.
	pub static Members: OrgSet = OrgSet(0b111);
	/// The company that authors the present block.
	pub static Author: Option<OrgId> = None;
	/// Milliseconds that the clock is ahead of the blocks.
	pub static Ahead: Moment = 0;
	/// The local networks and how many pages they may have.
	pub static Networks: BTreeMap<LocalNetworkId, u16> = [(HERE, 200), (NEARBY, 200)].into();
	/// The stations of each page.
	pub static Inventory: BTreeMap<(LocalNetworkId, u16), Vec<StationEntry>> = BTreeMap::new();
}

impl pallet_config_guard::Config for Test {
	type Authority = Companies;
	type Silenced = Silenced;
	type Sites = Stations;
	type Interlocks = Locks;
	type OnChange = Listener;
	type Remedies = Orders;
	type Governed = Governance;
	type Time = Clock;
	type Author = Author;
	type RulesOrigin = EnsureRoot<u64>;
	type Neighbour = NeighbourParam;
	type Cover = CoverParam;
	type States = StateParams;
	type NotAllowed = NotAllowedParam;
	type MaxSign = ConstU32<64>;
	type MaxNetworks = ConstU32<64>;
	type MaxTags = ConstU32<256>;
	type MaxPagesOfCells = ConstU32<32>;
	type MaxValues = ConstU32<64>;
	type MaxPage = ConstU32<100>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Companies;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<u64> for Companies {
	fn account(org: OrgId) -> u64 {
		Members::set(OrgSet(u32::MAX));
		u64::from(org.0) * 100 + EVERYTHING
	}

	fn write_network(local_network: LocalNetworkId) {
		Networks::mutate(|all| all.insert(local_network, crate::MAX_PAGES as u16));
	}

	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>) {
		Inventory::mutate(|all| all.insert((local_network, page), stations));
	}

	fn set_time(now: Moment) {
		Ahead::set(now - Moment::from(System::block_number()) * 1_000);
	}
}

pub const CARRIER: OrgId = OrgId(0);
pub const SHARER: OrgId = OrgId(1);
pub const TOWER: OrgId = OrgId(2);

/// Engineer everywhere.
const NATIONAL: u64 = 1;
/// Planner everywhere.
const PLANNER: u64 = 2;
/// Engineer and collector in Baoding.
const BAODING: u64 = 3;
/// Collector everywhere.
const COLLECTOR: u64 = 4;
/// Auditor everywhere.
const AUDITOR: u64 = 5;
/// Engineer and collector everywhere.
#[cfg(feature = "runtime-benchmarks")]
const EVERYTHING: u64 = 6;

/// Blocks that a sweep takes observations.
pub const SWEEP_TERM: BlockNumber = 20;
/// Blocks that an accused may be silent.
pub const SILENCE_TERM: BlockNumber = 10;

/// Blocks until a testimony expires.
pub const ATTESTATION_TERM: BlockNumber = 100;

/// Blocks that a company has to open what is asked for.
pub const OPENING_TERM: BlockNumber = 10;
/// Blocks that a network may be changed back after a roll-back.
pub const OBSERVATION_TERM: BlockNumber = Parameters::SECONDS.observation_term;
/// Blocks that an emergency waits for its consents.
pub const EMERGENCY_TERM: BlockNumber = Parameters::SECONDS.ratification_term;
/// Blocks that a page may differ unexplained.
pub const EXPLANATION_TERM: BlockNumber = 30;

/// Shijiazhuang: 200 pages.
pub const HERE: LocalNetworkId = LocalNetworkId(1301);
/// Baoding.
pub const NEARBY: LocalNetworkId = LocalNetworkId(1306);

/// What tests open in cells.
pub struct Locks;

impl Interlocks for Locks {
	fn energy_window(cell: CellId, from: Moment, to: Moment) -> bool {
		EnergyWindows::get().iter().any(|(of, first, last)| *of == cell && *first <= to && from <= *last)
	}

	fn energy_windows(
		local_network: LocalNetworkId,
		page: u16,
		cells: &[(u8, u8)],
		from: Moment,
		to: Moment,
	) -> (Vec<(u8, u8)>, Weight) {
		let id = |(slot, cell): &(u8, u8)| {
			let site = SiteId::new(local_network, page, (*slot).into());
			CellId { site, cell: *cell }
		};
		let is_in = |cell: &&(u8, u8)| Self::energy_window(id(cell), from, to);
		(cells.iter().filter(is_in).copied().collect(), AskedWeight::get())
	}

	fn energy_windows_weight() -> Weight {
		AskedWeight::get()
	}

	fn outage(cell: CellId) -> bool {
		Outages::get().contains(&cell)
	}
}

/// Notes what it is told.
pub struct Listener;

impl StationListener for Listener {
	fn outage_began(_station: SiteId, _raiser: OrgId) {}

	fn stations_changed(local_network: LocalNetworkId, page: u16, slots: u64, by: OrgId) {
		Told::mutate(|all| all.push((local_network, page, slots, by)));
	}

	fn told_weight() -> Weight {
		ToldWeight::get()
	}
}

/// What work orders answer.
pub struct Orders;

impl Remedies for Orders {
	fn open(violation: u32, cell: CellId, raiser: OrgId, handler: OrgId) -> Result<u32, DispatchError> {
		if NoOrders::get() {
			return Err(DispatchError::Unavailable);
		}
		Remedied::mutate(|all| all.push((violation, cell, raiser, handler)));
		Ok(violation)
	}

	fn open_weight() -> Weight {
		Weight::from_parts(1_000, 0)
	}
}

pub struct Governance;

impl Governed for Governance {
	fn parameters() -> Parameters {
		Parameters {
			sweep_term: SWEEP_TERM,
			silence_term: SILENCE_TERM,
			attestation_term: ATTESTATION_TERM,
			opening_term: OPENING_TERM,
			explanation_term: EXPLANATION_TERM,
			..Parameters::SECONDS
		}
	}

	fn blocks(seconds: u32) -> BlockNumber {
		seconds
	}
}

/// A clock that shows a second more for each block.
pub struct Clock;

impl Time for Clock {
	type Moment = Moment;

	fn now() -> Moment {
		Moment::from(System::block_number()) * 1_000 + Ahead::get()
	}
}

pub struct Companies;

impl Authority<u64> for Companies {
	fn authorise(who: &u64, role: Role, scope: Scope) -> Result<OrgId, AccessRefusal> {
		let org = OrgId(u8::try_from(who / 100).map_err(|_| AccessRefusal::UnknownAccount)?);
		let status = *Orgs::get().get(usize::from(org.0)).ok_or(AccessRefusal::UnknownAccount)?;
		let (roles, own_scope) = match who % 100 {
			NATIONAL => (Roles::of(Role::Engineer), Scope::National),
			PLANNER => (Roles::of(Role::Planner), Scope::National),
			BAODING => (Roles::of(Role::Engineer).with(Role::Collector), Scope::LocalNetwork(NEARBY)),
			COLLECTOR => (Roles::of(Role::Collector), Scope::National),
			AUDITOR => (Roles::of(Role::Auditor), Scope::National),
			#[cfg(feature = "runtime-benchmarks")]
			EVERYTHING => (Roles::of(Role::Engineer).with(Role::Collector), Scope::National),
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
		Members::get()
	}

	fn kind(org: OrgId) -> Option<OrgKind> {
		let kind = if org == TOWER { OrgKind::TowerCompany } else { OrgKind::Carrier };
		Members::get().contains(org).then_some(kind)
	}
}

/// Whoever is suspended.
pub struct Silenced;

impl Contains<OrgId> for Silenced {
	fn contains(org: &OrgId) -> bool {
		Orgs::get().get(usize::from(org.0)) == Some(&OrgStatus::Suspended)
	}
}

pub struct Stations;

impl SiteRegistry for Stations {
	fn stations(local_network: LocalNetworkId, page: u16) -> Vec<StationEntry> {
		Inventory::mutate(|all| all.get(&(local_network, page)).cloned().unwrap_or_default())
	}

	fn pages(local_network: LocalNetworkId) -> Option<u16> {
		Networks::get().get(&local_network).copied()
	}

	fn next(after: Option<LocalNetworkId>) -> Option<LocalNetworkId> {
		Networks::get().into_keys().find(|id| after.is_none_or(|after| *id > after))
	}
}

pub fn engineer(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + NATIONAL)
}

pub fn collector(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + COLLECTOR)
}

pub fn auditor(org: OrgId) -> RuntimeOrigin {
	RuntimeOrigin::signed(u64::from(org.0) * 100 + AUDITOR)
}

/// Runs `call` with every origin that must not do as an engineer of `org` in Shijiazhuang, and checks how it is refused.
pub fn assert_refusals<R: core::fmt::Debug, E: Into<DispatchErrorWithPostInfo>>(
	org: OrgId,
	call: impl Fn(RuntimeOrigin) -> Result<R, E>,
) {
	assert_refusals_of(org, engineer(org), call);
}

/// The same for who may do it as `right`.
pub fn assert_refusals_of<R: core::fmt::Debug, E: Into<DispatchErrorWithPostInfo>>(
	org: OrgId,
	right: RuntimeOrigin,
	call: impl Fn(RuntimeOrigin) -> Result<R, E>,
) {
	use crate::Error;
	let first = u64::from(org.0) * 100;
	let refused = |origin: RuntimeOrigin| -> DispatchError {
		call(origin).map_err(Into::into).expect_err("the call must be refused").error
	};
	assert_eq!(refused(RuntimeOrigin::none()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::root()), DispatchError::BadOrigin);
	assert_eq!(refused(RuntimeOrigin::signed(9_999)), Error::<Test>::UnknownAccount.into());
	assert_eq!(refused(RuntimeOrigin::signed(first + PLANNER)), Error::<Test>::MissingRole.into());
	assert_eq!(refused(RuntimeOrigin::signed(first + BAODING)), Error::<Test>::OutsideScope.into());
	for status in [OrgStatus::Suspended, OrgStatus::Left] {
		Orgs::mutate(|orgs| orgs[usize::from(org.0)] = status);
		assert_eq!(refused(right.clone()), Error::<Test>::OrgNotActive.into());
	}
	Orgs::mutate(|orgs| orgs[usize::from(org.0)] = OrgStatus::Active);
}

/// A station of carrier 0 with three cells that carrier 1 shares, on a site of the tower company.
pub fn station() -> Station {
	Station {
		code: b"HE-1".to_vec().try_into().unwrap(),
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

/// A station of `owner` that the other carrier shares.
pub fn station_of(owner: OrgId) -> Station {
	let sharer = if owner == CARRIER { SHARER } else { CARRIER };
	Station { owner, sharers: OrgSet::of(sharer), ..station() }
}

/// Puts these stations into a page of Shijiazhuang.
pub fn put(page: u16, stations: Vec<Station>) {
	let entry = |station: Station| {
		let signed = OrgSet::of(station.owner);
		StationEntry { station, state: StationState::OnAir, revision: 0, signed }
	};
	Inventory::mutate(|all| all.insert((HERE, page), stations.into_iter().map(entry).collect()));
}

/// Physical cell identity.
pub const PCI: ParamId = ParamId(11);
/// Tracking area code, one for each PLMN.
pub const TAC: ParamId = ParamId(4);
/// Reference signal power of LTE.
pub const LTE_POWER: ParamId = ParamId(63);
/// An offset between two cells.
pub const OFFSET: ParamId = ParamId(38);

pub fn parameter(technology: Option<Technology>, scope: ParamScope, class: ApprovalClass) -> Parameter {
	let domain = Domain::Range { least: 0, most: 1_007, every: 1 };
	Parameter { technology, scope, domain, class, identity: false, step: None, envelope: None }
}

pub fn text(name: &str) -> ParamText {
	let name =
		ParamName { source: NameSource::Nrm, since: 18, name: name.as_bytes().to_vec().try_into().unwrap() };
	ParamText { names: vec![name].try_into().unwrap(), unit: Default::default(), words: Default::default() }
}

pub fn catalogue() -> Vec<GenesisParameter> {
	use ApprovalClass::{Joint, Notified, Operator, Tower};
	let range = |least, most| Domain::Range { least, most, every: 1 };
	let joint = |scope, domain| Parameter { domain, ..parameter(None, scope, Joint) };
	let ratio = || joint(ParamScope::Plmn, range(0, 100));
	let [dedicated, min, max] = RATIOS;
	[
		(CARRIER_FREQUENCY, "arfcnDL", joint(ParamScope::Cell, range(0, 3_279_165))),
		(POWER, "ssPBCHBlockPower", Parameter { step: Some(6), ..joint(ParamScope::Cell, range(-60, 50)) }),
		(TILT, "mechanicalTilt", parameter(None, ParamScope::Cell, Tower)),
		(dedicated, "rRMPolicyDedicatedRatio", ratio()),
		(min, "rRMPolicyMinRatio", ratio()),
		(max, "rRMPolicyMaxRatio", ratio()),
		(
			HYSTERESIS,
			"qHyst",
			Parameter { envelope: Some((0, 10)), ..parameter(None, ParamScope::Cell, Notified) },
		),
		(
			NEIGHBOUR,
			"adjacentNRCellRef",
			Parameter { domain: Domain::Cell, ..parameter(None, ParamScope::CellRelation, Notified) },
		),
		(GNB_ID_LENGTH, "gNBIdLength", parameter(None, ParamScope::Station, Joint)),
		(PCI, "nRPCI", parameter(Some(Technology::Nr), ParamScope::Cell, Notified)),
		(TAC, "nRTAC", Parameter { identity: true, ..parameter(None, ParamScope::Plmn, Operator) }),
		(LTE_POWER, "referenceSignalPower", parameter(Some(Technology::Lte), ParamScope::Cell, Joint)),
		(OFFSET, "cellIndividualOffset", parameter(None, ParamScope::CellRelation, Notified)),
	]
	.map(|(id, name, parameter)| GenesisParameter { id, parameter, text: text(name) })
	.into()
}

/// How many bits of the cell identity are the station's: alike in all of its cells.
pub const GNB_ID_LENGTH: ParamId = ParamId(10);
/// Power of a cell: joint, 6 dB at once.
pub const POWER: ParamId = ParamId(23);
/// Tilt of a mast: the tower company agrees too.
pub const TILT: ParamId = ParamId(27);
/// What the owner sets alone from 0 to 10.
pub const HYSTERESIS: ParamId = ParamId(47);
/// Which cells are neighbours.
pub const NEIGHBOUR: ParamId = ParamId(65);
/// How far a neighbour covers the cell. It is not in the catalogue until a test puts it there.
pub const COVER: ParamId = ParamId(57);
/// Whether a cell is locked, of NR and of LTE.
pub const STATES: [ParamId; 2] = [ParamId(1), ParamId(68)];
/// In which half hours a cell may not sleep.
pub const NOT_ALLOWED: ParamId = ParamId(56);
/// The downlink's carrier.
pub const CARRIER_FREQUENCY: ParamId = ParamId(13);
/// Shares of a PLMN: dedicated, at least, at most.
pub const RATIOS: [ParamId; 3] = [ParamId(32), ParamId(31), ParamId(30)];

/// Carrier 0 holds 460-11, carrier 1 holds 460-01. The one has 3400 to 3500 MHz, the other the next 100.
pub fn holdings() -> Vec<GenesisHolding> {
	let of = |org, mnc, from_khz| GenesisHolding {
		org,
		holding: Holding {
			plmns: vec![Plmn { mcc: 460, mnc, three_digit_mnc: false }].try_into().unwrap(),
			spectrum: vec![Band { from_khz, to_khz: from_khz + 100_000 }].try_into().unwrap(),
		},
	};
	vec![of(CARRIER, 11, 3_400_000), of(SHARER, 1, 3_500_000)]
}

fn rules() -> Vec<GenesisRule> {
	let [dedicated, min, max] = RATIOS;
	[
		Rule::Distinct { neighbour: NEIGHBOUR, identity: PCI, carrier: CARRIER_FREQUENCY },
		Rule::InSpectrum { carrier: CARRIER_FREQUENCY, bandwidth: None, technology: Technology::Nr },
		Rule::Ratios { dedicated, min, max },
	]
	.into_iter()
	.zip(1..)
	.map(|(rule, number)| GenesisRule { number, rule })
	.collect()
}

/// A cell with this PCI and a tracking area code for each of two PLMNs.
pub fn cell(pci: i64) -> CellValues {
	let tac = |place| (ParamKey { param: TAC, place }, 100 + i64::from(place));
	vec![tac(0), tac(1), (ParamKey::of(PCI), pci)]
}

/// A table as a call takes it.
pub fn table(stations: &[Vec<CellValues>]) -> trimast_primitives::cells::table::TableBytes {
	CellTable::new(stations).unwrap().to_bytes().unwrap()
}

/// A cell with a value of everything that tests change: power 10, tilt 0, hysteresis 5, on a carrier of 3450 MHz.
pub fn full_cell(pci: i64) -> CellValues {
	let more = [(CARRIER_FREQUENCY, 630_000), (POWER, 10), (TILT, 0), (HYSTERESIS, 5)];
	cell(pci).into_iter().chain(more.map(|(param, value)| (ParamKey::of(param), value))).collect()
}

/// A cell with a value that is the station's.
pub fn cell_with_length(pci: i64, length: i64) -> CellValues {
	let mut values = full_cell(pci);
	values.push((ParamKey::of(GNB_ID_LENGTH), length));
	values.sort_unstable();
	values
}

/// Puts a station of carrier 0 with two cells, and one of carrier 1 with one, into the first page: confirmed, and their
/// baselines signed by both.
pub fn baseline() {
	put(0, vec![station(), station_of(SHARER)]);
	confirm(0);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&[vec![full_cell(1), full_cell(2)]])));
	assert_ok!(ConfigGuard::import(engineer(SHARER), HERE, 0, table(&[vec![], vec![full_cell(3)]])));
	for org in [CARRIER, SHARER] {
		sign(org, 0);
	}
}

/// A page of Shijiazhuang with a station with one cell.
pub fn one_cell(page: u16, pci: i64) {
	put(page, vec![station()]);
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, page, table(&[vec![cell(pci)]])));
}

/// Has everybody stand behind the stations of a page.
pub fn confirm(page: u16) {
	Inventory::mutate(|all| {
		for entry in all.get_mut(&(HERE, page)).unwrap() {
			entry.signed = entry.station.named();
		}
	});
}

/// A change of a value that is one for the cell.
pub fn item(slot: u8, cell: u8, param: ParamId, value: i64) -> Item {
	Item { slot, cell, key: ParamKey::of(param), value: Some(value) }
}

/// That such a value is taken away.
pub fn gone(slot: u8, cell: u8, param: ParamId) -> Item {
	Item { value: None, ..item(slot, cell, param, 0) }
}

pub fn part(items: &[Item]) -> Part {
	items.to_vec().try_into().unwrap()
}

/// How long the windows of tests are, milliseconds.
pub const WINDOW: Moment = 20_000;

/// From now on, refused items left out.
pub fn terms() -> Terms {
	let now = Clock::now();
	Terms {
		window: (now, now + WINDOW),
		whole: false,
		emergency: false,
		guard: b"dropped calls below 0.5 %".to_vec().try_into().unwrap(),
		reason: Hash::repeat_byte(0xdd),
	}
}

/// The network was changed a second ago.
pub fn emergency() -> Terms {
	Terms { window: (Clock::now() - 1_000, 0), emergency: true, ..terms() }
}

/// Asks for a change in the first page, and gives the number of the request.
pub fn ask(org: OrgId, terms: Terms, items: &[Item]) -> u32 {
	let number = pallet_config_guard::NextRequest::<Test>::get();
	assert_ok!(ConfigGuard::request(engineer(org), HERE, terms, 0, part(items)));
	number
}

pub fn request_of(number: u32) -> Request {
	pallet_config_guard::Requests::<Test>::get(number).expect("there is such a request")
}

pub fn phase(number: u32) -> Phase {
	request_of(number).phase
}

/// Agrees to a request as it stands.
pub fn consent(org: OrgId, number: u32) -> DispatchResult {
	let consents = request_of(number).consents;
	plain(ConfigGuard::consent(engineer(org), number, consents.subject, consents.revision))
}

/// Asks for a joint change and carries it out: carrier 0, power of the first cell from 10 to 13.
pub fn executed() -> u32 {
	let number = ask(CARRIER, terms(), &[item(0, 0, POWER, 13)]);
	assert_ok!(consent(SHARER, number));
	assert_ok!(ConfigGuard::execute(engineer(CARRIER), number, 0));
	number
}

/// Room for rolling back so many values of the first page, when it has no open violations.
pub fn room_for(values: u32) -> Weight {
	let table = crate::pages::Page::<Test>::open(HERE, 0).table;
	crate::charges::rolled_back::<Test>(values, table.size_with(values), 0, MAX_ORGS.into())
}

/// The approved value of a cell of the first page.
pub fn approved(slot: u32, cell: u8, param: ParamId) -> Option<i64> {
	CellTable::peek(&pallet_config_guard::Tables::<Test>::get(HERE, 0), slot, cell, ParamKey::of(param))
}

/// What was refused by the last check of a part.
pub fn refused() -> Vec<(u8, ItemRefusal)> {
	let refused = |event| match event {
		crate::Event::PartChecked { refused, .. } | crate::Event::PartExecuted { refused, .. } => {
			Some(refused.into_inner())
		}
		_ => None,
	};
	events().into_iter().rev().find_map(refused).expect("a part was checked")
}

/// The events of this pallet.
pub fn events() -> Vec<crate::Event<Test>> {
	let own = |event| match event {
		RuntimeEvent::ConfigGuard(event) => Some(event),
		RuntimeEvent::System(_) => None,
	};
	System::events().into_iter().filter_map(|record| own(record.event)).collect()
}

/// What a company signs of a page of Shijiazhuang: for each owner the digest of the stations that name the company.
pub fn to_sign(org: OrgId, page: u16) -> Vec<(u16, OrgId, Hash)> {
	let entries = Inventory::get().remove(&(HERE, page)).unwrap_or_default();
	let owners: BTreeSet<OrgId> = entries.iter().map(|entry| entry.station.owner).collect();
	let counts = pallet_config_guard::Heads::<Test>::get(HERE, page).cells;
	let cells = pallet_config_guard::CellDigests::<Test>::get(HERE, page);
	let digest = |owner| {
		stations_digest(ConfigGuard::genesis_hash(), HERE, page, &counts, &cells, |slot| {
			let station = &entries[slot].station;
			station.owner == owner && station.signatories().contains(org)
		})
	};
	owners.into_iter().map(|owner| (page, owner, digest(owner))).collect()
}

/// A company signs all that names it in a page of Shijiazhuang.
pub fn sign(org: OrgId, page: u16) {
	let pages = to_sign(org, page).try_into().unwrap();
	assert_ok!(ConfigGuard::sign(engineer(org), HERE, pages));
}

/// The digest of a page of Shijiazhuang.
pub fn digest(page: u16) -> Hash {
	ConfigGuard::page_digest(HERE, page).expect("a baseline stands there")
}

/// Goes on to a block, with hooks for every block on the way. All of these have the hash 0.
pub fn go_to(block: BlockNumber) {
	System::run_to_block::<AllPalletsWithSystem>(block);
}

/// A root that nobody else anchors.
pub const EXPORT: Hash = Hash::repeat_byte(0xee);

/// An export of the country as its company keeps it: the sharer, unless another is named.
pub struct Book {
	rows: Vec<RowBytes>,
	tree: export::Export,
}

impl Book {
	/// Of these rows, in their order, as read now.
	pub fn new(rows: &[Row]) -> Self {
		Self::of_bytes(rows.iter().map(|row| row.to_bytes().unwrap()).collect())
	}

	/// Of any bytes, as read now.
	pub fn of_bytes(rows: Vec<RowBytes>) -> Self {
		let tree = export::Export::new(&rows, SHARER, Scope::National, Clock::now());
		Self { rows, tree }
	}

	/// The same rows, read by this company.
	pub fn of(self, org: OrgId) -> Self {
		let Bound { scope, observed, .. } = self.tree.bound();
		Self { tree: export::Export::new(&self.rows, org, scope, observed), rows: self.rows }
	}

	pub fn root(&self) -> Hash {
		self.tree.root()
	}

	pub fn opening(&self, leaf: u32) -> Opening {
		self.tree.open(leaf, self.rows[leaf as usize].clone()).unwrap()
	}

	/// The row of a cell, or those between which it would stand.
	pub fn around(&self, cell: CellId) -> Vec<u32> {
		let cells: Vec<_> = self.rows.iter().map(|row| Row::from_bytes(row).unwrap().cell).collect();
		match cells.binary_search(&cell) {
			Ok(place) => vec![place as u32],
			Err(place) => {
				(place.saturating_sub(1)..=place).filter(|n| *n < cells.len()).map(|n| n as u32).collect()
			}
		}
	}

	/// Binds a company to it, as read when it was made.
	pub fn anchor(&self, org: OrgId) {
		let (root, Bound { scope, leaves, observed, .. }) = (self.root(), self.tree.bound());
		assert_ok!(ConfigGuard::anchor_export(collector(org), scope, root, leaves, observed));
	}

	/// Attests the cells of the first page of Shijiazhuang from it, as read, and gives the values of those that differ.
	pub fn attest(&self, org: OrgId, sweep: u32, key: &SweepKey, seen: &[CellValues]) {
		let revision = pallet_config_guard::Heads::<Test>::get(HERE, 0).revision;
		let tags: Vec<_> = seen.iter().map(|cell| key.tag(&cell_digest(cell))).collect();
		let pages = vec![(0, revision, tags.try_into().unwrap())].try_into().unwrap();
		assert_ok!(ConfigGuard::attest_cells(collector(org), sweep, self.root(), HERE, pages));
		let crate::types::CellsResult::Differ(cells) = cells_result() else { panic!("no result") };
		if !cells.is_empty() {
			let value = |n: u16| (n, seen[usize::from(n)].clone().try_into().unwrap());
			let values: Vec<_> = cells.into_iter().map(value).collect();
			let pages = vec![(0, revision, values.try_into().unwrap())].try_into().unwrap();
			assert_ok!(ConfigGuard::attest_values(collector(org), sweep, self.root(), HERE, pages));
		}
	}

	/// Opens these rows.
	pub fn open(&self, org: OrgId, leaves: &[u32]) -> Vec<crate::exports::OpeningResult> {
		let openings: Vec<_> = leaves.iter().map(|leaf| self.opening(*leaf)).collect();
		open_cells(org, self.root(), openings)
	}
}

/// What becomes of these openings.
pub fn open_cells(org: OrgId, root: Hash, openings: Vec<Opening>) -> Vec<crate::exports::OpeningResult> {
	let openings = openings.try_into().unwrap();
	assert_ok!(ConfigGuard::open_cells(collector(org), Scope::National, root, openings));
	match last_event() {
		crate::Event::CellsOpened { results, .. } => results.into_inner(),
		other => panic!("{other:?}"),
	}
}

/// A cell of the first page of Shijiazhuang.
pub fn cell_id(slot: u32, cell: u8) -> CellId {
	CellId { site: SiteId::new(HERE, 0, slot), cell }
}

/// A row of a cell of the first page of Shijiazhuang.
pub fn row(slot: u32, number: u8, pci: i64) -> Row {
	let fields = Row::fields_of([("serialNumber", "S1"), ("swVersion", "V5")]).unwrap();
	Row { cell: cell_id(slot, number), values: cell(pci), fields }
}

/// Two stations with two cells each in the first page of Shijiazhuang, with PCI 1 to 4.
pub fn four_cells() {
	put(0, vec![station(), station()]);
	let cells = [vec![cell(1), cell(2)], vec![cell(3), cell(4)]];
	assert_ok!(ConfigGuard::import(engineer(CARRIER), HERE, 0, table(&cells)));
}

/// An export of these cells with these PCIs.
pub fn book(pcis: [i64; 4]) -> Book {
	let [a, b, c, d] = pcis;
	Book::new(&[row(0, 0, a), row(0, 1, b), row(1, 0, c), row(1, 1, d)])
}

/// Names cells of an export.
pub fn demand(by: OrgId, org: OrgId, root: Hash, cells: &[CellId]) -> DispatchResult {
	plain(ConfigGuard::demand_openings(auditor(by), org, root, cells.to_vec().try_into().unwrap()))
}

/// A sweep of the whole country that takes observations, for which these companies have anchored their exports.
pub fn open_sweep(companies: &[OrgId]) -> (u32, SweepKey) {
	for org in companies {
		if pallet_config_guard::ExportRoots::<Test>::get(org).is_empty() {
			assert_ok!(ConfigGuard::anchor_export(collector(*org), Scope::National, EXPORT, 100, 1_000));
		}
	}
	go_to(System::block_number() + 1);
	let sweep = pallet_config_guard::NextSweep::<Test>::get();
	assert_ok!(ConfigGuard::open_sweep(collector(CARRIER), Scope::National));
	go_to(System::block_number() + 2);
	let key = pallet_config_guard::Sweeps::<Test>::get(sweep).unwrap().key.expect("it is salted");
	(sweep, key)
}

/// What became of a call, whatever it weighed.
pub fn plain(result: DispatchResultWithPostInfo) -> DispatchResult {
	result.map(|_| ()).map_err(|refusal| refusal.error)
}

/// Whether a call is taken. What is refused leaves nothing, as where it is dispatched.
pub fn is_taken<R, E: From<DispatchError>>(call: impl FnOnce() -> Result<R, E>) -> bool {
	with_storage_layer(call).is_ok()
}

/// Attests the cells of one page of Shijiazhuang.
pub fn attest_cells(org: OrgId, sweep: u32, page: u16, revision: u32, tags: Vec<Tag>) -> DispatchResult {
	let pages = vec![(page, revision, tags.try_into().unwrap())].try_into().unwrap();
	plain(ConfigGuard::attest_cells(collector(org), sweep, EXPORT, HERE, pages))
}

/// Attests values of one page of Shijiazhuang.
pub fn attest_values(
	org: OrgId,
	sweep: u32,
	page: u16,
	revision: u32,
	cells: Vec<(u16, CellValues)>,
) -> DispatchResult {
	let cells: Vec<_> = cells.into_iter().map(|(n, values)| (n, values.try_into().unwrap())).collect();
	let pages = vec![(page, revision, cells.try_into().unwrap())].try_into().unwrap();
	plain(ConfigGuard::attest_values(collector(org), sweep, EXPORT, HERE, pages))
}

/// What became of the one page of the last observation of cells.
pub fn cells_result() -> crate::types::CellsResult {
	match last_event() {
		crate::Event::CellsAttested { results, .. } => results.into_iter().next().expect("a page").1,
		other => panic!("{other:?}"),
	}
}

/// What became of the one page of the last observation of values.
pub fn values_result() -> crate::types::ValuesResult {
	match last_event() {
		crate::Event::ValuesAttested { results, .. } => results.into_iter().next().expect("a page").1,
		other => panic!("{other:?}"),
	}
}

/// The last event of this pallet.
pub fn last_event() -> crate::Event<Test> {
	match System::events().pop().expect("an event").event {
		RuntimeEvent::ConfigGuard(event) => event,
		other => panic!("{other:?}"),
	}
}

/// Runs a test on a fresh chain in block 1, and checks the state in the end.
pub fn run(test: impl FnOnce()) {
	ext().execute_with(|| {
		System::set_block_number(1);
		test();
		ConfigGuard::do_try_state().unwrap();
	});
}

/// A fresh chain.
pub fn ext() -> sp_io::TestExternalities {
	let genesis = RuntimeGenesisConfig {
		config_guard: crate::GenesisConfig {
			parameters: catalogue(),
			rules: rules(),
			holdings: holdings(),
			..Default::default()
		},
		..Default::default()
	};
	sp_io::TestExternalities::new(genesis.build_storage().unwrap())
}
