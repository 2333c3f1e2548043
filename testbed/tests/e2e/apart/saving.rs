// SPDX-License-Identifier: Apache-2.0

//! Saving windows from plans to proven savings: one plan of the solver's, one by hand, one of cells that nothing covers, and one that
//! who shares the stations refuses; agreed to by them; kept out by changes, and keeping them out; cells that sleep and are woken, by who
//! shares them and by the chain where one is changed in an emergency and where an outage begins; and what that has saved, which is what the
//! files of the meters come to. Who may not is refused.
//!
//! A window lies on a day to come, and is proven when it is over. So the network is one of its own, whose clock is moved: from the
//! noon before into the window, and on to the day after.

mod ground;
mod proof;
mod signers;

use crate::{
	cells::{of_type, time_text},
	desk::Terminal,
	shared::{turn, Turn},
};
use ground::{date, org, Covered, Ground};
use serde_json::{json, Value};
use std::{collections::BTreeSet, fs, future::Future, path::PathBuf};
use trimast_primitives::{
	apis::{EnergyCellView, RequestView},
	calendar::begin_of,
	energy::{Compensation, PlanPhase, SavingState, Waker},
	Moment, OrgSet,
};
use trimast_testbed::keys;

const TOWER: usize = 2;
/// The hours of the plan by hand, as the command has them, and as quarters of an hour.
const BY_HAND: (&str, u8, u8) = ("12:00-14:00", 48, 56);
/// What is said of a change that a window keeps out.
const KEPT_OUT: &str = "an energy-saving window of the cell lies in that time";
/// An hour.
const HOUR: Moment = 3_600_000;

/// The secret URI of a company's account for a part of the work.
fn account(org: usize, part: &str) -> String {
	keys::uri(org, Some(part))
}

/// What a command has said of a request.
fn request(lines: &[Value]) -> RequestView {
	serde_json::from_value(of_type(lines, "request")["request"].clone()).unwrap()
}

struct Scene {
	ground: Ground,
	/// A document that gives a reason.
	reason: String,
	/// The readings of the weeks before.
	before: PathBuf,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cells_sleep_as_all_have_agreed_and_what_that_has_saved_is_proven() {
	let turn = turn().await;
	let scene = Scene::given(&turn).await;
	scene.cells_that_nothing_covers_stay_awake().await;
	scene.cell_stays_awake_when_its_baseline_does_not_allow_it_to_sleep().await;
	let by_hand = scene.plan_by_hand_waits_for_changes().await;
	scene.plan_that_its_sharer_does_not_want_is_refused().await;
	let solved = scene.plan_of_the_solver_is_agreed_to().await;
	let sleeps = scene.window_keeps_changes_out(solved).await;
	scene.cells_sleep(solved, &sleeps).await;
	let mut sleeping = scene.peer_wakes_a_cell(solved, &sleeps).await;
	scene.emergency_wakes_the_cell_that_is_changed(solved, &mut sleeping).await;
	scene.outage_wakes_the_cells_of_its_station(solved, &sleeping).await;
	scene.savings_are_proven(by_hand, solved).await;
}

impl Scene {
	/// The weeks before are reported.
	async fn given(turn: &Turn) -> Self {
		let ground = Ground::prepare(turn).await;
		let (reason, before) = (ground.path("reason.txt"), ground.write_readings("before", None));
		fs::write(&reason, "coverage hole").unwrap();
		let summary = ground.report(&before, &ground.past(), &[]).await;
		assert_eq!(summary["accepted"], json!(ground.pages() * ground.past().len()), "{summary}");
		Self { ground, reason: reason.to_str().unwrap().to_owned(), before }
	}

	const fn terminal(&self) -> &Terminal {
		&self.ground.terminal
	}

	/// An account of the carrier whose cells sleep.
	fn owner(&self, part: &str) -> String {
		account(self.ground.owner, part)
	}

	/// An account of the carrier that shares them.
	fn sharer(&self, part: &str) -> String {
		account(self.ground.sharer, part)
	}

	/// Tries something about energy that must be refused, with what to do.
	fn refused(&self, who: &str, arguments: &[&str], reason: &str) -> impl Future<Output = ()> + use<> {
		self.terminal().fails_with_remedy(who, &[&["energy"], arguments].concat(), 1, reason)
	}

