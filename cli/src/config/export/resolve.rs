// SPDX-License-Identifier: Apache-2.0
//! From names to numbers: a cell as it stands in a file, and the same cell as the chain counts.

use super::{
	stations::{Codes, Directory, Stations},
	Column, Columns, RawCell, RawNetwork, Reading, Remark, Report, Whose, Wrong,
};
use crate::{
	config::catalogue::{domain_text, place_plmns, read_value, Catalogue, Said},
	error::{Failure, Result},
	output::{counted, quoted},
};
use futures::{stream, StreamExt, TryStreamExt};
use rayon::prelude::*;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	pin::pin,
	sync::Arc,
};
use trimast_primitives::{
	apis::ParameterView,
	cells::{
		catalogue::{cell_value, Domain, ValueDefect},
		CellId, CellValues, ParamId, ParamKey, MAX_KEYS,
	},
	page::SiteId,
	site::{Station, Technology, MAX_CELLS},
	text::escaped,
	LocalNetworkId,
};

/// Local networks whose codes are asked for at once.
const AT_ONCE: usize = 8;

/// A cell as the chain counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SeenCell {
	/// Which.
	pub(crate) id: CellId,
	/// Its line in the file.
	pub(crate) line: u64,
	/// Its values by key.
	pub(crate) values: CellValues,
	/// What is not on the chain, by name.
	pub(crate) fields: BTreeMap<String, String>,
}

/// The cells of a local network, in ascending order.
pub(crate) struct SeenNetwork {
	/// The local network.
	pub(crate) id: LocalNetworkId,
	/// Its stations.
	pub(crate) stations: Stations,
	/// The cells, each once.
	pub(crate) cells: Vec<SeenCell>,
}

impl SeenNetwork {
	/// The cells by page.
	pub(crate) fn pages(&self) -> BTreeMap<u16, &[SeenCell]> {
		let page = |cell: &SeenCell| cell.id.site.page();
		let chunks = self.cells.chunk_by(|a, b| page(a) == page(b));
		chunks.filter_map(|cells| Some((page(cells.first()?)?, cells))).collect()
	}
}

/// Looks everything up that a local network's cells name. What is wrong goes to the report, and its cell is left out.
pub(crate) async fn resolve(
	network: RawNetwork,
	columns: &Columns,
	catalogue: &Catalogue,
	directory: &Directory<'_>,
	report: &mut Report,
) -> Result<SeenNetwork> {
	let id = network.id;
	let stations = if directory.knows(id) {
		directory.stations(id).await?
	} else {
		let what = format!("the chain has no local network {}", id.0);
		let (line, cell) = network.cells.first().map_or((0, String::new()), |cell| (cell.line, cell.name()));
		let what = format!("{what} ({})", counted(network.cells.len(), "cell"));
		let remedy = "`trimast site networks` lists them".into();
		report.wrong(&Wrong { line, cell, column: "local_network".into(), what, remedy });
		return Ok(SeenNetwork { id, stations: Stations::default(), cells: Vec::new() });
	};
	let codes = codes(&network, columns, catalogue, directory).await?;
	let names = Names { columns, catalogue, stations: &stations, codes: &codes };
	let (cells, wrong, others) = tokio::task::block_in_place(|| {
		let (own, others) = names.of_the_records_technology(network.cells);
		let (cells, wrong) = names.cells(&own);
		(cells, wrong, others)
	});
	report.all(&wrong);
	for wrong in others {
		report.remark(Remark::CellTechnology, &wrong, 1);
	}
	Ok(SeenNetwork { id, stations, cells })
}

/// The codes of the local networks in which values name cells, and of those that were read lately.
pub(crate) async fn codes(
	network: &RawNetwork,
	columns: &Columns,
	catalogue: &Catalogue,
	directory: &Directory<'_>,
) -> Result<HashMap<LocalNetworkId, Arc<Codes>>> {
	let mut codes = directory.kept();
	let named = stream::iter(named_networks(network, columns, catalogue));
	let mut read = pin!(named
		.map(|other| async move { Ok::<_, Failure>((other, directory.codes(other).await?)) })
		.buffered(AT_ONCE));
	while let Some((other, found)) = read.try_next().await? {
		codes.insert(other, found);
	}
	Ok(codes)
}

