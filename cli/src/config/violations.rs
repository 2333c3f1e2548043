// SPDX-License-Identifier: Apache-2.0
//! `trimast config violations` and `explain`: what observations have found, in words.

use super::{
	baseline::show::{cell_by_code, neighbour_codes},
	blocks::Times,
	catalogue::Catalogue,
	change::{list::of_violation, story::why_unratified},
	export::time,
	sights::Sights,
};
use crate::{
	context::Context,
	error::{Failure, Result},
	names::{self, cell_text, org_name, org_names, OrgName, SiteName},
	output::{facts, table},
	site::ledger::code_text,
};
use clap::{Args, ValueEnum};
use serde_json::{json, Value};
use std::collections::{BTreeSet, HashMap};
use trimast_primitives::{
	apis::{OrgView, RequestView, SiteView, ViolationView},
	cells::ParamId,
	page::SiteId,
	site::{Plmn, Station, StationEntry},
	text::escaped,
	LocalNetworkId, OrgSet,
};

/// How far a violation is believed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StandingName {
	/// On one company's word.
	Alleged,
	/// A second company has seen it, or the accused itself, or it has kept silent.
	Confirmed,
	/// Another company has seen the approved value.
	Contested,
}

impl StandingName {
	/// As the chain calls it.
	fn text(self) -> &'static str {
		match self {
			Self::Alleged => "alleged",
			Self::Confirmed => "confirmed",
			Self::Contested => "contested",
		}
	}
}

/// Violations, by number.
#[derive(Args, Debug)]
pub(crate) struct ViolationsCommand {
	/// Only those in this local network.
	#[arg(value_parser = names::local_network)]
	local_network: Option<LocalNetworkId>,
	/// Only those that stand open.
	#[arg(long)]
	open: bool,
	/// Only those that are believed so far.
	#[arg(long)]
	standing: Option<StandingName>,
	/// Only those that this company answers for.
	#[arg(long, value_name = "ORG")]
	against: Option<OrgName>,
	/// Go on after this number.
	#[arg(long, value_name = "ID")]
	after: Option<u32>,
	/// Most violations to show.
	#[arg(long, default_value_t = 50)]
	limit: u32,
}

/// `config violations`.
pub(crate) async fn list(context: &Context, command: ViolationsCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	if let Some(id) = command.local_network {
		at.local_network(id).await?;
	}
	let (orgs, catalogue) = (at.orgs().await?, Catalogue::ask(at).await?);
	let against = match &command.against {
		Some(name) => Some(name.find(&orgs)?.id),
		None => None,
	};
	let is_asked_for = |view: &ViolationView| {
		(!command.open || view.closed.is_none())
			&& command.standing.is_none_or(|standing| view.standing == standing.text())
			&& against.is_none_or(|against| view.against == against)
			&& command.local_network.is_none_or(|id| view.cell.site.local_network == id)
	};
	let limit = usize::try_from(command.limit).unwrap_or(usize::MAX);
	let mut shown: Vec<ViolationView> = Vec::new();
	let mut after = command.after;
	// One more than is shown says whether there are more.
	while shown.len() <= limit {
		let Some((more, last)) = at.violations(after).await? else { break };
		after = Some(last);
		shown.extend(more.into_iter().filter(is_asked_for));
	}
	let has_more = shown.len() > limit;
	shown.truncate(limit);
	let next = if has_more { shown.last().map(|view| view.id) } else { None };
	let sites: BTreeSet<SiteId> = shown.iter().map(|view| view.cell.site).collect();
	let mut stations: HashMap<SiteId, StationEntry> = HashMap::new();
	for site in sites {
		if let Some(found) = at.find(&SiteName::Id(site)).await? {
			stations.insert(site, found.entry);
		}
	}
	let values = shown.iter().flat_map(values);
	let codes = neighbour_codes(at, &catalogue, values).await?;
	let named: Vec<Named> = shown
		.iter()
		.map(|view| {
			let station = stations.get(&view.cell.site).map(|entry| &entry.station);
			Named::of(view, station, &catalogue, &codes)
		})
		.collect();
	let violations: Vec<Value> =
		shown.iter().zip(&named).map(|(view, named)| with_names(view, named, &orgs)).collect();
	context.output.answer(&json!({ "violations": violations, "next": next }), || {
		let header =
			["number", "kind", "cell", "parameter", "approved", "observed", "against", "seen by", "standing"];
		let mut text = table(&header, shown.iter().zip(named).map(|(view, named)| row(view, named, &orgs)));
		if let Some(next) = next {
			text.push_str(&format!("\nmore: --after {next}"));
		}
		text
	});
	Ok(())
}

