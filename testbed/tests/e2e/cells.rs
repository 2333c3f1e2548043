// SPDX-License-Identifier: Apache-2.0

//! The cells of the shared network: their files, their baseline on the chain, and who may observe them.
//!
//! The first scene that asks for them has the inventory countersigned by everybody, since only what all have confirmed is
//! one company's to change, and the baselines imported by both carriers. Some local networks are kept apart: nothing was
//! changed in them, and each belongs to one scene. The largest one has no baseline, as its inventory stays unconfirmed for
//! the scene that countersigns by the books.

use super::shared::{shared, Shared, SharedTurn, PLAN};
use futures::future::join_all;
use serde_json::Value;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::{self, File},
	io::{self, BufRead, BufReader, BufWriter, Write},
	path::{Path, PathBuf},
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use subxt::utils::H256;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	apis::{ParameterView, SiteView, ViolationView, MAX_PAGE},
	cells::{
		catalogue::{plmns_value, Domain, ParamScope},
		CellId, ParamKey,
	},
	site::Station,
	LocalNetworkId, Moment,
};
use trimast_testbed::{
	calls,
	chain::{rpc_params, Chain},
	generate::{CellPlan, Country, WrittenCells},
	keys,
	trimast::Output,
};

pub(crate) use trimast_testbed::time::rfc3339 as time_text;

/// A scene that has a local network to itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scene {
	/// Imported, signed, imported again.
	Baseline,
	/// Its owner hides a change.
	Hidden,
	/// A witness claims a difference that is not there.
	Slander,
	/// A witness repeats the baseline and has read nothing.
	Copied,
	/// A witness makes up an export.
	MadeUp,
	/// A cell of it is proven.
	Proof,
	/// Its records are asked for in every way.
	Rpc,
	/// Its values are changed by the companies' people.
	Change,
}

impl Scene {
	const ALL: [Self; 8] = [
		Self::Baseline,
		Self::Hidden,
		Self::Slander,
		Self::Copied,
		Self::MadeUp,
		Self::Proof,
		Self::Rpc,
		Self::Change,
	];

	/// The account that observes for an organisation in this scene: scenes that go on at the same time share no account.
	pub(crate) fn collector(self, org: usize) -> String {
		format!("{}//{self:?}", keys::uri(org, Some("collector")))
	}

	/// What those accounts may do.
	fn roles(self) -> Roles {
		match self {
			Self::Change => Roles::of(Role::Collector).with(Role::Engineer),
			_ => Roles::of(Role::Collector),
		}
	}
}

/// Rows of a file of cells.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
	/// Names of the columns.
	header: String,
	/// Local network, station, cell, and the values.
	pub(crate) rows: Vec<Vec<String>>,
}

impl Sheet {
	/// The row of a cell: its place among the rows.
	pub(crate) fn row(&self, station: &str, cell: &str) -> Option<usize> {
		self.rows.iter().position(|row| row[1] == station && row[2] == cell)
	}

	/// Its columns, in their order.
	pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
		self.header.split(',')
	}

	/// Writes it as a file.
	pub(crate) fn write(&self, path: &Path) {
		let lines: Vec<String> = self.rows.iter().map(|row| row.join(",")).collect();
		fs::write(path, format!("{}\n{}\n", self.header, lines.join("\n"))).unwrap();
	}
}

/// A local network that is kept apart, with its files as they were before anything was changed.
pub(crate) struct Place {
	/// Where.
	pub(crate) id: LocalNetworkId,
	/// The carrier that owns all of its stations.
	pub(crate) owner: usize,
	/// The other one, which shares most of them.
	pub(crate) sharer: usize,
	/// What the owner imports.
	pub(crate) baseline: Sheet,
	/// What each party sees; the second with a vendor's names.
	pub(crate) exports: [Sheet; 3],
}

impl Place {
	/// Station and number of a cell that all three companies see.
	pub(crate) fn seen_by_all(&self) -> (String, String) {
		let is_seen =
			|row: &&Vec<String>| self.exports.iter().all(|sheet| sheet.row(&row[1], &row[2]).is_some());
		let row =
			self.baseline.rows.iter().find(is_seen).expect("carriers and tower company share a station");
		(row[1].clone(), row[2].clone())
	}

