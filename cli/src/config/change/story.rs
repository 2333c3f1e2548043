// SPDX-License-Identifier: Apache-2.0
//! A request in words: what it changes, who has said what, and where it stands.

use crate::{
	chain::views::At,
	config::{blocks::Times, export::time, words::Words},
	error::{Failure, Result},
	names::{hex0x, org_name, org_names},
	output::{aside, counted, facts, table},
};
use serde_json::{json, Value};
use trimast_primitives::{
	apis::{ItemView, OrgView, RequestView},
	cells::change::{part_hash, request_subject, Item, Terms},
	org::OrgKind,
	text::escaped,
	BlockNumber, Hash, Moment, OrgSet,
};

/// What the state has beside the view of when a request came to be what it is.
#[derive(Default)]
pub(crate) struct History {
	/// Block in which it was asked for.
	asked: Option<BlockNumber>,
	/// Last block in which a value was put into it, where it was amended.
	changed: Option<BlockNumber>,
	/// The times of the blocks that are told.
	times: Times,
}

impl History {
	/// Asks for it.
	pub(crate) async fn ask(at: At<'_>, view: &RequestView) -> Result<Self> {
		let asked = at.request_asked(view.id).await?;
		let pages: Vec<u16> = view.parts.iter().map(|part| part.page).collect();
		let changed = match view.consents.revision {
			0 => None,
			_ => at.request_changed(view.id, view.local_network, &pages).await?,
		};
		let changed = changed.filter(|block| Some(*block) > asked);
		let times = Times::ask(at, [asked, changed, view.executed].into_iter().flatten()).await;
		Ok(Self { asked, changed, times })
	}
}

/// A request with all that it changes.
pub(crate) struct Told {
	/// The request.
	pub(crate) view: RequestView,
	/// Its values, by page.
	pub(crate) pages: Vec<(u16, Vec<ItemView>)>,
	/// The words for them.
	pub(crate) words: Words,
	/// When it came to be so, as far as that was asked for.
	pub(crate) history: History,
}

/// An item as the chain has it.
pub(super) fn item(view: &ItemView) -> Option<Item> {
	let slot = u8::try_from(view.cell.site.slot()).ok()?;
	Some(Item { slot, cell: view.cell.cell, key: view.key, value: view.value })
}

/// What would refuse a value of an emergency if it were none.
pub(super) fn broken_words(why: &str) -> String {
	format!("refused if it were no emergency: {}", escaped(why))
}

/// Where a request stands, behind 'it is'.
pub(crate) fn phase_words(view: &RequestView) -> String {
	let is_approved = view.consents.missing().is_empty();
	match view.phase.as_str() {
		"draft" => "a draft".into(),
		"asked" if view.emergency => "reported as an emergency, and waits to be ratified".into(),
		"asked" if is_approved => "approved, and not carried out yet".into(),
		"asked" => "waiting for consents".into(),
		"executed" => "carried out, and observed".into(),
		"disputed" => "disputed".into(),
		"overruled" => "overruled, and being rolled back".into(),
		"closed" if view.disputed => "closed: it stands, though it was disputed".into(),
		"closed" => "closed: it stands".into(),
		"rolled-back" => "rolled back".into(),
		"lapsed" => "lapsed: its time has passed".into(),
		"withdrawn" => "taken back".into(),
		"unratified" => why_unratified(view).into(),
		other => escaped(other),
	}
}

/// How far the clocks of blocks are from their slots at most, milliseconds. What is over so shortly before its term is over by
/// that.
const CLOCKS: Moment = 6_000;

/// What has become of an emergency that was not ratified, behind 'it is' and 'it was': its term has passed, or it was over
/// before.
pub(crate) fn why_unratified(view: &RequestView) -> &'static str {
	let is_early = view.ended.is_some_and(|ended| ended.saturating_add(CLOCKS) < view.window.1);
	match (is_early, view.overruled.is_empty()) {
		(false, _) => "not ratified in time",
		(true, true) => "taken back, and not ratified",
		(true, false) => "overruled or taken back, and not ratified",
	}
}

/// Whether nothing more becomes of it.
pub(crate) fn is_over(view: &RequestView) -> bool {
	matches!(view.phase.as_str(), "closed" | "rolled-back" | "lapsed" | "withdrawn" | "unratified")
}

