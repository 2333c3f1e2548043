// SPDX-License-Identifier: Apache-2.0

//! The accounts of the presets for networks on one machine. Everybody can derive them: they guard nothing.

use anyhow::{Context, Result};
use subxt_signer::{sr25519::Keypair, SecretUri};

/// The organisations of the presets in the order of their numbers: two carriers, the tower company, the witness.
pub const ORGS: [&str; 4] = ["carrier-one", "carrier-two", "tower", "witness"];

/// The secret URI of an account: of a company's principal, or of its account for a part of the work.
pub fn uri(org: usize, part: Option<&str>) -> String {
	let org = ORGS.get(org).copied().unwrap_or("nobody");
	part.map_or_else(|| format!("//{org}"), |part| format!("//{org}//{part}"))
}

/// The key of a secret URI.
///
/// # Errors
///
/// It is not a secret URI.
pub fn key(uri: &str) -> Result<Keypair> {
	let secret: SecretUri = uri.parse().with_context(|| format!("secret URI '{uri}'"))?;
	Keypair::from_uri(&secret).with_context(|| format!("secret URI '{uri}'"))
}

/// The planner of the organisation with this number.
///
/// # Errors
///
/// See [`key`].
pub fn planner(org: usize) -> Result<Keypair> {
	key(&uri(org, Some("planner")))
}

/// The principal of the organisation with this number.
///
/// # Errors
///
/// See [`key`].
pub fn principal(org: usize) -> Result<Keypair> {
	key(&uri(org, None))
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[test]
	fn keys_are_those_that_the_presets_derive() {
		for org in 0..ORGS.len() {
			let theirs = sr25519::Pair::from_string(&uri(org, Some("planner")), None).unwrap();
			assert_eq!(planner(org).unwrap().public_key().0, theirs.public().0);
		}
		assert_eq!(uri(2, None), "//tower");
	}
}
