// SPDX-License-Identifier: Apache-2.0
//! Accounts of the development presets. Their secrets are public: `//carrier-one//planner` and so on, derived from the
//! phrase that every Substrate tool knows. They stand here as bytes, since the runtime cannot derive keys; a test does.

use sp_core::{ed25519, sr25519};
use trimast_primitives::AccountId;

/// The accounts of one organisation, sr25519 but for `grandpa`.
pub struct DevKeys {
	/// The seed's first junction.
	pub name: &'static str,
	/// `//name`: admin, holds the council seat.
	pub principal: [u8; 32],
	/// `//name//recovery`.
	pub recovery: [u8; 32],
	/// `//name//planner`.
	pub planner: [u8; 32],
	/// `//name//engineer`.
	pub engineer: [u8; 32],
	/// `//name//dispatcher`.
	pub dispatcher: [u8; 32],
	/// `//name//collector`.
	pub collector: [u8; 32],
	/// `//name//auditor`.
	pub auditor: [u8; 32],
	/// `//name//operator`.
	pub operator: [u8; 32],
	/// `//name//validator`: the validator's account and its aura key.
	pub validator: [u8; 32],
	/// `//name//validator`, ed25519: its grandpa key.
	pub grandpa: [u8; 32],
}

impl DevKeys {
	/// The validator's account.
	pub fn validator_account(&self) -> AccountId {
		self.validator.into()
	}

	/// The validator's session keys.
	pub fn session_keys(&self) -> crate::SessionKeys {
		crate::SessionKeys {
			aura: sr25519::Public::from_raw(self.validator).into(),
			grandpa: ed25519::Public::from_raw(self.grandpa).into(),
		}
	}
}

/// The organisations of the development presets, in the order of their numbers.
pub const DEV_ORGS: [&DevKeys; 4] = [&CARRIER_ONE, &CARRIER_TWO, &TOWER, &WITNESS];

const fn hex(text: &str) -> [u8; 32] {
	match const_hex::const_decode_to_array(text.as_bytes()) {
		Ok(bytes) => bytes,
		Err(_) => panic!("32 bytes in hexadecimal"),
	}
}

/// Keys of `//carrier-one`.
const CARRIER_ONE: DevKeys = DevKeys {
	name: "carrier-one",
	principal: hex("5a072a3913de37b7458cb4bde7883800f5329624141b74ab0b8198afb7555e52"),
	recovery: hex("f21fc495a01728b5918ec8831cd4b8c9115c96e237c74492a299f226f482901e"),
	planner: hex("6086efb1839178f7a40dabbd4d0b7e554803328c75df7403ca7179c38f4bd209"),
	engineer: hex("4057f01319dbf4f64e88ecd5f34a6cf47d0285099752b01b788dd0a41f475003"),
	dispatcher: hex("d69e61fc1b87e53bac09ca53ce422eb1a6204b6f74d39336df330442dc2a9750"),
	collector: hex("44854dfa2c43714d2d180e7c2fae444d98b5a6f96acf3ab4efeefd6dbd296647"),
	auditor: hex("9e4482b4fca4f25d29a53898452abb302162db6472ee6facf52f92dbf832a12f"),
	operator: hex("0e4771e25efa3adf8c3d1d6575d85aa2595fd6e26329b962b628db703a7f6c59"),
	validator: hex("56f2e2d4ef6825d4187a4a197f281654599c615d995228bedc00f73172be9c48"),
	grandpa: hex("db8814a7d0d19dbd602f75157991c54d1f5b2df8c1ebfaa00022bdbfa0e66b59"),
};

/// Keys of `//carrier-two`.
const CARRIER_TWO: DevKeys = DevKeys {
	name: "carrier-two",
	principal: hex("ce91a5ecbaf73b30d059dc114d6048007f551d46639e0715eed45cb84a94eb61"),
	recovery: hex("02aa6d28a281b6692dce10b88508f25f7e5f1c98e2b5158b340329d9a9dd9f0f"),
	planner: hex("04351e7384f81d297cff20f27b56c8c977dfe27fa800e704420aae44ec24c25e"),
	engineer: hex("ac17268422cdcb50a2b2eb8910e68aac564cbad7709f9156942f1c8dcec6ee59"),
	dispatcher: hex("18d16ce1e939d9d83f782c5e044af92b4e71bec609b96f447a071d1087013c06"),
	collector: hex("bc28662a4d02fc33348770d0f6f1a3e2344d5ad952f308575da1ef8c70115723"),
	auditor: hex("34760e060f283204c60d4e46afca81c832e0fc4184792ddc3a4b19db621d0366"),
	operator: hex("acf5bce7a072d77854be16ab6393e922e6aa3351e29a4abd6f6ec335835c667b"),
	validator: hex("1c0b810a4909f30b6fee7dfb8fba13b94294d26c74587eb08d0fc702dc666544"),
	grandpa: hex("d741770184b215d13252e1b77529fd5d2bcc4b1d3992556ef6ecc5ac172d7790"),
};

