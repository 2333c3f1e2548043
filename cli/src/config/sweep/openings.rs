// SPDX-License-Identifier: Apache-2.0
//! `trimast config openings`: answers what others ask of exports that are kept. Rows are drawn by the first later blocks of
//! the other companies' authors, and named by other companies. What is not opened in time stands against the company.

use super::{
	standing::Standing,
	store::{Manifest, Store},
};
use crate::{
	chain::{finalized::Heads, storage, views::At, Call, Chain},
	config::access,
	context::Context,
	error::{Failure, Result},
	keys::Signer,
	names,
	output::facts,
	submit::{self, Inclusion},
};
use clap::Args;
use serde_json::{json, Value};
use std::{
	collections::BTreeSet,
	path::{Path, PathBuf},
	time::Duration,
};
use trimast_primitives::{access::Scope, cells::CellId, BlockNumber, Hash, Moment, OrgId};

/// Rows that one call opens (`MAX_OPENINGS` of the pallet).
const MOST_ROWS: usize = 16;
/// Most blocks after which a watched export that could not be answered for is tried again.
const MOST_PAUSE: BlockNumber = 64;

/// Answer what is asked of kept exports.
#[derive(Args, Debug)]
pub(crate) struct OpeningsCommand {
	/// Folders in which `config sweep` has kept exports.
	#[arg(required = true)]
	folders: Vec<PathBuf>,
	/// Go on answering until ended. What fails is said once and tried again.
	#[arg(long)]
	watch: bool,
}

/// Reads a hash.
pub(super) fn hash(text: &str) -> Result<Hash, String> {
	let bytes: [u8; 32] = names::unhex(text)?.try_into().map_err(|_| "a hash has 64 hexadecimal digits")?;
	Ok(bytes.into())
}

/// When something that is tried again and again is due.
#[derive(Debug, Default)]
pub(super) struct Turn {
	/// What has failed last, and was said.
	told: Option<String>,
	/// Blocks that it is left alone for after the next failure.
	pause: BlockNumber,
	/// Block before which it is left alone.
	next: BlockNumber,
}

impl Turn {
	/// Whether it is tried in a block.
	pub(super) fn is_due(&self, block: BlockNumber) -> bool {
		self.next <= block
	}

	/// Takes what came of an attempt in a block. Says what is to be told: the same thing once.
	pub(super) fn note(&mut self, block: BlockNumber, failure: Option<Failure>) -> Option<Failure> {
		let Some(failure) = failure else {
			(self.told, self.pause, self.next) = (None, 0, 0);
			return None;
		};
		self.pause = self.pause.saturating_mul(2).clamp(1, MOST_PAUSE);
		self.next = block.saturating_add(self.pause);
		let text = failure.to_string();
		let is_new = self.told.as_ref() != Some(&text);
		self.told = Some(text);
		is_new.then_some(failure)
	}
}

/// An export that is answered for as long as the command runs.
#[derive(Debug, Default)]
struct Watched {
	folder: PathBuf,
	/// None until its folder is whole.
	store: Option<Store>,
	turn: Turn,
}

impl Watched {
	/// Opens the folder, if it is not open yet.
	fn open(&mut self) -> Result<&Store> {
		if self.store.is_none() {
			self.store = Some(open(&self.folder)?);
		}
		self.store.as_ref().ok_or_else(|| Failure::input("no export is kept there"))
	}
}

/// The export in a folder that is whole, as far as the first and the last row show.
fn open(folder: &Path) -> Result<Store> {
	let store = Store::open(folder)?.ok_or_else(|| {
		Failure::input("no export is kept there")
			.at(folder.display())
			.remedy("name the folder of a sweep: FILE.sweep, or what --keep has named")
	})?;
	for row in [0, store.manifest.leaves.saturating_sub(1)] {
		store.opening(row)?;
	}
	Ok(store)
}

/// Refuses to answer on a chain or for a company that the export is not of.
fn ensure_is_of(manifest: &Manifest, genesis: Hash, org: OrgId) -> Result<()> {
	if manifest.genesis != genesis {
		return Err(Failure::input(format!(
			"the export was read for the chain with genesis {}, and this one has {}",
			names::hex0x(manifest.genesis),
			names::hex0x(genesis)
		))
		.remedy("name a node of that chain with --url"));
	}
	if manifest.org != org {
		return Err(Failure::input(format!(
			"the export is that of company {}, and who signs acts for company {}",
			manifest.org.0, org.0
		))
		.remedy(format!("sign as a collector of company {}", manifest.org.0)));
	}
	Ok(())
}

