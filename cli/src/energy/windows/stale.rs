// SPDX-License-Identifier: Apache-2.0
//! Proofs that rest on a report that was corrected since: what they say was saved does not follow from the reports that stand.
//!
//! The chain knows by which reports of the day a proof was made, by their hash ([`frozen_hash`]), and takes another one where those that
//! stand have another hash. That is what is compared here, with the chain or within an exported month, which has the reports by which the
//! proof was made, whatever the corrected ones come to. Of a day whose reports are forgotten nothing is said.
//!
//! So it is with what a proof is measured against: its reports are frozen, and count though they are corrected. The chain knows them by
//! the hash of each weekday. Where that is the hash of no reports that stand, of days before the plan, one of them was corrected. Which it
//! is, the block of the examination says ([`super::frozen`]).

use super::{
	super::words::day_text,
	evidence::{meets, plans_of},
};
use crate::{
	chain::{storage, views::At},
	context::Context,
	error::{Failure, Result},
};
use serde_json::{json, Value};
use std::collections::{BTreeSet, HashMap};
use trimast_primitives::{
	apis::{EnergyPlanPageView, EnergyPlanPagesView, EnergyPlanView},
	calendar::{day_of, month_of_day},
	energy::{frozen_hash, FrozenReport, Span},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// Keys that one question asks for.
const KEYS_AT_ONCE: usize = 128;
/// Days of a week.
const WEEK: u16 = 7;

/// Days before a plan that are looked at for a baseline: more than it has weeks, since days on which something has slept are passed over.
const LOOKED: u16 = 16;

/// What of a proof was corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::energy) enum Cause {
	/// A report of its day.
	Day,
	/// A report of the weeks before, by which it is measured.
	Baseline,
}

/// A proof that does not rest on the reports that stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Stale {
	/// Where.
	pub(in crate::energy) local_network: LocalNetworkId,
	/// Whose stations.
	pub(in crate::energy) owner: OrgId,
	/// The plan.
	pub(in crate::energy) plan: u32,
	/// The page.
	pub(in crate::energy) page: u16,
	/// The day.
	pub(in crate::energy) day: u16,
	/// What was corrected.
	pub(in crate::energy) cause: Cause,
	/// Whether a line of its month is final: then it stands.
	pub(in crate::energy) is_final: bool,
}

impl Stale {
	/// What is wrong with it.
	const fn reason(&self) -> &'static str {
		match self.cause {
			Cause::Day => "rests on a report that was corrected since, or another one was added",
			Cause::Baseline => {
				"is measured against a report of the weeks before that does not stand any more; what is frozen counts"
			}
		}
	}

	/// What to do about it.
	fn remedy(&self) -> String {
		match (self.is_final, self.cause) {
			(true, _) => "a line of the month is final: what it says was saved stands".into(),
			(false, Cause::Baseline) => format!(
				"`trimast energy plan show {} --archive URL` shows what was frozen and what stands: who does not agree disputes the line \
				 (`trimast energy statement dispute`)",
				self.plan
			),
			(false, Cause::Day) => format!(
				"prove it again: `trimast energy prove {} --page {} --day {} --again --archive URL`",
				self.plan,
				self.page,
				day_text(self.day)
			),
		}
	}

	/// In words.
	pub(in crate::energy) fn text(&self) -> String {
		let Self { plan, page, day, .. } = self;
		let day = day_text(*day);
		format!("proof of plan {plan}, page {page}, {day}: {}\n  {}", self.reason(), self.remedy())
	}

	/// For programs.
	pub(in crate::energy) fn to_json(self) -> Value {
		json!({
			"local_network": self.local_network, "owner": self.owner, "plan": self.plan, "page": self.page,
			"day": day_text(self.day), "is_final": self.is_final, "reason": self.reason(), "remedy": self.remedy(),
		})
	}
}

