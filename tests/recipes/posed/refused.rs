//! Wrong keys of problems and sources.

use super::{LIBRARY, TRAINING, file_recipe, write_file};
use crate::common::{Folder, refused, text};

#[test]
fn wrong_keys_of_problems_and_sources_are_refused_with_their_remedy() {
    let folder = Folder::new("posed-wrong");
    let recipe = text(&folder.write("library.toml", &format!("{LIBRARY}{TRAINING}")));
    let file = text(&file_recipe(&folder, ""));
    let path = text(&folder.path("tank.h5"));
    let data = format!("data.source={path}");
    let fields = "problem.fields=[\"pressure\",\"buoyancy\",{name=\"velocity\",vector=true}]";
    let cases: [(&str, &[&str], &str); 22] = [
        (&recipe, &["problem.fields=[]"], "fields is empty"),
        (
            &recipe,
            &["evaluate.metrics=[\"fourier_nrmse_exponax\"]"],
            "takes all axes for periodic",
        ),
        (
            &recipe,
            &["problem.fields=[1]"],
            "a name in quotes, or a table",
        ),
        (
            &recipe,
            &["problem.fields=[{name=\"u\",vektor=true}]"],
            "vektor",
        ),
        (
            &recipe,
            &["problem.fields=[\"u\",\"u\"]"],
            "`u` is written twice",
        ),
        (
            &recipe,
            &["problem.conditions={dt=1.0}"],
            "every simulation has",
        ),
        (
            &recipe,
            &["problem.conditions={fading=\"fast\"}"],
            "a number or a distribution",
        ),
        (
            &recipe,
            &["problem.colour=1"],
            "unknown key `colour` in [problem]",
        ),
        (
            &recipe,
            &["grid.boundary=[\"wall\"]"],
            "boundary has 1 entry and points has 2",
        ),
        (
            &recipe,
            &["grid.boundary=[\"periodic\",\"walls\"]"],
            "walls",
        ),
        (
            &recipe,
            &["grid.boundary=[[\"periodic\",\"wall\"],\"wall\"]"],
            "make both periodic or none",
        ),
        (
            &recipe,
            &["grid.points_at=[\"nodes\",\"nodes\"]"],
            "use cell centres",
        ),
        (&recipe, &["grid.points_at=[\"nodes\",\"faces\"]"], "faces"),
        (
            &recipe,
            &["time.substeps=2"],
            "`substeps` is for the solver of an [equation]",
        ),
        (
            &recipe,
            &["initial.kind=sine_series"],
            "`initial` is for the solver",
        ),
        (
            &recipe,
            &["source.kind=programme"],
            "unknown kind `programme`",
        ),
        (
            &recipe,
            &["source.kind=ensemble"],
            "runs the solver of an [equation]",
        ),
        (&recipe, &["source.kind=file"], "reads the file of [data]"),
        (
            &recipe,
            &["model={kind=\"mlp\",inputs=\"parameters\"}"],
            "nothing says where simulations",
        ),
        (
            &file,
            &["data.held_out={share=2.0}"],
            "share = 2 lies outside (0, 1)",
        ),
        (
            &file,
            &["data.held_out={trajectories=[30,40]}"],
            "write an end of at most 20",
        ),
        (&file, &[fields], "write the fields in its order"),
    ];
    for (recipe, sets, expected) in cases {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<&str> = ["check", recipe].into_iter().chain(sets).collect();
        let said = refused(&arguments);
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
    }
    let beside = refused(&[
        "check",
        &recipe,
        "--set",
        "source.kind=library",
        "--set",
        &data,
    ]);
    assert!(beside.contains("stands beside [data]"), "{beside}");
    let both = refused(&["check", &recipe, "--set", "equation.kind=heat"]);
    assert!(
        both.contains("[problem] stands beside [equation]"),
        "{both}"
    );
    let nothing = LIBRARY.replace("[source]\nkind = \"library\"\n", "");
    let nothing = text(&folder.write("nothing.toml", &format!("{nothing}{TRAINING}")));
    let said = refused(&["check", &nothing]);
    assert!(
        said.contains("nothing that gives its trajectories"),
        "{said}"
    );
    let said = refused(&[
        "simulate",
        &recipe,
        "--output",
        &text(&folder.path("out.h5")),
    ]);
    assert!(said.contains("nothing simulates this problem"), "{said}");
    let said = refused(&["check", &recipe, "--accuracy"]);
    assert!(said.contains("--accuracy measures a solver"), "{said}");
}

#[test]
fn a_file_with_one_frame_per_trajectory_is_refused_with_what_is_missing() {
    let folder = Folder::new("posed-one-frame");
    let file = folder.path("tank.h5");
    write_file(&file, 3, 1);
    let said = refused(&["check", &text(&file_recipe(&folder, ""))]);
    assert!(said.contains("one frame per trajectory"), "{said}");
    assert!(said.contains("the folder of all frames"), "{said}");
}
