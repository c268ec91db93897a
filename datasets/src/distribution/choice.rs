//! One of several values.

use super::DistributionEntry;

pub(super) const ENTRY: DistributionEntry = DistributionEntry {
    kind: "choice",
    summary: "one of several values, all equally likely",
    example: "{ choice = [0.1, 0.2, 0.4] }",
};

/// `values` rise.
pub(super) fn quantile(values: &[f64], unit: f64) -> f64 {
    let place = (unit * values.len() as f64) as usize;
    values[place.min(values.len() - 1)]
}

/// The shares of draws below `value` and up to it.
pub(super) fn shares(values: &[f64], value: f64) -> [f64; 2] {
    let count = values.len() as f64;
    let below = values.partition_point(|other| *other < value);
    let up_to = values.partition_point(|other| *other <= value);
    [below, up_to].map(|number| number as f64 / count)
}

pub(super) fn range(values: &[f64]) -> [f64; 2] {
    [values[0], values[values.len() - 1]]
}

/// Why these can't be the values.
pub(super) fn refusal(values: &[f64]) -> Option<String> {
    if values.is_empty() {
        return Some("choice = [] is empty: write one value or more".to_owned());
    }
    let wrong = values.iter().find(|value| !value.is_finite())?;
    Some(format!("{wrong} in choice is not a finite number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_the_same_share_and_one_that_stands_there_twice_two() {
        let values = [1.0, 2.0, 2.0, 8.0];
        let drawn = [0.0, 0.2, 0.25, 0.74, 0.75, 1.0].map(|unit| quantile(&values, unit));
        assert_eq!(drawn.to_vec(), [1.0, 1.0, 2.0, 2.0, 8.0, 8.0]);
        assert_eq!(shares(&values, 2.0).to_vec(), [0.25, 0.75]);
        assert_eq!(shares(&values, 1.0).to_vec(), [0.0, 0.25]);
        assert_eq!(shares(&values, 5.0).to_vec(), [0.75, 0.75]);
    }
}
