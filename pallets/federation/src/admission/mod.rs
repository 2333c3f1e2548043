// SPDX-License-Identifier: Apache-2.0

//! Who is admitted to the chain, and whose share pays.
//!
//! Admission decides these two things only. Who may do what stands in every call's own origin check, since
//! the scheduler, the council, multisigs and proxies all dispatch calls that no transaction extension sees.
//!
//! * [`CheckMortal`] stands where `CheckMortality` would: no transaction without an expiry, none from before
//!   its account was admitted.
//! * [`CheckMember`] stands where `CheckNonce` would: the signer is an account of a member, its nonce is
//!   near, its company has room left in the block.
//!
//! Both keep the identifier and the encoding of what they stand for, so that every client signs for them as
//! it always does. They refuse with the codes of [`Refusal`].

mod member;
mod mortal;
mod share;

pub use member::{CheckMember, Pre, Val};
pub use mortal::CheckMortal;
pub use share::OrgUse;

use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use trimast_primitives::admission::Refusal;

/// The refusal as it travels.
fn refuse(refusal: Refusal) -> TransactionValidityError {
	InvalidTransaction::Custom(refusal.code()).into()
}
