//! A chain of five blocks, made here: four voters, who hand over to four others in block 1; the state of block 2 has the
//! cell; block 4 has the votes.

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

#[test]
fn proof_shows_the_cell() {
	let record = checked(&world().proof).unwrap();
	let text = record.text();
	for part in [
		"1301:8321/0, NR station 1301/HE-0001",
		"3 of 4 votes of set 1, for block 4",
		"page 130, revision 7, changed in block 1, under version 1 of the catalogue (now 2)",
		"2026-11-28 14:45:00 at UTC+8",
		"Carrier One (provisional)",
		"UNLOCKED",
		"460-11",
		"0x123456",
		"0x000007",
		"-3.5 deg (-35)",
		"neighbour 3",
	] {
		assert!(text.contains(part), "{part}:\n{text}");
	}
	let json = record.to_json();
	assert_eq!(json["unsigned"], serde_json::json!([1, 2]), "the sharer and the tower company");
	let said: Vec<_> = (0..4).map(|org| json["organisations"][org]["page"].as_str().unwrap()).collect();
	assert_eq!(said, ["none", "matches", "differs", "none"]);
	assert_eq!(json["organisations"][3]["testimony"], serde_json::Value::Null);
	assert_eq!(json["values"].as_array().unwrap().len(), 5);
}

#[test]
fn proof_reads_back_what_it_wrote() {
	let proof = &world().proof;
	assert_eq!(Proof::from_bytes(&proof.to_bytes()).unwrap(), *proof);
	assert!(proof.parts().text().contains("(2 after the block)"));
}

#[test]
fn verify_fails_when_any_byte_is_another() {
	let bytes = world().proof.to_bytes();
	let passed: Vec<usize> = (0..bytes.len())
		.into_par_iter()
		.filter(|n| {
			let mut other = bytes.clone();
			other[*n] ^= 1 << (n % 8);
			verify(&other, world().genesis).is_ok()
		})
		.collect();
	assert!(passed.is_empty(), "{passed:?} of {} bytes", bytes.len());
}

/// Whoever changes the file makes the sum anew. Then all that can pass is another true statement.
#[test]
fn verify_shows_nothing_false_when_the_sum_is_made_anew() {
	let bytes = world().proof.to_bytes();
	let body = bytes.len() - 32;
	let truth = |record: &Record| record.to_json()["values"].clone();
	let of_cells: Vec<_> = (0..3)
		.map(|n| {
			let mut proof = world().proof.clone();
			proof.cell = cell(n);
			truth(&checked(&proof).unwrap())
		})
		.collect();
	let passed: Vec<usize> = (0..body)
		.into_par_iter()
		.filter(|n| {
			let mut other = bytes[..body].to_vec();
			other[*n] ^= 1 << (n % 8);
			other.extend(sp_io::hashing::blake2_256(&other));
			match verify(&other, world().genesis) {
				Ok(record) => {
					let text = record.text();
					let number = (0..3).find(|n| text.contains(&format!("8321/{n}, "))).unwrap();
					assert_eq!(truth(&record), of_cells[number], "byte {n}");
					true
				}
				Err(_) => false,
			}
		})
		.collect();
	// The number of the cell is the only byte that nobody has signed.
	assert!(passed.len() <= 1, "{passed:?}");
}

#[test]
fn verify_fails_when_the_file_is_cut_or_goes_on() {
	let bytes = world().proof.to_bytes();
	let genesis = world().genesis;
	assert!((0..bytes.len()).into_par_iter().all(|length| verify(&bytes[..length], genesis).is_err()));
	assert!(verify(&[&bytes[..], &[0]].concat(), genesis).is_err());
	let half = verify(&bytes[..bytes.len() / 2], genesis).unwrap_err().to_string();
	assert!(
		half.starts_with("encoding: the file was cut or changed") && half.contains("copy it again"),
		"{half}"
	);
}

