// SPDX-License-Identifier: Apache-2.0
//! `trimast config dry-run`, and `--dry-run` of the commands that propose policy: what it would have refused of the changes
//! that were made.

use super::words::Words;
use crate::{
	chain::{
		json::{call_parts, CALL_FORM},
		views::At,
		Call, Spec,
	},
	context::Context,
	error::{Failure, Result},
	files::read_text,
	names::{org_name, org_names},
	output::{counted, quoted, table},
	vote::{council, VoteId},
};
use clap::Args;
use codec::Decode;
use serde_json::{json, Value};
use std::{collections::BTreeSet, path::Path};
use trimast_primitives::{
	access::Scope,
	apis::{PastRefusalView, PolicyDefectView, PolicyPart, PolicyRunView, MAX_PAST_PAGES, MAX_POLICY_PARTS},
	cells::{
		catalogue::{ParamText, Parameter},
		rules::Rule,
		spectrum::Band,
		ParamId,
	},
	site::Plmn,
	Moment, OrgId,
};

/// Values that are written out for people.
const SHOWN: usize = 50;

/// Look at what a policy would have refused of the changes that were made.
#[derive(Args, Debug)]
pub(crate) struct DryRunCommand {
	/// What motions would set, in this order: JSON files with a list of calls as `vote propose` takes them, for example
	/// [{"ConfigGuard.set_rule": {"number": 9, "rule": null}}]; or motions by number, m12 where it is open, e4 where it is
	/// decided and waits.
	#[arg(required = true, value_name = "FILE|MOTION")]
	policy: Vec<String>,
}

/// A call that sets a part of the policy.
#[derive(Clone, PartialEq, Debug)]
struct Step {
	/// Where it stands.
	place: String,
	/// The call of the configuration guard.
	call: String,
	/// Its arguments.
	arguments: Value,
}

/// What a call sets of the policy, and each call of a batch; what the federation enacts is what it enacts.
fn steps(place: &str, call: &Value) -> Result<Vec<Step>> {
	let no_call = || Failure::input("no call").at(place).remedy(CALL_FORM);
	let (pallet, name, arguments) = call_parts(call).ok_or_else(no_call)?;
	match (pallet, name) {
		("Federation", "enact") => steps(place, arguments.get("call").unwrap_or(arguments)),
		("Utility", "batch" | "batch_all" | "force_batch") => {
			all(place, arguments.get("calls").unwrap_or(arguments))
		}
		("ConfigGuard", name) if SETTERS.contains(&name) => {
			Ok(vec![Step { place: place.into(), call: name.into(), arguments: arguments.clone() }])
		}
		_ => {
			let path = quoted(&format!("{pallet}.{name}"));
			Err(Failure::input(format!("{path} sets nothing of the policy"))
				.at(place)
				.remedy(format!("ConfigGuard has {}", SETTERS.join(", "))))
		}
	}
}

/// What a list of calls sets; a call alone is a list of one.
fn all(place: &str, calls: &Value) -> Result<Vec<Step>> {
	let Value::Array(calls) = calls else { return steps(place, calls) };
	let numbered = calls.iter().zip(1..).map(|(call, n)| steps(&format!("{place}: call {n}"), call));
	Ok(numbered.collect::<Result<Vec<_>>>()?.concat())
}

/// The calls that set policy.
const SETTERS: [&str; 4] = ["set_parameter", "set_rule", "set_freeze", "set_holdings"];

/// What a call of the configuration guard sets, from its encoded arguments.
fn part(call: &str, mut arguments: &[u8]) -> Option<PolicyPart> {
	fn read<T: Decode>(input: &mut &[u8]) -> Option<T> {
		T::decode(input).ok().filter(|_| input.is_empty())
	}
	let input = &mut arguments;
	Some(match call {
		"set_parameter" => {
			let (id, parameter, _): (ParamId, Parameter, ParamText) = read(input)?;
			PolicyPart::Parameter { id, parameter }
		}
		"set_rule" => {
			let (number, rule): (u16, Option<Rule>) = read(input)?;
			PolicyPart::Rule { number, rule }
		}
		"set_freeze" => {
			let (number, freeze): (u16, Option<(Scope, Moment, Moment)>) = read(input)?;
			PolicyPart::Freeze { number, freeze }
		}
		"set_holdings" => {
			let (org, plmns, spectrum): (OrgId, Vec<Plmn>, Vec<Band>) = read(input)?;
			PolicyPart::Holding { org, plmns, spectrum }
		}
		_ => return None,
	})
}

/// What a file of calls is.
const CALLS: &str = "name a file with a list of calls as JSON, or a motion (docs/trimast.md)";

