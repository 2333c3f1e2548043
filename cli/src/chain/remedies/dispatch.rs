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
			"orders are a dispatcher's, facts also a collector's, appeals and bodies also an auditor's: see role and scope of \
			 the account that acts with `trimast account show`; its company's admin gives others (`trimast account set`)"
		}
		"OrgNotActive" => "the company is suspended, has left or has not joined (`trimast federation orgs`)",
		"NoSuchOrder" => "`trimast order list` shows those that are kept",
		"UnknownTerritory" => "`trimast site networks` lists the local networks",
		"NoSuchStation" | "StationNeeded" => "`trimast site list LOCAL-NETWORK` shows the stations there",
		"NotMember" => "`trimast federation orgs` lists the carriers and tower companies",
		"NotConcerned" => "`trimast site show STATION` shows whom the record names; `trimast order show ID` whom it concerns",
		"NotParty" | "OtherSide" | "NoTransition" | "NotHeld" | "NoOtherParty" => {
			"`trimast order show ID` shows its state, and who has raised and handles it"
		}
		"ViolationNeeded" | "OtherViolation" => "`trimast config violations --open` lists those that stand open",
		"NotRestored" => {
			"another company has to see the approved value first (`trimast config explain NUMBER`); or end it as failed, in \
			 part or called off"
		}
		"AlreadyExists" => "`trimast order list --kind remedial` shows the order that there is",
		"NoServiceLevel" => {
			"`trimast order rules` shows the service levels in force; the council sets one (`trimast vote propose \
			 Dispatch.set_service_level`)"
		}
		"TooManyOrders" => "`trimast order list --mine --open` lists them: end some",
		"TooManyFacts" | "TooManyNotes" => "each company has a share of the order's: say what is left to say in another order",
		"OtherContract" | "OtherOwner" => "`trimast order show ID` shows what was contracted, and whose the link is",
		"Impossible" => "compare the clocks, and say with --at when it was",
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
		"TooSoon" => "the chain keeps a pause between rounds: repeat the command in a minute",
		"NothingWaits" | "NotWaiting" => "`trimast order list LOCAL-NETWORK --open` lists the orders that are under way there",
		"Barred" => "a company is barred for some rounds of the local network after several invalid bids: check a plan before it is bid",
		"BadRoundRules" => "docs/dispatch.md has the rules with their bounds",
		"AgendaFull" => "repeat the command in some seconds",
		"TooLate" => "`trimast order show ID` shows until when what could be said",
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
			("NotRuler", "order explain"),
			("NoServiceLevel", "order rules"),
			("MissingRole", "account show"),
			("NotOwner", "resource show"),
			("NotBidding", "plan list"),
		] {
			assert!(remedy(error).is_some_and(|text| text.contains(command)), "{error}");
		}
		assert_eq!(remedy("NewReason"), None);
	}
}
