// SPDX-License-Identifier: Apache-2.0
//! The catalogue as people and files know it: parameters by name, values in words.

use super::words::{plmn_words, value_words, with_number};
use crate::{
	chain::views::At,
	context::Context,
	error::{Failure, Result},
	output::{facts, quoted, table},
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use trimast_primitives::{
	apis::ParameterView,
	cells::{
		catalogue::{
			plmn_places, plmns_value, value_cell, ApprovalClass, Domain, NameSource, ParamScope, HALF_HOURS,
		},
		CellId, ParamId, ParamKey,
	},
	site::{Plmn, Technology},
	text::escaped,
};

/// What stands for a value that says nothing: no PLMN, no half hour.
const NOTHING: &str = "none";

/// The parameters of the chain.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
	parameters: BTreeMap<ParamId, ParameterView>,
	/// By every name, in letters of either case as they are.
	names: HashMap<String, Vec<ParamId>>,
}

fn plain(text: &[u8]) -> String {
	String::from_utf8_lossy(text).into_owned()
}

impl Catalogue {
	/// The one in force.
	pub(crate) async fn ask(at: At<'_>) -> Result<Self> {
		Ok(Self::new(at.catalogue().await?))
	}

	/// Of these parameters.
	pub(crate) fn new(parameters: Vec<ParameterView>) -> Self {
		let mut names: HashMap<String, Vec<ParamId>> = HashMap::new();
		let mut enter = |name: String, id: ParamId| {
			let ids = names.entry(name).or_default();
			if !ids.contains(&id) {
				ids.push(id);
			}
		};
		for view in &parameters {
			for name in &view.text.names {
				let text = plain(&name.name);
				if let NameSource::Vendor(vendor) = &name.source {
					enter(format!("{}:{text}", plain(vendor)), view.id);
				}
				enter(text, view.id);
			}
		}
		Self { parameters: parameters.into_iter().map(|view| (view.id, view)).collect(), names }
	}

	/// A parameter by its number.
	pub(crate) fn get(&self, id: ParamId) -> Option<&ParameterView> {
		self.parameters.get(&id)
	}

	/// All of them, by number.
	pub(crate) fn iter(&self) -> impl Iterator<Item = &ParameterView> {
		self.parameters.values()
	}

	/// The parameters that have a name: several where NR and LTE share it.
	pub(crate) fn named(&self, name: &str) -> &[ParamId] {
		self.names.get(name).map_or(&[], Vec::as_slice)
	}

	/// The names of the catalogue that are next to one that it does not have, with the same brackets: those that differ from
	/// it in fewest letters, and in a third of them at most. Of names that differ in the case of letters alone it is one.
	pub(crate) fn near(&self, name: &str) -> Vec<String> {
		let (base, place) = name.split_at(name.find('[').unwrap_or(name.len()));
		let (small, most) = (base.to_lowercase(), base.chars().count() / 3);
		let apart = |other: &String| {
			let other_small = other.to_lowercase();
			let letters = strsim::osa_distance(&small, &other_small);
			(letters, other_small, strsim::osa_distance(base, other))
		};
		let mut near: Vec<_> = self.names.keys().map(|other| (apart(other), other)).collect();
		near.sort_unstable();
		near.dedup_by(|((_, a, _), _), ((_, b, _), _)| a == b);
		let least = near.first().map_or(0, |((letters, ..), _)| *letters);
		near.retain(|((letters, ..), _)| *letters == least && least <= most);
		near.iter().take(3).map(|(_, other)| format!("{}{}", escaped(other), escaped(place))).collect()
	}

	/// What to do about a name that the catalogue does not have.
	pub(crate) fn suggestion(&self, name: &str) -> String {
		let list = "`trimast config catalogue list` lists all names";
		match self.near(name) {
			near if near.is_empty() => list.into(),
			near => {
				let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
				format!("next to it the catalogue has {}; {list}", near.join(", "))
			}
		}
	}

	/// The name under which a parameter is written: that of TS 28.541, else of RRC, else any; the newest of them.
	pub(crate) fn name(&self, id: ParamId) -> String {
		let Some(view) = self.get(id) else { return format!("parameter {}", id.0) };
		let of =
			|source: fn(&NameSource) -> bool| view.text.names.iter().rev().find(|name| source(&name.source));
		let found = of(|source| matches!(source, NameSource::Nrm))
			.or_else(|| of(|source| matches!(source, NameSource::Rrc)))
			.or_else(|| view.text.names.last());
		found.map_or_else(|| format!("parameter {}", id.0), |name| escaped(&plain(&name.name)))
	}