/// The local networks of the cells that values name.
fn named_networks(
	network: &RawNetwork,
	columns: &Columns,
	catalogue: &Catalogue,
) -> BTreeSet<LocalNetworkId> {
	let cell_view = |column: &Result<Column, _>| {
		let params = column.as_ref().map_or(&[][..], |column| &column.params);
		let mut views = params.iter().filter_map(|id| catalogue.get(*id));
		views.find(|view| view.parameter.domain == Domain::Cell)
	};
	// By the number of the column.
	let views: Vec<_> = columns.iter().map(cell_view).collect();
	let mut found = BTreeSet::new();
	for (number, value) in network.cells.iter().flat_map(RawCell::values) {
		let view = usize::try_from(number).ok().and_then(|number| views.get(number)).copied().flatten();
		if let Some(Ok(Said::Cell(local_network, ..))) = view.map(|view| read_value(view, value)) {
			found.insert(LocalNetworkId(local_network));
		}
	}
	found
}

/// What names are looked up in.
pub(crate) struct Names<'a> {
	/// The file's columns.
	pub(crate) columns: &'a Columns,
	/// The chain's parameters.
	pub(crate) catalogue: &'a Catalogue,
	/// The stations of the local network.
	pub(crate) stations: &'a Stations,
	/// The stations that neighbours are of.
	pub(crate) codes: &'a HashMap<LocalNetworkId, Arc<Codes>>,
}

