// SPDX-License-Identifier: Apache-2.0
//! `trimast config baseline sign`: the baseline of what the signer's company owns or shares or has on its towers is signed
//! page by page and owner by owner. With `--against` only stations are signed whose values are those of the company's own
//! books: that is what the signature is worth.
//!
//! The digests are computed here, from the values that were read. A node that answers with another one of a page shows other
//! values than the chain has, and nothing is signed by its word. A signature is for all stations of one owner in a page that
//! name the company: those of an owner of which one value differs from the books are left out, and named. So nobody keeps the
//! company from signing what others own. Where nothing of a local network is left out, one digest stands for all of it, as
//! long as the chain has the same one.

use crate::{
	chain::{events::Event, Call, Chain},
	config::{
		access,
		catalogue::Catalogue,
		export::{
			self,
			resolve::{resolve, SeenNetwork},
			stations::{Directory, Stations},
			Report,
		},
		views::PageView,
	},
	context::Context,
	encoding::survey,
	error::{Failure, Result},
	names,
	output::{counted, table},
};
use clap::Args;
use serde_json::json;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	path::PathBuf,
};
use trimast_primitives::{
	apis::AccountView,
	cells::{
		digest::{cell_digests, local_network_digest, stations_digest},
		CellId, CellTable, CellValues,
	},
	page::SiteId,
	site::Station,
	Hash, LocalNetworkId, OrgId,
};

/// Pages that one call may carry, unless the chain says otherwise.
const MOST_PAGES: u32 = 64;
/// Differences of a local network that are written out for people.
const SHOWN: usize = 8;

/// Sign the baseline.
#[derive(Args, Debug)]
pub(crate) struct SignCommand {
	/// Local networks.
	#[arg(value_parser = names::local_network, required_unless_present = "all")]
	local_networks: Vec<LocalNetworkId>,
	/// Every local network with a baseline.
	#[arg(long, conflicts_with = "local_networks")]
	all: bool,
	/// The company's own books, CSV or bulk configuration XML: only stations with just these values are signed, owner by owner.
	#[arg(long, value_name = "FILE")]
	against: Option<PathBuf>,
}

/// A company's own books of a local network, by cell.
type Books = HashMap<CellId, CellValues>;

/// What is to be signed in one local network.
#[derive(Default, PartialEq, Eq, Debug)]
struct Plan {
	/// What is signed, in the order of the pages.
	parts: Vec<Part>,
	/// Values that differ from the books: cell, what is different.
	contradictions: Vec<String>,
	/// Pages of which something is left out for them.
	left_out: usize,
	/// The digests of all pages that were looked at, by their numbers; zero where there is no baseline.
	digests: Vec<Hash>,
}

/// The stations of one owner in a page that name the company.
#[derive(PartialEq, Eq, Debug)]
struct Part {
	page: u16,
	owner: OrgId,
	/// Digest of what was looked at.
	digest: Hash,
	/// Slots that are not signed yet.
	slots: Vec<u32>,
}

impl Plan {
	fn stations(&self) -> usize {
		self.parts.iter().map(|part| part.slots.len()).sum()
	}

	/// The pages in which something is signed.
	fn pages(&self) -> Vec<u16> {
		let mut pages: Vec<u16> = self.parts.iter().map(|part| part.page).collect();
		pages.dedup();
		pages
	}

	/// Notes the digest of a page that was looked at.
	fn saw(&mut self, page: u16, digest: Hash) {
		let place = usize::from(page);
		if self.digests.len() <= place {
			self.digests.resize(place + 1, Hash::zero());
		}
		if let Some(stored) = self.digests.get_mut(place) {
			*stored = digest;
		}
	}

	/// The digest of the local network as it was looked at, where all of it may be signed and that takes fewer bytes.
	fn whole(&self, genesis: Hash, id: LocalNetworkId) -> Option<Hash> {
		let is_worth_it = self.left_out == 0 && self.parts.len() > 1;
		is_worth_it.then(|| local_network_digest(genesis, id, &self.digests))
	}

