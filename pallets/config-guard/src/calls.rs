// SPDX-License-Identifier: Apache-2.0

//! What can be called. A call checks its origin and hands over; what it is charged for stands in `charges`.

use frame_support::pallet_macros::pallet_section;

/// The pallet's calls.
#[pallet_section]
mod calls {
	use crate::{
		baseline,
		changes::types::{Terms, MAX_ITEMS},
		exports::MAX_NETWORKS,
		notices::MAX_SENT,
		policy::Holding,
		testimony,
		types::MAX_OPEN_IN_PAGE,
	};
	use trimast_primitives::cells::{digest::Tag, export::Opening, MAX_KEYS, MAX_PAGE_CELLS};

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Put a parameter into the catalogue, or change it.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Baselines that stand keep their values, also where the new domain would refuse them. A rule in force stays valid: it
		/// is changed or dropped before what it names.
		///
		/// # Errors
		/// `BadOrigin`; `BadParameter`, `TooManyParameters`, `NamedByRule`.
		///
		/// # Events
		/// `ParameterSet`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_parameter())]
		pub fn set_parameter(
			origin: OriginFor<T>,
			id: ParamId,
			parameter: Parameter,
			text: ParamText,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(catalogue::set::<T>(id, parameter, text)?)
		}

		/// Import the cells of one's own stations of a page.
		///
		/// # Origin
		/// An engineer of the stations' owner, with the local network in its scope.
		///
		/// # Details
		/// `table` has the cells of the stations to be written, each by its slot in the page; the others' slots are empty.
		/// The cells of each station have a result of their own: written, unchanged, or refused with the reason while the
		/// rest goes in. A station of which a cell would change while an energy-saving window of it runs is refused. What is
		/// written is signed by its owner alone: it is provisional until the sharers and the tower company sign it. The cells
		/// of the page's retired stations that the company owns or shares leave the baseline with any import that has none of
		/// them, also with an empty one.
		///
		/// # Errors
		/// Those of the origin; `BadTable`, `UnknownPage`, `TooLarge`.
		///
		/// # Events
		/// `BaselineImported` with all results.
		#[pallet::call_index(1)]
		#[pallet::weight(charges::import::<T>(table))]
		pub fn import(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			page: u16,
			table: TableBytes,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			Ok(Some(baseline::import::<T>(org, local_network, page, &table)?).into())
		}

		/// Stand behind the baseline of stations of some pages that the signer's company owns or shares or has on its towers.
		///
		/// # Origin
		/// An engineer of the company, with the local network in its scope.
		///
		/// # Details
		/// Each page goes with an owner and the digest of those of its stations there that name the signer's company, as they
		/// were looked at. What is another now is refused by name, the rest is taken. Nobody but the owner changes these by an
		/// import, and signatures do not change the digest, so companies may sign at the same time.
		///
		/// # Errors
		/// Those of the origin.
		///
		/// # Events
		/// `BaselineSigned` with a result for each page.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::sign(pages.len().saturated_into()))]
		pub fn sign(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			pages: BoundedVec<(u16, OrgId, Hash), T::MaxSign>,
		) -> DispatchResult {
			let org = Self::engineer(origin, local_network)?;
			baseline::sign::<T>(org, local_network, pages);
			Ok(())
		}

		/// Bind one's company to the contents of an export of the network, before a sweep is opened.
		///
		/// # Origin
		/// A collector of the company, with `scope` in its scope.
		///
		/// # Details
		/// `root` is the root of the raw export ([`trimast_primitives::cells::export`]) and `leaves` the number of its rows,
		/// `scope` the territory that was read and `observed` the time at which it was, which the root is bound to. Of the oldest exports of the company
		/// that nothing is asked of one gives way: at first one that nothing was testified from or that is doubted, then one
		/// that has expired. One whose testimony counts stays: where all of the oldest do, `TooManyExports` until one expires.
		///
		/// # Errors
		/// Those of the origin; `UnknownTerritory`, `AlreadyAnchored`, `ExportDoubted`, `EmptyExport`, `ObservedInFuture`, `ObservedTooEarly`, `TooManyExports`.
		///
		/// # Events
		/// `ExportAnchored`.
		#[pallet::call_index(3)]
		#[pallet::weight(charges::anchor_export::<T>(MAX_NETWORKS))]
		pub fn anchor_export(
			origin: OriginFor<T>,
			scope: Scope,
			root: Hash,
			leaves: u32,
			observed: Moment,
		) -> DispatchResultWithPostInfo {
			let org = Self::collector(origin, scope).map_err(charges::refused::<T>)?;
			let forgotten =
				exports::anchor::<T>(org, scope, root, leaves, observed).map_err(charges::refusal)?;
			Ok(Some(charges::anchor_export::<T>(forgotten)).into())
		}