/// What became of openings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Answered {
	/// Rows that were opened.
	pub(crate) opened: u64,
	/// Rows that were marked as wrong.
	pub(crate) wrong: u64,
	/// Cells that were shown not to be in the export.
	pub(crate) absent: u64,
}

impl Answered {
	fn add(&mut self, other: Self) {
		self.opened += other.opened;
		self.wrong += other.wrong;
		self.absent += other.absent;
	}
}

/// Answers for a company.
pub(crate) struct Answering<'a> {
	context: &'a Context,
	chain: &'a Chain,
	signer: &'a Signer,
	org: OrgId,
}

/// The cells that questions stand open of, each once, however often it is asked for.
fn read_questions(value: &Value) -> Vec<CellId> {
	let open = value.get("open").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
	let cell = |question: &Value| serde_json::from_value(question.get("cell")?.clone()).ok();
	let cells: BTreeSet<CellId> = open.iter().filter_map(cell).collect();
	cells.into_iter().collect()
}

/// The rows that answer for a cell: one, or the two between which it would stand.
fn rows(store: &Store, cell: CellId) -> Result<Vec<u32>> {
	let leaves = store.manifest.leaves;
	Ok(match store.find(cell)? {
		Ok(row) => vec![row],
		Err(after) => after.checked_sub(1).into_iter().chain((after < leaves).then_some(after)).collect(),
	})
}

/// Rows that one call opens, and the cells that they answer for.
#[derive(Debug, Default)]
struct Bundle {
	cells: Vec<CellId>,
	rows: BTreeSet<u32>,
}

/// Puts the rows that answer for cells together into calls. Those of one cell stand in one call.
fn bundles(answers: impl IntoIterator<Item = (CellId, Vec<u32>)>) -> Vec<Bundle> {
	let mut bundles: Vec<Bundle> = Vec::new();
	for (cell, rows) in answers {
		match bundles.last_mut() {
			Some(last) if last.rows.len() + rows.len() <= MOST_ROWS => {
				last.cells.push(cell);
				last.rows.extend(rows);
			}
			_ => bundles.push(Bundle { cells: vec![cell], rows: rows.into_iter().collect() }),
		}
	}
	bundles
}

impl<'a> Answering<'a> {
	/// For the company of who acts.
	pub(crate) fn new(context: &'a Context, chain: &'a Chain, signer: &'a Signer, org: OrgId) -> Self {
		Self { context, chain, signer, org }
	}