/// What a file or a motion sets, if it sets anything.
fn some(name: &str, steps: Vec<Step>) -> Result<Vec<Step>> {
	match steps.is_empty() {
		true => Err(Failure::input("there is nothing in it").at(name).remedy(CALLS)),
		false => Ok(steps),
	}
}

/// `config dry-run`.
pub(crate) async fn run(context: &Context, command: DryRunCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let spec = context.spec(&chain).await?;
	let mut found = Vec::new();
	for name in &command.policy {
		let steps = match name.parse::<VoteId>() {
			Ok(id) => steps(name, &spec.describe(&motion(at, id).await?)?)?,
			Err(_) => {
				let calls: Value = serde_json::from_str(&read_text(Path::new(name))?)
					.map_err(|e| Failure::input(format!("not JSON: {e}")).at(name).remedy(CALLS))?;
				all(name, &calls)?
			}
		};
		found.extend(some(name, steps)?);
	}
	judge(context, at, &spec, found).await
}

/// The dry run of what would be proposed.
pub(crate) async fn of_call(context: &Context, at: At<'_>, spec: &Spec, call: &Call) -> Result<()> {
	judge(context, at, spec, steps("the motion", &spec.describe(call)?)?).await
}

/// The call of a motion that is open, or decided and waits.
async fn motion(at: At<'_>, id: VoteId) -> Result<Call> {
	let call = match id {
		VoteId::Enactment(number) => {
			at.enactments().await?.into_iter().find(|one| one.id == number).map(|one| Call(one.call))
		}
		VoteId::Motion(number) => {
			council::motions(at).await?.into_iter().find(|one| one.index == number).map(|one| one.call)
		}
		VoteId::Hash(hash) => {
			council::motions(at).await?.into_iter().find(|one| one.hash == hash).map(|one| one.call)
		}
		VoteId::Subject(_) => {
			return Err(Failure::usage("a motion about one company sets nothing of the policy")
				.remedy("`trimast vote list` shows what the others would do"))
		}
	};
	call.ok_or_else(|| {
		Failure::input("no such motion is open, or decided and waiting")
			.remedy("`trimast vote list` shows m12 and e4; a file of such a name is ./m12")
	})
}

/// Has the chain judge what was made.
async fn judge(context: &Context, at: At<'_>, spec: &Spec, steps: Vec<Step>) -> Result<()> {
	if steps.len() > MAX_POLICY_PARTS {
		let what = format!("{} parts, and a dry run takes {MAX_POLICY_PARTS}", steps.len());
		return Err(Failure::input(what).remedy("look at fewer at once"));
	}
	let mut parts = Vec::with_capacity(steps.len());
	for step in &steps {
		let encoded = spec
			.call_json("ConfigGuard", &step.call, &step.arguments)
			.map_err(|failure| failure.at(&step.place))?;
		let part = encoded.0.get(2..).and_then(|arguments| part(&step.call, arguments));
		parts.push(part.ok_or_else(|| {
			Failure::input("cannot be read")
				.at(&step.place)
				.remedy("this `trimast` and the chain's runtime differ: install the version that goes with the runtime")
		})?);
	}
	let run = history(context, at, &parts, &steps).await?;
	let mut words = Words::ask(at).await?;
	let shown = run.refused.iter().take(SHOWN);
	words
		.learn(at, shown.flat_map(|one| [one.before, one.value].map(|value| (one.cell, one.key, value))))
		.await?;
	context.output.answer(&value(&run), || text(&run, &words));
	Ok(())
}

/// All of the recorded history, judged page by page.
async fn history(
	context: &Context,
	at: At<'_>,
	parts: &[PolicyPart],
	steps: &[Step],
) -> Result<PolicyRunView> {
	let mut all = PolicyRunView { next: Some((0, 0)), ..PolicyRunView::default() };
	let bar = context.output.progress(at.past_requests().await?.into(), "changes looked at");
	while let Some(place) = all.next {
		let asked = (parts, place, MAX_PAST_PAGES);
		let answer: Result<PolicyRunView, PolicyDefectView> =
			at.chain().call("ConfigGuardApi_dry_run_policy", asked, at.hash).await?;
		let more = answer.map_err(|defect| refused(&defect, steps))?;
		all.requests = all.requests.saturating_add(more.requests);
		all.items = all.items.saturating_add(more.items);
		all.unjudged = all.unjudged.saturating_add(more.unjudged);
		all.refused.extend(more.refused);
		all.next = more.next;
		bar.set_position(all.requests.into());
	}
	bar.finish_and_clear();
	Ok(all)
}

