// SPDX-License-Identifier: Apache-2.0
//! `trimast account`: who may sign for a company, as what, where.

mod bulk;

use crate::{
	context::Context,
	error::{Failure, Result},
	names::{self, org_name, roles_text, scope_text, ss58, OrgName},
	output::{facts, table},
};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use trimast_primitives::{
	access::{Roles, Scope},
	apis::AccountView,
	AccountId,
};

/// What an account is to be.
#[derive(Args, Clone, Debug)]
pub(crate) struct Grant {
	/// The account.
	#[arg(value_parser = names::account)]
	account: AccountId,
	/// Its roles: admin, planner, engineer, dispatcher, collector, auditor, operator, joined by commas.
	#[arg(long, value_parser = names::roles)]
	roles: Roles,
	/// Where it may act: national, province:13, local:1301.
	#[arg(long, value_parser = names::scope)]
	scope: Scope,
	/// The branch that it belongs to.
	#[arg(long)]
	branch: Option<u16>,
}

/// Accounts of companies.
#[derive(Subcommand, Debug)]
pub(crate) enum AccountCommand {
	/// Adds an account to the signer's company.
	Add(Grant),
	/// Changes an account of the signer's company.
	Set(Grant),
	/// Removes an account of the signer's company. Its old signatures stay dead should it be added again.
	Remove {
		/// The account.
		#[arg(value_parser = names::account)]
		account: AccountId,
	},
	/// The accounts of a company.
	List {
		/// The company.
		org: OrgName,
	},
	/// One account.
	Show {
		/// The account; that of the key otherwise.
		#[arg(value_parser = names::account)]
		account: Option<AccountId>,
	},
	/// Adds and changes the accounts of a CSV file (account,roles,scope,branch) in the signer's company.
	Import(bulk::ImportCommand),
	/// Writes the accounts of a company as CSV, the inverse of import.
	Export(bulk::ExportCommand),
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: AccountCommand) -> Result<()> {
	match command {
		AccountCommand::Add(grant) => give(context, "add_account", grant).await,
		AccountCommand::Set(grant) => give(context, "set_account", grant).await,
		AccountCommand::Remove { account } => {
			let chain = context.chain().await?;
			let call = context.spec(&chain).await?.call("Federation", "remove_account", account)?;
			context.perform(&chain, call).await.map(|_| ())
		}
		AccountCommand::List { org } => list(context, &org).await,
		AccountCommand::Show { account } => show(context, account).await,
		AccountCommand::Import(command) => bulk::import(context, command).await,
		AccountCommand::Export(command) => bulk::export(context, command).await,
	}
}

async fn give(context: &Context, call: &str, grant: Grant) -> Result<()> {
	let chain = context.chain().await?;
	chain.now().await?.check_scope(grant.scope).await?;
	let arguments = (grant.account, grant.roles, grant.scope, grant.branch);
	let call = context.spec(&chain).await?.call("Federation", call, arguments)?;
	context.perform(&chain, call).await.map(|_| ())
}

fn to_json(view: &AccountView) -> Value {
	json!({
		"account": ss58(&view.account), "org": view.org, "roles": roles_text(view.roles), "scope": scope_text(view.scope),
		"branch": view.branch, "since": view.since,
	})
}

async fn list(context: &Context, org: &OrgName) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let accounts = at.all_accounts(org.find(&at.orgs().await?)?.id).await?;
	context.output.answer(&json!(accounts.iter().map(to_json).collect::<Vec<_>>()), || {
		let rows = accounts.iter().map(|view| {
			let branch = view.branch.map_or_else(|| "-".into(), |branch| branch.to_string());
			vec![
				ss58(&view.account),
				roles_text(view.roles),
				scope_text(view.scope),
				branch,
				view.since.to_string(),
			]
		});
		table(&["account", "roles", "scope", "branch", "since block"], rows)
	});
	Ok(())
}

async fn show(context: &Context, account: Option<AccountId>) -> Result<()> {
	let account = match account {
		Some(account) => account,
		None => context.behalf.acting(&context.account_to_read()?),
	};
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let orgs = at.orgs().await?;
	let view = at.account(&account).await?.ok_or_else(|| {
		Failure::input("no company has this account")
			.at(ss58(&account))
			.remedy("its admin adds it: `trimast account add`")
	})?;
	let nonce = chain.nonce_at(&account, at.hash).await?;
	let mut value = to_json(&view);
	if let Value::Object(map) = &mut value {
		map.insert("nonce".into(), json!(nonce));
	}
	context.output.answer(&value, || {
		facts(&[
			("account", ss58(&view.account)),
			("company", org_name(&orgs, view.org)),
			("roles", roles_text(view.roles)),
			("scope", scope_text(view.scope)),
			("branch", view.branch.map_or_else(|| "-".into(), |branch| branch.to_string())),
			("since block", view.since.to_string()),
			("nonce", nonce.to_string()),
		])
	});
	Ok(())
}
