// SPDX-License-Identifier: Apache-2.0
//! `trimast config baseline export`: the baseline as CSV, the inverse of import: rows by local network, station code and
//! cell, all from the state of one final block.
//!
//! Which columns there are shows when every page has been read, so pages are read twice.

use crate::{
	chain::views::At,
	config::{
		catalogue::{plmn_text, Catalogue},
		export::{
			csv::PLACE,
			stations::{Directory, Stations},
		},
	},
	context::Context,
	error::{Failure, Result},
	files::NewFile,
	names::{self, OrgName},
	output::{self, counted},
	site::ledger::code_text,
};
use clap::Args;
use serde_json::json;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	fmt,
	io::{BufWriter, Write},
	path::PathBuf,
};
use trimast_primitives::{
	cells::{
		catalogue::{value_cell, Domain, ParamScope},
		CellId, CellTable, CellValues, ParamId, ParamKey,
	},
	page::SiteId,
	site::{Plmn, Station},
	LocalNetworkId, OrgId,
};

/// Write the baseline as CSV.
#[derive(Args, Debug)]
pub(crate) struct ExportCommand {
	/// Only this local network.
	#[arg(long, value_parser = names::local_network)]
	local_network: Option<LocalNetworkId>,
	/// Only stations of this owner.
	#[arg(long, value_name = "ORG")]
	owner: Option<OrgName>,
	/// Where to, a new file; standard output otherwise.
	#[arg(long, short)]
	output: Option<PathBuf>,
}

/// A column: the parameter, and the PLMN or the place whose value it holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Column {
	One(ParamId),
	Plmn(ParamId, Plmn),
	Place(ParamId, u8),
}

impl Column {
	fn of(catalogue: &Catalogue, key: ParamKey, station: &Station) -> Self {
		match catalogue.get(key.param).map(|view| view.parameter.scope) {
			Some(ParamScope::Plmn) => match station.plmns.get(usize::from(key.place)) {
				Some(plmn) => Self::Plmn(key.param, *plmn),
				None => Self::Place(key.param, key.place),
			},
			Some(ParamScope::CellRelation | ParamScope::FrequencyRelation) => {
				Self::Place(key.param, key.place)
			}
			_ => Self::One(key.param),
		}
	}

	fn name(&self, catalogue: &Catalogue) -> String {
		match self {
			Self::One(param) => catalogue.name(*param),
			Self::Plmn(param, plmn) => format!("{}[{}]", catalogue.name(*param), plmn_text(*plmn)),
			Self::Place(param, place) => format!("{}[{place}]", catalogue.name(*param)),
		}
	}
}

struct Export<'a> {
	at: At<'a>,
	catalogue: Catalogue,
	directory: Directory<'a>,
	owner: Option<OrgId>,
	/// Codes of stations by number, of the local networks that neighbours lie in.
	codes: HashMap<LocalNetworkId, HashMap<u32, String>>,
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: ExportCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let owner = match &command.owner {
		Some(name) => Some(name.find(&at.orgs().await?)?.id),
		None => None,
	};
	let networks: Vec<LocalNetworkId> = match command.local_network {
		Some(id) => vec![at.local_network(id).await?.id],
		None => at.territory().await?,
	};
	let (catalogue, directory) = (Catalogue::ask(at).await?, Directory::new(&chain).await?);
	let mut export = Export { at, catalogue, directory, owner, codes: HashMap::new() };
	let to_file = command.output.as_deref();
	let place = to_file.map_or_else(|| "standard output".into(), |path| path.display().to_string());
	let unwritten = |error: &dyn fmt::Display| {
		Failure::input(format!("cannot be written: {error}"))
			.at(&place)
			.remedy("make room there, or name another place with --output")
	};
	let written = match to_file {
		Some(path) => {
			let mut file = BufWriter::new(NewFile::begin(path)?);
			let written = export.write(context, &networks, &mut file, &unwritten).await?;
			file.into_inner().map_err(|e| unwritten(e.error()))?.finish()?;
			written
		}
		None => {
			let mut out = BufWriter::new(output::stdout());
			export.write(context, &networks, &mut out, &unwritten).await?
		}
	};
	if output::is_closed() {
		// Whoever read has gone away.
		return Ok(());
	}
	let summary = format!("{} as of final block {}", counted(written, "cell"), at.number);
	match to_file {
		Some(path) => {
			let value = json!({ "type": "exported", "file": path, "cells": written, "block": at.number });
			context.output.answer(&value, || summary);
		}
		None => context.output.remark(&summary),
	}
	Ok(())
}