impl Names<'_> {
	/// All cells that are right, in ascending order, each once, and what is wrong with the others.
	fn cells(&self, raw: &[RawCell]) -> (Vec<SeenCell>, Vec<Wrong>) {
		let read: Vec<Result<SeenCell, Vec<Wrong>>> = raw.par_iter().map(|cell| self.cell(cell)).collect();
		let (mut cells, mut wrong) = (Vec::with_capacity(read.len()), Vec::new());
		for (one, raw) in read.into_iter().zip(raw) {
			match one {
				Ok(cell) => cells.push((cell, raw)),
				Err(more) => wrong.extend(more),
			}
		}
		cells.sort_by_key(|(cell, _)| (cell.id, cell.line));
		let mut once: Vec<SeenCell> = Vec::with_capacity(cells.len());
		for (cell, raw) in cells {
			match once.last() {
				Some(earlier) if earlier.id == cell.id => wrong.push(Wrong {
					line: cell.line,
					cell: raw.name(),
					column: "cell".into(),
					what: format!("line {} has this cell too", earlier.line),
					remedy: "keep one of the two".into(),
				}),
				_ => once.push(cell),
			}
		}
		(once, wrong)
	}

	/// That a cell has another technology than its station's record, where the file says it. None where it may be one of it.
	pub(crate) fn other_technology(&self, raw: &RawCell) -> Option<Wrong> {
		let (_, entry) = self.stations.find(raw.station.as_bytes())?;
		raw.technology.filter(|technology| *technology != entry.station.technology).map(|technology| {
			let word = |technology| match technology {
				Technology::Nr => "NR",
				Technology::Lte => "LTE",
			};
			let what = format!(
				"an {} cell, and by its record the station has {} cells",
				word(technology),
				word(entry.station.technology)
			);
			wrong(raw, "cell", what, "a station of the other technology is a record of its own".into())
		})
	}

	/// The cells that are to be read, and the others of elements with cells of both technologies, of which the station's
	/// record has one.
	fn of_the_records_technology(&self, raw: Vec<RawCell>) -> (Vec<RawCell>, Vec<Wrong>) {
		let others: Vec<Option<Wrong>> = raw.iter().map(|raw| self.other_technology(raw)).collect();
		let fitting = raw.iter().zip(&others).filter(|(_, other)| other.is_none());
		let of_both: BTreeSet<String> = fitting.map(|(raw, _)| raw.station.clone()).collect();
		let (mut own, mut left_out) = (Vec::with_capacity(raw.len()), Vec::new());
		for (raw, other) in raw.into_iter().zip(others) {
			match other.filter(|_| of_both.contains(&raw.station)) {
				Some(other) => left_out.push(other),
				None => own.push(raw),
			}
		}
		(own, left_out)
	}

	/// The station of a cell, which has one of this number and technology by its record.
	fn station(&self, raw: &RawCell) -> Result<(SiteId, &Station), Vec<Wrong>> {
		let Some((site, entry)) = self.stations.find(raw.station.as_bytes()) else {
			let (what, remedy) = self.no_station(raw);
			return Err(vec![wrong(raw, "station", what, remedy)]);
		};
		let station = &entry.station;
		if let Some(other) = self.other_technology(raw) {
			return Err(vec![other]);
		}
		if raw.cell >= station.cells {
			let what = format!("by its record the station has {}", counted(station.cells, "cell"));
			let remedy = format!("cells count from 0 to {}", station.cells.saturating_sub(1));
			return Err(vec![wrong(raw, "cell", what, remedy)]);
		}
		Ok((site, station))
	}

	/// That a local network has no station of a code, and what to do.
	pub(crate) fn no_station(&self, raw: &RawCell) -> (String, String) {
		let what = format!("local network {} has no such station", raw.local_network.0);
		let has = |(id, codes): (&LocalNetworkId, &Arc<Codes>)| {
			codes.find(raw.station.as_bytes()).map(|_| *id).filter(|id| *id != raw.local_network)
		};
		let remedy = match self.codes.iter().filter_map(has).min() {
			Some(other) => {
				format!("local network {} has one of this code: write that in front of it", other.0)
			}
			None => "import the station first (`trimast site import`), or leave its cells out".into(),
		};
		(what, remedy)
	}

	/// A cell and the parameters that it gives a value, whatever that is; or everything that is wrong with them.
	pub(crate) fn keys(&self, raw: &RawCell) -> Result<(CellId, Vec<ParamKey>), Vec<Wrong>> {
		let (site, station) = self.station(raw)?;
		let (mut keys, mut all_wrong) = (Vec::new(), Vec::new());
		for (number, _) in raw.values() {
			match self.columns.get(number) {
				Some(Ok(column)) => match self.key(station, &column.params, column.whose) {
					Ok((key, _)) => keys.push(key),
					Err((what, remedy)) => all_wrong.push(wrong(raw, &column.name, what, remedy)),
				},
				Some(Err((what, remedy))) => {
					let name = escaped(self.columns.name(number));
					all_wrong.push(wrong(raw, &name, what.clone(), remedy.clone()));
				}
				None => {}
			}
		}
		match all_wrong.is_empty() {
			true => Ok((CellId { site, cell: raw.cell }, keys)),
			false => Err(all_wrong),
		}
	}

	/// One cell, or everything that is wrong with it.
	pub(crate) fn cell(&self, raw: &RawCell) -> Result<SeenCell, Vec<Wrong>> {
		let wrong = |column: &str, what, remedy| wrong(raw, column, what, remedy);
		let (site, station) = self.station(raw)?;
		let (mut fields, mut all_wrong) = (BTreeMap::new(), Vec::new());
		let mut texts: Vec<(ParamKey, i64, &str)> = Vec::new();
		for (number, text) in raw.values() {
			let column = match self.columns.get(number) {
				Some(Ok(column)) => column,
				Some(Err((what, remedy))) => {
					all_wrong.push(wrong(&escaped(self.columns.name(number)), what.clone(), remedy.clone()));
					continue;
				}
				None => continue,
			};
			if column.params.is_empty() {
				let field: &mut String = fields.entry(column.name.clone()).or_default();
				if !field.is_empty() {
					field.push(' ');
				}
				field.push_str(text);
				continue;
			}
			match self.value(station, &column.params, column.whose, text) {
				Ok((key, value)) => texts.push((key, value, text)),
				Err((what, remedy)) => {
					all_wrong.push(wrong(&column.name, format!("{} is {what}", quoted(text)), remedy))
				}
			}
		}
		texts.sort_unstable();
		// Several objects of a station may give one value.
		texts.dedup_by_key(|(key, value, _)| (*key, *value));
		for pair in texts.windows(2) {
			if let [(key, _, text), (next, _, other)] = pair {
				if key == next {
					let name = self.catalogue.key_text(*key, &station.plmns);
					let what = format!("it is given twice, as {} and as {}", quoted(text), quoted(other));
					all_wrong.push(wrong(&name, what, "leave one out".into()));
				}
			}
		}
		let values: CellValues = texts.into_iter().map(|(key, value, _)| (key, value)).collect();
		if u32::try_from(values.len()).is_ok_and(|count| count > MAX_KEYS) {
			let what = format!("more than {MAX_KEYS} values");
			all_wrong.push(wrong("", what, "leave some out".into()));
		}
		if !all_wrong.is_empty() {
			return Err(all_wrong);
		}
		Ok(SeenCell { id: CellId { site, cell: raw.cell }, line: raw.line, values, fields })
	}

	/// The parameter of a column at a station, with its place; or what it is and what would be right.
	fn key(
		&self,
		station: &Station,
		params: &[ParamId],
		whose: Whose,
	) -> Result<(ParamKey, &ParameterView), (String, String)> {
		let wrong = |defect: Defect| (defect.what, defect.remedy);
		let view = self.parameter(station, params).map_err(wrong)?;
		let place = self.place(station, view, whose).map_err(wrong)?;
		Ok((ParamKey { param: view.id, place }, view))
	}

	/// One value, or what it is and what would be right.
	fn value(
		&self,
		station: &Station,
		params: &[ParamId],
		whose: Whose,
		text: &str,
	) -> Result<(ParamKey, i64), (String, String)> {
		let wrong = |defect: Defect| (defect.what, defect.remedy);
		let (key, view) = self.key(station, params, whose)?;
		let value = self.number(station, view, text, Reading::Strict).map_err(wrong)?;
		match view.parameter.check(station, None, value) {
			Ok(()) => Ok((key, value)),
			Err(ValueDefect::Technology) => Err(wrong(technology())),
			Err(ValueDefect::Domain | ValueDefect::Step) => Err(("outside of the domain".into(), show(view))),
		}
	}

	/// The parameter of these that the station's cells have.
	pub(crate) fn parameter(&self, station: &Station, params: &[ParamId]) -> Result<&ParameterView, Defect> {
		let fits = |found: Option<Technology>| found.is_none_or(|found| found == station.technology);
		let mut views = params.iter().filter_map(|id| self.catalogue.get(*id));
		views.find(|view| fits(view.parameter.technology)).ok_or_else(technology)
	}

	/// The place of a value among those that a cell has of a parameter.
	pub(crate) fn place(&self, station: &Station, view: &ParameterView, whose: Whose) -> Result<u8, Defect> {
		match whose {
			Whose::Cell => Ok(0),
			Whose::Place(place) => Ok(place),
			Whose::Plmn(plmn) => {
				let found = station.plmns.iter().position(|other| *other == plmn);
				found.and_then(|n| u8::try_from(n).ok()).ok_or_else(|| Defect {
					kind: Unfit::Operator,
					what: "a value of an operator that the station's record does not have".into(),
					remedy: "`trimast site show` has its PLMNs; leave the value empty".into(),
				})
			}
			Whose::Unplaced(_) | Whose::Nobody => Err(Defect {
				kind: Unfit::Place,
				what: "a value in no place that the chain has".into(),
				remedy: show(view),
			}),
		}
	}

	/// What a text counts as. A neighbour with a number beyond its station's record is one where a network is read as it is.
	pub(crate) fn number(
		&self,
		station: &Station,
		view: &ParameterView,
		text: &str,
		reading: Reading,
	) -> Result<i64, Defect> {
		let unreadable = |what| Defect { kind: Unfit::Text, what, remedy: show(view) };
		match read_value(view, text).map_err(unreadable)? {
			Said::Value(value) => Ok(value),
			Said::Plmns(list) => place_plmns(&list, &station.plmns).map_err(|what| Defect {
				kind: Unfit::Foreign,
				what: format!("no list for this station: {what}"),
				remedy: show(view),
			}),
			Said::Cell(local_network, code, cell) => self.neighbour(local_network, code, cell, reading),
		}
	}

	/// The value that names a cell of another station.
	fn neighbour(&self, local_network: u16, code: &str, cell: u8, reading: Reading) -> Result<i64, Defect> {
		let local_network = LocalNetworkId(local_network);
		let foreign =
			|what: String, remedy: &str| Defect { kind: Unfit::Foreign, what, remedy: remedy.into() };
		let found = self.codes.get(&local_network).and_then(|codes| codes.find(code.as_bytes()));
		let Some((index, cells)) = found else {
			let remedy = "import the station first (`trimast site import`), or leave it empty";
			return Err(foreign("a cell of a station that the chain does not have".into(), remedy));
		};
		let most = if reading == Reading::Strict { cells } else { MAX_CELLS };
		if cell >= most {
			let what = format!("no cell: by its record the station has {}", counted(cells, "cell"));
			return Err(foreign(what, &format!("cells count from 0 to {}", cells.saturating_sub(1))));
		}
		Ok(cell_value(CellId { site: SiteId { local_network, index }, cell }))
	}
}

