// SPDX-License-Identifier: Apache-2.0

//! `configGuard_*`: the catalogue, the baseline, sweeps and violations.

use super::{at_or_best, bad_parameter, cannot_answer, page_limit};
use crate::service::FullClient;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_api::{ApiError, ProvideRuntimeApi};
use std::sync::Arc;
use trimast_primitives::{
	apis::{
		BaselineHeadView, BaselinePageView, BaselineView, ConfigGuardApi, CoverageView, ExportView, ItemView,
		PageCoverageView, PageDifferenceView, ParameterView, PastPlace, PolicyPart, PolicyRunView,
		PolicyView, QuestionView, RefusalView, RequestView, ScoreView, SummaryView, SweepView, TestimonyView,
		ViolationView, MAX_NUMBERS,
	},
	cells::{ParamId, ParamKey},
	Hash, LocalNetworkId, Moment, OrgId,
};

/// How often an answer goes on behind numbers whose items are forgotten: over half a million of them are passed.
const MOST_ROUNDS: u32 = 64;

/// What is kept under the numbers after the one given, at most `limit`. The runtime looks at so many numbers at a time
/// ([`MAX_NUMBERS`]), and what is forgotten leaves gaps: an answer that is not full says nothing about the numbers behind.
fn numbered<V>(
	after: Option<u32>,
	limit: u32,
	ask: impl Fn(Option<u32>, u32) -> Result<Vec<V>, ApiError>,
) -> Result<Vec<V>, ApiError> {
	let (mut found, mut after) = (Vec::new(), after);
	for _ in 0..MOST_ROUNDS {
		let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
		if left == 0 {
			break;
		}
		found.extend(ask(after, left)?);
		// Where the answer is full this is not used any more.
		let last = after.map_or(Some(MAX_NUMBERS.saturating_sub(1)), |last| last.checked_add(MAX_NUMBERS));
		let Some(last) = last else { break };
		after = Some(last);
	}
	Ok(found)
}

