// SPDX-License-Identifier: Apache-2.0
//! What waits of rounds and routes: bids, routes to acknowledge, late ones, and what is offered to the company.

use super::Item;
use crate::{chain::views::At, config::export::time, error::Result, names::org_name, output::counted};
use trimast_primitives::{
	access::Role,
	apis::{AccountView, OrgView, ResourceView, RoundView, RouteStageView},
	Moment,
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
	Some((until, Item { deadline: None, kind: "rounds that take bids", what, command }))
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
	Some((first, Item { deadline: None, kind, what, command }))
}

/// What the company's resources mean for it, as far as the account's scope goes.
fn of_resources(
	all: &[ResourceView],
	account: &AccountView,
	orgs: &[OrgView],
	now: Moment,
) -> Vec<(Option<Moment>, Item)> {
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
	for view in all {
		let offer = view.resource.lending.filter(|lending| !lending.is_taken && lending.to == account.org);
		let is_there = account.scope.contains(view.resource.details.area);
		let Some(offer) = offer.filter(|offer| is_there && now <= offer.until) else { continue };
		let what = format!(
			"resource {} of {}, {} to {}",
			view.id,
			org_name(orgs, view.resource.owner),
			time::text(offer.from),
			time::text(offer.until)
		);
		let command = format!("trimast resource borrow {}", view.id);
		items.push((Some(offer.until), Item { deadline: None, kind: "offers to lend", what, command }));
	}
	items
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
	// What is offered to the company is another's still: it is not among its own.
	found.extend(of_resources(&at.resources(None).await?, account, orgs, now));
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
		Hash, LocalNetworkId, OrgId, OrgSet, ProvinceId,
	};

	const ORG: OrgId = OrgId(2);

	fn account(scope: Scope) -> AccountView {
		let roles = Roles::of(Role::Dispatcher);
		AccountView { account: [7; 32].into(), org: ORG, roles, scope, branch: None, since: 0 }
	}

	fn crew(id: u32, stage: RouteStageView) -> ResourceView {
		let details = csv::read(csv::tests::SAMPLE.as_bytes()).unwrap()[0].details;
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
		let of = |scope, now| of_resources(&all, &account(scope), &[], now);
		let items = of(Scope::National, 1);
		let kinds: Vec<_> = items.iter().map(|(until, item)| (*until, item.kind)).collect();
		let late = "routes that are late, to say that they go on";
		assert_eq!(kinds, [(Some(30_000), "routes to acknowledge"), (None, late)]);
		assert!(items[0].1.what.starts_with("2: 4 (orders 17), 3 (orders 17); the first until"));
		assert_eq!(items[0].1.command, "trimast plan ack 4 3 (or refuse)");
		assert!(of(Scope::Province(ProvinceId(14)), 1).is_empty());
	}

	#[test]
	fn offer_waits_for_who_it_is_made_to() {
		let mut one = view(9, OrgId(0), csv::read(csv::tests::SAMPLE.as_bytes()).unwrap()[0].details);
		one.resource.lending = Some(Lending {
			to: ORG,
			from: 0,
			until: 60_000,
			is_taken: false,
			read_by_owner: 0,
			read_by_borrower: 0,
			released: OrgSet::EMPTY,
		});
		let all = [one];
		let items = of_resources(&all, &account(Scope::National), &[], 1);
		assert_eq!(items[0].1.command, "trimast resource borrow 9");
		assert!(of_resources(&all, &account(Scope::National), &[], 60_001).is_empty());
	}
}
