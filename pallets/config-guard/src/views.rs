// SPDX-License-Identifier: Apache-2.0

//! What can be asked. Each answer is bounded, and nothing is walked but what its number or its page names.

use crate::{
	catalogue, pages,
	types::{Closing, Standing, Violation},
	Config, Differences, Heads, NextSweep, NextViolation, OpenInPage, OpenViolations, PageSet, Pallet,
	Sweeps, Tables, Testimonies, Violations,
};
use alloc::{string::String, vec::Vec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	apis::{
		BaselineHeadView, BaselinePageView, BaselineView, PageDifferenceView, ParameterView, SweepView,
		TestimonyView, ViolationView, MAX_BASELINE_PAGES, MAX_PAGE,
	},
	cells::{table::counts_of, ParamId},
	org::MAX_ORGS,
	site::SiteRegistry,
	LocalNetworkId, OrgId,
};

/// How many numbers an answer looks at for each item that it may have: what is gone leaves gaps.
const LOOKED_AT: u32 = 16;

fn limit(asked: u32, most: u32) -> usize {
	asked.min(most).saturated_into()
}

impl<T: Config> Pallet<T> {
	/// [`trimast_primitives::apis::ConfigGuardApi::catalogue`]
	pub fn catalogue_page(after: Option<ParamId>, asked: u32) -> Vec<ParameterView> {
		let page = catalogue::page::<T>(after, limit(asked, MAX_PAGE));
		page.into_iter().map(|(id, parameter, text)| ParameterView { id, parameter, text }).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::baselines`]
	pub fn baselines(after: Option<LocalNetworkId>, asked: u32) -> Vec<BaselineView> {
		let ids = core::iter::successors(T::Sites::next(after), |id| T::Sites::next(Some(*id)));
		let view = |id: LocalNetworkId| {
			let pages = T::Sites::pages(id)?;
			let digest = pages::network_digest::<T>(id);
			Some(BaselineView { id, pages, digest, open_violations: OpenViolations::<T>::get(id) })
		};
		ids.filter_map(view).take(limit(asked, MAX_PAGE)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::baseline`]
	pub fn baseline(local_network: LocalNetworkId, from: u16, asked: u32) -> Vec<BaselinePageView> {
		let view = |page: u16| {
			let table = Tables::<T>::get(local_network, page).into_inner();
			let head = Heads::<T>::get(local_network, page);
			(!table.is_empty()).then(|| BaselinePageView {
				page,
				revision: head.revision,
				catalogue: head.catalogue,
				changed: head.changed,
				digest: pages::digest_of::<T>(local_network, page),
				signed: head.signed.into_inner(),
				table,
			})
		};
		let pages = T::Sites::pages(local_network).unwrap_or(0);
		(from..pages).filter_map(view).take(limit(asked, MAX_BASELINE_PAGES)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::heads`]
	pub fn heads(local_network: LocalNetworkId, from: u16, asked: u32) -> Vec<BaselineHeadView> {
		let view = |page: u16| {
			let cells = counts_of(&Tables::<T>::get(local_network, page))?;
			let head = Heads::<T>::get(local_network, page);
			Some(BaselineHeadView { page, revision: head.revision, catalogue: head.catalogue, cells })
		};
		let pages = T::Sites::pages(local_network).unwrap_or(0);
		(from..pages).filter_map(view).take(limit(asked, MAX_PAGE)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::sweeps`]
	pub fn sweeps(after: Option<u32>, asked: u32) -> Vec<SweepView> {
		let view = |id: u32| {
			let sweep = Sweeps::<T>::get(id)?;
			Some(SweepView {
				id,
				opener: sweep.opener,
				scope: sweep.scope,
				opened: sweep.opened,
				closes: sweep.closes,
				key: sweep.key.map(|key| key.to_hash()),
			})
		};
		numbers(after, NextSweep::<T>::get(), asked).filter_map(view).take(limit(asked, MAX_PAGE)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::testimonies`]
	pub fn testimony_views(local_network: LocalNetworkId) -> Vec<TestimonyView> {
		let view = |org: OrgId| {
			let testimony = Testimonies::<T>::get(local_network, org)?;
			let (sweep, export, observed, at) =
				(testimony.sweep, testimony.export, testimony.observed, testimony.at);
			let pages = |set: &PageSet| set.iter().collect();
			let (matching, differing) = (pages(&testimony.matching), pages(&testimony.differing));
			Some(TestimonyView { org, sweep, export, observed, at, matching, differing })
		};
		(0..MAX_ORGS).filter_map(|org| view(OrgId(org))).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::unexplained`]
	pub fn unexplained(local_network: LocalNetworkId, from: u16, asked: u32) -> Vec<PageDifferenceView> {
		let orgs: Vec<OrgId> = (0..MAX_ORGS)
			.map(OrgId)
			.filter(|org| Testimonies::<T>::contains_key(local_network, org))
			.collect();
		let view = |page: u16, org: OrgId| {
			let difference = Differences::<T>::get((local_network, page, org))?;
			let cells = difference.cells.map(|cells| cells.into_inner());
			let (sweep, revision, since) = (difference.sweep, difference.revision, difference.since);
			Some(PageDifferenceView { page, org, sweep, revision, since, cells })
		};
		let pages = from..T::Sites::pages(local_network).unwrap_or(0);
		let all = pages.flat_map(|page| orgs.iter().filter_map(move |org| view(page, *org)));
		all.take(limit(asked, MAX_PAGE)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::violations`]
	pub fn violations_after(after: Option<u32>, asked: u32) -> Vec<ViolationView> {
		let ids = numbers(after, NextViolation::<T>::get(), asked);
		ids.filter_map(Self::violation_view).take(limit(asked, MAX_PAGE)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::open_violations`]
	pub fn open_violations(local_network: LocalNetworkId, from: u16, asked: u32) -> Vec<ViolationView> {
		let mut views = Vec::new();
		for page in from..T::Sites::pages(local_network).unwrap_or(0) {
			if views.len() >= limit(asked, MAX_PAGE) {
				break;
			}
			let open = OpenInPage::<T>::get(local_network, page);
			views.extend(open.iter().filter_map(|one| Self::violation_view(one.id)));
		}
		views
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::violation`]
	pub fn violation_view(id: u32) -> Option<ViolationView> {
		let violation: Violation = Violations::<T>::get(id)?;
		let closing = violation.closed.map(|(_, closing)| String::from(word_of_closing(closing)));
		Some(ViolationView {
			id,
			kind: String::from("no-request"),
			cell: violation.cell,
			key: violation.key,
			approved: violation.approved,
			observed: violation.observed,
			against: violation.against,
			accuser: violation.accuser,
			witnesses: violation.witnesses,
			deniers: violation.deniers,
			since: violation.since,
			opened: violation.opened,
			seen: violation.seen,
			request: None,
			standing: String::from(word_of_standing(violation.standing)),
			closed: violation.closed.map(|(at, _)| at),
			closing,
		})
	}
}

/// Numbers that an answer looks at.
fn numbers(after: Option<u32>, next: u32, asked: u32) -> impl Iterator<Item = u32> {
	let first = after.map_or(0, |after| after.saturating_add(1));
	let last = first.saturating_add(asked.min(MAX_PAGE).saturating_mul(LOOKED_AT));
	first..last.min(next)
}

const fn word_of_standing(standing: Standing) -> &'static str {
	match standing {
		Standing::Alleged => "alleged",
		Standing::Confirmed => "confirmed",
		Standing::Contested => "contested",
	}
}

const fn word_of_closing(closing: Closing) -> &'static str {
	match closing {
		Closing::Restored => "restored",
		Closing::TakenBack => "taken-back",
		Closing::Approved => "approved",
	}
}
