// SPDX-License-Identifier: Apache-2.0
//! Chain values as JSON and back, led by the metadata's types.
//!
//! | type | JSON |
//! |---|---|
//! | account | SS58 text (read: also `0x...`); a destination address likewise |
//! | struct with names | object; without names: its one field, or an array |
//! | enum without data | `"Name"`; with data: `{"Name": fields}`; an optional value: `null` or the value |
//! | a call within a call | `{"Pallet": {"call": arguments}}` (read: also `{"Pallet.call": arguments}`) |
//! | bytes | text when it is printable UTF-8 and at least one character long, else `0x...`; both are read |
//! | fixed bytes (hashes, digests) | `0x...` |
//! | numbers | number; past 2^53: decimal text; both are read |
//! | sets of organisations | list of their numbers; a number with their bits is read too |
//! | sets of roles | list of their names; a number with their bits is read too |

use crate::{
	error::{Failure, Result},
	names,
	output::quoted,
};
use codec::{Compact, Encode};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, TypeDefPrimitive, Variant};
use scale_value::{Composite, Primitive, ValueDef};
use serde_json::{json, Map, Value};
use subxt::ext::scale_decode::visitor::{decode_with_visitor, IgnoreVisitor};
use trimast_primitives::{
	access::{Role, Roles},
	org::MAX_ORGS,
	text::{escaped, is_plain},
	AccountId, OrgId, OrgSet,
};

/// Numbers past this lose digits in many JSON readers.
const LARGEST_EXACT: u128 = 1 << 53;

/// Reads one value of a type from the front of `input`.
pub(crate) fn decode(input: &mut &[u8], ty: u32, types: &PortableRegistry) -> Result<Value> {
	let unreadable =
		|e: &dyn std::fmt::Display| Failure::input(format!("cannot be read with the chain's metadata: {e}"));
	// Walked first: the decoder takes the length of a list at its word and makes room for it.
	decode_with_visitor(&mut &**input, ty, types, IgnoreVisitor::new()).map_err(|e| unreadable(&e))?;
	let value = scale_value::scale::decode_as_type(input, ty, types).map_err(|e| unreadable(&e))?;
	Ok(to_json(&value, types))
}

fn last_name(types: &PortableRegistry, ty: u32) -> &str {
	types.resolve(ty).and_then(|ty| ty.path.segments.last()).map_or("", String::as_str)
}

fn to_json(value: &scale_value::Value<u32>, types: &PortableRegistry) -> Value {
	match &value.value {
		ValueDef::Primitive(primitive) => primitive_json(primitive),
		ValueDef::BitSequence(bits) => {
			let text: String = bits.iter().map(|bit| if bit { '1' } else { '0' }).collect();
			json!(text)
		}
		ValueDef::Variant(variant) => match (last_name(types, value.context), variant.name.as_str()) {
			("Option", "None") => Value::Null,
			("Option", "Some") | ("MultiAddress", "Id") => composite_json(&variant.values, types),
			_ if variant.values.is_empty() => json!(variant.name),
			_ => json!({ &variant.name: composite_json(&variant.values, types) }),
		},
		ValueDef::Composite(composite) => {
			match last_name(types, value.context) {
				"AccountId32" => {
					if let Some(account) = byte_string(composite).and_then(|b| <[u8; 32]>::try_from(b).ok()) {
						return json!(names::ss58(&AccountId::from(account)));
					}
				}
				"OrgSet" => {
					if let Some(bits) = bits(composite).and_then(|bits| u32::try_from(bits).ok()) {
						return OrgSet(bits).iter().map(|org| org.0).collect();
					}
				}
				"Roles" => {
					// Bits that stand for no role are shown as they are.
					let roles = bits(composite).and_then(|bits| u16::try_from(bits).ok()).map(Roles);
					if let Some(roles) = roles.filter(|roles| roles.is_valid()) {
						return roles.iter().map(|role| format!("{role:?}")).collect();
					}
				}
				_ => {}
			}
			match types.resolve(value.context).map(|ty| &ty.type_def) {
				Some(TypeDef::Sequence(list)) if is_u8(types, list.type_param.id) => {
					bytes_json(composite, true)
				}
				Some(TypeDef::Array(list)) if is_u8(types, list.type_param.id) => {
					bytes_json(composite, false)
				}
				Some(TypeDef::Sequence(_) | TypeDef::Array(_)) => {
					Value::Array(composite.values().map(|item| to_json(item, types)).collect())
				}
				_ => composite_json(composite, types),
			}
		}
	}
}

