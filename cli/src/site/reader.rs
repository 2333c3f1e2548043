// SPDX-License-Identifier: Apache-2.0
//! Reading CSV files line by line in bounded memory, whether they are UTF-8 or GB18030.
//!
//! A file that is UTF-8 throughout is read as UTF-8, every other as GB18030: real GB18030 text of more than a few
//! characters is hardly ever valid UTF-8. Bytes that are neither appear as U+FFFD and are reported with their column.

use super::csv::{read_inventory, read_station, Wrong, COLUMNS, OWN_COLUMNS};
use crate::{
	error::{in_file, Failure, Result},
	files::open_to_read_again,
	output::{counted, quoted},
};
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8};
use std::{
	fs::File,
	io::{self, Read},
	path::Path,
};
use trimast_primitives::{inventory::InventoryRecord, site::Station, Hash, LocalNetworkId};

const CHUNK: usize = 1 << 18;

/// What a first pass over a file tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Survey {
	/// How it is encoded.
	pub(crate) encoding: &'static Encoding,
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
		if fingerprint.is_zero() && (part.starts_with(&[0xff, 0xfe]) || part.starts_with(&[0xfe, 0xff])) {
			return Err(Failure::input("the file is UTF-16")
				.at(path.display())
				.remedy("save it as UTF-8 or GB18030"));
		}
		utf8.take(part);
		fingerprint = sp_io::hashing::blake2_256(&[fingerprint.as_bytes(), part].concat()).into();
	}
	let encoding = if utf8.holds() { UTF_8 } else { GB18030 };
	Ok(Survey { encoding, fingerprint })
}

/// Whether a stream of bytes is UTF-8, in chunks that may cut characters.
#[derive(Default)]
struct Utf8Check {
	failed: bool,
	/// The beginning of a character that the last chunk cut: at most three bytes.
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
			match error.error_len() {
				None => self.cut = bytes.split_off(error.valid_up_to()),
				Some(_) => self.failed = true,
			}
		}
	}

	fn holds(&self) -> bool {
		!self.failed && self.cut.is_empty()
	}
}

/// A reader of UTF-8 from bytes in another encoding. A byte order mark is taken off.
struct Transcoder<R> {
	inner: R,
	decoder: Decoder,
	input: Vec<u8>,
	/// What of `input` has not been decoded.
	pending: std::ops::Range<usize>,
	/// Decoded bytes that did not fit where they were asked for.
	output: Vec<u8>,
	taken: usize,
	/// Whether the last byte was a carriage return, which is kept back: before a line feed it is dropped.
	held: bool,
	ended: bool,
}

impl<R: Read> Transcoder<R> {
	fn new(inner: R, encoding: &'static Encoding) -> Self {
		Self {
			inner,
			decoder: encoding.new_decoder_with_bom_removal(),
			input: vec![0; CHUNK],
			pending: 0..0,
			output: Vec::with_capacity(CHUNK * 3),
			taken: 0,
			held: false,
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
		self.end_lines_by_line_feeds();
		Ok(())
	}

	/// Takes the carriage returns off before line feeds: a reader of CSV that sees both counts the lines wrong.
	fn end_lines_by_line_feeds(&mut self) {
		if !self.held && !self.output.contains(&b'\r') {
			return;
		}
		let mut plain = Vec::with_capacity(self.output.len() + 1);
		for byte in self.output.drain(..) {
			if std::mem::take(&mut self.held) && byte != b'\n' {
				plain.push(b'\r');
			}
			self.held = byte == b'\r';
			if !self.held {
				plain.push(byte);
			}
		}
		if self.ended && std::mem::take(&mut self.held) {
			plain.push(b'\r');
		}
		self.output = plain;
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

/// One line: what stands in it, or what is wrong with it.
#[derive(Debug)]
pub(crate) struct Row<T> {
	/// Its number in the file, from 1 (the header).
	pub(crate) line: u64,
	/// The record with its local network.
	pub(crate) record: Result<(LocalNetworkId, T), Vec<Wrong>>,
}

/// A kind of record that files hold.
pub(crate) trait Record: Sized {
	/// The columns of its lines.
	fn columns() -> Vec<&'static str>;
	/// Reads a line.
	fn read(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Self), Vec<Wrong>>;
}

impl Record for Station {
	fn columns() -> Vec<&'static str> {
		COLUMNS.to_vec()
	}

	fn read(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Self), Vec<Wrong>> {
		read_station(fields)
	}
}

impl Record for InventoryRecord {
	fn columns() -> Vec<&'static str> {
		[&OWN_COLUMNS[..], &COLUMNS[..]].concat()
	}

	fn read(fields: &csv::StringRecord) -> Result<(LocalNetworkId, Self), Vec<Wrong>> {
		read_inventory(fields)
	}
}

fn open(path: &Path, encoding: &'static Encoding) -> Result<csv::Reader<Transcoder<File>>> {
	let file = File::open(path).map_err(in_file(path))?;
	let mut builder = csv::ReaderBuilder::new();
	Ok(builder.has_headers(false).flexible(true).from_reader(Transcoder::new(file, encoding)))
}

/// Whether a file begins with the columns of a party's own books, and not with those of stations.
pub(crate) fn is_inventory(path: &Path, encoding: &'static Encoding) -> Result<bool> {
	let mut header = csv::StringRecord::new();
	let read = open(path, encoding)?.read_record(&mut header);
	read.map_err(|error| Failure::input(error).at(path.display()))?;
	Ok(header.get(0) == OWN_COLUMNS.first().copied())
}

/// Opens a file for its lines. The header is checked; what is wrong in a line does not end the reading.
pub(crate) fn rows<T: Record>(
	path: &Path,
	encoding: &'static Encoding,
) -> Result<impl Iterator<Item = Result<Row<T>>>> {
	let mut reader = open(path, encoding)?;
	let unreadable = {
		let path = path.to_owned();
		move |error: csv::Error| Failure::input(error).at(path.display())
	};
	let mut header = csv::StringRecord::new();
	reader.read_record(&mut header).map_err(&unreadable)?;
	check_header(&header, &T::columns()).map_err(|failure| failure.at("line 1").at(path.display()))?;
	let mut fields = csv::StringRecord::new();
	Ok(std::iter::from_fn(move || match reader.read_record(&mut fields) {
		Ok(false) => None,
		Ok(true) => {
			let line = fields.position().map_or(0, csv::Position::line);
			Some(Ok(Row { line, record: T::read(&fields) }))
		}
		Err(error) => Some(Err(unreadable(error))),
	}))
}

fn check_header(header: &csv::StringRecord, columns: &[&str]) -> Result<()> {
	for (n, expected) in columns.iter().enumerate() {
		let found = header.get(n).unwrap_or("");
		if found != *expected {
			return Err(Failure::input(format!(
				"column {} is {} and not `{expected}`",
				n + 1,
				quoted(found)
			))
			.remedy(format!("the first line is: {}", columns.join(","))));
		}
	}
	if header.len() > columns.len() {
		return Err(Failure::input(format!(
			"{} instead of {}",
			counted(header.len(), "column"),
			columns.len()
		))
		.remedy(format!("the first line is: {}", columns.join(","))));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::csv::tests::sample, *};
	use proptest::prelude::*;
	use std::io::Write;

	fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
		let mut file = tempfile::NamedTempFile::new().unwrap();
		file.write_all(bytes).unwrap();
		file
	}