/// All of them for programs, by what was corrected.
pub(in crate::energy) fn to_json(all: &[Stale]) -> Value {
	let of = |cause: Cause| -> Value {
		all.iter().filter(|one| one.cause == cause).map(|one| one.to_json()).collect()
	};
	json!({ "stale_proofs": of(Cause::Day), "corrected_baselines": of(Cause::Baseline) })
}

/// A text with all of them below it.
pub(in crate::energy) fn below(text: String, all: &[Stale]) -> String {
	all.iter().fold(text, |text, one| format!("{text}\n{}", one.text()))
}

/// Tells of all of them before something is asked.
pub(in crate::energy) fn tell(context: &Context, all: &[Stale]) {
	for one in all {
		let mut value = one.to_json();
		value["type"] = match one.cause {
			Cause::Day => json!("stale_proof"),
			Cause::Baseline => json!("corrected_baseline"),
		};
		context.output.json_line(&value);
		context.output.say(&one.text());
	}
}

/// A report that stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::energy) struct Standing {
	/// When.
	pub(in crate::energy) span: Span,
	/// Which stations of the page.
	pub(in crate::energy) stations: u64,
	/// Its digest.
	pub(in crate::energy) digest: Hash,
	/// The block that has brought it.
	pub(in crate::energy) block: BlockNumber,
}

impl Standing {
	/// One as the chain keeps it.
	fn read(entry: &Value) -> Option<Self> {
		let span = serde_json::from_value(entry.get("span")?.clone()).ok()?;
		let digest = serde_json::from_value(entry.get("digest")?.clone()).ok()?;
		let block = entry.get("block")?.as_u64()?.try_into().ok()?;
		let stations = match entry.get("stations")? {
			// Past 2^53 it is text.
			Value::String(text) => text.parse::<u64>().ok()?,
			number => number.as_u64()?,
		};
		Some(Self { span, stations, digest, block })
	}

	/// All of a page and a day.
	fn read_all(value: &Value) -> Option<Vec<Self>> {
		value.as_array()?.iter().map(Self::read).collect()
	}
}

/// Those of the reports that stand by which something of a window (its first quarter, and the one behind its last) is proven: they meet
/// it and have one of its stations. In the order of their time.
fn meant(standing: &[Standing], window: (u8, u8), mask: u64) -> Vec<FrozenReport> {
	let meant = standing.iter().filter(|one| meets(&one.span, one.stations, window, mask));
	let mut meant: Vec<FrozenReport> = meant
		.map(|one| FrozenReport {
			day: one.span.day,
			first: one.span.first,
			digest: one.digest,
			block: one.block,
		})
		.collect();
	meant.sort_unstable_by_key(|report| (report.day, report.first));
	meant
}

/// What a proof by these reports is known by. `None` where there is none.
pub(super) fn known_by(standing: &[Standing], window: (u8, u8), mask: u64) -> Option<Hash> {
	let meant = meant(standing, window, mask);
	(!meant.is_empty()).then(|| frozen_hash(&meant))
}

/// Days of a page that are proven, each with the hash of its reports, as the chain keeps them.
fn read_proofs(value: &Value) -> Option<Vec<(u16, Hash)>> {
	let read = |proof: &Value| -> Option<(u16, Hash)> {
		let day = proof.get("day")?.as_u64()?.try_into().ok()?;
		Some((day, serde_json::from_value(proof.get("reports")?.clone()).ok()?))
	};
	value.as_array()?.iter().map(read).collect()
}

/// The key of a page's proofs.
fn proofs_key(plan: u32, page: u16) -> Vec<u8> {
	storage::twox_concat("Energy", "Proven", &[&plan.to_le_bytes(), &page.to_le_bytes()])
}

/// The days of a page that are proven as of a block, each with the hash of its reports.
pub(super) async fn made(at: At<'_>, plan: u32, page: u16) -> Result<Vec<(u16, Hash)>> {
	let found = values(at, "Proven", &[((), proofs_key(plan, page))], read_proofs).await?;
	Ok(found.into_iter().flat_map(|((), days)| days).collect())
}

