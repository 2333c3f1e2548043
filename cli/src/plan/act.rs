// SPDX-License-Identifier: Apache-2.0
//! `trimast plan open`, `override`, `ack`, `refuse` and `done`: what dispatchers say of rounds and routes.

use crate::{
	chain::{views::At, Call, Chain},
	config::access,
	context::Context,
	error::{Failure, Result},
	order::{
		about::About,
		desk::DISPATCHER,
		open::WordsArgs,
		people::People,
		words::{place_text, span},
	},
};
use clap::Args;
use trimast_primitives::{
	apis::{ResourceView, RouteStageView, RouteView},
	order::{Order, State},
	LocalNetworkId, OrgId,
};

/// Most orders of a route that is set by hand.
const MOST_VISITS: usize = 64;

/// Send a crew or a generator by hand, whatever the plan of a round says. The reason stands on record.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast plan override 12 5 17 18 --text 'the road to 19 is flooded'
  trimast plan override 12 5 --text 'called home'      # to nothing: it is free")]
pub(crate) struct OverrideCommand {
	/// The round whose plan does not hold: its local network is where the orders are.
	round: u32,
	/// The crew or generator.
	resource: u32,
	/// Where to, one after the other; nowhere, and it is free.
	orders: Vec<u32>,
	#[command(flatten)]
	reason: WordsArgs,
}

impl OverrideCommand {
	/// What it is about.
	const fn about(&self) -> About {
		About::Override { resource: self.resource, round: self.round }
	}
}

/// Refuse a route, or give it up. Its orders are planned anew.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast plan refuse 5 --text 'the vehicle has broken down'")]
pub(crate) struct RefuseCommand {
	/// The crew or generator.
	resource: u32,
	#[command(flatten)]
	reason: WordsArgs,
}

/// Makes a call. Its failure says what it was about.
async fn make(context: &Context, chain: &Chain, call: Call, about: About) -> Result<()> {
	about.perform(context, chain, call).await.map(|_| ())
}

/// `plan open`.
pub(crate) async fn open(context: &Context, id: LocalNetworkId) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	at.local_network(id).await?;
	let account = access::acting(context, at, DISPATCHER).await?;
	access::expect_local_network(&account, id)?;
	let open = at.planned_network(id).await?.and_then(|view| view.open);
	if let Some(open) = open {
		return Err(Failure::chain(format!("round {} is open there", open.id))
			.at(format!("local network {}", id.0))
			.remedy(format!("`trimast plan show {}` shows how far it is", open.id)));
	}
	let call = context.spec(&chain).await?.call("Dispatch", "open_round", id)?;
	make(context, &chain, call, About::LocalNetwork(id)).await
}

/// That `org` sends a vehicle.
fn expect_own(view: &ResourceView, org: OrgId, people: &People) -> Result<()> {
	let refused = |what: String| {
		Failure::chain(what)
			.at(format!("resource {}", view.id))
			.remedy("`trimast resource list --mine` shows those of your company")
	};
	if view.user != org {
		return Err(refused(format!("{} sends it", people.name(view.user))));
	}
	match view.resource.details.kind.is_vehicle() {
		true => Ok(()),
		false => Err(refused("spares are not sent".into())),
	}
}

/// That an order is one to which `org` sends somebody by hand.
fn expect_order(id: u32, order: &Order, place: LocalNetworkId, org: OrgId, people: &People) -> Result<()> {
	let refused = |what: String| {
		Err(Failure::chain(what)
			.at(format!("order {id}"))
			.remedy(format!("`trimast order show {id}` shows how it stands")))
	};
	if order.place.station().is_none() || order.place.local_network() != place {
		return refused(format!("it is at {}, and not at a station of {}", place_text(order.place), place.0));
	}
	if !matches!(order.state, State::Acknowledged | State::InProgress) {
		return refused(format!("it is {}: nobody has to come", order.state.name()));
	}
	if order.handler != org {
		return refused(format!("{} handles it, and sends whom it likes", people.name(order.handler)));
	}
	Ok(())
}

/// `plan override`.
pub(crate) async fn override_plan(context: &Context, command: OverrideCommand) -> Result<()> {
	let reason = command.reason.read()?;
	let twice = command
		.orders
		.iter()
		.enumerate()
		.find(|(at, id)| command.orders.iter().take(*at).any(|before| before == *id));
	if let Some((_, id)) = twice {
		return Err(Failure::usage("it is named twice")
			.at(format!("order {id}"))
			.remedy("name each order once"));
	}
	if command.orders.len() > MOST_VISITS {
		return Err(Failure::usage(format!(
			"a route has {MOST_VISITS} orders at most, and not {}",
			command.orders.len()
		))
		.at(format!("resource {}", command.resource))
		.remedy("name the first of them: the others when they are done"));
	}
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, DISPATCHER).await?;
	let place = at.round(command.round).await?.local_network;
	access::expect_local_network(&account, place)?;
	let people = People::of(&at.orgs().await?);
	let view = at.resource(command.resource).await?;
	expect_own(&view, account.org, &people)?;
	for id in &command.orders {
		expect_order(*id, &at.order(*id).await?.order, place, account.org, &people)?;
	}
	let arguments = (command.resource, place, &command.orders, reason);
	let call = context.spec(&chain).await?.call("Dispatch", "override_route", arguments)?;
	make(context, &chain, call, command.about()).await
}

/// The route of a resource that the signer's company sends.
async fn own_route(context: &Context, at: At<'_>, resource: u32) -> Result<RouteView> {
	let account = access::acting(context, at, DISPATCHER).await?;
	let refused = |what: String| {
		Failure::chain(what)
			.at(format!("resource {resource}"))
			.remedy("`trimast resource list --mine` shows the routes of your company")
	};
	let route = at.resource(resource).await?.route.ok_or_else(|| refused("it has no route".into()))?;
	if route.org != account.org {
		let people = People::of(&at.orgs().await?);
		return Err(refused(format!("{} sends it", people.name(route.org))));
	}
	access::expect_local_network(&account, route.local_network)?;
	Ok(route)
}

