// SPDX-License-Identifier: Apache-2.0
//! What waits of rounds and routes: bids, routes to acknowledge, late ones, and what is offered to the company.

use super::Item;
use crate::{chain::views::At, config::export::time, error::Result, names::org_name, output::counted};
use std::collections::BTreeMap;
use trimast_primitives::{
	access::Role,
	apis::{AccountView, OrgView, ResourceView, RoundView, RouteStageView},
	Moment, OrgId,
};
use trimast_solver::bid;

/// Routes of a kind that are named.
const NAMED: usize = 3;

/// A round that takes bids of the account's company.
fn of_round(view: &RoundView, left: u8, now: Moment) -> Option<(Moment, Item)> {
	let until = bid::until(view, now).filter(|_| left > 0)?;
	let what = format!(
		"round {} in {}: {}, {}; until {}",
		view.id,
		view.local_network.0,
		counted(view.jobs, "job"),
		counted(view.resources, "resource"),
		time::text(until)
	);
	let command = format!("trimast plan solve {} --bid", view.id);
	Some((until, Item { deadline: None, passed: 0, kind: "rounds that take bids", what, command }))
}

/// The routes of a kind together, with the first deadline.
fn of_routes(
	kind: &'static str,
	mut routes: Vec<(Option<Moment>, &ResourceView)>,
) -> Option<(Option<Moment>, Item)> {
	routes.sort_by_key(|(until, view)| (until.unwrap_or(Moment::MAX), view.id));
	let (first, _) = *routes.first()?;
	let orders = |view: &ResourceView| {
		let visits = view.route.iter().flat_map(|route| &route.visits);
		visits.map(|visit| visit.order.to_string()).collect::<Vec<_>>().join(", ")
	};
	let names: Vec<String> =
		routes.iter().take(NAMED).map(|(_, view)| format!("{} (orders {})", view.id, orders(view))).collect();
	let more = if routes.len() > NAMED { ", ..." } else { "" };
	let due = first.map_or_else(String::new, |at| format!("; the first until {}", time::text(at)));
	let all: Vec<String> = routes.iter().take(NAMED).map(|(_, view)| view.id.to_string()).collect();
	let what = format!("{}: {}{more}{due}", routes.len(), names.join(", "));
	let command = format!("trimast plan ack {} (or refuse)", all.join(" "));
	Some((first, Item { deadline: None, passed: 0, kind, what, command }))
}

/// What the company's resources mean for it, as far as the account's scope goes.
fn of_resources(all: &[ResourceView], account: &AccountView, now: Moment) -> Vec<(Option<Moment>, Item)> {
	let (mut sent, mut late, mut items) = (Vec::new(), Vec::new(), Vec::new());
	for view in all {
		let route = view
			.route
			.as_ref()
			.filter(|route| route.org == account.org && account.scope.covers(route.local_network));
		match route.map(|route| route.stage) {
			Some(RouteStageView::Sent { until }) if now <= until => sent.push((Some(until), view)),
			Some(
				RouteStageView::UnderWay { is_late: true, .. }
				| RouteStageView::Running { is_late: true, .. },
			) => late.push((None, view)),
			_ => {}
		}
	}
	items.extend(of_routes("routes to acknowledge", sent));
	items.extend(of_routes("routes that are late, to say that they go on", late));
	items
}

/// What is offered to the company, as far as the account's scope goes: an item for each company that offers, which can offer all
/// that it has.
fn of_offers(
	all: &[ResourceView],
	account: &AccountView,
	orgs: &[OrgView],
	now: Moment,
) -> Vec<(Option<Moment>, Item)> {
	let mut offers: BTreeMap<OrgId, Vec<(Moment, u32)>> = BTreeMap::new();
	for view in all.iter().filter(|view| account.scope.contains(view.resource.details.area)) {
		let offer = view.resource.lending.filter(|lending| !lending.is_taken && lending.to == account.org);
		if let Some(offer) = offer.filter(|offer| now <= offer.until) {
			offers.entry(view.resource.owner).or_default().push((offer.until, view.id));
		}
	}
	let item = |(owner, mut offers): (OrgId, Vec<(Moment, u32)>)| {
		offers.sort_unstable();
		let (first, id) = *offers.first()?;
		let names: Vec<String> = offers.iter().take(NAMED).map(|(_, id)| id.to_string()).collect();
		let more = if offers.len() > NAMED { ", ..." } else { "" };
		let of = org_name(orgs, owner);
		let what = format!(
			"{} of {of}: {}{more}; the first until {}",
			offers.len(),
			names.join(", "),
			time::text(first)
		);
		let command = format!("trimast resource borrow {id}");
		Some((Some(first), Item { deadline: None, passed: 0, kind: "offers to lend", what, command }))
	};
	offers.into_iter().filter_map(item).collect()
}

