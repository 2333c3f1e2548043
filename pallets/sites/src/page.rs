// SPDX-License-Identifier: Apache-2.0

//! A page as it is stored: stations encoded one after the other, of which only what a call asks for is decoded. A full
//! page has some two hundred texts and lists in it, and in WASM each of them costs an allocation by the host.

use alloc::{vec, vec::Vec};
use codec::{Compact, Decode, Encode, EncodeLike, Input, MaxEncodedLen, Output};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::{Type, TypeInfo};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{page::PAGE_SLOTS, site::StationEntry, OrgId};

/// What a page is to everybody who reads the state.
type Stations = BoundedVec<StationEntry, ConstU32<PAGE_SLOTS>>;

/// Stations of one local network, in the order in which they were registered. Encoded, it is a list of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
	count: u32,
	stations: Vec<u8>,
}

impl Page {
	/// Whether it has no station.
	pub const fn is_empty(&self) -> bool {
		self.count == 0
	}

	/// Whether it has as many stations as it can.
	pub const fn is_full(&self) -> bool {
		self.count >= PAGE_SLOTS
	}

	/// How many stations it has.
	pub fn len(&self) -> usize {
		self.count.saturated_into()
	}

	/// Where the station with this code stands.
	pub fn position(&self, code: &[u8]) -> Option<usize> {
		self.parts().position(|part| Walk(part).text() == Some(code))
	}

	/// The station in `slot`.
	pub fn get(&self, slot: usize) -> Option<StationEntry> {
		decoded(self.parts().nth(slot)?)
	}

	/// All stations.
	pub fn iter(&self) -> impl Iterator<Item = StationEntry> + '_ {
		self.parts().filter_map(decoded)
	}

	/// Who owns the stations, one after the other.
	pub fn owners(&self) -> impl Iterator<Item = OrgId> + '_ {
		self.parts().filter_map(|part| {
			let mut walk = Walk(part);
			walk.text()?;
			walk.skip(TECHNOLOGY_AND_MODE)?;
			walk.0.first().copied().map(OrgId)
		})
	}

	/// Puts `entry` in the place of the station in `slot`. `None` when there is none.
	pub fn replace(&mut self, slot: usize, entry: &StationEntry) -> Option<()> {
		let start: usize = self.parts().take(slot).map(<[u8]>::len).sum();
		let end = start.saturating_add(self.parts().nth(slot)?.len());
		self.stations.splice(start..end, entry.encode());
		Some(())
	}

	/// Puts `entry` to the end. `None` when the page is full.
	pub fn push(&mut self, entry: &StationEntry) -> Option<()> {
		if self.is_full() {
			return None;
		}
		entry.encode_to(&mut self.stations);
		self.count = self.count.saturating_add(1);
		Some(())
	}

	/// The stations, encoded.
	fn parts(&self) -> impl Iterator<Item = &[u8]> {
		let mut rest = self.stations.as_slice();
		core::iter::from_fn(move || {
			let (part, after) = rest.split_at_checked(entry_length(rest)?)?;
			rest = after;
			Some(part)
		})
	}
}

fn decoded(mut part: &[u8]) -> Option<StationEntry> {
	StationEntry::decode(&mut part).ok()
}

impl<'a> FromIterator<&'a StationEntry> for Page {
	/// The first [`PAGE_SLOTS`] of them.
	fn from_iter<I: IntoIterator<Item = &'a StationEntry>>(entries: I) -> Self {
		let mut page = Self::default();
		for entry in entries {
			if page.push(entry).is_none() {
				break;
			}
		}
		page
	}
}

impl Encode for Page {
	fn size_hint(&self) -> usize {
		Compact(self.count).size_hint().saturating_add(self.stations.len())
	}

	fn encode_to<O: Output + ?Sized>(&self, output: &mut O) {
		Compact(self.count).encode_to(output);
		output.write(&self.stations);
	}
}

