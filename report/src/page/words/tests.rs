use super::*;
use crate::page::doubles;

fn judge(score: &Score) -> Verdict {
    verdict(&doubles::facts(), Some(score), &|_| false)
}

fn text(verdict: &Verdict) -> String {
    let parts = [
        &[verdict.headline.clone()][..],
        &verdict.sentences,
        &verdict.warnings,
    ];
    parts.concat().join(" ").replace('\u{202f}', " ")
}

#[test]
fn a_good_surrogate_is_praised_with_its_numbers() {
    let verdict = judge(&doubles::score());
    assert_eq!(verdict.level, Level::Good);
    let text = text(&verdict);
    for part in [
        "one step with an error of 0.83 %",
        "for 31.2 time units (156 of its steps) on average, 9.2 times longer",
        "32 simulations",
    ] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
    assert!(verdict.warnings.is_empty(), "{:?}", verdict.warnings);
}

#[test]
fn a_time_that_reaches_the_end_is_a_lower_bound() {
    let mut score = doubles::score();
    score.surrogate.to_the_end = true;
    let text = text(&judge(&score));
    assert!(text.contains("at least 31.2 time units"), "{text}");
    assert!(text.contains("at least 9.2 times longer"), "{text}");
    assert!(text.contains("lower bound"), "{text}");
}

#[test]
fn worse_than_persistence_is_said_plainly() {
    let mut score = doubles::score();
    std::mem::swap(&mut score.surrogate, &mut score.persistence);
    let verdict = judge(&score);
    assert_eq!(verdict.level, Level::Poor);
    assert!(
        verdict.headline.contains("No better"),
        "{}",
        verdict.headline
    );
}

#[test]
fn headlines_follow_the_numbers() {
    // Time of the surrogate, its error of one step, both to the end: what is said.
    let cases = [
        (5.0, 0.01, false, Level::Fair, "Somewhat better"),
        (2.0, 0.01, false, Level::Fair, "Good for a single step"),
        (31.2, 0.9, false, Level::Fair, "Good over time"),
        (
            31.2,
            0.01,
            true,
            Level::Fair,
            "so is the forecast that nothing changes",
        ),
        (
            31.2,
            0.01,
            false,
            Level::Good,
            "Follows the solver 9.2 times longer",
        ),
    ];
    for (time, error, to_the_end, level, part) in cases {
        let mut score = doubles::score();
        score.surrogate.time = Some(time);
        score.surrogate.step_error = Some(error);
        score.surrogate.to_the_end = to_the_end;
        score.persistence.to_the_end = to_the_end;
        let verdict = judge(&score);
        assert_eq!(verdict.level, level, "{part}");
        assert!(text(&verdict).contains(part), "`{part}`: {verdict:?}");
    }
}

#[test]
fn rollouts_that_blow_up_are_not_hidden() {
    let mut score = doubles::score();
    score.finite_share = Some(0.75);
    score.surrogate.step_error = Some(f64::NAN);
    let text = text(&judge(&score));
    assert!(text.contains("25 % of the rollouts blew up"), "{text}");
    assert!(text.contains("not even finite"), "{text}");
}

#[test]
fn an_immediate_loss_has_no_ratio() {
    let mut score = doubles::score();
    score.surrogate.time = Some(0.0);
    score.persistence.time = Some(0.0);
    let text = text(&judge(&score));
    assert!(text.contains("loses the solver at once"), "{text}");
    assert!(
        !text.contains("NaN") && !text.contains("not finite"),
        "{text}"
    );
}

#[test]
fn the_story_says_where_the_simulations_came_from() {
    let mut facts = doubles::facts();
    assert!(story(&facts).contains("simulations that the solver made while"));
    facts.online = false;
    facts.epochs = Some(2.5);
    let story = story(&facts);
    assert!(
        story.contains("of a dataset, offline, in 2.5 epochs."),
        "{story}"
    );
}

#[test]
fn a_run_without_evaluation_is_not_judged() {
    let verdict = verdict(&doubles::facts(), None, &|_| false);
    assert_eq!(verdict.level, Level::Unknown);
    assert!(verdict.sentences[0].contains("No evaluation"));
}

#[test]
fn without_a_solver_forecasts_are_compared_with_trajectories() {
    let mut facts = doubles::facts();
    facts.truth = Truth::Trajectories;
    facts.problem = "channel".to_owned();
    assert!(story(&facts).contains("the states of “channel” in time"));
    assert!(story(&facts).contains("simulations that were made while"));
    let mut score = doubles::score();
    let with_solver = text(&verdict(&facts, Some(&score), &|_| false));
    assert!(
        with_solver.contains("A solver with the same error is 200 times faster than the surrogate")
    );
    score.matched_cost = None;
    let mut said = text(&verdict(&facts, Some(&score), &|_| false));
    score.surrogate.time = Some(0.0);
    score.persistence.time = Some(0.0);
    said += &text(&verdict(&facts, Some(&score), &|_| false));
    for words in [
        "Follows the held-out trajectories 9.2 times longer",
        "stays close to the held-out trajectories",
        "loses the held-out trajectories at once",
    ] {
        assert!(said.contains(words), "`{words}` is missing in {said}");
    }
    assert!(!said.contains("solver"), "{said}");
}
