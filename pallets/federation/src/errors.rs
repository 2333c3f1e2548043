// SPDX-License-Identifier: Apache-2.0

//! Why the pallet refuses.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet, whose types it uses.
#[pallet_section]
mod errors {
	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// No organisation has this account. Of one that a call names: the organisation does not have it, or has
		/// removed it.
		UnknownAccount,
		/// The account was removed by its organisation, or belongs to an earlier operator of the witness.
		AccountRemoved,
		/// The organisation of the account, or the one that the call names, is not a member: it has not joined
		/// yet or has left.
		OrgNotMember,
		/// The account lacks the role that the call needs. Or the account or the node that the call names is
		/// another organisation's. Or the recovery is: only the principal and the recovery account of the
		/// organisation veto it.
		NotAuthorized,
		/// The place, or the account that the call names, lies outside the account's scope.
		OutsideScope,
		/// Only the principal of an organisation may do this.
		NotPrincipal,
		/// Only the recovery account may do this.
		NotRecovery,
		/// The organisation holds no council seat.
		NoCouncilSeat,
		/// There is no such thing.
		NotFound,
		/// It exists already.
		AlreadyExists,
		/// The account is or was one of another organisation that has not left: use a new key. What an invitation,
		/// a recovery or a new operator of the witness names is refused only if it has signed before, or is the
		/// principal, the recovery account or a validator there. A recovery cannot name the organisation's own
		/// recovery account either.
		AccountTaken,
		/// The limit is reached.
		TooMany,
		/// The name is empty, not UTF-8, or has a control character.
		InvalidName,
		/// The roles name none, or one that does not exist.
		InvalidRoles,
		/// There is no such province (GB/T 2260), or the local network's code lies in none.
		InvalidScope,
		/// The peer id is not 46 to 64 characters of base58.
		InvalidPeerId,
		/// The kinds name none, or one that does not exist.
		InvalidKinds,
		/// The account is the principal: name another one first (`set_principal`).
		IsPrincipal,
		/// The account is the recovery account: it must name another one first (`set_recovery`).
		IsRecovery,
		/// The account is a named validator: name others first (`set_validators`).
		IsValidator,
		/// Only a National admin grants or takes the admin role.
		NationalAdminRequired,
		/// The account must be a National admin of the same organisation.
		NotNationalAdmin,
		/// More validators than the organisation has seats.
		TooManyValidators,
		/// Fewer validators than the organisation had named and has seats for: name others in their place, or the
		/// next company that is lost stops finality.
		TooFewValidators,
		/// An organisation leaves its seats by its exit, not by naming nobody.
		NoValidators,
		/// A validator has no session keys on the chain yet (`session.set_keys`).
		NoSessionKeys,
		/// The call is not one that a motion may decide.
		NotEnactable,
		/// Not enough companies voted for it, or the motion did not consist of this call alone.
		NotEnoughVotes,
		/// The call has more than 64 KiB.
		CallTooLarge,
		/// It cannot be scheduled: too much is due in those blocks.
		NotScheduled,
		/// Its time has not come.
		TooEarly,
		/// Its time is over.
		Expired,
		/// The company has voted or objected already.
		AlreadyVoted,
		/// A company has no voice in a motion about itself.
		OwnMotion,
		/// There must be at least two other companies to decide about one.
		TooFewVoters,
		/// The motion is decided already.
		AlreadyDecided,
		/// The motion is not about a recovery.
		NotRecoveryMotion,
		/// A parameter lies outside its range, or `exit_notice` is not shorter than `long_delay`.
		OutOfBounds,
		/// The organisation is not the witness.
		NotWitness,
		/// A pause holds, or the gap after the last one is not over: only all companies together may pause now.
		PauseTooSoon,
		/// Nothing is paused.
		NotPaused,
		/// The organisation has not been invited, or the invitation was accepted already.
		NotInvited,
		/// The organisation has not accepted its invitation.
		NotAccepted,
		/// The exit is declared already.
		AlreadyLeaving,
		/// No exit is declared, or it was not completed in time: declare it again.
		NotLeaving,
		/// The company's quota of state is used up: close or cancel what holds deposits.
		QuotaExceeded,
		/// A deposit of the account's former company is still held: its operations have to end first.
		PayerPinned,
		/// The company has as many motions open in the council as it may: close one first (`council.close`).
		TooManyMotions,
		/// There is no token on this chain.
		NoToken,
	}
}
