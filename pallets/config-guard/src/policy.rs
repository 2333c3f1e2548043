// SPDX-License-Identifier: Apache-2.0

//! Policy: what the council governs. Beside the catalogue these are cross-cell rules, freezes (封网), and who holds which
//! PLMN and which spectrum.
//!
//! # What it guarantees
//!
//! * **Never backwards**: a rule is in force from the block on in which it is set, a freeze begins then or later.
//! * **One holder**: a PLMN belongs to one company, and so does every piece of spectrum. What a company that is no member any
//!   more still has goes to whoever is given it.

use crate::{
	catalogue, types::Catalogue, Catalogues, Config, Error, Event, Freezes, Holdings, Pallet, Rules,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cell::Cell;
use frame_support::{
	ensure,
	traits::{ConstU32, Get},
	BoundedVec,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use trimast_primitives::{
	access::{Authority, Scope},
	apis::PolicyPart,
	cells::{rules::Rule, spectrum::Band},
	org::MAX_ORGS,
	site::Plmn,
	LocalNetworkId, Moment, OrgId,
};

/// Most rules in force.
pub const MAX_RULES: u32 = 64;
/// Most freezes that are set.
pub const MAX_FREEZES: u32 = 256;
/// Most PLMNs of one company.
pub const MAX_HELD_PLMNS: u32 = 16;
/// Most pieces of spectrum of one company.
pub const MAX_HELD_BANDS: u32 = 64;

/// A time in which the parameters of a territory stay as they are, but in an emergency.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct Freeze {
	/// Where.
	pub scope: Scope,
	/// Its first moment.
	pub from: Moment,
	/// Its last moment.
	pub to: Moment,
}

impl Freeze {
	/// Whether it holds in the local network at a moment of this time.
	pub fn holds(&self, local_network: LocalNetworkId, from: Moment, to: Moment) -> bool {
		self.scope.covers(local_network) && self.from <= to && from <= self.to
	}
}

/// What a company holds.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct Holding {
	/// Its PLMNs.
	pub plmns: BoundedVec<Plmn, ConstU32<MAX_HELD_PLMNS>>,
	/// Its spectrum.
	pub spectrum: BoundedVec<Band, ConstU32<MAX_HELD_BANDS>>,
}

impl Holding {
	fn is_empty(&self) -> bool {
		self.plmns.is_empty() && self.spectrum.is_empty()
	}

	/// Takes out of it what belongs to `other`.
	fn give_up(&mut self, other: &Self) {
		self.plmns.retain(|plmn| !other.plmns.contains(plmn));
		self.spectrum.retain(|band| !other.spectrum.iter().any(|theirs| theirs.overlaps(band)));
	}

	/// Whether everything in it is what it should be.
	pub(crate) fn is_valid(&self) -> bool {
		self.plmns.iter().all(|plmn| plmn.is_valid()) && self.spectrum.iter().all(Band::is_valid)
	}

	/// Whether everything in it stands there once.
	pub(crate) fn is_once(&self) -> bool {
		let once = |n: usize, plmn: &Plmn| !self.plmns.iter().take(n).any(|earlier| earlier == plmn);
		let apart = |n: usize, band: &Band| !self.spectrum.iter().take(n).any(|other| other.overlaps(band));
		self.plmns.iter().enumerate().all(|(n, plmn)| once(n, plmn))
			&& self.spectrum.iter().enumerate().all(|(n, band)| apart(n, band))
	}

	/// Whether nothing in it belongs to `other` too.
	pub(crate) fn is_apart_from(&self, other: &Self) -> bool {
		!self.plmns.iter().any(|plmn| other.plmns.contains(plmn))
			&& !self.spectrum.iter().any(|band| other.spectrum.iter().any(|held| held.overlaps(band)))
	}
}

/// The rules in force, by number.
pub type RuleList = BoundedVec<(u16, Rule), ConstU32<MAX_RULES>>;
/// The freezes that are set, by number.
pub type FreezeList = BoundedVec<(u16, Freeze), ConstU32<MAX_FREEZES>>;
/// What each company holds.
pub type HoldingList = BoundedVec<(OrgId, Holding), ConstU32<{ MAX_ORGS as u32 }>>;

/// All of it, as a check needs it.
pub(crate) struct Policy {
	pub(crate) catalogue: Catalogue,
	pub(crate) rules: RuleList,
	pub(crate) holdings: HoldingList,
	freezes: FreezeList,
}

impl Policy {
	/// The one in force.
	pub(crate) fn in_force<T: Config>() -> Self {
		Self {
			catalogue: Catalogues::<T>::get(),
			rules: Rules::<T>::get(),
			holdings: Holdings::<T>::get(),
			freezes: Freezes::<T>::get(),
		}
	}

