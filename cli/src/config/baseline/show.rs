// SPDX-License-Identifier: Apache-2.0
//! `trimast config baseline networks` and `show`.

use crate::{
	chain::views::At,
	config::{catalogue::Catalogue, views::NetworkView},
	context::Context,
	error::{Failure, Result},
	names::{cell_text, hex0x, org_names, CellName, SiteName},
	output::{facts, table},
	site::ledger::code_text,
};
use serde_json::{json, Value};
use std::collections::HashMap;
use trimast_primitives::{
	apis::OrgView,
	cells::{
		catalogue::{value_cell, Domain},
		digest::cell_digest,
		CellId, CellValues,
	},
	page::SiteId,
	LocalNetworkId, OrgSet,
};

/// `config baseline networks`: those with cells, or `all`.
pub(crate) async fn networks(context: &Context, all: bool) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let mut views = at.baseline_networks().await?;
	views.retain(|view| all || view.cells > 0);
	let pages = at.coverage().await?.into_iter().map(|view| (view.local_network, view.pages)).collect();
	let values: Vec<Value> = views.iter().map(|view| network_json(view, &pages)).collect();
	context.output.answer(&json!(values), || networks_text(&views, &pages));
	Ok(())
}

/// How many pages have cells, by local network.
type Pages = HashMap<LocalNetworkId, u32>;

fn network_json(view: &NetworkView, pages: &Pages) -> Value {
	let mut value = json!(view);
	if let Value::Object(map) = &mut value {
		map.insert("pages_with_cells".into(), json!(pages.get(&view.id).unwrap_or(&0)));
	}
	value
}

fn networks_text(views: &[NetworkView], pages: &Pages) -> String {
	let header =
		["local network", "pages with cells", "provisional pages", "cells", "open violations", "digest"];
	let row = |view: &NetworkView| {
		let mut row = vec![view.id.0.to_string()];
		let pages = pages.get(&view.id).copied().unwrap_or_default();
		row.extend(
			[pages, view.provisional, view.cells, view.open_violations].map(|count| count.to_string()),
		);
		let digest = view.digest.filter(|_| view.cells > 0);
		row.push(digest.map_or_else(|| "-".into(), hex0x));
		row
	};
	table(&header, views.iter().map(row))
}

/// Whether the baseline of a station is provisional, and whose signature it lacks.
fn standing(missing: OrgSet, orgs: &[OrgView]) -> String {
	match missing.is_empty() {
		true => "all whose it is have signed it".into(),
		false => {
			format!("provisional until {} sign it (`trimast config baseline sign`)", org_names(orgs, missing))
		}
	}
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
	let missing = station.signatories().difference(signed);
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
			("it is", standing(missing, &orgs)),
			("digest", hex0x(cell_digest(&values))),
		];
		let rows = values.iter().map(|pair| {
			let key = pair.0;
			let words = catalogue
				.value_words(key.param, Some(pair.1), &station.plmns, |cell| cell_by_code(&codes, cell));
			vec![key.param.0.to_string(), catalogue.key_words(key, &station.plmns), words]
		});
		format!("{}\n{}", facts(&pairs), table(&["number", "parameter", "value"], rows))
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{Hash, OrgId};

	#[test]
	fn local_networks_are_shown_with_pages_that_have_cells_and_those_that_are_provisional() {
		let view = |id, cells, provisional| NetworkView {
			id: LocalNetworkId(id),
			pages: 552,
			digest: Some(Hash::repeat_byte(7)),
			cells,
			provisional,
			open_violations: 0,
		};
		let pages: Pages = [(LocalNetworkId(1301), 19)].into();
		let text = networks_text(&[view(1301, 103, 4), view(1302, 0, 0)], &pages);
		assert!(!text.contains("552"), "{text}");
		let row = |id: &str| -> Vec<String> {
			let line = text.lines().find(|line| line.contains(id)).unwrap();
			line.split(['│', '┆'])
				.map(|cell| cell.trim().to_string())
				.filter(|cell| !cell.is_empty())
				.collect()
		};
		assert_eq!(row("1301")[..5], ["1301", "19", "4", "103", "0"]);
		assert_eq!(row("1302"), ["1302", "0", "0", "0", "0", "-"]);
		let value = network_json(&view(1301, 103, 4), &pages);
		assert_eq!([&value["pages"], &value["pages_with_cells"], &value["provisional"]], [552, 19, 4]);
	}

	#[test]
	fn baseline_says_that_it_is_provisional_and_whose_signature_is_missing() {
		let provisional = standing(OrgSet::of(OrgId(1)).with(OrgId(2)), &[]);
		assert!(provisional.starts_with("provisional until 1, 2 sign it"), "{provisional}");
		assert!(!standing(OrgSet::EMPTY, &[]).contains("provisional"));
	}
}