#[test]
fn verify_fails_when_the_file_is_something_else() {
	let failure = |bytes: &[u8]| verify(bytes, world().genesis).unwrap_err().to_string();
	for (bytes, what) in [
		(&b""[..], "the file is empty"),
		(b"trimast-pr", "the file ends too soon"),
		(b"code,local_network\n", "it does not begin as one"),
	] {
		let failure = failure(bytes);
		assert!(failure.starts_with("mark: ") && failure.contains(what), "{failure}");
		assert!(failure.contains("trimast config proof"), "{failure}");
	}
	let mut later = world().proof.to_bytes();
	later[14] = 2;
	let of_version = failure(&later);
	assert!(of_version.starts_with("version: format 2; this `trimast` reads format 1"), "{of_version}");
	assert!(of_version.contains("use a `trimast` that reads it"), "{of_version}");
	let mut damaged = world().proof.to_bytes();
	*damaged.last_mut().unwrap() ^= 1;
	assert!(failure(&damaged).starts_with("sum at the end: "));
}

#[test]
fn verify_fails_when_the_chain_is_another() {
	let failure = verify(&world().proof.to_bytes(), Hash::repeat_byte(1)).unwrap_err();
	let text = failure.to_string();
	assert!(text.starts_with("block 0: the proof is of the chain with the genesis hash 0x"), "{text}");
	assert!(text.contains("compare --genesis with what `trimast chain status` shows"), "{text}");
	// Another chain's voters under the right header
	let mut start = others();
	put(&mut start, Item::voters(), list(&voters(21)));
	let failure = changed(|proof| proof.first_voters = prove(&start, &[Item::voters()]));
	assert!(failure.starts_with("block 0: the storage proof does not lead to the state root"), "{failure}");
}

#[test]
fn verify_fails_when_a_header_is_of_a_fork() {
	let fork = |proof: &Proof| header(3, &proof.block, Hash::repeat_byte(8), None);
	let failure = changed(|proof| proof.later[0] = fork(proof));
	assert!(failure.starts_with("header of block 4: its parent is 0x"), "{failure}");
	let failure = changed(|proof| {
		let third = fork(proof);
		let fourth = header(4, &third, Hash::repeat_byte(4), None);
		proof.later = vec![third, fourth];
	});
	assert!(failure.starts_with("votes for block 4: the votes are for block 4 (0x"), "{failure}");
	let failure = changed(|proof| proof.block.state_root = Hash::repeat_byte(8));
	assert!(failure.starts_with("header of block 3: its parent is 0x"), "{failure}");
	let failure = changed(|proof| proof.later[1].number = 5);
	assert!(failure.starts_with("header of block 5: "), "{failure}");
}

#[test]
fn verify_fails_when_there_are_too_few_votes() {
	let with_votes = |by: &[(Pair, &Header)], between: Vec<Header>| {
		changed(|proof| proof.justification = votes(1, &world().proof.later[1], by, between))
	};
	let (fourth, second) = (&world().proof.later[1], &world().second);
	let of = |n: usize| (second[n], fourth);
	let failure = with_votes(&[of(0), of(1)], vec![]);
	let expected = "votes for block 4: 2 of 4 in set 1 have voted, with 2 votes where 3 are needed";
	assert!(failure.starts_with(expected), "{failure}");
	assert!(with_votes(&[], vec![]).contains("0 of 4"));
	// A vote for the block before is none for this one
	let third = (second[2], &world().proof.later[0]);
	let failure = with_votes(&[of(0), of(1), third], vec![fourth.clone()]);
	assert!(failure.contains("are needed for this very block"), "{failure}");
}

