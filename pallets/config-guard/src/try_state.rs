// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	baseline::signatories,
	coverage::{Finding, NetworkFindings},
	exports::{Marks, Question, Waiting, MAX_NAMED, MAX_OPENED},
	pages, Asked, Catalogues, CellDigests, Config, DayScores, Differences, Drawing, ExportRoots, Exports,
	Findings, Heads, MarksOf, MonthScores, NextSweep, OpenInPage, OpenViolations, OpenedCells, OpenedFields,
	PageDigests, PageSet, Pallet, ParamTexts, ScoresFrom, Sweeps, Tables, Testimonies, Unsalted, Violations,
	Words, Written,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::ensure;
use sp_runtime::{SaturatedConversion, TryRuntimeError};
use trimast_primitives::{
	cells::{
		digest::{cell_digests, page_digest, PagePlace},
		CellId, CellTable,
	},
	page::SiteId,
	site::SiteRegistry,
	Hash, LocalNetworkId,
};

impl<T: Config> Pallet<T> {
	/// Checks that the catalogue is in order and every parameter has its text; and for every page that its table can be
	/// read, that its digests are those of its values, and that signatures are of stations with a baseline.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let catalogue = Catalogues::<T>::get();
		ensure!(
			catalogue.parameters.windows(2).all(|pair| pair[0].0 < pair[1].0),
			"catalogue: not ascending"
		);
		for (id, parameter) in &catalogue.parameters {
			let text = ParamTexts::<T>::get(id).ok_or("catalogue: a parameter without text")?;
			ensure!(parameter.is_valid() && text.is_valid(&parameter.domain), "catalogue: no parameter");
		}
		ensure!(
			ParamTexts::<T>::iter_keys().count() == catalogue.parameters.len(),
			"catalogue: a text of nothing"
		);
		let mut count = 0usize;
		for (local_network, page, bytes) in Tables::<T>::iter() {
			count += 1;
			let table = CellTable::from_bytes(&bytes).map_err(|_| "table: cannot be read")?;
			ensure!(!table.is_empty(), "table: empty");
			let head = Heads::<T>::get(local_network, page);
			let cells = cell_digests(&table);
			ensure!(CellDigests::<T>::get(local_network, page).into_inner() == cells, "cells: other digests");
			let (genesis, revision, catalogue) = (Self::genesis_hash(), head.revision, head.catalogue);
			let place = PagePlace { genesis, local_network, page, revision, catalogue };
			let digest = pages::digest_of::<T>(local_network, page);
			ensure!(digest == page_digest(&place, &cells), "page: another digest");
			let entries = T::Sites::stations(local_network, page);
			for (slot, signed) in head.signed.iter().enumerate() {
				let has_cells = table.cells_of(slot.saturated_into()) > 0;
				ensure!(has_cells || signed.is_empty(), "page: signatures under nothing");
				ensure!(!has_cells || !signed.is_empty(), "page: values that nobody has signed");
				let named = entries.get(slot).map(|entry| signatories(&entry.station));
				ensure!(!has_cells || named.is_some(), "page: values of no station");
			}
		}
		ensure!(Heads::<T>::iter_keys().count() == count, "heads: of no table");
		ensure!(CellDigests::<T>::iter_keys().count() == count, "cells: of no table");
		let digests = PageDigests::<T>::iter_values().flatten().filter(|digest| !digest.is_zero()).count();
		ensure!(digests == count, "digests: of no table");
		Self::check_testimony()?;
		Self::check_coverage()?;
		Self::check_violations()
	}

	/// What a company has said of a page stands in its testimony's sets and nowhere else, and every export in its list.
	fn check_testimony() -> Result<(), TryRuntimeError> {
		let mut differing = 0usize;
		for (local_network, org, testimony) in Testimonies::<T>::iter() {
			let only = testimony.unexplained.difference(&testimony.differing);
			ensure!(only.is_empty(), "testimony: no difference to explain");
			let both = testimony.matching.intersection(&testimony.differing);
			ensure!(both.is_empty(), "testimony: a page that matches and differs");
			for page in testimony.differing.iter() {
				let difference = Differences::<T>::get((local_network, page, org));
				let difference = difference.ok_or("testimony: a difference that is nowhere")?;
				let is_unexplained = testimony.unexplained.contains(page);
				ensure!(is_unexplained != difference.is_explained(), "testimony: explained or not");
				differing += 1;
			}
		}
		ensure!(Differences::<T>::iter_keys().count() == differing, "difference: of no testimony");
		for (org, roots) in ExportRoots::<T>::iter() {
			let is_kept =
				|root: &Hash| Exports::<T>::get(org, root).is_some_and(|export| export.root == *root);
			ensure!(roots.iter().all(is_kept), "export: listed and not there");
			ensure!(Exports::<T>::iter_key_prefix(org).count() == roots.len(), "export: not listed");
			let marks: Vec<Marks> =
				Exports::<T>::iter_prefix_values(org).map(|export| export.marks).collect();
			let all = MarksOf::<T>::get(org);
			let of_all = |of: fn(&Marks) -> u32| marks.iter().map(of).sum::<u32>();
			let counts: [fn(&Marks) -> u32; 4] = [|m| m.opened, |m| m.wrong, |m| m.missing, |m| m.differing];
			ensure!(counts.into_iter().all(|of| of_all(of) <= of(&all)), "marks: more than the company has");
		}
		for (org, root, questions) in Asked::<T>::iter() {
			ensure!(Exports::<T>::contains_key(org, root), "question: of no export");
			ensure!(questions.named.iter().all(|(_, named)| *named <= MAX_NAMED), "question: too many named");
			let is_once = |one: &Question| {
				questions.open.iter().filter(|other| other.wanted == one.wanted).count() == 1
			};
			ensure!(questions.open.iter().all(is_once), "question: asked twice");
			ensure!(questions.open.iter().all(|one| one.by != org), "question: asked by oneself");
		}
		for (org, waiting) in Drawing::<T>::iter() {
			let is_once = |one: &Waiting| waiting.iter().filter(|other| other.root == one.root).count() == 1;
			ensure!(waiting.iter().all(is_once), "draws: waits twice");
			let awaits_others = |one: &Waiting| !one.awaits.is_empty() && !one.awaits.contains(org);
			ensure!(waiting.iter().all(awaits_others), "draws: waits for nobody");
		}
		for (org, place, cell) in OpenedCells::<T>::iter() {
			let fields = OpenedFields::<T>::get(org, cell).ok_or("fields: of a cell, and not there")?;
			ensure!(fields.place == place && place < MAX_OPENED, "fields: in another place");
		}
		let opened = OpenedCells::<T>::iter_keys().count();
		ensure!(OpenedFields::<T>::iter_keys().count() == opened, "fields: of no place");
		Ok(())
	}

	/// Pages with a baseline are those with a table; findings are of something; scores are not older than the oldest.
	fn check_coverage() -> Result<(), TryRuntimeError> {
		let mut written: BTreeMap<LocalNetworkId, PageSet> = BTreeMap::new();
		for (local_network, page) in Tables::<T>::iter_keys() {
			written.entry(local_network).or_default().insert(page);
		}
		ensure!(Written::<T>::iter().collect::<BTreeMap<_, _>>() == written, "coverage: other pages");
		for (_, NetworkFindings { unattested, unexplained }) in Findings::<T>::iter() {
			let is_dated = |found: &Finding| found.pages.is_empty() == (found.since == 0);
			ensure!(is_dated(&unattested) && is_dated(&unexplained), "findings: since when");
			ensure!(!unattested.pages.is_empty() || !unexplained.pages.is_empty(), "findings: of nothing");
		}
		let oldest = ScoresFrom::<T>::get();
		ensure!(DayScores::<T>::iter().all(|(day, _, n)| day >= oldest.day && n > 0), "scores: a day");
		ensure!(
			MonthScores::<T>::iter().all(|(month, _, n)| month >= oldest.month && n > 0),
			"scores: a month"
		);
		Ok(())
	}

	/// Every open violation stands in its page's list, and nothing else does; the counts are those of the lists.
	fn check_violations() -> Result<(), TryRuntimeError> {
		let mut counts: BTreeMap<LocalNetworkId, u32> = BTreeMap::new();
		let mut listed = 0usize;
		for (local_network, page, open) in OpenInPage::<T>::iter() {
			*counts.entry(local_network).or_default() += u32::try_from(open.len()).unwrap_or(u32::MAX);
			listed += open.len();
			for one in open {
				let violation = Violations::<T>::get(one.id).ok_or("violation: listed and not there")?;
				let cell = CellId { site: SiteId::new(local_network, page, one.slot.into()), cell: one.cell };
				ensure!((violation.cell, violation.key) == (cell, one.key), "violation: listed elsewhere");
				ensure!(violation.closed.is_none(), "violation: closed and listed");
				ensure!(violation.witnesses.contains(violation.accuser), "violation: nobody has seen it");
				ensure!(violation.approved != violation.observed, "violation: of nothing");
			}
		}
		for (id, org, _) in Words::<T>::iter() {
			let violation = Violations::<T>::get(id).ok_or("word: about nothing")?;
			let is_open = violation.closed.is_none() && violation.witnesses.contains(org);
			ensure!(is_open, "word: of nobody, or about what is over");
		}
		let open = Violations::<T>::iter_values().filter(|violation| violation.closed.is_none()).count();
		ensure!(open == listed, "violation: open and not listed");
		counts.retain(|_, count| *count > 0);
		let stored: BTreeMap<_, _> = OpenViolations::<T>::iter().filter(|(_, count)| *count > 0).collect();
		ensure!(stored == counts, "violations: another count");
		for (number, sweep) in Sweeps::<T>::iter() {
			ensure!(number < NextSweep::<T>::get() && sweep.opened <= sweep.closes, "sweep: out of order");
			let waits = Unsalted::<T>::get().iter().any(|(waiting, _)| *waiting == number);
			ensure!(waits == sweep.key.is_none(), "sweep: neither salted nor waiting");
		}
		Ok(())
	}
}
