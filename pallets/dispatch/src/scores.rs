// SPDX-License-Identifier: Apache-2.0

//! Monthly scores and statements: what companies answer for, by province and class of the service level, and who has signed it.
//!
//! An order is counted when nothing about it can change any more, in the month of that moment. So the scores of a month that is
//! over stay as they are, and a statement of them can be signed. Months are those of UTC+8 and kept [`MONTHS`] long; what is
//! older is removed, a bounded number of entries a block.

use crate::{types::Statement, Config, Error, Event, Pallet, Scores, ScoresFrom, Statements};
use alloc::vec::Vec;
use frame_support::ensure;
use trimast_primitives::{
	access::Authority,
	calendar::month_of,
	order::{statement_digest, Order, OrderKind, Score, ScoreKey, Share, State, Words},
	org::OrgKind,
	Hash, OrgId, OrgSet,
};

/// Months that are kept, this one among them.
pub const MONTHS: u16 = 36;
/// Most entries that one block removes.
pub const MAX_REMOVED: u32 = 32;

pub(crate) fn month_now<T: Config>() -> u16 {
	month_of(Pallet::<T>::moment())
}

fn first_month<T: Config>() -> u16 {
	month_now::<T>().saturating_add(1).saturating_sub(MONTHS)
}

fn key_of(order: &Order) -> ScoreKey {
	ScoreKey { province: order.place.local_network().province(), class: order.class }
}

fn count<T: Config>(org: OrgId, key: ScoreKey, more: Score) {
	let month = month_now::<T>();
	Scores::<T>::mutate((month, org, key), |score| *score = score.plus(more));
	if ScoresFrom::<T>::get() == 0 {
		ScoresFrom::<T>::put(month);
	}
}

/// Counts how an order was handled that has come to its end. What a company does for itself nobody else has seen.
pub(crate) fn handled<T: Config>(order: &Order) {
	if order.raiser == order.handler {
		return;
	}
	let is_done = match order.kind {
		OrderKind::Fault => order.is_judged(),
		_ => matches!(order.state, State::Completed | State::Partial | State::Failed),
	};
	if is_done {
		let [late, breached] = [order.alerts.response, order.alerts.breach].map(u32::from);
		count::<T>(order.handler, key_of(order), Score { handled: 1, late, breached, ..Score::default() });
	}
}

/// Counts what companies answer for.
pub(crate) fn charged<T: Config>(order: &Order, charges: &crate::types::Charges) {
	for charge in charges {
		if let Share::Company(org) = charge.share {
			let more = Score {
				charged: 1,
				time: charge.time,
				on_one_word: charge.on_one_word,
				penalty: charge.penalty,
				penalty_on_one_word: charge.penalty_on_one_word,
				..Score::default()
			};
			count::<T>(org, key_of(order), more);
		}
	}
}

/// A company's scores of a month, ascending by key. There are as many as provinces and classes at most.
pub(crate) fn of<T: Config>(month: u16, org: OrgId) -> Vec<(ScoreKey, Score)> {
	let mut all: Vec<_> = Scores::<T>::iter_prefix((month, org)).collect();
	all.sort_unstable_by_key(|(key, _)| *key);
	all
}

/// The statement of a company's scores of a month, as it stands.
pub(crate) fn statement<T: Config>(month: u16, subject: OrgId) -> Statement {
	Statements::<T>::get(month, subject).unwrap_or_else(|| Statement {
		digest: statement_digest(Pallet::<T>::genesis_hash(), month, subject, &of::<T>(month, subject)),
		signed: OrgSet::EMPTY,
		disputed: OrgSet::EMPTY,
	})
}

/// A statement on which `org` may say something: that of a month that is over.
fn open<T: Config>(org: OrgId, month: u16, subject: OrgId, digest: Hash) -> Result<Statement, Error<T>> {
	let is_company = |org| T::Authority::kind(org).is_some_and(OrgKind::has_council_seat);
	ensure!(is_company(org), Error::<T>::NotMember);
	let is_over = (first_month::<T>()..month_now::<T>()).contains(&month);
	ensure!(
		is_over && usize::from(subject.0) < trimast_primitives::org::MAX_ORGS.into(),
		Error::<T>::OtherMonth
	);
	let statement = statement::<T>(month, subject);
	ensure!(statement.digest == digest, Error::<T>::OtherDigest);
	ensure!(!statement.signed.contains(org), Error::<T>::AlreadyGiven);
	Ok(statement)
}

/// Signs a company's scores of a month. Who has disputed them does not any more.
pub(crate) fn sign<T: Config>(org: OrgId, month: u16, subject: OrgId, digest: Hash) -> Result<(), Error<T>> {
	let mut statement = open::<T>(org, month, subject, digest)?;
	statement.signed = statement.signed.with(org);
	statement.disputed = statement.disputed.without(org);
	keep::<T>(month, subject, statement);
	Pallet::<T>::deposit_event(Event::StatementSigned { month, subject, org, digest });
	Ok(())
}

/// Disputes a company's scores of a month.
pub(crate) fn dispute<T: Config>(
	org: OrgId,
	month: u16,
	subject: OrgId,
	digest: Hash,
	reason: Words,
) -> Result<(), Error<T>> {
	let mut statement = open::<T>(org, month, subject, digest)?;
	ensure!(!statement.disputed.contains(org), Error::<T>::AlreadyGiven);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	statement.disputed = statement.disputed.with(org);
	keep::<T>(month, subject, statement);
	Pallet::<T>::deposit_event(Event::StatementDisputed { month, subject, org, digest, reason });
	Ok(())
}

fn keep<T: Config>(month: u16, subject: OrgId, statement: Statement) {
	Statements::<T>::insert(month, subject, statement);
	let from = ScoresFrom::<T>::get();
	if from == 0 || month < from {
		ScoresFrom::<T>::put(month);
	}
}

/// Removes a bounded number of entries that are too old. Says how many.
pub(crate) fn forget<T: Config>() -> u32 {
	let oldest = ScoresFrom::<T>::get();
	if oldest == 0 || oldest >= first_month::<T>() {
		return 0;
	}
	let scores = Scores::<T>::clear_prefix((oldest,), MAX_REMOVED, None);
	let statements = Statements::<T>::clear_prefix(oldest, MAX_REMOVED, None);
	if scores.maybe_cursor.is_none() && statements.maybe_cursor.is_none() {
		ScoresFrom::<T>::put(oldest.saturating_add(1));
	}
	scores.loops.saturating_add(statements.loops)
}
