// SPDX-License-Identifier: Apache-2.0
//! Making what follows from alarms so: first the faults are opened, then facts go to them, then they are moved, and generator runs
//! are ordered. Each waits until the one before it is final, since its number or its state is known then.

use super::{
	import::{Entry, Job},
	report::{End, Report},
	rules::Outcome,
};
use crate::{
	chain::{Call, Chain},
	checkpoint::{Checkpoint, Place},
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	order::{open::opened, runs},
	submit::{self, window::Limits, Fate, Inclusion, News, Submitter},
};
use futures::{stream, StreamExt, TryStreamExt};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	order::{Evidence, Opening, OrderKind, Place as Where, Work},
	OrgId,
};

/// How many orders are asked for at once.
const AT_ONCE: usize = 16;

/// An import under way.
pub(crate) struct Sending<'a> {
	pub(crate) context: &'a Context,
	pub(crate) chain: &'a Chain,
	pub(crate) signer: &'a Signer,
	pub(crate) entries: &'a [Entry<'a>],
	pub(crate) place: Option<&'a Place>,
	pub(crate) checkpoint: &'a mut Checkpoint<u64>,
	pub(crate) report: &'a mut Report,
	/// The company whose faults get generator runs.
	pub(crate) runs: Option<OrgId>,
}

/// A fact to anchor: of which notification, in which order.
struct ToAnchor {
	entry: usize,
	order: u32,
	claimed: u64,
	evidence: Evidence,
}

/// What is told of something that was refused.
pub(crate) fn refused(failure: &Failure) -> End {
	let value = failure.to_json();
	let text = |name: &str| value.get(name).and_then(|text| text.as_str()).unwrap_or_default().to_string();
	let remedy = match text("remedy") {
		remedy if remedy.is_empty() => "mend it and import the file again".into(),
		remedy => remedy,
	};
	End::Refused(text("what"), remedy)
}

/// What a call has come to: where it stands, or why it was refused.
fn settled(fate: Fate) -> Result<Inclusion> {
	match fate {
		Fate::Refused(failure) => Err(failure),
		Fate::Final(inclusion) => match inclusion.failure {
			Some(failure) => Err(failure),
			None => Ok(*inclusion),
		},
	}
}

