// SPDX-License-Identifier: Apache-2.0
//! Files: new ones that overwrite nothing, and ones that are replaced as a whole: written beside, flushed to the disk,
//! renamed.

use crate::error::{in_file, Failure, Result};
use std::{
	fs::{File, OpenOptions, TryLockError},
	io::{self, Read, Write},
	path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// `FILE.EXTENSION`, whatever FILE's own extension is.
pub(crate) fn beside(file: &Path, extension: &str) -> PathBuf {
	let mut path = file.as_os_str().to_owned();
	path.push(".");
	path.push(extension);
	path.into()
}

/// Replaces a file as a whole: a reader sees the old or the new contents, also after a power cut.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> Result<()> {
	let mut file = NamedTempFile::new_in(folder_of(path)).map_err(in_file(path))?;
	if let Ok(old) = path.metadata() {
		file.as_file().set_permissions(old.permissions()).map_err(in_file(path))?;
	}
	file.write_all(contents).and_then(|()| file.as_file().sync_all()).map_err(in_file(path))?;
	file.persist(path).map_err(|e| in_file(path)(e.error))?;
	sync_folder(path)
}

/// Writes a new file. One that is there stays as it is: nobody has said that it may go.
pub(crate) fn create(path: &Path, contents: &[u8]) -> Result<()> {
	let mut file = NewFile::begin(path)?;
	file.write_all(contents).map_err(in_file(path))?;
	file.finish()
}

/// A new file that is there once all of it is, and of which nothing is left otherwise.
pub(crate) struct NewFile<'a> {
	file: NamedTempFile,
	path: &'a Path,
}

impl<'a> NewFile<'a> {
	/// Begins it. A file that is there is refused before any work is done for another.
	pub(crate) fn begin(path: &'a Path) -> Result<Self> {
		check_new(path)?;
		let mut new = tempfile::Builder::new();
		// As any other new file: whoever the user's mask lets may read it.
		#[cfg(unix)]
		new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
		let file = new.tempfile_in(folder_of(path)).map_err(in_file(path))?;
		Ok(Self { file, path })
	}

	/// Puts it where it goes.
	pub(crate) fn finish(self) -> Result<()> {
		let path = self.path;
		self.file.as_file().sync_all().map_err(in_file(path))?;
		self.file.persist_noclobber(path).map_err(|e| match e.error.kind() {
			io::ErrorKind::AlreadyExists => exists(path),
			_ => in_file(path)(e.error),
		})?;
		sync_folder(path)
	}
}

impl Write for NewFile<'_> {
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		self.file.write(bytes)
	}

	fn flush(&mut self) -> io::Result<()> {
		self.file.flush()
	}
}

/// Refuses the name of a new file that another one has.
pub(crate) fn check_new(path: &Path) -> Result<()> {
	match path.symlink_metadata() {
		Ok(_) => Err(exists(path)),
		Err(_) => Ok(()),
	}
}

/// Gives a file that is whole now its name. One that has got it meanwhile stays as it is.
pub(crate) fn name(file: &File, from: &Path, to: &Path) -> Result<()> {
	file.sync_all().map_err(in_file(from))?;
	check_new(to)?;
	std::fs::rename(from, to).map_err(in_file(to))?;
	sync_folder(to)
}

/// Fails where no file can be written beside `path`.
pub(crate) fn check_folder(path: &Path) -> Result<()> {
	NamedTempFile::new_in(folder_of(path)).map(drop).map_err(|error| {
		let error = io::Error::new(error.kind(), "no file can be written here");
		in_file(folder_of(path))(error)
	})
}

fn exists(path: &Path) -> Failure {
	Failure::input("the file exists and is not overwritten")
		.at(path.display())
		.remedy("name another file, or move this one away")
}

fn folder_of(path: &Path) -> &Path {
	match path.parent() {
		Some(parent) if !parent.as_os_str().is_empty() => parent,
		_ => Path::new("."),
	}
}

