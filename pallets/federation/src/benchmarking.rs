// SPDX-License-Identifier: Apache-2.0

//! Measures the weights of the calls, of admission and of the hook.
//!
//! Every benchmark starts from [`found`]: nearly as many organisations as there can be, and every place that
//! a call looks through as full as it may be.

use crate::{
	pallet::MAX_USERS,
	tasks::Task,
	types::{
		CallBytes, Enactment, Name, PauseKinds, PeerId, SubjectMotion, MAX_CALL_BYTES, MAX_OPEN_MOTIONS,
	},
	*,
};
use alloc::{boxed::Box, format, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{traits::Get, weights::Weight};
use frame_system::RawOrigin;
use sp_runtime::{traits::Hash as _, BoundedVec};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	matter::Matter,
	org::{OrgKind, MAX_ORGS},
	params::{ParameterBounds, Parameters},
	AccountId, Hash, OrgId, OrgSet, ProvinceId,
};

const HEBEI: Scope = Scope::Province(ProvinceId(13));

fn who(name: &'static str, n: u32) -> AccountId {
	account(name, n, 0)
}

/// The principal of organisation `n`.
fn principal(n: u32) -> AccountId {
	who("principal", n)
}

/// As many organisations as can be numbered but two, for those that benchmarks add; number 3 is the witness.
fn found<T: Config>() {
	let org = |n: u32| GenesisOrg {
		kind: if n == 3 { OrgKind::Witness } else { OrgKind::Carrier },
		name: format!("organisation {n}"),
		principal: principal(n),
		recovery: who("recovery", n),
		validators: vec![who("validator", n)],
		accounts: vec![
			(who("validator", n), Roles::of(Role::Operator), Scope::National),
			(who("planner", n), Roles::of(Role::Planner), HEBEI),
			(who("admin", n), Roles::of(Role::Admin), Scope::National),
		],
	};
	let config = GenesisConfig::<T> {
		orgs: (0..u32::from(MAX_ORGS) - 2).map(org).collect(),
		parameters: Parameters { seats_per_company: 7, ..Parameters::SECONDS },
		bounds: ParameterBounds::LOCAL,
		..Default::default()
	};
	crate::genesis::build(&config);
	Pallet::<T>::reseat().expect("the council holds every company");
}

/// Makes `who` the principal of a company, and seats it in the council.
pub(crate) fn seat<T: Config>(who: &AccountId) {
	join::<T>(who);
	Pallet::<T>::reseat().expect("the council has a seat left");
}

/// Makes `who` the principal of a company, whom the council is not told of: its benchmarks seat their own.
fn join<T: Config>(who: &AccountId) {
	if Pallet::<T>::ensure_seated(who).is_ok() {
		return;
	}
	let name = Name::truncate_from(b"company".to_vec());
	Pallet::<T>::do_invite(OrgKind::Carrier, name, who.clone()).expect("there is a number left");
	let id = OrgId(NextOrg::<T>::get() - 1);
	Orgs::<T>::mutate_extant(id, |org| org.stage = types::Stage::Member);
	Pallet::<T>::count_in(id, OrgKind::Carrier);
}

/// Lets `who` propose one more motion, after a list of motions that are closed.
pub(crate) fn found_for_motions<T: Config>(who: &AccountId) {
	join::<T>(who);
	let org = Pallet::<T>::ensure_seated(who).expect("it has joined");
	let closed = (1..MAX_OPEN_MOTIONS).map(|n| (Hash::repeat_byte(u8::MAX), u32::MAX - n)).collect();
	OpenMotions::<T>::insert(org, BoundedVec::truncate_from(closed));
}

/// Has two thirds of the companies vote for a motion of `call`; answers how many they are.
fn voted<T: Config>(call: &<T as Config>::RuntimeCall) -> u32 {
	let seated = Seated::<T>::get();
	let ayes: Vec<_> = seated
		.iter()
		.take((seated.len() as usize * 2).div_ceil(3))
		.filter_map(Orgs::<T>::get)
		.map(|org| org.principal)
		.collect();
	let number = ayes.len() as u32;
	T::Council::set_ayes(T::Hashing::hash_of(call), ayes);
	number
}

