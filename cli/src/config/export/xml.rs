// SPDX-License-Identifier: Apache-2.0
//! Cells in a bulk configuration file: 3GPP TS 32.615, which TS 28.532 writes in the same form.
//!
//! ```text
//!   SubNetwork id=1301                        a numeric id is the local network
//!     ManagedElement id=HE-0001               the station's code
//!       GNBDUFunction / ENBFunction           attributes are those of each of its cells
//!         NRCellDU / EUtranGenericCell id=2   the cell
//!           attributes                        a value an element: the column `nRPCI`
//!           NROperatorCellDU id=46011         values of an operator: `nRTAC[46011]`
//!           NRCellRelation id=3               values of a neighbour: `adjacentNRCellRef[3]`; where a network is read as it
//!                                             is, the one behind two others without a place: `adjacentNRCellRef[#2]`
//!           NRFreqRelation id=0               values of a frequency: `cellReselectionPriority[0]`
//!           VsDataContainer                   a vendor's names, of whatever it stands in
//! ```
//!
//! Elements are known by their local names, whatever the prefix. A name of the catalogue may begin with the class it
//! belongs to (`NRCellDU.administrativeState`). A station is read as a whole before its cells are given, so its own
//! attributes may stand before or behind them.

use super::{guard, Columns, Guard, Item, Progress, RawCell, Reading, Wrong};
use crate::{
	config::catalogue::Catalogue,
	error::{Failure, Result},
	output::quoted,
};
use quick_xml::{
	events::{BytesStart, Event},
	Reader, XmlVersion,
};
use std::{
	cell::Cell as Shared,
	collections::{BTreeMap, HashMap, VecDeque},
	io::{self, BufRead, BufReader, Read},
	rc::Rc,
};
use trimast_primitives::{
	cells::{MAX_FREQUENCIES, MAX_NEIGHBOURS},
	site::{is_code, MAX_CELLS},
	text::escaped,
	LocalNetworkId,
};

/// How deep elements may stand in one another.
const MOST_DEPTH: usize = 64;
/// Most values of a station that are kept until it ends.
const MOST_VALUES: usize = 65_536;
/// Most bytes of these values, with their names.
const MOST_STATION_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a text that are read: far more than any value that a row takes, or that a parameter has.
const MOST_TEXT: usize = 64 * 1024;
/// Bytes of a name that are repeated where something is wrong with it.
const MOST_SHOWN: usize = 64;
/// Classes of cells.
const CELLS: [&str; 6] =
	["NRCellDU", "NRCellCU", "NRSectorCarrier", "EUtranGenericCell", "EUtranCellFDD", "EUtranCellTDD"];

/// Counts the lines of what has been consumed.
struct Counted<R> {
	inner: R,
	lines: Rc<Shared<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		let available = self.fill_buf()?;
		let count = available.len().min(buffer.len());
		if let (Some(to), Some(from)) = (buffer.get_mut(..count), available.get(..count)) {
			to.copy_from_slice(from);
		}
		self.consume(count);
		Ok(count)
	}
}

impl<R: BufRead> BufRead for Counted<R> {
	fn fill_buf(&mut self) -> io::Result<&[u8]> {
		self.inner.fill_buf()
	}

	fn consume(&mut self, amount: usize) {
		// What is consumed stands in the buffer: nothing is read here.
		if amount == 0 {
			return;
		}
		if let Ok(available) = self.inner.fill_buf() {
			let ends = available.iter().take(amount).filter(|byte| **byte == b'\n').count();
			self.lines.set(self.lines.get().saturating_add(u64::try_from(ends).unwrap_or(0)));
		}
		self.inner.consume(amount);
	}
}

/// What an element stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Stands {
	/// For a local network.
	Territory(LocalNetworkId),
	/// For a station.
	Station,
	/// For a cell of it, by its number.
	Cell(u8),
	/// For something that values of a cell belong to: an operator, a neighbour, a frequency.
	Part(String),
	/// For a class of other objects, whose attributes are those of what it stands in.
	Class,
	/// For something that is no cell of ours: what stands in it is left out.
	Nothing,
	/// For values.
	Attributes,
	/// For a value, or a group of them.
	Value,
	/// For a vendor's format, which is no value.
	Format,
	/// For nothing that matters.
	Other,
}

