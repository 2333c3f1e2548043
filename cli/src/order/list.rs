// SPDX-License-Identifier: Apache-2.0
//! `trimast order list` and `outages`.

use super::{
	people::People,
	words::{self, class_text, kind_text, place_text, severity_text, stage_text, Due, PlaceName},
};
use crate::{
	chain::views::At,
	context::Context,
	error::{Failure, Result},
	names::OrgName,
	output::listed,
};
use clap::Args;
use futures::{stream, StreamExt, TryStreamExt};
use serde_json::json;
use trimast_primitives::{
	apis::OrderFilter,
	order::{Order, OrderKind, OutageLevel, Place, Stage, State},
	LocalNetworkId, Moment,
};

/// How many orders are asked for at once.
const AT_ONCE: usize = 16;

/// Orders, by number.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast order list --mine --open
  trimast order list 1301 --state inProgress
  trimast order list 1301/HE-0001 --kind fault --json")]
pub(crate) struct ListCommand {
	/// Only those at this station or in this local network.
	place: Option<PlaceName>,
	/// Only those that this company has raised or handles.
	#[arg(long, value_name = "ORG")]
	party: Option<OrgName>,
	/// Only those that the signer's company has raised or handles.
	#[arg(long, conflicts_with = "party")]
	mine: bool,
	/// Only those in this state.
	#[arg(long, value_parser = words::state)]
	state: Option<State>,
	/// Only those of this kind.
	#[arg(long, value_parser = words::kind)]
	kind: Option<OrderKind>,
	/// Only those under way: quick, whatever was before.
	#[arg(long)]
	open: bool,
	/// Go on after this number.
	#[arg(long, value_name = "NUMBER")]
	after: Option<u32>,
	/// Most orders to show.
	#[arg(long, default_value_t = 50)]
	limit: u32,
}

impl ListCommand {
	async fn filter(&self, context: &Context, at: At<'_>, people: &People) -> Result<OrderFilter> {
		let mut filter = OrderFilter { state: self.state, kind: self.kind, ..OrderFilter::default() };
		filter.party = match (&self.party, self.mine) {
			(Some(name), _) => Some(people.find(name)?),
			(None, true) => Some(context.org_to_read(at).await?),
			(None, false) => None,
		};
		match self.place.as_ref() {
			None => {}
			Some(PlaceName::Area(Place::LocalNetwork(id))) => {
				at.local_network(*id).await?;
				filter.local_network = Some(*id);
			}
			Some(PlaceName::Area(_)) => {
				return Err(Failure::usage("orders are listed by station or by local network")
					.remedy("name the local network of the county"))
			}
			Some(PlaceName::Station(name)) => filter.station = Some(at.site(name).await?.id),
		}
		Ok(filter)
	}
}

/// Orders of a filter, one more than `limit` where there are more.
async fn found(
	at: At<'_>,
	filter: OrderFilter,
	command: &ListCommand,
	limit: usize,
) -> Result<Vec<(u32, Order)>> {
	let is_after = |id: u32| command.after.is_none_or(|after| id > after);
	let is_open = |order: &Order| order.stage == Stage::Open;
	let stored = match (command.open, filter.station, filter.party) {
		(true, Some(station), _) => Some(at.orders_at(station).await?),
		(true, None, Some(party)) => Some(at.open_orders(party).await?),
		_ => None,
	};
	if let Some(stored) = stored {
		let own = stored.into_iter().filter(|(id, order)| is_after(*id) && filter.lets(order));
		return Ok(own.take(limit.saturating_add(1)).collect());
	}
	let (mut all, mut after) = (Vec::new(), command.after);
	loop {
		let page = at.orders(filter, after).await?;
		all.extend(page.orders.into_iter().filter(|(_, order)| !command.open || is_open(order)));
		after = page.next;
		if all.len() > limit || after.is_none() {
			return Ok(all);
		}
	}
}

