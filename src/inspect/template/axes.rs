//! Guesses at the meaning of the axes of an array.

/// Names of times and of the axes of space among the lists of a file.
const NAMES: [(&str, &[&str]); 4] = [
    ("time", &["t", "time", "times"]),
    ("x", &["x", "lon", "longitude"]),
    ("y", &["y", "lat", "latitude"]),
    ("z", &["z", "level", "depth"]),
];

/// Words that stand beside such names: `x_grid`, `tspan`, `x-coordinate`.
const BESIDE: [&str; 13] = [
    "coordinates",
    "coordinate",
    "coords",
    "coord",
    "points",
    "grid",
    "span",
    "eval",
    "values",
    "axis",
    "list",
    "vec",
    "s",
];

/// Most components of a field; axes of space are longer.
const COMPONENTS: usize = 4;

/// The axis that a list is called as; none where its name says nothing.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let name = name.trim_end_matches(".npy");
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.map(bare).filter(|word| !word.is_empty()).collect();
    let [word] = words[..] else { return None };
    let found = NAMES.iter().find(|(_, names)| names.contains(&word));
    found.map(|(axis, _)| *axis)
}

/// A word without those that stand beside names of axes.
fn bare(word: &str) -> &str {
    if NAMES.iter().any(|(_, names)| names.contains(&word)) {
        return word;
    }
    let mut ends = BESIDE.iter().filter_map(|end| word.strip_suffix(end));
    let mut begins = BESIDE.iter().filter_map(|begin| word.strip_prefix(begin));
    ends.next().or_else(|| begins.next()).unwrap_or(word)
}

