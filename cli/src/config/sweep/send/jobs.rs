// SPDX-License-Identifier: Apache-2.0
//! What a call carries: tags of local networks, of pages or of cells, or values; and in which parts it is sent again when it
//! was too much.

use crate::{chain::Spec, output::counted};
use std::collections::BTreeSet;
use trimast_primitives::LocalNetworkId;

/// How many items one call may carry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
	pub(super) networks: usize,
	pub(super) tags: usize,
	pub(super) pages: usize,
	pub(super) values: usize,
}

impl Most {
	/// As the chain has it.
	pub(super) fn new(spec: &Spec) -> Self {
		let of = |name: &str, otherwise: u32| {
			let most = spec.constant::<u32>("ConfigGuard", name).unwrap_or(otherwise);
			usize::try_from(most).unwrap_or(1).max(1)
		};
		Self {
			networks: of("MaxNetworks", 64),
			tags: of("MaxTags", 256),
			pages: of("MaxPagesOfCells", 32),
			values: of("MaxValues", 64),
		}
	}
}

/// A call on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Job {
	/// Tags of whole local networks.
	Networks(Vec<LocalNetworkId>),
	/// Tags of so many pages in a row.
	Pages(LocalNetworkId, u16, u16),
	/// Tags of the cells of pages.
	Cells(LocalNetworkId, Vec<u16>),
	/// Values of cells of pages, by their places in the tables.
	Values(LocalNetworkId, Vec<(u16, Vec<u16>)>),
}

/// Both halves of a list; none of one that cannot be cut.
fn halves<T: Clone>(list: &[T]) -> Option<[Vec<T>; 2]> {
	let (first, second) = list.split_at(list.len().div_ceil(2));
	(!second.is_empty()).then(|| [first.to_vec(), second.to_vec()])
}

impl Job {
	/// The same in two parts; none when it cannot be cut.
	pub(super) fn cut(&self) -> Option<[Self; 2]> {
		match self {
			Self::Networks(ids) => halves(ids).map(|both| both.map(Self::Networks)),
			Self::Pages(id, first, count) => {
				let half = count.div_ceil(2);
				let rest = count.checked_sub(half).filter(|rest| *rest > 0)?;
				Some([Self::Pages(*id, *first, half), Self::Pages(*id, first.saturating_add(half), rest)])
			}
			Self::Cells(id, pages) => halves(pages).map(|both| both.map(|pages| Self::Cells(*id, pages))),
			Self::Values(id, pages) => match &pages[..] {
				[(page, cells)] => {
					halves(cells).map(|both| both.map(|cells| Self::Values(*id, vec![(*page, cells)])))
				}
				_ => halves(pages).map(|both| both.map(|pages| Self::Values(*id, pages))),
			},
		}
	}

	/// What is sent again when these pages of it were not heard, or not taken: they without the others, or else its two halves;
	/// none when it cannot be cut.
	pub(super) fn rest(&self, pages: &BTreeSet<u16>) -> Option<Vec<Self>> {
		let (parts, is_less) = match self {
			Self::Networks(_) => (Vec::new(), false),
			Self::Pages(id, _, count) => {
				let mut runs: Vec<(u16, u16)> = Vec::new();
				for page in pages {
					match runs.last_mut() {
						Some((first, count)) if first.saturating_add(*count) == *page => *count += 1,
						_ => runs.push((*page, 1)),
					}
				}
				let parts = runs.into_iter().map(|(first, count)| Self::Pages(*id, first, count));
				(parts.collect(), pages.len() < usize::from(*count))
			}
			Self::Cells(id, all) => {
				(vec![Self::Cells(*id, pages.iter().copied().collect())], pages.len() < all.len())
			}
			Self::Values(id, all) => {
				let rest: Vec<_> = all.iter().filter(|(page, _)| pages.contains(page)).cloned().collect();
				let is_less = rest.len() < all.len();
				(vec![Self::Values(*id, rest)], is_less)
			}
		};
		if is_less {
			return Some(parts);
		}
		self.cut().map(Vec::from)
	}

	/// The local networks that it tells of.
	pub(super) fn networks(&self) -> Vec<LocalNetworkId> {
		match self {
			Self::Networks(ids) => ids.clone(),
			Self::Pages(id, ..) | Self::Cells(id, _) | Self::Values(id, _) => vec![*id],
		}
	}

	/// For people.
	pub(super) fn text(&self) -> String {
		match self {
			Self::Networks(ids) => counted(ids.len(), "local network"),
			Self::Pages(id, first, count) => {
				format!("local network {}, {} from {first}", id.0, counted(*count, "page"))
			}
			Self::Cells(id, pages) => {
				format!("local network {}, cells of {}", id.0, counted(pages.len(), "page"))
			}
			Self::Values(id, pages) => {
				format!("local network {}, values of {}", id.0, counted(pages.len(), "page"))
			}
		}
	}
}

