// SPDX-License-Identifier: Apache-2.0

//! Monthly statements: what a carrier owes the owner of stations for their energy.
//!
//! A statement is of a month, an owner, a payer and a province; it has a line for each local network where the payer has a share.
//! The chain drafts it from its totals, so that there is nothing to send; both sides sign or dispute it line by line.
//!
//! # What it guarantees
//!
//! * **Exactly what stands**: a signature is for the digest of a line. When a correction or a proof changes the line, it is for nothing.
//! * **Final is final**: what a line rests on that both have signed, reports and proofs of savings, does not change any more.
//! * **Nothing open**: while a report of it is contested a line cannot be signed.
//! * **Time to look**: so many days after a month, and after its last report or correction, as are governed nobody signs it. A line
//!   that two have signed closes the month of that local network and owner for all who share its stations.
//! * **No more than that**: behind these days nothing it rests on is contested, and behind [`REVIEWS`] times as many nothing of the month
//!   is reported. So nobody holds it up by contesting, or correcting, one report after the other.

use crate::{
	governed,
	types::{Signatures, Total},
	Config, Error, Event, Lines, Pallet, Savings, SettingsInForce, Totals,
};
use alloc::vec::Vec;
use frame_support::ensure;
use trimast_primitives::{
	calendar::{day_of, first_day_of, month_of},
	energy::{statement_digest, Line, Sums, REVIEWS},
	order::Words,
	site::SiteRegistry,
	Hash, LocalNetworkId, OrgId, OrgSet, ProvinceId,
};

/// The line of a local network, as totals and savings have it now. `None` when the payer has no share of the energy there.
pub(crate) fn draft<T: Config>(
	month: u16,
	owner: OrgId,
	payer: OrgId,
	local_network: LocalNetworkId,
) -> Option<Line> {
	let key = (month, local_network, owner);
	let total = Totals::<T>::get(key);
	let share = total.sums.iter().find(|(org, _)| *org == payer).map(|(_, sums)| *sums)?;
	let whole = total.sums.iter().fold(Sums::default(), |all, (_, sums)| all.plus(*sums));
	let factor = governed::factor::<T>(local_network.province(), month);
	let savings = Savings::<T>::get(key);
	let (saved, saved_by_all) = (savings.share_of(payer), savings.saved());
	(owner != payer).then_some(Line { local_network, share, whole, factor, saved, saved_by_all })
}

/// A line as it stands, with what is said of it: what was said of another one does not count.
pub(crate) fn line<T: Config>(
	month: u16,
	owner: OrgId,
	payer: OrgId,
	local_network: LocalNetworkId,
) -> Option<Signatures> {
	let known = Lines::<T>::get((month, owner, payer, local_network));
	if let Some(known) = known.filter(Signatures::is_final) {
		return Some(known);
	}
	let line = draft::<T>(month, owner, payer, local_network)?;
	let nothing = Signatures { line, signed: OrgSet::EMPTY, disputed: OrgSet::EMPTY };
	Some(known.filter(|known| known.line == line).unwrap_or(nothing))
}

/// The local networks of a province, in ascending order: 99 at most, since two digits of their codes tell them apart, and no more
/// than [`MAX_LINES`](trimast_primitives::energy::MAX_LINES) as the country is.
pub(crate) fn local_networks<T: Config>(province: ProvinceId) -> impl Iterator<Item = LocalNetworkId> {
	let first = LocalNetworkId(u16::from(province.0).saturating_mul(100));
	let next = |after: &LocalNetworkId| T::Sites::next(Some(*after));
	core::iter::successors(next(&first), next).take_while(move |id| id.province() == province)
}

/// The lines of a statement.
pub(crate) fn lines<T: Config>(
	month: u16,
	owner: OrgId,
	payer: OrgId,
	province: ProvinceId,
) -> Vec<Signatures> {
	let all = local_networks::<T>(province);
	all.filter_map(|local_network| line::<T>(month, owner, payer, local_network)).collect()
}

