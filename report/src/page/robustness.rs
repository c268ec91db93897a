//! Pages of runs that went wrong, stopped early or hold less than usual.

use super::doubles::page;
use super::doubles::{self, Run};
use super::write;
use ondine_metrics::results::{Evaluation, Sample};
use std::collections::BTreeSet;
use std::fs;

/// The page of a run with this evaluation and sample.
fn shown(name: &str, evaluation: &Evaluation, sample: Option<&Sample>) -> String {
    let run = Run::full(name);
    let json = serde_json::to_vec(evaluation).expect("plain data");
    run.write("evaluation.json", &json);
    if let Some(sample) = sample {
        let bytes = sample.to_bytes().expect("the shape fits");
        run.write("sample.safetensors", &bytes);
    }
    let page = page(&[run.path()]).expect("there is a recipe");
    assert!(!page.contains("could not be read"), "{name}");
    assert!(!page.contains("NaN") && !page.contains("inf\""), "{name}");
    page
}

#[test]
fn predictions_that_are_not_finite_are_shown_as_such() {
    let mut evaluation = doubles::evaluation();
    evaluation.uncertainty = Some(doubles::uncertainty());
    let judged = &mut evaluation.surrogate;
    judged.nrmse = f64::NAN;
    judged.finite_share = 0.0;
    judged.nrmse_over_time.fill(f64::NAN);
    judged.correlation_over_time.fill(0.0);
    judged
        .correlation_quantiles
        .iter_mut()
        .for_each(|of| of.fill(f64::NAN));
    for score in &mut evaluation.simulations {
        (score.nrmse, score.final_nrmse, score.correlation_time) = (1e6, f64::NAN, 0.0);
    }
    let mut sample = doubles::sample();
    sample.prediction.fill(f32::NAN);
    let page = shown("nan", &evaluation, Some(&sample));
    assert!(page.contains("100\u{202f}% of the rollouts blew up"));
    assert!(page.contains("not even finite"));
}

#[test]
fn a_rollout_of_one_step_says_that_it_is_one() {
    let mut evaluation = doubles::evaluation();
    evaluation.uncertainty = Some(doubles::uncertainty());
    evaluation.times.truncate(1);
    for judged in [&mut evaluation.surrogate, &mut evaluation.persistence] {
        judged.nrmse_over_time.truncate(1);
        judged.correlation_over_time.truncate(1);
    }
    evaluation.spectra.truncate(1);
    let map = evaluation.spectral_errors.as_mut().expect("it has one");
    map.times.truncate(1);
    map.relative.truncate(1);
    let page = shown("short", &evaluation, None);
    assert!(page.contains("a single step") && page.contains("after one step"));
}

#[test]
fn a_single_frame_says_that_it_is_one() {
    let mut sample = doubles::sample();
    sample.shape[0] = 1;
    sample.times.truncate(1);
    for values in [&mut sample.truth, &mut sample.prediction] {
        values.truncate(16);
    }
    let page = shown("frame", &doubles::evaluation(), Some(&sample));
    assert!(page.contains("a single frame or point"));
}

#[test]
fn one_held_out_simulation_has_a_page_with_a_warning() {
    let mut evaluation = doubles::evaluation();
    evaluation.trajectories = 1;
    evaluation.simulations.truncate(1);
    let page = shown("one", &evaluation, None);
    assert!(page.contains("these averages are rough") && page.contains("one simulation"));
    assert!(!page.contains("Simulation by simulation"));
}

#[test]
fn three_dimensions_are_cut_and_animated() {
    let shape = vec![6, 1, 8, 6, 4];
    let size = shape.iter().product::<usize>();
    let sample = Sample {
        truth: (0..size).map(|i| (0.3 * i as f32).sin()).collect(),
        prediction: (0..size).map(|i| (0.31 * i as f32).sin()).collect(),
        times: (0..6).map(f64::from).collect(),
        length: vec![1.0, 2.0, 3.0],
        shape,
    };
    let page = shown("cut", &doubles::evaluation(), Some(&sample));
    assert!(page.contains("Cut through the middle of the third axis"));
    assert!(page.contains("class=\"moving\"") && page.contains("class=\"still\""));
}

#[test]
fn an_evaluation_of_an_older_version_has_what_it_knows() {
    let run = Run::full("older");
    let mut json = serde_json::to_value(doubles::evaluation()).expect("plain data");
    let table = json.as_object_mut().expect("a table");
    for key in ["simulations", "spectral_errors"] {
        table.remove(key).expect("it was there");
    }
    run.write("evaluation.json", json.to_string().as_bytes());
    let page = page(&[run.path()]).expect("there is a recipe");
    assert!(page.contains("Correlation with the solver") && !page.contains("could not be read"));
}

#[test]
fn every_figure_with_numbers_has_its_file_and_no_file_is_spare() {
    let run = Run::full("numbers");
    let mut evaluation = doubles::evaluation();
    evaluation.uncertainty = Some(doubles::uncertainty());
    let json = serde_json::to_vec(&evaluation).expect("plain data");
    run.write("evaluation.json", &json);
    let output = run.path().join("page of two.html");
    for runs in [vec![run.files()], vec![run.files(), run.files()]] {
        write(&runs, &output).expect("the folder can be written to");
        let text = fs::read_to_string(&output).expect("it was written");
        let links = text.split("href=\"page%20of%20two.data/").skip(1);
        let linked: Vec<_> = links.filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(linked.len(), text.matches("Numbers: ").count());
        let names = fs::read_dir(output.with_extension("data")).expect("it was made");
        let names = names.flatten().map(|entry| entry.file_name().into_string());
        let mut names: BTreeSet<_> = names.map(|name| name.expect("UTF-8")).collect();
        assert!(names.remove("index.json"));
        let linked: BTreeSet<_> = linked.into_iter().map(str::to_owned).collect();
        assert_eq!(linked, names);
        assert!(names.len() >= 14 * runs.len(), "{names:?}");
        for name in &names {
            let file = output.with_extension("data").join(name);
            let text = fs::read_to_string(file).expect("it is there");
            assert!(text.lines().count() > 1, "{name} is empty");
        }
    }
}
