// SPDX-License-Identifier: Apache-2.0
//! What a call of work orders, rounds and resources is about. It stands in front of the call's failure: the chain names the rule that
//! was broken, and not what was asked for.

use super::words::{kind_text, place_text};
use crate::{
	chain::{Call, Chain},
	config::scores::month_text,
	context::Context,
	error::Result,
	submit::Inclusion,
};
use std::fmt;
use trimast_primitives::{
	order::{OrderKind, Place},
	LocalNetworkId, OrgId,
};

/// What a call is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum About {
	/// An order.
	Order(u32),
	/// An order that is to be opened, which has no number yet.
	Opening(OrderKind, Place),
	/// A company's statement of a month.
	Statement {
		/// The company.
		subject: OrgId,
		/// The month, as the chain counts.
		month: u16,
	},
	/// A round.
	Round(u32),
	/// A round that is to be opened there, which has no number yet.
	LocalNetwork(LocalNetworkId),
	/// A crew, a generator, or spares.
	Resource(u32),
	/// The route of a crew or a generator, otherwise than a round has it.
	Override {
		/// The crew or generator.
		resource: u32,
		/// The round.
		round: u32,
	},
	/// The visit of a crew or a generator.
	Visit {
		/// The crew or generator.
		resource: u32,
		/// The order that it visits.
		order: u32,
	},
}

impl fmt::Display for About {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Order(id) => write!(f, "order {id}"),
			Self::Opening(kind, place) => write!(f, "{} at {}", kind_text(*kind), place_text(*place)),
			Self::Statement { subject, month } => {
				write!(f, "statement of company {} for {}", subject.0, month_text(*month))
			}
			Self::Round(id) => write!(f, "round {id}"),
			Self::LocalNetwork(id) => write!(f, "local network {}", id.0),
			Self::Resource(id) => write!(f, "resource {id}"),
			Self::Override { resource, round } => write!(f, "resource {resource}, round {round}"),
			Self::Visit { resource, order } => write!(f, "resource {resource}, order {order}"),
		}
	}
}

impl About {
	/// Makes a call about it ([`Context::perform`]).
	pub(crate) async fn perform(
		self,
		context: &Context,
		chain: &Chain,
		call: Call,
	) -> Result<Option<Inclusion>> {
		self.told(context.perform(chain, call).await)
	}

	/// What a call about it has come to.
	pub(crate) fn told<T>(self, made: Result<T>) -> Result<T> {
		made.map_err(|failure| failure.at(self))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::error::Failure;
	use trimast_primitives::page::SiteId;

	const HERE: LocalNetworkId = LocalNetworkId(1301);

	/// A call that the chain has carried out, and that has failed there.
	fn failed() -> Result<()> {
		Err(Failure::chain("The time for it is over.").at("Dispatch.TooLate").remedy("look at it"))
	}

	#[test]
	fn failure_of_a_call_begins_with_what_it_was_about() {
		let station = Place::Station(SiteId { local_network: HERE, index: 7 });
		for (about, place) in [
			(About::Order(17), "order 17"),
			(About::Opening(OrderKind::Fault, station), "fault at 1301:7"),
			(About::Opening(OrderKind::Inspection, Place::County(HERE, 2)), "inspection at county:130102"),
			(
				About::Statement { subject: OrgId(2), month: 2026 * 12 + 4 },
				"statement of company 2 for 2026-05",
			),
			(About::Round(12), "round 12"),
			(About::LocalNetwork(HERE), "local network 1301"),
			(About::Resource(5), "resource 5"),
			(About::Override { resource: 5, round: 12 }, "resource 5, round 12"),
			(About::Visit { resource: 5, order: 17 }, "resource 5, order 17"),
		] {
			let failure = about.told(failed()).unwrap_err();
			assert_eq!(failure.to_json()["where"], format!("{place}: Dispatch.TooLate"));
			let text = format!("{place}: Dispatch.TooLate: The time for it is over.\n  remedy: look at it");
			assert_eq!((failure.to_string(), failure.exit_code()), (text, 1));
			assert_eq!(about.told(Ok(3)), Ok(3));
		}
	}

	/// Everything that sends a single call sends it by [`About::perform`]; bulk work has a label for each.
	#[test]
	fn every_call_of_orders_rounds_and_resources_says_what_it_is_about() {
		let sources = [
			include_str!("appeal.rs"),
			include_str!("desk.rs"),
			include_str!("fact.rs"),
			include_str!("open.rs"),
			include_str!("runs.rs"),
			include_str!("statement.rs"),
			include_str!("../plan/act.rs"),
			include_str!("../plan/solve.rs"),
			include_str!("../resource/import.rs"),
			include_str!("../resource/lend.rs"),
			include_str!("../resource/mod.rs"),
		];
		for source in sources {
			let silent = source.lines().find(|line| line.contains("context.perform("));
			assert_eq!(silent, None);
		}
	}
}