/// `order list`.
pub(crate) async fn list(context: &Context, command: ListCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let now = at.moment().await?;
	let filter = command.filter(context, at, &people).await?;
	let limit = usize::try_from(command.limit).unwrap_or(usize::MAX);
	let mut shown = found(at, filter, &command, limit).await?;
	let has_more = shown.len() > limit;
	shown.truncate(limit);
	let next = if has_more { shown.last().map(|(id, _)| *id) } else { None };
	// The clock of each that is shown: what falls due is not kept, it follows.
	let ask = |(id, is_open): (u32, bool)| async move {
		let view = if is_open { Some(at.order(id).await?) } else { None };
		let deadlines = view.as_ref().and_then(|view| Some((view.deadlines?, view.order.alerts)));
		Ok::<_, Failure>(deadlines.map(|(all, alerts)| Due::of(&all, alerts, now)).unwrap_or_default())
	};
	let asked: Vec<(u32, bool)> = shown.iter().map(|(id, order)| (*id, order.stage == Stage::Open)).collect();
	let due: Vec<Due> = stream::iter(asked).map(ask).buffered(AT_ONCE).try_collect().await?;
	let value = json!({
		"now": now, "next": next,
		"orders": shown.iter().zip(&due).map(|((id, order), due)| json!({
			"id": id, "order": order, "due": due.next.map(|(what, at)| json!({ "what": what, "at": at })),
			"passed": due.passed,
		})).collect::<Vec<_>>(),
	});
	context.output.answer(&value, || {
		let rows = shown.iter().zip(&due).map(|((id, order), due)| row(*id, order, due, &people, now));
		let header =
			["number", "kind", "severity", "place", "class", "raised by", "handled by", "state", "due"];
		let mut text = listed("orders", &header, rows);
		if let Some(next) = next {
			text.push_str(&format!("\nmore: --after {next}"));
		}
		text
	});
	Ok(())
}

fn row(id: u32, order: &Order, due: &Due, people: &People, now: Moment) -> Vec<String> {
	let standing = match (due.text(now), order.stage) {
		(text, Stage::Open) if !text.is_empty() => text,
		(_, Stage::Open) if order.terms.is_none() => "no deadline".into(),
		(_, Stage::Open) => "-".into(),
		(_, stage) => stage_text(&stage, now),
	};
	vec![
		id.to_string(),
		kind_text(order.kind).into(),
		severity_text(order.severity).into(),
		place_text(order.place),
		class_text(order.class).into(),
		people.name(order.raiser),
		people.name(order.handler),
		order.state.name().into(),
		standing,
	]
}

/// `order outages`.
pub(crate) async fn outages(context: &Context, only: Option<LocalNetworkId>) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	if let Some(id) = only {
		at.local_network(id).await?;
	}
	let mut all = at.outages().await?;
	all.retain(|view| only.is_none_or(|id| view.local_network == id));
	context.output.answer(&json!({ "outages": all }), || {
		let rows = all.iter().map(|view| {
			let counties = view.counties.iter().map(|(county, stations, is_large)| {
				let mark = if *is_large { " (large area)" } else { "" };
				format!("{}{county:02}: {stations}{mark}", view.local_network.0)
			});
			vec![
				view.local_network.0.to_string(),
				view.stations.to_string(),
				level_text(view.level).into(),
				if view.is_large { "yes" } else { "no" }.into(),
				counties.collect::<Vec<_>>().join(", "),
			]
		});
		listed(
			"stations are down",
			&["local network", "stations down", "level", "large area", "counties"],
			rows,
		)
	});
	Ok(())
}

/// The colour of a level.
const fn level_text(level: OutageLevel) -> &'static str {
	match level {
		OutageLevel::Blue => "blue",
		OutageLevel::Yellow => "yellow",
		OutageLevel::Orange => "orange",
		OutageLevel::Red => "red",
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{people::tests::people, steps::tests::order},
		*,
	};

	#[test]
	fn rows_say_what_has_passed_and_what_is_due_next() {
		let fault = order(OrderKind::Fault, State::InProgress);
		let text = |due: &Due, order: &Order| row(7, order, due, &people(), 0).join("|");
		let next = Some(("restoration", 5_400_000));
		assert_eq!(
			text(&Due { passed: vec![], next }, &fault),
			"7|fault|CRITICAL|1301:7|2|one|tower|inProgress|restoration 1970-01-01 09:30:00+08:00 (in 1 h 30 min)"
		);
		// What lies ahead does not hide what has passed.
		let late = text(&Due { passed: vec!["answer", "alert"], next }, &fault);
		assert!(late.contains("|answer PASSED; alert PASSED; restoration 1970-01-01"), "{late}");
		let passed = Due { passed: vec!["restoration"], next: None };
		assert!(text(&passed, &fault).ends_with("|restoration PASSED"));
		let nothing = Due::default();
		assert!(text(&nothing, &fault).ends_with("|-"));
		let over = Order { stage: Stage::Settled, ..fault.clone() };
		assert!(text(&nothing, &over).ends_with("settled"));
		let free = Order { terms: None, ..fault };
		assert!(text(&nothing, &free).ends_with("no deadline"));
	}
}
