// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks cost in the worst case: lists are as long as they may be, and nothing is refused early.

mod world;

use crate::{
	agenda::{self, MAX_DUE, MAX_LOOKED},
	scores,
	types::Demanded,
	*,
};
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	weights::Weight,
	BoundedVec,
};
use frame_system::RawOrigin;
use trimast_primitives::{
	calendar::month_of,
	interlock::KnownViolation,
	order::{
		fact_digest, statement_digest, Body, Demand, Note, Opening, OrderKind, Place, Relation,
		ResponsibilityTable, Ruling, Score, ScoreKey, Stage, State, Terms, MAX_CHANGES, MAX_CHILDREN,
		MAX_FACTS, MAX_NOTES, MAX_RELATIONS,
	},
	org::MAX_ORGS,
	page::PAGE_SLOTS,
	plan::SlaClass,
	site::StationEntry,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet, ProvinceId,
};
use world::{
	account, body, changes, evidence, facts, fault, full_agenda, order, put, score_keys, words, HERE, OWNER,
	TIME, TOWER, VIOLATION,
};

/// What a benchmark needs of the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Makes as many organisations as there may be active members (2 is a tower company, the others are carriers), and gives an
	/// account of `org` that is dispatcher, collector and auditor everywhere.
	fn account(org: OrgId) -> AccountId;

	/// Writes the stations of a page, in a local network that has it.
	fn write_stations(local_network: LocalNetworkId, page: u16, stations: Vec<StationEntry>);

	/// Writes a violation.
	fn write_violation(number: u32, known: KnownViolation);

	/// Sets the chain's clock.
	fn set_time(now: Moment);
}

#[benchmarks]
mod benches {
	use super::*;

	/// Of what is governed the table is the largest.
	#[benchmark]
	fn set_governed() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let row = ResponsibilityTable::default().rows[0];
		let rows = BoundedVec::truncate_from(vec![row; trimast_primitives::order::MAX_ROWS as usize]);
		let table = ResponsibilityTable { rows, ..Default::default() };
		let before = TableInForce::<T>::get();

		#[extrinsic_call]
		set_table(origin as T::RuntimeOrigin, table);

