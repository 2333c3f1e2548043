// SPDX-License-Identifier: Apache-2.0
//! Operations of multisigs that are open. The chain keeps who has approved and where each was opened; who else may
//! approve stands in the transaction that opened it, and the multisig's own address tells that it is the right one.

use super::{events::Event, json, storage, views::At, wrap::MultisigName, Call, Spec};
use crate::{
	error::{Kind, Result},
	names,
};
use codec::Decode;
use std::collections::HashMap;
use trimast_primitives::{AccountId, BlockNumber, Hash, OrgId};

/// Operations that are asked for at once.
const PAGE: u32 = 500;

/// As the multisig pallet stores an operation.
#[derive(Decode, Clone, PartialEq, Eq, Debug)]
struct Stored {
	/// Block and transaction in which it was opened.
	when: (BlockNumber, u32),
	_deposit: u32,
	depositor: AccountId,
	approvals: Vec<AccountId>,
}

/// An open operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Operation {
	/// The multisig.
	pub(crate) account: AccountId,
	/// How many of its signatories must approve.
	pub(crate) threshold: u16,
	/// All of them.
	pub(crate) signatories: Vec<AccountId>,
	/// Those who have.
	pub(crate) approvals: Vec<AccountId>,
	/// Hash of what is approved.
	pub(crate) call_hash: Hash,
	/// What is approved, where the transaction that opened it says so.
	pub(crate) call: Option<Call>,
}

impl Operation {
	/// Whether `who` can go on with it: as one who has not approved yet, or, once enough have, as any of them.
	pub(crate) fn waits_for(&self, who: &AccountId) -> bool {
		let enough = self.approvals.len() >= usize::from(self.threshold);
		self.signatories.contains(who) && (enough || !self.approvals.contains(who))
	}

	/// The multisig as `who` names it on the command line.
	pub(crate) fn name_for(&self, who: &AccountId) -> String {
		let others = self.signatories.iter().filter(|one| *one != who).map(names::ss58);
		format!("{}+{}", self.threshold, others.collect::<Vec<_>>().join(","))
	}
}

/// An operation that a transaction has signed and not carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Waiting {
	/// The multisig.
	pub(crate) account: AccountId,
	/// How many signatures it lacks, where that is known.
	pub(crate) lacking: Option<usize>,
}

impl Waiting {
	/// In words.
	pub(crate) fn text(&self) -> String {
		let lacking = match self.lacking {
			Some(0) => "one of its signatories to carry it out".into(),
			Some(1) => "1 more signature".into(),
			Some(count) => format!("{count} more signatures"),
			None => "more signatures".into(),
		};
		format!(
			"the call is not made yet: it waits for {lacking} (multisig {}; its other signatories give the same command)",
			names::ss58(&self.account)
		)
	}
}

/// What a transaction has left open: none where no operation was signed, or the last signature has carried it out. `call`
/// is what it made, `at` its block.
pub(crate) async fn left_open(at: At<'_>, call: &Call, events: &[Event]) -> Option<Waiting> {
	let (account, call_hash) = signed_only(events)?;
	let key = storage::twox_blake2("Multisig", "Multisigs", account.as_ref(), call_hash.as_bytes());
	// That it is signed stands, whether or not the node says more.
	let approvals = match storage::get::<Stored>(at.chain(), &key, at.hash).await {
		Ok(Some(stored)) => Some(stored.approvals.len()),
		// Another signature in the same block was the last one.
		Ok(None) => return None,
		Err(_) => None,
	};
	let threshold = at.chain().spec(at.hash).await.ok().and_then(|spec| threshold(&spec, call));
	let lacking = threshold.zip(approvals).map(|(needed, given)| usize::from(needed).saturating_sub(given));
	Some(Waiting { account, lacking })
}

/// Multisig and hash of the call of an operation that these events sign and do not end.
fn signed_only(events: &[Event]) -> Option<(AccountId, Hash)> {
	let is = |event: &Event, name: &str| event.is("Multisig", name);
	if events.iter().any(|event| is(event, "MultisigExecuted") || is(event, "MultisigCancelled")) {
		return None;
	}
	events.iter().find_map(|event| {
		let input = &mut &event.bytes[..];
		if is(event, "NewMultisig") {
			let (_, account, hash) = <(AccountId, AccountId, Hash)>::decode(input).ok()?;
			return Some((account, hash));
		}
		if is(event, "MultisigApproval") {
			let (_, _, account, hash) =
				<(AccountId, (BlockNumber, u32), AccountId, Hash)>::decode(input).ok()?;
			return Some((account, hash));
		}
		None
	})
}