	/// A key as files have it: the name, and in brackets whose value it is.
	pub(crate) fn key_text(&self, key: ParamKey, plmns: &[Plmn]) -> String {
		self.key_in(key, plmns, plmn_text)
	}

	/// A key as people read it.
	pub(crate) fn key_words(&self, key: ParamKey, plmns: &[Plmn]) -> String {
		self.key_in(key, plmns, plmn_words)
	}

	fn key_in(&self, key: ParamKey, plmns: &[Plmn], plmn_text: fn(Plmn) -> String) -> String {
		let name = self.name(key.param);
		match self.get(key.param).map(|view| view.parameter.scope) {
			Some(ParamScope::Station | ParamScope::Cell) if key.place == 0 => name,
			Some(ParamScope::Plmn) => match plmns.get(usize::from(key.place)) {
				Some(plmn) => format!("{name}[{}]", plmn_text(*plmn)),
				None => format!("{name}[PLMN {}]", key.place),
			},
			_ => format!("{name}[{}]", key.place),
		}
	}

	/// A value as files have it. `cell` writes a cell.
	pub(crate) fn value_text(
		&self,
		id: ParamId,
		value: i64,
		plmns: &[Plmn],
		cell: impl Fn(CellId) -> String,
	) -> String {
		let Some(view) = self.get(id) else { return value.to_string() };
		match &view.parameter.domain {
			Domain::Choice(_) => {
				let word = usize::try_from(value).ok().and_then(|n| view.text.words.get(n));
				word.map_or_else(|| value.to_string(), |word| escaped(&plain(word)))
			}
			Domain::Boolean => match value {
				0 => "false".into(),
				1 => "true".into(),
				_ => value.to_string(),
			},
			Domain::Plmns => {
				let places: Vec<String> = plmn_places(value)
					.into_iter()
					.flatten()
					.map(|place| {
						let plmn = plmns.get(usize::from(place)).copied();
						plmn.map_or_else(|| format!("PLMN {place}"), plmn_text)
					})
					.collect();
				places.join(" ")
			}
			Domain::HalfHours => half_hours_text(value),
			Domain::Cell => value_cell(value).map_or_else(|| value.to_string(), cell),
			Domain::Range { .. } | Domain::OneOf(_) | Domain::Bits(_) => value.to_string(),
		}
	}

	/// A value as people read it: with its unit, and with the number that files have for it where that is another one.
	pub(crate) fn value_words(
		&self,
		id: ParamId,
		value: Option<i64>,
		plmns: &[Plmn],
		cell: impl Fn(CellId) -> String,
	) -> String {
		let Some(value) = value else { return "no value".into() };
		let Some(view) = self.get(id) else { return value.to_string() };
		let domain = &view.parameter.domain;
		with_number(domain, value_words(domain, &view.text, value, plmns, cell), value)
	}
}

/// What a value's text says, before PLMNs and stations are looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Said<'a> {
	/// The value itself.
	Value(i64),
	/// These PLMNs, in this order.
	Plmns(Vec<Plmn>),
	/// A cell: local network, station code, number.
	Cell(u16, &'a str, u8),
}

/// Reads a value of a parameter. What is wrong with it is said without the value.
pub(crate) fn read_value<'a>(view: &ParameterView, text: &'a str) -> Result<Said<'a>, String> {
	match &view.parameter.domain {
		Domain::Range { .. } | Domain::OneOf(_) | Domain::Bits(_) => read_number(text).map(Said::Value),
		Domain::Choice(_) => {
			let same = |word: &&[u8]| word.eq_ignore_ascii_case(text.as_bytes());
			let words = view.text.words.iter().map(|word| word.as_slice());
			let exact = words.clone().position(|word| word == text.as_bytes());
			let found = exact.or_else(|| words.clone().position(|word| same(&word)));
			found.and_then(|n| i64::try_from(n).ok()).map(Said::Value).ok_or_else(|| {
				let words: Vec<String> = words.map(plain).collect();
				format!("none of the words {}", words.join(", "))
			})
		}
		Domain::Boolean => match text {
			"true" | "TRUE" | "True" | "1" | "yes" => Ok(Said::Value(1)),
			"false" | "FALSE" | "False" | "0" | "no" => Ok(Said::Value(0)),
			_ => Err("neither true nor false".into()),
		},
		Domain::Plmns => {
			let plmns: Option<Vec<Plmn>> =
				text.split([' ', ',', ';']).filter(|part| !part.is_empty()).map(read_plmn).collect();
			plmns.map(Said::Plmns).ok_or_else(|| "not a list of PLMNs such as 46011 46001".into())
		}
		Domain::HalfHours => read_half_hours(text)
			.map(Said::Value)
			.ok_or_else(|| "not a list of half hours such as 00:00-06:00 23:00-24:00".into()),
		Domain::Cell => read_cell(text)
			.ok_or_else(|| "not a cell such as 1301/HE-0001/2 (local network/station code/cell)".into()),
	}
}

