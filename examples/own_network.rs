//! A network of one's own: dense layers over every point and its neighbours, written with `burn`, trained for 200 steps on
//! the equation of `recipes/quickstart.toml`. The folder of the run is the argument.
//!
//! ```sh
//! cargo run --release --example own_network -- runs/own_network
//! ```

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::gelu;
use ondine::models::network::{Network, NetworkConfig, NetworkEntry, OwnNetwork};
use ondine::models::{FieldSpec, Init};
use ondine::recipe::Extensions;
use ondine::training::Training;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Neighbours on either side that a point sees.
const RADIUS: i64 = 3;

#[derive(Module, Debug)]
struct Stencil {
    embed: Linear,
    lift: Linear,
    project: Linear,
}

impl OwnNetwork for Stencil {
    fn forward(&self, u: Tensor<3>, parameters: Tensor<2>, _grid: &[usize]) -> Tensor<3> {
        let conditions = self.embed.forward(parameters).unsqueeze_dim::<3>(1); // [batch, 1, width]
        let around = (-RADIUS..=RADIUS).map(|by| u.clone().roll(&[by], &[1]));
        let u = Tensor::cat(around.collect(), 2); // [batch, point, neighbour · channel]
        self.project
            .forward(gelu(self.lift.forward(u) + conditions))
    }
}

/// Its options in `[model]`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StencilConfig {
    width: usize,
}

impl NetworkConfig for StencilConfig {
    fn init(&self, spec: &FieldSpec, init: &mut Init) -> Network {
        let seen = (2 * RADIUS as usize + 1) * spec.inputs;
        Network::own(Stencil {
            embed: init.linear(spec.parameters, self.width),
            lift: init.linear(seen, self.width),
            project: init.zero_linear(self.width, spec.outputs),
        })
    }

    fn options(&self) -> toml::Table {
        toml::Table::try_from(self).expect("plain numbers are valid TOML")
    }
}

const STENCIL: NetworkEntry = NetworkEntry {
    kind: "stencil",
    summary: "dense layers over a point and its neighbours",
    options: &[("width", "hidden channels; required")],
    decode: |options| Ok(Arc::new(StencilConfig::deserialize(options)?)),
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("write a folder for the run")?;
    let extensions = Extensions {
        networks: &[&STENCIL],
        ..Extensions::default()
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/quickstart.toml");
    let outcome = Training::recipe_with(path, extensions)?
        .set("model={ kind = \"stencil\", width = 64 }")?
        .set("train.steps=200")?
        .set("ensemble.simulations=64")?
        .set("buffer.watermark=500")?
        .set("evaluate.frames=41")?
        .into_run(folder)?
        .run()?;
    let evaluation = outcome.evaluation().ok_or("the last step is evaluated")?;
    let [error, still] = [&evaluation.surrogate, &evaluation.persistence].map(|of| of.nrmse);
    println!("error of one step: {error:.3}, without any change: {still:.3}");
    Ok(())
}