/// How many must sign, where the call is one of a multisig.
fn threshold(spec: &Spec, call: &Call) -> Option<u16> {
	["as_multi", "approve_as_multi"].into_iter().find_map(|name| {
		let front = spec.call_unread("Multisig", name, ()).ok()?;
		u16::decode(&mut call.0.strip_prefix(&front.0[..])?).ok()
	})
}

/// The open operations that accounts of a company have opened. Those of others are left out unread, since they may be
/// many.
pub(crate) async fn opened_by(at: At<'_>, spec: &Spec, org: OrgId) -> Result<Vec<Operation>> {
	let mut is_own: HashMap<AccountId, bool> = HashMap::new();
	let mut operations = Vec::new();
	for (account, call_hash, stored) in stored(at).await? {
		let own = match is_own.get(&stored.depositor) {
			Some(own) => *own,
			None => {
				let own = at.account(&stored.depositor).await?.is_some_and(|view| view.org == org);
				is_own.insert(stored.depositor.clone(), own);
				own
			}
		};
		if own {
			operations.extend(operation(at, spec, account, call_hash, stored).await?);
		}
	}
	Ok(operations)
}

/// Every open operation: the multisig, the hash of the call, and what is stored.
async fn stored(at: At<'_>) -> Result<Vec<(AccountId, Hash, Stored)>> {
	let chain = at.chain();
	let prefix = storage::plain("Multisig", "Multisigs");
	let mut found = Vec::new();
	let mut last: Option<Vec<u8>> = None;
	loop {
		let keys = chain
			.ask(|| chain.rpc().state_get_keys_paged(&prefix, PAGE, last.as_deref(), Some(at.hash)))
			.await?;
		if keys.is_empty() {
			return Ok(found);
		}
		let asked: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
		let sets =
			chain.ask(|| chain.rpc().state_query_storage_at(asked.iter().copied(), Some(at.hash))).await?;
		for (key, value) in sets.into_iter().flat_map(|set| set.changes) {
			let Some((account, call_hash)) = parse_key(&key.0) else { continue };
			if let Some(Ok(stored)) = value.map(|value| Stored::decode(&mut &value.0[..])) {
				found.push((account, call_hash, stored));
			}
		}
		last = keys.last().cloned();
	}
}

/// Multisig and call of a key: 32 bytes in front, then each with its hash of 8 and of 16 bytes before it.
fn parse_key(key: &[u8]) -> Option<(AccountId, Hash)> {
	let part = |from: usize| <[u8; 32]>::try_from(key.get(from..from.saturating_add(32))?).ok();
	let (account, call_hash) = (part(40)?, part(88)?);
	(key.len() == 120).then(|| (account.into(), call_hash.into()))
}

/// Puts an operation together; none where the transaction that opened it does not show its signatories.
async fn operation(
	at: At<'_>,
	spec: &Spec,
	account: AccountId,
	call_hash: Hash,
	stored: Stored,
) -> Result<Option<Operation>> {
	let (number, index) = stored.when;
	let block = match at.chain().block(at.chain().hash_of(number).await?).await {
		Ok(block) => block,
		// This node does not keep blocks of that age.
		Err(failure) if failure.kind() == Kind::Chain => return Ok(None),
		Err(failure) => return Err(failure),
	};
	let bytes = usize::try_from(index).ok().and_then(|index| block.extrinsics.get(index));
	let bytes = bytes.map(Vec::as_slice).unwrap_or_default();
	let front = |call: &str| spec.call_unread("Multisig", call, ()).map(|call| call.0);
	let with_call = openings(bytes, &front("as_multi")?, &account, &stored.depositor);
	let with_hash = openings(bytes, &front("approve_as_multi")?, &account, &stored.depositor);
	let call = with_call
		.iter()
		.find_map(|(_, rest)| call_in_front(spec, rest).filter(|call| call.hash() == call_hash));
	let Some((name, _)) = with_call.into_iter().chain(with_hash).next() else { return Ok(None) };
	let mut signatories = name.others;
	signatories.push(stored.depositor);
	signatories.sort();
	let approvals = stored.approvals;
	Ok(Some(Operation { account, threshold: name.threshold, signatories, approvals, call_hash, call }))
}

/// Every place in a transaction where `opener` names the other signatories of `account`, in a call that begins with
/// `front`, with what follows there. It may stand in a batch or in a proxied call.
fn openings<'a>(
	bytes: &'a [u8],
	front: &[u8],
	account: &AccountId,
	opener: &AccountId,
) -> Vec<(MultisigName, &'a [u8])> {
	let places = bytes.windows(front.len().max(1)).enumerate().filter(|(_, window)| *window == front);
	places
		.filter_map(|(at, _)| {
			let mut rest = bytes.get(at.saturating_add(front.len())..)?;
			let (threshold, others, _) =
				<(u16, Vec<AccountId>, Option<(BlockNumber, u32)>)>::decode(&mut rest).ok()?;
			let name = MultisigName { threshold, others };
			(name.account(opener) == *account).then_some((name, rest))
		})
		.collect()
}