/// The window in words.
pub(crate) fn window_words(view: &RequestView) -> String {
	let (from, to) = view.window;
	match view.emergency {
		true => format!("since {}, to be ratified by {}", time::text(from), time::text(to)),
		false => format!("{} to {}", time::text(from), time::text(to)),
	}
}

/// Every company that is a member.
pub(crate) fn members(orgs: &[OrgView]) -> OrgSet {
	orgs.iter().filter(|org| org.status.is_member()).map(|org| org.id).collect()
}

/// The companies that may rule on a dispute: carriers and tower companies that have neither asked, nor had to agree, nor
/// object.
pub(crate) fn rulers(view: &RequestView, orgs: &[OrgView]) -> OrgSet {
	let parties = view.consents.required.with(view.by).union(view.objections);
	let may = |org: &&OrgView| org.status.is_member() && OrgKind::has_council_seat(org.kind);
	orgs.iter().filter(may).map(|org| org.id).collect::<OrgSet>().difference(parties)
}

/// What a request is about and where it stands, a fact a line.
pub(crate) fn standing(view: &RequestView, orgs: &[OrgView]) -> String {
	let consents = &view.consents;
	let mut pairs = vec![
		("request", view.id.to_string()),
		("asked for by", org_name(orgs, view.by)),
		(
			"changes",
			format!(
				"{} in {} of local network {}",
				counted(usize::try_from(view.items).unwrap_or(usize::MAX), "value"),
				counted(view.parts.len(), "page"),
				view.local_network.0
			),
		),
		("window", window_words(view)),
	];
	if view.whole {
		pairs.push(("whole", "each page as a whole or not at all".into()));
	}
	if !view.guard.is_empty() {
		pairs.push(("guard", escaped(&view.guard)));
	}
	if !view.reason.is_zero() {
		pairs.push(("reason", hex0x(view.reason)));
	}
	if let Some(amended) = amended(view) {
		pairs.push(("revision", format!("{}: {amended}, and all were asked anew", consents.revision)));
	}
	pairs.push(("it is", phase_words(view)));
	if !consents.required.is_empty() {
		pairs.push(("agreed", org_names(orgs, consents.given)));
		if view.phase == "asked" {
			pairs.push(("waits for", org_names(orgs, consents.missing())));
			pairs.push(("until block", consents.expires.to_string()));
		}
	}
	facts(&pairs)
}

/// How often it was amended, where it was.
fn amended(view: &RequestView) -> Option<String> {
	match view.consents.revision {
		0 => None,
		1 => Some("amended once".into()),
		count => Some(format!("amended {count} times")),
	}
}

/// Who has said and done what since it was asked for, a sentence a line.
pub(crate) fn events(view: &RequestView, orgs: &[OrgView], history: &History) -> Vec<String> {
	let mut lines = Vec::new();
	let times = &history.times;
	if let Some(block) = history.asked {
		lines.push(format!("{} asked for it in {}.", org_name(orgs, view.by), times.block(block)));
	}
	if let Some(amended) = amended(view).filter(|_| history.asked.is_some()) {
		let last = history
			.changed
			.map_or_else(String::new, |block| format!("; a value was put in last in {}", times.block(block)));
		let revision = view.consents.revision;
		lines.push(format!(
			"It was {amended}{last}. Consents to what it was before count no more: these are to revision {revision}."
		));
	}
	if let Some(block) = history.asked.filter(|_| !view.consents.given.is_empty()) {
		lines.push(format!(
			"When each has agreed the events of the blocks say (`RequestConsented`), at a node that has them: \
			 `trimast --json watch --pallet ConfigGuard --from {block}`."
		));
	}
	let carried_out =
		view.parts.iter().filter(|part| !matches!(part.state.as_str(), "open" | "unchecked")).count();
	if let Some(block) = view.executed {
		let pages = format!("{carried_out} of {}", counted(view.parts.len(), "page"));
		lines.push(format!("{pages} carried out, the last in {}.", times.block(block)));
		if view.emergency {
			lines.push(
				"What would have refused it if it were no emergency the event `PartExecuted` of that block says \
				 (`broken`), at a node that has its state."
					.into(),
			);
		}
	}
	let say = |orgs_of: OrgSet, what: &str| {
		(!orgs_of.is_empty()).then(|| format!("{} {what}.", org_names(orgs, orgs_of)))
	};
	lines.extend(say(view.attested, "read it back from the network"));
	lines.extend(say(view.objections, "objects"));
	lines.extend(why_disputed(view, orgs));
	lines.extend(say(view.upheld, "ruled that it stands"));
	lines.extend(say(view.overruled, "ruled that it does not stand"));
	let rolled_back = view.parts.iter().filter(|part| part.state == "rolled-back").count();
	if rolled_back > 0 {
		lines.push(format!("{} rolled back.", counted(rolled_back, "page")));
	}
	if let Some(ended) = view.ended {
		let (id, end) = (view.id, time::text(ended));
		lines.push(format!("Request {id} is over since {end}: {}.", phase_words(view)));
	}
	lines
}

