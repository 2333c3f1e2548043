// SPDX-License-Identifier: Apache-2.0

//! Blocks as the node sees them: it hashes, stores and passes on extrinsics without looking into them, so it
//! outlives every change of the runtime's calls.

use sp_runtime::{generic, OpaqueExtrinsic};
use trimast_primitives::Header;

/// A block whose extrinsics are bytes.
pub(crate) type Block = generic::Block<Header, OpaqueExtrinsic>;
