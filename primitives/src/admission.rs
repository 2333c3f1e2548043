// SPDX-License-Identifier: Apache-2.0

//! Why a transaction is refused before it is carried out, in codes and in words.

/// A refusal by admission. It travels as `InvalidTransaction::Custom(code)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Refusal {
	/// No organisation has registered the signer.
	UnknownAccount = 1,
	/// The signer's account was removed by its organisation.
	AccountRemoved = 2,
	/// The signer's organisation is not a member: it has not joined yet or has left.
	OrgNotMember = 3,
	/// The transaction would be valid for ever.
	Immortal = 4,
	/// It was signed before the signer's account was admitted (again).
	SignedBeforeAdmission = 5,
	/// Its nonce is too far ahead of the account's.
	NonceTooFarAhead = 6,
	/// It is larger than what any block has room for beside the reserves of the other members.
	TooLarge = 7,
}

impl Refusal {
	/// Every refusal.
	pub const ALL: [Self; 7] = [
		Self::UnknownAccount,
		Self::AccountRemoved,
		Self::OrgNotMember,
		Self::Immortal,
		Self::SignedBeforeAdmission,
		Self::NonceTooFarAhead,
		Self::TooLarge,
	];

	/// The code on the wire.
	pub const fn code(self) -> u8 {
		self as u8
	}

	/// The refusal with this code.
	pub fn from_code(code: u8) -> Option<Self> {
		Self::ALL.into_iter().find(|refusal| refusal.code() == code)
	}

	/// What it means and what to do.
	pub const fn describe(self) -> &'static str {
		match self {
			Self::UnknownAccount =>
				"the signing account belongs to no member: ask your company's admin to add it (`trimast account add`)",
			Self::AccountRemoved =>
				"the signing account was removed by its company: ask your company's admin to add it again",
			Self::OrgNotMember =>
				"the signer's company is not a member of the federation: it has not joined yet or has left",
			Self::Immortal =>
				"the transaction has no expiry: sign it with a mortal era (at most the chain's block hash count)",
			Self::SignedBeforeAdmission =>
				"the transaction was signed before its account was admitted: sign it anew",
			Self::NonceTooFarAhead =>
				"the nonce is too far ahead of the account's: send the earlier transactions first",
			Self::TooLarge =>
				"the transaction needs more of a block than its company may ever have: split it",
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_are_distinct_and_found_again() {
		for refusal in Refusal::ALL {
			assert_eq!(Refusal::from_code(refusal.code()), Some(refusal));
		}
		assert_eq!(Refusal::from_code(0), None);
	}
}
