//! Why arrays are not the weights of a network, in full: a network with other options differs in many places.

use std::fmt;

/// Problems of a kind that are told one by one; the others are counted.
const TOLD: usize = 4;

/// Why arrays are not the weights of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportError {
    /// Arrays that the network needs and that are not there.
    pub missing: Vec<Named>,
    /// Arrays that have other shapes than the network needs.
    pub misshapen: Vec<Misshapen>,
    /// Arrays that the network has no weight for.
    pub unused: Vec<Named>,
    /// Arrays of which some numbers are infinite or no numbers.
    pub not_finite: Vec<Named>,
}

/// An array by its name and shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
}

/// An array of a wrong shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misshapen {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub found: Vec<usize>,
    /// The shape that the network needs.
    pub expected: Vec<usize>,
}

impl std::error::Error for ImportError {}

impl ImportError {
    /// Whether there is no fault.
    pub(super) fn is_empty(&self) -> bool {
        let named = [&self.missing, &self.unused, &self.not_finite];
        self.misshapen.is_empty() && named.iter().all(|list| list.is_empty())
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the arrays are not the weights of this network")?;
        list(formatter, "missing", &self.missing)?;
        list(formatter, "of another shape", &self.misshapen)?;
        list(formatter, "without a place in it", &self.unused)?;
        list(formatter, "with NaN or infinite numbers", &self.not_finite)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {:?}", self.name, self.shape)
    }
}

impl fmt::Display for Misshapen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, found, expected) = (&self.name, &self.found, &self.expected);
        write!(formatter, "`{name}` {found:?} instead of {expected:?}")
    }
}

/// A line for problems of one kind, if there are some.
fn list(
    formatter: &mut fmt::Formatter<'_>,
    what: &str,
    problems: &[impl fmt::Display],
) -> fmt::Result {
    let told: Vec<String> = problems
        .iter()
        .take(TOLD)
        .map(ToString::to_string)
        .collect();
    let more = match problems.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if told.is_empty() {
        Ok(())
    } else {
        write!(formatter, "\n  {what}: {}{more}", told.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_problems_are_told_and_the_others_counted() {
        let named = |i: usize| Named {
            name: format!("a{i}"),
            shape: vec![i, 2],
        };
        let error = ImportError {
            missing: (0..6).map(named).collect(),
            misshapen: vec![Misshapen {
                name: "b".to_owned(),
                found: vec![3],
                expected: vec![4],
            }],
            ..ImportError::default()
        };
        assert_eq!(
            error.to_string(),
            "the arrays are not the weights of this network\n  \
             missing: `a0` [0, 2], `a1` [1, 2], `a2` [2, 2], `a3` [3, 2] and 2 more\n  \
             of another shape: `b` [3] instead of [4]"
        );
    }
}