/// A decision of `ayes` on a call of at most `bytes` that belongs to the constitution, with its task.
fn enacted<T: Config>(bytes: u32, ayes: OrgSet) -> u32 {
	let id = NextEnactment::<T>::get();
	let call = T::Matters::constitutional_call(bytes);
	let bytes = CallBytes::try_from(call.encode()).expect("it is no longer than it may be");
	let carry_out = Call::carry_out { id, weight_bound: Weight::MAX };
	let at = Pallet::<T>::schedule(Task::Enactment(id), 100, carry_out).expect("the schedule is empty");
	let enactment = Enactment {
		matter: Matter::Constitution,
		call_hash: T::Hashing::hash(&bytes),
		ayes,
		objections: OrgSet::EMPTY,
		decided: 0,
		at,
	};
	Enactments::<T>::insert(id, enactment);
	EnactedCalls::<T>::insert(id, bytes);
	NextEnactment::<T>::put(id + 1);
	id
}

/// A longest decision on rules, which an objection moves. What it decides is read for its weight alone.
fn enacted_rules<T: Config>() -> u32 {
	let id = enacted::<T>(MAX_CALL_BYTES, Seated::<T>::get());
	let set = |enactment: &mut Enactment| enactment.matter = Matter::Rules;
	Enactments::<T>::mutate_exists(id, |enactment| enactment.as_mut().map(set));
	id
}

/// An account of another company that has never signed, with as many who sign for it as there may be.
fn idle<T: Config>() -> AccountId {
	let account = who("idle", 0);
	let planner = Roles::of(Role::Planner);
	Pallet::<T>::do_add_account(principal(1), account.clone(), planner, HEBEI, None).unwrap();
	T::Delegations::fill(&account);
	account
}

/// As many motions about organisation 2 as there may be, all but one voted for by all others but organisation
/// 1.
fn motions<T: Config>(matter: &SubjectMatter, count: u32, effective: Option<u32>) {
	for id in 0..count {
		let ayes = Pallet::<T>::required(OrgId(2)).without(OrgId(1));
		let matter = matter.clone();
		let (subject, proposer) = (OrgId(2), OrgId(0));
		let motion = SubjectMotion { subject, matter, proposer, ayes, closes: 1_000, effective };
		SubjectMotions::<T>::insert(id, motion);
		if let Some(at) = effective {
			let call = Call::carry_out_subject { id };
			Pallet::<T>::schedule(Task::Subject(id), at, call).expect("a block takes as many tasks");
		}
	}
	NextSubjectMotion::<T>::put(count);
}

