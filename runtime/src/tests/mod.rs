// SPDX-License-Identifier: Apache-2.0
//! The runtime as a whole: real transactions with real signatures, block by block, on the `local` preset.

mod admission;
mod business;
mod delegations;
mod governance;
mod interlocks;
mod offences;
mod orders;
mod presets;
mod refusals;
mod rounds;
#[cfg(feature = "try-runtime")]
mod try_runtime;
mod windows;

use crate::{
	genesis::get_preset, AccountId, Address, Executive, Header, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeGenesisConfig, Signature, SignedPayload, System, TxExtension, UncheckedExtrinsic, SLOT_MILLIS,
};
use alloc::{format, vec::Vec};
use codec::Encode;
use frame_support::genesis_builder_helper::build_state;
use pallet_federation::admission::{CheckMember, CheckMortal};
use serde_json::Value;
use sp_consensus_aura::{Slot, AURA_ENGINE_ID};
use sp_core::{sr25519, Pair};
use sp_runtime::{
	generic::Era, traits::Header as _, ApplyExtrinsicResult, Digest, DigestItem, DispatchError,
	DispatchResult,
};
use trimast_primitives::{
	site::{SharingMode, Station, StationClass, Technology},
	territory::Position,
	OrgId, OrgSet,
};

/// Writes what is in `patch` over `base`.
fn merge(base: &mut Value, patch: Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(Value::Null), value);
			}
		}
		(base, patch) => *base = patch,
	}
}

/// A chain at genesis, from the preset of that name.
fn chain(preset: &str) -> sp_io::TestExternalities {
	let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	let patch = get_preset(&preset.into()).expect("the preset exists");
	merge(&mut config, serde_json::from_slice(&patch).unwrap());
	let mut ext = sp_io::TestExternalities::new_empty();
	ext.execute_with(|| build_state::<RuntimeGenesisConfig>(serde_json::to_vec(&config).unwrap()).unwrap());
	ext
}

/// The chain of the `local` preset in its first block.
fn local() -> sp_io::TestExternalities {
	let mut ext = chain("local");
	ext.execute_with(|| begin_block(1));
	ext
}

fn begin_block(number: u32) {
	begin_block_in_slot(number, number.into());
}

/// As [`begin_block`], at a time of its own.
fn begin_block_in_slot(number: u32, slot: u64) {
	let now = pallet_timestamp::Call::set { now: slot * SLOT_MILLIS };
	let slot = Slot::from(slot);
	let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
	let parent = System::parent_hash();
	Executive::initialize_block(&Header::new(number, Default::default(), Default::default(), parent, digest));
	Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(now.into())).unwrap().unwrap();
}

/// Ends the block; gives the number of the next one.
fn end_block() -> u32 {
	#[cfg(feature = "try-runtime")]
	try_runtime::check_state().unwrap();
	let header = Executive::finalize_block();
	frame_system::BlockHash::<Runtime>::insert(header.number, header.hash());
	header.number + 1
}

/// Ends the block and begins the next, `blocks` times.
fn pass(blocks: u32) {
	for _ in 0..blocks {
		begin_block(end_block());
	}
}

/// The account of a public seed, `//carrier-one//planner`.
fn account(seed: &str) -> AccountId {
	pair(seed).public().into()
}

fn pair(seed: &str) -> sr25519::Pair {
	sr25519::Pair::from_string(seed, None).expect("seeds in tests are well formed")
}

fn sign(seed: &str, call: impl Into<RuntimeCall>, nonce: u32, era: Era) -> UncheckedExtrinsic {
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		CheckMortal::from(era),
		CheckMember::from(nonce),
		frame_system::CheckWeight::new(),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	);
	let payload = SignedPayload::new(call.into(), extension).expect("the era begins in a known block");
	let signature = payload.using_encoded(|bytes| pair(seed).sign(bytes));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(call, Address::Id(account(seed)), Signature::Sr25519(signature), extension)
}

/// An era that begins in the last finished block.
fn mortal() -> Era {
	Era::mortal(64, u64::from(System::block_number().saturating_sub(1)))
}

/// Signs and carries out a call in the current block.
fn send(seed: &str, call: impl Into<RuntimeCall>) -> ApplyExtrinsicResult {
	Executive::apply_extrinsic(sign(seed, call, System::account_nonce(account(seed)), mortal()))
}

/// As [`send`], for a call that admission must let pass.
fn admitted(seed: &str, call: impl Into<RuntimeCall>) -> DispatchResult {
	let call = call.into();
	let told = format!("{:.120}", format!("{call:?}"));
	let used = System::block_weight().total().ref_time();
	send(seed, call).unwrap_or_else(|refusal| panic!("{refusal:?} with {used} in the block, {seed}: {told}"))
}

/// Whether some event of the block satisfies `test`.
fn saw(test: impl Fn(&RuntimeEvent) -> bool) -> bool {
	System::events().iter().any(|record| test(&record.event))
}

/// The error of a call, by name.
fn error_name(error: DispatchError) -> &'static str {
	match error {
		DispatchError::BadOrigin => "BadOrigin",
		// An error that comes out of an event has lost its message, so the name is looked up: `Sites(NotOwner)`.
		error => match crate::RuntimeError::from_dispatch_error(error) {
			Some(error) => {
				let text = format!("{error:?}");
				let name = text.split_once('(').map_or(text.as_str(), |(_, name)| name.trim_end_matches(')'));
				alloc::boxed::Box::leak(name.into())
			}
			None => "other",
		},
	}
}

/// A station of `owner` that `sharer` shares.
fn station(code: &str, owner: u8, sharer: u8) -> Station {
	Station {
		code: code.as_bytes().to_vec().try_into().unwrap(),
		technology: Technology::Nr,
		mode: SharingMode::MocnSeveralCellIds,
		owner: OrgId(owner),
		sharers: OrgSet::of(OrgId(sharer)),
		tower: None,
		plmns: [11, 1]
			.map(|mnc| trimast_primitives::site::Plmn { mcc: 460, mnc, three_digit_mnc: false })
			.to_vec()
			.try_into()
			.unwrap(),
		position: Position { latitude: 38_070_600, longitude: 114_440_300 },
		county: 2,
		cells: 3,
		vendor: b"V1".to_vec().try_into().unwrap(),
		class: StationClass::Ordinary,
		tenants: 2,
		systems: 3,
		battery_ah: 500,
		autonomy_minutes: 180,
		rated_power_w: 3_700,
		generator_minutes: 120,
		road_distance_hm: 123,
		road_minutes: 25,
		backhaul: OrgId(owner),
	}
}

fn stations(codes: impl IntoIterator<Item = u32>, owner: u8, sharer: u8) -> Vec<Station> {
	codes.into_iter().map(|n| station(&format!("ST-{n:06}"), owner, sharer)).collect()
}
