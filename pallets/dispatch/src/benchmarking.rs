// SPDX-License-Identifier: Apache-2.0

//! What calls and hooks cost in the worst case: lists are as long as they may be, and nothing is refused early.

mod fleet;
mod world;

use crate::{
	agenda::{self, MAX_DUE, MAX_LOOKED},
	resources::types::{Details, Kind},
	rounds::types::{
		Cursor, Head, RoundRules, RoundStage, RouteStage, Territory, Trigger, MAX_VISITS, MAX_WORKING,
	},
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
	access::Scope,
	calendar::month_of,
	interlock::KnownViolation,
	order::{
		fact_digest, statement_digest, Body, Demand, Note, Opening, OrderKind, Place, Relation,
		ResponsibilityTable, Ruling, Score, ScoreKey, Stage, State, Terms, MAX_CHANGES, MAX_CHILDREN,
		MAX_FACTS, MAX_NOTES, MAX_RELATIONS,
	},
	org::MAX_ORGS,
	page::PAGE_SLOTS,
	plan::{Greedy, SlaClass, MAX_JOBS, MAX_RESOURCES},
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
		full_agenda::<T>(rounds::CHAIN, 1);
		full_agenda::<T>(OWNER, 7_201);

		#[extrinsic_call]
		_(origin, Opening { parent: Some(1), ..fault() });

		assert!(Networks::<T>::get(HERE).is_large);
		assert!(world::is_entered::<T>(OWNER, 1_000, 7_201));
	}

	/// The last of the changes that wait ends the order, with its alerts and two areas that are none any more. A resource is under way
	/// to it.
	#[benchmark]
	fn step() {
		let origin = account::<T>(OWNER);
		let number = world::outage::<T>(MAX_CHANGES - 4);
		let (outage, changes) = (Orders::<T>::get(number), ChangesOf::<T>::get(number));
		let stage = RouteStage::UnderWay { since: TIME, is_late: false };
		fleet::route::<T>(1, number, MAX_VISITS, stage);
		put::<T>(number, outage.expect("there is one"), changes);
		T::BenchmarkHelper::set_time(TIME + 1_000_000_000);
		full_agenda::<T>(rounds::CHAIN, 1);
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
	fn end() {
		account::<T>(OWNER);
		let number = world::outage::<T>(MAX_CHANGES - 4);
		let mut outage = Orders::<T>::get(number).expect("there is one");
		let mut changes = ChangesOf::<T>::get(number);
		let stage = RouteStage::UnderWay { since: TIME, is_late: false };
		fleet::route::<T>(1, number, MAX_VISITS, stage);
		(outage.state, outage.next) = (State::Resolved, Some(9));
		changes.last_mut().expect("there is one").state = State::Resolved;
		put::<T>(number, outage, changes);
		T::BenchmarkHelper::set_time(TIME + 1_000_000_000);
		full_agenda::<T>(rounds::CHAIN, 1);
		full_agenda::<T>(OWNER, 601);

		#[block]
		{
			orders::look::<T>(OWNER, number, 9);
		}

		assert!(Orders::<T>::get(number).is_some_and(|order| order.state == State::Closed));
		assert!(RouteOf::<T>::get(1).is_some_and(|route| route.visits.len() as u32 == MAX_VISITS - 1));
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

	#[benchmark]
	fn set_round_rules() -> Result<(), BenchmarkError> {
		let origin = T::RulesOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let before = RoundRulesInForce::<T>::get().version;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, RoundRules::default());

		assert_eq!(RoundRulesInForce::<T>::get().version, before + 1);
		Ok(())
	}

	#[benchmark]
	fn add_resource() {
		let origin = account::<T>(TOWER);
		fleet::own::<T>(1);

		#[extrinsic_call]
		_(origin, fleet::details());

		assert!(Resources::<T>::contains_key(10_000));
	}

	#[benchmark]
	fn change_resource() {
		let origin = account::<T>(TOWER);
		fleet::own::<T>(1);
		let details = Details { area: Scope::National, ..fleet::details() };

		#[extrinsic_call]
		_(origin, 1, details);

		assert!(ResourcesIn::<T>::contains_key((Scope::National, TOWER, 1)));
	}

	/// What a company owned that has left, while it is on its way and offered to another one.
	#[benchmark]
	fn remove_resource() {
		let origin = account::<T>(TOWER);
		fleet::left::<T>(1);
		fleet::own_by::<T>(fleet::LEFT, 1);
		fleet::offer::<T>(1);

		#[extrinsic_call]
		_(origin, 1);

		assert!(!Resources::<T>::contains_key(1) && !RouteOf::<T>::contains_key(1));
		assert_eq!(OffersTo::<T>::iter_key_prefix(OWNER).count(), 0);
	}

	/// The borrower has left, and the resource is on its way.
	#[benchmark]
	fn lend() {
		let origin = account::<T>(TOWER);
		fleet::left::<T>(1);
		fleet::lend::<T>(1);
		Resources::<T>::mutate(1, |owned| {
			let lending = owned.as_mut().and_then(|owned| owned.lending.as_mut());
			lending.expect("it is lent").to = fleet::LEFT;
		});

		#[extrinsic_call]
		release_resource(origin, 1);

		assert!(Resources::<T>::get(1).is_some_and(|owned| owned.lending.is_none()));
	}

	#[benchmark]
	fn use_spares() {
		let origin = account::<T>(OWNER);
		fleet::own::<T>(1);
		fleet::lend::<T>(1);
		Resources::<T>::mutate(1, |owned| {
			owned.as_mut().expect("there is one").details.kind = Kind::Spares { part: 1, count: 2 };
		});
		put::<T>(1, order(OWNER, TOWER, State::InProgress), changes(2));

		#[extrinsic_call]
		_(origin, 1, 1, 2);

		let lending = Resources::<T>::get(1).and_then(|owned| owned.lending);
		assert_eq!(lending.map(|lending| lending.read_by_owner), Some(3));
	}

	#[benchmark]
	fn open_round() {
		let origin = account::<T>(TOWER);
		fleet::working::<T>(1);
		Waiting::<T>::insert((HERE, 0, OWNER, 0), ());

		#[extrinsic_call]
		_(origin, HERE);

		assert!(Rounds::<T>::contains_key(5_000));
	}

	#[benchmark]
	fn bid(j: Linear<0, MAX_JOBS>, s: Linear<0, MAX_JOBS>) {
		let origin = account::<T>(OWNER);
		let head = fleet::round::<T>(RoundStage::Bidding { until: TIME }, j);
		let plan = fleet::plan::<T>(&head, s.min(j));

		#[extrinsic_call]
		_(origin, 1, alloc::boxed::Box::new(plan));

		assert!(Rounds::<T>::get(1).is_some_and(|head| head.best.is_some()));
	}

	#[benchmark]
	fn admit() {
		let origin = account::<T>(OWNER);
		let head = fleet::round::<T>(RoundStage::Bidding { until: TIME }, 1);
		BidsOf::<T>::insert(1, OWNER, head.rules.bids);
		let found;

		#[block]
		{
			found = Pallet::<T>::admit_bid(origin.into(), 1);
		}

		assert_eq!(found.map(|_| ()), Err(Error::<T>::TooManyBids.into()));
	}

	#[benchmark]
	fn acknowledge_route() {
		let origin = account::<T>(TOWER);
		fleet::route::<T>(1, 0, MAX_VISITS, RouteStage::Sent { until: TIME });
		full_agenda::<T>(TOWER, 902);

		#[extrinsic_call]
		_(origin, 1);

		assert!(RouteOf::<T>::get(1).is_some_and(|route| matches!(route.stage, RouteStage::UnderWay { .. })));
	}

	/// The last time that it may.
	#[benchmark]
	fn refuse_route() {
		let origin = account::<T>(TOWER);
		fleet::route::<T>(1, 0, MAX_VISITS, RouteStage::Sent { until: TIME });
		fleet::refused::<T>();
		full_agenda::<T>(rounds::CHAIN, 1);

		#[extrinsic_call]
		_(origin, 1, words());

		assert!(!RouteOf::<T>::contains_key(1));
		assert!(SilentUntil::<T>::contains_key(HERE, TOWER));
	}

	#[benchmark]
	fn finish_visit() {
		let origin = account::<T>(TOWER);
		fleet::route::<T>(1, 0, MAX_VISITS, RouteStage::UnderWay { since: TIME, is_late: false });
		full_agenda::<T>(TOWER, 902);

		#[extrinsic_call]
		_(origin, 1, 0);

		assert!(RouteOf::<T>::get(1).is_some_and(|route| route.visits.len() as u32 == MAX_VISITS - 1));
	}

	/// To stations of as many pages, from other routes.
	#[benchmark]
	fn override_route(v: Linear<0, MAX_VISITS>) {
		let origin = account::<T>(TOWER);
		for resource in 0..MAX_VISITS {
			let stage = RouteStage::UnderWay { since: TIME, is_late: false };
			fleet::route::<T>(resource, resource * MAX_VISITS, MAX_VISITS, stage);
		}
		// A round has sent it elsewhere and another one plans it: that is refused, the last time that it may.
		Rounds::<T>::insert(1, fleet::head(RoundStage::Freezing, 0));
		fleet::route::<T>(1_000, 10_000, MAX_VISITS, RouteStage::Sent { until: TIME });
		Resources::<T>::mutate(1_000, |owned| owned.as_mut().expect("there is one").round = Some(1));
		fleet::refused::<T>();
		full_agenda::<T>(rounds::CHAIN, 1);
		let rules = RoundRules::default();
		let due = rules.service + rules.grace + 1;
		full_agenda::<T>(TOWER, due);
		let orders: Vec<u32> = (0..v).map(|n| n * MAX_VISITS).collect();
		orders.iter().zip(0..).for_each(|(order, page)| fleet::move_to_page::<T>(*order, page));

		#[extrinsic_call]
		_(origin, 1_000, HERE, BoundedVec::truncate_from(orders), words());

		assert_eq!(RouteOf::<T>::get(1_000).map_or(0, |route| route.visits.len() as u32), v);
		assert_eq!(world::is_entered::<T>(TOWER, rounds::subject(1_000), due), v > 0);
		assert!(SilentUntil::<T>::contains_key(HERE, TOWER));
	}

	#[benchmark]
	fn look_at_territory() {
		account::<T>(OWNER);
		fleet::working::<T>(1);
		Waiting::<T>::insert((HERE, 0, OWNER, 0), ());
		let territory = Territory { next: Some(9), wanted: Some(Trigger::Timer), ..Default::default() };
		Territories::<T>::insert(HERE, territory);

		#[block]
		{
			rounds::look::<T>(rounds::CHAIN, rounds::place(HERE), 9);
		}

		assert!(Rounds::<T>::contains_key(5_000));
	}

	#[benchmark]
	fn look_at_route() {
		account::<T>(OWNER);
		fleet::route::<T>(1, 0, MAX_VISITS, RouteStage::UnderWay { since: TIME, is_late: false });
		T::BenchmarkHelper::set_time(TIME + 1_000_000);
		fleet::no_agenda::<T>(TOWER, RoundRules::default().answer + 1);
		full_agenda::<T>(rounds::CHAIN, 1);

		#[block]
		{
			// It is late, and there is no room to ask.
			rounds::look::<T>(TOWER, rounds::subject(1), 9);
		}

		assert!(!RouteOf::<T>::contains_key(1));
	}

	/// Rounds that take bids, and wait for the agenda. The others wait for their turn.
	#[benchmark]
	fn look_for_rounds(n: Linear<0, { rounds::work::MAX_TURNS }>) {
		account::<T>(OWNER);
		let head = fleet::head(RoundStage::Bidding { until: TIME }, 0);
		for number in 0..n {
			let place = LocalNetworkId(number as u16);
			Rounds::<T>::insert(number, Head { local_network: place, ..head });
			Territories::<T>::insert(place, Territory { next: Some(9), ..Default::default() });
		}
		Working::<T>::put(BoundedVec::<_, _>::truncate_from((0..MAX_WORKING).collect()));

		#[block]
		{
			rounds::work::work_within::<T>(n, Weight::MAX);
		}

		assert_eq!(Working::<T>::get().len() as u32, MAX_WORKING - n);
	}

	/// Each of another company, which has a place; all other places are the owner's, which gives way. Each is under way, with one visit
	/// more that is taken back; one has more.
	#[benchmark]
	fn gather_resources(n: Linear<1, { u32::from(MAX_ORGS) - 1 }>, v: Linear<1, { MAX_VISITS - 1 }>) {
		account::<T>(OWNER);
		let at = Cursor::Resources { area: Scope::LocalNetwork(HERE), after: None };
		let mut head = fleet::head(RoundStage::Gathering { at }, 0);
		let mut draft = fleet::draft(0, MAX_RESOURCES);
		for (candidate, place) in draft.resources.iter_mut().zip(0..) {
			let user = if place < u32::from(MAX_ORGS) { fleet::company(place) } else { OWNER };
			(candidate.user, candidate.resource) = (user, 1_000_000 + place);
			fleet::own_by::<T>(user, candidate.resource);
			ResourcesIn::<T>::remove((Scope::LocalNetwork(HERE), user, candidate.resource));
		}
		Drafts::<T>::insert(1, draft);
		let stage = RouteStage::UnderWay { since: TIME, is_late: false };
		for number in 1..=n {
			let visits = if number == 1 { v + 1 } else { 2 };
			fleet::route_of::<T>(fleet::company(number), number, number * MAX_VISITS, visits, stage);
		}
		let found;

		#[block]
		{
			found = rounds::gather_resources::<T>(1, &mut head, n);
		}

		assert_eq!(found, (n, v + n - 1));
		let users = Drafts::<T>::get(1).map(|draft| draft.resources).unwrap_or_default();
		assert_eq!(
			users.iter().filter(|candidate| candidate.user == OWNER).count() as u32,
			MAX_RESOURCES + 1 - u32::from(MAX_ORGS) - n
		);
	}

	/// As many jobs as may be are another company's, which gives way.
	#[benchmark]
	fn gather_orders(j: Linear<0, MAX_JOBS>, n: Linear<0, 64>) {
		account::<T>(OWNER);
		let at = Cursor::Orders { after: None };
		let mut head = fleet::head(RoundStage::Gathering { at }, j);
		let mut draft = fleet::draft(j, MAX_RESOURCES);
		draft.resources.iter_mut().for_each(|one| one.under_way = None);
		draft.jobs.iter_mut().for_each(|(raiser, _)| *raiser = TOWER);
		Drafts::<T>::insert(1, draft);
		fleet::waiting::<T>(n);

		#[block]
		{
			rounds::gather_orders::<T>(1, &mut head, n);
		}

		assert_eq!(Drafts::<T>::get(1).map(|draft| draft.jobs.len() as u32), Some(MAX_JOBS.min(j + n)));
	}

	/// Half of the resources go on with what the round does without; the others were under way to what is over.
	#[benchmark]
	fn freeze(j: Linear<1, MAX_JOBS>, r: Linear<1, MAX_RESOURCES>) {
		account::<T>(OWNER);
		full_agenda::<T>(rounds::CHAIN, RoundRules::default().bidding + 1);
		let mut head = fleet::head(RoundStage::Freezing, j);
		let mut draft = fleet::draft(j, r);
		for (candidate, number) in draft.resources.iter_mut().zip(MAX_JOBS..) {
			candidate.under_way = Some((number, TIME));
			let state = if number % 2 == 0 { State::InProgress } else { State::Pending };
			put::<T>(number, order(OWNER, TOWER, state), changes(2));
		}
		Drafts::<T>::insert(1, draft);

		#[block]
		{
			rounds::freeze::<T>(1, &mut head);
		}

		let round = Snapshots::<T>::get(1).expect("it is frozen");
		assert_eq!((round.jobs.len() as u32, round.resources.len() as u32), (j, r / 2));
		assert_eq!(Leaving::<T>::get(1).len() as u32, r.div_ceil(2));
	}

	#[benchmark]
	fn greedy(j: Linear<1, MAX_JOBS>, n: Linear<1, 100>) {
		account::<T>(OWNER);
		let mut head = fleet::round::<T>(RoundStage::Closing, j);
		let round = Snapshots::<T>::get(1).expect("there is one");
		Greedies::<T>::insert(1, (Greedy::new(&round), n * rounds::work::STEPS));

		#[block]
		{
			rounds::run_greedy::<T>(1, &mut head, n * rounds::work::STEPS);
		}

		assert!(GreedyPlans::<T>::contains_key(1));
	}

	#[benchmark]
	fn decide() {
		account::<T>(OWNER);
		let mut head = fleet::round::<T>(RoundStage::Closing, MAX_JOBS);
		let plan = fleet::plan::<T>(&head, MAX_JOBS);
		head.floor = Some(plan.score);
		GreedyPlans::<T>::insert(1, plan);

		#[block]
		{
			rounds::decide::<T>(1, &mut head);
		}

		assert!(Plans::<T>::contains_key(1));
	}

	/// The last of them, each of another company whose agenda has room in its last list alone; the round before is forgotten.
	#[benchmark]
	fn commit(
		j: Linear<{ MAX_VISITS + u32::from(MAX_ORGS) }, MAX_JOBS>,
		n: Linear<1, { u32::from(MAX_ORGS) }>,
		v: Linear<0, MAX_VISITS>,
	) {
		account::<T>(OWNER);
		(0..MAX_ORGS).for_each(|org| full_agenda::<T>(OrgId(org), RoundRules::default().answer + 1));
		full_agenda::<T>(rounds::CHAIN, RoundRules::default().pause);
		let next = (MAX_RESOURCES - n) as u16;
		let mut head = fleet::round::<T>(RoundStage::Committing { next }, j);
		let last = Head { stage: RoundStage::Over, ..head };
		Rounds::<T>::insert(0, last);
		Snapshots::<T>::insert(0, fleet::snapshot(MAX_JOBS));
		Territories::<T>::mutate(HERE, |territory| {
			(territory.last, territory.wanted) = (Some(0), Some(Trigger::Refused));
		});
		(0..MAX_ORGS).for_each(|org| BidsOf::<T>::insert(1, OrgId(org), 1));
		let plan = fleet::last_routes::<T>(&head, n, v);
		Plans::<T>::insert(0, &plan);
		Plans::<T>::insert(1, plan);
		let done;

		#[block]
		{
			done = rounds::commit::<T>(1, &mut head, |_, _| true);
		}

		assert_eq!(done, (n, v + n - 1));
		assert_eq!(RouteOf::<T>::iter_keys().count() as u32, n - u32::from(v == 0));
		assert_eq!(head.stage, RoundStage::Over);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
