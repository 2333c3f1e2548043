// SPDX-License-Identifier: Apache-2.0

//! The catalogue: which parameters the federation watches, which values they may have, and who must agree to a change.
//! It is data that the council governs; nothing here knows a parameter by name.
//!
//! Names: 3GPP TS 28.541 (network resource model), TS 38.331 and TS 36.331 (RRC). Their spelling drifts between releases,
//! so a parameter is known by its number, and its names are a list with versions.

use super::{CellId, MAX_FREQUENCIES, MAX_NEIGHBOURS};
use crate::{
	page::SiteId,
	site::{SharingMode, Station, Technology, MAX_CELLS},
	LocalNetworkId, OrgId, OrgSet, Text,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Most values of a domain that lists them.
pub const MAX_LISTED: u32 = 64;
/// Most names of one parameter.
pub const MAX_NAMES: u32 = 8;
/// Most words of a choice.
pub const MAX_WORDS: u32 = 16;
/// Half hours of a day.
pub const HALF_HOURS: u32 = 48;

/// What one value of a parameter belongs to.
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
pub enum ParamScope {
	/// The station: alike in all of its cells.
	Station,
	/// A cell.
	Cell,
	/// A cell and one operator's PLMN.
	Plmn,
	/// A cell and a neighbour.
	CellRelation,
	/// A cell and a frequency.
	FrequencyRelation,
}

/// Who must agree to a change.
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
pub enum ApprovalClass {
	/// P: the operator whose PLMN it is, alone.
	Operator,
	/// J: the owner proposes, every sharing carrier agrees.
	Joint,
	/// N: the owner alone inside the agreed envelope; the others are told and may object.
	Notified,
	/// T: as J, and the tower company agrees too.
	Tower,
}

/// Which values a parameter may have, and what a number stands for.
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
)]
pub enum Domain {
	/// Whole numbers from `least` to `most`, each `every` more than the one before.
	Range {
		/// The least.
		least: i64,
		/// The greatest.
		most: i64,
		/// How far one is from the next, 1 or more.
		every: u32,
	},
	/// One of these numbers, which stand in ascending order.
	OneOf(BoundedVec<i64, ConstU32<MAX_LISTED>>),
	/// One of so many words ([`ParamText::words`]): 0 for the first, 1 for the second, and so on.
	Choice(u8),
	/// 0 or 1.
	Boolean,
	/// A string of so many bits, 1 to 62, as a number.
	Bits(u8),
	/// An ordered list of PLMNs of the station: 4 bits for each, its place in the station's list and 1, the first in the
	/// lowest bits. So an empty place is 0.
	Plmns,
	/// A set of half hours of the day at UTC+8: bit 0 is 00:00 to 00:30.
	HalfHours,
	/// A cell, as [`cell_value`] writes it.
	Cell,
}

impl Domain {
	/// Whether it says what it should, and has a value.
	pub fn is_valid(&self) -> bool {
		match self {
			Self::Range { least, most, every } => {
				least <= most && *every > 0 && most.checked_sub(*least).is_some()
			}
			Self::OneOf(values) => !values.is_empty() && values.is_sorted_by(|a, b| a < b),
			Self::Choice(words) => (1..=MAX_WORDS).contains(&u32::from(*words)),
			Self::Bits(length) => (1..=62).contains(length),
			Self::Boolean | Self::Plmns | Self::HalfHours | Self::Cell => true,
		}
	}

	/// Whether a value belongs to it at a station with so many PLMNs.
	pub fn admits(&self, value: i64, plmns: u8) -> bool {
		match self {
			Self::Range { least, most, every } => {
				let above = value.checked_sub(*least);
				value <= *most
					&& above.is_some_and(|above| {
						above >= 0 && (*every == 1 || above.checked_rem(i64::from(*every)) == Some(0))
					})
			}
			Self::OneOf(values) => values.binary_search(&value).is_ok(),
			Self::Choice(words) => (0..i64::from(*words)).contains(&value),
			Self::Boolean => matches!(value, 0 | 1),
			Self::Bits(length) => is_below(value, u32::from(*length)),
			Self::Plmns => plmn_places(value).is_some_and(|places| places.clone().all(|place| place < plmns)),
			Self::HalfHours => is_below(value, HALF_HOURS),
			Self::Cell => value_cell(value).is_some(),
		}
	}
}

fn is_below(value: i64, bits: u32) -> bool {
	value >= 0 && value.checked_shr(bits) == Some(0)
}

