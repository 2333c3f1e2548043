// SPDX-License-Identifier: Apache-2.0

//! What can be asked. Each answer is bounded, and nothing is walked but what its prefix names.

use crate::{
	governed, statements,
	types::Entry,
	windows::{
		self,
		types::{Agreement, Hold, PageStanding, Proof, SleptWindow, Waking, Window},
	},
	Agreements, Config, Examinations, FirstPlan, Held, NextPlan, Pallet, Plans, PlansIn, Proven, Reports,
	Savings, SettingsInForce, Totals, WindowRulesInForce, Windows, Woken,
};
use alloc::{collections::BTreeMap, vec::Vec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	apis::{
		EnergyCellView, EnergyDisputeView, EnergyLineView, EnergyPlaceSavingsView, EnergyPlaceTotalView,
		EnergyPlanPageView, EnergyPlanPagesView, EnergyPlanView, EnergyPlansView, EnergyProofView,
		EnergyProvinceSavingsView, EnergyProvinceTotalsView, EnergyReportView, EnergyRulesView,
		EnergySavingsView, EnergySleptView, EnergyTariffView, EnergyTotalView, EnergyWakingView, MAX_NUMBERS,
		MAX_PAGE,
	},
	calendar::day_of,
	cells::CellId,
	energy::{has_cell, FactorVersion, Line, PageCells, PlanPhase, Rules, SavingState, Sums, WindowRules},
	page::SiteId,
	site::MAX_CELLS,
	LocalNetworkId, Moment, OrgId, ProvinceId,
};

impl<T: Config> Pallet<T> {
	/// [`trimast_primitives::apis::EnergyApi::reports`]
	pub fn reports(
		day: u16,
		local_network: LocalNetworkId,
		page: u16,
		owner: OrgId,
	) -> Vec<EnergyReportView> {
		Reports::<T>::get((day, local_network, page, owner)).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::EnergyApi::total`]
	pub fn total(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergyTotalView {
		let total = Totals::<T>::get((month, local_network, owner));
		EnergyTotalView {
			sums: total.sums.into_inner(),
			counted: total.counted,
			contested: total.contested,
			is_closed: total.is_closed,
		}
	}

	/// [`trimast_primitives::apis::EnergyApi::province_totals`]
	pub fn province_totals(
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
	) -> EnergyProvinceTotalsView {
		let mut totals = Vec::new();
		for local_network in statements::local_networks::<T>(province) {
			let known = Totals::<T>::iter_key_prefix((month, local_network)).collect();
			for owner in those_of(owner, known) {
				let total = Self::total(month, local_network, owner);
				totals.push(EnergyPlaceTotalView { local_network, owner, total });
			}
		}
		let mut sums: BTreeMap<OrgId, Sums> = BTreeMap::new();
		let (mut energy, mut counted, mut contested) = (0u64, 0u64, 0u32);
		for EnergyPlaceTotalView { total, .. } in &totals {
			for (org, more) in &total.sums {
				let sum = sums.entry(*org).or_default();
				*sum = sum.plus(*more);
				energy = energy.saturating_add(more.energy);
			}
			counted = counted.saturating_add(total.counted);
			contested = contested.saturating_add(total.contested);
		}
		let is_closed = !totals.is_empty() && totals.iter().all(|of| of.total.is_closed);
		let whole = EnergyTotalView { sums: sums.into_iter().collect(), counted, contested, is_closed };
		let factor = governed::factor::<T>(province, month);
		EnergyProvinceTotalsView { totals, whole, factor, emitted: factor.emitted(energy) }
	}

	/// [`trimast_primitives::apis::EnergyApi::statement`]
	pub fn statement(month: u16, owner: OrgId, payer: OrgId, province: ProvinceId) -> Vec<EnergyLineView> {
		let signable_from = |line: &Line| {
			let total = Totals::<T>::get((month, line.local_network, owner));
			statements::signable_from::<T>(month, &total)
		};
		let view = |of: crate::types::Signatures| EnergyLineView {
			line: of.line,
			digest: statements::digest::<T>(month, owner, payer, &of.line),
			signed: of.signed,
			disputed: of.disputed,
			signable_from: signable_from(&of.line),
		};
		statements::lines::<T>(month, owner, payer, province).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::EnergyApi::energy_rules`]
	pub fn energy_rules(local_network: LocalNetworkId, day: u16) -> EnergyRulesView {
		let of_day = governed::in_force::<T>(local_network, day);
		let sharing_from = of_day.sharing.as_ref().map(|(from, _)| *from);
		let tariff_from = of_day.tariff.as_ref().map(|(from, _)| *from);
		let tolerance_from = of_day.tolerance.map(|(from, _)| from);
		let rules = Rules::from(of_day);
		let settings = SettingsInForce::<T>::get();
		EnergyRulesView {
			sharing: rules.sharing,
			sharing_from,
			tariff: rules.tariff,
			tariff_from,
			tolerance: rules.tolerance,
			tolerance_from,
			days: settings.days,
			reports: settings.reports,
			ruling: settings.ruling,
			review: settings.review,
		}
	}

