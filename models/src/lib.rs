//! Neural surrogates of partial differential equations on periodic grids, built on `burn`.
//!
//! A network sees tensors, a grid shape and a vector of parameters; it knows no equation. Fields travel as rank-3
//! tensors `[batch, point, channel]` with the grid shape beside them, so one code path serves 1, 2 and 3 dimensions and
//! a network trained on one grid runs on another.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use ondine_models::{network, SurrogateRng, FieldSpec, Init, Model, Scaling, Surrogate};
//!
//! let device = Device::flex();
//! let spec = FieldSpec::new(1, 1, &[32]); // one channel, one parameter
//! let fno = network::fno::FnoConfig { width: 8, modes: network::Modes::All(4), layers: 2, ..Default::default() };
//! let network = network::Network::Fno(fno.init(&spec, &mut Init::new(0, &device)));
//! let surrogate = Model::residual(network, Scaling::identity(&spec));
//!
//! let u = Tensor::<3>::ones([2, 32, 1], &device); // [batch, point, channel]
//! let parameters = Tensor::<2>::zeros([2, 1], &device); // [batch, parameter]
//! let v = surrogate.step(u, parameters, &[32], &mut SurrogateRng::new(0));
//! assert_eq!(v.dims(), [2, 32, 1]);
//! ```

pub mod block;
mod fields;
mod inference;
mod init;
mod kernel;
mod means;
mod model;
pub mod network;
mod norm;
pub mod optimizer;
pub mod part;
mod pool;
mod positive;
mod rng;
mod scaling;
pub mod surrogate;
mod waves;
pub mod weights;

pub use burn;
pub use fields::{FieldSpec, Inputs, Reach};
pub use inference::Settled;
pub use init::Init;
pub use means::HeldMeans;
pub use model::Model;
pub use norm::Norm;
pub use pool::{in_pool, on_one_core};
pub use positive::Positive;
pub use rng::{KeptNoise, SurrogateRng};
pub use scaling::Scaling;
pub use surrogate::{
    Backbone, Correction, FromParameters, Learns, Method, ModelConfig, Residual, SURROGATES,
    Surrogate, SurrogateEntry, Together, refiner,
};

/// Options of a network as written in a recipe; an error made from them knows its line.
pub type Options<'a> = toml::de::ValueDeserializer<'a>;
