// SPDX-License-Identifier: Apache-2.0
//! `trimast config requests` and `explain request`.

use super::story::{events, is_over, phase_words, window_words, History, Told};
use crate::{
	chain::views::At,
	config::words::Words,
	context::Context,
	error::Result,
	names::{self, org_name, org_names},
	output::table,
};
use clap::Args;
use serde_json::json;
use trimast_primitives::{
	apis::{OrgView, RequestView},
	LocalNetworkId, OrgId, OrgSet,
};

/// Requests, by number.
#[derive(Args, Debug)]
pub(crate) struct RequestsCommand {
	/// Only those in this local network.
	#[arg(value_parser = names::local_network)]
	local_network: Option<LocalNetworkId>,
	/// Only those of which something may become yet.
	#[arg(long)]
	open: bool,
	/// Only those that the signer's company asks for, must agree to, is concerned by or is heard on.
	#[arg(long)]
	mine: bool,
	/// Go on after this number.
	#[arg(long, value_name = "NUMBER")]
	after: Option<u32>,
	/// Most requests to show.
	#[arg(long, default_value_t = 50)]
	limit: u32,
}

/// Whether a company has to do with a request.
fn is_party(view: &RequestView, org: OrgId) -> bool {
	let parties = view.consents.required.union(view.concerned).union(view.witnesses).with(view.by);
	parties.contains(org)
}

/// `config requests`.
pub(crate) async fn list(context: &Context, command: RequestsCommand) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	if let Some(id) = command.local_network {
		at.local_network(id).await?;
	}
	let orgs = at.orgs().await?;
	let own = match command.mine {
		true => Some(context.org_to_read(at).await?),
		false => None,
	};
	let is_asked_for = |view: &RequestView| {
		(!command.open || !is_over(view))
			&& own.is_none_or(|org| is_party(view, org))
			&& command.local_network.is_none_or(|id| view.local_network == id)
	};
	let limit = usize::try_from(command.limit).unwrap_or(usize::MAX);
	let mut shown: Vec<RequestView> = Vec::new();
	let mut after = command.after;
	// One more than is shown says whether there are more.
	while shown.len() <= limit {
		let Some((more, last)) = at.requests(after).await? else { break };
		after = Some(last);
		shown.extend(more.into_iter().filter(is_asked_for));
	}
	let has_more = shown.len() > limit;
	shown.truncate(limit);
	let next = if has_more { shown.last().map(|view| view.id) } else { None };
	context.output.answer(&json!({ "requests": shown, "next": next }), || {
		let header = [
			"number",
			"asked for by",
			"local network",
			"values",
			"window",
			"it is",
			"waits for",
			"until block",
		];
		let rows = shown.iter().map(|view| {
			let is_asked = view.phase == "asked";
			let missing = if is_asked { view.consents.missing() } else { OrgSet::EMPTY };
			let until = match view.phase.as_str() {
				"asked" | "draft" => Some(view.consents.expires),
				_ => view.ruling,
			};
			let until = until.map_or_else(|| "-".into(), |block| block.to_string());
			vec![
				view.id.to_string(),
				org_name(&orgs, view.by),
				view.local_network.0.to_string(),
				view.items.to_string(),
				window_words(view),
				phase_words(view),
				org_names(&orgs, missing),
				until,
			]
		});
		let mut text = table(&header, rows);
		if let Some(next) = next {
			text.push_str(&format!("\nmore: --after {next}"));
		}
		text
	});
	Ok(())
}

/// `config explain request`.
pub(crate) async fn explain(context: &Context, number: u32) -> Result<()> {
	let chain = context.chain().await?;
	let at = chain.now().await?;
	let mut told = Told::ask(at, at.change_request(number).await?, Words::ask(at).await?).await?;
	told.history = History::ask(at, &told.view).await?;
	let mut story = told.broken();
	story.extend(events(&told.view, &told.words.orgs, &told.history));
	let value = json!({ "id": number, "request": told.view, "values": told.values(), "story": story });
	context.output.answer(&value, || told.text());
	Ok(())
}

/// What a violation's story says of the request that it is about, where that is not forgotten.
pub(crate) async fn of_violation(
	at: At<'_>,
	number: u32,
	view: Option<&RequestView>,
	orgs: &[OrgView],
) -> Result<Vec<String>> {
	Ok(match view {
		Some(view) => in_short(view, orgs, &History::ask(at, view).await?),
		None => vec![format!("Request {number} is forgotten.")],
	})
}

fn in_short(view: &RequestView, orgs: &[OrgView], history: &History) -> Vec<String> {
	let by = org_name(orgs, view.by);
	let mut lines = vec![format!(
		"Request {} of {by} is {}. Its window: {}.",
		view.id,
		phase_words(view),
		window_words(view)
	)];
	if !view.consents.given.is_empty() {
		lines.push(format!("Agreed: {}.", org_names(orgs, view.consents.given)));
	}
	if !view.consents.missing().is_empty() {
		lines.push(format!("Not agreed: {}.", org_names(orgs, view.consents.missing())));
	}
	lines.extend(events(view, orgs, history));
	lines
}

#[cfg(test)]
mod tests {
	use super::{super::story::tests::told, *};

	#[test]
	fn request_is_ones_own_by_every_part_that_a_company_has_in_it() {
		let view = told(|view| {
			view.by = OrgId(3);
			view.concerned = OrgSet(1 << 4);
		})
		.view;
		let parties: Vec<u8> = (0..6).filter(|org| is_party(&view, OrgId(*org))).collect();
		assert_eq!(parties, [0, 1, 2, 3, 4]);
	}

	#[test]
	fn request_in_short_says_who_has_agreed_and_who_has_not() {
		let lines = in_short(&told(|_| ()).view, &[], &History::default());
		assert!(lines[0].starts_with("Request 7 of 0 is waiting for consents."), "{lines:?}");
		assert_eq!(lines[1..], ["Agreed: 0.", "Not agreed: 1."]);
	}
}
