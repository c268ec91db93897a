//! Objectives and surrogates that steps of the solver are a part of: equal to one step where they have to be, trained, judged
//! and used through the binary, refused where there is no tensor form.

use crate::common::{Folder, assert_refused, metrics, printed, run, simulate, succeed, text};
use burn::tensor::{Device, Tensor};
use ondine::batch::Batch;
use ondine::burn;
use ondine::datasets::{Source, Window, WindowCutter};
use ondine::models::{Init, Scaling, Surrogate, SurrogateRng};
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use std::ops::ControlFlow;

/// Kuramoto–Sivashinsky with viscosities, lengths and time steps of each simulation, solved on more points than the frames have.
const RECIPE: &str = r#"
name = "small"
seed = 3

[equation]
kind = "kuramoto_sivashinsky"
viscosity = { uniform = [0.8, 1.2] }

[grid]
points = [32]
solver_points = [48]
length = { uniform = [20.0, 24.0] }

[time]
dt = { uniform = [0.2, 0.4] }
frames = 10
warmup = 20
substeps = 4

[ensemble]
simulations = 20
workers = 1

[buffer]
capacity = 100

[model]
kind = "fno"
width = 8
modes = 8
layers = 1

[train]
steps = 30
batch = 8
log = 10
checkpoint = 30

[evaluate]
every = 30
trajectories = 2
"#;

fn plan(sets: &[&str]) -> Plan {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let checked = Recipe::parse("small.toml", RECIPE, &sets).and_then(Recipe::check);
    checked.unwrap_or_else(|error| panic!("{error}"))
}

/// The first window of each of some simulations.
fn windows(plan: &Plan) -> Vec<Window> {
    let ensemble = &plan.solver.as_ref().expect("an equation").training;
    let first = |index| {
        let mut cutter = WindowCutter::new(plan.cut, index, ensemble.conditions(index));
        let mut window = None;
        let run = ensemble.run(index, &mut |frame| {
            window = cutter.push(frame);
            match window {
                Some(_) => ControlFlow::Break(()),
                None => ControlFlow::Continue(()),
            }
        });
        run.unwrap_or_else(|error| panic!("{error}"));
        window.expect("long enough")
    };
    (0..4).map(first).collect()
}

/// The losses of an objective over the windows.
fn losses(sets: &[&str]) -> Vec<f32> {
    let (plan, device) = (plan(sets), Device::flex());
    let scaling = Scaling::identity(&plan.fields);
    let surrogate = plan.surrogate(&mut Init::new(1, &device), scaling);
    let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let losses = (plan.stages[0].objective).losses(&surrogate, &batch, &mut SurrogateRng::new(0));
    losses.into_data().try_to_vec().expect("32 bits")
}

/// The largest relative distance of two lists.
fn apart(a: &[f32], b: &[f32]) -> f32 {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f32::max)
}

#[test]
fn one_diverted_step_is_one_step_as_the_solver_of_each_window_makes_its_truth() {
    for stride in ["objective.stride=1", "objective.stride=3"] {
        let one_step = losses(&["objective.kind=one_step", stride]);
        for same in [
            &["objective.kind=diverted", "objective.steps=1"][..],
            &["objective.kind=residual"],
            &[
                "objective.kind=diverted",
                "objective.steps=1",
                "objective.augment=[\"shift\"]",
            ],
        ] {
            let found = losses(&[same, &[stride]].concat());
            assert!(
                apart(&found, &one_step) < 2e-4,
                "{same:?}: {found:?}, {one_step:?}"
            ); // single precision
        }
        let both = losses(&["objective.kind=residual", "objective.truth=0.5", stride]);
        let expected: Vec<f32> = one_step.iter().map(|loss| 1.5 * loss).collect();
        assert!(apart(&both, &expected) < 2e-4, "{both:?}");
    }
}

#[test]
fn a_diverted_chain_is_judged_where_the_surrogate_is() {
    let plan = plan(&["objective.kind=diverted", "objective.steps=2"]);
    let device = Device::flex();
    let surrogate = plan.surrogate(&mut Init::new(1, &device), Scaling::identity(&plan.fields));
    let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let step = |u: Tensor<3>| {
        let told = batch.parameters.clone();
        surrogate.step(u, told, &batch.grid, &mut SurrogateRng::new(0))
    };
    let error = |u: Tensor<3>| {
        let wrong = step(u.clone()) - batch.solver().step(u);
        let squares: Tensor<2> = wrong.square().flatten(1, 2);
        squares.mean_dim(1).squeeze_dim::<1>(1)
    };
    let u = batch.frames[0].clone();
    let expected = (error(u.clone()) + error(step(u))) / 2.0;
    let found = (plan.stages[0].objective).losses(&surrogate, &batch, &mut SurrogateRng::new(0));
    let [found, expected] =
        [found, expected].map(|losses| losses.into_data().try_to_vec().expect("32 bits"));
    assert!(apart(&found, &expected) < 1e-5, "{found:?}, {expected:?}");
}

