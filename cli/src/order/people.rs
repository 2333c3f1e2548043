// SPDX-License-Identifier: Apache-2.0
//! The companies of orders by name: as the chain has them, or as a file of evidence says.

use crate::{
	error::{Failure, Result},
	names::{org_name, OrgName},
	output::quoted,
};
use std::collections::BTreeMap;
use trimast_primitives::{apis::OrgView, order::Share, text::escaped, OrgId, OrgSet};

/// Names by number, as they may stand on a terminal.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct People(BTreeMap<u8, String>);

impl People {
	/// Those of the chain.
	pub(crate) fn of(orgs: &[OrgView]) -> Self {
		Self(orgs.iter().map(|org| (org.id.0, org_name(orgs, org.id))).collect())
	}

	/// Those of a file.
	pub(crate) fn named(names: &BTreeMap<u8, String>) -> Self {
		Self(names.iter().map(|(id, name)| (*id, escaped(name))).collect())
	}

	/// The names of these, for a file.
	pub(crate) fn names_of(&self, orgs: OrgSet) -> BTreeMap<u8, String> {
		orgs.iter().map(|org| (org.0, self.name(org))).collect()
	}

	/// Its name, its number where that is not known.
	pub(crate) fn name(&self, org: OrgId) -> String {
		self.0.get(&org.0).cloned().unwrap_or_else(|| org.0.to_string())
	}

	/// The names of a set.
	pub(crate) fn names(&self, orgs: OrgSet) -> String {
		let names: Vec<String> = orgs.iter().map(|org| self.name(org)).collect();
		if names.is_empty() {
			"-".into()
		} else {
			names.join(", ")
		}
	}

	/// To whom a piece falls.
	pub(crate) fn share(&self, share: Share) -> String {
		match share {
			Share::Company(org) => self.name(org),
			Share::Nobody => "nobody".into(),
			Share::Undecided => "undecided".into(),
			Share::Stopped => "(the clock stood)".into(),
		}
	}

	/// A company by number or name. A number is taken as it is.
	pub(crate) fn find(&self, name: &OrgName) -> Result<OrgId> {
		let text = match name {
			OrgName::Id(id) => return Ok(*id),
			OrgName::Name(text) => text,
		};
		let shown = escaped(text);
		let found = self.0.iter().find(|(_, known)| **known == shown).map(|(id, _)| OrgId(*id));
		found.ok_or_else(|| {
			let known: Vec<String> = self.0.iter().map(|(id, name)| format!("{id} {name}")).collect();
			Failure::input(format!("no company {}", quoted(text)))
				.remedy(format!("one of: {}", known.join(", ")))
		})
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;

	/// Owner, sharer, tower company.
	pub(crate) fn people() -> People {
		People::named(&[(0, "one".into()), (1, "two".into()), (2, "tower".into())].into())
	}

	#[test]
	fn companies_are_found_by_name_and_by_number() {
		let people = people();
		assert_eq!(people.find(&"tower".parse().unwrap()), Ok(OrgId(2)));
		assert_eq!(people.find(&"7".parse().unwrap()), Ok(OrgId(7)));
		let failure = people.find(&"towre".parse().unwrap()).unwrap_err().to_string();
		assert!(failure.contains("`towre`") && failure.contains("0 one, 1 two, 2 tower"), "{failure}");
		assert_eq!(people.names(OrgSet::of(OrgId(1)).with(OrgId(9))), "two, 9");
		assert_eq!(people.names(OrgSet::EMPTY), "-");
	}

	#[test]
	fn names_of_a_file_forge_no_line() {
		let people = People::named(&[(0, "a\u{1b}[2J\nb".into())].into());
		assert_eq!(people.name(OrgId(0)), "a\\u{1b}[2J\\u{a}b");
	}
}
