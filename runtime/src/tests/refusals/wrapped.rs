// SPDX-License-Identifier: Apache-2.0
//! The same refusals in every way of making a call: in batches, by a proxy, by a multisig, voted and scheduled.

use super::*;
use crate::configs::{chain::RuntimeBlockWeights, council::CouncilInstance};
use pallet_federation::{Call as Federation, PauseKind, PauseKinds, SubjectMatter};
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};
use trimast_primitives::{admission::Refusal, params::Parameters};

/// The account that is tried.
const SEED: &str = "//tried";

/// Its proxy, of a company that no test is about.
const PROXY: &str = "//tower//engineer";

/// Who together are the multisig, of the same company as the proxy.
const SIGNATORIES: [&str; 2] = ["//tower//auditor", "//tower//collector"];

fn multisig() -> AccountId {
	let mut both = SIGNATORIES.map(account);
	both.sort();
	pallet_multisig::Pallet::<Runtime>::multi_account_id(&both, 2)
}

fn add(who: AccountId, roles: Roles, scope: Scope) -> RuntimeCall {
	Federation::add_account { account: who, roles, scope, branch: None }.into()
}

/// Gives the account that is tried, and the multisig, the same rights in the company of `admin`. The account names a
/// proxy that may do everything.
fn appoint(admin: &str, role: Role, scope: Scope) {
	appoint_to(admin, Roles::of(role), scope);
}

/// As [`appoint`], with several roles.
pub(super) fn appoint_to(admin: &str, roles: Roles, scope: Scope) {
	admitted(admin, add(account(SEED), roles, scope)).unwrap();
	admitted(admin, add(multisig(), roles, scope)).unwrap();
	pass(1);
	let (delegate, proxy_type) = (Address::Id(account(PROXY)), ProxyType::Any);
	admitted(SEED, pallet_proxy::Call::add_proxy { delegate, proxy_type, delay: 0 }).unwrap();
}

/// A call as it is and in batches, told by name; `call` makes it anew for each.
fn batched(call: impl Fn() -> RuntimeCall) -> [(&'static str, RuntimeCall); 5] {
	use pallet_utility::Call::{batch, batch_all, force_batch};
	let inner = || batch { calls: vec![call()] };
	[
		("bare", call()),
		("batch", inner().into()),
		("batch_all", batch_all { calls: vec![call()] }.into()),
		("force_batch", force_batch { calls: vec![call()] }.into()),
		("batch in a batch", batch { calls: vec![inner().into()] }.into()),
	]
}

fn by_proxy(call: RuntimeCall) -> RuntimeCall {
	let real = Address::Id(account(SEED));
	pallet_proxy::Call::proxy { real, force_proxy_type: None, call: Box::new(call) }.into()
}

/// What a signatory of the multisig signs. The second to sign carries the call out.
fn by_multisig(signatory: &str, call: RuntimeCall) -> RuntimeCall {
	let other = SIGNATORIES.into_iter().find(|other| *other != signatory).unwrap();
	pallet_multisig::Call::as_multi {
		threshold: 2,
		other_signatories: vec![account(other)],
		maybe_timepoint: pallet_multisig::Multisigs::<Runtime>::iter_values().next().map(|open| open.when),
		call: Box::new(call),
		max_weight: Weight::from_parts(150_000_000_000, u64::MAX / 4),
	}
	.into()
}

/// Goes on to a block with room: the one in which the session changes has none.
pub(super) fn next_block() {
	pass(1);
	if System::block_weight().total().ref_time() > RuntimeBlockWeights::get().max_block.ref_time() / 2 {
		pass(1);
	}
}

/// What becomes of a call that the account signs itself.
fn by_itself(call: impl Fn() -> RuntimeCall) -> Vec<(String, DispatchResult)> {
	let made = batched(call).map(|(way, call)| {
		// A call that is refused is charged for in full: each has a block of its own.
		next_block();
		(way.to_owned(), carried_out(SEED, call))
	});
	made.to_vec()
}

/// What becomes of a call that others sign: the proxy, or the signatories of the multisig.
fn by_others(call: impl Fn() -> RuntimeCall) -> Vec<(String, DispatchResult)> {
	let [first, second] = SIGNATORIES;
	let mut results = Vec::new();
	for (way, call) in batched(&call) {
		next_block();
		results.push((format!("{way}, by proxy"), carried_out(PROXY, by_proxy(call))));
	}
	next_block();
	let in_a_batch = pallet_utility::Call::batch_all { calls: vec![by_proxy(call())] };
	results.push(("by proxy, in a batch".to_owned(), carried_out(PROXY, in_a_batch)));
	for (way, call) in batched(&call) {
		next_block();
		assert_eq!(carried_out(first, by_multisig(first, call.clone())), Ok(()), "{way}");
		next_block();
		results.push((format!("{way}, by multisig"), carried_out(second, by_multisig(second, call))));
	}
	results
}

/// Tries a call in every way, each of which must fail with the error of this name.
pub(super) fn fails_in_every_way(call: impl Fn() -> RuntimeCall, error: &str) {
	for (way, result) in by_itself(&call).into_iter().chain(by_others(&call)) {
		assert_eq!(result.map_err(error_name), Err(error), "{way}: {:?}", call());
	}
}

#[test]
fn planner_of_the_owner_works_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-one", Role::Planner, Scope::National);
		// Each way is tried with a station of its own
		let number = core::cell::Cell::new(0);
		let next = || {
			number.set(number.get() + 1);
			register(&format!("ST-{}", number.get()), 0)
		};
		let results = [by_itself(next), by_others(next)].concat();
		for (way, result) in &results {
			assert_eq!(*result, Ok(()), "{way}");
		}
		assert_eq!(registered(), results.len());
	});
}

