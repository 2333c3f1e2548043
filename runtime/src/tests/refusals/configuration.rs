// SPDX-License-Identifier: Apache-2.0
//! Who may not act on the configuration guard: every call of it by the wrong role, company and scope, by a company that is
//! suspended or has left, and while its calls are paused, in every way of making a call. And tags that are of something else.

use super::{
	table::{suspend, May, Row, Table},
	wrapped::as_council,
	*,
};
use crate::{configs::business::SilencedByFederation, ConfigGuard};
use frame_support::traits::Contains;
use pallet_config_guard::{
	notices::{Notice, Source},
	types::{BaselineRefusal, BaselineResult, CellsResult, SignResult},
	Call, Event, Heads, Notices, Sweeps,
};
use pallet_federation::{Call as Federation, PauseKind, PauseKinds};
use sp_runtime::BoundedVec;
use trimast_primitives::{
	cells::{
		catalogue::{ParamText, Parameter},
		change::{Item, Terms},
		digest::{cell_digests, page_digest, PagePlace, SweepKey, Tag},
		export::Export,
		CellId, CellTable, ParamId, ParamKey,
	},
	page::SiteId,
	params::Parameters,
	Hash,
};

/// `cellBarred` of the catalogue: class J, and no rule is about it. 1: not barred.
const BARRED: ParamKey = ParamKey { param: ParamId(7), place: 0 };
const WINDOW: (u64, u64) = (0, 10 * 24 * 3_600_000);

fn engineer(org: &str) -> String {
	format!("{org}//engineer")
}

fn collector(org: &str) -> String {
	format!("{org}//collector")
}

/// The station that everything here is about.
fn site() -> SiteId {
	Sites::stations(PLACE, 0, 1)[0].id
}

fn page() -> u16 {
	site().page().unwrap()
}

/// The baseline of the station's three cells, with these values.
fn table(values: [i64; 3]) -> CellTable {
	let slot = usize::try_from(site().slot()).unwrap();
	let mut stations = vec![Vec::new(); slot];
	stations.push(values.map(|value| vec![(BARRED, value)]).to_vec());
	CellTable::new(&stations).unwrap()
}

fn item(cell: u8) -> Item {
	Item { slot: u8::try_from(site().slot()).unwrap(), cell, key: BARRED, value: Some(0) }
}

fn terms() -> Terms {
	Terms { window: WINDOW, whole: true, emergency: false, guard: Default::default(), reason: Hash::zero() }
}

fn request(cell: u8) -> Call<Runtime> {
	Call::request {
		local_network: PLACE,
		terms: terms(),
		page: page(),
		part: vec![item(cell)].try_into().unwrap(),
	}
}

fn consent(number: u32) -> Call<Runtime> {
	let (request, _) = ConfigGuard::request_of(number).unwrap();
	let (subject, revision) = (request.consents.subject, request.consents.revision);
	Call::consent { request: number, subject, revision }
}

fn sign_network() -> Call<Runtime> {
	let digest = ConfigGuard::network_digest(PLACE).unwrap();
	Call::sign_network { local_network: PLACE, digest, first: page(), last: page() }
}

/// Root of an export that the first carrier has anchored.
fn root() -> Hash {
	Export::new(&[b"row"], OrgId(0), Scope::National, 0).root()
}

/// The requests that stand, by what has become of them.
const ASKED: u32 = 0;
const EXECUTED: u32 = 1;
const DISPUTED: u32 = 2;
const DRAFT: u32 = 3;
/// The sweep that is open, opened after the export was anchored.
const SWEEP: u32 = 0;