	fn text_with_vendor(vendor: &str) -> String {
		let at = COLUMNS.iter().position(|name| *name == "vendor").unwrap();
		let sample = sample();
		let line: Vec<&str> =
			sample.iter().enumerate().map(|(n, old)| if n == at { vendor } else { old }).collect();
		format!("{}\n{}\n", COLUMNS.join(","), line.join(","))
	}

	fn vendor_read(bytes: &[u8]) -> (&'static str, Vec<u8>) {
		let file = file(bytes);
		let survey = survey(file.path()).unwrap();
		let row = rows::<Station>(file.path(), survey.encoding).unwrap().next().unwrap().unwrap();
		assert_eq!(row.line, 2);
		(survey.encoding.name(), row.record.unwrap().1.vendor.into_inner())
	}

	#[test]
	fn both_encodings_give_the_same_record() {
		let text = text_with_vendor("华为");
		assert_eq!(vendor_read(text.as_bytes()), ("UTF-8", "华为".into()));
		assert_eq!(vendor_read(&GB18030.encode(&text).0), ("gb18030", "华为".into()));
		assert_eq!(vendor_read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), ("UTF-8", "华为".into()));
	}

	#[test]
	fn lines_are_counted_alike_with_either_end() {
		let text = text_with_vendor("V1");
		let wrong = format!("{text}{}{}", text.lines().nth(1).unwrap(), "\nXX\n").replace("\r", "");
		for text in [wrong.clone(), wrong.replace('\n', "\r\n")] {
			let file = file(text.as_bytes());
			let lines: Vec<(u64, bool)> = rows::<Station>(file.path(), UTF_8)
				.unwrap()
				.map(|row| row.map(|row| (row.line, row.record.is_ok())).unwrap())
				.collect();
			assert_eq!(lines, [(2, true), (3, true), (4, false)]);
		}
	}

	#[test]
	fn rows_fail_when_the_header_differs() {
		let file = file(b"code,technology\n");
		let failure = rows::<Station>(file.path(), UTF_8).err().unwrap().to_string();
		assert!(failure.contains("column 2 is `technology` and not `local_network`"), "{failure}");
	}

	#[test]
	fn books_are_told_from_stations_by_their_header() {
		let books = [&OWN_COLUMNS[..], &COLUMNS[..]].concat().join(",");
		for (text, expected) in [(books, true), (COLUMNS.join(","), false), (String::new(), false)] {
			assert_eq!(is_inventory(file(text.as_bytes()).path(), UTF_8).unwrap(), expected, "{text}");
		}
	}

	#[test]
	fn bytes_of_no_encoding_are_reported_with_their_column() {
		let mut bytes = text_with_vendor("X").into_bytes();
		let at = bytes.windows(3).rposition(|w| w == b",X,").unwrap();
		bytes[at + 1] = 0xff;
		let file = file(&bytes);
		let row = rows::<Station>(file.path(), survey(file.path()).unwrap().encoding)
			.unwrap()
			.next()
			.unwrap()
			.unwrap();
		assert_eq!(row.record.unwrap_err()[0].column, "vendor");
	}

	#[test]
	fn survey_fails_when_utf16() {
		assert!(survey(file(b"\xff\xfec\0").path()).unwrap_err().to_string().contains("UTF-16"));
	}

	proptest! {
		#[test]
		fn utf8_check_does_not_depend_on_chunks(text in ".{0,40}", cut in 0usize..200, noise: Option<u8>) {
			let mut bytes = text.into_bytes();
			bytes.extend(noise);
			let cut = cut.min(bytes.len());
			let mut check = Utf8Check::default();
			check.take(&bytes[..cut]);
			check.take(&bytes[cut..]);
			prop_assert_eq!(check.holds(), std::str::from_utf8(&bytes).is_ok());
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
