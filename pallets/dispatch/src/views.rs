// SPDX-License-Identifier: Apache-2.0

//! What can be asked. Each answer is bounded, and nothing is walked but what its number or its prefix names.

use crate::{
	agenda, governed, scores, verdicts, Appeals, ChangesOf, Config, Counties, Evidence, Networks, NextOrder,
	Notes, OpenAt, OpenOf, Orders, Pallet, ServiceLevels, Tables, Verdicts,
};
use alloc::vec::Vec;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	apis::{
		AppealView, DemandView, FactsView, OrderFilter, OrderRulesView, OrderView, OrdersView, OutageView,
		StatementView, VerdictView, MAX_NUMBERS, MAX_PAGE,
	},
	order::{fact_digest, Clock, Order, Record, ResponsibilityTable, Stage},
	page::SiteId,
	LocalNetworkId, OrgId,
};

fn limit(asked: u32) -> usize {
	asked.min(MAX_PAGE).saturated_into()
}

impl<T: Config> Pallet<T> {
	/// [`trimast_primitives::apis::DispatchApi::order`]
	pub fn order(id: u32) -> Option<OrderView> {
		let order = Orders::<T>::get(id)?;
		let changes = ChangesOf::<T>::get(id);
		let clock = Clock::new(&changes, order.silence, Self::moment());
		let deadlines = order.terms.map(|terms| clock.deadlines(&terms));
		let facts = Evidence::<T>::get(id).facts.len().saturated_into();
		let notes = Notes::<T>::get(id).into_inner();
		Some(OrderView { id, order, changes, clock, deadlines, facts, notes })
	}

	/// [`trimast_primitives::apis::DispatchApi::orders`]
	pub fn orders(filter: OrderFilter, after: Option<u32>, asked: u32) -> OrdersView {
		let first = after.map_or(0, |after| after.saturating_add(1));
		let all = NextOrder::<T>::get();
		let end = all.min(first.saturating_add(MAX_NUMBERS));
		let (mut orders, mut looked) = (Vec::new(), after);
		for id in first..end {
			if orders.len() >= limit(asked) {
				break;
			}
			looked = Some(id);
			orders.extend(Orders::<T>::get(id).filter(|order| filter.lets(order)).map(|order| (id, order)));
		}
		let is_left = looked.map_or(first, |id| id.saturating_add(1)) < all;
		OrdersView { orders, next: looked.filter(|_| is_left) }
	}

	/// [`trimast_primitives::apis::DispatchApi::open_orders`]
	pub fn open_orders(party: OrgId, after: Option<u32>, asked: u32) -> Vec<(u32, Order)> {
		let numbers = match after {
			None => OpenOf::<T>::iter_key_prefix(party),
			Some(after) => {
				OpenOf::<T>::iter_key_prefix_from(party, OpenOf::<T>::hashed_key_for(party, after))
			}
		};
		let known = |id| Some((id, Orders::<T>::get(id)?));
		numbers.filter_map(known).take(limit(asked)).collect()
	}

	/// [`trimast_primitives::apis::DispatchApi::orders_at`]
	pub fn orders_at(station: SiteId, after: Option<u32>, asked: u32) -> Vec<(u32, Order)> {
		let numbers = match after {
			None => OpenAt::<T>::iter_key_prefix(station),
			Some(after) => {
				OpenAt::<T>::iter_key_prefix_from(station, OpenAt::<T>::hashed_key_for(station, after))
			}
		};
		let known = |id| Some((id, Orders::<T>::get(id)?));
		numbers.filter_map(known).take(limit(asked)).collect()
	}

	/// [`trimast_primitives::apis::DispatchApi::facts`]
	pub fn facts(id: u32) -> Option<FactsView> {
		Orders::<T>::contains_key(id).then(|| {
			let evidence = Evidence::<T>::get(id);
			let genesis = Self::genesis_hash();
			let digests = evidence.facts.iter().map(|fact| fact_digest(genesis, id, fact)).collect();
			let demand = |asked: crate::types::Demanded| DemandView {
				fact: asked.fact,
				by: asked.by,
				until: asked.until,
			};
			let open = evidence.demands.into_iter().filter(|asked| asked.is_open());
			let demands = open.map(demand).collect();
			FactsView { facts: evidence.facts, digests, demands }
		})
	}

	/// [`trimast_primitives::apis::DispatchApi::record`]
	pub fn record(id: u32) -> Option<Record> {
		let order = Orders::<T>::get(id)?;
		let ruling = Verdicts::<T>::get(id).and_then(|given| given.ruling).unwrap_or_default();
		Some(Record { ruling, ..verdicts::record::<T>(id, &order) })
	}

	/// [`trimast_primitives::apis::DispatchApi::verdict`]
	pub fn verdict(id: u32) -> Option<VerdictView> {
		let (order, given) = (Orders::<T>::get(id)?, Verdicts::<T>::get(id)?);
		let verdict = Self::record(id)?.verdict().ok()?;
		let appeal = Appeals::<T>::get(id).map(|appeal| {
			let rulers = verdicts::rulers::<T>(&order, &given, &appeal);
			let said = appeal.said.into_iter().map(|said| (said.by, said.ruling)).collect();
			AppealView { by: appeal.by, at: appeal.at, reason: appeal.reason, said, rulers }
		});
		Some(VerdictView {
			at: given.at,
			digest: given.digest,
			charges: given.charges.into_inner(),
			ruling: given.ruling,
			is_disputed: given.is_disputed,
			is_final: order.stage == Stage::Settled,
			verdict,
			appeal,
		})
	}

	/// [`trimast_primitives::apis::DispatchApi::outages`]
	pub fn outages(after: Option<LocalNetworkId>, asked: u32) -> Vec<OutageView> {
		// No more of them than local networks: a few hundred.
		let mut all: Vec<_> = Networks::<T>::iter().collect();
		all.sort_unstable_by_key(|(id, _)| *id);
		let view = |(local_network, outages): (LocalNetworkId, crate::types::NetworkOutages)| {
			let counties = Counties::<T>::iter_prefix(local_network);
			let mut counties: Vec<_> =
				counties.map(|(county, of)| (county, of.stations, of.is_large)).collect();
			counties.sort_unstable();
			OutageView {
				local_network,
				stations: outages.stations,
				is_large: outages.is_large,
				level: outages.level,
				counties,
			}
		};
		let later = all.into_iter().filter(|(id, _)| after.is_none_or(|after| *id > after));
		later.map(view).take(limit(asked)).collect()
	}

	/// [`trimast_primitives::apis::DispatchApi::statement`]
	pub fn statement(month: u16, subject: OrgId) -> StatementView {
		let crate::types::Statement { digest, signed, disputed } = scores::statement::<T>(month, subject);
		let scores = scores::of::<T>(month, subject);
		StatementView { month, subject, scores, digest, signed, disputed }
	}

	/// [`trimast_primitives::apis::DispatchApi::order_rules`]
	pub fn order_rules() -> OrderRulesView {
		OrderRulesView {
			table: governed::table_in_force::<T>(),
			// The council has set each of them.
			service_levels: ServiceLevels::<T>::iter().collect(),
			limits: governed::limits::<T>(),
			outages: governed::outage_rules::<T>(),
		}
	}

	/// [`trimast_primitives::apis::DispatchApi::responsibility_table`]
	pub fn responsibility_table(version: u32) -> Option<ResponsibilityTable> {
		Tables::<T>::get(version)
	}

	/// [`trimast_primitives::apis::DispatchApi::order_lag`]
	pub fn order_lag() -> u32 {
		agenda::lag::<T>()
	}
}