/// What can be asked. The last parameter of each is the block whose state answers; left out, the best block.
#[rpc(server)]
pub(crate) trait ConfigGuardRpc {
	/// Parameters of the catalogue after the number given, at most `limit`.
	#[method(name = "configGuard_catalogue", blocking)]
	fn catalogue(
		&self,
		after: Option<ParamId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ParameterView>>;

	/// How the baselines of local networks after the one given stand, at most `limit`.
	#[method(name = "configGuard_baselines", blocking)]
	fn baselines(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineView>>;

	/// Pages of the baseline from the number given, with their values, at most `limit`, and no more than 64.
	#[method(name = "configGuard_baseline", blocking)]
	fn baseline(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselinePageView>>;

	/// The same without their values.
	#[method(name = "configGuard_heads", blocking)]
	fn heads(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineHeadView>>;

	/// Sweeps after the number given, at most `limit`. Of lists by number an empty answer is their end: what is forgotten is
	/// passed over, half a million numbers at most.
	#[method(name = "configGuard_sweeps", blocking)]
	fn sweeps(&self, after: Option<u32>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<SweepView>>;

	/// What each company has attested of a local network, the latest.
	#[method(name = "configGuard_testimonies", blocking)]
	fn testimonies(&self, local_network: LocalNetworkId, at: Option<Hash>) -> RpcResult<Vec<TestimonyView>>;

	/// Pages from the number given that differ and are not explained, at most `limit`.
	#[method(name = "configGuard_unexplained", blocking)]
	fn unexplained(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<PageDifferenceView>>;

	/// Violations after the number given, at most `limit`.
	#[method(name = "configGuard_violations", blocking)]
	fn violations(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>>;

	/// Violations that stand open in a local network, from the page given, whole pages until there are `limit`.
	#[method(name = "configGuard_openViolations", blocking)]
	fn open_violations(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>>;

	/// One violation.
	#[method(name = "configGuard_violation", blocking)]
	fn violation(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<ViolationView>>;

	/// Requests after the number given, at most `limit`.
	#[method(name = "configGuard_requests", blocking)]
	fn requests(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<RequestView>>;

	/// One request.
	#[method(name = "configGuard_request", blocking)]
	fn request(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<RequestView>>;

	/// The values of one page of a request.
	#[method(name = "configGuard_requestItems", blocking)]
	fn request_items(&self, id: u32, page: u16, at: Option<Hash>) -> RpcResult<Vec<ItemView>>;

	/// A dry run: what would be refused of a request by `by` for these values of a page (slot, cell, key, value).
	#[method(name = "configGuard_checkChange", blocking)]
	fn check_change(
		&self,
		by: OrgId,
		local_network: LocalNetworkId,
		page: u16,
		items: Vec<(u8, u8, ParamKey, Option<i64>)>,
		window: (Moment, Moment),
		emergency: bool,
		at: Option<Hash>,
	) -> RpcResult<Vec<RefusalView>>;

	/// What is known about local networks after the one given, at most `limit`.
	#[method(name = "configGuard_coverage", blocking)]
	fn coverage(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<CoverageView>>;

	/// What is known about pages of a local network from the one given, at most `limit`.
	#[method(name = "configGuard_pageCoverage", blocking)]
	fn page_coverage(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<PageCoverageView>>;

	/// Exports of a company, the latest first, after so many, at most `limit`.
	#[method(name = "configGuard_exports", blocking)]
	fn exports(
		&self,
		org: OrgId,
		skip: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ExportView>>;

	/// What is asked of an export and not opened yet.
	#[method(name = "configGuard_questions", blocking)]
	fn questions(&self, org: OrgId, root: Hash, at: Option<Hash>) -> RpcResult<Vec<QuestionView>>;

	/// Confirmed violations of a day (days since 1970-01-01 at UTC+8), after so many, at most `limit`.
	#[method(name = "configGuard_dayScores", blocking)]
	fn day_scores(
		&self,
		day: u16,
		skip: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ScoreView>>;

	/// Confirmed violations of a month (twelve times the year, and 0 for January), after so many, at most `limit`.
	#[method(name = "configGuard_monthScores", blocking)]
	fn month_scores(
		&self,
		month: u16,
		skip: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ScoreView>>;

	/// Rules, freezes and holdings in force.
	#[method(name = "configGuard_policy", blocking)]
	fn policy(&self, at: Option<Hash>) -> RpcResult<PolicyView>;

	/// The whole country at a glance.
	#[method(name = "configGuard_summary", blocking)]
	fn summary(&self, at: Option<Hash>) -> RpcResult<SummaryView>;

	/// A dry run: what the policy in force with these parts set in their order would have refused of the changes that were
	/// carried out and are over, the latest first: of their pages from a place on, at most `limit`, and no more than 64. A
	/// part that cannot be set is named as a bad parameter.
	#[method(name = "configGuard_dryRunPolicy", blocking)]
	fn dry_run_policy(
		&self,
		parts: Vec<PolicyPart>,
		from: Option<PastPlace>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<PolicyRunView>;
}

/// Answers them.
pub(crate) struct ConfigGuard {
	client: Arc<FullClient>,
}

impl ConfigGuard {
	/// Answers from this client's state.
	pub(crate) fn new(client: Arc<FullClient>) -> Self {
		Self { client }
	}
}

impl ConfigGuardRpcServer for ConfigGuard {
	fn catalogue(
		&self,
		after: Option<ParamId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ParameterView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.catalogue(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn baselines(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.baselines(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn baseline(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselinePageView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.baseline(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn heads(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<BaselineHeadView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.heads(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn sweeps(&self, after: Option<u32>, limit: Option<u32>, at: Option<Hash>) -> RpcResult<Vec<SweepView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		numbered(after, page_limit(limit), |after, limit| api.sweeps(at, after, limit)).map_err(cannot_answer)
	}

	fn testimonies(&self, local_network: LocalNetworkId, at: Option<Hash>) -> RpcResult<Vec<TestimonyView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.testimonies(at, local_network).map_err(cannot_answer)
	}

	fn unexplained(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<PageDifferenceView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.unexplained(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn violations(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		numbered(after, page_limit(limit), |after, limit| api.violations(at, after, limit))
			.map_err(cannot_answer)
	}

	fn open_violations(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ViolationView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.open_violations(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn violation(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<ViolationView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.violation(at, id).map_err(cannot_answer)
	}

	fn requests(
		&self,
		after: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<RequestView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		numbered(after, page_limit(limit), |after, limit| api.requests(at, after, limit))
			.map_err(cannot_answer)
	}

	fn request(&self, id: u32, at: Option<Hash>) -> RpcResult<Option<RequestView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.request(at, id).map_err(cannot_answer)
	}

	fn request_items(&self, id: u32, page: u16, at: Option<Hash>) -> RpcResult<Vec<ItemView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.request_items(at, id, page).map_err(cannot_answer)
	}

	fn check_change(
		&self,
		by: OrgId,
		local_network: LocalNetworkId,
		page: u16,
		items: Vec<(u8, u8, ParamKey, Option<i64>)>,
		window: (Moment, Moment),
		emergency: bool,
		at: Option<Hash>,
	) -> RpcResult<Vec<RefusalView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.check_change(at, by, local_network, page, items, window, emergency).map_err(cannot_answer)
	}

	fn coverage(
		&self,
		after: Option<LocalNetworkId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<CoverageView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.coverage(at, after, page_limit(limit)).map_err(cannot_answer)
	}

	fn page_coverage(
		&self,
		local_network: LocalNetworkId,
		from: Option<u16>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<PageCoverageView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.page_coverage(at, local_network, from.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn exports(
		&self,
		org: OrgId,
		skip: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ExportView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.exports(at, org, skip.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn questions(&self, org: OrgId, root: Hash, at: Option<Hash>) -> RpcResult<Vec<QuestionView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.questions(at, org, root).map_err(cannot_answer)
	}

	fn day_scores(
		&self,
		day: u16,
		skip: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ScoreView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.day_scores(at, day, skip.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn month_scores(
		&self,
		month: u16,
		skip: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<ScoreView>> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.month_scores(at, month, skip.unwrap_or(0), page_limit(limit)).map_err(cannot_answer)
	}

	fn policy(&self, at: Option<Hash>) -> RpcResult<PolicyView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.policy(at).map_err(cannot_answer)
	}

	fn summary(&self, at: Option<Hash>) -> RpcResult<SummaryView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		api.summary(at).map_err(cannot_answer)
	}

	fn dry_run_policy(
		&self,
		parts: Vec<PolicyPart>,
		from: Option<PastPlace>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<PolicyRunView> {
		let (api, at) = (self.client.runtime_api(), at_or_best(&self.client, at));
		let judged = api.dry_run_policy(at, parts, from.unwrap_or_default(), page_limit(limit));
		judged
			.map_err(cannot_answer)?
			.map_err(|defect| bad_parameter(format!("part {}: {}", defect.part, defect.why)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::cell::Cell;

	/// A list with these numbers, as the runtime answers.
	fn list(kept: &[u32]) -> (Vec<u32>, u32) {
		let rounds = Cell::new(0);
		let found = numbered(None, 2, |after, limit| {
			rounds.set(rounds.get() + 1);
			let first = after.map_or(0, |after| after + 1);
			let seen = kept.iter().copied().filter(|n| (first..first + MAX_NUMBERS).contains(n));
			Ok(seen.take(limit as usize).collect())
		});
		(found.unwrap(), rounds.get())
	}

	#[test]
	fn lists_go_on_behind_what_is_forgotten() {
		assert_eq!(list(&[0, 1, 2]), (vec![0, 1], 1));
		assert_eq!(list(&[MAX_NUMBERS - 1, MAX_NUMBERS]), (vec![MAX_NUMBERS - 1, MAX_NUMBERS], 2));
		let far = 20 * MAX_NUMBERS + 5;
		assert_eq!(list(&[3, far, far + 1]), (vec![3, far], 21));
		assert_eq!(list(&[]), (vec![], MOST_ROUNDS));
	}

	#[test]
	fn lists_end_where_numbers_do() {
		let asked = Cell::new(0);
		let found = numbered(Some(u32::MAX - 5), 2, |_, _| {
			asked.set(asked.get() + 1);
			Ok(Vec::<u32>::new())
		});
		assert_eq!((found.unwrap(), asked.get()), (vec![], 1));
		assert!(numbered(None, 0, |_, _| Ok(vec![1])).unwrap().is_empty());
	}
}
