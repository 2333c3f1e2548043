// SPDX-License-Identifier: Apache-2.0
//! How people write and read what belongs to saving windows: methods, times of day, phases, signed quantities.

use super::super::words::{clock, day_text, fixed};
use crate::{
	names::{CellName, SiteName},
	order::words::one_of,
	output::quoted,
};
use std::str::FromStr;
use trimast_primitives::{
	apis::EnergyPlanView,
	energy::{PlanPhase, SavingMethod, SavingPlan, SavingState, Waker, QUARTERS},
	OrgId, OrgSet,
};

/// Every method, as TS 28.310 and vendors call it.
const METHODS: [(&str, SavingMethod); 4] = [
	("carrier", SavingMethod::Carrier),
	("channel", SavingMethod::Channel),
	("symbol", SavingMethod::Symbol),
	("deep-sleep", SavingMethod::DeepSleep),
];

/// How cells save.
pub(super) fn method(text: &str) -> Result<SavingMethod, String> {
	one_of(text, "method", &METHODS)
}

/// A method as [`method`] reads it.
pub(super) fn method_text(method: SavingMethod) -> &'static str {
	METHODS.iter().find(|(_, known)| *known == method).map_or("", |(name, _)| *name)
}

/// The quarter of an hour that begins at a time of day; 24:00 is the end of the day.
fn quarter(text: &str) -> Option<u8> {
	let (hour, minute) = text.split_once(':')?;
	let is_plain =
		[hour, minute].iter().all(|part| part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit()));
	let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
	let quarter = hour.checked_mul(4)?.checked_add(minute / 15)?;
	(is_plain && minute < 60 && minute % 15 == 0 && quarter <= QUARTERS).then_some(quarter)
}

/// From when to when on each day: `01:00-05:00`, UTC+8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hours {
	/// The quarter in which it begins.
	pub(super) from: u8,
	/// The quarter before which it ends.
	pub(super) until: u8,
}

impl FromStr for Hours {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let read = || {
			let (from, until) = text.split_once('-')?;
			let (from, until) = (quarter(from)?, quarter(until)?);
			(from < until).then_some(Self { from, until })
		};
		read().ok_or_else(|| {
			format!(
				"{} is no window: FROM-UNTIL in quarters of an hour within one day, such as 01:00-05:00; a night is two plans",
				quoted(text)
			)
		})
	}
}

/// A window as [`Hours`] reads it.
pub(super) fn hours_text(from: u8, until: u8) -> String {
	format!("{}-{}", clock(from.into()), clock(until.into()))
}

/// The first and the last day of something.
pub(super) fn days_text(first: u16, last: u16) -> String {
	match first == last {
		true => day_text(first),
		false => format!("{} to {}", day_text(first), day_text(last)),
	}
}

/// How far a plan is.
pub(super) const fn phase_text(phase: PlanPhase) -> &'static str {
	match phase {
		PlanPhase::Proposed => "proposed",
		PlanPhase::Agreed => "agreed",
		PlanPhase::Approved => "approved",
		PlanPhase::Over => "over",
		PlanPhase::Withdrawn => "withdrawn",
		PlanPhase::Lapsed => "lapsed",
		PlanPhase::Refused => "refused",
	}
}

/// A phase as [`phase_text`] writes it.
pub(super) fn phase(text: &str) -> Result<PlanPhase, String> {
	let all = [
		PlanPhase::Proposed,
		PlanPhase::Agreed,
		PlanPhase::Approved,
		PlanPhase::Over,
		PlanPhase::Withdrawn,
		PlanPhase::Lapsed,
		PlanPhase::Refused,
	];
	one_of(text, "phase", &all.map(|phase| (phase_text(phase), phase)))
}

/// Whether something of a plan is still to be done or to happen.
pub(super) const fn is_open(phase: PlanPhase) -> bool {
	matches!(phase, PlanPhase::Proposed | PlanPhase::Agreed | PlanPhase::Approved)
}

/// The state of a cell, as TS 28.310 calls it.
pub(super) const fn state_text(state: SavingState) -> &'static str {
	match state {
		SavingState::EnergySaving => "energySaving",
		SavingState::CompensatingForEnergySaving => "compensatingForEnergySaving",
	}
}

/// Who has woken cells. `name` gives a company's.
pub(super) fn waker_text(by: Waker, name: impl Fn(OrgId) -> String) -> String {
	match by {
		Waker::Org(org) => name(org),
		Waker::Outage => "an outage".into(),
		Waker::Change => "a change of configuration".into(),
		Waker::Freeze => "a freeze".into(),
		Waker::Inventory => "the inventory or the baseline".into(),
	}
}

/// The companies whose consent a plan waits for.
pub(super) fn missing(view: &EnergyPlanView) -> OrgSet {
	view.required.difference(view.given)
}

