//! Facts of a training, as its recipe has them.

use crate::conditioning;
use crate::objective::ObjectiveSection;
use crate::recipe::{Objective, PerAxis, Recipe, SourceSection, StageSection};
use crate::resolution::points_key;
use crate::schedule::{ScheduleSection, Shape};
use crate::telemetry::stream;
use ondine_models::{Inputs, Learns};
use ondine_report::files;
use ondine_solvers::Problem;

/// Facts of a training by a recipe.
#[must_use]
pub fn subject(recipe: &Recipe) -> files::Subject {
    let posed = recipe.problem();
    files::Subject {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        problem: problem(recipe, &posed),
        model: model(recipe),
        training: training(recipe),
        source: source(recipe),
        trained: conditioning::trained(&posed, recipe.model.inputs()),
        stream: stream(recipe),
    }
}

fn problem(recipe: &Recipe, problem: &Problem) -> files::Problem {
    let fields = problem.fields.iter().map(|field| files::Field {
        name: field.name.clone(),
        conserved: field.conserved,
    });
    let axes = problem.axes.iter().map(|axis| files::Axis {
        name: axis.name.clone(),
        points: axis.points,
        length: axis.length,
        ends: [axis.kind.ends().low, axis.kind.ends().high].map(files::End::from),
    });
    let conditions = problem.conditions.iter().map(|one| files::Condition {
        name: one.name.clone(),
        axis: one.axis,
        unit: one.unit.clone(),
    });
    files::Problem {
        name: problem.name.clone(),
        title: recipe.title(),
        formula: problem.formula.clone(),
        fields: fields.collect(),
        axes: axes.collect(),
        one_length: problem.dims() == 1 || matches!(recipe.grid.length, PerAxis::All(_)),
        conditions: conditions.collect(),
        dt: problem.dt,
        frames: problem.frames,
    }
}

fn model(recipe: &Recipe) -> files::Model {
    files::Model {
        kind: recipe.model.kind().to_owned(),
        options: recipe.model_table(),
        learns: match recipe.model.learns() {
            Learns::Errors => files::Learns::Errors,
            Learns::Noise => files::Learns::Noise,
            Learns::Scores => files::Learns::Scores,
        },
        inputs: match recipe.model.inputs() {
            Inputs::State => files::Inputs::State,
            Inputs::Parameters => files::Inputs::Parameters,
        },
        conserve_mean: recipe.conserve_mean.clone(),
    }
}

fn training(recipe: &Recipe) -> files::Training {
    let rate = recipe.optimizer.learning_rate;
    files::Training {
        steps: recipe.train.steps,
        epochs: recipe.train.epochs,
        reads_per_sample: recipe.buffer.reads_per_sample,
        main: files::Stage {
            steps: recipe.train.steps,
            learning_rate: learning_rate(rate, &recipe.schedule),
            schedule: shape(recipe.schedule.kind).to_owned(),
            objective: objective(&recipe.objective, &recipe.objective_section),
        },
        stages: recipe.stages.iter().map(stage).collect(),
    }
}

fn stage(stage: &StageSection) -> files::Stage {
    files::Stage {
        steps: stage.steps,
        learning_rate: learning_rate(stage.learning_rate, &stage.schedule),
        schedule: shape(stage.schedule.kind).to_owned(),
        objective: objective(&stage.objective, &stage.options),
    }
}

/// The rate after the warm-up, and at the end.
fn learning_rate(peak: f64, schedule: &ScheduleSection) -> [f64; 2] {
    match schedule.kind {
        Shape::Constant => [peak, peak],
        Shape::Linear | Shape::Cosine | Shape::Refined => [peak, schedule.last],
    }
}

fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Constant => "constant",
        Shape::Linear => "linear",
        Shape::Cosine => "cosine",
        Shape::Refined => "refined",
    }
}

fn objective(chosen: &Objective, section: &ObjectiveSection) -> files::Objective {
    let keys = chosen.entry.keys.iter().map(|(name, _)| (*name).to_owned());
    files::Objective {
        kind: chosen.entry.kind.to_owned(),
        keys: keys.collect(),
        stride: section.stride,
        noise: section.noise,
        norm: section.norm.name().to_owned(),
        steps: chosen.options.num_steps(),
    }
}

fn source(recipe: &Recipe) -> files::Source {
    let data = recipe.file();
    files::Source {
        kind: match &recipe.trajectories {
            SourceSection::Ensemble => files::SourceKind::Equation,
            SourceSection::File => files::SourceKind::File,
            _ => files::SourceKind::Other,
        },
        simulations: recipe.ensemble.simulations,
        held_out_of_file: data.is_some_and(|data| data.held_out.is_some()),
        solver: recipe.has_solver().then(|| files::Solver {
            points: recipe.grid.solver_points().to_vec(),
            points_key: points_key(recipe).to_owned(),
            tolerance: recipe.time.tolerance,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_those_of_the_recipe_and_are_read_as_they_were_written() {
        let text = "[equation]\nkind = \"burgers\"\nviscosity = { uniform = [0.01, 0.1] }\n\
                    [grid]\npoints = [32, 16]\nlength = [1.0, 2.0]\n[time]\ndt = 0.5\nframes = 9\n\
                    [ensemble]\nsimulations = 4\n[model]\nkind = \"fno\"\nmodes = 6\n\
                    [train]\nsteps = 0\n[[stage]]\nsteps = 30\n\
                    [[stage]]\nsteps = 10\nobjective = { kind = \"unrolled\", steps = 3 }\n";
        let recipe = Recipe::parse("facts.toml", text, &[]);
        let subject = subject(&recipe.unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(subject.problem.title, "Burgers");
        assert_eq!(subject.problem.points(), [32, 16]);
        assert!(!subject.problem.conserves_means() && !subject.problem.one_length);
        let [low, high] = subject.trained["viscosity"];
        assert!((low - 0.01).abs() < 1e-15 && (high - 0.1).abs() < 1e-15);
        assert_eq!(subject.last_stage().objective.steps, 3);
        assert_eq!(subject.last_stage().objective.keys[0], "steps");
        let json = serde_json::to_string(&subject).expect("plain data");
        let read: files::Subject = serde_json::from_str(&json).expect("facts");
        assert_eq!(read, subject);
    }
}
