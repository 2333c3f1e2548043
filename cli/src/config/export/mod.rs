// SPDX-License-Identifier: Apache-2.0
//! Reading what a network is set to: exports of element managers, and a company's own books of its cells.
//!
//! Two forms are read, each in bounded memory: a local network at a time.
//!
//! * [`csv`]: a line a cell, a column a value. UTF-8 or GB18030.
//! * [`xml`]: the bulk configuration file of 3GPP TS 32.615 (TS 28.532 writes the same), with the names of the network
//!   resource model or of a vendor.
//!
//! Either way a value stands in a *column*: a name of the catalogue, and in brackets whose value it is: the PLMN
//! (`nRTAC[46011]`), or the place of the neighbour or the frequency (`cellIndividualOffset[3]`). What the catalogue does
//! not know is kept as text, as a field of the cell that is not on the chain.
//!
//! What is wrong is said with its line, and ends the reading of its cell and of no other. Local networks stand in
//! ascending order, so that one can be put away before the next is read.
//!
//! What is to become the baseline is read [strictly](Reading::Strict). What was observed is read [as it
//! is](Reading::AsIs): whoever owns the network decides what stands in its export, and must not end the reading by it.

mod columns;
pub(crate) mod csv;
mod element;
pub(crate) mod guard;
pub(crate) mod objects;
mod report;
pub(crate) mod resolve;
pub(crate) mod stations;
pub(crate) mod time;
pub(crate) mod xml;

pub(crate) use columns::{read_column, Column, Columns, Reading, Whose};
pub(crate) use report::{remark_unknown, Remark, Report, Wrong, UNKNOWN};

use super::catalogue::Catalogue;
use crate::{
	encoding::{Survey, Transcoder},
	error::{in_file, Failure, Result},
	output::quoted,
};
use std::{
	fs::File,
	io::{self, Read},
	path::{Path, PathBuf},
};
use trimast_primitives::{site::Technology, text::escaped, LocalNetworkId};

/// Most bytes that the cells of a local network may take before they are looked up.
const MOST_NETWORK_BYTES: usize = 1024 * 1024 * 1024;
/// Most wrong cells of a local network that are kept for the report.
const MOST_WRONG: usize = 100_000;
/// Remarks that are kept for the report one by one.
const MOST_REMARKS: usize = 10_000;

/// A cell as it stands in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RawCell {
	/// Its line.
	pub(crate) line: u64,
	/// Its local network.
	pub(crate) local_network: LocalNetworkId,
	/// Its station's code.
	pub(crate) station: String,
	/// Its number.
	pub(crate) cell: u8,
	/// Its technology, where the file says it.
	pub(crate) technology: Option<Technology>,
	/// All its values, one after the other.
	text: String,
	/// The column of each, and where it ends.
	ends: Vec<(u32, u32)>,
}

impl RawCell {
	/// Without a value.
	pub(crate) fn new(line: u64, local_network: LocalNetworkId, station: &str, cell: u8) -> Self {
		Self {
			line,
			local_network,
			station: station.into(),
			cell,
			technology: None,
			text: String::new(),
			ends: Vec::new(),
		}
	}

	/// Adds a value. An empty one stands for none.
	pub(crate) fn push(&mut self, column: u32, value: &str) {
		if !value.is_empty() {
			self.text.push_str(value);
			self.ends.push((column, u32::try_from(self.text.len()).unwrap_or(u32::MAX)));
		}
	}

	/// Columns and values, in the order of the file.
	pub(crate) fn values(&self) -> impl Iterator<Item = (u32, &str)> {
		let mut from = 0usize;
		self.ends.iter().map(move |(column, end)| {
			let to = usize::try_from(*end).unwrap_or(usize::MAX);
			let text = self.text.get(from..to).unwrap_or_default();
			from = to;
			(*column, text)
		})
	}

