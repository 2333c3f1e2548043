// SPDX-License-Identifier: Apache-2.0
//! `trimast order`: work orders across companies, the evidence of what has happened, and who answers by it.
//!
//! * [`steps`]: from a word to the state that an order goes to. [`desk`]: somebody at work on an order. [`about`]: what a
//!   call that fails was about.
//! * [`evidence`]: facts in words. [`verdict`]: verdicts as tables, alone and side by side.
//! * [`open`], [`runs`], [`fact`], [`appeal`], [`statement`]: what companies say. [`show`], [`list`], [`table`]: what they ask.
//! * [`record`], [`replay`], [`what_if`]: the verdict computed anew, without trusting any node.

pub(crate) mod about;
mod appeal;
pub(crate) mod desk;
pub(crate) mod evidence;
mod fact;
mod list;
pub(crate) mod news;
pub(crate) mod open;
pub(crate) mod people;
mod record;
mod replay;
pub(crate) mod runs;
pub(crate) mod show;
mod statement;
pub(crate) mod steps;
mod table;
mod verdict;
mod views;
mod what_if;
pub(crate) mod words;

use crate::{context::Context, error::Result, names};
use clap::Subcommand;
use steps::Verb;
use trimast_primitives::{order::State, LocalNetworkId};

/// Work orders.
#[derive(Subcommand, Debug)]
pub(crate) enum OrderCommand {
	/// Opens an order.
	Open(open::OpenCommand),
	/// Orders a generator run for each site that is down for want of power. May be repeated: nothing is done twice.
	Runs(runs::RunsCommand),
	/// As the handler: takes an order up. It is inProgress then.
	Ack {
		/// The order.
		id: u32,
	},
	/// As the handler: does not take it.
	Reject {
		/// The order.
		id: u32,
	},
	/// As the handler: waits for the raiser. It is pending then, and its clock runs.
	Wait {
		/// The order.
		id: u32,
	},
	/// As the handler: waits for somebody else. Its clock stands once the raiser signs (`order sign ID --hold`).
	Hold {
		/// The order.
		id: u32,
	},
	/// Goes on with what is pending or held; as the raiser, reopens a ticket that is resolved.
	Resume {
		/// The order.
		id: u32,
	},
	/// As the handler: says that it is repaired, or done.
	Resolve {
		/// The order.
		id: u32,
		/// Of a job: it could not be done.
		#[arg(long, conflicts_with = "partial")]
		failed: bool,
		/// Of a job: some of it is done.
		#[arg(long)]
		partial: bool,
	},
	/// As the raiser: confirms that it is repaired. The ticket is closed then.
	#[command(visible_alias = "confirm")]
	Close {
		/// The order.
		id: u32,
	},
	/// Calls an order off; as the handler of a job that the raiser wants to call off, agrees.
	Cancel {
		/// The order.
		id: u32,
	},
	/// As the handler of a job: does not call it off.
	Deny {
		/// The order.
		id: u32,
		/// The state in which it goes on: inProgress, pending or held.
		#[arg(long, default_value = "inProgress", value_parser = goes_on)]
		to: State,
	},
	/// As the handler: says what is to be done, when, and how far it is.
	Update(open::UpdateCommand),
	/// Adds a note.
	Note(open::NoteCommand),
	/// Says how an order has to do with another one.
	#[command(after_help = "Example:\n  trimast order relate 7 caused-by 5")]
	Relate {
		/// The order.
		id: u32,
		/// How.
		relation: open::RelationName,
		/// The other one.
		other: u32,
	},
	/// Anchors a fact: what has happened, and when.
	Fact(fact::FactCommand),
	/// Stands behind facts of others, exactly as they are shown; or signs that an order is held.
	Sign(fact::SignCommand),
	/// Denies what a company says against one's own in an order of others: it counts only if a second one stands behind it.
	Refute {
		/// The order.
		id: u32,
		/// Number of the fact.
		fact: u8,
	},
	/// Asks for the body of another's fact. The fact is void if it is not delivered in time.
	Ask {
		/// The order.
		id: u32,
		/// Number of the fact.
		fact: u8,
	},
	/// Shows the body of one's own fact to the chain, or says that one has what one has asked for.
	Body(fact::BodyCommand),
	/// Appeals against a verdict.
	Appeal(appeal::AppealCommand),
	/// Says how one would rule on an appeal of others.
	Rule(appeal::RuleCommand),
	/// Orders, and what is due.
	List(list::ListCommand),
	/// One order: its states, clock, deadlines, facts and notes.
	Show {
		/// The order.
		id: u32,
	},
	/// Who answers for an outage, and why: piece by piece, by which row and which facts.
	Explain {
		/// The order.
		id: u32,
	},
	/// Writes all that an order's verdict follows from to a file.
	Export(record::ExportCommand),
	/// Computes a verdict anew, from the chain or from a file without any network, and compares it.
	Replay(replay::ReplayCommand),
	/// The responsibility table; proposes another one.
	Table(table::TableCommand),
	/// Service levels, limits and outage levels in force.
	Rules,
	/// Stations that are down, by local network and county.
	Outages {
		/// Only those in this local network.
		#[arg(value_parser = names::local_network)]
		local_network: Option<LocalNetworkId>,
	},
	/// What companies answer for in a month, and how they kept their terms.
	Scores(statement::ScoresCommand),
	/// A company's statement of a month: shows, signs or disputes it.
	Statement {
		#[command(subcommand)]
		command: statement::StatementCommand,
	},
}

