// SPDX-License-Identifier: Apache-2.0

//! Coverage: which company has attested which page, when, and what nobody has looked at or explained for too long.
//!
//! A testimony *counts* as long as it has not expired, nothing wrong or missing stands against its export, and its company is
//! a member: of who has left no rows are drawn any more, and nobody else can take back what it has said. Two things are found
//! by the chain itself:
//!
//! * a page whose present values nobody has attested within the attestation term: since its first cells, or since a change
//!   has made others of those that somebody had attested last. Further changes begin no new term;
//! * a page that a company has seen otherwise than the baseline, and not explained by values within the explanation term, as
//!   long as it is party to a station there.
//!
//! A word about a page counts only of a company that is party to a station of it: that owns or shares it or has it on its
//! towers. What others say leaves no record. So a page that is attested twice has been by two of its parties. A page has
//! stations of several owners: a word says that the company has seen those that it is party to. What it says of the others
//! it has copied from the baseline.
//!
//! A page that somebody has seen otherwise is attested: what was seen there is the other finding, or a violation.
//!
//! One local network a block is looked at, in turn. So a finding stands at the latest as many blocks after its term as the
//! country has local networks. Of what is new at most [`MAX_LOOKED`] pages are looked at each time, by another first page
//! each time.

use crate::{
	charges, exports, lists,
	types::{Difference, PageHead, Standing, Testimony},
	Config, Differences, Event, Findings, Heads, OpenInPage, PageSet, Pallet, Partial, Parties, PartiesFrom,
	Scanned, Testimonies, Violations, WeightInfo, Written,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cell::Cell;
use frame_support::{traits::Get, weights::Weight};
use scale_info::TypeInfo;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	params::Governed,
	site::{SiteRegistry, StationEntry},
	BlockNumber, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Most pages of each kind that one look at a local network reads.
pub const MAX_LOOKED: usize = 64;
/// Most records of pages that one look at a local network reads.
pub(crate) const MAX_READ: u32 = 192;
/// Of how many pages one look at a local network renews who is party to their stations.
pub(crate) const MAX_RENEWED: usize = 16;
/// Most pages of a local network on which companies' words differ that are looked at to see which contradict each other.
const MAX_DISPUTED: usize = 256;

/// What is found about the pages of a local network.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct NetworkFindings {
	/// Pages whose present values nobody has attested in time, and since which block there has been any.
	pub unattested: Finding,
	/// Pages that differ and were not explained in time, and since which block there has been any.
	pub unexplained: Finding,
}

/// Pages of which something is found.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
)]
pub struct Finding {
	/// The pages.
	pub pages: PageSet,
	/// Since which block there has been any.
	pub since: BlockNumber,
}

impl Finding {
	/// Keeps the pages of which it still holds, and adds those of which it is new.
	fn renew(&mut self, holds: &PageSet, new: PageSet, now: BlockNumber) {
		if self.pages.is_empty() {
			self.since = now;
		}
		self.pages = self.pages.intersection(holds).union(&new);
		if self.pages.is_empty() {
			self.since = 0;
		}
	}
}

/// How a company has seen a page.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sees {
	/// As the baseline says now.
	AsBaseline,
	/// Not all of it, and nothing that is otherwise.
	InPart,
	/// Otherwise than the baseline.
	Otherwise {
		/// As the baseline was at this revision.
		revision: u32,
		/// Since which block.
		since: BlockNumber,
		/// Whether it has given the values of all cells that differ.
		explained: bool,
	},
}

/// A company's word about a page.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct Word {
	/// The company.
	pub org: OrgId,
	/// In which sweep.
	pub sweep: u32,
	/// From which export.
	pub export: Hash,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Block of the company's last word about the local network.
	pub at: BlockNumber,
	/// How it has seen the page.
	pub sees: Sees,
	/// Whether it counts: neither expired, nor from an export with wrong or missing openings, nor of who is no member.
	pub counts: bool,
	/// Whether it says that all is as it should be, and a confirmed violation stands open that was read before.
	pub refuted: bool,
}