/// The gradient of the mean loss by the weights, one after the other.
fn gradient(sets: &[&str]) -> Vec<f32> {
    let (plan, device) = (plan(sets), Device::flex().autodiff());
    let surrogate = plan.surrogate(&mut Init::new(1, &device), Scaling::identity(&plan.fields));
    let batch: Batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let loss = (plan.stages[0].objective).loss(&surrogate, &batch, &mut SurrogateRng::new(0));
    let gradients = loss.backward();
    let burn_gradients = burn::optim::GradientsParams::from_grads(gradients, &surrogate);
    let mut visitor = Collected(burn_gradients, Vec::new());
    burn::module::Module::visit(&surrogate, &mut visitor);
    visitor.1
}

struct Collected(burn::optim::GradientsParams, Vec<f32>);

impl burn::module::ModuleVisitor for Collected {
    fn visit_float<const D: usize>(&mut self, param: &burn::module::Param<Tensor<D>>) {
        if let Some(gradient) = self.0.get::<D>(param.id) {
            self.1
                .extend(gradient.into_data().try_to_vec::<f32>().expect("32 bits"));
        }
    }
}

#[test]
fn cuts_keep_the_loss_and_change_the_gradient() {
    let chain = ["objective.kind=diverted", "objective.steps=3"];
    let with = |cut: &'static str| [&chain[..], &[cut]].concat();
    let (no_solver, one) = (
        "objective.solver_gradient=false",
        "objective.gradient_steps=1",
    );
    let size = |g: &[f32]| g.iter().map(|g| g * g).sum::<f32>().sqrt();
    let whole = gradient(&chain);
    for cut in [no_solver, one] {
        assert_eq!(losses(&with(cut)), losses(&chain), "{cut}");
        let found = gradient(&with(cut));
        let apart: Vec<f32> = found.iter().zip(&whole).map(|(a, b)| a - b).collect();
        assert!(size(&apart) > 1e-2 * size(&whole), "{cut}");
    }
    // With both, nothing but single steps learns, as in a residual over as many.
    let both = gradient(&[&chain[..], &[no_solver, one]].concat());
    let residual = gradient(&["objective.kind=residual", "objective.steps=3"]);
    let apart: Vec<f32> = both.iter().zip(&residual).map(|(a, b)| a - b).collect();
    assert!(
        size(&apart) < 1e-4 * size(&both),
        "{} of {}",
        size(&apart),
        size(&both)
    );
}

fn trained(folder: &Folder, sets: &[&str]) -> String {
    let recipe = text(&folder.write("small.toml", RECIPE));
    let output = text(&folder.path("run"));
    let sets = sets.iter().flat_map(|set| ["--set", *set]);
    let arguments: Vec<&str> = ["train", &recipe, "--output", &output]
        .into_iter()
        .chain(sets)
        .collect();
    succeed(&arguments);
    output
}

#[test]
fn a_training_on_the_solver_ends_with_a_judged_run() {
    let folder = Folder::new("solver-objectives");
    let stages = "stage=[{ steps = 20, objective = { kind = \"diverted\", steps = 2 } }, \
                  { steps = 10, objective = { kind = \"residual\", truth = 1.0, noise = 0.01 } }]";
    trained(&folder, &["train.steps=0", stages]);
    let lines = metrics(&folder.path("run"));
    let losses: Vec<f64> = lines
        .iter()
        .filter_map(|line| line["loss"].as_f64())
        .collect();
    assert!(losses.len() == 3 && losses[1] < losses[0], "{losses:?}");
    assert!(folder.path("run").join("evaluation.json").is_file());
}

/// Asserts that a run is judged again, and makes rollouts from states of other simulations.
fn used(folder: &Folder, output: &str) {
    let again = run(&["evaluate", output, "--json"]);
    assert!(again.status.success(), "{}", printed(&again));
    let simulated = folder.path("simulated.h5");
    let recipe = folder.write(
        "two.toml",
        &RECIPE.replace("simulations = 20", "simulations = 2"),
    );
    let (done, said) = simulate(&recipe, &simulated);
    assert!(done, "{said}");
    let [file, initial] = [folder.path("rollouts.h5"), simulated].map(|path| text(&path));
    let from = [
        "predict",
        output,
        "--initial",
        &initial,
        "--frames",
        "5",
        "--output",
        &file,
    ];
    let rollouts = run(&from);
    assert!(rollouts.status.success(), "{}", printed(&rollouts));
}