	/// Does something to a plan's page that the chain refuses. Gives which cells, and why.
	async fn refused_cells(&self, who: &str, arguments: &[&str]) -> Value {
		let output = self.terminal().run(Some(who), arguments).await;
		assert_eq!(output.code, Some(1), "{output:?}");
		let lines = output.json_lines().unwrap();
		let page = of_type(&lines, "page");
		assert_eq!(page["outcome"], "refused", "{page}");
		page["refusal"]["Cells"].clone()
	}

	/// What covers a cell in full.
	fn cover(&self, station: &str, cell: u8) -> Option<u8> {
		let is_it = |of: &&Covered| of.station == station && of.cell == cell && of.is_full;
		self.ground.covered.iter().find(is_it).map(|of| of.by)
	}

	/// A plan of cells that nothing covers in full, or whose cover is to sleep too, is refused with each cell and why.
	async fn cells_that_nothing_covers_stay_awake(&self) {
		// Given a whole station of which a cell is covered in part only
		let Covered { station, .. } = self.ground.covered.iter().find(|of| !of.is_full).unwrap();
		let (name, day, slot) =
			(self.ground.station(station), date(self.ground.day), self.ground.slot(station));
		let why = |cell: u8| match self.cover(station, cell) {
			Some(by) => json!([slot, cell, { "CoverSleeps": { "by": self.ground.id(station, by) } }]),
			None => json!([slot, cell, "NotCovered"]),
		};
		let cells = self.ground.sites[station].entry.station.cells;
		let expected: Vec<Value> = (0..cells).map(why).collect();
		// When its sleep is proposed
		let (planner, tower) = (self.owner("planner"), account(TOWER, "planner"));
		let propose = ["energy", "plan", "propose", "--cell", &name, "--first-day", &day];
		let propose = [&propose[..], &["--window", "04:00-06:00"]].concat();
		assert_eq!(self.refused_cells(&planner, &propose).await, json!(expected));
		// Then the plan stands there unexamined, until who has proposed it takes it back
		let listed = self.terminal().ask(&["energy", "plan", "list", "--open"]).await;
		let plans = listed["plans"].as_array().unwrap();
		assert_eq!((plans.len(), &plans[0]["examined"]), (1, &json!(0)), "{listed}");
		let number = plans[0]["number"].to_string();
		let withdraw = ["energy", "plan", "withdraw", &number];
		self.refused(&tower, &withdraw[1..], "takes it back").await;
		let withdrawn = self.terminal().carry_out(&planner, &withdraw).await;
		assert_eq!(withdrawn.event("Energy.PlanEnded")["phase"], "Withdrawn");
	}

	/// A plan of a cell by day is refused where its baseline says that it may sleep by night alone; it is taken back.
	async fn cell_stays_awake_when_its_baseline_does_not_allow_it_to_sleep(&self) {
		let mut full = self.ground.covered.iter().filter(|of| of.is_full && *of != self.ground.by_hand());
		let Covered { station, cell, .. } = full.next().expect("another cell is covered in full");
		let (name, day) = (self.ground.cell(station, *cell), date(self.ground.day));
		let (planner, slot) = (self.owner("planner"), self.ground.slot(station));
		let propose = ["energy", "plan", "propose", "--cell", &name, "--first-day", &day];
		let propose = [&propose[..], &["--window", BY_HAND.0]].concat();
		assert_eq!(self.refused_cells(&planner, &propose).await, json!([[slot, cell, "NotAllowed"]]));
		let listed = self.terminal().ask(&["energy", "plan", "list", "--open"]).await;
		let number = listed["plans"][0]["number"].to_string();
		self.terminal().carry_out(&planner, &["energy", "plan", "withdraw", &number]).await;
	}

	/// A value of a cell as it stands.
	async fn value(&self, cell: &str, name: &str) -> i64 {
		let shown = self.terminal().ask(&["config", "baseline", "show", cell]).await;
		let value = shown["values"].as_array().unwrap().iter().find(|value| value["name"] == name);
		value.unwrap_or_else(|| panic!("{name}: {shown}"))["value"].as_i64().unwrap()
	}

