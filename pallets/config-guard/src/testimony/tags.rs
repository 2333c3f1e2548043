// SPDX-License-Identifier: Apache-2.0

//! What a company says by tags: of whole local networks, of pages, of cells.

use super::{denial, is_party, most_heard, MAX_HEARD_PAGES};
use crate::{
	charges, coverage,
	exports::attested,
	pages,
	sweeps::Open,
	types::{CellsResult, Denied, Difference, NetworkResult, OpenList, PageHead, Testimony},
	violations, CellDigests, Config, Differences, Error, Event, Heads, OpenInPage, OpenViolations, PageSet,
	Pallet, Partial, Testimonies, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::ConstU32, weights::Weight, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{digest::Tag, MAX_PAGE_CELLS},
	site::{SiteRegistry, StationEntry, StationState},
	Hash, LocalNetworkId, OrgId,
};

/// What a call adds to a company's testimony of a local network: read once and written once, whatever the number of its
/// pages.
struct Session<'a, T> {
	org: OrgId,
	sweep: &'a Open,
	local_network: LocalNetworkId,
	testimony: Testimony,
	has_violations: bool,
	/// Differences that were noted or taken back, and pages that were looked at for that.
	noted: u32,
	/// Pages whose open violations were looked for.
	asked: u32,
	/// Open violations that the company was heard about, and their pages.
	heard: (u32, u32),
	/// Most violations that it is heard about.
	most_heard: u32,
	/// Whether there were more of them than one call is heard about. Pages after that are left alone.
	is_full: bool,
	/// Whether the company has testified of it before.
	is_known: bool,
	/// Pages with stations that the company is party to. Of the others it leaves no record.
	own: PageSet,
	/// Pages of which it has not seen all cells, and those that were read.
	partial: PageSet,
	was_partial: PageSet,
	/// Pages that were spoken of.
	spoken: PageSet,
	/// What is given up of an earlier testimony: from which export, and the pages that were as the baseline says.
	given_up: Option<(Hash, PageSet)>,
	_config: core::marker::PhantomData<T>,
}

impl<'a, T: Config> Session<'a, T> {
	/// The company's testimony in this sweep. What it has seen as the baseline says in an earlier one is given up; what
	/// it has seen otherwise stands. The call speaks of so many pages.
	fn open(org: OrgId, sweep: &'a Open, local_network: LocalNetworkId, pages: usize) -> Self {
		let earlier = Testimonies::<T>::get(local_network, org);
		let export = sweep.export.root;
		let (differing, unexplained) = earlier
			.as_ref()
			.map(|earlier| (earlier.differing.clone(), earlier.unexplained.clone()))
			.unwrap_or_default();
		let is_known = earlier.is_some();
		let is_same = |earlier: &Testimony| (earlier.sweep, earlier.export) == (sweep.number, export);
		let given_up = earlier.clone().filter(|earlier| !is_same(earlier));
		let given_up = given_up.map(|earlier| (earlier.export, earlier.matching));
		let testimony = match earlier {
			Some(earlier) if is_same(&earlier) => earlier,
			_ => Testimony {
				sweep: sweep.number,
				export,
				observed: sweep.export.observed,
				at: 0,
				matching: PageSet::default(),
				differing,
				unexplained,
			},
		};
		let has_violations = OpenViolations::<T>::get(local_network) > 0;
		let partial = Partial::<T>::get(local_network, org);
		let _config = core::marker::PhantomData;
		Self {
			org,
			sweep,
			local_network,
			testimony,
			has_violations,
			noted: 0,
			asked: 0,
			heard: (0, 0),
			most_heard: most_heard(pages.saturated_into()),
			is_full: false,
			is_known,
			own: coverage::pages_of::<T>(org, local_network),
			was_partial: partial.clone(),
			partial,
			spoken: PageSet::default(),
			given_up,
			_config,
		}
	}