	/// The column of a value, by the name of the standards. It is the same in all files.
	pub(crate) fn column(&self, name: &str) -> usize {
		self.baseline.columns().position(|title| title == name).unwrap_or_else(|| panic!("no {name}"))
	}

	/// Its territory.
	pub(crate) const fn scope(&self) -> Scope {
		Scope::LocalNetwork(self.id)
	}
}

/// The cells of the shared network.
pub(crate) struct Cells {
	/// What the files hold.
	pub(crate) written: WrittenCells,
	/// What the importer said at the end, for each owner.
	pub(crate) summaries: Vec<Value>,
	/// How many cells stand in the files of [`Self::export`].
	pub(crate) observed: u64,
	folder: PathBuf,
	places: Vec<Place>,
}

impl Cells {
	/// The local network of a scene.
	pub(crate) fn place(&self, scene: Scene) -> &Place {
		&self.places[scene as usize]
	}

	/// Whether a local network is one in which the generator has changed something.
	pub(crate) fn is_changed(&self, id: LocalNetworkId) -> bool {
		self.places.iter().all(|place| place.id != id)
	}

	/// A file of the generator's.
	pub(crate) fn file(&self, name: &str) -> PathBuf {
		self.folder.join(name)
	}

	/// What a party sees of all that is not kept apart: the second as an element manager writes it, the others as tables.
	pub(crate) fn export(&self, party: usize) -> PathBuf {
		let kind = if party == 1 { "xml" } else { "csv" };
		self.folder.join(format!("observed-{party}.{kind}"))
	}

	async fn prepare(shared: &Shared) -> Self {
		let folder = shared.data().join("cells");
		let (target, plan) = (folder.clone(), *PLAN);
		let write = tokio::task::spawn_blocking(move || {
			let cells = CellPlan { xml: true, ..CellPlan::default() };
			Country::new(plan).unwrap().write_cells(&target, &cells).unwrap()
		});
		let (written, ..) = tokio::join!(
			write,
			join_all((0..3).map(|org| countersign(shared, org))),
			add_collectors(shared),
		);
		let (files, largest, ids) = (folder.clone(), shared.largest(), places(shared));
		let split = tokio::task::spawn_blocking(move || split(&files, largest, &ids).unwrap());
		let (places, observed) = split.await.unwrap();
		let imports = (0..2).map(|owner| async move {
			let file = shared.data().join(format!("cells/baseline-{owner}.csv"));
			let (output, summary) = import_cells(shared, owner, &file, &[]).await;
			let lines = output.json_lines().unwrap();
			let is_refused =
				|line: &&Value| ["refused", "batch_refused"].map(Value::from).contains(&line["type"]);
			let refused: Vec<&Value> = lines.iter().filter(is_refused).take(3).collect();
			assert!(refused.is_empty(), "{refused:?}");
			summary
		});
		let summaries = join_all(imports).await;
		Self { written: written.unwrap(), summaries, observed, folder, places }
	}
}

/// A turn with the shared network, its cells imported.
pub(crate) async fn shared_with_cells() -> SharedTurn {
	let mut shared = shared().await;
	if shared.cells.is_none() {
		let is_second = std::mem::replace(&mut shared.is_asked_for_cells, true);
		assert!(!is_second, "the cells could not be prepared: an earlier scene has said why");
		let cells = Cells::prepare(&shared).await;
		shared.cells = Some(cells);
	}
	shared
}

/// A company signs the records of all stations that name it, but for the largest local network.
async fn countersign(shared: &Shared, org: usize) {
	let largest = shared.largest();
	let others = shared.said[0].stations.keys().filter(|id| **id != largest);
	let others: Vec<String> = others.map(|id| format!("{:04}", id.0)).collect();
	let mut arguments = vec!["site", "countersign"];
	arguments.extend(others.iter().map(String::as_str));
	shared.command(Some(&keys::uri(org, Some("planner"))), &arguments).await.ok().unwrap();
}