/// A state in which a job goes on that is not called off.
fn goes_on(text: &str) -> Result<State, String> {
	let known = [State::InProgress, State::Pending, State::Held].map(|state| (state.name(), state));
	words::one_of(text, "state in which it goes on", &known)
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: OrderCommand) -> Result<()> {
	let step = |id, verb| desk::step(context, id, verb);
	match command {
		OrderCommand::Open(command) => open::open(context, command).await,
		OrderCommand::Runs(command) => runs::run(context, command).await,
		OrderCommand::Ack { id } => step(id, Verb::Ack).await,
		OrderCommand::Reject { id } => step(id, Verb::Reject).await,
		OrderCommand::Wait { id } => step(id, Verb::Wait).await,
		OrderCommand::Hold { id } => step(id, Verb::Hold).await,
		OrderCommand::Resume { id } => step(id, Verb::Resume).await,
		OrderCommand::Resolve { id, failed: true, .. } => step(id, Verb::Fail).await,
		OrderCommand::Resolve { id, partial: true, .. } => step(id, Verb::Part).await,
		OrderCommand::Resolve { id, .. } => step(id, Verb::Resolve).await,
		OrderCommand::Close { id } => step(id, Verb::Close).await,
		OrderCommand::Cancel { id } => step(id, Verb::Cancel).await,
		OrderCommand::Deny { id, to } => step(id, Verb::Deny(to)).await,
		OrderCommand::Update(command) => open::update(context, command).await,
		OrderCommand::Note(command) => open::note(context, command).await,
		OrderCommand::Relate { id, relation, other } => open::relate(context, id, relation, other).await,
		OrderCommand::Fact(command) => fact::anchor(context, command).await,
		OrderCommand::Sign(command) => fact::sign(context, command).await,
		OrderCommand::Refute { id, fact } => fact::refute(context, id, fact).await,
		OrderCommand::Ask { id, fact } => fact::ask(context, id, fact).await,
		OrderCommand::Body(command) => fact::body(context, command).await,
		OrderCommand::Appeal(command) => appeal::appeal(context, command).await,
		OrderCommand::Rule(command) => appeal::rule(context, command).await,
		OrderCommand::List(command) => list::list(context, command).await,
		OrderCommand::Show { id } => show::show(context, id).await,
		OrderCommand::Explain { id } => show::explain(context, id).await,
		OrderCommand::Export(command) => record::export(context, command).await,
		OrderCommand::Replay(command) => replay::run(context, command).await,
		OrderCommand::Table(command) => table::run(context, command).await,
		OrderCommand::Rules => table::rules(context).await,
		OrderCommand::Outages { local_network } => list::outages(context, local_network).await,
		OrderCommand::Scores(command) => statement::scores(context, command).await,
		OrderCommand::Statement { command } => statement::run(context, command).await,
	}
}
