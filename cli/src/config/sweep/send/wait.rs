// SPDX-License-Identifier: Apache-2.0
//! Sends calls, and waits until each is final or refused. Everything goes through one window of transactions.

use super::{answers::TOO_MUCH, jobs::Job, Sending};
use crate::{
	chain::Call,
	error::{Failure, Result},
	submit::{Fate, News, Submitter},
};
use futures::{
	channel::{mpsc, oneshot},
	stream::{self, PollNext, StreamExt},
};
use serde_json::{json, Value};
use trimast_primitives::cells::CellId;

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

/// What a call does.
enum Sent {
	/// It attests.
	Attests(Job),
	/// It opens the rows that are asked of these cells.
	Opens(Vec<CellId>),
}

impl Sending<'_> {
	/// Sends calls, what comes of the answers to them, and in parts what was too much for one; and meanwhile opens what is
	/// asked of the export.
	///
	/// What comes of answers goes before what has not begun yet, so that local networks are done one after the other, and
	/// what was done is noted with every block.
	pub(super) async fn send(&mut self, first: Vec<(Job, Call)>, bar: &indicatif::ProgressBar) -> Result<()> {
		let sent = match first.is_empty() {
			true => Ok(()),
			false => self.send_all(first, bar).await,
		};
		// Whatever has ended it.
		let saved = self.state.save(self.store.folder());
		sent.and(saved)
	}

	async fn send_all(&mut self, first: Vec<(Job, Call)>, bar: &indicatif::ProgressBar) -> Result<()> {
		let (output, limits, beside) = (self.context.output, self.limits, self.beside);
		let (mut total, mut done, mut noted) = (first.len(), 0usize, self.state.done.len());
		let mut submitter = Submitter::new(self.chain, self.signer, limits).await?;
		let (more, follows) = mpsc::unbounded();
		let (goes_on, ends) = oneshot::channel::<()>();
		// Dropped when nothing is left to attest: then nothing is waited for but what is under way.
		let mut open = Some((more, goes_on));
		let before = |_: &mut ()| PollNext::Left;
		let attests = stream::select_with_strategy(follows, stream::iter(first), before)
			.map(|(job, call)| Ok((Sent::Attests(job), call)));
		let opens = beside.calls().take_until(ends).map(|(cells, call)| Ok((Sent::Opens(cells), call)));
		let result = submitter
			.run_stream(stream::select_with_strategy(opens, attests, before), |news| {
				match news {
					News::Done(Sent::Opens(cells), fate) => bar.suspend(|| beside.take(&cells, &fate)),
					News::Done(Sent::Attests(job), fate) => {
						let next = self.note(&job, &fate, bar)?;
						done += 1;
						total += next.len();
						if done >= total {
							open = None;
						}
						for job in next {
							// Nobody else ends it.
							let _ = open.as_ref().map(|(more, _)| more.unbounded_send(job));
						}
					}
					News::Block(number) => {
						if self.state.done.len() != noted {
							noted = self.state.done.len();
							self.state.save(self.store.folder())?;
						}
						bar.set_position(u64::try_from(noted).unwrap_or(0));
						bar.set_message(format!("{done} of {total} calls, final block {number}"));
						output.json_line(&json!({
							"type": "progress", "done": noted, "calls": total, "final": done, "block": number,
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

	/// Takes what came of a call. Gives what is to be sent for it.
	fn note(&mut self, job: &Job, fate: &Fate, bar: &indicatif::ProgressBar) -> Result<Vec<(Job, Call)>> {
		self.judge(job, fate, bar)?;
		let parts = std::mem::take(&mut self.too_much);
		let mut next: Vec<(Job, Call)> =
			parts.into_iter().map(|part| self.with_call(part)).collect::<Result<_>>()?;
		self.count(&next);
		for id in job.networks() {
			next.extend(self.answered(id)?);
		}
		Ok(next)
	}

	/// Takes what came of a call, and what of it has to be sent in parts.
	fn judge(&mut self, job: &Job, fate: &Fate, bar: &indicatif::ProgressBar) -> Result<()> {
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
