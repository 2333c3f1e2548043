// SPDX-License-Identifier: Apache-2.0
//! The command line.

use crate::{
	account::AccountCommand,
	alarm::AlarmCommand,
	chain::{status::ChainCommand, wrap::MultisigName},
	config::ConfigCommand,
	energy::EnergyCommand,
	federation::FederationCommand,
	keys::commands::KeyCommand,
	names,
	offline::{SendCommand, SignCommand},
	order::OrderCommand,
	plan::PlanCommand,
	resource::ResourceCommand,
	site::SiteCommand,
	vote::VoteCommand,
	watch::WatchCommand,
};
use clap::{
	error::{ContextKind, ContextValue, ErrorKind},
	parser::ValueSource,
	Args, CommandFactory, FromArgMatches, Parser, Subcommand,
};
use clap_complete::Shell;
use std::{
	error::Error,
	ffi::OsString,
	num::{IntErrorKind, ParseIntError},
	path::PathBuf,
};
use trimast_primitives::AccountId;

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 refused or failed on the chain; 2 wrong use; 3 wrong input (file, key, argument); \
4 no connection, or nothing becomes final; 5 done in part; 6 not done: a question was answered with no, or by nobody.

Names: ORG is a number or a name; ACCOUNT is SS58 or 0x and 64 digits; SCOPE is national, province:13 or local:1301; \
SITE is 1301:197 (by number) or 1301/HE-0001 (by code); CELL is 1301:197/2 or 1301/HE-0001/2.";

/// Talks to a Trimast chain: the inventory, the cells' parameters, the work orders and the votes of companies that share a mobile network.
#[derive(Parser, Debug)]
#[command(name = "trimast", version, after_help = AFTER_HELP, max_term_width = 110, disable_help_subcommand = true)]
pub(crate) struct Arguments {
	#[command(flatten)]
	pub(crate) global: Global,
	#[command(subcommand)]
	pub(crate) command: Command,
}

