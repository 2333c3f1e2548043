// SPDX-License-Identifier: Apache-2.0
//! `trimast key`: make and look at keys. Needs no network.

use super::{keystore, secret, KeySource};
use crate::{
	error::{Failure, Result},
	names,
	output::Output,
};
use clap::Subcommand;
use rand::{rngs::OsRng, RngCore};
use serde_json::json;
use std::path::PathBuf;
use subxt_signer::bip39::Mnemonic;

/// Make and look at keys.
#[derive(Subcommand, Debug)]
pub(crate) enum KeyCommand {
	/// Makes a new key and writes it into a keystore file (mode 0600).
	Generate {
		/// Where to; an existing file is never overwritten.
		#[arg(long, short, default_value = "trimast-key.json")]
		output: PathBuf,
		/// Without encryption, for machines that have no one to ask.
		#[arg(long)]
		plain: bool,
	},
	/// Shows the account of a key, a keystore or a key file.
	Inspect {
		/// A keystore file; its password is not needed.
		file: Option<PathBuf>,
	},
}

/// Runs it.
pub(crate) fn run(command: &KeyCommand, keys: &KeySource, output: Output) -> Result<()> {
	match command {
		KeyCommand::Generate { output: path, plain } => generate(path, *plain, keys, output),
		KeyCommand::Inspect { file: Some(path) } => {
			let text = crate::files::read_text(path)?;
			let (address, encrypted) =
				keystore::address(&text).map_err(|failure| failure.at(path.display()))?;
			output.answer(&json!({ "address": address, "encrypted": encrypted }), || {
				format!("{address}{}", if encrypted { " (encrypted)" } else { " (plain)" })
			});
			Ok(())
		}
		KeyCommand::Inspect { file: None } => {
			let signer = keys.require()?;
			let (address, public) = (names::ss58(signer.account()), names::hex0x(signer.account()));
			output.answer(&json!({ "address": address, "public": public }), || {
				crate::output::facts(&[("address", address.clone()), ("public key", public.clone())])
			});
			Ok(())
		}
	}
}

fn generate(path: &std::path::Path, plain: bool, keys: &KeySource, output: Output) -> Result<()> {
	let mut entropy = [0u8; 32];
	OsRng.fill_bytes(&mut entropy);
	let mnemonic = Mnemonic::from_entropy(&entropy).map_err(Failure::input)?.to_string();
	let password = if plain { None } else { Some(new_password(keys)?) };
	let text = keystore::seal(&mnemonic, password.as_deref())?;
	secret::create(path, text.as_bytes())?;
	let (address, encrypted) = keystore::address(&text)?;
	output.answer(&json!({ "address": address, "file": path, "encrypted": encrypted }), || {
		format!(
			"{address}\nwritten to {} (mode 0600). There is no other copy: keep a backup.",
			path.display()
		)
	});
	Ok(())
}

fn new_password(keys: &KeySource) -> Result<String> {
	if let Some(path) = &keys.password_file {
		return secret::read(path);
	}
	let ask = |prompt: &str| {
		rpassword::prompt_password(prompt).map_err(|e| {
			Failure::input(format!("no password: {e}")).remedy("say --password-file, or --plain")
		})
	};
	let first = ask("New password: ")?;
	if first.is_empty() {
		return Err(
			Failure::input("the password is empty").remedy("say --plain for a key without encryption")
		);
	}
	if ask("Again: ")? != first {
		return Err(Failure::input("the two passwords differ"));
	}
	Ok(first)
}
