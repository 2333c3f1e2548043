// SPDX-License-Identifier: Apache-2.0

//! A small runtime: frame-system and the federation, with doubles for the council, the scheduler and the
//! session keys.

// The types of a `Config` may not be less public than the runtime, which its macro makes public.
#![allow(unreachable_pub)]

use crate::{self as pallet_federation, CouncilSeats, Delegations, GenesisOrg, Matters, SessionKeys};
use codec::{Decode, Encode};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		schedule::{
			v3::{Named, TaskName},
			DispatchTime, Period, Priority,
		},
		Bounded, ConstU32, ConstU64, EnsureOrigin, Hooks,
	},
};
use frame_system::{mocking::MockBlockU32, RawOrigin};
use sp_runtime::{
	traits::{BlakeTwo256, Dispatchable, IdentityLookup},
	BuildStorage, DispatchError, DispatchResult,
};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::MotionView,
	matter::Matter,
	org::OrgKind,
	params::{ParameterBounds, Parameters},
	AccountId, Hash, OrgId,
};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(10)]
	pub type Federation = pallet_federation;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Nonce = u32;
	type Hash = Hash;
	type Hashing = BlakeTwo256;
}

parameter_types! {
	/// Accounts that have no session keys.
	pub static Keyless: Vec<AccountId> = vec![];
	/// Who holds the council's seats.
	pub static Seats: Vec<AccountId> = vec![];
	/// The motion that is being dispatched and who voted for it.
	pub static Motion: Option<(Hash, Vec<AccountId>)> = None;
	/// Other open motions: hash, number, and who voted for them.
	pub static Open: Vec<(Hash, u32, Vec<AccountId>)> = vec![];
	/// Whose delegations were ended.
	pub static Cleared: Vec<AccountId> = vec![];
	/// Scheduled tasks: name, block, call.
	pub static Agenda: Vec<(TaskName, u32, Vec<u8>)> = vec![];
	/// Whether the runtime sorts no call into any matter any more.
	pub static Unsorted: bool = false;
	/// Blocks that take no more tasks.
	pub static FullBlocks: Vec<u32> = vec![];
}

/// The council's doubles.
pub struct TestCouncil;

impl CouncilSeats<AccountId> for TestCouncil {
	fn set_seats(principals: Vec<AccountId>) -> DispatchResult {
		Seats::set(principals);
		Ok(())
	}

	fn seats() -> Vec<AccountId> {
		Seats::get()
	}

	fn ayes(proposal: Hash) -> Vec<AccountId> {
		let open = Open::get().into_iter().map(|(hash, _, ayes)| (hash, ayes));
		Motion::get()
			.into_iter()
			.chain(open)
			.find(|(hash, _)| *hash == proposal)
			.map(|(_, ayes)| ayes)
			.unwrap_or_default()
	}

	fn proposed() -> Option<(Hash, u32)> {
		Open::get().last().map(|(hash, index, _)| (*hash, *index))
	}

	fn is_open(proposal: Hash, index: u32) -> bool {
		Open::get().iter().any(|(hash, number, _)| (*hash, *number) == (proposal, index))
	}

