//! Keys of readings, written and read.

use crate::files::{Layout, Reading};
use std::collections::BTreeMap;

#[test]
fn keys_are_written_as_they_are_read() {
    for text in [
        "[ends]\nx = \"periodic\"\ny = \"wall\"\n",
        "coarsen = 2\n",
        "[coarsen]\nx = 2\nby = \"modes\"\n",
        "[coarsen]\nall = 4\nby = \"averages\"\n",
        "fields = [\"v\", \"p\"]\nevery = 2\n\n[crop]\nx = [0, 4]\n",
    ] {
        let reading: Reading = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(toml::to_string(&reading).unwrap(), text);
    }
    for wrong in [
        "coarsen = {}",
        "coarsen = -1",
        "coarsen = { all = 2, x = 2 }",
        "coarsen = { x = 2, by = \"means\" }",
    ] {
        assert!(toml::from_str::<Reading>(wrong).is_err(), "{wrong}");
    }
    let layout = toml::from_str::<Layout>("fields = { u = \"u\" }\naxes = [\"x\"]").unwrap();
    let reading = Reading {
        layout: Some(layout),
        ..Reading::default()
    };
    assert!(!reading.is_view());
    let none = BTreeMap::<String, [usize; 2]>::new();
    assert_eq!(reading.of_known_format().crop, none);
}
