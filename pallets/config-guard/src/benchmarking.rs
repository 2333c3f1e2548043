// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks cost in the worst case: pages are full, lists as long as they may be, and nothing is refused early.

mod baselines;
mod cells;
mod chain;
mod observations;
mod requests;
mod stations;

use crate::{
	agenda::{self, MAX_DUE, MAX_LOOKED},
	changes::{
		self,
		network::{look_at, Elsewhere, MAX_PAGES_LOOKED, MAX_SETTLED_EXPORTS, SETTLED_OF_ONE},
		types::{Change, ChangeState, PartState, Phase, MAX_CHANGES, MAX_ITEMS, MAX_PARTS},
	},
	coverage,
	exports::{
		self, CellFields, Question, Said, MAX_ASKED, MAX_DRAWING, MAX_EXPORTS, MAX_NAMED, MAX_NETWORKS,
	},
	notices::{Notice, Source, MAX_NOTICES},
	pages,
	scores::{self, Oldest, ScoreKey},
	sweeps, testimony,
	types::{
		Denied, Standing, Sweep, MAX_OPEN_IN_PAGE, MAX_PARAMETERS, MAX_SETTLED, MAX_SWEEPS, MAX_UNSALTED,
	},
	violations::{self, kinds::Kind},
	*,
};
use alloc::{vec, vec::Vec};
use baselines::{all_pages, baseline, digests, full_page, imported};
use cells::{bytes, cell, cells_of, key, parameter, table, text, value, CELLS, LAST};
use chain::{
	account, after, agenda_with_room, all_orgs, full_agenda, holding, numbered, orders_with_little_room,
	HERE, NOW, OWNER, PAGE, SHARER, TIME, TOWER,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	weights::Weight,
	BoundedVec,
};
use observations::{
	difference, elsewhere_in_page, export, fields, open_in_page, past_violations, questions, records,
	settled_in, sweep, testimony_of, testimony_to_look_up, violation, waiting, whole_difference, ROOT,
};
use requests::{changes_of, full_part, notices, part, past_request, request, terms};
use stations::stations;
use trimast_primitives::{
	access::Scope,
	cells::{
		digest::{cell_digests, stations_digest, Tag},
		export::{self, Row},
		table::TableBytes,
		CellId, CellTable, ParamId, ParamKey, MAX_KEYS, MAX_PAGE_CELLS,
	},
	org::MAX_ORGS,
	page::{SiteId, PAGE_SLOTS},
	params::Governed,
	site::StationEntry,
	BlockNumber, Consents, Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};