/// The accounts that observe in the scenes.
async fn add_collectors(shared: &Shared) {
	let chain = shared.chain(0).await;
	let of_org = |org: usize| {
		let chain = &chain;
		async move {
			let add = |scene: Scene| {
				let account = keys::key(&scene.collector(org)).unwrap();
				calls::add_account(&account, scene.roles(), Scope::National)
			};
			let all = Scene::ALL.map(add);
			chain.carry_out_all(&keys::principal(org).unwrap(), &all).await.unwrap();
		}
	};
	join_all((0..3).map(of_org)).await;
}

/// For each scene a local network of one owner, neither small nor large, with stations that all three companies see; and
/// its owner. The largest of those that there are.
fn places(shared: &Shared) -> Vec<(u16, usize)> {
	let fits = |sites: &[SiteView]| {
		let stations = || sites.iter().map(|site| &site.entry.station);
		let owner = stations().next()?.owner;
		let is_alike = stations().all(|station| station.owner == owner) && (16..=200).contains(&sites.len());
		let is_shared = |station: &&Station| !station.sharers.is_empty() && station.tower.is_some();
		(is_alike && stations().filter(is_shared).count() > 6).then_some(usize::from(owner.0))
	};
	let all = shared.said[0].stations.iter();
	let mut fitting: Vec<_> =
		all.filter_map(|(id, sites)| Some((sites.len(), (id.0, fits(sites)?)))).collect();
	fitting.sort_by_key(|(stations, _)| std::cmp::Reverse(*stations));
	let chosen: Vec<_> = fitting.into_iter().map(|(_, place)| place).take(Scene::ALL.len()).collect();
	assert_eq!(chosen.len(), Scene::ALL.len());
	chosen
}

/// Makes of the generator's files those that are imported and observed. Gives the places that are kept apart, and how many
/// cells are observed.
fn split(folder: &Path, largest: LocalNetworkId, ids: &[(u16, usize)]) -> io::Result<(Vec<Place>, u64)> {
	let apart: BTreeSet<u16> = ids.iter().map(|(id, _)| *id).collect();
	let (mut observed, mut baselines) = (0u64, Vec::new());
	for owner in 0..2 {
		let source = folder.join(format!("cells-{owner}.csv"));
		let target = folder.join(format!("baseline-{owner}.csv"));
		baselines.push(take_out(&source, &target, &apart, |id| {
			observed += u64::from(id != largest.0 && !apart.contains(&id));
			id != largest.0
		})?);
	}
	let mut exports = Vec::new();
	let is_observed = |id| id != largest.0 && !apart.contains(&id);
	for party in 0..3 {
		let file = |name: &str| folder.join(format!("{name}-{party}.csv"));
		exports.push(take_out(&file("export"), &file("observed"), &apart, is_observed)?);
	}
	take_out_of_xml(&folder.join("export-1.xml"), &folder.join("observed-1.xml"), is_observed)?;
	let places = ids.iter().map(|(id, owner)| {
		let baseline = baselines[*owner].remove(id).expect("its owner has cells there");
		// As it was before anything was changed: the baseline's values, with what an export has beside them.
		let clean = |party: usize| {
			let mut sheet = exports[party].remove(id).expect("each party sees cells there");
			for row in &mut sheet.rows {
				let place = baseline.row(&row[1], &row[2]).expect("every cell has a baseline");
				let values = &baseline.rows[place];
				row[..values.len()].clone_from_slice(values);
			}
			sheet
		};
		let exports = [0, 1, 2].map(clean);
		Place { id: LocalNetworkId(*id), owner: *owner, sharer: 1 - owner, baseline, exports }
	});
	Ok((places.collect(), observed))
}

