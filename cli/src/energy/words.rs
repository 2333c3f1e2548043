// SPDX-License-Identifier: Apache-2.0
//! How people write and read what belongs to energy: quantities, days, places, reports.
//!
//! Quantities are kept in the units of [`trimast_primitives::energy`]. Tables round half up; JSON has every digit.

use crate::{
	chain::views::At,
	config::{
		export::time,
		scores::{self, date},
	},
	error::{Failure, Result},
	names::{self, local_network, scope, OrgName},
	order::people::People,
	output::quoted,
};
use clap::Args;
use codec::Encode;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{collections::BTreeSet, fmt, str::FromStr};
use trimast_primitives::{
	access::Scope,
	calendar::{begin_of, month_of_day},
	energy::{factor_of_month, FactorVersion, Interval, Sums, HOURS},
	LocalNetworkId, Moment, OrgId, ProvinceId,
};

/// Places of energy: Wh in kWh.
const KWH: u32 = 3;
/// Places of amounts: 10⁻⁷ CNY in CNY; of emissions likewise.
const SEVENTH: u32 = 7;
/// Places of prices and factors: 10⁻⁴.
const FOURTH: u32 = 4;
/// A quarter of an hour, ms.
const QUARTER: Moment = 900_000;
/// UTC+8, ms.
const OFFSET: Moment = 28_800_000;

/// A number of units of 10^-`places` with `shown` of these places, rounded half up.
pub(super) fn fixed(value: u64, places: u32, shown: u32) -> String {
	let cut = 10u128.pow(places.saturating_sub(shown));
	let rounded = u128::from(value).saturating_add(cut / 2) / cut;
	let scale = 10u128.pow(shown);
	let width = usize::try_from(shown).unwrap_or(0);
	match shown {
		0 => rounded.to_string(),
		_ => format!("{}.{:0width$}", rounded / scale, rounded % scale),
	}
}

/// Energy in kWh, exactly.
pub(super) fn kwh(wh: u64) -> String {
	fixed(wh, KWH, KWH)
}

/// An amount in CNY, as tables have it.
pub(super) fn cny(amount: u64) -> String {
	fixed(amount, SEVENTH, 2)
}

/// An amount in CNY, exactly.
pub(super) fn cny_exact(amount: u64) -> String {
	fixed(amount, SEVENTH, SEVENTH)
}

/// An emission in kg, as tables have it.
pub(super) fn kg(emitted: u64) -> String {
	fixed(emitted, SEVENTH, 3)
}

/// An emission in kg, exactly.
pub(super) fn kg_exact(emitted: u64) -> String {
	fixed(emitted, SEVENTH, SEVENTH)
}

/// A price in CNY a kWh, or a factor in kg a kWh.
pub(super) fn fourth(value: u32) -> String {
	fixed(value.into(), FOURTH, FOURTH)
}

/// The version by which a month of a province has emitted, of all that there are for it: by the code of the chain.
pub(super) fn factor_by(
	versions: &[FactorVersion],
	province: ProvinceId,
	month: u16,
) -> Option<FactorVersion> {
	factor_of_month(province, month, |place, year| {
		let held = versions.iter().filter(|version| (version.province, version.year) == (place, year));
		held.map(|version| (version.from, version.factor)).collect::<Vec<_>>()
	})
}

/// What a kWh has cost in the mean, CNY, rounded half up to four places: 10⁻⁷ CNY a Wh is 10⁻⁴ CNY a kWh. Nothing costs nothing in the mean.
pub(super) fn mean(sums: &Sums) -> Option<String> {
	let half = u128::from(sums.energy / 2);
	let price = u128::from(sums.amount).saturating_add(half).checked_div(sums.energy.into())?;
	Some(fixed(u64::try_from(price).unwrap_or(u64::MAX), FOURTH, FOURTH))
}

/// The same, as tables have it.
pub(super) fn mean_price(sums: &Sums) -> String {
	mean(sums).unwrap_or_else(|| "-".into())
}

/// A part of a whole in percent, rounded half up to two places: the number alone. Of nothing there is no part.
pub(super) fn hundredths(part: u64, whole: u64) -> Option<String> {
	let above = u128::from(part).saturating_mul(10_000).saturating_add(u128::from(whole / 2));
	let of = above.checked_div(whole.into())?;
	Some(fixed(u64::try_from(of).unwrap_or(u64::MAX), 2, 2))
}

/// The same, as tables have it.
pub(super) fn percent(part: u64, whole: u64) -> String {
	hundredths(part, whole).map_or_else(|| "-".into(), |of| format!("{of} %"))
}

