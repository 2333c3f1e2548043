// SPDX-License-Identifier: Apache-2.0
//! The file of a proof: SCALE between a mark with the version of the format and a sum over all of it.

use super::finality::Justification;
use crate::{
	error::{Failure, Result},
	names,
};
use codec::{Decode, DecodeAll, Encode};
use serde_json::{json, Value};
use sp_io::hashing::blake2_256;
use sp_trie::CompactProof;
use trimast_primitives::{cells::CellId, Header};

/// What every proof begins with.
const MARK: [u8; 14] = *b"trimast-proof\n";
/// The version of the format that is written and read.
const VERSION: u16 = 1;
/// Bytes of the sum at the end.
const SUM: usize = 32;

/// A block with the votes that made it final.
#[derive(Encode, Decode, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Justified {
	/// The block's header.
	pub(crate) header: Header,
	/// The votes.
	pub(crate) justification: Justification,
}

/// A proof of one cell.
#[derive(Encode, Decode, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proof {
	/// The cell.
	pub(crate) cell: CellId,
	/// Header of block 0.
	pub(crate) genesis: Header,
	/// The first voters, out of the state of block 0.
	pub(crate) first_voters: CompactProof,
	/// The blocks that handed over to other voters, in their order, each final by the votes of the set before.
	pub(crate) changes: Vec<Justified>,
	/// Header of the block whose state is proven.
	pub(crate) block: Header,
	/// The headers after it up to the justified one; none when it is justified itself.
	pub(crate) later: Vec<Header>,
	/// The votes for the last of them.
	pub(crate) justification: Justification,
	/// The values, out of the state of `block`.
	pub(crate) state: CompactProof,
}

impl Proof {
	/// The file.
	pub(crate) fn to_bytes(&self) -> Vec<u8> {
		let mut bytes = (MARK, VERSION, self).encode();
		let sum = blake2_256(&bytes);
		bytes.extend(sum);
		bytes
	}

	/// Reads what [`Proof::to_bytes`] has written, but for the sum: what is wrong is to be named by its part, so
	/// [`check_sum`] comes last.
	pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
		let rest = bytes.strip_prefix(&MARK).ok_or_else(|| {
			let what = match bytes {
				[] => "the file is empty",
				cut if MARK.starts_with(cut) => "the file ends too soon",
				_ => "no proof of a cell: it does not begin as one",
			};
			Failure::input(what).at("mark").remedy("name a file that `trimast config proof` has written")
		})?;
		let (mut version, rest) = rest.split_at_checked(2).ok_or_else(cut)?;
		let version = u16::decode(&mut version).map_err(|_| cut())?;
		if version != VERSION {
			let failure = Failure::input(format!("format {version}; this `trimast` reads format {VERSION}"));
			return Err(failure
				.at("version")
				.remedy("use a `trimast` that reads it, or have the proof made anew"));
		}
		let body = rest.len().checked_sub(SUM).and_then(|length| rest.get(..length)).ok_or_else(cut)?;
		let proof = match Self::decode_all(&mut &body[..]) {
			Ok(proof) => proof,
			// Of a file that is whole something else is wrong than that it was cut.
			Err(error) => {
				let what = format!("its contents cannot be read ({error})");
				return Err(check_sum(bytes).map_or_else(
					|_| {
						Failure::input(
							"the file was cut or changed on its way: what stands there cannot be read",
						)
						.at("encoding")
						.remedy("copy it again, or have the proof made anew (`trimast config proof`)")
					},
					|()| Failure::input(what).at("encoding"),
				));
			}
		};
		if proof.encode() != body {
			return Err(Failure::input("not the one encoding of its contents").at("encoding"));
		}
		Ok(proof)
	}

	/// How many bytes its parts have.
	pub(crate) fn parts(&self) -> Parts {
		Parts {
			voters: (&self.genesis, &self.first_voters).encoded_size(),
			changes: self.changes.encoded_size(),
			headers: (&self.block, &self.later).encoded_size(),
			later: self.later.len(),
			justification: self.justification.encoded_size(),
			state: self.state.encoded_size(),
		}
	}
}

/// Refuses a file that is not as it was written, when nothing else is wrong with it.
pub(crate) fn check_sum(bytes: &[u8]) -> Result<()> {
	let length = bytes.len().saturating_sub(SUM);
	let (contents, sum) = bytes.split_at_checked(length).ok_or_else(cut)?;
	let expected = blake2_256(contents);
	if sum == expected {
		return Ok(());
	}
	let what = format!("{}; {} was expected", names::hex0x(sum), names::hex0x(expected));
	Err(Failure::input(what).at("sum at the end"))
}

fn cut() -> Failure {
	Failure::input("the file ends too soon").at("encoding").remedy("it was cut: copy it again")
}

/// Bytes of the parts of a proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Parts {
	/// Block 0 and the first voters.
	voters: usize,
	/// Changes of the voters.
	changes: usize,
	/// Headers from the block to the justified one.
	headers: usize,
	/// How many there are after the block.
	later: usize,
	/// The votes for it.
	justification: usize,
	/// The values.
	state: usize,
}

impl Parts {
	/// For people.
	pub(crate) fn text(&self) -> String {
		format!(
			"voters of block 0 {}, changes of the voters {}, headers {} ({} after the block), votes {}, state {}",
			self.voters, self.changes, self.headers, self.later, self.justification, self.state
		)
	}

	/// For programs.
	pub(crate) fn to_json(self) -> Value {
		json!({
			"voters": self.voters, "changes": self.changes, "headers": self.headers,
			"headers_after": self.later, "justification": self.justification, "state": self.state,
		})
	}
}