/// Keys of `//tower`.
const TOWER: DevKeys = DevKeys {
	name: "tower",
	principal: hex("0e02e79147052ae5d202bcec5913efd4e9c4e41efafb4d502c593c2304e4ff0f"),
	recovery: hex("783eb0fa81f23cb36547969538320d431518b140a94cbe42288303bf306ce97b"),
	planner: hex("4e405bedaaa9d6a23508c1f63c15d77f2fe91661dda394c0a6e637dd8d836458"),
	engineer: hex("5a721e439c96f63c699326d7bf348f198b62dd7ae768f549274fa9c0fabea63f"),
	dispatcher: hex("fa1e842fdc4e142e8255d239f600ee3aa888080009de7bab4fbef6ce0291710b"),
	collector: hex("b09dd533823db31bb9bf8386fb683f46a5fb238d8f4d1efb35e402571849ad5b"),
	auditor: hex("08d5337bfc8659deb6ffc2ba57bb2269b5c1cf2d82562fa22e656c0091c1b95b"),
	operator: hex("2e78d3f94c169f33f32177812edd7d3316542619ac7e4c1dcd88cd883b233c43"),
	validator: hex("cc27ae5419808032bc32a8fe99377f458b1fd76921baaace92a5bb952a454972"),
	grandpa: hex("e1515d4dae5e5c6ec8e18abf72a1786f34aa91b03d7bb25ecc698bf2b0dd7699"),
};

/// Keys of `//witness`.
const WITNESS: DevKeys = DevKeys {
	name: "witness",
	principal: hex("9096f706e8becd88373ec90cb0b498faad0f2108ee161d301559ee7732a4aa6c"),
	recovery: hex("ec704ec1425483b52d6029f38d62810413af691b4054a8945e8ade22e7a95a38"),
	planner: hex("8618df67427e902aa8a16c23c6940fb60811cb418221d2375b6c99e1afa5ee3e"),
	engineer: hex("380ac86affe1e3a0c115890b82e2c31fc0c3e0b8f942277c291df224bc2b2b77"),
	dispatcher: hex("72fe2777e2aa356eb9c27a49ac23c189f2e079a01b92fe1e8fa3883bed74420e"),
	collector: hex("8c3cc5948ec7ba590748423aa773fae5b81a59f47ba012e74fca7bd1c7ed897c"),
	auditor: hex("782ef7bb4262c3c57a58b74b1030cb9fe976264e503756e342b7c144698f5375"),
	operator: hex("40a4079cf5edce5bfb5eb19ae3dc9b19e6a179c81d52445db7e545eea3022a36"),
	validator: hex("14e2ffad6374051101dc2235f13f5e201055f8974bd265d987301ad2fb478e09"),
	grandpa: hex("49c0a81c6a6abeb45714559563cc0941a69bc8d76129adf5488ad83eac66aa36"),
};

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::Pair;

	#[test]
	fn keys_are_those_of_the_public_seeds() {
		for org in DEV_ORGS {
			let sr = |path: &str| {
				sr25519::Pair::from_string(&alloc::format!("//{}{path}", org.name), None).unwrap().public().0
			};
			assert_eq!(org.principal, sr(""));
			assert_eq!(org.recovery, sr("//recovery"));
			assert_eq!(org.planner, sr("//planner"));
			assert_eq!(org.engineer, sr("//engineer"));
			assert_eq!(org.dispatcher, sr("//dispatcher"));
			assert_eq!(org.collector, sr("//collector"));
			assert_eq!(org.auditor, sr("//auditor"));
			assert_eq!(org.operator, sr("//operator"));
			assert_eq!(org.validator, sr("//validator"));
			let path = alloc::format!("//{}//validator", org.name);
			assert_eq!(org.grandpa, ed25519::Pair::from_string(&path, None).unwrap().public().0);
		}
	}
}
