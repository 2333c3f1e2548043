// SPDX-License-Identifier: Apache-2.0

//! Testimony: what a company says that it has seen, from a whole local network down to single values, and only as far
//! down as it differs.
//!
//! ```text
//!   tag of the local network ── equal ──► all pages are attested
//!            │ differs
//!            ▼
//!   tags of its pages ───────── equal ──► the page is attested
//!            │ differs
//!            ▼
//!   tags of a page's cells ──── equal ──► the cell is as the baseline says
//!            │ differs
//!            ▼
//!   the cell's values ────────────────► a violation for each value that is another
//! ```
//!
//! Of a page whose cells were not all seen the seen ones are attested by their tags, and the others have
//! [`Tag::NOT_SEEN`]. It stands as a difference, of which only the seen cells that differ are to be explained, and it does
//! not count as attested. Cells of retired stations neither match nor differ, whatever is sent of them.

mod tags;
mod values;

pub(crate) use tags::{attest_cells, attest_networks, attest_pages};
pub(crate) use values::{attest_values, first_bytes, given, most_further, MAX_DENIED_PAGES, MAX_RECORDS};

use crate::{
	exports::{self, Export, Said},
	sweeps::Open,
	types::{Denied, MAX_OPEN_IN_PAGE},
	Config, Differences, Partial, Testimonies,
};
use alloc::vec::Vec;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{site::Station, LocalNetworkId, OrgId, OrgSet};

/// Most open violations that a company is heard about in one call: as many as one page may have.
const MAX_HEARD: u32 = MAX_OPEN_IN_PAGE;
/// And on an average of its pages, where they are several.
const HEARD_A_PAGE: u32 = 4;
/// Most pages with open violations of which one call is heard.
pub(crate) const MAX_HEARD_PAGES: u32 = 32;

/// Most open violations that a company is heard about in one call of so many pages. A page by itself is heard whatever
/// stands open in it. Several are seldom full of violations, and a call is charged beforehand for all that it may be heard
/// about: a block has room for more of them when that is little. What was not heard is sent by itself.
pub(crate) fn most_heard(pages: u32) -> u32 {
	match pages {
		0 | 1 => MAX_HEARD,
		_ => HEARD_A_PAGE.saturating_mul(pages).min(MAX_HEARD),
	}
}

/// A company's word from an export, with nothing said of a cell yet.
const fn denial(org: OrgId, sweep: &Open) -> Denied {
	let Export { root, observed, .. } = sweep.export;
	Denied { org, export: root, observed, said: Said::Nothing }
}

/// The values of a page are others since: nobody has seen them as the baseline says now, or where there are none any more,
/// otherwise. Says how many testimonies of the local network there are, and whether one of them, which has not expired, had
/// attested the page.
pub(crate) fn forget<T: Config>(local_network: LocalNetworkId, page: u16, has_values: bool) -> (u32, bool) {
	// There are no more of them than companies.
	let all: Vec<_> = Testimonies::<T>::iter_prefix(local_network).collect();
	let count = all.len().saturated_into();
	let (earliest, mut was_attested) = (exports::earliest::<T>(), false);
	for (org, mut testimony) in all {
		let mut is_changed = testimony.matching.remove(page);
		was_attested = was_attested || (is_changed && testimony.observed >= earliest);
		if !has_values && testimony.differing.remove(page) {
			testimony.unexplained.remove(page);
			Differences::<T>::remove((local_network, page, org));
			Partial::<T>::mutate(local_network, org, |pages| pages.remove(page));
			is_changed = true;
		}
		if is_changed {
			Testimonies::<T>::insert(local_network, org, testimony);
		}
	}
	(count, was_attested)
}

/// Whether the word of `org` counts for a station's cells: it owns or shares it, is its tower company, or has signed its
/// baseline.
pub(crate) fn is_party(station: &Station, signed: OrgSet, org: OrgId) -> bool {
	station.witnesses(signed).contains(org)
}
