// SPDX-License-Identifier: Apache-2.0
//! What a network is set to, as its export has it: whatever its owner has put there.
//!
//! The rows of an export are what its company binds itself to, so everything that the chain can count is taken as it
//! stands: a value outside of its domain, a cell beyond its station's record, a neighbour's cell beyond that. The chain
//! judges them. What it cannot count is told as a [`Remark`] and ends nothing:
//!
//! * **It certainly is none of the baseline's values**: an operator that the station's record does not have, a neighbour
//!   that the chain does not have. The cell is read without it. Where the baseline has a value, the network has none.
//! * **It may be any value**: a text that cannot be read, a name that several parameters share. Where the baseline has a
//!   value nobody has seen whether it stands: the cell is left out of the export, and nothing is said about it. Where the
//!   baseline has none the cell is read without it.
//!
//! A parameter that the file gives to no cell is no value that is gone: see [`super::absent`].
//!
//! Relations are known by their neighbours, not by the numbers or names that an element manager gives them. A relation
//! gets the place in which the baseline has its neighbour. One whose neighbour the baseline does not have stands for the
//! relation in its own place where that one's neighbour is gone, and is no difference otherwise.

use super::{
	absent::{Params, Said},
	heard,
	plan::{by_page, Looking},
	store::KeptCell,
};
use crate::{
	chain::Chain,
	config::{
		catalogue::Catalogue,
		export::{
			resolve::{codes, Names, SeenCell, SeenNetwork, Unfit},
			stations::{Directory, Stations},
			Columns, RawCell, RawNetwork, Reading, Remark, Report, Whose, Wrong,
		},
		views::Head,
	},
	error::Result,
	output::{counted, quoted},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{
	cells::{
		catalogue::{Domain, ParamScope},
		digest::cell_digest,
		CellId, CellTable, CellValues, ParamId, ParamKey, MAX_KEYS,
	},
	page::SiteId,
	site::MAX_CELLS,
	Hash, LocalNetworkId, OrgId,
};

/// What a relation is called in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Called {
	/// By a place in the cell's list.
	Place(u8),
	/// By something else.
	Other(u8),
}

/// A relation of a cell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Relation {
	/// The neighbour, and the parameter that names it.
	neighbour: Option<(ParamId, i64)>,
	/// Whether the chain does not have the neighbour.
	is_foreign: bool,
	/// Values that name a neighbour and cannot be read.
	garbled: Vec<Doubt>,
	/// All values, the neighbour's too.
	values: Vec<(ParamId, i64)>,
	/// Other values that cannot be read.
	doubts: Vec<Doubt>,
}

/// A value that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Doubt {
	/// The parameter.
	param: ParamId,
	/// Its place, if that is known.
	place: Option<u8>,
	/// The column in which it stands.
	column: String,
	/// What it is.
	what: String,
}

/// A cell, before its baseline is known.
struct Cell<'a> {
	raw: &'a RawCell,
	id: CellId,
	values: CellValues,
	relations: BTreeMap<Called, Relation>,
	doubts: Vec<Doubt>,
	fields: BTreeMap<String, String>,
	/// Parameters of which the file names what the chain does not have.
	foreign: Vec<ParamId>,
	remarks: Vec<(Remark, Wrong, u64)>,
}

impl Cell<'_> {
	/// The parameters of which it has something, whatever that is.
	fn given(&self) -> impl Iterator<Item = ParamId> + '_ {
		let own = self.values.iter().map(|(key, _)| key.param);
		let doubts = self.doubts.iter().map(|doubt| doubt.param);
		let related = self.relations.values().flat_map(|relation| {
			let doubts = relation.doubts.iter().chain(&relation.garbled).map(|doubt| doubt.param);
			relation.values.iter().map(|(param, _)| *param).chain(doubts)
		});
		own.chain(doubts).chain(related).chain(self.foreign.iter().copied())
	}
}

/// What is left to say of a cell, and the cell, unless it is left out.
type Placed = (Option<SeenCell>, Vec<(Remark, Wrong, u64)>);

/// What the baseline of a cell has and no cell of the file was seen to have so far.
type Lacks = Option<(SiteId, Vec<ParamId>)>;

/// Cells that are looked at together: what is known of a cell meanwhile takes several times as much as the cell.
const TOGETHER: usize = 4_096;

/// What is said of a local network, once those before it are told.
#[derive(Debug, Default)]
pub(super) struct Told(Vec<(Remark, Wrong, u64)>);

impl Told {
	fn remark(&mut self, kind: Remark, wrong: Wrong, times: u64) {
		self.0.push((kind, wrong, times));
	}

	/// Tells it.
	pub(super) fn tell(self, report: &mut Report) {
		for (kind, wrong, times) in self.0 {
			report.remark(kind, &wrong, times);
		}
	}
}

/// Reads local networks as they are.
pub(super) struct Reader<'a> {
	/// The chain, whose baseline says in which places neighbours stand.
	pub(super) chain: &'a Chain,
	/// Its parameters.
	pub(super) catalogue: &'a Catalogue,
	/// Its stations.
	pub(super) directory: Directory<'a>,
	/// Who reads.
	pub(super) org: OrgId,
	/// What is said of parameters that the file lacks.
	pub(super) said: &'a Said,
}

