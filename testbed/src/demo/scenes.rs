// SPDX-License-Identifier: Apache-2.0

//! What the companies do with the inventory, each by a command that one could type.

use super::heading;
use crate::{
	chain::{BlockId, Chain},
	generate::PARTIES,
	keys,
	trimast::Trimast,
	views,
};
use anyhow::{Context, Result};
use futures::future::try_join_all;
use std::{collections::BTreeMap, path::Path};
use trimast_primitives::{
	apis::{LocalNetworkView, SiteView},
	LocalNetworkId, OrgId,
};

/// The scenes, one after the other.
///
/// # Errors
///
/// A command fails that should not, or one goes through that should not.
pub(super) async fn show(trimast: &Trimast, chain: &Chain, data: &Path) -> Result<()> {
	let mut networks = views::local_networks(chain, None).await?;
	networks.sort_by_key(|network| std::cmp::Reverse(network.stations));
	let [first, second, ..] = networks.as_slice() else { anyhow::bail!("there is no territory") };
	countersign(trimast, chain, [first.id, second.id]).await?;
	change_together(trimast, chain, first.id).await?;
	reconcile(trimast, data, second.id).await?;
	decide(trimast, chain).await
}

fn planner(org: OrgId) -> String {
	keys::uri(usize::from(org.0), Some("planner"))
}

/// The other companies countersign the two local networks with the most stations.
async fn countersign(trimast: &Trimast, chain: &Chain, chosen: [LocalNetworkId; 2]) -> Result<()> {
	heading("The other companies countersign what they agree with");
	let codes = chosen.map(|id| format!("{:04}", id.0));
	for party in PARTIES {
		let arguments = ["--yes", "site", "countersign", &codes[0], &codes[1]];
		trimast.show(Some(&planner(party)), &arguments).await?;
	}
	for LocalNetworkView { id, name, stations, confirmed, .. } in views::local_networks(chain, None).await? {
		if chosen.contains(&id) {
			println!("  {:04} {name}: {confirmed} of {stations} stations confirmed", id.0);
		}
	}
	Ok(())
}

/// Nobody changes what others share: another's planner is refused, and the owner's proposal waits for everybody named.
async fn change_together(trimast: &Trimast, chain: &Chain, place: LocalNetworkId) -> Result<()> {
	heading("A shared station leaves service: its owner proposes, everybody it names consents");
	let stations = views::stations(chain, place, None).await?;
	let is_shared =
		|view: &&SiteView| PARTIES.iter().all(|party| view.entry.station.named().contains(*party));
	let SiteView { id, entry } = stations.iter().find(is_shared).context("no station names all companies")?;
	let (owner, site) = (entry.station.owner, format!("{:04}:{}", id.local_network.0, id.index));
	let others: Vec<OrgId> = PARTIES.into_iter().filter(|party| *party != owner).collect();
	trimast.show(None, &["site", "show", &site]).await?;
	trimast.show_refused(Some(&planner(others[0])), &["site", "retire", &site]).await?;
	trimast.show(Some(&planner(owner)), &["site", "retire", &site]).await?;
	trimast.show(Some(&planner(others[0])), &["inbox"]).await?;
	for party in others {
		trimast.show(Some(&planner(party)), &["--yes", "site", "consent", &site]).await?;
	}
	Ok(())
}

/// The three companies compare their own books of a local network, and none sees another's before its own are fixed.
async fn reconcile(trimast: &Trimast, data: &Path, place: LocalNetworkId) -> Result<()> {
	heading("Three companies reconcile their own books of one local network");
	let code = format!("{:04}", place.0);
	let books = |party: OrgId| data.join(format!("inventory-{}.csv", party.0));
	let files: Vec<(OrgId, String)> =
		PARTIES.into_iter().map(|party| (party, books(party).to_string_lossy().into_owned())).collect();
	let (opener, file) = files.first().context("nobody has books")?;
	trimast
		.show(Some(&planner(*opener)), &["site", "reconcile", &code, "--inventory", file, "--step", "open"])
		.await?;
	for step in ["commit", "reveal", "publish"] {
		println!("\n$ trimast site reconcile {code} --inventory FILE --step {step}   (each of the three)");
		let code = code.as_str();
		try_join_all(files.iter().map(|(party, file)| async move {
			let arguments = ["--yes", "site", "reconcile", code, "--inventory", file, "--step", step];
			trimast.run(Some(&planner(*party)), &arguments).await?.ok()
		}))
		.await?;
	}
	trimast
		.show(Some(&planner(*opener)), &["site", "reconcile", &code, "--inventory", file, "--step", "report"])
		.await
}

/// Two of three companies change a governed parameter, which comes into force after its delay: time to object.
async fn decide(trimast: &Trimast, chain: &Chain) -> Result<()> {
	heading("Two of three companies change a rule; the third has the delay to object");
	let [first, second] = [0, 1].map(|org| keys::uri(org, None));
	let change = ["federation", "parameters", "propose", "--set", "consent_term=700"];
	trimast.show(Some(&first), &change).await?;
	let open = trimast.run(None, &["--json", "vote", "list"]).await?.ok()?.json()?;
	let motion = open["motions"][0]["id"].as_str().context("the motion is not open")?.to_owned();
	trimast.show(Some(&second), &["vote", "aye", &motion]).await?;
	trimast.show(Some(&second), &["vote", "close", &motion]).await?;
	let decided = trimast.run(None, &["--json", "vote", "list"]).await?.ok()?.json()?;
	let at = decided["enactments"][0]["at"].as_u64().context("no enactment waits")?;
	println!("\n  in force from block {at}");
	chain.wait_finalized(at, std::time::Duration::from_secs(60)).await?;
	let parameters = trimast.run(None, &["--json", "federation", "parameters"]).await?.ok()?.json()?;
	println!("  block {at} is final: consent_term is {} s", parameters["consent_term"]);
	Ok(())
}

/// Prints which accounts signed what in the finalised blocks after `from`.
pub(super) async fn who_signed(chain: &Chain, from: BlockId) -> Result<()> {
	let names = names()?;
	let to = chain.finalized().await?;
	let api = chain.api().await?;
	let mut signed: BTreeMap<(String, String), u32> = BTreeMap::new();
	for number in from.number + 1..=to.number {
		let at = api.at_block(number).await?;
		for extrinsic in at.extrinsics().fetch().await?.iter() {
			let extrinsic = extrinsic?;
			let Some([0, account @ ..]) = extrinsic.address_bytes() else { continue };
			let signer = names.get(account).cloned().unwrap_or_else(|| hex::encode(account));
			let call = format!("{}.{}", extrinsic.pallet_name(), extrinsic.call_name());
			*signed.entry((signer, call)).or_default() += 1;
		}
	}
	heading(&format!("Who signed, in the finalised blocks {} to {}", from.number + 1, to.number));
	for ((signer, call), count) in signed {
		println!("  {signer:<28} {count:>6} x {call}");
	}
	Ok(())
}

/// The presets' accounts by their public keys.
fn names() -> Result<BTreeMap<Vec<u8>, String>> {
	let parts = [None, Some("planner"), Some("auditor"), Some("operator"), Some("validator")];
	let mut names = BTreeMap::new();
	for org in 0..keys::ORGS.len() {
		for part in parts {
			let uri = keys::uri(org, part);
			names.insert(keys::key(&uri)?.public_key().0.to_vec(), uri.trim_start_matches('/').to_owned());
		}
	}
	Ok(names)
}
