// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	agenda::MAX_DUE, orders, types::StationOutages, Agenda, AgendaFrom, Appeals, ChangesOf, Config, Counties,
	Evidence, Networks, NextOrder, Notes, OpenAt, OpenOf, Orders, Pallet, Past, PastOf, RemedyOf, Scores,
	ScoresFrom, Statements, Stations, TableInForce, Tables, Unsettled, Verdicts,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::ensure;
use sp_runtime::{SaturatedConversion, TryRuntimeError};
use trimast_primitives::{
	order::{
		share_of, verdict_digest, Demand, Machine, Order, OrderKind, Record, Stage, MAX_FACTS, MAX_NOTES,
	},
	page::SiteId,
	LocalNetworkId, OrgId,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks of every order that its states follow its machine's table, that its facts and notes are within their shares, that
	/// it stands in the indexes and the agenda as it is; and that verdicts, outages, rings and scores are those of the orders.
	pub fn do_try_state() -> Check {
		for (number, order) in Orders::<T>::iter() {
			ensure!(number < NextOrder::<T>::get(), "order: a number to come");
			Self::check_states(number, &order)?;
			Self::check_evidence(number, &order)?;
			Self::check_places(number, &order)?;
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
		for pair in changes.windows(2) {
			let is_line = machine.from(pair[0].state).any(|line| line.to == pair[1].state);
			ensure!(is_line && pair[0].at <= pair[1].at, "states: no line");
		}
		let room = changes.len() as u32 + machine.steps_to_end(order.state);
		ensure!(room <= trimast_primitives::order::MAX_CHANGES, "states: no room for the end");
		ensure!(order.state.is_final() == (order.stage != Stage::Open), "stage: not that of the state");
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
			let is_asked = fact.body.is_some_and(|body| body.demand == Demand::Open);
			let is_listed = evidence.demands.iter().any(|asked| asked.fact == fact.number);
			ensure!(is_asked == is_listed, "fact: asked for and not listed, or listed and not asked for");
			*of_company.entry(fact.author).or_default() += 1;
		}
		let first = evidence.demands.iter().map(|asked| asked.until).min();
		ensure!(first == order.demand, "demand: another first one");
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
			ensure!(RemedyOf::<T>::get(violation) == Some(number), "remedy: another order");
		}
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
			let sums = given.charges.iter().map(|charge| (charge.share, charge.time, charge.on_one_word));
			let totals = verdict.totals.iter().map(|total| (total.share, total.time, total.on_one_word));
			ensure!(sums.eq(totals), "verdict: other sums");
			ensure!(!given.is_disputed || given.ruling.is_none(), "verdict: disputed and ruled on");
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
		let mut stations: BTreeMap<SiteId, (u32, u32)> = BTreeMap::new();
		for order in Orders::<T>::iter_values() {
			let Some(site) = order.place.station() else { continue };
			if order.kind == OrderKind::Fault && order.stage == Stage::Open {
				let (faults, down) = stations.entry(site).or_default();
				*faults += 1;
				*down += u32::from(order.is_outage());
			}
		}
		let kept: BTreeMap<_, _> =
			Stations::<T>::iter().map(|(site, of)| (site, (of.faults, of.down))).collect();
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
		ensure!(Past::<T>::iter().count() == settled, "past: not the settled orders");
		for (org, place, number) in Past::<T>::iter() {
			let ring = PastOf::<T>::get(org);
			ensure!(
				place.wrapping_sub(ring.first) < ring.next.wrapping_sub(ring.first),
				"past: out of the ring"
			);
			let order = Orders::<T>::get(number).ok_or("past: no order")?;
			ensure!(order.raiser == org && order.stage == Stage::Settled, "past: another's, or not settled");
		}
		Ok(())
	}

	fn check_agenda() -> Check {
		let queues = AgendaFrom::<T>::get();
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
		ensure!(Tables::<T>::iter_values().all(|table| table.check().is_ok()), "table: not valid");
		ensure!(Tables::<T>::iter_keys().count() == version.saturated_into::<usize>(), "table: missing");
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
