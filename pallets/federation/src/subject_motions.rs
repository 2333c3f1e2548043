// SPDX-License-Identifier: Apache-2.0

//! Motions of the others about one organisation, which has no vote: suspension, readmission, recovery of its
//! key.

use crate::{
	tasks::Task,
	types::{Lapse, Org, SubjectMatter, SubjectMotion},
	Call, Config, Error, Event, Members, NextSubjectMotion, Orgs, Pallet, ParametersInForce, Seated,
	SubjectMotions, LOG_TARGET,
};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure, traits::Get};
use sp_runtime::traits::SaturatedConversion;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	AccountId, BlockNumber, OrgId, OrgSet,
};

/// Fewest companies that may decide about another.
const LEAST_VOTERS: u32 = 2;

impl<T: Config> Pallet<T> {
	/// Who has to vote for a motion about `subject`.
	pub(crate) fn required(subject: OrgId) -> OrgSet {
		Seated::<T>::get().without(subject)
	}

	pub(crate) fn do_propose_subject(
		who: AccountId,
		subject: OrgId,
		matter: SubjectMatter,
	) -> DispatchResult {
		let proposer = Self::ensure_seated(&who)?;
		ensure!(proposer != subject, Error::<T>::OwnMotion);
		ensure!(Members::<T>::get().contains(subject), Error::<T>::OrgNotMember);
		ensure!(Self::required(subject).len() >= LEAST_VOTERS, Error::<T>::TooFewVoters);
		if let SubjectMatter::Recover { principal } = &matter {
			ensure!(Self::may_take_over(subject, principal), Error::<T>::AccountTaken);
		}
		Self::prune_subject_motions();
		let again = |motion: SubjectMotion| {
			motion.subject == subject && motion.proposer == proposer && motion.matter.is_kind_of(&matter)
		};
		ensure!(!SubjectMotions::<T>::iter_values().any(again), Error::<T>::AlreadyExists);
		ensure!(SubjectMotions::<T>::count() < T::MaxSubjectMotions::get(), Error::<T>::TooMany);
		// As of the council's list, each company has a part of this one.
		let undecided = |motion: &SubjectMotion| motion.proposer == proposer && motion.effective.is_none();
		let own = SubjectMotions::<T>::iter_values().filter(undecided).count();
		let part =
			T::MaxSubjectMotions::get().checked_div(Seated::<T>::get().len()).unwrap_or_default().max(1);
		ensure!(own < part.saturated_into::<usize>(), Error::<T>::TooMany);

		let id = NextSubjectMotion::<T>::get();
		NextSubjectMotion::<T>::put(id.saturating_add(1));
		let closes = Self::after(ParametersInForce::<T>::get().motion_term);
		let ayes = OrgSet::of(proposer);
		let motion =
			SubjectMotion { subject, matter: matter.clone(), proposer, ayes, closes, effective: None };
		SubjectMotions::<T>::insert(id, motion);
		Self::deposit_event(Event::SubjectProposed { id, subject, matter, proposer, closes });
		Ok(())
	}

	pub(crate) fn do_vote_subject(who: AccountId, id: u32) -> DispatchResult {
		let voter = Self::ensure_seated(&who)?;
		let mut motion = SubjectMotions::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		ensure!(voter != motion.subject, Error::<T>::OwnMotion);
		ensure!(motion.effective.is_none(), Error::<T>::AlreadyDecided);
		ensure!(Self::now() <= motion.closes, Error::<T>::Expired);
		ensure!(!motion.ayes.contains(voter), Error::<T>::AlreadyVoted);
		motion.ayes = motion.ayes.with(voter);
		Self::deposit_event(Event::SubjectVoted { id, org: voter });
		if Self::is_carried(&motion) {
			return Self::settle(id, motion);
		}
		SubjectMotions::<T>::insert(id, motion);
		Ok(())
	}

	/// Whether all have voted for it who have to, and there are enough of them.
	fn is_carried(motion: &SubjectMotion) -> bool {
		let required = Self::required(motion.subject);
		required.len() >= LEAST_VOTERS && motion.ayes.is_superset(required)
	}

	/// Decides the open motions that only waited for the vote of a company that has left.
	pub(crate) fn settle_subject_motions() {
		let now = Self::now();
		let carried: Vec<_> = SubjectMotions::<T>::iter()
			.filter(|(_, motion)| motion.effective.is_none() && now <= motion.closes)
			.filter(|(_, motion)| Self::is_carried(motion))
			.collect();
		for (id, motion) in carried {
			// A motion that finds no room in the schedule stays open until its time is over.
			if Self::settle(id, motion).is_err() {
				log::warn!(target: LOG_TARGET, "subject motion {id} has its votes and could not be scheduled");
			}
		}
	}

	/// Decides a motion.
	fn settle(id: u32, motion: SubjectMotion) -> DispatchResult {
		let parameters = ParametersInForce::<T>::get();
		let at = match motion.matter {
			SubjectMatter::Suspend => Self::after(parameters.suspension_notice),
			SubjectMatter::Recover { .. } => Self::after(parameters.recovery_delay),
			SubjectMatter::Readmit => {
				SubjectMotions::<T>::remove(id);
				Self::deposit_event(Event::SubjectDecided { id, subject: motion.subject, at: Self::now() });
				Self::readmit(motion.subject);
				return Ok(());
			}
		};
		let at = Self::schedule(Task::Subject(id), at, Call::carry_out_subject { id })?;
		let subject = motion.subject;
		SubjectMotions::<T>::insert(id, SubjectMotion { effective: Some(at), ..motion });
		Self::deposit_event(Event::SubjectDecided { id, subject, at });
		Ok(())
	}