impl EncodeLike for Page {}

/// A page is all there is in its place of the state, so it goes to the end of the input.
impl Decode for Page {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		let Compact(count) = Compact::<u32>::decode(input)?;
		let length = input.remaining_len()?.filter(|length| *length <= Self::max_encoded_len());
		let mut stations = vec![0; length.ok_or("a page too long, or of unknown length")?];
		input.read(&mut stations)?;
		Ok(Self { count, stations })
	}
}

impl MaxEncodedLen for Page {
	fn max_encoded_len() -> usize {
		Stations::max_encoded_len()
	}
}

impl TypeInfo for Page {
	type Identity = <Stations as TypeInfo>::Identity;

	fn type_info() -> Type {
		Stations::type_info()
	}
}

const TECHNOLOGY_AND_MODE: usize = 2;
const OWNER_AND_SHARERS: usize = 1 + 4;
const TOWER_COMPANY: usize = 1;
const PLMN: usize = 5;
const POSITION_COUNTY_CELLS: usize = 8 + 1 + 1;
const CLASS_TENANTS_SYSTEMS: usize = 3;
const BATTERY_TO_ROAD_MINUTES: usize = 6 * 2;
const BACKHAUL_AND_STATE: usize = 1 + 1;
const SIGNED: usize = 4;

/// How long the encoded [`StationEntry`] at the start of `bytes` is.
fn entry_length(bytes: &[u8]) -> Option<usize> {
	let mut walk = Walk(bytes);
	walk.text()?;
	walk.skip(TECHNOLOGY_AND_MODE)?;
	walk.skip(OWNER_AND_SHARERS)?;
	let on_a_tower = walk.skip(1)?.first().is_some_and(|some| *some != 0);
	if on_a_tower {
		walk.skip(TOWER_COMPANY)?;
		walk.text()?;
	}
	let plmns = walk.compact()?;
	walk.skip(plmns.checked_mul(PLMN)?)?;
	walk.skip(POSITION_COUNTY_CELLS)?;
	walk.text()?;
	walk.skip(CLASS_TENANTS_SYSTEMS)?;
	walk.skip(BATTERY_TO_ROAD_MINUTES)?;
	walk.skip(BACKHAUL_AND_STATE)?;
	walk.compact()?;
	walk.skip(SIGNED)?;
	bytes.len().checked_sub(walk.0.len())
}

/// Steps over the parts of an encoded value.
struct Walk<'a>(&'a [u8]);