/// What is known about a page.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct PageCoverage {
	/// The page.
	pub page: u16,
	/// Revision of its baseline.
	pub revision: u32,
	/// Block of the baseline's last change.
	pub changed: BlockNumber,
	/// What companies have said of it.
	pub words: Vec<Word>,
	/// Whether of two words that count one is for and one against the baseline as it is now.
	pub contradicting: bool,
	/// Whether nobody has attested it in time.
	pub unattested: bool,
	/// Whether it differs and was not explained in time.
	pub unexplained: bool,
	/// The companies that have seen it otherwise and not explained it.
	pub unexplained_by: Vec<OrgId>,
}

/// A company's testimony of a local network.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct TestimonyView {
	/// The company.
	pub org: OrgId,
	/// In which sweep.
	pub sweep: u32,
	/// From which export.
	pub export: Hash,
	/// What became of the export's openings; none when it is not kept any more.
	pub marks: Option<exports::Marks>,
	/// When the network was read, as the company says.
	pub observed: Moment,
	/// Block of its last word.
	pub at: BlockNumber,
	/// Until when it holds.
	pub expires: Moment,
	/// Whether it counts: neither expired, nor from an export with wrong or missing openings, nor of who is no member.
	pub counts: bool,
	/// How many pages it has seen as the baseline says now.
	pub matching: u32,
	/// How many pages it has seen otherwise.
	pub differing: u32,
}

/// What is known about a local network.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct NetworkCoverage {
	/// The local network.
	pub local_network: LocalNetworkId,
	/// How many pages have a baseline.
	pub pages: u32,
	/// How many of them a testimony that counts has seen as the baseline says.
	pub matching: u32,
	/// How many of them two such testimonies have.
	pub matching_twice: u32,
	/// How many of them such a testimony has seen otherwise.
	pub differing: u32,
	/// Of how many one such testimony is for and one against the baseline as it is now. Where more than 256 are disputed,
	/// of the first 256.
	pub contradicting: u32,
	/// How many nobody has attested in time.
	pub unattested: u32,
	/// How many differ and were not explained in time.
	pub unexplained: u32,
}

/// A page has a baseline since.
pub(crate) fn written<T: Config>(local_network: LocalNetworkId, page: u16) {
	Written::<T>::mutate(local_network, |pages| pages.insert(page));
}

/// Who is party to stations of a page with this head, which are these now.
pub(crate) fn set_parties<T: Config>(
	local_network: LocalNetworkId,
	page: u16,
	head: &PageHead,
	entries: &[StationEntry],
) {
	let of = |(slot, entry): (usize, &StationEntry)| entry.station.witnesses(head.signed(slot));
	let parties = entries.iter().enumerate().map(of).fold(OrgSet::EMPTY, OrgSet::union);
	let place = usize::from(page);
	let mut known = Parties::<T>::get(local_network);
	if known.get(place) == Some(&parties) {
		return;
	}
	lists::put(&mut known, place, parties);
	Parties::<T>::insert(local_network, known);
}

/// The pages of a local network with stations that a company is party to: of these it leaves a record.
pub(crate) fn pages_of<T: Config>(org: OrgId, local_network: LocalNetworkId) -> PageSet {
	pages_with(&Parties::<T>::get(local_network), org)
}

/// Those of the pages with these parties to which a company is one.
fn pages_with(parties: &[OrgSet], org: OrgId) -> PageSet {
	(0u16..).zip(parties).filter(|(_, parties)| parties.contains(org)).map(|(page, _)| page).collect()
}

/// Looks at the parties of some pages of a local network, in turn: stations change without the baseline. Says at how many.
fn renew_parties<T: Config>(local_network: LocalNetworkId) -> u32 {
	let written = Written::<T>::get(local_network);
	let from = PartiesFrom::<T>::get(local_network);
	let pages: Vec<u16> = written.iter().filter(|page| *page >= from).take(MAX_RENEWED).collect();
	for page in &pages {
		let entries = T::Sites::stations(local_network, *page);
		set_parties::<T>(local_network, *page, &Heads::<T>::get(local_network, page), &entries);
	}
	let next = pages.last().filter(|_| pages.len() == MAX_RENEWED).map_or(0, |last| last.saturating_add(1));
	if next != from {
		PartiesFrom::<T>::insert(local_network, next);
	}
	pages.len().saturated_into()
}