/// The values of a violation, each with its parameter.
fn values(violation: &ViolationView) -> impl Iterator<Item = (ParamId, i64)> {
	let param = violation.key.param;
	[violation.approved, violation.observed].into_iter().flatten().map(move |value| (param, value))
}

/// What a violation is about, by names.
struct Named {
	/// The cell, by its station's code where that is known.
	cell: String,
	parameter: String,
	approved: String,
	observed: String,
}

impl Named {
	/// `station`: that of the cell; `codes`: of the stations of cells that are values.
	fn of(
		violation: &ViolationView,
		station: Option<&Station>,
		catalogue: &Catalogue,
		codes: &HashMap<SiteId, String>,
	) -> Self {
		let ViolationView { cell, key, approved, observed, .. } = *violation;
		let plmns: &[Plmn] = station.map_or(&[], |station| &station.plmns);
		let words = |value| catalogue.value_words(key.param, value, plmns, |cell| cell_by_code(codes, cell));
		Self {
			cell: match station {
				Some(station) => {
					format!("{}/{}/{}", cell.site.local_network.0, code_text(station), cell.cell)
				}
				None => cell_text(cell),
			},
			parameter: catalogue.key_words(key, plmns),
			approved: words(approved),
			observed: words(observed),
		}
	}
}

/// A violation as the chain has it, and beside its numbers the names for them.
fn with_names(violation: &ViolationView, named: &Named, orgs: &[OrgView]) -> Value {
	let names = |set: OrgSet| set.iter().map(|org| org_name(orgs, org)).collect::<Vec<_>>();
	let mut value = json!(violation);
	if let Value::Object(map) = &mut value {
		let names = json!({
			"cell": named.cell, "parameter": named.parameter, "approved": named.approved, "observed": named.observed,
			"against": org_name(orgs, violation.against), "accuser": org_name(orgs, violation.accuser),
			"witnesses": names(violation.witnesses), "deniers": names(violation.deniers),
		});
		map.insert("names".into(), names);
	}
	value
}

fn row(violation: &ViolationView, named: Named, orgs: &[OrgView]) -> Vec<String> {
	let standing = match &violation.closing {
		Some(why) => format!("closed: {}", escaped(why)),
		None => escaped(&violation.standing),
	};
	vec![
		violation.id.to_string(),
		escaped(&violation.kind),
		named.cell,
		named.parameter,
		named.approved,
		named.observed,
		org_name(orgs, violation.against),
		org_names(orgs, violation.witnesses),
		standing,
	]
}

/// What a kind means.
fn kind_words(kind: &str) -> Option<&'static str> {
	Some(match kind {
		"no-request" => "the owner has reported the change, and nobody has asked for it",
		"not-as-approved" => "a change was approved, with another value",
		"outside-window" => "the approved value was set outside of its window",
		"rule-broken" => "the value is none that the parameter may have, or it breaks a rule within its cell",
		"silent-rollback" => "an approved change was undone, and nobody has asked for that",
		"son-beyond-bound" => "a self-organising function has gone beyond what was agreed",
		"hidden" => "nobody has asked for the change, and nobody has reported it",
		"plmns-differ" => "the value should be alike for all operators of the cell",
		"unratified" => "an emergency change was not ratified in time",
		_ => return None,
	})
}

