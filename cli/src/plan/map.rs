// SPDX-License-Identifier: Apache-2.0
//! A plan as a map, in SVG: north is up, a kilometre is as long everywhere.

use super::{
	sheet::Sheet,
	words::{service_text, time_text, why_text},
};
use std::{
	collections::BTreeMap,
	fmt::{self, Write},
};
use trimast_primitives::plan::{Point, ResourceIndex, ResourceKind, SlaClass, Visit};

/// Width of the map, and its greatest height, pixels.
const SIDE: f64 = 1_000.0;
/// What is kept free around it.
const MARGIN: f64 = 30.0;
/// Width of the legend.
const LEGEND: f64 = 320.0;
/// Height of a line of the legend.
const LINE: f64 = 18.0;
/// Kilometres of a millionth of a degree of a meridian.
const KILOMETRES: f64 = 1.112e-4;

/// Text within XML.
pub(crate) struct Xml<'a>(pub(crate) &'a str);

impl fmt::Display for Xml<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.chars().try_for_each(|c| match c {
			'&' => f.write_str("&amp;"),
			'<' => f.write_str("&lt;"),
			'>' => f.write_str("&gt;"),
			'"' => f.write_str("&quot;"),
			c if c.is_control() => f.write_char('\u{fffd}'),
			c => f.write_char(c),
		})
	}
}

/// From degrees to pixels.
struct Projection {
	west: f64,
	north: f64,
	/// How much shorter a degree of longitude is.
	cosine: f64,
	/// Pixels of a millionth of a degree of a meridian.
	scale: f64,
	width: f64,
	height: f64,
}

impl Projection {
	fn of(points: &[Point]) -> Self {
		let range = |of: fn(&Point) -> i32| {
			let all = points.iter().map(of);
			let (least, most) = (all.clone().min().unwrap_or(0), all.max().unwrap_or(0));
			(f64::from(least), f64::from(most))
		};
		let ((west, east), (south, north)) = (range(|point| point.x), range(|point| point.y));
		let cosine = ((south + north) / 2e6).to_radians().cos().max(0.01);
		// Places within a few metres of one another are one place.
		let (across, up) = (((east - west) * cosine).max(100.0), (north - south).max(100.0));
		let scale = (SIDE / across).min(SIDE / up);
		Self { west, north, cosine, scale, width: across * scale, height: up * scale }
	}

	fn at(&self, point: Point) -> (f64, f64) {
		let x = (f64::from(point.x) - self.west) * self.cosine * self.scale;
		let y = (self.north - f64::from(point.y)) * self.scale;
		(x + MARGIN, y + MARGIN)
	}

	/// A round number of kilometres that is a fifth of the map or less, and its pixels.
	fn bar(&self) -> (f64, f64) {
		let pixels = self.scale / KILOMETRES;
		let most = SIDE / 5.0 / pixels;
		let power = 10f64.powf(most.log10().floor());
		let length = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|n| *n <= most).unwrap_or(power);
		(length, length * pixels)
	}
}

/// A colour of its own for each, far from those beside it.
fn colour(index: ResourceIndex) -> String {
	format!("hsl({:.0},70%,40%)", f64::from(index.0) * 137.508 % 360.0)
}

const fn radius(class: SlaClass) -> u8 {
	match class {
		SlaClass::One => 8,
		SlaClass::Two => 7,
		SlaClass::Three => 6,
		SlaClass::Four => 5,
	}
}

/// The map.
pub(crate) fn svg(sheet: &Sheet) -> String {
	let round = &sheet.round;
	let mut points: Vec<Point> = round.jobs.iter().map(|job| job.at).collect();
	points.extend(round.resources.iter().flat_map(|one| [one.start, one.base]));
	let map = Projection::of(&points);
	let mut routes: BTreeMap<ResourceIndex, Vec<&Visit>> = BTreeMap::new();
	for visit in &sheet.visits {
		routes.entry(visit.resource).or_default().push(visit);
	}
	let lines = f64::from(u16::try_from(routes.len()).unwrap_or(u16::MAX)) + 6.0;
	let height = (map.height + 2.0 * MARGIN + 30.0).max(lines * LINE + 2.0 * MARGIN);
	let width = map.width + 2.0 * MARGIN + LEGEND;
	let mut out = format!(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
		 <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
	);
	for (index, visits) in &routes {
		out.push_str(&route(sheet, &map, *index, visits));
	}
	for (index, resource) in round.resources() {
		let (x, y) = map.at(resource.start);
		let fill = if routes.contains_key(&index) { colour(index) } else { "#bbb".into() };
		let name = sheet.who(index);
		out.push_str(&format!(
			"<rect x=\"{:.1}\" y=\"{:.1}\" width=\"10\" height=\"10\" fill=\"{fill}\" stroke=\"black\"><title>{}</title></rect>\n",
			x - 5.0,
			y - 5.0,
			Xml(&name)
		));
	}
	out.push_str(&jobs(sheet, &map));
	out.push_str(&legend(sheet, &map, routes.keys().copied(), height));
	out.push_str("</svg>\n");
	out
}

/// The way of a resource; a crew's way home is dashed.
fn route(sheet: &Sheet, map: &Projection, index: ResourceIndex, visits: &[&Visit]) -> String {
	let Some(resource) = sheet.round.resource(index) else { return String::new() };
	let stops = visits.iter().filter_map(|visit| Some(sheet.round.job(visit.job)?.at));
	let pixels: Vec<(f64, f64)> =
		std::iter::once(resource.start).chain(stops).map(|point| map.at(point)).collect();
	let points: Vec<String> = pixels.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
	let stroke = colour(index);
	let mut out = format!(
		"<polyline points=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\"><title>{}</title></polyline>\n",
		points.join(" "),
		Xml(&sheet.who(index))
	);
	if let (ResourceKind::Crew, Some((x, y))) = (resource.kind, pixels.last()) {
		let (home_x, home_y) = map.at(resource.base);
		out.push_str(&format!(
			"<line x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{home_x:.1}\" y2=\"{home_y:.1}\" stroke=\"{stroke}\" stroke-dasharray=\"4 4\"/>\n"
		));
	}
	out
}