/// The places in the station's list that a value of [`Domain::Plmns`] names, in their order. `None` when it is no such
/// value: it has an empty place before the last, a place twice, or none at all.
pub fn plmn_places(value: i64) -> Option<impl Iterator<Item = u8> + Clone> {
	let value = u64::try_from(value).ok().filter(|value| *value != 0)?;
	let nibbles = (0..16u32).map(move |n| value.checked_shr(n.saturating_mul(4)).unwrap_or(0) & 15);
	let length = nibbles.clone().take_while(|nibble| *nibble != 0).count();
	let places =
		nibbles.clone().take(length).map(|nibble| u8::try_from(nibble).unwrap_or(0).saturating_sub(1));
	let is_whole = nibbles.skip(length).all(|nibble| nibble == 0);
	let mut seen = 0u16;
	let is_once = places.clone().all(|place| {
		let bit = 1u16.checked_shl(place.into()).unwrap_or(0);
		let is_new = seen & bit == 0;
		seen |= bit;
		is_new
	});
	(is_whole && is_once).then_some(places)
}

/// The value of [`Domain::Plmns`] for these places. `None` when there is none.
pub fn plmns_value(places: &[u8]) -> Option<i64> {
	let nibble = |(n, place): (u32, &u8)| {
		i64::from(*place).checked_add(1).filter(|nibble| *nibble < 16)?.checked_shl(n.checked_mul(4)?)
	};
	let value = (0u32..15).zip(places).try_fold(0i64, |value, one| Some(value | nibble(one)?))?;
	(places.len() <= 15 && plmn_places(value).is_some()).then_some(value)
}

/// The value of [`Domain::Cell`] for a cell: its local network, its station's index and its number, 16, 32 and 8 bits. So
/// the neighbours of a page, which lie near, differ in few bits.
pub fn cell_value(cell: CellId) -> i64 {
	i64::from(cell.site.local_network.0) << 40 | i64::from(cell.site.index) << 8 | i64::from(cell.cell)
}

/// The cell that a value of [`Domain::Cell`] names. `None` when it names none.
pub fn value_cell(value: i64) -> Option<CellId> {
	let rest = u64::try_from(value).ok()?;
	let local_network = LocalNetworkId(u16::try_from(rest >> 40).ok()?);
	let index = u32::try_from(rest >> 8 & u64::from(u32::MAX)).ok()?;
	let cell = u8::try_from(rest & u64::from(u8::MAX)).ok().filter(|cell| *cell < MAX_CELLS)?;
	Some(CellId { site: SiteId { local_network, index }, cell })
}

/// Where a name comes from.
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
)]
pub enum NameSource {
	/// TS 28.541, the network resource model.
	Nrm,
	/// TS 38.331 or TS 36.331, radio resource control.
	Rrc,
	/// A vendor's element manager.
	Vendor(#[serde(with = "crate::json::text")] Text<ConstU32<16>>),
}

/// A name of a parameter.
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
)]
pub struct ParamName {
	/// Where it comes from.
	pub source: NameSource,
	/// The release from which on it is spelled so.
	pub since: u16,
	/// The name.
	#[serde(with = "crate::json::text")]
	pub name: Text<ConstU32<40>>,
}

/// A parameter as the chain computes with it.
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
)]
pub struct Parameter {
	/// The technology whose cells have it; both when none is named.
	pub technology: Option<Technology>,
	/// What a value belongs to.
	pub scope: ParamScope,
	/// Which values there are.
	pub domain: Domain,
	/// Who must agree to a change.
	pub class: ApprovalClass,
	/// Whether it is part of a cell's identity: with one cell identity for all PLMNs it is then shared, and class P
	/// becomes J.
	pub identity: bool,
	/// How much it may change at once.
	pub step: Option<u32>,
	/// Class N: what the owner may set alone, from and to. All that the domain admits when none is agreed.
	pub envelope: Option<(i64, i64)>,
}

/// A parameter as people and their systems read it.
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
)]
pub struct ParamText {
	/// Its names, the newest of each source last.
	pub names: BoundedVec<ParamName, ConstU32<MAX_NAMES>>,
	/// What the numbers count, for example `0.1 deg`; empty where they count nothing.
	#[serde(with = "crate::json::text")]
	pub unit: Text<ConstU32<16>>,
	/// The words of a choice, in the order of their values.
	pub words: BoundedVec<Text<ConstU32<24>>, ConstU32<MAX_WORDS>>,
}

impl ParamText {
	/// Whether it names the parameter, and each value of a choice once.
	pub fn is_valid(&self, domain: &Domain) -> bool {
		let is_text = |text: &[u8]| !text.is_empty() && crate::text::is_plain(text);
		let needed = match domain {
			Domain::Choice(words) => usize::from(*words),
			_ => 0,
		};
		let mut words: Vec<&[u8]> = self.words.iter().map(|word| word.as_slice()).collect();
		words.sort_unstable();
		words.dedup();
		!self.names.is_empty()
			&& self.names.iter().all(|name| is_text(&name.name))
			&& crate::text::is_plain(&self.unit)
			&& words.iter().all(|word| is_text(word))
			&& (words.len(), self.words.len()) == (needed, needed)
	}
}

