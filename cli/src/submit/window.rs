// SPDX-License-Identifier: Apache-2.0
//! The transactions under way from one account, as a machine without a network.
//!
//! # What it guarantees
//!
//! * **Never twice**: a call gets one nonce and keeps it through every new signature, so at most one of its signatures
//!   can ever be included. It gets another nonce only when the old one was used, in a final block, by a transaction that
//!   is none of its own: from then on nothing signed for it can be included.
//! * **No gap for good**: a nonce whose call was refused is filled with a transaction that does nothing, so those
//!   behind it do not wait for ever.
//! * **Bounded**: at most so many calls and so many bytes are under way.
//!
//! # Life of a call
//!
//! ```text
//!   pushed ── sign ──► sent ── in a final block ──► landed
//!     ▲                 │ ├─ silent for a while ──► sent again, the same bytes
//!     │                 │ └─ expired, or the runtime changed ──► signed anew, the same nonce
//!     └── another nonce ┴── its nonce used by another transaction, final
//! ```

use crate::chain::Call;
use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use trimast_primitives::{BlockNumber, Hash, Nonce};

/// Most nonces that are filled at once.
const MOST_FILLED: Nonce = 1_024;

/// How many calls and bytes may be under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
	/// Calls.
	pub(crate) calls: usize,
	/// Bytes of their encoding.
	pub(crate) bytes: usize,
	/// After how long without news a transaction is sent again.
	pub(crate) silence: Duration,
}

/// Well within a node's pool (16,384 transactions and 64 MiB by default, of which a tenth for what arrives before an
/// earlier nonce), which the company's other accounts share.
impl Default for Limits {
	fn default() -> Self {
		Self { calls: 96, bytes: 6 * 1024 * 1024, silence: Duration::from_secs(12) }
	}
}

/// One signature over a call.
#[derive(Clone, Debug)]
struct Variant {
	hash: Hash,
	/// Last block that may include it.
	last: BlockNumber,
	/// Runtime version it was signed for.
	spec: u32,
	/// Whether a pool has ever taken it.
	accepted: bool,
}

/// A call under way.
#[derive(Debug)]
struct Slot<K> {
	/// What it is; none for one that fills a gap.
	key: Option<K>,
	call: Call,
	variants: Vec<Variant>,
	/// The latest signature's transaction.
	bytes: Vec<u8>,
	/// When it is to be sent (again).
	due: Option<Instant>,
	/// Signatures refused one after another.
	refusals: u32,
}

/// What is to be done about a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Step {
	/// Sign it (anew) under its nonce and send it.
	Sign,
	/// Send these bytes (again).
	Send(Vec<u8>),
}

/// A call that stands in a final block.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Landed<K> {
	/// What it is.
	pub(crate) key: K,
	/// Number of the transaction in its block.
	pub(crate) index: u32,
	/// Hash of the transaction.
	pub(crate) hash: Hash,
}

/// The transactions under way.
#[derive(Debug)]
pub(crate) struct Window<K> {
	limits: Limits,
	slots: BTreeMap<Nonce, Slot<K>>,
	next: Nonce,
	bytes: usize,
}

impl<K> Window<K> {
	/// Nothing under way; the first call gets the nonce `next`.
	pub(crate) fn new(limits: Limits, next: Nonce) -> Self {
		Self { limits, slots: BTreeMap::new(), next, bytes: 0 }
	}

	/// Whether nothing is under way.
	pub(crate) fn is_empty(&self) -> bool {
		self.slots.is_empty()
	}

	/// How many are under way.
	pub(crate) fn len(&self) -> usize {
		self.slots.len()
	}

	/// Whether another call may be pushed. One call is always allowed, however long it is.
	pub(crate) fn has_room(&self) -> bool {
		self.slots.is_empty() || (self.slots.len() < self.limits.calls && self.bytes < self.limits.bytes)
	}

	/// The lowest nonce under way.
	pub(crate) fn lowest(&self) -> Option<Nonce> {
		self.slots.keys().next().copied()
	}