/// What goes with every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
	/// Node to talk to.
	#[arg(long, env = "TRIMAST_URL", default_value = "ws://127.0.0.1:9944", global = true)]
	pub(crate) url: String,
	/// File with the secret that signs: a mnemonic, a seed (0x...) or a derivation. Nobody else may be able to read it.
	#[arg(long, env = "TRIMAST_KEY_FILE", value_name = "FILE", global = true)]
	pub(crate) key_file: Option<PathBuf>,
	/// Keystore file with the key that signs (`trimast key generate`).
	#[arg(long, env = "TRIMAST_KEYSTORE", value_name = "FILE", global = true)]
	pub(crate) keystore: Option<PathBuf>,
	/// File with the keystore's password; asked for at the terminal otherwise.
	#[arg(long, env = "TRIMAST_PASSWORD_FILE", value_name = "FILE", global = true)]
	pub(crate) password_file: Option<PathBuf>,
	/// The secret itself. Development only: other processes and the shell's history see it.
	#[arg(long, value_name = "SECRET", global = true)]
	pub(crate) suri: Option<String>,
	/// Act for this account, which has named the signer its proxy.
	#[arg(long, value_name = "ACCOUNT", value_parser = names::account, global = true)]
	pub(crate) proxy: Option<AccountId>,
	/// Act for a multisig: its threshold, `+`, and the other signatories.
	#[arg(long, value_name = "THRESHOLD+ACCOUNT,...", global = true)]
	pub(crate) multisig: Option<MultisigName>,
	/// Time that the multisig's call may take, in picoseconds; a quarter of a block otherwise.
	#[arg(long, value_name = "PICOSECONDS", global = true, requires = "multisig")]
	pub(crate) max_weight: Option<u64>,
	/// Write the transaction to a new file instead of signing it (`trimast sign`, `trimast send`).
	#[arg(long, value_name = "FILE", global = true)]
	pub(crate) unsigned: Option<PathBuf>,
	/// Who will sign, when the key is elsewhere.
	#[arg(long, value_name = "ACCOUNT", value_parser = names::account, global = true)]
	pub(crate) signer: Option<AccountId>,
	/// Answer in JSON, one document a line.
	#[arg(long, global = true)]
	pub(crate) json: bool,
	/// Ask nothing.
	#[arg(long, short, global = true)]
	pub(crate) yes: bool,
	/// No progress and no remarks.
	#[arg(long, short, global = true)]
	pub(crate) quiet: bool,
	/// How long to wait for a node that has gone away, or for the next final block.
	#[arg(long, value_name = "SECONDS", default_value_t = 300, global = true)]
	pub(crate) patience: u64,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
	/// Companies, their branches, nodes and validators; membership, suspension, exit; parameters.
	#[command(visible_alias = "fed")]
	Federation {
		#[command(subcommand)]
		command: FederationCommand,
	},
	/// Accounts of companies, with their roles and scopes.
	Account {
		#[command(subcommand)]
		command: AccountCommand,
	},
	/// Motions: list, propose, vote, object.
	Vote {
		#[command(subcommand)]
		command: VoteCommand,
	},
	/// The inventory of stations.
	Site {
		#[command(subcommand)]
		command: SiteCommand,
	},
	/// The cells' key parameters: baseline, changes, sweeps, violations, catalogue, proofs.
	Config {
		#[command(subcommand)]
		command: ConfigCommand,
	},
	/// Work orders across companies: steps, evidence, deadlines, and who answers for an outage.
	Order {
		#[command(subcommand)]
		command: OrderCommand,
	},
	/// Rounds: the plans that solvers bid, who wins and why, routes, overrides.
	Plan {
		#[command(subcommand)]
		command: PlanCommand,
	},
	/// Crews, mobile generators and spares, and what is lent of them.
	Resource {
		#[command(subcommand)]
		command: ResourceCommand,
	},
	/// Alarms of a network (TS 28.532), and the faults that follow from them.
	Alarm {
		#[command(subcommand)]
		command: AlarmCommand,
	},
	/// Energy of shared stations: reports of meters, shares, disputes, monthly statements, recomputed offline.
	Energy {
		#[command(subcommand)]
		command: EnergyCommand,
	},
	/// How the chain and its network stand.
	Chain {
		#[command(subcommand)]
		command: ChainCommand,
	},
	/// What waits for my signature or vote, by deadline.
	Inbox,
	/// Final events as they come, behind a cursor that resumes: none lost, none twice.
	Watch(WatchCommand),
	/// Make and look at keys.
	Key {
		#[command(subcommand)]
		command: KeyCommand,
	},
	/// Sign a transaction that --unsigned has written. Needs no network.
	Sign(SignCommand),
	/// Send a transaction that was signed offline, and wait until it is final.
	Send(SendCommand),
	/// Completions for a shell, on standard output.
	Completions {
		/// The shell.
		shell: Shell,
	},
}

/// The options that name a key, one of which counts.
const KEYS: [(&str, &str); 3] =
	[("key_file", "--key-file <FILE>"), ("keystore", "--keystore <FILE>"), ("suri", "--suri <SECRET>")];

impl Arguments {
	/// Reads a command line. A key that it names counts before one that the environment names: clap itself would take
	/// the two for a contradiction.
	pub(crate) fn read<I, T>(line: I) -> Result<Self, clap::Error>
	where
		I: IntoIterator<Item = T>,
		T: Into<OsString> + Clone,
	{
		let mut command = Self::command();
		let mut matches =
			command.try_get_matches_from_mut(line).map_err(|error| reworded(&command, error))?;
		let key = choose(KEYS.map(|(id, _)| matches.value_source(id)))
			.map_err(|contradiction| command.error(ErrorKind::ArgumentConflict, contradiction))?;
		let mut arguments =
			Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))?;
		let global = &mut arguments.global;
		if key != Some(0) {
			global.key_file = None;
		}
		if key != Some(1) {
			global.keystore = None;
		}
		if key != Some(2) {
			global.suri = None;
		}
		Ok(arguments)
	}
}

