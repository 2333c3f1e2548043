// SPDX-License-Identifier: Apache-2.0
//! PLMNs in a file: a list of them is one value.

/// Entries of a list of PLMNs that are kept: more than a cell has.
const MOST_LISTED: usize = 64;

/// A list of PLMNs that is being read.
#[derive(Debug)]
pub(super) struct List {
	/// In how many elements its own one stands.
	pub(super) depth: usize,
	/// The codes of a PLMN of which one has come.
	codes: [Option<String>; 2],
	found: Vec<String>,
}

impl List {
	/// A text in it. What else a PLMNInfo has, such as its slice, is none of the list.
	pub(super) fn add(&mut self, name: &str, text: &str) {
		let name = name.to_ascii_lowercase();
		let n = match name.as_str() {
			"mcc" => 0,
			"mnc" => 1,
			_ => {
				if name.contains("plmn") {
					self.keep(text.into());
				}
				return;
			}
		};
		// A code without the other one is no PLMN, and is told as a text that cannot be read.
		if let Some(before) = self.codes.get_mut(n).and_then(|code| code.replace(text.into())) {
			self.keep(before);
		}
		if let [Some(mcc), Some(mnc)] = &self.codes {
			let plmn = format!("{mcc}{mnc}");
			self.codes = [None, None];
			self.keep(plmn);
		}
	}

	/// A PLMN stands in a list once for each of its slices.
	fn keep(&mut self, plmn: String) {
		keep_once(&mut self.found, plmn);
	}

	/// All PLMNs.
	pub(super) fn end(mut self) -> Vec<String> {
		for code in std::mem::take(&mut self.codes).into_iter().flatten() {
			self.keep(code);
		}
		self.found
	}
}

pub(super) fn keep_once(found: &mut Vec<String>, plmn: String) {
	if found.len() < MOST_LISTED && !found.contains(&plmn) {
		found.push(plmn);
	}
}
