// SPDX-License-Identifier: Apache-2.0
//! `trimast watch`: final events as they come, none lost, none twice.
//!
//! # What is promised
//!
//! Every event of every final block has a key, `(block, index)`, and lines come in the order of their keys. Final blocks
//! never change, so a key names one event for ever.
//!
//! * **None lost**: the cursor says which key comes next. It moves only after the lines before it have been flushed, and
//!   is replaced as a whole. Blocks that became final while nobody watched are read when watching resumes.
//! * **None twice**, with `--output FILE`: the file itself is the truth. When watching resumes, a line that was cut by a
//!   crash is taken off, and what stands in the last whole line is where it goes on. Every event stands there exactly
//!   once, whenever the watcher was killed. Where it began is kept in `FILE.cursor` from the start, for a kill before the
//!   first line. A file of anybody else is refused and stays as it is.
//! * To **standard output** nobody can know what a reader has taken before a crash. There, lines between the last cursor
//!   and a crash, at most those of one block, are written again under the same keys: a reader that remembers its last
//!   key drops what is not greater. A watcher that ends in an orderly way repeats nothing.
//!
//! A node that has dropped the state of an old block cannot show its events: an archive node is asked for those
//! (`--archive`).

use crate::{
	chain::{
		events::{self, Event, Phase},
		finalized::{Heads, Standstill},
		rpc::is_pruned,
		Chain,
	},
	context::Context,
	energy,
	error::{in_file, Failure, Result},
	files::{beside, read_if_there, replace},
	names,
	order::news,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{
	fs::{File, OpenOptions, TryLockError},
	io::{self, Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
	time::Instant,
};
use trimast_primitives::{BlockNumber, Hash};

/// Watch final events.
#[derive(Args, Debug)]
pub(crate) struct WatchCommand {
	/// Where the place to go on from is kept; beside the file of --output otherwise, as FILE.cursor.
	#[arg(long, value_name = "FILE")]
	cursor: Option<PathBuf>,
	/// Append to this file instead of standard output: every event exactly once, through crashes.
	#[arg(long, short, value_name = "FILE")]
	output: Option<PathBuf>,
	/// Block to begin with, when no cursor says otherwise; the next final one if not given.
	#[arg(long, value_name = "BLOCK")]
	from: Option<BlockNumber>,
	/// Ends after this block.
	#[arg(long, value_name = "BLOCK")]
	until: Option<BlockNumber>,
	/// Only events of this pallet. May stand several times. Without it, people are not told that transactions succeeded.
	#[arg(long, value_name = "NAME")]
	pallet: Vec<String>,
	/// Archive node to ask for the events of blocks whose states the node has dropped.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
}

/// The next event to write.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
struct Cursor {
	/// Of which chain.
	genesis: String,
	block: BlockNumber,
	index: u32,
}

impl Cursor {
	fn key(&self) -> (BlockNumber, u32) {
		(self.block, self.index)
	}

	fn load(path: &Path) -> Result<Option<Self>> {
		let Some(bytes) = read_if_there(path)? else { return Ok(None) };
		serde_json::from_slice(&bytes).map(Some).map_err(|e| {
			Failure::input(format!("not a cursor: {e}"))
				.at(path.display())
				.remedy("name another file, or remove it and say --from")
		})
	}

	fn save(&self, path: &Path) -> Result<()> {
		replace(path, &serde_json::to_vec(self).map_err(Failure::input)?)
	}
}

/// What every line of a file begins with.
const BEGIN: &[u8] = b"{\"block\":";

/// Where lines go.
enum Sink {
	Stdout,
	File(File, PathBuf),
}

impl Sink {
	/// Opens the file and takes a cut line off its end. Returns what its last line says comes next.
	fn open(path: Option<&Path>) -> Result<(Self, Option<Cursor>)> {
		let Some(path) = path else { return Ok((Self::Stdout, None)) };
		let mut file = OpenOptions::new()
			.create(true)
			.read(true)
			.write(true)
			.truncate(false)
			.open(path)
			.map_err(in_file(path))?;
		file.try_lock().map_err(|error| match error {
			TryLockError::WouldBlock => Failure::input("another watcher writes to it")
				.at(path.display())
				.remedy("end that one, or name another file"),
			TryLockError::Error(error) => in_file(path)(error),
		})?;
		let foreign = || {
			Failure::input("its last line is not one of this command's, and the file was left as it is")
				.at(path.display())
				.remedy("name another file")
		};
		let (length, last) = last_line(&mut file).map_err(in_file(path))?;
		let next = last.map(|line| after_line(&line).ok_or_else(foreign)).transpose()?;
		let mut cut = Vec::new();
		file.seek(SeekFrom::Start(length)).map_err(in_file(path))?;
		Read::by_ref(&mut file).take(BEGIN.len() as u64).read_to_end(&mut cut).map_err(in_file(path))?;
		if !BEGIN.starts_with(&cut) {
			return Err(foreign());
		}
		file.set_len(length).map_err(in_file(path))?;
		file.seek(SeekFrom::Start(length)).map_err(in_file(path))?;
		Ok((Self::File(file, path.into()), next))
	}

	/// Writes lines. Says whether there still is a reader.
	fn write(&mut self, lines: &str) -> Result<bool> {
		match self {
			Self::Stdout => hand_over(io::stdout().lock(), lines),
			Self::File(file, path) => {
				file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()).map_err(in_file(path))?;
				Ok(true)
			}
		}
	}
}

/// Hands lines to a reader. One that has gone away is no failure; what it did not take is not marked as written.
fn hand_over(mut out: impl Write, lines: &str) -> Result<bool> {
	match out.write_all(lines.as_bytes()).and_then(|()| out.flush()) {
		Ok(()) => Ok(true),
		Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
		Err(error) => Err(Failure::input(format!("cannot be written: {error}")).at("standard output")),
	}
}

/// The end of the last whole line of a file, and that line.
fn last_line(file: &mut File) -> io::Result<(u64, Option<String>)> {
	const STEP: u64 = 1 << 16;
	/// More than the longest line that is written.
	const MOST: usize = 1 << 26;
	let length = file.seek(SeekFrom::End(0))?;
	let (mut start, mut tail) = (length, Vec::new());
	loop {
		let whole = tail.iter().rposition(|byte| *byte == b'\n');
		if let Some(end) = whole {
			let before = tail.get(..end).unwrap_or_default();
			let begin = before.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
			if begin.is_some() || start == 0 {
				let line = before.get(begin.unwrap_or(0)..).unwrap_or_default();
				let end = start.saturating_add(u64::try_from(end).unwrap_or(0)).saturating_add(1);
				return Ok((end, Some(String::from_utf8_lossy(line).into_owned())));
			}
		} else if start == 0 {
			return Ok((0, None));
		} else if tail.len() > MOST {
			return Err(io::Error::new(
				io::ErrorKind::InvalidData,
				"a line longer than any that is written here",
			));
		}
		let from = start.saturating_sub(STEP);
		let mut chunk = vec![0u8; usize::try_from(start - from).unwrap_or(0)];
		file.seek(SeekFrom::Start(from))?;
		file.read_exact(&mut chunk)?;
		chunk.extend_from_slice(&tail);
		(start, tail) = (from, chunk);
	}
}

/// What comes after a line.
fn after_line(line: &str) -> Option<Cursor> {
	let value: Value = serde_json::from_str(line).ok()?;
	let number = |name: &str| value.get(name)?.as_u64().and_then(|number| u32::try_from(number).ok());
	let genesis = value.get("genesis")?.as_str()?.to_string();
	Some(Cursor { genesis, block: number("block")?, index: number("index")?.checked_add(1)? })
}

/// An event as a line.
fn line(genesis: Hash, block: BlockNumber, hash: Hash, event: &Event) -> Value {
	let (phase, extrinsic) = match event.phase {
		Phase::ApplyExtrinsic(index) => ("extrinsic", Some(index)),
		Phase::Initialization => ("initialization", None),
		Phase::Finalization => ("finalization", None),
	};
	json!({
		"block": block, "index": event.index, "hash": names::hex0x(hash), "pallet": event.pallet, "event": event.name,
		"phase": phase, "extrinsic": extrinsic, "fields": event.fields, "genesis": names::hex0x(genesis),
	})
}

/// Where to begin: the later of what the cursor and the file say, else what was asked for.
fn begin(
	genesis: Hash,
	kept: [Option<Cursor>; 2],
	from: Option<BlockNumber>,
	finalized: BlockNumber,
) -> Result<Cursor> {
	let here = names::hex0x(genesis);
	let mut begin: Option<Cursor> = None;
	for cursor in kept.into_iter().flatten() {
		if cursor.genesis != here {
			return Err(Failure::input("the cursor is that of another chain")
				.remedy("name another file, or --url of that chain"));
		}
		if begin.as_ref().is_none_or(|begin| begin.key() < cursor.key()) {
			begin = Some(cursor);
		}
	}
	let fresh =
		|| Cursor { genesis: here.clone(), block: from.unwrap_or(finalized.saturating_add(1)), index: 0 };
	Ok(begin.unwrap_or_else(fresh))
}

/// Where the cursor is kept, and what it says. The cursor beside a file that is gone is as good as none.
fn kept_cursor(command: &WatchCommand) -> Result<(Option<PathBuf>, Option<Cursor>)> {
	match (&command.cursor, &command.output) {
		(Some(path), _) => Ok((Some(path.clone()), Cursor::load(path)?)),
		(None, Some(output)) => {
			let path = beside(output, "cursor");
			let kept = if output.exists() { Cursor::load(&path)? } else { None };
			Ok((Some(path), kept))
		}
		(None, None) => Ok((None, None)),
	}
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: WatchCommand) -> Result<()> {
	let (cursor, kept) = kept_cursor(&command)?;
	let (mut sink, written) = Sink::open(command.output.as_deref())?;
	let chain = context.patient_chain().await?;
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
	let spec = context.spec(&chain).await?;
	for name in &command.pallet {
		if spec.metadata.pallet_by_name(name).is_none() {
			let names: Vec<_> = spec.metadata.pallets().map(|pallet| pallet.name().to_string()).collect();
			return Err(Failure::input(format!("the chain has no pallet `{name}`"))
				.remedy(format!("one of: {}", names.join(", "))));
		}
	}
	let (finalized, _) = chain.finalized().await?;
	let mut next = begin(chain.genesis(), [kept, written], command.from, finalized)?;
	if let Some(path) = &cursor {
		next.save(path)?;
	}
	let mut heads = Heads::new(&chain);
	let mut still = Standstill::new(finalized, Instant::now());
	let mut head = finalized;
	loop {
		while next.block <= head {
			if command.until.is_some_and(|until| next.block > until) {
				return Ok(());
			}
			let json = context.output.json || command.output.is_some();
			let lines = block(&chain, archive.as_ref(), &next, &command.pallet, json).await?;
			if !lines.is_empty() && !sink.write(&lines)? {
				return Ok(());
			}
			next.block = next.block.saturating_add(1);
			next.index = 0;
			if let Some(path) = &cursor {
				next.save(path)?;
			}
		}
		if command.until.is_some_and(|until| next.block > until) {
			return Ok(());
		}
		head = heads.next().await?.number;
		still.note(head, Instant::now());
		if still.is_due(Instant::now()) {
			context.output.remark(&format!("waiting: {}", still.text(Instant::now())));
		}
	}
}

/// The lines of a block, from the cursor's event on. `archive`: who is asked where the node has dropped the block's state.
async fn block(
	chain: &Chain,
	archive: Option<&Chain>,
	from: &Cursor,
	pallets: &[String],
	json: bool,
) -> Result<String> {
	let hash = chain.hash_of(from.block).await?;
	let mut fetched = events::fetch(chain, hash).await;
	if let (Err(failure), Some(archive)) = (&fetched, archive) {
		if is_pruned(failure) {
			fetched = events::fetch(archive, hash).await;
		}
	}
	let place = |failure: Failure| failure.naming("--archive").at(format!("block {}", from.block));
	let (spec, all) = fetched.map_err(place)?;
	let mut lines = String::new();
	for event in all.iter().filter(|event| event.index >= from.index) {
		if !pallets.is_empty() && !pallets.contains(&event.pallet) {
			continue;
		}
		// That a transaction has succeeded is no news to people; programs get every event.
		if !json && pallets.is_empty() && event.is("System", "ExtrinsicSuccess") {
			continue;
		}
		if json {
			lines.push_str(&line(chain.genesis(), from.block, hash, event).to_string());
		} else {
			let text = news::text(event).or_else(|| energy::news::text(event));
			let text = text.unwrap_or_else(|| event.text_in_words(&spec));
			lines.push_str(&format!("{} {} {text}", from.block, event.index));
		}
		lines.push('\n');
	}
	Ok(lines)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn event(index: u32) -> Event {
		Event {
			index,
			phase: Phase::ApplyExtrinsic(1),
			pallet: "Sites".into(),
			name: "Imported".into(),
			fields: json!({ "text": "a\nb" }),
			bytes: Vec::new(),
		}
	}

	fn text(keys: &[(u32, u32)]) -> String {
		keys.iter()
			.map(|(block, index)| line(Hash::zero(), *block, Hash::zero(), &event(*index)).to_string() + "\n")
			.collect()
	}

	#[test]
	fn begin_takes_the_later_of_cursor_and_file() {
		let cursor = |block, index| Some(Cursor { genesis: names::hex0x(Hash::zero()), block, index });
		let start = |kept, from| begin(Hash::zero(), kept, from, 50).unwrap().key();
		assert_eq!(start([cursor(7, 0), cursor(6, 3)], Some(1)), (7, 0));
		assert_eq!(start([cursor(7, 0), cursor(7, 3)], Some(1)), (7, 3));
		assert_eq!(start([None, None], Some(1)), (1, 0));
		assert_eq!(start([None, None], None), (51, 0));
		assert!(begin(Hash::repeat_byte(1), [cursor(7, 0), None], None, 50).is_err());
	}

	#[test]
	fn open_fails_when_the_file_is_something_else() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("events");
		let ours = text(&[(7, 0)]);
		for foreign in ["hello\n", "hello", "hello\nworld", &format!("{ours}hello"), "hello\n{\"blo"] {
			std::fs::write(&path, foreign).unwrap();
			let Err(failure) = Sink::open(Some(&path)) else { panic!("{foreign} is somebody else's") };
			assert!(failure.to_string().contains("another file"), "{failure}");
			assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
		}
		std::fs::write(&path, format!("{ours}{{\"block\":8,\"eve")).unwrap();
		let (_, next) = Sink::open(Some(&path)).unwrap();
		assert_eq!((next.unwrap().key(), std::fs::read_to_string(&path).unwrap()), ((7, 1), ours));
	}

	#[test]
	fn who_has_gone_away_is_no_failure_and_has_not_read() {
		struct Broken(io::ErrorKind);
		impl Write for Broken {
			fn write(&mut self, _: &[u8]) -> io::Result<usize> {
				Err(self.0.into())
			}

			fn flush(&mut self) -> io::Result<()> {
				Ok(())
			}
		}
		assert_eq!(hand_over(io::sink(), "line\n"), Ok(true));
		assert_eq!(hand_over(Broken(io::ErrorKind::BrokenPipe), "line\n"), Ok(false));
		assert_eq!(hand_over(Broken(io::ErrorKind::StorageFull), "line\n").unwrap_err().exit_code(), 3);
	}

	#[test]
	fn open_fails_while_another_watcher_writes() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("events");
		let first = Sink::open(Some(&path)).unwrap();
		let Err(failure) = Sink::open(Some(&path)) else { panic!("two would write over one another") };
		assert!(failure.to_string().contains("another watcher"), "{failure}");
		drop(first);
		Sink::open(Some(&path)).unwrap();
	}

	#[test]
	fn cursor_stands_beside_the_file() {
		let folder = tempfile::tempdir().unwrap();
		let output = folder.path().join("events");
		let command = WatchCommand {
			cursor: None,
			output: Some(output.clone()),
			from: None,
			until: None,
			pallet: Vec::new(),
			archive: None,
		};
		let cursor = Cursor { genesis: "0x00".into(), block: 7, index: 0 };
		let (path, kept) = kept_cursor(&command).unwrap();
		assert_eq!((path.as_deref(), kept), (Some(folder.path().join("events.cursor").as_path()), None));
		cursor.save(&path.unwrap()).unwrap();
		assert_eq!(kept_cursor(&command).unwrap().1, None, "of a file that is gone");
		// Killed before the first line.
		Sink::open(Some(&output)).unwrap();
		assert_eq!(kept_cursor(&command).unwrap().1, Some(cursor));
	}

	proptest! {
		/// A watcher that is killed after any byte, as often as it likes, and resumed.
		#[test]
		fn file_has_every_event_exactly_once(
			blocks in proptest::collection::vec(0u32..5, 1..12), kills in proptest::collection::vec(0usize..2_000, 0..8),
		) {
			let folder = tempfile::tempdir().unwrap();
			let path = folder.path().join("events");
			let keys: Vec<(u32, u32)> = (1u32..).zip(&blocks).flat_map(|(block, count)| (0..*count).map(move |n| (block, n))).collect();
			let remaining = |from: (u32, u32)| keys.iter().copied().filter(|key| *key >= from).collect::<Vec<_>>();
			for kill in kills {
				let (mut sink, next) = Sink::open(Some(&path)).unwrap();
				let from = begin(Hash::zero(), [None, next], Some(1), 0).unwrap().key();
				let lines = text(&remaining(from));
				sink.write(lines.get(..kill).unwrap_or(&lines)).unwrap();
			}
			let (mut sink, next) = Sink::open(Some(&path)).unwrap();
			let from = begin(Hash::zero(), [None, next], Some(1), 0).unwrap().key();
			sink.write(&text(&remaining(from))).unwrap();
			prop_assert_eq!(std::fs::read_to_string(&path).unwrap(), text(&keys));
		}
	}
}