	/// That nonce, with the hashes of the transactions that were signed under it.
	pub(crate) fn first(&self) -> Option<(Nonce, Vec<Hash>)> {
		let (nonce, slot) = self.slots.first_key_value()?;
		Some((*nonce, slot.variants.iter().map(|variant| variant.hash).collect()))
	}

	/// Takes a call under way.
	pub(crate) fn push(&mut self, key: K, call: Call, now: Instant) -> Nonce {
		let nonce = self.next;
		self.next = self.next.saturating_add(1);
		self.insert(nonce, Some(key), call, now);
		nonce
	}

	fn insert(&mut self, nonce: Nonce, key: Option<K>, call: Call, now: Instant) {
		self.bytes = self.bytes.saturating_add(call.0.len());
		let slot = Slot { key, call, variants: Vec::new(), bytes: Vec::new(), due: Some(now), refusals: 0 };
		self.slots.insert(nonce, slot);
	}

	fn remove(&mut self, nonce: Nonce) -> Option<Slot<K>> {
		let slot = self.slots.remove(&nonce)?;
		self.bytes = self.bytes.saturating_sub(slot.call.0.len());
		Some(slot)
	}

	/// The call under a nonce.
	pub(crate) fn call(&self, nonce: Nonce) -> Option<&Call> {
		self.slots.get(&nonce).map(|slot| &slot.call)
	}

	/// What is to be done, lowest nonces first. `finalized` is the latest final block, `spec` the runtime's version there.
	pub(crate) fn due(&self, finalized: BlockNumber, spec: u32, now: Instant) -> Vec<(Nonce, Step)> {
		let due = self.slots.iter().filter(|(_, slot)| slot.due.is_some_and(|due| due <= now));
		due.map(|(nonce, slot)| {
			let lives =
				slot.variants.last().is_some_and(|variant| variant.last > finalized && variant.spec == spec);
			(*nonce, if lives { Step::Send(slot.bytes.clone()) } else { Step::Sign })
		})
		.collect()
	}

	/// Notes a new signature.
	pub(crate) fn signed(&mut self, nonce: Nonce, bytes: &[u8], last: BlockNumber, spec: u32) {
		if let Some(slot) = self.slots.get_mut(&nonce) {
			slot.bytes = bytes.to_vec();
			let hash = crate::chain::extrinsic::hash(bytes);
			slot.variants.push(Variant { hash, last, spec, accepted: false });
		}
	}

	/// Notes that the pool has it. It is sent again after the limit of silence.
	pub(crate) fn accepted(&mut self, nonce: Nonce, now: Instant) {
		let again = now.checked_add(self.limits.silence);
		if let Some(slot) = self.slots.get_mut(&nonce) {
			if let Some(variant) = slot.variants.last_mut() {
				variant.accepted = true;
			}
			slot.due = again;
			slot.refusals = 0;
		}
	}

	/// Puts sending off.
	pub(crate) fn later(&mut self, nonce: Nonce, until: Instant) {
		if let Some(slot) = self.slots.get_mut(&nonce) {
			slot.due = Some(until);
		}
	}

	/// Notes that the signature does not hold now; it will be signed anew. Returns how often in a row that was so.
	pub(crate) fn resign(&mut self, nonce: Nonce, until: Instant) -> u32 {
		let Some(slot) = self.slots.get_mut(&nonce) else { return 0 };
		slot.due = Some(until);
		slot.refusals = slot.refusals.saturating_add(1);
		// The next step is to sign: no variant counts as living. Its hash is still looked for in blocks.
		if let Some(variant) = slot.variants.last_mut() {
			variant.spec = u32::MAX;
		}
		slot.refusals
	}

	/// How often in a row a node has refused it.
	pub(crate) fn refusals(&self, nonce: Nonce) -> u32 {
		self.slots.get(&nonce).map_or(0, |slot| slot.refusals)
	}

