// SPDX-License-Identifier: Apache-2.0
//! What a command works with: where to ask, who signs, for whom, and how to answer.

use crate::{
	args::Global,
	chain::{errors, operations, views::At, wrap::OnBehalf, Call, Chain, Patience, Spec},
	error::{Failure, Result},
	keys::{KeySource, Signer},
	names, offline,
	output::Output,
	submit::{self, window::Limits, Fate, Inclusion, News, Submitter},
};
use serde_json::{json, Value};
use std::{path::PathBuf, sync::Arc, time::Duration};
use trimast_primitives::{AccountId, OrgId};

/// What a command works with.
pub(crate) struct Context {
	/// How to answer.
	pub(crate) output: Output,
	/// Where the key is.
	pub(crate) keys: KeySource,
	/// For whom calls are made.
	pub(crate) behalf: OnBehalf,
	url: String,
	patience: Patience,
	unsigned: Option<PathBuf>,
	signer: Option<AccountId>,
}

impl Context {
	/// From the command line.
	pub(crate) fn new(global: Global) -> Result<Self> {
		Ok(Self {
			output: Output { json: global.json, quiet: global.quiet, yes: global.yes },
			keys: KeySource {
				file: global.key_file,
				keystore: global.keystore,
				password_file: global.password_file,
				suri: global.suri,
				quiet: global.quiet,
			},
			behalf: OnBehalf {
				proxy: global.proxy,
				multisig: global.multisig,
				max_weight: global.max_weight,
			},
			url: global.url,
			patience: Patience(Duration::from_secs(global.patience)),
			unsigned: global.unsigned,
			signer: global.signer,
		})
	}

	/// Connects.
	pub(crate) async fn chain(&self) -> Result<Chain> {
		Chain::connect(&self.url, self.patience).await
	}

	/// Connects to an archive node of the same chain, where one is named (`--archive`).
	pub(crate) async fn archive(&self, chain: &Chain, url: Option<&str>) -> Result<Option<Chain>> {
		let Some(url) = url else { return Ok(None) };
		let archive = Chain::connect(url, self.patience).await.map_err(|failure| failure.at("--archive"))?;
		if archive.genesis() != chain.genesis() {
			return Err(Failure::usage("the archive node is of another chain")
				.at(url)
				.remedy("name one of the chain that --url leads to (--archive)"));
		}
		Ok(Some(archive))
	}

	/// Connects, to stay however long the node is away.
	pub(crate) async fn patient_chain(&self) -> Result<Chain> {
		Chain::connect(&self.url, Patience(Duration::from_secs(u64::from(u32::MAX)))).await
	}

	/// The account whose key signs, without its key where that is elsewhere.
	pub(crate) fn signing_account(&self) -> Result<AccountId> {
		match (&self.signer, self.keys.load()?) {
			(Some(account), Some(signer)) if signer.account() != account => {
				Err(Failure::usage("--signer is not the account of the key")
					.remedy("leave --signer out, or give the key of that account"))
			}
			(Some(account), _) => Ok(account.clone()),
			(None, Some(signer)) => Ok(signer.account().clone()),
			(None, None) => Err(Failure::usage("nobody is named to sign")
				.remedy("say --key-file, --keystore, or --signer when the key is elsewhere")),
		}
	}

	/// The account that a question is about. Nothing is signed.
	pub(crate) fn account_to_read(&self) -> Result<AccountId> {
		if !self.has_signer() {
			return Err(Failure::usage("no account is named that this is asked for")
				.remedy("say --signer ACCOUNT: to read takes no key; or --key-file or --keystore"));
		}
		self.signing_account()
	}

	/// The company that a question is about. Nothing is signed.
	pub(crate) async fn org_to_read(&self, at: At<'_>) -> Result<OrgId> {
		at.org_of(&self.behalf.acting(&self.account_to_read()?)).await
	}

	/// Whether anybody is named to sign.
	pub(crate) fn has_signer(&self) -> bool {
		self.signer.is_some() || self.keys.is_given()
	}

	/// The account with whose rights calls are made.
	pub(crate) fn acting_account(&self) -> Result<AccountId> {
		Ok(self.behalf.acting(&self.signing_account()?))
	}

