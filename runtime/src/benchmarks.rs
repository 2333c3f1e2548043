// SPDX-License-Identifier: Apache-2.0
//! What the benchmarks of the pallets need of the runtime. `scripts/weights` runs them and writes [`crate::weights`].

use crate::{
	configs::{
		business::{CoverParam, NeighbourParam, NotAllowedParam, StateParams},
		council::CouncilInstance,
	},
	AccountId, BlockNumber, Federation, Hash, Runtime, SessionKeys,
};
use alloc::{format, string::String, vec, vec::Vec};

use frame_benchmarking::{account, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::{
	storage::unhashed,
	traits::{BuildGenesisConfig, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys},
};
use pallet_config_guard::{
	policy::Holding,
	types::{Closing, PageHead, Standing, Violation},
	violations::kinds::Kind,
};
use pallet_federation::GenesisOrg;
use pallet_sites::{page::Page, types::LocalNetwork};
use sp_core::{ed25519, sr25519};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	cells::{catalogue::cell_value, CellId, CellTable, CellValues, ParamId, ParamKey},
	interlock::{Cover, Ending, KnownViolation},
	org::{OrgKind, MAX_ORGS},
	page::{SiteId, MAX_BUCKETS, MAX_OVERFLOW, PAGE_SLOTS},
	params::{ParameterBounds, Parameters},
	site::{Plmn, StationEntry},
	territory::Position,
	LocalNetworkId, Moment, OrgId, OrgSet,
};

use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};

frame_benchmarking::define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_timestamp, crate::Timestamp]
	[pallet_federation, crate::Federation]
	[pallet_sites, crate::Sites]
	[pallet_config_guard, crate::ConfigGuard]
	[pallet_dispatch, crate::Dispatch]
	[pallet_energy, crate::Energy]
	[pallet_collective, crate::Council]
	[pallet_utility, crate::Utility]
);

impl frame_system_benchmarking::Config for Runtime {}

/// Which benchmarks there are.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, crate::AllPalletsWithSystem::storage_info())
}

/// Runs one.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = crate::AllPalletsWithSystem::whitelisted_storage_keys();
	let (mut batches, params) = (Vec::new(), (&config, &whitelist));
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// As many organisations as there can be: two carriers, a tower company, and carriers.
fn found() {
	let roles = [Role::Planner, Role::Auditor, Role::Engineer, Role::Collector, Role::Dispatcher]
		.into_iter()
		.collect::<Roles>();
	let org = |n: u8| GenesisOrg {
		kind: if n == 2 { OrgKind::TowerCompany } else { OrgKind::Carrier },
		name: format!("organisation {n}"),
		principal: account("principal", n.into(), 0),
		recovery: account("recovery", n.into(), 0),
		validators: vec![],
		accounts: vec![(worker(OrgId(n)), roles, Scope::National)],
	};
	let genesis = pallet_federation::GenesisConfig::<Runtime> {
		orgs: (0..MAX_ORGS).map(org).collect(),
		parameters: Parameters::SECONDS,
		bounds: ParameterBounds::LOCAL,
		..Default::default()
	};
	genesis.build();
}

/// The account of each organisation that does its work.
fn worker(org: OrgId) -> AccountId {
	account("worker", org.0.into(), 0)
}

fn member(org: OrgId) -> AccountId {
	if Federation::orgs().is_empty() {
		found();
	}
	worker(org)
}

/// Members for the inventory and the configuration guard, and an inventory for the latter.
pub struct Helper;

impl pallet_sites::BenchmarkHelper<AccountId> for Helper {
	fn planner(org: OrgId) -> AccountId {
		member(org)
	}

	fn write_baseline(local_network: LocalNetworkId, page: u16, cells: u8) {
		let head = PageHead {
			signed: vec![OrgSet::EMPTY; PAGE_SLOTS as usize].try_into().expect("as many as there are slots"),
			cells: vec![cells; PAGE_SLOTS as usize].try_into().expect("as many as there are slots"),
			..PageHead::default()
		};
		pallet_config_guard::Heads::<Runtime>::insert(local_network, page, head);
	}
}

/// Puts a local network into the territory.
fn add_network(local_network: LocalNetworkId) {
	let network = LocalNetwork {
		name: b"benchmark".to_vec().try_into().expect("is short"),
		centre: Position::default(),
		buckets: MAX_BUCKETS,
		depth: MAX_OVERFLOW,
		totals: Default::default(),
	};
	pallet_sites::LocalNetworks::<Runtime>::insert(local_network, network);
	pallet_sites::Territory::<Runtime>::mutate(|territory| {
		if let Err(place) = territory.binary_search(&local_network) {
			territory.try_insert(place, local_network).expect("the presets leave room");
		}
	});
}

