// SPDX-License-Identifier: Apache-2.0

//! Rounds: jobs and resources of a local network frozen, planned by whoever bids best, and carried over into routes.
//!
//! # Terminology
//!
//! The problem, plans and their worth are those of [`trimast_primitives::plan`].
//!
//! * **Job**: an order at a station that is `acknowledged` or `inProgress`, and of which no party has said since that its visit is
//!   done. A generator run needs a generator, every other order a crew.
//! * **Floor**: the greedy plan, computed by the chain. A bid has to be better.
//! * **Route**: what a resource is to do, visit by visit. The company that sends it acknowledges or refuses it.
//! * **Mark**: what an invalid bid costs.
//!
//! ```text
//!   timer, level, new jobs, refusal, lateness, call
//!      |
//!      v
//!   Gathering -> Freezing -> Bidding -> Closing -> Committing -> Over
//!                               |          |          |
//!                       bids, greedy plan  |       routes: sent -> under way, visit by visit -> done
//!                              rest of the greedy plan  +-> refused, unanswered, late: another round
//! ```
//!
//! A round is not `Bidding` where there are no jobs, and not `Closing` where the greedy plan is complete before the time for bids is
//! over.
//!
//! # What it guarantees
//!
//! * **The winner is never worse than the floor**: the floor wins unless a bid that the chain has checked is better.
//! * **First come, first served between equals**: a later bid has to be better than the one that it takes the place of.
//! * **What is under way stays**: it is pinned in the next round. The rest of a route is planned anew.
//! * **Silence keeps nothing**: a route that nobody acknowledges is taken back, and so is one that is late and of which nobody
//!   says anything. Who could not answer in time has the time anew.
//! * **Words keep nothing either**: a late visit goes on once, a generator as long as its company says so every few hours, and who
//!   refuses again and again, or withdraws, is not sent for a while.
//! * **Nobody fills it for another**: of what is too much for a round each company has its share, and who has no room in its part
//!   of the agenda goes without routes.
//! * **An outage counts once where a generator is sent**: which job loses it is decided before the round is frozen (`jobs`).
//! * **One round a resource**: two rounds never send the same crew.
//! * **Nobody is needed**: rounds are opened, closed and committed by the chain, with the greedy plan where nobody bids.
//! * **Bounded**: a block does as much of it as there is room for, round after round in turn ([`work`]).

mod bids;
mod commit;
mod gather;
mod jobs;
mod routes;
mod shares;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub(crate) mod work;

pub(crate) use bids::{admit, take as take_bid};
use routes::look as look_at_route;
pub(crate) use routes::{acknowledge, drop_left, finish_visit, override_route, refuse};
#[cfg(feature = "runtime-benchmarks")]
pub(crate) use {commit::run_greedy, gather::freeze, routes::subject};
#[cfg(any(test, feature = "runtime-benchmarks"))]
pub(crate) use {
	commit::{commit, decide},
	gather::{gather_orders, gather_resources},
};

use crate::{
	agenda,
	orders::{self, after},
	resources, silence, Config, Error, Event, FloorsOf, Networks, NextRound, Orders, Pallet,
	RoundRulesInForce, Rounds, SilentUntil, Territories, Waiting, WeightInfo, Working,
};
use frame_support::{defensive, ensure, traits::Get, weights::Weight};
use trimast_primitives::{
	access::Authority,
	order::{Order, OrderKind, OutageLevel, State},
	org::{OrgKind, MAX_ORGS},
	plan::SlaClass,
	site::SiteRegistry,
	LocalNetworkId, Moment, OrgId,
};
use types::{Cursor, Draft, Head, RoundRules, RoundStage, Territory, Trigger};

/// In whose queue of the agenda rounds stand: nobody's.
pub(crate) const CHAIN: OrgId = OrgId(MAX_ORGS);
/// In the agenda, a local network: this and its number.
const TERRITORY: u32 = 1 << 31;
/// In the agenda, a route: this and the number of its resource.
const ROUTE: u32 = TERRITORY | resources::MAX_NUMBER;

