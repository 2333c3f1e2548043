// SPDX-License-Identifier: Apache-2.0

//! Verdicts: given by the chain when the time for evidence is over, appealed against, ruled on, and final.
//!
//! ```text
//!   closed -> evidence term, and bodies asked for -> verdict -> window without an appeal ----------> final
//!                                                      | ^                                            ^
//!                                                      | +-- somebody newly answers: a window         |
//!                                                      |                 |                            |
//!                                                      +-> appeal -> ruling of the others ------------+
//!                                                             +----> nobody rules: stands, disputed --+
//! ```
//!
//! # What it guarantees
//!
//! * **It follows from the record**: [`Record`] has all of it, and nothing else is looked at.
//! * **Nobody rules on its own matter**: not the parties, not who has appealed, not who answers on more than one word; and for a
//!   ruling counts nobody whose sums it changes.
//! * **Nobody chooses who rules**: what a single company says of another does not keep that one from ruling on the rest.
//! * **Who answers has had the time to appeal**, also who does by a ruling.
//! * **A ruling is about evidence**: which facts count ([`Ruling`]). Who answers follows from the table again.
//! * **Silence changes nothing**: the first verdict stands then, and says that it is disputed. Silence of who cannot speak is
//!   waited out.

use crate::{
	governed,
	orders::{after, find, remind},
	scores, silence,
	types::{Appeal, Judgement, Said},
	Appeals, ChangesOf, Config, Error, Event, Evidence, Pallet, Verdicts,
};
use frame_support::{defensive, ensure};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	order::{verdict_digest, Order, Record, Ruling, Share, Stage, Total, Verdict, Words},
	org::OrgKind,
	Moment, OrgId, OrgSet,
};

/// All that an order's verdict follows from.
pub(crate) fn record<T: Config>(number: u32, order: &Order) -> Record {
	Record {
		genesis: Pallet::<T>::genesis_hash(),
		order: number,
		companies: order.companies.clone(),
		changes: ChangesOf::<T>::get(number),
		silence: order.silence,
		terms: order.terms,
		facts: Evidence::<T>::get(number).facts,
		table: governed::table::<T>(order.table),
		ruling: Ruling::default(),
	}
}

/// What is kept of a verdict.
fn judgement(record: &Record, verdict: &Verdict, at: Moment) -> Judgement {
	Judgement {
		at,
		digest: verdict_digest(record.genesis, record.order, verdict),
		charges: verdict.totals.clone(),
		ruling: None,
		is_disputed: false,
	}
}

/// Judges an order, and opens the window for an appeal.
pub(crate) fn judge<T: Config>(number: u32, order: &mut Order, now: Moment) {
	let record = record::<T>(number, order);
	let Ok(verdict) = record.verdict() else {
		// Tables are checked when they are set, and facts numbered when they are anchored.
		defensive!("an order without verdict");
		order.stage = Stage::Judged { until: now };
		return;
	};
	let given = judgement(&record, &verdict, now);
	order.stage = Stage::Judged { until: after(now, order.limits.appeal) };
	let (digest, charges) = (given.digest, given.charges.clone());
	Verdicts::<T>::insert(number, given);
	Pallet::<T>::deposit_event(Event::VerdictGiven { order: number, digest, charges, ruling: None });
}

/// Who answers for something by a verdict.
fn charged(given: &Judgement) -> OrgSet {
	let company = |charge: &Total| match charge.share {
		Share::Company(org) => Some(org),
		_ => None,
	};
	given.charges.iter().filter_map(company).collect()
}

/// Who answers for something by a verdict, and not on one party's word alone.
fn charged_on_more(given: &Judgement) -> OrgSet {
	let company = |charge: &Total| match charge.share {
		Share::Company(org) if charge.time > charge.on_one_word => Some(org),
		_ => None,
	};
	given.charges.iter().filter_map(company).collect()
}

/// Who answers for another time by `verdict` than as it was given, or for as long on another word.
fn affected(given: &Judgement, verdict: &Verdict) -> OrgSet {
	let is_affected = |org: &OrgId| {
		let total = verdict.total(Share::Company(*org));
		let before = given.charges.iter().find(|charge| charge.share == total.share);
		let before = before.map_or((0, 0), |charge| (charge.time, charge.on_one_word));
		before != (total.time, total.on_one_word)
	};
	charged(given).union(verdict.charged()).iter().filter(is_affected).collect()
}