/// Reads a whole number: decimal, or hexadecimal behind `0x`.
fn read_number(text: &str) -> Result<i64, String> {
	let number = match text.strip_prefix("0x") {
		Some(digits) => i64::from_str_radix(digits, 16),
		None => text.parse(),
	};
	number.map_err(|_| {
		let has = |what: fn(char) -> bool| text.contains(what);
		let why = if has(char::is_whitespace) {
			": a space stands in it"
		} else if has(|c| !c.is_ascii() && c.is_numeric()) {
			": write its digits as 0 to 9"
		} else if has(|c| c.is_ascii_digit()) && has(|c| matches!(c, '.' | ',' | '\'')) {
			": write it without a fraction, and without marks between its digits"
		} else {
			""
		};
		format!("not a whole number{why}")
	})
}

/// Reads a PLMN: `46011`, `460-11`, `460001` with a network code of three digits.
pub(crate) fn read_plmn(text: &str) -> Option<Plmn> {
	let (mcc, mnc) = match text.split_once('-') {
		Some(parts) => parts,
		None => (text.get(..3)?, text.get(3..)?),
	};
	let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok()).flatten();
	let three_digit_mnc = match mnc.len() {
		2 => false,
		3 => true,
		_ => return None,
	};
	let plmn = Plmn { mcc: digits(mcc)?, mnc: digits(mnc)?, three_digit_mnc };
	(mcc.len() == 3 && plmn.is_valid()).then_some(plmn)
}

/// A PLMN as [`read_plmn`] reads it.
pub(crate) fn plmn_text(plmn: Plmn) -> String {
	let width = if plmn.three_digit_mnc { 3 } else { 2 };
	format!("{:03}{:0width$}", plmn.mcc, plmn.mnc)
}

/// The value of a list of PLMNs at a station with these.
pub(crate) fn place_plmns(list: &[Plmn], plmns: &[Plmn]) -> Result<i64, String> {
	let place = |plmn: &Plmn| {
		let found = plmns.iter().position(|other| other == plmn).and_then(|n| u8::try_from(n).ok());
		found.ok_or_else(|| format!("the station's record has no PLMN {}", plmn_text(*plmn)))
	};
	let places: Vec<u8> = list.iter().map(place).collect::<Result<_, _>>()?;
	plmns_value(&places).ok_or_else(|| "a list of PLMNs names each once, and one at least".into())
}

fn read_cell(text: &str) -> Option<Said<'_>> {
	// As a distinguished name of TS 32.300 too.
	if text.contains('=') {
		let (mut local_network, mut station, mut cell) = (None, None, None);
		for part in text.split(',') {
			let (class, id) = part.trim().split_once('=')?;
			match class {
				"SubNetwork" => local_network = id.parse().ok().or(local_network),
				"ManagedElement" => station = Some(id),
				// The number that an element manager has given a cell of another one.
				class if class.starts_with("External") => return None,
				class if class.contains("Cell") => cell = id.parse().ok(),
				_ => {}
			}
		}
		return Some(Said::Cell(local_network?, station?, cell?));
	}
	let (front, cell) = text.rsplit_once('/')?;
	let (local_network, code) = front.split_once('/')?;
	Some(Said::Cell(local_network.parse().ok()?, code, cell.parse().ok()?))
}

fn read_time(text: &str) -> Option<u32> {
	let (hours, minutes) = text.split_once(':')?;
	let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
	let half = match minutes {
		0 => 0,
		30 => 1,
		_ => return None,
	};
	let half_hours = hours.checked_mul(2)?.checked_add(half)?;
	(half_hours <= HALF_HOURS).then_some(half_hours)
}

