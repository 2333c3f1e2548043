// SPDX-License-Identifier: Apache-2.0
//! Cells in a bulk configuration file: 3GPP TS 32.615, which TS 28.532 writes in the same form.
//!
//! ```text
//!   SubNetwork id=1301                        a numeric id is the local network
//!     ManagedElement id=HE-0001               the station's code
//!       GNBDUFunction / ENBFunction           attributes that are the station's, for its NR or its LTE cells
//!         NRSectorCarrier id=7                values of the cells that refer to it (`nRSectorCarrierRef`)
//!         NRCellDU / EUtranGenericCell id=2   the cell
//!           attributes                        a value an element: the column `nRPCI`
//!           NROperatorCellDU id=46011         values of an operator: `nRTAC[46011]`
//!           NRCellRelation id=3               values of a neighbour: `adjacentNRCellRef[3]`; where a network is read as it
//!                                             is, the one behind two others without a place: `adjacentNRCellRef[#2]`
//!           NRFreqRelation id=0               values of a frequency: `cellReselectionPriority[0]`
//!           VsDataContainer                   a vendor's names, of whatever it stands in
//! ```
//!
//! Elements are known by their local names, whatever the prefix; [`objects`](super::objects) has the classes. A name of the
//! catalogue may begin with the class it belongs to (`NRCellDU.administrativeState`). A station is read as a whole before
//! its cells are given, so its own attributes may stand before or behind them.
//!
//! A file that is no well-formed XML is refused with the line: also text or a second element behind the outermost one, a
//! prefix that is declared nowhere, and another encoding than UTF-8.
//!
//! What stands under a name of the catalogue in any other object (a neighbour that the station knows, a frequency, a
//! relation to another technology) is nobody's value here, and is counted in a [`Remark`].

mod plmns;
#[cfg(test)]
mod tests;
pub(crate) mod well_formed;

pub(crate) use well_formed::TO_UTF8;

use super::{
	element::{Element, Holder, Number, ANY},
	guard::{guard, Guard, Progress},
	objects::{with_attributes, Class, CARRIER_REFERENCE, CELL_ALONE},
	Columns, Item, Reading, Remark, Wrong,
};
use crate::{
	config::catalogue::{read_plmn, Catalogue},
	error::{Failure, Result},
	output::{counted, quoted},
};
use plmns::{keep_once, List};
use quick_xml::{
	events::{BytesStart, Event},
	name::{NamespaceError, QName, ResolveResult},
	Error, NsReader,
};
use std::{
	cell::Cell as Shared,
	collections::{BTreeMap, VecDeque},
	io::{self, BufRead, BufReader, Read},
	rc::Rc,
};
use trimast_primitives::{
	cells::catalogue::{Domain, ParamScope},
	site::{is_code, Technology, MAX_CELLS},
	text::escaped,
	LocalNetworkId,
};
use well_formed::{check_declaration, is_char, is_name, not_well_formed, resolve, text_of, ALONE};

/// How deep elements may stand in one another.
const MOST_DEPTH: usize = 64;
/// Most bytes of the names of elements that stand deeper, while they are open.
const MOST_DEEP_BYTES: usize = 16 * 1024 * 1024;
/// Most namespaces that are declared at once.
const MOST_NAMESPACES: usize = 1_024;
/// Bytes of a text that are read: far more than any value that a row takes, or that a parameter has.
const MOST_TEXT: usize = 64 * 1024;
/// Bytes of a name that are repeated where something is wrong with it.
const MOST_SHOWN: usize = 64;
/// Kinds of values that stand elsewhere which are told apart.
const MOST_ELSEWHERE: usize = 1_000;
/// What stands for the text of an attribute with parts that has to be one value.
const PARTS: &str = "{...}";

/// Counts the lines of what has been consumed.
pub(crate) struct Counted<R> {
	inner: R,
	lines: Rc<Shared<u64>>,
}