	fn motions(_: Option<u32>, _: u32) -> Vec<MotionView> {
		vec![]
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_ayes(proposal: Hash, ayes: Vec<AccountId>) {
		Motion::set(Some((proposal, ayes)));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill() {}
}

/// The origin of a motion: the account [`council`], while [`Motion`] says who voted.
pub struct EnsureMotion;

impl EnsureOrigin<RuntimeOrigin> for EnsureMotion {
	type Success = (u32, u32);

	fn try_origin(origin: RuntimeOrigin) -> Result<Self::Success, RuntimeOrigin> {
		let signed = matches!(origin.clone().into(), Ok(RawOrigin::Signed(who)) if who == council());
		match Motion::get() {
			Some((_, ayes)) if signed => Ok((ayes.len() as u32, Seats::get().len() as u32)),
			_ => Err(origin),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(RuntimeOrigin::signed(council()))
	}
}

/// Remarks are rules; the federation's own Root calls are the constitution, except the witness's.
pub struct TestMatters;

impl Matters<RuntimeCall> for TestMatters {
	fn matter(call: &RuntimeCall) -> Option<Matter> {
		match call {
			_ if Unsorted::get() => None,
			RuntimeCall::System(frame_system::Call::remark { .. }) => Some(Matter::Rules),
			RuntimeCall::System(frame_system::Call::kill_storage { .. }) => Some(Matter::Constitution),
			RuntimeCall::Federation(call) => match call {
				crate::Call::invite { kind: OrgKind::Witness, .. } => Some(Matter::Witness),
				crate::Call::invite { .. }
				| crate::Call::confirm { .. }
				| crate::Call::set_parameters { .. } => Some(Matter::Constitution),
				crate::Call::replace_witness { .. } => Some(Matter::Witness),
				_ => None,
			},
			_ => None,
		}
	}

	fn check(call: &RuntimeCall, bounds: &ParameterBounds) -> DispatchResult {
		match call {
			RuntimeCall::Federation(call) => Federation::check_call(call, bounds),
			RuntimeCall::System(_) => Ok(()),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn constitutional_call(bytes: u32) -> RuntimeCall {
		let keys = vec![vec![0; bytes.saturating_sub(16) as usize]];
		RuntimeCall::System(frame_system::Call::kill_storage { keys })
	}
}

/// The scheduler's double, over [`Agenda`].
pub struct TestScheduler;

impl Named<u32, RuntimeCall, OriginCaller> for TestScheduler {
	type Address = ();
	type Hasher = BlakeTwo256;

	fn schedule_named(
		name: TaskName,
		when: DispatchTime<u32>,
		_: Option<Period<u32>>,
		_: Priority,
		origin: OriginCaller,
		call: Bounded<RuntimeCall, BlakeTwo256>,
	) -> Result<(), DispatchError> {
		let at = when.evaluate(System::block_number());
		let Bounded::Inline(call) = call else { return Err(DispatchError::Unavailable) };
		let root = OriginCaller::system(RawOrigin::Root);
		let fits = origin == root && at > System::block_number() && !FullBlocks::get().contains(&at);
		let known = Agenda::get().iter().any(|(other, ..)| *other == name);
		if !fits || known {
			return Err(DispatchError::Exhausted);
		}
		Agenda::mutate(|agenda| agenda.push((name, at, call.into_inner())));
		Ok(())
	}

	fn cancel_named(name: TaskName) -> Result<(), DispatchError> {
		let before = Agenda::get().len();
		Agenda::mutate(|agenda| agenda.retain(|(other, ..)| *other != name));
		if Agenda::get().len() < before {
			Ok(())
		} else {
			Err(DispatchError::Unavailable)
		}
	}

	fn reschedule_named(_: TaskName, _: DispatchTime<u32>) -> Result<(), DispatchError> {
		Err(DispatchError::Unavailable)
	}

	fn next_dispatch_time(name: TaskName) -> Result<u32, DispatchError> {
		let agenda = Agenda::get();
		let task = agenda.iter().find(|(other, ..)| *other == name);
		task.map(|(_, at, _)| *at).ok_or(DispatchError::Unavailable)
	}
}

/// Everybody has session keys but [`Keyless`].
pub struct TestKeys;

impl SessionKeys<AccountId> for TestKeys {
	fn has_keys(who: &AccountId) -> bool {
		!Keyless::get().contains(who)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn give_keys(_: &AccountId) {}
}

/// Notes whose delegations are ended, in [`Cleared`].
pub struct TestDelegations;

impl Delegations<AccountId> for TestDelegations {
	fn clear(who: &AccountId) {
		Cleared::mutate(|cleared| cleared.push(who.clone()));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(_: &AccountId) {}
}

impl crate::Config for Test {
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type CouncilOrigin = EnsureMotion;
	type Council = TestCouncil;
	type Matters = TestMatters;
	type Scheduler = TestScheduler;
	type SessionKeys = TestKeys;
	type Delegations = TestDelegations;
	type SlotMillis = ConstU64<1_000>;
	type MaxValidatorsPerOrg = ConstU32<4>;
	type MaxNodes = ConstU32<3>;
	type MaxBranches = ConstU32<3>;
	type MaxMotions = ConstU32<16>;
	type MaxEnactments = ConstU32<4>;
	type MaxSubjectMotions = ConstU32<8>;
	type WeightInfo = ();
}

/// The account in whose name motions are dispatched.
pub(crate) fn council() -> AccountId {
	account("council")
}

/// The account of this name.
pub(crate) fn account(name: &str) -> AccountId {
	AccountId::new(sp_io::hashing::blake2_256(name.as_bytes()))
}

/// A signed origin.
pub(crate) fn by(name: &str) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(name))
}

/// The organisations of the genesis.
pub(crate) const ONE: OrgId = OrgId(0);
pub(crate) const TWO: OrgId = OrgId(1);
pub(crate) const TOWER: OrgId = OrgId(2);
pub(crate) const WITNESS: OrgId = OrgId(3);

/// Short parameters that differ from each other, so that a test shows which of them counts.
pub(crate) const PARAMETERS: Parameters = Parameters {
	rules_delay: 6,
	long_delay: 30,
	recovery_delay: 20,
	suspension_notice: 10,
	suspension_term: 40,
	pause_term: 5,
	pause_gap: 15,
	exit_notice: 12,
	motion_term: 50,
	state_quota: 2_000,
	seats_per_company: 2,
	nonce_window: 16,
	max_accounts: 10,
	..Parameters::SECONDS
};

pub(crate) fn org(kind: OrgKind, name: &str) -> GenesisOrg {
	let of = |role: Role, word: &str| (account(&format!("{name}//{word}")), Roles::of(role), Scope::National);
	GenesisOrg {
		kind,
		name: name.into(),
		principal: account(name),
		recovery: account(&format!("{name}//recovery")),
		validators: vec![account(&format!("{name}//validator"))],
		accounts: vec![
			of(Role::Planner, "planner"),
			of(Role::Operator, "operator"),
			of(Role::Operator, "validator"),
		],
	}
}

/// The network of two carriers, a tower company and the witness, in block 1.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
	Keyless::set(vec![]);
	Motion::set(None);
	Open::set(vec![]);
	Cleared::set(vec![]);
	Agenda::set(vec![]);
	FullBlocks::set(vec![]);
	Unsorted::set(false);
	Seats::set(["carrier-one", "carrier-two", "tower"].map(account).to_vec());
	let genesis = RuntimeGenesisConfig {
		federation: pallet_federation::GenesisConfig {
			orgs: vec![
				org(OrgKind::Carrier, "carrier-one"),
				org(OrgKind::Carrier, "carrier-two"),
				org(OrgKind::TowerCompany, "tower"),
				org(OrgKind::Witness, "witness"),
			],
			parameters: PARAMETERS,
			bounds: ParameterBounds::LOCAL,
			..Default::default()
		},
		..Default::default()
	};
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// No organisation yet.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn empty_test_ext() -> sp_io::TestExternalities {
	RuntimeGenesisConfig::default().build_storage().unwrap().into()
}

/// Runs a test and checks the state after it.
pub(crate) fn run(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Federation::do_try_state().unwrap();
	});
}

/// Builds blocks up to `block`, carrying out what is scheduled.
pub(crate) fn run_to(block: u32) {
	while System::block_number() < block {
		Federation::on_finalize(System::block_number());
		System::set_block_number(System::block_number() + 1);
		Federation::on_initialize(System::block_number());
		let now = System::block_number();
		let due: Vec<_> = Agenda::get().into_iter().filter(|(_, at, _)| *at <= now).collect();
		Agenda::mutate(|agenda| agenda.retain(|(_, at, _)| *at > now));
		for (_, _, call) in due {
			let call = RuntimeCall::decode(&mut &call[..]).unwrap();
			call.dispatch(RuntimeOrigin::root()).unwrap();
		}
	}
}

/// Hash of a call, by which the council knows a motion of it.
pub(crate) fn hash_of(call: &RuntimeCall) -> Hash {
	sp_core::H256(sp_io::hashing::blake2_256(&call.encode()))
}

/// Lets an account have signed a transaction.
pub(crate) fn has_signed(name: &str) {
	System::inc_account_nonce(account(name));
}

/// Dispatches `call` as a motion for which the companies `ayes` voted.
pub(crate) fn motion(call: impl Into<RuntimeCall>, ayes: &[&str]) -> DispatchResult {
	let call = call.into();
	let ayes = ayes.iter().map(|name| account(name)).collect();
	Motion::set(Some((hash_of(&call), ayes)));
	let result = call.dispatch(RuntimeOrigin::signed(council()));
	Motion::set(None);
	result.map(|_| ()).map_err(|error| error.error)
}

/// Has the council enact `call`.
pub(crate) fn enact(call: impl Into<RuntimeCall>, ayes: &[&str]) -> DispatchResult {
	motion(crate::Call::enact { call: Box::new(call.into()) }, ayes)
}

/// A call on rules.
pub(crate) fn rule() -> RuntimeCall {
	frame_system::Call::remark { remark: b"tariff".to_vec() }.into()
}

/// All seated companies.
pub(crate) const ALL: &[&str] = &["carrier-one", "carrier-two", "tower"];
/// Two of them, against the tower company.
pub(crate) const TWO_OF_THREE: &[&str] = &["carrier-one", "carrier-two"];

/// The federation's events of this block and before, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Federation(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// The federation's last event.
pub(crate) fn last_event() -> crate::Event<Test> {
	events().pop().unwrap()
}