/// Why a text is no value of a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unfit {
	/// Cells of the station's technology do not have the parameter.
	Technology,
	/// It belongs to an operator that the station's record does not have.
	Operator,
	/// It stands in no place that the chain has.
	Place,
	/// It cannot be read.
	Text,
	/// It names an operator or a cell that the chain does not have.
	Foreign,
}

/// A text that is no value of a cell: why, what it is, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Defect {
	/// Why.
	pub(crate) kind: Unfit,
	/// What it is.
	pub(crate) what: String,
	/// What to do.
	pub(crate) remedy: String,
}

fn technology() -> Defect {
	Defect {
		kind: Unfit::Technology,
		what: "a value of another technology than the station's".into(),
		remedy: "leave it empty".into(),
	}
}

fn show(view: &ParameterView) -> String {
	let values = domain_text(view);
	format!("its values: {values} (`trimast config catalogue show {}`)", view.id.0)
}

/// Something that is wrong with a cell of a file.
fn wrong(raw: &RawCell, column: &str, what: String, remedy: String) -> Wrong {
	Wrong { line: raw.line, cell: raw.name(), column: column.into(), what, remedy }
}

#[cfg(test)]
pub(crate) mod tests {
	use super::{super::tests::read_all, *};
	use crate::{
		config::catalogue::tests::{catalogue, ONE, TWO},
		site::csv::{read_station, tests::sample},
	};
	use trimast_primitives::{
		apis::SiteView,
		cells::ParamId,
		site::{StationEntry, StationState},
		OrgSet,
	};