fn composite_json(composite: &Composite<u32>, types: &PortableRegistry) -> Value {
	match composite {
		Composite::Named(fields) => {
			let fields = fields.iter().map(|(name, value)| (name.clone(), to_json(value, types)));
			Value::Object(fields.collect::<Map<_, _>>())
		}
		Composite::Unnamed(fields) => match &fields[..] {
			[field] => to_json(field, types),
			fields => Value::Array(fields.iter().map(|field| to_json(field, types)).collect()),
		},
	}
}

fn primitive_json(primitive: &Primitive) -> Value {
	match primitive {
		Primitive::Bool(value) => json!(value),
		Primitive::Char(value) => json!(value.to_string()),
		Primitive::String(value) => json!(value),
		Primitive::U128(value) if *value <= LARGEST_EXACT => json!(u64::try_from(*value).unwrap_or(u64::MAX)),
		Primitive::U128(value) => json!(value.to_string()),
		Primitive::I128(value) => {
			i64::try_from(*value).map_or_else(|_| json!(value.to_string()), |n| json!(n))
		}
		Primitive::U256(bytes) | Primitive::I256(bytes) => json!(names::hex0x(bytes)),
	}
}

/// The bytes of a composite of bytes, newtypes around it taken off.
fn byte_string(composite: &Composite<u32>) -> Option<Vec<u8>> {
	let mut values = composite.values();
	if let (1, Some(ValueDef::Composite(inner))) =
		(composite.len(), composite.values().next().map(|v| &v.value))
	{
		return byte_string(inner);
	}
	values.try_fold(Vec::with_capacity(composite.len()), |mut bytes, value| {
		bytes.push(u8::try_from(value.as_u128()?).ok()?);
		Some(bytes)
	})
}

/// The number of a newtype around one.
fn bits(composite: &Composite<u32>) -> Option<u128> {
	composite.values().next().filter(|_| composite.len() == 1)?.as_u128()
}

fn bytes_json(composite: &Composite<u32>, may_be_text: bool) -> Value {
	let bytes = byte_string(composite).unwrap_or_default();
	match String::from_utf8(bytes) {
		Ok(text) if may_be_text && is_printable(&text) => json!(text),
		Ok(text) => json!(names::hex0x(text)),
		Err(error) => json!(names::hex0x(error.as_bytes())),
	}
}

/// Whether text may stand for the bytes: it would not be read back as hexadecimal.
fn is_printable(text: &str) -> bool {
	!text.is_empty() && !text.starts_with("0x") && is_plain(text.as_bytes())
}

fn is_u8(types: &PortableRegistry, ty: u32) -> bool {
	matches!(types.resolve(ty).map(|ty| &ty.type_def), Some(TypeDef::Primitive(TypeDefPrimitive::U8)))
}

/// Encodes JSON as the fields of a call or variant: an object by name, or an array in order.
pub(crate) fn encode_fields(
	value: &Value,
	fields: &[Field<PortableForm>],
	types: &PortableRegistry,
	out: &mut Vec<u8>,
) -> Result<()> {
	let names: Vec<_> =
		fields.iter().enumerate().map(|(n, f)| f.name.clone().unwrap_or_else(|| n.to_string())).collect();
	let expected = || format!("the fields are: {}", names.join(", "));
	match value {
		Value::Null if fields.is_empty() => Ok(()),
		Value::Object(given) if fields.iter().all(|field| field.name.is_some()) => {
			if let Some(unknown) = given.keys().find(|key| !names.contains(key)) {
				return Err(Failure::input(format!("no field `{unknown}`")).remedy(expected()));
			}
			for (field, name) in fields.iter().zip(&names) {
				match given.get(name) {
					Some(value) => {
						encode(value, field.ty.id, types, out).map_err(|failure| failure.at(name))?
					}
					None if last_name(types, field.ty.id) == "Option" => out.push(0),
					None => {
						return Err(Failure::input(format!("field `{name}` is missing")).remedy(expected()))
					}
				}
			}
			Ok(())
		}
		Value::Array(given) if given.len() == fields.len() && fields.len() != 1 => {
			given.iter().zip(fields).zip(&names).try_for_each(|((value, field), name)| {
				encode(value, field.ty.id, types, out).map_err(|failure| failure.at(name))
			})
		}
		value => match fields {
			[field] => match value {
				// One argument may be given bare or as a list of one, where a list is not what it is itself.
				Value::Array(given) if given.len() == 1 && !is_list(types, field.ty.id) => {
					encode(&given[0], field.ty.id, types, out)
				}
				value => encode(value, field.ty.id, types, out),
			},
			_ => Err(Failure::input(format!("{} fields are needed", fields.len())).remedy(expected())),
		},
	}
}

