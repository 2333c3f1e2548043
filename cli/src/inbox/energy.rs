// SPDX-License-Identifier: Apache-2.0
//! What waits of energy, of this month and the last: reports that are contested, and lines of statements to sign. All of it follows
//! from the totals of the two months, and no report is looked at. Of saving windows: plans to agree to, and what one's own plans lack.

use super::Item;
use crate::{
	chain::views::At,
	config::scores::{date, month_text},
	error::Result,
	names::org_name,
	output::counted,
};
use futures::{stream, StreamExt, TryStreamExt};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	access::Role,
	apis::{AccountView, EnergyLineView, EnergyPlanView, EnergyTotalView, OrgView},
	calendar::{begin_of, day_of, month_of},
	energy::PlanPhase,
	LocalNetworkId, OrgId, ProvinceId,
};

/// How much is asked for at once.
const AT_ONCE: usize = 16;
/// Local networks that are named.
const NAMED: usize = 3;

/// The first few local networks.
fn places(all: &[LocalNetworkId]) -> String {
	let names: Vec<String> = all.iter().take(NAMED).map(|id| id.0.to_string()).collect();
	let more = if all.len() > NAMED { ", ..." } else { "" };
	format!("{}{more}", names.join(", "))
}

/// Reports of a month that are contested, by the company whose they are.
fn contested(
	month: u16,
	totals: &[(LocalNetworkId, OrgId, EnergyTotalView)],
	own: OrgId,
	orgs: &[OrgView],
) -> Vec<Item> {
	let mut by_owner: BTreeMap<OrgId, (u32, Vec<LocalNetworkId>)> = BTreeMap::new();
	for (id, owner, view) in totals.iter().filter(|(_, _, view)| view.contested > 0) {
		let (count, places) = by_owner.entry(*owner).or_default();
		*count = count.saturating_add(view.contested);
		places.push(*id);
	}
	let item = |(owner, (count, all)): (OrgId, (u32, Vec<LocalNetworkId>))| {
		let first = all.first()?;
		let (kind, of) = match owner == own {
			true => ("contested reports of your stations", String::new()),
			false => {
				("contested reports, to rule on or to take back", format!(" of {}", org_name(orgs, owner)))
			}
		};
		let month = month_text(month);
		Some(Item {
			deadline: None,
			passed: 0,
			kind,
			what: format!("{}{of} in {month}: {}", counted(count, "report"), places(&all)),
			command: format!(
				"trimast energy show {} --month {month} --owner {} --contested",
				first.0, owner.0
			),
		})
	};
	by_owner.into_iter().filter_map(item).collect()
}

/// The lines of a statement that a company has neither signed nor disputed: those that may be signed, and those that are there to be
/// looked at before.
fn unsigned(
	(month, today): (u16, u16),
	(owner, payer, province): (OrgId, OrgId, ProvinceId),
	lines: &[EnergyLineView],
	own: OrgId,
	orgs: &[OrgView],
) -> Vec<Item> {
	let open = lines.iter().filter(|view| !view.signed.contains(own) && !view.disputed.contains(own));
	let (waiting, ready): (Vec<_>, Vec<_>) = open.partition(|view| today < view.signable_from);
	let month = month_text(month);
	let (from, to) = (org_name(orgs, payer), org_name(orgs, owner));
	let item = |kind: &'static str, verb: &str, lines: &[&EnergyLineView], when: String| {
		let all: Vec<LocalNetworkId> = lines.iter().map(|view| view.line.local_network).collect();
		let count = counted(all.len(), "line");
		Item {
			deadline: None,
			passed: 0,
			kind,
			what: format!("{count} of {from} to {to} in {month}: {}{when}", places(&all)),
			command: format!(
				"trimast energy statement {verb} --month {month} --owner {} --payer {} --province {}",
				owner.0, payer.0, province.0
			),
		}
	};
	let mut items = Vec::new();
	if !ready.is_empty() {
		items.push(item("lines of energy statements to sign", "sign", &ready, String::new()));
	}
	let days = waiting.iter().map(|view| view.signable_from);
	if let Some((first, last)) = days.clone().min().zip(days.max()) {
		let which = if first == last { "" } else { "the first " };
		let when = format!("; {which}to be signed from {} on", date(begin_of(first)));
		items.push(item("lines of energy statements to look at", "show", &waiting, when));
	}
	items
}

/// The totals of a month in the account's scope.
async fn totals(
	at: At<'_>,
	month: u16,
	account: &AccountView,
) -> Result<Vec<(LocalNetworkId, OrgId, EnergyTotalView)>> {
	let all = at.energy_totals(month).await?.into_iter().filter(|(id, _)| account.scope.covers(*id));
	let ask = |(id, owner)| async move {
		Ok::<_, crate::error::Failure>((id, owner, at.energy_total(month, id, owner).await?))
	};
	stream::iter(all.collect::<Vec<_>>()).map(ask).buffered(AT_ONCE).try_collect().await
}