	pub(crate) const PLACE: LocalNetworkId = LocalNetworkId(1301);

	/// A station with two cells and two operators.
	pub(crate) fn site(index: u32, code: &str, technology: Technology) -> SiteView {
		let (_, mut station) = read_station(&sample()).unwrap();
		station.code = code.as_bytes().to_vec().try_into().unwrap();
		(station.technology, station.cells) = (technology, 2);
		station.plmns = vec![ONE, TWO].try_into().unwrap();
		let signed = OrgSet::of(station.owner);
		let entry = StationEntry { station, state: StationState::OnAir, revision: 0, signed };
		SiteView { id: SiteId { local_network: PLACE, index }, entry }
	}

	/// An NR station A in page 0, an LTE station B in page 1, and a retired one.
	pub(crate) fn stations() -> Stations {
		let mut retired = site(3, "R", Technology::Nr);
		retired.entry.state = StationState::Retired;
		Stations::new([site(0, "A", Technology::Nr), site(64, "B", Technology::Lte), retired])
	}

	/// The cells of a file's only local network, and what is wrong with the others.
	pub(crate) fn resolved(text: &str) -> (Vec<SeenCell>, Vec<Wrong>) {
		let (mut networks, wrong, columns) = read_all(text.as_bytes(), text.starts_with('<')).unwrap();
		assert!(wrong.is_empty(), "{wrong:?}");
		let (catalogue, stations) = (catalogue(), stations());
		let codes = [(PLACE, Arc::new(stations.codes()))].into();
		let names = Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
		names.cells(&networks.remove(0).cells)
	}

	fn key(param: u16, place: u8) -> ParamKey {
		ParamKey { param: ParamId(param), place }
	}

