// SPDX-License-Identifier: Apache-2.0
//! `trimast resource import` and `export`. An import brings the company's crews, generators and spares up to the file: it adds
//! and changes, leaves alone what is right already, and removes nothing. So it can be repeated, also where it was killed: it looks
//! at what the chain has once what the account has under way is final.
//!
//! A line with a number is about that resource. A line without one is about one of the company's that is described so, wherever
//! it is meanwhile and however many spares are left; where there is none, or each has a line already, it is added.

use super::csv::{self, column, wrong_in, Line, Sheet};
use crate::{
	chain::{views::At, Chain},
	config::access,
	context::Context,
	error::{Failure, Kind as Failed, Result},
	files::{self, NewFile},
	mistakes::{self, Mistake},
	names::{self, OrgName},
	order::desk::DISPATCHER,
	output::counted,
};
use clap::Args;
use serde_json::json;
use std::{
	collections::BTreeSet,
	io::Write,
	path::{Path, PathBuf},
};
use trimast_primitives::{
	access::Scope,
	apis::{AccountView, ResourceView},
	resource::{Details, Kind, Owned},
	LocalNetworkId, OrgId,
};

/// Add and change the crews, generators and spares of a CSV file.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  trimast resource import fleet.csv --check
  trimast resource import fleet.csv
  trimast resource export --output fleet.csv      # with their numbers: lines that are changed there change them")]
pub(crate) struct ImportCommand {
	/// The file: number,kind,area,base_latitude,base_longitude,latitude,longitude,shift,speed_kmh,capacity,skills,power_kw,part,count.
	file: PathBuf,
	/// Check the file and send nothing.
	#[arg(long)]
	check: bool,
}

/// Write crews, generators and spares as CSV.
#[derive(Args, Debug)]
pub(crate) struct ExportCommand {
	/// Whose; those of the signer's company otherwise.
	#[arg(long, value_name = "ORG")]
	of: Option<OrgName>,
	/// Where to, a new file; standard output otherwise.
	#[arg(long, short)]
	output: Option<PathBuf>,
}

/// What becomes of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Due {
	Nothing,
	Add(Details),
	Change(u32, Details),
}

/// A description without what changes by itself: where it is, and how many spares are left.
fn lasting(details: &Details) -> Details {
	let kind = match details.kind {
		Kind::Spares { part, .. } => Kind::Spares { part, count: 0 },
		kind => kind,
	};
	Details { kind, at: details.base, ..*details }
}

/// Whether nothing may be said anew of a resource, and why.
fn bound(view: &ResourceView) -> Option<&'static str> {
	let Owned { lending, round, .. } = view.resource;
	if lending.is_some() {
		Some("it is offered or lent")
	} else if round.is_some() {
		Some("a round plans it")
	} else if view.route.is_some() {
		Some("it is on a route")
	} else {
		None
	}
}

/// What becomes of each line, beside those that `org` has; what is wrong by what the chain says.
fn plan(lines: &[Line], known: &[ResourceView], org: OrgId) -> Result<Vec<Due>, Vec<Mistake>> {
	let own: Vec<&ResourceView> = known.iter().filter(|view| view.resource.owner == org).collect();
	// Who is named is not found once more by its description.
	let mut taken: BTreeSet<u32> = lines.iter().filter_map(|line| line.number).collect();
	let (mut dues, mut wrong) = (Vec::new(), Vec::new());
	for line in lines {
		let Some(number) = line.number else {
			let is_it = |view: &&&ResourceView| {
				!taken.contains(&view.id) && lasting(&view.resource.details) == lasting(&line.details)
			};
			let due = match own.iter().find(is_it).map(|view| view.id) {
				Some(found) => {
					taken.insert(found);
					Due::Nothing
				}
				None => Due::Add(line.details),
			};
			dues.push(due);
			continue;
		};
		let Some(view) = own.iter().find(|view| view.id == number) else {
			let what = "the company has none of this number: leave it empty where it is new";
			wrong.push(wrong_in(line.line, 0, what));
			continue;
		};
		let at = if line.is_placed { line.details.at } else { view.resource.details.at };
		let details = Details { at, ..line.details };
		if details == view.resource.details {
			dues.push(Due::Nothing);
		} else if let Some(why) = bound(view) {
			wrong.push(wrong_in(line.line, 0, format!("{why}: it is not changed meanwhile")));
		} else {
			dues.push(Due::Change(number, details));
		}
	}
	match wrong.is_empty() {
		true => Ok(dues),
		false => Err(wrong),
	}
}

