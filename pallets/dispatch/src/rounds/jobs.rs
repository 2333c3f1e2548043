// SPDX-License-Identifier: Apache-2.0

//! The jobs of a round: what each order wants, from its record and its facts, and which job loses the service of an outage.
//!
//! # What it guarantees
//!
//! * **Facts by the rules of evidence**: only those that count say anything, and what one company says alone moves little ([`Known`]).
//! * **An outage counts once where a generator is sent**: the fault has a term of its own then. The run loses the outage, or nobody
//!   where the round does without the run.
//! * **One generator a station and company**: of several runs there a round has one, and none where a generator is sent already. Nobody
//!   keeps another company's run out.
//! * **Bounded**: an order costs its own record and facts, and those of the fault that it is a part of.

use super::{
	is_job,
	types::{Candidate, Head, SentElsewhere, Wanted},
};
use crate::{orders::after, ChangesOf, Config, Evidence, Orders};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cmp::Reverse;
use frame_support::BoundedVec;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	order::{generator_power, Known, Order, OrderKind},
	page::SiteId,
	plan::{Job, Time as Tick, Window, MAX_WINDOWS},
	site::SiteRegistry,
	Moment, OrgId,
};

/// A minute, ms.
const MINUTE: Moment = 60_000;

/// When an order was opened.
fn opened<T: Config>(number: u32) -> Moment {
	ChangesOf::<T>::get(number).first().map_or(0, |change| change.at)
}

/// An outage as a round sees it.
struct Outage {
	/// The fault.
	fault: u32,
	/// When it began.
	began: Moment,
	/// Until when the batteries last.
	until: Moment,
	/// How many networks are down.
	networks: usize,
}

/// The outage that a fault tells of; `None` where it is none.
fn outage_of(head: &Head, fault: u32, order: &Order, known: &Known<'_>) -> Option<Outage> {
	if !order.is_outage() {
		return None;
	}
	let contracted = order.contract.map_or(0, |contract| contract.autonomy);
	let lasts = known.autonomy().unwrap_or(contracted);
	let began = known.began();
	let until = began.saturating_add(Moment::from(lasts).saturating_mul(MINUTE));
	Some(Outage { fault, began, until, networks: networks_down(head, order, known) })
}

/// How many networks are down: those that the alarms of a fault name, or those on air.
fn networks_down(head: &Head, order: &Order, known: &Known<'_>) -> usize {
	let is_fault = order.kind == OrderKind::Fault;
	let named = is_fault.then(|| known.networks_down(order.raiser, head.opened)).flatten();
	named.unwrap_or(order.companies.networks.len()).max(1)
}

/// The outage for which a generator run is ordered: that of the fault at its station that it is a part of.
fn outage_of_run<T: Config>(head: &Head, run: &Order) -> Option<Outage> {
	let number = run.parent.filter(|_| run.kind == OrderKind::GeneratorRun)?;
	let fault = Orders::<T>::get(number).filter(|fault| fault.is_outage() && fault.place == run.place)?;
	let facts = Evidence::<T>::get(number).facts;
	let known = Known::new(&fault.companies, &facts, fault.evidence, opened::<T>(number));
	outage_of(head, number, &fault, &known)
}

/// What an order wants of a round, and who has raised it. `None` where it does not want a visit within the horizon, nobody is let in
/// until then, or its station is gone.
pub(super) fn job_of<T: Config>(head: &Head, number: u32) -> Option<(OrgId, Wanted)> {
	let order = Orders::<T>::get(number).filter(is_job)?;
	let site = order.place.station()?;
	let station = T::Sites::station(site)?.station;
	let facts = Evidence::<T>::get(number).facts;
	let opened = opened::<T>(number);
	let known = Known::new(&order.companies, &facts, order.evidence, opened);
	let outage = outage_of(head, number, &order, &known).or_else(|| outage_of_run::<T>(head, &order));

	let end = end_of(head);
	let tick = |at: Moment| -> Tick { at.saturating_sub(head.origin).saturated_into() };
	let term = |begun: Moment, until: Moment| {
		let until = tick(until).min(end.saturating_sub(1));
		let begun = tick(begun).min(until);
		(begun, until.saturating_sub(begun))
	};
	let patience = order.terms.map_or(head.rules.patience, |terms| terms.restoration);
	let without_outage = term(opened, after(opened, patience));
	let (begun, lasts) = outage.as_ref().map_or(without_outage, |outage| term(outage.began, outage.until));

	// A time that has passed binds nobody.
	let slot = order.work.slot.filter(|(_, to)| *to > head.opened);
	let slot = slot.unwrap_or((head.origin, after(head.opened, head.rules.horizon)));
	let open = known.access(slot, head.opened).into_iter();
	let open = open.map(|(from, to)| Window { from: tick(from), to: tick(to).min(end) });
	let windows: Vec<_> =
		open.filter(|window| window.from < window.to).take(MAX_WINDOWS.saturated_into()).collect();
	if windows.is_empty() {
		return None;
	}
	let is_run = order.kind == OrderKind::GeneratorRun;
	let planned = if order.work.planned == 0 { head.rules.service } else { order.work.planned };
	let networks = outage.as_ref().map_or_else(|| networks_down(head, &order, &known), |of| of.networks);
	let job = Job {
		id: number.into(),
		at: station.position.into(),
		service: Moment::from(planned).saturating_mul(1_000).saturated_into(),
		windows: BoundedVec::truncate_from(windows),
		skills: order.work.skills,
		power: if is_run { generator_power(&station) } else { 0 },
		demand: 1,
		class: order.class,
		plmns: networks.saturated_into(),
		outage: begun,
		autonomy: lasts,
		pinned: None,
	};
	let outage = outage.map(|outage| outage.fault);
	Some((order.raiser, Wanted { job, site, outage, without_outage }))
}

