// SPDX-License-Identifier: Apache-2.0
//! When a change is made.

use crate::{
	config::export::time,
	error::{Failure, Result},
};
use clap::Args;
use trimast_primitives::Moment;

/// How long a window is where nothing else is said, milliseconds: a day.
const DAY: Moment = 24 * 3_600_000;
/// When a change is made.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct WindowArgs {
	/// First moment in which it is carried out; now where nothing is said. In an emergency: when the network was changed.
	#[arg(long, value_name = "TIME", value_parser = time::read)]
	from: Option<Moment>,
	/// Last moment; a day after the first where nothing is said.
	#[arg(long, value_name = "TIME", value_parser = time::read, conflicts_with = "emergency")]
	to: Option<Moment>,
	/// The network has been changed already: the others are asked afterwards, and have a set time to agree.
	#[arg(long)]
	pub(super) emergency: bool,
}

impl WindowArgs {
	/// From when to when.
	pub(super) fn window(self, now: Moment) -> Result<(Moment, Moment)> {
		let from = self.from.unwrap_or(now);
		let to = self.to.unwrap_or_else(|| from.saturating_add(DAY));
		if from >= to {
			let what =
				format!("the window ends ({}) before it begins ({})", time::text(to), time::text(from));
			return Err(Failure::usage(what).at("--from, --to").remedy("let --to be later than --from"));
		}
		let clock = || format!("the chain's clock says {}", time::text(now));
		if !self.emergency && to <= now {
			let what = format!("the window is over: {}", clock());
			return Err(Failure::usage(what).at("--to").remedy("let it end later"));
		}
		if self.emergency && from > now {
			let what = format!("the network was changed already, and {}", clock());
			return Err(Failure::usage(what)
				.at("--from")
				.remedy("say when it was changed, or leave --from out"));
		}
		Ok((from, to))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn window_is_a_day_from_now_where_nothing_is_said() {
		let args = |from, to, emergency| WindowArgs { from, to, emergency };
		assert_eq!(args(None, None, false).window(1_000), Ok((1_000, 1_000 + DAY)));
		assert_eq!(args(Some(5_000), None, false).window(1_000), Ok((5_000, 5_000 + DAY)));
		assert_eq!(args(None, Some(5_000), false).window(1_000), Ok((1_000, 5_000)));
		for wrong in
			[args(Some(9), Some(9), false), args(Some(1), Some(900), false), args(Some(2_000), None, true)]
		{
			let failure = wrong.window(1_000).unwrap_err();
			assert_eq!(failure.exit_code(), 2, "{wrong:?}");
			let text = failure.to_string();
			assert!(
				text.starts_with("--") && text.contains("1970-01-01 08:00:0") && text.contains("remedy"),
				"{text}"
			);
		}
		assert!(args(Some(10), None, true).window(2 * DAY).is_ok(), "an emergency has begun");
	}
}