#[derive(Debug)]
struct Frame {
	name: String,
	stands: Stands,
}

/// A station that is being read.
#[derive(Debug, Default)]
struct Station {
	code: String,
	/// Values of the station itself.
	own: Vec<(u32, String)>,
	/// By cell: the line where it begins, and its values.
	cells: BTreeMap<u8, (u64, Vec<(u32, String)>)>,
	values: usize,
	/// Bytes of the values and of their names.
	bytes: usize,
	/// Relations whose ids are no places, by cell, class and id, and how many stand before each.
	unplaced: HashMap<(u8, String), HashMap<String, u8>>,
}

impl Station {
	/// How a relation is counted whose id may be no place: those with an id that is none are numbered as they come, so that
	/// a file has no more columns than a cell has relations.
	fn counted(&mut self, cell: u8, class: &str, id: &str) -> String {
		let most = if class.contains("Freq") { MAX_FREQUENCIES } else { MAX_NEIGHBOURS };
		if id.parse::<u8>().is_ok_and(|place| place < most) {
			return id.into();
		}
		let known = self.unplaced.entry((cell, class.into())).or_default();
		let next = u8::try_from(known.len()).unwrap_or(u8::MAX);
		format!("#{}", known.entry(id.into()).or_insert(next))
	}
}

/// The elements of a file.
pub(crate) struct Elements<R: Read> {
	reader: Reader<Counted<BufReader<Guard<R>>>>,
	progress: Progress,
	lines: Rc<Shared<u64>>,
	buffer: Vec<u8>,
	stack: Vec<Frame>,
	/// Text of the innermost element.
	text: String,
	/// Whether the innermost element had elements in it.
	has_parts: bool,
	station: Option<Station>,
	ready: VecDeque<Item>,
	date_time: Option<String>,
	is_over: bool,
}

impl<R: Read> Elements<R> {
	/// Of a file in UTF-8.
	pub(crate) fn new(input: R) -> Self {
		let (input, progress) = guard(input);
		let lines = Rc::new(Shared::new(1u64));
		let counted = Counted { inner: BufReader::with_capacity(1 << 16, input), lines: lines.clone() };
		let mut reader = Reader::from_reader(counted);
		reader.config_mut().expand_empty_elements = true;
		Self {
			reader,
			progress,
			lines,
			buffer: Vec::new(),
			stack: Vec::new(),
			text: String::new(),
			has_parts: false,
			station: None,
			ready: VecDeque::new(),
			date_time: None,
			is_over: false,
		}
	}

	/// When the network was read, as header or footer say.
	pub(crate) fn date_time(&self) -> Option<&str> {
		self.date_time.as_deref()
	}

	/// The next cell, or the next thing that is wrong.
	pub(crate) fn item(&mut self, columns: &mut Columns, catalogue: &Catalogue) -> Result<Option<Item>> {
		loop {
			if let Some(item) = self.ready.pop_front() {
				return Ok(Some(item));
			}
			if self.is_over {
				return Ok(None);
			}
			if let Err(failure) = self.step(columns, catalogue) {
				self.is_over = true;
				return Err(failure.at(format!("line {}", self.lines.get())));
			}
		}
	}

	fn step(&mut self, columns: &mut Columns, catalogue: &Catalogue) -> Result<()> {
		let mut buffer = std::mem::take(&mut self.buffer);
		buffer.clear();
		let event = self.reader.read_event_into(&mut buffer);
		self.progress.made();
		let result = match event {
			Ok(Event::Start(start)) => self.start(&start),
			Ok(Event::End(_)) => self.end(columns, catalogue),
			Ok(Event::Text(text)) => {
				self.say(&text.xml10_content());
				Ok(())
			}
			Ok(Event::CData(text)) => {
				self.say(&text.xml10_content());
				Ok(())
			}
			Ok(Event::GeneralRef(reference)) => match resolve(&reference) {
				Some(c) => {
					self.say(c.encode_utf8(&mut [0; 4]));
					Ok(())
				}
				None => Err(Failure::input(format!(
					"{} is no reference that is known",
					quoted(&reference.xml10_content())
				))
				.remedy("only those that XML itself defines are read")),
			},
			Ok(Event::Eof) => {
				self.is_over = true;
				match self.stack.last() {
					None => Ok(()),
					Some(frame) => {
						Err(Failure::input(format!("the file ends inside of {}", quoted(&frame.name)))
							.remedy("it was cut: export it again"))
					}
				}
			}
			Ok(_) => Ok(()),
			Err(error) => Err(not_well_formed(error)),
		};
		self.buffer = buffer;
		result
	}