/// Places that the territory does not have, or that lie outside of the account's scope.
fn misplaced(
	areas: &[(u64, Scope)],
	territory: &[LocalNetworkId],
	account: Option<&AccountView>,
) -> Vec<Mistake> {
	let of = |(line, area): &(u64, Scope)| {
		let failure = names::check_scope(*area, territory).err();
		let unknown = failure.map(|failure| failure.to_string());
		let outside = || {
			let view = account.filter(|view| !view.scope.contains(*area))?;
			Some(access::outside(view, *area))
		};
		Some(wrong_in(*line, column("area"), unknown.or_else(outside)?))
	};
	areas.iter().filter_map(of).collect()
}

/// Who acts; nobody where a file is checked without a key, or where it is wrong anyway, and that is said.
async fn acting(
	context: &Context,
	at: At<'_>,
	command: &ImportCommand,
	is_wrong: bool,
) -> Result<Option<AccountView>> {
	if command.check && !context.has_signer() {
		context.output.remark("no key is given: numbers and scope are not checked");
		return Ok(None);
	}
	match access::acting(context, at, DISPATCHER).await {
		Err(_) if is_wrong => {
			context.output.remark("no dispatcher's key is given: numbers and scope are not checked");
			Ok(None)
		}
		account => account.map(Some),
	}
}

/// What becomes of each line by what the chain has, where it is known for whom. What is wrong by that is added.
async fn decide(
	context: &Context,
	chain: &Chain,
	command: &ImportCommand,
	(lines, areas): (&[Line], &[(u64, Scope)]),
	wrong: &mut Vec<Mistake>,
) -> Result<Option<Vec<Due>>> {
	// What is sent before it is known what becomes of an earlier import would be there twice.
	let is_sent = !command.check && wrong.is_empty();
	let at = match is_sent {
		true => context.settled(chain).await?,
		false => chain.now().await?,
	};
	let account = acting(context, at, command, !wrong.is_empty()).await?;
	wrong.extend(misplaced(areas, &at.territory().await?, account.as_ref()));
	let Some(account) = account else { return Ok(None) };
	match plan(lines, &at.resources(Some(account.org)).await?, account.org) {
		Ok(dues) => Ok(Some(dues)),
		Err(more) => {
			wrong.extend(more);
			Ok(None)
		}
	}
}

/// `resource import`.
pub(crate) async fn import(context: &Context, command: ImportCommand) -> Result<()> {
	let path: &Path = &command.file;
	let text = files::read(path)?;
	let Sheet { lines, areas, mut wrong } = csv::read(&text[..]);
	let refused = |wrong: Vec<Mistake>| mistakes::refuse(context.output, path, wrong);
	let checked = |dues: Option<&[Due]>| {
		let count = |is: fn(&Due) -> bool| dues.map(|dues| dues.iter().filter(|due| is(due)).count());
		let (added, changed) =
			(count(|due| matches!(due, Due::Add(_))), count(|due| matches!(due, Due::Change(..))));
		let value = json!({
			"type": "checked", "file": path, "lines": lines.len(), "to_add": added, "to_change": changed,
		});
		context.output.answer(&value, || {
			let more = added.zip(changed).map_or_else(String::new, |(added, changed)| {
				format!("; {added} to be added, {changed} to be changed")
			});
			format!("{}: {}, all right{more}", path.display(), counted(lines.len(), "line"))
		});
	};
	let chain = match context.chain().await {
		Err(failure) if failure.kind() == Failed::Connection && (command.check || !wrong.is_empty()) => {
			context.output.remark("no node answers: places and numbers are not checked");
			if !wrong.is_empty() {
				return Err(refused(wrong));
			}
			checked(None);
			return Ok(());
		}
		chain => chain?,
	};
	let dues = decide(context, &chain, &command, (&lines, &areas), &mut wrong).await?;
	if !wrong.is_empty() {
		return Err(refused(wrong));
	}
	// Who sends has a key: `acting` says so.
	let (false, Some(dues)) = (command.check, &dues) else {
		checked(dues.as_deref());
		return Ok(());
	};
	let spec = context.spec(&chain).await?;
	let mut calls = Vec::new();
	for (line, due) in lines.iter().zip(dues) {
		let call = match due {
			Due::Nothing => continue,
			Due::Add(details) => spec.call("Dispatch", "add_resource", details)?,
			Due::Change(number, details) => spec.call("Dispatch", "change_resource", (number, details))?,
		};
		calls.push((format!("line {}", line.line), call));
	}
	context.output.remark(&format!(
		"{}, {} to be added or changed",
		counted(lines.len(), "line"),
		calls.len()
	));
	context.perform_all(&chain, calls).await.map_err(|failure| failure.at(path.display()))
}

