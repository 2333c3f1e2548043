// SPDX-License-Identifier: Apache-2.0
//! `trimast energy withdraw`, `concede`, `rule` and `end-contest`: how a dispute about a report ends.

use super::{
	batches::Directory,
	bodies,
	compare::compare,
	show::{report_json, report_text, Standing},
	words::{ReportId, ReportName},
};
use crate::{
	chain::{views::At, Chain},
	config::{access, export::time},
	context::Context,
	error::{Failure, Result},
	order::{open::WordsArgs, people::People, words::due},
};
use clap::Args;
use codec::Encode;
use serde_json::json;
use std::collections::HashMap;
use trimast_primitives::{access::Role, apis::EnergyDisputeView, page::SiteId, Moment, OrgId};

/// Who decides about what was said, and signs for it.
pub(super) const CRITIC: &[Role] = &[Role::Planner, Role::Auditor];
/// Readings that are shown before something is said about them.
const SHOWN: usize = 20;

/// Take back what the company has contested.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy withdraw 1301/5/carrier-one/2026-05-07")]
pub(crate) struct WithdrawCommand {
	/// The report, as `trimast energy show` names it.
	report: ReportName,
}

/// Take what another has seen for one's own report.
#[derive(Args, Debug)]
#[command(
	after_help = "Example:\n  trimast energy concede 1301/5/carrier-one/2026-05-07 --archive ws://archive:9944"
)]
pub(crate) struct ConcedeCommand {
	/// The report, as `trimast energy show` names it.
	report: ReportName,
	/// Archive node, to show in which readings the two differ.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
}

/// Rule on a report that others contest.
#[derive(Args, Debug)]
#[command(
	after_help = "Example:\n  trimast energy rule 1301/5/carrier-one/2026-05-07 --for-other --text 'the meter was replaced' --archive ws://archive:9944"
)]
pub(crate) struct RuleCommand {
	/// The report, as `trimast energy show` names it.
	report: ReportName,
	/// What the owner has reported stands.
	#[arg(long, required_unless_present = "for_other", conflicts_with = "for_other")]
	for_owner: bool,
	/// What the other has seen stands.
	#[arg(long)]
	for_other: bool,
	#[command(flatten)]
	reason: WordsArgs,
	/// Archive node, to show in which readings the two differ.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
}

/// End a dispute on which nobody has ruled in time.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy end-contest 1301/5/carrier-one/2026-05-07")]
pub(crate) struct EndCommand {
	/// The report, as `trimast energy show` names it.
	report: ReportName,
}

/// A contested report, and who is at work on it.
struct Desk<'a> {
	context: &'a Context,
	chain: Chain,
	standing: Standing,
	dispute: EnergyDisputeView,
	people: People,
	org: OrgId,
	now: Moment,
}

/// The dispute about a report.
fn dispute_of((id, view): &Standing) -> Result<EnergyDisputeView> {
	view.dispute.clone().ok_or_else(|| {
		Failure::chain("nobody contests it").at(id).remedy(format!(
			"`trimast energy show {} --month MONTH --contested` shows those that are contested",
			id.local_network.0
		))
	})
}

impl<'a> Desk<'a> {
	async fn on(context: &'a Context, name: &ReportName) -> Result<Self> {
		let chain = context.chain().await?;
		let at = chain.now().await?;
		let account = access::acting(context, at, CRITIC).await?;
		let people = People::of(&at.orgs().await?);
		let id = name.find(&people)?;
		access::expect_local_network(&account, id.local_network).map_err(|failure| failure.at(id))?;
		let standing = (id, at.energy_report(id).await?);
		let dispute = dispute_of(&standing)?;
		let now = at.moment().await?;
		Ok(Self { context, org: account.org, standing, dispute, people, now, chain })
	}

	fn id(&self) -> ReportId {
		self.standing.0
	}

	fn refused(&self, what: impl std::fmt::Display) -> Failure {
		Failure::chain(what)
			.at(self.id())
			.remedy("`trimast energy show` has the owner, and who contests it until when")
	}

	/// Shows the report, and in which readings the two differ where an archive node is named.
	async fn tell(&self, archive: Option<&str>) -> Result<()> {
		let output = self.context.output;
		output.say(&report_text(&self.standing, &self.people, self.now));
		let Some(archive) = self.context.archive(&self.chain, archive).await? else {
			output.remark("--archive URL shows in which readings the two differ");
			return Ok(());
		};
		let (id, view) = &self.standing;
		let of = |digest| (id.local_network, id.owner, digest);
		let reported = bodies::ask_one(&archive, view.block, of(view.digest)).await?;
		let seen = bodies::ask_one(&archive, self.dispute.block, of(self.dispute.seen)).await?;
		let compared = compare(&reported, std::slice::from_ref(&seen), |_| None).ok_or_else(|| {
			Failure::chain("the two cannot be compared").at(id).remedy("ask another archive node (--archive)")
		})?;
		let directory = directory(self.chain.now().await?, *id).await?;
		output.json_line(&json!({
			"type": "differs", "report": id.to_string(), "readings": compared.to_json(*id, &directory),
			"networks_missing": compared.left_out_json(),
		}));
		output.say(&compared.text(*id, &directory, SHOWN));
		if let Some(words) = compared.left_out_words() {
			output.say(&format!("{id}: {words}"));
		}
		Ok(())
	}

