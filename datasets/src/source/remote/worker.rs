//! The side of a worker: simulates what a training asks for until it wants no more.

use super::{FIELD, mark};
use crate::source::process::wire::Trouble;
use crate::source::process::{text, trouble};
use crate::{DataError, Source, guarded};
use ondine_coupling::{Client, ClientOptions, Code, Dtype, Error, Simulation};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Time between two attempts to reach a training that is not there yet.
const PAUSE: Duration = Duration::from_millis(200);

/// Why a worker ends before its training.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// No training answers, or it refuses the worker.
    #[error(transparent)]
    Wire(#[from] Error),
    /// Another training listens where that of this worker did.
    #[error(
        "the training at `{endpoint}` has other simulations than the one that this worker came to: start the worker again"
    )]
    Other {
        /// The endpoint.
        endpoint: String,
    },
}

/// A worker that has come to a training.
#[derive(Debug)]
pub struct Worker {
    client: Client,
    endpoint: String,
    description: String,
}

impl Worker {
    /// Comes to the training that listens at an endpoint, or that will within `wait`.
    ///
    /// # Errors
    /// When none answers, or it refuses the worker: another version, another token, no simulations of solvers.
    pub fn connect(
        endpoint: &str,
        options: &ClientOptions,
        wait: Duration,
    ) -> Result<Self, WorkError> {
        let since = Instant::now();
        let mut client = loop {
            match options.clone().open(endpoint) {
                Err(error) if error.code == Code::Connect && since.elapsed() < wait => {
                    thread::sleep(PAUSE.min(wait.saturating_sub(since.elapsed())));
                }
                opened => break opened?,
            }
        };
        let description = client.describe()?;
        Ok(Self {
            client,
            endpoint: endpoint.to_owned(),
            description,
        })
    }

    /// Description of the simulations, from which their source is made.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Runs simulations of `source`, whose frames have so many values, until the training wants no more; their number.
    ///
    /// # Errors
    /// When the training is gone without an end, or another one has taken its place.
    pub fn work(mut self, source: &dyn Source, values: usize) -> Result<u64, WorkError> {
        match self.run(source, values) {
            Err(WorkError::Wire(error)) if error.code == Code::Shape => Err(self.other()),
            result => result,
        }
    }

    fn run(&mut self, source: &dyn Source, values: usize) -> Result<u64, WorkError> {
        let mut count = 0;
        let end = |error: Error| match error.code {
            Code::End => Ok(None), // the training has ended
            _ => Err(error),
        };
        self.client.field(FIELD, Dtype::F32, &[values])?;
        while let Some(job) = self.client.next().or_else(end)? {
            let placed = self.placed(source, &job)?;
            match self.simulate(placed, &job) {
                Ok(finished) => count += u64::from(finished),
                Err(error) if matches!(error.code, Code::End | Code::Gap) => {
                    // Not wanted any more; what follows is another matter.
                    let _ = self.client.finish(1);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(count)
    }

    fn other(&self) -> WorkError {
        let endpoint = self.endpoint.clone();
        WorkError::Other { endpoint }
    }

    /// The source of a simulation; none for one that is not to be had.
    fn placed(
        &self,
        source: &dyn Source,
        job: &Simulation,
    ) -> Result<Option<Arc<dyn Source>>, WorkError> {
        let [number, attempt, point @ ..] = &job.values[..] else {
            return Err(self.other());
        };
        if number.to_bits() != mark(&self.description).to_bits() {
            return Err(self.other());
        }
        let again = source.again(*attempt as u32);
        Ok(if point.is_empty() {
            again
        } else {
            again.and_then(|source| source.at(point))
        })
    }

    /// Runs a simulation and streams its frames; whether it came to its end.
    fn simulate(
        &mut self,
        source: Option<Arc<dyn Source>>,
        job: &Simulation,
    ) -> Result<bool, Error> {
        let Some(source) = source else {
            let text = "the worker's source makes no such simulation";
            return self
                .client
                .fail(Trouble::Setup.status(), text)
                .map(|()| false);
        };
        let mut stream = Stream {
            client: &mut self.client,
            time: 0.0,
            values: Vec::new(),
            stopped: false,
            broken: Ok(()),
        };
        let result = guarded(job.number, || {
            source.run(job.number, &mut |frame| stream.send(frame))
        });
        let Stream {
            stopped, broken, ..
        } = stream;
        match (broken, result) {
            _ if stopped => self.client.finish(1).map(|()| false),
            (Err(error), _) if error.code == Code::NotFinite => {
                self.fail(Trouble::Diverged, &error.text)
            }
            (Err(error), _) => Err(error),
            (Ok(()), Ok(())) => self.client.finish(0).map(|()| true),
            (Ok(()), Err(error)) => self.failed(error),
        }
    }

    fn failed(&mut self, error: DataError) -> Result<bool, Error> {
        self.fail(trouble(&error), &text(error))
    }

    fn fail(&mut self, trouble: Trouble, text: &str) -> Result<bool, Error> {
        self.client.fail(trouble.status(), text).map(|()| true)
    }
}

/// Frames on their way to the training.
struct Stream<'a> {
    client: &'a mut Client,
    time: f64,
    values: Vec<f32>,
    stopped: bool,
    broken: Result<(), Error>,
}

impl Stream<'_> {
    fn send(&mut self, frame: &[f64]) -> ControlFlow<()> {
        self.values.clear();
        // The training stores 32-bit frames; rounding here or there gives the same bits.
        let rounded = frame.iter().map(|&value| value as f32);
        self.values.extend(rounded);
        self.broken = self.commit();
        if self.broken.is_ok() && !self.stopped {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.client.put(FIELD, &self.values)?;
        self.client.commit(self.time)?;
        self.time += 1.0;
        self.stopped = self.client.should_stop()?;
        Ok(())
    }
}
