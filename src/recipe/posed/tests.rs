use super::*;

const TEXT: &str = r#"
    fields = ["buoyancy", { name = "velocity", vector = true, unit = "m/s" }]
    conditions = { rayleigh = { log_uniform = [1e5, 1e7] }, prandtl = 1.0 }
"#;

fn read(text: &str) -> ProblemSection {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn scalars_and_vectors_mix_and_conditions_keep_their_order() {
    let problem = read(TEXT);
    let channels = problem.fields.iter().flat_map(|field| field.channels(2));
    let channels: Vec<Field> = channels.collect();
    let names: Vec<&str> = channels.iter().map(|field| &field.name[..]).collect();
    assert_eq!(names, ["buoyancy", "velocity_x", "velocity_y"]);
    assert_eq!(channels[2].vector(), Some("velocity"));
    assert_eq!(channels[2].unit.as_deref(), Some("m/s"));
    let names: Vec<&str> = problem.conditions.0.iter().map(|(n, _)| &n[..]).collect();
    assert_eq!(names, ["rayleigh", "prandtl"]);
    let again = toml::to_string(&problem).expect("plain data");
    assert_eq!(read(&again), problem, "{again}");
}

#[test]
fn conditions_in_a_list_are_read_as_those_in_a_table() {
    let list = r#"
        fields = ["buoyancy", { name = "velocity", vector = true, unit = "m/s" }]
        conditions = [{ name = "rayleigh", log_uniform = [1e5, 1e7] }, { name = "prandtl", value = 1.0 }]
    "#;
    assert_eq!(read(list), read(TEXT));
    let said = |conditions: &str| {
        let text = format!("fields = [\"u\"]\nconditions = {conditions}");
        let read = toml::from_str::<ProblemSection>(&text);
        read.expect_err(conditions).to_string()
    };
    assert!(said("[{ value = 1.0 }]").contains("has no name"));
    assert!(
        said("[{ name = \"a\", value = 1.0, uniform = [0, 1] }]").contains("beside its `value`")
    );
    assert!(said("[{ name = \"a\" }]").contains("a number or a distribution"));
    assert!(said("3").contains("a table of names"));
}

#[test]
fn names_that_are_taken_or_no_names_are_faults_of_their_key() {
    let fault = |text: &str| read(text).fault(2).expect(text);
    assert_eq!(fault("fields = []").0, "problem.fields");
    assert!(fault(r#"fields = ["u", "u"]"#).1.contains("twice"));
    let clash = r#"fields = ["u_x", { name = "u", vector = true }]"#;
    assert!(fault(clash).1.contains("`u_x` is written twice"));
    let (key, why) = fault("fields = [\"u\"]\nconditions = { dt = 1 }");
    assert_eq!(key, "problem.conditions");
    assert!(why.contains("[time]"), "{why}");
    for (conditions, name) in [
        ("u = 1", "u"),
        ("v_x = 1", "v_x"),
        ("v = 1", "v"),
        ("wind = 1", "wind"),
    ] {
        let text = format!(
            "fields = [\"u\", {{ name = \"v\", vector = true }}]\nstatic_fields = [\"wind\"]\nconditions = {{ {conditions} }}"
        );
        let (key, why) = fault(&text);
        assert_eq!(key, "problem.conditions");
        assert!(
            why.contains(&format!("`{name}` has the name of a field")),
            "{why}"
        );
    }
    assert_eq!(read(TEXT).fault(2), None);
}

#[test]
fn axes_have_one_name_each() {
    let fault =
        |axes: &str, more: &str| read(&format!("fields = [\"u\"]\naxes = {axes}\n{more}")).fault(2);
    let axes = "[\"lon\", \"lat\"]";
    assert_eq!(fault(axes, "units = { lat = \"degrees\" }"), None);
    assert_eq!(
        fault(axes, "units = { x = \"m\" }")
            .expect("no axis is x")
            .0,
        "problem.units"
    );
    assert_eq!(
        fault(axes, "conditions = { dlon = 1 }")
            .expect("it is a spacing")
            .0,
        "problem.conditions"
    );
    for (axes, words) in [
        ("[\"lon\"]", "1 name,"),
        ("[\"lon\", \"lon\"]", "twice"),
        ("[\"t\", \"x\"]", "a name of times"),
        ("[\"a/b\", \"x\"]", "no name"),
    ] {
        let (key, why) = fault(axes, "").expect(axes);
        assert_eq!(key, "problem.axes");
        assert!(why.contains(words), "{why}");
    }
}