	/// [`trimast_primitives::apis::EnergyApi::tariffs`]
	pub fn tariffs(province: ProvinceId, month: u16) -> Vec<EnergyTariffView> {
		let versions = governed::tariffs::<T>(province, month).into_iter();
		versions.map(|(from, tariff)| EnergyTariffView { from, tariff }).collect()
	}

	/// [`trimast_primitives::apis::EnergyApi::emission_factor`]
	pub fn emission_factor(province: ProvinceId, month: u16) -> Option<FactorVersion> {
		governed::factor_version::<T>(province, month)
	}

	/// [`trimast_primitives::apis::EnergyApi::emission_factors`]
	pub fn emission_factors(province: ProvinceId, month: u16) -> Vec<FactorVersion> {
		governed::factor_versions::<T>(province, month)
	}

	/// [`trimast_primitives::apis::EnergyApi::saving_plans`]
	pub fn saving_plans(after: Option<u32>, asked: u32) -> EnergyPlansView {
		let first = after.map_or(0, |after| after.saturating_add(1)).max(FirstPlan::<T>::get());
		let all = NextPlan::<T>::get();
		let (mut plans, mut looked) = (Vec::new(), None);
		for number in first..all.min(first.saturating_add(MAX_NUMBERS)) {
			if plans.len() >= limit(asked) {
				break;
			}
			looked = Some(number);
			plans.extend(plan_view::<T>(number));
		}
		let is_left = looked.is_some_and(|number| number.saturating_add(1) < all);
		EnergyPlansView { plans, next: looked.filter(|_| is_left) }
	}

	/// [`trimast_primitives::apis::EnergyApi::saving_plans_in`]
	pub fn saving_plans_in(local_network: LocalNetworkId, after: Option<u32>, asked: u32) -> EnergyPlansView {
		let numbers = PlansIn::<T>::iter_key_prefix(local_network);
		let mut numbers: Vec<u32> =
			numbers.filter(|number| after.is_none_or(|after| *number > after)).collect();
		numbers.sort_unstable();
		let is_left = numbers.len() > limit(asked);
		numbers.truncate(limit(asked));
		let next = numbers.last().copied().filter(|_| is_left);
		EnergyPlansView { plans: numbers.into_iter().filter_map(plan_view::<T>).collect(), next }
	}

	/// [`trimast_primitives::apis::EnergyApi::saving_plan`]
	pub fn saving_plan(number: u32) -> Option<EnergyPlanPagesView> {
		let (saving, agreement) = (Plans::<T>::get(number)?, Agreements::<T>::get(number)?);
		let pages = saving.pages.into_iter().zip(&agreement.pages);
		let pages = pages.map(|(cells, standing)| page_view::<T>(number, cells, standing)).collect();
		Some(EnergyPlanPagesView { plan: plan_view::<T>(number)?, pages })
	}