	/// Sets a part of it as a motion would, but that a freeze may lie in the past.
	pub(crate) fn set<T: Config>(&mut self, part: PolicyPart) -> Result<(), Error<T>> {
		match part {
			PolicyPart::Parameter { id, parameter } => {
				ensure!(parameter.is_valid(), Error::<T>::BadParameter);
				catalogue::enter(&mut self.catalogue, id, parameter)
					.map_err(|()| Error::<T>::TooManyParameters)?;
				check_rules(&self.catalogue, &self.rules)
			}
			PolicyPart::Rule { number, rule } => enter_rule(&self.catalogue, &mut self.rules, number, rule),
			PolicyPart::Freeze { number, freeze } => {
				let freeze = freeze.map(|(scope, from, to)| Freeze { scope, from, to });
				enter_freeze(&mut self.freezes, number, freeze)
			}
			PolicyPart::Holding { org, plmns, spectrum } => {
				let holding = Holding {
					plmns: plmns.try_into().map_err(|_| Error::<T>::TooMuchPolicy)?,
					spectrum: spectrum.try_into().map_err(|_| Error::<T>::TooMuchPolicy)?,
				};
				enter_holding(&mut self.holdings, org, holding)
			}
		}
	}

	/// The freeze that holds in a local network at a moment of this time.
	pub(crate) fn frozen(&self, local_network: LocalNetworkId, (from, to): (Moment, Moment)) -> Option<u16> {
		let found = self.freezes.iter().find(|(_, freeze)| freeze.holds(local_network, from, to));
		found.map(|(number, _)| *number)
	}
}

/// A rule of a new chain.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct GenesisRule {
	/// Its number.
	pub number: u16,
	/// The rule.
	pub rule: Rule,
}

/// What a company of a new chain holds.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct GenesisHolding {
	/// The company.
	pub org: OrgId,
	/// What it holds.
	pub holding: Holding,
}

/// Refuses a rule that is none. Parameters that it names may come into the catalogue before.
pub(crate) fn check_rule<T: Config>(rule: &Option<Rule>) -> Result<(), Error<T>> {
	match rule.as_ref().map_or(Ok(()), |rule| check_rule_by(&Catalogues::<T>::get(), rule)) {
		Err(Error::<T>::UnknownParameter) => Ok(()),
		result => result,
	}
}

/// Refuses a rule that is none under this catalogue.
fn check_rule_by<T: Config>(catalogue: &Catalogue, rule: &Rule) -> Result<(), Error<T>> {
	let is_known = Cell::new(true);
	let get = |id| {
		let parameter = catalogue.get(id);
		is_known.set(is_known.get() && parameter.is_some());
		parameter
	};
	let is_valid = rule.is_valid(get);
	ensure!(is_known.get(), Error::<T>::UnknownParameter);
	ensure!(is_valid, Error::<T>::BadRule);
	Ok(())
}

/// Refuses a catalogue under which a rule in force is none any more.
pub(crate) fn check_rules<T: Config>(catalogue: &Catalogue, rules: &RuleList) -> Result<(), Error<T>> {
	let is_valid = |(_, rule): &(u16, Rule)| rule.is_valid(|id| catalogue.get(id));
	ensure!(rules.iter().all(is_valid), Error::<T>::NamedByRule);
	Ok(())
}

/// Refuses what no company can hold.
pub(crate) fn check_holding<T: Config>(holding: &Holding) -> Result<(), Error<T>> {
	ensure!(holding.is_valid(), Error::<T>::BadHolding);
	ensure!(holding.is_once(), Error::<T>::HeldTwice);
	Ok(())
}

/// Sets a rule, or takes it out of force.
pub(crate) fn set_rule<T: Config>(number: u16, rule: Option<Rule>) -> Result<(), Error<T>> {
	let catalogue = Catalogues::<T>::get();
	Rules::<T>::try_mutate(|rules| enter_rule::<T>(&catalogue, rules, number, rule))?;
	Pallet::<T>::deposit_event(Event::RuleSet { number, rule });
	Ok(())
}

fn enter_rule<T: Config>(
	catalogue: &Catalogue,
	rules: &mut RuleList,
	number: u16,
	rule: Option<Rule>,
) -> Result<(), Error<T>> {
	if let Some(rule) = &rule {
		check_rule_by(catalogue, rule)?;
	}
	put(rules, number, rule).map_err(|()| Error::<T>::TooMuchPolicy)
}

/// Refuses a freeze that is none, or over.
pub(crate) fn check_freeze<T: Config>(freeze: &Option<Freeze>) -> Result<(), Error<T>> {
	if let Some(freeze) = freeze {
		ensure!(freeze.from <= freeze.to, Error::<T>::BadFreeze);
		ensure!(freeze.to >= Pallet::<T>::moment(), Error::<T>::Backwards);
	}
	Ok(())
}

