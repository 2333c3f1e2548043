// SPDX-License-Identifier: Apache-2.0
//! What went wrong, where, and what to do about it: the one error type of the command, and its exit codes.

use std::{fmt, io::ErrorKind};

/// What the command's result is, as its exit code says.
///
/// | code | meaning |
/// |---|---|
/// | 0 | done |
/// | 1 | refused by the chain or the node, or carried out and failed |
/// | 2 | wrong use of the command line |
/// | 3 | wrong input: a file, a key, the contents of an argument |
/// | 4 | no connection to a node, or what was waited for (a final block, other parties) did not come in time |
/// | 5 | done in part: some records went in, others were refused or left out |
/// | 6 | not done: a question was answered with no, or there was nobody to answer it |
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
	/// The chain or the node said no.
	Chain = 1,
	/// The command line makes no sense.
	Usage = 2,
	/// What was handed in is wrong.
	Input = 3,
	/// The node cannot be reached, or nobody goes on.
	Connection = 4,
	/// Some of it is done.
	Partial = 5,
	/// Nobody has said yes.
	Declined = 6,
}

/// An error with its place and its remedy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
	kind: Kind,
	place: Option<String>,
	what: String,
	remedy: Option<String>,
}

/// Result of nearly everything here.
pub(crate) type Result<T, E = Failure> = core::result::Result<T, E>;

impl Failure {
	fn new(kind: Kind, what: impl fmt::Display) -> Self {
		Self { kind, place: None, what: what.to_string(), remedy: None }
	}

	/// The chain refused it, or it was carried out and failed.
	pub(crate) fn chain(what: impl fmt::Display) -> Self {
		Self::new(Kind::Chain, what)
	}

	/// The command line makes no sense.
	pub(crate) fn usage(what: impl fmt::Display) -> Self {
		Self::new(Kind::Usage, what)
	}

	/// What was handed in is wrong.
	pub(crate) fn input(what: impl fmt::Display) -> Self {
		Self::new(Kind::Input, what)
	}

	/// The node cannot be reached.
	pub fn connection(what: impl fmt::Display) -> Self {
		Self::new(Kind::Connection, what)
	}

	/// Some of it is done.
	pub(crate) fn partial(what: impl fmt::Display) -> Self {
		Self::new(Kind::Partial, what)
	}

	/// A question was not answered with yes.
	pub(crate) fn declined(what: impl fmt::Display) -> Self {
		Self::new(Kind::Declined, what).remedy("say --yes to do it without a question")
	}

	/// Says where: a file, an argument, a line. The outermost place stands first.
	#[must_use]
	pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
		self.place = Some(match self.place {
			Some(inner) => format!("{place}: {inner}"),
			None => place.to_string(),
		});
		self
	}

	/// Says what to do. The innermost remedy knows best and stays.
	#[must_use]
	pub(crate) fn remedy(mut self, remedy: impl fmt::Display) -> Self {
		if self.remedy.is_none() {
			self.remedy = Some(remedy.to_string());
		}
		self
	}

	/// Names another option in the remedy than `--url`, for what is asked of another node.
	#[must_use]
	pub(crate) fn naming(mut self, option: &str) -> Self {
		self.remedy = self.remedy.map(|remedy| remedy.replace("(--url)", &format!("({option})")));
		self
	}

	/// Whether this stands in what it says.
	pub(crate) fn says(&self, text: &str) -> bool {
		self.what.contains(text)
	}

	/// Whether it is of this place and no wider one.
	pub(crate) fn stands_at(&self, place: &str) -> bool {
		self.place.as_deref() == Some(place)
	}

	/// Its kind, which decides the exit code.
	pub fn kind(&self) -> Kind {
		self.kind
	}

	/// The exit code.
	pub fn exit_code(&self) -> u8 {
		self.kind as u8
	}

	/// As a program reads it.
	pub fn to_json(&self) -> serde_json::Value {
		serde_json::json!({
			"type": "error",
			"code": self.exit_code(),
			"where": self.place,
			"what": self.what,
			"remedy": self.remedy,
		})
	}
}

impl fmt::Display for Failure {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some(place) = &self.place {
			write!(f, "{place}: ")?;
		}
		f.write_str(&self.what)?;
		if let Some(remedy) = &self.remedy {
			write!(f, "\n  remedy: {remedy}")?;
		}
		Ok(())
	}
}

impl std::error::Error for Failure {}

/// Names the file in an error of reading or writing it.
pub(crate) fn in_file(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
	move |error| {
		let failure = Failure::input(&error).at(path.display());
		match error.kind() {
			ErrorKind::NotFound | ErrorKind::NotADirectory => failure.remedy("check the path"),
			ErrorKind::IsADirectory => failure.remedy("it is a folder: name a file in it"),
			ErrorKind::PermissionDenied => failure.remedy("check the file's owner and mode"),
			ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
				failure.remedy("make room there, and repeat the command")
			}
			ErrorKind::ReadOnlyFilesystem => {
				failure.remedy("nothing can be written there: name another place")
			}
			_ => failure,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn place_reads_from_the_outside_in_and_the_first_remedy_stays() {
		let failure =
			Failure::input("not a number").at("column 3").at("a.csv").remedy("write digits").remedy("?");
		assert_eq!(failure.to_string(), "a.csv: column 3: not a number\n  remedy: write digits");
		assert_eq!(failure.exit_code(), 3);
		assert!(failure.stands_at("a.csv: column 3") && !failure.stands_at("a.csv"));
	}

	#[test]
	fn remedy_names_the_option_of_the_node_that_was_asked() {
		let failure = || Failure::chain("State already discarded").remedy("ask an archive node (--url)");
		assert!(failure().says("already discarded") && !failure().says("archive"));
		let text = failure().naming("--archive").to_string();
		assert!(text.ends_with("remedy: ask an archive node (--archive)"), "{text}");
	}

	#[test]
	fn full_disk_is_told_with_the_file_and_what_to_do() {
		let full = std::io::Error::from(ErrorKind::StorageFull);
		let text = in_file(std::path::Path::new("a.sweep/state.json"))(full).to_string();
		assert!(text.starts_with("a.sweep/state.json: ") && text.contains("remedy: make room"), "{text}");
	}
}
