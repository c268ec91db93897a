//! Programs that a training starts.

use super::{check, command, of_kuramoto, program, recipe, solved, train, trained, trained_by};
use crate::common::{Folder, ondine, printed, run, text, timeless, unwrapped};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Programs that are killed in a training, at most: as many restarts, so that no simulation is given up.
const KILLS: usize = 6;

/// The same with the simulations of this program.
fn streamed(ensemble: &str) -> String {
    let problem = "[problem]\nfields = [{ name = \"u\", conserved = true }]\nconditions = { viscosity = { uniform = [0.9, 1.1] } }\n";
    let source = format!("[source]\nkind = \"program\"\n{}\n", command(&[]));
    of_kuramoto(&format!("{problem}{source}"), "", ensemble)
}

#[test]
fn a_program_per_simulation_or_for_many_trains_to_the_same_bits() {
    let folder = Folder::new("coupled-program");
    let one = trained(
        &folder,
        "one",
        &recipe(&program(""), "workers = 1"),
        "asking",
    );
    let several = trained(
        &folder,
        "several",
        &recipe(&program(""), "workers = 3"),
        "asking",
    );
    let persistent = format!("kind = \"program\"\n{}\npersistent = true", command(&[]));
    let crew = trained(
        &folder,
        "crew",
        &recipe(&persistent, "workers = 2"),
        "asking",
    );
    assert_eq!(timeless(&several), timeless(&one));
    assert_eq!(timeless(&crew), timeless(&one));
    let judged = run(&["evaluate", &text(&crew), "--no-speed"]);
    assert!(judged.status.success(), "{}", printed(&judged));
}

/// A launcher of the tests, as a script in the folder `bin`.
fn launcher(folder: &Folder, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder.path("bin")).expect("a folder");
    let file = folder.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn a_launcher_starts_programs_with_their_environment() {
    let folder = Folder::new("coupled-launcher");
    let known = [
        ("mpirun", "-n 2 --quiet", "shift 3; exec \"$@\""),
        ("slurm", "--ntasks=2 --quiet", "shift 2; exec \"$@\""),
        (
            "hyperqueue",
            "submit --wait --stdout=none --stderr=none --cpus=2 --quiet",
            "shift 6; while test \"$1\" = --env; do set=\"$set $2\"; shift 2; done; shift; exec env -i $set \"$@\"",
        ),
    ];
    let path = format!(
        "{}:{}",
        text(&folder.path("bin")),
        std::env::var("PATH").unwrap_or_default()
    );
    let expected = trained(
        &folder,
        "local",
        &recipe(&program(""), "workers = 1"),
        "asking",
    );
    for (kind, options, start) in known {
        let name = match kind {
            "slurm" => "srun",
            "hyperqueue" => "hq",
            own => own,
        };
        let called = text(&folder.path(&format!("{kind}-options")));
        let line = format!("case \"$*\" in '{options} '*) touch '{called}';; *) exit 9;; esac");
        launcher(&folder, name, &format!("{line}\n{start}"));
        let keys = format!(
            "launcher = {{ kind = \"{kind}\", ranks = 2, options = [\"--quiet\"] }}\nenvironment = {{ ONDINE_TEST_ROLE = \
             \"asking\" }}"
        );
        let recipe = folder.write(
            &format!("{kind}.toml"),
            &recipe(&program(&keys), "workers = 2"),
        );
        let output = folder.path(kind);
        let mut command = train(&[&text(&recipe), "--output", &text(&output)], "");
        let ended = command.env("PATH", &path).output().expect("it starts");
        assert!(ended.status.success(), "{kind}: {}", printed(&ended));
        assert!(Path::new(&called).exists(), "{kind} has started it");
        check(&output);
        assert_eq!(learned(&output), learned(&expected), "{kind}");
        for command in [&["check"][..], &["train"]] {
            let mut command = ondine(&[command, &[&text(&recipe)]].concat());
            let ended = command.env("PATH", "/nowhere").output().expect("it starts");
            let said = unwrapped(&printed(&ended));
            assert_eq!(ended.status.code(), Some(2), "{said}");
            let sentence = format!("`{name}` is not found in PATH: install it or load its module");
            assert!(said.contains(&sentence), "{said}");
        }
    }
}