	pub(crate) fn do_veto_recovery(who: AccountId, id: u32) -> DispatchResult {
		let motion = SubjectMotions::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		let recovers = matches!(motion.matter, SubjectMatter::Recover { .. });
		ensure!(recovers, Error::<T>::NotRecoveryMotion);
		let (account, org) = Self::member_account(&who)?;
		let speaks = account.org == motion.subject && (org.principal == who || org.recovery == who);
		ensure!(speaks, Error::<T>::NotAuthorized);
		Self::drop_subject_motion(id);
		Self::deposit_event(Event::RecoveryVetoed { id, subject: motion.subject });
		Ok(())
	}

	pub(crate) fn do_carry_out_subject(id: u32) -> DispatchResult {
		let motion = SubjectMotions::<T>::get(id).ok_or(Error::<T>::NotFound)?;
		let due = motion.effective.is_some_and(|at| Self::now() >= at);
		ensure!(due, Error::<T>::TooEarly);
		Self::drop_subject_motion(id);
		let subject = motion.subject;
		if let Err(reason) = Self::take_effect(motion)? {
			Self::deposit_event(Event::SubjectLapsed { id, subject, reason });
		}
		Ok(())
	}

	/// Lets a decided motion take effect, or answers why it lapses.
	fn take_effect(motion: SubjectMotion) -> Result<Result<(), Lapse>, sp_runtime::DispatchError> {
		let subject = motion.subject;
		let Some(org) = Orgs::<T>::get(subject).filter(Org::is_member) else {
			return Ok(Err(Lapse::SubjectGone));
		};
		if !Self::is_carried(&motion) {
			return Ok(Err(Lapse::VotesGone));
		}
		match motion.matter {
			SubjectMatter::Suspend => Self::suspend(subject, org),
			SubjectMatter::Readmit => Self::readmit(subject),
			SubjectMatter::Recover { principal } => {
				if !Self::may_take_over(subject, &principal) {
					return Ok(Err(Lapse::AccountTaken));
				}
				Self::recover(subject, principal)?;
			}
		}
		Ok(Ok(()))
	}

	fn suspend(subject: OrgId, org: Org) {
		let until = Self::after(ParametersInForce::<T>::get().suspension_term);
		Orgs::<T>::insert(subject, Org { suspended_until: Some(until), ..org });
		Self::deposit_event(Event::Suspended { org: subject, until });
	}

	/// Ends a suspension, and drops those that are decided and wait for their notice.
	fn readmit(subject: OrgId) {
		// When it ended stays known, as when its time is over.
		let now = Self::now();
		Orgs::<T>::mutate_extant(subject, |org| {
			org.suspended_until = org.suspended_until.map(|until| until.min(now));
		});
		let waiting: Vec<u32> = SubjectMotions::<T>::iter()
			.filter(|(_, motion)| {
				let decided = motion.effective.is_some() && motion.matter == SubjectMatter::Suspend;
				decided && motion.subject == subject
			})
			.map(|(id, _)| id)
			.collect();
		waiting.into_iter().for_each(Self::drop_subject_motion);
		Self::deposit_event(Event::Readmitted { org: subject });
	}

	/// The former principal stays a National admin: the new one decides about it.
	fn recover(subject: OrgId, principal: AccountId) -> DispatchResult {
		let admin = Roles::of(Role::Admin);
		match Self::live(&principal).filter(|account| account.org == subject) {
			Some(account) => {
				let (roles, scope, branch) =
					(account.roles.with(Role::Admin), Scope::National, account.branch);
				crate::Accounts::<T>::insert(&principal, crate::types::Account { roles, scope, ..account });
				let account = principal.clone();
				Self::deposit_event(Event::AccountSet { org: subject, account, roles, scope, branch });
			}
			None => {
				Self::evict(&principal, subject);
				Self::admit_account(subject, &principal, admin, Scope::National, None)?;
			}
		}
		Orgs::<T>::mutate_extant(subject, |org| {
			org.principal = principal.clone();
			org.next_recovery = None;
		});
		Self::reseat()?;
		Self::deposit_event(Event::PrincipalSet { org: subject, principal });
		Ok(())
	}

	/// Whether `who` may become the principal of `org`: one of its own but not its recovery account, or
	/// nobody's, or one that another organisation has only added.
	fn may_take_over(org: OrgId, who: &AccountId) -> bool {
		match Self::account_and_org(who) {
			Ok((account, record)) if account.org == org => record.recovery != *who,
			_ => Self::ensure_free_or_idle(who, org).is_ok(),
		}
	}

	/// Removes a motion and its task.
	pub(crate) fn drop_subject_motion(id: u32) {
		SubjectMotions::<T>::remove(id);
		Self::unschedule(Task::Subject(id));
	}

	/// Removes every motion about an organisation, with its task.
	pub(crate) fn drop_subject_motions_about(subject: OrgId) {
		let about: Vec<u32> = SubjectMotions::<T>::iter()
			.filter(|(_, motion)| motion.subject == subject)
			.map(|(id, _)| id)
			.collect();
		about.into_iter().for_each(Self::drop_subject_motion);
	}

	/// Removes the motions whose time for votes is over undecided.
	fn prune_subject_motions() {
		let now: BlockNumber = Self::now();
		let stale: Vec<u32> = SubjectMotions::<T>::iter()
			.filter(|(_, motion)| motion.effective.is_none() && now > motion.closes)
			.map(|(id, _)| id)
			.collect();
		stale.into_iter().for_each(SubjectMotions::<T>::remove);
	}
}
