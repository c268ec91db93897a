//! Figures of a run, in groups that answer a question each.

use super::fields::Fields;
use super::truth::Truth;
use super::{
    animation, bounds, by_field, by_grid, cost, curves, heat, maps, metrics, parameters,
    refinement, samples,
};
use super::{simulations, spectra, stream, stress, training, units};
use crate::draw::figure::Figure;
use crate::files::RunFiles;
use maud::Markup;
use ondine_metrics::results::Evaluation;

/// Said of spectra of fields that some points lack.
const FILLED: &str = " Points without data hold the same values in truth and prediction, so that their edges are waves of both.";

/// Figures under one heading.
pub(super) struct Group {
    pub(super) title: &'static str,
    /// Its name in addresses.
    pub(super) id: &'static str,
    /// Content before the narrow figures: a table, an animation.
    pub(super) first: Vec<Markup>,
    /// Figures as wide as the page.
    pub(super) wide: Vec<Figure>,
    /// Figures side by side.
    pub(super) narrow: Vec<Figure>,
}

impl Group {
    fn is_empty(&self) -> bool {
        self.first.is_empty() && self.wide.is_empty() && self.narrow.is_empty()
    }
}

/// The groups of a run that have something to show.
pub(super) fn groups(files: &RunFiles) -> Vec<Group> {
    let (evaluation, truth) = (files.evaluation.as_ref(), Truth::of(files));
    let mut groups = vec![forecasts(files, evaluation)];
    if let Some(evaluation) = evaluation {
        groups.extend([
            costs(evaluation),
            scales(evaluation, has_gaps(files)),
            single(evaluation, truth),
            sampled(evaluation),
            bounded(evaluation),
            stressed(evaluation),
        ]);
    }
    groups.push(learned(files));
    groups.retain(|group| !group.is_empty());
    groups
}

fn forecasts(files: &RunFiles, evaluation: Option<&Evaluation>) -> Group {
    let field = evaluation
        .and_then(|e| e.fields.first())
        .map(|field| units::field(files, field));
    let sample = files.sample.as_ref();
    let truth = Truth::of(files);
    let fields = sample.and_then(Fields::new);
    let fields = fields.map(|fields| fields.beside(truth));
    let curves = evaluation.into_iter().flat_map(|evaluation| {
        let first = [
            curves::correlation(evaluation, truth),
            curves::error(evaluation),
            by_field::figure(evaluation),
            by_grid::figure(evaluation),
        ];
        first
            .into_iter()
            .flatten()
            .chain(metrics::figures(evaluation))
    });
    Group {
        title: "Forecasts over time",
        id: "time",
        first: fields
            .as_ref()
            .and_then(animation::animation)
            .into_iter()
            .chain(evaluation.and_then(by_field::table))
            .chain(evaluation.and_then(by_grid::table))
            .collect(),
        wide: sample
            .and_then(|sample| maps::maps(sample, field.as_deref(), &units::axes(files), truth))
            .into_iter()
            .collect(),
        narrow: curves.collect(),
    }
}

fn costs(evaluation: &Evaluation) -> Group {
    Group {
        title: "Cost of a forecast",
        id: "cost",
        first: cost::table(evaluation).into_iter().collect(),
        wide: Vec::new(),
        narrow: Vec::new(),
    }
}

/// Whether some points of the rollout that is shown have no data.
fn has_gaps(files: &RunFiles) -> bool {
    let fields = files.sample.as_ref().and_then(Fields::new);
    fields.is_some_and(|fields| fields.has_gaps())
}

fn scales(evaluation: &Evaluation, gaps: bool) -> Group {
    let map = evaluation.spectral_errors.as_ref().and_then(heat::figure);
    let spectra = spectra::figure(&evaluation.spectra);
    let noted = |mut figure: Figure| {
        if gaps {
            figure.caption += FILLED;
        }
        figure
    };
    Group {
        title: "Large and small structures",
        id: "scales",
        first: Vec::new(),
        wide: map.into_iter().chain(spectra).map(noted).collect(),
        narrow: refinement::figure(evaluation).into_iter().collect(),
    }
}

fn single(evaluation: &Evaluation, truth: Truth) -> Group {
    let loud: Vec<_> = evaluation.loud().into_iter().cloned().collect();
    Group {
        title: "Simulation by simulation",
        id: "simulations",
        first: simulations::table(evaluation, truth).into_iter().collect(),
        wide: parameters::figure(&loud, truth).into_iter().collect(),
        narrow: Vec::new(),
    }
}

fn sampled(evaluation: &Evaluation) -> Group {
    Group {
        title: "What samples say of their own errors",
        id: "samples",
        first: Vec::new(),
        wide: Vec::new(),
        narrow: samples::figures(evaluation),
    }
}

fn bounded(evaluation: &Evaluation) -> Group {
    Group {
        title: "Bounds of the next error",
        id: "bounds",
        first: bounds::missing(evaluation).into_iter().collect(),
        wide: Vec::new(),
        narrow: bounds::figures(evaluation),
    }
}

fn stressed(evaluation: &Evaluation) -> Group {
    Group {
        title: "Out of what it was trained on",
        id: "stress",
        first: stress::shifts(evaluation).into_iter().collect(),
        wide: stress::figure(evaluation).into_iter().collect(),
        narrow: Vec::new(),
    }
}

fn learned(files: &RunFiles) -> Group {
    let first = [training::loss(files), training::progress(files)];
    let rest = [training::learning(files), stream::figures(files)];
    Group {
        title: "Training",
        id: "training",
        first: Vec::new(),
        wide: Vec::new(),
        narrow: first
            .into_iter()
            .flatten()
            .chain(rest.into_iter().flatten())
            .collect(),
    }
}
