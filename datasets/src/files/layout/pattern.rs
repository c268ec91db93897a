//! Names of files with numbers in them: `run_nu={nu}_*.nc`.

/// A pattern of names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

/// A part of a name.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A number with a name.
    Number(String),
    /// Anything.
    Any,
}

impl Pattern {
    /// Reads a pattern: `{nu}` stands for a number called `nu`, `*` for anything.
    ///
    /// # Errors
    /// The fault in words, where braces do not close or no number has a name.
    pub(super) fn of(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(place) = rest.find(['{', '*']) {
            let (before, from) = rest.split_at(place);
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            rest = if let Some(after) = from.strip_prefix('*') {
                parts.push(Part::Any);
                after
            } else {
                let (name, after) = from[1..].split_once('}').ok_or_else(|| {
                    format!("data.layout.file_name = \"{text}\" has a {{ without a }}")
                })?;
                parts.push(Part::Number(name.to_owned()));
                after
            };
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        let named = |part: &Part| matches!(part, Part::Number(name) if !name.trim().is_empty());
        if parts.iter().any(named) {
            Ok(Self(parts))
        } else {
            Err(format!(
                "data.layout.file_name = \"{text}\" names no condition: write {{nu}} where the number of a condition `nu` stands"
            ))
        }
    }

    /// The numbers in a name, each as long as the rest allows; none where the name does not fit.
    pub(super) fn numbers(&self, name: &str) -> Option<Vec<(String, f64)>> {
        let mut found = Vec::new();
        fits(&self.0, name, &mut found).then_some(found)
    }
}

/// Whether a name fits some parts; `found` gets its numbers then.
fn fits(parts: &[Part], name: &str, found: &mut Vec<(String, f64)>) -> bool {
    let Some((part, parts)) = parts.split_first() else {
        return name.is_empty();
    };
    let ends = (0..=name.len())
        .rev()
        .filter(|&end| name.is_char_boundary(end));
    match part {
        Part::Text(text) => {
            let rest = name.strip_prefix(&text[..]);
            rest.is_some_and(|rest| fits(parts, rest, found))
        }
        Part::Any => ends.into_iter().any(|end| fits(parts, &name[end..], found)),
        Part::Number(of) => ends.into_iter().any(|end| {
            let Some(value) = number(&name[..end]) else {
                return false;
            };
            let before = found.len();
            found.push((of.clone(), value));
            fits(parts, &name[end..], found) || {
                found.truncate(before);
                false
            }
        }),
    }
}

/// A finite number in digits; none of words such as `nan` and `inf`.
fn number(text: &str) -> Option<f64> {
    let digits = text
        .chars()
        .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    text.parse::<f64>()
        .ok()
        .filter(|value| digits && value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(pattern: &str, name: &str) -> Option<Vec<f64>> {
        let found = Pattern::of(pattern).expect("a pattern").numbers(name)?;
        Some(found.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn numbers_are_found_between_words() {
        assert_eq!(
            numbers("run_nu={nu}.nc", "run_nu=0.01.nc"),
            Some(vec![0.01])
        );
        assert_eq!(
            numbers("{a}_{b}.h5", "-1e-3_2.5.h5"),
            Some(vec![-1e-3, 2.5])
        );
        assert_eq!(
            numbers("*_Ra{ra}_*.h5", "box_1_Ra1e6_seed3.h5"),
            Some(vec![1e6])
        );
        assert_eq!(numbers("run{nu}*", "run12abc"), Some(vec![12.0]));
        for (pattern, name) in [
            ("run_nu={nu}.nc", "run_nu=abc.nc"),
            ("run_nu={nu}.nc", "run_nu=nan.nc"),
            ("run_nu={nu}.nc", "run_nu=1.h5"),
            ("{nu}.nc", "ν1.nc"),
        ] {
            assert_eq!(numbers(pattern, name), None, "{name}");
        }
    }

    #[test]
    fn patterns_name_a_number() {
        for (pattern, words) in [
            ("run_*.nc", "names no condition"),
            ("run_{nu.nc", "without a }"),
        ] {
            let error = Pattern::of(pattern).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
