//! Couplings as a check describes them, and those that are refused.

use super::recipe;
use crate::common::{Folder, printed, run, text, unwrapped};
use std::net::TcpListener;

#[test]
fn a_check_says_where_the_training_listens_and_what_codes_are_expected_to_do() {
    let folder = Folder::new("coupled-check");
    let source =
        "kind = \"connect\"\nendpoint = \"tcp://0.0.0.0:4711\"\ntoken = { env = \"SESAME\" }";
    let path = text(&folder.write("check.toml", &recipe(source, "workers = 2")));
    let said = unwrapped(&printed(&run(&["check", &path])));
    for part in [
        "codes that come to tcp://0.0.0.0:4711, with a token",
        "they declare `u` of shape [16]; ondine_next gives rate; they commit 10 frames, 0.1 apart",
        "3 simulations with numbers and draws of their own",
    ] {
        assert!(said.contains(part), "{part:?} is missing in: {said}");
    }
    let resolved = printed(&run(&["check", &path, "--resolved"]));
    let again = text(&folder.write("again.toml", &resolved));
    assert_eq!(printed(&run(&["check", &again, "--resolved"])), resolved);
    assert!(resolved.contains("kind = \"sobol\"") && resolved.contains("restarts = 2"));
    let listed = printed(&run(&["list", "sources"]));
    assert!(listed.contains("connect") && listed.contains("program"));
}

#[test]
fn what_can_not_be_coupled_is_refused_with_what_to_write() {
    let folder = Folder::new("coupled-refused");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("it is bound");
    let busy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let in_use = format!(
        "kind = \"connect\"\nendpoint = \"tcp://{}\"",
        busy.local_addr().expect("a port")
    );
    let unset = format!(
        "kind = \"connect\"\nendpoint = \"tcp://{taken}\"\ntoken = {{ env = \"ONDINE_NO_SUCH_VARIABLE\" }}"
    );
    let brought = "kind = \"program\"\ncommand = [\"code\"]\nconditions = \"brought\"";
    let wrong = [
        (&*in_use, "", "is in use by another program"),
        (&unset, "", "ONDINE_NO_SUCH_VARIABLE is not set"),
        (
            "kind = \"connect\"\nendpoint = \"tcp://0.0.0.0:4711\"",
            "",
            "bring a token: write token = { env",
        ),
        ("kind = \"connect\"", "", "endpoint"),
        (
            "kind = \"connect\"\nendpoint = \"http://here\"",
            "",
            "write `ipc://PATH` or `tcp://HOST:PORT`",
        ),
        (
            "kind = \"connect\"\nendpoint = \"tcp://127.0.0.1:0\"",
            "",
            "write a number from 1024 to 65535",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\ntoken = \"sesame\"",
            "",
            "{ env = \"NAME\" } or { file = \"PATH\" }",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\nsilence = 0.0",
            "",
            "silence = 0 lies outside",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\ncommand = [\"code\"]",
            "",
            "unknown key `command`",
        ),
        (
            "kind = \"program\"\ncommand = []",
            "",
            "write the program and its arguments",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\", \"{speed}\"]",
            "",
            "there are simulation, seed, frames, rate",
        ),
        (
            "kind = \"program\"\npersistent = true\ncommand = [\"code\", \"{rate}\"]",
            "",
            "write persistent = false",
        ),
        (
            "kind = \"program\"\ncommand = [\"./no_such_code\"]",
            "",
            "`./no_such_code` is not found",
        ),
        (brought, "", "write persistent = true"),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nlauncher = { kind = \"pbs\" }",
            "",
            "possible: local, mpirun, slurm, hyperqueue",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nlauncher = { kind = \"mpirun\", ranks = 0 }",
            "",
            "ranks = 0: write 1 or more",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nlauncher = { kind = \"local\", ranks = 2 }",
            "",
            "`ranks` is for a launcher",
        ),
        (
            "kind = \"program\"\ncommand = [\"code\"]\nenvironment = { ONDINE_TOKEN = \"sesame\" }",
            "",
            "`ONDINE_TOKEN` can't be set",
        ),
        (
            "kind = \"connect\"\nendpoint = \"ipc://s\"\nconditions = \"brought\"",
            "sampler = { kind = \"halton\" }",
            "the codes choose the conditions",
        ),
    ];
    for (source, ensemble, expected) in wrong {
        let recipe = text(&folder.write("wrong.toml", &recipe(source, ensemble)));
        let output = run(&["train", &recipe, "--output", &text(&folder.path("run"))]);
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(expected),
            "{expected:?} is missing in: {said}"
        );
        assert!(
            !folder.path("run").exists(),
            "nothing is left of a training that did not begin"
        );
    }
}