	/// Asks for a change of a cell to which the sharer has to agree, until six hours before the day. Gives its number.
	async fn ask_for_a_change(&self, cell: &str) -> String {
		let value = self.value(cell, "hysteresis").await;
		let set = format!("hysteresis={}", if value < 28 { value + 2 } else { value - 2 });
		let until = time_text(begin_of(self.ground.day) - 6 * HOUR);
		let ask = ["config", "request", "--cell", cell, "--set", &set, "--to", &until];
		let ask = [&ask[..], &["--reason", &self.reason]].concat();
		let asked = request(&self.terminal().act(&self.owner("engineer"), &ask).await);
		assert_eq!(asked.phase, "asked", "{asked:?}");
		asked.id.to_string()
	}

	async fn take_back(&self, change: &str) {
		self.terminal().act(&self.owner("engineer"), &["config", "withdraw", change]).await;
	}

	/// A plan of one cell: an open change of the cell that stands in, and then of the cell itself, keeps it out; the sharer agrees,
	/// and nobody else is asked. Gives its number.
	async fn plan_by_hand_waits_for_changes(&self) -> u32 {
		let (planner, engineer) = (self.owner("planner"), self.owner("engineer"));
		let (sharer, tower) = (self.sharer("planner"), account(TOWER, "planner"));
		let Covered { station, cell, by, .. } = self.ground.by_hand();
		let (name, of_cover) = (self.ground.cell(station, *cell), self.ground.cell(station, *by));
		let (slot, cover) = (self.ground.slot(station), self.ground.id(station, *by));
		let day = date(self.ground.day);
		let propose = ["energy", "plan", "propose", "--cell", &name, "--first-day", &day];
		let propose = [&propose[..], &["--window", BY_HAND.0]].concat();
		// Given a change of the cell that would stand in
		let change = self.ask_for_a_change(&of_cover).await;
		let refused = self.refused_cells(&planner, &propose).await;
		assert_eq!(refused, json!([[slot, cell, { "CoverChanges": { "by": cover } }]]));
		// When it is taken back, and the same is proposed once more, then the plan that stands there is examined
		self.take_back(&change).await;
		let lines = self.terminal().act(&planner, &propose).await;
		assert!(lines.iter().all(|line| line["type"] != "proposed"), "{lines:?}");
		let page = of_type(&lines, "page");
		assert_eq!(page["outcome"], "examined", "{page}");
		let plan = u32::try_from(page["plan"].as_u64().unwrap()).unwrap();
		let shown = self.ground.plan(plan).await;
		assert_eq!((shown.plan.from, shown.plan.until), (BY_HAND.1, BY_HAND.2));
		assert_eq!(shown.pages[0].compensations, [Compensation { slot, cell: *cell, by: cover }]);
		// And it waits for the sharer, and for no other
		assert_eq!(shown.plan.required, OrgSet::of(org(self.ground.sharer)), "{shown:?}");
		self.wrong_signers_are_refused(&shown).await;
		let number = plan.to_string();
		let (consent, approve) = (["energy", "consent", &number], ["energy", "plan", "approve", &number]);
		let waits = format!("trimast energy consent {number}");
		let dispatcher = self.sharer("dispatcher");
		let (is_asked, is_other_asked, ..) = tokio::join!(
			self.terminal().waits(&sharer, &waits),
			self.terminal().waits(&tower, &waits),
			self.refused(&planner, &approve[1..], "it waits for"),
			self.refused(&tower, &consent[1..], "your company is not asked"),
			self.refused(&dispatcher, &consent[1..], "lacks the role"),
			self.refused(&sharer, &["plan", "examine", &number], "proposes it, and has it examined"),
		);
		assert!(is_asked && !is_other_asked);
		// When a change of the cell itself is asked for, which ends before, and the sharer agrees to the plan
		let change = self.ask_for_a_change(&name).await;
		let agreed = self.terminal().carry_out(&sharer, &consent).await;
		assert_eq!(agreed.event("Energy.PlanConsented")["by"], json!(self.ground.sharer));
		assert_eq!(self.ground.plan(plan).await.plan.phase, PlanPhase::Agreed);
		// Then it is not approved until that change is over
		let refused = self.refused_cells(&self.sharer("engineer"), &approve).await;
		assert_eq!(refused, json!([[slot, cell, "ChangeOpen"]]));
		self.take_back(&change).await;
		self.refused(&tower, &approve[1..], "neither proposes it nor shares").await;
		self.terminal().act(&engineer, &approve).await;
		assert_eq!(self.ground.plan(plan).await.plan.phase, PlanPhase::Approved);
		plan
	}