impl Reader<'_> {
	/// Reads one. Several may be read at once.
	pub(super) async fn network(
		&self,
		mut network: RawNetwork,
		columns: &Columns,
	) -> Result<(SeenNetwork, Told, Params)> {
		let (id, mut told, mut params) = (network.id, Told::default(), Params::default());
		if !self.directory.knows(id) {
			let first = network.cells.first();
			let what =
				format!("the chain has no local network {} ({})", id.0, counted(network.cells.len(), "cell"));
			let (line, cell) = first.map_or((0, String::new()), |cell| (cell.line, cell.name()));
			let remedy = "`trimast site networks` lists those that it has".into();
			let wrong = Wrong { line, cell, column: "local_network".into(), what, remedy };
			let times = u64::try_from(network.cells.len()).unwrap_or(u64::MAX);
			told.remark(Remark::LocalNetwork, wrong, times);
			return Ok((SeenNetwork { id, stations: Stations::default(), cells: Vec::new() }, told, params));
		}
		let stations = self.directory.stations(id).await?;
		let codes = codes(&network, columns, self.catalogue, &self.directory).await?;
		let names = Names { columns, catalogue: self.catalogue, stations: &stations, codes: &codes };
		let at = self.chain.now().await?;
		let pages = tokio::task::block_in_place(|| by_place(&stations, &mut network.cells));
		let heads = at.heads(id, pages.last().map_or(0, |last| last.saturating_add(1))).await?;
		let mut cells = Vec::with_capacity(network.cells.len());
		for raw in together(&stations, &network.cells) {
			let genesis = self.chain.genesis();
			let (wanted, kept) = tokio::task::block_in_place(|| {
				let read = read(&names, raw, &mut told);
				read.iter().for_each(|cell| params.give(cell.given()));
				without_baseline(genesis, id, read, &heads)
			});
			let tables = at.tables(id, &wanted).await?;
			let tables: BTreeMap<u16, CellTable> = wanted.into_iter().zip(tables).collect();
			let placed: Vec<(Placed, Lacks)> = tokio::task::block_in_place(|| {
				kept.into_par_iter()
					.map(|(cell, placed)| {
						let table = cell.id.site.page().and_then(|page| tables.get(&page));
						let Some(table) = table else { return (placed, None) };
						let n = table.position(cell.id.site.slot(), cell.id.cell);
						let Some(baseline) = n.map(|n| table.values(n)) else {
							return (place(&cell, None), None);
						};
						let placed = place(&cell, Some(&baseline));
						let placed = leave_out(&names, self.said, placed, &cell, &baseline);
						let lacking = params.lacking(&baseline);
						let is_told = placed.0.is_some() && !lacking.is_empty();
						(placed, is_told.then_some((cell.id.site, lacking)))
					})
					.collect()
			});
			let lacks = placed.iter().filter_map(|(_, lacks)| lacks.as_ref()?.0.page());
			let pages: Vec<u16> = lacks.collect::<BTreeSet<u16>>().into_iter().collect();
			let heard = heard(at, id, &pages, self.org).await?;
			for ((cell, remarks), lacks) in placed {
				remarks.into_iter().for_each(|(kind, wrong, times)| told.remark(kind, wrong, times));
				cells.extend(cell);
				if let Some((_, lacks)) = lacks.filter(|(site, _)| heard.contains(site)) {
					params.count(lacks);
				}
			}
		}
		Ok((SeenNetwork { id, stations, cells }, told, params))
	}
}

/// The page of a cell's station; none of one that the chain does not have.
fn page_of(stations: &Stations, raw: &RawCell) -> Option<u16> {
	stations.find(raw.station.as_bytes()).and_then(|(site, _)| site.page())
}

/// Brings the cells of a file into the order of the pages, in which they are compared. Says the pages in theirs.
fn by_place(stations: &Stations, cells: &mut [RawCell]) -> Vec<u16> {
	cells.sort_by_cached_key(|raw| page_of(stations, raw));
	let mut pages: Vec<u16> = cells.iter().filter_map(|raw| page_of(stations, raw)).collect();
	pages.dedup();
	pages
}

/// The cells of whole pages, some of them together.
fn together<'a>(stations: &'a Stations, cells: &'a [RawCell]) -> Vec<&'a [RawCell]> {
	let mut parts = Vec::new();
	let (mut first, mut end) = (0usize, 0usize);
	for page in cells.chunk_by(|a, b| page_of(stations, a) == page_of(stations, b)) {
		end = end.saturating_add(page.len());
		if end.saturating_sub(first) >= TOGETHER {
			parts.extend(cells.get(first..end));
			first = end;
		}
	}
	parts.extend(cells.get(first..end).filter(|rest| !rest.is_empty()));
	parts
}