/// The hours of a day by price, those of one price that follow one another together: the first, the one behind the last, and the price.
pub(super) fn bands(prices: &[u32; HOURS]) -> Vec<(usize, usize, u32)> {
	let mut until = 0usize;
	let each = prices.chunk_by(|one, other| one == other).map(|same| {
		let from = until;
		until = until.saturating_add(same.len());
		(from, until, same.first().copied().unwrap_or_default())
	});
	each.collect()
}

/// Prices in words.
pub(super) fn prices_text(prices: &[u32; HOURS]) -> String {
	let band =
		|(from, until, price): (usize, usize, u32)| format!("{from:02}-{until:02} h: {}", fourth(price));
	bands(prices).into_iter().map(band).collect::<Vec<_>>().join(", ")
}

/// Sums for programs: Wh, Mbit and 10⁻⁷ CNY, and as decimal text without rounding.
pub(super) fn sums_json(sums: &Sums) -> Value {
	json!({
		"energy": sums.energy, "volume": sums.volume, "amount": sums.amount.to_string(),
		"kwh": kwh(sums.energy), "cny": cny_exact(sums.amount),
	})
}

/// Adds fields to those of an object.
pub(super) fn extend(value: &mut Value, more: Value) {
	if let (Value::Object(all), Value::Object(more)) = (value, more) {
		all.extend(more);
	}
}

/// The sums of participants, for programs.
pub(super) fn participants_json(all: &[(OrgId, Sums)]) -> Value {
	let one = |(org, sums): &(OrgId, Sums)| {
		let mut value = sums_json(sums);
		if let Value::Object(map) = &mut value {
			map.insert("org".into(), json!(org));
		}
		value
	};
	all.iter().map(one).collect()
}

/// All participants together.
pub(super) fn whole(all: &[(OrgId, Sums)]) -> Sums {
	all.iter().fold(Sums::default(), |sum, (_, sums)| sum.plus(*sums))
}

/// A day as people write it.
pub(super) fn day_text(day: u16) -> String {
	date(begin_of(day))
}

/// A quarter of an hour of a day: `2026-05-07 12:15`.
pub(super) fn time_text(day: u16, quarter: u16) -> String {
	let quarters = Moment::from(day).saturating_mul(96).saturating_add(quarter.into());
	let at = quarters.saturating_mul(QUARTER).saturating_sub(OFFSET);
	time::text(at).chars().take("1970-01-01 00:00".len()).collect()
}

/// The time of day at which a quarter of an hour begins; 24:00 behind the last one.
pub(super) fn clock(quarter: u16) -> String {
	format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)
}

/// How long intervals are.
pub(super) const fn interval_text(interval: Interval) -> &'static str {
	match interval {
		Interval::Quarter => "15 min",
		Interval::Hour => "1 h",
	}
}

/// The days of a month, as the chain counts them.
pub(super) fn days_of(month: u16) -> Vec<u16> {
	(0..=u16::MAX).filter(|day| month_of_day(*day) == month).collect()
}

/// Where: a local network by its four digits, or a scope.
pub(super) fn place(text: &str) -> Result<Scope, String> {
	local_network(text).map(Scope::LocalNetwork).or_else(|_| {
		scope(text).map_err(|_| format!("{} is no place: one of 1301, province:13, national", quoted(text)))
	})
}

/// A province: the two digits of its code.
pub(super) fn province(text: &str) -> Result<ProvinceId, String> {
	let code = text.strip_prefix("province:").unwrap_or(text).parse().map(ProvinceId).ok();
	code.filter(|code| code.exists())
		.ok_or_else(|| "a province is the two digits of its code, such as 13".into())
}

/// Where, and of whose stations something is asked.
#[derive(Args, Clone, Debug)]
pub(crate) struct PlaceArgs {
	/// Where: 1301, province:13 or national.
	#[arg(value_name = "PLACE", value_parser = place, default_value = "national", conflicts_with = "province")]
	place: Scope,
	/// In this province, by its two digits: the same as province:13.
	#[arg(long, value_name = "PROVINCE", value_parser = province)]
	province: Option<ProvinceId>,
	/// Only of this company's stations.
	#[arg(long, value_name = "ORG")]
	owner: Option<OrgName>,
}

impl PlaceArgs {
	/// Where.
	pub(super) fn place(&self) -> Scope {
		self.province.map_or(self.place, Scope::Province)
	}

	/// Whose stations; everybody's where nobody is named.
	pub(super) fn owner(&self, people: &People) -> Result<Option<OrgId>> {
		self.owner.as_ref().map(|name| people.find(name)).transpose()
	}
}

