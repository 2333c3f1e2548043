// SPDX-License-Identifier: Apache-2.0
//! What `trimast energy` has.

use super::{attest, dispute, export, recompute, report, show, statement, total, windows};
use crate::{context::Context, error::Result};
use clap::Subcommand;

/// Energy of shared stations.
#[derive(Subcommand, Debug)]
pub(crate) enum EnergyCommand {
	/// Reports what the meters of one's own stations show. May be repeated: nothing is accounted twice.
	Report(report::ReportCommand),
	/// Compares what others have reported with one's own record, and attests what is the same; contests what differs.
	Attest(attest::AttestCommand),
	/// Reports that stand: who has attested and who contests them.
	Show(show::ShowCommand),
	/// What stations come to in a month: kWh, CNY and CO2 by local network, owner and participant, and together.
	Total(total::TotalCommand),
	/// How energy is shared out, what it costs and emits, and the limits of meters.
	Rules(show::RulesCommand),
	/// As who contests a report: takes that back.
	Withdraw(dispute::WithdrawCommand),
	/// As the owner of a contested report: takes what the other has seen.
	Concede(dispute::ConcedeCommand),
	/// As a company that is not party to it: rules on a contested report.
	Rule(dispute::RuleCommand),
	/// Ends a dispute on which nobody has ruled in time: the owner's report stands.
	EndContest(dispute::EndCommand),
	/// What a carrier owes the owner of stations for a month, line by line: shows, signs, disputes, writes it as a file.
	Statement {
		#[command(subcommand)]
		command: statement::StatementCommand,
	},
	/// Plans of windows in which cells sleep: proposes, examines, approves, shows, withdraws, refuses them.
	Plan {
		#[command(subcommand)]
		command: windows::PlanCommand,
	},
	/// Agrees to a plan that cells of shared stations sleep.
	Consent(windows::ConsentCommand),
	/// Wakes cells of a plan, at once and for the rest of the day.
	Wake(windows::WakeCommand),
	/// Proves what a plan has saved, from the reports that stand, as far as it is not proven.
	Prove(windows::ProveCommand),
	/// What was saved in a month, as far as it is proven: kWh and CO2, with their sign, by local network, owner and participant.
	Savings(windows::SavingsCommand),
	/// Which cells of a station sleep now, and which compensate for them.
	States(windows::StatesCommand),
	/// Writes a month with all that it follows from to a file.
	Export(export::ExportCommand),
	/// Computes a month anew from such a file, without a network, and compares it to the last unit.
	Recompute(recompute::RecomputeCommand),
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: EnergyCommand) -> Result<()> {
	match command {
		EnergyCommand::Report(command) => report::run(context, command).await,
		EnergyCommand::Attest(command) => attest::run(context, command).await,
		EnergyCommand::Show(command) => show::show(context, command).await,
		EnergyCommand::Total(command) => total::run(context, command).await,
		EnergyCommand::Rules(command) => show::rules(context, command).await,
		EnergyCommand::Withdraw(command) => dispute::withdraw(context, command).await,
		EnergyCommand::Concede(command) => dispute::concede(context, command).await,
		EnergyCommand::Rule(command) => dispute::rule(context, command).await,
		EnergyCommand::EndContest(command) => dispute::end(context, command).await,
		EnergyCommand::Statement { command } => statement::run(context, command).await,
		EnergyCommand::Plan { command } => windows::plan(context, command).await,
		EnergyCommand::Consent(command) => windows::consent(context, command).await,
		EnergyCommand::Wake(command) => windows::wake(context, command).await,
		EnergyCommand::Prove(command) => windows::prove(context, command).await,
		EnergyCommand::Savings(command) => windows::savings(context, command).await,
		EnergyCommand::States(command) => windows::states(context, command).await,
		EnergyCommand::Export(command) => export::run(context, command).await,
		EnergyCommand::Recompute(command) => recompute::run(context, &command),
	}
}
