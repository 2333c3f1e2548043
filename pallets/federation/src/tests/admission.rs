// SPDX-License-Identifier: Apache-2.0

//! `CheckMember` and `CheckMortal`: who is admitted, and in which order.

use super::*;
use crate::admission::{CheckMember, CheckMortal};
use codec::Encode;
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	pallet_prelude::TransactionSource,
	traits::Get,
};
use frame_system::{CheckMortality, CheckNonce};
use sp_runtime::{
	generic::Era,
	traits::{DispatchTransaction, TransactionExtension},
	transaction_validity::{InvalidTransaction, TransactionValidityError, ValidTransaction},
};
use trimast_primitives::{admission::Refusal, org::OrgKind};

type Validity = Result<ValidTransaction, TransactionValidityError>;

fn refused(refusal: Refusal) -> Validity {
	Err(InvalidTransaction::Custom(refusal.code()).into())
}

fn validate_call(who: &str, nonce: u32, call: impl Into<RuntimeCall>) -> Validity {
	let call = call.into();
	CheckMember::<Test>::from(nonce)
		.validate_only(by(who), &call, &call.get_dispatch_info(), 100, TransactionSource::External, 0)
		.map(|(validity, ..)| validity)
}

fn validate(who: &str, nonce: u32) -> Validity {
	validate_call(who, nonce, rule())
}

/// Validates a transaction of so many bytes that comes from there.
fn validate_sized(len: usize, source: TransactionSource) -> Validity {
	let call = rule();
	CheckMember::<Test>::from(0)
		.validate_only(by("tower"), &call, &call.get_dispatch_info(), len, source, 0)
		.map(|(validity, ..)| validity)
}

fn apply(who: &str, nonce: u32) -> Result<(), TransactionValidityError> {
	let call = rule();
	CheckMember::<Test>::from(nonce)
		.validate_and_prepare(by(who), &call, &call.get_dispatch_info(), 100, 0)
		.map(|_| ())
}

fn mortal(who: &str, era: Era) -> Validity {
	let call = rule();
	CheckMortal::<Test>::from(era)
		.validate_only(by(who), &call, &call.get_dispatch_info(), 100, TransactionSource::External, 0)
		.map(|(validity, ..)| validity)
}

#[test]
fn member_is_admitted_and_its_nonce_counts() {
	run(|| {
		let validity = validate("tower//planner", 0).unwrap();
		assert_eq!(validity.provides, [(account("tower//planner"), 0u32).encode()]);
		assert!(validity.requires.is_empty());
		assert_ok!(apply("tower//planner", 0));
		assert_eq!(System::account_nonce(account("tower//planner")), 1);
		assert_eq!(validate("tower//planner", 0), Err(InvalidTransaction::Stale.into()));
		assert_eq!(apply("tower//planner", 2), Err(InvalidTransaction::Future.into()));
	});
}

#[test]
fn strangers_removed_and_left_are_refused_by_name() {
	run(|| {
		assert_eq!(validate("stranger", 0), refused(Refusal::UnknownAccount));
		assert_ok!(Federation::remove_account(by("tower"), account("tower//planner")));
		assert_eq!(validate("tower//planner", 0), refused(Refusal::AccountRemoved));
		assert_ok!(Federation::declare_exit(by("tower")));
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert!(validate("tower", 0).is_ok(), "whoever is leaving is a member still");
		assert_ok!(Federation::complete_exit(by("tower")));
		assert_eq!(validate("tower", 0), refused(Refusal::OrgNotMember));
	});
}

#[test]
fn suspended_company_is_admitted() {
	run(|| {
		let suspend = crate::SubjectMatter::Suspend;
		assert_ok!(Federation::propose_subject(by("carrier-one"), TOWER, suspend));
		assert_ok!(Federation::vote_subject(by("carrier-two"), 0));
		run_to(1 + PARAMETERS.suspension_notice);
		assert!(validate("tower", 0).is_ok() && validate("tower//planner", 0).is_ok());
	});
}

#[test]
fn former_operator_of_the_witness_is_refused() {
	run(|| {
		let principal = account("neutral");
		assert_ok!(enact(crate::Call::replace_witness { org: WITNESS, principal }, ALL));
		assert_eq!(validate("witness", 0), refused(Refusal::AccountRemoved));
		assert!(validate("neutral", 0).is_ok());
	});
}

#[test]
fn invited_may_accept_and_nothing_more() {
	run(|| {
		let name: crate::types::Name = b"three".to_vec().try_into().unwrap();
		assert_ok!(Federation::invite(RuntimeOrigin::root(), OrgKind::Carrier, name, account("three")));
		let accept = || crate::Call::accept { recovery: account("three//recovery") };
		assert_eq!(validate("three", 0), refused(Refusal::OrgNotMember));
		assert!(validate_call("three", 0, accept()).is_ok());
		assert_ok!(Federation::accept(by("three"), account("three//recovery")));
		assert_eq!(validate_call("three", 0, accept()), refused(Refusal::OrgNotMember), "once is enough");
	});
	run(|| {
		let name: crate::types::Name = b"three".to_vec().try_into().unwrap();
		assert_ok!(Federation::invite(RuntimeOrigin::root(), OrgKind::Carrier, name, account("three")));
		let accept = || crate::Call::accept { recovery: account("three//recovery") };
		System::set_block_number(1 + PARAMETERS.motion_term + 1);
		assert_eq!(validate_call("three", 0, accept()), refused(Refusal::OrgNotMember));
	});
}

