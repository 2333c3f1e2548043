// SPDX-License-Identifier: Apache-2.0
//! `trimast config demand`: names cells that another company has to open from the export that it has testified from. What
//! it does not open in time stands against it.

use super::openings::hash;
use crate::{
	chain::{storage, views::At},
	config::access,
	context::Context,
	error::{Failure, Result},
	names::{cell_text, hex0x, CellName, OrgName},
};
use clap::Args;
use codec::Encode;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};
use trimast_primitives::{cells::CellId, Hash, LocalNetworkId, OrgId};

/// Most cells that a company names of one export (`MAX_NAMED` of the pallet).
const MOST_CELLS: usize = 16;

/// Name cells that another company has to open.
#[derive(Args, Debug)]
pub(crate) struct DemandCommand {
	/// The cells: 1301/HE-0001/2, 1301:197/2. Of one export, 16 at most.
	#[arg(required = true, value_name = "CELL")]
	cells: Vec<CellName>,
	/// The company that is to open them.
	#[arg(long, value_name = "ORG")]
	of: OrgName,
	/// The export's root, as `config coverage` shows it; otherwise that of the company's latest word on the cells' local network.
	#[arg(long, value_name = "ROOT", value_parser = hash)]
	export: Option<Hash>,
}

/// The cells by the export that they are to be opened from.
fn by_export(
	cells: &[CellId],
	exports: &BTreeMap<LocalNetworkId, Option<Hash>>,
) -> Result<BTreeMap<Hash, Vec<CellId>>> {
	let mut all: BTreeMap<Hash, Vec<CellId>> = BTreeMap::new();
	for cell in cells {
		let root = exports.get(&cell.site.local_network).copied().flatten().ok_or_else(|| {
			Failure::input("the company has not testified about its local network")
				.at(cell_text(*cell))
				.remedy("`trimast config coverage` shows who has")
		})?;
		let of_export = all.entry(root).or_default();
		if !of_export.contains(cell) {
			of_export.push(*cell);
		}
		if of_export.len() > MOST_CELLS {
			return Err(Failure::usage(format!("a company names at most {MOST_CELLS} cells of one export"))
				.at(format!("export {}", hex0x(root)))
				.remedy("leave out the cells that matter least"));
		}
	}
	Ok(all)
}

/// From which export a company has testified about a local network last.
async fn testified(at: At<'_>, id: LocalNetworkId, org: OrgId) -> Result<Option<Hash>> {
	let spec = at.chain().spec(at.hash).await?;
	let key = storage::twox_concat("ConfigGuard", "Testimonies", &[&id.encode(), &org.encode()]);
	let found = storage::value(at.chain(), &spec, ("ConfigGuard", "Testimonies"), &key, at.hash).await?;
	let export = found.as_ref().and_then(|value| value.get("export")).cloned();
	Ok(export.and_then(|root| serde_json::from_value(root).ok()))
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: DemandCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, access::INSPECTOR).await?;
	let org = command.of.find(&at.orgs().await?)?.id;
	if org == account.org {
		let remedy = "`trimast config openings` opens what others ask of the own ones";
		return Err(Failure::usage("a company asks others to open their exports").at("--of").remedy(remedy));
	}
	let mut cells = Vec::with_capacity(command.cells.len());
	for name in &command.cells {
		let (_, cell) = at.cell(name).await?;
		access::expect_local_network(&account, cell.site.local_network)
			.map_err(|failure| failure.at(cell_text(cell)))?;
		cells.push(cell);
	}
	let mut exports: BTreeMap<LocalNetworkId, Option<Hash>> = BTreeMap::new();
	let networks: BTreeSet<LocalNetworkId> = cells.iter().map(|cell| cell.site.local_network).collect();
	for id in networks {
		let root = match command.export {
			Some(root) => Some(root),
			None => testified(at, id, org).await?,
		};
		exports.insert(id, root);
	}
	let spec = context.spec(&chain).await?;
	let mut calls = Vec::new();
	for (root, cells) in by_export(&cells, &exports)? {
		let call = spec.call("ConfigGuard", "demand_openings", (org, root, &cells))?;
		calls.push((root, cells, call));
	}
	for (root, cells, call) in calls {
		let Some(inclusion) = context.perform(&chain, call).await? else { continue };
		let demanded = inclusion.events.iter().find(|event| event.is("ConfigGuard", "OpeningsDemanded"));
		let due = demanded.and_then(|event| event.fields.get("due")).and_then(Value::as_u64);
		let names: Vec<String> = cells.iter().map(|cell| cell_text(*cell)).collect();
		let value = json!({ "type": "demanded", "of": org, "root": hex0x(root), "cells": names, "due": due });
		context.output.answer(&value, || {
			let until = due.map_or_else(String::new, |due| format!(" until block {due}"));
			format!("to be opened of export {}{until}: {}", hex0x(root), names.join(", "))
		});
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::page::SiteId;

	fn cell(local_network: u16, index: u32) -> CellId {
		CellId { site: SiteId { local_network: LocalNetworkId(local_network), index }, cell: 0 }
	}

	#[test]
	fn cells_are_demanded_of_the_export_that_was_testified_from() {
		let root = Hash::repeat_byte;
		let exports = [
			(LocalNetworkId(1301), Some(root(1))),
			(LocalNetworkId(1302), Some(root(2))),
			(LocalNetworkId(1303), Some(root(1))),
			(LocalNetworkId(1304), None),
		]
		.into();
		let cells = [cell(1301, 5), cell(1302, 1), cell(1303, 2), cell(1301, 5)];
		let expected = [(root(1), vec![cell(1301, 5), cell(1303, 2)]), (root(2), vec![cell(1302, 1)])].into();
		assert_eq!(by_export(&cells, &exports), Ok(expected));
		let failure = by_export(&[cell(1304, 1)], &exports).unwrap_err().to_string();
		assert!(failure.contains("1304:1/0") && failure.contains("not testified"), "{failure}");
		let many: Vec<CellId> = (0..17).map(|n| cell(1301, n)).collect();
		let failure = by_export(&many, &exports).unwrap_err().to_string();
		assert!(failure.starts_with("export 0x") && failure.contains("at most 16 cells"), "{failure}");
		assert!(failure.contains("remedy: leave out"), "{failure}");
	}
}