	/// Who shares the station does not want a plan of one cell at another time: it refuses it, and nobody else does.
	async fn plan_that_its_sharer_does_not_want_is_refused(&self) {
		let Covered { station, cell, .. } = self.ground.by_hand();
		let (name, day) = (self.ground.cell(station, *cell), date(self.ground.day));
		let propose = ["energy", "plan", "propose", "--cell", &name, "--first-day", &day];
		let propose = [&propose[..], &["--window", "08:00-10:00"]].concat();
		let lines = self.terminal().act(&self.owner("planner"), &propose).await;
		let number = of_type(&lines, "proposed")["plan"].to_string();
		let refuse = ["energy", "plan", "refuse", &number, "--text", "a fair in the park"];
		let (tower, dispatcher) = (account(TOWER, "planner"), self.sharer("dispatcher"));
		tokio::join!(
			self.refused(&tower, &refuse[1..], "your company is not asked"),
			self.refused(&dispatcher, &refuse[1..], "lacks the role"),
		);
		let refused = self.terminal().carry_out(&self.sharer("planner"), &refuse).await;
		// Then it is on record who, and why
		let event = refused.event("Energy.PlanRefused");
		assert_eq!((&event["by"], &event["reason"]["text"]), (&json!(self.ground.sharer), &json!(refuse[5])));
		assert_eq!(refused.event("Energy.PlanEnded")["phase"], "Refused");
	}

	/// Writes a month of the local network to a file, with what the archive node has; gives what is said of it, and its path.
	async fn export(&self, name: &str, month: &str) -> (Value, String) {
		let (archive, place) = (self.ground.archive().await, self.ground.place.0.to_string());
		let file = self.ground.path(name).to_str().unwrap().to_owned();
		let export = ["energy", "export", &place, "--month", month, "--archive", &archive];
		let written = self.terminal().ask(&[&export[..], &["--output", &file]].concat()).await;
		(written, file)
	}

	/// What the solver makes of the exported readings is proposed, agreed to and approved. Gives the plan's number.
	async fn plan_of_the_solver_is_agreed_to(&self) -> u32 {
		let (planner, sharer) = (self.owner("planner"), self.sharer("planner"));
		let (first, day) = (date(self.ground.past()[0]), date(self.ground.day));
		let place = self.ground.place.0.to_string();
		let (_, month) = self.export("before.jsonl", &first[..7]).await;
		// One window a day, made of the one weekday that is recorded
		let auto = ["energy", "plan", "propose", "--auto", &month, "--in", &place, "--first-day", &day];
		let auto = [&auto[..], &["--days", "1", "--together", "--windows", "1"]].concat();
		let dry = self.terminal().act(&planner, &[&auto[..], &["--dry-run"]].concat()).await;
		let window = of_type(&dry, "window");
		assert!(window["replay"]["estimated"].as_u64().unwrap() > 0, "{window}");
		let lines = self.terminal().act(&planner, &auto).await;
		let plan = u32::try_from(of_type(&lines, "proposed")["plan"].as_u64().unwrap()).unwrap();
		// Then its cells are those that others cover in full, and by these
		let shown = self.ground.plan(plan).await;
		let sleeping = self.ground.sleeping(&shown);
		assert_eq!(json!(sleeping.len()), window["cells"], "{window}");
		let by = |(station, cell): &(String, u8)| {
			let by = self.cover(station, *cell).unwrap_or_else(|| panic!("{station}/{cell} is not covered"));
			(self.ground.id(station, *cell), self.ground.id(station, by))
		};
		let told = self.ground.compensations(&shown);
		assert_eq!(told, sleeping.iter().map(by).collect::<BTreeSet<_>>());
		// When the sharer has looked at it and agrees, and the owner approves it
		let (number, subject) = (plan.to_string(), json!(shown.plan.subject));
		let consent = ["energy", "consent", &number];
		let looked = self.terminal().act(&sharer, &[&consent[..], &["--dry-run"]].concat()).await;
		assert_eq!(of_type(&looked, "consent")["subject"], subject);
		let agreed = self.terminal().carry_out(&sharer, &consent).await;
		assert_eq!(agreed.event("Energy.PlanAgreed")["subject"], subject);
		self.terminal().act(&planner, &["energy", "plan", "approve", &number]).await;
		assert_eq!(self.ground.plan(plan).await.plan.phase, PlanPhase::Approved);
		plan
	}

