// SPDX-License-Identifier: Apache-2.0

//! What each call costs in the worst case: pages are full, lists as long as they may be, and nothing is refused early.

use crate::{
	page::Page,
	rounds::{Round, Step},
	types::{
		Amendment, LocalNetwork, OpenList, PageDigests, PageList, RevealedDigests, Totals,
		MAX_INVENTORY_PAGES, MAX_LOCAL_NETWORKS, MAX_OPEN_AMENDMENTS,
	},
	*,
};
use alloc::{collections::BTreeSet, format, string::String, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, BoundedVec};
use frame_system::RawOrigin;
use trimast_primitives::{
	inventory::{inventory_commitment, inventory_page_digest, InventoryRecord},
	page::{bucket_of, MAX_BUCKETS, PAGE_SLOTS},
	site::{
		ImportRefusal, Plmn, SharingMode, StationClass, StationEntry, StationState, Technology, TowerSite,
	},
	territory::Position,
	Consents, Hash, LocalNetworkId, OrgId, OrgSet, Text,
};

/// What a benchmark needs of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Makes sure that `org` is an active member (0 and 1 are carriers, 2 is a tower company), and gives an account of
	/// it that is planner and auditor everywhere.
	fn planner(org: OrgId) -> AccountId;

	/// Writes the largest baseline of a full page, in which each station has so many cells.
	fn write_baseline(local_network: LocalNetworkId, page: u16, cells: u8);
}

const HERE: LocalNetworkId = LocalNetworkId(8_299);
const OWNER: OrgId = OrgId(0);
const SHARER: OrgId = OrgId(1);
const TOWER: OrgId = OrgId(2);
const SALT: Hash = Hash::repeat_byte(7);

/// A station that names three companies, its fields as long as they may be.
fn station(code: &str) -> Station {
	Station {
		code: code.as_bytes().to_vec().try_into().expect("codes here are short"),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OWNER,
		sharers: OrgSet::of(SHARER),
		tower: Some(TowerSite { org: TOWER, code: vec![b'T'; 24].try_into().expect("24 fit") }),
		plmns: (1..=12)
			.map(|mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false })
			.collect::<Vec<_>>()
			.try_into()
			.expect("12 fit"),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: 2,
		cells: 3,
		vendor: vec![b'V'; 16].try_into().expect("16 fit"),
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
	}
}

/// `count` codes of 24 characters, the most there may be.
fn codes(count: u32) -> Vec<String> {
	(0..count).map(|n| format!("BENCHMARK-STATION-{n:06}")).collect()
}

/// Makes the three companies members, and gives the account of a planner of `org`.
fn planner<T: Config>(org: OrgId) -> RawOrigin<T::AccountId> {
	for other in [OWNER, SHARER, TOWER] {
		let _ = T::BenchmarkHelper::planner(other);
	}
	RawOrigin::Signed(T::BenchmarkHelper::planner(org))
}

/// A local network without stations.
fn local_network<T: Config>(buckets: u16) {
	let name: Text<_> = b"benchmark".to_vec().try_into().expect("is short");
	let network =
		LocalNetwork { name, centre: Position::default(), buckets, depth: 0, totals: Totals::default() };
	LocalNetworks::<T>::insert(HERE, network);
	let mut territory = Territory::<T>::get();
	if let Err(place) = territory.binary_search(&HERE) {
		territory.try_insert(place, HERE).expect("the presets leave room");
		Territory::<T>::put(territory);
	}
}

/// Fills `slots` places of each page below `pages` with stations that `signed` have signed.
fn fill<T: Config>(pages: u16, slots: u32, signed: OrgSet) {
	let mut filler = codes(u32::from(pages) * slots).into_iter();
	let mut network = LocalNetworks::<T>::get(HERE).expect("was set");
	for page in 0..pages {
		let entries: Vec<StationEntry> = filler
			.by_ref()
			.take(slots as usize)
			.map(|code| StationEntry {
				station: station(&code),
				state: StationState::OnAir,
				revision: 0,
				signed,
			})
			.collect();
		entries.iter().for_each(|entry| network.totals.enter(entry));
		network.totals.pages += 1;
		network.depth = network.depth.max(page / network.buckets + 1);
		Pages::<T>::insert(HERE, page, entries.iter().collect::<Page>());
	}
	LocalNetworks::<T>::insert(HERE, network);
}

