// SPDX-License-Identifier: Apache-2.0
//! Files with secrets: written for their owner alone, refused when others may read them.

use crate::{
	error::{in_file, Failure, Result},
	files,
};
use std::{fs, io::Write, path::Path};

/// Reads a secret from a file that nobody else may read: its first line that is not empty.
pub(crate) fn read(path: &Path) -> Result<String> {
	check_mode(path)?;
	let text = files::read_text(path)?;
	let line = text.lines().map(str::trim).find(|line| !line.is_empty());
	line.map(str::to_string).ok_or_else(|| Failure::input("the file is empty").at(path.display()))
}

/// Refuses a file that the group or others may read.
pub(crate) fn check_mode(path: &Path) -> Result<()> {
	let metadata = fs::metadata(path).map_err(in_file(path))?;
	if !metadata.is_file() {
		return Err(Failure::input("not a file").at(path.display()));
	}
	#[cfg(unix)]
	{
		use std::os::unix::fs::PermissionsExt;
		let mode = metadata.permissions().mode() & 0o777;
		if mode & 0o077 != 0 {
			return Err(Failure::input(format!("others may read this secret (mode {mode:03o})"))
				.at(path.display())
				.remedy(format!("chmod 600 {}", path.display())));
		}
	}
	Ok(())
}

/// Writes a new file with mode 0600. An existing file is never overwritten: it may be the only copy of a key.
pub(crate) fn create(path: &Path, contents: &[u8]) -> Result<()> {
	let mut options = fs::OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	{
		use std::os::unix::fs::OpenOptionsExt;
		options.mode(0o600);
	}
	let mut file = options.open(path).map_err(|error| match error.kind() {
		std::io::ErrorKind::AlreadyExists => {
			Failure::input("the file exists and may hold the only copy of a key")
				.at(path.display())
				.remedy("choose another path, or move the old file away")
		}
		_ => in_file(path)(error),
	})?;
	file.write_all(contents).and_then(|()| file.sync_all()).map_err(in_file(path))
}

#[cfg(all(test, unix))]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	#[test]
	fn create_writes_for_the_owner_alone_and_never_over_a_file() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		create(&path, b"\n//secret\n").unwrap();
		assert_eq!(read(&path).unwrap(), "//secret");
		assert!(create(&path, b"other").unwrap_err().to_string().contains("exists"));
	}

	#[test]
	fn read_fails_when_others_may_read() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("key");
		create(&path, b"//secret").unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
		assert!(read(&path).unwrap_err().to_string().contains("chmod 600"));
	}
}
