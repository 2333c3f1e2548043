// SPDX-License-Identifier: Apache-2.0
//! `trimast resource`: crews, mobile generators and spares of companies, and what is lent of them.
//!
//! * [`csv`]: them as lines of a file. [`import`]: files into the chain and back. [`lend`]: offers, leases, meters.

pub(crate) mod csv;
mod import;
mod lend;

use crate::{
	config::{access, export::time},
	context::Context,
	error::Result,
	names::{scope_text, OrgName},
	order::{about::About, desk::DISPATCHER, people::People},
	output::{facts, listed, quoted},
	plan::words::route_text,
};
use clap::Subcommand;
use csv::{kind_text, shift_text, skills_text, thousandths_text};
use serde_json::json;
use trimast_primitives::{
	apis::{OrgView, ResourceView},
	org::OrgStatus,
	resource::{Kind, Lending},
	Moment,
};

/// Crews, generators and spares.
#[derive(Subcommand, Debug)]
pub(crate) enum ResourceCommand {
	/// Adds and changes those of a CSV file in the signer's company.
	Import(import::ImportCommand),
	/// Writes those of a company as CSV, the inverse of import.
	Export(import::ExportCommand),
	/// Crews, generators and spares, and where they are.
	List {
		/// Only those that this company owns or has on a lease.
		#[arg(long, value_name = "ORG")]
		of: Option<OrgName>,
		/// Only those that the signer's company owns or has on a lease.
		#[arg(long, conflicts_with = "of")]
		mine: bool,
	},
	/// One of them, with its route.
	Show {
		/// Its number.
		id: u32,
	},
	/// Takes one of the signer's company out of the books.
	Remove {
		/// Its number.
		id: u32,
	},
	/// Offers one to another company.
	Lend(lend::LendCommand),
	/// Takes an offer back that nobody has taken.
	Withdraw {
		/// Its number.
		id: u32,
	},
	/// Takes what is offered to the signer's company.
	Borrow {
		/// Its number.
		id: u32,
	},
	/// Says what the meter of a lease shows.
	Meter {
		/// Its number.
		id: u32,
		/// The reading, in the unit that both companies count in.
		reading: u64,
	},
	/// Signs that it is given back; within the term of the lease the other company signs, too.
	Return {
		/// Its number.
		id: u32,
	},
	/// Uses up spares for an order.
	Use {
		/// Its number.
		id: u32,
		/// The order.
		order: u32,
		/// How many.
		#[arg(value_parser = used)]
		count: u32,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ResourceCommand) -> Result<()> {
	match command {
		ResourceCommand::Import(command) => import::import(context, command).await,
		ResourceCommand::Export(command) => import::export(context, command).await,
		ResourceCommand::List { of, mine } => list(context, of, mine).await,
		ResourceCommand::Show { id } => show(context, id).await,
		ResourceCommand::Remove { id } => remove(context, id).await,
		ResourceCommand::Lend(command) => lend::lend(context, command).await,
		ResourceCommand::Withdraw { id } => lend::withdraw(context, id).await,
		ResourceCommand::Borrow { id } => lend::borrow(context, id).await,
		ResourceCommand::Meter { id, reading } => lend::meter(context, id, reading).await,
		ResourceCommand::Return { id } => lend::give_back(context, id).await,
		ResourceCommand::Use { id, order, count } => lend::use_up(context, id, order, count).await,
	}
}

/// How many spares are used up.
fn used(text: &str) -> Result<u32, String> {
	match text.parse::<u32>() {
		Ok(0) => Err("nothing is used up then: say how many, 1 or more".into()),
		Ok(count) => Ok(count),
		Err(_) => Err(format!("{} is no number of spares", quoted(text))),
	}
}

/// What it is: `generator of 8.5 kW`, `40 of part 12`.
fn what_text(kind: Kind) -> String {
	match kind {
		Kind::Crew => kind_text(kind).into(),
		Kind::Generator { power } => format!("generator of {} kW", thousandths_text(power)),
		Kind::Spares { part, count } => format!("{count} spares of part {part}"),
	}
}

/// How it is lent.
fn lending_text(lending: &Lending, people: &People, now: Moment) -> String {
	let term = format!("{} to {}", time::text(lending.from), time::text(lending.until));
	let what = match lending.is_taken {
		false => "offered",
		true if lending.until < now => "lent, term is over",
		true => "lent",
	};
	let signed = match lending.released.is_empty() {
		true => String::new(),
		false => format!("; given back by the word of {}", people.names(lending.released)),
	};
	format!("{what} to {}, {term}{signed}", people.name(lending.to))
}

/// What it is doing.
fn doing_text(view: &ResourceView, people: &People, now: Moment) -> String {
	let owned = &view.resource;
	let mut said = Vec::new();
	if let Some(route) = &view.route {
		let by = route.round.map_or_else(|| "by hand".into(), |round| format!("round {round}"));
		let orders: Vec<String> = route.visits.iter().map(|visit| visit.order.to_string()).collect();
		said.push(format!("{by}: orders {}, {}", orders.join(", "), route_text(route.stage, now)));
	}
	said.extend(owned.round.map(|round| format!("round {round} plans it")));
	if owned.rests > now {
		said.push(format!("no round plans it until {}", time::text(owned.rests)));
	}
	said.extend(owned.lending.map(|lending| lending_text(&lending, people, now)));
	match said.is_empty() {
		true => "-".into(),
		false => said.join("; "),
	}
}

fn row(view: &ResourceView, people: &People, now: Moment) -> Vec<String> {
	let details = &view.resource.details;
	vec![
		view.id.to_string(),
		what_text(details.kind),
		people.name(view.resource.owner),
		people.name(view.user),
		scope_text(details.area),
		shift_text(details.shift),
		skills_text(details.skills),
		doing_text(view, people, now),
	]
}

/// `resource list`.
async fn list(context: &Context, of: Option<OrgName>, mine: bool) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let orgs = at.orgs().await?;
	let org = match (&of, mine) {
		(Some(name), _) => Some(name.find(&orgs)?.id),
		(None, true) => Some(context.org_to_read(at).await?),
		(None, false) => None,
	};
	let (all, people, now) = (at.resources(org).await?, People::of(&orgs), at.moment().await?);
	context.output.answer(&json!({ "now": now, "resources": all }), || {
		let header = ["number", "what", "of", "sent by", "area", "shift", "skills", "doing"];
		listed("resources", &header, all.iter().map(|view| row(view, &people, now)))
	});
	Ok(())
}

