//! Wavenumbers that the modes of a Fourier operator reach, in periods over the box.
//!
//! Along an axis with ends, where a Fourier layer takes the state and its mirror image, modes are cosines of half a period
//! each: `models/src/block/fourier_basis.rs`.

use super::{Evidence, Way};

/// `modes` of a Fourier operator: one number for all axes, or one per axis.
pub(super) fn retained(evidence: &Evidence<'_>) -> Option<Vec<usize>> {
    let number = |value: &toml::Value| usize::try_from(value.as_integer()?).ok();
    match evidence.network().get("modes")? {
        toml::Value::Array(each) => each.iter().map(number).collect(),
        one => Some(vec![number(one)?]),
    }
}

/// The begin of the first shell without retained waves: those of half a period more are in the shell of the next one.
pub(super) fn above(highest: f64) -> f64 {
    highest.round() + 0.5
}

/// The unit of wavenumbers, where modes are not whole periods.
pub(super) fn counted(evidence: &Evidence<'_>) -> &'static str {
    let halves = (0..evidence.dims()).any(|axis| is_mirrored(evidence, axis));
    if halves {
        " (in periods over the box; a mode between walls has half of one)"
    } else {
        ""
    }
}

/// The highest wavenumber that these modes retain along any axis; the waves of a shorter axis have larger ones.
pub(super) fn highest_of(evidence: &Evidence<'_>, modes: &[usize]) -> f64 {
    let along = |axis: usize, modes: usize| {
        if one_sided(evidence, axis) {
            modes as f64 - 1.0
        } else {
            (modes / 2) as f64
        }
    };
    let axes = units(evidence).into_iter().enumerate();
    let highest = axes.map(|(axis, unit)| {
        let modes = modes.get(axis).or(modes.first());
        unit * modes.map_or(0.0, |&modes| along(axis, modes))
    });
    highest.fold(0.0, f64::max)
}

/// The wavenumber of the first mode along every axis.
fn units(evidence: &Evidence<'_>) -> Vec<f64> {
    let axes = shortness(evidence).into_iter().enumerate();
    axes.map(|(axis, shortness)| shortness / images(evidence, axis) as f64)
        .collect()
}

/// Two where the waves along an axis are those of the state and its mirror image, else one.
fn images(evidence: &Evidence<'_>, axis: usize) -> usize {
    1 + usize::from(is_mirrored(evidence, axis))
}

/// Whether the waves along an axis are those of the state and its mirror image.
fn is_mirrored(evidence: &Evidence<'_>, axis: usize) -> bool {
    match evidence.network().get("padding") {
        Some(toml::Value::Array(each)) => {
            each.get(axis).and_then(toml::Value::as_str) == Some("mirror")
        }
        _ => false,
    }
}

/// Length of the longest axis, at most, over that of every axis.
fn shortness(evidence: &Evidence<'_>) -> Vec<f64> {
    let problem = &evidence.subject.problem;
    if problem.one_length {
        return vec![1.0; evidence.dims()];
    }
    let lengths = problem.axes.iter().map(|axis| axis.length);
    let longest = lengths.clone().map(|[_, high]| high).fold(0.0, f64::max);
    lengths.map(|[low, _]| longest / low).collect()
}

/// More modes, so that wavenumbers up to `highest` are retained along every axis that has them; none where all that the grid
/// carries are retained.
pub(super) fn more(evidence: &Evidence<'_>, modes: &[usize], highest: f64) -> Option<Way> {
    let axes = units(evidence)
        .into_iter()
        .zip(evidence.subject.problem.points());
    let axes = axes.enumerate().map(|(axis, (unit, points))| {
        let now = modes.get(axis).or(modes.first()).copied()?;
        let points = points * images(evidence, axis);
        let most = retained_most(points, axis + 1 == evidence.dims());
        let highest = (highest / unit).floor() as usize;
        Some(if one_sided(evidence, axis) {
            now.max((highest + 1).min(most))
        } else {
            now.max((2 * highest).min(points - 1))
        })
    });
    let enough: Vec<usize> = axes.collect::<Option<_>>()?;
    let (&first, &now) = (enough.first()?, modes.first()?);
    let same = |all: &[usize]| all.iter().all(|modes| *modes == all[0]);
    if same(&enough) && same(modes) {
        return (first > now).then(|| evidence.change_model("modes", [now as f64, first as f64]));
    }
    let list = |modes: &[usize]| match modes {
        [one] => one.to_string(),
        all => format!("{all:?}"),
    };
    let key = evidence.model_key("modes");
    let text = format!("raise {key} from {} to {enough:?}", list(modes));
    (enough != modes).then(|| Way::set(&key, format!("{enough:?}"), text))
}

/// Wavenumbers that the points of an axis resolve, without the Nyquist mode: along the last axis those from 0 on.
fn retained_most(points: usize, last: bool) -> usize {
    if last {
        points / 2
    } else {
        points - (points + 1) % 2
    }
}

/// Whether modes count from 0 on, as those of `fno` along the last axis, not from `−modes/2`.
fn one_sided(evidence: &Evidence<'_>, axis: usize) -> bool {
    let network = evidence.network();
    let kind = network.get("kind").and_then(toml::Value::as_str);
    axis + 1 == evidence.dims() && kind == Some("fno")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::doubles::Double;

    #[test]
    fn along_other_axes_than_the_last_half_as_many_waves_are_retained() {
        let axis = |name: &str, points: usize| {
            format!(
                "{{name=\"{name}\",points={points},length=[1.0,1.0],ends=[\"periodic\",\"periodic\"]}}"
            )
        };
        let axes = format!("problem.axes=[{},{}]", axis("x", 16), axis("y", 24));
        let double = Double::with(&[&axes, "model.options.modes=4"]);
        let evidence = double.evidence();
        let highest = [&[4][..], &[8, 3]].map(|modes| highest_of(&evidence, modes) as usize);
        assert_eq!(highest, [3, 4]);
        let way = |modes: &[usize], highest| more(&evidence, modes, highest).map(|way| way.text);
        let text = "raise model.modes from 4 to [10, 6]";
        assert_eq!(way(&[4], 5.0).as_deref(), Some(text));
        let text = "raise model.modes from [3, 6] to [15, 12]"; // all that 16 and 24 points carry
        assert_eq!(way(&[3, 6], 30.0).as_deref(), Some(text));
        assert_eq!(way(&[15, 12], 30.0), None);
    }

    #[test]
    fn between_walls_twice_as_many_modes_carry_the_same_waves() {
        let mirrored = "model.options.padding=[\"mirror\"]";
        let ends = "[\"wall\",\"wall\"]";
        let axis = format!("problem.axes=[{{name=\"x\",points=16,length=[1.0,1.0],ends={ends}}}]");
        let double = Double::with(&[&axis, mirrored]);
        let way = more(&double.evidence(), &[4], 30.0).map(|way| way.text);
        let text = "raise model.modes from 4 to 16"; // all that 16 points carry
        assert_eq!(way.as_deref(), Some(text));
        assert!((highest_of(&double.evidence(), &[4]) - 1.5).abs() < 1e-12);
    }
}
