// SPDX-License-Identifier: Apache-2.0
//! Signing across an air gap: `--unsigned FILE` writes a payload down, `trimast sign FILE` signs it without a network,
//! `trimast send FILE` submits it.
//!
//! What the file says a call does is said by the machine that wrote it. With `--metadata` (from `trimast chain metadata`,
//! carried over and kept) the signing machine reads the call itself and refuses when the file says otherwise.

use crate::{
	chain::{
		errors::{refusal, verdict, Verdict},
		events,
		extrinsic::{Mortality, Unsigned},
		finalized::{Heads, Standstill},
		rpc::Submission,
		views::At,
		Call, Chain, Spec,
	},
	context::Context,
	error::{Failure, Result},
	files::{create, read, read_text, replace},
	names,
	output::{aside, facts, Output},
	submit::Inclusion,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
	path::{Path, PathBuf},
	time::Instant,
};
use trimast_primitives::{text::escaped, AccountId, BlockNumber, Hash};

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

/// What to do about a transaction that will never be included.
const ANEW: &str = "write it down again with --unsigned and sign it anew";

impl PayloadFile {
	fn read(path: &Path) -> Result<Self> {
		let text = read_text(path)?;
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

	fn text(&self) -> Result<String> {
		let text = serde_json::to_string_pretty(self).map_err(Failure::input)?;
		Ok(text + "\n")
	}

	/// Puts the signed transaction where it goes: into its own file, or into a new one.
	fn write_signed(&self, own: &Path, output: Option<&Path>) -> Result<()> {
		let text = self.text()?;
		match output.filter(|path| *path != own) {
			Some(path) => create(path, text.as_bytes()),
			None => replace(own, text.as_bytes()),
		}
	}

	/// What is shown before it is signed. It is somebody else's text, which must not pass for other lines than its own.
	fn shown(&self, checked: bool) -> String {
		let read =
			if checked { "yes, with the metadata" } else { "no: these are the file's words (--metadata)" };
		facts(&[
			("call", escaped(&self.call_text)),
			("account", escaped(&self.account)),
			("chain", escaped(&self.genesis)),
			("valid until block", self.valid_until.to_string()),
			("read here", read.into()),
		])
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
	create(path, file.text()?.as_bytes())?;
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
	/// Where to, a new file; the same file otherwise.
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
			let metadata = read(path)?;
			file.check_against(metadata).map_err(|failure| failure.at(at()))?;
			true
		}
		None => false,
	};
	let signer = context.keys.require()?;
	if *signer.account() != unsigned.account {
		return Err(Failure::input(format!("the key is that of {}", names::ss58(signer.account())))
			.at(at())
			.remedy(format!("sign with the key of {}", names::ss58(&unsigned.account))));
	}
	aside(&file.shown(checked));
	if !context.output.confirm("Sign this?") {
		return Err(Failure::declined("not signed"));
	}
	let transaction = unsigned.sign(&signer.sign(&unsigned.payload()));
	file.transaction = Some(names::hex0x(transaction));
	file.write_signed(&command.file, command.output.as_deref())?;
	let path = command.output.as_ref().unwrap_or(&command.file);
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
	let call = file.unsigned().map_err(|failure| failure.at(at()))?.call;
	let chain = context.chain().await?;
	if PayloadFile::hash(&file.genesis, "genesis")? != chain.genesis() {
		return Err(Failure::input("it was signed for another chain")
			.at(at())
			.remedy("say --url of a node of that chain"));
	}
	let inclusion =
		deliver(&chain, &bytes, &file, context.output).await.map_err(|failure| failure.at(at()))?;
	context.answer(&chain, &call, &inclusion).await
}

/// What a node has said against a signature, and at which best block. It counts once that block is final: until then the
/// transaction may be in a block that the node's answer follows from.
#[derive(Debug)]
struct Objection {
	at: BlockNumber,
	failure: Failure,
}

impl Objection {
	/// Of a node that has come to the block which the transaction was signed on. One that is behind it cannot judge.
	fn new(best: BlockNumber, birth: BlockNumber, failure: Failure) -> Option<Self> {
		(best >= birth).then_some(Self { at: best, failure })
	}

	/// The failure, when every block up to this final one has been looked at.
	fn counts(&self, finalized: BlockNumber) -> Option<Failure> {
		(self.at <= finalized).then(|| self.failure.clone().remedy(ANEW))
	}
}

/// Nothing has become final for longer than anybody waits.
fn given_up(text: &str) -> Failure {
	Failure::connection(format!("gave up waiting: {text}")).remedy(
		"it may still become final: send the file again to see, it is applied once. `trimast chain status` shows how the \
		 chain stands; --patience waits longer",
	)
}