#[test]
fn wrong_role_fails_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-one", Role::Auditor, Scope::National);
		fails_in_every_way(|| register("A", 0), "MissingRole");
		assert_eq!(registered(), 0);
	});
}

#[test]
fn wrong_company_fails_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-two", Role::Planner, Scope::National);
		fails_in_every_way(|| register("A", 0), "NotOwner");
		assert_eq!(registered(), 0);
	});
}

#[test]
fn wrong_scope_fails_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-one", Role::Planner, Scope::Province(ProvinceId(14)));
		fails_in_every_way(|| register("A", 0), "OutsideScope");
		assert_eq!(registered(), 0);
	});
}

#[test]
fn another_companys_house_is_closed_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-two", Role::Admin, Scope::National);
		let planner = || account("//carrier-one//planner");
		let (roles, scope) = (Roles::of(Role::Auditor), Scope::National);
		fails_in_every_way(|| Federation::remove_account { account: planner() }.into(), "NotAuthorized");
		let set = || Federation::set_account { account: planner(), roles, scope, branch: None };
		fails_in_every_way(|| set().into(), "NotAuthorized");
		let take = || add(planner(), Roles::of(Role::Planner), Scope::National);
		fails_in_every_way(take, "AccountTaken");
		// And an admin does not speak for its company
		fails_in_every_way(|| Federation::declare_exit {}.into(), "NotPrincipal");
		assert_eq!(admitted("//carrier-one//planner", register("A", 0)), Ok(()));
	});
}

#[test]
fn suspended_company_fails_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-two", Role::Planner, Scope::National);
		let propose = Federation::propose_subject { org: OrgId(1), matter: SubjectMatter::Suspend };
		admitted("//carrier-one", propose).unwrap();
		let id = crate::Federation::subject_motions()[0].id;
		// It has no voice in its own suspension, batched neither
		for (way, vote) in batched(|| Federation::vote_subject { id }.into()) {
			let refused = carried_out("//carrier-two", vote).map_err(error_name);
			assert_eq!(refused, Err("OwnMotion"), "{way}");
		}
		admitted("//tower", Federation::vote_subject { id }).unwrap();
		pass(Parameters::SECONDS.suspension_notice + 1);
		// A proxy and signatories of a company that is in business change nothing
		fails_in_every_way(|| register("A", 1), "OrgNotActive");
		assert_eq!(registered(), 0);
	});
}

#[test]
fn paused_calls_fail_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-one", Role::Planner, Scope::National);
		let kinds = PauseKinds::of(PauseKind::Sites);
		as_council(Federation::pause { kinds }.into()).unwrap();
		fails_in_every_way(|| register("A", 0), "CallFiltered");
		assert_eq!(registered(), 0);
	});
}

fn refused(refusal: Refusal) -> ApplyExtrinsicResult {
	Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(refusal.code())))
}

/// What an account may sign to get `call` carried out: by itself, for another, with another.
fn signed_ways(call: RuntimeCall) -> Vec<(&'static str, RuntimeCall)> {
	let for_another = pallet_proxy::Call::proxy {
		real: Address::Id(account("//carrier-one//planner")),
		force_proxy_type: None,
		call: Box::new(call.clone()),
	};
	let with_another = pallet_multisig::Call::as_multi_threshold_1 {
		other_signatories: vec![account("//carrier-one//planner")],
		call: Box::new(call.clone()),
	};
	let mut ways = batched(|| call.clone()).to_vec();
	ways.push(("for another, as proxy", for_another.into()));
	ways.push(("with another, as multisig", with_another.into()));
	ways
}

/// Tries a call of an account that admission refuses for this: what it signs is not taken, and what others sign for it fails
/// with the error of this name.
pub(super) fn is_not_admitted_in_any_way(call: impl Fn() -> RuntimeCall, refusal: Refusal, error: &str) {
	for (way, call) in signed_ways(call()) {
		assert_eq!(send(SEED, call), refused(refusal), "{way}");
	}
	for (way, result) in by_others(&call) {
		assert_eq!(result.map_err(error_name), Err(error), "{way}: {:?}", call());
	}
}

