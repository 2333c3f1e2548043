// SPDX-License-Identifier: Apache-2.0
//! `trimast order replay`: the verdict computed anew, here, by the code that the chain uses; from the chain's record or from a
//! file without any network. What if a piece of evidence were another, both verdicts stand side by side.

use super::{
	evidence::Known,
	people::People,
	record::Evidence,
	show,
	verdict::{breach, side_by_side, text, to_json, until, until_text},
	what_if::{self, Supposed},
};
use crate::{
	context::Context,
	error::{Failure, Result},
	names,
	output::table,
};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use trimast_primitives::{
	order::{fact_digest, verdict_digest, NoVerdict, Record, Verdict},
	Hash, Moment,
};

const EXAMPLES: &str = "\
What if, each FACT=CHANGE, several are taken together:
  3=drop                           fact 3 were not there
  3=signed=carrier-one,tower       these stood behind it (all, none)
  3=in-time                        it had been anchored when it was claimed
  3=void | 3=delivered             its body were missing, or there
  3=when=TIME | 3=author=ORG       another time claimed, another author
  3=battery measured=95            another fact in its place (`trimast order fact --help` has the forms)
  new=grid failed when=TIME author=ORG signed=all    one more

Examples:
  trimast order replay 7
  trimast order replay --from order-7.json
  trimast order replay --from order-7.json --what-if '2=drop' --what-if '1=battery measured=95'";

/// Compute a verdict anew.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayCommand {
	/// The order. May be left out with --from.
	#[arg(required_unless_present = "from")]
	id: Option<u32>,
	/// A file that `trimast order export` has written, instead of the chain. Needs no network.
	#[arg(long, value_name = "FILE")]
	from: Option<PathBuf>,
	/// Digest of the verdict to compare with, as an event or a statement has it; that of the chain or file otherwise.
	#[arg(long, value_name = "HASH", value_parser = digest)]
	digest: Option<Hash>,
	/// What if this piece of evidence were another. May stand several times.
	#[arg(long, value_name = "FACT=CHANGE")]
	what_if: Vec<Supposed>,
}

fn digest(text: &str) -> Result<Hash, String> {
	let bytes: [u8; 32] =
		names::unhex(text)?.try_into().map_err(|_| "a digest is 0x and 64 hexadecimal digits".to_string())?;
	Ok(bytes.into())
}

/// The verdict of a record; of an order that has not ended, what it would be at a moment.
pub(crate) fn judge(record: &Record, now: Moment) -> Result<Verdict> {
	record.verdict_at(now).map_err(|why| {
		let what = match why {
			NoVerdict::Table(defect) => format!("its responsibility table cannot be used: {defect:?}"),
			NoVerdict::FactNumber(number) => format!("no fact can have the number {number}"),
			NoVerdict::FactTwice(number) => format!("two facts have the number {number}"),
		};
		Failure::input(what).at(format!("order {}", record.order)).remedy("export the evidence again")
	})
}

/// By what the chain's events know each fact: so whoever has them sees whether a file has the facts that were anchored.
fn digests(record: &Record) -> Vec<(u8, String)> {
	let (genesis, order) = (record.genesis, record.order);
	record.facts.iter().map(|fact| (fact.number, names::hex0x(fact_digest(genesis, order, fact)))).collect()
}

fn digests_text(record: &Record) -> Option<String> {
	let rows = digests(record).into_iter().map(|(number, digest)| vec![number.to_string(), digest]);
	(!record.facts.is_empty()).then(|| table(&["fact", "digest, as its event FactAnchored has it"], rows))
}

/// Up to when an order is judged that has not ended.
fn until_words(evidence: &Evidence) -> Option<String> {
	let text = until_text(&evidence.record, evidence.now())?;
	Some(match evidence.moment {
		Some(_) => text,
		None => format!("{text}; the file does not say when it was read: export it anew"),
	})
}