fn write(out: impl Write, views: &[&ResourceView]) -> Result<(), ::csv::Error> {
	let mut out = crate::site::csv::writer(out);
	out.write_record(csv::COLUMNS)?;
	for view in views {
		out.write_record(csv::fields(view.id, &view.resource.details))?;
	}
	out.flush()?;
	Ok(())
}

/// `resource export`.
pub(crate) async fn export(context: &Context, command: ExportCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let org = match &command.of {
		Some(name) => name.find(&at.orgs().await?)?.id,
		None => context.org_to_read(at).await?,
	};
	let all = at.resources(Some(org)).await?;
	let own: Vec<&ResourceView> = all.iter().filter(|view| view.resource.owner == org).collect();
	let unwritten = |error: ::csv::Error| {
		Failure::input(format!("cannot be written: {error}"))
			.remedy("make room there, or name another file with --output")
	};
	match &command.output {
		Some(path) => {
			let mut file = NewFile::begin(path)?;
			write(&mut file, &own).map_err(|error| unwritten(error).at(path.display()))?;
			file.finish()
		}
		None => write(crate::output::stdout(), &own).map_err(unwritten),
	}
}

#[cfg(test)]
mod tests {
	use super::{super::tests::view, *};
	use crate::{
		chain::fake,
		context,
		resource::csv::tests::{right, sample},
	};
	use codec::Encode;
	use trimast_primitives::{
		access::{Role, Roles},
		apis::{LocalNetworkView, ResourcesView},
		territory::Position,
	};

	const ORG: OrgId = OrgId(2);

	fn lines() -> Vec<Line> {
		sample()
	}

	/// The chain's resources once the sample was imported.
	fn imported() -> Vec<ResourceView> {
		let [crew, generator, spares] = &lines()[..] else { panic!("three lines") };
		vec![view(3, ORG, crew.details), view(7, ORG, generator.details), view(9, ORG, spares.details)]
	}

	#[test]
	fn import_adds_what_is_missing_and_a_repeated_one_does_nothing() {
		let only_generator = [view(7, ORG, lines()[1].details)];
		let dues = plan(&lines(), &only_generator, ORG).unwrap();
		assert!(matches!(dues[..], [Due::Add(_), Due::Nothing, Due::Add(_)]), "{dues:?}");
		assert_eq!(plan(&lines(), &imported(), ORG), Ok(vec![Due::Nothing; 3]));
	}

	fn dispatcher(scope: Scope) -> AccountView {
		let roles = Roles::of(Role::Dispatcher);
		AccountView { account: [7; 32].into(), org: ORG, roles, scope, branch: None, since: 0 }
	}

