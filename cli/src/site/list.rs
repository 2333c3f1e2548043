// SPDX-License-Identifier: Apache-2.0
//! `trimast site networks`, `list` and `show`.

use super::{csv, ledger::code_text};
use crate::{
	context::Context,
	error::Result,
	names::{org_name, org_names, site_text, SiteName},
	output::{facts, table},
};
use serde_json::{json, Map, Value};
use trimast_primitives::{
	apis::{OrgView, SiteView},
	site::{StationEntry, StationState},
	text::escaped,
	LocalNetworkId, OrgSet,
};

/// A station as JSON: its columns by name, and how it stands.
pub(crate) fn site_json(site: &SiteView) -> Value {
	let mut map = columns(site.id.local_network, &site.entry);
	map.insert("site".into(), json!(site_text(site.id)));
	Value::Object(map)
}

fn columns(local_network: LocalNetworkId, entry: &StationEntry) -> Map<String, Value> {
	let fields = csv::station_fields(local_network, &entry.station);
	let mut map: Map<String, Value> =
		csv::COLUMNS.iter().zip(fields).map(|(name, text)| ((*name).to_string(), json!(text))).collect();
	map.insert("state".into(), json!(state(entry)));
	map.insert("revision".into(), json!(entry.revision));
	map.insert("signed".into(), json!(entry.signed.iter().map(|org| org.0).collect::<Vec<_>>()));
	map.insert("confirmed".into(), json!(entry.is_confirmed()));
	map
}

fn state(entry: &StationEntry) -> &'static str {
	match entry.state {
		StationState::OnAir => "on-air",
		StationState::Retired => "retired",
	}
}

/// `site networks`.
pub(crate) async fn networks(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let views = chain.now().await?.local_networks().await?;
	context.output.answer(&json!(views), || {
		let header = ["code", "name", "stations", "confirmed", "retired", "buckets", "pages"];
		table(
			&header,
			views.iter().map(|view| {
				let numbers = [view.stations, view.confirmed, view.retired, view.buckets.into(), view.pages];
				let mut row = vec![view.id.0.to_string(), escaped(&view.name)];
				row.extend(numbers.map(|number| number.to_string()));
				row
			}),
		)
	});
	Ok(())
}

/// `site list`.
pub(crate) async fn stations(
	context: &Context,
	local_network: LocalNetworkId,
	mut from: u32,
	limit: u32,
	unconfirmed: bool,
) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let orgs = at.orgs().await?;
	at.local_network(local_network).await?;
	let limit = usize::try_from(limit).unwrap_or(usize::MAX);
	let mut shown: Vec<SiteView> = Vec::new();
	while shown.len() < limit {
		let Some((page, next)) = at.stations_from(local_network, from).await? else { break };
		shown.extend(page.into_iter().filter(|site| !unconfirmed || !site.entry.is_confirmed()));
		from = next;
	}
	let more = shown.len() > limit;
	shown.truncate(limit);
	let next = if more { shown.last().map(|site| site.id.index.saturating_add(1)) } else { None };
	let value = json!({ "stations": shown.iter().map(site_json).collect::<Vec<_>>(), "next": next });
	context.output.answer(&value, || {
		let header = [
			"site",
			"code",
			"tech",
			"mode",
			"owner",
			"sharers",
			"tower",
			"class",
			"cells",
			"state",
			"signed by",
		];
		let mut text = table(&header, shown.iter().map(|site| row(site, &orgs)));
		if let Some(next) = next {
			text.push_str(&format!("\nmore: --from {next}"));
		}
		text
	});
	Ok(())
}

fn row(site: &SiteView, orgs: &[OrgView]) -> Vec<String> {
	let station = &site.entry.station;
	let fields = csv::shown_fields(site.id.local_network, station);
	let column = |name: &str| {
		let at = csv::COLUMNS.iter().position(|column| *column == name);
		at.and_then(|at| fields.get(at).cloned()).unwrap_or_default()
	};
	let confirmed = if site.entry.is_confirmed() { "" } else { " (unconfirmed)" };
	vec![
		site_text(site.id),
		code_text(station),
		column("technology"),
		column("mode"),
		org_name(orgs, station.owner),
		org_names(orgs, station.sharers),
		station.tower.as_ref().map_or_else(|| "-".into(), |tower| org_name(orgs, tower.org)),
		column("class"),
		column("cells"),
		state(&site.entry).into(),
		format!("{}{confirmed}", org_names(orgs, site.entry.signed)),
	]
}

/// `site show`.
pub(crate) async fn show(context: &Context, site: &SiteName) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (orgs, view) = (at.orgs().await?, at.site(site).await?);
	context.output.answer(&site_json(&view), || entry_text(&view, &orgs));
	Ok(())
}

/// A station, one column a line.
pub(crate) fn entry_text(site: &SiteView, orgs: &[OrgView]) -> String {
	let entry = &site.entry;
	let fields = csv::shown_fields(site.id.local_network, &entry.station);
	let mut pairs = vec![("site", site_text(site.id))];
	pairs.extend(csv::COLUMNS.iter().copied().zip(fields));
	for (name, value) in &mut pairs {
		let station = &entry.station;
		let orgs_of = match *name {
			"owner" => OrgSet::of(station.owner),
			"tower" => station.tower.as_ref().map_or(OrgSet::EMPTY, |tower| OrgSet::of(tower.org)),
			"backhaul" => OrgSet::of(station.backhaul),
			"sharers" => station.sharers,
			_ => continue,
		};
		*value = match orgs_of.is_empty() {
			true => "-".into(),
			false => format!("{value} {}", org_names(orgs, orgs_of)),
		};
	}
	pairs.push(("state", state(entry).into()));
	pairs.push(("revision", entry.revision.to_string()));
	pairs.push(("signed by", org_names(orgs, entry.signed)));
	let missing = entry.station.named().difference(entry.signed);
	pairs.push(("not yet signed by", org_names(orgs, missing)));
	facts(&pairs)
}
