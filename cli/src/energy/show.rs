// SPDX-License-Identifier: Apache-2.0
//! `trimast energy show` and `rules`: what stands, and by what it is accounted.

use super::words::{
	clock, day_text, days_of, factor_by, fourth, interval_text, kwh, networks, participants_json, place,
	prices_text, whole, ReportId,
};
use crate::{
	chain::views::At,
	config::{
		export::time,
		scores::{day, month, month_text},
	},
	context::Context,
	error::{Failure, Result},
	names::{self, hex0x, OrgName},
	order::{
		people::People,
		words::{due, span},
	},
	output::{counted, facts, table},
};
use clap::Args;
use futures::{stream, StreamExt, TryStreamExt};
use serde_json::{json, Value};
use trimast_primitives::{
	access::Scope,
	apis::{EnergyReportView, EnergyRulesView},
	calendar::{day_of, month_of_day},
	energy::{FactorVersion, SharingMethod, WindowRules, REVIEWS},
	LocalNetworkId, Moment, OrgId,
};

/// How much is asked for at once.
const AT_ONCE: usize = 16;

/// Reports of a day or a month.
#[derive(Args, Debug)]
#[command(
	after_help = "Examples:\n  trimast energy show 1301 --day 2026-05-07\n  trimast energy show province:13 --month 2026-05 --contested"
)]
pub(crate) struct ShowCommand {
	/// Where: 1301, province:13 or national.
	#[arg(value_name = "PLACE", value_parser = place)]
	place: Scope,
	/// The day (2026-05-07), UTC+8.
	#[arg(long, value_name = "DATE", value_parser = day, required_unless_present = "month")]
	day: Option<u16>,
	/// All days of a month (2026-05).
	#[arg(long, value_name = "MONTH", value_parser = month, conflicts_with = "day")]
	month: Option<u16>,
	/// Only those of this company's stations.
	#[arg(long, value_name = "ORG")]
	owner: Option<OrgName>,
	/// Only those that are contested.
	#[arg(long)]
	contested: bool,
}

/// By what reports are accounted.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  trimast energy rules 1301 --day 2026-05-07")]
pub(crate) struct RulesCommand {
	/// The local network.
	#[arg(value_name = "LOCAL-NETWORK", value_parser = names::local_network)]
	local_network: LocalNetworkId,
	/// The day (2026-05-07), UTC+8; today where nothing is said.
	#[arg(long, value_name = "DATE", value_parser = day)]
	day: Option<u16>,
}

/// A report that stands.
pub(super) type Standing = (ReportId, EnergyReportView);

/// The reports of some days in a local network, in their order; those of one owner where one is named.
pub(super) async fn standing(
	at: At<'_>,
	local_network: LocalNetworkId,
	days: &[u16],
	owner: Option<OrgId>,
) -> Result<Vec<Standing>> {
	let pages = stream::iter(days.iter().copied())
		.map(|day| async move { Ok::<_, Failure>((day, at.energy_pages(day, local_network).await?)) })
		.buffered(AT_ONCE)
		.try_collect::<Vec<_>>()
		.await?;
	let keys =
		pages.into_iter().flat_map(|(day, pages)| pages.into_iter().map(move |(page, of)| (day, page, of)));
	let keys = keys.filter(|(.., of)| owner.is_none_or(|owner| owner == *of)).collect::<Vec<_>>();
	let ask = |(day, page, owner)| async move {
		let views = at.energy_reports(day, local_network, page, owner).await?;
		let id =
			|view: &EnergyReportView| ReportId { day, local_network, page, owner, first: view.span.first };
		Ok::<_, Failure>(views.into_iter().map(|view| (id(&view), view)).collect::<Vec<_>>())
	};
	let all: Vec<Vec<Standing>> = stream::iter(keys).map(ask).buffered(AT_ONCE).try_collect().await?;
	Ok(all.into_iter().flatten().collect())
}

fn dispute_text(view: &EnergyReportView, people: &People, now: Moment) -> String {
	match (&view.dispute, view.is_ruled) {
		(Some(dispute), _) => format!("by {}, ruling {}", people.name(dispute.by), due(dispute.until, now)),
		(None, true) => "ruled on".into(),
		(None, false) => "-".into(),
	}
}

/// Reports as a table.
fn reports_text(all: &[Standing], people: &People, now: Moment) -> String {
	let rows = all.iter().map(|(id, view)| {
		let when = &view.span;
		let sums = whole(&view.sums);
		vec![
			id.to_string(),
			people.name(id.owner),
			format!(
				"{} to {}, {}",
				clock(when.first.into()),
				clock(when.end()),
				interval_text(when.interval)
			),
			view.number.to_string(),
			view.stations.count_ones().to_string(),
			view.counted.to_string(),
			kwh(sums.energy),
			view.block.to_string(),
			people.names(view.attested),
			dispute_text(view, people, now),
		]
	});
	let header = [
		"report",
		"owner",
		"time",
		"number",
		"stations",
		"readings",
		"kWh",
		"block",
		"attested by",
		"contested",
	];
	table(&header, rows)
}

