//! Wrong values in recipes: every key of every member of every list, told without words of the programming language.

use ondine::datasets::initial::INITIAL_STATES;
use ondine::datasets::policy::POLICIES;
use ondine::datasets::sampler::SAMPLERS;
use ondine::models::SURROGATES;
use ondine::models::network::NETWORKS;
use ondine::objective::OBJECTIVES;
use ondine::recipe::{Recipe, RecipeError};
use ondine::solvers::equation::EQUATIONS;

/// Advection with a tiny network, every section there.
const RECIPE: &str = r#"
name = "words"
[equation]
kind = "advection"
velocity = 1.0
[grid]
points = [32]
length = 1.0
[time]
dt = 0.1
frames = 20
substeps = 1
[ensemble]
simulations = 20
[model]
kind = "fno"
width = 4
modes = 4
layers = 1
[train]
steps = 10
batch = 4
"#;

/// One of every kind of value.
const VALUES: [&str; 14] = [
    "-1",
    "0",
    "1.5",
    "nan",
    "\"word\"",
    "true",
    "[]",
    "[1, 2, 3]",
    "[\"a\", 1]",
    "{}",
    "{ a = 1 }",
    "{ uniform = 3 }",
    "1979-05-27",
    "99999999999999999999999999999999999999999999",
];

/// Words that belong into no message.
const FOREIGN: [&str; 27] = [
    "usize", "u64", "u32", "i64", "u128", "i128", "bool", "boolean", "str", "string", "vec",
    "sequence", "map", "struct", "enum", "variant", "tuple", "Option", "Some", "None", "unit",
    "serde", "panicked", "newtype", "field", "integer", "array",
];

/// The first foreign word of a message, what it quotes left out.
fn foreign(message: &str) -> Option<&'static str> {
    let unquoted: String = message.split('`').step_by(2).collect();
    let words: Vec<&str> = unquoted
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let found = FOREIGN.into_iter().find(|foreign| words.contains(foreign));
    found.or_else(|| unquoted.contains("{ .. }").then_some("{ .. }"))
}

fn checked(overrides: &[String]) -> Result<(), RecipeError> {
    let recipe = Recipe::parse("words.toml", RECIPE, overrides)?;
    recipe.check().map(drop)
}

/// Tries every value for the key and returns how many are refused; notes the messages with a foreign word.
fn try_all(before: &[String], key: &str, wrong: &mut Vec<String>) -> usize {
    let mut refused = 0;
    for value in VALUES {
        let typed = format!("{key}={value}");
        let overrides = [before, std::slice::from_ref(&typed)].concat();
        if let Err(error) = checked(&overrides) {
            let help = error.help.clone().unwrap_or_default();
            for text in [&error.message, &help] {
                let found = foreign(text).map(|word| format!("{word} in {overrides:?}: {text}"));
                wrong.extend(found);
            }
            refused += 1;
        }
    }
    refused
}

