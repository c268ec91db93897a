use super::*;

fn labelled(runs: &[(&str, &str)]) -> Vec<String> {
    let owned = |(name, directory): &(&str, &str)| (name.to_string(), directory.to_string());
    labels(&runs.iter().map(owned).collect::<Vec<_>>())
}

#[test]
fn runs_of_one_recipe_are_told_apart_by_their_directories() {
    let found = labelled(&[("ks", "ks"), ("ks", "wide"), ("heat", "wide")]);
    assert_eq!(found, ["ks", "ks (wide)", "heat"]);
    // Directories of one name lie in different folders.
    let found = labelled(&[("ks", "a"), ("ks", "a"), ("ks", "b")]);
    assert_eq!(found, ["ks (a) 1", "ks (a) 2", "ks (b)"]);
}