		assert_eq!(TableInForce::<T>::get(), before + 1);
		Ok(())
	}

	/// A part of an order with one part fewer than it may have, at a station whose outage makes its county and its local network
	/// large-area outages, in the last second that has room.
	#[benchmark]
	fn open() {
		let origin = account::<T>(OWNER);
		world::next_to_large::<T>();
		let mut parent = order(OWNER, TOWER, State::InProgress);
		parent.children =
			BoundedVec::truncate_from((0..MAX_CHILDREN - 1).map(|n| (world::party(n), 100 + n)).collect());
		put::<T>(1, parent, changes(1));
		NextOrder::<T>::put(1_000);
		full_agenda::<T>(OWNER, 7_201);

		#[extrinsic_call]
		_(origin, Opening { parent: Some(1), ..fault() });

		assert!(Networks::<T>::get(HERE).is_large);
		assert!(world::is_entered::<T>(OWNER, 1_000, 7_201));
	}

	/// The last of the changes that wait ends the order, with its alerts and two areas that are none any more.
	#[benchmark]
	fn step() {
		let origin = account::<T>(OWNER);
		let number = world::outage::<T>(MAX_CHANGES - 4);
		T::BenchmarkHelper::set_time(TIME + 1_000_000_000);
		full_agenda::<T>(OWNER, 601);

		#[extrinsic_call]
		_(origin, number, State::Cancelled);

		assert!(!Networks::<T>::get(HERE).is_large);
		assert!(Orders::<T>::get(number).is_some_and(|order| order.alerts.breach));
		assert!(world::is_entered::<T>(OWNER, number, 601));
	}

	#[benchmark]
	fn sign_hold() {
		let origin = account::<T>(OWNER);
		let held = order(OWNER, TOWER, State::Held);
		let mut list = changes(MAX_CHANGES / 2 - 1);
		let last = list.last_mut().expect("has one");
		last.state = State::Held;
		put::<T>(1, held, list);

		#[extrinsic_call]
		_(origin, 1, (MAX_CHANGES / 2 - 2) as u8);

		assert!(ChangesOf::<T>::get(1).last().is_some_and(|held| held.signed.is_some()));
	}

	#[benchmark]
	fn update() {
		let origin = account::<T>(TOWER);
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(2));
		let work = trimast_primitives::order::Work { percent: 9, slot: Some((1, 2)), ..Default::default() };

		#[extrinsic_call]
		_(origin, 1, work);

		assert_eq!(Orders::<T>::get(1).map(|order| order.work), Some(work));
	}

	#[benchmark]
	fn note() {
		let origin = account::<T>(OWNER);
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(2));
		let one = Note { author: TOWER, at: TIME, words: words() };
		Notes::<T>::insert(1, BoundedVec::truncate_from(vec![one; MAX_NOTES as usize - 1]));

		#[extrinsic_call]
		_(origin, 1, words());

		assert!(Notes::<T>::get(1).is_full());
	}

	#[benchmark]
	fn relate() {
		let origin = account::<T>(OWNER);
		let mut related = order(OWNER, TOWER, State::InProgress);
		let others =
			(0..MAX_RELATIONS - 1).map(|n| (world::party(n), Relation::DependsOn, 100 + n)).collect();
		related.relations = BoundedVec::truncate_from(others);
		put::<T>(1, related, changes(2));
		put::<T>(2, order(OWNER, TOWER, State::InProgress), changes(2));

		#[extrinsic_call]
		_(origin, 1, Relation::CausedBy, 2);

		assert!(Orders::<T>::get(1).is_some_and(|order| order.relations.is_full()));
	}

	#[benchmark]
	fn anchor_fact() {
		let origin = account::<T>(OWNER);
		let mut ended = order(OWNER, TOWER, State::Closed);
		ended.stage = Stage::Evidence { until: TIME, answers: TIME };
		put::<T>(1, ended, changes(2));
		Evidence::<T>::insert(1, evidence(facts(MAX_FACTS - 1, TOWER), 0));
		let violation = trimast_primitives::order::Evidence::Violation {
			number: VIOLATION.into(),
			by: TOWER,
			phase: trimast_primitives::order::Phase::Raised,
		};

		#[extrinsic_call]
		_(origin, 1, TIME, violation, Some(Hash::repeat_byte(1)));

		assert!(Evidence::<T>::get(1).facts.is_full());
	}

	#[benchmark]
	fn countersign_fact() {
		let origin = account::<T>(OWNER);
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(2));
		let all = evidence(facts(MAX_FACTS, TOWER), 0);
		let fact = all.facts[usize::from(MAX_FACTS) - 1];
		Evidence::<T>::insert(1, all);
		let digest = fact_digest(Pallet::<T>::genesis_hash(), 1, &fact);

		#[extrinsic_call]
		_(origin, 1, MAX_FACTS - 1, digest);

		assert!(Evidence::<T>::get(1).facts[usize::from(MAX_FACTS) - 1].countersigned.contains(OWNER));
	}

	#[benchmark]
	fn ask_body() {
		let origin = account::<T>(OWNER);
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(MAX_CHANGES - 4));
		Evidence::<T>::insert(1, evidence(facts(MAX_FACTS, TOWER), MAX_FACTS - 1));
		full_agenda::<T>(OWNER, world::JEOPARDY);

		#[extrinsic_call]
		_(origin, 1, MAX_FACTS - 1);

		assert!(Evidence::<T>::get(1).demands.is_full());
		assert!(world::is_entered::<T>(OWNER, 1, world::JEOPARDY));
	}

	#[benchmark]
	fn deliver_body(b: Linear<1, { T::MaxBody::get() }>) {
		let origin = account::<T>(TOWER);
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(MAX_CHANGES - 4));
		let bytes: BoundedVec<u8, T::MaxBody> = BoundedVec::truncate_from(vec![7; b as usize]);
		let mut all = evidence(facts(MAX_FACTS, TOWER), MAX_FACTS);
		all.facts[0].body = Some(Body { hash: body(&bytes), demand: Demand::Open });
		Evidence::<T>::insert(1, all);
		full_agenda::<T>(TOWER, world::JEOPARDY);

		#[extrinsic_call]
		_(origin, 1, 0, bytes);

		assert!(!Evidence::<T>::get(1).demands.is_full());
		assert!(world::is_entered::<T>(TOWER, 1, world::JEOPARDY));
	}

	#[benchmark]
	fn acknowledge_body() {
		let origin = account::<T>(OWNER);
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(MAX_CHANGES - 4));
		Evidence::<T>::insert(1, evidence(facts(MAX_FACTS, TOWER), MAX_FACTS));
		full_agenda::<T>(OWNER, world::JEOPARDY);

		#[extrinsic_call]
		_(origin, 1, 0);

		assert!(!Evidence::<T>::get(1).demands[0].is_open());
		assert!(world::is_entered::<T>(OWNER, 1, world::JEOPARDY));
	}

	#[benchmark]
	fn appeal() {
		let origin = account::<T>(OWNER);
		world::judged::<T>(1);
		full_agenda::<T>(OWNER, 604_801);

		#[extrinsic_call]
		_(origin, 1, words());

		assert!(Appeals::<T>::contains_key(1));
		assert!(world::is_entered::<T>(OWNER, 1, 604_801));
	}

	/// All others have said the same but for the one that decides.
	#[benchmark]
	fn rule() {
		let ruler = OrgId(MAX_ORGS - 1);
		let origin = account::<T>(ruler);
		let ruling = Ruling::default();
		world::appealed::<T>(1, ruling);
		full_agenda::<T>(ruler, 1);

		#[extrinsic_call]
		_(origin, 1, ruling, words());

		assert!(Verdicts::<T>::get(1).is_some_and(|given| given.ruling == Some(ruling)));
		assert!(world::is_entered::<T>(ruler, 1, 1));
	}

	#[benchmark]
	fn sign_statement() {
		let origin = account::<T>(OWNER);
		let (month, digest) = world::statement::<T>();

		#[extrinsic_call]
		_(origin, month, TOWER, digest);

		assert!(Statements::<T>::contains_key(month, TOWER));
	}

	#[benchmark]
	fn dispute_statement() {
		let origin = account::<T>(OWNER);
		let (month, digest) = world::statement::<T>();

		#[extrinsic_call]
		_(origin, month, TOWER, digest, words());

		assert!(Statements::<T>::contains_key(month, TOWER));
	}

	/// There is no room for anything of what is found in the last.
	#[benchmark]
	fn look_for_due(b: Linear<1, { MAX_LOOKED }>) {
		account::<T>(OWNER);
		let now = agenda::second_of(TIME);
		let first = now + 1 - b;
		let all = BoundedVec::truncate_from((0..MAX_DUE).collect());
		Agenda::<T>::insert(OWNER, now, all);
		AgendaFrom::<T>::put(BoundedVec::<_, _>::truncate_from(vec![(OWNER, first)]));

		#[block]
		{
			agenda::work_within::<T>(now, Weight::zero());
		}

		assert_eq!(Agenda::<T>::get(OWNER, now).len() as u32, MAX_DUE);
	}

	#[benchmark]
	fn pass_over() {
		account::<T>(OWNER);
		let mut passed = order(OWNER, TOWER, State::InProgress);
		passed.next = Some(9);
		put::<T>(1, passed, changes(MAX_CHANGES - 4));

		#[block]
		{
			orders::look::<T>(OWNER, 1, 8);
		}

		assert_eq!(Orders::<T>::get(1).and_then(|order| order.next), Some(9));
	}

	/// In an order that is under way: its alert is what is due next.
	#[benchmark]
	fn miss_bodies() {
		account::<T>(OWNER);
		let mut asked = order(OWNER, TOWER, State::InProgress);
		asked.next = Some(9);
		asked.demand = Some(TIME - 1);
		put::<T>(1, asked, changes(MAX_CHANGES - 4));
		Evidence::<T>::insert(1, world::evidence_until(facts(MAX_FACTS, TOWER), MAX_FACTS, TIME - 1));
		full_agenda::<T>(OWNER, world::JEOPARDY);

		#[block]
		{
			orders::look::<T>(OWNER, 1, 9);
		}

		assert!(Evidence::<T>::get(1).facts.iter().all(|fact| fact.is_void()));
		assert!(world::is_entered::<T>(OWNER, 1, world::JEOPARDY));
	}

	/// That it was answered late; its alert is what is due next.
	#[benchmark]
	fn tell() {
		account::<T>(OWNER);
		let mut late = order(OWNER, TOWER, State::InProgress);
		late.next = Some(9);
		late.terms = late.terms.map(|terms| Terms { response: 0, ..terms });
		put::<T>(1, late, changes(MAX_CHANGES - 4));
		full_agenda::<T>(OWNER, world::JEOPARDY);

		#[block]
		{
			orders::look::<T>(OWNER, 1, 9);
		}

		assert!(Orders::<T>::get(1).is_some_and(|order| order.alerts.response));
		assert!(world::is_entered::<T>(OWNER, 1, world::JEOPARDY));
	}

	/// A verdict becomes final on which nobody has ruled: so many companies are counted, and an order with all that it may have is
	/// forgotten.
	#[benchmark]
	fn look(c: Linear<0, { MAX_ORGS as u32 - 1 }>) {
		account::<T>(OWNER);
		world::full_past::<T>(OWNER);
		world::appealed::<T>(1, Ruling::default());
		world::everybody_answers::<T>(1);
		Verdicts::<T>::mutate(1, |given| given.as_mut().expect("there is one").charges.truncate(c as usize));
		Orders::<T>::mutate(1, |order| {
			let order = order.as_mut().expect("there is one");
			order.next = Some(9);
			order.stage = Stage::Appealed { until: TIME - 1 };
		});

		#[block]
		{
			orders::look::<T>(OWNER, 1, 9);
		}

		assert!(Orders::<T>::get(1).is_some_and(|order| order.stage == Stage::Settled));
	}

	#[benchmark]
	fn judge() {
		account::<T>(OWNER);
		world::to_judge::<T>(1);
		full_agenda::<T>(OWNER, 259_201);

		#[block]
		{
			orders::look::<T>(OWNER, 1, 9);
		}

		let pieces = Pallet::<T>::verdict(1).map_or(0, |view| view.verdict.pieces.len());
		assert!(pieces > 60, "{pieces} pieces");
		assert!(world::is_entered::<T>(OWNER, 1, 259_201));
	}

	#[benchmark]
	fn forget_scores(n: Linear<0, { scores::MAX_REMOVED * 2 }>) {
		account::<T>(OWNER);
		let month = month_of(TIME) - scores::MONTHS;
		ScoresFrom::<T>::put(month);
		let of_scores = n.min(scores::MAX_REMOVED);
		for key in score_keys().take(of_scores as usize) {
			Scores::<T>::insert((month, TOWER, key), Score { charged: 1, ..Score::default() });
		}
		for org in (0..MAX_ORGS).map(OrgId).take((n - of_scores) as usize) {
			let (signed, disputed) = (OrgSet(u32::MAX), OrgSet::EMPTY);
			let statement = types::Statement { digest: Hash::zero(), signed, disputed };
			Statements::<T>::insert(month, org, statement);
		}

		#[block]
		{
			scores::forget::<T>();
		}

		assert_eq!(Scores::<T>::iter().count() + Statements::<T>::iter().count(), 0);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
