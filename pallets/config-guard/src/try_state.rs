// SPDX-License-Identifier: Apache-2.0

//! What must hold of the state between calls. Walks everything: for tests and `try-runtime` only.

use crate::{
	agenda::Due,
	changes::{
		part_hash,
		types::{is_part, Change, ChangeState, PartState, Phase, MAX_REQUESTS},
	},
	coverage::{Finding, NetworkFindings},
	exports::{Marks, Question, Waiting, MAX_DOUBTED, MAX_NAMED, MAX_OPENED},
	pages, policy,
	tallies::OpenTally,
	types::Standing,
	violations::{past_place, MAX_PAST_VIOLATIONS},
	Agenda, AgendaFrom, Asked, AttestedNetworks, AttestedPages, BaselineTallies, Catalogues, CellDigests,
	Changes, ChunkDigests, Config, DayScores, Differences, Doubted, DoubtedRoots, Drawing, ExportRoots,
	Exports, Findings, FirstPast, Freezes, Heads, Holdings, Manifests, MarksOf, MonthScores, NextPast,
	NextRequest, NextSweep, OpenInPage, OpenRequests, OpenTallies, OpenViolations, OpenedCells, OpenedFields,
	PageDigests, PageSet, Pallet, ParamTexts, Partial, Parties, Parts, Past, PastViolations, Requests, Rules,
	ScoresFrom, SettledInPage, Sweeps, SweepsOf, Tables, Testimonies, Unsalted, Violations, Words, Written,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::ensure;
use sp_runtime::{SaturatedConversion, TryRuntimeError};
use trimast_primitives::{
	cells::{
		digest::{cell_digests, chunk_digest, page_digest, PagePlace},
		CellId, CellTable,
	},
	page::SiteId,
	site::SiteRegistry,
	Hash, LocalNetworkId, OrgId, OrgSet,
};

impl<T: Config> Pallet<T> {
	/// Checks that the catalogue is in order and every parameter has its text; and for every page that its table can be
	/// read, that its digests are those of its values, and that signatures are of stations with a baseline.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let catalogue = Catalogues::<T>::get();
		ensure!(
			catalogue.parameters.windows(2).all(|pair| pair[0].0 < pair[1].0),
			"catalogue: not ascending"
		);
		for (id, parameter) in &catalogue.parameters {
			let text = ParamTexts::<T>::get(id).ok_or("catalogue: a parameter without text")?;
			ensure!(parameter.is_valid() && text.is_valid(&parameter.domain), "catalogue: no parameter");
		}
		ensure!(
			ParamTexts::<T>::iter_keys().count() == catalogue.parameters.len(),
			"catalogue: a text of nothing"
		);
		let mut count = 0usize;
		let mut all_cells: BTreeMap<LocalNetworkId, usize> = BTreeMap::new();
		for (local_network, page, bytes) in Tables::<T>::iter() {
			count += 1;
			let table = CellTable::from_bytes(&bytes).map_err(|_| "table: cannot be read")?;
			*all_cells.entry(local_network).or_default() += table.len();
			ensure!(!table.is_empty(), "table: empty");
			let head = Heads::<T>::get(local_network, page);
			let cells = cell_digests(&table);
			ensure!(CellDigests::<T>::get(local_network, page).into_inner() == cells, "cells: other digests");
			ensure!(head.cells.as_slice() == table.counts(), "page: other counts of cells");
			let (genesis, revision, catalogue) = (Self::genesis_hash(), head.revision, head.catalogue);
			let place = PagePlace { genesis, local_network, page, revision, catalogue };
			let digest = pages::digest_of::<T>(local_network, page);
			ensure!(digest == page_digest(&place, table.counts(), &cells), "page: another digest");
			let entries = T::Sites::stations(local_network, page);
			for (slot, signed) in head.signed.iter().enumerate() {
				let has_cells = table.cells_of(slot.saturated_into()) > 0;
				ensure!(has_cells || signed.is_empty(), "page: signatures under nothing");
				ensure!(!has_cells || !signed.is_empty(), "page: values that nobody has signed");
				let named = entries.get(slot);
				ensure!(!has_cells || named.is_some(), "page: values of no station");
			}
		}
		let tallies = BaselineTallies::<T>::iter().filter(|(_, tally)| tally.cells > 0);
		let tallies: BTreeMap<_, usize> =
			tallies.map(|(local_network, tally)| (local_network, tally.cells.saturated_into())).collect();
		ensure!(tallies == all_cells, "baseline: another tally");
		let mut others =
			Heads::<T>::iter().filter(|(place, page, _)| !Tables::<T>::contains_key(place, page));
		ensure!(
			others.all(|(.., head)| head.revision > 0
				&& head.cells.is_empty()
				&& head.signed.iter().all(|orgs| orgs.is_empty())),
			"heads: signatures or cells of no table"
		);
		ensure!(Heads::<T>::iter_keys().count() >= count, "table: without a head");
		ensure!(CellDigests::<T>::iter_keys().count() == count, "cells: of no table");
		let digests = PageDigests::<T>::iter_values().flatten().filter(|digest| !digest.is_zero()).count();
		ensure!(digests == count, "digests: of no table");
		for (local_network, chunks) in ChunkDigests::<T>::iter() {
			let of = |chunk: usize| chunk_digest(&PageDigests::<T>::get(local_network, chunk as u16));
			ensure!((0..chunks.len()).all(|n| chunks[n] == of(n)), "digests: another of a chunk");
		}
		Self::check_policy()?;
		Self::check_testimony()?;
		Self::check_coverage()?;
		Self::check_requests()?;
		Self::check_changes()?;
		Self::check_violations()
	}

	/// What a company has said of a page stands in its testimony's sets and nowhere else, and every export in its list.
	fn check_testimony() -> Result<(), TryRuntimeError> {
		let mut differing = 0usize;
		for (local_network, org, testimony) in Testimonies::<T>::iter() {
			let only = testimony.unexplained.difference(&testimony.differing);
			ensure!(only.is_empty(), "testimony: no difference to explain");
			let both = testimony.matching.intersection(&testimony.differing);
			ensure!(both.is_empty(), "testimony: a page that matches and differs");
			let partial = Partial::<T>::get(local_network, org).difference(&testimony.differing);
			ensure!(partial.is_empty(), "testimony: in part, and matching");
			for page in testimony.differing.iter() {
				let difference = Differences::<T>::get((local_network, page, org));
				let difference = difference.ok_or("testimony: a difference that is nowhere")?;
				let is_unexplained = testimony.unexplained.contains(page);
				ensure!(is_unexplained != difference.is_explained(), "testimony: explained or not");
				differing += 1;
			}
		}
		ensure!(Differences::<T>::iter_keys().count() == differing, "difference: of no testimony");
		for (org, roots) in ExportRoots::<T>::iter() {
			let is_kept =
				|root: &Hash| Exports::<T>::get(org, root).is_some_and(|export| export.root == *root);
			ensure!(roots.iter().all(is_kept), "export: listed and not there");
			ensure!(Exports::<T>::iter_key_prefix(org).count() == roots.len(), "export: not listed");
			let marks: Vec<Marks> =
				Exports::<T>::iter_prefix_values(org).map(|export| export.marks).collect();
			let all = MarksOf::<T>::get(org);
			let of_all = |of: fn(&Marks) -> u32| marks.iter().map(of).sum::<u32>();
			let counts: [fn(&Marks) -> u32; 4] = [|m| m.opened, |m| m.wrong, |m| m.missing, |m| m.differing];
			ensure!(counts.into_iter().all(|of| of_all(of) <= of(&all)), "marks: more than the company has");
		}
		for (org, root, questions) in Asked::<T>::iter() {
			ensure!(Exports::<T>::contains_key(org, root), "question: of no export");
			ensure!(questions.named.iter().all(|(_, named)| *named <= MAX_NAMED), "question: too many named");
			let key = |one: &Question| (one.cell, one.said);
			let is_once =
				|one: &Question| questions.open.iter().filter(|other| key(other) == key(one)).count() == 1;
			ensure!(questions.open.iter().all(is_once), "question: asked twice");
			ensure!(questions.open.iter().all(|one| one.by != org), "question: asked by oneself");
		}
		for (org, place, root) in DoubtedRoots::<T>::iter() {
			ensure!(place < MAX_DOUBTED && Doubted::<T>::contains_key(org, root), "doubted: in no ring");
			ensure!(!Exports::<T>::contains_key(org, root), "doubted: and kept");
		}
		let doubted = DoubtedRoots::<T>::iter_keys().count();
		ensure!(Doubted::<T>::iter_keys().count() == doubted, "doubted: of no place");
		for (org, root, networks) in AttestedNetworks::<T>::iter() {
			ensure!(Exports::<T>::contains_key(org, root), "attested: from no export");
			let is_counted = |(local_network, count): &(LocalNetworkId, u32)| {
				AttestedPages::<T>::get((org, root, *local_network)).pages.len() == *count
			};
			ensure!(networks.iter().all(is_counted), "attested: another count");
		}
		for ((org, root, local_network), attested) in AttestedPages::<T>::iter() {
			let networks = AttestedNetworks::<T>::get(org, root);
			ensure!(networks.iter().any(|(other, _)| *other == local_network), "attested: not listed");
			ensure!(attested.earlier.difference(&attested.pages).is_empty(), "attested: and not spoken of");
		}
		for (org, waiting) in Drawing::<T>::iter() {
			let is_once = |one: &Waiting| waiting.iter().filter(|other| other.root == one.root).count() == 1;
			ensure!(waiting.iter().all(is_once), "draws: waits twice");
			let awaits_others = |one: &Waiting| !one.awaits.is_empty() && !one.awaits.contains(org);
			ensure!(waiting.iter().all(awaits_others), "draws: waits for nobody");
			let is_kept = |one: &Waiting| Exports::<T>::contains_key(org, one.root);
			ensure!(waiting.iter().all(is_kept), "draws: of no export");
		}
		for (org, place, cell) in OpenedCells::<T>::iter() {
			let fields = OpenedFields::<T>::get(org, cell).ok_or("fields: of a cell, and not there")?;
			ensure!(fields.place == place && place < MAX_OPENED, "fields: in another place");
		}
		let opened = OpenedCells::<T>::iter_keys().count();
		ensure!(OpenedFields::<T>::iter_keys().count() == opened, "fields: of no place");
		Ok(())
	}

	/// Pages with a baseline are those with a table; findings are of something; scores are not older than the oldest.
	fn check_coverage() -> Result<(), TryRuntimeError> {
		let mut written: BTreeMap<LocalNetworkId, PageSet> = BTreeMap::new();
		for (local_network, page) in Tables::<T>::iter_keys() {
			written.entry(local_network).or_default().insert(page);
		}
		ensure!(Written::<T>::iter().collect::<BTreeMap<_, _>>() == written, "coverage: other pages");
		for (local_network, tally) in BaselineTallies::<T>::iter() {
			let others = tally.provisional.difference(&Written::<T>::get(local_network));
			ensure!(others.is_empty(), "baseline: provisional, and not there");
		}
		for (local_network, pages) in &written {
			let parties = Parties::<T>::get(local_network);
			let is_of_somebody =
				|page: u16| parties.get(usize::from(page)).is_some_and(|orgs| !orgs.is_empty());
			ensure!(pages.iter().all(is_of_somebody), "parties: a page of nobody");
		}
		for (local_network, NetworkFindings { unattested, unexplained }) in Findings::<T>::iter() {
			// Until it is looked at again it may be about a page that has no baseline any more.
			let had_baseline = |page: u16| Heads::<T>::contains_key(local_network, page);
			let all = unattested.pages.union(&unexplained.pages);
			ensure!(all.iter().all(had_baseline), "findings: of a page that never had a baseline");
			let is_dated = |found: &Finding| found.pages.is_empty() == (found.since == 0);
			ensure!(is_dated(&unattested) && is_dated(&unexplained), "findings: since when");
			ensure!(!unattested.pages.is_empty() || !unexplained.pages.is_empty(), "findings: of nothing");
		}
		let oldest = ScoresFrom::<T>::get();
		ensure!(DayScores::<T>::iter().all(|(day, _, n)| day >= oldest.day && n > 0), "scores: a day");
		ensure!(
			MonthScores::<T>::iter().all(|(month, _, n)| month >= oldest.month && n > 0),
			"scores: a month"
		);
		Ok(())
	}

	/// Rules, freezes and holdings are what they should be and stand in the order of their numbers, and nothing belongs to two
	/// companies.
	fn check_policy() -> Result<(), TryRuntimeError> {
		let (rules, freezes) = (Rules::<T>::get(), Freezes::<T>::get());
		ensure!(rules.windows(2).all(|pair| pair[0].0 < pair[1].0), "rules: not ascending");
		let is_valid = policy::check_rules::<T>(&Catalogues::<T>::get(), &rules).is_ok();
		ensure!(is_valid, "rules: one that the catalogue does not allow");
		ensure!(freezes.windows(2).all(|pair| pair[0].0 < pair[1].0), "freezes: not ascending");
		ensure!(freezes.iter().all(|(_, freeze)| freeze.from <= freeze.to), "freezes: over before it begins");
		let holdings = Holdings::<T>::get();
		ensure!(holdings.windows(2).all(|pair| pair[0].0 < pair[1].0), "holdings: not ascending");
		for (n, (_, holding)) in holdings.iter().enumerate() {
			ensure!(holding.is_valid() && holding.is_once(), "holdings: nothing that one can hold");
			let is_apart = holdings.iter().take(n).all(|(_, other)| holding.is_apart_from(other));
			ensure!(is_apart, "holdings: of two companies");
		}
		Ok(())
	}

	/// Requests have the pages and items that they say, consents of those who were asked, and a place where they belong: among
	/// the open ones of their company, or among those that are over.
	fn check_requests() -> Result<(), TryRuntimeError> {
		let mut open: BTreeMap<OrgId, u32> = BTreeMap::new();
		let mut over: BTreeMap<u32, OrgId> = BTreeMap::new();
		for (number, request) in Requests::<T>::iter() {
			ensure!(number < NextRequest::<T>::get(), "request: of no number");
			let heads = Manifests::<T>::get(number);
			ensure!(heads.windows(2).all(|pair| pair[0].page < pair[1].page), "request: pages out of order");
			ensure!(usize::from(request.parts) == heads.len(), "request: another number of pages");
			let items: u32 = heads.iter().map(|head| u32::from(head.items)).sum();
			ensure!(request.items == items, "request: another number of items");
			let standing = heads.iter().filter(|head| head.state == PartState::Executed).count();
			ensure!(usize::from(request.standing) == standing, "request: another number of pages stand");
			ensure!(standing == 0 || request.phase.was_executed(), "request: pages stand before their time");
			for head in &heads {
				let part = Parts::<T>::get(number, head.page);
				ensure!(
					is_part(&part) && part.len() == usize::from(head.items),
					"part: none, or out of order"
				);
				ensure!(part_hash(&part) == head.hash, "part: another hash");
			}
			let consents = request.consents;
			ensure!(consents.required.is_superset(consents.given), "request: a consent of nobody asked");
			ensure!(
				request.phase == Phase::Draft || !heads.is_empty() || request.phase.is_final(),
				"request: of nothing"
			);
			ensure!(request.phase.is_final() == request.ended.is_some(), "request: over, and no time");
			if request.phase.is_final() {
				ensure!(request.asked.is_some(), "request: over, and never asked for");
				over.insert(number, request.by);
			} else {
				*open.entry(request.by).or_default() += 1;
			}
		}
		for ((by, was_executed), place, number) in Past::<T>::iter() {
			let request = Requests::<T>::get(number).ok_or("past: a request that is forgotten")?;
			ensure!(
				request.phase.is_final() && request.phase.was_executed() == was_executed,
				"past: another phase"
			);
			ensure!(over.remove(&number) == Some(by), "past: of another company, or twice");
			let kind = (by, was_executed);
			let [first, next] = [FirstPast::<T>::get(kind), NextPast::<T>::get(kind)];
			ensure!(place.wrapping_sub(first) < next.wrapping_sub(first), "past: forgotten, or to come");
		}
		for due in Agenda::<T>::iter_values().flatten() {
			if let Due::Unratified { request, .. } = due {
				// Its violations are not all opened yet: it counts as open.
				over.remove(&request).into_iter().for_each(|by| *open.entry(by).or_default() += 1);
			}
		}
		ensure!(over.is_empty(), "request: over, not kept and on no agenda");
		let counts: BTreeMap<_, _> = OpenRequests::<T>::iter().filter(|(_, count)| *count > 0).collect();
		ensure!(counts == open, "requests: another count");
		let mut all = open;
		let mut spans: BTreeMap<(OrgId, bool), u32> = BTreeMap::new();
		for (kind, ..) in Past::<T>::iter() {
			*all.entry(kind.0).or_default() += 1;
			*spans.entry(kind).or_default() += 1;
		}
		ensure!(all.values().all(|count| *count <= MAX_REQUESTS), "requests: more than may be");
		let span = |kind| NextPast::<T>::get(kind).wrapping_sub(FirstPast::<T>::get(kind));
		ensure!(
			NextPast::<T>::iter_keys().all(|kind| spans.get(&kind).copied().unwrap_or(0) == span(kind)),
			"past: a gap"
		);
		let queues = AgendaFrom::<T>::get();
		for (org, block) in Agenda::<T>::iter_keys() {
			let from = queues.iter().find(|(other, _)| *other == org).map(|(_, from)| *from);
			ensure!(from.is_some_and(|from| from <= block), "agenda: in no queue, or behind its first block");
		}
		for (number, page, _) in Parts::<T>::iter() {
			let is_named = Manifests::<T>::get(number).iter().any(|head| head.page == page);
			ensure!(is_named, "part: of no request");
		}
		Ok(())
	}

	/// Every item of a request that is open stands in the list of its page, and no two of one company that are open are of one
	/// value, but an emergency and one that waits.
	fn check_changes() -> Result<(), TryRuntimeError> {
		for (local_network, page, changes) in Changes::<T>::iter() {
			let mut open = BTreeSet::new();
			for change in &changes {
				let Some(request) = Requests::<T>::get(change.request) else { continue };
				ensure!(request.local_network == local_network, "change: of another place");
				if request.phase.is_final() || change.state != ChangeState::Open {
					continue;
				}
				let is_first = open.insert((change.place(), change.by, request.terms.emergency));
				ensure!(is_first, "change: two of one value are open");
				let part = Parts::<T>::get(change.request, page);
				let is_asked =
					part.iter().any(|item| (item.place(), item.value) == (change.place(), change.after));
				ensure!(is_asked, "change: of no item");
			}
		}
		for (number, request) in Requests::<T>::iter().filter(|(_, request)| !request.phase.is_final()) {
			for head in Manifests::<T>::get(number) {
				let changes = Changes::<T>::get(request.local_network, head.page);
				let own: Vec<_> = changes.iter().filter(|change| change.request == number).collect();
				ensure!(own.len() == usize::from(head.items), "part: without its changes");
				let is_open = |change: &&Change| change.state == ChangeState::Open;
				let is_alike = match head.state {
					PartState::Open | PartState::Unchecked => own.iter().all(is_open),
					PartState::Executed | PartState::RolledBack => !own.iter().any(is_open),
				};
				ensure!(is_alike, "part: another state than its changes");
			}
		}
		Ok(())
	}

	/// Every open violation stands in its page's list, and nothing else does; the counts are those of the lists.
	fn check_violations() -> Result<(), TryRuntimeError> {
		let mut counts: BTreeMap<LocalNetworkId, u32> = BTreeMap::new();
		let mut listed = 0usize;
		for (local_network, page, open) in OpenInPage::<T>::iter() {
			*counts.entry(local_network).or_default() += u32::try_from(open.len()).unwrap_or(u32::MAX);
			listed += open.len();
			for one in open {
				let violation = Violations::<T>::get(one.id).ok_or("violation: listed and not there")?;
				let cell = CellId { site: SiteId::new(local_network, page, one.slot.into()), cell: one.cell };
				ensure!((violation.cell, violation.key) == (cell, one.key), "violation: listed elsewhere");
				let parties = (violation.against, violation.accuser);
				ensure!(parties == (one.against, one.accuser), "violation: listed for others");
				ensure!(violation.closed.is_none(), "violation: closed and listed");
				ensure!(violation.witnesses.contains(violation.accuser), "violation: nobody has seen it");
				ensure!(violation.approved != violation.observed, "violation: of nothing");
				let others = violation.witnesses.without(violation.against);
				ensure!(violation.shown.is_some() != others.is_empty(), "violation: shown by nobody");
				ensure!(violation.shown <= Some(violation.last), "violation: shown after it was seen last");
				let denied: OrgSet = violation.denials.iter().map(|denied| denied.org).collect();
				ensure!(denied == violation.deniers, "violation: denied by others");
				ensure!(violation.since <= violation.last, "violation: seen before it was");
				let is_later = violation.denials.iter().all(|denied| denied.observed > violation.since);
				ensure!(is_later, "violation: denied before it was seen");
				let is_contested = violation.standing == Standing::Contested;
				ensure!(!is_contested || !denied.is_empty(), "violation: contested by nobody");
			}
		}
		for settled in SettledInPage::<T>::iter_values() {
			let places: BTreeSet<_> = settled.iter().map(|one| (one.slot, one.cell, one.key)).collect();
			ensure!(places.len() == settled.len(), "settled: a value twice");
		}
		for (id, words) in Words::<T>::iter() {
			let violation = Violations::<T>::get(id).ok_or("word: about nothing")?;
			let is_of_witnesses = words.iter().all(|(org, ..)| violation.witnesses.contains(*org));
			ensure!(violation.closed.is_none() && is_of_witnesses, "word: of nobody, or about what is over");
		}
		let open = Violations::<T>::iter_values().filter(|violation| violation.closed.is_none()).count();
		ensure!(open == listed, "violation: open and not listed");
		let over = Violations::<T>::iter_values().filter(|violation| violation.closed.is_some()).count();
		ensure!(PastViolations::<T>::iter().count() == over, "violation: over, and not in the ring");
		for (place, id) in PastViolations::<T>::iter() {
			let violation = Violations::<T>::get(id).ok_or("violation: in a ring and not there")?;
			ensure!(violation.closed.is_some(), "violation: in a ring, and not over");
			let ring = past_place(violation.accuser, 0);
			let is_own = (ring..ring.saturating_add(MAX_PAST_VIOLATIONS)).contains(&place);
			ensure!(is_own, "violation: in another company's ring");
		}
		counts.retain(|_, count| *count > 0);
		let stored: BTreeMap<_, _> = OpenViolations::<T>::iter().filter(|(_, count)| *count > 0).collect();
		ensure!(stored == counts, "violations: another count");
		let mut tallied: BTreeMap<_, u32> = BTreeMap::new();
		for one in Violations::<T>::iter_values().filter(|violation| violation.closed.is_none()) {
			*tallied.entry((one.against, one.kind, one.standing)).or_default() += 1;
		}
		let of_org = |(org, tally): (OrgId, OpenTally)| {
			tally.into_iter().map(move |(kind, standing, count)| ((org, kind, standing), count))
		};
		let listed = OpenTallies::<T>::iter().flat_map(of_org).count();
		let stored: BTreeMap<_, _> = OpenTallies::<T>::iter().flat_map(of_org).collect();
		ensure!(stored == tallied && stored.len() == listed, "violations: another tally");
		let listed: usize = SweepsOf::<T>::iter_values().map(|own| own.len()).sum();
		ensure!(Sweeps::<T>::iter_keys().count() == listed, "sweep: listed and not there");
		for (number, sweep) in Sweeps::<T>::iter() {
			ensure!(number < NextSweep::<T>::get() && sweep.opened <= sweep.closes, "sweep: out of order");
			let waits = Unsalted::<T>::get().iter().any(|(waiting, ..)| *waiting == number);
			ensure!(waits == sweep.key.is_none(), "sweep: neither salted nor waiting");
			ensure!(SweepsOf::<T>::get(sweep.opener).contains(&number), "sweep: of nobody");
		}
		Ok(())
	}
}
