// SPDX-License-Identifier: Apache-2.0
//! What reports say, read back from the blocks that have brought them: the chain keeps digests only. A body counts when its
//! digest is the one that stands, so that neither the node nor a call that was refused can put anything in.

use crate::{
	chain::{rpc::is_pruned, Chain, Spec},
	error::{Failure, Result},
};
use codec::Decode;
use std::{
	collections::{BTreeSet, HashMap},
	sync::Arc,
};
use trimast_primitives::{
	energy::{report_digest, Report},
	BlockNumber, Hash, LocalNetworkId, OrgId,
};

/// A report that is looked for: where its stations stand, whose they are, and its digest.
pub(super) type Wanted = (LocalNetworkId, OrgId, Hash);

/// How the calls begin that bring reports, wherever in a transaction they stand.
struct Fronts {
	report: Vec<u8>,
	contest: Vec<u8>,
}

impl Fronts {
	fn new(spec: &Spec, local_network: LocalNetworkId) -> Result<Self> {
		let front = |call: &str| Ok::<_, Failure>(spec.call_unread("Energy", call, local_network)?.0);
		Ok(Self { report: front("report")?, contest: front("contest")? })
	}
}

/// What stands behind every place in `bytes` that begins with `front`, as far as it can be read.
fn behind<T: Decode>(bytes: &[u8], front: &[u8]) -> Vec<T> {
	let places = bytes.windows(front.len().max(1)).enumerate().filter(|(_, window)| *window == front);
	let read = |(at, _): (usize, _)| T::decode(&mut bytes.get(at.saturating_add(front.len())..)?).ok();
	places.filter_map(read).collect()
}

/// The reports that a transaction brings, of one local network.
fn reports_in(bytes: &[u8], fronts: &Fronts) -> Vec<Report> {
	let reported: Vec<Vec<Report>> = behind(bytes, &fronts.report);
	let contested: Vec<(OrgId, Report, Report)> = behind(bytes, &fronts.contest);
	let contested = contested.into_iter().flat_map(|(_, reported, seen)| [reported, seen]);
	reported.into_iter().flatten().chain(contested).collect()
}

/// The runtime's description at a block; the latest one where the node has dropped that state.
async fn spec(chain: &Chain, at: Hash) -> Result<Arc<Spec>> {
	match chain.spec(at).await {
		Err(failure) if is_pruned(&failure) => chain.spec(chain.finalized().await?.1).await,
		other => other,
	}
}

/// The bodies of reports that a block has brought, by their digests. What is not there is left out.
pub(super) async fn ask(
	chain: &Chain,
	number: BlockNumber,
	wanted: &[Wanted],
) -> Result<HashMap<Hash, Report>> {
	let hash = chain.hash_of(number).await?;
	let block = chain.block(hash).await.map_err(|failure| failure.naming("--archive"))?;
	let parent = block.header.parent_hash;
	// Calls of a block are those of the runtime at its parent.
	let spec = spec(chain, if number == 0 { hash } else { parent }).await?;
	let places: BTreeSet<LocalNetworkId> = wanted.iter().map(|(place, ..)| *place).collect();
	let mut found = HashMap::new();
	for place in places {
		let fronts = Fronts::new(&spec, place)?;
		let owners: BTreeSet<OrgId> = wanted.iter().filter(|of| of.0 == place).map(|of| of.1).collect();
		for report in block.extrinsics.iter().flat_map(|bytes| reports_in(bytes, &fronts)) {
			for owner in &owners {
				let digest = report_digest(chain.genesis(), place, *owner, &report);
				if wanted.contains(&(place, *owner, digest)) {
					found.insert(digest, report.clone());
				}
			}
		}
	}
	Ok(found)
}

/// One of them, which must be there.
pub(super) async fn ask_one(chain: &Chain, number: BlockNumber, wanted: Wanted) -> Result<Report> {
	ask(chain, number, &[wanted]).await?.remove(&wanted.2).ok_or_else(|| missing(number))
}

/// That a body is not where the chain says.
pub(super) fn missing(number: BlockNumber) -> Failure {
	Failure::chain("the block does not have the report that the chain says it has brought")
		.at(format!("block {number}"))
		.remedy("ask another archive node (--archive)")
}

#[cfg(test)]
mod tests {
	use super::{super::batches::tests::report, *};
	use codec::Encode;
	use proptest::prelude::*;

	fn fronts() -> Fronts {
		Fronts { report: vec![30, 10, 21, 5], contest: vec![30, 12, 21, 5] }
	}

	#[test]
	fn both_sides_of_a_contested_report_are_found() {
		let (one, other) = (report(0, 0, 2, &[0]), report(0, 0, 2, &[1]));
		let call = [&[30u8, 12, 21, 5][..], &(OrgId(1), &one, &other).encode()].concat();
		assert_eq!(reports_in(&call, &fronts()), [one, other]);
		// Of another local network.
		let elsewhere = [&[30u8, 12, 22, 5][..], &call[4..]].concat();
		assert_eq!(reports_in(&elsewhere, &fronts()), []);
	}

	proptest! {
		#[test]
		fn reports_are_found_wherever_they_stand(before: Vec<u8>, after: Vec<u8>) {
			let body = vec![report(0, 0, 2, &[0]), report(1, 0, 24, &[5, 6])];
			let bytes = [&before[..], &[30, 10, 21, 5], &body.encode(), &after].concat();
			let found = reports_in(&bytes, &fronts());
			prop_assert!(body.iter().all(|report| found.contains(report)));
		}
	}
}
