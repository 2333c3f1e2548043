// SPDX-License-Identifier: Apache-2.0

//! A validator that runs changes its session keys: the new ones act in the session after next, and finality goes on.

use super::shared::Shared;
use codec::Decode;
use serde::Deserialize;
use serde_json::Value;
use std::time::{Duration, Instant};
use subxt::{
	dynamic::Value as Dynamic,
	utils::{AccountId32, H256},
};
use trimast_testbed::{
	chain::{rpc_params, to_hex, unhex, Chain},
	keys,
};

/// The place of the validator among the nodes, which is that of its company.
const NODE: usize = 1;
const VALIDATOR: &str = "//carrier-two//validator";

/// Answer of `author_rotateKeysWithOwner`.
#[derive(Deserialize)]
struct NewKeys {
	keys: String,
	proof: String,
}

/// Public keys of authors and of those who vote on finality, as the runtime has them.
#[derive(PartialEq, Eq, Debug)]
struct Authorities {
	authors: Vec<[u8; 32]>,
	voters: Vec<[u8; 32]>,
}

async fn call<T: Decode>(chain: &Chain, method: &str, at: H256) -> T {
	let answer: String = chain.ask("state_call", rpc_params![method, "0x", at]).await.unwrap();
	T::decode(&mut &unhex(&answer).unwrap()[..]).unwrap()
}

/// Who is in force in the last finalised block, and its number.
async fn in_force(chain: &Chain) -> (u64, Authorities) {
	let at = chain.finalized().await.unwrap();
	let voters: Vec<([u8; 32], u64)> = call(chain, "GrandpaApi_grandpa_authorities", at.hash).await;
	let authors = call(chain, "AuraApi_authorities", at.hash).await;
	(at.number, Authorities { authors, voters: voters.into_iter().map(|(key, _)| key).collect() })
}

/// The session that a block belongs to.
async fn session(chain: &Chain, block: u64) -> u32 {
	let at = chain.api().await.unwrap().at_block(block).await.unwrap();
	let index = subxt::dynamic::storage::<Vec<Dynamic>, u32>("Session", "CurrentIndex");
	at.storage().fetch(index, vec![]).await.unwrap().decode().unwrap()
}

/// Which of the authors made a block: their turns go by the slot.
async fn author_of(chain: &Chain, block: u64, authors: &[[u8; 32]]) -> [u8; 32] {
	let hash = chain.block_hash(block).await.unwrap().unwrap();
	let header: Value = chain.ask("chain_getHeader", rpc_params![hash]).await.unwrap();
	let logs = header["digest"]["logs"].as_array().unwrap().iter().filter_map(Value::as_str);
	// A digest item of the kind 6 (before the runtime) by the engine `aura` has the slot.
	let items = logs.filter_map(|log| <(u8, [u8; 4], Vec<u8>)>::decode(&mut &unhex(log).unwrap()[..]).ok());
	let mut slots = items.filter(|(kind, engine, _)| (*kind, engine) == (6, b"aura"));
	let (_, _, slot) = slots.next().unwrap_or_else(|| panic!("no slot in {header}"));
	let slot = u64::decode(&mut &slot[..]).unwrap();
	authors[(slot % authors.len() as u64) as usize]
}

/// Whether a vote with this key is in the round that is under way, as another node has heard.
async fn has_voted(chain: &Chain, voter: [u8; 32]) -> bool {
	let state: Value = chain.ask("grandpa_roundState", rpc_params![]).await.unwrap();
	let prevotes = &state["best"]["prevotes"];
	let missing = prevotes["missing"].as_array().unwrap_or_else(|| panic!("{state}"));
	let voter = AccountId32(voter).to_string();
	prevotes["currentWeight"].as_u64() > Some(0) && missing.iter().all(|key| *key != voter.as_str())
}

pub(crate) async fn rotated_keys_act_in_the_session_after_next(shared: &Shared) {
	let chain = shared.chain(NODE).await;
	let before = in_force(&chain).await.1;

	// Given new keys that the node has made for its validator's account, and for nobody else
	let owner = to_hex(&keys::key(VALIDATOR).unwrap().public_key().0);
	let new: NewKeys = chain.ask("author_rotateKeysWithOwner", rpc_params![owner]).await.unwrap();
	let (author, voter) = <([u8; 32], [u8; 32])>::decode(&mut &unhex(&new.keys).unwrap()[..]).unwrap();
	let set = ["federation", "validators", "keys", "--keys", &new.keys, "--proof", &new.proof];
	shared.refused("//carrier-two//operator", &set, "Session.InvalidProof").await;

	// When the account has put them on the chain
	let set_in = session(&chain, shared.carry_out(VALIDATOR, &set).await.block).await;
	assert_eq!(in_force(&chain).await.1, before, "not at once");

	// Then they are in force in the session after next, in the place of the old ones
	let limit = Instant::now() + Duration::from_secs(150);
	let (since, now) = loop {
		let (block, now) = in_force(&chain).await;
		if now != before {
			break (block, now);
		}
		assert!(Instant::now() < limit, "the old keys are still in force in block {block}");
		tokio::time::sleep(Duration::from_millis(500)).await;
	};
	assert_eq!(session(&chain, since).await, set_in + 2);
	assert!(now.authors.contains(&author) && now.voters.contains(&voter));
	assert_eq!((now.authors.len(), now.voters.len()), (before.authors.len(), before.voters.len()));

	// And the node authors and votes with them, and finality goes on
	let others = shared.chain(0).await;
	let patience = Duration::from_secs(60);
	let mut block = since;
	while author_of(&others, block, &now.authors).await != author {
		block += 1;
		others.wait_finalized(block, patience).await.unwrap();
		assert!(block < since + 60, "no block of the validator's own since {since}");
	}
	tokio::time::timeout(patience, async {
		while !has_voted(&others, voter).await {
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	})
	.await
	.expect("the validator votes with its new key");
	others.wait_finalized(since + 10, patience).await.unwrap();
}