/// A signed number of units of 10^-`places`, with `shown` of them, rounded half away from 0.
fn signed(value: i64, places: u32, shown: u32) -> String {
	let sign = if value < 0 { "-" } else { "" };
	format!("{sign}{}", fixed(value.unsigned_abs(), places, shown))
}

/// Energy in kWh with its sign, exactly.
pub(in crate::energy) fn signed_kwh(wh: i64) -> String {
	signed(wh, 3, 3)
}

/// An emission in kg with its sign, as tables have it.
pub(in crate::energy) fn signed_kg(amount: i64) -> String {
	signed(amount, 7, 3)
}

/// The same exactly.
pub(in crate::energy) fn signed_kg_exact(amount: i64) -> String {
	signed(amount, 7, 7)
}

/// A part of a whole in percent, with its sign.
pub(super) fn signed_percent(part: i64, whole: u64) -> String {
	let sign = if part < 0 { "-" } else { "" };
	format!("{sign}{}", super::super::words::percent(part.unsigned_abs(), whole))
}

/// A plan in a line, before it has a number.
pub(super) fn plan_text(plan: &SavingPlan) -> String {
	let cells: u32 =
		plan.pages.iter().flat_map(|page| &page.stations).map(|(_, bits)| bits.count_ones()).sum();
	format!(
		"{}, {} each day, {}, {} in {} of {}",
		days_text(plan.first_day, plan.last_day().unwrap_or(plan.first_day)),
		hours_text(plan.from, plan.until),
		method_text(plan.method),
		crate::output::counted(cells, "cell"),
		crate::output::counted(plan.pages.len(), "page"),
		plan.local_network.0
	)
}

/// A station with all of its cells in a plan, or one cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum SleeperName {
	/// A station.
	Station(SiteName),
	/// A cell.
	Cell(CellName),
}

impl FromStr for SleeperName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		// `1301:197` is a station: `1301` alone is none that could have a cell 197.
		match text.parse() {
			Ok(cell) => Ok(Self::Cell(cell)),
			Err(_) => text.parse().map(Self::Station).map_err(|_: String| {
				format!(
					"{} is neither a cell (1301/HE-0001/2, 1301:197/2) nor a station (1301/HE-0001, 1301:197)",
					quoted(text)
				)
			}),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{page::SiteId, LocalNetworkId};

	#[test]
	fn windows_are_read_as_they_are_written() {
		for (text, from, until) in [("01:00-05:00", 4, 20), ("00:00-24:00", 0, 96), ("23:45-24:00", 95, 96)] {
			assert_eq!(text.parse(), Ok(Hours { from, until }));
			assert_eq!(hours_text(from, until), text);
		}
		for wrong in
			["", "01:00", "01:10-02:00", "05:00-01:00", "1:00-2:00", "01:00-24:15", "01:00-01:00", "é-é"]
		{
			let failure = wrong.parse::<Hours>().unwrap_err();
			assert!(failure.contains("01:00-05:00"), "{wrong}: {failure}");
		}
	}

	#[test]
	fn methods_and_phases_are_read_as_they_are_written() {
		for (text, of) in METHODS {
			assert_eq!((method(text), method_text(of)), (Ok(of), text));
		}
		assert!(method("off").unwrap_err().contains("deep-sleep"));
		for text in ["proposed", "agreed", "approved", "over", "withdrawn", "lapsed", "refused"] {
			assert_eq!(phase(text).map(phase_text), Ok(text));
		}
		assert!(is_open(PlanPhase::Agreed) && !is_open(PlanPhase::Over));
	}

	#[test]
	fn what_was_drawn_more_has_a_sign() {
		assert_eq!(
			(signed_kwh(-1_500), signed_kwh(1_500), signed_kwh(-1)),
			("-1.500".into(), "1.500".into(), "-0.001".into())
		);
		assert_eq!((signed_percent(-1, 3), signed_percent(1, 4)), ("-33.33 %".into(), "25.00 %".into()));
		assert_eq!(signed(i64::MIN, 7, 0), "-922337203685");
		assert_eq!((signed_kg(-15_000), signed_kg_exact(-1)), ("-0.002".into(), "-0.0000001".into()));
	}

	#[test]
	fn stations_and_cells_are_told_apart() {
		let site = SiteName::Id(SiteId { local_network: LocalNetworkId(1301), index: 197 });
		assert_eq!("1301:197".parse(), Ok(SleeperName::Station(site.clone())));
		assert_eq!("1301:197/2".parse(), Ok(SleeperName::Cell(CellName { site, cell: 2 })));
		let code = SiteName::Code(LocalNetworkId(1301), "12".into());
		assert_eq!("1301/12".parse(), Ok(SleeperName::Station(code)));
		assert!("1301".parse::<SleeperName>().unwrap_err().contains("neither"));
	}
}