/// `config explain`: a violation, with the story of the request that it is about.
pub(crate) async fn explain(context: &Context, id: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let violation = at.violation(id).await?.ok_or_else(|| {
		Failure::input(format!("there is no violation {id}")).remedy("`trimast config violations` lists them")
	})?;
	let (orgs, catalogue) = (at.orgs().await?, Catalogue::ask(at).await?);
	let site = at.find(&SiteName::Id(violation.cell.site)).await?;
	let codes = neighbour_codes(at, &catalogue, values(&violation)).await?;
	let times = Times::ask(at, [violation.opened].into_iter().chain(violation.closed)).await;
	let request = match violation.request {
		Some(number) => at.find_request(number).await?,
		None => None,
	};
	let sights = Sights::ask(at, id).await?;
	let known = (&sights, request.as_ref());
	let mut text = story(&violation, known, site.as_ref(), &catalogue, (&orgs, &codes, &times));
	if let Some(number) = violation.request {
		text.push('\n');
		text.push_str(&of_violation(at, number, request.as_ref(), &orgs).await?.join("\n"));
	}
	let lines: Vec<&str> = text.lines().collect();
	let station = site.as_ref().map(|site| &site.entry.station);
	let named = with_names(&violation, &Named::of(&violation, station, &catalogue, &codes), &orgs);
	let value = json!({ "id": id, "violation": named, "sights": sights, "story": lines });
	context.output.answer(&value, || text.clone());
	Ok(())
}

/// The whole story of a violation, with the exports that it was seen in, and the request that it is about where that is known.
fn story(
	violation: &ViolationView,
	(sights, request): (&Sights, Option<&RequestView>),
	site: Option<&SiteView>,
	catalogue: &Catalogue,
	(orgs, codes, times): (&[OrgView], &HashMap<SiteId, String>, &Times),
) -> String {
	let ViolationView { cell, key, against, accuser, witnesses, deniers, .. } = *violation;
	let named = Named::of(violation, site.map(|site| &site.entry.station), catalogue, codes);
	let place = match site {
		Some(_) => format!("{} ({})", named.cell, cell_text(cell)),
		None => named.cell,
	};
	let mut pairs = vec![
		("violation", violation.id.to_string()),
		("cell", place),
		("parameter", format!("{} (number {})", named.parameter, key.param.0)),
		("approved", named.approved),
		("observed", named.observed),
		("answers for it", org_name(orgs, against)),
	];
	let meaning = kind_words(&violation.kind).map_or_else(String::new, |words| format!(": {words}"));
	pairs.insert(1, ("kind", format!("{}{meaning}", escaped(&violation.kind))));
	if let Some(request) = violation.request {
		pairs.push(("request", request.to_string()));
	}
	let mut lines = vec![facts(&pairs), String::new()];
	let (since, opened) = (time::text(violation.since), times.block(violation.opened));
	let others = witnesses.difference(OrgSet::of(accuser));
	if is_reported(violation) {
		let why = match request.filter(|request| request.phase == "unratified") {
			Some(request) => format!("It was {}", why_unratified(request)),
			None => "Not everybody has agreed to it in time, or it was taken back or overruled".into(),
		};
		lines.push(format!(
			"{} had reported the change as an emergency of {since}. {why}: the chain itself opened the violation in \
			 {opened}.",
			org_name(orgs, against)
		));
	} else {
		let accuser = org_name(orgs, accuser);
		lines.push(format!(
			"{accuser} read the network on {since} and saw it first; the violation was opened in {opened}."
		));
	}
	if !others.is_empty() {
		let too = if is_reported(violation) { "" } else { " too" };
		lines.push(format!("{} saw it{too}.", org_names(orgs, others)));
	}
	if violation.seen > violation.opened {
		lines.push(format!("It was seen last in block {}.", violation.seen));
	}
	lines.extend(sights.witnesses(orgs));
	if witnesses.len() > 1 {
		lines.push(format!(
			"Which value each has seen the events of the blocks say (`ViolationOpened`, `ViolationSeen`), at a node that has \
			 them: `trimast --json watch --pallet ConfigGuard --from {}`.",
			violation.opened
		));
	}
	match sights.deniers(deniers, orgs) {
		denied if !denied.is_empty() => lines.extend(denied),
		_ if deniers.is_empty() => {}
		_ => lines.push(format!("{} saw the approved value since.", org_names(orgs, deniers))),
	}
	lines.extend(standing_words(violation, sights, orgs));
	if let (Some(block), Some(why)) = (violation.closed, &violation.closing) {
		let why = match why.as_str() {
			"restored" => "another company than the offender has seen the approved value".to_string(),
			"taken-back" => {
				"who had alleged it, and nobody else had seen it, has seen the approved value".into()
			}
			"not-repeated" => "nobody has said it again, and no word that counts stands for it alone".into(),
			"approved" => "what was seen is the approved value since".into(),
			"removed" => "the cell has no baseline any more".into(),
			other => escaped(other),
		};
		lines.push(format!("The violation is over since {}: {why}.", times.block(block)));
	}
	lines.join("\n")
}