	/// What changes a value that is the owner's alone to change.
	async fn set(&self, cell: &str) -> String {
		let value = if self.value(cell, "qHyst").await == 4 { 3 } else { 4 };
		format!("qHyst={value}")
	}

	/// An approved window keeps a change out of its cells and of those that stand in, unless it ends before. Gives a cell that
	/// sleeps in it.
	async fn window_keeps_changes_out(&self, solved: u32) -> Covered {
		let shown = self.ground.plan(solved).await;
		let sleeping = self.ground.sleeping(&shown);
		let is_asleep = |of: &&Covered| of.is_full && sleeping.contains(&(of.station.clone(), of.cell));
		let sleeps = self.ground.covered.iter().find(is_asleep).expect("a shared station sleeps").clone();
		let (engineer, ends) = (self.owner("engineer"), time_text(begin_of(self.ground.day) - HOUR));
		for cell in [sleeps.cell, sleeps.by] {
			let cell = self.ground.cell(&sleeps.station, cell);
			let set = self.set(&cell).await;
			let ask = ["config", "request", "--cell", &cell, "--set", &set, "--reason", &self.reason];
			self.terminal().fails(&engineer, &ask, 1, KEPT_OUT).await;
			let check = [&ask[..], &["--to", &ends, "--check"]].concat();
			let checked = self.terminal().act(&engineer, &check).await;
			assert_eq!(of_type(&checked, "checked")["refused"], 0, "{checked:?}");
		}
		sleeps
	}

	/// The cells of a station that sleep now, and those that stand in.
	async fn states(&self, station: &str) -> BTreeSet<(u8, bool)> {
		let name = self.ground.station(station);
		let shown = self.terminal().ask(&["energy", "states", &name]).await;
		let cells: Vec<EnergyCellView> = serde_json::from_value(shown["cells"].clone()).unwrap();
		cells.into_iter().map(|of| (of.cell, of.state == SavingState::EnergySaving)).collect()
	}

	/// What these are while such cells sleep.
	fn states_while(&self, station: &str, sleeping: &BTreeSet<(String, u8)>) -> BTreeSet<(u8, bool)> {
		let of_station = sleeping.iter().filter(|(of, _)| of == station);
		of_station
			.flat_map(|(_, cell)| [(*cell, true), (self.cover(station, *cell).unwrap(), false)])
			.collect()
	}

	/// In the window its cells sleep; a change is kept out of them, and an emergency is not.
	async fn cells_sleep(&self, solved: u32, sleeps: &Covered) {
		let shown = self.ground.plan(solved).await;
		assert!(self.states(&sleeps.station).await.is_empty());
		// When the window has begun
		self.ground.move_to(Ground::quarter(self.ground.day, shown.plan.from)).await;
		let expected = self.states_while(&sleeps.station, &self.ground.sleeping(&shown));
		assert_eq!(self.states(&sleeps.station).await, expected);
		// Then nothing of it is proven
		self.window_is_not_over(&shown).await;
	}

	/// Who shares a station wakes a cell of it; the cell that stands in for it is named, and need not any more. Gives those that sleep
	/// on.
	async fn peer_wakes_a_cell(&self, solved: u32, sleeps: &Covered) -> BTreeSet<(String, u8)> {
		let Covered { station, cell, by, .. } = sleeps;
		let (number, name) = (solved.to_string(), self.ground.cell(station, *cell));
		let wake = ["energy", "wake", &number, &name, "--text", "calls drop"];
		let (dispatcher, tower) = (self.sharer("dispatcher"), account(TOWER, "dispatcher"));
		tokio::join!(
			self.refused(&tower, &wake[1..], "NotSharer"),
			self.refused(&self.sharer("collector"), &wake[1..], "lacks the role"),
		);
		let woken = self.terminal().carry_out(&dispatcher, &wake).await;
		// Then it is on record who, and what has stood in for it
		let event = woken.event("Energy.CellsWoken");
		let (slot, by) = (self.ground.slot(station), self.ground.id(station, *by));
		let (compensation, waker) =
			(Compensation { slot, cell: *cell, by }, Waker::Org(org(self.ground.sharer)));
		assert_eq!((&event["cells"], &event["by"]), (&json!([compensation]), &json!(waker)));
		let shown = self.ground.plan(solved).await;
		let told = shown.pages.iter().flat_map(|page| &page.woken);
		let told: Vec<_> = told.map(|of| (of.day, of.slot, of.cells, of.by)).collect();
		assert_eq!(told, [(self.ground.day, slot, 1 << *cell, waker)]);
		// And the others sleep on
		let mut sleeping = self.ground.sleeping(&shown);
		assert!(sleeping.remove(&(station.clone(), *cell)));
		assert_eq!(self.states(station).await, self.states_while(station, &sleeping));
		self.refused(&dispatcher, &wake[1..], "NotAsleep").await;
		sleeping
	}