/// A page has no baseline any more.
pub(crate) fn emptied<T: Config>(local_network: LocalNetworkId, page: u16) {
	Written::<T>::mutate_exists(local_network, |stored| {
		let mut pages = stored.take().unwrap_or_default();
		pages.remove(page);
		*stored = (!pages.is_empty()).then_some(pages);
	});
}

/// The testimonies of a local network: no more than companies.
fn testimonies_of<T: Config>(local_network: LocalNetworkId) -> Vec<(OrgId, Testimony)> {
	let mut all: Vec<_> = Testimonies::<T>::iter_prefix(local_network).collect();
	all.sort_unstable_by_key(|(org, _)| *org);
	all
}

fn union<'a>(sets: impl Iterator<Item = &'a PageSet>) -> PageSet {
	sets.fold(PageSet::default(), |all, set| all.union(set))
}

/// Looks at the local network that is next. Says what it weighed.
pub(crate) fn scan<T: Config>(now: BlockNumber) -> Weight {
	let next = T::Sites::next(Scanned::<T>::get()).or_else(|| T::Sites::next(None));
	let Some(local_network) = next else { return T::WeightInfo::scan(0, 0) };
	Scanned::<T>::put(local_network);
	let (testimonies, read) = look::<T>(local_network, now);
	let renewed = renew_parties::<T>(local_network);
	T::WeightInfo::scan(testimonies, read).saturating_add(charges::parties::<T>(renewed))
}

/// Looks at a local network. Says how many testimonies it has and how many records of its pages were read.
fn look<T: Config>(local_network: LocalNetworkId, now: BlockNumber) -> (u32, u32) {
	let written = Written::<T>::get(local_network);
	let all = testimonies_of::<T>(local_network);
	let members = T::Authority::members();
	let is_heard =
		|one: &&(OrgId, Testimony)| members.contains(one.0) && exports::is_clean::<T>(one.0, one.1.export);
	let clean: Vec<_> = all.iter().filter(is_heard).collect();
	let earliest = exports::earliest::<T>();
	let seen = clean.iter().filter(|(_, testimony)| testimony.observed >= earliest);
	// Who has not seen all of a page has not attested it.
	let whole = seen.map(|(org, testimony)| {
		let partial = Partial::<T>::get(local_network, *org);
		testimony.matching.union(&testimony.differing.difference(&partial))
	});
	let seen = whole.fold(PageSet::default(), |all, set| all.union(&set));
	// Who is party to no station of a page any more can neither explain it nor take back what it has said.
	let parties = Parties::<T>::get(local_network);
	let of = |(org, testimony): &&(OrgId, Testimony)| {
		(*org, testimony.unexplained.intersection(&pages_with(&parties, *org)))
	};
	let unexplained_by: Vec<(OrgId, PageSet)> = clean.iter().map(of).collect();
	let unexplained = union(unexplained_by.iter().map(|(_, pages)| pages));
	let terms = T::Governed::parameters();
	let is_past = |since: BlockNumber, term: u32| since.saturating_add(T::Governed::blocks(term)) < now;

	let before = Findings::<T>::get(local_network);
	let mut findings = before.clone();
	let absent = written.difference(&seen);
	let read = Cell::new(0u32);
	// What is not read now is the next time, when the turn is another.
	let may_read = || {
		read.set(read.get().saturating_add(1));
		read.get() <= MAX_READ
	};
	let is_unattested = |page: &u16| {
		may_read() && is_past(Heads::<T>::get(local_network, *page).unattested, terms.attestation_term)
	};
	let new = some_of(&absent.difference(&before.unattested.pages), now).filter(is_unattested).collect();
	findings.unattested.renew(&absent, new, now);
	let is_unexplained = |page: &u16| {
		unexplained_by.iter().filter(|(_, pages)| pages.contains(*page)).any(|(org, _)| {
			let difference = may_read().then(|| Differences::<T>::get((local_network, *page, *org)));
			difference.flatten().is_some_and(|difference| is_past(difference.since, terms.explanation_term))
		})
	};
	let new =
		some_of(&unexplained.difference(&before.unexplained.pages), now).filter(is_unexplained).collect();
	findings.unexplained.renew(&unexplained, new, now);
	let looked = (all.len().saturated_into(), read.get().min(MAX_READ));
	if findings == before {
		return looked;
	}
	let (unattested, unexplained) = (findings.unattested.pages.len(), findings.unexplained.pages.len());
	if unattested == 0 && unexplained == 0 {
		Findings::<T>::remove(local_network);
	} else {
		Findings::<T>::insert(local_network, findings);
	}
	Pallet::<T>::deposit_event(Event::FindingsChanged { local_network, unattested, unexplained });
	looked
}

