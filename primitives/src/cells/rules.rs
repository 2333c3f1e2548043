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