	/// The company of the acting account.
	pub(crate) async fn acting_org(&self, at: At<'_>) -> Result<OrgId> {
		at.org_of(&self.acting_account()?).await
	}

	/// The key for work that signs many transactions by itself.
	pub(crate) fn bulk_signer(&self) -> Result<Signer> {
		if self.unsigned.is_some() {
			return Err(Failure::usage(
				"this command signs many transactions and cannot write them to one file",
			)
			.at("--unsigned"));
		}
		if self.behalf.multisig.is_some() {
			return Err(Failure::usage(
				"this command signs many transactions and cannot collect signatures for each",
			)
			.at("--multisig")
			.remedy("use an account of its own for bulk work (`trimast account add`)"));
		}
		self.keys.require()
	}

	/// A call of bulk work as it is sent: through a proxy where one is asked for.
	pub(crate) fn wrap_bulk(&self, call: Call, spec: &Spec) -> Result<Call> {
		match &self.behalf.proxy {
			Some(real) => spec.call_unread("Proxy", "proxy", (0u8, real, Option::<u8>::None, call)),
			None => Ok(call),
		}
	}

	/// Makes one call: signs, sends and waits until it is final, or writes it down with `--unsigned`. Answers with where
	/// it stands and what it caused.
	pub(crate) async fn perform(&self, chain: &Chain, call: Call) -> Result<Option<Inclusion>> {
		let at = chain.now().await?;
		let spec = chain.spec(at.hash).await?;
		let account = self.signing_account()?;
		let call = self.behalf.wrap(call, &account, &spec, at).await?;
		if let Some(path) = &self.unsigned {
			offline::write(chain, at, &spec, account, call, path, self.output).await?;
			return Ok(None);
		}
		let signer = self.keys.require()?;
		let inclusion = submit::one(chain, &signer, call.clone(), self.output).await?;
		self.answer(chain, &call, &inclusion).await?;
		Ok(Some(inclusion))
	}

	/// Makes a call given by name and JSON.
	pub(crate) async fn perform_json(
		&self,
		chain: &Chain,
		pallet: &str,
		call: &str,
		arguments: Value,
	) -> Result<()> {
		let spec = self.spec(chain).await?;
		let call = spec.call_json(pallet, call, &arguments)?;
		self.perform(chain, call).await.map(|_| ())
	}

	/// Makes several calls, labelled, and answers for each. One that fails does not keep the others from being made.
	pub(crate) async fn perform_all(&self, chain: &Chain, calls: Vec<(String, Call)>) -> Result<()> {
		if calls.len() <= 1 {
			for (label, call) in calls {
				self.perform(chain, call).await.map_err(|failure| failure.at(label))?;
			}
			return Ok(());
		}
		let signer = self.bulk_signer()?;
		let spec = self.spec(chain).await?;
		let total = calls.len();
		let bar = self.output.progress(total.try_into().unwrap_or(u64::MAX), "calls");
		let mut failed = 0usize;
		let jobs = calls.into_iter().map(|(label, call)| Ok((label, self.wrap_bulk(call, &spec)?)));
		let mut submitter = Submitter::new(chain, &signer, Limits::default()).await?;
		submitter
			.run(jobs, |news| {
				if let News::Remark(text) = news {
					bar.suspend(|| self.output.remark(text));
				} else if let News::Done(label, fate) = news {
					bar.inc(1);
					let failure = match &fate {
						Fate::Final(inclusion) => inclusion.failure.as_ref(),
						Fate::Refused(failure) => Some(failure),
					};
					failed += usize::from(failure.is_some());
					let block = match &fate {
						Fate::Final(inclusion) => Some(inclusion.block),
						Fate::Refused(_) => None,
					};
					self.output.json_line(&json!({
						"type": "call", "what": label, "ok": failure.is_none(), "block": block,
						"reason": failure.map(errors::reason),
					}));
					if let Some(failure) = failure {
						bar.suspend(|| self.output.say(&format!("{label}: {failure}")));
					}
				}
				Ok(())
			})
			.await
			.map_err(|failure| submit::look_first(failure, &signer))?;
		bar.finish_and_clear();
		self.output.say(&format!("{} of {total} done", total.saturating_sub(failed)));
		let again = "mend what stands above and repeat the command: what is done stays done";
		match failed {
			0 => Ok(()),
			failed if failed == total => {
				Err(Failure::chain(format!("none of {total} was done")).remedy(again))
			}
			failed => Err(Failure::partial(format!("{failed} of {total} were refused")).remedy(again)),
		}
	}

