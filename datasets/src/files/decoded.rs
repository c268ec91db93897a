//! Packed arrays with gaps, as the conventions of CF describe them by attributes.

use super::DatasetError;
use super::array::Array;
use std::sync::Arc;

/// An array whose values are `scale · stored + offset`, and NaN where the stored ones stand for no data.
pub(super) struct Decoded {
    array: Arc<dyn Array>,
    scale: f64,
    offset: f64,
    gaps: Vec<f64>,
}

impl Decoded {
    /// The values of `array` where its attributes, numbers by name, say how they are stored; `gaps` stand for no data
    /// beside those that the attributes name.
    pub(super) fn over(
        array: Arc<dyn Array>,
        number: impl Fn(&str) -> Option<f64>,
        mut gaps: Vec<f64>,
    ) -> Arc<dyn Array> {
        let named = ["_FillValue", "missing_value"].iter();
        gaps.extend(named.filter_map(|name| number(name)));
        let scale = number("scale_factor").unwrap_or(1.0);
        let offset = number("add_offset").unwrap_or(0.0);
        Arc::new(Self {
            array,
            scale,
            offset,
            gaps,
        })
    }

    fn is_gap(&self, stored: f64) -> bool {
        // An attribute of 64 bits may name a value of 32.
        let same = |gap: &f64| {
            (stored - gap).abs() <= 0.0 || (stored - f64::from(*gap as f32)).abs() <= 0.0
        };
        self.gaps.iter().any(same)
    }
}

impl Array for Decoded {
    fn name(&self) -> &str {
        self.array.name()
    }

    fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    fn chunk(&self) -> Option<Vec<usize>> {
        self.array.chunk()
    }

    fn cached_bytes(&self) -> usize {
        self.array.cached_bytes()
    }

    fn read(&self, start: &[usize], count: &[usize]) -> Result<Vec<f64>, DatasetError> {
        let mut values = self.array.read(start, count)?;
        for value in &mut values {
            *value = if self.is_gap(*value) {
                f64::NAN
            } else {
                self.scale * *value + self.offset
            };
        }
        Ok(values)
    }
}
