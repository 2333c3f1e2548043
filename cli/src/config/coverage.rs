// SPDX-License-Identifier: Apache-2.0
//! `trimast config coverage`: who has looked at which pages, what nobody has looked at, and what nobody has explained.

use super::export::time;
use crate::{
	context::Context,
	error::Result,
	names::{self, org_name},
	output::table,
};
use clap::Args;
use serde_json::json;
use trimast_primitives::{
	apis::{CoverageView, OrgView, PageCoverageView, WordView},
	LocalNetworkId,
};

/// Rows that are written out for people.
const SHOWN: usize = 50;

/// What people want to read first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Interest {
	Found,
	Said,
	Nothing,
}

impl Interest {
	const fn new(is_found: bool, is_said: bool) -> Self {
		match (is_found, is_said) {
			(true, _) => Self::Found,
			(false, true) => Self::Said,
			(false, false) => Self::Nothing,
		}
	}
}

/// How far the network has been looked at.
#[derive(Args, Debug)]
pub(crate) struct CoverageCommand {
	/// The pages of this local network; all local networks otherwise.
	#[arg(value_parser = names::local_network)]
	local_network: Option<LocalNetworkId>,
	/// Only what something is found about: not attested in time, not explained, or contradicted.
	#[arg(long)]
	findings: bool,
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: CoverageCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let Some(id) = command.local_network else {
		let mut views = at.coverage().await?;
		let is_found =
			|view: &CoverageView| view.contradicting > 0 || view.unattested > 0 || view.unexplained > 0;
		views.retain(|view| !command.findings || is_found(view));
		context.output.answer(&json!(views), || {
			let header = [
				"local network",
				"pages",
				"attested",
				"by two",
				"seen otherwise",
				"contradicting",
				"not attested in time",
				"not explained",
			];
			let row = |view: &CoverageView| {
				let counts = [
					view.local_network.0.into(),
					view.pages,
					view.matching,
					view.matching_twice,
					view.differing,
					view.contradicting,
					view.unattested,
					view.unexplained,
				];
				counts.iter().map(u32::to_string).collect()
			};
			let interest =
				|view: &CoverageView| Interest::new(is_found(view), view.matching > 0 || view.differing > 0);
			shown(&header, &views, interest, row)
		});
		return Ok(());
	};
	at.local_network(id).await?;
	let (orgs, mut pages) = (at.orgs().await?, at.page_coverage(id).await?);
	let is_found = |page: &PageCoverageView| page.contradicting || page.unattested || page.unexplained;
	pages.retain(|page| !command.findings || is_found(page));
	context.output.answer(&json!({ "local_network": id, "pages": pages }), || {
		let row = |page: &PageCoverageView| {
			let words: Vec<String> = page.words.iter().map(|word| word_text(word, &orgs)).collect();
			let words = if words.is_empty() { "nobody".into() } else { words.join("\n") };
			vec![page.page.to_string(), page.revision.to_string(), words, findings(page)]
		};
		let interest = |page: &PageCoverageView| Interest::new(is_found(page), !page.words.is_empty());
		shown(&["page", "revision", "who has said what", "found"], &pages, interest, row)
	});
	Ok(())
}

/// A table of as many as people read: those about which something is found, then those about which something is said.
fn shown<T>(
	header: &[&str],
	all: &[T],
	interest: impl Fn(&T) -> Interest,
	row: impl Fn(&T) -> Vec<String>,
) -> String {
	let mut listed: Vec<&T> = all.iter().collect();
	listed.sort_by_key(|one| interest(one));
	let mut text = table(header, listed.into_iter().take(SHOWN).map(row));
	if all.len() > SHOWN {
		let found = all.iter().filter(|one| interest(one) == Interest::Found).count();
		text.push_str(&format!(
			"\n... {} in all, something is found about {found} of them; --json lists them",
			all.len()
		));
	}
	text
}

/// A company's word about a page.
fn word_text(word: &WordView, orgs: &[OrgView]) -> String {
	let what = if word.matches { "as the baseline says" } else { "otherwise" };
	let counts = match (word.counts, word.refuted) {
		(false, _) => ", counts no more",
		(true, true) => ", refuted by a confirmed violation",
		(true, false) => "",
	};
	let (org, read) = (org_name(orgs, word.org), time::text(word.observed));
	format!("{org}: {what}, read {read}, sweep {}{counts}", word.sweep)
}

/// What is found about a page.
fn findings(page: &PageCoverageView) -> String {
	let found = [
		(page.contradicting, "observers contradict each other"),
		(page.unattested, "not attested in time"),
		(page.unexplained, "seen otherwise and not explained"),
	];
	let words: Vec<&str> = found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect();
	if words.is_empty() {
		return "-".into();
	}
	words.join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{Hash, OrgId};

	#[test]
	fn words_say_what_was_seen_and_what_it_is_worth() {
		let word = |matches, counts, refuted| {
			let view = WordView {
				org: OrgId(2),
				sweep: 7,
				export: Hash::zero(),
				observed: 0,
				at: 9,
				matches,
				counts,
				refuted,
			};
			word_text(&view, &[])
		};
		assert_eq!(
			word(true, true, false),
			"2: as the baseline says, read 1970-01-01 08:00:00+08:00, sweep 7"
		);
		assert!(word(false, true, false).contains("otherwise"));
		assert!(word(true, false, true).ends_with("counts no more"));
		assert!(word(true, true, true).ends_with("refuted by a confirmed violation"));
	}

	#[test]
	fn long_lists_begin_with_what_is_found_and_go_on_with_what_is_said() {
		let text = |count: usize| {
			let all: Vec<usize> = (0..count).collect();
			let interest = |n: &usize| Interest::new(*n >= 60, *n == 55);
			shown(&["n"], &all, interest, |n| vec![n.to_string()])
		};
		assert_eq!(text(SHOWN).lines().count(), text(SHOWN - 1).lines().count() + 1);
		let long = text(SHOWN + 20);
		let numbers = long.lines().map(|line| line.trim_matches(|c: char| !c.is_ascii_digit()));
		let rows: Vec<usize> = numbers.filter_map(|text| text.parse().ok()).collect();
		assert_eq!((rows.len(), rows[0], rows[10], rows[11]), (SHOWN, 60, 55, 0));
		assert!(
			long.ends_with("... 70 in all, something is found about 10 of them; --json lists them"),
			"{long}"
		);
	}

	#[test]
	fn findings_stand_one_a_line() {
		let mut page = PageCoverageView {
			page: 0,
			revision: 1,
			changed: 1,
			words: vec![],
			contradicting: false,
			unattested: false,
			unexplained: false,
			unexplained_by: vec![],
		};
		assert_eq!(findings(&page), "-");
		(page.unattested, page.unexplained) = (true, true);
		assert_eq!(findings(&page).lines().count(), 2);
	}
}
