// SPDX-License-Identifier: Apache-2.0
//! What to do about errors that the metadata explains. Pallet errors carry their cause in their documentation; here is
//! the command that helps.

/// What to do about an error of a pallet, if more can be said than its documentation says.
pub(crate) fn remedy(pallet: &str, error: &str) -> Option<&'static str> {
	Some(match (pallet, error) {
		("System", "CallFiltered") => {
			"the chain does not offer this call, or it is paused (`trimast federation parameters`)"
		}
		("Council", "NotMember") => {
			"only a council company's principal account proposes and votes: sign with that key"
		}
		("Council", "DuplicateProposal") => "it is proposed already: vote for it (`trimast vote list`)",
		("Council", "ProposalMissing") => "it is closed or was never proposed (`trimast vote list`)",
		("Council", "DuplicateVote") => "this vote has been given",
		("Council", "TooEarly") => "it has not enough votes yet, and its term is not over",
		("Council", "WrongProposalWeight" | "WrongProposalLength") => "run `trimast vote close` again",
		("Proxy", "NotProxy") => "the account has not named the signer as its proxy",
		("Multisig", "AlreadyApproved") => "this signatory has approved; the others sign the same command",
		("Multisig", "SenderInSignatories") => "leave the signer out of --multisig: it is counted anyway",
		("Multisig", "NoTimepoint" | "WrongTimepoint" | "UnexpectedTimepoint") => {
			"another signatory was faster: repeat the command"
		}
		("Multisig", "MaxWeightTooLow") => "give the call more room with --max-weight",
		("Session", "NoAssociatedValidatorId") => "sign with the validator's own account",
		("Session", "DuplicatedKey") => "another validator uses these keys: generate new ones",
		("Session", "InvalidProof") => "generate the keys for this very account (author_rotateKeysWithOwner)",
		("Federation" | "Sites", "UnknownAccount") => {
			"ask your company's admin to add the signer (`trimast account add`)"
		}
		("Federation" | "Sites", "NotAuthorized" | "MissingRole" | "OutsideScope") => {
			"see role and scope of the signer with `trimast account show`"
		}
		("Federation" | "Sites", "OrgNotActive") => {
			"the company is suspended, has left or has not joined (`trimast federation orgs`)"
		}
		("Federation" | "Sites", "NotFound") => {
			"check its number or name with the list command of what you named"
		}
		("Sites", "OtherDigest" | "OtherSubject") => "it has changed meanwhile: look at it again, then sign",
		("Sites", "AmendmentOpen") => "see `trimast site amendments`; its proposer may withdraw it",
		("Sites", "RoundOpen") => {
			"take part in the open round, or wait until its deadline (`trimast site reconcile`)"
		}
		_ => return None,
	})
}
