// SPDX-License-Identifier: Apache-2.0
//! The key parameters at genesis, from `data/catalogue.csv` (its columns: data/README.md).

use alloc::vec::Vec;
use pallet_config_guard::GenesisParameter;
use trimast_primitives::{
	cells::{
		catalogue::{ApprovalClass, Domain, NameSource, ParamName, ParamScope, ParamText, Parameter},
		ParamId,
	},
	site::Technology,
};

const CATALOGUE: &str = include_str!("../../../data/catalogue.csv");

/// The 3GPP release whose spelling the names have.
const RELEASE: u16 = 18;

/// Every row. One that cannot be read is missing: a test counts them.
pub(super) fn parameters() -> Vec<GenesisParameter> {
	rows().filter_map(parameter).collect()
}

fn rows() -> impl Iterator<Item = &'static str> {
	CATALOGUE.lines().skip(1)
}

/// Columns: number, nrm, rrc, vendor, technology, scope, domain, unit, class, identity, step, envelope.
fn parameter(row: &str) -> Option<GenesisParameter> {
	let mut fields = row.split(',');
	let mut next = || fields.next();
	let id = ParamId(next()?.parse().ok()?);
	// The network resource model has several spellings of some, the one in use last.
	let nrm = next()?.split(' ').map(|name| (NameSource::Nrm, name));
	let names = nrm.chain([(NameSource::Rrc, next()?), vendor_name(next()?)?]);
	let technology = match next()? {
		"NR" => Some(Technology::Nr),
		"LTE" => Some(Technology::Lte),
		"" => None,
		_ => return None,
	};
	let scope = match next()? {
		"station" => ParamScope::Station,
		"cell" => ParamScope::Cell,
		"plmn" => ParamScope::Plmn,
		"relation" => ParamScope::CellRelation,
		"frequency" => ParamScope::FrequencyRelation,
		_ => return None,
	};
	let (domain, words) = domain(next()?)?;
	let unit = text(next()?)?;
	let class = match next()? {
		"P" => ApprovalClass::Operator,
		"J" => ApprovalClass::Joint,
		"N" => ApprovalClass::Notified,
		"T" => ApprovalClass::Tower,
		_ => return None,
	};
	let identity = next()? == "yes";
	let step = match next()? {
		"" => None,
		step => Some(step.parse().ok()?),
	};
	let envelope = match next()? {
		"" => None,
		ends => {
			let (least, most) = ends.split_once(' ')?;
			Some((least.parse().ok()?, most.parse().ok()?))
		}
	};
	let named = names.filter(|(_, name)| !name.is_empty());
	let names: Option<Vec<ParamName>> =
		named.map(|(source, name)| Some(ParamName { source, since: RELEASE, name: text(name)? })).collect();
	let parameter = Parameter { technology, scope, domain, class, identity, step, envelope };
	let text = ParamText { names: names?.try_into().ok()?, unit, words: words.try_into().ok()? };
	Some(GenesisParameter { id, parameter, text })
}

/// `VENDOR:NAME`, or nothing.
fn vendor_name(field: &str) -> Option<(NameSource, &str)> {
	if field.is_empty() {
		return Some((NameSource::Vendor(Default::default()), ""));
	}
	let (vendor, name) = field.split_once(':')?;
	Some((NameSource::Vendor(text(vendor)?), name))
}

/// A domain, and the words of a choice.
#[allow(clippy::type_complexity)] // The words are as the catalogue keeps them.
fn domain<W: TryFrom<Vec<u8>>>(field: &str) -> Option<(Domain, Vec<W>)> {
	let mut parts = field.split(' ');
	let kind = parts.next()?;
	let mut number = || parts.next()?.parse::<i64>().ok();
	let domain = match kind {
		"range" => {
			let (least, most) = (number()?, number()?);
			let every = match (parts.next(), parts.next()) {
				(None, _) => 1,
				(Some("every"), Some(every)) => every.parse().ok()?,
				_ => return None,
			};
			Domain::Range { least, most, every }
		}
		"oneof" => {
			let values: Option<Vec<i64>> = parts.map(|value| value.parse().ok()).collect();
			Domain::OneOf(values?.try_into().ok()?)
		}
		"choice" => {
			let words: Option<Vec<W>> = parts.map(text).collect();
			let words = words?;
			return Some((Domain::Choice(u8::try_from(words.len()).ok()?), words));
		}
		"bits" => Domain::Bits(u8::try_from(number()?).ok()?),
		"bool" => Domain::Boolean,
		"plmns" => Domain::Plmns,
		"halfhours" => Domain::HalfHours,
		"cell" => Domain::Cell,
		_ => return None,
	};
	Some((domain, Vec::new()))
}

fn text<W: TryFrom<Vec<u8>>>(field: &str) -> Option<W> {
	field.as_bytes().to_vec().try_into().ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_row_is_a_parameter() {
		let parameters = parameters();
		assert_eq!(parameters.len(), rows().count());
		assert!(parameters.windows(2).all(|pair| pair[0].id < pair[1].id), "in the order of their numbers");
		for GenesisParameter { id, parameter, text } in parameters {
			assert!(parameter.is_valid() && text.is_valid(&parameter.domain), "{}: {parameter:?}", id.0);
			assert!(text.names.iter().all(|name| !name.name.contains(&b' ')), "{}: one name each", id.0);
		}
	}

	#[test]
	fn names_have_one_unit_and_every_spelling() {
		let parameters = parameters();
		let named = |name: &str| {
			let has =
				|text: &ParamText| text.names.iter().any(|other| other.name.as_slice() == name.as_bytes());
			parameters.iter().filter(|parameter| has(&parameter.text)).map(|one| one.id.0).collect::<Vec<_>>()
		};
		for name in ["pLMNIdList", "plmnIdList", "pLMNInfoList", "plmnInfoList"] {
			assert_eq!(named(name), [3], "{name}");
		}
		// RRC counts these in steps of 2 dB
		for name in ["q-RxLevMin", "threshX-HighP", "threshX-LowP"] {
			assert!(named(name).is_empty(), "{name}");
		}
	}

	/// The configuration guard reads off the first two which cell covers which, and the words by their places; and off the third when a
	/// cell may not sleep.
	#[test]
	fn relations_have_a_neighbour_and_how_far_it_covers() {
		use crate::configs::business::{CoverParam, NeighbourParam, NotAllowedParam};
		let parameters = parameters();
		let find = |id: ParamId| parameters.iter().find(|one| one.id == id).expect("it is in the catalogue");
		let neighbour = find(NeighbourParam::get());
		assert_eq!(
			(neighbour.parameter.scope, &neighbour.parameter.domain),
			(ParamScope::CellRelation, &Domain::Cell)
		);
		let cover = find(CoverParam::get());
		assert_eq!(cover.parameter.scope, ParamScope::CellRelation);
		let words: Vec<&[u8]> = cover.text.words.iter().map(|word| word.as_slice()).collect();
		assert_eq!(words, [&b"NO"[..], b"PARTIAL", b"FULL"]);
		let GenesisParameter { parameter, text, .. } = find(NotAllowedParam::get());
		assert_eq!((parameter.scope, &parameter.domain), (ParamScope::Cell, &Domain::HalfHours));
		assert!(text.names.iter().any(|name| name.name.as_slice() == b"esNotAllowedTimePeriod"));
	}
}
