// SPDX-License-Identifier: Apache-2.0
//! `trimast config sweep`: what a company has read from its network, attested to the chain.
//!
//! ```text
//!   1  read     the file, a local network at a time ([`read`]), into a folder that is kept: rows and their Merkle tree
//!   2  anchor   the tree's root, before the sweep is opened
//!   3  open     a sweep, or join one that another company has opened after that; wait for its salt
//!   4  attest   tags, and only where they differ, values ([`send`])
//!   5  open     rows that others draw of the export ([`openings`]), from the first word on ([`beside`])
//! ```
//!
//! Before anything is sent, what the sweep would give up is told ([`earlier`]).
//!
//! The folder is needed for as long as others may ask for rows of the export. A killed sweep goes on where it was: at the
//! folder, at the root, in the sweep, and past the local networks that are done.

mod absent;
mod beside;
pub(crate) mod demand;
mod earlier;
pub(crate) mod openings;
mod plan;
mod read;
mod send;
mod standing;
mod state;
mod store;

use crate::{
	chain::{storage, views::At, Chain},
	config::{
		access,
		catalogue::Catalogue,
		export::{self, stations::Directory, time, Networks, RawCell, RawNetwork, Reading, Remark, Report},
		views::Sweep,
	},
	context::Context,
	encoding::{survey, Survey},
	error::{in_file, Failure, Result},
	files::beside,
	keys::Signer,
	names,
	output::counted,
	submit::{self, Inclusion},
};
use absent::{Params, Said};
use beside::Beside;
use clap::Args;
use codec::Decode;
use futures::{stream, StreamExt, TryStreamExt};
use openings::Answering;
use read::Reader;
use send::Sending;
use serde_json::json;
use standing::{Anchored, Standing};
use state::{State, Tally};
use std::{
	collections::{BTreeMap, BTreeSet},
	io::Read,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use store::{Clock, Origin, Store, Writer};
use trimast_primitives::{
	access::Scope,
	apis::AccountView,
	cells::digest::SweepKey,
	page::SiteId,
	site::{Station, StationEntry, StationState},
	LocalNetworkId, Moment, OrgId, OrgSet,
};

/// Local networks that are read at once: what takes the time is to wait for the node.
const AT_ONCE: usize = 8;
/// Bytes of the cells of local networks after which no other one is read ahead.
const MOST_AHEAD: usize = 16 * 1024 * 1024;

/// Attest what an export of the network says.
#[derive(Args, Debug)]
pub(crate) struct SweepCommand {
	/// The export: CSV or bulk configuration XML.
	file: PathBuf,
	/// The sweep to join. It was opened after the root of this export was anchored; one is opened otherwise.
	#[arg(long, value_name = "N")]
	sweep: Option<u32>,
	/// Anchor the export's root and stop, for a sweep that another company opens later.
	#[arg(long, conflicts_with = "sweep")]
	anchor_only: bool,
	/// When the network was read, such as 2026-05-07T12:00:00+08:00. The header of the file otherwise, or its date.
	#[arg(long, value_name = "TIME", value_parser = time::read)]
	observed: Option<Moment>,
	/// Territory of the sweep that is opened; the smallest with all local networks of the file otherwise.
	#[arg(long, value_parser = names::scope)]
	scope: Option<Scope>,
	/// Folder in which the export is kept; FILE.sweep otherwise.
	#[arg(long, value_name = "FOLDER")]
	keep: Option<PathBuf>,
	/// Blocks to wait for others to draw rows of the export, and to open them; `config openings` answers later.
	#[arg(long, value_name = "BLOCKS", default_value_t = 30)]
	openings: u32,
	/// Go on answering for the export until ended, as `config openings --watch` does.
	#[arg(long, conflicts_with_all = ["openings", "anchor_only"])]
	watch: bool,
	/// Attest the right cells though other lines are wrong. Pages with cells that are left out are attested by single cells.
	#[arg(long)]
	skip_invalid: bool,
	/// Parameters that the file lacks: nothing is said about cells whose baseline has a value of them that it does not give.
	#[arg(long, value_name = "NAME", value_delimiter = ',')]
	without: Vec<String>,
	/// Parameters of which no cell of the file has a value any more: this is told of each cell whose baseline has one.
	#[arg(long, value_name = "NAME", value_delimiter = ',')]
	unset: Vec<String>,
	/// Calls under way at once.
	#[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..=2048))]
	window: u16,
}

/// Whose word counts for a station's cells, by the chain's rule: that of who owns or shares it, of its tower company, and of
/// who has signed its baseline.
pub(crate) fn is_party(station: &Station, signed: OrgSet, org: OrgId) -> bool {
	station.witnesses(signed).contains(org)
}

/// The stations of a page that a company is heard about: its word counts there, and they are on air. Cells of these are drawn
/// and may be named. `signed`: who has signed the baseline of the station in each slot.
fn heard_in(
	(id, page): (LocalNetworkId, u16),
	entries: &[StationEntry],
	signed: &[OrgSet],
	org: OrgId,
) -> Vec<SiteId> {
	let signed = signed.iter().copied().chain(std::iter::repeat(OrgSet::EMPTY));
	let is_heard = |(entry, signed): (&StationEntry, OrgSet)| {
		entry.state != StationState::Retired && is_party(&entry.station, signed, org)
	};
	let slots = (0u32..).zip(entries.iter().zip(signed));
	slots.filter(|(_, both)| is_heard(*both)).map(|(slot, _)| SiteId::new(id, page, slot)).collect()
}

/// The stations of pages of which a company's word counts, and that are on air.
async fn own(at: At<'_>, id: LocalNetworkId, pages: &[u16], org: OrgId) -> Result<BTreeSet<SiteId>> {
	let (entries, signed) = (at.entries(id, pages).await?, at.signatures(id, pages).await?);
	let both = pages.iter().zip(entries.iter().zip(&signed));
	Ok(both.flat_map(|(page, (entries, signed))| heard_in((id, *page), entries, signed, org)).collect())
}

/// The stations of pages of which a company answers for a violation.
async fn accused(at: At<'_>, id: LocalNetworkId, pages: &[u16], org: OrgId) -> Result<BTreeSet<SiteId>> {
	let open = at.open_violations(id).await?;
	let is_here = |site: &SiteId| site.page().is_some_and(|page| pages.contains(&page));
	Ok(open.iter().filter(|view| view.against == org).map(|view| view.cell.site).filter(is_here).collect())
}

/// The stations of pages that a company is heard about now: also those of which it answers for a violation. To take their
/// cells from the baseline would be to answer what no row shows.
async fn heard(at: At<'_>, id: LocalNetworkId, pages: &[u16], org: OrgId) -> Result<BTreeSet<SiteId>> {
	let (own, accused) = (own(at, id, pages, org).await?, accused(at, id, pages, org).await?);
	Ok(own.union(&accused).copied().collect())
}

/// Those of the pages in which a company is accused at a station of which its word does not count: there the tag of the page is
/// no answer, and those of its cells are.
async fn by_cells(at: At<'_>, id: LocalNetworkId, pages: &[u16], org: OrgId) -> Result<BTreeSet<u16>> {
	let accused = accused(at, id, pages, org).await?;
	let pages: BTreeSet<u16> = accused.iter().filter_map(|site| site.page()).collect();
	let pages: Vec<u16> = pages.into_iter().collect();
	let own = own(at, id, &pages, org).await?;
	Ok(accused.difference(&own).filter_map(|site| site.page()).collect())
}

/// Seconds to three places.
fn rounded(seconds: f64) -> f64 {
	(seconds * 1000.0).round() / 1000.0
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: SweepCommand) -> Result<()> {
	let signer = context.bulk_signer()?;
	let chain = if command.watch { context.patient_chain().await? } else { context.chain().await? };
	// Before a file of millions of cells is read.
	let account = access::acting(context, chain.now().await?, access::COLLECTOR).await?;
	let org = account.org;
	let sweeping = Sweeping { context, command: &command, chain: &chain, signer: &signer, account, org };
	let start = Instant::now();
	let folder = sweeping.folder();
	// What the folder lies beside is there before the folder is made.
	let survey = survey(&command.file)?;
	let held = store::hold(&folder)?;
	let (store, was_kept) = sweeping.keep(&folder, &survey).await?;
	let reading = start.elapsed().as_secs_f64();
	let networks: Vec<LocalNetworkId> = store.manifest.networks.keys().copied().collect();
	if networks.is_empty() {
		return Err(Failure::input("no cell of it can be attested")
			.at(command.file.display())
			.remedy("what stands above says why: mend it, and export again"));
	}
	let in_file = |failure: Failure| failure.at(command.file.display());
	let scope = command.scope.unwrap_or(store.manifest.scope);
	check_overlap(scope, &networks).map_err(in_file)?;
	// Where progress cannot be kept, nothing is sent.
	let mut state = State::load(store.folder())?;
	state.save(store.folder())?;
	if !command.anchor_only {
		let is_done = |id: &LocalNetworkId| !state.finished && state.done.contains_key(id);
		let ids = networks.iter().copied().filter(|id| scope.covers(*id) && !is_done(id));
		let given = earlier::given_up(&chain, &store, &ids.collect::<Vec<_>>()).await?;
		earlier::warn(context.output, &given)?;
	}
	let anchored = sweeping.anchor(&store, &mut state, scope).await?;
	if command.anchor_only {
		let root = names::hex0x(store.manifest.root);
		let Anchored { leaves, scope, observed, block, .. } = anchored;
		let value = json!({
			"type": "anchored", "root": root, "leaves": leaves, "scope": scope, "observed": observed, "block": block,
		});
		context.output.answer(&value, || {
			let (scope, observed) = (names::scope_text(scope), time::text(observed));
			let rows = counted(leaves, "row");
			format!("anchored {root} in block {block}: {rows}, {scope}, observed {observed}")
		});
		return Ok(());
	}
	let answering = Answering::new(context, &chain, &signer, org);
	let beside = Beside::new(&answering, &store);
	// One that was killed has answered nothing since.
	beside.answer().await;
	let sweep = sweeping.join(&store, &mut state, &anchored).await?;
	check_overlap(sweep.scope, &networks).map_err(in_file)?;
	let is_inside = |id: &LocalNetworkId| sweep.scope.covers(*id) && anchored.scope.covers(*id);
	let inside: Vec<LocalNetworkId> = networks.iter().copied().filter(is_inside).collect();
	if inside.len() < networks.len() {
		let count = networks.len().saturating_sub(inside.len());
		context.output.remark(&format!(
			"outside of the sweep ({}) and left out: {} of the file",
			names::scope_text(sweep.scope),
			counted(count, "local network")
		));
	}
	let clock = Instant::now();
	let key = sweep.key.and_then(|key| SweepKey::decode(&mut key.as_bytes()).ok());
	let key = key.ok_or_else(|| {
		Failure::chain("the sweep's key cannot be read").at(format!("sweep {}", sweep.number)).remedy(
			"this `trimast` and the chain's runtime differ: install the version that goes with the runtime",
		)
	})?;
	let mut sending = Sending::new(
		(context, &chain, &signer),
		(&store, &beside),
		(sweep.number, key),
		state,
		command.window.into(),
	)
	.await?;
	let outcome = sending.run(&inside).await;
	let seconds = Seconds {
		reading: (!was_kept).then_some(reading),
		looking: sending.looking,
		all: clock.elapsed().as_secs_f64(),
	};
	if let Err(failure) = outcome {
		// A node that is away says nothing about the export either.
		if !submit::is_passing(&failure) {
			if let Ok(standing) = answering.standing(&store).await {
				context.output.remark(&standing.text(store.folder()));
			}
		}
		return Err(failure);
	}
	let undone: Vec<LocalNetworkId> =
		inside.iter().copied().filter(|id| !sending.state.done.contains_key(id)).collect();
	sending.state.finished = undone.is_empty();
	sending.state.save(store.folder())?;
	// Nothing is written there any more.
	drop(held);
	let mut answered = beside.answered();
	let mut followed = Ok(());
	if !command.watch && command.openings > 0 {
		context.output.remark(&format!(
			"everything is sent; rows of the export that others draw are opened, for {} at most",
			counted(command.openings, "block")
		));
		followed = answering.follow(&store, &mut answered, command.openings).await;
	}
	// What a node that is away does not say is no reason to keep the summary back.
	let standing = match &followed {
		Ok(()) => answering.standing(&store).await.ok(),
		Err(_) => None,
	};
	let end = End { anchored, sweep: sweep.number, undone, seconds, standing };
	let result = finish(context, &command, &store, &sending, &end);
	if command.watch {
		// The end, which says it otherwise, does not come.
		if let Err(failure) = &result {
			context.output.remark(&failure.to_string());
		}
		return answering.watch(vec![store.folder().into()]).await;
	}
	answering.tell(&store, answered);
	followed
		.map_err(|failure| failure.remedy(format!("repeat it: `{}`", standing::command(store.folder()))))?;
	result
}

/// What a sweep has come to.
struct End {
	/// The export, as the chain has it.
	anchored: Anchored,
	/// The sweep's number.
	sweep: u32,
	/// Local networks that are not done.
	undone: Vec<LocalNetworkId>,
	seconds: Seconds,
	/// What may still be asked of the export, where the chain has said so.
	standing: Option<Standing>,
}

/// Refuses a territory in which no local network of a file lies.
fn check_overlap(scope: Scope, networks: &[LocalNetworkId]) -> Result<()> {
	if networks.iter().any(|id| scope.covers(*id)) {
		return Ok(());
	}
	let what = format!("none of its local networks lies in the sweep ({})", names::scope_text(scope));
	let own = names::scope_text(smallest(networks));
	Err(Failure::input(what).remedy(format!("name its own territory (--scope {own}), or leave --sweep out")))
}

/// How long what took.
struct Seconds {
	/// Reading the file; none when the export was kept from an earlier run.
	reading: Option<f64>,
	/// Looking at what the chain has, and digests.
	looking: f64,
	/// From the salt to the last final call.
	all: f64,
}

struct Sweeping<'a> {
	context: &'a Context,
	command: &'a SweepCommand,
	chain: &'a Chain,
	signer: &'a Signer,
	account: AccountView,
	org: OrgId,
}