/// Plans of a kind together, with the command that goes on with the first.
fn of_plans(kind: &'static str, plans: &[&EnergyPlanView], orgs: &[OrgView], command: &str) -> Option<Item> {
	let first = plans.first()?;
	let name = |view: &&EnergyPlanView| {
		format!("{} of {} in {}", view.number, org_name(orgs, view.by), view.local_network.0)
	};
	let names: Vec<String> = plans.iter().take(NAMED).map(name).collect();
	let more = if plans.len() > NAMED { ", ..." } else { "" };
	let begin = plans.iter().map(|view| view.first_day).min().unwrap_or(first.first_day);
	Some(Item {
		deadline: None,
		passed: 0,
		kind,
		what: format!(
			"{}: {}{more}; the first begins on {}",
			counted(plans.len(), "plan"),
			names.join(", "),
			date(begin_of(begin))
		),
		command: format!("trimast energy {command} {}", first.number),
	})
}

/// Plans that wait for a company: for its consent, to have them examined, to approve their pages.
fn plans(all: &[EnergyPlanView], account: &AccountView, orgs: &[OrgView]) -> Vec<Item> {
	let of = |is_asked: &dyn Fn(&EnergyPlanView) -> bool| {
		let mut found: Vec<_> =
			all.iter().filter(|view| account.scope.covers(view.local_network) && is_asked(view)).collect();
		found.sort_by_key(|view| (view.first_day, view.number));
		found
	};
	let own = account.org;
	let to_agree = of(&|view| {
		let is_examined = view.phase == PlanPhase::Proposed && view.examined == view.pages;
		is_examined && view.required.contains(own) && !view.given.contains(own)
	});
	let to_examine =
		of(&|view| view.phase == PlanPhase::Proposed && view.by == own && view.examined < view.pages);
	let to_approve = of(&|view| view.phase == PlanPhase::Agreed && view.by == own);
	let items = [
		of_plans("saving windows to agree to", &to_agree, orgs, "consent"),
		of_plans("saving windows of yours to have examined", &to_examine, orgs, "plan examine"),
		of_plans("saving windows of yours to approve", &to_approve, orgs, "plan approve"),
	];
	items.into_iter().flatten().collect()
}

/// All of it, for planners, engineers and auditors, as far as the account's scope goes.
pub(super) async fn items(at: At<'_>, account: &AccountView, orgs: &[OrgView]) -> Result<Vec<Item>> {
	let has = |role| account.roles.contains(role);
	let is_critic = has(Role::Planner) || has(Role::Auditor);
	let is_planner = has(Role::Planner) || has(Role::Engineer);
	if !orgs.iter().any(|org| org.id == account.org && org.kind.has_council_seat()) {
		return Ok(Vec::new());
	}
	let mut items = match is_planner {
		true => plans(&at.saving_plans(None).await?, account, orgs),
		false => Vec::new(),
	};
	if is_critic {
		items.extend(of_months(at, account, orgs).await?);
	}
	Ok(items)
}

/// What of this month and the last waits, for planners and auditors.
async fn of_months(at: At<'_>, account: &AccountView, orgs: &[OrgView]) -> Result<Vec<Item>> {
	let now = at.moment().await?;
	let this = month_of(now);
	let last = this.saturating_sub(1);
	let mut items = contested(this, &totals(at, this, account).await?, account.org, orgs);
	let of_last = totals(at, last, account).await?;
	items.extend(contested(last, &of_last, account.org, orgs));
	let mut statements: BTreeSet<(OrgId, OrgId, ProvinceId)> = BTreeSet::new();
	for (id, owner, view) in &of_last {
		let payers = view.sums.iter().map(|(org, _)| *org).filter(|payer| payer != owner);
		let own = payers.filter(|payer| [*owner, *payer].contains(&account.org));
		statements.extend(own.map(|payer| (*owner, payer, id.province())));
	}
	for (owner, payer, province) in statements {
		let mut lines = at.energy_statement(last, owner, payer, province).await?;
		lines.retain(|view| account.scope.covers(view.line.local_network));
		items.extend(unsigned((last, day_of(now)), (owner, payer, province), &lines, account.org, orgs));
	}
	Ok(items)
}

#[cfg(test)]
mod tests {
	use super::{super::tests::org, *};
	use trimast_primitives::{
		access::{Roles, Scope},
		energy::{BaselineMethod, EmissionFactor, Line, SavingMethod, Sums},
		Hash, OrgSet,
	};

	const MONTH: u16 = 2026 * 12 + 4;

	fn plan(number: u32, by: u8, phase: PlanPhase, examined: u32, given: OrgSet) -> EnergyPlanView {
		EnergyPlanView {
			number,
			by: OrgId(by),
			phase,
			hash: Hash::zero(),
			local_network: LocalNetworkId(1301),
			first_day: 20_785,
			last_day: 20_789,
			from: 4,
			until: 20,
			method: SavingMethod::Carrier,
			baseline: BaselineMethod { weeks: 4, elasticity: 200 },
			pages: 2,
			cells: 6,
			examined,
			approved: 0,
			required: OrgSet::of(OrgId(1)).with(OrgId(2)),
			given,
			subject: Hash::zero(),
			revision: 0,
		}
	}

