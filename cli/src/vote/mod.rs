// SPDX-License-Identifier: Apache-2.0
//! `trimast vote`: everything that is decided together. Three kinds of things have numbers of their own:
//!
//! * `m12`: a motion in the council;
//! * `e4`: an enactment, a motion that was decided and waits for its delay;
//! * `s3`: a motion of the other companies about one of them.

pub(crate) mod council;
pub(crate) mod text;

use crate::{
	chain::{Chain, Spec},
	context::Context,
	error::{Failure, Result},
	files::read_text,
	names::{self, org_name, org_names},
	output::table,
};
use clap::Subcommand;
use council::{Motion, Threshold};
use serde_json::{json, Value};
use std::str::FromStr;
use text::motion_text;
use trimast_primitives::{
	apis::{EnactmentView, OrgView, SubjectMotionView},
	text::escaped,
	AccountId, Hash,
};

/// Number of something that is decided together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VoteId {
	/// A council motion by number.
	Motion(u32),
	/// A council motion by the hash of its call.
	Hash(Hash),
	/// A motion about one company.
	Subject(u32),
	/// An enactment.
	Enactment(u32),
}

impl FromStr for VoteId {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let wrong = || format!("`{text}` is none of m12, e4, s3 or 0x and 64 digits (`trimast vote list`)");
		if text.starts_with("0x") {
			let hash: [u8; 32] = names::unhex(text)?.try_into().map_err(|_| wrong())?;
			return Ok(Self::Hash(hash.into()));
		}
		let digits = text.get(1..).unwrap_or("");
		let number = digits.parse().map_err(|_| wrong())?;
		match text.chars().next() {
			Some('m') => Ok(Self::Motion(number)),
			Some('s') => Ok(Self::Subject(number)),
			Some('e') => Ok(Self::Enactment(number)),
			_ => Err(wrong()),
		}
	}
}

/// Motions: list, propose, vote, object.
#[derive(Subcommand, Debug)]
pub(crate) enum VoteCommand {
	/// Open motions, enactments that wait, and motions about one company.
	List,
	/// Proposes a call in the council and votes for it.
	Propose {
		/// `Pallet.call`, or the encoded call as 0x...
		call: String,
		/// Arguments as JSON: an object by name or a list; `@FILE` reads them from a file.
		#[arg(default_value = "null")]
		arguments: String,
		/// The call is the council's own (a pause): do not wrap it into `Federation.enact`.
		#[arg(long)]
		direct: bool,
		/// Ask for all ayes instead of two thirds: what touches the constitution is then carried out at once.
		#[arg(long)]
		all: bool,
		/// Ask for so many ayes.
		#[arg(long, conflicts_with = "all")]
		threshold: Option<u32>,
	},
	/// Votes for a motion.
	Aye {
		/// m12, s3, or the hash of a motion's call.
		id: VoteId,
	},
	/// Votes against a motion of the council.
	Nay {
		/// m12, or the hash of the motion's call.
		id: VoteId,
	},
	/// Closes a motion of the council that has its votes or whose term is over.
	Close {
		/// m12, or the hash of the motion's call.
		id: VoteId,
	},
	/// Objects to an enactment: rules then wait for the long delay, for the rest it stands on record.
	Object {
		/// e4.
		id: VoteId,
	},
	/// Withdraws an objection.
	WithdrawObjection {
		/// e4.
		id: VoteId,
	},
}

/// Runs it.
pub(crate) async fn run(context: &Context, command: VoteCommand) -> Result<()> {
	let chain = context.chain().await?;
	match command {
		VoteCommand::List => list(context, &chain).await,
		VoteCommand::Propose { call, arguments, direct, all, threshold } => {
			let spec = context.spec(&chain).await?;
			let call = read_call(&spec, &call, &arguments)?;
			let threshold = threshold.map_or(Threshold::of(all), Threshold::Exactly);
			council::propose(context, &chain, call, threshold, !direct).await
		}
		VoteCommand::Aye { id: VoteId::Subject(id) } => {
			open_subject(&chain.now().await?.subject_motions().await?, id)?;
			context.perform_json(&chain, "Federation", "vote_subject", json!([id])).await
		}
		VoteCommand::Aye { id } => cast(context, &chain, id, true).await,
		VoteCommand::Nay { id: VoteId::Subject(_) } => {
			Err(Failure::usage("a motion about one company has no nay")
				.remedy("without every aye it lapses by itself"))
		}
		VoteCommand::Nay { id } => cast(context, &chain, id, false).await,
		VoteCommand::Close { id } => {
			let motion = find(&chain, id).await?;
			let call = council::close(&*context.spec(&chain).await?, &motion)?;
			context.perform(&chain, call).await.map(|_| ())
		}
		VoteCommand::Object { id } => {
			let id = enactment(&chain.now().await?.enactments().await?, id)?;
			context.perform_json(&chain, "Federation", "object", json!([id])).await
		}
		VoteCommand::WithdrawObjection { id } => {
			let id = enactment(&chain.now().await?.enactments().await?, id)?;
			context.perform_json(&chain, "Federation", "withdraw_objection", json!([id])).await
		}
	}
}

