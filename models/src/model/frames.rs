//! States and answers of a surrogate: frames of histories and bundles, static fields behind them, points without data.

use super::Model;
use burn::tensor::Tensor;

impl Model {
    /// The last frame of a state once for every frame of an answer: the states that increments are added to.
    ///
    /// # Shapes   u: `[batch, point, channel]`, frames and static fields of a state → the same, the frames of an answer
    pub fn last_frames(&self, u: Tensor<3>) -> Tensor<3> {
        if self.history == 1 && self.statics == 0 {
            return u;
        }
        let last = self.last_frame(u);
        match self.bundle {
            1 => last,
            frames => last.repeat_dim(2, frames),
        }
    }

    /// The last frame of a state.
    ///
    /// # Shapes   u: `[batch, point, channel]`, frames and static fields of a state → the same, one frame
    pub(crate) fn last_frame(&self, u: Tensor<3>) -> Tensor<3> {
        let channels = self.channels(&u);
        u.narrow(2, (self.history - 1) * channels, channels)
    }

    /// Frames of an answer.
    pub(crate) fn bundle(&self) -> usize {
        self.bundle
    }

    /// Batch, points and channels of the answer to a state.
    pub fn answer_dims(&self, u: &Tensor<3>) -> [usize; 3] {
        let [batch, points, _] = u.dims();
        [batch, points, self.bundle * self.channels(u)]
    }

    /// Channels of a frame of a state.
    fn channels(&self, u: &Tensor<3>) -> usize {
        (u.dims()[2] - self.statics) / self.history
    }

    /// Whether a state is what a step answers with, and nothing else.
    fn is_answer(&self) -> bool {
        self.history == self.bundle && self.statics == 0
    }

    /// The frames of a state that the step before it has answered.
    pub(crate) fn answered(&self, u: Tensor<3>) -> Tensor<3> {
        if self.is_answer() {
            return u;
        }
        let channels = self.channels(&u);
        u.narrow(
            2,
            (self.history - self.bundle) * channels,
            self.bundle * channels,
        )
    }

    /// The state that follows `u`: its last frames, those of the answer after them, its static fields.
    pub(crate) fn followed(&self, u: Tensor<3>, answer: Tensor<3>) -> Tensor<3> {
        if self.is_answer() {
            return answer;
        }
        let channels = self.channels(&u);
        let kept = (self.history - self.bundle) * channels;
        let mut parts = Vec::with_capacity(3);
        if kept > 0 {
            parts.push(u.clone().narrow(2, self.bundle * channels, kept));
        }
        parts.push(answer);
        if self.statics > 0 {
            parts.push(u.narrow(2, self.history * channels, self.statics));
        }
        Tensor::cat(parts, 2)
    }

    /// 1 at points with data and 0 at others; none where all have some.
    fn known(&self, u: &Tensor<3>) -> Option<Tensor<3>> {
        let place = u.dims()[2] - self.statics + self.mask?;
        Some(u.clone().narrow(2, place, 1))
    }

    /// Weights of points in losses, 1 on the mean: 0 at points without data and alike at others; none where all points have
    /// data.
    ///
    /// # Shapes   u: `[batch, point, channel]` of a state → `[batch, point, 1]`
    pub fn weights(&self, u: &Tensor<3>) -> Option<Tensor<3>> {
        let known = self.known(u)?;
        Some(known.clone() / known.mean_dim(1))
    }

    /// Errors whose mean squares over all points are those over the points with data.
    ///
    /// # Shapes   errors: `[batch, point, channel]` of an answer, u: that of a state → as the errors
    pub fn weighed(&self, errors: Tensor<3>, u: &Tensor<3>) -> Tensor<3> {
        match self.weights(u) {
            None => errors,
            Some(weights) => errors * weights.sqrt(),
        }
    }

    /// An answer with the last values of the state at points without data.
    ///
    /// # Shapes   u: `[batch, point, channel]` of a state, answer: that of an answer → as the answer
    pub fn kept(&self, u: &Tensor<3>, answer: Tensor<3>) -> Tensor<3> {
        let Some(known) = self.known(u) else {
            return answer;
        };
        let still = self.last_frames(u.clone()) * (known.clone().neg() + 1.0);
        answer * known + still
    }
}
