// SPDX-License-Identifier: Apache-2.0

//! A chain of five blocks, made here: four voters, who hand over to four others in block 1; the state of block 2 has the
//! cell; block 4 has the votes.

mod file;
mod shown;
mod votes;

use super::{
	file::{Justified, Proof},
	finality::Justification,
	record::Record,
	state::{items, Catalogue, Export, Item, Marks, Org, PageHead, PageSet, Stage, Testimony},
	verify::verify,
};
use crate::site::csv::{read_station, tests::sample};
use codec::Encode;
use finality_grandpa::{Commit, Message, Precommit, SignedPrecommit};
use proptest::prelude::*;
use rayon::prelude::*;
use sp_consensus_grandpa::{
	localized_payload, AuthorityList, ConsensusLog, ScheduledChange, SetId, GRANDPA_ENGINE_ID,
};
use sp_core::{ed25519::Pair, storage::StateVersion, Pair as _};
use sp_runtime::{generic::Digest, traits::BlakeTwo256, DigestItem};
use sp_state_machine::{new_in_mem, prove_read_on_trie_backend, InMemoryBackend};
use sp_trie::CompactProof;
use std::sync::OnceLock;
use trimast_primitives::{
	access::Scope,
	cells::{
		catalogue::{
			cell_value, ApprovalClass, Domain, NameSource, ParamName, ParamScope, ParamText, Parameter,
		},
		digest::{cell_digests, page_digest, PagePlace},
		CellId, CellTable, ParamId, ParamKey,
	},
	org::OrgKind,
	page::SiteId,
	params::Parameters,
	site::{StationEntry, StationState},
	AccountId, Hash, Header, LocalNetworkId, OrgId, OrgSet,
};

const PLACE: LocalNetworkId = LocalNetworkId(1301);
/// Not in the first chunk of digests.
const PAGE: u16 = 130;
const SLOT: u32 = 1;
const ORGS: u8 = 4;
const STATE: ParamId = ParamId(1);
const TAC: ParamId = ParamId(4);
const TILT: ParamId = ParamId(24);
const NEIGHBOUR: ParamId = ParamId(65);

fn cell(number: u8) -> CellId {
	CellId { site: SiteId::new(PLACE, PAGE, SLOT), cell: number }
}

/// The export that everybody has testified from.
const EXPORT: Hash = Hash::repeat_byte(0xe0);

fn all_items() -> Vec<Item> {
	let exports = [(OrgId(1), EXPORT), (OrgId(2), EXPORT)];
	items(cell(0), PAGE, &[STATE, TAC, TILT, NEIGHBOUR], ORGS, &exports)
}

fn export(marks: Marks) -> Export {
	Export { root: EXPORT, leaves: 9, scope: Scope::National, observed: OBSERVED, anchored: 1, marks }
}

/// When the network was read.
const OBSERVED: u64 = 1_795_848_300_000;

type Entries = Vec<(Vec<u8>, Vec<u8>)>;

fn put(entries: &mut Entries, item: Item, value: impl Encode) {
	put_bytes(entries, item, value.encode());
}

fn put_bytes(entries: &mut Entries, item: Item, value: Vec<u8>) {
	entries.retain(|(key, _)| *key != item.key);
	entries.push((item.key, value));
}

/// What else stands in a state.
fn others() -> Entries {
	let place = |n: u32| sp_io::hashing::blake2_256(&n.to_le_bytes()).to_vec();
	(0..300).map(|n| (place(n), vec![7; usize::try_from(n % 90).unwrap()])).collect()
}

fn backend(entries: &Entries) -> InMemoryBackend<BlakeTwo256> {
	let mut backend = new_in_mem::<BlakeTwo256>();
	let changes = entries.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
	backend.insert([(None, changes)], StateVersion::V1);
	backend
}

fn root(entries: &Entries) -> Hash {
	*backend(entries).root()
}

fn prove(entries: &Entries, items: &[Item]) -> CompactProof {
	let backend = backend(entries);
	let keys = items.iter().map(|item| &item.key);
	let proof = prove_read_on_trie_backend(&backend, keys).unwrap();
	proof.into_compact_proof::<BlakeTwo256>(*backend.root()).unwrap()
}

fn header(number: u32, parent: &Header, state_root: Hash, log: Option<ConsensusLog<u32>>) -> Header {
	let item = log.map(|log| DigestItem::Consensus(GRANDPA_ENGINE_ID, log.encode()));
	Header {
		parent_hash: parent.hash(),
		number,
		state_root,
		extrinsics_root: Hash::repeat_byte(9),
		digest: Digest { logs: item.into_iter().collect() },
	}
}

