// SPDX-License-Identifier: Apache-2.0

//! What governs energy: who pays which share, what a kilowatt-hour costs and emits, what a meter may show. All of it is data, and each
//! version is in force from a day on.

use crate::{
	calendar::{last_day_of, year_of},
	OrgId, OrgSet, ProvinceId,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Hours of a day.
pub const HOURS: usize = 24;
/// Most companies of a contract.
pub const MAX_CONTRACT: u32 = 8;
/// The highest price, 10⁻⁴ CNY a kWh: 100 CNY.
pub const MAX_PRICE: u32 = 1_000_000;
/// The highest emission factor, 10⁻⁴ kg a kWh: 10 kg.
pub const MAX_EMISSION_FACTOR: u32 = 100_000;
/// The years in which a factor is looked for, that of the month and those before it: behind them there is none.
pub const FACTOR_YEARS: u16 = 10;

/// By what the energy of a station is shared out.
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
	Default,
)]
pub enum SharingMethod {
	/// By the data volumes that the participants' networks have carried; by contract where nothing was carried.
	#[default]
	Volume,
	/// Alike.
	Equal,
	/// By contract.
	Contract,
}

/// How the energy of a territory's stations is shared out.
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
pub struct SharingRule {
	/// By what.
	pub method: SharingMethod,
	/// The contract: parts of companies, each once. Who is not named has none; where nobody of a station is named, the parts
	/// are alike.
	pub contract: BoundedVec<(OrgId, u16), ConstU32<MAX_CONTRACT>>,
}

impl SharingRule {
	/// Whether every company stands once.
	pub fn is_valid(&self) -> bool {
		let orgs: OrgSet = self.contract.iter().map(|(org, _)| *org).collect();
		usize::try_from(orgs.len()).is_ok_and(|count| count == self.contract.len())
	}

	/// The weights of participants where volumes do not decide: their parts of the contract, or alike.
	pub fn weights(&self, participants: &[OrgId]) -> Vec<u32> {
		let part = |org: &OrgId| {
			let named = self.contract.iter().find(|(of, _)| of == org);
			named.map_or(0, |(_, part)| u32::from(*part))
		};
		match self.method {
			SharingMethod::Volume | SharingMethod::Contract => participants.iter().map(part).collect(),
			SharingMethod::Equal => participants.iter().map(|_| 1).collect(),
		}
	}
}

/// What a kilowatt-hour costs in a province.
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
pub struct Tariff {
	/// The price in each hour of the day at UTC+8, 10⁻⁴ CNY a kWh: peak, flat and valley as they lie.
	pub prices: [u32; HOURS],
}

impl Tariff {
	/// One price for all hours.
	pub const fn flat(price: u32) -> Self {
		Self { prices: [price; HOURS] }
	}

	/// Whether every price is one that can be.
	pub fn is_valid(&self) -> bool {
		self.prices.iter().all(|price| *price <= MAX_PRICE)
	}

	/// The price in an hour.
	pub fn price(&self, hour: u8) -> u32 {
		self.prices.get(usize::from(hour)).copied().unwrap_or(0)
	}
}

/// What a kilowatt-hour emits, 10⁻⁴ kg CO₂.
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
	Default,
)]
pub struct EmissionFactor(pub u32);

impl EmissionFactor {
	/// What so much energy, Wh, emits: 10⁻⁷ kg CO₂.
	pub fn emitted(self, energy: u64) -> u64 {
		energy.saturating_mul(self.0.into())
	}

	/// What is not emitted where so much energy, Wh, was saved: 10⁻⁷ kg CO₂, below 0 where more was drawn.
	pub fn avoided(self, saved: i64) -> i64 {
		saved.saturating_mul(self.0.into())
	}
}

/// A version of what a kilowatt-hour emits.
#[derive(Encode, Decode, TypeInfo, Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct FactorVersion {
	/// Where; the country where no province is named.
	pub province: Option<ProvinceId>,
	/// The year.
	pub year: u16,
	/// From which day on it holds, counted from 1970-01-01 at UTC+8.
	pub from: u16,
	/// How much.
	pub factor: EmissionFactor,
}

/// Whose factor a month of a province has, the first of which there is one: the province's own of the year, the country's, and so of each
/// year before.
pub fn factor_places(province: ProvinceId, month: u16) -> impl Iterator<Item = (Option<ProvinceId>, u16)> {
	let years = (0..FACTOR_YEARS).map(move |back| year_of(month).saturating_sub(back));
	years.flat_map(move |year| [(Some(province), year), (None, year)])
}

/// What a kilowatt-hour of a month emits in a province: by the versions that hold on the month's last day. So whatever is set later changes
/// nothing of a month that is over. `versions`: those of a place and a year, each with its first day, in any order.
pub fn factor_of_month<V: IntoIterator<Item = (u16, EmissionFactor)>>(
	province: ProvinceId,
	month: u16,
	versions: impl Fn(Option<ProvinceId>, u16) -> V,
) -> Option<FactorVersion> {
	let last_day = last_day_of(month);
	factor_places(province, month).find_map(|(province, year)| {
		let holding = versions(province, year).into_iter().filter(|(from, _)| *from <= last_day);
		let (from, factor) = holding.max_by_key(|(from, _)| *from)?;
		Some(FactorVersion { province, year, from, factor })
	})
}

/// What a report is accounted by: the versions of its day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
	/// How energy is shared out.
	pub sharing: SharingRule,
	/// What it costs.
	pub tariff: Tariff,
	/// What a meter may show above the rated power, in thousandths of it.
	pub tolerance: u16,
}
