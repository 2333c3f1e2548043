// SPDX-License-Identifier: Apache-2.0
//! What waits of the company's own exports and sweeps.

use super::{named, Item};
use crate::{
	chain::views::At,
	config::{export::time, views::NetworkView},
	error::Result,
	names::{hex0x, scope_text},
	output::counted,
};
use trimast_primitives::{
	apis::{ExportView, QuestionView, SweepView},
	BlockNumber, LocalNetworkId, OrgId,
};

/// Rows of an export that others ask for.
pub(super) fn rows_asked(export: &ExportView, questions: &[QuestionView]) -> Option<Item> {
	let deadline = questions.iter().map(|question| question.due).min()?;
	Some(Item {
		deadline: Some(deadline),
		passed: 0,
		kind: "rows of an export to open",
		what: format!("{} of the {}", counted(questions.len(), "row"), export_words(export)),
		command: "trimast config openings FOLDER".into(),
	})
}

fn export_words(export: &ExportView) -> String {
	format!("export read {} (root {})", time::text(export.observed), hex0x(export.root))
}

fn is_doubted(export: &ExportView) -> bool {
	export.wrong > 0 || export.missing > 0
}

/// Marks against exports, the latest first, as long as no later export without them is for the same territory.
pub(super) fn marks(exports: &[ExportView]) -> Vec<Item> {
	let is_settled = |place: usize, export: &ExportView| {
		let mut later = exports.iter().take(place);
		later.any(|other| !is_doubted(other) && other.scope.contains(export.scope))
	};
	let open = exports.iter().enumerate().filter(|(place, export)| !is_settled(*place, export));
	let (doubted, others): (Vec<&ExportView>, Vec<&ExportView>) =
		open.map(|(_, export)| export).partition(|export| is_doubted(export));
	let differing: Vec<_> = others.into_iter().filter(|export| export.differing > 0).collect();
	let mut items = Vec::new();
	if !doubted.is_empty() {
		let words = doubted.iter().map(|export| {
			format!("{}: {} wrong, {} not opened in time", export_words(export), export.wrong, export.missing)
		});
		items.push(Item {
			deadline: None,
			passed: 0,
			kind: "marks against exports",
			what: format!("{}: {}; nothing that was said from them counts", doubted.len(), named(words)),
			command: "trimast config sweep FILE (of a new export)".into(),
		});
	}
	if let Some(first) = differing.iter().map(|export| export.anchored).min() {
		let words =
			differing.iter().map(|export| format!("{}: {} rows", export_words(export), export.differing));
		items.push(Item {
			deadline: None,
			passed: 0,
			kind: "rows with other fields than another company's",
			what: format!("{}: {}", differing.len(), named(words)),
			command: format!("trimast watch --pallet ConfigGuard --from {first} (event WitnessesDiffer)"),
		});
	}
	items
}

/// The company's sweeps that take observations yet, and in which it has not testified of all local networks.
pub(super) async fn open_sweeps(at: At<'_>, networks: &[NetworkView], org: OrgId) -> Result<Option<Item>> {
	let mut sweeps = at.sweeps_of(org).await?;
	sweeps.retain(|sweep| sweep.closes > at.number);
	if sweeps.is_empty() {
		return Ok(None);
	}
	let based: Vec<LocalNetworkId> =
		networks.iter().filter(|view| view.cells > 0).map(|view| view.id).collect();
	let last = at.testified_in(&based, org).await?;
	let testified: Vec<_> = based.into_iter().zip(last).collect();
	Ok(sweeps_item(&sweeps, &testified))
}