	/// Bytes that it takes.
	pub(crate) fn bytes(&self) -> usize {
		let ends = self.ends.len().saturating_mul(size_of::<(u32, u32)>());
		size_of::<Self>()
			.saturating_add(self.station.len())
			.saturating_add(self.text.len())
			.saturating_add(ends)
	}

	/// As people name it.
	pub(crate) fn name(&self) -> String {
		format!("{}/{}/{}", self.local_network.0, escaped(&self.station), self.cell)
	}
}

/// What a file has next.
#[derive(Debug)]
pub(crate) enum Item {
	/// A cell.
	Cell(RawCell),
	/// Something wrong.
	Wrong(Wrong),
	/// Something that is left out, and how many of them.
	Remark(Remark, Wrong, u64),
}

/// A file in one of the forms.
pub(crate) enum Source<R: Read> {
	/// Comma-separated values.
	Csv(csv::Lines<R>),
	/// Bulk configuration file.
	Xml(Box<xml::Elements<R>>),
}

/// All of a file's cells in one local network.
#[derive(Debug)]
pub(crate) struct RawNetwork {
	/// The local network.
	pub(crate) id: LocalNetworkId,
	/// Its cells, in the order of the file.
	pub(crate) cells: Vec<RawCell>,
}

/// A file, read by local network.
pub(crate) struct Networks<'a, R: Read> {
	source: Source<R>,
	catalogue: &'a Catalogue,
	/// The columns seen so far.
	pub(crate) columns: Columns,
	/// What was wrong since this was last told.
	wrong: Vec<Wrong>,
	/// What was left out since.
	remarks: Vec<(Remark, Wrong, u64)>,
	/// Whether anything came up that is wrong.
	has_wrong: bool,
	/// First cell of the next local network.
	pending: Option<RawCell>,
	last: Option<LocalNetworkId>,
	path: PathBuf,
}

/// Opens a file whose values are to become the baseline, some columns left out.
pub(crate) fn open_in_part<'a>(
	path: &Path,
	survey: &Survey,
	catalogue: &'a Catalogue,
	left_out: &[String],
) -> Result<Networks<'a, Transcoder<File>>> {
	open_as(path, survey, catalogue, Columns::new(Reading::Strict, left_out.to_vec()))
}

/// Opens a file.
pub(crate) fn open<'a>(
	path: &Path,
	survey: &Survey,
	catalogue: &'a Catalogue,
	reading: Reading,
) -> Result<Networks<'a, Transcoder<File>>> {
	open_as(path, survey, catalogue, Columns::new(reading, Vec::new()))
}

fn open_as<'a>(
	path: &Path,
	survey: &Survey,
	catalogue: &'a Catalogue,
	columns: Columns,
) -> Result<Networks<'a, Transcoder<File>>> {
	let is_xml = begins_as_xml(Transcoder::new(File::open(path).map_err(in_file(path))?, survey.encoding))
		.map_err(in_file(path))?;
	if let (true, Some(line)) = (is_xml, survey.not_utf8) {
		return Err(Failure::input("this is not UTF-8, and XML is read in no other encoding")
			.at(format!("line {line}"))
			.at(path.display())
			.remedy(xml::TO_UTF8));
	}
	let input = Transcoder::new(File::open(path).map_err(in_file(path))?, survey.encoding);
	Networks::new(path, input, (is_xml, columns), catalogue)
}

/// Whether a file is XML, by its first character.
pub(crate) fn begins_as_xml(mut input: impl Read) -> io::Result<bool> {
	let mut byte = [0u8];
	// White space may stand in front, in either form.
	for _ in 0..1_024 {
		if input.read(&mut byte)? == 0 {
			return Ok(false);
		}
		if !byte[0].is_ascii_whitespace() {
			return Ok(byte[0] == b'<');
		}
	}
	Ok(false)
}