/// Numbers of orders lie below this one.
pub(crate) const MAX_ORDERS: u32 = TERRITORY;

/// Refuses rules by which no round can be held, or that leave companies too little time.
pub(crate) fn check_rules<T: Config>(rules: &RoundRules) -> Result<(), Error<T>> {
	let has_time = FloorsOf::<T>::get().lets_round(rules.bidding, rules.answer);
	ensure!(rules.is_valid() && has_time, Error::<T>::BadRoundRules);
	Ok(())
}

/// Sets the rules of rounds. An open round keeps those of its opening.
pub(crate) fn set_rules<T: Config>(rules: RoundRules) -> Result<(), Error<T>> {
	check_rules::<T>(&rules)?;
	let version = RoundRulesInForce::<T>::get().version.saturating_add(1);
	RoundRulesInForce::<T>::put(RoundRules { version, ..rules });
	Pallet::<T>::deposit_event(Event::RoundRulesSet { version });
	Ok(())
}

/// Looks at what is due in a second: an order, a local network, or a route. Says what it weighed, and whether it is done.
pub(crate) fn look<T: Config>(org: OrgId, number: u32, second: u32) -> (Weight, bool) {
	if number >= ROUTE {
		look_at_route::<T>(number ^ ROUTE, second)
	} else if number >= TERRITORY {
		match u16::try_from(number ^ TERRITORY) {
			Ok(place) => look_at_territory::<T>(LocalNetworkId(place), second),
			Err(_) => (T::WeightInfo::pass_over(), true),
		}
	} else {
		orders::look::<T>(org, number, second)
	}
}

/// What stands in the agenda for a local network.
pub(crate) fn place(local_network: LocalNetworkId) -> u32 {
	TERRITORY | u32::from(local_network.0)
}

/// Whether an order wants a visit now.
pub(crate) fn wants_visit(order: &Order) -> bool {
	order.place.station().is_some() && matches!(order.state, State::Acknowledged | State::InProgress)
}

/// Whether an order is a job of a round: it wants a visit, and had none that its parties have not answered to yet.
pub(crate) fn is_job(order: &Order) -> bool {
	wants_visit(order) && !order.is_visited
}

/// Whether a company answers for its resources in a local network: at a moment it has not just failed to, and now it can.
fn answers<T: Config>(local_network: LocalNetworkId, org: OrgId, at: Moment) -> bool {
	let can = T::Authority::members().contains(org) && !silence::is_silenced::<T>(org);
	can && SilentUntil::<T>::get(local_network, org) <= at
}

/// Whether there are orders under way at stations of a local network.
fn is_waiting<T: Config>(local_network: LocalNetworkId) -> bool {
	Waiting::<T>::iter_key_prefix((local_network,)).next().is_some()
}

/// Where an order waits for rounds: outages and generator runs before all else, class 1 first.
fn waits_at(number: u32, order: &Order) -> (LocalNetworkId, u8, OrgId, u32) {
	let is_urgent = matches!(order.kind, OrderKind::Fault | OrderKind::GeneratorRun);
	let class: u8 = match order.class {
		SlaClass::One => 0,
		SlaClass::Two => 1,
		SlaClass::Three => 2,
		SlaClass::Four => 3,
	};
	let rank = if is_urgent { class } else { class.saturating_add(4) };
	(order.place.local_network(), rank, order.raiser, number)
}

/// Whether a round is an emergency: outages have reached the level from which on rounds are opened for them, and the last emergency
/// that did not wait is as long ago as there is to answer. Else nobody could answer for a route while rounds follow one another.
fn is_urgent<T: Config>(local_network: LocalNetworkId, territory: &Territory, rules: &RoundRules) -> bool {
	let is_level = rules.level.is_some_and(|least| Networks::<T>::get(local_network).level >= least);
	is_level && territory.hurried.is_none_or(|last| after(last, rules.answer) <= Pallet::<T>::moment())
}

