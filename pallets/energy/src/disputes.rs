// SPDX-License-Identifier: Apache-2.0

//! What other companies say of a report: that they have seen the same, or something else.
//!
//! ```text
//!   reported -> attested by digest
//!            -> contested: the lower reading stands -> withdrawn, conceded, corrected, ruled on, or the term is over
//! ```
//!
//! # What it guarantees
//!
//! * **For that report alone**: a dispute touches the sums of one report.
//! * **Whatever differs**: what was seen may be of other networks, so that a report that leaves one out is contested, too.
//! * **The lower reading stands, provisionally**: nobody owes for what is in doubt, and nobody gains by doubting for ever. Behind
//!   the term for rulings any company ends the dispute, and at the latest it ends when the report is forgotten: the owner's report
//!   stands again, and is marked.
//! * **In time**: a report is contested as long as its month is reviewed ([`statements`]), and not behind that. What
//!   an owner concedes is looked at by all as a correction is.
//! * **Not the judge in one's own cause**: who rules is neither owner nor contester; and who pays a share of the energy rules for the
//!   owner alone, whose report stands anyway when nobody rules.

use crate::{
	reports::{settled, Desk},
	statements,
	types::{AttestRefusal, Dispute, Entry, ReportId, Settlement, Standing, Total},
	Config, Error, Event, Pallet, Reports, SettingsInForce, Totals,
};
use frame_support::ensure;
use trimast_primitives::{
	access::Authority,
	calendar::{day_of, month_of_day},
	energy::{report_digest, Accounted, Report},
	order::Words,
	org::OrgKind,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Notes of each report whether a company has seen the same. What cannot be attested is told, and the others are.
pub(crate) fn attest<T: Config>(org: OrgId, reports: impl IntoIterator<Item = (ReportId, Hash)>) {
	for (report, digest) in reports {
		Pallet::<T>::deposit_event(match attest_one::<T>(org, report, digest) {
			Ok(()) => Event::Attested { report, by: org },
			Err(refusal) => Event::NotAttested { report, by: org, refusal },
		});
	}
}

fn attest_one<T: Config>(org: OrgId, report: ReportId, digest: Hash) -> Result<(), AttestRefusal> {
	Reports::<T>::try_mutate(key(report), |day| {
		let entry = day.iter_mut().find(|entry| entry.span.first == report.first);
		let entry = entry.ok_or(AttestRefusal::NoSuchReport)?;
		ensure!(entry.digest == digest, AttestRefusal::OtherDigest);
		ensure!(org != report.owner && entry.concerned.contains(org), AttestRefusal::NotConcerned);
		ensure!(!entry.attested.contains(org), AttestRefusal::AlreadyGiven);
		// Else the lower reading would stand of what nobody contests.
		let is_contester = entry.dispute.as_ref().is_some_and(|dispute| dispute.by == org);
		ensure!(!is_contester, AttestRefusal::Contested);
		entry.attested = entry.attested.with(org);
		Ok(())
	})
}

/// Says that a company has seen something else. `reported` is what the owner has reported, which the chain knows by its digest.
pub(crate) fn contest<T: Config>(
	org: OrgId,
	report: ReportId,
	reported: &Report,
	seen: &Report,
) -> Result<(), Error<T>> {
	let genesis = Pallet::<T>::genesis_hash();
	let digest_of = |of: &Report| report_digest(genesis, report.local_network, report.owner, of);
	change::<T>(report, |entry, total| {
		ensure!(org != report.owner && entry.concerned.contains(org), Error::<T>::NotConcerned);
		// Else one after the other could be, and no line of the month ever be signed.
		let is_reviewed = statements::is_reviewed::<T>(month_of_day(report.day), total);
		ensure!(!is_reviewed, Error::<T>::ReviewOver);
		ensure!(entry.dispute.is_none(), Error::<T>::AlreadyContested);
		let is_ruled = entry.settlement.is_some_and(Settlement::is_ruling);
		let has_spoken = entry.attested.union(entry.contested).contains(org);
		ensure!(!is_ruled && !has_spoken, Error::<T>::AlreadyGiven);
		ensure!(digest_of(reported) == entry.digest, Error::<T>::OtherDigest);
		let lower = reported.lower(seen).ok_or(Error::<T>::OtherReport)?;
		let digest = digest_of(seen);
		ensure!(digest != entry.digest && lower.number == seen.number, Error::<T>::OtherReport);
		let mut desk = Desk::<T>::new(report.owner, report.local_network);
		let mut standing = |of: &Report| {
			let Accounted { counted, sums, .. } = desk.account(of).map_err(|_| Error::<T>::Unreadable)?;
			Ok::<_, Error<T>>(Standing { counted, sums })
		};
		let (lower, seen) = (standing(&lower)?, standing(seen)?);
		// By records and rules of today more may count than when it was reported: nobody makes others owe more by contesting.
		let lower = if lower.energy() > entry.standing.energy() { entry.standing.clone() } else { lower };
		let ruling = Moment::from(SettingsInForce::<T>::get().ruling).saturating_mul(1_000);
		let until = Pallet::<T>::moment().saturating_add(ruling);
		let reported = core::mem::replace(&mut entry.standing, lower);
		let block = Pallet::<T>::block();
		(entry.contested, entry.settlement) = (entry.contested.with(org), None);
		entry.dispute = Some(Dispute { by: org, digest, block, reported, seen, until });
		Pallet::<T>::deposit_event(Event::Contested { report, by: org, digest, until });
		Ok(())
	})
}

/// Takes back what one has contested.
pub(crate) fn withdraw<T: Config>(org: OrgId, report: ReportId) -> Result<(), Error<T>> {
	settle::<T>(report, org, None, |dispute| {
		ensure!(dispute.by == org, Error::<T>::NotParty);
		Ok(Settlement::Withdrawn)
	})
}

/// Takes what the other has seen, which has this digest.
pub(crate) fn concede<T: Config>(org: OrgId, report: ReportId, seen: Hash) -> Result<(), Error<T>> {
	settle::<T>(report, org, None, |dispute| {
		ensure!(report.owner == org, Error::<T>::NotParty);
		ensure!(dispute.digest == seen, Error::<T>::OtherDigest);
		Ok(Settlement::Conceded)
	})
}

/// Rules for the owner or for the other, who has seen what has this digest.
pub(crate) fn rule<T: Config>(
	org: OrgId,
	report: ReportId,
	seen: Hash,
	for_owner: bool,
	reason: Words,
) -> Result<(), Error<T>> {
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	settle::<T>(report, org, Some(reason), |dispute| {
		let is_company = T::Authority::kind(org).is_some_and(OrgKind::has_council_seat);
		ensure!(is_company && org != report.owner && org != dispute.by, Error::<T>::NotRuler);
		// Who pays a part of it would owe less by what the other has seen.
		let pays = |standing: &Standing| standing.sums.iter().any(|(of, _)| *of == org);
		ensure!(for_owner || !(pays(&dispute.reported) || pays(&dispute.seen)), Error::<T>::NotRuler);
		ensure!(dispute.digest == seen, Error::<T>::OtherDigest);
		ensure!(Pallet::<T>::moment() <= dispute.until, Error::<T>::TooLate);
		Ok(if for_owner { Settlement::RuledForOwner } else { Settlement::RuledForOther })
	})
}

/// Ends a dispute on which nobody has ruled in time.
pub(crate) fn lapse<T: Config>(org: OrgId, report: ReportId) -> Result<(), Error<T>> {
	settle::<T>(report, org, None, |dispute| {
		ensure!(Pallet::<T>::moment() > dispute.until, Error::<T>::TooEarly);
		Ok(Settlement::Lapsed)
	})
}

/// Ends what is contested of the reports of a page and a day that are forgotten: the owner's stand, as if somebody had ended it behind
/// the term. Else the lower ones would for ever, and no statement of the month could be signed.
pub(crate) fn forgotten<T: Config>(day: u16, local_network: LocalNetworkId, page: u16, owner: OrgId) {
	let key = (month_of_day(day), local_network, owner);
	let mut total: Total = Totals::<T>::get(key);
	for mut entry in Reports::<T>::get((day, local_network, page, owner)) {
		let Some(dispute) = entry.dispute.clone() else { continue };
		total.take_out(&entry);
		(entry.standing, entry.dispute) = (dispute.reported, None);
		// There was room for it before it was contested.
		let _ = total.put_in(&entry);
		let report = ReportId { day, local_network, page, owner, first: entry.span.first };
		settled::<T>(report, Settlement::Lapsed, owner, None);
	}
	Totals::<T>::insert(key, total);
}

/// Ends a dispute as `decide` says.
fn settle<T: Config>(
	report: ReportId,
	by: OrgId,
	reason: Option<Words>,
	decide: impl FnOnce(&Dispute) -> Result<Settlement, Error<T>>,
) -> Result<(), Error<T>> {
	change::<T>(report, |entry, total| {
		let settlement = decide(entry.dispute.as_ref().ok_or(Error::<T>::NotContested)?)?;
		if let Some(dispute) = entry.dispute.take() {
			if matches!(settlement, Settlement::Conceded | Settlement::RuledForOther) {
				entry.standing = dispute.seen;
				entry.digest = dispute.digest;
				entry.block = dispute.block;
				entry.attested = OrgSet::of(dispute.by);
				if settlement == Settlement::Conceded {
					// The two may have agreed on what others owe: these look at it as at a correction.
					total.last_report = day_of(Pallet::<T>::moment());
				}
			} else {
				entry.standing = dispute.reported;
			}
		}
		entry.settlement = Some(settlement);
		settled::<T>(report, settlement, by, reason);
		Ok(())
	})
}

/// Changes what stands of a report, and the total with it.
fn change<T: Config>(
	report: ReportId,
	change: impl FnOnce(&mut Entry, &mut Total) -> Result<(), Error<T>>,
) -> Result<(), Error<T>> {
	Reports::<T>::try_mutate(key(report), |day| {
		let entry = day.iter_mut().find(|entry| entry.span.first == report.first);
		let entry = entry.ok_or(Error::<T>::NoSuchReport)?;
		let key = (month_of_day(report.day), report.local_network, report.owner);
		let mut total: Total = Totals::<T>::get(key);
		ensure!(!total.is_closed, Error::<T>::MonthClosed);
		total.take_out(entry);
		change(entry, &mut total)?;
		total.put_in(entry).ok_or(Error::<T>::Unreadable)?;
		Totals::<T>::insert(key, total);
		Ok(())
	})
}

fn key(report: ReportId) -> (u16, LocalNetworkId, u16, OrgId) {
	(report.day, report.local_network, report.page, report.owner)
}