/// A station of the first carrier, shared by the second, with a baseline, requests in every phase that a call needs, an
/// export and a sweep.
fn given() {
	let (one, two) = (engineer("//carrier-one"), engineer("//carrier-two"));
	admitted("//carrier-one//planner", register("A", 0)).unwrap();
	let bytes = table([1; 3]).to_bytes().unwrap();
	admitted(&one, Call::import { local_network: PLACE, page: page(), table: bytes }).unwrap();
	for cell in 0..3 {
		admitted(&one, request(cell)).unwrap();
		pass(1);
	}
	for number in [EXECUTED, DISPUTED] {
		admitted(&two, consent(number)).unwrap();
		admitted(&one, Call::execute { request: number, page: page() }).unwrap();
		pass(1);
	}
	admitted(&two, Call::object { request: DISPUTED, reason: Hash::zero() }).unwrap();
	admitted(&one, Call::draft { local_network: PLACE, terms: terms() }).unwrap();
	let anchor = Call::anchor_export { scope: Scope::National, root: root(), leaves: 1, observed: 0 };
	admitted(&collector("//carrier-one"), anchor).unwrap();
	pass(1);
	admitted(&collector("//carrier-one"), Call::open_sweep { scope: Scope::National }).unwrap();
	pass(3);
	assert!(Sweeps::<Runtime>::get(SWEEP).unwrap().key.is_some());
}

const ENGINEER: May = May::Roles(&[Role::Engineer]);
const COLLECTOR: May = May::Roles(&[Role::Collector]);

const TABLE: Table =
	Table { given, rows: || rows().into_iter().map(of_guard).collect(), kind: PauseKind::ConfigGuard };

fn of_guard((call, may, other): GuardRow) -> Row {
	(call.into(), may, other)
}

type GuardRow = (Call<Runtime>, May, Option<(&'static str, &'static str)>);

fn rows() -> Vec<GuardRow> {
	let (export, local_network, page) = (root(), PLACE, page());
	let (two, tower) = ("//carrier-two", "//tower");
	let part = || BoundedVec::try_from(vec![item(0)]).unwrap();
	let not_proposer = Some((two, "NotProposer"));
	let not_anchored = Some((two, "NotAnchored"));
	let parameter = ConfigGuard::parameters(None, 1).remove(0);
	let (id, parameter, text): (ParamId, Parameter, ParamText) = parameter;
	vec![
		(Call::set_parameter { id, parameter, text }, May::Council, None),
		(Call::set_rule { number: 1, rule: None }, May::Council, None),
		(Call::set_freeze { number: 1, freeze: None }, May::Council, None),
		(Call::set_holdings { org: OrgId(0), holding: Default::default() }, May::Council, None),
		// What is wrong with others' stations and values stands in a result: see below
		(Call::import { local_network, page, table: table([1; 3]).to_bytes().unwrap() }, ENGINEER, None),
		(Call::sign { local_network, pages: BoundedVec::new() }, ENGINEER, None),
		(sign_network(), ENGINEER, None),
		(request(0), ENGINEER, None),
		(Call::draft { local_network, terms: terms() }, ENGINEER, None),
		(Call::add { request: DRAFT, page, part: part() }, ENGINEER, not_proposer),
		(Call::submit { request: DRAFT }, ENGINEER, not_proposer),
		(Call::withdraw { request: ASKED }, ENGINEER, not_proposer),
		(Call::execute { request: ASKED, page }, ENGINEER, not_proposer),
		(Call::roll_back { request: EXECUTED, page }, ENGINEER, not_proposer),
		(consent(ASKED), ENGINEER, Some((tower, "NotRequired"))),
		(Call::object { request: EXECUTED, reason: Hash::zero() }, ENGINEER, Some((tower, "NotConcerned"))),
		(Call::attest_change { request: EXECUTED }, ENGINEER, Some((tower, "NotConcerned"))),
		(
			Call::rule { request: DISPUTED, stands: true, reason: Hash::zero() },
			ENGINEER,
			Some((two, "NotRuler")),
		),
		(
			Call::notify { local_network, page, notices: BoundedVec::new() },
			May::Roles(&[Role::Collector, Role::Engineer]),
			None,
		),
		(
			Call::anchor_export {
				scope: Scope::LocalNetwork(PLACE),
				root: Hash::repeat_byte(9),
				leaves: 1,
				observed: 0,
			},
			COLLECTOR,
			None,
		),
		(Call::open_sweep { scope: Scope::LocalNetwork(PLACE) }, COLLECTOR, None),
		(
			Call::attest_networks {
				sweep: SWEEP,
				export,
				tags: vec![(PLACE, Tag([0; 8]))].try_into().unwrap(),
			},
			COLLECTOR,
			not_anchored,
		),
		(
			Call::attest_pages {
				sweep: SWEEP,
				export,
				local_network,
				first: page,
				tags: vec![Tag([0; 8])].try_into().unwrap(),
			},
			COLLECTOR,
			not_anchored,
		),
		(
			Call::attest_cells { sweep: SWEEP, export, local_network, pages: BoundedVec::new() },
			COLLECTOR,
			not_anchored,
		),
		(
			Call::attest_values { sweep: SWEEP, export, local_network, pages: BoundedVec::new() },
			COLLECTOR,
			not_anchored,
		),
		(
			Call::demand_openings {
				org: OrgId(0),
				root: export,
				cells: vec![CellId { site: site(), cell: 0 }].try_into().unwrap(),
			},
			May::Roles(&[Role::Engineer, Role::Collector, Role::Auditor]),
			Some(("//carrier-one", "OwnExport")),
		),
		(
			Call::open_cells { scope: Scope::LocalNetwork(PLACE), root: export, openings: BoundedVec::new() },
			COLLECTOR,
			not_anchored,
		),
	]
}

