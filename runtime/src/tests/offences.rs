// SPDX-License-Identifier: Apache-2.0
//! Reports of equivocation. Nobody keeps offences yet, so nobody may report one.

use super::*;
use alloc::boxed::Box;
use codec::Decode;
use sp_runtime::{
	traits::TrailingZeroInput,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
};

fn some<T: Decode>() -> T {
	T::decode(&mut TrailingZeroInput::zeroes()).expect("zeroes are a value of it")
}

#[test]
fn unsigned_report_of_an_equivocation_fails_in_pool_and_block() {
	local().execute_with(|| {
		let call = pallet_grandpa::Call::report_equivocation_unsigned {
			equivocation_proof: Box::new(some()),
			key_owner_proof: some(),
		};
		let report = UncheckedExtrinsic::new_bare(call.into());
		let refused = TransactionValidityError::from(InvalidTransaction::Call);
		for source in [TransactionSource::Local, TransactionSource::External, TransactionSource::InBlock] {
			let asked = Executive::validate_transaction(source, report.clone(), System::parent_hash());
			assert_eq!(asked, Err(refused), "{source:?}");
		}
		assert_eq!(Executive::apply_extrinsic(report), Err(refused));
	});
}

#[test]
fn signed_report_of_an_equivocation_fails() {
	local().execute_with(|| {
		let call = pallet_grandpa::Call::report_equivocation {
			equivocation_proof: Box::new(some()),
			key_owner_proof: some(),
		};
		let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
		assert_eq!(admitted("//carrier-one//operator", call), Err(filtered));
	});
}