	/// The violations that stand open in a page; nothing when they are more than the company may still be heard about.
	fn look(&mut self, page: u16) -> Option<OpenList> {
		if !self.has_violations {
			return Some(OpenList::default());
		}
		if self.is_full {
			return None;
		}
		self.asked = self.asked.saturating_add(1);
		let open = OpenInPage::<T>::get(self.local_network, page);
		if open.is_empty() {
			return Some(open);
		}
		let (violations, pages) = self.heard;
		let (violations, pages) =
			(violations.saturating_add(open.len().saturated_into()), pages.saturating_add(1));
		self.is_full = violations > self.most_heard || pages > MAX_HEARD_PAGES;
		if self.is_full {
			return None;
		}
		self.heard = (violations, pages);
		Some(open)
	}

	/// A page is as the baseline says.
	fn matches(&mut self, page: u16) {
		if self.own.contains(page) {
			self.spoken.insert(page);
			self.testimony.matching.insert(page);
		}
		self.testimony.unexplained.remove(page);
		self.partial.remove(page);
		if self.testimony.differing.remove(page) {
			Differences::<T>::remove((self.local_network, page, self.org));
			self.noted = self.noted.saturating_add(1);
		}
	}

	const fn denial(&self) -> Denied {
		denial(self.org, self.sweep)
	}

	/// A page differs in these cells. Of those that it has not seen the company says nothing.
	fn differs(&mut self, page: u16, revision: u32, cells: Vec<u16>, unseen: Vec<u16>) {
		self.testimony.matching.remove(page);
		if self.own.contains(page) {
			let earlier = Differences::<T>::get((self.local_network, page, self.org));
			self.note(page, earlier, revision, Some(cells), unseen);
		}
	}

	/// The tag of a page differs. That says nothing of the revision that was looked at: where the page was revised since the
	/// export was anchored, it may be an earlier one, and is no word against the present one. What is the matter, the tags of
	/// its cells say, or its own tag once it is equal. Where they have said so from the same export, and the page was not
	/// revised since, it says nothing new.
	fn differs_by_tag(&mut self, page: u16) {
		self.testimony.matching.remove(page);
		if !self.own.contains(page) {
			return;
		}
		let head = Heads::<T>::get(self.local_network, page);
		let earlier = Differences::<T>::get((self.local_network, page, self.org));
		let known = (self.sweep.export.root, head.revision);
		let is_known = |one: &Difference| one.cells.is_some() && (one.export, one.revision) == known;
		if earlier.as_ref().is_some_and(is_known) {
			self.noted = self.noted.saturating_add(1);
			return;
		}
		let is_revised = head.changed > self.sweep.export.anchored;
		let revision = head.revision.saturating_sub(is_revised.into());
		self.note(page, earlier, revision, None, Vec::new());
	}

	/// Notes that a page of its own differs, and in which cells once they are known. Since when, an earlier note has said.
	fn note(
		&mut self,
		page: u16,
		earlier: Option<Difference>,
		revision: u32,
		cells: Option<Vec<u16>>,
		unseen: Vec<u16>,
	) {
		self.spoken.insert(page);
		self.testimony.differing.insert(page);
		if cells.as_ref().is_some_and(|cells| cells.is_empty()) {
			self.testimony.unexplained.remove(page);
		} else {
			self.testimony.unexplained.insert(page);
		}
		if unseen.is_empty() {
			self.partial.remove(page);
		} else {
			self.partial.insert(page);
		}
		self.noted = self.noted.saturating_add(1);
		let since = earlier.filter(|earlier| !earlier.is_explained());
		let difference = Difference {
			sweep: self.sweep.number,
			export: self.sweep.export.root,
			revision,
			since: since.map_or_else(Pallet::<T>::now, |earlier| earlier.since),
			cells: cells.map(BoundedVec::truncate_from),
			given: BoundedVec::new(),
			unseen: BoundedVec::truncate_from(unseen),
		};
		Differences::<T>::insert((self.local_network, page, self.org), difference);
	}