/// A part that cannot be set.
fn refused(defect: &PolicyDefectView, steps: &[Step]) -> Failure {
	let step = usize::try_from(defect.part).ok().and_then(|n| steps.get(n));
	let failure = Failure::input(&defect.why);
	match step {
		Some(step) => failure.at(format!("{}: {}", step.place, step.call)),
		None => failure,
	}
}

/// How many requests have values that would not have been changed.
fn refused_requests(run: &PolicyRunView) -> usize {
	run.refused.iter().map(|one| one.request).collect::<BTreeSet<_>>().len()
}

fn value(run: &PolicyRunView) -> Value {
	json!({
		"changes": run.requests,
		"refused_changes": refused_requests(run),
		"values": run.items,
		"unjudged": run.unjudged,
		"refused": run.refused,
	})
}

fn text(run: &PolicyRunView, words: &Words) -> String {
	if run.requests == 0 {
		return "no change was carried out and is over yet: there is nothing to judge".into();
	}
	let changes = counted(usize::try_from(run.requests).unwrap_or(usize::MAX), "change");
	let values = counted(usize::try_from(run.items).unwrap_or(usize::MAX), "value");
	let mut lines = vec![match refused_requests(run) {
		0 => format!("would have refused none of {changes} ({values})"),
		refused => {
			format!("would have refused {refused} of {changes} ({} of {values}):", run.refused.len())
		}
	}];
	if !run.refused.is_empty() {
		let header = ["change", "asked for by", "cell", "parameter", "before", "set to", "why not"];
		lines.push(table(&header, run.refused.iter().take(SHOWN).map(|one| row(one, words))));
	}
	if run.refused.len() > SHOWN {
		lines.push(format!("... {} in all (--json has them)", counted(run.refused.len(), "value")));
	}
	if run.unjudged > 0 {
		let values = counted(usize::try_from(run.unjudged).unwrap_or(usize::MAX), "value");
		lines.push(format!("of {values} nothing can be said: the stations are retired or another's since"));
	}
	lines.push("judged on the stations, neighbours and members of today".into());
	lines.join("\n")
}

