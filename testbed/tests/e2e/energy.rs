// SPDX-License-Identifier: Apache-2.0

//! Energy of shared stations, from files of meters to a signed statement and its recomputation: what is planted in the files is found,
//! and nothing else; what the other carrier has seen otherwise is contested and settled; who may not is refused.
//!
//! It happens in a small local network in which both carriers have stations and share them. The days are of the last month, so that
//! its statement can be signed at once. Reports of one carrier are settled and signed; those of the other one stay contested.
//! A whole month of many stations is a scene of its own ([`month`]).

mod anew;
pub(crate) mod ground;
pub(crate) mod planted;
mod province;
mod signers;

use super::{
	cells::{now, of_type},
	desk::Terminal,
	shared::{shared, Shared},
};
use futures::future::join_all;
use ground::{date, org, Ground, Key, Reports};
use serde_json::{json, Value};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	future::Future,
	path::Path,
	process::Stdio,
	time::Duration,
};
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	access::{Role, Roles, Scope},
	calendar::day_of,
	energy::{Report, Sums},
	OrgId, OrgSet, ProvinceId,
};
use trimast_testbed::{calls, chain::Chain, keys};

const TOWER: usize = 2;
/// Accounts of each company: one that collects, one that decides, and two that may not: of another role or province.
const ACCOUNTS: [&str; 4] = ["meters", "desk", "role", "place"];

/// The secret URI of one of [`ACCOUNTS`].
fn account(org: usize, name: &str) -> String {
	format!("{}//energy-{name}", keys::uri(org, Some("collector")))
}

fn key(org: usize, name: &str) -> Keypair {
	keys::key(&account(org, name)).unwrap()
}

/// What a command has left that does not end well everywhere: its code, and what it has said.
type Said = (Option<i32>, Vec<Value>);

struct Scene<'a> {
	shared: &'a Shared,
	terminal: Terminal,
	chain: Chain,
	archive: Chain,
	ground: Ground,
	/// As commands write it.
	month: String,
	province: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readings_become_a_signed_statement_that_is_computed_anew_without_a_network() {
	let shared = shared().await;
	let scene = Scene::given(&shared).await;
	let mut own = scene.both_report().await;
	scene.interrupted_report_tells_everything().await;
	let contested = scene.copies_are_compared(&mut own).await;
	let last = scene.disputes_are_settled(&mut own, &contested).await;
	scene.province_is_the_sum_of_its_local_networks().await;
	scene.statement_is_signed(&mut own, last).await;
	scene.month_is_computed_anew().await;
}

impl<'a> Scene<'a> {
	async fn given(shared: &'a Shared) -> Self {
		let chain = shared.chain(0).await;
		let archive = Chain::connect(&shared.network.archive().unwrap().url()).await.unwrap();
		let ground = Ground::choose(shared, &chain).await;
		let month = format!("{:04}-{:02}", ground.month / 12, ground.month % 12 + 1);
		let province = ground.place.province().0.to_string();
		let terminal = shared.terminal();
		let scene = Self { shared, terminal, chain, archive, ground, month, province };
		join_all((0..=TOWER).map(|org| scene.add_accounts(org))).await;
		scene
	}

	async fn add_accounts(&self, org: usize) {
		let place = self.ground.place;
		let everything: Roles = Role::ALL.into_iter().collect();
		let those = [Role::Collector, Role::Planner, Role::Auditor];
		let nothing_here: Roles = Role::ALL.into_iter().filter(|role| !those.contains(role)).collect();
		let elsewhere = if place.province() == ProvinceId(13) { 14 } else { 13 };
		let here = Scope::LocalNetwork(place);
		let add = ACCOUNTS.map(|name| {
			let (roles, scope) = match name {
				"meters" => (Roles::of(Role::Collector), here),
				"desk" => (Roles::of(Role::Planner), here),
				"role" => (nothing_here, here),
				_ => (everything, Scope::Province(ProvinceId(elsewhere))),
			};
			calls::add_account(&key(org, name), roles, scope)
		});
		self.chain.carry_out_all(&keys::principal(org).unwrap(), &add).await.unwrap();
	}

