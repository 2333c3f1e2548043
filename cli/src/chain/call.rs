// SPDX-License-Identifier: Apache-2.0
//! A call, encoded as the chain takes it.

use codec::{Encode, Output};
use trimast_primitives::Hash;

/// A SCALE-encoded runtime call: pallet, call, arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Call(pub(crate) Vec<u8>);

impl Call {
	/// Hash of the call, as council and multisig name it.
	pub(crate) fn hash(&self) -> Hash {
		sp_io::hashing::blake2_256(&self.0).into()
	}
}

/// Inside other calls it stands as it is.
impl Encode for Call {
	fn size_hint(&self) -> usize {
		self.0.len()
	}

	fn encode_to<T: Output + ?Sized>(&self, out: &mut T) {
		out.write(&self.0);
	}
}