/// So many pages as may be looked at, in turn.
fn some_of(pages: &PageSet, now: BlockNumber) -> impl Iterator<Item = u16> {
	let all: Vec<u16> = pages.iter().collect();
	let count = all.len();
	let turn = usize::try_from(now).unwrap_or(0).saturating_mul(MAX_LOOKED).checked_rem(count).unwrap_or(0);
	all.into_iter().cycle().skip(turn).take(count.min(MAX_LOOKED))
}

/// What is known about the pages of a local network, from the one given.
pub(crate) fn pages<T: Config>(local_network: LocalNetworkId, from: u16, limit: u32) -> Vec<PageCoverage> {
	let mut worth = Worth::<T>::now();
	let all: Vec<_> = testimonies_of::<T>(local_network)
		.into_iter()
		.map(|(org, testimony)| {
			let counts = worth.counts(org, &testimony);
			(org, testimony, counts)
		})
		.collect();
	let findings = Findings::<T>::get(local_network);
	let (members, parties) = (worth.members, Parties::<T>::get(local_network));
	let is_unexplained = |page: u16| {
		let heard = parties.get(usize::from(page)).map_or(OrgSet::EMPTY, |of| of.intersection(members));
		move |(org, testimony, _): &&(OrgId, Testimony, bool)| {
			heard.contains(*org) && testimony.unexplained.contains(page)
		}
	};
	let view = |page: u16| {
		let head = Heads::<T>::get(local_network, page);
		let violations = OpenInPage::<T>::get(local_network, page).into_iter();
		let confirmed: Vec<Moment> = violations
			.filter_map(|one| Violations::<T>::get(one.id))
			.filter(|violation| violation.standing == Standing::Confirmed)
			.map(|violation| violation.since)
			.collect();
		let word = |(org, testimony, counts): &(OrgId, Testimony, bool)| {
			let sees = if testimony.matching.contains(page) {
				Sees::AsBaseline
			} else if testimony.differing.contains(page) {
				let difference = Differences::<T>::get((local_network, page, org))?;
				let Difference { revision, since, .. } = difference;
				match difference.is_partial() {
					true => Sees::InPart,
					false => Sees::Otherwise { revision, since, explained: difference.is_explained() },
				}
			} else {
				return None;
			};
			let Testimony { sweep, export, observed, at, .. } = *testimony;
			let refuted = sees == Sees::AsBaseline && confirmed.iter().any(|since| *since < observed);
			Some(Word { org: *org, sweep, export, observed, at, sees, counts: *counts, refuted })
		};
		let words: Vec<Word> = all.iter().filter_map(word).collect();
		let is_against =
			|sees: Sees| matches!(sees, Sees::Otherwise { revision, .. } if revision == head.revision);
		let counted = || words.iter().filter(|word| word.counts).map(|word| word.sees);
		let contradicting = counted().any(|sees| sees == Sees::AsBaseline) && counted().any(is_against);
		PageCoverage {
			page,
			revision: head.revision,
			changed: head.changed,
			contradicting,
			unattested: findings.unattested.pages.contains(page),
			unexplained: findings.unexplained.pages.contains(page),
			unexplained_by: all.iter().filter(is_unexplained(page)).map(|(org, ..)| *org).collect(),
			words,
		}
	};
	let limit = limit.min(T::MaxPage::get()).saturated_into();
	Written::<T>::get(local_network).iter().filter(|page| *page >= from).take(limit).map(view).collect()
}