/// Those days of a page whose proofs do not rest on the reports that stand.
fn stale_days(
	plan: &EnergyPlanPagesView,
	page: &EnergyPlanPageView,
	proofs: &[(u16, Hash)],
	standing: &HashMap<(u16, u16), Vec<Standing>>,
) -> Vec<u16> {
	let is_stale = |(day, made): &&(u16, Hash)| {
		let standing = standing.get(&(page.cells.page, *day)).map_or(&[][..], Vec::as_slice);
		let now = known_by(standing, (plan.plan.from, plan.plan.until), page.cells.mask());
		now.is_some_and(|now| now != *made)
	};
	proofs.iter().filter(is_stale).map(|(day, _)| *day).collect()
}

/// The values under keys of an item of energy; those that are not there are left out.
async fn values<K: Copy, V>(
	at: At<'_>,
	item: &str,
	keys: &[(K, Vec<u8>)],
	read: impl Fn(&Value) -> Option<V>,
) -> Result<Vec<(K, V)>> {
	let spec = at.chain().spec(at.hash).await?;
	let bare: Vec<Vec<u8>> = keys.iter().map(|(_, key)| key.clone()).collect();
	let found = storage::values(at.chain(), &spec, ("Energy", item), &bare, at.hash, KEYS_AT_ONCE).await?;
	let unreadable = || {
		Failure::chain("a storage item cannot be read").at(format!("Energy.{item}")).remedy(
			"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
		)
	};
	let there = keys.iter().zip(&found).filter_map(|((name, _), value)| Some((*name, value.as_ref()?)));
	there.map(|(name, value)| Ok((name, read(value).ok_or_else(unreadable)?))).collect()
}

/// Reads the reports that stand of pages and days, as far as they are not there yet.
async fn read_standing(
	at: At<'_>,
	(local_network, owner): (LocalNetworkId, OrgId),
	days: BTreeSet<(u16, u16)>,
	standing: &mut HashMap<(u16, u16), Vec<Standing>>,
) -> Result<()> {
	let key = |(page, day): (u16, u16)| {
		let (day_bytes, place) = (day.to_le_bytes(), local_network.0.to_le_bytes());
		let (page_bytes, owner) = (page.to_le_bytes(), [owner.0]);
		let parts: [&[u8]; 4] = [&day_bytes, &place, &page_bytes, &owner];
		((page, day), storage::twox_concat("Energy", "Reports", &parts))
	};
	let keys: Vec<((u16, u16), Vec<u8>)> =
		days.into_iter().filter(|of| !standing.contains_key(of)).map(key).collect();
	standing.extend(keys.iter().map(|(of, _)| (*of, Vec::new())));
	standing.extend(values(at, "Reports", &keys, Standing::read_all).await?);
	Ok(())
}

/// The first day of which reports are kept.
async fn kept_from(at: At<'_>, local_network: LocalNetworkId) -> Result<u16> {
	let today = day_of(at.moment().await?);
	let days = at.energy_rules(local_network, today).await?.days;
	Ok(today.saturating_add(1).saturating_sub(days))
}

/// Which weekday a day of a plan is, counted from that of the first one.
const fn weekday(plan: &EnergyPlanView, day: u16) -> u16 {
	day.saturating_sub(plan.first_day) % WEEK
}

/// Whether something of these days, at most of so many, is what is frozen. `days`: the reports of each, the latest first; `behind`: what
/// is taken of later days.
fn is_among(frozen: Hash, days: &[Vec<FrozenReport>], most: u8, behind: &[FrozenReport]) -> bool {
	if frozen_hash(behind) == frozen {
		return true;
	}
	let Some(most) = most.checked_sub(1) else { return false };
	let from = |n: usize| days.get(n..).and_then(<[_]>::split_first);
	(0..days.len()).filter_map(from).any(|(day, earlier)| {
		let taken = [&day[..], behind].concat();
		is_among(frozen, earlier, most, &taken)
	})
}

