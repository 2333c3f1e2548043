// SPDX-License-Identifier: Apache-2.0

//! Which carrier builds where: regions in the north mostly one, in the south mostly the other, every province split,
//! and fifteen cities in which both build.

use super::{CARRIER_ONE, CARRIER_TWO};
use crate::territory::Region;
use rand::{seq::SliceRandom, Rng};
use std::collections::BTreeMap;
use trimast_primitives::OrgId;

/// Local networks in which both carriers build, with the tenths that the first carrier builds.
const MIXED: [(u16, u8); 15] = [
	(1101, 6),
	(1201, 6),
	(1301, 6),
	(3702, 6),
	(4101, 6),
	(3101, 4),
	(3201, 4),
	(3205, 4),
	(3301, 4),
	(4201, 4),
	(4301, 4),
	(4401, 4),
	(4403, 4),
	(5001, 4),
	(5101, 4),
];

/// A province whose stations' mean latitude lies north of this is northern, degrees.
const NORTH: f64 = 34.0;

/// Who builds in a local network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Builder {
	/// One carrier.
	One(OrgId),
	/// Both: the tenths that the first carrier builds.
	Both(u8),
}

/// The split of the country between the two carriers.
pub(super) struct Owners(BTreeMap<u16, Builder>);

impl Owners {
	/// Splits the country.
	pub(super) fn new(regions: &[Region], rng: &mut impl Rng) -> Self {
		let mut provinces: BTreeMap<u8, Vec<&Region>> = BTreeMap::new();
		for region in regions {
			provinces.entry(region.province_code).or_default().push(region);
		}
		let mut builders = BTreeMap::new();
		for regions in provinces.values() {
			let villages: f64 = regions.iter().map(|region| f64::from(region.villages)).sum();
			let latitude: f64 =
				regions.iter().map(|region| region.latitude * f64::from(region.villages)).sum::<f64>()
					/ villages;
			let (major, minor) =
				if latitude > NORTH { (CARRIER_ONE, CARRIER_TWO) } else { (CARRIER_TWO, CARRIER_ONE) };
			let mut single = Vec::new();
			for region in regions {
				match MIXED.iter().find(|(code, _)| *code == region.code) {
					Some((_, tenths)) => {
						builders.insert(region.code, Builder::Both(*tenths));
					}
					None => single.push(region.code),
				}
			}
			single.shuffle(rng);
			let minority = if single.len() < 2 { 0 } else { (single.len() / 5).max(1) };
			for (n, code) in single.into_iter().enumerate() {
				builders.insert(code, Builder::One(if n < minority { minor } else { major }));
			}
		}
		Self(builders)
	}

	/// Who builds the next site in `region`.
	pub(super) fn of(&self, region: &Region, rng: &mut impl Rng) -> OrgId {
		match self.0.get(&region.code) {
			Some(Builder::One(owner)) => *owner,
			Some(Builder::Both(tenths)) if rng.gen_range(0..10) < *tenths => CARRIER_ONE,
			_ => CARRIER_TWO,
		}
	}
}
