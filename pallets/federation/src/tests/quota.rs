// SPDX-License-Identifier: Apache-2.0

//! Deposits in bytes of state, tickets of the council, and the token that is none.

use super::*;
use crate::{
	quota::{BytesOfState, CouncilTicket, NoFunds},
	StateUse,
};
use frame_support::traits::{
	fungible::{InspectHold, Mutate, MutateHold},
	tokens::Precision,
	Consideration, Currency, ExistenceRequirement, Footprint, ReservableCurrency,
};

type Deposits = BytesOfState<Test>;
type Ticket = CouncilTicket<Test>;

const QUOTA: u32 = PARAMETERS.state_quota;

#[test]
fn reserve_and_unreserve_work() {
	run(|| {
		let planner = account("tower//planner");
		assert_ok!(Deposits::reserve(&planner, 100));
		assert_ok!(Deposits::reserve(&planner, 50));
		assert_eq!((Deposits::reserved_balance(&planner), StateUse::<Test>::get(TOWER)), (150, 150));
		assert_eq!(Deposits::unreserve(&planner, 100), 0);
		assert_eq!(Deposits::unreserve(&planner, 70), 20, "no more than was reserved");
		assert_eq!((Deposits::reserved_balance(&planner), StateUse::<Test>::get(TOWER)), (0, 0));
	});
}

#[test]
fn reserve_fails_when_the_companys_quota_is_used_up() {
	run(|| {
		let (planner, operator) = (account("tower//planner"), account("tower//operator"));
		assert_ok!(Deposits::reserve(&planner, QUOTA - 1));
		assert!(Deposits::can_reserve(&operator, 1) && !Deposits::can_reserve(&operator, 2));
		assert_noop!(Deposits::reserve(&operator, 2), E::QuotaExceeded);
		// Another company's is not touched.
		assert_ok!(Deposits::reserve(&account("carrier-one//planner"), QUOTA));
	});
}

#[test]
fn reserve_fails_when_the_account_is_no_members() {
	run(|| {
		assert_noop!(Deposits::reserve(&account("stranger"), 1), E::UnknownAccount);
		assert!(!Deposits::can_reserve(&account("stranger"), 1));
		let planner = account("tower//planner");
		assert_ok!(Federation::remove_account(by("tower"), planner.clone()));
		assert_noop!(Deposits::reserve(&planner, 1), E::AccountRemoved);
		// Not even nothing: a deposit of nothing would let a stranger store something.
		assert_noop!(Deposits::reserve(&account("stranger"), 0), E::UnknownAccount);
		assert_noop!(Deposits::reserve(&planner, 0), E::AccountRemoved);
		assert!(!Deposits::can_reserve(&account("stranger"), 0));
		assert_ok!(Deposits::reserve(&account("tower"), 0));
	});
}

#[test]
fn payer_stays_the_company_that_reserved() {
	run(|| {
		// Given an account that moves on while a deposit of its is held.
		let planner = account("tower//planner");
		assert_ok!(Deposits::reserve(&planner, 100));
		assert_ok!(Federation::declare_exit(by("tower")));
		System::set_block_number(1 + PARAMETERS.exit_notice);
		assert_ok!(Federation::complete_exit(by("tower")));
		add("carrier-one", "tower//planner", Role::Planner, HEBEI);
		assert_noop!(Deposits::reserve(&planner, 1), E::PayerPinned);
		// When the deposit ends, its first company gets it back, and the new one pays from then on.
		assert_eq!(Deposits::unreserve(&planner, 100), 0);
		assert_ok!(Deposits::reserve(&planner, 7));
		assert_eq!((StateUse::<Test>::get(TOWER), StateUse::<Test>::get(ONE)), (0, 7));
	});
}

#[test]
fn bytes_are_no_money() {
	run(|| {
		let (a, b) = (account("tower"), account("carrier-one"));
		assert_ok!(Deposits::reserve(&a, 10));
		let keep = ExistenceRequirement::AllowDeath;
		assert_noop!(<Deposits as Currency<_>>::transfer(&a, &b, 1, keep), E::NoToken);
		assert!(Deposits::deposit_into_existing(&a, 1).is_err());
		assert_eq!(Deposits::slash_reserved(&a, 10).1, 10);
		let status = frame_support::traits::BalanceStatus::Free;
		assert!(Deposits::repatriate_reserved(&a, &b, 10, status).is_err());
		assert_eq!((Deposits::free_balance(&a), Deposits::total_issuance()), (0, 0));
	});
}

#[test]
fn council_ticket_works() {
	run(|| {
		let who = account("tower");
		let ticket = Ticket::new(&who, Footprint::from_parts(1, 1_000)).unwrap();
		assert_eq!(StateUse::<Test>::get(TOWER), 1_000);
		let ticket = ticket.update(&who, Footprint::from_parts(1, 400)).unwrap();
		assert_eq!(StateUse::<Test>::get(TOWER), 400);
		// Whoever gives it back, the company gets it.
		add("tower", "new", Role::Admin, Scope::National);
		assert_ok!(Federation::set_principal(by("tower"), account("new")));
		assert_ok!(Consideration::<_, Footprint>::drop(ticket, &who));
		assert_eq!(StateUse::<Test>::get(TOWER), 0);
	});
}

#[test]
fn council_ticket_fails_when_not_a_companys_principal_or_too_large() {
	run(|| {
		let ticket =
			|name: &str, size| Ticket::new(&account(name), Footprint::from_parts(1, size)).map(|_| ());
		assert_noop!(ticket("witness", 1), E::NoCouncilSeat);
		assert_noop!(ticket("tower//planner", 1), E::NotPrincipal);
		assert_noop!(ticket("stranger", 1), E::UnknownAccount);
		assert_noop!(ticket("tower", QUOTA as usize + 1), E::QuotaExceeded);
		assert_noop!(ticket("tower", usize::MAX), E::QuotaExceeded);
	});
}

#[test]
fn no_funds_refuses_everything_but_nothing() {
	run(|| {
		type None = NoFunds<()>;
		let who = account("tower");
		assert!(None::hold(&(), &who, 1).is_err());
		assert_eq!(None::release_all(&(), &who, Precision::BestEffort), Ok(0));
		assert_eq!(None::balance_on_hold(&(), &who), 0);
		assert!(None::mint_into(&who, 1).is_err());
		assert_ok!(None::mint_into(&who, 0));
	});
}
