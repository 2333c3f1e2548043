// SPDX-License-Identifier: Apache-2.0
//! `trimast config baseline networks` and `show`.

use crate::{
	chain::views::At,
	config::catalogue::Catalogue,
	context::Context,
	error::{Failure, Result},
	names::{cell_text, hex0x, org_names, CellName, SiteName},
	output::{facts, table},
	site::ledger::code_text,
};
use serde_json::{json, Value};
use std::collections::HashMap;
use trimast_primitives::{
	cells::{
		catalogue::{value_cell, Domain},
		digest::cell_digest,
		CellId, CellValues,
	},
	page::SiteId,
	OrgSet,
};

/// `config baseline networks`.
pub(crate) async fn networks(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let views = chain.now().await?.baseline_networks().await?;
	context.output.answer(&json!(views), || {
		let header = ["local network", "pages", "open violations", "digest"];
		table(
			&header,
			views.iter().map(|view| {
				vec![
					view.id.0.to_string(),
					view.pages.to_string(),
					view.open_violations.to_string(),
					view.digest.map_or_else(|| "-".into(), hex0x),
				]
			}),
		)
	});
	Ok(())
}

/// Codes of the stations whose cells are among some values.
pub(crate) async fn neighbour_codes(
	at: At<'_>,
	catalogue: &Catalogue,
	values: impl Iterator<Item = (trimast_primitives::cells::ParamId, i64)>,
) -> Result<HashMap<SiteId, String>> {
	let mut codes = HashMap::new();
	for (param, value) in values {
		let is_cell = catalogue.get(param).is_some_and(|view| view.parameter.domain == Domain::Cell);
		let Some(cell) = value_cell(value).filter(|_| is_cell) else { continue };
		if let Some(found) = at.find(&SiteName::Id(cell.site)).await? {
			codes.insert(cell.site, code_text(&found.entry.station));
		}
	}
	Ok(codes)
}

/// A cell by its station's code where that is known.
pub(crate) fn cell_by_code(codes: &HashMap<SiteId, String>, cell: CellId) -> String {
	match codes.get(&cell.site) {
		Some(code) => format!("{}/{code}/{}", cell.site.local_network.0, cell.cell),
		None => cell_text(cell),
	}
}

/// `config baseline show`.
pub(crate) async fn cell(context: &Context, name: &CellName) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (site, _) = at.cell(name).await?;
	let (orgs, catalogue) = (at.orgs().await?, Catalogue::ask(at).await?);
	let station = &site.entry.station;
	let place = format!("{}/{}/{}", site.id.local_network.0, code_text(station), name.cell);
	let page = site.id.page().ok_or_else(|| Failure::chain("a station's number lies in no page"))?;
	let none = || {
		Failure::input("the cell has no baseline")
			.at(&place)
			.remedy("its owner imports it (`trimast config baseline import`)")
	};
	let view = at.baseline_page(site.id.local_network, page).await?.ok_or_else(none)?;
	let cells = view.cells()?;
	let position = cells.position(site.id.slot(), name.cell).ok_or_else(none)?;
	let values: CellValues = cells.values(position);
	let codes =
		neighbour_codes(at, &catalogue, values.iter().map(|(key, value)| (key.param, *value))).await?;
	let signed = view.signed_by(site.id.slot());
	let missing = OrgSet::of(station.owner).union(station.sharers).difference(signed);
	let cell = CellId { site: site.id, cell: name.cell };
	let text = |(key, value): &(trimast_primitives::cells::ParamKey, i64)| {
		catalogue.value_text(key.param, *value, &station.plmns, |cell| cell_by_code(&codes, cell))
	};
	let listed: Vec<Value> = values
		.iter()
		.map(|pair| {
			let key = pair.0;
			json!({
				"parameter": key.param, "place": key.place, "name": catalogue.key_text(key, &station.plmns),
				"value": pair.1, "text": text(pair),
			})
		})
		.collect();
	let value = json!({
		"cell": cell_text(cell), "name": place, "page": page, "revision": view.revision, "catalogue": view.catalogue,
		"changed": view.changed, "signed": signed.iter().map(|org| org.0).collect::<Vec<_>>(),
		"provisional": !missing.is_empty(), "digest": hex0x(cell_digest(&values)), "values": listed,
	});
	context.output.answer(&value, || {
		let pairs = [
			("cell", format!("{place} ({})", cell_text(cell))),
			("page", format!("{page}, revision {}, changed in block {}", view.revision, view.changed)),
			("signed by", org_names(&orgs, signed)),
			("not yet signed by", org_names(&orgs, missing)),
			("digest", hex0x(cell_digest(&values))),
		];
		let rows = values.iter().map(|pair| {
			let key = pair.0;
			let words = catalogue
				.value_words(key.param, Some(pair.1), &station.plmns, |cell| cell_by_code(&codes, cell));
			vec![key.param.0.to_string(), catalogue.key_text(key, &station.plmns), words]
		});
		format!("{}\n{}", facts(&pairs), table(&["number", "parameter", "value"], rows))
	});
	Ok(())
}
