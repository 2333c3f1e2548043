// SPDX-License-Identifier: Apache-2.0
//! Keeps a file without an end of an element from being read for ever.

use std::{
	cell::Cell as Shared,
	io::{self, Read},
	rc::Rc,
};

/// Most bytes between two elements.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// A reader that refuses to go on for ever without anything coming of it.
pub(crate) struct Guard<R> {
	inner: R,
	left: Rc<Shared<u64>>,
}

/// Tells a [`Guard`] that something has come of what was read.
pub(crate) struct Progress(Rc<Shared<u64>>);

impl Progress {
	/// It has.
	pub(crate) fn made(&self) {
		self.0.set(MOST_BYTES);
	}
}

/// A guarded reader.
pub(crate) fn guard<R: Read>(inner: R) -> (Guard<R>, Progress) {
	let left = Rc::new(Shared::new(MOST_BYTES));
	(Guard { inner, left: left.clone() }, Progress(left))
}

impl<R: Read> Read for Guard<R> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		let left = self.left.get();
		if left == 0 {
			return Err(io::Error::other(format!("{} MiB without an end of an element", MOST_BYTES >> 20)));
		}
		let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
		let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default())?;
		self.left.set(left.saturating_sub(u64::try_from(read).unwrap_or(left)));
		Ok(read)
	}
}
