// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	forgetting, governed,
	statements::draft,
	types::{Entry, Total},
	windows::{
		agenda, noted,
		types::{Hold, Noting, Saved, SleptWindow, Window, MAX_OWN_HOLDS},
	},
	Agreements, Config, Covering, CoveringIn, DaysFrom, Due, EmissionFactors, Examinations, FirstDay,
	FirstPlan, Held, Lines, MonthsFrom, NextPlan, Noted, NotedBy, OpenPlans, Pallet, Plans, PlansIn, Proven,
	Queued, Reports, Savings, SettingsInForce, SharingRules, Slept, Tariffs, Tolerances, Totals, Windows,
	Woken,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;
use trimast_primitives::{
	calendar::month_of_day,
	energy::{examination_hash, Compensation, PageCells, PlanPhase, SavingPlan},
	page::SiteId,
	LocalNetworkId, OrgId,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
	/// Checks that totals are the sums of what stands of reports, wherever no report of their month is forgotten; that reports of
	/// a day stand in the order of their time and do not overlap; that no report is of a day behind the one on which the last was
	/// accepted; that a contested report has the lower sums; that a month is closed where both sides have signed, and nowhere else, as long as it is kept; and that what they have signed stands. And what
	/// [`Self::check_windows`] and [`Self::check_governed`] say.
	pub fn do_try_state() -> Check {
		Self::check_governed()?;
		Self::check_windows()?;
		let mut totals: BTreeMap<_, Total> = BTreeMap::new();
		for ((day, local_network, _, owner), entries) in Reports::<T>::iter() {
			ensure!(!entries.is_empty() && (1..=day).contains(&DaysFrom::<T>::get()), "reports: of no day");
			ensure!(day.saturating_add(1) >= FirstDay::<T>::get(), "reports: of a day that is forgotten");
			let is_ordered = entries.is_sorted_by(|a, b| u16::from(b.span.first) >= a.span.end());
			ensure!(is_ordered && entries.iter().all(|entry| entry.span.day == day), "reports: out of order");
			for entry in &entries {
				Self::check_entry(entry, owner)?;
				let total = totals.entry((month_of_day(day), local_network, owner)).or_default();
				total.put_in(entry).ok_or("reports: too many participants")?;
				// A report is of what is over.
				total.last_report = total.last_report.max(day);
			}
		}
		let first_whole = month_of_day(DaysFrom::<T>::get()).saturating_add(1);
		let first_kept = forgetting::first_month::<T>();
		for (key, total) in Totals::<T>::iter() {
			ensure!((1..=key.0).contains(&MonthsFrom::<T>::get()), "totals: forgotten");
			let found = totals.remove(&key).unwrap_or_default();
			let is_same = (&total.sums, total.counted, total.contested)
				== (&found.sums, found.counted, found.contested);
			ensure!(is_same || key.0 < first_whole, "totals: not the sums of reports");
			ensure!(total.last_report >= found.last_report, "totals: reported later");
			// Of what is forgotten nothing is contested.
			ensure!(total.contested == found.contested, "totals: contested by nobody");
			// Totals and lines of an old month are removed each by themselves.
			ensure!(key.0 < first_kept || total.is_closed == Self::is_final(key), "totals: closed, or not");
		}
		ensure!(totals.keys().all(|(month, ..)| *month < MonthsFrom::<T>::get()), "totals: missing");
		Self::check_lines(first_kept)
	}

	/// Checks that what is governed can be, and that versions stand in the order of their days; and that there is a tolerance.
	fn check_governed() -> Check {
		fn in_order<V>(versions: &[(u16, V)]) -> Check {
			let is_so = !versions.is_empty() && versions.is_sorted_by(|a, b| a.0 < b.0);
			ensure!(is_so, "governed: versions out of order");
			Ok(())
		}
		for (scope, versions) in SharingRules::<T>::iter() {
			in_order(&versions)?;
			let are_valid =
				versions.iter().all(|(_, rule)| governed::check_sharing::<T>(scope, rule).is_ok());
			ensure!(are_valid, "governed: sharing rule");
		}
		for (province, versions) in Tariffs::<T>::iter() {
			in_order(&versions)?;
			let are_valid =
				versions.iter().all(|(_, tariff)| governed::check_tariff::<T>(province, tariff).is_ok());
			ensure!(are_valid, "governed: tariff");
		}
		for (province, year, versions) in EmissionFactors::<T>::iter() {
			in_order(&versions)?;
			let are_valid = versions
				.iter()
				.all(|(_, factor)| governed::check_factor::<T>(province, year, *factor).is_ok());
			ensure!(are_valid, "governed: emission factor");
		}
		let tolerances = Tolerances::<T>::get();
		in_order(&tolerances)?;
		let are_valid =
			tolerances.iter().all(|(_, tolerance)| governed::check_tolerance::<T>(*tolerance).is_ok());
		ensure!(are_valid, "governed: tolerance");
		ensure!(SettingsInForce::<T>::get().is_valid(), "governed: settings");
		Ok(())
	}

	/// Checks that final lines of months that are kept say what totals, savings and factors say.
	fn check_lines(first_kept: u16) -> Check {
		for ((month, owner, payer, local_network), signatures) in Lines::<T>::iter() {
			if month < first_kept || !signatures.is_final() {
				continue;
			}
			let now = draft::<T>(month, owner, payer, local_network).ok_or("lines: of nothing")?;
			ensure!(now == signatures.line, "lines: final, and not what stands");
		}
		Ok(())
	}

	fn check_entry(entry: &Entry, owner: OrgId) -> Check {
		ensure!(entry.span.is_valid() && entry.stations != 0, "reports: empty");
		ensure!(
			entry.concerned.is_superset(entry.attested) && !entry.concerned.contains(owner),
			"reports: witnesses"
		);
		let Some(dispute) = &entry.dispute else { return Ok(()) };
		ensure!(entry.concerned.contains(dispute.by) && entry.settlement.is_none(), "dispute: by whom");
		ensure!(entry.standing.energy() <= dispute.reported.energy(), "dispute: not the lower");
		Ok(())
	}

	/// Whether both sides have signed a line that rests on a total.
	fn is_final((month, local_network, owner): (u16, LocalNetworkId, OrgId)) -> bool {
		let mut lines = Lines::<T>::iter_prefix((month, owner));
		lines.any(|((_, at), line)| at == local_network && line.is_final())
	}

	/// Checks that every plan is due once, as urgently as its phase has it, and counted once; that it stands as its pages do; that what
	/// is held is what was found of the pages, for as long as it is held; that a station's cells sleep in one plan at a time, and who
	/// stands in in none that puts it to sleep then; that only cells of a plan were woken; that whoever has noted an outage has its turn;
	/// what [`Self::check_covering`] and [`Self::check_slept`] say;
	/// and that savings are no less than what is proven, and shares add up.
	fn check_windows() -> Check {
		let mut held: BTreeMap<(LocalNetworkId, u16), Vec<Hold>> = BTreeMap::new();
		let mut open: BTreeMap<(OrgId, LocalNetworkId), u16> = BTreeMap::new();
		let mut savings: BTreeMap<(u16, LocalNetworkId, OrgId), Saved> = BTreeMap::new();
		let (first, next) = (FirstPlan::<T>::get(), NextPlan::<T>::get());
		for (number, window) in Windows::<T>::iter() {
			let plan = Plans::<T>::get(number).ok_or("plans: missing")?;
			ensure!((first..next).contains(&number), "plans: number");
			ensure!(PlansIn::<T>::contains_key(window.local_network, number), "plans: of no local network");
			ensure!(Due::<T>::contains_key(agenda::position(number, &window)), "plans: not due");
			ensure!(Queued::<T>::get().0.contains(window.by), "plans: of nobody in the queue");
			if window.holds {
				let count = open.entry((window.by, window.local_network)).or_default();
				*count = count.saturating_add(1);
			}
			Self::check_plan(number, &window, &plan)?;
			for cells in &plan.pages {
				let Some(found) = Examinations::<T>::get(number, cells.page) else { continue };
				let is_held = Held::<T>::get(window.local_network, cells.page)
					.iter()
					.any(|hold| (hold.plan, hold.of) == (number, cells.page));
				ensure!(window.holds || !is_held, "plans: holds what it has given up");
				// While a plan is over its pages give up what they hold one by one.
				if is_held {
					Self::hold(&mut held, number, &window, cells, &found.compensations);
				}
				ensure!(is_held || !window.phase.is_binding(), "plans: holds nothing");
				for proof in Proven::<T>::get(number, cells.page) {
					ensure!(window.has_day(proof.day), "proofs: of no day");
					Self::check_saved(&proof.saved)?;
					let key = (month_of_day(proof.day), window.local_network, window.by);
					let sum = savings.remove(&key).unwrap_or_default();
					savings.insert(key, sum.plus(&proof.saved).ok_or("proofs: too many participants")?);
				}
			}
		}
		ensure!(Due::<T>::iter_keys().count() == Windows::<T>::iter_keys().count(), "queue: more than plans");
		ensure!(PlansIn::<T>::iter_keys().count() == Windows::<T>::iter_keys().count(), "plans: counted");
		let counted: BTreeMap<_, _> = OpenPlans::<T>::iter().map(|(org, at, n)| ((org, at), n)).collect();
		ensure!(open == counted, "plans: open");
		for (local_network, page, holds) in Held::<T>::iter() {
			let mut found = held.remove(&(local_network, page)).unwrap_or_default();
			let mut holds = holds.into_inner();
			let key = |hold: &Hold| (hold.plan, hold.of, hold.slot);
			found.sort_by_key(key);
			holds.sort_by_key(key);
			ensure!(holds == found, "holds: not what was found");
			Self::check_holds(&holds)?;
		}
		ensure!(held.is_empty(), "holds: missing");
		for ((plan, page, _), woken) in Woken::<T>::iter() {
			let plan = Plans::<T>::get(plan).ok_or("woken: of no plan")?;
			let cells = plan.cells_of(page).ok_or("woken: of no page")?;
			for waking in woken {
				let own = cells.stations.iter().find(|(slot, _)| *slot == waking.slot);
				ensure!(own.is_some_and(|(_, own)| waking.cells & !own == 0), "woken: another's");
			}
		}
		let in_turn = NotedBy::<T>::get().0;
		ensure!(
			Noted::<T>::iter_keys().all(|(org, _)| in_turn.contains(org)),
			"outages: of nobody in the queue"
		);
		Self::check_covering()?;
		Self::check_slept()?;
		for (key, total) in Savings::<T>::iter() {
			Self::check_saved(&total)?;
			let proven = savings.remove(&key).unwrap_or_default();
			// Of plans that are forgotten the total alone is left.
			let is_no_less = proven.expected <= total.expected && proven.compared <= total.compared;
			ensure!(is_no_less, "savings: less than proven");
		}
		ensure!(savings.is_empty(), "savings: missing");
		Ok(())
	}

	/// Checks that of each station whose cells are entered as covered it is known in which pages, and that something of it is noted: so they
	/// are taken out again.
	fn check_covering() -> Check {
		let mut entered: BTreeMap<SiteId, BTreeSet<(LocalNetworkId, u16)>> = BTreeMap::new();
		for ((local_network, page, station), covers) in Covering::<T>::iter() {
			ensure!(!covers.is_empty() && covers.is_sorted(), "outages: covered by nothing");
			entered.entry(station).or_default().insert((local_network, page));
		}
		let outages = Noted::<T>::iter().filter(|(.., noting)| matches!(noting, Noting::Outage { .. }));
		let noted: BTreeSet<SiteId> = outages.map(|(_, key, _)| noted::of_key(key).1).collect();
		for (station, pages) in CoveringIn::<T>::iter() {
			let known = entered.remove(&station).unwrap_or_default();
			ensure!(!known.is_empty() && pages.into_iter().eq(known), "outages: covered in other pages");
			ensure!(noted.contains(&station), "outages: covered, and not noted");
		}
		ensure!(entered.is_empty(), "outages: covered in no page");
		Ok(())
	}

	/// Checks that of each plan that is over, holds nothing any more and has days of which reports are kept, it is known when its stations
	/// have slept and others stood in; and that what is known of that is of plans that are kept.
	fn check_slept() -> Check {
		let first = forgetting::first_day::<T>(SettingsInForce::<T>::get().days);
		let mut last_days: BTreeSet<u16> = BTreeSet::new();
		for (number, window) in Windows::<T>::iter().filter(|(_, window)| window.phase == PlanPhase::Over) {
			last_days.insert(window.last_day);
			// Its pages give up what they hold, and are forgotten, one by one.
			if window.holds || window.cursor > 0 || window.last_day < first {
				continue;
			}
			let plan = Plans::<T>::get(number).ok_or("plans: missing")?;
			let mut held: BTreeMap<(LocalNetworkId, u16), Vec<Hold>> = BTreeMap::new();
			for cells in &plan.pages {
				let found =
					Examinations::<T>::get(number, cells.page).ok_or("plans: over and not examined")?;
				Self::hold(&mut held, number, &window, cells, &found.compensations);
			}
			for ((local_network, page), holds) in held {
				let stations = holds.iter().fold(0, |mask, hold| mask | 1u64 << hold.slot);
				let has = |of: &SleptWindow| {
					let days = of.first_day <= window.first_day && window.last_day <= of.last_day;
					days && of.from <= window.from && window.until <= of.until
				};
				let known = Slept::<T>::get(local_network, page).into_iter().filter(has);
				let known = known.fold(0, |mask, of| mask | of.stations);
				ensure!(stations & !known == 0, "slept: missing");
			}
		}
		for (_, _, all) in Slept::<T>::iter() {
			let is_known = all.iter().all(|of| last_days.contains(&of.last_day));
			ensure!(!all.is_empty() && is_known, "slept: by no plan");
		}
		Ok(())
	}

	fn check_plan(number: u32, window: &Window, plan: &SavingPlan) -> Check {
		let agreement = Agreements::<T>::get(number).ok_or("plans: without agreement")?;
		let consents = agreement.consents;
		ensure!(plan.check().is_ok() && plan.first_day == window.first_day, "plans: another");
		ensure!(consents.required.is_superset(consents.given), "plans: consents");
		ensure!(!consents.required.contains(window.by), "plans: asks its proposer");
		let pages = plan.pages.iter().map(|cells| cells.page);
		ensure!(pages.eq(agreement.pages.iter().map(|page| page.page)), "plans: pages");
		let is_over = !is_open(window);
		for page in &agreement.pages {
			let found = Examinations::<T>::get(number, page.page);
			let hash = found.map(|found| examination_hash(page.page, &found.compensations, &found.frozen));
			ensure!(is_over || hash == page.examined, "plans: not as examined");
			ensure!(!page.is_approved || page.examined.is_some(), "plans: approved and not examined");
		}
		ensure!(!window.phase.is_binding() || agreement.is_examined(), "plans: binding and not examined");
		ensure!(window.phase != PlanPhase::Approved || agreement.is_approved(), "plans: not approved");
		Ok(())
	}

	/// What a page of a plan holds.
	fn hold(
		held: &mut BTreeMap<(LocalNetworkId, u16), Vec<Hold>>,
		plan: u32,
		window: &Window,
		cells: &PageCells,
		compensations: &[Compensation],
	) {
		let mut stations: BTreeMap<(LocalNetworkId, u16, u8), (u32, u32)> = BTreeMap::new();
		for (slot, sleeping) in &cells.stations {
			stations.entry((window.local_network, cells.page, *slot)).or_default().0 = *sleeping;
		}
		for Compensation { by, .. } in compensations {
			let SiteId { local_network, .. } = by.site;
			let (page, slot) = (by.site.page().unwrap_or_default(), by.site.slot() as u8);
			stations.entry((local_network, page, slot)).or_default().1 |= 1 << by.cell;
		}
		for ((local_network, page, slot), (sleeping, compensating)) in stations {
			let hold = Hold { plan, by: window.by, of: cells.page, slot, sleeping, compensating };
			held.entry((local_network, page)).or_default().push(hold);
		}
	}

	/// Whether no cell stands in while it sleeps, no two plans measure a station at a time, and no company has more than its part.
	fn check_holds(holds: &[Hold]) -> Check {
		for (n, one) in holds.iter().enumerate() {
			let own = holds.iter().filter(|hold| hold.by == one.by).count();
			ensure!(own <= MAX_OWN_HOLDS as usize, "holds: too many of one company");
			for other in holds.iter().take(n).filter(|other| other.slot == one.slot) {
				let is_measured_twice = one.sleeping != 0 && other.sleeping != 0;
				let stands_in =
					one.sleeping & other.compensating != 0 || other.sleeping & one.compensating != 0;
				let windows = Windows::<T>::get(one.plan).zip(Windows::<T>::get(other.plan));
				let meets = windows.is_some_and(|(one, other)| {
					// What is over meets nothing any more.
					one.holds && other.holds && is_open(&one) && is_open(&other) && one.meets(&other)
				});
				ensure!(!meets || !(is_measured_twice || stands_in), "holds: a cell sleeps that may not");
			}
		}
		Ok(())
	}

	fn check_saved(saved: &Saved) -> Check {
		let difference = i128::from(saved.expected) - i128::from(saved.metered);
		let shares: i128 = saved.shares.iter().map(|(_, share)| i128::from(*share)).sum();
		ensure!(difference == shares, "savings: shares do not add up");
		ensure!(saved.shares.is_sorted_by(|a, b| a.0 < b.0), "savings: out of order");
		Ok(())
	}
}

fn is_open(window: &Window) -> bool {
	matches!(window.phase, PlanPhase::Proposed | PlanPhase::Agreed | PlanPhase::Approved)
}
