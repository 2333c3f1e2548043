// SPDX-License-Identifier: Apache-2.0
//! `trimast config proof` and `verify`: a cell's baseline and what companies have attested of it, in a file that anybody
//! checks offline against the hash of block 0.
//!
//! ```text
//!   hash of block 0 ── its header ── its state: the first voters
//!                                         │ justify
//!                                         ▼
//!                      header that hands over: the next voters      once for each change of the set
//!                                         │ justify
//!                                         ▼
//!   header of the block ◄── headers ── header of a justified block
//!           │ state root
//!           ▼
//!   storage proof: table and head of the page, its digest, stations, catalogue, testimonies
//! ```
//!
//! # What it guarantees
//!
//! * **Nobody is trusted**: every step is a hash or two thirds of the votes of a set that the step before has proven.
//! * **Absence is proven, too**: that a company has said nothing is read from the same state as what others have said.
//! * **Exact**: a file of which one bit is another is refused, with the part and what was expected there.
//!
//! # Where things are
//!
//! [`file`] has the file, [`finality`] the votes, [`state`] keys and values of the state, [`record`] what is proven,
//! [`words`] values in words. [`make`] asks a node for a proof, [`verify`](mod@verify) checks one.

mod file;
mod finality;
mod make;
mod record;
mod state;
#[cfg(test)]
mod tests;
mod verify;
mod words;

use crate::{
	context::Context,
	error::{Failure, Result},
	files,
	names::{self, CellName},
};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use trimast_primitives::{BlockNumber, Hash};

/// Write a proof.
#[derive(Args, Debug)]
pub(crate) struct ProofCommand {
	/// The cell: 1301/HE-0001/2, 1301:197/2.
	cell: CellName,
	/// Where to, a new file; 1301-197-2.proof otherwise.
	#[arg(long, short, value_name = "FILE")]
	output: Option<PathBuf>,
	/// Block whose state is proven; the latest final one otherwise.
	#[arg(long, value_name = "BLOCK")]
	at: Option<BlockNumber>,
	/// Archive node to ask for how the voters have changed since block 0, where the node has dropped those states.
	#[arg(long, value_name = "URL")]
	archive: Option<String>,
}

/// Check a proof.
#[derive(Args, Debug)]
pub(crate) struct VerifyCommand {
	/// The file.
	file: PathBuf,
	/// Hash of block 0 of the chain that you know (`trimast chain status`), from a source that you trust.
	#[arg(long, value_name = "HASH", value_parser = hash)]
	genesis: Hash,
}

fn hash(text: &str) -> Result<Hash, String> {
	let bytes: [u8; 32] = names::unhex(text)?.try_into().map_err(|_| "a hash has 64 hexadecimal digits")?;
	Ok(bytes.into())
}

/// `config proof`.
pub(crate) async fn write(context: &Context, command: ProofCommand) -> Result<()> {
	let chain = context.chain().await?;
	let archive = context.archive(&chain, command.archive.as_deref()).await?;
	let maker = make::Maker::new(&chain, archive.as_ref(), &command.cell, command.at).await?;
	let cell = maker.cell();
	let path = command.output.unwrap_or_else(|| {
		format!("{}-{}-{}.proof", cell.site.local_network.0, cell.site.index, cell.cell).into()
	});
	// A file that is there is refused before the node works for another.
	let mut file = files::NewFile::begin(&path)?;
	let proof = maker.make().await?;
	let bytes = proof.to_bytes();
	// What a node has handed out is checked as anybody else would check it.
	let record = verify::verify(&bytes, chain.genesis()).map_err(|failure| {
		failure.at(format!("the proof that {} has given", chain.url())).remedy("ask another node")
	})?;
	std::io::Write::write_all(&mut file, &bytes).map_err(crate::error::in_file(&path))?;
	file.finish()?;
	let value = json!({
		"file": path, "bytes": bytes.len(), "parts": proof.parts().to_json(), "proven": record.to_json(),
	});
	context.output.answer(&value, || {
		let parts = proof.parts();
		format!(
			"{}\n\n{} bytes written to {}: {}\ncheck it with `trimast config verify {} --genesis {}`",
			record.text(),
			bytes.len(),
			path.display(),
			parts.text(),
			path.display(),
			names::hex0x(chain.genesis()),
		)
	});
	Ok(())
}

/// `config verify`.
pub(crate) fn check(context: &Context, command: &VerifyCommand) -> Result<()> {
	let bytes = files::read(&command.file)?;
	let record = verify::verify(&bytes, command.genesis).map_err(|failure: Failure| {
		failure.at(command.file.display()).remedy("this file proves nothing: ask for another")
	})?;
	context.output.answer(&record.to_json(), || record.text());
	Ok(())
}
