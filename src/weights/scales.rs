//! Origin of the scales between a network and physical units when its weights come from a file.

use super::{WeightError, WeightFile, shown};
use crate::plan::Plan;
use ondine_models::Scaling;

/// Origin of scales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scales {
    /// From the file of the weights.
    Stored,
    /// No scales: the network sees physical units, and answers in them.
    Identity,
    /// From simulations of the recipe, as a training measures them.
    Measured,
}

impl Scales {
    /// Their name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Identity => "identity",
            Self::Measured => "measured",
        }
    }
}

/// The scales in the file.
pub(super) fn stored(file: &WeightFile, plan: &Plan) -> Result<Scaling, WeightError> {
    let (path, fields) = (shown(&file.path), &plan.fields);
    let Some(about) = &file.about else {
        return Err(WeightError::NoScales(path));
    };
    let scaling = about.scaling_on(plan);
    let identity = Scaling::identity(fields);
    let lengths = |of: &Scaling| {
        let lists = [
            &of.mean,
            &of.deviation,
            &of.increment,
            &of.center,
            &of.spread,
        ];
        lists.map(Vec::len)
    };
    if lengths(&scaling) == lengths(&identity) {
        Ok(scaling)
    } else {
        Err(WeightError::Scales(format!(
            "{path} has scales for {} channels and {} parameters, the recipe has {} and {}",
            scaling.mean.len(),
            scaling.center.len(),
            identity.mean.len(),
            fields.parameters
        )))
    }
}

/// The scales with the single ones typed as `key=value`, or `key=value,value…` with one per channel or parameter.
///
/// # Errors
/// When there is no such scale, or it has other numbers than it needs.
pub fn with_typed(mut scaling: Scaling, typed: &[String]) -> Result<Scaling, WeightError> {
    for typed in typed {
        set(&mut scaling, typed)
            .map_err(|reason| WeightError::Scales(format!("--scale {typed}: {reason}")))?;
    }
    Ok(scaling)
}

fn set(scaling: &mut Scaling, typed: &str) -> Result<(), String> {
    const FORM: &str = "write mean, deviation, increment, center or spread, `=`, and one number for all or several with \
                        commas between";
    let (key, values) = typed.split_once('=').ok_or(FORM)?;
    let (list, divides) = match key.trim() {
        "mean" => (&mut scaling.mean, false),
        "deviation" => (&mut scaling.deviation, true),
        "increment" => (&mut scaling.increment, true),
        "center" => (&mut scaling.center, false),
        "spread" => (&mut scaling.spread, true),
        _ => return Err(FORM.to_owned()),
    };
    let numbers = values.split(',').map(|number| number.trim().parse::<f32>());
    let numbers: Vec<f32> = numbers.collect::<Result<_, _>>().map_err(|_| FORM)?;
    if numbers.len() != 1 && numbers.len() != list.len() {
        let (count, needed) = (numbers.len(), list.len());
        return Err(format!(
            "{count} numbers, and there are {needed}: write as many, or one for all"
        ));
    }
    let possible = |number: &f32| number.is_finite() && (!divides || *number > 0.0);
    if !numbers.iter().all(possible) {
        let range = if divides { "positive" } else { "finite" };
        return Err(format!("write {range} numbers"));
    }
    for (i, scale) in list.iter_mut().enumerate() {
        *scale = numbers[i % numbers.len()];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_models::FieldSpec;

    fn typed(typed: &str) -> Result<Scaling, String> {
        let spec = FieldSpec::new(2, 3, &[8]);
        let scaling = with_typed(Scaling::identity(&spec), &[typed.to_owned()]);
        scaling.map_err(|error| error.to_string())
    }

    #[test]
    fn single_scales_are_set_for_all_channels_or_for_each() {
        assert_eq!(
            typed("increment=0.3").map(|s| s.increment),
            Ok(vec![0.3, 0.3])
        );
        assert_eq!(
            typed("center = 1, 2,3").map(|s| s.center),
            Ok(vec![1.0, 2.0, 3.0])
        );
        for (wrong, said) in [
            ("increment", "write mean"),
            ("size=1", "write mean"),
            ("mean=one", "write mean"),
            ("mean=1,2,3", "3 numbers, and there are 2"),
            ("deviation=0", "positive"),
            ("mean=inf", "finite"),
        ] {
            let error = typed(wrong).expect_err(wrong);
            assert!(error.contains(said), "{wrong}: {error}");
        }
    }
}
