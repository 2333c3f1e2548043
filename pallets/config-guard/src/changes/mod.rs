// SPDX-License-Identifier: Apache-2.0

//! Changes: asked for, agreed to, carried out, observed, closed.
//!
//! # Terminology
//!
//! * **Request**: values of cells of one local network that one company wants changed, with a window for it, what is to be
//!   watched, and the hash of the document that gives the reason.
//! * **Part**: what it changes in one page. A campaign over a local network is many parts of one request.
//! * **Window**: the time in which a change is carried out. A value is seen then as it was or as it will be: both match. A
//!   roll-back has one too: it begins with it, and is as long as the term for observing a change.
//! * **Former values**: those that stood there before. They are approved with the request: whoever agrees to a change
//!   agrees to its being rolled back, and nobody else does.
//!
//! ```text
//!            submit                      all have agreed, in the window       observed: attested, no objection
//!   draft ───────────► asked (approved ─────────────────────────────► executed ─────────────────────────────► closed
//!     │                  │ once all                                       │  │                                   ▲
//!     │                  │ have agreed)             objection, or nobody  │  │ owner rolls it back               │ it stands, or
//!     │ too late         │ too late,                      has attested it ▼  └──► rolled back ◄───┐              │ nobody has ruled
//!     ▼                  ▼ emergency: unratified                      disputed ──────────────────┼──────────────┘
//!   lapsed             lapsed                                             │ it does not stand     │ page by page
//!   withdrawn          withdrawn                                          └──► overruled ─────────┘
//! ```
//!
//! A dispute in the window ends no campaign: where what is carried out of it stands, the pages that wait may follow.
//!
//! What the owner, or the operator, may do alone needs nobody's consent: asked for in one part within its window it is
//! carried out at once, and the others may object; they may do so before, where it waits for its window. In an emergency
//! the network is changed first. Both values match then until all have agreed, which puts the new ones into the baseline,
//! or it is over otherwise, whatever ends it: the term, who has asked, or a ruling. That opens a violation for each of them,
//! where not all have agreed.
//!
//! # What it guarantees
//!
//! * **Exact subject**: a consent is for the hash of the terms and all parts, and one revision of them. An amendment voids
//!   what was given, objections and rulings too.
//! * **Checked twice**: at the request, and again when it is carried out: on the baseline, the rules, the freezes and the
//!   members of that day. What has been asked of a member that has left is asked no more.
//! * **An emergency is no excuse**: what of it a freeze, a rule or an interlock would have refused when it was reported needs
//!   all joint parties, whatever its class. It explains what is read from exports that were anchored after it was reported, and what others
//!   have not agreed to in its term is a violation, also when it is taken back or objected to. An amendment adds to it alone.
//! * **A request is checked as a whole**: a part is checked on the network as the request's other pages will make it. In a draft
//!   it is put in again when it breaks a rule with another page, or another page has changed since; only then it is asked for. When its
//!   window is over and not all of it was carried out, what may lean on the rest is disputed.
//! * **One at a time**: no two changes of one value are open, but an emergency beside one of the same company's that waits,
//!   which is refused until the emergency is over, and what its company could not carry out any more, since it has left or the
//!   value is another's now: that is in nobody's way.
//! * **By page**: a page is changed as a whole or, where the request allows it, without the items that are refused then. A
//!   request over many pages is carried out page by page; no call changes more than one.
//! * **Nobody writes for another, nor backwards**: a value that is rolled back is checked as a request of today for it. Where it
//!   is not the proposer's any more, was imported since, or needs a company that has not agreed to the change, the page stays
//!   as it is. A later change falls back to what stood before an earlier one only where its parties have agreed to that too.
//! * **What is overruled goes**: the chain itself approves the former values again, page after page, within what a block may
//!   spend on it. Values that are not the proposer's to take back are left, and show as carried out.
//! * **Cells come and go with their values**: a cell that the inventory knows gets a baseline with its first values, to which
//!   all sharers agree, and the last cell of a station has none any more once all of its values are taken away.
//! * **Signatures stay**: whoever had signed a station's baseline has agreed to the change, or need not be asked about it.
//!   A consent to one value is no signature under the others.
//! * **Bounded**: a company has [`types::MAX_OPEN_REQUESTS`] open at most. Of its requests that are over the last
//!   [`types::MAX_PAST`] that were carried out are kept, and as many others; and all as long as testimony holds, since they
//!   say what it means. With the open ones they are [`types::MAX_REQUESTS`] at most: who has more asks again when the first
//!   may be forgotten. What was never asked for says nothing, and is forgotten when it is over.
//! * **Nobody's past gives way to another's changes**: in a page's list a change stays as long as what it says may count, but for
//!   later ones of the same company beyond its third.