/// Sets a freeze, or takes it away. One that has begun already begins now. Freezes that are over make room.
pub(crate) fn set_freeze<T: Config>(number: u16, mut freeze: Option<Freeze>) -> Result<(), Error<T>> {
	let now = Pallet::<T>::moment();
	check_freeze::<T>(&freeze)?;
	if let Some(freeze) = &mut freeze {
		// By the time of the vote it may have begun.
		freeze.from = freeze.from.max(now);
	}
	Freezes::<T>::try_mutate(|freezes| {
		freezes.retain(|(_, freeze)| freeze.to >= now);
		enter_freeze::<T>(freezes, number, freeze)
	})?;
	Pallet::<T>::deposit_event(Event::FreezeSet { number, freeze });
	Ok(())
}

fn enter_freeze<T: Config>(
	freezes: &mut FreezeList,
	number: u16,
	freeze: Option<Freeze>,
) -> Result<(), Error<T>> {
	ensure!(freeze.is_none_or(|freeze| freeze.from <= freeze.to), Error::<T>::BadFreeze);
	put(freezes, number, freeze).map_err(|()| Error::<T>::TooMuchPolicy)
}

/// Says what a company holds, in the place of what stands there.
pub(crate) fn set_holdings<T: Config>(org: OrgId, holding: Holding) -> Result<(), Error<T>> {
	Holdings::<T>::try_mutate(|holdings| enter_holding::<T>(holdings, org, holding))?;
	Pallet::<T>::deposit_event(Event::HoldingsSet { org });
	Ok(())
}

fn enter_holding<T: Config>(
	holdings: &mut HoldingList,
	org: OrgId,
	holding: Holding,
) -> Result<(), Error<T>> {
	let members = T::Authority::members();
	ensure!(holding.is_empty() || members.contains(org), Error::<T>::OrgNotMember);
	check_holding(&holding)?;
	let mut others = holdings.iter().filter(|(other, _)| *other != org && members.contains(*other));
	ensure!(others.all(|(_, held)| holding.is_apart_from(held)), Error::<T>::HeldByAnother);
	for (_, left) in holdings.iter_mut().filter(|(other, _)| *other != org) {
		left.give_up(&holding);
	}
	holdings.retain(|(_, held)| !held.is_empty());
	let holding = Some(holding).filter(|holding| !holding.is_empty());
	put(holdings, org, holding).map_err(|()| Error::<T>::TooMuchPolicy)
}

/// Puts an entry into a list that is sorted by keys, or takes it out.
fn put<K: Ord + Copy, V, N: Get<u32>>(
	list: &mut BoundedVec<(K, V), N>,
	key: K,
	value: Option<V>,
) -> Result<(), ()> {
	match (list.binary_search_by_key(&key, |(key, _)| *key), value) {
		(Ok(found), Some(value)) => {
			if let Some(place) = list.get_mut(found) {
				place.1 = value;
			}
		}
		(Ok(found), None) => {
			list.remove(found);
		}
		(Err(place), Some(value)) => list.try_insert(place, (key, value)).map_err(|_| ())?,
		(Err(_), None) => {}
	}
	Ok(())
}

/// The company that holds a PLMN.
pub(crate) fn holder_of(holdings: &HoldingList, plmn: &Plmn) -> Option<OrgId> {
	holdings.iter().find(|(_, holding)| holding.plmns.contains(plmn)).map(|(org, _)| *org)
}

/// The spectrum that a company holds.
pub(crate) fn spectrum(holdings: &HoldingList, org: OrgId) -> Vec<Band> {
	let of = holdings.iter().find(|(holder, _)| *holder == org);
	of.map(|(_, holding)| holding.spectrum.to_vec()).unwrap_or_default()
}

/// Writes the policy of a new chain.
///
/// # Panics
///
/// When it is none: a chain does not begin with it.
pub(crate) fn build<T: Config>(rules: &[GenesisRule], holdings: &[GenesisHolding]) {
	let catalogue = Catalogues::<T>::get();
	let mut list = RuleList::default();
	for GenesisRule { number, rule } in rules {
		assert!(rule.is_valid(|id| catalogue.get(id)), "rule {number} is no rule");
		assert!(list.iter().all(|(other, _)| other != number), "rule {number} stands there twice");
		assert!(put(&mut list, *number, Some(*rule)).is_ok(), "too many rules");
	}
	Rules::<T>::put(list);
	let mut list = HoldingList::default();
	for GenesisHolding { org, holding } in holdings {
		let is_apart = list.iter().all(|(other, held)| other != org && holding.is_apart_from(held));
		assert!(
			holding.is_valid() && holding.is_once() && is_apart,
			"holdings of company {}: not valid, or another's",
			org.0
		);
		assert!(put(&mut list, *org, Some(holding.clone())).is_ok(), "too many holders");
	}
	Holdings::<T>::put(list);
}
