// SPDX-License-Identifier: Apache-2.0
//! Answers what is asked of an export while the sweep that testifies from it is still under way. Rows are drawn from its
//! first word on, and what is not opened within the opening term makes the export doubted.
//!
//! While the sweep sends, what opens rows goes into the same window of transactions: no two of an account use one nonce.
//! While it looks at the chain nothing of it is under way, and rows are opened by transactions of their own.

use super::{
	openings::{Answered, Answering, Turn},
	store::Store,
};
use crate::{
	chain::{finalized::Heads, Call},
	error::Failure,
	submit::Fate,
};
use futures::{
	future::{select, Either},
	stream, Stream, StreamExt,
};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeSet,
	future::Future,
	pin::pin,
	time::Duration,
};
use trimast_primitives::{cells::CellId, BlockNumber};

/// Answers beside a sweep.
pub(crate) struct Beside<'a> {
	answering: &'a Answering<'a>,
	store: &'a Store,
	/// The latest final block that was heard of.
	block: Cell<BlockNumber>,
	/// Cells whose rows are on their way.
	sent: RefCell<BTreeSet<CellId>>,
	turn: RefCell<Turn>,
	answered: Cell<Answered>,
}

impl<'a> Beside<'a> {
	/// For an export that is testified from.
	pub(crate) fn new(answering: &'a Answering<'a>, store: &'a Store) -> Self {
		Self {
			answering,
			store,
			block: Cell::default(),
			sent: RefCell::default(),
			turn: RefCell::default(),
			answered: Cell::default(),
		}
	}

	/// What has come of it so far.
	pub(crate) fn answered(&self) -> Answered {
		self.answered.get()
	}

	/// Opens what is asked now, while nothing else is sent.
	pub(crate) async fn answer(&self) {
		if !self.is_due() {
			return;
		}
		let mut answered = self.answered();
		let came = self.answering.answer(self.store, &mut answered).await;
		self.answered.set(answered);
		self.note(came.err());
	}

	/// Opens what is asked while something is done that sends nothing, and at first what is asked already.
	pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
		let mut work = pin!(work);
		let mut heads = Heads::new(self.answering.chain());
		loop {
			let answer = pin!(self.answer());
			match select(&mut work, answer).await {
				// What is under way comes to its end: nobody else would count it.
				Either::Left((done, answer)) => {
					answer.await;
					return done;
				}
				Either::Right(((), _)) => {}
			}
			let next = pin!(self.next(&mut heads));
			if let Either::Left((done, _)) = select(&mut work, next).await {
				return done;
			}
		}
	}

	/// The calls that open what is asked, as it is asked, with the cells that each answers for. It has no end.
	pub(crate) fn calls(&self) -> impl Stream<Item = (Vec<CellId>, Call)> + '_ {
		// Nothing is under way when it begins. What was not taken any more is asked for as it was.
		self.sent.borrow_mut().clear();
		let begin = Heads::new(self.answering.chain());
		let calls = stream::unfold(begin, move |mut heads| async move {
			loop {
				let calls = self.ready().await;
				if !calls.is_empty() {
					return Some((stream::iter(calls), heads));
				}
				self.next(&mut heads).await;
			}
		});
		calls.flatten()
	}

	async fn ready(&self) -> Vec<(Vec<CellId>, Call)> {
		if !self.is_due() {
			return Vec::new();
		}
		// What becomes final while the chain is asked may still stand open in the state that answers.
		let before = self.sent.borrow().clone();
		let is_sent = |cell: &CellId| before.contains(cell) || self.sent.borrow().contains(cell);
		match self.answering.calls(self.store, is_sent).await {
			Ok((calls, failed)) => {
				self.sent.borrow_mut().extend(calls.iter().flat_map(|(cells, _)| cells));
				if failed.is_some() {
					self.note(failed);
				}
				calls
			}
			Err(failure) => {
				self.note(Some(failure));
				Vec::new()
			}
		}
	}

	/// Takes what came of one of the calls.
	pub(crate) fn take(&self, cells: &[CellId], fate: &Fate) {
		self.sent.borrow_mut().retain(|cell| !cells.contains(cell));
		let failed = match fate {
			Fate::Refused(failure) => Some(failure.clone()),
			Fate::Final(inclusion) => {
				let mut answered = self.answered();
				let failed = self.answering.take(inclusion, &mut answered);
				self.answered.set(answered);
				failed
			}
		};
		self.note(failed);
	}

	fn is_due(&self) -> bool {
		self.turn.borrow().is_due(self.block.get())
	}

	/// Says what has failed, once; it is tried again, less and less often.
	fn note(&self, failure: Option<Failure>) {
		let failure = failure.map(|failure| failure.at(self.store.folder().display()));
		if let Some(failure) = self.turn.borrow_mut().note(self.block.get(), failure) {
			self.answering.remark(&failure);
		}
	}

	/// Waits for the next final block.
	async fn next(&self, heads: &mut Heads<'_>) {
		match heads.next().await {
			Ok(head) => self.block.set(head.number),
			Err(failure) => {
				self.note(Some(failure));
				tokio::time::sleep(Duration::from_secs(3)).await;
			}
		}
	}
}