fn add_stations(local_network: LocalNetworkId, page: u16, stations: &[StationEntry]) {
	pallet_sites::Pages::<Runtime>::insert(local_network, page, stations.iter().collect::<Page>());
}

impl pallet_config_guard::BenchmarkHelper<AccountId> for Helper {
	fn account(org: OrgId) -> AccountId {
		member(org)
	}

	fn write_network(local_network: LocalNetworkId) {
		add_network(local_network);
	}

	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>) {
		add_stations(local_network, page, &stations);
	}

	fn set_time(now: Moment) {
		pallet_timestamp::Now::<Runtime>::put(now);
	}
}

impl pallet_dispatch::BenchmarkHelper<AccountId> for Helper {
	fn account(org: OrgId) -> AccountId {
		member(org)
	}

	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>) {
		add_network(local_network);
		add_stations(local_network, page, &stations);
	}

	fn write_violation(number: u32, known: KnownViolation) {
		let KnownViolation { cell, against, ended, since } = known;
		let closing = ended.map(|ended| match ended {
			Ending::Restored => Closing::Restored,
			Ending::TakenBack => Closing::TakenBack,
			Ending::Superseded => Closing::Approved,
		});
		let violation = Violation {
			cell,
			key: ParamKey::of(ParamId(1)),
			kind: Kind::Hidden,
			request: None,
			approved: Some(1),
			observed: Some(2),
			shown: Some(1),
			against,
			accuser: OrgId(0),
			witnesses: OrgSet(u32::MAX),
			deniers: OrgSet::EMPTY,
			denials: Default::default(),
			since,
			last: since,
			opened: 1,
			seen: 1,
			asked: 1,
			standing: Standing::Confirmed,
			closed: closing.map(|closing| (1, closing)),
		};
		pallet_config_guard::Violations::<Runtime>::insert(number, violation);
	}

	fn set_time(now: Moment) {
		pallet_timestamp::Now::<Runtime>::put(now);
	}
}

/// Puts a vote of the council into the collective's books.
pub(crate) fn write_ayes(proposal: Hash, ayes: Vec<AccountId>) {
	let key = pallet_collective::Voting::<Runtime, CouncilInstance>::hashed_key_for(proposal);
	// The fields are private; the encoding is not.
	unhashed::put(&key, &(0u32, 1u32, ayes, Vec::<AccountId>::new(), BlockNumber::MAX));
}

/// Puts session keys of `who` on the chain.
pub(crate) fn write_keys(who: &AccountId) {
	let bytes: [u8; 32] = *who.as_ref();
	let keys = SessionKeys {
		aura: sr25519::Public::from_raw(bytes).into(),
		grandpa: ed25519::Public::from_raw(bytes).into(),
	};
	pallet_session::NextKeys::<Runtime>::insert(who, keys);
}

impl pallet_energy::BenchmarkHelper<AccountId> for Helper {
	fn account(org: OrgId) -> AccountId {
		member(org)
	}

	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>) {
		add_network(local_network);
		add_stations(local_network, page, &stations);
	}

	fn write_coverage(local_network: LocalNetworkId, page: u16, cells: Vec<(u8, u8, Vec<(CellId, Cover)>)>) {
		let mut stations: Vec<Vec<CellValues>> = vec![vec![]; PAGE_SLOTS as usize];
		for (slot, number, covers) in cells {
			let key = |param, place| ParamKey { param, place };
			let all = || (0u8..).zip(&covers);
			let cover = all().map(|(place, (_, cover))| {
				(key(CoverParam::get(), place), if *cover == Cover::Full { 2 } else { 1 })
			});
			let by = all().map(|(place, (by, _))| (key(NeighbourParam::get(), place), cell_value(*by)));
			let station = &mut stations[usize::from(slot)];
			station.resize(station.len().max(usize::from(number) + 1), CellValues::new());
			let [state, _] = StateParams::get();
			let own = [(ParamKey::of(state), 2), (ParamKey::of(NotAllowedParam::get()), 0)];
			station[usize::from(number)] = own.into_iter().chain(cover).chain(by).collect();
		}
		let table = CellTable::new(&stations).expect("no more than fits into a page");
		let bytes = table.to_bytes().expect("no more than fits into a page");
		pallet_config_guard::Tables::<Runtime>::insert(local_network, page, bytes);
	}

	fn write_holder(plmn: Plmn, org: OrgId) {
		let holding = Holding { plmns: vec![plmn].try_into().expect("it is one"), ..Default::default() };
		pallet_config_guard::Holdings::<Runtime>::mutate(|all| {
			all.try_push((org, holding)).expect("no more than there are members")
		});
	}

	fn write_outage(site: SiteId) {
		pallet_dispatch::Stations::<Runtime>::mutate(site, |station| station.minded = OrgSet::of(OrgId(0)));
	}

	fn set_time(now: Moment) {
		pallet_timestamp::Now::<Runtime>::put(now);
	}
}
