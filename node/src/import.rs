// SPDX-License-Identifier: Apache-2.0

//! What every block passes on its way into the client, after its seal is verified and before GRANDPA sees it.

use crate::opaque::Block;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult};
use sp_consensus::{BlockOrigin, Error};

/// Says for the headers of a warp sync's proof that none of them is the best block.
///
/// They are verified with the proof and skip the verifier, which says it for every other block, and the client refuses
/// a block of which nobody has said it. BABE's block import makes up for that; Aura has none.
#[derive(Clone)]
pub(crate) struct ProofHeaders<Inner>(pub(crate) Inner);

#[async_trait::async_trait]
impl<Inner> BlockImport<Block> for ProofHeaders<Inner>
where
	Inner: BlockImport<Block, Error = Error> + Send + Sync,
{
	type Error = Error;

	async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, Error> {
		self.0.check_block(block).await
	}

	async fn import_block(&self, mut block: BlockImportParams<Block>) -> Result<ImportResult, Error> {
		if block.origin == BlockOrigin::WarpSync && block.fork_choice.is_none() {
			block.fork_choice = Some(ForkChoiceStrategy::Custom(false));
		}
		self.0.import_block(block).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::Header;

	/// Answers whether a block came with a fork choice.
	struct Client;

	#[async_trait::async_trait]
	impl BlockImport<Block> for Client {
		type Error = Error;

		async fn check_block(&self, _: BlockCheckParams<Block>) -> Result<ImportResult, Error> {
			Ok(ImportResult::AlreadyInChain)
		}

		async fn import_block(&self, block: BlockImportParams<Block>) -> Result<ImportResult, Error> {
			match block.fork_choice {
				Some(choice) => Ok(ImportResult::imported(choice == ForkChoiceStrategy::LongestChain)),
				None => Err(Error::ClientImport("incomplete pipeline".into())),
			}
		}
	}

	fn import(origin: BlockOrigin, choice: Option<ForkChoiceStrategy>) -> Result<ImportResult, Error> {
		let header = Header {
			parent_hash: Default::default(),
			number: 1,
			state_root: Default::default(),
			extrinsics_root: Default::default(),
			digest: Default::default(),
		};
		let mut block = BlockImportParams::new(origin, header);
		block.fork_choice = choice;
		futures::executor::block_on(ProofHeaders(Client).import_block(block))
	}

	#[test]
	fn header_of_a_proof_is_imported_and_not_best() {
		assert_eq!(import(BlockOrigin::WarpSync, None).unwrap(), ImportResult::imported(false));
	}

	#[test]
	fn every_other_block_is_left_as_it_is() {
		let longest = Some(ForkChoiceStrategy::LongestChain);
		assert_eq!(import(BlockOrigin::NetworkBroadcast, longest).unwrap(), ImportResult::imported(true));
		assert!(import(BlockOrigin::NetworkBroadcast, None).is_err(), "an incomplete pipeline stays one");
	}
}
