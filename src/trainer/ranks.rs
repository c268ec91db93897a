//! The processes of a group in step: whether all go on, and what the first one is told of the others.

use super::{TrainError, Trainer};
use crate::group::agreed;
use crate::observer::Observer;
use crate::telemetry::Balance;
use ondine_datasets::{Failure, Telemetry};
use serde::{Deserialize, Serialize};

/// Facts of another process for the lines of metrics.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Standing {
    telemetry: Telemetry,
    /// Attempts at simulations that failed since the last time.
    failures: Vec<Failure>,
    /// Times of its steps since the last time.
    balance: Balance,
}

impl Trainer<'_> {
    /// Whether all processes have their windows of the next batch; false when one was told to stop, or the first one sees that
    /// the score gets no better.
    ///
    /// # Errors
    /// When one can't go on. Where its simulations failed, all that was learned until then is kept; the error matters more
    /// than a full disk.
    pub(super) fn go_on(
        &mut self,
        observers: &mut [&mut dyn Observer],
    ) -> Result<bool, TrainError> {
        let mut windows_s = 0.0;
        let ready = Balance::timed(&mut windows_s, || self.ready());
        self.balance.windows_s += windows_s;
        let keeps = matches!(ready, Err(TrainError::Data(_) | TrainError::Dataset(_)));
        let flags = [
            keeps,
            ready.is_err() && !keeps,
            matches!(ready, Ok(false)),
            self.is_exhausted(),
        ];
        let mut flags = flags.map(|flag| f32::from(u8::from(flag)));
        let group = self.group;
        Balance::timed(&mut self.balance.ranks_s, || group.all_reduce(&mut flags));
        let [keep, failed, stopped, exhausted] = flags.map(|count| count > 0.0);
        if keep && !failed {
            self.hear_others();
            let _ = self.report_faults(observers);
            let _ = self.keep();
        }
        if keep || failed {
            return agreed(self.group, ready);
        }
        self.stopped_early = exhausted;
        Ok(!stopped && !exhausted)
    }

    /// Waits for the windows of the next batch; false when told to stop.
    fn ready(&mut self) -> Result<bool, TrainError> {
        std::mem::replace(&mut self.told, Ok(()))?;
        if self.is_stopped() || self.is_exhausted() {
            return Ok(false);
        }
        let mut ready = self.feed.ready(self.plan.batch(self.step))?;
        for shard in &mut self.beside {
            ready = ready && shard.feed.ready(shard.plan.batch(self.step))?;
        }
        if ready || self.is_stopped() {
            return Ok(ready);
        }
        Err(TrainError::NoWindows {
            step: self.step,
            steps: self.plan.recipe.train.steps,
        })
    }

    /// The counters of the buffers of all processes, those of the others as of the last line of metrics.
    pub(super) fn telemetry(&self) -> Telemetry {
        self.own_telemetry().with(&self.others)
    }

    /// The counters of the buffers of this process.
    fn own_telemetry(&self) -> Telemetry {
        let beside = self.beside.iter().map(|shard| shard.feed.telemetry());
        beside.fold(self.feed.telemetry(), |all, one| all.with(&one))
    }

    /// Tells the first process how the others are.
    pub(super) fn hear_others(&mut self) {
        let balance = std::mem::take(&mut self.balance);
        if self.group.size() == 1 {
            self.balanced = balance;
            return;
        }
        let failures = if self.group.leads() {
            Vec::new()
        } else {
            self.unreported()
        };
        let own = Standing {
            telemetry: self.own_telemetry(),
            failures,
            balance,
        };
        let bytes = serde_json::to_vec(&own).unwrap_or_default();
        let all = self.group.gather(&bytes).into_iter().skip(1);
        let (mut others, mut balances) = (Telemetry::default(), vec![balance]);
        for bytes in all {
            let other: Standing = serde_json::from_slice(&bytes).unwrap_or_default();
            others = others.with(&other.telemetry);
            self.heard.extend(other.failures);
            balances.push(other.balance);
        }
        self.others = others;
        self.balanced = Balance::mean(&balances);
    }

    /// Attempts at simulations of this process that failed since the last call.
    pub(super) fn unreported(&mut self) -> Vec<Failure> {
        let mut new = self.feed.failures(self.reported);
        self.reported += new.len();
        for shard in &mut self.beside {
            new.extend(shard.unreported());
        }
        new
    }
}
