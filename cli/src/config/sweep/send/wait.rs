// SPDX-License-Identifier: Apache-2.0
//! Sends calls, and waits until each is final or refused.

use super::{answers::TOO_MUCH, jobs::Job, Sending};
use crate::{
	chain::Call,
	error::{Failure, Result},
	submit::{Fate, News, Submitter},
};
use serde_json::{json, Value};

/// Refusals that make the rest of the sweep useless.
const FATAL: [&str; 8] = [
	"SweepClosed",
	"NoSuchSweep",
	"NotSalted",
	"NotAnchored",
	"AnchoredTooLate",
	"ExportExpired",
	"ExportDoubted",
	"UnknownAccount",
];

impl Sending<'_> {
	/// Sends calls, and in parts what was too much for one.
	pub(super) async fn send(&mut self, jobs: Vec<(Job, Call)>, bar: &indicatif::ProgressBar) -> Result<()> {
		let mut jobs = jobs;
		while !jobs.is_empty() {
			self.send_once(jobs, bar).await?;
			jobs = Vec::new();
			for job in std::mem::take(&mut self.too_much) {
				jobs.push(self.with_call(job)?);
			}
		}
		Ok(())
	}

	/// Sends calls and takes what comes of them.
	async fn send_once(&mut self, jobs: Vec<(Job, Call)>, bar: &indicatif::ProgressBar) -> Result<()> {
		let (output, limits) = (self.context.output, self.limits);
		self.state.calls += u64::try_from(jobs.len()).unwrap_or(0);
		self.state.bytes +=
			jobs.iter().map(|(_, call)| u64::try_from(call.0.len()).unwrap_or(0)).sum::<u64>();
		let total = jobs.len();
		let mut done = 0usize;
		let mut submitter = Submitter::new(self.chain, self.signer, limits).await?;
		let result = submitter
			.run(jobs.into_iter().map(Ok), |news| {
				match news {
					News::Done(job, fate) => {
						done += 1;
						self.note(&job, &fate, bar)?;
					}
					News::Block(number) => {
						bar.set_message(format!("{done} of {total} calls, final block {number}"));
						output.json_line(&json!({
							"type": "progress", "done": self.state.done.len(), "calls": total, "final": done, "block": number,
						}));
					}
					News::Remark(text) => bar.suspend(|| output.remark(text)),
				}
				Ok(())
			})
			.await;
		result.map_err(|failure| match crate::submit::is_passing(&failure) {
			true => failure.remedy("repeat the command: it goes on where it was"),
			false => failure,
		})
	}

	/// Takes what came of a call.
	fn note(&mut self, job: &Job, fate: &Fate, bar: &indicatif::ProgressBar) -> Result<()> {
		let failure = match fate {
			Fate::Refused(failure) => Some(failure),
			Fate::Final(inclusion) => inclusion.failure.as_ref(),
		};
		if let Some(failure) = failure {
			let place = failure.to_json();
			let place = place.get("where").and_then(Value::as_str).unwrap_or_default();
			if FATAL.iter().any(|name| place.ends_with(&format!(".{name}"))) {
				return Err(failure.clone());
			}
			match job.cut().filter(|_| place.ends_with(&format!(".{TOO_MUCH}"))) {
				Some(halves) => self.too_much.extend(halves),
				None => self.fail(job, failure, bar),
			}
			return Ok(());
		}
		if let Fate::Final(inclusion) = fate {
			let (first, last) = self.blocks.unwrap_or((inclusion.block, inclusion.block));
			self.blocks = Some((first.min(inclusion.block), last.max(inclusion.block)));
			self.take(job, inclusion, self.context.output, bar);
		}
		Ok(())
	}

	/// Tells of a call that was refused. Its local networks are not done.
	pub(super) fn fail(&mut self, job: &Job, failure: &Failure, bar: &indicatif::ProgressBar) {
		let output = self.context.output;
		output.json_line(&json!({
			"type": "call_refused", "what": job.text(), "local_networks": job.networks(),
			"reason": crate::chain::errors::reason(failure),
		}));
		bar.suspend(|| output.say(&format!("{}: {failure}", job.text())));
		for id in job.networks() {
			if let Some(network) = self.networks.get_mut(&id) {
				network.failed = true;
				network.tally.refused += 1;
			}
		}
	}
}
