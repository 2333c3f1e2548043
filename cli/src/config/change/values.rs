// SPDX-License-Identifier: Apache-2.0
//! The values that are asked for: of a file, a line a value, or of the command line.

use crate::{
	chain::{views::At, Chain},
	config::{
		catalogue::{read_plmn, Catalogue},
		export::{
			resolve::{codes, Names},
			stations::{Codes, Directory, Stations},
			Columns, RawCell, RawNetwork, Report, Wrong,
		},
		words::{Words, NONE},
	},
	context::Context,
	encoding::{survey, Transcoder},
	error::{in_file, Failure, Result},
	lines::{Lines, Unclosed},
	names::{self, CellName},
	output::{counted, quoted},
	site::ledger::code_text,
};
use clap::{ArgGroup, Args};
use std::{
	collections::{BTreeMap, HashMap},
	fs::File,
	io::Read,
	path::PathBuf,
	sync::Arc,
};
use trimast_primitives::{
	cells::{
		catalogue::ParamScope,
		change::{Item, MAX_ITEMS, MAX_PARTS},
		CellId, ParamKey, MAX_FREQUENCIES, MAX_NEIGHBOURS,
	},
	site::is_code,
	LocalNetworkId,
};

/// The columns of a file.
const COLUMNS: [&str; 6] = ["local_network", "station", "cell", "parameter", "place", "value"];

/// Which values.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("values").required(true).args(["file", "cell"])))]
pub(crate) struct ValuesArgs {
	/// CSV file with the columns local_network,station,cell,parameter,place,value. The place is empty, or the PLMN, or the
	/// neighbour's or frequency's place in the cell's list. The value `none` takes away what stands there.
	#[arg(conflicts_with = "set")]
	file: Option<PathBuf>,
	/// A cell to change, without a file. May stand several times, all in one local network.
	#[arg(long, value_name = "CELL", requires = "set")]
	cell: Vec<CellName>,
	/// What to set there: nRPCI=17, nRTAC[46011]=4660, cellIndividualOffset[3]=-2; adjacentNRCellRef[3]=none takes away what
	/// stands there. May stand several times.
	#[arg(long, value_name = "NAME=VALUE", requires = "cell")]
	set: Vec<String>,
}

impl ValuesArgs {
	/// Where they stand.
	pub(crate) fn place(&self) -> String {
		self.file.as_ref().map_or_else(|| "--cell, --set".into(), |path| path.display().to_string())
	}
}

/// A value that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
	/// Its line in the file; where it is on the command line, which of those.
	pub(crate) line: u64,
	/// The cell.
	pub(crate) cell: CellId,
	/// The parameter.
	pub(crate) key: ParamKey,
	/// The value in the baseline.
	pub(crate) before: Option<i64>,
	/// Whether the cell has no baseline yet.
	pub(crate) is_new: bool,
	/// The new one; none where it is to be taken away.
	pub(crate) value: Option<i64>,
}

impl Wanted {
	/// As the chain takes it.
	pub(crate) fn item(&self) -> Item {
		// A page has 64 slots.
		let slot = u8::try_from(self.cell.site.slot()).unwrap_or(u8::MAX);
		Item { slot, cell: self.cell.cell, key: self.key, value: self.value }
	}
}

/// All that is asked for: values of one local network.
#[derive(Debug)]
pub(crate) struct Change {
	/// The local network.
	pub(crate) local_network: LocalNetworkId,
	/// By page, in the order of the parts.
	pub(crate) pages: BTreeMap<u16, Vec<Wanted>>,
}