	#[tokio::test]
	async fn import_behind_one_that_was_killed_adds_nothing_twice() {
		// Given that what a killed import has sent is final only in the next block
		let chain = fake::settling(|function, block, _| match function {
			"FederationApi_account" => Some(dispatcher(Scope::National)).encode(),
			"SitesApi_local_networks" => Vec::<LocalNetworkView>::new().encode(),
			"DispatchApi_resources" => {
				let before = || vec![view(7, ORG, lines()[1].details)];
				let resources = if block == fake::FINAL { imported() } else { before() };
				ResourcesView { resources, next: None }.encode()
			}
			other => panic!("{other}"),
		});
		let account = names::ss58(&dispatcher(Scope::National).account);
		let line = ["trimast", "--quiet", "resource", "list", "--signer", &account];
		let context = context::tests::context(&line);
		let (context, chain) = (&context, &chain);
		let decided = |check: bool, mut wrong: Vec<Mistake>| async move {
			let command = ImportCommand { file: "fleet.csv".into(), check };
			decide(context, chain, &command, (&lines(), &[]), &mut wrong).await.unwrap().unwrap()
		};
		// When nothing is sent, then nothing is waited for
		let is_early = |dues: Vec<Due>| matches!(dues[..], [Due::Add(_), Due::Nothing, Due::Add(_)]);
		assert!(is_early(decided(true, Vec::new()).await));
		let mistake = wrong_in(2, 0, "not a number");
		assert!(is_early(decided(false, vec![mistake]).await));
		// When something is, then what the killed one has added is known
		assert_eq!(decided(false, Vec::new()).await, vec![Due::Nothing; 3]);
	}

	#[test]
	fn repeated_import_moves_nobody_back_and_fills_no_store() {
		let mut known = imported();
		known[0].resource.details.at = Position { latitude: 1, longitude: 2 };
		known[2].resource.details.kind = Kind::Spares { part: 12, count: 3 };
		assert_eq!(plan(&lines(), &known, ORG), Ok(vec![Due::Nothing; 3]));
		// Two lines of one description are two crews
		let twice = [lines()[0].clone(), lines()[0].clone()];
		assert!(matches!(plan(&twice, &known, ORG).unwrap()[..], [Due::Nothing, Due::Add(_)]));
	}

	#[test]
	fn line_with_a_number_changes_that_one_unless_it_is_bound() {
		let mut known = imported();
		known[1].resource.details.speed = 1;
		let dues = plan(&lines(), &known, ORG).unwrap();
		assert_eq!(dues[1], Due::Change(7, lines()[1].details));
		known[1].resource.round = Some(1);
		let wrong = plan(&lines(), &known, ORG).unwrap_err()[0].to_string();
		assert!(wrong.starts_with("line 3, column 1 (number): a round plans it"), "{wrong}");
		let foreign = plan(&lines(), &known, OrgId(0)).unwrap_err()[0].to_string();
		assert!(foreign.contains("has none of this number"), "{foreign}");
	}

	#[test]
	fn area_is_looked_at_whatever_else_is_wrong_in_the_file() {
		let head = csv::COLUMNS.join(",");
		let text =
			format!("{head}\n,crews,local:9999,38,114,,,,40,8,,,,\n,crew,local:1302,38,114,,,,40,8,,,,\n");
		let sheet = csv::read(text.as_bytes());
		let territory = [LocalNetworkId(1301), LocalNetworkId(1302)];
		let account = dispatcher(Scope::LocalNetwork(LocalNetworkId(1301)));
		let found = |account| -> Vec<String> {
			misplaced(&sheet.areas, &territory, account).iter().map(Mistake::to_string).collect()
		};
		assert!(sheet.wrong.len() == 1 && found(None).len() == 1, "{:?} {:?}", sheet.wrong, found(None));
		let expected = "line 2, column 3 (area): local:9999: the chain's territory has no such place";
		assert!(found(None)[0].starts_with(expected), "{:?}", found(None));
		let all = found(Some(&account));
		assert!(all.len() == 2 && all[1].contains("lies outside of the account's scope"), "{all:?}");
	}

	#[test]
	fn export_is_read_back_and_changes_nothing() {
		let known = imported();
		let mut bytes = Vec::new();
		write(&mut bytes, &known.iter().collect::<Vec<_>>()).unwrap();
		let lines = right(std::str::from_utf8(&bytes).unwrap());
		assert_eq!(plan(&lines, &known, ORG), Ok(vec![Due::Nothing; 3]));
	}
}
