//! Gradients through a part of the steps alone.

use super::setup::{assert_alike, loss, setup, stepped, value, weight_gradients};
use crate::batch::Batch;
use burn::tensor::Tensor;

#[test]
fn a_gradient_through_the_last_step_alone_is_that_of_pushforward_to_the_bit() {
    let of = |options: &str| {
        let (plan, surrogate, batch) = setup(&format!("{options}\nsteps = 3\nnoise = 0.1"));
        let loss = loss(&plan, &surrogate, &batch);
        (weight_gradients(&surrogate, &loss), value(loss))
    };
    let pushforward = of("kind = \"pushforward\"");
    let last = "kind = \"unrolled\"\nover = \"last\"";
    assert_eq!(of(&format!("{last}\ngradient_steps = 1")), pushforward);
    assert_ne!(of(&format!("{last}\ngradient_steps = 2")).0, pushforward.0);
}

#[test]
fn a_chain_is_cut_after_every_so_many_steps_from_its_end() {
    for over in ["all", "last"] {
        let options = format!("kind = \"unrolled\"\nover = \"{over}\"\n");
        let cut = format!("{options}steps = 5\ngradient_steps = 2");
        let (plan, surrogate, batch) = setup(&cut);
        let whole = loss(&plan, &surrogate, &batch);
        // Steps 1, 2 and 3, 4 and 5, each part from where the one before ended.
        let mut start = batch.frames[0].clone();
        let mut parts = Vec::new();
        for part in [0..2, 1..4, 3..6] {
            let steps = part.len() - 1;
            let plan = setup(&format!("{options}steps = {steps}")).0;
            let frames = [&[start.clone()], &batch.frames[part][1..]].concat();
            let batch = Batch {
                frames,
                ..batch.clone()
            };
            parts.push(loss(&plan, &surrogate, &batch) * steps as f64);
            for _ in 0..steps {
                start = stepped(&surrogate, &batch, start).detach();
            }
        }
        let expected = match over {
            "all" => parts.into_iter().reduce(Tensor::add).expect("three parts") / 5.0,
            _ => parts.pop().expect("three parts") / 2.0,
        };
        assert!((value(whole.clone()) / value(expected.clone()) - 1.0).abs() < 1e-5);
        let [found, expected] = [whole, expected].map(|loss| weight_gradients(&surrogate, &loss));
        assert_alike(&found, &expected, over);
    }
}