		/// Call for observations of a territory.
		///
		/// # Origin
		/// A collector of a member, with the territory in its scope.
		///
		/// # Details
		/// The sweep has its salt, and so its tags, two blocks later. Each company has so many that wait for their salt. Where
		/// as many of its sweeps stand as may, the oldest that takes no more observations gives way.
		///
		/// # Errors
		/// Those of the origin; `UnknownTerritory`, `TooManySweeps`.
		///
		/// # Events
		/// `SweepOpened`, then `SweepSalted`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::open_sweep())]
		pub fn open_sweep(origin: OriginFor<T>, scope: Scope) -> DispatchResult {
			let org = Self::collector(origin, scope)?;
			Ok(sweeps::open::<T>(org, scope)?)
		}

		/// Attest whole local networks by their tags.
		///
		/// # Origin
		/// A collector of a member, with each of the local networks in its scope.
		///
		/// # Details
		/// A tag that is the one that the chain expects attests every page of the local network with a station that the company
		/// owns or shares or has on its towers. Where violations stand open the tags of pages are needed.
		///
		/// # Errors
		/// Those of the origin; `NoSuchSweep`, `SweepClosed`, `NotSalted`, `NotAnchored`, `AnchoredTooLate`,
		/// `ExportExpired`, `ExportDoubted`, `TooManyExports`.
		///
		/// # Events
		/// `NetworksAttested` with a result for each.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::attest_networks(tags.len().saturated_into()))]
		pub fn attest_networks(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			tags: BoundedVec<(LocalNetworkId, Tag), T::MaxNetworks>,
		) -> DispatchResult {
			let (org, allowed) =
				Self::collector_of(origin, tags.iter().map(|(local_network, _)| *local_network))?;
			let open = sweeps::Open::speak::<T>(org, sweep, export)?;
			testimony::attest_networks::<T>(org, &open, tags, &allowed);
			Ok(())
		}

		/// Attest pages in a row by their tags.
		///
		/// # Origin
		/// A collector of a member, with the local network in its scope.
		///
		/// # Details
		/// A page whose tag is the expected one is attested. One that differs stands as a difference until it is explained by
		/// `attest_cells` and `attest_values`, or matches. Of a page without a station that the company owns or shares or has
		/// on its towers there is a result and no record. Of pages that match and have more open violations than a call may
		/// be heard about nothing is taken: they are named, and are to be sent anew.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`, `UnknownPage`.
		///
		/// # Events
		/// `PagesAttested` with the pages that differ, and those of which nothing was heard.
		#[pallet::call_index(6)]
		#[pallet::weight(charges::attest_pages::<T>(tags.len().saturated_into()))]
		pub fn attest_pages(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			first: u16,
			tags: BoundedVec<Tag, T::MaxTags>,
		) -> DispatchResultWithPostInfo {
			let org =
				Self::collector(origin, Scope::LocalNetwork(local_network)).map_err(charges::refused::<T>)?;
			let open = sweeps::Open::speak::<T>(org, sweep, export).map_err(charges::refusal)?;
			let weight = testimony::attest_pages::<T>(org, &open, local_network, first, &tags);
			Ok(Some(weight.map_err(charges::refusal)?).into())
		}