pub(crate) mod check;
mod close;
mod consents;
mod dry_run;
mod execute;
pub(crate) mod network;
pub mod types;
mod write;

#[cfg(test)]
pub(crate) use close::roll_back_within;
pub(crate) use close::{
	attest, forget_rest, lapse, object, observed, roll_back, roll_back_next, rule, ruling_over, unratified,
	withdraw, LOOKED_TO_WAIT,
};
pub(crate) use consents::consent;
pub(crate) use dry_run::{of_emergency, of_part, of_policy, Judged};
pub(crate) use execute::execute;
pub use trimast_primitives::cells::change::{part_hash, request_subject};

use crate::{
	agenda::{self, Due},
	charges,
	pages::Page,
	Changes, Config, Error, Event, Manifests, NextRequest, OpenRequests, Pallet, Parts, Requests, WeightInfo,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use check::{check, is_under_way, Ask, Checked};
use core::cmp::Reverse;
use frame_support::{ensure, traits::ConstU32, weights::Weight, BoundedVec};
use network::View;
use sp_runtime::SaturatedConversion;
use trimast_primitives::{
	cells::{CellId, ParamKey},
	interlock::{OpenChanges, StationListener},
	params::Governed,
	site::SiteRegistry,
	text::is_plain,
	BlockNumber, Consents, Hash, LocalNetworkId, Moment, OrgId, OrgSet,
};
use types::{
	is_part, Change, ChangeState, Item, ItemRefusal, Part, PartHead, PartHeads, PartState, Phase, Request,
	Terms, MAX_AHEAD, MAX_CHANGES, MAX_LATE, MAX_OPEN_CHANGES, MAX_OPEN_REQUESTS, MAX_REQUESTS, MAX_WINDOW,
};

/// Opens a request whose parts follow. Says what it weighed.
pub(crate) fn draft<T: Config>(
	by: OrgId,
	local_network: LocalNetworkId,
	terms: Terms,
) -> Result<Weight, Error<T>> {
	let expires = Pallet::<T>::after(T::Governed::parameters().consent_term);
	let (request, weight) = open::<T>(by, local_network, terms, expires)?;
	agenda::enter::<T>(by, expires.saturating_add(1), Due::Lapse { request })?;
	Ok(weight)
}

/// Opens a request without parts. Whoever calls sees to it that it does not stay one. Says what it weighed.
fn open<T: Config>(
	by: OrgId,
	local_network: LocalNetworkId,
	mut terms: Terms,
	expires: BlockNumber,
) -> Result<(u32, Weight), Error<T>> {
	ensure!(T::Sites::pages(local_network).is_some(), Error::<T>::UnknownPage);
	ensure!(is_plain(&terms.guard), Error::<T>::BadText);
	ensure!(is_window::<T>(terms.window, terms.emergency), Error::<T>::BadWindow);
	if terms.emergency {
		terms.window.1 = Pallet::<T>::moment().saturating_add(ratification::<T>());
	}
	let mut weight = T::WeightInfo::draft();
	let open = OpenRequests::<T>::get(by);
	ensure!(open < MAX_OPEN_REQUESTS, Error::<T>::TooManyRequests);
	if open.saturating_add(close::kept::<T>(by)) >= MAX_REQUESTS {
		let mut forgotten = [false, true].into_iter();
		let forgotten = forgotten.find_map(|was_executed| close::forget_oldest::<T>(by, was_executed));
		weight = weight.saturating_add(forgotten.ok_or(Error::<T>::TooManyRequests)?);
	}
	OpenRequests::<T>::insert(by, open.saturating_add(1));
	let number = NextRequest::<T>::get();
	let request = Request {
		by,
		local_network,
		terms,
		parts: 0,
		items: 0,
		standing: 0,
		concerned: OrgSet::EMPTY,
		witnesses: OrgSet::EMPTY,
		consents: Consents::new(Hash::zero(), OrgSet::EMPTY, expires),
		phase: Phase::Draft,
		asked: None,
		objected: None,
		executed: None,
		leans: false,
		partial: false,
		attested: OrgSet::EMPTY,
		objections: OrgSet::EMPTY,
		upheld: OrgSet::EMPTY,
		overruled: OrgSet::EMPTY,
		disputed: false,
		ruling: None,
		ended: None,
	};
	let Terms { window, emergency, .. } = request.terms;
	NextRequest::<T>::put(number.saturating_add(1));
	Requests::<T>::insert(number, request);
	Pallet::<T>::deposit_event(Event::RequestDrafted {
		request: number,
		by,
		local_network,
		window,
		emergency,
	});
	Ok((number, weight))
}

/// How long an emergency waits for its consents, milliseconds.
fn ratification<T: Config>() -> Moment {
	Moment::from(T::Governed::parameters().ratification_term).saturating_mul(1_000)
}

/// When a change is made that is asked for now: in an emergency it was, at a moment since the begin of its window.
fn made_in<T: Config>((from, to): (Moment, Moment), emergency: bool) -> (Moment, Moment) {
	(from, if emergency { Pallet::<T>::moment() } else { to })
}

/// Whether a window begins now or later, and is within bounds. In an emergency it has begun, and not long ago.
pub(crate) fn is_window<T: Config>((from, to): (Moment, Moment), emergency: bool) -> bool {
	let now = Pallet::<T>::moment();
	if emergency {
		return from <= now && now.saturating_sub(from) <= ratification::<T>();
	}
	let is_ahead = from >= earliest::<T>() && to > now && to <= now.saturating_add(MAX_AHEAD);
	is_ahead && from < to && to.saturating_sub(from) <= MAX_WINDOW
}

/// When a window that is asked for now begins at the earliest.
fn earliest<T: Config>() -> Moment {
	Pallet::<T>::moment().saturating_sub(MAX_LATE)
}

/// A request of `org` that is a draft, or waits for consents.
fn waiting<T: Config>(org: OrgId, number: u32) -> Result<Request, Error<T>> {
	let request = Requests::<T>::get(number).ok_or(Error::<T>::NoSuchRequest)?;
	ensure!(request.by == org, Error::<T>::NotProposer);
	ensure!(matches!(request.phase, Phase::Draft | Phase::Asked), Error::<T>::WrongPhase);
	ensure!(!request.consents.is_expired(Pallet::<T>::now()), Error::<T>::Expired);
	Ok(request)
}

/// Puts a part into a request, in the place of what it had of the page: what passes the check, or nothing where the request
/// is whole and something does not. An empty part takes the page out. Of a request that is asked for already it makes a new
/// revision, without the consents. Says whether the part was taken, and what it weighed.
pub(crate) fn add<T: Config>(
	org: OrgId,
	number: u32,
	page: u16,
	items: &Part,
) -> Result<(bool, Weight), Error<T>> {
	put::<T>(org, number, page, items, true)
}

/// The same, where other pages may follow or not.
fn put<T: Config>(
	org: OrgId,
	number: u32,
	page: u16,
	items: &Part,
	may_follow: bool,
) -> Result<(bool, Weight), Error<T>> {
	let mut weight = T::WeightInfo::add(items.len().saturated_into());
	let mut request = waiting::<T>(org, number)?;
	ensure!(items.is_empty() || is_part(items), Error::<T>::BadPart);
	let mut heads = Manifests::<T>::get(number);
	let found = heads.binary_search_by_key(&page, |head| head.page);
	if request.terms.emergency {
		// It is ratified in one call.
		ensure!(heads.iter().all(|head| head.page == page), Error::<T>::TooManyParts);
	}
	if items.is_empty() {
		ensure!(found.is_ok(), Error::<T>::NothingToChange);
		// What is asked for keeps a page. What is refused has read no changes.
		let is_last = request.phase == Phase::Asked && heads.len() == 1;
		ensure!(!is_last || !request.terms.emergency, Error::<T>::EmergencyStands);
		ensure!(!is_last, Error::<T>::NothingAsked);
	}
	let mut changes = Changes::<T>::get(request.local_network, page);
	let own = changes.iter().filter(|change| change.request == number);
	let asked: Asked = own.map(|change| (change.place(), (change.after, change.asked))).collect();
	changes.retain(|change| change.request != number);
	if items.is_empty() {
		if let Ok(place) = found {
			heads.remove(place);
		}
		uncheck(&request, &mut heads, page);
		Parts::<T>::remove(number, page);
		Pallet::<T>::deposit_event(Event::PartChecked {
			request: number,
			page,
			passed: 0,
			refused: BoundedVec::new(),
			broken: BoundedVec::new(),
		});
	} else {
		let is_draft = may_follow && request.phase == Phase::Draft && !request.terms.emergency;
		let mut checked = look::<T>(&request, number, is_draft, page, &changes, items);
		let passed = make_room::<T>(&mut changes, (number, org), items, &asked, &mut checked);
		weight = weight.saturating_add(charges::looked::<T>(&checked.looked));
		let is_taken = !passed.is_empty() && (checked.refused.is_empty() || !request.terms.whole);
		let before = found.ok().and_then(|place| heads.get(place)).copied();
		// Whom an emergency has needed once it needs to its end: what was reported was in the network.
		let reported = before.filter(|_| request.terms.emergency && request.phase == Phase::Asked);
		let head = PartHead {
			page,
			items: passed.len().saturated_into(),
			hash: part_hash(&passed),
			required: reported.map_or(checked.required, |before| checked.required.union(before.required)),
			concerned: checked.concerned,
			witnesses: checked.witnesses,
			leans: checked.looked.pages > 0,
			state: match is_draft && !checked.broken.is_empty() {
				true => PartState::Unchecked,
				false => PartState::Open,
			},
		};
		let is_same = before == Some(head) && head.state == PartState::Open;
		ensure!(!is_taken || !is_same, Error::<T>::NothingToChange);
		Pallet::<T>::deposit_event(Event::PartChecked {
			request: number,
			page,
			passed: if is_taken { head.items } else { 0 },
			refused: BoundedVec::truncate_from(checked.refused),
			broken: BoundedVec::truncate_from(checked.broken),
		});
		if !is_taken {
			return Ok((false, weight));
		}
		match found {
			Ok(place) => {
				if let Some(place) = heads.get_mut(place) {
					*place = head;
				}
			}
			Err(place) => heads.try_insert(place, head).map_err(|_| Error::<T>::TooManyParts)?,
		}
		if before.is_none_or(|before| before.hash != head.hash) {
			uncheck(&request, &mut heads, page);
		}
		// No more passes than the part had.
		Parts::<T>::insert(number, page, Part::truncate_from(passed));
	}
	if request.terms.emergency && request.phase == Phase::Asked {
		// What was reported was in the network, whatever else is by now.
		let stands = |(place, (value, _)): (&(u8, u8, ParamKey), &(Option<i64>, BlockNumber))| {
			let is_same =
				|change: &Change| (change.request, change.place(), change.after) == (number, *place, *value);
			changes.iter().any(is_same)
		};
		ensure!(asked.iter().all(stands), Error::<T>::EmergencyStands);
	}
	Changes::<T>::insert(request.local_network, page, changes);
	recount(&mut request, &heads);
	if request.phase == Phase::Asked {
		let (subject, expires) = (subject_of::<T>(number, &request, &heads), request.consents.expires);
		request.consents.amend(subject, required(&heads), expires);
		// What was said of the former content is not said of this.
		request.objections = OrgSet::EMPTY;
		request.upheld = OrgSet::EMPTY;
		request.overruled = OrgSet::EMPTY;
		request.disputed = false;
		request.objected = None;
		weight = weight.saturating_add(tell::<T>(&request, page));
		weight = weight.saturating_add(consents::asked::<T>(number, request, heads)?);
	} else {
		Requests::<T>::insert(number, request);
		Manifests::<T>::insert(number, heads);
	}
	Ok((true, weight))
}

/// Tells of a page whose cells were changed in an emergency, as far as it is reported. What is asked for and was not made yet is kept out
/// of where it would matter. Says what it weighed.
fn tell<T: Config>(request: &Request, page: u16) -> Weight {
	if !request.terms.emergency {
		return Weight::zero();
	}
	// Whoever listens looks at the cells themselves: of which stations of the page they are need not be read here.
	T::OnChange::stations_changed(request.local_network, page, u64::MAX, request.by);
	T::OnChange::told_weight()
}

/// A page of a draft is another since: what has looked at others has to look again.
fn uncheck(request: &Request, heads: &mut PartHeads, page: u16) {
	if request.phase == Phase::Draft {
		for head in heads.iter_mut().filter(|head| head.page != page && head.leans) {
			head.state = PartState::Unchecked;
		}
	}
}

/// Checks a part on the page as it stands.
fn look<T: Config>(
	request: &Request,
	number: u32,
	is_draft: bool,
	page: u16,
	changes: &[Change],
	items: &[Item],
) -> Checked {
	let Request { by, local_network, terms, .. } = request;
	let table = Page::<T>::open(*local_network, page).table;
	let entries = T::Sites::stations(*local_network, page);
	let view = View { local_network: *local_network, page, table: &table, entries: &entries, changes };
	let (window, emergency) = (made_in::<T>(terms.window, terms.emergency), terms.emergency);
	let ask = Ask { by: *by, request: Some(number), window, emergency, is_draft, is_reported: false };
	check::<T>(&view, &ask, items)
}

/// What a request has asked for in a page, and since which block.
type Asked = BTreeMap<(u8, u8, ParamKey), (Option<i64>, BlockNumber)>;

/// Enters what has passed into the list of the page's changes. Those that are over and explain nothing any more give way; so do
/// the company's own that are over, the oldest first, where it has more than its share. What is more than the company may have
/// open is refused. What the request has had before keeps the block in which it was asked for.
fn make_room<T: Config>(
	changes: &mut BoundedVec<Change, ConstU32<MAX_CHANGES>>,
	(number, by): (u32, OrgId),
	items: &[Item],
	earlier: &Asked,
	checked: &mut Checked,
) -> Vec<Item> {
	let [most, most_own]: [usize; 2] =
		[MAX_CHANGES, MAX_OPEN_CHANGES].map(SaturatedConversion::saturated_into);
	let wanted = checked.passed.len();
	let mut own = changes.iter().filter(|change| change.by == by).count();
	if own.saturating_add(wanted) > most_own || changes.len().saturating_add(wanted) > most {
		let mut known: BTreeMap<u32, Holds> = BTreeMap::new();
		let mut holds =
			|change: &Change| *known.entry(change.request).or_insert_with(|| Holds::of::<T>(change.request));
		let all: Vec<Holds> = changes.iter().map(&mut holds).collect();
		checked.looked.records = checked.looked.records.saturating_add(known.len().saturated_into());
		let places = || changes.iter().zip(&all).enumerate();
		own = places().filter(|(_, (change, holds))| change.by == by && **holds == Holds::Open).count();
		let taken = wanted.min(most_own.saturating_sub(own));
		// Its own that explain something, the oldest first.
		let explains =
			|(_, (change, holds)): &(usize, (&Change, &Holds))| change.by == by && **holds == Holds::Explains;
		let explain = places().filter(explains).count();
		let beyond = own.saturating_add(explain).saturating_add(taken).saturating_sub(most_own);
		let mut gone: BTreeSet<usize> = places().filter(explains).map(|(n, _)| n).take(beyond).collect();
		let rest = changes.len().saturating_sub(gone.len());
		let short = rest.saturating_add(taken).saturating_sub(most);
		gone.extend(idle(changes, &all).into_iter().take(short));
		let mut place = 0usize;
		changes.retain(|_| {
			let stays = !gone.contains(&place);
			place = place.saturating_add(1);
			stays
		});
	}
	let room = most_own.saturating_sub(own);
	let now = Pallet::<T>::now();
	let mut taken = Vec::with_capacity(checked.passed.len());
	for (item, before) in core::mem::take(&mut checked.passed) {
		let Item { slot, cell, key, value } = item;
		let same = earlier.get(&item.place()).filter(|(after, _)| *after == value);
		let asked = same.map_or(now, |(_, asked)| *asked);
		let (after, state) = (value, ChangeState::Open);
		let change = Change { slot, cell, key, by, request: number, asked, before, after, state };
		if taken.len() < room && changes.try_push(change).is_ok() {
			taken.push(item);
		} else if let Some(place) = items.iter().position(|other| *other == item) {
			checked.refused.push((place.saturated_into(), ItemRefusal::TooManyChanges));
		}
	}
	checked.refused.sort_unstable_by_key(|(place, _)| *place);
	taken
}

/// What keeps a change in its page's list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
	/// Its request is open.
	Open,
	/// It may explain what an export shows.
	Explains,
	/// Nothing.
	Nothing,
}

