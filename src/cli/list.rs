//! `ondine list`: what exists.

use super::CliError;
use super::table::{columns, print, print_json};
use crate::diagnosis::RULES;
use crate::metric::{METRICS, MetricEntry};
use crate::objective::{COMMON_KEYS, OBJECTIVES};
use crate::pages::details;
use crate::recipe::{BUFFER_KEYS, MODEL_KEYS, SOURCES, SURROGATE_KEYS, suggest};
use clap::Args;
use ondine_datasets::files::FORMATS;
use ondine_datasets::initial::INITIAL_STATES;
use ondine_datasets::policy::POLICIES;
use ondine_datasets::sampler::SAMPLERS;
use ondine_datasets::{DISTRIBUTIONS, DistributionEntry};
use ondine_models::SURROGATES;
use ondine_models::network::NETWORKS;
use ondine_solvers::equation::{EQUATIONS, EquationEntry, find};
use serde::Serialize;
use std::collections::BTreeMap;

/// List equations, initial states, distributions, sources, layouts of files, samplers, buffers, models, objectives, metrics and what a diagnosis looks for.
#[derive(Args)]
pub(super) struct List {
    /// One of equations, initial, distributions, sources, formats, samplers, buffers, models, objectives, metrics, diagnoses; all if absent.
    what: Option<String>,
    /// One member of the list; of an equation, all that is known.
    kind: Option<String>,
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
}

/// One list.
#[derive(Serialize)]
struct Section {
    name: &'static str,
    members: Vec<Member>,
}

/// One member of a list.
#[derive(Serialize)]
struct Member {
    kind: &'static str,
    summary: String,
    options: Vec<(String, String)>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    equation: Option<EquationFacts>,
}

/// Further facts of an equation.
#[derive(Serialize)]
struct EquationFacts {
    /// Numbers of axes it exists for.
    dims: &'static [usize],
    /// Names of the fields of a state, by the number of axes.
    fields: BTreeMap<usize, Vec<String>>,
    parameters: Vec<ParameterFacts>,
}

/// Facts of a parameter of an equation.
#[derive(Serialize)]
struct ParameterFacts {
    name: &'static str,
    symbol: &'static str,
    default: Option<f64>,
    good: [f64; 2],
    /// Whether it is a vector with one component per axis.
    per_axis: bool,
    /// Whether only whole numbers are allowed.
    whole: bool,
}

impl List {
    pub(super) fn run(self) -> Result<(), CliError> {
        let mut sections = sections();
        if let Some(what) = &self.what {
            keep(&mut sections, what, "list", |section| section.name)?;
            let members = &mut sections[0].members;
            if let Some(kind) = &self.kind {
                keep(members, kind, "member", |member| member.kind)?;
            }
        }
        match (self.json, self.equation()) {
            (true, _) => print_json(&sections),
            (false, Some(entry)) => print(&details(entry)),
            (false, None) => {
                let sections: Vec<_> = sections.iter().map(rendered).collect();
                print(&sections.join("\n\n"))
            }
        }
    }

    /// The equation that is asked for alone.
    fn equation(&self) -> Option<&'static EquationEntry> {
        let equations = self.what.as_deref() == Some("equations");
        self.kind.as_deref().filter(|_| equations).and_then(find)
    }
}

/// Keeps the item called `name`, or says which there are.
fn keep<T>(
    items: &mut Vec<T>,
    name: &str,
    what: &str,
    read: impl Fn(&T) -> &'static str,
) -> Result<(), CliError> {
    let names: Vec<&str> = items.iter().map(&read).collect();
    if !names.contains(&name) {
        let help = suggest(name, &names);
        return Err(CliError::Usage(format!(
            "there is no {what} `{name}`; {help}"
        )));
    }
    items.retain(|item| read(item) == name);
    Ok(())
}

fn rendered(section: &Section) -> String {
    let mut rows = Vec::new();
    for member in &section.members {
        rows.push(vec![format!("  {}", member.kind), member.summary.clone()]);
        for (name, meaning) in &member.options {
            rows.push(vec![String::new(), format!("  {name}: {meaning}")]);
        }
    }
    format!("{}\n{}", section.name, columns(&rows))
}

