// SPDX-License-Identifier: Apache-2.0

//! Appeals against a verdict, and who rules on them: the third company, or both carriers where the tower company answers for
//! its own outage.

use super::{account, assert_due, key, org, words, Case, Scene, TOWER, WITNESS};
use crate::cells::{just_now, of_type, time_text, wait_until};
use std::fs;
use subxt_signer::sr25519::Keypair;
use trimast_primitives::{
	apis::{OrderView, VerdictView},
	order::{Evidence, FactSet, Ruling, Share, Stage, Subject},
	OrgSet,
};
use trimast_testbed::{
	calls::{dispatch, EncodedCall},
	chain::Chain,
	keys,
};

/// Who answers for the link appeals. The parties do not rule on it, nor does anybody else than the third company.
pub(super) async fn third_company_rules(case: &Case<'_>) {
	let Case { scene, order, id, owner, sharer, tower } = case;
	let [auditor, collector] =
		[(scene.sharer, "auditor"), (scene.owner, "collector")].map(|(org, part)| keys::uri(org, Some(part)));
	let link = case
		.fact(|said| matches!(said, Evidence::Alarm(alarm) if alarm.subject != Subject::Power))
		.await
		.number;
	let (log, link) = (scene.file("link.log"), link.to_string());
	fs::write(&log, "up all along").unwrap();
	let appeal = ["--text", "the link was up, here is its log", "--document", &log];
	let rule = ["--dismiss", &link, "--text", "so it was"];
	let unasked = dispatch("appeal", (*order, words()));
	tokio::join!(
		case.fails(sharer, "appeal", &appeal, 1, "only these appeal"),
		case.fails(&collector, "appeal", &appeal, 1, "lacks the role"),
		case.fails(&auditor, "rule", &rule, 1, "there is no appeal"),
		// Nor does the chain listen, where nobody asks before
		is_refused(&scene.chain, key(scene.sharer, "second"), &unasked, "NotParty"),
	);
	case.order(owner, "appeal", &appeal).await;
	let ruling = dispatch("rule", (*order, Ruling::default(), words()));
	let due = format!("trimast order explain {id}, then rule {id}");
	let (is_due, ..) = tokio::join!(
		scene.terminal.waits(&auditor, &due),
		case.fails(tower, "appeal", &appeal, 1, "there is an appeal already"),
		case.fails(tower, "rule", &rule, 1, "only who is no party and does not answer rules"),
		case.fails(owner, "rule", &rule, 1, "only who is no party and does not answer rules"),
		case.fails(&auditor, "rule", &["--dismiss", "60", "--text", "?"], 3, "it has no fact 60"),
		is_refused(&scene.chain, key(TOWER, "second"), &ruling, "NotRuler"),
	);
	assert!(is_due);
	let first = scene.verdict(*order).await.unwrap();
	case.order(&auditor, "rule", &rule).await;
	let ruled = wait_until("the verdict is final", || async {
		scene.verdict(*order).await.filter(|given| given.is_final)
	})
	.await;
	// Without the link nobody is left to answer for the rest
	let shares = |given: &VerdictView| -> Vec<_> {
		given.verdict.pieces.iter().map(|piece| (piece.row, piece.share, piece.length())).collect()
	};
	let mut expected = shares(&first);
	(expected[1].0, expected[1].1) = (None, Share::Undecided);
	assert_eq!(shares(&ruled), expected, "{ruled:?}");
	assert!(!ruled.is_disputed && ruled.digest != first.digest);
}