/// A call from the command line: `Pallet.call` with JSON arguments, or its encoding.
pub(crate) fn read_call(spec: &Spec, call: &str, arguments: &str) -> Result<crate::chain::Call> {
	if call.starts_with("0x") {
		return spec.call_from_bytes(names::unhex(call).map_err(Failure::input)?);
	}
	let text = match arguments.strip_prefix('@') {
		Some(path) => read_text(std::path::Path::new(path))?,
		None => arguments.to_string(),
	};
	let value: Value = serde_json::from_str(&text).map_err(|e| {
		Failure::input(format!("not JSON: {e}")).at("arguments").remedy(r#"such as '{"org": 3}'"#)
	})?;
	spec.call_by_path(call, &value)
}

/// The number of a decision that waits for its delay.
fn enactment(waiting: &[EnactmentView], id: VoteId) -> Result<u32> {
	let VoteId::Enactment(id) = id else {
		return Err(Failure::usage("objections are to enactments: e4 (`trimast vote list`)"));
	};
	if waiting.iter().any(|one| one.id == id) {
		return Ok(id);
	}
	Err(Failure::input("no such decision waits for its delay")
		.at(format!("e{id}"))
		.remedy("`trimast vote list` shows what is decided and waits"))
}

/// A motion about one company that is open or waits for its delay.
pub(crate) fn subject(motions: &[SubjectMotionView], id: u32) -> Result<&SubjectMotionView> {
	motions.iter().find(|motion| motion.id == id).ok_or_else(|| {
		Failure::input("no such motion about a company is open")
			.at(format!("s{id}"))
			.remedy("`trimast vote list` shows those that are")
	})
}

/// The same where votes are still taken.
fn open_subject(motions: &[SubjectMotionView], id: u32) -> Result<()> {
	match subject(motions, id)?.effective {
		None => Ok(()),
		Some(block) => {
			let what = format!("the motion is decided and takes effect in block {block}");
			Err(Failure::input(what).at(format!("s{id}")))
		}
	}
}

/// What votes were for once, and are no more.
fn decided(id: u32) -> Failure {
	Failure::usage("it is decided, no vote is taken on it any more")
		.at(format!("e{id}"))
		.remedy(format!("`trimast vote object e{id}` objects while it waits for its delay"))
}

async fn find(chain: &Chain, id: VoteId) -> Result<Motion> {
	if let VoteId::Enactment(id) = id {
		return Err(decided(id));
	}
	let motions = council::motions(chain.now().await?).await?;
	let found = motions.into_iter().find(|motion| match id {
		VoteId::Motion(index) => motion.index == index,
		VoteId::Hash(hash) => motion.hash == hash,
		VoteId::Subject(_) | VoteId::Enactment(_) => false,
	});
	found.ok_or_else(|| {
		Failure::input("no such motion is open in the council")
			.remedy("`trimast vote list` shows m12 and hashes")
	})
}

async fn cast(context: &Context, chain: &Chain, id: VoteId, approve: bool) -> Result<()> {
	let motion = find(chain, id).await?;
	let spec = context.spec(chain).await?;
	let word = if approve { "for" } else { "against" };
	let text = motion_text(&spec, &motion.call.0, &chain.now().await?.parameters().await?);
	context.output.remark(&format!("voting {word} m{}: {text}", motion.index));
	let call = council::vote(&spec, &motion, approve)?;
	context.perform(chain, call).await?;
	let now = council::motions(chain.now().await?).await?.into_iter().find(|now| now.index == motion.index);
	if now.is_some_and(|now| now.ayes.len() >= usize::try_from(now.threshold).unwrap_or(usize::MAX)) {
		context
			.output
			.remark(&format!("m{0} has its votes. Next, anybody: trimast vote close m{0}", motion.index));
	}
	Ok(())
}

/// Who an account speaks for in the council.
pub(crate) fn seat_name(orgs: &[OrgView], account: &AccountId) -> String {
	orgs.iter()
		.find(|org| org.principal == *account)
		.map_or_else(|| names::ss58(account), |org| escaped(&org.name))
}

async fn list(context: &Context, chain: &Chain) -> Result<()> {
	let at = chain.now().await?;
	let spec = chain.spec(at.hash).await?;
	let orgs = at.orgs().await?;
	let motions = council::motions(at).await?;
	let (enactments, subjects) = (at.enactments().await?, at.subject_motions().await?);
	let now = at.parameters().await?;
	let text = |call: &[u8]| motion_text(&spec, call, &now);
	let people = |accounts: &[AccountId]| {
		let names: Vec<_> = accounts.iter().map(|account| seat_name(&orgs, account)).collect();
		if names.is_empty() {
			"-".into()
		} else {
			names.join(", ")
		}
	};
	let value = json!({
		"block": at.number,
		"motions": motions.iter().map(|motion| json!({
			"id": format!("m{}", motion.index), "hash": names::hex0x(motion.hash), "threshold": motion.threshold,
			"ayes": motion.ayes.iter().map(names::ss58).collect::<Vec<_>>(),
			"nays": motion.nays.iter().map(names::ss58).collect::<Vec<_>>(),
			"end": motion.end, "call": spec.describe(&motion.call).ok(), "text": text(&motion.call.0),
		})).collect::<Vec<_>>(),
		"enactments": enactments.iter().map(|one| json!({
			"id": format!("e{}", one.id), "matter": one.matter, "call_hash": names::hex0x(one.call_hash),
			"ayes": one.ayes.iter().map(|org| org.0).collect::<Vec<_>>(),
			"objections": one.objections.iter().map(|org| org.0).collect::<Vec<_>>(),
			"at": one.at, "text": text(&one.call),
		})).collect::<Vec<_>>(),
		"subject_motions": subjects.iter().map(|one| json!({
			"id": format!("s{}", one.id), "subject": one.subject, "matter": one.matter,
			"ayes": one.ayes.iter().map(|org| org.0).collect::<Vec<_>>(),
			"required": one.required.iter().map(|org| org.0).collect::<Vec<_>>(),
			"closes": one.closes, "effective": one.effective,
		})).collect::<Vec<_>>(),
	});
	context.output.answer(&value, || {
		let motions = motions.iter().map(|motion| {
			let ayes = format!("{} of {}: {}", motion.ayes.len(), motion.threshold, people(&motion.ayes));
			vec![
				format!("m{}", motion.index),
				text(&motion.call.0),
				ayes,
				people(&motion.nays),
				motion.end.to_string(),
			]
		});
		let enactments = enactments.iter().map(|one| {
			let (ayes, objections) = (org_names(&orgs, one.ayes), org_names(&orgs, one.objections));
			vec![
				format!("e{}", one.id),
				text(&one.call),
				format!("{:?}", one.matter),
				ayes,
				objections,
				one.at.to_string(),
			]
		});
		let subjects = subjects.iter().map(|one| {
			let waits = org_names(&orgs, one.required.difference(one.ayes));
			let effective = one.effective.map_or_else(|| "-".into(), |block| block.to_string());
			vec![
				format!("s{}", one.id),
				format!("{} {}", escaped(&one.matter), org_name(&orgs, one.subject)),
				waits,
				one.closes.to_string(),
				effective,
			]
		});
		[
			format!("final block {}\nmotions in the council", at.number),
			table(&["id", "call", "ayes", "nays", "until block"], motions),
			"decided, waiting for their delay".into(),
			table(&["id", "call", "matter", "ayes", "objections", "in block"], enactments),
			"about one company".into(),
			table(&["id", "what", "waits for", "until block", "in effect from"], subjects),
		]
		.join("\n")
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{matter::Matter, OrgId, OrgSet};

	#[test]
	fn unknown_and_decided_motions_cost_no_transaction() {
		let about = |id, effective| SubjectMotionView {
			id,
			subject: OrgId(1),
			matter: "suspend".into(),
			ayes: OrgSet(1),
			required: OrgSet(0b101),
			closes: 9,
			effective,
		};
		let motions = [about(3, None), about(4, Some(20))];
		assert_eq!(open_subject(&motions, 3), Ok(()));
		assert!(open_subject(&motions, 4).unwrap_err().to_string().contains("block 20"));
		assert!(subject(&motions, 4).is_ok(), "it may be vetoed still");
		let unknown = open_subject(&motions, 99).unwrap_err();
		assert!(unknown.to_string().contains("s99") && unknown.exit_code() == 3, "{unknown}");

		let waiting = [EnactmentView {
			id: 7,
			matter: Matter::Rules,
			call_hash: Hash::zero(),
			call: vec![],
			ayes: OrgSet(0b11),
			objections: OrgSet::EMPTY,
			at: 9,
		}];
		assert_eq!(enactment(&waiting, VoteId::Enactment(7)), Ok(7));
		let unknown = enactment(&waiting, VoteId::Enactment(0)).unwrap_err();
		assert!(unknown.to_string().contains("e0") && unknown.exit_code() == 3, "{unknown}");
		assert_eq!(enactment(&waiting, VoteId::Motion(7)).unwrap_err().exit_code(), 2);
		assert!(decided(7).to_string().contains("vote object e7"), "{}", decided(7));
	}

	#[test]
	fn ids_tell_what_they_are() {
		assert_eq!("m12".parse(), Ok(VoteId::Motion(12)));
		assert_eq!("s3".parse(), Ok(VoteId::Subject(3)));
		assert_eq!("e4".parse(), Ok(VoteId::Enactment(4)));
		assert_eq!(names::hex0x([1; 32]).parse(), Ok(VoteId::Hash(Hash::repeat_byte(1))));
		for wrong in ["", "12", "x1", "m", "0x12", "é1"] {
			assert!(wrong.parse::<VoteId>().is_err(), "{wrong}");
		}
	}
}
