// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	agenda::{self, MAX_DUE},
	governed, orders,
	types::{Statement, StationOutages},
	Agenda, AgendaFrom, Appeals, ChangesOf, Config, Counties, Evidence, Networks, NextOrder, Notes, OpenAt,
	OpenOf, Orders, Pallet, Past, PastOf, RemedyOf, Scores, ScoresFrom, Statements, Stations, TableInForce,
	Tables, Unsettled, Verdicts,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, traits::Get};
use sp_runtime::{SaturatedConversion, TryRuntimeError};
use trimast_primitives::{
	interlock::Violations,
	order::{
		part_of, share_of, verdict_digest, Demand, Machine, Order, OrderKind, Record, Stage, State,
		MAX_CHILDREN, MAX_FACTS, MAX_NOTES, MAX_RELATIONS,
	},
	page::SiteId,
	plan::SlaClass,
	LocalNetworkId, OrgId, OrgSet,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks of every order that its states follow its machine's table, that its facts and notes are within their shares, that
	/// it stands in the indexes and the agenda as it is; that parts and wholes know each other; and that verdicts, outages, rings
	/// and scores are those of the orders.
	pub fn do_try_state() -> Check {
		for (number, order) in Orders::<T>::iter() {
			ensure!(number < NextOrder::<T>::get(), "order: a number to come");
			Self::check_states(number, &order)?;
			Self::check_evidence(number, &order)?;
			Self::check_places(number, &order)?;
			Self::check_parts(number, &order)?;
			Self::check_verdict(number, &order)?;
		}
		Self::check_leftovers()?;
		Self::check_outages()?;
		Self::check_rings()?;
		Self::check_agenda()?;
		Self::check_governed()?;
		Self::check_scheduling()
	}

	fn check_states(number: u32, order: &Order) -> Check {
		let changes = ChangesOf::<T>::get(number);
		let machine = order.kind.machine();
		ensure!(changes.first().is_some_and(|first| first.state == Machine::START), "states: no begin");
		ensure!(changes.last().is_some_and(|last| last.state == order.state), "states: another one");
		let is_taken_up = changes.iter().any(|change| change.state == State::InProgress);
		ensure!(is_taken_up == order.is_taken_up, "states: taken up, or not");
		let may_be_visited = order.stage == Stage::Open && order.place.station().is_some();
		ensure!(!order.is_visited || may_be_visited, "states: visited after its end, or nowhere");
		for pair in changes.windows(2) {
			let is_line = machine.from(pair[0].state).any(|line| line.to == pair[1].state);
			ensure!(is_line && pair[0].at <= pair[1].at, "states: no line");
		}
		for org in order.parties().iter() {
			let children = order.children.iter().filter(|(by, _)| *by == org).count() as u32;
			let relations = order.relations.iter().filter(|(by, ..)| *by == org).count() as u32;
			let part = |most| part_of(org, order.parties(), most);
			ensure!(children <= part(MAX_CHILDREN), "parts: more than a party's");
			ensure!(relations <= part(MAX_RELATIONS), "relations: more than a party's");
		}
		let by = order.children.iter().map(|(by, _)| by).chain(order.relations.iter().map(|(by, ..)| by));
		ensure!(by.copied().all(|org| order.parties().contains(org)), "parts, relations: by no party");
		let room = changes.len() as u32 + machine.steps_to_end(order.state);
		ensure!(room <= trimast_primitives::order::MAX_CHANGES, "states: no room for the end");
		ensure!(order.state.is_final() == (order.stage != Stage::Open), "stage: not that of the state");
		let signed = order.companies.signed;
		ensure!(order.concerned.is_superset(signed), "record: signed by who is not concerned");
		let is_agreed = order.kind != OrderKind::Fault || signed.is_superset(order.concerned);
		ensure!(is_agreed || order.class == SlaClass::Four, "class: of a record that not all have signed");
		Ok(())
	}

	fn check_evidence(number: u32, order: &Order) -> Check {
		let evidence = Evidence::<T>::get(number);
		let mut of_company: BTreeMap<OrgId, u32> = BTreeMap::new();
		for (place, fact) in evidence.facts.iter().enumerate() {
			ensure!(usize::from(fact.number) == place, "fact: another number");
			ensure!(order.concerned.contains(fact.author), "fact: by who is not concerned");
			ensure!(order.concerned.is_superset(fact.countersigned), "fact: signed by who is not concerned");
			ensure!(!fact.countersigned.contains(fact.author), "fact: signed by its author");
			if fact.denied {
				let accused = fact.evidence.against(&order.companies).ok_or("fact: denied by nobody")?;
				ensure!(!order.parties().contains(accused), "fact: denied by a party");
				ensure!(!fact.signers().contains(accused), "fact: signed and denied");
			}
			let is_asked = fact.body.is_some_and(|body| body.demand == Demand::Open);
			let is_listed = evidence.demands.iter().any(|asked| asked.fact == fact.number && asked.is_open());
			ensure!(is_asked == is_listed, "fact: asked for and not listed, or listed and not asked for");
			*of_company.entry(fact.author).or_default() += 1;
		}
		ensure!(evidence.first_due() == order.demand, "demand: another first one");
		for (place, asked) in evidence.demands.iter().enumerate() {
			ensure!(asked.asked.is_superset(asked.by), "demand: of who has not asked");
			ensure!(order.concerned.is_superset(asked.asked), "demand: of who is not concerned");
			let is_once = evidence.demands.iter().take(place).all(|other| other.fact != asked.fact);
			ensure!(is_once, "demand: twice for a fact");
		}
		let share = |org, most| share_of(org, order.parties(), order.concerned, most);
		let is_within = |(org, count): (OrgId, u32)| count <= share(org, MAX_FACTS.into());
		ensure!(of_company.into_iter().all(is_within), "fact: more than a company's share");
		let notes = Notes::<T>::get(number);
		let count = |org| notes.iter().filter(|note| note.author == org).count() as u32;
		ensure!(
			notes.iter().all(|note| count(note.author) <= share(note.author, MAX_NOTES)),
			"note: too many"
		);
		ensure!(notes.iter().all(|note| note.words.is_valid()), "note: says nothing");
		Ok(())
	}

	fn check_places(number: u32, order: &Order) -> Check {
		let is_open = order.stage == Stage::Open;
		let stands = order.parties().iter().all(|org| OpenOf::<T>::contains_key(org, number) == is_open);
		ensure!(stands, "open: not as the order says");
		if let Some(site) = order.place.station() {
			ensure!(OpenAt::<T>::contains_key(site, number) == is_open, "station: not as the order says");
		}
		let due = orders::next_due::<T>(number, order);
		match order.next {
			None => ensure!(due.is_none(), "agenda: nothing, and something is due"),
			Some(next) => {
				let is_there =
					Agenda::<T>::iter().any(|(_, second, list)| second == next && list.contains(&number));
				ensure!(is_there, "agenda: the order is not there");
			}
		}
		if let Some(violation) = order.violation {
			let is_remedy = is_open || order.state == State::Completed;
			let stands = RemedyOf::<T>::get(violation) == Some(number);
			ensure!(stands == is_remedy, "remedy: another order");
			ensure!(order.raiser != order.handler, "remedy: raised by who made the violation");
			let is_over = T::Violations::violation(violation).is_none_or(|known| known.ended.is_some());
			let is_called_off = order.state == State::Cancelled;
			ensure!(is_open || is_called_off || is_over, "remedy: ended, and its violation stands open");
		}
		Ok(())
	}

	/// Parts and wholes know each other, as long as there are both.
	fn check_parts(number: u32, order: &Order) -> Check {
		let knows_it = |parent: u32| {
			let whole = Orders::<T>::get(parent);
			parent < number
				&& whole.is_none_or(|whole| whole.children.iter().any(|(_, part)| *part == number))
		};
		ensure!(order.parent.is_none_or(knows_it), "part: of a whole that does not know it");
		let is_part =
			|(_, part): &(OrgId, u32)| Orders::<T>::get(part).is_none_or(|part| part.parent == Some(number));
		ensure!(order.children.iter().all(is_part), "part: one that does not know its whole");
		Ok(())
	}

	fn check_verdict(number: u32, order: &Order) -> Check {
		let given = Verdicts::<T>::get(number);
		let is_due = order.is_judged() && !matches!(order.stage, Stage::Open | Stage::Evidence { .. });
		ensure!(given.is_some() == is_due, "verdict: missing, or of no outage");
		ensure!(given.is_some() || !Appeals::<T>::contains_key(number), "appeal: against nothing");
		if let Some(given) = given {
			let record: Record = Self::record(number).ok_or("record: none")?;
			let verdict = record.verdict().map_err(|_| "verdict: none")?;
			let digest = verdict_digest(record.genesis, number, &verdict);
			ensure!(digest == given.digest, "verdict: another one follows");
			ensure!(given.charges == verdict.totals, "verdict: other sums");
			let appeal = Appeals::<T>::get(number);
			let is_undecided = appeal.as_ref().is_some_and(|appeal| !appeal.is_decided);
			ensure!(!given.is_disputed || is_undecided, "verdict: disputed and ruled on");
			ensure!(given.ruling.is_none() || appeal.is_some(), "verdict: ruled on without an appeal");
			let is_appealed = matches!(order.stage, Stage::Appealed { .. });
			ensure!(!is_appealed || appeal.is_some(), "appeal: none");
		}
		Ok(())
	}

	/// What stands beside the orders is of orders that there are.
	fn check_leftovers() -> Check {
		let known = |number: u32| Orders::<T>::contains_key(number);
		ensure!(ChangesOf::<T>::iter_keys().all(known), "states: of no order");
		ensure!(Evidence::<T>::iter_keys().all(known), "facts: of no order");
		ensure!(Notes::<T>::iter_keys().all(known), "notes: of no order");
		ensure!(Verdicts::<T>::iter_keys().all(known), "verdict: of no order");
		ensure!(Appeals::<T>::iter_keys().all(known), "appeal: of no order");
		ensure!(OpenOf::<T>::iter_keys().all(|(_, number)| known(number)), "open: no order");
		ensure!(OpenAt::<T>::iter_keys().all(|(_, number)| known(number)), "station: no order");
		let is_remedy = |(violation, number)| {
			Orders::<T>::get(number).is_some_and(|order: Order| order.violation == Some(violation))
		};
		ensure!(RemedyOf::<T>::iter().all(is_remedy), "remedy: no order");
		Ok(())
	}

	fn check_outages() -> Check {
		let mut stations: BTreeMap<SiteId, (OrgSet, OrgSet, u32)> = BTreeMap::new();
		for order in Orders::<T>::iter_values() {
			let Some(site) = order.place.station() else { continue };
			if order.kind == OrderKind::Fault && order.stage == Stage::Open {
				let (raisers, minded, down) = stations.entry(site).or_default();
				ensure!(!raisers.contains(order.raiser), "outages: two faults of a company at a station");
				*raisers = raisers.with(order.raiser);
				if order.is_minded() {
					*minded = minded.with(order.raiser);
				}
				*down += u32::from(order.is_outage());
			}
		}
		let kept: BTreeMap<_, _> =
			Stations::<T>::iter().map(|(site, of)| (site, (of.raisers, of.minded, of.down))).collect();
		ensure!(kept == stations, "outages: other counts of a station");
		let mut counties: BTreeMap<(LocalNetworkId, u8), u32> = BTreeMap::new();
		for (site, StationOutages { county, .. }) in Stations::<T>::iter().filter(|(_, of)| of.down > 0) {
			*counties.entry((site.local_network, county)).or_default() += 1;
		}
		let kept: BTreeMap<_, _> =
			Counties::<T>::iter().map(|(place, county, of)| ((place, county), of.stations)).collect();
		ensure!(kept == counties, "outages: other counts of a county");
		for (place, of) in Networks::<T>::iter() {
			let own = counties.iter().filter(|((other, _), _)| *other == place);
			ensure!(own.map(|(_, count)| count).sum::<u32>() == of.stations, "outages: another sum");
			let large = Counties::<T>::iter_prefix_values(place).filter(|county| county.is_large).count();
			ensure!(large == usize::from(of.large_counties), "outages: other large counties");
		}
		ensure!(counties.keys().all(|(place, _)| Networks::<T>::contains_key(place)), "outages: of nowhere");
		Ok(())
	}

	fn check_rings() -> Check {
		let mut unsettled: BTreeMap<OrgId, u32> = BTreeMap::new();
		let mut settled = 0usize;
		for order in Orders::<T>::iter_values() {
			match order.stage {
				Stage::Settled => settled += 1,
				_ => *unsettled.entry(order.raiser).or_default() += 1,
			}
		}
		let kept: BTreeMap<_, _> = Unsettled::<T>::iter().filter(|(_, count)| *count > 0).collect();
		ensure!(kept == unsettled, "orders: another count");
		ensure!(
			kept.values().all(|count| *count <= T::MaxOpen::get()),
			"orders: more than a company may have"
		);
		ensure!(Past::<T>::iter().count() == settled, "past: not the settled orders");
		for ((org, is_judged), place, number) in Past::<T>::iter() {
			let ring = PastOf::<T>::get((org, is_judged));
			ensure!(
				place.wrapping_sub(ring.first) < ring.next.wrapping_sub(ring.first),
				"past: out of the ring"
			);
			let order = Orders::<T>::get(number).ok_or("past: no order")?;
			ensure!(order.is_judged() == is_judged, "past: in the other ring");
			ensure!(order.raiser == org && order.stage == Stage::Settled, "past: another's, or not settled");
		}
		Ok(())
	}

	fn check_agenda() -> Check {
		let queues = AgendaFrom::<T>::get();
		let next = agenda::second_of(Self::moment()).saturating_add(1);
		ensure!(queues.iter().all(|(_, from)| *from <= next), "agenda: a queue that begins later");
		for (org, second, list) in Agenda::<T>::iter() {
			ensure!(!list.is_empty() && list.len() as u32 <= MAX_DUE, "agenda: an empty list");
			let queue = queues.iter().find(|(other, _)| *other == org);
			ensure!(queue.is_some_and(|(_, from)| *from <= second), "agenda: a list that is passed over");
		}
		let orgs: Vec<_> = queues.iter().map(|(org, _)| *org).collect();
		let is_once = |(n, org): (usize, &OrgId)| !orgs.iter().take(n).any(|other| other == org);
		ensure!(orgs.iter().enumerate().all(is_once), "agenda: a queue twice");
		Ok(())
	}

	fn check_governed() -> Check {
		let version = TableInForce::<T>::get();
		ensure!(Tables::<T>::iter_keys().all(|kept| 0 < kept && kept <= version), "table: a version to come");
		ensure!(Tables::<T>::iter().all(|(kept, table)| table.version == kept), "table: another version");
		let is_valid = |table| governed::check_table::<T>(&table).is_ok();
		ensure!(Tables::<T>::iter_values().all(is_valid), "table: not valid");
		ensure!(governed::check_limits::<T>(&governed::limits::<T>()).is_ok(), "limits: below their floors");
		ensure!(Tables::<T>::iter_keys().count() == version.saturated_into::<usize>(), "table: missing");
		let is_both = |statement: Statement| !statement.signed.intersection(statement.disputed).is_empty();
		ensure!(!Statements::<T>::iter_values().any(is_both), "statement: signed and disputed");
		let from = ScoresFrom::<T>::get();
		let months = Scores::<T>::iter_keys().map(|(month, ..)| month);
		let months = months.chain(Statements::<T>::iter_keys().map(|(month, _)| month));
		ensure!(
			months.into_iter().all(|month| from != 0 && from <= month),
			"scores: of a month that is over"
		);
		Ok(())
	}
}
