// SPDX-License-Identifier: Apache-2.0
//! `trimast order open`, `update`, `note` and `relate`.

use super::{
	about::About,
	desk::{Desk, DISPATCHER},
	people::People,
	show,
	words::{self, PlaceName},
};
use crate::{
	chain::{events::Event, views::At},
	config::{access, change::Reason, export::time},
	context::Context,
	error::{Failure, Result},
	names::OrgName,
	output::quoted,
};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use trimast_primitives::{
	order::{Opening, OrderKind, Place, Relation, Severity, Words, Work, MAX_NOTE},
	plan::Skills,
	site::StationState,
	text::is_plain,
	Moment,
};

/// What is to be done: the fields of TMF697.
#[derive(Args, Clone, Default, Debug)]
pub(crate) struct WorkArgs {
	/// Number of this sort of work in the company's own books (workType).
	#[arg(long, value_name = "NUMBER")]
	work_type: Option<u16>,
	/// 1 is the most urgent (workPriority).
	#[arg(long, value_name = "NUMBER")]
	priority: Option<u8>,
	/// Skills that it needs, as numbers from 0 to 31 (skillType). May stand several times.
	#[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..32))]
	skill: Vec<u8>,
	/// How long it is planned to take: 90min, 2h, 3d (plannedDuration).
	#[arg(long, value_name = "SPAN", value_parser = words::seconds)]
	planned: Option<u32>,
	/// From when on it is to be done (deliveryTimeSlot).
	#[arg(long, value_name = "TIME", value_parser = time::read, requires = "slot_to")]
	slot_from: Option<Moment>,
	/// Until when.
	#[arg(long, value_name = "TIME", value_parser = time::read, requires = "slot_from")]
	slot_to: Option<Moment>,
	/// How far it is, 0 to 100 (percentageComplete).
	#[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
	percent: Option<u8>,
}

impl WorkArgs {
	/// The work as it is with what is said here.
	fn over(&self, now: &Work) -> Result<Work> {
		let skills = self.skill.iter().fold(0u32, |set, skill| set | 1u32.wrapping_shl((*skill).into()));
		let work = Work {
			kind: self.work_type.unwrap_or(now.kind),
			priority: self.priority.unwrap_or(now.priority),
			skills: if self.skill.is_empty() { now.skills } else { Skills(skills) },
			planned: self.planned.unwrap_or(now.planned),
			slot: self.slot_from.zip(self.slot_to).or(now.slot),
			percent: self.percent.unwrap_or(now.percent),
		};
		match work.is_valid() {
			true => Ok(work),
			false => Err(Failure::input("the time slot ends before it begins")
				.at("--slot-to")
				.remedy("name a time behind --slot-from")),
		}
	}

	fn says_nothing(&self) -> bool {
		self.over(&Work::default()).is_ok_and(|work| work == Work::default()) && self.percent.is_none()
	}
}

const EXAMPLES: &str = "\
Examples:
  trimast order open fault 1301/HE-0001 --for tower-company --severity CRITICAL
  trimast order open inspection county:130102 --for carrier-one --severity MINOR --planned 4h
  trimast order open remedial 1301:197 --for carrier-one --severity MAJOR --violation 12";

/// Open an order.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OpenCommand {
	/// What for: fault, remedial, construction, inspection, generator-run, energy.
	#[arg(value_parser = words::kind)]
	kind: OrderKind,
	/// Where: a station, county:130102, or a local network.
	place: PlaceName,
	/// Who is to do it.
	#[arg(long = "for", value_name = "ORG")]
	handler: OrgName,
	/// How grave it is: CRITICAL, MAJOR, MINOR, WARNING, INDETERMINATE.
	#[arg(long, value_parser = words::severity)]
	severity: Severity,
	/// The order that it is a part of.
	#[arg(long, value_name = "ORDER")]
	parent: Option<u32>,
	/// The violation that it is to put right.
	#[arg(long, value_name = "NUMBER")]
	violation: Option<u32>,
	#[command(flatten)]
	work: WorkArgs,
}

/// The number of the order that was opened.
pub(crate) fn opened(events: &[Event]) -> Option<u32> {
	let event = events.iter().find(|event| event.is("Dispatch", "OrderOpened"))?;
	event.fields.get("order")?.as_u64().and_then(|id| u32::try_from(id).ok())
}

