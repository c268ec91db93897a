//! Files that a layout describes, and runs in several files: Dedalus's sets, written by `python/make_dedalus_fixture.py`.

mod refused;
mod runs;

use ondine_datasets::files::*;
use ondine_solvers::{Boundary, Ends};
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats");
    data.join(name)
}

fn layout(text: &str) -> Layout {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(text: &str, path: &Path) -> String {
    match layout(text).open(path) {
        Ok(_) => panic!("{text}: it is read"),
        Err(error) => error.to_string(),
    }
}

fn fields(info: &DatasetInfo) -> Vec<(&str, FieldKind)> {
    let fields = info.fields.iter();
    fields.map(|field| (&field.name[..], field.kind)).collect()
}

/// An HDF5 file with these arrays of counted values.
struct Counted(PathBuf);

impl Counted {
    fn new(name: &str, arrays: &[(&str, &[usize])]) -> Self {
        let path =
            std::env::temp_dir().join(format!("ondine-layout-{name}-{}.h5", std::process::id()));
        let file = rust_hdf5::H5File::create(&path).unwrap();
        file.create_group("params").unwrap();
        for (name, shape) in arrays {
            let values: Vec<f64> = (0..shape.iter().product())
                .map(|i: usize| i as f64)
                .collect();
            let dataset = file
                .new_dataset::<f64>()
                .shape(*shape)
                .create(name)
                .unwrap();
            dataset.write_raw(&values).unwrap();
        }
        let group = file.root_group().group("params").unwrap();
        group.set_attr_numeric("Pr", &0.7_f64).unwrap();
        group.set_attr_string("Re", "250").unwrap();
        group.set_attr_string("scheme", "rk4").unwrap();
        file.close().unwrap();
        Self(path)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn any_hdf5_file_is_read_as_its_layout_says() {
    let file = Counted::new(
        "any",
        &[
            ("T", &[2, 3, 4, 2]),
            ("U", &[2, 3, 4, 2, 2]),
            ("x", &[2]),
            ("t", &[3]),
            ("params/Ra", &[2]),
        ],
    );
    let reader = layout(
        r#"
        fields = { temperature = "/T", velocity = "/U" }
        axes = ["trajectory", "time", "y", "x", "component"]
        coordinates = { x = "/x", time = "/t" }
        conditions = { rayleigh = "/params/Ra", prandtl = "/params/Pr" }
        ends = { x = "periodic", y = "wall" }
        "#,
    );
    let reader = reader
        .open(&file.0)
        .unwrap_or_else(|error| panic!("{error}"));
    let info = reader.info();
    let expected = [
        ("temperature", FieldKind::Scalar),
        ("velocity", FieldKind::Vector),
    ];
    assert_eq!(
        (fields(info), info.points()),
        (expected.to_vec(), vec![2, 4])
    );
    assert_eq!(info.axes[0].kind, AxisKind::PERIODIC);
    assert_eq!(info.axes[1].kind.ends(), Ends::both(Boundary::Wall));
    let conditions = [
        ("rayleigh".to_owned(), Varying::Each(vec![0.0, 1.0])),
        ("prandtl".to_owned(), Varying::Same(0.7)),
    ];
    assert_eq!(info.parameters, conditions);
    let frame = reader.frame(1, 2).unwrap();
    let mut expected = Vec::new();
    for (components, component) in [(1, 0), (2, 0), (2, 1)] {
        for x in 0..2 {
            for y in 0..4 {
                expected.push(((((3 + 2) * 4 + y) * 2 + x) * components + component) as f64);
            }
        }
    }
    assert_eq!(frame, expected);
}

#[test]
fn arrays_of_numpy_zarr_and_netcdf_need_their_axes_alone() {
    let text = r#"fields = { u = "train" }
        axes = ["trajectory", "time", "component", "x"]
        dt = 0.5"#;
    let archive = layout(text).open(&data("apebench/expected.npz")).unwrap();
    let file = layout(text)
        .open(&data("apebench/burgers_train.npy"))
        .unwrap();
    assert_eq!(archive.info().time, Time::Uniform(Varying::Same(0.5)));
    assert_eq!(archive.frame(1, 3).unwrap(), file.frame(1, 3).unwrap());
    let text = r#"fields = { a = "sharded" }
        axes = ["trajectory", "time", "x", "y"]"#;
    let store = layout(text).open(&data("zarr/codecs.zarr")).unwrap();
    assert_eq!(
        (store.info().trajectories, store.info().points()),
        (2, vec![6, 4])
    );
    let text = r#"fields = { wind = "wind" }
        axes = ["time", "latitude", "longitude"]
        coordinates = { time = "time", latitude = "lat" }"#;
    let classic = layout(text).open(&data("netcdf/records.nc")).unwrap();
    assert_eq!(classic.info().axis_name(1), "longitude");
    assert_eq!(classic.frame(0, 1).unwrap()[..2], [12.0, 13.0]);
}

#[test]
fn packed_values_of_netcdf_4_are_unpacked() {
    let text = r#"fields = { back = "back", byte = "byte", short = "short" }
        axes = ["time", "x"]"#;
    let reader = layout(text).open(&data("netcdf/unsigned.nc")).unwrap();
    let own = open(data("netcdf/unsigned.nc")).unwrap();
    let fields = own.info().fields.iter().map(|field| field.name.clone());
    let places: Vec<usize> = ["back", "byte", "short"]
        .map(|name| fields.clone().position(|other| other == name).expect(name))
        .to_vec();
    for frame in 0..2 {
        let (found, expected) = (
            reader.frame(0, frame).unwrap(),
            own.frame(0, frame).unwrap(),
        );
        for (found, place) in found.chunks(6).zip(&places) {
            let expected = &expected[6 * place..][..6];
            let same = found.iter().zip(expected);
            let mut same = same.map(|(a, b)| a.total_cmp(b).is_eq() || a.is_nan() && b.is_nan());
            assert!(same.all(|same| same), "{found:?} {expected:?}");
        }
    }
}

#[test]
fn lists_of_matlab_have_two_axes() {
    let text = r#"fields = { u = "U" }
        axes = ["trajectory", "time", "x"]
        coordinates = { x = "x", time = "t" }
        conditions = { reynolds = "Re" }"#;
    let reader = layout(text).open(&data("matlab.mat")).unwrap();
    let info = reader.info();
    let times = Varying::Same(vec![0.0, 0.5, 1.0, 1.5, 2.0]);
    assert_eq!(info.time, Time::Listed(times));
    assert_eq!(info.length(0), [1.0]);
    let reynolds = ("reynolds".to_owned(), Varying::Each(vec![100.0, 200.0]));
    assert_eq!(info.parameters, [reynolds]);
    assert_eq!(reader.frame(1, 2).unwrap(), [28.0, 29.0, 30.0, 31.0]);
}

#[test]
fn lengths_and_time_steps_stand_in_for_lists_and_layouts_are_written_as_read() {
    let text = r#"fields = { u = "/T", a = "/T" }
        axes = ["time", "y", "x"]
        ends = { x = "periodic", y = "wall" }
        dt = 0.5
        length = [3.0, 2.0]"#;
    let file = Counted::new("lengths", &[("T", &[2, 3, 4])]);
    let layout = layout(text);
    let reader = layout
        .open(&file.0)
        .unwrap_or_else(|error| panic!("{error}"));
    let info = reader.info();
    assert_eq!(
        (info.points(), info.length(0)),
        (vec![4, 3], vec![3.0, 2.0])
    );
    assert_eq!(info.axes[0].kind, AxisKind::PERIODIC);
    assert_eq!(info.axes[1].kind, AxisKind::WALLS);
    assert_eq!(info.time, Time::Uniform(Varying::Same(0.5)));
    let written = toml::to_string(&layout).unwrap();
    assert_eq!(
        toml::from_str::<Layout>(&written).unwrap(),
        layout,
        "{written}"
    );
    assert_eq!(layout.fields[1].0, "a");
}

#[test]
fn static_fields_have_the_axes_of_the_fields_without_time() {
    let shapes: [(&str, &[usize]); 5] = [
        ("T", &[2, 3, 4, 5]),
        ("h", &[4, 5]),
        ("k", &[2, 4, 5]),
        ("w", &[4, 5, 2]),
        ("odd", &[5, 4]),
    ];
    let file = Counted::new("static", &shapes);
    let text = |fields: &str| {
        format!(
            "fields = {{ T = \"/T\" }}\naxes = [\"trajectory\", \"time\", \"x\", \"y\", \"component\"]\nstatic_fields = {{ {fields} }}"
        )
    };
    let reader = layout(&text("h = \"/h\", k = \"/k\", w = \"/w\""))
        .open(&file.0)
        .unwrap();
    let kinds: Vec<_> = reader
        .info()
        .constants
        .iter()
        .map(|field| (&field.name[..], field.kind))
        .collect();
    let scalar = FieldKind::Scalar;
    assert_eq!(
        kinds,
        [("h", scalar), ("k", scalar), ("w", FieldKind::Vector)]
    );
    let values = reader.constants(1).unwrap();
    assert_eq!(values.len(), 20 * 4);
    assert_eq!(values[..3], [0.0, 1.0, 2.0]); // the same for all trajectories
    assert_eq!(values[20..22], [20.0, 21.0]); // those of the second
    assert_eq!(values[40..42], [0.0, 2.0]); // the first component
    assert_eq!(values[60..62], [1.0, 3.0]);
    let error = refusal(&text("h = \"/odd\""), &file.0);
    assert!(
        error.contains("`/odd` has the shape [5, 4]")
            || error.contains("`odd` has the shape [5, 4]"),
        "{error}"
    );
    assert!(error.contains("trajectory 2, x 4, y 5"), "{error}");
}

#[test]
fn points_on_both_ends_lie_a_spacing_apart() {
    let file = Counted::new("ends", &[("u", &[3, 5])]);
    let text = |more: &str| format!("fields = {{ u = \"/u\" }}\naxes = [\"time\", \"x\"]\n{more}");
    for (more, spacing) in [
        (
            "length = [2.0]\nends = { x = \"wall\" }\npoints_at = { x = \"ends\" }",
            0.5,
        ),
        (
            "length = [2.0]\nends = { x = \"wall\" }\npoints_at = { x = \"cells\" }",
            0.4,
        ),
        (
            "length = [2.0]\nends = { x = \"periodic\" }\npoints_at = { x = \"nodes\" }",
            0.4,
        ),
        ("length = [2.0]", 0.4),
    ] {
        let reader = layout(&text(more)).open(&file.0).unwrap();
        let found = reader.info().spacing(0)[0];
        assert!((found - spacing).abs() < 1e-12, "{more}: {found}");
        let noted = reader
            .info()
            .notes
            .iter()
            .any(|note| note.contains("lie on both ends"));
        assert_eq!(noted, more.contains("\"ends\""), "{more}");
    }
    for (more, words) in [
        ("points_at = { x = \"ends\" }", "no `length` says"),
        (
            "length = [1.0]\npoints_at = { x = \"nodes\" }",
            "write \"ends\"",
        ),
        (
            "length = [1.0]\npoints_at = { y = \"ends\" }",
            "knows no axis `y`",
        ),
    ] {
        let error = refusal(&text(more), &file.0);
        assert!(error.contains(words), "{words}: {error}");
    }
}