#[test]
fn verify_fails_when_votes_are_repeated_before_it_looks_at_a_signature() {
	let (fourth, second) = (&world().proof.later[1], &world().second);
	let with = |change: &dyn Fn(&mut Justification)| {
		changed(|proof| {
			let mut votes = plain_votes(1, fourth, &second[..3]);
			// None of the signatures is right.
			votes
				.commit
				.precommits
				.iter_mut()
				.for_each(|vote| vote.signature = Pair::from_seed(&[9; 32]).sign(b"").into());
			change(&mut votes);
			proof.justification = votes;
		})
	};
	let failure = with(&|_| {});
	assert!(failure.contains("is not for this vote"), "{failure}");
	let again = |votes: &mut Justification, n: usize| {
		votes.commit.precommits.push(votes.commit.precommits[n].clone())
	};
	let failure = with(&|votes| again(votes, 1));
	let expected = "stands more than once among the votes";
	assert!(failure.starts_with("votes for block 4: 0x") && failure.contains(expected), "{failure}");
	// With another signature it is the same vote
	let failure = with(&|votes| {
		again(votes, 1);
		votes.commit.precommits[3].signature = Pair::from_seed(&[8; 32]).sign(b"").into();
	});
	assert!(failure.contains(expected), "{failure}");
	// Two that contradict each other are what GRANDPA knows, three are not
	let other = |votes: &mut Justification, number: u32| {
		again(votes, 1);
		votes.commit.precommits.last_mut().unwrap().precommit.target_number = number;
	};
	assert!(with(&|votes| other(votes, 5)).contains("is not for this vote"));
	let failure = with(&|votes| (5..7).for_each(|number| other(votes, number)));
	assert!(failure.contains(expected), "{failure}");
	let failure = with(&|votes| (0..6).for_each(|_| again(votes, 1)));
	assert!(failure.contains("9 votes; set 1 has 4 voters"), "{failure}");
	// In a change of the voters, too
	let failure = changed(|proof| again(&mut proof.changes[0].justification, 0));
	assert!(
		failure.starts_with("change of the voters in block 1: 0x") && failure.contains(expected),
		"{failure}"
	);
}

#[test]
fn votes_of_a_voter_who_has_voted_twice_count() {
	let world = world();
	let fourth = &world.proof.later[1];
	let fifth = header(5, fourth, Hash::repeat_byte(5), None);
	let of = |n: usize, block| (world.second[n], block);
	let by = [of(0, fourth), of(1, fourth), of(2, fourth), of(2, &fifth)];
	let mut proof = world.proof.clone();
	proof.justification = votes(1, fourth, &by, vec![fifth.clone()]);
	assert_eq!(checked(&proof).map(|_| ()), Ok(()));
}

#[test]
fn votes_for_blocks_after_it_count() {
	let world = world();
	let fourth = &world.proof.later[1];
	let fifth = header(5, fourth, Hash::repeat_byte(5), None);
	let of = |n: usize, block| (world.second[n], block);
	let by = [of(0, fourth), of(1, &fifth), of(2, &fifth)];
	let mut proof = world.proof.clone();
	proof.justification = votes(1, fourth, &by, vec![fifth.clone()]);
	assert!(checked(&proof).is_ok());
	// Without the header that leads there they do not, and headers that lead nowhere are refused
	proof.justification = votes(1, fourth, &by, vec![]);
	assert!(checked(&proof).unwrap_err().starts_with("votes for block 4: "));
	let stray = header(6, &fifth, Hash::repeat_byte(6), None);
	for between in [vec![fifth.clone(), stray], vec![fifth.clone(), fifth.clone()]] {
		proof.justification = votes(1, fourth, &by, between);
		let failure = checked(&proof).unwrap_err();
		assert!(failure.contains("headers among the votes that no vote is for"), "{failure}");
	}
}

#[test]
fn verify_fails_when_the_votes_are_of_another_set() {
	let fourth = &world().proof.later[1];
	let second = &world().second;
	let failure = changed(|proof| proof.justification = plain_votes(0, fourth, &second[..3]));
	assert!(failure.contains("has voted as one of set 0; a vote in set 1 was expected"), "{failure}");
	let failure = changed(|proof| proof.justification = plain_votes(2, fourth, &second[..3]));
	assert!(failure.contains("is not for this vote"), "{failure}");
	let failure = changed(|proof| proof.justification = plain_votes(1, fourth, &voters(1)));
	assert!(failure.contains("has voted and is not in set 1"), "{failure}");
	// Three good votes do not carry one of somebody else
	let by = [&second[..3], &voters(21)[..1]].concat();
	let failure = changed(|proof| proof.justification = plain_votes(1, fourth, &by));
	assert!(failure.contains("is not in set 1"), "{failure}");
}