/// An order was opened.
pub(crate) fn order_opened<T: Config>(number: u32, order: &Order) {
	if order.place.station().is_none() {
		return;
	}
	let local_network = order.place.local_network();
	Waiting::<T>::insert(waits_at(number, order), ());
	let rules = RoundRulesInForce::<T>::get();
	let mut territory = Territories::<T>::get(local_network);
	territory.fresh = territory.fresh.saturating_add(1);
	let now = Pallet::<T>::moment();
	if rules.fresh > 0 && territory.fresh >= rules.fresh {
		want_at::<T>(local_network, &mut territory, &rules, Trigger::Jobs, now);
	} else if rules.period > 0 {
		want_at::<T>(local_network, &mut territory, &rules, Trigger::Timer, after(now, rules.period));
	}
	Territories::<T>::insert(local_network, territory);
}

/// An order at a station is over.
pub(crate) fn order_over<T: Config>(number: u32, order: &Order) {
	Waiting::<T>::remove(waits_at(number, order));
	routes::order_ended::<T>(number);
}

/// The outages of a local network have another level.
pub(crate) fn level_changed<T: Config>(local_network: LocalNetworkId, level: OutageLevel) {
	if RoundRulesInForce::<T>::get().level.is_some_and(|least| level >= least) {
		want::<T>(local_network, Trigger::Level);
	}
}

/// Sees to it that a round is opened as soon as may be.
pub(crate) fn want<T: Config>(local_network: LocalNetworkId, trigger: Trigger) {
	let rules = RoundRulesInForce::<T>::get();
	let mut territory = Territories::<T>::get(local_network);
	want_at::<T>(local_network, &mut territory, &rules, trigger, Pallet::<T>::moment());
	Territories::<T>::insert(local_network, territory);
}

/// The same from a moment on. While a round is open, it is remembered; a timer needs no remembering.
fn want_at<T: Config>(
	local_network: LocalNetworkId,
	territory: &mut Territory,
	rules: &RoundRules,
	trigger: Trigger,
	at: Moment,
) {
	if territory.open.is_some() {
		if trigger != Trigger::Timer {
			territory.wanted = Some(trigger);
		}
		return;
	}
	// An emergency knows no pause.
	let rests = territory.last.is_some() && !is_urgent::<T>(local_network, territory, rules);
	let at = if rests { at.max(after(territory.ended, rules.pause)) } else { at };
	let second = at.div_ceil(1_000);
	if territory.next.is_some_and(|next| u64::from(next) <= second) {
		return;
	}
	// Where there is no room, the next cause asks again.
	if let Ok(next) = agenda::enter::<T>(CHAIN, at, place(local_network), territory.next) {
		(territory.next, territory.wanted) = (Some(next), Some(trigger));
	}
}

/// Opens a round because a company calls for it.
pub(crate) fn call<T: Config>(org: OrgId, local_network: LocalNetworkId) -> Result<u32, Error<T>> {
	ensure!(T::Authority::kind(org).is_some_and(OrgKind::has_council_seat), Error::<T>::NotMember);
	ensure!(T::Sites::pages(local_network).is_some(), Error::<T>::UnknownTerritory);
	let mut territory = Territories::<T>::get(local_network);
	ensure!(territory.open.is_none(), Error::<T>::RoundOpen);
	let rules = RoundRulesInForce::<T>::get();
	let is_rested = Pallet::<T>::moment() >= after(territory.ended, rules.pause);
	ensure!(territory.last.is_none() || is_rested, Error::<T>::TooSoon);
	// A round about nothing would still keep resources off others'.
	ensure!(is_waiting::<T>(local_network), Error::<T>::NothingWaits);
	let number = open::<T>(local_network, &mut territory, &rules, Trigger::Call(org))?;
	Territories::<T>::insert(local_network, territory);
	Ok(number)
}

