// SPDX-License-Identifier: Apache-2.0

//! Random lives of a network: what its companies ask for, agree to, carry out and take back, while others change it unasked,
//! read it, and testify truly or not. The state keeps its invariants, and says of the network what a naive model says.

mod checks;
mod requests;
mod world;

use super::changes_model::any_items;
use crate::{
	changes::types::{Item, Terms},
	mock::*,
	notices::Source,
};
use proptest::prelude::*;
use trimast_primitives::{access::Scope, cells::ParamId, org::OrgStatus, Hash, OrgId};
use world::{Level, Lie, World};

/// What the steps are about.
const PARAMS: &[ParamId] = &[POWER, HYSTERESIS, TILT, PCI, TAC];

/// One thing that somebody does, or that happens. `pick` is one of those to whom or with whom it can be done.
///
/// `Set`: a value of the network is another since, with nobody's leave. `Comply`: a cell of it, or all of it, is as the
/// baseline says. `Clear`: an import without cells. `Draft` has parts of both pages, where there are items for them. To a
/// request one company agrees, or all that are asked. What is carried out is made in the network too, or is not. `Observe`:
/// to read and to speak, one after the other.
#[derive(Clone, Debug)]
enum Step {
	Set { cell: usize, param: ParamId, value: Option<i64> },
	Comply { cell: Option<usize> },
	Import { station: usize, cells: usize },
	Clear { org: u8, page: u16 },
	Sign { org: u8, page: u16 },
	SignAll { org: u8 },
	Retire { station: usize },
	Ask { org: Option<u8>, page: u16, items: Vec<Item>, whole: bool, window: (u64, u64) },
	Emergency { page: u16, items: Vec<Item> },
	Draft { org: u8, items: [Vec<Item>; 2] },
	Add { pick: usize, page: u16, items: Vec<Item> },
	Submit { pick: usize },
	Withdraw { pick: usize },
	Consent { pick: usize, all: bool },
	Execute { pick: usize, is_made: bool },
	AttestChange { pick: usize },
	Object { pick: usize },
	Rule { pick: usize, stands: bool },
	RollBack { pick: usize },
	Read { org: u8, lie: Lie },
	Sweep { org: u8 },
	Speak { org: u8, level: Level },
	Observe { org: u8, lie: Lie, level: Level },
	Give { pick: usize },
	Demand { by: u8, pick: usize, cell: usize },
	Open { pick: usize },
	Notify { org: Option<u8>, cell: usize, param: ParamId, source: Source },
	Suspend { org: u8, until: bool },
	Leave { org: u8 },
	Wait { blocks: u32, author: Option<u8> },
}

fn any_value() -> impl Strategy<Value = Option<i64>> {
	prop_oneof![
		3 => (0i64..15).prop_map(Some),
		// What nobody asks for, and what no parameter may be
		6 => (20i64..30).prop_map(Some),
		1 => Just(Some(1_100)),
		1 => Just(None),
	]
}

fn any_lie() -> impl Strategy<Value = Lie> {
	let param = proptest::sample::select(PARAMS);
	prop_oneof![
		6 => Just(Lie::None),
		1 => any::<usize>().prop_map(|cell| Lie::Unseen { cell }),
		2 => (any::<usize>(), param, any_value())
			.prop_map(|(cell, param, value)| Lie::Changed { cell, param, value }),
		1 => Just(Lie::Copied),
	]
}

fn any_request() -> impl Strategy<Value = Step> {
	let pick = any::<usize>;
	let page = || prop_oneof![2 => Just(0u16), 1 => Just(1)];
	let items = |count| any_items(3, PARAMS, count);
	let org = prop_oneof![7 => Just(None), 1 => (0u8..3).prop_map(Some)];
	let window = (prop_oneof![2 => Just(0u64), 1 => 0u64..5_000], 2 * WINDOW..6 * WINDOW);
	prop_oneof![
		8 => (org, page(), items(1..3), any::<bool>(), window)
			.prop_map(|(org, page, items, whole, window)| Step::Ask { org, page, items, whole, window }),
		2 => (page(), items(1..3)).prop_map(|(page, items)| Step::Emergency { page, items }),
		3 => (0u8..2, items(1..4), items(0..4))
			.prop_map(|(org, first, second)| Step::Draft { org, items: [first, second] }),
		3 => (pick(), page(), items(0..5)).prop_map(|(pick, page, items)| Step::Add { pick, page, items }),
		4 => pick().prop_map(|pick| Step::Submit { pick }),
		2 => pick().prop_map(|pick| Step::Withdraw { pick }),
		8 => (pick(), any::<bool>()).prop_map(|(pick, all)| Step::Consent { pick, all }),
		8 => (pick(), proptest::bool::weighted(0.7)).prop_map(|(pick, is_made)| Step::Execute { pick, is_made }),
		3 => pick().prop_map(|pick| Step::AttestChange { pick }),
		4 => pick().prop_map(|pick| Step::Object { pick }),
		6 => (pick(), any::<bool>()).prop_map(|(pick, stands)| Step::Rule { pick, stands }),
		2 => pick().prop_map(|pick| Step::RollBack { pick }),
	]
}

