// SPDX-License-Identifier: Apache-2.0
//! `trimast order fact`, `sign`, `refute`, `ask` and `body`: evidence, who stands behind it, and what stands behind it.

use super::{
	about::About,
	desk::{self, Desk, CRITIC, DISPATCHER, WITNESS},
	evidence::{self, Known},
	people::People,
	show,
};
use crate::{
	config::{change::Reason, export::time},
	context::Context,
	error::{Failure, Result},
	files::read,
	names,
	output::counted,
};
use clap::Args;
use std::path::PathBuf;
use trimast_primitives::{
	apis::DemandView,
	order::{fact_digest, Fact},
	Hash, Moment, OrgId,
};

const FORMS: &str = "\
Facts:
  alarm raised|changed|cleared id=ALARM-ID about=power|environment|backhaul|equipment|service severity=CRITICAL
        [type=EQUIPMENT_ALARM] [plmn=46011]
  grid failed | grid back
  battery measured=MINUTES
  generator arrived=TIME | generator missing
  planned from=TIME to=TIME
  access asked|granted by=ORG from=TIME to=TIME | access refused by=ORG
  appointment made by=ORG time=TIME | appointment missed by=ORG
  arrival by=ORG
  reading energy|power|voltage|temperature value=N    (Wh, W, mV, 0.1 degree)
  violation raised|changed|cleared number=N by=ORG
  or as JSON has it: '{\"GridFailure\":{\"phase\":\"Raised\"}}'
Contracted times and owners are those of the station's record where none are said.

Examples:
  trimast order fact 7 grid failed --at 2026-05-07T08:00:00
  trimast order fact 7 battery measured=60 --body batteries.log
  trimast order fact 7 alarm raised id=A-17 about=power severity=CRITICAL";

/// Anchor a fact.
#[derive(Args, Debug)]
#[command(after_help = FORMS)]
pub(crate) struct FactCommand {
	/// The order.
	id: u32,
	/// The fact, as below.
	#[arg(required = true, num_args = 1.., value_name = "FACT")]
	fact: Vec<String>,
	/// When it was; now where nothing is said.
	#[arg(long, value_name = "TIME", value_parser = time::read)]
	at: Option<Moment>,
	/// What stands behind it: a photograph, a log (its hash is kept), or that hash.
	#[arg(long, value_name = "FILE|HASH")]
	body: Option<Reason>,
}

/// `order fact`.
pub(crate) async fn anchor(context: &Context, command: FactCommand) -> Result<()> {
	let body = command.body.as_ref().map(Reason::hash).transpose()?;
	let desk = Desk::on(context, command.id, WITNESS).await?;
	desk.expect_concerned()?;
	desk.expect_facts()?;
	let order = desk.order();
	let known = Known::of(order.contract, &order.companies);
	let words: Vec<&str> = command.fact.iter().flat_map(|word| split(word)).collect();
	let said = evidence::read(&words, &desk.people, &known).map_err(|what| {
		Failure::input(what).at("FACT").remedy("`trimast order fact --help` has each form")
	})?;
	let claimed = command.at.unwrap_or(desk.now);
	said.check(&order.companies, order.contract.as_ref(), order.concerned)
		.and_then(|()| said.has_happened(claimed, desk.now))
		.map_err(|refusal| refused(&desk, refusal))?;
	if desk.now.saturating_sub(claimed.max(show::opened(&desk.view.changes)))
		> Moment::from(order.evidence).saturating_mul(1_000)
	{
		context.output.remark(&format!(
			"it is older than {}: it counts once the others whose matter it is have countersigned it",
			super::words::span(Moment::from(order.evidence).saturating_mul(1_000))
		));
	}
	desk.make("anchor_fact", (command.id, claimed, said, body)).await
}

/// JSON and what has a name stay as they are; everything else is words.
fn split(word: &str) -> Vec<&str> {
	// The name of a company may have spaces.
	let has_name = word.split_once('=').is_some_and(|(name, _)| !name.contains(char::is_whitespace));
	match word.trim_start().starts_with('{') || has_name {
		true => vec![word],
		false => word.split_whitespace().collect(),
	}
}

