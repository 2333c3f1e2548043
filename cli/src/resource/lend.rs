// SPDX-License-Identifier: Apache-2.0
//! `trimast resource lend`, `withdraw`, `borrow`, `meter`, `return` and `use`.

use super::{lending_text, what_text};
use crate::{
	chain::Chain,
	config::{access, export::time},
	context::Context,
	error::{Failure, Result},
	names::OrgName,
	order::{about::About, desk::DISPATCHER, people::People},
};
use clap::Args;
use codec::Encode;
use trimast_primitives::{
	access::Scope,
	apis::{AccountView, ResourceView},
	resource::{Kind, Lending},
	Moment, OrgId,
};

/// Offer a crew, a generator or spares to another company.
#[derive(Args, Debug)]
#[command(after_help = "Example:
  trimast resource lend 7 --to tower --from 2026-05-07T08:00:00 --until 2026-05-14T08:00:00")]
pub(crate) struct LendCommand {
	/// Its number.
	id: u32,
	/// To whom.
	#[arg(long, value_name = "ORG")]
	to: OrgName,
	/// From when on; from now on otherwise.
	#[arg(long, value_name = "TIME", value_parser = time::read)]
	from: Option<Moment>,
	/// Until when: a year later at most.
	#[arg(long, value_name = "TIME", value_parser = time::read)]
	until: Moment,
}

/// Somebody at work on a resource.
struct Desk<'a> {
	context: &'a Context,
	chain: Chain,
	account: AccountView,
	view: ResourceView,
	people: People,
	now: Moment,
}

fn refused(id: u32, what: impl std::fmt::Display) -> Failure {
	Failure::chain(what)
		.at(format!("resource {id}"))
		.remedy(format!("`trimast resource show {id}` shows how it stands"))
}

/// Refuses who does not own a resource, or whose scope does not have its area.
pub(crate) fn expect_owner(view: &ResourceView, account: &AccountView, people: &People) -> Result<()> {
	expect_area(view, account)?;
	match view.resource.owner == account.org {
		true => Ok(()),
		false => Err(refused(view.id, format!("it is {}'s", people.name(view.resource.owner)))),
	}
}

fn expect_area(view: &ResourceView, account: &AccountView) -> Result<()> {
	let area: Scope = view.resource.details.area;
	access::expect_place(account, area).map_err(|failure| failure.at(format!("resource {}", view.id)))
}

impl<'a> Desk<'a> {
	async fn on(context: &'a Context, id: u32) -> Result<Self> {
		let chain = context.chain().await?;
		let at = chain.now().await?;
		let account = access::acting(context, at, DISPATCHER).await?;
		let view = at.resource(id).await?;
		expect_area(&view, &account)?;
		let (people, now) = (People::of(&at.orgs().await?), at.moment().await?);
		Ok(Self { context, account, view, people, now, chain })
	}

	fn refused(&self, what: impl std::fmt::Display) -> Failure {
		refused(self.view.id, what)
	}

	/// The lease that the company is a side of.
	fn lease(&self) -> Result<Lending> {
		lease(&self.view, self.account.org).map_err(|what| self.refused(what))
	}

	async fn make<A: Encode>(&self, name: &str, arguments: A) -> Result<()> {
		let call = self.context.spec(&self.chain).await?.call("Dispatch", name, arguments)?;
		About::Resource(self.view.id).perform(self.context, &self.chain, call).await.map(|_| ())
	}
}

/// The lease of a resource that a company is a side of.
fn lease(view: &ResourceView, org: OrgId) -> Result<Lending, &'static str> {
	let lease = view.resource.lending.filter(|lending| lending.is_taken).ok_or("it is not lent")?;
	match org == view.resource.owner || org == lease.to {
		true => Ok(lease),
		false => Err("it is lent between others"),
	}
}

/// `resource lend`.
pub(super) async fn lend(context: &Context, command: LendCommand) -> Result<()> {
	let desk = Desk::on(context, command.id).await?;
	expect_owner(&desk.view, &desk.account, &desk.people)?;
	if let Some(lending) = &desk.view.resource.lending {
		return Err(desk.refused(lending_text(lending, &desk.people, desk.now)));
	}
	let orgs = desk.chain.now().await?.orgs().await?;
	let to = command.to.find(&orgs)?;
	if to.id == desk.account.org || !to.kind.has_council_seat() {
		return Err(Failure::usage("it is lent to another carrier or tower company")
			.at("--to")
			.remedy("`trimast federation orgs` lists them"));
	}
	let from = command.from.unwrap_or(desk.now);
	if from >= command.until || command.until <= desk.now {
		return Err(Failure::usage("the term ends after its begin, and after now")
			.at("--until")
			.remedy("name a later time, or an earlier one with --from"));
	}
	desk.make("offer_resource", (command.id, to.id, from, command.until)).await
}

/// `resource withdraw`.
pub(super) async fn withdraw(context: &Context, id: u32) -> Result<()> {
	let desk = Desk::on(context, id).await?;
	expect_owner(&desk.view, &desk.account, &desk.people)?;
	match &desk.view.resource.lending {
		None => return Err(desk.refused("it is offered to nobody")),
		Some(lending) if lending.is_taken => {
			return Err(desk.refused(lending_text(lending, &desk.people, desk.now)))
		}
		Some(_) => {}
	}
	desk.make("withdraw_offer", id).await
}