#[test]
fn corrections_of_a_coarse_solver_are_trained_judged_and_used() {
    for (mode, coarse) in [
        ("sequential", "share=0.5"),
        ("bypass", "points=[24]"),
        ("parallel", "points=[16],steps=2"),
    ] {
        let folder = Folder::new(&format!("correction-{mode}"));
        let backbone = "backbone={kind=\"fno\",width=8,modes=8,layers=1}";
        let model = format!("model={{kind=\"correction\",mode=\"{mode}\",{coarse},{backbone}}}");
        let output = trained(&folder, &[&model]);
        if mode == "bypass" {
            used(&folder, &output);
        }
        let recipe = std::fs::read_to_string(folder.path("run").join("recipe.toml"));
        assert!(
            recipe
                .expect("a run has one")
                .contains(&format!("mode = \"{mode}\""))
        );
    }
}

#[test]
fn a_correction_is_the_coarse_solver_where_its_network_answers_nothing() {
    let model =
        "model={kind=\"correction\",backbone={kind=\"fno\",width=8,modes=8,layers=1},steps=4}";
    let plan = plan(&[model, "objective.kind=diverted", "grid.solver_points=[32]"]);
    let device = Device::flex();
    let mut scaling = Scaling::identity(&plan.fields);
    scaling.increment = vec![0.0; plan.fields.outputs];
    let surrogate = plan.surrogate(&mut Init::new(1, &device), scaling);
    let batch = plan.stages[0].batch(&windows(&plan), 0, &device);
    let u = batch.frames[0].clone();
    let next = surrogate.step(
        u.clone(),
        batch.parameters.clone(),
        &batch.grid,
        &mut SurrogateRng::new(0),
    );
    let error = (next - batch.solver().step(u))
        .abs()
        .max()
        .into_scalar::<f32>();
    assert!(error < 2e-5, "{error}"); // states of size 3, conditions rounded to 32 bits
}

#[test]
fn recipes_without_a_tensor_form_are_refused_with_the_remedy() {
    let folder = Folder::new("solver-refused");
    let recipe = folder.write("small.toml", RECIPE);
    let diverted = "objective.kind=diverted";
    let correction = "model={kind=\"correction\",backbone={kind=\"fno\"}}";
    let combined = "equation={kind=\"combined\",alpha=1.0,beta=0.1,gamma=0.0}";
    let combined = [
        combined,
        "grid.points=[64]",
        "grid.solver_points=[64]",
        "time.warmup=0",
    ];
    let walls = [
        "equation={kind=\"diffusion\",diffusivity=0.1}",
        "grid.boundary=[\"wall\"]",
    ];
    let unlike = "write kind = \"unrolled\"";
    let cases: [(&[&str], [&str; 2]); 10] = [
        (
            &[&[diverted], &combined[..]].concat(),
            ["no function of the fields at one point", unlike],
        ),
        (
            &[&[diverted], &walls[..]].concat(),
            ["`diffusion` has walls", unlike],
        ),
        (
            &[&[correction], &combined[..]].concat(),
            [
                "no function of the fields",
                "write a network in the place of",
            ],
        ),
        (
            &[diverted, "objective.bundle=2"],
            ["from one frame to the next", "leave bundle out"],
        ),
        (
            &[diverted, "objective.history=2"],
            ["from one frame to the next", "leave history out"],
        ),
        (
            &[diverted, "objective.gradient_steps=3"],
            ["gradient_steps = 3", "[1, 2]"],
        ),
        (
            &["objective.kind=residual", "objective.truth=-1.0"],
            ["truth = -1", "write 0 for none"],
        ),
        (
            &[
                diverted,
                "model={kind=\"crps_ensemble\",backbone={kind=\"fno\"}}",
            ],
            ["needs one answer", "one_step"],
        ),
        (
            &["model={kind=\"correction\",points=[15],backbone={kind=\"fno\"}}"],
            ["15 points", "even number"],
        ),
        (
            &["model={kind=\"correction\",share=1.5,backbone={kind=\"fno\"}}"],
            ["share = 1.5", "(0, 1]"],
        ),
    ];
    assert_refused(&recipe, &cases);
}