/// `testified`: in which sweep the company has last testified of each local network with a baseline.
fn sweeps_item(sweeps: &[SweepView], testified: &[(LocalNetworkId, Option<u32>)]) -> Option<Item> {
	let mut open: Vec<(BlockNumber, String)> = Vec::new();
	for sweep in sweeps {
		let inside = || testified.iter().filter(|(id, _)| sweep.scope.covers(*id));
		let (done, all) = (inside().filter(|(_, last)| *last >= Some(sweep.id)).count(), inside().count());
		if done < all {
			let scope = scope_text(sweep.scope);
			open.push((sweep.closes, format!("{} ({scope}, {done} of {all} testified of)", sweep.id)));
		}
	}
	open.sort();
	let (deadline, _) = open.first()?;
	Some(Item {
		deadline: Some(*deadline),
		passed: 0,
		kind: "sweeps that are open",
		what: format!("{}: {}", open.len(), named(open.iter().map(|(_, words)| words.clone()))),
		command: "trimast config sweep FILE (the same command goes on)".into(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use trimast_primitives::{access::Scope, cells::CellId, page::SiteId, Hash, ProvinceId};

	const PLACE: LocalNetworkId = LocalNetworkId(1301);

	fn export(root: u8, change: impl Fn(&mut ExportView)) -> ExportView {
		let mut export = ExportView {
			root: Hash::repeat_byte(root),
			leaves: 9,
			scope: Scope::LocalNetwork(PLACE),
			observed: 0,
			anchored: root.into(),
			opened: 0,
			wrong: 0,
			missing: 0,
			differing: 0,
		};
		change(&mut export);
		export
	}

	#[test]
	fn rows_of_an_export_wait_until_the_first_is_due() {
		let cell = CellId { site: SiteId { local_network: PLACE, index: 7 }, cell: 1 };
		let question = |due| QuestionView { cell, by: OrgId(2), due };
		let export = export(7, |_| ());
		let item = rows_asked(&export, &[question(90), question(80)]).unwrap();
		assert_eq!(item.deadline, Some(80));
		assert!(item.what.starts_with("2 rows of the export read 1970-01-01"), "{}", item.what);
		assert!(rows_asked(&export, &[]).is_none());
	}

	#[test]
	fn marks_stand_until_a_later_export_of_the_territory_has_none() {
		let wrong = export(7, |export| (export.wrong, export.missing) = (1, 2));
		let [item] = &marks(std::slice::from_ref(&wrong))[..] else { panic!("one is doubted") };
		assert!(item.what.starts_with("1: export read 1970-01-01"), "{}", item.what);
		assert!(item.what.contains(": 1 wrong, 2 not opened in time; "), "{}", item.what);
		// Of another territory, doubted itself, and of a territory with that one in it
		let other = export(8, |export| export.scope = Scope::Province(ProvinceId(14)));
		assert_eq!(marks(&[other, wrong.clone()]).len(), 1);
		let also = export(8, |export| export.missing = 1);
		assert!(marks(&[also, wrong.clone()])[0].what.starts_with("2: "));
		let wider = export(8, |export| export.scope = Scope::Province(PLACE.province()));
		assert_eq!(marks(&[wider, wrong]), []);
		assert_eq!(marks(&[export(7, |_| ())]), []);
	}

	#[test]
	fn rows_that_differ_are_no_mark_that_takes_a_word_away() {
		let differs = export(7, |export| export.differing = 2);
		let items = marks(std::slice::from_ref(&differs));
		assert_eq!(items[0].kind, "rows with other fields than another company's");
		assert!(items[0].what.ends_with(": 2 rows") && items[0].command.contains("--from 7 "), "{items:?}");
		let both = ExportView { wrong: 1, ..differs };
		assert_eq!(marks(&[both]).len(), 1, "said once");
	}

	#[test]
	fn sweep_waits_until_the_company_has_testified_of_all_of_it() {
		let sweep = |id, closes| SweepView {
			id,
			opener: OrgId(0),
			scope: Scope::Province(PLACE.province()),
			opened: 1,
			closes,
			key: None,
		};
		let networks = |last| {
			let elsewhere = (LocalNetworkId(1401), None);
			[(PLACE, Some(7)), (LocalNetworkId(1302), last), elsewhere]
		};
		let item = sweeps_item(&[sweep(8, 90), sweep(7, 80)], &networks(Some(6))).unwrap();
		assert_eq!(item.deadline, Some(80));
		let province = scope_text(sweep(7, 80).scope);
		assert_eq!(
			item.what,
			format!("2: 7 ({province}, 1 of 2 testified of), 8 ({province}, 0 of 2 testified of)")
		);
		assert!(sweeps_item(&[sweep(7, 80)], &networks(Some(9))).is_none(), "by a later sweep");
		assert!(sweeps_item(&[sweep(7, 80)], &networks(None)).is_some());
		assert!(sweeps_item(&[], &networks(None)).is_none());
	}
}