/// Who may appeal: the parties and who answers by the verdict; against one that a ruling has given, who newly answers by it.
fn may_appeal(order: &Order, given: &Judgement, earlier: Option<&Appeal>) -> OrgSet {
	let all = order.parties().union(charged(given));
	earlier.map_or(all, |earlier| all.difference(earlier.heard))
}

/// The last moment for an appeal, or for a ruling: who could not speak meanwhile has longer.
pub(crate) fn last_moment<T: Config>(number: u32, order: &Order, until: Moment) -> Moment {
	let Some(given) = Verdicts::<T>::get(number) else { return until };
	match (order.stage, Appeals::<T>::get(number)) {
		(Stage::Appealed { .. }, Some(appeal)) if !appeal.is_decided => {
			let said: OrgSet = appeal.said.iter().map(|said| said.by).collect();
			let rulers = rulers::<T>(order, &given, &appeal).difference(said);
			silence::extended::<T>(until, order.limits.ruling, rulers)
		}
		(Stage::Judged { .. }, earlier) => {
			let may_appeal = may_appeal(order, &given, earlier.as_ref());
			silence::extended::<T>(until, order.limits.appeal, may_appeal)
		}
		_ => until,
	}
}

/// Appeals against a verdict.
pub(crate) fn appeal<T: Config>(org: OrgId, number: u32, reason: Words) -> Result<(), Error<T>> {
	let mut order = find::<T>(number)?;
	let given = Verdicts::<T>::get(number).ok_or(Error::<T>::NoVerdict)?;
	let earlier = Appeals::<T>::get(number);
	let all = order.parties().union(charged(&given));
	ensure!(all.contains(org), Error::<T>::NotParty);
	let may_appeal = may_appeal(&order, &given, earlier.as_ref());
	ensure!(may_appeal.contains(org), Error::<T>::AlreadyAppealed);
	let Stage::Judged { until } = order.stage else { return Err(Error::<T>::NoVerdict) };
	let now = Pallet::<T>::moment();
	ensure!(now <= until, Error::<T>::TooLate);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let heard = earlier.map_or(all, |earlier| all.union(earlier.heard));
	let (said, is_decided) = (Default::default(), false);
	let appeal = Appeal { by: org, at: now, reason: reason.clone(), heard, said, is_decided };
	Appeals::<T>::insert(number, appeal);
	order.stage = Stage::Appealed { until: after(now, order.limits.ruling) };
	Pallet::<T>::deposit_event(Event::Appealed { order: number, org, reason });
	remind::<T>(org, number, order)
}

/// Who may rule: the carriers and tower companies that are not party to it, and do not answer for more than what a single
/// company says. Else a party would choose who rules by what it says of others.
pub(crate) fn rulers<T: Config>(order: &Order, given: &Judgement, appeal: &Appeal) -> OrgSet {
	let parties = order.parties().union(charged_on_more(given)).with(appeal.by);
	let is_company = |org: &OrgId| T::Authority::kind(*org).is_some_and(OrgKind::has_council_seat);
	T::Authority::members().difference(parties).iter().filter(is_company).collect()
}

