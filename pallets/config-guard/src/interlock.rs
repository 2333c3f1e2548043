// SPDX-License-Identifier: Apache-2.0

//! What work orders ask of the configuration guard.

use crate::{policy, types::Closing, Config, Holdings, Pallet, Violations as Records};
use trimast_primitives::{
	interlock::{KnownViolation, Violations},
	site::{Plmn, PlmnHolders},
	OrgId,
};

impl<T: Config> PlmnHolders for Pallet<T> {
	fn holder(plmn: Plmn) -> Option<OrgId> {
		policy::holder_of(&Holdings::<T>::get(), &plmn)
	}
}

impl<T: Config> Violations for Pallet<T> {
	fn violation(number: u32) -> Option<KnownViolation> {
		let violation = Records::<T>::get(number)?;
		// Only another company than the accused closes one so.
		let is_restored = violation.closed.is_some_and(|(_, closing)| closing == Closing::Restored);
		Some(KnownViolation { cell: violation.cell, against: violation.against, is_restored })
	}
}
