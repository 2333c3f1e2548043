// SPDX-License-Identifier: Apache-2.0
//! Saving windows: `trimast energy plan`, `consent`, `wake`, `prove`, `savings` and `states`.
//!
//! ```text
//!   --auto MONTHS -> facts, solver -> auto -+
//!   FILE, --cell ---------------------------+-> propose -> examine -> consent -> examine (approve) -> wake -> prove -> savings
//! ```
//!
//! * [`propose`], [`auto`], [`facts`]: plans from a file, from what was recorded, or from what is named.
//! * [`examine`]: pages examined and approved, one by one. [`consent`]: what companies say of whole plans. [`wake`]: cells awake at once.
//! * [`frozen`]: the reports that a baseline is read from, and whether they stand.
//! * [`prove`]: what was saved, from reports. [`evidence`]: which these are, and by what they are read. [`month`]: that as a part of an
//!   exported month, and computed anew. [`covers`]: what stations draw more that stand in, beside it. [`show`]: plans and states of
//!   cells. [`savings`]: what places have saved. [`stations`]: what each station has. [`stale`]: proofs whose reports were corrected
//!   since.
//! * [`said`], [`news`], [`words`]: what the chain says in events, and how people write it.

mod auto;
mod consent;
mod covers;
pub(super) mod evidence;
mod examine;
mod facts;
pub(super) mod frozen;
pub(super) mod month;
pub(super) mod news;
mod propose;
mod prove;
mod said;
mod savings;
mod show;
pub(super) mod stale;
pub(super) mod stations;
mod wake;
mod words;

pub(super) use consent::{consent, ConsentCommand};
pub(super) use prove::{run as prove, ProveCommand};
pub(super) use savings::{run as savings, SavingsCommand};
pub(super) use show::{states, StatesCommand};
pub(super) use wake::{wake, WakeCommand};
pub(super) use words::{signed_kg, signed_kg_exact, signed_kwh};

use crate::{context::Context, error::Result};
use clap::Subcommand;

/// Plans of saving windows.
#[derive(Subcommand, Debug)]
pub(crate) enum PlanCommand {
	/// Proposes windows: from a file of plans, from exported months (--auto), or of named cells; and has their pages examined.
	Propose(propose::ProposeCommand),
	/// Has the pages of one's own plans examined, as far as they are not.
	Examine(examine::ExamineCommand),
	/// Approves the pages of plans that everybody has agreed to, as far as they are not.
	Approve(examine::ApproveCommand),
	/// The plans that are kept.
	List(show::ListCommand),
	/// One plan: its pages and cells, which cells compensate, who was asked, what was woken and proven, and the reports that its baseline is
	/// read from.
	Show(show::PlanArgs),
	/// Takes back a plan of one's own; one that is approved ends.
	Withdraw(consent::WithdrawCommand),
	/// Refuses a plan that one's company is asked about; cells of one that is approved are woken instead.
	Refuse(consent::RefuseCommand),
}

/// `energy plan`.
pub(super) async fn plan(context: &Context, command: PlanCommand) -> Result<()> {
	match command {
		PlanCommand::Propose(command) => propose::run(context, command).await,
		PlanCommand::Examine(command) => examine::examine(context, command).await,
		PlanCommand::Approve(command) => examine::approve(context, command).await,
		PlanCommand::List(command) => show::list(context, command).await,
		PlanCommand::Show(command) => show::show(context, command).await,
		PlanCommand::Withdraw(command) => consent::withdraw(context, command).await,
		PlanCommand::Refuse(command) => consent::refuse(context, command).await,
	}
}
