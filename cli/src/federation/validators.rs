// SPDX-License-Identifier: Apache-2.0
//! `trimast federation validators`: who validates for a company, and with which keys.

use super::make;
use crate::{
	context::Context,
	error::{Failure, Result},
	names::{self, ss58},
	output::table,
};
use clap::Subcommand;
use serde_json::json;
use trimast_primitives::{text::escaped, AccountId};

/// Validator seats and their keys.
#[derive(Subcommand, Debug)]
pub(crate) enum ValidatorCommand {
	/// The validators that companies have named.
	List,
	/// Names the validators of the signer's company, all of them.
	Set {
		/// Their accounts.
		#[arg(required = true, value_parser = names::account)]
		accounts: Vec<AccountId>,
	},
	/// Sets the session keys of the signer, a validator. The node makes them: `author_rotateKeysWithOwner`.
	Keys {
		/// The public keys, as the node returned them.
		#[arg(long, value_name = "HEX")]
		keys: String,
		/// The proof that they are the signer's, as the node returned it.
		#[arg(long, value_name = "HEX")]
		proof: String,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ValidatorCommand) -> Result<()> {
	match command {
		ValidatorCommand::List => {
			let chain = context.chain().await?;
			let orgs = chain.now().await?.orgs().await?;
			let all = || {
				orgs.iter()
					.flat_map(|org| org.validators.iter().map(move |(account, keys)| (org, account, *keys)))
			};
			let value: Vec<_> = all()
				.map(|(org, account, keys)| json!({ "org": org.id, "account": ss58(account), "keys": keys }))
				.collect();
			context.output.answer(&json!(value), || {
				let rows = all().map(|(org, account, keys)| {
					vec![escaped(&org.name), ss58(account), if keys { "yes" } else { "NO" }.into()]
				});
				table(&["company", "account", "session keys"], rows)
			});
			Ok(())
		}
		ValidatorCommand::Set { accounts } => {
			let accounts: Vec<String> = accounts.iter().map(ss58).collect();
			make(context, "set_validators", json!({ "validators": accounts })).await
		}
		ValidatorCommand::Keys { keys, proof } => {
			let bytes = |text: &str, place: &str| {
				names::unhex(text).map_err(|e| Failure::input(e).at(place.to_string()))
			};
			let (keys, proof) = (bytes(&keys, "--keys")?, bytes(&proof, "--proof")?);
			let chain = context.chain().await?;
			// The keys stand in the call as they are, the proof as bytes.
			let call =
				context.spec(&chain).await?.call("Session", "set_keys", (crate::chain::Call(keys), proof))?;
			context.perform(&chain, call).await.map(|_| ())
		}
	}
}