impl Holds {
	fn of<T: Config>(request: u32) -> Self {
		match Requests::<T>::get(request) {
			Some(request) if !request.phase.is_final() => Self::Open,
			Some(request) if close::explains::<T>(&request) => Self::Explains,
			_ => Self::Nothing,
		}
	}
}

/// The places of the changes that nothing holds, in the order in which they give way: what was not carried out before what
/// was, and of these the oldest of the company that has the most.
fn idle(changes: &[Change], holds: &[Holds]) -> Vec<usize> {
	let mut counts: BTreeMap<(bool, OrgId), u32> = BTreeMap::new();
	let mut idle = Vec::new();
	for (place, (change, holds)) in changes.iter().zip(holds).enumerate().rev() {
		if *holds != Holds::Nothing {
			continue;
		}
		let was_executed =
			matches!(change.state, ChangeState::Executed { .. } | ChangeState::RolledBack { .. });
		let later = counts.entry((was_executed, change.by)).or_default();
		*later = later.saturating_add(1);
		idle.push((was_executed, Reverse(*later), place));
	}
	idle.sort_unstable();
	idle.into_iter().map(|(.., place)| place).collect()
}

/// Brings the sums of a request up to date.
fn recount(request: &mut Request, heads: &PartHeads) {
	request.parts = heads.len().saturated_into();
	request.items = heads.iter().fold(0, |sum: u32, head| sum.saturating_add(head.items.into()));
	let union =
		|of: fn(&PartHead) -> OrgSet| heads.iter().fold(OrgSet::EMPTY, |orgs, head| orgs.union(of(head)));
	request.concerned = union(|head| head.concerned);
	request.witnesses = union(|head| head.witnesses);
}

