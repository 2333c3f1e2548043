// SPDX-License-Identifier: Apache-2.0
//! `trimast site countersign`: what names the signer's company is signed by page digest. With `--inventory` only pages
//! whose stations stand in the company's own books exactly so are signed: that is what the signature is worth.

use super::{
	ledger::code_text,
	reader::{rows, survey},
};
use crate::{
	chain::{views::At, Call},
	context::Context,
	error::{Failure, Result},
	names,
	output::table,
};
use clap::Args;
use serde_json::json;
use std::{
	collections::{BTreeMap, HashMap},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	page::PAGE_SLOTS,
	site::{Station, StationState},
	Hash, LocalNetworkId, OrgId,
};

/// Pages that one call may carry, unless the chain says less.
const MOST_PAGES: usize = 64;

/// Countersign stations by page.
#[derive(Args, Debug)]
pub(crate) struct CountersignCommand {
	/// Local networks.
	#[arg(value_parser = names::local_network, required_unless_present = "all")]
	local_networks: Vec<LocalNetworkId>,
	/// Every local network.
	#[arg(long, conflicts_with = "local_networks")]
	all: bool,
	/// The company's own books: only pages that agree with them are signed.
	#[arg(long, value_name = "FILE.csv")]
	inventory: Option<PathBuf>,
}

/// A company's own books, by local network and code.
type Books = HashMap<(LocalNetworkId, Vec<u8>), Station>;

/// What is to be signed in one local network.
#[derive(Default)]
struct Plan {
	/// Pages and their digests.
	pages: Vec<(u16, Hash)>,
	/// Stations that would be signed.
	stations: usize,
	/// Stations that differ from the books: code and what is different.
	contradictions: Vec<String>,
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: CountersignCommand) -> Result<()> {
	let books = command.inventory.as_deref().map(read_books).transpose()?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let org = context.acting_org(at).await?;
	let networks = if command.all {
		at.local_networks().await?.into_iter().filter(|view| view.pages > 0).map(|view| view.id).collect()
	} else {
		command.local_networks
	};
	let bar = context.output.progress(networks.len().try_into().unwrap_or(u64::MAX), "local networks read");
	let mut plans: BTreeMap<LocalNetworkId, Plan> = BTreeMap::new();
	for id in networks {
		let plan = plan(at, id, org, books.as_ref()).await?;
		if !plan.pages.is_empty() || !plan.contradictions.is_empty() {
			plans.insert(id, plan);
		}
		bar.inc(1);
	}
	bar.finish_and_clear();
	let pages: usize = plans.values().map(|plan| plan.pages.len()).sum();
	let stations: usize = plans.values().map(|plan| plan.stations).sum();
	let contradictions: usize = plans.values().map(|plan| plan.contradictions.len()).sum();
	tell(context, &plans, at.number);
	if pages > 0 {
		let unread =
			if books.is_some() { "" } else { " WITHOUT comparing them with your own books (--inventory)" };
		if !context.output.confirm(&format!("Countersign {stations} stations in {pages} pages{unread}?")) {
			return Err(
				Failure::usage("nothing countersigned").remedy("say --yes to sign without a question")
			);
		}
		let calls = calls(context, at, &plans).await?;
		context.perform_all(&chain, calls).await?;
		verify(&chain, &plans, org).await?;
	}
	if contradictions > 0 {
		return Err(Failure::partial(format!(
			"{contradictions} stations differ from the books; their pages were left out"
		))
		.remedy("reconcile (`trimast site reconcile`), or have the owner amend them"));
	}
	Ok(())
}

fn read_books(path: &Path) -> Result<Books> {
	let survey = survey(path)?;
	rows::<Station>(path, survey.encoding)?
		.map(|row| {
			let row = row?;
			let (place, station) = row.record.map_err(|wrong| {
				let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
				Failure::input(all.join("; ")).at(format!("line {}", row.line)).at(path.display())
			})?;
			Ok(((place, station.code.to_vec()), station))
		})
		.collect()
}