/// Opens a round.
fn open<T: Config>(
	local_network: LocalNetworkId,
	territory: &mut Territory,
	rules: &RoundRules,
	trigger: Trigger,
) -> Result<u32, Error<T>> {
	let (number, now) = (NextRound::<T>::get(), Pallet::<T>::moment());
	let [area, ..] = resources::areas(local_network);
	Working::<T>::try_append(number).map_err(|_| Error::<T>::RoundOpen)?;
	NextRound::<T>::put(number.saturating_add(1));
	// The routes of the last one may have to be answered yet, or it has just ended.
	let longest = rules.answer.max(rules.pause);
	let is_soon = territory.last.is_some() && now <= after(territory.ended, longest);
	let is_urgent = is_soon && is_urgent::<T>(local_network, territory, rules);
	if is_urgent {
		territory.hurried = Some(now);
	}
	let head = Head {
		local_network,
		trigger,
		is_urgent,
		opened: now,
		origin: now,
		rules: *rules,
		stage: RoundStage::Gathering { at: Cursor::Resources { area, after: None } },
		turn: 0,
		digest: Default::default(),
		jobs: 0,
		resources: 0,
		floor: None,
		best: None,
	};
	crate::Drafts::<T>::insert(number, Draft::default());
	Rounds::<T>::insert(number, head);
	// What stands in the agenda for it is passed over.
	*territory = Territory { open: Some(number), wanted: None, fresh: 0, next: None, ..*territory };
	Pallet::<T>::deposit_event(Event::RoundOpened { round: number, local_network, trigger });
	Ok(number)
}

/// A local network is due: a round is opened, or the time for bids is over.
fn look_at_territory<T: Config>(local_network: LocalNetworkId, second: u32) -> (Weight, bool) {
	let mut territory = Territories::<T>::get(local_network);
	if territory.next != Some(second) {
		return (T::WeightInfo::pass_over(), true);
	}
	territory.next = None;
	if let Some(number) = territory.open {
		let is_there = Working::<T>::get().contains(&number);
		if !is_there && Working::<T>::try_append(number).is_err() {
			defensive!("a round a local network");
		}
	} else if let Some(trigger) = territory.wanted.take().filter(|_| is_waiting::<T>(local_network)) {
		let rules = RoundRulesInForce::<T>::get();
		if open::<T>(local_network, &mut territory, &rules, trigger).is_err() {
			defensive!("a round a local network");
		}
	}
	Territories::<T>::insert(local_network, territory);
	(T::WeightInfo::look_at_territory(), true)
}

/// A round is over. The plan of the one before is forgotten, and what was wanted meanwhile comes next.
fn finish<T: Config>(number: u32, head: &Head) {
	let mut territory = Territories::<T>::get(head.local_network);
	if let Some(last) = territory.last.replace(number) {
		forget::<T>(last);
	}
	(territory.open, territory.next) = (None, None);
	territory.ended = Pallet::<T>::moment();
	let rules = RoundRulesInForce::<T>::get();
	let wanted = territory.wanted.take();
	if let Some(trigger) = wanted {
		let at = territory.ended;
		want_at::<T>(head.local_network, &mut territory, &rules, trigger, at);
	} else if rules.period > 0 && is_waiting::<T>(head.local_network) {
		let at = after(territory.ended, rules.period);
		want_at::<T>(head.local_network, &mut territory, &rules, Trigger::Timer, at);
	}
	Territories::<T>::insert(head.local_network, territory);
}

fn forget<T: Config>(number: u32) {
	Rounds::<T>::remove(number);
	crate::Snapshots::<T>::remove(number);
	crate::Plans::<T>::remove(number);
}

/// An order that wants a visit, by its number.
fn find_waiting<T: Config>(number: u32, local_network: LocalNetworkId) -> Result<Order, Error<T>> {
	let order = Orders::<T>::get(number).ok_or(Error::<T>::NoSuchOrder)?;
	let is_there = order.place.local_network() == local_network;
	ensure!(is_there && wants_visit(&order), Error::<T>::NotWaiting);
	Ok(order)
}

/// The rules of a new chain.
pub(crate) fn build<T: Config>(rules: &RoundRules) {
	assert!(check_rules::<T>(rules).is_ok(), "dispatch: no round can be held by these rules");
	RoundRulesInForce::<T>::put(RoundRules { version: 1, ..*rules });
}

/// Checks the constants.
pub(crate) fn assert_bounds<T: Config>() {
	assert!(T::MaxResources::get() > 0, "a company has a crew");
}
