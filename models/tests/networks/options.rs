//! Options of networks as recipes give them: complete, documented, and refused where they are wrong.

use crate::common::decode;
use ondine_models::network::NETWORKS;
use std::collections::BTreeSet;

#[test]
fn every_option_has_a_default_and_a_line_of_documentation() {
    for entry in NETWORKS {
        let config = decode(entry.kind, "{}").unwrap_or_else(|error| panic!("{error}"));
        let options = config.options();
        let names: BTreeSet<&str> = options.keys().map(String::as_str).collect();
        let documented: BTreeSet<&str> = entry.options.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, documented, "{}", entry.kind);
        for (name, doc) in entry.options {
            let (_, default) = doc.split_once("default ").expect("the default is named");
            let value = options[*name].to_string();
            assert_eq!(value, default.trim(), "{}: {name}", entry.kind);
        }
        let text = options
            .iter()
            .map(|(name, value)| format!("{name} = {value}"));
        let text = format!("{{ {} }}", text.collect::<Vec<_>>().join(", "));
        let again = decode(entry.kind, &text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(again.options(), options);
    }
}

#[track_caller]
fn refused(kind: &str, options: &str, expected: &[&str]) {
    let message = match decode(kind, options) {
        Ok(_) => panic!("{kind} {options} was accepted"),
        Err(error) => error.to_string(),
    };
    for part in expected {
        assert!(message.contains(part), "{part:?} is missing in: {message}");
    }
}

#[test]
fn wrong_options_are_refused_with_their_range() {
    for entry in NETWORKS {
        refused(entry.kind, "{ wdth = 3 }", &["wdth"]);
        refused(entry.kind, "{ width = 0 }", &["`width` = 0", "[1, "]);
    }
    for rank in ["0.0", "1.5", "nan"] {
        refused(
            "tfno",
            &format!("{{ rank = {rank} }}"),
            &["`rank` = ", "(0, 1]"],
        );
    }
    refused(
        "recurrent_fno",
        "{ iterations = 0 }",
        &["`iterations` = 0", "[1, 64]"],
    );
    refused(
        "recurrent_fno",
        "{ training_iterations = [2, 65] }",
        &["`training_iterations` = 65"],
    );
    refused(
        "recurrent_fno",
        "{ training_iterations = [4, 2] }",
        &["[4, 2]: write the smaller number first"],
    );
    for kind in ["fno", "tfno", "recurrent_fno"] {
        refused(kind, "{ padding = \"zero\" }", &["Fourier layers"]);
        refused(kind, "{ spectral_scale = 2.0 }", &["`spectral_scale` = 2"]);
    }
    refused("unet", "{ multipliers = [] }", &["1 to 10 entries"]);
    refused("unet", "{ multipliers = [1, 0] }", &["between 1 and 16"]);
    refused(
        "unet",
        "{ width = 4096, multipliers = [16, 16] }",
        &["1048576 channels", "65536"],
    );
    for kind in ["unet", "resnet", "dilated_resnet"] {
        refused(
            kind,
            "{ width = 12, groups = 5 }",
            &["5 does not divide `width` = 12"],
        );
        refused(kind, "{ activation = \"swish\" }", &["swish", "silu"]);
        refused(
            kind,
            "{ padding = \"circular\" }",
            &["circular", "periodic"],
        );
    }
    refused("unet", "{ blocks = 17 }", &["`blocks` = 17", "[1, 16]"]);
    refused("unet", "{ conditioning = \"scale\" }", &["scale_shift"]);
    refused("resnet", "{ order = \"pre\" }", &["pre_activation"]);
    refused(
        "dilated_resnet",
        "{ dilations = [1, 0] }",
        &["between 1 and 256"],
    );
    refused(
        "message_passing",
        "{ radius = 9 }",
        &["`radius` = 9", "[1, 8]"],
    );
    refused(
        "pde_transformer",
        "{ width = 30 }",
        &["`heads` = 4 does not divide `width` = 30", "`width` = 32"],
    );
    refused(
        "pde_transformer",
        "{ window = 0 }",
        &["`window` = 0", "[1, 64]"],
    );
    refused(
        "classic_unet",
        "{ levels = 0 }",
        &["`levels` = 0", "[1, 8]"],
    );
}

#[test]
fn grids_that_can_not_be_halved_often_enough_are_refused_with_those_that_can() {
    let check = |kind: &str, options: &str, grid: &[usize]| {
        let config = decode(kind, options).expect("the options are valid");
        config.check_grid(grid, grid)
    };
    assert_eq!(check("unet", "{}", &[64, 40]), Ok(()));
    let message = check("unet", "{}", &[64, 100]).expect_err("100 is no multiple of 8");
    assert!(message.contains("3 times"), "{message}");
    assert!(message.contains("100 points along axis 1"), "{message}");
    assert!(message.contains("96 or 104"), "{message}");
    let message = check("classic_unet", "{ levels = 5 }", &[16]).expect_err("16 is less than 32");
    assert!(message.contains("write 32,"), "{message}");
    assert_eq!(check("resnet", "{}", &[7]), Ok(()));
    assert_eq!(check("pde_transformer", "{}", &[24, 40]), Ok(()));
    let message = check("pde_transformer", "{ patch = 3 }", &[36, 100]);
    let message = message.expect_err("100 is no multiple of 12");
    for part in [
        "tokens of 3 points and halves their grid 2 times",
        "100 points along axis 1 are no multiple of 12",
        "write 96 or 108, or a smaller patch, or fewer levels",
    ] {
        assert!(message.contains(part), "{message}");
    }
}