	fn save(mut self) {
		let (org, local_network) = (self.org, self.local_network);
		if let Some((root, matching)) = &self.given_up {
			attested::give_up::<T>(org, *root, local_network, matching);
		}
		attested::note::<T>(org, self.testimony.export, local_network, &self.spoken);
		if self.partial != self.was_partial {
			Partial::<T>::insert(local_network, org, self.partial);
		}
		if self.own.is_empty() && !self.is_known {
			return;
		}
		self.testimony.at = Pallet::<T>::now();
		Testimonies::<T>::insert(self.local_network, self.org, self.testimony);
	}

	/// What hearing the company weighed.
	fn weight_of_hearing(&self) -> Weight {
		let (violations, pages) = self.heard;
		charges::asked::<T>(self.asked).saturating_add(charges::closed::<T>(pages, violations))
	}
}

/// Takes the tags of whole local networks, each of which the company may speak of or not.
pub(crate) fn attest_networks<T: Config>(
	org: OrgId,
	sweep: &Open,
	tags: BoundedVec<(LocalNetworkId, Tag), T::MaxNetworks>,
	allowed: &[bool],
) {
	let mut results = BoundedVec::with_bounded_capacity(tags.len());
	for ((local_network, tag), allowed) in tags.into_iter().zip(allowed) {
		let result = match allowed {
			true => attest_network::<T>(org, sweep, local_network, tag),
			false => NetworkResult::Outside,
		};
		// There are no more results than tags.
		let _ = results.try_push((local_network, result));
	}
	Pallet::<T>::deposit_event(Event::NetworksAttested { sweep: sweep.number, org, results });
}

fn attest_network<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	tag: Tag,
) -> NetworkResult {
	let Some(count) = T::Sites::pages(local_network).filter(|_| sweep.covers::<T>(local_network).is_ok())
	else {
		return NetworkResult::Outside;
	};
	if sweep.key.tag(&pages::network_digest::<T>(local_network)) != tag {
		return NetworkResult::Differs;
	}
	let mut session = Session::<T>::open(org, sweep, local_network, 0);
	if session.has_violations {
		return NetworkResult::HasOpenViolations;
	}
	if !session.testimony.differing.is_empty() {
		return NetworkResult::HasDifferences;
	}
	session.testimony.matching = PageSet::first(count).intersection(&session.own);
	session.spoken = session.testimony.matching.clone();
	session.save();
	NetworkResult::Matches
}

/// Takes the tags of pages in a row. Those are left alone in which more violations stand open than one call is heard about.
/// Says what it weighed.
pub(crate) fn attest_pages<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	first: u16,
	tags: &[Tag],
) -> Result<Weight, Error<T>> {
	sweep.covers::<T>(local_network)?;
	let count = T::Sites::pages(local_network).ok_or(Error::<T>::UnknownPage)?;
	let end = u32::from(first).saturating_add(tags.len().saturated_into());
	ensure!(end <= u32::from(count), Error::<T>::UnknownPage);
	let digests = pages::digests::<T>(local_network, first, end.saturated_into());
	let mut session = Session::<T>::open(org, sweep, local_network, tags.len());
	let (mut differing, mut unheard) = (Vec::new(), Vec::new());
	for (page, (digest, tag)) in (first..).zip(digests.iter().zip(tags)) {
		if sweep.key.tag(digest) != *tag {
			differing.push(page);
			session.differs_by_tag(page);
			continue;
		}
		match session.look(page) {
			Some(open) => {
				session.matches(page);
				violations::deny_page::<T>(session.denial(), local_network, page, open);
			}
			None => unheard.push(page),
		}
	}
	let matching = tags.len().saturated_into::<u32>().saturating_sub(session.noted);
	let weight =
		T::WeightInfo::attest_pages(matching, session.noted).saturating_add(session.weight_of_hearing());
	session.save();
	let [differing, unheard] = [differing, unheard].map(BoundedVec::truncate_from);
	Pallet::<T>::deposit_event(Event::PagesAttested {
		sweep: sweep.number,
		org,
		local_network,
		first,
		count: tags.len().saturated_into(),
		differing,
		unheard,
	});
	Ok(weight)
}