/// `resource show`.
async fn show(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let view = at.resource(id).await?;
	let (people, now) = (People::of(&at.orgs().await?), at.moment().await?);
	context.output.answer(&json!({ "now": now, "resource": view }), || {
		let details = view.resource.details;
		let place = |at: trimast_primitives::territory::Position| {
			format!("{:.6}, {:.6}", f64::from(at.latitude) / 1e6, f64::from(at.longitude) / 1e6)
		};
		let mut text = facts(&[
			("number", view.id.to_string()),
			("what", what_text(details.kind)),
			("of", people.name(view.resource.owner)),
			("sent by", people.name(view.user)),
			("area", scope_text(details.area)),
			("base", place(details.base)),
			("is at", format!("{} since {}", place(details.at), time::text(view.resource.seen))),
			("shift", shift_text(details.shift)),
			("speed", format!("{} km/h", thousandths_text(details.speed))),
			("capacity", details.capacity.to_string()),
			("skills", skills_text(details.skills)),
			("doing", doing_text(&view, &people, now)),
		]);
		if let Some(lending) = view.resource.lending.filter(|lending| lending.is_taken) {
			let (owner, borrower) = (lending.read_by_owner, lending.read_by_borrower);
			text.push_str(&format!("\nmeter     owner {owner}, borrower {borrower}"));
		}
		if let Some(route) = &view.route {
			let rows = route.visits.iter().map(|visit| vec![visit.order.to_string(), time::text(visit.end)]);
			text.push('\n');
			text.push_str(&listed("visits", &["order", "to be done by"], rows));
		}
		text
	});
	Ok(())
}

/// `resource remove`.
async fn remove(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, DISPATCHER).await?;
	let view = at.resource(id).await?;
	let orgs = at.orgs().await?;
	// What belongs to nobody any more is anybody's to remove.
	let is_left = |org: &OrgView| org.id == view.resource.owner && org.status == OrgStatus::Left;
	if !orgs.iter().any(is_left) {
		lend::expect_owner(&view, &account, &People::of(&orgs))?;
	}
	let call = context.spec(&chain).await?.call("Dispatch", "remove_resource", id)?;
	About::Resource(id).perform(context, &chain, call).await.map(|_| ())
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::order::people::tests::people;
	use trimast_primitives::{
		apis::{RouteStageView, RouteView, VisitView},
		plan::Point,
		resource::{Details, Owned},
		LocalNetworkId, OrgId, OrgSet,
	};

	/// A resource that does nothing.
	pub(crate) fn view(id: u32, owner: OrgId, details: Details) -> ResourceView {
		let resource = Owned { owner, details, lending: None, round: None, seen: 0, rests: 0 };
		ResourceView { id, resource, user: owner, route: None }
	}

	#[test]
	fn nothing_is_not_used_up() {
		use crate::args::Arguments;
		let read = |count| Arguments::read(["trimast", "resource", "use", "3", "14", count]);
		assert!(read("1").is_ok());
		for (count, part) in [("0", "nothing is used up"), ("some", "`some` is no number of spares")] {
			let failure = read(count).unwrap_err().to_string();
			assert!(failure.contains(part), "{failure}");
		}
	}

	#[test]
	fn rows_say_what_a_crew_is_doing_and_to_whom_it_is_lent() {
		let details = csv::tests::sample()[0].details;
		let mut crew = view(3, OrgId(2), details);
		let text = |view: &ResourceView| row(view, &people(), 0).join("|");
		assert_eq!(text(&crew), "3|crew|tower|tower|local:1301|08:00-18:00|0+4|-");
		crew.route = Some(RouteView {
			org: OrgId(2),
			local_network: LocalNetworkId(1301),
			round: Some(12),
			stage: RouteStageView::Sent { until: 600_000 },
			visits: vec![VisitView { order: 17, at: Point::default(), end: 0 }],
		});
		assert!(text(&crew).contains("round 12: orders 17, to acknowledge until"), "{}", text(&crew));
		crew.resource.lending = Some(Lending {
			to: OrgId(1),
			from: 0,
			until: 60_000,
			is_taken: true,
			read_by_owner: 0,
			read_by_borrower: 0,
			released: OrgSet::of(OrgId(1)),
		});
		assert!(text(&crew).contains("lent to two") && text(&crew).ends_with("by the word of two"));
	}
}
