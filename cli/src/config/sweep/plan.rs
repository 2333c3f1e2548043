// SPDX-License-Identifier: Apache-2.0
//! What an export says of each page of a local network, compared with what the chain has: which pages are as the baseline
//! says, in which cells the others differ, and of which nothing can be said.
//!
//! The values come from the export alone, with one exception: a page also has cells of stations of which the company's word
//! does not count. Their digests are taken from the baseline, whether the export has them or not. Nobody hears the company
//! about those stations but where it is accused, and a page is attested for the others: a difference that it may not explain
//! would stand against the page for ever. Cells of retired stations are taken from the baseline likewise: no element manager has them any more,
//! and the chain compares them with nothing.
//!
//! Whose word counts is asked when the page is looked at, as the chain asks it when it draws a cell. A station that has
//! become the company's since the file was read, or whose baseline it has signed and which it shares no more, or where it is
//! accused of a violation, is among those that it answers for: what the export has of it is told, and what it lacks was not
//! seen. To take that from the baseline would be to attest what no row shows.
//!
//! In a page in which the company is accused at a station of which its word does not count the page's own tag is no answer, and
//! is not sent: the tags of its cells are.
//!
//! A page is *incomplete* when the export lacks a cell of another station. Its own tag is not sent: it would say that the page
//! differs, and nobody has seen that. The tags of its cells are, with a mark for those that were not seen.

use super::store::KeptCell;
use crate::config::views::Head;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	cells::{
		digest::{cell_digest, page_digest, PagePlace},
		CellId, CellTable,
	},
	page::SiteId,
	Hash, LocalNetworkId,
};

/// A cell that was seen: its place in the page's table, and the row that has its values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
	/// Its place in the table.
	pub(crate) position: u16,
	/// The number of its row in the export.
	pub(crate) row: u32,
}

/// How many cells there are of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Cells {
	/// In the export and in the baseline, of stations that the company is heard about.
	pub(crate) seen: u32,
	/// Of stations that it is not heard about, or that are retired: taken from the baseline.
	pub(crate) others: u32,
	/// Those of them that the export has otherwise.
	pub(crate) unheard: u32,
	/// Missing in the export.
	pub(crate) missing: u32,
	/// In the export, without a baseline.
	pub(crate) unbased: u32,
}

/// What an export says of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
	/// It has no baseline.
	Empty,
	/// It is as the baseline says.
	Matches,
	/// It is not, or may not be by the time that it is told: the digests of all its cells in the order of the table, and where
	/// the values of those are that were seen. Which of them differ, the chain says: the page may be revised meanwhile.
	Differs {
		/// The digest of each cell; none of one that was not seen.
		cells: Vec<Option<Hash>>,
		/// Those that were seen.
		seen: Vec<Seen>,
	},
	/// The export lacks cells of it. The others are told as those of a page that differs.
	Incomplete {
		/// The digest of each cell; none of one that was not seen.
		cells: Vec<Option<Hash>>,
		/// Those that were seen.
		seen: Vec<Seen>,
	},
	/// The export lacks all cells of it that the company should have seen.
	Unseen,
	/// The company is heard about no cell of it, and says nothing.
	Strange,
}

impl Verdict {
	/// Whether the page is told as a whole.
	pub(crate) fn is_attested(&self) -> bool {
		!matches!(self, Self::Incomplete { .. } | Self::Unseen | Self::Strange)
	}

	/// The cells and those of them that were seen, where cells are told.
	pub(crate) fn cells(&self) -> Option<(&[Option<Hash>], &[Seen])> {
		match self {
			Self::Differs { cells, seen } | Self::Incomplete { cells, seen } => Some((cells, seen)),
			Self::Empty | Self::Matches | Self::Unseen | Self::Strange => None,
		}
	}
}

