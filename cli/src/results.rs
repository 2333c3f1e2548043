// SPDX-License-Identifier: Apache-2.0
//! What became of everything that is imported, in a file of JSON lines (`--result`).
//!
//! It is a new file, with one exception: an import that goes on from the checkpoint of an interrupted one continues the file
//! that this one has begun, which its [`Checkpoint`](crate::checkpoint::Checkpoint) names. What stands there already is not
//! written again, so the file has in the end what it would have had without an interruption; but of what was refused at first
//! there is a second line once more is known of it.

use crate::error::{in_file, Failure, Result};
use serde_json::Value;
use sp_io::hashing::blake2_128;
use std::{
	collections::HashSet,
	fs::{File, OpenOptions},
	io::{BufRead, BufReader, BufWriter, ErrorKind, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
};

/// What a line has settled: none behind it need speak of the same.
pub(crate) type Settles = fn(&Value) -> Option<String>;

/// A file with what became of everything.
pub(crate) struct ResultFile {
	out: BufWriter<File>,
	path: PathBuf,
	settles: Settles,
	/// Lines that the interrupted import has written, and what they have settled, by their hashes.
	told: HashSet<[u8; 16]>,
}

impl ResultFile {
	/// A new file.
	pub(crate) fn create(path: &Path, settles: Settles) -> Result<Self> {
		let file = File::create_new(path).map_err(|error| match error.kind() {
			ErrorKind::AlreadyExists => Failure::input("the file exists and is not overwritten")
				.at(path.display())
				.remedy("name another one with --result, or move this one away"),
			_ => in_file(path)(error),
		})?;
		Ok(Self { out: BufWriter::new(file), path: path.into(), settles, told: HashSet::new() })
	}

	/// The file that an interrupted import has begun; a new one where it is gone. A line that was cut off is taken away.
	pub(crate) fn go_on(path: &Path, settles: Settles) -> Result<Self> {
		let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
		let mut file = open.map_err(in_file(path))?;
		let mut reader = BufReader::new(&file);
		let (mut told, mut kept, mut text) = (HashSet::new(), 0u64, Vec::new());
		for number in 1u64.. {
			text.clear();
			let length = reader.read_until(b'\n', &mut text).map_err(in_file(path))?;
			if text.last() != Some(&b'\n') {
				break;
			}
			let value: Value = serde_json::from_slice(&text).map_err(|error| {
				Failure::input(format!("not the result of an import: {error}"))
					.at(format!("line {number}"))
					.at(path.display())
					.remedy("name another one with --result, or move this one away")
			})?;
			told.extend(keys(&value, settles));
			kept = kept.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
		}
		drop(reader);
		file.set_len(kept).and_then(|()| file.seek(SeekFrom::Start(kept))).map_err(in_file(path))?;
		Ok(Self { out: BufWriter::new(file), path: path.into(), settles, told })
	}

	/// Whether it has nothing that an interrupted import has written.
	pub(crate) fn is_new(&self) -> bool {
		self.told.is_empty()
	}

	/// Writes a line, unless the interrupted import has written it, or settled what it is about.
	pub(crate) fn add(&mut self, value: &Value) -> Result<()> {
		if !self.told.is_empty() && keys(value, self.settles).any(|key| self.told.contains(&key)) {
			return Ok(());
		}
		writeln!(self.out, "{value}").map_err(in_file(&self.path))
	}

	/// Puts all of it on the disk: at the end, and before a checkpoint says that it is done.
	pub(crate) fn sync(&mut self) -> Result<()> {
		let written = self.out.flush().and_then(|()| self.out.get_ref().sync_data());
		written.map_err(in_file(&self.path))
	}
}

/// By what a line is known again, and what it settles.
fn keys(value: &Value, settles: Settles) -> impl Iterator<Item = [u8; 16]> {
	let settled = settles(value).map(|what| format!("settled: {what}"));
	let all = [Some(value.to_string()), settled];
	all.into_iter().flatten().map(|text| blake2_128(text.as_bytes()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn settles(value: &Value) -> Option<String> {
		(value["is"] == "done" || value["is"] == "known").then(|| value["n"].to_string())
	}

	fn line(n: u32, is: &str) -> Value {
		json!({ "is": is, "n": n })
	}

	fn numbers(path: &Path) -> Vec<(u64, String)> {
		let text = std::fs::read_to_string(path).unwrap();
		let values = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
		values.map(|one| (one["n"].as_u64().unwrap(), one["is"].as_str().unwrap().into())).collect()
	}

	#[test]
	fn interrupted_file_is_continued_and_has_nothing_twice() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let mut file = ResultFile::create(&path, settles).unwrap();
		for value in [line(1, "done"), line(2, "refused"), line(3, "wrong")] {
			file.add(&value).unwrap();
		}
		file.sync().unwrap();
		drop(file);
		// Killed while it wrote a line.
		let mut text = std::fs::read_to_string(&path).unwrap();
		text.push_str("{\"is\":\"do");
		std::fs::write(&path, text).unwrap();
		let mut file = ResultFile::go_on(&path, settles).unwrap();
		assert!(!file.is_new());
		for value in [line(1, "known"), line(2, "done"), line(3, "wrong"), line(4, "done")] {
			file.add(&value).unwrap();
		}
		file.sync().unwrap();
		let expected = [(1, "done"), (2, "refused"), (3, "wrong"), (2, "done"), (4, "done")];
		assert_eq!(numbers(&path), expected.map(|(n, is)| (n, is.to_string())));
	}

	#[test]
	fn file_is_made_where_that_of_the_interrupted_import_is_gone() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("result");
		let mut file = ResultFile::go_on(&path, settles).unwrap();
		assert!(file.is_new());
		file.add(&line(1, "done")).unwrap();
		file.sync().unwrap();
		assert_eq!(numbers(&path), [(1, "done".to_string())]);
	}

	#[test]
	fn other_files_are_left_alone() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("notes");
		std::fs::write(&path, "not JSON\n").unwrap();
		for failure in [
			ResultFile::create(&path, settles).err().unwrap(),
			ResultFile::go_on(&path, settles).err().unwrap(),
		] {
			assert!(failure.exit_code() == 3 && failure.to_string().contains("--result"), "{failure}");
		}
		assert_eq!(std::fs::read_to_string(&path).unwrap(), "not JSON\n");
	}
}