impl Sweeping<'_> {
	/// Where the export is kept.
	fn folder(&self) -> PathBuf {
		self.command.keep.clone().unwrap_or_else(|| beside(&self.command.file, "sweep"))
	}

	/// The export as it is kept, and whether an earlier run has kept it.
	async fn keep(&self, folder: &Path, survey: &Survey) -> Result<(Store, bool)> {
		let (file, output) = (&self.command.file, self.context.output);
		let origin = Origin { genesis: self.chain.genesis(), org: self.org, fingerprint: survey.fingerprint };
		if let Some(store) = Store::open(folder)? {
			if !store.is_of(origin) {
				return Err(Failure::input(
					"the folder keeps another export, or that of another company or chain",
				)
				.at(folder.display())
				.remedy("name another one with --keep; what is kept there may be asked for"));
			}
			// What the company has bound itself to stays as it is, whatever the chain's stations are meanwhile, and whatever
			// a node that is behind has of it.
			if State::load(folder)?.is_bound || self.anchored(&store).await?.is_some() {
				return Ok((store, true));
			}
		}
		let at = self.chain.now().await?;
		let catalogue = Catalogue::ask(at).await?;
		let said = Said::read(&catalogue, &self.command.without, &self.command.unset)?;
		let mut networks = export::open(file, survey, &catalogue, Reading::AsIs)?;
		let directory = Directory::new(self.chain).await?;
		let reader =
			Reader { chain: self.chain, catalogue: &catalogue, directory, org: self.org, said: &said };
		let mut params = Params::default();
		let mut report = Report::new(output);
		let bar = output.progress(0, "cells read");
		let mut writer = Writer::begin(folder)?;
		loop {
			let ahead = ahead(&mut networks, &mut report, MOST_AHEAD)?;
			if ahead.is_empty() {
				break;
			}
			let (columns, reader) = (&networks.columns, &reader);
			let mut read =
				stream::iter(ahead).map(|network| reader.network(network, columns)).buffered(AT_ONCE);
			while let Some((seen, told, of_network)) = read.try_next().await? {
				told.tell(&mut report);
				params.add(of_network);
				bar.inc(u64::try_from(seen.cells.len()).unwrap_or(0));
				if seen.cells.is_empty() {
					continue;
				}
				tokio::task::block_in_place(|| writer.add(seen.id, &seen.cells))?;
			}
		}
		networks.tell(&mut report);
		bar.finish_and_clear();
		export::remark_unknown(output, &networks.columns, true);
		if writer.cut > 0 {
			output.remark(&format!(
				"{} cells have more, or longer, fields beside the chain than a row takes: the rest is left out",
				writer.cut
			));
		}
		report.settle(file, self.command.skip_invalid)?;
		networks.check_contents()?;
		let in_file = |failure: Failure| failure.at(file.display());
		params.check(&catalogue, &networks.columns, &said).map_err(in_file)?;
		let observed = match observed(self.command.observed, networks.date_time()).map_err(in_file)? {
			Some(observed) => observed,
			// Where the chain's clock is behind this machine's, a file that was just written lies in its future.
			None => (modified(file)?.min(self.clock().await?), Clock::FileDate),
		};
		let rest = (report.count, report.remarks);
		let store =
			tokio::task::block_in_place(|| writer.finish(origin, self.command.scope, observed, rest))?;
		Ok((store, false))
	}

	/// The chain's clock at the latest final block.
	async fn clock(&self) -> Result<Moment> {
		let key = storage::plain("Timestamp", "Now");
		let now = storage::get(self.chain, &key, self.chain.now().await?.hash).await?;
		Ok(now.unwrap_or(Moment::MAX))
	}

	/// What the chain has under the export's root.
	async fn anchored(&self, store: &Store) -> Result<Option<Anchored>> {
		let at = self.chain.now().await?;
		let spec = self.chain.spec(at.hash).await?;
		let of_org = storage::twox_concat("ConfigGuard", "Exports", &[&[self.org.0]]);
		let key = [&of_org[..], store.manifest.root.as_bytes()].concat();
		let found = storage::value(self.chain, &spec, ("ConfigGuard", "Exports"), &key, at.hash).await?;
		found.as_ref().map(Anchored::read).transpose()
	}

	/// Makes one call, and expects it to be carried out.
	async fn perform(&self, name: &str, call: crate::chain::Call) -> Result<Inclusion> {
		let spec = self.context.spec(self.chain).await?;
		let call = self.context.wrap_bulk(call, &spec)?;
		let inclusion = submit::one(self.chain, self.signer, call, self.context.output).await?;
		match inclusion.failure {
			Some(failure) => Err(failure.at(name)),
			None => Ok(inclusion),
		}
	}

	/// Binds the company to the export, unless it is bound to it already. Another export under its root is refused.
	async fn anchor(&self, store: &Store, state: &mut State, scope: Scope) -> Result<Anchored> {
		let check = |found: Anchored| {
			found.check(&store.manifest, self.command.scope, self.command.observed).map(|()| found)
		};
		if let Some(found) = self.anchored(store).await? {
			return check(found);
		}
		if let Some(sweep) = self.command.sweep {
			return Err(Failure::input(
				"the root of this export is not anchored, and the sweep is open already",
			)
			.at(format!("sweep {sweep}"))
			.remedy(
				"anchor it before the next one is opened (--anchor-only), or leave --sweep out to open one",
			));
		}
		if !self.account.scope.contains(scope) {
			let own = names::scope_text(self.account.scope);
			return Err(Failure::chain(access::outside(&self.account, scope))
				.at(self.command.file.display())
				.remedy(format!(
					"--scope {own} attests what of it lies there; otherwise {}",
					access::OUTSIDE
				)));
		}
		let manifest = &store.manifest;
		let when = format!("observed {}: {}", time::text(manifest.observed), manifest.clock.text());
		if self.command.observed.is_some_and(|observed| observed != manifest.observed) {
			return Err(Failure::input(format!("{when}; its root was sent to be anchored with that"))
				.at(store.folder().display())
				.remedy("leave --observed out to go on with it, or name another folder with --keep"));
		}
		if scope != manifest.scope {
			let own = names::scope_text(manifest.scope);
			return Err(Failure::input(format!("its root was sent to be anchored for {own}"))
				.at(store.folder().display())
				.remedy("leave --scope out to go on with it, or name another folder with --keep"));
		}
		self.context.output.json_line(&json!({
			"type": "observed", "observed": manifest.observed, "from": manifest.clock,
		}));
		self.context.output.remark(&when);
		let spec = self.context.spec(self.chain).await?;
		let call = spec.call(
			"ConfigGuard",
			"anchor_export",
			(scope, manifest.root, manifest.leaves, manifest.observed),
		)?;
		let was_bound = std::mem::replace(&mut state.is_bound, true);
		state.save(store.folder())?;
		match self.perform("anchor_export", call).await {
			Ok(inclusion) => Ok(Anchored::new(manifest, inclusion.block)),
			// It may have come from an earlier run meanwhile.
			Err(failure) if !submit::is_passing(&failure) => match self.anchored(store).await? {
				Some(found) => check(found),
				None => {
					// What was refused comes no more, and what an earlier run has sent may.
					state.is_bound = was_bound;
					state.save(store.folder())?;
					Err(failure)
				}
			},
			Err(failure) => Err(failure),
		}
	}

	/// Opens a sweep or joins one, and waits for its salt.
	async fn join(&self, store: &Store, state: &mut State, anchored: &Anchored) -> Result<Sweep> {
		let going_on = state.sweep.filter(|_| !state.finished);
		let at = self.chain.now().await?;
		let mut number = self.command.sweep.or(going_on);
		if let (None, Some(earlier)) = (self.command.sweep, number) {
			// One that has closed meanwhile takes nothing any more.
			let sweep = at.sweep(earlier).await?;
			number = sweep.filter(|sweep| at.number < sweep.closes).map(|sweep| sweep.number);
		}
		let number = match number {
			Some(number) => number,
			None => self.open(anchored.scope).await?,
		};
		state.join(number);
		state.save(store.folder())?;
		let start = Instant::now();
		loop {
			let at = self.chain.now().await?;
			let sweep = at.sweep(number).await?.ok_or_else(|| {
				Failure::input("there is no such sweep")
					.at(format!("sweep {number}"))
					.remedy("leave --sweep out to open one, or ask who has opened it for its number")
			})?;
			let place = |failure: Failure| failure.at(format!("sweep {number}"));
			if anchored.block >= sweep.opened {
				let what = format!(
					"the root came in block {}, and the sweep was opened in block {}",
					anchored.block, sweep.opened
				);
				return Err(place(
					Failure::input(what).remedy("observe for a later sweep, or open one: leave --sweep out"),
				));
			}
			if at.number >= sweep.closes {
				let what = format!("it takes no more observations since block {}", sweep.closes);
				return Err(place(Failure::input(what).remedy("open another one: leave --sweep out")));
			}
			if sweep.key.is_some() {
				return Ok(sweep);
			}
			if start.elapsed() > self.chain.patience() {
				return Err(place(
					Failure::connection("its salt did not come")
						.remedy("`trimast chain status` shows how the chain stands; repeat the command"),
				));
			}
			tokio::time::sleep(Duration::from_millis(300)).await;
		}
	}

	/// Opens a sweep. Says its number.
	async fn open(&self, scope: Scope) -> Result<u32> {
		let spec = self.context.spec(self.chain).await?;
		let inclusion = self.perform("open_sweep", spec.call("ConfigGuard", "open_sweep", scope)?).await?;
		let opened = inclusion.events.iter().find(|event| event.is("ConfigGuard", "SweepOpened"));
		let number = opened.and_then(|event| event.fields.get("sweep")?.as_u64());
		number.and_then(|number| u32::try_from(number).ok()).ok_or_else(|| {
			Failure::chain("the sweep's number is not among the events").remedy("name it with --sweep")
		})
	}
}

