// SPDX-License-Identifier: Apache-2.0
//! What a change would come to: the chain's dry run of it, and who must agree.

use super::{
	story,
	values::{Change, ValuesArgs, Wanted},
};
use crate::{
	chain::views::At,
	config::{export::time, words::Words},
	context::Context,
	error::{Failure, Result},
	names::org_names,
	output::{counted, table},
};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use trimast_primitives::{
	apis::{OrgView, PolicyView},
	cells::{
		catalogue::{ApprovalClass, ParamScope, Parameter},
		change::Item,
		ParamKey,
	},
	site::StationEntry,
	Moment, OrgId, OrgSet,
};

/// Values that are written out for people.
const SHOWN: usize = 50;

/// What a dry run says of a change.
#[derive(Default)]
pub(super) struct Checked {
	/// By page and place in the part: why a value is refused.
	pub(super) refused: BTreeMap<(u16, usize), String>,
	/// By page and place: what would refuse a value of an emergency if it were none.
	pub(super) broken: BTreeMap<(u16, usize), String>,
	/// By page and place: who must agree.
	pub(super) required: BTreeMap<(u16, usize), OrgSet>,
}

/// How the whole of a change is asked for.
pub(super) struct Ask {
	pub(super) by: OrgId,
	/// The request, where there is one already.
	pub(super) request: Option<u32>,
	pub(super) window: (Moment, Moment),
	pub(super) emergency: bool,
	pub(super) whole: bool,
}

impl Ask {
	/// The window that the chain is asked about. That of a request that is there was taken when it began, and counts from now.
	fn window_from(&self, now: Moment) -> (Moment, Moment) {
		let (from, to) = self.window;
		match self.request.is_some() && !self.emergency {
			true => (from.max(now), to),
			false => (from, to),
		}
	}
}

/// Who must agree to a value of a station's cell: as the chain decides it, but for who is a member no more. While not
/// everybody stands behind the station's record, and where a cell has no baseline yet, nobody decides alone. Who has left
/// operates nothing.
fn required(
	entry: &StationEntry,
	parameter: &Parameter,
	policy: &PolicyView,
	members: OrgSet,
	key: ParamKey,
	value: i64,
	is_new: bool,
) -> OrgSet {
	let station = &entry.station;
	let class = match parameter.class {
		_ if entry.is_confirmed() && !is_new => parameter.class_of(station.mode, value),
		ApprovalClass::Tower => ApprovalClass::Tower,
		_ => ApprovalClass::Joint,
	};
	let plmn = station.plmns.get(usize::from(key.place)).filter(|_| parameter.scope == ParamScope::Plmn);
	let holder = plmn.and_then(|plmn| policy.holdings.iter().find(|(_, plmns, _)| plmns.contains(plmn)));
	class.parties(station, holder.map(|(org, ..)| *org).filter(|org| members.contains(*org)))
}

/// The items of a page.
pub(super) fn part(values: &[Wanted]) -> Vec<Item> {
	values.iter().map(Wanted::item).collect()
}

/// Has the chain check a change, and finds who must agree to it.
pub(super) async fn dry_run(
	context: &Context,
	at: At<'_>,
	change: &Change,
	ask: &Ask,
	words: &Words,
) -> Result<Checked> {
	let (policy, members) = (at.policy().await?, story::members(&words.orgs));
	let window = ask.window_from(at.moment().await?);
	let mut checked = Checked::default();
	let bar = context.output.progress(change.pages.len().try_into().unwrap_or(u64::MAX), "pages checked");
	for (page, values) in &change.pages {
		let place = (change.local_network, *page);
		// A dry run knows of no request: to it what this one has already stands in its own way.
		let own = ask.request.map(|number| format!("request {number} is open on the value"));
		let mut ratify = BTreeMap::new();
		for refusal in at.check_change(ask.by, place, &part(values), window, ask.emergency).await? {
			let n = usize::from(refusal.item);
			match refusal.ratify {
				Some(orgs) => {
					ratify.insert(n, orgs);
					checked.broken.insert((*page, n), refusal.why);
				}
				None if own.as_ref() != Some(&refusal.why) => {
					checked.refused.insert((*page, n), refusal.why);
				}
				None => {}
			}
		}
		for (n, value) in values.iter().enumerate() {
			let entry = words.stations.get(&value.cell.site);
			let parameter = words.catalogue.get(value.key.param).map(|view| &view.parameter);
			// Who must agree to a value's being taken away decides that value.
			let decides = value.value.or(value.before);
			if let Some(((entry, parameter), decides)) = entry.zip(parameter).zip(decides) {
				let required = required(entry, parameter, &policy, members, value.key, decides, value.is_new);
				let required = required.union(ratify.get(&n).copied().unwrap_or_default());
				checked.required.insert((*page, n), required.intersection(members));
			}
		}
		bar.inc(1);
	}
	bar.finish_and_clear();
	Ok(checked)
}