/// An outage that the tower company has found, repaired and closed by itself. It answers by its own alarm and appeals: both
/// carriers are no party and rule, and one of them alone decides nothing.
pub(super) async fn tower_company_appeals(scene: &Scene<'_>) {
	// Given the verdict on it
	let case = outage_of_the_tower_company(scene).await;
	let Case { order, id, owner, sharer, tower, .. } = &case;
	let first = wait_until("there is a verdict", || scene.verdict(*order)).await;
	let shares = |given: &VerdictView| -> Vec<_> {
		given.verdict.pieces.iter().map(|piece| (piece.row, piece.share, piece.on_one_word)).collect()
	};
	assert_eq!(shares(&first), [(Some(4), Share::Company(org(TOWER)), false)], "{first:?}");
	let number = case.power().await.number;
	let text = number.to_string();
	let appeal = ["--text", "the alarm was of the site next to it"];
	let rule = ["--dismiss", &text, "--text", "so it was"];
	let only_tower = format!("only these appeal: {}", keys::ORGS[TOWER]);
	tokio::join!(
		case.fails(owner, "appeal", &appeal, 1, &only_tower),
		case.fails(sharer, "rule", &rule, 1, "there is no appeal"),
	);
	// When it appeals
	case.order(tower, "appeal", &appeal).await;
	// Then that waits for both carriers, and nobody else rules
	let judged = scene.order(*order).await.order;
	let Stage::Appealed { until } = judged.stage else { panic!("{:?}", judged.stage) };
	let due = format!("trimast order explain {id}, then rule {id}");
	let not_ruler = "only who is no party and does not answer rules";
	let (is_waiting, ..) = tokio::join!(
		scene.terminal.waits(sharer, "trimast order explain "),
		assert_due(scene, owner, &due, until, judged.limits.ruling),
		case.fails(tower, "rule", &rule, 1, not_ruler),
		case.fails(&account(WITNESS, "appeals"), "rule", &rule, 1, not_ruler),
	);
	assert!(is_waiting);
	let given = scene.verdict(*order).await.unwrap();
	let carriers: OrgSet = [scene.owner, scene.sharer].map(org).into_iter().collect();
	assert_eq!(given.appeal.map(|appeal| (appeal.by, appeal.rulers)), Some((org(TOWER), carriers)));
	// When one of them has ruled, then the verdict is as it was
	case.order(owner, "rule", &rule).await;
	let given = scene.verdict(*order).await.unwrap();
	assert_eq!((given.digest, given.ruling, given.is_final), (first.digest, None, false));
	case.fails(owner, "rule", &rule, 1, "your company has said how it would rule").await;
	// When the other one says the same, then nobody is left to answer
	case.order(sharer, "rule", &rule).await;
	let ruled = wait_until("the verdict is final", || async {
		scene.verdict(*order).await.filter(|given| given.is_final)
	})
	.await;
	assert_eq!(shares(&ruled), [(None, Share::Undecided, false)], "{ruled:?}");
	let ruling = Ruling { dismissed: FactSet::of(number), ..Ruling::default() };
	assert_eq!((ruled.ruling, ruled.is_disputed), (Some(ruling), false));
}

/// The tower company opens a fault of its own by its alarm, and takes it all the way.
async fn outage_of_the_tower_company<'a>(scene: &'a Scene<'a>) -> Case<'a> {
	let [owner, sharer, tower] = [scene.owner, scene.sharer, TOWER].map(|org| account(org, "appeals"));
	let (raised, name) = (time_text(just_now()), keys::ORGS[TOWER]);
	let station = format!("{}:{}", scene.place.0, scene.apart.id.index);
	let open = ["order", "open", "fault", &station, "--for", name, "--severity", "MAJOR"];
	let lines = scene.terminal.act(&tower, &open).await;
	let view: OrderView = serde_json::from_value(of_type(&lines, "order")["order"].clone()).unwrap();
	assert_eq!((view.order.raiser, view.order.handler), (org(TOWER), org(TOWER)));
	let case = Case { scene, order: view.id, id: view.id.to_string(), owner, sharer, tower };
	let alarm = ["alarm", "raised", "id=T-1", "about=power", "severity=CRITICAL", "--at", &raised];
	case.order(&case.tower, "fact", &alarm).await;
	for verb in ["ack", "resolve", "close"] {
		case.order(&case.tower, verb, &[]).await;
	}
	case
}

async fn is_refused(chain: &Chain, key: Keypair, call: &EncodedCall, reason: &str) {
	let said = chain.carry_out(&key, call).await;
	let said = format!("{:#}", said.expect_err("this must be refused"));
	assert!(said.contains(reason), "'{reason}' is expected: {said}");
}