#[test]
fn every_call_stands_in_the_table() {
	TABLE.has_every_call_of::<Call<Runtime>>();
}

#[test]
fn every_call_fails_with_all_other_roles() {
	TABLE.fails_with_all_other_roles();
}

#[test]
fn every_call_fails_in_another_scope() {
	TABLE.fails_in_another_scope();
}

#[test]
fn every_call_fails_for_another_company() {
	TABLE.fails_for_another_company();
}

#[test]
fn every_call_fails_for_a_suspended_company() {
	TABLE.fails_for_a_suspended_company();
}

#[test]
fn company_that_is_leaving_is_refused_as_any_other() {
	TABLE.fails_for_another_company_that_is_leaving();
}

#[test]
fn every_call_fails_for_a_company_that_has_left() {
	TABLE.fails_for_a_company_that_has_left();
}

#[test]
fn who_is_suspended_is_silenced_and_everybody_is_while_calls_are_paused() {
	let silenced = || [0, 1, 2].map(|org| SilencedByFederation::contains(&OrgId(org)));
	local().execute_with(|| {
		suspend();
		assert_eq!(silenced(), [false; 3]);
		pass(Parameters::SECONDS.suspension_notice + 1);
		assert_eq!(silenced(), [false, true, false]);
	});
	local().execute_with(|| {
		as_council(Federation::pause { kinds: PauseKinds::of(PauseKind::ConfigGuard) }.into()).unwrap();
		assert_eq!(silenced(), [true; 3]);
		// And no longer than that
		pass(Parameters::SECONDS.pause_term + 1);
		assert_eq!(silenced(), [false; 3]);
	});
	local().execute_with(|| {
		as_council(Federation::pause { kinds: PauseKinds::of(PauseKind::Sites) }.into()).unwrap();
		assert_eq!(silenced(), [false; 3]);
	});
}

#[test]
fn every_call_fails_while_its_kind_is_paused() {
	TABLE.fails_while_its_kind_is_paused();
}

#[test]
fn what_the_council_decides_fails_for_every_account() {
	TABLE.what_the_council_decides_fails_for_every_account(4);
}

/// The last event of the configuration guard.
fn last_event() -> Event<Runtime> {
	let of_guard = |event| match event {
		RuntimeEvent::ConfigGuard(event) => Some(event),
		_ => None,
	};
	System::events().into_iter().rev().find_map(|record| of_guard(record.event)).unwrap()
}