/// The last station of the full page.
fn last_station<T: Config>() -> StationEntry {
	Pages::<T>::get(HERE, 0).iter().last().expect("is full")
}

/// One full page of confirmed stations. Gives the last one.
fn full_page<T: Config>() -> (SiteId, StationEntry) {
	local_network::<T>(1);
	fill::<T>(1, PAGE_SLOTS, OrgSet(0b111));
	(SiteId::new(HERE, 0, PAGE_SLOTS - 1), last_station::<T>())
}

/// A list of open amendments with `index` in it and as many others as there may be.
fn open_list<T: Config>(index: Option<u32>) {
	let others = (PAGE_SLOTS..).take(MAX_OPEN_AMENDMENTS as usize - 1);
	let list: Vec<u32> = index.into_iter().chain(others).collect();
	OpenAmendments::<T>::insert(HERE, OWNER, OpenList::truncate_from(list));
}

/// An open amendment of the last station of a full page, to which the companies in `given` have consented.
fn amendment<T: Config>(given: OrgSet) -> (SiteId, Hash) {
	let (id, entry) = full_page::<T>();
	open_list::<T>(Some(id.index));
	let station = Station { class: StationClass::Vip, ..entry.station };
	let proposed = StationEntry { station, revision: 1, ..entry };
	let subject = amendment_subject(Pallet::<T>::genesis_hash(), id, &proposed);
	let mut consents = Consents::new(subject, OrgSet(0b111), u32::MAX);
	consents.given = given;
	Amendments::<T>::insert(id, Amendment { proposed, consents, proposer: OWNER });
	(id, subject)
}

/// A round of the three companies at `step`.
fn round<T: Config>(buckets: u16, step: Step, revealed: OrgSet) -> Round {
	let mut round = Round::open(0, buckets, OrgSet(0b111), u32::MAX).expect("there are three");
	round.step = step;
	round.revealed = revealed;
	round.reference = revealed.iter().next();
	for org in round.parties.iter() {
		round.commitments.try_insert(org, Hash::zero()).expect("there are three");
	}
	Rounds::<T>::insert(HERE, &round);
	round
}