impl<R> Counted<R> {
	/// With the number of the line that is read, from 1.
	pub(crate) fn new(inner: R) -> (Self, Rc<Shared<u64>>) {
		let lines = Rc::new(Shared::new(1u64));
		(Self { inner, lines: lines.clone() }, lines)
	}
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
	/// For a part of it, with cells of this technology.
	Function(Technology),
	/// For a cell of it.
	Cell(Number),
	/// For a carrier, by its distinguished name in the station.
	Carrier(String),
	/// For an operator, a neighbour or a frequency that values of a cell belong to: how it is called, and the parameters
	/// that it has.
	Part(String, ParamScope),
	/// For another object, whose attributes are those of what it stands in.
	Class,
	/// For an object whose values are not read.
	Elsewhere,
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
	/// The id of an object in which carriers may stand.
	id: String,
	stands: Stands,
	/// Whether a reference in it was read as its value.
	is_read: bool,
}

/// Whose an attribute is, by the elements that it stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wrapped {
	/// The object's.
	Own,
	/// That of a structure in it.
	Group,
	/// That of another object: a vendor writes it into this one.
	Foreign,
}

/// The elements of a file.
pub(crate) struct Elements<R: Read> {
	reader: NsReader<Counted<BufReader<Guard<R>>>>,
	reading: Reading,
	progress: Progress,
	lines: Rc<Shared<u64>>,
	buffer: Vec<u8>,
	/// Whether anything but white space has come.
	has_begun: bool,
	/// The outermost element, once it has begun.
	root: Option<String>,
	stack: Vec<Frame>,
	/// Elements that stand too deep and are open, the bytes of their names, and how many there were in all.
	deep: (usize, usize, u64),
	/// Text of the innermost element.
	text: String,
	/// Whether the innermost element had elements in it.
	has_parts: bool,
	station: Option<Element>,
	list: Option<List>,
	/// Lists of PLMNs of the attributes that are being read: one may be given a PLMN an element.
	lists: Vec<(String, Vec<String>)>,
	/// By class and name: values that are nobody's here, the first one's line and how many.
	elsewhere: BTreeMap<String, (u64, u64)>,
	ready: VecDeque<Item>,
	date_time: Option<String>,
	is_over: bool,
}

