// SPDX-License-Identifier: Apache-2.0
//! `trimast federation`: companies and what belongs to them. What the council decides is proposed as a motion.

mod branches;
mod nodes;
mod orgs;
mod parameters;
mod validators;

use crate::{
	context::Context,
	error::{Failure, Result},
	names::{self, OrgName},
	vote::{
		self,
		council::{propose, Threshold},
	},
};
use clap::{Subcommand, ValueEnum};
use serde_json::json;
use trimast_primitives::{apis::OrgView, org::OrgStatus, AccountId};

/// What a company is.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum KindName {
	/// Builds, shares and runs stations.
	Carrier,
	/// Owns sites, masts and power.
	TowerCompany,
	/// Runs the neutral validators.
	Witness,
}

impl KindName {
	fn variant(self) -> &'static str {
		match self {
			Self::Carrier => "Carrier",
			Self::TowerCompany => "TowerCompany",
			Self::Witness => "Witness",
		}
	}
}

/// What an emergency pause stops.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PauseName {
	/// The inventory.
	Sites,
	/// Configuration changes and sweeps.
	ConfigGuard,
	/// Work orders and evidence.
	Dispatch,
	/// Readings and windows.
	Energy,
	/// Companies' changes of their own accounts, branches and nodes.
	Accounts,
}

/// Steps of leaving the federation.
#[derive(Subcommand, Debug)]
pub(crate) enum ExitCommand {
	/// Declares that the company leaves, after the notice.
	Declare,
	/// Takes the declaration back.
	Withdraw,
	/// Leaves, once the notice is over.
	Complete,
}

