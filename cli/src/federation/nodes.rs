// SPDX-License-Identifier: Apache-2.0
//! `trimast federation nodes`: the registry of nodes.

use super::make;
use crate::{context::Context, error::Result, names::org_name, output::table};
use clap::{Subcommand, ValueEnum};
use serde_json::json;
use trimast_primitives::{access::Scope, text::escaped, ProvinceId};

/// What a node does.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NodeKindName {
	/// Authors and finalises blocks.
	Validator,
	/// Keeps every block and every state.
	Archive,
	/// Follows the chain.
	Full,
}

/// The registry of nodes.
#[derive(Subcommand, Debug)]
pub(crate) enum NodeCommand {
	/// Every registered node.
	List,
	/// Registers a node of the signer's company.
	Register {
		/// Its libp2p peer id, base58.
		peer_id: String,
		/// What it does.
		#[arg(long)]
		kind: NodeKindName,
		/// The province that it serves: two digits.
		#[arg(long)]
		province: Option<u8>,
	},
	/// Takes a node out of the registry.
	Retire {
		/// Its libp2p peer id, base58.
		peer_id: String,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: NodeCommand) -> Result<()> {
	match command {
		NodeCommand::List => {
			let chain = context.chain().await?;
			let at = chain.now().await?;
			let (orgs, nodes) = (at.orgs().await?, at.nodes().await?);
			context.output.answer(&json!(nodes), || {
				let rows = nodes.iter().map(|node| {
					let province =
						node.province.map_or_else(|| "-".into(), |province| province.0.to_string());
					vec![escaped(&node.peer_id), org_name(&orgs, node.org), escaped(&node.kind), province]
				});
				table(&["peer id", "company", "kind", "province"], rows)
			});
			Ok(())
		}
		NodeCommand::Register { peer_id, kind, province } => {
			let kind = match kind {
				NodeKindName::Validator => "Validator",
				NodeKindName::Archive => "Archive",
				NodeKindName::Full => "Full",
			};
			if let Some(province) = province {
				let place = Scope::Province(ProvinceId(province));
				context.chain().await?.now().await?.check_scope(place).await?;
			}
			make(context, "register_node", json!({ "peer_id": peer_id, "kind": kind, "province": province }))
				.await
		}
		NodeCommand::Retire { peer_id } => make(context, "retire_node", json!({ "peer_id": peer_id })).await,
	}
}
