// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::site::{tests::station, StationEntry, StationState};

#[test]
fn companies_are_those_of_the_station() {
	let holder = |plmn| (plmn == PLMNS[1]).then_some(SHARER);
	let parties = OrgSet::of(OWNER).with(TOWER);
	let signed = OrgSet::of(OWNER).with(SHARER);
	let entry = StationEntry { station: station(), state: StationState::OnAir, revision: 3, signed };
	let at = Companies::at(&entry, parties, holder);
	assert_eq!((at.parties, at.owner, at.tower, at.signed), (parties, OWNER, Some(TOWER), signed));
	// What nobody holds is left out.
	assert_eq!(at.networks.to_vec(), [Network { plmn: PLMNS[1], carrier: SHARER }]);
	assert_eq!((at.carrier(PLMNS[0]), at.carrier(PLMNS[1])), (None, Some(SHARER)));
	assert_eq!(at.site(), TOWER);
}
