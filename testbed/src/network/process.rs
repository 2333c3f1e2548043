// SPDX-License-Identifier: Apache-2.0

//! What the system knows of a process, and how processes end.

use anyhow::{Context, Result};
use std::{
	fs,
	os::unix::process::CommandExt,
	path::Path,
	process::{Child, Command, Stdio},
	sync::OnceLock,
	thread,
	time::{Duration, Instant},
};

/// What a process has used so far.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Usage {
	/// CPU seconds, user and system.
	pub cpu_seconds: f64,
	/// Most memory it has held at once, bytes.
	pub peak_memory: u64,
}

impl std::ops::Add for Usage {
	type Output = Self;

	/// CPU time adds up; of the peaks the greater one counts.
	fn add(self, other: Self) -> Self {
		Self {
			cpu_seconds: self.cpu_seconds + other.cpu_seconds,
			peak_memory: self.peak_memory.max(other.peak_memory),
		}
	}
}

/// Ticks a second in which `/proc` counts CPU time.
fn ticks_per_second() -> f64 {
	static TICKS: OnceLock<f64> = OnceLock::new();
	*TICKS.get_or_init(|| {
		let output = Command::new("getconf").arg("CLK_TCK").output();
		let text =
			output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
		text.trim().parse().unwrap_or(100.0)
	})
}

/// Ticks of user and system time in a line of `/proc/PID/stat`. The name of the program stands in brackets and may itself
/// have spaces and brackets.
fn ticks(stat: &str) -> Option<u64> {
	let (_, rest) = stat.rsplit_once(')')?;
	let mut fields = rest.split_ascii_whitespace().skip(11);
	let user: u64 = fields.next()?.parse().ok()?;
	let system: u64 = fields.next()?.parse().ok()?;
	Some(user + system)
}