/// Companies, their branches, nodes and validators; membership, suspension, exit; parameters.
#[derive(Subcommand, Debug)]
pub(crate) enum FederationCommand {
	/// Every company.
	Orgs,
	/// One company.
	Show {
		/// The company.
		org: OrgName,
	},
	/// Proposes to invite a company.
	Invite {
		/// What it is.
		#[arg(long)]
		kind: KindName,
		/// Its name.
		#[arg(long)]
		name: String,
		/// The account that will speak for it.
		#[arg(long, value_name = "ACCOUNT", value_parser = names::account)]
		principal: AccountId,
		/// Ask for all ayes: it then takes effect at once.
		#[arg(long)]
		all: bool,
	},
	/// Accepts an invitation, as the invited principal.
	Accept {
		/// The account that may veto a recovery of the principal's key.
		#[arg(long, value_name = "ACCOUNT", value_parser = names::account)]
		recovery: AccountId,
	},
	/// Proposes to confirm a company that has accepted.
	Confirm {
		/// The company.
		org: OrgName,
		/// Ask for all ayes: it then takes effect at once.
		#[arg(long)]
		all: bool,
	},
	/// Proposes to the other companies to suspend one.
	Suspend {
		/// The company.
		org: OrgName,
	},
	/// Proposes to the other companies to end a suspension.
	Readmit {
		/// The company.
		org: OrgName,
	},
	/// Proposes to the other companies to give one a new principal, whose key is lost.
	Recover {
		/// The company.
		org: OrgName,
		/// The new principal.
		#[arg(long, value_name = "ACCOUNT", value_parser = names::account)]
		principal: AccountId,
	},
	/// Vetoes a recovery, as the company's principal or recovery account.
	Veto {
		/// The motion: s3, or its number.
		motion: String,
	},
	/// Leaving the federation.
	Exit {
		#[command(subcommand)]
		command: ExitCommand,
	},
	/// Branches of a company.
	Branches {
		#[command(subcommand)]
		command: branches::BranchCommand,
	},
	/// The registry of nodes.
	Nodes {
		#[command(subcommand)]
		command: nodes::NodeCommand,
	},
	/// Validator seats and their keys.
	Validators {
		#[command(subcommand)]
		command: validators::ValidatorCommand,
	},
	/// The governed parameters.
	Parameters {
		#[command(subcommand)]
		command: Option<parameters::ParameterCommand>,
	},
	/// Hands the company's council seat to another of its accounts, as its principal.
	Principal {
		/// The new principal.
		#[arg(value_parser = names::account)]
		account: AccountId,
	},
	/// Hands the right to veto a recovery to another account, as the recovery account.
	Recovery {
		/// The new recovery account.
		#[arg(value_parser = names::account)]
		account: AccountId,
	},
	/// Puts another account in the place of a lost recovery account, as the principal: said once it starts the delay,
	/// said again after the delay it takes effect.
	ReplaceRecovery {
		/// The new recovery account.
		#[arg(value_parser = names::account)]
		account: AccountId,
	},
	/// Refuses to be replaced, as the recovery account.
	KeepRecovery,
	/// Proposes an emergency pause.
	Pause {
		/// What it stops.
		#[arg(required = true, value_delimiter = ',')]
		kinds: Vec<PauseName>,
		/// Ask for all ayes: needed when the last pause is not long over.
		#[arg(long)]
		all: bool,
	},
	/// Proposes to end an emergency pause.
	LiftPause {
		/// Ask for all ayes.
		#[arg(long)]
		all: bool,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: FederationCommand) -> Result<()> {
	use FederationCommand as C;
	match command {
		C::Orgs => orgs::list(context).await,
		C::Show { org } => orgs::show(context, &org).await,
		C::Invite { kind, name, principal, all } => {
			free_name(context, &name).await?;
			let arguments =
				json!({ "kind": kind.variant(), "name": name, "principal": names::ss58(&principal) });
			motion(context, "invite", &arguments, all, true).await
		}
		C::Accept { recovery } => {
			make(context, "accept", json!({ "recovery": names::ss58(&recovery) })).await
		}
		C::Confirm { org, all } => {
			let id = find(context, &org).await?.id;
			motion(context, "confirm", &json!({ "org": id }), all, true).await
		}
		C::Suspend { org } => subject(context, &org, json!("Suspend")).await,
		C::Readmit { org } => subject(context, &org, json!("Readmit")).await,
		C::Recover { org, principal } => {
			subject(context, &org, json!({ "Recover": { "principal": names::ss58(&principal) } })).await
		}
		C::Veto { motion } => {
			let number = motion.strip_prefix('s').unwrap_or(&motion).parse::<u32>();
			let number = number
				.map_err(|_| Failure::usage("the motion is s3, or its number (`trimast vote list`)"))?;
			let chain = context.chain().await?;
			vote::subject(&chain.now().await?.subject_motions().await?, number)?;
			context.perform_json(&chain, "Federation", "veto_recovery", json!([number])).await
		}
		C::Exit { command } => exit(context, command).await,
		C::Branches { command } => branches::run(context, command).await,
		C::Nodes { command } => nodes::run(context, command).await,
		C::Validators { command } => validators::run(context, command).await,
		C::Parameters { command } => parameters::run(context, command).await,
		C::Principal { account } => {
			make(context, "set_principal", json!({ "account": names::ss58(&account) })).await
		}
		C::Recovery { account } => {
			make(context, "set_recovery", json!({ "account": names::ss58(&account) })).await
		}
		C::ReplaceRecovery { account } => {
			make(context, "replace_recovery", json!({ "account": names::ss58(&account) })).await
		}
		C::KeepRecovery => make(context, "keep_recovery", json!(null)).await,
		C::Pause { kinds, all } => {
			let bits = kinds.iter().fold(0u8, |bits, kind| {
				bits | match kind {
					PauseName::Sites => 1,
					PauseName::ConfigGuard => 2,
					PauseName::Dispatch => 4,
					PauseName::Energy => 8,
					PauseName::Accounts => 16,
				}
			});
			motion(context, "pause", &json!({ "kinds": bits }), all, false).await
		}
		C::LiftPause { all } => motion(context, "lift_pause", &json!(null), all, false).await,
	}
}

/// A call of the pallet's.
pub(crate) async fn make(context: &Context, call: &str, arguments: serde_json::Value) -> Result<()> {
	let chain = context.chain().await?;
	context.perform_json(&chain, "Federation", call, arguments).await
}

/// A motion in the council about a call of the pallet's. `enact`: the call is one that Root makes.
async fn motion(
	context: &Context,
	call: &str,
	arguments: &serde_json::Value,
	all: bool,
	enact: bool,
) -> Result<()> {
	let chain = context.chain().await?;
	let call = context.spec(&chain).await?.call_json("Federation", call, arguments)?;
	propose(context, &chain, call, Threshold::of(all), enact).await
}

async fn subject(context: &Context, org: &OrgName, matter: serde_json::Value) -> Result<()> {
	let id = find(context, org).await?.id;
	make(context, "propose_subject", json!({ "org": id, "matter": matter })).await
}

async fn exit(context: &Context, command: ExitCommand) -> Result<()> {
	let (call, question) = match command {
		ExitCommand::Declare => ("declare_exit", "Declare that the company leaves the federation?"),
		ExitCommand::Withdraw => ("withdraw_exit", ""),
		ExitCommand::Complete => {
			("complete_exit", "Leave the federation? Seats and validators are gone with it.")
		}
	};
	if !question.is_empty() && !context.output.confirm(question) {
		return Err(Failure::declined("nothing done"));
	}
	make(context, call, json!(null)).await
}

/// Refuses the name of an organisation that has not left: people would take one for the other.
async fn free_name(context: &Context, name: &str) -> Result<()> {
	let orgs = context.chain().await?.now().await?.orgs().await?;
	match orgs.iter().find(|org| org.name == name && org.status != OrgStatus::Left) {
		None => Ok(()),
		Some(org) => Err(Failure::input(format!("organisation {} is called so", org.id.0)).at("--name")),
	}
}

async fn find(context: &Context, org: &OrgName) -> Result<OrgView> {
	let chain = context.chain().await?;
	let orgs = chain.now().await?.orgs().await?;
	org.find(&orgs).cloned()
}
