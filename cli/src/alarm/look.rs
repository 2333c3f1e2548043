// SPDX-License-Identifier: Apache-2.0
//! What the chain knows of the stations that notifications name.

use super::{
	notification::Notification,
	rules::{barred, Fault, Place, Recorded},
};
use crate::{
	chain::views::At,
	config::access,
	error::{Failure, Result},
	names::SiteName,
	order::show,
};
use futures::{stream, StreamExt, TryStreamExt};
use indicatif::ProgressBar;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	access::Scope,
	apis::{AccountView, OrderFilter},
	order::{share_of, OrderKind, State, MAX_FACTS},
	page::SiteId,
	site::Plmn,
	LocalNetworkId, OrgId,
};

/// How many stations are asked for at once.
const AT_ONCE: usize = 16;

/// A station by local network and code.
pub(crate) type StationKey = (LocalNetworkId, String);

/// The stations, each with what is known of it or why it is left out.
pub(crate) type Places = BTreeMap<StationKey, Result<Place, Failure>>;

/// Looks up every station that is named.
pub(crate) async fn places<'n>(
	at: At<'_>,
	account: &AccountView,
	notifications: impl Iterator<Item = &'n Notification>,
	bar: &ProgressBar,
) -> Result<Places> {
	let keys: BTreeSet<StationKey> = notifications.map(|one| one.station.clone()).collect();
	bar.set_length(u64::try_from(keys.len()).unwrap_or(u64::MAX));
	let held: Vec<(OrgId, Vec<Plmn>)> =
		at.policy().await?.holdings.into_iter().map(|(org, plmns, _)| (org, plmns)).collect();
	let held = &held[..];
	let ask = |key: StationKey| async move {
		let found = one(at, account, held, &key).await;
		(key, found)
	};
	let mut answers = stream::iter(keys).map(ask).buffered(AT_ONCE);
	let mut places = Places::new();
	while let Some((key, found)) = answers.next().await {
		bar.inc(1);
		places.insert(key, found?);
	}
	Ok(places)
}

/// What cannot be used of a station is no failure of the import.
async fn one(
	at: At<'_>,
	account: &AccountView,
	held: &[(OrgId, Vec<Plmn>)],
	key: &StationKey,
) -> Result<Result<Place, Failure>> {
	let (network, code) = key;
	let scope = Scope::LocalNetwork(*network);
	if !account.scope.contains(scope) {
		return Ok(Err(Failure::chain(access::outside(account, scope)).remedy(access::OUTSIDE)));
	}
	let Some(view) = at.find(&SiteName::Code(*network, code.clone())).await? else {
		let what = format!("the chain has no station {}/{code}", network.0);
		return Ok(Err(Failure::input(what).remedy("its owner imports it (`trimast site import`)")));
	};
	let faults = faults(at, account.org, view.id).await?;
	let holder = |plmn: Plmn| held.iter().find(|(_, plmns)| plmns.contains(&plmn)).map(|(org, _)| *org);
	let recorded = Recorded::now(&view.entry, account.org, holder);
	let barred = barred(&view.entry, &recorded, account.org);
	let (site, station) = (view.id, view.entry.station);
	Ok(Ok(Place { site, station, recorded, barred, faults, past: Vec::new() }))
}

/// Adds what a company has said at these stations in faults that have ended.
pub(crate) async fn add_past(at: At<'_>, org: OrgId, places: &mut Places) -> Result<()> {
	let mut here: BTreeMap<SiteId, &mut Place> = places
		.values_mut()
		.filter_map(|place| place.as_mut().ok())
		.map(|place| (place.site, place))
		.collect();
	let networks: BTreeSet<LocalNetworkId> = here.keys().map(|site| site.local_network).collect();
	let mut ended: Vec<(SiteId, u32)> = Vec::new();
	for network in networks {
		let (kind, local_network) = (Some(OrderKind::Fault), Some(network));
		let filter = OrderFilter { kind, local_network, ..OrderFilter::default() };
		let mut after = None;
		loop {
			let page = at.orders(filter, after).await?;
			let those = page
				.orders
				.iter()
				.filter(|(_, order)| order.state.is_final() && order.concerned.contains(org));
			let sites = those.filter_map(|(id, order)| Some((order.place.station()?, *id)));
			ended.extend(sites.filter(|(site, _)| here.contains_key(site)));
			after = page.next;
			if after.is_none() {
				break;
			}
		}
	}
	let ask =
		|(site, id): (SiteId, u32)| async move { Ok::<_, Failure>((site, at.order_facts(id).await?.facts)) };
	let mut answers = stream::iter(ended).map(ask).buffered(AT_ONCE);
	while let Some((site, facts)) = answers.try_next().await? {
		if let Some(place) = here.get_mut(&site) {
			place.past.extend(facts.into_iter().filter(|fact| fact.author == org));
		}
	}
	Ok(())
}

/// The faults under way at a station that concern a company.
async fn faults(at: At<'_>, org: OrgId, site: SiteId) -> Result<Vec<Fault>> {
	let mut faults = Vec::new();
	for (id, order) in at.orders_at(site).await? {
		if order.kind != OrderKind::Fault || !order.concerned.contains(org) {
			continue;
		}
		let view = at.order(id).await?;
		let facts = at.order_facts(id).await?.facts;
		let was_resolved = view.changes.iter().any(|change| change.state == State::Resolved);
		faults.push(Fault {
			id,
			raiser: order.raiser,
			handler: order.handler,
			opened: show::opened(&view.changes),
			state: order.state,
			since: view.changes.last().map_or(0, |change| change.at),
			is_reopened: was_resolved && order.state != State::Resolved,
			share: share_of(org, order.parties(), order.concerned, MAX_FACTS.into()),
			recorded: Recorded {
				companies: order.companies,
				contract: order.contract,
				concerned: order.concerned,
			},
			facts: facts.into_inner(),
		});
	}
	Ok(faults)
}