/// A report, for programs.
pub(super) fn report_json((id, view): &Standing) -> Value {
	json!({
		"report": id.to_string(), "id": id, "span": view.span, "number": view.number,
		"stations": view.stations.to_string(), "digest": view.digest, "block": view.block, "counted": view.counted,
		"sums": participants_json(&view.sums), "concerned": view.concerned, "attested": view.attested,
		"dispute": view.dispute, "is_ruled": view.is_ruled,
	})
}

/// `energy show`.
pub(crate) async fn show(context: &Context, command: ShowCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let owner = command.owner.as_ref().map(|name| people.find(name)).transpose()?;
	let days = match (command.month, command.day) {
		(Some(month), _) => days_of(month),
		(None, day) => day.into_iter().collect(),
	};
	let mut all = Vec::new();
	for id in networks(at, command.place).await? {
		all.extend(standing(at, id, &days, owner).await?);
	}
	all.retain(|(_, view)| !command.contested || view.dispute.is_some());
	let now = at.moment().await?;
	let value = json!({ "block": at.number, "reports": all.iter().map(report_json).collect::<Vec<_>>() });
	context.output.answer(&value, || reports_text(&all, &people, now));
	Ok(())
}

/// From which day on a version holds.
fn since(from: Option<u16>) -> String {
	match from {
		None => "no version of the day is kept".into(),
		Some(0) => "from the first day on".into(),
		Some(from) => format!("from {} on", day_text(from)),
	}
}

/// A version of what a kilowatt-hour emits, in words.
fn factor_text(version: &FactorVersion) -> String {
	let place = version.province.map_or_else(|| "the country".into(), |of| format!("province {}", of.0));
	format!("{}: {} of {place}, {}", fourth(version.factor.0), version.year, since(Some(version.from)))
}

fn rules_text(
	(local_network, day): (LocalNetworkId, u16),
	view: &EnergyRulesView,
	windows: &WindowRules,
	factors: &[FactorVersion],
	people: &People,
) -> String {
	let month = month_of_day(day);
	let factor = factor_by(factors, local_network.province(), month);
	let factor = factor.map_or_else(|| "not known".into(), |version| factor_text(&version));
	let others: Vec<String> = factors.iter().map(factor_text).collect();
	let method = match view.sharing.method {
		SharingMethod::Volume => {
			"by the data volumes that networks have carried; by contract where there are none"
		}
		SharingMethod::Equal => "alike",
		SharingMethod::Contract => "by contract",
	};
	let contract: Vec<String> =
		view.sharing.contract.iter().map(|(org, part)| format!("{} {part}", people.name(*org))).collect();
	let contract = if contract.is_empty() { "alike".into() } else { contract.join(", ") };
	let reported = match u16::from(view.review).saturating_mul(REVIEWS) {
		0 => "as long as its reports are kept".into(),
		days => format!("until {} after its end", counted(days, "day")),
	};
	facts(&[
		("local network", local_network.0.to_string()),
		("day", day_text(day)),
		("energy is shared out", format!("{method}; {}", since(view.sharing_from))),
		("parts of the contract", contract),
		("CNY a kWh, UTC+8", format!("{}; {}", prices_text(&view.tariff.prices), since(view.tariff_from))),
		("kg CO2 a kWh", format!("{factor}; in {}", month_text(month))),
		("all factors for that", others.join("; ")),
		(
			"meters may show",
			format!(
				"{}.{} % above the rated power; {}",
				view.tolerance / 10,
				view.tolerance % 10,
				since(view.tolerance_from)
			),
		),
		("reports are taken of", format!("{} days", view.days)),
		("a month is reported", reported),
		("of a page a day", format!("{} at most", counted(u32::from(view.reports), "report"))),
		("others may rule within", span(u64::from(view.ruling).saturating_mul(1_000))),
		(
			"a month may be signed",
			format!("{} after its end and after its last report", counted(view.review, "day")),
		),
		("examinations of windows hold", span(u64::from(windows.examination).saturating_mul(1_000))),
		("windows may begin", format!("{} ahead", counted(windows.ahead, "day"))),
		("open plans of a company", format!("{} at most", windows.plans)),
	])
}