	#[test]
	fn names_become_numbers_by_the_stations_record() {
		let (cells, wrong) = resolved(
			"local_network,station,cell,physCellId,trackingAreaCode[46001],plmnInfoList,adjacentNRCellRef[1],swVersion\n\
			 1301,B,1,503,9,46001 46011,1301/A/1,7\n1301,A,0,1007,8,46011,1301/B/0,\n",
		);
		assert_eq!(wrong, []);
		let neighbour =
			|index, cell| cell_value(CellId { site: SiteId { local_network: PLACE, index }, cell });
		// In the chain's order, not the file's
		assert_eq!(
			cells.iter().map(|cell| (cell.id.site.index, cell.id.cell, cell.line)).collect::<Vec<_>>(),
			[(0, 0, 3), (64, 1, 2)]
		);
		assert_eq!(
			cells[0].values,
			[(key(3, 0), 1), (key(4, 1), 8), (key(11, 0), 1007), (key(65, 1), neighbour(64, 0))]
		);
		assert_eq!(
			cells[1].values,
			[(key(3, 0), 0x12), (key(12, 0), 503), (key(64, 1), 9), (key(65, 1), neighbour(0, 1))]
		);
		assert_eq!(cells[1].fields, [("swVersion".to_string(), "7".to_string())].into());
	}

	#[test]
	fn what_is_wrong_is_named_with_line_cell_and_column() {
		let (cells, wrong) = resolved(
			"local_network,station,cell,nRPCI,NRPCI,tac[46011],nRTAC[46002],plmnInfoList,adjacentNRCellRef[0]\n\
			 1301,X,0,,,,,,\n1301,R,1,,,,,,\n1301,A,2,,,,,,\n1301,A,0,1008,,,,,\n1301,A,0,1,2,,,,\n1301,A,0,,,1,,,\n\
			 1301,A,0,,,,1,,\n1301,A,0,,,,,46002,\n1301,A,0,,,,,,1301/X/0\n1301,A,0,,,,,,1301/B/2\n1301,A,1,1,,,,,\n1301,A,1,1,,,,,\n",
		);
		let found: Vec<(u64, &str, &str)> =
			wrong.iter().map(|w| (w.line, w.column.as_str(), w.what.as_str())).collect();
		for (line, column, part) in [
			(2, "station", "local network 1301 has no such station"),
			(4, "cell", "2 cells"),
			(5, "nRPCI", "`1008` is outside of the domain"),
			(6, "nRPCI", "given twice, as `1` and as `2`"),
			(7, "tac[46011]", "another technology"),
			(8, "nRTAC[46002]", "an operator that the station's record does not have"),
			(9, "plmnInfoList", "no PLMN 46002"),
			(10, "adjacentNRCellRef[0]", "a station that the chain does not have"),
			(11, "adjacentNRCellRef[0]", "2 cells"),
			(13, "cell", "line 12 has this cell too"),
		] {
			let here = found.iter().find(|(found, ..)| *found == line).unwrap();
			assert!(here.1 == column && here.2.contains(part), "{here:?}");
		}
		// What a retired station is set to is seen as well: whether that matters is asked by who reads it
		assert_eq!((wrong.len(), cells.len()), (10, 2));
		let domain = wrong.iter().find(|w| w.line == 5).unwrap();
		assert_eq!(
			(domain.cell.as_str(), domain.remedy.contains("0..1007")),
			("1301/A/0", true),
			"{domain:?}"
		);
	}

	#[test]
	fn station_of_another_local_network_is_looked_for_there() {
		let (catalogue, stations) = (catalogue(), Stations::default());
		let there = Arc::new(super::tests::stations().codes());
		let codes = [(PLACE, there)].into();
		let columns = Columns::default();
		let names = Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
		let cell = |code: &str| RawCell::new(7, LocalNetworkId(1302), code, 0);
		let (what, remedy) = names.no_station(&cell("A"));
		assert_eq!(what, "local network 1302 has no such station");
		assert!(remedy.contains("local network 1301 has one"), "{remedy}");
		assert!(names.no_station(&cell("X")).1.contains("site import"));
	}

	#[test]
	fn columns_that_hold_nobodys_values_are_named() {
		let text = "<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes><nRTAC>77</nRTAC>\
			</attributes></NRCellDU></ManagedElement></SubNetwork></d>";
		let (_, wrong) = resolved(text);
		assert_eq!((wrong[0].column.as_str(), wrong[0].what.as_str()), ("nRTAC", "it has no PLMN"));
	}