/// What one weekday of a page is measured against.
struct Baseline<'a> {
	plan: &'a EnergyPlanView,
	page: &'a EnergyPlanPageView,
	weekday: u16,
}

impl Baseline<'_> {
	/// The last so many of its weekday before the plan, the latest first.
	fn days(&self, count: u16) -> Vec<u16> {
		let first = self.plan.first_day.saturating_add(self.weekday);
		(1..=count).map_while(|weeks| first.checked_sub(weeks.saturating_mul(WEEK))).collect()
	}

	/// Whether what is frozen stands, as far as these days say.
	fn stands(&self, frozen: Hash, days: &[u16], standing: &HashMap<(u16, u16), Vec<Standing>>) -> bool {
		let (window, mask) = ((self.plan.from, self.plan.until), self.page.cells.mask());
		let reports = |day: &u16| {
			let of_day = standing.get(&(self.page.cells.page, *day)).map_or(&[][..], Vec::as_slice);
			let mut reports = meant(of_day, window, mask);
			// What was reported later is not frozen.
			reports.retain(|report| self.page.examined.is_none_or(|block| report.block <= block));
			reports
		};
		let reports: Vec<_> = days.iter().map(reports).filter(|reports| !reports.is_empty()).collect();
		is_among(frozen, &reports, self.plan.baseline.weeks, &[])
	}

	/// Whether a report that is frozen stands no more. Nothing is said where some of those days may be forgotten.
	async fn is_corrected(
		&self,
		at: At<'_>,
		kept_from: u16,
		standing: &mut HashMap<(u16, u16), Vec<Standing>>,
	) -> Result<bool> {
		let Some(frozen) = self.page.frozen.get(usize::from(self.weekday)).copied() else { return Ok(false) };
		let weeks = u16::from(self.plan.baseline.weeks);
		let is_kept = self.days(weeks).last().is_some_and(|day| *day >= kept_from);
		if !is_kept {
			return Ok(false);
		}
		for count in [weeks, LOOKED] {
			let days = self.days(count);
			let wanted = days.iter().map(|day| (self.page.cells.page, *day)).collect();
			read_standing(at, (self.plan.local_network, self.plan.by), wanted, standing).await?;
			if self.stands(frozen, &days, standing) {
				return Ok(false);
			}
		}
		Ok(true)
	}
}

/// The proofs of a month that do not rest on the reports that stand, of owners' stations in local networks.
pub(in crate::energy) async fn stale(
	at: At<'_>,
	month: u16,
	of: &[(LocalNetworkId, OrgId)],
) -> Result<Vec<Stale>> {
	let mut all = Vec::new();
	for (local_network, owner) in of.iter().copied() {
		let plans = plans_of(at, local_network, owner, month).await?;
		let pages: Vec<(&EnergyPlanPagesView, &EnergyPlanPageView)> = plans
			.iter()
			.flat_map(|plan| plan.pages.iter().map(move |page| (plan, page)))
			.filter(|(_, page)| page.proven.iter().any(|proof| month_of_day(proof.day) == month))
			.collect();
		if pages.is_empty() {
			continue;
		}
		let key = |(plan, page): &(&EnergyPlanPagesView, &EnergyPlanPageView)| {
			let (number, of) = (plan.plan.number, page.cells.page);
			((number, of), proofs_key(number, of))
		};
		let keys: Vec<((u32, u16), Vec<u8>)> = pages.iter().map(key).collect();
		let mut proofs: HashMap<(u32, u16), Vec<(u16, Hash)>> =
			values(at, "Proven", &keys, read_proofs).await?.into_iter().collect();
		proofs.values_mut().for_each(|days| days.retain(|(day, _)| month_of_day(*day) == month));
		let days: BTreeSet<(u16, u16)> = proofs
			.iter()
			.flat_map(|((_, page), days)| days.iter().map(move |(day, _)| (*page, *day)))
			.collect();
		let mut standing = HashMap::new();
		read_standing(at, (local_network, owner), days, &mut standing).await?;
		let is_final = at.energy_total(month, local_network, owner).await?.is_closed;
		let kept_from = kept_from(at, local_network).await?;
		for (plan, page) in pages {
			let (number, page_number) = (plan.plan.number, page.cells.page);
			let made = proofs.get(&(number, page_number)).map_or(&[][..], Vec::as_slice);
			let of_day = stale_days(plan, page, made, &standing).into_iter().map(|day| (Cause::Day, day));
			let mut found: Vec<(Cause, u16)> = of_day.collect();
			let weekdays: BTreeSet<u16> = made.iter().map(|(day, _)| weekday(&plan.plan, *day)).collect();
			for of in weekdays {
				let baseline = Baseline { plan: &plan.plan, page, weekday: of };
				if baseline.is_corrected(at, kept_from, &mut standing).await? {
					let days = made.iter().map(|(day, _)| *day).filter(|day| weekday(&plan.plan, *day) == of);
					found.extend(days.map(|day| (Cause::Baseline, day)));
				}
			}
			all.extend(found.into_iter().map(|(cause, day)| Stale {
				local_network,
				owner,
				plan: number,
				page: page_number,
				day,
				cause,
				is_final,
			}));
		}
	}
	Ok(all)
}