fn org(value: &Value) -> Option<OrgId> {
	value.as_u64().and_then(|number| u8::try_from(number).ok()).filter(|number| *number < MAX_ORGS).map(OrgId)
}

fn role(value: &Value) -> Option<Role> {
	let name = value.as_str()?;
	Role::ALL.into_iter().find(|role| format!("{role:?}") == name)
}

/// Whether values of the type are written as JSON arrays, newtypes around it taken off.
fn is_list(types: &PortableRegistry, ty: u32) -> bool {
	if matches!(last_name(types, ty), "OrgSet" | "Roles") {
		return true;
	}
	match types.resolve(ty).map(|ty| &ty.type_def) {
		Some(TypeDef::Sequence(_) | TypeDef::Array(_)) => true,
		Some(TypeDef::Tuple(tuple)) => tuple.fields.len() != 1,
		Some(TypeDef::Composite(composite)) => match &composite.fields[..] {
			[field] => is_list(types, field.ty.id),
			_ => false,
		},
		_ => false,
	}
}

/// How a call is written within another one, or in a file of calls.
pub(crate) const CALL_FORM: &str =
	r#"write {"Pallet.call": {arguments}}, such as {"ConfigGuard.set_rule": {"number": 9, "rule": null}}"#;

/// The one entry of an object that has one.
fn single(value: &Value) -> Option<(&str, &Value)> {
	let (name, inner) = value.as_object().filter(|map| map.len() == 1)?.iter().next()?;
	Some((name, inner))
}

/// Pallet, call and arguments of a call in JSON: as people write it, `{"Pallet.call": arguments}`, or as the chain's calls
/// are shown, `{"Pallet": {"call": arguments}}` and `{"Pallet": "call"}`.
pub(crate) fn call_parts(value: &Value) -> Option<(&str, &str, &Value)> {
	let (name, inner) = single(value)?;
	if let Some((pallet, call)) = name.split_once('.') {
		return Some((pallet, call, inner));
	}
	if let Value::String(call) = inner {
		return Some((name, call, &Value::Null));
	}
	single(inner).map(|(call, arguments)| (name, call, arguments))
}

/// The variant of this name; where there is none, the names that there are.
fn variant<'a>(
	variants: &'a [Variant<PortableForm>],
	name: &str,
) -> Result<&'a Variant<PortableForm>, String> {
	variants.iter().find(|variant| variant.name == name).ok_or_else(|| {
		let known: Vec<_> = variants.iter().map(|variant| variant.name.clone()).collect();
		format!("one of: {}", known.join(", "))
	})
}

/// Encodes a call within another one.
fn encode_call(
	value: &Value,
	pallets: &[Variant<PortableForm>],
	types: &PortableRegistry,
	out: &mut Vec<u8>,
) -> Result<()> {
	let no_call = || Failure::input(format!("`{value}` is no call")).remedy(CALL_FORM);
	let (pallet, call, arguments) = call_parts(value).ok_or_else(no_call)?;
	let place = |failure: Failure| failure.at(format!("{pallet}.{call}"));
	let of_pallet = variant(pallets, pallet).map_err(|known| {
		Failure::input(format!("no pallet {}", quoted(pallet)))
			.remedy(format!("{CALL_FORM}; Pallet is {known}"))
	})?;
	let calls = of_pallet.fields.first().and_then(|field| types.resolve(field.ty.id));
	let Some(TypeDef::Variant(calls)) = calls.map(|ty| &ty.type_def) else { return Err(no_call()) };
	let found = variant(&calls.variants, call).map_err(|known| {
		place(Failure::input(format!("pallet {pallet} has no call {}", quoted(call))).remedy(known))
	})?;
	out.extend([of_pallet.index, found.index]);
	encode_fields(arguments, &found.fields, types, out).map_err(place)
}

