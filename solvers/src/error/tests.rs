use super::*;

#[test]
fn dimensions_read_as_words() {
    assert_eq!(alternatives(&[1]), "1-D");
    assert_eq!(alternatives(&[1, 2, 3]), "1-D, 2-D or 3-D");
}

#[test]
fn ranges_read_as_words() {
    assert_eq!(
        range(f64::MIN_POSITIVE, f64::INFINITY),
        "a finite number greater than 0"
    );
    assert_eq!(range(0.0, 1.0), "a number in [0, 1]");
    assert_eq!(range(0.0, f64::INFINITY), "a finite number of at least 0");
    assert_eq!(range(f64::NEG_INFINITY, f64::INFINITY), "a finite number");
}