impl Export<'_> {
	/// Stations of a local network and the tables of its pages, those of another owner left out.
	async fn read(&mut self, id: LocalNetworkId) -> Result<(Stations, Vec<(u16, CellTable)>)> {
		let stations = self.directory.stations(id).await?;
		let (mut tables, mut from) = (Vec::new(), 0);
		while let Some((pages, next)) = self.at.baseline_from(id, from).await? {
			for view in pages {
				tables.push((view.page, view.cells()?));
			}
			from = next;
		}
		Ok((stations, tables))
	}

	/// Every cell that is to be written, with its station.
	fn each<'s>(
		&self,
		id: LocalNetworkId,
		stations: &'s Stations,
		tables: &[(u16, CellTable)],
		mut then: impl FnMut(&'s Station, CellId, CellValues),
	) {
		for (page, table) in tables {
			for (n, (slot, cell)) in table.cells().enumerate() {
				let site = SiteId::new(id, *page, slot);
				let Some(station) = stations.get(site) else { continue };
				if self.owner.is_none_or(|owner| owner == station.owner) {
					then(station, CellId { site, cell }, table.values(n));
				}
			}
		}
	}

	async fn write(
		&mut self,
		context: &Context,
		networks: &[LocalNetworkId],
		sink: &mut impl Write,
		unwritten: &impl Fn(&dyn fmt::Display) -> Failure,
	) -> Result<u64> {
		let total = u64::try_from(networks.len()).unwrap_or(u64::MAX).saturating_mul(2);
		let bar = context.output.progress(total, "local networks");
		let mut columns: BTreeSet<Column> = BTreeSet::new();
		for id in networks {
			let (stations, tables) = self.read(*id).await?;
			self.each(*id, &stations, &tables, |station, _, values| {
				columns.extend(values.iter().map(|(key, _)| Column::of(&self.catalogue, *key, station)));
			});
			bar.inc(1);
		}
		let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(sink);
		let names = columns.iter().map(|column| column.name(&self.catalogue));
		let header: Vec<String> = PLACE.iter().map(|name| (*name).to_string()).chain(names).collect();
		out.write_record(&header).map_err(|e| unwritten(&e))?;
		let mut written = 0u64;
		for id in networks {
			let (stations, tables) = self.read(*id).await?;
			let mut rows: Vec<(String, u8, BTreeMap<Column, (ParamId, i64)>, &Station)> = Vec::new();
			let mut foreign: BTreeSet<LocalNetworkId> = BTreeSet::new();
			self.each(*id, &stations, &tables, |station, cell, values| {
				let named = |(key, value): &(ParamKey, i64)| {
					(Column::of(&self.catalogue, *key, station), (key.param, *value))
				};
				for (key, value) in &values {
					if self.catalogue.get(key.param).is_some_and(|view| view.parameter.domain == Domain::Cell)
					{
						foreign.extend(value_cell(*value).map(|cell| cell.site.local_network));
					}
				}
				rows.push((code_text(station), cell.cell, values.iter().map(named).collect(), station));
			});
			for other in foreign {
				if !self.codes.contains_key(&other) {
					let codes = self.directory.codes(other).await?.by_number();
					self.codes.insert(other, codes);
				}
			}
			if output::is_closed() {
				break;
			}
			rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
			for (code, cell, values, station) in rows {
				let mut record = vec![id.0.to_string(), code, cell.to_string()];
				record.extend(columns.iter().map(|column| match values.get(column) {
					Some((param, value)) => {
						self.catalogue.value_text(*param, *value, &station.plmns, |cell| self.cell_text(cell))
					}
					None => String::new(),
				}));
				out.write_record(&record).map_err(|e| unwritten(&e))?;
				written += 1;
			}
			bar.inc(1);
		}
		out.flush().map_err(|e| unwritten(&e))?;
		bar.finish_and_clear();
		Ok(written)
	}

	fn cell_text(&self, cell: CellId) -> String {
		let code = self.codes.get(&cell.site.local_network).and_then(|codes| codes.get(&cell.site.index));
		match code {
			Some(code) => format!("{}/{code}/{}", cell.site.local_network.0, cell.cell),
			None => names::cell_text(cell),
		}
	}
}