/// What is signed of a line.
pub(crate) fn digest<T: Config>(month: u16, owner: OrgId, payer: OrgId, line: &Line) -> Hash {
	statement_digest(Pallet::<T>::genesis_hash(), month, owner, payer, line)
}

/// The first day on which lines of a month may be signed that rest on this total: the days of the review begin with the day behind the
/// month, or with that of the last report. Else whoever reports late would leave the others no time to look at it.
pub(crate) fn signable_from<T: Config>(month: u16, total: &Total) -> u16 {
	let review = SettingsInForce::<T>::get().review;
	first_day_of(month.saturating_add(1)).max(total.last_report).saturating_add(review.into())
}

/// Whether a month is still reported and corrected on a day, where a review has so many.
pub(crate) fn is_reported(month: u16, today: u16, review: u8) -> bool {
	let days = REVIEWS.saturating_mul(review.into());
	review == 0 || today < first_day_of(month.saturating_add(1)).saturating_add(days)
}

/// Whether all companies have looked at what this total of a month rests on: nothing of it is contested any more. Where the review has
/// no days that has no term.
pub(crate) fn is_reviewed<T: Config>(month: u16, total: &Total) -> bool {
	let has_term = SettingsInForce::<T>::get().review > 0;
	has_term && day_of(Pallet::<T>::moment()) >= signable_from::<T>(month, total)
}

/// A line on which `org` may say something.
fn open<T: Config>(
	org: OrgId,
	month: u16,
	owner: OrgId,
	payer: OrgId,
	local_network: LocalNetworkId,
	digest: Hash,
) -> Result<Signatures, Error<T>> {
	ensure!(owner != payer && (org == owner || org == payer), Error::<T>::NotParty);
	ensure!(month < month_of(Pallet::<T>::moment()), Error::<T>::MonthNotOver);
	let signatures = line::<T>(month, owner, payer, local_network).ok_or(Error::<T>::NoSuchLine)?;
	let standing = self::digest::<T>(month, owner, payer, &signatures.line);
	ensure!(standing == digest, Error::<T>::OtherDigest);
	ensure!(!signatures.signed.contains(org), Error::<T>::AlreadyGiven);
	Ok(signatures)
}

/// Signs a line. Who has disputed it does not any more.
pub(crate) fn sign<T: Config>(
	org: OrgId,
	month: u16,
	owner: OrgId,
	payer: OrgId,
	local_network: LocalNetworkId,
	digest: Hash,
) -> Result<(), Error<T>> {
	let mut line = open::<T>(org, month, owner, payer, local_network, digest)?;
	let key = (month, local_network, owner);
	let mut total = Totals::<T>::get(key);
	let from = signable_from::<T>(month, &total);
	ensure!(day_of(Pallet::<T>::moment()) >= from, Error::<T>::ReviewNotOver);
	ensure!(total.contested == 0, Error::<T>::StillContested);
	line.signed = line.signed.with(org);
	line.disputed = line.disputed.without(org);
	let is_final = line.is_final();
	if is_final && !total.is_closed {
		total.is_closed = true;
		Totals::<T>::insert(key, total);
	}
	Lines::<T>::insert((month, owner, payer, local_network), line);
	Pallet::<T>::deposit_event(Event::LineSigned {
		month,
		owner,
		payer,
		local_network,
		by: org,
		digest,
		is_final,
	});
	Ok(())
}

/// Disputes a line.
pub(crate) fn dispute<T: Config>(
	org: OrgId,
	month: u16,
	owner: OrgId,
	payer: OrgId,
	local_network: LocalNetworkId,
	digest: Hash,
	reason: Words,
) -> Result<(), Error<T>> {
	let mut line = open::<T>(org, month, owner, payer, local_network, digest)?;
	ensure!(!line.disputed.contains(org), Error::<T>::AlreadyGiven);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	line.disputed = line.disputed.with(org);
	Lines::<T>::insert((month, owner, payer, local_network), line);
	Pallet::<T>::deposit_event(Event::LineDisputed {
		month,
		owner,
		payer,
		local_network,
		by: org,
		digest,
		reason,
	});
	Ok(())
}