#[test]
fn verify_fails_when_a_change_of_the_voters_is_missing_or_wrong() {
	let failure = changed(|proof| proof.changes.clear());
	assert!(failure.contains("has voted and is not in set 0"), "{failure}");
	let failure = changed(|proof| proof.changes.push(proof.changes[0].clone()));
	assert!(
		failure.starts_with("change of the voters in block 1: it stands after that in block 1"),
		"{failure}"
	);
	let failure = changed(|proof| proof.changes[0].header.state_root = Hash::zero());
	assert!(failure.starts_with("change of the voters in block 1: the votes are for"), "{failure}");
	let with = |log: Option<ConsensusLog<u32>>| {
		changed(|proof| {
			let header = header(1, &proof.genesis, Hash::zero(), log);
			let justification = plain_votes(0, &header, &voters(1));
			proof.changes = vec![Justified { header, justification }];
		})
	};
	assert!(with(None).contains("does not hand over to set 1"));
	assert!(with(Some(hand_over(&voters(21), 5))).contains("to set 1 after 5 blocks"));
	assert!(with(Some(hand_over(&[], 0))).contains("set 1 has no voters"));
	let change = ScheduledChange { next_authorities: list(&voters(21)), delay: 0 };
	assert!(with(Some(ConsensusLog::ForcedChange(0, change))).contains("forces other voters"));
}

#[test]
fn verify_fails_when_others_vote_from_a_block_between() {
	let second = &world().second;
	let with = |log: Option<ConsensusLog<u32>>, last: Option<ConsensusLog<u32>>| {
		let mut proof = world().proof.clone();
		let third = header(3, &proof.block, Hash::repeat_byte(3), log);
		let fourth = header(4, &third, Hash::repeat_byte(4), last);
		proof.justification = plain_votes(1, &fourth, &second[..3]);
		proof.later = vec![third, fourth];
		checked(&proof)
	};
	let forced = ScheduledChange { next_authorities: list(&voters(21)), delay: 0 };
	for log in [hand_over(&voters(21), 0), ConsensusLog::ForcedChange(0, forced)] {
		let failure = with(Some(log), None).unwrap_err();
		let expected = "header of block 3: it hands over to other voters, whom the file does not name";
		assert!(failure.starts_with(expected), "{failure}");
	}
	// The block that hands over is still theirs
	assert!(with(None, Some(hand_over(&voters(21), 0))).is_ok());
}

#[test]
fn verify_fails_when_the_state_is_proven_in_part() {
	let all = all_items();
	let whole = checked(&world().proof).unwrap();
	for left_out in 0..all.len() {
		let mut some = all.clone();
		let item = some.remove(left_out);
		let mut proof = world().proof.clone();
		proof.state = prove(&world().entries, &some);
		// Short values and what is absent may stand on the way to others: they are proven all the same.
		let value = world().entries.iter().find(|(key, _)| *key == item.key).map(|(_, value)| value);
		let is_long = value.is_some_and(|value| value.len() > 32);
		match checked(&proof) {
			Ok(record) => assert!(record == whole && !is_long, "{item:?}"),
			Err(failure) => {
				let reason = "the proof does not reach it";
				assert!(failure.starts_with("state of block 2: ") && failure.contains(reason), "{failure}");
			}
		}
	}
	// For another page, in which the cell is not
	let failure = changed(|proof| proof.cell.site = SiteId::new(PLACE, 3, SLOT));
	assert!(failure.starts_with("state of block 2: Sites.Pages: "), "{failure}");
	let failure = changed(|proof| proof.state.encoded_nodes.push(vec![0]));
	assert!(failure.contains("the storage proof does not lead to the state root of the header"), "{failure}");
}

#[test]
fn verify_fails_when_values_and_digest_do_not_agree() {
	assert!(with_state(|_| {}).is_ok());
	let mut other = table();
	other.set(0, ParamKey::of(TILT), Some(0)).unwrap();
	let failure =
		with_state(|state| put(state, Item::table(PLACE, PAGE), other.to_bytes().unwrap())).unwrap_err();
	assert!(failure.starts_with("state of block 2: digest of page 130: 0x"), "{failure}");
	let head = head(8, Vec::new(), Vec::new());
	let failure = with_state(|state| put(state, Item::head(PLACE, PAGE), head)).unwrap_err();
	assert!(failure.contains("digest of page 130"), "{failure}");
}