	/// The pages to sign as ranges, from a first to a last one, none over more than `most` pages.
	fn ranges(&self, most: usize) -> Vec<(u16, u16)> {
		let mut ranges: Vec<(u16, u16)> = Vec::new();
		for page in self.pages() {
			match ranges.last_mut() {
				Some((first, last)) if usize::from(page.saturating_sub(*first)) < most => *last = page,
				_ => ranges.push((page, page)),
			}
		}
		ranges
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: SignCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, access::ENGINEER).await?;
	let (org, catalogue) = (account.org, Catalogue::ask(at).await?);
	let views = at.baseline_networks().await?;
	let based: BTreeSet<LocalNetworkId> =
		views.into_iter().filter(|view| view.cells > 0).map(|view| view.id).collect();
	let directory = Directory::new(&chain).await?;
	let named = (!command.all).then_some(command.local_networks.as_slice());
	let wanted = wanted(named, &based, &account, |id| directory.knows(id))?;
	if command.all && wanted.len() < based.len() {
		let count = based.len().saturating_sub(wanted.len());
		let scope = names::scope_text(account.scope);
		let text =
			format!("{} outside of the account's scope ({scope}) left out", counted(count, "local network"));
		context.output.remark(&text);
	}
	let looking = Looking { org, catalogue: &catalogue, genesis: chain.genesis() };
	let bar = context.output.progress(wanted.len().try_into().unwrap_or(u64::MAX), "local networks read");
	let mut plans: BTreeMap<LocalNetworkId, Plan> = BTreeMap::new();
	if let Some(path) = &command.against {
		let survey = survey(path)?;
		let mut networks = export::open(path, &survey, &catalogue, export::Reading::Strict)?;
		let mut report = Report::new(context.output);
		while let Some(network) = networks.network()? {
			networks.tell(&mut report);
			if !wanted.contains(&network.id) {
				continue;
			}
			let columns = &networks.columns;
			let seen = resolve(network, columns, &catalogue, &directory, &mut report).await?;
			let SeenNetwork { id, stations, cells } = seen;
			let books: Books = cells.into_iter().map(|cell| (cell.id, cell.values)).collect();
			plans.insert(id, looking.plan(&chain, id, &stations, Some(&books)).await?);
			bar.inc(1);
		}
		networks.tell(&mut report);
		export::remark_unknown(context.output, &networks.columns, false);
		networks.check_contents()?;
		if report.count > 0 {
			let text = format!(
				"{} lines or values of the books are wrong: their cells count as not there",
				report.count
			);
			context.output.remark(&text);
		}
	}
	for id in &wanted {
		if !plans.contains_key(id) {
			let stations = directory.stations(*id).await?;
			// Books without a local network have none of its cells.
			let none = Books::new();
			let books = command.against.as_ref().map(|_| &none);
			plans.insert(*id, looking.plan(&chain, *id, &stations, books).await?);
			bar.inc(1);
		}
	}
	bar.finish_and_clear();
	plans.retain(|_, plan| !plan.parts.is_empty() || plan.left_out > 0);
	tell(context, &plans, at.number);
	let stations: usize = plans.values().map(Plan::stations).sum();
	let left_out: usize = plans.values().map(|plan| plan.left_out).sum();
	if stations == 0 && left_out == 0 {
		context.output.remark(
			"nothing to sign: the company has signed all that it owns or shares or has on its towers there, or has nothing there",
		);
	}
	if stations > 0 {
		let unread = match command.against {
			Some(_) => "",
			None => " WITHOUT comparing it with your own books (--against)",
		};
		if !context.output.confirm(&format!("Sign the baseline of {}{unread}?", counted(stations, "station")))
		{
			return Err(Failure::declined("nothing signed"));
		}
		sign(context, &chain, &plans, org).await?;
	}
	if left_out > 0 {
		let failure = Failure::partial(format!(
			"what differs from the books was left out, in {}",
			counted(left_out, "page")
		));
		let failure = match &command.against {
			Some(path) => failure.at(path.display()),
			None => failure,
		};
		return Err(
			failure.remedy("settle with the owner what is right: it imports anew, or your books are mended")
		);
	}
	Ok(())
}

