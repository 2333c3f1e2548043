// SPDX-License-Identifier: Apache-2.0

//! What the companies do with the inventory, each by a command that one could type.
//!
//! A demonstration may be ended anywhere and started again, so every scene asks the chain how far it is: it goes on with
//! what waits, takes another station where one is spent, and says so where there is nothing left to show.

use super::{guard, heading, orders};
use crate::{
	chain::{BlockId, Chain},
	generate::{Plan, PARTIES},
	keys,
	trimast::Trimast,
	views,
};
use anyhow::{Context, Result};
use futures::future::{try_join, try_join_all};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};
use trimast_primitives::{
	apis::{LocalNetworkView, SiteView},
	site::StationState,
	LocalNetworkId, OrgId, OrgSet,
};

/// The scenes, one after the other.
///
/// # Errors
///
/// A command fails that should not, or one goes through that should not.
pub(super) async fn show(trimast: &Trimast, chain: &Chain, data: &Path, plan: Plan) -> Result<()> {
	let mut networks = views::local_networks(chain, None).await?;
	// Retired ones too, or a station that leaves service in a scene might change the order.
	networks.sort_by_key(|network| std::cmp::Reverse(network.stations + network.retired));
	let [first, second, ..] = networks.as_slice() else { anyhow::bail!("there is no territory") };
	countersign(trimast, chain, [first.id, second.id]).await?;
	change_together(trimast, chain, first.id).await?;
	guard::show(trimast, chain, data, plan, first.id).await?;
	// Where no cell is changed: an open fault keeps changes out.
	orders::show(trimast, chain, data, second.id).await?;
	reconcile(trimast, chain, data, second).await?;
	decide(trimast, chain).await?;
	// By now most of its term is over.
	guard::closing(trimast, chain, first.id).await?;
	orders::verdict(trimast, chain, data, second.id).await
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

/// A station's number as the command has it.
fn number(view: &SiteView) -> String {
	format!("{:04}:{}", view.id.local_network.0, view.id.index)
}

/// Whether a station names all three companies.
fn names_all(view: &SiteView) -> bool {
	PARTIES.iter().all(|party| view.entry.station.named().contains(*party))
}

/// Whether a station is in service and names all three companies: what the scenes of shared stations need.
pub(super) fn is_shared(view: &SiteView) -> bool {
	view.entry.state == StationState::OnAir && names_all(view)
}

/// Nobody changes what others share: another's planner is refused, and the owner's proposal waits for everybody named. The
/// station is one of which nothing waits. One such station leaves service and no more, however often the demonstration is
/// started: a small country has few.
async fn change_together(trimast: &Trimast, chain: &Chain, place: LocalNetworkId) -> Result<()> {
	heading("A shared station leaves service: its owner proposes, everybody it names consents");
	let stations = views::stations(chain, place, None).await?;
	let has_left = |view: &&SiteView| view.entry.state == StationState::Retired && names_all(view);
	if let Some(view) = stations.iter().find(has_left) {
		println!("  station {} has left already: an earlier start has shown this", number(view));
		return Ok(());
	}
	let amendments = trimast.run(None, &["--json", "site", "amendments"]).await?.ok()?.json()?;
	let waits = |site: &str| {
		let all = amendments.as_array().map(Vec::as_slice).unwrap_or_default();
		all.iter().any(|amendment| amendment["site"].as_str() == Some(site))
	};
	let view = stations
		.iter()
		.find(|view| is_shared(view) && !waits(&number(view)))
		.context("no station in service names all companies")?;
	let (owner, site) = (view.entry.station.owner, number(view));
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
async fn reconcile(trimast: &Trimast, chain: &Chain, data: &Path, place: &LocalNetworkView) -> Result<()> {
	let LocalNetworkView { id, name, .. } = place;
	heading(&format!("Three companies reconcile their own books of local network {:04} {name}", id.0));
	let code = format!("{:04}", id.0);
	let code = code.as_str();
	let books = |party: OrgId| data.join(format!("inventory-{}.csv", party.0));
	let files: Vec<(OrgId, String)> =
		PARTIES.into_iter().map(|party| (party, books(party).to_string_lossy().into_owned())).collect();
	let (opener, file) = files.first().context("nobody has books")?;
	let planner_of_opener = planner(*opener);
	let now = chain.finalized().await?.number;
	match views::reconciliation(chain, *id, None).await? {
		Some(left) if now <= u64::from(left.deadline) => {
			println!("  round {}, which an earlier start has opened, goes on", left.round);
		}
		Some(left) if left.revealed != left.parties => {
			println!("  round {} of an earlier start was left undone, and its term is over", left.round);
			println!("  nothing to show: --fresh begins anew");
			return Ok(());
		}
		_ => {
			let open = ["site", "reconcile", code, "--inventory", file, "--step", "open"];
			trimast.show(Some(&planner_of_opener), &open).await?;
		}
	}
	for step in ["commit", "reveal", "publish"] {
		let round = views::reconciliation(chain, *id, None).await?.context("no round is open")?;
		let taken = match step {
			"commit" => round.committed,
			"reveal" => round.revealed,
			// The command publishes what is not published yet.
			_ => OrgSet::EMPTY,
		};
		let mut due = files.iter().filter(|(party, _)| !taken.contains(*party));
		let Some((party, file)) = due.next() else { continue };
		let key = planner(*party);
		let arguments = ["site", "reconcile", code, "--inventory", file, "--step", step];
		let shown = trimast.show(Some(&key), &arguments);
		// At the same time, and not in front of everybody.
		let others = try_join_all(due.map(|(party, file)| async move {
			let arguments = ["site", "reconcile", code, "--inventory", file, "--step", step];
			trimast.run(Some(&planner(*party)), &arguments).await?.ok()
		}));
		let (_, others) = try_join(shown, others).await?;
		if !others.is_empty() {
			println!("  (so have {} more, each with its own key and its own books)", others.len());
		}
	}
	println!("\nWhat their books say differently, as each of them may ask for it:");
	let report = ["site", "reconcile", code, "--inventory", file, "--step", "report"];
	trimast.show(Some(&planner_of_opener), &report).await
}

/// The governed parameter that is changed, and the value that it is given, in seconds.
const PARAMETER: (&str, u64) = ("consent_term", 700);

/// Two of three companies change a governed parameter, of the matter Constitution: it comes into force after the long
/// delay.
async fn decide(trimast: &Trimast, chain: &Chain) -> Result<()> {
	heading("Two of three companies change a governed parameter (matter: Constitution)");
	let (name, value) = PARAMETER;
	if parameter(trimast).await? == Some(value) {
		println!("  {name} is {value} s already: an earlier start has shown this");
		return Ok(());
	}
	println!("  With the ayes of all three it would be in force at once. With two it waits for long_delay: the third");
	println!("  may put its objection on record (trimast vote object), and has the time to leave before.");
	let [first, second] = [0, 1].map(|org| keys::uri(org, None));
	let mut votes = list_votes(trimast).await?;
	if about_parameter(&votes["enactments"]).is_none() {
		if about_parameter(&votes["motions"]).is_none() {
			let change = format!("{name}={value}");
			trimast.show(Some(&first), &["federation", "parameters", "propose", "--set", &change]).await?;
			votes = list_votes(trimast).await?;
		}
		let motion = about_parameter(&votes["motions"]).context("the motion is not open")?;
		let id = motion["id"].as_str().context("the motion has no number")?;
		for voter in [first.as_str(), second.as_str()] {
			if !has_voted(motion, voter)? {
				trimast.show(Some(voter), &["vote", "aye", id]).await?;
			}
		}
		trimast.show(Some(&second), &["vote", "close", id]).await?;
		votes = list_votes(trimast).await?;
	}
	let enactment = about_parameter(&votes["enactments"]).context("no enactment waits")?;
	let at = enactment["at"].as_u64().context("the enactment has no block")?;
	println!("\n  in force from block {at}");
	chain.wait_finalized(at, std::time::Duration::from_secs(60)).await?;
	let value = parameter(trimast).await?.context("the parameter is gone")?;
	println!("  block {at} is final: {name} is {value} s");
	Ok(())
}

/// The value in force of the governed parameter.
async fn parameter(trimast: &Trimast) -> Result<Option<u64>> {
	let parameters = trimast.run(None, &["--json", "federation", "parameters"]).await?.ok()?.json()?;
	Ok(parameters[PARAMETER.0].as_u64())
}

/// What is voted on, and what is decided and waits.
async fn list_votes(trimast: &Trimast) -> Result<Value> {
	trimast.run(None, &["--json", "vote", "list"]).await?.ok()?.json()
}

/// Of a list of motions or enactments the first that changes the governed parameter.
fn about_parameter(list: &Value) -> Option<&Value> {
	let is_about = |text: &str| text.contains(PARAMETER.0);
	list.as_array()?.iter().find(|one| one["text"].as_str().is_some_and(is_about))
}

/// Whether the company whose principal has this secret URI has voted for a motion.
fn has_voted(motion: &Value, uri: &str) -> Result<bool> {
	let account = keys::key(uri)?.public_key().to_account_id().to_string();
	let ayes = motion["ayes"].as_array().context("the motion has no ayes")?;
	Ok(ayes.iter().any(|aye| aye.as_str() == Some(account.as_str())))
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
	let parts = [
		None,
		Some("planner"),
		Some("engineer"),
		Some("collector"),
		Some("dispatcher"),
		Some("auditor"),
		Some("operator"),
		Some("validator"),
	];
	let mut names = BTreeMap::new();
	for org in 0..keys::ORGS.len() {
		for part in parts {
			let uri = keys::uri(org, part);
			names.insert(keys::key(&uri)?.public_key().0.to_vec(), uri.trim_start_matches('/').to_owned());
		}
	}
	Ok(names)
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use crate::generate::{Country, LocalNetwork, Named, MIN_STATIONS};
	use serde_json::json;
	use trimast_primitives::{page::SiteId, site::StationEntry};

	/// The stations of a local network as the chain has them when everybody named has signed.
	pub(in crate::demo) fn imported(network: &LocalNetwork) -> Vec<SiteView> {
		let view = |(index, named): (usize, &Named)| SiteView {
			id: SiteId { local_network: network.id, index: index as u32 },
			entry: StationEntry {
				station: named.station.clone(),
				state: StationState::OnAir,
				revision: 0,
				signed: named.station.named(),
			},
		};
		network.stations.iter().enumerate().map(view).collect()
	}

	#[test]
	fn scenes_find_their_stations_in_a_country_of_any_size() {
		for stations in [MIN_STATIONS, 1_300, 2_000, 5_000] {
			let country = Country::new(Plan::of(stations)).unwrap();
			let mut networks: Vec<LocalNetwork> = country.local_networks().collect();
			networks.sort_by_key(|network| std::cmp::Reverse(network.stations.len()));
			let shared =
				|network: &LocalNetwork| imported(network).iter().filter(|view| is_shared(view)).count();
			assert!(
				shared(&networks[0]) >= 2,
				"{stations}: one leaves service, a cell of another is changed"
			);
			assert!(shared(&networks[1]) >= 1, "{stations}: one loses power");
		}
	}

	#[test]
	fn scene_of_the_vote_goes_on_with_what_waits() {
		let account = keys::key("//carrier-one").unwrap().public_key().to_account_id().to_string();
		let motions = json!([
			{ "id": "m1", "text": "Federation.enact { call: (Federation.confirm { org: 4 }) }", "ayes": [] },
			{ "id": "m2", "text": "Federation.set_parameters { consent_term: 600 -> 700 }", "ayes": [account] },
		]);
		let motion = about_parameter(&motions).unwrap();
		assert_eq!(motion["id"], "m2");
		assert!(has_voted(motion, "//carrier-one").unwrap());
		assert!(!has_voted(motion, "//carrier-two").unwrap());
		assert_eq!(about_parameter(&json!([])), None);
	}
}
