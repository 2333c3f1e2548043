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
			"look at it again with `trimast energy show`, `trimast energy statement show` or `trimast energy plan show`, and repeat the \
			 command: it signs what it shows"
		}
		"NotConcerned" => "`trimast site show STATION` has the station's sharers and tower company, as its owner has reported it",
		"AlreadyGiven" => {
			"nothing is left to say: `trimast energy show` has who has attested and contested a report, `trimast energy statement \
			 show` who has signed and disputed a line, `trimast energy plan show` who has agreed to a plan"
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
			"carriers and tower companies rule that are neither owner nor contester, and who pays a share of it rules for the owner \
			 alone (`trimast energy show`); the parties withdraw or concede"
		}
		"TooEarly" => "`trimast energy show` has until when the others may rule; `trimast energy end-contest` ends it then",
		"TooLate" => "`trimast energy end-contest REPORT` ends the dispute",
		"MonthClosed" => "`trimast energy total --month MONTH` shows which are final: settle a difference with the next month",
		"MonthNotOver" => "sign or dispute it once the month is over, at UTC+8",
		"ReviewNotOver" => {
			"`trimast energy statement show` has from which day on each line may be signed: sign it then; what is wrong with it is disputed at \
			 once (`trimast energy statement dispute`), and a report contested (`trimast energy attest`)"
		}
		"ReviewOver" => {
			"a report is contested until the day from which its line may be signed (`trimast energy statement show`): settle a difference \
			 with the next month, or dispute the line (`trimast energy statement dispute`)"
		}
		"StillContested" => "`trimast energy show PLACE --month MONTH --contested` shows what has to be settled",
		"NotParty" => {
			"owner and payer sign a statement; who contests a report withdraws, and its owner concedes (`trimast energy show`)"
		}
		"NoSuchLine" => "`trimast energy statement show` has the lines, `trimast energy total --month MONTH` who has a share where",
		"BadWords" => "say it in printable characters (--text), or name a document with more (--document)",
		"BadRule" => "name each company once in the contract (docs/energy.md, what is governed)",
		"BadTariff" => "a price is in 10^-4 CNY a kWh, and 1000000 at most (docs/energy.md, what is governed)",
		"BadFactor" => "a factor is in 10^-4 kg a kWh, 100000 at most, and of a year from 2000 to 2200 (docs/energy.md, what is governed)",
		"BadTolerance" => "a tolerance is in thousandths of the rated power, 1000 at most (docs/energy.md, what is governed)",
		"BadSettings" => "`trimast energy rules LOCAL-NETWORK` shows what is in force (docs/energy.md, what is governed)",
		"Backwards" => {
			"decisions on rules take effect after their delay: let the version begin later than that, and behind those that are set \
			 (`trimast energy rules LOCAL-NETWORK --day DATE`)"
		}
		"TooManyVersions" => {
			"the oldest version gives way once no report of its days is taken any more (`trimast energy rules LOCAL-NETWORK` has for how \
			 many days reports are kept), and a factor once no month is kept that has it (docs/energy.md, what is governed)"
		}
		"PlanPages" | "PlanCells" => "name the cells (--cell), or make the file of plans anew (`trimast energy plan propose --auto`)",
		"PlanDays" => "a plan has 1 to 31 days (--days)",
		"PlanQuarters" => "a window begins and ends within a day (--window 01:00-05:00): a night is two plans",
		"PlanBaseline" => "a baseline has 1 to 4 weeks (--weeks), and traffic counts by 1000 thousandths at most (--elasticity)",
		"TooManyCells" => "put fewer cells into a plan, and make several",
		"WindowBegun" => "let the plan begin with a day whose window has not begun (--first-day)",
		"TooFarAhead" => "`trimast energy rules LOCAL-NETWORK` has how many days ahead a plan may begin (--first-day)",
		"TooManyPlans" => {
			"`trimast energy plan list --open --by ORG` shows those that are open: withdraw some (`trimast energy plan withdraw`), or \
			 wait until they are over"
		}
		"NoSuchPlan" => "`trimast energy plan list` shows those that are kept",
		"NoSuchPage" => "`trimast energy plan show PLAN` has its pages",
		"NotProposer" => "who proposes a plan has it examined and takes it back (`trimast energy plan show PLAN`)",
		"WrongPhase" | "NotAgreed" => "`trimast energy plan show PLAN` shows how far it is, and whom it waits for",
		"NotExamined" => "who proposes it has its pages examined first (`trimast energy plan examine PLAN`)",
		"ExaminationExpired" => {
			"who proposes it has its pages examined once more (`trimast energy plan examine PLAN`), and all agree once more"
		}
		"NotAsked" => {
			"who owns or shares its stations, or those of which cells stand in, is asked (`trimast energy plan show PLAN`)"
		}
		"PartiesChanged" => {
			"other companies share its stations, or those of which cells stand in, than when it was examined: who proposes it has it \
			 examined once more (`trimast energy plan examine PLAN --again`)"
		}
		"NotToday" | "NotAsleep" => "`trimast energy states STATION` shows what sleeps now, and by which plan",
		"NotSharer" => "owner and sharers of a station wake its cells (`trimast site show STATION`)",
		"NoSuchDay" => "`trimast energy plan show PLAN` has its days",
		"WindowNotOver" => "prove it once the window of the day is over, at UTC+8",
		"ReportsMissing" | "OtherReports" => {
			"`trimast energy prove PLAN --archive URL` brings the reports that stand, and those that the baseline was frozen with: \
			 repeat it where one was corrected meanwhile"
		}
		"NothingReported" => "the owner reports the day first (`trimast energy report`)",
		"AlreadyProven" => "nothing is left to say: `trimast energy plan show PLAN` has what was proven",
		"BadWindowRules" => "`trimast energy rules LOCAL-NETWORK` shows what is in force",
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
			("ReviewNotOver", "energy statement show"),
			("ReviewOver", "energy statement dispute"),
			("TooLate", "energy end-contest"),
			("NoSuchLine", "energy statement show"),
			("OtherReport", "--archive URL --contest"),
			("NotToday", "energy states"),
			("ExaminationExpired", "energy plan examine"),
			("TooManyPlans", "energy plan withdraw"),
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