/// What a benchmark needs of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Makes as many organisations as there may be active members (0 and 1 are carriers, 2 is a tower company), and gives an
	/// account of `org` that is engineer and collector everywhere.
	fn account(org: OrgId) -> AccountId;

	/// Writes a local network with as many pages as it may have.
	fn write_network(local_network: LocalNetworkId);

	/// Writes the stations of a page.
	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>);

	/// Sets the chain's clock.
	fn set_time(now: Moment);
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn set_parameter() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		account::<T>(OWNER);
		let id = ParamId(MAX_PARAMETERS as u16 - 1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id, parameter(101), text());

		assert_eq!(Catalogues::<T>::get().version, 2);
		Ok(())
	}

	/// Into a page that has no table yet. What another one makes of it is [`join`].
	#[benchmark]
	fn import(n: Linear<2_376, 69_696>) {
		let origin = account::<T>(OWNER);
		baseline::<T>(HERE, PAGE, TableBytes::default());
		imported::<T>(PAGE);
		let new = bytes(&table(cells_of(n)));

		#[extrinsic_call]
		_(origin, HERE, PAGE, new);

		assert_eq!(Heads::<T>::get(HERE, PAGE).revision, 1);
	}

	/// A table that stands there is read, compared with the new one, and written again with a station's cells of that one.
	#[benchmark]
	fn join(o: Linear<2_376, 69_696>) {
		let mut cells = table(cells_of(o));
		baseline::<T>(HERE, PAGE, bytes(&cells));
		// All is alike but for the last value of the last station.
		let last = cells.last_mut().and_then(|station| station.last_mut()?.last_mut()).expect("has a value");
		last.1 = value(last.0, 999);
		let new = CellTable::new(&cells).expect("is a table");
		let last = PAGE_SLOTS.min(cells.len() as u32) - 1;
		let joined;

		#[block]
		{
			let stored = pages::Page::<T>::open(HERE, PAGE).table;
			assert!((0..PAGE_SLOTS).all(|slot| stored.differing(&new, slot).is_empty() == (slot != last)));
			joined = stored.with_stations(new, |slot| slot == last).expect("fits");
			joined.to_bytes().expect("fits");
			assert_eq!(cell_digests(&joined).len(), joined.len());
		}

		assert_eq!(joined, CellTable::new(&cells).expect("is a table"));
	}

	/// Who sees the approved values is no party, and is noted to have spoken of each page. It contests one in each as well. All
	/// are by one company: [`tally`] has the others.
	#[benchmark]
	fn close_violations(
		q: Linear<1, { testimony::MAX_HEARD_PAGES }>,
		v: Linear<0, { MAX_OPEN_IN_PAGE - 1 }>,
	) {
		account::<T>(OWNER);
		let bytes = full_page::<T>();
		past_violations::<T>(q + v);
		let witnesses = OrgSet(u32::MAX).without(SHARER);
		let confirmed = |n: u32, page| {
			let position = n % (PAGE_SLOTS * CELLS);
			violation::<T>(n, page, (position, LAST), TOWER, Standing::Confirmed, witnesses)
		};
		let mut next = 0..;
		let mut one = |page| confirmed(next.next().expect("there are enough"), page);
		let pages: Vec<u16> = (0..q as u16).map(|n| 1_000 + n).collect();
		for page in &pages {
			stations::<T>(HERE, *page);
			baseline::<T>(HERE, *page, bytes.clone());
			settled_in::<T>(HERE, *page, MAX_SETTLED);
			let more = if *page == pages[0] { v } else { 0 };
			let all: Vec<_> = (0..=more).map(|_| one(*page)).collect();
			open_in_page::<T>(*page, all);
		}
		let silent = after::<T>(T::Governed::parameters().attestation_term);
		agenda_with_room::<T>(silent, testimony::MAX_HEARD_PAGES);
		let networks = (0..MAX_NETWORKS as u16 - 1).map(|n| (LocalNetworkId(2_000 + n), 1));
		AttestedNetworks::<T>::insert(SHARER, ROOT, BoundedVec::truncate_from(networks.collect()));

		#[block]
		{
			let denial = Denied { org: SHARER, export: ROOT, observed: TIME, said: Said::Nothing };
			for page in &pages {
				let open = OpenInPage::<T>::get(HERE, page);
				exports::attested::note::<T>(SHARER, ROOT, HERE, &[*page].into_iter().collect());
				violations::deny_cells::<T>(denial, HERE, *page, open, &[]);
				// As if one were contested.
				violations::look_in::<T>(SHARER, HERE, *page, silent).expect("there is room");
			}
		}

		assert_eq!(OpenViolations::<T>::get(HERE), 0);
	}

	#[benchmark]
	fn tally(a: Linear<0, { MAX_ORGS as u32 }>) {
		account::<T>(OWNER);
		all_orgs().for_each(observations::tally::<T>);
		let [before, now] =
			[Standing::Contested, Standing::Confirmed].map(|one| Some((Kind::SonBeyondBound, one)));

		#[block]
		{
			all_orgs().take(a as usize).for_each(|org| tallies::stands::<T>(org, before, now));
		}

		let is_changed =
			|all: &tallies::OpenTally| all.contains(&(Kind::SonBeyondBound, Standing::Confirmed, 1_001));
		assert_eq!(OpenTallies::<T>::iter_values().filter(is_changed).count() as u32, a);
	}

	/// Each list of the agenda has room for a few.
	#[benchmark]
	fn score(s: Linear<0, 128>) {
		account::<T>(OWNER);
		orders_with_little_room::<T>(NOW + 1, 8);
		let kinds = Kind::ALL.into_iter().flat_map(|kind| all_orgs().map(move |org| (org, kind)));
		let all: Vec<_> = kinds.take(s as usize).collect();

		#[block]
		{
			for (id, (org, kind)) in (0..).zip(&all) {
				scores::confirmed::<T>(*org, HERE.province(), *kind, TIME);
				violations::ask_remedy::<T>(OWNER, id);
			}
		}

		assert_eq!(MonthScores::<T>::iter_values().count() as u32, s);
	}

	#[benchmark]
	fn forget_testimonies(t: Linear<0, 32>) {
		account::<T>(OWNER);
		for org in all_orgs().take(t as usize) {
			testimony_of::<T>(HERE, org, ROOT);
		}

		#[block]
		{
			testimony::forget::<T>(HERE, PAGE, true);
		}

		assert!(Testimonies::<T>::iter_prefix_values(HERE).all(|one| !one.matching.contains(PAGE)));
	}

	#[benchmark]
	fn sign(p: Linear<1, 64>) {
		let origin = account::<T>(SHARER);
		let pages: Vec<u16> = (0..p as u16).collect();
		for page in &pages {
			stations::<T>(HERE, *page);
			// As many cells as there may be: their values are not looked at.
			baseline::<T>(HERE, *page, TableBytes::default());
		}
		let (counts, cells) = (Heads::<T>::get(HERE, 0).cells, CellDigests::<T>::get(HERE, 0));
		let genesis = Pallet::<T>::genesis_hash();
		let digest = |page: u16| stations_digest(genesis, HERE, page, &counts, &cells, |_| true);
		let digests = pages.iter().map(|page| (*page, OWNER, digest(*page))).collect();

		#[extrinsic_call]
		_(origin, HERE, BoundedVec::truncate_from(digests));

		let last = pages.last().expect("there is one");
		assert!(Heads::<T>::get(HERE, last).signed(63).contains(SHARER));
	}

	#[benchmark]
	fn sign_network(p: Linear<1, 64>) {
		let origin = account::<T>(SHARER);
		let bytes = bytes(&table(PAGE_SLOTS * CELLS));
		for page in 0..p as u16 {
			stations::<T>(HERE, page);
			baseline::<T>(HERE, page, bytes.clone());
		}
		let digest = pages::network_digest::<T>(HERE);
		let last = p as u16 - 1;

		#[extrinsic_call]
		_(origin, HERE, digest, 0, last);

		assert!(Heads::<T>::get(HERE, last).signed(63).contains(SHARER));
	}

	#[benchmark]
	fn anchor_export() {
		let origin = account::<T>(OWNER);
		let roots: Vec<_> = (1..=u64::from(MAX_EXPORTS)).map(|n| numbered(n << 32)).collect();
		for root in &roots {
			export::<T>(OWNER, *root, 1);
		}
		for root in roots.iter().take(15) {
			Asked::<T>::insert(OWNER, root, questions(MAX_ASKED, BlockNumber::MAX));
		}
		Asked::<T>::insert(OWNER, roots[15], questions(0, 0));
		ExportRoots::<T>::insert(OWNER, BoundedVec::truncate_from(roots));
		waiting::<T>(OWNER, MAX_DRAWING, OrgSet::of(SHARER));

		#[extrinsic_call]
		_(origin, Scope::National, ROOT, 1, TIME);

		assert!(Exports::<T>::contains_key(OWNER, ROOT));
	}

	#[benchmark]
	fn open_sweep() {
		let origin = account::<T>(OWNER);
		let others = (0..MAX_UNSALTED - 1).map(|n| (n, NOW, OrgId(9))).collect();
		Unsalted::<T>::put(BoundedVec::truncate_from(others));
		let over = Sweep { opener: OWNER, scope: Scope::National, opened: 1, closes: 2, key: None };
		(1..=MAX_SWEEPS)
			.for_each(|number| Sweeps::<T>::insert(number, Sweep { closes: NOW, ..over.clone() }));
		Sweeps::<T>::insert(16, over);
		SweepsOf::<T>::insert(OWNER, BoundedVec::truncate_from((1..=MAX_SWEEPS).collect()));
		let terms = T::Governed::parameters();
		let closes = after::<T>(terms.sweep_term);
		full_agenda::<T>(closes + T::Governed::blocks(terms.attestation_term) + 1);

		#[extrinsic_call]
		_(origin, Scope::National);

		assert!(Sweeps::<T>::contains_key(0));
	}

	#[benchmark]
	fn attest_networks(n: Linear<1, { T::MaxNetworks::get() }>) {
		let origin = account::<T>(SHARER);
		let key = sweep::<T>(SHARER);
		let networks: Vec<_> = (1_000..).map(LocalNetworkId).take(n as usize).collect();
		let mut tags = Vec::new();
		// Given a testimony from an earlier export, which is kept
		export::<T>(SHARER, Hash::zero(), 1);
		for network in &networks {
			T::BenchmarkHelper::write_network(*network);
			digests::<T>(*network);
			testimony_of::<T>(*network, SHARER, Hash::zero());
			// One page of it is given up now.
			AttestedPages::<T>::mutate((SHARER, Hash::zero(), *network), |attested| {
				attested.earlier.remove(0)
			});
			tags.push((*network, key.tag(&pages::network_digest::<T>(*network))));
		}

		#[extrinsic_call]
		_(origin, 7, ROOT, BoundedVec::truncate_from(tags));

		assert!(networks
			.iter()
			.all(|network| { Testimonies::<T>::get(network, SHARER).expect("was there").sweep == 7 }));
		let is_given_up = |network: &LocalNetworkId| {
			AttestedPages::<T>::get((SHARER, Hash::zero(), *network)).earlier.contains(0)
		};
		assert!(networks.iter().all(is_given_up));
	}

	#[benchmark]
	fn attest_pages(p: Linear<0, 128>, d: Linear<0, 128>) {
		let origin = account::<T>(SHARER);
		let key = sweep::<T>(SHARER);
		testimony_of::<T>(HERE, SHARER, ROOT);
		baseline::<T>(HERE, PAGE, TableBytes::default());
		let full = PageDigests::<T>::get(HERE, 0);
		PageDigests::<T>::insert(HERE, 1, &full);
		let mut tags: Vec<Tag> = (0..p).map(|n| key.tag(&full[(n % 128) as usize])).collect();
		for page in p as u16..(p + d) as u16 {
			baseline::<T>(HERE, page, TableBytes::default());
			whole_difference::<T>(page, SHARER);
			// The page was revised since, so another one is noted.
			Heads::<T>::mutate(HERE, page, |head| head.revision = 1);
			tags.push(Tag([0; 8]));
		}
		PageDigests::<T>::insert(HERE, 1, full);

		#[extrinsic_call]
		_(origin, 7, ROOT, HERE, 0, BoundedVec::truncate_from(tags));

		assert_eq!(Testimonies::<T>::get(HERE, SHARER).expect("was there").differing.len(), d);
	}

	/// Pages of one cell each, and one with the others, in full pages of stations.
	#[benchmark]
	fn attest_cells(p: Linear<0, { T::MaxPagesOfCells::get() - 1 }>, c: Linear<1, MAX_PAGE_CELLS>) {
		let origin = account::<T>(SHARER);
		sweep::<T>(SHARER);
		testimony_of::<T>(HERE, SHARER, ROOT);
		let mut pages = Vec::new();
		for page in 0..=p as u16 {
			let cells = if page == 0 { c as usize } else { 1 };
			stations::<T>(HERE, page);
			baseline::<T>(HERE, page, TableBytes::default());
			// Dealt out to all slots.
			let of_slot = |slot| cells.saturating_sub(slot).div_ceil(PAGE_SLOTS as usize) as u8;
			let counts = (0..PAGE_SLOTS as usize).map(of_slot).collect();
			Heads::<T>::mutate(HERE, page, |head| head.cells = BoundedVec::truncate_from(counts));
			CellDigests::<T>::mutate(HERE, page, |digests| digests.truncate(cells));
			whole_difference::<T>(page, SHARER);
			pages.push((page, 0, BoundedVec::truncate_from(vec![Tag([0; 8]); cells])));
		}

		#[extrinsic_call]
		_(origin, 7, ROOT, HERE, BoundedVec::truncate_from(pages));

		assert_eq!(Testimonies::<T>::get(HERE, SHARER).expect("was there").differing.len(), p + 1);
	}

	/// Small pages with one cell each, which is a new violation; one full page with the other cells, each of them a violation
	/// that is confirmed; and one with a cell that is more of them. Of `v` there are no more than the fewest cells may have,
	/// since all other components are at their most. What stands in a page comes to it: [`judge`], and so do other companies
	/// that are accused, and scores: [`tally`], [`score`].
	#[benchmark]
	fn attest_values(p: Linear<0, { T::MaxPagesOfCells::get() - 2 }>, c: Linear<1, 32>, v: Linear<0, 45>) {
		let origin = account::<T>(SHARER);
		sweep::<T>(SHARER);
		testimony_of::<T>(HERE, SHARER, ROOT);
		let (bytes, small) = (full_page::<T>(), bytes(&table(1)));
		export::<T>(TOWER, Hash::repeat_byte(TOWER.0), 1);
		past_violations::<T>(1);
		let mut pages = Vec::new();
		let mut next = 0..;
		for page in 0..=p as u16 + 1 {
			stations::<T>(HERE, page);
			if page < 2 {
				baseline::<T>(HERE, page, bytes.clone());
				imported::<T>(page);
				records::<T>(page, MAX_OPEN_IN_PAGE);
			} else {
				baseline::<T>(HERE, page, small.clone());
			}
			let (cells, differing) = match page {
				0 => (c, 1),
				1 => (1, v + 1),
				_ => (1, 1),
			};
			let mut seen = Vec::new();
			let mut open = Vec::new();
			for position in 0..cells {
				let mut values = cell(position);
				for (key, value) in values.iter_mut().rev().take(differing as usize) {
					*value = -1;
					let id = next.next().expect("there are enough");
					if page < 2 {
						let place = (position, *key);
						let by = OrgSet::of(TOWER);
						open.push(violation::<T>(id, page, place, OWNER, Standing::Alleged, by));
					}
				}
				seen.push((position as u16, BoundedVec::truncate_from(values)));
			}
			if page < 2 {
				// Those of other cells stand before them.
				let room = MAX_OPEN_IN_PAGE as usize - open.len();
				let all = (0..MAX_OPEN_IN_PAGE).map(elsewhere_in_page).take(room).chain(open).collect();
				open_in_page::<T>(page, all);
			}
			difference::<T>(page, SHARER, (0..cells as u16).collect());
			pages.push((page, 0, BoundedVec::truncate_from(seen)));
		}
		agenda_with_room::<T>(after::<T>(T::Governed::parameters().silence_term) + 1, 32);

		#[extrinsic_call]
		_(origin, 7, ROOT, HERE, BoundedVec::truncate_from(pages));

		assert_eq!(NextViolation::<T>::get(), 2_000_000 + p);
		assert_eq!(Violations::<T>::get(0).expect("was there").standing, Standing::Confirmed);
	}

	/// The last cell of a page, seen by a second company. Of the violations that stand open its own is one.
	#[benchmark]
	fn judge(t: Linear<2_376, 69_696>, r: Linear<1, MAX_OPEN_IN_PAGE>) {
		let origin = account::<T>(SHARER);
		sweep::<T>(SHARER);
		testimony_of::<T>(HERE, SHARER, ROOT);
		export::<T>(TOWER, Hash::repeat_byte(TOWER.0), 1);
		let cells = cells_of(t);
		stations::<T>(HERE, PAGE);
		baseline::<T>(HERE, PAGE, bytes(&table(cells)));
		imported::<T>(PAGE);
		records::<T>(PAGE, r);
		let by = OrgSet::of(TOWER);
		let own = violation::<T>(0, PAGE, (cells - 1, LAST), OWNER, Standing::Alleged, by);
		open_in_page::<T>(PAGE, (1..r).map(elsewhere_in_page).chain([own]).collect());
		let position = cells as u16 - 1;
		difference::<T>(PAGE, SHARER, vec![position]);
		let mut values = cell(position.into());
		values.last_mut().expect("has values").1 = -1;
		let seen = BoundedVec::truncate_from(vec![(position, BoundedVec::truncate_from(values))]);
		agenda_with_room::<T>(after::<T>(T::Governed::parameters().silence_term) + 1, 32);

		#[extrinsic_call]
		attest_values(origin, 7, ROOT, HERE, BoundedVec::truncate_from(vec![(PAGE, 0, seen)]));

		assert_eq!(Violations::<T>::get(0).expect("was there").standing, Standing::Confirmed);
	}

	#[benchmark]
	fn demand_openings(c: Linear<1, MAX_NAMED>) {
		let origin = account::<T>(SHARER);
		export::<T>(OWNER, ROOT, 1);
		let cells: Vec<_> = (0..c as u16)
			.map(|n| CellId { site: SiteId::new(LocalNetworkId(1_000 + n), PAGE, PAGE_SLOTS - 1), cell: 0 })
			.collect();
		let bytes = bytes(&table(PAGE_SLOTS * CELLS));
		for cell in &cells {
			testimony_to_look_up::<T>(cell.site.local_network, OWNER, ROOT);
			stations::<T>(cell.site.local_network, PAGE);
			baseline::<T>(cell.site.local_network, PAGE, bytes.clone());
			settled_in::<T>(cell.site.local_network, PAGE, MAX_SETTLED);
			let open = (0..MAX_OPEN_IN_PAGE).map(elsewhere_in_page).collect();
			OpenInPage::<T>::insert(cell.site.local_network, PAGE, BoundedVec::truncate_from(open));
		}
		Asked::<T>::insert(OWNER, ROOT, questions(MAX_ASKED - c, BlockNumber::MAX));
		full_agenda::<T>(after::<T>(T::Governed::parameters().opening_term) + 1);

		#[extrinsic_call]
		_(origin, OWNER, ROOT, BoundedVec::truncate_from(cells));

		assert_eq!(Asked::<T>::get(OWNER, ROOT).open.len() as u32, MAX_ASKED);
	}

	/// The first row differs from those that other companies have opened.
	#[benchmark]
	fn open_cells(o: Linear<1, 16>, d: Linear<0, 31>) {
		let origin = account::<T>(OWNER);
		let site = |n: u32| SiteId::new(LocalNetworkId(1_000 + n as u16), PAGE, 0);
		let row = |n| Row { cell: CellId { site: site(n), cell: 0 }, values: cell(0), fields: fields(b'x') };
		let rows: Vec<_> = (0..o).map(|n| row(n).to_bytes().expect("fits")).collect();
		let mut leaves: Vec<Hash> = rows.iter().map(|row| export::leaf(row)).collect();
		leaves.resize(1 << 16, Hash::zero());
		let tree = export::Export::of_leaves(leaves, OWNER, Scope::National, TIME);
		let root = tree.root();
		export::<T>(OWNER, root, tree.bound().leaves);
		let mut asked = questions(MAX_ASKED - o, BlockNumber::MAX);
		for leaf in 0..o {
			let said = Said::Matches(testimony::given(&cell(0)));
			let question = Question { cell: row(leaf).cell, by: SHARER, due: BlockNumber::MAX, said };
			asked.open.try_push(question).expect("there is room");
		}
		Asked::<T>::insert(OWNER, root, asked);
		let marks = |byte| exports::field_marks(&fields(byte));
		let opened = |root, byte| CellFields { root, observed: TIME, place: 0, fields: marks(byte) };
		for other in all_orgs().skip(1).take(d as usize) {
			let theirs = Hash::repeat_byte(other.0);
			export::<T>(other, theirs, 1);
			OpenedFields::<T>::insert(other, row(0).cell, opened(theirs, other.0));
		}
		for place in 0..o {
			let gone = CellId { site: SiteId::new(HERE, PAGE, place), cell: 0 };
			OpenedCells::<T>::insert(OWNER, place, gone);
			OpenedFields::<T>::insert(OWNER, gone, opened(root, 1));
		}
		let openings: Vec<_> = (0..).zip(rows).map(|(n, row)| tree.open(n, row).expect("is there")).collect();

		#[extrinsic_call]
		_(origin, Scope::National, root, BoundedVec::truncate_from(openings));

		let marks = Exports::<T>::get(OWNER, root).expect("was there").marks;
		assert_eq!((marks.opened, marks.wrong, marks.differing), (o, 0, d));
	}

	#[benchmark]
	fn set_policy() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		account::<T>(OWNER);
		let last = OrgId(MAX_ORGS - 1);

		#[extrinsic_call]
		set_holdings(origin as T::RuntimeOrigin, last, holding(last));

		assert_eq!(Holdings::<T>::get().len(), usize::from(MAX_ORGS));
		Ok(())
	}

	/// Of the steps of a check so many thousand, beside those that the first look at each page takes.
	#[benchmark]
	fn look_around(p: Linear<1, MAX_PAGES_LOOKED>, l: Linear<0, 380>) {
		account::<T>(OWNER);
		let bytes = full_page::<T>();
		for page in 0..p as u16 {
			stations::<T>(HERE, 1_000 + page);
			Tables::<T>::insert(HERE, 1_000 + page, &bytes);
		}
		let cell_in = |page: u16, position: u32| CellId {
			site: SiteId::new(HERE, 1_000 + page, position / CELLS),
			cell: (position % CELLS) as u8,
		};
		// A look at a value of one of the last keys, each another one.
		let looks = l * 1_000 / (MAX_KEYS + 16);
		let first = (0..p as u16).map(|page| (cell_in(page, 0), key(0)));
		let wanted = |n: u32| (cell_in(0, n % 256), key(MAX_KEYS - 1 - n / 256));
		let all: Vec<_> = first.chain((0..looks).map(wanted)).collect();
		let found;

		#[block]
		{
			found = look_at::<T>((HERE, PAGE), &all);
		}

		assert_eq!(found, all.len());
	}

	#[benchmark]
	fn read_records(r: Linear<0, MAX_CHANGES>) {
		account::<T>(OWNER);
		for number in 0..r {
			request::<T>(number, Phase::Closed, PartState::Executed);
			Manifests::<T>::remove(number);
		}
		let found;

		#[block]
		{
			let elsewhere = Elsewhere::<T>::of(u32::MAX, 0);
			found = (0..r).filter_map(|number| elsewhere.request(number)).count();
		}

		assert_eq!(found, r as usize);
	}

	/// As many rows as may be are asked for by the accused, and other exports wait for draws.
	#[benchmark]
	fn settled(e: Linear<1, { MAX_SETTLED_EXPORTS }>) {
		account::<T>(OWNER);
		let roots = || (0..SETTLED_OF_ONE).map(|n| Hash::repeat_byte(n as u8));
		let exports = || all_orgs().flat_map(|org| roots().map(move |root| (org, root))).take(e as usize);
		for (org, root) in exports() {
			waiting::<T>(org, MAX_DRAWING, OrgSet::of(SHARER));
			Asked::<T>::insert(org, root, questions(MAX_ASKED, BlockNumber::MAX));
		}
		let found;

		#[block]
		{
			found = exports().filter(|(org, root)| exports::is_settled::<T>(*org, *root, OrgId(9))).count();
		}

		assert_eq!(found, e as usize);
	}

	#[benchmark]
	fn draft() {
		let origin = account::<T>(OWNER);
		full_agenda::<T>(after::<T>(T::Governed::parameters().consent_term) + 1);

		#[extrinsic_call]
		_(origin, HERE, terms());

		assert!(Requests::<T>::contains_key(0));
	}

	/// An amendment of what is asked for already.
	#[benchmark]
	fn add(i: Linear<1, MAX_ITEMS>) {
		let origin = account::<T>(OWNER);
		full_page::<T>();
		// What stands in the way explains nothing any more.
		let mut idle = request::<T>(1, Phase::Closed, PartState::Open);
		idle.asked = None;
		Requests::<T>::insert(1, idle);
		request::<T>(7, Phase::Asked, PartState::Open);
		changes_of::<T>(7, &[], 0, ChangeState::Open);
		let part = part(i, PAGE_SLOTS * CELLS);

		#[extrinsic_call]
		_(origin, 7, PAGE, part);

		assert_eq!(Requests::<T>::get(7).expect("was there").consents.revision, 1);
		assert_eq!(Parts::<T>::get(7, PAGE).len() as u32, i);
	}

	#[benchmark]
	fn submit() {
		let origin = account::<T>(OWNER);
		request::<T>(7, Phase::Draft, PartState::Open);
		full_agenda::<T>(after::<T>(60) + 1);

		#[extrinsic_call]
		_(origin, 7);

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::Asked);
	}

	/// An emergency of a full page, all of which the baseline says by now.
	#[benchmark]
	fn withdraw() {
		let origin = account::<T>(OWNER);
		full_page::<T>();
		past_request::<T>();
		let mut request = request::<T>(7, Phase::Asked, PartState::Open);
		request.terms.emergency = true;
		Requests::<T>::insert(7, request);
		Manifests::<T>::mutate(7, |heads| heads.truncate(1));
		let table = pages::Page::<T>::open(HERE, PAGE).table;
		let mut part = full_part();
		for item in part.iter_mut() {
			let position = table.position(item.slot.into(), item.cell).expect("has all cells");
			item.value = table.get(position, item.key);
		}
		Parts::<T>::insert(7, PAGE, part);

		#[extrinsic_call]
		_(origin, 7);

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::Withdrawn);
		assert!(!Requests::<T>::contains_key(900));
	}

	#[benchmark]
	fn consent() {
		let origin = account::<T>(SHARER);
		let mut request = request::<T>(7, Phase::Asked, PartState::Open);
		request.consents.given = OrgSet::of(OWNER);
		let Consents { subject, revision, .. } = request.consents;
		Requests::<T>::insert(7, request);

		#[extrinsic_call]
		_(origin, 7, subject, revision);

		assert!(Requests::<T>::get(7).expect("was there").consents.given.contains(SHARER));
	}

	#[benchmark]
	fn object() {
		let origin = account::<T>(SHARER);
		request::<T>(7, Phase::Executed, PartState::Executed);
		full_agenda::<T>(after::<T>(T::Governed::parameters().ruling_term) + 1);

		#[extrinsic_call]
		_(origin, 7, Hash::zero());

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::Disputed);
	}

	/// The last cell of the first station gets its first values, where it is among the items.
	#[benchmark]
	fn execute(i: Linear<1, MAX_ITEMS>, n: Linear<2_640, 69_696>) {
		let origin = account::<T>(OWNER);
		let cells = cells_of(n);
		let mut stations = table(cells);
		stations[0].pop();
		baseline::<T>(HERE, PAGE, bytes(&stations));
		let mut request = request::<T>(7, Phase::Asked, PartState::Open);
		request.consents.expires = NOW + 1;
		Requests::<T>::insert(7, request);
		let part = part(i, cells);
		changes_of::<T>(7, &part, cells, ChangeState::Open);
		Parts::<T>::insert(7, PAGE, part);
		let terms = T::Governed::parameters();
		let observation = T::Governed::blocks(terms.observation_term.max(terms.objection_term));
		full_agenda::<T>(NOW + 1 + observation + 1);

		#[extrinsic_call]
		_(origin, 7, PAGE);

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::Executed);
		let is_own = |change: &Change| change.request == 7;
		let executed = |change: &Change| matches!(change.state, ChangeState::Executed { .. });
		let own = Changes::<T>::get(HERE, PAGE).into_iter().filter(is_own).collect::<Vec<_>>();
		assert!(own.len() as u32 == i && own.iter().all(executed));
	}

	#[benchmark]
	fn attest_change() {
		let origin = account::<T>(SHARER);
		request::<T>(7, Phase::Executed, PartState::Executed);

		#[extrinsic_call]
		_(origin, 7);

		assert!(Requests::<T>::get(7).expect("was there").attested.contains(SHARER));
	}

	/// The last cell of the first station has got its first values by the change.
	#[benchmark]
	fn roll_back(i: Linear<1, MAX_ITEMS>, n: Linear<2_640, 69_696>) {
		let origin = account::<T>(OWNER);
		let cells = cells_of(n);
		let part = part(i, cells);
		let mut stations = table(cells);
		for item in &part {
			let values = &mut stations[usize::from(item.slot)][usize::from(item.cell)];
			let place = values.binary_search_by_key(&item.key, |(key, _)| *key).expect("has all keys");
			values[place].1 = item.value.expect("another value");
		}
		let last = stations[0].len() as u8 - 1;
		let is_new = |key: ParamKey| part.iter().any(|item| item.place() == (0, last, key));
		stations[0][usize::from(last)].retain(|(key, _)| is_new(*key));
		baseline::<T>(HERE, PAGE, bytes(&stations));
		imported::<T>(PAGE);
		past_request::<T>();
		request::<T>(7, Phase::Executed, PartState::Executed);
		changes_of::<T>(7, &part, cells, ChangeState::Executed { at: 1, window_end: 2 });
		Changes::<T>::mutate(HERE, PAGE, |changes| {
			let own = changes.iter_mut().filter(|one| (one.request, one.slot, one.cell) == (7, 0, last));
			own.for_each(|one| one.before = None);
		});

		#[extrinsic_call]
		_(origin, 7, PAGE);

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::RolledBack);
		assert_eq!(Heads::<T>::get(HERE, PAGE).revision, 1);
	}

	#[benchmark]
	fn rule() {
		let origin = account::<T>(TOWER);
		let mut request = request::<T>(7, Phase::Disputed, PartState::Executed);
		let parties = OrgSet::of(OWNER).with(SHARER);
		request.consents.required = parties;
		request.overruled = OrgSet(u32::MAX).difference(parties).without(TOWER);
		Requests::<T>::insert(7, request);
		full_agenda::<T>(NOW + 1);

		#[extrinsic_call]
		_(origin, 7, false, Hash::zero());

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::Overruled);
	}

	#[benchmark]
	fn notify(n: Linear<1, 64>) {
		let origin = account::<T>(OWNER);
		notices::<T>(PAGE, MAX_NOTICES);
		let notice = |n: u32| Notice {
			slot: 63,
			cell: 0,
			key: key(n),
			old: Some(1),
			new: 2,
			source: Source::Management,
			at: TIME,
		};
		let new: Vec<_> = (0..n).map(notice).collect();

		#[extrinsic_call]
		_(origin, HERE, PAGE, BoundedVec::truncate_from(new));

		let kept = Notices::<T>::get(HERE, PAGE).into_inner().pop();
		assert!(kept.is_some_and(|(org, _, last)| (org, last) == (OWNER, notice(n - 1))));
	}

	#[benchmark]
	fn look_for_due(b: Linear<1, MAX_LOOKED>) {
		account::<T>(OWNER);
		AgendaFrom::<T>::put(agenda::Queues::truncate_from(vec![(OWNER, NOW + 1 - b)]));
		full_agenda::<T>(NOW);

		#[block]
		{
			agenda::work_within::<T>(NOW, Weight::zero());
		}

		assert_eq!(AgendaFrom::<T>::get().into_inner(), [(OWNER, NOW)]);
		assert_eq!(Agenda::<T>::decode_len(OWNER, NOW), Some(MAX_DUE as usize));
	}

	/// Nobody says again what is contested: that is over. What is confirmed instead is counted apart: [`score`].
	#[benchmark]
	fn silence(l: Linear<1, 224>, v: Linear<0, { violations::CHANGED_AT_ONCE }>) {
		account::<T>(OWNER);
		// Long after any term.
		let late = 1_000_000_000u32;
		frame_system::Pallet::<T>::set_block_number(late.into());
		past_violations::<T>(v);
		let root = Hash::repeat_byte(TOWER.0);
		export::<T>(TOWER, root, 1);
		let accused = |id: u32| OrgId((id % u32::from(MAX_ORGS)) as u8).max(TOWER);
		let of = |id, standing| {
			let place = (id % (PAGE_SLOTS * CELLS), LAST);
			violation::<T>(id, PAGE, place, accused(id), standing, OrgSet::of(TOWER))
		};
		let contested = (0..v).map(|id| of(id, Standing::Contested));
		let confirmed = (v..v + l).map(|id| of(id, Standing::Confirmed));
		open_in_page::<T>(PAGE, contested.chain(confirmed).collect());
		// As many denials as there may be, the first from an export that is not doubted.
		let denied = |org: OrgId| Denied { org, export: root, observed: TIME, said: Said::Nothing };
		let denials = core::iter::once(TOWER).chain(all_orgs().filter(|org| *org != TOWER)).map(denied);
		let denials = BoundedVec::truncate_from(denials.collect());
		for id in 0..v {
			Violations::<T>::mutate(id, |one| one.as_mut().expect("was made").denials = denials.clone());
		}
		full_agenda::<T>(late + 1);

		#[block]
		{
			violations::silent::<T>(TOWER, HERE, PAGE);
		}

		assert!((0..v).all(|id| Violations::<T>::get(id).expect("was there").closed.is_some()));
	}

	#[benchmark]
	fn remove_sweep() {
		account::<T>(OWNER);
		sweep::<T>(OWNER);

		#[block]
		{
			sweeps::remove::<T>(7);
		}

		assert!(!Sweeps::<T>::contains_key(7));
	}

	/// A dispute is over in the window, and no page of the request waits.
	#[benchmark]
	fn end_request() {
		account::<T>(OWNER);
		past_request::<T>();
		request::<T>(7, Phase::Disputed, PartState::RolledBack);

		#[block]
		{
			changes::ruling_over::<T>(7);
		}

		assert_eq!(Requests::<T>::get(7).expect("was there").phase, Phase::Closed);
		assert!(!Requests::<T>::contains_key(900));
	}

	#[benchmark]
	fn unratified() {
		account::<T>(OWNER);
		full_page::<T>();
		request::<T>(7, Phase::Unratified, PartState::Open);
		Parts::<T>::insert(7, PAGE, full_part());
		full_agenda::<T>(NOW + 1);

		#[block]
		{
			changes::unratified::<T>(OWNER, 7, 0);
		}

		assert_eq!(OpenInPage::<T>::get(HERE, PAGE).len(), 16);
	}

	#[benchmark]
	fn forget_request() {
		account::<T>(OWNER);
		past_request::<T>();

		#[block]
		{
			changes::forget_rest::<T>(900);
		}

		assert_eq!(Manifests::<T>::decode_len(900), Some(MAX_PARTS as usize - 16));
	}

	#[benchmark]
	fn overdue() {
		account::<T>(OWNER);
		export::<T>(OWNER, ROOT, 1);
		Asked::<T>::insert(OWNER, ROOT, questions(MAX_ASKED, 1));

		#[block]
		{
			exports::overdue::<T>(OWNER, ROOT);
		}

		assert_eq!(MarksOf::<T>::get(OWNER).missing, MAX_ASKED);
	}

	#[benchmark]
	fn salt(s: Linear<0, MAX_UNSALTED>) {
		account::<T>(OWNER);
		let unsalted = Sweep { opener: OWNER, scope: Scope::National, opened: 2, closes: NOW, key: None };
		for number in 0..s {
			Sweeps::<T>::insert(number, &unsalted);
		}
		Unsalted::<T>::put(BoundedVec::truncate_from((0..s).map(|number| (number, 2, OWNER)).collect()));

		#[block]
		{
			sweeps::salt::<T>(NOW);
		}

		assert!((0..s).all(|number| Sweeps::<T>::get(number).expect("was there").key.is_some()));
	}

	/// Of one company the exports are drawn of, those of the others wait for another author.
	#[benchmark]
	fn draw(w: Linear<0, 30>, e: Linear<0, { exports::MAX_DRAWN_EXPORTS }>) {
		account::<T>(OWNER);
		LastAuthor::<T>::put(OWNER);
		let bytes = full_page::<T>();
		for org in all_orgs().skip(2).take(w as usize) {
			waiting::<T>(org, MAX_DRAWING, OrgSet::of(SHARER));
		}
		for root in waiting::<T>(SHARER, e, OrgSet::of(OWNER).with(TOWER)) {
			export::<T>(SHARER, root, 1_000_000);
			// No room is kept for those who have named all that they may.
			let mut asked = questions(MAX_ASKED - exports::DRAWN, BlockNumber::MAX);
			asked.named = BoundedVec::truncate_from(all_orgs().map(|by| (by, MAX_NAMED)).collect());
			Asked::<T>::insert(SHARER, root, asked);
			// Of whole local networks by their tags, with one page that has a baseline.
			for local_network in (1_000..1_000 + MAX_NETWORKS as u16).map(LocalNetworkId) {
				testimony_to_look_up::<T>(local_network, SHARER, root);
				stations::<T>(local_network, PAGE);
				baseline::<T>(local_network, PAGE, bytes.clone());
				Written::<T>::insert(local_network, PageSet::from_iter([PAGE]));
			}
		}
		let due = after::<T>(T::Governed::parameters().opening_term) + 1;
		agenda_with_room::<T>(due, exports::MAX_DRAWN_EXPORTS);

		#[block]
		{
			exports::draw::<T>(NOW);
		}

		assert!(Drawing::<T>::get(SHARER).iter().all(|one| !one.awaits.contains(OWNER)));
	}

	#[benchmark]
	fn forget_scores(n: Linear<0, 64>) {
		account::<T>(OWNER);
		ScoresFrom::<T>::put(Oldest { day: 1, month: 1 });
		for count in 0..n / 2 {
			let against = OrgId((count % u32::from(MAX_ORGS)) as u8);
			let key = ScoreKey { against, province: ProvinceId(13), kind: Kind::Hidden };
			DayScores::<T>::insert(1, key, 1);
			MonthScores::<T>::insert(1, key, 1);
		}

		#[block]
		{
			scores::forget::<T>();
		}

		assert_eq!(DayScores::<T>::iter_prefix(1).count(), 0);
	}

	#[benchmark]
	fn scan(t: Linear<1, 32>, r: Linear<0, { coverage::MAX_LOOKED as u32 }>) {
		account::<T>(OWNER);
		Scanned::<T>::put(LocalNetworkId(HERE.0 - 1));
		Written::<T>::insert(HERE, all_pages());
		for org in all_orgs().take(t as usize) {
			let root = Hash::repeat_byte(org.0);
			export::<T>(org, root, 1);
			testimony_of::<T>(HERE, org, root);
		}
		for page in 0..r as u16 {
			whole_difference::<T>(page, OWNER);
		}
		Testimonies::<T>::mutate(HERE, OWNER, |testimony| {
			testimony.as_mut().expect("was made").unexplained = PageSet::first(r as u16);
		});
		// Long after any term.
		let late = 1_000_000_000u32;
		frame_system::Pallet::<T>::set_block_number(late.into());
		T::BenchmarkHelper::set_time(TIME);

		#[block]
		{
			coverage::scan::<T>(late);
		}

		assert_eq!(Scanned::<T>::get(), Some(HERE));
		assert_eq!(Findings::<T>::get(HERE).unexplained.pages.len(), r);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