/// Who must agree to all parts.
fn required(heads: &PartHeads) -> OrgSet {
	heads.iter().fold(OrgSet::EMPTY, |orgs, head| orgs.union(head.required))
}

fn subject_of<T: Config>(number: u32, request: &Request, heads: &PartHeads) -> Hash {
	let parts: Vec<(u16, Hash)> = heads.iter().map(|head| (head.page, head.hash)).collect();
	let genesis = Pallet::<T>::genesis_hash();
	request_subject(genesis, number, request.by, request.local_network, &request.terms, &parts)
}

/// Asks for what a draft has gathered. Says what it weighed.
pub(crate) fn submit<T: Config>(org: OrgId, number: u32) -> Result<Weight, Error<T>> {
	submitted::<T>(org, number, true)
}

/// The same, of what was gathered in earlier calls or in this one.
fn submitted<T: Config>(org: OrgId, number: u32, is_earlier: bool) -> Result<Weight, Error<T>> {
	let mut request = waiting::<T>(org, number)?;
	ensure!(request.phase == Phase::Draft, Error::<T>::WrongPhase);
	let mut heads = Manifests::<T>::get(number);
	ensure!(!heads.is_empty(), Error::<T>::NothingAsked);
	ensure!(heads.iter().all(|head| head.state == PartState::Open), Error::<T>::Unchecked);
	let Terms { window: (from, to), emergency, .. } = &mut request.terms;
	// What is asked for now was not asked for before, however long it was drafted.
	if !*emergency {
		*from = earliest::<T>().max(*from);
	}
	ensure!(is_window::<T>((*from, *to), *emergency), Error::<T>::BadWindow);
	let now = Pallet::<T>::moment();
	let mut weight = T::WeightInfo::submit();
	if request.terms.emergency {
		request.terms.window.1 = now.saturating_add(ratification::<T>());
		if is_earlier {
			// It is reported now: what has begun since it was put in counts too.
			for head in &mut heads {
				weight = weight.saturating_add(look_again::<T>(&request, number, head));
			}
			recount(&mut request, &heads);
		}
	}
	// Blocks come no faster than their slots: by this one the window is over.
	let seconds = request.terms.window.1.saturating_sub(now).div_ceil(1_000).saturated_into();
	let expires = Pallet::<T>::after(seconds);
	agenda::enter::<T>(org, expires.saturating_add(1), Due::Lapse { request: number })?;
	request.phase = Phase::Asked;
	request.asked = Some(Pallet::<T>::now());
	let subject = subject_of::<T>(number, &request, &heads);
	request.consents = Consents::new(subject, required(&heads), expires);
	// An emergency is of one page (`put`), and is charged for telling of one.
	for head in &heads {
		weight = weight.saturating_add(tell::<T>(&request, head.page));
	}
	Ok(weight.saturating_add(consents::asked::<T>(number, request, heads)?))
}