/// Encodes JSON as a type.
pub(crate) fn encode(value: &Value, ty: u32, types: &PortableRegistry, out: &mut Vec<u8>) -> Result<()> {
	let found = types.resolve(ty).ok_or_else(|| Failure::input("the metadata lacks a type"))?;
	let wrong = |expected: &str| Failure::input(format!("`{value}` is not {expected}"));
	match (last_name(types, ty), value) {
		("AccountId32", Value::String(text)) => {
			names::account(text).map_err(Failure::input)?.encode_to(out);
			return Ok(());
		}
		("MultiAddress", Value::String(text)) => {
			out.push(0);
			names::account(text).map_err(Failure::input)?.encode_to(out);
			return Ok(());
		}
		("OrgSet", Value::Array(orgs)) => {
			let orgs: Option<OrgSet> = orgs.iter().map(org).collect();
			orgs.ok_or_else(|| wrong("a list of numbers of organisations"))?.encode_to(out);
			return Ok(());
		}
		("Roles", Value::Array(roles)) => {
			let roles: Option<Roles> = roles.iter().map(role).collect();
			roles
				.ok_or_else(|| {
					wrong("a list of roles")
						.remedy(format!("some of: {}", Role::ALL.map(|role| format!("{role:?}")).join(", ")))
				})?
				.encode_to(out);
			return Ok(());
		}
		("Option", Value::Null) => {
			out.push(0);
			return Ok(());
		}
		("Option", value) => {
			out.push(1);
			let TypeDef::Variant(option) = &found.type_def else { return Err(wrong("an optional value")) };
			let some = option.variants.iter().find(|variant| variant.name == "Some");
			return encode_fields(value, some.map_or(&[][..], |some| &some.fields[..]), types, out);
		}
		_ => {}
	}
	match &found.type_def {
		TypeDef::Variant(pallets) if last_name(types, ty) == "RuntimeCall" => {
			encode_call(value, &pallets.variants, types, out)
		}
		TypeDef::Composite(composite) => match (&composite.fields[..], value) {
			([field], value) if field.name.is_none() => encode(value, field.ty.id, types, out),
			(fields, value) => encode_fields(value, fields, types, out),
		},
		TypeDef::Variant(def) => {
			let nothing = Value::Null;
			let (name, inner) = match value {
				Value::String(name) => (name, &nothing),
				Value::Object(map) => match map.iter().next() {
					Some(entry) if map.len() == 1 => entry,
					_ => return Err(wrong("an object with one key, the variant's name")),
				},
				_ => return Err(wrong("a variant's name")),
			};
			let found = variant(&def.variants, name)
				.map_err(|known| Failure::input(format!("no variant {}", quoted(name))).remedy(known))?;
			out.push(found.index);
			encode_fields(inner, &found.fields, types, out).map_err(|failure| failure.at(name))
		}
		TypeDef::Sequence(list) => match value {
			Value::String(text) if is_u8(types, list.type_param.id) => {
				let bytes = match text.strip_prefix("0x") {
					Some(digits) => names::unhex(digits).map_err(Failure::input)?,
					None => text.clone().into_bytes(),
				};
				bytes.encode_to(out);
				Ok(())
			}
			Value::Array(items) => {
				let length =
					u32::try_from(items.len()).map_err(|_| wrong("a list of a length the chain takes"))?;
				Compact(length).encode_to(out);
				encode_items(items, list.type_param.id, types, out)
			}
			_ => Err(wrong("a list")),
		},
		TypeDef::Array(list) => match value {
			Value::String(text) if is_u8(types, list.type_param.id) => {
				let bytes = names::unhex(text).map_err(Failure::input)?;
				if u32::try_from(bytes.len()) != Ok(list.len) {
					return Err(Failure::input(format!(
						"{} bytes are needed, {} are given",
						list.len,
						bytes.len()
					)));
				}
				out.extend(bytes);
				Ok(())
			}
			Value::Array(items) if u32::try_from(items.len()) == Ok(list.len) => {
				encode_items(items, list.type_param.id, types, out)
			}
			_ => Err(wrong(&format!("a list of {}", list.len))),
		},
		TypeDef::Tuple(tuple) => match (&tuple.fields[..], value) {
			([], Value::Null) => Ok(()),
			([field], value) => encode(value, field.id, types, out),
			(fields, Value::Array(items)) if items.len() == fields.len() => {
				items.iter().zip(fields).enumerate().try_for_each(|(n, (item, field))| {
					encode(item, field.id, types, out).map_err(|failure| failure.at(n))
				})
			}
			(fields, _) => Err(wrong(&format!("a list of {}", fields.len()))),
		},
		TypeDef::Primitive(primitive) => encode_primitive(value, primitive, out),
		TypeDef::Compact(inner) => {
			let number = whole_number(value)?;
			let largest = compact_bits(types, inner.type_param.id);
			if largest < 128 && number >> largest != 0 {
				return Err(wrong(&format!("a number of {largest} bits")));
			}
			Compact(number).encode_to(out);
			Ok(())
		}
		TypeDef::BitSequence(_) => {
			Err(Failure::input("bit sequences cannot be written here").remedy("give the call as 0x..."))
		}
	}
}