fn refused(desk: &Desk<'_>, refusal: trimast_primitives::order::FactRefusal) -> Failure {
	use trimast_primitives::order::FactRefusal::*;
	let order = desk.order();
	let what = match (refusal, &order.contract) {
		(OtherContract, Some(contract)) => format!(
			"by the record the batteries last {} min, and a generator is there within {} min",
			contract.autonomy, contract.generator
		),
		(OtherContract, None) => "the order is about no station, so nothing is contracted".into(),
		(OtherOwner, contract) => {
			let link = contract.map_or_else(|| "-".into(), |contract| desk.people.name(contract.backhaul));
			format!(
				"by the record the equipment is {}'s and the link {link}'s, and the networks are {}",
				desk.people.name(order.companies.owner),
				show::networks(&order.companies)
			)
		}
		(NotConcerned, _) => format!("it concerns {}", desk.people.names(order.concerned)),
		(Impossible, _) => {
			"that cannot be: it lies in the future, ends before it begins, or CLEARED and cleared do not go together".into()
		}
	};
	let id = desk.id();
	Failure::input(what).at(format!("order {id}")).remedy(format!(
		"`trimast order show {id}` shows its record and its facts; `trimast order fact --help` has each form"
	))
}

/// Countersign facts, or that the order is held.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  trimast order sign 7 0 2\n  trimast order sign 7 --hold")]
pub(crate) struct SignCommand {
	/// The order.
	id: u32,
	/// Numbers of the facts.
	#[arg(required_unless_present = "hold", conflicts_with = "hold", value_name = "FACT")]
	facts: Vec<u8>,
	/// That it is held: its clock stands from now on.
	#[arg(long)]
	hold: bool,
}

/// `order sign`.
pub(crate) async fn sign(context: &Context, command: SignCommand) -> Result<()> {
	if command.hold {
		return desk::sign_hold(context, command.id).await;
	}
	let desk = Desk::on(context, command.id, DISPATCHER).await?;
	desk.expect_concerned()?;
	desk.expect_answers()?;
	let facts = desk.chain.now().await?.order_facts(command.id).await?.facts;
	let mut signed: Vec<&Fact> = Vec::new();
	for number in &command.facts {
		let fact = find(&desk, &facts, *number)?;
		if fact.author == desk.org {
			return Err(desk.refused(format!("fact {number} is your own company's: others sign it")));
		}
		if fact.countersigned.contains(desk.org) {
			context.output.remark(&format!("fact {number} is signed already"));
		} else if !signed.iter().any(|one| one.number == fact.number) {
			signed.push(fact);
		}
	}
	if signed.is_empty() {
		return Ok(());
	}
	let shown: Vec<Fact> = signed.iter().map(|fact| **fact).collect();
	let opened = show::opened(&desk.view.changes);
	context.output.say(&show::facts_table(&shown, desk.order(), opened, &desk.people));
	desk.ask(&format!("Stand behind {}?", counted(signed.len(), "fact")))?;
	let genesis = desk.chain.genesis();
	let mut calls = Vec::new();
	for fact in signed {
		// The digest is computed here, of what was shown.
		let arguments = (command.id, fact.number, fact_digest(genesis, command.id, fact));
		calls.push((format!("fact {}", fact.number), desk.call("countersign_fact", arguments).await?));
	}
	About::Order(desk.id()).told(context.perform_all(&desk.chain, calls).await)
}

/// `order refute`.
pub(crate) async fn refute(context: &Context, id: u32, number: u8) -> Result<()> {
	let desk = Desk::on(context, id, CRITIC).await?;
	desk.expect_concerned()?;
	desk.expect_answers()?;
	let facts = desk.chain.now().await?.order_facts(id).await?.facts;
	let fact = find(&desk, &facts, number)?;
	let order = desk.order();
	if order.parties().contains(desk.org) || fact.evidence.against(&order.companies) != Some(desk.org) {
		let what = format!("fact {number} does not speak against you, or you are a party: a party appeals");
		return Err(desk.refused(what));
	}
	let opened = show::opened(&desk.view.changes);
	context.output.say(&show::facts_table(&[*fact], order, opened, &desk.people));
	desk.ask("Deny this? It counts then only if a second company stands behind it.")?;
	desk.make("deny_fact", (id, number)).await
}

fn find<'f>(desk: &Desk<'_>, facts: &'f [Fact], number: u8) -> Result<&'f Fact> {
	let found = facts.iter().find(|fact| fact.number == number);
	found.ok_or_else(|| desk.refused(format!("it has no fact {number}")))
}

/// `order ask`.
pub(crate) async fn ask(context: &Context, id: u32, number: u8) -> Result<()> {
	let desk = Desk::on(context, id, CRITIC).await?;
	desk.expect_concerned()?;
	desk.expect_answers()?;
	let facts = desk.chain.now().await?.order_facts(id).await?.facts;
	let fact = find(&desk, &facts, number)?;
	if fact.author == desk.org {
		return Err(desk.refused(format!("fact {number} is your own company's")));
	}
	if fact.body.is_none() {
		return Err(desk.refused(format!("fact {number} has no body: only what is said stands behind it")));
	}
	desk.make("ask_body", (id, number)).await
}