/// Copies the lines of the local networks that `keeps` says, and gives those of the ones that are kept apart.
fn take_out(
	source: &Path,
	target: &Path,
	apart: &BTreeSet<u16>,
	mut keeps: impl FnMut(u16) -> bool,
) -> io::Result<BTreeMap<u16, Sheet>> {
	let mut lines = BufReader::with_capacity(1 << 20, File::open(source)?);
	let mut out = BufWriter::with_capacity(1 << 20, File::create(target)?);
	let (mut line, mut header, mut sheets) = (String::new(), String::new(), BTreeMap::new());
	lines.read_line(&mut header)?;
	out.write_all(header.as_bytes())?;
	while lines.read_line(&mut line)? > 0 {
		let id = line.split(',').next().and_then(|id| id.parse().ok()).expect("a local network");
		if keeps(id) {
			out.write_all(line.as_bytes())?;
		}
		if apart.contains(&id) {
			let sheet = || Sheet { header: header.trim_end().to_owned(), rows: Vec::new() };
			let row = line.trim_end().split(',').map(str::to_owned).collect();
			sheets.entry(id).or_insert_with(sheet).rows.push(row);
		}
		line.clear();
	}
	out.flush()?;
	Ok(sheets)
}

/// Copies a bulk configuration file with the local networks that `keeps` says. The generator begins and ends each on a line.
fn take_out_of_xml(source: &Path, target: &Path, keeps: impl Fn(u16) -> bool) -> io::Result<()> {
	let mut out = BufWriter::with_capacity(1 << 20, File::create(target)?);
	let mut is_kept = true;
	for line in BufReader::with_capacity(1 << 20, File::open(source)?).lines() {
		let line = line?;
		let id = line.strip_prefix("<xn:SubNetwork id=\"").and_then(|rest| rest.strip_suffix("\">"));
		if let Some(id) = id {
			is_kept = keeps(id.parse().expect("a local network"));
		}
		if is_kept {
			writeln!(out, "{line}")?;
		}
		is_kept |= line == "</xn:SubNetwork>";
	}
	out.flush()
}

/// The last line of this type among those that a command has written for programs.
pub(crate) fn of_type<'a>(lines: &'a [Value], of_type: &str) -> &'a Value {
	let found = lines.iter().rev().find(|line| line["type"] == of_type);
	found.unwrap_or_else(|| panic!("no line of type {of_type}: {lines:?}"))
}

/// Imports a file of cells as its owner's engineer. Gives what the command has left, and its summary.
pub(crate) async fn import_cells(
	shared: &Shared,
	owner: usize,
	file: &Path,
	more: &[&str],
) -> (Output, Value) {
	let arguments = [&["config", "baseline", "import", file.to_str().unwrap()], more].concat();
	let output = shared.command(Some(&keys::uri(owner, Some("engineer"))), &arguments).await;
	let summary = of_type(&output.json_lines().unwrap(), "summary").clone();
	(output, summary)
}

/// Observes by an export, as the account with this secret URI. Gives what the command has said at its end.
pub(crate) async fn sweep(
	shared: &Shared,
	who: &str,
	file: &Path,
	observed: Moment,
	more: &[&str],
) -> Vec<Value> {
	let observed = time_text(observed);
	let sweep = ["config", "sweep", file.to_str().unwrap(), "--observed", &observed];
	let output = shared.command(Some(who), &[&sweep[..], more].concat()).await.ok().unwrap();
	output.json_lines().unwrap()
}

/// What a sweep has come to.
pub(crate) fn summary(lines: &[Value]) -> &Value {
	of_type(lines, "summary")
}

/// The root of the export that a sweep was made from.
pub(crate) fn root(lines: &[Value]) -> H256 {
	serde_json::from_value(summary(lines)["root"].clone()).unwrap()
}

/// The time now, in the chain's unit.
pub(crate) fn now() -> Moment {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
	Moment::try_from(since.as_millis()).unwrap()
}

/// A time that the chain's clock has passed for certain.
pub(crate) fn just_now() -> Moment {
	now() - 5_000
}

/// Every violation that a node keeps, by number.
pub(crate) async fn violations(chain: &Chain, at: Option<H256>) -> Vec<ViolationView> {
	let mut all: Vec<ViolationView> = Vec::new();
	loop {
		let after = all.last().map(|view| view.id);
		let page: Vec<ViolationView> =
			chain.ask("configGuard_violations", rpc_params![after, MAX_PAGE, at]).await.unwrap();
		if page.is_empty() {
			return all;
		}
		all.extend(page);
	}
}