	/// [`trimast_primitives::apis::EnergyApi::savings`]
	pub fn savings(month: u16, local_network: LocalNetworkId, owner: OrgId) -> EnergySavingsView {
		let total = Savings::<T>::get((month, local_network, owner));
		let factor = governed::factor::<T>(local_network.province(), month);
		let saved = total.saved();
		EnergySavingsView {
			expected: total.expected,
			metered: total.metered,
			saved,
			compared: total.compared,
			left_out: total.left_out,
			shares: total.shares.into_inner(),
			factor,
			avoided: factor.avoided(saved),
		}
	}

	/// [`trimast_primitives::apis::EnergyApi::province_savings`]
	pub fn province_savings(
		month: u16,
		province: ProvinceId,
		owner: Option<OrgId>,
	) -> EnergyProvinceSavingsView {
		let mut savings = Vec::new();
		for local_network in statements::local_networks::<T>(province) {
			let known = Savings::<T>::iter_key_prefix((month, local_network)).collect();
			for owner in those_of(owner, known) {
				let of_owner = Self::savings(month, local_network, owner);
				savings.push(EnergyPlaceSavingsView { local_network, owner, savings: of_owner });
			}
		}
		let mut shares: BTreeMap<OrgId, i64> = BTreeMap::new();
		let (mut expected, mut metered, mut compared, mut left_out) = (0u64, 0u64, 0u64, 0u64);
		for EnergyPlaceSavingsView { savings: more, .. } in &savings {
			expected = expected.saturating_add(more.expected);
			metered = metered.saturating_add(more.metered);
			compared = compared.saturating_add(more.compared);
			left_out = left_out.saturating_add(more.left_out);
			for (org, share) in &more.shares {
				let sum = shares.entry(*org).or_default();
				*sum = sum.saturating_add(*share);
			}
		}
		let saved = shares.values().fold(0i64, |all, share| all.saturating_add(*share));
		let factor = governed::factor::<T>(province, month);
		let shares = shares.into_iter().collect();
		let avoided = factor.avoided(saved);
		let whole =
			EnergySavingsView { expected, metered, saved, compared, left_out, shares, factor, avoided };
		EnergyProvinceSavingsView { savings, whole }
	}

	/// [`trimast_primitives::apis::EnergyApi::cell_states`]
	pub fn cell_states(local_network: LocalNetworkId, page: u16) -> Vec<EnergyCellView> {
		let (now, today) = (windows::now::<T>(), day_of(Self::moment()));
		let mut states = Vec::new();
		for hold in Held::<T>::get(local_network, page) {
			let window = Windows::<T>::get(hold.plan).filter(|window: &Window| {
				window.phase == PlanPhase::Approved && window.has_day(today) && window.has_any(now, now)
			});
			if window.is_none() {
				continue;
			}
			let woken = Woken::<T>::get((hold.plan, hold.of, today));
			let Hold { plan, slot, sleeping, compensating, .. } = hold;
			for cell in 0..MAX_CELLS {
				let state = if has_cell(sleeping, cell) && !windows::is_awake(&woken, slot, cell) {
					SavingState::EnergySaving
				} else if has_cell(compensating, cell) {
					let by = CellId { site: SiteId::new(local_network, page, slot.into()), cell };
					let found = Examinations::<T>::get(plan, hold.of);
					let stands_in = found.is_some_and(|found| {
						let mut of_cell = found.compensations.iter().filter(|of| of.by == by);
						of_cell.any(|of| !windows::is_awake(&woken, of.slot, of.cell))
					});
					if !stands_in {
						continue;
					}
					SavingState::CompensatingForEnergySaving
				} else {
					continue;
				};
				states.push(EnergyCellView { slot, cell, state, plan });
			}
		}
		states
	}

	/// [`trimast_primitives::apis::EnergyApi::slept_in`]
	pub fn slept_in(local_network: LocalNetworkId, page: u16) -> Vec<EnergySleptView> {
		let all = windows::slept::in_page::<T>((local_network, page)).into_iter();
		let view = |of: SleptWindow| {
			let SleptWindow { first_day, last_day, from, until, stations } = of;
			EnergySleptView { first_day, last_day, from, until, stations }
		};
		all.map(view).collect()
	}