fn encode_items(items: &[Value], ty: u32, types: &PortableRegistry, out: &mut Vec<u8>) -> Result<()> {
	let mut numbered = items.iter().enumerate();
	numbered.try_for_each(|(n, item)| {
		encode(item, ty, types, out).map_err(|failure| failure.at(format!("[{n}]")))
	})
}

fn compact_bits(types: &PortableRegistry, ty: u32) -> u32 {
	match types.resolve(ty).map(|ty| &ty.type_def) {
		Some(TypeDef::Primitive(TypeDefPrimitive::U8)) => 8,
		Some(TypeDef::Primitive(TypeDefPrimitive::U16)) => 16,
		Some(TypeDef::Primitive(TypeDefPrimitive::U32)) => 32,
		Some(TypeDef::Primitive(TypeDefPrimitive::U64)) => 64,
		_ => 128,
	}
}

fn whole_number(value: &Value) -> Result<u128> {
	let parsed = match value {
		Value::Number(number) => number.as_u64().map(u128::from),
		Value::String(text) => text.parse().ok(),
		_ => None,
	};
	parsed.ok_or_else(|| Failure::input(format!("`{value}` is not a whole number")))
}

fn encode_primitive(value: &Value, primitive: &TypeDefPrimitive, out: &mut Vec<u8>) -> Result<()> {
	let wrong = |expected: &str| Failure::input(format!("`{value}` is not {expected}"));
	let unsigned = |bytes: usize, out: &mut Vec<u8>| {
		let all = whole_number(value)?.to_le_bytes();
		if all.iter().skip(bytes).any(|byte| *byte != 0) {
			return Err(wrong(&format!("a number of {} bits", bytes * 8)));
		}
		out.extend(all.iter().take(bytes));
		Ok(())
	};
	let signed = |bytes: usize, out: &mut Vec<u8>| {
		let number = match value {
			Value::Number(number) => number.as_i64().map(i128::from),
			Value::String(text) => text.parse().ok(),
			_ => None,
		};
		let number = number.ok_or_else(|| wrong("a whole number"))?;
		let shift = 128 - bytes * 8;
		if (number << shift) >> shift != number {
			return Err(wrong(&format!("a number of {} bits", bytes * 8)));
		}
		out.extend(number.to_le_bytes().iter().take(bytes));
		Ok(())
	};
	match primitive {
		TypeDefPrimitive::Bool => value.as_bool().ok_or_else(|| wrong("true or false"))?.encode_to(out),
		TypeDefPrimitive::Str => value.as_str().ok_or_else(|| wrong("text"))?.encode_to(out),
		TypeDefPrimitive::U8 => unsigned(1, out)?,
		TypeDefPrimitive::U16 => unsigned(2, out)?,
		TypeDefPrimitive::U32 => unsigned(4, out)?,
		TypeDefPrimitive::U64 => unsigned(8, out)?,
		TypeDefPrimitive::U128 => unsigned(16, out)?,
		TypeDefPrimitive::I8 => signed(1, out)?,
		TypeDefPrimitive::I16 => signed(2, out)?,
		TypeDefPrimitive::I32 => signed(4, out)?,
		TypeDefPrimitive::I64 => signed(8, out)?,
		TypeDefPrimitive::I128 => signed(16, out)?,
		TypeDefPrimitive::Char | TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => {
			return Err(wrong("of a type that can be written here"))
		}
	}
	Ok(())
}