/// What a replay comes to.
struct Replayed {
	verdict: Verdict,
	digest: Hash,
	/// With what it is compared, and whose word that is.
	expected: Option<(Hash, &'static str)>,
}

impl Replayed {
	fn of(evidence: &Evidence, digest: Option<Hash>, is_file: bool) -> Result<Self> {
		let record = &evidence.record;
		let verdict = judge(record, evidence.now())?;
		let own = evidence.verdict.as_ref().map(|given| {
			let whose = if is_file { "the file's" } else { "the chain's" };
			(given.digest, whose)
		});
		let expected = digest.map(|digest| (digest, "the one that was named")).or(own);
		let digest = verdict_digest(record.genesis, record.order, &verdict);
		Ok(Self { verdict, digest, expected })
	}

	fn is_same(&self) -> Option<bool> {
		self.expected.map(|(digest, _)| digest == self.digest)
	}

	fn standing(&self) -> String {
		let digest = names::hex0x(self.digest);
		match self.expected {
			None => format!("digest {digest}; there is no verdict to compare it with yet"),
			Some((expected, whose)) if expected == self.digest => {
				format!("the same verdict: digest {digest} is {whose}")
			}
			Some((expected, whose)) => {
				format!("ANOTHER VERDICT: digest {digest}, and {whose} is {}", names::hex0x(expected))
			}
		}
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ReplayCommand) -> Result<()> {
	let evidence = match (&command.from, command.id) {
		(Some(path), id) => {
			let evidence = Evidence::read(path)?;
			if let Some(id) = id.filter(|id| *id != evidence.record.order) {
				let what = format!("it is the evidence of order {}, not of {id}", evidence.record.order);
				return Err(Failure::input(what).at(path.display()).remedy("leave the number out"));
			}
			evidence
		}
		(None, Some(id)) => Evidence::ask(context, id).await?,
		(None, None) => {
			return Err(Failure::usage("no order is named")
				.at("ID")
				.remedy("name an order, or a file with --from"))
		}
	};
	let people = People::named(&evidence.names);
	let record = &evidence.record;
	let replayed = Replayed::of(&evidence, command.digest, command.from.is_some())?;
	let supposed = match command.what_if.is_empty() {
		true => None,
		false => {
			let known = Known::of(evidence.contract, &record.companies);
			let other = what_if::apply(record, &command.what_if, &people, &known)
				.map_err(|failure| failure.at(format!("order {}", record.order)))?;
			let verdict = judge(&other, evidence.now())?;
			Some((other, verdict))
		}
	};
	let value = json!({
		"type": "replay", "order": record.order, "genesis": names::hex0x(record.genesis), "block": evidence.block,
		"digest": names::hex0x(replayed.digest), "same": replayed.is_same(),
		"expected": replayed.expected.map(|(digest, _)| names::hex0x(digest)), "deadline": breach(record, evidence.now()),
		"until": until(record, evidence.now()),
		"digests": digests(record).iter().map(|(fact, digest)| json!({ "fact": fact, "digest": digest })).collect::<Vec<_>>(),
		"verdict": to_json(&replayed.verdict, &people),
		"what_if": supposed.as_ref().map(|(other, verdict)| json!({
			"facts": other.facts, "digest": names::hex0x(verdict_digest(other.genesis, other.order, verdict)),
			"verdict": to_json(verdict, &people),
		})),
	});
	context.output.answer(&value, || {
		let mut parts = vec![format!(
			"order {} on the chain {}, as of block {}",
			record.order,
			names::hex0x(record.genesis),
			evidence.block
		)];
		parts.extend(until_words(&evidence));
		parts.push(show::record_facts(record, &people));
		parts.extend(digests_text(record));
		parts.push(text(&replayed.verdict, &record.table, &people));
		parts.push(replayed.standing());
		if let Some((other, verdict)) = &supposed {
			parts.push("what if:".into());
			parts.push(show::record_facts(other, &people));
			parts.push(side_by_side(("as it is", &replayed.verdict), ("what if", verdict), &people));
		}
		parts.join("\n")
	});
	match replayed.is_same() {
		Some(false) => Err(Failure::chain("the verdict computed here is another one")
			.at(format!("order {}", record.order))
			.remedy("compare file, digest and chain; export the evidence anew once the verdict is given")),
		_ => Ok(()),
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::{super::record::tests::evidence, *};
	use crate::args::{Arguments, Command};
	use trimast_primitives::{
		order::{
			Change, Companies, Evidence as Said, Fact, Phase, ResponsibilityTable, Ruling, Share, State,
			Terms,
		},
		OrgId, OrgSet,
	};

	const MINUTE: Moment = 60_000;

	/// The example of the order module: the batteries lasted 60 of 90 minutes, the generator came at 150 instead of 130.
	pub(crate) fn record() -> Record {
		let (carrier, tower) = (OrgId(0), OrgId(2));
		let fact = |number, claimed, evidence| Fact {
			number,
			author: tower,
			claimed: claimed * MINUTE,
			anchored: claimed * MINUTE,
			countersigned: OrgSet::of(carrier),
			body: None,
			denied: false,
			evidence,
		};
		let facts = vec![
			fact(0, 10, Said::GridFailure { phase: Phase::Raised }),
			fact(1, 70, Said::BatteryAutonomy { contracted: 90, measured: 60 }),
			fact(2, 150, Said::GeneratorArrival { contracted: 120, arrived: Some(150 * MINUTE) }),
		];
		let change = |state, at| Change { state, at: at * MINUTE, signed: None };
		let changes = vec![
			change(State::Acknowledged, 70),
			change(State::InProgress, 75),
			change(State::Resolved, 150),
			change(State::Closed, 160),
		];
		Record {
			genesis: Hash::repeat_byte(1),
			order: 7,
			companies: Companies {
				parties: OrgSet::of(carrier).with(tower),
				owner: carrier,
				tower: Some(tower),
				networks: Default::default(),
				signed: OrgSet::of(carrier).with(tower),
			},
			changes: changes.try_into().unwrap(),
			silence: 3_600,
			terms: Some(Terms { response: 900, restoration: 3_600, jeopardy: 500 }),
			facts: facts.try_into().unwrap(),
			table: ResponsibilityTable::default(),
			ruling: Ruling::default(),
		}
	}

	#[test]
	fn replay_says_whether_the_verdict_is_the_same() {
		let evidence = evidence();
		let same = Replayed::of(&evidence, None, true).unwrap();
		assert_eq!(same.is_same(), Some(true));
		assert!(same.standing().contains("the same verdict") && same.standing().contains("the file's"));
		// The digest that one knows counts before what the file says of itself.
		let named = Replayed::of(&evidence, Some(Hash::zero()), true).unwrap();
		assert_eq!(named.is_same(), Some(false));
		assert!(named.standing().contains("ANOTHER VERDICT"), "{}", named.standing());
		let mut evidence = evidence;
		evidence.verdict = None;
		let open = Replayed::of(&evidence, None, false).unwrap();
		assert_eq!(open.is_same(), None);
	}

	#[test]
	fn any_change_of_the_evidence_that_counts_shows() {
		let mut evidence = evidence();
		evidence.record.facts[1].evidence = Said::BatteryAutonomy { contracted: 90, measured: 90 };
		assert_eq!(Replayed::of(&evidence, None, true).unwrap().is_same(), Some(false));
	}

	#[test]
	fn digest_of_a_fact_shows_a_change_that_makes_no_other_verdict() {
		let evidence = evidence();
		let mut changed = evidence.clone();
		// Batteries that have lasted 59 minutes fall as short as those that have lasted 60.
		changed.record.facts[1].evidence = Said::BatteryAutonomy { contracted: 90, measured: 59 };
		assert_eq!(Replayed::of(&changed, None, true).unwrap().is_same(), Some(true));
		let (known, other) = (digests(&evidence.record), digests(&changed.record));
		assert_eq!((&known[0], &known[2]), (&other[0], &other[2]));
		assert!(known[1].0 == 1 && known[1] != other[1], "{known:?}");
		let record = &evidence.record;
		let anchored = fact_digest(record.genesis, record.order, &record.facts[1]);
		assert_eq!(known[1].1, names::hex0x(anchored));
		assert!(digests_text(record).unwrap().contains(&known[1].1));
		// Who has signed is no part of it.
		changed = evidence.clone();
		changed.record.facts[1].countersigned = OrgSet::EMPTY;
		assert_eq!(digests(&changed.record), known);
		changed.record.facts.truncate(0);
		assert_eq!(digests_text(&changed.record), None);
	}

	#[test]
	fn replay_goes_by_who_had_signed_the_record() {
		let mut evidence = evidence();
		evidence.record.companies.signed = OrgSet::of(OrgId(0));
		let other = Replayed::of(&evidence, None, true).unwrap();
		assert_eq!(other.is_same(), Some(false));
		let total = other.verdict.total(Share::Company(OrgId(2)));
		assert_eq!((total.penalty, total.penalty_on_one_word), (0, 20 * MINUTE));
	}

	#[test]
	fn order_under_way_is_replayed_up_to_when_it_was_read() {
		let mut open = evidence();
		open.verdict = None;
		open.moment = Some(200 * MINUTE);
		open.record.changes.truncate(2);
		// The outage goes on since minute 70. The batteries were to last 20 minutes more, and the generator came 20 minutes late.
		let tower = |evidence: &Evidence| {
			let verdict = Replayed::of(evidence, None, true).unwrap().verdict;
			(verdict.pieces.last().unwrap().to, verdict.total(Share::Company(OrgId(2))).time)
		};
		assert_eq!(tower(&open), (200 * MINUTE, 50 * MINUTE));
		assert!(until_words(&open).unwrap().ends_with("by the chain's clock"), "{:?}", until_words(&open));
		// A file says when it was read, so it comes to the same whenever it is replayed.
		let read: Evidence = serde_json::from_slice(&serde_json::to_vec(&open).unwrap()).unwrap();
		assert_eq!(tower(&read), tower(&open));
		let mut older = open;
		older.moment = None;
		assert_eq!(tower(&older), (75 * MINUTE, 5 * MINUTE));
		assert!(until_words(&older).unwrap().ends_with("export it anew"), "{:?}", until_words(&older));
		// What has ended says nothing of it.
		assert_eq!(until_words(&evidence()), None);
	}

	/// The whole command, as somebody without a network gives it.
	fn command(line: &[&str]) -> Result<()> {
		let arguments = Arguments::read(line).unwrap();
		let Command::Order { command } = arguments.command else { panic!("{line:?}") };
		let context = Context::new(arguments.global).unwrap();
		let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
		runtime.block_on(crate::order::run(&context, command))
	}

	#[test]
	fn replay_from_a_file_needs_no_network() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("order-7.json");
		std::fs::write(&path, serde_json::to_vec(&evidence()).unwrap()).unwrap();
		let replay = |more: &[&str]| {
			let file = path.to_str().unwrap();
			command(&[&["trimast", "--json", "order", "replay", "--from", file][..], more].concat())
		};
		assert_eq!(replay(&[]), Ok(()));
		assert_eq!(
			replay(&["--what-if", "2=drop", "--what-if", "1=battery measured=95 contracted=90"]),
			Ok(())
		);
		let other = names::hex0x(Hash::zero());
		assert_eq!(replay(&["--digest", &other]).unwrap_err().exit_code(), 1);
		assert_eq!(replay(&["--what-if", "9=drop"]).unwrap_err().exit_code(), 3);
		assert!(replay(&["8"]).unwrap_err().to_string().contains("order 7, not of 8"));
	}

	#[test]
	fn digests_are_64_digits() {
		assert_eq!(digest(&names::hex0x(Hash::repeat_byte(3))), Ok(Hash::repeat_byte(3)));
		assert!(digest("0x12").unwrap_err().contains("64"));
	}
}
