//! Surrogates from parameters and time to a state (`inputs = "parameters"`): told the right time everywhere, trained on heat
//! between walls, resumed, from files, and refused where parameters do not determine the solution.

use crate::common::{Folder, RECIPE, kill_at, metrics, printed, run, text, timeless};
use burn::module::{Module, ModuleMapper, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use ondine::control::Control;
use ondine::datasets::files::{DatasetReader, WellReader};
use ondine::datasets::{Source, Window, WindowCutter};
use ondine::evaluation::{HeldOut, judge};
use ondine::models::{Init, Inputs, Model, Scaling, SurrogateRng};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use serde_json::Value;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Heat in a rod of 16 points.
const HEAT: &str = r#"
name = "rod"
seed = 3

[equation]
kind = "heat"
initial_temperature = { uniform = [100.0, 500.0] }
low_wall = { uniform = [100.0, 500.0] }
high_wall = { uniform = [100.0, 500.0] }

[grid]
points = [16]
length = 1.0

[time]
dt = { uniform = [0.005, 0.015] }
frames = 20
substeps = 4

[ensemble]
simulations = 200
workers = 1

[buffer]
capacity = 500

[model]
kind = "mlp"
inputs = "parameters"
width = 48

[train]
steps = 600
batch = 16
log = 10
checkpoint = 50
optimizer = { learning_rate = 5e-3 }

[evaluate]
every = 300
trajectories = 4
"#;

fn plan(text: &str, sets: &[&str]) -> Plan {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let checked = Recipe::parse("heat.toml", text, &sets).and_then(Recipe::check);
    checked.unwrap_or_else(|error| panic!("{error}"))
}

/// Trains with keys of the recipe set; returns what was printed.
fn train(recipe: &Path, output: &Path, sets: &[&str]) -> String {
    let (recipe, output) = (text(recipe), text(output));
    let mut arguments = vec!["train", &recipe, "--output", &output];
    sets.iter()
        .for_each(|set| arguments.extend(["--set", *set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert!(result.status.success(), "{said}");
    said
}

/// Weights by which a network with one layer of `2 n` `relu` units is `Σⱼ coefficient(i, j) pⱼ` of its `n` parameters:
/// `p = relu(p) − relu(−p)`.
struct HandMade {
    tensor: usize,
    parameters: usize,
}

/// Coefficient of parameter `j` at point `i`.
fn coefficient(i: usize, j: usize) -> f32 {
    (1.3 * i as f32 + 0.7 * j as f32).sin()
}

impl ModuleMapper for HandMade {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (tensor, n) = (self.tensor, self.parameters);
        self.tensor += 1;
        param.map(|weight| {
            let (dims, device) = (weight.dims(), weight.device());
            let columns = dims[D - 1];
            let sign = |unit: usize| if unit < n { 1.0 } else { -1.0 };
            let value = |place: usize| match (tensor, place / columns, place % columns) {
                (0, input, unit) if unit % n == input => sign(unit),
                (2, unit, output) => sign(unit) * coefficient(output, unit % n),
                _ => 0.0, // biases, and what does not belong together
            };
            let values: Vec<f32> = (0..dims.iter().product()).map(value).collect();
            Tensor::<1>::from_floats(&values[..], &device).reshape(dims)
        })
    }
}

/// A surrogate of the plan that answers with sums over what it is told, in physical units.
fn hand_made(plan: &Plan, device: &Device) -> Model {
    let surrogate = plan.surrogate(&mut Init::new(0, device), Scaling::identity(&plan.fields));
    let parameters = plan.fields.parameters;
    surrogate.map(&mut HandMade {
        tensor: 0,
        parameters,
    })
}

#[test]
fn a_rollout_asks_for_the_time_of_every_frame() {
    let device = Device::flex();
    for (stride, dt) in [(1, "time.dt=0.01"), (3, "time.dt={uniform=[0.005, 0.015]}")] {
        let stride_set = format!("objective.stride={stride}");
        let width = "model.width=14"; // two units for dt, dx, ν, three temperatures, t
        let plan = plan(HEAT, &[&stride_set, dt, width, "model.layers=1"]);
        assert_eq!(plan.fields.parameters, 7);
        let held_out =
            HeldOut::simulate(&plan, 0, Control::none()).unwrap_or_else(|error| panic!("{error}"));
        let surrogate = hand_made(&plan, &device);
        let judged = judge(&plan, &held_out, &surrogate, &device, 0, Control::none());
        let (_, sample) = judged.unwrap_or_else(|error| panic!("{error}"));
        let known = &held_out.trajectories[0].conditions;
        let frames = sample.prediction.chunks(16).enumerate();
        assert_eq!(frames.len(), 1 + 19 / stride);
        for (step, frame) in frames.skip(1) {
            let time = (step * stride) as f64 * known.dt;
            assert!((time - sample.times[step]).abs() < 1e-12);
            let told = [
                &[known.dt * stride as f64, 1.0 / 17.0][..], // 16 points between walls
                &known.parameters,
                &[time],
            ];
            let told = told.concat();
            for (i, value) in frame.iter().enumerate() {
                let terms = told.iter().enumerate();
                let sum: f64 = terms.map(|(j, p)| f64::from(coefficient(i, j)) * p).sum();
                let error = (f64::from(*value) - sum).abs();
                assert!(error < 5e-4, "step {step}, point {i}: {error}"); // f32, terms up to 500
            }
        }
    }
}

/// The windows of the first simulation.
fn windows(plan: &Plan) -> Vec<Window> {
    let ensemble = &plan.solver.as_ref().expect("an equation").training;
    let mut cutter = WindowCutter::new(plan.cut, 0, ensemble.conditions(0));
    let mut windows = Vec::new();
    let run = ensemble.run(0, &mut |frame| {
        windows.extend(cutter.push(frame));
        ControlFlow::Continue(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    windows
}

#[test]
fn a_batch_is_told_the_time_of_the_frame_to_predict_in_every_stage() {
    let stages = "[[stage]]\nsteps = 5\nobjective = { stride = 3 }\n[[stage]]\nsteps = 5\n";
    let plan = plan(
        &HEAT
            .replace("steps = 600\n", "")
            .replace("[evaluate]", &format!("{stages}[evaluate]")),
        &[],
    );
    let windows = windows(&plan);
    let device = Device::flex();
    for (stage, stride) in [(0, 3), (1, 1)] {
        let batch = plan.stages[stage].batch(&windows, 0, &device);
        let [rows, columns] = batch.parameters.dims();
        assert_eq!([rows, columns], [windows.len(), 7]);
        let times = batch.parameters.slice([0..rows, 6..7]).into_data();
        let times = times.try_to_vec::<f32>().expect("f32");
        for (window, time) in windows.iter().zip(times) {
            let expected = window.conditions.dt * (window.start + stride) as f64;
            assert!(
                (f64::from(time) - expected).abs() < 1e-7,
                "{time}, {expected}"
            ); // f32
        }
    }
}

#[test]
fn a_surrogate_of_every_dimension_is_finite_and_every_weight_of_it_moves() {
    let device = Device::flex().autodiff();
    let plate = "grid.points=[6, 4]";
    for (sets, parameters) in [(vec![], 7), (vec![plate], 10)] {
        let plan = plan(HEAT, &sets);
        assert_eq!(plan.model.inputs(), Inputs::Parameters);
        assert_eq!(plan.fields.parameters, parameters);
        let resolved = plan.resolved();
        assert!(
            resolved.contains("inputs = \"parameters\"")
                && resolved.contains("conserve_mean = false")
        );
        let again = Recipe::parse("again.toml", &resolved, &[]).and_then(Recipe::check);
        assert_eq!(
            again.unwrap_or_else(|error| panic!("{error}")).resolved(),
            resolved
        );
        let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
        assert_eq!(
            plan.model.num_parameters(&plan.fields),
            surrogate.num_params()
        );
        let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
        let objective = &plan.stages[0].objective;
        let loss = objective.loss(&surrogate, &batch, &mut SurrogateRng::new(0));
        let value = loss.clone().into_scalar::<f32>();
        assert!(value.is_finite() && value > 0.0, "{value}");
        let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
        let weights = burn::module::list_param_ids(&surrogate.clone().valid()).len();
        assert_eq!(gradients.len(), weights);
    }
}

#[test]
fn the_loss_does_not_look_at_the_state_before() {
    let device = Device::flex();
    let plan = plan(HEAT, &[]);
    let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
    let mut batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let objective = &plan.stages[0].objective;
    let losses = || {
        objective
            .losses(&surrogate, &batch, &mut SurrogateRng::new(0))
            .into_data()
    };
    let expected = losses();
    let shape = batch.frames[0].dims();
    batch.frames[0] =
        Tensor::from_inner(SurrogateRng::new(5).normal(shape, &device) * 200.0 + 300.0);
    let losses = objective.losses(&surrogate, &batch, &mut SurrogateRng::new(0));
    losses.into_data().assert_eq(&expected, true);
}

#[test]
fn a_surrogate_of_heat_learns_and_is_evaluated_again_from_its_directory() {
    let folder = Folder::new("direct-learns");
    let output = folder.path("run");
    train(
        &folder.write("rod.toml", HEAT),
        &output,
        &["train.steps=1200"],
    );
    let lines = metrics(&output);
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(
        last < first / 30.0,
        "the loss fell only from {first} to {last}"
    );
    let judged = lines.iter().rev().find(|line| line.get("nrmse").is_some());
    let judged = judged.expect("it was evaluated");
    let number = |name: &str| judged[name].as_f64().unwrap_or_else(|| panic!("no {name}"));
    assert!(number("nrmse") < number("persistence_nrmse"), "{judged}");
    let result = run(&["evaluate", &text(&output), "--json"]);
    assert!(result.status.success(), "{}", printed(&result));
    let evaluation: Value = serde_json::from_slice(&result.stdout).expect("JSON");
    assert_eq!(evaluation["surrogate"]["nrmse"], judged["nrmse"]);
    let error = |of: &str, step: usize| {
        let error = &evaluation[of]["nrmse_over_time"][step];
        error.as_f64().expect("a number")
    };
    // Errors do not add up: the first frame, with jumps at the walls, is the hardest.
    let [first, middle, last] = [0, 9, 18].map(|step| error("surrogate", step));
    assert!(middle < first && last < first, "{first}, {middle}, {last}");
    let idle = error("persistence", 9);
    assert!(middle < 0.2 * idle, "{middle} beside {idle}");
    let page = fs::read_to_string(output.join("report.html")).expect("a run has a report");
    assert!(page.contains("MLP of time and conditions"));
}

#[test]
fn trainings_are_the_same_for_any_workers_in_processes_and_after_a_kill() {
    let folder = Folder::new("direct-same");
    let recipe = folder.write("rod.toml", HEAT);
    let whole = folder.path("whole");
    train(&recipe, &whole, &[]);
    let expected = timeless(&whole);
    for (name, set) in [
        ("two", "ensemble.workers=2"),
        ("processes", "ensemble.isolation=process"),
    ] {
        let output = folder.path(name);
        train(&recipe, &output, &[set, "deterministic=true"]);
        assert_eq!(timeless(&output), expected, "{name}");
    }
    let killed = folder.path("killed");
    let arguments = ["train", &text(&recipe), "--output", &text(&killed)];
    kill_at(&arguments, &killed, "step-00000100");
    let result = run(&["train", "--resume", &text(&killed)]);
    assert!(result.status.success(), "{}", printed(&result));
    assert_eq!(timeless(&killed), expected, "killed");
}

#[test]
fn an_adaptive_sampler_makes_generations_by_its_losses_and_by_its_rollouts() {
    let folder = Folder::new("direct-breed");
    let recipe = folder.write("rod.toml", HEAT);
    for signal in ["loss", "rollout"] {
        let sampler = format!(
            "ensemble.sampler={{ kind = \"breed\", signal = \"{signal}\", every = 20, end = 0.9, breakpoint = 3, \
             min_simulations = 5 }}"
        );
        let output = folder.path(signal);
        train(&recipe, &output, &[&sampler, "train.steps=200"]);
        let lines = metrics(&output);
        let generations = lines.iter().filter_map(|line| line["generations"].as_f64());
        assert!(generations.fold(0.0, f64::max) >= 3.0, "{signal}");
    }
}

fn simulate(recipe: &Path, file: &Path, more: &[&str]) {
    let (recipe, file) = (text(recipe), text(file));
    let result = run(&[&["simulate", &recipe, "--output", &file], more].concat());
    assert!(result.status.success(), "{}", printed(&result));
}

/// Eight frames after those of a file, by a run.
fn predict(folder: &Folder, run_directory: &Path, from: &Path, name: &str) -> (PathBuf, Output) {
    let to = folder.path(name);
    let [of, initial, output] = [text(run_directory), text(from), text(&to)];
    let own = ["predict", &of, "--initial", &initial, "--output", &output];
    (to.clone(), run(&[&own[..], &["--frames", "8"]].concat()))
}

#[test]
fn predictions_go_on_at_the_time_where_a_file_ends() {
    let folder = Folder::new("direct-predict");
    let recipe = folder.write("rod.toml", HEAT);
    let [known, truth, output] = ["known.h5", "truth.h5", "run"].map(|name| folder.path(name));
    train(&recipe, &output, &[]);
    let few = ["--count", "5", "--set"];
    simulate(&recipe, &known, &[&few[..], &["time.frames=6"]].concat());
    simulate(&recipe, &truth, &[&few[..], &["time.frames=14"]].concat());
    let (file, result) = predict(&folder, &output, &known, "forecast.h5");
    assert!(result.status.success(), "{}", printed(&result));
    let open = |path: &Path| WellReader::open(path).unwrap_or_else(|error| panic!("{error}"));
    let (truth, forecast) = (open(&truth), open(&file));
    let (mut right, mut late) = (0.0, 0.0);
    for index in 0..5 {
        let frame = |file: &WellReader, number| file.frame(index, number).expect("it is there");
        for step in 1..=8 {
            let u = frame(&forecast, step);
            let distance = |number: usize| -> f64 {
                let pairs = frame(&truth, number).into_iter().zip(&u);
                pairs.map(|(truth, u)| (truth - u).powi(2)).sum()
            };
            right += distance(5 + step);
            late += distance(step); // as if time began at the end of the file
        }
    }
    assert!(right < 0.25 * late, "{right} {late}");
}

#[test]
fn a_file_is_learned_from_and_one_that_begins_otherwise_is_refused() {
    let folder = Folder::new("direct-file");
    let recipe = folder.write("rod.toml", HEAT);
    let [whole, later, warm] = ["whole.h5", "later.h5", "warm.h5"].map(|name| folder.path(name));
    simulate(&recipe, &whole, &["--set", "ensemble.simulations=40"]);
    simulate(&recipe, &later, &["--initial", &text(&whole)]);
    simulate(
        &recipe,
        &warm,
        &["--set", "ensemble.simulations=40", "--set", "time.warmup=3"],
    );
    let source = |file: &PathBuf| format!("data.source={}", text(file));
    let output = folder.path("run");
    train(&recipe, &output, &[&source(&whole)]);
    let losses = metrics(&output);
    let losses: Vec<f64> = losses
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert!(losses[losses.len() - 1] < losses[0] / 10.0, "{losses:?}");
    for file in [&later, &warm] {
        let (_, result) = predict(&folder, &output, file, "refused.h5");
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        assert!(
            said.contains("does not begin as its parameters say"),
            "{said}"
        );
        let result = run(&["check", &text(&recipe), "--set", &source(file)]);
        let said = printed(&result);
        assert_eq!(result.status.code(), Some(2), "{said}");
        for part in [
            "does not begin as its parameters say",
            "after 0 frames",
            "write inputs",
        ] {
            assert!(said.contains(part), "{part:?} is missing in:\n{said}");
        }
    }
    let warm = source(&warm);
    let result = run(&[
        "check",
        &text(&recipe),
        "--set",
        &warm,
        "--set",
        "time.warmup=3",
    ]);
    assert!(result.status.success(), "{}", printed(&result));
}

/// Checks a recipe with a key set, and expects a refusal that says all of `expected`.
#[track_caller]
fn refused(recipe: &str, sets: &[&str], expected: &[&str]) {
    let folder = Folder::new(&format!("direct-{}", std::panic::Location::caller().line()));
    let recipe = text(&folder.write("wrong.toml", recipe));
    let mut arguments = vec!["check", &recipe];
    sets.iter()
        .for_each(|set| arguments.extend(["--set", *set]));
    let result = run(&arguments);
    let said = printed(&result);
    assert_eq!(result.status.code(), Some(2), "{said}");
    for part in expected {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert_eq!(said.matches("error:").count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn what_needs_a_state_is_refused_with_the_place_and_the_remedy() {
    let advection = RECIPE.replace(
        "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2",
        "kind = \"mlp\"\ninputs = \"parameters\"",
    );
    refused(
        &advection,
        &[],
        &[
            "simulations of `advection` begin from [initial]",
            "no parameter tells",
            "Write inputs = \"state\"",
            "as its parameters say: diffusion_sorption, heat",
            "wrong.toml:27:10",
        ],
    );
    let combined = advection.replace(
        "\"advection\"\nvelocity = { uniform = [0.5, 1.5] }",
        "\"combined\"\nalpha = 1.0",
    );
    refused(
        &combined,
        &[],
        &["draws a force for every simulation of `combined`"],
    );
    refused(
        HEAT,
        &["objective.kind=unrolled"],
        &[
            "`unrolled` predicts 2 steps",
            "write kind = \"one_step\"",
            "objective.kind=unrolled",
        ],
    );
    refused(
        HEAT,
        &["objective={ kind = \"pushforward\", steps = 3 }"],
        &[
            "`pushforward` predicts 3 steps",
            "write kind = \"one_step\"",
        ],
    );
    let stages =
        "[[stage]]\nsteps = 5\n[[stage]]\nsteps = 5\nobjective = { kind = \"unrolled\" }\n";
    let staged = HEAT
        .replace("steps = 600\n", "")
        .replace("[evaluate]", &format!("{stages}[evaluate]"));
    refused(
        &staged,
        &[],
        &[
            "`unrolled` predicts 2 steps",
            "objective = { kind = \"unrolled\" }",
        ],
    );
    refused(
        HEAT,
        &["objective.noise=0.1"],
        &[
            "noise = 0.1 lies on the states that predictions start from",
            "leave it out",
        ],
    );
    refused(
        HEAT,
        &["objective.bundle=2"],
        &["answers for one time a call", "leave bundle out"],
    );
    refused(
        HEAT,
        &["model.conserve_mean=true"],
        &[
            "no state before whose mean could be held",
            "leave conserve_mean out",
        ],
    );
    refused(HEAT, &["model.inputs=\"time\""], &["time", "parameters"]);
    refused(
        HEAT,
        &[
            "model={ kind = \"pde_refiner\", backbone = { kind = \"mlp\", inputs = \"parameters\" } }",
        ],
        &[
            "`pde_refiner` refines a step from the state",
            "write `inputs` = \"state\"",
        ],
    );
}
