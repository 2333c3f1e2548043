// SPDX-License-Identifier: Apache-2.0
//! `trimast federation branches`: a company's own.

use super::make;
use crate::{
	context::Context,
	error::Result,
	names::{self, scope_text, OrgName},
	output::table,
};
use clap::Subcommand;
use serde_json::{json, Value};
use trimast_primitives::{access::Scope, text::escaped};

/// Branches of a company.
#[derive(Subcommand, Debug)]
pub(crate) enum BranchCommand {
	/// The branches of a company.
	List {
		/// The company.
		org: OrgName,
	},
	/// Adds a branch to the signer's company.
	Add {
		/// Its number.
		id: u16,
		/// Its name.
		#[arg(long)]
		name: String,
		/// Where it is: national, province:13, local:1301.
		#[arg(long, value_parser = names::scope)]
		scope: Scope,
	},
	/// Removes a branch of the signer's company.
	Remove {
		/// Its number.
		id: u16,
	},
}

/// A scope as the chain's JSON has it.
pub(crate) fn scope_json(scope: Scope) -> Value {
	match scope {
		Scope::National => json!("National"),
		Scope::Province(province) => json!({ "Province": province }),
		Scope::LocalNetwork(local_network) => json!({ "LocalNetwork": local_network }),
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: BranchCommand) -> Result<()> {
	match command {
		BranchCommand::List { org } => {
			let chain = context.chain().await?;
			let at = chain.now().await?;
			let views = at.branches(org.find(&at.orgs().await?)?.id).await?;
			context.output.answer(&json!(views), || {
				let rows = views
					.iter()
					.map(|view| vec![view.id.to_string(), escaped(&view.name), scope_text(view.scope)]);
				table(&["number", "name", "scope"], rows)
			});
			Ok(())
		}
		BranchCommand::Add { id, name, scope } => {
			context.chain().await?.now().await?.check_scope(scope).await?;
			make(context, "add_branch", json!({ "id": id, "name": name, "scope": scope_json(scope) })).await
		}
		BranchCommand::Remove { id } => make(context, "remove_branch", json!([id])).await,
	}
}