fn peer_id() -> PeerId {
	PeerId::truncate_from(vec![b'z'; 52])
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn invite() {
		found::<T>();
		let name = Name::truncate_from(vec![b'x'; 64]);
		let account = idle::<T>();

		#[extrinsic_call]
		_(RawOrigin::Root, OrgKind::Carrier, name, account.clone());

		assert_eq!(Pallet::<T>::live(&account).unwrap().org, OrgId(MAX_ORGS - 2));
	}

	#[benchmark]
	fn accept() {
		found::<T>();
		let name = Name::truncate_from(b"new".to_vec());
		Pallet::<T>::do_invite(OrgKind::Carrier, name, who("new", 0)).unwrap();
		// The longer way: an account whose former company has left.
		let recovery = idle::<T>();
		Orgs::<T>::mutate_extant(OrgId(1), |org| org.stage = types::Stage::Left);

		#[extrinsic_call]
		_(RawOrigin::Signed(who("new", 0)), recovery.clone());

		assert_eq!(Pallet::<T>::live(&recovery).unwrap().org, OrgId(MAX_ORGS - 2));
	}

	#[benchmark]
	fn confirm() {
		found::<T>();
		let org = OrgId(NextOrg::<T>::get());
		let name = Name::truncate_from(b"new".to_vec());
		Pallet::<T>::do_invite(OrgKind::Carrier, name, who("new", 0)).unwrap();
		Pallet::<T>::do_accept(who("new", 0), who("new recovery", 0)).unwrap();
		T::Council::fill();

		#[extrinsic_call]
		_(RawOrigin::Root, org);

		assert!(Members::<T>::get().contains(org));
	}

	#[benchmark]
	fn add_account() {
		found::<T>();
		// The longer way: an account whose former company has left.
		let account = idle::<T>();
		Orgs::<T>::mutate_extant(OrgId(1), |org| org.stage = types::Stage::Left);

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), account.clone(), Roles::of(Role::Planner), HEBEI, None);

		assert_eq!(Pallet::<T>::live(&account).unwrap().org, OrgId(0));
	}

	#[benchmark]
	fn add_new_account() {
		found::<T>();
		let (admin, roles) = (RawOrigin::Signed(principal(0)), Roles::of(Role::Planner));

		#[extrinsic_call]
		add_account(admin, who("new", 0), roles, HEBEI, None);

		assert!(Pallet::<T>::live(&who("new", 0)).is_some());
	}

	#[benchmark]
	fn set_account() {
		found::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), who("planner", 0), Roles::of(Role::Engineer), HEBEI, None);

		assert!(Pallet::<T>::live(&who("planner", 0)).unwrap().may(Role::Engineer, HEBEI));
	}

	#[benchmark]
	fn remove_account() {
		found::<T>();
		let account = idle::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(1)), account.clone());

		assert!(Pallet::<T>::live(&account).is_none());
	}

	#[benchmark]
	fn add_branch() {
		found::<T>();
		let name = Name::truncate_from(vec![b'x'; 64]);

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), 1, name, HEBEI);

		assert!(Branches::<T>::contains_key(OrgId(0), 1));
	}

	#[benchmark]
	fn remove_branch() {
		found::<T>();
		let name = Name::truncate_from(vec![b'x'; 64]);
		Pallet::<T>::do_add_branch(principal(0), 1, name, HEBEI).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), 1);

		assert!(!Branches::<T>::contains_key(OrgId(0), 1));
	}

	#[benchmark]
	fn set_principal() {
		found::<T>();
		T::Council::fill();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), who("admin", 0));

		assert_eq!(Orgs::<T>::get(OrgId(0)).unwrap().principal, who("admin", 0));
	}

	#[benchmark]
	fn set_recovery() {
		found::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who("recovery", 0)), who("planner", 0));

		assert_eq!(Orgs::<T>::get(OrgId(0)).unwrap().recovery, who("planner", 0));
	}

	#[benchmark]
	fn set_validators(v: Linear<1, 7>) {
		found::<T>();
		let named: Vec<_> = (0..v).map(|n| who("named", n)).collect();
		for name in &named {
			let operator = Roles::of(Role::Operator);
			Pallet::<T>::do_add_account(principal(0), name.clone(), operator, HEBEI, None).unwrap();
			T::SessionKeys::give_keys(name);
		}
		let named = BoundedVec::truncate_from(named);

		#[extrinsic_call]
		_(RawOrigin::Signed(who("validator", 0)), named.clone());

		assert_eq!(Validators::<T>::get(OrgId(0)), named);
	}

	#[benchmark]
	fn register_node() {
		found::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who("validator", 0)), peer_id(), NodeKind::Archive, Some(ProvinceId(13)));

		assert!(Nodes::<T>::contains_key(peer_id()));
	}

	#[benchmark]
	fn retire_node() {
		found::<T>();
		Pallet::<T>::do_register_node(who("validator", 0), peer_id(), NodeKind::Full, None).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(who("validator", 0)), peer_id());

		assert!(!Nodes::<T>::contains_key(peer_id()));
	}

	/// The bytes are those of the enacted call: encoding, hashing, storing and scheduling it. What is carried out at
	/// once is neither stored nor scheduled.
	#[benchmark]
	fn enact(b: Linear<1, MAX_CALL_BYTES>) {
		found::<T>();
		let call = Box::new(T::Matters::constitutional_call(b));
		let proposal = Call::<T>::enact { call: call.clone() }.into();
		let ayes = voted::<T>(&proposal);

		#[block]
		{
			Pallet::<T>::do_enact(call, ayes).expect("two thirds vote for it");
		}

		assert_eq!(Enactments::<T>::count(), 1);
	}

	/// The bytes are those of the enacted call: reading and decoding it. One that has lost its votes shows that without
	/// what the call itself takes, one with the shortest call what it takes beside the call to carry it out.
	#[benchmark]
	fn carry_out(b: Linear<1, MAX_CALL_BYTES>) {
		found::<T>();
		let lapsing = enacted::<T>(b, OrgSet::EMPTY);
		let lasting = enacted::<T>(1, Seated::<T>::get());
		frame_system::Pallet::<T>::set_block_number(1_000u32.into());

		#[block]
		{
			for id in [lapsing, lasting] {
				Pallet::<T>::do_carry_out(id, Weight::MAX).expect("it is due");
			}
		}

		assert_eq!(Enactments::<T>::count(), 0);
	}

	#[benchmark]
	fn object() {
		found::<T>();
		let id = enacted_rules::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), id);

		assert!(Enactments::<T>::get(id).unwrap().objections.contains(OrgId(0)));
	}

	#[benchmark]
	fn withdraw_objection() {
		found::<T>();
		let id = enacted_rules::<T>();
		Pallet::<T>::do_object(principal(0), id).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), id);

		assert!(Enactments::<T>::get(id).unwrap().objections.is_empty());
	}

	#[benchmark]
	fn pause() {
		found::<T>();

		#[block]
		{
			Pallet::<T>::do_pause(PauseKinds::ALL, 3, 3).expect("all agree");
		}

		assert!(Pallet::<T>::is_paused(PauseKind::Sites));
	}

	#[benchmark]
	fn lift_pause() {
		Pallet::<T>::pause_without_end();

		#[block]
		{
			Pallet::<T>::do_lift_pause(2).expect("it is paused");
		}

		assert!(!Pallet::<T>::is_paused(PauseKind::Sites));
	}

	#[benchmark]
	fn propose_subject() {
		found::<T>();
		// All there may be, whose time is over.
		motions::<T>(&SubjectMatter::Readmit, T::MaxSubjectMotions::get(), None);
		frame_system::Pallet::<T>::set_block_number(2_000u32.into());
		let matter = SubjectMatter::Recover { principal: idle::<T>() };

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), OrgId(2), matter);

		assert_eq!(SubjectMotions::<T>::count(), 1);
	}

	#[benchmark]
	fn vote_subject() {
		found::<T>();
		// The longer way: a readmission that drops as many suspensions as can be decided.
		motions::<T>(&SubjectMatter::Suspend, T::MaxSubjectMotions::get(), Some(1_000));
		Pallet::<T>::drop_subject_motion(0);
		motions::<T>(&SubjectMatter::Readmit, 1, None);

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(1)), 0);

		assert_eq!(SubjectMotions::<T>::count(), 0);
	}

	#[benchmark]
	fn veto_recovery() {
		found::<T>();
		motions::<T>(&SubjectMatter::Recover { principal: who("new", 0) }, 1, Some(1_000));

		#[extrinsic_call]
		_(RawOrigin::Signed(who("recovery", 2)), 0);

		assert!(!SubjectMotions::<T>::contains_key(0));
	}

	#[benchmark]
	fn carry_out_subject() {
		found::<T>();
		let account = idle::<T>();
		motions::<T>(&SubjectMatter::Recover { principal: account.clone() }, 1, Some(1_000));
		let vote = |motion: &mut SubjectMotion| motion.ayes = Pallet::<T>::required(OrgId(2));
		SubjectMotions::<T>::mutate_exists(0, |motion| motion.as_mut().map(vote));
		frame_system::Pallet::<T>::set_block_number(1_000u32.into());
		T::Council::fill();

		#[extrinsic_call]
		_(RawOrigin::Root, 0);

		assert_eq!(Orgs::<T>::get(OrgId(2)).unwrap().principal, account);
	}

	#[benchmark]
	fn declare_exit() {
		found::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(2)));

		assert!(Orgs::<T>::get(OrgId(2)).unwrap().exit.is_some());
	}

	#[benchmark]
	fn withdraw_exit() {
		found::<T>();
		Pallet::<T>::do_declare_exit(principal(2)).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(2)));

		assert!(Orgs::<T>::get(OrgId(2)).unwrap().exit.is_none());
	}

	#[benchmark]
	fn complete_exit() {
		found::<T>();
		// Every motion there may be is about the company and is scheduled.
		motions::<T>(&SubjectMatter::Suspend, T::MaxSubjectMotions::get(), Some(1_000));
		T::Council::fill();
		Pallet::<T>::do_declare_exit(principal(2)).unwrap();
		let exit = Orgs::<T>::get(OrgId(2)).unwrap().exit.unwrap();
		frame_system::Pallet::<T>::set_block_number(exit.from.into());

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(2)));

		assert!(!Members::<T>::get().contains(OrgId(2)));
	}

	#[benchmark]
	fn set_parameters() {
		found::<T>();
		let parameters = Parameters { nonce_window: 99, ..Parameters::SECONDS };

		#[extrinsic_call]
		_(RawOrigin::Root, parameters);

		assert_eq!(ParametersInForce::<T>::get(), parameters);
	}

	#[benchmark]
	fn replace_witness() {
		found::<T>();
		// Every motion there may be is about the witness and is scheduled.
		motions::<T>(&SubjectMatter::Suspend, T::MaxSubjectMotions::get(), Some(1_000));
		for id in 0..T::MaxSubjectMotions::get() {
			SubjectMotions::<T>::mutate_exists(id, |motion| {
				motion.as_mut().map(|motion| motion.subject = OrgId(3))
			});
		}
		let account = idle::<T>();
		Orgs::<T>::mutate_extant(OrgId(1), |org| org.stage = types::Stage::Left);

		#[extrinsic_call]
		_(RawOrigin::Root, OrgId(3), account.clone());

		assert_eq!(Orgs::<T>::get(OrgId(3)).unwrap().principal, account);
	}

	#[benchmark]
	fn replace_recovery() {
		found::<T>();
		Pallet::<T>::do_replace_recovery(principal(0), who("planner", 0)).unwrap();
		frame_system::Pallet::<T>::set_block_number(1_000u32.into());

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), who("planner", 0));

		assert_eq!(Orgs::<T>::get(OrgId(0)).unwrap().recovery, who("planner", 0));
	}

	#[benchmark]
	fn keep_recovery() {
		found::<T>();
		Pallet::<T>::do_replace_recovery(principal(0), who("planner", 0)).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(who("recovery", 0)));

		assert_eq!(Orgs::<T>::get(OrgId(0)).unwrap().next_recovery, None);
	}

	/// Beyond what `CheckNonce` does: finding the account, booking its share, giving back what was not used.
	#[benchmark]
	fn check_member() {
		found::<T>();
		for org in (0..MAX_ORGS).map(OrgId) {
			Pallet::<T>::book(org, Weight::from_parts(1_000, 0), 1).expect("there is room");
		}

		#[block]
		{
			let account = Pallet::<T>::member_account(&who("planner", 0));
			assert!(account.is_ok());
			assert_eq!(Pallet::<T>::recent_use(OrgId(0)), 0);
			Pallet::<T>::book(OrgId(0), Weight::from_parts(1_000, 0), 1).expect("there is room");
			Pallet::<T>::refund(OrgId(0), Weight::from_parts(500, 0));
		}
	}

	/// Beyond what `CheckMortality` does.
	#[benchmark]
	fn check_mortal() {
		found::<T>();

		#[block]
		{
			assert!(Accounts::<T>::get(who("planner", 0)).is_some_and(|account| account.since == 0));
		}
	}

	#[benchmark]
	fn on_finalize() {
		found::<T>();
		for round in 0..2 {
			for org in (0..MAX_ORGS).map(OrgId) {
				Pallet::<T>::book(org, Weight::from_parts(1_000_000_000, 0), 1_000).expect("there is room");
			}
			if round == 0 {
				Pallet::<T>::fold_block_use();
			}
		}

		#[block]
		{
			Pallet::<T>::fold_block_use();
		}

		assert_eq!(RecentUse::<T>::get().len() as u32, MAX_USERS);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::empty_test_ext(), crate::mock::Test);
}