	/// Whether a signature that a pool once took may still be included.
	fn may_still_land(&self, nonce: Nonce, finalized: BlockNumber) -> bool {
		let variants = self.slots.get(&nonce).map(|slot| &slot.variants[..]).unwrap_or_default();
		variants.iter().any(|variant| variant.accepted && variant.last > finalized)
	}

	/// Gives a call up that the chain refuses, and returns what it was. While a signature of it that a pool once took may
	/// still be included nothing is given up: `None`, and it is looked at again later.
	///
	/// Its nonce is filled by `filler` when others stand behind it.
	pub(crate) fn refuse(
		&mut self,
		nonce: Nonce,
		finalized: BlockNumber,
		filler: Call,
		now: Instant,
	) -> Option<K> {
		if self.may_still_land(nonce, finalized) {
			self.later(nonce, now.checked_add(self.limits.silence).unwrap_or(now));
			return None;
		}
		let slot = self.remove(nonce)?;
		if self.slots.range(nonce..).next().is_some() {
			self.insert(nonce, None, filler, now);
		} else {
			self.next = nonce;
		}
		slot.key
	}

	/// Looks for the transactions of a final block among those under way. `hashes` are in the block's order.
	pub(crate) fn block(&mut self, hashes: &[Hash]) -> Vec<Landed<K>> {
		if self.slots.is_empty() {
			return Vec::new();
		}
		let mut ours: BTreeMap<Hash, Nonce> = BTreeMap::new();
		for (nonce, slot) in &self.slots {
			ours.extend(slot.variants.iter().map(|variant| (variant.hash, *nonce)));
		}
		let mut landed = Vec::new();
		for (index, hash) in (0u32..).zip(hashes) {
			let Some(slot) = ours.get(hash).and_then(|nonce| self.remove(*nonce)) else { continue };
			if let Some(key) = slot.key {
				landed.push(Landed { key, index, hash: *hash });
			}
		}
		landed
	}

	/// Takes calls whose nonces other transactions have used: `used` is the account's nonce in the final block up to which
	/// every block was looked at. They are pushed again, under new nonces. Returns how many.
	pub(crate) fn overtaken(&mut self, used: Nonce, now: Instant) -> usize {
		let nonces: Vec<Nonce> = self.slots.range(..used).map(|(nonce, _)| *nonce).collect();
		let lost: Vec<Slot<K>> = nonces.into_iter().filter_map(|nonce| self.remove(nonce)).collect();
		self.next = self.next.max(used);
		let mut count = 0;
		for slot in lost {
			if let Some(key) = slot.key {
				self.push(key, slot.call, now);
				count += 1;
			}
		}
		count
	}

	/// Fills the nonces from `from` to the lowest under way: those who were to use them are gone (a restarted node has an
	/// empty pool). Returns how many were filled: so many at once, and the others when these are final.
	pub(crate) fn fill(&mut self, from: Nonce, filler: &Call, now: Instant) -> usize {
		let Some(lowest) = self.lowest() else { return 0 };
		let gap = from..lowest.min(from.saturating_add(MOST_FILLED));
		let count = gap.len();
		gap.for_each(|nonce| self.insert(nonce, None, filler.clone(), now));
		count
	}

