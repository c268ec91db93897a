//! Parts that are cut short, damaged, or of another recipe.

use super::*;
use ondine_datasets::FailureKind;

fn simulated(index: usize) -> Simulated {
    Simulated {
        trajectory: Trajectory {
            index,
            frames: vec![0.1, -0.0, f64::MIN_POSITIVE / 3.0, index as f64],
        },
        still: vec![1e300],
    }
}

fn failure(simulation: u64) -> Failure {
    Failure {
        simulation,
        attempt: 0,
        kind: FailureKind::Diverged,
        redrawn: true,
        cause: "too large".to_owned(),
        conditions: None,
    }
}

/// A folder of parts that is removed in the end.
struct Kept(Parts);

impl Kept {
    fn new(name: &str) -> Self {
        let name = format!("ondine-parts-{}-{name}.h5", std::process::id());
        Self(Parts::of(&std::env::temp_dir().join(name)))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.0.remove();
    }
}

#[test]
fn simulations_are_read_as_they_were_up_to_the_one_that_was_cut_short() {
    let kept = Kept::new("cut");
    let parts = &kept.0;
    parts.begin("a").expect("a folder");
    for rank in 0..2 {
        let mut part = parts.part(rank).expect("a file");
        for index in [rank, rank + 2] {
            part.append(&simulated(index), &[failure(index as u64)])
                .expect("it is written");
        }
    }
    let found = parts.find().expect("they are read");
    let (first, failures) = found.read(3).expect("no error").expect("it is there");
    assert_eq!(first.trajectory.frames, simulated(3).trajectory.frames);
    assert_eq!((first.still, failures), (vec![1e300], vec![failure(3)]));
    assert_eq!(found.failures().expect("no error").len(), 4);
    assert!(found.read(4).expect("no error").is_none());

    let path = parts.folder().join("0-0.simulations");
    let whole = fs::read(&path).expect("a part");
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).expect("a part");
        let found = parts.find().expect("they are read");
        let first_is_whole = length >= whole.len() / 2;
        assert_eq!(
            (found.has(0), found.has(2)),
            (first_is_whole, false),
            "{length}"
        );
        assert!(found.has(1) && found.has(3));
    }
    let again = parts.part(0).expect("a file");
    assert!(again.path.ends_with("1-0.simulations"));
}

#[test]
fn damage_and_other_recipes_are_errors() {
    let kept = Kept::new("damage");
    let parts = &kept.0;
    parts.begin("a").expect("a folder");
    parts.end();
    assert!(parts.is_ended());
    parts.begin("a").expect("it goes on");
    assert!(!parts.is_ended());
    assert!(matches!(
        parts.begin("b"),
        Err(SimulateError::OtherParts(_))
    ));
    parts
        .part(0)
        .and_then(|mut part| part.append(&simulated(0), &[]))
        .expect("it is written");
    let path = parts.folder().join("0-0.simulations");
    let mut bytes = fs::read(&path).expect("a part");
    bytes[HEADER + 3] ^= 1;
    fs::write(&path, &bytes).expect("a part");
    let found = parts.find().expect("they are read");
    assert!(matches!(found.read(0), Err(SimulateError::DamagedPart(_))));
}