/// The call with which the bytes begin.
fn call_in_front(spec: &Spec, bytes: &[u8]) -> Option<Call> {
	let mut rest = bytes;
	json::decode(&mut rest, spec.metadata.outer_enums().call_enum_ty(), spec.metadata.types()).ok()?;
	bytes.get(..bytes.len().saturating_sub(rest.len())).map(|call| Call(call.to_vec()))
}

#[cfg(test)]
mod tests {
	use super::{super::events::Phase, *};
	use codec::Encode;

	fn account(n: u8) -> AccountId {
		AccountId::from([n; 32])
	}

	fn operation(approvals: &[u8]) -> Operation {
		Operation {
			account: account(9),
			threshold: 2,
			signatories: [1, 2, 3].map(account).to_vec(),
			approvals: approvals.iter().copied().map(account).collect(),
			call_hash: Hash::zero(),
			call: None,
		}
	}

	#[test]
	fn operation_waits_for_who_has_not_approved_and_then_for_anybody() {
		let opened = operation(&[1]);
		assert!(!opened.waits_for(&account(1)) && opened.waits_for(&account(2)));
		assert!(!opened.waits_for(&account(4)), "no signatory");
		assert!(operation(&[1, 2]).waits_for(&account(1)), "enough have approved, nobody has carried it out");
		let others = [account(1), account(3)].map(|other| names::ss58(&other)).join(",");
		assert_eq!(opened.name_for(&account(2)), format!("2+{others}"));
	}

	#[test]
	fn signatories_are_read_from_the_transaction_that_opened_it() {
		let name = MultisigName { threshold: 2, others: vec![account(2), account(3)] };
		let multisig = name.account(&account(1));
		let front = [40u8, 1];
		// Given the call of a multisig in the middle of a transaction, after one of another
		let call = |others: &[AccountId]| (front, 2u16, others, Option::<(u32, u32)>::None).encode();
		let bytes = [vec![7; 9], call(&[account(5)]), vec![1], call(&name.others), vec![0xaa, 0xbb]].concat();
		// Then its signatories are found by its address, with what follows them
		let found = openings(&bytes, &front, &multisig, &account(1));
		assert_eq!(found, [(name, &[0xaa, 0xbb][..])]);
		assert!(openings(&bytes, &front, &multisig, &account(2)).is_empty(), "opened by another");
		assert!(openings(&bytes, &[40, 2], &multisig, &account(1)).is_empty(), "another call");
	}

	#[test]
	fn signature_alone_is_told_from_the_call_that_is_made() {
		let event = |name: &str, bytes: Vec<u8>| Event {
			index: 0,
			phase: Phase::ApplyExtrinsic(1),
			pallet: "Multisig".into(),
			name: name.into(),
			fields: serde_json::Value::Null,
			bytes,
		};
		let hash = Hash::repeat_byte(5);
		let opened = event("NewMultisig", (account(1), account(9), hash).encode());
		let approved = event("MultisigApproval", (account(2), (7u32, 2u32), account(9), hash).encode());
		let executed = event("MultisigExecuted", Vec::new());
		for signed in [opened, approved] {
			assert_eq!(signed_only(std::slice::from_ref(&signed)), Some((account(9), hash)));
			assert_eq!(signed_only(&[signed, executed.clone()]), None);
		}
		assert_eq!(signed_only(&[]), None, "no multisig's");
	}

	#[test]
	fn waiting_operation_says_how_many_signatures_it_lacks() {
		let text = |lacking| Waiting { account: account(9), lacking }.text();
		assert!(text(Some(1)).contains("not made yet: it waits for 1 more signature ("), "{}", text(Some(1)));
		assert!(
			text(Some(2)).contains("2 more signatures (") && text(None).contains("for more signatures (")
		);
		assert!(text(Some(0)).contains("to carry it out") && text(None).contains(&names::ss58(&account(9))));
	}

	#[test]
	fn keys_name_multisig_and_call() {
		let key = storage::twox_blake2("Multisig", "Multisigs", &[4; 32], &[5; 32]);
		assert_eq!(parse_key(&key), Some((account(4), Hash::repeat_byte(5))));
		assert_eq!(parse_key(&key[..119]), None);
	}

	#[test]
	fn stored_operation_is_read() {
		let bytes = ((7u32, 2u32), 229u32, account(1), vec![account(1)]).encode();
		let stored =
			Stored { when: (7, 2), _deposit: 229, depositor: account(1), approvals: vec![account(1)] };
		assert_eq!(Stored::decode(&mut &bytes[..]).unwrap(), stored);
	}
}