#[test]
fn wrong_values_of_plain_keys_are_told_in_plain_words() {
    let keys = "name seed deterministic grid grid.points grid.solver_points grid.length time.dt time.warmup time.frames \
        time.substeps time.tolerance time.integrator time.precision ensemble.simulations ensemble.workers \
        ensemble.isolation ensemble.max_failures ensemble.time_limit ensemble.sampler ensemble.sampler.kind buffer \
        buffer.kind buffer.capacity buffer.watermark buffer.reads_per_sample model.kind model.conserve_mean model.keep_positive objective \
        objective.kind train train.steps train.epochs train.batch train.ema train.clip train.log train.checkpoint \
        train.tensorboard train.optimizer train.optimizer.kind train.optimizer.learning_rate \
        train.optimizer.weight_decay train.optimizer.betas train.schedule train.schedule.kind train.schedule.warmup \
        train.schedule.final evaluate evaluate.every evaluate.trajectories evaluate.frames evaluate.metrics \
        evaluate.sampler data data.source data.trajectories data.memory stage equation initial";
    let mut wrong = Vec::new();
    for key in keys.split_whitespace() {
        let refused = try_all(&[], key, &mut wrong);
        assert!(
            refused > 5,
            "{key}: only {refused} wrong values are refused"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_values_of_every_member_are_told_in_plain_words() {
    let (mut tried, mut wrong) = (0, Vec::new());
    let mut member = |section: &str, kind: &str, keys: Vec<&str>| {
        let before = [format!("{section}={{ kind = \"{kind}\" }}")];
        for key in keys {
            tried += try_all(&before, &format!("{section}.{key}"), &mut wrong);
        }
    };
    for entry in EQUATIONS {
        member(
            "equation",
            entry.kind,
            entry.parameters.iter().map(|p| p.name).collect(),
        );
    }
    let names = |options: &'static [(&str, &str)]| {
        options.iter().map(|option| option.0).collect::<Vec<_>>()
    };
    for entry in INITIAL_STATES {
        member("initial", entry.kind, names(entry.options));
    }
    for entry in SAMPLERS {
        member("ensemble.sampler", entry.kind, names(entry.options));
        member("evaluate.sampler", entry.kind, names(entry.options));
    }
    for entry in POLICIES {
        member("buffer", entry.kind, vec!["capacity"]);
    }
    for entry in NETWORKS {
        member("model", entry.kind, names(entry.options));
    }
    for entry in SURROGATES {
        member("model", entry.kind, names(entry.options));
    }
    for entry in OBJECTIVES {
        member(
            "objective",
            entry.kind,
            vec![
                "stride",
                "noise",
                "norm",
                "norm_weight",
                "bundle",
                "history",
                "augment",
                "steps",
            ],
        );
    }
    assert!(tried > 1000, "{tried}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_misspelt_key_is_named_itself_with_the_one_that_was_meant() {
    for (typed, message, help) in [
        (
            "equation={ kind = \"advection\", velocty = 1.0 }",
            "has no parameter `velocty`",
            "did you mean `velocity`?",
        ),
        (
            "equation={ knd = \"advection\", velocity = 1.0 }",
            "unknown key `knd` in [equation]",
            "did you mean `kind`?",
        ),
        (
            "ensemble={ simulations = 9, smapler = { kind = \"halton\" } }",
            "`smapler`",
            "did you mean `sampler`?",
        ),
        (
            "model={ kind = \"fno\", conserve_maen = true }",
            "`conserve_maen`",
            "did you mean `conserve_mean`?",
        ),
        (
            "model={ kind = \"pde_refiner\", bakcbone = { kind = \"fno\" } }",
            "`bakcbone`",
            "did you mean `backbone`?",
        ),
        (
            "train={ steps = 9, optimiser = { learning_rate = 1e-3 } }",
            "`optimiser`",
            "did you mean `optimizer`?",
        ),
        (
            "train={ steps = 9, shedule = { warmup = 3 } }",
            "`shedule`",
            "did you mean `schedule`?",
        ),
        (
            "buffer={ knid = \"firo\" }",
            "`knid`",
            "did you mean `kind`?",
        ),
        (
            "evaluate={ samler = { kind = \"sobol\" } }",
            "`samler`",
            "did you mean `sampler`?",
        ),
        (
            "time.dt={ unifrom = [0.1, 0.2] }",
            "`unifrom`",
            "did you mean `uniform`?",
        ),
        (
            "equation.velocity={ loguniform = [0.1, 1.0] }",
            "`loguniform` in [equation.velocity]",
            "did you mean `log_uniform`?",
        ),
        (
            "stage=[{ steps = 5, objectve = { stride = 1 } }]",
            "`objectve`",
            "did you mean `objective`?",
        ),
        ("stge=[{ steps = 5 }]", "`stge`", "did you mean `stage`?"),
        (
            "determinstic=true",
            "`determinstic`",
            "did you mean `deterministic`?",
        ),
    ] {
        let error = checked(&[typed.to_owned()]).expect_err(typed);
        assert!(error.message.contains(message), "{typed}: {error}");
        assert_eq!(error.help.as_deref(), Some(help), "{typed}: {error}");
    }
}

#[test]
fn a_text_that_is_no_toml_is_told_with_what_to_write() {
    for (line, message, help) in [
        ("kind = fno", "the value can't be read", "a text in quotes"),
        ("kind = None", "the value can't be read", "a text in quotes"),
        (
            "dt = \u{2212}0.1",
            "a dash that is no minus sign",
            "write -",
        ),
        ("dt = [1, 2", "] is missing", ""),
        (
            "dt = \"abc",
            "a text is not closed",
            "the quote that it begins with",
        ),
        (
            "dt = 1e",
            "digits of the number are missing",
            "write 0.5, 5.0 or 1e5",
        ),
        (
            "dt = .5",
            "the value can't be read|digits of the number",
            "",
        ),
        ("dt = 01", "the number can't be read", "write 12"),
        ("x y = 3", "a key without a value", "write key = value"),
        (
            "path = \"C:\\data\"",
            "a text in double quotes",
            "single quotes",
        ),
        (
            "dt = 2026-11-29",
            "`dt` is a date",
            "write a number, or a text in quotes",
        ),
    ] {
        let error = Recipe::parse("no.toml", &format!("[time]\n{line}\n"), &[]);
        let error = error.err().expect(line);
        assert!(
            message.split('|').any(|one| error.message.contains(one)),
            "{line}: {error}"
        );
        let found = error.help.clone().unwrap_or_default();
        assert!(found.contains(help), "{line}: {error}");
        assert_eq!(
            foreign(&format!("{} {found}", error.message)),
            None,
            "{line}"
        );
        assert!(error.to_string().contains("no.toml:2:"), "{line}: {error}");
    }
}

#[test]
fn a_section_of_another_name_is_named_itself_with_the_one_that_was_meant() {
    for (section, wrong) in [
        ("ensemble", "ensembel"),
        ("equation", "equations"),
        ("grid", "Grid"),
        ("time", "tiem"),
    ] {
        let text = RECIPE.replace(&format!("[{section}]"), &format!("[{wrong}]"));
        let error = Recipe::parse("wrong.toml", &text, &[]).err().expect(wrong);
        assert_eq!(error.message, format!("unknown section [{wrong}]"));
        assert_eq!(error.help, Some(format!("did you mean [{section}]?")));
    }
    let set = |sets: &str| checked(&[sets.to_owned()]).expect_err(sets);
    let help = set("train.optimizer=\"adam\"").help.unwrap_or_default();
    assert!(help.contains("[train.optimizer]"), "{help}");
    for name in ["", "../elsewhere", ".."] {
        let error = set(&format!("name=\"{name}\""));
        assert!(error.message.contains("`name` is"), "{error}");
    }
    assert_eq!(
        set("model.kind=\"FNO\"").help,
        Some("did you mean `fno`?".to_owned())
    );
}