/// One page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PagePlan {
	/// Its number.
	pub(crate) page: u16,
	/// Its revision that was looked at.
	pub(crate) revision: u32,
	/// The digest that the export gives it; zero where it has no baseline.
	pub(crate) digest: Hash,
	/// What the export says of it.
	pub(crate) verdict: Verdict,
	/// Its cells.
	pub(crate) cells: Cells,
	/// Whether its own tag is no answer, and those of its cells are told.
	pub(crate) by_cells: bool,
}

impl PagePlan {
	/// Whether its tag is sent.
	pub(crate) fn is_tagged(&self) -> bool {
		self.verdict.is_attested() && !self.by_cells
	}
}

/// A local network that is looked at.
pub(crate) struct Looking<'a> {
	/// The chain.
	pub(crate) genesis: Hash,
	/// The local network.
	pub(crate) id: LocalNetworkId,
	/// Its cells in the export, in ascending order, by page.
	pub(crate) seen: BTreeMap<u16, &'a [KeptCell]>,
	/// Its pages, as the chain has them.
	pub(crate) heads: Vec<Head>,
	/// Whether they are looked at anew, since they were revised while they were told: their cells are told where their tags do
	/// not do, also those of pages that are as the baseline says now.
	pub(crate) is_again: bool,
	/// Pages of which the cells are told, in the place of their tags.
	pub(crate) by_cells: BTreeSet<u16>,
}

/// The cells of an export by page.
pub(crate) fn by_page(cells: &[KeptCell]) -> BTreeMap<u16, &[KeptCell]> {
	let page = |cell: &KeptCell| cell.id.site.page();
	let chunks = cells.chunk_by(|a, b| page(a) == page(b));
	chunks.filter_map(|cells| Some((page(cells.first()?)?, cells))).collect()
}

impl Looking<'_> {
	fn place(&self, page: u16, head: Head) -> PagePlace {
		PagePlace {
			genesis: self.genesis,
			local_network: self.id,
			page,
			revision: head.revision,
			catalogue: head.catalogue,
		}
	}

	fn head(&self, page: u16) -> Head {
		self.heads.get(usize::from(page)).copied().unwrap_or_default()
	}

	fn seen(&self, page: u16) -> &[KeptCell] {
		self.seen.get(&page).copied().unwrap_or_default()
	}

	/// The pages that can be judged by the export and the chain's digests alone, and those whose tables are needed.
	pub(crate) fn first_look(&self, pages: &[u16]) -> (Vec<PagePlan>, Vec<u16>) {
		let looked: Vec<Result<PagePlan, u16>> =
			pages.par_iter().map(|page| self.glance(*page).ok_or(*page)).collect();
		let (mut plans, mut open) = (Vec::new(), Vec::new());
		for one in looked {
			match one {
				Ok(plan) => plans.push(plan),
				Err(page) => open.push(page),
			}
		}
		(plans, open)
	}

	fn glance(&self, page: u16) -> Option<PagePlan> {
		let (head, seen) = (self.head(page), self.seen(page));
		let count = u32::try_from(seen.len()).unwrap_or(u32::MAX);
		let plan = |verdict, cells| PagePlan {
			page,
			revision: head.revision,
			digest: head.digest,
			verdict,
			cells,
			by_cells: false,
		};
		if head.digest.is_zero() {
			return Some(plan(Verdict::Empty, Cells { unbased: count, ..Cells::default() }));
		}
		if self.is_again || self.by_cells.contains(&page) {
			return None;
		}
		let digests: Vec<Hash> = seen.iter().map(|cell| cell.digest).collect();
		let is_equal = page_digest(&self.place(page, head), &counts_of(seen)?, &digests) == head.digest;
		is_equal.then(|| plan(Verdict::Matches, Cells { seen: count, ..Cells::default() }))
	}

	/// Looks at pages with their tables. `is_heard`: whether the company is heard about a station, and it is on air.
	pub(crate) fn second_look(
		&self,
		pages: &[(u16, CellTable)],
		is_heard: impl Fn(SiteId) -> bool + Sync,
	) -> Vec<PagePlan> {
		pages.par_iter().map(|(page, table)| self.compare(*page, table, &is_heard)).collect()
	}

	fn compare(&self, page: u16, table: &CellTable, is_heard: &impl Fn(SiteId) -> bool) -> PagePlan {
		let (head, kept, by_cells) = (self.head(page), self.seen(page), self.by_cells.contains(&page));
		let (mut counts, mut based) = (Cells::default(), 0u32);
		let (mut cells, mut seen) = (Vec::with_capacity(table.len()), Vec::new());
		for (n, (slot, number)) in table.cells().enumerate() {
			let site = SiteId::new(self.id, page, slot);
			let found = kept.binary_search_by_key(&(site, number), |cell| (cell.id.site, cell.id.cell));
			let approved = cell_digest(&table.values(n));
			let found = found.ok().and_then(|found| kept.get(found));
			based += u32::from(found.is_some());
			match found {
				_ if !is_heard(site) => {
					counts.others += 1;
					counts.unheard += u32::from(found.is_some_and(|cell| cell.digest != approved));
					cells.push(Some(approved));
				}
				Some(cell) => {
					counts.seen += 1;
					cells.push(Some(cell.digest));
					let position = u16::try_from(n).unwrap_or(u16::MAX);
					seen.push(Seen { position, row: cell.row });
				}
				None => {
					counts.missing += 1;
					cells.push(None);
				}
			}
		}
		counts.unbased = u32::try_from(kept.len()).unwrap_or(u32::MAX).saturating_sub(based);
		let digests: Vec<Hash> = cells.iter().flatten().copied().collect();
		let digest = page_digest(&self.place(page, head), table.counts(), &digests);
		let verdict = if counts.missing > 0 && counts.seen == 0 {
			Verdict::Unseen
		} else if counts.missing > 0 {
			Verdict::Incomplete { cells, seen }
		} else if counts.seen == 0 {
			Verdict::Strange
		} else if digest == head.digest && !self.is_again && !by_cells {
			Verdict::Matches
		} else {
			Verdict::Differs { cells, seen }
		};
		PagePlan { page, revision: head.revision, digest, verdict, cells: counts, by_cells }
	}
}