fn any_observation() -> impl Strategy<Value = Step> {
	let org = || 0u8..3;
	let pick = any::<usize>;
	let level = || {
		prop_oneof![
			1 => Just(Level::Network),
			2 => Just(Level::Pages),
			3 => Just(Level::Cells),
			6 => Just(Level::Values),
		]
	};
	prop_oneof![
		3 => (org(), any_lie()).prop_map(|(org, lie)| Step::Read { org, lie }),
		1 => org().prop_map(|org| Step::Sweep { org }),
		3 => (org(), level()).prop_map(|(org, level)| Step::Speak { org, level }),
		8 => (org(), any_lie(), level()).prop_map(|(org, lie, level)| Step::Observe { org, lie, level }),
		3 => pick().prop_map(|pick| Step::Give { pick }),
		2 => (org(), pick(), any::<usize>()).prop_map(|(by, pick, cell)| Step::Demand { by, pick, cell }),
		4 => pick().prop_map(|pick| Step::Open { pick }),
	]
}

fn any_other() -> impl Strategy<Value = Step> {
	let org = || 0u8..3;
	let cell = any::<usize>;
	let param = || proptest::sample::select(PARAMS);
	let sender = prop_oneof![7 => Just(None), 1 => (0u8..3).prop_map(Some)];
	let source = prop_oneof![Just(Source::Son), Just(Source::Management)];
	let blocks = prop_oneof![7 => 1u32..4, 2 => 8u32..24, 1 => 24u32..120];
	prop_oneof![
		24 => (cell(), param(), any_value()).prop_map(|(cell, param, value)| Step::Set { cell, param, value }),
		5 => proptest::option::of(cell()).prop_map(|cell| Step::Comply { cell }),
		9 => (any::<usize>(), 1usize..4).prop_map(|(station, cells)| Step::Import { station, cells }),
		2 => (org(), 0u16..2).prop_map(|(org, page)| Step::Clear { org, page }),
		2 => (org(), 0u16..2).prop_map(|(org, page)| Step::Sign { org, page }),
		1 => org().prop_map(|org| Step::SignAll { org }),
		1 => any::<usize>().prop_map(|station| Step::Retire { station }),
		5 => (sender, cell(), param(), source)
			.prop_map(|(org, cell, param, source)| Step::Notify { org, cell, param, source }),
		2 => (1u8..3, any::<bool>()).prop_map(|(org, until)| Step::Suspend { org, until }),
		1 => (1u8..3).prop_map(|org| Step::Leave { org }),
		18 => (blocks, proptest::option::weighted(0.8, 0u8..3))
			.prop_map(|(blocks, author)| Step::Wait { blocks, author }),
	]
}

fn any_step() -> impl Strategy<Value = Step> {
	prop_oneof![4 => any_request(), 3 => any_observation(), 3 => any_other()]
}