/// A rename is on the disk once its folder is.
fn sync_folder(path: &Path) -> Result<()> {
	#[cfg(unix)]
	File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(in_file(path))?;
	Ok(())
}

/// Holds a file, which is made where it is missing, for as long as what is given back is open. `held`: what is said when
/// another process holds it.
pub(crate) fn hold(path: &Path, held: impl FnOnce() -> Failure) -> Result<File> {
	let open = OpenOptions::new().create(true).write(true).truncate(false).open(path);
	let file = open.map_err(in_file(path))?;
	file.try_lock().map_err(|error| match error {
		TryLockError::WouldBlock => held(),
		TryLockError::Error(error) => in_file(path)(error),
	})?;
	Ok(file)
}

/// Most bytes of a file that is read as a whole: more than any call, metadata or list of accounts has.
const MOST: u64 = 64 * 1024 * 1024;

/// Reads a file as a whole, or what comes out of a pipe.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
	let mut bytes = Vec::new();
	File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)).map_err(in_file(path))?;
	if u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST) {
		return Ok(bytes);
	}
	Err(Failure::input(format!("more than {} MiB", MOST >> 20)).at(path.display()).remedy("check the path"))
}

/// The same of a file that need not be there.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
	match path.try_exists() {
		Ok(false) => Ok(None),
		Ok(true) | Err(_) => read(path).map(Some),
	}
}

/// Reads a text as a whole.
pub(crate) fn read_text(path: &Path) -> Result<String> {
	String::from_utf8(read(path)?).map_err(|_| Failure::input("not UTF-8").at(path.display()))
}

/// Opens a file that is read more than once. A pipe or a terminal is not one: what was read of it is gone.
pub(crate) fn open_to_read_again(path: &Path) -> Result<File> {
	// Asked first: opening a pipe waits for its writer.
	if !std::fs::metadata(path).map_err(in_file(path))?.is_file() {
		return Err(Failure::input("not a file, and it is read more than once")
			.at(path.display())
			.remedy("write what comes out of it to a file, and name that"));
	}
	File::open(path).map_err(in_file(path))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn create_fails_when_the_file_exists_and_leaves_it_as_it_is() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("transfer.json");
		create(&path, b"one").unwrap();
		let failure = create(&path, b"two").unwrap_err();
		assert!(failure.to_string().contains("transfer.json: the file exists"), "{failure}");
		assert_eq!(std::fs::read(&path).unwrap(), b"one");
	}

	#[test]
	fn new_file_is_there_once_all_of_it_is() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("stations.csv");
		// Given one that is left half-way
		let mut half = NewFile::begin(&path).unwrap();
		half.write_all(b"half").unwrap();
		drop(half);
		assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
		// And one during which another appears
		let mut late = NewFile::begin(&path).unwrap();
		late.write_all(b"late").unwrap();
		create(&path, b"whole").unwrap();
		assert!(late.finish().unwrap_err().to_string().contains("exists"));
		assert_eq!(std::fs::read(&path).unwrap(), b"whole");
	}

	#[test]
	fn what_never_ends_is_refused() {
		let failure = read(Path::new("/dev/zero")).unwrap_err();
		assert!(failure.to_string().starts_with("/dev/zero: more than 64 MiB"), "{failure}");
		assert_eq!(read_if_there(Path::new("/dev/zero")), Err(failure));
		assert_eq!(read_if_there(Path::new("/nothing/of/this/name")), Ok(None));
	}

	#[test]
	fn pipes_and_folders_are_no_files_to_read_again() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("a.csv");
		std::fs::write(&path, "one").unwrap();
		assert!(open_to_read_again(&path).is_ok());
		for other in [folder.path(), Path::new("/dev/null")] {
			let failure = open_to_read_again(other).unwrap_err();
			assert!(failure.to_string().contains("more than once"), "{failure}");
		}
	}
}
