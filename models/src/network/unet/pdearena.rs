//! The names that weights of this network have in states of pdearena's U-Nets.
//!
//! Gupta & Brandstetter's code counts blocks and changes of the grid in one list; it calls the embedding of the first
//! parameter `time_embed`, which the networks for one time step and no parameters lack.

use crate::import::{Layout, Source};

/// Where the weight at `path` stands, in a network of `blocks` blocks a level on the way down.
pub(super) fn source(path: &[&str], blocks: usize) -> Source {
    let number = |text: &str| text.parse::<usize>().expect("a place in a list");
    let (owner, weight) = match path {
        ["embedding", "networks", "0", "layers", layer, weight] => {
            (format!("time_embed.{}", 2 * number(layer)), dense(weight))
        }
        ["embedding", "networks", j, "layers", layer, weight] => {
            let name = format!("pde_emb.{}.{}", number(j) - 1, 2 * number(layer));
            (name, dense(weight))
        }
        ["stem", weight] => ("image_proj".to_owned(), convolution(weight)),
        ["head", weight] => ("final".to_owned(), convolution(weight)),
        ["norm", weight] => ("norm".to_owned(), norm(weight)),
        ["down", level, "blocks", i, rest @ ..] => {
            let place = number(level) * (blocks + 1) + number(i);
            within(&format!("down.{place}.res"), rest)
        }
        ["down", level, "halve", weight] => {
            let place = number(level) * (blocks + 1) + blocks;
            (format!("down.{place}.conv"), convolution(weight))
        }
        ["middle", "first", rest @ ..] => within("middle.res1", rest),
        ["middle", "second", rest @ ..] => within("middle.res2", rest),
        ["middle", "attention", "norm", weight] => ("middle.attn.norm".to_owned(), norm(weight)),
        ["middle", "attention", layer, weight] => (format!("middle.attn.{layer}"), dense(weight)),
        ["up", level, "blocks", i, rest @ ..] => {
            let place = number(level) * (blocks + 2) + number(i);
            within(&format!("up.{place}.res"), rest)
        }
        ["up", level, "double", weight] => {
            let place = number(level) * (blocks + 2) + blocks + 1;
            let layout = layout(weight, Layout::TransposedConvolution);
            (format!("up.{place}.conv"), (*weight, layout))
        }
        _ => unreachable!("the U-Net has no weight {path:?}"),
    };
    Source {
        name: format!("{owner}.{}", weight.0),
        layout: weight.1,
    }
}

type Weight<'p> = (&'p str, Layout);

/// A weight of a residual block.
fn within<'p>(block: &str, path: &[&'p str]) -> (String, Weight<'p>) {
    match path {
        ["modulation", "linear", weight] => (format!("{block}.cond_emb"), dense(weight)),
        ["shortcut", "linear", weight] => (format!("{block}.shortcut"), dense(weight)),
        [name @ ("norm1" | "norm2"), weight] => (format!("{block}.{name}"), norm(weight)),
        [name, weight] => (format!("{block}.{name}"), convolution(weight)),
        _ => unreachable!("a block has no weight {path:?}"),
    }
}

fn dense<'p>(weight: &&'p str) -> Weight<'p> {
    (weight, layout(weight, Layout::Dense))
}

fn convolution<'p>(weight: &&'p str) -> Weight<'p> {
    (weight, layout(weight, Layout::Convolution))
}

fn norm<'p>(weight: &str) -> Weight<'p> {
    let name = if weight == "scale" { "weight" } else { "bias" };
    (name, Layout::Plain)
}

fn layout(weight: &str, of_weights: Layout) -> Layout {
    match weight {
        "weight" => of_weights,
        _ => Layout::Plain,
    }
}
