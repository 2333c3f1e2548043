// SPDX-License-Identifier: Apache-2.0

//! Measures the weights of the calls, of admission and of the hook.
//!
//! Every benchmark starts from [`found`]: nearly as many organisations as there can be, and every place that
//! a call looks through as full as it may be.

use crate::{
	pallet::MAX_USERS,
	types::{CallBytes, Enactment, Name, PauseKinds, PeerId, SubjectMotion, MAX_CALL_BYTES},
	*,
};
use alloc::{boxed::Box, format, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, weights::Weight};
use frame_system::RawOrigin;
use sp_runtime::{traits::Hash as _, BoundedVec};
use trimast_primitives::{
	access::{Role, Roles, Scope},
	matter::Matter,
	org::{OrgKind, MAX_ORGS},
	params::{ParameterBounds, Parameters},
	AccountId, OrgId, OrgSet, ProvinceId,
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

/// Makes `who` the principal of a company.
pub(crate) fn seat<T: Config>(who: &AccountId) {
	if Pallet::<T>::ensure_seated(who).is_ok() {
		return;
	}
	let name = Name::truncate_from(b"company".to_vec());
	Pallet::<T>::do_invite(OrgKind::Carrier, name, who.clone()).expect("there is a number left");
	let id = OrgId(NextOrg::<T>::get() - 1);
	Orgs::<T>::mutate_extant(id, |org| org.stage = types::Stage::Member);
	Pallet::<T>::count_in(id, OrgKind::Carrier);
	Pallet::<T>::reseat().expect("the council has a seat left");
}

/// The votes of every company for a motion of `call`, and its origin.
fn moved<T: Config>(call: &<T as Config>::RuntimeCall) -> T::RuntimeOrigin {
	let ayes = Seated::<T>::get().iter().filter_map(Orgs::<T>::get).map(|org| org.principal).collect();
	T::Council::set_ayes(T::Hashing::hash_of(call), ayes);
	T::CouncilOrigin::try_successful_origin().expect("motions can be carried")
}

/// An enactment with a call that belongs to the constitution, of two thirds of the companies.
fn enacted<T: Config>() -> u32 {
	let call = T::Matters::constitutional_call();
	let bytes = CallBytes::try_from(call.encode()).expect("it is small");
	let enactment = Enactment {
		matter: Matter::Constitution,
		call_hash: T::Hashing::hash(&bytes),
		ayes: Seated::<T>::get(),
		objections: OrgSet::EMPTY,
		decided: 0,
		at: 1,
	};
	Enactments::<T>::insert(0, enactment);
	EnactedCalls::<T>::insert(0, bytes);
	NextEnactment::<T>::put(1);
	0
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

		#[extrinsic_call]
		_(RawOrigin::Root, OrgKind::Carrier, name, who("new", 0));

		assert_eq!(NextOrg::<T>::get(), MAX_ORGS - 1);
	}

	#[benchmark]
	fn accept() {
		found::<T>();
		let name = Name::truncate_from(b"new".to_vec());
		Pallet::<T>::do_invite(OrgKind::Carrier, name, who("new", 0)).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(who("new", 0)), who("new recovery", 0));

		assert!(Pallet::<T>::live(&who("new recovery", 0)).is_some());
	}

	#[benchmark]
	fn confirm() {
		found::<T>();
		let org = OrgId(NextOrg::<T>::get());
		let name = Name::truncate_from(b"new".to_vec());
		Pallet::<T>::do_invite(OrgKind::Carrier, name, who("new", 0)).unwrap();
		Pallet::<T>::do_accept(who("new", 0), who("new recovery", 0)).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Root, org);

		assert!(Members::<T>::get().contains(org));
	}

	#[benchmark]
	fn add_account() {
		found::<T>();
		// The longer way: an account that another company has removed.
		Pallet::<T>::do_remove_account(principal(1), who("planner", 1)).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), who("planner", 1), Roles::of(Role::Planner), HEBEI, None);

		assert_eq!(Pallet::<T>::live(&who("planner", 1)).unwrap().org, OrgId(0));
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

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), who("planner", 0));

		assert!(Pallet::<T>::live(&who("planner", 0)).is_none());
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

	/// The bytes are those of the enacted call: hashing and storing them.
	#[benchmark]
	fn enact(b: Linear<1, MAX_CALL_BYTES>) {
		found::<T>();
		let call = Box::new(T::Matters::constitutional_call());
		let proposal = Call::<T>::enact { call: call.clone() }.into();
		let origin = moved::<T>(&proposal);
		let padding = vec![0u8; b as usize];

		#[block]
		{
			let hash = T::Hashing::hash(&padding);
			EnactedCalls::<T>::insert(1_000, CallBytes::truncate_from(padding));
			assert!(hash != Default::default());
			Pallet::<T>::enact(origin, call).expect("every company votes for it");
		}
	}

	/// The bytes are those of the enacted call: reading them.
	#[benchmark]
	fn carry_out(b: Linear<1, MAX_CALL_BYTES>) {
		found::<T>();
		let id = enacted::<T>();
		EnactedCalls::<T>::insert(1_000, CallBytes::truncate_from(vec![0u8; b as usize]));
		frame_system::Pallet::<T>::set_block_number(10u32.into());

		#[block]
		{
			assert!(EnactedCalls::<T>::take(1_000).is_some());
			Pallet::<T>::carry_out(RawOrigin::Root.into(), id, Weight::MAX).expect("it is due");
		}

		assert_eq!(Enactments::<T>::count(), 0);
	}

	#[benchmark]
	fn object() {
		found::<T>();
		let id = enacted::<T>();
		Enactments::<T>::mutate_extant(id, |enactment| enactment.matter = Matter::Rules);

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), id);

		assert!(Enactments::<T>::get(id).unwrap().objections.contains(OrgId(0)));
	}

	#[benchmark]
	fn withdraw_objection() {
		found::<T>();
		let id = enacted::<T>();
		Enactments::<T>::mutate_extant(id, |enactment| enactment.matter = Matter::Rules);
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
		motions::<T>(&SubjectMatter::Readmit, T::MaxSubjectMotions::get() - 1, None);
		let matter = SubjectMatter::Recover { principal: who("new", 0) };

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(0)), OrgId(2), matter);

		assert_eq!(SubjectMotions::<T>::count(), T::MaxSubjectMotions::get());
	}

	#[benchmark]
	fn vote_subject() {
		found::<T>();
		motions::<T>(&SubjectMatter::Readmit, T::MaxSubjectMotions::get(), None);

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(1)), 0);

		assert!(!SubjectMotions::<T>::contains_key(0));
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
		motions::<T>(&SubjectMatter::Recover { principal: who("new", 0) }, 1, Some(0));
		SubjectMotions::<T>::mutate_extant(0, |motion| motion.ayes = Pallet::<T>::required(OrgId(2)));

		#[extrinsic_call]
		_(RawOrigin::Root, 0);

		assert_eq!(Orgs::<T>::get(OrgId(2)).unwrap().principal, who("new", 0));
	}

	#[benchmark]
	fn declare_exit() {
		found::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(2)));

		assert!(Orgs::<T>::get(OrgId(2)).unwrap().leaves_at.is_some());
	}

	#[benchmark]
	fn withdraw_exit() {
		found::<T>();
		Pallet::<T>::do_declare_exit(principal(2)).unwrap();

		#[extrinsic_call]
		_(RawOrigin::Signed(principal(2)));

		assert!(Orgs::<T>::get(OrgId(2)).unwrap().leaves_at.is_none());
	}

	#[benchmark]
	fn complete_exit() {
		found::<T>();
		motions::<T>(&SubjectMatter::Suspend, T::MaxSubjectMotions::get(), None);
		Pallet::<T>::do_declare_exit(principal(2)).unwrap();
		frame_system::Pallet::<T>::set_block_number(10_000u32.into());

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

		#[extrinsic_call]
		_(RawOrigin::Root, OrgId(3), who("new", 0));

		assert_eq!(Orgs::<T>::get(OrgId(3)).unwrap().principal, who("new", 0));
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
