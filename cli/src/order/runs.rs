// SPDX-License-Identifier: Apache-2.0
//! `trimast order runs`: a generator run for each site whose stations are down for want of power, as a part of the outage there.
//!
//! # What is promised
//!
//! * **One a site**: stations on one site of a tower company share a generator. Runs of other companies count, too.
//! * **Nothing twice**: what is decided on is the chain's final state, once what the account has under way is final. So the command
//!   may be repeated, also when it was interrupted.

use super::{
	desk::DISPATCHER,
	open,
	people::People,
	words::{place_text, PlaceName},
};
use crate::{
	chain::{views::At, Call, Spec},
	config::access,
	context::Context,
	error::{Failure, Result},
	names::OrgName,
	output::{counted, quoted},
};
use clap::Args;
use futures::{stream, StreamExt, TryStreamExt};
use serde_json::{json, Value};
use std::{
	cmp::Reverse,
	collections::{BTreeMap, BTreeSet},
};
use trimast_primitives::{
	order::{
		part_of, Alarm, Evidence, Fact, Opening, Order, OrderKind, Phase, Place, Subject, Work, MAX_CHILDREN,
	},
	page::SiteId,
	resource::Kind,
	site::{Station, TowerSiteCode},
	OrgId,
};

/// How many questions are asked at once.
const AT_ONCE: usize = 16;

/// Order a generator run for each site that is down for want of power.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast order runs 1301 --dry-run
  trimast order runs county:130102
  trimast order runs 1301 --for tower")]
pub(crate) struct RunsCommand {
	/// Where: a local network, county:130102, or a station.
	place: PlaceName,
	/// Who is to bring the generators; otherwise who answers for each site: its tower company, or the station's owner.
	#[arg(long = "for", value_name = "ORG")]
	handler: Option<OrgName>,
	/// Also where no fact says that the mains have failed, or the power supply.
	#[arg(long)]
	any: bool,
	/// Say what would be opened and what not, and send nothing.
	#[arg(long)]
	dry_run: bool,
}

/// Where one generator does: a site of a tower company, or a station that stands on none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Site {
	/// A tower company's, by its code.
	Tower(OrgId, TowerSiteCode),
	/// A station.
	Station(SiteId),
}

impl Site {
	fn of(id: SiteId, station: &Station) -> Self {
		let tower = station.tower.as_ref();
		tower.map_or(Self::Station(id), |site| Self::Tower(site.org, site.code.clone()))
	}

	fn text(&self) -> Option<String> {
		match self {
			Self::Tower(_, code) => Some(String::from_utf8_lossy(code).into_owned()),
			Self::Station(_) => None,
		}
	}
}

/// An outage of which the company is a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outage {
	/// Its number.
	pub(crate) id: u32,
	/// The fault.
	pub(crate) order: Order,
	site: Site,
	lacks_power: bool,
}

impl Outage {
	/// The generator run that is a part of it: by whoever answers for the site, where nobody else is named.
	fn opening(&self, handler: Option<OrgId>) -> Opening {
		Opening {
			kind: OrderKind::GeneratorRun,
			handler: handler.unwrap_or_else(|| self.order.companies.site()),
			place: self.order.place,
			severity: self.order.severity,
			work: Work::default(),
			parent: Some(self.id),
			violation: None,
		}
	}

	/// The call by which it is opened.
	pub(crate) fn call(&self, spec: &Spec, handler: Option<OrgId>) -> Result<Call> {
		spec.call("Dispatch", "open", self.opening(handler))
	}

	/// What the call is.
	pub(crate) fn label(&self) -> String {
		format!("generator run for order {} at {}", self.id, place_text(self.order.place))
	}
}

/// Why no run is opened for an outage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Left {
	/// No fact says that power has failed, and lasts.
	HasPower,
	/// This one is open for the site.
	HasRun(u32),
	/// This generator is sent to the site, or runs there.
	HasGenerator(u32),
	/// The run for this outage does for the site.
	SameSite(u32),
	/// The company has no part of it left.
	TooManyParts,
}

