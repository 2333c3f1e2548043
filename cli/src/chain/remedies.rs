// SPDX-License-Identifier: Apache-2.0
//! What to do about errors that the metadata explains. Pallet errors carry their cause in their documentation; here is
//! the command that helps.

mod dispatch;
mod energy;

/// What to do about an error of a pallet, if more can be said than its documentation says.
pub(crate) fn remedy(pallet: &str, error: &str) -> Option<&'static str> {
	match pallet {
		"Dispatch" => return dispatch::remedy(error),
		"Energy" => return energy::remedy(error),
		_ => {}
	}
	Some(match (pallet, error) {
		("System", "CallFiltered") => {
			"the chain does not offer this call, or it is paused (`trimast chain status`), or it proposes a motion that \
			 could never take effect (docs/federation.md, motions)"
		}
		("Council", "NotMember") => {
			"only a council company's principal account proposes and votes: sign with that key"
		}
		("Council", "DuplicateProposal") => "it is proposed already: vote for it (`trimast vote list`)",
		("Council", "ProposalMissing") => "it is closed or was never proposed (`trimast vote list`)",
		("Council", "DuplicateVote") => "this vote has been given",
		("Council", "TooEarly") => "it has not enough votes yet, and its term is not over",
		("Council", "WrongProposalWeight" | "WrongProposalLength") => "run `trimast vote close` again",
		("Proxy", "NotProxy") => {
			"the account of --proxy has not named as its proxy who signs: the signer, or the multisig of --multisig"
		}
		("Multisig", "AlreadyApproved") => "this signatory has approved; the others sign the same command",
		("Multisig", "SenderInSignatories") => "leave the signer out of --multisig: it is counted anyway",
		("Multisig", "NoTimepoint" | "WrongTimepoint" | "UnexpectedTimepoint") => {
			"another signatory was faster: repeat the command"
		}
		("Multisig", "MaxWeightTooLow") => "give the call more room with --max-weight",
		("Session", "NoAssociatedValidatorId") => "sign with the validator's own account",
		("Session", "DuplicatedKey") => "another validator uses these keys: generate new ones",
		("Session", "InvalidProof") => "generate the keys for this very account (author_rotateKeysWithOwner)",
		// Whose signature is not admitted never gets here: it is another account than the signer's.
		("Federation", "UnknownAccount" | "AccountRemoved") => {
			"it is the account that the call names, or that it is made for (--proxy, --multisig), and not the signer: \
			 look at it with `trimast account show ACCOUNT`; its company's admin adds it (`trimast account add`)"
		}
		("Sites" | "ConfigGuard", "UnknownAccount") => {
			"it is the account that the call is made for (--proxy, --multisig), and not the signer: its company's admin \
			 adds it (`trimast account add`)"
		}
		("Federation", "NotAuthorized") => {
			"either the account that acts lacks the role, or what the call names belongs to another company: `trimast \
			 account show` has role and scope of the one, `trimast account show ACCOUNT` the company of the other"
		}
		("Federation", "OutsideScope") => {
			"the place, or the account that the call names, does not lie in the scope of the account that acts: compare \
			 them with `trimast account show` and `trimast account show ACCOUNT`"
		}
		("ConfigGuard", "MissingRole" | "OutsideScope") => {
			"baselines and changes are an engineer's, observations a collector's: see role and scope of the account that acts \
			 with `trimast account show`; its company's admin gives others (`trimast account set`)"
		}
		("ConfigGuard", "UnknownPage") => {
			"`trimast config baseline networks` shows the local networks with a baseline and their pages"
		}
		("ConfigGuard", "NoSuchSweep" | "OutsideSweep") => {
			"open one over the file's own territory: leave --sweep and --scope out"
		}
		("ConfigGuard", "UnknownCell") => {
			"`trimast site show STATION` shows how many cells it has, who owns and who shares it"
		}
		("ConfigGuard", "NotTestified") => {
			"`trimast config coverage LOCAL-NETWORK` shows who has testified there, and when"
		}
		("ConfigGuard", "TooManyRequests") => "`trimast config requests --mine --open` lists those that are open; of those that are over the first make room in time",
		("ConfigGuard", "Unchecked") => "`trimast config submit NUMBER` puts them in once more, and says what breaks a rule",
		("ConfigGuard", "NoSuchRequest") => "`trimast config requests` lists those that are kept",
		("ConfigGuard", "WrongPhase" | "NotProposer" | "NotConcerned" | "NotRequired" | "NotRuler" | "NotInWindow") => {
			"`trimast config explain request NUMBER` shows where it stands, its window, and who has which part in it"
		}
		("ConfigGuard", "OtherSubject") => {
			"`trimast config approve NUMBER` shows it as it is now, and asks again"
		}
		("ConfigGuard", "ConsentsMissing") => {
			"`trimast config explain request NUMBER` shows who is waited for; `trimast config add` asks a new party too"
		}
		("ConfigGuard", "BadWindow") => {
			"a window ends after it begins and after now, has two weeks at most and ends within 90 days (--from, --to); an \
			 emergency has begun and is not older than the term in which it is ratified"
		}
		("ConfigGuard", "Backwards") => {
			"decisions on rules take effect after their delay: let the freeze begin later than that (--from)"
		}
		("ConfigGuard", "UnknownParameter" | "BadRule") => {
			"`trimast config catalogue show PARAMETER` shows its scope and its domain"
		}
		("ConfigGuard", "OrgNotMember") => "`trimast federation orgs` lists the members",
		("ConfigGuard", "HeldByAnother" | "NamedByRule" | "TooMuchPolicy") => "`trimast config policy` shows what is in force",
		("ConfigGuard", "ObservedInFuture") => "compare the clocks, or say with --observed when the network was read",
		("ConfigGuard", "ObservedTooEarly" | "ExportExpired") => "export the network again, and attest that",
		("ConfigGuard", "ExportDoubted") => {
			"an opening of it was wrong or missing: export the network again, and answer what is asked (`trimast config \
			 openings`)"
		}
		("ConfigGuard", "NotAnchored") => {
			"`trimast config coverage LOCAL-NETWORK` shows from which exports who has testified there; an own one `trimast \
			 config sweep` anchors"
		}
		("ConfigGuard", "EmptyExport") => "name a file with cells of stations that the chain knows",
		("ConfigGuard", "UnknownTerritory") => {
			"`trimast site networks` lists the local networks; a scope is national, province:13 or local:1301"
		}
		("ConfigGuard", "AlreadyGiven") => {
			"nothing is left to say: `trimast config explain request NUMBER` shows who has said what"
		}
		("Sites", "AlreadyGiven") => "nothing is left to say: `trimast site amendments` shows who has agreed",
		("ConfigGuard", "SweepClosed") => "open another sweep: leave --sweep out",
		("ConfigGuard", "AnchoredTooLate") => {
			"the root of an export comes before its sweep: anchor it for the next one (`trimast config sweep FILE \
			 --anchor-only`), or open one"
		}
		("ConfigGuard", "TooLarge") => {
			"the cells of the page's 64 stations have more different values than a page may hold: leave out parameters that \
			 nobody watches"
		}
		("ConfigGuard", "BadTable") => {
			"this `trimast` and the chain's runtime differ: install the version that goes with the runtime"
		}
		("Sites", "MissingRole" | "OutsideScope") => {
			"see role and scope of the account that acts with `trimast account show` (--proxy and --multisig as before)"
		}
		("Federation", "OrgNotMember") => {
			"it is the company of the account that acts, or the one that the call names (`trimast federation orgs`)"
		}
		("Federation", "NotEnactable") => {
			"what a company does itself it signs itself; a pause is proposed with `trimast federation pause`; the rest is \
			 in docs/federation.md, motions"
		}
		("Federation" | "Sites" | "ConfigGuard", "OrgNotActive") => {
			"the company is suspended, has left or has not joined (`trimast federation orgs`)"
		}
		("Federation" | "Sites", "NotFound") => {
			"check its number or name with the list command of what you named"
		}
		("Sites", "OtherDigest" | "OtherSubject") | ("ConfigGuard", "OtherDigest") => {
			"it has changed meanwhile: look at it again, then sign"
		}
		("Sites", "FewerCells" | "PlmnsFixed") => "`trimast config baseline show CELL` shows what stands in the baseline",
		("Sites", "AmendmentOpen") => "see `trimast site amendments`; its proposer may withdraw it",
		("Sites", "RoundOpen") => {
			"take part in the open round, or wait until its deadline (`trimast site reconcile`)"
		}
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nobody_is_blamed_for_another_account() {
		for pallet in ["Federation", "Sites", "ConfigGuard"] {
			let text = remedy(pallet, "UnknownAccount").unwrap();
			assert!(text.contains("--multisig") && text.contains("not the signer"), "{text}");
		}
		for error in ["AccountRemoved", "NotAuthorized", "OutsideScope"] {
			let text = remedy("Federation", error).unwrap();
			assert!(text.contains("that the call names") || text.contains("what the call names"), "{text}");
			assert!(text.contains("account show ACCOUNT"), "{text}");
		}
		assert!(remedy("Proxy", "NotProxy").unwrap().contains("multisig"));
	}

	#[test]
	fn missing_roles_lead_to_who_gives_them() {
		for error in ["MissingRole", "OutsideScope"] {
			let text = remedy("ConfigGuard", error).unwrap();
			assert!(text.contains("account show") && text.contains("account set"), "{text}");
		}
	}

	#[test]
	fn errors_about_exports_and_consents_lead_on() {
		for (error, command) in [
			("NotAnchored", "config coverage"),
			("EmptyExport", "name a file"),
			("UnknownTerritory", "site networks"),
			("AlreadyGiven", "explain request"),
		] {
			assert!(remedy("ConfigGuard", error).is_some_and(|text| text.contains(command)), "{error}");
		}
	}

	#[test]
	fn filtered_calls_lead_to_where_the_pause_is_shown() {
		assert!(remedy("System", "CallFiltered").unwrap().contains("trimast chain status"));
	}
}