/// Why a value is refused, whoever agrees to it.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug,
)]
pub enum ValueDefect {
	/// Cells of this technology do not have the parameter.
	Technology,
	/// It does not belong to the domain.
	Domain,
	/// It is further from the present value than one change may go.
	Step,
}

impl Parameter {
	/// Whether it can be part of the catalogue.
	pub fn is_valid(&self) -> bool {
		let envelope =
			self.envelope.is_none_or(|(least, most)| least <= most && self.class == ApprovalClass::Notified);
		self.domain.is_valid() && envelope
	}

	/// Refuses a value for a cell of `station`, in the place of `before`.
	pub fn check(&self, station: &Station, before: Option<i64>, value: i64) -> Result<(), ValueDefect> {
		if self.technology.is_some_and(|technology| technology != station.technology) {
			return Err(ValueDefect::Technology);
		}
		let plmns = u8::try_from(station.plmns.len()).unwrap_or(u8::MAX);
		if !self.domain.admits(value, plmns) {
			return Err(ValueDefect::Domain);
		}
		match (self.step, before) {
			(Some(step), Some(before)) if before.abs_diff(value) > u64::from(step) => Err(ValueDefect::Step),
			_ => Ok(()),
		}
	}

	/// How many places a cell of `station` has for it.
	pub fn places(&self, station: &Station) -> u8 {
		match self.scope {
			ParamScope::Station | ParamScope::Cell => 1,
			ParamScope::Plmn => u8::try_from(station.plmns.len()).unwrap_or(u8::MAX),
			ParamScope::CellRelation => MAX_NEIGHBOURS,
			ParamScope::FrequencyRelation => MAX_FREQUENCIES,
		}
	}

	/// The class of a change to `value` at a station that is shared in this way.
	pub fn class_of(&self, mode: SharingMode, value: i64) -> ApprovalClass {
		match self.class {
			ApprovalClass::Operator if self.identity && mode == SharingMode::MocnOneCellId => {
				ApprovalClass::Joint
			}
			ApprovalClass::Notified
				if self.envelope.is_some_and(|(least, most)| !(least..=most).contains(&value)) =>
			{
				ApprovalClass::Joint
			}
			class => class,
		}
	}
}