impl Left {
	/// For programs.
	pub(crate) const fn word(self) -> &'static str {
		match self {
			Self::HasPower => "has_power",
			Self::HasRun(_) => "has_run",
			Self::HasGenerator(_) => "has_generator",
			Self::SameSite(_) => "same_site",
			Self::TooManyParts => "too_many_parts",
		}
	}

	fn text(self) -> String {
		match self {
			Self::HasPower => {
				"no fact says that the mains have failed, or the power supply, and are not back (--any)"
					.into()
			}
			Self::HasRun(run) => format!("generator run {run} is open for the site"),
			Self::HasGenerator(resource) => {
				format!("generator {resource} is sent to the site, or runs there")
			}
			Self::SameSite(order) => format!("the run for order {order} does for the site"),
			Self::TooManyParts => "your company has as many parts of it as it may".into(),
		}
	}
}

/// Whether facts say that the mains of a site have failed, or its power supply, and nobody who says so has said that it is over. A
/// company says one failure of the grid, whatever the number of its alarms, and that it is back when the last of them is over.
fn lacks_power(facts: &[Fact]) -> bool {
	let mut facts: Vec<&Fact> = facts.iter().filter(|fact| !fact.is_void()).collect();
	facts.sort_by_key(|fact| (fact.claimed, fact.number));
	let mut lasting = BTreeSet::new();
	for fact in facts {
		let (id, phase) = match fact.evidence {
			Evidence::GridFailure { phase } => (None, phase),
			Evidence::Alarm(Alarm { id, phase, subject: Subject::Power, .. }) => (Some(id), phase),
			_ => continue,
		};
		match phase {
			Phase::Cleared => lasting.remove(&(fact.author, id)),
			Phase::Raised | Phase::Changed => lasting.insert((fact.author, id)),
		};
	}
	!lasting.is_empty()
}

/// Outages, and what is under way for their sites.
#[derive(Default, Debug)]
pub(crate) struct Seen {
	outages: Vec<Outage>,
	/// A generator run that is open.
	runs: BTreeMap<Site, u32>,
	/// A generator that is sent to another order there, or runs.
	generators: BTreeMap<Site, u32>,
}

/// Asks of each of these faults what has to be known. With `any`, its facts do not matter.
pub(crate) async fn look(at: At<'_>, faults: Vec<(u32, Order)>, any: bool) -> Result<Seen> {
	let down: Vec<(u32, Order, SiteId)> = faults
		.into_iter()
		.filter_map(|(id, order)| order.place.station().map(|at| (id, order, at)))
		.collect();
	let mut sites: BTreeMap<SiteId, Site> = BTreeMap::new();
	let networks: BTreeSet<_> = down.iter().map(|(_, _, station)| station.local_network).collect();
	for network in networks {
		let mut from = 0;
		while let Some((page, next)) = at.stations_from(network, from).await? {
			sites.extend(page.iter().map(|view| (view.id, Site::of(view.id, &view.entry.station))));
			from = next;
		}
	}
	let site_of = |station: SiteId| sites.get(&station).cloned().unwrap_or(Site::Station(station));
	let wanted: BTreeSet<Site> = down.iter().map(|(_, _, station)| site_of(*station)).collect();
	let near = sites.iter().filter(|(_, site)| wanted.contains(site)).map(|(id, site)| (*id, site.clone()));
	let near: Vec<(SiteId, Site)> = near.collect();
	let mut seen = Seen::default();
	let mut others = Vec::new();
	let ask = |(id, site): (SiteId, Site)| async move { Ok::<_, Failure>((site, at.orders_at(id).await?)) };
	let mut answers = stream::iter(near).map(ask).buffered(AT_ONCE);
	while let Some((site, orders)) = answers.try_next().await? {
		for (id, order) in orders {
			match order.kind {
				OrderKind::GeneratorRun => {
					seen.runs.entry(site.clone()).or_insert(id);
				}
				_ => others.push((id, site.clone())),
			}
		}
	}
	others.retain(|(_, site)| !seen.runs.contains_key(site));
	let ask = |(id, site): (u32, Site)| async move { Ok::<_, Failure>((site, at.sent_to(id).await?)) };
	let mut answers = stream::iter(others).map(ask).buffered(AT_ONCE);
	while let Some((site, sent)) = answers.try_next().await? {
		let is_generator = |kind: Kind| matches!(kind, Kind::Generator { .. });
		if let Some(view) = sent.filter(|view| is_generator(view.resource.details.kind)) {
			seen.generators.entry(site).or_insert(view.id);
		}
	}
	let (runs, generators) = (&seen.runs, &seen.generators);
	let ask = |(id, order, station): (u32, Order, SiteId)| {
		let site = site_of(station);
		let is_asked = !any && !runs.contains_key(&site) && !generators.contains_key(&site);
		async move {
			let lacks_power = any || is_asked && lacks_power(&at.order_facts(id).await?.facts);
			Ok::<_, Failure>(Outage { id, order, site, lacks_power })
		}
	};
	let outages = stream::iter(down).map(ask).buffered(AT_ONCE).try_collect().await?;
	seen.outages = outages;
	Ok(seen)
}