/// The next local networks of a file, in their order: those whose stations and pages are asked for at once. None at its
/// end.
fn ahead<R: Read>(
	networks: &mut Networks<'_, R>,
	report: &mut Report,
	most: usize,
) -> Result<Vec<RawNetwork>> {
	let (mut ahead, mut bytes) = (Vec::new(), 0usize);
	while ahead.len() < AT_ONCE && bytes < most {
		let Some(network) = networks.network()? else { break };
		networks.tell(report);
		bytes = network.cells.iter().map(RawCell::bytes).fold(bytes, usize::saturating_add);
		ahead.push(network);
	}
	Ok(ahead)
}

/// When the network was read, as who sends it or else the file says, and where that is from.
fn observed(said: Option<Moment>, in_file: Option<&str>) -> Result<Option<(Moment, Clock)>> {
	match (said, in_file) {
		(Some(said), _) => Ok(Some((said, Clock::Said))),
		(None, Some(text)) => {
			time::read(text).map(|observed| Some((observed, Clock::File))).map_err(|remedy| {
				Failure::input(format!("the time of the export is {}", crate::output::quoted(text)))
					.remedy(format!("{remedy}; --observed says it too"))
			})
		}
		(None, None) => Ok(None),
	}
}

/// When a file was last changed.
fn modified(file: &Path) -> Result<Moment> {
	let modified = std::fs::metadata(file).and_then(|data| data.modified()).map_err(in_file(file))?;
	let since = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
	Ok(Moment::try_from(since.as_millis()).unwrap_or(0))
}

