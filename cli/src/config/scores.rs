// SPDX-License-Identifier: Apache-2.0
//! `trimast config scores`: confirmed violations by company, province and kind, of a day or of a month at UTC+8.

use super::export::time;
use crate::{context::Context, error::Result, names::org_name, output::table};
use clap::Args;
use serde_json::json;
use trimast_primitives::{text::escaped, Moment};

/// Confirmed violations.
#[derive(Args, Debug)]
pub(crate) struct ScoresCommand {
	/// Of this day (2026-05-07), UTC+8; today where nothing is said.
	#[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "month")]
	day: Option<u16>,
	/// Of this month (2026-05).
	#[arg(long, value_name = "MONTH", value_parser = month)]
	month: Option<u16>,
}

/// A day as the chain counts: from 1970-01-01 at UTC+8.
pub(crate) fn day(text: &str) -> Result<u16, String> {
	let moment = time::read(&format!("{text}T00:00:00Z"))
		.map_err(|_| "a day is written as 2026-05-07, from 1970-01-01 on".to_string())?;
	let last = || date(Moment::from(u16::MAX) * 86_400_000);
	u16::try_from(moment / 86_400_000).map_err(|_| format!("the chain counts no day after {}", last()))
}

/// A month as the chain counts: twelve times the year, and 0 for January.
pub(crate) fn month(text: &str) -> Result<u16, String> {
	let read = || {
		time::read(&format!("{text}-01T00:00:00Z")).ok()?;
		let (year, month) = text.split_once('-')?;
		let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
		(year * 12).checked_add(month.checked_sub(1)?)
	};
	let number = read().ok_or("a month is written as 2026-05, from 1970-01 on")?;
	u16::try_from(number).map_err(|_| format!("the chain counts no month after {}", month_text(u16::MAX)))
}

/// A month as [`month`] reads it.
pub(crate) fn month_text(month: u16) -> String {
	format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

/// The day of a moment at UTC+8, as people write it.
pub(crate) fn date(moment: Moment) -> String {
	time::text(moment).chars().take_while(|c| *c != ' ').collect()
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ScoresCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (what, scores) = match (command.month, command.day) {
		(Some(month), _) => (month_text(month), at.scores("monthScores", month).await?),
		(None, Some(day)) => {
			// Eight in the morning of the day at UTC+8.
			let text = date(Moment::from(day) * 86_400_000);
			(text, at.scores("dayScores", day).await?)
		}
		(None, None) => {
			let today = date(at.moment().await?);
			let number = day(&today).unwrap_or_default();
			(today, at.scores("dayScores", number).await?)
		}
	};
	let orgs = at.orgs().await?;
	let total: u32 = scores.iter().map(|score| score.count).sum();
	context.output.answer(&json!({ "of": what, "scores": scores, "total": total }), || {
		let rows = scores.iter().map(|score| {
			vec![
				org_name(&orgs, score.against),
				score.province.0.to_string(),
				escaped(&score.kind),
				score.count.to_string(),
			]
		});
		let table = table(&["company", "province", "kind", "confirmed"], rows);
		format!("confirmed violations of {what}: {total}\n{table}")
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn days_and_months_are_numbered_as_the_chain_does() {
		assert_eq!((day("1970-01-01"), day("1970-01-02")), (Ok(0), Ok(1)));
		assert_eq!(day("2026-05-07"), Ok(20_580));
		assert_eq!((month("1970-01"), month("2026-05")), (Ok(1970 * 12), Ok(2026 * 12 + 4)));
		assert_eq!(month(&month_text(2026 * 12 + 4)), Ok(2026 * 12 + 4));
		assert_eq!(day(&date(20_580 * 86_400_000)), Ok(20_580));
		for wrong in ["", "2026", "2026-13", "2026-00", "2026-05-07", "2026-5é"] {
			assert!(month(wrong).is_err(), "{wrong}");
		}
		for wrong in ["2026-02-30", "2026-05", "today"] {
			assert!(day(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn what_is_written_well_and_too_late_is_told_apart() {
		assert_eq!(month("5461-04"), Ok(u16::MAX));
		assert_eq!(month("5461-05"), Err("the chain counts no month after 5461-04".into()));
		assert_eq!(month("9999-12"), month("5461-05"));
		assert_eq!(day("2149-06-06"), Ok(u16::MAX));
		assert_eq!(day("2149-06-07"), Err("the chain counts no day after 2149-06-06".into()));
		for early in [month("1969-12"), day("1969-12-31")] {
			assert!(early.unwrap_err().contains("from 1970-01"));
		}
	}
}