impl Seen {
	/// The outages for which `org` opens a run, and why it opens none for the others. Of the outages of a site it is the one at the
	/// station with most networks, the oldest of those.
	pub(crate) fn decide(&self, org: OrgId) -> (Vec<&Outage>, Vec<(&Outage, Left)>) {
		let (mut first, mut left): (BTreeMap<&Site, &Outage>, Vec<(&Outage, Left)>) = Default::default();
		let rank = |outage: &Outage| (outage.order.companies.networks.len(), Reverse(outage.id));
		for outage in &self.outages {
			if let Some(why) = self.left(outage, org) {
				left.push((outage, why));
				continue;
			}
			let best = first.entry(&outage.site).or_insert(outage);
			if rank(best) < rank(outage) {
				*best = outage;
			}
		}
		let is_left: BTreeSet<u32> = left.iter().map(|(outage, _)| outage.id).collect();
		for outage in self.outages.iter().filter(|outage| !is_left.contains(&outage.id)) {
			if let Some(best) = first.get(&outage.site).filter(|best| best.id != outage.id) {
				left.push((outage, Left::SameSite(best.id)));
			}
		}
		let mut due: Vec<&Outage> = first.into_values().collect();
		due.sort_by_key(|outage| outage.id);
		left.sort_by_key(|(outage, _)| outage.id);
		(due, left)
	}

	fn left(&self, outage: &Outage, org: OrgId) -> Option<Left> {
		if let Some(run) = self.runs.get(&outage.site) {
			return Some(Left::HasRun(*run));
		}
		if let Some(resource) = self.generators.get(&outage.site) {
			return Some(Left::HasGenerator(*resource));
		}
		if !outage.lacks_power {
			return Some(Left::HasPower);
		}
		let own = outage.order.children.iter().filter(|(opener, _)| *opener == org).count();
		let most = part_of(org, outage.order.parties(), MAX_CHILDREN);
		let is_full = u32::try_from(own).map_or(true, |own| own >= most);
		is_full.then_some(Left::TooManyParts)
	}
}

/// Whether an order lies there.
fn is_in(order: &Order, place: Place) -> bool {
	match place {
		Place::Station(_) => order.place == place,
		Place::County(network, county) => {
			order.place.local_network() == network && order.county == Some(county)
		}
		Place::LocalNetwork(network) => order.place.local_network() == network,
	}
}

fn to_json(place: Place, due: &[&Outage], left: &[(&Outage, Left)], handler: Option<OrgId>) -> Value {
	let due = due.iter().map(|outage| {
		let opening = outage.opening(handler);
		json!({
			"order": outage.id, "place": place_text(opening.place), "site": outage.site.text(),
			"handler": opening.handler,
		})
	});
	let left = left.iter().map(|(outage, why)| {
		let at = place_text(outage.order.place);
		json!({ "order": outage.id, "place": at, "why": why.word(), "what": why.text() })
	});
	json!({
		"type": "runs", "place": place_text(place), "to_open": due.collect::<Vec<_>>(), "left": left.collect::<Vec<_>>(),
	})
}

