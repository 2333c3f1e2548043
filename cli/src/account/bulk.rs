// SPDX-License-Identifier: Apache-2.0
//! Accounts in bulk. An import brings the company's accounts up to the file: it adds, changes, and leaves alone what is
//! right already, so it can be repeated. It removes nobody.

use crate::{
	chain::{Call, Spec},
	context::Context,
	error::{in_file, Failure, Result},
	names::{self, roles_text, scope_text, ss58, OrgName},
};
use clap::Args;
use serde_json::json;
use std::{
	collections::HashMap,
	fs::File,
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
	/// Where to; standard output otherwise.
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

/// Reads the lines; every wrong column of every line is named.
fn read(input: impl io::Read) -> Result<Vec<Line>, Vec<String>> {
	let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
	let (mut lines, mut wrong) = (Vec::new(), Vec::new());
	let mut first_line: HashMap<AccountId, u64> = HashMap::new();
	for (n, record) in reader.records().enumerate() {
		let record = match record {
			Ok(record) => record,
			Err(error) => {
				wrong.push(error.to_string());
				break;
			}
		};
		let number = record.position().map_or(0, csv::Position::line);
		if n == 0 {
			if record != COLUMNS[..] {
				wrong.push(format!("line 1: the first line is: {}", COLUMNS.join(",")));
				break;
			}
			continue;
		}
		let mut object = |column: usize, what: String| {
			let name = COLUMNS.get(column).copied().unwrap_or("line");
			wrong.push(format!("line {number}, column {} ({name}): {what}", column + 1));
		};
		let field = |column: usize| record.get(column).unwrap_or("");
		if record.len() != COLUMNS.len() {
			object(
				record.len().min(COLUMNS.len()),
				format!("{} columns instead of {}", record.len(), COLUMNS.len()),
			);
			continue;
		}
		let account = names::account(field(0)).map_err(|e| object(0, e)).ok();
		let roles = names::roles(field(1)).map_err(|e| object(1, e)).ok();
		let scope = names::scope(field(2)).map_err(|e| object(2, e)).ok();
		let branch = match field(3) {
			"" => Some(None),
			text => text.parse().map(Some).map_err(|_| object(3, "a branch's number, or empty".into())).ok(),
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

/// `account import`.
pub(crate) async fn import(context: &Context, command: ImportCommand) -> Result<()> {
	let path: &Path = &command.file;
	let file = File::open(path).map_err(in_file(path))?;
	let lines = read(file).map_err(|wrong| {
		wrong.iter().for_each(|one| context.output.remark(one));
		Failure::input(format!("{} lines are wrong, nothing was sent", wrong.len())).at(path.display())
	})?;
	if command.check {
		let value = json!({ "type": "checked", "file": path, "accounts": lines.len() });
		context.output.answer(&value, || format!("{}: {} accounts, all right", path.display(), lines.len()));
		return Ok(());
	}
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let org = context.acting_org(at).await?;
	let territory = at.territory().await?;
	for line in &lines {
		let place = |failure: Failure| failure.at(format!("line {}", line.line)).at(path.display());
		names::check_scope(line.scope, &territory).map_err(place)?;
	}
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
	context.perform_all(&chain, calls).await
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
	let written = match &command.output {
		Some(path) => write(File::create(path).map_err(in_file(path))?, &views),
		None => write(crate::output::stdout(), &views),
	};
	written.map_err(|e| Failure::input(format!("cannot be written: {e}")))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use trimast_primitives::{access::Role, LocalNetworkId, OrgId, ProvinceId};

	#[test]
	fn read_names_every_wrong_column() {
		let text = "account,roles,scope,branch\n5xx,planer,city,x\n";
		let wrong = read(text.as_bytes()).unwrap_err();
		assert_eq!(wrong.len(), 4, "{wrong:?}");
		assert!(wrong[1].starts_with("line 2, column 2 (roles)"));
		assert!(read("account,role\n".as_bytes()).unwrap_err()[0].contains("line 1"));
	}

	#[test]
	fn read_fails_when_an_account_stands_twice() {
		let account = ss58(&AccountId::from([1; 32]));
		let text =
			format!("account,roles,scope,branch\n{account},planner,national,\n{account},auditor,national,\n");
		assert!(read(text.as_bytes()).unwrap_err()[0].contains("line 2 has this account"));
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