/// A place by name, as the chain knows it.
pub(crate) async fn place(at: At<'_>, name: &PlaceName) -> Result<Place> {
	match name {
		PlaceName::Station(site) => Ok(Place::Station(at.site(site).await?.id)),
		PlaceName::Area(place) => {
			at.local_network(place.local_network()).await?;
			Ok(*place)
		}
	}
}

/// Refuses a county in which no station is in service. Of counties the chain knows what stations' records say, and takes any two
/// digits for one: here somebody may have meant another one.
pub(crate) async fn expect_county(at: At<'_>, place: Place) -> Result<()> {
	let Place::County(network, county) = place else { return Ok(()) };
	let (mut known, mut from) = (BTreeSet::new(), 0);
	while let Some((page, next)) = at.stations_from(network, from).await? {
		let in_service = page.iter().filter(|site| site.entry.state == StationState::OnAir);
		known.extend(in_service.map(|site| site.entry.station.county));
		if known.contains(&county) {
			return Ok(());
		}
		from = next;
	}
	Err(without_station(place, &known))
}

/// No station stands there, but in these counties of the local network.
fn without_station(place: Place, known: &BTreeSet<u8>) -> Failure {
	let network = place.local_network();
	let codes: Vec<_> = known.iter().map(|county| format!("{}{county:02}", network.0)).collect();
	let remedy = match codes.is_empty() {
		true => format!("no station of local network {} is in service", network.0),
		false => format!("stations of local network {} stand in {}", network.0, codes.join(", ")),
	};
	Failure::input("no station stands there").at(words::place_text(place)).remedy(remedy)
}

/// `order open`.
pub(crate) async fn open(context: &Context, command: OpenCommand) -> Result<()> {
	let work = command.work.over(&Work::default())?;
	if (command.kind == OrderKind::Remedial) != command.violation.is_some() {
		return Err(Failure::usage("a remedial order is for a violation, and no other order is")
			.at("--violation")
			.remedy("`trimast config violations --open` has the numbers"));
	}
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let account = access::acting(context, at, DISPATCHER).await?;
	let place = place(at, &command.place).await?;
	access::expect_local_network(&account, place.local_network())?;
	// Where something is to be built nothing may stand yet.
	if command.kind != OrderKind::Construction {
		expect_county(at, place).await?;
	}
	let handler = People::of(&at.orgs().await?).find(&command.handler)?;
	let opening = Opening {
		kind: command.kind,
		handler,
		place,
		severity: command.severity,
		work,
		parent: command.parent,
		violation: command.violation,
	};
	let call = context.spec(&chain).await?.call("Dispatch", "open", opening)?;
	let made = About::Opening(command.kind, place).perform(context, &chain, call).await?;
	let Some(made) = made else { return Ok(()) };
	match opened(&made.events) {
		Some(id) => show::tell(context, chain.now().await?, id).await,
		None => Ok(()),
	}
}

/// Say what is to be done, when, and how far it is. What is not said stays as it is.
#[derive(Args, Debug)]
pub(crate) struct UpdateCommand {
	/// The order.
	id: u32,
	#[command(flatten)]
	work: WorkArgs,
}

/// `order update`.
pub(crate) async fn update(context: &Context, command: UpdateCommand) -> Result<()> {
	if command.work.says_nothing() {
		return Err(
			Failure::usage("nothing is said that would change").remedy("say --percent, --planned, ...")
		);
	}
	let desk = Desk::on(context, command.id, DISPATCHER).await?;
	if desk.order().handler != desk.org {
		let handler = desk.people.name(desk.order().handler);
		return Err(desk.refused(format!("{handler} keeps that up to date")));
	}
	let work = command.work.over(&desk.order().work)?;
	desk.make("update", (command.id, work)).await
}

/// What somebody says, in short or by the hash of more.
#[derive(Args, Clone, Debug)]
pub(crate) struct WordsArgs {
	/// The text: 128 bytes at most.
	#[arg(long, value_name = "TEXT", required_unless_present = "document")]
	text: Option<String>,
	/// A document with more, of which the hash is kept, or that hash (0x and 64 digits).
	#[arg(long, value_name = "FILE|HASH")]
	document: Option<Reason>,
}