/// All cells of stations that the chain has, in ascending order, each once.
fn read<'a>(names: &Names<'_>, raw: &'a [RawCell], told: &mut Told) -> Vec<Cell<'a>> {
	let read: Vec<Result<Cell<'a>, (Remark, Wrong)>> = raw.par_iter().map(|raw| cell(names, raw)).collect();
	let mut cells: Vec<Cell<'a>> = Vec::with_capacity(read.len());
	for one in read {
		match one {
			Ok(cell) => cells.push(cell),
			Err((kind, wrong)) => told.remark(kind, wrong, 1),
		}
	}
	cells.sort_by_key(|cell| (cell.id, cell.raw.line));
	let mut once: Vec<Cell<'a>> = Vec::with_capacity(cells.len());
	let mut twice: BTreeSet<CellId> = BTreeSet::new();
	for cell in cells {
		match once.last() {
			// Nobody knows which of them the network has.
			Some(earlier) if earlier.id == cell.id => {
				twice.insert(cell.id);
				let (line, name, column) = (cell.raw.line, cell.raw.name(), "cell".into());
				let what = format!("line {} has this cell too: the cell is left out", earlier.raw.line);
				let wrong = Wrong { line, cell: name, column, what, remedy: "keep one of the two".into() };
				told.remark(Remark::CellLeftOut, wrong, 1);
			}
			_ => once.push(cell),
		}
	}
	once.retain(|cell| !twice.contains(&cell.id));
	once
}

/// One cell.
fn cell<'a>(names: &Names<'_>, raw: &'a RawCell) -> Result<Cell<'a>, (Remark, Wrong)> {
	let wrong = |column: &str, what: String, remedy: String| Wrong {
		line: raw.line,
		cell: raw.name(),
		column: column.into(),
		what,
		remedy,
	};
	let Some((site, entry)) = names.stations.find(raw.station.as_bytes()) else {
		let (what, remedy) = names.no_station(raw);
		return Err((Remark::Station, wrong("station", what, remedy)));
	};
	if let Some(wrong) = names.other_technology(raw) {
		return Err((Remark::CellTechnology, wrong));
	}
	if raw.cell >= MAX_CELLS {
		let what = format!("{} is no number of a cell", raw.cell);
		let remedy = format!("cells count from 0 to {}", MAX_CELLS - 1);
		return Err((Remark::ObjectLeftOut, wrong("cell", what, remedy)));
	}
	let station = &entry.station;
	let mut cell = Cell {
		raw,
		id: CellId { site, cell: raw.cell },
		values: CellValues::new(),
		relations: BTreeMap::new(),
		doubts: Vec::new(),
		fields: BTreeMap::new(),
		foreign: Vec::new(),
		remarks: Vec::new(),
	};
	for (number, text) in raw.values() {
		let Some(Ok(column)) = names.columns.get(number) else { continue };
		if column.params.is_empty() {
			let field: &mut String = cell.fields.entry(column.name.clone()).or_default();
			if !field.is_empty() {
				field.push(' ');
			}
			field.push_str(text);
			continue;
		}
		let told = |what: &str| wrong(&column.name, format!("{} is {what}", quoted(text)), String::new());
		let doubt = |param: ParamId, place: Option<u8>, what: &str| {
			let Wrong { column, what, .. } = told(what);
			Doubt { param, place, column, what }
		};
		let view = match names.parameter(station, &column.params) {
			Ok(view) => view,
			Err(defect) => {
				cell.remarks.push((Remark::Technology, told(&defect.what), 1));
				continue;
			}
		};
		let number = names.number(station, view, text, Reading::AsIs);
		if let (ParamScope::CellRelation, Some(called)) = (view.parameter.scope, called(column.whose)) {
			let relation = cell.relations.entry(called).or_default();
			let names_it = view.parameter.domain == Domain::Cell;
			match number {
				Ok(value)
					if names_it && relation.neighbour.is_some_and(|other| other != (view.id, value)) =>
				{
					// Several relations under one name.
					relation.garbled.push(doubt(view.id, None, "another neighbour of one relation"));
				}
				Ok(value) => {
					if names_it {
						relation.neighbour = Some((view.id, value));
					}
					relation.values.push((view.id, value));
				}
				Err(defect) if defect.kind == Unfit::Foreign => {
					relation.is_foreign |= names_it;
					cell.foreign.push(view.id);
					cell.remarks.push((Remark::Neighbour, told(&defect.what), 1));
				}
				Err(defect) if names_it => relation.garbled.push(doubt(view.id, None, &defect.what)),
				Err(defect) => relation.doubts.push(doubt(view.id, None, &defect.what)),
			}
			continue;
		}
		match names.place(station, view, column.whose) {
			Ok(place) => match number {
				Ok(value) => cell.values.push((ParamKey { param: view.id, place }, value)),
				Err(defect) if defect.kind == Unfit::Foreign => {
					let kind = match view.parameter.domain {
						Domain::Cell => Remark::Neighbour,
						_ => Remark::Operator,
					};
					cell.foreign.push(view.id);
					cell.remarks.push((kind, told(&defect.what), 1));
				}
				Err(defect) => cell.doubts.push(doubt(view.id, Some(place), &defect.what)),
			},
			Err(defect) if defect.kind == Unfit::Operator => {
				cell.foreign.push(view.id);
				cell.remarks.push((Remark::Operator, told(&defect.what), 1));
			}
			// It may be a value of any of them.
			Err(defect) => {
				cell.doubts.extend(column.params.iter().map(|param| doubt(*param, None, &defect.what)));
			}
		}
	}
	let twice = |key: ParamKey, place: Option<u8>| Doubt {
		param: key.param,
		place,
		column: names.catalogue.key_text(key, &station.plmns),
		what: "it is given with several values".into(),
	};
	let several = keep_one_of_each(&mut cell.values);
	cell.doubts.extend(several.into_iter().map(|key| twice(key, Some(key.place))));
	for relation in cell.relations.values_mut() {
		let mut values: CellValues =
			relation.values.iter().map(|(param, value)| (ParamKey::of(*param), *value)).collect();
		let several = keep_one_of_each(&mut values);
		relation.values = values.into_iter().map(|(key, value)| (key.param, value)).collect();
		relation.doubts.extend(several.into_iter().map(|key| twice(key, None)));
	}
	Ok(cell)
}