impl<R: Read> Elements<R> {
	/// Of a file in UTF-8.
	pub(crate) fn new(input: R, reading: Reading) -> Self {
		let (input, progress) = guard(input);
		let (counted, lines) = Counted::new(BufReader::with_capacity(1 << 16, input));
		let mut reader = NsReader::from_reader(counted);
		reader.config_mut().expand_empty_elements = true;
		reader.config_mut().enable_all_checks(true);
		reader.resolver_mut().set_max_namespace_bindings(MOST_NAMESPACES);
		Self {
			reader,
			reading,
			progress,
			lines,
			buffer: Vec::new(),
			has_begun: false,
			root: None,
			stack: Vec::new(),
			deep: (0, 0, 0),
			text: String::new(),
			has_parts: false,
			station: None,
			list: None,
			lists: Vec::new(),
			elsewhere: BTreeMap::new(),
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
			let line = self.lines.get();
			if let Err(failure) = self.step(columns, catalogue) {
				self.is_over = true;
				// A text begins with the white space in front of it.
				let front = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace());
				let below = u64::try_from(front.filter(|byte| **byte == b'\n').count()).unwrap_or_default();
				return Err(failure.at(format!("line {}", line.saturating_add(below))));
			}
		}
	}

	fn step(&mut self, columns: &mut Columns, catalogue: &Catalogue) -> Result<()> {
		let mut buffer = std::mem::take(&mut self.buffer);
		buffer.clear();
		let event = self.reader.read_event_into(&mut buffer);
		self.progress.made();
		let is_text = matches!(&event, Ok(Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)));
		let is_blank = matches!(&event, Ok(Event::Text(text)) if text.trim_ascii().is_empty());
		let has_begun = self.has_begun;
		self.has_begun |= !is_blank;
		let result = match event {
			Ok(event) if is_text && !is_blank && self.stack.is_empty() => {
				Err(self.outside(&format!("the text {}", quoted(event.trim_ascii()))))
			}
			Ok(Event::Text(text)) if text.contains("]]>") => Err(not_well_formed("`]]>` stands in a text")),
			Ok(Event::Decl(declaration)) if !has_begun => check_declaration(&declaration),
			Ok(Event::Decl(_)) => {
				Err(Failure::input("an XML declaration stands behind the beginning of the file")
					.remedy(ALONE))
			}
			Ok(Event::DocType(_)) if self.root.is_some() => {
				Err(not_well_formed("a DOCTYPE stands behind the beginning of the outermost element"))
			}
			Ok(Event::Start(start)) => self.start(&start, catalogue),
			Ok(Event::End(end)) if self.deep.0 > 0 => {
				let (open, bytes, _) = &mut self.deep;
				*open -= 1;
				*bytes = bytes.saturating_sub(end.name().0.len());
				Ok(())
			}
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
					None => {
						self.end_file(columns);
						Ok(())
					}
					Some(frame) => {
						Err(Failure::input(format!("the file ends inside of {}", quoted(&frame.name)))
							.remedy("it was cut: export it again"))
					}
				}
			}
			Ok(_) => Ok(()),
			Err(Error::Namespace(NamespaceError::TooManyBindings(most))) => {
				Err(Failure::input(format!("more than {most} namespaces are declared here"))
					.remedy("this is no bulk configuration file"))
			}
			Err(error) => Err(not_well_formed(error)),
		};
		self.buffer = buffer;
		result.and_then(|()| match self.buffer.iter().find(|byte| !is_char(char::from(**byte))) {
			Some(byte) => {
				Err(not_well_formed(format!("U+{byte:04X} stands in it, a character that XML does not have")))
			}
			None => Ok(()),
		})
	}

	/// What stands in front of the outermost element, or behind it.
	fn outside(&self, what: &str) -> Failure {
		let place = match &self.root {
			Some(root) => format!("behind the end of {}", quoted(root)),
			None => "in front of the outermost element".into(),
		};
		Failure::input(format!("{what} stands {place}")).remedy(ALONE)
	}

	/// Refuses what is no name, and a prefix that is declared nowhere.
	fn check_name(&self, name: QName<'_>) -> Result<()> {
		if !is_name(name.0) {
			return Err(not_well_formed(format!("{} is no name", quoted(name.0))));
		}
		match name.prefix().map(|prefix| self.reader.resolver().resolve_prefix(Some(prefix), false)) {
			Some(ResolveResult::Unknown(prefix)) => {
				let what =
					format!("the prefix {} of {} is declared nowhere", quoted(&prefix), quoted(name.0));
				Err(not_well_formed(what))
			}
			_ => Ok(()),
		}
	}

	/// Text outside of values is white space between elements. One may come in any number of parts.
	fn say(&mut self, text: &str) {
		if self.deep.0 == 0 && self.stack.last().is_some_and(|frame| frame.stands == Stands::Value) {
			let room = MOST_TEXT.saturating_sub(self.text.len());
			self.text.push_str(cut(text, room));
		}
	}

	/// Something that cannot be placed. Whoever writes a network's export does not end its reading by it.
	fn unplaced(&mut self, cell: String, what: String, remedy: &str) {
		let line = self.lines.get();
		let cell = cut(&cell, MOST_SHOWN).into();
		let wrong = Wrong { line, cell, column: String::new(), what, remedy: remedy.into() };
		self.ready.push_back(match self.reading {
			Reading::Strict => Item::Wrong(wrong),
			Reading::AsIs => Item::Remark(Remark::ObjectLeftOut, wrong, 1),
		});
	}

	/// Notes values that are nobody's here.
	fn note_elsewhere(&mut self, name: String, times: u64) {
		let is_new = self.elsewhere.len() < MOST_ELSEWHERE || self.elsewhere.contains_key(&name);
		let name = if is_new { name } else { "...".into() };
		let (_, count) = self.elsewhere.entry(name).or_insert((self.lines.get(), 0));
		*count = count.saturating_add(times);
	}

	/// Tells at the end what was left out.
	fn end_file(&mut self, columns: &mut Columns) {
		let remark = |kind, line, column: &str, what: String, times| {
			let (cell, column, remedy) = (String::new(), escaped(column), String::new());
			Item::Remark(kind, Wrong { line, cell, column, what, remedy }, times)
		};
		for (name, (line, times)) in std::mem::take(&mut self.elsewhere) {
			let values = usize::try_from(times).unwrap_or(usize::MAX);
			let what = format!("{} of no cell, station or relation that is read", counted(values, "value"));
			self.ready.push_back(remark(Remark::ValueElsewhere, line, &name, what, times));
		}
		let line = self.lines.get();
		if self.deep.2 > 0 {
			let what = format!("{} elements stand deeper than in {MOST_DEPTH} others", self.deep.2);
			self.ready.push_back(remark(Remark::ObjectLeftOut, line, "", what, self.deep.2));
		}
		if columns.nameless > 0 {
			let what = format!("{} values under further names, or under long ones", columns.nameless);
			self.ready.push_back(remark(Remark::Nameless, line, "", what, columns.nameless));
		}
	}

	/// The local network that everything lies in here.
	fn local_network(&self) -> Option<LocalNetworkId> {
		self.stack.iter().rev().find_map(|frame| match frame.stands {
			Stands::Territory(id) => Some(id),
			_ => None,
		})
	}

	fn start(&mut self, start: &BytesStart<'_>, catalogue: &Catalogue) -> Result<()> {
		if self.stack.is_empty() {
			let name = start.name().0;
			if self.root.is_some() {
				return Err(self.outside(&format!("the element {}", quoted(name))));
			}
			self.root = Some(name.into());
		}
		self.check_name(start.name())?;
		let local = start.local_name();
		let name: &str = local.as_ref();
		let (mut id, mut date_time) = (None, None);
		for attribute in start.attributes() {
			let attribute = attribute.map_err(not_well_formed)?;
			self.check_name(attribute.key)?;
			let value = text_of(&attribute)?;
			match attribute.key.local_name().as_ref() {
				"id" => id = Some(value.into_owned()),
				"dateTime" if matches!(name, "fileHeader" | "fileFooter") => {
					date_time = Some(value.into_owned())
				}
				_ => {}
			}
		}
		if self.stack.len() >= MOST_DEPTH {
			let (open, bytes, all) = &mut self.deep;
			*open += 1;
			*all = all.saturating_add(1);
			*bytes = bytes.saturating_add(start.name().0.len());
			// An open element takes some bytes besides its name.
			let taken = bytes.saturating_add(open.saturating_mul(size_of::<usize>()));
			if self.reading == Reading::Strict || taken > MOST_DEEP_BYTES {
				return Err(Failure::input(format!("more than {MOST_DEPTH} elements stand in one another"))
					.remedy("this is no bulk configuration file"));
			}
			self.has_parts = true;
			return Ok(());
		}
		if date_time.is_some() {
			self.date_time = date_time;
		}
		let object = id.as_deref().map(|id| cut(id, MOST_SHOWN).to_string()).unwrap_or_default();
		let stands = self.meaning(name, id);
		if stands == Stands::Value && self.list.is_none() && self.is_list(name, catalogue) {
			self.list = Some(List::at(self.stack.len()));
		}
		self.text.clear();
		self.has_parts = false;
		self.stack.push(Frame { name: name.into(), id: object, stands, is_read: false });
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
			("ManagedElement", Some(id)) => self.begin_station(id),
			(_, id) if self.station.is_some() => self.object(name, id.as_deref()),
			("SubNetwork", Some(id)) => {
				crate::names::local_network(&id).map_or(Stands::Other, Stands::Territory)
			}
			_ => Stands::Other,
		}
	}

	fn begin_station(&mut self, code: String) -> Stands {
		if self.station.is_some() {
			self.unplaced(escaped(&code), "a station stands in another".into(), "close its element first");
			return Stands::Nothing;
		}
		if self.local_network().is_none() {
			let remedy = "put it into a SubNetwork whose id is the local network's code";
			self.unplaced(escaped(&code), "the station lies in no local network".into(), remedy);
			return Stands::Nothing;
		}
		if !is_code(code.as_bytes()) {
			let what = format!("{} is no station code", quoted(&code));
			self.unplaced(String::new(), what, "1 to 24 of A-Z 0-9 - _ .");
			return Stands::Nothing;
		}
		self.station = Some(Element::new(code, self.lines.get()));
		Stands::Station
	}

	/// An object of a station.
	fn object(&mut self, name: &str, id: Option<&str>) -> Stands {
		let class = Class::of(name);
		if class == Class::Foreign {
			return Stands::Nothing;
		}
		let is_transparent = |frame: &&Frame| matches!(frame.stands, Stands::Class | Stands::Other);
		let within = self.stack.iter().rev().find(|frame| !is_transparent(frame));
		let cell = self.stack.iter().find_map(|frame| match &frame.stands {
			Stands::Cell(cell) => Some(*cell),
			_ => None,
		});
		match (within.map(|frame| &frame.stands), class) {
			(Some(Stands::Station | Stands::Function(_)), Class::Container) => {
				// A vendor's objects stand in one another in the same form: only the first is the station's.
				let is_inner = self.stack.last().is_some_and(|frame| frame.stands == Stands::Class);
				if is_inner {
					Stands::Elsewhere
				} else {
					Stands::Class
				}
			}
			(_, Class::Container) => Stands::Class,
			(Some(Stands::Carrier(_)), _) => match name {
				"CommonBeamformingFunction" => Stands::Class,
				_ => Stands::Elsewhere,
			},
			(Some(Stands::Cell(_)), _) => self.part(cell, class, (name, id)),
			(Some(Stands::Part(..)), Class::Other) => Stands::Class,
			// Relations of relations, and whatever stands in an object of a cell that is not read.
			_ if cell.is_some() => Stands::Elsewhere,
			(_, Class::Function(technology)) => Stands::Function(technology),
			(_, Class::Cell(technology)) => self.begin_cell(technology, id.unwrap_or_default()),
			(_, Class::Carrier) => {
				let above = self.stack.iter().skip_while(|frame| frame.stands != Stands::Station).skip(1);
				let mut path: Vec<String> =
					above.map(|frame| format!("{}={}", frame.name, frame.id)).collect();
				path.push(format!("{name}={}", cut(id.unwrap_or_default(), MOST_SHOWN)));
				Stands::Carrier(path.join(","))
			}
			_ => Stands::Elsewhere,
		}
	}

	fn begin_cell(&mut self, technology: Technology, id: &str) -> Stands {
		let line = self.lines.get();
		let Some(station) = &mut self.station else { return Stands::Nothing };
		if let Some(number) = id.parse::<u8>().ok().filter(|cell| *cell < MAX_CELLS) {
			station.begin((technology, number), line);
			return Stands::Cell((technology, number));
		}
		let (cell, what) = (escaped(&station.code), format!("{} is no number of a cell", quoted(id)));
		self.unplaced(cell, what, "the id of a cell counts from 0 within its station");
		Stands::Nothing
	}

	/// An object of a cell.
	fn part(&mut self, cell: Option<Number>, class: Class, (name, id): (&str, Option<&str>)) -> Stands {
		let (Some(cell), Some(station), Some(id)) = (cell, &mut self.station, id) else {
			return Stands::Elsewhere;
		};
		let is_as_it_is = self.reading == Reading::AsIs;
		let is_frequency = match class {
			Class::Operator => {
				let called = if is_as_it_is && read_plmn(id).is_none() { ANY } else { id };
				return Stands::Part(called.into(), ParamScope::Plmn);
			}
			// What a cell knows of another technology has the same names, and no place.
			Class::Neighbour(technology) if technology == cell.0 => false,
			Class::Frequency(technology) if technology == cell.0 => true,
			Class::Other => return Stands::Class,
			_ => return Stands::Elsewhere,
		};
		let called = if is_as_it_is { station.called(cell, is_frequency, name, id) } else { id.to_string() };
		let scope = if is_frequency { ParamScope::FrequencyRelation } else { ParamScope::CellRelation };
		Stands::Part(called, scope)
	}

	fn end(&mut self, columns: &mut Columns, catalogue: &Catalogue) -> Result<()> {
		let Some(frame) = self.stack.pop() else { return Ok(()) };
		let has_parts = std::mem::replace(&mut self.has_parts, true);
		let text = std::mem::take(&mut self.text);
		let text = text.trim();
		match frame.stands {
			Stands::Value => match self.list.take_if(|list| list.depth == self.stack.len()) {
				Some(list) => self.end_list(&frame.name, (has_parts, text), list),
				None => match &mut self.list {
					Some(list) if !has_parts && !text.is_empty() => list.add(&frame.name, text),
					Some(_) => {}
					None => self.end_value(&frame, (has_parts, text), columns, catalogue)?,
				},
			},
			Stands::Attributes => {
				for (name, found) in std::mem::take(&mut self.lists) {
					self.value(&name, &found.join(" "), Wrapped::Own, columns, catalogue)?;
				}
			}
			Stands::Station => self.end_station(),
			_ => {}
		}
		Ok(())
	}

	/// A list of PLMNs has ended.
	fn end_list(&mut self, name: &str, (has_parts, text): (bool, &str), list: List) {
		let mut found = list.end();
		match (has_parts, found.is_empty()) {
			(false, _) if text.is_empty() => return,
			(false, _) => found = vec![text.into()],
			// Nobody knows what it says.
			(true, true) => found = vec![PARTS.into()],
			(true, false) => {}
		}
		if self.wrapped() != Wrapped::Own {
			let times = u64::try_from(found.len()).unwrap_or(u64::MAX);
			self.note_elsewhere(name.into(), times);
			return;
		}
		match self.lists.iter_mut().find(|(other, _)| other == name) {
			Some((_, before)) => found.into_iter().for_each(|plmn| keep_once(before, plmn)),
			None => self.lists.push((name.into(), found)),
		}
	}

	/// An attribute has ended that is no list.
	fn end_value(
		&mut self,
		frame: &Frame,
		(has_parts, text): (bool, &str),
		columns: &mut Columns,
		catalogue: &Catalogue,
	) -> Result<()> {
		if has_parts {
			let is_known = !catalogue.named(&frame.name).is_empty();
			return match is_known && !frame.is_read {
				true => self.value(&frame.name, PARTS, self.wrapped(), columns, catalogue),
				false => Ok(()),
			};
		}
		// A reference may stand in an element of its own.
		let holder =
			self.stack.last_mut().filter(|holder| frame.name == "dn" && holder.stands == Stands::Value);
		if let Some(holder) = holder {
			holder.is_read = true;
			let name = holder.name.clone();
			let inner = self.stack.pop();
			let wrapped = self.wrapped();
			self.stack.extend(inner);
			return self.value(&name, text, wrapped, columns, catalogue);
		}
		self.value(&frame.name, text, self.wrapped(), columns, catalogue)
	}

	/// Whether an attribute that begins here is a list of PLMNs.
	fn is_list(&self, name: &str, catalogue: &Catalogue) -> bool {
		let is_list = |name: &str| {
			let view = catalogue.named(name).first().and_then(|id| catalogue.get(*id));
			view.is_some_and(|view| view.parameter.domain == Domain::Plmns)
		};
		self.station.is_some() && is_list(name)
	}

	/// Whose the attributes are that stand here.
	fn wrapped(&self) -> Wrapped {
		let mut wrapped = Wrapped::Own;
		for frame in self.stack.iter().rev() {
			match &frame.stands {
				Stands::Value => match frame.name.strip_prefix("vsData").map(Class::of) {
					Some(Class::Other | Class::Container) => {}
					Some(class) if class == self.holder_class() => {}
					Some(_) => return Wrapped::Foreign,
					None => wrapped = Wrapped::Group,
				},
				Stands::Attributes => {}
				_ => break,
			}
		}
		wrapped
	}

	/// The class of the object that is read here.
	fn holder_class(&self) -> Class {
		let is_of_object = |frame: &&Frame| match &frame.stands {
			Stands::Value | Stands::Attributes | Stands::Other => false,
			_ => Class::of(&frame.name) != Class::Container,
		};
		let holder = self.stack.iter().rev().find(is_of_object);
		holder.map_or(Class::Other, |frame| Class::of(&frame.name))
	}

	/// A value has ended.
	fn value(
		&mut self,
		name: &str,
		text: &str,
		wrapped: Wrapped,
		columns: &mut Columns,
		catalogue: &Catalogue,
	) -> Result<()> {
		if self.station.is_none() || text.is_empty() {
			return Ok(());
		}
		let (mut class, mut part, mut holder) = (None, None, None);
		for frame in self.stack.iter().rev() {
			let found = match &frame.stands {
				Stands::Part(called, scope) => {
					part = part.or(Some((called.clone(), *scope)));
					None
				}
				Stands::Cell(cell) => Some(Some(Holder::Cell(*cell))),
				Stands::Carrier(path) => Some(Some(Holder::Carrier(path.clone()))),
				Stands::Function(technology) => Some(Some(Holder::Station(Some(*technology)))),
				Stands::Station => Some(Some(Holder::Station(None))),
				Stands::Elsewhere => Some(None),
				Stands::Class if frame.name != "VsDataContainer" => None,
				_ => continue,
			};
			class = class.or(Some(frame.name.as_str()));
			if let Some(found) = found {
				holder = found;
				break;
			}
		}
		let class = class.unwrap_or_default();
		if let (Some(Holder::Cell(cell)), None, Some(station)) = (&holder, &part, &mut self.station) {
			if name.eq_ignore_ascii_case(CARRIER_REFERENCE) {
				station.refer(*cell, text);
				return Ok(());
			}
		}
		let of_class = format!("{}.{name}", with_attributes(class));
		let known = if catalogue.named(&of_class).is_empty() { name } else { &of_class };
		let ids = catalogue.named(known);
		let scope = ids.first().and_then(|id| catalogue.get(*id)).map(|view| view.parameter.scope);
		let is_cells_alone =
			|| CELL_ALONE.iter().any(|name| ids.iter().any(|id| catalogue.named(name).contains(id)));
		let is_own = match (scope, &part, &holder) {
			(_, _, None) => false,
			(None, _, Some(Holder::Carrier(_))) => return Ok(()),
			(None, ..) => wrapped != Wrapped::Foreign,
			(Some(_), Some(_), _) if wrapped != Wrapped::Own => false,
			(Some(scope), Some((_, of_part)), _) => scope == *of_part,
			(Some(_), None, Some(Holder::Carrier(_))) if is_cells_alone() => return Ok(()),
			(Some(_), None, Some(Holder::Cell(_))) => wrapped == Wrapped::Own,
			(Some(scope), None, Some(Holder::Carrier(_))) => {
				wrapped == Wrapped::Own && scope == ParamScope::Cell
			}
			(Some(scope), None, Some(Holder::Station(_))) => {
				wrapped == Wrapped::Own && scope == ParamScope::Station
			}
		};
		let (Some(holder), true) = (holder, is_own) else {
			if scope.is_some() {
				let name = format!("{class}.{name}");
				self.note_elsewhere(name, 1);
			}
			return Ok(());
		};
		let called = part.as_ref().map(|(called, _)| called.as_str());
		let Some(number) = columns.of_element(catalogue, known, called)? else { return Ok(()) };
		let Some(station) = &mut self.station else { return Ok(()) };
		match &holder {
			Holder::Cell(cell) if called == Some(ANY) => station.push_any(*cell, number, text),
			_ => {
				let names = called.map_or(0, |called| class.len().saturating_add(called.len()));
				station.push(&holder, number, text, names);
			}
		}
		match &station.is_too_large {
			Some(most) if self.reading == Reading::Strict => {
				Err(Failure::input(format!("station {} has more than {most}", escaped(&station.code)))
					.remedy("export the cells and leave the rest out"))
			}
			_ => Ok(()),
		}
	}

	fn end_station(&mut self) {
		let (Some(station), Some(local_network)) = (self.station.take(), self.local_network()) else {
			return;
		};
		let code = escaped(&station.code);
		let remark = |kind, line, cell: String, what: String, times| {
			let (column, remedy) = (String::new(), String::new());
			Item::Remark(kind, Wrong { line, cell, column, what, remedy }, times)
		};
		if let Some(most) = &station.is_too_large {
			let what = format!("the station has more than {most}: it is left out");
			let cell = format!("{}/{code}", local_network.0);
			self.ready.push_back(remark(Remark::ObjectLeftOut, station.line, cell, what, 1));
			return;
		}
		for (cell, times) in &station.unread {
			let what = format!("{times} relations behind the last that is read");
			let name = format!("{}/{code}/{}", local_network.0, cell.1);
			let line = station.line_of(cell);
			self.ready.push_back(remark(Remark::RelationUnread, line, name, what, *times));
		}
		let (cells, (unused, nowhere)) = station.cells(local_network);
		self.ready.extend(cells.into_iter().map(Item::Cell));
		for (name, times) in [("NRSectorCarrier", unused), (CARRIER_REFERENCE, nowhere)] {
			if times > 0 {
				self.note_elsewhere(name.into(), times);
			}
		}
	}
}

/// The front of a text.
fn cut(text: &str, most: usize) -> &str {
	text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}
