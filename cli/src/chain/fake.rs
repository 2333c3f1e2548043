// SPDX-License-Identifier: Apache-2.0
//! A node that answers as a test says: for what a command decides by what the chain has.

use super::Chain;
use crate::names::{hex0x, unhex};
use codec::Encode;
use futures::{stream, StreamExt};
use serde_json::{json, value::to_raw_value, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use subxt::rpcs::{
	client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClient, RpcClientT},
	Error as RpcError,
};
use trimast_primitives::{BlockNumber, Hash, Header};

/// The block that is final while the account has something under way.
pub(crate) const UNDER_WAY: BlockNumber = 1;
/// The block in which that is final.
pub(crate) const FINAL: BlockNumber = 2;

/// What answers methods with their parameters, and subscriptions with all that they hand out.
struct Node<F>(F);

impl<F: Fn(&str, &[Value]) -> Value + Send + Sync + 'static> RpcClientT for Node<F> {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		let params: Vec<Value> =
			params.map(|params| serde_json::from_str(params.get()).unwrap()).unwrap_or_default();
		let answer = to_raw_value(&(self.0)(method, &params)).unwrap();
		Box::pin(async move { Ok(answer) })
	}

	fn subscribe_raw<'a>(
		&'a self,
		method: &'a str,
		_params: Option<Box<RawValue>>,
		_end: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		let Value::Array(all) = (self.0)(method, &[]) else { panic!("{method} hands out nothing") };
		let all = all.into_iter().map(|one| Ok::<_, RpcError>(to_raw_value(&one).unwrap()));
		let stream = Box::pin(stream::iter(all).chain(stream::pending()));
		Box::pin(async move { Ok(RawRpcSubscription { stream, id: None }) })
	}
}

fn head(number: BlockNumber) -> Header {
	Header {
		parent_hash: Hash::zero(),
		number,
		state_root: Hash::zero(),
		extrinsics_root: Hash::zero(),
		digest: Default::default(),
	}
}

/// A chain on which every account has one transaction under way, which is final in block [`FINAL`]. That block is heard of by who
/// waits for final blocks; before, [`UNDER_WAY`] is the latest. `runtime` answers what the runtime is asked by name, at a block,
/// with arguments.
pub(crate) fn settling(
	runtime: impl Fn(&str, BlockNumber, &[u8]) -> Vec<u8> + Send + Sync + 'static,
) -> Chain {
	let is_final = AtomicBool::new(false);
	let hash = |number: BlockNumber| json!(head(number).hash());
	let number = move |hash_of: &Value| {
		let mut numbers = [UNDER_WAY, FINAL].into_iter();
		numbers.find(|number| hash(*number) == *hash_of).expect("it was told of no other block")
	};
	Chain::over(RpcClient::new(Node(move |method: &str, params: &[Value]| match method {
		"system_accountNextIndex" => json!(FINAL),
		"chain_getFinalizedHead" if is_final.load(Ordering::SeqCst) => hash(FINAL),
		"chain_getFinalizedHead" => hash(UNDER_WAY),
		"chain_getHeader" => json!(head(number(&params[0]))),
		"chain_subscribeFinalizedHeads" => {
			is_final.store(true, Ordering::SeqCst);
			json!([head(FINAL)])
		}
		"state_call" => {
			let (function, at) = (params[0].as_str().unwrap(), number(&params[2]));
			let arguments = unhex(params[1].as_str().unwrap()).unwrap();
			json!(hex0x(match function {
				"AccountNonceApi_account_nonce" => at.encode(),
				_ => runtime(function, at, &arguments),
			}))
		}
		other => panic!("{other} is not answered"),
	})))
}
