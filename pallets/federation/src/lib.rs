// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// What runs in WASM must neither panic nor wrap. (Truncating casts would be on the list, but the derives of SCALE have
// one for every enum.)
#![cfg_attr(
	not(any(test, feature = "runtime-benchmarks", feature = "try-runtime")),
	warn(
		clippy::unwrap_used,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects,
		clippy::cast_possible_wrap,
		clippy::cast_sign_loss
	)
)]

extern crate alloc;

mod accounts;
pub mod admission;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod enactments;
mod errors;
mod events;
mod genesis;
pub mod migrations;
pub mod motions;
mod nodes;
mod orgs;
pub mod origins;
mod pause;
mod proposals;
pub mod quota;
pub mod seats;
mod subject_motions;
mod tasks;
pub mod traits;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod views;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use traits::{CouncilSeats, Delegations, Matters, SessionKeys};
pub use types::{GenesisOrg, NodeKind, PauseKind, PauseKinds, SubjectMatter};
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

/// Target of the pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::federation";

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use crate::{
		admission::OrgUse,
		traits::{CouncilSeats, Delegations, Matters, SessionKeys},
		types::*,
		views,
		weights::WeightInfo,
	};
	use alloc::{boxed::Box, string::String, vec::Vec};
	use frame_support::{
		dispatch::{GetDispatchInfo, PostDispatchInfo},
		pallet_prelude::*,
		traits::{schedule::v3::Named, IsSubType},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::Dispatchable;
	use trimast_primitives::{
		access::{Roles, Scope},
		apis::{
			AccountView, BranchView, EnactmentView, MotionView, NodeView, OrgView, PauseView,
			SubjectMotionView,
		},
		matter::{Matter, MotionDefect},
		org::OrgKind,
		params::{ParameterBounds, Parameters},
		AccountId, BlockNumber, Hash, OrgId, OrgSet, ProvinceId,
	};

	/// The storage version in the code.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);
	/// Most validators that a session can have: eight for each organisation there can be.
	pub const MAX_VALIDATORS: u32 = 256;
	/// Most organisations whose use of a block is counted: as many as there can be.
	pub const MAX_USERS: u32 = 32;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId, Hash = Hash> {
		/// The runtime's calls.
		type RuntimeCall: Parameter
			+ Dispatchable<RuntimeOrigin = Self::RuntimeOrigin, PostInfo = PostDispatchInfo>
			+ GetDispatchInfo
			+ From<Call<Self>>
			+ IsSubType<Call<Self>>
			+ IsType<<Self as frame_system::Config>::RuntimeCall>;
		/// The origins that the scheduler takes.
		type PalletsOrigin: From<frame_system::RawOrigin<Self::AccountId>>;
		/// A motion of the council, with the number of its ayes and of the members.
		type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = (u32, u32)>;
		/// The council's seats and votes.
		type Council: CouncilSeats<Self::AccountId>;
		/// Sorts the calls that a motion may decide.
		type Matters: Matters<<Self as Config>::RuntimeCall>;
		/// Carries out what waits for its delay.
		type Scheduler: Named<
			BlockNumberFor<Self>,
			<Self as Config>::RuntimeCall,
			Self::PalletsOrigin,
			Hasher = Self::Hashing,
		>;
		/// Who has session keys.
		type SessionKeys: SessionKeys<Self::AccountId>;
		/// Who may sign for an account in its place.
		type Delegations: Delegations<Self::AccountId>;
		/// Length of a slot, ms. Delays in seconds become blocks by it.
		#[pallet::constant]
		type SlotMillis: Get<u64>;
		/// Most validators that one organisation may name.
		#[pallet::constant]
		type MaxValidatorsPerOrg: Get<u32>;
		/// Most nodes that one organisation may register.
		#[pallet::constant]
		type MaxNodes: Get<u32>;
		/// Most branches of one organisation.
		#[pallet::constant]
		type MaxBranches: Get<u32>;
		/// Most motions that the council has open.
		#[pallet::constant]
		type MaxMotions: Get<u32>;
		/// Most decided motions that wait for their delay.
		#[pallet::constant]
		type MaxEnactments: Get<u32>;
		/// Most motions about companies that are open or wait for their delay.
		#[pallet::constant]
		type MaxSubjectMotions: Get<u32>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// Every organisation there ever was.
	#[pallet::storage]
	pub type Orgs<T> = StorageMap<_, Twox64Concat, OrgId, Org>;

	/// The number that the next invited organisation gets.
	#[pallet::storage]
	pub type NextOrg<T> = StorageValue<_, u8, ValueQuery>;

	/// The organisations that are members.
	#[pallet::storage]
	pub type Members<T> = StorageValue<_, OrgSet, ValueQuery>;

	/// The members that hold a council seat.
	#[pallet::storage]
	pub type Seated<T> = StorageValue<_, OrgSet, ValueQuery>;

	/// Every account that an organisation has ever added.
	#[pallet::storage]
	pub type Accounts<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Account>;

	/// The accounts of each organisation, for paging.
	#[pallet::storage]
	pub type AccountsOf<T: Config> =
		StorageDoubleMap<_, Twox64Concat, OrgId, Blake2_128Concat, T::AccountId, ()>;

	/// The branches of each organisation.
	#[pallet::storage]
	pub type Branches<T> = StorageDoubleMap<_, Twox64Concat, OrgId, Twox64Concat, u16, Branch>;

	/// The validators that each organisation has named, in the order of its seats.
	#[pallet::storage]
	pub type Validators<T: Config> =
		StorageMap<_, Twox64Concat, OrgId, BoundedVec<T::AccountId, T::MaxValidatorsPerOrg>, ValueQuery>;

	/// The validators that were last handed to the session pallet.
	#[pallet::storage]
	pub type Planned<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, ConstU32<MAX_VALIDATORS>>, ValueQuery>;

	/// First block of the session.
	#[pallet::storage]
	pub type SessionStart<T> = StorageValue<_, BlockNumber, ValueQuery>;

	/// The registered nodes.
	#[pallet::storage]
	pub type Nodes<T> = StorageMap<_, Blake2_128Concat, PeerId, Node>;

	/// The motions that each company has proposed in the council, by hash and number, and that were open when it last
	/// did.
	#[pallet::storage]
	pub type OpenMotions<T> =
		StorageMap<_, Twox64Concat, OrgId, BoundedVec<(Hash, u32), ConstU32<MAX_OPEN_MOTIONS>>, ValueQuery>;

	/// The motions that wait for their delay.
	#[pallet::storage]
	pub type Enactments<T> = CountedStorageMap<_, Twox64Concat, u32, Enactment>;

	/// Their calls.
	#[pallet::storage]
	pub type EnactedCalls<T> = StorageMap<_, Twox64Concat, u32, CallBytes>;

	/// The number of the next enactment.
	#[pallet::storage]
	pub type NextEnactment<T> = StorageValue<_, u32, ValueQuery>;

	/// The motions about companies that are open or wait for their delay.
	#[pallet::storage]
	pub type SubjectMotions<T> = CountedStorageMap<_, Twox64Concat, u32, SubjectMotion>;

	/// The number of the next subject motion.
	#[pallet::storage]
	pub type NextSubjectMotion<T> = StorageValue<_, u32, ValueQuery>;

	/// The last emergency pause.
	#[pallet::storage]
	pub type Paused<T> = StorageValue<_, Pause>;

	/// The parameters of a chain without any: production's.
	#[pallet::type_value]
	pub fn DefaultParameters() -> Parameters {
		Parameters::PRODUCTION
	}

	/// The governed parameters.
	#[pallet::storage]
	pub type ParametersInForce<T> = StorageValue<_, Parameters, ValueQuery, DefaultParameters>;

	/// The ranges of a chain without any: production's.
	#[pallet::type_value]
	pub fn DefaultBounds() -> ParameterBounds {
		ParameterBounds::PRODUCTION
	}

	/// The range of each parameter, fixed at genesis.
	#[pallet::storage]
	pub type Bounds<T> = StorageValue<_, ParameterBounds, ValueQuery, DefaultBounds>;

	/// What each organisation has used of this block. Gone when the block is finished.
	#[pallet::storage]
	pub type BlockUse<T> = StorageValue<_, BoundedVec<OrgUse, ConstU32<MAX_USERS>>, ValueQuery>;

	/// What each organisation has used of late: millionths of a block, each block counting a sixteenth less
	/// than the next.
	#[pallet::storage]
	pub type RecentUse<T> = StorageValue<_, BoundedVec<(OrgId, u32), ConstU32<MAX_USERS>>, ValueQuery>;

	/// Bytes of state that each organisation's deposits hold.
	#[pallet::storage]
	pub type StateUse<T> = StorageMap<_, Twox64Concat, OrgId, u32, ValueQuery>;

	/// Bytes of state reserved for single accounts, with the organisation that pays.
	#[pallet::storage]
	pub type Deposits<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Deposit>;

	/// The federation at the start of the chain.
	///
	/// The council is not filled from here: its membership pallet has a genesis of its own, which must name
	/// the principals of the companies. Nor are session keys: the session pallet's genesis has them.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The organisations, numbered in this order.
		pub orgs: Vec<GenesisOrg>,
		/// The parameters.
		pub parameters: Parameters,
		/// Their ranges.
		pub bounds: ParameterBounds,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				orgs: Vec::new(),
				parameters: Parameters::PRODUCTION,
				bounds: ParameterBounds::PRODUCTION,
				_config: Default::default(),
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			crate::genesis::build(self);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::on_finalize()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Self::fold_block_use();
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			crate::genesis::check_constants::<T>();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Invites an organisation to join.
		///
		/// - Origin: Root: the council, as part of the constitution; all companies together for a witness.
		/// - Details: The organisation gets the next number, and `principal` becomes its first account. There
		///   are 32 numbers in all, those of the genesis among them, and none is given twice: an invitation
		///   that lapses has used its number up. It lapses after `motion_term` if it is not accepted. Another
		///   organisation that has added this account loses it, if it has never signed and is neither
		///   principal, recovery account nor validator there.
		/// - Errors: `InvalidName`; `TooMany` when every number is given; `AccountTaken`.
		/// - Events: `AccountRemoved` when another organisation loses the account, `AccountAdded`, `Invited`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::invite())]
		pub fn invite(
			origin: OriginFor<T>,
			kind: OrgKind,
			name: Name,
			principal: AccountId,
		) -> DispatchResult {
			ensure_root(origin)?;
			Self::do_invite(kind, name, principal)
		}

		/// Accepts an invitation and registers a recovery account.
		///
		/// - Origin: Signed by the invited principal.
		/// - Details: `recovery` is another account and becomes a National auditor. The council has to
		///   confirm.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `NotPrincipal`, `NotInvited`,
		///   `Expired`; of the recovery account `AlreadyExists` when it is the signer, `AccountTaken`.
		/// - Events: `AccountAdded`, `Accepted`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::accept())]
		pub fn accept(origin: OriginFor<T>, recovery: AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept(who, recovery)
		}

		/// Confirms an organisation that has accepted: it is a member.
		///
		/// - Origin: Root: the council, as part of the constitution.
		/// - Details: A company gets its council seat. What has been accepted does not expire.
		/// - Errors: `NotFound`, `NotAccepted`.
		/// - Events: `Confirmed`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::confirm())]
		pub fn confirm(origin: OriginFor<T>, org: OrgId) -> DispatchResult {
			ensure_root(origin)?;
			Self::do_confirm(org)
		}

		/// Adds an account to the signer's organisation, or takes a removed one back.
		///
		/// - Origin: Signed by an admin whose scope contains `scope`; the admin role is granted by National
		///   admins only.
		/// - Details: The account may sign from the next block on. Nothing it signed on an earlier block
		///   counts. An account that another organisation has removed is not taken, since its colleagues there
		///   may have named it as their proxy; one whose organisation has left is, and its proxies and
		///   announcements end. An organisation may be the first to add `max_accounts`.
		/// - Errors: `InvalidRoles`, `InvalidScope`; of the signer `UnknownAccount`, `AccountRemoved`,
		///   `OrgNotMember`, `NotAuthorized`, `OutsideScope`, `NationalAdminRequired`; `NotFound` (the
		///   branch); `AlreadyExists` when the organisation has the account, `AccountTaken`, `TooMany`.
		/// - Events: `AccountAdded`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::add_account())]
		pub fn add_account(
			origin: OriginFor<T>,
			account: AccountId,
			roles: Roles,
			scope: Scope,
			branch: Option<u16>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_add_account(who, account, roles, scope, branch)
		}

		/// Changes the roles, the scope and the branch of an account.
		///
		/// - Origin: Signed by an admin of the same organisation whose scope contains both the old and the
		///   new one; the admin role is granted and taken by National admins only.
		/// - Details: What is given takes the place of what the account had. The principal stays a National
		///   admin.
		/// - Errors: `InvalidRoles`, `InvalidScope`; of the signer `UnknownAccount`, `AccountRemoved`,
		///   `OrgNotMember`, `NotAuthorized`, `OutsideScope`, `NationalAdminRequired`; `NotFound` (the
		///   branch); of the account `UnknownAccount` when nobody has it or it was removed, `NotAuthorized`
		///   when it is another organisation's, `OutsideScope`, `NationalAdminRequired`, `IsPrincipal`.
		/// - Events: `AccountSet`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_account())]
		pub fn set_account(
			origin: OriginFor<T>,
			account: AccountId,
			roles: Roles,
			scope: Scope,
			branch: Option<u16>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_account(who, account, roles, scope, branch)
		}

		/// Removes an account.
		///
		/// - Origin: Signed by an admin of the same organisation whose scope contains the account's; a
		///   National admin for an admin.
		/// - Details: Its authority, its proxies and its announcements end at once. Its nonce stays, and so
		///   does its entry: removing makes no room under `max_accounts`. No pause stops this call.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotAuthorized`; of
		///   the account `UnknownAccount` when nobody has it or it was removed, `NotAuthorized` when it is
		///   another organisation's, `OutsideScope`, `NationalAdminRequired`, `IsPrincipal`, `IsRecovery`,
		///   `IsValidator`.
		/// - Events: `AccountRemoved`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::remove_account())]
		pub fn remove_account(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove_account(who, account)
		}

		/// Adds a branch, bound to a part of the territory.
		///
		/// - Origin: Signed by an admin whose scope contains `scope`.
		/// - Details: The number is the organisation's own choice. An organisation has at most `MaxBranches`.
		/// - Errors: `InvalidName`, `InvalidScope`; of the signer `UnknownAccount`, `AccountRemoved`,
		///   `OrgNotMember`, `NotAuthorized`, `OutsideScope`; `AlreadyExists`, `TooMany`.
		/// - Events: `BranchAdded`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::add_branch())]
		pub fn add_branch(origin: OriginFor<T>, id: u16, name: Name, scope: Scope) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_add_branch(who, id, name, scope)
		}

		/// Removes a branch.
		///
		/// - Origin: Signed by an admin whose scope contains the branch's.
		/// - Details: Accounts that named it belong to no branch, until there is one of this number again.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotAuthorized`,
		///   `OutsideScope`; `NotFound`.
		/// - Events: `BranchRemoved`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::remove_branch())]
		pub fn remove_branch(origin: OriginFor<T>, id: u16) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove_branch(who, id)
		}

		/// Lets another account speak for the organisation; a company's council seat goes with it.
		///
		/// - Origin: Signed by the principal.
		/// - Details: The new one is a National admin of the same organisation. Votes that the former one has
		///   given in motions of the council that are open no longer count: the new one votes again. Votes
		///   about another company, and on what is decided, are the company's and stay.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`; of the
		///   account `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotNationalAdmin`, `IsRecovery`.
		/// - Events: `PrincipalSet`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_principal())]
		pub fn set_principal(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_principal(who, account)
		}

		/// Passes the right to veto a recovery on to another account of the organisation.
		///
		/// - Origin: Signed by the recovery account itself.
		/// - Details: The roles of both accounts stay what they are. A replacement that the principal has
		///   started is dropped.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotRecovery`; of the
		///   account `IsPrincipal`, `UnknownAccount`, `AccountRemoved`, `OrgNotMember`; `UnknownAccount` also
		///   when it is another organisation's.
		/// - Events: `RecoverySet`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::set_recovery())]
		pub fn set_recovery(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_recovery(who, account)
		}

		/// Names the validators that hold the organisation's seats; they act in the session after next.
		///
		/// - Origin: Signed by a National operator.
		/// - Details: Each is an account of the organisation and has session keys. They are not fewer than
		///   before unless the seats are.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotAuthorized`,
		///   `OutsideScope`; `NoValidators`, `TooManyValidators`, `TooFewValidators`; of an account
		///   `AlreadyExists` when it is named twice, `UnknownAccount` when the organisation does not have it,
		///   `NoSessionKeys`.
		/// - Events: `ValidatorsSet`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::set_validators(validators.len() as u32))]
		pub fn set_validators(
			origin: OriginFor<T>,
			validators: BoundedVec<AccountId, T::MaxValidatorsPerOrg>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_validators(who, validators)
		}

		/// Registers a node by its peer id.
		///
		/// - Origin: Signed by an operator whose scope covers the province, a National one when none is
		///   given.
		/// - Details: An organisation has at most `MaxNodes`.
		/// - Errors: `InvalidPeerId`, `InvalidScope`; of the signer `UnknownAccount`, `AccountRemoved`,
		///   `OrgNotMember`, `NotAuthorized`, `OutsideScope`; `AlreadyExists` when a member has registered
		///   it, `TooMany`.
		/// - Events: `NodeRegistered`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::register_node())]
		pub fn register_node(
			origin: OriginFor<T>,
			peer_id: PeerId,
			kind: NodeKind,
			province: Option<ProvinceId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register_node(who, peer_id, kind, province)
		}

		/// Retires a node.
		///
		/// - Origin: Signed by an operator of its organisation whose scope covers its province, a National
		///   one when it has none.
		/// - Details: The peer id may be registered again, by any organisation.
		/// - Errors: `NotFound`; of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`,
		///   `NotAuthorized`, also when the node is another organisation's, `OutsideScope`.
		/// - Events: `NodeRetired`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::retire_node())]
		pub fn retire_node(origin: OriginFor<T>, peer_id: PeerId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire_node(who, peer_id)
		}

		/// Decides a call.
		///
		/// - Origin: A motion of the council that consists of this call alone.
		/// - Details: The matter of `call` sets the majority and the delay. Without a delay it is dispatched
		///   as Root at once, else scheduled.
		/// - Errors: `CallTooLarge`, `NotEnactable`, `NotEnoughVotes`; with a delay `TooMany`,
		///   `NotScheduled`; those of `call` that it would fail with in every state (`OutOfBounds`,
		///   `InvalidName`, and so on); without a delay all of them.
		/// - Events: `Enacted` with a delay, else `CarriedOut`.
		#[pallet::call_index(13)]
		#[pallet::weight(
			T::WeightInfo::enact(MAX_CALL_BYTES).saturating_add(call.get_dispatch_info().call_weight)
		)]
		pub fn enact(
			origin: OriginFor<T>,
			call: Box<<T as Config>::RuntimeCall>,
		) -> DispatchResultWithPostInfo {
			let (ayes, _) = T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_enact(call, ayes)
		}

		/// Carries out a decided motion whose delay is over.
		///
		/// - Origin: Root: the scheduler. Signed by the principal of a company, should the scheduler have
		///   lost it.
		/// - Details: Votes are counted again among the members of the day. A call that is heavier than
		///   `weight_bound`, since it has become so or since less was given, is scheduled anew for the next
		///   block, without an event. A call that fails is not tried again; `CarriedOut` has its error.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`,
		///   `NoCouncilSeat`; `NotFound`, `TooEarly`, `NotScheduled`.
		/// - Events: `CarriedOut` or `Lapsed`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::carry_out(MAX_CALL_BYTES).saturating_add(*weight_bound))]
		pub fn carry_out(origin: OriginFor<T>, id: u32, weight_bound: Weight) -> DispatchResultWithPostInfo {
			Self::ensure_root_or_seated(origin)?;
			Self::do_carry_out(id, weight_bound)
		}

		/// Objects to a decided motion.
		///
		/// - Origin: Signed by the principal of a company.
		/// - Details: A motion on rules then waits for the long delay, counted from its decision. On others
		///   the objection stands on record.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`,
		///   `NoCouncilSeat`; `NotFound`; `AlreadyVoted` when the company objects already; `NotScheduled`.
		/// - Events: `Objected`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::object())]
		pub fn object(origin: OriginFor<T>, id: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_object(who, id)
		}

		/// Withdraws an objection.
		///
		/// - Origin: Signed by the principal of a company that objects.
		/// - Details: When nobody else objects, the first delay counts again.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`,
		///   `NoCouncilSeat`; `NotFound`, also when the company does not object; `NotScheduled`.
		/// - Events: `ObjectionWithdrawn`.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::withdraw_objection())]
		pub fn withdraw_objection(origin: OriginFor<T>, id: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_objection(who, id)
		}

		/// Pauses kinds of calls for `pause_term`.
		///
		/// - Origin: A motion of the council with two ayes at least; all, while a pause holds and before
		///   `pause_gap` has passed since the last one ended.
		/// - Details: It takes the place of a pause that holds, also of the one after a failed migration,
		///   which has no end.
		/// - Errors: `NotEnoughVotes`, `InvalidKinds`, `PauseTooSoon`.
		/// - Events: `Paused`.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::pause())]
		pub fn pause(origin: OriginFor<T>, kinds: PauseKinds) -> DispatchResult {
			let (ayes, members) = T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_pause(kinds, ayes, members)
		}

		/// Ends a pause.
		///
		/// - Origin: A motion of the council with two ayes at least.
		/// - Details: `pause_gap` counts from here. It ends the pause after a failed migration too.
		/// - Errors: `NotEnoughVotes`, `NotPaused`.
		/// - Events: `PauseLifted`.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::lift_pause())]
		pub fn lift_pause(origin: OriginFor<T>) -> DispatchResult {
			let (ayes, _) = T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_lift_pause(ayes)
		}

		/// Proposes to suspend or readmit an organisation, or to recover its principal's key; the proposer
		/// votes for it.
		///
		/// - Origin: Signed by the principal of another company.
		/// - Details: The motion closes after `motion_term`. A recovery names an account of the organisation
		///   that is not its recovery account, or one of nobody, or one that another organisation may lose to
		///   an invitation (`invite`). Each company has a part of the list of `MaxSubjectMotions`, and one
		///   motion of a kind about an organisation.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`,
		///   `NoCouncilSeat`; of the organisation `OwnMotion`, `OrgNotMember`, `TooFewVoters`;
		///   `AccountTaken`, `AlreadyExists`, `TooMany`.
		/// - Events: `SubjectProposed`.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::propose_subject())]
		pub fn propose_subject(origin: OriginFor<T>, org: OrgId, matter: SubjectMatter) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose_subject(who, org, matter)
		}

		/// Votes for a motion about another organisation.
		///
		/// - Origin: Signed by the principal of another company.
		/// - Details: It is decided when all other companies have voted, or when the last that has not
		///   leaves. A suspension starts after `suspension_notice`, a recovery after `recovery_delay`, a
		///   readmission at once.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`,
		///   `NoCouncilSeat`; `NotFound`, `OwnMotion`, `AlreadyDecided`, `Expired`, `AlreadyVoted`,
		///   `NotScheduled`.
		/// - Events: `SubjectVoted`; `SubjectDecided` when it is the last vote, and `Readmitted` when a
		///   readmission is decided.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::vote_subject())]
		pub fn vote_subject(origin: OriginFor<T>, id: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_vote_subject(who, id)
		}

		/// Vetoes the recovery of the signer's organisation.
		///
		/// - Origin: Signed by its present principal or its recovery account.
		/// - Details: The motion is dropped, whether it is open for votes or waits for its delay.
		/// - Errors: `NotFound`, `NotRecoveryMotion`; of the signer `UnknownAccount`, `AccountRemoved`,
		///   `OrgNotMember`, `NotAuthorized`.
		/// - Events: `RecoveryVetoed`.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::veto_recovery())]
		pub fn veto_recovery(origin: OriginFor<T>, id: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_veto_recovery(who, id)
		}

		/// Lets a decided motion about an organisation take effect.
		///
		/// - Origin: Root: the scheduler. Signed by the principal of a company, should the scheduler have
		///   lost it.
		/// - Details: It lapses when a company that is a member by now has not voted for it, when fewer than
		///   two others are left, and when the account that a recovery names is taken by now. An account that
		///   a recovery names becomes a National admin of the organisation if it is none; another
		///   organisation may lose it as to an invitation. The former principal stays a National admin; its
		///   votes in motions of the council that are open no longer count.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`,
		///   `NoCouncilSeat`; `NotFound`; `TooEarly`, also when it is not decided.
		/// - Events: `Suspended`; `PrincipalSet`, before it `AccountAdded` when the account is new to the
		///   organisation and `AccountRemoved` when another loses it; or `SubjectLapsed`.
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::carry_out_subject())]
		pub fn carry_out_subject(origin: OriginFor<T>, id: u32) -> DispatchResult {
			Self::ensure_root_or_seated(origin)?;
			Self::do_carry_out_subject(id)
		}

		/// Declares that the organisation will leave.
		///
		/// - Origin: Signed by its principal.
		/// - Details: Until the exit is completed it is a member in every respect. When it is not completed
		///   within another `exit_notice` after it may be, it lapses.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`;
		///   `AlreadyLeaving`.
		/// - Events: `ExitDeclared`.
		#[pallet::call_index(23)]
		#[pallet::weight(T::WeightInfo::declare_exit())]
		pub fn declare_exit(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_declare_exit(who)
		}

		/// Withdraws a declared exit.
		///
		/// - Origin: Signed by the principal.
		/// - Details: The next declaration begins with the whole notice.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`;
		///   `NotLeaving`, also when the exit has lapsed.
		/// - Events: `ExitWithdrawn`.
		#[pallet::call_index(24)]
		#[pallet::weight(T::WeightInfo::withdraw_exit())]
		pub fn withdraw_exit(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_exit(who)
		}

		/// Leaves, `exit_notice` after the exit was declared and not more than twice as long after.
		///
		/// - Origin: Signed by the principal.
		/// - Details: The council seat with its votes in open motions, the validators and the nodes are gone,
		///   and its accounts are no longer admitted. Motions about it are dropped. Motions about another
		///   organisation that waited only for its vote are decided.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`;
		///   `NotLeaving`, also when the exit has lapsed; `TooEarly`.
		/// - Events: `Left`; `SubjectDecided` and `Readmitted` for what is decided so.
		#[pallet::call_index(25)]
		#[pallet::weight(T::WeightInfo::complete_exit())]
		pub fn complete_exit(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_complete_exit(who)
		}

		/// Sets the governed parameters.
		///
		/// - Origin: Root: the council, as part of the constitution.
		/// - Details: Each stays within the range fixed at genesis, and `exit_notice` is shorter than
		///   `long_delay`. What is decided already keeps its block, unless an objection, or its withdrawal,
		///   moves it.
		/// - Errors: `OutOfBounds`.
		/// - Events: `ParametersSet`.
		#[pallet::call_index(26)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
			ensure_root(origin)?;
			Self::do_set_parameters(parameters)
		}

		/// Gives the witness another operator.
		///
		/// - Origin: Root: all companies together.
		/// - Details: The accounts of the former operator count as removed. `principal` is its own recovery
		///   account until it names another. The validators stay until the new operator names its own, lest
		///   the set shrink; nodes and branches stay too. A suspension and a declared exit end, and motions
		///   about the former operator are dropped.
		/// - Errors: `NotFound`, `NotWitness`, `OrgNotMember`, `AccountTaken`.
		/// - Events: `AccountAdded`, `WitnessReplaced`.
		#[pallet::call_index(27)]
		#[pallet::weight(T::WeightInfo::replace_witness())]
		pub fn replace_witness(origin: OriginFor<T>, org: OrgId, principal: AccountId) -> DispatchResult {
			ensure_root(origin)?;
			Self::do_replace_witness(org, principal)
		}

		/// Puts another recovery account in the place of one whose key is lost.
		///
		/// - Origin: Signed by the principal.
		/// - Details: Called once, it starts `recovery_delay`, in which the recovery account may refuse
		///   (`keep_recovery`). Called again with the same account after that, it takes effect. Called with
		///   another account, it starts anew.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotPrincipal`; of the
		///   account `IsPrincipal`, `AlreadyExists` when it is the recovery account, `UnknownAccount`,
		///   `AccountRemoved`, `OrgNotMember`; `UnknownAccount` also when it is another organisation's;
		///   `TooEarly`.
		/// - Events: `RecoveryWanted`, then `RecoverySet`.
		#[pallet::call_index(28)]
		#[pallet::weight(T::WeightInfo::replace_recovery())]
		pub fn replace_recovery(origin: OriginFor<T>, account: AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_replace_recovery(who, account)
		}

		/// Refuses to be replaced as the recovery account.
		///
		/// - Origin: Signed by the recovery account itself.
		/// - Details: As long as the replacement has not taken effect, also after the delay.
		/// - Errors: Of the signer `UnknownAccount`, `AccountRemoved`, `OrgNotMember`, `NotRecovery`;
		///   `NotFound` when no replacement has been started.
		/// - Events: `RecoveryKept`.
		#[pallet::call_index(29)]
		#[pallet::weight(T::WeightInfo::keep_recovery())]
		pub fn keep_recovery(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_keep_recovery(who)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Every organisation, by number.
		pub fn orgs() -> Vec<OrgView> {
			views::orgs::<T>()
		}

		/// One account; none when it was removed or is unknown.
		pub fn account(account: AccountId) -> Option<AccountView> {
			views::account::<T>(account)
		}

		/// Accounts of one organisation, in the order in which they are stored, after the one given.
		pub fn accounts(org: OrgId, after: Option<AccountId>, limit: u32) -> Vec<AccountView> {
			views::accounts::<T>(org, after, limit)
		}

		/// Branches of one organisation, by number, after the one given.
		pub fn branches(org: OrgId, after: Option<u16>, limit: u32) -> Vec<BranchView> {
			views::branches::<T>(org, after, limit)
		}

		/// Registered nodes of members, in the order in which they are stored, after the one given.
		pub fn nodes(after: Option<String>, limit: u32) -> Vec<NodeView> {
			views::nodes::<T>(after, limit)
		}

		/// Motions that are open in the council, by number, after the one given.
		pub fn motions(after: Option<u32>, limit: u32) -> Vec<MotionView> {
			views::motions::<T>(after, limit)
		}

		/// Why a motion that consists of this encoded call and asks for so many ayes can never take effect.
		pub fn motion_defect(call: Vec<u8>, ayes: u32) -> Option<MotionDefect> {
			Self::defect_of_encoded(&call, ayes)
		}

		/// Decided motions that wait for their delay, by number, after the one given.
		pub fn enactments(after: Option<u32>, limit: u32) -> Vec<EnactmentView> {
			views::enactments::<T>(after, limit)
		}

		/// Open and decided motions about one organisation, by number. Those whose time is over undecided are
		/// left out.
		pub fn subject_motions() -> Vec<SubjectMotionView> {
			views::subject_motions::<T>()
		}

		/// How the emergency pause stands.
		pub fn pause_in_force() -> PauseView {
			views::pause::<T>()
		}

		/// The parameters in force.
		pub fn parameters_in_force() -> Parameters {
			ParametersInForce::<T>::get()
		}

		/// The range of each parameter.
		pub fn parameter_bounds() -> ParameterBounds {
			Bounds::<T>::get()
		}
	}
}
