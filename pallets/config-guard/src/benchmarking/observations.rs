// SPDX-License-Identifier: Apache-2.0

//! What companies have seen: exports, sweeps, testimony, and the violations that came of it.

use super::{
	baselines::all_pages,
	cells::{key, value, CELLS, LAST},
	chain::{all_orgs, numbered, HERE, NOW, OWNER, PAGE, SHARER, TIME, TOWER},
	requests::{notices, other_change},
};
use crate::{
	exports::{Attested, Export, Marks, Question, Questions, Said, Waiting, MAX_DRAWING, MAX_SEEN},
	tallies,
	types::{Denied, Difference, OpenViolation, Settled, Standing, Sweep, Testimony, Violation},
	violations::{kinds::Kind, past_place, MAX_PAST_VIOLATIONS},
	AttestedNetworks, AttestedPages, Changes, Config, Differences, Drawing, Exports, NextViolation,
	OpenInPage, OpenTallies, OpenViolations, PageSet, Parties, PastViolationCounts, PastViolations,
	SettledInPage, Sweeps, Testimonies, Violations, Words, MAX_PAGES,
};
use alloc::{vec, vec::Vec};
use frame_support::BoundedVec;
use trimast_primitives::{
	access::Scope,
	cells::{
		digest::SweepKey,
		export::{self, MAX_FIELD, MAX_FIELDS, MAX_NAME},
		CellId, ParamKey, MAX_PAGE_CELLS,
	},
	page::{SiteId, PAGE_SLOTS},
	BlockNumber, Hash, LocalNetworkId, OrgId, OrgSet,
};

pub(super) const ROOT: Hash = Hash::repeat_byte(0xee);

/// An export of `org`.
pub(super) fn export<T: Config>(org: OrgId, root: Hash, leaves: u32) -> Export {
	let marks = Marks::default();
	let export = Export { root, leaves, scope: Scope::National, observed: TIME, anchored: 1, marks };
	Exports::<T>::insert(org, root, export);
	export
}

/// A sweep of the whole country that takes observations, for which `org` has bound itself to an export, while as many
/// others as may be wait for draws.
pub(super) fn sweep<T: Config>(org: OrgId) -> SweepKey {
	let key = SweepKey::new(Hash::zero(), 7, Hash::zero());
	let sweep = Sweep { opener: OWNER, scope: Scope::National, opened: 2, closes: NOW, key: Some(key) };
	Sweeps::<T>::insert(7, sweep);
	export::<T>(org, ROOT, 1_000);
	parties::<T>(HERE);
	waiting::<T>(org, MAX_DRAWING - 1, OrgSet::EMPTY.with(OrgId(9)));
	key
}

/// So many exports of `org` wait for draws by these companies.
pub(super) fn waiting<T: Config>(org: OrgId, count: u32, awaits: OrgSet) -> Vec<Hash> {
	let roots: Vec<Hash> = (1..=u64::from(count)).map(numbered).collect();
	let waiting =
		roots.iter().map(|root| Waiting { root: *root, first: NOW - 2, spoke: NOW - 2, awaits }).collect();
	Drawing::<T>::insert(org, BoundedVec::truncate_from(waiting));
	roots
}

/// Rows that are asked for, so many and of places behind all that are opened, and rows that were.
pub(super) fn questions(count: u32, due: BlockNumber) -> Questions {
	let far = |n: u32| CellId { site: SiteId { local_network: LocalNetworkId(9_999), index: n }, cell: 0 };
	let said = Said::Gave([1; 8]);
	let asked = |n| Question { cell: far(1_000 + n), by: OrgId(9), due, said };
	Questions {
		open: BoundedVec::truncate_from((0..count).map(asked).collect()),
		named: BoundedVec::truncate_from(all_orgs().skip(1).map(|org| (org, 0)).collect()),
		seen: BoundedVec::truncate_from((0..MAX_SEEN).map(|n| (50_000 + n, far(n))).collect()),
	}
}

/// The fields of a row, as many and as long as they may be, with these texts.
pub(super) fn fields(byte: u8) -> export::Fields {
	let field = |n: u32| {
		let name = [&[b'a' + n as u8][..], &vec![b'x'; MAX_NAME as usize - 1]].concat();
		(BoundedVec::truncate_from(name), BoundedVec::truncate_from(vec![byte; MAX_FIELD as usize]))
	};
	BoundedVec::truncate_from((0..MAX_FIELDS).map(field).collect())
}

/// A testimony of all pages from an export.
pub(super) fn testimony_of<T: Config>(local_network: LocalNetworkId, org: OrgId, root: Hash) {
	let testimony = Testimony {
		sweep: 0,
		export: root,
		observed: TIME,
		at: 1,
		matching: all_pages(),
		differing: PageSet::default(),
		unexplained: PageSet::default(),
	};
	Testimonies::<T>::insert(local_network, org, testimony);
	let attested = Attested { pages: all_pages(), earlier: all_pages(), until: 1 };
	AttestedPages::<T>::insert((org, root, local_network), attested);
	parties::<T>(local_network);
	AttestedNetworks::<T>::mutate(org, root, |networks| {
		let _ = networks.try_push((local_network, all_pages().len()));
	});
}

/// Everybody is party to every page.
pub(super) fn parties<T: Config>(local_network: LocalNetworkId) {
	let all = vec![OrgSet(u32::MAX); MAX_PAGES as usize];
	Parties::<T>::insert(local_network, BoundedVec::truncate_from(all));
}