/// The smallest territory with all of these local networks.
fn smallest(networks: &[LocalNetworkId]) -> Scope {
	match networks {
		[one] => Scope::LocalNetwork(*one),
		[first, rest @ ..] if rest.iter().all(|id| id.province() == first.province()) => {
			Scope::Province(first.province())
		}
		_ => Scope::National,
	}
}

fn finish(
	context: &Context,
	command: &SweepCommand,
	store: &Store,
	sending: &Sending<'_>,
	end: &End,
) -> Result<()> {
	let (state, manifest) = (&sending.state, &store.manifest);
	let End { anchored, sweep, undone, seconds, standing } = end;
	let tally = state.total();
	let per_cell = |bytes: u64| rounded(bytes as f64 / (tally.cells as f64).max(1.0));
	let value = json!({
		"type": "summary", "file": command.file, "kept": store.folder(), "root": names::hex0x(manifest.root),
		"observed": anchored.observed, "observed_from": manifest.clock, "sweep": sweep, "cells_in_export": manifest.leaves,
		"invalid": manifest.invalid, "remarks": manifest.remarks, "local_networks": state.done.len(), "undone": undone, "tally": tally,
		"calls": state.calls, "bytes": state.bytes, "bytes_a_cell": per_cell(state.bytes),
		"blocks": sending.blocks.map(|(first, last)| vec![first, last]), "seconds": rounded(seconds.all),
		"seconds_reading": seconds.reading.map(rounded), "seconds_looking": rounded(seconds.looking),
		"openings": standing.as_ref().map(|standing| standing.to_json(store.folder())),
	});
	context.output.answer(&value, || {
		let mut lines = vec![format!(
			"sweep {}: {}, observed {}, kept in {}",
			sweep,
			counted(state.done.len(), "local network"),
			time::text(anchored.observed),
			store.folder().display()
		)];
		lines.extend(tally_lines(&tally));
		lines.extend(remark_lines(&manifest.remarks));
		lines.push(format!(
			"{} of {} ({} a cell) within {:.1} s, {:.1} s of them to look at the chain",
			counted(state.calls, "call"),
			counted(state.bytes, "byte"),
			per_cell(state.bytes),
			seconds.all,
			seconds.looking
		));
		if let Some(reading) = seconds.reading {
			lines.push(format!("the file was read within {reading:.1} s"));
		}
		if tally.opened + tally.seen > 0 {
			lines.push("`trimast config violations` lists what was found".into());
		}
		lines.push(match standing {
			Some(standing) => standing.text(store.folder()),
			None => format!(
				"others may ask for rows of the export, and what is not opened in time makes it doubted: `{}` opens them",
				standing::command(store.folder())
			),
		});
		lines.join("\n")
	});
	if undone.is_empty() && manifest.invalid == 0 && tally.refused == 0 && tally.pages_incomplete == 0 {
		return Ok(());
	}
	let mut left = Vec::new();
	let mut say = |count: u64, thing: &str, what: &str| {
		if count > 0 {
			left.push(format!("{} {what}", counted(count, thing)));
		}
	};
	say(undone.len().try_into().unwrap_or(0), "local network", "not attested, or with something left over");
	say(tally.pages_incomplete, "page", "attested by single cells at most, since the file lacks cells");
	say(tally.refused, "page", "refused in part");
	if manifest.invalid > 0 {
		left.push(format!("wrong lines or values: {}", manifest.invalid));
	}
	let left = left.join(", ");
	let is_nothing_done = state.done.is_empty() && tally.pages == 0 && tally.cells == 0;
	let failure = if is_nothing_done { Failure::chain(left) } else { Failure::partial(left) };
	Err(failure
		.at(command.file.display())
		.remedy("mend what stands above, export again, and give that to the next sweep"))
}

