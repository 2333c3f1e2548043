// SPDX-License-Identifier: Apache-2.0

//! Requests with as many pages, items and changes as there may be.

use super::{
	cells::{key, value, CELLS},
	chain::{full_agenda, HERE, NOW, OWNER, PAGE, TIME},
};
use crate::{
	changes::types::{
		Change, ChangeState, Item, Part, PartHead, PartHeads, PartState, Phase, Request, Terms, MAX_CHANGES,
		MAX_ITEMS, MAX_PARTS, MAX_PAST,
	},
	notices::{Notice, Source},
	Changes, Config, Manifests, NextPast, NextRequest, Notices, OpenRequests, Parts, Past, Requests,
};
use alloc::{vec, vec::Vec};
use frame_support::BoundedVec;
use trimast_primitives::{
	cells::MAX_KEYS, org::MAX_ORGS, page::PAGE_SLOTS, BlockNumber, Consents, Hash, OrgId, OrgSet,
};

pub(super) fn terms() -> Terms {
	Terms {
		window: (TIME, TIME + 60_000),
		whole: false,
		emergency: false,
		guard: vec![b'g'; 64].try_into().expect("64 fit"),
		reason: Hash::repeat_byte(1),
	}
}

/// A request of the owner in this phase, with as many pages as may be: that of the full page is the last.
pub(super) fn request<T: Config>(number: u32, phase: Phase, state: PartState) -> Request {
	let three = OrgSet(0b111);
	let mut consents = Consents::new(Hash::repeat_byte(2), three, BlockNumber::MAX);
	consents.given = three;
	let request = Request {
		by: OWNER,
		local_network: HERE,
		terms: terms(),
		parts: MAX_PARTS as u16,
		items: 1,
		standing: 1,
		concerned: three,
		witnesses: three,
		consents,
		phase,
		asked: Some(NOW),
		objected: None,
		executed: Some(NOW),
		leans: false,
		partial: false,
		attested: OrgSet::EMPTY,
		objections: OrgSet::EMPTY,
		upheld: OrgSet::EMPTY,
		overruled: OrgSet::EMPTY,
		disputed: false,
		ruling: None,
		ended: None,
	};
	Requests::<T>::insert(number, &request);
	let pages = (0..MAX_PARTS as u16 - 1).map(|n| 1_000 + n);
	let head = |page| PartHead {
		page,
		items: MAX_ITEMS as u16,
		hash: Hash::repeat_byte(3),
		required: three,
		concerned: three,
		witnesses: three,
		leans: false,
		state,
	};
	let heads: Vec<_> = core::iter::once(PAGE).chain(pages).map(head).collect();
	Manifests::<T>::insert(number, PartHeads::truncate_from(heads));
	OpenRequests::<T>::insert(OWNER, 1);
	NextRequest::<T>::put(1_000);
	request
}

/// The next request that comes to its end has one forgotten with as many pages as may be, of which more is forgotten in the
/// next block.
pub(super) fn past_request<T: Config>() {
	let request = request::<T>(900, Phase::Closed, PartState::Executed);
	Requests::<T>::insert(900, Request { ended: Some(1), ..request });
	let heads = Manifests::<T>::get(900);
	for head in heads.iter().take(20) {
		Parts::<T>::insert(900, head.page, full_part());
	}
	for kind in [false, true].map(|was_executed| (OWNER, was_executed)) {
		Past::<T>::insert(kind, 0, 900);
		NextPast::<T>::insert(kind, MAX_PAST);
	}
	full_agenda::<T>(NOW + 1);
}

/// Another value of the `k`-th item of a page with so many cells: the last keys of all cells first.
fn item(k: u32, cells: u32) -> Item {
	let (position, key) = (k % cells, key(MAX_KEYS - 1 - k / cells));
	Item {
		slot: (position / CELLS) as u8,
		cell: (position % CELLS) as u8,
		key,
		value: Some(value(key, position + 1)),
	}
}

/// So many items of a page with so many cells.
pub(super) fn part(items: u32, cells: u32) -> Part {
	let mut part: Vec<_> = (0..items).map(|k| item(k, cells)).collect();
	part.sort_unstable();
	part.try_into().expect("as many as may be")
}

pub(super) fn full_part() -> Part {
	part(MAX_ITEMS, PAGE_SLOTS * CELLS)
}

/// A change that is none of an item's: it is over.
pub(super) fn other_change(n: u32) -> Change {
	Change {
		slot: (n % PAGE_SLOTS) as u8,
		cell: 23,
		key: key(n % MAX_KEYS),
		by: OrgId(9),
		request: 1,
		asked: 1,
		before: Some(1),
		after: Some(2),
		state: ChangeState::Refused,
	}
}

/// The changes of these items by a request, and others up to as many as there may be.
pub(super) fn changes_of<T: Config>(number: u32, part: &[Item], cells: u32, state: ChangeState) {
	let own = part.iter().map(|item| Change {
		slot: item.slot,
		cell: item.cell,
		key: item.key,
		by: OWNER,
		request: number,
		asked: 1,
		before: Some(value(item.key, 200 + cells)),
		after: item.value,
		state,
	});
	let all = own.chain((0..).map(other_change)).take(MAX_CHANGES as usize).collect();
	Changes::<T>::insert(HERE, PAGE, BoundedVec::truncate_from(all));
}

pub(super) fn notices<T: Config>(page: u16, count: u32) {
	let notice = |n: u32| Notice {
		slot: (n % PAGE_SLOTS) as u8,
		cell: 23,
		key: key(n),
		old: Some(1),
		new: i64::from(n),
		source: Source::Son,
		at: 1,
	};
	let org = |n: u32| OrgId((n % u32::from(MAX_ORGS)) as u8);
	let all = (0..count).map(|n| (org(n), 0, notice(n))).collect();
	Notices::<T>::insert(HERE, page, BoundedVec::truncate_from(all));
}
