// SPDX-License-Identifier: Apache-2.0
//! Single stations: register, amend, transfer, retire, restore, consent, withdraw.

use super::{list, reader::rows};
use crate::{
	chain::{views::At, Spec},
	context::Context,
	encoding::survey,
	error::{Failure, Result},
	names::{self, org_name, org_names, site_text, OrgName, SiteName},
	output::table,
};
use serde_json::json;
use std::path::Path;
use trimast_primitives::{
	apis::{AmendmentView, OrgView, SiteView},
	page::SiteId,
	site::{Station, StationState},
	LocalNetworkId,
};

/// The lines of a file; the first wrong one is an error.
fn read(path: &Path) -> Result<Vec<(u64, LocalNetworkId, Station)>> {
	let survey = survey(path)?;
	rows::<Station>(path, survey.encoding)?
		.map(|row| {
			let row = row?;
			let (local_network, station) = row.record.map_err(|wrong| {
				let all: Vec<String> = wrong.iter().map(ToString::to_string).collect();
				Failure::input(all.join("; ")).at(format!("line {}", row.line)).at(path.display())
			})?;
			Ok((row.line, local_network, station))
		})
		.collect()
}

/// `site register`.
pub(crate) async fn register(context: &Context, path: &Path) -> Result<()> {
	let stations = read(path)?;
	let chain = context.chain().await?;
	let spec = context.spec(&chain).await?;
	let calls = stations.into_iter().map(|(line, local_network, station)| {
		let call = spec.call("Sites", "register", (local_network, &station))?;
		Ok((format!("line {line} ({})", super::ledger::code_text(&station)), call))
	});
	context.perform_all(&chain, calls.collect::<Result<Vec<_>>>()?).await
}

/// `site amend`.
pub(crate) async fn amend(context: &Context, path: &Path) -> Result<()> {
	let stations = read(path)?;
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let spec = chain.spec(at.hash).await?;
	let mut calls = Vec::with_capacity(stations.len());
	for (line, local_network, station) in stations {
		let code = super::ledger::code_text(&station);
		let name = SiteName::Code(local_network, code.clone());
		let site =
			at.site(&name).await.map_err(|failure| failure.at(format!("line {line}")).at(path.display()))?;
		calls.push((format!("line {line} ({code})"), spec.call("Sites", "amend", (site.id, station))?));
	}
	context.perform_all(&chain, calls).await
}

/// `site transfer`.
pub(crate) async fn transfer(context: &Context, site: &SiteName, to: &OrgName) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (spec, id) = (chain.spec(at.hash).await?, at.site(site).await?.id);
	let to = to.find(&at.orgs().await?)?.id;
	let call = spec.call("Sites", "transfer", (id, to))?;
	context.perform(&chain, call).await.map(|_| ())
}

/// A call that takes a station's number and nothing else.
pub(crate) async fn simple(context: &Context, site: &SiteName, call: &str) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (spec, id) = (chain.spec(at.hash).await?, at.site(site).await?.id);
	let call = spec.call("Sites", call, id)?;
	context.perform(&chain, call).await.map(|_| ())
}

/// `site amendments`.
pub(crate) async fn amendments(context: &Context, mine: bool) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (orgs, mut views) = (at.orgs().await?, at.amendments().await?);
	if mine {
		let org = context.acting_org(at).await?;
		views.retain(|view| view.consents.missing().contains(org));
	}
	let mut rows = Vec::with_capacity(views.len());
	for view in &views {
		let now = at.find(&SiteName::Id(view.id)).await?;
		rows.push((changes(view, now.as_ref()), view));
	}
	let value: Vec<_> = rows
		.iter()
		.map(|(changes, view)| {
			json!({
				"site": site_text(view.id), "proposer": view.proposer, "changes": changes, "expires": view.consents.expires,
				"revision": view.consents.revision, "subject": names::hex0x(view.consents.subject),
				"missing": view.consents.missing().iter().map(|org| org.0).collect::<Vec<_>>(),
			})
		})
		.collect();
	context.output.answer(&json!(value), || {
		table(
			&["site", "proposed by", "changes", "waits for", "until block"],
			rows.iter().map(|(changes, view)| {
				vec![
					site_text(view.id),
					org_name(&orgs, view.proposer),
					changes.join("\n"),
					org_names(&orgs, view.consents.missing()),
					view.consents.expires.to_string(),
				]
			}),
		)
	});
	Ok(())
}

/// What an amendment changes: `column: before -> after`.
pub(crate) fn changes(view: &AmendmentView, now: Option<&SiteView>) -> Vec<String> {
	let place = view.id.local_network;
	let after = super::csv::shown_fields(place, &view.proposed.station);
	let Some(now) = now else { return vec!["a station that is not there".into()] };
	let before = super::csv::shown_fields(place, &now.entry.station);
	let mut changes: Vec<String> = super::csv::COLUMNS
		.iter()
		.zip(before.iter().zip(&after))
		.filter(|(_, (before, after))| before != after)
		.map(|(name, (before, after))| format!("{name}: {before} -> {after}"))
		.collect();
	if now.entry.state != view.proposed.state {
		changes.push(match view.proposed.state {
			StationState::Retired => "retire".into(),
			StationState::OnAir => "restore".into(),
		});
	}
	changes
}

/// The amendment of a station.
async fn amendment_of(at: At<'_>, id: SiteId) -> Result<AmendmentView> {
	at.amendments().await?.into_iter().find(|view| view.id == id).ok_or_else(|| {
		Failure::input("no amendment of this station waits")
			.at(site_text(id))
			.remedy("`trimast site amendments` lists them")
	})
}

/// `site consent`: to exactly what is shown.
pub(crate) async fn consent(context: &Context, site: &SiteName) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let spec = chain.spec(at.hash).await?;
	let (orgs, now) = (at.orgs().await?, at.site(site).await?);
	let view = amendment_of(at, now.id).await?;
	show_question(&view, &now, &orgs);
	if !context.output.confirm("Consent to this?") {
		return Err(Failure::declined("no consent given"));
	}
	let call = consent_call(&spec, &view)?;
	context.perform(&chain, call).await.map(|_| ())
}

/// A consent to an amendment as it was read.
pub(crate) fn consent_call(spec: &Spec, view: &AmendmentView) -> Result<crate::chain::Call> {
	spec.call("Sites", "consent", (view.id, view.consents.subject, view.consents.revision))
}

fn show_question(view: &AmendmentView, now: &SiteView, orgs: &[OrgView]) {
	eprintln!("{}", list::entry_text(now, orgs));
	eprintln!("proposed by {}, until block {}:", org_name(orgs, view.proposer), view.consents.expires);
	for change in changes(view, Some(now)) {
		eprintln!("  {change}");
	}
}
