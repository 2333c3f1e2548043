// SPDX-License-Identifier: Apache-2.0

//! What can be asked. Each answer is bounded, and nothing is walked but what its number or its page names.

use crate::{
	catalogue,
	changes::{
		self,
		types::{
			ChangeState, Item, ItemRefusal, PartHead, PartState, PastRefusal, Phase, WouldBe, MAX_ITEMS,
		},
	},
	coverage::{self, NetworkCoverage, PageCoverage, Sees, Word},
	exports::{self, Export, Question},
	pages,
	policy::{Freeze, Holding, Policy},
	scores::ScoreKey,
	tallies::BaselineTally,
	types::{Closing, KeyDefect, PageHead, Standing, Violation},
	Asked, BaselineTallies, Changes, Config, DayScores, Differences, Error, Freezes, Heads, Holdings,
	Manifests, MonthScores, NextRequest, NextSweep, NextViolation, OpenInPage, OpenViolations, PageSet,
	Pallet, Parties, Parts, Requests, Rules, Sweeps, Tables, Testimonies, Violations,
};
use alloc::{format, string::String, vec::Vec};
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	access::Authority,
	apis::{
		BaselineHeadView, BaselinePageView, BaselineView, CoverageView, ExportView, ItemView,
		PageCoverageView, PageDifferenceView, ParameterView, PastPlace, PastRefusalView, PolicyDefectView,
		PolicyPart, PolicyRunView, PolicyView, QuestionView, RefusalView, RequestPartView, RequestView,
		ScoreView, SweepView, TestimonyView, ViolationView, WordView, MAX_BASELINE_PAGES, MAX_NUMBERS,
		MAX_PAGE, MAX_POLICY_PARTS,
	},
	cells::{rules::RuleDefect, CellId, ParamId, ParamKey},
	org::MAX_ORGS,
	page::SiteId,
	site::SiteRegistry,
	Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Why nothing can be asked for in a window.
const NO_WINDOW: &str =
	"a window begins ten minutes ago at the earliest, is not over, takes two weeks at most and ends \
	within 90 days";