async fn deliver(chain: &Chain, bytes: &[u8], file: &PayloadFile, output: Output) -> Result<Inclusion> {
	let hash = crate::chain::extrinsic::hash(bytes);
	let account = names::account(&file.account).map_err(Failure::input)?;
	let mut heads = Heads::new(chain);
	let mut objection: Option<Objection> = None;
	let mut still: Option<Standstill> = None;
	let (mut told, mut put_off) = (false, false);
	// It can stand in no block before the one it was signed on.
	let mut next = file.birth.saturating_add(1);
	loop {
		match chain.submit(bytes).await {
			Err(Submission::Refused(error)) => match verdict(&error) {
				Verdict::Never(failure) | Verdict::SignerRefused(failure) => return Err(failure),
				// The blocks up to now say whether it is in.
				Verdict::Resign if objection.is_none() => {
					objection = Objection::new(chain.best().await?.number, file.birth, refusal(&error));
				}
				Verdict::Later if !put_off => {
					let words = refusal(&error);
					output.remark(&format!("the node does not take it now and is asked again: {words}"));
					put_off = true;
				}
				Verdict::Known | Verdict::Stale | Verdict::Resign | Verdict::Later => {}
			},
			Ok(_) => objection = None,
			Err(Submission::NotDelivered) => {}
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
			.remedy(ANEW));
		}
		let nonce = chain.nonce_at(&account, head.hash()).await?;
		if next > head.number && nonce > file.nonce {
			return Err(Failure::chain("another transaction of this account has used its nonce").remedy(ANEW));
		}
		if nonce < file.nonce && !told {
			let before = format!(
				"it waits for earlier ones of its account: its nonce is {}, {nonce} is next",
				file.nonce
			);
			output.remark(&before);
			told = true;
		}
		let version = chain.spec(head.hash()).await?.version;
		if version != file.spec_version {
			return Err(Failure::chain(format!(
				"the runtime is now version {version}, it was signed for {}",
				file.spec_version
			))
			.remedy(ANEW));
		}
		if let Some(failure) = objection.as_ref().and_then(|objection| objection.counts(head.number)) {
			return Err(failure);
		}
		let now = Instant::now();
		let still = still.get_or_insert_with(|| Standstill::new(head.number, now));
		still.note(head.number, now);
		let (is_due, is_over) = (still.is_due(now), still.is_over(chain.patience(), now));
		if is_due || is_over {
			let text = still.text_for(chain, &[hash]).await;
			let text = format!("transaction {}: {text}", names::hex0x(hash));
			if is_over {
				return Err(given_up(&text));
			}
			output.remark(&format!("waiting: {text}"));
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn file() -> PayloadFile {
		PayloadFile {
			format: FORMAT.into(),
			version: 1,
			account: String::new(),
			nonce: 0,
			genesis: String::new(),
			spec_version: 1,
			transaction_version: 1,
			birth: 1,
			birth_hash: String::new(),
			period: PERIOD,
			valid_until: PERIOD,
			call: "0x00".into(),
			call_text: "a call".into(),
			extensions: String::new(),
			implicit: String::new(),
			transaction: None,
		}
	}

	#[test]
	fn signing_fails_when_it_would_overwrite_another_file() {
		let folder = tempfile::tempdir().unwrap();
		let (own, other) = (folder.path().join("own.json"), folder.path().join("other.json"));
		create(&own, file().text().unwrap().as_bytes()).unwrap();
		std::fs::write(&other, "of somebody").unwrap();
		let signed = PayloadFile { transaction: Some("0x01".into()), ..file() };
		// Another file stays as it is and is named
		let failure = signed.write_signed(&own, Some(&other)).unwrap_err();
		assert!(failure.to_string().contains("other.json: the file exists"), "{failure}");
		assert_eq!(std::fs::read_to_string(&other).unwrap(), "of somebody");
		assert_eq!(PayloadFile::read(&own).unwrap().transaction, None);
		// Its own takes the signature, also when it is named twice
		for output in [None, Some(own.as_path())] {
			signed.write_signed(&own, output).unwrap();
			assert_eq!(PayloadFile::read(&own).unwrap().transaction.as_deref(), Some("0x01"));
		}
	}

	#[test]
	fn words_of_the_file_forge_no_line_beside_the_signature() {
		let forged = "Sites.retire { site: 1301:197 }\n\u{1b}[2Kread here          yes, with the metadata";
		let one = |text: &str| format!("{text}\n{forged}\u{202e}");
		let file = PayloadFile { call_text: one("a"), account: one("b"), genesis: one("c"), ..file() };
		for (checked, answer) in [(false, "no: these are the file"), (true, "yes, with the metadata")] {
			let shown = file.shown(checked);
			let lines: Vec<&str> = shown.lines().collect();
			assert_eq!(lines.len(), 5, "{shown}");
			assert!(lines[0].contains("a\\u{a}Sites.retire") && lines[0].contains("\\u{1b}[2K"), "{shown}");
			assert!(lines[4].starts_with(&format!("read here          {answer}")), "{shown}");
			assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
		}
	}

	#[test]
	fn who_gives_up_is_told_that_it_may_become_final_and_how_to_look() {
		let failure = given_up("transaction 0x07: in block 8 of 9, not final");
		assert_eq!(failure.exit_code(), 4);
		let told = failure.to_string();
		for words in ["transaction 0x07", "may still become final", "trimast chain status", "--patience"] {
			assert!(told.contains(words), "{words}: {told}");
		}
	}

	#[test]
	fn objections_count_once_their_block_is_final() {
		let failure = || Failure::chain("Transaction has a bad signature");
		let objection = Objection::new(12, 10, failure()).unwrap();
		assert_eq!(objection.counts(11), None, "it may stand in a block that is not final");
		let told = objection.counts(12).unwrap().to_string();
		assert!(told.contains("bad signature") && told.contains("sign it anew"), "{told}");
		assert!(Objection::new(9, 10, failure()).is_none(), "the node is behind");
	}
}
