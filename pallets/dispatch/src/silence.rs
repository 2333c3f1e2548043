// SPDX-License-Identifier: Apache-2.0

//! Companies that cannot answer, and terms that wait for them: silence of who cannot speak says nothing.

use crate::{orders::after, Config, Pallet};
use trimast_primitives::{Moment, OrgId, OrgSet};

/// Who knows which companies cannot answer: one that is suspended, and all while orders are paused.
pub trait Silence {
	/// The last moment of the latest time in which a company could not answer, or cannot. It lies ahead where that is so now and
	/// its end is known, and is the present one where the end is not known; `None` where it has been able to answer all along.
	fn until(org: OrgId) -> Option<Moment>;
}

/// Whether a company cannot answer now.
pub(crate) fn is_silenced<T: Config>(org: OrgId) -> bool {
	T::Silenced::until(org).is_some_and(|until| Pallet::<T>::moment() <= until)
}

/// The end of a term of so many seconds that these companies have, and that would end at `last`: which of them could not answer
/// in it has the whole of it from then on.
pub(crate) fn extended<T: Config>(last: Moment, term: u32, orgs: OrgSet) -> Moment {
	let whole = |until| after(until, term);
	orgs.iter().filter_map(T::Silenced::until).map(whole).fold(last, Moment::max)
}
