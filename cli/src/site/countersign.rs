// SPDX-License-Identifier: Apache-2.0
//! `trimast site countersign`: what names the signer's company is signed by page digest. With `--inventory` only stations
//! that stand in the company's own books exactly so are signed: that is what the signature is worth.
//!
//! The digest is computed here, from the records that were read. A node that answers with another one shows other records
//! than the chain has, and nothing is signed by its word.
//!
//! A neighbour keeps nobody's signature out: what shares a page with a station that differs from the books, or a page that
//! changes while it is being signed, is signed station by station, each by the digest of what was looked at.

use super::{
	ledger::code_text,
	reader::{is_inventory, rows, Record},
};
use crate::{
	chain::{events::Event, views::At, Call, Chain, Spec},
	context::Context,
	encoding::survey,
	error::{Failure, Result},
	names,
	output::{counted, table},
};
use clap::Args;
use encoding_rs::Encoding;
use serde_json::json;
use std::{
	collections::{BTreeMap, HashMap},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	apis::SiteView,
	inventory::InventoryRecord,
	page::{SiteId, PAGE_SLOTS},
	site::{station_digest, stations_digest, Station, StationEntry, StationState},
	Hash, LocalNetworkId, OrgId,
};

/// Pages that one call may carry, unless the chain says otherwise.
const MOST_PAGES: usize = 64;
/// Stations that one call may carry, unless the chain says otherwise.
const MOST_STATIONS: usize = 256;

/// Countersign stations by page.
#[derive(Args, Debug)]
pub(crate) struct CountersignCommand {
	/// Local networks.
	#[arg(value_parser = names::local_network, required_unless_present = "all")]
	local_networks: Vec<LocalNetworkId>,
	/// Every local network.
	#[arg(long, conflicts_with = "local_networks")]
	all: bool,
	/// The company's own books, with the columns of `site export` or those of `site reconcile`: only stations that stand
	/// in them just so are signed.
	#[arg(long, value_name = "FILE.csv")]
	inventory: Option<PathBuf>,
}

/// A company's own books, by local network and code.
type Books = HashMap<(LocalNetworkId, Vec<u8>), Station>;

/// Indices of stations, and the digest of what was looked at of each.
type Stations = Vec<(u32, Hash)>;

/// What is to be signed in one local network.
#[derive(Default)]
struct Plan {
	/// Pages that are signed whole, and their digests.
	pages: Vec<(u16, Hash)>,
	/// Stations that are signed one by one, since another in their page differs from the books.
	singles: Stations,
	/// Every station that is to be signed, in a page or alone.
	stations: BTreeMap<u32, Hash>,
	/// Stations that differ from the books: code and what is different.
	contradictions: Vec<String>,
}

/// What was seen in one local network.
#[derive(Default)]
struct Seen {
	/// By page: everything that stands in it.
	entries: BTreeMap<u16, Vec<StationEntry>>,
	/// By page: the stations that are to be signed, and whether the books agree with all that name the company.
	pages: BTreeMap<u16, (Stations, bool)>,
	/// Stations that differ from the books.
	contradictions: Vec<String>,
}

impl Seen {
	/// Looks at a station for `org`.
	fn look_at(&mut self, genesis: Hash, org: OrgId, site: &SiteView, books: Option<&Books>) -> Result<()> {
		let (id, entry) = (site.id, &site.entry);
		let page = id.page().ok_or_else(|| Failure::chain("a station's number lies in no page"))?;
		self.entries.entry(page).or_default().push(entry.clone());
		if entry.state != StationState::OnAir || !entry.station.named().contains(org) {
			return Ok(());
		}
		let (open, agrees) = self.pages.entry(page).or_insert((Vec::new(), true));
		if let Some(books) = books {
			let own = books.get(&(id.local_network, entry.station.code.to_vec()));
			if own != Some(&entry.station) {
				*agrees = false;
				self.contradictions.push(contradiction(id.local_network, &entry.station, own));
				return Ok(());
			}
		}
		if !entry.signed.contains(org) {
			open.push((id.index, station_digest(genesis, id, entry)));
		}
		Ok(())
	}

