// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	baseline::signatories, pages, Catalogues, CellDigests, Config, Differences, ExportRoots, Exports, Heads,
	NextSweep, OpenInPage, OpenViolations, PageDigests, Pallet, ParamTexts, Sweeps, Tables, Testimonies,
	Unsalted, Violations,
};
use alloc::collections::BTreeMap;
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
		Self::check_violations()
	}

	/// What a company has said of a page stands in its testimony's sets and nowhere else, and every export in its list.
	fn check_testimony() -> Result<(), TryRuntimeError> {
		let mut differing = 0usize;
		for (local_network, org, testimony) in Testimonies::<T>::iter() {
			let both = testimony.matching.intersection(&testimony.differing);
			ensure!(both.is_empty(), "testimony: a page that matches and differs");
			for page in testimony.differing.iter() {
				let difference = Differences::<T>::get((local_network, page, org));
				ensure!(difference.is_some(), "testimony: a difference that is nowhere");
				differing += 1;
			}
		}
		ensure!(Differences::<T>::iter_keys().count() == differing, "difference: of no testimony");
		for (org, roots) in ExportRoots::<T>::iter() {
			let is_kept =
				|root: &Hash| Exports::<T>::get(org, root).is_some_and(|export| export.root == *root);
			ensure!(roots.iter().all(is_kept), "export: listed and not there");
			ensure!(Exports::<T>::iter_key_prefix(org).count() == roots.len(), "export: not listed");
		}
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