/// Peak resident memory in the text of `/proc/PID/status`, bytes.
fn peak(status: &str) -> Option<u64> {
	let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
	line.split_ascii_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

/// What the process with this id has used so far.
///
/// # Errors
///
/// There is no such process.
pub fn usage(pid: u32) -> Result<Usage> {
	let read = |name: &str| {
		let path = format!("/proc/{pid}/{name}");
		fs::read_to_string(&path).context(path)
	};
	let ticks = ticks(&read("stat")?).context("/proc/PID/stat has another shape")?;
	let peak_memory = peak(&read("status")?).context("/proc/PID/status has another shape")?;
	Ok(Usage { cpu_seconds: ticks as f64 / ticks_per_second(), peak_memory })
}

/// Bytes of all files below a folder.
pub fn folder_size(folder: &Path) -> u64 {
	let Ok(entries) = fs::read_dir(folder) else { return 0 };
	entries
		.flatten()
		.map(|entry| match entry.metadata() {
			Ok(metadata) if metadata.is_dir() => folder_size(&entry.path()),
			Ok(metadata) => metadata.len(),
			Err(_) => 0,
		})
		.sum()
}

/// Asks processes to end.
pub(super) fn terminate(pids: &[u32]) {
	if pids.is_empty() {
		return;
	}
	// The shell has `kill` built in; a machine need not have it as a program.
	let _ = Command::new("sh")
		.args(["-c", "kill -TERM \"$@\"", "sh"])
		.args(pids.iter().map(u32::to_string))
		.stderr(Stdio::null())
		.status();
}

/// Waits until a child has ended, and kills it where it has not by then.
pub(super) fn reap(child: &mut Child, limit: Duration) {
	let deadline = Instant::now() + limit;
	while Instant::now() < deadline {
		match child.try_wait() {
			Ok(Some(_)) | Err(_) => return,
			Ok(None) => thread::sleep(Duration::from_millis(50)),
		}
	}
	let _ = child.kill();
	let _ = child.wait();
}

/// Ends a process left by an earlier run: the one whose id stands in `pid_file`, provided that its command line names
/// `folder`, so that no stranger who was given the same number is hit.
pub(super) fn end_leftover(pid_file: &Path, folder: &Path) {
	let Some(pid) = fs::read_to_string(pid_file).ok().and_then(|text| text.trim().parse::<u32>().ok()) else {
		return;
	};
	let ours = || {
		let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
		let folder = folder.as_os_str().as_encoded_bytes();
		command.split(|byte| *byte == 0).any(|argument| argument == folder)
	};
	if ours() {
		terminate(&[pid]);
		let deadline = Instant::now() + Duration::from_secs(15);
		while ours() && Instant::now() < deadline {
			thread::sleep(Duration::from_millis(100));
		}
	}
	let _ = fs::remove_file(pid_file);
}

/// Ends a process when this one is gone, however it went: a shell that waits for the end of a pipe whose other end we hold.
pub(super) struct Watchdog(Child);

impl Watchdog {
	/// Watches over the process with this id.
	///
	/// # Errors
	///
	/// There is no shell.
	pub(super) fn over(pid: u32) -> Result<Self> {
		let script = "read _; kill -TERM \"$1\" || exit
			for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 \"$1\" || exit; done
			kill -KILL \"$1\"";
		Command::new("sh")
			.args(["-c", script, "sh", &pid.to_string()])
			.stdin(Stdio::piped())
			.stdout(Stdio::null())
			.stderr(Stdio::null())
			// Ctrl-C on the terminal must not take the watchdog away.
			.process_group(0)
			.spawn()
			.map(Self)
			.context("sh")
	}
}

impl Drop for Watchdog {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ticks_are_read_behind_a_name_with_brackets() {
		let stat = "123 (a (b) c) S 1 123 123 0 -1 4194560 9 0 0 0 70 30 0 0 20 0 1 0 5 6 7";
		assert_eq!(ticks(stat), Some(100));
		assert_eq!(ticks("nonsense"), None);
	}

	#[test]
	fn peak_is_bytes() {
		assert_eq!(peak("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t    2048 kB\n"), Some(2_097_152));
	}

	#[test]
	fn usage_of_this_process_grows() {
		let before = usage(std::process::id()).unwrap();
		let mut sum = 0u64;
		let start = Instant::now();
		while start.elapsed() < Duration::from_millis(60) {
			sum = sum.wrapping_mul(31).wrapping_add(1);
		}
		let after = usage(std::process::id()).unwrap();
		assert!(sum != 1 && after.cpu_seconds > before.cpu_seconds && after.peak_memory > 1_000_000);
	}

	#[test]
	fn watchdog_ends_the_process_only_when_its_pipe_closes() {
		let mut sleeper = Command::new("sleep").arg("60").spawn().unwrap();
		drop(Watchdog::over(sleeper.id()).unwrap());
		thread::sleep(Duration::from_millis(100));
		assert!(sleeper.try_wait().unwrap().is_none(), "a watchdog that is sent away does nothing");

		let mut watchdog = Watchdog::over(sleeper.id()).unwrap();
		drop(watchdog.0.stdin.take());
		let start = Instant::now();
		reap(&mut sleeper, Duration::from_secs(20));
		assert!(start.elapsed() < Duration::from_secs(15));
	}

	#[test]
	fn leftover_is_ended_only_when_it_is_ours() {
		let folder = tempfile::tempdir().unwrap();
		let pid_file = folder.path().join("pid");
		let mut stranger = Command::new("sleep").arg("60").spawn().unwrap();
		fs::write(&pid_file, stranger.id().to_string()).unwrap();
		end_leftover(&pid_file, folder.path());
		assert!(stranger.try_wait().unwrap().is_none() && !pid_file.exists());
		stranger.kill().unwrap();
		stranger.wait().unwrap();

		let mut ours = Command::new("sh")
			.args(["-c", "read _", "sh"])
			.arg(folder.path())
			.stdin(Stdio::piped())
			.spawn()
			.unwrap();
		fs::write(&pid_file, ours.id().to_string()).unwrap();
		// A process has its command line a moment after it has been started.
		thread::sleep(Duration::from_millis(300));
		end_leftover(&pid_file, folder.path());
		let start = Instant::now();
		reap(&mut ours, Duration::from_secs(20));
		assert!(start.elapsed() < Duration::from_secs(10));
	}
}