	/// The chain that asks.
	pub(super) fn chain(&self) -> &'a Chain {
		self.chain
	}

	/// Something that the chain keeps by company and root.
	async fn of_root(&self, at: At<'_>, item: &str, store: &Store) -> Result<Option<Value>> {
		let spec = self.chain.spec(at.hash).await?;
		let of_org = storage::twox_concat("ConfigGuard", item, &[&[self.org.0]]);
		let key = [&of_org[..], store.manifest.root.as_bytes()].concat();
		storage::value(self.chain, &spec, ("ConfigGuard", item), &key, at.hash).await
	}

	/// The cells whose rows are asked for.
	async fn questions(&self, at: At<'_>, store: &Store) -> Result<Vec<CellId>> {
		let asked = self.of_root(at, "Asked", store).await?;
		Ok(asked.as_ref().map(read_questions).unwrap_or_default())
	}

	/// The calls that open what is asked of an export now, with the cells that each answers for, but for cells whose rows
	/// are on their way; and what keeps a row from being opened, which leaves the others alone.
	pub(super) async fn calls(
		&self,
		store: &Store,
		is_sent: impl Fn(&CellId) -> bool,
	) -> Result<(Vec<(Vec<CellId>, Call)>, Option<Failure>)> {
		ensure_is_of(&store.manifest, self.chain.genesis(), self.org)?;
		let at = self.chain.now().await?;
		let export = self.of_root(at, "Exports", store).await?;
		let scope =
			export.and_then(|export| serde_json::from_value::<Scope>(export.get("scope")?.clone()).ok());
		let scope = scope.ok_or_else(|| {
			Failure::chain("the chain does not keep the export: it is not anchored, or has given way to newer ones")
				.at(store.folder().display())
				.remedy("nothing is asked of it any more; what is to be answered for is what the latest sweeps have kept")
		})?;
		let mut questions = self.questions(at, store).await?;
		questions.retain(|cell| !is_sent(cell));
		let (mut calls, mut failed) = (Vec::new(), None);
		if questions.is_empty() {
			return Ok((calls, failed));
		}
		let mut answers = Vec::with_capacity(questions.len());
		for cell in questions {
			answers.push((cell, rows(store, cell)?));
		}
		let spec = self.context.spec(self.chain).await?;
		for Bundle { cells, rows } in bundles(answers) {
			let mut openings = Vec::with_capacity(rows.len());
			for row in rows {
				match store.opening(row) {
					Ok(opening) => openings.push(opening),
					Err(failure) => failed = failed.or(Some(failure)),
				}
			}
			if !openings.is_empty() {
				let call = spec.call("ConfigGuard", "open_cells", (scope, store.manifest.root, openings))?;
				calls.push((cells, self.context.wrap_bulk(call, &spec)?));
			}
		}
		Ok((calls, failed))
	}

	/// Takes what came of a call that opens rows. Says what has failed.
	pub(super) fn take(&self, inclusion: &Inclusion, answered: &mut Answered) -> Option<Failure> {
		if let Some(failure) = &inclusion.failure {
			return Some(failure.clone().at("open_cells"));
		}
		answered.add(count(&inclusion.events));
		for event in inclusion.events.iter().filter(|event| event.is("ConfigGuard", "OpeningWrong")) {
			self.context.output.remark(&format!("an opening is marked as wrong: {}", event.text()));
		}
		None
	}

	/// Opens what is asked of an export now. A row or a call that fails leaves the others alone.
	pub(super) async fn answer(&self, store: &Store, answered: &mut Answered) -> Result<()> {
		let (calls, mut failed) = self.calls(store, |_| false).await?;
		for (_, call) in calls {
			let inclusion = submit::one(self.chain, self.signer, call, self.context.output).await?;
			let failure = self.take(&inclusion, answered);
			failed = failed.or(failure);
		}
		failed.map_or(Ok(()), Err)
	}

	/// What an export waits for while blocks of other companies still have to draw of it.
	async fn waiting(&self, at: At<'_>, store: &Store) -> Result<Option<Value>> {
		let spec = self.chain.spec(at.hash).await?;
		let key = storage::twox_concat("ConfigGuard", "Drawing", &[&[self.org.0]]);
		let found = storage::value(self.chain, &spec, ("ConfigGuard", "Drawing"), &key, at.hash).await?;
		let root = names::hex0x(store.manifest.root);
		let list = found.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
		let is_it = |one: &&Value| one.get("root").and_then(Value::as_str) == Some(root.as_str());
		Ok(list.iter().find(is_it).cloned())
	}

	/// What may still be asked of an export.
	pub(super) async fn standing(&self, store: &Store) -> Result<Standing> {
		let at = self.chain.now().await?;
		let (export, asked) =
			(self.of_root(at, "Exports", store).await?, self.of_root(at, "Asked", store).await?);
		let waiting = self.waiting(at, store).await?;
		let parameters = at.parameters().await?;
		let terms = (
			at.blocks(parameters.opening_term).await?,
			Moment::from(parameters.attestation_term).saturating_mul(1_000),
		);
		Standing::read(export.as_ref(), asked.as_ref(), waiting.as_ref(), terms)
	}

	/// Answers while others draw of an export, and at most for so many blocks.
	pub(crate) async fn follow(
		&self,
		store: &Store,
		answered: &mut Answered,
		blocks: BlockNumber,
	) -> Result<()> {
		let mut heads = Heads::new(self.chain);
		let last = self.chain.now().await?.number.saturating_add(blocks);
		loop {
			let is_over = self.waiting(self.chain.now().await?, store).await?.is_none();
			self.answer(store, answered).await?;
			if is_over || heads.next().await?.number >= last {
				return Ok(());
			}
		}
	}

	/// Answers for exports until it is ended. Whatever fails (a call that is refused, a root that the chain does not keep, a
	/// folder that is not whole, a node that is away) is said once and tried again, less and less often, and keeps nothing
	/// else from being answered.
	pub(crate) async fn watch(&self, folders: Vec<PathBuf>) -> Result<()> {
		let watched = |folder| Watched { folder, ..Watched::default() };
		let mut all: Vec<Watched> = folders.into_iter().map(watched).collect();
		let mut heads = Heads::new(self.chain);
		let mut away = Turn::default();
		let mut block = 0;
		loop {
			for one in all.iter_mut().filter(|one| one.turn.is_due(block)) {
				let mut answered = Answered::default();
				let came = match one.open() {
					Ok(store) => {
						let came = self.answer(store, &mut answered).await;
						if answered != Answered::default() {
							self.tell(store, answered);
						}
						came
					}
					Err(failure) => Err(failure),
				};
				let failure = came.err().map(|failure| failure.at(one.folder.display()));
				if let Some(failure) = one.turn.note(block, failure) {
					self.remark(&failure);
				}
			}
			match heads.next().await {
				Ok(head) => {
					block = head.number;
					away.note(block, None);
				}
				Err(failure) => {
					if let Some(failure) = away.note(block, Some(failure)) {
						self.remark(&failure);
					}
					tokio::time::sleep(Duration::from_secs(3)).await;
				}
			}
		}
	}

	/// Tells what has failed and is tried again.
	pub(super) fn remark(&self, failure: &Failure) {
		let mut value = failure.to_json();
		value["type"] = json!("openings_failed");
		self.context.output.json_line(&value);
		self.context.output.remark(&format!("{failure}\n  it is tried again"));
	}

	/// Tells what became of openings.
	pub(crate) fn tell(&self, store: &Store, answered: Answered) {
		let Answered { opened, wrong, absent } = answered;
		let value = json!({
			"type": "openings", "kept": store.folder(), "root": names::hex0x(store.manifest.root), "opened": opened,
			"wrong": wrong, "absent": absent,
		});
		self.context.output.answer(&value, || {
			facts(&[
				("export", store.folder().display().to_string()),
				("rows opened", opened.to_string()),
				("marked as wrong", wrong.to_string()),
				("cells not in it", absent.to_string()),
			])
		});
	}
}

