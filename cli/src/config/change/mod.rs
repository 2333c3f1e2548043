// SPDX-License-Identifier: Apache-2.0
//! Changes of cells' values: asked for, agreed to, carried out, read back, closed. What is decided on is shown in words
//! first, each value before and after, and a consent is for the hash of just that, computed here.
//!
//! * [`ask`]: `config check`, `request`, `add`, `submit`; [`look`] says what would come of it, [`send`] sends it.
//! * [`act`]: `config approve`, `execute`, `attest`, `object`, `rule`, `roll-back`, `withdraw`.
//! * [`list`]: `config requests`, `explain request`.

pub(crate) mod act;
pub(crate) mod ask;
pub(crate) mod list;
mod look;
mod refusal;
mod send;
pub(crate) mod story;
mod values;
mod window;

use crate::{
	error::{Failure, Result},
	files, names,
};
use std::{path::PathBuf, str::FromStr};
use trimast_primitives::Hash;

/// A document that gives a reason, or its hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
	/// Its hash.
	Hash(Hash),
	/// The file.
	File(PathBuf),
}

impl FromStr for Reason {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let Some(digits) = text.strip_prefix("0x") else { return Ok(Self::File(text.into())) };
		let bytes = names::unhex(digits)?;
		let hash: [u8; 32] =
			bytes.try_into().map_err(|_| "a hash is 0x and 64 hexadecimal digits".to_string())?;
		Ok(Self::Hash(hash.into()))
	}
}

impl Reason {
	/// BLAKE2b of 256 bits over the document.
	pub(crate) fn hash(&self) -> Result<Hash> {
		match self {
			Self::Hash(hash) => Ok(*hash),
			Self::File(path) => {
				let bytes = files::read(path)?;
				if bytes.is_empty() {
					return Err(Failure::input("the document is empty")
						.at(path.display())
						.remedy("name the one that gives the reason"));
				}
				Ok(sp_io::hashing::blake2_256(&bytes).into())
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reason_is_a_hash_or_a_document() {
		let hash = Hash::repeat_byte(7);
		let text = names::hex0x(hash);
		assert_eq!(text.parse::<Reason>().unwrap().hash(), Ok(hash));
		assert!("0x12".parse::<Reason>().unwrap_err().contains("64"));
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("reason.txt");
		std::fs::write(&path, "coverage hole").unwrap();
		let reason: Reason = path.to_str().unwrap().parse().unwrap();
		assert_eq!(reason.hash(), Ok(sp_io::hashing::blake2_256(b"coverage hole").into()));
		std::fs::write(&path, "").unwrap();
		let failure = reason.hash().unwrap_err().to_string();
		assert!(
			failure.contains("reason.txt: the document is empty") && failure.contains("remedy"),
			"{failure}"
		);
	}
}
