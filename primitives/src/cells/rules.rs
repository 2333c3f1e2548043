// SPDX-License-Identifier: Apache-2.0

//! Rules that look at more than one value: of a cell, of its neighbours, of what the station's participants hold.
//!
//! A rule is data that the council governs. It names parameters by their numbers; nothing here knows one by name.
//!
//! ```text
//!   Distinct        c - n  collision: a cell and its neighbour, one carrier, one identity
//!                   a - c - b  confusion: two neighbours of one cell, one carrier, one identity
//!   Alike           c - n  a cell and its neighbour, one carrier, two values
//!   SharersListed, InSpectrum, Ratios      the cell alone
//! ```
//!
//! # What it guarantees
//!
//! * **Everywhere means everywhere**: when no cell of a network has a defect, no two cells of it break the rule.
//! * **A change is checked where it is made**: where relations stand on both sides, and a change of one cell breaks a rule
//!   that nobody broke before, the check of this cell says so. A relation that stands at the neighbour alone is not seen
//!   from here, but from there.
//! * **Bounded**: a check looks at [`MAX_NEIGHBOURS`] neighbours and at as many of each of them, whatever the size of the
//!   network.
//! * **No guess**: what has no value is not compared. So a neighbour without a baseline breaks no rule.

use super::{
	catalogue::{plmn_places, value_cell, Domain, ParamScope, Parameter},
	spectrum::Band,
	CellId, ParamId, ParamKey, MAX_NEIGHBOURS,
};
use crate::{
	page::SiteId,
	site::{Plmn, SharingMode, Station, Technology, MAX_PLMNS},
	OrgId, OrgSet,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A rule over several values.
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
pub enum Rule {
	/// No cell has the identity of a neighbour on its carrier (collision), and no two neighbours of one cell have one
	/// identity on one carrier (confusion): TS 36.300 and TS 38.300 on physical cell identities.
	Distinct {
		/// Which cells are neighbours.
		neighbour: ParamId,
		/// What tells them apart.
		identity: ParamId,
		/// Where they would be taken for one another.
		carrier: ParamId,
	},
	/// The owner and every sharer have a PLMN of theirs on the cell's list. A MORAN station has a carrier, and so cells, for
	/// each of them: there the rule asks nothing.
	SharersListed {
		/// The list.
		list: ParamId,
	},
	/// The carrier lies in spectrum that the station's participants, its owner and its sharers, hold.
	InSpectrum {
		/// The carrier's number: NR-ARFCN, or EARFCN of the downlink.
		carrier: ParamId,
		/// Its width, MHz. Where none is named, or the cell has no value of it, the carrier's frequency alone is looked at.
		bandwidth: Option<ParamId>,
		/// Whose numbers these are. Cells of another technology are not looked at.
		technology: Technology,
	},
	/// For each PLMN: dedicated <= min <= max; the min of all of them together are 100 at most. What is not set is what
	/// TS 28.541 says: 0, 0 and 100.
	Ratios {
		/// rRMPolicyDedicatedRatio, per cent.
		dedicated: ParamId,
		/// rRMPolicyMinRatio, per cent.
		min: ParamId,
		/// rRMPolicyMaxRatio, per cent.
		max: ParamId,
	},
	/// Neighbours on one carrier have one value: they count as overlapping. For example the TDD pattern.
	Alike {
		/// Which cells are neighbours.
		neighbour: ParamId,
		/// What is alike.
		value: ParamId,
		/// Among cells on one carrier.
		carrier: ParamId,
	},
}

/// How a cell breaks a rule.
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
pub enum RuleDefect {
	/// It has the identity of a neighbour on its carrier.
	Collision {
		/// The neighbour.
		with: CellId,
	},
	/// Two neighbours of one cell have one identity on one carrier.
	Confusion {
		/// The cell whose neighbours they are: the one that was checked, or a neighbour of it.
		at: CellId,
		/// One of the two. The other is the cell that was checked, or stands before it in `at`'s list.
		with: CellId,
	},
	/// The list has no PLMN of a participant.
	PlmnMissing {
		/// The participant.
		org: OrgId,
	},
	/// There is no such carrier, or a part of it lies where no participant holds spectrum.
	OutsideSpectrum,
	/// Not dedicated <= min <= max.
	Ratios {
		/// Place of the PLMN in the station's list.
		place: u8,
	},
	/// The min of all PLMNs together are more than 100.
	SumOfMin,
	/// A neighbour on its carrier has another value.
	Unlike {
		/// The neighbour.
		with: CellId,
	},
}

/// A network as it is, or as it would be: what rules ask.
pub trait Cells {
	/// The record of a station in service.
	fn station(&self, site: SiteId) -> Option<Station>;

	/// One value of a cell. `None` when it has none, and where the cell is not in service or has no baseline.
	fn value(&self, cell: CellId, key: ParamKey) -> Option<i64>;

	/// The company that holds a PLMN.
	fn holder_of(&self, plmn: &Plmn) -> Option<OrgId>;

	/// The spectrum that a company holds.
	fn spectrum(&self, org: OrgId) -> Vec<Band>;

	/// The values of one parameter in the first `places` places of a cell, with their places in ascending order. Worth
	/// writing anew where one reading finds them all, as [`super::CellTable::peek_places`] does.
	fn places(&self, cell: CellId, param: ParamId, places: u8) -> Vec<(u8, i64)> {
		(0..places).filter_map(|place| Some((place, self.value(cell, ParamKey { param, place })?))).collect()
	}
}

impl Rule {
	/// The parameters that it names.
	pub fn params(&self) -> impl Iterator<Item = ParamId> {
		let params = match *self {
			Self::Distinct { neighbour, identity, carrier } => {
				[Some(neighbour), Some(identity), Some(carrier)]
			}
			Self::SharersListed { list } => [Some(list), None, None],
			Self::InSpectrum { carrier, bandwidth, technology: _ } => [Some(carrier), bandwidth, None],
			Self::Ratios { dedicated, min, max } => [Some(dedicated), Some(min), Some(max)],
			Self::Alike { neighbour, value, carrier } => [Some(neighbour), Some(value), Some(carrier)],
		};
		params.into_iter().flatten()
	}

	/// Whether a change of this parameter can break it.
	pub fn is_touched_by(&self, param: ParamId) -> bool {
		self.params().any(|named| named == param)
	}

	/// Whether it looks at the cell alone.
	pub const fn is_local(&self) -> bool {
		match self {
			Self::SharersListed { .. } | Self::InSpectrum { .. } | Self::Ratios { .. } => true,
			Self::Distinct { .. } | Self::Alike { .. } => false,
		}
	}

	/// Whether the catalogue has the parameters that it names, each of the kind and scope that its part needs.
	pub fn is_valid<'a>(&self, parameter: impl Fn(ParamId) -> Option<&'a Parameter>) -> bool {
		let of = |param, scope| parameter(param).filter(|parameter| parameter.scope == scope);
		let cell = |param| {
			parameter(param)
				.is_some_and(|parameter| matches!(parameter.scope, ParamScope::Cell | ParamScope::Station))
		};
		let relation = |param| {
			of(param, ParamScope::CellRelation).is_some_and(|parameter| parameter.domain == Domain::Cell)
		};
		let ratio = |param| of(param, ParamScope::Plmn).is_some();
		match *self {
			Self::Distinct { neighbour, identity, carrier } => {
				relation(neighbour) && cell(identity) && cell(carrier)
			}
			Self::SharersListed { list } => {
				cell(list) && parameter(list).is_some_and(|parameter| parameter.domain == Domain::Plmns)
			}
			Self::InSpectrum { carrier, bandwidth, technology: _ } => {
				cell(carrier) && bandwidth.is_none_or(cell)
			}
			Self::Ratios { dedicated, min, max } => ratio(dedicated) && ratio(min) && ratio(max),
			Self::Alike { neighbour, value, carrier } => relation(neighbour) && cell(value) && cell(carrier),
		}
	}

	/// Refuses a cell that breaks it. The first defect is named.
	pub fn check<C: Cells + ?Sized>(&self, cells: &C, cell: CellId) -> Result<(), RuleDefect> {
		match *self {
			Self::Distinct { neighbour, identity, carrier } => {
				Distinct { cells, neighbour, identity, carrier }.check(cell)
			}
			Self::SharersListed { list } => sharers_listed(cells, cell, list),
			Self::InSpectrum { carrier, bandwidth, technology } => {
				in_spectrum(cells, cell, carrier, bandwidth, technology)
			}
			Self::Ratios { dedicated, min, max } => ratios(cells, cell, [dedicated, min, max]),
			Self::Alike { neighbour, value, carrier } => alike(cells, cell, neighbour, value, carrier),
		}
	}
}