fn read_half_hours(text: &str) -> Option<i64> {
	if text == NOTHING || text == "never" {
		return Some(0);
	}
	text.split([' ', ',', ';']).filter(|part| !part.is_empty()).try_fold(0i64, |value, part| {
		let (from, to) = part.split_once('-')?;
		let (from, to) = (read_time(from)?, read_time(to)?);
		(from < to).then(|| (from..to).fold(value, |value, half_hour| value | 1 << half_hour))
	})
}

fn half_hours_text(value: i64) -> String {
	let is_set = |half_hour: u32| half_hour < HALF_HOURS && value >> half_hour & 1 == 1;
	let time = |half_hour: u32| format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30);
	let mut parts = Vec::new();
	let mut from = None;
	for half_hour in 0..=HALF_HOURS {
		match (from, is_set(half_hour)) {
			(None, true) => from = Some(half_hour),
			(Some(start), false) => {
				parts.push(format!("{}-{}", time(start), time(half_hour)));
				from = None;
			}
			_ => {}
		}
	}
	if parts.is_empty() {
		return NOTHING.into();
	}
	parts.join(" ")
}

fn scope_text(scope: ParamScope) -> &'static str {
	match scope {
		ParamScope::Station => "station",
		ParamScope::Cell => "cell",
		ParamScope::Plmn => "cell and PLMN",
		ParamScope::CellRelation => "cell and neighbour",
		ParamScope::FrequencyRelation => "cell and frequency",
	}
}

fn class_text(class: ApprovalClass) -> &'static str {
	match class {
		ApprovalClass::Operator => "P (the operator alone)",
		ApprovalClass::Joint => "J (owner and sharers)",
		ApprovalClass::Notified => "N (the owner, the others are told)",
		ApprovalClass::Tower => "T (as J, and the tower company)",
	}
}

fn technology_text(technology: Option<Technology>) -> &'static str {
	match technology {
		None => "NR and LTE",
		Some(Technology::Nr) => "NR",
		Some(Technology::Lte) => "LTE",
	}
}

/// The values that a parameter may have.
pub(crate) fn domain_text(view: &ParameterView) -> String {
	match &view.parameter.domain {
		Domain::Range { least, most, every: 1 } => format!("{least}..{most}"),
		Domain::Range { least, most, every } => format!("{least}..{most} every {every}"),
		Domain::OneOf(values) => {
			let all: Vec<String> = values.iter().map(i64::to_string).collect();
			format!("one of {}", all.join(" "))
		}
		Domain::Choice(_) => {
			let words: Vec<String> = view.text.words.iter().map(|word| escaped(&plain(word))).collect();
			words.join(" | ")
		}
		Domain::Boolean => "true | false".into(),
		Domain::Bits(length) => format!("{length} bits"),
		Domain::Plmns => "list of PLMNs".into(),
		Domain::HalfHours => "half hours of the day".into(),
		Domain::Cell => "cell".into(),
	}
}

fn names_text(view: &ParameterView) -> Vec<(String, String)> {
	let source = |source: &NameSource| match source {
		NameSource::Nrm => "TS 28.541".to_string(),
		NameSource::Rrc => "RRC".into(),
		NameSource::Vendor(vendor) => escaped(&plain(vendor)),
	};
	view.text.names.iter().map(|name| (source(&name.source), escaped(&plain(&name.name)))).collect()
}

/// `config catalogue list`.
pub(crate) async fn list(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let catalogue = Catalogue::ask(chain.now().await?).await?;
	let views: Vec<&ParameterView> = catalogue.iter().collect();
	context.output.answer(&json!(views), || {
		let header = ["number", "name", "cells of", "a value of a", "values", "unit", "class"];
		table(
			&header,
			views.iter().map(|view| {
				vec![
					view.id.0.to_string(),
					catalogue.name(view.id),
					technology_text(view.parameter.technology).into(),
					scope_text(view.parameter.scope).into(),
					domain_text(view),
					escaped(&plain(&view.text.unit)),
					class_text(view.parameter.class).chars().take(1).collect(),
				]
			}),
		)
	});
	Ok(())
}

