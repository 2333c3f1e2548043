// SPDX-License-Identifier: Apache-2.0
//! `trimast config policy`, `freeze`, `hold` and `cross-cell-rule`: what the council governs beside the catalogue. The first
//! shows it, the others propose motions.

use super::{
	catalogue::{read_plmn, Catalogue},
	dry_run,
	export::time,
	words::plmn_words,
};
use crate::{
	context::Context,
	error::{Failure, Result},
	names::{self, org_name, scope_text, OrgName},
	output::{quoted, table},
	vote::council::{propose, Threshold},
};
use clap::{Args, ValueEnum};
use serde_json::json;
use trimast_primitives::{
	access::Scope,
	apis::{OrgView, PolicyView},
	cells::{rules::Rule, spectrum::Band, ParamId},
	site::{Plmn, Technology},
	Moment, OrgId,
};

/// Set a freeze, or take it away.
#[derive(Args, Debug)]
pub(crate) struct FreezeCommand {
	/// Its number.
	number: u16,
	/// Where: national, province:13 or local:1301.
	#[arg(long, value_parser = names::scope, required_unless_present = "lift")]
	scope: Option<Scope>,
	/// Its first moment.
	#[arg(long, value_name = "TIME", value_parser = time::read, required_unless_present = "lift")]
	from: Option<Moment>,
	/// Its last moment.
	#[arg(long, value_name = "TIME", value_parser = time::read, required_unless_present = "lift")]
	to: Option<Moment>,
	/// Take it away.
	#[arg(long, conflicts_with_all = ["scope", "from", "to"])]
	lift: bool,
	/// Ask for the ayes of all companies.
	#[arg(long)]
	all: bool,
	/// Propose nothing: show what it would have refused of the changes that were made.
	#[arg(long, conflicts_with = "all")]
	dry_run: bool,
}

/// Say what a company holds.
#[derive(Args, Debug)]
pub(crate) struct HoldCommand {
	/// The company. What is named here takes the place of all that it holds.
	org: OrgName,
	/// A PLMN: 46011. May stand several times.
	#[arg(long, value_name = "PLMN", value_parser = plmn)]
	plmn: Vec<Plmn>,
	/// A piece of spectrum in MHz: 3400-3500. May stand several times.
	#[arg(long, value_name = "MHZ-MHZ", value_parser = band)]
	band: Vec<Band>,
	/// Ask for the ayes of all companies.
	#[arg(long)]
	all: bool,
	/// Propose nothing: show what it would have refused of the changes that were made.
	#[arg(long, conflicts_with = "all")]
	dry_run: bool,
}

/// What a cross-cell rule asks.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RuleKind {
	/// No collision and no confusion: neighbour, identity, carrier.
	Distinct,
	/// The PLMNs of all sharers are on the list: list.
	SharersListed,
	/// The carrier lies in spectrum that the participants hold: carrier, bandwidth, technology.
	InSpectrum,
	/// dedicated <= min <= max, and the min of all PLMNs 100 at most: dedicated, min, max.
	Ratios,
	/// Neighbours on one carrier have one value: neighbour, value, carrier.
	Alike,
}

/// Set a cross-cell rule, or take it out of force.
#[derive(Args, Debug)]
pub(crate) struct RuleCommand {
	/// Its number.
	number: u16,
	/// What it asks.
	#[arg(required_unless_present = "drop")]
	kind: Option<RuleKind>,
	/// The parameters that it is about, by name or number: neighbour=adjacentNRCellRef.
	#[arg(value_name = "PART=PARAMETER")]
	parts: Vec<String>,
	/// Take it out of force.
	#[arg(long, conflicts_with_all = ["kind", "parts"])]
	drop: bool,
	/// Ask for the ayes of all companies.
	#[arg(long)]
	all: bool,
	/// Propose nothing: show what it would have refused of the changes that were made.
	#[arg(long, conflicts_with = "all")]
	dry_run: bool,
}

fn plmn(text: &str) -> Result<Plmn, String> {
	read_plmn(text).ok_or_else(|| "a PLMN is the digits of MCC and MNC: 46011".into())
}