async fn plan(at: At<'_>, id: LocalNetworkId, org: OrgId, books: Option<&Books>) -> Result<Plan> {
	// By page: how many stations are to be signed, and whether the books agree with all that name the company.
	let mut pages: BTreeMap<u16, (usize, bool)> = BTreeMap::new();
	let mut plan = Plan::default();
	let mut from = 0;
	while let Some((stations, next)) = at.stations_from(id, from).await? {
		for site in stations {
			let entry = &site.entry;
			if entry.state != StationState::OnAir || !entry.station.named().contains(org) {
				continue;
			}
			let page = site.id.page().ok_or_else(|| Failure::chain("a station's number lies in no page"))?;
			let (open, agrees) = pages.entry(page).or_insert((0, true));
			*open += usize::from(!entry.signed.contains(org));
			if let Some(books) = books {
				let own = books.get(&(id, entry.station.code.to_vec()));
				if own != Some(&entry.station) {
					*agrees = false;
					plan.contradictions.push(contradiction(id, &entry.station, own));
				}
			}
		}
		from = next;
	}
	for (page, (open, agrees)) in pages {
		if open == 0 || !agrees {
			continue;
		}
		let digest = at.page_digest(id, page).await?;
		plan.pages.push((
			page,
			digest.ok_or_else(|| Failure::chain(format!("page {page} of {} has no digest", id.0)))?,
		));
		plan.stations += open;
	}
	Ok(plan)
}

fn contradiction(id: LocalNetworkId, station: &Station, own: Option<&Station>) -> String {
	let code = code_text(station);
	let Some(own) = own else { return format!("{code}: not in the books") };
	let (chain, books) = (super::csv::station_fields(id, station), super::csv::station_fields(id, own));
	let fields =
		super::csv::COLUMNS.iter().zip(chain.iter().zip(&books)).filter(|(_, (chain, books))| chain != books);
	let all: Vec<String> =
		fields.map(|(name, (chain, books))| format!("{name} {chain} (books: {books})")).collect();
	format!("{code}: {}", all.join(", "))
}

fn tell(context: &Context, plans: &BTreeMap<LocalNetworkId, Plan>, block: u32) {
	let value: Vec<_> = plans
		.iter()
		.map(|(id, plan)| {
			json!({
				"local_network": id, "pages": plan.pages.len(), "stations": plan.stations,
				"contradictions": plan.contradictions,
			})
		})
		.collect();
	context.output.answer(&json!({ "type": "plan", "block": block, "local_networks": value }), || {
		let rows = plans.iter().map(|(id, plan)| {
			let mut contradictions: Vec<String> = plan.contradictions.iter().take(5).cloned().collect();
			if plan.contradictions.len() > 5 {
				contradictions.push(format!("... {} in all", plan.contradictions.len()));
			}
			vec![
				id.0.to_string(),
				plan.pages.len().to_string(),
				plan.stations.to_string(),
				contradictions.join("\n"),
			]
		});
		table(&["local network", "pages to sign", "stations", "differ from the books"], rows)
	});
}

async fn calls(
	context: &Context,
	at: At<'_>,
	plans: &BTreeMap<LocalNetworkId, Plan>,
) -> Result<Vec<(String, Call)>> {
	let spec = context.spec(at.chain()).await?;
	let limit = spec.constant::<u32>("Sites", "MaxCountersign").and_then(|limit| usize::try_from(limit).ok());
	let limit = limit.unwrap_or(MOST_PAGES).max(1);
	let mut calls = Vec::new();
	for (id, plan) in plans {
		for pages in plan.pages.chunks(limit) {
			let label = format!("local network {}, {} pages of {PAGE_SLOTS}", id.0, pages.len());
			calls.push((label, spec.call("Sites", "countersign", (id, pages))?));
		}
	}
	Ok(calls)
}

/// A page that changed meanwhile is refused by name while the call succeeds: what is signed is asked from the state.
async fn verify(
	chain: &crate::chain::Chain,
	plans: &BTreeMap<LocalNetworkId, Plan>,
	org: OrgId,
) -> Result<()> {
	let at = chain.now().await?;
	let mut left = 0usize;
	for (id, plan) in plans {
		for (page, _) in &plan.pages {
			let from = u32::from(*page).saturating_mul(PAGE_SLOTS);
			let stations = at.stations(*id, from, PAGE_SLOTS).await?;
			let of_page = stations.iter().filter(|site| site.id.page() == Some(*page));
			left += of_page
				.filter(|site| site.entry.state == StationState::OnAir)
				.filter(|site| site.entry.station.named().contains(org) && !site.entry.signed.contains(org))
				.count();
		}
	}
	match left {
		0 => Ok(()),
		left => {
			Err(Failure::partial(format!("{left} stations are not signed: their pages changed meanwhile"))
				.remedy("repeat the command: it shows what they are now"))
		}
	}
}