/// Counts what a call that opens rows has come to.
fn count(events: &[crate::chain::events::Event]) -> Answered {
	let of = |name: &str| events.iter().filter(|event| event.is("ConfigGuard", name)).count();
	let results = events.iter().filter(|event| event.is("ConfigGuard", "CellsOpened"));
	let results = results.filter_map(|event| event.fields.get("results")?.as_array());
	let opened = results.flatten().filter(|result| result.as_str() == Some("Opened")).count();
	let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
	Answered { opened: number(opened), wrong: number(of("OpeningWrong")), absent: number(of("CellAbsent")) }
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: OpeningsCommand) -> Result<()> {
	let signer = context.bulk_signer()?;
	let chain = if command.watch { context.patient_chain().await? } else { context.chain().await? };
	let org = access::acting(context, chain.now().await?, access::COLLECTOR).await?.org;
	let answering = Answering::new(context, &chain, &signer, org);
	if command.watch {
		return answering.watch(command.folders).await;
	}
	let mut failed = None;
	for folder in &command.folders {
		let mut answered = Answered::default();
		let came = match open(folder) {
			Ok(store) => {
				let came = answering.answer(&store, &mut answered).await;
				answering.tell(&store, answered);
				came.map_err(|failure| failure.at(folder.display()))
			}
			Err(failure) => Err(failure),
		};
		// The first is told at the end.
		match (came, &failed) {
			(Err(failure), None) => failed = Some(failure),
			(Err(failure), Some(_)) => context.output.remark(&failure.to_string()),
			(Ok(()), _) => {}
		}
	}
	failed.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
	use super::{
		super::store::tests::{seen, store},
		*,
	};
	use crate::chain::events::{Event, Phase};

	#[test]
	fn questions_are_read_as_the_chain_lists_them() {
		let cell = seen(1301, 7, 1, 0).id;
		let value = json!({ "open": [
			{ "cell": { "site": { "local_network": 1301, "index": 7 }, "cell": 1 }, "by": 2, "due": 9, "said": "Nothing" },
			{ "cell": { "site": { "local_network": 1301, "index": 7 }, "cell": 1 }, "by": 3, "due": 9, "said": "Nothing" },
		], "named": [], "seen": [] });
		assert_eq!(read_questions(&value), [cell]);
		assert!(read_questions(&json!({})).is_empty());
	}

	#[test]
	fn absent_cells_are_answered_with_the_rows_beside_them() {
		let folder = tempfile::tempdir().unwrap();
		let kept = store(folder.path(), &[&[seen(1301, 1, 0, 5), seen(1301, 3, 0, 6)]]);
		let of = |index| rows(&kept, seen(1301, index, 0, 0).id).unwrap();
		assert_eq!([of(1), of(3)], [[0], [1]]);
		assert_eq!([of(0), of(2), of(4)], [vec![0], vec![0, 1], vec![1]]);
	}

	#[test]
	fn failures_of_a_watch_are_said_once_and_tried_again() {
		let mut one = Turn::default();
		let refused = || Some(Failure::chain("no"));
		assert!(one.note(10, refused()).is_some());
		assert_eq!((one.pause, one.next), (1, 11));
		assert!(one.note(11, refused()).is_none(), "the same is not said again");
		assert_eq!(one.next, 13);
		assert!(one.note(13, Some(Failure::chain("another"))).is_some());
		for block in 0..10 {
			one.note(block, refused());
		}
		assert_eq!(one.pause, MOST_PAUSE);
		assert!(one.note(20, None).is_none());
		assert_eq!((one.next, one.note(21, refused())), (0, refused()));
	}

	#[test]
	fn folder_that_is_made_later_is_answered_for() {
		let folder = tempfile::tempdir().unwrap();
		let mut one = Watched { folder: folder.path().join("a"), ..Watched::default() };
		assert!(one.open().unwrap_err().to_string().contains("no export is kept there"));
		let made = store(&one.folder, &[&[seen(1301, 1, 0, 5)]]);
		assert_eq!(one.open().unwrap().manifest, made.manifest);
	}

	#[test]
	fn folder_that_is_not_whole_is_no_answer() {
		for file in ["leaves.bin", "rows.bin"] {
			let folder = tempfile::tempdir().unwrap();
			store(folder.path(), &[&[seen(1301, 1, 0, 5), seen(1301, 3, 0, 6)]]);
			assert!(open(folder.path()).is_ok());
			std::fs::remove_file(folder.path().join(file)).unwrap();
			let Err(failure) = open(folder.path()) else { panic!("{file} is not there") };
			assert!(failure.to_string().contains(file), "{failure}");
		}
	}

	#[test]
	fn others_exports_are_not_answered_for() {
		let folder = tempfile::tempdir().unwrap();
		let manifest = store(folder.path(), &[&[seen(1301, 1, 0, 5)]]).manifest;
		let (genesis, org) = (manifest.genesis, manifest.org);
		assert!(ensure_is_of(&manifest, genesis, org).is_ok());
		let refused = |genesis, org| ensure_is_of(&manifest, genesis, org).unwrap_err().to_string();
		assert!(refused(genesis, OrgId(9)).contains("who signs acts for company 9"));
		assert!(refused(Hash::repeat_byte(9), org).contains("was read for the chain with genesis"));
	}

	#[test]
	fn rows_of_one_question_travel_together() {
		let answers = (0..15).map(|n| vec![n]).chain([vec![20, 21], vec![21, 22]]);
		let answers = (0..).zip(answers).map(|(index, rows)| (seen(1301, index, 0, 0).id, rows));
		let sizes: Vec<(usize, usize)> =
			bundles(answers).iter().map(|bundle| (bundle.cells.len(), bundle.rows.len())).collect();
		assert_eq!(sizes, [(15, 15), (2, 3)]);
	}

	#[test]
	fn results_are_counted() {
		let event = |name: &str, fields: Value| Event {
			index: 0,
			phase: Phase::ApplyExtrinsic(1),
			pallet: "ConfigGuard".into(),
			name: name.into(),
			fields,
			bytes: Vec::new(),
		};
		let events = [
			event("OpeningWrong", json!({})),
			event(
				"CellsOpened",
				json!({ "results": ["Opened", { "Wrong": "NotGiven" }, "Opened", "NotAsked"] }),
			),
			event("CellAbsent", json!({})),
		];
		assert_eq!(count(&events), Answered { opened: 2, wrong: 1, absent: 1 });
	}
}