impl Change {
	/// Of these values. A value that is asked for twice, and more values of a page than a part has, are refused.
	fn new(local_network: LocalNetworkId, values: Vec<Wanted>, catalogue: &Catalogue) -> Result<Self> {
		let mut pages: BTreeMap<u16, Vec<Wanted>> = BTreeMap::new();
		for value in values {
			let page = value.cell.site.page();
			let page = page.ok_or_else(|| Failure::chain("a station's number lies in no page"))?;
			pages.entry(page).or_default().push(value);
		}
		for (page, values) in &mut pages {
			values.sort_by_key(|value| (value.item().place(), value.line));
			let twice = values.windows(2).find_map(|pair| match pair {
				[a, b] if a.item().place() == b.item().place() => Some((a, b)),
				_ => None,
			});
			if let Some((a, b)) = twice {
				let what = format!("line {} asks for {} too", a.line, catalogue.name(b.key.param));
				return Err(Failure::input(what)
					.at(format!("line {}", b.line))
					.remedy("ask once for each value"));
			}
			if !u32::try_from(values.len()).is_ok_and(|count| count <= MAX_ITEMS) {
				let what = format!(
					"{} values in page {page}, and a request has {MAX_ITEMS} of each page",
					values.len()
				);
				return Err(Failure::input(what).remedy("ask for the rest by another request"));
			}
		}
		if !u32::try_from(pages.len()).is_ok_and(|count| count <= MAX_PARTS) {
			let what = format!("values in {} pages, and a request has {MAX_PARTS}", pages.len());
			return Err(Failure::input(what).remedy("ask for the rest by another request"));
		}
		Ok(Self { local_network, pages })
	}

	/// All values, by page and in the order of the parts.
	pub(crate) fn values(&self) -> impl Iterator<Item = &Wanted> {
		self.pages.values().flatten()
	}
}

/// Reads what is asked for, and looks everything up that it names.
pub(crate) async fn read(
	context: &Context,
	chain: &Chain,
	at: At<'_>,
	args: &ValuesArgs,
	words: &mut Words,
) -> Result<Change> {
	let catalogue = &words.catalogue;
	let mut columns = Columns::default();
	let (cells, wrong) = match &args.file {
		Some(path) => {
			let survey = survey(path)?;
			let file = Transcoder::new(File::open(path).map_err(in_file(path))?, survey.encoding);
			lines(file, &mut columns, catalogue).map_err(|failure| failure.at(path.display()))?
		}
		None => (of_command_line(at, args, &mut columns, catalogue).await?, Vec::new()),
	};
	let mut report = Report::new(context.output);
	report.all(&wrong);
	let place = |failure: Failure| failure.at(args.place());
	let network = one_network(cells).map_err(place)?;
	let directory = Directory::new(chain).await?;
	let mut values = Vec::new();
	if let Some(network) = &network {
		if !directory.knows(network.id) {
			let what = format!("the chain has no local network {}", network.id.0);
			let line = network.cells.first().map_or(0, |cell| cell.line);
			return Err(place(
				Failure::input(what).at(format!("line {line}")).remedy("`trimast site networks` lists them"),
			));
		}
		let stations = directory.stations(network.id).await?;
		let codes = codes(network, &columns, catalogue, &directory).await?;
		let (found, wrong) = look_up(&network.cells, &columns, catalogue, &stations, &codes);
		report.all(&wrong);
		values = found;
	}
	if report.count > 0 {
		let failure = Failure::input(format!("{} wrong, nothing was sent", counted(report.count, "line")));
		return Err(place(failure.remedy("correct them: each is told above")));
	}
	let none = || place(Failure::input("there is no value in it").remedy("write a line a value"));
	let network = network.ok_or_else(none)?;
	let mut change = Change::new(network.id, values, catalogue).map_err(place)?;
	let pages: Vec<u16> = change.pages.keys().copied().collect();
	let tables = at.tables(network.id, &pages).await?;
	for (values, table) in change.pages.values_mut().zip(tables) {
		for value in values {
			let position = table.position(value.cell.site.slot(), value.cell.cell);
			value.before = position.and_then(|position| table.get(position, value.key));
			value.is_new = position.is_none();
		}
	}
	let spoken = change
		.values()
		.flat_map(|value| [value.before, value.value].map(|number| (value.cell, value.key, number)));
	let spoken: Vec<_> = spoken.collect();
	words.learn(at, spoken).await?;
	Ok(change)
}