	/// [`trimast_primitives::apis::EnergyApi::window_rules`]
	pub fn window_rules() -> WindowRules {
		WindowRulesInForce::<T>::get()
	}
}

/// The owners of whose stations something is known, or the one that is asked about if it is one of them; in ascending order.
fn those_of(asked: Option<OrgId>, mut known: Vec<OrgId>) -> Vec<OrgId> {
	known.retain(|owner| asked.is_none_or(|asked| asked == *owner));
	known.sort_unstable();
	known
}

/// How many items of a list are told at once.
fn limit(asked: u32) -> usize {
	asked.min(MAX_PAGE).saturated_into()
}

fn plan_view<T: Config>(number: u32) -> Option<EnergyPlanView> {
	let window = Windows::<T>::get(number)?;
	let saving = Plans::<T>::get(number)?;
	let Agreement { plan, consents, pages } = Agreements::<T>::get(number)?;
	let count =
		|is_so: fn(&&PageStanding) -> bool| -> u32 { pages.iter().filter(is_so).count().saturated_into() };
	Some(EnergyPlanView {
		number,
		by: window.by,
		phase: window.phase,
		hash: plan,
		local_network: window.local_network,
		first_day: window.first_day,
		last_day: window.last_day,
		from: window.from,
		until: window.until,
		method: saving.method,
		baseline: saving.baseline,
		pages: saving.pages.len().saturated_into(),
		cells: saving.pages.iter().fold(0, |all, cells| all.saturating_add(cells.len())),
		examined: count(|page| page.examined.is_some()),
		approved: count(|page| page.is_approved),
		required: consents.required,
		given: consents.given,
		subject: consents.subject,
		revision: consents.revision,
	})
}

fn page_view<T: Config>(number: u32, cells: PageCells, standing: &PageStanding) -> EnergyPlanPageView {
	let page = cells.page;
	let examination = Examinations::<T>::get(number, page);
	let term = Moment::from(WindowRulesInForce::<T>::get().examination).saturating_mul(1_000);
	let expires = standing.examined.map(|_| standing.at.saturating_add(term));
	let mut days: Vec<_> = Woken::<T>::iter_prefix((number, page)).collect();
	days.sort_unstable_by_key(|(day, _)| *day);
	let woken = days.into_iter().flat_map(|(day, woken)| {
		woken.into_iter().map(move |Waking { slot, cells, by }| EnergyWakingView { day, slot, cells, by })
	});
	let proof = |Proof { day, saved, .. }: Proof| EnergyProofView {
		day,
		expected: saved.expected,
		metered: saved.metered,
		saved: saved.saved(),
		compared: saved.compared,
		left_out: saved.left_out,
		shares: saved.shares.into_inner(),
	};
	let (block, compensations, frozen) = match examination {
		Some(of) => (Some(of.block), of.compensations.into_inner(), of.frozen.into_inner()),
		None => Default::default(),
	};
	EnergyPlanPageView {
		cells,
		hash: standing.examined,
		examined: block,
		expires,
		is_approved: standing.is_approved,
		compensations,
		frozen,
		woken: woken.collect(),
		proven: Proven::<T>::get(number, page).into_iter().map(proof).collect(),
	}
}

fn view(entry: Entry) -> EnergyReportView {
	EnergyReportView {
		span: entry.span,
		number: entry.number,
		stations: entry.stations,
		digest: entry.digest,
		block: entry.block,
		counted: entry.standing.counted,
		sums: entry.standing.sums.into_inner(),
		concerned: entry.concerned,
		attested: entry.attested,
		dispute: entry.dispute.map(|dispute| EnergyDisputeView {
			by: dispute.by,
			seen: dispute.digest,
			block: dispute.block,
			until: dispute.until,
		}),
		is_ruled: entry.settlement.is_some_and(crate::types::Settlement::is_ruling),
	}
}