	/// Sends everything again at once: the pool may have been lost.
	pub(crate) fn send_all(&mut self, now: Instant) {
		self.slots.values_mut().for_each(|slot| slot.due = Some(now));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const SPEC: u32 = 1;

	fn call(n: u8) -> Call {
		Call(vec![n; 10])
	}

	fn filler() -> Call {
		Call(vec![255])
	}

	fn window(now: Instant, count: u8) -> Window<u8> {
		let mut window = Window::new(Limits::default(), 100);
		for n in 0..count {
			window.push(n, call(n), now);
		}
		window
	}

	fn sign_all(window: &mut Window<u8>, finalized: BlockNumber, spec: u32, now: Instant) -> Vec<Hash> {
		let mut hashes = Vec::new();
		for (nonce, step) in window.due(finalized, spec, now) {
			if step == Step::Sign {
				let bytes = (nonce, window.call(nonce).unwrap().0.clone(), finalized, spec);
				let bytes = codec::Encode::encode(&bytes);
				window.signed(nonce, &bytes, finalized + 64, spec);
				hashes.push(crate::chain::extrinsic::hash(&bytes));
			}
			window.accepted(nonce, now);
		}
		hashes
	}

	#[test]
	fn calls_land_in_any_order_and_leave_the_window() {
		// Given three calls, signed and sent
		let now = Instant::now();
		let mut window = window(now, 3);
		let hashes = sign_all(&mut window, 10, SPEC, now);
		assert!(window.due(10, SPEC, now).is_empty());
		// When a block has two of them among others
		let landed = window.block(&[Hash::zero(), hashes[1], hashes[0]]);
		// Then they have landed with their place, and the third is under way still
		assert_eq!(landed.iter().map(|l| (l.key, l.index)).collect::<Vec<_>>(), [(1, 1), (0, 2)]);
		assert_eq!(window.lowest(), Some(102));
		assert!(window.block(&[hashes[0]]).is_empty(), "nothing lands twice");
	}

	#[test]
	fn silent_ones_are_sent_again_with_the_same_bytes() {
		let now = Instant::now();
		let mut window = window(now, 1);
		sign_all(&mut window, 10, SPEC, now);
		let later = now + Duration::from_secs(13);
		assert!(matches!(&window.due(11, SPEC, later)[..], [(100, Step::Send(_))]));
	}

	#[test]
	fn refused_signatures_are_counted_until_one_is_taken() {
		let now = Instant::now();
		let mut window = window(now, 1);
		sign_all(&mut window, 10, SPEC, now);
		assert_eq!((window.resign(100, now), window.resign(100, now)), (1, 2));
		assert_eq!(window.refusals(100), 2);
		window.accepted(100, now);
		assert_eq!(window.refusals(100), 0);
	}

	#[test]
	fn expired_and_outdated_ones_are_signed_anew_under_their_nonce() {
		let now = Instant::now();
		let later = now + Duration::from_secs(13);
		let mut window = window(now, 1);
		let first = sign_all(&mut window, 10, SPEC, now);
		assert_eq!(window.first(), Some((100, first.clone())));
		assert_eq!(window.due(74, SPEC, later), [(100, Step::Sign)]);
		assert_eq!(window.due(11, SPEC + 1, later), [(100, Step::Sign)]);
		// A signature from before may still be the one that lands.
		let second = sign_all(&mut window, 11, SPEC + 1, later);
		assert_eq!(window.first(), Some((100, [first.clone(), second].concat())));
		assert_eq!(window.block(&first).len(), 1);
		assert!(window.is_empty());
	}

	#[test]
	fn overtaken_ones_get_another_nonce() {
		// Given two calls whose first nonce somebody else has used
		let now = Instant::now();
		let mut window = window(now, 2);
		let old = sign_all(&mut window, 10, SPEC, now);
		assert_eq!(window.overtaken(101, now), 1);
		// Then the first stands behind the second and is signed for its new place
		assert_eq!(window.lowest(), Some(101));
		let new = sign_all(&mut window, 10, SPEC, now);
		assert!(!new.contains(&old[0]));
		assert_eq!(window.block(&new).iter().map(|l| l.key).collect::<Vec<_>>(), [0]);
	}

	#[test]
	fn refused_nonces_are_filled_when_others_stand_behind() {
		let now = Instant::now();
		let mut window = window(now, 3);
		assert_eq!(window.refuse(101, 10, filler(), now), Some(1));
		assert_eq!(window.call(101), Some(&filler()));
		assert_eq!(window.refuse(102, 10, filler(), now), Some(2));
		assert_eq!(window.call(102), None);
		assert_eq!(window.push(9, call(9), now), 102);
	}

	#[test]
	fn refuse_waits_while_an_accepted_signature_may_still_land() {
		let now = Instant::now();
		let mut window = window(now, 1);
		sign_all(&mut window, 10, SPEC, now);
		assert_eq!(window.refuse(100, 11, filler(), now), None);
		assert_eq!(window.refuse(100, 74, filler(), now), Some(0));
	}

	#[test]
	fn lost_predecessors_are_filled() {
		let now = Instant::now();
		let mut window = window(now, 2);
		assert_eq!(window.fill(97, &filler(), now), 3);
		assert_eq!(window.lowest(), Some(97));
		let hashes = sign_all(&mut window, 10, SPEC, now);
		assert_eq!(window.block(&hashes).iter().map(|l| l.key).collect::<Vec<_>>(), [0, 1]);
	}

	#[test]
	fn gap_that_is_wide_is_filled_piece_by_piece() {
		let now = Instant::now();
		let mut window = Window::new(Limits::default(), 1_000_000);
		window.push(0, call(0), now);
		assert_eq!(window.fill(0, &filler(), now), 1_024);
		let mut filled = 1_024;
		while window.lowest() < Some(1_000_000) {
			window.slots.retain(|nonce, _| *nonce >= 1_000_000);
			filled += window.fill(filled as Nonce, &filler(), now);
		}
		assert_eq!(filled, 1_000_000);
	}

	#[test]
	fn window_is_bounded_and_takes_one_long_call() {
		let now = Instant::now();
		let limits = Limits { calls: 2, bytes: 25, ..Limits::default() };
		let mut window = Window::new(limits, 0);
		assert!(window.has_room());
		window.push(0, Call(vec![0; 100]), now);
		assert!(!window.has_room());
		window.refuse(0, 0, filler(), now);
		window.push(0, call(0), now);
		assert!(window.has_room());
		window.push(1, call(1), now);
		assert!(!window.has_room());
	}

	proptest! {
		/// A chain that includes any living signature once a nonce, in nonce order, whatever the client does meanwhile.
		#[test]
		fn every_call_lands_exactly_once(
			count in 1u8..20,
			steps in proptest::collection::vec((0u8..6, 0usize..4), 0..200),
		) {
			let mut now = Instant::now();
			let mut window = window(now, count);
			let (mut finalized, mut spec, mut nonce) = (10u32, SPEC, 100u32);
			// Signatures in the pool: nonce, hash, last block, spec.
			let mut pool: Vec<(u32, Hash, u32, u32)> = Vec::new();
			let mut landed: Vec<u8> = Vec::new();
			let finish = std::iter::repeat_n((0u8, 3usize), 400);
			for (what, amount) in steps.into_iter().chain(finish) {
				now += Duration::from_secs(1);
				match what {
					// Another process of the same account uses nonces.
					1 if amount > 2 => { nonce += 1; finalized += 1; }
					2 if amount > 2 => { spec += 1; }
					3 => pool.clear(),
					4 => { finalized += 30; }
					5 => window.send_all(now),
					_ => {},
				}
				window.overtaken(nonce, now);
				for (n, step) in window.due(finalized, spec, now) {
					let bytes = match step {
						Step::Send(bytes) => bytes,
						Step::Sign => {
							let bytes = codec::Encode::encode(&(n, window.call(n).unwrap().0.clone(), finalized, spec));
							window.signed(n, &bytes, finalized + 64, spec);
							bytes
						},
					};
					pool.push((n, crate::chain::extrinsic::hash(&bytes), finalized + 64, spec));
					window.accepted(n, now);
				}
				// A block: the pool's living ones, in nonce order, at most `amount`.
				finalized += 1;
				let mut block = Vec::new();
				for _ in 0..amount {
					if let Some(at) = pool.iter().position(|(n, _, last, s)| *n == nonce && *last >= finalized && *s == spec) {
						block.push(pool.swap_remove(at).1);
						nonce += 1;
					}
				}
				landed.extend(window.block(&block).into_iter().map(|l| l.key));
			}
			landed.sort_unstable();
			prop_assert_eq!(landed, (0..count).collect::<Vec<_>>());
			prop_assert!(window.is_empty());
		}
	}
}