/// The cells of the command line, each with a value.
async fn of_command_line(
	at: At<'_>,
	args: &ValuesArgs,
	columns: &mut Columns,
	catalogue: &Catalogue,
) -> Result<Vec<RawCell>> {
	let mut sets = Vec::new();
	for text in &args.set {
		let (name, value) = text
			.split_once('=')
			.ok_or_else(|| Failure::usage("write NAME=VALUE").at(quoted(text)).at("--set"))?;
		if value.is_empty() {
			return Err(Failure::usage("write NAME=VALUE, or NAME=none to take a value away").at("--set"));
		}
		let number = columns.number(catalogue, name)?;
		if let Some((what, remedy)) = wrong_name(columns, catalogue, number) {
			return Err(Failure::usage(what).at(quoted(name)).at("--set").remedy(remedy));
		}
		sets.push((number, value));
	}
	let mut cells = Vec::new();
	for name in &args.cell {
		let site = at.site(&name.site).await?;
		for (number, value) in &sets {
			let line = u64::try_from(cells.len()).unwrap_or(u64::MAX).saturating_add(1);
			let code = code_text(&site.entry.station);
			let mut cell = RawCell::new(line, site.id.local_network, &code, name.cell);
			cell.push(*number, value);
			cells.push(cell);
		}
	}
	Ok(cells)
}

/// What is wrong with a column's name, and what would be right.
fn wrong_name(columns: &Columns, catalogue: &Catalogue, number: u32) -> Option<(String, String)> {
	match columns.get(number)? {
		Err(wrong) => Some(wrong.clone()),
		Ok(column) if column.params.is_empty() => {
			Some(("the catalogue has no such parameter".into(), catalogue.suggestion(&column.name)))
		}
		Ok(_) => None,
	}
}

/// What is wrong with the column `place` beside a parameter's name, and what would be right there.
fn wrong_place(catalogue: &Catalogue, name: &str, place: &str) -> Option<(String, String)> {
	let scope = catalogue.get(*catalogue.named(name).first()?)?.parameter.scope;
	let what = match place {
		"" => "it is empty".to_string(),
		place => format!("{} is none of {name}", quoted(place)),
	};
	let index = |most: u8, of: &str| {
		let is_right = place.parse::<u8>().is_ok_and(|place| place < most);
		let remedy = format!("the place in the cell's list of {of}, 0 to {}", most.saturating_sub(1));
		(!is_right).then_some(remedy)
	};
	let remedy = match scope {
		ParamScope::Station | ParamScope::Cell => {
			(!place.is_empty()).then(|| format!("leave it empty: a cell has one value of {name}"))
		}
		ParamScope::Plmn => {
			read_plmn(place).is_none().then(|| "the operator's PLMN, digits of MCC and MNC: 46011".into())
		}
		ParamScope::CellRelation => index(MAX_NEIGHBOURS, "neighbours"),
		ParamScope::FrequencyRelation => index(MAX_FREQUENCIES, "frequencies"),
	};
	remedy.map(|remedy| (what, remedy))
}

/// Reads the lines of a file: each a cell with one value.
fn lines(
	input: impl Read,
	columns: &mut Columns,
	catalogue: &Catalogue,
) -> Result<(Vec<RawCell>, Vec<Wrong>)> {
	let mut reader = Lines::new(input);
	let (mut fields, mut cells, mut wrong) = (csv::StringRecord::new(), Vec::new(), Vec::new());
	let first = || format!("the first line is {}", COLUMNS.join(","));
	if !reader.first(&mut fields)? {
		return Err(Failure::input("the file is empty").at("line 1").remedy(first()));
	}
	if let Some((n, expected)) =
		COLUMNS.iter().enumerate().find(|(n, expected)| fields.get(*n).map(str::trim) != Some(**expected))
	{
		let what = match fields.get(n) {
			Some(found) => format!("column {} is {} and not `{expected}`", n + 1, quoted(found)),
			None => format!("column {} (`{expected}`) is missing", n + 1),
		};
		return Err(Failure::input(what).at("line 1").remedy(first()));
	}
	if fields.len() > COLUMNS.len() {
		let what = format!("{} instead of {}", counted(fields.len(), "column"), COLUMNS.len());
		return Err(Failure::input(what).at("line 1").remedy(first()));
	}
	while let Some((line, read)) = reader.read(&mut fields)? {
		let read = match read {
			Ok(()) => read_line(line, &fields, columns, catalogue)?,
			Err(unclosed) => Err(("", unclosed.to_string(), Unclosed::REMEDY.into())),
		};
		match read {
			Ok(cell) => cells.push(cell),
			Err((column, what, remedy)) => {
				let cell = String::new();
				wrong.push(Wrong { line, cell, column: column.into(), what, remedy });
			}
		}
	}
	Ok((cells, wrong))
}