fn sections() -> Vec<Section> {
    let plain = |kind, summary: &str| Member {
        kind,
        summary: summary.to_owned(),
        options: vec![],
        equation: None,
    };
    let optioned = |kind, summary: &str, options: &[(&str, &str)]| Member {
        options: options
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()))
            .collect(),
        ..plain(kind, summary)
    };
    let networks = NETWORKS
        .iter()
        .map(|e| optioned(e.kind, e.summary, &[e.options, MODEL_KEYS].concat()));
    let surrogates = SURROGATES.iter().map(|e| {
        let keys = [SURROGATE_KEYS, e.options, MODEL_KEYS].concat();
        optioned(e.kind, e.summary, &keys)
    });
    let initial = INITIAL_STATES
        .iter()
        .map(|e| optioned(e.kind, e.summary, e.options))
        .collect();
    let samplers = SAMPLERS
        .iter()
        .map(|e| optioned(e.kind, e.summary, e.options))
        .collect();
    let lists = [
        ("equations", equations()),
        ("initial", initial),
        (
            "distributions",
            DISTRIBUTIONS.iter().map(distribution).collect(),
        ),
        (
            "sources",
            SOURCES.iter().map(|e| plain(e.kind, e.summary)).collect(),
        ),
        (
            "formats",
            FORMATS.iter().map(|e| plain(e.kind, e.summary)).collect(),
        ),
        ("samplers", samplers),
        (
            "buffers",
            POLICIES
                .iter()
                .map(|e| optioned(e.kind, e.summary, &[e.options, BUFFER_KEYS].concat()))
                .collect(),
        ),
        ("models", networks.chain(surrogates).collect()),
        (
            "objectives",
            OBJECTIVES
                .iter()
                .map(|e| optioned(e.kind, e.summary, &[e.keys, COMMON_KEYS].concat()))
                .collect(),
        ),
        ("metrics", METRICS.iter().map(metric).collect()),
        (
            "diagnoses",
            RULES.iter().map(|e| plain(e.name, e.summary)).collect(),
        ),
    ];
    lists
        .into_iter()
        .map(|(name, members)| Section { name, members })
        .collect()
}

fn distribution(entry: &&DistributionEntry) -> Member {
    Member {
        kind: entry.kind,
        summary: format!("{}   {}", entry.example, entry.summary),
        options: vec![],
        equation: None,
    }
}

fn metric(entry: &&MetricEntry) -> Member {
    Member {
        kind: entry.kind,
        summary: format!("{}   {}", entry.formula, entry.summary),
        options: vec![],
        equation: None,
    }
}

fn equations() -> Vec<Member> {
    let member = |entry: &&EquationEntry| Member {
        kind: entry.kind,
        summary: format!(
            "{}   {} ({})",
            entry.formula,
            entry.summary,
            dimensions(entry.dims)
        ),
        options: entry.parameters.iter().map(parameter).collect(),
        equation: Some(equation_facts(entry)),
    };
    EQUATIONS.iter().map(member).collect()
}

fn equation_facts(entry: &EquationEntry) -> EquationFacts {
    let fields = |&dims: &usize| (dims, entry.fields_in(dims));
    let parameter = |parameter: &ondine_solvers::Parameter| ParameterFacts {
        name: parameter.name,
        symbol: parameter.symbol,
        default: parameter.default,
        good: parameter.good,
        per_axis: parameter.per_axis,
        whole: parameter.whole,
    };
    EquationFacts {
        dims: entry.dims,
        fields: entry.dims.iter().map(fields).collect(),
        parameters: entry.parameters.iter().map(parameter).collect(),
    }
}

/// "1-D, 2-D".
fn dimensions(dims: &[usize]) -> String {
    let names: Vec<String> = dims.iter().map(|dims| format!("{dims}-D")).collect();
    names.join(", ")
}

fn parameter(parameter: &ondine_solvers::Parameter) -> (String, String) {
    let [low, high] = parameter.good;
    let default = parameter
        .default
        .map_or(String::new(), |value| format!(" (default {value})"));
    let doc = parameter.doc;
    let meaning = format!(
        "{}, {doc}; good values {low} to {high}{default}",
        parameter.symbol
    );
    (parameter.name.to_owned(), meaning)
}
