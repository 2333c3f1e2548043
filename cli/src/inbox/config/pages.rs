// SPDX-License-Identifier: Apache-2.0
//! Pages of the baseline: those that wait for the company's signature, and what is found about those that it is party to.
//! The stations of a page are read only where something is open.

use super::{named, Item, AT_ONCE};
use crate::{chain::views::At, config::views::NetworkView, context::Context, error::Result, output::counted};
use futures::{stream, StreamExt};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	access::Role,
	apis::{AccountView, PageCoverageView, SiteView},
	page::SiteId,
	LocalNetworkId, OrgId,
};

/// How many pages of each local network.
type Counts = BTreeMap<LocalNetworkId, usize>;

/// The count of all, and the first local networks.
fn words(counts: &Counts) -> String {
	let pages: usize = counts.values().sum();
	let names = named(counts.keys().map(|id| id.0.to_string()));
	format!("{} in {} ({names})", counted(pages, "page"), counted(counts.len(), "local network"))
}

/// Those of some pages with a station that is meant.
async fn pages_with(
	at: At<'_>,
	id: LocalNetworkId,
	pages: &BTreeSet<u16>,
	is_meant: impl Fn(&SiteView) -> bool,
) -> Result<BTreeSet<u16>> {
	let mut found = BTreeSet::new();
	let mut from = 0;
	while let Some(page) = pages.range(from..).next() {
		let Some((stations, _)) = at.stations_from(id, SiteId::new(id, *page, 0).index).await? else { break };
		let of_pages = stations.iter().filter(|site| is_meant(site)).filter_map(|site| site.id.page());
		found.extend(of_pages.filter(|page| pages.contains(page)));
		// An answer has more stations than a page. The last one that it reaches may not be there as a whole.
		let reached = stations.last().and_then(|site| site.id.page()).unwrap_or(*page);
		from = reached.max(page.saturating_add(1));
	}
	Ok(found)
}

/// The pages that wait for the signature of `org`, if any do.
pub(super) async fn unsigned(
	context: &Context,
	at: At<'_>,
	networks: &[NetworkView],
	org: OrgId,
) -> Result<Option<Item>> {
	let open: Vec<_> = networks.iter().filter(|view| view.provisional > 0).collect();
	let total = u64::try_from(open.len()).unwrap_or(u64::MAX);
	let bar = context.output.progress(total, "baselines looked at");
	let mut answers = stream::iter(open)
		.map(|view| async move { (view.id, unsigned_in(at, view, org).await) })
		.buffered(AT_ONCE);
	let mut counts = Counts::new();
	while let Some((id, count)) = answers.next().await {
		counts.extend(Some(count?).filter(|count| *count > 0).map(|count| (id, count)));
		bar.inc(1);
	}
	bar.finish_and_clear();
	Ok(to_sign(&counts))
}

async fn unsigned_in(at: At<'_>, view: &NetworkView, org: OrgId) -> Result<usize> {
	let all: Vec<u16> = (0..u16::try_from(view.pages).unwrap_or(u16::MAX)).collect();
	let slots = at.unsigned(view.id, &all, org).await?;
	let open: BTreeMap<u16, Vec<u32>> =
		all.into_iter().zip(slots).filter(|(_, slots)| !slots.is_empty()).collect();
	let waits = |site: &SiteView| {
		let slots = site.id.page().and_then(|page| open.get(&page));
		let is_open = slots.is_some_and(|slots| slots.contains(&site.id.slot()));
		is_open && site.entry.station.signatories().contains(org)
	};
	Ok(pages_with(at, view.id, &open.keys().copied().collect(), waits).await?.len())
}

fn to_sign(counts: &Counts) -> Option<Item> {
	let (first, _) = counts.first_key_value()?;
	let which = if counts.len() == 1 { first.0.to_string() } else { "--all".into() };
	Some(Item {
		deadline: None,
		passed: 0,
		kind: "baseline to sign",
		what: words(counts),
		command: format!("trimast config baseline sign {which} --against FILE"),
	})
}

/// What may be found about a page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Finding {
	Unattested,
	/// The company itself has seen the page otherwise.
	OwnUnexplained,
	Unexplained,
	Contradicting,
}

impl Finding {
	const ALL: [Self; 4] = [Self::Unattested, Self::OwnUnexplained, Self::Unexplained, Self::Contradicting];

	/// Whether it is found about a page, as `org` sees that.
	fn is_of(self, page: &PageCoverageView, org: OrgId) -> bool {
		let is_own = page.unexplained_by.contains(&org);
		match self {
			Self::Unattested => page.unattested,
			Self::OwnUnexplained => page.unexplained && is_own,
			Self::Unexplained => page.unexplained && !is_own,
			Self::Contradicting => page.contradicting,
		}
	}

	fn kind(self) -> &'static str {
		match self {
			Self::Unattested => "finding: not attested in time",
			Self::OwnUnexplained => "finding: your company has seen it otherwise and not said in what",
			Self::Unexplained => "finding: another company has seen it otherwise and not said in what",
			Self::Contradicting => "finding: of two companies one has seen it otherwise",
		}
	}

	/// What does away with it is a sweep, which is a collector's to make; else what shows it.
	fn item(self, counts: &Counts, is_collector: bool) -> Option<Item> {
		let (first, _) = counts.first_key_value()?;
		let command = match (self, counts.len()) {
			(Self::Unattested | Self::OwnUnexplained, _) if is_collector => "sweep FILE".into(),
			(_, 1) => format!("coverage {} --findings", first.0),
			_ => "coverage --findings".into(),
		};
		let (kind, what) = (self.kind(), words(counts));
		Some(Item { deadline: None, passed: 0, kind, what, command: format!("trimast config {command}") })
	}
}

