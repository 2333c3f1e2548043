// SPDX-License-Identifier: Apache-2.0

//! What single calls cost, whatever the size of the country: carried out on trial, then for good, since a trial does not tell what
//! became of a report in the call.

use super::{
	load::Taken,
	meters::{batches, MeterPage},
	Field,
};
use crate::{
	bench::{sweep::execution, table::thousands},
	calls::{self, EncodedCall, SeenReport},
	generate::CARRIER_TWO,
};
use anyhow::{ensure, Context, Result};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	energy::{report_digest, Interval, Span},
	LocalNetworkId,
};

/// Calls of a kind that are measured.
const CALLS: usize = 8;
/// Stations of a page on which calls are measured. A country has pages of about this size whatever its own: what a report costs
/// grows with its stations, and is to be compared between countries.
const ORDINARY_PAGE: usize = 40;
/// Most reports that a call attests.
const MAX_ATTESTED: usize = 256;

/// Calls that are measured, and how many units they have together.
struct Calls {
	what: &'static str,
	unit: &'static str,
	calls: Vec<EncodedCall>,
	units: usize,
}

/// Measures; gives the rows of the table.
///
/// # Errors
///
/// The first carrier has no page, the second one shares none of them, or a call does not do what it should.
pub(super) async fn costs(field: &Field, label: &str) -> Result<Vec<Vec<String>>> {
	let [reporter, other] = [0, 1].map(|org| field.senders[org].first());
	let reports = reports(field)?;
	let (reports_seen, attest) = attest(field)?;
	let contest = contest(field)?;
	let mut rows = Vec::new();
	for (key, calls) in
		reports.iter().map(|calls| (reporter, calls)).chain([(other, &attest), (other, &contest)])
	{
		rows.push(row(field, key, calls, label).await?);
	}

	// For good: the full call of reports, and what is attested.
	let full = reports.last().and_then(|calls| Some((calls.calls.first()?, calls.units)));
	let (call, readings) = full.context("no call of reports")?;
	let block = field.chain.carry_out(reporter, call).await?.number;
	let mut taken = Taken::default();
	taken.take(&field.chain, block, 0.0).await?;
	ensure!(taken.readings() == readings as u64, "{} of {readings} readings count", taken.readings());
	let block = field.chain.carry_out(other, &attest.calls[0]).await?.number;
	let told = field.chain.events("Energy", block - 1, block).await?;
	let attested = told.iter().filter(|told| told.name == "Attested").count();
	ensure!(attested == reports_seen, "{attested} of {reports_seen} reports are attested");
	Ok(rows)
}

async fn row(
	field: &Field,
	key: &Keypair,
	Calls { what, unit, calls, units }: &Calls,
	label: &str,
) -> Result<Vec<String>> {
	let seconds = execution::of_calls(&field.chain, key, calls).await?;
	Ok(vec![
		label.to_owned(),
		(*what).to_owned(),
		calls.len().to_string(),
		format!("{} {unit}", thousands(*units as f64 / calls.len() as f64)),
		format!("{:.2}", seconds * 1e3 / calls.len() as f64),
		format!("{:.3}", seconds * 1e6 / *units as f64),
	])
}

/// Pages, those of about an ordinary size first.
fn ordinary_first<'a>(pages: impl IntoIterator<Item = &'a MeterPage>) -> Vec<&'a MeterPage> {
	let mut pages: Vec<_> = pages.into_iter().collect();
	pages.sort_by_key(|page| page.len().abs_diff(ORDINARY_PAGE));
	pages
}

/// The local network in which a company has the most pages.
fn greatest(pages: &[MeterPage]) -> Result<&[MeterPage]> {
	let networks = pages.chunk_by(|a, b| a.local_network == b.local_network);
	networks.max_by_key(|pages| pages.len()).context("the company has no station")
}