/// The provinces in which a place lies, or that lie in it. Refused where the territory does not have it.
pub(super) async fn provinces(at: At<'_>, place: Scope) -> Result<BTreeSet<ProvinceId>> {
	Ok(networks(at, place).await?.into_iter().map(LocalNetworkId::province).collect())
}

/// The local networks of a place. Refused where the territory does not have it.
pub(super) async fn networks(at: At<'_>, place: Scope) -> Result<Vec<LocalNetworkId>> {
	let territory = at.territory().await?;
	names::check_scope(place, &territory)?;
	Ok(territory.into_iter().filter(|id| place.covers(*id)).collect())
}

/// Which report, as the chain names it.
#[derive(Serialize, Deserialize, Encode, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct ReportId {
	/// The day, counted from 1970-01-01 at UTC+8.
	pub(super) day: u16,
	/// Where its stations stand.
	pub(super) local_network: LocalNetworkId,
	/// Their page.
	pub(super) page: u16,
	/// Whose stations they are.
	pub(super) owner: OrgId,
	/// The quarter of an hour in which its first interval begins.
	pub(super) first: u8,
}

/// As [`ReportName`] reads it.
impl fmt::Display for ReportId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (place, page, owner, day) = (self.local_network.0, self.page, self.owner.0, day_text(self.day));
		write!(f, "{place}/{page}/{owner}/{day}")?;
		match self.first {
			0 => Ok(()),
			first => write!(f, "/{}", clock(first.into())),
		}
	}
}

/// A report as people name it: `1301/5/carrier-one/2026-05-07`, and `/12:00` where it does not begin with the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ReportName {
	place: LocalNetworkId,
	page: u16,
	owner: OrgName,
	day: u16,
	first: u8,
}

impl ReportName {
	/// The report.
	pub(super) fn find(&self, people: &People) -> Result<ReportId> {
		let owner = people.find(&self.owner)?;
		Ok(ReportId { day: self.day, local_network: self.place, page: self.page, owner, first: self.first })
	}
}

impl FromStr for ReportName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let read = || {
			let (place, rest) = text.split_once('/')?;
			let (page, rest) = rest.split_once('/')?;
			let (rest, first) = match rest.rsplit_once('/')? {
				(front, last) if last.contains(':') => (front, quarter(last)?),
				_ => (rest, 0),
			};
			let (owner, day) = rest.rsplit_once('/')?;
			Some(Self {
				place: local_network(place).ok()?,
				page: page.parse().ok()?,
				owner: owner.parse().ok()?,
				day: scores::day(day).ok()?,
				first,
			})
		};
		read().ok_or_else(|| {
			format!(
				"{} is no report: LOCAL-NETWORK/PAGE/OWNER/DAY, such as 1301/5/carrier-one/2026-05-07, and /12:00 where it \
				 does not begin with the day (`trimast energy show` has each)",
				quoted(text)
			)
		})
	}
}

/// The quarter of an hour that begins at a time of day.
fn quarter(text: &str) -> Option<u8> {
	let (hour, minute) = text.split_once(':')?;
	let is_plain =
		[hour, minute].iter().all(|part| part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit()));
	let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
	(is_plain && hour < 24 && minute < 60 && minute % 15 == 0)
		.then(|| hour.saturating_mul(4).saturating_add(minute / 15))
}