fn voters(first: u8) -> Vec<Pair> {
	(first..first + 4).map(|n| Pair::from_seed(&[n; 32])).collect()
}

fn list(pairs: &[Pair]) -> AuthorityList {
	pairs.iter().map(|pair| (pair.public().into(), 1)).collect()
}

/// Votes of some for `target`, each for the header beside it.
fn votes(set: SetId, target: &Header, by: &[(Pair, &Header)], between: Vec<Header>) -> Justification {
	const ROUND: u64 = 7;
	let precommits = by.iter().map(|(pair, voted)| {
		let precommit = Precommit { target_hash: voted.hash(), target_number: voted.number };
		let payload = localized_payload(ROUND, set, &Message::Precommit(precommit.clone()));
		SignedPrecommit { precommit, signature: pair.sign(&payload).into(), id: pair.public().into() }
	});
	let commit =
		Commit { target_hash: target.hash(), target_number: target.number, precommits: precommits.collect() };
	Justification { round: ROUND, commit, votes_ancestries: between }
}

/// Votes of all of some for the target itself.
fn plain_votes(set: SetId, target: &Header, by: &[Pair]) -> Justification {
	let by: Vec<_> = by.iter().map(|pair| (*pair, target)).collect();
	votes(set, target, &by, vec![])
}

fn hand_over(to: &[Pair], delay: u32) -> ConsensusLog<u32> {
	ConsensusLog::ScheduledChange(ScheduledChange { next_authorities: list(to), delay })
}

fn table() -> CellTable {
	let own = |number: i64| {
		vec![
			(ParamKey::of(STATE), 2),
			(ParamKey { param: TAC, place: 0 }, 0x12_3456),
			(ParamKey { param: TAC, place: 1 }, 7),
			(ParamKey::of(TILT), -35 - number),
			(ParamKey { param: NEIGHBOUR, place: 3 }, cell_value(cell(0))),
		]
	};
	CellTable::new(&[vec![own(9)], (0..3).map(own).collect()]).unwrap()
}

fn entry() -> StationEntry {
	let (_, station) = read_station(&sample()).unwrap();
	StationEntry { station, state: StationState::OnAir, revision: 0, signed: OrgSet(0b111) }
}

fn parameter(scope: ParamScope, domain: Domain) -> Parameter {
	let class = ApprovalClass::Joint;
	Parameter { technology: None, scope, domain, class, identity: false, step: None, envelope: None }
}

fn text(name: &str, unit: &str, words: &[&str]) -> ParamText {
	let of = |source, name: &str| ParamName {
		source,
		since: 15,
		name: name.as_bytes().to_vec().try_into().unwrap(),
	};
	let names = vec![of(NameSource::Rrc, "other"), of(NameSource::Nrm, name)];
	let words: Vec<_> = words.iter().map(|word| word.as_bytes().to_vec().try_into().unwrap()).collect();
	ParamText {
		names: names.try_into().unwrap(),
		unit: unit.as_bytes().to_vec().try_into().unwrap(),
		words: words.try_into().unwrap(),
	}
}

fn testimony(matching: PageSet, differing: PageSet) -> Testimony {
	let export = EXPORT;
	Testimony {
		sweep: 6,
		export,
		observed: 1_795_848_300_000,
		at: 2,
		matching,
		differing,
		unexplained: PageSet(Vec::new()),
	}
}

/// What is known of the page beside its values.
fn head(revision: u32, signed: Vec<OrgSet>, cells: Vec<u8>) -> PageHead {
	let (signed, cells) = (signed.try_into().unwrap(), cells.try_into().unwrap());
	PageHead { revision, catalogue: 1, changed: 1, signed, cells, laid_out: 1, unattested: 1 }
}

/// An organisation, and what stands behind it.
fn organisation(name: &str, stage: Stage, suspended_until: Option<u32>) -> Vec<u8> {
	let name = name.as_bytes().to_vec().try_into().unwrap();
	let account = || AccountId::new([1; 32]);
	let (principal, recovery, next_recovery) = (account(), account(), Some((account(), 9)));
	let kind = OrgKind::Carrier;
	let org = Org { kind, name, principal, recovery, next_recovery, stage, term: 3, suspended_until };
	(org, [1u8; 9]).encode()
}

