// SPDX-License-Identifier: Apache-2.0
//! A keystore file: one key, encrypted with a password, or plain for machines that have no one to ask.
//!
//! The file is JSON. `secret` is the secret URI as hexadecimal: encrypted with ChaCha20-Poly1305 under a key that
//! scrypt makes from the password when `kdf` is there, plain UTF-8 when it is not. The address is bound in as
//! associated data, so it cannot be exchanged.

use super::{secret, Signer};
use crate::{
	error::{Failure, Result},
	names,
};
use chacha20poly1305::{
	aead::{Aead, KeyInit, Payload},
	ChaCha20Poly1305, Key, Nonce,
};
use rand::{rngs::OsRng, RngCore};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// 64 MiB and about a quarter of a second: what OWASP's password storage cheat sheet asks of scrypt.
const STRENGTH: Kdf = Kdf { log_n: 16, r: 8, p: 2, salt: String::new() };

#[derive(Serialize, Deserialize, Clone, Debug)]
struct File {
	version: u32,
	scheme: String,
	address: String,
	secret: String,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	kdf: Option<Kdf>,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	nonce: Option<String>,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
struct Kdf {
	log_n: u8,
	r: u32,
	p: u32,
	salt: String,
}

impl Kdf {
	fn key(&self, password: &str) -> Result<Key> {
		let weak = || Failure::input("the keystore's scrypt parameters are out of range");
		if !(10..=20).contains(&self.log_n) || self.r > 32 || self.p > 16 {
			return Err(weak());
		}
		let salt = names::unhex(&self.salt).map_err(Failure::input)?;
		let parameters = scrypt::Params::new(self.log_n, self.r, self.p, 32).map_err(|_| weak())?;
		let mut key = [0u8; 32];
		scrypt::scrypt(password.as_bytes(), &salt, &parameters, &mut key).map_err(|_| weak())?;
		Ok(key.into())
	}
}

fn random<const N: usize>() -> [u8; N] {
	let mut bytes = [0u8; N];
	OsRng.fill_bytes(&mut bytes);
	bytes
}

/// The keystore of a secret URI; encrypted when there is a password.
pub(crate) fn seal(uri: &str, password: Option<&str>) -> Result<String> {
	let address = names::ss58(Signer::from_uri(uri)?.account());
	let mut file = File {
		version: 1,
		scheme: "sr25519".into(),
		address,
		secret: names::hex0x(uri.as_bytes()),
		kdf: None,
		nonce: None,
	};
	if let Some(password) = password {
		let kdf = Kdf { salt: names::hex0x(random::<16>()), ..STRENGTH };
		let nonce = random::<12>();
		let payload = Payload { msg: uri.as_bytes(), aad: file.address.as_bytes() };
		let sealed = ChaCha20Poly1305::new(&kdf.key(password)?)
			.encrypt(Nonce::from_slice(&nonce), payload)
			.map_err(|_| Failure::input("the secret cannot be encrypted"))?;
		file.secret = names::hex0x(sealed);
		file.nonce = Some(names::hex0x(nonce));
		file.kdf = Some(kdf);
	}
	serde_json::to_string_pretty(&file).map_err(Failure::input)
}

/// The address of a keystore, which needs no password, and whether it is encrypted.
pub(crate) fn address(text: &str) -> Result<(String, bool)> {
	let file = parse(text)?;
	Ok((file.address, file.kdf.is_some()))
}

fn parse(text: &str) -> Result<File> {
	let file: File = serde_json::from_str(text).map_err(|e| {
		Failure::input(format!("not a keystore: {e}")).remedy("make one with `trimast key generate`")
	})?;
	if file.version != 1 || file.scheme != "sr25519" {
		return Err(
			Failure::input("a keystore of another version or scheme").remedy("install a newer `trimast`")
		);
	}
	Ok(file)
}

/// Whether the keystore asks for a password.
fn unseal(text: &str, password: impl FnOnce() -> Result<String>) -> Result<Signer> {
	let file = parse(text)?;
	let bytes = names::unhex(&file.secret).map_err(Failure::input)?;
	let bytes = match (&file.kdf, &file.nonce) {
		(None, _) => bytes,
		(Some(kdf), Some(nonce)) => {
			let nonce: [u8; 12] = names::unhex(nonce)
				.ok()
				.and_then(|nonce| nonce.try_into().ok())
				.ok_or_else(|| Failure::input("the keystore's nonce is not 12 bytes"))?;
			let payload = Payload { msg: &bytes, aad: file.address.as_bytes() };
			ChaCha20Poly1305::new(&kdf.key(&password()?)?)
				.decrypt(Nonce::from_slice(&nonce), payload)
				.map_err(|_| Failure::input("wrong password, or the file has been changed"))?
		}
		(Some(_), None) => return Err(Failure::input("the keystore lacks its nonce")),
	};
	let uri = String::from_utf8(bytes).map_err(|_| Failure::input("the keystore's secret is not text"))?;
	let signer = Signer::from_uri(&uri)?;
	if names::ss58(signer.account()) != file.address {
		return Err(Failure::input("the keystore's secret is not that of its address"));
	}
	Ok(signer)
}

/// Opens a keystore file. Its password comes from a file, or from whoever sits at the terminal.
pub(crate) fn open(path: &Path, password_file: Option<&Path>) -> Result<Signer> {
	secret::check_mode(path)?;
	let text = crate::files::read_text(path)?;
	let ask = || match password_file {
		Some(file) => secret::read(file),
		None => rpassword::prompt_password(format!("Password of {}: ", path.display()))
			.map_err(|e| Failure::input(format!("no password: {e}")).remedy("say --password-file")),
	};
	unseal(&text, ask).map_err(|failure| failure.at(path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keystores_open_with_their_password_alone() {
		let text = seal("//carrier-one//planner", Some("correct horse")).unwrap();
		assert!(!text.contains(&hex::encode("//carrier-one//planner")));
		let account = Signer::from_uri("//carrier-one//planner").unwrap().account().clone();
		assert_eq!(unseal(&text, || Ok("correct horse".into())).unwrap().account(), &account);
		assert!(unseal(&text, || Ok("wrong".into())).is_err());
		let exchanged = text.replace(&address(&text).unwrap().0, &names::ss58(&[0; 32].into()));
		assert!(unseal(&exchanged, || Ok("correct horse".into())).is_err());
	}

	#[test]
	fn plain_keystores_ask_for_nothing() {
		let text = seal("//tower", None).unwrap();
		assert!(unseal(&text, || Err(Failure::input("asked"))).is_ok());
		assert!(!address(&text).unwrap().1);
	}
}
