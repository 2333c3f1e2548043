// SPDX-License-Identifier: Apache-2.0
//! Calls made for another account: through a proxy, by a multisig, or both (the multisig then acts as the proxy).

use super::{storage, views::At, Call, Spec};
use crate::{
	error::{Failure, Result},
	names,
};
use codec::{Compact, Decode, Encode};
use trimast_primitives::{AccountId, BlockNumber};

/// A multisig on the command line: `THRESHOLD+ACCOUNT,ACCOUNT...`, the signer left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct MultisigName {
	/// How many must sign.
	pub(crate) threshold: u16,
	/// The others who may, in ascending order.
	pub(crate) others: Vec<AccountId>,
}

impl std::str::FromStr for MultisigName {
	type Err = String;
	fn from_str(text: &str) -> Result<Self, String> {
		let (threshold, others) =
			text.split_once('+').ok_or("a threshold, `+`, and the other signatories: 2+5F...,5G...")?;
		let threshold: u16 = threshold.parse().map_err(|_| "the threshold is a number")?;
		let mut others = others.split(',').map(names::account).collect::<Result<Vec<_>, _>>()?;
		others.sort();
		others.dedup();
		let all = others.len().saturating_add(1);
		if threshold == 0 || usize::from(threshold) > all {
			return Err(format!("the threshold is 1 to {all}, the number of signatories"));
		}
		Ok(Self { threshold, others })
	}
}

impl MultisigName {
	/// The account that the signatories form together.
	pub(crate) fn account(&self, signer: &AccountId) -> AccountId {
		let mut all = self.others.clone();
		all.push(signer.clone());
		all.sort();
		let entropy = (b"modlpy/utilisuba", all, self.threshold).using_encoded(sp_io::hashing::blake2_256);
		entropy.into()
	}
}

/// For whom a call is made.
#[derive(Clone, Default, Debug)]
pub(crate) struct OnBehalf {
	/// The account that has named the signer (or the multisig) its proxy.
	pub(crate) proxy: Option<AccountId>,
	/// The multisig that the signer is part of.
	pub(crate) multisig: Option<MultisigName>,
	/// Weight that the multisig's call may take: picoseconds; a quarter of a block's when not given.
	pub(crate) max_weight: Option<u64>,
}

impl OnBehalf {
	/// The account whose rights the call is made with.
	pub(crate) fn acting(&self, signer: &AccountId) -> AccountId {
		match (&self.proxy, &self.multisig) {
			(Some(real), _) => real.clone(),
			(None, Some(multisig)) => multisig.account(signer),
			(None, None) => signer.clone(),
		}
	}

	/// The call as the signer sends it.
	pub(crate) async fn wrap(&self, call: Call, signer: &AccountId, spec: &Spec, at: At<'_>) -> Result<Call> {
		let call = match &self.proxy {
			// A destination by account, any proxy type.
			Some(real) => spec.call("Proxy", "proxy", (0u8, real, Option::<u8>::None, call))?,
			None => call,
		};
		let Some(multisig) = &self.multisig else { return Ok(call) };
		if multisig.others.contains(signer) {
			return Err(Failure::usage("the signer stands among the other signatories").at("--multisig"));
		}
		if multisig.threshold == 1 {
			return spec.call("Multisig", "as_multi_threshold_1", (&multisig.others, call));
		}
		let account = multisig.account(signer);
		let hash = call.hash();
		let key = storage::twox_blake2("Multisig", "Multisigs", account.as_ref(), hash.as_bytes());
		// Of the open operation, where it was opened stands first: block and transaction.
		let opened: Option<(BlockNumber, u32)> = storage::get(at.chain(), &key, at.hash).await?;
		let (time, proof) = quarter_block(spec);
		let time = self.max_weight.unwrap_or(time);
		spec.call(
			"Multisig",
			"as_multi",
			(multisig.threshold, &multisig.others, opened, call, (Compact(time), Compact(proof))),
		)
	}
}

/// A quarter of a block: picoseconds and bytes of proof. What a wrapped call may weigh unless told otherwise.
pub(crate) fn quarter_block(spec: &Spec) -> (u64, u64) {
	/// The beginning of the runtime's block weights: the base, then the whole block.
	#[derive(Decode)]
	struct BlockWeights {
		_base: (Compact<u64>, Compact<u64>),
		max: (Compact<u64>, Compact<u64>),
	}
	let block = spec.constant::<BlockWeights>("System", "BlockWeights");
	block.map_or((500_000_000_000, 1_048_576), |weights| (weights.max.0 .0 / 4, weights.max.1 .0 / 4))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn multisig_account_does_not_depend_on_who_signs() {
		let all: Vec<AccountId> = [1u8, 2, 3].map(|n| AccountId::from([n; 32])).to_vec();
		let accounts: Vec<_> = all
			.iter()
			.map(|signer| {
				let others: Vec<_> = all.iter().filter(|who| *who != signer).map(names::ss58).collect();
				format!("2+{}", others.join(",")).parse::<MultisigName>().unwrap().account(signer)
			})
			.collect();
		assert!(accounts.iter().all(|account| *account == accounts[0]));
	}

	#[test]
	fn parse_fails_when_threshold_exceeds_the_signatories() {
		let other = names::ss58(&AccountId::from([1; 32]));
		assert!(format!("3+{other}").parse::<MultisigName>().is_err());
		assert!(format!("0+{other}").parse::<MultisigName>().is_err());
		assert!(other.parse::<MultisigName>().is_err());
	}
}
