use super::*;
use crate::files::Combination;
use crate::page::doubles::Run;
use crate::page::write_sweep;
use std::fs;

/// A sweep over two keys: two finished runs, one that failed and one that waits.
fn sweep(run: &Run) -> SweepFile {
    let combination = |name: &str, values: [&str; 2]| Combination {
        name: name.to_owned(),
        values: values.map(str::to_owned).to_vec(),
    };
    for (name, score) in [("1-modes=4", 0.02), ("2-modes=8", 0.01)] {
        let summary = format!(
            "{{\"status\":\"finished\",\"steps\":90,\"training_s\":4.5,\"wall_s\":5,\"device\":\"cpu\",\"parameters\":123,\
             \"peak_memory_mib\":1,\"trainer_wait\":0,\"solver_wait\":0,\"simulations\":9,\"windows\":90,\"version\":\"1\",\
             \"equation\":\"\",\"scores\":{{\"step\":90,\"metrics\":{{\"nrmse\":{score},\"correlation_time_0.8\":3.5}}}}}}"
        );
        fs::create_dir_all(run.path().join(name)).expect("a folder");
        run.write(&format!("{name}/summary.json"), summary.as_bytes());
        run.write(
            &format!("{name}/metrics.jsonl"),
            b"{\"step\":45,\"nrmse\":0.4}\n{\"step\":90,\"nrmse\":0.02}\n",
        );
    }
    SweepFile {
        version: "1".to_owned(),
        recipe: "somewhere/waves.toml".into(),
        text: "seed = 1".to_owned(),
        fixed: vec!["train.steps=90".to_owned()],
        keys: vec!["model.modes".to_owned(), "model.activation".to_owned()],
        metric: "nrmse".to_owned(),
        combinations: vec![
            combination("1-modes=4", ["4", "\"gelu\""]),
            combination("2-modes=8", ["8", "\"relu\""]),
            combination("3-modes=16", ["16", "\"relu\""]),
            combination("4-modes=32", ["32", "\"relu\""]),
        ],
        failures: [(
            "3-modes=16".to_owned(),
            "the loss is <not> finite".to_owned(),
        )]
        .into(),
    }
}

#[test]
fn the_best_combination_is_named_and_all_are_listed() {
    let run = Run::new("sweep");
    write_sweep(&sweep(&run), &run.path()).expect("the folder can be written to");
    let page = fs::read_to_string(run.path().join("report.html")).expect("a page");
    for part in [
        "Sweep of waves",
        "2 of 4 combinations are trained, 1 failed",
        "The best nrmse, 0.01, has model.modes = 8, model.activation = ",
        "(failed: the loss is &lt;not&gt; finite)",
        "(not begun)",
        "2-modes%3D8/report.html",
        "nrmse by model.modes",
        "nrmse over the training",
        "correlation_time_0.8",
    ] {
        assert!(page.contains(part), "`{part}` is missing");
    }
    assert!(
        !page.contains("nrmse by model.activation"),
        "it has no numbers"
    );
    for part in ["http://", "https://", "<script", "somewhere"] {
        assert!(!page.contains(part), "`{part}` is on the page");
    }
    let table = run.path().join("report.data/combinations.csv");
    let table = fs::read_to_string(table).expect("a table");
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[1].starts_with("2-modes=8,finished,8,"), "{table}");
    assert!(lines[3].starts_with("3-modes=16,failed,16,"), "{table}");
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_score_is_that_of_the_best_evaluation_where_it_is_kept() {
    let run = Run::new("sweep-best");
    let sweep = sweep(&run);
    let path = "1-modes=4/summary.json";
    let text = fs::read_to_string(run.path().join(path)).expect("it was written");
    let best = "\"best\":{\"metric\":\"nrmse\",\"step\":45,\"score\":0.005,\"since\":1},\"scores\"";
    run.write(path, text.replace("\"scores\"", best).as_bytes());
    let rows = sweep.rows(&run.path());
    assert_eq!(rows[0].combination.name, "1-modes=4");
    assert_eq!((rows[0].score, rows[0].scored_at), (Some(0.005), Some(45)));
    assert_eq!(rows[1].score, Some(0.01));
}

#[test]
fn runs_that_are_judged_on_other_states_are_no_ranking() {
    let run = Run::new("sweep-problem");
    let page = |sweep: &SweepFile| {
        write_sweep(sweep, &run.path()).expect("the folder can be written to");
        fs::read_to_string(run.path().join("report.html")).expect("a page")
    };
    let mut sweep = sweep(&run);
    assert!(!page(&sweep).contains("other held-out states"));
    sweep.keys[0] = "grid.points".to_owned();
    assert!(
        page(&sweep)
            .contains("Runs with other values of grid.points are judged on other held-out states")
    );
}

#[test]
fn circles_at_the_ends_of_the_axes_are_whole() {
    let run = Run::new("sweep-ends");
    for scores in [[0.02, 0.01], [20.0, 0.01]] {
        let mut rows = sweep(&run).rows(&run.path());
        rows.truncate(2);
        for (row, score) in rows.iter_mut().zip(scores) {
            row.score = Some(score);
        }
        for times in [[4.0, 5.0], [1.0, 100.0]] {
            let ranking = Ranking::of("nrmse").expect("it ranks");
            let time = |row: &Row| Some(times[usize::from(row.score == Some(0.01))]);
            let figure = scatter(ranking, "time", "time", &rows, time).expect("two points");
            let svg = &figure.panels[0].svg;
            let centers: Vec<[f64; 2]> = circles(svg);
            assert_eq!(centers.len(), 2, "{svg}");
            let [left, top, right, bottom] = frame(svg);
            for [x, y] in centers {
                let room = [x - left, right - x, y - top, bottom - y];
                assert!(room.iter().all(|room| *room >= 4.2), "{room:?}");
            }
        }
    }
}

/// The centers of all circles of a picture.
fn circles(svg: &str) -> Vec<[f64; 2]> {
    let all = svg.split("<circle").skip(1);
    all.map(|circle| ["cx", "cy"].map(|name| number_of(circle, name)))
        .collect()
}

/// The area that lines and marks are cut off at: left, top, right, bottom.
fn frame(svg: &str) -> [f64; 4] {
    let clip = svg.split("<clipPath").nth(1).expect("an area");
    let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number_of(clip, name));
    [x, y, x + width, y + height]
}

fn number_of(element: &str, name: &str) -> f64 {
    let value = element.split(&format!(" {name}=\"")).nth(1).expect(name);
    let value = value.split('"').next().expect("an end");
    value.parse().expect("a number")
}