	/// Text outside of values is white space between elements. One may come in any number of parts.
	fn say(&mut self, text: &str) {
		if self.stack.last().is_some_and(|frame| frame.stands == Stands::Value) {
			let room = MOST_TEXT.saturating_sub(self.text.len());
			self.text.push_str(cut(text, room));
		}
	}

	fn wrong(&mut self, cell: String, what: String, remedy: &str) {
		let line = self.lines.get();
		let cell = cut(&cell, MOST_SHOWN).into();
		let wrong = Wrong { line, cell, column: String::new(), what, remedy: remedy.into() };
		self.ready.push_back(Item::Wrong(wrong));
	}

	/// The local network that everything lies in here.
	fn local_network(&self) -> Option<LocalNetworkId> {
		self.stack.iter().rev().find_map(|frame| match frame.stands {
			Stands::Territory(id) => Some(id),
			_ => None,
		})
	}

	fn start(&mut self, start: &BytesStart<'_>) -> Result<()> {
		if self.stack.len() >= MOST_DEPTH {
			return Err(Failure::input(format!("more than {MOST_DEPTH} elements stand in one another"))
				.remedy("this is no bulk configuration file"));
		}
		let local = start.local_name();
		let name: &str = local.as_ref();
		let mut id = None;
		for attribute in start.attributes() {
			let attribute = attribute.map_err(not_well_formed)?;
			let key = attribute.key.local_name();
			let wanted = match key.as_ref() {
				"id" => &mut id,
				"dateTime" if matches!(name, "fileHeader" | "fileFooter") => &mut self.date_time,
				_ => continue,
			};
			let value = attribute.normalized_value(XmlVersion::Implicit1_0);
			*wanted = Some(value.map_err(not_well_formed)?.into_owned());
		}
		let stands = self.meaning(name, id);
		self.text.clear();
		self.has_parts = false;
		self.stack.push(Frame { name: name.into(), stands });
		Ok(())
	}

	/// What an element that begins here stands for.
	fn meaning(&mut self, name: &str, id: Option<String>) -> Stands {
		match self.stack.last().map(|frame| &frame.stands) {
			Some(Stands::Nothing) => return Stands::Nothing,
			Some(Stands::Format) => return Stands::Format,
			Some(Stands::Attributes | Stands::Value) => {
				return if matches!(name, "vsDataType" | "vsDataFormatVersion") {
					Stands::Format
				} else {
					Stands::Value
				};
			}
			_ => {}
		}
		match (name, id) {
			("attributes", None) => Stands::Attributes,
			("SubNetwork", Some(id)) => match crate::names::local_network(&id) {
				Ok(id) if self.station.is_none() => Stands::Territory(id),
				_ => Stands::Other,
			},
			("ManagedElement", Some(id)) => self.begin_station(id),
			(_, Some(id)) if self.station.is_some() => self.part(name, &id),
			_ => Stands::Other,
		}
	}

	fn begin_station(&mut self, code: String) -> Stands {
		if self.station.is_some() {
			self.wrong(escaped(&code), "a station stands in another".into(), "close its element first");
			return Stands::Nothing;
		}
		if self.local_network().is_none() {
			let remedy = "put it into a SubNetwork whose id is the local network's code";
			self.wrong(escaped(&code), "the station lies in no local network".into(), remedy);
			return Stands::Nothing;
		}
		if !is_code(code.as_bytes()) {
			let what = format!("{} is no station code", quoted(&code));
			self.wrong(String::new(), what, "1 to 24 of A-Z 0-9 - _ .");
			return Stands::Nothing;
		}
		self.station = Some(Station { code, ..Station::default() });
		Stands::Station
	}