/// The jobs: filled where somebody comes, crossed out where nobody does.
fn jobs(sheet: &Sheet, map: &Projection) -> String {
	let mut out = String::new();
	let visits: BTreeMap<_, _> = sheet.visits.iter().map(|visit| (visit.job, visit)).collect();
	for (index, job) in sheet.round.jobs() {
		let ((x, y), r) = (map.at(job.at), f64::from(radius(job.class)));
		let what = format!("order {} at {}: {}", job.id, sheet.place(job.id), service_text(job));
		if let Some(visit) = visits.get(&index) {
			let title = format!(
				"{what}; {} from {} to {}",
				sheet.who(visit.resource),
				time_text(&sheet.round, visit.times.arrival),
				time_text(&sheet.round, visit.times.end)
			);
			let late = u64::from(visit.times.end) > job.deadline();
			let edge = if late { "red" } else { "black" };
			out.push_str(&format!(
				"<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\" fill=\"{}\" stroke=\"{edge}\" stroke-width=\"2\"><title>{}</title></circle>\n",
				colour(visit.resource),
				Xml(&title)
			));
			continue;
		}
		let why = sheet.unserved.iter().find(|one| u64::from(one.order) == job.id);
		let why = why.map_or_else(String::new, |one| format!("; {}", why_text(&sheet.round, one.why)));
		out.push_str(&format!(
			"<g stroke=\"red\" stroke-width=\"2\"><title>{}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\" fill=\"white\"/>\
			 <path d=\"M{:.1} {:.1} L{:.1} {:.1} M{:.1} {:.1} L{:.1} {:.1}\"/></g>\n",
			Xml(&format!("{what}{why}")),
			x - r,
			y - r,
			x + r,
			y + r,
			x - r,
			y + r,
			x + r,
			y - r
		));
	}
	out
}

fn legend(sheet: &Sheet, map: &Projection, used: impl Iterator<Item = ResourceIndex>, height: f64) -> String {
	let x = map.width + 2.0 * MARGIN;
	let mut y = MARGIN;
	let mut out = String::new();
	let mut line = |out: &mut String, fill: &str, text: &str| {
		out.push_str(&format!(
			"<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"10\" height=\"10\" fill=\"{fill}\"/>\
			 <text x=\"{:.1}\" y=\"{y:.1}\">{}</text>\n",
			y - 10.0,
			x + 16.0,
			Xml(text)
		));
		y += LINE;
	};
	line(&mut out, "none", &format!("round {}, local network {}", sheet.view.id, sheet.view.local_network.0));
	for index in used {
		let stops = sheet.visits.iter().filter(|visit| visit.resource == index).count();
		line(&mut out, &colour(index), &format!("{}: {stops}", sheet.who(index)));
	}
	let idle =
		sheet.round.resources.len().saturating_sub(sheet.plan.as_ref().map_or(0, |plan| plan.routes.len()));
	line(&mut out, "#bbb", &format!("not sent: {idle}"));
	line(&mut out, "red", &format!("red edge: late; crossed out: not served ({})", sheet.unserved.len()));
	line(&mut out, "none", "square: where it leaves; circle: an order, larger the higher its class");
	let (kilometres, pixels) = map.bar();
	out.push_str(&format!(
		"<path d=\"M{MARGIN} {0:.1} h{pixels:.1}\" stroke=\"black\" stroke-width=\"3\"/>\
		 <text x=\"{MARGIN}\" y=\"{1:.1}\">{kilometres} km</text>\n",
		height - 14.0,
		height - 20.0
	));
	out
}

#[cfg(test)]
mod tests {
	use super::{super::sheet::tests::sheet, *};

	#[test]
	fn map_has_each_job_each_resource_and_why_nobody_comes() {
		let sheet = sheet();
		let text = svg(&sheet);
		// Two that are visited, one that is not
		assert_eq!(text.matches("<circle").count(), 3);
		assert_eq!(text.matches("<polyline").count(), 1);
		assert!(text.contains("order 19") && text.contains("the skills are missing"), "{text}");
		assert!(text.contains("crew 5, tower: 2"), "{text}");
		assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
		// Well formed: every element that is opened is closed
		let mut reader = quick_xml::Reader::from_str(&text);
		loop {
			match reader.read_event().unwrap() {
				quick_xml::events::Event::Eof => break,
				_ => continue,
			}
		}
	}

	#[test]
	fn north_is_up_and_a_kilometre_is_as_long_both_ways() {
		let point = |x, y| Point { x, y };
		let map = Projection::of(&[point(0, 60_000_000), point(2_000, 60_001_000)]);
		let ((west, south), (east, north)) = (map.at(point(0, 60_000_000)), map.at(point(2_000, 60_001_000)));
		assert!(east > west && north < south);
		// At 60 degrees a degree of longitude is half as long
		assert!(((east - west) - (south - north)).abs() < 0.1, "{}", east - west);
		let one = Projection::of(&[point(5, 5)]);
		assert!(one.at(point(5, 5)).0.is_finite() && one.bar().1.is_finite());
		assert!(Projection::of(&[]).bar().0 > 0.0);
	}

	#[test]
	fn names_forge_no_element() {
		assert_eq!(Xml("<a href=\"x\">&\u{1b}").to_string(), "&lt;a href=&quot;x&quot;&gt;&amp;\u{fffd}");
	}
}