#[test]
fn verify_fails_when_the_layout_is_unknown() {
	let layout = items(cell(0), PAGE, &[], 0, &[]).remove(0);
	let failure = with_state(|state| put(state, layout, 2u16)).unwrap_err();
	assert!(failure.contains("ConfigGuard: storage version 2; this `trimast` reads version 1"), "{failure}");
	let failure = with_state(|state| put(state, Item::now(), 1u8)).unwrap_err();
	assert!(failure.contains("Timestamp.Now: cannot be read"), "{failure}");
}

#[test]
fn verify_fails_when_the_cell_has_no_baseline() {
	for (number, slot) in [(3, SLOT), (1, 0), (0, 2)] {
		let failure =
			changed(|proof| proof.cell = CellId { site: SiteId::new(PLACE, PAGE, slot), cell: number });
		assert!(failure.starts_with("state of block 2: 1301:83"), "{failure}");
	}
}

#[test]
fn testimony_that_is_not_there_is_shown_as_none() {
	let record = with_state(|state| {
		let key = Item::testimony(PLACE, OrgId(1)).key;
		state.retain(|(other, _)| *other != key);
	})
	.unwrap();
	assert_eq!(record.to_json()["organisations"][1]["page"], "none");
}

#[test]
fn words_that_do_not_count_are_told_from_others() {
	let said = |record: &Record, org: usize| record.to_json()["organisations"][org].clone();
	// As it was read in time by who shares the station, with all rows that were asked for
	let whole = with_state(|_| {}).unwrap();
	let word = said(&whole, 1);
	assert_eq!((&word["page"], &word["party"]), (&"matches".into(), &true.into()));
	assert_eq!(word["testimony"]["marks"]["opened"], 12);
	assert_eq!(
		(&word["testimony"]["doubted"], &word["testimony"]["expired"]),
		(&false.into(), &false.into())
	);
	assert!(whole.text().contains("12 opened"), "{}", whole.text());
	// A row was not opened in time, or the chain does not keep the export any more
	let missing = Marks { opened: 11, missing: 1, ..Marks::default() };
	let record = with_state(|state| put(state, Item::export(OrgId(1), EXPORT), export(missing))).unwrap();
	assert_eq!(said(&record, 1)["page"], "matches (doubted)");
	assert!(record.text().contains("11 opened, 1 missing"), "{}", record.text());
	let gone = |state: &mut Entries| state.retain(|(key, _)| *key != Item::export(OrgId(1), EXPORT).key);
	let record = with_state(gone).unwrap();
	assert_eq!(
		(&said(&record, 1)["page"], said(&record, 2)["page"].as_str()),
		(&"matches (doubted)".into(), said(&whole, 2)["page"].as_str())
	);
	assert!(record.text().contains("export not kept"), "{}", record.text());
	// Read longer ago than a testimony holds
	let term = u64::from(Parameters::SECONDS.attestation_term) * 1_000;
	let at = |time: u64| with_state(|state| put(state, Item::now(), OBSERVED + time)).unwrap();
	assert_eq!(said(&at(term), 1)["page"], "matches");
	assert_eq!(said(&at(term + 1), 1)["page"], "matches (expired)");
	// By who is no party to the station
	let record = with_state(|state| {
		let mut other = entry();
		other.station.sharers = OrgSet::EMPTY;
		put(state, Item::stations(PLACE, PAGE), vec![other.clone(), other]);
	})
	.unwrap();
	assert_eq!(
		(&said(&record, 1)["page"], &said(&record, 1)["party"]),
		(&"matches (no party)".into(), &false.into())
	);
	// By who has left, or is suspended in block 2
	for (stage, until, page, member) in [
		(Stage::Left, None, "matches (left)", false),
		(Stage::Left, Some(3), "matches (left)", false),
		(Stage::Member, Some(3), "matches (suspended)", true),
		(Stage::Member, Some(2), "matches", true),
	] {
		let org = organisation("Carrier Two", stage, until);
		let record = with_state(|state| put_bytes(state, Item::org(OrgId(1)), org)).unwrap();
		assert_eq!((&said(&record, 1)["page"], &said(&record, 1)["member"]), (&page.into(), &member.into()));
	}
	// By who shares it no more, and has signed its baseline
	let record = with_state(|state| {
		let mut other = entry();
		other.station.sharers = OrgSet::EMPTY;
		put(state, Item::stations(PLACE, PAGE), vec![other.clone(), other]);
		let signed = vec![OrgSet::EMPTY, OrgSet(0b11)];
		put(state, Item::head(PLACE, PAGE), head(7, signed, table().counts().to_vec()));
	})
	.unwrap();
	assert_eq!((&said(&record, 1)["page"], &said(&record, 1)["party"]), (&"matches".into(), &true.into()));
}

