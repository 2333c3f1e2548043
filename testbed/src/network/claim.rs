// SPDX-License-Identifier: Apache-2.0

//! Which program runs a network in a folder.

use anyhow::{bail, Context, Result};
use std::{
	fs::{self, File, TryLockError},
	io::Write,
	path::Path,
};

/// The file that is locked, in the folder.
const NAME: &str = "network.lock";

/// A folder that belongs to this program, for as long as this is kept or the program runs. The lock counts, and not that the
/// file is there: the system takes the lock from a program that has been killed, and whoever has its process id by then has
/// no part in it.
pub struct Claim {
	file: File,
}

impl Claim {
	/// Claims a folder, which is made where it is missing.
	///
	/// # Errors
	///
	/// It belongs to another program, which is named, or no file can be written there.
	pub fn take(folder: &Path) -> Result<Self> {
		fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
		let path = folder.join(NAME);
		let in_file = || path.display().to_string();
		let open = File::options().create(true).truncate(false).write(true).open(&path);
		let mut file = open.with_context(in_file)?;
		match file.try_lock() {
			Ok(()) => {}
			Err(TryLockError::WouldBlock) => {
				let id = fs::read_to_string(&path).unwrap_or_default();
				let id = id.trim();
				bail!(
					"a network runs in {} already, process {id}: stop it with Ctrl-C where it was started, or with \"kill \
					 {id}\", or name another folder (--dir)",
					folder.display()
				);
			}
			Err(TryLockError::Error(error)) => return Err(error).with_context(in_file),
		}
		file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).with_context(in_file)?;
		Ok(Self { file })
	}
}

impl Drop for Claim {
	fn drop(&mut self) {
		// A process that is being started right now may have the file open yet, and must not keep the lock.
		let _ = self.file.unlock();
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn folder_is_refused_while_another_has_it_and_not_for_what_a_killed_one_has_left() {
		let folder = tempfile::tempdir().unwrap();
		let folder = folder.path().join("new");
		let first = Claim::take(&folder).unwrap();
		let text = Claim::take(&folder).err().unwrap().to_string();
		let id = std::process::id();
		assert!(
			text.contains(&format!("process {id}: stop")) && text.contains(&format!("kill {id}")),
			"{text}"
		);
		drop(first);
		// The mark of one that was killed: its process is gone, or another program has its number
		for id in ["4294967295", "1", &format!("{id}"), "", "nonsense"] {
			fs::write(folder.join(NAME), id).unwrap();
			Claim::take(&folder).unwrap();
		}
		assert_eq!(fs::read_to_string(folder.join(NAME)).unwrap().trim(), id.to_string());
	}
}