/// How many cells each slot of a page has whose cells are these, in ascending order. `None` where a slot's do not count from 0
/// without a gap: no baseline has such cells.
fn counts_of(cells: &[KeptCell]) -> Option<Vec<u8>> {
	let mut counts: Vec<u8> = Vec::new();
	for CellId { site, cell } in cells.iter().map(|cell| cell.id) {
		let slot = usize::try_from(site.slot()).ok()?;
		counts.resize(counts.len().max(slot.checked_add(1)?), 0);
		let count = counts.get_mut(slot)?;
		if *count != cell {
			return None;
		}
		*count = count.checked_add(1)?;
	}
	Some(counts)
}

/// Pages in a row that can be attested, each run at most `most` long: its first page and the digests.
pub(crate) fn runs(plans: &BTreeMap<u16, PagePlan>, most: usize) -> Vec<(u16, Vec<Hash>)> {
	let mut runs: Vec<(u16, Vec<Hash>)> = Vec::new();
	for (page, plan) in plans.iter().filter(|(_, plan)| plan.is_tagged()) {
		match runs.last_mut() {
			Some((first, digests))
				if digests.len() < most && usize::from(*page - *first) == digests.len() =>
			{
				digests.push(plan.digest);
			}
			_ => runs.push((*page, vec![plan.digest])),
		}
	}
	// A run of nothing but pages without a baseline says nothing.
	runs.retain(|(_, digests)| digests.iter().any(|digest| !digest.is_zero()));
	runs
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::cells::{digest::cell_digests, CellValues, ParamId, ParamKey};

	const PLACE: LocalNetworkId = LocalNetworkId(1301);
	const GENESIS: Hash = Hash::repeat_byte(1);

	fn values(pci: i64) -> CellValues {
		vec![(ParamKey::of(ParamId(11)), pci)]
	}

	/// A page whose stations have these cells.
	fn table(stations: &[&[i64]]) -> CellTable {
		let cells = |pcis: &&[i64]| pcis.iter().map(|pci| values(*pci)).collect();
		CellTable::new(&stations.iter().map(cells).collect::<Vec<Vec<CellValues>>>()).unwrap()
	}

	fn head(table: &CellTable) -> Head {
		let place = PagePlace { genesis: GENESIS, local_network: PLACE, page: 0, revision: 3, catalogue: 2 };
		Head { revision: 3, catalogue: 2, digest: page_digest(&place, table.counts(), &cell_digests(table)) }
	}

	/// The verdict on page 0 for an export with these cells: slot, cell, PCI. `strange`: a station of others.
	fn look(table: &CellTable, seen: &[(u32, u8, i64)], strange: Option<u32>) -> PagePlan {
		look_again(table, seen, strange, false)
	}

	/// As [`look`], maybe since the page was revised while it was told.
	fn look_again(
		table: &CellTable,
		seen: &[(u32, u8, i64)],
		strange: Option<u32>,
		is_again: bool,
	) -> PagePlan {
		let kept: Vec<KeptCell> = (0u32..)
			.zip(seen)
			.map(|(row, (slot, cell, pci))| {
				let id = CellId { site: SiteId::new(PLACE, 0, *slot), cell: *cell };
				KeptCell { row, id, digest: cell_digest(&values(*pci)) }
			})
			.collect();
		let (seen, heads) = (by_page(&kept), vec![head(table)]);
		let by_cells = BTreeSet::new();
		let looking = Looking { genesis: GENESIS, id: PLACE, seen, heads, is_again, by_cells };
		let (mut plans, open) = looking.first_look(&[0]);
		let tables: Vec<(u16, CellTable)> = open.into_iter().map(|page| (page, table.clone())).collect();
		plans.extend(looking.second_look(&tables, |site| Some(site.slot()) != strange));
		plans.remove(0)
	}

	#[test]
	fn page_as_the_baseline_says_matches() {
		let table = table(&[&[5, 6], &[], &[7]]);
		let plan = look(&table, &[(0, 0, 5), (0, 1, 6), (2, 0, 7)], None);
		assert_eq!((plan.verdict, plan.digest, plan.revision), (Verdict::Matches, head(&table).digest, 3));
	}

	#[test]
	fn page_whose_cells_are_others_does_not_match() {
		let one = table(&[&[5]]);
		for seen in [(1, 0, 5), (0, 1, 5)] {
			let plan = look(&one, &[seen], None);
			assert_eq!((plan.verdict, plan.cells.missing, plan.cells.unbased), (Verdict::Unseen, 1, 1));
		}
		let two_and_one = table(&[&[5, 6], &[7]]);
		let plan = look(&two_and_one, &[(0, 0, 5), (1, 0, 6), (1, 1, 7)], None);
		assert!(matches!(plan.verdict, Verdict::Incomplete { .. }), "{plan:?}");
		assert_eq!(counts_of(&[]), Some(vec![]));
	}

	/// The cells in these places of a table, each with the row of the same number.
	fn rows(places: &[u16]) -> Vec<Seen> {
		places.iter().zip(0..).map(|(position, row)| Seen { position: *position, row }).collect()
	}

	#[test]
	fn cells_of_a_page_that_differs_are_named_by_their_place() {
		let table = table(&[&[5, 6], &[], &[7]]);
		let plan = look(&table, &[(0, 0, 5), (0, 1, 9), (2, 0, 8)], None);
		let Verdict::Differs { cells, seen } = &plan.verdict else { panic!("{plan:?}") };
		assert_eq!(cells, &[5, 9, 8].map(|pci| Some(cell_digest(&values(pci)))));
		assert_eq!(seen, &rows(&[0, 1, 2]));
		assert_ne!(plan.digest, head(&table).digest);
	}

	#[test]
	fn page_that_was_revised_while_it_was_told_can_be_told_by_its_cells() {
		let table = table(&[&[5, 6], &[7]]);
		let plan = look_again(&table, &[(0, 0, 5), (0, 1, 6)], Some(1), true);
		let cells = [5, 6, 7].map(|pci| Some(cell_digest(&values(pci)))).to_vec();
		assert_eq!(plan.verdict, Verdict::Differs { cells, seen: rows(&[0, 1]) });
		assert!(plan.verdict.is_attested() && plan.digest == head(&table).digest, "its own tag may do");
	}

	#[test]
	fn page_in_which_the_company_is_accused_of_others_cells_is_told_by_its_cells() {
		let table = table(&[&[5], &[7]]);
		let kept: Vec<KeptCell> = [(0, 5), (1, 7)]
			.iter()
			.map(|(slot, pci)| {
				let id = CellId { site: SiteId::new(PLACE, 0, *slot), cell: 0 };
				KeptCell { row: *slot, id, digest: cell_digest(&values(*pci)) }
			})
			.collect();
		let (seen, heads, by_cells) = (by_page(&kept), vec![head(&table)], [0].into());
		let looking = Looking { genesis: GENESIS, id: PLACE, seen, heads, is_again: false, by_cells };
		// Also where the page is as the baseline says
		let (plans, open) = looking.first_look(&[0]);
		assert_eq!((plans.len(), &open[..]), (0, &[0][..]));
		let [plan] = &looking.second_look(&[(0, table)], |_| true)[..] else { panic!("a page") };
		let cells = [5, 7].map(|pci| Some(cell_digest(&values(pci)))).to_vec();
		assert_eq!(plan.verdict, Verdict::Differs { cells, seen: rows(&[0, 1]) });
		assert!(plan.verdict.is_attested() && !plan.is_tagged());
		assert_eq!(runs(&[(0, plan.clone())].into(), 9), []);
	}

	#[test]
	fn cells_of_others_are_taken_from_the_baseline_and_own_ones_never() {
		let table = table(&[&[5], &[7, 8]]);
		let others = look(&table, &[(0, 0, 5)], Some(1));
		assert_eq!((others.verdict, others.cells.others, others.cells.seen), (Verdict::Matches, 2, 1));
		// Also where the export has them: nobody would hear what differs there
		let unheard = look(&table, &[(0, 0, 5), (1, 0, 9), (1, 1, 8)], Some(1));
		assert_eq!((unheard.verdict, unheard.cells.unheard, unheard.cells.others), (Verdict::Matches, 1, 2));
		// Of a page that is others' throughout nothing is said
		let strange = self::table(&[&[], &[7, 8]]);
		assert_eq!(look(&strange, &[], Some(1)).verdict, Verdict::Strange);
	}

	#[test]
	fn incomplete_pages_are_told_by_the_cells_that_were_seen() {
		let table = table(&[&[5], &[7, 8]]);
		let missing = look(&table, &[(0, 0, 5)], None);
		let digest = |pci| Some(cell_digest(&values(pci)));
		let of = |cells: [Option<Hash>; 3], seen: &[u16]| Verdict::Incomplete {
			cells: cells.to_vec(),
			seen: rows(seen),
		};
		assert_eq!((missing.verdict, missing.cells.missing), (of([digest(5), None, None], &[0]), 2));
		let differs = look(&table, &[(0, 0, 6), (1, 1, 8)], None);
		assert_eq!(differs.verdict, of([digest(6), None, digest(8)], &[0, 2]));
		assert!(!differs.verdict.is_attested(), "its own tag says nothing");
		// What others' stations are set to is no sight of the page
		assert_eq!(look(&table, &[(0, 0, 6)], Some(0)).verdict, Verdict::Unseen);
	}

	#[test]
	fn cells_without_a_baseline_are_left_out_and_counted() {
		let table = table(&[&[5]]);
		let plan = look(&table, &[(0, 0, 5), (0, 1, 6), (3, 0, 7)], None);
		assert_eq!((plan.verdict, plan.cells.unbased), (Verdict::Matches, 2));
		let (seen, heads) = (BTreeMap::new(), vec![Head::default()]);
		let by_cells = BTreeSet::new();
		let looking = Looking { genesis: GENESIS, id: PLACE, seen, heads, is_again: false, by_cells };
		let (plans, open) = looking.first_look(&[0]);
		assert_eq!((&plans[0].verdict, open.len()), (&Verdict::Empty, 0));
	}

	fn plan(page: u16, verdict: Verdict, digest: u8) -> (u16, PagePlan) {
		let digest = Hash::repeat_byte(digest);
		(page, PagePlan { page, revision: 1, digest, verdict, cells: Cells::default(), by_cells: false })
	}

	#[test]
	fn runs_end_where_a_page_cannot_be_attested() {
		let plans: BTreeMap<u16, PagePlan> = [
			plan(0, Verdict::Matches, 1),
			plan(1, Verdict::Empty, 0),
			plan(2, Verdict::Unseen, 3),
			plan(3, Verdict::Matches, 4),
			plan(4, Verdict::Matches, 5),
			plan(5, Verdict::Matches, 6),
			plan(7, Verdict::Empty, 0),
		]
		.into();
		let shape: Vec<(u16, usize)> =
			runs(&plans, 2).iter().map(|(first, tags)| (*first, tags.len())).collect();
		assert_eq!(shape, [(0, 2), (3, 2), (5, 1)]);
	}

	proptest! {
		/// Whatever is seen, the verdict is that of a comparison cell by cell.
		#[test]
		fn verdict_is_that_of_the_naive_comparison(
			stations in proptest::collection::vec(proptest::collection::vec(0i64..3, 0..3), 1..6),
			changes in proptest::collection::vec(0u8..12, 0..20),
		) {
			let refs: Vec<&[i64]> = stations.iter().map(Vec::as_slice).collect();
			let table = table(&refs);
			let mut changes = changes.into_iter().chain(std::iter::repeat(11));
			let (mut seen, mut differ, mut missing) = (Vec::new(), Vec::new(), 0u32);
			let cells: Vec<(u32, u8)> = table.cells().collect();
			for (n, (slot, cell)) in cells.iter().enumerate() {
				let approved = stations[*slot as usize][usize::from(*cell)];
				match changes.next() {
					Some(0) => missing += 1,
					Some(1) => { seen.push((*slot, *cell, approved + 1)); differ.push(n as u16); }
					_ => seen.push((*slot, *cell, approved)),
				}
			}
			prop_assume!(!table.is_empty());
			let plan = look(&table, &seen, None);
			let digests: Vec<Hash> = (0..table.len()).map(|n| cell_digest(&table.values(n))).collect();
			let others = |cells: &[Option<Hash>]| {
				let pairs = (0u16..).zip(cells.iter().zip(&digests));
				let others = pairs.filter(|(_, (cell, digest))| cell.is_some_and(|cell| cell != **digest));
				others.map(|(n, _)| n).collect::<Vec<u16>>()
			};
			match plan.verdict {
				Verdict::Incomplete { seen: told, cells } => {
					prop_assert!(missing > 0 && plan.cells.missing == missing);
					prop_assert_eq!(others(&cells), differ);
					prop_assert_eq!(told.len(), seen.len());
					prop_assert_eq!(cells.iter().filter(|cell| cell.is_none()).count(), missing as usize);
				}
				Verdict::Unseen => prop_assert!(seen.is_empty()),
				Verdict::Matches => prop_assert!(missing == 0 && differ.is_empty()),
				Verdict::Differs { seen: told, cells } => {
					prop_assert_eq!((missing, told.len()), (0, cells.len()));
					prop_assert_eq!(others(&cells), differ);
				}
				Verdict::Empty | Verdict::Strange => prop_assert!(false),
			}
		}
	}
}