/// `plan ack`.
pub(crate) async fn acknowledge(context: &Context, resources: &[u32]) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let now = at.moment().await?;
	let spec = chain.spec(at.hash).await?;
	let mut calls = Vec::new();
	for resource in resources {
		let route = own_route(context, at, *resource).await?;
		let what = match route.stage {
			RouteStageView::Sent { until } if until < now => {
				format!("the time to acknowledge was over {} ago", span(now.saturating_sub(until)))
			}
			RouteStageView::Sent { .. }
			| RouteStageView::UnderWay { is_late: true, .. }
			| RouteStageView::Running { is_late: true, .. } => {
				let label = About::Resource(*resource).to_string();
				calls.push((label, spec.call("Dispatch", "acknowledge_route", *resource)?));
				continue;
			}
			RouteStageView::UnderWay { .. }
			| RouteStageView::GoesOn { .. }
			| RouteStageView::Running { .. } => "it is acknowledged".into(),
		};
		context.output.remark(&format!("resource {resource}: {what}: nothing is sent"));
	}
	context.perform_all(&chain, calls).await
}

/// Whether the first visit is late, also where its company has said that it goes on.
fn is_late(stage: RouteStageView) -> bool {
	match stage {
		RouteStageView::GoesOn { .. } => true,
		RouteStageView::UnderWay { is_late, .. } | RouteStageView::Running { is_late, .. } => is_late,
		RouteStageView::Sent { .. } => false,
	}
}

/// `plan refuse`.
pub(crate) async fn refuse(context: &Context, command: RefuseCommand) -> Result<()> {
	let reason = command.reason.read()?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	// Who waits for a late route is for the chain to say.
	let view = at.resource(command.resource).await?;
	if !view.route.is_some_and(|route| is_late(route.stage)) {
		own_route(context, at, command.resource).await?;
	}
	let call = context.spec(&chain).await?.call("Dispatch", "refuse_route", (command.resource, reason))?;
	make(context, &chain, call, About::Resource(command.resource)).await
}

/// `plan done`.
pub(crate) async fn done(context: &Context, resource: u32, order: u32) -> Result<()> {
	let chain = context.chain().await?;
	let route = own_route(context, chain.now().await?, resource).await?;
	expect_under_way(resource, order, &route)?;
	let call = context.spec(&chain).await?.call("Dispatch", "finish_visit", (resource, order))?;
	make(context, &chain, call, About::Visit { resource, order }).await
}

/// That a resource is under way to an order.
fn expect_under_way(resource: u32, order: u32, route: &RouteView) -> Result<()> {
	let refused = |what: String, remedy: String| {
		Err(Failure::chain(what).at(format!("resource {resource}")).remedy(remedy))
	};
	if matches!(route.stage, RouteStageView::Sent { .. }) {
		return refused(
			"its route is not acknowledged".into(),
			format!("`trimast plan ack {resource}` takes it on"),
		);
	}
	match route.visits.first() {
		Some(visit) if visit.order == order => Ok(()),
		first => {
			let next = first.map_or_else(|| "nothing".into(), |visit| format!("order {}", visit.order));
			refused(
				format!("it is under way to {next}"),
				format!("`trimast resource show {resource}` shows its route"),
			)
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		args::{Arguments, Command},
		order::{people::tests::people, steps::tests::order},
		plan::PlanCommand,
	};
	use trimast_primitives::{apis::VisitView, order::OrderKind, plan::Point};

	const HERE: LocalNetworkId = LocalNetworkId(1301);

	#[test]
	fn only_who_handles_an_order_sends_somebody_by_hand() {
		let waiting = order(OrderKind::Fault, State::InProgress);
		let told = |order: &Order, place, org| {
			expect_order(7, order, place, org, &people()).err().map(|failure| failure.to_string())
		};
		assert_eq!(told(&waiting, HERE, OrgId(2)), None);
		assert!(told(&waiting, HERE, OrgId(0)).unwrap().starts_with("order 7: tower handles it"));
		assert!(told(&waiting, LocalNetworkId(1401), OrgId(2)).unwrap().contains("not at a station of 1401"));
		let over = order(OrderKind::Fault, State::Resolved);
		assert!(told(&over, HERE, OrgId(2)).unwrap().contains("it is resolved"));
	}

	#[test]
	fn route_by_hand_is_about_the_resource_and_the_round() {
		let line = ["trimast", "plan", "override", "12", "5", "17", "--text", "called home"];
		let Command::Plan { command: PlanCommand::Override(command) } =
			Arguments::read(line).unwrap().command
		else {
			panic!("another command")
		};
		assert_eq!(command.about().to_string(), "resource 5, round 12");
	}

	#[test]
	fn visit_is_done_that_is_under_way() {
		let visit = VisitView { order: 17, at: Point::default(), end: 0 };
		let under_way = RouteStageView::UnderWay { since: 0, is_late: false };
		let route = RouteView {
			org: OrgId(2),
			local_network: HERE,
			round: Some(7),
			stage: under_way,
			visits: vec![visit],
		};
		assert_eq!(expect_under_way(5, 17, &route), Ok(()));
		assert!(expect_under_way(5, 18, &route).unwrap_err().to_string().contains("under way to order 17"));
		let sent = RouteView { stage: RouteStageView::Sent { until: 9 }, ..route };
		assert!(expect_under_way(5, 17, &sent).unwrap_err().to_string().contains("plan ack 5"));
	}
}