	/// An object of a station.
	fn part(&mut self, name: &str, id: &str) -> Stands {
		let in_cell = self.stack.iter().any(|frame| matches!(frame.stands, Stands::Cell(_)));
		if CELLS.contains(&name) && !in_cell {
			let line = self.lines.get();
			let Some(station) = &mut self.station else { return Stands::Other };
			return match id.parse::<u8>().ok().filter(|cell| *cell < MAX_CELLS) {
				Some(cell) => {
					station.cells.entry(cell).or_insert((line, Vec::new()));
					Stands::Cell(cell)
				}
				None => {
					let (cell, what) =
						(escaped(&station.code), format!("{} is no number of a cell", quoted(id)));
					self.wrong(cell, what, "the id of a cell counts from 0 within its station");
					Stands::Nothing
				}
			};
		}
		if name == "VsDataContainer" || !in_cell {
			return Stands::Class;
		}
		if name.contains("Operator") || name.ends_with("Relation") {
			return Stands::Part(id.into());
		}
		Stands::Class
	}

	fn end(&mut self, columns: &mut Columns, catalogue: &Catalogue) -> Result<()> {
		let Some(frame) = self.stack.pop() else { return Ok(()) };
		let has_parts = std::mem::replace(&mut self.has_parts, true);
		match frame.stands {
			Stands::Value if !has_parts => self.value(&frame.name, columns, catalogue)?,
			Stands::Station => self.end_station(),
			_ => {}
		}
		self.text.clear();
		Ok(())
	}

	/// A value has ended.
	fn value(&mut self, name: &str, columns: &mut Columns, catalogue: &Catalogue) -> Result<()> {
		let Some(station) = &mut self.station else { return Ok(()) };
		let value = self.text.trim();
		if value.is_empty() {
			return Ok(());
		}
		let (mut class, mut part, mut cell) = (None, None, None);
		for frame in self.stack.iter().rev() {
			match &frame.stands {
				Stands::Part(id) => {
					class = class.or(Some(&frame.name));
					part = part.or(Some((&frame.name, id)));
				}
				Stands::Cell(number) => {
					class = class.or(Some(&frame.name));
					cell = Some(*number);
				}
				Stands::Class if frame.name != "VsDataContainer" => class = class.or(Some(&frame.name)),
				_ => {}
			}
		}
		let of_class = class.map(|class| format!("{class}.{name}"));
		let known = of_class.filter(|name| !catalogue.named(name).is_empty());
		let mut column = known.unwrap_or_else(|| name.to_string());
		if let Some((class, id)) = part {
			let is_as_it_is = columns.reading == Reading::AsIs && class.ends_with("Relation");
			column.push('[');
			match cell.filter(|_| is_as_it_is) {
				Some(cell) => column.push_str(&station.counted(cell, class, id)),
				None => column.push_str(id),
			}
			column.push(']');
		}
		let number = columns.number(catalogue, &column)?;
		station.values += 1;
		let names = part.map_or(0, |(class, id)| class.len().saturating_add(id.len()));
		station.bytes = station.bytes.saturating_add(value.len()).saturating_add(names);
		let most = match (station.values > MOST_VALUES, station.bytes > MOST_STATION_BYTES) {
			(true, _) => Some(format!("{MOST_VALUES} values")),
			(_, true) => Some(format!("{} MiB of values", MOST_STATION_BYTES >> 20)),
			_ => None,
		};
		if let Some(most) = most {
			return Err(Failure::input(format!("station {} has more than {most}", escaped(&station.code)))
				.remedy("export the cells and leave the rest out"));
		}
		let place = match cell {
			Some(cell) => station.cells.get_mut(&cell).map(|(_, values)| values),
			None => Some(&mut station.own),
		};
		if let Some(values) = place {
			values.push((number, value.to_string()));
		}
		Ok(())
	}