/// That something is not there.
pub(super) fn no_such(report: ReportId) -> Failure {
	Failure::input("there is no such report, or it is forgotten").at(report).remedy(format!(
		"`trimast energy show {} --day {}` shows those that there are",
		report.local_network.0,
		day_text(report.day)
	))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::order::people::tests::people;
	use proptest::prelude::*;

	#[test]
	fn quantities_are_exact_or_rounded_half_up() {
		assert_eq!((kwh(1_234_567), kwh(0), kwh(5)), ("1234.567".into(), "0.000".into(), "0.005".into()));
		assert_eq!(cny_exact(1_234_567_890), "123.4567890");
		assert_eq!(
			(cny(1_234_567_890), cny(50_000), cny(49_999)),
			("123.46".into(), "0.01".into(), "0.00".into())
		);
		assert_eq!((kg(5_000), kg(4_999), kg_exact(7)), ("0.001".into(), "0.000".into(), "0.0000007".into()));
		assert_eq!(fourth(5_366), "0.5366");
		assert_eq!((fixed(15, 1, 0), fixed(u64::MAX, 7, 7)), ("2".into(), "1844674407370.9551615".into()));
		// 1 kWh at 0.7 CNY and 1 kWh at 0.3 CNY.
		let sums = Sums { energy: 2_000, volume: 0, amount: 10_000_000 };
		assert_eq!((mean_price(&sums), mean_price(&Sums::default())), ("0.5000".into(), "-".into()));
		assert_eq!(
			(percent(1, 3), percent(2, 3), percent(0, 0)),
			("33.33 %".into(), "66.67 %".into(), "-".into())
		);
		assert_eq!((hundredths(1, 3).as_deref(), hundredths(1, 0)), (Some("33.33"), None));
		assert_eq!((mean(&sums).as_deref(), mean(&Sums::default())), (Some("0.5000"), None));
	}

	#[test]
	fn hours_of_one_price_stand_together() {
		let mut prices = [3_500; HOURS];
		assert_eq!(bands(&prices), [(0, 24, 3_500)]);
		prices[8..12].fill(9_001);
		prices[23] = 1;
		let all = [(0, 8, 3_500), (8, 12, 9_001), (12, 23, 3_500), (23, 24, 1)];
		assert_eq!(bands(&prices), all);
		prices[23] = 3_500;
		assert_eq!(prices_text(&prices), "00-08 h: 0.3500, 08-12 h: 0.9001, 12-24 h: 0.3500");
	}

	#[test]
	fn programs_get_every_digit() {
		let sums = Sums { energy: 1, volume: 2, amount: (1 << 53) + 1 };
		let value = sums_json(&sums);
		assert_eq!((&value["cny"], &value["kwh"]), (&json!("900719925.4740993"), &json!("0.001")));
		assert_eq!(value["amount"], json!("9007199254740993"));
		assert_eq!(participants_json(&[(OrgId(1), sums)])[0]["org"], json!(1));
	}

	#[test]
	fn provinces_are_two_digits() {
		assert_eq!((province("13"), province("province:13")), (Ok(ProvinceId(13)), Ok(ProvinceId(13))));
		for wrong in ["99", "x", "1301", ""] {
			assert!(province(wrong).unwrap_err().contains("two digits"), "{wrong}");
		}
	}

	#[test]
	fn days_and_their_quarters_are_told_at_utc_plus_8() {
		assert_eq!((day_text(20_785), day_text(0)), ("2026-11-28".into(), "1970-01-01".into()));
		assert_eq!(time_text(20_785, 49), "2026-11-28 12:15");
		assert_eq!(time_text(20_785, 96), "2026-11-29 00:00");
		assert_eq!((clock(0), clock(49), clock(96)), ("00:00".into(), "12:15".into(), "24:00".into()));
		let days = days_of(2026 * 12 + 10);
		assert_eq!(
			(days.len(), day_text(days[0]), day_text(days[29])),
			(30, "2026-11-01".into(), "2026-11-30".into())
		);
		assert_eq!(days_of(1970 * 12).len(), 31);
		assert_eq!(days_of(0), [0u16; 0]);
	}

	#[test]
	fn reports_are_named_as_they_are_shown() {
		let id =
			ReportId { day: 20_785, local_network: LocalNetworkId(1301), page: 5, owner: OrgId(1), first: 0 };
		for (id, text) in
			[(id, "1301/5/1/2026-11-28"), (ReportId { first: 49, ..id }, "1301/5/1/2026-11-28/12:15")]
		{
			assert_eq!(id.to_string(), text);
			assert_eq!(text.parse::<ReportName>().unwrap().find(&people()), Ok(id));
		}
		let named: ReportName = "1301/5/two/2026-11-28".parse().unwrap();
		assert_eq!(named.find(&people()), Ok(id));
		for wrong in [
			"",
			"1301",
			"1301/5",
			"1301/5/1",
			"1301/5/1/2026-02-30",
			"1301/x/1/2026-11-28",
			"1301/5/1/2026-11-28/12:10",
			"1301/5/1/2026-11-28/24:00",
			"13/5/1/2026-11-28",
			"1301/5//2026-11-28",
		] {
			let failure = wrong.parse::<ReportName>().unwrap_err();
			assert!(failure.contains("energy show"), "{wrong}: {failure}");
		}
	}

	#[test]
	fn places_are_local_networks_and_scopes() {
		assert_eq!(place("1301"), Ok(Scope::LocalNetwork(LocalNetworkId(1301))));
		assert_eq!(place("national"), Ok(Scope::National));
		assert!(place("13").unwrap_err().contains("province:13"));
	}

	proptest! {
		#[test]
		fn any_text_is_a_report_or_none(text in "\\PC{0,40}") {
			let _ = text.parse::<ReportName>();
		}

		#[test]
		fn rounding_is_off_by_half_a_unit_at_most(value in 0u64..1_000_000_000_000) {
			let shown = cny(value).replace('.', "").parse::<u64>().unwrap();
			prop_assert!((shown * 100_000).abs_diff(value) <= 50_000);
		}
	}
}