impl<'a, R: Read> Networks<'a, R> {
	/// Of UTF-8.
	pub(crate) fn new(
		path: &Path,
		input: R,
		(is_xml, mut columns): (bool, Columns),
		catalogue: &'a Catalogue,
	) -> Result<Self> {
		let source = if is_xml {
			Source::Xml(Box::new(xml::Elements::new(input, columns.reading)))
		} else {
			let lines = csv::Lines::new(input, &mut columns, catalogue);
			Source::Csv(lines.map_err(|failure| failure.at(path.display()))?)
		};
		Ok(Self {
			source,
			catalogue,
			columns,
			wrong: Vec::new(),
			remarks: Vec::new(),
			has_wrong: false,
			pending: None,
			last: None,
			path: path.to_owned(),
		})
	}

	/// Tells what was wrong and what was left out since this was last told.
	pub(crate) fn tell(&mut self, report: &mut Report) {
		report.all(&std::mem::take(&mut self.wrong));
		for (kind, wrong, times) in std::mem::take(&mut self.remarks) {
			report.remark(kind, &wrong, times);
		}
	}

	/// Keeps what is to be told. What is more than anybody reads is counted.
	fn remark(&mut self, kind: Remark, wrong: Wrong, times: u64) {
		if self.remarks.len() >= MOST_REMARKS {
			if let Some((.., count)) = self.remarks.iter_mut().rev().find(|(other, ..)| *other == kind) {
				*count = count.saturating_add(times);
				return;
			}
		}
		self.remarks.push((kind, wrong, times));
	}

	/// Refuses a file, at its end, that gives no cell or no value: it was cut, or is another one. To take it as it stands
	/// would be to say that cells have no values.
	pub(crate) fn check_contents(&self) -> Result<()> {
		if self.last.is_none() && !self.has_wrong {
			let remedy = match &self.source {
				Source::Csv(_) => "write a line for each cell below the first one",
				Source::Xml(_) => {
					"cells are looked for in ManagedElement in SubNetwork (docs/trimast.md, files of cells)"
				}
			};
			return Err(Failure::input("it has no cell").at(self.path.display()).remedy(remedy));
		}
		let is_known =
			|column: &Result<Column, _>| column.as_ref().map_or(true, |column| !column.params.is_empty());
		if self.last.is_some() && !self.columns.iter().any(is_known) {
			let unknown: Vec<String> = self.columns.unknown().into_iter().take(3).map(quoted).collect();
			let what = match unknown.is_empty() {
				true => "its cells have no values".to_string(),
				false => format!("the catalogue has none of its names, such as {}", unknown.join(", ")),
			};
			return Err(Failure::input(what)
				.at(self.path.display())
				.remedy("`trimast config catalogue list` lists the names of values"));
		}
		Ok(())
	}

	/// Refuses a name that the catalogue does not know, and that is not left out: who misspells one would take the parameter
	/// out of the baseline of every cell. Element managers have attributes of their own, so of XML only names next to that
	/// of a parameter which the file has nowhere. Those of CSV are known from its first line on, those of XML at its end.
	pub(crate) fn expect_known(&self) -> Result<()> {
		let is_xml = matches!(&self.source, Source::Xml(_));
		let is_absent = |name: &String| {
			let params = self.catalogue.named(name.split('[').next().unwrap_or_default());
			!self.columns.iter().flatten().any(|column| column.params.iter().any(|id| params.contains(id)))
		};
		let near = |name: &str| {
			let near = self.catalogue.near(name).into_iter();
			near.filter(|near| !is_xml || is_absent(near)).collect::<Vec<String>>()
		};
		let is_meant = |name: &&str| !self.columns.left_out.iter().any(|out| out == name);
		let unknown = self.columns.unknown().into_iter().filter(is_meant);
		let unknown: Vec<(&str, Vec<String>)> = unknown
			.map(|name| (name, near(name)))
			.filter(|(_, near)| !is_xml || !near.is_empty())
			.take(UNKNOWN)
			.collect();
		if unknown.is_empty() {
			return Ok(());
		}
		let names: Vec<String> = unknown.iter().map(|(name, _)| quoted(name)).collect();
		let mut remedies: Vec<String> = Vec::new();
		for (name, near) in &unknown {
			if !near.is_empty() {
				remedies.push(format!("write {} in the place of {}", near.join(" or "), quoted(name)));
			}
		}
		if remedies.is_empty() {
			remedies.push("`trimast config catalogue list` lists the names".into());
		}
		let without: Vec<String> =
			unknown.iter().map(|(name, _)| format!("--leave-out {}", escaped(name))).collect();
		remedies.push(format!("or import without: {}", without.join(" ")));
		let what = format!("not in the catalogue: {}; nothing was sent", names.join(", "));
		let failure = Failure::input(what).remedy(remedies.join("; "));
		let failure = if is_xml { failure } else { failure.at("line 1") };
		Err(failure.at(self.path.display()))
	}

