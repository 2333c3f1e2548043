// SPDX-License-Identifier: Apache-2.0
//! `trimast site reconcile`: the parties' own books of a local network, compared so that nobody sees another's before its
//! own are fixed.
//!
//! ```text
//!   open ──► commit ──► reveal ──► publish ──► report
//!            everybody  everybody  only pages   duplicates, missing, contradictory, matched without a code
//!            commits    shows its  in which the
//!                       digests    parties differ
//! ```
//!
//! `--step` takes one step; `--all` takes its own as soon as they are due and waits for the others. The salt of a
//! commitment is kept in a file beside the inventory until the round is over: without it the commitment cannot be opened.

mod bodies;
mod books;
mod report;

use crate::{
	chain::{
		finalized::{Heads, Standstill},
		storage,
		views::{At, Round},
		Chain,
	},
	context::Context,
	error::{Failure, Result},
	files::check_folder,
	names::{self, org_names},
};
use bodies::Bodies;
use books::{Books, Salt};
use clap::{Args, ValueEnum};
use codec::Encode;
use std::{
	path::PathBuf,
	time::{Duration, Instant},
};
use trimast_primitives::{
	access::Role, apis::AccountView, inventory::inventory_page_digest, LocalNetworkId, OrgId, OrgSet,
};

/// One step of a reconciliation.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StepName {
	/// Opens a round.
	Open,
	/// Commits to the books.
	Commit,
	/// Reveals the digests of their pages.
	Reveal,
	/// Publishes the pages in which the parties differ.
	Publish,
	/// Compares what has been published.
	Report,
}

/// Compare the parties' own inventories of a local network.
#[derive(Args, Debug)]
pub(crate) struct ReconcileCommand {
	/// The local network.
	#[arg(value_parser = names::local_network)]
	local_network: LocalNetworkId,
	/// The company's own books (columns: own_code, name, then those of a station). Lines of other local networks are
	/// left out.
	#[arg(long, value_name = "FILE.csv")]
	inventory: PathBuf,
	/// Takes this step alone.
	#[arg(long, conflicts_with = "all", required_unless_present = "all")]
	step: Option<StepName>,
	/// Takes every step as it becomes due, waits for the others, and reports.
	#[arg(long)]
	all: bool,
	/// How long --all waits for the others.
	#[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
	timeout: u64,
	/// How far apart a record without a common code may stand from its station.
	#[arg(long, value_name = "METRES", default_value_t = super::matching::DISTANCE_M)]
	distance: f64,
	/// Where the commitment's salt is kept; INVENTORY.salt-LOCAL_NETWORK otherwise.
	#[arg(long, value_name = "FILE")]
	salt_file: Option<PathBuf>,
	/// Exit with 5 when anything differs.
	#[arg(long)]
	strict: bool,
}

/// A party in a round.
struct Party<'a> {
	context: &'a Context,
	chain: &'a Chain,
	command: &'a ReconcileCommand,
	org: OrgId,
	books: Books,
	bodies: Bodies,
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ReconcileCommand) -> Result<()> {
	if !(command.distance.is_finite() && command.distance >= 0.0 && command.distance <= 100_000.0) {
		return Err(Failure::usage("the distance is 0 to 100,000 metres").at("--distance"));
	}
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let buckets = at.local_network(command.local_network).await?.buckets;
	let account = context.acting_account()?;
	let org = at.org_of(&account).await?;
	if let Some(view) = at.account(&account).await? {
		let orgs = at.orgs().await?;
		let is_party = orgs.iter().any(|one| one.id == org && one.kind.has_council_seat());
		may_step(&view, is_party, command.local_network, command.step)
			.map_err(|failure| failure.at(names::ss58(&account)))?;
	}
	let books = Books::read(&command.inventory, command.local_network, buckets)?;
	context.output.remark(&format!(
		"{} records of local network {} in the books",
		books.len(),
		command.local_network.0
	));
	let bodies = Bodies::new(command.local_network);
	let mut party = Party { context, chain: &chain, command: &command, org, books, bodies };
	match command.step {
		None => party.all().await,
		Some(StepName::Open) => party.open().await,
		Some(StepName::Commit) => {
			let view = party.round(at).await?;
			party.commit(&view).await
		}
		Some(StepName::Reveal) => {
			let view = party.round(at).await?;
			party.reveal(&view).await
		}
		Some(StepName::Publish) => {
			let view = party.round(at).await?;
			party.bodies.read_to(&chain, at, &view).await?;
			party.publish(&view).await
		}
		Some(StepName::Report) => {
			let view = party.round(at).await?;
			party.bodies.read_to(&chain, at, &view).await?;
			party.report(at, &view).await
		}
	}
}

