// SPDX-License-Identifier: Apache-2.0
//! `trimast federation orgs` and `show`.

use crate::{
	context::Context,
	error::Result,
	names::{ss58, OrgName},
	output::{facts, table},
};
use serde_json::json;
use trimast_primitives::{apis::OrgView, text::escaped};

/// Every company.
pub(crate) async fn list(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let orgs = chain.now().await?.orgs().await?;
	context.output.answer(&json!(orgs), || {
		let header = ["number", "name", "kind", "status", "principal", "validators", "accounts"];
		table(
			&header,
			orgs.iter().map(|org| {
				let ready = org.validators.iter().filter(|(_, keys)| *keys).count();
				vec![
					org.id.0.to_string(),
					escaped(&org.name),
					format!("{:?}", org.kind),
					status(org),
					ss58(&org.principal),
					format!("{ready} of {} with keys", org.validators.len()),
					org.accounts.to_string(),
				]
			}),
		)
	});
	Ok(())
}

fn status(org: &OrgView) -> String {
	let mut text = format!("{:?}", org.status);
	if let Some(block) = org.suspended_until {
		text.push_str(&format!(", suspension until block {block}"));
	}
	if let Some(block) = org.leaves_at {
		text.push_str(&format!(", may leave from block {block}"));
	}
	text
}

/// One company.
pub(crate) async fn show(context: &Context, name: &OrgName) -> Result<()> {
	let chain = context.chain().await?;
	let orgs = chain.now().await?.orgs().await?;
	let org = name.find(&orgs)?;
	context.output.answer(&json!(org), || {
		let mut pairs = vec![
			("number", org.id.0.to_string()),
			("name", escaped(&org.name)),
			("kind", format!("{:?}", org.kind)),
			("status", status(org)),
			("principal", ss58(&org.principal)),
			("recovery", ss58(&org.recovery)),
			("accounts", org.accounts.to_string()),
			("state used", format!("{} bytes", org.state_used)),
		];
		if let Some((account, block)) = &org.next_recovery {
			pairs.push(("next recovery", format!("{} from block {block}", ss58(account))));
		}
		for (account, keys) in &org.validators {
			let keys = if *keys { "with session keys" } else { "WITHOUT session keys" };
			pairs.push(("validator", format!("{} {keys}", ss58(account))));
		}
		facts(&pairs)
	});
	Ok(())
}