	#[test]
	fn plans_wait_for_who_shares_the_stations_and_for_who_proposes_them() {
		use PlanPhase::{Agreed, Approved, Proposed};
		let none = OrgSet::EMPTY;
		let all = [
			plan(3, 0, Proposed, 2, none),
			plan(4, 0, Proposed, 1, none),
			plan(5, 0, Proposed, 2, OrgSet::of(OrgId(1))),
			plan(6, 0, Agreed, 2, none),
			plan(7, 0, Approved, 2, none),
		];
		let of = |org: u8, scope| {
			let roles = Roles::of(Role::Planner);
			let account = AccountView {
				account: [7; 32].into(),
				org: OrgId(org),
				roles,
				scope,
				branch: None,
				since: 0,
			};
			let items = plans(&all, &account, &[]);
			items.into_iter().map(|item| (item.kind, item.what, item.command)).collect::<Vec<_>>()
		};
		let items = of(1, Scope::National);
		assert_eq!(items.len(), 1);
		assert_eq!(items[0].0, "saving windows to agree to");
		assert_eq!(items[0].1, "1 plan: 3 of 0 in 1301; the first begins on 2026-11-28");
		assert_eq!(items[0].2, "trimast energy consent 3");
		assert_eq!(
			of(2, Scope::National)[0].1,
			"2 plans: 3 of 0 in 1301, 5 of 0 in 1301; the first begins on 2026-11-28"
		);
		let commands: Vec<_> = of(0, Scope::National).into_iter().map(|(.., command)| command).collect();
		assert_eq!(commands, ["trimast energy plan examine 4", "trimast energy plan approve 6"]);
		assert!(
			of(0, Scope::LocalNetwork(LocalNetworkId(1302))).is_empty() && of(9, Scope::National).is_empty()
		);
	}

	#[test]
	fn contested_reports_are_told_to_their_owner_and_to_the_others() {
		let total = |contested| EnergyTotalView { sums: vec![], counted: 0, contested, is_closed: false };
		let totals: Vec<_> = [(1301, 1, 2), (1302, 1, 1), (1303, 2, 0), (1304, 2, 1)]
			.map(|(place, owner, contested)| (LocalNetworkId(place), OrgId(owner), total(contested)))
			.into();
		let items = contested(MONTH, &totals, OrgId(1), &[org(2)]);
		assert_eq!(items.len(), 2);
		assert_eq!(items[0].kind, "contested reports of your stations");
		assert_eq!(items[0].what, "3 reports in 2026-05: 1301, 1302");
		assert_eq!(items[1].kind, "contested reports, to rule on or to take back");
		assert_eq!(items[1].command, "trimast energy show 1304 --month 2026-05 --owner 2 --contested");
	}

	#[test]
	fn lines_wait_until_they_are_signed_or_disputed() {
		let sums = Sums::default();
		// 2026-06-11 and later
		let line = |place, signed, disputed, later: u16| EnergyLineView {
			line: Line {
				local_network: LocalNetworkId(place),
				share: sums,
				whole: sums,
				factor: EmissionFactor(1),
				saved: 0,
				saved_by_all: 0,
			},
			digest: Hash::zero(),
			signed,
			disputed,
			signable_from: 20_615 + later,
		};
		let (own, other) = (OrgSet::of(OrgId(1)), OrgSet::of(OrgId(0)));
		let which = (OrgId(0), OrgId(1), ProvinceId(13));
		let lines = [
			line(1301, other, OrgSet::EMPTY, 0),
			line(1302, own, OrgSet::EMPTY, 0),
			line(1303, OrgSet::EMPTY, own, 0),
		];
		let of = |today, lines: &[EnergyLineView]| unsigned((MONTH, today), which, lines, OrgId(1), &[]);
		let item = of(20_615, &lines).remove(0);
		assert_eq!(item.what, "1 line of 1 to 0 in 2026-05: 1301");
		assert!(
			item.command.ends_with("sign --month 2026-05 --owner 0 --payer 1 --province 13"),
			"{}",
			item.command
		);
		// Before that day they are looked at, since nobody signs them
		let early = of(20_614, &lines).remove(0);
		assert_eq!(early.what, "1 line of 1 to 0 in 2026-05: 1301; to be signed from 2026-06-11 on");
		assert!(early.command.starts_with("trimast energy statement show "), "{}", early.command);
		assert!(of(20_615, &lines[1..]).is_empty() && of(20_614, &lines[1..]).is_empty());
		// Each by its own day
		let late = [2, 5].map(|later| line(1304 + later, OrgSet::EMPTY, OrgSet::EMPTY, later));
		let all = [lines[..1].to_vec(), late.to_vec()].concat();
		let said: Vec<_> = of(20_615, &all).into_iter().map(|item| item.what).collect();
		assert_eq!(
			said,
			[
				"1 line of 1 to 0 in 2026-05: 1301",
				"2 lines of 1 to 0 in 2026-05: 1306, 1309; the first to be signed from 2026-06-13 on"
			]
		);
	}
}