	/// The digest of a page as it was seen, provided that the node, asked for it, says the same.
	fn digest(&self, genesis: Hash, id: LocalNetworkId, page: u16, told: Option<Hash>) -> Result<Hash> {
		let entries = self.entries.get(&page).map_or(&[][..], Vec::as_slice);
		let digest = stations_digest(genesis, id, page, entries);
		if told == Some(digest) {
			return Ok(digest);
		}
		Err(Failure::chain("the node gives another digest of a page than that of the stations it has shown")
			.at(format!("local network {}, page {page}", id.0))
			.remedy("sign nothing by the word of this node: ask another one (--url)"))
	}
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
		if !plan.stations.is_empty() || !plan.contradictions.is_empty() {
			plans.insert(id, plan);
		}
		bar.inc(1);
	}
	bar.finish_and_clear();
	let stations: usize = plans.values().map(|plan| plan.stations.len()).sum();
	let contradictions: usize = plans.values().map(|plan| plan.contradictions.len()).sum();
	tell(context, &plans, at.number);
	if stations > 0 {
		let unread =
			if books.is_some() { "" } else { " WITHOUT comparing them with your own books (--inventory)" };
		if !context.output.confirm(&format!("Countersign {}{unread}?", counted(stations, "station"))) {
			return Err(Failure::declined("nothing countersigned"));
		}
		sign(context, &chain, &plans, org).await?;
	}
	if contradictions > 0 {
		return Err(Failure::partial(format!(
			"{contradictions} stations differ from the books and were left out"
		))
		.remedy("reconcile (`trimast site reconcile`), or have the owner amend them"));
	}
	Ok(())
}

fn read_books(path: &Path) -> Result<Books> {
	let encoding = survey(path)?.encoding;
	if is_inventory(path, encoding)? {
		read_as(path, encoding, |record: InventoryRecord| record.station)
	} else {
		read_as(path, encoding, |station: Station| station)
	}
}

fn read_as<T: Record>(
	path: &Path,
	encoding: &'static Encoding,
	station: impl Fn(T) -> Station,
) -> Result<Books> {
	rows::<T>(path, encoding)?
		.map(|row| {
			let row = row?;
			let (place, record) = row.record.map_err(|wrong| {
				let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
				Failure::input(all.join("; ")).at(format!("line {}", row.line)).at(path.display())
			})?;
			let station = station(record);
			Ok(((place, station.code.to_vec()), station))
		})
		.collect()
}

async fn plan(at: At<'_>, id: LocalNetworkId, org: OrgId, books: Option<&Books>) -> Result<Plan> {
	let genesis = at.chain().genesis();
	let mut seen = Seen::default();
	let mut from = 0;
	while let Some((stations, next)) = at.stations_from(id, from).await? {
		for site in stations {
			seen.look_at(genesis, org, &site, books)?;
		}
		from = next;
	}
	let contradictions = std::mem::take(&mut seen.contradictions);
	let mut plan = Plan { contradictions, ..Plan::default() };
	for (page, (open, agrees)) in std::mem::take(&mut seen.pages) {
		plan.stations.extend(open.iter().copied());
		if open.is_empty() {
			continue;
		}
		if agrees {
			let told = at.page_digest(id, page).await?;
			plan.pages.push((page, seen.digest(genesis, id, page, told)?));
		} else {
			plan.singles.extend(open);
		}
	}
	Ok(plan)
}

fn contradiction(id: LocalNetworkId, station: &Station, own: Option<&Station>) -> String {
	let code = code_text(station);
	let Some(own) = own else { return format!("{code}: not in the books") };
	let (chain, books) = (super::csv::shown_fields(id, station), super::csv::shown_fields(id, own));
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
				"local_network": id, "pages": plan.pages.len(), "singles": plan.singles.len(),
				"stations": plan.stations.len(), "contradictions": plan.contradictions,
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
				plan.singles.len().to_string(),
				plan.stations.len().to_string(),
				contradictions.join("\n"),
			]
		});
		table(
			&["local network", "pages", "single stations", "stations to sign", "differ from the books"],
			rows,
		)
	});
}