fn row(one: &PastRefusalView, words: &Words) -> Vec<String> {
	let why = if one.missing.is_empty() {
		one.why.clone()
	} else {
		format!("not agreed: {}", org_names(&words.orgs, one.missing))
	};
	vec![
		one.request.to_string(),
		org_name(&words.orgs, one.by),
		words.cell(one.cell),
		words.key_words(one.cell, one.key),
		one.before.map_or_else(|| "-".into(), |before| words.value(one.cell, one.key, Some(before))),
		words.value(one.cell, one.key, one.value),
		why,
	]
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::config::words::tests::words;
	use codec::Encode;
	use trimast_primitives::{
		cells::{
			catalogue::{ApprovalClass, Domain, ParamScope},
			CellId, ParamKey,
		},
		page::SiteId,
		LocalNetworkId, OrgSet,
	};

	#[test]
	fn calls_are_found_in_files_and_in_motions() {
		let drop = json!({ "number": 9, "rule": null });
		let short = json!({ "ConfigGuard.set_rule": drop });
		let shown = json!({ "ConfigGuard": { "set_rule": drop } });
		let step =
			|place: &str| Step { place: place.into(), call: "set_rule".into(), arguments: drop.clone() };
		assert_eq!(all("a", &short), Ok(vec![step("a")]));
		assert_eq!(all("a", &json!([short, shown])), Ok(vec![step("a: call 1"), step("a: call 2")]));
		let enacted = json!({ "Federation": { "enact": { "call": shown } } });
		assert_eq!(steps("m3", &enacted), Ok(vec![step("m3")]));
		let batch = json!({ "Utility": { "batch_all": { "calls": [shown, shown] } } });
		let enacted = json!({ "Federation": { "enact": { "call": batch } } });
		assert_eq!(steps("m3", &enacted), Ok(vec![step("m3: call 1"), step("m3: call 2")]));
	}

	#[test]
	fn file_without_calls_is_named() {
		let empty = some("b.json", all("b.json", &json!([])).unwrap()).unwrap_err().to_string();
		assert!(empty.starts_with("b.json: there is nothing in it\n  remedy: "), "{empty}");
	}

	#[test]
	fn calls_fail_when_they_set_no_policy() {
		for (wrong, part) in [
			(json!("ConfigGuard.set_rule"), "no call"),
			(json!({}), "no call"),
			(json!({ "ConfigGuard.set_rule": 1, "ConfigGuard.set_freeze": 2 }), "no call"),
			(json!({ "ConfigGuard.import": {} }), "set_holdings"),
			(json!({ "Sites": { "set_rule": {} } }), "`Sites.set_rule`"),
			(json!([{ "ConfigGuard.set_rule": {} }, { "Federation.confirm": { "org": 3 } }]), "call 2"),
		] {
			let failure = all("policy.json", &wrong).unwrap_err();
			assert!(failure.to_string().contains(part), "{wrong}: {failure}");
			assert!(failure.to_string().contains("policy.json"), "{failure}");
			assert_eq!(failure.exit_code(), 3);
		}
	}

	#[test]
	fn arguments_are_read_as_the_chain_reads_them() {
		let parameter = Parameter {
			technology: None,
			scope: ParamScope::Cell,
			domain: Domain::Boolean,
			class: ApprovalClass::Joint,
			identity: false,
			step: None,
			envelope: None,
		};
		let text =
			ParamText { names: Default::default(), unit: Default::default(), words: Default::default() };
		let rule = Some(Rule::SharersListed { list: ParamId(3) });
		let freeze = Some((Scope::National, 1u64, 2u64));
		let plmns = vec![Plmn { mcc: 460, mnc: 11, three_digit_mnc: false }];
		let spectrum = vec![Band { from_khz: 1, to_khz: 2 }];
		let id = ParamId(3);
		let cases = [
			("set_parameter", (id, &parameter, text).encode(), PolicyPart::Parameter { id, parameter }),
			("set_rule", (9u16, rule).encode(), PolicyPart::Rule { number: 9, rule }),
			("set_freeze", (4u16, freeze).encode(), PolicyPart::Freeze { number: 4, freeze }),
			(
				"set_holdings",
				(OrgId(1), &plmns, &spectrum).encode(),
				PolicyPart::Holding { org: OrgId(1), plmns, spectrum },
			),
		];
		for (call, mut bytes, expected) in cases {
			assert_eq!(part(call, &bytes), Some(expected), "{call}");
			bytes.push(0);
			assert_eq!(part(call, &bytes), None, "{call} with a byte too many");
			assert_eq!(part(call, &[]), None);
		}
		assert_eq!(part("import", &[]), None);
	}

	fn past(request: u32, missing: OrgSet) -> PastRefusalView {
		let site = SiteId { local_network: LocalNetworkId(1301), index: 0 };
		PastRefusalView {
			request,
			by: OrgId(0),
			cell: CellId { site, cell: 1 },
			key: ParamKey::of(ParamId(11)),
			before: Some(10),
			value: Some(13),
			missing,
			why: "freeze 7 holds at that time".into(),
		}
	}

	#[test]
	fn what_would_have_been_refused_is_told_by_change_and_value() {
		let refused = vec![past(3, OrgSet::EMPTY), past(3, OrgSet::of(OrgId(2))), past(1, OrgSet::EMPTY)];
		let run = PolicyRunView { requests: 17, items: 40, unjudged: 2, refused, next: None };
		let told = text(&run, &words());
		for part in [
			"would have refused 2 of 17 changes (3 of 40 values):",
			"1301/A/1",
			"nRPCI",
			"freeze 7 holds",
			"not agreed: 2",
			"of 2 values nothing can be said",
			"of today",
		] {
			assert!(told.contains(part), "{part} in:\n{told}");
		}
		let value = value(&run);
		assert_eq!((&value["changes"], &value["refused_changes"]), (&json!(17), &json!(2)));
		assert_eq!(value["refused"][1]["missing"], json!(OrgSet::of(OrgId(2))));

		let none = PolicyRunView { requests: 1, items: 1, ..PolicyRunView::default() };
		let told = text(&none, &words());
		assert!(told.starts_with("would have refused none of 1 change (1 value)\n"), "{told}");
		let empty = text(&PolicyRunView::default(), &words());
		assert!(empty.contains("nothing to judge"), "{empty}");
	}

	#[test]
	fn long_lists_are_cut_for_people() {
		let refused = (0..60).map(|n| past(n, OrgSet::EMPTY)).collect();
		let run = PolicyRunView { requests: 60, items: 60, refused, ..PolicyRunView::default() };
		let told = text(&run, &words());
		assert!(told.contains("... 60 values in all"), "{told}");
		assert_eq!(told.matches("freeze 7").count(), SHOWN);
	}

	#[test]
	fn part_that_cannot_be_set_is_named() {
		let step = Step { place: "a.json: call 2".into(), call: "set_rule".into(), arguments: Value::Null };
		let defect = |part| PolicyDefectView { part, why: "the catalogue is full".into() };
		let named = refused(&defect(0), std::slice::from_ref(&step)).to_string();
		assert!(named.contains("a.json: call 2: set_rule: the catalogue is full"), "{named}");
		assert!(refused(&defect(7), &[step]).to_string().contains("the catalogue is full"));
	}
}
