// SPDX-License-Identifier: Apache-2.0
//! What if a piece of evidence were another: a fact dropped, changed or added, and what would follow.

use super::{
	evidence::{self, Known},
	people::People,
};
use crate::{
	config::export::time,
	error::{Failure, Result},
	names::OrgName,
	output::quoted,
};
use std::str::FromStr;
use trimast_primitives::{
	order::{Body, Companies, Demand, Evidence, Fact, Phase, Record, MAX_FACTS},
	Hash, OrgId, OrgSet,
};

/// Which fact, and what were otherwise with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Supposed {
	/// Its number; none for one more.
	fact: Option<u8>,
	change: String,
}

impl FromStr for Supposed {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let expected = || format!("{} is no FACT=CHANGE, such as 3=drop", quoted(text));
		let (fact, change) = text.split_once('=').ok_or_else(expected)?;
		let fact = match fact.trim() {
			"new" => None,
			number => Some(number.parse().map_err(|_| expected())?),
		};
		match change.trim() {
			"" => Err(expected()),
			change => Ok(Self { fact, change: change.into() }),
		}
	}
}

/// A record in which all of this were otherwise.
pub(crate) fn apply(record: &Record, all: &[Supposed], people: &People, known: &Known) -> Result<Record> {
	let mut record = record.clone();
	for supposed in all {
		let place = supposed.fact.map_or_else(|| "new".into(), |number| number.to_string());
		one(&mut record, supposed, people, known)
			.map_err(|failure| failure.at(format!("--what-if {place}={}", supposed.change)))?;
	}
	Ok(record)
}

fn one(record: &mut Record, supposed: &Supposed, people: &People, known: &Known) -> Result<()> {
	let Some(number) = supposed.fact else { return add(record, &supposed.change, people, known) };
	let place = record.facts.iter().position(|fact| fact.number == number);
	let missing = || {
		let numbers: Vec<String> = record.facts.iter().map(|fact| fact.number.to_string()).collect();
		Failure::input(format!("there is no fact {number}"))
			.remedy(format!("one of: {}; or new", numbers.join(", ")))
	};
	let place = place.ok_or_else(missing)?;
	if supposed.change == "drop" {
		record.facts.remove(place);
		return Ok(());
	}
	let Some(fact) = record.facts.get_mut(place) else { return Ok(()) };
	let words = adjust(fact, &supposed.change, &record.companies, people)?;
	if !words.is_empty() {
		fact.evidence = evidence::read(&words, people, known).map_err(wrong)?;
	}
	Ok(())
}

fn add(record: &mut Record, change: &str, people: &People, known: &Known) -> Result<()> {
	let used = |number: &u8| record.facts.iter().any(|fact| fact.number == *number);
	let free = (0..MAX_FACTS).rev().take_while(|number| !used(number)).last();
	let number =
		free.ok_or_else(|| Failure::input("it has as many facts as may be").remedy("drop one before"))?;
	// Everything is said, or nothing could be told of it.
	let nobody = OrgId(u8::MAX);
	let mut fact = Fact {
		number,
		author: nobody,
		claimed: 0,
		anchored: 0,
		countersigned: OrgSet::EMPTY,
		body: None,
		denied: false,
		evidence: Evidence::GridFailure { phase: Phase::Raised },
	};
	let words = adjust(&mut fact, change, &record.companies, people)?;
	if fact.author == nobody {
		return Err(Failure::input("nobody says it").remedy("name who does: author=ORG"));
	}
	if fact.claimed == 0 {
		return Err(Failure::input("it has no time").remedy("say when it was: when=TIME"));
	}
	fact.evidence = evidence::read(&words, people, known).map_err(wrong)?;
	let full = || Failure::input("it has as many facts as may be").remedy("drop one before");
	record.facts.try_push(fact).map_err(|_| full())
}

fn wrong(what: String) -> Failure {
	Failure::input(what).remedy("`trimast order replay --help` has what can be said")
}