/// The testimonies of a local network.
pub(crate) fn testimonies<T: Config>(local_network: LocalNetworkId) -> Vec<TestimonyView> {
	let term = exports::attestation_term::<T>();
	let mut worth = Worth::<T>::now();
	let view = |(org, testimony): (OrgId, Testimony)| TestimonyView {
		org,
		counts: worth.counts(org, &testimony),
		marks: crate::Exports::<T>::get(org, testimony.export).map(|export| export.marks),
		sweep: testimony.sweep,
		export: testimony.export,
		observed: testimony.observed,
		at: testimony.at,
		expires: testimony.observed.saturating_add(term),
		matching: testimony.matching.len(),
		differing: testimony.differing.len(),
	};
	testimonies_of::<T>(local_network).into_iter().map(view).collect()
}

/// What is known about local networks by number, after the one given.
pub(crate) fn networks<T: Config>(after: Option<LocalNetworkId>, limit: u32) -> Vec<NetworkCoverage> {
	let mut last = after;
	let next = || {
		last = T::Sites::next(last);
		last
	};
	let limit = limit.min(T::MaxPage::get()).saturated_into();
	let mut worth = Worth::<T>::now();
	let of = |id| network::<T>(id, &mut worth, |_, _| ());
	core::iter::from_fn(next).take(limit).map(of).collect()
}

/// What is known about all local networks, one after the other, and when each company has read what it has testified of.
pub(crate) fn every<T: Config>(mut heard: impl FnMut(OrgId, Moment), mut show: impl FnMut(NetworkCoverage)) {
	let mut worth = Worth::<T>::now();
	let mut last = T::Sites::next(None);
	while let Some(local_network) = last {
		show(network::<T>(local_network, &mut worth, &mut heard));
		last = T::Sites::next(last);
	}
}

/// Which testimonies count now. Each export is looked up once, however many local networks are testified of from it.
struct Worth<T> {
	/// What was read earlier has expired.
	since: Moment,
	members: OrgSet,
	is_clean: BTreeMap<(OrgId, Hash), bool>,
	_config: core::marker::PhantomData<T>,
}

impl<T: Config> Worth<T> {
	fn now() -> Self {
		let since = exports::earliest::<T>();
		let members = T::Authority::members();
		Self { since, members, is_clean: BTreeMap::new(), _config: core::marker::PhantomData }
	}

	fn counts(&mut self, org: OrgId, testimony: &Testimony) -> bool {
		let export = (org, testimony.export);
		let is_clean = || exports::is_clean::<T>(org, testimony.export);
		let may_count = testimony.observed >= self.since && self.members.contains(org);
		may_count && *self.is_clean.entry(export).or_insert_with(is_clean)
	}
}

fn network<T: Config>(
	local_network: LocalNetworkId,
	worth: &mut Worth<T>,
	mut heard: impl FnMut(OrgId, Moment),
) -> NetworkCoverage {
	let written = Written::<T>::get(local_network);
	let findings = Findings::<T>::get(local_network);
	let (mut once, mut twice, mut differing) = (PageSet::default(), PageSet::default(), PageSet::default());
	let mut counted = testimonies_of::<T>(local_network);
	counted.retain(|(org, testimony)| {
		heard(*org, testimony.observed);
		worth.counts(*org, testimony)
	});
	for (_, testimony) in &counted {
		twice = twice.union(&once.intersection(&testimony.matching));
		once = once.union(&testimony.matching);
		differing = differing.union(&testimony.differing);
	}
	// What was seen at an earlier revision of the page is no word against the present one.
	let is_against = |page: u16, org: OrgId, revision: u32| {
		let difference = Differences::<T>::get((local_network, page, org));
		difference.is_some_and(|difference| difference.revision == revision && !difference.is_partial())
	};
	let is_contradicted = |page: &u16| {
		let revision = Heads::<T>::get(local_network, *page).revision;
		let against = counted.iter().filter(|(_, testimony)| testimony.differing.contains(*page));
		against.map(|(org, _)| *org).any(|org| is_against(*page, org, revision))
	};
	let disputed = written.intersection(&once).intersection(&differing);
	let contradicting = disputed.iter().take(MAX_DISPUTED).filter(is_contradicted).count();
	NetworkCoverage {
		local_network,
		pages: written.len(),
		matching: written.intersection(&once).len(),
		matching_twice: written.intersection(&twice).len(),
		differing: written.intersection(&differing).len(),
		contradicting: contradicting.saturated_into(),
		unattested: findings.unattested.pages.len(),
		unexplained: findings.unexplained.pages.len(),
	}
}
