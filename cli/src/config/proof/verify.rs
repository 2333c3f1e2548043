// SPDX-License-Identifier: Apache-2.0
//! Checking a proof, from the hash of block 0 to the values. Needs no network and no clock.

use super::{
	file::{check_sum, Justified, Proof},
	finality::{hands_over, Voters, Votes},
	record::{Final, Record},
	state::{Item, State},
};
use crate::{
	error::{Failure, Result},
	names::hex0x,
};
use trimast_primitives::{Hash, Header};

/// What a proof proves on the chain with this genesis hash. Refused with the part that is wrong otherwise.
pub(crate) fn verify(bytes: &[u8], genesis: Hash) -> Result<Record> {
	let proof = Proof::from_bytes(bytes)?;
	let first = first_voters(&proof, genesis).map_err(|failure| failure.at("block 0"))?;
	let voters = last_voters(first, &proof.genesis, &proof.changes)?;
	let justified = last_header(&proof.block, &proof.later)?;
	check_still_vote(&proof, justified)?;
	let votes = voters
		.check(justified, &proof.justification)
		.map_err(|failure| failure.at(format!("votes for block {}", justified.number)))?;
	let record = record(&proof, genesis, justified, votes)
		.map_err(|failure| failure.at(format!("state of block {}", proof.block.number)))?;
	check_sum(bytes)?;
	Ok(record)
}

/// Who voted first, by the state of block 0.
fn first_voters(proof: &Proof, genesis: Hash) -> Result<Voters> {
	let hash = proof.genesis.hash();
	if hash != genesis {
		return Err(Failure::input(format!(
			"the proof is of the chain with the genesis hash {}; {} was expected",
			hex0x(hash),
			hex0x(genesis)
		))
		.remedy("compare --genesis with what `trimast chain status` shows: the file is of another chain, or the hash is"));
	}
	let state = State::open(proof.genesis.state_root, &proof.first_voters)?;
	Voters::first(state.get(&Item::voters())?)
}

/// Who votes after all changes of the set.
fn last_voters(first: Voters, genesis: &Header, changes: &[Justified]) -> Result<Voters> {
	let mut voters = first;
	let mut last = genesis.number;
	for Justified { header, justification } in changes {
		let place = || format!("change of the voters in block {}", header.number);
		if header.number <= last {
			let what = format!("it stands after that in block {last}, and changes are in order");
			return Err(Failure::input(what).at(place()));
		}
		voters.check(header, justification).map_err(|failure| failure.at(place()))?;
		voters = voters.after(header).map_err(|failure| failure.at(place()))?;
		last = header.number;
	}
	Ok(voters)
}

/// The last of the headers, each of which names the one before as its parent.
fn last_header<'a>(block: &'a Header, later: &'a [Header]) -> Result<&'a Header> {
	let mut last = block;
	for header in later {
		let parent = last.hash();
		if header.parent_hash != parent || last.number.checked_add(1) != Some(header.number) {
			return Err(Failure::input(format!(
				"its parent is {}; block {} ({}) was expected",
				hex0x(header.parent_hash),
				last.number,
				hex0x(parent)
			))
			.at(format!("header of block {}", header.number)));
		}
		last = header;
	}
	Ok(last)
}

/// Refuses votes behind a block that hands over to voters who are not in the file: whoever voted until then votes no more.
fn check_still_vote(proof: &Proof, justified: &Header) -> Result<()> {
	let last = proof.changes.last().map_or(proof.genesis.number, |change| change.header.number);
	let between = core::iter::once(&proof.block).chain(&proof.later);
	let mut between = between.filter(|header| header.number > last && header.number < justified.number);
	let Some(header) = between.find(|header| hands_over(header)) else { return Ok(()) };
	Err(Failure::input(format!(
		"it hands over to other voters, whom the file does not name; the votes are for block {}",
		justified.number
	))
	.at(format!("header of block {}", header.number)))
}

fn record(proof: &Proof, genesis: Hash, justified: &Header, votes: Votes) -> Result<Record> {
	let state = State::open(proof.block.state_root, &proof.state)?;
	let chain = Final {
		genesis,
		block: proof.block.number,
		hash: proof.block.hash(),
		justified: justified.number,
		votes,
	};
	Record::read(&state, proof.cell, chain)
}