/// How many items of a list are shown where nobody decides on them.
const SHOWN: usize = 8;

/// A call in JSON as one line: `Pallet.call { name: value, ... }`. It is read before a signature or a vote, so nothing is
/// left out: the call's own size bounds the line.
pub(crate) fn call_text(value: &Value) -> String {
	call_up_to(usize::MAX, value)
}

/// JSON as people read it: no quotes, calls within calls as calls, long lists cut. What a terminal would obey is escaped.
pub(crate) fn short(value: &Value) -> String {
	up_to(SHOWN, value)
}

/// A call of whose lists so many items are shown.
fn call_up_to(most: usize, value: &Value) -> String {
	let named = |value: &Value| {
		value.as_object().and_then(|map| map.iter().next()).map(|(k, v)| (k.clone(), v.clone()))
	};
	match named(value) {
		Some((pallet, Value::String(call))) => format!("{pallet}.{}", escaped(&call)),
		Some((pallet, inner)) => match named(&inner) {
			Some((call, arguments)) => format!("{pallet}.{call} {}", up_to(most, &arguments)),
			None => format!("{pallet} {}", up_to(most, &inner)),
		},
		None => up_to(most, value),
	}
}

/// JSON of whose lists so many items are shown.
fn up_to(most: usize, value: &Value) -> String {
	match value {
		Value::String(text) => escaped(text),
		Value::Array(items) => {
			let mut shown: Vec<_> = items.iter().take(most).map(|item| up_to(most, item)).collect();
			if items.len() > most {
				shown.push(format!("... {} in all", items.len()));
			}
			format!("[{}]", shown.join(", "))
		}
		Value::Object(map) => {
			let fields: Vec<_> =
				map.iter().map(|(name, value)| format!("{name}: {}", inner(most, value))).collect();
			format!("{{ {} }}", fields.join(", "))
		}
		other => other.to_string(),
	}
}

