// SPDX-License-Identifier: Apache-2.0
//! What the chain says about itself: its metadata, and calls looked up in it by name.

use super::{json, Call};
use crate::error::{Failure, Result};
use codec::{Decode, Encode};
use scale_info::{form::PortableForm, Variant};
use serde_json::Value;
use subxt::Metadata;
use trimast_primitives::Hash;

/// The runtime's description at one version.
pub(crate) struct Spec {
	/// Hash of block 0.
	pub(crate) genesis: Hash,
	/// Number of the runtime version. It is signed with every transaction.
	pub(crate) version: u32,
	/// Version of the transaction format. It is signed too.
	pub(crate) transaction_version: u32,
	/// Types, calls, events, errors and extensions.
	pub(crate) metadata: Metadata,
	/// The metadata as it came, for the machine that signs offline.
	pub(crate) raw: Vec<u8>,
}

impl Spec {
	/// Reads the metadata.
	pub(crate) fn new(genesis: Hash, version: u32, transaction_version: u32, raw: Vec<u8>) -> Result<Self> {
		let metadata = Metadata::decode_from(&raw)
			.map_err(|e| Failure::input(format!("the metadata cannot be read: {e}")))?;
		Ok(Self { genesis, version, transaction_version, metadata, raw })
	}

	/// A call with its arguments encoded from our own types, in the order of the call's parameters.
	///
	/// The result is read back with the metadata, so that types that have moved apart are found here and not on chain.
	pub(crate) fn call<A: Encode>(&self, pallet: &str, call: &str, arguments: A) -> Result<Call> {
		let encoded = self.call_unread(pallet, call, arguments)?;
		self.describe(&encoded).map_err(|failure| {
			failure
				.at(format!("{pallet}.{call}"))
				.remedy("this `trimast` and the chain's runtime differ: install the version that goes with the runtime")
		})?;
		Ok(encoded)
	}

	/// The same without reading it back, for bulk work whose first call has been read back.
	pub(crate) fn call_unread<A: Encode>(&self, pallet: &str, call: &str, arguments: A) -> Result<Call> {
		let (pallet_index, variant) = self.call_variant(pallet, call)?;
		let mut bytes = Vec::with_capacity(arguments.size_hint().saturating_add(2));
		bytes.extend([pallet_index, variant.index]);
		arguments.encode_to(&mut bytes);
		Ok(Call(bytes))
	}

	/// A call with its arguments given as JSON: an object by name, or an array in order.
	pub(crate) fn call_json(&self, pallet: &str, call: &str, arguments: &Value) -> Result<Call> {
		let (pallet_index, variant) = self.call_variant(pallet, call)?;
		let mut bytes = vec![pallet_index, variant.index];
		json::encode_fields(arguments, &variant.fields, self.metadata.types(), &mut bytes)
			.map_err(|failure| failure.at(format!("{pallet}.{call}")))?;
		Ok(Call(bytes))
	}

	/// A call by `Pallet.call`, arguments as JSON.
	pub(crate) fn call_by_path(&self, path: &str, arguments: &Value) -> Result<Call> {
		let (pallet, call) = path.split_once('.').ok_or_else(|| {
			Failure::input(format!("`{path}` is not a call"))
				.remedy("write Pallet.call, or the encoded call as 0x...")
		})?;
		self.call_json(pallet, call, arguments)
	}

	/// A call from its encoding, refused unless the metadata can read all of it.
	pub(crate) fn call_from_bytes(&self, bytes: Vec<u8>) -> Result<Call> {
		let call = Call(bytes);
		self.describe(&call).map_err(|failure| failure.at("encoded call"))?;
		Ok(call)
	}

	/// A call as JSON: `{"Pallet": {"call": {...}}}`.
	pub(crate) fn describe(&self, call: &Call) -> Result<Value> {
		self.value(self.metadata.outer_enums().call_enum_ty(), &call.0)
	}

	/// A call as one line of text.
	pub(crate) fn call_text(&self, bytes: &[u8]) -> String {
		match self.describe(&Call(bytes.to_vec())) {
			Ok(value) => json::call_text(&value),
			Err(_) => crate::names::hex0x(bytes),
		}
	}

	/// Bytes of a type as JSON; all of them must be used.
	pub(crate) fn value(&self, ty: u32, bytes: &[u8]) -> Result<Value> {
		let input = &mut &bytes[..];
		let value = json::decode(input, ty, self.metadata.types())?;
		if input.is_empty() {
			return Ok(value);
		}
		Err(Failure::input(format!("{} bytes are left over", input.len())))
	}

	/// A constant of a pallet.
	pub(crate) fn constant<T: Decode>(&self, pallet: &str, name: &str) -> Option<T> {
		let constant = self.metadata.pallet_by_name(pallet)?.constant_by_name(name)?.value();
		T::decode(&mut &constant[..]).ok()
	}

	/// A pallet's call by name, with the indices that lead to it.
	fn call_variant(&self, pallet: &str, call: &str) -> Result<(u8, &Variant<PortableForm>)> {
		let found = self.metadata.pallet_by_name(pallet).ok_or_else(|| {
			let names: Vec<_> = self.metadata.pallets().map(|pallet| pallet.name().to_string()).collect();
			Failure::input(format!("the chain has no pallet `{pallet}`"))
				.remedy(format!("one of: {}", names.join(", ")))
		})?;
		let variants = found.call_variants().unwrap_or_default();
		let variant = variants.iter().find(|variant| variant.name == call).ok_or_else(|| {
			let names: Vec<_> = variants.iter().map(|variant| variant.name.clone()).collect();
			Failure::input(format!("pallet {pallet} has no call `{call}`"))
				.remedy(format!("one of: {}", names.join(", ")))
		})?;
		Ok((found.call_index(), variant))
	}
}
