// SPDX-License-Identifier: Apache-2.0
//! `trimast config`: the key parameters of cells: the baseline, changes of it, observations of the network, and what they
//! have found.

pub(crate) mod access;
pub(crate) mod baseline;
mod blocks;
pub(crate) mod catalogue;
pub(crate) mod change;
mod coverage;
mod dry_run;
pub(crate) mod export;
mod notify;
mod policy;
pub(crate) mod proof;
pub(crate) mod scores;
mod sights;
pub(crate) mod sweep;
pub(crate) mod views;
pub(crate) mod violations;
pub(crate) mod words;

use crate::{
	context::Context,
	error::{Failure, Result},
};
use clap::Subcommand;

/// The cells' key parameters.
#[derive(Subcommand, Debug)]
pub(crate) enum ConfigCommand {
	/// The values that cells should have.
	Baseline {
		#[command(subcommand)]
		command: baseline::BaselineCommand,
	},
	/// Looks at a change as the chain would, and asks for nothing.
	Check(change::ask::CheckCommand),
	/// Asks for a change, or reports one that was made in an emergency.
	Request(change::ask::RequestCommand),
	/// Puts values into a draft, or amends a request that waits for consents.
	Add(change::ask::AddCommand),
	/// Asks for what a draft has gathered.
	Submit {
		/// The request's number.
		request: u32,
	},
	/// Requests, and where they stand.
	Requests(change::list::RequestsCommand),
	/// Agrees to a request, to exactly what is shown.
	Approve {
		/// The request's number.
		request: u32,
	},
	/// Carries out an approved request: its values become the baseline.
	Execute(change::act::PagesCommand),
	/// Says that a change was read back from the network.
	Attest {
		/// The request's number.
		request: u32,
	},
	/// Objects to a change that was carried out.
	Object(change::act::ObjectCommand),
	/// Rules on a disputed change of others.
	Rule(change::act::RuleCommand),
	/// Approves the values from before a change again.
	RollBack(change::act::PagesCommand),
	/// Takes back a request that is not carried out.
	Withdraw {
		/// The request's number.
		request: u32,
	},
	/// Reports changes that the network has made known (TS 28.532).
	Notify(notify::NotifyCommand),
	/// Attests what an export of the network says: reads it, keeps it, and sends what differs down to single values.
	Sweep(sweep::SweepCommand),
	/// Answers what others ask of kept exports: rows that were drawn or named.
	Openings(sweep::openings::OpeningsCommand),
	/// Names cells that another company has to open from its export.
	Demand(sweep::demand::DemandCommand),
	/// What observations have found.
	Violations(violations::ViolationsCommand),
	/// The whole story of a violation or of a request.
	#[command(visible_alias = "violation")]
	Explain {
		/// The number of a violation; `violation` or `request` may stand before it.
		#[arg(required = true, num_args = 1..=2, value_name = "[violation|request] NUMBER")]
		what: Vec<String>,
	},
	/// Who has looked at which pages, and what nobody has looked at or explained.
	Coverage(coverage::CoverageCommand),
	/// Confirmed violations by company, province and kind.
	Scores(scores::ScoresCommand),
	/// Cross-cell rules, freezes and holdings in force.
	Policy,
	/// Looks at what a policy would have refused of the changes that were made, and proposes nothing.
	DryRun(dry_run::DryRunCommand),
	/// Proposes a freeze, or its end.
	Freeze(policy::FreezeCommand),
	/// Proposes which PLMNs and which spectrum a company holds.
	Hold(policy::HoldCommand),
	/// Proposes a cross-cell rule, or its end.
	CrossCellRule(policy::RuleCommand),
	/// Writes a proof of a cell's baseline and of what companies have attested of it, for those who trust no node.
	Proof(proof::ProofCommand),
	/// Checks a proof and shows what it proves. Needs no network.
	Verify(proof::VerifyCommand),
	/// The parameters that the federation watches.
	Catalogue {
		#[command(subcommand)]
		command: CatalogueCommand,
	},
}

