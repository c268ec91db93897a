//! Numbers of parameters of the same architectures elsewhere: published, measured on other code, or computed from it, as
//! each test says.

use crate::common::decode;
use ondine_models::FieldSpec;

/// The count for a network from one channel to one, without parameters, on `dims` axes.
#[track_caller]
fn counts(kind: &str, options: &str, expected: [usize; 3]) {
    let config = decode(kind, options).expect("the options are valid");
    for (dims, expected) in (1..=3).zip(expected) {
        let spec = FieldSpec::new(1, 0, &vec![64; dims]);
        let counted = config.num_parameters(&spec);
        assert_eq!(counted, expected, "{kind} {options} on {dims} axes");
    }
}

/// Measured on the networks of `PDEquinox` 0.1.2 as `APEBench` 0.1.1 builds them.
#[test]
fn resnets_and_the_classic_unet_are_as_large_as_those_of_pdequinox() {
    counts(
        "classic_unet",
        "{ width = 12, levels = 2 }",
        [27_193, 79_969, 238_297],
    );
    counts(
        "resnet",
        "{ width = 26, blocks = 8, order = \"post_activation\", groups = 0 }",
        [32_943, 97_839, 292_527],
    );
    counts(
        "resnet",
        "{ width = 26, blocks = 6 }",
        [25_351, 74_023, 220_039],
    );
    counts(
        "dilated_resnet",
        "{ width = 32, blocks = 2, dilations = [1, 2, 4, 2, 1] }",
        [31_777, 93_217, 277_537],
    );
}

/// Gupta & Brandstetter (2022) publish the number for four frames of three fields in and one out; those for the
/// Kuramoto-Sivashinsky equation are computed from the code of Lippe et al. (2023), with an embedding of two or three numbers
/// beside that of the refinement step.
#[test]
fn the_unet_is_as_large_as_those_of_pdearena() {
    let config = decode("unet", "{ width = 64 }").expect("the options are valid");
    for (inputs, outputs, parameters, grid, expected) in [
        (12, 3, 0, &[128, 128][..], 144_263_683),
        (2, 1, 3, &[256], 53_924_225),
        (2, 1, 4, &[256], 54_006_657),
        (1, 1, 3, &[256], 53_924_033),
    ] {
        let spec = FieldSpec {
            inputs,
            outputs,
            bundle: 1,
            history: 1,
            statics: 0,
            mask: None,
            parameters,
            grid: grid.to_vec(),
        };
        assert_eq!(config.num_parameters(&spec), expected, "{spec:?}");
    }
}

/// Computed from the code of Brandstetter et al. (2022): 25 frames in and out on a line, time and the coefficients of three
/// experiments. Theirs has 128 weights for the position of a point in the encoder.
#[test]
fn message_passing_is_as_large_as_the_reference_but_for_the_position() {
    let config = decode("message_passing", "{}").expect("no option is needed");
    for (parameters, reference) in [(1, 634_745), (2, 636_409), (4, 639_737)] {
        let spec = FieldSpec::new(1, parameters, &[100]).bundled(25);
        assert_eq!(config.num_parameters(&spec), reference - 128);
    }
}

/// Computed for the heat equation of Meyer et al. (2023): six numbers to a million points.
#[test]
fn the_mlp_is_as_large_as_that_for_the_heat_equation() {
    let config = decode("mlp", "{ width = 256, layers = 2 }").expect("the options are valid");
    let spec = FieldSpec {
        inputs: 0,
        outputs: 1,
        bundle: 1,
        history: 1,
        statics: 0,
        mask: None,
        parameters: 6,
        grid: vec![1000, 1000],
    };
    assert_eq!(config.num_parameters(&spec), 257_067_584);
}

/// Computed from the definitions: `2 m w²` Fourier weights of a layer become `2 r_m r_w²` of the core, `m r_m` and twice `w r_w`
/// of the factors, on every axis `r_m` and `m` anew; and a recurrent operator is one with a single layer.
#[test]
fn factors_and_recurrence_take_the_weights_that_they_say() {
    let weights = |kind: &str, options: &str, axes: usize| {
        let config = decode(kind, options).expect("the options are valid");
        config.num_parameters(&FieldSpec::new(1, 1, &vec![64; axes]))
    };
    let (width, modes, layers) = (32, 24, 4);
    let of_layers = "width = 32, modes = 24, layers = 4";
    for (rank, modes_kept, width_kept) in [(0.5, 12, 16), (0.25, 6, 8), (1.0, 24, 32)] {
        for axes in [1_u32, 2] {
            let whole = weights("fno", &format!("{{ {of_layers} }}"), axes as usize);
            let options = format!("{{ {of_layers}, rank = {rank:?} }}");
            let factored = weights("tfno", &options, axes as usize);
            let core = 2 * usize::pow(modes_kept, axes) * width_kept * width_kept;
            let factors = axes as usize * modes * modes_kept + 2 * width * width_kept;
            let convolution = 2 * usize::pow(modes, axes) * width * width;
            let expected = whole - layers * (convolution - core - factors);
            assert_eq!(factored, expected, "{rank} on {axes} axes");
        }
    }
    let one = weights("fno", "{ width = 32, modes = 24, layers = 1 }", 1);
    for options in ["{}", "{ iterations = 64 }"] {
        assert_eq!(weights("recurrent_fno", options, 1), one);
    }
}
