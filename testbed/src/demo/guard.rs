// SPDX-License-Identifier: Apache-2.0

//! What the companies do with the parameters of shared cells, each by a command that one could type.

use super::heading;
use crate::{
	chain::{rpc_params, Chain},
	generate::{CellPlan, Country, Plan, CARRIER_ONE, CARRIER_TWO, TOWER_COMPANY},
	keys,
	trimast::Trimast,
	views,
};
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::{
	collections::BTreeSet,
	fs::{self, File},
	io::{BufRead, BufReader, BufWriter, Write},
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use trimast_primitives::{
	apis::{RequestView, SiteView},
	site::StationState,
	LocalNetworkId, OrgId,
};

/// Of a thousand cells, how many are changed behind the partner's back: enough to see some in one local network.
const PLANTED_PER_MILLE: u32 = 20;

/// The parameter that is changed with everybody's consent, and by how much.
const CHANGED: (&str, i64) = ("loadThreshold", 5);

/// The scenes, one after the other, in one local network.
///
/// # Errors
///
/// A command fails that should not.
pub(super) async fn show(
	trimast: &Trimast,
	chain: &Chain,
	data: &Path,
	plan: Plan,
	place: LocalNetworkId,
) -> Result<()> {
	let stations = views::stations(chain, place, None).await?;
	let is_retired = |view: &&SiteView| view.entry.state == StationState::Retired;
	let code = |view: &SiteView| String::from_utf8_lossy(&view.entry.station.code).into_owned();
	let retired = stations.iter().filter(is_retired).map(code).collect();
	let files = Files::provide(data, plan, place, retired).await?;
	baseline(trimast, &files, place).await?;
	let sharer = change_together(trimast, chain, &files, place).await?;
	sweep(trimast, &files, sharer).await
}

/// The carrier that shares what this one owns.
fn sharer_of(owner: OrgId) -> OrgId {
	if owner == CARRIER_ONE {
		CARRIER_TWO
	} else {
		CARRIER_ONE
	}
}

fn engineer(org: OrgId) -> String {
	keys::uri(usize::from(org.0), Some("engineer"))
}

fn collector(org: OrgId) -> String {
	keys::uri(usize::from(org.0), Some("collector"))
}

/// The files of one local network.
struct Files {
	data: PathBuf,
	place: LocalNetworkId,
	/// Stations that an earlier scene has taken out of service: their cells are in no file.
	retired: BTreeSet<String>,
}

impl Files {
	/// Writes them unless they are there.
	async fn provide(
		data: &Path,
		plan: Plan,
		place: LocalNetworkId,
		retired: BTreeSet<String>,
	) -> Result<Self> {
		let files = Self { data: data.to_owned(), place, retired };
		let folder = data.to_owned();
		let cells = CellPlan { planted_per_mille: PLANTED_PER_MILLE, ..CellPlan::default() };
		tokio::task::spawn_blocking(move || Country::new(plan)?.write_cells(&folder, &cells)).await??;
		for name in ["cells-0", "cells-1"] {
			files.select(name)?;
		}
		Ok(files)
	}

	fn path(&self, name: &str) -> PathBuf {
		self.data.join(format!("{name}-{:04}.csv", self.place.0))
	}

	fn argument(&self, name: &str) -> Result<String> {
		Ok(self.path(name).to_str().context("the folder's name is not UTF-8")?.to_owned())
	}

	/// Copies the lines of the local network out of a country's file, but for retired stations.
	fn select(&self, name: &str) -> Result<()> {
		let source = self.data.join(format!("{name}.csv"));
		let lines =
			BufReader::new(File::open(&source).with_context(|| source.display().to_string())?).lines();
		let mut file = BufWriter::new(File::create(self.path(name))?);
		let begin = format!("{:04},", self.place.0);
		for (n, line) in lines.enumerate() {
			let line = line?;
			let station = line.split(',').nth(1).unwrap_or_default();
			if n == 0 || line.starts_with(&begin) && !self.retired.contains(station) {
				writeln!(file, "{line}")?;
			}
		}
		Ok(file.flush()?)
	}

	/// A cell of a carrier of whose station `is_chosen` says so, and the value of the parameter that is changed.
	fn cell(&self, owner: OrgId, is_chosen: impl Fn(&str) -> bool) -> Result<Option<(String, i64)>> {
		let text = fs::read_to_string(self.path(&format!("cells-{}", owner.0)))?;
		let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
		let header = lines.next().context("the file is empty")?;
		let column = header.iter().position(|name| *name == CHANGED.0).context("no such column")?;
		let Some(line) = lines.find(|line| is_chosen(line[1])) else { return Ok(None) };
		Ok(Some((format!("{}/{}/{}", line[0], line[1], line[2]), line[column].parse()?)))
	}

	/// A cell of a station that both carriers have part in and everybody named has signed: its owner, its name, and the value
	/// of the parameter that is changed. In a small country one of the carriers may own no such station in a local network.
	fn shared_cell(&self, stations: &[SiteView]) -> Result<(OrgId, String, i64)> {
		for owner in [CARRIER_ONE, CARRIER_TWO] {
			let is_shared = |code: &str| {
				stations.iter().any(|view| {
					let station = &view.entry.station;
					station.code.as_slice() == code.as_bytes()
						&& station.owner == owner
						&& station.sharers.contains(sharer_of(owner))
						&& view.entry.is_confirmed()
				})
			};
			if let Some((cell, value)) = self.cell(owner, is_shared)? {
				return Ok((owner, cell, value));
			}
		}
		bail!("no station of local network {:04} is shared and signed by all", self.place.0)
	}
}

/// The carriers put the values of their cells on the chain, and whoever else has a part in them signs them.
async fn baseline(trimast: &Trimast, files: &Files, place: LocalNetworkId) -> Result<()> {
	heading(&format!(
		"Local network {:04}: the baseline of every cell, imported by owners, signed by sharers and tower company",
		place.0
	));
	let code = format!("{:04}", place.0);
	for owner in [CARRIER_ONE, CARRIER_TWO] {
		let file = files.argument(&format!("cells-{}", owner.0))?;
		trimast.show(Some(&engineer(owner)), &["config", "baseline", "import", &file]).await?;
	}
	for signer in [CARRIER_TWO, CARRIER_ONE, TOWER_COMPANY] {
		trimast.show(Some(&engineer(signer)), &["--yes", "config", "baseline", "sign", &code]).await?;
	}
	Ok(())
}

/// The latest request in a local network.
async fn request_in(chain: &Chain, place: LocalNetworkId) -> Result<Option<RequestView>> {
	let requests: Vec<RequestView> =
		chain.ask("configGuard_requests", rpc_params![None::<u32>, 1_000]).await?;
	Ok(requests.into_iter().rev().find(|request| request.local_network == place))
}

/// A parameter of a shared cell changes with the sharer's consent, and not before; both read it back. Says who the sharer is.
async fn change_together(
	trimast: &Trimast,
	chain: &Chain,
	files: &Files,
	place: LocalNetworkId,
) -> Result<OrgId> {
	heading(
		"A shared cell changes: its owner asks, its sharer agrees, it is carried out, and both read it back",
	);
	let request = match request_in(chain, place).await? {
		Some(request) => {
			println!("  request {}, which an earlier start has asked for", request.id);
			request
		}
		None => {
			ask_for_a_change(trimast, chain, files, place).await?;
			request_in(chain, place).await?.context("no request")?
		}
	};
	let number = request.id.to_string();
	let (owner, sharer) = (request.by, sharer_of(request.by));
	if request.phase == "asked" {
		if !request.consents.given.contains(sharer) {
			let execute = ["--yes", "config", "execute", &number];
			trimast.show_refused(Some(&engineer(owner)), &execute).await?;
			trimast.show(Some(&engineer(sharer)), &["inbox"]).await?;
			trimast.show(Some(&engineer(sharer)), &["--yes", "config", "approve", &number]).await?;
		}
		trimast.show(Some(&engineer(owner)), &["--yes", "config", "execute", &number]).await?;
	}
	let request = request_in(chain, place).await?.context("no request")?;
	if request.phase == "executed" {
		for org in [owner, sharer].into_iter().filter(|org| !request.attested.contains(*org)) {
			trimast.show(Some(&engineer(org)), &["--yes", "config", "attest", &number]).await?;
		}
	}
	Ok(sharer)
}

/// The owner asks for another value in a shared cell.
async fn ask_for_a_change(
	trimast: &Trimast,
	chain: &Chain,
	files: &Files,
	place: LocalNetworkId,
) -> Result<()> {
	let stations = views::stations(chain, place, None).await?;
	let (owner, cell, value) = files.shared_cell(&stations)?;
	let set = format!("{}={}", CHANGED.0, value + CHANGED.1);
	let ask = ["--yes", "config", "request", "--cell", &cell, "--set", &set];
	trimast.show(Some(&engineer(owner)), &ask).await
}

/// How long a change is observed at most.
const OBSERVED: Duration = Duration::from_secs(150);

/// What both have read back closes when the term of observation has passed.
///
/// # Errors
///
/// A command fails that should not.
pub(super) async fn closing(trimast: &Trimast, chain: &Chain, place: LocalNetworkId) -> Result<()> {
	heading("The change of the shared cell: read back by two and objected to by nobody, it closes when its term is over");
	let start = Instant::now();
	let number = loop {
		let request = request_in(chain, place).await?.context("no request")?;
		if request.phase != "executed" || start.elapsed() > OBSERVED {
			break request.id.to_string();
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	};
	trimast.show(None, &["config", "explain", "request", &number]).await
}

/// The sharer and the tower company read the network, and what was changed behind their backs is found.
async fn sweep(trimast: &Trimast, files: &Files, sharer: OrgId) -> Result<()> {
	heading("The sharer reads the network itself: what the owner has changed behind its back is found");
	for witness in [sharer, TOWER_COMPANY] {
		// What a network was read at is the file's time.
		let name = format!("export-{}", witness.0);
		files.select(&name)?;
		let file = files.argument(&name)?;
		let arguments = ["config", "sweep", &file, "--openings", "8"];
		trimast.show(Some(&collector(witness)), &arguments).await?;
		if witness == sharer {
			trimast.show(None, &["config", "violations", "--open", "--limit", "8"]).await?;
			heading("The tower company is the second observer: what it sees too is confirmed");
		}
	}
	trimast.show(None, &["config", "violations", "--open", "--limit", "8"]).await?;
	let all = ["--json", "config", "violations", "--open", "--limit", "1000"];
	let list = trimast.run(None, &all).await?.ok()?.json()?;
	if let Some(number) = proven(&list["violations"]) {
		heading("What two have seen and the accused has not said itself is proven against it");
		trimast.show(None, &["config", "explain", &number.to_string()]).await?;
	}
	trimast.show(None, &["config", "coverage", &format!("{:04}", files.place.0)]).await
}

/// Of a list of violations the one that tells most of what the chain is for: others have seen what the accused has not
/// said. Best is what two of them confirm, and of that what was hidden.
fn proven(list: &Value) -> Option<u64> {
	let bits = |one: &Value, name: &str| one[name].as_u64().unwrap_or_default();
	let of_others = |one: &&Value| {
		let against = bits(one, "against");
		against < 32 && bits(one, "witnesses") & !(1 << against) == bits(one, "witnesses")
	};
	let worth = |one: &&Value| {
		let is_confirmed = one["standing"] == "confirmed" && bits(one, "witnesses").count_ones() > 1;
		(!is_confirmed, one["kind"] != "hidden")
	};
	list.as_array()?.iter().filter(of_others).min_by_key(worth)?["id"].as_u64()
}

#[cfg(test)]
mod tests {
	use super::{
		super::scenes::{is_shared, tests::imported},
		*,
	};
	use crate::generate::MIN_STATIONS;
	use serde_json::json;
	use trimast_primitives::OrgSet;

	#[test]
	fn violation_that_is_explained_is_one_that_others_prove() {
		let one = |id: u64, kind: &str, against: u8, witnesses: u32, standing: &str| json!({ "id": id, "kind": kind, "against": against, "witnesses": witnesses, "standing": standing });
		let mut all = vec![
			one(0, "hidden", 1, 0b110, "confirmed"),
			one(1, "hidden", 0, 0b010, "confirmed"),
			one(2, "hidden", 0, 0b010, "alleged"),
			one(3, "rule-broken", 0, 0b110, "confirmed"),
		];
		assert_eq!(
			proven(&json!(all)),
			Some(3),
			"what the accused has said itself, or by silence, is a confession"
		);
		all.push(one(4, "hidden", 0, 0b110, "confirmed"));
		assert_eq!(proven(&json!(all)), Some(4));
		assert_eq!(proven(&json!(all[..3])), Some(1));
		assert_eq!(proven(&json!(all[..1])), None);
	}

	#[tokio::test]
	async fn shared_cell_is_found_whichever_carrier_owns_it() {
		// In the smallest country the second carrier owns all that is shared in the first local network of the scenes.
		for (stations, expected) in [(MIN_STATIONS, CARRIER_TWO), (5_000, CARRIER_ONE)] {
			let plan = Plan::of(stations);
			let country = Country::new(plan).unwrap();
			let network =
				country.local_networks().find(|network| network.id == LocalNetworkId(1101)).unwrap();
			let mut views = imported(&network);
			let left = views.iter_mut().find(|view| is_shared(view)).unwrap();
			left.entry.state = StationState::Retired;
			let left = String::from_utf8(left.entry.station.code.to_vec()).unwrap();
			let folder = tempfile::tempdir().unwrap();
			let retired = [left.clone()].into();
			let files = Files::provide(folder.path(), plan, network.id, retired).await.unwrap();
			let (owner, cell, _) = files.shared_cell(&views).unwrap();
			assert!(owner == expected && !cell.contains(&left), "{stations}: {owner:?} {cell}");
			// What is not signed by all is not changed in the demonstration.
			views.iter_mut().for_each(|view| view.entry.signed = OrgSet::of(view.entry.station.owner));
			assert!(files.shared_cell(&views).is_err());
		}
	}

	#[test]
	fn lines_of_one_local_network_are_selected_and_a_cell_found() {
		let folder = tempfile::tempdir().unwrap();
		let text =
			"local_network,station,cell,loadThreshold\n1301,A,0,20\n1302,B,0,30\n1302,C,1,40\n1302,D,0,50\n";
		fs::write(folder.path().join("cells-0.csv"), text).unwrap();
		let retired = ["D".to_owned()].into();
		let files = Files { data: folder.path().to_owned(), place: LocalNetworkId(1302), retired };
		files.select("cells-0").unwrap();
		let cell = |is_chosen: fn(&str) -> bool| files.cell(CARRIER_ONE, is_chosen).unwrap();
		assert_eq!(cell(|code| code == "C"), Some(("1302/C/1".into(), 40)));
		assert_eq!(cell(|code| code == "A" || code == "D"), None);
	}
}
