//! A kill at any moment leaves no file under the final name, or a complete one.

#![cfg(unix)]

use ondine_datasets::files::*;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Names the folder to write in; set in the process that is killed.
const FOLDER: &str = "ONDINE_TEST_KILL_FOLDER";

const TRAJECTORIES: usize = 20;

fn info() -> DatasetInfo {
    DatasetInfo {
        name: "killed".into(),
        trajectories: TRAJECTORIES,
        frames: 20,
        axes: vec![Axis {
            points: 4096,
            length: Varying::Same(1.0),
            kind: AxisKind::PERIODIC,
        }],
        fields: vec![Field {
            name: "u".into(),
            kind: FieldKind::Scalar,
        }],
        time: Time::Uniform(Varying::Same(0.1)),
        parameters: Vec::new(),
        provenance: Provenance::default(),
        ..DatasetInfo::default()
    }
}

fn trajectory(index: usize) -> Trajectory {
    let values = 0..info().frames * info().frame_len();
    let frames = values.map(|i| (index * 1_000_000 + i) as f64).collect();
    Trajectory { index, frames }
}

/// The work of the process that is killed: it writes file after file under one name.
fn write_for_ever(folder: &Path) -> ! {
    loop {
        let path = folder.join("file.h5");
        let mut writer = WellWriter::create(path, &info(), Dtype::F64).unwrap();
        for index in 0..TRAJECTORIES {
            writer.append(&trajectory(index)).unwrap();
        }
        writer.finish().unwrap();
    }
}

fn assert_complete(path: &Path) {
    let reader = WellReader::open(path).unwrap();
    assert_eq!(reader.info(), &info());
    for index in 0..TRAJECTORIES {
        assert_eq!(reader.trajectory(index).unwrap(), trajectory(index));
    }
}

#[test]
fn a_kill_at_any_moment_leaves_no_broken_file() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        write_for_ever(Path::new(&folder));
    }
    let folder = std::env::temp_dir().join(format!("ondine-kill-{}", std::process::id()));
    let path = folder.join("file.h5");
    let mut complete = 0;
    for round in 0..10_u64 {
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("a_kill_at_any_moment_leaves_no_broken_file")
            .env(FOLDER, &folder)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Rounds of even number are killed before a file is whole, the others after: a file is then replaced.
        let begun = Instant::now();
        let awaited = if round % 2 == 0 {
            "file.h5.part"
        } else {
            "file.h5"
        };
        while !folder.join(awaited).exists() {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "`{awaited}` never appeared"
            );
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(round * 7919 % 31_000)); // any moment, but the same in every run
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
        if path.exists() {
            assert_complete(&path);
            complete += 1;
        }
    }
    println!("{complete} of 10 kills came after a file was whole");
    assert!(
        complete >= 5,
        "{complete} of the files killed after they were whole"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