/// Reports of a day of which there is none yet: alone in their calls, and in a full call, which stands last.
fn reports(field: &Field) -> Result<Vec<Calls>> {
	let pages = &field.books[0];
	let span = Span::of_day(field.untouched, Interval::Hour);
	let readings =
		|pages: &[&MeterPage]| pages.iter().map(|page| page.len()).sum::<usize>() * usize::from(span.count);
	let alone = |pages: &[&MeterPage]| -> Result<Vec<EncodedCall>> {
		pages.iter().map(|page| Ok(calls::energy_report(page.local_network, &[page.report(span)?]))).collect()
	};
	let mut ordinary = ordinary_first(pages);
	ordinary.truncate(CALLS);
	let fullest = [pages.iter().max_by_key(|page| page.len()).context("the company has no station")?];
	let mut many = ordinary_first(greatest(pages)?);
	many.truncate(field.most);
	let full: Vec<EncodedCall> = batches(many.iter().copied(), span, field.most).collect::<Result<_>>()?;
	ensure!(full.len() == 1, "ordinary pages do not fit into one call");
	let calls = |what, calls: Vec<EncodedCall>, pages: &[&MeterPage]| Calls {
		what,
		unit: "readings",
		calls,
		units: readings(pages),
	};
	Ok(vec![
		calls("report of a day of an ordinary page, alone", alone(&ordinary)?, &ordinary),
		calls("report of a day of the fullest page, alone", alone(&fullest)?, &fullest),
		calls("reports of a day of ordinary pages, a full call", full, &many),
	])
}

/// Reports of the load that the second carrier may attest, of one local network: the first carrier's.
fn to_attest(field: &Field) -> Result<(LocalNetworkId, Vec<(&MeterPage, Span)>)> {
	let shared =
		|pages: &'_ [MeterPage]| pages.iter().filter(|page| page.sharers.contains(CARRIER_TWO)).count();
	let networks = field.books[0].chunk_by(|a, b| a.local_network == b.local_network);
	let pages = networks.max_by_key(|pages| shared(pages)).context("the first carrier has no station")?;
	let days = field.days.clone();
	let shared = || pages.iter().filter(|page| page.sharers.contains(CARRIER_TWO));
	let reports = days.flat_map(|day| shared().map(move |page| (page, Span::of_day(day, Interval::Hour))));
	let reports: Vec<_> = reports.take(MAX_ATTESTED).collect();
	let (first, _) = reports.first().context("the second carrier shares no station of the first one")?;
	Ok((first.local_network, reports))
}

fn attest(field: &Field) -> Result<(usize, Calls)> {
	let (local_network, reports) = to_attest(field)?;
	let seen = |(page, span): &(&MeterPage, Span)| -> Result<SeenReport> {
		let digest = report_digest(field.genesis, local_network, page.owner, &page.report(*span)?);
		Ok((span.day, page.page, page.owner, span.first, digest))
	};
	let seen = reports.iter().map(seen).collect::<Result<Vec<_>>>()?;
	let calls = vec![calls::energy_attest(local_network, &seen)];
	Ok((seen.len(), Calls { what: "attest", unit: "reports", calls, units: seen.len() }))
}

fn contest(field: &Field) -> Result<Calls> {
	let (local_network, mut reports) = to_attest(field)?;
	reports.sort_by_key(|(page, _)| page.len().abs_diff(ORDINARY_PAGE));
	reports.truncate(CALLS);
	let contest = |(page, span): &(&MeterPage, Span)| -> Result<EncodedCall> {
		Ok(calls::energy_contest(local_network, page.owner, &page.report(*span)?, &page.seen(*span)?))
	};
	let calls = reports.iter().map(contest).collect::<Result<Vec<_>>>()?;
	let readings = reports.iter().map(|(page, span)| page.len() * usize::from(span.count)).sum();
	Ok(Calls { what: "contest of a day of an ordinary page", unit: "readings", calls, units: readings })
}