#[test]
fn nonce_too_far_ahead_is_refused() {
	run(|| {
		assert!(validate("tower", PARAMETERS.nonce_window).is_ok());
		assert_eq!(validate("tower", PARAMETERS.nonce_window + 1), refused(Refusal::NonceTooFarAhead));
	});
}

#[test]
fn what_is_too_long_for_any_block_is_refused_by_the_pool_and_booked_by_no_block() {
	run(|| {
		// Given what is too long by its length alone: a whole block, of which a part is kept for the others
		type Length = <Test as frame_system::Config>::BlockLength;
		let block = <Length as Get<frame_system::limits::BlockLength>>::get();
		let too_long = *block.max.get(DispatchClass::Normal) as usize;
		for source in [TransactionSource::External, TransactionSource::Local] {
			assert!(validate_sized(1_000, source).is_ok());
			assert_eq!(validate_sized(too_long, source), refused(Refusal::TooLarge));
		}
		// Then in a block it is not looked at twice: what books the share refuses it
		assert!(validate_sized(too_long, TransactionSource::InBlock).is_ok());
		let call = rule();
		let applied = CheckMember::<Test>::from(0)
			.validate_and_prepare(by("tower"), &call, &call.get_dispatch_info(), too_long, 0)
			.map(|_| ());
		assert_eq!(applied, Err(InvalidTransaction::ExhaustsResources.into()));
		assert_eq!(System::account_nonce(account("tower")), 0, "and it may come again");
	});
}

#[test]
fn nearer_nonce_ranks_first_then_the_company_that_used_less() {
	run(|| {
		// Given a company that has used the chain of late.
		for nonce in 0..50 {
			assert_ok!(apply("tower", nonce));
		}
		run_to(2);
		let rank = |who, nonce| validate(who, nonce).unwrap().priority;
		// Then, of equal distance, the other comes first; but distance counts more.
		assert!(rank("carrier-one", 0) > rank("tower", 50));
		assert!(rank("tower", 50) > rank("carrier-one", 1));
		assert_eq!(rank("carrier-one", 3), rank("carrier-two", 3));
	});
}

#[test]
fn other_origins_pass_untouched() {
	run(|| {
		let call = rule();
		let info = call.get_dispatch_info();
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let extension = CheckMember::<Test>::from(0);
			let mortal = CheckMortal::<Test>::from(Era::immortal());
			let source = TransactionSource::External;
			let implication = &sp_runtime::traits::TxBaseImplication(());
			assert!(extension.validate(origin.clone(), &call, &info, 9, (), implication, source).is_ok());
			let implicit = Default::default();
			assert!(mortal.validate(origin, &call, &info, 9, implicit, implication, source).is_ok());
		}
	});
}

#[test]
fn immortal_transactions_are_refused() {
	run(|| {
		assert_eq!(mortal("tower", Era::immortal()), refused(Refusal::Immortal));
		frame_system::BlockHash::<Test>::insert(1, trimast_primitives::Hash::repeat_byte(1));
		System::set_block_number(2);
		assert_eq!(mortal("tower", Era::mortal(4, 1)).unwrap().longevity, 3);
		let ancient = mortal("tower", Era::mortal(4, 0));
		assert_eq!(ancient, Ok(ValidTransaction { longevity: 2, ..Default::default() }));
	});
}

#[test]
fn old_signature_of_a_removed_and_readmitted_account_stays_dead() {
	run(|| {
		for block in 0..30 {
			frame_system::BlockHash::<Test>::insert(block, trimast_primitives::Hash::repeat_byte(1));
		}
		// Given an account that signed on block 5 and was used once.
		let planner = account("tower//planner");
		let era = Era::mortal(64, 5);
		System::set_block_number(6);
		assert_ok!(apply("tower//planner", 0));
		assert!(mortal("tower//planner", era).is_ok());
		// When it is removed and taken back in block 8.
		System::set_block_number(8);
		assert_ok!(Federation::remove_account(by("tower"), planner.clone()));
		add("tower", "tower//planner", Role::Planner, HEBEI);
		// Then nothing it signed before counts, and its nonce has not started again.
		System::set_block_number(9);
		assert_eq!(mortal("tower//planner", era), refused(Refusal::SignedBeforeAdmission));
		assert_eq!(mortal("tower//planner", Era::mortal(64, 7)), refused(Refusal::SignedBeforeAdmission));
		assert!(mortal("tower//planner", Era::mortal(64, 8)).is_ok());
		assert_eq!(validate("tower//planner", 0), Err(InvalidTransaction::Stale.into()));
		assert!(validate("tower//planner", 1).is_ok());
	});
}

#[test]
fn encoding_is_that_of_the_extensions_they_stand_for() {
	for nonce in [0, 63, 64, 70_000] {
		assert_eq!(CheckMember::<Test>::from(nonce).encode(), CheckNonce::<Test>::from(nonce).encode());
	}
	for era in [Era::immortal(), Era::mortal(64, 5), Era::mortal(4_096, 77)] {
		assert_eq!(CheckMortal::<Test>::from(era).encode(), CheckMortality::<Test>::from(era).encode());
	}
	type Member = CheckMember<Test>;
	type Mortal = CheckMortal<Test>;
	assert_eq!(<Member as TransactionExtension<RuntimeCall>>::IDENTIFIER, "CheckNonce");
	assert_eq!(<Mortal as TransactionExtension<RuntimeCall>>::IDENTIFIER, "CheckMortality");
}