	/// Refuses, at the file's end, that a column is to be left out which it does not have.
	pub(crate) fn expect_left_out(&self) -> Result<()> {
		match self.columns.left_out.iter().find(|name| !self.columns.numbers.contains_key(*name)) {
			None => Ok(()),
			Some(name) => Err(Failure::input(format!("the file has no column {}", quoted(name)))
				.at("--leave-out")
				.remedy("write it as the file does, with what stands in brackets")),
		}
	}

	/// When the network was read, as the file says. Known at its end.
	pub(crate) fn date_time(&self) -> Option<&str> {
		match &self.source {
			Source::Csv(_) => None,
			Source::Xml(elements) => elements.date_time(),
		}
	}

	fn item(&mut self) -> Result<Option<Item>> {
		let item = match &mut self.source {
			Source::Csv(lines) => lines.item(),
			Source::Xml(elements) => elements.item(&mut self.columns, self.catalogue),
		};
		item.map_err(|failure| failure.at(self.path.display()))
	}

	/// The next local network; none at the end.
	pub(crate) fn network(&mut self) -> Result<Option<RawNetwork>> {
		let mut bytes = 0usize;
		let mut network: Option<RawNetwork> = None;
		if let Some(first) = self.pending.take() {
			network = Some(RawNetwork { id: first.local_network, cells: vec![first] });
		}
		loop {
			let cell = match self.item()? {
				None => return Ok(network),
				Some(Item::Wrong(wrong)) => {
					if self.wrong.len() >= MOST_WRONG {
						return Err(Failure::input(format!("more than {MOST_WRONG} lines are wrong"))
							.at(format!("line {}", wrong.line))
							.at(self.path.display())
							.remedy(
								"this is no export in a form that is read here (docs/trimast.md, config)",
							));
					}
					self.wrong.push(wrong);
					self.has_wrong = true;
					continue;
				}
				Some(Item::Remark(kind, wrong, times)) => {
					self.remark(kind, wrong, times);
					continue;
				}
				Some(Item::Cell(cell)) => cell,
			};
			let id = cell.local_network;
			bytes = bytes.saturating_add(cell.bytes());
			if bytes > MOST_NETWORK_BYTES {
				let what = format!(
					"local network {} has more than {} MiB of values",
					id.0,
					MOST_NETWORK_BYTES >> 20
				);
				if self.columns.reading == Reading::AsIs {
					bytes = bytes.saturating_sub(cell.bytes());
					let (line, cell, column) = (cell.line, cell.name(), String::new());
					let what = format!("{what}: the cell is left out");
					let wrong = Wrong { line, cell, column, what, remedy: String::new() };
					self.remark(Remark::ObjectLeftOut, wrong, 1);
					continue;
				}
				return Err(Failure::input(what)
					.at(format!("line {}", cell.line))
					.at(self.path.display())
					.remedy("export the cells and leave the rest out"));
			}
			match &mut network {
				Some(network) if network.id == id => network.cells.push(cell),
				_ => {
					if let Some(last) = self.last.filter(|last| id <= *last) {
						return Err(Failure::input(format!(
							"local network {} stands behind local network {}",
							id.0, last.0
						))
						.at(format!("line {}", cell.line))
						.at(self.path.display())
						.remedy("sort the file by local network"));
					}
					self.last = Some(id);
					if network.is_some() {
						self.pending = Some(cell);
						return Ok(network);
					}
					network = Some(RawNetwork { id, cells: vec![cell] });
				}
			}
		}
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::{super::catalogue::tests::catalogue, *};
	use proptest::prelude::*;

	/// All local networks of a text, and what is wrong in it.
	pub(crate) fn read_all(text: &[u8], is_xml: bool) -> Result<(Vec<RawNetwork>, Vec<Wrong>, Columns)> {
		read_as(text, (is_xml, Reading::Strict))
	}

	/// The same, read in one manner or the other.
	pub(crate) fn read_as(
		text: &[u8],
		how: (bool, Reading),
	) -> Result<(Vec<RawNetwork>, Vec<Wrong>, Columns)> {
		let catalogue = catalogue();
		let how = (how.0, Columns::new(how.1, Vec::new()));
		let mut networks = Networks::new(Path::new("a"), text, how, &catalogue)?;
		let mut all = Vec::new();
		while let Some(network) = networks.network()? {
			all.push(network);
		}
		Ok((all, networks.wrong, networks.columns))
	}

	/// The values of a cell by their columns' names.
	pub(crate) fn named(columns: &Columns, cell: &RawCell) -> Vec<(String, String)> {
		cell.values()
			.map(|(column, value)| {
				let name = match columns.get(column).unwrap() {
					Ok(column) => column.name.clone(),
					Err((what, _)) => what.clone(),
				};
				(name, value.to_string())
			})
			.collect()
	}

	#[test]
	fn columns_say_whose_value_they_hold() {
		let catalogue = catalogue();
		let read = |text: &str| read_column(&catalogue, text);
		assert_eq!(read("nRPCI").unwrap().whose, Whose::Cell);
		let one = super::super::catalogue::tests::ONE;
		assert_eq!(read("nRTAC[46011]").unwrap().whose, Whose::Plmn(one));
		assert_eq!(read("adjacentNRCellRef[15]").unwrap().whose, Whose::Place(15));
		assert_eq!(read("physCellId").unwrap().params.len(), 2, "one a technology");
		let unknown = read("swVersion[2]").unwrap();
		assert_eq!((unknown.params.len(), unknown.name.as_str()), (0, "swVersion[2]"));
	}

	#[test]
	fn columns_fail_when_their_place_is_none_of_the_parameter() {
		let catalogue = catalogue();
		for (text, remedy) in [
			("nRPCI[0]", "without brackets"),
			("nRTAC", "nRTAC[46011]"),
			("nRTAC[0]", "nRTAC[46011]"),
			("adjacentNRCellRef", "[0] to adjacentNRCellRef[15]"),
			("adjacentNRCellRef[16]", "[0] to adjacentNRCellRef[15]"),
			("cellReselectionPriority[8]", "[7]"),
			("absoluteFrequencyPointA", "arfcnDL or arfcnUL"),
		] {
			let (_, found) = read_column(&catalogue, text).unwrap_err();
			assert!(found.contains(remedy), "{text}: {found}");
		}
	}

	#[test]
	fn values_of_a_cell_are_read_back_and_empty_ones_are_none() {
		let mut cell = RawCell::new(2, LocalNetworkId(1301), "A", 0);
		for (column, value) in [(0, "12"), (1, ""), (2, "é"), (3, "x")] {
			cell.push(column, value);
		}
		assert_eq!(cell.values().collect::<Vec<_>>(), [(0, "12"), (2, "é"), (3, "x")]);
	}

	#[test]
	fn wrong_things_are_told_with_their_place_as_far_as_it_is_known() {
		let mut wrong = Wrong {
			line: 3,
			cell: "1301/A/0".into(),
			column: "nRPCI".into(),
			what: "it is none".into(),
			remedy: "leave it out".into(),
		};
		assert_eq!(wrong.to_string(), "line 3 (1301/A/0, nRPCI): it is none - leave it out");
		(wrong.cell, wrong.column, wrong.remedy) = Default::default();
		assert_eq!(wrong.to_string(), "line 3: it is none");
	}

	/// What is said of a text at its end, if anything.
	fn contents(text: &str, is_xml: bool) -> String {
		let catalogue = catalogue();
		let how = (is_xml, Columns::default());
		let mut networks = Networks::new(Path::new("a"), text.as_bytes(), how, &catalogue).unwrap();
		while networks.network().unwrap().is_some() {}
		networks.check_contents().err().map_or_else(String::new, |failure| failure.to_string())
	}

	#[test]
	fn files_without_a_cell_or_a_value_are_refused() {
		let header = "local_network,station,cell,nRPCI";
		let none = contents(&format!("{header}\n"), false);
		assert!(none.starts_with("a: it has no cell") && none.contains("remedy: write a line"), "{none}");
		let none = contents("<a><SubNetwork id=\"1301\"></SubNetwork></a>", true);
		assert!(none.starts_with("a: it has no cell") && none.contains("ManagedElement"), "{none}");
		assert_eq!(contents(&format!("{header}\n1301,A,0,\n"), false), "");
		assert_eq!(contents(&format!("{header}\n1301,A\n"), false), "", "that is told by its line");
		let unknown = contents("local_network,station,cell,NRpci,swVersion\n1301,A,0,1,2\n", false);
		assert!(
			unknown.starts_with("a: the catalogue has none of its names, such as `NRpci`, `swVersion`"),
			"{unknown}"
		);
		let bare = contents("local_network,station,cell\n1301,A,0\n", false);
		assert!(bare.starts_with("a: its cells have no values") && bare.contains("catalogue list"), "{bare}");
	}

	#[test]
	fn columns_that_the_catalogue_does_not_know_are_refused_unless_they_are_left_out() {
		let catalogue = catalogue();
		let open = |text: &'static str, left_out: &[&str]| {
			let left_out = left_out.iter().map(|name| (*name).to_string()).collect();
			let how = (text.starts_with('<'), Columns::new(Reading::Strict, left_out));
			Networks::new(Path::new("a.csv"), text.as_bytes(), how, &catalogue).unwrap()
		};
		let text = "local_network,station,cell,nRPCI,desSwich,nRTACC[46011]\n1301,A,0,7,1,9\n";
		let failure = open(text, &[]).expect_known().unwrap_err();
		assert_eq!(failure.exit_code(), 3);
		let said = failure.to_string();
		for part in [
			"a.csv: line 1: not in the catalogue: `desSwich`, `nRTACC[46011]`; nothing was sent",
			"write desSwitch in the place of `desSwich`; write nRTAC[46011] in the place of",
			"--leave-out desSwich --leave-out nRTACC[46011]",
		] {
			assert!(said.contains(part), "{part} in {said}");
		}
		// One that the catalogue knows is left out, too
		let mut both = open(text, &["desSwich", "nRTACC[46011]", "nRPCI"]);
		assert_eq!((both.expect_known(), both.expect_left_out()), (Ok(()), Ok(())));
		let network = both.network().unwrap().unwrap();
		let known = |(column, _)| !both.columns.get(column).unwrap().as_ref().unwrap().params.is_empty();
		assert!(!network.cells[0].values().any(known));
		let other = open(text, &["dessSwitch"]).expect_left_out().unwrap_err().to_string();
		assert!(other.contains("--leave-out") && other.contains("`dessSwitch`"), "{other}");
		// Of XML those next to one that the file has nowhere
		let read = |text: &'static str, left_out: &[&str]| {
			let mut networks = open(text, left_out);
			while networks.network().unwrap().is_some() {}
			networks.expect_known()
		};
		let misspelt = "<a><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes><nRPCI>7</nRPCI>\
			<desSwich>1</desSwich><nRPCi>8</nRPCi><swVersion>3</swVersion></attributes></NRCellDU></ManagedElement></SubNetwork></a>";
		let said = read(misspelt, &[]).unwrap_err().to_string();
		assert!(said.starts_with("a.csv: not in the catalogue: `desSwich`; nothing was sent"), "{said}");
		assert!(said.contains("write desSwitch") && said.contains("--leave-out desSwich"), "{said}");
		assert_eq!(read(misspelt, &["desSwich"]), Ok(()));
	}

	#[test]
	fn xml_in_another_encoding_is_refused_with_its_line() {
		use std::io::Write;
		let open = |text: &[u8]| {
			let mut file = tempfile::NamedTempFile::new().unwrap();
			file.write_all(text).unwrap();
			let survey = crate::encoding::survey(file.path()).unwrap();
			let opened = open(file.path(), &survey, &catalogue(), Reading::AsIs).map(|_| ());
			opened.map_err(|failure| failure.to_string())
		};
		let encoded = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
		let said = open(&encoded("<a>\n<b id=\"华为\"/></a>")).unwrap_err();
		assert!(
			said.contains(": line 2: this is not UTF-8") && said.contains("remedy: have it exported"),
			"{said}"
		);
		assert_eq!(open("<a>\n<b id=\"华为\"/></a>".as_bytes()), Ok(()));
		assert_eq!(open(&encoded("local_network,station,cell,华为\n")), Ok(()));
	}

	#[test]
	fn local_networks_that_are_out_of_order_are_named() {
		let text = b"local_network,station,cell,nRPCI\n1301,A,0,1\n1302,B,0,1\n1301,C,0,2\n";
		let failure = read_all(text, false).unwrap_err().to_string();
		assert!(
			failure.contains("line 4: local network 1301 stands behind local network 1302")
				&& failure.contains("sort"),
			"{failure}"
		);
	}

	#[test]
	fn what_never_ends_is_refused() {
		let endless = || io::repeat(b'x').take(64 * 1024 * 1024);
		let catalogue = catalogue();
		let as_is = || Columns::new(Reading::AsIs, Vec::new());
		let failure =
			Networks::new(Path::new("a"), endless(), (false, as_is()), &catalogue).err().unwrap().to_string();
		assert!(failure.contains("4 MiB without an end"), "{failure}");
		let mut xml =
			Networks::new(Path::new("a"), (&b"<a>"[..]).chain(endless()), (true, as_is()), &catalogue)
				.unwrap();
		let failure = xml.network().unwrap_err().to_string();
		assert!(failure.contains("4 MiB without an end"), "{failure}");
	}

	proptest! {
		#[test]
		fn any_bytes_are_cells_or_errors(bytes: Vec<u8>, is_xml: bool) {
			let _ = read_all(&bytes, is_xml);
			let mut behind = b"local_network,station,cell,nRPCI\n".to_vec();
			behind.extend(&bytes);
			let _ = read_all(&behind, false);
		}

		#[test]
		fn any_text_of_a_files_words_is_cells_or_errors(
			words in proptest::collection::vec(
				prop_oneof![
					Just("<SubNetwork id=\"1301\">"), Just("</SubNetwork>"), Just("<ManagedElement id=\"A\">"),
					Just("</ManagedElement>"), Just("<NRCellDU id=\"1\">"), Just("</NRCellDU>"), Just("<attributes>"),
					Just("</attributes>"), Just("<nRPCI>"), Just("</nRPCI>"), Just("7"), Just("<x/>"), Just("&amp;"), Just("&"),
					Just("<NROperatorCellDU id=\"46011\">"), Just("</NROperatorCellDU>"), Just("\n"), Just("<!-- c -->"),
					Just("1301,A,0,7\n"), Just("1302,\"B\n"), Just(","), Just("\""),
				],
				0..40,
			),
			is_xml: bool,
		) {
			let _ = read_all(words.concat().as_bytes(), is_xml);
			let behind = format!("local_network,station,cell,nRPCI\n{}", words.concat());
			let _ = read_all(behind.as_bytes(), false);
		}
	}
}
