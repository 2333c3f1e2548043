// SPDX-License-Identifier: Apache-2.0
//! Signing across an air gap: `--unsigned FILE` writes a payload down, `trimast sign FILE` signs it without a network,
//! `trimast send FILE` submits it.
//!
//! What the file says a call does is said by the machine that wrote it. With `--metadata` (from `trimast chain metadata`,
//! carried over and kept) the signing machine reads the call itself and refuses when the file says otherwise.

use crate::{
	chain::{
		events,
		extrinsic::{Mortality, Unsigned},
		finalized::Heads,
		rpc::Submission,
		views::At,
		Call, Chain, Spec,
	},
	context::Context,
	error::{in_file, Failure, Result},
	names,
	output::{facts, Output},
	submit::Inclusion,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};
use trimast_primitives::{AccountId, Hash};

/// Blocks that a transaction signed offline may be included in.
const PERIOD: u32 = 256;

/// A transaction that waits for its signature, or has it.
#[derive(Serialize, Deserialize, Clone, Debug)]
struct PayloadFile {
	/// `trimast-transaction`.
	format: String,
	version: u32,
	account: String,
	nonce: u32,
	genesis: String,
	spec_version: u32,
	transaction_version: u32,
	birth: u32,
	birth_hash: String,
	period: u32,
	/// Last block that may include it.
	valid_until: u32,
	call: String,
	/// What the call does, in the words of the machine that wrote the file.
	call_text: String,
	extensions: String,
	implicit: String,
	/// The signed transaction, once it is signed.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	transaction: Option<String>,
}

const FORMAT: &str = "trimast-transaction";

impl PayloadFile {
	fn read(path: &Path) -> Result<Self> {
		let text = std::fs::read_to_string(path).map_err(in_file(path))?;
		let file: Self = serde_json::from_str(&text).map_err(|e| {
			Failure::input(format!("not a transaction file: {e}"))
				.at(path.display())
				.remedy("write one with --unsigned FILE")
		})?;
		if file.format != FORMAT || file.version != 1 {
			return Err(Failure::input("a transaction file of another version").at(path.display()));
		}
		Ok(file)
	}

	fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_string_pretty(self).map_err(Failure::input)?;
		std::fs::write(path, text + "\n").map_err(in_file(path))
	}

	fn unsigned(&self) -> Result<Unsigned> {
		let bytes = |text: &str, field: &str| names::unhex(text).map_err(|e| Failure::input(e).at(field));
		Ok(Unsigned {
			call: Call(bytes(&self.call, "call")?),
			account: names::account(&self.account).map_err(|e| Failure::input(e).at("account"))?,
			extensions: bytes(&self.extensions, "extensions")?,
			implicit: bytes(&self.implicit, "implicit")?,
		})
	}

	fn hash(text: &str, field: &str) -> Result<Hash> {
		let bytes = names::unhex(text).map_err(|e| Failure::input(e).at(field))?;
		<[u8; 32]>::try_from(bytes).map(Hash::from).map_err(|_| Failure::input("not 32 bytes").at(field))
	}

	/// Puts the transaction together again from the fields that people read, and compares.
	fn check_against(&self, metadata: Vec<u8>) -> Result<()> {
		let genesis = Self::hash(&self.genesis, "genesis")?;
		let spec = Spec::new(genesis, self.spec_version, self.transaction_version, metadata)?;
		let given = self.unsigned()?;
		spec.describe(&given.call).map_err(|failure| failure.at("call"))?;
		let text = spec.call_text(&given.call.0);
		let mortality = Mortality {
			birth: self.birth,
			birth_hash: Self::hash(&self.birth_hash, "birth_hash")?,
			period: self.period,
		};
		let made = Unsigned::new(&spec, given.call.clone(), given.account.clone(), self.nonce, &mortality)?;
		if made != given || mortality.last() != self.valid_until || text != self.call_text {
			return Err(Failure::input("the file does not say what its payload does")
				.remedy("do not sign it")
				.at(text));
		}
		Ok(())
	}
}

/// Writes a call down to be signed elsewhere.
pub(crate) async fn write(
	chain: &Chain,
	at: At<'_>,
	spec: &Spec,
	account: AccountId,
	call: Call,
	path: &Path,
	output: Output,
) -> Result<()> {
	let nonce = chain.next_nonce(&account).await?;
	let mortality = Mortality { birth: at.number, birth_hash: at.hash, period: PERIOD };
	let unsigned = Unsigned::new(spec, call, account, nonce, &mortality)?;
	let file = PayloadFile {
		format: FORMAT.into(),
		version: 1,
		account: names::ss58(&unsigned.account),
		nonce,
		genesis: names::hex0x(spec.genesis),
		spec_version: spec.version,
		transaction_version: spec.transaction_version,
		birth: mortality.birth,
		birth_hash: names::hex0x(mortality.birth_hash),
		period: mortality.period,
		valid_until: mortality.last(),
		call: names::hex0x(&unsigned.call.0),
		call_text: spec.call_text(&unsigned.call.0),
		extensions: names::hex0x(&unsigned.extensions),
		implicit: names::hex0x(&unsigned.implicit),
		transaction: None,
	};
	file.write(path)?;
	output.answer(&json!({ "type": "unsigned", "file": path, "valid_until": file.valid_until }), || {
		format!(
			"written to {}: {}\nvalid until block {}. Next: trimast sign {}",
			path.display(),
			file.call_text,
			file.valid_until,
			path.display()
		)
	});
	Ok(())
}

