// SPDX-License-Identifier: Apache-2.0

//! The violations that stand open in a page: what is new is added, what is seen once more gains weight.

use super::{
	ask_remedy,
	judge::{Finding, Seen},
	kinds::Kind,
	silence::{is_denied, look_in, silence},
};
use crate::{
	changes::network::Elsewhere,
	exports, scores, tallies,
	types::{
		OpenList, OpenViolation, Settled, Standing, Violation, MAX_OPEN_IN_PAGE, MAX_OPEN_OF_COMPANY,
		MAX_SETTLED,
	},
	Config, Error, Event, NextViolation, OpenInPage, OpenViolations, Pallet, SettledInPage, Violations,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{defensive, ensure, traits::ConstU32, BoundedVec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{CellId, ParamKey},
	page::SiteId,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// The violations that stand open in a page: read once, written once.
pub(super) struct Ledger<'a, T: Config> {
	local_network: LocalNetworkId,
	page: u16,
	pub(super) open: OpenList,
	pub(super) settled: BoundedVec<Settled, ConstU32<MAX_SETTLED>>,
	opened: u32,
	/// How many were counted as confirmed.
	pub(super) scored: u32,
	is_alleged: bool,
	/// Whether the accused is asked once more: it was silent while nobody's word counted.
	asks_again: bool,
	elsewhere: &'a Elsewhere<T>,
}

impl<'a, T: Config> Ledger<'a, T> {
	pub(super) fn open(local_network: LocalNetworkId, page: u16, elsewhere: &'a Elsewhere<T>) -> Self {
		let open = OpenInPage::<T>::get(local_network, page);
		let settled = SettledInPage::<T>::get(local_network, page);
		Self {
			local_network,
			page,
			open,
			settled,
			opened: 0,
			scored: 0,
			is_alleged: false,
			asks_again: false,
			elsewhere,
		}
	}

	/// Whether a violation of the value stands open.
	pub(super) fn is_open(&self, place: (u8, u8, ParamKey)) -> bool {
		self.open.iter().any(|one| (one.slot, one.cell, one.key) == place)
	}

	/// How many new violations `org` may open.
	pub(super) fn room(&self, org: OrgId) -> u32 {
		let own: u32 = self.open.iter().filter(|one| one.accuser == org).count().saturated_into();
		let open: u32 = self.open.len().saturated_into();
		MAX_OPEN_OF_COMPANY.saturating_sub(own).min(MAX_OPEN_IN_PAGE.saturating_sub(open))
	}

	/// Whether the value was seen as restored in a network that was read no earlier, and in an export that is not doubted.
	/// Where that is not known it is left as it is.
	fn is_settled(&self, place: (u8, u8, ParamKey), read: Moment) -> bool {
		let mut settled = self.settled.iter().filter(|one| (one.slot, one.cell, one.key) == place);
		settled.any(|Settled { denied, .. }| {
			read <= denied.observed && self.elsewhere.is_clean(denied.org, denied.export).unwrap_or(true)
		})
	}

	/// Those of what `org` has found that are noted: what stands open, and of what is new as much as there is room for, one
	/// value of each cell at least. What is left out is found once there is room again. What was seen as restored since is
	/// none of them.
	pub(super) fn choose(&self, org: OrgId, found: Vec<Finding>) -> Result<Vec<Finding>, Error<T>> {
		let mut cells: BTreeSet<(u8, u8)> = self.open.iter().map(|one| (one.slot, one.cell)).collect();
		let room: usize = self.room(org).saturated_into();
		let (mut noted, mut first, mut further) = (Vec::new(), Vec::new(), Vec::new());
		for (n, finding) in found.into_iter().enumerate() {
			let place @ (slot, cell, _) = finding.seen.place();
			if self.is_settled(place, finding.since) {
				continue;
			}
			if self.is_open(place) {
				noted.push((n, finding));
			} else if cells.insert((slot, cell)) {
				first.push((n, finding));
			} else {
				further.push((n, finding));
			}
		}
		ensure!(first.len() <= room, Error::<T>::TooManyViolations);
		further.truncate(room.saturating_sub(first.len()));
		noted.append(&mut first);
		noted.append(&mut further);
		noted.sort_unstable_by_key(|(n, _)| *n);
		Ok(noted.into_iter().map(|(_, finding)| finding).collect())
	}

	/// Notes what `org` has found: a new violation, or one that stands open.
	pub(super) fn note(&mut self, org: OrgId, finding: Finding) -> Result<(), Error<T>> {
		let Finding { seen, kind, request, against, since, export } = finding;
		let Seen { slot, cell, key, approved, observed } = seen;
		let place = seen.place();
		if let Some(found) = self.open.iter().find(|one| (one.slot, one.cell, one.key) == place) {
			heard::<T>(found.id, org, export);
			let again = see_again(self.elsewhere, found.id, org, (observed, since), (kind, request));
			self.asks_again |= again == Again::Asked;
			self.scored = self.scored.saturating_add((again == Again::Scored).into());
			return Ok(());
		}
		let (id, now) = (NextViolation::<T>::get(), Pallet::<T>::now());
		self.open
			.try_push(OpenViolation { slot, cell, key, against, accuser: org, id })
			.map_err(|_| Error::<T>::TooManyViolations)?;
		// What the accused reports of itself needs no second witness.
		let standing = if org == against { Standing::Confirmed } else { Standing::Alleged };
		let cell = CellId { site: SiteId::new(self.local_network, self.page, slot.into()), cell };
		let violation = Violation {
			cell,
			key,
			kind,
			request,
			approved,
			observed,
			shown: (org != against).then_some(since),
			against,
			accuser: org,
			witnesses: OrgSet::of(org),
			deniers: OrgSet::EMPTY,
			denials: BoundedVec::new(),
			since,
			last: since,
			opened: now,
			seen: now,
			asked: now,
			standing,
			closed: None,
		};
		heard::<T>(id, org, export);
		tallies::stands::<T>(against, None, Some((kind, standing)));
		NextViolation::<T>::put(id.saturating_add(1));
		if standing == Standing::Confirmed {
			scores::count::<T>(&violation);
			ask_remedy::<T>(org, id);
			self.scored = self.scored.saturating_add(1);
		}
		Violations::<T>::insert(id, violation);
		self.opened = self.opened.saturating_add(1);
		self.is_alleged |= standing == Standing::Alleged;
		Pallet::<T>::deposit_event(Event::ViolationOpened {
			id,
			cell,
			key,
			kind,
			request,
			approved,
			observed,
			against,
			accuser: org,
		});
		Ok(())
	}

	/// Writes it. The accused is asked until a block in the agenda of `org`.
	pub(super) fn close(self, org: OrgId) -> Result<(), Error<T>> {
		let Self { local_network, page, open, opened, is_alleged, asks_again, .. } = self;
		if is_alleged || asks_again {
			let silent = Pallet::<T>::now().saturating_add(silence::<T>()).saturating_add(1);
			let entered = look_in::<T>(org, local_network, page, silent);
			// Where the agenda is full the accused is asked once more when a violation is seen again.
			entered.or_else(|full| if is_alleged { Err(full) } else { Ok(()) })?;
		}
		if opened > 0 {
			OpenInPage::<T>::insert(local_network, page, open);
			OpenViolations::<T>::mutate(local_network, |count| *count = count.saturating_add(opened));
		}
		Ok(())
	}
}

/// Notes from which export a company's word about a violation is, and what it has given.
fn heard<T: Config>(id: u32, org: OrgId, export: Option<(Hash, [u8; 8])>) {
	if let Some((root, values)) = export {
		exports::word::<T>(id, org, root, values);
	}
}

/// What a violation that is seen once more asks for.
#[derive(PartialEq, Eq)]
enum Again {
	Nothing,
	/// The accused is asked once more.
	Asked,
	/// It is confirmed since, and was counted.
	Scored,
}

/// A company has seen a violation that stands open.
fn see_again<T: Config>(
	elsewhere: &Elsewhere<T>,
	id: u32,
	org: OrgId,
	(observed, read): (Option<i64>, Moment),
	(kind, request): (Kind, Option<u32>),
) -> Again {
	let Some(mut violation) = Violations::<T>::get(id) else {
		defensive!("an open violation is one that was opened");
		return Again::Nothing;
	};
	let before = (violation.kind, violation.standing);
	let (_, was) = before;
	violation.witnesses = violation.witnesses.with(org);
	// It has seen it after it had seen the approved value.
	violation.denials.retain(|denied| denied.org != org || read <= denied.observed);
	if violation.denials.iter().all(|denied| denied.org != org) {
		violation.deniers = violation.deniers.without(org);
	}
	// The word of the accused confirms it, and changes nothing of what was seen. What was read before shows nothing newer.
	if org != violation.against && violation.shown.is_none_or(|shown| read >= shown) {
		violation.shown = Some(read);
		// What was seen first says of which kind it is, as long as the same is seen. As what it is counted it stays.
		if violation.observed != observed && violation.standing != Standing::Confirmed {
			(violation.kind, violation.request) = (kind, request);
		}
		violation.observed = observed;
	}
	violation.last = violation.last.max(read);
	let now = Pallet::<T>::now();
	violation.seen = now;
	// Where that is not known a word counts as nobody's: it stands as it did.
	let doubted = elsewhere.doubted(id, violation.witnesses, true);
	let is_second = violation.witnesses.difference(doubted).len() > 1 || org == violation.against;
	if is_second {
		violation.standing = Standing::Confirmed;
	} else if was == Standing::Contested && !is_denied(elsewhere, &violation) {
		violation.standing = Standing::Alleged;
	}
	let standing = violation.standing;
	tallies::stands::<T>(violation.against, Some(before), Some((violation.kind, standing)));
	let is_scored = standing != was && standing == Standing::Confirmed;
	if is_scored {
		scores::count::<T>(&violation);
		ask_remedy::<T>(org, id);
	}
	let is_late = now > violation.asked.saturating_add(silence::<T>());
	let asks_again = standing == Standing::Alleged && (is_late || standing != was);
	if asks_again {
		violation.asked = now;
	}
	Violations::<T>::insert(id, violation);
	Pallet::<T>::deposit_event(Event::ViolationSeen { id, org, observed });
	if standing != was {
		Pallet::<T>::deposit_event(Event::ViolationStands { id, standing });
	}
	match (is_scored, asks_again) {
		(true, _) => Again::Scored,
		(_, true) => Again::Asked,
		_ => Again::Nothing,
	}
}
