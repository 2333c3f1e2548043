// SPDX-License-Identifier: Apache-2.0
//! What is signed, and the transaction made from it. One way for the connected and for the offline signer, so a payload
//! that was carried across an air gap is the same to the byte.
//!
//! ```text
//!   signed bytes  call | extensions | implicit data        hashed with BLAKE2b-256 when longer than 256 bytes
//!   transaction   length | 0x84 | address | signature | extensions | call
//! ```

use super::{Call, Spec};
use crate::error::{Failure, Result};
use codec::{Compact, Encode};
use scale_info::{PortableRegistry, TypeDef};
use trimast_primitives::{AccountId, BlockNumber, Hash, Nonce};

/// Version 4, signed.
const SIGNED_V4: u8 = 0x84;

/// Blocks in which a transaction may be included: those from `birth` to `birth + period - 1`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mortality {
	/// Number of the block it was signed on.
	pub(crate) birth: BlockNumber,
	/// Hash of that block.
	pub(crate) birth_hash: Hash,
	/// A power of two, 4 to 4096.
	pub(crate) period: u32,
}

impl Mortality {
	/// The era as transactions carry it.
	fn era(&self) -> [u8; 2] {
		let phase = self.birth.checked_rem(self.period).unwrap_or(0);
		let exponent = self.period.trailing_zeros().saturating_sub(1).clamp(1, 15);
		let [low, high, ..] = (exponent | (phase << 4)).to_le_bytes();
		[low, high]
	}

	/// The last block that may include it.
	pub(crate) fn last(&self) -> BlockNumber {
		self.birth.saturating_add(self.period).saturating_sub(1)
	}
}

/// A transaction that waits for its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unsigned {
	/// What it does.
	pub(crate) call: Call,
	/// The signer.
	pub(crate) account: AccountId,
	/// The extensions' data, as the transaction carries it.
	pub(crate) extensions: Vec<u8>,
	/// What is signed and not carried.
	pub(crate) implicit: Vec<u8>,
}

impl Unsigned {
	/// Puts a transaction together after the chain's own list of extensions.
	pub(crate) fn new(
		spec: &Spec,
		call: Call,
		account: AccountId,
		nonce: Nonce,
		mortality: &Mortality,
	) -> Result<Self> {
		let extrinsic = spec.metadata.extrinsic();
		if !extrinsic.supported_versions().contains(&4) {
			return Err(Failure::chain("the chain takes no transactions of format 4")
				.remedy("install a newer `trimast`"));
		}
		let version = extrinsic.transaction_extension_version_to_use_for_decoding();
		let list = extrinsic
			.transaction_extensions_by_version(version)
			.ok_or_else(|| Failure::chain("the metadata lists no transaction extensions"))?;
		let (mut extensions, mut implicit) = (Vec::new(), Vec::new());
		for extension in list {
			match extension.identifier() {
				"CheckSpecVersion" => spec.version.encode_to(&mut implicit),
				"CheckTxVersion" => spec.transaction_version.encode_to(&mut implicit),
				"CheckGenesis" => spec.genesis.encode_to(&mut implicit),
				"CheckMortality" => {
					extensions.extend(mortality.era());
					mortality.birth_hash.encode_to(&mut implicit);
				}
				"CheckNonce" => Compact(nonce).encode_to(&mut extensions),
				"CheckMetadataHash" => {
					// Disabled: no hash of the metadata is signed.
					extensions.push(0);
					implicit.push(0);
				}
				other => {
					let types = spec.metadata.types();
					if !is_empty(types, extension.extra_ty()) || !is_empty(types, extension.additional_ty()) {
						return Err(Failure::chain(format!(
							"the chain wants data for `{other}`, which this `trimast` does not know"
						))
						.remedy("install the version that goes with the runtime"));
					}
				}
			}
		}
		Ok(Self { call, account, extensions, implicit })
	}

	/// The bytes to sign.
	pub(crate) fn payload(&self) -> Vec<u8> {
		let bytes = [&self.call.0[..], &self.extensions, &self.implicit].concat();
		if bytes.len() > 256 {
			sp_io::hashing::blake2_256(&bytes).to_vec()
		} else {
			bytes
		}
	}

	/// The transaction with its sr25519 signature.
	pub(crate) fn sign(&self, signature: &[u8; 64]) -> Vec<u8> {
		// Address: by account. Signature: sr25519.
		let (address, scheme) = (0u8, 1u8);
		let body = [
			&[SIGNED_V4, address][..],
			self.account.as_ref(),
			&[scheme],
			signature,
			&self.extensions,
			&self.call.0,
		]
		.concat();
		body.encode()
	}
}

/// Hash of a transaction, by which blocks and pools know it. It covers the length in front.
pub(crate) fn hash(extrinsic: &[u8]) -> Hash {
	sp_io::hashing::blake2_256(extrinsic).into()
}

fn is_empty(types: &PortableRegistry, ty: u32) -> bool {
	match types.resolve(ty).map(|ty| &ty.type_def) {
		Some(TypeDef::Tuple(tuple)) => tuple.fields.iter().all(|field| is_empty(types, field.id)),
		Some(TypeDef::Composite(composite)) => {
			composite.fields.iter().all(|field| is_empty(types, field.ty.id))
		}
		_ => false,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Decode;
	use proptest::prelude::*;

	fn unsigned(call: Vec<u8>) -> Unsigned {
		Unsigned { call: Call(call), account: [7; 32].into(), extensions: vec![1, 2], implicit: vec![3] }
	}

	#[test]
	fn long_payloads_are_hashed() {
		assert_eq!(unsigned(vec![0; 253]).payload().len(), 256);
		assert_eq!(unsigned(vec![0; 254]).payload().len(), 32);
	}

	#[test]
	fn transaction_has_its_parts_in_order() {
		let bytes = unsigned(vec![10, 0, 9]).sign(&[5; 64]);
		let body = <Vec<u8>>::decode(&mut &bytes[..]).unwrap();
		assert_eq!(body.len(), 1 + 1 + 32 + 1 + 64 + 2 + 3);
		assert_eq!((body[0], body[1], body[2], body[34], body[35]), (0x84, 0, 7, 1, 5));
		assert_eq!(&body[99..], [1, 2, 10, 0, 9]);
	}

	proptest! {
		/// The reading side of the era, written down from its definition.
		#[test]
		fn era_is_read_as_it_was_meant(birth in 0u32..1_000_000, exponent in 2u32..=12) {
			let mortality = Mortality { birth, birth_hash: Hash::zero(), period: 1 << exponent };
			let encoded = u16::from_le_bytes(mortality.era());
			let period = 2u32 << (encoded % 16);
			let phase = u32::from(encoded >> 4);
			prop_assert_eq!(period, mortality.period);
			// The birth that a block within the period finds is ours.
			for current in [birth, birth + period / 2, mortality.last()] {
				prop_assert_eq!((current.max(phase) - phase) / period * period + phase, birth);
			}
			let late = mortality.last() + 1;
			prop_assert_ne!((late.max(phase) - phase) / period * period + phase, birth);
		}
	}
}
