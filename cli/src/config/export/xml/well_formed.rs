// SPDX-License-Identifier: Apache-2.0
//! What makes a file well-formed XML, as far as the reader does not see to it.

use crate::{
	error::{Failure, Result},
	output::quoted,
};
use quick_xml::{
	events::{attributes::Attribute, BytesDecl, BytesRef},
	XmlVersion,
};
use std::borrow::Cow;

/// What to do about another encoding.
pub(crate) const TO_UTF8: &str =
	"have it exported as UTF-8, or convert it (`iconv -t UTF-8`) with what its first line says";
/// What stands beside the outermost element of a file.
pub(super) const ALONE: &str =
	"a file has one outermost element and only comments beside it: give each file alone, or export it again";

/// Refuses an encoding that is not read.
pub(crate) fn check_declaration(declaration: &BytesDecl<'_>) -> Result<()> {
	declaration.xml_version().map_err(not_well_formed)?;
	match declaration.encoding().transpose().map_err(not_well_formed)? {
		Some(encoding) if !encoding.eq_ignore_ascii_case("UTF-8") => {
			let what =
				format!("the file says that it is {}, and XML is read as UTF-8 alone", quoted(&encoding));
			Err(Failure::input(what).remedy(TO_UTF8))
		}
		_ => Ok(()),
	}
}

/// The value of an attribute.
pub(crate) fn text_of<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>> {
	let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(not_well_formed)?;
	let is_wrong = attribute.value.contains('<') || !value.chars().all(is_char);
	let wrong =
		|| format!("{} is no value of the attribute {}", quoted(&attribute.value), quoted(attribute.key.0));
	if is_wrong {
		return Err(not_well_formed(wrong()));
	}
	Ok(value)
}

/// Whether XML has a character.
pub(crate) fn is_char(c: char) -> bool {
	matches!(c, '\t' | '\n' | '\r') || !(c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// Whether a text is the name of an element or an attribute. Letters beyond ASCII are not told apart.
pub(crate) fn is_name(text: &str) -> bool {
	let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':') || !c.is_ascii();
	text.starts_with(begins)
		&& text.chars().all(|c| begins(c) || c.is_ascii_digit() || matches!(c, '-' | '.'))
}

pub(crate) fn not_well_formed(error: impl std::fmt::Display) -> Failure {
	Failure::input(error).remedy("the file is no well-formed XML: export it again")
}

/// What a reference such as `&amp;` or `&#20013;` stands for.
pub(crate) fn resolve(reference: &BytesRef<'_>) -> Option<char> {
	if let Ok(Some(c)) = reference.resolve_char_ref() {
		return Some(c).filter(|c| is_char(*c));
	}
	Some(match &*reference.xml10_content() {
		"amp" => '&',
		"lt" => '<',
		"gt" => '>',
		"quot" => '"',
		"apos" => '\'',
		_ => return None,
	})
}