/// What is found about the pages in the account's scope with a station whose values its company stands behind.
pub(super) async fn findings(context: &Context, at: At<'_>, account: &AccountView) -> Result<Vec<Item>> {
	let views = at.coverage().await?;
	let is_found = |unattested, unexplained, contradicting| unattested + unexplained + contradicting > 0;
	let open: Vec<_> = views
		.into_iter()
		.filter(|view| is_found(view.unattested, view.unexplained, view.contradicting))
		.map(|view| view.local_network)
		.filter(|id| account.scope.covers(*id))
		.collect();
	let total = u64::try_from(open.len()).unwrap_or(u64::MAX);
	let bar = context.output.progress(total, "local networks with findings looked at");
	let mut answers = stream::iter(open)
		.map(|id| async move { (id, found_in(at, id, account.org).await) })
		.buffered(AT_ONCE);
	let mut all: BTreeMap<Finding, Counts> = BTreeMap::new();
	while let Some((id, found)) = answers.next().await {
		for (finding, count) in found? {
			all.entry(finding).or_default().insert(id, count);
		}
		bar.inc(1);
	}
	bar.finish_and_clear();
	let is_collector = account.roles.contains(Role::Collector);
	Ok(all.iter().filter_map(|(finding, counts)| finding.item(counts, is_collector)).collect())
}

/// How many pages of a local network each finding is of.
async fn found_in(at: At<'_>, id: LocalNetworkId, org: OrgId) -> Result<BTreeMap<Finding, usize>> {
	let mut pages = at.page_coverage(id).await?;
	pages.retain(|page| Finding::ALL.iter().any(|finding| finding.is_of(page, org)));
	let open = pages.iter().map(|page| page.page).collect();
	let is_party = |site: &SiteView| site.entry.station.signatories().contains(org);
	let own = pages_with(at, id, &open, is_party).await?;
	Ok(of_pages(&pages, &own, org))
}

/// `own`: the pages that the company is party to. What it has said itself of others it explains too.
fn of_pages(pages: &[PageCoverageView], own: &BTreeSet<u16>, org: OrgId) -> BTreeMap<Finding, usize> {
	let mut counts = BTreeMap::new();
	for page in pages {
		let is_meant = |finding: &Finding| {
			finding.is_of(page, org) && (own.contains(&page.page) || *finding == Finding::OwnUnexplained)
		};
		for finding in Finding::ALL.into_iter().filter(is_meant) {
			*counts.entry(finding).or_default() += 1;
		}
	}
	counts
}

#[cfg(test)]
mod tests {
	use super::*;

	fn counts(places: &[(u16, usize)]) -> Counts {
		places.iter().map(|(id, count)| (LocalNetworkId(*id), *count)).collect()
	}

	#[test]
	fn pages_to_sign_are_counted_and_their_local_networks_named() {
		assert_eq!(to_sign(&Counts::new()), None);
		let one = to_sign(&counts(&[(1301, 2)])).unwrap();
		assert_eq!(one.what, "2 pages in 1 local network (1301)");
		assert_eq!(one.command, "trimast config baseline sign 1301 --against FILE");
		let many: Vec<_> = (1301..1601).map(|id| (id, 50)).collect();
		let many = to_sign(&counts(&many)).unwrap();
		assert_eq!(many.what, "15000 pages in 300 local networks (1301, 1302, 1303, ...)");
		assert_eq!(many.command, "trimast config baseline sign --all --against FILE");
	}

	fn page(number: u16, change: impl Fn(&mut PageCoverageView)) -> PageCoverageView {
		let mut page = PageCoverageView {
			page: number,
			revision: 1,
			changed: 1,
			words: vec![],
			contradicting: false,
			unattested: false,
			unexplained: false,
			unexplained_by: vec![],
		};
		change(&mut page);
		page
	}

	#[test]
	fn findings_are_of_pages_that_the_company_is_party_to() {
		let unexplained = |by: u8| {
			move |page: &mut PageCoverageView| {
				page.unexplained = true;
				page.unexplained_by = vec![OrgId(by)];
			}
		};
		let pages = [
			page(0, |page| page.unattested = true),
			page(1, |page| page.unattested = true),
			page(2, unexplained(0)),
			page(3, unexplained(1)),
			page(4, |page| page.contradicting = true),
			page(5, |_| ()),
		];
		let of = |own: &[u16]| of_pages(&pages, &own.iter().copied().collect(), OrgId(0));
		let all = [
			(Finding::Unattested, 2),
			(Finding::OwnUnexplained, 1),
			(Finding::Unexplained, 1),
			(Finding::Contradicting, 1),
		];
		assert_eq!(of(&[0, 1, 2, 3, 4, 5]), all.into());
		assert_eq!(of(&[0, 5]), [(Finding::Unattested, 1), (Finding::OwnUnexplained, 1)].into());
	}

	#[test]
	fn finding_names_the_sweep_where_the_account_may_make_it_and_else_what_shows_it() {
		let command = |finding: Finding, places: &[(u16, usize)], is_collector| {
			finding.item(&counts(places), is_collector).unwrap().command
		};
		let (one, two) = ([(1301, 1)], [(1301, 1), (1302, 4)]);
		assert_eq!(command(Finding::Unattested, &two, true), "trimast config sweep FILE");
		assert_eq!(command(Finding::OwnUnexplained, &one, true), "trimast config sweep FILE");
		assert_eq!(command(Finding::Unexplained, &one, true), "trimast config coverage 1301 --findings");
		assert_eq!(command(Finding::Unattested, &two, false), "trimast config coverage --findings");
		assert_eq!(Finding::Contradicting.item(&Counts::new(), true), None);
	}
}