/// Refuses what the chain would refuse, before anything is sent: a round that is opened by who cannot go on with it would
/// stand in the others' way. `step` is none for all of them.
fn may_step(view: &AccountView, is_party: bool, place: LocalNetworkId, step: Option<StepName>) -> Result<()> {
	let is_opening = step == Some(StepName::Open);
	let has = |role| view.roles.contains(role);
	if step == Some(StepName::Report) {
		return Ok(());
	}
	if !is_party && !is_opening {
		return Err(Failure::chain("the company is no party: it holds no council seat")
			.remedy("--step report compares what the parties have published"));
	}
	if !(has(Role::Planner) || (is_opening && has(Role::Auditor))) {
		return Err(Failure::chain(
			"the account is no planner: an auditor opens a round and takes no other step",
		)
		.remedy("use an account of a planner of the company; an auditor says --step open or --step report"));
	}
	if !view.scope.covers(place) {
		return Err(Failure::chain(format!("local network {} lies outside the account's scope", place.0))
			.remedy("see `trimast account show`"));
	}
	Ok(())
}

/// Pages that a party has to publish, as the chain sees it: its own are not empty, and the parties differ or there is
/// no common code.
pub(crate) fn to_publish(view: &Round, org: OrgId) -> Vec<u16> {
	let empty = inventory_page_digest(core::iter::empty());
	let Some((_, own)) = view.digests.iter().find(|(party, _)| *party == org) else { return Vec::new() };
	let coded = own.len() / 2;
	let differs = |page: usize| {
		page >= coded || view.digests.iter().any(|(_, digests)| digests.get(page) != own.get(page))
	};
	let pages = own.iter().enumerate().filter(|(page, digest)| **digest != empty && differs(*page));
	pages.filter_map(|(page, _)| u16::try_from(page).ok()).collect()
}

/// The step of a round that waits for a party now, with the last block for it. None where the term is over and the
/// others have taken part: the step begins a term of its own.
pub(crate) fn due(view: &Round, org: OrgId, now: u32) -> Option<(StepName, Option<u32>)> {
	let late = now > view.deadline;
	let in_time = |step| (!late).then_some((step, Some(view.deadline)));
	let committing = view.revealed.is_empty() && !view.committed.is_superset(view.parties);
	let revealing = !view.revealed.is_superset(view.committed) || view.revealed.len() < 2;
	if !view.parties.contains(org) {
		None
	} else if committing && !view.committed.contains(org) {
		in_time(StepName::Commit)
	} else if committing {
		(late && view.committed.len() >= 2).then_some((StepName::Reveal, None))
	} else if !view.committed.contains(org) {
		None
	} else if !view.revealed.contains(org) {
		in_time(StepName::Reveal)
	} else if revealing {
		(late && view.revealed.len() >= 2).then_some((StepName::Publish, None))
	} else {
		in_time(StepName::Publish)
	}
}

/// Whether a party has pages that it has to publish and has not yet.
pub(crate) async fn is_unpublished(
	at: At<'_>,
	local_network: LocalNetworkId,
	view: &Round,
	org: OrgId,
) -> Result<bool> {
	for page in to_publish(view, org) {
		let key = (local_network.encode(), page.encode(), org.encode());
		let key = storage::twox_concat("Sites", "Published", &[&key.0, &key.1, &key.2]);
		// Of what is stored there the number of the round stands first; an earlier one is as good as nothing.
		let round: Option<u32> = storage::get(at.chain(), &key, at.hash).await?;
		if round != Some(view.round) {
			return Ok(true);
		}
	}
	Ok(false)
}