/// Lines of metrics of learning and evaluation, without numbers of the clock and names of the problem.
fn learned(run: &Path) -> Vec<Value> {
    let lines = timeless(run).into_iter();
    let has = |line: &Value| line.get("loss").is_some() || line.get("nrmse").is_some();
    lines.filter(has).collect()
}

#[test]
fn our_solver_as_a_foreign_code_trains_to_the_same_bits_as_by_itself() {
    let folder = Folder::new("coupled-kuramoto");
    let own = trained_by(&folder, "own", &solved("workers = 1"), "");
    for workers in [1, 3] {
        let keys = format!("workers = {workers}");
        let name = format!("streamed-{workers}");
        let coupled = trained(&folder, &name, &streamed(&keys), "kuramoto");
        let (found, expected) = (learned(&coupled), learned(&own));
        assert!(expected.len() > 8);
        assert_eq!(found, expected, "{workers} programs at a time");
    }
}

/// Kills one process that has left its number in a folder, if it still runs; another one every time.
fn kill_one(folder: &Path, dead: &mut Vec<String>) {
    let names = fs::read_dir(folder).expect("a folder").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let Some(id) = names.filter(|id| !dead.contains(id)).max() else {
        return;
    };
    let mut command = Command::new("kill");
    command.args(["-9", &id]).stderr(Stdio::null());
    let _ = command.status(); // it may have ended by itself
    dead.push(id);
}

#[test]
fn programs_that_are_killed_are_started_again_and_nothing_is_lost() {
    for persistent in [false, true] {
        let folder = Folder::new(&format!("coupled-killed-{persistent}"));
        let calm = trained(
            &folder,
            "calm",
            &recipe(&program(""), "workers = 2"),
            "asking",
        );
        let pids = folder.path("pids");
        fs::create_dir(&pids).expect("a folder");
        let keys = format!("persistent = {persistent}\nrestarts = {KILLS}");
        let source = format!("kind = \"program\"\n{}\n{keys}", command(&[]));
        let recipe = folder.write("killed.toml", &recipe(&source, "workers = 2"));
        let output = folder.path("killed");
        let mut command = train(&[&text(&recipe), "--output", &text(&output)], "asking");
        command
            .env("ONDINE_TEST_PIDS", &pids)
            .env("ONDINE_TEST_PAUSE", "20");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().expect("the binary starts");
        let mut dead = Vec::new();
        while child.try_wait().expect("a child").is_none() && dead.len() < KILLS {
            std::thread::sleep(Duration::from_millis(230));
            kill_one(&pids, &mut dead);
        }
        let ended = child.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{}", printed(&ended));
        assert!(dead.len() > 3, "the kills fell into the training: {dead:?}");
        check(&output);
        assert_eq!(timeless(&output), timeless(&calm));
    }
}

#[test]
fn a_program_that_fails_ends_the_training_with_what_it_said_last() {
    let folder = Folder::new("coupled-failing");
    for persistent in [false, true] {
        let source = format!(
            "kind = \"program\"\n{}\npersistent = {persistent}",
            command(&[])
        );
        let recipe = recipe(&source, "workers = 1\nmax_failures = 1");
        let recipe = folder.write("failing.toml", &recipe);
        let output = text(&folder.path(&format!("run-{persistent}")));
        let output = train(&[&text(&recipe), "--output", &output], "failing").output();
        let output = output.expect("the binary starts");
        let said = unwrapped(&printed(&output));
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("status 3") && said.contains("the mesh is broken"),
            "{said}"
        );
    }
}