/// Deliver a body that is asked for, or say that one has it.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast order body 7 2 batteries.log\n  trimast order body 7 2 --received"
)]
pub(crate) struct BodyCommand {
	/// The order.
	id: u32,
	/// Number of the fact.
	fact: u8,
	/// The body of your company's own fact. It stands in a block then, for every member to read.
	#[arg(required_unless_present = "received", conflicts_with = "received")]
	file: Option<PathBuf>,
	/// Say that you have the body that your company has asked for.
	#[arg(long)]
	received: bool,
}

/// Refuses who shows the body of another company's fact.
fn expect_author(fact: &Fact, org: OrgId, people: &People) -> Result<(), String> {
	match fact.author == org {
		true => Ok(()),
		false => {
			Err(format!("fact {} is {}'s: its author shows its body", fact.number, people.name(fact.author)))
		}
	}
}

/// Refuses who says that it has a body without waiting for it.
fn expect_waits(fact: u8, demands: &[DemandView], org: OrgId) -> Result<(), String> {
	match demands.iter().any(|demand| demand.fact == fact && demand.by.contains(org)) {
		true => Ok(()),
		false => Err(format!("your company does not wait for the body of fact {fact}")),
	}
}

/// `order body`.
pub(crate) async fn body(context: &Context, command: BodyCommand) -> Result<()> {
	let Some(path) = &command.file else {
		let desk = Desk::on(context, command.id, CRITIC).await?;
		let evidence = desk.chain.now().await?.order_facts(command.id).await?;
		let fact = find(&desk, &evidence.facts, command.fact)?;
		expect_waits(fact.number, &evidence.demands, desk.org).map_err(|what| desk.refused(what))?;
		return desk.make("acknowledge_body", (command.id, command.fact)).await;
	};
	let bytes = read(path)?;
	let desk = Desk::on(context, command.id, WITNESS).await?;
	let facts = desk.chain.now().await?.order_facts(command.id).await?.facts;
	let fact = find(&desk, &facts, command.fact)?;
	expect_author(fact, desk.org, &desk.people).map_err(|what| desk.refused(what))?;
	let hash: Hash = sp_io::hashing::blake2_256(&bytes).into();
	match fact.body {
		None => return Err(desk.refused(format!("fact {} has no body", fact.number))),
		Some(body) if body.hash != hash => {
			return Err(Failure::input(format!("its hash is {}", names::hex0x(hash)))
				.at(path.display())
				.remedy(format!("name the file with the hash {}", names::hex0x(body.hash))));
		}
		Some(_) => {}
	}
	let most: Option<u32> = context.spec(&desk.chain).await?.constant("Dispatch", "MaxBody");
	if let Some(most) = most.filter(|most| usize::try_from(*most).is_ok_and(|most| bytes.len() > most)) {
		return Err(Failure::input(format!("it has {} bytes, and the chain takes {most}", bytes.len()))
			.at(path.display())
			.remedy("hand it over yourself; who has asked says that it is there (`trimast order body ID FACT --received`)"));
	}
	desk.ask("Every member can read it in the block from then on. Show it to the chain?")?;
	desk.make("deliver_body", (command.id, command.fact, bytes)).await
}

#[cfg(test)]
mod tests {
	use super::{
		super::{people::tests::people, replay::tests::record},
		*,
	};
	use trimast_primitives::OrgSet;

	#[test]
	fn body_is_for_its_author_to_show_and_for_who_waits_to_have() {
		let (one, two, tower) = (OrgId(0), OrgId(1), OrgId(2));
		let fact = record().facts[1];
		assert_eq!(expect_author(&fact, tower, &people()), Ok(()));
		let refused = expect_author(&fact, one, &people()).unwrap_err();
		assert_eq!(refused, "fact 1 is tower's: its author shows its body");
		let demands = [DemandView { fact: 1, by: OrgSet::of(two), until: 0 }];
		assert_eq!(expect_waits(1, &demands, two), Ok(()));
		for (fact, org) in [(1, one), (0, two), (1, tower)] {
			let refused = expect_waits(fact, &demands, org).unwrap_err();
			assert!(refused.ends_with(&format!("the body of fact {fact}")), "{refused}");
		}
	}

	#[test]
	fn words_of_a_fact_come_in_one_argument_or_in_several() {
		let words = |line: &[&str]| -> Vec<String> {
			line.iter().flat_map(|word| split(word)).map(str::to_string).collect()
		};
		assert_eq!(words(&["grid failed"]), ["grid", "failed"]);
		assert_eq!(words(&["battery measured=60"]), ["battery", "measured=60"]);
		assert_eq!(words(&["arrival", "by=tower company"]), ["arrival", "by=tower company"]);
		assert_eq!(words(&["{\"a\": 1}"]), ["{\"a\": 1}"]);
	}
}