fn text(
	place: Place,
	due: &[&Outage],
	left: &[(&Outage, Left)],
	handler: Option<OrgId>,
	people: &People,
) -> String {
	let outages = due.len().saturating_add(left.len());
	let mut lines = vec![format!(
		"{} of your company in {}, {} to open",
		counted(outages, "outage"),
		place_text(place),
		counted(due.len(), "generator run")
	)];
	lines.extend(due.iter().map(|outage| {
		let opening = outage.opening(handler);
		let site = outage.site.text().map_or_else(String::new, |code| format!(", site {}", quoted(&code)));
		format!("{}{site}: for {}", outage.label(), people.name(opening.handler))
	}));
	lines.extend(left.iter().map(|(outage, why)| {
		format!("none for order {} at {}: {}", outage.id, place_text(outage.order.place), why.text())
	}));
	lines.join("\n")
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: RunsCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = match command.dry_run {
		true => chain.now().await?,
		false => context.settled(&chain).await?,
	};
	let account = access::acting(context, at, DISPATCHER).await?;
	let place = open::place(at, &command.place).await?;
	access::expect_local_network(&account, place.local_network())?;
	let people = People::of(&at.orgs().await?);
	let handler = command.handler.as_ref().map(|name| people.find(name)).transpose()?;
	let mut faults = at.open_orders(account.org).await?;
	faults.retain(|(_, order)| order.is_outage() && is_in(order, place));
	if faults.is_empty() {
		open::expect_county(at, place).await?;
	}
	let seen = look(at, faults, command.any).await?;
	let (due, left) = seen.decide(account.org);
	context
		.output
		.answer(&to_json(place, &due, &left, handler), || text(place, &due, &left, handler, &people));
	if command.dry_run {
		return Ok(());
	}
	let spec = context.spec(&chain).await?;
	let calls: Result<Vec<_>> =
		due.iter().map(|outage| Ok((outage.label(), outage.call(&spec, handler)?))).collect();
	context.perform_all(&chain, calls?).await
}

#[cfg(test)]
mod tests {
	use super::{
		super::{people::tests::people, steps::tests::order},
		*,
	};
	use trimast_primitives::{
		order::{AlarmType, Network, Severity, State},
		site::Plmn,
		LocalNetworkId, OrgSet,
	};

	const OWNER: OrgId = OrgId(0);
	const TOWER: OrgId = OrgId(2);

	fn site(code: &str) -> Site {
		Site::Tower(TOWER, code.as_bytes().to_vec().try_into().unwrap())
	}

	/// At this station, with so many networks on air, on this site.
	fn outage(id: u32, index: u32, networks: u16, code: &str) -> Outage {
		let mut order = order(OrderKind::Fault, State::InProgress);
		order.place = Place::Station(SiteId { local_network: LocalNetworkId(1301), index });
		let network = |mnc| Network { plmn: Plmn { mcc: 460, mnc, three_digit_mnc: false }, carrier: OWNER };
		order.companies.networks = (0..networks).map(network).collect::<Vec<_>>().try_into().unwrap();
		Outage { id, order, site: site(code), lacks_power: true }
	}

	fn decided(seen: &Seen) -> (Vec<u32>, Vec<(u32, Left)>) {
		let (due, left) = seen.decide(OWNER);
		(
			due.iter().map(|outage| outage.id).collect(),
			left.iter().map(|(outage, why)| (outage.id, *why)).collect(),
		)
	}

	#[test]
	fn one_run_is_opened_for_a_site_where_most_networks_are_down() {
		let outages =
			vec![outage(4, 1, 1, "A"), outage(5, 2, 2, "A"), outage(6, 3, 2, "A"), outage(7, 4, 1, "B")];
		let seen = Seen { outages, ..Seen::default() };
		let left = vec![(4, Left::SameSite(5)), (6, Left::SameSite(5))];
		assert_eq!(decided(&seen), (vec![5, 7], left));
		let opening = seen.outages[1].opening(None);
		let asked = (opening.kind, opening.handler, opening.parent, opening.place, opening.severity);
		let place = seen.outages[1].order.place;
		assert_eq!(asked, (OrderKind::GeneratorRun, TOWER, Some(5), place, Severity::Critical));
		assert_eq!(seen.outages[1].opening(Some(OrgId(1))).handler, OrgId(1));
	}