/// What a company sends of one page: its number, its revision, and the tags of its cells.
pub(crate) type TaggedPage = (u16, u32, BoundedVec<Tag, ConstU32<MAX_PAGE_CELLS>>);

/// Takes the tags of all cells of pages, in the places that they had at a revision. They are compared with the present
/// cells: a revision that leaves cells in their places keeps nobody from being heard. Says what it weighed.
pub(crate) fn attest_cells<T: Config>(
	org: OrgId,
	sweep: &Open,
	local_network: LocalNetworkId,
	pages: &[TaggedPage],
) -> Result<Weight, Error<T>> {
	sweep.covers::<T>(local_network)?;
	let mut session = Session::<T>::open(org, sweep, local_network, pages.len());
	let taken = |(page, revision, tags): &TaggedPage| (*page, cells_of(&mut session, *page, *revision, tags));
	let results: Vec<_> = pages.iter().map(taken).collect();
	let cells = charges::count_all(pages, |page| page.2.len());
	let weight = charges::tagged_cells::<T>(pages.len().saturated_into(), cells)
		.saturating_add(session.weight_of_hearing());
	if results.iter().any(|(_, result)| matches!(result, CellsResult::Differ(_))) {
		session.save();
	}
	let (sweep, results) = (sweep.number, BoundedVec::truncate_from(results));
	Pallet::<T>::deposit_event(Event::CellsAttested { sweep, org, local_network, results });
	Ok(weight)
}

fn cells_of<T: Config>(session: &mut Session<'_, T>, page: u16, revision: u32, tags: &[Tag]) -> CellsResult {
	let (local_network, key) = (session.local_network, session.sweep.key);
	let head = Heads::<T>::get(local_network, page);
	let cells: usize = head.cells.iter().map(|count| usize::from(*count)).sum();
	if cells == 0 {
		return CellsResult::Unknown;
	}
	if !head.is_laid_out_as(revision) {
		return CellsResult::Stale;
	}
	if cells != tags.len() {
		return CellsResult::WrongLength;
	}
	// As many as there are tags, which the call is charged for.
	let digests = CellDigests::<T>::get(local_network, page);
	let differs = |(n, (digest, tag)): (u16, (&Hash, &Tag))| (key.tag(digest) != *tag).then_some(n);
	let others: Vec<u16> = (0u16..).zip(digests.iter().zip(tags)).filter_map(differs).collect();
	let Some(open) = session.look(page) else { return CellsResult::Unheard };
	let is_unseen = |n: &u16| tags.get(usize::from(*n)) == Some(&Tag::NOT_SEEN);
	let told = others.iter().copied().filter(is_told(session, page, &head));
	let (unseen, differing): (Vec<u16>, Vec<u16>) = told.partition(is_unseen);
	if unseen.is_empty() && differing.is_empty() {
		session.matches(page);
	} else {
		session.differs(page, head.revision, differing.clone(), unseen);
	}
	// What it does not tell of it may be accused of.
	violations::deny_cells::<T>(session.denial(), local_network, page, open, &others);
	CellsResult::Differ(BoundedVec::truncate_from(differing))
}

/// Which cells of a page, by their places in the table, a company tells of: those of stations in service, since of others
/// nobody has to have seen anything; and where it is party to any station of the page, those of such stations, since of the
/// others it has copied the baseline, and maybe an earlier one.
fn is_told<T: Config>(session: &Session<'_, T>, page: u16, head: &PageHead) -> impl Fn(&u16) -> bool {
	let entries = T::Sites::stations(session.local_network, page);
	let is_own = session.own.contains(page);
	let of_station = |(slot, (count, entry)): (usize, (&u8, &StationEntry))| {
		let is_party = || is_party(&entry.station, head.signed(slot), session.org);
		let is_told = entry.state != StationState::Retired && (!is_own || is_party());
		core::iter::repeat_n(is_told, usize::from(*count))
	};
	let told: Vec<bool> = head.cells.iter().zip(&entries).enumerate().flat_map(of_station).collect();
	move |n| told.get(usize::from(*n)).copied().unwrap_or(true)
}