/// Does it. Says whether it was done: what companies try may be refused, for their own reasons.
fn carry_out(world: &mut World, step: Step) -> bool {
	let picked = |pick: usize, all: Vec<(OrgId, u32)>| all.get(pick.checked_rem(all.len())?).copied();
	let paged = |pick: usize, all: Vec<(OrgId, u32, u16)>| all.get(pick.checked_rem(all.len())?).copied();
	match step {
		Step::Set { cell, param, value } => world.set(cell, param, value),
		Step::Comply { cell } => world.comply(cell),
		Step::Import { station, cells } => world.import(station, cells),
		Step::Clear { org, page } => {
			is_taken(|| ConfigGuard::import(engineer(OrgId(org)), HERE, page, table(&[])))
		}
		Step::Sign { org, page } => {
			let pages = to_sign(OrgId(org), page).try_into().unwrap();
			is_taken(|| ConfigGuard::sign(engineer(OrgId(org)), HERE, pages))
		}
		Step::SignAll { org } => {
			let digest = ConfigGuard::network_digest(HERE).unwrap();
			is_taken(|| ConfigGuard::sign_network(engineer(OrgId(org)), HERE, digest, 0, 9))
		}
		Step::Retire { station } => world::retire(station),
		Step::Ask { org, page, items, whole, window: (from, long) } => {
			let (now, _) = terms().window;
			let terms = Terms { window: (now + from, now + from + long), whole, ..terms() };
			requests::ask(org.map(OrgId), page, terms, items)
		}
		Step::Emergency { page, items } => world.emergency(page, items),
		Step::Draft { org, items } => requests::draft(OrgId(org), items),
		Step::Add { pick, page, items } => picked(pick, requests::waiting()).is_some_and(|(by, number)| {
			let is_removal = items.is_empty();
			let own = requests::items_of(by, page, items);
			(is_removal || !own.is_empty())
				&& is_taken(|| ConfigGuard::add(engineer(by), number, page, part(&own)))
		}),
		Step::Submit { pick } => picked(pick, requests::drafts())
			.is_some_and(|(by, number)| is_taken(|| ConfigGuard::submit(engineer(by), number))),
		Step::Withdraw { pick } => picked(pick, requests::withdrawable())
			.is_some_and(|(by, number)| is_taken(|| ConfigGuard::withdraw(engineer(by), number))),
		Step::Consent { pick, all } => picked(pick, requests::missing()).is_some_and(|(org, number)| {
			let mut asked = requests::missing();
			asked.retain(|one| one.1 == number && (all || one.0 == org));
			asked.into_iter().all(|(org, number)| is_taken(|| consent(org, number)))
		}),
		Step::Execute { pick, is_made } => {
			paged(pick, requests::executable()).is_some_and(|(by, number, page)| {
				if is_made {
					world.make(number, page);
				}
				is_taken(|| ConfigGuard::execute(engineer(by), number, page))
			})
		}
		Step::AttestChange { pick } => picked(pick, requests::attesters())
			.is_some_and(|(org, number)| is_taken(|| ConfigGuard::attest_change(engineer(org), number))),
		Step::Object { pick } => picked(pick, requests::objectors()).is_some_and(|(org, number)| {
			is_taken(|| ConfigGuard::object(engineer(org), number, Hash::zero()))
		}),
		Step::Rule { pick, stands } => picked(pick, requests::rulers()).is_some_and(|(org, number)| {
			is_taken(|| ConfigGuard::rule(engineer(org), number, stands, Hash::zero()))
		}),
		Step::RollBack { pick } => paged(pick, requests::standing()).is_some_and(|(by, number, page)| {
			is_taken(|| ConfigGuard::roll_back(engineer(by), number, page))
		}),
		Step::Read { org, lie } => world.read(OrgId(org), lie),
		Step::Sweep { org } => is_taken(|| ConfigGuard::open_sweep(collector(OrgId(org)), Scope::National)),
		Step::Speak { org, level } => world.speak(OrgId(org), level),
		Step::Observe { org, lie, level } => {
			let org = OrgId(org);
			world.read(org, lie) && world.speak(org, level)
		}
		Step::Give { pick } => world.give(pick),
		Step::Demand { by, pick, cell } => world.demand(OrgId(by), pick, cell),
		Step::Open { pick } => world.open(pick),
		Step::Notify { org, cell, param, source } => world.notify(org.map(OrgId), cell, param, source),
		Step::Suspend { org, until } => {
			let status = if until { OrgStatus::Active } else { OrgStatus::Suspended };
			world::enter_status(OrgId(org), status)
		}
		Step::Leave { org } => world::leave(OrgId(org)),
		Step::Wait { blocks, author } => {
			Author::set(author.map(OrgId));
			go_to(System::block_number() + blocks);
			true
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(40))]
	#[test]
	fn any_life_of_a_network_is_told_as_it_was(steps in proptest::collection::vec(any_step(), 0..96)) {
		run(|| {
			let mut world = World::new();
			for step in steps {
				world.watch(|world| carry_out(world, step));
			}
			world.come_to_rest();
		});
	}
}
