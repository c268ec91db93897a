//! Promises of every objective and every metric of the lists.

mod judged;

use crate::common::{RECIPE, plan_of};
use crate::windows::windows;
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use ondine::batch::{Batch, TeacherOf};
use ondine::datasets::Source;
use ondine::models::network::NETWORKS;
use ondine::models::{Init, Model, SURROGATES, Scaling, Surrogate, SurrogateRng};
use ondine::objective::OBJECTIVES;
use ondine::pages;
use ondine::plan::Plan;
use ondine::recipe::Recipe;
use ondine::solvers::equation::EQUATIONS;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

fn plan(overrides: &[&str]) -> Plan {
    plan_of(RECIPE, overrides)
}

#[test]
fn every_objective_is_finite_and_moves_every_weight() {
    let device = Device::flex().autodiff();
    for entry in OBJECTIVES {
        for noise in ["0.0", "0.1"] {
            let [kind, noise] = [
                format!("objective.kind={}", entry.kind),
                format!("objective.noise={noise}"),
            ];
            let teacher = ["objective.teacher=\"runs/teacher\""];
            let teacher = &teacher[..usize::from(entry.reads("teacher"))];
            let plan = plan(&[&[kind.as_str(), noise.as_str()], teacher].concat());
            if entry.reads("teacher") {
                let init = &mut Init::new(7, &Device::flex());
                plan.stages[0].teacher.get_or_init(|| TeacherOf {
                    model: plan.surrogate(init, Scaling::identity(&plan.fields)),
                    trained: plan.fields.grid.clone(),
                    reach: plan.model.reach(),
                    conditions: (0..plan.problem.conditions.len()).collect(),
                    repeats: 1,
                    samples: 1,
                });
            }
            let surrogate =
                plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
            let batch = plan.stages[0].batch(&windows(&plan)[..4], 0, &device);
            let mut draws = SurrogateRng::new(0);
            let objective = &plan.stages[0].objective;
            let losses = objective.losses(&surrogate, &batch, &mut draws);
            assert_eq!(losses.dims(), [4], "{kind}: one a window");
            let mut draws = SurrogateRng::new(0);
            let loss = objective.loss(&surrogate, &batch, &mut draws);
            let mean = losses.mean().into_scalar::<f32>();
            let value = loss.clone().into_scalar::<f32>();
            assert!(value.is_finite() && value > 0.0, "{kind}, {noise}: {value}");
            assert!((mean / value - 1.0).abs() < 1e-6, "{mean} and {value}"); // single precision
            let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
            let weights = burn::module::list_param_ids(&surrogate.clone().valid()).len();
            assert_eq!(gradients.len(), weights, "{kind}, {noise}");
        }
    }
}

/// The frames of the first windows that a step sees.
fn frames(plan: &Plan, step: usize) -> Vec<Vec<Vec<f32>>> {
    let stage = &plan.stages[0];
    let batch = stage.batch(&windows(plan)[..4], step, &Device::flex());
    let host = |frame: &Tensor<3>| stage.layout.to_host(frame.clone());
    batch.frames.iter().map(host).collect()
}

#[test]
fn windows_are_moved_anew_at_every_step_all_frames_of_one_alike() {
    let still = frames(&plan(&[]), 0);
    let moving = plan(&["objective.augment=[\"shift\"]"]);
    let [first, second] = [0, 1].map(|step| frames(&moving, step));
    assert_eq!(frames(&moving, 0), first, "a function of seed and step");
    assert_ne!(first, second);
    let mut seen = BTreeSet::new();
    for moved in [first, second] {
        for window in 0..4 {
            let by = |shift: usize| {
                let same = |frame: usize| {
                    let mut expected = still[frame][window].clone();
                    expected.rotate_right(shift);
                    expected == moved[frame][window]
                };
                (0..still.len()).all(same)
            };
            let shift = (0..32).find(|shift| by(*shift));
            seen.insert(shift.expect("both frames are shifted by as many points"));
        }
    }
    assert!(seen.len() > 4, "{seen:?}");
}

#[test]
fn reflected_windows_change_their_signs_where_the_equation_says_so() {
    for (kind, parameter, sign) in [
        ("kuramoto_sivashinsky", "viscosity=1.0", -1.0),
        ("burgers", "viscosity=0.1", -1.0),
        ("diffusion", "diffusivity=0.1", 1.0),
    ] {
        let advection = "kind = \"advection\"\nvelocity = { uniform = [0.5, 1.5] }";
        let text = RECIPE.replace(advection, &format!("kind = \"{kind}\"\n{parameter}"));
        let plan = |sets: &[String]| {
            let checked = Recipe::parse("reflect.toml", &text, sets).and_then(Recipe::check);
            checked.unwrap_or_else(|error| panic!("{error}"))
        };
        let still = frames(&plan(&[]), 0);
        let reflect = plan(&["objective.augment=[\"reflect\"]".to_owned()]);
        let mut reflected = 0;
        for step in 0..4 {
            let moved = frames(&reflect, step);
            for window in 0..4 {
                let image = |u: &Vec<f32>| -> Vec<f32> {
                    (0..32).map(|i| sign * u[(32 - i) % 32]).collect()
                };
                let same = (0..still.len()).all(|f| moved[f][window] == still[f][window]);
                let mirrored =
                    (0..still.len()).all(|f| moved[f][window] == image(&still[f][window]));
                assert!(same || mirrored, "{kind}");
                reflected += usize::from(mirrored);
            }
        }
        assert!((3..=13).contains(&reflected), "{kind}: {reflected} of 16");
    }
}