/// Why a request is disputed: somebody objects, it was not read back in time by who asked and by another company whose word
/// counts, or pages may lean on what was not carried out.
fn why_disputed(view: &RequestView, orgs: &[OrgView]) -> Option<String> {
	if view.phase != "disputed" {
		return None;
	}
	if !view.objections.is_empty() {
		return Some("It is disputed because of that.".into());
	}
	let others = view.witnesses.without(view.by).intersection(members(orgs));
	let mut silent = Vec::new();
	if !view.attested.contains(view.by) {
		silent.push(format!("by {}, who asked for it", org_name(orgs, view.by)));
	}
	if !others.is_empty() && view.attested.intersection(others).is_empty() {
		silent.push(format!("by another company whose word counts ({})", org_names(orgs, others)));
	}
	let silent = silent.join(", nor ");
	Some(match silent.is_empty() {
		true => "It is disputed: it was read back too late, or pages of it may lean on what was not carried out, or was \
		         rolled back."
			.into(),
		false => {
			format!("It is disputed, since it was not read back in time {silent} (`trimast config attest`).")
		}
	})
}

/// What comes next of a request, and the command that does it.
pub(super) fn next_step(view: &RequestView, orgs: &[OrgView]) -> String {
	let (number, by) = (view.id, org_name(orgs, view.by));
	let missing = view.consents.missing().intersection(members(orgs));
	match view.phase.as_str() {
		"draft" => format!("next {by} asks for it: `trimast config submit {number}`"),
		"asked" if !missing.is_empty() => {
			let agree = if missing.len() == 1 { "agrees" } else { "agree" };
			format!("next {} {agree}: `trimast config approve {number}`", org_names(orgs, missing))
		}
		"asked" if view.emergency => format!("next somebody who must agree does: `trimast config approve {number}`"),
		"asked" => {
			format!("next {by} carries it out, within its window: `trimast config execute {number}`")
		}
		"executed" => format!(
			"next {by} and another company read it back: `trimast config attest {number}`; whom it concerns may object: \
			 `trimast config object {number} --reason FILE`"
		),
		"disputed" if rulers(view, orgs).is_empty() => {
			"nobody is left to rule on it: next it stands, when the term for a ruling has passed".into()
		}
		"disputed" => {
			let silent = view.ruling.map_or_else(String::new, |last| format!("; after block {last} silence upholds it"));
			format!(
				"next {} rules on it: `trimast config rule {number} --stands --reason FILE`, or --falls{silent}",
				org_names(orgs, rulers(view, orgs))
			)
		}
		"overruled" => {
			format!("next the chain rolls it back; `trimast config roll-back {number}` does so at once")
		}
		_ => "nothing more becomes of it: ask anew with `trimast config request`".into(),
	}
}

impl Told {
	/// Asks for everything that a request changes.
	pub(crate) async fn ask(at: At<'_>, view: RequestView, mut words: Words) -> Result<Self> {
		let mut pages = Vec::with_capacity(view.parts.len());
		for part in &view.parts {
			pages.push((part.page, at.request_items(view.id, part.page).await?));
		}
		let items = pages.iter().flat_map(|(_, items)| items);
		let values =
			items.flat_map(|item| [item.before, item.value].map(|value| (item.cell, item.key, value)));
		let values: Vec<_> = values.collect();
		words.learn(at, values).await?;
		Ok(Self { view, pages, words, history: History::default() })
	}