/// `energy rules`.
pub(crate) async fn rules(context: &Context, command: RulesCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let people = People::of(&at.orgs().await?);
	let id = at.local_network(command.local_network).await?.id;
	let day = match command.day {
		Some(day) => day,
		None => day_of(at.moment().await?),
	};
	let view = at.energy_rules(id, day).await?;
	let month = month_of_day(day);
	let factors = at.emission_factors(id.province(), month).await?;
	let windows = at.window_rules().await?;
	let value = json!({
		"block": at.number, "local_network": id, "day": day_text(day), "rules": view,
		"factor": factor_by(&factors, id.province(), month), "factors": factors, "windows": windows,
	});
	context.output.answer(&value, || rules_text((id, day), &view, &windows, &factors, &people));
	Ok(())
}

/// A report in words, before something is said about it.
pub(super) fn report_text((id, view): &Standing, people: &People, now: Moment) -> String {
	let mut pairs = vec![
		("report", id.to_string()),
		("digest", hex0x(view.digest)),
		("number", view.number.to_string()),
		("brought by block", view.block.to_string()),
		("stations", view.stations.count_ones().to_string()),
		("readings that count", view.counted.to_string()),
		("kWh", kwh(whole(&view.sums).energy)),
		("attested by", people.names(view.attested)),
	];
	if let Some(dispute) = &view.dispute {
		pairs.push(("contested by", people.name(dispute.by)));
		pairs.push(("digest of what it has seen", hex0x(dispute.seen)));
		pairs.push(("others may rule until", time::text(dispute.until)));
	} else {
		pairs.push(("contested", dispute_text(view, people, now)));
	}
	facts(&pairs)
}

#[cfg(test)]
pub(super) mod tests {
	use super::{super::said::tests::ID, *};
	use crate::order::people::tests::people;
	use trimast_primitives::{
		apis::EnergyDisputeView,
		energy::{EmissionFactor, Interval, SharingRule, Span, Sums, Tariff, HOURS},
		Hash, OrgSet,
	};

	pub(crate) fn standing_report() -> Standing {
		let sums = Sums { energy: 1_500, volume: 7, amount: 10_500_000 };
		let view = EnergyReportView {
			span: Span { day: ID.day, first: 0, interval: Interval::Hour, count: 24 },
			number: 1,
			stations: 0b11,
			digest: Hash::repeat_byte(3),
			block: 9,
			counted: 48,
			sums: vec![(OrgId(0), sums), (OrgId(1), sums)],
			concerned: OrgSet::of(OrgId(1)),
			attested: OrgSet::of(OrgId(2)),
			dispute: None,
			is_ruled: false,
		};
		(ID, view)
	}

	#[test]
	fn reports_are_shown_with_whom_they_wait_for() {
		let mut one = standing_report();
		let text = reports_text(std::slice::from_ref(&one), &people(), 0);
		for part in ["1301/0/0/2026-11-28", "one", "00:00 to 24:00, 1 h", "3.000", "tower"] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert_eq!(report_json(&one)["sums"][0]["kwh"], "1.500");
		one.1.dispute = Some(EnergyDisputeView { by: OrgId(1), seen: Hash::zero(), block: 8, until: 60_000 });
		assert_eq!(dispute_text(&one.1, &people(), 0), "by two, ruling 1970-01-01 08:01:00+08:00 (in 1 min)");
		assert!(report_text(&one, &people(), 0).contains("contested by"));
	}

	#[test]
	fn rules_are_told_in_their_units() {
		let mut prices = [3_500; HOURS];
		prices[8..12].fill(9_001);
		let view = EnergyRulesView {
			sharing: SharingRule {
				method: SharingMethod::Contract,
				contract: vec![(OrgId(0), 60), (OrgId(1), 40)].try_into().unwrap(),
			},
			sharing_from: Some(0),
			tariff: Tariff { prices },
			tariff_from: None,
			tolerance: 105,
			tolerance_from: Some(ID.day),
			days: 100,
			reports: 4,
			ruling: 7 * 86_400,
			review: 10,
		};
		let windows = WindowRules { version: 0, examination: 86_400, ahead: 60, plans: 500 };
		let own = Some(ID.local_network.province());
		let version = |province, from, factor| FactorVersion { province, year: 2026, from, factor };
		let factors = [
			version(own, 20_000, EmissionFactor(7_252)),
			// Behind the month
			version(own, ID.day + 40, EmissionFactor(1)),
			version(None, 0, EmissionFactor(5_366)),
		];
		let text = rules_text((ID.local_network, ID.day), &view, &windows, &factors, &people());
		for part in [
			"one 60, two 40",
			"by contract; from the first day on",
			"12-24 h: 0.3500; no version of the day is kept",
			"0.7252: 2026 of province 13, from 2024-10-04 on; in 2026-11",
			"0.0001: 2026 of province 13, from 2027-01-07 on; 0.5366: 2026 of the country, from the first day on",
			"10.5 % above the rated power; from 2026-11-28 on",
			"7 d",
			"100 days",
			"4 reports at most",
			"until 30 days after its end",
			"10 days after its end and",
			"1 d",
			"60 days ahead",
			"500 at most",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}
}