	/// Asks before something that cannot be taken back.
	fn ask(&self, question: &str) -> Result<()> {
		match self.context.output.confirm(question) {
			true => Ok(()),
			false => Err(Failure::declined("nothing done")),
		}
	}

	/// Makes a call, and tells how the report stands then.
	async fn make<A: Encode>(&self, name: &str, arguments: A) -> Result<()> {
		let call = self.context.spec(&self.chain).await?.call("Energy", name, arguments)?;
		let made = self.context.perform(&self.chain, call).await.map_err(|failure| failure.at(self.id()))?;
		if made.is_none() {
			return Ok(());
		}
		let at = self.chain.now().await?;
		let standing = (self.id(), at.energy_report(self.id()).await?);
		let now = at.moment().await?;
		self.context.output.answer(&report_json(&standing), || report_text(&standing, &self.people, now));
		Ok(())
	}
}

/// The codes of a page's stations.
async fn directory(at: At<'_>, id: ReportId) -> Result<Directory> {
	let stations = at.page_stations(id.local_network, id.page).await?;
	let codes: HashMap<SiteId, String> = (0u32..)
		.zip(stations)
		.map(|(slot, entry)| {
			let code = String::from_utf8_lossy(&entry.station.code).into_owned();
			(SiteId::new(id.local_network, id.page, slot), code)
		})
		.collect();
	Ok(Directory::of(codes))
}

/// `energy withdraw`.
pub(crate) async fn withdraw(context: &Context, command: WithdrawCommand) -> Result<()> {
	let desk = Desk::on(context, &command.report).await?;
	if desk.dispute.by != desk.org {
		return Err(
			desk.refused(format!("{} contests it, and takes it back", desk.people.name(desk.dispute.by)))
		);
	}
	desk.make("withdraw_contest", desk.id()).await
}

/// `energy concede`.
pub(crate) async fn concede(context: &Context, command: ConcedeCommand) -> Result<()> {
	let desk = Desk::on(context, &command.report).await?;
	if desk.id().owner != desk.org {
		return Err(desk
			.refused(format!("it is the report of {}, who may concede", desk.people.name(desk.id().owner))));
	}
	desk.tell(command.archive.as_deref()).await?;
	let by = desk.people.name(desk.dispute.by);
	desk.ask(&format!("From now on what {by} has seen stands for good. Concede that?"))?;
	desk.make("concede_contest", (desk.id(), desk.dispute.seen)).await
}

/// `energy rule`.
pub(crate) async fn rule(context: &Context, command: RuleCommand) -> Result<()> {
	let reason = command.reason.read()?;
	let desk = Desk::on(context, &command.report).await?;
	let owner = desk.id().owner;
	if [owner, desk.dispute.by].contains(&desk.org) {
		return Err(desk.refused("a party does not rule: the others do"));
	}
	if desk.now > desk.dispute.until {
		let what = format!("the others could rule until {}", time::text(desk.dispute.until));
		return Err(Failure::chain(what).at(desk.id()).remedy(format!(
			"`trimast energy end-contest {}` ends it: the owner's report stands",
			desk.id()
		)));
	}
	desk.tell(command.archive.as_deref()).await?;
	let winner = desk.people.name(if command.for_other { desk.dispute.by } else { owner });
	desk.ask(&format!("From now on what {winner} says stands, and is corrected no more. Rule that?"))?;
	desk.make("rule", (desk.id(), desk.dispute.seen, command.for_owner, reason)).await
}

/// `energy end-contest`.
pub(crate) async fn end(context: &Context, command: EndCommand) -> Result<()> {
	let desk = Desk::on(context, &command.report).await?;
	if desk.now <= desk.dispute.until {
		return Err(desk.refused(format!("the others may rule until {}", due(desk.dispute.until, desk.now))));
	}
	desk.make("end_contest", desk.id()).await
}

#[cfg(test)]
mod tests {
	use super::{super::show::tests::standing_report, *};

	#[test]
	fn what_is_not_contested_leads_to_what_is() {
		let failure = dispute_of(&standing_report()).unwrap_err().to_string();
		assert!(failure.starts_with("1301/0/0/2026-11-28: nobody contests it"), "{failure}");
		assert!(failure.contains("energy show 1301 --month MONTH --contested"), "{failure}");
	}
}
