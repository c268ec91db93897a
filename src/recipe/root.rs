//! The sections at the top of a recipe, each decoded by the member that it names.

use super::choice::{choose, decode_member, decode_parameters, reconstructed};
use super::decode::{HEAD, SECTIONS};
use super::source::Source;
use super::table::Table;
use super::{
    BufferSection, Chosen, ChosenSampler, EnsembleSection, EvaluateSection, Extensions,
    GridSection, OptimizerSection, Posed, PosedProblem, ProblemSection, RecipeError, SOURCES,
    SourceSection, TrainSection, bounded, extensions, guards, model, nearest,
};
use crate::schedule::ScheduleSection;
use ondine_datasets::Distribution;
use ondine_datasets::policy::{PolicyConfig, PolicyEntry};
use ondine_datasets::sampler::SAMPLERS;
use ondine_models::ModelConfig;
use ondine_solvers::equation::EQUATIONS;
use ondine_solvers::initial::{InitialEntry, InitialState};
use std::sync::Arc;

/// `[buffer]`: its policy, and the keys that every policy has.
type Buffer = (Chosen<PolicyEntry, Arc<dyn PolicyConfig>>, BufferSection);

/// The sections that are left in the root.
pub(super) struct Sections<'s> {
    pub(super) root: Table<'s>,
    source: &'s Source,
    /// The recipe that the file of `[data]` was written from, where sections are missing.
    stored: Option<(Table<'s>, &'s Source)>,
    pub(super) missing: Vec<&'static str>,
}

/// A section with the text that it stands in.
type Placed<'s> = (Table<'s>, &'s Source);

impl<'s> Sections<'s> {
    /// The sections of `root`; missing ones that say what is simulated are those of `stored`.
    pub(super) fn new(
        root: Table<'s>,
        source: &'s Source,
        stored: Option<(Table<'s>, &'s Source)>,
    ) -> Self {
        let missing = Vec::new();
        Self {
            root,
            source,
            stored,
            missing,
        }
    }

