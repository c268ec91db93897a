//! Symmetries of a PDE transformer, its start, and what lies beyond walls.

use crate::common::{decode, moved, spec, states};
use burn::tensor::{Device, Tensor};
use ondine_models::block::Edge;
use ondine_models::network::Network;
use ondine_models::{Init, Model, Scaling, Surrogate, SurrogateRng};

/// The network of a recipe, as it starts.
fn network(options: &str, grid: &[usize], edges: Option<Edge>) -> Network {
    let config = decode("pde_transformer", options).expect("the options are valid");
    let config = match edges {
        Some(edge) => config
            .between(&vec![edge; grid.len()])
            .expect("it knows edges"),
        None => config,
    };
    config.init(&spec(grid), &mut Init::new(1, &Device::flex()))
}

fn answer(network: &Network, u: Tensor<3>, grid: &[usize]) -> Tensor<3> {
    let told = Tensor::ones([u.dims()[0], 3], &u.device()) * 0.3;
    network.forward(u, told, grid)
}

fn largest(x: Tensor<3>) -> f32 {
    x.abs().max().into_scalar::<f32>()
}

/// Fields moved by so many points along the axes.
fn rolled(u: Tensor<3>, grid: &[usize], shift: &[i64]) -> Tensor<3> {
    let [batch, points, channels] = u.dims();
    let mut dims = [batch, 1, 1, 1, channels];
    dims[4 - grid.len()..4].copy_from_slice(grid);
    let axes: Vec<i64> = (4 - grid.len() as i64..4).collect();
    u.reshape(dims)
        .roll(shift, &axes)
        .reshape([batch, points, channels])
}

/// The difference between the answer to a moved state and the moved answer.
fn difference(options: &str, grid: &[usize], shift: &[i64]) -> f32 {
    let network = moved(network(options, grid, None), 0.1, 0.3);
    let u = states(2, grid.iter().product(), &Device::flex());
    let of_moved = answer(&network, rolled(u.clone(), grid, shift), grid);
    let moved = rolled(answer(&network, u, grid), grid, shift);
    let size = largest(moved.clone());
    largest(of_moved - moved) / size
}

#[test]
fn periodic_fields_may_be_moved_by_whole_windows() {
    let two_grids = "{ width = 8, heads = 2, patch = 2, window = 4, levels = 1 }";
    let one_grid = "{ width = 8, heads = 2, patch = 1, window = 2, levels = 0 }";
    for (options, grid, shift) in [
        (two_grids, &[32][..], &[16][..]),
        (two_grids, &[32, 16], &[16, 0]),
        (two_grids, &[16, 32], &[0, -16]),
        (one_grid, &[4, 6, 8], &[2, 4, -2]),
        // On one window per axis distances are those around it, and a window may begin anywhere.
        (two_grids, &[8], &[4]),
        (two_grids, &[4, 8], &[0, 4]),
    ] {
        let error = difference(options, grid, shift);
        assert!(error < 2e-5, "{options} {grid:?} {shift:?}: {error}"); // f32, sums in another order
    }
    for (grid, shift) in [(&[32][..], &[4][..]), (&[32], &[8]), (&[24], &[16])] {
        let error = difference(two_grids, grid, shift);
        assert!(error > 1e-3, "{grid:?} {shift:?}: {error}");
    }
}

#[test]
fn an_untrained_transformer_keeps_every_state() {
    let device = Device::flex();
    for (grid, parameters) in [(&[16][..], 3), (&[8, 16], 0)] {
        let config = decode("pde_transformer", "{ width = 8 }").expect("valid");
        let spec = ondine_models::FieldSpec::new(2, parameters, grid);
        let network = config.init(&spec, &mut Init::new(1, &device));
        let surrogate = Model::residual(network, Scaling::identity(&spec));
        let u = states(2, grid.iter().product(), &device);
        let told = Tensor::ones([2, parameters], &device);
        let next = surrogate.step(u.clone(), told, grid, &mut SurrogateRng::new(0));
        assert!(largest(next - u) <= 0.0, "{grid:?}");
    }
}

#[test]
fn nothing_passes_from_one_end_of_an_axis_to_the_other() {
    let options = "{ width = 8, heads = 2, patch = 1, window = 4, levels = 1 }";
    let grid = [96];
    let u = states(1, 96, &Device::flex());
    let first = Tensor::ones([1, 1, 2], &Device::flex());
    let rest = Tensor::zeros([1, 95, 2], &Device::flex());
    let other = u.clone() + Tensor::cat(vec![first, rest], 1);
    let far = |edge| {
        let network = moved(network(options, &grid, Some(edge)), 0.1, 0.3);
        let change = answer(&network, u.clone(), &grid) - answer(&network, other.clone(), &grid);
        [change.clone().narrow(1, 0, 4), change.narrow(1, 92, 4)].map(largest)
    };
    let [near, around] = far(Edge::Periodic);
    assert!(near > 1e-3 && around > 1e-4, "{near}, {around}");
    for edge in [Edge::Mirror, Edge::Constant, Edge::Zero] {
        let [near, across] = far(edge);
        assert!(near > 1e-3 && across <= 0.0, "{edge:?}: {near}, {across}");
    }
}

#[test]
fn a_window_that_axes_do_not_divide_answers_at_every_point() {
    for grid in [&[20][..], &[12, 28], &[4, 8, 20]] {
        let options = "{ width = 8, heads = 2, window = 3, levels = 1 }";
        let network = moved(network(options, grid, None), 0.1, 0.3);
        let points = grid.iter().product::<usize>();
        let u = states(1, points, &Device::flex());
        let bent = answer(&network, u.clone() * 1.5, grid);
        let change = (answer(&network, u, grid) - bent).abs().min();
        let change = change.into_scalar::<f32>();
        assert!(change.is_finite() && change > 0.0, "{grid:?}");
    }
}