fn digests(count: u32, byte: u8) -> PageDigests {
	PageDigests::truncate_from(vec![[byte; 16]; count as usize])
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn import_records(r: Linear<1, 256>) {
		let origin = planner::<T>(OWNER);
		local_network::<T>(1);
		let batch: Vec<Station> = codes(r).iter().map(|code| station(code)).collect();

		#[extrinsic_call]
		import(origin, HERE, BoundedVec::truncate_from(batch));

		assert_eq!(LocalNetworks::<T>::get(HERE).expect("was set").totals.stations, r);
	}

	#[benchmark]
	fn import_pages(p: Linear<1, 256>) {
		let origin = planner::<T>(OWNER);
		local_network::<T>(MAX_BUCKETS);
		fill::<T>(MAX_BUCKETS, PAGE_SLOTS - 1, OrgSet::of(OWNER));
		let mut buckets = BTreeSet::new();
		let batch: Vec<Station> = (0u32..)
			.map(|n| format!("NEW-STATION-{n:012}"))
			.filter(|code| buckets.insert(bucket_of(code.as_bytes(), MAX_BUCKETS)))
			.take(p as usize)
			.map(|code| station(&code))
			.collect();

		#[extrinsic_call]
		import(origin, HERE, BoundedVec::truncate_from(batch));

		let before = u32::from(MAX_BUCKETS) * (PAGE_SLOTS - 1);
		assert_eq!(LocalNetworks::<T>::get(HERE).expect("was set").totals.stations, before + p);
	}

	#[benchmark]
	fn amend() {
		let origin = planner::<T>(OWNER);
		let (id, entry) = full_page::<T>();
		open_list::<T>(None);
		let station = Station { class: StationClass::Vip, ..entry.station };

		#[extrinsic_call]
		_(origin, id, station);

		assert!(Amendments::<T>::contains_key(id));
	}

	#[benchmark]
	fn amend_alone() {
		let origin = planner::<T>(OWNER);
		let (id, entry) = full_page::<T>();
		let station = Station { vendor: vec![b'W'; 16].try_into().expect("16 fit"), ..entry.station };

		#[extrinsic_call]
		amend(origin, id, station.clone());

		assert_eq!(last_station::<T>().station, station);
	}

	#[benchmark]
	fn consent() {
		let origin = planner::<T>(TOWER);
		let (id, subject) = amendment::<T>(OrgSet::of(OWNER).with(SHARER));

		#[extrinsic_call]
		_(origin, id, subject, 0);

		assert!(!Amendments::<T>::contains_key(id));
	}

	#[benchmark]
	fn withdraw() {
		let origin = planner::<T>(OWNER);
		let (id, _) = amendment::<T>(OrgSet::of(OWNER));

		#[extrinsic_call]
		_(origin, id);

		assert!(!Amendments::<T>::contains_key(id));
	}

	#[benchmark]
	fn countersign(p: Linear<1, 64>) {
		let origin = planner::<T>(TOWER);
		local_network::<T>(MAX_BUCKETS);
		let pages = u16::try_from(p).expect("at most 64");
		fill::<T>(pages, PAGE_SLOTS, OrgSet::of(OWNER).with(SHARER));
		let digests: Vec<(u16, Hash)> =
			(0..pages).filter_map(|page| Some((page, Pallet::<T>::page_digest(HERE, page)?))).collect();

		#[extrinsic_call]
		_(origin, HERE, BoundedVec::truncate_from(digests));

		assert_eq!(LocalNetworks::<T>::get(HERE).expect("was set").totals.confirmed, p * PAGE_SLOTS);
	}

	#[benchmark]
	fn set_local_network() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let ids = (1_000..).map(LocalNetworkId).take(MAX_LOCAL_NETWORKS as usize - 1).collect();
		Territory::<T>::put(BoundedVec::truncate_from(ids));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, HERE, Text::truncate_from(vec![b'x'; 64]), Position::default(), 8);

		assert!(LocalNetworks::<T>::contains_key(HERE));
		Ok(())
	}

	#[benchmark]
	fn remove_local_network() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		local_network::<T>(8);
		let ids = (1_000..).map(LocalNetworkId).take(MAX_LOCAL_NETWORKS as usize - 1).chain([HERE]).collect();
		Territory::<T>::put(BoundedVec::truncate_from(ids));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, HERE);

		assert!(!LocalNetworks::<T>::contains_key(HERE));
		Ok(())
	}

	#[benchmark]
	fn open_reconciliation() {
		let origin = planner::<T>(OWNER);
		local_network::<T>(8);

		#[extrinsic_call]
		_(origin, HERE);

		assert!(Rounds::<T>::contains_key(HERE));
	}

	#[benchmark]
	fn commit() {
		let origin = planner::<T>(OWNER);
		local_network::<T>(8);
		let mut round = round::<T>(8, Step::Commit, OrgSet::EMPTY);
		round.commitments.remove(&OWNER);
		Rounds::<T>::insert(HERE, round);

		#[extrinsic_call]
		_(origin, HERE, 0, Hash::zero());

		assert_eq!(Rounds::<T>::get(HERE).expect("was opened").step, Step::Reveal);
	}

	#[benchmark]
	fn reveal(b: Linear<1, 1024>) {
		let origin = planner::<T>(OWNER);
		let buckets = u16::try_from(b).expect("at most 1024");
		local_network::<T>(buckets);
		let mut round = round::<T>(buckets, Step::Reveal, OrgSet::of(SHARER).with(TOWER));
		let (theirs, mine) = (digests(2 * b, 1), digests(2 * b, 2));
		Revealed::<T>::insert(HERE, SHARER, RevealedDigests { round: 0, digests: theirs });
		let commitment = inventory_commitment(HERE, 0, OWNER, &SALT, &mine);
		round.commitments.try_insert(OWNER, commitment).expect("there are three");
		Rounds::<T>::insert(HERE, round);

		#[extrinsic_call]
		_(origin, HERE, 0, SALT, mine);

		assert_eq!(DifferingPages::<T>::get(HERE).len() as u32, 2 * b);
	}

	#[benchmark]
	fn publish(r: Linear<1, 256>) {
		let origin = planner::<T>(OWNER);
		local_network::<T>(1);
		round::<T>(1, Step::Publish, OrgSet(0b111));
		let records: Vec<InventoryRecord> = codes(r)
			.iter()
			.map(|code| InventoryRecord {
				own_code: code.as_bytes().to_vec().try_into().expect("codes here are short"),
				name: vec![b'n'; 64].try_into().expect("64 fit"),
				station: station(code),
			})
			.collect();
		// As many digests and pages that differ as there may be, though one bucket has two.
		let others = digests(MAX_INVENTORY_PAGES - 1, 1);
		let all = [inventory_page_digest(records.iter())].into_iter().chain(others).collect();
		let digests = PageDigests::truncate_from(all);
		Revealed::<T>::insert(HERE, OWNER, RevealedDigests { round: 0, digests });
		let differing: Vec<u16> = (0..).take(MAX_INVENTORY_PAGES as usize).collect();
		DifferingPages::<T>::insert(HERE, PageList::truncate_from(differing));

		#[extrinsic_call]
		_(origin, HERE, 0, 0, BoundedVec::truncate_from(records));

		assert!(Published::<T>::contains_key((HERE, 0, OWNER)));
	}

	#[benchmark]
	fn reassign() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		planner::<T>(OWNER);
		let (id, _) = amendment::<T>(OrgSet::of(OWNER));
		let mut stations = Pages::<T>::get(HERE, 0);
		let entry = StationEntry { signed: OrgSet::of(OWNER), ..last_station::<T>() };
		stations.replace(stations.len() - 1, &entry).expect("is full");
		let sharers = OrgSet::of(OWNER);
		let station = Station { owner: SHARER, sharers, backhaul: SHARER, ..entry.station.clone() };
		Pages::<T>::insert(HERE, 0, stations);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, station.clone());

		assert_eq!(last_station::<T>().station, station);
		assert!(!Amendments::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn countersign_stations(s: Linear<1, 256>) {
		let origin = planner::<T>(TOWER);
		local_network::<T>(MAX_BUCKETS);
		let pages = u16::try_from(s).expect("at most 256");
		fill::<T>(pages, PAGE_SLOTS, OrgSet::of(OWNER).with(SHARER));
		let last_of = |page| SiteId::new(HERE, page, PAGE_SLOTS - 1);
		let stations: Vec<(u32, Hash)> = (0..pages)
			.filter_map(|page| Some((last_of(page).index, Pallet::<T>::station_digest(last_of(page))?)))
			.collect();

		#[extrinsic_call]
		_(origin, HERE, BoundedVec::truncate_from(stations));

		assert_eq!(LocalNetworks::<T>::get(HERE).expect("was set").totals.confirmed, s);
	}

	#[benchmark]
	fn ask_baseline(s: Linear<1, 256>) {
		let pages = 0..u16::try_from(s).expect("at most 256");
		pages.clone().for_each(|page| T::BenchmarkHelper::write_baseline(HERE, page, 3));
		let before = station("BENCHMARK");
		let after = Station { cells: 2, ..before.clone() };
		let mut refused = 0;

		#[block]
		{
			for page in pages {
				let id = SiteId::new(HERE, page, PAGE_SLOTS - 1);
				let checked = amendments::check_baseline::<T>(id, &before, &after);
				refused += u32::from(checked == Err(ImportRefusal::FewerCells));
			}
		}

		assert_eq!(refused, s);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
