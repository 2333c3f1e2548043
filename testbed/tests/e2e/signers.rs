// SPDX-License-Identifier: Apache-2.0

//! Calls that must be refused, whichever way they come.

use futures::future::join_all;
use subxt_signer::sr25519::Keypair;
use trimast_testbed::{
	calls::{self, EncodedCall},
	chain::Chain,
};

/// Who must not make these calls, and by which reason each is refused.
pub(crate) type WrongSigner = (Keypair, Vec<(EncodedCall, &'static str)>);

/// Each of them tries its calls bare and in a batch, and through a proxy: each has the next one act for it.
pub(crate) async fn are_refused(chain: &Chain, signers: &[WrongSigner]) {
	let delegate = |n: usize| &signers[(n + 1) % signers.len()].0;
	let name = |n: usize| {
		let (call, real) = (calls::add_proxy(delegate(n)), &signers[n].0);
		async move { chain.carry_out(real, &call).await.unwrap() }
	};
	join_all((0..signers.len()).map(name)).await;
	let signing = &chain.signing().await.unwrap();
	let tries = |n: usize| {
		let (own, principal) = (&signers[n], &signers[(n + signers.len() - 1) % signers.len()]);
		async move {
			let mut calls: Vec<(EncodedCall, &str)> = own.1.clone();
			for (call, error) in &own.1 {
				let inner = signing.call_data(call).unwrap();
				calls.push((calls::batch_all(vec![inner]), error));
			}
			for (call, error) in &principal.1 {
				let inner = signing.call_data(call).unwrap();
				calls.push((calls::proxied(&principal.0, &inner), error));
			}
			let (calls, errors): (Vec<_>, Vec<_>) = calls.into_iter().unzip();
			let outcomes = chain.try_all(&own.0, &calls).await.unwrap();
			assert_eq!(outcomes.len(), errors.len());
			for (place, (outcome, error)) in outcomes.into_iter().zip(errors).enumerate() {
				let said =
					outcome.err().map_or_else(|| "it went well".to_owned(), |error| format!("{error:#}"));
				assert!(said.contains(error), "signer {n}, call {place}: '{error}' is expected: {said}");
			}
		}
	};
	join_all((0..signers.len()).map(tries)).await;
}