impl Sending<'_> {
	/// All of it.
	pub(crate) async fn run(&mut self, jobs: Vec<Job>) -> Result<()> {
		let orders = self.open(&jobs).await?;
		let mut facts = Vec::new();
		for (number, job) in jobs.iter().enumerate() {
			let order = orders.get(&number).copied().or(job.plan.order);
			self.sort_out(job, order, &mut facts)?;
		}
		let failed = self.anchor(facts).await?;
		self.step(&jobs, &orders, &failed).await?;
		match self.runs {
			Some(org) => self.order_runs(org, &jobs, &orders).await,
			None => Ok(()),
		}
	}

	/// Orders generator runs for the faults of `org` that stand here and say that power has failed: those that were opened just
	/// now, and those that an earlier import has opened.
	async fn order_runs(&mut self, org: OrgId, jobs: &[Job], opened: &BTreeMap<usize, u32>) -> Result<()> {
		let at = self.chain.now().await?;
		let known = |(number, job): (usize, &Job)| opened.get(&number).copied().or(job.plan.order);
		let ids: Vec<u32> = jobs.iter().enumerate().filter_map(known).collect();
		let ask = |id: u32| async move { Ok::<_, Failure>((id, at.order(id).await?.order)) };
		let mut faults: Vec<_> = stream::iter(ids).map(ask).buffered(AT_ONCE).try_collect().await?;
		faults.retain(|(_, order)| order.raiser == org && order.is_outage());
		let seen = runs::look(at, faults, false).await?;
		let (due, left) = seen.decide(org);
		left.iter().for_each(|(_, why)| self.report.note_no_run(*why));
		let spec = self.context.spec(self.chain).await?;
		let calls: Result<Vec<_>> =
			due.iter().map(|outage| Ok((outage.label(), outage.call(&spec, None)?))).collect();
		self.make("generator runs", calls?, |all, what, made| {
			match made {
				Ok(_) => all.report.runs = all.report.runs.saturating_add(1),
				Err(failure) => all.report.refused(&what, &failure),
			}
			Ok(())
		})
		.await
	}

	/// Notes what needs no call, and gathers the facts.
	fn sort_out(&mut self, job: &Job, order: Option<u32>, facts: &mut Vec<ToAnchor>) -> Result<()> {
		for (at, outcome) in &job.plan.outcomes {
			let Some(entry) = self.entries.get(*at) else { continue };
			let end = match (outcome, order) {
				(Outcome::Fact { claimed, evidence }, Some(order)) => {
					let key = entry.read.as_ref().map(|one| one.key()).unwrap_or_default();
					// In an earlier fault it is none of this one.
					match self.checkpoint.done(&key).filter(|known| *known == u64::from(order)) {
						Some(_) => End::Fact(order),
						None => {
							let (claimed, evidence) = (*claimed, *evidence);
							facts.push(ToAnchor { entry: *at, order, claimed, evidence });
							continue;
						}
					}
				}
				(Outcome::Fact { .. } | Outcome::TakenUp, None) => {
					// Its fault was refused: why stands above.
					let what = format!("the fault of {}/{} was not opened", job.station.0 .0, job.station.1);
					End::Refused(what, "see why above, and import the file again".into())
				}
				(Outcome::TakenUp, Some(order)) => End::TakenUp(order),
				(Outcome::Nothing(reason), _) => End::Nothing(*reason),
				(Outcome::Refused(what, remedy), _) => End::Refused(what.clone(), remedy.clone()),
			};
			self.report.note(&entry.line(end))?;
		}
		Ok(())
	}

	/// Makes calls, and hands over what each has come to.
	async fn make<K>(
		&mut self,
		unit: &str,
		calls: Vec<(K, Call)>,
		mut done: impl FnMut(&mut Self, K, Result<Inclusion>) -> Result<()>,
	) -> Result<()> {
		if calls.is_empty() {
			return Ok(());
		}
		let (context, chain, signer) = (self.context, self.chain, self.signer);
		let spec = context.spec(chain).await?;
		let bar = context.output.progress(calls.len().try_into().unwrap_or(u64::MAX), unit);
		let calls = calls.into_iter().map(|(key, call)| Ok((key, context.wrap_bulk(call, &spec)?)));
		let mut submitter = Submitter::new(chain, signer, Limits::default()).await?;
		let mut is_dirty = false;
		let result = submitter
			.run(calls, |news| {
				match news {
					News::Remark(text) => bar.suspend(|| context.output.remark(text)),
					News::Done(key, fate) => {
						bar.inc(1);
						is_dirty = true;
						bar.suspend(|| done(self, key, settled(fate)))?;
					}
					News::Block(_) if is_dirty => {
						is_dirty = false;
						self.report.sync()?;
						self.checkpoint.save(self.place)?;
					}
					News::Block(_) => {}
				}
				Ok(())
			})
			.await;
		bar.finish_and_clear();
		result.map_err(|failure| match submit::is_passing(&failure) {
			true => failure.remedy("repeat the command: it goes on from its checkpoint"),
			false => failure,
		})
	}

	/// Opens faults. Gives back the number of each by its job.
	async fn open(&mut self, jobs: &[Job]) -> Result<BTreeMap<usize, u32>> {
		let spec = self.context.spec(self.chain).await?;
		let mut calls = Vec::new();
		for (number, job) in jobs.iter().enumerate() {
			let Some((handler, severity)) = job.plan.open else { continue };
			let opening = Opening {
				kind: OrderKind::Fault,
				handler,
				place: Where::Station(job.site),
				severity,
				work: Work::default(),
				parent: None,
				violation: None,
			};
			calls.push((number, spec.call("Dispatch", "open", opening)?));
		}
		let mut orders = BTreeMap::new();
		self.make("faults", calls, |all, number, made| {
			let opened = made.and_then(|made| {
				opened(&made.events).ok_or_else(|| {
					Failure::chain("the chain does not say which order it is")
						.remedy("import the file again: its facts go to the fault that is open by then")
				})
			});
			match opened {
				Ok(order) => {
					all.report.opened = all.report.opened.saturating_add(1);
					orders.insert(number, order);
				}
				Err(failure) => {
					let name = jobs.get(number).map(|job| format!("{}/{}", job.station.0 .0, job.station.1));
					all.report.refused(&format!("fault at {}", name.unwrap_or_default()), &failure);
				}
			}
			Ok(())
		})
		.await?;
		Ok(orders)
	}

	/// Anchors facts. Gives back the entries whose facts the chain has refused.
	async fn anchor(&mut self, facts: Vec<ToAnchor>) -> Result<BTreeSet<usize>> {
		let spec = self.context.spec(self.chain).await?;
		let mut calls = Vec::with_capacity(facts.len());
		for fact in facts {
			let body: Option<trimast_primitives::Hash> = None;
			let arguments = (fact.order, fact.claimed, fact.evidence, body);
			calls.push(((fact.entry, fact.order), spec.call("Dispatch", "anchor_fact", arguments)?));
		}
		let mut failed = BTreeSet::new();
		self.make("facts", calls, |all, (at, order), made| {
			let Some(entry) = all.entries.get(at) else { return Ok(()) };
			let end = match made {
				Ok(made) => {
					let key = entry.read.as_ref().map(|one| one.key()).unwrap_or_default();
					all.checkpoint.note(&key, made.block, order.into());
					End::Fact(order)
				}
				Err(failure) => {
					failed.insert(at);
					refused(&failure)
				}
			};
			all.report.note(&entry.line(end))
		})
		.await?;
		Ok(failed)
	}

	/// Moves faults. One of which a fact was refused stays where it is: what it would be moved by is not said.
	async fn step(
		&mut self,
		jobs: &[Job],
		opened: &BTreeMap<usize, u32>,
		failed: &BTreeSet<usize>,
	) -> Result<()> {
		let spec = self.context.spec(self.chain).await?;
		let mut calls = Vec::new();
		for (number, job) in jobs.iter().enumerate() {
			let Some(order) = opened.get(&number).copied().or(job.plan.order) else { continue };
			if job.plan.outcomes.iter().any(|(at, _)| failed.contains(at)) {
				continue;
			}
			for state in &job.plan.steps {
				let what = format!("order {order} to {}", state.name());
				calls.push((what, spec.call("Dispatch", "step", (order, *state))?));
			}
		}
		self.make("steps", calls, |all, what, made| {
			match made {
				Ok(_) => all.report.stepped = all.report.stepped.saturating_add(1),
				Err(failure) => all.report.refused(&what, &failure),
			}
			Ok(())
		})
		.await
	}
}