impl Checked {
	/// Who must agree to what is not refused.
	fn all_required(&self) -> OrgSet {
		let passed = self.required.iter().filter(|(place, _)| !self.refused.contains_key(place));
		passed.fold(OrgSet::EMPTY, |all, (_, orgs)| all.union(*orgs))
	}

	/// The values of a page that pass.
	pub(super) fn passed<'a>(&self, page: u16, values: &'a [Wanted]) -> Vec<&'a Wanted> {
		let numbered = values.iter().enumerate();
		numbered.filter(|(n, _)| !self.refused.contains_key(&(page, *n))).map(|(_, value)| value).collect()
	}

	/// Pages of which nothing is taken: all of it is refused, or some of it and the request is whole.
	fn lost_pages(&self, change: &Change, whole: bool) -> Vec<u16> {
		let is_lost = |(page, values): &(&u16, &Vec<Wanted>)| {
			let passed = self.passed(**page, values).len();
			passed == 0 || (whole && passed < values.len())
		};
		change.pages.iter().filter(is_lost).map(|(page, _)| *page).collect()
	}

	/// Why all of it is refused, where that is one reason: what keeps a window out keeps every value out.
	fn one_reason(&self) -> Option<&str> {
		let mut reasons = self.refused.values();
		let first = reasons.next()?;
		reasons.all(|why| why == first).then_some(first.as_str())
	}

	/// That all of it is refused, at the first value that is.
	fn failure(&self, change: &Change, whole: bool, words: &Words) -> Failure {
		let all = match whole {
			true => "a value of every page is refused, and the request is whole",
			false => "every value is refused",
		};
		let what = match (self.one_reason(), self.refused.values().next()) {
			(Some(why), _) => format!("{all}: {why}"),
			(None, Some(why)) => format!("{all}; this one: {why}"),
			(None, None) => all.into(),
		};
		let failure = Failure::chain(what).remedy(
			"each value is told above with its reason: leave out what stands so already, mend the others, and look with \
			 `trimast config check` before you ask again",
		);
		let first = self.refused.keys().next().and_then(|(page, n)| change.pages.get(page)?.get(*n));
		match first {
			Some(value) => {
				let what = format!("{} {}", words.cell(value.cell), words.key(value.cell, value.key));
				failure.at(format!("line {} ({what})", value.line))
			}
			None => failure,
		}
	}

	/// How many values would not be taken: those that are refused and, where a page is changed as a whole or not at all,
	/// those beside them.
	pub(super) fn lost(&self, change: &Change, whole: bool) -> usize {
		let pages = self.lost_pages(change, whole);
		let of_page = |(page, values): (&u16, &Vec<Wanted>)| match pages.contains(page) {
			true => values.len(),
			false => values.len().saturating_sub(self.passed(*page, values).len()),
		};
		change.pages.iter().map(of_page).sum()
	}

	/// What is said of a value: that it is refused, or who else must agree to it, and what it breaks as an emergency.
	fn said(&self, place: (u16, usize), by: OrgId, orgs: &[OrgView]) -> String {
		if let Some(why) = self.refused.get(&place) {
			return format!("refused: {why}");
		}
		let others = self.required.get(&place).copied().unwrap_or_default().without(by);
		let who = if others.is_empty() { "you alone".into() } else { org_names(orgs, others) };
		match self.broken.get(&place) {
			Some(why) => format!("{who}; {}", story::broken_words(why)),
			None => who,
		}
	}

	/// Tells what each value would come to.
	fn tell(&self, context: &Context, change: &Change, ask: &Ask, words: &Words) {
		let values = || {
			change
				.pages
				.iter()
				.flat_map(|(page, values)| values.iter().enumerate().map(move |(n, value)| (*page, n, value)))
		};
		let ids = |orgs: OrgSet| orgs.iter().map(|org| org.0).collect::<Vec<_>>();
		let listed: Vec<Value> = values()
			.map(|(page, n, value)| {
				json!({
					"line": value.line, "page": page, "cell": words.cell(value.cell), "id": value.cell,
					"parameter": words.key(value.cell, value.key), "key": value.key, "before": value.before,
					"value": value.value, "refused": self.refused.get(&(page, n)), "broken": self.broken.get(&(page, n)),
					"required": self.required.get(&(page, n)).map(|orgs| ids(*orgs)),
				})
			})
			.collect();
		let value = json!({
			"type": "checked", "local_network": change.local_network, "by": ask.by, "window": ask.window,
			"emergency": ask.emergency, "values": listed, "refused": self.refused.len(),
			"required": ids(self.all_required()),
		});
		context.output.answer(&value, || {
			// What is refused stands first, and then what breaks something: of a long list the end is not shown.
			let mut listed: Vec<_> = values().collect();
			listed.sort_by_key(|(page, n, _)| {
				let place = (*page, *n);
				(!self.refused.contains_key(&place), !self.broken.contains_key(&place))
			});
			let rows = listed.into_iter().take(SHOWN).map(|(page, n, value)| {
				vec![
					value.line.to_string(),
					words.cell(value.cell),
					words.key_words(value.cell, value.key),
					words.value(value.cell, value.key, value.before),
					words.asked(value.cell, value.key, value.value),
					self.said((page, n), ask.by, &words.orgs),
				]
			});
			let mut text =
				table(&["line", "cell", "parameter", "now", "asked for", "who else must agree"], rows);
			let count = change.values().count();
			if count > SHOWN {
				text.push_str(&format!("\n... {count} in all; --json lists them"));
			}
			let (from, to) = ask.window;
			text.push_str(&format!(
				"\n{} of {} pass; from {} {}",
				count.saturating_sub(self.refused.len()),
				counted(count, "value"),
				time::text(from),
				if ask.emergency { "(emergency)".into() } else { format!("to {}", time::text(to)) },
			));
			text
		});
	}
}

