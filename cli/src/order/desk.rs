// SPDX-License-Identifier: Apache-2.0
//! Somebody at work on an order: the order, the company of who acts, and the calls about it.

use super::{about::About, people::People, show, steps::Verb};
use crate::{
	chain::{Call, Chain},
	config::access,
	context::Context,
	error::{Failure, Result},
};
use codec::Encode;
use trimast_primitives::{
	access::Role,
	apis::OrderView,
	order::{Order, State},
	Moment, OrgId,
};

/// Who moves orders and signs.
pub(crate) const DISPATCHER: &[Role] = &[Role::Dispatcher];
/// Who says what has happened.
pub(crate) const WITNESS: &[Role] = &[Role::Dispatcher, Role::Collector];
/// Who asks and disputes.
pub(crate) const CRITIC: &[Role] = &[Role::Dispatcher, Role::Auditor];

/// An order, and who is at work on it.
pub(crate) struct Desk<'a> {
	pub(crate) context: &'a Context,
	pub(crate) chain: Chain,
	pub(crate) view: OrderView,
	pub(crate) people: People,
	/// Whether its raiser has left the federation.
	has_left: bool,
	/// The company of who acts.
	pub(crate) org: OrgId,
	/// The chain's clock.
	pub(crate) now: Moment,
}

impl<'a> Desk<'a> {
	/// Asks for the order. Refused where the account has none of these roles, or the place lies outside of its scope.
	pub(crate) async fn on(context: &'a Context, id: u32, roles: &[Role]) -> Result<Self> {
		let chain = context.chain().await?;
		let at = chain.now().await?;
		let account = access::acting(context, at, roles).await?;
		let view = at.order(id).await?;
		access::expect_local_network(&account, view.order.place.local_network())
			.map_err(|failure| failure.at(format!("order {id}")))?;
		let (orgs, now) = (at.orgs().await?, at.moment().await?);
		let has_left = orgs.iter().any(|org| org.id == view.order.raiser && !org.status.is_member());
		Ok(Self { context, org: account.org, view, people: People::of(&orgs), has_left, now, chain })
	}

	/// The order.
	pub(crate) fn order(&self) -> &Order {
		&self.view.order
	}

	/// Its number.
	pub(crate) fn id(&self) -> u32 {
		self.view.id
	}

	/// A refusal, with where to look.
	pub(crate) fn refused(&self, what: impl std::fmt::Display) -> Failure {
		let id = self.id();
		Failure::chain(what)
			.at(format!("order {id}"))
			.remedy(format!("`trimast order show {id}` shows how it stands"))
	}

	/// Refuses who is none of the companies that the order concerns.
	pub(crate) fn expect_concerned(&self) -> Result<()> {
		match self.order().concerned.contains(self.org) {
			true => Ok(()),
			false => {
				let names = self.people.names(self.order().concerned);
				Err(self.refused(format!("it concerns {names}, and not {}", self.people.name(self.org))))
			}
		}
	}

	/// Refuses where facts and signatures are taken no more.
	pub(crate) fn expect_facts(&self) -> Result<()> {
		match self.order().takes_facts(self.now) {
			true => Ok(()),
			false => Err(self.refused("facts are taken no more")),
		}
	}

	/// Refuses once facts are signed and bodies asked for no more.
	pub(crate) fn expect_answers(&self) -> Result<()> {
		match self.order().takes_answers(self.now) {
			true => Ok(()),
			false => Err(self.refused("signatures and questions are taken no more")),
		}
	}

	/// Asks before something that cannot be taken back.
	pub(crate) fn ask(&self, question: &str) -> Result<()> {
		match self.context.output.confirm(question) {
			true => Ok(()),
			false => Err(Failure::declined("nothing done")),
		}
	}

	/// A call about it.
	pub(crate) async fn call<A: Encode>(&self, name: &str, arguments: A) -> Result<Call> {
		self.context.spec(&self.chain).await?.call("Dispatch", name, arguments)
	}

	/// Makes one call, and tells how the order stands then.
	pub(crate) async fn make<A: Encode>(&self, name: &str, arguments: A) -> Result<()> {
		let call = self.call(name, arguments).await?;
		match About::Order(self.id()).perform(self.context, &self.chain, call).await? {
			None => Ok(()),
			Some(_) => show::tell(self.context, self.chain.now().await?, self.id()).await,
		}
	}
}

/// `order ack`, `hold`, `close` and the others: one step.
pub(crate) async fn step(context: &Context, id: u32, verb: Verb) -> Result<()> {
	let desk = Desk::on(context, id, DISPATCHER).await?;
	let to = super::steps::target(verb, id, desk.order(), desk.org, desk.has_left)?;
	if !super::steps::has_room(desk.order(), &desk.view.changes, to) {
		return Err(desk.refused("it has changed so often that it can only be ended"));
	}
	if to == State::Held && desk.order().raiser != desk.order().handler {
		let raiser = desk.people.name(desk.order().raiser);
		context.output.remark(&format!(
			"its clock stands once {raiser} has signed that (`trimast order sign {id} --hold`)"
		));
	}
	if !desk.order().parties().contains(desk.org) {
		let raiser = desk.people.name(desk.order().raiser);
		context.output.remark(&format!(
			"{raiser} has raised it and has left the federation: {} calls it off in its place",
			desk.people.name(desk.org)
		));
	}
	desk.make("step", (id, to)).await
}

/// `order sign --hold`.
pub(crate) async fn sign_hold(context: &Context, id: u32) -> Result<()> {
	let desk = Desk::on(context, id, DISPATCHER).await?;
	let order = desk.order();
	if order.raiser == order.handler {
		return Err(desk.refused("both sides are one company: there is nobody else to sign"));
	}
	if order.raiser != desk.org {
		return Err(desk.refused(format!("{} signs that it is held", desk.people.name(order.raiser))));
	}
	let last = desk.view.changes.last().copied();
	let Some(held) = last.filter(|change| change.state == State::Held) else {
		return Err(desk.refused(format!("it is {}, not held", order.state.name())));
	};
	if held.signed.is_some() {
		context.output.remark("it is signed already: nothing is sent");
		return show::tell(context, desk.chain.now().await?, id).await;
	}
	let place = desk.view.changes.len().saturating_sub(1);
	let place = u8::try_from(place).map_err(|_| desk.refused("it has too many changes"))?;
	desk.ask(&format!("From now on the clock of order {id} stands while it is held. Sign that?"))?;
	desk.make("sign_hold", (id, place)).await
}