impl Party<'_> {
	async fn round(&self, at: At<'_>) -> Result<Round> {
		at.reconciliation(self.command.local_network).await?.ok_or_else(|| {
			Failure::chain("no reconciliation of this local network is open")
				.at(self.command.local_network.0)
				.remedy("begin with --step open, or --all")
		})
	}

	fn salt_path(&self) -> PathBuf {
		self.command.salt_file.clone().unwrap_or_else(|| {
			let mut path = self.command.inventory.as_os_str().to_owned();
			path.push(format!(".salt-{}", self.command.local_network.0));
			path.into()
		})
	}

	async fn make<A: codec::Encode>(&self, call: &str, arguments: A) -> Result<()> {
		let spec = self.context.spec(self.chain).await?;
		let call = spec.call("Sites", call, arguments)?;
		if self.context.output.json {
			// One report is the answer in JSON: the steps go to standard error.
			let signer = self.context.bulk_signer()?;
			let call = self.context.wrap_bulk(call, &spec)?;
			let done = crate::submit::one(self.chain, &signer, call, self.context.output).await?;
			self.context.output.remark(&format!("final in block {}", done.block));
			return done.failure.map_or(Ok(()), Err);
		}
		self.context.perform(self.chain, call).await.map(|_| ())
	}

	async fn open(&self) -> Result<()> {
		// A round binds everybody for its term: where the salt cannot be kept none is opened.
		check_folder(&self.salt_path())?;
		self.make("open_reconciliation", self.command.local_network).await
	}

	async fn commit(&self, view: &Round) -> Result<()> {
		let round = view.round;
		let salt =
			Salt::keep(&self.salt_path(), self.chain.genesis(), self.command.local_network, round, self.org)?;
		let commitment = self.books.commitment(round, self.org, &salt);
		self.context
			.output
			.remark(&format!("round {round}: committing to {} pages", self.books.digests().len()));
		self.make("commit", (self.command.local_network, round, commitment)).await
	}

	async fn reveal(&self, view: &Round) -> Result<()> {
		let round = view.round;
		let salt =
			Salt::find(&self.salt_path(), self.chain.genesis(), self.command.local_network, round, self.org)?;
		self.context.output.remark(&format!("round {round}: revealing the digests"));
		self.make("reveal", (self.command.local_network, round, salt, self.books.digests())).await
	}

	async fn publish(&self, view: &Round) -> Result<()> {
		let own = view.digests.iter().find(|(party, _)| *party == self.org).map(|(_, digests)| digests);
		if own.is_none_or(|own| *own != self.books.digests()) {
			return Err(Failure::input("the books are not those that were committed to")
				.at(self.command.inventory.display())
				.remedy("publish with the file as it was when you committed"));
		}
		let spec = self.context.spec(self.chain).await?;
		let mut calls = Vec::new();
		for page in to_publish(view, self.org) {
			if self.bodies.has(self.org, page) {
				continue;
			}
			let records = self.books.page(page);
			let call =
				spec.call("Sites", "publish", (self.command.local_network, view.round, page, records))?;
			calls.push((format!("page {page}, {} records", records.len()), call));
		}
		if calls.is_empty() {
			return Ok(());
		}
		self.context.output.remark(&format!(
			"round {}: publishing {} pages in which the parties differ",
			view.round,
			calls.len()
		));
		if !self.context.output.json {
			return self.context.perform_all(self.chain, calls).await;
		}
		let signer = self.context.bulk_signer()?;
		for (label, call) in calls {
			let call = self.context.wrap_bulk(call, &spec)?;
			let done = crate::submit::one(self.chain, &signer, call, self.context.output).await?;
			self.context.output.remark(&format!("{label}: final in block {}", done.block));
			if let Some(failure) = done.failure {
				return Err(failure.at(label));
			}
		}
		Ok(())
	}

	async fn report(&self, at: At<'_>, view: &Round) -> Result<()> {
		let orgs = at.orgs().await?;
		let report = report::Report::new(
			self.command.local_network,
			view,
			self.org,
			&self.books,
			&self.bodies,
			self.command.distance,
		)?;
		self.context.output.answer(&report.to_json(), || report.text(&orgs));
		if self.command.strict && !report.is_clean() {
			return Err(Failure::partial("the books differ").at(self.command.local_network.0));
		}
		Ok(())
	}

	/// Whether everything that is to be published can be read.
	fn is_complete(&self, view: &Round) -> bool {
		view.digests
			.iter()
			.all(|(org, _)| to_publish(view, *org).into_iter().all(|page| self.bodies.has(*org, page)))
	}

	/// Takes every step as it becomes due.
	async fn all(&mut self) -> Result<()> {
		let start = Instant::now();
		let mut heads = Heads::new(self.chain);
		let mut still: Option<Standstill> = None;
		let mut said = String::new();
		let mut opened = false;
		// The round that this run takes part in.
		let mut mine: Option<u32> = None;
		loop {
			let at = self.chain.now().await?;
			let found = at.reconciliation(self.command.local_network).await?;
			let waiting = match found {
				Some(view) if mine == Some(view.round) || self.may_join(&view, at.number) => {
					mine = Some(view.round);
					match self.advance(at, &view).await? {
						Some(waiting) => waiting,
						None => return Ok(()),
					}
				}
				_ if !opened => {
					opened = true;
					match self.open().await {
						// Another party was faster.
						Err(failure) if failure.to_string().contains("RoundOpen") => {}
						other => other?,
					}
					continue;
				}
				Some(view) => {
					format!("round {} of others is under way, until block {}", view.round, view.deadline)
				}
				None => "the round to be opened".into(),
			};
			if said != waiting {
				self.context.output.remark(&format!("waiting: {waiting}"));
				said = waiting;
			}
			if start.elapsed() > Duration::from_secs(self.command.timeout) {
				return Err(Failure::connection(format!("timed out waiting: {said}")).remedy(
					"repeat the command: it goes on from where the round is; --timeout waits longer",
				));
			}
			let head = heads.next().await?;
			let now = Instant::now();
			let still = still.get_or_insert_with(|| Standstill::new(head.number, now));
			still.note(head.number, now);
			if still.is_due(now) {
				self.context.output.remark(&format!("waiting: {said}; {}", still.text(now)));
			}
			if still.is_over(self.chain.patience(), now) {
				return Err(Failure::connection(format!("gave up waiting: {said}; {}", still.text(now)))
					.remedy(
						"repeat the command: it goes on from where the round is; --patience waits longer",
					));
			}
			opened = opened && mine.is_none();
		}
	}

	/// A round that is still to be committed to, or that these very books have been committed to.
	fn may_join(&self, view: &Round, now: u32) -> bool {
		if !view.parties.contains(self.org) {
			return false;
		}
		if !view.committed.contains(self.org) {
			return view.revealed.is_empty() && now <= view.deadline;
		}
		// Ours, if its salt is kept here: a run that was interrupted. A finished one begins anew.
		let salt = Salt::find(
			&self.salt_path(),
			self.chain.genesis(),
			self.command.local_network,
			view.round,
			self.org,
		);
		salt.is_ok() && !self.is_finished(view, now)
	}

	fn is_finished(&self, view: &Round, now: u32) -> bool {
		view.revealed.len() >= 2 && now > view.deadline && view.revealed == view.committed
	}

	/// The next step of ours, or what is waited for; nothing when the report has been given.
	async fn advance(&mut self, at: At<'_>, view: &Round) -> Result<Option<String>> {
		let orgs = at.orgs().await?;
		let others = |set: OrgSet| org_names(&orgs, set);
		if !view.committed.contains(self.org) {
			self.commit(view).await?;
			return Ok(Some("the commitment to be counted".into()));
		}
		let all_committed = view.committed.is_superset(view.parties);
		let late = at.number > view.deadline;
		if !view.revealed.contains(self.org) {
			if all_committed || (late && view.committed.len() >= 2) || !view.revealed.is_empty() {
				self.reveal(view).await?;
				return Ok(Some("the digests to be counted".into()));
			}
			let missing = others(view.parties.difference(view.committed));
			return Ok(Some(format!("{missing} to commit, until block {}", view.deadline)));
		}
		let all_revealed = view.revealed.is_superset(view.committed) && view.revealed.len() >= 2;
		if !(all_revealed || (late && view.revealed.len() >= 2)) {
			let missing = others(view.committed.difference(view.revealed));
			return Ok(Some(format!("{missing} to reveal, until block {}", view.deadline)));
		}
		self.bodies.read_to(self.chain, at, view).await?;
		let open =
			to_publish(view, self.org).into_iter().filter(|page| !self.bodies.has(self.org, *page)).count();
		if open > 0 {
			self.publish(view).await?;
			return Ok(Some("the published pages to be read back".into()));
		}
		if self.is_complete(view) || (late && all_revealed) {
			self.report(at, view).await?;
			return Ok(None);
		}
		let silent: OrgSet = view
			.digests
			.iter()
			.filter(|(org, _)| to_publish(view, *org).into_iter().any(|page| !self.bodies.has(*org, page)))
			.map(|(org, _)| *org)
			.collect();
		Ok(Some(format!("{} to publish, until block {}", others(silent), view.deadline)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const A: OrgId = OrgId(0);
	const C: OrgId = OrgId(2);

	/// A round of three whose step ends with block 10.
	fn view(committed: u32, revealed: u32) -> Round {
		Round {
			round: 0,
			parties: OrgSet(0b111),
			committed: OrgSet(committed),
			revealed: OrgSet(revealed),
			deadline: 10,
			digests: Vec::new(),
		}
	}

	#[test]
	fn steps_fail_before_anything_is_sent_when_not_by_a_planner_of_a_party() {
		use trimast_primitives::access::{Roles, Scope};
		use StepName::{Commit, Open, Publish, Report, Reveal};
		let place = LocalNetworkId(1301);
		let view = |role, scope| AccountView {
			account: [1; 32].into(),
			org: A,
			roles: Roles::of(role),
			scope,
			branch: None,
			since: 0,
		};
		let steps = [None, Some(Commit), Some(Reveal), Some(Publish)];
		// An auditor opens and reports, and does not begin what it cannot end
		let auditor = view(Role::Auditor, Scope::National);
		for step in steps {
			let refused = may_step(&auditor, true, place, step).unwrap_err();
			assert!(refused.to_string().contains("no planner") && refused.exit_code() == 1, "{refused}");
		}
		for step in [Some(Open), Some(Report)] {
			assert_eq!(may_step(&auditor, true, place, step), Ok(()));
		}
		let engineer = view(Role::Engineer, Scope::National);
		assert!(may_step(&engineer, true, place, Some(Open)).is_err());
		// A planner takes every step where its scope is and its company a party
		let planner = view(Role::Planner, Scope::LocalNetwork(place));
		for step in steps.into_iter().chain([Some(Open)]) {
			assert_eq!(may_step(&planner, true, place, step), Ok(()));
			let elsewhere = may_step(&planner, true, LocalNetworkId(1302), step).unwrap_err();
			assert!(elsewhere.to_string().contains("1302"), "{elsewhere}");
		}
		assert!(may_step(&planner, false, place, None).is_err());
		assert_eq!(may_step(&planner, false, place, Some(Open)), Ok(()));
	}

	#[test]
	fn each_step_is_due_within_its_term() {
		use StepName::*;
		for (committed, revealed, expected) in [
			(0b110, 0, Some(Commit)),
			(0b011, 0, None),
			(0b111, 0b110, Some(Reveal)),
			(0b111, 0b011, None),
			(0b111, 0b111, Some(Publish)),
		] {
			let view = view(committed, revealed);
			assert_eq!(due(&view, A, 10), expected.map(|step| (step, Some(10))), "{view:?}");
			assert_eq!(due(&view, OrgId(7), 10), None, "a stranger has no part in it");
		}
		assert_eq!(due(&view(0b110, 0), A, 11), None);
		assert_eq!(due(&view(0b111, 0b110), A, 11), None);
	}

	#[test]
	fn after_the_term_it_goes_on_without_who_missed_it() {
		assert_eq!(due(&view(0b011, 0), A, 11), Some((StepName::Reveal, None)));
		assert_eq!(due(&view(0b011, 0), C, 11), None);
		assert_eq!(due(&view(0b001, 0), A, 11), None, "alone there is nothing to compare");
		assert_eq!(due(&view(0b111, 0b011), A, 11), Some((StepName::Publish, None)));
		assert_eq!(due(&view(0b011, 0b001), C, 5), None, "who has not committed has nothing to reveal");
	}
}
