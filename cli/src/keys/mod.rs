// SPDX-License-Identifier: Apache-2.0
//! Keys: read from a file or a keystore, never from the command line except in development.

pub(crate) mod commands;
pub(crate) mod keystore;
pub(crate) mod secret;

use crate::error::{Failure, Result};
use std::{path::PathBuf, str::FromStr, sync::Once};
use subxt_signer::{sr25519::Keypair, SecretUri};
use trimast_primitives::AccountId;

/// A key that signs.
#[derive(Clone)]
pub(crate) struct Signer {
	pair: Keypair,
	account: AccountId,
}

impl Signer {
	/// From a secret URI: a mnemonic or a seed in hexadecimal, with derivation (`//hard/soft`) and password
	/// (`///password`). Without a phrase it derives from the development phrase, which everybody knows.
	pub(crate) fn from_uri(uri: &str) -> Result<Self> {
		if uri.trim().is_empty() {
			return Err(Failure::input("there is no secret in it")
				.remedy("a mnemonic, a seed, or //name in development"));
		}
		let uri = SecretUri::from_str(uri.trim()).map_err(|e| {
			Failure::input(e).remedy("a mnemonic, a seed as 0x and 64 digits, or a derivation such as //name")
		})?;
		let pair = Keypair::from_uri(&uri)
			.map_err(|e| Failure::input(e).remedy("check the words or digits of the secret"))?;
		let account = AccountId::from(pair.public_key().0);
		Ok(Self { pair, account })
	}

	/// The account that it signs for.
	pub(crate) fn account(&self) -> &AccountId {
		&self.account
	}

	/// Signs.
	pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
		self.pair.sign(message).0
	}
}

/// Where the key is.
#[derive(Clone, Default, Debug)]
pub(crate) struct KeySource {
	/// A file with the secret.
	pub(crate) file: Option<PathBuf>,
	/// A keystore file.
	pub(crate) keystore: Option<PathBuf>,
	/// File with the keystore's password.
	pub(crate) password_file: Option<PathBuf>,
	/// The secret itself, in development.
	pub(crate) suri: Option<String>,
	/// Whether to say nothing of how such a secret is seen.
	pub(crate) quiet: bool,
}

impl KeySource {
	/// Whether a key is given.
	pub(crate) fn is_given(&self) -> bool {
		self.suri.is_some() || self.file.is_some() || self.keystore.is_some()
	}

	/// Reads the key, if any is given.
	pub(crate) fn load(&self) -> Result<Option<Signer>> {
		if let Some(uri) = &self.suri {
			if !self.quiet {
				warn(&WARNED, crate::output::aside);
			}
			return Signer::from_uri(uri).map(Some).map_err(|failure| failure.at("--suri"));
		}
		if let Some(path) = &self.file {
			let text = secret::read(path)?;
			return Signer::from_uri(&text).map(Some).map_err(|failure| failure.at(path.display()));
		}
		match &self.keystore {
			Some(path) => keystore::open(path, self.password_file.as_deref()).map(Some),
			None => Ok(None),
		}
	}

	/// Reads the key, which must be given.
	pub(crate) fn require(&self) -> Result<Signer> {
		self.load()?.ok_or_else(|| {
			Failure::usage("this command signs and no key is given")
				.remedy("say --key-file or --keystore (make one with `trimast key generate`), or --unsigned to sign elsewhere")
		})
	}
}

/// Whether it was said how a secret on the command line is seen: a command may read its key more than once.
static WARNED: Once = Once::new();

/// Says once how a secret on the command line is seen.
fn warn(warned: &Once, say: impl FnOnce(&str)) {
	warned.call_once(|| {
		say("warning: --suri shows the secret to every process of this machine and to the shell's history: use it in \
			 development only");
	});
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519::Pair, Pair as _};

	#[test]
	fn warning_about_a_secret_is_said_once() {
		let (warned, mut said) = (Once::new(), 0);
		(0..3).for_each(|_| warn(&warned, |text| said += usize::from(text.starts_with("warning: --suri"))));
		assert_eq!(said, 1);
	}

	#[test]
	fn keys_derive_as_the_chain_derives_them() {
		for uri in [
			"//carrier-one//planner",
			"//tower",
			"0x0101010101010101010101010101010101010101010101010101010101010101//a/b",
		] {
			let expected = Pair::from_string(uri, None).unwrap().public();
			assert_eq!(Signer::from_uri(uri).unwrap().account(), &AccountId::from(expected.0), "{uri}");
		}
		assert!(Signer::from_uri("not a mnemonic").is_err());
	}
}