	#[test]
	fn both_forms_give_the_same_cell() {
		let lines = "local_network,station,cell,gNBIdLength,nRPCI,nRTAC[46011],serial\n1301,A,1,24,12,77,S\n";
		let elements = "<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><GNBDUFunction id=\"1\"><attributes><gNBIdLength>24\
			</gNBIdLength></attributes><NRCellDU id=\"1\"><attributes><nRPCI>12</nRPCI><serial>S</serial></attributes>\
			<NROperatorCellDU id=\"46011\"><attributes><nRTAC>77</nRTAC></attributes></NROperatorCellDU></NRCellDU>\
			</GNBDUFunction></ManagedElement></SubNetwork></d>";
		let (a, b) = (resolved(lines).0, resolved(elements).0);
		assert_eq!((&a[0].id, &a[0].values, &a[0].fields), (&b[0].id, &b[0].values, &b[0].fields));
	}

	#[test]
	fn columns_of_one_name_serve_each_technology() {
		let column =
			Column { name: "physCellId".into(), whose: Whose::Cell, params: vec![ParamId(11), ParamId(12)] };
		let (catalogue, stations, columns) = (catalogue(), stations(), Columns::default());
		let codes = HashMap::new();
		let names = Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
		let of = |code: &[u8]| {
			names.value(&stations.find(code).unwrap().1.station, &column.params, column.whose, "504")
		};
		assert_eq!(of(b"A"), Ok((key(11, 0), 504)));
		assert!(of(b"B").unwrap_err().0.contains("domain"), "an LTE cell has no such identity");
	}

	#[test]
	fn one_value_of_several_objects_is_one_and_several_are_named() {
		let text = |length: u32| {
			format!(
				"<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><GNBDUFunction id=\"1\"><attributes><gNBIdLength>24\
				 </gNBIdLength></attributes><NRCellDU id=\"0\"><attributes><nRPCI>12</nRPCI></attributes></NRCellDU>\
				 </GNBDUFunction><GNBCUCPFunction id=\"1\"><attributes><GNBIDLENGTH>{length}</GNBIDLENGTH></attributes>\
				 </GNBCUCPFunction></ManagedElement></SubNetwork></d>"
			)
		};
		let (cells, wrong) = resolved(&text(24));
		assert_eq!((&cells[0].values[..], wrong), (&[(key(10, 0), 24), (key(11, 0), 12)][..], vec![]));
		let (cells, wrong) = resolved(&text(25));
		assert_eq!((cells.len(), wrong[0].what.as_str()), (0, "it is given twice, as `24` and as `25`"));
	}

	#[test]
	fn cells_of_another_technology_than_the_record_has_are_named() {
		let lte = "<EUtranCellFDD id=\"0\"><attributes><a3-Offset>1</a3-Offset></attributes></EUtranCellFDD>";
		let nr = "<NRCellDU id=\"0\"><attributes><nRPCI>12</nRPCI></attributes></NRCellDU>";
		let read = |cells: &str| {
			let text = format!(
				"<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\">{cells}</ManagedElement></SubNetwork></d>"
			);
			let (mut networks, _, columns) = read_all(text.as_bytes(), true).unwrap();
			let (catalogue, stations, codes) = (catalogue(), stations(), HashMap::new());
			let names =
				Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
			let (own, others) = names.of_the_records_technology(networks.remove(0).cells);
			let (cells, wrong) = names.cells(&own);
			let what = |wrong: &[Wrong]| wrong.iter().map(|wrong| wrong.what.clone()).collect::<Vec<_>>();
			(cells.into_iter().map(|cell| cell.values).collect::<Vec<_>>(), what(&others), what(&wrong))
		};
		let what = "an LTE cell, and by its record the station has NR cells".to_string();
		// Of an element with both the record's are read, and the others told
		assert_eq!(read(&format!("{lte}{nr}")), (vec![vec![(key(11, 0), 12)]], vec![what.clone()], vec![]));
		assert_eq!(read(lte), (vec![], vec![], vec![what]), "a record of the other technology is a slip");
	}
}