/// The state of block 2 of the chain with this genesis.
fn entries(genesis: Hash) -> Entries {
	let mut entries = others();
	let mut add = |item: Item, value: Vec<u8>| entries.push((item.key, value));
	for item in items(cell(0), PAGE, &[], 0, &[]).into_iter().take(3) {
		add(item, 1u16.encode());
	}
	let parameters = vec![
		(STATE, parameter(ParamScope::Cell, Domain::Choice(3))),
		(TAC, parameter(ParamScope::Plmn, Domain::Bits(24))),
		(TILT, parameter(ParamScope::Cell, Domain::Range { least: -900, most: 900, every: 1 })),
		(NEIGHBOUR, parameter(ParamScope::CellRelation, Domain::Cell)),
	];
	add(Item::catalogue(), Catalogue { version: 2, parameters }.encode());
	add(Item::text(STATE), text("administrativeState", "", &["LOCKED", "SHUTTINGDOWN", "UNLOCKED"]).encode());
	add(Item::text(TAC), text("nRTAC", "", &[]).encode());
	add(Item::text(TILT), text("digitalTilt", "0.1 deg", &[]).encode());
	add(Item::text(NEIGHBOUR), text("adjacentNRCellRef", "", &[]).encode());
	add(Item::now(), 1_795_848_300_000u64.encode());
	let signed = vec![OrgSet::EMPTY, OrgSet(0b01)];
	add(Item::head(PLACE, PAGE), head(7, signed, table().counts().to_vec()).encode());
	add(Item::table(PLACE, PAGE), table().to_bytes().unwrap().encode());
	let place = PagePlace { genesis, local_network: PLACE, page: PAGE, revision: 7, catalogue: 1 };
	let mut digests = vec![Hash::repeat_byte(3); 5];
	digests[2] = page_digest(&place, table().counts(), &cell_digests(&table()));
	add(Item::digests(PLACE, PAGE).0, digests.encode());
	add(Item::stations(PLACE, PAGE), vec![entry(), entry()].encode());
	add(Item::next_org(), ORGS.encode());
	for (org, name) in (0..ORGS).zip(["Carrier One", "Carrier Two", "Tower", "Witness"]) {
		add(Item::org(OrgId(org)), organisation(name, Stage::Member, None));
	}
	// Page 130 is bit 2 of byte 16.
	let page = || PageSet([vec![0; 16], vec![4]].concat());
	add(Item::testimony(PLACE, OrgId(1)), testimony(page(), PageSet(vec![])).encode());
	add(Item::testimony(PLACE, OrgId(2)), testimony(PageSet(vec![1]), page()).encode());
	for org in [1, 2] {
		let marks = Marks { opened: 12, ..Marks::default() };
		add(Item::export(OrgId(org), EXPORT), export(marks).encode());
	}
	add(Item::parameters(), Parameters::SECONDS.encode());
	entries
}

/// A chain, and the proof of its cell 0.
struct World {
	genesis: Hash,
	entries: Entries,
	second: Vec<Pair>,
	proof: Proof,
}

fn world() -> &'static World {
	static WORLD: OnceLock<World> = OnceLock::new();
	WORLD.get_or_init(|| {
		let (first, second) = (voters(1), voters(11));
		let mut start = others();
		put(&mut start, Item::voters(), list(&first));
		let nothing = Header {
			parent_hash: Hash::zero(),
			number: 0,
			state_root: root(&start),
			extrinsics_root: Hash::zero(),
			digest: Digest::default(),
		};
		let genesis = nothing.hash();
		let change = header(1, &nothing, Hash::repeat_byte(1), Some(hand_over(&second, 0)));
		let entries = entries(genesis);
		let block = header(2, &change, root(&entries), None);
		let third = header(3, &block, Hash::repeat_byte(3), None);
		let fourth = header(4, &third, Hash::repeat_byte(4), None);
		let state = prove(&entries, &all_items());
		let proof = Proof {
			cell: cell(0),
			genesis: nothing,
			first_voters: prove(&start, &[Item::voters()]),
			changes: vec![Justified { justification: plain_votes(0, &change, &first[..3]), header: change }],
			justification: plain_votes(1, &fourth, &second[..3]),
			block,
			later: vec![third, fourth],
			state,
		};
		World { genesis, entries, second, proof }
	})
}

fn checked(proof: &Proof) -> Result<Record, String> {
	verify(&proof.to_bytes(), world().genesis).map_err(|failure| failure.to_string())
}

/// The proof with one thing changed, and its sum made anew.
fn changed(change: impl FnOnce(&mut Proof)) -> String {
	let mut proof = world().proof.clone();
	change(&mut proof);
	checked(&proof).unwrap_err()
}

/// The proof of a state that was finalised with one thing changed in it.
fn with_state(change: impl FnOnce(&mut Entries)) -> Result<Record, String> {
	let world = world();
	let mut entries = world.entries.clone();
	change(&mut entries);
	let mut proof = world.proof.clone();
	proof.block.state_root = root(&entries);
	proof.state = prove(&entries, &all_items());
	proof.later = vec![];
	proof.justification = plain_votes(1, &proof.block, &world.second[1..]);
	checked(&proof)
}
