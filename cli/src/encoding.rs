// SPDX-License-Identifier: Apache-2.0
//! Text files in bounded memory, whether they are UTF-8 or GB18030.
//!
//! A file that is UTF-8 throughout is read as UTF-8, every other as GB18030: real GB18030 text of more than a few
//! characters is hardly ever valid UTF-8. Bytes that are neither appear as U+FFFD.

use crate::{
	error::{in_file, Failure, Result},
	files::open_to_read_again,
};
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8};
use std::{
	io::{self, Read},
	path::Path,
};
use trimast_primitives::Hash;

const CHUNK: usize = 1 << 18;

/// What a first pass over a file tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Survey {
	/// How it is encoded.
	pub(crate) encoding: &'static Encoding,
	/// The line of its first byte that is not UTF-8.
	pub(crate) not_utf8: Option<u64>,
	/// Hash over its bytes.
	pub(crate) fingerprint: Hash,
}

/// Reads a file once, for its encoding and its fingerprint.
pub(crate) fn survey(path: &Path) -> Result<Survey> {
	let mut file = open_to_read_again(path)?;
	let mut chunk = vec![0u8; CHUNK];
	let mut fingerprint = Hash::zero();
	let mut utf8 = Utf8Check::default();
	loop {
		let read = file.read(&mut chunk).map_err(in_file(path))?;
		let part = chunk.get(..read).unwrap_or_default();
		if part.is_empty() {
			break;
		}
		if let Some((what, remedy)) = no_text(part).filter(|_| fingerprint.is_zero()) {
			return Err(Failure::input(what).at(path.display()).remedy(remedy));
		}
		utf8.take(part);
		fingerprint = sp_io::hashing::blake2_256(&[fingerprint.as_bytes(), part].concat()).into();
	}
	let not_utf8 = utf8.failed();
	let encoding = if not_utf8.is_none() { UTF_8 } else { GB18030 };
	Ok(Survey { encoding, not_utf8, fingerprint })
}

/// What a file is, by its first bytes, that is no text in an encoding that is read; and what to do.
fn no_text(first: &[u8]) -> Option<(&'static str, &'static str)> {
	let begins = |bytes: &[u8]| first.starts_with(bytes);
	if begins(&[0xff, 0xfe]) || begins(&[0xfe, 0xff]) {
		return Some(("the file is UTF-16", "save it as UTF-8 or GB18030"));
	}
	if begins(b"PK\x03\x04") {
		return Some((
			"the file is a workbook or an archive",
			"save the workbook as CSV, or unpack the archive",
		));
	}
	begins(&[0x1f, 0x8b]).then_some(("the file is compressed", "unpack it (gunzip)"))
}

/// Whether a stream of bytes is UTF-8, in chunks that may cut characters.
#[derive(Default)]
struct Utf8Check {
	failed: bool,
	/// Ends of lines in front of what is not UTF-8.
	ends: u64,
	/// The beginning of a character that the last chunk cut: at most three bytes while nothing has failed.
	cut: Vec<u8>,
}

impl Utf8Check {
	fn take(&mut self, part: &[u8]) {
		if self.failed {
			return;
		}
		let mut bytes = std::mem::take(&mut self.cut);
		bytes.extend_from_slice(part);
		if let Err(error) = std::str::from_utf8(&bytes) {
			self.failed = error.error_len().is_some();
			self.cut = bytes.split_off(error.valid_up_to());
		}
		let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
		self.ends = self.ends.saturating_add(u64::try_from(ends).unwrap_or_default());
	}

	/// The line of the first byte that is not UTF-8.
	fn failed(&self) -> Option<u64> {
		(self.failed || !self.cut.is_empty()).then(|| self.ends.saturating_add(1))
	}
}

/// A reader of UTF-8 from bytes in another encoding. A byte order mark is taken off.
pub(crate) struct Transcoder<R> {
	inner: R,
	decoder: Decoder,
	input: Vec<u8>,
	/// What of `input` has not been decoded.
	pending: std::ops::Range<usize>,
	/// Decoded bytes that did not fit where they were asked for.
	output: Vec<u8>,
	taken: usize,
	ended: bool,
}

impl<R: Read> Transcoder<R> {
	/// Of bytes in this encoding.
	pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
		Self {
			inner,
			decoder: encoding.new_decoder_with_bom_removal(),
			input: vec![0; CHUNK],
			pending: 0..0,
			output: Vec::with_capacity(CHUNK * 3),
			taken: 0,
			ended: false,
		}
	}

	/// Decodes the next piece into `output`.
	fn refill(&mut self) -> io::Result<()> {
		if self.pending.is_empty() {
			let read = self.inner.read(&mut self.input)?;
			self.pending = 0..read;
		}
		let last = self.pending.is_empty();
		self.output.resize(CHUNK * 3, 0);
		let source = self.input.get(self.pending.clone()).unwrap_or_default();
		let (result, read, written, _) = self.decoder.decode_to_utf8(source, &mut self.output, last);
		self.output.truncate(written);
		self.taken = 0;
		self.pending.start = self.pending.start.saturating_add(read);
		self.ended = last && result == CoderResult::InputEmpty;
		Ok(())
	}
}

impl<R: Read> Read for Transcoder<R> {
	fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
		while self.taken >= self.output.len() && !self.ended {
			self.refill()?;
		}
		let ready = self.output.get(self.taken..).unwrap_or_default();
		let count = ready.len().min(target.len());
		if let (Some(to), Some(from)) = (target.get_mut(..count), ready.get(..count)) {
			to.copy_from_slice(from);
		}
		self.taken = self.taken.saturating_add(count);
		Ok(count)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::io::Write;

	fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
		let mut file = tempfile::NamedTempFile::new().unwrap();
		file.write_all(bytes).unwrap();
		file
	}

	#[test]
	fn survey_fails_when_the_file_is_no_text() {
		for (bytes, what) in [
			(&b"\xff\xfec\0"[..], "UTF-16"),
			(b"PK\x03\x04\x14", "workbook"),
			(b"\x1f\x8b\x08", "compressed"),
		] {
			let failure = survey(file(bytes).path()).unwrap_err().to_string();
			assert!(failure.contains(what) && failure.contains("remedy: "), "{failure}");
		}
		assert!(survey(file(b"PK,local_network\n").path()).is_ok());
	}

	proptest! {
		#[test]
		fn utf8_check_does_not_depend_on_chunks(text in "(?s).{0,40}", cut in 0usize..200, noise: Option<u8>) {
			let mut bytes = text.into_bytes();
			bytes.extend(noise);
			let cut = cut.min(bytes.len());
			let mut check = Utf8Check::default();
			check.take(&bytes[..cut]);
			check.take(&bytes[cut..]);
			let line = |error: std::str::Utf8Error| {
				bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
			};
			prop_assert_eq!(check.failed(), std::str::from_utf8(&bytes).err().map(line));
		}

		#[test]
		fn transcoder_reads_what_was_encoded(text in "[ -~一-龥\u{1f600}-\u{1f64f}]{0,400}", size in 1usize..50) {
			let (bytes, ..) = GB18030.encode(&text);
			let mut reader = Transcoder::new(&bytes[..], GB18030);
			let (mut read, mut buffer) = (Vec::new(), vec![0; size]);
			loop {
				let count = reader.read(&mut buffer).unwrap();
				if count == 0 { break; }
				read.extend_from_slice(&buffer[..count]);
			}
			prop_assert_eq!(String::from_utf8(read).unwrap(), text);
		}
	}
}
