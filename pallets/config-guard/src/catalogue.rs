// SPDX-License-Identifier: Apache-2.0

//! The catalogue: set by the council, one parameter at a time, forwards only.

use crate::{policy, types::Catalogue, Catalogues, Config, Error, Event, Pallet, ParamTexts, Rules};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use serde::{Deserialize, Serialize};
use sp_runtime::SaturatedConversion;
use trimast_primitives::cells::{
	catalogue::{ParamText, Parameter},
	ParamId,
};

/// A parameter of a new chain's catalogue.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct GenesisParameter {
	/// Its number.
	pub id: ParamId,
	/// What the chain computes with.
	pub parameter: Parameter,
	/// What people read.
	pub text: ParamText,
}

/// Refuses what is no parameter.
pub(crate) fn check<T: Config>(parameter: &Parameter, text: &ParamText) -> Result<(), Error<T>> {
	ensure!(parameter.is_valid() && text.is_valid(&parameter.domain), Error::<T>::BadParameter);
	Ok(())
}

/// Puts a parameter into the catalogue or changes it. A rule in force is about what it names: first it is taken out of force,
/// or another one is set in its place.
pub(crate) fn set<T: Config>(id: ParamId, parameter: Parameter, text: ParamText) -> Result<(), Error<T>> {
	check(&parameter, &text)?;
	let mut catalogue = Catalogues::<T>::get();
	enter(&mut catalogue, id, parameter).map_err(|()| Error::<T>::TooManyParameters)?;
	policy::check_rules(&catalogue, &Rules::<T>::get())?;
	catalogue.version = catalogue.version.saturating_add(1);
	let version = catalogue.version;
	Catalogues::<T>::put(catalogue);
	ParamTexts::<T>::insert(id, text);
	Pallet::<T>::deposit_event(Event::ParameterSet { id, version });
	Ok(())
}

/// Enters a parameter in its place. Fails when there is no room for it.
pub(crate) fn enter(catalogue: &mut Catalogue, id: ParamId, parameter: Parameter) -> Result<(), ()> {
	match catalogue.parameters.binary_search_by_key(&id, |(id, _)| *id) {
		Ok(found) => {
			if let Some(place) = catalogue.parameters.get_mut(found) {
				place.1 = parameter;
			}
			Ok(())
		}
		Err(place) => catalogue.parameters.try_insert(place, (id, parameter)).map_err(|_| ()),
	}
}

/// Writes the catalogue of a new chain.
///
/// # Panics
///
/// When it is no catalogue: a chain does not begin with it.
pub(crate) fn build<T: Config>(parameters: &[GenesisParameter]) {
	let mut catalogue = Catalogue { version: 1, ..Catalogue::default() };
	for GenesisParameter { id, parameter, text } in parameters {
		assert!(
			parameter.is_valid() && text.is_valid(&parameter.domain),
			"parameter {} is no parameter",
			id.0
		);
		assert!(catalogue.get(*id).is_none(), "parameter {} stands there twice", id.0);
		assert!(enter(&mut catalogue, *id, parameter.clone()).is_ok(), "too many parameters");
		ParamTexts::<T>::insert(id, text.clone());
	}
	Catalogues::<T>::put(catalogue);
}

/// Parameters by number, after the one given.
pub(crate) fn page<T: Config>(after: Option<ParamId>, limit: usize) -> Vec<(ParamId, Parameter, ParamText)> {
	let catalogue = Catalogues::<T>::get();
	let later = catalogue.parameters.into_iter().filter(|(id, _)| after.is_none_or(|after| *id > after));
	let with_text = |(id, parameter)| Some((id, parameter, ParamTexts::<T>::get(id)?));
	later.filter_map(with_text).take(limit.min(T::MaxPage::get().saturated_into())).collect()
}
