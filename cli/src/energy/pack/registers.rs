// SPDX-License-Identifier: Apache-2.0
//! Whether a station's register goes on from line to line as its energies say.
//!
//! The energy of an interval is what the register has gone up by within. So from one line to the next it goes up by just the energy
//! of the next one, and where lines in between have no register by theirs too. Where intervals in between have no energy it may have
//! gone up by what the station can draw in them besides. A line that says something else has a wrong register or a wrong energy, and
//! nobody can say which: its reading is held back.
//!
//! The next line goes on from the last one that agrees, or from the one that was held back: of a meter that was replaced the readings
//! behind the interval of the replacement count, and one wrong line takes none with it.
//!
//! It is one day that is looked at. How its first register stands against the day before the chain says
//! ([`trimast_primitives::energy::MeterBreak`]), where nothing is held back.

use super::StationDay;

/// What to do about a reading that is held back.
pub(super) const REMEDY: &str =
	"look at the meter: correct the register or the energy, and report the reading as a correction (--correct); a register that \
	 counts in larger steps than the energies is left out as a whole";
/// The greatest power of a station in its rated power: with the greatest tolerance that may be governed.
const GREATEST: u64 = 2;
/// Halves of a watt-hour by which two registers and an energy between them are rounded, but for the energy.
const HALVES: u64 = 2;

/// A register that does not go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Misfit {
	/// The number of the interval.
	pub(super) at: usize,
	/// What it shows, Wh.
	shown: i64,
	/// What it has to show at least, going by the last line that agrees.
	least: i64,
	/// What it may show in addition, since intervals have no reading.
	open: i64,
}

impl Misfit {
	/// In words.
	pub(super) fn what(&self) -> String {
		let Self { shown, least, open, .. } = *self;
		let expected = match open {
			0 => format!("{least} Wh"),
			_ => format!("{least} to {} Wh", least.saturating_add(open)),
		};
		format!(
			"the register shows {shown} Wh, and going by the lines before it is {expected}: the reading is held back"
		)
	}
}

/// What a register has to show, going by an earlier line.
#[derive(Clone, Copy)]
struct Course {
	/// What it has shown there, with the energies since.
	least: i64,
	/// What the station can have drawn in intervals without a reading since.
	open: i64,
	/// How many energies there are since.
	energies: u64,
}

impl Course {
	const fn from(register: i64) -> Self {
		Self { least: register, open: 0, energies: 0 }
	}

	/// Goes on by an interval of which this energy was read, or in which the station can have drawn so much.
	fn pass(&mut self, energy: Option<i32>, most: i64) {
		match energy {
			Some(energy) => {
				self.least = self.least.saturating_add(energy.into());
				self.energies = self.energies.saturating_add(1);
			}
			None => self.open = self.open.saturating_add(most),
		}
	}

	/// Whether it leads to this register. Each number is rounded to a watt-hour.
	fn leads_to(&self, register: i64) -> bool {
		let rounding = i64::try_from(self.energies.saturating_add(HALVES) / 2).unwrap_or(i64::MAX);
		let least = self.least.saturating_sub(rounding);
		let most = self.least.saturating_add(self.open).saturating_add(rounding);
		(least..=most).contains(&register)
	}
}

/// The readings of a station's day whose register does not go on as the energies say.
pub(super) fn misfits(station: &StationDay) -> Vec<Misfit> {
	let quarters = u64::from(station.interval.quarters());
	let most = u64::from(station.place.rated).saturating_mul(GREATEST.saturating_mul(quarters)).div_ceil(4);
	let most = i64::try_from(most).unwrap_or(i64::MAX);
	let (mut agreed, mut held): (Option<Course>, Option<Course>) = (None, None);
	let mut all = Vec::new();
	for (at, slot) in station.slots.iter().enumerate() {
		let energy = slot.as_ref().and_then(|slot| slot.energy);
		for course in agreed.iter_mut().chain(&mut held) {
			course.pass(energy, most);
		}
		let register = slot.as_ref().and_then(|slot| slot.register);
		let Some(shown) = register.and_then(|register| i64::try_from(register).ok()) else { continue };
		let leads_here = |course: Option<Course>| course.is_some_and(|course| course.leads_to(shown));
		match agreed {
			Some(Course { least, open, .. }) if !leads_here(agreed) && !leads_here(held) => {
				all.push(Misfit { at, shown, least, open });
				held = Some(Course::from(shown));
			}
			_ => (agreed, held) = (Some(Course::from(shown)), None),
		}
	}
	all
}

#[cfg(test)]
mod tests {
	use super::{
		super::{Place, Slot, NETWORKS},
		*,
	};
	use proptest::prelude::*;
	use std::sync::Arc;
	use trimast_primitives::{energy::Interval, page::SiteId, LocalNetworkId, OrgId};

	/// Register and energy of an hour; `None` where there is no line.
	type Line = Option<(Option<u64>, Option<i32>)>;

