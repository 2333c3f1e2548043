// SPDX-License-Identifier: Apache-2.0

//! What the council decides about the inventory, looked at before anybody votes on it.

use crate::{territory, Call, Config, Error, Pallet};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Refuses a call of the council's that would be refused whatever the state is when it is carried out.
	pub fn check_call(call: &Call<T>) -> DispatchResult {
		match call {
			Call::set_local_network { id, name, centre, buckets } => {
				territory::check::<T>(*id, name, *centre, *buckets)?;
			}
			Call::reassign { station, .. } => station.check().map_err(Error::<T>::from)?,
			_ => {}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::mock::{exclusive, Test, NEARBY};
	use trimast_primitives::{page::SiteId, site::Station, territory::Position};

	#[test]
	fn check_call_refuses_what_no_state_would_take() {
		let set = |name: &[u8], buckets| {
			let name = name.to_vec().try_into().unwrap();
			let call = Call::set_local_network { id: NEARBY, name, centre: Position::default(), buckets };
			Pallet::<Test>::check_call(&call)
		};
		assert_eq!(set(b"x", 1), Ok(()));
		assert_eq!(set(b"x", 0), Err(Error::<Test>::BadLocalNetwork.into()));
		assert_eq!(set(b"x\n", 1), Err(Error::<Test>::BadLocalNetwork.into()));
		let reassign = |station| {
			let id = SiteId { local_network: NEARBY, index: 0 };
			Pallet::<Test>::check_call(&Call::reassign { id, station })
		};
		assert_eq!(reassign(exclusive("A")), Ok(()));
		assert_eq!(reassign(Station { cells: 0, ..exclusive("A") }), Err(Error::<Test>::BadCells.into()));
	}
}