/// Adds whom a page of a request needs by now. Says what it weighed.
fn look_again<T: Config>(request: &Request, number: u32, head: &mut PartHead) -> Weight {
	let changes = Changes::<T>::get(request.local_network, head.page);
	let items = Parts::<T>::get(number, head.page);
	let checked = look::<T>(request, number, false, head.page, &changes, &items);
	head.required = head.required.union(checked.required);
	head.concerned = head.concerned.union(checked.concerned);
	Pallet::<T>::deposit_event(Event::PartChecked {
		request: number,
		page: head.page,
		passed: head.items,
		// What is reported was in the network: nothing of it is left out.
		refused: BoundedVec::new(),
		broken: BoundedVec::truncate_from(checked.broken),
	});
	T::WeightInfo::add(items.len().saturated_into()).saturating_add(charges::looked::<T>(&checked.looked))
}

/// Draft, part and submission of a request of one page. What is refused altogether leaves no request.
/// Says what it weighed.
pub(crate) fn request<T: Config>(
	by: OrgId,
	local_network: LocalNetworkId,
	terms: Terms,
	page: u16,
	items: &Part,
) -> Result<Weight, Error<T>> {
	ensure!(is_part(items), Error::<T>::BadPart);
	let (number, opened) = open::<T>(by, local_network, terms, Pallet::<T>::now())?;
	let (is_taken, added) = put::<T>(by, number, page, items, false)?;
	let weight = opened.saturating_add(added);
	if is_taken {
		return Ok(weight.saturating_add(submitted::<T>(by, number, false)?));
	}
	Requests::<T>::remove(number);
	OpenRequests::<T>::mutate(by, |open| *open = open.saturating_sub(1));
	Ok(weight)
}