#[test]
fn proof_fails_when_the_marks_are_left_out() {
	let mut proof = world().proof.clone();
	// Without what stands around it: a value that is short may stand on the way to others
	let some: Vec<Item> =
		all_items().into_iter().filter(|item| *item != Item::export(OrgId(1), EXPORT)).collect();
	proof.state = prove(&world().entries, &some);
	let failure = checked(&proof).unwrap_err();
	assert!(failure.contains("ConfigGuard.Exports: the proof does not reach it"), "{failure}");
}

proptest! {
	#[test]
	fn any_bytes_are_refused(bytes: Vec<u8>) {
		let genesis = world().genesis;
		prop_assert!(verify(&bytes, genesis).is_err());
		let behind_the_mark = [&world().proof.to_bytes()[..16], &bytes[..]].concat();
		prop_assert!(verify(&behind_the_mark, genesis).is_err());
	}

	#[test]
	fn any_changed_bits_are_refused(changes in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..4)) {
		let mut bytes = world().proof.to_bytes();
		let original = bytes.clone();
		for (at, bits) in changes {
			let place = at.index(bytes.len());
			bytes[place] ^= bits;
		}
		prop_assume!(bytes != original);
		prop_assert!(verify(&bytes, world().genesis).is_err());
	}
}

/// Bytes and time of proofs in a state as large as the national one. `cargo test --bin trimast -- --ignored --nocapture
/// national`: a table to read, nothing that is asserted.
#[test]
#[ignore = "prints a table"]
fn national_proofs_in_bytes_and_milliseconds() {
	let single = |n: u16, cell: i64| (ParamKey::of(ParamId(100 + n)), cell.wrapping_mul(i64::from(n)) % 90);
	let own = |slot: i64, number: i64| {
		let cell = slot * 3 + number;
		let mut values: Vec<(ParamKey, i64)> = (0..40).map(|n| single(n, cell)).collect();
		for place in 0..2 {
			let of_plmn =
				|n: u16| (ParamKey { param: ParamId(200 + n), place }, cell << 8 | i64::from(place));
			values.extend((0..6).map(of_plmn));
		}
		for place in 0..8 {
			let neighbour = CellId { site: SiteId::new(PLACE, PAGE, 7 * u32::from(place)), cell: 1 };
			values.push((ParamKey { param: NEIGHBOUR, place }, cell_value(neighbour)));
			values.extend((0..5).map(|n| (ParamKey { param: ParamId(300 + n), place }, cell % 7)));
		}
		values.sort_unstable();
		values
	};
	let stations: Vec<_> = (0..64).map(|slot| (0..3).map(|number| own(slot, number)).collect()).collect();
	let table = CellTable::new(&stations).unwrap();
	let parameters: Vec<ParamId> = {
		let mut all: Vec<_> = table.keys().map(|key| key.param).collect();
		all.dedup();
		all
	};
	let world = world();
	let mut entries = world.entries.clone();
	let entry = entry();
	put(&mut entries, Item::stations(PLACE, PAGE), vec![entry; 64]);
	let mut catalogue = vec![(NEIGHBOUR, parameter(ParamScope::CellRelation, Domain::Cell))];
	catalogue.extend(parameters.iter().filter(|id| **id != NEIGHBOUR).map(|id| {
		(*id, parameter(ParamScope::Cell, Domain::Range { least: -100_000_000, most: 100_000_000, every: 1 }))
	}));
	catalogue.sort_unstable_by_key(|(id, _)| *id);
	put(&mut entries, Item::catalogue(), Catalogue { version: 2, parameters: catalogue });
	for id in &parameters {
		put(&mut entries, Item::text(*id), text("someParameterOfThisLength", "dBm", &[]));
	}
	let place =
		PagePlace { genesis: world.genesis, local_network: PLACE, page: PAGE, revision: 7, catalogue: 1 };
	let mut digests = vec![Hash::repeat_byte(3); 128];
	digests[2] = page_digest(&place, table.counts(), &cell_digests(&table));
	put(&mut entries, Item::digests(PLACE, PAGE).0, digests);
	let bytes = table.to_bytes().unwrap();
	println!("a page of 192 cells with {} values each: {} bytes", own(0, 0).len(), bytes.len());
	put(&mut entries, Item::table(PLACE, PAGE), bytes);
	let keep: std::collections::HashSet<Vec<u8>> = entries.iter().map(|(key, _)| key.clone()).collect();
	for network in 0..342u16 {
		let other = LocalNetworkId(1300 + network);
		for page in 0..100 {
			for item in [Item::table(other, page), Item::head(other, page), Item::stations(other, page)] {
				if !keep.contains(&item.key) {
					let value = (&item.key, [0u8; 40]).encode();
					entries.push((item.key, value));
				}
			}
		}
	}
	let block = Header { state_root: root(&entries), ..world.proof.block.clone() };
	let state =
		prove(&entries, &items(cell(0), PAGE, &parameters, ORGS, &[(OrgId(1), EXPORT), (OrgId(2), EXPORT)]));
	// With the seal and the slot of a real header.
	let sealed = |number: u32, parent: &Header, root: Hash| {
		let mut one = header(number, parent, root, None);
		one.digest.logs.push(DigestItem::PreRuntime(*b"aura", vec![0; 8]));
		one.digest.logs.push(DigestItem::Seal(*b"aura", vec![0; 64]));
		one
	};
	let ten: Vec<Pair> = (100..110).map(|n| Pair::from_seed(&[n; 32])).collect();
	let change = header(1, &world.proof.genesis, Hash::zero(), Some(hand_over(&ten, 0)));
	let first = Justified { justification: plain_votes(0, &change, &voters(1)), header: change };
	println!("changes | headers after | bytes | parts | ms to verify");
	for (changes, after) in [(1u32, 0u32), (1, 31), (1, 511), (20, 31), (1_000, 31)] {
		let mut handed: Vec<Justified> = vec![first.clone()];
		for number in 2..=changes {
			let before = &handed.last().unwrap().header;
			let header = header(number, before, Hash::zero(), Some(hand_over(&ten, 0)));
			let justification = plain_votes(u64::from(number) - 1, &header, &ten[..7]);
			handed.push(Justified { header, justification });
		}
		let block = sealed(changes + 100, &block, block.state_root);
		let mut later: Vec<Header> = Vec::new();
		for number in block.number + 1..=block.number + after {
			let next = sealed(number, later.last().unwrap_or(&block), Hash::repeat_byte(4));
			later.push(next);
		}
		let justification = plain_votes(u64::from(changes), later.last().unwrap_or(&block), &ten[..7]);
		let proof = Proof {
			changes: handed,
			block,
			later,
			justification,
			state: state.clone(),
			..world.proof.clone()
		};
		let bytes = proof.to_bytes();
		let start = std::time::Instant::now();
		verify(&bytes, world.genesis).unwrap();
		let took = start.elapsed();
		println!(
			"{changes} | {after} | {} | {} | {:.1}",
			bytes.len(),
			proof.parts().text(),
			took.as_secs_f64() * 1e3
		);
	}
}
