// SPDX-License-Identifier: Apache-2.0

//! What can be called. A call checks its origin and hands over. Calls from 64 on are for scheduling.

use frame_support::pallet_macros::pallet_section;

/// The pallet's calls.
#[pallet_section]
mod calls {
	use crate::access::{CRITIC, DISPATCHER, WITNESS};
	use alloc::boxed::Box;
	use frame_support::dispatch::WithPostDispatchInfo;
	use trimast_primitives::{order::Evidence as Fact, plan::MAX_JOBS};

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Set the responsibility table.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Its version is the next one, whatever it says. Orders that are opened from now on are judged by it.
		///
		/// # Errors
		/// `BadOrigin`; `BadTable`.
		///
		/// # Events
		/// `TableSet`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_table(origin: OriginFor<T>, table: ResponsibilityTable) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_table::<T>(table)?)
		}

		/// Set the service level of a territory for a kind of order, or take it away.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// The narrowest territory with one decides. Orders that are under way keep theirs.
		///
		/// # Errors
		/// `BadOrigin`; `UnknownTerritory`, `BadServiceLevel`.
		///
		/// # Events
		/// `ServiceLevelSet`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_service_level(
			origin: OriginFor<T>,
			scope: Scope,
			kind: OrderKind,
			table: Option<SlaTable>,
		) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_service_level::<T>(scope, kind, table)?)
		}

		/// Set how long pending jobs, bodies, appeals and rulings may take.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Orders that are under way keep theirs.
		///
		/// # Errors
		/// `BadOrigin`; `BadLimits`.
		///
		/// # Events
		/// `LimitsSet`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_limits(origin: OriginFor<T>, limits: Limits) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_limits::<T>(limits)?)
		}

		/// Set from when on an outage is of which level, and a large-area outage.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// Each area is looked at anew when a station more or fewer is down there.
		///
		/// # Errors
		/// `BadOrigin`; `BadOutageRules`.
		///
		/// # Events
		/// `OutageRulesSet`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_governed())]
		pub fn set_outage_rules(origin: OriginFor<T>, rules: OutageRules) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(governed::set_outage_rules::<T>(rules)?)
		}

		/// Open an order.
		///
		/// # Origin
		/// A dispatcher of the raiser, with the place in its scope.
		///
		/// # Details
		/// Companies, contracted times, service level, limits and table are those of now, for good. At a station the raiser
		/// is one of the companies that its record names; of a fault the handler, too, and a company has one open there at a
		/// time. A remedial order is for an open
		/// violation by the handler at the station, by somebody else, and one for each is under way or completed. A part is
		/// opened by a party of the whole. A company that cannot answer now gets no faults.
		///
		/// # Errors
		/// Those of the origin; `BadWork`, `NotMember`, `UnknownTerritory`, `NoSuchStation`, `StationNeeded`, `NotConcerned`,
		/// `ViolationNeeded`, `OtherViolation`, `NoOtherParty`, `AlreadyExists`, `TooManyOrders`, `NoServiceLevel`, `NoSuchOrder`, `NotParty`,
		/// `TooLate`, `TooManyChildren`, `AgendaFull`.
		///
		/// # Events
		/// `OrderOpened`; `LargeAreaOutage`, `OutageLevelChanged`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::open().saturating_add(T::OnOutage::told_weight()))]
		pub fn open(origin: OriginFor<T>, opening: Opening) -> DispatchResult {
			let scope = Scope::LocalNetwork(opening.place.local_network());
			let org = Self::authorise(origin, DISPATCHER, scope)?;
			orders::open::<T>(org, &opening)?;
			Ok(())
		}

		/// Take an order to another state.
		///
		/// # Origin
		/// A dispatcher of the raiser or the handler, with the place in its scope; where the raiser has left and it is to be called off,
		/// of any other company that the order concerns.
		///
		/// # Details
		/// By the tables of TMF621 and TMF697 ([`trimast_primitives::order::state`]). A ticket is not reopened once the
		/// raiser has been silent for too long, and its clock stood from when on it could have been earlier. While the violation of a remedial order stands open its
		/// handler ends it in no way, and completes it only when an observation by another company shows that the violation is put right, or
		/// once the violation is over and forgotten. An order that has changed often is not made to wait any more, and in the
		/// end only ended.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotParty`, `NoTransition`, `OtherSide`, `TooManyChanges`, `TooLate`,
		/// `NotRestored`, `AgendaFull`.
		///
		/// # Events
		/// `OrderMoved`; `DeadlinePassed`, `LargeAreaOutage`, `OutageLevelChanged`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::step())]
		pub fn step(origin: OriginFor<T>, order: u32, to: State) -> DispatchResult {
			let org = Self::authorise_for(origin, DISPATCHER, order)?;
			Ok(orders::step::<T>(org, order, to)?)
		}

		/// Sign that an order is held: its clock stands from now on.
		///
		/// # Origin
		/// A dispatcher of the raiser, with the place in its scope.
		///
		/// # Details
		/// `change` is the place of the hold among the order's changes, counted from 0: a hold that is entered anew needs a new signature.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotParty`, `NoOtherParty`, `OtherSide`, `NotHeld`, `AlreadyGiven`, `TooLate`.
		///
		/// # Events
		/// `HoldSigned`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::sign_hold())]
		pub fn sign_hold(origin: OriginFor<T>, order: u32, change: u8) -> DispatchResult {
			let org = Self::authorise_for(origin, DISPATCHER, order)?;
			Ok(orders::sign_hold::<T>(org, order, change)?)
		}

		/// Say when an order is to be done, how long that takes, and how far it is.
		///
		/// # Origin
		/// A dispatcher of the handler, with the place in its scope.
		///
		/// # Details
		/// The sort of work, its priority and the skills that it takes are the raiser's, and stay as they were opened.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotParty`, `OtherSide`, `BadWork`, `TooLate`.
		///
		/// # Events
		/// `WorkUpdated`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::update())]
		pub fn update(origin: OriginFor<T>, order: u32, work: Work) -> DispatchResult {
			let org = Self::authorise_for(origin, DISPATCHER, order)?;
			Ok(orders::update::<T>(org, order, work)?)
		}

		/// Add a note.
		///
		/// # Origin
		/// A dispatcher of a company that the order concerns, with the place in its scope.
		///
		/// # Details
		/// Each company has its share of the notes.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotConcerned`, `TooLate`, `BadWords`, `TooManyNotes`.
		///
		/// # Events
		/// `OrderNoted`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::note())]
		pub fn note(origin: OriginFor<T>, order: u32, words: Words) -> DispatchResult {
			let org = Self::authorise_for(origin, DISPATCHER, order)?;
			Ok(orders::note::<T>(org, order, words)?)
		}

		/// Say how an order has to do with another one.
		///
		/// # Origin
		/// A dispatcher of the raiser or the handler, with the place in its scope.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotParty`, `TooLate`, `TooManyRelations`.
		///
		/// # Events
		/// `OrdersRelated`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::relate())]
		pub fn relate(origin: OriginFor<T>, order: u32, relation: Relation, other: u32) -> DispatchResult {
			let org = Self::authorise_for(origin, DISPATCHER, order)?;
			Ok(orders::relate::<T>(org, order, relation, other)?)
		}

		/// Anchor a fact.
		///
		/// # Origin
		/// A dispatcher or a collector of a company that the order concerns, with the place in its scope.
		///
		/// # Details
		/// The chain notes when it had it, and gives it the next number. It counts without another signature when that is no
		/// later than the evidence term of the table after the time claimed. Contracted times, owners and networks are those
		/// of the record, violations those that are known. Facts are taken until the evidence term after the order's end,
		/// signatures and questions until the same after the last fact.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotConcerned`, `TooLate`, `OtherContract`, `OtherOwner`, `OtherViolation`,
		/// `Impossible`, `TooManyFacts`.
		///
		/// # Events
		/// `FactAnchored`.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::anchor_fact())]
		pub fn anchor_fact(
			origin: OriginFor<T>,
			order: u32,
			claimed: Moment,
			evidence: Fact,
			body: Option<Hash>,
		) -> DispatchResult {
			let org = Self::authorise_for(origin, WITNESS, order)?;
			Ok(facts::anchor::<T>(org, order, claimed, evidence, body)?)
		}

		/// Stand behind a fact of another company.
		///
		/// # Origin
		/// A dispatcher of a company that the order concerns, with the place in its scope.
		///
		/// # Details
		/// `digest` is that of exactly this fact ([`trimast_primitives::order::fact_digest`]).
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotConcerned`, `TooLate`, `NoSuchFact`, `OwnFact`, `OtherDigest`, `AlreadyGiven`.
		///
		/// # Events
		/// `FactCountersigned`.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::countersign_fact())]
		pub fn countersign_fact(origin: OriginFor<T>, order: u32, fact: u8, digest: Hash) -> DispatchResult {
			let org = Self::authorise_for(origin, DISPATCHER, order)?;
			Ok(facts::countersign::<T>(org, order, fact, digest)?)
		}

		/// Ask for the body of a fact of another company.
		///
		/// # Origin
		/// A dispatcher or an auditor of a company that the order concerns, with the place in its scope.
		///
		/// # Details
		/// Each company asks once, until the body is shown. Where it is not delivered within the term after the last of them
		/// has asked, the fact is void.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotConcerned`, `TooLate`, `NoSuchFact`, `OwnFact`, `NoBody`, `AlreadyAsked`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `BodyAsked`, and `FactVoid` where it is not delivered.
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::ask_body())]
		pub fn ask_body(origin: OriginFor<T>, order: u32, fact: u8) -> DispatchResult {
			let org = Self::authorise_for(origin, CRITIC, order)?;
			Ok(facts::ask::<T>(org, order, fact)?)
		}

		/// Show the body of one's own fact to the chain.
		///
		/// # Origin
		/// A dispatcher or a collector of the fact's author, with the place in its scope.
		///
		/// # Details
		/// The chain compares its hash and keeps nothing of it: it stands in the block. So bodies that may be asked for are
		/// no larger than `MaxBody`.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NoSuchFact`, `NotAsked`, `NotAuthor`, `OtherBody`, `TooLate`.
		///
		/// # Events
		/// `BodyDelivered`.
		#[pallet::call_index(23)]
		#[pallet::weight(T::WeightInfo::deliver_body(bytes.len().saturated_into()))]
		pub fn deliver_body(
			origin: OriginFor<T>,
			order: u32,
			fact: u8,
			bytes: BoundedVec<u8, T::MaxBody>,
		) -> DispatchResult {
			let org = Self::authorise_for(origin, WITNESS, order)?;
			Ok(facts::deliver::<T>(org, order, fact, &bytes)?)
		}

		/// Say that one has the body that one has asked for.
		///
		/// # Origin
		/// A dispatcher or an auditor of who has asked, with the place in its scope.
		///
		/// # Details
		/// It speaks for itself alone: who else has asked waits on.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NoSuchFact`, `NotAsked`, `TooLate`.
		///
		/// # Events
		/// `BodyDelivered`.
		#[pallet::call_index(24)]
		#[pallet::weight(T::WeightInfo::acknowledge_body())]
		pub fn acknowledge_body(origin: OriginFor<T>, order: u32, fact: u8) -> DispatchResult {
			let org = Self::authorise_for(origin, CRITIC, order)?;
			Ok(facts::acknowledge::<T>(org, order, fact)?)
		}

		/// Deny a fact that speaks against one's own company, in an order of others.
		///
		/// # Origin
		/// A dispatcher or an auditor of the company that the fact speaks against, with the place in its scope.
		///
		/// # Details
		/// It counts then only if a second company stands behind it, or by a ruling. A party of the order does not deny. Who
		/// countersigns the fact later does not deny it any more.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NotConcerned`, `TooLate`, `NotAccused`, `NoSuchFact`, `OwnFact`, `AlreadyGiven`.
		///
		/// # Events
		/// `FactDenied`.
		#[pallet::call_index(25)]
		#[pallet::weight(T::WeightInfo::countersign_fact())]
		pub fn deny_fact(origin: OriginFor<T>, order: u32, fact: u8) -> DispatchResult {
			let org = Self::authorise_for(origin, CRITIC, order)?;
			Ok(facts::deny::<T>(org, order, fact)?)
		}

		/// Appeal against a verdict.
		///
		/// # Origin
		/// A dispatcher or an auditor of a party or of who answers by the verdict, with the place in its scope.
		///
		/// # Details
		/// The first appeal stops the window. The whole verdict is ruled on. Against a verdict that a ruling has given who newly
		/// answers by it may appeal.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NoVerdict`, `NotParty`, `AlreadyAppealed`, `TooLate`, `BadWords`, `AgendaFull`.
		///
		/// # Events
		/// `Appealed`.
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::appeal())]
		pub fn appeal(origin: OriginFor<T>, order: u32, reason: Words) -> DispatchResult {
			let org = Self::authorise_for(origin, CRITIC, order)?;
			Ok(verdicts::appeal::<T>(org, order, reason)?)
		}

		/// Say how one would rule on an appeal.
		///
		/// # Origin
		/// A dispatcher or an auditor of a carrier or tower company that is not party, has not appealed and does not answer by
		/// the verdict on more than one word, with the place in its scope.
		///
		/// # Details
		/// A ruling says which facts count although they were late, and which do not; one that says nothing lets the verdict
		/// stand. When more than half of those who may rule say the same, the verdict is given anew by it, and is final; but who
		/// newly answers has the term for appeals first. Then a ruling is about all of the evidence again. For a ruling counts
		/// nobody whose sums it would change.
		/// When the term is over those who are left are counted once more.
		/// Silence past the term: it stands, and is shown as disputed.
		///
		/// # Errors
		/// Those of the origin; `NoSuchOrder`, `NoAppeal`, `NotRuler`, `TooLate`, `AlreadyGiven`, `BadRuling`, `BadWords`,
		/// `AgendaFull`.
		///
		/// # Events
		/// `RulingSaid`; `VerdictGiven`, then `VerdictFinal`.
		#[pallet::call_index(31)]
		#[pallet::weight(T::WeightInfo::rule())]
		pub fn rule(origin: OriginFor<T>, order: u32, ruling: Ruling, reason: Words) -> DispatchResult {
			let org = Self::authorise_for(origin, CRITIC, order)?;
			Ok(verdicts::rule::<T>(org, order, ruling, reason)?)
		}

		/// Sign a company's scores of a month that is over.
		///
		/// # Origin
		/// A dispatcher or an auditor of a carrier or tower company, everywhere.
		///
		/// # Details
		/// `digest` is that of the scores as they stand ([`trimast_primitives::order::statement_digest`]).
		///
		/// # Errors
		/// Those of the origin; `NotMember`, `OtherMonth`, `OtherDigest`, `AlreadyGiven`.
		///
		/// # Events
		/// `StatementSigned`.
		#[pallet::call_index(40)]
		#[pallet::weight(T::WeightInfo::sign_statement())]
		pub fn sign_statement(
			origin: OriginFor<T>,
			month: u16,
			subject: OrgId,
			digest: Hash,
		) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, Scope::National)?;
			Ok(scores::sign::<T>(org, month, subject, digest)?)
		}

		/// Dispute a company's scores of a month that is over.
		///
		/// # Origin
		/// A dispatcher or an auditor of a carrier or tower company, everywhere.
		///
		/// # Details
		/// Who has signed does not dispute any more; who disputes may sign.
		///
		/// # Errors
		/// Those of the origin; `NotMember`, `OtherMonth`, `OtherDigest`, `AlreadyGiven`, `BadWords`.
		///
		/// # Events
		/// `StatementDisputed`.
		#[pallet::call_index(41)]
		#[pallet::weight(T::WeightInfo::dispute_statement())]
		pub fn dispute_statement(
			origin: OriginFor<T>,
			month: u16,
			subject: OrgId,
			digest: Hash,
			reason: Words,
		) -> DispatchResult {
			let org = Self::authorise(origin, CRITIC, Scope::National)?;
			Ok(scores::dispute::<T>(org, month, subject, digest, reason)?)
		}

		/// Set how rounds are held.
		///
		/// # Origin
		/// `RulesOrigin`.
		///
		/// # Details
		/// A round that is open keeps those of its opening.
		///
		/// # Errors
		/// `BadOrigin`; `BadRoundRules`.
		///
		/// # Events
		/// `RoundRulesSet`.
		#[pallet::call_index(64)]
		#[pallet::weight(T::WeightInfo::set_round_rules())]
		pub fn set_round_rules(origin: OriginFor<T>, rules: RoundRules) -> DispatchResult {
			T::RulesOrigin::ensure_origin(origin)?;
			Ok(rounds::set_rules::<T>(rules)?)
		}

		/// Enter a crew, a generator or spares into the books.
		///
		/// # Origin
		/// A dispatcher of the owner, with the resource's area in its scope.
		///
		/// # Details
		/// Rounds of its area plan a crew or a generator from now on.
		///
		/// # Errors
		/// Those of the origin; `NotMember`, `UnknownTerritory`, `BadResource`, `TooManyResources`.
		///
		/// # Events
		/// `ResourceAdded`.
		#[pallet::call_index(65)]
		#[pallet::weight(T::WeightInfo::add_resource())]
		pub fn add_resource(origin: OriginFor<T>, details: Details) -> DispatchResult {
			let org = Self::authorise(origin, DISPATCHER, details.area)?;
			resources::add::<T>(org, details)?;
			Ok(())
		}

		/// Say anew what a resource is, and where.
		///
		/// # Origin
		/// A dispatcher of the owner, with both areas in its scope.
		///
		/// # Details
		/// Neither while a round plans it or it is on a route, nor while it is offered or lent.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NotOwner`, `InUse`, `AlreadyLent`, `UnknownTerritory`, `BadResource`.
		///
		/// # Events
		/// `ResourceChanged`.
		#[pallet::call_index(66)]
		#[pallet::weight(T::WeightInfo::change_resource())]
		pub fn change_resource(origin: OriginFor<T>, resource: u32, details: Details) -> DispatchResult {
			Self::authorise_for_resource(origin.clone(), resource)?;
			let org = Self::authorise(origin, DISPATCHER, details.area)?;
			Ok(resources::change::<T>(org, resource, details)?)
		}

		/// Take a resource out of the books.
		///
		/// # Origin
		/// A dispatcher of the owner, with the resource's area in its scope; of any company once the owner has left.
		///
		/// # Details
		/// What an owner has left may be lent, until the term is over.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NotOwner`, `InUse`, `AlreadyLent`.
		///
		/// # Events
		/// `ResourceRemoved`; `RouteDropped`.
		#[pallet::call_index(67)]
		#[pallet::weight(T::WeightInfo::remove_resource())]
		pub fn remove_resource(origin: OriginFor<T>, resource: u32) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::remove::<T>(org, resource)?)
		}

		/// Offer a resource to another company.
		///
		/// # Origin
		/// A dispatcher of the owner, with the resource's area in its scope.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NotOwner`, `AlreadyLent`, `NotMember`, `BadTerm`.
		///
		/// # Events
		/// `ResourceOffered`.
		#[pallet::call_index(68)]
		#[pallet::weight(T::WeightInfo::lend())]
		pub fn offer_resource(
			origin: OriginFor<T>,
			resource: u32,
			to: OrgId,
			from: Moment,
			until: Moment,
		) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::offer::<T>(org, resource, to, from, until)?)
		}

		/// Take an offer back that nobody has taken.
		///
		/// # Origin
		/// A dispatcher of the owner, with the resource's area in its scope.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NotOwner`, `NoOffer`, `AlreadyLent`.
		///
		/// # Events
		/// `OfferWithdrawn`.
		#[pallet::call_index(69)]
		#[pallet::weight(T::WeightInfo::lend())]
		pub fn withdraw_offer(origin: OriginFor<T>, resource: u32) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::withdraw::<T>(org, resource)?)
		}

		/// Take an offer: the resource is lent.
		///
		/// # Origin
		/// A dispatcher of the company to which it is offered, with the resource's area in its scope.
		///
		/// # Details
		/// `from` and `until` are those of the offer. In this time the company sends the resource.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NoOffer`, `AlreadyGiven`, `TooLate`, `InUse`.
		///
		/// # Events
		/// `LeaseBegun`.
		#[pallet::call_index(70)]
		#[pallet::weight(T::WeightInfo::lend())]
		pub fn take_offer(
			origin: OriginFor<T>,
			resource: u32,
			from: Moment,
			until: Moment,
		) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::take::<T>(org, resource, from, until)?)
		}

		/// Say what the meter of a lease shows.
		///
		/// # Origin
		/// A dispatcher of either company of the lease, with the resource's area in its scope.
		///
		/// # Details
		/// The unit is theirs: seconds, Wh. Each has a reading of its own, which is its word and goes back only to what the other has
		/// read; what both have read is agreed. Of spares the chain counts itself.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NoOffer`, `NotOwner`, `BadReading`.
		///
		/// # Events
		/// `LeaseMetered`.
		#[pallet::call_index(71)]
		#[pallet::weight(T::WeightInfo::lend())]
		pub fn meter_lease(origin: OriginFor<T>, resource: u32, reading: u64) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::meter::<T>(org, resource, reading)?)
		}

		/// Sign that a resource is given back.
		///
		/// # Origin
		/// A dispatcher of either company of the lease, with the resource's area in its scope.
		///
		/// # Details
		/// Within the term both sign; when it has been over for as long as a company has to answer, or the other has left, one of
		/// them suffices. A route of who has left ends.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NoOffer`, `NotOwner`, `InUse`.
		///
		/// # Events
		/// `ReleaseSigned`, or `LeaseEnded`; `RouteDropped`.
		#[pallet::call_index(72)]
		#[pallet::weight(T::WeightInfo::lend())]
		pub fn release_resource(origin: OriginFor<T>, resource: u32) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::release::<T>(org, resource)?)
		}

		/// Use up spares for an order.
		///
		/// # Origin
		/// A dispatcher of who has the spares now, with their area in its scope.
		///
		/// # Details
		/// The company is a party of the order. What is used of a lease counts on both meters.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NotOwner`, `NoSpares`, `NoSuchOrder`, `NotParty`, `TooLate`.
		///
		/// # Events
		/// `SparesUsed`.
		#[pallet::call_index(73)]
		#[pallet::weight(T::WeightInfo::use_spares())]
		pub fn use_spares(origin: OriginFor<T>, resource: u32, order: u32, used: u32) -> DispatchResult {
			let org = Self::authorise_for_resource(origin, resource)?;
			Ok(resources::use_up::<T>(org, resource, order, used)?)
		}

		/// Open a round.
		///
		/// # Origin
		/// A dispatcher of a carrier or tower company, with the local network in its scope.
		///
		/// # Details
		/// Beside the rounds that the chain opens itself. Resources and jobs are gathered and frozen by the chain.
		///
		/// # Errors
		/// Those of the origin; `NotMember`, `UnknownTerritory`, `RoundOpen`, `TooSoon`, `NothingWaits`.
		///
		/// # Events
		/// `RoundOpened`; `RoundFrozen`, `RoundDecided`, `RouteSent` and `RoundOver` by and by.
		#[pallet::call_index(80)]
		#[pallet::weight(T::WeightInfo::open_round())]
		pub fn open_round(origin: OriginFor<T>, local_network: LocalNetworkId) -> DispatchResult {
			let org = Self::authorise(origin, DISPATCHER, Scope::LocalNetwork(local_network))?;
			rounds::call::<T>(org, local_network)?;
			Ok(())
		}

		/// Bid for a round.
		///
		/// # Origin
		/// A dispatcher of a carrier or tower company, with the local network in its scope.
		///
		/// # Details
		/// The chain checks all of it. An invalid bid counts, and costs a mark: the call succeeds, so that the mark stays. A valid one
		/// that is no better than the best so far, or than the greedy plan, is taken and wins nothing.
		///
		/// # Errors
		/// Those of the origin; `NotMember`, `NoSuchRound`, `NotBidding`, `TooLate`, `Barred`, `TooManyBids`.
		///
		/// # Events
		/// `BidTaken`, or `BidRefused`.
		#[pallet::call_index(81)]
		#[pallet::weight(charges::bid::<T>(MAX_JOBS, plan))]
		pub fn bid(origin: OriginFor<T>, round: u32, plan: Box<Plan>) -> DispatchResultWithPostInfo {
			let admitted = Self::admit_bid(origin, round);
			let (org, head) = admitted.map_err(|error| error.with_weight(T::WeightInfo::admit()))?;
			let weight = charges::bid::<T>(head.jobs.into(), &plan);
			rounds::take_bid::<T>(org, round, head, *plan)?;
			Ok(Some(weight).into())
		}

		/// Take a route on, or say that a visit goes on which is late, or that a generator still runs.
		///
		/// # Origin
		/// A dispatcher of the company that sends the resource, with the local network in its scope.
		///
		/// # Details
		/// The resource is under way to its first visit: no later round takes that away. Who is late and does not say so in the time
		/// that there is to answer loses the route, and so does who says so of a visit and is late with it again. The same is asked of a generator that runs, every four hours.
		///
		/// # Errors
		/// Those of the origin; `NoRoute`, `NotOwner`, `AlreadyGiven`, `TooLate`, `AgendaFull`.
		///
		/// # Events
		/// `RouteAcknowledged`; `VisitLate` where a visit is not finished in time, and then `RouteDropped` and `RouteUnanswered`.
		#[pallet::call_index(82)]
		#[pallet::weight(T::WeightInfo::acknowledge_route())]
		pub fn acknowledge_route(origin: OriginFor<T>, resource: u32) -> DispatchResult {
			let org = Self::authorise_for_route(origin, resource)?;
			Ok(rounds::acknowledge::<T>(org, resource)?)
		}

		/// Refuse a route, or give it up; or have one given up that is late.
		///
		/// # Origin
		/// A dispatcher of the company that sends the resource, with the local network in its scope; while its first visit is late, also
		/// when its company has said that it goes on, one of the raiser or the handler of that order, too.
		///
		/// # Details
		/// Also one that is under way. Another round is opened; it does without this resource while the time for an answer lasts. At the
		/// sixth refusal of a company there within that time, rounds do without all that it has for as long.
		///
		/// # Errors
		/// Those of the origin; `NoRoute`, `NotOwner`, `BadWords`.
		///
		/// # Events
		/// `RouteDropped`, `RouteRefused`.
		#[pallet::call_index(83)]
		#[pallet::weight(T::WeightInfo::refuse_route())]
		pub fn refuse_route(origin: OriginFor<T>, resource: u32, reason: Words) -> DispatchResult {
			let org = Self::authorise_for_route(origin, resource)?;
			Ok(rounds::refuse::<T>(org, resource, reason)?)
		}

		/// Say that the visit is done to which a resource is under way.
		///
		/// # Origin
		/// A dispatcher of the company that sends the resource, with the local network in its scope.
		///
		/// # Details
		/// The resource is where the order is, and under way to the next one. Of a generator: it runs; and when that is said again, it
		/// is free. The order moves by its own steps.
		///
		/// # Errors
		/// Those of the origin; `NoRoute`, `NotOwner`, `NotUnderWay`, `AgendaFull`.
		///
		/// # Events
		/// `VisitFinished`; `RouteFinished` behind the last.
		#[pallet::call_index(84)]
		#[pallet::weight(T::WeightInfo::finish_visit())]
		pub fn finish_visit(origin: OriginFor<T>, resource: u32, order: u32) -> DispatchResult {
			let org = Self::authorise_for_route(origin, resource)?;
			Ok(rounds::finish_visit::<T>(org, resource, order)?)
		}

		/// Send a resource by hand, whatever the plan says.
		///
		/// # Origin
		/// A dispatcher of the company that sends the resource, with the local network in its scope, and that of the resource's route and
		/// of the round that plans it.
		///
		/// # Details
		/// The resource may be sent in the local network. The company handles each order. They are taken off other routes; no round plans the resource until it is through with
		/// them. No order: the resource is free. Where a round has sent or plans it, it rests as after a refusal; what a round has for
		/// it is refused by that, and counts so.
		///
		/// # Errors
		/// Those of the origin; `NoSuchResource`, `NotOwner`, `BadResource`, `BadWords`, `AlreadyExists`, `NoSuchOrder`, `NotWaiting`,
		/// `NotParty`, `OtherSide`, `NoSuchStation`, `AgendaFull`.
		///
		/// # Events
		/// `RouteDropped`, `RouteOverridden`.
		#[pallet::call_index(85)]
		#[pallet::weight(T::WeightInfo::override_route(orders.len().saturated_into()))]
		pub fn override_route(
			origin: OriginFor<T>,
			resource: u32,
			local_network: LocalNetworkId,
			orders: BoundedVec<u32, ConstU32<MAX_VISITS>>,
			reason: Words,
		) -> DispatchResult {
			let org = Self::authorise_by_hand(origin, resource, local_network)?;
			Ok(rounds::override_route::<T>(org, resource, local_network, &orders, reason)?)
		}
	}
}