#[test]
fn every_model_is_built_from_a_recipe_and_every_weight_of_it_moves() {
    let device = Device::flex().autodiff();
    let fno = "kind = \"fno\"\nwidth = 12\nmodes = 6\nlayers = 2\n";
    assert!(RECIPE.contains(fno));
    let networks = NETWORKS.iter().map(|entry| (entry.kind, "width = 8"));
    let backbone = "backbone = { kind = \"fno\", width = 8, modes = 4, layers = 1 }";
    let surrogates = SURROGATES.iter().map(|entry| (entry.kind, backbone));
    let models: Vec<(&str, &str)> = networks.chain(surrogates).collect();
    let endings = [
        "",
        "bundle = 3\n",
        "history = 4\n",
        "bundle = 2\nhistory = 3\n",
    ];
    let endings = endings.map(|keys| format!("\n[objective]\n{keys}"));
    let both = models
        .iter()
        .flat_map(|model| endings.iter().map(|ending| (*model, ending)));
    for ((kind, options), ending) in both {
        let written = format!("kind = \"{kind}\"\n{options}\n");
        let recipe = |text: &str| Recipe::parse("contract.toml", text, &[]).and_then(Recipe::check);
        let text = RECIPE.replace(fno, &written) + ending;
        let plan = recipe(&text).unwrap_or_else(|error| panic!("{error}"));
        let again = recipe(&plan.resolved()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again.resolved(), plan.resolved(), "{kind}");
        let surrogate = plan.surrogate(&mut Init::new(0, &device), Scaling::identity(&plan.fields));
        let counted = plan.model.num_parameters(&plan.fields);
        assert_eq!(counted, surrogate.num_params(), "{kind}");
        let batch = plan.stages[0].batch(&windows(&plan)[..4], 0, &device);
        let mut draws = SurrogateRng::new(0);
        let loss = plan.stages[0]
            .objective
            .loss(&surrogate, &batch, &mut draws);
        let value = loss.clone().into_scalar::<f32>();
        assert!(value.is_finite() && value > 0.0, "{kind}: {value}");
        let gradients = GradientsParams::from_grads(loss.backward(), &surrogate);
        let weights = burn::module::list_param_ids(&surrogate.clone().valid()).len();
        assert_eq!(gradients.len(), weights, "{kind}");
        assert_moves_on(&plan, &surrogate, batch, &format!("{kind}{ending}"));
    }
}

/// Asserts that a step keeps the frames of a state that it does not replace.
fn assert_moves_on(plan: &Plan, surrogate: &Model, batch: Batch, case: &str) {
    let (state, draws) = (batch.frames[0].clone(), &mut SurrogateRng::new(0));
    let next = surrogate.step(state.clone(), batch.parameters, &batch.grid, draws);
    assert_eq!(next.dims(), state.dims(), "{case}");
    let moved = plan.fields.bundle;
    let kept = plan.fields.history - moved;
    if kept > 0 {
        let (before, after) = (state.narrow(2, moved, kept), next.narrow(2, 0, kept));
        assert_eq!(before.into_data(), after.into_data(), "{case}");
    }
}

#[test]
fn every_equation_has_an_example_that_changes_and_stays_finite() {
    for entry in EQUATIONS {
        let plan = pages::example(entry).unwrap_or_else(|error| panic!("{error}"));
        let posed = plan.recipe.equation().expect("an equation");
        assert_eq!(posed.kind, entry.kind);
        let drawn = plan.ensemble.points.len();
        assert!(drawn < 3 && plan.recipe.time.frames > 3, "{}", entry.kind);
        let mut ensemble = plan.ensemble.clone();
        (ensemble.warmup, ensemble.frames) = (0, 2);
        let mut frames: Vec<Vec<f64>> = Vec::new();
        let run = ensemble.run(0, &mut |frame| {
            frames.push(frame.to_vec());
            ControlFlow::Continue(())
        });
        run.unwrap_or_else(|error| panic!("{error}"));
        assert!(frames.concat().iter().all(|u| u.is_finite()));
        assert_ne!(frames[0], frames[1], "{}", entry.kind);
    }
}

#[test]
fn pictures_of_one_and_two_dimensions_are_drawn() {
    for (kind, height) in [("advection", 354_u32), ("advection_diffusion", 234)] {
        let entry = EQUATIONS.iter().find(|entry| entry.kind == kind);
        let plan = pages::example(entry.expect("in the list")).unwrap_or_else(|e| panic!("{e}"));
        let png = pages::picture(&plan).unwrap_or_else(|error| panic!("{error}"));
        // The header of a PNG has width and height at bytes 16 and 20.
        assert_eq!(png[16..20], 840_u32.to_be_bytes());
        assert_eq!(png[20..24], height.to_be_bytes(), "{kind}");
    }
}