/// Signs what the plans say, then one by one what stands in a page that has changed meanwhile. A digest that is not that
/// of what stands there now is refused by name while the call succeeds: what is signed is asked from the state.
async fn sign(
	context: &Context,
	chain: &Chain,
	plans: &BTreeMap<LocalNetworkId, Plan>,
	org: OrgId,
) -> Result<()> {
	let spec = context.spec(chain).await?;
	let mut calls = Vec::new();
	for (id, plan) in plans {
		for pages in plan.pages.chunks(limit(&spec, "MaxCountersign", MOST_PAGES)) {
			let label = format!("local network {}, {} of {PAGE_SLOTS}", id.0, counted(pages.len(), "page"));
			calls.push((label, spec.call("Sites", "countersign", (id, pages))?));
		}
	}
	let singles = plans.iter().map(|(id, plan)| (*id, &plan.singles[..]));
	calls.extend(single_calls(&spec, singles)?);
	if !carry_out(context, chain, calls).await? {
		return Ok(());
	}
	let left = unsigned(chain, plans, org).await?;
	if left.is_empty() {
		return Ok(());
	}
	context.output.remark(&format!(
		"{} stations stand in pages that changed while they were being signed: they are signed one by one",
		count(&left)
	));
	let singles = left.iter().map(|(id, stations)| (*id, &stations[..]));
	if !carry_out(context, chain, single_calls(&spec, singles)?).await? {
		return Ok(());
	}
	let left = unsigned(chain, plans, org).await?;
	if left.is_empty() {
		return Ok(());
	}
	let sites = left.iter().flat_map(|(id, stations)| stations.iter().map(|(index, _)| (*id, *index)));
	let mut shown: Vec<String> = sites
		.take(20)
		.map(|(local_network, index)| names::site_text(SiteId { local_network, index }))
		.collect();
	if count(&left) > shown.len() {
		shown.push(format!("... {} in all", count(&left)));
	}
	Err(Failure::partial(format!(
		"{} stations are not signed, since they changed after they were looked at: {}",
		count(&left),
		shown.join(", ")
	))
	.remedy("repeat the command: it shows what they are now"))
}

/// Most items of one call, as the chain says.
fn limit(spec: &Spec, constant: &str, otherwise: usize) -> usize {
	let limit = spec.constant::<u32>("Sites", constant).and_then(|limit| usize::try_from(limit).ok());
	limit.unwrap_or(otherwise).max(1)
}

fn single_calls<'a>(
	spec: &Spec,
	stations: impl Iterator<Item = (LocalNetworkId, &'a [(u32, Hash)])>,
) -> Result<Vec<(String, Call)>> {
	let mut calls = Vec::new();
	for (id, stations) in stations {
		for stations in stations.chunks(limit(spec, "MaxBatch", MOST_STATIONS)) {
			let label = format!("local network {}, {} one by one", id.0, counted(stations.len(), "station"));
			calls.push((label, spec.call("Sites", "countersign_stations", (id, stations))?));
		}
	}
	Ok(calls)
}

/// Makes the calls. Says whether they were carried out: a single one may have been written down (`--unsigned`), or wait
/// for the others of a multisig.
async fn carry_out(context: &Context, chain: &Chain, mut calls: Vec<(String, Call)>) -> Result<bool> {
	if calls.len() > 1 {
		context.perform_all(chain, calls).await?;
		return Ok(true);
	}
	let Some((_, call)) = calls.pop() else { return Ok(true) };
	let inclusion = context.perform(chain, call).await?;
	let is_signed =
		|event: &Event| event.is("Sites", "Countersigned") || event.is("Sites", "StationsCountersigned");
	Ok(inclusion.is_some_and(|inclusion| inclusion.events.iter().any(is_signed)))
}

/// What the plans say and still waits for the signature of `org`.
async fn unsigned(
	chain: &Chain,
	plans: &BTreeMap<LocalNetworkId, Plan>,
	org: OrgId,
) -> Result<BTreeMap<LocalNetworkId, Stations>> {
	let at = chain.now().await?;
	let mut left: BTreeMap<LocalNetworkId, Stations> = BTreeMap::new();
	for (id, plan) in plans {
		if plan.stations.is_empty() {
			continue;
		}
		let mut from = 0;
		while let Some((stations, next)) = at.stations_from(*id, from).await? {
			for site in stations {
				let entry = &site.entry;
				let is_open = entry.state == StationState::OnAir
					&& entry.station.named().contains(org)
					&& !entry.signed.contains(org);
				if let Some(digest) = plan.stations.get(&site.id.index).filter(|_| is_open) {
					left.entry(*id).or_default().push((site.id.index, *digest));
				}
			}
			from = next;
		}
	}
	Ok(left)
}

