// SPDX-License-Identifier: Apache-2.0

//! What work orders ask of the configuration guard.

use crate::{policy, types::Closing, Config, Holdings, Pallet, Violations as Records};
use alloc::vec::Vec;
use trimast_primitives::{
	interlock::{Ending, KnownViolation, Violations},
	site::{Plmn, PlmnHolders},
	OrgId,
};

impl<T: Config> PlmnHolders for Pallet<T> {
	fn holders() -> Vec<(Plmn, OrgId)> {
		let of =
			|(org, holding): (OrgId, policy::Holding)| holding.plmns.into_iter().map(move |plmn| (plmn, org));
		Holdings::<T>::get().into_iter().flat_map(of).collect()
	}

	fn holder(plmn: Plmn) -> Option<OrgId> {
		policy::holder_of(&Holdings::<T>::get(), &plmn)
	}
}

impl<T: Config> Violations for Pallet<T> {
	fn violation(number: u32) -> Option<KnownViolation> {
		let violation = Records::<T>::get(number)?;
		let ended = violation.closed.map(|(_, closing)| match closing {
			// Only another company than the accused closes one so.
			Closing::Restored => Ending::Restored,
			Closing::TakenBack | Closing::NotRepeated => Ending::TakenBack,
			Closing::Approved | Closing::Removed => Ending::Superseded,
		});
		Some(KnownViolation {
			cell: violation.cell,
			against: violation.against,
			ended,
			since: violation.since,
		})
	}
}