/// Which of [`KEYS`] counts: the one on the command line, else the one in the environment. Two from one place contradict
/// one another.
fn choose(sources: [Option<ValueSource>; 3]) -> Result<Option<usize>, String> {
	for place in [ValueSource::CommandLine, ValueSource::EnvVariable] {
		let mut named = (0usize..).zip(sources).filter(|(_, source)| *source == Some(place));
		let Some((first, _)) = named.next() else { continue };
		let Some((second, _)) = named.next() else { return Ok(Some(first)) };
		let name = |n: usize| KEYS.get(n).map(|(_, name)| *name).unwrap_or_default();
		let mut text = format!("the argument '{}' cannot be used with '{}'", name(first), name(second));
		if place == ValueSource::EnvVariable {
			text.push_str(": the environment names both, and the command line none");
		}
		return Err(text);
	}
	Ok(None)
}

/// An error in the words of this command. Clap shows every option that was given as part of the usage, also what the
/// environment names, and of a number that is none it only says that a digit is invalid.
fn reworded(command: &clap::Command, mut error: clap::Error) -> clap::Error {
	let number = error.source().and_then(|source| source.downcast_ref::<ParseIntError>());
	let text = |kind| match error.get(kind) {
		Some(ContextValue::String(text)) => text.as_str(),
		_ => "",
	};
	if let Some(number) = number {
		let expected = match number.kind() {
			IntErrorKind::PosOverflow => "the number is too large",
			_ => "write a whole number, its digits alone",
		};
		let (value, argument) = (text(ContextKind::InvalidValue), text(ContextKind::InvalidArg));
		let what = format!("invalid value '{value}' for '{argument}': {expected}\n");
		return clap::Error::raw(ErrorKind::ValueValidation, what).with_cmd(command);
	}
	if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
		let global = command.get_arguments().filter(|argument| argument.is_global_set());
		let usage =
			global.fold(usage.to_string(), |usage, argument| usage.replace(&format!(" {argument}"), ""));
		error.insert(ContextKind::Usage, ContextValue::StyledStr(usage.into()));
	}
	error
}

/// What is wrong with a command line, on one line.
pub(crate) fn reason(error: &clap::Error) -> String {
	let text = error.to_string();
	let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
	let all = lines.join(" ");
	all.strip_prefix("error: ").unwrap_or(&all).to_string()
}