    /// A section that says what is simulated.
    pub(super) fn required(&mut self, key: &str) -> Result<Placed<'s>, RecipeError> {
        if let Some(table) = self.root.take_table(key, self.source)? {
            return Ok((table, self.source));
        }
        let stored = match &mut self.stored {
            Some((root, source)) => root.take_table(key, source)?.map(|table| (table, *source)),
            None => None,
        };
        match stored {
            Some(stored) => Ok(stored),
            None => Err(self.missing(key)),
        }
    }

    /// The error of a section that is not there, at the one that stands where it was meant.
    fn missing(&self, key: &str) -> RecipeError {
        let known = |name: &str| SECTIONS.contains(&name) || HEAD.contains(&name);
        let names = self.root.keys().map(|(name, _)| name);
        let near = nearest(key, names.filter(|name| !known(name)));
        let place = near.and_then(|near| self.root.keys().find(|(name, _)| *name == near));
        let Some((wrong, span)) = place else {
            return self.source.missing_section(key);
        };
        let help = Some(format!("did you mean [{key}]?"));
        self.source
            .error(Some(span), format!("unknown section [{wrong}]"), help)
    }

    pub(super) fn optional(&mut self, key: &str) -> Result<Table<'s>, RecipeError> {
        optional(&mut self.root, key, self.source)
    }

    /// A section that only training needs; when it is missing, that is noted, and its kind is the default.
    fn for_training(
        &mut self,
        key: &'static str,
        default: &'static str,
    ) -> Result<(Table<'s>, Option<&'static str>), RecipeError> {
        match self.root.take_table(key, self.source)? {
            Some(table) => Ok((table, None)),
            None => {
                self.missing.push(key);
                Ok((Table::empty(key, self.root.span.clone()), Some(default)))
            }
        }
    }

    /// `[problem]`, where the problem is no equation of the list.
    pub(super) fn problem(&mut self) -> Result<Option<ProblemSection>, RecipeError> {
        if let Some(table) = self.root.take_table("problem", self.source)? {
            let problem = table.decode(self.source)?;
            if self.root.has("equation") {
                let message = "[problem] stands beside [equation], which has fields and parameters of its own";
                let mut error = self.source.error_at("problem", message);
                error.help = Some("remove one of them".to_owned());
                return Err(error);
            }
            return Ok(Some(problem));
        }
        let Some((root, source)) = self.stored.as_mut().filter(|_| !self.root.has("equation"))
        else {
            return Ok(None);
        };
        let table = root.take_table("problem", source)?;
        table.map(|table| table.decode(source)).transpose()
    }

    /// A problem with the axes of a grid, whose defaults are filled in.
    pub(super) fn posed(
        &mut self,
        section: ProblemSection,
        grid: &mut GridSection,
    ) -> Result<(Posed, Vec<Distribution>), RecipeError> {
        let dims = grid.points.len();
        let refused = |(key, why): (&str, String)| self.source.error_at(key, why);
        if let Some(fault) = section.fault(dims) {
            return Err(refused(fault));
        }
        let axes = grid.settle_axes().map_err(refused)?;
        // That of a recipe which a file was written from is of its solver.
        grid.solver_points =
            (grid.solver_points.take()).filter(|_| self.source.has("grid.solver_points"));
        let (conditions, parameters) = section.conditions.0.into_iter().unzip();
        let posed = Posed::Problem(PosedProblem {
            name: section.name.unwrap_or_default(),
            fields: section.fields,
            conditions,
            static_fields: section.static_fields,
            mask: section.mask,
            units: section.units,
            axis_names: section.axes,
            axes,
        });
        Ok((posed, parameters))
    }

    /// `[source]`; by default the file of `[data]`, or the solver of an equation.
    pub(super) fn source(
        &mut self,
        equation: bool,
        data: bool,
    ) -> Result<SourceSection, RecipeError> {
        let default = match (data, equation) {
            (true, _) => Some("file"),
            (false, true) => Some("ensemble"),
            (false, false) => None,
        };
        let mut table = self.optional("source")?;
        if default.is_none() && !table.has("kind") && table.keys().next().is_none() {
            let message = "the recipe has [problem], and nothing that gives its trajectories";
            let mut error = self.source.error_at("problem", message);
            let help = "write [data] with a file of trajectories as source, or [source] with kind = \"program\" for \
                        simulations of a program that is started, \"connect\" for codes that come by themselves, \"library\" \
                        for a program that trains through the library";
            error.help = Some(help.to_owned());
            return Err(error);
        }
        let entry = choose(&mut table, SOURCES, |e| e.kind, default, self.source)?;
        let section = table.section();
        let decoded = (entry.decode)(table.options());
        decoded.map_err(|error| self.source.decoding_error(&section, &error))
    }

    /// `[equation]`, between the ends of a grid where it leaves the choice; a file's own are dropped.
    pub(super) fn equation(
        &mut self,
        grid: &mut GridSection,
    ) -> Result<(Posed, Vec<Distribution>), RecipeError> {
        let dims = grid.points.len();
        let (mut table, source) = self.required("equation")?;
        let equation = choose(&mut table, EQUATIONS, |e| e.kind, None, source)?;
        // Before the components of vectors are counted: a wrong number of axes is the cause, not they.
        equation
            .check_dims(dims)
            .map_err(|error| self.source.error_at("grid.points", error.to_string()))?;
        let equation = reconstructed(&mut table, equation, source)?;
        let parameters = decode_parameters(table, equation, dims, source)?;
        let bounded = bounded::between(equation, grid);
        let bounded = bounded.map_err(|(path, why)| self.source.error_at(path, why))?;
        Ok((Posed::Equation(bounded), parameters))
    }

    /// Initial states: those of the file of `[data]` where it gives the equation, unless they are typed.
    pub(super) fn initial(
        &mut self,
        equation_is_stored: bool,
        list: &'static [&'static InitialEntry],
    ) -> Result<Chosen<InitialEntry, Arc<dyn InitialState>>, RecipeError> {
        let (mut table, source) = if equation_is_stored {
            self.required("initial")?
        } else {
            (self.optional("initial")?, self.source)
        };
        let default = Some("sine_series");
        let entry = choose(&mut table, list, |e| e.kind, default, source)?;
        let options = decode_member(table, entry.decode, source)?;
        Ok(Chosen { entry, options })
    }

    pub(super) fn ensemble(&mut self) -> Result<(EnsembleSection, ChosenSampler), RecipeError> {
        let (mut table, source) = self.required("ensemble")?;
        let sampler = optional(&mut table, "sampler", source)?;
        let sampler = decode_sampler(sampler, source)?;
        Ok((table.decode(source)?, sampler))
    }

    pub(super) fn evaluate(
        &mut self,
    ) -> Result<(EvaluateSection, Option<ChosenSampler>), RecipeError> {
        let mut table = self.optional("evaluate")?;
        let sampler = table.take_table("sampler", self.source)?;
        let sampler = sampler.map(|table| decode_sampler(table, self.source));
        let held_out = sampler.transpose()?;
        Ok((table.decode(self.source)?, held_out))
    }

    pub(super) fn buffer(&mut self, own: Extensions) -> Result<Buffer, RecipeError> {
        let mut table = self.optional("buffer")?;
        let list = own.all_policies();
        let default = Some("reservoir");
        let entry = choose(&mut table, &list, |e| e.kind, default, self.source);
        let entry = entry.map_err(extensions::with_note)?;
        let own = table.part(entry.options.iter().map(|(key, _)| *key));
        let options = decode_member(own, entry.decode, self.source)?;
        Ok((Chosen { entry, options }, table.decode(self.source)?))
    }

    /// With the constraints of its answers, as typed.
    pub(super) fn model(
        &mut self,
        extensions: Extensions,
    ) -> Result<(ModelConfig, guards::Typed), RecipeError> {
        let (mut table, default) = self.for_training("model", "fno")?;
        let guards = guards::take(&mut table, self.source)?;
        let model = model::decode(table, default, extensions, self.source)?;
        Ok((model, guards))
    }

    pub(super) fn train(
        &mut self,
    ) -> Result<(TrainSection, OptimizerSection, ScheduleSection), RecipeError> {
        let (mut table, _) = self.for_training("train", "")?;
        let optimizer = optional(&mut table, "optimizer", self.source)?.decode(self.source)?;
        let schedule = optional(&mut table, "schedule", self.source)?.decode(self.source)?;
        let start = table.take_table("start", self.source)?;
        let start = start.map(|start| start.decode(self.source)).transpose()?;
        let train: TrainSection = table.decode(self.source)?;
        Ok((TrainSection { start, ..train }, optimizer, schedule))
    }
}

/// A sampler and its options; a table without `kind` is one of Sobol points.
fn decode_sampler(mut table: Table<'_>, source: &Source) -> Result<ChosenSampler, RecipeError> {
    let entry = choose(&mut table, SAMPLERS, |e| e.kind, Some("sobol"), source)?;
    let options = decode_member(table, entry.decode, source)?;
    Ok(Chosen { entry, options })
}

pub(super) fn optional<'i>(
    table: &mut Table<'i>,
    key: &str,
    source: &Source,
) -> Result<Table<'i>, RecipeError> {
    let span = table.span.clone();
    let found = table.take_table(key, source)?;
    Ok(found.unwrap_or_else(|| Table::empty(key, span)))
}
