//! The names that weights of this network have in states of pdearena's U-Nets.
//!
//! Gupta & Brandstetter's code counts blocks and changes of the grid in one list; it calls the embedding of the first
//! parameter `time_embed`, which the networks for one time step and no parameters lack.

use crate::weights::{Array, Arrays, Layout, Source};

/// Taps per axis of a convolution, and of a transposed one.
const TAPS: [usize; 2] = [3, 4];

/// The options that names depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// Number of axes.
    pub(super) dims: usize,
    /// Residual blocks a level on the way down.
    pub(super) blocks: usize,
}

impl Names {
    /// The place of the weight at `path`.
    pub(super) fn source(self, path: &[&str]) -> Source {
        let blocks = self.blocks;
        match path {
            ["embedding", "networks", "0", "layers", layer, weight] => {
                dense(&format!("time_embed.{}", 2 * number(layer)), weight)
            }
            ["embedding", "networks", j, "layers", layer, weight] => {
                let owner = format!("pde_emb.{}.{}", number(j) - 1, 2 * number(layer));
                dense(&owner, weight)
            }
            ["stem", weight] => self.convolution("image_proj", weight),
            ["head", weight] => self.convolution("final", weight),
            ["norm", weight] => norm("norm", weight),
            ["down", level, "blocks", i, rest @ ..] => {
                let place = number(level) * (blocks + 1) + number(i);
                self.within(&format!("down.{place}.res"), rest)
            }
            ["down", level, "halve", weight] => {
                let place = number(level) * (blocks + 1) + blocks;
                self.convolution(&format!("down.{place}.conv"), weight)
            }
            ["middle", "first", rest @ ..] => self.within("middle.res1", rest),
            ["middle", "second", rest @ ..] => self.within("middle.res2", rest),
            ["middle", "attention", "norm", weight] => norm("middle.attn.norm", weight),
            ["middle", "attention", layer, weight] => {
                dense(&format!("middle.attn.{layer}"), weight)
            }
            ["up", level, "blocks", i, rest @ ..] => {
                let place = number(level) * (blocks + 2) + number(i);
                self.within(&format!("up.{place}.res"), rest)
            }
            ["up", level, "double", weight] => {
                let place = number(level) * (blocks + 2) + blocks + 1;
                let kernel = vec![TAPS[1]; self.dims];
                let owner = format!("up.{place}.conv");
                layer(&owner, weight, Layout::TransposedConvolution, &kernel)
            }
            _ => unreachable!("the U-Net has no weight {path:?}"),
        }
    }

    /// A weight of a residual block.
    fn within(self, block: &str, path: &[&str]) -> Source {
        match path {
            ["modulation", "linear", weight] => dense(&format!("{block}.cond_emb"), weight),
            ["shortcut", "linear", weight] => {
                let owner = format!("{block}.shortcut");
                layer(&owner, weight, Layout::Dense, &vec![1; self.dims])
            }
            [name @ ("norm1" | "norm2"), weight] => norm(&format!("{block}.{name}"), weight),
            [name, weight] => self.convolution(&format!("{block}.{name}"), weight),
            _ => unreachable!("a block has no weight {path:?}"),
        }
    }

    fn convolution(self, owner: &str, weight: &str) -> Source {
        let kernel = vec![TAPS[0]; self.dims];
        layer(owner, weight, Layout::Convolution, &kernel)
    }
}

/// Adds to the state of a U-Net that is told nothing what one has that is told parameters, from `own`, with zeros where its
/// blocks would listen to them; whether it did.
pub(super) fn complete(arrays: &mut Arrays, own: &Arrays) -> bool {
    let listens =
        |name: &str| name.starts_with("time_embed.") || name.starts_with("pde_emb.") || hears(name);
    let lacking = own.iter().any(|(name, _)| listens(name));
    if !lacking || arrays.iter().any(|(name, _)| listens(name)) {
        return false;
    }
    for (name, array) in own.iter().filter(|(name, _)| listens(name)) {
        let zeros = || Array::new(array.shape(), vec![0.0; array.values().len()]);
        let array = if hears(name) { zeros() } else { array.clone() };
        arrays.insert(name, array);
    }
    true
}

/// Whether a block listens to the embedding of the parameters with this weight.
fn hears(name: &str) -> bool {
    name.contains(".cond_emb.")
}

fn dense(owner: &str, weight: &str) -> Source {
    layer(owner, weight, Layout::Dense, &[])
}

/// The weight or the bias of a layer.
fn layer(owner: &str, weight: &str, layout: Layout, kernel: &[usize]) -> Source {
    let name = format!("{owner}.{weight}");
    match weight {
        "weight" => Source::new(name, layout).with_kernel(kernel),
        _ => Source::new(name, Layout::Plain),
    }
}

fn norm(owner: &str, weight: &str) -> Source {
    let name = if weight == "scale" { "weight" } else { "bias" };
    Source::new(format!("{owner}.{name}"), Layout::Plain)
}

fn number(text: &str) -> usize {
    text.parse().expect("a place in a list")
}
