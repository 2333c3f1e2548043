// SPDX-License-Identifier: Apache-2.0
//! Accounts in bulk. An import brings the company's accounts up to the file: it adds, changes, and leaves alone what is
//! right already, so it can be repeated. It removes nobody.

use crate::{
	chain::{views::At, Call, Spec},
	context::Context,
	error::{Failure, Kind, Result},
	files::{self, NewFile},
	lines::{Lines, Unclosed},
	mistakes::{self, Mistake},
	names::{self, roles_text, scope_text, ss58, OrgName},
	output::{counted, quoted},
};
use clap::Args;
use serde_json::json;
use std::{
	collections::HashMap,
	fmt,
	io::{self, Write},
	path::{Path, PathBuf},
};
use trimast_primitives::{
	access::{Roles, Scope},
	apis::AccountView,
	AccountId,
};

const COLUMNS: [&str; 4] = ["account", "roles", "scope", "branch"];

/// Add and change the accounts of a CSV file.
#[derive(Args, Debug)]
pub(crate) struct ImportCommand {
	/// The file: account,roles,scope,branch; roles joined by +, branch may be empty.
	file: PathBuf,
	/// Check the file and send nothing.
	#[arg(long)]
	check: bool,
}

/// Write the accounts of a company as CSV.
#[derive(Args, Debug)]
pub(crate) struct ExportCommand {
	/// The company.
	org: OrgName,
	/// Where to, a new file; standard output otherwise.
	#[arg(long, short)]
	output: Option<PathBuf>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Line {
	line: u64,
	account: AccountId,
	roles: Roles,
	scope: Scope,
	branch: Option<u16>,
}

/// What is wrong in a column of a line.
fn wrong_in(line: u64, column: usize, what: impl fmt::Display) -> Mistake {
	Mistake::at(line, column, &COLUMNS, what)
}

/// Reads the lines; every wrong column of every line is named.
fn read(input: impl io::Read) -> Result<Vec<Line>, Vec<Mistake>> {
	let mut reader = Lines::new(input);
	let mut record = csv::StringRecord::new();
	reader.first(&mut record).map_err(|failure| vec![Mistake::of_file(failure)])?;
	if record != COLUMNS[..] {
		let what = format!("line 1: the first line is: {}", COLUMNS.join(","));
		return Err(vec![Mistake::of_file(what)]);
	}
	let (mut lines, mut wrong) = (Vec::new(), Vec::new());
	let mut first_line: HashMap<AccountId, u64> = HashMap::new();
	loop {
		let (number, read) = match reader.read(&mut record) {
			Ok(Some(line)) => line,
			Ok(None) => break,
			Err(failure) => {
				wrong.push(Mistake::of_file(failure));
				break;
			}
		};
		let mut object = |column, what: String| wrong.push(wrong_in(number, column, what));
		if let Err(unclosed) = read {
			object(unclosed.field.saturating_sub(1), format!("{unclosed} - {}", Unclosed::REMEDY));
			continue;
		}
		if record.len() != COLUMNS.len() {
			let columns = counted(record.len(), "column");
			object(record.len().min(COLUMNS.len()), format!("{columns} instead of {}", COLUMNS.len()));
			continue;
		}
		if let Some(column) = record.iter().position(|field| field.contains('\u{fffd}')) {
			object(column, "not UTF-8".into());
			continue;
		}
		let field = |column: usize| record.get(column).unwrap_or("");
		let account = names::account(field(0)).map_err(|e| object(0, e)).ok();
		let roles = names::roles(field(1)).map_err(|e| object(1, e)).ok();
		let scope = names::scope(field(2)).map_err(|e| object(2, e)).ok();
		let branch = match field(3) {
			"" => Some(None),
			text => {
				let wrong = || format!("{}: write a branch's number, or nothing", quoted(text));
				text.parse().map(Some).map_err(|_| object(3, wrong())).ok()
			}
		};
		let (Some(account), Some(roles), Some(scope), Some(branch)) = (account, roles, scope, branch) else {
			continue;
		};
		if let Some(earlier) = first_line.insert(account.clone(), number) {
			object(0, format!("line {earlier} has this account"));
			continue;
		}
		lines.push(Line { line: number, account, roles, scope, branch });
	}
	if wrong.is_empty() {
		Ok(lines)
	} else {
		Err(wrong)
	}
}

/// The call that brings an account up to a line; none when it is right.
fn call(spec: &Spec, now: Option<&AccountView>, line: &Line) -> Result<Option<Call>> {
	let arguments = (&line.account, line.roles, line.scope, line.branch);
	Ok(match now {
		None => Some(spec.call("Federation", "add_account", arguments)?),
		Some(view) if (view.roles, view.scope, view.branch) == (line.roles, line.scope, line.branch) => None,
		Some(_) => Some(spec.call("Federation", "set_account", arguments)?),
	})
}

/// What the chain has against the lines: a place that the territory, or a branch that the signer's company does not have.
async fn objections(context: &Context, at: At<'_>, lines: &[Line]) -> Result<Vec<Mistake>> {
	let territory = at.territory().await?;
	let places = lines.iter().filter_map(|line| {
		let failure = names::check_scope(line.scope, &territory).err()?;
		Some(wrong_in(line.line, 2, failure))
	});
	let mut wrong: Vec<Mistake> = places.collect();
	if context.has_signer() {
		let branches = at.branches(context.acting_org(at).await?).await?;
		let unknown = |id: &u16| branches.iter().all(|branch| branch.id != *id);
		wrong.extend(lines.iter().filter_map(|line| {
			let id = line.branch.filter(unknown)?;
			Some(wrong_in(
				line.line,
				3,
				format!("the company has no branch {id} (`trimast federation branches`)"),
			))
		}));
	} else {
		context.output.remark("no key is given: branches are not checked");
	}
	Ok(wrong)
}

/// `account import`.
pub(crate) async fn import(context: &Context, command: ImportCommand) -> Result<()> {
	let path: &Path = &command.file;
	let text = files::read(path)?;
	let refused = |wrong: Vec<Mistake>| mistakes::refuse(context.output, path, wrong);
	let lines = read(&text[..]).map_err(refused)?;
	let chain = match context.chain().await {
		Err(failure) if command.check && failure.kind() == Kind::Connection => {
			context.output.remark("no node answers: places and branches are not checked");
			None
		}
		chain => Some(chain?),
	};
	let at = match &chain {
		// What an import that was killed has left under way is not sent again, to be refused.
		Some(chain) if !command.check && context.has_signer() => Some(context.settled(chain).await?),
		Some(chain) => Some(chain.now().await?),
		None => None,
	};
	if let Some(at) = at {
		let wrong = objections(context, at, &lines).await?;
		if !wrong.is_empty() {
			return Err(refused(wrong));
		}
	}
	if command.check {
		let value = json!({ "type": "checked", "file": path, "accounts": lines.len() });
		context.output.answer(&value, || format!("{}: {} accounts, all right", path.display(), lines.len()));
		return Ok(());
	}
	let (Some(chain), Some(at)) = (&chain, at) else { return Ok(()) };
	let org = context.acting_org(at).await?;
	let views = at.all_accounts(org).await?;
	let known: HashMap<&AccountId, &AccountView> = views.iter().map(|view| (&view.account, view)).collect();
	let spec = chain.spec(at.hash).await?;
	let mut calls = Vec::new();
	for line in &lines {
		let now = known.get(&line.account).copied();
		if let Some(call) = call(&spec, now, line)? {
			calls.push((format!("line {} ({})", line.line, ss58(&line.account)), call));
		}
	}
	context.output.remark(&format!("{} accounts, {} to be added or changed", lines.len(), calls.len()));
	context.perform_all(chain, calls).await
}

fn write(out: impl Write, views: &[AccountView]) -> Result<(), csv::Error> {
	let mut out = crate::site::csv::writer(out);
	out.write_record(COLUMNS)?;
	for view in views {
		let branch = view.branch.map(|branch| branch.to_string()).unwrap_or_default();
		out.write_record([ss58(&view.account), roles_text(view.roles), scope_text(view.scope), branch])?;
	}
	out.flush()?;
	Ok(())
}

/// `account export`.
pub(crate) async fn export(context: &Context, command: ExportCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let views = at.all_accounts(command.org.find(&at.orgs().await?)?.id).await?;
	let unwritten = |error: csv::Error| Failure::input(format!("cannot be written: {error}"));
	match &command.output {
		Some(path) => {
			let mut file = NewFile::begin(path)?;
			write(&mut file, &views).map_err(|error| unwritten(error).at(path.display()))?;
			file.finish()
		}
		None => write(crate::output::stdout(), &views).map_err(unwritten),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::{access::Role, LocalNetworkId, OrgId, ProvinceId};

	/// What is wrong in a text, in words.
	fn wrong(text: &[u8]) -> Vec<String> {
		read(text).unwrap_err().iter().map(Mistake::to_string).collect()
	}

	#[test]
	fn read_names_every_wrong_column() {
		let wrong = wrong(b"account,roles,scope,branch\n5xx,planer,city,x\n");
		assert_eq!(wrong.len(), 4, "{wrong:?}");
		assert!(wrong[1].starts_with("line 2, column 2 (roles)"));
		for other in ["account,role\n", ""] {
			let what = read(other.as_bytes()).unwrap_err()[0].to_string();
			assert!(what.contains("line 1"), "{other}");
		}
	}

	#[test]
	fn read_goes_on_after_a_line_that_is_no_text() {
		let bytes = b"account,roles,scope,branch\n5xx,\xff,national,\nshort\n5xx,planner,national,\n";
		let wrong = wrong(bytes);
		assert_eq!(wrong.len(), 3, "{wrong:?}");
		assert_eq!(wrong[0], "line 2, column 2 (roles): not UTF-8");
		assert_eq!(wrong[1], "line 3, column 2 (roles): 1 column instead of 4");
		assert!(wrong[2].starts_with("line 4, column 1 (account)"), "{wrong:?}");
	}

	#[test]
	fn quotation_mark_that_is_not_closed_takes_no_other_line() {
		let text = "account,roles,scope,branch\n5xx,\"planner,national,\nshort\n";
		let wrong = wrong(text.as_bytes());
		assert_eq!(wrong.len(), 2, "{wrong:?}");
		assert!(
			wrong[0].starts_with(
				"line 2, column 2 (roles): the quotation mark in front of field 2 is not closed"
			),
			"{wrong:?}"
		);
	}

	#[test]
	fn read_fails_when_an_account_stands_twice() {
		let account = ss58(&AccountId::from([1; 32]));
		let text =
			format!("account,roles,scope,branch\n{account},planner,national,\n{account},auditor,national,\n");
		assert!(wrong(text.as_bytes())[0].contains("line 2 has this account"));
	}

	proptest! {
		#[test]
		fn any_accounts_read_what_they_write(
			accounts in proptest::collection::hash_map(any::<[u8; 32]>(), (1u16..128, 0u8..3, 1000u16..9999, any::<Option<u16>>()), 0..20),
		) {
			let views: Vec<AccountView> = accounts.into_iter().map(|(account, (roles, kind, code, branch))| AccountView {
				account: account.into(),
				org: OrgId(0),
				roles: Role::ALL.into_iter().filter(|role| Roles(roles).contains(*role)).collect(),
				scope: match kind {
					0 => Scope::National,
					1 => Scope::Province(ProvinceId((code % 90) as u8 + 10)),
					_ => Scope::LocalNetwork(LocalNetworkId(code)),
				},
				branch,
				since: 0,
			}).collect();
			let mut bytes = Vec::new();
			write(&mut bytes, &views).unwrap();
			let lines = read(&bytes[..]).unwrap();
			prop_assert_eq!(lines.len(), views.len());
			for (line, view) in lines.iter().zip(&views) {
				prop_assert_eq!(&line.account, &view.account);
				prop_assert_eq!((line.roles, line.scope, line.branch), (view.roles, view.scope, view.branch));
			}
		}
	}
}