/// The local networks whose baseline is signed: those that are named, or all in the account's scope.
fn wanted(
	named: Option<&[LocalNetworkId]>,
	based: &BTreeSet<LocalNetworkId>,
	account: &AccountView,
	is_known: impl Fn(LocalNetworkId) -> bool,
) -> Result<BTreeSet<LocalNetworkId>> {
	let Some(named) = named else {
		return Ok(based.iter().copied().filter(|id| account.scope.covers(*id)).collect());
	};
	for id in named {
		let place = |failure: Failure| failure.at(format!("local network {}", id.0));
		if !is_known(*id) {
			return Err(place(
				Failure::input("the chain has no such local network")
					.remedy("`trimast site networks` lists them"),
			));
		}
		if !based.contains(id) {
			return Err(place(
				Failure::input("it has no baseline")
					.remedy("the owners of its stations import it (`trimast config baseline import`)"),
			));
		}
		access::expect_local_network(account, *id)?;
	}
	Ok(named.iter().copied().collect())
}

/// Looks at pages for a company.
struct Looking<'a> {
	org: OrgId,
	catalogue: &'a Catalogue,
	genesis: Hash,
}

impl Looking<'_> {
	/// Looks at every page of a local network.
	async fn plan(
		&self,
		chain: &Chain,
		id: LocalNetworkId,
		stations: &Stations,
		books: Option<&Books>,
	) -> Result<Plan> {
		let at = chain.now().await?;
		let mut plan = Plan::default();
		let mut from = 0;
		while let Some((pages, next)) = at.baseline_from(id, from).await? {
			for view in pages {
				let table = view.cells()?;
				let digest = view.own_digest(self.genesis, id, &table);
				if digest != view.digest {
					return Err(Failure::chain(
						"the node gives another digest of a page than that of the values it has shown",
					)
					.at(format!("local network {}, page {}", id.0, view.page))
					.remedy("sign nothing by the word of this node: ask another one (--url)"));
				}
				plan.saw(view.page, digest);
				self.look_at(id, stations, &view, &table, books, &mut plan);
			}
			from = next;
		}
		Ok(plan)
	}

	/// Looks at one page.
	fn look_at(
		&self,
		id: LocalNetworkId,
		stations: &Stations,
		view: &PageView,
		table: &CellTable,
		books: Option<&Books>,
		plan: &mut Plan,
	) {
		// Of each owner the slots that are not signed yet, and whether all of its stations are as in the books.
		let mut owners: BTreeMap<OrgId, (Vec<u32>, bool)> = BTreeMap::new();
		let cells: Vec<(usize, (u32, u8))> = table.cells().enumerate().collect();
		for cells in cells.chunk_by(|(_, (a, _)), (_, (b, _))| a == b) {
			let Some((_, (slot, _))) = cells.first() else { continue };
			let site = SiteId::new(id, view.page, *slot);
			let Some(station) = stations.get(site).filter(|station| signs(station, self.org)) else {
				continue;
			};
			let (open, agrees) = owners.entry(station.owner).or_insert((Vec::new(), true));
			if let Some(books) = books {
				let found = self.contradictions(station, site, table, cells, books);
				*agrees &= found.is_empty();
				plan.contradictions.extend(found);
			}
			if !view.signed_by(*slot).contains(self.org) {
				open.push(*slot);
			}
		}
		plan.left_out += usize::from(owners.values().any(|(_, agrees)| !agrees));
		let digests = cell_digests(table);
		for (owner, (slots, agrees)) in owners {
			if !agrees || slots.is_empty() {
				continue;
			}
			let is_one = |slot: usize| {
				let site = u32::try_from(slot).map(|slot| SiteId::new(id, view.page, slot));
				let station = site.ok().and_then(|site| stations.get(site));
				station.is_some_and(|station| station.owner == owner && signs(station, self.org))
			};
			let digest = stations_digest(self.genesis, id, view.page, table.counts(), &digests, is_one);
			plan.parts.push(Part { page: view.page, owner, digest, slots });
		}
	}

	/// In what the baseline of a station is not that of the books.
	fn contradictions(
		&self,
		station: &Station,
		site: SiteId,
		table: &CellTable,
		cells: &[(usize, (u32, u8))],
		books: &Books,
	) -> Vec<String> {
		let code = crate::site::ledger::code_text(station);
		let name = |cell: u8| format!("{}/{code}/{cell}", site.local_network.0);
		let mut found = Vec::new();
		for (n, (_, cell)) in cells {
			let approved = table.values(*n);
			match books.get(&CellId { site, cell: *cell }) {
				None => found.push(format!("{}: not in the books", name(*cell))),
				Some(own) if *own == approved => {}
				Some(own) => found.push(format!(
					"{}: {}",
					name(*cell),
					difference(self.catalogue, station, &approved, own)
				)),
			}
		}
		let in_baseline = u8::try_from(cells.len()).unwrap_or(u8::MAX);
		let more =
			(in_baseline..station.cells).filter(|cell| books.contains_key(&CellId { site, cell: *cell }));
		found.extend(more.map(|cell| format!("{}: in the books alone", name(cell))));
		found
	}
}