/// The neighbours of a cell in the order of its list, itself left out.
fn neighbours<C: Cells + ?Sized>(cells: &C, cell: CellId, param: ParamId) -> impl Iterator<Item = CellId> {
	let list = cells.places(cell, param, MAX_NEIGHBOURS);
	list.into_iter().filter_map(|(_, value)| value_cell(value)).filter(move |neighbour| *neighbour != cell)
}

/// What [`Rule::Distinct`] asks.
struct Distinct<'a, C: ?Sized> {
	cells: &'a C,
	neighbour: ParamId,
	identity: ParamId,
	carrier: ParamId,
}

impl<C: Cells + ?Sized> Distinct<'_, C> {
	fn check(&self, cell: CellId) -> Result<(), RuleDefect> {
		let own = self.sign(cell);
		let mut seen: Vec<(CellId, (i64, i64))> = Vec::new();
		for with in self.neighbours(cell) {
			let Some(sign) = self.sign(with) else { continue };
			if own == Some(sign) {
				return Err(RuleDefect::Collision { with });
			}
			if seen.iter().any(|(other, other_sign)| *other != with && *other_sign == sign) {
				return Err(RuleDefect::Confusion { at: cell, with });
			}
			seen.push((with, sign));
		}
		let Some(own) = own else { return Ok(()) };
		for at in self.neighbours(cell) {
			let others: Vec<CellId> = self.neighbours(at).collect();
			if !others.contains(&cell) {
				continue;
			}
			let twin = others.into_iter().find(|other| *other != cell && self.sign(*other) == Some(own));
			if let Some(with) = twin {
				return Err(RuleDefect::Confusion { at, with });
			}
		}
		Ok(())
	}

	fn neighbours(&self, cell: CellId) -> impl Iterator<Item = CellId> {
		neighbours(self.cells, cell, self.neighbour)
	}

	/// What must differ: the carrier and the identity on it.
	fn sign(&self, cell: CellId) -> Option<(i64, i64)> {
		let identity = self.cells.value(cell, ParamKey::of(self.identity))?;
		Some((self.cells.value(cell, ParamKey::of(self.carrier))?, identity))
	}
}

