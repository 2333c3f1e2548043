// SPDX-License-Identifier: Apache-2.0
//! What to do about errors of work orders.

/// The command that helps.
pub(super) fn remedy(error: &str) -> Option<&'static str> {
	Some(match error {
		"UnknownAccount" => {
			"it is the account that the call is made for (--proxy, --multisig), and not the signer: its company's admin \
			 adds it (`trimast account add`)"
		}
		"MissingRole" | "OutsideScope" => {
			"orders, resources, rounds and routes are a dispatcher's; facts also a collector's; appeals, bodies and statements also an \
			 auditor's: see role and scope of the account that acts with `trimast account show`; its company's admin gives \
			 others (`trimast account set`)"
		}
		"OrgNotActive" => {
			"`trimast federation orgs` shows who is suspended, has left or has not joined; a fault whose handler cannot answer is \
			 given to another one (`trimast order open --for ORG`)"
		}
		"NoSuchOrder" => "`trimast order list` shows those that are kept",
		"UnknownTerritory" => "`trimast site networks` lists the local networks; a county is one of them and 01 to 99",
		"NoSuchStation" | "StationNeeded" => "`trimast site list LOCAL-NETWORK` shows the stations there",
		"NotMember" => {
			"`trimast federation orgs` lists the carriers and tower companies: the witness opens no round, bids for none and signs no \
			 statement"
		}
		"NotConcerned" => "`trimast site show STATION` shows whom the record names; `trimast order show ID` whom it concerns",
		"NotParty" | "OtherSide" | "NoTransition" | "NotHeld" | "NoOtherParty" => {
			"`trimast order show ID` shows its state, and who has raised and handles it"
		}
		"ViolationNeeded" | "OtherViolation" => "`trimast config violations --open` lists those that stand open",
		"NotRestored" => {
			"another company has to see the approved value first (`trimast config explain NUMBER`); while the violation stands open \
			 only who has raised the order ends it (`trimast order cancel ID`), and one that is over in another way ends as failed \
			 (`trimast order resolve ID --failed`)"
		}
		"AlreadyExists" => {
			"`trimast order list STATION --open` shows the fault or the remedial order that there is; in a route each order stands \
			 once"
		}
		"NoServiceLevel" => {
			"`trimast order rules` shows the service levels in force; the council sets one (`trimast vote propose \
			 Dispatch.set_service_level`)"
		}
		"TooManyOrders" => "`trimast order list --mine --open` lists them: end some",
		"TooManyChildren" | "TooManyRelations" => "`trimast order show ID` shows its parts and relations: name another order",
		"TooManyChanges" => "`trimast order show ID` shows its state: end it, and open another order for what is left",
		"BadWork" => "a severity is no CLEARED one, --percent is 100 at most, and --slot-from lies before --slot-to",
		"BadWords" => "say it in printable characters (--text), or name a document with more (--document)",
		"TooManyFacts" | "TooManyNotes" => "each company has a share of the order's: say what is left to say in another order",
		"OtherContract" | "OtherOwner" => "`trimast order show ID` shows what was contracted, and whose the link is",
		"Impossible" => {
			"compare the clocks, say with --at when it was, and from before to; what is cleared was raised before, and CLEARED and \
			 cleared go together (`trimast order fact --help`)"
		}
		"AlreadyGiven" => {
			"nothing is left to say: `trimast order show ID` shows who has signed, `trimast order statement show` who has signed \
			 a month, `trimast resource show NUMBER` whether an offer is taken or a route acknowledged"
		}
		"NotAuthor" => "`trimast order show ID` shows the author of each fact: who has asked for another company's body says that it is \
		                 there (`trimast order body ID FACT --received`)",
		"OwnFact" => "leave your company's own facts out: `trimast order show ID` shows the author of each",
		"NotAccused" => "`trimast order show ID` shows against whom a fact speaks; a party appeals (`trimast order appeal`)",
		"NoSuchFact" | "OtherDigest" => "`trimast order show ID` shows the facts as they are: look at it again, then sign",
		"OtherBody" => "name the file as it was when the fact was anchored",
		"NotAsked" | "AlreadyAsked" | "NoBody" => "`trimast order show ID` shows what is asked for",
		"NoVerdict" | "AlreadyAppealed" | "NoAppeal" | "NotRuler" | "BadRuling" => {
			"`trimast order explain ID` shows the verdict, the appeal, and who may rule"
		}
		"OtherMonth" => "a statement is signed once its month is over (UTC+8), and 36 months are kept",
		"NoSuchResource" | "NotOwner" | "AlreadyLent" | "NoOffer" | "NoSpares" => {
			"`trimast resource show NUMBER` shows whose it is, who has it, and how it is lent"
		}
		"BadReading" => {
			"`trimast resource show NUMBER` shows both readings: a meter goes back only to what the other company has read, and spares \
			 have none"
		}
		"BadResource" => "docs/trimast.md says what crews, generators and spares have, and how much at most",
		"TooManyResources" => "`trimast resource list --mine` lists them: remove some",
		"InUse" | "NoRoute" | "NotUnderWay" => "`trimast resource show NUMBER` shows its route, and the round that plans it",
		"RoundOpen" | "NoSuchRound" | "NotBidding" | "TooManyBids" => {
			"`trimast plan list` shows the rounds, and which of them take bids"
		}
		"TooSoon" => {
			"the pause between rounds is governed (docs/dispatch.md, rules of rounds): repeat the command when it is over"
		}
		"NothingWaits" | "NotWaiting" => "`trimast order list LOCAL-NETWORK --open` lists the orders that are under way there",
		"Barred" => "a company is barred for some rounds of the local network after several invalid bids: check a plan before it is bid",
		"BadTerm" => "--from lies before --until, --until after now and a year behind it at most",
		"BadTable" => "begin with what `trimast order table --json` shows; docs/dispatch.md has the floor of the time for evidence",
		"BadServiceLevel" | "BadLimits" | "BadOutageRules" => {
			"`trimast order rules` shows what is in force, docs/dispatch.md has the floors (what is governed)"
		}
		"BadRoundRules" => {
			"docs/dispatch.md has the bounds of each (rules of rounds), and the floors of the times for bids and answers (what is \
			 governed)"
		}
		"AgendaFull" => "repeat the command in some seconds",
		"TooLate" => {
			"`trimast order show ID` shows until when what could be said of an order, `trimast plan list` until when bids are \
			 taken, `trimast resource show NUMBER` until when a route or an offer waits"
		}
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn errors_of_orders_lead_on() {
		for (error, command) in [
			("NoTransition", "order show"),
			("NotRestored", "config explain"),
			("NotRestored", "order cancel"),
			("NotRestored", "order resolve ID --failed"),
			("NotRuler", "order explain"),
			("NoServiceLevel", "order rules"),
			("MissingRole", "account show"),
			("NotOwner", "resource show"),
			("NotBidding", "plan list"),
			("TooLate", "plan list"),
			("TooLate", "resource show"),
			("AlreadyExists", "order list STATION"),
			("OrgNotActive", "--for"),
		] {
			assert!(remedy(error).is_some_and(|text| text.contains(command)), "{error}");
		}
	}

	#[test]
	fn sections_that_remedies_name_stand_in_the_documentation() {
		let docs = include_str!("../../../../docs/dispatch.md");
		let titles: Vec<_> = docs.lines().filter(|line| line.starts_with("##")).collect();
		for (error, title) in [
			("TooSoon", "Rules of rounds"),
			("BadRoundRules", "Rules of rounds"),
			("BadRoundRules", "What is governed"),
			("BadServiceLevel", "What is governed"),
		] {
			assert!(titles.iter().any(|line| line.trim_start_matches('#').trim() == title), "{title}");
			assert!(remedy(error).is_some_and(|text| text.contains(&title.to_lowercase())), "{error}");
		}
	}

	/// The names between the braces of the pallet's errors.
	fn errors() -> Vec<&'static str> {
		let source = include_str!("../../../../pallets/dispatch/src/errors.rs");
		let body = source.split_once("pub enum Error<T> {").and_then(|(_, rest)| rest.split_once("\n\t}"));
		let lines = body.map_or("", |(body, _)| body).lines().map(str::trim);
		lines.filter(|line| !line.starts_with("//")).filter_map(|line| line.strip_suffix(',')).collect()
	}

	#[test]
	fn every_error_of_the_pallet_has_a_remedy() {
		let errors = errors();
		let count = errors.iter().filter(|name| name.chars().all(char::is_alphanumeric)).count();
		assert_eq!((count, count > 70), (errors.len(), true), "{errors:?}");
		let without: Vec<_> = errors.iter().filter(|name| remedy(name).is_none()).collect();
		assert!(without.is_empty(), "{without:?}");
		assert_eq!(remedy("NewReason"), None);
	}
}