impl<'a> Walk<'a> {
	/// Steps over so many bytes, and gives them.
	fn skip(&mut self, bytes: usize) -> Option<&'a [u8]> {
		let (skipped, rest) = self.0.split_at_checked(bytes)?;
		self.0 = rest;
		Some(skipped)
	}

	/// Reads a compact number.
	fn compact(&mut self) -> Option<usize> {
		let Compact(number) = Compact::<u32>::decode(&mut self.0).ok()?;
		usize::try_from(number).ok()
	}

	/// Steps over a text or a list of bytes, and gives it.
	fn text(&mut self) -> Option<&'a [u8]> {
		let length = self.compact()?;
		self.skip(length)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::{collection::vec, prelude::*};
	use trimast_primitives::{
		site::{Plmn, SharingMode, Station, StationClass, StationState, Technology, TowerSite, MAX_PLMNS},
		territory::Position,
		OrgSet,
	};

	prop_compose! {
		fn entry()(
			code in vec(any::<u8>(), 0..=24),
			tower in proptest::option::of((any::<u8>(), vec(any::<u8>(), 0..=24))),
			plmns in vec((any::<u16>(), any::<u16>(), any::<bool>()), 0..=MAX_PLMNS as usize),
			vendor in vec(any::<u8>(), 0..=16),
			(owner, sharers, backhaul, signed) in any::<(u8, u32, u8, u32)>(),
			(latitude, longitude) in any::<(i32, i32)>(),
			(county, cells, tenants, systems) in any::<(u8, u8, u8, u8)>(),
			numbers in any::<[u16; 6]>(),
			(revision, retired) in any::<(u32, bool)>(),
		) -> StationEntry {
			let [battery_ah, autonomy_minutes, rated_power_w, generator_minutes, road_distance_hm, road_minutes] =
				numbers;
			let plmn = |(mcc, mnc, three_digit_mnc)| Plmn { mcc, mnc, three_digit_mnc };
			StationEntry {
				station: Station {
					code: code.try_into().unwrap(),
					technology: if retired { Technology::Lte } else { Technology::Nr },
					mode: SharingMode::Moran,
					owner: OrgId(owner),
					sharers: OrgSet(sharers),
					tower: tower.map(|(org, code)| TowerSite { org: OrgId(org), code: code.try_into().unwrap() }),
					plmns: plmns.into_iter().map(plmn).collect::<Vec<_>>().try_into().unwrap(),
					position: Position { latitude, longitude },
					county,
					cells,
					vendor: vendor.try_into().unwrap(),
					class: StationClass::Vip,
					tenants,
					systems,
					battery_ah,
					autonomy_minutes,
					rated_power_w,
					generator_minutes,
					road_distance_hm,
					road_minutes,
					backhaul: OrgId(backhaul),
				},
				state: if retired { StationState::Retired } else { StationState::OnAir },
				revision,
				signed: OrgSet(signed),
			}
		}
	}

	proptest! {
		#[test]
		fn page_is_a_list_of_stations(
			entries in vec(entry(), 0..=PAGE_SLOTS as usize),
			changed in entry(),
			slot in 0..PAGE_SLOTS as usize,
		) {
			let mut list = entries;
			let mut page: Page = list.iter().collect();
			prop_assert_eq!((page.len(), page.is_empty()), (list.len(), list.is_empty()));
			prop_assert_eq!(page.is_full(), list.len() == PAGE_SLOTS as usize);
			prop_assert_eq!(page.encode(), list.encode());
			prop_assert_eq!(Page::decode(&mut &list.encode()[..]).unwrap(), page.clone());
			prop_assert_eq!(page.iter().collect::<Vec<_>>(), list.clone());
			prop_assert!(page.owners().eq(list.iter().map(|entry| entry.station.owner)));
			prop_assert_eq!(page.get(slot), list.get(slot).cloned());
			for code in list.iter().chain([&changed]).map(|entry| &entry.station.code) {
				prop_assert_eq!(page.position(code), list.iter().position(|entry| entry.station.code == *code));
			}

			let replaced = page.replace(slot, &changed).is_some();
			prop_assert_eq!(replaced, slot < list.len());
			if let Some(place) = list.get_mut(slot) {
				*place = changed.clone();
			}
			prop_assert_eq!(page.push(&changed).is_some(), list.len() < PAGE_SLOTS as usize);
			if list.len() < PAGE_SLOTS as usize {
				list.push(changed);
			}
			prop_assert_eq!(page.encode(), list.encode());
		}

		#[test]
		fn broken_pages_are_no_harm(count in any::<u32>(), bytes in vec(any::<u8>(), 0..500)) {
			let encoded = (Compact(count), bytes).encode();
			if let Ok(page) = Page::decode(&mut &encoded[..]) {
				prop_assert!(page.iter().count() <= 500);
				prop_assert_eq!(page.get(500), None);
			}
		}
	}

	#[test]
	fn page_looks_like_a_list_from_outside() {
		assert_eq!(scale_info::meta_type::<Page>(), scale_info::meta_type::<Stations>());
		assert_eq!(Page::max_encoded_len(), Stations::max_encoded_len());
		let too_long = vec![0; Stations::max_encoded_len() + 2];
		assert!(Page::decode(&mut &too_long[..]).is_err());
	}
}