/// What a check without a request ends with.
pub(super) fn would_be(checked: &Checked, change: &Change, whole: bool) -> Result<()> {
	match checked.lost(change, whole) {
		0 => Ok(()),
		lost => Err(Failure::partial(format!("{} would not be taken", counted(lost, "value")))
			.remedy("mend what is said above, or leave those values out")),
	}
}

/// Tells what a change would come to. Fails when all of it is refused.
pub(super) fn tell(
	context: &Context,
	checked: &Checked,
	change: &Change,
	(ask, values): (&Ask, &ValuesArgs),
	words: &Words,
) -> Result<()> {
	checked.tell(context, change, ask, words);
	let lost = checked.lost_pages(change, ask.whole);
	if lost.len() == change.pages.len() {
		return Err(checked.failure(change, ask.whole, words).at(values.place()));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::values::tests::wanted, *};
	use crate::config::{
		catalogue::tests::{catalogue, ONE},
		export::resolve::tests::{site, PLACE},
	};
	use trimast_primitives::{
		cells::ParamId,
		site::{SharingMode, Technology},
	};

	fn change() -> Change {
		let pages =
			[(0, vec![wanted(2, 0, 0, 11, 5), wanted(3, 0, 1, 11, 6)]), (1, vec![wanted(4, 64, 0, 12, 7)])];
		Change { local_network: PLACE, pages: pages.into() }
	}

	fn checked(refused: &[(u16, usize)]) -> Checked {
		let orgs = |bits| OrgSet(bits);
		Checked {
			refused: refused.iter().map(|place| (*place, "no".into())).collect(),
			broken: BTreeMap::new(),
			required: [((0, 0), orgs(1)), ((0, 1), orgs(0b11)), ((1, 0), orgs(0b101))].into(),
		}
	}

	#[test]
	fn refused_values_ask_nobody_and_cost_their_page_when_it_is_whole() {
		assert_eq!(checked(&[]).all_required(), OrgSet(0b111));
		let one = checked(&[(0, 1)]);
		assert_eq!(one.all_required(), OrgSet(0b101));
		assert_eq!(one.passed(0, &change().pages[&0]).len(), 1);
		assert_eq!((one.lost_pages(&change(), false), one.lost_pages(&change(), true)), (vec![], vec![0]));
		let page = checked(&[(1, 0)]);
		assert_eq!((page.lost_pages(&change(), false), page.lost_pages(&change(), true)), (vec![1], vec![1]));
		assert_eq!((one.lost(&change(), false), one.lost(&change(), true)), (1, 2));
		assert_eq!(would_be(&checked(&[]), &change(), true), Ok(()));
		let failure = would_be(&one, &change(), false).unwrap_err();
		assert!(failure.exit_code() == 5 && failure.to_string().contains("remedy"), "{failure}");
	}

	#[test]
	fn emergency_says_what_it_breaks_beside_who_must_agree() {
		let mut emergency = checked(&[(1, 0)]);
		emergency.broken.insert((0, 1), "rule 1: collision with cell 1301:7/2".into());
		let said = |place| emergency.said(place, OrgId(0), &[]);
		assert_eq!([said((0, 0)), said((1, 0))], ["you alone", "refused: no"]);
		assert_eq!(said((0, 1)), "1; refused if it were no emergency: rule 1: collision with cell 1301:7/2");
	}

	#[test]
	fn window_of_a_request_that_is_there_counts_from_now() {
		let ask =
			|request, emergency| Ask { by: OrgId(0), request, window: (5, 90), emergency, whole: false };
		assert_eq!(ask(None, false).window_from(40), (5, 90));
		assert_eq!(ask(Some(7), false).window_from(40), (40, 90));
		assert_eq!(ask(Some(7), false).window_from(1), (5, 90));
		assert_eq!(ask(Some(7), true).window_from(40), (5, 90));
	}

	#[test]
	fn one_reason_for_all_is_told_once() {
		assert_eq!(checked(&[(0, 0), (0, 1)]).one_reason(), Some("no"));
		let mut two = checked(&[(0, 0), (0, 1)]);
		two.refused.insert((1, 0), "the window is over".into());
		assert_eq!((two.one_reason(), checked(&[]).one_reason()), (None, None));
		// The first value is named, and what to do
		let words = crate::config::words::tests::words();
		let text = |checked: &Checked, whole| checked.failure(&change(), whole, &words).to_string();
		let told = text(&checked(&[(0, 0), (0, 1), (1, 0)]), false);
		assert!(told.starts_with("line 2 (1301/A/0 nRPCI): every value is refused: no\n"), "{told}");
		assert!(told.contains("remedy: each value is told above") && told.contains("config check"), "{told}");
		let told = text(&two, true);
		assert!(
			told.contains("a value of every page is refused, and the request is whole; this one: no"),
			"{told}"
		);
	}

	#[test]
	fn required_is_decided_by_class_confirmation_and_holder() {
		let mut entry = site(0, "A", Technology::Nr).entry;
		entry.station.mode = SharingMode::MocnSeveralCellIds;
		let (owner, all) =
			(entry.station.owner, OrgSet::of(entry.station.owner).union(entry.station.sharers));
		let policy =
			PolicyView { rules: vec![], freezes: vec![], holdings: vec![(OrgId(9), vec![ONE], vec![])] };
		let mut parameter = catalogue().get(ParamId(4)).unwrap().parameter.clone();
		parameter.class = ApprovalClass::Operator;
		let of = |entry: &StationEntry, place, is_new| {
			let key = ParamKey { param: ParamId(4), place };
			required(entry, &parameter, &policy, OrgSet(u32::MAX), key, 7, is_new)
		};
		// While not everybody stands behind the record, nobody decides alone
		assert_eq!(of(&entry, 0, false), all);
		entry.signed = entry.station.named();
		assert_eq!((of(&entry, 0, false), of(&entry, 1, false)), (OrgSet::of(OrgId(9)), OrgSet::of(owner)));
		// Nor about the first values of a cell
		assert_eq!(of(&entry, 0, true), all);
		// Who has left operates nothing
		let (key, members) = (ParamKey { param: ParamId(4), place: 0 }, OrgSet(u32::MAX).without(OrgId(9)));
		let without = required(&entry, &parameter, &policy, members, key, 7, false);
		assert_eq!(without, OrgSet::of(owner));
	}
}
