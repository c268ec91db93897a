//! Layouts that do not fit.

use super::{Counted, data, layout, refusal};
use ondine_datasets::files::*;

#[test]
fn lists_of_other_lengths_and_names_that_are_taken_are_refused() {
    let refusal = |from: &str, to: &str| {
        let text = r#"fields = { u = "U" }
        axes = ["trajectory", "time", "x"]
        coordinates = { time = "t" }
        conditions = { reynolds = "Re" }"#;
        assert!(text.contains(from), "{from}");
        let refused = layout(&text.replace(from, to)).open(&data("matlab.mat"));
        refused.err().expect(to).to_string()
    };
    let said = refusal("\"t\"", "\"x\"");
    assert!(
        said.contains("shape [4, 1], where there are 2 trajectories of 5 frames"),
        "{said}"
    );
    let said = refusal("reynolds", "dt");
    assert!(
        said.contains("`dt`, which the times and points say already"),
        "{said}"
    );
    let said = refusal("\"trajectory\"", "\"member\"");
    assert!(said.contains("write `trajectory`"), "{said}");
}

#[test]
fn layouts_that_do_not_fit_say_what_to_write() {
    let file = Counted::new("unfit", &[("T", &[2, 3, 4]), ("x", &[4]), ("falls", &[3])]);
    let cases = [
        (r#"axes = ["time", "x"]"#, "data.layout.axes are time, x"),
        (
            r#"axes = ["trajectory", "time", "time"]"#,
            "data.layout.axes has `time` twice",
        ),
        (
            r#"axes = ["trajectory", "time", "component"]"#,
            "has 0 axes in space",
        ),
        (
            "axes = [\"trajectory\", \"time\", \"x\"]\nends = { z = \"wall\" }",
            "data.layout knows no axis `z`",
        ),
        (
            "axes = [\"trajectory\", \"time\", \"x\"]\ncoordinates = { x = \"/falls\" }",
            "`/T` has the shape [2, 3, 4] where the rest of the file says [2, 3, 3]",
        ),
        (
            "axes = [\"trajectory\", \"time\", \"x\"]\ncoordinates = { time = \"/T\" }",
            "`/T` has the shape [2, 3, 4], where there are 2 trajectories of 3 frames",
        ),
        (
            "axes = [\"trajectory\", \"time\", \"x\"]\nconditions = { k = \"/x\" }",
            "the condition `k` has 4 values for 2 trajectories",
        ),
        (
            "axes = [\"trajectory\", \"time\", \"x\"]\nconditions = { k = \"/nowhere/k\" }",
            "data.layout.conditions.k = \"/nowhere/k\" names no array of numbers in it; it has `/T`, `/falls`, `/x`",
        ),
    ];
    for (text, expected) in cases {
        let said = refusal(&format!("fields = {{ u = \"/T\" }}\n{text}"), &file.0);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let twice = refusal(
        "fields = { u = \"/T\" }\nconditions = { k = \"x\" }\naxes = [\"x\"]\nlength = [1.0, 1.0]",
        &file.0,
    );
    assert!(
        twice.contains("write one length above 0 per axis, x"),
        "{twice}"
    );
    let none = refusal("fields = {}\naxes = [\"x\"]", &file.0);
    assert!(none.contains("names no field"), "{none}");
    let pickle = refusal(
        "fields = { u = \"extrapolation\" }\naxes = [\"x\"]",
        &data("phiflow/sim_000000/density_000000.npz"),
    );
    assert!(pickle.contains("a pickle of Python objects"), "{pickle}");
    let text = refusal(
        "fields = { u = \"u\" }\naxes = [\"x\"]",
        &data("zarr/README"),
    );
    assert!(
        text.contains("it is a text file; data.layout describes"),
        "{text}"
    );
    let typo = toml::from_str::<Layout>("fields = { u = \"u\" }\naxes = [\"x\"]\naxis = 1");
    assert!(typo.is_err());
}
