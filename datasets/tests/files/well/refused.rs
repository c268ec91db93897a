//! Broken files, descriptions and writers.

use super::{Folder, data, info, message, trajectory, write};
use ondine_datasets::files::*;

#[test]
fn files_that_are_none_are_refused_by_name() {
    let folder = Folder::new("broken");
    let path = folder.join("file.h5");
    let open = || message(WellReader::open(&path));
    assert!(open().contains("file.h5: No such file"), "{}", open());
    std::fs::write(&path, "viscosity = 1\n".repeat(100)).unwrap();
    assert!(open().contains("not an HDF5 file"), "{}", open());

    let info = info(&[6, 4]);
    write(&path, &info, Dtype::F32);
    let whole = std::fs::read(&path).unwrap();
    for kept in [0, 7, 8, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..kept]).unwrap();
        let error = open();
        assert!(error.contains("file.h5"), "{kept} bytes: {error}");
    }
    assert!(open().contains(&format!(
        "truncated: {} of {} bytes",
        whole.len() - 1,
        whole.len()
    )));
}

#[test]
fn what_is_missing_is_named() {
    let folder = Folder::new("missing");
    let path = folder.join("file.h5");
    let whole = std::fs::read(data("well_h5py.h5")).unwrap();
    // h5py's format keeps names as plain bytes without a checksum, so a letter makes a thing missing.
    for (name, what) in [
        ("t1_fields", "the group `t1_fields` is missing"),
        ("dimensions", "the group `dimensions` is missing"),
        (
            "boundary_conditions",
            "the group `boundary_conditions` is missing",
        ),
        (
            "n_trajectories",
            "the attribute `n_trajectories` of the file is missing",
        ),
        (
            "spatial_dims",
            "the attribute `spatial_dims` of the group `dimensions` is missing",
        ),
        ("time\0", "is missing"),
        (
            "associated_dims",
            "the attribute `associated_dims` of `boundary_conditions/x_ends` is missing",
        ),
        (
            "bc_type",
            "the attribute `bc_type` of `boundary_conditions/x_ends` is missing",
        ),
    ] {
        let mut bytes = whole.clone();
        let word = |at: &usize| bytes[*at..].starts_with(name.as_bytes()) && bytes[*at - 1] != b'_';
        let at = (1..bytes.len()).find(word).unwrap();
        bytes[at] = if name.starts_with('a') { b'A' } else { b'a' }; // sorts first, as lookups may expect
        std::fs::write(&path, bytes).unwrap();
        let error = message(WellReader::open(&path));
        assert!(error.ends_with(what), "{name}: {error}");
    }
}

#[test]
fn frames_that_are_not_there_are_refused() {
    let reader = WellReader::open(data("well_h5py.h5")).unwrap();
    let expected = "no frames 3..4 of trajectory 1: the file holds 2 trajectories of 3 frames";
    assert!(message(reader.frame(1, 3)).ends_with(expected));
    message(reader.frame(2, 0));
    message(reader.frame(0, usize::MAX));
    message(reader.frames(0, 1..1));
}

#[test]
fn descriptions_that_contradict_themselves_are_refused() {
    let folder = Folder::new("description");
    let path = folder.join("file.h5");
    let refused = |change: fn(&mut DatasetInfo)| {
        let mut info = info(&[4]);
        change(&mut info);
        message(WellWriter::create(&path, &info, Dtype::F32))
    };
    let error = refused(|info| info.parameters[1].1 = Varying::Each(vec![1.0]));
    assert_eq!(
        error,
        "dataset `round trip`: 1 value of `drag` for 3 trajectories"
    );
    refused(|info| info.time = Time::Listed(Varying::Same(vec![0.0])));
    refused(|info| info.time = Time::Uniform(Varying::Each(vec![])));
    refused(|info| info.axes.clear());
    refused(|info| info.fields.clear());
    refused(|info| info.frames = 0);
    let error = refused(|info| info.fields[0].name = "viscosity".into());
    assert!(
        error.contains("`viscosity`"),
        "a field and a parameter: {error}"
    );
    refused(|info| info.fields[0].name = "a/b".into());
    refused(|info| info.parameters[0].0 = "time_grid".into());
    refused(|info| info.parameters[0].0 = "seed".into());
    refused(|info| info.parameters[0].0 = "length_x".into());
    assert_eq!(
        std::fs::read_dir(&folder.0).unwrap().count(),
        0,
        "nothing is created"
    );
}

#[test]
fn a_file_gets_its_name_when_it_is_whole() {
    let folder = Folder::new("unfinished");
    let path = folder.join("file.h5");
    let info = info(&[4]);
    let mut writer = WellWriter::create(&path, &info, Dtype::F64).unwrap();
    let outside = Trajectory {
        index: 3,
        ..trajectory(&info, 0)
    };
    assert!(message(writer.append(&outside)).contains("trajectory 3: the file has room for 3"));
    let short = Trajectory {
        index: 0,
        frames: vec![0.0; 7],
    };
    assert!(
        message(writer.append(&short)).contains("7 values for 5 frames of 3 channels at 4 points")
    );
    writer.append(&trajectory(&info, 1)).unwrap();
    let error = message(writer.finish());
    assert!(
        error.contains("2 of 3 trajectories were not written, the first is number 0"),
        "{error}"
    );
    assert!(!path.exists());
    let part = WellReader::open(folder.join("file.h5.part")).unwrap();
    assert_eq!(part.trajectory(1).unwrap(), trajectory(&info, 1));
    assert!(part.frame(0, 0).unwrap().iter().all(|value| value.is_nan()));
}

#[test]
#[cfg(unix)]
fn a_second_writer_of_one_file_is_refused_and_readers_are_let_in() {
    let folder = Folder::new("two-writers");
    let path = folder.join("file.h5");
    let info = info(&[4]);
    let mut first = WellWriter::create(&path, &info, Dtype::F64).unwrap();
    for index in 0..3 {
        first.append(&trajectory(&info, index)).unwrap();
    }
    let error = message(WellWriter::create(&path, &info, Dtype::F64));
    assert!(
        error.contains("file.h5.part: another process is writing this file"),
        "{error}"
    );
    let part = WellReader::open(folder.join("file.h5.part")).unwrap();
    assert_eq!(part.info(), &info);
    first.finish().unwrap();
    assert_eq!(
        WellReader::open(&path).unwrap().trajectory(2).unwrap(),
        trajectory(&info, 2)
    );
    WellWriter::create(&path, &info, Dtype::F64).unwrap();
}