/// Whose signature the baseline of a station waits for.
fn signs(station: &Station, org: OrgId) -> bool {
	station.signatories().contains(org)
}

/// Values that differ, each as the chain and as the books have it.
fn difference(catalogue: &Catalogue, station: &Station, approved: &CellValues, own: &CellValues) -> String {
	let (approved, own): (BTreeMap<_, _>, BTreeMap<_, _>) =
		(approved.iter().copied().collect(), own.iter().copied().collect());
	let keys: BTreeSet<_> = approved.keys().chain(own.keys()).copied().collect();
	let differ = keys.into_iter().filter(|key| approved.get(key) != own.get(key));
	let words = |key: trimast_primitives::cells::ParamKey, value: Option<&i64>| {
		catalogue.value_words(key.param, value.copied(), &station.plmns, names::cell_text)
	};
	let all: Vec<String> = differ
		.map(|key| {
			let name = catalogue.key_text(key, &station.plmns);
			format!("{name} {} (books: {})", words(key, approved.get(&key)), words(key, own.get(&key)))
		})
		.collect();
	all.join(", ")
}

fn tell(context: &Context, plans: &BTreeMap<LocalNetworkId, Plan>, block: u32) {
	let value: Vec<_> = plans
		.iter()
		.map(|(id, plan)| {
			json!({
				"local_network": id, "pages": plan.pages().len(), "stations": plan.stations(),
				"left_out": plan.left_out, "contradictions": plan.contradictions,
			})
		})
		.collect();
	context.output.answer(&json!({ "type": "plan", "block": block, "local_networks": value }), || {
		let rows = plans.iter().map(|(id, plan)| {
			let mut contradictions: Vec<String> = plan.contradictions.iter().take(SHOWN).cloned().collect();
			if plan.contradictions.len() > SHOWN {
				contradictions.push(format!("... {} in all", plan.contradictions.len()));
			}
			vec![
				id.0.to_string(),
				plan.pages().len().to_string(),
				plan.stations().to_string(),
				plan.left_out.to_string(),
				contradictions.join("\n"),
			]
		});
		table(
			&[
				"local network",
				"pages to sign",
				"stations in them",
				"pages left out",
				"differ from the books",
			],
			rows,
		)
	});
}