/// Where a generator is sent that this round does not send, by the record of its order alone: `None` where that is none of a run.
pub(super) fn sent_elsewhere<T: Config>(number: u32) -> Option<SentElsewhere> {
	let run = Orders::<T>::get(number).filter(|order| order.kind == OrderKind::GeneratorRun)?;
	let fault = run.parent.filter(|fault| {
		Orders::<T>::get(fault).is_some_and(|fault| fault.is_outage() && fault.place == run.place)
	});
	Some(SentElsewhere { raiser: run.raiser, site: run.place.station()?, outage: fault })
}

/// The jobs of a round, by number, from what was gathered and from where generators are sent already.
///
/// Of the generator runs of a company at a station that one stays to which a generator is under way, else one for an outage, of several
/// the first one for the fault that was opened first: nobody takes the place of a run by one for a later fault. Where a generator is
/// sent, the fault has its own term: the run loses the outage if the generator is in the round, under way or running, and nobody if
/// it is not, since the run is none of the jobs then. Until one is sent both lose it: whoever may come first does not know of the other.
pub(super) fn settle(
	gathered: impl IntoIterator<Item = (OrgId, Wanted)>,
	elsewhere: &[SentElsewhere],
	candidates: &[Candidate],
) -> Vec<Job> {
	let visited: BTreeSet<u64> =
		candidates.iter().filter_map(|one| one.under_way.map(|(order, _)| order.into())).collect();
	let mut all: Vec<(OrgId, Wanted)> = gathered.into_iter().collect();
	all.sort_unstable_by_key(|(_, wanted)| wanted.job.id);

	let rank = |run: &Wanted| {
		let is_visited = visited.contains(&run.job.id);
		(Reverse(is_visited), run.outage.is_none(), run.outage, run.job.id)
	};
	let mut first: BTreeMap<(SiteId, OrgId), &Wanted> = BTreeMap::new();
	for (raiser, run) in all.iter().filter(|(_, wanted)| wanted.is_run()) {
		let kept = first.entry((run.site, *raiser)).or_insert(run);
		if rank(run) < rank(kept) {
			*kept = run;
		}
	}
	let sent: BTreeSet<(SiteId, OrgId)> = elsewhere.iter().map(|sent| (sent.site, sent.raiser)).collect();
	first.retain(|of, run| visited.contains(&run.job.id) || !sent.contains(of));
	let under_way = first.values().filter(|run| visited.contains(&run.job.id)).filter_map(|run| run.outage);
	let borne: BTreeSet<u32> = under_way.chain(elsewhere.iter().filter_map(|sent| sent.outage)).collect();
	let kept: BTreeSet<u64> = first.values().map(|run| run.job.id).collect();

	all.retain(|(_, wanted)| !wanted.is_run() || kept.contains(&wanted.job.id));
	let job = |(_, wanted): (OrgId, Wanted)| {
		let is_borne = wanted.outage.is_some_and(|fault| borne.contains(&fault));
		let (outage, autonomy) = if is_borne && !wanted.is_run() {
			wanted.without_outage
		} else {
			(wanted.job.outage, wanted.job.autonomy)
		};
		Job { outage, autonomy, ..wanted.job }
	};
	all.into_iter().map(job).collect()
}

/// The end of a round, in ticks since its origin.
pub(super) fn end_of(head: &Head) -> Tick {
	after(head.opened, head.rules.horizon).saturating_sub(head.origin).saturated_into()
}
