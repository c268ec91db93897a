//! The texts, in Markdown.

use super::markdown::{cell, list, wrapped};
use crate::numbers::text::exact;
use crate::plan::SimulationPlan;
use ondine_solvers::AxisKind;
use ondine_solvers::equation::{EQUATIONS, EquationEntry, Parameter};

/// The recipe of an example.
pub(super) fn recipe(entry: &EquationEntry) -> &'static str {
    entry.page.example.trim_start()
}

/// The page of an equation, with its picture where there is a caption.
pub(super) fn page(entry: &EquationEntry, caption: Option<&str>) -> String {
    let page = &entry.page;
    let figure = |caption| {
        format!(
            "![{}]({}.png)\n\n{}",
            page.title,
            entry.kind,
            wrapped(caption)
        )
    };
    let parts = [
        Some(format!("# {}", page.title)),
        Some(wrapped(&format!("`{}`: {}.", entry.kind, entry.summary))),
        Some(format!("```text\n{}\n```", formula(entry))),
        caption.map(figure),
        Some(facts(entry)),
        Some(format!("## Parameters\n\n{}", parameters(entry))),
        Some(format!("## Signs\n\n{}", wrapped(page.signs))),
        Some(format!("## What to expect\n\n{}", wrapped(page.expect))),
        Some(format!("## A simulation\n\n{}", simulation(entry))),
        Some(format!("## References\n\n{}", references(page.references))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("\n\n") + "\n"
}

/// The list of all pages.
pub(super) fn index() -> String {
    let row = |entry: &&EquationEntry| {
        let kind = entry.kind;
        format!(
            "| [`{kind}`]({kind}.md) | {} | {} | <a href=\"{kind}.md\"><img src=\"{kind}.png\" width=\"360\" alt=\"{}\"></a> |",
            cell(&format!("{}<br>{}", entry.formula, entry.summary)),
            list(entry.dims, ToString::to_string),
            entry.page.title,
        )
    };
    let rows: Vec<String> = EQUATIONS.iter().map(row).collect();
    let head = wrapped(
        "A page for each: formula, parameters with good values, signs, what to expect, and a simulation whose recipe \
         lies beside it. They are written from the list of equations by",
    );
    format!(
        "# Equations\n\n{head}\n\n```sh\ncargo run --release --example equation_pages -- docs/equations\n```\n\n\
         | equation | formula | dimensions | a simulation |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    )
}

/// Caption of the picture, with all settings.
pub(super) fn caption(plan: &SimulationPlan) -> String {
    let (ensemble, recipe) = (&plan.ensemble, &plan.recipe);
    let field = &plan.problem.fields[0].name;
    let over = match ensemble.points.len() {
        1 => "over space and time",
        _ => "at four times",
    };
    let settings = ensemble
        .spec(0)
        .map_or(String::new(), |spec| spec.describe());
    let initial = match ensemble.equation.own_initial {
        None => format!(
            "; initial state `{}`, seed {}",
            recipe.initial.entry.kind, recipe.seed
        ),
        Some(_) => String::new(),
    };
    let warmup = match ensemble.warmup {
        0 => String::new(),
        frames => format!("; {frames} frames of warm-up before the first that is shown"),
    };
    format!("The field `{field}` {over}. Settings: {settings}{initial}{warmup}.")
}

/// One equation per line: they are apart by commas, of which those between brackets belong to a function.
fn formula(entry: &EquationEntry) -> String {
    let mut lines = vec![String::new()];
    for part in entry.formula.split(", ") {
        let line = lines.last_mut().expect("there is always a line");
        match line.as_str() {
            "" => line.push_str(part),
            begun if is_balanced(begun) => lines.push(part.to_owned()),
            _ => *line += &format!(", {part}"),
        }
    }
    lines.join("\n")
}

fn is_balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}

fn facts(entry: &EquationEntry) -> String {
    let fields = |dims: &usize| list(&entry.fields_in(*dims), |field| format!("`{field}`"));
    let mean = |dims: &usize| {
        if entry.conserves_mean_in(*dims) {
            "conserved".to_owned()
        } else {
            "not conserved".to_owned()
        }
    };
    let method = match (entry.own_stepper, is_linear(entry)) {
        (Some(own), _) => own.method,
        (None, true) => "Fourier modes, exact in time",
        (None, false) => "pseudo-spectral, exponential Runge–Kutta (`etdrk1` to `etdrk4`)",
    };
    let rows = [
        ("dimensions", list(entry.dims, ToString::to_string)),
        ("fields", by_dimension(entry, &fields)),
        ("mean of a field", by_dimension(entry, &mean)),
        ("boundaries", boundaries(entry)),
        ("solved by", method.to_owned()),
    ];
    let rows = rows.map(|(name, value)| format!("| {name} | {value} |"));
    format!("| | |\n|---|---|\n{}", rows.join("\n"))
}

/// The ends of the axes, those that are alike once.
fn boundaries(entry: &EquationEntry) -> String {
    let dims = entry.dims.iter().copied().max().unwrap_or(1);
    let mut ends: Vec<String> = entry.axes[..dims].iter().map(|kind| ends(*kind)).collect();
    ends.dedup();
    let all = entry.bounded.unwrap_or_default().iter();
    let walls = all
        .filter(|entry| entry.has_modes())
        .map(|entry| entry.axes[0]);
    for kind in walls {
        let named = match kind {
            AxisKind::WALLS => "walls without flux",
            AxisKind::FIXED_WALLS => "walls of value 0",
            _ => continue,
        };
        if !ends.iter().any(|end| end == named) {
            ends.push(named.to_owned());
        }
    }
    ends.join(", ")
}

fn ends(kind: AxisKind) -> String {
    match kind {
        AxisKind::FIXED_WALLS => "values on walls".to_owned(),
        kind => kind.ends().to_string(),
    }
}

/// Whether there is no nonlinear term, whatever the parameters.
fn is_linear(entry: &EquationEntry) -> bool {
    let dims = entry.dims[0];
    let values: Vec<f64> = entry.values_in(dims).map(|p| p.good[1]).collect();
    let equation = entry.build_checked(&values, dims);
    equation.is_ok_and(|equation| equation.is_linear())
}

/// One value, or one a dimension where they differ.
fn by_dimension(entry: &EquationEntry, value: &dyn Fn(&usize) -> String) -> String {
    let first = value(&entry.dims[0]);
    if entry.dims.iter().all(|dims| value(dims) == first) {
        return first;
    }
    let each = |dims: &usize| format!("{} in {dims}-D", value(dims));
    entry.dims.iter().map(each).collect::<Vec<_>>().join("; ")
}

fn parameters(entry: &EquationEntry) -> String {
    let row = |p: &Parameter| {
        let default = p.default.map_or("none".to_owned(), exact);
        let [low, high] = p.good.map(exact);
        let vector = if p.per_axis {
            "; one value an axis"
        } else {
            ""
        };
        let (symbol, doc, range) = (p.symbol, cell(p.doc), range(p));
        format!(
            "| `{}` | {symbol} | {doc}{vector} | {default} | {range} | {low} to {high} |",
            p.name
        )
    };
    let rows: Vec<String> = entry.parameters.iter().map(row).collect();
    format!(
        "| name | symbol | meaning | default | range | good values |\n|---|---|---|---|---|---|\n{}",
        rows.join("\n")
    )
}

fn range(parameter: &Parameter) -> String {
    let (min, max) = (parameter.min, parameter.max);
    let range = match (min > 0.0, min.is_finite(), max.is_finite()) {
        (_, _, true) => format!("{} to {}", exact(min), exact(max)),
        (true, ..) => "above 0".to_owned(),
        (_, true, _) => format!("{} or more", exact(min)),
        _ => "any".to_owned(),
    };
    if parameter.whole {
        format!("whole, {range}")
    } else {
        range
    }
}

fn simulation(entry: &EquationEntry) -> String {
    let kind = entry.kind;
    let head = wrapped(&format!(
        "This recipe, [`{kind}.toml`]({kind}.toml), makes the picture of `docs/equations/{kind}.md`. With a `[model]` and a \
         `[train]` section, more simulations and ranges for what should vary, it trains a surrogate."
    ));
    format!(
        "{head}\n\n```toml\n{}```\n\n```sh\nondine simulate docs/equations/{kind}.toml --output {kind}.h5\n```",
        recipe(entry)
    )
}

fn references(references: &[&str]) -> String {
    let line = |text: &&str| format!("- {}", wrapped(text).replace('\n', "\n  "));
    references.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ondine_solvers::equation::find;

    #[test]
    fn tables_say_what_the_entries_mean() {
        let entry = |kind| find(kind).expect("in the list");
        let burgers = facts(entry("burgers"));
        assert!(burgers.contains("`u` in 1-D; `u`, `v` in 2-D"), "{burgers}");
        assert!(
            burgers.contains("conserved in 1-D; not conserved in 2-D"),
            "{burgers}"
        );
        assert!(facts(entry("kdv")).contains("| conserved |"));
        assert!(facts(entry("wave")).contains("exact in time"));
        assert!(facts(entry("kdv")).contains("Runge–Kutta"));
        assert!(facts(entry("heat")).contains("walls"));
        let flow = parameters(entry("kolmogorov_flow"));
        assert!(flow.contains("| 4 | whole, above 0 | 2 to 4 |"), "{flow}");
        assert!(
            flow.contains("| none | 0 or more | 0.001 to 0.01 |"),
            "{flow}"
        );
        assert!(parameters(entry("gray_scott")).contains("1e-5 to 4e-5"));
        assert!(parameters(entry("heat")).contains("one value an axis | none | any |"));
    }

    #[test]
    fn every_page_shows_whole_equations() {
        for entry in EQUATIONS {
            let page = page(entry, None);
            let blocks = page
                .split_once("```text\n")
                .and_then(|(_, rest)| rest.split_once("\n```"));
            let (block, _) = blocks.expect("a block of its own");
            assert_eq!(block.replace('\n', ", "), entry.formula, "{}", entry.kind);
            for line in block.lines() {
                let sides: Vec<&str> = line.split(" = ").collect();
                assert!(
                    matches!(sides[..], [left, right] if !left.is_empty() && !right.is_empty()),
                    "{line}"
                );
                assert!(is_balanced(line), "{}: {line}", entry.kind);
            }
        }
        let combined = formula(find("combined").expect("in the list"));
        assert_eq!(combined, "uₜ + α u uₓ = β uₓₓ − γ uₓₓₓ + δ(t, x)");
    }

    #[test]
    fn a_bar_in_a_formula_does_not_end_a_cell() {
        let index = index();
        let columns = |line: &str| line.replace("\\|", "").matches('|').count();
        let rows: Vec<&str> = index.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 2 + EQUATIONS.len());
        assert!(rows.iter().all(|row| columns(row) == 5), "{index}");
    }
}