/// As [`testimony_of`], where what was said of the page stands in none of the records that are looked into before the last.
pub(super) fn testimony_to_look_up<T: Config>(local_network: LocalNetworkId, org: OrgId, root: Hash) {
	testimony_of::<T>(local_network, org, root);
	Testimonies::<T>::mutate(local_network, org, |testimony| {
		let testimony = testimony.as_mut().expect("was made");
		testimony.matching.remove(PAGE);
		testimony.differing.insert(PAGE);
	});
	AttestedPages::<T>::mutate((org, root, local_network), |attested| attested.until = 2);
	let difference = Difference { export: Hash::zero(), ..difference_in(Vec::new()) };
	Differences::<T>::insert((local_network, PAGE, org), difference);
}

/// A difference in these cells, with those behind them explained.
fn difference_in(cells: Vec<u16>) -> Difference {
	let given = (0..MAX_PAGE_CELLS as u16).skip(cells.len()).map(|n| (n, [1; 8])).collect();
	Difference {
		sweep: 7,
		export: ROOT,
		revision: 0,
		since: 1,
		cells: Some(BoundedVec::truncate_from(cells)),
		given: BoundedVec::truncate_from(given),
		unseen: BoundedVec::new(),
	}
}

/// A page that `org` has seen otherwise, in these cells.
pub(super) fn difference<T: Config>(page: u16, org: OrgId, cells: Vec<u16>) {
	Differences::<T>::insert((HERE, page, org), difference_in(cells));
}

/// A difference of which nothing is explained yet.
pub(super) fn whole_difference<T: Config>(page: u16, org: OrgId) {
	difference::<T>(page, org, (0..MAX_PAGE_CELLS as u16).collect());
}

/// A violation of the value in this place of a table by `against`, which these companies have seen, each from an export of its
/// own.
pub(super) fn violation<T: Config>(
	id: u32,
	page: u16,
	(position, key): (u32, ParamKey),
	against: OrgId,
	standing: Standing,
	witnesses: OrgSet,
) -> OpenViolation {
	let (slot, cell) = ((position / CELLS) as u8, (position % CELLS) as u8);
	let violation = Violation {
		cell: CellId { site: SiteId::new(HERE, page, slot.into()), cell },
		key,
		kind: Kind::Hidden,
		request: Some(1),
		approved: Some(value(key, position)),
		observed: Some(-1),
		shown: Some(1),
		against,
		accuser: TOWER,
		witnesses,
		deniers: OrgSet::EMPTY,
		denials: BoundedVec::new(),
		since: 1,
		last: 1,
		opened: 1,
		seen: 1,
		asked: 1,
		standing,
		closed: None,
	};
	tally::<T>(against);
	tallies::stands::<T>(against, None, Some((violation.kind, standing)));
	Violations::<T>::insert(id, &violation);
	// As many words as there may be.
	let words =
		all_orgs().filter(|org| *org != SHARER).map(|org| (org, Hash::repeat_byte(org.0), [org.0; 8]));
	Words::<T>::insert(id, BoundedVec::truncate_from(words.collect()));
	OpenViolation { slot, cell, key, against, accuser: TOWER, id }
}

/// Violations of every kind and standing stand open against a company.
pub(super) fn tally<T: Config>(against: OrgId) {
	let standings = [Standing::Alleged, Standing::Confirmed, Standing::Contested];
	let all = Kind::ALL.into_iter().flat_map(|kind| standings.map(|standing| (kind, standing, 1_000)));
	OpenTallies::<T>::insert(against, BoundedVec::truncate_from(all.collect()));
}

/// The `n`-th violation that stands open in a page, in a cell that it does not have.
pub(super) fn elsewhere_in_page(n: u32) -> OpenViolation {
	let (slot, key) = ((n % PAGE_SLOTS) as u8, key(n));
	OpenViolation { slot, cell: 200, key, against: OWNER, accuser: TOWER, id: 3_000_000 + n }
}

/// Has so many violations that are over stand in the next places of their ring, and has every company's come round.
pub(super) fn past_violations<T: Config>(count: u32) {
	for n in 0..count {
		let id = 1_000_000 + n;
		violation::<T>(id, PAGE, (0, LAST), OWNER, Standing::Confirmed, OrgSet::of(TOWER));
		Words::<T>::remove(id);
		PastViolations::<T>::insert(past_place(TOWER, n), id);
	}
	for org in all_orgs() {
		let come_round =
			PastViolationCounts::<T>::mutate(|counts| counts.try_insert(org, MAX_PAST_VIOLATIONS));
		come_round.expect("there are no more companies");
	}
	NextViolation::<T>::put(2_000_000);
}

/// So many values of a page were seen as approved: in cells that it does not have.
pub(super) fn settled<T: Config>(page: u16, count: u32) {
	settled_in::<T>(HERE, page, count);
}

/// The same in a page of another local network.
pub(super) fn settled_in<T: Config>(local_network: LocalNetworkId, page: u16, count: u32) {
	let denied = Denied { org: TOWER, export: ROOT, observed: TIME, said: Said::Nothing };
	let one = |n: u32| Settled { slot: 0, cell: 200, key: key(n), denied };
	SettledInPage::<T>::insert(local_network, page, BoundedVec::truncate_from((0..count).map(one).collect()));
}

/// What is looked through when values of a page are judged: so many notices and values seen as approved, and three times as
/// many changes.
pub(super) fn records<T: Config>(page: u16, count: u32) {
	notices::<T>(page, count);
	settled::<T>(page, count);
	let changes = (0..count * 3).map(other_change).collect();
	Changes::<T>::insert(HERE, page, BoundedVec::truncate_from(changes));
}

pub(super) fn open_in_page<T: Config>(page: u16, open: Vec<OpenViolation>) {
	OpenViolations::<T>::mutate(HERE, |count| *count += open.len() as u32);
	OpenInPage::<T>::insert(HERE, page, BoundedVec::truncate_from(open));
}