/// `resource borrow`.
pub(super) async fn borrow(context: &Context, id: u32) -> Result<()> {
	let desk = Desk::on(context, id).await?;
	let offer = desk.view.resource.lending.filter(|lending| lending.to == desk.account.org);
	let offer = offer.ok_or_else(|| desk.refused("it is not offered to your company"))?;
	if offer.is_taken {
		return Err(desk.refused("your company has taken it already"));
	}
	if offer.until < desk.now {
		return Err(desk.refused("the term of the offer is over"));
	}
	let question = format!(
		"{} of {}, {}. Take it?",
		what_text(desk.view.resource.details.kind),
		desk.people.name(desk.view.resource.owner),
		lending_text(&offer, &desk.people, desk.now)
	);
	if !context.output.confirm(&question) {
		return Err(Failure::declined("nothing done"));
	}
	desk.make("take_offer", (id, offer.from, offer.until)).await
}

/// `resource meter`.
pub(super) async fn meter(context: &Context, id: u32, reading: u64) -> Result<()> {
	let desk = Desk::on(context, id).await?;
	let lease = desk.lease()?;
	let is_owner = desk.account.org == desk.view.resource.owner;
	if !desk.view.resource.details.kind.is_vehicle() {
		return Err(desk.refused("the chain counts what is used of spares"));
	}
	let (owner, borrower) = (lease.read_by_owner, lease.read_by_borrower);
	let (last, other) = if is_owner { (owner, borrower) } else { (borrower, owner) };
	if reading < last && reading != other {
		let what = format!("your company has read {last}, the other {other}: a meter goes back only to what the other has read");
		return Err(desk.refused(what));
	}
	desk.make("meter_lease", (id, reading)).await
}

/// `resource return`.
pub(super) async fn give_back(context: &Context, id: u32) -> Result<()> {
	let desk = Desk::on(context, id).await?;
	let lease = desk.lease()?;
	if lease.read_by_owner != lease.read_by_borrower {
		context.output.remark(&format!(
			"the meters differ: the owner has read {}, the borrower {}",
			lease.read_by_owner, lease.read_by_borrower
		));
	}
	desk.make("release_resource", id).await
}

/// `resource use`.
pub(super) async fn use_up(context: &Context, id: u32, order: u32, count: u32) -> Result<()> {
	let desk = Desk::on(context, id).await?;
	if desk.view.user != desk.account.org {
		return Err(desk.refused(format!("{} has it", desk.people.name(desk.view.user))));
	}
	match desk.view.resource.details.kind {
		Kind::Spares { count: left, .. } if count <= left => {}
		Kind::Spares { count: left, .. } => return Err(desk.refused(format!("{left} are left"))),
		Kind::Crew | Kind::Generator { .. } => return Err(desk.refused("it is no store of spares")),
	}
	let of = desk.chain.now().await?.order(order).await?.order;
	if !of.parties().contains(desk.account.org) {
		let parties = desk.people.names(of.parties());
		return Err(Failure::chain(format!("it is between {parties}"))
			.at(format!("order {order}"))
			.remedy("`trimast order list --mine --open` lists the orders of your company"));
	}
	desk.make("use_spares", (id, order, count)).await
}

#[cfg(test)]
mod tests {
	use super::{super::tests::view, *};
	use crate::{order::people::tests::people, resource::csv};
	use trimast_primitives::{
		access::{Role, Roles},
		OrgSet,
	};

	fn crew() -> ResourceView {
		view(3, OrgId(2), csv::tests::sample()[0].details)
	}

	fn lending(is_taken: bool) -> Lending {
		Lending {
			to: OrgId(1),
			from: 0,
			until: 9,
			is_taken,
			read_by_owner: 0,
			read_by_borrower: 0,
			released: OrgSet::EMPTY,
		}
	}

	#[test]
	fn lease_is_a_matter_of_its_two_sides() {
		let of = |lending: Option<Lending>, org| {
			let mut view = crew();
			view.resource.lending = lending;
			lease(&view, OrgId(org)).is_ok()
		};
		assert!(of(Some(lending(true)), 1) && of(Some(lending(true)), 2));
		assert!(!of(Some(lending(true)), 0) && !of(Some(lending(false)), 1) && !of(None, 2));
	}

	#[test]
	fn owner_is_who_owns_it_and_has_its_area() {
		let account = |org, scope| AccountView {
			account: [7; 32].into(),
			org: OrgId(org),
			roles: Roles::of(Role::Dispatcher),
			scope,
			branch: None,
			since: 0,
		};
		let of = |org, scope| expect_owner(&crew(), &account(org, scope), &people());
		assert_eq!(of(2, Scope::National), Ok(()));
		assert!(of(1, Scope::National).unwrap_err().to_string().contains("it is tower's"));
		let elsewhere = Scope::Province(trimast_primitives::ProvinceId(14));
		assert!(of(2, elsewhere).unwrap_err().to_string().contains("outside of the account's scope"));
	}
}