/// What to do about it, where something like it would be right.
pub(crate) fn tip(error: &clap::Error) -> Option<String> {
	let text = error.to_string();
	let tips: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
	(!tips.is_empty()).then(|| tips.join("; "))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn command_line_is_consistent() {
		Arguments::command().debug_assert();
	}

	/// Arguments of one name share one value: a global option and an argument of a command must not.
	#[test]
	fn no_argument_has_the_name_of_a_global_option() {
		fn walk(command: &clap::Command, global: &[String], path: &str) {
			for one in command.get_subcommands() {
				let path = format!("{path} {}", one.get_name());
				for argument in one.get_arguments() {
					assert!(
						!global.contains(&argument.get_id().to_string()),
						"{path}: {}",
						argument.get_id()
					);
				}
				walk(one, global, &path);
			}
		}
		let command = Arguments::command();
		let global: Vec<String> =
			command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
		walk(&command, &global, "trimast");
	}

	#[test]
	fn reason_is_one_line_without_a_label() {
		let error = Arguments::try_parse_from(["trimast", "site", "export", "--colour"]).unwrap_err();
		assert_eq!(reason(&error), "unexpected argument '--colour' found");
		let error = Arguments::try_parse_from(["trimast", "site", "import"]).unwrap_err();
		assert_eq!(reason(&error), "the following required arguments were not provided: <FILE>");
	}

	#[test]
	fn tip_names_what_would_be_right() {
		let text = |line: &[&str]| tip(&Arguments::read(line).unwrap_err());
		assert_eq!(
			text(&["trimast", "config", "chek"]).as_deref(),
			Some("a similar subcommand exists: 'check'")
		);
		assert_eq!(text(&["trimast", "site", "import"]), None);
	}

	#[test]
	fn usage_names_what_a_command_takes_and_no_option_of_every_command() {
		let text = |line: &[&str]| Arguments::read(line).unwrap_err().to_string();
		let request = text(&[
			"trimast",
			"config",
			"request",
			"--url",
			"ws://a:1",
			"--key-file",
			"k",
			"--from",
			"2026-01-01T00:00:00",
		]);
		assert!(
			request.contains("<FILE|--cell <CELL>>") && request.contains("trimast config request"),
			"{request}"
		);
		assert!(!request.contains("--url") && !request.contains("--key-file"), "{request}");
		let both = text(&["trimast", "config", "request", "a.csv", "--cell", "1301:0/0", "--set", "nRPCI=1"]);
		assert!(both.contains("cannot be used with"), "{both}");
		assert!(text(&["trimast", "config", "add", "5"]).contains("<FILE|--cell <CELL>>"));
		let line = ["trimast", "config", "request", "--cell", "1301:0/0", "--set", "nRPCI=1"];
		Arguments::read(line).unwrap();
	}

	#[test]
	fn number_that_is_none_is_named_with_what_is_expected() {
		let text = |number| reason(&Arguments::read(["trimast", "config", "approve", number]).unwrap_err());
		assert_eq!(text("1x"), "invalid value '1x' for '<REQUEST>': write a whole number, its digits alone");
		assert_eq!(
			text("99999999999999999999"),
			"invalid value '99999999999999999999' for '<REQUEST>': the number is too large"
		);
	}

	/// The words of a line as a shell has them: in single quotes they stay together.
	fn shell(line: &str) -> Vec<String> {
		let ends = [" > ", " && ", " #"];
		let end = ends.iter().filter_map(|end| line.find(end)).min().unwrap_or(line.len());
		let mut words = vec![String::new()];
		for (n, part) in line[..end].split('\'').enumerate() {
			let mut parts = if n % 2 == 1 { vec![part] } else { part.split(' ').collect() }.into_iter();
			words.last_mut().unwrap().push_str(parts.next().unwrap_or_default());
			words.extend(parts.map(String::from));
		}
		words.retain(|word| !word.is_empty());
		words
	}

	#[test]
	fn examples_in_help_can_be_given() {
		fn walk(command: &clap::Command, found: &mut usize) {
			let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
			for line in help.lines().filter(|line| line.starts_with("  trimast ")) {
				*found += 1;
				if let Err(error) = Arguments::read(shell(line)) {
					panic!("{line}: {error}");
				}
			}
			command.get_subcommands().for_each(|command| walk(command, found));
		}
		let mut found = 0;
		walk(&Arguments::command(), &mut found);
		assert!(found > 20, "{found}");
	}

	#[test]
	fn help_has_every_exit_code() {
		for code in 0..=6 {
			assert!(AFTER_HELP.contains(&format!(" {code} ")), "{code}");
		}
	}

	#[test]
	fn key_of_the_command_line_counts_before_that_of_the_environment() {
		use ValueSource::{CommandLine, EnvVariable};
		assert_eq!(choose([Some(EnvVariable), Some(CommandLine), None]), Ok(Some(1)));
		assert_eq!(choose([Some(EnvVariable), Some(EnvVariable), Some(CommandLine)]), Ok(Some(2)));
		assert_eq!(choose([None, Some(EnvVariable), None]), Ok(Some(1)));
		assert_eq!(choose([None, None, None]), Ok(None));
		let contradiction = choose([Some(EnvVariable), Some(EnvVariable), None]).unwrap_err();
		assert!(contradiction.contains("environment"), "{contradiction}");
		// Wherever it stands on the command line
		for line in [["trimast", "--keystore", "b", "inbox"], ["trimast", "inbox", "--keystore", "b"]] {
			let global = Arguments::read(line).unwrap().global;
			assert_eq!((global.key_file, global.keystore), (None, Some(PathBuf::from("b"))));
		}
	}

	#[test]
	fn read_fails_when_the_command_line_names_two_keys() {
		for line in [
			["trimast", "inbox", "--key-file", "a", "--keystore", "b"],
			["trimast", "--keystore", "b", "inbox", "--key-file", "a"],
		] {
			let text = reason(&Arguments::read(line).unwrap_err());
			assert_eq!(text, "the argument '--key-file <FILE>' cannot be used with '--keystore <FILE>'");
		}
	}

	#[test]
	fn global_options_stand_anywhere() {
		let line = ["trimast", "site", "import", "a.csv", "--json", "--url", "ws://a:1", "--check"];
		let arguments = Arguments::try_parse_from(line).unwrap();
		assert!(arguments.global.json);
		assert_eq!(arguments.global.url, "ws://a:1");
	}
}
