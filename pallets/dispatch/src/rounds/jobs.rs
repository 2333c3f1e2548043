// SPDX-License-Identifier: Apache-2.0

//! The job that an order is in a round.

use super::{types::Head, wants_visit};
use crate::{orders::after, ChangesOf, Config, Orders};
use frame_support::BoundedVec;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	order::{generator_power, Order, OrderKind},
	plan::{Job, Time as Tick, Window},
	site::SiteRegistry,
	Moment, OrgId,
};

/// A minute, ms.
const MINUTE: Moment = 60_000;

/// When an order was opened.
fn opened<T: Config>(number: u32) -> Moment {
	ChangesOf::<T>::get(number).first().map_or(0, |change| change.at)
}

/// Begin and end of the time that an order may wait: of an outage the batteries' autonomy, of a generator run for an outage that
/// of the outage, of any other job its restoration time, or the governed patience.
fn patience<T: Config>(head: &Head, number: u32, order: &Order) -> (Moment, Moment) {
	let contract =
		order.contract.map_or(0, |contract| Moment::from(contract.autonomy).saturating_mul(MINUTE));
	let own = opened::<T>(number);
	if order.is_outage() {
		return (own, own.saturating_add(contract));
	}
	if order.kind == OrderKind::GeneratorRun {
		let outage = order.parent.filter(|of| {
			Orders::<T>::get(of).is_some_and(|parent| parent.is_outage() && parent.place == order.place)
		});
		if let Some(outage) = outage {
			let begun = opened::<T>(outage);
			return (begun, begun.saturating_add(contract));
		}
	}
	let term = order.terms.map_or(head.rules.patience, |terms| terms.restoration);
	(own, after(own, term))
}

/// The job that an order is, and who has raised it. `None` where it does not want a visit within the horizon, or its station is gone.
pub(super) fn job_of<T: Config>(head: &Head, number: u32) -> Option<(OrgId, Job)> {
	let order = Orders::<T>::get(number).filter(wants_visit)?;
	let station = T::Sites::station(order.place.station()?)?.station;
	let end = end_of(head);
	let tick = |at: Moment| -> Tick { at.saturating_sub(head.origin).saturated_into() };
	let (begun, until) = patience::<T>(head, number, &order);
	let until = tick(until).min(end.saturating_sub(1));
	let outage = tick(begun).min(until);
	// A time that has passed binds nobody.
	let slot = order.work.slot.filter(|(_, to)| *to > head.opened);
	let window = match slot {
		Some((from, to)) => Window { from: tick(from), to: tick(to).min(end) },
		None => Window { from: 0, to: end },
	};
	if window.from >= window.to {
		return None;
	}
	let is_run = order.kind == OrderKind::GeneratorRun;
	let planned = if order.work.planned == 0 { head.rules.service } else { order.work.planned };
	let plmns = order.companies.networks.len().max(1).saturated_into();
	let job = Job {
		id: number.into(),
		at: station.position.into(),
		service: Moment::from(planned).saturating_mul(1_000).saturated_into(),
		windows: BoundedVec::truncate_from([window].to_vec()),
		skills: order.work.skills,
		power: if is_run { generator_power(&station) } else { 0 },
		demand: 1,
		class: order.class,
		plmns,
		outage,
		autonomy: until.saturating_sub(outage),
		pinned: None,
	};
	Some((order.raiser, job))
}

/// The end of a round, in ticks since its origin.
pub(super) fn end_of(head: &Head) -> Tick {
	after(head.opened, head.rules.horizon).saturating_sub(head.origin).saturated_into()
}
