// SPDX-License-Identifier: Apache-2.0

//! What the pallet tells those who watch.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet, whose types it uses.
#[pallet_section]
mod events {
	/// What happened. Companies and motions are named by their numbers, blocks by theirs.
	#[allow(missing_docs)] // The fields say what they are by name and type.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An organisation was invited; it may accept until the block.
		Invited { org: OrgId, kind: OrgKind, principal: AccountId, until: BlockNumber },
		/// It accepted and registered its recovery account.
		Accepted { org: OrgId, recovery: AccountId },
		/// It is a member.
		Confirmed { org: OrgId },
		/// An organisation added an account or took one back, or got it by an invitation, a recovery or a change
		/// of the witness's operator.
		AccountAdded { org: OrgId, account: AccountId, roles: Roles, scope: Scope, branch: Option<u16> },
		/// A company changed an account.
		AccountSet { org: OrgId, account: AccountId, roles: Roles, scope: Scope, branch: Option<u16> },
		/// An organisation removed an account, or lost it to an invitation or a recovery.
		AccountRemoved { org: OrgId, account: AccountId },
		/// A company added a branch.
		BranchAdded { org: OrgId, branch: u16, scope: Scope },
		/// A company removed a branch.
		BranchRemoved { org: OrgId, branch: u16 },
		/// Another account speaks for the organisation.
		PrincipalSet { org: OrgId, principal: AccountId },
		/// The organisation has another recovery account.
		RecoverySet { org: OrgId, recovery: AccountId },
		/// The principal wants another recovery account and may have it from block `at`, unless the present one
		/// refuses.
		RecoveryWanted { org: OrgId, recovery: AccountId, at: BlockNumber },
		/// The recovery account stays what it is.
		RecoveryKept { org: OrgId },
		/// An organisation named its validators; they act in the session after next.
		ValidatorsSet { org: OrgId, validators: Vec<AccountId> },
		/// A node was registered.
		NodeRegistered { org: OrgId, peer_id: PeerId, kind: NodeKind, province: Option<ProvinceId> },
		/// A node was retired.
		NodeRetired { org: OrgId, peer_id: PeerId },
		/// The council decided a motion that is carried out in block `at`.
		Enacted { id: u32, matter: Matter, call_hash: Hash, ayes: OrgSet, at: BlockNumber },
		/// A decided motion was carried out; `result` is what its call answered.
		CarriedOut { id: u32, call_hash: Hash, result: DispatchResult },
		/// A decided motion was not carried out.
		Lapsed { id: u32, reason: Lapse },
		/// A company objects; the motion is carried out in block `at`.
		Objected { id: u32, org: OrgId, at: BlockNumber },
		/// A company no longer objects.
		ObjectionWithdrawn { id: u32, org: OrgId, at: BlockNumber },
		/// Kinds of calls are paused until the block, or until the pause is lifted.
		Paused { kinds: PauseKinds, until: Option<BlockNumber> },
		/// The pause was lifted.
		PauseLifted,
		/// A motion of the others about one company is open for votes.
		SubjectProposed {
			id: u32,
			subject: OrgId,
			matter: SubjectMatter,
			proposer: OrgId,
			closes: BlockNumber,
		},
		/// A company voted for it.
		SubjectVoted { id: u32, org: OrgId },
		/// All others voted for it; it takes effect in block `at`.
		SubjectDecided { id: u32, subject: OrgId, at: BlockNumber },
		/// The company vetoed the recovery of its principal's key.
		RecoveryVetoed { id: u32, subject: OrgId },
		/// A decided motion about a company did not take effect.
		SubjectLapsed { id: u32, subject: OrgId, reason: Lapse },
		/// A company's business calls are refused before block `until`.
		Suspended { org: OrgId, until: BlockNumber },
		/// A company does business again.
		Readmitted { org: OrgId },
		/// A company will leave; the exit may be completed from block `at` to block `until`.
		ExitDeclared { org: OrgId, at: BlockNumber, until: BlockNumber },
		/// It stays.
		ExitWithdrawn { org: OrgId },
		/// It has left.
		Left { org: OrgId },
		/// The governed parameters changed.
		ParametersSet { parameters: Parameters },
		/// The witness has another operator.
		WitnessReplaced { org: OrgId, principal: AccountId, term: u16 },
	}
}
