// SPDX-License-Identifier: Apache-2.0

//! The clock of a network's nodes, where it is another one than the machine's: what takes a month is seen in minutes.
//!
//! The nodes are those that a user has, and know nothing of it. The system loads a library (`clock.c`) into each in front of its
//! own, and the time of day is then the machine's and as many seconds more or less as stand in a file that they share. When that
//! is written anew all of them have the new time at once: a day passes between two blocks. What measures durations goes on as
//! it did.
//!
//! **Never back** - a chain's clock does not go back, and so this one does not.

use anyhow::{ensure, Context, Result};
use std::{
	fs::{self, File},
	io::Write,
	path::{Path, PathBuf},
	process::Command,
	time::{SystemTime, UNIX_EPOCH},
};
use trimast_primitives::Moment;

/// What is loaded into the nodes.
const SOURCE: &str = include_str!("clock.c");

/// A clock of nodes on this machine.
#[derive(Clone, Debug)]
pub struct Clock {
	library: PathBuf,
	/// The seconds that it is ahead, as the library reads them: 8 bytes, twice.
	ahead: PathBuf,
}

impl Clock {
	/// The clock of a network's folder. One that is there goes on; a new one begins at `at`.
	///
	/// # Errors
	///
	/// There is no C compiler, or the folder cannot be written.
	pub fn begin(folder: &Path, at: Moment) -> Result<Self> {
		let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
		fs::write(&source, SOURCE).with_context(|| source.display().to_string())?;
		let output = Command::new("cc")
			.args(["-O2", "-shared", "-fPIC", "-o"])
			.args([&library, &source])
			.arg("-ldl")
			.output()
			.context("no C compiler (cc), which Rust's links with too: install one")?;
		ensure!(output.status.success(), "cc: {}", String::from_utf8_lossy(&output.stderr).trim());
		let clock = Self { library, ahead: folder.join("clock") };
		if !clock.ahead.exists() {
			clock.set(at)?;
		}
		Ok(clock)
	}

	/// How many seconds it is ahead of the machine's.
	fn seconds(&self) -> Result<i64> {
		let bytes = fs::read(&self.ahead).with_context(|| self.ahead.display().to_string())?;
		let first = bytes.first_chunk::<8>().context("the file of a clock is cut off")?;
		Ok(i64::from_ne_bytes(*first))
	}

	fn set(&self, to: Moment) -> Result<()> {
		// Not earlier than it is to be.
		let seconds = i64::try_from(to.div_ceil(1_000))? - i64::try_from(machine()? / 1_000)?;
		let in_file = || self.ahead.display().to_string();
		// Written in place: the nodes have the file mapped.
		let open = File::options().create(true).truncate(false).write(true).open(&self.ahead);
		let bytes = seconds.to_ne_bytes();
		open.and_then(|mut file| file.write_all(&[bytes, bytes].concat())).with_context(in_file)
	}

	/// What it shows.
	///
	/// # Errors
	///
	/// Its file cannot be read.
	pub fn now(&self) -> Result<Moment> {
		let now = i64::try_from(machine()?)? + self.seconds()? * 1_000;
		Ok(Moment::try_from(now)?)
	}

	/// Moves it forward.
	///
	/// # Errors
	///
	/// It is later than that, or its file cannot be written.
	pub fn move_to(&self, to: Moment) -> Result<()> {
		let now = self.now()?;
		ensure!(now <= to, "the clock shows {now} and does not go back to {to}");
		self.set(to)
	}

	/// Gives it to a program that is going to be started.
	pub(super) fn give_to(&self, command: &mut Command) {
		command.env("LD_PRELOAD", &self.library).env("TRIMAST_CLOCK", &self.ahead);
	}
}

/// What the machine's clock shows, in the chain's unit.
fn machine() -> Result<Moment> {
	let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
	Ok(Moment::try_from(since.as_millis())?)
}

#[cfg(test)]
mod tests {
	use super::*;

	const DAY: Moment = 86_400_000;

	/// What a program that has the clock takes the time to be.
	fn seen(clock: &Clock) -> Moment {
		let mut command = Command::new("date");
		clock.give_to(command.arg("+%s"));
		let output = command.output().unwrap();
		let seconds = String::from_utf8(output.stdout).unwrap();
		seconds.trim().parse::<Moment>().unwrap() * 1_000
	}

	#[test]
	fn programs_have_its_time_wherever_it_is() {
		let folder = tempfile::tempdir().unwrap();
		let is_at = |clock: &Clock, time: Moment| {
			for now in [seen(clock), clock.now().unwrap()] {
				assert!((time..time + 120_000).contains(&now), "{now} is not {time}");
			}
		};
		// Given a clock that is behind the machine's
		let begin = machine().unwrap() / DAY * DAY - 100 * DAY;
		let clock = Clock::begin(folder.path(), begin).unwrap();
		is_at(&clock, begin);
		// When it is moved, and then ahead of the machine's
		for time in [begin + DAY, begin + 200 * DAY] {
			clock.move_to(time).unwrap();
			is_at(&clock, time);
		}
	}

	#[test]
	fn clock_goes_on_where_it_was_and_never_back() {
		let folder = tempfile::tempdir().unwrap();
		let begin = machine().unwrap() - 10 * DAY;
		Clock::begin(folder.path(), begin).unwrap().move_to(begin + DAY).unwrap();
		let clock = Clock::begin(folder.path(), begin).unwrap();
		assert!(clock.now().unwrap() >= begin + DAY);
		let failure = clock.move_to(begin).unwrap_err().to_string();
		assert!(failure.contains("does not go back"), "{failure}");
	}
}