fn called(whose: Whose) -> Option<Called> {
	match whose {
		Whose::Place(place) => Some(Called::Place(place)),
		Whose::Unplaced(number) => Some(Called::Other(number)),
		Whose::Cell | Whose::Plmn(_) | Whose::Nobody => None,
	}
}

/// Sorts values. Of what is given twice with one value one is kept. What is given with several cannot be read: it is taken
/// out, and returned.
fn keep_one_of_each(values: &mut CellValues) -> Vec<ParamKey> {
	values.sort_unstable();
	values.dedup();
	let mut several: Vec<ParamKey> =
		values.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0).collect();
	several.dedup();
	if !several.is_empty() {
		values.retain(|(key, _)| !several.contains(key));
	}
	several
}

/// Each cell as it is read where nothing is compared with the baseline, and the pages of which the baseline is needed: those
/// with a value that cannot be read or a relation without a place, and those that are not as the baseline says in the places
/// of the file.
fn without_baseline<'a>(
	genesis: Hash,
	id: LocalNetworkId,
	cells: Vec<Cell<'a>>,
	heads: &[Head],
) -> (Vec<u16>, Vec<(Cell<'a>, Placed)>) {
	let placed: Vec<(Cell<'a>, Placed)> = cells
		.into_par_iter()
		.map(|cell| {
			let placed = place(&cell, None);
			(cell, placed)
		})
		.collect();
	let digests: Vec<KeptCell> = placed
		.par_iter()
		.filter_map(|(_, (cell, _))| {
			let cell = cell.as_ref()?;
			Some(KeptCell { row: 0, id: cell.id, digest: cell_digest(&cell.values) })
		})
		.collect();
	let (mut wanted, mut others): (BTreeSet<u16>, BTreeSet<u16>) = Default::default();
	for (cell, _) in &placed {
		let Some(page) = cell.id.site.page() else { continue };
		let is_open = |(called, relation): (&Called, &Relation)| {
			matches!(called, Called::Other(_)) || !relation.garbled.is_empty() || !relation.doubts.is_empty()
		};
		if !cell.doubts.is_empty() || cell.relations.iter().any(is_open) {
			wanted.insert(page);
		} else {
			others.insert(page);
		}
	}
	let (seen, heads) = (by_page(&digests), heads.to_vec());
	let looking = Looking { genesis, id, seen, heads, is_again: false, by_cells: BTreeSet::new() };
	let others: Vec<u16> = others.into_iter().filter(|page| !wanted.contains(page)).collect();
	let (_, differing) = looking.first_look(&others);
	wanted.extend(differing);
	let has_baseline =
		|page: &u16| looking.heads.get(usize::from(*page)).is_some_and(|head| !head.digest.is_zero());
	let wanted = wanted.into_iter().filter(has_baseline).collect();
	(wanted, placed)
}

/// A cell, unless the file lacks a value that the baseline has, and nothing is to be said about that.
fn leave_out(
	names: &Names<'_>,
	said: &Said,
	placed: Placed,
	cell: &Cell<'_>,
	baseline: &CellValues,
) -> Placed {
	let (seen, mut remarks) = placed;
	let lacks = seen.as_ref().and_then(|seen| said.lacks(&seen.values, baseline));
	let Some(param) = lacks else { return (seen, remarks) };
	let wrong = Wrong {
		line: cell.raw.line,
		cell: cell.raw.name(),
		column: names.catalogue.name(param),
		what: "the file does not give it, and the baseline has a value: the cell is left out".into(),
		remedy: String::new(),
	};
	remarks.push((Remark::NotGiven, wrong, 1));
	(None, remarks)
}

/// A cell with its relations in the places of its baseline.
fn place(cell: &Cell<'_>, baseline: Option<&CellValues>) -> Placed {
	let approved = |key: ParamKey| {
		let all = baseline?;
		let n = all.binary_search_by_key(&key, |(key, _)| *key).ok()?;
		all.get(n).map(|(_, value)| *value)
	};
	let told = |column: &str, what: String| Wrong {
		line: cell.raw.line,
		cell: cell.raw.name(),
		column: column.into(),
		what,
		remedy: String::new(),
	};
	let (mut values, mut doubts, mut remarks) =
		(cell.values.clone(), cell.doubts.clone(), cell.remarks.clone());
	let mut places: BTreeMap<u8, &Relation> = BTreeMap::new();
	let mut rest = Vec::new();
	for (called, relation) in &cell.relations {
		let found = relation.neighbour.filter(|_| relation.garbled.is_empty()).and_then(|(param, value)| {
			let mut all = baseline?.iter();
			let same = |(key, approved): &&(ParamKey, i64)| {
				key.param == param && *approved == value && !places.contains_key(&key.place)
			};
			all.find(same).map(|(key, _)| key.place)
		});
		match found {
			Some(place) => {
				places.insert(place, relation);
			}
			None => rest.push((called, relation)),
		}
	}
	let mut without = 0u64;
	for (called, relation) in rest {
		let own = match called {
			Called::Place(place) => Some(*place).filter(|place| !places.contains_key(place)),
			Called::Other(_) => None,
		};
		if let Some(first) = relation.garbled.first() {
			// While nobody knows whose values they are, none of them can be read.
			let values = relation.values.iter().map(|(param, _)| Doubt { param: *param, ..first.clone() });
			doubts.extend(
				values.chain(relation.doubts.iter().cloned()).chain(relation.garbled.iter().cloned()),
			);
			continue;
		}
		let own = own.filter(|place| match relation.neighbour {
			// What stands in its place in the baseline is gone.
			Some((param, _)) => baseline.is_none() || approved(ParamKey { param, place: *place }).is_some(),
			// The file names no neighbours, and the place is all that is known.
			None => !relation.is_foreign,
		});
		match own {
			Some(place) => {
				places.insert(place, relation);
			}
			// The neighbour has a remark of its own.
			None => without += u64::from(!relation.is_foreign),
		}
	}
	for (place, relation) in places {
		values
			.extend(relation.values.iter().map(|(param, value)| (ParamKey { param: *param, place }, *value)));
		doubts.extend(relation.doubts.iter().map(|doubt| Doubt { place: Some(place), ..doubt.clone() }));
	}
	values.sort_unstable();
	if without > 0 {
		let what = format!("{without} relations that the baseline does not have");
		remarks.push((Remark::Relation, told("", what), without));
	}
	let is_seen = |key: &ParamKey| values.binary_search_by_key(key, |(key, _)| *key).is_ok();
	let is_open = |Doubt { param, place, .. }: &&Doubt| match place {
		Some(place) => approved(ParamKey { param: *param, place: *place }).is_some(),
		None => {
			let mut keys = baseline.into_iter().flatten().map(|(key, _)| key);
			keys.any(|key| key.param == *param && !is_seen(key))
		}
	};
	let open: Vec<&Doubt> = doubts.iter().filter(is_open).collect();
	if let Some(first) = open.first() {
		let more = match open.len() {
			1 => String::new(),
			count => format!(" ({} in all)", counted(count, "value")),
		};
		let what = format!("{}, and the baseline has a value{more}: the cell is left out", first.what);
		remarks.push((Remark::CellLeftOut, told(&first.column, what), 1));
		return (None, remarks);
	}
	if u32::try_from(values.len()).is_ok_and(|count| count > MAX_KEYS) {
		let what = format!("more than {MAX_KEYS} values: the cell is left out");
		remarks.push((Remark::CellLeftOut, told("", what), 1));
		return (None, remarks);
	}
	for doubt in &doubts {
		remarks.push((Remark::Unreadable, told(&doubt.column, doubt.what.clone()), 1));
	}
	(Some(SeenCell { id: cell.id, line: cell.raw.line, values, fields: cell.fields.clone() }), remarks)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::{
		catalogue::tests::catalogue,
		export::{
			resolve::tests::{stations, PLACE},
			tests::read_as,
		},
	};
	use std::sync::Arc;
	use trimast_primitives::cells::catalogue::cell_value;

	fn key(param: u16, place: u8) -> ParamKey {
		ParamKey { param: ParamId(param), place }
	}

	fn neighbour(index: u32, cell: u8) -> i64 {
		cell_value(CellId { site: SiteId { local_network: PLACE, index }, cell })
	}

	/// The cells of a file where each has this baseline, and what is remarked or wrong.
	fn seen(text: &str, baseline: &CellValues) -> (Vec<SeenCell>, BTreeMap<String, u64>, u64) {
		let how = (text.starts_with('<'), Reading::AsIs);
		let (mut networks, wrong, columns) = read_as(text.as_bytes(), how).unwrap();
		assert!(wrong.is_empty(), "{wrong:?}");
		let (catalogue, stations) = (catalogue(), stations());
		let codes = [(PLACE, Arc::new(stations.codes()))].into();
		let names = Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
		let raw = networks.remove(0).cells;
		let (mut report, mut told) = (Report::silent(), Told::default());
		let mut cells = Vec::new();
		for cell in read(&names, &raw, &mut told) {
			let (cell, remarks) = place(&cell, Some(baseline));
			remarks.into_iter().for_each(|(kind, wrong, times)| told.remark(kind, wrong, times));
			cells.extend(cell);
		}
		told.tell(&mut report);
		(cells, report.remarks, report.count)
	}

	#[test]
	fn parameters_that_stand_in_the_file_in_any_form_are_given_and_what_it_lacks_leaves_cells_out() {
		let text = "local_network,station,cell,nRPCI,arfcnDL,plmnInfoList,nRTAC[46002],adjacentNRCellRef[1],tac[46011],desSwitch\n\
			1301,A,0,five,7,46002,9,1301/X/0,9,\n";
		let (mut networks, _, columns) = read_as(text.as_bytes(), (false, Reading::AsIs)).unwrap();
		let (catalogue, stations) = (catalogue(), stations());
		let codes = [(PLACE, Arc::new(stations.codes()))].into();
		let names = Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
		let raw = networks.remove(0).cells;
		let cells = read(&names, &raw, &mut Told::default());
		let given: BTreeSet<u16> = cells[0].given().map(|param| param.0).collect();
		assert_eq!(given, [3, 4, 11, 13, 65].into(), "neither of another technology nor empty");
		let baseline = vec![(key(13, 0), 7), (key(53, 0), 1)];
		let placed = |without: &[&str]| {
			let without: Vec<String> = without.iter().map(|name| (*name).to_string()).collect();
			let said = Said::read(&catalogue, &without, &[]).unwrap();
			let placed = place(&cells[0], Some(&baseline));
			let (cell, remarks) = leave_out(&names, &said, placed, &cells[0], &baseline);
			let last = remarks.last().map(|(kind, wrong, _)| (*kind, wrong.column.clone()));
			(cell.is_some(), last.filter(|(kind, _)| *kind == Remark::NotGiven))
		};
		assert_eq!((placed(&[]), placed(&["arfcnDL"])), ((true, None), (true, None)));
		assert_eq!(placed(&["desSwitch"]), (false, Some((Remark::NotGiven, "desSwitch".into()))));
	}

	#[test]
	fn values_that_cannot_be_read_are_named_by_column_and_text() {
		let told = |text: &str, baseline: &CellValues| {
			let (mut networks, _, columns) = read_as(text.as_bytes(), (false, Reading::AsIs)).unwrap();
			let (catalogue, stations, codes) = (catalogue(), stations(), Default::default());
			let names =
				Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
			let raw = networks.remove(0).cells;
			let cells = read(&names, &raw, &mut Told::default());
			let (_, remarks) = place(&cells[0], Some(baseline));
			let text = |(_, wrong, _): (Remark, Wrong, u64)| {
				format!("{} {}: {}", wrong.line, wrong.column, wrong.what)
			};
			remarks.into_iter().map(text).collect::<Vec<_>>()
		};
		let text = "local_network,station,cell,arfcnDL,nRPCI,NRPCI\n1301,A,0,633 333,5,6\n";
		let (one, two) =
			("`633 333` is not a whole number: a space stands in it", "it is given with several values");
		assert_eq!(told(text, &CellValues::new()), [format!("2 arfcnDL: {one}"), format!("2 nRPCI: {two}")]);
		let left_out = "and the baseline has a value: the cell is left out";
		assert_eq!(told(text, &vec![(key(13, 0), 633_333)]), [format!("2 arfcnDL: {one}, {left_out}")]);
	}

	#[test]
	fn cells_are_looked_at_page_by_page_and_few_at_a_time() {
		let stations = stations();
		let raw = |line, code: &str| RawCell::new(line, PLACE, code, 0);
		// In the order of a file: page 1, page 0, a station that the chain does not have, page 0
		let most = u64::try_from(TOGETHER).unwrap();
		let mut cells: Vec<RawCell> = (0..most).map(|line| raw(line, "B")).collect();
		cells.extend([raw(most, "A"), raw(most + 1, "X"), raw(most + 2, "R")]);
		assert_eq!(by_place(&stations, &mut cells), [0, 1]);
		let lines: Vec<u64> = cells.iter().take(4).map(|cell| cell.line).collect();
		assert_eq!(lines, [most + 1, most, most + 2, 0], "a page keeps the order of the file");
		cells.push(raw(most + 3, "X"));
		let sizes: Vec<usize> = together(&stations, &cells).iter().map(|part| part.len()).collect();
		assert_eq!(sizes, [TOGETHER + 3, 1], "a page is never cut");
		assert!(together(&stations, &[]).is_empty());
	}

	/// A cell of station A in a file with one column.
	fn one(column: &str, value: &str, baseline: &CellValues) -> (Option<CellValues>, Vec<String>) {
		let text = format!("local_network,station,cell,arfcnDL,{column}\n1301,A,0,7,{value}\n");
		let (cells, remarks, wrong) = seen(&text, baseline);
		assert_eq!(wrong, 0);
		let values = cells.into_iter().next().map(|cell| cell.values);
		(values, remarks.into_keys().collect())
	}

	#[test]
	fn values_outside_of_their_domain_are_values() {
		let values = |values: Vec<(ParamKey, i64)>| (Some(values), Vec::<String>::new());
		let none = CellValues::new();
		assert_eq!(one("nRPCI", "1008", &none), values(vec![(key(11, 0), 1008), (key(13, 0), 7)]));
		assert_eq!(one("a3-Offset", "-31", &none), values(vec![(key(13, 0), 7), (key(33, 0), -31)]));
	}

	#[test]
	fn cells_beyond_the_record_are_cells() {
		let text = "local_network,station,cell,nRPCI\n1301,A,2,5\n1301,X,0,5\n1301,A,24,5\n";
		let (cells, remarks, wrong) = seen(text, &CellValues::new());
		assert_eq!(cells.iter().map(|cell| cell.id.cell).collect::<Vec<_>>(), [2]);
		let expected = [("object_left_out".to_string(), 1), ("station_unknown".to_string(), 1)].into();
		assert_eq!((remarks, wrong), (expected, 0));
	}

	#[test]
	fn cells_that_are_given_twice_and_those_of_another_technology_end_nothing() {
		let text = "local_network,station,cell,nRPCI\n1301,A,0,5\n1301,A,0,6\n1301,A,1,7\n";
		let (cells, remarks, wrong) = seen(text, &CellValues::new());
		assert_eq!(
			cells.iter().map(|cell| cell.id.cell).collect::<Vec<_>>(),
			[1],
			"nobody knows which it is"
		);
		assert_eq!((remarks, wrong), ([("cell_left_out".to_string(), 1)].into(), 0));
		let text = "<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes><nRPCI>7</nRPCI>\
			</attributes></NRCellDU><EUtranCellTDD id=\"0\"><attributes><a3-Offset>1</a3-Offset></attributes></EUtranCellTDD>\
			</ManagedElement></SubNetwork></d>";
		let (cells, remarks, wrong) = seen(text, &CellValues::new());
		assert_eq!(cells[0].values, [(key(11, 0), 7)]);
		assert_eq!(
			(cells.len(), remarks, wrong),
			(1, [("cell_of_other_technology".to_string(), 1)].into(), 0)
		);
	}

	#[test]
	fn relation_behind_the_last_that_is_read_may_be_any_of_the_baseline() {
		let many: Vec<String> = (0..300).map(|n| format!("to-{n}")).collect();
		let mut all: Vec<(&str, &str)> = many.iter().map(|id| (id.as_str(), "1301/A/1")).collect();
		let baseline = vec![(key(65, 2), neighbour(64, 0))];
		assert_eq!(related(&all, &baseline).0, [], "nobody has seen whether it is gone");
		all[7].1 = "1301/B/0";
		assert_eq!(related(&all, &baseline).0[0].values, baseline);
	}

	#[test]
	fn unreadable_value_leaves_its_cell_out_only_where_the_baseline_has_one() {
		let (has, has_not) = (vec![(key(11, 0), 5)], CellValues::new());
		assert_eq!(one("nRPCI", "five", &has), (None, vec!["cell_left_out".to_string()]));
		let kept = Some(vec![(key(13, 0), 7)]);
		assert_eq!(one("nRPCI", "five", &has_not), (kept, vec!["value_unreadable".to_string()]));
		// Given twice with two values it cannot be read, with one it can
		let text = |b| format!("local_network,station,cell,nRPCI,NRPCI\n1301,A,0,5,{b}\n");
		assert_eq!(seen(&text(6), &has).0, []);
		assert_eq!(seen(&text(5), &has).0[0].values, has);
	}

	#[test]
	fn what_the_chain_does_not_have_is_no_value() {
		// The network has other operators than approved, so what the baseline has is not there
		let (values, remarks) = one("plmnInfoList", "46011 46002", &vec![(key(3, 0), 1)]);
		assert_eq!((values, remarks), (Some(vec![(key(13, 0), 7)]), vec!["operator_unknown".to_string()]));
		let (values, remarks) = one("nRTAC[46002]", "9", &vec![(key(4, 0), 9)]);
		assert_eq!((values, remarks), (Some(vec![(key(13, 0), 7)]), vec!["operator_unknown".to_string()]));
		let (values, remarks) = one("tac[46011]", "9", &CellValues::new());
		assert_eq!((values, remarks), (Some(vec![(key(13, 0), 7)]), vec!["other_technology".to_string()]));
	}

	/// A cell of station A with these relations: id and neighbour.
	fn related(relations: &[(&str, &str)], baseline: &CellValues) -> (Vec<SeenCell>, BTreeMap<String, u64>) {
		let relation = |(id, neighbour): &(&str, &str)| {
			format!(
				"<NRCellRelation id=\"{id}\"><attributes><adjacentNRCellRef>{neighbour}</adjacentNRCellRef></attributes>\
				 </NRCellRelation>"
			)
		};
		let relations: String = relations.iter().map(relation).collect();
		let text = format!(
			"<d><SubNetwork id=\"1301\"><ManagedElement id=\"A\"><NRCellDU id=\"0\"><attributes/>{relations}</NRCellDU>\
			 </ManagedElement></SubNetwork></d>"
		);
		let (cells, remarks, wrong) = seen(&text, baseline);
		assert_eq!(wrong, 0);
		(cells, remarks)
	}

	#[test]
	fn relations_are_known_by_their_neighbours() {
		let baseline = vec![(key(65, 2), neighbour(64, 0)), (key(65, 5), neighbour(64, 1))];
		let one = |word: &str, times| BTreeMap::from([(word.to_string(), times)]);
		// Names and long numbers, in another order, and more of them than the chain has places
		let (cells, remarks) =
			related(&[("to-B-1", "1301/B/1"), ("4600123", "1301/B/0"), ("0", "1301/A/1")], &baseline);
		assert_eq!((&cells[0].values, remarks), (&baseline, one("relation_without_baseline", 1)));
		let many: Vec<String> = (0..60).map(|n| n.to_string()).collect();
		let mut all: Vec<(&str, &str)> = many.iter().map(|id| (id.as_str(), "1301/A/1")).collect();
		(all[40].1, all[59].1) = ("1301/B/0", "1301/B/1");
		let (cells, remarks) = related(&all, &baseline);
		assert_eq!(cells[0].values, baseline);
		assert_eq!(remarks, one("relation_without_baseline", 58));
		// One that is gone is not there, and one in its place is another value
		let (cells, remarks) = related(&[("5", "1301/B/1")], &baseline);
		assert_eq!((&cells[0].values[..], remarks.len()), (&baseline[1..], 0));
		let (cells, _) = related(&[("2", "1301/A/1"), ("7", "1301/B/1")], &baseline);
		assert_eq!(cells[0].values, [(key(65, 2), neighbour(0, 1)), baseline[1]]);
	}

	#[test]
	fn neighbours_that_the_chain_does_not_have_are_told() {
		let baseline = vec![(key(65, 2), neighbour(64, 0))];
		let one = |word: &str, times| BTreeMap::from([(word.to_string(), times)]);
		let (cells, remarks) = related(&[("0", "1301/X/0"), ("1", "1301/B/0")], &baseline);
		assert_eq!((&cells[0].values, remarks), (&baseline, one("neighbour_unknown", 1)));
		// In the place of the approved one: that is gone
		let (cells, _) = related(&[("2", "1301/X/0")], &baseline);
		assert_eq!(cells[0].values, []);
		// It may be the approved one where it cannot be read
		let external = "SubNetwork=1301,ManagedElement=A,ExternalNRCellCU=9";
		assert_eq!(related(&[("2", external)], &baseline), (vec![], one("cell_left_out", 1)));
		let both = [("7", external), ("8", "1301/B/0")];
		let (cells, remarks) = related(&both, &baseline);
		assert_eq!((&cells[0].values, remarks), (&baseline, one("value_unreadable", 1)));
		// A neighbour beyond its station's record is one
		let (cells, remarks) = related(&[("x", "1301/B/7")], &vec![(key(65, 4), neighbour(64, 7))]);
		assert_eq!((&cells[0].values[..], remarks.len()), (&[(key(65, 4), neighbour(64, 7))][..], 0));
	}

	#[test]
	fn baseline_is_asked_for_only_where_it_decides() {
		use trimast_primitives::cells::digest::{cell_digests, page_digest, PagePlace};
		let text = |relation: &str| {
			format!("local_network,station,cell,nRPCI,{relation}\n1301,A,0,5,1301/B/0\n1301,A,1,5,1301/B/0\n")
		};
		let values = vec![(key(11, 0), 5), (key(65, 1), neighbour(64, 0))];
		let table = CellTable::new(&[vec![values.clone(), values]]).unwrap();
		let of_page =
			PagePlace { genesis: Hash::zero(), local_network: PLACE, page: 0, revision: 3, catalogue: 2 };
		let digest = page_digest(&of_page, table.counts(), &cell_digests(&table));
		let head = Head { revision: 3, catalogue: 2, digest };
		let wanted = |relation: &str, head: Head| {
			let (mut networks, _, columns) =
				read_as(text(relation).as_bytes(), (false, Reading::AsIs)).unwrap();
			let (catalogue, stations) = (catalogue(), stations());
			let codes = [(PLACE, Arc::new(stations.codes()))].into();
			let names =
				Names { columns: &columns, catalogue: &catalogue, stations: &stations, codes: &codes };
			let raw = networks.remove(0).cells;
			let cells = read(&names, &raw, &mut Told::default());
			without_baseline(Hash::zero(), PLACE, cells, &[head]).0
		};
		assert_eq!(wanted("adjacentNRCellRef[1]", head), Vec::<u16>::new());
		assert_eq!(wanted("adjacentNRCellRef[2]", head), [0]);
		assert_eq!(wanted("adjacentNRCellRef[30]", head), [0]);
		assert_eq!(wanted("adjacentNRCellRef[30]", Head::default()), Vec::<u16>::new());
		// What the file does not give is looked for where a page differs, also without relations
		assert_eq!(wanted("swVersion", head), [0]);
	}
}