/// What stands in the file and not on the chain, a kind a line.
fn remark_lines(remarks: &BTreeMap<String, u64>) -> Vec<String> {
	let line = |(word, count): (&String, &u64)| match Remark::text(word) {
		Some((what, Some(remedy))) => format!("{count} {what}: {remedy}"),
		Some((what, None)) => format!("{count} {what}"),
		None => format!("{count} {word}"),
	};
	remarks.iter().map(line).collect()
}

/// What was attested, a kind a line.
fn tally_lines(tally: &Tally) -> Vec<String> {
	let mut lines = vec![
		format!("pages: {} as the baseline says, {} differ", tally.pages, tally.pages_differing),
		format!("cells: {} attested, {} of them differ", tally.cells, tally.cells_differing),
		format!(
			"values: {} differ; violations: {} opened, {} seen again",
			tally.values, tally.opened, tally.seen
		),
	];
	let mut say = |count: u64, text: String| {
		if count > 0 {
			lines.push(text);
		}
	};
	say(
		tally.cells_of_others,
		format!(
			"{} in these pages of stations that the company has no part in, or that are retired: taken from the baseline, \
			 nobody hears the company about them",
			counted(tally.cells_of_others, "cell")
		),
	);
	say(
		tally.cells_unheard,
		format!("the file has {} of them otherwise: tell who owns or shares them", tally.cells_unheard),
	);
	say(
		tally.pages_incomplete,
		format!(
			"not attested as a whole: {}, of which the file lacks {}; the others are told one by one",
			counted(tally.pages_incomplete, "page"),
			counted(tally.cells_missing, "cell")
		),
	);
	say(
		tally.cells_unbased,
		format!("without a baseline: {} of the file", counted(tally.cells_unbased, "cell")),
	);
	say(tally.stale, format!("changed meanwhile and sent anew: {}", counted(tally.stale, "page")));
	lines
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::ProvinceId;

	#[test]
	fn territory_is_the_smallest_that_has_everything() {
		let of = |codes: &[u16]| smallest(&codes.iter().copied().map(LocalNetworkId).collect::<Vec<_>>());
		assert_eq!(of(&[1301]), Scope::LocalNetwork(LocalNetworkId(1301)));
		assert_eq!(of(&[1301, 1302]), Scope::Province(ProvinceId(13)));
		assert_eq!(of(&[1301, 1401]), Scope::National);
	}

	#[test]
	fn few_local_networks_are_read_ahead_and_in_their_order() {
		let catalogue = crate::config::catalogue::tests::catalogue();
		let sizes = |cells: &[usize]| {
			let rows = (1301u16..)
				.zip(cells)
				.flat_map(|(id, count)| (0..*count).map(move |n| format!("{id},S{n},0,5\n")));
			let text: String =
				["local_network,station,cell,nRPCI\n".into()].into_iter().chain(rows).collect();
			let how = (false, export::Columns::default());
			let mut networks = Networks::new(Path::new("a"), text.as_bytes(), how, &catalogue).unwrap();
			let mut all = Vec::new();
			loop {
				let ahead = ahead(&mut networks, &mut Report::silent(), 20_000).unwrap();
				if ahead.is_empty() {
					return all;
				}
				all.push(ahead.iter().map(|one| (one.id.0, one.cells.len())).collect::<Vec<_>>());
			}
		};
		let few = sizes(&[1; 10]);
		assert_eq!((few.len(), few[0].len(), &few[1][..]), (2, AT_ONCE, &[(1309, 1), (1310, 1)][..]));
		// A large one is not joined by others behind it
		let large = sizes(&[2, 500, 3]);
		assert_eq!(large, [vec![(1301, 2), (1302, 500)], vec![(1303, 3)]]);
	}

	#[test]
	fn territory_without_a_local_network_of_the_file_is_refused() {
		let networks = [1301, 1302].map(LocalNetworkId);
		assert_eq!(check_overlap(Scope::National, &networks), Ok(()));
		assert_eq!(check_overlap(Scope::LocalNetwork(LocalNetworkId(1302)), &networks), Ok(()));
		let failure = check_overlap(Scope::Province(ProvinceId(14)), &networks).unwrap_err().to_string();
		assert!(failure.contains("(province:14)") && failure.contains("--scope province:13"), "{failure}");
	}

	#[test]
	fn tower_company_and_who_has_signed_are_heard_and_a_strange_carrier_is_not() {
		let (_, station) = crate::site::csv::read_station(&crate::site::csv::tests::sample()).unwrap();
		let stranger = OrgId(31);
		let entry = |state| StationEntry {
			station: station.clone(),
			state,
			revision: 0,
			signed: OrgSet::of(station.owner),
		};
		let entries = [StationState::OnAir, StationState::Retired, StationState::OnAir].map(entry);
		let place = (LocalNetworkId(1301), 2);
		let heard = |signed: &[OrgSet], org| {
			let heard = heard_in(place, &entries, signed, org);
			heard.iter().map(|site| site.slot()).collect::<Vec<_>>()
		};
		for org in station.signatories().iter() {
			assert_eq!(heard(&[], org), [0, 2], "{org:?}");
		}
		assert_eq!(heard(&[], stranger), Vec::<u32>::new());
		// What a company has signed stays signed: it is asked about that, also where it shares the station no more
		let both = OrgSet::of(station.owner).with(stranger);
		assert_eq!(heard(&[OrgSet::EMPTY, both, both], stranger), [2]);
		// But for what it alone has signed
		assert_eq!(heard(&[OrgSet::of(stranger); 3], stranger), Vec::<u32>::new());
		assert_eq!(heard_in(place, &entries, &[], station.owner)[0].page(), Some(2));
	}

	#[test]
	fn time_of_observation_is_told_with_where_it_is_from() {
		let text = "2026-05-07T12:00:00+08:00";
		let moment = time::read(text).unwrap();
		assert_eq!(observed(Some(5), Some(text)), Ok(Some((5, Clock::Said))));
		assert_eq!(observed(None, Some(text)), Ok(Some((moment, Clock::File))));
		assert_eq!(observed(None, None), Ok(None));
		let failure = observed(None, Some("noon")).unwrap_err().to_string();
		assert!(failure.contains("`noon`") && failure.contains("--observed"), "{failure}");
		assert_eq!(json!([Clock::Said, Clock::File, Clock::FileDate]), json!(["said", "file", "file_date"]));
		assert!(Clock::FileDate.text().contains("say --observed"));
	}

	#[test]
	fn summary_tells_what_stands_beside_the_chain() {
		let remark = |word: &str, count| (word.to_string(), count);
		let remarks =
			[remark("relation_without_baseline", 40), remark("newer", 1), remark("station_unknown", 2)]
				.into();
		let lines = remark_lines(&remarks);
		assert_eq!(lines[..2], ["1 newer", "40 relations that the baseline does not have"]);
		assert!(lines[2].starts_with("2 cells of stations") && lines[2].contains("site import"), "{lines:?}");
	}

	#[test]
	fn summary_tells_what_could_not_be_attested() {
		let tally = Tally { pages: 3, pages_incomplete: 2, cells_missing: 5, stale: 1, ..Tally::default() };
		let text = tally_lines(&tally).join("\n");
		assert!(text.contains("3 as the baseline says") && text.contains("lacks 5 cells;"), "{text}");
		assert!(
			text.contains("sent anew: 1 page")
				&& !text.contains("1 pages")
				&& !text.contains("has no part in"),
			"{text}"
		);
	}
}