/// Who runs the station together.
fn participants(station: &Station) -> OrgSet {
	station.sharers.with(station.owner)
}

fn sharers_listed<C: Cells + ?Sized>(cells: &C, cell: CellId, list: ParamId) -> Result<(), RuleDefect> {
	let Some(value) = cells.value(cell, ParamKey::of(list)) else { return Ok(()) };
	let Some(station) = cells.station(cell.site) else { return Ok(()) };
	if station.mode == SharingMode::Moran {
		return Ok(());
	}
	let listed: OrgSet = plmn_places(value)
		.into_iter()
		.flatten()
		.filter_map(|place| cells.holder_of(station.plmns.get(usize::from(place))?))
		.collect();
	match participants(&station).difference(listed).iter().next() {
		Some(org) => Err(RuleDefect::PlmnMissing { org }),
		None => Ok(()),
	}
}

fn in_spectrum<C: Cells + ?Sized>(
	cells: &C,
	cell: CellId,
	carrier: ParamId,
	bandwidth: Option<ParamId>,
	technology: Technology,
) -> Result<(), RuleDefect> {
	let Some(number) = cells.value(cell, ParamKey::of(carrier)) else { return Ok(()) };
	let station = cells.station(cell.site).filter(|station| station.technology == technology);
	let Some(station) = station else { return Ok(()) };
	let width = bandwidth.and_then(|param| cells.value(cell, ParamKey::of(param))).unwrap_or(0);
	let held: Vec<Band> = participants(&station).iter().flat_map(|org| cells.spectrum(org)).collect();
	match Band::of_carrier(technology, number, width) {
		Some(occupied) if occupied.is_within(&held) => Ok(()),
		_ => Err(RuleDefect::OutsideSpectrum),
	}
}

