//! Initial states of the list.

use crate::common::cube;
use ondine_solvers::initial::{INITIAL_STATES, Options};
use ondine_solvers::{InitialEntry, Rng, Stream, initial as states, sample};
use std::collections::HashSet;

fn decode(
    entry: &InitialEntry,
    options: &str,
) -> Result<std::sync::Arc<dyn states::InitialState>, toml::de::Error> {
    (entry.decode)(Options::parse(options).expect("the options are TOML"))
}

#[test]
fn every_initial_state_decodes_from_nothing_and_from_its_own_options() {
    for entry in INITIAL_STATES {
        let state = decode(entry, "{}").unwrap_or_else(|error| panic!("{}: {error}", entry.kind));
        let options = state.options();
        let names: HashSet<_> = options.keys().map(String::as_str).collect();
        let listed: HashSet<_> = entry.options.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, listed, "{}", entry.kind);
        let again = toml::Value::Table(options.clone()).to_string();
        let again = decode(entry, &again).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again.options(), options, "{}", entry.kind);
    }
}

#[test]
fn every_initial_state_refuses_unknown_options_with_their_place() {
    for entry in INITIAL_STATES {
        let error = decode(entry, "{ phlogiston = 1 }").err().expect("unknown");
        assert!(error.message().contains("phlogiston"), "{error}");
        assert_eq!(error.span(), Some(2..12), "{}", entry.kind);
    }
}

#[test]
fn every_initial_state_is_the_same_periodic_function_on_any_grid_in_every_dimension() {
    for (entry, dims) in INITIAL_STATES.iter().flat_map(|e| [(e, 1), (e, 2), (e, 3)]) {
        let [coarse, fine] = [8, 16].map(|points| cube(dims, points, 3.0));
        let state = decode(entry, "{}").unwrap_or_else(|error| panic!("{error}"));
        let draw = || {
            let mut rng = Rng::stream(5, Stream::Initial, 9);
            state.draw(coarse.length(), 2, &mut rng)
        };
        let (profile, u) = (draw(), sample(&draw(), &coarse, 2));
        let shifted = |x: &[f64]| x.iter().map(|x| x + 3.0).collect::<Vec<_>>();
        for channel in 0..2 {
            let field = &u[channel * coarse.num_points()..][..coarse.num_points()];
            let fine = crate::common::coarsen(&sample(&draw(), &fine, 2), &fine, 2);
            let fine = &fine[channel * coarse.num_points()..][..coarse.num_points()];
            let moved = crate::common::at_points(&coarse, |x| profile.at(channel, &shifted(x)));
            for other in [fine, &moved] {
                let error = crate::common::difference(field, other);
                assert!(error < 1e-11, "{} in {dims}-D: {error:e}", entry.kind); // rounding
            }
        }
    }
}