/// Reads a frequency in MHz, with up to three decimals, in kHz.
fn khz(text: &str) -> Option<u32> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
	let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
	if !is_plain(whole) || !is_plain(fraction) || fraction.len() > 3 {
		return None;
	}
	let (mhz, khz): (u32, u32) = (whole.parse().ok()?, format!("{fraction:0<3}").parse().ok()?);
	mhz.checked_mul(1_000)?.checked_add(khz)
}

fn band(text: &str) -> Result<Band, String> {
	let read = || {
		let (from, to) = text.split_once('-')?;
		Some(Band { from_khz: khz(from)?, to_khz: khz(to)? })
	};
	read().filter(Band::is_valid).ok_or_else(|| "spectrum is written in MHz: 3400-3500".into())
}

fn band_text(band: &Band) -> String {
	let mhz = |khz: u32| match khz % 1_000 {
		0 => (khz / 1_000).to_string(),
		rest => format!("{}.{rest:03}", khz / 1_000),
	};
	format!("{}-{} MHz", mhz(band.from_khz), mhz(band.to_khz))
}

/// `config policy`.
pub(crate) async fn show(context: &Context) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let (policy, orgs, catalogue) = (at.policy().await?, at.orgs().await?, Catalogue::ask(at).await?);
	let now = at.moment().await?;
	context.output.answer(&json!(policy), || text(&policy, &orgs, &catalogue, now));
	Ok(())
}

fn text(policy: &PolicyView, orgs: &[OrgView], catalogue: &Catalogue, now: Moment) -> String {
	let rules =
		policy.rules.iter().map(|(number, rule)| vec![number.to_string(), rule_words(rule, catalogue)]);
	let freezes = policy.freezes.iter().map(|(number, scope, from, to)| {
		let is = match now {
			now if now > *to => "over",
			now if now < *from => "to come",
			_ => "in force",
		};
		vec![number.to_string(), scope_text(*scope), time::text(*from), time::text(*to), is.into()]
	});
	let holdings = policy.holdings.iter().map(|(org, plmns, bands)| {
		let plmns: Vec<String> = plmns.iter().map(|plmn| plmn_words(*plmn)).collect();
		let bands: Vec<String> = bands.iter().map(band_text).collect();
		vec![org_name(orgs, *org), plmns.join(", "), bands.join(", ")]
	});
	[
		"cross-cell rules".to_string(),
		table(&["number", "rule"], rules),
		"freezes".into(),
		table(&["number", "where", "from", "to", "is"], freezes),
		"holdings".into(),
		table(&["company", "PLMNs", "spectrum"], holdings),
	]
	.join("\n")
}

/// A rule in words.
fn rule_words(rule: &Rule, catalogue: &Catalogue) -> String {
	let name = |id: ParamId| catalogue.name(id);
	match rule {
		Rule::Distinct { neighbour, identity, carrier } => format!(
			"among neighbours ({}) on one {}, and among the neighbours of one cell, each {} stands once",
			name(*neighbour),
			name(*carrier),
			name(*identity)
		),
		Rule::SharersListed { list } => {
			format!("{} has a PLMN of the owner and of every sharer", name(*list))
		}
		Rule::InSpectrum { carrier, bandwidth, technology } => {
			let width = bandwidth.map_or_else(String::new, |width| format!(" with its {}", name(width)));
			let of = match technology {
				Technology::Nr => "NR",
				Technology::Lte => "LTE",
			};
			format!("{} of {of} cells{width} lies in spectrum that owner or sharers hold", name(*carrier))
		}
		Rule::Ratios { dedicated, min, max } => format!(
			"{} <= {} <= {} for each PLMN, and the {} of all of them are 100 at most",
			name(*dedicated),
			name(*min),
			name(*max),
			name(*min)
		),
		Rule::Alike { neighbour, value, carrier } => {
			format!("neighbours ({}) on one {} have one {}", name(*neighbour), name(*carrier), name(*value))
		}
	}
}

