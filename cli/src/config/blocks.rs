// SPDX-License-Identifier: Apache-2.0
//! When blocks were made. A node that has pruned the state of a block has its body still, which says the time.

use super::export::time;
use crate::chain::views::At;
use codec::{Compact, Decode};
use std::collections::HashMap;
use trimast_primitives::{BlockNumber, Moment};

/// The times of some blocks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Times(HashMap<BlockNumber, Moment>);

impl Times {
	/// Those of these blocks. One that the node does not give has none.
	pub(crate) async fn ask(at: At<'_>, blocks: impl IntoIterator<Item = BlockNumber>) -> Self {
		let mut times = HashMap::new();
		let chain = at.chain();
		let Ok(spec) = chain.spec(at.hash).await else { return Self::default() };
		let Ok(set) = spec.call_unread("Timestamp", "set", ()) else { return Self::default() };
		for number in blocks {
			let Ok(hash) = chain.hash_of(number).await else { continue };
			let Ok(block) = chain.block(hash).await else { continue };
			let time = block.extrinsics.iter().find_map(|bytes| read(bytes, &set.0));
			times.extend(time.map(|time| (number, time)));
		}
		Self(times)
	}

	/// A block, with its time where that is known.
	pub(crate) fn block(&self, number: BlockNumber) -> String {
		match self.0.get(&number) {
			Some(moment) => format!("block {number} ({})", time::text(*moment)),
			None => format!("block {number}"),
		}
	}
}

/// The time that a block's first transaction sets: its length, its version without a signature, the call, the time.
fn read(bytes: &[u8], set: &[u8]) -> Option<Moment> {
	let input = &mut &bytes[..];
	Compact::<u32>::decode(input).ok()?;
	let mut argument = input.split_first().filter(|(version, _)| **version < 0x80)?.1.strip_prefix(set)?;
	Compact::<Moment>::decode(&mut argument).ok().map(|Compact(time)| time)
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	#[test]
	fn blocks_are_told_with_the_time_that_they_set() {
		let body = [&[5u8, 1, 0][..], &Compact(60_000u64).encode()].concat();
		let bytes = body.encode();
		assert_eq!(read(&bytes, &[1, 0]), Some(60_000));
		assert_eq!(read(&bytes, &[1, 1]), None);
		assert_eq!(read(&[], &[1, 0]), None);
		let times = Times([(7, 60_000)].into());
		assert_eq!(times.block(7), "block 7 (1970-01-01 08:01:00+08:00)");
		assert_eq!(times.block(8), "block 8");
	}
}