/// The catalogue.
#[derive(Subcommand, Debug)]
pub(crate) enum CatalogueCommand {
	/// Every parameter, a line each.
	List,
	/// One parameter: names, values, and who must agree to a change.
	Show {
		/// Its number, or any of its names.
		parameter: String,
	},
}

/// What is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Story {
	/// That of a violation.
	Violation(u32),
	/// That of a request.
	Request(u32),
}

impl Story {
	fn read(what: &[String]) -> Result<Self> {
		let what: Vec<&str> = what.iter().map(String::as_str).collect();
		let read = |number: &str| {
			number.parse::<u32>().map_err(|_| {
				Failure::usage(format!("{} is no number", crate::output::quoted(number)))
					.remedy("`trimast config violations` and `trimast config requests` show the numbers")
			})
		};
		match what[..] {
			[number] | ["violation", number] => read(number).map(Self::Violation),
			["request", number] => read(number).map(Self::Request),
			_ => Err(Failure::usage("write NUMBER, violation NUMBER or request NUMBER")),
		}
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ConfigCommand) -> Result<()> {
	match command {
		ConfigCommand::Proof(command) => proof::write(context, command).await,
		ConfigCommand::Verify(command) => proof::check(context, &command),
		ConfigCommand::Baseline { command } => baseline::run(context, command).await,
		ConfigCommand::Sweep(command) => sweep::run(context, command).await,
		ConfigCommand::Openings(command) => sweep::openings::run(context, command).await,
		ConfigCommand::Demand(command) => sweep::demand::run(context, command).await,
		ConfigCommand::Violations(command) => violations::list(context, command).await,
		ConfigCommand::Explain { what } => match Story::read(&what)? {
			Story::Violation(id) => violations::explain(context, id).await,
			Story::Request(number) => change::list::explain(context, number).await,
		},
		ConfigCommand::Check(command) => change::ask::check(context, command).await,
		ConfigCommand::Request(command) => change::ask::request(context, command).await,
		ConfigCommand::Add(command) => change::ask::add(context, command).await,
		ConfigCommand::Submit { request } => change::ask::submit(context, request).await,
		ConfigCommand::Requests(command) => change::list::list(context, command).await,
		ConfigCommand::Approve { request } => change::act::approve(context, request).await,
		ConfigCommand::Execute(command) => change::act::execute(context, command).await,
		ConfigCommand::Attest { request } => change::act::attest(context, request).await,
		ConfigCommand::Object(command) => change::act::object(context, command).await,
		ConfigCommand::Rule(command) => change::act::rule(context, command).await,
		ConfigCommand::RollBack(command) => change::act::roll_back(context, command).await,
		ConfigCommand::Withdraw { request } => change::act::withdraw(context, request).await,
		ConfigCommand::Notify(command) => notify::run(context, command).await,
		ConfigCommand::Coverage(command) => coverage::run(context, command).await,
		ConfigCommand::Scores(command) => scores::run(context, command).await,
		ConfigCommand::Policy => policy::show(context).await,
		ConfigCommand::DryRun(command) => dry_run::run(context, command).await,
		ConfigCommand::Freeze(command) => policy::freeze(context, command).await,
		ConfigCommand::Hold(command) => policy::hold(context, command).await,
		ConfigCommand::CrossCellRule(command) => policy::rule(context, command).await,
		ConfigCommand::Catalogue { command: CatalogueCommand::List } => catalogue::list(context).await,
		ConfigCommand::Catalogue { command: CatalogueCommand::Show { parameter } } => {
			catalogue::show(context, &parameter).await
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_are_those_of_violations_unless_a_word_says_otherwise() {
		let read = |text: &str| Story::read(&text.split(' ').map(String::from).collect::<Vec<_>>());
		assert_eq!((read("5"), read("violation 5")), (Ok(Story::Violation(5)), Ok(Story::Violation(5))));
		assert_eq!(read("request 5"), Ok(Story::Request(5)));
		for wrong in ["five", "request", "request five", "5 request", "vote 5"] {
			assert_eq!(read(wrong).unwrap_err().exit_code(), 2, "{wrong}");
		}
	}
}