	/// The archive node has what is final here.
	async fn archive(&self) -> String {
		let last = self.chain.finalized().await.unwrap().number;
		self.archive.wait_finalized(last, Duration::from_secs(60)).await.unwrap();
		self.archive.url().to_owned()
	}

	/// Runs `energy` and more; it may end well in part.
	async fn energy(&self, who: &str, arguments: &[&str]) -> Said {
		let output = self.terminal.run(Some(who), &[&["energy"], arguments].concat()).await;
		let lines = output.json_lines().unwrap();
		(output.code, lines)
	}

	/// Reports a file as an owner's collector; gives the code, and what was said.
	async fn report(&self, owner: usize, file: &str, more: &[&str]) -> Said {
		let arguments = [&["report", file, "--no-checkpoint"], more].concat();
		self.energy(&account(owner, "meters"), &arguments).await
	}

	/// Tries something about energy that must be refused, with what to do.
	fn refused(&self, who: &str, arguments: &[&str], reason: &str) -> impl Future<Output = ()> + use<> {
		self.terminal.fails_with_remedy(who, &[&["energy"], arguments].concat(), 1, reason)
	}

	/// `energy statement VERB` about what one carrier owes the other, and more.
	fn statement<'b>(&'b self, verb: &'b str, owner: usize, more: &[&'b str]) -> Vec<&'b str> {
		let (owner, payer) = (keys::ORGS[owner], keys::ORGS[1 - owner]);
		let which = ["energy", "statement", verb, "--month", &self.month, "--owner", owner, "--payer", payer];
		[&which[..], &["--province", self.province.as_str()], more].concat()
	}

	/// The chain has what the reports come to.
	async fn assert_total(&self, owner: usize, reports: &Reports, contested: usize) {
		let (sums, counted, open) = self.ground.standing(&self.chain, owner).await;
		assert_eq!((sums, counted), self.ground.total(owner, reports), "of {owner}");
		assert_eq!(usize::try_from(open).unwrap(), contested, "of {owner}");
	}

	/// Both carriers report: one a CSV with a line that is none and one of a time to come, the other a measurement file. Gives the
	/// reports of both.
	async fn both_report(&self) -> [Reports; 2] {
		let Ground { owner, sharer, .. } = self.ground;
		let [csv, xml] = [format!("energy-{owner}.csv"), format!("energy-{sharer}.xml")];
		let (sound, spoilt) = (self.ground.path(&csv), self.ground.path("with-a-wrong-line.csv"));
		// Given a line with half a watt-hour in the middle
		let text = fs::read_to_string(&sound).unwrap();
		let mut lines: Vec<&str> = text.lines().collect();
		let wrong = {
			let mut fields: Vec<&str> = lines[1].split(',').collect();
			fields[4] = "0.5";
			fields.join(",")
		};
		let place = lines.len() / 2;
		lines.insert(place, &wrong);
		// And one of a time to come at the end
		let early = {
			let start = format!("{}T00:00:00+08:00", date(day_of(now()) + 2));
			let mut fields: Vec<&str> = lines[1].split(',').collect();
			fields[1] = &start;
			fields.join(",")
		};
		lines.push(&early);
		let named = [place + 1, lines.len()];
		fs::write(&spoilt, lines.join("\n") + "\n").unwrap();
		let measured = self.ground.path(&xml);
		// When both report
		let (of_owner, of_sharer) =
			tokio::join!(self.report(owner, &spoilt, &[]), self.report(sharer, &measured, &[]));
		// Then these lines are named, and nothing is lost with them
		let (own, other): (Vec<Value>, Vec<Value>) = of_owner
			.1
			.iter()
			.cloned()
			.partition(|line| named.iter().any(|number| line["line"] == json!(number)));
		assert_eq!(own.len(), 2, "{own:?}");
		for (told, column) in own.iter().zip(["energy_wh", "start"]) {
			let told = (&told["type"], &told["file"], &told["column"]);
			assert_eq!(told, (&json!("malformed"), &json!(spoilt), &json!(column)));
		}
		assert_eq!(of_owner.0, Some(5));
		let mut all = Vec::new();
		for (of, lines, file) in [(owner, &other, &spoilt), (sharer, &of_sharer.1, &measured)] {
			let reports = self.ground.reports(of, &format!("energy-{of}.csv"));
			let malformed = self.ground.planted(of).assert_found(lines, file);
			let summary = of_type(lines, "summary");
			let count = json!(reports.len());
			assert_eq!((&summary["accepted"], &summary["refused"]), (&count, &json!(0)), "{summary}");
			let wrong = malformed + if of == owner { named.len() } else { 0 };
			assert_eq!(summary["malformed"], json!(wrong), "{summary}");
			self.assert_total(of, &reports, 0).await;
			all.push((of, reports));
		}
		all.sort_by_key(|(of, _)| *of);
		let all: [Reports; 2] =
			all.into_iter().map(|(_, reports)| reports).collect::<Vec<_>>().try_into().unwrap();
		// When the same is reported again, then nothing changes, and what is wrong with it is told as it was
		let again = tokio::join!(self.report(owner, &sound, &[]), self.report(sharer, &measured, &[]));
		assert_eq!(again.1 .0, of_sharer.0);
		let first = [of_type(&of_owner.1, "summary"), of_type(&of_sharer.1, "summary")];
		for ((of, (_, lines), file), first) in
			[(owner, again.0, &sound), (sharer, again.1, &measured)].into_iter().zip(first)
		{
			let summary = of_type(&lines, "summary");
			let counts = ["accepted", "corrected", "refused", "repeated"].map(|name| &summary[name]);
			assert_eq!(counts, [&json!(0), &json!(0), &json!(0), &json!(all[of].len())], "{summary}");
			self.ground.planted(of).assert_found(&lines, file);
			for name in ["counted", "gaps", "faults", "by_fault", "breaks"] {
				assert_eq!(summary[name], first[name], "{name}: {summary}");
			}
			assert_eq!(summary["results"]["event"], json!(all[of].len()), "{summary}");
			self.assert_total(of, &all[of], 0).await;
		}
		all
	}

	/// A command that was killed while its reports were under way, and is repeated, has written what became of each reading in the end.
	async fn interrupted_report_tells_everything(&self) {
		let owner = self.ground.owner;
		let who = account(owner, "meters");
		let file = self.ground.path(&format!("energy-{owner}.csv"));
		let [checkpoint, result] = ["report.checkpoint", "report.result"].map(|name| self.ground.path(name));
		let report = ["report", &file, "--checkpoint", &checkpoint, "--result", &result];
		let arguments = [&["--json", "--quiet", "--yes", "energy"], &report[..]].concat();
		let mut killed = self.shared.trimast().command(Some(&who), &arguments).unwrap();
		let mut killed = killed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
		// It keeps its progress from before the first call on
		while !Path::new(&checkpoint).exists() {
			assert_eq!(killed.try_wait().unwrap(), None);
			tokio::time::sleep(Duration::from_millis(5)).await;
		}
		killed.kill().await.unwrap();
		let (_, lines) = self.energy(&who, &report).await;
		let text = fs::read_to_string(&result).unwrap();
		let mut told: Vec<Value> = text.lines().map(|line| line.parse().unwrap()).collect();
		told.push(of_type(&lines, "summary").clone());
		self.ground.planted(owner).assert_found(&told, &file);
	}

	/// Each carrier compares what it has of the other's stations. Gives the reports of the owner's that are contested now; what stands
	/// of them is the lower value.
	async fn copies_are_compared(&self, own: &mut [Reports; 2]) -> Vec<Key> {
		let Ground { owner, sharer, .. } = self.ground;
		let archive = self.archive().await;
		let compare = |of: usize, how: &'static str| {
			let (file, archive) = (self.ground.path(&format!("energy-copy-{of}.csv")), &archive);
			async move {
				let who = account(1 - of, "meters");
				self.energy(&who, &["attest", &file, "--archive", archive, how]).await
			}
		};
		let expected = |of: usize| {
			let readings = self.ground.differing(of);
			let reports: BTreeSet<String> = readings.iter().map(|(report, ..)| report.clone()).collect();
			(readings, reports)
		};
		// When they look, then exactly what differs is named
		let found = tokio::join!(compare(owner, "--check"), compare(sharer, "--check"));
		for (of, (code, lines)) in [(owner, found.0), (sharer, found.1)] {
			let (readings, reports) = expected(of);
			let told = lines.iter().filter(|line| line["type"] == "differs").flat_map(|line| {
				let readings = line["readings"].as_array().unwrap().iter();
				let text = |value: &Value| value.as_str().unwrap().to_owned();
				readings.map(move |one| (text(&line["report"]), text(&one["station"]), text(&one["from"])))
			});
			assert_eq!(told.collect::<BTreeSet<_>>(), readings);
			let summary = of_type(&lines, "summary");
			let same = self.ground.concerned(of) - reports.len();
			assert_eq!((&summary["same"], &summary["differing"]), (&json!(same), &json!(reports.len())));
			assert_eq!((&summary["attested"], code), (&json!(0), Some(5)), "{summary}");
			self.assert_total(of, &own[of], 0).await;
		}
		// When they contest it, then the lower value stands, and the rest is attested
		let before = self.ground.total(owner, &own[owner]);
		let done = tokio::join!(compare(owner, "--contest"), compare(sharer, "--contest"));
		let mut contested = BTreeMap::new();
		for (of, (_, lines)) in [(owner, done.0), (sharer, done.1)] {
			let (_, reports) = expected(of);
			let summary = of_type(&lines, "summary");
			let same = self.ground.concerned(of) - reports.len();
			assert_eq!((&summary["attested"], &summary["contested"]), (&json!(same), &json!(reports.len())));
			assert_eq!(summary["refused"], json!(0), "{summary}");
			let seen = self.ground.reports(of, &format!("energy-copy-{of}.csv"));
			let is_contested = |key: &Key| reports.contains(&self.ground.name(of, *key));
			let keys: Vec<Key> = seen.keys().copied().filter(is_contested).collect();
			for key in &keys {
				let lower: Report = own[of][key].lower(&seen[key]).unwrap();
				own[of].insert(*key, lower);
			}
			self.assert_total(of, &own[of], keys.len()).await;
			contested.insert(of, keys);
		}
		let drawn = |(sums, _): &(Vec<(OrgId, Sums)>, u64)| sums.iter().map(|(_, of)| of.energy).sum::<u64>();
		assert!(drawn(&self.ground.total(owner, &own[owner])) < drawn(&before));
		self.inboxes_have(owner, contested[&owner].len()).await;
		contested.remove(&owner).unwrap()
	}

	/// That reports of an owner's are contested waits for both carriers, and for the company that may rule.
	async fn inboxes_have(&self, owner: usize, count: usize) {
		let command = format!(
			"trimast energy show {} --month {} --owner {owner} --contested",
			self.ground.place.0, self.month
		);
		let waiting = join_all((0..=TOWER).map(|org| {
			let command = command.clone();
			async move { self.terminal.waiting(&account(org, "desk"), &command).await }
		}));
		for (org, item) in waiting.await.into_iter().enumerate() {
			let item = item.unwrap_or_else(|| panic!("no '{command}' for {org}"));
			assert!(item["what"].as_str().unwrap().starts_with(&format!("{count} reports")), "{item}");
		}
	}

	/// The tower company rules on one, the owner concedes another, and the rest is withdrawn. One of these the owner corrects, which it
	/// cannot where there is a ruling. Gives that one.
	async fn disputes_are_settled(&self, own: &mut [Reports; 2], contested: &[Key]) -> Key {
		let Ground { owner, sharer, .. } = self.ground;
		let archive = self.archive().await;
		let names: Vec<String> = contested.iter().map(|key| self.ground.name(owner, *key)).collect();
		let [of_owner, of_sharer, of_tower] = [owner, sharer, TOWER].map(|org| account(org, "desk"));
		let more = ["--for-other", "--text", "the meter was read twice", "--archive", &archive];
		let rule = [&["energy", "rule", &names[0]], &more[..]].concat();
		let concede = ["energy", "concede", &names[1], "--archive", &archive];
		// The term for rulings has begun, so nothing else is tried before
		tokio::join!(self.terminal.act(&of_tower, &rule), self.terminal.act(&of_owner, &concede), async {
			for name in &names[2..] {
				self.terminal.act(&of_sharer, &["energy", "withdraw", name]).await;
			}
		});
		let reported = self.ground.reports(owner, &format!("energy-{owner}.csv"));
		let seen = self.ground.reports(owner, &format!("energy-copy-{owner}.csv"));
		for (n, key) in contested.iter().enumerate() {
			let stands = if n < 2 { &seen[key] } else { &reported[key] };
			own[owner].insert(*key, stands.clone());
			let view = self.ground.view(&self.chain, owner, *key).await;
			assert_eq!((view.dispute, view.is_ruled, view.number), (None, n == 0, 0));
			let attested = if n < 2 { OrgSet::of(org(sharer)) } else { OrgSet::EMPTY };
			assert_eq!(view.attested, attested, "{}", names[n]);
		}
		self.assert_total(owner, &own[owner], 0).await;

		// Given that those of the other carrier's stations are contested yet, then nobody says what is not its to say
		let readings = self.ground.differing(sharer);
		let (other, ..) = readings.first().unwrap();
		let text = ["--for-owner", "--text", "it is so"];
		let rules = [&["rule", other.as_str()], &text[..]].concat();
		let (role, place) = (account(owner, "role"), account(owner, "place"));
		let (file, ruled) = (format!("energy-{owner}.csv"), contested[0]);
		let again = self.ground.part("ruled.csv", &file, ruled);
		let correct = ["report", &again, "--no-checkpoint", "--correct", "1"];
		let meters = account(owner, "meters");
		tokio::join!(
			self.refused(&of_owner, &rules, "a party does not rule"),
			self.refused(&of_sharer, &rules, "a party does not rule"),
			self.refused(&of_owner, &["concede", other], "who may concede"),
			self.refused(&of_tower, &["withdraw", other], "and takes it back"),
			self.refused(&of_owner, &["withdraw", &names[0]], "nobody contests it"),
			self.refused(&role, &["withdraw", other], "lacks the role"),
			self.refused(&place, &["withdraw", other], "lies outside of the account's scope"),
			// What was ruled on stays
			self.refused(&meters, &correct, "1 reports refused"),
		);
		// When the owner corrects what was withdrawn, then that stands
		let last = *contested.last().unwrap();
		let copy = format!("energy-copy-{owner}.csv");
		self.correct(own, &copy, last, 1).await;
		last
	}

	/// Reports what a file has of one of the owner's reports as a correction: the total changes by the difference, and it is told.
	async fn correct(&self, own: &mut [Reports; 2], of: &str, key: Key, number: u16) {
		let owner = self.ground.owner;
		let before = self.ground.total(owner, &own[owner]);
		let file = self.ground.part(&format!("correction-{number}.csv"), of, key);
		let (_, lines) = self.report(owner, &file, &["--correct", &number.to_string()]).await;
		let summary = of_type(&lines, "summary");
		assert_eq!((&summary["corrected"], &summary["refused"]), (&json!(1), &json!(0)), "{summary}");
		let told = of_type(&lines, "report");
		let expected = (json!(self.ground.name(owner, key)), json!("Corrected"), json!(number));
		assert_eq!(
			(&told["report"], &told["outcome"], &told["number"]),
			(&expected.0, &expected.1, &expected.2)
		);
		let corrected = self.ground.reports(owner, of).remove(&key).unwrap();
		own[owner].insert(key, corrected);
		assert_ne!(self.ground.total(owner, &own[owner]), before);
		self.assert_total(owner, &own[owner], 0).await;
		let view = self.ground.view(&self.chain, owner, key).await;
		assert_eq!((view.number, view.attested, view.is_ruled), (number, OrgSet::EMPTY, false));
	}

	/// The line of the owner's statement as somebody is shown it.
	async fn line(&self, who: &str, owner: usize) -> Value {
		let mut shown = self.terminal.act(who, &self.statement("show", owner, &[])).await.pop().unwrap();
		let lines = shown["lines"].as_array_mut().unwrap();
		lines.retain(|line| line["local_network"] == json!(self.ground.place));
		assert_eq!(lines.len(), 1, "{lines:?}");
		lines.remove(0)
	}

	/// The payer disputes the line, the owner corrects, both sign; then nothing changes any more.
	async fn statement_is_signed(&self, own: &mut [Reports; 2], corrected: Key) {
		let Ground { owner, sharer, .. } = self.ground;
		let [of_owner, of_sharer, of_tower] = [owner, sharer, TOWER].map(|org| account(org, "desk"));
		let (role, elsewhere) = (account(owner, "role"), account(sharer, "place"));
		let place = self.ground.place.0.to_string();
		let (sign, line) = (self.statement("sign", owner, &[]), ["--line", place.as_str()]);
		let waits = format!(
			"trimast energy statement sign --month {} --owner {owner} --payer {sharer} --province {}",
			self.month, self.province
		);
		// Given the same line before both, with what the payer's share comes to
		let (shown, same, ..) = tokio::join!(
			self.line(&of_owner, owner),
			self.line(&of_sharer, owner),
			async { assert!(self.terminal.waits(&of_owner, &waits).await) },
			async { assert!(self.terminal.waits(&of_sharer, &waits).await) },
			async { assert!(!self.terminal.waits(&of_tower, &waits).await) },
		);
		assert_eq!(shown, same);
		let (sums, _) = self.ground.total(owner, &own[owner]);
		let share = sums.iter().find(|(of, _)| *of == org(sharer)).unwrap().1;
		let amount = share.amount.to_string();
		assert_eq!(
			(&shown["share"]["energy"], &shown["share"]["amount"]),
			(&json!(share.energy), &json!(amount))
		);
		assert_eq!((&shown["share"]["volume"], &shown["is"]), (&json!(share.volume), &json!("open")));
		let whole: u64 = sums.iter().map(|(_, sums)| sums.energy).sum();
		assert_eq!(shown["whole"]["energy"], json!(whole));

		// When the payer disputes it, then it waits for the owner alone; and a correction makes it another line
		let dispute = [&line[..], &["--text", "there is too much energy in it"]].concat();
		self.terminal.act(&of_sharer, &self.statement("dispute", owner, &dispute)).await;
		let (disputed, ..) = tokio::join!(
			self.line(&of_owner, owner),
			async { assert!(self.terminal.waits(&of_owner, &waits).await) },
			async { assert!(!self.terminal.waits(&of_sharer, &waits).await) },
		);
		assert_eq!(disputed["is"], json!("disputed"));
		self.correct(own, &format!("energy-{owner}.csv"), corrected, 2).await;
		let open = self.line(&of_sharer, owner).await;
		assert_eq!(open["is"], json!("open"));
		assert_ne!(open["digest"], shown["digest"]);

		// Then nobody signs it who is not to, whatever way
		let of_contested = self.statement("sign", sharer, &line);
		let refused = |who: &str, arguments: &[&str], reason: &str| {
			self.terminal.fails_with_remedy(who, arguments, 1, reason)
		};
		tokio::join!(
			refused(&of_tower, &sign, "is neither owner nor payer"),
			refused(&role, &sign, "lacks the role"),
			refused(&elsewhere, &sign, "lies outside of the account's scope"),
			refused(&of_owner, &of_contested, "contested there"),
			self.wrong_signers_are_refused(),
		);
		assert_eq!(self.line(&of_owner, owner).await, open);
		// When both sign, then it is final
		tokio::join!(self.terminal.act(&of_owner, &sign), self.terminal.act(&of_sharer, &sign));
		let signed = self.line(&of_owner, owner).await;
		assert_eq!((&signed["is"], &signed["digest"]), (&json!("final"), &open["digest"]));
		assert!(!self.terminal.waits(&of_owner, &waits).await);
		// And a later correction comes too late
		let late = self.ground.part("late.csv", &format!("energy-copy-{owner}.csv"), corrected);
		let (code, lines) = self.report(owner, &late, &["--correct", "3"]).await;
		let told = of_type(&lines, "report");
		assert_eq!((code, &told["outcome"]), (Some(1), &json!("MonthClosed")), "{lines:?}");
		assert!(!told["remedy"].as_str().unwrap().is_empty(), "{told}");
		self.assert_total(owner, &own[owner], 0).await;
	}
}