	/// The latest final state, once what the signing account has under way is final, too. What an import that was killed has left
	/// under way is known by then: whoever decides on this state does nothing twice.
	pub(crate) async fn settled<'c>(&self, chain: &'c Chain) -> Result<At<'c>> {
		submit::settle(chain, &self.signing_account()?, self.output).await?;
		chain.now().await
	}

	/// The runtime's description at the latest final block.
	pub(crate) async fn spec(&self, chain: &Chain) -> Result<Arc<Spec>> {
		let (_, hash) = chain.finalized().await?;
		chain.spec(hash).await
	}

	/// Answers with where a call stands, and says so where a multisig has only signed it; its failure is an error.
	pub(crate) async fn answer(&self, chain: &Chain, call: &Call, inclusion: &Inclusion) -> Result<()> {
		let at = chain.at(inclusion.block, inclusion.block_hash);
		let waiting = operations::left_open(at, call, &inclusion.events).await;
		let own = |event: &&crate::chain::events::Event| event.pallet != "System";
		let events: Vec<Value> = inclusion
			.events
			.iter()
			.filter(own)
			.map(|event| json!({ "pallet": event.pallet, "event": event.name, "fields": event.fields }))
			.collect();
		let value = json!({
			"type": "final",
			"ok": inclusion.failure.is_none(),
			"block": inclusion.block,
			"hash": names::hex0x(inclusion.block_hash),
			"index": inclusion.index,
			"transaction": names::hex0x(inclusion.hash),
			"events": events,
			"waiting": waiting.as_ref().map(|waiting| json!({
				"multisig": names::ss58(&waiting.account), "signatures": waiting.lacking,
			})),
		});
		self.output.answer(&value, || {
			let place = format!("final in block {} as transaction {}", inclusion.block, inclusion.index);
			let mut lines = match &waiting {
				Some(waiting) => vec![format!("the signature is {place}"), waiting.text()],
				None => vec![place],
			};
			lines.extend(inclusion.events.iter().filter(own).map(|event| format!("  {}", event.text())));
			lines.join("\n")
		});
		match &inclusion.failure {
			Some(failure) => Err(failure.clone()),
			None => Ok(()),
		}
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::{args::Arguments, chain::fake};

	/// What a command works with that is given by this line, and has no key.
	pub(crate) fn context(line: &[&str]) -> Context {
		let global = Arguments::read(line).unwrap().global;
		Context::new(Global { key_file: None, keystore: None, ..global }).unwrap()
	}

	#[tokio::test]
	async fn state_is_settled_once_what_the_account_has_under_way_is_final() {
		let chain = fake::settling(|function, _, _| panic!("{function}"));
		assert_eq!(chain.now().await.unwrap().number, fake::UNDER_WAY);
		let account = names::ss58(&AccountId::from([7; 32]));
		let context = context(&["trimast", "--quiet", "inbox", "--signer", &account]);
		assert_eq!(context.settled(&chain).await.unwrap().number, fake::FINAL);
		// And of nothing it waits for nothing.
		assert_eq!(context.settled(&chain).await.unwrap().number, fake::FINAL);
	}

	#[test]
	fn who_only_reads_names_an_account_and_no_key() {
		let failure = context(&["trimast", "inbox"]).account_to_read().unwrap_err();
		assert_eq!(failure.exit_code(), 2);
		let text = failure.to_string();
		assert!(text.contains("no account is named") && text.contains("--signer ACCOUNT"), "{text}");
		let account = AccountId::from([7; 32]);
		let named = context(&["trimast", "inbox", "--signer", &names::ss58(&account)]);
		assert_eq!(named.account_to_read(), Ok(account));
	}
}