	/// What is agreed to, computed here from what was read.
	fn own_subject(&self, genesis: Hash) -> Option<Hash> {
		let view = &self.view;
		let terms = Terms {
			window: view.window,
			whole: view.whole,
			emergency: view.emergency,
			guard: view.guard.clone().into_bytes().try_into().ok()?,
			reason: view.reason,
		};
		let hash = |items: &[ItemView]| {
			let items: Option<Vec<Item>> = items.iter().map(item).collect();
			items.map(|items| part_hash(&items))
		};
		let parts: Option<Vec<_>> =
			self.pages.iter().map(|(page, items)| Some((*page, hash(items)?))).collect();
		Some(request_subject(genesis, view.id, view.by, view.local_network, &terms, &parts?))
	}

	/// The subject, provided that the node says the same.
	pub(super) fn subject(&self, genesis: Hash) -> Result<Hash> {
		let told = self.view.consents.subject;
		if self.own_subject(genesis) == Some(told) {
			return Ok(told);
		}
		Err(Failure::chain("the node gives another subject than that of the values and terms it has shown")
			.at(format!("request {}", self.view.id))
			.remedy("agree to nothing by the word of this node: ask another one (--url)"))
	}

	/// The values, each before and after.
	pub(crate) fn table(&self) -> String {
		let Words { orgs, .. } = &self.words;
		let rows = self.pages.iter().flat_map(|(page, items)| items.iter().map(move |item| (*page, item)));
		let required = |page: u16| {
			let part = self.view.parts.iter().find(|part| part.page == page);
			part.map_or(OrgSet::EMPTY, |part| part.required)
		};
		table(
			&["page", "cell", "parameter", "before", "after", "who must agree to the page", "state"],
			rows.map(|(page, item)| {
				vec![
					page.to_string(),
					self.words.cell(item.cell),
					self.words.key_words(item.cell, item.key),
					self.words.value(item.cell, item.key, item.before),
					self.words.asked(item.cell, item.key, item.value),
					org_names(orgs, required(page)),
					item.state.as_deref().map_or_else(|| "-".into(), escaped),
				]
			}),
		)
	}

	/// What of an emergency would be refused if it were none, a value a line.
	pub(super) fn broken(&self) -> Vec<String> {
		let items = self.pages.iter().flat_map(|(_, items)| items);
		let line = |item: &ItemView| {
			let what =
				format!("{} {}", self.words.cell(item.cell), self.words.key_words(item.cell, item.key));
			item.broken.as_ref().map(|why| format!("{what}: {}.", broken_words(why)))
		};
		items.filter_map(line).collect()
	}

	/// All of it.
	pub(crate) fn text(&self) -> String {
		let mut lines = vec![standing(&self.view, &self.words.orgs), self.table()];
		lines.extend(self.broken());
		lines.extend(events(&self.view, &self.words.orgs, &self.history));
		if self.view.phase == "disputed" {
			let waiting = rulers(&self.view, &self.words.orgs)
				.difference(self.view.upheld)
				.difference(self.view.overruled);
			lines.push(match waiting.is_empty() {
				true => "Nobody is left to rule: it stands when the term for a ruling has passed.".into(),
				false => format!("{} may rule on it.", org_names(&self.words.orgs, waiting)),
			});
		}
		lines.join("\n")
	}

	/// The values for programs.
	pub(crate) fn values(&self) -> Vec<Value> {
		let items = self.pages.iter().flat_map(|(page, items)| items.iter().map(move |item| (page, item)));
		let value = |(page, item): (&u16, &ItemView)| {
			json!({
				"page": page, "cell": self.words.cell(item.cell), "id": item.cell,
				"parameter": self.words.key(item.cell, item.key), "key": item.key, "before": item.before,
				"value": item.value, "state": item.state, "broken": item.broken,
			})
		};
		items.map(value).collect()
	}