/// Changes what is said of the fact itself, and gives back the words that are about what it says.
fn adjust<'c>(
	fact: &mut Fact,
	change: &'c str,
	companies: &Companies,
	people: &People,
) -> Result<Vec<&'c str>> {
	if change.starts_with('{') {
		return Ok(vec![change]);
	}
	let org = |text: &str| -> Result<OrgId> { people.find(&text.parse::<OrgName>().map_err(wrong)?) };
	let moment = |text: &str| time::read(text).map_err(wrong);
	let (mut words, mut signed, mut anchored) = (Vec::new(), None, None);
	for word in change.split_whitespace() {
		match word.split_once('=') {
			Some(("when", text)) => {
				let delay = fact.anchored.saturating_sub(fact.claimed);
				fact.claimed = moment(text)?;
				fact.anchored = fact.claimed.saturating_add(delay);
			}
			Some(("anchored", text)) => anchored = Some(moment(text)?),
			Some(("author", text)) => fact.author = org(text)?,
			Some(("signed", text)) => signed = Some(text),
			None if word == "in-time" => fact.anchored = fact.claimed,
			None if word == "void" => demand(fact, Demand::Missed),
			None if word == "delivered" => demand(fact, Demand::Met),
			_ => words.push(word),
		}
	}
	fact.anchored = anchored.unwrap_or(fact.anchored);
	if let Some(text) = signed {
		let accused = fact.evidence.against(companies).map_or(OrgSet::EMPTY, OrgSet::of);
		let set = match text {
			"none" => OrgSet::EMPTY,
			// Whoever has to sign what came late.
			"all" => companies.parties.union(accused),
			names => names.split(',').map(org).collect::<Result<OrgSet>>()?,
		};
		fact.countersigned = set.without(fact.author);
	}
	Ok(words)
}

fn demand(fact: &mut Fact, demand: Demand) {
	let hash = fact.body.map_or_else(Hash::zero, |body| body.hash);
	fact.body = Some(Body { hash, demand });
}

#[cfg(test)]
mod tests {
	use super::{
		super::{people::tests::people, replay::tests::record},
		*,
	};
	use trimast_primitives::order::Share;

	const MINUTE: u64 = 60_000;
	const TOWER: Share = Share::Company(OrgId(2));

	fn what_if(changes: &[&str]) -> Result<Record> {
		let all: Vec<Supposed> = changes.iter().map(|text| text.parse().unwrap()).collect();
		apply(&record(), &all, &people(), &Known::default())
	}

	/// Minutes that the tower company answers for.
	fn minutes(changes: &[&str]) -> u64 {
		what_if(changes).unwrap().verdict().unwrap().total(TOWER).time / MINUTE
	}

	#[test]
	fn one_piece_of_evidence_makes_another_verdict() {
		assert_eq!(minutes(&[]), 50);
		// The batteries had lasted: only the late generator is left.
		assert_eq!(minutes(&["1=battery measured=90 contracted=90"]), 20);
		assert_eq!(
			minutes(&[
				"1=battery measured=90 contracted=90",
				"2=generator arrived=1970-01-01T02:00:00Z contracted=120"
			]),
			0
		);
		// No grid failure, no row 3.
		assert_eq!(minutes(&["0=drop"]), 0);
		assert_eq!(minutes(&["0=void"]), 0);
		assert_eq!(minutes(&["0=void", "0=delivered"]), 50);
	}

	#[test]
	fn late_facts_count_when_the_others_sign() {
		let late = "0=anchored=1970-01-01T05:00:00Z";
		assert_eq!(minutes(&[&format!("{late} signed=none")]), 0);
		assert_eq!(minutes(&[&format!("{late} signed=all")]), 50);
		assert_eq!(minutes(&[&format!("{late} signed=one")]), 50);
		assert_eq!(minutes(&[&format!("{late} signed=none"), "0=in-time"]), 50);
	}

	#[test]
	fn one_more_fact_has_an_author_and_a_time() {
		let power =
			"new=alarm raised id=A about=power severity=CRITICAL when=1970-01-01T00:05:00Z author=one";
		let record = what_if(&["0=drop", power]).unwrap();
		assert_eq!(record.facts.iter().map(|fact| fact.number).collect::<Vec<_>>(), [1, 2, 3]);
		let verdict = record.verdict().unwrap();
		assert_eq!(verdict.total(TOWER).time, 80 * MINUTE, "row 4 for all of it");
		for (text, part) in [
			("new=grid failed when=1970-01-01T00:05:00Z", "author=ORG"),
			("new=grid failed author=one", "when=TIME"),
			("9=drop", "one of: 0, 1, 2; or new"),
			("1=battery", "contracted is missing"),
			("1=signed=three", "no company `three`"),
		] {
			let failure = what_if(&[text]).unwrap_err().to_string();
			assert!(failure.starts_with("--what-if") && failure.contains(part), "{text}: {failure}");
		}
	}

	#[test]
	fn changes_are_named_by_fact() {
		for wrong in ["", "3", "3=", "three=drop", "=drop", "300=drop"] {
			assert!(wrong.parse::<Supposed>().is_err(), "{wrong}");
		}
		assert_eq!("new=grid failed".parse::<Supposed>().map(|one| one.fact), Ok(None));
	}
}