fn ratios<C: Cells + ?Sized>(cells: &C, cell: CellId, params: [ParamId; 3]) -> Result<(), RuleDefect> {
	let places = u8::try_from(MAX_PLMNS).unwrap_or(u8::MAX);
	let [dedicated, min, max] = params.map(|param| cells.places(cell, param, places));
	let at =
		|values: &[(u8, i64)], place| values.iter().find(|(at, _)| *at == place).map(|(_, value)| *value);
	let mut sum = 0i64;
	for place in 0..places {
		let min = at(&min, place).unwrap_or(0);
		if at(&dedicated, place).unwrap_or(0) > min || min > at(&max, place).unwrap_or(100) {
			return Err(RuleDefect::Ratios { place });
		}
		sum = sum.saturating_add(min);
	}
	if sum > 100 {
		return Err(RuleDefect::SumOfMin);
	}
	Ok(())
}

fn alike<C: Cells + ?Sized>(
	cells: &C,
	cell: CellId,
	neighbour: ParamId,
	value: ParamId,
	carrier: ParamId,
) -> Result<(), RuleDefect> {
	let of = |cell| {
		let carrier = cells.value(cell, ParamKey::of(carrier))?;
		Some((carrier, cells.value(cell, ParamKey::of(value))?))
	};
	let Some((own_carrier, own)) = of(cell) else { return Ok(()) };
	let mut neighbours = neighbours(cells, cell, neighbour);
	match neighbours
		.find(|with| of(*with).is_some_and(|(carrier, other)| carrier == own_carrier && other != own))
	{
		Some(with) => Err(RuleDefect::Unlike { with }),
		None => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		cells::catalogue::{cell_value, plmns_value, ApprovalClass},
		site::tests::station,
		LocalNetworkId,
	};
	use alloc::collections::{BTreeMap, BTreeSet};
	use proptest::prelude::*;

	const NEIGHBOUR: ParamId = ParamId(1);
	const PCI: ParamId = ParamId(2);
	const CARRIER: ParamId = ParamId(3);
	const LIST: ParamId = ParamId(4);
	const WIDTH: ParamId = ParamId(5);
	const PATTERN: ParamId = ParamId(6);
	const RATIOS: [ParamId; 3] = [ParamId(7), ParamId(8), ParamId(9)];

	const DISTINCT: Rule = Rule::Distinct { neighbour: NEIGHBOUR, identity: PCI, carrier: CARRIER };
	const LISTED: Rule = Rule::SharersListed { list: LIST };
	const HELD: Rule =
		Rule::InSpectrum { carrier: CARRIER, bandwidth: Some(WIDTH), technology: Technology::Nr };
	const SHARES: Rule = Rule::Ratios { dedicated: RATIOS[0], min: RATIOS[1], max: RATIOS[2] };
	const ALIKE: Rule = Rule::Alike { neighbour: NEIGHBOUR, value: PATTERN, carrier: CARRIER };

	/// Cells of one station of two carriers, which hold the PLMNs and the spectrum of DOMAIN's fixtures.
	struct Network {
		station: Station,
		values: BTreeMap<(CellId, ParamKey), i64>,
	}

	impl Cells for Network {
		fn station(&self, site: SiteId) -> Option<Station> {
			(site.index == 0).then(|| self.station.clone())
		}

		fn value(&self, cell: CellId, key: ParamKey) -> Option<i64> {
			self.values.get(&(cell, key)).copied()
		}

		fn holder_of(&self, plmn: &Plmn) -> Option<OrgId> {
			[(11, OrgId(0)), (1, OrgId(1))]
				.into_iter()
				.find_map(|(mnc, org)| (plmn.mnc == mnc).then_some(org))
		}

		fn spectrum(&self, org: OrgId) -> Vec<Band> {
			let bands = [(3_400_000, 3_500_000), (3_500_000, 3_600_000)];
			let held = bands
				.get(usize::from(org.0))
				.map(|(from_khz, to_khz)| Band { from_khz: *from_khz, to_khz: *to_khz });
			held.into_iter().collect()
		}
	}

	impl Network {
		fn new() -> Self {
			let mut station = station();
			station.owner = OrgId(0);
			station.sharers = OrgSet::of(OrgId(1));
			station.mode = SharingMode::MocnOneCellId;
			let plmn = |mnc| Plmn { mcc: 460, mnc, three_digit_mnc: false };
			station.plmns = vec![plmn(11), plmn(1), plmn(9)].try_into().unwrap();
			Self { station, values: BTreeMap::new() }
		}

		fn set(mut self, number: u8, param: ParamId, value: i64) -> Self {
			self.values.insert((cell(number), ParamKey::of(param)), value);
			self
		}

		fn place(mut self, param: ParamId, place: u8, value: i64) -> Self {
			self.values.insert((cell(0), ParamKey { param, place }), value);
			self
		}

		/// A cell with an identity on a carrier.
		fn cell(self, number: u8, pci: i64, carrier: i64) -> Self {
			self.set(number, PCI, pci).set(number, CARRIER, carrier)
		}

		/// Neighbours of a cell, from the first place on.
		fn beside(mut self, number: u8, others: &[u8]) -> Self {
			for (place, other) in (0u8..).zip(others) {
				let key = ParamKey { param: NEIGHBOUR, place };
				self.values.insert((cell(number), key), cell_value(cell(*other)));
			}
			self
		}

		fn check(&self, rule: Rule) -> Result<(), RuleDefect> {
			rule.check(self, cell(0))
		}
	}

	fn cell(number: u8) -> CellId {
		CellId { site: SiteId { local_network: LocalNetworkId(1301), index: 0 }, cell: number }
	}

	#[test]
	fn distinct_fails_when_a_neighbour_has_the_identity() {
		let network = |pci, carrier| {
			Network::new().cell(0, 7, 630_000).cell(1, 8, 630_000).cell(2, pci, carrier).beside(0, &[1, 2])
		};
		assert_eq!(network(7, 630_000).check(DISTINCT), Err(RuleDefect::Collision { with: cell(2) }));
		assert_eq!(network(9, 630_000).check(DISTINCT), Ok(()));
		assert_eq!(network(7, 636_666).check(DISTINCT), Ok(()), "another carrier");
	}

	#[test]
	fn distinct_fails_when_two_neighbours_have_one_identity() {
		let network = |pci, carrier| {
			Network::new().cell(0, 7, 630_000).cell(1, 8, 630_000).cell(2, pci, carrier).beside(0, &[1, 2])
		};
		let confusion = Err(RuleDefect::Confusion { at: cell(0), with: cell(2) });
		assert_eq!(network(8, 630_000).check(DISTINCT), confusion);
		assert_eq!(network(8, 636_666).check(DISTINCT), Ok(()), "another carrier");
		// On a carrier of their own, which the cell between them is not on
		let between = Network::new().cell(0, 7, 636_666).cell(1, 8, 630_000).cell(2, 8, 630_000);
		assert_eq!(between.beside(0, &[1, 2]).check(DISTINCT), confusion);
	}

	#[test]
	fn distinct_fails_when_a_neighbour_would_confuse_the_cell() {
		let network =
			|| Network::new().cell(0, 7, 630_000).cell(1, 8, 630_000).cell(2, 7, 630_000).beside(0, &[1]);
		let confusion = Err(RuleDefect::Confusion { at: cell(1), with: cell(2) });
		assert_eq!(network().beside(1, &[0, 2]).check(DISTINCT), confusion);
		assert_eq!(network().beside(1, &[2]).check(DISTINCT), Ok(()), "it does not know the cell");
	}

	#[test]
	fn distinct_does_not_look_at_what_has_no_value() {
		let network = Network::new().cell(0, 7, 630_000).set(1, PCI, 7).beside(0, &[1, 2]);
		assert_eq!(network.check(DISTINCT), Ok(()), "one without a carrier, one without anything");
		assert_eq!(Network::new().check(DISTINCT), Ok(()));
		// Itself and one neighbour twice
		let network = Network::new().cell(0, 7, 630_000).cell(1, 8, 630_000).beside(0, &[0, 1, 1]);
		assert_eq!(network.check(DISTINCT), Ok(()));
	}

	#[test]
	fn listed_fails_when_a_participant_is_missing() {
		let network = |places: &[u8]| Network::new().set(0, LIST, plmns_value(places).unwrap());
		assert_eq!(network(&[1, 0]).check(LISTED), Ok(()));
		assert_eq!(network(&[0, 2]).check(LISTED), Err(RuleDefect::PlmnMissing { org: OrgId(1) }));
		assert_eq!(network(&[1]).check(LISTED), Err(RuleDefect::PlmnMissing { org: OrgId(0) }));
		assert_eq!(
			network(&[5]).check(LISTED),
			Err(RuleDefect::PlmnMissing { org: OrgId(0) }),
			"no such place"
		);
		assert_eq!(
			Network::new().set(0, LIST, -1).check(LISTED),
			Err(RuleDefect::PlmnMissing { org: OrgId(0) })
		);
		assert_eq!(Network::new().check(LISTED), Ok(()), "no list");
	}

	#[test]
	fn listed_asks_for_those_who_use_the_cell() {
		let mut network = Network::new().set(0, LIST, plmns_value(&[0]).unwrap());
		network.station.mode = SharingMode::Moran;
		assert_eq!(network.check(LISTED), Ok(()));
		network.station.mode = SharingMode::Exclusive;
		network.station.sharers = OrgSet::EMPTY;
		assert_eq!(network.check(LISTED), Ok(()));
	}

	#[test]
	fn carrier_fails_when_no_participant_holds_it() {
		let network = |carrier, width| Network::new().set(0, CARRIER, carrier).set(0, WIDTH, width);
		let outside = Err(RuleDefect::OutsideSpectrum);
		assert_eq!(network(630_000, 100).check(HELD), Ok(()));
		assert_eq!(network(636_666, 100).check(HELD), Ok(()));
		assert_eq!(network(633_334, 100).check(HELD), Ok(()), "across what both hold");
		assert_eq!(network(629_990, 100).check(HELD), outside);
		assert_eq!(network(636_680, 100).check(HELD), outside);
		assert_eq!(network(5_000_000, 100).check(HELD), outside, "no such carrier");
		// 3400, 3500 and 3600 MHz
		for carrier in [626_667, 633_333, 640_000] {
			assert_eq!(Network::new().set(0, CARRIER, carrier).check(HELD), Ok(()), "{carrier}");
		}
		assert_eq!(Network::new().set(0, CARRIER, 640_001).check(HELD), outside);
		assert_eq!(Network::new().check(HELD), Ok(()), "no carrier");
		let mut alone = network(636_666, 100);
		alone.station.sharers = OrgSet::EMPTY;
		assert_eq!(alone.check(HELD), outside);
	}

	#[test]
	fn carrier_of_another_technology_is_not_looked_at() {
		let mut network = Network::new().set(0, CARRIER, 100);
		assert_eq!(network.check(HELD), Err(RuleDefect::OutsideSpectrum));
		network.station.technology = Technology::Lte;
		assert_eq!(network.check(HELD), Ok(()));
	}

	#[test]
	fn ratios_fail_when_they_are_out_of_order_or_too_much() {
		let network = |place, values: [i64; 3]| {
			RATIOS
				.into_iter()
				.zip(values)
				.fold(Network::new(), |network, (param, value)| network.place(param, place, value))
		};
		assert_eq!(network(0, [10, 50, 100]).check(SHARES), Ok(()));
		assert_eq!(network(1, [51, 50, 100]).check(SHARES), Err(RuleDefect::Ratios { place: 1 }));
		assert_eq!(network(0, [10, 50, 49]).check(SHARES), Err(RuleDefect::Ratios { place: 0 }));
		let [dedicated, min, max] = RATIOS;
		let two = |other| network(0, [0, 50, 100]).place(min, 1, other);
		assert_eq!(two(50).check(SHARES), Ok(()));
		assert_eq!(two(51).check(SHARES), Err(RuleDefect::SumOfMin));
		// What is not set
		assert_eq!(Network::new().place(min, 0, 100).check(SHARES), Ok(()));
		assert_eq!(Network::new().place(max, 0, 0).check(SHARES), Ok(()));
		assert_eq!(Network::new().place(dedicated, 2, 1).check(SHARES), Err(RuleDefect::Ratios { place: 2 }));
		assert_eq!(Network::new().check(SHARES), Ok(()));
	}

	#[test]
	fn alike_fails_when_a_neighbour_on_the_carrier_differs() {
		let network = |pattern, carrier| {
			let network = Network::new().set(0, PATTERN, 25).set(0, CARRIER, 630_000).beside(0, &[1, 2]);
			network.set(1, CARRIER, 630_000).set(2, PATTERN, pattern).set(2, CARRIER, carrier)
		};
		assert_eq!(network(50, 630_000).check(ALIKE), Err(RuleDefect::Unlike { with: cell(2) }));
		assert_eq!(network(25, 630_000).check(ALIKE), Ok(()));
		assert_eq!(network(50, 636_666).check(ALIKE), Ok(()), "another carrier");
	}

	#[test]
	fn rule_is_touched_by_what_it_names() {
		assert!([NEIGHBOUR, PCI, CARRIER].into_iter().all(|param| DISTINCT.is_touched_by(param)));
		assert!(!DISTINCT.is_touched_by(PATTERN) && ALIKE.is_touched_by(PATTERN));
		assert!(RATIOS.into_iter().all(|param| SHARES.is_touched_by(param)) && LISTED.is_touched_by(LIST));
		assert!(HELD.is_touched_by(WIDTH) && HELD.is_touched_by(CARRIER) && !HELD.is_touched_by(LIST));
		assert!(
			[LISTED, HELD, SHARES].iter().all(Rule::is_local)
				&& ![DISTINCT, ALIKE].iter().any(Rule::is_local)
		);
	}

	#[test]
	fn rule_is_valid_where_the_catalogue_has_what_it_names() {
		let parameter = |scope, domain| Parameter {
			technology: None,
			scope,
			domain,
			class: ApprovalClass::Joint,
			identity: false,
			step: None,
			envelope: None,
		};
		let number = || Domain::Range { least: 0, most: 100, every: 1 };
		let relation = parameter(ParamScope::CellRelation, Domain::Cell);
		let cell = parameter(ParamScope::Cell, number());
		let list = parameter(ParamScope::Cell, Domain::Plmns);
		let ratio = parameter(ParamScope::Plmn, number());
		let catalogue = |id| {
			Some(match id {
				NEIGHBOUR => &relation,
				LIST => &list,
				id if RATIOS.contains(&id) => &ratio,
				PCI | CARRIER | WIDTH | PATTERN => &cell,
				_ => return None,
			})
		};
		assert!([DISTINCT, LISTED, HELD, SHARES, ALIKE].iter().all(|rule| rule.is_valid(catalogue)));
		for wrong in [
			Rule::Distinct { neighbour: PCI, identity: PCI, carrier: CARRIER },
			Rule::Distinct { neighbour: NEIGHBOUR, identity: RATIOS[0], carrier: CARRIER },
			Rule::SharersListed { list: PCI },
			Rule::InSpectrum { carrier: CARRIER, bandwidth: Some(ParamId(99)), technology: Technology::Nr },
			Rule::Ratios { dedicated: PCI, min: RATIOS[1], max: RATIOS[2] },
			Rule::Alike { neighbour: NEIGHBOUR, value: PATTERN, carrier: ParamId(99) },
		] {
			assert!(!wrong.is_valid(catalogue), "{wrong:?}");
		}
	}

	const CELLS: u8 = 8;

	/// Who has whom as a neighbour, and the identity and the carrier of each cell; some have none.
	type Naive = (BTreeSet<(u8, u8)>, Vec<Option<(i64, i64)>>);

	fn any_signs() -> impl Strategy<Value = Vec<Option<(i64, i64)>>> {
		proptest::collection::vec(prop::option::weighted(0.9, (0i64..6, 0i64..2)), usize::from(CELLS))
	}

	fn any_pairs() -> impl Strategy<Value = BTreeSet<(u8, u8)>> {
		proptest::collection::btree_set((0..CELLS, 0..CELLS), 0..16)
	}

	fn network((pairs, signs): &Naive) -> Network {
		let mut network = Network::new();
		for number in 0..CELLS {
			let others: Vec<u8> =
				pairs.iter().filter(|(from, _)| *from == number).map(|(_, to)| *to).collect();
			network = network.beside(number, &others);
			if let Some((pci, carrier)) = signs[usize::from(number)] {
				network = network.cell(number, pci, carrier);
			}
		}
		network
	}

	/// Whether any two cells that must differ do not, by the words of [`Rule::Distinct`].
	fn is_broken((pairs, signs): &Naive) -> bool {
		let clash = |a: u8, b: u8| {
			a != b && signs[usize::from(a)].is_some() && signs[usize::from(a)] == signs[usize::from(b)]
		};
		let all = || (0..CELLS).flat_map(|a| (0..CELLS).map(move |b| (a, b)));
		let is_confused = |a, b| {
			(0..CELLS).any(|at| {
				at != a && at != b && pairs.contains(&(at, a)) && pairs.contains(&(at, b)) && clash(a, b)
			})
		};
		all().any(|(a, b)| (pairs.contains(&(a, b)) && clash(a, b)) || is_confused(a, b))
	}

	proptest! {
		#[test]
		fn network_is_sound_exactly_when_each_of_its_cells_is(pairs in any_pairs(), signs in any_signs()) {
			let naive = (pairs, signs);
			let cells = network(&naive);
			let is_sound = (0..CELLS).all(|number| DISTINCT.check(&cells, cell(number)).is_ok());
			prop_assert_eq!(is_sound, !is_broken(&naive));
		}

		#[test]
		fn change_of_a_cell_that_breaks_a_sound_network_is_seen_from_it(
			pairs in any_pairs(), signs in any_signs(), number in 0..CELLS, sign in (0i64..6, 0i64..2),
		) {
			let pairs = pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
			let mut naive = (pairs, signs);
			prop_assume!(!is_broken(&naive));
			naive.1[usize::from(number)] = Some(sign);
			let is_sound = DISTINCT.check(&network(&naive), cell(number)).is_ok();
			prop_assert_eq!(is_sound, !is_broken(&naive));
		}
	}
}