impl ApprovalClass {
	/// Who must agree at this station, whoever proposes. `operator`: whose PLMN it is, where that decides.
	pub fn parties(self, station: &Station, operator: Option<OrgId>) -> OrgSet {
		let owner = OrgSet::of(station.owner);
		match self {
			Self::Operator => operator.map_or(owner, OrgSet::of),
			Self::Notified => owner,
			Self::Joint => owner.union(station.sharers),
			Self::Tower => station.signatories(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn range(least: i64, most: i64, every: u32) -> Domain {
		Domain::Range { least, most, every }
	}

	fn parameter(class: ApprovalClass) -> Parameter {
		Parameter {
			technology: None,
			scope: ParamScope::Cell,
			domain: range(0, 1_007, 1),
			class,
			identity: false,
			step: None,
			envelope: None,
		}
	}

	#[test]
	fn domains_admit_what_the_standards_do() {
		let pci = range(0, 1_007, 1);
		assert!(pci.admits(0, 1) && pci.admits(1_007, 1) && !pci.admits(1_008, 1) && !pci.admits(-1, 1));
		let even = range(-24, 24, 2);
		assert!(even.admits(-24, 1) && even.admits(2, 1) && !even.admits(3, 1));
		let trigger = Domain::OneOf(vec![0, 40, 64].try_into().unwrap());
		assert!(trigger.admits(64, 1) && !trigger.admits(65, 1));
		let state = Domain::Choice(2);
		assert!(state.admits(1, 1) && !state.admits(2, 1) && !state.admits(-1, 1));
		assert!(Domain::Bits(36).admits((1 << 36) - 1, 1) && !Domain::Bits(36).admits(1 << 36, 1));
		assert!(Domain::Boolean.admits(1, 1) && !Domain::Boolean.admits(2, 1));
		assert!(Domain::HalfHours.admits((1 << 48) - 1, 1) && !Domain::HalfHours.admits(1 << 48, 1));
	}

	#[test]
	fn domains_that_say_nothing_are_invalid() {
		assert!(
			!range(2, 1, 1).is_valid()
				&& !range(0, 1, 0).is_valid()
				&& !range(i64::MIN, i64::MAX, 1).is_valid()
		);
		assert!(!Domain::OneOf(vec![2, 1].try_into().unwrap()).is_valid());
		assert!(!Domain::OneOf(Default::default()).is_valid() && !Domain::Choice(0).is_valid());
		assert!(!Domain::Bits(0).is_valid() && !Domain::Bits(63).is_valid() && Domain::Bits(62).is_valid());
	}

	#[test]
	fn text_names_the_parameter_and_every_word_once() {
		let text = |words: &[&str]| ParamText {
			names: vec![ParamName {
				source: NameSource::Nrm,
				since: 18,
				name: b"cellBarred".to_vec().try_into().unwrap(),
			}]
			.try_into()
			.unwrap(),
			unit: Default::default(),
			words: words
				.iter()
				.map(|word| word.as_bytes().to_vec().try_into().unwrap())
				.collect::<Vec<_>>()
				.try_into()
				.unwrap(),
		};
		let two = Domain::Choice(2);
		assert!(text(&["barred", "notBarred"]).is_valid(&two));
		for wrong in [&["barred"][..], &["barred", "barred"], &["barred", ""], &["barred", "a\n"]] {
			assert!(!text(wrong).is_valid(&two), "{wrong:?}");
		}
		assert!(text(&[]).is_valid(&Domain::Boolean) && !text(&["on"]).is_valid(&Domain::Boolean));
		assert!(!ParamText { names: Default::default(), ..text(&[]) }.is_valid(&Domain::Boolean));
	}

	#[test]
	fn lists_of_plmns_name_each_place_once() {
		let two = plmns_value(&[1, 0]).unwrap();
		assert_eq!(plmn_places(two).unwrap().collect::<Vec<_>>(), [1, 0]);
		assert!(Domain::Plmns.admits(two, 2) && !Domain::Plmns.admits(two, 1));
		assert_ne!(plmns_value(&[0, 1]), Some(two), "the first forms the CGI");
		assert_eq!((plmns_value(&[]), plmns_value(&[0, 0])), (None, None));
		assert!(plmn_places(0x10).is_none() && plmn_places(-1).is_none());
	}

	#[test]
	fn outside_of_the_envelope_all_sharers_agree() {
		let class = |parameter: &Parameter, value| parameter.class_of(SharingMode::Moran, value);
		let mut pci = parameter(ApprovalClass::Notified);
		assert_eq!(class(&pci, 1_000), ApprovalClass::Notified);
		pci.envelope = Some((0, 503));
		assert_eq!((class(&pci, 503), class(&pci, 504)), (ApprovalClass::Notified, ApprovalClass::Joint));
		assert!(pci.is_valid() && !Parameter { class: ApprovalClass::Joint, ..pci }.is_valid());
	}

	#[test]
	fn shared_identity_is_everybodys() {
		let tac = Parameter { identity: true, ..parameter(ApprovalClass::Operator) };
		assert_eq!(tac.class_of(SharingMode::MocnOneCellId, 1), ApprovalClass::Joint);
		assert_eq!(tac.class_of(SharingMode::MocnSeveralCellIds, 1), ApprovalClass::Operator);
		let reserved = parameter(ApprovalClass::Operator);
		assert_eq!(reserved.class_of(SharingMode::MocnOneCellId, 1), ApprovalClass::Operator);
	}

	proptest! {
		#[test]
		fn any_cell_is_read_as_it_was_written(local_network: u16, index: u32, cell in 0..MAX_CELLS) {
			let cell = CellId { site: SiteId { local_network: LocalNetworkId(local_network), index }, cell };
			prop_assert_eq!(value_cell(cell_value(cell)), Some(cell));
			prop_assert!(Domain::Cell.admits(cell_value(cell), 1));
		}

		#[test]
		fn any_number_is_a_cell_of_one_writing_or_none(value: i64) {
			if let Some(cell) = value_cell(value) {
				prop_assert_eq!(cell_value(cell), value);
			}
		}

		#[test]
		fn any_list_of_plmns_is_read_as_it_was_written(places in proptest::collection::vec(0u8..16, 0..16)) {
			let mut once = places.clone();
			once.sort_unstable();
			once.dedup();
			let may = !places.is_empty() && once.len() == places.len() && places.iter().all(|place| *place < 15);
			match plmns_value(&places) {
				Some(value) => prop_assert_eq!(plmn_places(value).unwrap().collect::<Vec<_>>(), places),
				None => prop_assert!(!may, "{:?}", places),
			}
		}

		#[test]
		fn any_number_is_a_list_of_plmns_of_one_writing_or_none(value: i64) {
			if let Some(places) = plmn_places(value) {
				prop_assert_eq!(plmns_value(&places.collect::<Vec<_>>()), Some(value));
			}
		}
	}
}
