// SPDX-License-Identifier: Apache-2.0

//! Text that people read: names of organisations, branches and local networks, vendors.
//!
//! It comes from other companies and ends on terminals, beside what somebody is asked to sign. A line break or an escape
//! sequence in it could forge what stands there. So the chain refuses such text, and who shows text escapes it.

use alloc::string::String;

/// Whether a character acts on the text around it instead of being read: control characters, the separators of lines
/// and paragraphs, and what turns the direction of writing.
pub fn is_unprintable(c: char) -> bool {
	c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether bytes are UTF-8 that people can read: without [unprintable characters](is_unprintable).
pub fn is_plain(bytes: &[u8]) -> bool {
	core::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(is_unprintable))
}

/// Text as it may stand on a terminal: unprintable characters as `\u{1b}`, everything else as it is.
pub fn escaped(text: &str) -> String {
	let mut shown = String::with_capacity(text.len());
	for c in text.chars() {
		if is_unprintable(c) {
			shown.extend(c.escape_unicode());
		} else {
			shown.push(c);
		}
	}
	shown
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_in_any_script_are_plain() {
		for text in ["", "V1", "华为", "Société d'été", "a\\u{1b}", "naïve 😀"] {
			assert!(is_plain(text.as_bytes()), "{text}");
			assert_eq!(escaped(text), text);
		}
	}

	#[test]
	fn what_acts_on_the_text_around_it_is_not_plain_and_is_escaped() {
		for (text, shown) in [
			("a\nb", "a\\u{a}b"),
			("a\tb", "a\\u{9}b"),
			("\u{1b}[2J", "\\u{1b}[2J"),
			("\u{7f}", "\\u{7f}"),
			("\u{9b}2J", "\\u{9b}2J"),
			("\u{2028}", "\\u{2028}"),
			("\u{202e}evil", "\\u{202e}evil"),
			("\u{2066}", "\\u{2066}"),
		] {
			assert!(!is_plain(text.as_bytes()), "{shown}");
			assert_eq!(escaped(text), shown);
		}
	}

	#[test]
	fn what_is_not_utf8_is_not_plain() {
		assert!(!is_plain(&[0xff]) && !is_plain(&[b'a', 0xc0]));
	}
}