#[test]
fn what_others_do_about_a_station_changes_nothing_and_says_why() {
	local().execute_with(|| {
		given();
		let before = ConfigGuard::page_digest(PLACE, page());
		for org in ["//carrier-two", "//tower"] {
			let by = engineer(org);
			// Its cells
			let bytes = table([0; 3]).to_bytes().unwrap();
			admitted(&by, Call::import { local_network: PLACE, page: page(), table: bytes }).unwrap();
			let Event::BaselineImported { results, .. } = last_event() else { panic!("no results") };
			let refused = BaselineResult::Refused(BaselineRefusal::NotOwner);
			assert!(results.iter().all(|(_, result)| *result == refused) && results.len() == 1, "{org}");
			// A change of them, which leaves no request
			let known = ConfigGuard::requests(0, 100).0.len();
			admitted(&by, request(0)).unwrap();
			let Event::PartChecked { passed, refused, .. } = last_event() else { panic!("no results") };
			assert_eq!((passed, refused.len()), (0, 1), "{org}");
			assert_eq!(ConfigGuard::requests(0, 100).0.len(), known, "{org}");
			pass(1);
			// What its network is said to report
			let Item { slot, cell, key, .. } = item(0);
			let notice = Notice { slot, cell, key, old: Some(1), new: 0, source: Source::Management, at: 0 };
			let notices = vec![notice].try_into().unwrap();
			admitted(&by, Call::notify { local_network: PLACE, page: page(), notices }).unwrap();
			let Event::Notified { taken, refused, .. } = last_event() else { panic!("no results") };
			assert_eq!((taken, refused), (0, 1), "{org}");
			assert!(Notices::<Runtime>::get(PLACE, page()).is_empty(), "{org}");
		}
		// Nor is who is not named by the station a signatory
		let digest = before.unwrap();
		let pages = vec![(page(), OrgId(0), digest)].try_into().unwrap();
		admitted(&engineer("//tower"), Call::sign { local_network: PLACE, pages }).unwrap();
		let Event::BaselineSigned { results, .. } = last_event() else { panic!("no results") };
		assert_eq!(results.to_vec(), [(page(), SignResult::NotFound)]);
		// Signed by what was looked at and no more: another digest is refused by name
		let pages = vec![(page(), OrgId(0), Hash::repeat_byte(1))].try_into().unwrap();
		admitted(&engineer("//carrier-two"), Call::sign { local_network: PLACE, pages }).unwrap();
		let Event::BaselineSigned { results, .. } = last_event() else { panic!("no results") };
		assert_eq!(results.to_vec(), [(page(), SignResult::OtherDigest)]);
		// And so is the digest of the local network
		let digest = Hash::repeat_byte(1);
		let call = Call::sign_network { local_network: PLACE, digest, first: page(), last: page() };
		assert_eq!(admitted(&engineer("//carrier-two"), call).map_err(error_name), Err("OtherDigest"));
		admitted(&engineer("//tower"), sign_network()).unwrap();
		let Event::BaselineSigned { results, .. } = last_event() else { panic!("no results") };
		assert_eq!(results.to_vec(), [(page(), SignResult::Signed(0))]);
		assert_eq!(ConfigGuard::page_digest(PLACE, page()), before);
	});
}

/// What becomes of the owner's amendment of the station.
fn amended(change: impl Fn(&mut trimast_primitives::site::Station)) -> Result<(), &'static str> {
	let mut station = Sites::station(site()).unwrap().entry.station;
	change(&mut station);
	let amend = pallet_sites::Call::amend { id: site(), station };
	admitted("//carrier-one//planner", amend).map_err(error_name)
}

#[test]
fn amendment_that_does_not_go_with_the_baseline_fails() {
	local().execute_with(|| {
		given();
		assert_eq!(amended(|station| station.cells = 2), Err("FewerCells"));
		pass(1);
		let reversed = |station: &mut trimast_primitives::site::Station| {
			let plmns: Vec<_> = station.plmns.iter().rev().copied().collect();
			station.plmns = plmns.try_into().unwrap();
		};
		assert_eq!(amended(reversed), Err("PlmnsFixed"));
		pass(1);
		assert_eq!(amended(|station| station.cells = 4), Ok(()));
	});
}