impl WordsArgs {
	/// As the chain takes it.
	pub(crate) fn read(&self) -> Result<Words> {
		let text = self.text.clone().unwrap_or_default();
		if !is_plain(text.as_bytes()) {
			return Err(Failure::input("it has characters that cannot be shown")
				.at("--text")
				.remedy("write it in one line of printable characters, or name a document with --document"));
		}
		let length = text.len();
		let text = text.into_bytes().try_into().map_err(|_| {
			Failure::input(format!("it has {length} bytes, and {MAX_NOTE} are kept"))
				.at("--text")
				.remedy("write the rest to a file, and name that with --document")
		})?;
		let body = self.document.as_ref().map(Reason::hash).transpose()?;
		let words = Words { text, body };
		match words.is_valid() {
			true => Ok(words),
			false => Err(Failure::input("it says nothing")
				.at("--text")
				.remedy("say something, or name a document with --document")),
		}
	}
}

/// Add a note.
#[derive(Args, Debug)]
pub(crate) struct NoteCommand {
	/// The order.
	id: u32,
	#[command(flatten)]
	words: WordsArgs,
}

/// `order note`.
pub(crate) async fn note(context: &Context, command: NoteCommand) -> Result<()> {
	let words = command.words.read()?;
	let desk = Desk::on(context, command.id, DISPATCHER).await?;
	desk.expect_concerned()?;
	desk.make("note", (command.id, words)).await
}

/// How an order has to do with another one.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RelationName {
	/// It is the other one again.
	Duplicates,
	/// It follows from the other one.
	CausedBy,
	/// It waits for the other one.
	DependsOn,
}

/// `order relate`.
pub(crate) async fn relate(context: &Context, id: u32, relation: RelationName, other: u32) -> Result<()> {
	let relation = match relation {
		RelationName::Duplicates => Relation::Duplicates,
		RelationName::CausedBy => Relation::CausedBy,
		RelationName::DependsOn => Relation::DependsOn,
	};
	if id == other {
		return Err(Failure::usage(format!("{} is the order itself", quoted(&other.to_string())))
			.at(format!("order {id}"))
			.remedy("name another order"));
	}
	let desk = Desk::on(context, id, DISPATCHER).await?;
	desk.make("relate", (id, relation, other)).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::events::Phase;
	use serde_json::json;
	use trimast_primitives::LocalNetworkId;

	#[test]
	fn county_without_station_is_told_with_those_that_have_some() {
		let place = Place::County(LocalNetworkId(1301), 99);
		let told = |known: &[u8]| without_station(place, &known.iter().copied().collect()).to_string();
		let text = told(&[2, 21]);
		assert!(text.starts_with("county:130199: no station stands there"), "{text}");
		assert!(text.contains("stand in 130102, 130121"), "{text}");
		let text = told(&[]);
		assert!(text.contains("no station of local network 1301 is in service"), "{text}");
	}

	#[test]
	fn work_changes_where_something_is_said() {
		let now = Work { kind: 3, skills: Skills(0b1), planned: 60, percent: 10, ..Work::default() };
		let said = WorkArgs { percent: Some(50), skill: vec![1, 4], ..WorkArgs::default() };
		let expected = Work { percent: 50, skills: Skills(0b10010), ..now };
		assert_eq!(said.over(&now), Ok(expected));
		assert!(WorkArgs::default().says_nothing() && !said.says_nothing());
		assert!(!WorkArgs { percent: Some(0), ..WorkArgs::default() }.says_nothing());
		let back = WorkArgs { slot_from: Some(2), slot_to: Some(1), ..WorkArgs::default() };
		assert!(back.over(&now).unwrap_err().to_string().starts_with("--slot-to"));
	}

	#[test]
	fn words_are_short_and_can_be_shown() {
		let words = |text: &str| WordsArgs { text: Some(text.into()), document: None }.read();
		assert_eq!(words("on the way").unwrap().text.to_vec(), b"on the way");
		let long = words(&"é".repeat(65)).unwrap_err().to_string();
		assert!(long.contains("130 bytes, and 128 are kept") && long.contains("--document"), "{long}");
		assert!(words("a\u{1b}b").is_err() && words("").is_err());
	}

	#[test]
	fn number_of_a_new_order_is_in_its_event() {
		let event = |name: &str| Event {
			index: 0,
			phase: Phase::ApplyExtrinsic(1),
			pallet: "Dispatch".into(),
			name: name.into(),
			fields: json!({ "order": 7 }),
			bytes: Vec::new(),
		};
		assert_eq!(opened(&[event("OrderMoved"), event("OrderOpened")]), Some(7));
		assert_eq!(opened(&[event("OrderMoved")]), None);
	}
}