/// Puts pages together into calls: so many pages and so many cells each.
pub(super) fn bundles<T>(pages: Vec<(u16, Vec<T>)>, most: Most) -> Vec<Vec<(u16, Vec<T>)>> {
	let mut bundles: Vec<Vec<(u16, Vec<T>)>> = Vec::new();
	let mut cells = 0usize;
	for page in pages {
		let more = page.1.len();
		match bundles.last_mut() {
			// A page that was cut goes into a call of its own: a call answers once a page.
			Some(last)
				if last.len() < most.pages
					&& cells + more <= most.values
					&& last.last().is_none_or(|earlier| earlier.0 != page.0) =>
			{
				cells += more;
				last.push(page);
			}
			_ => {
				cells = more;
				bundles.push(vec![page]);
			}
		}
	}
	bundles
}

#[cfg(test)]
mod tests {
	use super::*;

	const MOST: Most = Most { networks: 2, tags: 4, pages: 3, values: 5 };
	const PLACE: LocalNetworkId = LocalNetworkId(1301);

	/// Sends a job as often as it is cut, where a call takes at most `room`, and says what was sent and what was left over.
	fn sent(job: Job, size: fn(&Job) -> usize, room: usize) -> (Vec<usize>, usize) {
		let (mut open, mut sizes, mut left) = (vec![job], Vec::new(), 0);
		while let Some(job) = open.pop() {
			match size(&job) {
				size if size <= room => sizes.push(size),
				_ => match job.cut() {
					Some(halves) => open.extend(halves),
					None => left += 1,
				},
			}
		}
		(sizes, left)
	}

	#[test]
	fn what_is_too_much_is_cut_down_to_a_page_or_a_cell() {
		// 65 slandered pages in a run: one call is heard about 64 of them
		let pages = |job: &Job| match job {
			Job::Pages(_, _, count) => usize::from(*count),
			_ => 0,
		};
		assert_eq!(sent(Job::Pages(PLACE, 7, 65), pages, 64), (vec![32, 33], 0));
		assert_eq!(sent(Job::Pages(PLACE, 7, 5), pages, 0), (vec![], 5));
		// One station's three cells with 90 other values each, where a page has room for 256 or for none
		let values = |job: &Job| match job {
			Job::Values(_, pages) => pages.iter().map(|(_, cells)| cells.len() * 90).sum(),
			_ => 0,
		};
		let cells = Job::Values(PLACE, vec![(7, vec![3, 4, 5]), (9, vec![1])]);
		assert_eq!(sent(cells.clone(), values, 256), (vec![90, 90, 180], 0));
		assert_eq!(sent(cells, values, 10), (vec![], 4));
		assert_eq!(Job::Networks(vec![PLACE]).cut(), None);
	}

	#[test]
	fn pages_that_were_not_heard_are_sent_without_the_others() {
		let run = Job::Pages(PLACE, 10, 6);
		let parts = run.rest(&[11, 12, 15].into()).unwrap();
		assert_eq!(parts, [Job::Pages(PLACE, 11, 2), Job::Pages(PLACE, 15, 1)]);
		// Where it was none of them, fewer are sent
		let halves = run.rest(&(10..16).collect()).unwrap();
		assert_eq!(halves, [Job::Pages(PLACE, 10, 3), Job::Pages(PLACE, 13, 3)]);
		assert_eq!(Job::Pages(PLACE, 10, 1).rest(&[10].into()), None);
		let cells = Job::Cells(PLACE, vec![1, 2, 3]);
		assert_eq!(cells.rest(&[2, 3].into()), Some(vec![Job::Cells(PLACE, vec![2, 3])]));
		let values = Job::Values(PLACE, vec![(1, vec![4]), (2, vec![5, 6])]);
		assert_eq!(values.rest(&[2].into()), Some(vec![Job::Values(PLACE, vec![(2, vec![5, 6])])]));
		let one = Job::Values(PLACE, vec![(2, vec![5])]);
		assert_eq!(one.rest(&[2].into()), None);
	}

	#[test]
	fn bundles_keep_both_bounds_and_no_page_twice_in_one() {
		let page = |page, cells| (page, vec![0u8; cells]);
		let all = vec![
			page(0, 2),
			page(1, 2),
			page(2, 2),
			page(3, 5),
			page(3, 1),
			page(4, 1),
			page(5, 1),
			page(6, 1),
		];
		let shape: Vec<Vec<(u16, usize)>> = bundles(all, MOST)
			.iter()
			.map(|bundle| bundle.iter().map(|(page, cells)| (*page, cells.len())).collect())
			.collect();
		assert_eq!(
			shape,
			[vec![(0, 2), (1, 2)], vec![(2, 2)], vec![(3, 5)], vec![(3, 1), (4, 1), (5, 1)], vec![(6, 1)]]
		);
		assert!(bundles(Vec::<(u16, Vec<u8>)>::new(), MOST).is_empty());
	}
}