/// `config freeze`.
pub(crate) async fn freeze(context: &Context, command: FreezeCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let freeze = match (command.scope, command.from, command.to) {
		(Some(scope), Some(from), Some(to)) => {
			at.check_scope(scope).await?;
			if from > to {
				return Err(Failure::usage("the freeze ends before it begins")
					.at("--from, --to")
					.remedy("let --to be later than --from"));
			}
			// A dry run is about the past.
			if !command.dry_run && from < at.moment().await? {
				return Err(Failure::usage("a freeze never begins backwards").at("--from").remedy(
					"it begins after the motion is in force: leave room for votes and delay (`trimast federation parameters`)",
				));
			}
			Some((scope, from, to))
		}
		_ => {
			let policy = at.policy().await?;
			if !policy.freezes.iter().any(|(number, ..)| *number == command.number) {
				return Err(none("freeze", command.number));
			}
			None
		}
	};
	let spec = context.spec(&chain).await?;
	let call = spec.call("ConfigGuard", "set_freeze", (command.number, freeze))?;
	if command.dry_run {
		return dry_run::of_call(context, at, &spec, &call).await;
	}
	propose(context, &chain, call, Threshold::of(command.all), true).await
}

fn none(what: &str, number: u16) -> Failure {
	Failure::input(format!("there is no {what} {number}")).remedy("`trimast config policy` lists them")
}

/// `config hold`.
pub(crate) async fn hold(context: &Context, command: HoldCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let orgs = at.orgs().await?;
	let org = command.org.find(&orgs)?.id;
	if !command.dry_run {
		let held = held_by_others(&at.policy().await?, &orgs, org, (&command.plmn, &command.band));
		if !held.is_empty() {
			context.output.remark(&format!(
				"{}: the motion fails as long as that is so. Put what they keep before it (`trimast config hold`)",
				held.join(", ")
			));
			if !context.output.go_on("Propose it all the same?") {
				return Err(Failure::declined("nothing proposed"));
			}
		}
	}
	if command.plmn.is_empty()
		&& command.band.is_empty()
		&& !command.dry_run
		&& !context.output.confirm("Propose that the company holds nothing?")
	{
		return Err(Failure::declined("nothing proposed"));
	}
	let spec = context.spec(&chain).await?;
	let call = spec.call("ConfigGuard", "set_holdings", (org, command.plmn, command.band))?;
	if command.dry_run {
		return dry_run::of_call(context, at, &spec, &call).await;
	}
	propose(context, &chain, call, Threshold::of(command.all), true).await
}

/// What of this other members hold, in words. What a company holds that has left it gives up.
fn held_by_others(
	policy: &PolicyView,
	orgs: &[OrgView],
	org: OrgId,
	(plmns, bands): (&[Plmn], &[Band]),
) -> Vec<String> {
	let is_member = |id: OrgId| orgs.iter().any(|org| org.id == id && org.status.is_member());
	let others = policy.holdings.iter().filter(|(other, ..)| *other != org && is_member(*other));
	let held = |(other, their_plmns, their_bands): &(OrgId, Vec<Plmn>, Vec<Band>)| {
		let plmns = plmns.iter().filter(|plmn| their_plmns.contains(plmn)).map(|plmn| plmn_words(*plmn));
		let bands = bands.iter().filter(|band| their_bands.iter().any(|theirs| theirs.overlaps(band)));
		let what: Vec<String> =
			plmns.chain(bands.map(|band| format!("spectrum in {}", band_text(band)))).collect();
		(!what.is_empty()).then(|| format!("{} holds {}", org_name(orgs, *other), what.join(" and ")))
	};
	others.filter_map(held).collect()
}

/// `config cross-cell-rule`.
pub(crate) async fn rule(context: &Context, command: RuleCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let rule = match command.kind {
		Some(kind) => Some(read_rule(&Catalogue::ask(at).await?, kind, &command.parts)?),
		None => {
			let policy = at.policy().await?;
			if !policy.rules.iter().any(|(number, _)| *number == command.number) {
				return Err(none("cross-cell rule", command.number));
			}
			None
		}
	};
	let spec = context.spec(&chain).await?;
	let call = spec.call("ConfigGuard", "set_rule", (command.number, rule))?;
	if command.dry_run {
		return dry_run::of_call(context, at, &spec, &call).await;
	}
	propose(context, &chain, call, Threshold::of(command.all), true).await
}