/// Column, what is wrong in it, what would be right.
type WrongField = (&'static str, String, String);

/// One line.
fn read_line(
	line: u64,
	fields: &csv::StringRecord,
	columns: &mut Columns,
	catalogue: &Catalogue,
) -> Result<Result<RawCell, WrongField>> {
	if fields.len() != COLUMNS.len() {
		let what = format!("{} instead of {}", counted(fields.len(), "field"), COLUMNS.len());
		return Ok(Err(("", what, "an empty place is written too".into())));
	}
	let field = |n: usize| fields.get(n).unwrap_or("").trim();
	let none = |n: usize| format!("{} is none", quoted(field(n)));
	let local_network = match names::local_network(field(0)) {
		Ok(local_network) => local_network,
		Err(remedy) => return Ok(Err(("local_network", none(0), remedy))),
	};
	if !is_code(field(1).as_bytes()) {
		return Ok(Err(("station", none(1), "1 to 24 of A-Z 0-9 - _ .".into())));
	}
	let Ok(number) = field(2).parse() else {
		return Ok(Err(("cell", none(2), "count the cells of a station from 0".into())));
	};
	if field(5).is_empty() {
		return Ok(Err(("value", "it is empty".into(), format!("`{NONE}` takes a value away"))));
	}
	let name = match field(4) {
		"" => field(3).to_string(),
		place => format!("{}[{place}]", field(3)),
	};
	if let Some((what, remedy)) = wrong_place(catalogue, field(3), field(4)) {
		return Ok(Err(("place", what, remedy)));
	}
	let column = columns.number(catalogue, &name)?;
	if let Some((what, remedy)) = wrong_name(columns, catalogue, column) {
		return Ok(Err(("parameter", format!("{}: {what}", quoted(&name)), remedy)));
	}
	let mut cell = RawCell::new(line, local_network, field(1), number);
	cell.push(column, field(5));
	Ok(Ok(cell))
}

/// A request is about one local network.
fn one_network(cells: Vec<RawCell>) -> Result<Option<RawNetwork>> {
	let Some(id) = cells.first().map(|cell| cell.local_network) else { return Ok(None) };
	match cells.iter().find(|cell| cell.local_network != id) {
		None => Ok(Some(RawNetwork { id, cells })),
		Some(other) => Err(Failure::input(format!(
			"local network {} stands beside local network {}",
			other.local_network.0, id.0
		))
		.at(format!("line {}", other.line))
		.remedy("make a request for each local network")),
	}
}

/// Looks up what each line names.
fn look_up(
	cells: &[RawCell],
	columns: &Columns,
	catalogue: &Catalogue,
	stations: &Stations,
	codes: &HashMap<LocalNetworkId, Arc<Codes>>,
) -> (Vec<Wanted>, Vec<Wrong>) {
	let names = Names { columns, catalogue, stations, codes };
	let (mut values, mut all_wrong) = (Vec::with_capacity(cells.len()), Vec::new());
	for raw in cells {
		// Each line has one value.
		let is_none = raw.values().all(|(_, text)| text == NONE);
		let found = match is_none {
			true => {
				names.keys(raw).map(|(cell, keys)| (cell, keys.into_iter().map(|key| (key, None)).collect()))
			}
			false => names.cell(raw).map(|cell| {
				let values: Vec<_> = cell.values.into_iter().map(|(key, value)| (key, Some(value))).collect();
				(cell.id, values)
			}),
		};
		match found {
			Ok((cell, found)) => {
				let wanted =
					|(key, value)| Wanted { line: raw.line, cell, key, before: None, is_new: false, value };
				values.extend(found.into_iter().map(wanted));
			}
			Err(wrong) => all_wrong.extend(wrong),
		}
	}
	(values, all_wrong)
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::config::{
		catalogue::tests::catalogue,
		export::resolve::tests::{stations, PLACE},
	};
	use trimast_primitives::{cells::ParamId, page::SiteId};

	const HEADER: &str = "local_network,station,cell,parameter,place,value\n";

	/// What a text asks for, and what is wrong in it.
	fn asked(text: &str) -> Result<(Vec<Wanted>, Vec<Wrong>)> {
		let (catalogue, stations) = (catalogue(), stations());
		let mut columns = Columns::default();
		let (cells, mut wrong) = lines(format!("{HEADER}{text}").as_bytes(), &mut columns, &catalogue)?;
		let codes = [(PLACE, Arc::new(stations.codes()))].into();
		let (values, more) = look_up(&cells, &columns, &catalogue, &stations, &codes);
		wrong.extend(more);
		Ok((values, wrong))
	}

	pub(crate) fn wanted(line: u64, index: u32, cell: u8, param: u16, value: i64) -> Wanted {
		let site = SiteId { local_network: PLACE, index };
		let key = ParamKey::of(ParamId(param));
		Wanted { line, cell: CellId { site, cell }, key, before: None, is_new: false, value: Some(value) }
	}

	#[test]
	fn lines_are_values_by_every_name_and_place() {
		let (values, wrong) = asked(
			"1301,A,0,nRPCI,,17\n1301,A,1,NROperatorCellDU.administrativeState,46001,LOCKED\n\
			 1301,B,0,physCellId,,3\n1301,A,0,adjacentNRCellRef,3,1301/B/1\n1301,A,0,V1:A3OFFSET, , -3 \n\
			 1301,A,0,adjacentNRCellRef,4,none\n1301,A,1,nRTAC,46001,none\n",
		)
		.unwrap();
		assert_eq!(wrong, []);
		let found: Vec<_> =
			values.iter().map(|value| (value.line, value.cell.site.index, value.cell.cell)).collect();
		assert_eq!(found, [(2, 0, 0), (3, 0, 1), (4, 64, 0), (5, 0, 0), (6, 0, 0), (7, 0, 0), (8, 0, 1)]);
		let keys: Vec<_> = values.iter().map(|value| (value.key.param.0, value.key.place)).collect();
		assert_eq!(keys, [(11, 0), (2, 1), (12, 0), (65, 3), (33, 0), (65, 4), (4, 1)]);
		assert_eq!(
			[0, 1, 4, 5, 6].map(|n: usize| values[n].value),
			[Some(17), Some(0), Some(-3), None, None]
		);
	}

	#[test]
	fn wrong_lines_are_named_with_column_and_remedy() {
		let (values, wrong) = asked(
			"13,A,0,nRPCI,,1\n1301,a,0,nRPCI,,1\n1301,A,x,nRPCI,,1\n1301,A,0,nRPCI,,\n1301,A,0,nRpci,,1\n1301,A,0,nRTAC,,1\n\
			 1301,A,0,nRPCI,1\n1301,A,0,nRPCI,,1008\n1301,X,0,nRPCI,,1\n1301,A,7,nRPCI,,1\n1301,A,0,nRTAC,46002,1\n1301,A,0,nRPCI,,1\n\
			 1301,A,0,nRTAC,46002,none\n1301,A,7,nRPCI,,none\n",
		)
		.unwrap();
		let found: Vec<(u64, &str)> = wrong.iter().map(|wrong| (wrong.line, wrong.column.as_str())).collect();
		assert_eq!(
			found,
			[
				(2, "local_network"),
				(3, "station"),
				(4, "cell"),
				(5, "value"),
				(6, "parameter"),
				(7, "place"),
				(8, ""),
				(9, "nRPCI"),
				(10, "station"),
				(11, "cell"),
				(12, "nRTAC[46002]"),
				(14, "nRTAC[46002]"),
				(15, "cell"),
			]
		);
		assert!(wrong[4].remedy.contains("`nRPCI`") && wrong[4].remedy.contains("catalogue list"));
		assert_eq!(values.len(), 1);
		let mut columns = Columns::default();
		let failure =
			lines(&b"local_network,code\n"[..], &mut columns, &catalogue()).unwrap_err().to_string();
		assert!(failure.contains("parameter,place,value"), "{failure}");
	}

	#[test]
	fn wrong_places_are_those_of_the_column_and_not_of_brackets() {
		let text = "1301,A,0,nRTAC,,1\n1301,A,0,nRTAC,4601x,1\n1301,A,0,nRPCI,0,1\n1301,A,0,adjacentNRCellRef,16,1301/B/1\n\
			 1301,A,0,adjacentNRCellRef,x,none\n1301,A,0,adjacentNRCellRef,,1301/B/1\n";
		let (_, wrong) = asked(text).unwrap();
		let found: Vec<_> = wrong.iter().map(|wrong| (wrong.line, wrong.column.as_str())).collect();
		assert_eq!(found, [2, 3, 4, 5, 6, 7].map(|line| (line, "place")));
		for (wrong, (what, remedy)) in wrong.iter().zip([
			("it is empty", "46011"),
			("`4601x` is none of nRTAC", "digits of MCC and MNC"),
			("`0` is none of nRPCI", "leave it empty"),
			("`16` is none", "neighbours, 0 to 15"),
			("`x` is none", "neighbours, 0 to 15"),
			("it is empty", "neighbours, 0 to 15"),
		]) {
			assert!(wrong.what.contains(what) && wrong.remedy.contains(remedy), "{wrong:?}");
			assert!(!wrong.remedy.contains('[') && !wrong.remedy.contains("bracket"), "{wrong:?}");
		}
	}

	#[test]
	fn first_lines_fail_with_the_column() {
		for (text, part) in [
			("", "the file is empty"),
			("local_network,code\n", "column 2 is `code` and not `station`"),
			("local_network,station,cell,parameter,value\n", "column 5 is `value` and not `place`"),
			("local_network,station,cell,parameter,place\n", "column 6 (`value`) is missing"),
			("local_network,station,cell,parameter,place,value,why\n", "7 columns instead of 6"),
		] {
			let failure =
				lines(text.as_bytes(), &mut Columns::default(), &catalogue()).unwrap_err().to_string();
			assert!(failure.starts_with("line 1: ") && failure.contains(part), "{failure}");
			assert!(failure.contains("remedy: the first line is local_network,station"), "{failure}");
		}
		assert!(lines(format!("{}\n", COLUMNS.join(", ")).as_bytes(), &mut Columns::default(), &catalogue())
			.is_ok());
	}

	#[test]
	fn change_has_its_values_by_page_in_the_chains_order() {
		let values = vec![
			wanted(2, 64, 1, 11, 5),
			wanted(3, 1, 0, 11, 6),
			wanted(4, 0, 1, 11, 7),
			wanted(5, 0, 0, 13, 8),
			wanted(6, 0, 0, 11, 9),
		];
		let change = Change::new(PLACE, values, &catalogue()).unwrap();
		let lines = |page: u16| change.pages[&page].iter().map(|value| value.line).collect::<Vec<_>>();
		assert_eq!((lines(0), lines(1)), (vec![6, 5, 4, 3], vec![2]));
		let parts = change.pages.values().map(|values| values.iter().map(Wanted::item).collect::<Vec<_>>());
		assert!(parts.into_iter().all(|part| trimast_primitives::cells::change::is_part(&part)));
	}

	#[test]
	fn change_fails_when_a_value_is_asked_for_twice_or_a_page_has_too_many() {
		let twice = vec![wanted(2, 0, 0, 11, 5), wanted(3, 0, 0, 11, 6)];
		let failure = Change::new(PLACE, twice, &catalogue()).unwrap_err().to_string();
		assert!(failure.starts_with("line 3: line 2 asks for nRPCI too"), "{failure}");
		let many =
			(0..257u32).map(|n| wanted(n.into(), n % 64, u8::try_from(n / 64).unwrap(), 11, 5)).collect();
		let failure = Change::new(PLACE, many, &catalogue()).unwrap_err().to_string();
		assert!(failure.contains("257 values in page 0") && failure.contains("another request"), "{failure}");
	}

	#[test]
	fn values_of_two_local_networks_are_two_requests() {
		let cell = |line, id| RawCell::new(line, LocalNetworkId(id), "A", 0);
		let failure = one_network(vec![cell(2, 1301), cell(3, 1302)]).unwrap_err().to_string();
		assert!(failure.starts_with("line 3: local network 1302"), "{failure}");
		assert_eq!(one_network(vec![]).unwrap().map(|network| network.id), None);
	}
}
