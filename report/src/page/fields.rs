//! The fields of a sample rollout that maps and animations show.

use super::score::THRESHOLD_VALUE;
use super::truth::Truth;
use crate::draw::pixels::Scale;
use ondine_metrics::correlation;
use ondine_metrics::results::Sample;

/// The first channel of a sample as `[frame, x, y]`.
pub(super) struct Fields<'a> {
    pub(super) sample: &'a Sample,
    pub(super) frames: usize,
    pub(super) nx: usize,
    pub(super) ny: usize,
    /// Truth, prediction and magnitude of the error.
    values: [Vec<f32>; 3],
    /// The scales of the field and of the error.
    scales: [Scale; 2],
    truth: Truth,
}

impl<'a> Fields<'a> {
    pub(super) fn new(sample: &'a Sample) -> Option<Self> {
        let (frames, nx) = (*sample.shape.first()?, *sample.shape.get(2)?);
        let ny = sample.shape.get(3).copied().unwrap_or(1);
        if frames < 2 || nx < 2 {
            return None;
        }
        let truth = first_channel(&sample.truth, &sample.shape);
        let prediction = first_channel(&sample.prediction, &sample.shape);
        let error: Vec<_> = truth
            .iter()
            .zip(&prediction)
            .map(|(t, p)| (t - p).abs())
            .collect();
        let field = Scale::of_field(&truth);
        let scales = [field, Scale::of_error(&error, &field)];
        Some(Self {
            sample,
            frames,
            nx,
            ny,
            values: [truth, prediction, error],
            scales,
            truth: Truth::Solver,
        })
    }

    /// The same beside a truth of this origin.
    pub(super) fn beside(self, truth: Truth) -> Self {
        Self { truth, ..self }
    }

    /// Titles of the three fields.
    pub(super) fn titles(&self) -> [&'static str; 3] {
        let truth = match self.truth {
            Truth::Solver => "Solver (truth)",
            Truth::Trajectories => "Truth",
        };
        [truth, "Surrogate (prediction)", "Size of the error"]
    }

    pub(super) fn scale(&self, which: usize) -> &Scale {
        &self.scales[which / 2]
    }

    pub(super) fn value(&self, which: usize, frame: usize, x: usize, y: usize) -> f32 {
        self.values[which][(frame * self.nx + x) * self.ny + y]
    }

    pub(super) fn end(&self) -> f64 {
        self.sample.times[self.frames - 1]
    }

    /// Whether some points have no data.
    pub(super) fn has_gaps(&self) -> bool {
        self.values[0].iter().any(|value| value.is_nan())
    }

    /// Time from which on this rollout is no longer correlated with the truth.
    pub(super) fn lost(&self) -> Option<f64> {
        let size = self.nx * self.ny;
        let [truth, prediction, _] = &self.values;
        let mut frames = truth.chunks(size).zip(prediction.chunks(size));
        let close = |(truth, prediction)| {
            let [truth, prediction] = with_data(truth, prediction);
            correlation(&truth, &prediction) >= THRESHOLD_VALUE
        };
        // The initial state is given, and may be uniform.
        let frame = 1 + frames.by_ref().skip(1).position(|frame| !close(frame))?;
        self.sample.times.get(frame).copied()
    }
}

/// Truth and prediction at the points with data.
fn with_data(truth: &[f32], prediction: &[f32]) -> [Vec<f32>; 2] {
    let pairs = truth.iter().zip(prediction);
    let known = pairs.filter(|(truth, _)| !truth.is_nan());
    let (truth, prediction) = known.unzip();
    [truth, prediction]
}

/// Channel 0 of every frame; of three axes the last is cut in the middle.
fn first_channel(values: &[f32], shape: &[usize]) -> Vec<f32> {
    let points: usize = shape[2..].iter().product();
    let depth: usize = shape[2..].iter().skip(2).product();
    let frames = values
        .chunks(points * shape[1])
        .map(|frame| &frame[..points]);
    frames
        .flat_map(|frame| frame.iter().skip(depth / 2).step_by(depth))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::doubles;

    #[test]
    fn a_rollout_that_leaves_the_truth_is_marked() {
        let sample = doubles::sample();
        let fields = Fields::new(&sample).expect("it has frames");
        let lost = fields.lost().expect("its last frames are wrong");
        assert!(lost > 0.0 && lost < fields.end(), "{lost}");
        assert!(!fields.has_gaps());
    }

    #[test]
    fn points_without_data_are_no_errors() {
        let mut sample = doubles::sample();
        let marked = Fields::new(&sample).and_then(|fields| fields.lost());
        let points: usize = sample.shape[1..].iter().product();
        for first in (0..sample.truth.len()).step_by(points) {
            sample.truth[first] = f32::NAN;
            sample.prediction[first] = f32::NAN;
        }
        let fields = Fields::new(&sample).expect("it has frames");
        assert!(fields.has_gaps());
        assert_eq!(fields.lost(), marked);
    }
}