/// A call inside a call is recognised by its shape: one capitalised key over one lower-case key.
fn inner(most: usize, value: &Value) -> String {
	let one = |value: &Value| {
		value
			.as_object()
			.filter(|map| map.len() == 1)
			.and_then(|map| map.iter().next().map(|(k, v)| (k.clone(), v.clone())))
	};
	match one(value) {
		Some((pallet, call)) if pallet.starts_with(char::is_uppercase) => {
			let lower = |name: &str| name.starts_with(char::is_lowercase);
			let is_call =
				call.as_str().is_some_and(lower) || one(&call).is_some_and(|(name, _)| lower(&name));
			if is_call {
				format!("({})", call_up_to(most, value))
			} else {
				up_to(most, value)
			}
		}
		_ => up_to(most, value),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Decode, MaxEncodedLen};
	use proptest::prelude::*;
	use scale_info::{meta_type, Registry, TypeInfo};
	use trimast_primitives::{
		access::Scope, apis::AccountView, page::SiteId, site::Station, Consents, Hash, LocalNetworkId, OrgId,
		OrgSet,
	};

	fn registry<T: TypeInfo + 'static>() -> (u32, PortableRegistry) {
		let mut registry = Registry::new();
		let id = registry.register_type(&meta_type::<T>()).id;
		(id, registry.into())
	}

	fn both_ways<T: TypeInfo + Encode + 'static>(value: &T) -> Value {
		let (ty, types) = registry::<T>();
		let bytes = value.encode();
		let json = decode(&mut &bytes[..], ty, &types).unwrap();
		let mut again = Vec::new();
		encode(&json, ty, &types, &mut again).unwrap();
		assert_eq!(again, bytes, "{json}");
		json
	}

	#[derive(Encode, Decode, TypeInfo, MaxEncodedLen, Clone, Debug)]
	enum Sample {
		Nothing,
		One(u8),
		Two(u8, bool),
		Named { who: AccountId, amount: Option<u64> },
	}

	#[test]
	fn values_read_what_they_write() {
		assert_eq!(both_ways(&OrgId(3)), json!(3));
		assert_eq!(both_ways(&Scope::LocalNetwork(LocalNetworkId(1301))), json!({ "LocalNetwork": 1301 }));
		assert_eq!(both_ways(&Sample::Nothing), json!("Nothing"));
		assert_eq!(both_ways(&Sample::One(7)), json!({ "One": 7 }));
		assert_eq!(both_ways(&Sample::Two(7, true)), json!({ "Two": [7, true] }));
		let who = AccountId::from([9; 32]);
		let named = both_ways(&Sample::Named { who: who.clone(), amount: Some(u64::MAX) });
		assert_eq!(named, json!({ "Named": { "who": names::ss58(&who), "amount": u64::MAX.to_string() } }));
		assert_eq!(both_ways(&b"text".to_vec()), json!("text"));
		assert_eq!(both_ways(&b"0xno".to_vec()), json!("0x30786e6f"));
		assert_eq!(both_ways(&vec![0u8, 255]), json!("0x00ff"));
		assert_eq!(both_ways(&"\u{202e}V1".as_bytes().to_vec()), json!("0xe280ae5631"));
		assert_eq!(both_ways(&Hash::repeat_byte(1)), json!(names::hex0x([1; 32])));
		assert_eq!(both_ways(&vec![(1u8, -5i32)]), json!([[1, -5]]));
		assert_eq!(both_ways(&Some(vec![OrgId(1)])), json!([1]));
		assert_eq!(both_ways(&None::<u8>), Value::Null);
		assert_eq!(both_ways(&OrgSet(5)), json!([0, 2]));
		assert_eq!(both_ways(&OrgSet::EMPTY), json!([]));
		assert_eq!(both_ways(&Roles::of(Role::Planner).with(Role::Auditor)), json!(["Planner", "Auditor"]));
		assert_eq!(both_ways(&Roles(1 << 15)), json!(1 << 15), "no role has this bit");
		both_ways(&Consents::new(Hash::zero(), OrgSet(5), 9));
		both_ways(&SiteId { local_network: LocalNetworkId(1301), index: 5 });
	}

	#[test]
	fn encode_fails_when_json_does_not_fit_and_says_where() {
		let fails = |value: Value| {
			let (ty, types) = registry::<Sample>();
			encode(&value, ty, &types, &mut Vec::new()).unwrap_err().to_string()
		};
		assert!(fails(json!("Nope")).contains("Nothing, One, Two, Named"));
		assert!(fails(json!({ "One": 256 })).contains("8 bits"));
		assert!(fails(json!({ "Named": { "amount": 1 } })).contains("`who` is missing"));
		assert!(fails(json!({ "Named": { "who": "5xx", "amount": 1 } })).contains("Named: who"));
		assert!(fails(json!({ "Named": { "who": "5xx", "more": 1 } })).contains("no field `more`"));
	}

	#[derive(Encode, Decode, TypeInfo, Clone, Debug)]
	enum RuntimeCall {
		#[codec(index = 12)]
		ConfigGuard(OfPallet),
	}

	#[derive(Encode, Decode, TypeInfo, Clone, Debug)]
	enum OfPallet {
		#[codec(index = 30)]
		#[allow(non_camel_case_types, reason = "named as calls are")]
		set_rule { number: u16, rule: Option<u8> },
	}

	#[test]
	fn calls_are_read_as_people_write_them_and_as_they_are_shown() {
		let rule = json!({ "number": 9, "rule": null });
		let shown = both_ways(&RuntimeCall::ConfigGuard(OfPallet::set_rule { number: 9, rule: None }));
		assert_eq!(shown, json!({ "ConfigGuard": { "set_rule": rule } }));
		let read = |value: Value| {
			let (ty, types) = registry::<Vec<RuntimeCall>>();
			let mut bytes = Vec::new();
			encode(&json!([value]), ty, &types, &mut bytes).map(|()| bytes)
		};
		assert_eq!(read(json!({ "ConfigGuard.set_rule": rule })), read(shown));
		assert_eq!(read(json!({ "ConfigGuard.set_rule": rule })), Ok(vec![4, 12, 30, 9, 0, 0]));
		for (wrong, part) in [
			(json!({ "ConfigGard.set_rule": rule }), r#"no pallet `ConfigGard`"#),
			(json!({ "ConfigGard.set_rule": rule }), r#"{"Pallet.call": {arguments}}"#),
			(json!({ "ConfigGuard.set_ruel": rule }), "no call `set_ruel`"),
			(json!({ "ConfigGuard.set_ruel": rule }), "one of: set_rule"),
			(json!("ConfigGuard.set_rule"), r#"{"Pallet.call": {arguments}}"#),
			(json!({ "ConfigGuard.set_rule": { "number": 70_000 } }), "ConfigGuard.set_rule: number"),
		] {
			let failure = read(wrong).unwrap_err().to_string();
			assert!(failure.contains(part), "{failure}");
		}
	}

	#[test]
	fn sets_are_read_as_lists_and_as_their_bits() {
		let read = |value: Value| {
			let (ty, types) = registry::<(OrgSet, Roles)>();
			let mut bytes = Vec::new();
			encode(&value, ty, &types, &mut bytes)
				.map(|()| <(OrgSet, Roles)>::decode(&mut &bytes[..]).unwrap())
		};
		let both = (OrgSet(6), Roles::of(Role::Operator));
		assert_eq!(read(json!([[1, 2], ["Operator"]])).unwrap(), both);
		assert_eq!(read(json!([6, 64])).unwrap(), both);
		assert!(read(json!([[32], []])).unwrap_err().to_string().contains("numbers of organisations"));
		assert!(read(json!([[1], ["Boss"]])).unwrap_err().to_string().contains("Dispatcher"));
	}

	#[test]
	fn text_of_others_forges_no_line() {
		let call = json!({ "Federation": { "confirm": { "name": "x\n\u{1b}[1Avoting for m1" } } });
		let shown = call_text(&call);
		assert_eq!(shown, "Federation.confirm { name: x\\u{a}\\u{1b}[1Avoting for m1 }");
		assert_eq!(call_text(&json!("a\u{2028}b")), "a\\u{2028}b");
		// Also where it has the shape of a call
		let note = json!({ "Some": { "call": { "note": { "Text": "a\nb" } } } });
		assert_eq!(call_text(&note), "Some.call { note: (Text.a\\u{a}b) }");
	}

	#[test]
	fn calls_are_shown_whole_and_long_lists_elsewhere_are_cut() {
		let confirm = |org: u8| json!({ "Federation": { "confirm": { "org": org } } });
		let calls: Vec<Value> = (1..=9).map(confirm).collect();
		let batch = json!({ "Utility": { "batch_all": { "calls": calls } } });
		// Given a batch of nine, behind the call that enacts it
		let motion = json!({ "Federation": { "enact": { "call": batch } } });
		// Then who votes sees the ninth
		let shown = call_text(&motion);
		assert!((1..=9).all(|org| shown.contains(&format!("{{ org: {org} }}"))), "{shown}");
		assert!(!shown.contains("in all"), "{shown}");
		// And in what was done already, eight are enough
		let cut = short(&json!({ "calls": batch }));
		assert!(cut.contains("org: 8") && !cut.contains("org: 9") && cut.contains("... 9 in all"), "{cut}");
	}

	#[test]
	fn calls_within_calls_are_text() {
		let call =
			json!({ "Federation": { "enact": { "call": { "Federation": { "confirm": { "org": 4 } } } } } });
		assert_eq!(call_text(&call), "Federation.enact { call: (Federation.confirm { org: 4 }) }");
	}

	proptest! {
		#[test]
		fn any_account_view_reads_what_it_writes(account: [u8; 32], org: u8, roles: u16, branch: Option<u16>, since: u32) {
			both_ways(&AccountView {
				account: account.into(),
				org: OrgId(org),
				roles: trimast_primitives::access::Roles(roles),
				scope: Scope::National,
				branch,
				since,
			});
		}

		#[test]
		fn any_bytes_decode_without_panic(bytes: Vec<u8>) {
			let (ty, types) = registry::<Station>();
			let _ = decode(&mut &bytes[..], ty, &types);
		}
	}
}
