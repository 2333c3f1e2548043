// SPDX-License-Identifier: Apache-2.0
//! Who may send at all, and how much of a block.

use super::*;
use crate::{configs::chain::RuntimeBlockWeights, Federation};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	admission::Refusal,
	params::Governed,
	LocalNetworkId,
};

fn refused(refusal: Refusal) -> TransactionValidityError {
	InvalidTransaction::Custom(refusal.code()).into()
}

fn import(codes: impl IntoIterator<Item = u32>, owner: u8, sharer: u8) -> RuntimeCall {
	let stations = stations(codes, owner, sharer).try_into().unwrap();
	pallet_sites::Call::import { local_network: LocalNetworkId(1301), stations }.into()
}

fn add(seed: &str) -> RuntimeCall {
	pallet_federation::Call::add_account {
		account: account(seed),
		roles: Roles::of(Role::Planner),
		scope: Scope::National,
		branch: None,
	}
	.into()
}

fn remove(seed: &str) -> RuntimeCall {
	pallet_federation::Call::remove_account { account: account(seed) }.into()
}

#[test]
fn member_works() {
	local().execute_with(|| {
		assert_eq!(admitted("//carrier-one//planner", import(0..3, 0, 1)), Ok(()));
	});
}

#[test]
fn unknown_account_fails() {
	local().execute_with(|| {
		assert_eq!(send("//nobody", import(0..1, 0, 1)), Err(refused(Refusal::UnknownAccount)));
	});
}

#[test]
fn immortal_fails() {
	local().execute_with(|| {
		let tx = sign("//carrier-one//planner", import(0..1, 0, 1), 0, Era::Immortal);
		assert_eq!(Executive::apply_extrinsic(tx), Err(refused(Refusal::Immortal)));
	});
}

#[test]
fn nonce_beyond_the_window_fails() {
	local().execute_with(|| {
		let window = <Federation as Governed>::parameters().nonce_window;
		let validate = |nonce| {
			let tx = sign("//carrier-one//planner", import(0..1, 0, 1), nonce, mortal());
			Executive::validate_transaction(TransactionSource::External, tx, System::parent_hash())
		};
		assert!(validate(window - 1).is_ok());
		assert_eq!(validate(window + 1), Err(refused(Refusal::NonceTooFarAhead)));
	});
}

#[test]
fn nearer_nonce_ranks_higher() {
	local().execute_with(|| {
		let priority = |nonce| {
			let tx = sign("//carrier-one//planner", import(0..1, 0, 1), nonce, mortal());
			Executive::validate_transaction(TransactionSource::External, tx, System::parent_hash())
				.unwrap()
				.priority
		};
		assert!(priority(0) > priority(1) && priority(1) > priority(100));
	});
}

#[test]
fn removed_account_fails_and_its_old_signature_stays_dead_after_readmission() {
	local().execute_with(|| {
		// Given an account that has sent one transaction and signed another
		admitted("//carrier-one", add("//new")).unwrap();
		pass(1);
		admitted("//new", import(0..1, 0, 1)).unwrap();
		let kept = sign("//new", import(1..2, 0, 1), 1, mortal());
		// When it is removed
		admitted("//carrier-one", remove("//new")).unwrap();
		// Then it is refused by that name
		assert_eq!(Executive::apply_extrinsic(kept.clone()), Err(refused(Refusal::AccountRemoved)));
		// And when it is admitted again, its nonce goes on and what it signed before stays dead
		pass(2);
		admitted("//carrier-one", add("//new")).unwrap();
		pass(1);
		assert_eq!(System::account_nonce(account("//new")), 1);
		assert_eq!(Executive::apply_extrinsic(kept), Err(refused(Refusal::SignedBeforeAdmission)));
		assert_eq!(admitted("//new", import(1..2, 0, 1)), Ok(()));
	});
}

#[test]
fn company_alone_uses_nearly_the_whole_block_and_leaves_the_others_their_reserve() {
	local().execute_with(|| {
		// Given one company that sends until no more fits
		let mut sent = 0u32;
		let filled = loop {
			match send("//carrier-one//planner", import(sent * 256..(sent + 1) * 256, 0, 1)) {
				Ok(result) => result.unwrap(),
				Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) => break sent,
				Err(other) => panic!("{other:?}"),
			}
			sent += 1;
		};
		// Then it had at least three quarters of what ordinary calls may use
		let normal = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
		let used = System::block_weight().get(DispatchClass::Normal).ref_time();
		let length = System::block_size();
		let by_weight = used * 4 >= normal.ref_time() * 3;
		let by_length = u64::from(length) * 4 >= u64::from(crate::configs::chain::BLOCK_BYTES) * 3 / 4 * 3;
		assert!(by_weight || by_length, "{filled} calls, {used} of {} ps, {length} bytes", normal.ref_time());
		// And each other company still gets its share
		for (planner, owner) in [("//carrier-two//planner", 1), ("//tower//planner", 2)] {
			let call = import(900_000..900_001, owner, 0);
			assert!(call.get_dispatch_info().call_weight.ref_time() > 0);
			assert!(send(planner, call).is_ok(), "{planner}");
		}
	});
}

#[test]
fn what_no_block_has_room_for_fails_at_once() {
	local().execute_with(|| {
		// Given the largest batch that a block has room for beside the others' reserves
		let batch = |count: u32| -> RuntimeCall {
			let calls = (0..count).map(|n| import(n * 256..(n + 1) * 256, 0, 1)).collect();
			pallet_utility::Call::batch_all { calls }.into()
		};
		let planner = "//carrier-one//planner";
		let judge = |count| {
			let tx = sign(planner, batch(count), 0, mortal());
			let hash = System::parent_hash();
			Executive::validate_transaction(TransactionSource::External, tx, hash).map(|_| ())
		};
		let largest = (1..1_000).take_while(|count| judge(*count).is_ok()).count() as u32;
		assert!(largest > 0);
		// When one call more is asked for, then the pool does not take it: it would never leave it
		assert_eq!(judge(largest + 1), Err(refused(Refusal::TooLarge)));
		// And what the pool takes does find room in a block
		assert_eq!(send(planner, batch(largest)).map(|result| result.is_ok()), Ok(true));
	});
}

#[test]
fn new_code_fits_into_a_block() {
	local().execute_with(|| {
		// Four times what the code has today, and what a chain must be able to do whoever floods it.
		let call = frame_system::Call::apply_authorized_upgrade { code: vec![1; 2 * 1024 * 1024] };
		let tx = sign("//carrier-one", call, 0, mortal());
		let judged = Executive::validate_transaction(TransactionSource::External, tx, System::parent_hash());
		assert!(judged.is_ok(), "{judged:?}");
	});
}
