// SPDX-License-Identifier: Apache-2.0

//! Reads the federation by subxt: organisations with their accounts, the parameters in force, and what is open to a
//! vote. It signs nothing.
//!
//! ```text
//! source scripts/env && build
//! $bin/examples/federation                      # asks ws://127.0.0.1:9944, where scripts/demo listens
//! $bin/examples/federation ws://node.example:9944
//! ```
//!
//! A system of your own needs `subxt`, `tokio` and, for the answers' types, `trimast-primitives`. `Static` says that a
//! type is read and written by SCALE as it is. Where you would rather not have the types, say `Value` in their place:
//! it reads everything by the metadata, as is done with the motions' calls here.

use std::{env, error::Error};
use subxt::{
	config::PolkadotConfig,
	dynamic::{runtime_api_call, storage, Value},
	utils::{Static, H256},
	OnlineClient,
};
use trimast_primitives::{
	apis::{AccountView, EnactmentView, MotionView, OrgView, SubjectMotionView},
	params::Parameters,
	AccountId, OrgId,
};

/// Accounts in one answer. The chain gives at most 1,000.
const PAGE: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let url = env::args().nth(1).unwrap_or_else(|| "ws://127.0.0.1:9944".into());
	// The chain hashes, signs and addresses as Polkadot does. It has no blocks from before metadata described types.
	let config = PolkadotConfig::builder().use_historic_types(false).build();
	let api = OnlineClient::from_insecure_url_with_config(config, url).await?;
	// Everything below is asked of one block, the last final one, so the answers go together.
	let at = api.at_current_block().await?;
	println!("as of final block {}", at.block_number());

	// The runtime API of the pallet: name, function, arguments; the type of the answer.
	let ask = runtime_api_call::<_, Static<Vec<OrgView>>>("FederationApi", "orgs", ());
	let orgs = at.runtime_apis().call(ask).await?;
	for org in orgs.iter() {
		println!(
			"\n{} {}: {:?}, {:?}, principal {}",
			org.id.0, org.name, org.kind, org.status, org.principal
		);
		// Lists come in pages: the next one begins after the last item of this one.
		let mut after: Option<AccountId> = None;
		loop {
			let arguments = (Static(org.id), Static(after.take()), PAGE);
			let ask = runtime_api_call::<_, Static<Vec<AccountView>>>("FederationApi", "accounts", arguments);
			let page = at.runtime_apis().call(ask).await?;
			for view in page.iter() {
				let roles: Vec<String> = view.roles.iter().map(|role| format!("{role:?}")).collect();
				println!("  {} {} {:?}", view.account, roles.join("+"), view.scope);
			}
			after = page.last().map(|view| view.account.clone());
			if after.is_none() {
				break;
			}
		}
	}

	let ask = runtime_api_call::<_, Static<Parameters>>("FederationApi", "parameters", ());
	println!("\n{:#?}", *at.runtime_apis().call(ask).await?);

	let name = |id: OrgId| orgs.iter().find(|org| org.id == id).map_or("?", |org| &org.name);
	println!("\nopen motions");
	// What the council votes on. There are fewer than a page of these.
	let arguments = (None::<u32>, PAGE);
	let ask = runtime_api_call::<_, Static<Vec<MotionView>>>("FederationApi", "motions", arguments);
	for motion in at.runtime_apis().call(ask).await?.iter() {
		// Its call stands in the storage of the SDK's own pallet, and is read here by the metadata alone.
		let call = storage::<(H256,), Value>("Council", "ProposalOf");
		let call = at.storage().fetch(call, (H256(motion.hash.0),)).await?.decode()?;
		let (number, ayes, nays) = (motion.index, motion.ayes.len(), motion.nays.len());
		let (threshold, closes) = (motion.threshold, motion.closes);
		println!("m{number}: {ayes} of {threshold} ayes, {nays} nays, until block {closes}: {call}");
	}
	// What is decided and waits for its delay, and what the others decide about one company.
	let ask = runtime_api_call::<_, Static<Vec<EnactmentView>>>("FederationApi", "enactments", arguments);
	for one in at.runtime_apis().call(ask).await?.iter() {
		println!("e{}: {:?}, carried out in block {}", one.id, one.matter, one.at);
	}
	let ask = runtime_api_call::<_, Static<Vec<SubjectMotionView>>>("FederationApi", "subject_motions", ());
	for one in at.runtime_apis().call(ask).await?.iter() {
		println!("s{}: {} {}, until block {}", one.id, one.matter, name(one.subject), one.closes);
	}
	Ok(())
}