#[cfg(test)]
mod tests {
	use super::{super::propose::tests::view, *};
	use trimast_primitives::energy::Interval;

	/// A day's report of the first station of the page, as the chain keeps it: among more that is of no interest here.
	fn entry(digest: u8) -> Value {
		json!({
			"span": { "day": 20_785, "first": 0, "interval": "Hour", "count": 24 }, "number": 1, "stations": 1,
			"digest": Hash::repeat_byte(digest), "block": 9, "dispute": null,
		})
	}

	/// Which days are told of, where the proof was made by a report and others stand.
	fn days(made_by: u8, entries: &[Value]) -> Vec<u16> {
		let (plan, page) = (view(), view().pages.remove(0));
		let read = |entries: &[Value]| Standing::read_all(&json!(entries)).unwrap();
		let window = (plan.plan.from, plan.plan.until);
		let made = known_by(&read(&[entry(made_by)]), window, page.cells.mask()).unwrap();
		let proofs = read_proofs(&json!([{ "day": 20_785, "reports": made, "saved": {} }])).unwrap();
		let standing = [((page.cells.page, 20_785), read(entries))].into();
		stale_days(&plan, &page, &proofs, &standing)
	}

	#[test]
	fn proof_is_stale_where_its_report_was_corrected() {
		assert_eq!(days(3, &[entry(3)]), [0u16; 0]);
		assert_eq!(days(3, &[entry(4)]), [20_785]);
		// Nothing is said where the reports are forgotten
		assert_eq!(days(3, &[]), [0u16; 0]);
	}

	#[test]
	fn proof_is_stale_where_a_report_was_added_that_it_should_have() {
		let other = |first: u8, stations: Value| {
			let mut other = entry(5);
			other["span"]["first"] = json!(first);
			other["span"]["count"] = json!(1);
			other["stations"] = stations;
			other
		};
		// The window is from one to five, and of slot 0
		assert_eq!(days(3, &[entry(3), other(4, json!(1))]), [20_785]);
		assert_eq!(days(3, &[entry(3), other(20, json!(1))]), [0u16; 0]);
		assert_eq!(days(3, &[entry(3), other(4, json!("18446744073709551614"))]), [0u16; 0]);
	}