/// A rule from its parts.
fn read_rule(catalogue: &Catalogue, kind: RuleKind, parts: &[String]) -> Result<Rule> {
	let (needed, optional): (&[&str], &[&str]) = match kind {
		RuleKind::Distinct => (&["neighbour", "identity", "carrier"], &[]),
		RuleKind::SharersListed => (&["list"], &[]),
		RuleKind::InSpectrum => (&["carrier", "technology"], &["bandwidth"]),
		RuleKind::Ratios => (&["dedicated", "min", "max"], &[]),
		RuleKind::Alike => (&["neighbour", "value", "carrier"], &[]),
	};
	let mut given: Vec<(&str, &str)> = Vec::new();
	for part in parts {
		let (name, value) =
			part.split_once('=').ok_or_else(|| Failure::usage("write PART=PARAMETER").at(quoted(part)))?;
		if !needed.contains(&name) && !optional.contains(&name) {
			let known: Vec<&str> = needed.iter().chain(optional).copied().collect();
			return Err(Failure::usage(format!("the rule has no part {}", quoted(name)))
				.remedy(format!("its parts are {}", known.join(", "))));
		}
		if given.iter().any(|(other, _)| *other == name) {
			return Err(Failure::usage("it is given twice").at(name).remedy("leave one out"));
		}
		given.push((name, value));
	}
	let find = |name: &str| given.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
	let text = |name: &str| {
		find(name).ok_or_else(|| {
			Failure::usage(format!("the rule needs {name}=..."))
				.remedy(format!("its parts are {}", needed.join(", ")))
		})
	};
	let of = |name: &str| parameter(catalogue, text(name)?).map_err(|failure| failure.at(name));
	Ok(match kind {
		RuleKind::Distinct => {
			Rule::Distinct { neighbour: of("neighbour")?, identity: of("identity")?, carrier: of("carrier")? }
		}
		RuleKind::SharersListed => Rule::SharersListed { list: of("list")? },
		RuleKind::InSpectrum => Rule::InSpectrum {
			carrier: of("carrier")?,
			bandwidth: find("bandwidth").map(|name| parameter(catalogue, name)).transpose()?,
			technology: match text("technology")? {
				"nr" | "NR" => Technology::Nr,
				"lte" | "LTE" => Technology::Lte,
				other => {
					return Err(Failure::usage(format!("{} is neither nr nor lte", quoted(other)))
						.at("technology")
						.remedy("write technology=nr or technology=lte"))
				}
			},
		},
		RuleKind::Ratios => Rule::Ratios { dedicated: of("dedicated")?, min: of("min")?, max: of("max")? },
		RuleKind::Alike => {
			Rule::Alike { neighbour: of("neighbour")?, value: of("value")?, carrier: of("carrier")? }
		}
	})
}

/// A parameter by number, or by a name that no other has.
fn parameter(catalogue: &Catalogue, name: &str) -> Result<ParamId> {
	if let Ok(number) = name.parse() {
		let id = ParamId(number);
		return catalogue.get(id).map(|_| id).ok_or_else(|| unknown(catalogue, name));
	}
	match catalogue.named(name) {
		[id] => Ok(*id),
		[] => Err(unknown(catalogue, name)),
		several => {
			let names: Vec<String> =
				several.iter().map(|id| format!("{} ({})", id.0, catalogue.name(*id))).collect();
			Err(Failure::input(format!("{} is the name of several parameters", quoted(name)))
				.remedy(format!("say the number: {}", names.join(", "))))
		}
	}
}

