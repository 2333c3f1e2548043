// SPDX-License-Identifier: Apache-2.0

//! Reports of whole days, as fast as the chain takes them, and what its final blocks tell of them.

use crate::{
	bench::{accounts::Senders, load::sustained},
	calls::EncodedCall,
	chain::Chain,
};
use anyhow::{ensure, Context, Result};
use codec::Decode;
use std::{
	cell::Cell,
	time::{Duration, Instant},
};
use trimast_primitives::{Hash, LocalNetworkId, OrgId};

/// The place of `Accepted` among the outcomes of a report.
const ACCEPTED: u8 = 0;

/// The days of a load, the oldest first. Another one is begun until the load has lasted long enough, and each that is begun is
/// reported by everybody.
pub(super) struct Days {
	first: u16,
	most: u16,
	begun: Cell<u16>,
	until: Instant,
}

impl Days {
	/// At most so many days from the first one on, the last of which begins before `lasting` is over.
	pub(super) fn new(first: u16, most: u16, lasting: Duration) -> Self {
		Self { first, most, begun: Cell::new(0), until: Instant::now() + lasting }
	}

	/// How many were begun.
	pub(super) fn begun(&self) -> u16 {
		self.begun.get()
	}

	/// The days, as they are begun.
	pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
		let goes_on = |n: &u16| {
			let is_begun = *n < self.begun.get();
			let begins = !is_begun && *n < self.most && (*n == 0 || Instant::now() < self.until);
			if begins {
				self.begun.set(n + 1);
			}
			is_begun || begins
		};
		(0..u16::MAX).take_while(goes_on).map(|n| self.first + n)
	}
}

/// What an event says of a report: how many of its readings count, or the outcome where it was not accepted.
fn reported(mut fields: &[u8]) -> Result<Result<u32, u8>> {
	type Report = (u16, LocalNetworkId, u16, OrgId, u8);
	let (_, _, _, outcome) = <(Report, u16, Hash, u8)>::decode(&mut fields).context("Energy.Reported")?;
	if outcome != ACCEPTED {
		return Ok(Err(outcome));
	}
	Ok(Ok(u32::decode(&mut fields).context("Energy.Reported")?))
}

/// What final blocks have told of reports.
#[derive(Default)]
pub(super) struct Taken {
	/// Transactions sent.
	pub(super) transactions: u64,
	/// Reports accepted.
	pub(super) reports: u64,
	/// The blocks: the last one before the load, and the last one of it.
	pub(super) span: (u64, u64),
	/// When, in seconds after the start, how many readings were seen to count in one block.
	finals: Vec<(f64, u64)>,
}

impl Taken {
	/// How many readings count.
	pub(super) fn readings(&self) -> u64 {
		self.finals.iter().map(|(_, count)| count).sum()
	}

	/// How many a second, over the time in which the middle four fifths became final.
	pub(super) fn sustained(&self) -> f64 {
		sustained(&self.finals)
	}

	/// Takes what a final block tells.
	///
	/// # Errors
	///
	/// A report in it was not accepted.
	pub(super) async fn take(&mut self, chain: &Chain, block: u64, seconds: f64) -> Result<()> {
		let mut counted = 0;
		for told in chain.events("Energy", block - 1, block).await? {
			if told.name == "Reported" {
				let readings = reported(&told.fields)?;
				let readings = readings
					.map_err(|outcome| anyhow::anyhow!("block {block}: a report has outcome {outcome}"))?;
				counted += u64::from(readings);
				self.reports += 1;
			}
		}
		if counted > 0 {
			self.finals.push((seconds, counted));
		}
		Ok(())
	}
}

/// Sends each carrier's calls until all are final, and follows the blocks.
///
/// # Errors
///
/// A call cannot be made, a node is gone, or a report is not accepted.
pub(super) async fn send(
	chain: &Chain,
	senders: &[Senders],
	calls: [impl Iterator<Item = Result<EncodedCall>>; 2],
) -> Result<Taken> {
	ensure!(senders.len() == calls.len(), "{} companies report", senders.len());
	let from = chain.finalized().await?.number;
	let start = Instant::now();
	let end = &Cell::new(None);
	let load = async {
		let loads = senders.iter().zip(calls).map(|(senders, calls)| async move {
			let sent = senders.send(calls).await?;
			anyhow::Ok((sent, senders.chain.finalized().await?.number))
		});
		let all = futures::future::try_join_all(loads).await?;
		end.set(all.iter().map(|(_, head)| *head).max());
		anyhow::Ok(all.iter().map(|(sent, _)| sent).sum())
	};
	let follow = async {
		let mut taken = Taken { span: (from, from), ..Taken::default() };
		loop {
			let head = chain.finalized().await?.number;
			while taken.span.1 < head {
				let seconds = start.elapsed().as_secs_f64();
				taken.span.1 += 1;
				taken.take(chain, taken.span.1, seconds).await?;
			}
			if end.get().is_some_and(|end| end <= taken.span.1) {
				return anyhow::Ok(taken);
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
	};
	let (transactions, taken) = futures::try_join!(load, follow)?;
	Ok(Taken { transactions, ..taken })
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	#[test]
	fn days_that_one_has_begun_are_reported_by_all() {
		let days = Days::new(20_000, 3, Duration::from_secs(3_600));
		let (mut one, mut two) = (days.iter(), days.iter());
		assert_eq!((one.next(), one.next(), two.next()), (Some(20_000), Some(20_001), Some(20_000)));
		assert_eq!((one.next(), one.next(), days.begun()), (Some(20_002), None, 3));
		assert_eq!(two.collect::<Vec<_>>(), [20_001, 20_002]);
	}

	#[test]
	fn no_day_is_begun_when_the_time_is_over_but_the_first() {
		let days = Days::new(20_000, 3, Duration::ZERO);
		assert_eq!(days.iter().collect::<Vec<_>>(), [20_000]);
		assert_eq!((days.iter().count(), days.begun()), (1, 1));
	}

	#[test]
	fn readings_are_counted_of_what_was_accepted_alone() {
		let fields = |outcome: &[u8]| {
			let mut bytes = (20_000u16, 1301u16, 7u16, 1u8, 0u8, 0u16, Hash::repeat_byte(1)).encode();
			bytes.extend(outcome);
			bytes.extend((960u32, 0u8, 0u8).encode());
			bytes
		};
		assert_eq!(reported(&fields(&[ACCEPTED])).unwrap(), Ok(960));
		assert_eq!(reported(&fields(&[10, 3])).unwrap(), Err(10));
		assert!(reported(&fields(&[])[..40]).is_err());
	}
}