	/// Shows all of it to who is about to decide.
	pub(super) fn show(&self) {
		aside(&self.text());
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::config::{export::resolve::tests::PLACE, words};
	use trimast_primitives::{
		apis::RequestPartView,
		cells::{CellId, ParamId, ParamKey},
		page::SiteId,
		Consents, OrgId,
	};

	const GENESIS: Hash = Hash::repeat_byte(9);

	/// Company 0 asks for a value of station A, to which 1 must agree too.
	pub(crate) fn told(change: impl Fn(&mut RequestView)) -> Told {
		let item = ItemView {
			cell: CellId { site: SiteId { local_network: PLACE, index: 0 }, cell: 1 },
			key: ParamKey::of(ParamId(11)),
			before: Some(16),
			value: Some(17),
			state: Some("open".into()),
			broken: None,
		};
		let part = RequestPartView { page: 0, items: 1, required: OrgSet(0b11), state: "open".into() };
		let mut view = RequestView {
			id: 7,
			by: OrgId(0),
			local_network: PLACE,
			window: (0, 3_600_000),
			whole: false,
			emergency: false,
			guard: "drop rate > 1 %".into(),
			reason: Hash::zero(),
			parts: vec![part],
			items: 1,
			concerned: OrgSet(0b11),
			witnesses: OrgSet(0b111),
			consents: Consents { given: OrgSet(1), ..Consents::new(Hash::zero(), OrgSet(0b11), 90) },
			phase: "asked".into(),
			executed: None,
			attested: OrgSet::EMPTY,
			objections: OrgSet::EMPTY,
			upheld: OrgSet::EMPTY,
			overruled: OrgSet::EMPTY,
			disputed: false,
			ruling: None,
			ended: None,
		};
		change(&mut view);
		let (words, history) = (words::tests::words(), History::default());
		let mut told = Told { view, pages: vec![(0, vec![item])], words, history };
		told.view.consents.subject = told.own_subject(GENESIS).unwrap();
		told
	}

	#[test]
	fn text_says_what_changes_and_who_is_waited_for() {
		let text = told(|_| ()).text();
		for part in [
			"1 value in 1 page of local network 1301",
			"1970-01-01 08:00:00+08:00 to 1970-01-01 09:00:00+08:00",
			"drop rate > 1 %",
			"it is         waiting for consents",
			"waits for     1",
			"until block   90",
			"1301/A/1",
			"nRPCI",
			"16",
			"17",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}

	#[test]
	fn text_says_what_an_emergency_breaks() {
		let mut emergency = told(|view| view.emergency = true);
		assert!(emergency.broken().is_empty(), "{:?}", emergency.broken());
		emergency.pages[0].1[0].broken = Some("rule 1: collision with cell 1302:19328/0".into());
		let line =
			"1301/A/1 nRPCI: refused if it were no emergency: rule 1: collision with cell 1302:19328/0.";
		assert_eq!(emergency.broken(), [line]);
		assert!(emergency.text().contains(line), "{}", emergency.text());
		assert!(emergency.values()[0]["broken"].as_str().unwrap().starts_with("rule 1"));
	}

	#[test]
	fn story_tells_who_has_said_what() {
		let disputed = told(|view| {
			view.phase = "disputed".into();
			view.executed = Some(40);
			view.parts[0].state = "executed".into();
			view.attested = OrgSet(0b101);
			view.objections = OrgSet(0b10);
		});
		let text = disputed.text();
		for part in [
			"1 of 1 page carried out, the last in block 40.",
			"0, 2 read it back",
			"1 objects.",
			"Nobody is left",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let over = told(|view| {
			view.phase = "closed".into();
			view.disputed = true;
			view.ended = Some(0);
		});
		assert!(is_over(&over.view) && !is_over(&disputed.view));
		assert!(over.text().contains("it stands, though it was disputed"), "{}", over.text());
		let end = "Request 7 is over since 1970-01-01 08:00:00+08:00: closed";
		assert!(over.text().contains(end), "{}", over.text());
	}

	#[test]
	fn emergency_that_was_taken_back_is_not_said_to_have_waited_in_vain() {
		let ended = |ended, overruled| {
			told(|view| {
				(view.emergency, view.phase) = (true, "unratified".into());
				(view.ended, view.overruled) = (Some(ended), OrgSet(overruled));
			})
		};
		// Its term ends at 3,600 s
		let early = ended(3_543_000, 0);
		assert!(early.text().contains("it is         taken back, and not ratified"), "{}", early.text());
		let end = "Request 7 is over since 1970-01-01 08:59:03+08:00: taken back, and not ratified.";
		assert!(early.text().contains(end), "{}", early.text());
		assert_eq!(phase_words(&ended(3_601_000, 0).view), "not ratified in time");
		assert_eq!(phase_words(&ended(3_599_500, 0).view), "not ratified in time", "a slot");
		assert!(phase_words(&ended(3_000_000, 0b100).view).starts_with("overruled or taken back"));
	}

	/// Members with these numbers.
	fn companies(numbers: impl IntoIterator<Item = u8>) -> Vec<OrgView> {
		let named =
			|number| OrgView { name: format!("company-{number}"), ..crate::inbox::tests::org(number) };
		numbers.into_iter().map(named).collect()
	}

	#[test]
	fn story_of_a_dispute_says_why_it_is_one() {
		let orgs = companies(0..3);
		let why = |objections, attested| {
			let view = told(|view| {
				view.phase = "disputed".into();
				(view.objections, view.attested) = (OrgSet(objections), OrgSet(attested));
			})
			.view;
			events(&view, &orgs, &History::default())
				.into_iter()
				.find(|line| line.contains("disputed"))
				.unwrap()
		};
		assert!(why(0b10, 0).contains("because of that"));
		let nobody = why(0, 0);
		assert!(nobody.contains("by company-0, who asked for it, nor by another company"), "{nobody}");
		let no_other = why(0, 0b1);
		assert!(
			no_other.contains("in time by another company whose word counts (company-1, company-2)"),
			"{no_other}"
		);
		assert!(!why(0, 0b110).contains("another company"));
		assert!(why(0, 0b11).contains("too late, or pages of it may lean on what was not carried out"));
		assert_eq!(why_disputed(&told(|_| ()).view, &orgs), None);
	}

	#[test]
	fn next_step_names_who_takes_it_and_the_command() {
		let orgs = companies(0..3);
		let next = |phase: &str, given| {
			let view = told(|view| {
				view.phase = phase.into();
				view.consents.given = OrgSet(given);
				view.ruling = Some(80);
			})
			.view;
			next_step(&view, &orgs)
		};
		for (phase, given, part) in [
			("draft", 1, "company-0 asks for it: `trimast config submit 7`"),
			("asked", 1, "company-1 agrees: `trimast config approve 7`"),
			("asked", 0b11, "company-0 carries it out, within its window: `trimast config execute 7`"),
			("executed", 0b11, "`trimast config attest 7`"),
			("disputed", 0b11, "company-2 rules on it: `trimast config rule 7 --stands"),
			("disputed", 0b11, "or --falls; after block 80 silence upholds it"),
			("overruled", 0b11, "`trimast config roll-back 7`"),
			("closed", 0b11, "`trimast config request`"),
		] {
			assert!(next(phase, given).contains(part), "{phase}: {}", next(phase, given));
		}
	}

	#[test]
	fn story_tells_that_it_was_amended_and_when_that_is_known() {
		let first = told(|_| ());
		assert!(!first.text().contains("revision"), "{}", first.text());
		let mut amended = told(|view| view.consents.revision = 1);
		assert!(amended.text().contains("revision      1: amended once"), "{}", amended.text());
		amended.history = History { asked: Some(100), changed: Some(120), times: Times::default() };
		for part in [
			"0 asked for it in block 100.",
			"It was amended once; a value was put in last in block 120.",
			"these are to revision 1",
			"--from 100",
		] {
			assert!(amended.text().contains(part), "{part} in:\n{}", amended.text());
		}
	}

	#[test]
	fn subject_is_refused_when_the_node_shows_something_else() {
		let honest = told(|_| ());
		assert_eq!(honest.subject(GENESIS), Ok(honest.view.consents.subject));
		let lies: [fn(&mut Told); 6] = [
			|told| told.pages[0].1[0].value = Some(18),
			|told| told.pages[0].1[0].value = None,
			|told| told.view.window.1 += 1,
			|told| told.view.guard = "drop rate > 9 %".into(),
			|told| told.view.by = OrgId(1),
			|told| told.pages[0].0 = 1,
		];
		for lie in lies {
			let mut told = told(|_| ());
			lie(&mut told);
			let failure = told.subject(GENESIS).unwrap_err().to_string();
			assert!(failure.contains("another subject"), "{failure}");
		}
		assert!(honest.subject(Hash::zero()).is_err(), "of another chain");
	}
}