/// The violations in a local network.
pub(crate) async fn violations_in(chain: &Chain, id: LocalNetworkId) -> Vec<ViolationView> {
	let at = chain.finalized().await.unwrap().hash;
	let all = violations(chain, Some(at)).await;
	all.into_iter().filter(|view| view.cell.site.local_network == id).collect()
}

/// Asks again and again until something holds, for two minutes.
pub(crate) async fn wait_until<T, F: std::future::Future<Output = Option<T>>>(
	what: &str,
	mut holds: impl FnMut() -> F,
) -> T {
	for _ in 0..240 {
		if let Some(found) = holds().await {
			return found;
		}
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
	panic!("{what}: not after two minutes");
}

/// What the names in files stand for on the chain.
pub(crate) struct Names {
	stations: BTreeMap<(u16, Vec<u8>), SiteView>,
	catalogue: Vec<ParameterView>,
}

impl Names {
	/// Asks for the catalogue.
	pub(crate) async fn ask(shared: &Shared, chain: &Chain) -> Self {
		let catalogue = chain.ask("configGuard_catalogue", rpc_params![None::<u16>, MAX_PAGE]).await.unwrap();
		let all = shared.said[0].stations.values().flatten();
		let named =
			|site: &SiteView| ((site.id.local_network.0, site.entry.station.code.to_vec()), site.clone());
		Self { stations: all.map(named).collect(), catalogue }
	}

	/// A cell by the code of its station, and the station's record.
	pub(crate) fn cell(&self, local_network: u16, station: &str, cell: &str) -> (CellId, &Station) {
		let site = self.stations.get(&(local_network, station.as_bytes().to_vec()));
		let site = site.unwrap_or_else(|| panic!("no station {local_network}/{station}"));
		(CellId { site: site.id, cell: cell.parse().unwrap() }, &site.entry.station)
	}

	/// The parameter of that name that cells of the station have.
	fn parameter(&self, station: &Station, name: &str) -> &ParameterView {
		let is_it = |view: &&ParameterView| {
			view.text.names.iter().any(|one| one.name.as_slice() == name.as_bytes())
				&& view.parameter.technology.is_none_or(|technology| technology == station.technology)
		};
		self.catalogue.iter().find(is_it).unwrap_or_else(|| panic!("no parameter {name}"))
	}

	/// A value's key, by the parameter's name and the PLMN or number that tells it from others.
	pub(crate) fn key(&self, station: &Station, name: &str, place: &str) -> ParamKey {
		let view = self.parameter(station, name);
		let place = match view.parameter.scope {
			ParamScope::Station | ParamScope::Cell => 0,
			ParamScope::Plmn => plmn_place(station, place),
			ParamScope::CellRelation | ParamScope::FrequencyRelation => place.parse().unwrap(),
		};
		ParamKey { param: view.id, place }
	}

	/// A value as the files have it; nothing for none.
	pub(crate) fn value(&self, station: &Station, name: &str, text: &str) -> Option<i64> {
		let view = self.parameter(station, name);
		if text.is_empty() {
			return None;
		}
		Some(match &view.parameter.domain {
			Domain::Boolean => i64::from(text == "true"),
			Domain::Plmns => {
				let places: Vec<u8> = text.split(' ').map(|plmn| plmn_place(station, plmn)).collect();
				plmns_value(&places).unwrap()
			}
			_ => {
				let word = view.text.words.iter().position(|word| word.as_slice() == text.as_bytes());
				word.map_or_else(
					|| text.parse().unwrap_or_else(|_| panic!("{name}: '{text}'")),
					|word| i64::try_from(word).unwrap(),
				)
			}
		})
	}
}

/// The place of a PLMN, written without a dash, in the station's list.
fn plmn_place(station: &Station, text: &str) -> u8 {
	let is_it = |plmn: &trimast_primitives::site::Plmn| {
		let width = if plmn.three_digit_mnc { 3 } else { 2 };
		format!("{:03}{:0width$}", plmn.mcc, plmn.mnc) == text
	};
	let place = station.plmns.iter().position(is_it).unwrap_or_else(|| panic!("no PLMN {text}"));
	u8::try_from(place).unwrap()
}