/// Why nothing can be reported as an emergency.
const NO_EMERGENCY: &str = "an emergency has begun, and no longer ago than it may wait for its consents";

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
			let BaselineTally { cells, provisional } = BaselineTallies::<T>::get(id);
			Some(BaselineView {
				id,
				pages,
				digest,
				cells,
				provisional: provisional.len(),
				open_violations: OpenViolations::<T>::get(id),
			})
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
			let PageHead { revision, catalogue, cells, .. } =
				Heads::<T>::try_get(local_network, page).ok()?;
			let cells = Some(cells.into_inner()).filter(|cells| !cells.is_empty())?;
			Some(BaselineHeadView { page, revision, catalogue, cells })
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
		numbers(after, NextSweep::<T>::get()).filter_map(view).take(limit(asked, MAX_PAGE)).collect()
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
		let members = T::Authority::members();
		let has_said = |org: &OrgId| Testimonies::<T>::contains_key(local_network, org);
		let orgs: Vec<OrgId> = members.iter().filter(has_said).collect();
		let parties = Parties::<T>::get(local_network);
		let view = |page: u16, org: OrgId| {
			parties.get(usize::from(page)).filter(|parties| parties.contains(org))?;
			let difference = Differences::<T>::get((local_network, page, org))
				.filter(|difference| !difference.is_explained())?;
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
		let ids = numbers(after, NextViolation::<T>::get());
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
			kind: String::from(violation.kind.word()),
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
			asked: violation.asked,
			request: violation.request,
			standing: String::from(word_of_standing(violation.standing)),
			closed: violation.closed.map(|(at, _)| at),
			closing,
		})
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::requests`]
	pub fn requests_after(after: Option<u32>, asked: u32) -> Vec<RequestView> {
		let ids = numbers(after, NextRequest::<T>::get());
		ids.filter_map(Self::request_view).take(limit(asked, MAX_PAGE)).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::request`]
	pub fn request_view(id: u32) -> Option<RequestView> {
		let request = Requests::<T>::get(id)?;
		let part = |head: PartHead| RequestPartView {
			page: head.page,
			items: head.items,
			required: head.required,
			state: String::from(word_of_part(head.state)),
		};
		Some(RequestView {
			id,
			by: request.by,
			local_network: request.local_network,
			window: request.terms.window,
			whole: request.terms.whole,
			emergency: request.terms.emergency,
			guard: String::from_utf8_lossy(&request.terms.guard).into_owned(),
			reason: request.terms.reason,
			parts: Manifests::<T>::get(id).into_iter().map(part).collect(),
			items: request.items,
			concerned: request.concerned,
			witnesses: request.witnesses,
			consents: request.consents,
			phase: String::from(word_of_phase(request.phase)),
			executed: request.executed,
			attested: request.attested,
			objections: request.objections,
			upheld: request.upheld,
			overruled: request.overruled,
			disputed: request.disputed,
			ruling: request
				.ruling
				.filter(|_| request.phase == Phase::Disputed)
				.map(|over| over.saturating_sub(1)),
			ended: request.ended,
		})
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::request_items`]
	pub fn request_items(id: u32, page: u16) -> Vec<ItemView> {
		let Some(request) = Requests::<T>::get(id) else { return Vec::new() };
		let local_network = request.local_network;
		let changes = Changes::<T>::get(local_network, page);
		let table = pages::Page::<T>::open(local_network, page).table;
		let items = Parts::<T>::get(id, page);
		let broken = changes::of_emergency::<T>(id, &request, page, &items, &changes);
		let view = |item: Item| {
			let change = changes.iter().find(|one| one.request == id && one.place() == item.place());
			let present = || {
				let position = table.position(item.slot.into(), item.cell);
				position.and_then(|n| table.get(n, item.key))
			};
			ItemView {
				cell: CellId { site: SiteId::new(local_network, page, item.slot.into()), cell: item.cell },
				key: item.key,
				before: change.map_or_else(present, |change| change.before),
				value: item.value,
				state: change.map(|change| String::from(word_of_change(change.state))),
				broken: broken.get(&item.place()).map(refusal),
			}
		};
		items.into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::check_change`]
	pub fn check_views(
		by: OrgId,
		local_network: LocalNetworkId,
		page: u16,
		items: Vec<(u8, u8, ParamKey, Option<i64>)>,
		window: (Moment, Moment),
		emergency: bool,
	) -> Vec<RefusalView> {
		let item = |(slot, cell, key, value)| Item { slot, cell, key, value };
		let items: Vec<Item> = items.into_iter().map(item).take(limit(MAX_ITEMS, MAX_ITEMS)).collect();
		if !changes::is_window::<T>(window, emergency) {
			let why = if emergency { NO_EMERGENCY } else { NO_WINDOW };
			let refused =
				|item: usize| RefusalView { item: item.saturated_into(), why: why.into(), ratify: None };
			return (0..items.len()).map(refused).collect();
		}
		let named = changes::of_part::<T>(by, local_network, page, &items, window, emergency);
		let view = |(item, why, ratify)| RefusalView { item, why: refusal(&why), ratify };
		named.into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::coverage`]
	pub fn coverage_views(after: Option<LocalNetworkId>, asked: u32) -> Vec<CoverageView> {
		let view = |one: NetworkCoverage| CoverageView {
			local_network: one.local_network,
			pages: one.pages,
			matching: one.matching,
			matching_twice: one.matching_twice,
			differing: one.differing,
			contradicting: one.contradicting,
			unattested: one.unattested,
			unexplained: one.unexplained,
		};
		coverage::networks::<T>(after, asked).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::page_coverage`]
	pub fn page_coverage_views(
		local_network: LocalNetworkId,
		from: u16,
		asked: u32,
	) -> Vec<PageCoverageView> {
		let word = |one: Word| WordView {
			org: one.org,
			sweep: one.sweep,
			export: one.export,
			observed: one.observed,
			at: one.at,
			matches: one.sees == Sees::AsBaseline,
			counts: one.counts,
			refuted: one.refuted,
		};
		let view = |one: PageCoverage| PageCoverageView {
			page: one.page,
			revision: one.revision,
			changed: one.changed,
			words: one.words.into_iter().map(word).collect(),
			contradicting: one.contradicting,
			unattested: one.unattested,
			unexplained: one.unexplained,
			unexplained_by: one.unexplained_by,
		};
		coverage::pages::<T>(local_network, from, asked).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::exports`]
	pub fn export_views(org: OrgId, skip: u32, asked: u32) -> Vec<ExportView> {
		let view = |one: Export| ExportView {
			root: one.root,
			leaves: one.leaves,
			scope: one.scope,
			observed: one.observed,
			anchored: one.anchored,
			opened: one.marks.opened,
			wrong: one.marks.wrong,
			missing: one.marks.missing,
			differing: one.marks.differing,
		};
		exports::page::<T>(org, skip, asked).into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::questions`]
	pub fn question_views(org: OrgId, root: Hash) -> Vec<QuestionView> {
		let view = |Question { cell, by, due, .. }: Question| QuestionView { cell, by, due };
		Asked::<T>::get(org, root).open.into_iter().map(view).collect()
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::day_scores`]
	pub fn day_score_views(day: u16, skip: u32, asked: u32) -> Vec<ScoreView> {
		score_views(DayScores::<T>::iter_prefix(day).collect(), skip, asked)
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::month_scores`]
	pub fn month_score_views(month: u16, skip: u32, asked: u32) -> Vec<ScoreView> {
		score_views(MonthScores::<T>::iter_prefix(month).collect(), skip, asked)
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::policy`]
	pub fn policy_view() -> PolicyView {
		let freeze = |(number, freeze): (u16, Freeze)| (number, freeze.scope, freeze.from, freeze.to);
		let holding = |(org, holding): (OrgId, Holding)| {
			(org, holding.plmns.into_inner(), holding.spectrum.into_inner())
		};
		PolicyView {
			rules: Rules::<T>::get().into_inner(),
			freezes: Freezes::<T>::get().into_iter().map(freeze).collect(),
			holdings: Holdings::<T>::get().into_iter().map(holding).collect(),
		}
	}

	/// [`trimast_primitives::apis::ConfigGuardApi::dry_run_policy`]
	pub fn dry_run_views(
		parts: Vec<PolicyPart>,
		from: PastPlace,
		asked: u32,
	) -> Result<PolicyRunView, PolicyDefectView> {
		let mut policy = Policy::in_force::<T>();
		for (n, part) in parts.into_iter().enumerate() {
			let set = if n < MAX_POLICY_PARTS { policy.set::<T>(part) } else { Err(Error::TooMuchPolicy) };
			let why = |error| String::from(policy_defect::<T>(&error));
			set.map_err(|error| PolicyDefectView { part: n.saturated_into(), why: why(error) })?;
		}
		let changes::Judged { requests, items, unjudged, refused, next } =
			changes::of_policy::<T>(&policy, from, asked);
		let view = |one: PastRefusal| {
			let Item { slot, cell, key, value } = one.item;
			let (missing, why) = match one.why {
				WouldBe::Refused(why) => (OrgSet::EMPTY, refusal(&why)),
				WouldBe::Unapproved(missing) => (missing, String::from("not everybody has agreed who must")),
			};
			let site = SiteId::new(one.local_network, one.page, slot.into());
			PastRefusalView {
				request: one.request,
				by: one.by,
				cell: CellId { site, cell },
				key,
				before: one.before,
				value,
				missing,
				why,
			}
		};
		let refused = refused.into_iter().map(view).collect();
		Ok(PolicyRunView { requests, items, unjudged, refused, next })
	}
}

/// Why a part of a policy is none, in words.
const fn policy_defect<T: Config>(error: &Error<T>) -> &'static str {
	match error {
		Error::BadParameter => {
			"its domain is empty or out of order, or an envelope stands where the class has none"
		}
		Error::TooManyParameters => "the catalogue is full",
		Error::UnknownParameter => {
			"the rule names a parameter that is not in the catalogue: put it in before"
		}
		Error::BadRule => "the rule names a parameter of another kind than it needs in this place",
		Error::NamedByRule => {
			"a rule names the parameter, which would be of another kind: change or drop the rule before"
		}
		Error::BadFreeze => "the freeze ends before it begins",
		Error::OrgNotMember => "the company is no member: nothing is given to it",
		Error::BadHolding => "what the company is to hold is no PLMN or no spectrum",
		Error::HeldTwice => {
			"a PLMN stands twice in what the company is to hold, or a piece of spectrum overlaps another"
		}
		Error::HeldByAnother => {
			"another company holds this PLMN or a part of this spectrum: put what that one gives up first"
		}
		_ => "there are as many parts, rules, freezes or holders as may be",
	}
}

/// There are as many entries as companies, provinces and kinds: a few thousand at most.
fn score_views(mut all: Vec<(ScoreKey, u32)>, skip: u32, asked: u32) -> Vec<ScoreView> {
	all.sort_unstable();
	let view = |(key, count): (ScoreKey, u32)| ScoreView {
		against: key.against,
		province: key.province,
		kind: String::from(key.kind.word()),
		count,
	};
	all.into_iter().skip(skip.saturated_into()).take(limit(asked, MAX_PAGE)).map(view).collect()
}

/// Numbers that an answer looks at ([`MAX_NUMBERS`]), however few items are asked for: what is gone leaves gaps.
fn numbers(after: Option<u32>, next: u32) -> impl Iterator<Item = u32> {
	let first = after.map_or(0, |after| after.saturating_add(1));
	first..first.saturating_add(MAX_NUMBERS).min(next)
}

pub(crate) const fn word_of_standing(standing: Standing) -> &'static str {
	match standing {
		Standing::Alleged => "alleged",
		Standing::Confirmed => "confirmed",
		Standing::Contested => "contested",
	}
}

pub(crate) const fn word_of_phase(phase: Phase) -> &'static str {
	match phase {
		Phase::Draft => "draft",
		Phase::Asked => "asked",
		Phase::Executed => "executed",
		Phase::Disputed => "disputed",
		Phase::Overruled => "overruled",
		Phase::Closed => "closed",
		Phase::RolledBack => "rolled-back",
		Phase::Lapsed => "lapsed",
		Phase::Withdrawn => "withdrawn",
		Phase::Unratified => "unratified",
	}
}

const fn word_of_part(state: PartState) -> &'static str {
	match state {
		PartState::Open => "open",
		PartState::Executed => "executed",
		PartState::RolledBack => "rolled-back",
		PartState::Unchecked => "unchecked",
	}
}

const fn word_of_change(state: ChangeState) -> &'static str {
	match state {
		ChangeState::Open => "open",
		ChangeState::Refused => "refused",
		ChangeState::Executed { .. } => "executed",
		ChangeState::RolledBack { .. } => "rolled-back",
	}
}

fn cell_name(cell: CellId) -> String {
	let SiteId { local_network, index } = cell.site;
	format!("{}:{}/{}", local_network.0, index, cell.cell)
}

/// Why an item is refused, in words.
fn refusal(why: &ItemRefusal) -> String {
	let defect = |defect: &KeyDefect| {
		match defect {
		KeyDefect::UnknownParameter => "the catalogue has no such parameter",
		KeyDefect::NoSuchPlace => "the parameter has no such place in this cell",
		KeyDefect::Technology => "cells of this technology do not have the parameter",
		KeyDefect::Domain => "the value does not belong to the parameter's domain",
		KeyDefect::Step => {
			"the value is further from the present one than one change may go, or is taken away without the rest of its cell or relation"
		}
	}
	};
	let rule = |defect: &RuleDefect| match defect {
		RuleDefect::Collision { with } => format!("collision with cell {}", cell_name(*with)),
		RuleDefect::Confusion { at, with } => {
			format!("confusion with cell {} at cell {}", cell_name(*with), cell_name(*at))
		}
		RuleDefect::PlmnMissing { org } => format!("no PLMN of company {} on the list", org.0),
		RuleDefect::OutsideSpectrum => String::from("outside of the participants' spectrum"),
		RuleDefect::Ratios { place } => format!("not dedicated <= min <= max for the PLMN in place {place}"),
		RuleDefect::SumOfMin => String::from("the min of all PLMNs are more than 100"),
		RuleDefect::Unlike { with } => format!("another value than cell {}", cell_name(*with)),
	};
	match why {
		ItemRefusal::NotFound => String::from("no such station or cell, or no baseline of the station"),
		ItemRefusal::CellBefore { cell } => {
			format!("cell {cell} has no baseline either: give it one before or with this one")
		}
		ItemRefusal::Retired => String::from("the station is retired"),
		ItemRefusal::NotOwner => String::from("another company owns the station"),
		ItemRefusal::NotOperator => String::from("another company holds the PLMN"),
		ItemRefusal::Value(key) => String::from(defect(key)),
		ItemRefusal::Unchanged => String::from("it stands so already"),
		ItemRefusal::ChangeOpen { request } => format!("request {request} is open on the value"),
		ItemRefusal::TooManyChanges => String::from("as many changes of the page are open as may be"),
		ItemRefusal::Frozen { freeze } => format!("freeze {freeze} holds at that time"),
		ItemRefusal::EnergyWindow => String::from("an energy-saving window of the cell lies in that time"),
		ItemRefusal::Outage => String::from("an outage is open in the cell"),
		ItemRefusal::StationDiffers { cell } => {
			format!(
				"a value is the station's, and cell {cell} would have another one: ask for all of its cells"
			)
		}
		ItemRefusal::RuleBroken { rule: number, defect } => format!("rule {number}: {}", rule(defect)),
		ItemRefusal::TooManyNeighbours => String::from("too many neighbours at once: ask for fewer cells"),
		ItemRefusal::Imported => String::from("the station was imported since: ask for a change back"),
		ItemRefusal::NotAgreed { orgs } => {
			let orgs: Vec<_> = orgs.iter().map(|org| format!("{}", org.0)).collect();
			format!("companies {} must agree today: ask for a change back", orgs.join(", "))
		}
	}
}

const fn word_of_closing(closing: Closing) -> &'static str {
	match closing {
		Closing::Restored => "restored",
		Closing::TakenBack => "taken-back",
		Closing::Approved => "approved",
		Closing::NotRepeated => "not-repeated",
		Closing::Removed => "removed",
	}
}
