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
    sign: Option<OtherSign>,
}

/// Integers that mean others with the same bits, as netCDF's attribute `_Unsigned` says: formats without unsigned integers
/// store them as signed ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OtherSign {
    /// The number of values of the type.
    span: f64,
    /// Whether the values are unsigned, and stored as signed ones.
    unsigned: bool,
}

impl OtherSign {
    /// The meaning of the attribute's text for stored integers of `bits`, signed or not; none where they are what they are
    /// stored as.
    pub(super) fn of(attribute: Option<&str>, bits: i32, signed: bool) -> Option<Self> {
        let unsigned = attribute?.eq_ignore_ascii_case("true");
        let span = 2_f64.powi(bits);
        (unsigned == signed).then_some(Self { span, unsigned })
    }

    fn meant(self, stored: f64) -> f64 {
        if self.unsigned && stored < 0.0 {
            stored + self.span
        } else if !self.unsigned && stored >= self.span / 2.0 {
            stored - self.span
        } else {
            stored
        }
    }
}

impl Decoded {
    /// The values of `array` where its attributes, numbers by name, say how they are stored; `gaps` stand for no data
    /// beside those that the attributes name.
    pub(super) fn over(
        array: Arc<dyn Array>,
        number: impl Fn(&str) -> Option<f64>,
        mut gaps: Vec<f64>,
        sign: Option<OtherSign>,
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
            sign,
        })
    }

    fn is_gap(&self, stored: f64) -> bool {
        // An attribute of 64 bits may name a value of 32.
        let same = |gap: &f64| {
            (stored - gap).abs() <= 0.0 || (stored - f64::from(*gap as f32)).abs() <= 0.0
        };
        self.gaps.iter().any(same)
    }

    fn value(&self, stored: f64) -> f64 {
        let meant = self.sign.map_or(stored, |sign| sign.meant(stored));
        // A gap may be named as it is stored or as it is meant.
        if self.is_gap(stored) || self.sign.is_some() && self.is_gap(meant) {
            f64::NAN
        } else {
            self.scale * meant + self.offset
        }
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
            *value = self.value(*value);
        }
        Ok(values)
    }
}