	fn end_station(&mut self) {
		let (Some(station), Some(local_network)) = (self.station.take(), self.local_network()) else {
			return;
		};
		for (cell, (line, values)) in station.cells {
			let mut raw = RawCell::new(line, local_network, &station.code, cell);
			for (column, value) in station.own.iter().chain(&values) {
				raw.push(*column, value);
			}
			self.ready.push_back(Item::Cell(raw));
		}
	}
}

/// The front of a text.
fn cut(text: &str, most: usize) -> &str {
	text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

fn not_well_formed(error: impl std::fmt::Display) -> Failure {
	Failure::input(error).remedy("the file is no well-formed XML: export it again")
}

/// What a reference such as `&amp;` or `&#20013;` stands for.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
	if let Ok(Some(c)) = reference.resolve_char_ref() {
		return Some(c);
	}
	Some(match &*reference.xml10_content() {
		"amp" => '&',
		"lt" => '<',
		"gt" => '>',
		"quot" => '"',
		"apos" => '\'',
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::super::{
		tests::{named, read_all},
		Columns, Networks,
	};
	use std::path::Path;

	const FILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bulkCmConfigDataFile xmlns="configData.xsd" xmlns:xn="genericNrm.xsd" xmlns:nn="nrNrm.xsd" xmlns:es="vendor.xsd">
<fileHeader fileFormatVersion="32.615 V9.2" vendorName="V1"/>
<configData dnPrefix="DC=example">
<xn:SubNetwork id="CN"><xn:SubNetwork id="1301">
<xn:ManagedElement id="HE-0001">
<xn:attributes><xn:swVersion>7 &amp; 8</xn:swVersion></xn:attributes>
<nn:GNBDUFunction id="1"><nn:attributes><nn:gNBIdLength>24</nn:gNBIdLength></nn:attributes>
<nn:NRCellDU id="2">
<nn:attributes><nn:administrativeState>UNLOCKED</nn:administrativeState><nn:nRPCI> 12 </nn:nRPCI>
<nn:empty/><nn:group><nn:inner>5</nn:inner></nn:group></nn:attributes>
<nn:NROperatorCellDU id="46011"><nn:attributes><nn:nRTAC>77</nn:nRTAC>
<nn:administrativeState>LOCKED</nn:administrativeState></nn:attributes></nn:NROperatorCellDU>
<nn:NRCellRelation id="3"><nn:attributes><nn:adjacentNRCellRef>1301/HE-0001/0</nn:adjacentNRCellRef></nn:attributes>
</nn:NRCellRelation>
</nn:NRCellDU>
<nn:NRCellDU id="0"><nn:attributes/>
<xn:VsDataContainer id="1"><xn:attributes><xn:vsDataType>V1</xn:vsDataType>
<xn:vsDataFormatVersion>1</xn:vsDataFormatVersion><es:vsDataNRCellDU><es:NRPCI>13</es:NRPCI></es:vsDataNRCellDU>
</xn:attributes></xn:VsDataContainer>
<nn:NROperatorCellDU id="46011"><xn:VsDataContainer id="1"><xn:attributes><xn:vsDataType>V1</xn:vsDataType>
<es:vsData><es:NRTAC>78</es:NRTAC></es:vsData></xn:attributes></xn:VsDataContainer></nn:NROperatorCellDU>
</nn:NRCellDU>
</nn:GNBDUFunction></xn:ManagedElement></xn:SubNetwork></xn:SubNetwork></configData>
<fileFooter dateTime="2026-05-07T12:00:00+08:00"/>
</bulkCmConfigDataFile>
"#;

	#[test]
	fn elements_give_cells_with_generic_and_vendor_names() {
		let (networks, wrong, columns) = read_all(FILE.as_bytes(), true).unwrap();
		assert!(wrong.is_empty(), "{wrong:?}");
		let [network] = &networks[..] else { panic!("{networks:?}") };
		assert_eq!((network.id.0, network.cells.len()), (1301, 2));
		let text = |n: usize| {
			let all: Vec<String> = named(&columns, &network.cells[n])
				.into_iter()
				.map(|(name, value)| format!("{name}={value}"))
				.collect();
			all.join(" ")
		};
		assert_eq!(text(0), "swVersion=7 & 8 gNBIdLength=24 NRPCI=13 NRTAC[46011]=78");
		assert_eq!(
			text(1),
			"swVersion=7 & 8 gNBIdLength=24 NRCellDU.administrativeState=UNLOCKED nRPCI=12 inner=5 nRTAC[46011]=77 \
			 NROperatorCellDU.administrativeState[46011]=LOCKED adjacentNRCellRef[3]=1301/HE-0001/0"
		);
		assert_eq!((network.cells[0].cell, network.cells[1].cell, network.cells[1].line), (0, 2, 9));
	}

	#[test]
	fn time_of_the_export_stands_in_header_or_footer() {
		let catalogue = super::super::super::catalogue::tests::catalogue();
		let mut networks =
			Networks::new(Path::new("a"), FILE.as_bytes(), (true, Columns::default()), &catalogue).unwrap();
		assert_eq!(networks.date_time(), None);
		while networks.network().unwrap().is_some() {}
		assert_eq!(networks.date_time(), Some("2026-05-07T12:00:00+08:00"));
	}

	#[test]
	fn a_file_that_was_cut_is_an_error_with_its_line() {
		let cut = &FILE[..FILE.find("</nn:NRCellRelation>").unwrap()];
		let failure = read_all(cut.as_bytes(), true).unwrap_err().to_string();
		assert!(failure.contains("line 15") && failure.contains("NRCellRelation"), "{failure}");
		for broken in ["<a><b></a>", "<a>&nbsp;</a>", "<a id=\"1\" id=\"2\"/>"] {
			assert!(read_all(broken.as_bytes(), true).is_err(), "{broken}");
		}
	}

	#[test]
	fn texts_and_names_without_an_end_are_kept_from_filling_the_memory() {
		let file = |parts: &str| {
			format!(
				"<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes>{parts}</attributes>\
				 </NRCellDU></ManagedElement></SubNetwork></d>"
			)
		};
		// A text in any number of parts
		let text = file(&format!("<text>{}</text>", "&amp;x<!-- -->".repeat(super::MOST_TEXT)));
		let (networks, _, columns) = read_all(text.as_bytes(), true).unwrap();
		let (_, value) = &named(&columns, &networks[0].cells[0])[0];
		assert_eq!((value.len(), &value[..4]), (super::MOST_TEXT, "&x&x"));
		// Values that are all long
		let value = "x".repeat(super::MOST_TEXT);
		let values: String = (0..257).map(|n| format!("<t{}>{value}</t{0}>", n % 9)).collect();
		let failure = read_all(file(&values).as_bytes(), true).unwrap_err().to_string();
		assert!(failure.contains("station A has more than 16 MiB of values"), "{failure}");
		// Names
		let name = "n".repeat(5_000);
		let failure =
			read_all(file(&format!("<{name}>1</{name}>")).as_bytes(), true).unwrap_err().to_string();
		assert!(failure.contains("an attribute's name of 5000 bytes"), "{failure}");
		let far = format!("<d><ManagedElement id=\"{name}\"/></d>");
		let (_, wrong, _) = read_all(far.as_bytes(), true).unwrap();
		assert_eq!(wrong[0].cell.len(), super::MOST_SHOWN);
	}

	#[test]
	fn what_cannot_be_placed_is_named_and_left_out() {
		let cell = "<NRCellDU id=\"0\"><attributes><nRPCI>1</nRPCI></attributes></NRCellDU>";
		let text = format!(
			"<d><ManagedElement id=\"A\">{cell}</ManagedElement><SubNetwork id=\"1301\"><ManagedElement id=\"b\">{cell}\
			 </ManagedElement><ManagedElement id=\"C\"><NRCellDU id=\"x\"/>{cell}</ManagedElement></SubNetwork></d>"
		);
		let (networks, wrong, _) = read_all(text.as_bytes(), true).unwrap();
		let whats: Vec<&str> = wrong.iter().map(|wrong| wrong.what.as_str()).collect();
		assert_eq!(
			whats,
			["the station lies in no local network", "`b` is no station code", "`x` is no number of a cell"]
		);
		assert_eq!((networks.len(), networks[0].cells.len()), (1, 1));
	}
}