		/// Attest all cells of pages by their tags.
		///
		/// # Origin
		/// A collector of a member, with the local network in its scope.
		///
		/// # Details
		/// Each page goes with the revision that was looked at, and the tags of its cells in the order of its table, 8 zero bytes
		/// for one that was not seen. They are compared with the present cells. A page whose cells have other places since is
		/// answered with `Stale`, and is no finding. Cells of retired stations neither match nor differ, and where the company
		/// is party to a station of the page, neither do those of stations to which it is not. What is wrong with one page leaves the others
		/// alone.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`.
		///
		/// # Events
		/// `CellsAttested` with the cells of each page that differ.
		#[pallet::call_index(7)]
		#[pallet::weight(charges::attest_cells::<T>(pages.len().saturated_into(), charges::count_all(pages, |page| page.2.len())))]
		#[allow(clippy::type_complexity)] // What a client sends, written out for its metadata.
		pub fn attest_cells(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			pages: BoundedVec<(u16, u32, BoundedVec<Tag, ConstU32<MAX_PAGE_CELLS>>), T::MaxPagesOfCells>,
		) -> DispatchResultWithPostInfo {
			let org =
				Self::collector(origin, Scope::LocalNetwork(local_network)).map_err(charges::refused::<T>)?;
			let open = sweeps::Open::speak::<T>(org, sweep, export).map_err(charges::refusal)?;
			let weight = testimony::attest_cells::<T>(org, &open, local_network, &pages);
			Ok(Some(weight.map_err(charges::refusal)?).into())
		}

		/// Say what the cells are set to that differ.
		///
		/// # Origin
		/// A collector of a company that owns or shares the stations or has them on its towers, or is accused in the cells, with
		/// the local network in its scope.
		///
		/// # Details
		/// Each page with the revision that was looked at and its cells, by their places in the page's table, each with all
		/// of its values. Every value that is not the approved one opens a violation, or is noted at the one that stands
		/// open. They are compared with the present values. A cell that an import has changed since the network was read is no finding. A page whose
		/// cells have other places since is answered with `Stale`, and is no finding either. A page of which anything is refused is left alone, the others are taken.
		///
		/// # Errors
		/// Those of the origin and of `attest_networks`; `OutsideSweep`, `TooManyCells`.
		///
		/// # Events
		/// `ValuesAttested` with a result for each page; `ViolationOpened`, `ViolationSeen`, `ViolationStands`.
		#[pallet::call_index(8)]
		#[pallet::weight(charges::attest_values::<T>(pages.len().saturated_into(), charges::count_all(pages, |page| page.2.len())))]
		#[allow(clippy::type_complexity)] // What a client sends, written out for its metadata.
		pub fn attest_values(
			origin: OriginFor<T>,
			sweep: u32,
			export: Hash,
			local_network: LocalNetworkId,
			pages: BoundedVec<
				(u16, u32, BoundedVec<(u16, BoundedVec<(ParamKey, i64), ConstU32<MAX_KEYS>>), T::MaxValues>),
				T::MaxPagesOfCells,
			>,
		) -> DispatchResultWithPostInfo {
			let org =
				Self::collector(origin, Scope::LocalNetwork(local_network)).map_err(charges::refused::<T>)?;
			let cells = charges::count_all(&pages, |page| page.2.len());
			ensure!(cells <= T::MaxValues::get(), Error::<T>::TooManyCells);
			let open = sweeps::Open::speak::<T>(org, sweep, export).map_err(charges::refusal)?;
			let weight = testimony::attest_values::<T>(org, &open, local_network, pages);
			Ok(Some(weight.map_err(charges::refusal)?).into())
		}

		/// Ask for a change in one page, or report one that was made in an emergency.
		///
		/// # Origin
		/// An engineer of the stations' owner, or of the PLMNs' operator, with the local network in its scope.
		///
		/// # Details
		/// `draft`, `add` and `submit` in one. What nobody else must agree to is carried out at once when its window has
		/// begun. Where nothing passes the check, the event says why, and no request is left.
		///
		/// # Errors
		/// Those of the origin, and of `draft`, `add` and `submit`.
		///
		/// # Events
		/// `RequestDrafted`, `PartChecked`, `RequestAsked`; `PartExecuted`, `RequestMoved` when it is carried out.
		#[pallet::call_index(9)]
		#[pallet::weight(charges::request::<T>(part.len().saturated_into()))]
		pub fn request(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			terms: Terms,
			page: u16,
			part: Part,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			Ok(Some(changes::request::<T>(org, local_network, terms, page, &part).map_err(charges::refusal)?)
				.into())
		}