/// Says how one would rule on an appeal. More than half of those who may decide when they say the same. For a ruling counts nobody
/// for whom it changes anything.
pub(crate) fn rule<T: Config>(
	org: OrgId,
	number: u32,
	ruling: Ruling,
	reason: Words,
) -> Result<(), Error<T>> {
	let mut order = find::<T>(number)?;
	let mut appeal = Appeals::<T>::get(number).ok_or(Error::<T>::NoAppeal)?;
	let given = Verdicts::<T>::get(number).ok_or(Error::<T>::NoAppeal)?;
	let Stage::Appealed { until } = order.stage else { return Err(Error::<T>::NoAppeal) };
	let now = Pallet::<T>::moment();
	ensure!(!appeal.is_decided, Error::<T>::NoAppeal);
	ensure!(now <= until, Error::<T>::TooLate);
	let rulers = rulers::<T>(&order, &given, &appeal);
	ensure!(rulers.contains(org), Error::<T>::NotRuler);
	ensure!(appeal.said.iter().all(|said| said.by != org), Error::<T>::AlreadyGiven);
	let record = Record { ruling, ..record::<T>(number, &order) };
	ensure!(ruling.is_valid(record.facts.len().saturated_into()), Error::<T>::BadRuling);
	ensure!(reason.is_valid(), Error::<T>::BadWords);
	let verdict = record.verdict().map_err(|_| Error::<T>::BadRuling)?;
	let said = Said { by: org, ruling, affected: affected(&given, &verdict) };
	ensure!(!said.affected.contains(org), Error::<T>::NotRuler);
	appeal.said.try_push(said).map_err(|_| Error::<T>::AlreadyGiven)?;
	Pallet::<T>::deposit_event(Event::RulingSaid { order: number, org, ruling, reason });
	appeal.is_decided = is_agreed(&appeal, &said, rulers);
	let (is_decided, heard) = (appeal.is_decided, appeal.heard);
	Appeals::<T>::insert(number, appeal);
	if is_decided {
		let given = Judgement { ruling: Some(ruling), ..judgement(&record, &verdict, now) };
		order.stage = decide::<T>(number, &order, given, heard, now);
		return remind::<T>(org, number, order);
	}
	Ok(())
}

/// Whether more than half of these who count for a ruling say it.
fn is_agreed(appeal: &Appeal, said: &Said, rulers: OrgSet) -> bool {
	let agree = appeal.said.iter().filter(|other| other.ruling == said.ruling);
	let agree: OrgSet = agree.map(|other| other.by).collect();
	let rulers = rulers.difference(said.affected);
	agree.intersection(rulers).len().saturating_mul(2) > rulers.len()
}

/// The term for rulings is over: gives the verdict anew if more than half of those agree who count by now. Others may have left
/// since it was said. Says whether they do.
pub(crate) fn decide_late<T: Config>(number: u32, order: &mut Order, now: Moment) -> bool {
	let appealed = Appeals::<T>::get(number).filter(|_| matches!(order.stage, Stage::Appealed { .. }));
	let Some(mut appeal) = appealed.filter(|appeal| !appeal.is_decided) else { return false };
	let Some(given) = Verdicts::<T>::get(number) else { return false };
	let rulers = rulers::<T>(order, &given, &appeal);
	let agreed = appeal.said.iter().find(|said| is_agreed(&appeal, said, rulers));
	let Some(ruling) = agreed.map(|said| said.ruling) else { return false };
	let record = Record { ruling, ..record::<T>(number, order) };
	// It was one when it was said.
	let Ok(verdict) = record.verdict() else { return false };
	appeal.is_decided = true;
	let heard = appeal.heard;
	Appeals::<T>::insert(number, appeal);
	let given = Judgement { ruling: Some(ruling), ..judgement(&record, &verdict, now) };
	order.stage = decide::<T>(number, order, given, heard, now);
	true
}

/// Gives the verdict anew by a ruling. It is final, unless somebody answers by it who had no time to appeal. Each company has
/// that once, so it ends.
fn decide<T: Config>(number: u32, order: &Order, given: Judgement, heard: OrgSet, now: Moment) -> Stage {
	let (digest, charges, ruling) = (given.digest, given.charges.clone(), given.ruling);
	let is_heard = heard.is_superset(charged(&given));
	Verdicts::<T>::insert(number, given);
	Pallet::<T>::deposit_event(Event::VerdictGiven { order: number, digest, charges, ruling });
	if is_heard {
		// The chain settles it next.
		Stage::Appealed { until: now }
	} else {
		Stage::Judged { until: after(now, order.limits.appeal) }
	}
}

/// A verdict becomes final, and is counted. Says how many companies answer by it.
pub(crate) fn finish<T: Config>(number: u32, order: &Order) -> u32 {
	scores::handled::<T>(order);
	let Some(mut given) = Verdicts::<T>::get(number) else { return 0 };
	let is_decided = Appeals::<T>::get(number).is_none_or(|appeal| appeal.is_decided);
	given.is_disputed = matches!(order.stage, Stage::Appealed { .. }) && !is_decided;
	scores::charged::<T>(order, &given.charges);
	let (digest, is_disputed, count) = (given.digest, given.is_disputed, charged(&given).len());
	Verdicts::<T>::insert(number, given);
	Pallet::<T>::deposit_event(Event::VerdictFinal { order: number, digest, is_disputed });
	count
}