#[test]
fn sharer_of_a_signed_baseline_is_not_dropped_behind_its_back() {
	local().execute_with(|| {
		// Given a station whose baseline its sharer has signed, and whose record it has not
		given();
		admitted(&engineer("//carrier-two"), sign_network()).unwrap();
		pass(1);
		// When its owner names the sharer as the owner of the backhaul alone, then the sharer is asked
		let alone = |station: &mut trimast_primitives::site::Station| {
			station.sharers = OrgSet::EMPTY;
			station.mode = SharingMode::Exclusive;
			station.backhaul = OrgId(1);
		};
		assert_eq!(amended(alone), Ok(()));
		assert_eq!(Sites::station(site()).unwrap().entry.station.sharers, OrgSet::of(OrgId(1)));
		assert_eq!(Sites::amendments(None, 10).len(), 1);
		// And agrees to changes still
		let (request, _) = ConfigGuard::request_of(ASKED).unwrap();
		assert!(request.consents.required.contains(OrgId(1)));
	});
}

/// The pages that differ by these tags of the station's page.
fn differing(sweep: u32, tag: Tag) -> Vec<u16> {
	let attest = Call::attest_pages {
		sweep,
		export: root(),
		local_network: PLACE,
		first: page(),
		tags: vec![tag].try_into().unwrap(),
	};
	admitted(&collector("//carrier-one"), attest).unwrap();
	match last_event() {
		Event::PagesAttested { differing, .. } => differing.to_vec(),
		other => panic!("{other:?}"),
	}
}

#[test]
fn tags_of_another_sweep_page_revision_catalogue_place_or_chain_differ() {
	local().execute_with(|| {
		given();
		admitted(&collector("//carrier-one"), Call::open_sweep { scope: Scope::National }).unwrap();
		pass(3);
		let key = |sweep| Sweeps::<Runtime>::get(sweep).unwrap().key.unwrap();
		let head = Heads::<Runtime>::get(PLACE, page());
		let bytes = pallet_config_guard::Tables::<Runtime>::get(PLACE, page());
		let table = CellTable::from_bytes(&bytes).unwrap();
		let cells = cell_digests(&table);
		let right = PagePlace {
			genesis: System::block_hash(0),
			local_network: PLACE,
			page: page(),
			revision: head.revision,
			catalogue: head.catalogue,
		};
		let tag = |key: SweepKey, place: PagePlace| key.tag(&page_digest(&place, table.counts(), &cells));
		assert!(differing(SWEEP, tag(key(SWEEP), right)).is_empty());
		assert!(differing(1, tag(key(1), right)).is_empty());

		let salt = Hash::repeat_byte(1);
		let others = [
			("sweep", tag(key(1), right)),
			("salt", tag(SweepKey::new(right.genesis, SWEEP, salt), right)),
			("page", tag(key(SWEEP), PagePlace { page: right.page + 1, ..right })),
			("revision", tag(key(SWEEP), PagePlace { revision: right.revision - 1, ..right })),
			("catalogue", tag(key(SWEEP), PagePlace { catalogue: right.catalogue + 1, ..right })),
			("place", tag(key(SWEEP), PagePlace { local_network: LocalNetworkId(1302), ..right })),
			("chain", tag(key(SWEEP), PagePlace { genesis: Hash::repeat_byte(2), ..right })),
		];
		for (of, tag) in others {
			pass(1);
			assert_eq!(differing(SWEEP, tag), [page()], "of another {of}");
		}
		// The tags of cells go with a revision since which they have their places: another one is stale, and no finding
		let tags: Vec<Tag> = cells.iter().map(|cell| key(SWEEP).tag(cell)).collect();
		for (revision, expected) in [
			(head.laid_out - 1, CellsResult::Stale),
			(head.laid_out, CellsResult::Differ(BoundedVec::new())),
			(right.revision, CellsResult::Differ(BoundedVec::new())),
			(right.revision + 1, CellsResult::Stale),
		] {
			let pages = vec![(page(), revision, tags.clone().try_into().unwrap())].try_into().unwrap();
			let attest = Call::attest_cells { sweep: SWEEP, export: root(), local_network: PLACE, pages };
			admitted(&collector("//carrier-one"), attest).unwrap();
			let Event::CellsAttested { results, .. } = last_event() else { panic!("no results") };
			assert_eq!(results.to_vec(), [(page(), expected)]);
		}
	});
}