	#[test]
	fn baseline_is_corrected_where_what_is_frozen_is_not_among_what_stands() {
		// Given a plan measured against four weeks, of which the third before it was not reported when it was examined in block 11
		let (mut plan, mut page) = (view(), view().pages.remove(0));
		plan.plan.baseline.weeks = 4;
		page.examined = Some(11);
		let report = |day: u16, digest: u8, block: BlockNumber| Standing {
			span: Span { day, first: 0, interval: Interval::Hour, count: 24 },
			stations: 1,
			digest: Hash::repeat_byte(digest),
			block,
		};
		let before = |weeks: u16| plan.plan.first_day + 1 - 7 * weeks;
		let first = [(4, 14), (2, 12), (1, 11)].map(|(weeks, digest)| report(before(weeks), digest, 9));
		let frozen = frozen_hash(&meant(&first, (4, 20), 1));
		let baseline = Baseline { plan: &plan.plan, page: &page, weekday: 1 };
		assert_eq!(baseline.days(4), [1, 2, 3, 4].map(before));
		let stands = |all: &[Standing]| {
			let standing = all.iter().map(|one| ((page.cells.page, one.span.day), vec![*one])).collect();
			baseline.stands(frozen, &baseline.days(LOOKED), &standing)
		};
		assert!(stands(&first));
		// A day more that was reported before, and is in no baseline since something has slept, or later, is none of them
		let [fourth, second, latest] = first;
		assert!(stands(&[fourth, report(before(3), 13, 9), second, latest]));
		assert!(stands(&[fourth, report(before(3), 13, 20), second, latest]));
		// But a correction is another one
		assert!(!stands(&[fourth, report(before(2), 22, 20), latest]));
		// And what comes later of a day that is frozen is not
		let mut part = report(before(2), 22, 20);
		part.span = Span { first: 12, count: 1, ..part.span };
		let mut of_day: HashMap<(u16, u16), Vec<Standing>> =
			first.iter().map(|one| ((page.cells.page, one.span.day), vec![*one])).collect();
		of_day.get_mut(&(page.cells.page, before(2))).unwrap().push(part);
		assert!(baseline.stands(frozen, &baseline.days(LOOKED), &of_day));
		// Nothing is frozen where nothing was reported
		assert!(baseline.stands(frozen_hash(&[]), &baseline.days(LOOKED), &HashMap::new()));
	}

	#[test]
	fn reports_that_stand_are_read_as_the_chain_keeps_them() {
		let span = Span { day: 20_785, first: 0, interval: Interval::Hour, count: 24 };
		let one = Standing { span, stations: 1, digest: Hash::repeat_byte(3), block: 9 };
		assert_eq!(Standing::read_all(&json!([entry(3)])), Some(vec![one]));
		assert_eq!(Standing::read_all(&json!([{ "span": 1 }])), None);
	}

	#[test]
	fn stale_proofs_are_named_with_what_to_do() {
		let one = Stale {
			local_network: LocalNetworkId(1301),
			owner: OrgId(0),
			plan: 7,
			page: 2,
			day: 20_785,
			cause: Cause::Day,
			is_final: false,
		};
		let text = below("table".into(), &[one]);
		for part in [
			"table\nproof of plan 7, page 2, 2026-11-28: rests on a report that was corrected since",
			"`trimast energy prove 7 --page 2 --day 2026-11-28 --again --archive URL`",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let baseline = Stale { cause: Cause::Baseline, ..one };
		let value = to_json(&[baseline, one]);
		let (of_day, of_baseline) = (&value["stale_proofs"], &value["corrected_baselines"]);
		assert_eq!((&of_day[0]["plan"], &of_day[0]["day"]), (&json!(7), &json!("2026-11-28")));
		assert_eq!((of_day.as_array().unwrap().len(), &of_baseline[0]["plan"]), (1, &json!(7)));
		let told = baseline.text();
		assert!(told.contains("does not stand any more") && told.contains("plan show 7 --archive"), "{told}");
		assert!(!told.contains("--again"), "{told}");
		let last = Stale { is_final: true, ..one };
		assert!(last.text().contains("is final") && !last.text().contains("energy prove"));
		assert_eq!(last.to_json()["is_final"], true);
	}
}