/// The meaning of the axes of arrays of this shape: as lists of these axes and lengths tell it, and as axes usually follow one
/// another. The first axis of a `stack` is that of the arrays that it consists of.
pub(super) fn of_shape(
    shape: &[usize],
    lists: &[(&'static str, usize)],
    stack: bool,
) -> Vec<&'static str> {
    if stack && shape.len() > 1 {
        let inner = of_shape(&shape[1..], lists, false);
        let along = if inner.contains(&"time") {
            "trajectory"
        } else {
            "time"
        };
        let inner = inner.into_iter().filter(|axis| *axis != along);
        let axes: Vec<&str> = std::iter::once(along).chain(inner).collect();
        return if axes.len() == shape.len() {
            axes
        } else {
            guess(shape)
        };
    }
    told(shape, lists).unwrap_or_else(|| guess(shape))
}

/// The meaning of the axes of one frame: a short one at an end is that of components, the rest lie in space.
pub(super) fn of_frame(shape: &[usize], lists: &[(&'static str, usize)]) -> Vec<&'static str> {
    if let Some(axes) = told(shape, lists)
        && !axes.contains(&"time")
        && !axes.contains(&"trajectory")
    {
        return axes;
    }
    let mut ends = [0, shape.len().saturating_sub(1)].into_iter();
    let short = |place: &usize| {
        let mut others = shape.iter().enumerate().filter(|(other, _)| other != place);
        shape.len() > 1 && shape[*place] <= COMPONENTS && others.all(|(_, &n)| n > COMPONENTS)
    };
    let component = ends.find(short);
    let mut space = ["x", "y", "z"].into_iter();
    let axis = |place| {
        if Some(place) == component {
            Some("component")
        } else {
            space.next()
        }
    };
    (0..shape.len()).filter_map(axis).collect()
}

/// The meaning of axes where lists called as they are tell it: those of each length have one axis of that length. Of the
/// others one before time is that of trajectories, short ones are those of components, the rest lie in space.
fn told(shape: &[usize], lists: &[(&'static str, usize)]) -> Option<Vec<&'static str>> {
    let mut axes: Vec<Option<&str>> = vec![None; shape.len()];
    for (at, (name, length)) in lists.iter().enumerate() {
        let fit: Vec<usize> = (0..shape.len()).filter(|&i| shape[i] == *length).collect();
        let alike = |lists: &[(&str, usize)]| lists.iter().filter(|(_, n)| n == length).count();
        if fit.len() != alike(lists) {
            return None; // other axes may be meant, or none
        }
        axes[fit[alike(&lists[..at])]] = Some(name);
    }
    let there: Vec<&str> = axes.iter().flatten().copied().collect();
    if there.is_empty() {
        return None;
    }
    let others: &[&str] = if there.contains(&"x") {
        &["trajectory", "time", "component"]
    } else {
        let open = |place: &usize| axes[*place].is_none();
        if let Some(place) = component(shape).filter(open) {
            axes[place] = Some("component");
        }
        let time = axes.iter().position(|axis| *axis == Some("time"));
        let first = axes.iter().position(Option::is_none);
        if let (Some(first), Some(time)) = (first, time)
            && first < time
        {
            axes[first] = Some("trajectory");
        }
        &["x", "y", "z"]
    };
    let mut others = others
        .iter()
        .copied()
        .filter(|other| !there.contains(other));
    axes.into_iter()
        .map(|axis| axis.or_else(|| others.next()))
        .collect()
}

/// The axis of components of an array: a short one behind those of trajectories and time, or the last one, beside longer ones.
fn component(shape: &[usize]) -> Option<usize> {
    let last = shape.len().checked_sub(1)?;
    let fits = |place: &usize| {
        let others = shape.iter().enumerate().skip(1);
        let mut others = others.filter(|(other, _)| other != place);
        shape[*place] <= COMPONENTS && others.all(|(_, &n)| n > COMPONENTS)
    };
    let mut places = [last, 2].into_iter().filter(|_| shape.len() > 3);
    places.find(fits)
}

/// A guess at the meaning of axes, by their number and lengths.
fn guess(shape: &[usize]) -> Vec<&'static str> {
    if let Some(place) = component(shape) {
        let rest = shape
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place);
        let rest: Vec<usize> = rest.map(|(_, &n)| n).collect();
        let mut axes = guess(&rest);
        axes.insert(place.min(axes.len()), "component");
        return axes;
    }
    let space = ["x", "y", "z"];
    let before: &[&str] = match shape.len() {
        0 | 1 => &[],
        2 => &["time"],
        _ => &["trajectory", "time"],
    };
    let rest = shape.len() - before.len();
    let component = (rest > 3).then_some("component");
    let space = &space[..rest.min(3)];
    before
        .iter()
        .chain(space)
        .copied()
        .chain(component)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_points_and_times_tell_the_axes() {
        let lists = [("time", 20), ("x", 64)];
        assert_eq!(
            told(&[64, 20, 5], &lists).unwrap(),
            ["x", "time", "trajectory"]
        );
        assert_eq!(told(&[20, 64], &lists).unwrap(), ["time", "x"]);
        assert_eq!(told(&[64, 64, 20], &lists), None); // both have as many points
        assert_eq!(told(&[20, 64], &[]), None);
        let time = [("time", 10)];
        assert_eq!(
            told(&[4, 10, 16, 24, 2], &time).unwrap(),
            ["trajectory", "time", "x", "y", "component"]
        );
        assert_eq!(told(&[10, 16, 24], &time).unwrap(), ["time", "x", "y"]);
    }

    #[test]
    fn names_of_lists_are_understood_with_words_beside_them() {
        for (name, axis) in [
            ("t", "time"),
            ("tspan", "time"),
            ("t_eval", "time"),
            ("xgrid", "x"),
            ("x-coordinate", "x"),
            ("grid_y", "y"),
            ("ts", "time"),
            ("longitude", "x"),
            ("x.npy", "x"),
        ] {
            assert_eq!(meant(name), Some(axis), "{name}");
        }
        for name in ["u", "nu", "steps", "x_velocity", "grid", ""] {
            assert_eq!(meant(name), None, "{name}");
        }
    }

    #[test]
    fn short_axes_are_those_of_components() {
        assert_eq!(guess(&[8, 20, 64]), ["trajectory", "time", "x"]);
        assert_eq!(guess(&[20, 64]), ["time", "x"]);
        assert_eq!(guess(&[4, 10, 16, 24]), ["trajectory", "time", "x", "y"]);
        let expected = ["trajectory", "time", "x", "y", "component"];
        assert_eq!(guess(&[4, 10, 16, 24, 2]), expected);
        let first = ["trajectory", "time", "component", "x", "y"];
        assert_eq!(guess(&[4, 10, 3, 16, 24]), first);
        let cube = ["trajectory", "time", "x", "y", "z"];
        assert_eq!(guess(&[4, 10, 16, 24, 16]), cube);
    }

    #[test]
    fn axes_of_a_frame_lie_in_space() {
        assert_eq!(of_frame(&[64], &[]), ["x"]);
        assert_eq!(of_frame(&[64, 32], &[]), ["x", "y"]);
        assert_eq!(of_frame(&[2, 64, 32], &[]), ["component", "x", "y"]);
        assert_eq!(of_frame(&[64, 64, 3], &[]), ["x", "y", "component"]);
        assert_eq!(of_frame(&[64, 64, 64], &[]), ["x", "y", "z"]);
        assert_eq!(of_frame(&[32, 64], &[("x", 64), ("y", 32)]), ["y", "x"]);
    }

    #[test]
    fn a_stack_is_one_of_trajectories_or_of_frames() {
        let square = [("x", 24), ("y", 24)];
        assert_eq!(of_shape(&[24, 24], &square, false), ["x", "y"]);
        let lists = [("time", 10), ("x", 16)];
        assert_eq!(
            of_shape(&[12, 10, 16], &lists, true),
            ["trajectory", "time", "x"]
        );
        assert_eq!(of_shape(&[12, 16], &[("x", 16)], true), ["time", "x"]);
        assert_eq!(
            of_shape(&[4, 10, 16], &[], true),
            ["trajectory", "time", "x"]
        );
    }
}