/// Whether nobody had to see it: who answers for it has reported the change, and the chain has opened the violation.
fn is_reported(violation: &ViolationView) -> bool {
	violation.kind == "unratified" && violation.accuser == violation.against
}

/// How far it is believed, and what doubts of exports have to do with that.
fn standing_words(violation: &ViolationView, sights: &Sights, orgs: &[OrgView]) -> Vec<String> {
	let accused = org_name(orgs, violation.against);
	let is_undenied = sights.is_undenied(violation.deniers);
	let standing = match violation.standing.as_str() {
		"alleged" if sights.is_unseen(violation.witnesses) => format!(
			"It is alleged, in doubted exports alone: the silence of {accused} does not confirm it. It is over unless a company \
			 says it again in time."
		),
		"confirmed" if is_reported(violation) => {
			format!("It is confirmed: {accused} has reported the change itself.")
		}
		"alleged" => format!(
			"It is alleged: on one company's word. A second witness, {accused} itself or its silence confirms it."
		),
		"confirmed" if violation.witnesses.contains(violation.against) => {
			format!("It is confirmed: {accused} has seen it itself.")
		}
		"confirmed" if violation.witnesses.len() > 1 => "It is confirmed: by a second witness.".into(),
		"confirmed" => format!("It is confirmed: {accused} has said nothing in time."),
		"contested" => {
			"It is contested: another company has seen the approved value. It counts in no score.".into()
		}
		other => format!("It is {}.", escaped(other)),
	};
	let denied = match violation.standing.as_str() {
		"alleged" if is_undenied => {
			"The sight of the approved value does not contest it: every export that shows that is doubted."
		}
		"contested" if is_undenied => {
			"Every export that shows the approved value is doubted by now: it is alleged again when the chain looks at it next."
		}
		_ => return vec![standing],
	};
	vec![denied.into(), standing]
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::{
		catalogue::tests::catalogue, change::story::tests::told as request, export::resolve::tests::site,
		sights::tests::sights,
	};
	use trimast_primitives::{
		cells::{CellId, ParamKey},
		site::Technology,
		OrgId,
	};

	fn view(change: impl Fn(&mut ViolationView)) -> ViolationView {
		let site = SiteId { local_network: LocalNetworkId(1301), index: 0 };
		let mut violation = ViolationView {
			id: 5,
			cell: CellId { site, cell: 1 },
			key: ParamKey { param: ParamId(2), place: 1 },
			approved: Some(2),
			observed: Some(0),
			against: OrgId(0),
			accuser: OrgId(1),
			witnesses: OrgSet::of(OrgId(1)),
			deniers: OrgSet::EMPTY,
			since: 0,
			opened: 10,
			seen: 10,
			asked: 10,
			standing: "alleged".into(),
			closed: None,
			closing: None,
			kind: "hidden".into(),
			request: None,
		};
		change(&mut violation);
		violation
	}

	fn told(change: impl Fn(&mut ViolationView)) -> String {
		told_with(None, change)
	}

	fn told_with(request: Option<&RequestView>, change: impl Fn(&mut ViolationView)) -> String {
		told_of((&Sights::default(), request), change)
	}

	fn told_of(known: (&Sights, Option<&RequestView>), change: impl Fn(&mut ViolationView)) -> String {
		let words: (&[OrgView], _, _) = (&[], &HashMap::new(), &Times::default());
		story(&view(change), known, Some(&site(0, "A", Technology::Nr)), &catalogue(), words)
	}

	#[test]
	fn story_names_cell_parameter_and_values_in_words() {
		let text = told(|_| ());
		for part in [
			"1301/A/1 (1301:0/1)",
			"NROperatorCellDU.administrativeState[460-01] (number 2)",
			"UNLOCKED",
			"LOCKED",
			"hidden: nobody has asked for the change, and nobody has reported it",
			"1 read the network on 1970-01-01 08:00:00+08:00 and saw it first; the violation was opened in block 10.",
			"on one company's word",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert!(!text.contains("saw it too") && !text.contains("is over"), "{text}");
	}

	#[test]
	fn names_stand_beside_the_numbers_for_programs() {
		let violation = view(|violation| violation.witnesses = OrgSet(0b110));
		let site = site(0, "A", Technology::Nr);
		let named = Named::of(&violation, Some(&site.entry.station), &catalogue(), &HashMap::new());
		let value = with_names(&violation, &named, &[]);
		assert_eq!(
			(&value["against"], &value["witnesses"], &value["observed"]),
			(&json!(0), &json!(6), &json!(0))
		);
		let names = &value["names"];
		assert_eq!(names["cell"], "1301/A/1");
		assert_eq!(names["parameter"], "NROperatorCellDU.administrativeState[460-01]");
		assert_eq!((&names["approved"], &names["observed"]), (&json!("UNLOCKED"), &json!("LOCKED")));
		assert_eq!((&names["against"], &names["witnesses"]), (&json!("0"), &json!(["1", "2"])));
	}

	#[test]
	fn story_tells_who_believes_it_and_how_it_ended() {
		let text = told(|violation| {
			violation.witnesses = OrgSet(0b110);
			violation.standing = "confirmed".into();
			(violation.closed, violation.closing) = (Some(20), Some("restored".into()));
			violation.deniers = OrgSet::of(OrgId(3));
			violation.observed = None;
			violation.request = Some(7);
		});
		for part in [
			"2 saw it too.",
			"3 saw the approved value since.",
			"by a second witness",
			"The violation is over since block 20: another company",
			"no value",
			"request",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		let silent = told(|violation| violation.standing = "confirmed".into());
		assert!(silent.contains("has said nothing in time"), "{silent}");
		let own = told(|violation| {
			violation.witnesses = OrgSet(0b11);
			violation.standing = "confirmed".into();
		});
		assert!(own.contains("0 has seen it itself"), "{own}");
	}

	#[test]
	fn story_tells_whose_exports_are_doubted_and_what_that_makes_of_it() {
		let told = |sights: &Sights, standing: &str| {
			told_of((sights, None), |violation| {
				violation.deniers = OrgSet::of(OrgId(2));
				violation.standing = standing.into();
			})
		};
		let denied = sights((1, 0, 0), (2, 0, 0));
		let text = told(&denied, "contested");
		assert!(
			!text.contains("doubted") && text.contains("2 saw the approved value in an export"),
			"{text}"
		);
		// The denier's export is doubted
		let undenied = sights((1, 0, 0), (2, 0, 1));
		for (standing, part) in [
			("contested", "it is alleged again when the chain looks at it next"),
			("alleged", "does not contest it: every export that shows that is doubted"),
		] {
			let text = told(&undenied, standing);
			assert!(text.contains(part) && text.contains("wrong: 0, missing: 1"), "{part} in:\n{text}");
		}
		let alleged = told(&undenied, "alleged");
		assert!(alleged.contains("itself or its silence confirms it"), "{alleged}");
		// That of the only witness is
		let unseen = told(&sights((1, 1, 0), (2, 0, 0)), "alleged");
		assert!(unseen.contains("the silence of 0 does not confirm it"), "{unseen}");
		assert!(!unseen.contains("its silence confirms it"), "{unseen}");
	}

	#[test]
	fn story_of_what_was_not_ratified_says_that_nobody_had_to_see_it() {
		let unratified = |violation: &mut ViolationView| {
			(violation.kind, violation.standing) = ("unratified".into(), "confirmed".into());
			(violation.accuser, violation.witnesses) = (OrgId(0), OrgSet::of(OrgId(0)));
		};
		let text = told(unratified);
		for part in [
			"0 had reported the change as an emergency of 1970-01-01 08:00:00+08:00.",
			"the chain itself opened the violation in block 10.",
			"0 has reported the change itself",
		] {
			assert!(text.contains(part), "{part} in:\n{text}");
		}
		assert!(!text.contains("read the network") && !text.contains("saw"), "{text}");
		// And what has become of the report, as long as that is known
		assert!(text.contains("in time, or it was taken back or overruled"), "{text}");
		let taken_back = request(|request| {
			(request.emergency, request.phase, request.ended) = (true, "unratified".into(), Some(5_000));
		});
		let text = told_with(Some(&taken_back.view), unratified);
		assert!(text.contains("+08:00. It was taken back, and not ratified: the chain itself"), "{text}");
		// Where a company had seen it before
		let seen = told(|violation| violation.kind = "unratified".into());
		assert!(seen.contains("1 read the network"), "{seen}");
	}
}
