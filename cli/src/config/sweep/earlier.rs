// SPDX-License-Identifier: Apache-2.0
//! What a sweep would give up. With its first word about a local network a company's earlier words about it are no more, also
//! about pages of which the new export has nothing.

use super::{plan::by_page, send::look_at, store::Store};
use crate::{
	chain::Chain,
	error::{Failure, Result},
	output::{counted, Output},
};
use futures::{stream, StreamExt, TryStreamExt};
use serde_json::json;
use std::collections::BTreeMap;
use trimast_primitives::{apis::PageCoverageView, LocalNetworkId, OrgId};

/// Local networks that are asked about at once.
const AT_ONCE: usize = 8;
/// Local networks that are named.
const NAMED: usize = 8;

/// A local network of which a company has attested pages that it would not attest from an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct GivenUp {
	local_network: LocalNetworkId,
	/// Pages that it has attested, by words that count.
	attested: usize,
	/// Those of them that the export cannot attest.
	pages: usize,
}

/// What the company of an export would give up in these local networks.
pub(super) async fn given_up(chain: &Chain, store: &Store, ids: &[LocalNetworkId]) -> Result<Vec<GivenUp>> {
	let at = chain.now().await?;
	let counts: BTreeMap<LocalNetworkId, u16> = at
		.baseline_networks()
		.await?
		.into_iter()
		.map(|view| (view.id, u16::try_from(view.pages).unwrap_or(u16::MAX)))
		.collect();
	let seen = at.coverage().await?.into_iter().filter(|view| view.matching > 0);
	let asked = seen.map(|view| view.local_network).filter(|id| ids.contains(id));
	let asked = asked.filter_map(|id| Some((id, *counts.get(&id)?)));
	let found: Vec<Option<GivenUp>> = stream::iter(asked.collect::<Vec<_>>())
		.map(|place| in_network(chain, store, place))
		.buffered(AT_ONCE)
		.try_collect()
		.await?;
	Ok(found.into_iter().flatten().collect())
}

/// What it would give up in one, which has so many pages. Only where the export has no cell of some attested page is it
/// looked at more closely: what a whole export lacks here and there, the end of the sweep tells.
async fn in_network(
	chain: &Chain,
	store: &Store,
	(id, count): (LocalNetworkId, u16),
) -> Result<Option<GivenUp>> {
	let coverage = chain.now().await?.page_coverage(id).await?;
	let attested = attested(&coverage, store.manifest.org);
	let kept = store.cells(id)?;
	let seen = by_page(&kept);
	let (touched, without): (Vec<u16>, Vec<u16>) =
		attested.iter().copied().partition(|page| seen.contains_key(page));
	if without.is_empty() {
		return Ok(None);
	}
	let plans = look_at((chain, store), (id, count), &touched, false).await?;
	let lost = plans.values().filter(|plan| !plan.verdict.is_attested()).count();
	let pages = without.len().saturating_add(lost);
	Ok(Some(GivenUp { local_network: id, attested: attested.len(), pages }))
}

/// The pages that a company has attested as the baseline says, by a word that counts.
fn attested(coverage: &[PageCoverageView], org: OrgId) -> Vec<u16> {
	let has = |page: &&PageCoverageView| {
		page.words.iter().any(|word| word.org == org && word.matches && word.counts)
	};
	coverage.iter().filter(has).map(|page| page.page).collect()
}

/// Warns before anything is sent, and asks where somebody is there to answer.
pub(super) fn warn(output: Output, given: &[GivenUp]) -> Result<()> {
	if given.is_empty() {
		return Ok(());
	}
	let sum = |count: fn(&GivenUp) -> usize| given.iter().map(count).sum::<usize>();
	let networks: Vec<_> = given
		.iter()
		.map(
			|one| json!({ "local_network": one.local_network, "attested": one.attested, "pages": one.pages }),
		)
		.collect();
	output.json_line(&json!({
		"type": "gives_up", "pages": sum(|one| one.pages), "attested": sum(|one| one.attested), "local_networks": networks,
	}));
	let text = text(given);
	output.remark(&text);
	if output.go_on("Attest what the file has, and give that up?") {
		return Ok(());
	}
	Err(Failure::declined("nothing sent"))
}

fn text(given: &[GivenUp]) -> String {
	let one = |one: &GivenUp| {
		let pages = counted(one.attested, "page");
		format!(
			"{} of the {pages} that your company has attested in local network {}",
			one.pages, one.local_network.0
		)
	};
	let mut all: Vec<String> = given.iter().take(NAMED).map(one).collect();
	if given.len() > NAMED {
		all.push(format!("pages in {} more", counted(given.len().saturating_sub(NAMED), "local network")));
	}
	format!(
		"this gives up {}: the file lacks cells of them, and a sweep takes the place of the company's earlier ones. To keep \
		 them sweep an export of the whole local network",
		all.join(", ")
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{apis::WordView, Hash};

	#[test]
	fn pages_are_a_companys_own_by_words_that_count() {
		let word = |org, matches, counts| WordView {
			org: OrgId(org),
			sweep: 7,
			export: Hash::zero(),
			observed: 0,
			at: 9,
			matches,
			counts,
			refuted: false,
		};
		let page = |page, words| PageCoverageView {
			page,
			revision: 1,
			changed: 1,
			words,
			contradicting: false,
			unattested: false,
			unexplained: false,
			unexplained_by: vec![],
		};
		let coverage = [
			page(0, vec![word(1, true, true), word(2, true, true)]),
			page(1, vec![word(1, false, true)]),
			page(2, vec![word(1, true, false)]),
			page(3, vec![word(2, true, true)]),
			page(5, vec![word(2, false, true), word(1, true, true)]),
		];
		assert_eq!(attested(&coverage, OrgId(1)), [0, 5]);
		assert_eq!(attested(&coverage, OrgId(2)), [0, 3]);
	}

	#[test]
	fn warning_counts_pages_by_local_network() {
		let one = |id, attested, pages| GivenUp { local_network: LocalNetworkId(id), attested, pages };
		let two = text(&[one(1301, 158, 155), one(1302, 1, 1)]);
		assert!(
			two.starts_with(
				"this gives up 155 of the 158 pages that your company has attested in local network 1301, 1 of the 1 page that"
			),
			"{two}"
		);
		assert!(two.contains("sweep an export of the whole local network"), "{two}");
		let many: Vec<_> = (0..10).map(|n| one(1301 + n, 2, 2)).collect();
		assert!(text(&many).contains("1308, pages in 2 local networks more:"), "{}", text(&many));
		let output = Output { json: false, quiet: true, yes: true };
		assert_eq!((warn(output, &[]), warn(output, &many)), (Ok(()), Ok(())));
	}
}
