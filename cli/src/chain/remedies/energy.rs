// SPDX-License-Identifier: Apache-2.0
//! What to do about errors of energy.

/// The command that helps.
pub(super) fn remedy(error: &str) -> Option<&'static str> {
	Some(match error {
		"UnknownAccount" => {
			"it is the account that the call is made for (--proxy, --multisig), and not the signer: its company's admin \
			 adds it (`trimast account add`)"
		}
		"OrgNotActive" => "`trimast federation orgs` shows who is suspended, has left or has not joined",
		"MissingRole" | "OutsideScope" => {
			"reports, attestations and contests are a collector's; the end of a dispute and statements a planner's or an auditor's; saving \
			 windows a planner's or an engineer's, and waking a dispatcher's, too: see role and scope of the account that acts with \
			 `trimast account show`; its company's admin gives others (`trimast account set`)"
		}
		"UnknownTerritory" => "`trimast site networks` lists the local networks; the first two digits of each are its province",
		"NoSuchReport" => "`trimast energy show PLACE --day DATE` shows those that are kept",
		"OtherDigest" => {
			"look at it again with `trimast energy show` or `trimast energy statement show`, and repeat the command: it signs what it \
			 shows"
		}
		"NotConcerned" => "`trimast site show STATION` has the station's sharers and tower company, as its owner has reported it",
		"AlreadyGiven" => {
			"nothing is left to say: `trimast energy show` has who has attested and contested a report, `trimast energy statement \
			 show` who has signed and disputed a line"
		}
		"AlreadyContested" => "`trimast energy show PLACE --day DATE --contested` shows by whom, and until when it is ruled on",
		"NotContested" => "`trimast energy show PLACE --month MONTH --contested` shows those that are contested",
		"OtherReport" => {
			"repeat `trimast energy attest FILE --archive URL --contest`: it contests with what the owner's report has, where one's own \
			 record differs"
		}
		"Unreadable" => {
			"the records of its stations have changed since it was accounted: the owner corrects it (`trimast energy report FILE \
			 --correct NUMBER`)"
		}
		"NotRuler" => {
			"carriers and tower companies rule that are neither owner nor contester (`trimast energy show`); the parties withdraw or \
			 concede"
		}
		"TooEarly" => "`trimast energy show` has until when the others may rule; `trimast energy end-contest` ends it then",
		"TooLate" => "`trimast energy end-contest REPORT` ends the dispute",
		"MonthClosed" => "`trimast energy total --month MONTH` shows which are final: settle a difference with the next month",
		"MonthNotOver" => "sign or dispute it once the month is over, at UTC+8",
		"StillContested" => "`trimast energy show PLACE --month MONTH --contested` shows what has to be settled",
		"NotParty" => {
			"owner and payer sign a statement; who contests a report withdraws, and its owner concedes (`trimast energy show`)"
		}
		"NoSuchLine" => "`trimast energy statement show` has the lines, `trimast energy total --month MONTH` who has a share where",
		"BadWords" => "say it in printable characters (--text), or name a document with more (--document)",
		"BadRule" => "name each company once in the contract (docs/energy.md, what is governed)",
		"BadTariff" => "a price is in 10^-4 CNY a kWh, and 1000000 at most (docs/energy.md, what is governed)",
		"BadFactor" => "a factor is in 10^-4 kg a kWh, 100000 at most, and of a year from 2000 to 2200 (docs/energy.md, what is governed)",
		"BadSettings" => "`trimast energy rules LOCAL-NETWORK` shows what is in force (docs/energy.md, what is governed)",
		"Backwards" => {
			"decisions on rules take effect after their delay: let the version begin later than that, and behind those that are set \
			 (`trimast energy rules LOCAL-NETWORK --day DATE`)"
		}
		"PlanPages" | "PlanCells" | "PlanDays" | "PlanQuarters" | "PlanBaseline" => {
			"docs/energy.md (saving windows) says what a plan has, and what it may not have"
		}
		"TooManyCells" => "put some cells of the page into another plan: 192 of a page sleep in one",
		"WindowBegun" => "propose it anew for later days: all pages are examined, consented to and approved before the first window",
		"TooFarAhead" => "`energy_windowRules` says how many days ahead a plan may begin: propose it nearer to its time",
		"TooManyPlans" => "withdraw one of the company's plans of the local network, or wait until the last window of one is over",
		"NoSuchPlan" => "`energy_savingPlans` lists those that are kept: a plan is forgotten with the reports of its last day",
		"NoSuchPage" => "`energy_savingPlan` has the pages of a plan, `trimast site networks` how many a local network has",
		"NotProposer" => {
			"who owns the stations has proposed it, and has it examined: whoever shares them consents, wakes their cells, or does not \
			 consent"
		}
		"WrongPhase" => "`energy_savingPlan` has the plan's phase (docs/energy.md, saving windows, says what may be done in each)",
		"NotExamined" => "`energy_savingPlan` has the pages without a hash: its proposer has them examined first",
		"ExaminationExpired" => "have the page examined again: where nothing has changed, consents stay",
		"NotAsked" => "`energy_savingPlan` has who is asked: who shares a station of the plan, or owns a cell that stands in",
		"NotAgreed" => "`energy_savingPlan` has who is asked (`required`) and who has consented (`given`)",
		"PartiesChanged" => "have the page examined again: then whoever shares its stations by now is asked",
		"NotToday" => "cells are woken on a day of the plan, until its window is over: nothing sleeps then",
		"NotAsleep" => "`energy_cellStates` has the cells that sleep now, `energy_savingPlan` who was woken",
		"NotSharer" => "`trimast site show STATION` has owner and sharers: leave stations of others out",
		"NoSuchDay" => "`energy_savingPlan` has the plan's first and last day",
		"WindowNotOver" => "prove the day when its window is over, at UTC+8",
		"ReportsMissing" => {
			"`trimast energy show PLACE --day DATE` has the reports that stand: bring all that have a part in the window, and no others"
		}
		"OtherReports" => {
			"the event of the block in which the page was examined (`energy_savingPlan`) names the reports that are frozen, and the \
			 block of each"
		}
		"NothingReported" => "have the owner report the day: `trimast energy report FILE`",
		"AlreadyProven" => "nothing is left to do: `energy_savings` has it. It is proven anew when a correction stands",
		"BadWindowRules" => "`energy_windowRules` has what is in force (docs/energy.md, limits)",
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn errors_of_energy_lead_on() {
		for (error, command) in [
			("MissingRole", "account show"),
			("NoSuchReport", "energy show"),
			("StillContested", "--contested"),
			("TooLate", "energy end-contest"),
			("NoSuchLine", "energy statement show"),
			("OtherReport", "--archive URL --contest"),
		] {
			assert!(remedy(error).is_some_and(|text| text.contains(command)), "{error}");
		}
	}

	/// The names between the braces of the pallet's errors.
	fn errors() -> Vec<&'static str> {
		let source = include_str!("../../../../pallets/energy/src/errors.rs");
		let body = source.split_once("pub enum Error<T> {").and_then(|(_, rest)| rest.split_once("\n\t}"));
		let lines = body.map_or("", |(body, _)| body).lines().map(str::trim);
		lines.filter(|line| !line.starts_with("//")).filter_map(|line| line.strip_suffix(',')).collect()
	}

	#[test]
	fn every_error_of_the_pallet_has_a_remedy() {
		let errors = errors();
		let count = errors.iter().filter(|name| name.chars().all(char::is_alphanumeric)).count();
		assert_eq!((count, count > 25), (errors.len(), true), "{errors:?}");
		let without: Vec<_> = errors.iter().filter(|name| remedy(name).is_none()).collect();
		assert!(without.is_empty(), "{without:?}");
		assert_eq!(remedy("NewReason"), None);
	}
}