fn unknown(catalogue: &Catalogue, name: &str) -> Failure {
	Failure::input(format!("the catalogue has no parameter {}", quoted(name)))
		.remedy(catalogue.suggestion(name))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::catalogue::tests::{catalogue, ONE};

	#[test]
	fn spectrum_is_read_in_mhz_and_read_back() {
		let first = Band { from_khz: 3_400_000, to_khz: 3_500_000 };
		assert_eq!(band("3400-3500"), Ok(first));
		assert_eq!(band("824.2-834.025"), Ok(Band { from_khz: 824_200, to_khz: 834_025 }));
		for text in ["3400-3500", "824.200-834.025"] {
			assert_eq!(band_text(&band(text).unwrap()), format!("{text} MHz"));
		}
		for wrong in
			["", "3400", "3500-3400", "3400-3400", "3400-", "3400.0001-3500", "-1-2", "9999999-99999999"]
		{
			assert!(band(wrong).is_err(), "{wrong}");
		}
	}

	fn read(kind: RuleKind, parts: &[&str]) -> Result<Rule> {
		let parts: Vec<String> = parts.iter().map(|part| (*part).to_string()).collect();
		read_rule(&catalogue(), kind, &parts)
	}

	#[test]
	fn rules_name_their_parameters() {
		let rule =
			read(RuleKind::Distinct, &["carrier=arfcnDL", "identity=11", "neighbour=adjacentNRCellRef"])
				.unwrap();
		let id = ParamId;
		assert_eq!(rule, Rule::Distinct { neighbour: id(65), identity: id(11), carrier: id(13) });
		assert!(
			rule_words(&rule, &catalogue()).contains("one arfcnDL"),
			"{}",
			rule_words(&rule, &catalogue())
		);
		let rule = read(RuleKind::InSpectrum, &["carrier=arfcnDL", "technology=nr"]).unwrap();
		assert_eq!(rule, Rule::InSpectrum { carrier: id(13), bandwidth: None, technology: Technology::Nr });
		for (parts, part) in [
			(vec!["neighbour=adjacentNRCellRef", "identity=nRPCI"], "carrier=..."),
			(vec!["list=plmnInfoList"], "no part `list`"),
			(vec!["identity=physCellId", "neighbour=65", "carrier=13"], "11 (nRPCI), 12"),
			(vec!["identity=99", "neighbour=65", "carrier=13"], "no parameter `99`"),
			(vec!["identity=11", "identity=12"], "twice"),
			(vec!["identity"], "PART=PARAMETER"),
		] {
			let failure = read(RuleKind::Distinct, &parts).unwrap_err().to_string();
			assert!(failure.contains(part), "{parts:?}: {failure}");
		}
	}

	#[test]
	fn what_another_member_holds_is_told_before_it_is_proposed() {
		let band = |from, to| Band { from_khz: from, to_khz: to };
		let theirs = (OrgId(1), vec![ONE], vec![band(3_400_000, 3_500_000)]);
		let policy = PolicyView { rules: vec![], freezes: vec![], holdings: vec![theirs] };
		let orgs = [crate::inbox::tests::org(1)];
		let name = org_name(&orgs, OrgId(1));
		let held = |orgs: &[OrgView], org, plmns: &[Plmn], bands: &[Band]| {
			held_by_others(&policy, orgs, OrgId(org), (plmns, bands))
		};
		let overlaps = [band(3_450_000, 3_600_000)];
		let expected = format!("{name} holds 460-11 and spectrum in 3450-3600 MHz");
		assert_eq!(held(&orgs, 0, &[ONE], &overlaps), [expected]);
		assert!(held(&orgs, 0, &[], &[band(3_500_000, 3_600_000)]).is_empty(), "beside it");
		assert!(held(&orgs, 1, &[ONE], &overlaps).is_empty(), "the own");
		assert!(held(&[], 0, &[ONE], &overlaps).is_empty(), "of who is no member");
	}

	#[test]
	fn policy_is_told_in_words() {
		let policy = PolicyView {
			rules: vec![(1, Rule::SharersListed { list: ParamId(3) })],
			freezes: vec![(4, Scope::National, 1_000, 2_000), (5, Scope::National, 5_000, 6_000)],
			holdings: vec![(OrgId(2), vec![ONE], vec![Band { from_khz: 3_400_000, to_khz: 3_500_000 }])],
		};
		let text = text(&policy, &[], &catalogue(), 1_500);
		for part in ["plmnInfoList has a PLMN", "national", "in force", "to come", "460-11", "3400-3500 MHz"]
		{
			assert!(text.contains(part), "{part} in:\n{text}");
		}
	}
}