/// Notes what has become of the changes of a request in a page.
fn restate<T: Config>(local_network: LocalNetworkId, page: u16, mut restate: impl FnMut(&mut Change)) {
	Changes::<T>::mutate(local_network, page, |changes| changes.iter_mut().for_each(&mut restate));
}

/// Most requests that are read to see whether a change is open: so many, and so many more for each cell that is asked about.
const LOOKED_FOR_OPEN: (usize, usize) = (64, 4);

impl<T: Config> OpenChanges for Pallet<T> {
	fn has_open_change(cell: CellId) -> bool {
		let CellId { site, cell } = cell;
		let place = site.page().zip(u8::try_from(site.slot()).ok());
		place.is_some_and(|(page, slot)| {
			!Self::open_changes(site.local_network, page, &[(slot, cell)]).is_empty()
		})
	}

	fn open_changes(local_network: LocalNetworkId, page: u16, cells: &[(u8, u8)]) -> Vec<(u8, u8)> {
		let (some, each) = LOOKED_FOR_OPEN;
		let most = cells.len().saturating_mul(each).saturating_add(some);
		let cells: BTreeSet<(u8, u8)> = cells.iter().copied().collect();
		let mut known: BTreeMap<u32, bool> = BTreeMap::new();
		let mut open: BTreeSet<(u8, u8)> = BTreeSet::new();
		// The latest stand last, and are open the soonest.
		for change in Changes::<T>::get(local_network, page).iter().rev() {
			let cell = (change.slot, change.cell);
			let may_be_open = matches!(change.state, ChangeState::Open | ChangeState::Executed { .. });
			if !may_be_open || !cells.contains(&cell) || open.contains(&cell) {
				continue;
			}
			let is_full = known.len() >= most;
			let is_open = match known.get(&change.request) {
				Some(is_open) => *is_open,
				None if is_full => true,
				None => {
					let is_open = is_under_way::<T>(change.request);
					known.insert(change.request, is_open);
					is_open
				}
			};
			if is_open {
				open.insert(cell);
			}
		}
		open.into_iter().collect()
	}
}
