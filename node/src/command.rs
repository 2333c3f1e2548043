// SPDX-License-Identifier: Apache-2.0

//! What is done for each command.

use crate::{
	chain_spec, checks,
	cli::{ChainSpecCmd, Cli, Subcommand},
	opaque::Block,
	pool,
	service::{self, Partial},
};
use sc_cli::{KeySubcommand, Result, SubstrateCli};
use sc_service::Configuration;
use std::io::Write;

/// Reads the command line and does what it says.
///
/// # Errors
///
/// Whatever goes wrong, in words for the operator.
pub(crate) fn run() -> Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli),
		// Without a base path no chain is needed: the SDK would ask for one all the same.
		Some(Subcommand::Key(KeySubcommand::GenerateNodeKey(command))) if command.chain.is_none() => {
			command.common.run()
		}
		Some(Subcommand::Key(command)) => command.run(&cli),
		Some(Subcommand::ChainSpec(command)) => print_chain_spec(command),
		Some(Subcommand::CheckBlock(command)) => cli.create_runner(command)?.async_run(|config| {
			let Partial { client, task_manager, import_queue, .. } = service::new_partial(&config)?;
			Ok((command.run(client, import_queue), task_manager))
		}),
		Some(Subcommand::ExportBlocks(command)) => cli.create_runner(command)?.async_run(|config| {
			let Partial { client, task_manager, .. } = service::new_partial(&config)?;
			Ok((command.run(client, config.database), task_manager))
		}),
		Some(Subcommand::ExportState(command)) => cli.create_runner(command)?.async_run(|config| {
			let Partial { client, task_manager, .. } = service::new_partial(&config)?;
			Ok((command.run(client, config.chain_spec), task_manager))
		}),
		Some(Subcommand::ImportBlocks(command)) => cli.create_runner(command)?.async_run(|config| {
			let Partial { client, task_manager, import_queue, .. } = service::new_partial(&config)?;
			Ok((command.run(client, import_queue), task_manager))
		}),
		Some(Subcommand::Revert(command)) => cli.create_runner(command)?.async_run(|config| {
			let Partial { client, task_manager, backend, .. } = service::new_partial(&config)?;
			// Authority sets that were announced in blocks to be taken back are forgotten with them.
			let forget_votes = Box::new(|client, _, blocks| {
				sc_consensus_grandpa::revert(client, blocks)?;
				Ok(())
			});
			Ok((command.run(client, backend, Some(forget_votes)), task_manager))
		}),
		Some(Subcommand::PurgeChain(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run(config.database))
		}
		Some(Subcommand::ChainInfo(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
		}
	}
}

fn run_node(cli: &Cli) -> Result<()> {
	cli.run.check()?;
	let runner = cli.create_runner(&cli.run)?;
	checks::ports_are_free(runner.config())?;
	let pool = pool::options(&cli.run.base.pool_config);
	runner.run_node_until_exit(|config: Configuration| async move {
		service::new_full(config, pool).map_err(sc_cli::Error::Service)
	})
}

fn print_chain_spec(command: &ChainSpecCmd) -> Result<()> {
	let spec = chain_spec::load(&command.chain)?;
	let text = if command.raw { spec.as_json(true)? + "\n" } else { chain_spec::readable(&spec)? };
	match &command.output {
		Some(file) => std::fs::write(file, text)?,
		None => std::io::stdout().write_all(text.as_bytes())?,
	}
	Ok(())
}