/// Signs what the plans say. A page that has changed meanwhile is refused by name while the call succeeds: what is signed
/// is asked from the state.
async fn sign(
	context: &Context,
	chain: &Chain,
	plans: &BTreeMap<LocalNetworkId, Plan>,
	org: OrgId,
) -> Result<()> {
	let spec = context.spec(chain).await?;
	let most = spec.constant::<u32>("ConfigGuard", "MaxSign").unwrap_or(MOST_PAGES);
	let most = usize::try_from(most).unwrap_or(1).max(1);
	let now = chain.now().await?.baseline_networks().await?;
	let stands = |id: LocalNetworkId| now.iter().find(|view| view.id == id).and_then(|view| view.digest);
	let mut calls: Vec<(String, Call)> = Vec::new();
	for (id, plan) in plans {
		// Where a page has changed since, the others are signed by their own digests.
		if let Some(digest) = plan.whole(chain.genesis(), *id).filter(|digest| stands(*id) == Some(*digest)) {
			for (first, last) in plan.ranges(most) {
				let label = format!("local network {}, pages {first} to {last}", id.0);
				calls.push((label, spec.call("ConfigGuard", "sign_network", (id, digest, first, last))?));
			}
			continue;
		}
		for parts in plan.parts.chunks(most) {
			let pages: Vec<_> = parts.iter().map(|part| (part.page, part.owner, part.digest)).collect();
			let label = format!("local network {}, {}", id.0, counted(pages.len(), "digest"));
			calls.push((label, spec.call("ConfigGuard", "sign", (id, pages))?));
		}
	}
	if !carry_out(context, chain, calls).await? {
		return Ok(());
	}
	let at = chain.now().await?;
	let mut left = Vec::new();
	for (id, plan) in plans {
		let pages = plan.pages();
		let signatures = at.signatures(*id, &pages).await?;
		for (page, signed) in pages.iter().zip(signatures) {
			let is_signed = |slot: &u32| {
				usize::try_from(*slot)
					.ok()
					.and_then(|slot| signed.get(slot))
					.is_some_and(|set| set.contains(org))
			};
			let mut parts = plan.parts.iter().filter(|part| part.page == *page);
			if !parts.all(|part| part.slots.iter().all(is_signed)) {
				left.push(format!("{} page {page}", id.0));
			}
		}
	}
	if left.is_empty() {
		return Ok(());
	}
	let count = left.len();
	left.truncate(20);
	let shown = left.join(", ");
	Err(Failure::partial(format!(
		"{count} pages are not signed, since they changed after they were looked at: {shown}"
	))
	.remedy("repeat the command: it shows what they are now"))
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
	let is_signed = |event: &Event| event.is("ConfigGuard", "BaselineSigned");
	Ok(inclusion.is_some_and(|inclusion| inclusion.events.iter().any(is_signed)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::{
		catalogue::tests::catalogue,
		export::resolve::tests::{site, stations, PLACE},
	};
	use trimast_primitives::{
		cells::{ParamId, ParamKey},
		site::Technology,
		OrgSet,
	};

	fn key(param: u16) -> ParamKey {
		ParamKey::of(ParamId(param))
	}

	/// Page 0, in which station A has two cells.
	fn view(signed: OrgSet) -> (PageView, CellTable) {
		let table = CellTable::new(&[vec![vec![(key(11), 5)], vec![(key(11), 6)]]]).unwrap();
		let view = PageView {
			page: 0,
			revision: 1,
			catalogue: 1,
			changed: 1,
			digest: Hash::repeat_byte(7),
			signed: vec![signed],
			table: table.to_bytes().unwrap().into_inner(),
		};
		(view, table)
	}

	#[test]
	fn local_networks_are_refused_by_name_before_anything_is_read() {
		use trimast_primitives::{
			access::{Roles, Scope},
			ProvinceId,
		};
		let account = AccountView {
			account: [7; 32].into(),
			org: OrgId(1),
			roles: Roles::default(),
			scope: Scope::Province(ProvinceId(13)),
			branch: None,
			since: 0,
		};
		let based: BTreeSet<_> = [1301, 1401].map(LocalNetworkId).into();
		let is_known = |id: LocalNetworkId| [1301, 1302, 1401].contains(&id.0);
		let of = |code| wanted(Some(&[LocalNetworkId(code)]), &based, &account, is_known);
		assert_eq!(of(1301), Ok([LocalNetworkId(1301)].into()));
		for (code, part) in [(1309, "site networks"), (1302, "baseline import"), (1401, "account set")] {
			let failure = of(code).unwrap_err().to_string();
			assert!(failure.contains(&code.to_string()) && failure.contains(part), "{failure}");
		}
		assert_eq!(wanted(None, &based, &account, is_known), Ok([LocalNetworkId(1301)].into()));
	}

	fn planned(org: OrgId, signed: OrgSet, books: Option<&[(u8, i64)]>) -> Plan {
		let (catalogue, stations) = (catalogue(), stations());
		let (view, table) = view(signed);
		let site = stations.find(b"A").unwrap().0;
		let books: Option<Books> = books.map(|books| {
			books.iter().map(|(cell, pci)| (CellId { site, cell: *cell }, vec![(key(11), *pci)])).collect()
		});
		let mut plan = Plan::default();
		let looking = Looking { org, catalogue: &catalogue, genesis: Hash::zero() };
		looking.look_at(PLACE, &stations, &view, &table, books.as_ref(), &mut plan);
		plan
	}

	#[test]
	fn only_whose_it_is_signs_and_only_once() {
		let station = stations().find(b"A").unwrap().1.station.clone();
		let (sharer, tower) = (station.sharers.iter().next().unwrap(), station.tower.unwrap().org);
		assert_eq!(planned(tower, OrgSet::EMPTY, None).stations(), 1);
		let plan = planned(sharer, OrgSet::EMPTY, None);
		let cells = cell_digests(&view(OrgSet::EMPTY).1);
		let digest = stations_digest(Hash::zero(), PLACE, 0, &[2], &cells, |_| true);
		assert_eq!(plan.parts, [Part { page: 0, owner: station.owner, digest, slots: vec![0] }]);
		assert_eq!(planned(sharer, OrgSet::of(sharer), None), Plan::default());
		assert_eq!(planned(OrgId(31), OrgSet::EMPTY, None), Plan::default());
	}

	#[test]
	fn whole_local_network_is_signed_by_one_digest_in_ranges() {
		let (genesis, digest) = (Hash::repeat_byte(1), Hash::repeat_byte(7));
		let mut plan = Plan::default();
		for page in [0, 3, 8, 9] {
			plan.saw(page, digest);
		}
		let part = |page| Part { page, owner: OrgId(0), digest, slots: vec![0] };
		plan.parts = [0, 3, 9].map(part).into();
		// The digest covers the page that is not to be signed, too
		let mut digests = vec![Hash::zero(); 10];
		[0, 3, 8, 9].into_iter().for_each(|page: usize| digests[page] = digest);
		assert_eq!(plan.whole(genesis, PLACE), Some(local_network_digest(genesis, PLACE, &digests)));
		assert_eq!(plan.ranges(256), [(0, 9)]);
		assert_eq!(plan.ranges(4), [(0, 3), (9, 9)]);
		assert_eq!(plan.ranges(1), [(0, 0), (3, 3), (9, 9)]);
		// Not where a page is left out, nor for one page
		assert_eq!(Plan { left_out: 1, ..plan }.whole(genesis, PLACE), None);
		assert_eq!(planned(OrgId(31), OrgSet::EMPTY, None).whole(genesis, PLACE), None);
	}

	#[test]
	fn page_with_a_value_that_differs_from_the_books_is_left_out() {
		let sharer = stations().find(b"A").unwrap().1.station.sharers.iter().next().unwrap();
		let of = |books: &[(u8, i64)]| planned(sharer, OrgSet::EMPTY, Some(books));
		assert_eq!(of(&[(0, 5), (1, 6)]).stations(), 1);
		let other = of(&[(0, 5), (1, 7)]);
		assert_eq!((other.stations(), other.left_out), (0, 1));
		assert_eq!(other.contradictions, ["1301/A/1: nRPCI 6 (books: 7)"]);
		assert_eq!(of(&[(0, 5)]).contradictions, ["1301/A/1: not in the books"]);
	}

	#[test]
	fn each_owners_stations_are_signed_or_left_out_by_themselves() {
		let (catalogue, mut other) = (catalogue(), site(1, "C", Technology::Nr));
		let first = site(0, "A", Technology::Nr);
		let sharer = first.entry.station.sharers.iter().next().unwrap();
		other.entry.station.owner = OrgId(30);
		let sites = [first.id, other.id];
		let stations = Stations::new([first, other]);
		let cell = |pci| vec![(key(11), pci)];
		let table = CellTable::new(&[vec![cell(5)], vec![cell(6)]]).unwrap();
		let view = PageView { table: table.to_bytes().unwrap().into_inner(), ..view(OrgSet::EMPTY).0 };
		// Given books that differ from the second owner's station
		let books: Books =
			[5, 7].into_iter().zip(sites).map(|(pci, site)| (CellId { site, cell: 0 }, cell(pci))).collect();
		let looking = Looking { org: sharer, catalogue: &catalogue, genesis: Hash::zero() };
		let planned = |books: Option<&Books>| {
			let mut plan = Plan::default();
			looking.look_at(PLACE, &stations, &view, &table, books, &mut plan);
			(
				plan.parts.iter().map(|part| part.slots.clone()).collect::<Vec<_>>(),
				plan.pages(),
				plan.left_out,
			)
		};
		assert_eq!(planned(Some(&books)), (vec![vec![0]], vec![0], 1));
		assert_eq!(planned(None), (vec![vec![0], vec![1]], vec![0], 0));
	}
}