fn count(stations: &BTreeMap<LocalNetworkId, Stations>) -> usize {
	stations.values().map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
	use super::super::csv::{read_station, tests::sample, COLUMNS, OWN_COLUMNS};
	use super::*;
	use trimast_primitives::OrgSet;

	/// A station in `slot` of page 3, signed by its owner alone.
	fn site(slot: u32, change: impl Fn(&mut StationEntry)) -> SiteView {
		let (place, mut station) = read_station(&sample()).unwrap();
		station.code = format!("S{slot}").into_bytes().try_into().unwrap();
		let signed = OrgSet::of(station.owner);
		let mut entry = StationEntry { station, state: StationState::OnAir, revision: 0, signed };
		change(&mut entry);
		SiteView { id: SiteId::new(place, 3, slot), entry }
	}

	#[test]
	fn a_neighbour_that_differs_keeps_no_signature_out() {
		// Given four stations of a page, the second of which has another vendor than the books say, the third is signed
		let sharer = site(0, |_| ()).entry.station.sharers.iter().next().unwrap();
		let sites = [
			site(0, |_| ()),
			site(1, |entry| entry.station.vendor = b"OTHER".to_vec().try_into().unwrap()),
			site(2, |entry| entry.signed = entry.signed.with(sharer)),
			site(3, |_| ()),
		];
		let books: Books = (0..4)
			.map(|slot| site(slot, |_| ()))
			.map(|it| ((it.id.local_network, it.entry.station.code.to_vec()), it.entry.station))
			.collect();
		let look = |books: Option<&Books>| {
			let mut seen = Seen::default();
			for site in &sites {
				seen.look_at(Hash::zero(), sharer, site, books).unwrap();
			}
			seen
		};
		let of = |site: &SiteView| (site.id.index, station_digest(Hash::zero(), site.id, &site.entry));
		// When they are compared with the books, then the others are left to be signed one by one
		let seen = look(Some(&books));
		assert_eq!(seen.pages[&3], (vec![of(&sites[0]), of(&sites[3])], false));
		assert_eq!(seen.contradictions.len(), 1);
		assert!(seen.contradictions[0].starts_with("S1: vendor OTHER"), "{:?}", seen.contradictions);
		// And without books all that waits is signed with the page
		let seen = look(None);
		assert_eq!(seen.pages[&3], (vec![of(&sites[0]), of(&sites[1]), of(&sites[3])], true));
	}

	#[test]
	fn digest_fails_when_the_node_signs_for_other_stations_than_it_shows() {
		// Given a page with a station that names the company, one that is retired and one that names others
		let own = site(0, |_| ());
		let (place, owner) = (own.id.local_network, own.entry.station.owner);
		let others = |entry: &mut StationEntry| {
			entry.station.owner = OrgId(9);
			entry.station.sharers = OrgSet::of(OrgId(8));
		};
		let sites = [own, site(1, |entry| entry.state = StationState::Retired), site(2, others)];
		let mut seen = Seen::default();
		for site in &sites {
			seen.look_at(Hash::zero(), owner, site, None).unwrap();
		}
		// Then what is signed is over all that was seen
		let page = |sites: &[SiteView]| {
			let entries: Vec<StationEntry> = sites.iter().map(|site| site.entry.clone()).collect();
			stations_digest(Hash::zero(), place, 3, &entries)
		};
		let digest = page(&sites);
		assert_eq!(seen.digest(Hash::zero(), place, 3, Some(digest)), Ok(digest));
		// And a node that would have something else signed is told
		let mut forged = sites.clone();
		forged[0].entry.station.battery_ah += 1;
		for told in [Some(page(&forged)), Some(page(&sites[..2])), None] {
			let refused = seen.digest(Hash::zero(), place, 3, told).unwrap_err();
			assert!(refused.to_string().contains("another digest"), "{refused}");
		}
	}

	#[test]
	fn what_is_retired_or_names_others_is_not_asked_for() {
		let sites = [site(0, |entry| entry.state = StationState::Retired), site(1, |_| ())];
		let mut seen = Seen::default();
		let stranger = OrgId(9);
		seen.look_at(Hash::zero(), sites[0].entry.station.owner, &sites[0], None).unwrap();
		seen.look_at(Hash::zero(), stranger, &sites[1], None).unwrap();
		assert!(seen.pages.is_empty());
	}

	#[test]
	fn books_of_both_forms_give_the_same_stations() {
		let line = |own: &[&str], fields: &[&str]| [own, fields].concat().join(",") + "\n";
		let sample = sample();
		let fields: Vec<&str> = sample.iter().collect();
		let stations = line(&[], &COLUMNS) + &line(&[], &fields);
		let books = line(&OWN_COLUMNS, &COLUMNS) + &line(&["A-1", "东关"], &fields);
		let folder = tempfile::tempdir().unwrap();
		let read = |name: &str, text: &str| {
			let path = folder.path().join(name);
			std::fs::write(&path, text).unwrap();
			read_books(&path).unwrap()
		};
		let found = read("stations.csv", &stations);
		assert_eq!(found.len(), 1);
		assert_eq!(found, read("books.csv", &books));
	}
}