	/// That the chain has woken cells of a station, and why.
	async fn assert_woken(&self, solved: u32, station: &str, cells: u32, by: Waker) {
		let expected = (self.ground.day, self.ground.slot(station), cells, by);
		let shown = self.ground.plan(solved).await;
		let mut told = shown.pages.iter().flat_map(|page| &page.woken);
		assert!(told.any(|of| (of.day, of.slot, of.cells, of.by) == expected), "{shown:?}");
	}

	/// What keeps changes out keeps no emergency out: the cell that is changed does not sleep on, and the others do.
	async fn emergency_wakes_the_cell_that_is_changed(
		&self,
		solved: u32,
		sleeping: &mut BTreeSet<(String, u8)>,
	) {
		// Given a cell that sleeps, at another station than those that are woken otherwise
		let (station, number) = sleeping.pop_last().expect("another cell sleeps");
		assert!(sleeping.first().is_some_and(|(first, _)| *first != station), "{station}: {sleeping:?}");
		assert!(self.states(&station).await.contains(&(number, true)));
		let cell = self.ground.cell(&station, number);
		// When it has to be changed at once
		let (set, engineer) = (self.set(&cell).await, self.owner("engineer"));
		let ask = ["config", "request", "--cell", &cell, "--set", &set, "--reason", &self.reason];
		self.terminal().fails(&engineer, &ask, 1, KEPT_OUT).await;
		let asked = self.terminal().act(&engineer, &[&ask[..], &["--emergency"]].concat()).await;
		// Then what would have kept it out is told
		assert_eq!(of_type(&asked, "checked")["values"][0]["broken"], KEPT_OUT, "{asked:?}");
		let view = request(&asked);
		assert_eq!((view.phase.as_str(), view.emergency), ("asked", true), "{view:?}");
		// And the chain wakes it: one block finds the page, and another looks at it
		self.ground.pass(4).await;
		assert_eq!(self.states(&station).await, self.states_while(&station, sleeping));
		self.assert_woken(solved, &station, 1 << number, Waker::Change).await;
		// And the sharer ratifies the change
		let (sharer, asked) = (self.sharer("engineer"), view.id.to_string());
		let ratified = request(&self.terminal().act(&sharer, &["config", "approve", &asked]).await);
		assert_eq!(ratified.phase, "executed", "{ratified:?}");
		assert_eq!(set, format!("qHyst={}", self.value(&cell, "qHyst").await));
	}

	/// Where a fault is raised at a station of which cells sleep, the chain wakes those that nobody has woken yet.
	async fn outage_wakes_the_cells_of_its_station(&self, solved: u32, sleeping: &BTreeSet<(String, u8)>) {
		let (station, _) = sleeping.first().expect("another cell sleeps").clone();
		assert_eq!(self.states(&station).await, self.states_while(&station, sleeping));
		// When it is raised
		let (name, handler) = (self.ground.station(&station), keys::ORGS[self.ground.owner]);
		let open = ["order", "open", "fault", &name, "--for", handler, "--severity", "CRITICAL"];
		self.terminal().act(&self.owner("dispatcher"), &open).await;
		self.ground.pass(3).await;
		// Then none of its cells sleeps or stands in, and it is on record why
		assert!(self.states(&station).await.is_empty());
		let of_station = sleeping.iter().filter(|(of, _)| *of == station);
		let cells = of_station.fold(0, |cells, (_, cell)| cells | 1u32 << *cell);
		self.assert_woken(solved, &station, cells, Waker::Outage).await;
	}
}