		/// Open a request whose parts follow.
		///
		/// # Origin
		/// An engineer of a member, with the local network in its scope.
		///
		/// # Details
		/// A draft that is not submitted lapses with the term for consents. A window begins no earlier than ten minutes before
		/// it is asked for: what was changed before that is an emergency or a violation. In an emergency the window begins when the
		/// network was changed, which is not long ago; its end is set by the chain.
		///
		/// # Errors
		/// Those of the origin; `UnknownPage`, `BadText`, `BadWindow`, `TooManyRequests`, `AgendaFull`.
		///
		/// # Events
		/// `RequestDrafted`.
		#[pallet::call_index(10)]
		#[pallet::weight(charges::draft::<T>())]
		pub fn draft(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			terms: Terms,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			Ok(Some(changes::draft::<T>(org, local_network, terms).map_err(charges::refusal)?).into())
		}

		/// Put the items of a page into a request, in the place of those that it has.
		///
		/// # Origin
		/// An engineer of the company that asks, with the local network in its scope.
		///
		/// # Details
		/// Every item is checked and has a result, on the network as the request's other pages will make it. What passes is
		/// taken; of a request that is whole, all or nothing. In a draft an item that breaks a rule with a cell of another page
		/// is taken and named, and the page is unchecked; so is a page that looks at others when one of them is changed. It is
		/// checked when it is put in again as it is. An emergency is named what would be refused if it were none, and needs all joint
		/// parties for it. An empty part takes the page out. Of a request that is submitted this is an amendment: a new revision,
		/// to which nobody but the proposer has agreed yet, and of which nobody has objected or ruled. What was reported of an emergency
		/// stays in it, with its value.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `Expired`, `BadPart`, `TooManyParts`,
		/// `NothingToChange`, `NothingAsked`, `EmergencyStands`.
		///
		/// # Events
		/// `PartChecked`; `RequestAsked` for an amendment.
		#[pallet::call_index(11)]
		#[pallet::weight(charges::add::<T>(part.len().saturated_into()))]
		pub fn add(origin: OriginFor<T>, request: u32, page: u16, part: Part) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			let (_, weight) = changes::add::<T>(org, request, page, &part).map_err(charges::refusal)?;
			Ok(Some(weight).into())
		}

		/// Ask for what a draft has gathered.
		///
		/// # Origin
		/// As for `add`.
		///
		/// # Details
		/// The proposer's consent counts as given. The request lapses when its window is over. An emergency is reported with this
		/// call: it asks whom it needs by now, too.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `Expired`, `NothingAsked`, `Unchecked`, `BadWindow`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `RequestAsked`; `PartChecked` of an emergency; `PartExecuted`, `RequestMoved` when it is carried out at once.
		#[pallet::call_index(12)]
		#[pallet::weight(charges::submit::<T>())]
		pub fn submit(origin: OriginFor<T>, request: u32) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::submit::<T>(org, request).map_err(charges::refusal)?).into())
		}

		/// Take back a draft, or a request that is not carried out.
		///
		/// # Origin
		/// As for `add`.
		///
		/// # Details
		/// An emergency that was reported and is taken back is not ratified, unless all others have agreed to it: a violation is
		/// opened for each of its values that the baseline does not have.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `AgendaFull`.
		///
		/// # Events
		/// `RequestMoved`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, request: u32) -> DispatchResult {
			let org = Self::engineer_of(origin, request)?;
			Ok(changes::withdraw::<T>(org, request)?)
		}

		/// Agree to a request.
		///
		/// # Origin
		/// An engineer of a company that must agree, with the local network in its scope.
		///
		/// # Details
		/// For exactly this subject and revision. The last consent to an emergency puts its values into the baseline, unless a
		/// station or a rule needs another company by then: then the consent stands, and that one is asked. What the check refuses
		/// by then is left out; an emergency of which all is lapses. When a
		/// company that was waited for has left the federation, whoever has agreed may call again.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `WrongPhase`, `Expired`, `OtherSubject`, `NotRequired`, `AlreadyGiven`.
		///
		/// # Events
		/// `RequestConsented`; `PartExecuted`, `RequestMoved` of an emergency, or `RequestAsked` where another is needed.
		#[pallet::call_index(14)]
		#[pallet::weight(charges::consent::<T>())]
		pub fn consent(
			origin: OriginFor<T>,
			request: u32,
			subject: Hash,
			revision: u32,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::consent::<T>(org, request, subject, revision).map_err(charges::refusal)?).into())
		}

		/// Object to a change that is observed, or that its proposer may make alone, which makes it disputed.
		///
		/// # Origin
		/// An engineer of a company that the change concerns, with the local network in its scope.
		///
		/// # Details
		/// Within the term for objections since it was carried out; what needs nobody else also while it is asked. `reason` is the hash of the document that says why.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotConcerned`, `WrongPhase`, `AlreadyGiven`, `TooLate`, `AgendaFull`.
		///
		/// # Events
		/// `RequestObjected`, `RequestMoved`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::object())]
		pub fn object(origin: OriginFor<T>, request: u32, reason: Hash) -> DispatchResult {
			let org = Self::engineer_of(origin, request)?;
			Ok(changes::object::<T>(org, request, reason)?)
		}

		/// Carry out one page of a request: its values become the baseline.
		///
		/// # Origin
		/// An engineer of the company that asks, with the local network in its scope.
		///
		/// # Details
		/// In the window, with the consents of everybody who must agree by today's members and stations. Every item is
		/// checked again. What passes is carried out; of a request that is whole, all of the page or nothing. Where nothing is
		/// carried out the page may be tried again.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotProposer`, `WrongPhase`, `NotInWindow`, `UnknownPage`, `Expired`,
		/// `ConsentsMissing`, `TooLarge`, `AgendaFull`.
		///
		/// # Events
		/// `PartExecuted`; `RequestMoved` with the first page.
		#[pallet::call_index(16)]
		#[pallet::weight(charges::execute::<T>(MAX_ITEMS))]
		pub fn execute(origin: OriginFor<T>, request: u32, page: u16) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::execute::<T>(org, request, page).map_err(charges::refusal)?).into())
		}

		/// Say that a change was read back from the network.
		///
		/// # Origin
		/// An engineer of the company that asks, of one that owns or shares the stations, of their tower company, or of one that
		/// has signed their baseline, also when it is named no more. With the local network in its scope.
		///
		/// # Details
		/// A change that its proposer and another company have attested since its last page was carried out is closed when the
		/// time is over in which it is observed. One that is not attested by twice that time is disputed.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `NotConcerned`, `WrongPhase`, `AlreadyGiven`.
		///
		/// # Events
		/// `RequestAttested`.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::attest_change())]
		pub fn attest_change(origin: OriginFor<T>, request: u32) -> DispatchResult {
			let org = Self::engineer_of(origin, request)?;
			Ok(changes::attest::<T>(org, request)?)
		}

		/// Approve the former values of a page again.
		///
		/// # Origin
		/// An engineer of the company that asks; once the request is overruled, of any company that it concerns. With the
		/// local network in its scope.
		///
		/// # Details
		/// Whoever has agreed to the change has agreed to this; whoever must agree today and has not is not passed over. Each value
		/// is checked as a request of today for the former one: the station is in service, who asks still changes it, and it was
		/// not imported since. Values that were changed again since stay as they are. Where one of the others fails, or a freeze,
		/// an energy-saving window, an outage or a rule keeps it out, nothing is rolled back, and the event says what: ask for a
		/// change back. An emergency passes all of the latter but the rules.
		///
		/// What is overruled the chain rolls back by itself; this does it sooner. Nothing keeps it out but that a value is not the
		/// proposer's to take back any more, or that a company must agree today which has not agreed to the change and which it
		/// did not concern. Such values are left as they are, and named; the rest is rolled back.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `WrongPhase`, `NotProposer`, `UnknownPage`, `TooLarge`.
		///
		/// # Events
		/// `PartRolledBack`, or `RollBackRefused`, or both of what is overruled; `RequestMoved` with the last page.
		#[pallet::call_index(18)]
		#[pallet::weight(charges::roll_back::<T>())]
		pub fn roll_back(origin: OriginFor<T>, request: u32, page: u16) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::roll_back::<T>(org, request, page).map_err(charges::refusal)?).into())
		}

		/// Rule on a dispute: whether the change stands.
		///
		/// # Origin
		/// An engineer of a carrier or tower company that is not party to it, with the local network in its scope.
		///
		/// # Details
		/// More than half of those who may rule decide. What does not stand is rolled back: a request of one page at once, of
		/// more by the chain itself, page after page in the next blocks. Silence past the term: it stands, and is shown as
		/// disputed. What of it is not carried out yet may be then, as long as its window is open. What does not stand of an emergency
		/// that is not carried out is not ratified: a violation is opened for each value that the baseline does not have.
		///
		/// # Errors
		/// Those of the origin; `NoSuchRequest`, `WrongPhase`, `NobodyToRule`, `NotRuler`, `AlreadyGiven`, `TooLarge`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `RequestRuled`; `RequestMoved`, `PartRolledBack`, `RollBackRefused`.
		#[pallet::call_index(19)]
		#[pallet::weight(charges::rule::<T>())]
		pub fn rule(
			origin: OriginFor<T>,
			request: u32,
			stands: bool,
			reason: Hash,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer_of(origin, request).map_err(charges::refused::<T>)?;
			Ok(Some(changes::rule::<T>(org, request, stands, reason).map_err(charges::refusal)?).into())
		}

		/// Set a cross-cell rule, or take it out of force.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// In force from this block on. Baselines that stand are not looked at, changes that are asked for are checked again
		/// when they are carried out.
		///
		/// # Errors
		/// `BadOrigin`; `UnknownParameter`, `BadRule`, `TooMuchPolicy`.
		///
		/// # Events
		/// `RuleSet`.
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_rule(origin: OriginFor<T>, number: u16, rule: Option<Rule>) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(policy::set_rule::<T>(number, rule)?)
		}

		/// Set a freeze, or take it away.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// A freeze that has begun already begins now. It keeps out what is not carried out yet, whoever has agreed to it.
		///
		/// # Errors
		/// `BadOrigin`; `BadFreeze`, `Backwards`, `TooMuchPolicy`.
		///
		/// # Events
		/// `FreezeSet`.
		#[pallet::call_index(31)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_freeze(origin: OriginFor<T>, number: u16, freeze: Option<Freeze>) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(policy::set_freeze::<T>(number, freeze)?)
		}

		/// Say which PLMNs and which spectrum a company holds.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// In the place of what it held before. A company that is no member is given nothing, and what it still holds goes to
		/// whoever is given it.
		///
		/// # Errors
		/// `BadOrigin`; `OrgNotMember`, `BadHolding`, `HeldTwice`, `HeldByAnother`, `TooMuchPolicy`.
		///
		/// # Events
		/// `HoldingsSet`.
		#[pallet::call_index(32)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_holdings(origin: OriginFor<T>, org: OrgId, holding: Holding) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(policy::set_holdings::<T>(org, holding)?)
		}

		/// Report changes that the network has made known.
		///
		/// # Origin
		/// A collector or an engineer of the stations' owner or of the values' operator, with the local network in its scope.
		///
		/// # Details
		/// As TS 28.532 has them (notifyMOIAttributeValueChanges). The latest of each page are kept. A notice approves nothing;
		/// it decides of which kind a violation is that is seen in an export which is anchored in a later block.
		///
		/// # Errors
		/// Those of the origin; `UnknownPage`.
		///
		/// # Events
		/// `Notified`.
		#[pallet::call_index(33)]
		#[pallet::weight(T::WeightInfo::notify(notices.len().saturated_into()))]
		pub fn notify(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			page: u16,
			notices: BoundedVec<Notice, ConstU32<MAX_SENT>>,
		) -> DispatchResult {
			let org = Self::reporter(origin, local_network)?;
			Ok(notices::notify::<T>(org, local_network, page, notices)?)
		}

		/// Name cells that another company has to open from an export that it has testified from.
		///
		/// # Origin
		/// An engineer, collector or auditor of another company, with the cells' local networks in its scope.
		///
		/// # Details
		/// Of stations that the export's company owns or shares or has on its towers, in local networks that it has testified of
		/// from this export within the attestation term, also when it has testified from another one since; and of others, in which
		/// it was accused and has answered from it. Of cells of which it has said something from it that stands about a violation,
		/// also later, as long as the export is kept. Each company may name so many cells of one export, and a cell that is asked
		/// for only when something else was said of it since. The row is judged by what the company says of the cell now, and by
		/// what it has said when it accused of a violation there, contested it or closed it. They are to be opened within the opening term; what is not
		/// is marked as missing.
		///
		/// # Errors
		/// Those of the origin; `OwnExport`, `NotAnchored`, `NotTestified`, `UnknownCell`, `AlreadyAsked`, `TooManyDemands`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `OpeningsDemanded`.
		#[pallet::call_index(20)]
		#[pallet::weight(charges::demand_openings::<T>(cells.len().saturated_into(), MAX_OPEN_IN_PAGE))]
		pub fn demand_openings(
			origin: OriginFor<T>,
			org: OrgId,
			root: Hash,
			cells: BoundedVec<CellId, ConstU32<MAX_NAMED>>,
		) -> DispatchResultWithPostInfo {
			let by = Self::inspector(origin, cells.iter().map(|cell| cell.site.local_network))?;
			let count = cells.len().saturated_into();
			let violations = exports::demand::<T>(by, org, root, cells).map_err(DispatchError::from)?;
			Ok(Some(charges::demand_openings::<T>(count, violations)).into())
		}

		/// Open rows of one's company's export that were drawn or named.
		///
		/// # Origin
		/// A collector of the export's company, with `scope` in its scope.
		///
		/// # Details
		/// `scope` is that of the export. A cell that the export does not have is answered with the two rows between which it
		/// would stand, in one call; with the first or the last row where it would stand before or behind all. Each opening
		/// has a result of its own: opened, wrong and marked so, not asked for, late, or not proven. A row is judged by what
		/// the company had said of the cell when it was asked for.
		///
		/// # Errors
		/// Those of the origin; `NotAnchored`, `OutsideScope`.
		///
		/// # Events
		/// `CellsOpened` with a result for each; `OpeningWrong`, `CellAbsent`, `WitnessesDiffer`.
		#[pallet::call_index(21)]
		#[pallet::weight(charges::open_cells::<T>(openings.len().saturated_into()))]
		pub fn open_cells(
			origin: OriginFor<T>,
			scope: Scope,
			root: Hash,
			openings: BoundedVec<Opening, ConstU32<MAX_OPENINGS>>,
		) -> DispatchResultWithPostInfo {
			let org = Self::collector(origin, scope).map_err(charges::refused::<T>)?;
			let weight = exports::open::<T>(org, scope, root, &openings).map_err(charges::refusal)?;
			Ok(Some(weight).into())
		}

		/// Stand behind the baseline of every station of a local network that the signer's company owns or shares or has on
		/// its towers, by one digest.
		///
		/// # Origin
		/// An engineer of the company, with the local network in its scope.
		///
		/// # Details
		/// As `sign`, of every page with a baseline from `first` to `last`, however many they are. `digest` is that of the whole
		/// local network as it was looked at: if any page of it is another now, nothing is taken.
		///
		/// # Errors
		/// Those of the origin; `UnknownPage` when `last` comes before `first`; `TooManyPages`, `OtherDigest`.
		///
		/// # Events
		/// `BaselineSigned` with a result for each page.
		#[pallet::call_index(22)]
		#[pallet::weight(charges::sign_network::<T>(*first, *last))]
		pub fn sign_network(
			origin: OriginFor<T>,
			local_network: LocalNetworkId,
			digest: Hash,
			first: u16,
			last: u16,
		) -> DispatchResultWithPostInfo {
			let org = Self::engineer(origin, local_network).map_err(charges::refused::<T>)?;
			let pages = baseline::sign_network::<T>(org, local_network, digest, first, last);
			Ok(Some(T::WeightInfo::sign_network(pages.map_err(charges::refusal)?)).into())
		}
	}
}
