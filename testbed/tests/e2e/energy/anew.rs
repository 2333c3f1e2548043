// SPDX-License-Identifier: Apache-2.0

//! A month computed anew, without a network.

use super::{Ground, Scene};
use crate::{cells::of_type, desk::Terminal};
use serde_json::{json, Value};
use std::fs;
use trimast_testbed::{keys, trimast::Trimast};

impl Scene<'_> {
	/// The month is written to a file and computed anew where no node is; a digit that is changed is found.
	pub(super) async fn month_is_computed_anew(&self) {
		let Ground { owner, sharer, place, .. } = self.ground;
		let (archive, file) = (self.archive().await, self.ground.path("month.jsonl"));
		let (place, name) = (place.0.to_string(), keys::ORGS[owner]);
		let export =
			["energy", "export", &place, "--month", &self.month, "--archive", &archive, "--output", &file];
		let written = self.terminal.ask(&export).await;
		let reports: usize =
			[owner, sharer].map(|of| self.ground.reports(of, &format!("energy-{of}.csv")).len()).iter().sum();
		let counts = ["reports", "totals", "lines"].map(|field| written[field].clone());
		assert_eq!(counts, [json!(reports), json!(2), json!(2)], "{written}");
		let nowhere = Terminal::new(Trimast::new(self.shared.network.folder(), "ws://127.0.0.1:1").unwrap());
		let same = nowhere.ask(&["energy", "recompute", &file]).await;
		assert_eq!((&same["same"], &same["reports"]), (&json!(true), &json!(reports)), "{same}");

		let text = fs::read_to_string(&file).unwrap();
		// An export that was interrupted goes on as of its block, and comes to the same file
		let again = self.ground.path("month-again.jsonl");
		fs::write(format!("{again}.part"), &text.as_bytes()[..text.len() * 2 / 3]).unwrap();
		let mut gone_on = export;
		gone_on[gone_on.len() - 1] = &again;
		let gone_on = self.terminal.ask(&gone_on).await;
		assert!(gone_on["resumed"].as_u64().unwrap() > 0, "{gone_on}");
		assert_eq!(gone_on["block"], written["block"]);
		assert_eq!(fs::read_to_string(&again).unwrap(), text);

		let is_own = |value: &Value, kind: &str| {
			let of = if kind == "report" { &value["id"]["owner"] } else { &value["owner"] };
			value["type"] == kind && *of == json!(owner)
		};
		let with = |kind: &str, change: &dyn Fn(&mut Value)| {
			let mut lines: Vec<Value> = text.lines().map(|line| line.parse().unwrap()).collect();
			change(lines.iter_mut().find(|value| is_own(value, kind)).unwrap());
			let path = self.ground.path(&format!("changed-{kind}.jsonl"));
			let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
			fs::write(&path, lines.join("\n") + "\n").unwrap();
			path
		};
		// One unit more or less in the last digit
		let unit = |sums: &mut Value| sums["energy"] = json!(sums["energy"].as_u64().unwrap() ^ 1);
		let total = with("total", &|value: &mut Value| unit(&mut value["sums"][0][1]));
		let line = with("line", &|value: &mut Value| unit(&mut value["line"]["share"]));
		let body = with("report", &|value: &mut Value| {
			let mut body = value["body"].as_str().unwrap().to_owned();
			let last = if body.pop() == Some('0') { '1' } else { '0' };
			body.push(last);
			value["body"] = json!(body);
		});
		let recompute = |file: String, what: String| {
			let run = nowhere.run(None, &["energy", "recompute", &file]);
			async move {
				let output = run.await;
				assert_eq!(output.code, Some(1), "{file}: {output:?}");
				let said = output.json_lines().unwrap();
				let told = of_type(&said, "recomputed");
				assert_eq!(told["same"], json!(false), "{told}");
				let first = told["differences"][0].as_str().unwrap();
				assert!(first.contains(&what), "'{what}' expected: {first}");
			}
		};
		let own = format!("/{owner}/");
		tokio::join!(
			recompute(total, format!("total of {name} in {place}: energy")),
			recompute(line, format!("to {name} in {place}: share: energy")),
			async {
				recompute(body.clone(), "digest".into()).await;
				recompute(body, own).await;
			},
		);
	}
}