#[test]
fn unknown_account_fails_in_every_way() {
	local().execute_with(|| {
		for (way, call) in signed_ways(register("A", 0)) {
			assert_eq!(send("//nobody", call), refused(Refusal::UnknownAccount), "{way}");
		}
		assert_eq!(registered(), 0);
	});
}

#[test]
fn removed_account_fails_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-one", Role::Planner, Scope::National);
		for gone in [account(SEED), multisig()] {
			admitted("//carrier-one", Federation::remove_account { account: gone }).unwrap();
		}
		for (way, call) in signed_ways(register("A", 0)) {
			assert_eq!(send(SEED, call), refused(Refusal::AccountRemoved), "{way}");
		}
		// Its proxy went with it; the multisig's signatories still sign, for an account that is none
		for (way, result) in by_others(|| register("A", 0)) {
			let error = if way.contains("proxy") { "NotProxy" } else { "UnknownAccount" };
			assert_eq!(result.map_err(error_name), Err(error), "{way}");
		}
		assert_eq!(registered(), 0);
	});
}

#[test]
fn old_signature_of_a_readmitted_account_stays_dead_in_every_way() {
	local().execute_with(|| {
		// Given an account that has signed and not sent, in every way
		appoint("//carrier-one", Role::Planner, Scope::National);
		let kept: Vec<_> = signed_ways(register("A", 0))
			.into_iter()
			.map(|(way, call)| (way, sign(SEED, call, System::account_nonce(account(SEED)), mortal())))
			.collect();
		// When it is removed and taken back
		let remove = Federation::remove_account { account: account(SEED) };
		admitted("//carrier-one", remove).unwrap();
		pass(1);
		admitted("//carrier-one", add(account(SEED), Roles::of(Role::Planner), Scope::National)).unwrap();
		pass(1);
		// Then nothing of it is taken, though the nonce is the right one
		for (way, old) in kept {
			assert_eq!(Executive::apply_extrinsic(old), refused(Refusal::SignedBeforeAdmission), "{way}");
		}
		assert_eq!(registered(), 0);
		assert_eq!(admitted(SEED, register("A", 0)), Ok(()));
	});
}

/// What becomes of a call that a motion of all three companies consists of.
pub(super) fn as_council(call: RuntimeCall) -> DispatchResult {
	let all = pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(3, 3);
	call.dispatch(all.into()).map(|_| ()).map_err(|failed| failed.error)
}

/// What becomes of a call that the scheduler carries out: it knows no origin but Root.
fn as_scheduler(call: RuntimeCall) -> DispatchResult {
	call.dispatch(crate::RuntimeOrigin::root()).map(|_| ()).map_err(|failed| failed.error)
}

fn scheduled(call: RuntimeCall) -> RuntimeCall {
	let call = Box::new(call);
	pallet_scheduler::Call::schedule { when: 100, maybe_periodic: None, priority: 0, call }.into()
}

#[test]
fn what_a_company_does_itself_fails_voted_and_scheduled() {
	local().execute_with(|| {
		let planner = || account("//carrier-one//planner");
		let stations = || stations(0..1, 0, 1).try_into().unwrap();
		let business: [RuntimeCall; 8] = [
			register("A", 0),
			pallet_sites::Call::import { local_network: PLACE, stations: stations() }.into(),
			Federation::add_account {
				account: account("//new"),
				roles: Roles::of(Role::Admin),
				scope: Scope::National,
				branch: None,
			}
			.into(),
			Federation::remove_account { account: planner() }.into(),
			Federation::set_principal { account: planner() }.into(),
			Federation::set_validators { validators: vec![planner()].try_into().unwrap() }.into(),
			Federation::propose_subject { org: OrgId(1), matter: SubjectMatter::Suspend }.into(),
			Federation::complete_exit {}.into(),
		];
		for call in business {
			let enact = |call| RuntimeCall::from(Federation::enact { call: Box::new(call) });
			let name = |result: DispatchResult| result.map_err(error_name);
			// Voted by all companies, it has the council's origin, which is nobody's account
			assert_eq!(name(as_council(call.clone())), Err("BadOrigin"), "{call:?}");
			// It is no matter that the council may have carried out as Root, alone, in a batch or later
			for (way, call) in batched(|| call.clone()) {
				assert_eq!(name(as_council(enact(call))), Err("NotEnactable"), "{way}");
			}
			assert_eq!(name(as_council(enact(scheduled(call.clone())))), Err("NotEnactable"), "{call:?}");
			// And the scheduler acts for no company
			assert_eq!(name(as_scheduler(call.clone())), Err("BadOrigin"), "{call:?}");
		}
		assert_eq!(registered(), 0);
	});
}

#[test]
fn scheduling_fails_in_every_way() {
	local().execute_with(|| {
		appoint("//carrier-one", Role::Planner, Scope::National);
		fails_in_every_way(|| scheduled(register("A", 0)), "CallFiltered");
		pass(100);
		assert_eq!(registered(), 0);
	});
}