	#[test]
	fn repeated_command_opens_nothing_twice_and_no_second_one_for_the_site() {
		let outages = vec![outage(4, 1, 1, "A"), outage(5, 2, 2, "A"), outage(6, 3, 1, "B")];
		let runs = [(site("A"), 9)].into();
		let seen = Seen { outages: outages.clone(), runs, generators: [(site("B"), 3)].into() };
		let left = vec![(4, Left::HasRun(9)), (5, Left::HasRun(9)), (6, Left::HasGenerator(3))];
		assert_eq!(decided(&seen), (vec![], left));
		// Stations on no site have one each.
		let mut alone = outages;
		alone
			.iter_mut()
			.for_each(|outage| outage.site = Site::Station(outage.order.place.station().unwrap()));
		let seen = Seen { outages: alone, ..Seen::default() };
		assert_eq!(decided(&seen), (vec![4, 5, 6], vec![]));
	}

	#[test]
	fn what_is_left_says_why() {
		let (mut full, mut powered) = (outage(4, 1, 1, "A"), outage(5, 2, 1, "B"));
		full.order.children = vec![(OWNER, 1); 16].try_into().unwrap();
		powered.lacks_power = false;
		let seen = Seen { outages: vec![full, powered], ..Seen::default() };
		assert_eq!(decided(&seen), (vec![], vec![(4, Left::TooManyParts), (5, Left::HasPower)]));
		// The other party has its own part of them.
		let (due, left) = seen.decide(TOWER);
		assert_eq!((due.len(), left.len()), (1, 1));
		let place = Place::LocalNetwork(LocalNetworkId(1301));
		let lines = text(place, &due, &left, None, &people());
		assert!(lines.starts_with("2 outages of your company in 1301, 1 generator run to open\n"), "{lines}");
		assert!(lines.contains("generator run for order 4 at 1301:1, site `A`: for tower"), "{lines}");
		assert!(lines.contains("none for order 5 at 1301:2: no fact says"), "{lines}");
		let value = to_json(place, &due, &left, None);
		assert_eq!(
			(&value["to_open"][0]["order"], &value["left"][0]["why"]),
			(&json!(4), &json!("has_power"))
		);
	}

	#[test]
	fn power_fails_by_facts_that_nobody_has_taken_back() {
		let fact = |number, claimed, evidence| Fact {
			number,
			author: OWNER,
			claimed,
			anchored: 10,
			countersigned: OrgSet::EMPTY,
			body: None,
			denied: false,
			evidence,
		};
		let grid = |number, claimed, phase| fact(number, claimed, Evidence::GridFailure { phase });
		let power = |number, subject| {
			let alarm = Alarm {
				id: 7,
				phase: Phase::Raised,
				kind: AlarmType::Equipment,
				severity: Severity::Critical,
				subject,
				plmn: None,
			};
			fact(number, 5, Evidence::Alarm(alarm))
		};
		assert!(!lacks_power(&[]) && lacks_power(&[grid(0, 5, Phase::Raised)]));
		// Whatever the order in which they were anchored.
		let back = [grid(0, 9, Phase::Cleared), grid(1, 5, Phase::Raised)];
		assert!(!lacks_power(&back));
		assert!(lacks_power(&[power(0, Subject::Power)]) && !lacks_power(&[power(0, Subject::Service)]));
		let mut other = grid(2, 6, Phase::Raised);
		other.author = TOWER;
		assert!(lacks_power(&[back[0], back[1], other]));
	}

	#[test]
	fn places_are_counties_networks_and_stations() {
		let order = order(OrderKind::Fault, State::InProgress);
		let here = LocalNetworkId(1301);
		for (place, expected) in [
			(Place::LocalNetwork(here), true),
			(Place::LocalNetwork(LocalNetworkId(1302)), false),
			(Place::County(here, 2), true),
			(Place::County(here, 3), false),
			(order.place, true),
			(Place::Station(SiteId { local_network: here, index: 8 }), false),
		] {
			assert_eq!(is_in(&order, place), expected, "{place:?}");
		}
	}
}