	/// The hours of a station of 1,000 W.
	fn day(lines: &[Line]) -> StationDay {
		let slot = |line: &Line| {
			line.map(|(register, energy)| {
				let volumes = [0; NETWORKS];
				Slot { file: 0, line: 0, energy, register, volumes, given: 0 }
			})
		};
		let id = SiteId { local_network: LocalNetworkId(1301), index: 0 };
		StationDay {
			code: "A".into(),
			place: Place { id, owner: OrgId(0), networks: Arc::new([]), rated: 1_000 },
			interval: Interval::Hour,
			networks: Vec::new(),
			slots: lines.iter().map(slot).collect(),
		}
	}

	/// The intervals that are held back.
	fn held(lines: &[Line]) -> Vec<usize> {
		misfits(&day(lines)).into_iter().map(|misfit| misfit.at).collect()
	}

	const fn line(register: u64, energy: i32) -> Line {
		Some((Some(register), Some(energy)))
	}

	#[test]
	fn register_that_goes_on_as_the_energies_say_is_held_back_nowhere() {
		let without: Line = Some((None, Some(30)));
		let absent: Line = Some((None, None));
		for lines in [
			vec![],
			vec![line(5, 10), line(25, 20)],
			// A watt-hour of rounding, and one and a half more for each line that has no register.
			vec![line(100, 10), line(121, 20), line(140, 20)],
			vec![line(100, 10), without, without, line(182, 20)],
			// What goes back by its energy the chain tells.
			vec![line(1_000, 10), line(400, -600), line(410, 10)],
			// In two hours without a reading it can have drawn 4,000 Wh.
			vec![line(100, 10), None, absent, line(4_110, 10)],
			vec![line(100, 10), None, absent, line(110, 10)],
			// Nothing to compare with.
			vec![None, without, line(7, 10)],
		] {
			assert_eq!(held(&lines), [0usize; 0], "{lines:?}");
		}
	}

	#[test]
	fn reading_is_held_back_when_the_register_says_something_else() {
		// It falls in each line, or rises by more than was drawn in each: none but the first agrees with another.
		let falls: Vec<_> = (0..24).map(|n| line(90_000 - 1_000 * n, 700)).collect();
		assert_eq!(held(&falls), (1..24).collect::<Vec<_>>());
		let rises: Vec<_> = (0..24).map(|n| line(90_000_000 * n, 700)).collect();
		assert_eq!(held(&rises), (1..24).collect::<Vec<_>>());
		let half: Vec<_> = (0..24).map(|n| line(1_050 * n, 700)).collect();
		assert_eq!(held(&half), (1..24).collect::<Vec<_>>());
		for (lines, expected) in [
			// Beyond rounding.
			(vec![line(100, 10), line(122, 20), line(142, 20)], vec![1]),
			// Replaced: what the new meter shows goes on.
			(vec![line(9_000, 10), line(5, 10), line(15, 10), line(25, 10)], vec![1]),
			// One wrong register, and one wrong energy, take nothing with them.
			(vec![line(100, 10), line(500, 10), line(120, 10), line(130, 10)], vec![1]),
			(vec![line(100, 10), line(110, 99), line(120, 10), line(130, 10)], vec![1]),
			// More, and less, than can be in an hour without a reading.
			(vec![line(100, 10), None, line(2_112, 10), line(2_122, 10)], vec![2]),
			(vec![line(100, 10), None, line(108, 10), line(118, 10)], vec![2]),
		] {
			assert_eq!(held(&lines), expected, "{lines:?}");
		}
	}

	#[test]
	fn words_say_what_the_register_would_be() {
		let text = |lines: &[Line]| misfits(&day(lines))[0].what();
		let exact = text(&[line(100, 10), line(500, 10)]);
		assert!(exact.contains("shows 500 Wh") && exact.contains("is 110 Wh"), "{exact}");
		let open = text(&[line(100, 10), None, line(90, 10)]);
		assert!(open.contains("shows 90 Wh") && open.contains("is 110 to 2110 Wh"), "{open}");
	}

	proptest! {
		/// Of any day whose register goes on one line with another register is told, and no other.
		#[test]
		fn one_wrong_register_is_the_only_one_that_is_held_back(
			energies in proptest::collection::vec(0i32..2_000, 3..24),
			place in 1usize..1_000,
			more in 2u64..1_000_000,
		) {
			let mut register = 1_000u64;
			let mut lines: Vec<_> = energies
				.iter()
				.map(|energy| {
					register += u64::from(energy.unsigned_abs());
					line(register, *energy)
				})
				.collect();
			prop_assert_eq!(held(&lines), [0usize; 0]);
			let place = 1 + place % (lines.len() - 1);
			lines[place] = line(1_000 + more + u64::from(energies[..=place].iter().sum::<i32>().unsigned_abs()), energies[place]);
			prop_assert_eq!(held(&lines), [place]);
		}
	}
}