/// `config catalogue show`: by number or by any name.
pub(crate) async fn show(context: &Context, parameter: &str) -> Result<()> {
	let chain = context.chain().await?;
	let catalogue = Catalogue::ask(chain.now().await?).await?;
	let ids: Vec<ParamId> = match parameter.parse() {
		Ok(number) => vec![ParamId(number)],
		Err(_) => catalogue.named(parameter).to_vec(),
	};
	let views: Vec<&ParameterView> = ids.iter().filter_map(|id| catalogue.get(*id)).collect();
	if views.is_empty() {
		return Err(Failure::input(format!("no parameter {}", quoted(parameter)))
			.remedy(catalogue.suggestion(parameter)));
	}
	context.output.answer(&json!(views), || {
		let texts: Vec<String> = views.iter().map(|view| view_text(view)).collect();
		texts.join("\n\n")
	});
	Ok(())
}

fn view_text(view: &ParameterView) -> String {
	let parameter = &view.parameter;
	let names: Vec<String> =
		names_text(view).into_iter().map(|(source, name)| format!("{name} ({source})")).collect();
	let unit = match plain(&view.text.unit) {
		unit if unit.is_empty() => "-".into(),
		unit => escaped(&unit),
	};
	let or_any = |limit: Option<String>| limit.unwrap_or_else(|| "any".into());
	let mut pairs = vec![
		("number", view.id.0.to_string()),
		("names", names.join(", ")),
		("cells of", technology_text(parameter.technology).into()),
		("a value of a", scope_text(parameter.scope).into()),
		("values", domain_text(view)),
		("unit", unit),
		("class", class_text(parameter.class).into()),
		("change at once", or_any(parameter.step.map(|step| step.to_string()))),
	];
	if parameter.class == ApprovalClass::Notified {
		let envelope = parameter.envelope.map(|(least, most)| format!("{least}..{most}"));
		pairs.push(("owner alone", or_any(envelope)));
	}
	if parameter.identity {
		pairs.push(("identity", "class J where all operators share one cell identity".into()));
	}
	facts(&pairs)
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::{
		cells::catalogue::{cell_value, ParamName, ParamText, Parameter},
		page::SiteId,
		LocalNetworkId,
	};

	pub(crate) const ONE: Plmn = Plmn { mcc: 460, mnc: 11, three_digit_mnc: false };
	pub(crate) const TWO: Plmn = Plmn { mcc: 460, mnc: 1, three_digit_mnc: false };

	fn name(source: NameSource, name: &str) -> ParamName {
		ParamName { source, since: 18, name: name.as_bytes().to_vec().try_into().unwrap() }
	}

	fn view(
		id: u16,
		[nrm, rrc, vendor]: [&str; 3],
		technology: Option<Technology>,
		scope: ParamScope,
		domain: Domain,
		words: &[&str],
	) -> ParameterView {
		let v1 = || NameSource::Vendor(b"V1".to_vec().try_into().unwrap());
		let names = [(NameSource::Nrm, nrm), (NameSource::Rrc, rrc), (v1(), vendor)];
		let names: Vec<ParamName> =
			names.into_iter().filter(|(_, n)| !n.is_empty()).map(|(source, n)| name(source, n)).collect();
		let words: Vec<_> = words.iter().map(|word| word.as_bytes().to_vec().try_into().unwrap()).collect();
		ParameterView {
			id: ParamId(id),
			parameter: Parameter {
				technology,
				scope,
				domain,
				class: ApprovalClass::Joint,
				identity: false,
				step: None,
				envelope: None,
			},
			text: ParamText {
				names: names.try_into().unwrap(),
				unit: Default::default(),
				words: words.try_into().unwrap(),
			},
		}
	}

	/// One parameter of each kind, named as the chain's catalogue names them.
	pub(crate) fn catalogue() -> Catalogue {
		use ParamScope::*;
		let range = |least, most| Domain::Range { least, most, every: 1 };
		let (nr, lte) = (Some(Technology::Nr), Some(Technology::Lte));
		let states = ["LOCKED", "SHUTTINGDOWN", "UNLOCKED"];
		let named = |nrm, rrc, vendor| [nrm, rrc, vendor];
		Catalogue::new(vec![
			view(
				1,
				named("NRCellDU.administrativeState", "", "CELLSTATE"),
				nr,
				Cell,
				Domain::Choice(3),
				&states,
			),
			view(
				2,
				named("NROperatorCellDU.administrativeState", "", "OPSTATE"),
				nr,
				Plmn,
				Domain::Choice(3),
				&states,
			),
			view(3, named("plmnInfoList", "pLMNInfoList", "PLMNINFOLIST"), None, Cell, Domain::Plmns, &[]),
			view(4, named("nRTAC", "trackingAreaCode", "NRTAC"), nr, Plmn, Domain::Bits(24), &[]),
			view(10, named("gNBIdLength", "", "GNBIDLENGTH"), nr, Station, range(22, 32), &[]),
			view(11, named("nRPCI", "physCellId", "NRPCI"), nr, Cell, range(0, 1007), &[]),
			view(12, named("physicalLayerCellId", "physCellId", "LTEPCI"), lte, Cell, range(0, 503), &[]),
			view(
				13,
				named("arfcnDL", "absoluteFrequencyPointA", "ARFCNDL"),
				nr,
				Cell,
				range(0, 3_279_165),
				&[],
			),
			view(
				14,
				named("arfcnUL", "absoluteFrequencyPointA", "ARFCNUL"),
				nr,
				Cell,
				range(0, 3_279_165),
				&[],
			),
			view(22, named("configuredMaxTxPower", "", "TXPOWER"), None, Cell, range(0, 2_000_000), &[]),
			view(33, named("", "a3-Offset", "A3OFFSET"), None, Cell, range(-30, 30), &[]),
			view(
				39,
				named("cellReselectionPriority", "", "RESELPRIO"),
				None,
				FrequencyRelation,
				range(0, 7),
				&[],
			),
			view(53, named("desSwitch", "", "DESSWITCH"), None, Cell, Domain::Boolean, &[]),
			view(56, named("esNotAllowedTimePeriod", "", "ESPERIOD"), None, Cell, Domain::HalfHours, &[]),
			view(58, named("isHOAllowed", "", "HOALLOWED"), None, CellRelation, Domain::Boolean, &[]),
			view(64, named("tac", "trackingAreaCode", "TAC"), lte, Plmn, Domain::Bits(16), &[]),
			view(65, named("adjacentNRCellRef", "", "NEIGHBOURCELL"), None, CellRelation, Domain::Cell, &[]),
			view(
				68,
				named("EUtranGenericCell.administrativeState", "", "ECELLSTATE"),
				lte,
				Cell,
				Domain::Choice(3),
				&states,
			),
		])
	}

	#[test]
	fn names_next_to_one_that_is_misspelt_are_found() {
		let catalogue = catalogue();
		assert_eq!(catalogue.near("nRpci"), ["nRPCI"]);
		assert_eq!(catalogue.near("cellReselectionPrioriy[3]"), ["cellReselectionPriority[3]"]);
		assert!(catalogue.near("swVersion").is_empty() && catalogue.near("").is_empty());
	}

	fn read(id: u16, text: &str) -> Result<Said<'_>, String> {
		read_value(catalogue().get(ParamId(id)).unwrap(), text)
	}

	#[test]
	fn names_of_every_source_lead_to_the_parameter() {
		let catalogue = catalogue();
		for name in ["nRPCI", "NRPCI", "V1:NRPCI"] {
			assert_eq!(catalogue.named(name), [ParamId(11)], "{name}");
		}
		assert_eq!(catalogue.named("physCellId"), [ParamId(11), ParamId(12)]);
		assert!(catalogue.named("nrpci").is_empty());
		assert_eq!(catalogue.name(ParamId(33)), "a3-Offset", "where TS 28.541 has no name");
		assert_eq!(catalogue.name(ParamId(99)), "parameter 99");
		let key = |param, place| catalogue.key_text(ParamKey { param: ParamId(param), place }, &[ONE, TWO]);
		assert_eq!([key(11, 0), key(4, 1), key(65, 3)], ["nRPCI", "nRTAC[46001]", "adjacentNRCellRef[3]"]);
	}

	#[test]
	fn values_are_read_by_their_domain() {
		assert_eq!(read(11, "1007"), Ok(Said::Value(1007)));
		assert_eq!(read(33, "-6"), Ok(Said::Value(-6)));
		assert_eq!(read(4, "0x00ff"), Ok(Said::Value(255)));
		assert_eq!(read(1, "UNLOCKED"), Ok(Said::Value(2)));
		assert_eq!(read(1, "unlocked"), Ok(Said::Value(2)));
		assert_eq!(read(53, "true"), Ok(Said::Value(1)));
		assert_eq!(read(3, "46011 46001"), Ok(Said::Plmns(vec![ONE, TWO])));
		assert_eq!(read(56, "00:00-01:00 23:30-24:00"), Ok(Said::Value(0b11 | 1 << 47)));
		let cell = Said::Cell(1301, "HE-0001", 2);
		assert_eq!(read(65, "1301/HE-0001/2"), Ok(cell.clone()));
		let name = "SubNetwork=1301,ManagedElement=HE-0001,GNBDUFunction=1,NRCellDU=2";
		assert_eq!(read(65, name), Ok(cell));
	}

	#[test]
	fn values_fail_with_what_would_be_right() {
		for (id, text, part) in [
			(11, "twelve", "whole number"),
			(11, "1.5", "whole number: write it without a fraction"),
			(11, "1 007", "whole number: a space stands in it"),
			(11, "1\u{a0}007", "whole number: a space stands in it"),
			(11, "１７", "whole number: write its digits"),
			(11, "1,007", "without marks between its digits"),
			(1, "OPEN", "LOCKED, SHUTTINGDOWN, UNLOCKED"),
			(53, "on", "true nor false"),
			(3, "4601", "46011 46001"),
			(3, "460é11", "46011 46001"),
			(56, "00:10-01:00", "00:00-06:00"),
			(56, "02:00-01:00", "00:00-06:00"),
			(56, "00:00-24:30", "00:00-06:00"),
			(65, "HE-0001/2", "1301/HE-0001/2"),
		] {
			let failure = read(id, text).unwrap_err();
			assert!(failure.contains(part), "{text}: {failure}");
		}
	}

	#[test]
	fn lists_of_plmns_are_those_of_the_station() {
		assert_eq!(place_plmns(&[TWO, ONE], &[ONE, TWO]), Ok(plmns_value(&[1, 0]).unwrap()));
		assert!(place_plmns(&[TWO], &[ONE]).unwrap_err().contains("46001"));
		assert!(place_plmns(&[ONE, ONE], &[ONE]).is_err() && place_plmns(&[], &[ONE]).is_err());
		// 01 and 001 are two networks
		let three = read_plmn("460001").unwrap();
		assert_ne!(three, TWO);
		assert_eq!([plmn_text(three), plmn_text(TWO)], ["460001", "46001"]);
	}

	proptest! {
		#[test]
		fn half_hours_are_read_back(value in 0i64..1 << 48) {
			prop_assert_eq!(read_half_hours(&half_hours_text(value)), Some(value));
		}

		/// What an export of the baseline writes, and what people are shown, an import reads.
		#[test]
		fn values_are_read_back(id in 0usize..18, value in 0i64..1 << 24, two: bool, for_people: bool) {
			let catalogue = catalogue();
			let view = catalogue.iter().nth(id).unwrap();
			let value = match &view.parameter.domain {
				Domain::Range { least, most, .. } => least + value % (most - least + 1),
				Domain::Bits(length) => value % (1 << length),
				Domain::Choice(words) => value % i64::from(*words),
				Domain::Boolean => value % 2,
				Domain::Plmns => plmns_value(if two { &[1, 0] } else { &[0] }).unwrap(),
				_ => value,
			};
			let cell = |cell: CellId| format!("{}/S{}/{}", cell.site.local_network.0, cell.site.index, cell.cell);
			// As files have it, and as people are shown it, where the number stands in brackets.
			let shown = catalogue.value_words(view.id, Some(value), &[ONE, TWO], cell);
			let text = match for_people {
				true => shown.split_once(" (").map_or(shown.as_str(), |(_, number)| number.trim_end_matches(')')).to_string(),
				false => catalogue.value_text(view.id, value, &[ONE, TWO], cell),
			};
			let read = match read_value(view, &text) {
				Ok(Said::Value(value)) => Some(value),
				Ok(Said::Plmns(list)) => place_plmns(&list, &[ONE, TWO]).ok(),
				Ok(Said::Cell(local_network, code, cell)) => {
					let site = SiteId {
						local_network: LocalNetworkId(local_network), index: code[1..].parse().unwrap(),
					};
					Some(cell_value(CellId { site, cell }))
				}
				Err(_) => None,
			};
			// A number that is no cell is written as a number, and nobody reads it.
			prop_assert!(read == Some(value) || value_cell(value).is_none() && view.parameter.domain == Domain::Cell);
		}

		#[test]
		fn any_text_is_a_value_or_an_error(text in ".{0,24}", id in 0usize..18) {
			let catalogue = catalogue();
			let view = catalogue.iter().nth(id).unwrap();
			let _ = read_value(view, &text);
		}
	}
}