/// All of it, for dispatchers of companies with a seat.
pub(super) async fn items(at: At<'_>, account: &AccountView, orgs: &[OrgView]) -> Result<Vec<Item>> {
	let has_seat = orgs.iter().any(|org| org.id == account.org && org.kind.has_council_seat());
	if !account.roles.contains(Role::Dispatcher) || !has_seat {
		return Ok(Vec::new());
	}
	let now = at.moment().await?;
	let mut found: Vec<(Option<Moment>, Item)> = Vec::new();
	let networks = at.planned_networks().await?;
	for view in networks.iter().filter(|view| account.scope.covers(view.local_network)) {
		let Some(open) = view.open.as_ref().filter(|open| bid::until(open, now).is_some()) else { continue };
		let bidder = at.bidder(open.id, account.org).await?;
		let left = if bidder.is_barred { 0 } else { bidder.left };
		found.extend(of_round(open, left, now).map(|(until, item)| (Some(until), item)));
	}
	found.extend(of_resources(&at.resources(Some(account.org)).await?, account, now));
	found.extend(of_offers(&at.offers_to(account.org).await?, account, orgs, now));
	let mut items = Vec::new();
	for (until, item) in found {
		let deadline = match until {
			None => None,
			Some(until) => {
				let seconds = u32::try_from(until.saturating_sub(now) / 1_000).unwrap_or(u32::MAX);
				Some(at.number.saturating_add(at.blocks(seconds).await?))
			}
		};
		items.push(Item { deadline, ..item });
	}
	Ok(items)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::resource::{csv, tests::view};
	use trimast_primitives::{
		access::{Roles, Scope},
		apis::{RoundStageView, RouteView, TriggerView, VisitView},
		plan::Point,
		resource::Lending,
		Hash, LocalNetworkId, OrgSet, ProvinceId,
	};

	const ORG: OrgId = OrgId(2);

	fn account(scope: Scope) -> AccountView {
		let roles = Roles::of(Role::Dispatcher);
		AccountView { account: [7; 32].into(), org: ORG, roles, scope, branch: None, since: 0 }
	}

	fn crew(id: u32, stage: RouteStageView) -> ResourceView {
		let details = csv::tests::sample()[0].details;
		let visits = vec![VisitView { order: 17, at: Point::default(), end: 0 }];
		let route =
			RouteView { org: ORG, local_network: LocalNetworkId(1301), round: Some(12), stage, visits };
		ResourceView { route: Some(route), ..view(id, ORG, details) }
	}

	#[test]
	fn round_waits_for_a_bid_as_long_as_it_takes_one() {
		let round = RoundView {
			id: 12,
			local_network: LocalNetworkId(1301),
			trigger: TriggerView::Timer,
			opened: 0,
			stage: RoundStageView::Bidding { until: 30_000 },
			digest: Hash::zero(),
			jobs: 1,
			resources: 2,
			floor: None,
			best: None,
			bids_each: 3,
			bids: Vec::new(),
			grace: 900,
		};
		let (until, item) = of_round(&round, 1, 30_000).unwrap();
		assert_eq!((until, item.command.as_str()), (30_000, "trimast plan solve 12 --bid"));
		assert!(item.what.starts_with("round 12 in 1301: 1 job, 2 resources; until"), "{}", item.what);
		assert_eq!((of_round(&round, 0, 0), of_round(&round, 1, 30_001)), (None, None));
	}

	#[test]
	fn routes_wait_to_be_acknowledged_within_the_scope() {
		let sent = |until| RouteStageView::Sent { until };
		let late = RouteStageView::UnderWay { since: 0, is_late: true };
		let all = [crew(3, sent(60_000)), crew(4, sent(30_000)), crew(5, late), crew(6, sent(0))];
		let of = |scope, now| of_resources(&all, &account(scope), now);
		let items = of(Scope::National, 1);
		let kinds: Vec<_> = items.iter().map(|(until, item)| (*until, item.kind)).collect();
		let late = "routes that are late, to say that they go on";
		assert_eq!(kinds, [(Some(30_000), "routes to acknowledge"), (None, late)]);
		assert!(items[0].1.what.starts_with("2: 4 (orders 17), 3 (orders 17); the first until"));
		assert_eq!(items[0].1.command, "trimast plan ack 4 3 (or refuse)");
		assert!(of(Scope::Province(ProvinceId(14)), 1).is_empty());
	}

	#[test]
	fn offers_wait_for_who_they_are_made_to_by_who_makes_them() {
		let offered = |id, owner, to, until| {
			let mut one = view(id, owner, csv::tests::sample()[0].details);
			one.resource.lending = Some(Lending {
				to,
				from: 0,
				until,
				is_taken: false,
				read_by_owner: 0,
				read_by_borrower: 0,
				released: OrgSet::EMPTY,
			});
			one
		};
		let one = OrgId(0);
		let mut all = vec![
			offered(9, one, ORG, 60_000),
			offered(8, one, ORG, 90_000),
			offered(7, one, ORG, 90_000),
			offered(6, one, ORG, 90_000),
			offered(5, OrgId(1), ORG, 70_000),
			offered(4, OrgId(1), one, 30_000),
		];
		let of = |all: &[ResourceView], scope, now| of_offers(all, &account(scope), &[], now);
		let items = of(&all, Scope::National, 1);
		let told: Vec<_> = items.iter().map(|(until, item)| (*until, item.command.as_str())).collect();
		assert_eq!(
			told,
			[(Some(60_000), "trimast resource borrow 9"), (Some(70_000), "trimast resource borrow 5")]
		);
		assert!(items[0].1.what.starts_with("4 of 0: 9, 6, 7, ...; the first until"), "{}", items[0].1.what);
		assert!(items[1].1.what.starts_with("1 of 1: 5; the first until"), "{}", items[1].1.what);
		assert!(of(&all, Scope::Province(ProvinceId(14)), 1).is_empty());
		// What is taken, or over, waits no more.
		all[4].resource.lending.as_mut().unwrap().is_taken = true;
		assert_eq!(of(&all, Scope::National, 60_001)[0].1.command, "trimast resource borrow 6");
		assert!(of(&all, Scope::National, 90_001).is_empty());
	}
}