/// Sign a transaction file.
#[derive(Args, Debug)]
pub(crate) struct SignCommand {
	/// The file that --unsigned wrote.
	pub(crate) file: PathBuf,
	/// Where to; the same file otherwise.
	#[arg(long, short)]
	pub(crate) output: Option<PathBuf>,
	/// The chain's metadata (`trimast chain metadata`), to read the call here and not to trust the file's words.
	#[arg(long)]
	pub(crate) metadata: Option<PathBuf>,
}

/// Signs a transaction file.
pub(crate) fn sign(context: &Context, command: &SignCommand) -> Result<()> {
	let mut file = PayloadFile::read(&command.file)?;
	let at = || command.file.display();
	let unsigned = file.unsigned().map_err(|failure| failure.at(at()))?;
	let checked = match &command.metadata {
		Some(path) => {
			let metadata = std::fs::read(path).map_err(in_file(path))?;
			file.check_against(metadata).map_err(|failure| failure.at(at()))?;
			true
		}
		None => false,
	};
	let signer = context.keys.require()?;
	if *signer.account() != unsigned.account {
		return Err(Failure::input(format!("the key is that of {}", names::ss58(signer.account())))
			.at(at())
			.remedy(format!("sign with the key of {}", file.account)));
	}
	let question = facts(&[
		("call", file.call_text.clone()),
		("account", file.account.clone()),
		("chain", file.genesis.clone()),
		("valid until block", file.valid_until.to_string()),
		(
			"read here",
			if checked { "yes, with the metadata" } else { "no: these are the file's words (--metadata)" }
				.into(),
		),
	]);
	eprintln!("{question}");
	if !context.output.confirm("Sign this?") {
		return Err(Failure::usage("not signed").remedy("say --yes to sign without a question"));
	}
	let transaction = unsigned.sign(&signer.sign(&unsigned.payload()));
	file.transaction = Some(names::hex0x(transaction));
	let path = command.output.as_ref().unwrap_or(&command.file);
	file.write(path)?;
	context.output.answer(&json!({ "type": "signed", "file": path, "checked": checked }), || {
		format!("signed. Next: trimast send {}", path.display())
	});
	Ok(())
}

/// Send a signed transaction file.
#[derive(Args, Debug)]
pub(crate) struct SendCommand {
	/// The file that `trimast sign` wrote.
	pub(crate) file: PathBuf,
}

/// Submits a signed transaction until it is final or has expired. Sent twice, it is applied once.
pub(crate) async fn send(context: &Context, command: &SendCommand) -> Result<()> {
	let at = || command.file.display();
	let file = PayloadFile::read(&command.file)?;
	let text = file
		.transaction
		.as_ref()
		.ok_or_else(|| Failure::input("it is not signed").at(at()).remedy("trimast sign FILE"))?;
	let bytes = names::unhex(text).map_err(|e| Failure::input(e).at(at()))?;
	let chain = context.chain().await?;
	if PayloadFile::hash(&file.genesis, "genesis")? != chain.genesis() {
		return Err(Failure::input("it was signed for another chain")
			.at(at())
			.remedy("say --url of a node of that chain"));
	}
	let inclusion = deliver(&chain, &bytes, &file).await.map_err(|failure| failure.at(at()))?;
	context.answer(&inclusion)
}

async fn deliver(chain: &Chain, bytes: &[u8], file: &PayloadFile) -> Result<Inclusion> {
	use crate::chain::errors::{verdict, Verdict};
	let hash = crate::chain::extrinsic::hash(bytes);
	let mut heads = Heads::new(chain);
	// It can stand in no block before the one it was signed on.
	let mut next = file.birth.saturating_add(1);
	loop {
		match chain.submit(bytes).await {
			Err(Submission::Refused(error)) => match verdict(&error) {
				Verdict::Never(failure) | Verdict::SignerRefused(failure) => return Err(failure),
				// Stale or expired: the blocks up to now say whether it is in.
				Verdict::Known | Verdict::Stale | Verdict::Resign | Verdict::Later => {}
			},
			Ok(_) | Err(Submission::NotDelivered) => {}
		}
		let head = heads.next().await?;
		let last = head.number.min(file.valid_until);
		while next <= last {
			let number = next;
			let at = chain.hash_of(number).await?;
			let block = chain.block(at).await?;
			let found =
				(0u32..).zip(&block.extrinsics).find(|(_, one)| crate::chain::extrinsic::hash(one) == hash);
			if let Some((index, _)) = found {
				let (spec, all) = events::fetch_after(chain, at, block.header.parent_hash).await?;
				let (events, failure) = events::outcome(&spec, &all, index);
				return Ok(Inclusion { block: number, block_hash: at, index, hash, events, failure });
			}
			next = number.saturating_add(1);
		}
		if head.number >= file.valid_until {
			return Err(Failure::chain(format!(
				"it expired after block {} without being included",
				file.valid_until
			))
			.remedy("write it down again with --unsigned and sign it anew"));
		}
		let account = names::account(&file.account).map_err(Failure::input)?;
		if next > head.number && chain.nonce_at(&account, head.hash()).await? > file.nonce {
			return Err(Failure::chain("another transaction of this account has used its nonce")
				.remedy("write it down again with --unsigned and sign it anew"));
		}
		let version = chain.spec(head.hash()).await?.version;
		if version != file.spec_version {
			return Err(Failure::chain(format!(
				"the runtime is now version {version}, it was signed for {}",
				file.spec_version
			))
			.remedy("write it down again with --unsigned and sign it anew"));
		}
	}
}
